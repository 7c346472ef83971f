/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "conf/conf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/when.h"

static struct conf *
load(const char *text)
{
	struct err err = { 0 };
	struct conf *conf = conf_load_text("a.conf", slice_of(text), &err);
	if (!conf)
		fail_msg("%s", err.text);
	return conf;
}

static void
refused(struct slice text, const char *why)
{
	struct err err = { 0 };
	struct conf *conf = conf_load_text("a.conf", text, &err);
	assert_null(conf);
	assert_string_equal(err.text, why);
	assert_int_equal(err.fault, FAULT_INPUT);
}

static void
value_is(const struct conf *conf, const char *kind, const char *key, const char *want)
{
	const struct conf_section *section = conf_next(conf, kind, NULL);
	assert_non_null(section);
	const struct conf_item *item = conf_item(section, key);
	assert_non_null(item);
	assert_int_equal(item->values_n, 1);
	assert_string_equal(item->values[0].p, want);
	assert_int_equal(item->values[0].n, strlen(want));
}

static void
test_sections(void **state)
{
	(void)state;
	struct conf *conf = load("# first\n"
				 "workload \"support bot\" {\n"
				 "\tproject = { \"support*\", help,\n"
				 "\t\t'desk' }\n"
				 "\n"
				 "\tcontext_tokens = 32000 // tokens\n"
				 "}\r\n"
				 "/* two\n"
				 "   lines */ settings { timezone = UTC }\r\n"
				 "workload b\n"
				 "{\n"
				 "}\n");
	const struct conf_section *at = conf_next(conf, "workload", NULL);
	assert_string_equal(at->kind->name, "workload");
	assert_true(slice_is(at->title, "support bot"));
	assert_string_equal(at->file, "a.conf");
	assert_int_equal(at->line, 2);
	assert_int_equal(at->items_n, 2);
	assert_string_equal(at->items[0].key, "project");
	assert_int_equal(at->items[0].values_n, 3);
	assert_true(slice_is(at->items[0].values[2], "desk"));
	assert_int_equal(at->items[0].line, 3);
	assert_int_equal(at->items[1].line, 6);
	assert_null(conf_item(at, "task"));
	at = conf_next(conf, "workload", at);
	assert_true(slice_is(at->title, "b"));
	assert_int_equal(at->line, 10);
	assert_int_equal(at->items_n, 0);
	assert_null(conf_next(conf, "workload", at));
	at = conf_next(conf, NULL, conf_next(conf, NULL, NULL));
	assert_string_equal(at->kind->name, "settings");
	assert_int_equal(at->line, 9);
	assert_true(slice_is(conf_setting(conf, "timezone"), "UTC"));
	assert_true(slice_is(conf_setting(conf, "ledger"), ""));
	assert_ptr_equal(conf_find(conf, "workload", SLICE("b")),
		conf_next(conf, "workload", conf_next(conf, "workload", NULL)));
	assert_null(conf_find(conf, "mapping", SLICE("b")));
	conf_free(conf);
}

static void
test_nothing(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n\n", "\xEF\xBB\xBF", "# only this", "/* */" };
	for (size_t i = 0; i < HL_COUNT(texts); i++) {
		struct conf *conf = load(texts[i]);
		assert_null(conf_next(conf, NULL, NULL));
		conf_free(conf);
	}
	assert_null(conf_next(NULL, "workload", NULL));
	assert_true(slice_is(conf_setting(NULL, "timezone"), ""));
}

/* What is written is what is read. */
static void
test_values(void **state)
{
	(void)state;
	static const struct {
		const char *written, *want;
	} rows[] = {
		{ "010", "010" },
		{ "nan", "nan" },
		{ "-1.5e3", "-1.5e3" },
		{ "2026-10-01", "2026-10-01" },
		{ "50%", "50%" },
		{ "a/b", "a/b" },
		{ "$5", "$5" },
		{ "\"\"", "" },
		{ "\"gpt-4o*\"", "gpt-4o*" },
		{ "\"${HOME}\"", "${HOME}" },
		{ "\"\\${HOME}\"", "${HOME}" },
		{ "\"\\\\${HOME}\"", "\\${HOME}" },
		{ "'${HOME}'", "${HOME}" },
		{ "\"$\"", "$" },
		{ "\"say \\\"a\\\"\"", "say \"a\"" },
		{ "'a\\.b'", "a\\.b" },
		{ "'it\\'s'", "it's" },
		{ "\"it's\"", "it's" },
		{ "\"http://a#b\"", "http://a#b" },
		{ "\"a { b } = c\"", "a { b } = c" },
		{ "gr\xC3\xBC\xC3\x9F"
		  "e",
			"gr\xC3\xBC\xC3\x9F"
			"e" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		char text[256];
		snprintf(text, sizeof(text), "workload a { model = %s }", rows[i].written);
		struct conf *conf = load(text);
		value_is(conf, "workload", "model", rows[i].want);
		conf_free(conf);
	}
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "workload a {\n model = gpt-4o*\n}",
			"a.conf:2: * outside of quotes; write a value with * as \"…\"" },
		{ "workload a { model = ${HOME} }", "a.conf:1: ${ outside of quotes; nothing is "
						    "expanded here, write it in quotes" },
		{ "workload a { model += b }", "a.conf:1: + outside of quotes; several values are "
					       "written { \"a\", \"b\" }" },
		{ "workload a { endpoint = http://x }", "a.conf:1: a comment begins inside a word; "
							"quote the value, or put a blank before "
							"the comment" },
		{ "workload a { endpoint = a#b }", "a.conf:1: a comment begins inside a word; "
						   "quote the value, or put a blank before "
						   "the comment" },
		{ "workload a { endpoint = v1/ }",
			"a.conf:1: / at the end of a word; write it in quotes" },
		{ "\nworkload \"a {\n}", "a.conf:2: the quote is not closed in its line" },
		{ "workload 'a", "a.conf:1: the quote is not closed in its line" },
		{ "workload \"a\\",
			"a.conf:1: in double quotes a backslash is written \\\\; in single "
			"quotes it stays as it is" },
		{ "workload \"C:\\new\" {}", "a.conf:1: in double quotes a backslash is written "
					     "\\\\; in single quotes it "
					     "stays as it is" },
		{ "workload a\"b\" {}",
			"a.conf:1: a quote inside a word; expected a blank before it" },
		{ "workload \"a\"b {}", "a.conf:1: a word goes on behind its quote; expected a "
					"blank between them" },
		{ "\n/* workload\n\n", "a.conf:2: the comment that begins here is not closed" },
		{ "\nworkload a {\nmodel = b\n",
			"a.conf:2: the section that begins here is not closed by }" },
		{ "workload a { }\n}", "a.conf:2: } closes nothing" },
		{ "workload a { model = { } }",
			"a.conf:1: an empty list, expected at least one value" },
		{ "workload a { \"\" = b }",
			"a.conf:1: \"\" stands before =, expected the name of a key" },
		{ "workload a {\n\x01 }", "a.conf:2: a control character" },
		{ "workload a {\n\x7F }", "a.conf:2: a control character" },
		{ "workload a { model = \"\xC2\x9B\" }", "a.conf:1: a control character" },
		{ "workload a {\n\xFF }", "a.conf:2: not UTF-8" },
		{ "workload a { model = b\n model = c }",
			"a.conf:2: model is given twice, first in line 1" },
		{ "workload a { }\nworkload b { }\nworkload a { }",
			"a.conf:3: workload \"a\" is given twice, first in line 1" },
		{ "settings { }\nsettings { }",
			"a.conf:2: settings is given twice, first in line 1" },
		{ "\nworklaod a { }",
			"a.conf:2: no section \"worklaod\" (did you mean \"workload\"?)" },
		{ "\ntimezone = UTC",
			"a.conf:2: no section \"timezone\" (it is a key of a settings section)" },
		{ "entirely else", "a.conf:1: no section \"entirely\", expected one of workload, "
				   "defaults, parameter, "
				   "mapping, discount, "
				   "subscription, commitment, rate, finding, assume, plan, budget, "
				   "limit, check, prices, report, settings" },
		{ "workload \"a b\" {\n\n modl = x }", "a.conf:3: workload \"a b\" has no key "
						       "\"modl\" (did you mean \"model\"?)" },
		{ "rate a { vertigo = x }", "a.conf:1: rate \"a\" has no key \"vertigo\", expected "
					    "one of date, value, source" },
		{ "settings { x = 1 }",
			"a.conf:1: settings has no key \"x\", expected one of ledger, "
			"timezone, currency, period, policy" },
		{ "settings { zzzzzzzzz = 1 }",
			"a.conf:1: settings has no key \"zzzzzzzzz\", expected one of "
			"ledger, timezone, currency, period, policy" },
		{ "workload a {\n model = b\nworkload b { } }",
			"a.conf:3: workload \"a\" has no key \"workload\": is the } of this "
			"section missing "
			"before it?" },
		{ "workload { }", "a.conf:1: missing title for section 'workload'" },
		{ "workload a = b", "a.conf:1: missing opening brace for section 'workload'" },
		{ "workload a { model b }", "a.conf:1: missing equal sign after option 'model'" },
		{ "workload a { model = { b c } }", "a.conf:1: unexpected token 'c'" },
		{ "workload a { model = b, c }", "a.conf:1: unexpected token ','" },
		{ "rate a { value = 1 c }",
			"a.conf:1: rate \"a\" has no key \"c\", expected one of "
			"date, value, source" },
		{ "\"\" { }", "a.conf:1: not a section as hllm.conf(5) describes them" },
		{ "workload a { }\n\"workload|model\" = b",
			"a.conf:2: no sub-section title/index for 'workload'" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		refused(slice_of(rows[i].text), rows[i].why);
	refused(SLICE("workload a { model = \"b\0c\" }"), "a.conf:1: a control character");
	/* Nothing of a text that went wrong is left for the next one. */
	conf_free(load("workload a { model = \"b\" }"));
}

static void
test_typed(void **state)
{
	(void)state;
	struct conf *conf = load("rate \"EUR/USD\" { value = 1.08 date = 2026-10-01 }\n"
				 "discount a {\n"
				 " percent = { 1, 2 }\n"
				 " tier = { batch, Flex }\n"
				 " from = tomorrow\n"
				 " model = x\n"
				 " biller = 010\n"
				 " to = 0.5\n"
				 "}");
	static const char *const tiers[] = { "", "standard", "batch", "flex" };
	const struct conf_section *rate = conf_next(conf, "rate", NULL);
	const struct conf_section *discount = conf_next(conf, "discount", NULL);
	struct err err = { 0 };
	femto_t value = 7;
	int64_t when = 7;
	unsigned mask = 0;
	struct slice text = SLICE("-");
	assert_true(conf_decimal(rate, "value", &value, &err));
	assert_true(value == FEMTO_PER_UNIT / 100 * 108);
	assert_true(conf_time(rate, "date", &when, &err));
	assert_true(when == when_days(2026, 10, 1) * NS_PER_DAY);
	assert_true(conf_text(rate, "source", &text, &err));
	assert_true(slice_is(text, "-"));
	assert_true(conf_choices(discount, "tier", tiers, HL_COUNT(tiers), &mask, &err));
	assert_int_equal(mask, 1U << 2 | 1U << 3);
	assert_false(conf_need(rate, "source", &err));
	assert_string_equal(err.text, "a.conf:1: rate \"EUR/USD\": source is missing");
	assert_false(conf_decimal(discount, "percent", &value, &err));
	assert_string_equal(
		err.text, "a.conf:3: discount \"a\": percent has 2 values, expected one");
	assert_false(conf_time(discount, "from", &when, &err));
	assert_string_equal(err.text,
		"a.conf:5: discount \"a\": from is \"tomorrow\", expected a date like 2026-10-01");
	assert_false(conf_decimal(discount, "model", &value, &err));
	assert_string_equal(
		err.text, "a.conf:6: discount \"a\": model is \"x\", expected a number");
	assert_false(conf_decimal(discount, "biller", &value, &err));
	assert_string_equal(err.text, "a.conf:7: discount \"a\": biller is \"010\", expected a "
				      "number without a leading zero");
	assert_true(conf_decimal(discount, "to", &value, &err));
	assert_true(value == FEMTO_PER_UNIT / 2);
	assert_false(conf_choices(discount, "model", tiers, HL_COUNT(tiers), &mask, &err));
	assert_string_equal(err.text,
		"a.conf:6: discount \"a\": model is \"x\", expected one of standard, batch, flex");
	conf_free(conf);
}

static void
test_files(void **state)
{
	(void)state;
	struct err err = { 0 };
	struct conf *conf = conf_load("no such folder/hllm.conf", false, &err);
	assert_non_null(conf);
	assert_null(conf_next(conf, NULL, NULL));
	conf_free(conf);
	assert_null(conf_load("no such folder/hllm.conf", true, &err));
	assert_string_equal(err.text, "no such folder/hllm.conf: No such file or directory");
	assert_null(conf_load("/", false, &err));
	assert_string_equal(err.text, "/: Is a directory");
	char name[] = "conf-test.XXXXXX";
	int fd = mkstemp(name);
	assert_true(fd >= 0);
	static char zeros[CONF_LARGEST + 1];
	memset(zeros, '\n', sizeof(zeros));
	assert_int_equal(write(fd, zeros, sizeof(zeros)), sizeof(zeros));
	assert_null(conf_load(name, true, &err));
	assert_int_equal(err.fault, FAULT_LIMIT);
	assert_int_equal(ftruncate(fd, CONF_LARGEST), 0);
	conf = conf_load(name, true, &err);
	assert_non_null(conf);
	conf_free(conf);
	close(fd);
	unlink(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sections),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_typed),
		cmocka_unit_test(test_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
