/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/chart.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "charts.h"
#include <cmocka.h>

#include "view/escape.h"
#include "view/glyphs.h"
#include "view/width.h"

/* A folder for programs that stand for others. */
struct place {
	char folder[64];
	char program[96];
	char *path; /* PATH as it was */
};

static int
set_up(void **state)
{
	struct place *place = xcalloc(1, sizeof(*place));
	const char *path = getenv("PATH");
	width_locale();
	snprintf(place->folder, sizeof(place->folder), "/tmp/hllm-chart-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->program, sizeof(place->program), "%s/gnuplot", place->folder);
	place->path = xstrdup(path ? path : "/usr/bin:/bin");
	*state = place;
	return 0;
}

static void
remove_file(const struct place *place, const char *name)
{
	char *file = xasprintf("%s/%s", place->folder, name);
	unlink(file);
	free(file);
}

static int
tear_down(void **state)
{
	struct place *place = *state;
	remove_file(place, "gnuplot");
	remove_file(place, "fc-list");
	remove_file(place, "script");
	remove_file(place, "late");
	rmdir(place->folder);
	setenv("PATH", place->path, 1);
	free(place->path);
	free(place);
	return 0;
}

static void
write_program(const struct place *place, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", place->folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "#!/bin/sh\ncd %s || exit 9\n%s\n", place->folder, text);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0700), 0);
	free(path);
}

/* Draws by the program 'text'; *got: the error, or what was drawn. */
static void
draw(const struct place *place, const char *text, enum chart_format format, bool hangs,
	struct str *got)
{
	struct chart chart;
	struct err err = { 0 };
	const struct chart_look look = { SLICE("# common"), SLICE("# kind\n"), CHART_LARGE };
	bool absent = false;
	const struct chart_plotter plotter = { place->program, hangs ? 500 : 20000, "install it",
		&absent };
	if (text)
		write_program(place, "gnuplot", text);
	make_crossing(&chart);
	str_clear(got);
	if (!chart_draw(&chart, format, &look, &plotter, got, &err)) {
		assert_int_equal(got->n, 0);
		assert_int_equal(absent, strstr(err.text, "not found in PATH") != NULL);
		/* the place is another each time */
		assert_int_equal(strncmp(err.text, place->program, strlen(place->program)), 0);
		str_puts(got, err.text + strlen(place->program));
	}
	chart_free(&chart);
}

struct run_case {
	const char *program;
	enum chart_format format;
	const char *result;
};

static const struct run_case runs[] = {
	{ NULL, CHART_PNG, ": not found in PATH; install it" },
	{ "cat >/dev/null; printf '%%PDF-1.5 x\\n%%%%EOF\\n'", CHART_PDF, "%PDF-1.5 x\n%%EOF\n" },
	{ "cat >/dev/null", CHART_PDF, ": wrote no whole pdf" },
	{ "cat >/dev/null; printf '%%PDF-1.5 x'", CHART_PDF, ": wrote no whole pdf" },
	{ "cat >/dev/null; printf '%%PDF-1.5 x%%%%EOF'", CHART_PNG, ": wrote no whole png" },
	{ "cat >/dev/null; printf '<?xml><a>'", CHART_SVG, ": wrote no whole svg" },
	{ "exit 3", CHART_PNG, ": failed with status 3" },
	{ "echo 'no room' >&2; exit 1", CHART_PNG, ": failed with status 1: no room" },
	{ "cat >/dev/null; echo 'line 1: warning: old' >&2; echo bad >&2; exit 1", CHART_PNG,
		": failed with status 1: bad" },
	{ "kill -TERM $$", CHART_PNG, ": was killed by signal 15" },
	{ "exec sleep 100", CHART_PNG, ": did not end within 0.5 seconds and was stopped" },
	/* closes everything, and stays */
	{ "exec >&- 2>&- <&-; sleep 100", CHART_PNG,
		": did not end within 0.5 seconds and was stopped" },
	{ "cat >/dev/null; exec cat /dev/zero", CHART_PNG,
		": wrote more than 64 MiB and was stopped" },
	{ "cat >/dev/null; echo 'hllm-terminals dumb pdfcairo' >&2", CHART_PNG,
		": this one cannot draw png (it has no terminal pngcairo), only pdf" },
	{ "cat >/dev/null; echo 'hllm-terminals dumb' >&2", CHART_SVG,
		": this one cannot draw svg (it has no terminal svg), nor any other format" },
	{ "cat >/dev/null; echo 'hllm-old 5.0' >&2", CHART_SVG,
		": version 5.0 is too old, expected 5.2 or later" },
};

static void
whatever_the_program_does_is_told(void **state)
{
	const struct place *place = *state;
	struct str got = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(runs); i++) {
		draw(place, runs[i].program, runs[i].format,
			strstr(runs[i].result, "within") != NULL, &got);
		assert_string_equal(str_text(&got), runs[i].result);
	}
	str_free(&got);
}

static void
a_program_that_hangs_is_killed_with_its_children(void **state)
{
	const struct place *place = *state;
	struct str got = STR_INIT;
	draw(place, "(sleep 1; touch late) & cat >/dev/null; wait", CHART_PNG, true, &got);
	assert_string_equal(str_text(&got), ": did not end within 0.5 seconds and was stopped");
	const struct timespec pause = { 1, 0 };
	nanosleep(&pause, NULL);
	char *late = xasprintf("%s/late", place->folder);
	assert_int_not_equal(access(late, F_OK), 0);
	free(late);
	str_free(&got);
}

static void
the_script_asks_before_it_shows_any_text(void **state)
{
	const struct place *place = *state;
	struct str got = STR_INIT;
	draw(place, "cat >script; printf '%%PDF-%%%%EOF'", CHART_PDF, false, &got);
	char *path = xasprintf("%s/script", place->folder);
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	char text[32768];
	size_t n = fread(text, 1, sizeof(text), file);
	fclose(file);
	free(path);
	struct slice script = { text, n };
	ptrdiff_t terminals = slice_find(script, "hllm-terminals "),
		  texts = slice_find(script, "$texts"),
		  title = slice_find(script, "|Two RTX 4090 pay off after 9.4 months\n"),
		  look = slice_find(script, "# common\n# kind\n");
	assert_true(terminals > 0 && terminals < texts && texts < title && title < look);
	str_free(&got);
}

/* In front of a PATH that has what the scripts need. */
static void
first_in_path(const struct place *place)
{
	char *path = xasprintf("%s:%s", place->folder, place->path);
	setenv("PATH", path, 1);
	free(path);
}

static void
characters_without_a_font_are_named(void **state)
{
	const struct place *place = *state;
	struct str out = STR_INIT;
	first_in_path(place);
	write_program(place, "fc-list",
		"echo ':charset=20-7e 6f22'; echo; echo ':charset=1f600-1f60f zz 5b57-'");
	glyphs_show(SLICE("漢字 😀 👨 €"), 20000, &out);
	assert_string_equal(str_text(&out), "漢<U+5B57> 😀 <U+1F468> €");
	str_clear(&out);
	write_program(place, "fc-list", "exit 1");
	glyphs_show(SLICE("漢 é ω я ≤"), 20000, &out);
	assert_string_equal(str_text(&out), "<U+6F22> é ω я ≤");
	str_clear(&out);
	write_program(place, "fc-list", "touch late");
	glyphs_show(SLICE("only usual ones: é ω я ≤ – “…” →"), 20000, &out);
	assert_string_equal(str_text(&out), "only usual ones: é ω я ≤ – “…” →");
	char *late = xasprintf("%s/late", place->folder);
	assert_int_not_equal(access(late, F_OK), 0);
	free(late);
	str_free(&out);
}

static void
draw_text(const struct chart *chart, struct str *out)
{
	const struct chart_text_options options = { .width = 40, .ascii = true };
	str_clear(out);
	chart_draw_text(chart, &options, out);
}

static void
missing_points_are_gaps(void **state)
{
	(void)state;
	const double none = (double)NAN;
	struct chart chart;
	struct str out = STR_INIT;
	chart_init(&chart, CHART_LINES, "gap");
	struct chart_series *series = chart_add_series(&chart, SLICE("a"));
	for (int x = 0; x <= 30; x++)
		chart_add_point(series, x, x < 10 || x > 20 ? 1 : none, none, none);
	draw_text(&chart, &out);
	struct slice text = str_as_slice(&out);
	assert_true(slice_find(text, "1+***********             *********** a\n") >= 0);
	str_clear(&out);
	chart_data(&chart, CHART_LARGE, &out);
	text = str_as_slice(&out);
	assert_true(slice_find(text, "\n1 9 1\n\n1 21 1\n") > 0);
	assert_true(slice_find(text, "1 10 ") < 0);
	str_free(&out);
	chart_free(&chart);
}

static void
odd_columns(double a, double b, bool vertical, struct str *out)
{
	struct chart columns;
	chart_init(&columns, CHART_COLUMNS, "odd");
	columns.x.quantity = CHART_DATES;
	draw_text(&columns, out);
	columns.end = a;
	struct chart_series *series = chart_add_series(&columns, SLICE("one"));
	draw_text(&columns, out);
	chart_add_point(series, a, b, a, b);
	chart_add_point(series, b, a, b, a);
	draw_text(&columns, out);
	/* the second one has fewer points than the first */
	chart_add_point(chart_add_series(&columns, SLICE("two")), a, a, a, a);
	chart_add_marker(&columns, a, b, SLICE("here"));
	chart_add_rule(&columns, vertical, b, SLICE("rule"));
	draw_text(&columns, out);
	chart_data(&columns, CHART_LARGE, out);
	assert_true(slice_find(str_as_slice(out), "inf") < 0);
	chart_free(&columns);
}

/* Nothing to draw is drawn as nothing. */
static void
odd_charts_are_drawn(void **state)
{
	(void)state;
	const double odd[] = { 0, 1, -1, 1e300, -1e300, (double)NAN, (double)INFINITY,
		-(double)INFINITY };
	struct str out = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(odd) * HL_COUNT(odd); i++) {
		double a = odd[i % HL_COUNT(odd)], b = odd[i / HL_COUNT(odd)];
		struct chart lines, bars;
		chart_init(&lines, CHART_LINES, "odd");
		draw_text(&lines, &out);
		struct chart_series *series = chart_add_series(&lines, SLICE("one"));
		draw_text(&lines, &out);
		chart_add_point(series, a, b, b, a);
		chart_add_point(series, b, a, a, a);
		struct chart_marker *marker = chart_add_marker(&lines, a, b, SLICE("here"));
		marker->x_low = b;
		marker->x_high = a;
		chart_add_rule(&lines, i & 1, a, SLICE("rule"));
		draw_text(&lines, &out);
		chart_data(&lines, CHART_LARGE, &out);
		chart_free(&lines);
		chart_init(&bars, CHART_BARS, "odd");
		draw_text(&bars, &out);
		bars.middle = a;
		bars.beyond = SLICE("never");
		chart_add_bar(&bars, SLICE("x"), a, b)->low_label = SLICE("low");
		chart_add_bar(&bars, SLICE("y"), b, a);
		chart_add_bar(&bars, SLICE_NONE, 3, b)->high_label = SLICE("high");
		draw_text(&bars, &out);
		chart_data(&bars, CHART_LARGE, &out);
		assert_true(slice_find(str_as_slice(&out), "inf") < 0);
		chart_free(&bars);
		odd_columns(a, b, i & 1, &out);
	}
	str_free(&out);
}

/* Eighths of a character that are filled, in the column of characters. */
static int
eighths_in(struct slice text, int column)
{
	static const char lowest[] = "\xE2\x96\x81"; /* ▁; the next seven end in █ */
	int sum = 0;
	struct slice line;
	while (slice_cut(&text, '\n', &line)) {
		for (int c = 0; line.n; c++) {
			const char *at = line.p;
			struct rune rune = rune_take(&line);
			if (c == column && rune.bytes == 3 && memcmp(at, lowest, 2) == 0)
				sum += (unsigned char)at[2] - (unsigned char)lowest[2] + 1;
		}
	}
	return sum;
}

/* From the line of the axis, in the middle of its row, up. */
static void
columns_are_as_high_as_their_values(void **state)
{
	(void)state;
	const struct chart_text_options options = { .width = 40 };
	struct str out = STR_INIT;
	for (int height = 1; height <= 10; height++) {
		struct chart chart;
		chart_init(&chart, CHART_COLUMNS, "high");
		chart.x.quantity = CHART_DATES;
		chart.end = 102;
		struct chart_series *series = chart_add_series(&chart, SLICE("a"));
		chart_add_point(series, 100, 10, MISSING, MISSING);
		chart_add_point(series, 101, height, MISSING, MISSING);
		str_clear(&out);
		chart_draw_text(&chart, &options, &out);
		/* eight rows for 0 to 10 */
		assert_int_equal(eighths_in(str_as_slice(&out), 12), 60);
		assert_int_equal(eighths_in(str_as_slice(&out), 30), lround(6.4 * height - 4));
		chart_free(&chart);
	}
	str_free(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_the_program_does_is_told),
		cmocka_unit_test(a_program_that_hangs_is_killed_with_its_children),
		cmocka_unit_test(the_script_asks_before_it_shows_any_text),
		cmocka_unit_test(characters_without_a_font_are_named),
		cmocka_unit_test(missing_points_are_gaps),
		cmocka_unit_test(odd_charts_are_drawn),
		cmocka_unit_test(columns_are_as_high_as_their_values),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
