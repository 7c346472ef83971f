/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lengths - how long the prompts and answers of a measurement are: all alike, or like those of a
 * workload.
 *
 * A workload's lengths are kept in classes (fold/bin.h).  They are drawn so that what has been sent
 * follows them at any moment, not only in the long run: the i-th pair is the i-th point of a sequence
 * that fills the unit square evenly (Roberts' R2, 2018: multiples of 1/g and 1/g² with g³ = g + 1), put
 * through the inverse of each distribution.  Within a class, lengths are spread evenly.  Which prompts
 * go with which answers no log tells that keeps sums: they are paired as if neither said anything
 * about the other.
 */
#ifndef HLLM_PROBE_LENGTHS_H
#define HLLM_PROBE_LENGTHS_H

#include "fold/bin.h"

struct lengths {
	/* tokens, where there is no distribution; else its mean: where all lie in one class, that long */
	int64_t prompt, output;
	const struct dist *prompts, *outputs; /* of a workload; NULL: all alike.  Borrowed */
	int64_t context; /* tokens that the server has room for in one request; 0: not known */
	double start;    /* from 0 to below 1: where in the sequence to begin */
};

struct length {
	int64_t prompt, output; /* tokens, 1 or more */
	bool cut;               /* the workload's own was longer than the server's context */
};

/* The i-th of a run, from 0 on. */
struct length lengths_draw(const struct lengths *lengths, uint64_t i);

/* Does it vary from request to request? */
bool lengths_vary(const struct lengths *lengths);

/* The largest distance between the shares of values at most x, over all x at which a class ends
 * (Kolmogorov and Smirnov): 0 alike, 1 nothing in common.  MISSING where either is empty. */
double lengths_distance(const struct dist *a, const struct dist *b);

#endif
