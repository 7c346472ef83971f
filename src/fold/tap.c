/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/tap.h"

#include <stdlib.h>

#include "base/radix.h"
#include "base/when.h"

enum { AHEAD = 8 }; /* entries fetched before they are needed */

/* What is remembered of a key while the requests go by. */
struct key_state {
	bool local, seen;
	uint64_t work; /* hash of its dimensions: "the same work" */
	int64_t last_second;
	int64_t last_tokens[TOKEN_KINDS];
	int64_t least_prompt, requests, first_second;
};

/* When a local server last did this work. */
struct local_work {
	uint64_t work;
	int64_t second;
};

struct watch {
	const struct folded *folded;
	struct key_state *keys;
	struct local_work *works;
	size_t works_n, works_size;
	struct taps *out;
	size_t tops;
};

static struct tap *
add_tap(struct taps *taps, enum tap_kind kind, uint32_t key, int64_t second)
{
	taps->items = xgrow(taps->items, &taps->size, taps->n, sizeof(*taps->items));
	taps->items[taps->n] = (struct tap){ .kind = kind,
		.key = key,
		.month = when_month(second * NS_PER_SECOND),
		.second = second };
	return &taps->items[taps->n++];
}

static struct tap *
find_tap(struct taps *taps, enum tap_kind kind, uint32_t key, int64_t second)
{
	int month = when_month(second * NS_PER_SECOND);
	for (size_t i = taps->n; i-- > 0;)
		if (taps->items[i].kind == kind && taps->items[i].key == key &&
			taps->items[i].month == month)
			return &taps->items[i];
	return add_tap(taps, kind, key, second);
}

static void
add_request(struct tap *tap, const struct entry *entry)
{
	tap->count++;
	for (int i = 0; i < TOKEN_KINDS; i++)
		tap->tokens[i] += entry->tokens[i];
}

static struct local_work *
find_work(struct watch *watch, uint64_t work)
{
	for (size_t i = 0; i < watch->works_n; i++)
		if (watch->works[i].work == work)
			return &watch->works[i];
	return NULL;
}

static void
watch_fallback(
	struct watch *watch, struct key_state *state, uint32_t key, const struct entry *entry)
{
	struct local_work *work = find_work(watch, state->work);
	if (state->local) {
		if (!work) {
			watch->works = xgrow(watch->works, &watch->works_size, watch->works_n,
				sizeof(*watch->works));
			work = &watch->works[watch->works_n++];
		}
		*work = (struct local_work){ state->work, entry->second };
	} else if (work && entry->second - work->second <= TAP_FALLBACK_SECONDS) {
		add_request(find_tap(watch->out, TAP_FALLBACK, key, entry->second), entry);
		work->second = INT64_MIN / 2; /* one local answer falls back once */
	}
}

static void
watch_repeat(struct watch *watch, struct key_state *state, uint32_t key, const struct entry *entry)
{
	if (state->seen && entry->second - state->last_second <= TAP_REPEAT_SECONDS &&
		memcmp(state->last_tokens, entry->tokens, sizeof(entry->tokens)) == 0 &&
		entry_tokens(entry) > 0)
		add_request(find_tap(watch->out, TAP_REPEAT, key, entry->second), entry);
	state->last_second = entry->second;
	memcpy(state->last_tokens, entry->tokens, sizeof(entry->tokens));
}

/* A large answer costs more than a large prompt: output counts four times. */
static int64_t
weight_of(const int64_t tokens[TOKEN_KINDS])
{
	int64_t sum = tokens[TOKEN_OUTPUT] * 4;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += tokens[i];
	return sum;
}

/* Tops stand at the front of the list, the smallest of them first to go. */
static void
watch_top(struct watch *watch, uint32_t key, const struct entry *entry)
{
	struct taps *taps = watch->out;
	size_t least = 0;
	for (size_t i = 1; i < watch->tops; i++)
		if (weight_of(taps->items[i].tokens) < weight_of(taps->items[least].tokens))
			least = i;
	if (watch->tops == TAP_TOPS &&
		weight_of(entry->tokens) <= weight_of(taps->items[least].tokens))
		return;
	if (watch->tops < TAP_TOPS)
		least = watch->tops++;
	struct tap *tap = &taps->items[least];
	*tap = (struct tap){ .kind = TAP_TOP,
		.key = key,
		.month = when_month(entry->second * NS_PER_SECOND),
		.count = 1,
		.second = entry->second,
		.line = entry->line };
	memcpy(tap->tokens, entry->tokens, sizeof(tap->tokens));
}

static void
watch_floor(struct key_state *state, const struct entry *entry)
{
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += entry->tokens[i];
	if (!state->requests || prompt < state->least_prompt)
		state->least_prompt = prompt;
	if (!state->requests)
		state->first_second = entry->second;
	state->requests++;
}

/* Seconds since the first of a source; what lies more than 34 years behind it has no order. */
#define SPAN_MOST (((uint64_t)1 << (64 - REF_BITS)) - 1)

static int64_t
first_second(const struct folded *folded)
{
	int64_t first = INT64_MAX;
	for (size_t i = 0; i < folded->bins.n; i++)
		first = folded->bins.items[i].first < first ? folded->bins.items[i].first : first;
	return first;
}

/* The requests that have an order, as second << REF_BITS | reference. */
static uint64_t *
take_turns(const struct folded *folded, size_t *n)
{
	uint64_t *turns = xmalloc(folded->entries * sizeof(*turns)), most = 0;
	int64_t first = first_second(folded);
	struct folded_walk walk = { .folded = folded };
	const struct entry *entry = &walk.entry;
	*n = 0;
	for (struct item item; folded_next(&walk, &item);) {
		if (!entry->timed || entry->requests != 1 || !entry->has_tokens ||
			folded->keys.items[folded->key_map[entry->key]].width)
			continue;
		uint64_t second = (uint64_t)(entry->second - first);
		second = second < SPAN_MOST ? second : SPAN_MOST;
		most = second > most ? second : most;
		turns[(*n)++] = second << REF_BITS | item.ref;
	}
	unsigned bits = 0;
	while (most >> bits)
		bits++;
	radix_sort(turns, *n, REF_BITS, bits);
	return turns;
}

static void
init_keys(struct watch *watch)
{
	const struct keys *keys = &watch->folded->keys;
	watch->keys = xcalloc(keys->n + 1, sizeof(*watch->keys));
	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->items[i];
		watch->keys[i].local = key->pay == PAY_LOCAL || key->how & HOW_LOCAL;
		for (int d = KEY_DIMS; d < KEY_TEXTS; d++)
			watch->keys[i].work = hash_64(
				key->text[d].p, key->text[d].n, watch->keys[i].work + (uint64_t)d);
	}
}

static void
watch_request(struct watch *watch, uint64_t ref, struct entry *entry)
{
	struct unpack in = unpack_of(blocks_ref(&watch->folded->blocks, ref), ENTRY_MOST);
	if (!entry_unpack(&in, entry))
		return;
	uint32_t key = watch->folded->key_map[entry->key];
	struct key_state *state = &watch->keys[key];
	watch_fallback(watch, state, key, entry);
	watch_repeat(watch, state, key, entry);
	watch_top(watch, key, entry);
	watch_floor(state, entry);
	state->seen = true;
}

void
taps_watch(const struct folded *folded, struct taps *out)
{
	struct watch watch = { .folded = folded, .out = out };
	size_t n;
	uint64_t *turns = take_turns(folded, &n);
	out->items = xrealloc(out->items, TAP_TOPS, sizeof(*out->items));
	out->size = TAP_TOPS;
	out->n = n < TAP_TOPS ? n : TAP_TOPS;
	init_keys(&watch);
	struct entry entry;
	for (size_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			__builtin_prefetch(
				blocks_ref(&folded->blocks, turns[i + AHEAD] & REF_MASK));
		watch_request(&watch, turns[i] & REF_MASK, &entry);
	}
	for (size_t k = 0; k < folded->keys.n; k++) {
		const struct key_state *state = &watch.keys[k];
		if (!state->requests)
			continue;
		struct tap *tap = add_tap(out, TAP_FLOOR, (uint32_t)k, state->first_second);
		tap->count = state->requests;
		tap->tokens[TOKEN_UNCACHED_INPUT] = state->least_prompt;
	}
	free(turns);
	free(watch.keys);
	free(watch.works);
}

void
taps_free(struct taps *taps)
{
	free(taps->items);
	*taps = (struct taps){ 0 };
}

void
tap_pack(struct str *out, const struct tap *tap)
{
	str_pack_i64(out, tap->count);
	for (int i = 0; i < TOKEN_KINDS; i++)
		str_pack_i64(out, tap->tokens[i]);
	str_pack_i64(out, tap->second);
	str_pack_u64(out, tap->line);
}

bool
tap_unpack(struct slice packed, struct tap *tap)
{
	struct unpack in = unpack_of(packed.p, packed.n);
	tap->count = unpack_i64(&in);
	for (int i = 0; i < TOKEN_KINDS; i++)
		tap->tokens[i] = unpack_i64(&in);
	tap->second = unpack_i64(&in);
	tap->line = unpack_u64(&in);
	return !in.bad;
}
