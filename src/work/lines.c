/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/lines.h"

#include <stdlib.h>

#include "base/when.h"

/* More copies than this are not taken in: then nothing is listed. */
enum { COPIES_MOST = LINES_MOST * 8 };

enum {
	KEY_NEW,
	KEY_OTHER,
	KEY_FIRST
}; /* what is known of a key; KEY_FIRST + i: it is keys[i] of the pool */

struct search {
	const struct trace *trace;
	const struct pool *pool;
	const struct source *source;
	const struct keys *keys; /* the source's own */
	const uint32_t *key_map; /* from an entry's key to them; NULL: they are the same */
	uint32_t *known;         /* by an own key */
	struct trace_lines *out;
};

static uint32_t
pool_key(struct search *search, uint32_t own)
{
	uint32_t *known = &search->known[own];
	if (*known != KEY_NEW)
		return *known;
	struct key key = key_collapse(&search->keys->items[own], search->pool->collapsed);
	*known = KEY_OTHER;
	for (size_t i = 0; i < search->trace->spots_n && *known == KEY_OTHER; i++) {
		uint32_t wanted = search->trace->spots[i].key;
		if (key_equal(&key, &search->pool->keys.items[wanted]))
			*known = KEY_FIRST + wanted;
	}
	return *known;
}

/* Is this half hour of this key one that was counted? */
static bool
is_counted(const struct trace *trace, uint32_t key, const struct entry *entry)
{
	int month = MONTH_NONE, slot = 0;
	if (entry->timed) {
		month = when_month(entry->second * NS_PER_SECOND);
		slot = (int)((entry->second - when_month_start(month) / NS_PER_SECOND) /
			     SLOT_SECONDS);
	}
	for (size_t i = 0; i < trace->spots_n; i++)
		if (trace->spots[i].key == key && trace->spots[i].month == month &&
			trace->spots[i].slot == slot)
			return true;
	return false;
}

/* False: there are too many. */
static bool
look_at(struct search *search, const struct item *item)
{
	struct unpack in = unpack_of(item->packed, item->size);
	struct trace_line line = { .source = search->source, .id = item->id, .count = item->count };
	if (!entry_unpack(&in, &line.entry))
		return true;
	uint32_t own = search->key_map ? search->key_map[line.entry.key] : line.entry.key;
	if (own >= search->keys->n || !search->keys->items[own].text[KEY_BILLER].p)
		return true;
	uint32_t key = pool_key(search, own);
	if (key < KEY_FIRST || !is_counted(search->trace, key - KEY_FIRST, &line.entry))
		return true;
	struct trace_lines *out = search->out;
	if (out->n == COPIES_MOST)
		return false;
	out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
	line.model = slice_copy(
		&out->arena, search->pool->keys.items[key - KEY_FIRST].text[KEY_RESPONSE_MODEL]);
	struct slice currency = search->pool->keys.items[key - KEY_FIRST].text[KEY_CURRENCY];
	if (currency.n < sizeof(line.currency))
		memcpy(line.currency, currency.p, currency.n);
	out->items[out->n++] = line;
	return true;
}

/* 1 all of its entries were seen, 0 there are too many, -1 error. */
static int
search_source(
	struct search *search, struct ledger *ledger, const struct keys *stored, struct err *err)
{
	const struct folded *folded = search->source->folded;
	struct folded_walk walk = { .folded = folded };
	struct entry_walk *stored_walk = NULL;
	struct item item;
	int got = 1;
	search->keys = folded ? &folded->keys : stored;
	search->key_map = folded ? folded->key_map : NULL;
	search->known = xcalloc(search->keys->n + 1, sizeof(*search->known));
	if (!folded && !(stored_walk = entry_walk_new(ledger, search->source->id, err)))
		got = -1;
	bool room = true;
	while (got > 0 && room) {
		got = folded ? folded_next(&walk, &item) : entry_walk_next(stored_walk, &item, err);
		room = got <= 0 || look_at(search, &item);
	}
	entry_walk_free(stored_walk);
	free(search->known);
	return got < 0 ? -1 : room;
}

static int
by_id(const void *left, const void *right)
{
	const struct trace_line *a = left, *b = right;
	int order = hash_compare(a->id, b->id);
	if (order)
		return order;
	int64_t x = entry_tokens(&a->entry), y = entry_tokens(&b->entry);
	if (x != y)
		return x > y ? -1 : 1;
	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->source->name, b->source->name);
}

static int
by_place(const void *left, const void *right)
{
	const struct trace_line *a = left, *b = right;
	int order = strcmp(a->source->name, b->source->name);
	if (order)
		return order;
	if (a->entry.line != b->entry.line)
		return a->entry.line < b->entry.line ? -1 : 1;
	return hash_compare(a->id, b->id);
}

/* Of copies in several files the first in this order counts; parts of one file that grew add up. */
static void
drop_copies(struct trace_lines *lines)
{
	size_t n = 0;
	if (lines->n)
		qsort(lines->items, lines->n, sizeof(*lines->items), by_id);
	for (size_t i = 0; i < lines->n; i++) {
		const struct trace_line *last = n ? &lines->items[n - 1] : NULL,
					*line = &lines->items[i];
		bool part = last && line->entry.twin && line->source->chain &&
			    line->source->chain == last->source->chain;
		if (!last || part || !hash_eq(last->id, line->id))
			lines->items[n++] = *line;
	}
	lines->n = n;
	if (n)
		qsort(lines->items, n, sizeof(*lines->items), by_place);
}

bool
trace_lines(const struct trace *trace, const struct pool *pool, struct ledger *ledger,
	struct trace_lines *out, struct err *err)
{
	struct keys stored = { 0 };
	int64_t records = 0, listed = 0;
	int got = 1;
	bool stored_used = false;
	*out = (struct trace_lines){ 0 };
	for (size_t i = 0; i < trace->sources_n; i++)
		records += trace->sources[i].records;
	if (records > LINES_MOST || records <= 0 || trace->spots_full)
		return true;
	for (size_t i = 0; i < trace->sources_n; i++)
		stored_used |= trace->sources[i].source && !trace->sources[i].source->folded;
	if (stored_used && !ledger_load_keys(ledger, &stored, err))
		got = -1;
	for (size_t i = 0; i < trace->sources_n && got > 0; i++) {
		struct search search = { .trace = trace, .pool = pool, .out = out };
		search.source = trace->sources[i].source;
		got = search.source ? search_source(&search, ledger, &stored, err) : 1;
	}
	keys_free(&stored);
	drop_copies(out);
	for (size_t i = 0; i < out->n; i++)
		listed += out->items[i].count;
	if (got == 0 || listed != records) /* better none than some of them */
		out->n = 0;
	return got >= 0;
}

void
trace_lines_place(struct trace_lines *lines, const struct trace_requests *largest)
{
	bool *taken = xcalloc(largest->n + 1, sizeof(*taken));
	for (size_t i = 0; i < lines->n; i++) {
		struct trace_line *line = &lines->items[i];
		for (size_t k = 0; k < largest->n && !line->entry.line; k++) {
			const struct trace_request *request = &largest->items[k];
			if (taken[k] || request->source != line->source ||
				request->tap.second != line->entry.second ||
				!slice_eq(request->model, line->model) ||
				memcmp(request->tap.tokens, line->entry.tokens,
					sizeof(line->entry.tokens)) != 0)
				continue;
			line->entry.line = request->tap.line;
			taken[k] = true;
		}
	}
	free(taken);
	if (lines->n)
		qsort(lines->items, lines->n, sizeof(*lines->items), by_place);
}

void
trace_lines_free(struct trace_lines *lines)
{
	free(lines->items);
	arena_free(&lines->arena);
	*lines = (struct trace_lines){ 0 };
}
