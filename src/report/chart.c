/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/chart.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/estimate.h"

void
chart_init(struct chart *chart, enum chart_kind kind, const char *name)
{
	*chart = (struct chart){ .kind = kind, .name = name, .middle = 0 };
}

void
chart_free(struct chart *chart)
{
	for (size_t i = 0; i < chart->series_n; i++)
		free(chart->series[i].points);
	free(chart->series);
	free(chart->markers);
	free(chart->rules);
	free(chart->bars);
	arena_free(&chart->arena);
}

struct slice
chart_printf(struct chart *chart, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return SLICE_NONE;
	struct slice kept = slice_copy(&chart->arena, (struct slice){ text, (size_t)n });
	free(text);
	return kept;
}

struct chart_series *
chart_add_series(struct chart *chart, struct slice name)
{
	chart->series =
		xgrow(chart->series, &chart->series_size, chart->series_n, sizeof(*chart->series));
	struct chart_series *series = &chart->series[chart->series_n++];
	*series = (struct chart_series){ .name = slice_copy(&chart->arena, name) };
	return series;
}

void
chart_add_point(struct chart_series *series, double x, double y, double low, double high)
{
	series->points = xgrow(
		series->points, &series->points_size, series->points_n, sizeof(*series->points));
	series->points[series->points_n++] =
		(struct chart_point){ .x = x, .y = y, .low = low, .high = high };
}

static double
units_of(femto_t amount)
{
	return (double)amount / (double)FEMTO_PER_UNIT;
}

struct chart_point *
chart_add_amount(struct chart_series *series, double x, femto_t low, femto_t high)
{
	bool range = low != high;
	chart_add_point(series, x, units_of(low), range ? units_of(low) : MISSING,
		range ? units_of(high) : MISSING);
	struct chart_point *point = &series->points[series->points_n - 1];
	point->exact = true;
	point->amount = low;
	point->amount_high = high;
	return point;
}

struct chart_marker *
chart_add_marker(struct chart *chart, double x, double y, struct slice label)
{
	chart->markers = xgrow(
		chart->markers, &chart->markers_size, chart->markers_n, sizeof(*chart->markers));
	struct chart_marker *marker = &chart->markers[chart->markers_n++];
	*marker = (struct chart_marker){ x, y, MISSING, MISSING, slice_copy(&chart->arena, label) };
	return marker;
}

struct chart_rule *
chart_add_rule(struct chart *chart, bool vertical, double at, struct slice label)
{
	chart->rules =
		xgrow(chart->rules, &chart->rules_size, chart->rules_n, sizeof(*chart->rules));
	struct chart_rule *rule = &chart->rules[chart->rules_n++];
	*rule = (struct chart_rule){ vertical, at, slice_copy(&chart->arena, label) };
	return rule;
}

struct chart_bar *
chart_add_bar(struct chart *chart, struct slice name, double low, double high)
{
	chart->bars = xgrow(chart->bars, &chart->bars_size, chart->bars_n, sizeof(*chart->bars));
	struct chart_bar *bar = &chart->bars[chart->bars_n++];
	*bar = (struct chart_bar){
		.name = slice_copy(&chart->arena, name), .low = low, .high = high
	};
	return bar;
}

struct chart_bar *
chart_add_amount_bar(struct chart *chart, struct slice name, femto_t amount)
{
	struct chart_bar *bar = chart_add_bar(chart, name, MISSING, units_of(amount));
	bar->exact = true;
	bar->amount = amount;
	return bar;
}
