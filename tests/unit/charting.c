/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of histories whose every day is written here. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"
#include "report/charts.h"

enum { DAYS_MOST = 4000 };

/* One workload, the same amount on each of so many days. */
struct world {
	struct history history;
	struct history_workload workload;
	struct history_day days[DAYS_MOST];
	struct audit audit;
	struct charts charts;
};

static int64_t
day_of(const char *text)
{
	int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
	return when_days(year, month, (int)strtol(text + 8, NULL, 10));
}

static struct world *
world_new(const char *first, const char *last, femto_t amount)
{
	struct world *world = xcalloc(1, sizeof(*world));
	int64_t from = day_of(first), to = day_of(last);
	assert_in_range(to - from, 0, DAYS_MOST - 1);
	for (int64_t day = from; day <= to; day++) {
		struct history_day *at = &world->days[world->workload.days_n++];
		*at = (struct history_day){
			.day = day, .requests = 1, .spend_low = amount, .spend_high = amount
		};
		at->tokens[TOKEN_UNCACHED_INPUT] = 300;
		at->tokens[TOKEN_CACHE_READ] = 100;
		at->tokens[TOKEN_OUTPUT] = 50;
	}
	world->workload.name = SLICE("work");
	world->workload.days = world->days;
	world->history = (struct history){ .workloads = &world->workload,
		.workloads_n = 1,
		.first_day = from,
		.last_day = to,
		.currency = "USD" };
	world->audit.total.money[0] = (struct money){ .currency = "USD", .has_list = true };
	world->audit.total.money_n = 1;
	world->charts = (struct charts){ .history = &world->history,
		.audit = &world->audit,
		.zone = "UTC",
		.first = INT64_MIN,
		.last = INT64_MAX,
		.today = to + 1000 };
	return world;
}

static void
put_date(struct str *out, double day)
{
	char date[WHEN_TEXT];
	str_puts(out, when_date(date, (int64_t)day * NS_PER_DAY));
}

/* "31 from 2026-10-01 to 2026-11-01" */
static void
put_columns(struct str *out, const struct chart *chart)
{
	const struct chart_series *series = &chart->series[0];
	str_printf(out, "%zu from ", series->points_n);
	put_date(out, series->points[0].x);
	str_puts(out, " to ");
	put_date(out, chart->end);
}

struct time_case {
	const char *first, *last;
	int most;
	const char *columns, *title, *subtitle;
};

static const struct time_case times[] = {
	{ "2026-10-03", "2026-10-03", 0, "1 from 2026-10-03 to 2026-10-04", "$2.00 on 2026-10-03",
		"at list prices" },
	{ "2026-10-01", "2026-10-31", 0, "31 from 2026-10-01 to 2026-11-01",
		"$62.00 from 2026-10-01 to 2026-10-31, $2.00 a day", "at list prices" },
	{ "2026-10-01", "2026-10-31", 31, "31 from 2026-10-01 to 2026-11-01",
		"$62.00 from 2026-10-01 to 2026-10-31, $2.00 a day", "at list prices" },
	/* Mondays; 1 October 2026 is a Thursday, 31 October a Saturday: a weekend is no part missing */
	{ "2026-10-01", "2026-10-31", 30, "5 from 2026-09-28 to 2026-11-02",
		"$62.00 from 2026-10-01 to 2026-10-31, $14.00 a week",
		"at list prices; 31 days added up by the week; the first week is not a whole one" },
	{ "2026-09-28", "2026-11-01", 30, "5 from 2026-09-28 to 2026-11-02",
		"$70.00 from 2026-09-28 to 2026-11-01, $14.00 a week",
		"at list prices; 35 days added up by the week" },
	{ "2026-10-02", "2026-12-30", 0, "90 from 2026-10-02 to 2026-12-31",
		"$180.00 from 2026-10-02 to 2026-12-30, $2.00 a day", "at list prices" },
	/* a year by the week, a leap year by the month */
	{ "2026-01-01", "2026-12-31", 0, "53 from 2025-12-29 to 2027-01-04",
		"$730.00 from 2026-01-01 to 2026-12-31, $14.00 a week",
		"at list prices; 365 days added up by the week; the first and the last week are "
		"not "
		"whole" },
	{ "2028-01-01", "2028-12-31", 12, "12 from 2028-01-01 to 2029-01-01",
		"$732.00 from 2028-01-01 to 2028-12-31, $60.00 a month",
		"at list prices; 366 days added up by the month" },
	{ "2024-01-15", "2026-12-31", 0, "36 from 2024-01-01 to 2027-01-01",
		"$2,164.00 from 2024-01-15 to 2026-12-31, $60.00 a month",
		"at list prices; 1,082 days added up by the month; the first month is not a whole "
		"one" },
	/* more months than columns stay months */
	{ "2024-01-01", "2026-12-31", 5, "36 from 2024-01-01 to 2027-01-01",
		"$2,192.00 from 2024-01-01 to 2026-12-31, $60.00 a month",
		"at list prices; 1,096 days added up by the month" },
};

static void
columns_are_days_weeks_or_months(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(times); i++) {
		struct world *world = world_new(times[i].first, times[i].last, 2 * FEMTO_PER_UNIT);
		struct chart chart;
		struct str columns = STR_INIT;
		const char *why = NULL;
		world->charts.columns = times[i].most;
		assert_true(charts_spend(&world->charts, &chart, &why));
		put_columns(&columns, &chart);
		assert_string_equal(str_text(&columns), times[i].columns);
		assert_string_equal(chart.title.p, times[i].title);
		assert_string_equal(chart.subtitle.p, times[i].subtitle);
		femto_t sum = 0;
		for (size_t k = 0; k < chart.series[0].points_n; k++) {
			const struct chart_point *point = &chart.series[0].points[k];
			assert_true(point->exact && point->amount == point->amount_high);
			sum += point->amount;
		}
		assert_true(sum == (femto_t)world->workload.days_n * 2 * FEMTO_PER_UNIT);
		chart_free(&chart);
		/* tokens have the same columns */
		assert_true(charts_tokens(&world->charts, &chart, &why));
		str_clear(&columns);
		put_columns(&columns, &chart);
		assert_string_equal(str_text(&columns), times[i].columns);
		assert_int_equal(chart.series_n, 3);
		double tokens = 0;
		for (size_t k = 0; k < chart.series[1].points_n; k++)
			tokens += chart.series[1].points[k].y;
		assert_true(tokens == 100.0 * (double)world->workload.days_n);
		assert_true(slice_starts(chart.subtitle, "25 % of the input came from a cache"));
		chart_free(&chart);
		str_free(&columns);
		free(world);
	}
}

/* Which columns are said to be parts: by the end of the data, of what was asked for, and of today. */
static void
a_part_of_its_time_is_said_to_be_one(void **state)
{
	(void)state;
	static const struct {
		const char *first, *last, *asked, *asked_last, *today;
		int most;
		size_t partly;
		const char *say; /* NULL: nothing */
	} cases[] = {
		{ "2026-08-01", "2026-10-31", NULL, NULL, "2026-12-01", 3, 0, NULL },
		{ "2026-08-01", "2026-10-29", NULL, NULL, "2026-12-01", 3, 0, NULL },
		{ "2026-08-01", "2026-10-28", NULL, NULL, "2026-12-01", 3, 1,
			"; the last month is not a whole one" },
		{ "2026-08-03", "2026-10-31", NULL, NULL, "2026-12-01", 3, 0, NULL },
		{ "2026-08-04", "2026-10-31", NULL, NULL, "2026-12-01", 3, 1,
			"; the first month is not a whole one" },
		/* the last 90 days begin within a month */
		{ "2026-08-03", "2026-10-31", "2026-08-03", "2026-10-31", "2026-12-01", 3, 1,
			"; the first month is not a whole one" },
		/* the month, and the day, that goes on */
		{ "2026-08-01", "2026-10-30", NULL, NULL, "2026-10-30", 3, 1,
			"; the last month is not a whole one" },
		{ "2026-10-01", "2026-10-30", NULL, NULL, "2026-10-30", 0, 1,
			"; the last day is not a whole one" },
		{ "2026-10-01", "2026-10-30", NULL, NULL, "2026-10-31", 0, 0, NULL },
		/* data of the future is of another clock */
		{ "2026-10-01", "2026-10-30", NULL, NULL, "2025-01-01", 0, 0, NULL },
		{ "2026-10-05", "2026-10-12", NULL, NULL, "2026-12-01", 1, 1,
			"; the month is not a whole one" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct world *world = world_new(cases[i].first, cases[i].last, FEMTO_PER_UNIT);
		struct chart chart;
		const char *why;
		world->charts.columns = cases[i].most;
		world->charts.today = day_of(cases[i].today);
		if (cases[i].asked) {
			world->charts.first = day_of(cases[i].asked);
			world->charts.last = day_of(cases[i].asked_last);
		}
		assert_true(charts_spend(&world->charts, &chart, &why));
		size_t partly = 0;
		for (size_t k = 0; k < chart.series[0].points_n; k++)
			partly += chart.series[0].points[k].partly;
		assert_int_equal(partly, cases[i].partly);
		if (cases[i].say)
			assert_true(slice_ends(chart.subtitle, cases[i].say));
		else
			assert_true(slice_find(chart.subtitle, "whole") < 0);
		chart_free(&chart);
		free(world);
	}
}

static void
a_budget_is_a_rule_of_what_a_column_may_hold(void **state)
{
	(void)state;
	static const struct {
		int most;
		double at;
		const char *label;
	} cases[] = {
		{ 0, 10, "budget: $300.00 a month, $10.00 a day" },
		{ 20, 70, "budget: $300.00 a month, $70.00 a week" },
		{ 2, 300, "budget: $300.00 a month" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct world *world = world_new("2026-10-01", "2026-11-30", FEMTO_PER_UNIT);
		struct chart chart;
		const char *why;
		world->charts.columns = cases[i].most;
		world->charts.budget = 300 * FEMTO_PER_UNIT;
		assert_true(charts_spend(&world->charts, &chart, &why));
		assert_int_equal(chart.rules_n, 1);
		assert_true(fabs(chart.rules[0].at - cases[i].at) < 1e-9);
		assert_string_equal(chart.rules[0].label.p, cases[i].label);
		chart_free(&chart);
		free(world);
	}
}

static void
what_is_in_no_column_is_said(void **state)
{
	(void)state;
	struct world *world = world_new("2026-10-01", "2026-10-02", 4 * FEMTO_PER_UNIT);
	struct history *history = &world->history;
	struct money *money = &world->audit.total.money[0];
	struct chart chart;
	const char *why;
	world->days[1].spend_high = 5 * FEMTO_PER_UNIT;
	world->audit.total.unpriced.tokens = 2340000;
	history->undated = 3 * FEMTO_PER_UNIT;
	history->spread = FEMTO_PER_UNIT;
	memcpy(history->others[history->others_n++], "EUR", 4);
	assert_true(charts_spend(&world->charts, &chart, &why));
	assert_string_equal(chart.title.p,
		"At least $8.00 to $9.00 from 2026-10-01 to 2026-10-02, $4.00 to $4.50 a day");
	assert_string_equal(chart.subtitle.p,
		"at list prices; without 2.34 million tokens that have no price; what is billed "
		"for "
		"several days at once is spread over them; without $3.00 that has no date; without "
		"what is in EUR");
	assert_true(isnan(chart.series[0].points[0].high));
	assert_true(chart.series[0].points[1].low == 4 && chart.series[0].points[1].high == 5);
	chart_free(&chart);
	money->has_billed = true;
	money->billed = money->spend_low = money->spend_high = 8 * FEMTO_PER_UNIT;
	assert_true(charts_spend(&world->charts, &chart, &why));
	assert_true(slice_starts(chart.subtitle, "as billed; "));
	assert_true(slice_starts(chart.title, "$8.00 to "));
	chart_free(&chart);
	money->spend_high = 9 * FEMTO_PER_UNIT;
	assert_true(charts_spend(&world->charts, &chart, &why));
	assert_true(slice_starts(chart.subtitle, "$8.00 billed, the rest at list prices; "));
	chart_free(&chart);
	history->first_day = history->last_day = DAY_NONE;
	assert_false(charts_spend(&world->charts, &chart, &why));
	assert_string_equal(why, "nothing of it has a date");
	chart_free(&chart);
	free(world);
}

/* ---- rankings ---- */

/* 'n' workloads of 1, 2, 3 … dollars, each in two months and of two models. */
static struct history_cell *
cells_of(struct history *history, size_t n, char (*names)[8])
{
	struct history_cell *cells = xcalloc(4 * n + 1, sizeof(*cells));
	for (size_t i = 0; i < 4 * n; i++) {
		snprintf(names[i % n], sizeof(names[0]), "w%zu", i % n + 1);
		femto_t quarter = (femto_t)(i % n + 1) * FEMTO_PER_UNIT / 4;
		cells[i] = (struct history_cell){ .workload = slice_of(names[i % n]),
			.model = i & 1 ? SLICE("large") : SLICE("small"),
			.month = 2026 * 12 + (int)(i / n / 2),
			.spend_low = quarter,
			.spend_high = quarter };
	}
	history->cells = cells;
	history->cells_n = 4 * n;
	return cells;
}

static void
the_largest_are_named_and_the_rest_is_one(void **state)
{
	(void)state;
	for (size_t n = 1; n < 30; n++) {
		struct world *world = world_new("2026-01-01", "2026-02-28", 0);
		char names[30][8];
		struct history_cell *cells = cells_of(&world->history, n, names);
		struct chart chart;
		const char *why;
		world->charts.days = 60;
		assert_true(charts_workloads(&world->charts, &chart, &why));
		/* a single other one has its name */
		size_t named = n <= CHARTS_ROWS + 1 ? n : CHARTS_ROWS;
		assert_int_equal(chart.bars_n, named + (n > named));
		femto_t sum = 0;
		for (size_t i = 0; i < chart.bars_n; i++)
			sum += chart.bars[i].amount;
		/* a month is half of 60 days */
		assert_true(sum == (femto_t)(n * (n + 1) / 2) * FEMTO_PER_UNIT / 2);
		char want[40];
		snprintf(want, sizeof(want), "w%zu", n);
		assert_string_equal(chart.bars[0].name.p, want);
		snprintf(want, sizeof(want), "others (%zu)", n - named);
		assert_true(n == named || slice_is(chart.bars[named].name, want));
		chart_free(&chart);
		assert_true(charts_models(&world->charts, &chart, &why));
		assert_int_equal(chart.bars_n, 2);
		chart_free(&chart);
		free(cells);
		free(world);
	}
}

static void
labels_of_a_ranking_add_up(void **state)
{
	(void)state;
	struct world *world = world_new("2026-01-01", "2026-01-30", 0);
	char names[3][8];
	struct history_cell *cells = cells_of(&world->history, 3, names);
	struct chart chart;
	const char *why;
	/* three thirds of a dollar, and something given back */
	for (size_t i = 0; i < world->history.cells_n; i++)
		cells[i].spend_low = cells[i].spend_high = FEMTO_PER_UNIT / 12;
	cells[0].spend_low = cells[0].spend_high = FEMTO_PER_UNIT / 12 + 4;
	world->charts.days = 30;
	assert_true(charts_workloads(&world->charts, &chart, &why));
	assert_string_equal(chart.title.p, "w1 is 34 % of $1.00 a month");
	assert_string_equal(chart.bars[0].high_label.p, "$0.34 (34 %)");
	assert_string_equal(chart.bars[1].high_label.p, "$0.33 (33 %)");
	assert_string_equal(chart.bars[2].high_label.p, "$0.33 (33 %)");
	chart_free(&chart);
	cells[2].spend_low = cells[2].spend_high = -2 * FEMTO_PER_UNIT;
	world->charts.days = 0;
	assert_true(charts_workloads(&world->charts, &chart, &why));
	assert_string_equal(chart.subtitle.p, "of all the data, which is too short for a month");
	assert_string_equal(chart.bars[2].name.p, "w3");
	assert_string_equal(chart.bars[2].high_label.p, "-$1.75");
	chart_free(&chart);
	world->history.cells_n = 0;
	assert_false(charts_models(&world->charts, &chart, &why));
	assert_string_equal(why, "nothing of it is billed, and nothing has a price");
	chart_free(&chart);
	free(cells);
	free(world);
}

static void
latencies_are_of_those_that_log_them(void **state)
{
	(void)state;
	struct world *world = world_new("2026-01-01", "2026-01-30", 0);
	struct tally *tallies = xcalloc(14, sizeof(*tallies));
	struct dist *dists = xcalloc(14 * DISTS, sizeof(*dists));
	char names[14][8];
	struct chart chart;
	const char *why;
	world->audit.workloads = (struct tallies){ .items = tallies, .n = 14 };
	assert_false(charts_latency(&world->charts, &chart, &why));
	assert_string_equal(why, "no log of it says how long an answer took");
	chart_free(&chart);
	for (size_t i = 0; i < 14; i++) {
		snprintf(names[i], sizeof(names[i]), "w%zu", i);
		tallies[i] =
			(struct tally){ .name = slice_of(names[i]), .dists = dists + i * DISTS };
	}
	/* half of a hundred at 96 ms, 45 at 512, and the rest later */
	struct dist *first = &dists[DIST_LATENCY];
	first->counts[dist_class(96)] = 50;
	first->counts[dist_class(512)] = 45;
	first->counts[dist_class(4000)] = 5;
	assert_true(charts_latency(&world->charts, &chart, &why));
	assert_int_equal(chart.bars_n, 1);
	assert_string_equal(chart.title.p, "5 of 100 answers of w0 take longer than about 512 ms");
	assert_true(chart.bars[0].low == 96 && chart.bars[0].high == 512);
	assert_string_equal(chart.bars[0].low_label.p, "96");
	assert_string_equal(chart.bars[0].high_label.p, "512, 4,000");
	assert_string_equal(chart.x.label.p, "milliseconds");
	chart_free(&chart);
	for (size_t i = 1; i < 14; i++)
		dists[i * DISTS + DIST_LATENCY].counts[dist_class(8192)] = (int64_t)i;
	/* no class is longer than a year */
	dists[13 * DISTS + DIST_LATENCY].counts[DIST_ENDS - 1] = 1000;
	assert_true(charts_latency(&world->charts, &chart, &why));
	assert_int_equal(chart.bars_n, CHARTS_ROWS + 1);
	assert_string_equal(chart.bars[0].name.p, "w13");
	assert_true(isinf(chart.bars[0].high));
	assert_true(!chart.bars[0].high_label.n && slice_is(chart.beyond, "over a year"));
	assert_string_equal(chart.title.p, "5 of 100 answers of w13 take longer than a year");
	assert_string_equal(chart.bars[1].high_label.p, "8.19, 8.19");
	assert_string_equal(chart.bars[CHARTS_ROWS].name.p, "others (4)");
	assert_string_equal(chart.x.label.p, "seconds");
	chart_free(&chart);
	free(tallies);
	free(dists);
	free(world);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_days_weeks_or_months),
		cmocka_unit_test(a_part_of_its_time_is_said_to_be_one),
		cmocka_unit_test(a_budget_is_a_rule_of_what_a_column_may_hold),
		cmocka_unit_test(what_is_in_no_column_is_said),
		cmocka_unit_test(the_largest_are_named_and_the_rest_is_one),
		cmocka_unit_test(labels_of_a_ranking_add_up),
		cmocka_unit_test(latencies_are_of_those_that_log_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
