/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * draw CHART TARGET [FOLDER] - draws a chart of fixed numbers as the commands do: crossing, tornado,
 * never, days, months or credits; or with -evil behind it and the lines of standard input, which are
 * JSON strings, for its texts.
 * FOLDER: what --emit-gnuplot would write goes there instead.
 */
#include "config.h"

#include <cjson/cJSON.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "../unit/charts.h"
#include "cmd/chart-out.h"
#include "view/width.h"

struct names {
	cJSON *list[300];
	size_t n, next;
};

static void
read_names(struct names *names)
{
	char line[32768];
	while (names->n < HL_COUNT(names->list) && fgets(line, sizeof(line), stdin)) {
		cJSON *name = cJSON_Parse(line);
		if (cJSON_IsString(name))
			names->list[names->n++] = name;
		else
			cJSON_Delete(name);
	}
}

/* Over and over. */
static struct slice
next_name(struct names *names)
{
	return names->n ? slice_of(names->list[names->next++ % names->n]->valuestring) : SLICE_NONE;
}

static void
make_evil(struct chart *chart, struct names *names)
{
	chart->title = next_name(names);
	chart->subtitle = next_name(names);
	chart->x.label = next_name(names);
	chart->y.label = next_name(names);
	chart->beyond = next_name(names);
	chart->middle_label = next_name(names);
	chart->low_side = next_name(names);
	chart->high_side = next_name(names);
	for (size_t i = 0; i < chart->series_n; i++)
		chart->series[i].name = next_name(names);
	for (size_t i = 0; i < chart->markers_n; i++)
		chart->markers[i].label = next_name(names);
	for (size_t i = 0; i < chart->rules_n; i++)
		chart->rules[i].label = next_name(names);
	if (chart->kind != CHART_BARS)
		return;
	chart->bars_n = 0;
	for (size_t i = 0; i < names->n; i++) {
		struct chart_bar *bar = chart_add_bar(
			chart, next_name(names), (double)(i % 9), 9.0 + (double)(i % 4));
		bar->low_label = next_name(names);
		bar->high_label = next_name(names);
	}
}

static void
make_chart(struct chart *chart, const char *name)
{
	static const struct {
		const char *name;
		void (*make)(struct chart *);
	} all[] = { { "crossing", make_crossing }, { "never", make_never }, { "days", make_days },
		{ "months", make_months }, { "credits", make_credits },
		{ "tornado", make_tornado } };
	size_t i = 0;
	while (i + 1 < HL_COUNT(all) && strncmp(name, all[i].name, strlen(all[i].name)) != 0)
		i++;
	all[i].make(chart);
}

int
main(int argc, char **argv)
{
	struct app app;
	struct chart chart;
	struct err err;
	struct names names = { .n = 0 };
	if (argc < 3)
		return EXIT_USAGE;
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	width_locale();
	app_init(&app, argv[0]);
	make_chart(&chart, argv[1]);
	if (strstr(argv[1], "-evil")) {
		read_names(&names);
		make_evil(&chart, &names);
	}
	int status;
	if (!app_chart_check(&app, "--chart", argv[2], &err))
		status = app_fail(&app, &err);
	else if (argc > 3)
		status = app_chart_emit(&app, &chart, argv[3]);
	else
		status = app_chart(&app, &chart, argv[2]);
	for (size_t i = 0; i < names.n; i++)
		cJSON_Delete(names.list[i]);
	chart_free(&chart);
	app_free(&app);
	return status;
}
