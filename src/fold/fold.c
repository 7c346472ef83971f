/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "fold/inside.h"

/* A key by the hash of what makes it. */
struct known_key {
	uint64_t hash;
	uint32_t id;
	bool used;
};

struct fold *
fold_new(int threads, uint64_t secret)
{
	struct fold *fold = xcalloc(1, sizeof(*fold));
	fold->secret = secret;
	fold->threads_n = threads;
	fold->threads = xcalloc((size_t)threads, sizeof(*fold->threads));
	pthread_mutex_init(&fold->keys_lock, NULL);
	for (int t = 0; t < threads; t++)
		for (int i = 0; i < PARTS; i++)
			fold->threads[t].piles[i].chain = CHAIN_INIT;
	blocks_init(&fold->blocks);
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
	collapsed = key_collapse_more(collapsed);
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

/* The fields that make the key, as bytes.  'more' bytes are left free behind them for the caller. */
static size_t
raw_key(struct fold_thread *thread, const struct record *rec, size_t more)
{
	struct slice texts[6 + DIMS] = { rec->biller, rec->provider, rec->request_model,
		rec->response_model, rec->region, rec->line_item };
	struct {
		uint32_t lengths[6 + DIMS];
		int64_t numbers[7];
		unsigned how;
		char currency[4];
	} head = { 0 };
	size_t n = sizeof(head);
	for (int i = 0; i < 6 + DIMS; i++) {
		if (i >= 6)
			texts[i] = rec->dim[i - 6];
		head.lengths[i] = (uint32_t)texts[i].n;
		n += texts[i].n;
	}
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += rec->tokens[i];
	const int64_t numbers[] = { rec->origin, (int64_t)rec->tier << 8 | (int64_t)rec->pay,
		(int64_t)rec->user_hashed << 2 | (int64_t)rec->has_tokens << 1 | rec->has_billed,
		rec->width, rec->requests == 1, rec->context, context_class(prompt) };
	memcpy(head.numbers, numbers, sizeof(numbers));
	head.how = rec->how;
	memcpy(head.currency, rec->currency, sizeof(head.currency));
	if (thread->raw_size < n + more) {
		thread->raw_size = (n + more) * 2;
		thread->raw = xrealloc(thread->raw, thread->raw_size, 1);
	}
	memcpy(thread->raw, &head, sizeof(head));
	unsigned char *to = thread->raw + sizeof(head);
	for (int i = 0; i < 6 + DIMS; i++) {
		if (texts[i].n)
			memcpy(to, texts[i].p, texts[i].n);
		to += texts[i].n;
	}
	return n;
}

/* The hash of the same fields, for the thread's own table. */
static uint64_t
quick_key(const struct record *rec, unsigned collapsed)
{
	const struct slice texts[] = { rec->biller, rec->provider, rec->region, rec->line_item };
	bool one_model = rec->request_model.p == rec->response_model.p &&
			 rec->request_model.n == rec->response_model.n;
	int64_t prompt = 0;
	uint32_t currency;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += rec->tokens[i];
	memcpy(&currency, rec->currency, sizeof(currency));
	uint64_t kinds = (uint64_t)rec->origin << 56 | (uint64_t)rec->tier << 48 |
			 (uint64_t)rec->pay << 40 | (uint64_t)(unsigned char)rec->context << 32 |
			 (uint64_t)context_class(prompt) << 4 |
			 (uint64_t)(rec->requests == 1) << 3 | (uint64_t)one_model << 2 |
			 (uint64_t)rec->has_tokens << 1 | rec->has_billed;
	uint64_t hash = hash_join(7, kinds, (uint64_t)rec->how << 32 | currency);
	hash = hash_join(hash, (uint64_t)rec->width, collapsed);
	hash = hash_join_text(hash, rec->response_model);
	if (!one_model)
		hash = hash_join_text(hash, rec->request_model);
	for (size_t i = 0; i < HL_COUNT(texts); i++)
		hash = texts[i].n ? hash_join_text(hash ^ i << 56, texts[i]) : hash;
	for (size_t i = 0; i < DIMS; i++)
		if (rec->dim[i].n) /* of what is given up only that there was something */
			hash = collapsed & 1u << i
				       ? hash_join(hash, i, ~(uint64_t)0)
				       : hash_join_text(hash ^ (i + 8) << 56, rec->dim[i]);
	if (rec->line_kind < TOKEN_KINDS)
		hash = hash_join(hash, (uint64_t)record_rate(rec), (uint64_t)rec->line_kind);
	return hash;
}

static void
cache_grow(struct fold_thread *thread)
{
	size_t size = thread->cache_size ? thread->cache_size * 2 : 1024;
	struct known_key *old = thread->cache;
	size_t old_size = thread->cache_size;
	thread->cache = xcalloc(size, sizeof(*thread->cache));
	thread->cache_size = size;
	for (size_t i = 0; i < old_size; i++) {
		if (!old[i].used)
			continue;
		size_t at = old[i].hash & (size - 1);
		while (thread->cache[at].used)
			at = (at + 1) & (size - 1);
		thread->cache[at] = old[i];
	}
	free(old);
}

/* The id of the record's key: from the thread's own cache, or by the shared set. */
static uint32_t
key_id(struct fold *fold, struct fold_thread *thread, const struct record *rec)
{
	unsigned collapsed = atomic_load_explicit(&fold->collapsed, memory_order_relaxed);
	if (collapsed != thread->cache_collapsed || thread->cache_n > (size_t)4 * KEYS_MOST) {
		free(thread->cache);
		thread->cache = NULL;
		thread->cache_size = thread->cache_n = 0;
		thread->cache_collapsed = collapsed;
	}
	if ((thread->cache_n + 1) * 2 > thread->cache_size)
		cache_grow(thread);
	uint64_t hash = quick_key(rec, collapsed);
	size_t at = hash & (thread->cache_size - 1);
	for (; thread->cache[at].used; at = (at + 1) & (thread->cache_size - 1))
		if (thread->cache[at].hash == hash)
			return thread->cache[at].id;
	uint32_t id = intern(fold, rec, &thread->scratch);
	arena_reset(&thread->scratch);
	thread->cache[at] = (struct known_key){ hash, id, true };
	thread->cache_n++;
	return id;
}

static struct hash128
content_identity(struct fold_thread *thread, const struct record *rec)
{
	int64_t numbers[4 + TOKEN_KINDS] = { rec->start, rec->requests, rec->latency_ms,
		rec->measures_n };
	memcpy(numbers + 4, rec->tokens, sizeof(rec->tokens));
	size_t more = sizeof(numbers) + sizeof(rec->billed) +
		      RECORD_MEASURES * (sizeof(int64_t) + sizeof(femto_t));
	unsigned char *to = NULL;
	size_t n = raw_key(thread, rec, more);
	to = thread->raw + n;
	memcpy(to, numbers, sizeof(numbers));
	to += sizeof(numbers);
	memcpy(to, &rec->billed, sizeof(rec->billed));
	to += sizeof(rec->billed);
	for (int i = 0; i < rec->measures_n; i++) {
		int64_t kind = rec->measures[i].kind;
		memcpy(to, &kind, sizeof(kind));
		memcpy(to + sizeof(kind), &rec->measures[i].amount, sizeof(femto_t));
		to += sizeof(kind) + sizeof(femto_t);
	}
	return hash_bytes(thread->raw, (size_t)(to - thread->raw), 2);
}

/* Both halves with their lengths, so that no two pairs look alike. */
static struct hash128
text_identity(struct fold_thread *thread, const struct record *rec, uint64_t seed)
{
	if (!rec->id2.n)
		return hash_bytes(rec->id.p, rec->id.n, seed);
	uint64_t length = rec->id.n;
	size_t n = sizeof(length) + rec->id.n + rec->id2.n;
	if (thread->raw_size < n) {
		thread->raw_size = n * 2;
		thread->raw = xrealloc(thread->raw, thread->raw_size, 1);
	}
	memcpy(thread->raw, &length, sizeof(length));
	memcpy(thread->raw + sizeof(length), rec->id.p, rec->id.n);
	memcpy(thread->raw + sizeof(length) + rec->id.n, rec->id2.p, rec->id2.n);
	return hash_bytes(thread->raw, n, seed);
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
identity_of(struct fold *fold, struct fold_thread *thread, const struct record *rec,
	enum identity *mode)
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
		{ a->latency_ms < 0 ? -1 : dist_class(a->latency_ms),
			b->latency_ms < 0 ? -1 : dist_class(b->latency_ms) },
		{ a->ttft_ms, b->ttft_ms }, { a->rows, b->rows }, { a->has_tokens, b->has_tokens },
		{ a->timed, b->timed }, { a->measures_n, b->measures_n } };
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
version_compare(const struct entry *a, const struct entry *b, const struct key *keys_a,
	const struct key *keys_b)
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

void
fold_record(struct fold *fold, int number, const struct record *rec)
{
	struct fold_thread *thread = &fold->threads[number];
	enum identity mode;
	entry_of(&thread->entry, rec, key_id(fold, thread, rec));
	struct hash128 id = identity_of(fold, thread, rec, &mode);
	thread->entry.twin = mode == IDENTITY_CONTENT;
	struct pile *pile = &thread->piles[part_of(id)];
	unsigned char *to = chain_room(&fold->blocks, &pile->chain, RAW_HEAD + ENTRY_MOST);
	uint16_t size = (uint16_t)entry_pack(to + RAW_HEAD, &thread->entry);
	memcpy(to, &id.high, sizeof(id.high));
	to[8] = (unsigned char)(id.low >> 56);
	to[9] = (unsigned char)mode;
	memcpy(to + 10, &size, sizeof(size));
	chain_take(&pile->chain, RAW_HEAD + size);
	pile->n++;
}

void
fold_free(struct fold *fold)
{
	if (!fold)
		return;
	for (int t = 0; t < fold->threads_n; t++) {
		free(fold->threads[t].cache);
		free(fold->threads[t].raw);
		arena_free(&fold->threads[t].scratch);
	}
	blocks_free(&fold->blocks);
	pthread_mutex_destroy(&fold->keys_lock);
	keys_free(&fold->keys);
	free(fold->threads);
	free(fold);
}
