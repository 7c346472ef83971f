/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "view/layout.h"
#include "view/width.h"

static double
last_row(const struct layout *layout, const struct chart_series *series)
{
	for (size_t i = series->points_n; i-- > 0;)
		if (isfinite(series->points[i].y))
			return layout_row(layout, series->points[i].y);
	return 0;
}

static void
reach(double range[2], double value)
{
	if (!isfinite(value))
		return;
	range[0] = fmin(range[0], value);
	range[1] = fmax(range[1], value);
}

static void
find_ranges(const struct chart *chart, double x[2], double y[2])
{
	for (size_t i = 0; i < chart->series_n; i++) {
		for (size_t k = 0; k < chart->series[i].points_n; k++) {
			const struct chart_point *point = &chart->series[i].points[k];
			reach(x, point->x);
			reach(y, point->y);
			reach(y, point->low);
			reach(y, point->high);
		}
	}
	for (size_t i = 0; i < chart->rules_n; i++)
		if (!chart->rules[i].vertical)
			reach(y, chart->rules[i].at);
}

int
layout_widest_label(const struct scale *scale)
{
	struct str label = STR_INIT;
	int widest = 0;
	for (int i = 0; i < scale->ticks_n; i++) {
		str_clear(&label);
		scale_label(&label, scale, scale_tick(scale, i));
		if (width_of(str_as_slice(&label)) > widest)
			widest = width_of(str_as_slice(&label));
	}
	str_free(&label);
	return widest;
}

void
layout_lines(struct layout *layout, const struct chart *chart, bool whole)
{
	double x[2] = { HUGE_VAL, -HUGE_VAL }, y[2] = { HUGE_VAL, -HUGE_VAL };
	find_ranges(chart, x, y);
	scale_fit(&layout->y, &chart->y, y[0], y[1], layout->rows / 3 + 2, true);
	layout->left = layout_widest_label(&layout->y) + 2;
	struct layout_name *names = xcalloc(chart->series_n + 1, sizeof(*names));
	layout->columns =
		layout->width - layout->left - layout_names_fold(layout, chart, names) - 1;
	if (layout->columns < LAYOUT_LEAST_COLUMNS)
		layout->columns = LAYOUT_LEAST_COLUMNS;
	int most = layout->columns / 8 + 2;
	do
		scale_fit(&layout->x, &chart->x, x[0], x[1], most, false);
	while (chart->x.quantity == CHART_DATES && !layout_dates_fit(layout) && most-- > 3);
	for (size_t i = 0; i < chart->series_n; i++)
		names[i].row = last_row(layout, &chart->series[i]);
	layout_names_put(layout, names, chart->series_n, false, whole);
	layout_notes(layout, chart, whole);
	free(names);
}
