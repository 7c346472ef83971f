/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spots - where entries belong: which bin, and in which half hour of it. */
#ifndef HLLM_FOLD_SPOTS_H
#define HLLM_FOLD_SPOTS_H

#include "fold/bin.h"
#include "fold/blocks.h"

enum {
	SLOT_BITS = 11, /* 1488 half hours in the longest month */
	BIN_SHIFT = REF_BITS + SLOT_BITS,
	BINS_MOST = 1 << (64 - BIN_SHIFT),
};

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
/* The number of a bin among them, which is made when there is none. */
uint32_t spots_find(struct spots *spots, uint32_t key, int month);

/* Where an entry belongs: spot, half hour and reference in one number. */
uint64_t spots_place(struct spots *spots, const struct entry_head *entry, uint64_t ref);

#endif
