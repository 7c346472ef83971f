/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * month - all that a pool holds of one key in one month, corrections applied: what is
 * priced and counted.
 */
#ifndef HLLM_WORK_MONTH_H
#define HLLM_WORK_MONTH_H

#include "base/when.h"
#include "work/pool.h"

struct month {
	const struct key *key;
	uint32_t key_id;
	int number;                  /* MONTH_NONE: without a time */
	const struct pool_bin *bins; /* what it was made of */
	size_t bins_n;
	struct bin total;   /* sums over the bins; no blobs */
	struct slot *slots; /* half hours that hold anything, in order */
	size_t slots_n;
};

/* Walks the months of a pool, by key and then by month.  The pool's bins are put in order. */
struct months {
	struct pool *pool;
	/* Months of which no half hour is in it are passed over, but without a time or of benchmarks; NULL: none are. */
	const struct period *period;
	bool (*wants)(void *arg, uint32_t key, int number); /* others are passed over; NULL: all */
	void *wants_arg;
	size_t at;
	struct slot *room; /* MONTH_SLOTS of them, and as many to add up in */
	struct measure_sum measures[BIN_MEASURES]; /* of the month */
	struct month month;
};
struct months months_of(struct pool *pool);
/* NULL at the end; valid until the next call. */
const struct month *months_next(struct months *months);
/* The same without its half hours, which cost most of the way. */
const struct month *months_next_total(struct months *months);
/* Fills in the half hours of what months_next_total() gave. */
void months_fill(struct months *months);
void months_end(struct months *months);

/* The start of a half hour, ns UTC. */
int64_t slot_start(const struct month *month, const struct slot *slot);

#endif
