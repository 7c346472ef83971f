/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/svg.h"

#include <math.h>

#include "view/escape.h"
#include "view/layout.h"
#include "view/width.h"

/* Pixels of a row of the layout. */
#define DOWN 20.0

/* Air at the edges, in characters: letters at the ends of a line may be wider than the average. */
#define AIR_LEFT  0.4
#define AIR_RIGHT 2.6
#define AIR_TOP   0.3

/* Below the axis letters may stand nearer to it than whole rows would let them. */
#define NEARER 0.6

const char svg_style[] =
	".chart{display:block;width:100%;height:auto;overflow:visible;font:14px/1 var(--sans)}\n"
	".chart text{fill:var(--ink);font-variant-numeric:tabular-nums}\n"
	".chart .tick,.chart .axis,.chart .i1{fill:var(--faint)}\n"
	".chart .tick{font-size:13px}\n"
	".fine text,.fine .tick{font-size:12.5px}\n"
	".chart .i2,.chart .series{font-weight:600}\n"
	".chart .marker,.chart .rule,.chart .end{paint-order:stroke;stroke:var(--paper);"
	"stroke-width:4px;stroke-linejoin:round}\n"
	".chart .i3{fill:var(--name-1)}.chart .i4{fill:var(--name-2)}"
	".chart .i5{fill:var(--name-3)}.chart .i6{fill:var(--name-4)}\n"
	".chart .d3{--draw:var(--draw-1)}.chart .d4{--draw:var(--draw-2)}"
	".chart .d5{--draw:var(--draw-3)}.chart .d6{--draw:var(--draw-4)}\n"
	".chart .grid{stroke:var(--line);fill:none}\n"
	".chart .zero{stroke:var(--axis);fill:none}\n"
	".chart .dash{stroke:var(--axis);stroke-width:1.5;stroke-dasharray:6 5;fill:none}\n"
	".chart .drop{stroke:var(--ink);stroke-width:1.2;stroke-dasharray:2 4;fill:none}\n"
	".chart .reach{stroke:var(--ink);stroke-width:5;fill:none}\n"
	".chart .dot{fill:var(--ink);stroke:var(--paper);stroke-width:2.5}\n"
	".chart .line{stroke:var(--draw);stroke-width:2.5;stroke-linejoin:round;"
	"stroke-linecap:round;fill:none}\n"
	".chart .band{fill:var(--draw);opacity:.16}\n"
	".chart .bar{fill:var(--draw)}\n"
	".chart .partly{opacity:.45}\n";

/* Names and what stands at both ends leave bars little room on a phone: there letters are smaller. */
static const struct form {
	int width, height; /* characters; bars are as high as they are many */
	double pitch;      /* rows of a bar */
	double across;     /* pixels of a character */
	const char *class;
} forms[][2] = {
	[CHART_LINES] = {
		[SVG_WIDE] = { 100, 23, 0, 8.1, "chart wide" },
		[SVG_NARROW] = { 44, 20, 0, 8.1, "chart narrow" },
	},
	[CHART_COLUMNS] = {
		[SVG_WIDE] = { 100, 19, 0, 8.1, "chart wide" },
		[SVG_NARROW] = { 44, 18, 0, 8.1, "chart narrow" },
	},
	[CHART_BARS] = {
		[SVG_WIDE] = { 100, 0, 1.7, 8.1, "chart wide" },
		[SVG_NARROW] = { 52, 0, 1.9, 7.0, "chart narrow fine" },
	},
};

struct drawing {
	const struct chart *chart;
	const struct form *form;
	struct layout layout;
	struct str *out;
};

/* Pixels of a place in characters of the picture. */
static double
across(const struct drawing *drawing, double column)
{
	return (column + AIR_LEFT) * drawing->form->across;
}

static double
down(double row)
{
	return (row + AIR_TOP) * DOWN;
}

/* Pixels of a value: the middles of the first and the last character are the ends of the axis. */
static double
at_x(const struct drawing *drawing, double x)
{
	const struct layout *layout = &drawing->layout;
	return across(drawing, layout->left + 0.5 + layout_column(layout, x));
}

static double
at_y(const struct drawing *drawing, double y)
{
	const struct layout *layout = &drawing->layout;
	return down(layout->top + 0.5 + layout_row(layout, y));
}

/* What is read upwards: lines and columns end in the middle of their rows, bars fill theirs. */
static bool
is_upright(const struct chart *chart)
{
	return chart->kind != CHART_BARS;
}

/* The edges of the plot area. */
static double
left_edge(const struct drawing *drawing)
{
	return across(drawing, drawing->layout.left + 0.5);
}

static double
right_edge(const struct drawing *drawing)
{
	return across(drawing, drawing->layout.left + drawing->layout.columns - 0.5);
}

static double
top_edge(const struct drawing *drawing)
{
	return down(drawing->layout.top + (is_upright(drawing->chart) ? 0.5 : 0));
}

static double
bottom_edge(const struct drawing *drawing)
{
	const struct layout *layout = &drawing->layout;
	return down(layout->top + layout->rows - (is_upright(drawing->chart) ? 0.5 : 0));
}

static bool
is_within(const struct scale *scale, double value)
{
	double place = scale_place(scale, value);
	return place >= 0 && place <= 1;
}

static double
clamped(const struct scale *scale, double value)
{
	return fmin(fmax(value, scale->low), scale->high);
}

static void
put_upright(const struct drawing *drawing, const char *class, double x, double from)
{
	str_printf(drawing->out, "<path class=\"%s\" d=\"M%.1f %.1fV%.1f\"/>", class, x, from,
		bottom_edge(drawing));
}

static void
put_level(const struct drawing *drawing, const char *class, double y)
{
	str_printf(drawing->out, "<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>", class,
		left_edge(drawing), y, right_edge(drawing));
}

/* What is read off a line is how high it is; what is read off a bar, how long. */
static void
put_grid(const struct drawing *drawing)
{
	const struct layout *layout = &drawing->layout;
	bool upright = is_upright(drawing->chart);
	for (int i = 0; i < layout->x.ticks_n; i++) {
		double tick = scale_tick(&layout->x, i), y = bottom_edge(drawing);
		double x = across(drawing, layout->left + 0.5 + layout_tick(layout, tick));
		if (upright)
			str_printf(drawing->out, "<path class=\"zero\" d=\"M%.1f %.1fv5\"/>", x, y);
		else
			put_upright(drawing, "grid", x, top_edge(drawing));
	}
	for (int i = 0; i < layout->y.ticks_n && upright; i++) {
		double tick = scale_tick(&layout->y, i);
		put_level(drawing, tick == 0 ? "zero" : "grid", at_y(drawing, tick));
	}
	put_level(drawing, "zero", bottom_edge(drawing));
}

/* The runs of points of a line that have a value, each as a path of its own. */
static void
put_line(const struct drawing *drawing, size_t n)
{
	const struct chart_series *series = &drawing->chart->series[n];
	struct str *out = drawing->out;
	size_t run = 0;
	str_printf(out, "<path class=\"line d%zu\" d=\"", INK_FIRST + n % (INKS - INK_FIRST));
	for (size_t i = 0; i < series->points_n; i++) {
		const struct chart_point *point = &series->points[i];
		if (!isfinite(point->x) || !isfinite(point->y)) {
			str_puts(out, run == 1 ? "h0" : "");
			run = 0;
			continue;
		}
		str_printf(out, "%c%.1f %.1f", run++ ? 'L' : 'M', at_x(drawing, point->x),
			at_y(drawing, point->y));
	}
	/* a single point is a dot, by the round ends of the line */
	str_printf(out, "%s\"/>", run == 1 ? "h0" : "");
}

static bool
has_band(const struct chart_point *point)
{
	return isfinite(point->x) && isfinite(point->low) && isfinite(point->high);
}

/* One run of points with a band: to the right along the high edge, back along the low one. */
static void
put_band(const struct drawing *drawing, const struct chart_point *points, size_t n)
{
	struct str *out = drawing->out;
	for (size_t i = 0; i < n; i++)
		str_printf(out, "%c%.1f %.1f", i ? 'L' : 'M', at_x(drawing, points[i].x),
			at_y(drawing, points[i].high));
	for (size_t i = n; i-- > 0;)
		str_printf(out, "L%.1f %.1f", at_x(drawing, points[i].x),
			at_y(drawing, points[i].low));
	str_putc(out, 'Z');
}

static void
put_bands(const struct drawing *drawing, size_t n)
{
	const struct chart_series *series = &drawing->chart->series[n];
	size_t begin = drawing->out->n, run = 0;
	str_printf(
		drawing->out, "<path class=\"band d%zu\" d=\"", INK_FIRST + n % (INKS - INK_FIRST));
	size_t empty = drawing->out->n;
	for (size_t i = 0; i <= series->points_n; i++) {
		if (i < series->points_n && has_band(&series->points[i])) {
			run++;
			continue;
		}
		if (run > 1)
			put_band(drawing, series->points + i - run, run);
		run = 0;
	}
	if (drawing->out->n == empty)
		drawing->out->n = begin;
	else
		str_puts(drawing->out, "\"/>");
}

static void
put_marker(const struct drawing *drawing, const struct chart_marker *marker)
{
	const struct layout *layout = &drawing->layout;
	if (!is_within(&layout->x, marker->x) || !is_within(&layout->y, marker->y))
		return;
	double x = at_x(drawing, marker->x), y = at_y(drawing, marker->y);
	put_upright(drawing, "drop", x, y);
	if (!isnan(marker->x_low) && !isnan(marker->x_high))
		str_printf(drawing->out, "<path class=\"reach\" d=\"M%.1f %.1fH%.1f\"/>",
			at_x(drawing, clamped(&layout->x, marker->x_low)), bottom_edge(drawing),
			at_x(drawing, clamped(&layout->x, marker->x_high)));
	str_printf(drawing->out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"6\"/>", x, y);
}

static void
put_rules(const struct drawing *drawing)
{
	const struct chart *chart = drawing->chart;
	const struct layout *layout = &drawing->layout;
	for (size_t i = 0; i < chart->rules_n; i++) {
		const struct chart_rule *rule = &chart->rules[i];
		if (!is_within(rule->vertical ? &layout->x : &layout->y, rule->at))
			continue;
		if (rule->vertical)
			put_upright(drawing, "dash", at_x(drawing, rule->at), top_edge(drawing));
		else
			put_level(drawing, "dash", at_y(drawing, rule->at));
	}
}

static void
put_lines(const struct drawing *drawing)
{
	const struct chart *chart = drawing->chart;
	for (size_t i = chart->series_n; i-- > 0;)
		put_bands(drawing, i);
	put_rules(drawing);
	for (size_t i = chart->series_n; i-- > 0;)
		put_line(drawing, i);
	for (size_t i = 0; i < chart->markers_n; i++)
		put_marker(drawing, &chart->markers[i]);
}

static void
put_columns(const struct drawing *drawing)
{
	const struct layout *layout = &drawing->layout;
	for (size_t i = 0; i < layout->blocks_n; i++) {
		const struct layout_block *block = &layout->blocks[i];
		if (block->from == block->to)
			continue;
		str_printf(drawing->out,
			"<path class=\"bar d%d%s\" d=\"M%.1f %.1fH%.1fV%.1fH%.1fZ\"/>",
			(int)block->ink, block->partly ? " partly" : "",
			across(drawing, layout->left + 0.5 + block->left),
			down(layout->top + 0.5 + block->bottom),
			across(drawing, layout->left + 0.5 + block->right),
			down(layout->top + 0.5 + block->top),
			across(drawing, layout->left + 0.5 + block->left));
	}
	put_rules(drawing);
	for (size_t i = 0; i < drawing->chart->markers_n; i++)
		put_marker(drawing, &drawing->chart->markers[i]);
}

/* What goes on beyond the axis ends in a point. */
static void
put_side(const struct drawing *drawing, const struct layout_bar *bar,
	const struct layout_side *side, double half, enum ink ink)
{
	if (!side->drawn)
		return;
	const struct layout *layout = &drawing->layout;
	double from = across(drawing, layout->left + 0.5 + side->from);
	double to = across(drawing, layout->left + 0.5 + side->to), middle = down(bar->row + 0.5);
	double tip = side->beyond ? to + half / 2 : to;
	str_printf(drawing->out,
		"<path class=\"bar d%d\" d=\"M%.1f %.1fH%.1fL%.1f %.1fL%.1f %.1fH%.1fZ\"/>",
		(int)ink, from, middle - half, to, tip, middle, to, middle + half, from);
}

static void
put_bars(const struct drawing *drawing)
{
	const struct chart *chart = drawing->chart;
	const struct layout *layout = &drawing->layout;
	enum ink second = chart->low_side.n ? INK_SECOND : INK_FIRST;
	double half = DOWN * layout->rows / (double)(chart->bars_n ? chart->bars_n : 1) * 0.31;
	for (size_t i = 0; i < chart->bars_n; i++) {
		const struct layout_bar *bar = &layout->bars[i];
		if (bar->high_first)
			put_side(drawing, bar, &bar->high, half, second);
		put_side(drawing, bar, &bar->low, half, INK_FIRST);
		if (!bar->high_first)
			put_side(drawing, bar, &bar->high, half, second);
	}
	put_upright(drawing, "zero", across(drawing, layout->left + 0.5 + layout->middle),
		top_edge(drawing));
}

/* Is it a line of a label that begins in the first row, where the highest tick is? */
static bool
hangs_from_top(const struct layout *layout, const struct layout_text *text)
{
	while (text->role == ROLE_RULE && text->row > layout->top && text > layout->texts &&
		text[-1].role == ROLE_RULE && text[-1].row == text->row - 1)
		text--;
	return text->role == ROLE_RULE && text->row == layout->top;
}

/* Pixels of a text in letters of 14: capitals and signs are wider than the average by which a layout counts. */
static double
pixels_of(struct slice text)
{
	double pixels = 0;
	while (text.n) {
		struct slice at = text;
		uint32_t code = rune_take(&text).code;
		at.n -= text.n;
		bool wide = (code >= 'A' && code <= 'Z') ||
			    (code && code < 0x80 && strchr("<>+=@%#~&_", (int)code));
		pixels += wide ? 10.6 : 8.1 * width_of(at);
	}
	return pixels;
}

/* A name that would begin left of the picture is drawn narrower. */
static void
put_narrowing(const struct drawing *drawing, const struct layout_text *text, double x)
{
	double letters = pixels_of(text->text) * drawing->form->across / 8.1;
	if (text->role == ROLE_NAME && text->align == ALIGN_RIGHT && letters > x)
		str_printf(
			drawing->out, " textLength=\"%.1f\" lengthAdjust=\"spacingAndGlyphs\"", x);
}

static void
put_text(const struct drawing *drawing, const struct layout_text *text)
{
	static const char *const anchors[] = { "", " text-anchor=\"middle\"",
		" text-anchor=\"end\"" };
	const struct layout *layout = &drawing->layout;
	double row = text->row + 0.5;
	row -= text->row > layout->top + layout->rows ? NEARER : 0;
	/* off the line of that tick */
	row += hangs_from_top(layout, text) ? 0.5 : 0;
	double x = across(drawing, text->column + (double)text->align / 2);
	if (text->role == ROLE_KEY)
		str_printf(drawing->out, "<path class=\"bar d%d\" d=\"M%.1f %.1fh12v12h-12Z\"/>",
			(int)text->ink, x - 2 * drawing->form->across, down(row) - 6);
	str_printf(drawing->out, "<text class=\"%s i%d\" x=\"%.1f\" y=\"%.1f\"%s",
		layout_roles[text->role], (int)text->ink, x, down(row) + 5, anchors[text->align]);
	put_narrowing(drawing, text, x);
	str_putc(drawing->out, '>');
	escape_html(drawing->out, text->text);
	str_puts(drawing->out, "</text>");
}

static void
put_sentence(struct str *out, const char *before, struct slice text, const char *after)
{
	if (!text.n)
		return;
	str_puts(out, before);
	escape_html(out, text);
	str_puts(out, after);
}

/* What somebody who does not see the picture would ask. */
static void
put_description(struct str *out, const struct chart *chart)
{
	put_sentence(out, "", chart->subtitle, ". ");
	for (size_t i = 0; i < chart->series_n; i++)
		put_sentence(out,
			i                              ? ", "
			: chart->kind == CHART_COLUMNS ? "Columns: "
						       : "Lines: ",
			chart->series[i].name, "");
	str_puts(out, chart->series_n ? ". " : "");
	for (size_t i = 0; i < chart->bars_n; i++)
		put_sentence(out, i ? ", " : "Bars: ", chart->bars[i].name, "");
	str_puts(out, chart->bars_n ? ". " : "");
	put_sentence(out, "Across: ", chart->x.label, ". ");
	if (is_upright(chart))
		put_sentence(out, "Upwards: ", chart->y.label, ". ");
	put_sentence(out, "", chart->middle_label, ". ");
	for (size_t i = 0; i < chart->markers_n; i++)
		put_sentence(out, "", chart->markers[i].label, ". ");
	for (size_t i = 0; i < chart->rules_n; i++)
		put_sentence(out, "", chart->rules[i].label, ". ");
}

bool
svg_has(const struct chart *chart)
{
	return chart->series_n > 0 || chart->bars_n > 0;
}

void
svg_chart(struct str *out, const struct chart *chart, enum svg_size size, const char *id)
{
	/* a title in the picture would be a second one */
	struct chart bare = *chart;
	bare.title = bare.subtitle = SLICE_NONE;
	const struct form *form = &forms[chart->kind][size];
	struct drawing drawing = { .chart = &bare, .form = form, .out = out };
	struct layout_size room = { .width = form->width, .height = form->height };
	if (chart->kind == CHART_BARS)
		room.height = (int)ceil(form->pitch * (double)chart->bars_n) + 3 +
			      (chart->low_side.n > 0) * 2 +
			      (chart->y.label.n || chart->middle_label.n);
	layout_make(&drawing.layout, &bare, &room);
	str_printf(out,
		"<svg class=\"%s\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
		"aria-labelledby=\"%st %sd\">\n<title id=\"%st\">",
		form->class, across(&drawing, drawing.layout.width + AIR_RIGHT),
		down(drawing.layout.height), id, id, id);
	escape_html(out, chart->title);
	str_printf(out, "</title>\n<desc id=\"%sd\">", id);
	put_description(out, chart);
	str_puts(out, "</desc>\n");
	put_grid(&drawing);
	if (chart->kind == CHART_LINES)
		put_lines(&drawing);
	else if (chart->kind == CHART_COLUMNS)
		put_columns(&drawing);
	else
		put_bars(&drawing);
	str_putc(out, '\n');
	for (size_t i = 0; i < drawing.layout.texts_n; i++)
		put_text(&drawing, &drawing.layout.texts[i]);
	str_puts(out, "\n</svg>\n");
	layout_free(&drawing.layout);
}
