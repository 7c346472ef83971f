/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ticks of an axis of dates: every day, every Monday, every first of a month, of a quarter, of a year. */
#include "config.h"

#include <math.h>

#include "base/when.h"
#include "view/scale.h"

/* 1 January 1900 and 2100: nobody's bills lie beyond. */
#define EARLIEST (-25567.0)
#define LATEST   47482.0

enum { MONDAY = 4 }; /* the first one in 1970 */

struct pace {
	bool months;
	int every;
};

static const struct pace paces[] = {
	{ false, 1 },
	{ false, 2 },
	{ false, 7 },
	{ false, 14 },
	{ true, 1 },
	{ true, 3 },
	{ true, 6 },
	{ true, 12 },
	{ true, 24 },
	{ true, 60 },
	{ true, 120 },
	{ true, 600 },
	{ true, 1200 },
};

static int
month_of(double day)
{
	return when_month((int64_t)floor(day) * NS_PER_DAY);
}

static double
month_start(double month)
{
	return (double)when_days((int)month / 12, (int)month % 12 + 1, 1);
}

/* The last tick that is not behind 'day': its number, counting steps from a point that is the same for all. */
static double
tick_before(const struct pace *pace, double day)
{
	if (pace->months)
		return floor((double)month_of(day) / pace->every);
	double anchor = pace->every % 7 == 0 ? MONDAY : 0;
	return floor((day - anchor) / pace->every);
}

static double
tick_day(const struct pace *pace, double n)
{
	if (pace->months)
		return month_start(n * pace->every);
	return (pace->every % 7 == 0 ? MONDAY : 0) + n * pace->every;
}

static double
tick_from(const struct pace *pace, double day)
{
	double n = tick_before(pace, day);
	return tick_day(pace, n) < day ? n + 1 : n;
}

static int
ticks_of(const struct pace *pace, double low, double high, bool whole, double *first)
{
	*first = whole ? tick_before(pace, low) : tick_from(pace, low);
	double last = whole ? tick_from(pace, high) : tick_before(pace, high);
	return (int)(last - *first) + 1;
}

/* Every second Monday is a step for want of a better one. */
static bool
is_odd(const struct pace *pace, double low, double high, bool whole)
{
	static const struct pace monthly = { true, 1 };
	double first;
	return !pace->months && pace->every == 14 &&
	       ticks_of(&monthly, low, high, whole, &first) >= 3;
}

static bool
is_close(const struct pace *pace, double least)
{
	double days = pace->months ? 28 * pace->every : pace->every;
	return days < 0.9 * least;
}

void
scale_fit_dates(struct scale *scale, const struct scale_dates *dates, int most)
{
	double low = dates->low, high = dates->high, first;
	bool whole = dates->whole;
	if (!isfinite(low) || !isfinite(high) || low > high)
		low = high = 0;
	low = fmin(fmax(low, EARLIEST), LATEST - 1);
	high = fmin(fmax(high, low + 1), LATEST);
	size_t n = 0, last = HL_COUNT(paces) - 1;
	while (n < last && (is_close(&paces[n], dates->least) ||
				   ticks_of(&paces[n], low, high, whole, &first) > most ||
				   is_odd(&paces[n], low, high, whole)))
		n++;
	const struct pace *pace = &paces[n];
	int ticks = ticks_of(pace, low, high, whole, &first);
	*scale = (struct scale){ .quantity = CHART_DATES,
		.currency = "",
		.low = whole ? tick_day(pace, first) : low,
		.high = whole ? tick_day(pace, first + ticks - 1) : high,
		.first = pace->months ? first * pace->every : tick_day(pace, first),
		.step = pace->every,
		.months = pace->months,
		.ticks_n = ticks };
}

double
scale_tick_date(const struct scale *scale, int i)
{
	double at = scale->first + i * scale->step;
	return scale->months ? month_start(at) : at;
}

static bool
is_new_year(const struct scale *scale, double value, int year)
{
	if (value <= scale_tick_date(scale, 0))
		return true;
	double before =
		scale->months ? month_start(month_of(value) - scale->step) : value - scale->step;
	return month_of(before) / 12 != year;
}

void
scale_label_date(struct str *out, const struct scale *scale, double value)
{
	static const char *const names[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug",
		"Sep", "Oct", "Nov", "Dec" };
	const struct civil c = when_civil((int64_t)floor(value) * NS_PER_DAY);
	if (!scale->months)
		str_printf(out, "%d ", c.day);
	if (!scale->months || scale->step < 12)
		str_printf(out, "%s", names[c.month - 1]);
	if (scale->months && scale->step >= 12)
		str_printf(out, "%d", c.year);
	else if (is_new_year(scale, value, c.year))
		str_printf(out, " %d", c.year);
}
