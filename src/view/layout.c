/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/layout.h"

#include <math.h>
#include <stdlib.h>

#include "view/escape.h"
#include "view/width.h"

const char *const layout_roles[] = {
	[ROLE_TITLE] = "title",
	[ROLE_SUBTITLE] = "subtitle",
	[ROLE_KEY] = "key",
	[ROLE_AXIS] = "axis",
	[ROLE_TICK] = "tick",
	[ROLE_SERIES] = "series",
	[ROLE_MARKER] = "marker",
	[ROLE_RULE] = "rule",
	[ROLE_NAME] = "name",
	[ROLE_END] = "end",
};

enum {
	TITLE_LINES = 3,
	SUBTITLE_LINES = 3,
	LEAST_WIDTH = 30,
	MOST_WIDTH = 200,
};

struct layout_text *
layout_add(struct layout *layout, enum text_role role, struct slice text, double column, double row)
{
	layout->texts =
		xgrow(layout->texts, &layout->texts_size, layout->texts_n, sizeof(*layout->texts));
	struct layout_text *added = &layout->texts[layout->texts_n++];
	*added = (struct layout_text){ .role = role, .text = text, .column = column, .row = row };
	return added;
}

int
layout_fold(struct layout *layout, struct slice text, int width, int most, struct slice *lines)
{
	struct str safe = STR_INIT, folded = STR_INIT, line = STR_INIT;
	escape_text(&safe, text);
	width_wrap(&folded, str_as_slice(&safe), width);
	struct slice rest = str_as_slice(&folded), part;
	int n = 0;
	while (n < most && slice_cut(&rest, '\n', &part)) {
		str_clear(&line);
		str_slice(&line, part);
		/* the mark of a cut stands even if what is left would fit */
		if (n == most - 1 && rest.n)
			str_printf(&line, " %.*s", SLICE_ARG(rest));
		width_shorten(&line, width);
		if (line.n)
			lines[n++] = slice_copy(&layout->arena, str_as_slice(&line));
	}
	str_free(&safe);
	str_free(&folded);
	str_free(&line);
	return n;
}

static void
put_heading(struct layout *layout, enum text_role role, struct slice text, int width, int most)
{
	struct slice lines[SUBTITLE_LINES];
	int n = layout_fold(layout, text, width, most, lines);
	for (int i = 0; i < n; i++) {
		struct layout_text *line = layout_add(layout, role, lines[i], 0, layout->top++);
		line->ink = role == ROLE_TITLE ? INK_BOLD : INK_FAINT;
	}
}

/* Which half of a bar is which, where that is not said at each. */
static void
put_key(struct layout *layout, const struct chart *chart)
{
	const struct slice sides[] = { chart->low_side, chart->high_side };
	struct slice line;
	int column = 0;
	for (size_t i = 0; i < HL_COUNT(sides); i++) {
		if (!layout_fold(layout, sides[i], layout->width / 2 - 3, 1, &line))
			continue;
		layout_add(layout, ROLE_KEY, line, column + 2, layout->top)->ink =
			i ? INK_SECOND : INK_FIRST;
		column += 2 + width_of(line) + 3;
	}
	layout->top += column > 0;
}

enum ink
layout_ink(size_t series)
{
	return (enum ink)(INK_FIRST + series % (INKS - INK_FIRST));
}

/* The bin that x lies in, the first or the last one where it lies in none; where in it, 0 to 1. */
static size_t
bin_of(const struct layout *layout, double x, double *part)
{
	const struct chart_series *bins = layout->bins;
	size_t i = 0;
	while (i + 1 < bins->points_n && bins->points[i + 1].x <= x)
		i++;
	double from = bins->points[i].x;
	double to = i + 1 < bins->points_n ? bins->points[i + 1].x : layout->end;
	*part = to > from ? fmin(fmax((x - from) / (to - from), 0), 1) : 0;
	return i;
}

double
layout_column(const struct layout *layout, double x)
{
	double part;
	if (!layout->bins)
		return scale_place(&layout->x, x) * (layout->columns - 1);
	size_t bin = bin_of(layout, x, &part);
	return ((double)bin + part) * layout->pitch - 0.5;
}

double
layout_tick(const struct layout *layout, double x)
{
	double part;
	if (!layout->bins)
		return layout_column(layout, x);
	size_t bin = bin_of(layout, x, &part);
	return (double)bin * layout->pitch + layout->indent + layout->bar / 2 - 0.5;
}

double
layout_row(const struct layout *layout, double y)
{
	return (1 - scale_place(&layout->y, y)) * layout->depth;
}

int
layout_cell(double place)
{
	const double far = 4 * MOST_WIDTH;
	if (isnan(place))
		return -1;
	return (int)lround(fmin(fmax(place, -far), far));
}

static double
edge_of(const struct chart_point *point, enum layout_edge edge)
{
	return edge == EDGE_LINE ? point->y : edge == EDGE_LOW ? point->low : point->high;
}

double
layout_value(const struct layout *layout, const struct chart_series *series, double column,
	enum layout_edge edge)
{
	const struct scale *scale = &layout->x;
	double x = scale->low + (scale->high - scale->low) * column / (layout->columns - 1);
	double close = (scale->high - scale->low) * 1e-9;
	for (size_t i = 0; i < series->points_n; i++) {
		const struct chart_point *b = &series->points[i], *a = i ? b - 1 : b;
		if (fabs(b->x - x) <= close)
			return edge_of(b, edge);
		if (a->x < x && x < b->x)
			return edge_of(a, edge) +
			       (edge_of(b, edge) - edge_of(a, edge)) * (x - a->x) / (b->x - a->x);
	}
	return (double)NAN;
}

static struct slice
tick_text(struct layout *layout, const struct scale *scale, int i)
{
	struct str label = STR_INIT;
	scale_label(&label, scale, scale_tick(scale, i));
	struct slice kept = slice_copy(&layout->arena, str_as_slice(&label));
	str_free(&label);
	return kept;
}

/* Where the text of the i-th date stands, and how many columns lie between it and the one before. */
static double
date_column(const struct layout *layout, int i, struct slice text, double *end, double *free)
{
	double column = layout->left + layout_tick(layout, scale_tick(&layout->x, i));
	double half = (width_of(text) - 1) / 2.0;
	column = fmax(fmin(column, layout->width - 1 - half), half);
	*free = i ? column - half - *end - 1 : 1;
	*end = column + half;
	return column;
}

bool
layout_dates_fit(struct layout *layout)
{
	double end = 0, free;
	for (int i = 0; i < layout->x.ticks_n; i++) {
		date_column(layout, i, tick_text(layout, &layout->x, i), &end, &free);
		if (free < 1)
			return false;
	}
	return true;
}

/* One that would touch the one before it, where there are too few to choose from, is left out. */
static void
put_dates(struct layout *layout, int below)
{
	double end = 0, free;
	for (int i = 0; i < layout->x.ticks_n; i++) {
		struct slice text = tick_text(layout, &layout->x, i);
		double before = end, column = date_column(layout, i, text, &end, &free);
		if (free < 1)
			end = before;
		else
			layout_add(layout, ROLE_TICK, text, column, below)->align = ALIGN_CENTER;
	}
}

/* The same of numbers; the last one stays within the picture. */
static void
put_numbers(struct layout *layout, int below)
{
	double end = -HUGE_VAL;
	for (int i = 0; i < layout->x.ticks_n; i++) {
		struct slice text = tick_text(layout, &layout->x, i);
		double half = width_of(text) / 2.0;
		double column = layout->left + layout_column(layout, scale_tick(&layout->x, i));
		column = fmin(column,
			layout->width - 0.5 - half); /* of cells, whose middle is half a cell */
		if (column - half < end + 1)
			continue;
		layout_add(layout, ROLE_TICK, text, column, below)->align = ALIGN_CENTER;
		end = column + half;
	}
}

static void
put_axes(struct layout *layout, const struct chart *chart)
{
	int below = layout->top + layout->rows + 1;
	bool dates = layout->x.quantity == CHART_DATES;
	if (dates)
		put_dates(layout, below);
	if (!dates)
		put_numbers(layout, below);
	for (int i = 0; i < layout->y.ticks_n && chart->kind != CHART_BARS; i++) {
		struct slice text = tick_text(layout, &layout->y, i);
		double row = layout->top + layout_row(layout, scale_tick(&layout->y, i));
		layout_add(layout, ROLE_TICK, text, layout->left - 2, row)->align = ALIGN_RIGHT;
	}
	struct slice line;
	if (layout_fold(layout, chart->x.label, layout->width, 1, &line)) {
		double end = layout->left + layout->columns - 1, wide = width_of(line) - 1;
		layout_add(layout, ROLE_AXIS, line, fmax(end, wide), below + 1)->align =
			ALIGN_RIGHT;
	}
	/* what stands at the middle of bars is in the same row */
	int room =
		chart->kind == CHART_BARS && chart->middle_label.n ? layout->left : layout->width;
	if (layout_fold(layout, chart->y.label, room, 1, &line))
		layout_add(layout, ROLE_AXIS, line, 0, layout->top - 1);
}

void
layout_make(struct layout *layout, const struct chart *chart, const struct layout_size *size)
{
	int width = size->width < LEAST_WIDTH ? LEAST_WIDTH : size->width;
	*layout = (struct layout){ .width = width > MOST_WIDTH ? MOST_WIDTH : width };
	/* a picture's title is in larger letters, and bold */
	int title = size->whole ? layout->width : layout->width * 2 / 3;
	put_heading(layout, ROLE_TITLE, chart->title, title, TITLE_LINES);
	put_heading(layout, ROLE_SUBTITLE, chart->subtitle, layout->width, SUBTITLE_LINES);
	put_key(layout, chart);
	layout->top += layout->top > 0;
	layout->top += chart->y.label.n > 0 || chart->middle_label.n > 0;
	enum { AXES = 3 }; /* the axis, its ticks and its label */
	int rows = size->height - layout->top - AXES;
	int asked = chart->kind == CHART_BARS ? (int)chart->bars_n : layout->width / 5;
	layout->rows = size->height ? rows : asked;
	if (layout->rows < 3)
		layout->rows = 3;
	layout->height = layout->top + layout->rows + AXES;
	layout->depth = layout->rows - 1;
	if (chart->kind == CHART_LINES)
		layout_lines(layout, chart, size->whole);
	else if (chart->kind == CHART_COLUMNS)
		layout_columns(layout, chart, size->whole);
	else
		layout_bars(layout, chart);
	put_axes(layout, chart);
}

void
layout_free(struct layout *layout)
{
	free(layout->texts);
	free(layout->bars);
	free(layout->blocks);
	arena_free(&layout->arena);
}
