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
		if (spots->items[i].key == key && spots->items[i].month == month)
			return i;
	}
	if (spots->n == BINS_MOST)
		BUG("more than %d bins in one source", BINS_MOST);
	spots->items = xgrow(spots->items, &spots->size, spots->n, sizeof(*spots->items));
	spots->items[spots->n].key = key;
	spots->items[spots->n].month = month;
	spots->index[at] = (uint32_t)spots->n + 1;
	return (uint32_t)spots->n++;
}

void
spots_free(struct spots *spots)
{
	free(spots->items);
	free(spots->index);
	free(spots->map);
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
	return (uint64_t)spots_find(spots, entry->key, number) << BIN_SHIFT | slot << REF_BITS |
	       ref;
}

/* ---- one bin ---- */

static void
add_measure(struct bin *bin, const struct measure *measure, int64_t weight)
{
	struct measure_sum *sum = NULL;
	for (int i = 0; i < bin->measures_n; i++)
		if (bin->measures[i].kind == measure->kind)
			sum = &bin->measures[i];
	if (!sum) {
		if (bin->measures_n == (int)HL_COUNT(bin->measures))
			return;
		sum = &bin->measures[bin->measures_n++];
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
	struct entry entry;
};

/* Sums the entries of one bin, which stand in order of half hours. */
static void
fill_bin(struct filler *filler, struct bin *bin, const uint64_t *places, size_t n)
{
	struct slot slot = { 0 };
	struct entry *entry = &filler->entry;
	int last = 0;
	memset(filler->dists, 0, DISTS * sizeof(*filler->dists));
	str_clear(&filler->packed);
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			__builtin_prefetch(
				blocks_ref(filler->blocks, places[i + AHEAD] & REF_MASK));
		int index = (int)(places[i] >> REF_BITS & ((1u << SLOT_BITS) - 1));
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
	const uint64_t *places;
	size_t places_n;
	size_t *first; /* of each bin's places; one more at the end */
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
		for (size_t i = from; i < from + BATCH && i < filling->bins->n; i++)
			fill_bin(&filler, &filling->bins->items[i],
				filling->places + filling->first[i],
				filling->first[i + 1] - filling->first[i]);
	pthread_mutex_lock(&filling->lock);
	arena_join(&filling->bins->arena, &filler.arena);
	pthread_mutex_unlock(&filling->lock);
	str_free(&filler.packed);
	free(filler.dists);
	return NULL;
}

static int
by_key_and_month(const void *left, const void *right)
{
	const struct spot *a = left, *b = right;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->month > b->month) - (a->month < b->month);
}

/* All spots, each once, in order. */
static struct spot *
sorted_spots(struct spots *const *lists, size_t lists_n, size_t *n)
{
	size_t total = 0, used = 0;
	for (size_t i = 0; i < lists_n; i++)
		total += lists[i]->n;
	struct spot *all = xcalloc(total + 1, sizeof(*all));
	*n = 0;
	for (size_t i = 0; i < lists_n; i++)
		for (size_t k = 0; k < lists[i]->n; k++)
			all[used++] = lists[i]->items[k];
	if (total)
		qsort(all, total, sizeof(*all), by_key_and_month);
	for (size_t i = 0; i < total; i++)
		if (!*n || by_key_and_month(&all[*n - 1], &all[i]) != 0)
			all[(*n)++] = all[i];
	return all;
}

/* The bins of all spots, and the way from the spots to them. */
static void
number_bins(struct bins *bins, struct spots *const *lists, size_t lists_n)
{
	size_t n;
	struct spot *all = sorted_spots(lists, lists_n, &n);
	bins->items = xcalloc(n + 1, sizeof(*bins->items));
	bins->n = bins->size = n;
	for (size_t i = 0; i < n; i++)
		bins->items[i] = (struct bin){ .key = all[i].key,
			.month = all[i].month,
			.first = INT64_MAX,
			.last = INT64_MIN,
			.first_line = UINT64_MAX };
	for (size_t i = 0; i < lists_n; i++) {
		lists[i]->map = xcalloc(lists[i]->n + 1, sizeof(uint32_t));
		for (size_t k = 0; k < lists[i]->n; k++) {
			const struct spot *found = bsearch(
				&lists[i]->items[k], all, n, sizeof(*all), by_key_and_month);
			lists[i]->map[k] = (uint32_t)(found - all);
		}
	}
	free(all);
}

/* Puts the numbers of bins in the place of those of spots and closes the gaps; returns how many. */
static size_t
gather_places(struct spread *spreads, size_t spreads_n)
{
	const uint64_t low = ((uint64_t)1 << BIN_SHIFT) - 1;
	uint64_t *to = spreads[0].places;
	for (size_t i = 0; i < spreads_n; i++)
		for (size_t k = 0; k < spreads[i].n; k++) {
			uint64_t place = spreads[i].places[k];
			*to++ = (uint64_t)spreads[i].spots->map[place >> BIN_SHIFT] << BIN_SHIFT |
				(place & low);
		}
	return (size_t)(to - spreads[0].places);
}

static void
run_filling(struct filling *filling, int threads)
{
	pthread_t *ids = xcalloc((size_t)threads, sizeof(*ids));
	int started = 1;
	while (started < threads && pthread_create(&ids[started], NULL, fill_bins, filling) == 0)
		started++;
	fill_bins(filling);
	for (int i = 1; i < started; i++)
		pthread_join(ids[i], NULL);
	free(ids);
}

void
bins_sum(struct bins *bins, const struct blocks *blocks, struct spots *const *lists, size_t lists_n,
	struct spread *spreads, size_t spreads_n, int threads)
{
	if (!spreads_n)
		return;
	number_bins(bins, lists, lists_n);
	struct filling filling = { .bins = bins, .blocks = blocks, .places = spreads[0].places };
	filling.places_n = gather_places(spreads, spreads_n);
	unsigned bits = SLOT_BITS;
	while (bins->n >> (bits - SLOT_BITS))
		bits++;
	radix_sort(spreads[0].places, filling.places_n, REF_BITS, bits);
	filling.first = xcalloc(bins->n + 1, sizeof(*filling.first));
	for (size_t i = 0; i < filling.places_n; i++)
		filling.first[(filling.places[i] >> BIN_SHIFT) + 1] = i + 1;
	pthread_mutex_init(&filling.lock, NULL);
	run_filling(&filling, threads);
	pthread_mutex_destroy(&filling.lock);
	free(filling.first);
}
