/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Labels in the plot area: where each of them covers least of what is drawn, and is near its point. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "view/layout.h"
#include "view/width.h"

enum { MARKER_LINES = 4 };

#define ELLIPSIS "\xE2\x80\xA6"

/* What a label costs that covers a character of the plot area. */
enum { COST_BAND = 1, COST_DROP = 40, COST_LINE = 12, COST_COLUMN = 60, COST_LABEL = 200 };

struct ground {
	int columns, rows;
	bool whole; /* a terminal */
	unsigned char *cost;
};

static void
spoil(struct ground *ground, double column, double row, unsigned char cost)
{
	int c = layout_cell(column), r = layout_cell(row);
	if (c < 0 || r < 0 || c >= ground->columns || r >= ground->rows)
		return;
	unsigned char *cell = &ground->cost[r * ground->columns + c];
	*cell = *cell < cost ? cost : *cell;
}

static void
spoil_rows(struct ground *ground, double column, double a, double b, unsigned char cost)
{
	if (isnan(a) || isnan(b))
		return;
	int low = layout_cell(fmin(a, b)), high = layout_cell(fmax(a, b));
	for (int row = low; row <= high; row++)
		spoil(ground, column, row, cost);
}

static void
spoil_series(struct ground *ground, const struct layout *layout, const struct chart_series *series)
{
	for (int c = 0; c < ground->columns; c++) {
		double here = layout_value(layout, series, c, EDGE_LINE);
		double next = c + 1 < ground->columns
				      ? layout_value(layout, series, c + 1, EDGE_LINE)
				      : here;
		double low = layout_value(layout, series, c, EDGE_LOW);
		double high = layout_value(layout, series, c, EDGE_HIGH);
		/* letters are read well on the tint of a picture, and not among shades */
		if (ground->whole)
			spoil_rows(ground, c, layout_row(layout, low), layout_row(layout, high),
				COST_BAND);
		spoil_rows(ground, c, layout_row(layout, here),
			layout_row(layout, isnan(next) ? here : next), COST_LINE);
	}
}

static void
spoil_blocks(struct ground *ground, const struct layout *layout)
{
	for (size_t i = 0; i < layout->blocks_n; i++) {
		const struct layout_block *block = &layout->blocks[i];
		/* nothing is lower than a row where anything is */
		double top = block->from == block->to ? (double)NAN : block->top;
		for (int c = layout_cell(block->left + 0.5); c < block->right; c++)
			spoil_rows(ground, c, top, block->bottom, COST_COLUMN);
	}
}

static void
spoil_marks(struct ground *ground, const struct layout *layout, const struct chart *chart)
{
	for (size_t i = 0; i < chart->markers_n; i++) {
		const struct chart_marker *marker = &chart->markers[i];
		double column = layout_column(layout, marker->x);
		double row = layout_row(layout, marker->y);
		spoil_rows(ground, column, row, ground->rows - 1, COST_DROP);
		spoil(ground, column, row, COST_LABEL);
		if (isnan(marker->x_low) || isnan(marker->x_high))
			continue;
		int from = layout_cell(layout_column(layout, fmax(marker->x_low, layout->x.low)));
		int to = layout_cell(layout_column(layout, fmin(marker->x_high, layout->x.high)));
		for (int c = from; c <= to; c++)
			spoil(ground, c, ground->rows - 1, COST_LINE);
	}
	for (size_t i = 0; i < chart->rules_n; i++) {
		const struct chart_rule *rule = &chart->rules[i];
		if (rule->vertical)
			spoil_rows(ground, layout_column(layout, rule->at), 0, ground->rows - 1,
				COST_LINE);
		for (int c = 0; !rule->vertical && c < ground->columns; c++)
			spoil(ground, c, layout_row(layout, rule->at), COST_LINE);
	}
}

static double
cost_of(const struct ground *ground, int column, int row, int width, int height)
{
	/* the characters at both ends are looked at too: a label needs air */
	double cost = 0;
	for (int r = row; r < row + height; r++) {
		for (int c = column - 1; c <= column + width; c++) {
			bool inside = c >= 0 && r >= 0 && c < ground->columns && r < ground->rows;
			bool air = c < column || c >= column + width;
			if (inside)
				cost += ground->cost[r * ground->columns + c];
			else if (!air)
				return HUGE_VAL;
		}
	}
	return cost;
}

/* The place for a block of text that covers least and is near; near 'column' and 'row'. */
static bool
find_place(
	const struct ground *ground, double column, double row, int width, int height, int place[2])
{
	double best = HUGE_VAL;
	for (int r = 0; r + height <= ground->rows; r++) {
		for (int c = 0; c + width <= ground->columns; c++) {
			double across = fmax(0, fmax(c - column, column - (c + width - 1)));
			double down = fmax(0, fmax(r - row, row - (r + height - 1)));
			double cost = cost_of(ground, c, r, width, height) + across + 3 * down;
			/* beside the point or centered over it, not just anywhere */
			cost += 0.2 * fmin(fabs(c - column - 2), fabs(column - 2 - c - width + 1));
			if (cost >= best)
				continue;
			best = cost;
			place[0] = c;
			place[1] = r;
		}
	}
	return best < HUGE_VAL;
}

int
layout_widest(const struct slice *lines, int n)
{
	int widest = 0;
	for (int i = 0; i < n; i++)
		widest = width_of(lines[i]) > widest ? width_of(lines[i]) : widest;
	return widest;
}

int
layout_fold_evenly(
	struct layout *layout, struct slice text, int width, int most, struct slice *lines)
{
	struct slice tried[MARKER_LINES];
	int n = layout_fold(layout, text, width, most, lines);
	for (int less = layout_widest(lines, n) - 1; n > 1 && less > 0; less--) {
		int now = layout_fold(layout, text, less, MARKER_LINES, tried);
		if (now != n || layout_widest(tried, now) > less ||
			slice_ends(tried[n - 1], ELLIPSIS))
			break;
		memcpy(lines, tried, (size_t)n * sizeof(*lines));
	}
	return n;
}

static void
put_note(struct layout *layout, struct ground *ground, enum text_role role, struct slice text,
	double column, double row)
{
	struct slice lines[MARKER_LINES];
	int most = layout->columns / 2 < 30 ? layout->columns / 2 : 30;
	int n = layout_fold_evenly(layout, text, most, MARKER_LINES, lines), place[2] = { 0 };
	int width = layout_widest(lines, n);
	if (!n || !find_place(ground, column, row, width, n, place))
		return;
	bool before = place[0] + width <= column;
	for (int i = 0; i < n; i++) {
		struct layout_text *added = layout_add(layout, role, lines[i],
			layout->left + place[0] + (before ? width - 1 : 0),
			layout->top + place[1] + i);
		added->align = before ? ALIGN_RIGHT : ALIGN_LEFT;
		added->ink = role == ROLE_MARKER ? INK_BOLD : INK_NONE;
		for (int c = 0; c < width; c++)
			spoil(ground, place[0] + c, place[1] + i, COST_LABEL);
	}
}

void
layout_notes(struct layout *layout, const struct chart *chart, bool whole)
{
	struct ground ground = { layout->columns, layout->rows, whole, NULL };
	ground.cost = xcalloc((size_t)layout->columns * (size_t)layout->rows, 1);
	for (size_t i = 0; i < chart->series_n && chart->kind == CHART_LINES; i++)
		spoil_series(&ground, layout, &chart->series[i]);
	spoil_blocks(&ground, layout);
	spoil_marks(&ground, layout, chart);
	/* in a picture letters would lie on the axis, and on the line at 0 */
	for (int c = 0; c < ground.columns && !whole; c++) {
		spoil(&ground, c, ground.rows - 1, COST_LINE);
		spoil(&ground, c, layout_row(layout, 0), COST_BAND);
	}
	for (size_t i = 0; i < chart->markers_n; i++) {
		const struct chart_marker *marker = &chart->markers[i];
		if (scale_place(&layout->x, marker->x) >= 0 &&
			scale_place(&layout->x, marker->x) <= 1)
			put_note(layout, &ground, ROLE_MARKER, marker->label,
				layout_column(layout, marker->x), layout_row(layout, marker->y));
	}
	for (size_t i = 0; i < chart->rules_n; i++) {
		const struct chart_rule *rule = &chart->rules[i];
		double at = scale_place(rule->vertical ? &layout->x : &layout->y, rule->at);
		double column = rule->vertical ? layout_column(layout, rule->at) : 1;
		if (at >= 0 && at <= 1)
			put_note(layout, &ground, ROLE_RULE, rule->label, column,
				rule->vertical ? 0 : layout_row(layout, rule->at));
	}
	free(ground.cost);
}
