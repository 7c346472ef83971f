/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names out of files and networks, shown by every view: nothing hidden may come through. */
#include "config.h"

#include "view/view.h"

#include <cjson/cJSON.h>
#include <stdint.h>
#include <stdlib.h>

#include "../unit/tags.h"
#include "view/escape.h"
#include "view/mail.h"
#include "view/width.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	width_locale();
	return 0;
}

static const struct column columns[] = {
	{ .key = "name", .head = "NAME", .left = true, .weight = 2, .least = 12 },
	{ .key = "list", .head = "LIST", .left = true, .weight = 1, .least = 9, .drop = 1 },
	{ .key = "cost.list", .head = "COST", .unit = "money", .drop = 2 },
	{ .key = "none", .head = "NONE", .drop = 2 },
};

static const struct column metric_columns[] = {
	{ .key = "name" },
	{ .key = "help" },
	{ .key = "labels.of" },
	{ .key = "labels.all" },
	{ .key = "value", .decimals = 9 },
};

/* A sample for each name, all of one metric. */
static void
build_metrics(struct answer *answer, struct slice names)
{
	struct slice rest = names, name;
	struct table *table =
		answer_table(answer, "metrics", NULL, metric_columns, HL_COUNT(metric_columns));
	table->quiet = true;
	while (slice_cut(&rest, '\n', &name)) {
		struct cell *row = table_row(table);
		row[0] = cell_text(answer, SLICE("fuzz"));
		row[1] = cell_text(answer, names);
		row[2] = cell_text(answer, name);
		row[3] = cell_text(answer, names);
		row[4] = cell_count((int64_t)name.n);
	}
}

/* The first byte chooses the width, the rest are names between line feeds. */
static void
build(struct answer *answer, struct slice names)
{
	struct slice rest = names, name;
	answer_init(answer, "hllm.fuzz/1");
	str_slice(&answer->headline, names);
	struct table *table = answer_table(answer, "rows", NULL, columns, HL_COUNT(columns));
	while (slice_cut(&rest, '\n', &name)) {
		struct cell *row = table_row(table);
		row[0] = cell_text(answer, name);
		row[1] = cell_list(answer, names);
		row[2] = cell_money((femto_t)name.n * FEMTO_PER_NANO, "USD");
		row[3] = (struct cell){ .type = CELL_NONE, .text = row[0].text };
	}
	for (size_t i = 0; i < table->rows_n && i < 8; i++) {
		struct chart *chart = answer_chart(
			answer, i % 2 ? CHART_BARS : CHART_LINES, "fuzz", i ? table : NULL);
		struct slice text = table->cells[i * HL_COUNT(columns)].text;
		double number = (double)text.n - 4;
		chart->title = chart->x.label = chart->middle_label = text;
		chart_add_point(chart_add_series(chart, text), number, -number, 0, number);
		chart_add_marker(chart, number, number, text);
		chart_add_bar(chart, text, number, 1)->low_label = text;
	}
	build_metrics(answer, names);
	answer_note(answer, SLICE_FMT, SLICE_ARG(names));
	str_slice(&answer->next, names);
}

static void
check_hidden(struct slice text, bool blanks)
{
	while (text.n) {
		struct rune rune = rune_take(&text);
		bool blank =
			rune.code == '\n' || (blanks && (rune.code == '\t' || rune.code == '\r'));
		if (!rune.valid || (rune_hidden(rune.code) && !blank))
			abort();
	}
}

/*
 * Below the headline, which may be folded, the table stands between two empty lines, and nothing in it may
 * be too long.  What a line looks like says nothing: a headline can begin as the table does.
 */
static void
check_lines(struct slice text, struct slice headline, const struct view_options *options)
{
	enum { SMALLEST_TABLE = 40 };
	struct slice line;
	struct str safe = STR_INIT, folded = STR_INIT;
	escape_text(&safe, headline);
	width_wrap(&folded, str_as_slice(&safe), options->wrap ? options->width : 0);
	if (text.n < folded.n || memcmp(text.p, str_text(&folded), folded.n) != 0)
		abort();
	text = (struct slice){ text.p + folded.n, text.n - folded.n };
	str_free(&folded);
	str_free(&safe);
	if (!slice_starts(text, "\n\n"))
		abort();
	text = (struct slice){ text.p + 2, text.n - 2 };
	while (slice_cut(&text, '\n', &line) && line.n)
		if (options->width >= SMALLEST_TABLE && width_of(line) > options->width)
			abort();
}

/* Each line is a comment, or fuzz{of="…",all="…"} NUMBER: a name ends no quote and no line. */
static void
check_samples(struct slice text)
{
	struct slice line;
	if (!slice_ends(text, "\n"))
		abort();
	text.n--;
	while (slice_cut(&text, '\n', &line)) {
		size_t quotes = 0;
		if (slice_starts(line, "# HELP fuzz ") || slice_is(line, "# TYPE fuzz gauge"))
			continue;
		for (size_t i = 0; i < line.n; i++)
			if (line.p[i] == '\\')
				i++; /* what is behind it stands for itself */
			else
				quotes += line.p[i] == '"';
		if (!slice_starts(line, "fuzz{of=\"") || quotes != 4 || line.p[line.n - 1] < '0' ||
			line.p[line.n - 1] > '9')
			abort();
	}
}

static void
show(const struct answer *answer, const struct view *view, const struct view_options *options)
{
	char *text = NULL;
	size_t n = 0;
	struct err err;
	FILE *out = open_memstream(&text, &n);
	if (!out || !view->render(answer, options, out, &err) || fclose(out) != 0)
		abort();
	check_hidden((struct slice){ text, n }, view->name[1] == 's');
	if (strcmp(view->name, "text") == 0)
		check_lines((struct slice){ text, n }, str_as_slice(&answer->headline), options);
	if (strcmp(view->name, "html") == 0 && !tags_balanced((struct slice){ text, n }))
		abort();
	if (strcmp(view->name, "prometheus") == 0)
		check_samples((struct slice){ text, n });
	if (strcmp(view->name, "json") == 0) {
		cJSON *json = cJSON_ParseWithLength(text, n);
		if (!json)
			abort();
		cJSON_Delete(json);
	}
	free(text);
}

/* A message is ASCII in short lines, and nothing that is in it begins a header. */
static void
show_mail(const struct answer *answer, struct slice subject)
{
	static const struct mailbox to = { .address = SLICE("a@example.com"),
		.domain = SLICE("example.com") };
	const struct mail mail = { .to = &to, .to_n = 1, .subject = subject };
	static const char *const headers[] = { "Date: ", "To: a@example.com",
		"Subject: ", "Message-ID: <", "MIME-Version: ", "Auto-Submitted: ",
		"X-Auto-Response-Suppress: ", "X-Mailer: ", "Content-Type: " };
	struct str out = STR_INIT;
	struct err err = { 0 };
	if (!mail_put(&out, answer, &mail, &err))
		abort();
	size_t header = 0;
	struct slice rest = str_as_slice(&out), line;
	for (bool head = true; rest.n && slice_cut(&rest, '\n', &line); head = head && line.n) {
		if (line.n > MAIL_LINE)
			abort();
		for (size_t i = 0; i < line.n; i++)
			if (line.p[i] < ' ' || line.p[i] > '~')
				abort();
		if (head && line.n && line.p[0] != ' ' &&
			(header == HL_COUNT(headers) || !slice_starts(line, headers[header++])))
			abort();
	}
	if (header != HL_COUNT(headers))
		abort();
	str_free(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct view_options options = { .width = size ? data[0] : 0, .wrap = size % 2 };
	struct answer answer;
	build(&answer, (struct slice){ (const char *)data + (size ? 1 : 0), size ? size - 1 : 0 });
	for (size_t i = 0; i < views_n; i++)
		show(&answer, views[i], &options);
	show_mail(&answer, (struct slice){ (const char *)data, size < 200 ? size : 200 });
	answer_free(&answer);
	return 0;
}
