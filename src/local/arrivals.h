/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * arrivals - a case of capacity.h as requests that come one after another: when, and how much
 * work each is.
 *
 * Everything random comes from a counter-based generator (splitmix64; Steele, Lea and Flood 2014),
 * whose seed is the number of the minute and of the trial: a minute looks the same whatever
 * else is asked, and however many units serve it.
 */
#ifndef HLLM_LOCAL_ARRIVALS_H
#define HLLM_LOCAL_ARRIVALS_H

#include "local/capacity.h"
#include "local/queue.h"

enum { DRAW_BITS = 12, DRAWS = 1 << DRAW_BITS };

/* One workload on the minutes of the period. */
struct inflow {
	const uint32_t *counts;
	uint32_t *owned;       /* the same, where they are not the demand's own */
	double prompt, output; /* mean seconds of a request alone on a unit */
	float *prompt_draws,
		*output_draws; /* mean 1, DRAWS of them, equally likely; NULL: all alike */
};

struct arrivals {
	size_t minutes;
	int64_t start;
	double requests;
	const uint32_t *counts; /* of all inflows together; that of the only one, where it is one */
	struct arrivals_before {
		uint64_t requests;
		uint32_t full; /* minutes with any */
	} * before;            /* each minute, and the end */
	double *work;          /* Σ t(slots) of each minute, seconds */
	double alone;          /* Σ t(1) of all, seconds */
	double *gain;          /* gain[c] = Σ t(1) / Σ t(c), c = 1 … slots */
	struct inflow *inflows;
	size_t inflows_n;
	uint32_t *sums;         /* 'counts', where they are several's */
	float *gaps;            /* exponential, mean 1, DRAWS of them */
	struct arrival *buffer; /* of one minute */
	size_t buffer_n;
	double *backlog; /* room for one of each minute, and of the end: see serving.c */
};

/* For a case that has been checked. */
void arrivals_make(struct arrivals *arrivals, const struct capacity_case *question);
void arrivals_free(struct arrivals *arrivals);
/* The requests of a minute, in order of time, 'lump' taken as one (1: none are): *n of them, good until the
 * next call. */
const struct arrival *arrivals_minute(
	struct arrivals *arrivals, size_t minute, uint64_t trial, size_t lump, size_t *n);

#endif
