/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * minutes - when the requests of workloads come, by the minute: what a machine of one's
 * own would have to carry.
 *
 * Only what counts as a workload is in it, once.  Where no minutes are known (buckets, and what
 * an older version imported) a half hour's requests, or a bucket's, are spread evenly over it.
 */
#ifndef HLLM_WORK_MINUTES_H
#define HLLM_WORK_MINUTES_H

#include "work/tally.h"

struct minutes {
	uint32_t *counts; /* requests in each; minutes_n of the set; NULL: none */
	int64_t requests; /* all of them */
	int64_t spread;   /* of them, those whose minute is not known */
	int64_t coarse;   /* of those, the ones whose hour is not known either */
	int64_t untimed;  /* requests beside them that have no time */
};

/* One series for each kind of work that the caller tells apart; all over the same time. */
struct minutes_set {
	int64_t start; /* seconds since 1970, a whole minute */
	size_t minutes_n;
	struct minutes *items;
	size_t n;
};

struct minutes_question {
	struct pool *pool;
	const struct audit_options *options; /* with claims */
	int64_t first_day, last_day; /* since 1970, both in it; DAY_NONE: there are no times */
	size_t series;
	int (*series_of)(void *arg, struct slice workload); /* -1: none */
	void *arg;
};
/* minutes_free() is due; pool_whole() is to be asked. */
void minutes_count(struct minutes_set *set, const struct minutes_question *question);
void minutes_free(struct minutes_set *set);

#endif
