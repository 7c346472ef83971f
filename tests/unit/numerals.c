/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of numbers as spreadsheets of several countries write them. */
#include "config.h"

#include "read/numerals.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads 'text', whose cells are all in use, and writes it again with '|' between plain cells; a cell
 * that is refused is "?". */
static void
expect_plain(char delim, bool defined, const char *text, const char *want)
{
	static const bool used[4] = { true, true, true, true };
	struct numerals_file file = { .delim = delim, .defined = defined, .used = used, .n = 4 };
	struct numerals numbers;
	struct arena arena = { 0 };
	struct str out = STR_INIT;
	struct slice rest = slice_of(text), line, cell;
	numerals_learn(&numbers, rest, true, &file);
	while (slice_cut(&rest, '\n', &line)) {
		str_puts(&out, out.n ? "\n" : "");
		for (size_t i = 0; slice_cut(&line, delim, &cell); i++) {
			const char *why = NULL;
			enum numeral_style style =
				numbers.n ? (enum numeral_style)numbers.styles[i] : NUMERALS_PLAIN;
			bool quoted = cell.n > 1 && cell.p[0] == '"';
			if (quoted)
				cell = (struct slice){ cell.p + 1, cell.n - 2 };
			bool good = style == NUMERALS_PLAIN ||
				    numerals_read(style, &arena, &cell, &why);
			str_puts(&out, i ? "|" : "");
			str_slice(&out, good ? cell : SLICE("?"));
			assert_true(good || why);
		}
	}
	if (strcmp(str_text(&out), want) != 0)
		fail_msg("%s\nis read as\n%s\nnot as\n%s", text, str_text(&out), want);
	str_free(&out);
	arena_free(&arena);
	numerals_free(&numbers);
}

static void
test_columns(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
		/* one number that is certain decides for its column */
		{ "2,50\n1.234\n1,234\n7", "2.50\n1234\n1.2340\n7" },
		{ "2.50\n1.234\n1,234\n7", "2.50\n1.2340\n1234\n7" },
		{ "1.234.567\n1.234\n-0,5", "1234567\n1234\n-0.5" },
		{ "1,234,567\n1.234", "1234567\n1.2340" },
		{ "1.234,5\n1,234", "1234.5\n1.2340" },
		{ "0,125\n2,500", "0.1250\n2.5000" },
		{ "1,5e-08\n2,500", "1.5e-08\n2.5000" },
		{ "12345,678\n1,234", "12345.6780\n1.2340" },
		/* what stands around a number stays */
		{ "2,50 \xE2\x82\xAC\n~1.200,00 EUR\n-1.234 \xE2\x82\xAC",
			"2.50 \xE2\x82\xAC\n~1200.00 EUR\n-1234 \xE2\x82\xAC" },
		{ "1.234 calls\n2,5k\n3,5 %", "1234 calls\n2.5k\n3.5 %" },
		{ "1 234,5\n1\xC2\xA0"
		  "234\n1\xE2\x80\xAF"
		  "234",
			"1234.5\n1234\n1234" },
		{ "1'234.50\n1\xE2\x80\x99"
		  "234",
			"1234.50\n1234" },
		/* for a column that says nothing, the others do */
		{ "1.234;2,50\n5;3,00", "1234|2.50\n5|3.00" },
		{ "1,234;2.50\n5;3.00", "1234|2.50\n5|3.00" },
		{ "1,234;9,99;gpt-4.1\n2;8,88;gpt-4.1", "1.2340|9.99|gpt-4.1\n2|8.88|gpt-4.1" },
		/* but each for itself first */
		{ "2,50;2.50;1,234\n1,234;1,234;7", "2.50|2.50|?\n1.2340|1234|7" },
		/* nothing says it */
		{ "1,234\n5", "?\n5" },
		{ "1.234\n5", "?\n5" },
		{ "1 234\n5", "1234\n5" },
		/* against its column, or two kinds in one */
		{ "2,50\n3,50\n1.234.567,8\n", "2.50\n3.50\n1234567.8\n" },
		{ "2,50\n2.50\n1,234", "2.50\n2.50\n?" },
		/* no numbers */
		{ "31.10.2026\n01.11.2026", "31.10.2026\n01.11.2026" },
		{ "10.0.0.1\n1.2.3", "10.0.0.1\n1.2.3" },
		{ "gpt-4.1\no3\nGPT-3.5", "gpt-4.1\no3\nGPT-3.5" },
		{ "1,2,3\n1.23.456\n,5\n5,", "1,2,3\n1.23.456\n,5\n5," },
		{ "a, b\nc, 2,50\nx", "a, b\nc, 2,50\nx" },
		{ "12:30\n2026-10-31\n1-2", "12:30\n2026-10-31\n1-2" },
		{ "n/a\n2,50\n1.234\n-", "n/a\n2.50\n1234\n-" },
		{ "", "" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++)
		expect_plain(';', false, cases[i].text, cases[i].want);
}

static void
test_files(void **state)
{
	(void)state;
	/* a known format has points, unless its numbers say otherwise */
	expect_plain(';', true, "2.355\n2,355\n2.000", "2.3550\n?\n?");
	expect_plain(';', true, "2,5\n2,355\n2.000", "2.5\n2.3550\n2000");
	/* between tabs commas are thousands, as long as nothing says otherwise */
	expect_plain('\t', false, "1,234\n2.355\n2.000", "1234\n2.3550\n?");
	expect_plain('\t', false, "1,234\t0,5", "1.2340|0.5");
	/* between commas only quoted cells can be meant, and nothing is done without need */
	expect_plain(',', false, "1.234,2.50", "1.234|2.50");
	expect_plain(',', false, "\"1\",1.234", "1|1.234");
	/* (the test cuts at every comma, so these are cells of one column) */
	expect_plain('\t', true, "\"2,50\"\n\"1.234\"", "2.50\n1234");
}

/* Half a record at the end of what was seen may hold half a number. */
static void
test_cut(void **state)
{
	(void)state;
	static const bool used[1] = { true };
	const struct numerals_file file = { .delim = ';', .used = used, .n = 1 };
	struct numerals numbers;
	numerals_learn(&numbers, SLICE("1,234\n1.234,5"), false, &file);
	assert_int_equal(numbers.n, 1);
	assert_int_equal(numbers.styles[0], NUMERALS_UNCLEAR);
	assert_false(numerals_have(&numbers, NUMERALS_COMMA));
	numerals_free(&numbers);
	numerals_learn(&numbers, SLICE("1,234\n1.234,5"), true, &file);
	assert_true(numerals_have(&numbers, NUMERALS_COMMA));
	numerals_free(&numbers);
	assert_false(numerals_have(&numbers, NUMERALS_COMMA));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_cut),
	};
	return cmocka_run_group_tests_name("numerals", tests, NULL, NULL);
}
