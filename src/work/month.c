/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/month.h"

#include "base/when.h"

#include <stdlib.h>

/* Keys by their hash, so that nothing depends on the order of the sources. */
static int
by_key_and_month(const void *left, const void *right, void *arg)
{
	const struct pool_bin *a = left, *b = right;
	const struct keys *keys = arg;
	if (a->key != b->key) {
		int order = hash_compare(keys->items[a->key].hash, keys->items[b->key].hash);
		return order ? order : a->key < b->key ? -1 : 1;
	}
	return (a->bin->month > b->bin->month) - (a->bin->month < b->bin->month);
}

struct months
months_of(struct pool *pool)
{
	if (pool->n)
		qsort_r(pool->items, pool->n, sizeof(*pool->items), by_key_and_month, &pool->keys);
	return (struct months){ .pool = pool, .room = xcalloc(MONTH_SLOTS + 1, sizeof(struct slot)) };
}

void
months_end(struct months *months)
{
	free(months->room);
	months->room = NULL;
}

static void
add_measures(struct bin *total, const struct bin *bin)
{
	for (int i = 0; i < bin->measures_n; i++) {
		const struct measure_sum *from = &bin->measures[i];
		struct measure_sum *to = NULL;
		for (int k = 0; k < total->measures_n; k++)
			if (total->measures[k].kind == from->kind)
				to = &total->measures[k];
		if (!to) {
			if (total->measures_n == (int)HL_COUNT(total->measures))
				continue;
			to = &total->measures[total->measures_n++];
			*to = (struct measure_sum){ .kind = from->kind, .min = from->min, .max = from->max };
		}
		to->n += from->n;
		to->sum += from->sum;
		to->min = from->min < to->min ? from->min : to->min;
		to->max = from->max > to->max ? from->max : to->max;
	}
}

static void
add_total(struct bin *total, const struct bin *bin)
{
	total->records += bin->records;
	total->rows += bin->rows;
	total->requests += bin->requests;
	total->uncounted += bin->uncounted;
	total->with_tokens += bin->with_tokens;
	total->with_billed += bin->with_billed;
	total->billed += bin->billed;
	for (int i = 0; i < TOKEN_KINDS; i++)
		total->tokens[i] += bin->tokens[i];
	add_measures(total, bin);
}

static void
add_slots(struct slot *room, const struct bin *bin)
{
	struct unpack in = unpack_of(bin->slots.p, bin->slots.n);
	for (struct slot slot = { 0 }; slot_next(&in, &slot);) {
		if (slot.index < 0 || slot.index >= MONTH_SLOTS)
			continue;
		struct slot *to = &room[slot.index];
		to->index = slot.index;
		to->requests += slot.requests;
		to->uncounted += slot.uncounted;
		to->unsplit += slot.unsplit;
		to->searches += slot.searches;
		to->billed += slot.billed;
		for (int i = 0; i < TOKEN_KINDS; i++)
			to->tokens[i] += slot.tokens[i];
	}
}

static bool
holds_anything(const struct slot *slot)
{
	int64_t any = slot->requests | slot->uncounted | slot->unsplit | slot->searches;
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= slot->tokens[i];
	return any || slot->billed;
}

/* One bin: its half hours as they are; several: added up. */
static void
fill_slots(struct months *months, struct month *month)
{
	month->slots = months->room;
	if (month->bins_n == 1) {
		const struct bin *bin = month->bins[0].bin;
		struct unpack in = unpack_of(bin->slots.p, bin->slots.n);
		for (struct slot slot = { 0 }; month->slots_n < MONTH_SLOTS && slot_next(&in, &slot);)
			month->slots[month->slots_n++] = slot;
		return;
	}
	memset(months->room, 0, MONTH_SLOTS * sizeof(*months->room));
	for (size_t i = 0; i < month->bins_n; i++)
		add_slots(months->room, month->bins[i].bin);
	for (size_t i = 0; i < MONTH_SLOTS; i++)
		if (holds_anything(&months->room[i]))
			months->room[month->slots_n++] = months->room[i];
}

const struct month *
months_next(struct months *months)
{
	struct pool *pool = months->pool;
	struct month *month = &months->month;
	do {
		if (months->at == pool->n)
			return NULL;
		const struct pool_bin *first = &pool->items[months->at];
		*month = (struct month){ .key = &pool->keys.items[first->key], .key_id = first->key, .number = first->bin->month,
			.bins = first, .total = { .month = first->bin->month } };
		while (months->at < pool->n && pool->items[months->at].key == first->key &&
			pool->items[months->at].bin->month == month->number) {
			add_total(&month->total, pool->items[months->at].bin);
			months->at++;
			month->bins_n++;
		}
	} while (month->total.records == 0);
	fill_slots(months, month);
	return month;
}

int64_t
slot_start(const struct month *month, const struct slot *slot)
{
	return month->number == MONTH_NONE ? 0
					   : when_month_start(month->number) + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
}
