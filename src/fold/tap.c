/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/tap.h"

#include <stdlib.h>

#include "base/radix.h"
#include "base/when.h"

enum { AHEAD = 8 }; /* entries fetched before they are needed */

/* What is remembered of a key while the requests go by. */
struct key_state {
	bool local;
	uint64_t work; /* hash of its dimensions: "the same work" */
	size_t shared; /* in watch.works, and 1; 0: no local server ever does it */
	unsigned turn; /* of the ring: where the next one goes */
	struct past {
		int64_t second;
		uint64_t prompt,
			output; /* a hash of the tokens in; the tokens out and 1, 0: none yet */
	} past[TAP_NEAR * 2];
	int64_t least_prompt, requests, first_second;
	size_t rows[TAP_KINDS]; /* its newest row of each kind, and 1 */
};

/* What was last asked of a local server, or of another, for some work. */
struct last_request {
	int64_t second, prompt;
	uint32_t key;
};
struct shared_work {
	uint64_t work;
	struct last_request local, paid;
};

struct watch {
	const struct folded *folded;
	struct key_state *keys;
	struct shared_work *works; /* those that a local server has ever done */
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

/* The row of the month: since time only goes on, the newest one or a new one. */
static struct tap *
find_tap(struct watch *watch, enum tap_kind kind, uint32_t key, int64_t second)
{
	struct taps *taps = watch->out;
	size_t *row = &watch->keys[key].rows[kind];
	if (!*row || taps->items[*row - 1].month != when_month(second * NS_PER_SECOND)) {
		add_tap(taps, kind, key, second);
		*row = taps->n;
	}
	return &taps->items[*row - 1];
}

static void
add_request(struct tap *tap, const struct entry *entry)
{
	tap->count++;
	for (int i = 0; i < TOKEN_KINDS; i++)
		tap->tokens[i] += entry->tokens[i];
}

static size_t
find_work(const struct watch *watch, uint64_t work)
{
	for (size_t i = 0; i < watch->works_n; i++)
		if (watch->works[i].work == work)
			return i + 1;
	return 0;
}

static int64_t
prompt_of(const struct entry *entry)
{
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += entry->tokens[i];
	return prompt;
}

/* Within a quarter of each other: the same text, counted by two models. */
static bool
is_as_long(int64_t a, int64_t b)
{
	return a * 4 <= b * 5 && b * 4 <= a * 5;
}

/* Soon after that one, with a prompt as long; each is followed once. */
static bool
follows(const struct entry *entry, struct last_request *last)
{
	if (!last->prompt || entry->second - last->second > TAP_FALLBACK_SECONDS ||
		!is_as_long(prompt_of(entry), last->prompt))
		return false;
	last->prompt = 0;
	return true;
}

static void
watch_fallback(
	struct watch *watch, struct key_state *state, uint32_t key, const struct entry *entry)
{
	const struct last_request now = { entry->second, prompt_of(entry), key };
	if (!state->shared)
		return;
	struct shared_work *work = &watch->works[state->shared - 1];
	if (state->local) {
		if (follows(entry, &work->paid))
			find_tap(watch, TAP_FALLBACK_CHANCE, work->paid.key, entry->second)
				->count++;
		work->local = now;
	} else {
		if (follows(entry, &work->local))
			add_request(find_tap(watch, TAP_FALLBACK, key, entry->second), entry);
		work->paid = now;
	}
}

/* The i-th last request of the key, 0 the last; NULL when there were not so many. */
static const struct past *
past_at(const struct key_state *state, unsigned i)
{
	const struct past *past = &state->past[(state->turn - 1 - i) % HL_COUNT(state->past)];
	return past->output ? past : NULL;
}

/* What it repeats of those just before it: a request, a prompt, or nothing. */
static enum tap_kind
repeats(const struct key_state *state, const struct past *now)
{
	enum tap_kind kind = TAP_KINDS;
	for (unsigned i = 0; i < TAP_NEAR; i++) {
		const struct past *past = past_at(state, i);
		if (!past || past->prompt != now->prompt)
			continue;
		int64_t apart = now->second - past->second;
		if (past->output == now->output && apart <= TAP_REPEAT_SECONDS)
			return TAP_REPEAT;
		if (past->output != now->output && apart <= TAP_RETRY_SECONDS)
			kind = TAP_RETRY;
	}
	return kind;
}

/* How it is like those before them by chance alone, however long ago they were. */
static void
watch_chance(
	struct watch *watch, const struct key_state *state, uint32_t key, const struct past *now)
{
	bool prompt = false, both = false;
	for (unsigned i = TAP_NEAR; i < 2 * TAP_NEAR; i++) {
		const struct past *past = past_at(state, i);
		bool same = past && past->prompt == now->prompt;
		prompt |= same;
		both |= same && past->output == now->output;
	}
	if (prompt)
		find_tap(watch, TAP_RETRY_CHANCE, key, now->second)->count++;
	if (both)
		find_tap(watch, TAP_REPEAT_CHANCE, key, now->second)->count++;
}

static void
watch_repeat(struct watch *watch, struct key_state *state, uint32_t key, const struct entry *entry)
{
	struct past now = { .second = entry->second,
		.prompt = hash_64((const char *)entry->tokens, TOKEN_OUTPUT * sizeof(int64_t), 0),
		.output = (uint64_t)entry->tokens[TOKEN_OUTPUT] + 1 };
	enum tap_kind kind = entry_tokens(entry) > 0 ? repeats(state, &now) : TAP_KINDS;
	if (kind != TAP_KINDS)
		add_request(find_tap(watch, kind, key, entry->second), entry);
	watch_chance(watch, state, key, &now);
	state->past[state->turn++ % HL_COUNT(state->past)] = now;
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
	int64_t prompt = prompt_of(entry);
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
		if (watch->keys[i].local && !find_work(watch, watch->keys[i].work)) {
			watch->works = xgrow(watch->works, &watch->works_size, watch->works_n,
				sizeof(*watch->works));
			watch->works[watch->works_n++] =
				(struct shared_work){ .work = watch->keys[i].work };
		}
	}
	for (size_t i = 0; i < keys->n && watch->works_n; i++)
		watch->keys[i].shared = find_work(watch, watch->keys[i].work);
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
