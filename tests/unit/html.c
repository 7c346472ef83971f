/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "charts.h"
#include "tags.h"
#include <cmocka.h>

#include "view/svg.h"
#include "view/view.h"
#include "view/width.h"

static const struct column columns[] = {
	{ .key = "name", .head = "WORKLOAD", .left = true },
	{ .key = "why_so", .head = "", .left = true },
	{ .key = "requests", .head = "CALLS" },
	{ .key = "cost", .head = "$", .unit = "money" },
	{ .key = "secret" },
	{ .key = "evidence", .head = "EVIDENCE", .left = true, .below = true },
};
enum { COLUMNS = HL_COUNT(columns) };

static const char evil[] = "<script>\"'&\x1b\n\xE2\x80\xAE</td><svg onload=x>";

static void
add_row(struct answer *answer, struct table *table, const char *name, int64_t n)
{
	struct cell *row = table_row(table);
	row[0] = cell_text(answer, slice_of(name));
	row[1] = cell_text(answer, slice_of("why"));
	row[2] = cell_count(n);
	row[3] = cell_none("no \"price\"");
	row[4] = cell_text(answer, slice_of("only for programs"));
	row[5] = cell_text(answer, slice_of("seen 2026-10-01 to 2026-10-31"));
}

static char *
render(const struct answer *answer, const struct view_options *options)
{
	char *text = NULL;
	size_t n = 0;
	struct err err = { 0 };
	FILE *out = open_memstream(&text, &n);
	assert_non_null(out);
	assert_true(view_find("html")->render(answer, options, out, &err));
	fclose(out);
	assert_true(tags_balanced((struct slice){ text, n }));
	return text;
}

static void
has(const char *page, const char *piece)
{
	if (!strstr(page, piece))
		fail_msg("no %s in:\n%s", piece, strstr(page, "<body>"));
}

static void
lacks(const char *page, const char *piece)
{
	if (strstr(page, piece))
		fail_msg("%s in the page", piece);
}

/* Each piece comes after the one before. */
static void
in_order(const char *page, const char *const *pieces)
{
	for (const char *at = page; *pieces; pieces++) {
		at = strstr(at, *pieces);
		if (!at)
			fail_msg("%s is not where it should be", *pieces);
	}
}

static int
count(const char *page, const char *piece)
{
	int n = 0;
	for (; (page = strstr(page, piece)); page += strlen(piece))
		n++;
	return n;
}

static void
test_page(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.breakeven/1");
	answer_headline(&answer, "Two cards pay off.");
	struct table *table = answer_table(&answer, "local_monthly_cost", NULL, columns, COLUMNS);
	add_row(&answer, table, "chat", 1204);
	answer_note(&answer, "With --strict it fails.");
	answer_next(&answer, "hllm why 'a  # b'  # where it comes from");
	char *page = render(&answer, &(struct view_options){ 0 });
	static const char *const pieces[] = { "<!DOCTYPE html>\n<html lang=\"en\">",
		"name=\"viewport\"",
		"<title>Two cards pay off. \xE2\x80\x93 hllm breakeven</title>",
		"<a class=\"skip\" href=\"#answer\">", "<main id=\"answer\"",
		"<h1>Two cards pay off.</h1>", "<h2 id=\"s1\">Local monthly cost</h2>",
		"role=\"region\" tabindex=\"0\" aria-labelledby=\"s1\"",
		"<caption>Local monthly cost</caption>", "<th scope=\"col\"",
		"<span class=\"unseen\">why so</span>", "<th scope=\"row\">chat</th>",
		">1,204</td>", "<span title=\"no &quot;price&quot;\">\xE2\x80\x93</span>",
		"<tr class=\"below\"><td colspan=\"4\">seen <span class=\"b\">2026-10-01</span> "
		"to ",
		"Notes</h2>", "With <span class=\"b\">--strict</span> it fails.",
		"Next: where it comes from</h2>", "<code>hllm why &#39;a  # b&#39;</code>",
		"<footer><p>" PACKAGE_STRING "</p>", NULL };
	in_order(page, pieces);
	lacks(page, "only for programs");
	lacks(page, "<svg");
	lacks(page, "http:");
	char *again = render(&answer, &(struct view_options){ .width = 40, .color = true });
	assert_string_equal(page, again);
	free(again);
	free(page);
	page = render(&answer, &(struct view_options){ .stamp = "2026-11-01" });
	has(page, PACKAGE_STRING ", as of 2026-11-01</p>");
	free(page);
	answer_free(&answer);
}

/* Rows beyond those for people and tables of details are folded up, and open with --verbose. */
static void
test_folding(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	answer_headline(&answer, "%s",
		"A long headline, whose first half says it, is in two tones; this is the half that "
		"only explains it.");
	struct table *sources = answer_table(&answer, "sources", NULL, columns, COLUMNS);
	sources->details = true;
	sources->heading = "Where it comes from";
	add_row(&answer, sources, "bill.csv", 3);
	struct table *table = answer_table(&answer, "rows", "Rows", columns, COLUMNS);
	table->most = 4;
	for (int i = 0; i < 300; i++)
		add_row(&answer, table, "row", i);
	struct table *quiet = answer_table(&answer, "quiet", "Quiet", columns, COLUMNS);
	quiet->quiet = true;
	add_row(&answer, quiet, "unseen", 1);
	char *page = render(&answer, &(struct view_options){ 0 });
	static const char *const pieces[] = { "is in two tones;<span class=\"tail\"> this is",
		"Rows</h2>", "<details class=\"more\">\n<summary>296 more</summary>",
		"aria-label=\"Rows, 200 more\"", "96 more: <code>--format csv --table rows</code>",
		"Details</h2>", "<details>\n<summary>Where it comes from</summary>", "bill.csv",
		NULL };
	in_order(page, pieces);
	assert_int_equal(count(page, "<th scope=\"row\">row</th>"), 204);
	lacks(page, "Quiet");
	free(page);
	page = render(&answer, &(struct view_options){ .verbose = true });
	has(page, "<details open>\n<summary>Where it comes from");
	free(page);
	answer_free(&answer);
}

/* One object is pairs, or a line; a sum is a foot; a child is a table of its own. */
static void
test_shapes(void **state)
{
	(void)state;
	static const struct column few[] = { { .key = "a", .head = "A" },
		{ .key = "b", .head = "B", .left = true } };
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *pairs = answer_table(&answer, "pairs", "Pairs", few, 2);
	pairs->single = true;
	struct table *line = answer_table(&answer, "line", NULL, few, 2);
	line->single = line->plain = true;
	struct table *sum = answer_child(&answer, pairs, "sum", few, 2);
	sum->foot = sum->plain = true;
	for (int i = 0; i < 4; i++) {
		struct cell *row = i < 2 ? table_row(i ? line : pairs) : table_child_row(sum, 0);
		row[0] = cell_count(i);
		row[1] = cell_text(&answer, SLICE("text"));
	}
	char *page = render(&answer, &(struct view_options){ 0 });
	static const char *const pieces[] = { "<table class=\"pairs\">",
		"<tr><th scope=\"row\">A</th><td class=\"n\">0</td></tr>",
		"<tr><th scope=\"row\">B</th><td>text</td></tr>", "<p class=\"said\">1 text</p>",
		"<table class=\"plain whole\">", "<thead class=\"unseen\">",
		"<tr><td class=\"n\">2</td><td>text</td></tr>",
		"<tr class=\"sum\"><td class=\"n\">3</td>", NULL };
	in_order(page, pieces);
	free(page);
	answer_free(&answer);
}

/* Charts stand before their table, in two sizes, with names of their own. */
static void
test_charts(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	struct table *first = answer_table(&answer, "first", NULL, columns, COLUMNS);
	struct table *second = answer_table(&answer, "second", "Second", columns, COLUMNS);
	add_row(&answer, first, "in first", 1);
	add_row(&answer, second, "in second", 1);
	make_tornado(answer_chart(&answer, CHART_BARS, "tornado", second));
	make_crossing(answer_chart(&answer, CHART_LINES, "breakeven", first));
	answer_chart(&answer, CHART_LINES, "empty", first)->title = SLICE("Nothing to draw");
	char *page = render(&answer, &(struct view_options){ 0 });
	static const char *const pieces[] = { "Two RTX 4090 pay off after 9.4 months</h2>",
		"<figcaption>Cumulative cost", "aria-labelledby=\"c1wt c1wd\"",
		"<title id=\"c1wt\">Two RTX 4090 pay off", "<desc id=\"c1wd\">Cumulative cost",
		"Lines: stay on the API, own hardware", "pays off after 9.4 months (7.1 to 14).",
		"aria-labelledby=\"c1nt c1nd\"", "in first", "Second</h2>",
		"<figcaption><strong>What moves the answer most", "aria-labelledby=\"c2wt c2wd\"",
		"Bars: share of requests moved, ", "in second", NULL };
	in_order(page, pieces);
	assert_int_equal(count(page, "<svg "), 4);
	assert_int_equal(count(page, "<figure>"), 2);
	assert_int_equal(count(page, "<path class=\"band "), 4);
	assert_int_equal(count(page, "<path class=\"line d3"), 2);
	assert_int_equal(count(page, "<circle class=\"dot\""), 2);
	assert_int_equal(count(page, "<path class=\"reach\""), 2);
	lacks(page, "Nothing to draw");
	lacks(page, "nan");
	lacks(page, "inf\"");
	free(page);
	answer_free(&answer);
}

/* Where numbers are missing a line has a gap, a point alone is a dot, and there is no band of one point. */
static void
test_gaps(void **state)
{
	(void)state;
	struct chart chart;
	struct str out = STR_INIT;
	chart_init(&chart, CHART_LINES, "gaps");
	struct chart_series *series = chart_add_series(&chart, SLICE("s"));
	chart_add_point(series, 0, 1, (double)NAN, 2);
	chart_add_point(series, 1, 2, 1, 3);
	chart_add_point(series, 2, (double)NAN, (double)NAN, (double)NAN);
	chart_add_point(series, 3, 1, 1, 1);
	chart_add_point(series, 4, HUGE_VAL, 1, 2);
	svg_chart(&out, &chart, SVG_WIDE, "x");
	const char *line = strstr(str_text(&out), "<path class=\"line d3\" d=\"M");
	assert_non_null(line);
	assert_int_equal(count(line, "h0\"/>"), 1);
	struct slice path = { line, (size_t)(strchr(line, '>') - line) };
	assert_true(slice_find(path, "L") > 0);
	int moves = 0;
	for (size_t i = 0; i < path.n; i++)
		moves += path.p[i] == 'M';
	assert_int_equal(moves, 2);
	/* only x of 3 and 4 are neighbours with a band */
	assert_int_equal(count(str_text(&out), "Z\"/>"), 1);
	lacks(str_text(&out), "nan");
	lacks(str_text(&out), "inf");
	str_free(&out);
	chart_free(&chart);
}

/* Capitals are wider than a layout counts; a name of them is drawn narrower where it would leave the picture. */
static void
test_capitals(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		int narrowed;
	} cases[] = { { "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW", 1 },
		{ "llllllllllllllllllllllllllllllllllll", 0 }, { "WWW", 0 } };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct chart chart;
		struct str out = STR_INIT;
		chart_init(&chart, CHART_BARS, "capitals");
		chart_add_bar(&chart, slice_of(cases[i].name), 1, 2);
		svg_chart(&out, &chart, SVG_WIDE, "x");
		assert_int_equal(count(str_text(&out), " lengthAdjust=\""), cases[i].narrowed);
		str_free(&out);
		chart_free(&chart);
	}
}

/* A row without a name that can be seen is called something all the same. */
static void
test_blank_name(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	add_row(&answer, answer_table(&answer, "t", "T", columns, COLUMNS), " ", 1);
	char *page = render(&answer, &(struct view_options){ 0 });
	assert_non_null(strstr(page, "\xE2\x80\x93</th>"));
	free(page);
	answer_free(&answer);
}

/* Names that mean harm, wherever a name can stand. */
static void
test_evil(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "hllm.test/1");
	answer_headline(&answer, "%s: %s", evil, evil);
	struct table *table = answer_table(&answer, "t", evil, columns, COLUMNS);
	add_row(&answer, table, evil, 1);
	table->cells[3] = cell_none(evil);
	table->cells[5] = cell_text(&answer, slice_of(evil));
	for (int kind = CHART_LINES; kind <= CHART_BARS; kind++) {
		struct chart *chart = answer_chart(&answer, (enum chart_kind)kind, "c", table);
		struct slice name = slice_of(evil);
		chart->title = chart->subtitle = chart->x.label = chart->y.label = name;
		chart->middle_label = chart->beyond = chart->low_side = chart->high_side = name;
		chart_add_point(chart_add_series(chart, name), 1, 2, 1, 3);
		chart_add_marker(chart, 1, 2, name);
		chart_add_rule(chart, false, 2, name);
		struct chart_bar *bar = chart_add_bar(chart, name, 1, HUGE_VAL);
		bar->low_label = bar->high_label = name;
	}
	answer_note(&answer, "%s", evil);
	answer_next(&answer, "%s  # %s", evil, evil);
	char *page = render(&answer, &(struct view_options){ .stamp = evil });
	lacks(page, "<script");
	lacks(page, "\x1b");
	lacks(page, "\xE2\x80\xAE");
	lacks(page, "<svg onload");
	assert_true(count(page, "&lt;script&gt;") > 12);
	free(page);
	answer_free(&answer);
}

static int
set_up(void **state)
{
	(void)state;
	width_locale();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_page),
		cmocka_unit_test(test_folding),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_charts),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_evil),
		cmocka_unit_test(test_capitals),
		cmocka_unit_test(test_blank_name),
	};
	return cmocka_run_group_tests_name("html", tests, set_up, NULL);
}
