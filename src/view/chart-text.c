/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "view/chart.h"
#include "view/layout.h"
#include "view/width.h"

/* How the line of each series is drawn, so that they differ without colour. */
struct stroke {
	const char *level, *upright;
	const char *down_out,
		*down_in; /* ╮ where a line leaves its row downwards, ╰ where it arrives */
	const char *up_out, *up_in; /* ╯ upwards, ╭ */
	const char *band;
};

static const struct stroke drawn[] = {
	{ "─", "│", "╮", "╰", "╯", "╭", "░" },
	{ "━", "┃", "┓", "┗", "┛", "┏", "▒" },
	{ "═", "║", "╗", "╚", "╝", "╔", "·" },
	{ "╌", "╎", "╮", "╰", "╯", "╭", "·" },
};

static const struct stroke typed[] = {
	{ "*", "*", "*", "*", "*", "*", "." },
	{ "o", "o", "o", "o", "o", "o", "," },
	{ "x", "x", "x", "x", "x", "x", "." },
	{ "+", "+", "+", "+", "+", "+", "." },
};

struct glyphs {
	const struct stroke *strokes;
	const char *corner, *across, *down, *tick_left, *tick_below, *cross_left, *cross_below;
	const char *rule_across, *rule_down, *drop, *reach, *reach_low, *reach_high, *marker;
	const char *beyond, *middle;
	const char *fills[4];   /* of the sides of bars, and of what columns are made of */
	const char *eighths[9]; /* the first fill from below: none to all of a character */
	const char *hanging;    /* its upper half */
};

static const struct glyphs unicode = { drawn, "└", "─", "│", "┤", "┬", "┼", "┼", "╌", "╎", "┊", "━",
	"┝", "┥", "●", "▶", "│", { "█", "▒", "░", "▚" },
	{ "", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" }, "▀" };
static const struct glyphs ascii = { typed, "+", "-", "|", "+", "+", "+", "+", "-", ":", ":", "=",
	"[", "]", "@", ">", "|", { "#", "=", ".", "o" },
	{ "", "_", "_", "_", "_", "#", "#", "#", "#" }, "#" };

struct sheet {
	const struct chart *chart;
	const struct glyphs *glyphs;
	struct layout layout;
	struct canvas canvas;
};

static void
plot(struct sheet *sheet, int column, int row, const char *glyph, enum ink ink)
{
	const struct layout *layout = &sheet->layout;
	if (column >= 0 && row >= 0 && column < layout->columns && row < layout->rows)
		canvas_put(&sheet->canvas, layout->left + column, layout->top + row, glyph, ink);
}

static const struct stroke *
stroke_of(const struct sheet *sheet, size_t series)
{
	return &sheet->glyphs->strokes[series % HL_COUNT(drawn)];
}

static void
draw_band(struct sheet *sheet, size_t n)
{
	const struct layout *layout = &sheet->layout;
	const struct chart_series *series = &sheet->chart->series[n];
	for (int c = 0; c < layout->columns; c++) {
		double low = layout_value(layout, series, c, EDGE_LOW);
		double high = layout_value(layout, series, c, EDGE_HIGH);
		if (isnan(low) || isnan(high))
			continue;
		int from = layout_cell(layout_row(layout, high));
		int to = layout_cell(layout_row(layout, low));
		for (int r = from; r <= to && to > from; r++)
			plot(sheet, c, r, stroke_of(sheet, n)->band, layout_ink(n));
	}
}

/* From one row to the next column's, as people draw stairs. */
static void
draw_step(struct sheet *sheet, size_t n, int column, int from, int to)
{
	const struct stroke *stroke = stroke_of(sheet, n);
	enum ink ink = layout_ink(n);
	if (from == to) {
		plot(sheet, column, from, stroke->level, ink);
		return;
	}
	bool down = to > from;
	plot(sheet, column, from, down ? stroke->down_out : stroke->up_out, ink);
	plot(sheet, column, to, down ? stroke->down_in : stroke->up_in, ink);
	int top = down ? from : to, bottom = down ? to : from;
	for (int r = top + 1; r < bottom; r++)
		plot(sheet, column, r, stroke->upright, ink);
}

static void
draw_line(struct sheet *sheet, size_t n)
{
	const struct layout *layout = &sheet->layout;
	const struct chart_series *series = &sheet->chart->series[n];
	for (int c = 0; c < layout->columns; c++) {
		double here = layout_value(layout, series, c, EDGE_LINE);
		double before = c ? layout_value(layout, series, c - 1, EDGE_LINE) : here;
		if (isnan(here))
			continue;
		int to = layout_cell(layout_row(layout, here));
		int from = isnan(before) ? to : layout_cell(layout_row(layout, before));
		draw_step(sheet, n, c, from, to);
	}
}

static void
draw_rule(struct sheet *sheet, const struct chart_rule *rule)
{
	const struct layout *layout = &sheet->layout;
	double place = scale_place(rule->vertical ? &layout->x : &layout->y, rule->at);
	if (!(place >= 0 && place <= 1))
		return;
	int column = layout_cell(layout_column(layout, rule->vertical ? rule->at : layout->x.low));
	int row = rule->vertical ? 0 : layout_cell(layout_row(layout, rule->at));
	for (int r = 0; rule->vertical && r < layout->rows; r++)
		plot(sheet, column, r, sheet->glyphs->rule_down, INK_FAINT);
	for (int c = 0; !rule->vertical && c < layout->columns; c++)
		plot(sheet, c, row, sheet->glyphs->rule_across, INK_FAINT);
}

/* How far a marker may lie to both sides, on the axis itself. */
static void
draw_reach(struct sheet *sheet, const struct chart_marker *marker)
{
	const struct layout *layout = &sheet->layout;
	if (isnan(marker->x_low) || isnan(marker->x_high))
		return;
	int row = layout->top + layout->rows, left = layout->left;
	int from = layout_cell(layout_column(layout, fmax(marker->x_low, layout->x.low)));
	int to = layout_cell(layout_column(layout, fmin(marker->x_high, layout->x.high)));
	for (int c = from; c <= to; c++) {
		bool first = c == from && c < to && marker->x_low >= layout->x.low;
		bool last = c == to && c > from && marker->x_high <= layout->x.high;
		const char *glyph = first  ? sheet->glyphs->reach_low
				    : last ? sheet->glyphs->reach_high
					   : sheet->glyphs->reach;
		canvas_put(&sheet->canvas, left + c, row, glyph, INK_BOLD);
	}
}

static void
draw_marker(struct sheet *sheet, const struct chart_marker *marker)
{
	const struct layout *layout = &sheet->layout;
	double place = scale_place(&layout->x, marker->x);
	if (!(place >= 0 && place <= 1) || isnan(marker->y))
		return;
	int column = layout_cell(layout_column(layout, marker->x));
	int row = layout_cell(layout_row(layout, marker->y));
	for (int r = row + 1; r < layout->rows; r++)
		plot(sheet, column, r, sheet->glyphs->drop, INK_NONE);
	draw_reach(sheet, marker);
	plot(sheet, column, row, sheet->glyphs->marker, INK_BOLD);
}

static void
draw_axes(struct sheet *sheet)
{
	const struct layout *layout = &sheet->layout;
	bool lines = sheet->chart->kind != CHART_BARS;
	int side = layout->left - 1, below = layout->top + layout->rows;
	for (int c = 0; c < layout->columns; c++)
		canvas_put(
			&sheet->canvas, layout->left + c, below, sheet->glyphs->across, INK_FAINT);
	for (int r = 0; r < layout->rows && lines; r++)
		canvas_put(&sheet->canvas, side, layout->top + r, sheet->glyphs->down, INK_FAINT);
	if (lines)
		canvas_put(&sheet->canvas, side, below, sheet->glyphs->corner, INK_FAINT);
	for (size_t i = 0; i < layout->texts_n; i++) {
		const struct layout_text *text = &layout->texts[i];
		if (text->role == ROLE_TICK && text->align == ALIGN_RIGHT &&
			layout_cell(text->row) < below)
			canvas_put(&sheet->canvas, side, layout_cell(text->row),
				sheet->glyphs->tick_left, INK_FAINT);
		else if (text->role == ROLE_TICK)
			canvas_put(&sheet->canvas, layout_cell(text->column), below,
				sheet->glyphs->tick_below, INK_FAINT);
	}
}

static void
draw_lines(struct sheet *sheet)
{
	const struct chart *chart = sheet->chart;
	for (size_t i = chart->series_n; i-- > 0;)
		draw_band(sheet, i);
	for (size_t i = 0; i < chart->rules_n; i++)
		draw_rule(sheet, &chart->rules[i]);
	for (size_t i = chart->series_n; i-- > 0;)
		draw_line(sheet, i);
	for (size_t i = 0; i < chart->markers_n; i++)
		draw_marker(sheet, &chart->markers[i]);
}

/* How much of a character's height a block covers. */
static double
covers(const struct layout_block *block, int row)
{
	double top = fmax(block->top, row - 0.5), bottom = fmin(block->bottom, row + 0.5);
	return block->from == block->to ? 0 : fmax(0, bottom - top);
}

/* The line at 0 that columns stand on or hang from; -1: it is the axis. */
static int
zero_row(const struct layout *layout)
{
	return layout->y.low < 0 ? layout_cell(layout_row(layout, 0)) : -1;
}

/* What stands in one row of a column: most of it, or as much of the first fill as there is. */
static const char *
fill_of(const struct sheet *sheet, const struct layout_block *blocks, size_t n, int row,
	enum ink *ink)
{
	const struct glyphs *glyphs = sheet->glyphs;
	double most = 0, sum = 0;
	const struct layout_block *main = NULL;
	for (size_t i = 0; i < n; i++) {
		double part = covers(&blocks[i], row);
		sum += part;
		if (part > most) {
			most = part;
			main = &blocks[i];
		}
	}
	if (!main)
		return "";
	*ink = main->ink;
	bool whole = sum > 15.0 / 16;
	const char *fill = glyphs->fills[main->ink - INK_FIRST];
	if (n == 1 && main->partly)
		fill = glyphs->fills[INK_THIRD - INK_FIRST];
	if (whole || fill != glyphs->fills[0])
		return whole || sum >= 0.5 ? fill : "";
	if (main->to < main->from)
		return sum >= 0.25 ? glyphs->hanging : "";
	return glyphs->eighths[lround(sum * 8)];
}

static void
draw_column(struct sheet *sheet, const struct layout_block *blocks, size_t n)
{
	const struct layout *layout = &sheet->layout;
	bool seen = false, any = false;
	int from = layout_cell(blocks->left + 0.5), to = layout_cell(blocks->right - 0.5);
	for (int r = layout->rows - 1; r >= 0; r--) {
		enum ink ink = INK_NONE;
		const char *fill = r == zero_row(layout) ? "" : fill_of(sheet, blocks, n, r, &ink);
		for (int c = from; c <= to && fill[0]; c++)
			plot(sheet, c, r, fill, ink);
		seen |= fill[0] != '\0';
	}
	/* what is there is seen, however little it is */
	for (size_t i = 0; i < n && !seen && !any; i++) {
		any = blocks[i].to > blocks[i].from;
		int row = layout_cell(ceil(blocks[i].bottom) - 1);
		for (int c = from; c <= to && any; c++)
			plot(sheet, c, row, sheet->glyphs->eighths[1], blocks[i].ink);
	}
}

static void
draw_columns(struct sheet *sheet)
{
	const struct chart *chart = sheet->chart;
	const struct layout *layout = &sheet->layout;
	for (size_t i = 0; i < chart->rules_n; i++)
		draw_rule(sheet, &chart->rules[i]);
	for (int c = 0; c < layout->columns; c++)
		plot(sheet, c, zero_row(layout), sheet->glyphs->across, INK_FAINT);
	for (size_t i = 0; i < layout->blocks_n; i += chart->series_n)
		draw_column(sheet, &layout->blocks[i], chart->series_n);
	for (size_t i = 0; i < chart->markers_n; i++)
		draw_marker(sheet, &chart->markers[i]);
}

static void
draw_side(struct sheet *sheet, const struct layout_side *side, int row, const char *glyph,
	enum ink ink)
{
	if (!side->drawn)
		return;
	int from = layout_cell(side->from), to = layout_cell(side->to), way = to < from ? -1 : 1;
	for (int c = from + way; c != to + way && from != to; c += way)
		plot(sheet, c, row, glyph, ink);
	if (side->beyond)
		plot(sheet, to, row, sheet->glyphs->beyond, ink);
}

static void
draw_bars(struct sheet *sheet)
{
	const struct layout *layout = &sheet->layout;
	for (int r = 0; r < layout->rows; r++)
		plot(sheet, layout_cell(layout->middle), r, sheet->glyphs->middle, INK_FAINT);
	for (size_t i = 0; i < sheet->chart->bars_n; i++) {
		const struct layout_bar *bar = &layout->bars[i];
		int row = layout_cell(bar->row) - layout->top;
		bool sides = sheet->chart->low_side.n > 0;
		const char *low = sheet->glyphs->fills[0], *high = sheet->glyphs->fills[sides];
		if (bar->high_first)
			draw_side(sheet, &bar->high, row, high, sides ? INK_SECOND : INK_FIRST);
		draw_side(sheet, &bar->low, row, low, INK_FIRST);
		if (!bar->high_first)
			draw_side(sheet, &bar->high, row, high, sides ? INK_SECOND : INK_FIRST);
	}
}

static void
draw_texts(struct sheet *sheet)
{
	const struct layout *layout = &sheet->layout;
	for (size_t i = 0; i < layout->texts_n; i++) {
		const struct layout_text *text = &layout->texts[i];
		double wide = width_of(text->text);
		double column = text->align == ALIGN_LEFT    ? text->column
				: text->align == ALIGN_RIGHT ? text->column - wide + 1
							     : text->column - (wide - 1) / 2;
		int row = layout_cell(text->row);
		canvas_text(&sheet->canvas, layout_cell(column), row, text->text, text->ink);
		if (text->role == ROLE_KEY)
			canvas_put(&sheet->canvas, layout_cell(text->column) - 2, row,
				sheet->glyphs->fills[text->ink - INK_FIRST], text->ink);
	}
}

void
chart_draw_text(
	const struct chart *chart, const struct chart_text_options *options, struct str *out)
{
	enum { DEFAULT = 80, MOST = 100 };
	struct sheet sheet = { .chart = chart, .glyphs = options->ascii ? &ascii : &unicode };
	int width = options->width ? options->width : DEFAULT;
	struct layout_size size = { .width = width > MOST ? MOST : width, .whole = true };
	layout_make(&sheet.layout, chart, &size);
	canvas_init(&sheet.canvas, sheet.layout.width, sheet.layout.height);
	draw_axes(&sheet);
	if (chart->kind == CHART_LINES)
		draw_lines(&sheet);
	else if (chart->kind == CHART_COLUMNS)
		draw_columns(&sheet);
	else
		draw_bars(&sheet);
	draw_texts(&sheet);
	canvas_print(&sheet.canvas, options->color, out);
	canvas_free(&sheet.canvas);
	layout_free(&sheet.layout);
}
