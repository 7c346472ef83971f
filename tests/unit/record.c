/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "record/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"

enum { NO = -1 };
enum {
	INSIDE = CACHE_INSIDE,
	BESIDE = CACHE_BESIDE,
	LIKELY_IN = CACHE_PROBABLY_INSIDE,
	LIKELY_BESIDE = CACHE_PROBABLY_BESIDE
};

struct fill {
	const char *name;
	int cache, reasoning_is;
	int64_t input, read, write, five, hour, output, reasoning, tool, total;
	/* uncached, read, 5m, 1h, output; the first is -1 when it is refused */
	int64_t want[TOKEN_KINDS];
	unsigned how;
};

static void
fill(const struct fill *row)
{
	struct record rec;
	const char *why = NULL;
	record_init(&rec);
	struct stated_tokens stated = { .input = row->input,
		.cache_read = row->read,
		.cache_write = row->write,
		.cache_write_5m = row->five,
		.cache_write_1h = row->hour,
		.output = row->output,
		.reasoning = row->reasoning,
		.tool_input = row->tool,
		.total = row->total };
	stated.cache = (enum cache_place)row->cache;
	stated.reasoning_is = (enum reasoning_place)row->reasoning_is;
	bool good = record_fill_tokens(&rec, &stated, &why);
	if (good != (row->want[0] >= 0))
		fail_msg("%s: %s", row->name, good ? "taken" : why);
	if (!good)
		return;
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (rec.tokens[i] != row->want[i])
			fail_msg("%s: %s is %lld, not %lld", row->name, token_names[i],
				(long long)rec.tokens[i], (long long)row->want[i]);
	unsigned how = row->how | (row->read >= 0 ? HOW_CACHE_STATED : 0);
	if (rec.how != how)
		fail_msg("%s: how is 0x%x, not 0x%x", row->name, rec.how, how);
	assert_true(record_check(&rec, &why));
}

static void
test_fill(void **unused)
{
	(void)unused;
	static const struct fill rows[] = {
		/* clang-format off */
		{ "inclusive", INSIDE, 0, 1000, 600, NO, NO, NO, 50, NO, NO, NO, { 400, 600, 0, 0, 50 }, HOW_BY_FIELDS },
		{ "inclusive with writes", INSIDE, 0, 1000, 600, 100, NO, NO, 50, NO, NO, NO, { 300, 600, 100, 0, 50 }, HOW_BY_FIELDS | HOW_LIFETIME_ASSUMED },
		{ "inclusive, all cached", INSIDE, 0, 1000, 1000, NO, NO, NO, 0, NO, NO, NO, { 0, 1000, 0, 0, 0 }, HOW_BY_FIELDS },
		{ "inclusive, more cached than input", INSIDE, 0, 1000, 1001, NO, NO, NO, 50, NO, NO, NO, { -1 }, 0 },
		{ "disjoint", BESIDE, 0, 3, 22137, 2285, 0, 2285, 2, NO, NO, NO, { 3, 22137, 0, 2285, 2 }, HOW_BY_FIELDS | HOW_DISJOINT },
		{ "disjoint, nothing cached", BESIDE, 0, 3, NO, NO, NO, NO, 2, NO, NO, NO, { 3, 0, 0, 0, 2 }, HOW_BY_FIELDS },
		{ "a split and its sum are the same tokens", BESIDE, 0, 3, 0, 300, 100, 200, 2, NO, NO, NO, { 3, 0, 100, 200, 2 }, HOW_BY_FIELDS | HOW_DISJOINT },
		{ "a split short of its sum", BESIDE, 0, 3, 0, 350, 100, 200, 2, NO, NO, NO, { 3, 0, 150, 200, 2 }, HOW_BY_FIELDS | HOW_DISJOINT | HOW_LIFETIME_ASSUMED },
		{ "a split without its sum", BESIDE, 0, 3, 0, NO, 100, 200, 2, NO, NO, NO, { 3, 0, 100, 200, 2 }, HOW_BY_FIELDS | HOW_DISJOINT },
		{ "a write without lifetime", BESIDE, 0, 3, 0, 350, NO, NO, 2, NO, NO, NO, { 3, 0, 350, 0, 2 }, HOW_BY_FIELDS | HOW_DISJOINT | HOW_LIFETIME_ASSUMED },
		{ "impossible inside", LIKELY_IN, 0, 31, 1253, NO, NO, NO, 467, NO, NO, 498, { 31, 1253, 0, 0, 467 }, HOW_BY_IMPOSSIBLE | HOW_DISJOINT },
		{ "impossible inside, by the write", LIKELY_IN, 0, 20, 0, 8200, NO, NO, 512, NO, NO, 532, { 20, 0, 8200, 0, 512 }, HOW_BY_IMPOSSIBLE | HOW_DISJOINT | HOW_LIFETIME_ASSUMED },
		{ "the total says beside", LIKELY_IN, 0, 1000, 600, NO, NO, NO, 50, NO, NO, 1650, { 1000, 600, 0, 0, 50 }, HOW_BY_TOTAL | HOW_DISJOINT },
		{ "the total says inside", LIKELY_BESIDE, 0, 1000, 600, NO, NO, NO, 50, NO, NO, 1050, { 400, 600, 0, 0, 50 }, HOW_BY_TOTAL },
		{ "another total: the default, inside", LIKELY_IN, 0, 1000, 600, NO, NO, NO, 50, NO, NO, 999, { 400, 600, 0, 0, 50 }, HOW_BY_DEFAULT | HOW_TOTAL_ODD },
		{ "another total: the default, beside", LIKELY_BESIDE, 0, 1000, 600, NO, NO, NO, 50, NO, NO, 999, { 1000, 600, 0, 0, 50 }, HOW_BY_DEFAULT | HOW_DISJOINT | HOW_TOTAL_ODD },
		{ "no total: the default", LIKELY_IN, 0, 1000, 600, NO, NO, NO, 50, NO, NO, NO, { 400, 600, 0, 0, 50 }, HOW_BY_DEFAULT },
		{ "nothing cached: nothing to decide", LIKELY_BESIDE, 0, 1000, 0, NO, NO, NO, 50, NO, NO, NO, { 1000, 0, 0, 0, 50 }, 0 },
		{ "the kinds of a real row", LIKELY_IN, 0, 734311, 426653, 184457, NO, NO, 10, NO, NO, NO, { 123201, 426653, 184457, 0, 10 }, HOW_BY_DEFAULT | HOW_LIFETIME_ASSUMED },
		{ "reasoning inside", INSIDE, REASONING_INSIDE, 10, NO, NO, NO, NO, 50, 40, NO, NO, { 10, 0, 0, 0, 50 }, HOW_BY_FIELDS },
		{ "reasoning inside, too much", INSIDE, REASONING_INSIDE, 10, NO, NO, NO, NO, 50, 51, NO, NO, { -1 }, 0 },
		{ "reasoning beside", INSIDE, REASONING_BESIDE, 10, NO, NO, NO, NO, 50, 40, NO, NO, { 10, 0, 0, 0, 90 }, HOW_BY_FIELDS },
		{ "reasoning beside, by size", INSIDE, REASONING_PROBABLY_INSIDE, 10, NO, NO, NO, NO, 50, 51, NO, NO, { 10, 0, 0, 0, 101 }, HOW_BY_FIELDS },
		{ "reasoning beside, by the total", INSIDE, REASONING_PROBABLY_INSIDE, 10, NO, NO, NO, NO, 50, 40, NO, 100, { 10, 0, 0, 0, 90 }, HOW_BY_FIELDS },
		{ "reasoning inside, by default", INSIDE, REASONING_PROBABLY_INSIDE, 10, NO, NO, NO, NO, 50, 40, NO, 60, { 10, 0, 0, 0, 50 }, HOW_BY_FIELDS },
		{ "tools beside the prompt", INSIDE, 0, 10, 4, NO, NO, NO, 5, NO, 7, NO, { 13, 4, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "a total that fits", INSIDE, 0, 10, 4, NO, NO, NO, 5, NO, NO, 15, { 6, 4, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "a total one off", INSIDE, 0, 10, 4, NO, NO, NO, 5, NO, NO, 16, { 6, 4, 0, 0, 5 }, HOW_BY_FIELDS | HOW_TOTAL_ODD },
		{ "a total with the cache again", INSIDE, 0, 10, 4, NO, NO, NO, 5, NO, NO, 19, { 6, 4, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "a total without the writes", BESIDE, 0, 10, 4, NO, 3, NO, 5, NO, NO, 19, { 10, 4, 3, 0, 5 }, HOW_BY_FIELDS | HOW_DISJOINT },
		{ "a total with reasoning and tools", INSIDE, REASONING_BESIDE, 10, NO, NO, NO, NO, 5, 2, 7, 24, { 17, 0, 0, 0, 7 }, HOW_BY_FIELDS },
		{ "a total that was never filled in", INSIDE, 0, 10, NO, NO, NO, NO, 5, NO, NO, 0, { 10, 0, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "only output", INSIDE, 0, NO, NO, NO, NO, NO, 5, NO, NO, NO, { 0, 0, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "cached, but no input", INSIDE, 0, NO, 5, NO, NO, NO, 5, NO, NO, NO, { -1 }, 0 },
		{ "the most", INSIDE, 0, (int64_t)1 << 40, 0, NO, NO, NO, 5, NO, NO, NO, { (int64_t)1 << 40, 0, 0, 0, 5 }, HOW_BY_FIELDS },
		{ "too much", INSIDE, 0, ((int64_t)1 << 50) + 1, 0, NO, NO, NO, 5, NO, NO, NO, { -1 }, 0 },
		{ "too much reasoning", INSIDE, REASONING_BESIDE, 1, 0, NO, NO, NO, 5, INT64_MAX, NO, NO, { -1 }, 0 },
		/* clang-format on */
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		fill(&rows[i]);
}

static void
test_has_tokens(void **unused)
{
	(void)unused;
	struct record rec;
	const char *why;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	record_init(&rec);
	assert_true(record_fill_tokens(&rec, &stated, &why));
	assert_false(rec.has_tokens);
	stated.output = 0;
	assert_true(record_fill_tokens(&rec, &stated, &why));
	assert_true(rec.has_tokens);
	stated.output = 10;
	stated.reasoning = 4;
	stated.tool_input = 3;
	assert_true(record_fill_tokens(&rec, &stated, &why));
	assert_true(record_measured(&rec, MEASURE_REASONING) == 4 * FEMTO_PER_UNIT);
	assert_true(record_measured(&rec, MEASURE_TOOL_INPUT) == 3 * FEMTO_PER_UNIT);
	assert_true(record_measured(&rec, MEASURE_IMAGES) == 0);
}

static void
test_measures(void **unused)
{
	(void)unused;
	struct record rec;
	record_init(&rec);
	for (int i = 0; i < 2 * RECORD_MEASURES; i++)
		record_measure(&rec, (enum measure_kind)i, i);
	assert_int_equal(rec.measures_n, RECORD_MEASURES);
	record_measure(&rec, MEASURE_REASONING, 5);
	assert_true(record_measured(&rec, MEASURE_REASONING) == 5 * FEMTO_PER_UNIT);
}

static void
test_context(void **unused)
{
	(void)unused;
	static const struct {
		int64_t tokens;
		int class;
	} rows[] = { { 0, 0 }, { 99999, 0 }, { 100000, 1 }, { 100001, 2 }, { 127999, 2 },
		{ 128000, 3 }, { 128001, 4 }, { 199999, 4 }, { 200000, 5 }, { 200001, 6 },
		{ 256000, 6 }, { 272000, 7 }, { 272001, 8 }, { 512000, 8 }, { 512001, 9 },
		{ INT64_MAX, 9 } };
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		assert_int_equal(context_class(rows[i].tokens), rows[i].class);
}

static void
test_tier(void **unused)
{
	(void)unused;
	assert_int_equal(tier_parse(SLICE("Default")), TIER_STANDARD);
	assert_int_equal(tier_parse(SLICE("on_demand")), TIER_STANDARD);
	assert_int_equal(tier_parse(SLICE("auto")), TIER_UNKNOWN);
	assert_int_equal(tier_parse(SLICE("batch")), TIER_BATCH);
	assert_int_equal(tier_parse(SLICE("FLEX")), TIER_FLEX);
	assert_int_equal(tier_parse(SLICE("fast")), TIER_PRIORITY);
	assert_int_equal(tier_parse(SLICE("x")), TIER_UNKNOWN);
	assert_int_equal(tier_parse(SLICE_NONE), TIER_UNKNOWN);
}

/* What sums in 64 bits get; quantities that are summed in 128 bits weigh next to nothing. */
static void
test_load(void **unused)
{
	(void)unused;
	struct record rec;
	record_init(&rec);
	rec.requests = -1;
	assert_int_equal(record_load(&rec), 0);
	rec.requests = 5;
	for (int i = 0; i < TOKEN_KINDS; i++)
		rec.tokens[i] = (int64_t)1 << 50;
	assert_int_equal(record_load(&rec), 5 + TOKEN_KINDS * ((uint64_t)1 << 50));
	record_init(&rec);
	record_measure(&rec, MEASURE_UNSPLIT, (int64_t)1 << 50);
	assert_in_range(record_load(&rec), (uint64_t)1 << 50, (uint64_t)1 << 51);
	record_measure(&rec, MEASURE_BYTES, (int64_t)1 << 50);
	record_measure_femto(&rec, MEASURE_CREDITS, -FEMTO_PER_UNIT * ((femto_t)1 << 50));
	assert_in_range(
		record_load(&rec), (uint64_t)1 << 50, ((uint64_t)1 << 51) + ((uint64_t)1 << 32));
}

static void
test_check(void **unused)
{
	(void)unused;
	struct record rec;
	const char *why;
	record_init(&rec);
	assert_true(record_check(&rec, &why));
	rec.tokens[TOKEN_OUTPUT] = -1;
	assert_false(record_check(&rec, &why));
	rec.tokens[TOKEN_OUTPUT] = (int64_t)1 << 40;
	assert_true(record_check(&rec, &why));
	rec.tokens[TOKEN_OUTPUT]++;
	assert_false(record_check(&rec, &why));
	rec.requests = 2; /* not one request: a bucket */
	assert_true(record_check(&rec, &why));
	rec.requests = -1;
	rec.tokens[TOKEN_OUTPUT] = (int64_t)1 << 50;
	assert_true(record_check(&rec, &why));
	rec.tokens[TOKEN_OUTPUT]++;
	assert_false(record_check(&rec, &why));
	rec.tokens[TOKEN_OUTPUT] = 1;
	rec.requests = -2;
	assert_false(record_check(&rec, &why));
	rec.requests = -1;
	rec.timed = true;
	rec.start = when_days(1999, 12, 31) * NS_PER_DAY;
	assert_false(record_check(&rec, &why));
	rec.start = when_days(2000, 1, 1) * NS_PER_DAY;
	assert_true(record_check(&rec, &why));
	rec.start = when_days(2100, 1, 1) * NS_PER_DAY - 1;
	assert_true(record_check(&rec, &why));
	rec.start++;
	assert_false(record_check(&rec, &why));
	rec.timed = false;
	rec.has_billed = true;
	rec.billed = FEMTO_PER_UNIT * 1000000000001;
	assert_false(record_check(&rec, &why));
	rec.billed = -rec.billed;
	assert_false(record_check(&rec, &why));
	rec.billed = FEMTO_PER_UNIT * 1000000000000;
	assert_true(record_check(&rec, &why));
	record_measure_femto(&rec, MEASURE_CREDITS, -FEMTO_PER_UNIT * ((int64_t)1 << 51));
	assert_false(record_check(&rec, &why));
}

/* Two flags of one value would be a case twice: this would not compile. */
static int
how_place(enum how how)
{
	switch (how) {
	case HOW_DISJOINT:
	case HOW_BY_FIELDS:
	case HOW_BY_IMPOSSIBLE:
	case HOW_BY_TOTAL:
	case HOW_BY_DEFAULT:
	case HOW_LIFETIME_ASSUMED:
	case HOW_CACHE_UNKNOWN:
	case HOW_CACHED_ANSWER:
	case HOW_MODEL_ASSUMED:
	case HOW_LOCAL:
	case HOW_NO_ZONE:
	case HOW_ESTIMATE:
	case HOW_TAX:
	case HOW_CREDIT:
	case HOW_PARTIAL_COST:
	case HOW_PER_DAY:
	case HOW_OUTPUT_UNKNOWN:
	case HOW_TOTAL_ODD:
	case HOW_ASKED_LOCAL:
	case HOW_FAILED:
	case HOW_CACHE_STATED:
	case HOW_WITHOUT_USAGE:
		return __builtin_ctz(how);
	}
	return -1;
}

static void
test_flags_differ(void **state)
{
	(void)state;
	for (int bit = 0; bit < 22; bit++)
		assert_int_equal(how_place((enum how)(1u << bit)), bit);
}

/* billed, tokens: what one costs, or 0 where that is no price of a list. */
static void
test_rate(void **state)
{
	(void)state;
	const struct {
		femto_t billed;
		int64_t tokens;
		enum token_kind kind;
		femto_t want;
	} cases[] = {
		{ FEMTO_PER_UNIT * 5, 2000000, TOKEN_OUTPUT, FEMTO_PER_UNIT / 400000 },
		{ FEMTO_PER_UNIT * 5, 2000001, TOKEN_OUTPUT, 0 }, /* does not divide */
		{ FEMTO_PER_UNIT / 8 * 3, 3, TOKEN_CACHE_READ, FEMTO_PER_UNIT / 8 },
		{ (femto_t)1234567 * 10, 10, TOKEN_CACHE_READ, 0 }, /* seven digits */
		{ (femto_t)123456 * 1000, 10, TOKEN_CACHE_READ, 12345600 },
		{ FEMTO_PER_UNIT, 0, TOKEN_OUTPUT, 0 },
		{ -FEMTO_PER_UNIT, 10, TOKEN_OUTPUT, 0 }, /* a credit */
		{ FEMTO_PER_UNIT, 10, TOKEN_KINDS, 0 },   /* of no one kind */
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct record rec;
		record_init(&rec);
		assert_int_equal(rec.line_kind, TOKEN_KINDS);
		rec.line_kind = cases[i].kind;
		if (cases[i].kind < TOKEN_KINDS)
			rec.tokens[cases[i].kind] = cases[i].tokens;
		rec.has_billed = true;
		rec.billed = cases[i].billed;
		assert_true(record_rate(&rec) == cases[i].want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fill),
		cmocka_unit_test(test_has_tokens),
		cmocka_unit_test(test_measures),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_tier),
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_flags_differ),
		cmocka_unit_test(test_rate),
	};
	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
