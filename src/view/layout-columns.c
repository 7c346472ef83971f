/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns over time: all as wide as each other, whether their months have 28 days or 31. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "view/layout.h"
#include "view/width.h"

/* Wider ones look like a table of blocks. */
#define WIDEST 8.0

static double
height_of(const struct chart_point *point)
{
	return isfinite(point->y) ? point->y : 0;
}

static size_t
bins_of(const struct chart *chart)
{
	return chart->series_n ? chart->series[0].points_n : 0;
}

static const struct chart_point *
point_of(const struct chart *chart, size_t series, size_t bin)
{
	static const struct chart_point none = { 0 };
	return bin < chart->series[series].points_n ? &chart->series[series].points[bin] : &none;
}

/* From the lowest to the highest end of any column, with what it may be at most. */
static void
find_range(const struct chart *chart, double range[2])
{
	range[0] = range[1] = 0;
	for (size_t bin = 0; bin < bins_of(chart); bin++) {
		double below = 0, above = 0;
		for (size_t i = 0; i < chart->series_n; i++) {
			const struct chart_point *point = point_of(chart, i, bin);
			double height = height_of(point);
			below += fmin(height, 0);
			above += fmax(height, 0);
			if (isfinite(point->high))
				range[1] = fmax(range[1], point->high);
		}
		range[0] = fmin(range[0], below);
		range[1] = fmax(range[1], above);
	}
	for (size_t i = 0; i < chart->rules_n; i++) {
		if (chart->rules[i].vertical || !isfinite(chart->rules[i].at))
			continue;
		range[0] = fmin(range[0], chart->rules[i].at);
		range[1] = fmax(range[1], chart->rules[i].at);
	}
}

/* Of characters each column has the same number, with one between it and the next where there is room. */
static void
divide(struct layout *layout, size_t n, bool whole)
{
	double bins = n ? (double)n : 1, pitch = layout->columns / bins;
	if (whole && pitch >= 1)
		pitch = floor(pitch);
	double bar = whole ? fmax(pitch - 1, fmin(pitch, 1)) : pitch * 0.8;
	bar = fmin(bar, WIDEST);
	layout->pitch = pitch;
	layout->bar = bar;
	layout->indent = whole ? floor((pitch - bar) / 2) : (pitch - bar) / 2;
	if (whole && pitch >= 1)
		layout->columns = (int)(bins * pitch);
}

static void
put_blocks(struct layout *layout, const struct chart *chart)
{
	size_t n = bins_of(chart);
	layout->blocks_n = n * chart->series_n;
	layout->blocks = xcalloc(layout->blocks_n + 1, sizeof(*layout->blocks));
	struct layout_block *block = layout->blocks;
	for (size_t bin = 0; bin < n; bin++) {
		double below = 0, above = 0;
		double left = (double)bin * layout->pitch + layout->indent - 0.5;
		for (size_t i = 0; i < chart->series_n; i++, block++) {
			const struct chart_point *point = point_of(chart, i, bin);
			double height = height_of(point);
			double *end = height < 0 ? &below : &above;
			*block = (struct layout_block){ .left = left,
				.right = left + layout->bar,
				.from = *end,
				.to = *end + height,
				.ink = layout_ink(i),
				.partly = point->partly };
			*end += height;
			block->bottom = layout_row(layout, fmin(block->from, block->to));
			block->top = layout_row(layout, fmax(block->from, block->to));
		}
	}
}

/* Where the last column that has any of it ends. */
static double
name_row(const struct layout *layout, size_t series, size_t series_n)
{
	double row = layout->depth;
	for (size_t i = series; i < layout->blocks_n; i += series_n)
		if (i + series_n >= layout->blocks_n)
			row = (layout->blocks[i].bottom + layout->blocks[i].top) / 2;
	return row;
}

static void
put_names(struct layout *layout, const struct chart *chart, struct layout_name *names, bool whole)
{
	for (size_t i = 0; i < chart->series_n; i++)
		names[i].row = fmin(name_row(layout, i, chart->series_n), layout->rows - 1);
	layout_names_put(layout, names, chart->series_n, true, whole);
}

/* As many dates as have room; none stands for less than a column does. */
static void
fit_dates(struct layout *layout, const struct chart *chart)
{
	enum { NARROWEST = 7, LEAST = 3 };
	size_t n = bins_of(chart);
	struct scale_dates dates = { 0 };
	if (n) {
		dates.low = chart->series[0].points[0].x;
		dates.high = chart->series[0].points[n - 1].x;
		dates.least =
			n > 1 ? (dates.high - dates.low) / (double)(n - 1) : chart->end - dates.low;
	}
	int most = layout->columns / NARROWEST + LEAST;
	do
		scale_fit_dates(&layout->x, &dates, most);
	while (!layout_dates_fit(layout) && most-- > LEAST);
}

void
layout_columns(struct layout *layout, const struct chart *chart, bool whole)
{
	enum { SWATCH = 2 };
	size_t n = bins_of(chart);
	double y[2];
	find_range(chart, y);
	scale_fit(&layout->y, &chart->y, y[0], y[1], layout->rows / 3 + 2, true);
	/* characters stand on the axis, whose row the value at its low end has */
	layout->depth = layout->rows - (whole ? 0 : 1);
	layout->left = layout_widest_label(&layout->y) + 2;
	struct layout_name *names = xcalloc(chart->series_n + 1, sizeof(*names));
	/* what one series is, the title says */
	int room = chart->series_n > 1 ? layout_names_fold(layout, chart, names) + 1 + SWATCH : 0;
	layout->columns = layout->width - layout->left - room;
	if (layout->columns < LAYOUT_LEAST_COLUMNS)
		layout->columns = LAYOUT_LEAST_COLUMNS;
	divide(layout, n, whole);
	layout->bins = n ? &chart->series[0] : NULL;
	layout->end = chart->end;
	fit_dates(layout, chart);
	put_blocks(layout, chart);
	if (room)
		put_names(layout, chart, names, whole);
	layout_notes(layout, chart, whole);
	free(names);
}
