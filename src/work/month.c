/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/month.h"

#include <stdlib.h>

#include "base/when.h"

/* Keys by their hash, so that nothing depends on the order of the sources. */
struct order {
	const struct key *keys;
	const uint32_t *rank; /* of each key */
};

static int
by_key(const void *left, const void *right, void *arg)
{
	const struct order *order = arg;
	return key_compare(
		&order->keys[*(const uint32_t *)left], &order->keys[*(const uint32_t *)right]);
}

static int
by_rank_and_month(const void *left, const void *right, void *arg)
{
	const struct pool_bin *a = left, *b = right;
	const struct order *order = arg;
	if (a->key != b->key)
		return order->rank[a->key] < order->rank[b->key] ? -1 : 1;
	return (a->bin->month > b->bin->month) - (a->bin->month < b->bin->month);
}

/* In an order of what the keys say: numbers of keys depend on the order in which sources came. */
static void
put_in_order(struct pool *pool)
{
	size_t n = pool->keys.n;
	uint32_t *sorted = xcalloc(n + 1, sizeof(*sorted)), *rank = xcalloc(n + 1, sizeof(*rank));
	struct order order = { pool->keys.items, rank };
	for (size_t i = 0; i < n; i++)
		sorted[i] = (uint32_t)i;
	if (n)
		qsort_r(sorted, n, sizeof(*sorted), by_key, &order);
	for (size_t i = 0; i < n; i++)
		rank[sorted[i]] = (uint32_t)i;
	if (pool->n)
		qsort_r(pool->items, pool->n, sizeof(*pool->items), by_rank_and_month, &order);
	free(sorted);
	free(rank);
	pool->ordered = true;
}

struct months
months_of(struct pool *pool)
{
	if (!pool->ordered)
		put_in_order(pool);
	return (struct months){ .pool = pool,
		.room = xcalloc((size_t)2 * MONTH_SLOTS, sizeof(struct slot)) };
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
			if (total->measures_n == BIN_MEASURES)
				continue;
			to = &total->measures[total->measures_n++];
			*to = (struct measure_sum){
				.kind = from->kind, .min = from->min, .max = from->max
			};
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

/* What must come out of a month's half hours: sums modulo 2^64, and the sign of anything that cannot be negative. */
struct proof {
	uint64_t requests, tokens[TOKEN_KINDS];
	int64_t signs;
	bool whole; /* all of them could be unpacked */
};

/* Credits are negative, and refunds of searches; requests and tokens are not. */
static inline void
prove(struct proof *proof, const struct slot *slot)
{
	proof->requests += (uint64_t)slot->requests;
	proof->signs |= slot->requests | slot->uncounted;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		proof->tokens[i] += (uint64_t)slot->tokens[i];
		proof->signs |= slot->tokens[i];
	}
}

static bool
is_proven(const struct proof *proof, const struct bin *total)
{
	bool same = proof->requests == (uint64_t)total->requests;
	for (int i = 0; i < TOKEN_KINDS; i++)
		same &= proof->tokens[i] == (uint64_t)total->tokens[i];
	return same && proof->signs >= 0 && proof->whole;
}

static bool
is_sound(const struct bin *total)
{
	int64_t signs = total->records | total->requests | total->uncounted | total->with_tokens |
			total->with_billed;
	for (int i = 0; i < TOKEN_KINDS; i++)
		signs |= total->tokens[i];
	return signs >= 0;
}

/* Adds a bin's half hours up; *from and *to: the first of all, and one past the last. */
static bool
add_slots(struct slot *sums, struct slice packed, int *from, int *to)
{
	struct unpack in = unpack_of(packed.p, packed.n);
	for (struct slot slot = { 0 }; slot_next(&in, &slot);) {
		struct slot *sum = &sums[slot.index];
		*from = slot.index < *from ? slot.index : *from;
		*to = slot.index >= *to ? slot.index + 1 : *to;
		sum->index = slot.index;
		sum->requests += slot.requests;
		sum->uncounted += slot.uncounted;
		sum->unsplit += slot.unsplit;
		sum->searches += slot.searches;
		sum->billed += slot.billed;
		for (int i = 0; i < TOKEN_KINDS; i++)
			sum->tokens[i] += slot.tokens[i];
	}
	return !in.bad;
}

static bool
holds_anything(const struct slot *slot)
{
	int64_t any = slot->requests | slot->uncounted | slot->unsplit | slot->searches;
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= slot->tokens[i];
	return any || slot->billed;
}

/* Of a single bin. */
static void
fill_alone(struct months *months, struct month *month, struct proof *proof)
{
	struct slice packed = pool_slots(months->pool, month->bins[0].bin);
	struct unpack in = unpack_of(packed.p, packed.n);
	for (int index = 0; month->slots_n < MONTH_SLOTS;) {
		struct slot *slot = &month->slots[month->slots_n];
		slot->index = index;
		if (!slot_next(&in, slot))
			break;
		index = slot->index;
		prove(proof, slot);
		month->slots_n += holds_anything(slot);
	}
	proof->whole = !in.bad;
}

/* Those of several bins are added up behind the room, where all is zero in between. */
static void
fill_together(struct months *months, struct month *month, struct proof *proof)
{
	struct slot *sums = months->room + MONTH_SLOTS;
	int from = MONTH_SLOTS, to = 0;
	proof->whole = true;
	for (size_t i = 0; i < month->bins_n; i++)
		proof->whole &=
			add_slots(sums, pool_slots(months->pool, month->bins[i].bin), &from, &to);
	for (int i = from; i < to; i++) {
		prove(proof, &sums[i]);
		if (holds_anything(&sums[i]))
			month->slots[month->slots_n++] = sums[i];
	}
	if (to > from)
		memset(sums + from, 0, (size_t)(to - from) * sizeof(*sums));
}

/* The half hours that hold anything; none where they are not what the month's totals say. */
static void
fill_slots(struct months *months, struct month *month)
{
	struct proof proof = { 0 };
	month->slots = months->room;
	if (month->bins_n == 1)
		fill_alone(months, month, &proof);
	else
		fill_together(months, month, &proof);
	if (is_proven(&proof, &month->total))
		return;
	month->slots_n = 0;
	pool_distrust(months->pool, month->key_id, month->number);
}

static bool
is_wanted(const struct months *months, const struct month *month)
{
	const struct period *period = months->period;
	if (period && month->number != MONTH_NONE && month->key->origin != ORIGIN_BENCH) {
		int64_t start = when_month_start(month->number);
		/* whatever its length: a damaged ledger may say more of it than there is */
		int64_t end = start + (int64_t)MONTH_SLOTS * SLOT_SECONDS * NS_PER_SECOND;
		if (start >= period->end || end <= period->start)
			return false;
	}
	return !months->wants || months->wants(months->wants_arg, month->key_id, month->number);
}

const struct month *
months_next_total(struct months *months)
{
	const struct pool *pool = months->pool;
	struct month *month = &months->month;
	while (months->at < pool->n) {
		const struct pool_bin *first = &pool->items[months->at];
		*month = (struct month){ .key = &pool->keys.items[first->key],
			.key_id = first->key,
			.number = first->bin->month,
			.bins = first,
			.total = { .month = first->bin->month, .measures = months->measures } };
		while (months->at < pool->n && pool->items[months->at].key == first->key &&
			pool->items[months->at].bin->month == month->number) {
			months->at++;
			month->bins_n++;
		}
		if (!is_wanted(months, month))
			continue;
		for (size_t i = 0; i < month->bins_n; i++)
			add_total(&month->total, first[i].bin);
		if (!is_sound(&month->total))
			pool_distrust(pool, month->key_id, month->number);
		else if (month->total.records)
			return month;
	}
	return NULL;
}

void
months_fill(struct months *months)
{
	fill_slots(months, &months->month);
}

const struct month *
months_next(struct months *months)
{
	if (!months_next_total(months))
		return NULL;
	months_fill(months);
	return &months->month;
}

int64_t
slot_start(const struct month *month, const struct slot *slot)
{
	return month->number == MONTH_NONE
		       ? 0
		       : when_month_start(month->number) +
				 (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
}
