/* SPDX-License-Identifier: GPL-3.0-or-later */
/* finish - the end of a fold: each identity once, in order, summed into bins. */
#include "config.h"

#include <stdlib.h>

#include "base/err.h"
#include "fold/inside.h"

/* An identity and the version of it that counts. */
struct known {
	struct hash128 id;
	const unsigned char *packed;
	uint32_t count; /* 0: free */
};

struct natural {
	struct hash128 id;
	const unsigned char *packed;
};

struct finish {
	struct fold *fold;
	struct folded *out;
	const struct key *keys; /* by the ids in packed entries, as they are at the end */
	uint64_t *places;
	size_t first[PARTS + 1]; /* of each part's places */
	struct spread spreads[PARTS];
	atomic_int next;
};

/* One thread's part of the work. */
struct settler {
	struct finish *finish;
	pthread_t id;
	struct known *table;
	size_t table_n, table_size, used;
	struct natural *naturals;
	size_t naturals_n, naturals_size;
	struct spots spots;
	bool *keys_used;
	uint64_t records, entries, duplicate_rows;
	struct entry old, fresh;
};

static void
unpack(const unsigned char *packed, struct entry *entry)
{
	struct unpack in = unpack_of(packed, ENTRY_MOST);
	if (!entry_unpack(&in, entry))
		BUG("an entry that cannot be unpacked");
}

/* Places grow with the identity, so that a table is nearly in order already. */
static struct known *
find(const struct settler *settler, struct hash128 id)
{
	size_t at = (size_t)(((unsigned __int128)(id.high << PART_BITS) * settler->table_n) >> 64);
	while (settler->table[at].count && !hash_eq(settler->table[at].id, id))
		at = at + 1 == settler->table_n ? 0 : at + 1;
	return &settler->table[at];
}

static int
compare_versions(const struct settler *settler, const struct entry *a, const struct entry *b)
{
	return version_compare(a, b, settler->finish->keys, settler->finish->keys);
}

/* One copy more of an identity that is already there. */
static void
meet(struct settler *settler, struct known *known, enum identity mode, const unsigned char *packed)
{
	unpack(known->packed, &settler->old);
	unpack(packed, &settler->fresh);
	if (mode == IDENTITY_CONTENT) {
		known->count++;
		if (settler->fresh.line < settler->old.line)
			known->packed = packed;
		return;
	}
	bool better = compare_versions(settler, &settler->fresh, &settler->old) > 0;
	settler->duplicate_rows += (uint64_t)(better ? settler->old.rows : settler->fresh.rows);
	if (better)
		known->packed = packed;
}

static void
add(struct settler *settler, struct hash128 id, enum identity mode, const unsigned char *packed)
{
	struct known *known = find(settler, id);
	if (known->count) {
		meet(settler, known, mode, packed);
		return;
	}
	*known = (struct known){ .id = id, .packed = packed, .count = 1 };
	settler->used++;
}

static void
read_pile(struct settler *settler, const struct pile *pile)
{
	const struct blocks *blocks = &settler->finish->fold->blocks;
	const unsigned char *p, *end;
	for (uint32_t block = pile->chain.first; block != BLOCK_NONE;)
		for (block = chain_block(blocks, block, &p, &end); p < end;) {
			struct hash128 id = { .low = (uint64_t)p[8] << 56 };
			enum identity mode = (enum identity)p[9];
			const unsigned char *packed = p + RAW_HEAD;
			uint16_t size;
			memcpy(&id.high, p, sizeof(id.high));
			memcpy(&size, p + 10, sizeof(size));
			p = packed + size;
			if (mode != IDENTITY_NATURAL) {
				add(settler, id, mode, packed);
				continue;
			}
			settler->naturals = xgrow(settler->naturals, &settler->naturals_size,
				settler->naturals_n, sizeof(struct natural));
			settler->naturals[settler->naturals_n++] = (struct natural){ id, packed };
		}
}

static int
by_identity_and_version(const void *left, const void *right, void *arg)
{
	const struct natural *a = left, *b = right;
	struct settler *settler = arg;
	int c = hash_compare(a->id, b->id);
	if (c)
		return c;
	unpack(a->packed, &settler->old);
	unpack(b->packed, &settler->fresh);
	return compare_versions(settler, &settler->fresh, &settler->old); /* the largest first */
}

/* Lines that share a natural key are told apart by their rank of size, so that two files pair them alike. */
static void
place_naturals(struct settler *settler)
{
	const uint64_t part_bits = ~(uint64_t)0 << (64 - PART_BITS);
	uint64_t rank = 0;
	if (settler->naturals_n)
		qsort_r(settler->naturals, settler->naturals_n, sizeof(*settler->naturals),
			by_identity_and_version, settler);
	for (size_t i = 0; i < settler->naturals_n; i++) {
		struct hash128 key = settler->naturals[i].id;
		rank = i > 0 && hash_eq(key, settler->naturals[i - 1].id) ? rank + 1 : 0;
		uint64_t parts[3] = { key.high, key.low, rank };
		struct hash128 id = hash_bytes(parts, sizeof(parts), 6);
		id.high =
			(id.high & ~part_bits) | (key.high & part_bits); /* it stays in its part */
		id.low &= IDENTITY_LOW;
		add(settler, id, IDENTITY_ID, settler->naturals[i].packed);
	}
	settler->naturals_n = 0;
}

/* The table without its gaps, in order.  Insertion sort: it is nearly so already. */
static void
sort_table(struct settler *settler)
{
	struct known *table = settler->table;
	size_t n = 0;
	for (size_t i = 0; i < settler->table_n; i++)
		if (table[i].count)
			table[n++] = table[i];
	for (size_t i = 1; i < n; i++) {
		if (hash_compare(table[i - 1].id, table[i].id) <= 0)
			continue;
		struct known known = table[i];
		size_t at = i;
		while (at > 0 && hash_compare(table[at - 1].id, known.id) > 0)
			at--;
		memmove(&table[at + 1], &table[at], (i - at) * sizeof(known));
		table[at] = known;
	}
}

/* Writes a part's identities anew, in order; see folded_walk_next(). */
static struct chain
write_part(struct settler *settler, uint64_t *places)
{
	struct blocks *blocks = &settler->finish->fold->blocks;
	struct chain chain = CHAIN_INIT;
	uint64_t last = 0;
	for (size_t i = 0; i < settler->used; i++) {
		const struct known *known = &settler->table[i];
		uint16_t size;
		unsigned char *to = chain_room(blocks, &chain, ENTRY_MOST + 3 * PACK_MOST);
		if (i + 4 < settler->used)
			__builtin_prefetch(settler->table[i + 4].packed);
		size_t n = pack_u64(to, known->id.high - last);
		to[n++] = (unsigned char)(known->id.low >> 56);
		const struct entry_head head = entry_peek(known->packed);
		settler->keys_used[head.key] = true;
		places[i] = spots_place(&settler->spots, &head, chain_ref(&chain) + n);
		memcpy(&size, known->packed - sizeof(size), sizeof(size)); /* see RAW_HEAD */
		memcpy(to + n, known->packed, size);
		n += size;
		n += pack_i64(to + n, known->count);
		chain_take(&chain, n);
		settler->records += known->count;
		last = known->id.high;
	}
	chain_close(blocks, &chain);
	return chain;
}

static void
settle_part(struct settler *settler, int number)
{
	struct finish *finish = settler->finish;
	struct fold *fold = finish->fold;
	size_t n = finish->first[number + 1] - finish->first[number];
	if (!n)
		return;
	settler->table_n = n + n / 4 + 8;
	settler->used = 0;
	if (settler->table_n > settler->table_size) {
		free(settler->table);
		settler->table = xmalloc(settler->table_n * sizeof(*settler->table));
		settler->table_size = settler->table_n;
	}
	for (size_t i = 0; i < settler->table_n; i++)
		settler->table[i].count = 0;
	for (int t = 0; t < fold->threads_n; t++)
		read_pile(settler, &fold->threads[t].piles[number]);
	place_naturals(settler);
	sort_table(settler);
	finish->out->parts[number] = write_part(settler, finish->places + finish->first[number]);
	finish->spreads[number].n = settler->used;
	finish->spreads[number].spots = &settler->spots;
	settler->entries += settler->used;
	for (int t = 0; t < fold->threads_n; t++)
		chain_give(&fold->blocks, &fold->threads[t].piles[number].chain);
}

static void *
settle_parts(void *arg)
{
	struct settler *settler = arg;
	int number;
	while ((number = atomic_fetch_add(&settler->finish->next, 1)) < PARTS)
		settle_part(settler, number);
	free(settler->table);
	free(settler->naturals);
	return NULL;
}

static void
run_settlers(struct finish *finish, struct settler *settlers, int n)
{
	int started = 1;
	for (int i = 0; i < n; i++) {
		settlers[i].finish = finish;
		settlers[i].keys_used = xcalloc(finish->fold->keys.n + 1, sizeof(bool));
	}
	while (started < n &&
		pthread_create(&settlers[started].id, NULL, settle_parts, &settlers[started]) == 0)
		started++;
	settle_parts(&settlers[0]);
	for (int i = 1; i < started; i++)
		pthread_join(settlers[i].id, NULL);
	for (int i = 0; i < n; i++) {
		finish->out->records += settlers[i].records;
		finish->out->entries += settlers[i].entries;
		finish->out->duplicate_rows += settlers[i].duplicate_rows;
		for (size_t k = 0; i > 0 && k < finish->fold->keys.n; k++)
			settlers[0].keys_used[k] |= settlers[i].keys_used[k];
	}
}

/* ---- keys ---- */

static int
by_hash(const void *left, const void *right)
{
	return hash_compare(((const struct key *)left)->hash, ((const struct key *)right)->hash);
}

/* The keys that are used, in order, and where each of the fold's ids went. */
static uint32_t *
finish_keys(const struct finish *finish, const bool *used)
{
	struct keys live = { 0 }, *out = &finish->out->keys;
	size_t n = finish->fold->keys.n;
	uint32_t *map = xcalloc(n + 1, sizeof(*map));
	for (size_t i = 0; i < n; i++)
		if (used[i])
			keys_intern(&live, &finish->keys[i]);
	if (live.n)
		qsort(live.items, live.n, sizeof(*live.items), by_hash);
	for (size_t i = 0; i < live.n; i++)
		keys_intern(out, &live.items[i]);
	for (size_t i = 0; i < n; i++)
		if (used[i])
			map[i] = keys_intern(out, &finish->keys[i]);
	keys_free(&live);
	return map;
}

/* The fold's keys as they are with all that was collapsed. */
static struct key *
collapsed_keys(const struct fold *fold, unsigned collapsed)
{
	struct key *keys = xcalloc(fold->keys.n + 1, sizeof(*keys));
	for (size_t i = 0; i < fold->keys.n; i++)
		keys[i] = key_collapse(&fold->keys.items[i], collapsed);
	return keys;
}

/* ---- all of it ---- */

static void
sum_bins(struct finish *finish, struct settler *settlers, int n)
{
	struct spots **lists = xcalloc((size_t)n, sizeof(struct spots *));
	struct spread *spreads = finish->spreads;
	size_t spreads_n = 0;
	for (int i = 0; i < n; i++) {
		lists[i] = &settlers[i].spots;
		for (size_t k = 0; k < lists[i]->n; k++)
			lists[i]->items[k].key = finish->out->key_map[lists[i]->items[k].key];
	}
	for (int i = 0; i < PARTS; i++)
		if (spreads[i].n) {
			spreads[spreads_n] = spreads[i];
			spreads[spreads_n++].places = finish->places + finish->first[i];
		}
	struct watch watch;
	watch_init(&watch, &finish->out->keys, finish->out->key_map, &finish->out->taps);
	bins_sum(&finish->out->bins, &(struct summing){ .blocks = &finish->fold->blocks,
					     .lists = lists,
					     .lists_n = (size_t)n,
					     .spreads = spreads,
					     .spreads_n = spreads_n,
					     .threads = n,
					     .watch = &watch });
	watch_free(&watch);
	free(lists);
}

struct folded *
fold_finish(struct fold *fold)
{
	struct folded *out = xcalloc(1, sizeof(*out));
	struct finish *finish = xcalloc(1, sizeof(*finish));
	int n = fold->threads_n;
	struct settler *settlers = xcalloc((size_t)n, sizeof(*settlers));
	*finish = (struct finish){ .fold = fold, .out = out };
	for (int i = 0; i < PARTS; i++) {
		out->parts[i] = CHAIN_INIT;
		finish->first[i + 1] = finish->first[i];
		for (int t = 0; t < n; t++) {
			chain_close(&fold->blocks, &fold->threads[t].piles[i].chain);
			finish->first[i + 1] += fold->threads[t].piles[i].n;
		}
	}
	out->collapsed = atomic_load(&fold->collapsed);
	struct key *keys = out->collapsed ? collapsed_keys(fold, out->collapsed) : NULL;
	finish->keys = keys ? keys : fold->keys.items;
	finish->places = xmalloc_large(finish->first[PARTS] * sizeof(*finish->places), true);
	run_settlers(finish, settlers, n);
	out->key_map = finish_keys(finish, settlers[0].keys_used);
	out->key_map_n = fold->keys.n;
	sum_bins(finish, settlers, n);
	for (int i = 0; i < n; i++) {
		spots_free(&settlers[i].spots);
		free(settlers[i].keys_used);
	}
	out->blocks = fold->blocks;
	fold->blocks = (struct blocks){ 0 };
	free(finish->places);
	free(keys);
	free(settlers);
	free(finish);
	fold_free(fold);
	return out;
}

void
folded_free(struct folded *folded)
{
	if (!folded)
		return;
	keys_free(&folded->keys);
	bins_free(&folded->bins);
	taps_free(&folded->taps);
	blocks_free(&folded->blocks);
	free(folded->key_map);
	free(folded);
}

bool
folded_next(struct folded_walk *walk, struct item *item)
{
	const struct folded *folded = walk->folded;
	while (walk->p == walk->end) {
		uint32_t block = walk->block;
		if (!walk->inside || block == BLOCK_NONE) {
			if (walk->part == PARTS)
				return false;
			walk->inside = true;
			block = folded->parts[walk->part++].first;
			walk->last = 0;
		}
		walk->at = block;
		walk->block = block == BLOCK_NONE
				      ? BLOCK_NONE
				      : chain_block(&folded->blocks, block, &walk->p, &walk->end);
	}
	struct unpack in = unpack_of(walk->p, (size_t)(walk->end - walk->p));
	walk->last += unpack_u64(&in);
	item->id = (struct hash128){ walk->last, (uint64_t)*in.p++ << 56 };
	item->packed = in.p;
	item->ref = (uint64_t)walk->at * BLOCK_BYTES +
		    (size_t)(in.p - blocks_at(&folded->blocks, walk->at));
	if (!entry_unpack(&in, &walk->entry))
		BUG("an entry that cannot be unpacked");
	item->size = (uint32_t)(in.p - item->packed);
	item->count = (int32_t)unpack_i64(&in);
	walk->p = in.p;
	return true;
}
