/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/opt.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/num.h"

struct values {
	const char *text, *format;
	bool flag, loud, days_given;
	int64_t days;
	femto_t amount;
	struct option_list list;
};

#define AT(field) .offset = offsetof(struct values, field)

static const struct option options[] = {
	{ 't', "text", OPTION_TEXT, AT(text), .arg = "TEXT", .help = "a text" },
	{ 0, "format", OPTION_TEXT, AT(format), .arg = "FORMAT", .values = "text|json|csv",
		.help = "how it is shown" },
	{ 'f', "flag", OPTION_FLAG, AT(flag), .help = "a flag" },
	{ 'l', "loud", OPTION_FLAG, AT(loud), .help = "another" },
	{ 0, "days", OPTION_COUNT, AT(days), .given = offsetof(struct values, days_given),
		.arg = "N", .help = "days" },
	{ 0, "amount", OPTION_MONEY, AT(amount), .arg = "AMOUNT", .help = "money" },
	{ 0, "add", OPTION_LIST, AT(list), .arg = "ITEM",
		.help = "words enough to be folded into more than one line of forty columns" },
	{ 0, "secret", OPTION_FLAG, AT(loud) },
	OPTION_END,
};

/* Parses a line split at blanks; the arguments come back joined by commas. */
static bool
parse(const char *line, struct values *values, char *joined, struct err *err)
{
	static char copy[256];
	char *argv[32] = { NULL };
	const char *args[32];
	int argc = 1, args_n = 0;
	*values = (struct values){ 0 };
	memcpy(copy, line, strlen(line) + 1);
	for (char *at = copy, *word; (word = strsep(&at, " ")) != NULL;)
		if (word[0])
			argv[argc++] = word;
	const struct option_set sets[] = { { options, values, NULL }, { 0 } };
	*err = (struct err){ 0 };
	bool good = options_parse(sets, argc, argv, args, &args_n, err);
	joined[0] = '\0';
	for (int i = 0; i < args_n; i++) {
		size_t n = strlen(joined);
		snprintf(joined + n, 256 - n, "%s%s", i ? "," : "", args[i]);
	}
	return good;
}

static void
test_good(void **state)
{
	(void)state;
	struct values v;
	struct err err;
	char args[256];

	assert_true(parse("a --text=x -- --flag -", &v, args, &err));
	assert_string_equal(v.text, "x");
	assert_false(v.flag);
	assert_string_equal(args, "a,--flag,-");

	assert_true(parse("-ft one two -l", &v, args, &err));
	assert_true(v.flag && v.loud);
	assert_string_equal(v.text, "one");
	assert_string_equal(args, "two");

	assert_true(parse("-tone --days 0 --amount 12.50", &v, args, &err));
	assert_string_equal(v.text, "one");
	assert_true(v.days_given && v.days == 0);
	assert_true(v.amount == FEMTO_PER_CENT * 1250);

	assert_true(parse("--add a --add=b --add - --format json --flag --flag", &v, args, &err));
	assert_int_equal(v.list.n, 3);
	assert_string_equal(v.list.items[1], "b");
	assert_string_equal(v.list.items[2], "-");
	assert_false(v.days_given);
	option_list_free(&v.list);
	assert_null(v.list.items);
}

static void
test_bad(void **state)
{
	(void)state;
	static const struct {
		const char *line, *text;
	} cases[] = {
		{ "--txet x", "unknown option --txet, did you mean --text?" },
		{ "--fromat=json", "unknown option --fromat, did you mean --format?" },
		{ "--secre", "unknown option --secre" },
		{ "--xyzzy", "unknown option --xyzzy" },
		{ "--tex x", "unknown option --tex, did you mean --text?" },
		{ "--format jsn", "--format jsn: no such value, did you mean \"json\"?" },
		{ "--format cvs", "--format cvs: no such value, did you mean \"csv\"?" },
		{ "--amo 3", "unknown option --amo, did you mean --amount?" },
		{ "-fx", "unknown option -fx" },
		{ "--text", "--text needs a value: --text TEXT" },
		{ "-t", "--text needs a value: --text TEXT" },
		{ "--flag=yes", "--flag takes no value" },
		{ "--text a -t b", "--text is given twice" },
		{ "--days 1 --days 1", "--days is given twice" },
		{ "--amount 1 --amount 1", "--amount is given twice" },
		{ "--days -1", "--days -1: expected a whole number, 0 or more" },
		{ "--days 1.5", "--days 1.5: expected a whole number, 0 or more" },
		{ "--amount 1,5",
			"--amount 1,5: expected an amount such as 12.50; with a point it is 1.5" },
		{ "--amount -1", "--amount -1: expected an amount such as 12.50" },
		{ "--format xml", "--format xml: no such value, expected one of text, json, csv" },
		{ "--format js", "--format js: no such value, expected one of text, json, csv" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct values v;
		struct err err;
		char args[256];
		if (parse(cases[i].line, &v, args, &err))
			fail_msg("accepted: %s", cases[i].line);
		assert_string_equal(err.text, cases[i].text);
		assert_int_equal(err.fault, FAULT_USAGE);
		option_list_free(&v.list);
	}
}

static void
test_first(void **state)
{
	(void)state;
	char words[][8] = { "hllm", "-f", "--text", "x", "audit", "--later", "-" };
	char *argv[] = { words[0], words[1], words[2], words[3], words[4], words[5] };
	struct values v = { 0 };
	struct err err;
	int next;
	const struct option_set sets[] = { { options, &v, NULL }, { 0 } };
	assert_true(options_parse_first(sets, 6, argv, &next, &err));
	assert_int_equal(next, 4);
	assert_true(v.flag);
	assert_true(options_parse_first(
		(struct option_set[]){ { options, &v, NULL }, { 0 } }, 2, argv, &next, &err));
	assert_int_equal(next, 2);

	/* once before and once behind the command is twice too */
	const char *args[6];
	int args_n;
	char *again[] = { words[4], words[2], words[3] };
	assert_false(options_parse(sets, 3, again, args, &args_n, &err));
	assert_string_equal(err.text, "--text is given twice");
}

static void
test_help(void **state)
{
	(void)state;
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	assert_non_null(out);
	options_help(options, out, 64);
	fclose(out);
	assert_string_equal(text,
		"  -t, --text TEXT           a text\n"
		"      --format FORMAT       how it is shown\n"
		"  -f, --flag                a flag\n"
		"  -l, --loud                another\n"
		"      --days N              days\n"
		"      --amount AMOUNT       money\n"
		"      --add ITEM            words enough to be folded into more\n"
		"                            than one line of forty columns\n");
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_first),
		cmocka_unit_test(test_help),
	};
	return cmocka_run_group_tests_name("opt", tests, NULL, NULL);
}
