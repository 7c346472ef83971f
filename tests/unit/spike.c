/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spikes: both sides of each limit, and seasons in which there is none. */
#include "config.h"

#include "econ/spike.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"

enum { MOST = 400 };

/* A series that ends with 'last' after n days of 'usual'. */
static bool
flat(size_t n, double usual, double last, struct spike *out)
{
	double days[MOST];
	for (size_t i = 0; i < n; i++)
		days[i] = usual;
	days[n] = last;
	const struct spike_question question = { .days = days,
		.days_n = n + 1,
		.first_day = when_days(2026, 6, 1),
		.times = 2,
		.floor = 5 };
	return spike_look(&question, out);
}

static void
test_limits(void **state)
{
	(void)state;
	static const struct {
		size_t before;
		double usual, last;
		bool known, crossed;
		double limit;
	} cases[] = {
		{ 13, 10, 1000, false, false, 0 }, /* a fortnight is needed … */
		{ 14, 10, 20.01, true, true, 20 }, /* … and enough */
		{ 14, 10, 20, true, false, 20 },   /* as much as the limit is not above it */
		{ 60, 10, 20.01, true, true, 20 },
		{ 60, 10, 20, true, false, 20 },
		{ 60, 1, 6.01, true, true, 6 }, /* twice is little: 5 above what is usual */
		{ 60, 1, 6, true, false, 6 },
		{ 60, 0, 5.01, true, true, 5 },
		{ 60, 0, 5, true, false, 5 },
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct spike spike;
		bool known = flat(cases[i].before, cases[i].usual, cases[i].last, &spike);
		if (known != cases[i].known)
			fail_msg("case %zu: known is %d", i, known);
		if (!known)
			continue;
		if (spike.crossed != cases[i].crossed ||
			fabs(spike.limit - cases[i].limit) > 1e-9 || spike.days != 1)
			fail_msg("case %zu: crossed %d, limit %f, days %d", i, spike.crossed,
				spike.limit, spike.days);
	}
}

/* ---- seasons ---- */

/* Uniform in 0..1, the same everywhere. */
static double
dice(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (double)(*state >> 33) / (double)(1ull << 31);
}

/* About normal: the sum of twelve. */
static double
noise(uint64_t *state)
{
	double sum = -6;
	for (int i = 0; i < 12; i++)
		sum += dice(state);
	return sum;
}

struct season {
	const char *name;
	double sigma;       /* of the logarithm */
	double weekend;     /* share of a working day */
	double weekly;      /* growth */
	double month_end;   /* times, on the last two days of a month */
	double chance;      /* of a day having any work */
	double most_alarms; /* share of days */
};

static const struct season seasons[] = {
	{ "steady", 0.1, 1, 1, 1, 1, 0 },
	{ "noisy", 0.3, 1, 1, 1, 1, 0.005 },
	{ "very noisy", 0.6, 1, 1, 1, 1, 0.02 },
	{ "weekdays", 0.15, 0.05, 1, 1, 1, 0 },
	{ "weekdays alone", 0.15, 0, 1, 1, 1, 0 },
	{ "weekends alone", 0.15, 20, 1, 1, 1, 0 },
	{ "growth of 15 % a week", 0.15, 0.3, 1.15, 1, 1, 0 },
	{ "growth of 30 % a week", 0.15, 0.3, 1.3, 1, 1, 0 },
	{ "decline", 0.15, 0.3, 0.9, 1, 1, 0 },
	{ "month-end batch", 0.15, 1, 1, 5, 1, 0.001 },
	{ "now and then", 0.2, 1, 1, 1, 0.3, 0.01 },
};

static void
make_season(const struct season *season, uint64_t seed, double *days, size_t n, int64_t first)
{
	for (size_t i = 0; i < n; i++) {
		int64_t day = first + (int64_t)i, weekday = (day + 3) % 7; /* Monday is 0 */
		struct civil date = when_civil(day * NS_PER_DAY),
			     later = when_civil((day + 2) * NS_PER_DAY);
		double value =
			50 * pow(season->weekly, (double)i / 7) * exp(season->sigma * noise(&seed));
		value *= weekday >= 5 ? season->weekend : 1;
		value *= later.month != date.month ? season->month_end : 1;
		days[i] = dice(&seed) < season->chance ? value : 0;
	}
}

/* Looks at each day from the third month on, as a cron job would. */
static size_t
count_alarms(const struct season *season, uint64_t seed, size_t *looks)
{
	enum { DAYS = 180, FROM = 95 };
	double days[DAYS];
	int64_t first = when_days(2026, 1, 1);
	size_t alarms = 0;
	make_season(season, seed, days, DAYS, first);
	for (size_t n = FROM; n <= DAYS; n++, (*looks)++) {
		const struct spike_question question = {
			.days = days, .days_n = n, .first_day = first, .times = 2, .floor = 5
		};
		struct spike spike;
		assert_true(spike_look(&question, &spike));
		alarms += spike.crossed;
	}
	return alarms;
}

static void
test_seasons(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(seasons) / sizeof(*seasons); i++) {
		size_t alarms = 0, looks = 0;
		for (uint64_t seed = 1; seed <= 20; seed++)
			alarms += count_alarms(&seasons[i], seed, &looks);
		double share = (double)alarms / (double)looks;
		if (share > seasons[i].most_alarms)
			fail_msg("%s: %.4f of %zu days are called spikes", seasons[i].name, share,
				looks);
	}
}

/* In each of them a day at four times its usual cost is one; growth counts as usual. */
static void
test_found(void **state)
{
	(void)state;
	enum { DAYS = 100 };
	for (size_t i = 0; i < sizeof(seasons) / sizeof(*seasons); i++) {
		size_t found = 0, tried = 0;
		if (seasons[i].sigma > 0.3 || seasons[i].chance < 1)
			continue; /* where four times is not far from what happens */
		for (uint64_t seed = 1; seed <= 40; seed++) {
			double days[DAYS];
			int64_t first = when_days(2026, 1, 5);
			make_season(&seasons[i], seed, days, DAYS, first);
			const struct spike_question question = { .days = days,
				.days_n = DAYS - seed % 7,
				.first_day = first,
				.times = 2,
				.floor = 5 };
			struct spike spike;
			if (days[question.days_n - 1] < 10)
				continue;
			days[question.days_n - 1] *= 4;
			assert_true(spike_look(&question, &spike));
			tried++;
			found += spike.crossed;
		}
		if (found * 10 < tried * 9)
			fail_msg("%s: %zu of %zu found", seasons[i].name, found, tried);
	}
}

/* Seven days that are too dear together, though none of them is alone: the days differ too much for that. */
static void
test_week(void **state)
{
	(void)state;
	static const struct {
		size_t weeks;
		double times;
		bool crossed;
	} cases[] = {
		{ 8, 2.5, true }, { 8, 1.8, false }, { 4, 2.5, true },
		{ 3, 2.5, false }, /* too few weeks to know */
	};
	static const double usual[] = { 10, 90, 30, 60, 20, 80, 50, 40, 70, 15, 55 };
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		double days[MOST];
		size_t n = (cases[i].weeks + 1) * 7;
		for (size_t k = 0; k < n; k++)
			days[k] = usual[k % 11] * (k >= n - 7 ? cases[i].times : 1);
		const struct spike_question question = { .days = days,
			.days_n = n,
			.first_day = when_days(2026, 2, 2),
			.times = 2,
			.floor = 5 };
		struct spike spike;
		assert_true(spike_look(&question, &spike));
		if (spike.crossed != cases[i].crossed || (spike.crossed && spike.days != 7))
			fail_msg("case %zu: crossed %d of %d days, %f over %f", i, spike.crossed,
				spike.days, spike.value, spike.limit);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_seasons),
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_week),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
