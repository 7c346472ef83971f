/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sum - entries into bins, on one thread or several.
 *
 * Entries lie in blocks, each followed by how many times it counts (a correction takes
 * away: negative).  They are dealt out to their bins as references of 8 bytes, and each
 * bin sorts its own by half hour and adds them up; every sum is the same in any order.
 */
#ifndef HLLM_FOLD_SUM_H
#define HLLM_FOLD_SUM_H

#include "fold/spots.h"
#include "fold/watch.h"

/* Some places whose spots are of one list. */
struct spread {
	uint64_t *places;
	size_t n;
	struct spots *spots;
};

/* All the spreads, which hold every place given out by the spots of 'lists', each list on a thread of its
 * own.  What is watched, if anything, goes to watch->out. */
struct summing {
	const struct blocks *blocks;
	struct spots *const *lists;
	size_t lists_n;
	const struct spread *spreads;
	size_t spreads_n;
	int threads;
	const struct watch *watch;
};
void bins_sum(struct bins *bins, const struct summing *summing);

#endif
