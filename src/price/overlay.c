/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "price/catalog.h"

static int
compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static inline int
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

int
slice_compare_nocase(struct slice a, struct slice b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int x = lower(a.p[i]), y = lower(b.p[i]);
		if (x != y)
			return x < y ? -1 : 1;
	}
	return compare_int((int64_t)a.n, (int64_t)b.n);
}

static int
compare_model(const struct stored *a, const struct stored *b)
{
	int order = slice_compare_nocase(a->row.provider, b->row.provider);
	return order ? order : slice_compare_nocase(a->row.model, b->row.model);
}

/* Rows of one model that speak of the same thing, but for hours and dates. */
static int
compare_group(const struct stored *a, const struct stored *b)
{
	int order = compare_model(a, b);
	if (!order)
		order = compare_int(a->row.tier, b->row.tier);
	if (!order)
		order = compare_int(a->kind, b->kind);
	if (!order)
		order = slice_compare(a->row.region, b->row.region);
	return order ? order : compare_int(a->row.above, b->row.above);
}

int
stored_compare(const void *pa, const void *pb)
{
	const struct stored *a = *(struct stored *const *)pa, *b = *(struct stored *const *)pb;
	int order = compare_group(a, b);
	if (!order)
		order = compare_int(a->row.from, b->row.from);
	if (!order)
		order = slice_compare(a->row.hours, b->row.hours);
	return order ? order : compare_int(a->order, b->order);
}

bool
stored_same_model(const struct stored *a, const struct stored *b)
{
	return compare_model(a, b) == 0;
}

/* A later row replaces an earlier one of the same hours; from another file, one for all hours
 * replaces every earlier one: whoever states one price means it for the whole day. */
static bool
replaces(const struct stored *later, const struct stored *row)
{
	if (later->order <= row->order || later->row.from >= row->row.to ||
		later->row.to <= row->row.from)
		return false;
	return slice_eq(later->row.hours, row->row.hours) ||
	       (!later->hourly && later->file > row->file);
}

static struct stored *
keep_part(struct catalog *catalog, const struct stored *row, int64_t from, int64_t to)
{
	struct stored *part = arena_take(&catalog->arena, sizeof(*part));
	*part = *row;
	part->row.from = from;
	part->row.to = to;
	return part;
}

/* One group of rows, and all that is left of the groups so far. */
struct laying {
	struct catalog *catalog;
	struct stored **group, **out;
	size_t group_n, out_n, out_size;
};

/* Puts what is left of 'row' beside the group's rows from i on to the end of 'out'. */
static void
add_rest(struct laying *l, size_t i, struct stored *row)
{
	for (; i < l->group_n; i++) {
		const struct stored *later = l->group[i];
		if (!replaces(later, row))
			continue;
		if (row->row.from < later->row.from)
			add_rest(l, i + 1,
				keep_part(l->catalog, row, row->row.from, later->row.from));
		if (later->row.to >= row->row.to)
			return;
		row = keep_part(l->catalog, row, later->row.to, row->row.to);
	}
	l->out = xgrow(l->out, &l->out_size, l->out_n, sizeof(struct stored *));
	l->out[l->out_n++] = row;
}

/* An overlay that names no provider means the model that is there. */
static void
fill_providers(struct catalog *catalog)
{
	for (size_t i = 0; i < catalog->stored_n; i++) {
		struct price_row *row = &catalog->stored[i]->row;
		for (size_t k = 0; k < catalog->stored_n && !row->provider.n; k++) {
			const struct stored *other = catalog->stored[k];
			if (other->kind != KIND_MULTIPLIER &&
				slice_compare_nocase(other->row.model, row->model) == 0)
				row->provider = other->row.provider;
		}
	}
}

void
catalog_overlay(struct catalog *catalog)
{
	struct laying l = { .catalog = catalog };
	fill_providers(catalog);
	if (catalog->stored_n)
		qsort(catalog->stored, catalog->stored_n, sizeof(struct stored *), stored_compare);
	for (size_t i = 0, end; i < catalog->stored_n; i = end) {
		l.group = catalog->stored + i;
		for (end = i + 1; end < catalog->stored_n &&
				  compare_group(l.group[0], catalog->stored[end]) == 0;)
			end++;
		l.group_n = end - i;
		for (size_t k = 0; k < l.group_n; k++)
			add_rest(&l, 0, l.group[k]);
	}
	if (l.out_n)
		qsort(l.out, l.out_n, sizeof(struct stored *), stored_compare);
	free(catalog->stored);
	catalog->stored = l.out;
	catalog->stored_n = l.out_n;
	catalog->stored_size = l.out_size;
}
