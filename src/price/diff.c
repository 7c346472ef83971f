/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/diff.h"

#include <stdlib.h>

#include "price/known.h"

/* One price in force under the name that both sides share. */
struct flat {
	struct slice provider, model;
	const struct price_row *row;
	size_t spelling; /* length of the name in the file: the shortest stands for the others */
};

struct flats {
	struct flat *items;
	size_t n, size;
};

static void
add_flat(
	struct flats *flats, struct slice provider, struct slice model, const struct price_row *row)
{
	flats->items = xgrow(flats->items, &flats->size, flats->n, sizeof(*flats->items));
	flats->items[flats->n++] = (struct flat){ provider, model, row, row->model.n };
}

static bool
is_price(const struct price_row *row, int64_t when)
{
	return row->from <= when && when < row->to && !slice_is(row->kind, "multiplier");
}

static void
flatten_catalog(const struct catalog *catalog, int64_t when, struct flats *flats)
{
	const struct model *const *models;
	size_t n = catalog_models(catalog, &models);
	for (size_t i = 0; i < n; i++) {
		const struct price_row *const *rows;
		size_t rows_n = model_rows(models[i], &rows);
		for (size_t k = 0; k < rows_n; k++)
			if (is_price(rows[k], when))
				add_flat(flats, rows[k]->provider, rows[k]->model, rows[k]);
	}
}

/* 'catalog' NULL: names stay as they are written. */
static void
flatten_table(const struct price_table *table, const struct catalog *catalog, int64_t when,
	struct flats *flats, size_t *elsewhere)
{
	struct known *known = xcalloc(table->keys_n + 1, sizeof(*known));
	for (size_t i = 0; i < table->keys_n && catalog; i++)
		known[i] = known_key(catalog, table->keys[i], when);
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct listed *listed = table->rows[i];
		const struct price_row *row = &listed->stored.row;
		const struct known *key = &known[listed->key->number];
		if (!is_price(row, when))
			continue;
		if (!catalog || !key->model)
			add_flat(flats, row->provider, row->model, row);
		else if (key->own && key->modifier == 1000 &&
			 !known_price(key, &listed->stored, when).elsewhere)
			add_flat(flats, model_provider(key->model), model_id(key->model), row);
		else
			++*elsewhere;
	}
	free(known);
}

static int
compare_int(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int
compare_thing(const struct flat *a, const struct flat *b)
{
	int order = slice_compare_nocase(a->provider, b->provider);
	if (!order)
		order = slice_compare_nocase(a->model, b->model);
	if (!order)
		order = compare_int(a->row->tier, b->row->tier);
	if (!order)
		order = slice_compare(a->row->kind, b->row->kind);
	if (!order)
		order = compare_int(a->row->above, b->row->above);
	if (!order)
		order = slice_compare(a->row->region, b->row->region);
	return order ? order : slice_compare(a->row->hours, b->row->hours);
}

static int
compare_flats(const void *pa, const void *pb)
{
	const struct flat *a = pa, *b = pb;
	int order = compare_thing(a, b);
	if (!order)
		order = compare_int((int64_t)a->spelling, (int64_t)b->spelling);
	if (!order)
		order = slice_compare(a->row->model, b->row->model);
	return order ? order : compare_int(a->row->line, b->row->line);
}

static void
sort_flats(struct flats *flats)
{
	size_t kept = 0;
	if (!flats->n)
		return;
	qsort(flats->items, flats->n, sizeof(*flats->items), compare_flats);
	for (size_t i = 0; i < flats->n; i++)
		if (!kept || compare_thing(&flats->items[kept - 1], &flats->items[i]) != 0)
			flats->items[kept++] = flats->items[i];
	flats->n = kept;
}

/* How far apart two prices are, as a fraction of at least 1; from or to 0: farther than any. */
static void
distance(const struct price_change *change, int64_t *over, int64_t *under)
{
	int64_t a = change->before->picos, b = change->after->picos;
	*over = a > b ? a : b;
	*under = a > b ? b : a;
}

static int
compare_changes(const void *pa, const void *pb)
{
	const struct price_change *a = pa, *b = pb;
	int order = compare_int(a->what, b->what);
	if (!order && a->what == PRICE_CHANGED) {
		int64_t a_over, a_under, b_over, b_under;
		distance(a, &a_over, &a_under);
		distance(b, &b_over, &b_under);
		__int128 left = (__int128)a_over * b_under, right = (__int128)b_over * a_under;
		order = (left < right) - (left > right);
	}
	const struct price_row *x = a->before ? a->before : a->after,
			       *y = b->before ? b->before : b->after;
	struct flat fx = { a->provider, a->model, x, 0 }, fy = { b->provider, b->model, y, 0 };
	return order ? order : compare_thing(&fx, &fy);
}

static void
add_change(struct price_changes *changes, enum price_changed what, const struct flat *before,
	const struct flat *after)
{
	const struct flat *one = before ? before : after;
	changes->items[changes->n++] = (struct price_change){ .what = what,
		.provider = one ? one->provider : SLICE(""),
		.model = one ? one->model : SLICE(""),
		.before = before ? before->row : NULL,
		.after = after ? after->row : NULL };
	changes->changed += what == PRICE_CHANGED;
	changes->removed += what == PRICE_REMOVED;
	changes->added += what == PRICE_ADDED;
}

static void
compare_prices(const struct flat *before, const struct flat *after, struct price_changes *changes)
{
	int64_t over, under;
	changes->compared++;
	if (before->row->picos == after->row->picos)
		return;
	add_change(changes, PRICE_CHANGED, before, after);
	distance(&changes->items[changes->n - 1], &over, &under);
	/* a price is at most 10^12 pico-units */
	changes->far += over > 2 * under;
}

/* Walks both sorted sides at once. */
static void
compare_sides(const struct flats *a, const struct flats *b, struct price_changes *changes)
{
	size_t i = 0, k = 0;
	while (i < a->n || k < b->n) {
		int order = i == a->n   ? 1
			    : k == b->n ? -1
					: compare_thing(&a->items[i], &b->items[k]);
		const struct flat *left = order <= 0 ? &a->items[i++] : NULL,
				  *right = order >= 0 ? &b->items[k++] : NULL;
		if (left && right)
			compare_prices(left, right, changes);
		else if (left)
			add_change(changes, PRICE_REMOVED, left, NULL);
		else if (right)
			add_change(changes, PRICE_ADDED, NULL, right);
	}
}

static bool
is_ours(const struct price_side *side)
{
	return side->catalog || side->table->form == TABLE_CSV;
}

struct price_changes
price_diff(const struct price_side *a, const struct price_side *b, const struct catalog *catalog,
	int64_t when, struct arena *arena)
{
	const struct price_side *sides[2] = { a, b };
	struct flats flats[2] = { { NULL, 0, 0 }, { NULL, 0, 0 } };
	struct price_changes changes = { .items = NULL };
	bool same = is_ours(a) ? is_ours(b) : !is_ours(b) && a->table->form == b->table->form;
	for (int i = 0; i < 2; i++) {
		if (sides[i]->catalog)
			flatten_catalog(sides[i]->catalog, when, &flats[i]);
		else
			flatten_table(sides[i]->table, same || is_ours(sides[i]) ? NULL : catalog,
				when, &flats[i], &changes.elsewhere);
		sort_flats(&flats[i]);
	}
	changes.items = arena_take(arena, (flats[0].n + flats[1].n + 1) * sizeof(*changes.items));
	compare_sides(&flats[0], &flats[1], &changes);
	if (changes.n)
		qsort(changes.items, changes.n, sizeof(*changes.items), compare_changes);
	free(flats[0].items);
	free(flats[1].items);
	return changes;
}
