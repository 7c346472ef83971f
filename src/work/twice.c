/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/twice.h"

#include <stdlib.h>

enum { REQUESTS_LEAST = 5, HALF_HOURS_LEAST = 3, HALF_HOURS_OF_MONTH = 1488 };

/* All that one source has of a biller's half hour; source NULL: what was taken off. */
struct cell {
	const struct source *source;
	struct slice biller;
	int64_t when;
	int64_t requests, input, output;
	bool used;
};

struct cells {
	struct cell *items; /* open addressing; a power of two */
	size_t n, size;
};

struct pair {
	const struct source *one, *other;
	int64_t requests, half_hours;
	bool varied; /* not all requests are of one size */
};

struct pairs {
	struct pair *items;
	size_t n, size;
};

static bool
is_log(const struct key *key)
{
	return ((key->origin == ORIGIN_CLIENT || key->origin == ORIGIN_GATEWAY) &&
		       key->width == 0) &&
	       !(key->how & HOW_WITHOUT_USAGE);
}

static struct cell *
cell_at(const struct cells *cells, const struct source *source, struct slice biller, int64_t when)
{
	uint64_t hash = (uint64_t)when * 0x9E3779B97F4A7C15ull ^
			(uint64_t)(uintptr_t)source * 0xC2B2AE3D27D4EB4Full ^
			hash_64(biller.p, biller.n, 0);
	size_t at = (size_t)(hash >> 20) & (cells->size - 1);
	while (cells->items[at].used &&
		(cells->items[at].source != source || cells->items[at].when != when ||
			!slice_eq(cells->items[at].biller, biller)))
		at = (at + 1) & (cells->size - 1);
	return &cells->items[at];
}

static struct cell *
cell_make(struct cells *cells, const struct source *source, struct slice biller, int64_t when)
{
	if ((cells->n + 1) * 2 > cells->size) {
		struct cells old = *cells;
		cells->size = old.size ? old.size * 2 : 1024;
		cells->items = xcalloc(cells->size, sizeof(*cells->items));
		for (size_t i = 0; i < old.size; i++)
			if (old.items[i].used)
				*cell_at(cells, old.items[i].source, old.items[i].biller,
					old.items[i].when) = old.items[i];
		free(old.items);
	}
	struct cell *cell = cell_at(cells, source, biller, when);
	if (!cell->used) {
		*cell = (struct cell){
			.source = source, .biller = biller, .when = when, .used = true
		};
		cells->n++;
	}
	return cell;
}

static void
add_bin(struct cells *cells, const struct pool *pool, const struct pool_bin *from)
{
	const struct key *key = &pool->keys.items[from->key];
	struct slice packed = pool_slots(pool, from->bin);
	struct unpack in = unpack_of(packed.p, packed.n);
	struct slot slot = { 0 };
	if (!is_log(key) || from->bin->month == MONTH_NONE)
		return;
	while (slot_next(&in, &slot)) {
		int64_t when = (int64_t)from->bin->month * HALF_HOURS_OF_MONTH + slot.index;
		struct cell *cell = cell_make(cells, from->source, key->text[KEY_BILLER], when);
		cell->requests += slot.requests;
		for (int i = 0; i < TOKEN_OUTPUT; i++)
			cell->input += slot.tokens[i];
		cell->output += slot.tokens[TOKEN_OUTPUT];
	}
}

/* Half hours side by side, the same sums behind each other; what was taken off comes first. */
static int
by_sums(const void *left, const void *right)
{
	const struct cell *a = left, *b = right;
	int order = slice_compare(a->biller, b->biller);
	if (order)
		return order;
	if (a->when != b->when)
		return a->when < b->when ? -1 : 1;
	if (!a->source || !b->source)
		return !a->source ? (!b->source ? 0 : -1) : 1;
	if (a->requests != b->requests)
		return a->requests < b->requests ? -1 : 1;
	if (a->input != b->input)
		return a->input < b->input ? -1 : 1;
	if (a->output != b->output)
		return a->output < b->output ? -1 : 1;
	return strcmp(a->source->name, b->source->name);
}

static bool
agree(const struct cell *a, const struct cell *b)
{
	return slice_eq(a->biller, b->biller) && a->when == b->when && a->requests > 0 &&
	       a->requests == b->requests && a->input == b->input && a->output == b->output &&
	       a->input + a->output > 0;
}

static void
add_pair(struct pairs *pairs, const struct cell *a, const struct cell *b)
{
	struct pair *pair = NULL;
	for (size_t i = 0; i < pairs->n && !pair; i++)
		if (pairs->items[i].one == a->source && pairs->items[i].other == b->source)
			pair = &pairs->items[i];
	if (!pair) {
		pairs->items = xgrow(pairs->items, &pairs->size, pairs->n, sizeof(*pairs->items));
		pair = &pairs->items[pairs->n++];
		*pair = (struct pair){ .one = a->source, .other = b->source };
	}
	pair->requests += a->requests;
	pair->half_hours++;
	pair->varied |= a->input % a->requests || a->output % a->requests;
}

/* Neighbours that agree; with what was taken off in their half hour they are no news. */
static void
find_pairs(const struct cell *cells, size_t n, struct pairs *pairs)
{
	const struct cell *corrected = NULL;
	for (size_t i = 0; i < n; i++) {
		const struct cell *cell = &cells[i];
		if (!cell->source) {
			corrected =
				cell->requests || cell->input || cell->output ? cell : corrected;
			continue;
		}
		bool same = corrected && corrected->when == cell->when &&
			    slice_eq(corrected->biller, cell->biller);
		if (!same && i + 1 < n && cells[i + 1].source && agree(cell, &cells[i + 1]))
			add_pair(pairs, cell, &cells[i + 1]);
	}
}

static int64_t
half_hours_of(const struct cell *cells, size_t n, const struct source *source)
{
	int64_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += cells[i].source == source && cells[i].requests > 0;
	return count;
}

static bool
is_suspect(const struct pair *pair, const struct cell *cells, size_t n)
{
	return pair->varied && pair->requests >= REQUESTS_LEAST &&
	       (pair->half_hours >= HALF_HOURS_LEAST ||
		       pair->half_hours == half_hours_of(cells, n, pair->one) ||
		       pair->half_hours == half_hours_of(cells, n, pair->other));
}

/* Are there two logs at all? */
static bool
has_two_logs(const struct pool *pool)
{
	const struct source *first = NULL;
	for (size_t i = 0; i < pool->n; i++) {
		if (!pool->items[i].source || !is_log(&pool->keys.items[pool->items[i].key]))
			continue;
		if (first && first != pool->items[i].source)
			return true;
		first = pool->items[i].source;
	}
	return false;
}

struct twice
twice_find(const struct pool *pool)
{
	struct twice out = { 0 };
	struct cells cells = { 0 };
	struct pairs pairs = { 0 };
	if (!has_two_logs(pool))
		return out;
	for (size_t i = 0; i < pool->n; i++)
		add_bin(&cells, pool, &pool->items[i]);
	size_t n = 0;
	for (size_t i = 0; i < cells.size; i++)
		if (cells.items[i].used)
			cells.items[n++] = cells.items[i];
	if (n)
		qsort(cells.items, n, sizeof(*cells.items), by_sums);
	find_pairs(cells.items, n, &pairs);
	for (size_t i = 0; i < pairs.n; i++) {
		const struct pair *pair = &pairs.items[i];
		if (!is_suspect(pair, cells.items, n))
			continue;
		out.pairs++;
		if (pair->requests <= out.requests)
			continue;
		out.one = pair->one;
		out.other = pair->other;
		out.requests = pair->requests;
		out.half_hours = pair->half_hours;
	}
	free(pairs.items);
	free(cells.items);
	return out;
}
