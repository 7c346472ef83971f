/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether the lists of hllm-economics(7) are those of the program: columns of plan files, and what
 * --lint
 * finds (its assumptions are in figure.c).  With a word (texts, columns, lint) it prints that list
 * as
 * the manual has to have it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "manuals.h"
#include <cmocka.h>

#include "econ/lint.h"
#include "econ/sheet.h"

static void
put_number(struct str *out, double value)
{
	str_printf(out, "%.13g", value);
}

static void
put_sentence(struct str *out, const char *text)
{
	size_t n = strlen(text);
	str_printf(out, "%c%s%s\n", *text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text,
		text + 1, n && text[n - 1] == '.' ? "" : ".");
}

static void
put_range(struct str *out, double least, double most)
{
	put_number(out, least);
	if (most >= 1e12) {
		str_puts(out, " or more");
		return;
	}
	str_puts(out, " to ");
	put_number(out, most);
}

static void
put_column(struct str *out, const struct sheet_column *column, bool number)
{
	static const char *const units[] = { [AMOUNT_MONEY] = "money",
		[AMOUNT_COUNT] = "a number",
		[AMOUNT_TOKENS] = "tokens",
		[AMOUNT_SHARE] = "a share",
		[AMOUNT_MONTHS] = "months",
		[AMOUNT_HOURS] = "hours",
		[AMOUNT_DAYS] = "days",
		[AMOUNT_WATTS] = "watts",
		[AMOUNT_SPEED] = "tokens a second",
		[AMOUNT_MEMORY] = "gigabytes",
		[AMOUNT_RATIO] = "a factor" };
	struct slice rest = slice_of(column->also), word;
	str_printf(out, ".It Cm %s\n", column->name);
	put_sentence(out, column->help);
	if (number) {
		str_printf(out, "In %s, ", units[column->unit]);
		put_range(out, column->least, column->most);
		str_puts(out, ".\n");
	}
	for (int i = 0; *column->also && slice_cut(&rest, ' ', &word); i++)
		str_printf(out, "%s" SLICE_FMT, i ? ", " : "Also: ", SLICE_ARG(word));
	if (*column->also)
		str_puts(out, ".\n");
}

/* The list that the manual calls so, between its .Bl and its .El. */
static void
put_list(struct str *out, const char *name)
{
	if (strcmp(name, "texts") == 0)
		for (int i = 0; i < TEXTS; i++)
			put_column(out, &sheet_texts[i], false);
	if (strcmp(name, "columns") == 0)
		for (int i = 0; i < FIELDS; i++)
			put_column(out, &sheet_fields[i], true);
	if (strcmp(name, "lint") == 0)
		for (int i = 0; i < WRONGS; i++) {
			str_printf(out, ".It Cm %s\n", wrong_kinds[i].name);
			put_sentence(out, wrong_kinds[i].means);
		}
}

/* Lines of at most 80 columns, as mandoc wants them; macros as they are. */
static void
fold(struct str *out, struct slice text)
{
	struct slice line, word;
	while (text.n && slice_cut(&text, '\n', &line)) {
		size_t at = 0;
		bool macro = slice_starts(line, ".");
		while (!macro && slice_cut(&line, ' ', &word)) {
			bool again = at && at + 1 + word.n > 80;
			str_printf(out, "%s" SLICE_FMT,
				again ? "\n"
				: at  ? " "
				      : "",
				SLICE_ARG(word));
			at = again || !at ? word.n : at + 1 + word.n;
		}
		str_slice(out, line);
		str_putc(out, '\n');
	}
}

static void
put_folded(struct str *out, const char *name)
{
	struct str text = STR_INIT;
	put_list(&text, name);
	fold(out, str_as_slice(&text));
	str_free(&text);
}

static void
check_list(const char *name)
{
	struct str want = STR_INIT;
	char *text = manual_read("hllm-economics.7");
	str_printf(&want, ".\\\" list: %s\n", name);
	const char *at = strstr(text, str_text(&want));
	if (!at)
		fail_msg("hllm-economics(7) has no line %s", str_text(&want));
	at += want.n;
	str_clear(&want);
	put_folded(&want, name);
	if (strncmp(at, str_text(&want), want.n) != 0 || strncmp(at + want.n, ".El\n", 4) != 0)
		fail_msg("hllm-economics(7): the list of %s should be:\n%s.El", name,
			str_text(&want));
	str_free(&want);
	free(text);
}

static void
test_columns(void **unused)
{
	(void)unused;
	check_list("texts");
	check_list("columns");
}

static void
test_problems(void **unused)
{
	(void)unused;
	check_list("lint");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_problems),
	};
	if (argc > 1) {
		struct str out = STR_INIT;
		put_folded(&out, argv[1]);
		fputs(str_text(&out), stdout);
		str_free(&out);
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
