/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes out of a fold depends on the records alone: not on their order, nor on the threads. */
#include "config.h"

#include "fold/fold.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "folds.h"
#include <cmocka.h>

static uint64_t state = 1181783497276652981u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

static struct slice
word(void)
{
	static const char *const words[] = { "", "a", "b", "c", "dd", "ana@example.com" };
	return slice_of(words[pick(HL_COUNT(words))]);
}

static struct slice
numbered(struct arena *arena, unsigned n)
{
	char text[32];
	snprintf(text, sizeof(text), "id-%u", n);
	return slice_copy(arena, slice_of(text));
}

static struct record
random_record(struct arena *arena, uint64_t line)
{
	struct record rec;
	record_init(&rec);
	rec.line = line;
	rec.origin = (enum origin)pick(ORIGINS);
	rec.identity = (enum identity)pick(4);
	rec.id = numbered(arena, pick(300));
	rec.timed = pick(8) > 0;
	rec.start = (int64_t)(1788220800 + pick(90) * 86400 + pick(50) * 1700) * NS_PER_SECOND;
	rec.has_tokens = pick(6) > 0;
	for (int i = 0; i < TOKEN_KINDS && rec.has_tokens; i++)
		rec.tokens[i] = pick(2) ? pick(3) * 1000 : 0;
	rec.requests = pick(8) ? 1 : (int64_t)pick(4) - 1;
	rec.has_billed = pick(3) == 0;
	rec.billed = rec.has_billed ? ((femto_t)pick(7) - 2) * FEMTO_PER_NANO : 0;
	rec.latency_ms = pick(2) ? (int64_t)pick(3) * 700 : -1;
	rec.ttft_ms = pick(4) ? -1 : (int64_t)pick(3);
	rec.lesser = pick(3) == 0;
	rec.rows = (int)pick(3);
	rec.biller = word();
	rec.response_model = word();
	rec.dim[pick(DIMS)] = word();
	rec.dim[DIM_USER] = word();
	if (pick(4) == 0)
		record_measure(&rec, MEASURE_UNSPLIT, pick(3));
	if (pick(4) == 0)
		record_measure(&rec, MEASURE_WEB_SEARCH, pick(3));
	return rec;
}

struct share {
	struct fold *fold;
	const struct record *records;
	const size_t *order;
	size_t n;
	int thread, threads;
	pthread_t id;
};

static void *
run_share(void *arg)
{
	struct share *share = arg;
	for (size_t i = (size_t)share->thread; i < share->n; i += (size_t)share->threads)
		fold_record(share->fold, share->thread, &share->records[share->order[i]]);
	return NULL;
}

static struct folded *
fold_on(int threads, const struct record *records, const size_t *order, size_t n)
{
	struct share shares[8];
	struct fold *fold = fold_new(threads, 99);
	fold_prefix(fold, SLICE("one\ntwo\nthree\n"));
	for (int t = 0; t < threads; t++) {
		shares[t] = (struct share){ fold, records, order, n, t, threads, 0 };
		assert_int_equal(pthread_create(&shares[t].id, NULL, run_share, &shares[t]), 0);
	}
	for (int t = 0; t < threads; t++)
		pthread_join(shares[t].id, NULL);
	return fold_finish(fold);
}

static void
shuffle(size_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t k = pick((unsigned)i), swap = order[i - 1];
		order[i - 1] = order[k];
		order[k] = swap;
	}
}

static void
same_in_any_order(const struct record *records, size_t n, int rounds)
{
	size_t *order = calloc(n + 1, sizeof(*order));
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	struct folded *first = fold_on(1, records, order, n);
	const char *wrong = folds_check(first);
	for (int i = 0; i < rounds && !wrong; i++) {
		shuffle(order, n);
		struct folded *other = fold_on(1 + i % 4, records, order, n);
		wrong = folds_differ(first, other);
		folded_free(other);
	}
	folded_free(first);
	free(order);
	if (wrong)
		fail_msg("%s", wrong);
}

static void
test_any_order(void **unused)
{
	(void)unused;
	for (int i = 0; i < 30; i++) {
		size_t n = pick(4000);
		struct arena arena = { 0 };
		struct record *records = calloc(n + 1, sizeof(*records));
		for (size_t k = 0; k < n; k++)
			records[k] = random_record(&arena, k + 1);
		same_in_any_order(records, n, 6);
		free(records);
		arena_free(&arena);
	}
}

/* More users and tags than keys are kept: both become "(many)", whatever comes first. */
static void
test_many(void **unused)
{
	(void)unused;
	enum { N = 30000 };
	struct arena arena = { 0 };
	struct record *records = calloc(N, sizeof(*records));
	size_t *order = calloc(N, sizeof(*order));
	for (unsigned i = 0; i < N; i++) {
		record_init(&records[i]);
		records[i].line = i + 1;
		records[i].identity = IDENTITY_ID;
		records[i].id = numbered(&arena, i);
		records[i].timed = records[i].has_tokens = true;
		records[i].start = (int64_t)1788220800 * NS_PER_SECOND;
		records[i].tokens[TOKEN_OUTPUT] = 1;
		records[i].dim[DIM_USER] = numbered(&arena, i);
		records[i].dim[DIM_TAG] = numbered(&arena, i / 3);
		records[i].dim[DIM_TASK] = numbered(&arena, i % 7);
		order[i] = i;
	}
	struct folded *first = fold_on(1, records, order, N);
	assert_null(folds_check(first));
	assert_int_equal(first->collapsed, 1u << DIM_USER | 1u << DIM_TAG);
	assert_int_equal(first->keys.n, 7);
	assert_int_equal(first->records, N);
	for (size_t i = 0; i < first->keys.n; i++)
		assert_true(slice_is(first->keys.items[i].text[KEY_DIMS + DIM_USER], KEY_MANY));
	for (int i = 0; i < 4; i++) {
		shuffle(order, N);
		struct folded *other = fold_on(1 + i % 3, records, order, N);
		const char *wrong = folds_differ(first, other);
		folded_free(other);
		if (wrong)
			fail_msg("%s", wrong);
	}
	folded_free(first);
	free(records);
	free(order);
	arena_free(&arena);
}

/* What a few records come to: records, duplicate rows, output tokens. */
static void
comes_to(const struct record *records, size_t n, uint64_t want, uint64_t duplicates, int64_t tokens)
{
	size_t order[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct folded *folded = fold_on(1, records, order, n);
	int64_t sum = 0;
	assert_null(folds_check(folded));
	for (size_t i = 0; i < folded->bins.n; i++)
		sum += folded->bins.items[i].tokens[TOKEN_OUTPUT];
	assert_int_equal(folded->records, want);
	assert_int_equal(folded->duplicate_rows, duplicates);
	assert_int_equal(sum, tokens);
	folded_free(folded);
}

static struct record
simple(enum identity identity, const char *id, int64_t tokens, uint64_t line)
{
	struct record rec;
	record_init(&rec);
	rec.identity = identity;
	rec.id = slice_of(id);
	rec.timed = rec.has_tokens = true;
	rec.start = (int64_t)1788220800 * NS_PER_SECOND;
	rec.tokens[TOKEN_OUTPUT] = tokens;
	rec.line = line;
	return rec;
}

static void
test_identities(void **unused)
{
	(void)unused;
	struct record rows[4];
	/* a larger copy of the same answer */
	rows[0] = simple(IDENTITY_ID, "x", 5, 1);
	rows[1] = simple(IDENTITY_ID, "x", 9, 2);
	rows[2] = simple(IDENTITY_ID, "y", 1, 3);
	comes_to(rows, 3, 2, 1, 10);
	/* the lesser copy only when it is larger */
	rows[0].lesser = true;
	rows[0].tokens[TOKEN_OUTPUT] = 10;
	comes_to(rows, 3, 2, 1, 11);
	/* both halves of an id count */
	rows[0] = simple(IDENTITY_ID, "x", 5, 1);
	rows[0].id2 = SLICE("1");
	comes_to(rows, 3, 3, 0, 15);
	/* equal lines without an id are twins */
	rows[0] = simple(IDENTITY_CONTENT, "", 5, 1);
	rows[1] = simple(IDENTITY_CONTENT, "", 5, 2);
	rows[2] = simple(IDENTITY_CONTENT, "", 6, 3);
	comes_to(rows, 3, 3, 0, 16);
	/* lines of a bill may share all their names */
	rows[0] = simple(IDENTITY_NATURAL, "k", 5, 1);
	rows[1] = simple(IDENTITY_NATURAL, "k", 5, 2);
	rows[2] = simple(IDENTITY_NATURAL, "k", 6, 3);
	comes_to(rows, 3, 3, 0, 16);
	/* neither id nor time: by place */
	for (int i = 0; i < 3; i++) {
		rows[i] = simple(IDENTITY_CONTENT, "", 5, (uint64_t)i + 1);
		rows[i].timed = false;
	}
	comes_to(rows, 3, 3, 0, 15);
}

/* How many keys the records have. */
static size_t
keys_of(const struct record *records, size_t n)
{
	size_t order[64];
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	struct folded *folded = fold_on(1, records, order, n);
	size_t keys = folded->keys.n;
	folded_free(folded);
	return keys;
}

/* Whatever tells two records apart tells their keys apart, though the thread's table sees only a hash; the
 * same text under another name is another key. */
static void
test_keys(void **unused)
{
	(void)unused;
	static const char *const texts[] = { "a", "b", "ab", "abc", "abd", "abcd", "abcde",
		"abcdefgh", "abcdefghi", "abcdefghijklmnop", "abcdefghijklmnopq",
		"abcdefghijkXmnopq" };
	struct record rows[64];
	struct slice *const fields[] = { &rows[1].biller, &rows[1].provider, &rows[1].region,
		&rows[1].response_model, &rows[1].request_model };
	for (size_t i = 0; i < HL_COUNT(fields) + DIMS; i++) {
		for (size_t k = 0; k < HL_COUNT(texts); k++) {
			rows[1] = simple(IDENTITY_ORDINAL, "", 5, k + 2);
			rows[1].dim[DIM_TASK] = rows[1].dim[DIM_PROJECT] = SLICE("same");
			rows[1].request_model = rows[1].response_model = SLICE("gpt-4o");
			struct slice *field = i < HL_COUNT(fields)
						      ? fields[i]
						      : &rows[1].dim[i - HL_COUNT(fields)];
			*field = slice_of(texts[k]);
			rows[k + 2] = rows[1];
		}
		assert_int_equal(keys_of(rows + 2, HL_COUNT(texts)), HL_COUNT(texts));
	}
	size_t n = 0;
	for (size_t i = 0; i < HL_COUNT(fields) + DIMS; i++) {
		rows[1] = simple(IDENTITY_ORDINAL, "", 5, i + 2);
		*(i < HL_COUNT(fields) ? fields[i] : &rows[1].dim[i - HL_COUNT(fields)]) =
			SLICE("word");
		rows[2 + n++] = rows[1];
	}
	for (int i = 0; i < 9; i++) {
		struct record *rec = &rows[2 + n++];
		*rec = simple(IDENTITY_ORDINAL, "", 5, n + 2);
		rec->tier = i == 1 ? TIER_BATCH : rec->tier;
		rec->pay = i == 2 ? PAY_BYOK : rec->pay;
		rec->how = i == 3 ? HOW_ESTIMATE : rec->how;
		rec->origin = i == 4 ? ORIGIN_GATEWAY : rec->origin;
		rec->width = i == 5 ? NS_PER_DAY : rec->width;
		rec->tokens[TOKEN_CACHE_READ] = i == 6 ? 200001 : 0;
		rec->has_billed = i >= 7;
		memcpy(rec->currency, i == 8 ? "EUR" : "USD", 4);
	}
	assert_int_equal(keys_of(rows + 2, n), n);
}

/* More kinds of measures than a bin has room for: which are left out is not up to the order. */
static void
test_many_measures(void **unused)
{
	(void)unused;
	struct arena arena = { 0 };
	struct record rows[60];
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		rows[i] = simple(IDENTITY_ID, "", 1, i + 1);
		rows[i].id = numbered(&arena, (unsigned)i);
		for (int k = 0; k < RECORD_MEASURES; k++)
			record_measure(&rows[i], (enum measure_kind)pick(MEASURES), pick(3) + 1);
	}
	same_in_any_order(rows, HL_COUNT(rows), 20);
	arena_free(&arena);
}

/* Names of people and secrets do not get into keys. */
static void
test_private(void **unused)
{
	(void)unused;
	struct record rec = simple(IDENTITY_ID, "x", 1, 1);
	struct arena arena = { 0 };
	rec.dim[DIM_USER] = SLICE("ana");
	rec.dim[DIM_PROJECT] = SLICE("ana@example.com");
	rec.dim[DIM_KEY] = SLICE("sk-proj-0123456789abcdef");
	rec.dim[DIM_TASK] = SLICE("mail @home");
	struct key key = key_of(&rec, 5, 0, &arena), other = key_of(&rec, 6, 0, &arena);
	assert_true(slice_starts(key.text[KEY_DIMS + DIM_USER], "user-"));
	assert_true(slice_starts(key.text[KEY_DIMS + DIM_PROJECT], "hidden-"));
	assert_true(slice_starts(key.text[KEY_DIMS + DIM_KEY], "hidden-"));
	assert_true(slice_is(key.text[KEY_DIMS + DIM_TASK], "mail @home"));
	assert_false(slice_eq(key.text[KEY_DIMS + DIM_USER], other.text[KEY_DIMS + DIM_USER]));
	arena_free(&arena);
}

static void
test_dists(void **unused)
{
	(void)unused;
	for (int i = 1; i < DIST_ENDS; i++) {
		assert_true(dist_ends[i - 1] < dist_ends[i]);
		assert_int_equal(dist_class(dist_ends[i - 1]), i - 1);
		assert_int_equal(dist_class(dist_ends[i - 1] + 1), i);
	}
	struct dist *dists = calloc(DISTS, sizeof(*dists)), *again = calloc(DISTS, sizeof(*again));
	for (int i = 0; i < 1000; i++)
		dists[pick(DISTS)].counts[pick(DIST_ENDS)] += (int64_t)pick(9) - 2;
	struct str packed = STR_INIT;
	dists_pack(&packed, dists);
	assert_true(dists_add(str_as_slice(&packed), again));
	assert_memory_equal(dists, again, DISTS * sizeof(*dists));
	memset(dists, 0, DISTS * sizeof(*dists));
	assert_int_equal(dist_percentile(dists, 50), -1);
	for (int value = 1; value <= 100; value++)
		dists->counts[dist_class(value)]++;
	assert_int_equal(dist_percentile(dists, 10), 10);
	assert_int_equal(dist_percentile(dists, 50), 52);
	assert_int_equal(dist_percentile(dists, 100), 104);
	str_free(&packed);
	free(dists);
	free(again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_any_order),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_identities),
		cmocka_unit_test(test_keys),
		cmocka_unit_test(test_many_measures),
		cmocka_unit_test(test_private),
		cmocka_unit_test(test_dists),
	};
	return cmocka_run_group_tests_name("fold", tests, NULL, NULL);
}
