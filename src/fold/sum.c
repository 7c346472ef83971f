/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/sum.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/radix.h"
#include "fold/fill.h"

enum { BATCH = 64 }; /* bins a thread takes at a time */

/* ---- all bins ---- */

struct filling {
	const struct summing *summing;
	struct bins *bins;
	uint64_t *places;          /* those of a bin side by side */
	size_t *first;             /* of each bin's places; one more at the end */
	struct spot *spots;        /* of each bin */
	struct shared_bin *shared; /* by work and month; see pair_bins() */
	size_t shared_n;
	atomic_size_t list; /* the next one to deal out */
	atomic_size_t next, next_shared;
	pthread_mutex_t lock;
};

static void
end_filling(struct filling *filling, struct filler *filler)
{
	pthread_mutex_lock(&filling->lock);
	filler_end(filler, &filling->bins->arena);
	pthread_mutex_unlock(&filling->lock);
}

static void *
fill_bins(void *arg)
{
	struct filling *filling = arg;
	struct filler filler;
	size_t from;
	filler_init(&filler, filling->summing->blocks, filling->summing->watch);
	while ((from = atomic_fetch_add(&filling->next, BATCH)) < filling->bins->n)
		for (size_t i = from; i < from + BATCH && i < filling->bins->n; i++) {
			filling->bins->items[i].key = filling->spots[i].key;
			filling->bins->items[i].month = filling->spots[i].month;
			fill_bin(&filler, &filling->bins->items[i],
				filling->places + filling->first[i],
				filling->first[i + 1] - filling->first[i]);
		}
	end_filling(filling, &filler);
	return NULL;
}

/* ---- pairs of requests of several bins ---- */

/* A bin of a work that is done here and elsewhere. */
struct shared_bin {
	uint32_t work;
	int month;
	size_t bin;
};

static int
by_work(const void *left, const void *right)
{
	const struct shared_bin *a = left, *b = right;
	if (a->work != b->work)
		return a->work < b->work ? -1 : 1;
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	return (a->bin > b->bin) - (a->bin < b->bin);
}

static void
find_shared(struct filling *filling)
{
	const struct watch *watch = filling->summing->watch;
	if (!watch || !watch->works_n)
		return;
	filling->shared = xcalloc(filling->bins->n + 1, sizeof(*filling->shared));
	for (size_t i = 0; i < filling->bins->n; i++) {
		const struct watch_key *key = &watch->keys[filling->spots[i].key];
		if (key->work && key->ordered && filling->spots[i].month != MONTH_NONE)
			filling->shared[filling->shared_n++] =
				(struct shared_bin){ key->work, filling->spots[i].month, i };
	}
	if (filling->shared_n)
		qsort(filling->shared, filling->shared_n, sizeof(*filling->shared), by_work);
}

/* The requests of some bins, in order of time: their places hold seconds since fill_bin(). */
static void
pair_bins(const struct filling *filling, struct filler *filler, const struct shared_bin *bins,
	size_t n)
{
	const struct watch *watch = filling->summing->watch;
	size_t all = 0;
	for (size_t i = 0; i < n; i++)
		all += filling->first[bins[i].bin + 1] - filling->first[bins[i].bin];
	uint64_t *places = xmalloc((all + 1) * sizeof(*places));
	all = 0;
	for (size_t i = 0; i < n; i++) {
		size_t from = filling->first[bins[i].bin], to = filling->first[bins[i].bin + 1];
		memcpy(places + all, filling->places + from, (to - from) * sizeof(*places));
		all += to - from;
	}
	radix_sort(places, all, REF_BITS, 64 - REF_BITS);
	struct pairing pairing = {
		.watcher = &filler->watcher, .month = bins->month, .first = filler->watcher.taps.n
	};
	for (size_t i = 0; i < all; i++) {
		struct unpack in =
			unpack_of(blocks_ref(filler->blocks, places[i] & REF_MASK), BLOCK_BYTES);
		if (!entry_unpack(&in, &filler->entry))
			BUG("an entry that cannot be unpacked");
		if (i > 0 && places[i] >> REF_BITS != places[i - 1] >> REF_BITS)
			pairing_see(&pairing);
		moment_add(
			&filler->watcher.moment, &filler->entry, watch->key_map[filler->entry.key]);
	}
	pairing_see(&pairing);
	free(places);
}

/* One thread's part of the works: each from its first bin to the last one of its month. */
static void *
pair_works(void *arg)
{
	struct filling *filling = arg;
	const struct watch *watch = filling->summing->watch;
	struct filler filler;
	size_t at;
	filler_init(&filler, filling->summing->blocks, watch);
	while ((at = atomic_fetch_add(&filling->next_shared, 1)) < filling->shared_n) {
		const struct shared_bin *first = &filling->shared[at];
		size_t n = 0;
		bool local = false, paid = false;
		if (at > 0 && first[-1].work == first->work && first[-1].month == first->month)
			continue;
		for (; at + n < filling->shared_n && first[n].work == first->work &&
			first[n].month == first->month;
			n++) {
			bool is_local = watch->keys[filling->spots[first[n].bin].key].local;
			local |= is_local;
			paid |= !is_local;
		}
		if (local && paid)
			pair_bins(filling, &filler, first, n);
	}
	end_filling(filling, &filler);
	return NULL;
}

/* ---- where bins are ---- */

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
	for (size_t i = 0; i < filling->summing->lists_n; i++) {
		struct spots *spots = filling->summing->lists[i];
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
	for (size_t i = 0; i < filling->summing->lists_n; i++) {
		struct spots *spots = filling->summing->lists[i];
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
	while ((list = atomic_fetch_add(&filling->list, 1)) < filling->summing->lists_n) {
		size_t *next = filling->summing->lists[list]->next;
		for (size_t i = 0; i < filling->summing->spreads_n; i++) {
			const struct spread *spread = &filling->summing->spreads[i];
			for (size_t k = 0;
				spread->spots == filling->summing->lists[list] && k < spread->n;
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
bins_sum(struct bins *bins, const struct summing *summing)
{
	if (!summing->spreads_n)
		return;
	struct filling filling = { .summing = summing, .bins = bins };
	number_bins(&filling);
	filling.places = xmalloc_large(filling.first[bins->n] * sizeof(*filling.places), true);
	run_threads(deal_places, &filling, summing->threads);
	pthread_mutex_init(&filling.lock, NULL);
	run_threads(fill_bins, &filling, summing->threads);
	find_shared(&filling);
	if (filling.shared_n)
		run_threads(pair_works, &filling, summing->threads);
	if (summing->watch)
		taps_settle(summing->watch->out);
	pthread_mutex_destroy(&filling.lock);
	free(filling.shared);
	free(filling.places);
	free(filling.first);
	free(filling.spots);
}
