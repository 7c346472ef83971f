/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lengths - how long the prompts and answers of a measurement are: all alike, or like those of a
 * workload.
 *
 * Of a workload its own requests are drawn (work/sizes.h), each prompt with its own answer, so that what
 * has been sent follows both distributions at any moment, not only in the long run.  For that they are
 * put in an order in which neighbours have similar prompts and similar answers (halved by the length of
 * the prompt, each half by that of the answer, and so on: the leaves of a k-d tree, Bentley 1975), and the
 * i-th drawn is the one at the i-th multiple of the golden section of it, which fills an interval evenly
 * however far one goes.  Of 200 drawn, the share that is at most x tokens is off by less than 0.04.
 */
#ifndef HLLM_PROBE_LENGTHS_H
#define HLLM_PROBE_LENGTHS_H

#include "work/sizes.h"

/* The requests to draw from, in their order. */
struct length_pool {
	struct length_pair {
		int64_t prompt, output; /* tokens */
		int64_t end;            /* requests up to this one and with it */
	} * pairs;
	size_t n;
	double prompt, output; /* means */
	int64_t prompt_median;
};
/* Of at least one request. */
void length_pool_make(struct length_pool *pool, const struct request_sizes *sizes);
void length_pool_free(struct length_pool *pool);

struct lengths {
	int64_t prompt, output;         /* tokens, where there is no pool */
	const struct length_pool *pool; /* of a workload; NULL: all alike.  Borrowed */
	int64_t context; /* tokens that the server has room for in one request; 0: not known */
	double start;    /* from 0 to below 1: where in the order to begin */
};

struct length {
	int64_t prompt, output; /* tokens, 1 or more */
	bool cut;               /* the workload's own was longer than the server's context */
};

/* The i-th of a run, from 0 on. */
struct length lengths_draw(const struct lengths *lengths, uint64_t i);

/* Does it vary from request to request? */
bool lengths_vary(const struct lengths *lengths);

/* The prompt in the middle. */
int64_t lengths_median(const struct lengths *lengths);

enum length_side { LENGTH_PROMPT, LENGTH_OUTPUT };
/* The largest distance between the shares of values at most x, over all x (Kolmogorov and Smirnov), of n
 * lengths that were sent, which are sorted, and the pool's: 0 alike, 1 nothing in common.  MISSING without
 * any. */
double lengths_distance(
	const struct length_pool *pool, enum length_side side, int64_t *sent, size_t n);

#endif
