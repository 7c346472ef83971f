/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/escape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/width.h"

/* One string through every view.  NULL: as it is. */
static void
test_escapes(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *text, *json, *csv, *tsv, *md;
	} cases[] = {
		{ "plain", NULL, NULL, NULL, NULL, NULL },
		{ "na\xC3\xAFve \xE6\x97\xA5\xE6\x9C\xAC", NULL, NULL, NULL, NULL, NULL },
		{ "a\x1b[31mb", "a\\x1b[31mb", "a\\u001b[31mb", "a\\x1b[31mb", "a\\x1b[31mb",
			"a\\\\x1b\\[31mb" },
		{ "a\xE2\x80\xAE"
		  "b",
			"a<U+202E>b", "a\\u202eb", "a<U+202E>b", "a<U+202E>b", "a\\<U+202E\\>b" },
		{ "\xE2\x81\xA6\xD8\x9C", "<U+2066><U+061C>", "\\u2066\\u061c", "<U+2066><U+061C>",
			"<U+2066><U+061C>", "\\<U+2066\\>\\<U+061C\\>" },
		{ "\xF3\xA0\x81\x81", "<U+E0041>", "\\udb40\\udc41", "<U+E0041>", "<U+E0041>",
			"\\<U+E0041\\>" },
		{ "\xFF"
		  "a\xC0\x80",
			"\\xffa\\xc0\\x80",
			"\xEF\xBF\xBD"
			"a\xEF\xBF\xBD\xEF\xBF\xBD",
			"\\xffa\\xc0\\x80", "\\xffa\\xc0\\x80", "\\\\xffa\\\\xc0\\\\x80" },
		{ "\xED\xA0\x80", "\\xed\\xa0\\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD",
			"\\xed\\xa0\\x80", "\\xed\\xa0\\x80", "\\\\xed\\\\xa0\\\\x80" },
		{ "cut \xE6\x97", "cut \\xe6\\x97", "cut \xEF\xBF\xBD\xEF\xBF\xBD",
			"cut \\xe6\\x97", "cut \\xe6\\x97", "cut \\\\xe6\\\\x97" },
		{ "a\nb", "a\\x0ab", "a\\nb", "\"a\nb\"", "a b", "a\\\\x0ab" },
		{ "a\tb\rc", "a\\x09b\\x0dc", "a\\tb\\rc", "\"a\tb\rc\"", "a b c",
			"a\\\\x09b\\\\x0dc" },
		{ "\x0b\x7f", "\\x0b\\x7f", "\\u000b\\u007f", "\\x0b\\x7f", "\\x0b\\x7f",
			"\\\\x0b\\\\x7f" },
		{ "\xC2\x9B"
		  "31m",
			"<U+009B>31m", "\\u009b31m", "<U+009B>31m", "<U+009B>31m",
			"\\<U+009B\\>31m" },
		{ "a,\"b\"", NULL, "a,\\\"b\\\"", "\"a,\"\"b\"\"\"", NULL, NULL },
		{ "a;b", NULL, NULL, "\"a;b\"", NULL, NULL },
		{ "c:\\x1b", NULL, "c:\\\\x1b", NULL, NULL, "c:\\\\x1b" },
		{ "=1+1", NULL, NULL, "'=1+1", "'=1+1", NULL },
		{ "@SUM(1)", NULL, NULL, "'@SUM(1)", "'@SUM(1)", NULL },
		{ "+49 30", NULL, NULL, "'+49 30", "'+49 30", NULL },
		{ "-cmd|' /C calc'!A0", NULL, NULL, "'-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0",
			"-cmd\\|' /C calc'!A0" },
		{ "-5", NULL, NULL, NULL, NULL, NULL },
		{ "-1.5e3", NULL, NULL, NULL, NULL, NULL },
		{ "\t=1", "\\x09=1", "\\t=1", "\"'\t=1\"", "' =1", "\\\\x09=1" },
		{ "\n=1", "\\x0a=1", "\\n=1", "\"'\n=1\"", "' =1", "\\\\x0a=1" },
		/* the signs of East Asian keyboards */
		{ "\xEF\xBC\x9D\x31", NULL, NULL, "'\xEF\xBC\x9D\x31", "'\xEF\xBC\x9D\x31", NULL },
		{ "\xEF\xBC\xA0\x41", NULL, NULL, "'\xEF\xBC\xA0\x41", "'\xEF\xBC\xA0\x41", NULL },
		{ "\xEF\xBC\x8B\xEF\xBC\x8D", NULL, NULL, "'\xEF\xBC\x8B\xEF\xBC\x8D",
			"'\xEF\xBC\x8B\xEF\xBC\x8D", NULL },
		/* letters that show nothing */
		{ "\xE3\x85\xA4", "<U+3164>", "\\u3164", "<U+3164>", "<U+3164>", "\\<U+3164\\>" },
		{ "\xCD\x8F\xF0\x9D\x85\xB3", "<U+034F><U+1D173>", "\\u034f\\ud834\\udd73",
			"<U+034F><U+1D173>", "<U+034F><U+1D173>", "\\<U+034F\\>\\<U+1D173\\>" },
		{ "\"=1\"", NULL, "\\\"=1\\\"", "\"\"\"=1\"\"\"", "'\"=1\"", NULL },
		{ "a|b`c*d_e", NULL, NULL, NULL, NULL, "a\\|b\\`c\\*d\\_e" },
		{ "<b>[x](y)&amp;~", NULL, NULL, "\"<b>[x](y)&amp;~\"", NULL,
			"\\<b\\>\\[x\\](y)&amp;amp;\\~" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const struct {
			void (*escape)(struct str *out, struct slice text);
			const char *want;
		} views_of[] = {
			{ escape_text, cases[i].text },
			{ escape_json, cases[i].json },
			{ escape_csv, cases[i].csv },
			{ escape_tsv, cases[i].tsv },
			{ escape_md, cases[i].md },
		};
		for (size_t k = 0; k < HL_COUNT(views_of); k++) {
			struct str out = STR_INIT;
			views_of[k].escape(&out, slice_of(cases[i].raw));
			assert_string_equal(
				str_text(&out), views_of[k].want ? views_of[k].want : cases[i].raw);
			str_free(&out);
		}
	}
}

/* What would end an element, an attribute or a string in one. */
static void
test_html(void **state)
{
	(void)state;
	static const struct {
		const char *raw, *want;
	} cases[] = {
		{ "plain na\xC3\xAFve", "plain na\xC3\xAFve" },
		{ "<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;" },
		{ "\" onload='x' ", "&quot; onload=&#39;x&#39; " },
		{ "&lt;&#60;", "&amp;lt;&amp;#60;" },
		{ "]]>--><!--", "]]&gt;--&gt;&lt;!--" },
		{ "a\nb\x1b\x7f", "a\\x0ab\\x1b\\x7f" },
		{ "\xE2\x80\xAEx\xE2\x80\x8B", "&lt;U+202E&gt;x&lt;U+200B&gt;" },
		{ "\xFF\xC0\x80", "\\xff\\xc0\\x80" },
		{ "=1|`*_", "=1|`*_" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		escape_html(&out, slice_of(cases[i].raw));
		assert_string_equal(str_text(&out), cases[i].want);
		str_free(&out);
	}
}

static void
test_width(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int width;
		const char *want;
	} cases[] = {
		{ "abcdef", 6, "abcdef" },
		{ "abcdef", 5, "abcd\xE2\x80\xA6" },
		{ "abcdef", 1, "\xE2\x80\xA6" },
		{ "\xE6\x97\xA5\xE6\x9C\xAC", 4, "\xE6\x97\xA5\xE6\x9C\xAC" },
		{ "\xE6\x97\xA5\xE6\x9C\xAC", 3, "\xE6\x97\xA5\xE2\x80\xA6" },
		{ "\xE6\x97\xA5\xE6\x9C\xAC", 2, "\xE2\x80\xA6" },
		{ "e\xCC\x81"
		  "f",
			2,
			"e\xCC\x81"
			"f" },
		{ "e\xCC\x81"
		  "fg",
			2, "e\xCC\x81\xE2\x80\xA6" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str text = STR_INIT;
		str_puts(&text, cases[i].text);
		width_shorten(&text, cases[i].width);
		assert_string_equal(str_text(&text), cases[i].want);
		str_free(&text);
	}
}

static void
test_wrap(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int width;
		const char *want;
	} cases[] = {
		{ "", 5, "" },
		{ "one two three", 7, "one two\nthree" },
		{ "one two three", 0, "one two three" },
		{ "unbreakable word", 4, "unbreakable\nword" },
		{ "a  b", 80, "a  b" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		width_wrap(&out, slice_of(cases[i].text), cases[i].width);
		assert_string_equal(str_text(&out), cases[i].want);
		str_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_escapes),
		cmocka_unit_test(test_html),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_wrap),
	};
	width_locale();
	return cmocka_run_group_tests_name("escape", tests, NULL, NULL);
}
