/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every finding at its minimum of data and one below, at its threshold and one below, at its floor. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "manuals.h"
#include "worlds.h"
#include <cmocka.h>

#include "conf/conf.h"

/* A log on so many days, of so many requests, that is at the threshold when 'level' is. */
struct scenario {
	enum finding_id id;
	void (*build)(struct world *world, int64_t days, int64_t requests, int64_t level);
	int64_t below; /* the level that is no finding; 0: one below the threshold */
};

static const char no_successors[] = "model,successor,kind,from,source\n";

/* The day of the i-th of n requests: the first on the first day, the last on the last. */
static int64_t
day_of(int64_t i, int64_t n, int64_t days)
{
	return n > 1 ? i * (days - 1) / (n - 1) : 0;
}

/* Sizes that no two requests near each other share. */
static int64_t
varied(int64_t i)
{
	return i % 61;
}

static void
successor(struct world *world, const char *kind, const char *name, int64_t level)
{
	char text[256];
	snprintf(text, sizeof(text), "%sbig,%s%lld,%s,2024-01-01,test\n", no_successors, name,
		(long long)level, kind);
	successors_free(&world->successors);
	struct err err = { .text = "" };
	if (!successors_add_text(&world->successors, "successors.csv", slice_of(text), &err))
		fail_msg("%s", err.text);
}

static void
add_plain(struct world *world, int64_t days, int64_t requests, int64_t input, int64_t output)
{
	for (int64_t i = 0; i < requests; i++)
		world_add(world, world_request(day_of(i, requests, days), i * 7 % 3600,
					 input + varied(i), output + varied(i)));
}

static void
build_cheaper(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	successor(world, "cheaper-tier", "cut", level);
	world_word(world, WORLD_TYPE, "classification");
	add_plain(world, days, requests, 100000, 100);
}

static void
build_retired(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	successor(world, "successor", "cut", level);
	add_plain(world, days, requests, 100000, 100);
}

static void
build_embeddings(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	successor(world, "embedding", "vectors", level);
	world_word(world, WORLD_TYPE, "embedding");
	add_plain(world, days, requests, 100000, 0);
}

static void
build_batch(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	world->values[WORLD_LATENCY] = (struct attribute){ .source = ATTRIBUTE_CONFIGURED,
		.number = (femto_t)level * FEMTO_PER_UNIT,
		.high = (femto_t)level * FEMTO_PER_UNIT };
	add_plain(world, days, requests, 100000, 100);
}

/* The shortest prompt of which the distribution tells that it has so many tokens; for a level below,
 * the longest of which it does not. */
static int64_t
prompt_for(int64_t level, int64_t threshold)
{
	int64_t least = dist_ends[dist_class(threshold - 1)] + 1;
	return level < threshold ? least - 1 : least;
}

static void
build_unused(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	int64_t prompt = prompt_for(level, finding_rules[FINDING_CACHE_UNUSED].threshold);
	world->limits.of[FINDING_CACHE_UNUSED].floor = 1;
	for (int64_t i = 0; i < requests; i++) {
		struct record rec =
			world_request(day_of(i, requests, days), i * 7 % 1800, prompt, i % 50);
		rec.how = HOW_CACHE_STATED;
		world_add(world, rec);
	}
}

static void
build_missed(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++) {
		struct record rec = world_request(day_of(i, requests, days), i * 7, 100, varied(i));
		rec.tokens[TOKEN_CACHE_WRITE_1H] = 100000;
		rec.tokens[TOKEN_CACHE_READ] = 100000;
		/* one token more is one too many */
		rec.tokens[TOKEN_CACHE_READ] += i == 0 ? level - 100 : 0;
		world_add(world, rec);
	}
}

static void
build_bloat(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	int64_t prompt = prompt_for(level, finding_rules[FINDING_PROMPT_BLOAT].threshold);
	world->limits.of[FINDING_PROMPT_BLOAT].floor = 1;
	for (int64_t i = 0; i < requests; i++)
		world_add(
			world, world_request(day_of(i, requests, days), i * 7, prompt, 1 + i % 50));
}

static void
build_growth(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++) {
		bool late = i >= requests / 2;
		/* half of them on each of the ends */
		int64_t day = !late ? i % 14 : days - 1 - (requests - 1 - i) % 14;
		world_add(world, world_request(day, i * 7,
					 late ? 100 * (100000 + 1000 * level) / 100 : 100000, 50));
	}
}

static void
build_failed(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++) {
		struct record rec = world_request(
			day_of(i, requests, days), i * 7 % 3600, 100000 + varied(i), varied(i));
		rec.how = i < level ? HOW_FAILED : 0;
		world_add(world, rec);
	}
}

/* The last 'level' of the requests repeat the one before them seven seconds later. */
static void
build_again(struct world *world, int64_t days, int64_t requests, int64_t level, int64_t longer)
{
	int64_t fresh = requests - level, i = 0;
	for (; i < fresh; i++) {
		int64_t day = day_of(i, fresh, days), second = i * 600 % 36000;
		world_add(world, world_request(day, second, 100000 + varied(i), varied(i)));
		if (i < level)
			world_add(world, world_request(day, second + 7, 100000 + varied(i),
						 varied(i) + longer));
	}
}

static void
build_retried(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	build_again(world, days, requests, level, 1000);
}

static void
build_duplicates(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	build_again(world, days, requests, level, 0);
}

static void
build_asked(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++) {
		struct record rec = world_request(
			day_of(i, requests, days), i * 7 % 3600, 100000 + varied(i), varied(i));
		rec.how = i < level ? HOW_ASKED_LOCAL : 0;
		world_add(world, rec);
	}
}

static struct record
local_request(int64_t day, int64_t second, int64_t input)
{
	struct record rec = world_request(day, second, input, 3);
	rec.biller = SLICE("local");
	rec.request_model = rec.response_model = SLICE("llama3.1:8b");
	rec.pay = PAY_LOCAL;
	rec.how = HOW_LOCAL;
	return rec;
}

/* Local, then half a minute later the paid one; half an hour between such pairs. */
static void
build_pairs(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++) {
		int64_t day = day_of(i, requests, days), second = i * 1800 % 36000;
		if (i < level)
			world_add(world, local_request(day, second, 100000));
		world_add(world, world_request(day, second + 30, 110000 + varied(i), varied(i)));
	}
}

/* Seven requests a day or eight, and a day of seven on which each is so many times larger. */
static void
build_day(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	for (int64_t i = 0; i < requests; i++)
		world_add(world, world_request(i % days, i * 60,
					 i % days == 3 ? 100000 * level : 100000, 0));
}

/* One request that is exactly so many times the mean: n * s = level * (s + (n - 1) * t). */
static void
build_request(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	int64_t t = 1000 * (100 - 10), s = 10 * 99 * 1000;
	s -= level < 10; /* a token less is less than that */
	for (int64_t i = 0; i < requests; i++)
		world_add(world,
			world_request(day_of(i, requests, days), i * 60, i == 50 ? s : t, 0));
}

static void
build_reasoning(struct world *world, int64_t days, int64_t requests, int64_t level)
{
	world_word(world, WORLD_TYPE, "tagging");
	for (int64_t i = 0; i < requests; i++) {
		struct record rec = world_request(day_of(i, requests, days), i * 7, 100, 10000);
		record_measure(&rec, MEASURE_REASONING, level * 100);
		world_add(world, rec);
	}
}

static const struct scenario scenarios[] = {
	{ FINDING_CHEAPER_TIER, build_cheaper, 0 },
	{ FINDING_BATCH, build_batch, 0 },
	{ FINDING_CACHE_UNUSED, build_unused, 0 },
	{ FINDING_CACHE_MISSED, build_missed, 101 },
	{ FINDING_PROMPT_BLOAT, build_bloat, 0 },
	{ FINDING_PROMPT_GROWTH, build_growth, 0 },
	{ FINDING_RETRIES, build_failed, 0 },
	{ FINDING_RETRIES, build_retried, 0 },
	{ FINDING_SILENT_FALLBACK, build_asked, 0 },
	{ FINDING_SILENT_FALLBACK, build_pairs, 0 },
	{ FINDING_DUPLICATES, build_duplicates, 0 },
	{ FINDING_OUTLIERS, build_day, 0 },
	{ FINDING_OUTLIERS, build_request, 0 },
	{ FINDING_REASONING, build_reasoning, 0 },
	{ FINDING_RETIRED_MODEL, build_retired, 0 },
	{ FINDING_EMBEDDINGS, build_embeddings, 0 },
};

/* Is it found of such a log? */
static bool
found(const struct scenario *scenario, int64_t days, int64_t requests, int64_t level)
{
	struct world world;
	world_init(&world, no_successors);
	world.days = days;
	scenario->build(&world, days, requests, level);
	world_look(&world);
	bool is = world_finding(&world, scenario->id) != NULL;
	world_free(&world);
	return is;
}

static void
check(const struct scenario *scenario, size_t number, const char *what, bool want, int64_t days,
	int64_t requests, int64_t level)
{
	if (found(scenario, days, requests, level) != want)
		fail_msg("scenario %zu, %s, %s: %lld days, %lld requests, %lld: %s", number,
			finding_rules[scenario->id].id, what, (long long)days, (long long)requests,
			(long long)level, want ? "not found" : "found");
}

static void
test_minimum_and_threshold(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(scenarios); i++) {
		const struct scenario *at = &scenarios[i];
		const struct finding_rule *rule = &finding_rules[at->id];
		int64_t below = at->below ? at->below : rule->threshold - 1;
		check(at, i, "at all of them", true, rule->days, rule->requests, rule->threshold);
		check(at, i, "a day too few", false, rule->days - 1, rule->requests,
			rule->threshold);
		check(at, i, "a request too few", false, rule->days, rule->requests - 1,
			rule->threshold);
		check(at, i, "below the threshold", false, rule->days, rule->requests, below);
	}
}

/* Every kind has a scenario. */
static void
test_all_kinds(void **unused)
{
	(void)unused;
	bool has[FINDINGS] = { false };
	for (size_t i = 0; i < HL_COUNT(scenarios); i++)
		has[scenarios[i].id] = true;
	for (int i = 0; i < FINDINGS; i++)
		if (!has[i])
			fail_msg("%s is not tested", finding_rules[i].id);
}

/* At its floor it is shown, a femto below it is not; silenced it never is. */
static void
test_floor_and_silence(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(scenarios); i++) {
		const struct scenario *at = &scenarios[i];
		const struct finding_rule *rule = &finding_rules[at->id];
		femto_t high = 0;
		for (int step = 0; step < 4; step++) {
			struct world world;
			world_init(&world, no_successors);
			world.days = rule->days;
			at->build(&world, rule->days, rule->requests, rule->threshold);
			struct finding_limit *limit = &world.limits.of[at->id];
			if (step)
				limit->floor = high + (step == 2);
			limit->silenced = step == 3;
			world_look(&world);
			const struct finding *finding = world_finding(&world, at->id);
			if (!finding != (step >= 2))
				fail_msg("%s: step %d", rule->id, step);
			if (step == 0) {
				assert_true(finding->has_saving && finding->high > 0);
				assert_true(finding->low >= 0 && finding->low <= finding->high);
				high = finding->high;
			}
			world_free(&world);
		}
	}
}

/* ---- what is no finding ---- */

/* No type, frontier quality, a model without a successor: no cheaper one is proposed. */
static void
test_cheaper_needs_knowledge(void **unused)
{
	(void)unused;
	for (int step = 0; step < 4; step++) {
		struct world world;
		world_init(&world, no_successors);
		build_cheaper(&world, 30, 1000, 20);
		if (step == 1)
			world.values[WORLD_TYPE].source = ATTRIBUTE_UNKNOWN;
		if (step == 2)
			world_word(&world, WORLD_QUALITY, "frontier");
		if (step == 3)
			world_word(&world, WORLD_TYPE, "agentic_workflow");
		world_look(&world);
		assert_int_equal(world_finding(&world, FINDING_CHEAPER_TIER) != NULL, step == 0);
		world_free(&world);
	}
}

/* A log that does not say what was read from a cache says nothing about caching. */
static void
test_cache_has_to_be_stated(void **unused)
{
	(void)unused;
	for (int stated = 0; stated < 2; stated++) {
		struct world world;
		world_init(&world, no_successors);
		for (int64_t i = 0; i < 1000; i++) {
			struct record rec = world_request(i % 30, i * 7 % 1800, 20000, 3000);
			rec.how = stated ? HOW_CACHE_STATED : 0;
			world_add(&world, rec);
		}
		world_look(&world);
		assert_int_equal(world_finding(&world, FINDING_CACHE_UNUSED) != NULL, stated);
		world_free(&world);
	}
}

/* Requests that are all of one size agree by chance; so do those of a few sizes. */
static void
test_sizes_agree_by_chance(void **unused)
{
	(void)unused;
	for (int64_t sizes = 1; sizes <= 16; sizes *= 2) {
		struct world world;
		world_init(&world, no_successors);
		for (int64_t i = 0; i < 6000; i++)
			world_add(&world, world_request(i % 30, i / 30 * 5,
						  100000 + i / 30 * 7919 % sizes, 10));
		world_look(&world);
		assert_null(world_finding(&world, FINDING_DUPLICATES));
		assert_null(world_finding(&world, FINDING_RETRIES));
		world_free(&world);
	}
}

/* Local and paid requests that are mixed by design come together by chance, in either order. */
static void
test_mixed_by_design(void **unused)
{
	(void)unused;
	struct world world;
	uint32_t state = 1;
	world_init(&world, no_successors);
	for (int64_t i = 0; i < 6000; i++) {
		int64_t second = i / 30 * 40;
		state = state * 1664525 + 1013904223;
		if (state >> 31)
			world_add(&world, local_request(i % 30, second, 100000));
		else
			world_add(&world, world_request(i % 30, second, 100000 + i, 10));
	}
	world_look(&world);
	assert_null(world_finding(&world, FINDING_SILENT_FALLBACK));
	world_free(&world);
}

/* ---- what is paid ---- */

static const struct finding *
must_find(const struct world *world, enum finding_id id)
{
	const struct finding *finding = world_finding(world, id);
	if (finding)
		return finding;
	fail_msg("no %s", finding_rules[id].id);
	abort();
}

static femto_t
cents(int64_t n)
{
	return n * FEMTO_PER_CENT;
}

/* 200 requests, 40 failed: of 200 times 100,000 tokens at $10 a million, $40 of $200 in 30 days. */
static void
add_failures(struct world *world, bool second_file)
{
	for (int64_t i = 0; i < 200; i++) {
		struct record rec = world_request(day_of(i, 200, 30), i * 7 % 3600, 100000, i % 61);
		rec.tokens[TOKEN_OUTPUT] = 0;
		rec.how = i % 5 == 0 ? HOW_FAILED : 0;
		if (second_file) {
			rec.identity = IDENTITY_ID;
			char id[32];
			snprintf(id, sizeof(id), "id-%lld", (long long)i);
			rec.id = slice_of(id);
			world_add(world, rec);
			continue;
		}
		world_add(world, rec);
	}
}

static void
test_exact(void **unused)
{
	(void)unused;
	struct world world;
	world_init(&world, no_successors);
	add_failures(&world, false);
	world_look(&world);
	const struct finding *finding = must_find(&world, FINDING_RETRIES);
	assert_true(finding->low == cents(4000) && finding->high == cents(4000));
	assert_int_equal(finding->records, 40);
	assert_int_equal(finding->tokens, 4000000);
	assert_int_equal(finding->last - finding->first, 29);
	assert_string_equal(finding->currency, "USD");
	assert_int_equal(world.findings.totals_n, 1);
	assert_true(world.findings.totals[0].low == cents(4000));
	world_free(&world);
}

/* Two files with the same requests: once. */
static void
test_two_files(void **unused)
{
	(void)unused;
	struct world world;
	world_init(&world, no_successors);
	add_failures(&world, true);
	(void)world_close(&world);
	world.fold = fold_new(1, 7);
	add_failures(&world, true);
	world_look(&world);
	const struct finding *finding = must_find(&world, FINDING_RETRIES);
	assert_true(finding->low == cents(4000) && finding->high == cents(4000));
	world_free(&world);
}

/* What taps of two files with the same requests count is a share of what both hold. */
static void
test_taps_of_two_files(void **unused)
{
	(void)unused;
	femto_t one = 0;
	for (int files = 1; files <= 2; files++) {
		struct world world;
		world_init(&world, no_successors);
		for (int file = 0; file < files; file++) {
			if (!world.fold)
				world.fold = fold_new(1, 7);
			for (int64_t i = 0; i < 300; i++) {
				struct record rec = world_request(
					i % 30, i / 30 * 1200 + i % 2 * 7, 100000 + i / 2, 10);
				char id[32];
				snprintf(id, sizeof(id), "id-%lld", (long long)i);
				rec.identity = IDENTITY_ID;
				rec.id = slice_of(id);
				world_add(&world, rec);
				snprintf(id, sizeof(id), "again-%lld", (long long)i);
				rec.id = slice_of(id);
				rec.start += 3 * NS_PER_SECOND;
				if (i % 3 == 0)
					world_add(&world, rec);
			}
			(void)world_close(&world);
		}
		world_look(&world);
		const struct finding *finding = must_find(&world, FINDING_DUPLICATES);
		assert_int_equal(finding->records, 100);
		if (files == 1)
			assert_true(finding->low == finding->high);
		else
			assert_true(finding->low <= one && finding->high == one);
		one = finding->high;
		world_free(&world);
	}
}

/* hllm.conf: a discount halves it, a subscription leaves nothing, a commitment all but what is above it. */
static void
test_contract(void **unused)
{
	(void)unused;
	static const struct {
		const char *conf;
		femto_t want; /* in cents; 0: no finding */
		bool limited;
	} rows[] = {
		{ "", 4000, false },
		{ "discount a { biller = openai percent = 50 }", 2000, false },
		{ "subscription a { biller = openai monthly = 20 }", 0, false },
		{ "commitment a { biller = openai monthly = 185 }", 1500, true },
		{ "commitment a { biller = openai monthly = 150 }", 4000, false },
		{ "commitment a { biller = openai monthly = 200 }", 0, true },
		{ "commitment a { biller = anthropic monthly = 200 }", 4000, false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct world world;
		struct err err = { .text = "" };
		world_init(&world, no_successors);
		struct conf *conf = conf_load_text("a.conf", slice_of(rows[i].conf), &err);
		struct contract *contract = contract_load(conf, &err);
		if (!contract)
			fail_msg("%s", err.text);
		world.options.contract = contract;
		add_failures(&world, false);
		world_look(&world);
		const struct finding *finding = world_finding(&world, FINDING_RETRIES);
		femto_t got = finding ? finding->low : 0;
		if (got != rows[i].want * FEMTO_PER_CENT ||
			world.findings.limited != rows[i].limited)
			fail_msg("%s: %lld cents", rows[i].conf, (long long)(got / FEMTO_PER_CENT));
		if (got)
			assert_true(world.findings.totals[0].low == got);
		world_free(&world);
		contract_free(contract);
		conf_free(conf);
	}
}

/* A bill of $100 for what lists at $200 halves the saving; one of $300 does not raise it. */
static void
test_bill(void **unused)
{
	(void)unused;
	for (int64_t dollars = 100; dollars <= 300; dollars += 200) {
		struct world world;
		world_init(&world, no_successors);
		add_failures(&world, false);
		for (int64_t day = 0; day < 30; day++) {
			struct record rec = world_request(day, -43200, 0, 0);
			rec.origin = ORIGIN_INVOICE;
			rec.has_tokens = false;
			rec.width = NS_PER_DAY;
			rec.requests = -1;
			rec.has_billed = true;
			rec.billed = dollars * FEMTO_PER_UNIT / 30;
			world_add(&world, rec);
		}
		world_look(&world);
		const struct finding *finding = must_find(&world, FINDING_RETRIES);
		assert_int_equal(finding->scaled, dollars == 100);
		/* rounded down, by at most the scale's billionths */
		femto_t most = cents(dollars == 100 ? 2000 : 4000);
		assert_true(finding->high <= most && finding->high > most - cents(1));
		world_free(&world);
	}
}

/* Of two models for the same requests the one that saves more counts, not both. */
static void
test_all_at_once(void **unused)
{
	(void)unused;
	struct world world;
	struct err err = { .text = "" };
	world_init(&world, no_successors);
	successors_free(&world.successors);
	if (!successors_add_text(&world.successors, "s.csv",
		    SLICE("model,successor,kind,from,source\n"
			  "big,cut20,cheaper-tier,2024-01-01,test\n"
			  "big,cut10,successor,2024-01-01,test\n"),
		    &err))
		fail_msg("%s", err.text);
	world_word(&world, WORLD_TYPE, "classification");
	world.values[WORLD_BATCHABLE] =
		(struct attribute){ .source = ATTRIBUTE_CONFIGURED, .number = 1, .high = 1 };
	add_failures(&world, false);
	world_look(&world);
	const struct finding *cheaper = must_find(&world, FINDING_CHEAPER_TIER),
			     *retired = must_find(&world, FINDING_RETIRED_MODEL),
			     *failed = must_find(&world, FINDING_RETRIES),
			     *batch = must_find(&world, FINDING_BATCH);
	assert_true(cheaper->low == cents(4000) && retired->low == cents(2000) &&
		    failed->low == cents(4000) && batch->low == cents(10000));
	/* $40 of failures, then half of the other $160: cut20 has no batch price, and saves less */
	assert_true(world.findings.totals[0].low == cents(4000 + 8000));
	assert_true(world.findings.totals[0].high == cents(4000 + 8000));
	/* the largest first */
	for (size_t i = 1; i < world.findings.n; i++)
		assert_true(world.findings.items[i - 1].high >= world.findings.items[i].high);
	world_free(&world);
}

/* After its last price there is nothing to compare: no saving, and the reason. */
static void
test_withdrawn(void **unused)
{
	(void)unused;
	struct world world;
	world_init(&world, no_successors);
	for (int64_t i = 0; i < 200; i++) {
		struct record rec = world_request(day_of(i, 200, 30), i, 1000, 10);
		rec.request_model = rec.response_model = SLICE("gone");
		world_add(&world, rec);
	}
	world_look(&world);
	const struct finding *finding = must_find(&world, FINDING_RETIRED_MODEL);
	assert_false(finding->has_saving);
	assert_non_null(finding->no_saving);
	assert_int_equal(world.findings.totals_n, 0);
	world_free(&world);
}

/* Without a number of days there is no month, and no finding. */
static void
test_no_days(void **unused)
{
	(void)unused;
	struct world world;
	world_init(&world, no_successors);
	add_failures(&world, false);
	world.days = 0;
	world_look(&world);
	assert_int_equal(world.findings.n, 0);
	world_free(&world);
}

/* ---- the manual ---- */

/* The table of the manual is the table of the program, in its order and with nothing else in it. */
static void
test_manual(void **unused)
{
	(void)unused;
	static const char page[] = "hllm-findings.7";
	char *text = manual_words(page), threshold[NUM_TEXT], days[NUM_TEXT], requests[NUM_TEXT],
	     floor[NUM_TEXT];
	const char *at = manual_find(page, text, ".Sh FINDINGS");
	for (int i = 0; i < FINDINGS; i++) {
		const struct finding_rule *rule = &finding_rules[i];
		struct str want = STR_INIT;
		str_printf(&want,
			".Ss %s %c%s. .Bl -tag -width Threshold -compact .It Looks for %s .It "
			"Threshold %s %s .It Minimum %s days, %s requests .It Floor %s USD a month "
			".It Saving %s .El ",
			rule->id, rule->title[0] - 'a' + 'A', rule->title + 1, rule->detector,
			num_count(threshold, rule->threshold), rule->unit,
			num_count(days, rule->days), num_count(requests, rule->requests),
			num_count(floor, rule->floor), rule->formula);
		at = manual_find(page, at, str_text(&want));
		str_free(&want);
	}
	assert_int_equal(manual_count(text, NULL, ".Ss "), FINDINGS);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_kinds),
		cmocka_unit_test(test_manual),
		cmocka_unit_test(test_minimum_and_threshold),
		cmocka_unit_test(test_floor_and_silence),
		cmocka_unit_test(test_cheaper_needs_knowledge),
		cmocka_unit_test(test_cache_has_to_be_stated),
		cmocka_unit_test(test_sizes_agree_by_chance),
		cmocka_unit_test(test_mixed_by_design),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_two_files),
		cmocka_unit_test(test_taps_of_two_files),
		cmocka_unit_test(test_contract),
		cmocka_unit_test(test_bill),
		cmocka_unit_test(test_all_at_once),
		cmocka_unit_test(test_withdrawn),
		cmocka_unit_test(test_no_days),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
