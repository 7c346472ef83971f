/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/watch.h"

#include <stdlib.h>

/* ---- moments ---- */

void
moment_add(struct moment *moment, const struct entry *entry, uint32_t key)
{
	if (!entry->timed || entry->requests != 1 || !entry->has_tokens)
		return;
	moment->items = xgrow(moment->items, &moment->size, moment->n, sizeof(*moment->items));
	struct request *request = &moment->items[moment->n++];
	request->second = entry->second;
	request->line = entry->line;
	request->key = key;
	memcpy(request->tokens, entry->tokens, sizeof(request->tokens));
	request->unsplit = entry->measures_n ? entry_tokens(entry) : 0;
}

static int
by_line(const void *left, const void *right)
{
	const struct request *a = left, *b = right;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (a->tokens[i] != b->tokens[i])
			return a->tokens[i] < b->tokens[i] ? -1 : 1;
	return 0;
}

void
moment_sort(struct moment *moment)
{
	if (moment->n > 1)
		qsort(moment->items, moment->n, sizeof(*moment->items), by_line);
}

static int64_t
prompt_of(const struct request *request)
{
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += request->tokens[i];
	return prompt;
}

/* ---- what all threads see ---- */

static int
by_value(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return (a > b) - (a < b);
}

/* A hash of its dimensions: "the same work". */
static uint64_t
work_of(const struct key *key)
{
	uint64_t work = 0;
	for (int d = KEY_DIMS; d < KEY_TEXTS; d++)
		work = hash_64(key->text[d].p, key->text[d].n, work + (uint64_t)d);
	return work;
}

void
watch_init(struct watch *watch, const struct keys *keys, const uint32_t *key_map, struct taps *out)
{
	uint64_t *works = xcalloc(keys->n + 1, sizeof(*works));
	size_t n = 0, kept = 0;
	*watch = (struct watch){
		.keys = xcalloc(keys->n + 1, sizeof(*watch->keys)), .key_map = key_map, .out = out
	};
	for (size_t i = 0; i < keys->n; i++) {
		const struct key *key = &keys->items[i];
		watch->keys[i].ordered = key->width == 0;
		watch->keys[i].local = key->pay == PAY_LOCAL || key->how & HOW_LOCAL;
		if (watch->keys[i].local)
			works[n++] = work_of(key);
	}
	if (n)
		qsort(works, n, sizeof(*works), by_value);
	for (size_t i = 0; i < n; i++)
		if (!kept || works[kept - 1] != works[i])
			works[kept++] = works[i];
	for (size_t i = 0; i < keys->n && kept; i++) {
		uint64_t work = work_of(&keys->items[i]);
		const uint64_t *at = bsearch(&work, works, kept, sizeof(*works), by_value);
		watch->keys[i].work = at ? (uint32_t)(at - works) + 1 : 0;
	}
	watch->works_n = kept;
	free(works);
}

void
watch_free(struct watch *watch)
{
	free(watch->keys);
	*watch = (struct watch){ 0 };
}

/* ---- one bin ---- */

void
watcher_begin(struct watcher *watcher, uint32_t key, int month)
{
	watcher->turn = 0;
	memset(watcher->past, 0, sizeof(watcher->past));
	for (int kind = 0; kind < TAP_KINDS; kind++)
		watcher->rows[kind] =
			(struct tap){ .kind = (enum tap_kind)kind, .key = key, .month = month };
	watcher->moment.n = 0;
}

static void
count_row(struct tap *tap, const struct request *request, bool tokens)
{
	if (!tap->count++)
		tap->second = request->second;
	for (int i = 0; i < TOKEN_KINDS && tokens; i++)
		tap->tokens[i] += request->tokens[i];
}

/* The i-th last request of the key, 0 the last; NULL when there were not so many. */
static const struct past *
past_at(const struct watcher *watcher, unsigned i)
{
	const struct past *past = &watcher->past[(watcher->turn - 1 - i) % HL_COUNT(watcher->past)];
	return past->output ? past : NULL;
}

/* What it repeats of those just before it: a request, a prompt, or nothing. */
static enum tap_kind
repeats(const struct watcher *watcher, const struct past *now)
{
	enum tap_kind kind = TAP_KINDS;
	for (unsigned i = 0; i < TAP_NEAR; i++) {
		const struct past *past = past_at(watcher, i);
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
see_chance(struct watcher *watcher, const struct request *request, const struct past *now)
{
	bool prompt = false, both = false;
	for (unsigned i = TAP_NEAR; i < 2 * TAP_NEAR; i++) {
		const struct past *past = past_at(watcher, i);
		bool same = past && past->prompt == now->prompt;
		prompt |= same;
		both |= same && past->output == now->output;
	}
	if (prompt)
		count_row(&watcher->rows[TAP_RETRY_CHANCE], request, false);
	if (both)
		count_row(&watcher->rows[TAP_REPEAT_CHANCE], request, false);
}

static void
see_repeat(struct watcher *watcher, const struct request *request, int64_t prompt)
{
	struct past now = { .second = request->second,
		.prompt = hash_64((const char *)request->tokens, TOKEN_OUTPUT * sizeof(int64_t), 0),
		.output = (uint64_t)request->tokens[TOKEN_OUTPUT] + 1 };
	bool any = prompt + request->tokens[TOKEN_OUTPUT] + request->unsplit > 0;
	enum tap_kind kind = any ? repeats(watcher, &now) : TAP_KINDS;
	if (kind != TAP_KINDS)
		count_row(&watcher->rows[kind], request, true);
	see_chance(watcher, request, &now);
	watcher->past[watcher->turn++ % HL_COUNT(watcher->past)] = now;
}

/* They stand in order, the largest first: a new one is mostly smaller than the last. */
static void
see_top(struct watcher *watcher, const struct request *request)
{
	struct tap tap = { .kind = TAP_TOP,
		.key = request->key,
		.month = watcher->rows[TAP_TOP].month,
		.count = 1,
		.second = request->second,
		.line = request->line };
	memcpy(tap.tokens, request->tokens, sizeof(tap.tokens));
	size_t at = watcher->tops_n;
	if (at == TAP_TOPS && tap_compare_sizes(&tap, &watcher->tops[at - 1]) >= 0)
		return;
	if (at < TAP_TOPS)
		watcher->tops_n++;
	else
		at--;
	for (; at > 0 && tap_compare_sizes(&tap, &watcher->tops[at - 1]) < 0; at--)
		watcher->tops[at] = watcher->tops[at - 1];
	watcher->tops[at] = tap;
}

static void
see_floor(struct tap *floor, const struct request *request, int64_t prompt)
{
	if (!floor->count || prompt < floor->tokens[TOKEN_UNCACHED_INPUT])
		floor->tokens[TOKEN_UNCACHED_INPUT] = prompt;
	count_row(floor, request, false);
}

void
watcher_see(struct watcher *watcher)
{
	moment_sort(&watcher->moment);
	for (size_t i = 0; i < watcher->moment.n; i++) {
		const struct request *request = &watcher->moment.items[i];
		int64_t prompt = prompt_of(request);
		see_repeat(watcher, request, prompt);
		see_top(watcher, request);
		see_floor(&watcher->rows[TAP_FLOOR], request, prompt);
	}
	watcher->moment.n = 0;
}

void
watcher_end(struct watcher *watcher)
{
	watcher_see(watcher);
	for (int kind = TAP_FLOOR; kind < TAP_KINDS; kind++)
		if (watcher->rows[kind].count)
			taps_add(&watcher->taps, &watcher->rows[kind]);
}

void
watcher_join(struct watcher *watcher)
{
	for (size_t i = 0; i < watcher->taps.n; i++)
		taps_add(watcher->watch->out, &watcher->taps.items[i]);
	for (size_t i = 0; i < watcher->tops_n; i++)
		taps_add(watcher->watch->out, &watcher->tops[i]);
	taps_free(&watcher->taps);
	free(watcher->moment.items);
}

/* ---- pairs ---- */

/* Within a quarter of each other: the same text, counted by two models. */
static bool
is_as_long(int64_t a, int64_t b)
{
	return a * 4 <= b * 5 && b * 4 <= a * 5;
}

/* Soon after that one, with a prompt as long; each is followed once. */
static bool
follows(const struct last_request *now, struct last_request *last)
{
	if (!last->prompt || now->second - last->second > TAP_FALLBACK_SECONDS ||
		!is_as_long(now->prompt, last->prompt))
		return false;
	last->prompt = 0;
	return true;
}

static void
add_pair(struct pairing *pairing, enum tap_kind kind, uint32_t key, const struct request *request)
{
	enum { BACK = 64 }; /* a work is of few keys; taps_settle() joins what is not found */
	struct taps *taps = &pairing->watcher->taps;
	size_t at = taps->n, end = at > pairing->first + BACK ? at - BACK : pairing->first;
	while (at > end && (taps->items[at - 1].kind != kind || taps->items[at - 1].key != key))
		at--;
	if (at == end) {
		taps_add(taps, &(struct tap){ .kind = kind, .key = key, .month = pairing->month });
		at = taps->n;
	}
	count_row(&taps->items[at - 1], request, kind == TAP_FALLBACK);
}

void
pairing_see(struct pairing *pairing)
{
	struct moment *moment = &pairing->watcher->moment;
	moment_sort(moment);
	for (size_t i = 0; i < moment->n; i++) {
		const struct request *request = &moment->items[i];
		const struct last_request now = { request->second, prompt_of(request),
			request->key };
		if (pairing->watcher->watch->keys[request->key].local) {
			if (follows(&now, &pairing->paid))
				add_pair(pairing, TAP_FALLBACK_CHANCE, pairing->paid.key, request);
			pairing->local = now;
		} else {
			if (follows(&now, &pairing->local))
				add_pair(pairing, TAP_FALLBACK, request->key, request);
			pairing->paid = now;
		}
	}
	moment->n = 0;
}
