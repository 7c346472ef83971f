/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/sum.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/radix.h"
#include "base/when.h"

enum {
	SLOT_BITS = 11, /* 1488 half hours in the longest month */
	BIN_SHIFT = REF_BITS + SLOT_BITS,
	BINS_MOST = 1 << (64 - BIN_SHIFT),
	BATCH = 64, /* bins a thread takes at a time */
	AHEAD = 8,  /* entries fetched before they are needed */
};

/* ---- where entries belong ---- */

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

static uint32_t
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

/* ---- one bin ---- */

/* In order of their kinds; of more than there is room for the first ones, so that no order decides. */
static void
add_measure(struct bin *bin, const struct measure *measure, int64_t weight)
{
	enum { MOST = HL_COUNT(bin->measures) };
	int at = 0;
	while (at < bin->measures_n && bin->measures[at].kind < measure->kind)
		at++;
	struct measure_sum *sum = &bin->measures[at];
	if (at == MOST)
		return;
	if (at == bin->measures_n || sum->kind != measure->kind) {
		bin->measures_n -= bin->measures_n == MOST;
		memmove(sum + 1, sum, (size_t)(bin->measures_n++ - at) * sizeof(*sum));
		*sum = (struct measure_sum){
			.kind = measure->kind, .min = measure->amount, .max = measure->amount
		};
	}
	sum->n += weight;
	sum->sum += measure->amount * weight;
	sum->min = measure->amount < sum->min ? measure->amount : sum->min;
	sum->max = measure->amount > sum->max ? measure->amount : sum->max;
}

static void
add_entry(struct bin *bin, const struct entry *entry, int64_t weight)
{
	bin->records += weight;
	bin->rows += entry->rows * weight;
	bin->requests += entry->requests >= 0 ? entry->requests * weight : 0;
	bin->uncounted += entry->requests < 0 ? weight : 0;
	bin->with_tokens += entry->has_tokens ? weight : 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		bin->tokens[i] += entry->tokens[i] * weight;
	bin->with_billed += entry->has_billed ? weight : 0;
	if (entry->has_billed)
		bin->billed += entry->billed * weight;
	if (entry->timed) {
		bin->first = entry->second < bin->first ? entry->second : bin->first;
		bin->last = entry->second > bin->last ? entry->second : bin->last;
	}
	bin->first_line = entry->line < bin->first_line ? entry->line : bin->first_line;
	bin->last_line = entry->line > bin->last_line ? entry->line : bin->last_line;
	for (int i = 0; i < entry->measures_n; i++)
		add_measure(bin, &entry->measures[i], weight);
}

static void
add_slot(struct slot *slot, const struct entry *entry, int64_t weight)
{
	slot->requests += entry->requests >= 0 ? entry->requests * weight : 0;
	slot->uncounted += entry->requests < 0 ? weight : 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		slot->tokens[i] += entry->tokens[i] * weight;
	if (entry->has_billed)
		slot->billed += entry->billed * weight;
	for (int i = 0; i < entry->measures_n; i++) {
		int64_t amount = (int64_t)(entry->measures[i].amount / FEMTO_PER_UNIT) * weight;
		if (entry->measures[i].kind == MEASURE_UNSPLIT)
			slot->unsplit += amount;
		else if (entry->measures[i].kind == MEASURE_WEB_SEARCH)
			slot->searches += amount;
	}
}

static void
add_dists(struct dist dists[DISTS], const struct entry *entry, int64_t weight)
{
	if (entry->requests != 1 || !entry->has_tokens)
		return;
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += entry->tokens[i];
	dists[DIST_CONTEXT].counts[dist_class(prompt)] += weight;
	dists[DIST_OUTPUT].counts[dist_class(entry->tokens[TOKEN_OUTPUT])] += weight;
	if (entry->latency_ms >= 0)
		dists[DIST_LATENCY].counts[dist_class(entry->latency_ms)] += weight;
}

/* What one thread needs to fill bins. */
struct filler {
	const struct blocks *blocks;
	struct arena arena;
	struct str packed;
	struct dist *dists;
	uint64_t *room; /* as many places as a bin has */
	size_t room_n;
	struct entry entry;
};

static inline unsigned
slot_of(uint64_t place)
{
	return (unsigned)(place >> REF_BITS) & ((1u << SLOT_BITS) - 1);
}

/* Sorts the places of one bin by half hour: some by insertion, many in two passes over its bits. */
static void
sort_places(struct filler *filler, uint64_t *places, size_t n)
{
	enum { FEW = 16, LOW = 6, RADIX = 1 << LOW };
	for (size_t i = 1; n <= FEW && i < n; i++) {
		uint64_t place = places[i];
		size_t at = i;
		for (; at > 0 && slot_of(places[at - 1]) > slot_of(place); at--)
			places[at] = places[at - 1];
		places[at] = place;
	}
	if (n <= FEW)
		return;
	if (n > filler->room_n) {
		free(filler->room);
		filler->room_n = n + n / 2;
		filler->room = xmalloc(filler->room_n * sizeof(*filler->room));
	}
	size_t low[RADIX + 1] = { 0 }, high[RADIX + 1] = { 0 };
	for (size_t i = 0; i < n; i++) {
		low[(slot_of(places[i]) & (RADIX - 1)) + 1]++;
		high[(slot_of(places[i]) >> LOW) + 1]++;
	}
	for (size_t i = 1; i <= RADIX; i++) {
		low[i] += low[i - 1];
		high[i] += high[i - 1];
	}
	for (size_t i = 0; i < n; i++)
		filler->room[low[slot_of(places[i]) & (RADIX - 1)]++] = places[i];
	for (size_t i = 0; i < n; i++)
		places[high[slot_of(filler->room[i]) >> LOW]++] = filler->room[i];
}

/* Sums the entries of one bin. */
static void
fill_bin(struct filler *filler, struct bin *bin, uint64_t *places, size_t n)
{
	struct slot slot = { 0 };
	struct entry *entry = &filler->entry;
	int last = 0;
	bin->first = INT64_MAX;
	bin->last = INT64_MIN;
	bin->first_line = UINT64_MAX;
	memset(filler->dists, 0, DISTS * sizeof(*filler->dists));
	str_clear(&filler->packed);
	sort_places(filler, places, n);
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			__builtin_prefetch(
				blocks_ref(filler->blocks, places[i + AHEAD] & REF_MASK));
		int index = (int)slot_of(places[i]);
		struct unpack in =
			unpack_of(blocks_ref(filler->blocks, places[i] & REF_MASK), BLOCK_BYTES);
		if (!entry_unpack(&in, entry))
			BUG("an entry that cannot be unpacked");
		int64_t weight = unpack_i64(&in);
		if (i > 0 && index != slot.index) {
			slot_pack(&filler->packed, &slot, last);
			last = slot.index;
			slot = (struct slot){ .index = index };
		} else if (i == 0) {
			slot.index = index;
		}
		add_slot(&slot, entry, weight);
		add_entry(bin, entry, weight);
		add_dists(filler->dists, entry, weight);
	}
	slot_pack(&filler->packed, &slot, last);
	bin->slots = slice_copy(&filler->arena, str_as_slice(&filler->packed));
	str_clear(&filler->packed);
	if (bin->requests && bin->with_tokens)
		dists_pack(&filler->packed, filler->dists);
	bin->dists = slice_copy(&filler->arena, str_as_slice(&filler->packed));
}

/* ---- all bins ---- */

struct filling {
	struct bins *bins;
	const struct blocks *blocks;
	uint64_t *places;   /* those of a bin side by side */
	size_t *first;      /* of each bin's places; one more at the end */
	struct spot *spots; /* of each bin */
	struct spots *const *lists;
	const struct spread *spreads;
	size_t lists_n, spreads_n;
	atomic_size_t list; /* the next one to deal out */
	atomic_size_t next;
	pthread_mutex_t lock;
};

static void *
fill_bins(void *arg)
{
	struct filling *filling = arg;
	struct filler filler = { .blocks = filling->blocks,
		.dists = xcalloc(DISTS, sizeof(*filler.dists)) };
	size_t from;
	while ((from = atomic_fetch_add(&filling->next, BATCH)) < filling->bins->n)
		for (size_t i = from; i < from + BATCH && i < filling->bins->n; i++) {
			filling->bins->items[i].key = filling->spots[i].key;
			filling->bins->items[i].month = filling->spots[i].month;
			fill_bin(&filler, &filling->bins->items[i],
				filling->places + filling->first[i],
				filling->first[i + 1] - filling->first[i]);
		}
	pthread_mutex_lock(&filling->lock);
	arena_join(&filling->bins->arena, &filler.arena);
	pthread_mutex_unlock(&filling->lock);
	str_free(&filler.packed);
	free(filler.dists);
	free(filler.room);
	return NULL;
}

/* In order of key and month; their numbers travel along. */
static uint64_t *
sorted_spots(const struct spots *spots)
{
	enum { MONTH_BITS = 16, NUMBER_BITS = 64 - BIN_SHIFT };
	uint64_t *order = xcalloc(spots->n + 1, sizeof(*order));
	uint32_t most = 0;
	for (size_t i = 0; i < spots->n; i++) {
		order[i] = ((uint64_t)spots->items[i].key << MONTH_BITS |
				   (uint64_t)(uint16_t)spots->items[i].month)
				   << NUMBER_BITS |
			   i;
		most = spots->items[i].key > most ? spots->items[i].key : most;
	}
	unsigned bits = MONTH_BITS;
	while (most >> (bits - MONTH_BITS))
		bits++;
	radix_sort(order, spots->n, NUMBER_BITS, bits);
	for (size_t i = 0; i < spots->n; i++)
		order[i] &= ((uint64_t)1 << NUMBER_BITS) - 1;
	return order;
}

/* The bins of all spots, and where in their places those of each spot begin. */
static void
number_bins(struct filling *filling)
{
	struct spots all = { 0 };
	for (size_t i = 0; i < filling->lists_n; i++) {
		struct spots *spots = filling->lists[i];
		spots->next = xcalloc(spots->n + 1, sizeof(*spots->next));
		for (size_t k = 0; k < spots->n; k++) {
			uint32_t at = spots_find(&all, spots->items[k].key, spots->items[k].month);
			all.items[at].n += spots->items[k].n;
			spots->next[k] = at;
		}
	}
	uint64_t *order = sorted_spots(&all);
	filling->spots = xcalloc(all.n + 1, sizeof(*filling->spots));
	filling->first = xcalloc(all.n + 1, sizeof(*filling->first));
	size_t *next = xcalloc(all.n + 1, sizeof(*next));
	for (size_t i = 0; i < all.n; i++) {
		filling->spots[i] = all.items[order[i]];
		next[order[i]] = filling->first[i];
		filling->first[i + 1] = filling->first[i] + filling->spots[i].n;
	}
	for (size_t i = 0; i < filling->lists_n; i++) {
		struct spots *spots = filling->lists[i];
		for (size_t k = 0; k < spots->n; k++) {
			size_t at = spots->next[k];
			spots->next[k] = next[at];
			next[at] += spots->items[k].n;
		}
	}
	filling->bins->items = xcalloc(all.n + 1, sizeof(struct bin));
	filling->bins->n = filling->bins->size = all.n;
	free(next);
	free(order);
	spots_free(&all);
}

/* Puts the places of whole lists where their bins have room for them. */
static void *
deal_places(void *arg)
{
	struct filling *filling = arg;
	size_t list;
	while ((list = atomic_fetch_add(&filling->list, 1)) < filling->lists_n) {
		size_t *next = filling->lists[list]->next;
		for (size_t i = 0; i < filling->spreads_n; i++) {
			const struct spread *spread = &filling->spreads[i];
			for (size_t k = 0; spread->spots == filling->lists[list] && k < spread->n;
				k++)
				filling->places[next[spread->places[k] >> BIN_SHIFT]++] =
					spread->places[k];
		}
	}
	return NULL;
}

static void
run_threads(void *(*work)(void *), struct filling *filling, int threads)
{
	pthread_t *ids = xcalloc((size_t)threads, sizeof(*ids));
	int started = 1;
	while (started < threads && pthread_create(&ids[started], NULL, work, filling) == 0)
		started++;
	work(filling);
	for (int i = 1; i < started; i++)
		pthread_join(ids[i], NULL);
	free(ids);
}

void
bins_sum(struct bins *bins, const struct blocks *blocks, struct spots *const *lists, size_t lists_n,
	const struct spread *spreads, size_t spreads_n, int threads)
{
	if (!spreads_n)
		return;
	struct filling filling = { .bins = bins,
		.blocks = blocks,
		.lists = lists,
		.lists_n = lists_n,
		.spreads = spreads,
		.spreads_n = spreads_n };
	number_bins(&filling);
	filling.places = xmalloc_large(filling.first[bins->n] * sizeof(*filling.places), true);
	run_threads(deal_places, &filling, threads);
	pthread_mutex_init(&filling.lock, NULL);
	run_threads(fill_bins, &filling, threads);
	pthread_mutex_destroy(&filling.lock);
	free(filling.places);
	free(filling.first);
	free(filling.spots);
}
