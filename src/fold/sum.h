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

#include "fold/bin.h"
#include "fold/blocks.h"

/* The bins that one thread's entries fall into, numbered as they come. */
struct spot {
	uint32_t key;
	int month;
	size_t n; /* places given out */
};
struct spots {
	struct spot *items;
	size_t n;
	uint32_t *index; /* open addressing, at most half full; number + 1, 0 empty */
	size_t index_size;
	struct spot_month {
		int64_t start, end;
		int number;
	} months[64]; /* those met last, and their seconds */
	size_t *next; /* where the next place of each spot goes; made by bins_sum() */
};
void spots_free(struct spots *spots);

/* Where an entry belongs: spot, half hour and reference in one number. */
uint64_t spots_place(struct spots *spots, const struct entry_head *entry, uint64_t ref);

/* Some places whose spots are of one list. */
struct spread {
	uint64_t *places;
	size_t n;
	struct spots *spots;
};

/* Sums all the spreads, which hold every place given out by the spots of 'lists', each list on a thread
 * of its own. */
void bins_sum(struct bins *bins, const struct blocks *blocks, struct spots *const *lists,
	size_t lists_n, const struct spread *spreads, size_t spreads_n, int threads);

#endif
