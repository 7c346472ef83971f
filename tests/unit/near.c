/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/near.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *const names[] = { "audit", "import", "imports", "breakeven", "report" };

static void
test_name(void **state)
{
	(void)state;
	static const struct {
		const char *word, *name;
	} cases[] = {
		{ "audti", "audit" },      /* two letters changed places: one slip */
		{ "AUDIT", "audit" },      /* whatever the case */
		{ "imprt", "import" },     /* one is missing */
		{ "importss", "imports" }, /* one too many */
		{ "break", "breakeven" },  /* the only one that begins so */
		{ "imp", NULL },           /* two begin so */
		{ "br", NULL },            /* too short to say */
		{ "rprt", NULL },          /* two slips of four letters */
		{ "zzzzz", NULL },         /* nothing is near */
		{ "", NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const char *name = near_name(cases[i].word, names, HL_COUNT(names));
		if (!cases[i].name)
			assert_null(name);
		else
			assert_string_equal(name, cases[i].name);
	}
	assert_null(near_name("audit", NULL, 0));
}

static void
test_hint(void **state)
{
	(void)state;
	char buf[NEAR_TEXT];
	assert_string_equal(near_hint(buf, "audti", names, 5, "; no"), ", did you mean \"audit\"?");
	assert_string_equal(near_hint(buf, "xyzzy", names, 5, "; no"), "; no");
	assert_string_equal(near_hint(buf, "xyzzy", names, 0, NULL), "");
	assert_string_equal(near_hint(buf, "xyzzy", names, 1, NULL), ", expected audit");
	assert_string_equal(near_hint(buf, "xyzzy", names, 2, NULL), ", expected audit or import");
	assert_string_equal(near_hint(buf, "xyzzy", names, 3, NULL),
		", expected one of audit, import, imports");
}

/* However long the list: it ends in what is left out, and within the room for it. */
static void
test_many(void **state)
{
	(void)state;
	enum { MANY = 200 };
	const char *many[MANY];
	char buf[NEAR_TEXT];
	for (size_t i = 0; i < MANY; i++)
		many[i] = "a-name-of-some-length";
	near_hint(buf, "xyzzy", many, MANY, NULL);
	size_t n = strlen(buf), shown = 0;
	assert_true(n < NEAR_TEXT && n > NEAR_TEXT - 64);
	for (const char *at = buf; (at = strstr(at, many[0])); at++)
		shown++;
	char end[32];
	snprintf(end, sizeof(end), " and %zu more", MANY - shown);
	assert_string_equal(buf + n - strlen(end), end);
}

static void
test_in(void **state)
{
	(void)state;
	static const struct {
		int64_t before;
		struct slice name;
	} rows[] = { { 1, SLICE("summaries") }, { 2, SLICE("triage") } };
	char buf[NEAR_TEXT];
	assert_string_equal(
		near_hint_in(buf, SLICE("traige"), &rows[0].name, 2, sizeof(rows[0]), ""),
		", did you mean \"triage\"?");
	assert_string_equal(
		near_hint_in(buf, SLICE("x"), &rows[0].name, 2, sizeof(rows[0]), "-"), "-");
}

int
main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_name),
		cmocka_unit_test(test_hint), cmocka_unit_test(test_many),
		cmocka_unit_test(test_in) };
	return cmocka_run_group_tests_name("near", tests, NULL, NULL);
}
