/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/when.h"
#include "view/width.h"

static void
test_mailboxes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *name, *address, *domain;
	} cases[] = {
		{ "a@example.com", "", "a@example.com", "example.com" },
		{ "  a.b+c@mail.example.com ", "", "a.b+c@mail.example.com", "mail.example.com" },
		{ "root@localhost", "", "root@localhost", "localhost" },
		{ "<a@b>", "", "a@b", "b" },
		{ "Jane Q. Doe <jane@example.com>", "Jane Q. Doe", "jane@example.com",
			"example.com" },
		{ "\"Doe, \\\"Jane\\\"\" <jane@example.com>", "Doe, \"Jane\"", "jane@example.com",
			"example.com" },
		{ "J\xC3\xB6rg<j@b>", "J\xC3\xB6rg", "j@b", "b" },
		{ "\"a <b@c>\"<d@e>", "a <b@c>", "d@e", "e" },
		{ "\"two words\"@example.com", "", "\"two words\"@example.com", "example.com" },
		{ "\"a@b, c\"@d", "", "\"a@b, c\"@d", "d" },
		{ "a@[192.0.2.1]", "", "a@[192.0.2.1]", "[192.0.2.1]" },
		{ "a@[IPv6:2001:db8::1]", "", "a@[IPv6:2001:db8::1]", "[IPv6:2001:db8::1]" },
		{ "a@xn--exmple-cua.org", "", "a@xn--exmple-cua.org", "xn--exmple-cua.org" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct arena arena = { 0 };
		struct mailbox box;
		struct err err = { 0 };
		if (!mailbox_parse(&arena, slice_of(cases[i].text), &box, &err))
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_true(slice_is(box.name, cases[i].name));
		assert_true(slice_is(box.address, cases[i].address));
		assert_true(slice_is(box.domain, cases[i].domain));
		arena_free(&arena);
	}
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzabcdef"

static void
test_no_mailboxes(void **state)
{
	(void)state;
	static const struct {
		const char *text, *said;
	} cases[] = {
		{ "", "no mail address" },
		{ "root", "root@localhost" },
		{ "@b", "no mail address" },
		{ "a@", "no domain" },
		{ "a b@c", "no mail address" },
		{ ".a@b", "no mail address" },
		{ "a.@b", "no mail address" },
		{ "a..b@c", "no mail address" },
		{ "a@b@c", "no domain" },
		{ "a@-b", "no domain" },
		{ "a@b-", "no domain" },
		{ "a@b..c", "no domain" },
		{ "a@b.", "no domain" },
		{ "a@b_c", "no domain" },
		{ "a@" LETTERS LETTERS ".org", "no domain" },
		{ LETTERS LETTERS "x@b", "65 characters" },
		{ "a@[1.2.3]", "no internet address" },
		{ "a@[192.0.2.1", "no internet address" },
		{ "a@[IPv6:nothing]", "no internet address" },
		{ "a@b, c@d", "more than one" },
		{ "a@b;c@d", "more than one" },
		{ "a@b c@d", "more than one" },
		{ "a@b <c@d>", "more than one" },
		{ "A <a@b>, C <c@d>", "more than one" },
		{ "<a@b><c@d>", "more than one" },
		{ "Doe, Jane <a@b>", "quotes around it" },
		{ "team: a@b, c@d;", "no mail address" },
		{ "(comment) a@b", "no mail address" },
		{ "a@b (comment)", "more than one" },
		{ "\"open <a@b>", "not closed" },
		{ "\"a\" b <a@b>", "no mail address" },
		{ "a@b>", "without a <" },
		{ "\"open@b", "no mail address" },
		{ "\"end\\", "no mail address" },
		{ "a@b\nBcc: c@d", "control character" },
		{ "a\r@b", "control character" },
		{ "a\x7F@b", "control character" },
		{ "a\xFF <a@b>", "no UTF-8" },
		{ "j\xC3\xB6rg@b", "outside ASCII" },
		{ "\"j\xC3\xB6rg\"@b", "outside ASCII" },
		{ "a@ex\xC3\xA4mple.org", "xn--" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct arena arena = { 0 };
		struct mailbox box;
		struct err err = { 0 };
		if (mailbox_parse(&arena, slice_of(cases[i].text), &box, &err))
			fail_msg("%s is an address", cases[i].text);
		if (!strstr(err.text, cases[i].said))
			fail_msg("%s: %s", cases[i].text, err.text);
		arena_free(&arena);
	}
	struct arena arena = { 0 };
	struct mailbox box;
	struct err err = { 0 };
	assert_false(mailbox_parse(&arena, SLICE("a@b\0c"), &box, &err));
	assert_non_null(strstr(err.text, "control character"));
	arena_free(&arena);
}

static void
test_headers(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "short", "Subject: short\n" },
		{ "what costs 12 % more than the month before, and why that is so, said in full",
			"Subject: what costs 12 % more than the month before, and why that is so, "
			"said\n in full\n" },
		{ "12 \xE2\x82\xAC", "Subject: =?UTF-8?B?MTIg4oKs?=\n" },
		{ "a\r\nBcc: b@c", "Subject: a\\x0d\\x0aBcc: b@c\n" },
		{ "=?UTF-8?Q?a?=", "Subject: =?UTF-8?B?PT9VVEYtOD9RP2E/PQ==?=\n" },
		{ "two  blanks", "Subject: =?UTF-8?B?dHdvICBibGFua3M=?=\n" },
		{ "\xE2\x80\xAE", "Subject: <U+202E>\n" },
		{ LETTERS LETTERS LETTERS,
			"Subject: "
			"=?UTF-8?B?YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZhYmNkZWZnaGlq?="
			"\n "
			"=?UTF-8?B?a2xtbm9wcXJzdHV2d3h5emFiY2RlZmFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3?="
			"\n =?UTF-8?B?eHl6YWJjZGVm?=\n" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		mail_text_header(&out, "Subject", slice_of(cases[i].text));
		assert_string_equal(str_text(&out), cases[i].want);
		str_free(&out);
	}
	const struct mailbox boxes[] = {
		{ .name = SLICE("Jane Doe"), .address = SLICE("jane@example.com") },
		{ .name = SLICE("Doe, \"J\""), .address = SLICE("j@example.com") },
		{ .name = SLICE("J\xC3\xB6rg"), .address = SLICE("k@example.com") },
		{ .address = SLICE("l@example.com") },
	};
	struct str out = STR_INIT;
	mail_address_header(&out, "To", boxes, HL_COUNT(boxes));
	assert_string_equal(str_text(&out), "To: Jane Doe <jane@example.com>,\n"
					    " \"Doe, \\\"J\\\"\" <j@example.com>,\n"
					    " =?UTF-8?B?SsO2cmc=?= <k@example.com>,\n"
					    " l@example.com\n");
	str_free(&out);
}

static void
test_date(void **state)
{
	(void)state;
	static const struct {
		int64_t seconds;
		const char *want;
	} cases[] = {
		{ 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
		{ 1793577600, "Mon, 02 Nov 2026 00:00:00 +0000" },
		{ 951827696, "Tue, 29 Feb 2000 12:34:56 +0000" },
		{ -1, "Wed, 31 Dec 1969 23:59:59 +0000" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		mail_date(&out, cases[i].seconds * NS_PER_SECOND);
		assert_string_equal(str_text(&out), cases[i].want);
		str_free(&out);
	}
}

static void
test_encodings(void **state)
{
	(void)state;
	static const struct {
		struct slice raw;
		const char *quoted, *base64;
	} cases[] = {
		{ SLICE("a=b\n"), "a=3Db\n", "YT1iCg==\n" },
		{ SLICE("\xE2\x82\xAC\n"), "=E2=82=AC\n", "4oKsCg==\n" },
		{ SLICE("end \nend\t\n"), "end=20\nend=09\n", "ZW5kIAplbmQJCg==\n" },
		{ SLICE(".\nFrom a\nFromage\n. .\n"), "=2E\n=46rom a\nFromage\n=2E .\n",
			"LgpGcm9tIGEKRnJvbWFnZQouIC4K\n" },
		{ SLICE("a\r\nb\0\n"), "a=0D\nb=00\n", "YQ0KYgAK\n" },
		{ SLICE(""), "", "" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		mail_quoted_printable(&out, cases[i].raw);
		assert_string_equal(str_text(&out), cases[i].quoted);
		str_clear(&out);
		mail_base64(&out, cases[i].raw);
		assert_string_equal(str_text(&out), cases[i].base64);
		str_free(&out);
	}
}

/* The same numbers each time. */
static uint32_t
next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static size_t
add_piece(char *text, size_t size, size_t n, const char *piece)
{
	size_t more = strlen(piece);
	if (n + more > size)
		return n;
	memcpy(text + n, piece, more);
	return n + more;
}

/* Of letters that mean something to mail, more often than others; half of them a name before an address. */
static size_t
make_text(char *text, size_t size, uint32_t *seed)
{
	static const char *const pieces[] = { "a", "b", "c d", ".", "\xC3\xB6", "\xE2\x80\xAE",
		"=?", "?=", LETTERS, "\\\"", ",", "<", "@", ":", ";", "  ", "\r\n", "\n", "\t",
		"Bcc: x@y", ">", "\"", "\\", "\xFF", "[", "]", "(", "example.com", "From " };
	size_t n = 0, many = next(seed) % 12, kinds = next(seed) % 2 ? 10 : HL_COUNT(pieces);
	bool named = next(seed) % 2;
	n = named ? add_piece(text, size, n, "\"") : n;
	for (size_t i = 0; i < many; i++)
		n = add_piece(text, size, n, pieces[next(seed) % kinds]);
	return named ? add_piece(text, size, n, "\" <a@b.example.com>") : n;
}

/* One header, of lines that are no longer than they should be, in ASCII that is seen. */
static void
check_header(const struct str *out, const char *name, size_t longest)
{
	struct slice rest = str_as_slice(out), line;
	assert_true(slice_starts(rest, name) && slice_ends(rest, "\n"));
	for (bool first = true; rest.n && slice_cut(&rest, '\n', &line); first = false) {
		if (line.n > MAIL_LINE && line.n > longest)
			fail_msg("a line of %zu: %s", line.n, str_text(out));
		if (!first && (line.n < 2 || line.p[0] != ' ' || line.p[1] == ' '))
			fail_msg("another header: %s", str_text(out));
		for (size_t i = 0; i < line.n; i++)
			assert_true(line.p[i] >= ' ' && line.p[i] <= '~');
	}
}

static void
test_nothing_gets_out_of_its_header(void **state)
{
	(void)state;
	uint32_t seed = 7;
	int good = 0;
	for (int i = 0; i < 20000; i++) {
		char text[400];
		struct slice given = { text, make_text(text, sizeof(text), &seed) };
		struct arena arena = { 0 };
		struct str out = STR_INIT;
		struct mailbox boxes[2];
		struct err err = { 0 };
		mail_text_header(&out, "Subject", given);
		check_header(&out, "Subject: ", 0);
		str_clear(&out);
		if (mailbox_parse(&arena, given, &boxes[0], &err)) {
			boxes[1] = (struct mailbox){ .name = given, .address = SLICE("a@b") };
			mail_address_header(&out, "To", boxes, 2);
			check_header(&out, "To: ", boxes[0].address.n + 8);
			good++;
		}
		str_clear(&out);
		mail_quoted_printable(&out, given);
		for (struct slice rest = str_as_slice(&out), line;
			rest.n && slice_cut(&rest, '\n', &line);)
			assert_true(line.n <= 76 && !slice_is(line, ".") &&
				    !slice_starts(line, "From ") && !slice_ends(line, " "));
		str_free(&out);
		arena_free(&arena);
	}
	assert_true(good > 2000);
}

static const struct column columns[] = {
	{ .key = "name", .head = "NAME", .left = true },
	{ .key = "cost", .head = "COST" },
	{ .key = "why", .head = "WHY", .left = true, .below = true },
};

/* However much there is to be shown, Gmail clips nothing: tables are left out as a whole, and said to be. */
static void
test_a_page_is_not_clipped(void **state)
{
	(void)state;
	static const struct mailbox to = { .address = SLICE("a@b"), .domain = SLICE("b") };
	struct answer answer;
	struct err err = { 0 };
	struct str out = STR_INIT, page = STR_INIT;
	answer_init(&answer, "hllm.test/1");
	answer_headline(&answer, "Much");
	for (int i = 0; i < 30; i++) {
		struct table *table = answer_table(&answer, "rows",
			i == 29 ? "The last" : "A long one", columns, HL_COUNT(columns));
		for (int row = 0; row < (i == 29 ? 1 : 100); row++) {
			struct cell *cells = table_row(table);
			cells[0] = cell_textf(&answer, "%064d=%d", row, i);
			cells[1] = cell_count(row);
			cells[2] = cell_text(
				&answer, SLICE("<\xE2\x82\xAC><\xE2\x82\xAC><\xE2\x82\xAC>"));
		}
	}
	answer_note(&answer, "A note.");
	const struct mail mail = { .to = &to, .to_n = 1 };
	mail_page(&page, &answer, &mail, "id");
	mail_quoted_printable(&out, str_as_slice(&page));
	assert_in_range(out.n, 60000, 97000);
	assert_non_null(strstr(str_text(&page), "60 more: --format csv --table rows"));
	assert_non_null(strstr(str_text(&page), "Too long to be shown here"));
	assert_non_null(strstr(str_text(&page), "The last</h2>\n<table"));
	assert_non_null(strstr(str_text(&page), "A note."));
	assert_true(slice_ends(str_as_slice(&page), "</html>\n"));
	str_clear(&out);
	assert_true(mail_put(&out, &answer, &mail, &err));
	/* the text has all of it */
	assert_non_null(strstr(str_text(&out), "099=3D28"));
	str_free(&page);
	str_free(&out);
	answer_free(&answer);
}

int
main(void)
{
	width_locale();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mailboxes),
		cmocka_unit_test(test_no_mailboxes),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_encodings),
		cmocka_unit_test(test_nothing_gets_out_of_its_header),
		cmocka_unit_test(test_a_page_is_not_clipped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
