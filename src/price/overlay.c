/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "price/catalog.h"

static int
compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static inline char
lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

int
slice_compare_nocase(struct slice a, struct slice b)
{
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		char x = lower(a.p[i]), y = lower(b.p[i]);
		if (x != y)
			return (unsigned char)x < (unsigned char)y ? -1 : 1;
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

/* What is left of 'row' beside the group's rows from i on; puts it at the end of 'out'. */
static void
add_rest(struct catalog *catalog, struct stored **group, size_t n, size_t i, struct stored *row,
	struct stored ***out, size_t *out_n, size_t *out_size)
{
	for (; i < n; i++) {
		const struct stored *later = group[i];
		if (!replaces(later, row))
			continue;
		if (row->row.from < later->row.from)
			add_rest(catalog, group, n, i + 1,
				keep_part(catalog, row, row->row.from, later->row.from), out, out_n,
				out_size);
		if (later->row.to >= row->row.to)
			return;
		row = keep_part(catalog, row, later->row.to, row->row.to);
	}
	*out = xgrow(*out, out_size, *out_n, sizeof(struct stored *));
	(*out)[(*out_n)++] = row;
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
	struct stored **out = NULL;
	size_t out_n = 0, out_size = 0;
	fill_providers(catalog);
	if (catalog->stored_n)
		qsort(catalog->stored, catalog->stored_n, sizeof(struct stored *), stored_compare);
	for (size_t i = 0, end; i < catalog->stored_n; i = end) {
		struct stored **group = catalog->stored + i;
		for (end = i + 1; end < catalog->stored_n &&
				  compare_group(group[0], catalog->stored[end]) == 0;)
			end++;
		for (size_t k = 0; k < end - i; k++)
			add_rest(catalog, group, end - i, 0, group[k], &out, &out_n, &out_size);
	}
	if (out_n)
		qsort(out, out_n, sizeof(struct stored *), stored_compare);
	free(catalog->stored);
	catalog->stored = out;
	catalog->stored_n = out_n;
	catalog->stored_size = out_size;
}
