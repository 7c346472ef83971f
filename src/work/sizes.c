/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/sizes.h"

#include <stdlib.h>

#include "base/when.h"

/* A request, as one source has it. */
struct found {
	struct hash128 id;
	int64_t chain; /* of parts of one file */
	bool twin;
	struct request_size size;
};

struct gathering {
	const struct sizes_query *query;
	bool *wanted; /* by key */
	size_t keys_n;
	struct found *items;
	size_t n, size;
};

/* ---- which keys are the workload's ---- */

static bool
mark_keys(struct gathering *gathering, struct err *err)
{
	const struct sizes_query *query = gathering->query;
	struct keys keys = { 0 };
	bool good = ledger_load_keys(query->ledger, &keys, err);
	const char *name = slice_copy(&keys.arena, query->workload).p;
	gathering->keys_n = keys.n;
	gathering->wanted = xcalloc(keys.n + 1, sizeof(*gathering->wanted));
	for (size_t i = 0; good && i < keys.n; i++) {
		/* a free number has no texts; a bucket that holds one request is no single one */
		if (!keys.items[i].text[KEY_BILLER].p || keys.items[i].width)
			continue;
		struct key key = key_collapse(&keys.items[i], query->collapsed);
		gathering->wanted[i] = slice_is_nocase(workload_name(query->rules, &key), name);
	}
	keys_free(&keys);
	return good;
}

/* ---- one source after the other ---- */

static bool
is_within(const struct period *period, const struct entry *entry)
{
	int64_t ns = entry->second * NS_PER_SECOND;
	return !entry->timed || (ns >= period->start && ns < period->end);
}

/* Is it a request of the workload? */
static bool
look_at(const struct gathering *gathering, const struct item *item, struct found *out)
{
	struct unpack in = unpack_of(item->packed, item->size);
	struct entry entry;
	if (!entry_unpack(&in, &entry) || entry.key >= gathering->keys_n ||
		!gathering->wanted[entry.key] || entry.requests != 1 || !entry.has_tokens ||
		!is_within(gathering->query->period, &entry))
		return false;
	*out = (struct found){ .id = item->id, .twin = entry.twin };
	out->size.count = item->count;
	out->size.output = entry.tokens[TOKEN_OUTPUT];
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		out->size.prompt += entry.tokens[i];
	return out->size.prompt > 0;
}

/* Entries come in order of their identities: the first are those with the smallest hashes. */
static bool
gather(struct gathering *gathering, const struct source *source, struct err *err)
{
	struct entry_walk *walk = entry_walk_new(gathering->query->ledger, source->id, err);
	struct item item;
	struct found found;
	int got = walk ? 1 : -1;
	for (size_t n = 0; n < SIZES_MOST && got > 0;) {
		got = entry_walk_next(walk, &item, err);
		if (got <= 0 || !look_at(gathering, &item, &found))
			continue;
		found.chain = source->chain;
		gathering->items = xgrow(gathering->items, &gathering->size, gathering->n,
			sizeof(*gathering->items));
		gathering->items[gathering->n++] = found;
		n++;
	}
	entry_walk_free(walk);
	return got >= 0;
}

/* ---- each once ---- */

static int
by_id(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	int order = hash_compare(a->id, b->id);
	if (order)
		return order;
	int64_t x = a->size.prompt + a->size.output, y = b->size.prompt + b->size.output;
	if (x != y)
		return x > y ? -1 : 1;
	return (a->chain > b->chain) - (a->chain < b->chain);
}

/* Of copies the largest counts, as in all sums; equal lines of a file that grew add up. */
static void
settle(struct gathering *gathering)
{
	struct found *items = gathering->items;
	size_t n = 0;
	if (gathering->n)
		qsort(items, gathering->n, sizeof(*items), by_id);
	for (size_t i = 0; i < gathering->n; i++) {
		struct found *last = n ? &items[n - 1] : NULL;
		if (!last || !hash_eq(last->id, items[i].id))
			items[n++] = items[i];
		else if (last->twin && last->chain && last->chain == items[i].chain)
			last->size.count += items[i].size.count;
		else if (last->twin && items[i].size.count > last->size.count)
			last->size.count = items[i].size.count;
	}
	gathering->n = n < SIZES_MOST ? n : SIZES_MOST;
}

bool
request_sizes(const struct sizes_query *query, struct request_sizes *out, struct err *err)
{
	struct gathering gathering = { .query = query };
	bool good = mark_keys(&gathering, err);
	for (size_t i = 0; good && i < query->sources->n; i++) {
		good = gather(&gathering, &query->sources->items[i], err);
		if (gathering.n > (size_t)SIZES_MOST * 4)
			settle(&gathering);
	}
	settle(&gathering);
	*out = (struct request_sizes){ 0 };
	for (size_t i = 0; good && i < gathering.n; i++) {
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		out->items[out->n++] = gathering.items[i].size;
	}
	free(gathering.items);
	free(gathering.wanted);
	return good;
}

void
request_sizes_free(struct request_sizes *sizes)
{
	free(sizes->items);
	*sizes = (struct request_sizes){ 0 };
}
