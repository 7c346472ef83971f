/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/fold.h"

#include "base/when.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PARTS = 16, FLUSH = 16 * 1024, NATURAL_MOST = 1 << 20 };

/* Packed entries, as id → place in 'bytes'. */
struct slot_entry {
	struct hash128 id;
	uint32_t at, count; /* count 0: empty */
};

struct natural {
	struct hash128 id;
	uint32_t at;
};

/* One part of all identities, by their first bits; any thread may add to it under its lock. */
struct part {
	pthread_mutex_t lock;
	struct slot_entry *slots;
	size_t slots_n, used;
	char *bytes;
	size_t bytes_n, bytes_size;
	struct natural *naturals;
	size_t naturals_n, naturals_size;
	uint64_t duplicate_rows;
};

/* What a thread keeps for itself: entries not yet handed to their part, and keys it has met. */
struct fold_thread {
	struct str pending[PARTS];
	struct { uint64_t hash; uint32_t id; bool used; } *cache;
	size_t cache_size, cache_n;
	unsigned cache_collapsed;
	struct arena scratch;
	struct str content;
	uint64_t last_line;
	uint32_t in_line;
};

struct fold {
	uint64_t secret;
	int threads_n;
	struct fold_thread *threads;
	struct part parts[PARTS];
	pthread_mutex_t keys_lock;
	struct keys keys;
	size_t live; /* keys as they are with what is collapsed now */
	atomic_uint collapsed;
	struct hash128 prefix;
};

/* Dimensions in the order they are given up. */
static const enum dim collapse_order[] = { DIM_USER, DIM_TAG, DIM_KEY, DIM_ENDPOINT, DIM_AGENT, DIM_PROJECT,
	DIM_ENVIRONMENT, DIM_TASK };

struct fold *
fold_new(int threads, uint64_t secret)
{
	struct fold *fold = xcalloc(1, sizeof(*fold));
	fold->secret = secret;
	fold->threads_n = threads;
	fold->threads = xcalloc((size_t)threads, sizeof(*fold->threads));
	pthread_mutex_init(&fold->keys_lock, NULL);
	for (int i = 0; i < PARTS; i++)
		pthread_mutex_init(&fold->parts[i].lock, NULL);
	return fold;
}

void
fold_prefix(struct fold *fold, struct slice head)
{
	/* up to the second line end: stable while a file grows */
	size_t n = 0;
	for (int lines = 0; n < head.n && lines < 2; n++)
		lines += head.p[n] == '\n';
	fold->prefix = hash_bytes(head.p, n, 1);
}

/* Gives up one more dimension; the caller holds the lock of the keys. */
static void
collapse_more(struct fold *fold)
{
	unsigned collapsed = atomic_load(&fold->collapsed);
	size_t next = 0;
	while (collapsed & 1u << collapse_order[next])
		next++;
	collapsed |= 1u << collapse_order[next];
	struct keys fresh = { 0 };
	size_t n = fold->keys.n;
	for (size_t i = 0; i < n; i++) {
		struct key key = key_collapse(&fold->keys.items[i], collapsed);
		keys_intern(&fresh, &key);
		keys_intern(&fold->keys, &key); /* older ids stay valid and map to it at the end */
	}
	fold->live = fresh.n;
	keys_free(&fresh);
	atomic_store(&fold->collapsed, collapsed);
}

static uint32_t
intern(struct fold *fold, const struct record *rec, struct arena *scratch)
{
	pthread_mutex_lock(&fold->keys_lock);
	struct key key = key_of(rec, fold->secret, atomic_load(&fold->collapsed), scratch);
	key.hash = key_hash(&key);
	size_t before = fold->keys.n;
	uint32_t id = keys_intern(&fold->keys, &key);
	fold->live += fold->keys.n - before;
	while (fold->live > KEYS_MOST && atomic_load(&fold->collapsed) != (1u << DIMS) - 1)
		collapse_more(fold);
	pthread_mutex_unlock(&fold->keys_lock);
	return id;
}

/* The fields that make the key, as bytes: cheaper than the key itself. */
static void
put_text(struct str *out, struct slice text)
{
	str_pack_u64(out, text.n);
	str_slice(out, text);
}

static uint64_t
raw_hash(struct fold_thread *thread, const struct record *rec, unsigned collapsed)
{
	struct str *out = &thread->content;
	str_clear(out);
	put_text(out, rec->biller);
	put_text(out, rec->provider);
	put_text(out, rec->request_model);
	put_text(out, rec->response_model);
	put_text(out, rec->region);
	put_text(out, rec->line_item);
	for (int i = 0; i < DIMS; i++)
		if (!(collapsed & 1u << i))
			put_text(out, rec->dim[i]);
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += rec->tokens[i];
	const int64_t numbers[] = { rec->origin, rec->tier, rec->pay, rec->how, rec->has_tokens, rec->has_billed,
		rec->width, rec->requests == 1, rec->context, context_class(prompt) };
	str_add(out, (const char *)numbers, sizeof(numbers));
	str_add(out, rec->currency, 4);
	return hash_64(out->p, out->n, 7);
}

static void
cache_grow(struct fold_thread *thread)
{
	size_t size = thread->cache_size ? thread->cache_size * 2 : 1024;
	void *old = thread->cache;
	size_t old_size = thread->cache_size;
	thread->cache = xcalloc(size, sizeof(*thread->cache));
	thread->cache_size = size;
	for (size_t i = 0; i < old_size; i++) {
		__typeof__(*thread->cache) item = ((__typeof__(thread->cache))old)[i];
		if (!item.used)
			continue;
		size_t at = item.hash & (size - 1);
		while (thread->cache[at].used)
			at = (at + 1) & (size - 1);
		thread->cache[at] = item;
	}
	free(old);
}

/* The id of the record's key: from the thread's own cache, or by the shared set. */
static uint32_t
key_id(struct fold *fold, struct fold_thread *thread, const struct record *rec)
{
	unsigned collapsed = atomic_load_explicit(&fold->collapsed, memory_order_relaxed);
	if (collapsed != thread->cache_collapsed || thread->cache_n > 4 * KEYS_MOST) {
		free(thread->cache);
		thread->cache = NULL;
		thread->cache_size = thread->cache_n = 0;
		thread->cache_collapsed = collapsed;
	}
	if ((thread->cache_n + 1) * 2 > thread->cache_size)
		cache_grow(thread);
	uint64_t hash = raw_hash(thread, rec, collapsed);
	size_t at = hash & (thread->cache_size - 1);
	for (; thread->cache[at].used; at = (at + 1) & (thread->cache_size - 1))
		if (thread->cache[at].hash == hash)
			return thread->cache[at].id;
	uint32_t id = intern(fold, rec, &thread->scratch);
	arena_reset(&thread->scratch);
	thread->cache[at].hash = hash;
	thread->cache[at].id = id;
	thread->cache[at].used = true;
	thread->cache_n++;
	return id;
}

static struct hash128
content_identity(struct fold_thread *thread, const struct record *rec)
{
	raw_hash(thread, rec, 0);
	struct str *out = &thread->content;
	str_add(out, (const char *)&rec->start, sizeof(rec->start));
	str_add(out, (const char *)rec->tokens, sizeof(rec->tokens));
	str_add(out, (const char *)&rec->requests, sizeof(rec->requests));
	str_add(out, (const char *)&rec->billed, sizeof(rec->billed));
	str_add(out, (const char *)&rec->latency_ms, sizeof(rec->latency_ms));
	for (int i = 0; i < rec->measures_n; i++) {
		str_pack_u64(out, rec->measures[i].kind);
		str_pack_femto(out, rec->measures[i].amount);
	}
	return hash_bytes(out->p, out->n, 2);
}

static struct hash128
text_identity(struct fold_thread *thread, const struct record *rec, uint64_t seed)
{
	if (!rec->id2.n)
		return hash_bytes(rec->id.p, rec->id.n, seed);
	str_clear(&thread->content);
	put_text(&thread->content, rec->id);
	put_text(&thread->content, rec->id2);
	return hash_bytes(thread->content.p, thread->content.n, seed);
}

static struct hash128
ordinal_identity(const struct fold *fold, struct fold_thread *thread, const struct record *rec)
{
	thread->in_line = rec->line == thread->last_line ? thread->in_line + 1 : 0;
	thread->last_line = rec->line;
	uint64_t parts[4] = { fold->prefix.high, fold->prefix.low, rec->line, thread->in_line };
	return hash_bytes(parts, sizeof(parts), 5);
}

static struct hash128
identity_of(struct fold *fold, struct fold_thread *thread, const struct record *rec, enum identity *mode)
{
	*mode = rec->identity;
	if ((*mode == IDENTITY_ID || *mode == IDENTITY_NATURAL) && !rec->id.n)
		*mode = IDENTITY_CONTENT;
	if (*mode == IDENTITY_CONTENT && !rec->timed)
		*mode = IDENTITY_ORDINAL;
	switch (*mode) {
	case IDENTITY_ID:
		return text_identity(thread, rec, 3);
	case IDENTITY_NATURAL:
		return text_identity(thread, rec, 4);
	case IDENTITY_CONTENT:
		return content_identity(thread, rec);
	case IDENTITY_ORDINAL:
		break;
	}
	return ordinal_identity(fold, thread, rec);
}

static int
compare_numbers(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* What is left to tell two versions apart by, so that their order never decides. */
static int
compare_rest(const struct entry *a, const struct entry *b)
{
	int order = 0;
	for (int i = 0; i < TOKEN_KINDS && !order; i++)
		order = compare_numbers(a->tokens[i], b->tokens[i]);
	/* latencies by their class: a ledger keeps no more of them */
	const int64_t numbers[][2] = { { a->requests, b->requests },
		{ a->latency_ms < 0 ? -1 : dist_class(a->latency_ms), b->latency_ms < 0 ? -1 : dist_class(b->latency_ms) },
		{ a->ttft_ms, b->ttft_ms }, { a->rows, b->rows }, { a->has_tokens, b->has_tokens }, { a->timed, b->timed },
		{ a->measures_n, b->measures_n } };
	for (size_t i = 0; i < HL_COUNT(numbers) && !order; i++)
		order = compare_numbers(numbers[i][0], numbers[i][1]);
	for (int i = 0; i < a->measures_n && !order; i++) {
		const struct measure *x = &a->measures[i], *y = &b->measures[i];
		order = compare_numbers(x->kind, y->kind);
		order = order ? order : (x->amount > y->amount) - (x->amount < y->amount);
	}
	order = order ? order : compare_numbers(a->latency_ms, b->latency_ms);
	return order ? order : (b->line > a->line) - (b->line < a->line);
}

int
version_compare(const struct entry *a, const struct entry *b, const struct key *keys_a, const struct key *keys_b)
{
	int order = compare_numbers(entry_tokens(a), entry_tokens(b));
	if (!order)
		order = compare_numbers(a->tokens[TOKEN_OUTPUT], b->tokens[TOKEN_OUTPUT]);
	if (!order)
		order = compare_numbers(a->has_billed, b->has_billed);
	if (!order)
		order = (a->billed > b->billed) - (a->billed < b->billed);
	if (!order)
		order = compare_numbers(b->lesser, a->lesser);
	if (!order)
		order = compare_numbers(b->second, a->second);
	if (!order && (a->key != b->key || keys_a != keys_b))
		order = key_compare(&keys_a[a->key], &keys_b[b->key]);
	return order ? order : compare_rest(a, b);
}

/* Places grow with the identity, so that a table is nearly in order already. */
static struct slot_entry *
part_find(const struct part *part, struct hash128 id)
{
	size_t at = (size_t)(((unsigned __int128)(id.high << 4) * part->slots_n) >> 64);
	while (part->slots[at].count && !hash_eq(part->slots[at].id, id))
		at = at + 1 == part->slots_n ? 0 : at + 1;
	return &part->slots[at];
}

static void
part_grow(struct part *part)
{
	struct slot_entry *old = part->slots;
	size_t old_n = part->slots_n;
	part->slots_n = old_n ? old_n + old_n / 2 : 256;
	part->slots = xcalloc(part->slots_n, sizeof(*part->slots));
	for (size_t i = 0; i < old_n; i++)
		if (old[i].count)
			*part_find(part, old[i].id) = old[i];
	free(old);
}

static uint32_t
part_append(struct part *part, const void *bytes, size_t n)
{
	if (part->bytes_n + n > part->bytes_size) {
		part->bytes_size = part->bytes_size ? part->bytes_size + part->bytes_size / 2 + n : 4096;
		part->bytes = xrealloc(part->bytes, part->bytes_size, 1);
	}
	if (part->bytes_n + n > UINT32_MAX)
		BUG("more than 4 GiB in one part of the fold");
	memcpy(part->bytes + part->bytes_n, bytes, n);
	uint32_t at = (uint32_t)part->bytes_n;
	part->bytes_n += n;
	return at;
}

/* One copy more of an identity that is already there. */
static void
part_meet(struct fold *fold, struct part *part, struct slot_entry *slot, enum identity mode, const void *bytes, size_t n)
{
	struct entry old, fresh;
	struct unpack in = unpack_of(part->bytes + slot->at, part->bytes_n - slot->at), new_in = unpack_of(bytes, n);
	if (!entry_unpack(&in, &old) || !entry_unpack(&new_in, &fresh))
		BUG("an entry that cannot be unpacked");
	if (mode == IDENTITY_CONTENT) {
		slot->count++;
		if (fresh.line < old.line) /* the first of them stands for all */
			slot->at = part_append(part, bytes, n);
		return;
	}
	pthread_mutex_lock(&fold->keys_lock);
	bool better = version_compare(&fresh, &old, fold->keys.items, fold->keys.items) > 0;
	pthread_mutex_unlock(&fold->keys_lock);
	part->duplicate_rows += (uint64_t)(better ? old.rows : fresh.rows);
	if (better)
		slot->at = part_append(part, bytes, n);
}

static void
part_add(struct fold *fold, struct part *part, struct hash128 id, enum identity mode, const void *bytes, size_t n)
{
	if (mode == IDENTITY_NATURAL) {
		part->naturals = xgrow(part->naturals, &part->naturals_size, part->naturals_n, sizeof(*part->naturals));
		part->naturals[part->naturals_n++] = (struct natural){ id, part_append(part, bytes, n) };
		return;
	}
	if ((part->used + 1) * 5 > part->slots_n * 4)
		part_grow(part);
	struct slot_entry *slot = part_find(part, id);
	if (slot->count) {
		part_meet(fold, part, slot, mode, bytes, n);
		return;
	}
	*slot = (struct slot_entry){ id, part_append(part, bytes, n), 1 };
	part->used++;
}

/* Pending entries: id, mode, size, bytes. */
struct pending_head {
	struct hash128 id;
	uint16_t size, mode;
};

static void
flush(struct fold *fold, struct fold_thread *thread, int number)
{
	struct part *part = &fold->parts[number];
	struct str *pending = &thread->pending[number];
	pthread_mutex_lock(&part->lock);
	for (size_t at = 0; at < pending->n;) {
		struct pending_head head;
		memcpy(&head, pending->p + at, sizeof(head));
		at += sizeof(head);
		part_add(fold, part, head.id, (enum identity)head.mode, pending->p + at, head.size);
		at += head.size;
	}
	pthread_mutex_unlock(&part->lock);
	str_clear(pending);
}

void
fold_record(struct fold *fold, int number, const struct record *rec)
{
	struct fold_thread *thread = &fold->threads[number];
	uint32_t key = key_id(fold, thread, rec);
	struct entry entry;
	unsigned char bytes[ENTRY_MOST];
	enum identity mode;
	entry_of(&entry, rec, key);
	struct pending_head head = { .id = identity_of(fold, thread, rec, &mode) };
	head.id.low &= IDENTITY_LOW;
	entry.twin = mode == IDENTITY_CONTENT;
	head.size = (uint16_t)entry_pack(bytes, &entry);
	head.mode = (uint16_t)mode;
	int part = (int)(head.id.high >> 60);
	struct str *pending = &thread->pending[part];
	str_add(pending, (const char *)&head, sizeof(head));
	str_add(pending, (const char *)bytes, head.size);
	if (pending->n > FLUSH)
		flush(fold, thread, part);
}

void
fold_free(struct fold *fold)
{
	if (!fold)
		return;
	for (int t = 0; t < fold->threads_n; t++) {
		for (int i = 0; i < PARTS; i++)
			str_free(&fold->threads[t].pending[i]);
		free(fold->threads[t].cache);
		str_free(&fold->threads[t].content);
		arena_free(&fold->threads[t].scratch);
	}
	for (int i = 0; i < PARTS; i++) {
		pthread_mutex_destroy(&fold->parts[i].lock);
		free(fold->parts[i].slots);
		free(fold->parts[i].bytes);
		free(fold->parts[i].naturals);
	}
	pthread_mutex_destroy(&fold->keys_lock);
	keys_free(&fold->keys);
	free(fold->threads);
	free(fold);
}

/* ---- the end of a fold ---- */

struct natural_order {
	const struct part *part;
	const struct key *keys;
};

static int
by_identity_and_version(const void *left, const void *right, void *arg)
{
	const struct natural *a = left, *b = right;
	const struct natural_order *order = arg;
	int c = hash_compare(a->id, b->id);
	if (c)
		return c;
	struct entry x, y;
	struct unpack in_x = unpack_of(order->part->bytes + a->at, order->part->bytes_n - a->at);
	struct unpack in_y = unpack_of(order->part->bytes + b->at, order->part->bytes_n - b->at);
	if (!entry_unpack(&in_x, &x) || !entry_unpack(&in_y, &y))
		return 0;
	return version_compare(&y, &x, order->keys, order->keys); /* the largest first */
}

/* Lines that share a natural key are told apart by their rank of size, so that two files pair them alike. */
static void
place_naturals(struct fold *fold, struct part *part)
{
	struct natural_order order = { part, fold->keys.items };
	if (part->naturals_n)
		qsort_r(part->naturals, part->naturals_n, sizeof(*part->naturals), by_identity_and_version, &order);
	uint64_t rank = 0;
	for (size_t i = 0; i < part->naturals_n; i++) {
		rank = i > 0 && hash_eq(part->naturals[i].id, part->naturals[i - 1].id) ? rank + 1 : 0;
		uint64_t parts[3] = { part->naturals[i].id.high, part->naturals[i].id.low, rank };
		struct hash128 id = hash_bytes(parts, sizeof(parts), 6);
		id.high = id.high >> 4 | part->naturals[i].id.high >> 60 << 60; /* it stays in this part */
		id.low &= IDENTITY_LOW;
		if ((part->used + 1) * 5 > part->slots_n * 4)
			part_grow(part);
		*part_find(part, id) = (struct slot_entry){ id, part->naturals[i].at, 1 };
		part->used++;
	}
}

/* Insertion sort: the tables come nearly sorted. */
static void
sort_items(struct item *items, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		struct item item = items[i];
		size_t at = i;
		while (at > 0 && hash_compare(items[at - 1].id, item.id) > 0)
			at--;
		memmove(&items[at + 1], &items[at], (i - at) * sizeof(item));
		items[at] = item;
	}
}

static int
by_hash(const void *left, const void *right)
{
	return hash_compare(((const struct key *)left)->hash, ((const struct key *)right)->hash);
}

/* The keys as they are at the end, in order, and where each of the fold's ids went. */
static uint32_t *
finish_keys(struct fold *fold, struct folded *out, const bool *used)
{
	struct keys live = { 0 };
	uint32_t *map = xcalloc(fold->keys.n + 1, sizeof(*map));
	for (size_t i = 0; i < fold->keys.n; i++) {
		struct key key = key_collapse(&fold->keys.items[i], out->collapsed);
		if (used[i])
			keys_intern(&live, &key);
	}
	if (live.n)
		qsort(live.items, live.n, sizeof(*live.items), by_hash);
	for (size_t i = 0; i < live.n; i++)
		keys_intern(&out->keys, &live.items[i]);
	for (size_t i = 0; i < fold->keys.n; i++) {
		struct key key = key_collapse(&fold->keys.items[i], out->collapsed);
		if (used[i])
			map[i] = keys_intern(&out->keys, &key);
	}
	keys_free(&live);
	return map;
}

/* Takes a part's identities over, in order, and gives its table back. */
static void
take_part(struct part *part, struct folded *out, int number, bool *used)
{
	size_t first = out->items_n;
	for (size_t i = 0; i < part->slots_n; i++) {
		const struct slot_entry *slot = &part->slots[i];
		if (!slot->count)
			continue;
		const unsigned char *packed = (const unsigned char *)part->bytes + slot->at;
		struct unpack in = unpack_of(packed, part->bytes_n - slot->at);
		struct entry entry;
		if (!entry_unpack(&in, &entry))
			BUG("an entry that cannot be unpacked");
		used[entry.key] = true;
		out->items[out->items_n++] = (struct item){ slot->id, packed, (uint32_t)(in.p - packed), (int32_t)slot->count };
		out->records += slot->count;
	}
	sort_items(out->items + first, out->items_n - first);
	out->duplicate_rows += part->duplicate_rows;
	out->blocks[number] = part->bytes;
	part->bytes = NULL;
	free(part->slots);
	part->slots = NULL;
}

struct folded *
fold_finish(struct fold *fold)
{
	struct folded *out = xcalloc(1, sizeof(*out));
	size_t total = 0;
	for (int t = 0; t < fold->threads_n; t++)
		for (int i = 0; i < PARTS; i++) {
			flush(fold, &fold->threads[t], i);
			str_free(&fold->threads[t].pending[i]);
		}
	for (int i = 0; i < PARTS; i++) {
		place_naturals(fold, &fold->parts[i]);
		total += fold->parts[i].used;
	}
	out->collapsed = atomic_load(&fold->collapsed);
	out->items = xmalloc(total * sizeof(*out->items));
	out->blocks = xcalloc(PARTS, sizeof(*out->blocks));
	out->blocks_n = PARTS;
	bool *used = xcalloc(fold->keys.n + 1, sizeof(*used));
	for (int i = 0; i < PARTS; i++)
		take_part(&fold->parts[i], out, i, used);
	out->key_map = finish_keys(fold, out, used);
	out->key_map_n = fold->keys.n;
	free(used);
	fold_free(fold);
	bins_build(&out->bins, out->items, total, out->key_map);
	return out;
}

void
folded_free(struct folded *folded)
{
	if (!folded)
		return;
	keys_free(&folded->keys);
	bins_free(&folded->bins);
	free(folded->items);
	free(folded->key_map);
	for (size_t i = 0; i < folded->blocks_n; i++)
		free(folded->blocks[i]);
	free(folded->blocks);
	free(folded);
}
