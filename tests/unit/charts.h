/* SPDX-License-Identifier: GPL-3.0-or-later */
/* charts - pictures of fixed numbers, for tests that draw them. */
#ifndef HLLM_TESTS_CHARTS_H
#define HLLM_TESTS_CHARTS_H

#include <math.h>

#include "base/estimate.h"
#include "report/chart.h"

/* $180 a month of API against $1,600 and the rest of $180 a month: they cross after 9.4 months. */
static inline void
make_crossing(struct chart *chart)
{
	const double api = 180, capex = 1600, run = 180 - 1600 / 9.4;
	chart_init(chart, CHART_LINES, "breakeven");
	chart->title = chart_printf(chart, "Two RTX 4090 pay off after 9.4 months");
	chart->subtitle = chart_printf(chart, "Cumulative cost of the workloads that the policy "
					      "calls local; the shaded part holds "
					      "80 of 100 cases");
	chart->x = (struct chart_axis){ .quantity = CHART_MONTHS,
		.label = SLICE("months from the purchase"),
		.from_zero = true };
	chart->y = (struct chart_axis){
		.quantity = CHART_MONEY, .label = SLICE("cumulative cost, USD"), .from_zero = true
	};
	struct chart_series *stay = chart_add_series(chart, SLICE("stay on the API"));
	for (int m = 0; m <= 36; m++)
		chart_add_point(stay, m, api * m, api * m * 0.8, api * m * 1.25);
	struct chart_series *own = chart_add_series(chart, SLICE("own hardware (2 × RTX 4090)"));
	for (int m = 0; m <= 36; m++)
		chart_add_point(own, m, capex + run * m, capex * 0.95 + run * m * 0.6,
			capex * 1.1 + run * m * 3);
	struct chart_marker *marker = chart_add_marker(
		chart, 9.4, api * 9.4, SLICE("pays off after 9.4 months (7.1 to 14)"));
	marker->x_low = 7.1;
	marker->x_high = 14;
	chart_add_rule(chart, true, 24, SLICE("end of the warranty"));
}

struct tornado_row {
	const char *name, *low_label, *high_label;
	double low, high;
};

static inline void
make_tornado(struct chart *chart)
{
	static const struct tornado_row rows[] = {
		{ "share of requests moved", "60 %", "100 %", HUGE_VAL, 7.8 },
		{ "cost of the API, a month", "$120", "$260", 16.8, 6.2 },
		{ "price of the hardware", "$1,300", "$2,400", 7.6, 14.1 },
		{ "engineer hours a month", "0.5", "4", 8.2, 13.3 },
		{ "electricity price", "$0.12/kWh", "$0.40/kWh", 8.9, 10.8 },
		{ "growth of requests", "-2 %", "5 %", 10.2, 8.6 },
		{ "decline of API prices", "0 % a year", "30 % a year", 9.1, 10.4 },
		{ "idle watts", "15", "60", 9.3, 9.7 },
	};
	chart_init(chart, CHART_BARS, "tornado");
	chart->title = chart_printf(chart, "What moves the answer most: how much is moved");
	chart->subtitle = chart_printf(
		chart, "Months to break-even when one input is changed and all others stay");
	chart->x = (struct chart_axis){ .quantity = CHART_MONTHS,
		.label = SLICE("months to break-even") };
	chart->y.label = SLICE("input");
	chart->middle = 9.4;
	chart->middle_label = SLICE("as planned: 9.4");
	chart->beyond = SLICE("never");
	chart->low_side = SLICE("input at its low");
	chart->high_side = SLICE("input at its high");
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct chart_bar *bar =
			chart_add_bar(chart, slice_of(rows[i].name), rows[i].low, rows[i].high);
		bar->low_label = slice_of(rows[i].low_label);
		bar->high_label = slice_of(rows[i].high_label);
	}
}

/* As planned it never pays off; with one input at one end it does. */
static inline void
make_never(struct chart *chart)
{
	make_tornado(chart);
	chart->title = chart_printf(chart, "It pays off only if more is moved, or for less");
	chart->middle = HUGE_VAL;
	chart->middle_label = SLICE("as planned: never");
	for (size_t i = 0; i < chart->bars_n; i++)
		chart->bars[i].low = chart->bars[i].high = HUGE_VAL;
	chart->bars[0].high = 31;
	chart->bars[2].low = 43.5;
}

/* What a day of October 2026 costs: less at weekends, and one that stands out. */
static inline void
make_days(struct chart *chart)
{
	enum { DAYS = 31, FIRST = 20727, FIRST_SATURDAY = 2 };
	chart_init(chart, CHART_COLUMNS, "spend");
	chart->title = chart_printf(chart, "$312.40 in October 2026, $10.08 a day");
	chart->subtitle =
		chart_printf(chart, "billed $290.15, and list prices of what no bill states");
	chart->x = (struct chart_axis){ .quantity = CHART_DATES, .label = SLICE("day (UTC)") };
	chart->y = (struct chart_axis){ .quantity = CHART_MONEY, .label = SLICE("spend a day") };
	chart->end = FIRST + DAYS;
	struct chart_series *spend = chart_add_series(chart, SLICE("spend"));
	for (int i = 0; i < DAYS; i++) {
		bool weekend = i % 7 == FIRST_SATURDAY || i % 7 == FIRST_SATURDAY + 1;
		femto_t amount =
			(weekend ? 3 : 11 + i % 3) * FEMTO_PER_UNIT + i * FEMTO_PER_UNIT / 20;
		bool odd = i == 19;
		struct chart_point *point = chart_add_amount(spend, FIRST + i,
			odd ? 27 * FEMTO_PER_UNIT : amount, odd ? 31 * FEMTO_PER_UNIT : amount);
		point->partly = i == DAYS - 1;
	}
	chart_add_rule(chart, false, 20, SLICE("budget: $600 a month, $20 a day"));
}

/* Three years of tokens by the month, on each other. */
static inline void
make_months(struct chart *chart)
{
	enum { MONTHS = 36, FIRST = 19723, DAYS_MOST = 31 };
	static const char *const names[] = { "uncached input", "cache read", "output" };
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	chart_init(chart, CHART_COLUMNS, "tokens");
	chart->title = chart_printf(chart, "1.9G tokens in three years");
	chart->subtitle = chart_printf(chart, "three years of days, added up by the month");
	chart->x = (struct chart_axis){ .quantity = CHART_DATES, .label = SLICE("month (UTC)") };
	chart->y =
		(struct chart_axis){ .quantity = CHART_NUMBER, .label = SLICE("tokens a month") };
	for (size_t s = 0; s < HL_COUNT(names); s++) {
		struct chart_series *series = chart_add_series(chart, slice_of(names[s]));
		double day = FIRST;
		for (int m = 0; m < MONTHS; m++) {
			double all = 1e6 * (20 + 2 * m + 7 * (m % 4)), cached = all * m / 60;
			double parts[] = { all - cached, cached, all / 6 };
			chart_add_point(series, day, parts[s], MISSING, MISSING);
			/* 2024 is a leap year */
			day += days[m % 12] + (m == 1);
		}
		chart->end = day;
	}
}

/* More was given back than paid, on some days. */
static inline void
make_credits(struct chart *chart)
{
	static const double spend[] = { 4, 5, -3, 4, 0.01, 6, 2 };
	chart_init(chart, CHART_COLUMNS, "spend");
	chart->title = chart_printf(chart, "$18.01 in a week");
	chart->x = (struct chart_axis){ .quantity = CHART_DATES, .label = SLICE("day (UTC)") };
	chart->y = (struct chart_axis){ .quantity = CHART_MONEY, .label = SLICE("spend a day") };
	chart->end = 20727 + HL_COUNT(spend);
	struct chart_series *series = chart_add_series(chart, SLICE("spend"));
	for (size_t i = 0; i < HL_COUNT(spend); i++)
		chart_add_point(series, 20727 + (double)i, spend[i], MISSING, MISSING);
}

#endif
