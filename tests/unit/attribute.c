/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/attribute.h"

#include "subjects.h"

/* The shipped catalogue has all that conditions and blocks may name, with what they need. */
static void
test_catalogue(void **state)
{
	(void)state;
	static const char *const names[] = { "type", "quality", "latency_tolerance_ms",
		"context_tokens", "context_p95_tokens", "output_tokens", "calls_per_day",
		"monthly_cost", "total_monthly_cost", "tool_calling", "reliability", "change_rate",
		"complexity", "reasoning_hops", "data_class", "compliance", "customer_facing",
		"current_knowledge", "batchable", "engineers", "ml_engineers", "local" };
	assert_int_equal(catalogue->n, HL_COUNT(names));
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		const struct attribute_info *info = &catalogue->items[i];
		assert_int_equal(attributes_find(catalogue, slice_of(names[i])), i);
		assert_true(info->about.n && info->used_by.n);
		assert_int_equal(info->kind == ATTRIBUTE_WORD, info->words_n > 0);
		if (info->kind == ATTRIBUTE_NUMBER)
			assert_true(info->step > 0 && info->least == 0);
		/* a whole number changes by whole steps */
		if (info->whole)
			assert_true(info->step % FEMTO_PER_UNIT == 0);
	}
	assert_int_equal(attributes_find(catalogue, SLICE("Type")), -1);
}

static void
test_values(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text, *want; /* want: as it is printed, or what is wrong */
		bool good;
	} rows[] = {
		{ "calls_per_day", "150", "150 calls/day", true },
		{ "calls_per_day", "1204.5", "1,204.5 calls/day", true },
		{ "calls_per_day", "0.004", "0.004 calls/day", true },
		{ "calls_per_day", "1e3", "1,000 calls/day", true },
		{ "total_monthly_cost", "4000", "$4,000 a month", true },
		{ "monthly_cost", "12.5", "$12.50 a month", true },
		{ "complexity", "0.6", "0.6", true },
		{ "engineers", "3", "3 people", true },
		{ "quality", "frontier", "frontier", true },
		{ "tool_calling", "yes", "yes", true },
		{ "tool_calling", "false", "no", true },
		{ "calls_per_day", "", "\"\", expected a number", false },
		{ "calls_per_day", "many", "\"many\", expected a number", false },
		{ "calls_per_day", "1,000",
			"\"1,000\", expected a number; without the comma it is 1000, with a point "
			"1.000",
			false },
		{ "calls_per_day", "010", "\"010\", expected a number without a leading zero",
			false },
		{ "calls_per_day", "-010", "\"-010\", expected a number without a leading zero",
			false },
		{ "calls_per_day", "00", "\"00\", expected a number without a leading zero",
			false },
		{ "calls_per_day", "-1", "\"-1\", expected at least 0", false },
		{ "calls_per_day", "nan", "\"nan\", expected a number", false },
		{ "calls_per_day", "1e16", "\"1e16\", expected a smaller number", false },
		{ "calls_per_day", "1e99", "\"1e99\", expected a smaller number", false },
		{ "engineers", "2.5", "\"2.5\", expected a whole number", false },
		{ "quality", "frontir", "\"frontir\", did you mean \"frontier\"?", false },
		{ "quality", "7", "\"7\", expected one of draft, standard, frontier", false },
		{ "quality", "", "\"\", expected one of draft, standard, frontier", false },
		{ "tool_calling", "1", "\"1\", expected yes or no", false },
		{ "tool_calling", "Yes", "\"Yes\", expected yes or no", false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		int at = attributes_find(catalogue, slice_of(rows[i].name));
		struct attribute value = { .source = ATTRIBUTE_CONFIGURED };
		struct err err = { 0 };
		struct str text = STR_INIT;
		bool good = attribute_parse(
			&catalogue->items[at], slice_of(rows[i].text), &value, &err);
		if (good)
			attribute_print(&text, &catalogue->items[at], &value);
		if (good != rows[i].good ||
			strcmp(good ? str_text(&text) : err.text, rows[i].want) != 0)
			fail_msg("%s = %s: %s", rows[i].name, rows[i].text,
				good ? str_text(&text) : err.text);
		str_free(&text);
	}
	const struct attribute range = { .source = ATTRIBUTE_LOGGED,
		.number = FEMTO_PER_UNIT * 26625,
		.high = FEMTO_PER_UNIT * 32000 };
	const struct attribute unknown = { 0 };
	struct str text = STR_INIT;
	attribute_print(&text, &catalogue->items[3], &range);
	str_puts(&text, "; ");
	attribute_print(&text, &catalogue->items[3], &unknown);
	assert_string_equal(str_text(&text), "26,625 to 32,000 tokens; unknown");
	str_free(&text);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "attribute a { about = x }", "a.conf:1: attribute \"a\": kind is missing" },
		{ "attribute a { kind = flag }", "a.conf:1: attribute \"a\": about is missing" },
		{ "attribute a { kind = date about = x }",
			"kind is \"date\", expected one of number, word, flag" },
		{ "attribute a { kind = word about = x }", "attribute \"a\": words is missing" },
		{ "attribute a { kind = word about = x\n words = { b, b } }",
			"a.conf:2: attribute \"a\": \"b\" is there twice" },
		{ "attribute a { kind = word about = x words = \"b c\" }",
			"\"b c\": expected a word of a-z, 0-9 and _" },
		{ "attribute \"A b\" { kind = flag about = x }",
			"expected a name of a-z, 0-9 and _" },
		{ "attribute a { kind = number about = x step = 0 }", "step is out of range" },
		{ "attribute a { kind = number about = x whole = maybe }", "expected no or yes" },
		{ "attribute a { kind = flag about = x }\nattribute a { kind = flag about = x }",
			"a.conf:2: attribute \"a\" is given twice, first in line 1" },
		{ "attributx a { }", "did you mean \"attribute\"?" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		assert_null(attributes_load_text("a.conf", slice_of(rows[i].text), &err));
		if (!strstr(err.text, rows[i].why))
			fail_msg("%s: %s", rows[i].text, err.text);
	}
	struct str many = STR_INIT;
	struct err err = { 0 };
	for (int i = 0; i <= ATTRIBUTES_MOST; i++)
		str_printf(&many, "attribute a%d { kind = flag about = x }\n", i);
	assert_null(attributes_load_text("a.conf", str_as_slice(&many), &err));
	assert_string_equal(err.text, "a.conf: more than 64 attributes");
	str_free(&many);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_catalogue),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, subjects_setup, subjects_teardown);
}
