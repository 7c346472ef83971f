/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/index.h"

#include <stdlib.h>

static struct index_slot *
place_of(const struct index *index, struct hash128 key)
{
	size_t mask = index->size - 1;
	size_t at = (size_t)(hash_join(0, key.high, key.low) & mask);
	while (index->slots[at].at && !hash_eq(index->slots[at].key, key))
		at = (at + 1) & mask;
	return &index->slots[at];
}

uint32_t *
index_find(struct index *index, struct hash128 key)
{
	if ((index->n + 1) * 2 > index->size) {
		struct index old = *index;
		index->size = old.size ? old.size * 2 : 64;
		index->slots = xcalloc(index->size, sizeof(*index->slots));
		for (size_t i = 0; i < old.size; i++)
			if (old.slots[i].at)
				*place_of(index, old.slots[i].key) = old.slots[i];
		free(old.slots);
	}
	struct index_slot *slot = place_of(index, key);
	if (!slot->at) {
		slot->key = key;
		index->n++;
	}
	return &slot->at;
}

void
index_free(struct index *index)
{
	free(index->slots);
	*index = (struct index){ 0 };
}
