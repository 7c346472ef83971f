/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/forecast.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"

enum { DAYS_MOST = 400, SEEDS = 60, CUT_FIRST = 3, CUT_LAST = 25 };

/* A generator of our own, so that a test is the same everywhere (xorshift64*, Vigna 2014). */
static double
uniform(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (double)((*state * 2685821657736338717u) >> 11) / 9007199254740992.0;
}

/* Around 1, some 20 % off. */
static double
noise(uint64_t *state)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += uniform(state);
	return exp(0.2 * sum - 0.02);
}

/* ---- seasons ---- */

struct month {
	double costs[DAYS_MOST];
	int64_t first;
	size_t n, before; /* before: days of earlier months */
	double truth;
};

static bool
is_last_days(int64_t day, int days)
{
	int month = when_month(day * NS_PER_DAY);
	return when_month((day + days) * NS_PER_DAY) != month;
}

static double
weekdays(int64_t day, size_t i)
{
	(void)i;
	return (day + 3) % 7 < 5 ? 500 : 100;
}

static double
growing(int64_t day, size_t i)
{
	(void)day;
	return 100 * pow(1.03, (double)i / 7);
}

/* 30 % of a month of thirty days in three of them. */
static double
batch(int64_t day, size_t i)
{
	(void)i;
	return is_last_days(day, 3) ? 100 * 30 * 0.1 : 100 * 30 * 0.7 / 27;
}

static void
make_month(double (*season)(int64_t day, size_t i), uint64_t seed, struct month *month)
{
	uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
	int number = 2026 * 12 + (int)(seed % 12);
	month->first = when_month_start(number - 2) / NS_PER_DAY;
	month->before = (size_t)(when_month_start(number) / NS_PER_DAY - month->first);
	month->n = (size_t)(when_month_start(number + 1) / NS_PER_DAY - month->first);
	month->truth = 0;
	for (size_t i = 0; i < month->n; i++) {
		month->costs[i] = season(month->first + (int64_t)i, i) * noise(&state);
		month->truth += i >= month->before ? month->costs[i] : 0;
	}
}

static struct forecast
ask(int64_t first, const double *days, size_t n)
{
	const struct forecast_question question = { .days = days, .days_n = n, .first_day = first };
	struct forecast out;
	assert_true(forecast_month(&question, &out));
	assert_true(estimate_is_sound(out.total));
	assert_true(out.total.low >= out.so_far);
	return out;
}

static void
check_season(const char *name, double (*season)(int64_t day, size_t i))
{
	static struct month month;
	double ours = 0, plain = 0, inside = 0, n = 0;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make_month(season, seed, &month);
		for (size_t cut = CUT_FIRST; cut <= CUT_LAST; cut++) {
			struct forecast out = ask(month.first, month.costs, month.before + cut);
			assert_int_equal(out.days_known, cut);
			ours += fabs(out.total.likely / month.truth - 1);
			plain += fabs(out.run_rate / month.truth - 1);
			inside += out.total.low <= month.truth && month.truth <= out.total.high;
			n++;
		}
	}
	if (ours >= plain * 0.9 || inside < 0.8 * n || inside > 0.97 * n)
		fail_msg("%s: off by %.2f %% (run-rate %.2f %%), %.1f %% in the range", name,
			100 * ours / n, 100 * plain / n, 100 * inside / n);
}

static void
test_seasons(void **state)
{
	(void)state;
	check_season("weekdays", weekdays);
	check_season("growth", growing);
	check_season("a batch at the month's end", batch);
}

static void
test_method(void **state)
{
	(void)state;
	static struct month month;
	make_month(weekdays, 9, &month);
	struct forecast out = ask(month.first, month.costs, month.before + 10);
	assert_non_null(strstr(out.method, "weekdays"));
	assert_int_equal(out.days_used, month.before + 10);
	make_month(batch, 9, &month);
	out = ask(month.first, month.costs, month.before + 10);
	assert_non_null(strstr(out.method, "month ends"));
}

/* ---- with little to go by ---- */

static int64_t
day(int year, int month, int of_month)
{
	return when_days(year, month, of_month);
}

static void
fill(double *days, size_t n, double cost)
{
	for (size_t i = 0; i < n; i++)
		days[i] = cost;
}

static void
assert_near(double got, double wanted)
{
	if (!(fabs(got - wanted) <= fabs(wanted) * 1e-9))
		fail_msg("%.15g instead of %.15g", got, wanted);
}

static void
test_few_days(void **state)
{
	(void)state;
	double days[DAYS_MOST];
	const struct forecast_question none = { .days = days };
	struct forecast out;
	assert_false(forecast_month(&none, &out));
	fill(days, DAYS_MOST, 100);
	out = ask(day(2026, 10, 1), days, 1);
	assert_near(out.total.likely, 3100);
	assert_near(out.run_rate, 3100);
	assert_true(out.total.low < 1500 && out.total.high > 4500 && out.total.high < 10000);
	assert_int_equal(out.days_left, 30);
	/* the longer, the surer */
	double width = out.total.high - out.total.low;
	for (size_t n = 2; n < 31; n++) {
		out = ask(day(2026, 10, 1), days, n);
		assert_near(out.total.likely, 3100);
		assert_true(out.total.high - out.total.low < width);
		width = out.total.high - out.total.low;
	}
	/* a single day of the month before, and nothing of this one */
	out = ask(day(2026, 9, 30), days, 1);
	assert_int_equal(out.days_known, 0);
	assert_near(out.total.likely, 3100);
}

/* Nothing of the month is known yet; a year that is no whole number of weeks; February. */
static void
test_boundary(void **state)
{
	(void)state;
	double days[DAYS_MOST];
	fill(days, DAYS_MOST, 10);
	struct forecast out = ask(day(2026, 8, 1), days, 61);
	assert_int_equal(out.days_known, 0);
	assert_int_equal(out.days_left, 31);
	assert_true(out.so_far == 0);
	assert_near(out.total.likely, 310);
	assert_near(out.run_rate, 310);
	out = ask(day(2027, 1, 1), days, 31 + 27);
	assert_int_equal(out.days_left, 1);
	assert_near(out.total.likely, 280);
	assert_true(out.total.high < 290);
	out = ask(day(2026, 1, 1), days, 365);
	assert_near(out.total.likely, 310);
}

static void
test_zero(void **state)
{
	(void)state;
	double days[DAYS_MOST] = { 0 };
	struct forecast out = ask(day(2026, 8, 1), days, 70);
	assert_true(out.total.low == 0 && out.total.likely == 0 && out.total.high == 0);
	/* what is known to come stands beside the days */
	const struct forecast_question fee = {
		.days = days, .days_n = 70, .first_day = day(2026, 8, 1), .fixed = 49
	};
	assert_true(forecast_month(&fee, &out));
	assert_true(out.total.low == 49 && out.total.high == 49 && out.run_rate == 49);
	/* what began late is no low level */
	fill(days + 60, 10, 100);
	out = ask(day(2026, 8, 1), days, 70);
	assert_near(out.total.likely, 900 + 2200);
	assert_int_equal(out.days_used, 10);
	/* what stopped may stay so */
	fill(days, 60, 100);
	fill(days + 60, 15, 0);
	out = ask(day(2026, 8, 1), days, 75);
	assert_true(out.total.low < 100 && out.total.likely < 800);
}

static void
test_outlier(void **state)
{
	(void)state;
	double days[DAYS_MOST];
	fill(days, DAYS_MOST, 100);
	days[70] = 100000;
	struct forecast out = ask(day(2026, 8, 1), days, 76);
	assert_true(out.so_far == 100000 + 1400);
	assert_true(fabs(out.total.likely - 103000) < 800);
	assert_true(out.total.low > 101400 && out.total.high < 105000);
	assert_true(out.run_rate > 200000);
	/* a credit is not carried on either */
	days[70] = -5000;
	out = ask(day(2026, 8, 1), days, 76);
	assert_true(fabs(out.total.likely - -2100) < 150);
}

/* A fee on the first of each month is no daily cost. */
static void
test_fee(void **state)
{
	(void)state;
	double days[DAYS_MOST];
	fill(days, DAYS_MOST, 10);
	days[0] = days[31] = days[61] = 1000;
	struct forecast out = ask(day(2026, 8, 1), days, 64);
	assert_true(fabs(out.total.likely - 1300) < 30 && out.run_rate > 10000);
	out = ask(day(2026, 8, 1), days, 61); /* it is still to come */
	assert_true(fabs(out.total.likely - 1300) < 30);
}

static void
test_same_again(void **state)
{
	(void)state;
	static struct month month;
	make_month(batch, 5, &month);
	struct forecast a = ask(month.first, month.costs, month.before + 7),
			b = ask(month.first, month.costs, month.before + 7);
	assert_true(a.total.low == b.total.low && a.total.likely == b.total.likely &&
		    a.total.high == b.total.high);
	/* in another currency the same */
	for (size_t i = 0; i < month.n; i++)
		month.costs[i] *= 1024;
	b = ask(month.first, month.costs, month.before + 7);
	assert_near(b.total.likely, a.total.likely * 1024);
	assert_near(b.total.high, a.total.high * 1024);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_seasons),
		cmocka_unit_test(test_method),
		cmocka_unit_test(test_few_days),
		cmocka_unit_test(test_boundary),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_outlier),
		cmocka_unit_test(test_fee),
		cmocka_unit_test(test_same_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
