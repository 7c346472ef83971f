/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numbers of a chart as tables: what it is, and its points or bars. */
#include "config.h"

#include <math.h>

#include "base/when.h"
#include "report/amounts.h"
#include "report/charts.h"

static const char gap[] = "no value";
static const char beyond[] = "beyond any number";

static const char *
quantity_name(enum chart_quantity quantity)
{
	static const char *const names[] = { [CHART_NUMBER] = "number",
		[CHART_MONEY] = "money",
		[CHART_MONTHS] = "months",
		[CHART_SHARE] = "share",
		[CHART_DATES] = "date" };
	return names[quantity];
}

static const char *
currency_of(const struct chart_axis *axis)
{
	return axis->currency[0] ? axis->currency : "USD";
}

/* A value as its axis counts it. */
static struct cell
value_cell(struct answer *answer, const struct chart_axis *axis, double value)
{
	enum { DECIMALS = 6 };
	char date[WHEN_TEXT];
	if (!isfinite(value))
		return cell_none(isnan(value) ? gap : beyond);
	switch (axis->quantity) {
	case CHART_MONEY:
		return amount_cell(value, currency_of(axis), gap);
	case CHART_SHARE:
		return fraction_cell(value, gap);
	case CHART_DATES:
		return cell_text(answer, slice_of(when_date(date, (int64_t)value * NS_PER_DAY)));
	case CHART_NUMBER:
	case CHART_MONTHS:
		break;
	}
	return number_cell(value, DECIMALS, gap);
}

/* ---- what it is ---- */

static struct cell
text_or_none(struct answer *answer, struct slice text)
{
	return text.n ? cell_text(answer, text) : cell_none("nothing to say");
}

static void
put_chart(const struct chart *chart, struct answer *answer)
{
	static const struct column columns[] = {
		{ .key = "name", .left = true },
		{ .key = "title", .left = true },
		{ .key = "subtitle", .left = true },
		{ .key = "x", .left = true },
		{ .key = "x_quantity", .left = true },
		{ .key = "y", .left = true },
		{ .key = "y_quantity", .left = true },
		{ .key = "middle", .decimals = 6 },
	};
	struct table *table = answer_table(answer, "chart", NULL, columns, HL_COUNT(columns));
	struct cell *row = table_row(table);
	table->single = table->quiet = true;
	row[0] = cell_text(answer, slice_of(chart->name));
	row[1] = text_or_none(answer, chart->title);
	row[2] = text_or_none(answer, chart->subtitle);
	row[3] = text_or_none(answer, chart->x.label);
	row[4] = cell_text(answer, slice_of(quantity_name(chart->x.quantity)));
	row[5] = text_or_none(answer, chart->y.label);
	row[6] = chart->kind == CHART_BARS
			 ? cell_none("names")
			 : cell_text(answer, slice_of(quantity_name(chart->y.quantity)));
	row[7] = chart->kind == CHART_BARS ? value_cell(answer, &chart->x, chart->middle)
					   : cell_none("no bars");
}

/* For people an axis is called what the picture calls it. */
static const char *
head_of(struct answer *answer, struct slice label, const char *otherwise)
{
	return label.n ? slice_copy(&answer->arena, label).p : otherwise;
}

/* ---- bars ---- */

enum { B_NAME, B_LOW, B_LOW_LABEL, B_HIGH, B_HIGH_LABEL, BARS };

static void
put_bars(const struct chart *chart, struct answer *answer)
{
	static const struct column all[BARS] = {
		[B_NAME] = { .key = "name", .head = "NAME", .left = true },
		[B_LOW] = { .key = "low", .head = "LOW", .decimals = 6 },
		[B_LOW_LABEL] = { .key = "low_label", .head = "AT", .left = true },
		[B_HIGH] = { .key = "high", .head = "HIGH", .decimals = 6 },
		[B_HIGH_LABEL] = { .key = "high_label", .head = "AT", .left = true },
	};
	struct table *table = answer_table(answer, "bars", NULL, all, BARS);
	for (size_t i = 0; i < chart->bars_n; i++) {
		const struct chart_bar *bar = &chart->bars[i];
		struct cell *row = table_row(table);
		row[B_NAME] = cell_text(answer, bar->name);
		row[B_LOW] = value_cell(answer, &chart->x, bar->low);
		row[B_LOW_LABEL] = text_or_none(answer, bar->low_label);
		row[B_HIGH] = bar->exact ? cell_money(bar->amount, currency_of(&chart->x))
					 : value_cell(answer, &chart->x, bar->high);
		row[B_HIGH_LABEL] = text_or_none(answer, bar->high_label);
	}
	answer->default_table = "bars";
}

/* Of a ranking there is one value. */
static void
put_ranking(const struct chart *chart, struct answer *answer)
{
	static const struct column columns[] = {
		{ .key = "name", .head = "NAME", .left = true },
		{ .key = "value", .decimals = 2, .unit = "money" },
	};
	struct column *named = arena_take(&answer->arena, sizeof(columns));
	memcpy(named, columns, sizeof(columns));
	named[0].head = head_of(answer, chart->y.label, "NAME");
	named[1].head = head_of(answer, chart->x.label, "VALUE");
	struct table *table = answer_table(answer, "bars", NULL, named, HL_COUNT(columns));
	for (size_t i = 0; i < chart->bars_n; i++) {
		struct cell *row = table_row(table);
		row[0] = cell_text(answer, chart->bars[i].name);
		row[1] = cell_money(chart->bars[i].amount, currency_of(&chart->x));
	}
	answer->default_table = "bars";
}

/* ---- points ---- */

enum { P_SERIES, P_X, P_END, P_Y, P_LOW, P_HIGH, P_PARTLY, POINTS };

static double
end_of(const struct chart *chart, const struct chart_series *series, size_t i)
{
	return i + 1 < series->points_n ? series->points[i + 1].x : chart->end;
}

static void
put_point(const struct chart *chart, struct answer *answer, struct cell *row,
	const struct chart_series *series, size_t i)
{
	const struct chart_point *point = &series->points[i];
	bool column = chart->kind == CHART_COLUMNS;
	row[P_SERIES] = cell_text(answer, series->name);
	row[P_X] = value_cell(answer, &chart->x, point->x);
	row[P_END] = column ? value_cell(answer, &chart->x, end_of(chart, series, i) - 1)
			    : cell_none("a point, not a time");
	row[P_PARTLY] = column ? cell_flag(point->partly) : cell_none("a point, not a time");
	if (point->exact) {
		bool range = point->amount != point->amount_high;
		const char *currency = currency_of(&chart->y);
		row[P_Y] = cell_money(point->amount, currency);
		row[P_LOW] = range ? cell_money(point->amount, currency)
				   : cell_none("the value is exact");
		row[P_HIGH] = range ? cell_money(point->amount_high, currency)
				    : cell_none("the value is exact");
		return;
	}
	row[P_Y] = value_cell(answer, &chart->y, point->y);
	row[P_LOW] = value_cell(answer, &chart->y, point->low);
	row[P_HIGH] = value_cell(answer, &chart->y, point->high);
}

static void
put_points(const struct chart *chart, struct answer *answer)
{
	static const struct column columns[POINTS] = {
		[P_SERIES] = { .key = "series", .head = "SERIES", .left = true },
		[P_X] = { .key = "x", .decimals = 6 },
		[P_END] = { .key = "x_last", .left = true },
		[P_Y] = { .key = "y", .decimals = 6 },
		[P_LOW] = { .key = "low", .decimals = 6 },
		[P_HIGH] = { .key = "high", .decimals = 6 },
		[P_PARTLY] = { .key = "partly" },
	};
	struct column *named = arena_take(&answer->arena, sizeof(columns));
	memcpy(named, columns, sizeof(columns));
	named[P_X].head = head_of(answer, chart->x.label, "X");
	named[P_Y].head = head_of(answer, chart->y.label, "Y");
	named[P_X].left = chart->x.quantity == CHART_DATES;
	if (chart->y.quantity == CHART_MONEY)
		named[P_Y].decimals = 2;
	struct table *table = answer_table(answer, "points", NULL, named, POINTS);
	for (size_t s = 0; s < chart->series_n; s++)
		for (size_t i = 0; i < chart->series[s].points_n; i++)
			put_point(chart, answer, table_row(table), &chart->series[s], i);
	answer->default_table = "points";
}

void
charts_answer(const struct chart *chart, struct answer *answer)
{
	answer_headline(answer, SLICE_FMT ".", SLICE_ARG(chart->title));
	put_chart(chart, answer);
	if (chart->kind != CHART_BARS)
		put_points(chart, answer);
	else if (chart->bars_n && chart->bars[0].exact)
		put_ranking(chart, answer);
	else
		put_bars(chart, answer);
}
