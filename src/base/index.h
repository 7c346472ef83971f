/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * index - where in an array the item of a key stands; keys are 128 bits and compared in full.
 *
 * Open addressing.  A zeroed struct index is a valid empty one.
 */
#ifndef HLLM_BASE_INDEX_H
#define HLLM_BASE_INDEX_H

#include "base/hash.h"

struct index_slot {
	struct hash128 key;
	uint32_t at; /* one more than the item's place; 0: free */
};

struct index {
	struct index_slot *slots;
	size_t size, n; /* size: a power of two */
};

/* Of a key: 0 where it is new, else one more than its item's place.  A new one is to be set before
 * the next call.  Valid until then. */
uint32_t *index_find(struct index *index, struct hash128 key);
void index_free(struct index *index);

#endif
