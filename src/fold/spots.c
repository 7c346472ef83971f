/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/spots.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/when.h"

static size_t
spot_hash(uint32_t key, int month, size_t size)
{
	uint64_t h = ((uint64_t)key << 32 | (uint32_t)month) * 0x9E3779B97F4A7C15ull;
	return (size_t)(h >> 36) & (size - 1);
}

static void
spots_grow(struct spots *spots)
{
	free(spots->index);
	spots->index_size = spots->index_size ? spots->index_size * 2 : 256;
	spots->index = xcalloc(spots->index_size, sizeof(*spots->index));
	spots->items = xrealloc(spots->items, spots->index_size / 2, sizeof(*spots->items));
	for (size_t i = 0; i < spots->n; i++) {
		size_t at =
			spot_hash(spots->items[i].key, spots->items[i].month, spots->index_size);
		while (spots->index[at])
			at = (at + 1) & (spots->index_size - 1);
		spots->index[at] = (uint32_t)i + 1;
	}
}

uint32_t
spots_find(struct spots *spots, uint32_t key, int month)
{
	if ((spots->n + 1) * 2 > spots->index_size)
		spots_grow(spots);
	size_t at = spot_hash(key, month, spots->index_size);
	for (; spots->index[at]; at = (at + 1) & (spots->index_size - 1)) {
		uint32_t i = spots->index[at] - 1;
		const struct spot *spot = &spots->items[i];
		if (spot->key == key && spot->month == month)
			return i;
	}
	if (spots->n == BINS_MOST)
		BUG("more than %d bins in one source", BINS_MOST);
	spots->items[spots->n] = (struct spot){ .key = key, .month = month };
	spots->index[at] = (uint32_t)spots->n + 1;
	return (uint32_t)spots->n++;
}

void
spots_free(struct spots *spots)
{
	free(spots->items);
	free(spots->index);
	free(spots->next);
	*spots = (struct spots){ 0 };
}

/* The month of a second.  Entries come in no order of time: several months are kept at hand. */
static const struct spot_month *
month_of(struct spots *spots, int64_t second)
{
	struct spot_month *month = &spots->months[(uint64_t)second >> 20 &
						  (HL_COUNT(spots->months) - 1)]; /* of 12 days */
	if (second < month->start || second >= month->end) {
		month->number = when_month(second * NS_PER_SECOND);
		month->start = when_month_start(month->number) / NS_PER_SECOND;
		month->end = when_month_start(month->number + 1) / NS_PER_SECOND;
	}
	return month;
}

uint64_t
spots_place(struct spots *spots, const struct entry_head *entry, uint64_t ref)
{
	uint64_t slot = 0;
	int number = MONTH_NONE;
	if (entry->timed) {
		const struct spot_month *month = month_of(spots, entry->second);
		number = month->number;
		slot = (uint64_t)(entry->second - month->start) / SLOT_SECONDS;
	}
	uint32_t spot = spots_find(spots, entry->key, number);
	spots->items[spot].n++;
	return (uint64_t)spot << BIN_SHIFT | slot << REF_BITS | ref;
}
