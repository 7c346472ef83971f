/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "view/layout.h"
#include "view/width.h"

/* Between the names and the plot area. */
enum { GAP = 3 };

/* What stands at one end of a row, and the value it stands at. */
struct end {
	struct slice text;
	double value; /* INFINITY: at the end of the plot area */
	int width;
	bool right;
};

struct span {
	struct end *ends;
	size_t ends_n;
	double low, high; /* of finite values and the middle */
	int beyond; /* columns that labels of results beyond the axis take; 0: there is none */
};

static bool
is_drawn(double value)
{
	return !isnan(value) && value > -HUGE_VAL;
}

/* To the right of where bars start?  What is there itself takes the side that the other leaves. */
static bool
goes_right(double value, double other, double middle)
{
	if (value == middle)
		return is_drawn(other) && other < middle;
	return value > middle;
}

static struct slice
shortened(struct layout *layout, struct str *text, int width)
{
	struct slice line = SLICE_NONE;
	layout_fold(layout, str_as_slice(text), width, 1, &line);
	str_free(text);
	return line;
}

/* "60 %", or "60 %: never" */
static void
put_end_text(struct str *text, const struct chart *chart, struct slice label, bool beyond)
{
	str_slice(text, label);
	if (beyond) {
		str_puts(text, label.n ? ": " : "");
		str_slice(text, chart->beyond);
	}
}

/* 'alone': the bar has no other end. */
static struct slice
end_text(struct layout *layout, const struct chart *chart, struct slice label, double value,
	bool alone)
{
	struct str text = STR_INIT;
	put_end_text(&text, chart, label, isinf(value));
	/* where it is narrow, what the bars say is worth more than all of what stands at them */
	int parts = alone ? 2 : layout->columns < 40 ? 4 : 3;
	ptrdiff_t share = slice_find(str_as_slice(&text), " (");
	/* "$86.43" of "$86.43 (31 %)" is worth more than its beginning */
	if (share > 0 && width_of(str_as_slice(&text)) > layout->columns / parts)
		text.n = (size_t)share;
	return shortened(layout, &text, layout->columns / parts);
}

/* Both on one side: the nearer one is named first, at the farther end. */
static struct slice
both_texts(struct layout *layout, const struct chart *chart, const struct chart_bar *bar,
	bool high_is_far)
{
	struct slice near = high_is_far ? bar->low_label : bar->high_label;
	struct slice far = high_is_far ? bar->high_label : bar->low_label;
	double near_value = high_is_far ? bar->low : bar->high;
	double far_value = high_is_far ? bar->high : bar->low;
	struct str text = STR_INIT;
	put_end_text(&text, chart, near, isinf(near_value) && !isinf(far_value));
	str_puts(&text, near.n && far.n ? ", " : "");
	put_end_text(&text, chart, far, isinf(far_value));
	return shortened(layout, &text, layout->columns / 2);
}

/* At most two ends. */
static size_t
find_ends(struct layout *layout, const struct chart *chart, const struct chart_bar *bar,
	struct end ends[2])
{
	const double values[2] = { bar->low, bar->high };
	const struct slice labels[2] = { bar->low_label, bar->high_label };
	size_t n = 0;
	for (size_t i = 0; i < 2; i++)
		if (is_drawn(values[i]))
			ends[n++] = (struct end){ end_text(layout, chart, labels[i], values[i],
							  !is_drawn(values[1 - i])),
				values[i], 0, goes_right(values[i], values[1 - i], chart->middle) };
	if (n == 2 && ends[0].right == ends[1].right) {
		double low_far = fabs(bar->low - chart->middle);
		bool high_is_far = !(fabs(bar->high - chart->middle) < low_far);
		ends[0] = ends[high_is_far];
		ends[0].text = both_texts(layout, chart, bar, high_is_far);
		n = 1;
	}
	for (size_t i = 0; i < n; i++)
		ends[i].width = width_of(ends[i].text);
	return n;
}

static void
span_reach(struct span *span, double value)
{
	if (!isfinite(value))
		return;
	span->low = fmin(span->low, value);
	span->high = fmax(span->high, value);
}

/* The last column that a bar of a finite value may reach. */
static double
last_column(const struct layout *layout, const struct span *span)
{
	return layout->columns - 1 - (span->beyond ? span->beyond + 3 : 0);
}

/* Moves the ends of the axis out until every label at the end of a bar has room. */
static void
make_room(const struct layout *layout, const struct span *span, double middle, double *low,
	double *high)
{
	enum { ROUNDS = 60 };
	double columns = layout->columns - 1;
	for (int round = 0; round < ROUNDS; round++) {
		double per_column = (*high - *low) / columns, left = 0, right = 0;
		for (size_t i = 0; i < span->ends_n; i++) {
			const struct end *end = &span->ends[i];
			double at = isinf(end->value) ? 0 : (end->value - *low) / per_column;
			if (isinf(end->value))
				continue;
			if (end->right)
				right = fmax(right, at + end->width + 1 - columns);
			else
				left = fmax(left, end->width + 1 - at);
			right = fmax(right, at - last_column(layout, span));
		}
		if (isfinite(middle))
			right = fmax(
				right, (middle - *low) / per_column - last_column(layout, span));
		*low -= left * per_column;
		*high += right * per_column;
		if (left <= 0 && right <= 0)
			return;
	}
}

/* Ticks stand where values are, not where only labels need the room, and not beyond the end of a
 * bar that goes on beyond all ticks. */
static void
put_ticks(struct layout *layout, const struct chart_axis *axis, const struct span *span, double low,
	double high)
{
	struct scale *scale = &layout->x;
	double share = (span->high - span->low) / (high - low);
	scale_fit(scale, axis, span->low, span->high, 3 + (int)(layout->columns * share / 8), true);
	scale->low = low;
	scale->high = high;
	while (scale->ticks_n > 1 && scale->first < low) {
		scale->first += scale->step;
		scale->ticks_n--;
	}
	while (scale->ticks_n > 1 && layout_column(layout, scale_tick(scale, scale->ticks_n - 1)) >
					     last_column(layout, span))
		scale->ticks_n--;
}

static void
fit_axis(struct layout *layout, const struct chart *chart, struct span *span)
{
	span_reach(span, chart->middle);
	if (chart->x.from_zero)
		span_reach(span, 0);
	struct chart_axis axis = chart->x;
	axis.from_zero = false;
	struct scale plain;
	scale_fit(&plain, &axis, span->low, span->high, 3, false);
	double low = plain.low, high = plain.high;
	span->low = low;
	span->high = high;
	make_room(layout, span, chart->middle, &low, &high);
	put_ticks(layout, &axis, span, low, high);
	layout->x.currency = chart->x.currency;
}

static struct layout_side
side_of(const struct layout *layout, const struct span *span, double value)
{
	struct layout_side side = { .drawn = is_drawn(value), .from = layout->middle };
	if (!side.drawn)
		return side;
	side.beyond = isinf(value);
	side.to =
		side.beyond ? layout->columns - 1 - span->beyond - 1 : layout_column(layout, value);
	side.drawn = side.to != side.from;
	return side;
}

static void
put_end(struct layout *layout, const struct span *span, const struct end *end, double row)
{
	double column = isinf(end->value) ? layout->columns - 1 - span->beyond - 1
					  : layout_column(layout, end->value);
	if (!end->width)
		return;
	layout_add(layout, ROLE_END, end->text, layout->left + column + (end->right ? 2 : -2), row)
		->align = end->right ? ALIGN_LEFT : ALIGN_RIGHT;
}

static void
put_rows(struct layout *layout, const struct chart *chart, struct span *span)
{
	double pitch = (double)layout->rows / (double)(chart->bars_n ? chart->bars_n : 1);
	struct end *end = span->ends;
	for (size_t i = 0; i < chart->bars_n; i++) {
		const struct chart_bar *bar = &chart->bars[i];
		struct layout_bar *placed = &layout->bars[i];
		placed->row = layout->top + pitch * ((double)i + 0.5) - 0.5;
		placed->low = side_of(layout, span, bar->low);
		placed->high = side_of(layout, span, bar->high);
		/* where both reach as far the low one is seen */
		placed->high_first = fabs(placed->high.to - placed->high.from) >=
				     fabs(placed->low.to - placed->low.from);
		struct slice name;
		if (layout_fold(layout, bar->name, layout->left - GAP, 1, &name))
			layout_add(layout, ROLE_NAME, name, layout->left - GAP, placed->row)
				->align = ALIGN_RIGHT;
		struct end two[2];
		for (size_t n = find_ends(layout, chart, bar, two); n > 0; n--)
			put_end(layout, span, end++, placed->row);
	}
}

static void
collect(struct layout *layout, const struct chart *chart, struct span *span)
{
	span->ends = xcalloc(2 * chart->bars_n + 1, sizeof(*span->ends));
	for (size_t i = 0; i < chart->bars_n; i++)
		span->ends_n +=
			find_ends(layout, chart, &chart->bars[i], span->ends + span->ends_n);
	for (size_t i = 0; i < span->ends_n; i++) {
		span_reach(span, span->ends[i].value);
		const struct end *end = &span->ends[i];
		if (isinf(end->value) && end->right && end->width + 1 > span->beyond)
			span->beyond = end->width + 1;
	}
}

static void
put_middle(struct layout *layout, const struct chart *chart)
{
	struct slice line;
	if (!layout_fold(layout, chart->middle_label, layout->columns, 1, &line))
		return;
	double half = width_of(line) / 2.0;
	double most = layout->width - half, column = layout->left + layout->middle;
	struct layout_text *text =
		layout_add(layout, ROLE_RULE, line, fmin(column, most), layout->top - 1);
	text->align = ALIGN_CENTER;
}

void
layout_bars(struct layout *layout, const struct chart *chart)
{
	int widest = 0;
	for (size_t i = 0; i < chart->bars_n; i++) {
		struct slice name;
		if (layout_fold(layout, chart->bars[i].name, layout->width * 2 / 5, 1, &name) &&
			width_of(name) > widest)
			widest = width_of(name);
	}
	layout->left = widest + GAP;
	layout->columns = layout->width - layout->left;
	layout->bars = xcalloc(chart->bars_n + 1, sizeof(*layout->bars));
	struct span span = { .low = HUGE_VAL, .high = -HUGE_VAL };
	collect(layout, chart, &span);
	fit_axis(layout, chart, &span);
	layout->middle = isnan(chart->middle) || isinf(chart->middle)
				 ? layout->columns - 1 - span.beyond - 1
				 : layout_column(layout, chart->middle);
	put_rows(layout, chart, &span);
	put_middle(layout, chart);
	free(span.ends);
}
