/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folds - what every folded source keeps, checked; for the unit tests and the fuzz targets. */
#ifndef HLLM_TESTS_UNIT_FOLDS_H
#define HLLM_TESTS_UNIT_FOLDS_H

#include <stdlib.h>

#include "base/err.h"
#include "base/when.h"
#include "fold/fold.h"

/* The sums of a bin, or of the half hours in it. */
struct folds_sum {
	int64_t records, rows, requests, uncounted, tokens[TOKEN_KINDS];
	femto_t billed;
};

static inline void
folds_add_bin(struct folds_sum *sum, const struct bin *bin)
{
	sum->records += bin->records;
	sum->rows += bin->rows;
	sum->requests += bin->requests;
	sum->uncounted += bin->uncounted;
	sum->billed += bin->billed;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sum->tokens[i] += bin->tokens[i];
}

static inline void
folds_add_entry(struct folds_sum *sum, const struct entry *entry, int64_t count)
{
	sum->records += count;
	sum->rows += entry->rows * count;
	sum->requests += entry->requests >= 0 ? entry->requests * count : 0;
	sum->uncounted += entry->requests < 0 ? count : 0;
	sum->billed += entry->billed * count;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sum->tokens[i] += entry->tokens[i] * count;
}

/* Equal but for records and rows, which half hours do not hold. */
static inline bool
folds_same_amounts(const struct folds_sum *a, const struct folds_sum *b)
{
	bool same = a->requests == b->requests && a->uncounted == b->uncounted &&
		    a->billed == b->billed;
	for (int i = 0; i < TOKEN_KINDS; i++)
		same &= a->tokens[i] == b->tokens[i];
	return same;
}

/* The half hours of a bin are in order, inside the month, and add up to it. */
static inline const char *
folds_check_slots(const struct bin *bin)
{
	struct folds_sum whole = { 0 }, parts = { 0 };
	struct unpack in = unpack_of(bin->slots.p, bin->slots.n);
	int last = -1;
	folds_add_bin(&whole, bin);
	for (struct slot slot = { 0 }; slot_next(&in, &slot);) {
		if (slot.index <= last || slot.index >= 31 * 48)
			return "half hours out of order";
		if (bin->month == MONTH_NONE && slot.index != 0)
			return "a half hour of no time";
		last = slot.index;
		parts.requests += slot.requests;
		parts.uncounted += slot.uncounted;
		parts.billed += slot.billed;
		for (int i = 0; i < TOKEN_KINDS; i++)
			parts.tokens[i] += slot.tokens[i];
	}
	if (in.bad || in.p != in.end)
		return "half hours that cannot be unpacked";
	return folds_same_amounts(&whole, &parts) ? NULL : "half hours do not add up to the bin";
}

/* The minutes of a bin are in order and hold its single requests with a time ('singles', counted from the items). */
static inline const char *
folds_check_minutes(const struct bin *bin, int64_t *singles)
{
	struct unpack in = unpack_of(bin->minutes.p, bin->minutes.n);
	int last = -1, index = 0;
	for (int64_t requests; minute_next(&in, &index, &requests); last = index) {
		if (index <= last || index >= 31 * 24 * 60 || bin->month == MONTH_NONE)
			return "minutes out of order";
		if (requests <= 0)
			return "a minute without requests";
		*singles += requests;
	}
	return in.bad || in.p != in.end ? "minutes that cannot be unpacked" : NULL;
}

/* The distributions of a bin can be read and hold no more than its records. */
static inline const char *
folds_check_dists(const struct bin *bin, struct dist *dists)
{
	memset(dists, 0, DISTS * sizeof(*dists));
	if (!dists_add(bin->dists, dists))
		return "distributions that cannot be unpacked";
	for (int i = 0; i < DISTS; i++)
		if (dist_total(&dists[i]) > bin->records)
			return "a distribution holds more than there are records";
	return dist_total(&dists[DIST_CONTEXT]) == dist_total(&dists[DIST_OUTPUT])
		       ? NULL
		       : "contexts and outputs differ";
}

/* NULL when all is well, or what is not. */
static inline const char *
folds_check(const struct folded *folded)
{
	struct folds_sum bins = { 0 }, items = { 0 };
	const char *wrong = NULL;
	int64_t in_minutes = 0, singles = 0;
	struct dist *dists = calloc(DISTS, sizeof(*dists));
	for (size_t i = 0; i < folded->bins.n && !wrong && dists; i++) {
		const struct bin *bin = &folded->bins.items[i];
		folds_add_bin(&bins, bin);
		wrong = bin->key >= folded->keys.n ? "a bin of no key" : folds_check_slots(bin);
		wrong = wrong ? wrong : folds_check_dists(bin, dists);
		wrong = wrong ? wrong : folds_check_minutes(bin, &in_minutes);
	}
	free(dists);
	struct folded_walk walk = { .folded = folded };
	struct hash128 last = { 0 };
	size_t n = 0;
	for (struct item each; !wrong && folded_next(&walk, &each); n++) {
		const struct item *item = &each;
		struct unpack in = unpack_of(item->packed, item->size);
		struct entry entry;
		if (!entry_unpack(&in, &entry) || in.p != in.end)
			return "an entry that cannot be unpacked";
		if (n > 0 && hash_compare(last, item->id) >= 0)
			return "identities out of order";
		last = item->id;
		if (item->count < 1 || (item->count > 1 && !entry.twin))
			return "a count that only twins may have";
		folds_add_entry(&items, &entry, item->count);
		singles += entry.timed && entry.requests == 1 ? item->count : 0;
	}
	for (size_t i = 1; i < folded->keys.n && !wrong; i++)
		wrong = hash_compare(folded->keys.items[i - 1].hash, folded->keys.items[i].hash) >=
					0
				? "keys out of order"
				: NULL;
	if (wrong)
		return wrong;
	if (n != folded->entries)
		return "another number of identities";
	if (singles != in_minutes)
		return "minutes do not add up to the requests";
	if (!folds_same_amounts(&bins, &items) || bins.records != items.records ||
		bins.rows != items.rows)
		return "bins do not add up to the items";
	return (uint64_t)items.records == folded->records ? NULL
							  : "another number of records than items";
}

static inline bool
folds_same_item(
	const struct folded *x, const struct item *a, const struct folded *y, const struct item *b)
{
	struct unpack in_a = unpack_of(a->packed, a->size), in_b = unpack_of(b->packed, b->size);
	struct entry p, q;
	if (!entry_unpack(&in_a, &p) || !entry_unpack(&in_b, &q) || !hash_eq(a->id, b->id) ||
		a->count != b->count)
		return false;
	p.key = x->key_map ? x->key_map[p.key] : p.key;
	q.key = y->key_map ? y->key_map[q.key] : q.key;
	if (p.twin) /* which of equal lines stands for them is left open */
		p.line = q.line = 0;
	unsigned char bytes_p[ENTRY_MOST], bytes_q[ENTRY_MOST];
	size_t n = entry_pack(bytes_p, &p), m = entry_pack(bytes_q, &q);
	return n == m && memcmp(bytes_p, bytes_q, n) == 0;
}

static inline const struct bin *
folds_find_bin(const struct bins *bins, uint32_t key, int month)
{
	for (size_t i = 0; i < bins->n; i++)
		if (bins->items[i].key == key && bins->items[i].month == month)
			return &bins->items[i];
	return NULL;
}

static inline bool
folds_same_bin(const struct bin *a, const struct bin *b)
{
	struct str x = STR_INIT, y = STR_INIT;
	struct bin p = *a, q = *b;
	p.first_line = p.last_line = q.first_line = q.last_line = 0;
	p.measures_n = q.measures_n = 0; /* in order of arrival; compared on their own */
	bin_pack(&x, &p);
	bin_pack(&y, &q);
	bool same = slice_eq(str_as_slice(&x), str_as_slice(&y)) && slice_eq(a->slots, b->slots) &&
		    slice_eq(a->dists, b->dists) && slice_eq(a->minutes, b->minutes) &&
		    a->measures_n == b->measures_n;
	for (int i = 0; i < a->measures_n && same; i++) {
		bool found = false;
		for (int k = 0; k < b->measures_n; k++) {
			const struct measure_sum *m = &a->measures[i], *n = &b->measures[k];
			found |= m->kind == n->kind && m->n == n->n && m->sum == n->sum &&
				 m->min == n->min && m->max == n->max;
		}
		same = found;
	}
	str_free(&x);
	str_free(&y);
	return same;
}

static inline bool
folds_same_taps(const struct taps *x, const struct taps *y)
{
	for (size_t i = 0; i < x->n && i < y->n; i++) {
		const struct tap *a = &x->items[i], *b = &y->items[i];
		if (a->kind != b->kind || a->key != b->key || a->month != b->month ||
			a->count != b->count || a->second != b->second ||
			memcmp(a->tokens, b->tokens, sizeof(a->tokens)) != 0)
			return false;
	}
	return x->n == y->n;
}

/* NULL when both hold the same, but for the lines that twins stand on; or what differs. */
static inline const char *
folds_differ(const struct folded *x, const struct folded *y)
{
	if (x->keys.n != y->keys.n || x->entries != y->entries || x->bins.n != y->bins.n)
		return "another number of keys, items or bins";
	for (size_t i = 0; i < x->keys.n; i++)
		if (!hash_eq(x->keys.items[i].hash, y->keys.items[i].hash))
			return "keys";
	struct folded_walk walk_x = { .folded = x }, walk_y = { .folded = y };
	for (struct item a, b; folded_next(&walk_x, &a);)
		if (!folded_next(&walk_y, &b) || !folds_same_item(x, &a, y, &b))
			return "items";
	for (size_t i = 0; i < x->bins.n; i++) {
		const struct bin *bin = &x->bins.items[i],
				 *other = folds_find_bin(&y->bins, bin->key, bin->month);
		if (!other || !folds_same_bin(bin, other))
			return "bins";
	}
	if (!folds_same_taps(&x->taps, &y->taps))
		return "taps";
	if (x->records != y->records || x->duplicate_rows != y->duplicate_rows ||
		x->collapsed != y->collapsed)
		return "counts";
	return NULL;
}

#endif
