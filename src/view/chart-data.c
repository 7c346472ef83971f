/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>

#include "base/when.h"
#include "view/chart.h"
#include "view/layout.h"

/* The size of the picture, as characters of an average width see it. */
enum { ROWS_A_BAR = 2, ROWS_AROUND_BARS = 10 };
static const struct layout_size sizes[] = {
	[CHART_LARGE] = { .width = 104, .height = 28 },
	[CHART_SMALL] = { .width = 65, .height = 18 },
};
static const char *const dots[] = { [CHART_LARGE] = "2", [CHART_SMALL] = "1.4" };

/* What a layout leaves out: air at the edges of a picture.  What it has too much of: where letters
 * need not stand in rows, those below the axis may come nearer to it. */
#define AIR_LEFT  2.0
#define AIR_RIGHT 3.0
#define AIR_TOP   0.6
#define NEARER    0.7

struct frame {
	double width, height; /* of the picture, in characters */
};

static double
across(const struct frame *frame, double column)
{
	return (column + AIR_LEFT) / frame->width;
}

static double
up(const struct frame *frame, double row)
{
	return 1 - (row + AIR_TOP) / frame->height;
}

static void
put_variables(struct str *out, const struct layout *layout, const struct frame *frame,
	enum chart_kind kind)
{
	bool bars = kind == CHART_BARS, columns = kind == CHART_COLUMNS;
	/* values at the ends lie in the middles of characters, or at their edges */
	double air = bars ? 0 : 0.5, side = columns ? 0 : 0.5;
	str_printf(out, "width = %.6g\nheight = %.6g # characters and lines of the picture\n",
		frame->width, frame->height);
	str_printf(out, "plot_left = %.6f\nplot_right = %.6f\n", across(frame, layout->left + side),
		across(frame, layout->left + layout->columns - side));
	str_printf(out, "plot_top = %.6f\nplot_bottom = %.6f # of the picture, from below\n",
		up(frame, layout->top + air), up(frame, layout->top + layout->rows - air));
	if (columns)
		str_printf(out, "x_low = 0\nx_high = %d # characters from the left\n",
			layout->columns);
	else
		str_printf(out, "x_low = %.17g\nx_high = %.17g\n", layout->x.low, layout->x.high);
	if (!bars)
		str_printf(out, "y_low = %.17g\ny_high = %.17g\n", layout->y.low, layout->y.high);
	else
		str_printf(out, "y_low = %d\ny_high = 0 # rows from the top\n", layout->rows);
}

/* Texts and where they are stand apart: a line of $texts is nothing but the text. */
static void
put_texts(struct str *out, const struct layout *layout, const struct frame *frame)
{
	static const char *const aligns[] = { "left", "center", "right" };
	str_puts(out, "\n$texts << END\n");
	for (size_t i = 0; i < layout->texts_n; i++)
		str_printf(out, "|" SLICE_FMT "\n", SLICE_ARG(layout->texts[i].text));
	str_puts(out, "END\n\n# role, x and y on the picture, alignment, colour\n$places << END\n");
	for (size_t i = 0; i < layout->texts_n; i++) {
		const struct layout_text *text = &layout->texts[i];
		double anchor = text->align == ALIGN_LEFT     ? 0
				: text->align == ALIGN_CENTER ? 0.5
							      : 1;
		double row = text->row + 0.5;
		row -= text->row > layout->top + layout->rows ? NEARER : 0;
		/* off the line of the highest tick */
		row += text->role == ROLE_RULE && text->row == layout->top ? 0.5 : 0;
		str_printf(out, "%s %.6f %.6f %s %d\n", layout_roles[text->role],
			across(frame, text->column + anchor), up(frame, row), aligns[text->align],
			(int)text->ink);
	}
	str_puts(out, "END\n");
}

static void
put_ticks(struct str *out, const struct layout *layout, enum chart_kind kind)
{
	str_puts(out, "\n# axis, value\n$ticks << END\n");
	for (int i = 0; i < layout->x.ticks_n; i++) {
		double tick = scale_tick(&layout->x, i);
		bool columns = kind == CHART_COLUMNS;
		str_printf(out, "x %.17g\n", columns ? layout_tick(layout, tick) + 0.5 : tick);
	}
	for (int i = 0; i < layout->y.ticks_n && kind != CHART_BARS; i++)
		str_printf(out, "y %.17g\n", scale_tick(&layout->y, i));
	str_puts(out, "END\n");
}

/* One empty line, however long the gap. */
static void
put_gap(struct str *out)
{
	if (!slice_ends(str_as_slice(out), "\n\n"))
		str_putc(out, '\n');
}

/* gnuplot refuses an empty block: in each there is a row of series 0, which does not exist. */
static void
put_lines(struct str *out, const struct chart *chart)
{
	str_printf(out, "\nseries = %zu\n# series, x, y; an empty line is a gap\n$lines << END\n",
		chart->series_n);
	str_puts(out, "0 NaN NaN\n");
	for (size_t i = 0; i < chart->series_n; i++) {
		put_gap(out);
		for (size_t k = 0; k < chart->series[i].points_n; k++) {
			const struct chart_point *point = &chart->series[i].points[k];
			if (isfinite(point->x) && isfinite(point->y))
				str_printf(out, "%zu %.17g %.17g\n", i + 1, point->x, point->y);
			else
				put_gap(out);
		}
	}
	str_puts(out, "END\n");
}

static void
put_bands(struct str *out, const struct chart *chart)
{
	str_puts(out, "\n# series, x, low, high\n$bands << END\n0 NaN NaN NaN\n");
	for (size_t i = 0; i < chart->series_n; i++) {
		put_gap(out);
		for (size_t k = 0; k < chart->series[i].points_n; k++) {
			const struct chart_point *point = &chart->series[i].points[k];
			if (isfinite(point->x) && isfinite(point->low) && isfinite(point->high))
				str_printf(out, "%zu %.17g %.17g %.17g\n", i + 1, point->x,
					point->low, point->high);
			else
				put_gap(out);
		}
	}
	str_puts(out, "END\n");
}

static double
within(const struct scale *scale, double value)
{
	return fmin(fmax(value, scale->low), scale->high);
}

/* In what the x axis counts: values, or of columns characters from the left. */
static double
x_of(const struct layout *layout, double value)
{
	return layout->bins ? layout_column(layout, value) + 0.5 : value;
}

static void
put_marks(struct str *out, const struct layout *layout, const struct chart *chart)
{
	str_puts(out, "\n# x, y, and the ends of the range on the x axis\n$markers << END\n"
		      "NaN NaN NaN NaN\n");
	for (size_t i = 0; i < chart->markers_n; i++) {
		const struct chart_marker *marker = &chart->markers[i];
		double place = scale_place(&layout->x, marker->x);
		if (!(place >= 0 && place <= 1) || !isfinite(marker->x) || !isfinite(marker->y))
			continue;
		bool ranged = !isnan(marker->x_low) && !isnan(marker->x_high);
		str_printf(out, "%.17g %.17g %.17g %.17g\n", x_of(layout, marker->x), marker->y,
			x_of(layout, ranged ? within(&layout->x, marker->x_low) : marker->x),
			x_of(layout, ranged ? within(&layout->x, marker->x_high) : marker->x));
	}
	str_puts(out, "END\n\n# axis, value\n$rules << END\n");
	for (size_t i = 0; i < chart->rules_n; i++) {
		const struct chart_rule *rule = &chart->rules[i];
		double place = scale_place(rule->vertical ? &layout->x : &layout->y, rule->at);
		if (place >= 0 && place <= 1 && isfinite(rule->at))
			str_printf(out, "%s %.17g\n", rule->vertical ? "x" : "y",
				rule->vertical ? x_of(layout, rule->at) : rule->at);
	}
	str_puts(out, "END\n");
}

static void
put_side(struct str *out, const struct layout *layout, const struct layout_bar *bar,
	const struct layout_side *side, enum ink ink)
{
	double per_column = (layout->x.high - layout->x.low) / (layout->columns - 1);
	if (side->drawn)
		str_printf(out, "%.6g %.17g %.17g %d %d\n", bar->row - layout->top + 0.5,
			layout->x.low + side->from * per_column,
			layout->x.low + side->to * per_column, (int)ink, side->beyond);
}

static void
put_bars(struct str *out, const struct layout *layout, const struct chart *chart)
{
	enum ink second = chart->low_side.n ? INK_SECOND : INK_FIRST;
	double per_column = (layout->x.high - layout->x.low) / (layout->columns - 1);
	str_printf(out, "\nmiddle = %.17g\nrows_a_bar = %.6g\n",
		layout->x.low + layout->middle * per_column,
		(double)layout->rows / (double)(chart->bars_n ? chart->bars_n : 1));
	str_puts(out, "# row, from, to, colour, 1: it goes on beyond the axis\n$bars << END\n");
	for (size_t i = 0; i < chart->bars_n; i++) {
		const struct layout_bar *bar = &layout->bars[i];
		if (bar->high_first)
			put_side(out, layout, bar, &bar->high, second);
		put_side(out, layout, bar, &bar->low, INK_FIRST);
		if (!bar->high_first)
			put_side(out, layout, bar, &bar->high, second);
	}
	str_puts(out, "END\n");
}

/* Each column's part, and how much it may be at most; its first day, or the first of its week or month, last. */
static void
put_columns(struct str *out, const struct layout *layout, const struct chart *chart)
{
	char date[WHEN_TEXT];
	str_printf(out,
		"\nseries = %zu\n# series, x from, to, y from, to, 1: of a part of its "
		"time, date\n"
		"$columns << END\n0 NaN NaN NaN NaN 0 -\n",
		chart->series_n);
	for (size_t i = 0; i < layout->blocks_n; i++) {
		const struct layout_block *block = &layout->blocks[i];
		double day = within(&layout->x, layout->bins->points[i / chart->series_n].x);
		str_printf(out, "%zu %.6f %.6f %.17g %.17g %d %s\n", i % chart->series_n + 1,
			block->left + 0.5, block->right + 0.5, block->from, block->to,
			block->partly, when_date(date, (int64_t)day * NS_PER_DAY));
	}
	str_puts(out, "END\n\n# x, low, high\n$ranges << END\nNaN NaN NaN\n");
	for (size_t i = 0; i < layout->blocks_n && chart->series_n == 1; i++) {
		const struct chart_point *point = &chart->series[0].points[i];
		const struct layout_block *block = &layout->blocks[i];
		if (isfinite(point->low) && isfinite(point->high))
			str_printf(out, "%.6f %.17g %.17g\n",
				(block->left + block->right) / 2 + 0.5, point->low, point->high);
	}
	str_puts(out, "END\n");
}

void
chart_data(const struct chart *chart, enum chart_size of, struct str *out)
{
	struct layout layout;
	struct layout_size size = sizes[of];
	if (chart->kind == CHART_BARS)
		size.height = ROWS_AROUND_BARS + ROWS_A_BAR * (int)chart->bars_n;
	layout_make(&layout, chart, &size);
	struct frame frame = { layout.width + AIR_LEFT + AIR_RIGHT, layout.height + AIR_TOP };
	str_printf(out, "set encoding utf8\ndots = %s # of a PNG, for a pixel of the screen\n",
		dots[of]);
	put_variables(out, &layout, &frame, chart->kind);
	put_texts(out, &layout, &frame);
	put_ticks(out, &layout, chart->kind);
	if (chart->kind == CHART_LINES) {
		put_lines(out, chart);
		put_bands(out, chart);
		put_marks(out, &layout, chart);
	} else if (chart->kind == CHART_COLUMNS) {
		put_columns(out, &layout, chart);
		put_marks(out, &layout, chart);
	} else {
		put_bars(out, &layout, chart);
	}
	layout_free(&layout);
}
