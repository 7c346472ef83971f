/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taps against a plain reading of their definitions, over all requests in one list. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"
#include "fold/fold.h"

enum { START = 1788220800 }; /* 2026-09-01 */

static uint64_t state = 88172645463325252u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* A request of the test: whose it is, told by project and model. */
struct call {
	int64_t second;
	uint64_t line;
	unsigned project, model; /* model 0 is a local one */
	int64_t in, cached, out;
};

static const char *const projects[] = { "red", "green", "blue" };
static const char *const models[] = { "llama3.1:8b", "gpt-5-mini", "gpt-5.6-terra" };

static struct folded *
fold_calls(const struct call *calls, size_t n)
{
	struct fold *fold = fold_new(1, 7);
	struct arena arena = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct record rec;
		char id[32];
		record_init(&rec);
		snprintf(id, sizeof(id), "call %zu", i);
		rec.identity = IDENTITY_ID;
		rec.id = slice_copy(&arena, slice_of(id));
		rec.line = calls[i].line;
		rec.timed = rec.has_tokens = true;
		rec.start = calls[i].second * NS_PER_SECOND;
		rec.tokens[TOKEN_UNCACHED_INPUT] = calls[i].in;
		rec.tokens[TOKEN_CACHE_READ] = calls[i].cached;
		rec.tokens[TOKEN_OUTPUT] = calls[i].out;
		rec.response_model = slice_of(models[calls[i].model]);
		rec.dim[DIM_PROJECT] = slice_of(projects[calls[i].project]);
		rec.pay = calls[i].model ? PAY_CASH : PAY_LOCAL;
		fold_record(fold, 0, &rec);
	}
	arena_free(&arena);
	return fold_finish(fold);
}

static bool
is_of(const struct key *key, const struct call *call)
{
	return slice_is(key->text[KEY_RESPONSE_MODEL], models[call->model]) &&
	       slice_is(key->text[KEY_DIMS + DIM_PROJECT], projects[call->project]);
}

static int
in_time(const void *left, const void *right)
{
	const struct call *a = left, *b = right;
	if (a->second != b->second)
		return a->second < b->second ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

static bool
same_prompt(const struct call *a, const struct call *b)
{
	return a->in == b->in && a->cached == b->cached;
}

/* The i-th call's: what the definitions of tap.h make of it, from all calls in order of time. */
static enum tap_kind
repeat_of(const struct call *calls, size_t i, bool *chance_prompt, bool *chance_both)
{
	enum tap_kind kind = TAP_KINDS;
	const struct call *now = &calls[i];
	size_t met = 0;
	*chance_prompt = *chance_both = false;
	for (size_t k = i; k-- > 0 && met < 2 * TAP_NEAR;) {
		const struct call *past = &calls[k];
		if (past->project != now->project || past->model != now->model ||
			when_month(past->second * NS_PER_SECOND) !=
				when_month(now->second * NS_PER_SECOND))
			continue;
		bool near = met++ < TAP_NEAR;
		if (!same_prompt(past, now))
			continue;
		bool empty = now->in + now->cached + now->out == 0;
		if (!near) {
			*chance_prompt = true;
			*chance_both |= past->out == now->out;
		} else if (empty) {
			continue;
		} else if (past->out == now->out &&
			   now->second - past->second <= TAP_REPEAT_SECONDS) {
			kind = TAP_REPEAT;
		} else if (past->out != now->out && kind != TAP_REPEAT &&
			   now->second - past->second <= TAP_RETRY_SECONDS) {
			kind = TAP_RETRY;
		}
	}
	return kind;
}

static int64_t
count_of(const struct folded *folded, enum tap_kind kind, const struct call *call)
{
	int64_t sum = 0;
	for (size_t i = 0; i < folded->taps.n; i++)
		if (folded->taps.items[i].kind == kind &&
			(!call || is_of(&folded->keys.items[folded->taps.items[i].key], call)))
			sum += folded->taps.items[i].count;
	return sum;
}

static void
check_repeats(const struct folded *folded, const struct call *calls, size_t n)
{
	for (unsigned project = 0; project < 3; project++)
		for (unsigned model = 0; model < 3; model++) {
			int64_t want[TAP_KINDS + 1] = { 0 };
			const struct call key = { .project = project, .model = model };
			for (size_t i = 0; i < n; i++) {
				bool prompt, both;
				if (calls[i].project != project || calls[i].model != model)
					continue;
				want[repeat_of(calls, i, &prompt, &both)]++;
				want[TAP_RETRY_CHANCE] += prompt;
				want[TAP_REPEAT_CHANCE] += both;
				want[TAP_FLOOR]++;
			}
			static const enum tap_kind kinds[] = { TAP_REPEAT, TAP_REPEAT_CHANCE,
				TAP_RETRY, TAP_RETRY_CHANCE, TAP_FLOOR };
			for (size_t k = 0; k < HL_COUNT(kinds); k++)
				assert_int_equal(count_of(folded, kinds[k], &key), want[kinds[k]]);
		}
}

/* Pairs of a local call and a paid one after it, of the same project, each local one followed once. */
static void
check_pairs(const struct folded *folded, const struct call *calls, size_t n)
{
	int64_t pairs = 0, chance = 0;
	for (unsigned project = 0; project < 3; project++) {
		const struct call *last[2] = { NULL, NULL }; /* local, paid */
		for (size_t i = 0; i < n; i++) {
			const struct call *now = &calls[i];
			bool paid = now->model != 0;
			if (now->project != project)
				continue;
			const struct call *other = last[!paid];
			if (other && when_month(other->second * NS_PER_SECOND) !=
					     when_month(now->second * NS_PER_SECOND))
				other = NULL;
			int64_t a = other ? other->in + other->cached : 0,
				b = now->in + now->cached;
			if (a && now->second - other->second <= TAP_FALLBACK_SECONDS &&
				a * 4 <= b * 5 && b * 4 <= a * 5) {
				pairs += paid;
				chance += !paid;
				last[!paid] = NULL;
			}
			last[paid] = now;
		}
	}
	assert_int_equal(count_of(folded, TAP_FALLBACK, NULL), pairs);
	assert_int_equal(count_of(folded, TAP_FALLBACK_CHANCE, NULL), chance);
}

static int64_t
size_of(const struct call *call)
{
	return call->in + call->cached + 4 * call->out;
}

static void
check_tops(const struct folded *folded, const struct call *calls, size_t n)
{
	int64_t smallest = INT64_MAX;
	size_t tops = 0, larger = 0;
	for (size_t i = 0; i < folded->taps.n; i++) {
		const struct tap *tap = &folded->taps.items[i];
		if (tap->kind != TAP_TOP)
			continue;
		int64_t size = tap->tokens[TOKEN_UNCACHED_INPUT] + tap->tokens[TOKEN_CACHE_READ] +
			       4 * tap->tokens[TOKEN_OUTPUT];
		smallest = size < smallest ? size : smallest;
		assert_true(tap->line >= 1 && tap->line <= n);
		tops++;
	}
	assert_int_equal(tops, n < TAP_TOPS ? n : TAP_TOPS);
	for (size_t i = 0; i < n; i++)
		larger += size_of(&calls[i]) > smallest;
	assert_true(larger < TAP_TOPS);
}

static void
test_definitions(void **unused)
{
	(void)unused;
	for (int round = 0; round < 60; round++) {
		size_t n = 1 + pick(900);
		struct call *calls = calloc(n, sizeof(*calls));
		unsigned span = round % 3 == 0 ? 200 : round % 3 == 1 ? 20000 : 40 * 86400;
		for (size_t i = 0; i < n; i++)
			calls[i] = (struct call){ .second = START + pick(span),
				.line = i + 1,
				.project = pick(3),
				.model = pick(3),
				.in = 100 * pick(3),
				.cached = 50 * pick(2),
				.out = pick(3) };
		struct folded *folded = fold_calls(calls, n);
		qsort(calls, n, sizeof(*calls), in_time);
		check_repeats(folded, calls, n);
		check_pairs(folded, calls, n);
		check_tops(folded, calls, n);
		folded_free(folded);
		free(calls);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_definitions) };
	return cmocka_run_group_tests_name("tap", tests, NULL, NULL);
}
