/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/profile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct attributes *attributes;
static struct task_types *types;

static const char *
shipped(const char *name)
{
	static char path[4096];
	const char *dir = getenv("HLLM_DATA_DIR");
	snprintf(path, sizeof(path), "%s/%s", dir ? dir : "data", name);
	return path;
}

static int
load(void **state)
{
	(void)state;
	struct err err = { 0 };
	attributes = attributes_load(shipped("attributes.conf"), &err);
	if (!attributes)
		fail_msg("%s", err.text);
	types = task_types_new(attributes);
	if (!task_types_load(types, shipped("task-types.conf"), true, &err))
		fail_msg("%s", err.text);
	return 0;
}

static int
unload(void **state)
{
	(void)state;
	task_types_free(types);
	attributes_free(attributes);
	return 0;
}

/* What each name is taken for; "" nothing. */
static void
test_words(void **state)
{
	(void)state;
	static const struct {
		const char *name, *type, *word;
	} cases[] = {
		{ "Document classification", "classification", "classification" },
		{ "doc-class", "classification", "class" },
		{ "docClass_v2", "classification", "Class" },
		{ "Structured data extraction", "extraction", "extraction" },
		{ "Internal summarization", "summarization", "summarization" },
		{ "Agentic tool-calling workflows", "agentic_workflow", "Agentic" },
		{ "tool-calling", "agentic_workflow", "tool-calling" },
		{ "Content moderation", "moderation", "moderation" },
		{ "Embedding generation", "embedding", "Embedding" },
		{ "support ticket routing", "classification", "ticket routing" },
		{ "route-request", "intent_detection", "route" },
		{ "agentic extraction pipeline", "agentic_workflow", "agentic" },
		{ "reply drafts", "drafting", "drafts" },
		{ "internal_summaries", "summarization", "summaries" },
		{ "classy", "", "" },
		{ "declassified", "", "" },
		{ "subclass", "", "" },
		{ "", "", "" },
		{ "--- ", "", "" },
		{ "tool", "", "" },
		{ "\xC3\xBC"
		  "bersetzung",
			"", "" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct slice word = SLICE_NONE;
		const struct conf_section *section =
			task_types_match(types, slice_of(cases[i].name), &word);
		const struct conf_item *type = section ? conf_item(section, "type") : NULL;
		struct slice got = type ? type->values[0] : SLICE("");
		if (!slice_is(got, cases[i].type))
			fail_msg("%s: " SLICE_FMT, cases[i].name, SLICE_ARG(got));
		if (section && !slice_is(word, cases[i].word))
			fail_msg("%s: the word " SLICE_FMT, cases[i].name, SLICE_ARG(word));
	}
}

/* ---- subjects ---- */

struct bench {
	struct audit audit;
	struct tally items[3];
	struct subjects subjects;
	struct conf *conf;
};

static struct tally
workload(const char *name, const char *source, int64_t requests, int64_t input, int64_t output)
{
	struct tally tally = { .name = slice_of(name),
		.name_source = source,
		.requests = requests,
		.records = requests,
		.with_tokens = requests,
		.origins = 1u << ORIGIN_CLIENT };
	tally.tokens[TOKEN_UNCACHED_INPUT] = input;
	tally.tokens[TOKEN_OUTPUT] = output;
	return tally;
}

static void
spend(struct tally *tally, femto_t low, femto_t high)
{
	struct money *money = tally_money(tally, "USD");
	money->has_list = true;
	money->spend_low = low;
	money->spend_high = high;
}

static const struct attribute *
value(const struct bench *bench, size_t i, const char *name)
{
	int index = attributes_find(attributes, slice_of(name));
	assert_true(index >= 0);
	return &bench->subjects.items[i].values[index];
}

static void
describe(struct bench *bench, size_t n, int64_t days, const char *conf)
{
	struct err err = { 0 };
	bench->conf = conf_load_text("t.conf", slice_of(conf), &err);
	if (!bench->conf || !profile_check(bench->conf, attributes, &err))
		fail_msg("%s", err.text);
	bench->audit.workloads = (struct tallies){ .items = bench->items, .n = n };
	const struct profile_options options = { .attributes = attributes,
		.types = types,
		.conf = bench->conf,
		.days = days,
		.no_days = "no days in this test" };
	profile_subjects(&options, &bench->audit, &bench->subjects);
}

static void
finish(struct bench *bench)
{
	subjects_free(&bench->subjects);
	conf_free(bench->conf);
}

static void
assert_number(
	const struct attribute *value, enum attribute_source source, femto_t low, femto_t high)
{
	assert_int_equal(value->source, source);
	assert_true(value->number == low * FEMTO_PER_UNIT);
	assert_true(value->high == high * FEMTO_PER_UNIT);
}

static void
test_measured(void **state)
{
	(void)state;
	struct bench bench = { 0 };
	bench.items[0] = workload("doc-class", "task", 3000, 96000000, 30000);
	bench.items[1] = workload("nightly", "task", 300, 0, 0);
	bench.items[1].unsplit = 240000;
	bench.items[2] = workload("export", "task", 0, 5000, 100);
	spend(&bench.items[0], 50 * FEMTO_PER_UNIT, 50 * FEMTO_PER_UNIT);
	spend(&bench.items[1], FEMTO_PER_UNIT, 4 * FEMTO_PER_UNIT);
	spend(&bench.audit.total, 51 * FEMTO_PER_UNIT, 54 * FEMTO_PER_UNIT);
	describe(&bench, 3, 30, "");
	assert_int_equal(bench.subjects.n, 3);
	assert_true(slice_is(bench.subjects.items[0].name, "doc-class")); /* the dearest first */
	assert_number(value(&bench, 0, "calls_per_day"), ATTRIBUTE_LOGGED, 100, 100);
	assert_number(value(&bench, 0, "context_tokens"), ATTRIBUTE_LOGGED, 32000, 32000);
	assert_number(value(&bench, 0, "output_tokens"), ATTRIBUTE_LOGGED, 10, 10);
	assert_number(value(&bench, 0, "monthly_cost"), ATTRIBUTE_LOGGED, 50, 50);
	assert_number(value(&bench, 0, "total_monthly_cost"), ATTRIBUTE_LOGGED, 51, 54);
	assert_int_equal(value(&bench, 0, "quality")->source, ATTRIBUTE_UNKNOWN);
	assert_true(value(&bench, 0, "quality")->why.n > 0);
	assert_int_equal(value(&bench, 0, "type")->source, ATTRIBUTE_INFERRED);
	/* tokens without a direction: on either side */
	assert_number(value(&bench, 1, "context_tokens"), ATTRIBUTE_LOGGED, 0, 800);
	assert_number(value(&bench, 1, "monthly_cost"), ATTRIBUTE_LOGGED, 1, 4);
	/* an export that counts no requests has no volume */
	assert_int_equal(value(&bench, 2, "calls_per_day")->source, ATTRIBUTE_UNKNOWN);
	assert_int_equal(value(&bench, 2, "context_tokens")->source, ATTRIBUTE_UNKNOWN);
	finish(&bench);
}

static void
test_without_days(void **state)
{
	(void)state;
	struct bench bench = { 0 };
	bench.items[0] = workload("chat", "task", 10, 100, 100);
	spend(&bench.items[0], FEMTO_PER_UNIT, FEMTO_PER_UNIT);
	describe(&bench, 1, 0, "");
	assert_int_equal(value(&bench, 0, "calls_per_day")->source, ATTRIBUTE_UNKNOWN);
	assert_true(slice_is(value(&bench, 0, "calls_per_day")->why, "no days in this test"));
	assert_int_equal(value(&bench, 0, "monthly_cost")->source, ATTRIBUTE_UNKNOWN);
	assert_number(value(&bench, 0, "context_tokens"), ATTRIBUTE_LOGGED, 10, 10);
	finish(&bench);
}

/* A block goes before what was measured, a measurement before words, words before defaults. */
static void
test_order_of_sources(void **state)
{
	(void)state;
	struct bench bench = { 0 };
	bench.items[0] = workload("doc-class", "task", 3000, 96000000, 30000);
	bench.items[1] = workload("misc", "task", 3000, 96000000, 30000);
	spend(&bench.items[0], 2 * FEMTO_PER_UNIT, 2 * FEMTO_PER_UNIT);
	spend(&bench.items[1], FEMTO_PER_UNIT, FEMTO_PER_UNIT);
	describe(&bench, 2, 30,
		"workload \"doc-class\" {\n task = \"doc-class\"\n type = extraction\n"
		" calls_per_day = 7\n quality = frontier\n}\n"
		"defaults { quality = standard type = chat calls_per_day = 9 engineers = 3 }\n");
	assert_number(value(&bench, 0, "calls_per_day"), ATTRIBUTE_CONFIGURED, 7, 7);
	assert_true(slice_is(value(&bench, 0, "calls_per_day")->why, "t.conf:4"));
	assert_true(slice_is(value(&bench, 0, "type")->word, "extraction"));
	assert_true(slice_is(value(&bench, 0, "quality")->word, "frontier"));
	assert_number(value(&bench, 1, "calls_per_day"), ATTRIBUTE_LOGGED, 100, 100);
	assert_true(slice_is(value(&bench, 1, "type")->word, "chat"));
	assert_true(slice_is(value(&bench, 1, "quality")->word, "standard"));
	assert_number(value(&bench, 1, "engineers"), ATTRIBUTE_CONFIGURED, 3, 3);
	finish(&bench);
}

static void
test_logged_types(void **state)
{
	(void)state;
	struct bench bench = { 0 };
	struct part_name model = { .name = SLICE("text-embedding-3-small") };
	bench.items[0] = workload("extraction", "task", 3, 3, 3);
	bench.items[1] = workload("index", "task", 3, 3, 0);
	bench.items[1].names = &model;
	bench.items[1].names_n = 1;
	bench.items[2] = workload("gpt-4o chat", "model", 3, 3, 3); /* a model is no task */
	describe(&bench, 3, 30, "");
	for (size_t i = 0; i < 3; i++) {
		const struct attribute *type = value(&bench, i, "type");
		struct slice name = bench.subjects.items[i].name;
		if (slice_is(name, "extraction"))
			assert_int_equal(type->source, ATTRIBUTE_LOGGED);
		else if (slice_is(name, "index"))
			assert_true(type->source == ATTRIBUTE_INFERRED &&
				    slice_is(type->word, "embedding"));
		else
			assert_int_equal(type->source, ATTRIBUTE_UNKNOWN);
	}
	finish(&bench);
}

static void
test_batch_and_local(void **state)
{
	(void)state;
	struct bench bench = { 0 };
	bench.items[0] = workload("a", "task", 3, 30, 3);
	bench.items[0].batch_tokens = 33;
	bench.items[0].local_tokens = 32;
	bench.items[1] = workload("b", "task", 3, 30, 3);
	bench.items[1].batch_tokens = 32;
	bench.items[1].local_tokens = 33;
	describe(&bench, 2, 30, "");
	assert_number(value(&bench, 0, "batchable"), ATTRIBUTE_INFERRED, 1, 1);
	assert_number(
		value(&bench, 0, "latency_tolerance_ms"), ATTRIBUTE_INFERRED, 86400000, 86400000);
	assert_number(value(&bench, 0, "local"), ATTRIBUTE_LOGGED, 0, 0);
	assert_int_equal(value(&bench, 1, "batchable")->source, ATTRIBUTE_UNKNOWN);
	assert_number(value(&bench, 1, "local"), ATTRIBUTE_LOGGED, 1, 1);
	finish(&bench);
}

static void
test_mistakes(void **state)
{
	(void)state;
	static const struct {
		const char *conf, *text;
	} cases[] = {
		{ "workload a {\n quality = frontir\n}", "t.conf:2: workload \"a\": " },
		{ "workload a {\n\n calls_per_day = many\n}", "t.conf:3: workload \"a\": " },
		{ "defaults { tool_calling = maybe }", "t.conf:1: defaults: " },
		{ "defaults { engineers = 010 }", "t.conf:1: defaults: " },
		{ "defaults { quality = { standard, draft } }",
			"t.conf:1: defaults: quality has 2 values, expected one" },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct err err = { 0 };
		struct conf *conf = conf_load_text("t.conf", slice_of(cases[i].conf), &err);
		assert_non_null(conf);
		if (profile_check(conf, attributes, &err))
			fail_msg("%s is taken", cases[i].conf);
		if (strncmp(err.text, cases[i].text, strlen(cases[i].text)) != 0)
			fail_msg("%s: %s", cases[i].conf, err.text);
		conf_free(conf);
	}
}

/* hllm.conf's keys and attributes.conf are two lists of one thing. */
static void
test_same_names(void **state)
{
	(void)state;
	const struct conf_kind *defaults = conf_kinds;
	while (strcmp(defaults->name, "defaults") != 0)
		defaults++;
	size_t n = 0;
	for (; defaults->keys[n]; n++)
		if (attributes_find(attributes, slice_of(defaults->keys[n])) < 0)
			fail_msg("attributes.conf lacks %s", defaults->keys[n]);
	assert_int_equal(n, attributes->n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_measured),
		cmocka_unit_test(test_without_days),
		cmocka_unit_test(test_order_of_sources),
		cmocka_unit_test(test_logged_types),
		cmocka_unit_test(test_batch_and_local),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_same_names),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
