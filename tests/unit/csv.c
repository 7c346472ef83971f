/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records and cells against libcsv, which sees the whole text at once. */
#include "config.h"

#include "read/csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t state = 2685821657736338717u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* Cells between '|', records between '#'. */
static void
on_reference_cell(void *text, size_t n, void *arg)
{
	struct str *out = arg;
	str_add(out, text, n);
	str_putc(out, '|');
}

static void
on_reference_record(int c, void *arg)
{
	(void)c;
	str_putc(arg, '#');
}

static int
is_space(unsigned char c)
{
	return c == ' ';
}

static void
reference(struct slice text, char delim, struct str *out)
{
	struct csv_parser parser;
	assert_int_equal(csv_init(&parser, 0), 0);
	csv_set_delim(&parser, (unsigned char)delim);
	csv_set_space_func(&parser, is_space);
	assert_int_equal(
		csv_parse(&parser, text.p, text.n, on_reference_cell, on_reference_record, out),
		text.n);
	csv_fini(&parser, on_reference_cell, on_reference_record, out);
	csv_free(&parser);
}

/* Cuts by our own functions; 'step': only so many bytes more are in sight at a time. */
static void
ours(struct slice text, char delim, size_t step, struct str *out)
{
	struct csv_cutter cutter;
	const char *p = text.p, *end = text.p + text.n, *seen = step ? p : end;
	csv_cutter_init(&cutter, delim);
	while (p < end) {
		bool stray;
		const char *next = csv_record_end(p, seen, delim, seen == end, &stray);
		if (!next) {
			assert_true(seen < end);
			seen = (size_t)(end - seen) > step ? seen + step : end;
			continue;
		}
		if (stray) {
			str_puts(out, "stray#");
		} else if (!csv_cut(&cutter, (struct slice){ p, (size_t)(next - p) })) {
			str_puts(out, "bad#");
		} else if (cutter.record.n) {
			for (size_t i = 0; i < cutter.record.n; i++) {
				str_slice(out, cutter.record.cells[i]);
				str_putc(out, '|');
			}
			str_putc(out, '#');
		}
		p = next;
	}
	csv_cutter_free(&cutter);
}

/* The same where the short way is taken whenever it can be. */
static void
ours_at_once(struct slice text, char delim, struct str *out)
{
	struct csv_cutter cutter;
	const char *p = text.p, *end = text.p + text.n;
	csv_cutter_init(&cutter, delim);
	while (p < end) {
		const char *next = csv_cut_plain(&cutter, p, end);
		bool stray = false, good = true;
		if (!next) {
			next = csv_record_end(p, end, delim, true, &stray);
			good = stray || csv_cut(&cutter, (struct slice){ p, (size_t)(next - p) });
		}
		if (stray || !good)
			str_puts(out, stray ? "stray" : "bad");
		for (size_t i = 0; !stray && good && i < cutter.record.n; i++) {
			str_slice(out, cutter.record.cells[i]);
			str_putc(out, '|');
		}
		if (stray || !good || cutter.record.n)
			str_putc(out, '#');
		p = next;
	}
	csv_cutter_free(&cutter);
}

static void
put_cell(struct str *out, char delim)
{
	static const char *const quoted[] = { "a", "\"\"", "\n", "\r\n", ",", ";", "\t", " ",
		"x y" };
	static const char *const plain[] = { "", "a", "12.5", "x y", " x ", "it's", "5\"", "a\"b" };
	if (pick(2)) {
		str_putc(out, '"');
		for (unsigned n = pick(5); n; n--)
			str_puts(out, quoted[pick(HL_COUNT(quoted))]);
		str_putc(out, '"');
	} else {
		const char *cell = plain[pick(HL_COUNT(plain))];
		if (!strchr(cell, delim))
			str_puts(out, cell);
	}
}

static void
test_random(void **unused)
{
	(void)unused;
	static const char delims[] = { ',', '\t', ';' };
	for (int i = 0; i < 20000; i++) {
		struct str text = STR_INIT, want = STR_INIT, got = STR_INIT, pieces = STR_INIT;
		char delim = delims[pick(3)];
		bool quotes = pick(2), long_ones = pick(2);
		for (unsigned rows = pick(6); rows; rows--) {
			for (unsigned cells = 1 + pick(4); cells; cells--) {
				if (quotes)
					put_cell(&text, delim);
				else if (pick(4))
					str_puts(&text, long_ones ? " a cell of 22 bytes  " : "x");
				if (cells > 1)
					str_putc(&text, delim);
			}
			str_puts(&text, pick(3) ? "\n" : "\r\n");
		}
		reference(str_as_slice(&text), delim, &want);
		ours(str_as_slice(&text), delim, 0, &got);
		ours(str_as_slice(&text), delim, 1 + pick(5), &pieces);
		if (strcmp(str_text(&got), str_text(&want)) != 0)
			fail_msg("\"%s\": \"%s\", libcsv says \"%s\"", str_text(&text),
				str_text(&got), str_text(&want));
		str_clear(&want);
		ours_at_once(str_as_slice(&text), delim, &want);
		assert_string_equal(str_text(&want), str_text(&got));
		assert_string_equal(str_text(&pieces), str_text(&got));
		str_free(&text);
		str_free(&want);
		str_free(&got);
		str_free(&pieces);
	}
}

/* Where we part from libcsv, or a quote stands where none should. */
static void
test_table(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "a,b\n1,2\n", "a|b|#1|2|#" },
		{ "a,b\n1,2", "a|b|#1|2|#" },
		{ "a,b\r\n1,2\r\n", "a|b|#1|2|#" },
		{ "a,\n", "a||#" },
		{ ",\n", "||#" },
		{ "\n\n", "" },
		{ "a , b\n", "a|b|#" },
		{ "\" a \",b\n", " a |b|#" },
		{ "\"a\"\"b\",\"\"\n", "a\"b||#" },
		{ "\"a,\nb\",c\n", "a,\nb|c|#" },
		{ "5\" disk,1\n", "5\" disk|1|#" },
		{ "\"open,1\n2,3\n", "stray#2|3|#" },
		{ "1,\"open\n2,3\n", "stray#2|3|#" },
		{ "1,\"open", "stray#" },
		{ "1,\"a\"\n\"b", "1|a|#stray#" },
		{ "\"", "stray#" },
		{ "\"\"\n", "|#" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct str got = STR_INIT;
		ours(slice_of(rows[i].text), ',', 0, &got);
		if (strcmp(str_text(&got), rows[i].want) != 0)
			fail_msg("row %zu: \"%s\", not \"%s\"", i, str_text(&got), rows[i].want);
		str_free(&got);
	}
}

/* A cell beyond the bound is a stray quote: one line, and the next is read again. */
static void
test_long_cell(void **unused)
{
	(void)unused;
	struct str text = STR_INIT;
	str_puts(&text, "1,\"open\n");
	for (int i = 0; i < CSV_CELL_MOST / 4; i++)
		str_puts(&text, "2,3\n");
	str_puts(&text, "4,\"x\"\n");
	bool stray;
	const char *next = csv_record_end(text.p, text.p + text.n, ',', true, &stray);
	assert_true(stray && next == text.p + 8);
	next = csv_record_end(next, text.p + text.n, ',', true, &stray);
	assert_true(!stray && next == text.p + 12);
	str_free(&text);
}

static void
test_delimiter(void **unused)
{
	(void)unused;
	assert_int_equal(csv_delimiter(SLICE("a,b;c,d")), ',');
	assert_int_equal(csv_delimiter(SLICE("a\tb\tc")), '\t');
	assert_int_equal(csv_delimiter(SLICE("a;b;c,d")), ';');
	assert_int_equal(csv_delimiter(SLICE("abc")), ',');
	assert_int_equal(csv_delimiter(SLICE("")), ',');
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_long_cell),
		cmocka_unit_test(test_delimiter),
	};
	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
