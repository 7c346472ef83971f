/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/scale.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"

struct axis_case {
	enum chart_quantity quantity;
	const char *currency;
	double low, high;
	int most;
	bool whole, from_zero;
	const char *labels; /* of all ticks */
};

static const struct axis_case axes[] = {
	{ CHART_MONEY, "", 0, 8100, 6, true, false, "$0 $2k $4k $6k $8k $10k" },
	{ CHART_MONEY, "", 0, 950, 6, true, false, "$0 $200 $400 $600 $800 $1,000" },
	{ CHART_MONEY, "USD", 0, 40e3, 6, true, false, "$0 $10k $20k $30k $40k" },
	{ CHART_MONEY, "", 1e4, 1.24e4, 6, true, false,
		"$10.0k $10.5k $11.0k $11.5k $12.0k $12.5k" },
	{ CHART_MONEY, "", 0, 0.043, 6, true, false, "$0 $0.01 $0.02 $0.03 $0.04 $0.05" },
	{ CHART_MONEY, "", 0, 0.9, 6, true, false, "$0 $0.20 $0.40 $0.60 $0.80 $1.00" },
	{ CHART_MONEY, "", 0, 0.0007, 5, true, false, "$0 $0.0002 $0.0004 $0.0006 $0.0008" },
	{ CHART_MONEY, "", -700, 1300, 6, true, false, "-$1,000 -$500 $0 $500 $1,000 $1,500" },
	{ CHART_MONEY, "", -3.2e6, 2.1e6, 8, true, false, "-$4M -$3M -$2M -$1M $0 $1M $2M $3M" },
	{ CHART_MONEY, "", 0, 7e9, 5, true, false, "$0 $2B $4B $6B $8B" },
	{ CHART_MONEY, "EUR", 0, 30e3, 4, true, false, "0 EUR 10k EUR 20k EUR 30k EUR" },
	{ CHART_NUMBER, "", 0, 5200, 6, false, false, "0 1,000 2,000 3,000 4,000 5,000" },
	{ CHART_NUMBER, "", 0, 2.5e12, 4, false, false, "0 1T 2T" },
	{ CHART_SHARE, "", 0, 1, 6, true, false, "0 % 20 % 40 % 60 % 80 % 100 %" },
	{ CHART_SHARE, "", 0.001, 0.004, 5, true, false, "0.1 % 0.2 % 0.3 % 0.4 %" },
	{ CHART_MONTHS, "", 0, 36, 8, false, false, "0 6 12 18 24 30 36" },
	{ CHART_MONTHS, "", 0, 36, 5, false, false, "0 12 24 36" },
	{ CHART_MONTHS, "", 0, 240, 6, false, false, "0 60 120 180 240" },
	{ CHART_MONTHS, "", 0, 2400, 6, false, false, "0 600 1,200 1,800 2,400" },
	{ CHART_MONTHS, "", 2, 5, 8, false, true, "0 1 2 3 4 5" },
	{ CHART_MONTHS, "", 0, 0.5, 8, false, false, "0 0.1 0.2 0.3 0.4 0.5" },
	{ CHART_MONTHS, "", 1.83, 1.93, 8, true, false, "1.82 1.84 1.86 1.88 1.90 1.92 1.94" },
	/* nothing, one value, and what is no range */
	{ CHART_NUMBER, "", 0, 0, 3, true, false, "0 0.5 1.0" },
	{ CHART_NUMBER, "", 8, 8, 5, true, false, "0 5 10 15 20" },
	{ CHART_NUMBER, "", -8, -8, 5, true, false, "-20 -15 -10 -5 0" },
	{ CHART_NUMBER, "", 1, 0, 3, true, false, "0 0.5 1.0" },
	{ CHART_NUMBER, "", (double)NAN, 1, 3, true, false, "0 0.5 1.0" },
	{ CHART_NUMBER, "", (double)INFINITY, -(double)INFINITY, 3, true, false, "0 0.5 1.0" },
};

static void
axes_have_ticks_that_people_would_choose(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(axes); i++) {
		struct chart_axis axis = { .quantity = axes[i].quantity,
			.from_zero = axes[i].from_zero };
		memcpy(axis.currency, axes[i].currency, strlen(axes[i].currency));
		struct scale scale;
		struct str labels = STR_INIT;
		scale_fit(&scale, &axis, axes[i].low, axes[i].high, axes[i].most, axes[i].whole);
		for (int k = 0; k < scale.ticks_n; k++) {
			str_puts(&labels, k ? " " : "");
			scale_label(&labels, &scale, scale_tick(&scale, k));
		}
		assert_string_equal(str_text(&labels), axes[i].labels);
		str_free(&labels);
	}
}

struct dates_case {
	const char *low, *high;
	int most;
	bool whole;
	const char *labels;
};

static const struct dates_case dates[] = {
	/* a day, alone and as a range */
	{ "2026-10-03", "2026-10-03", 8, false, "3 Oct 2026, 4 Oct" },
	{ "2026-10-03", "2026-10-04", 8, true, "3 Oct 2026, 4 Oct" },
	{ "2026-12-31", "2027-01-01", 3, false, "31 Dec 2026, 1 Jan 2027" },
	/* a week */
	{ "2026-10-05", "2026-10-12", 8, false,
		"5 Oct 2026, 6 Oct, 7 Oct, 8 Oct, 9 Oct, 10 Oct, 11 Oct, 12 Oct" },
	{ "2026-10-05", "2026-10-12", 5, false, "6 Oct 2026, 8 Oct, 10 Oct, 12 Oct" },
	/* a month: Mondays */
	{ "2026-10-01", "2026-11-01", 8, false, "5 Oct 2026, 12 Oct, 19 Oct, 26 Oct" },
	{ "2026-10-01", "2026-11-01", 8, true,
		"28 Sep 2026, 5 Oct, 12 Oct, 19 Oct, 26 Oct, 2 Nov" },
	{ "2026-12-14", "2027-01-14", 8, false, "14 Dec 2026, 21 Dec, 28 Dec, 4 Jan 2027, 11 Jan" },
	/* 60 days of two firsts of a month; 90 days */
	{ "2026-10-05", "2026-12-04", 7, false, "12 Oct 2026, 26 Oct, 9 Nov, 23 Nov" },
	{ "2026-10-01", "2026-12-30", 8, false, "Oct 2026, Nov, Dec" },
	{ "2026-10-02", "2026-12-31", 8, true, "Oct 2026, Nov, Dec, Jan 2027" },
	/* a year: quarters where months have no room */
	{ "2026-01-01", "2027-01-01", 13, false,
		"Jan 2026, Feb, Mar, Apr, May, Jun, Jul, Aug, Sep, Oct, Nov, Dec, Jan 2027" },
	{ "2026-01-01", "2027-01-01", 8, false, "Jan 2026, Apr, Jul, Oct, Jan 2027" },
	{ "2026-11-15", "2027-11-15", 8, false, "Jan 2027, Apr, Jul, Oct" },
	/* three years, ten, and all that there can be */
	{ "2024-01-01", "2027-01-01", 13, false,
		"Jan 2024, Apr, Jul, Oct, Jan 2025, Apr, Jul, Oct, Jan 2026, Apr, Jul, Oct, "
		"Jan 2027" },
	{ "2024-01-01", "2027-01-01", 8, false,
		"Jan 2024, Jul, Jan 2025, Jul, Jan 2026, Jul, Jan 2027" },
	{ "2024-03-10", "2027-03-09", 4, false, "2025, 2026, 2027" },
	{ "2017-06-01", "2027-03-09", 7, true, "2016, 2018, 2020, 2022, 2024, 2026, 2028" },
	{ "1800-01-01", "2199-12-31", 3, true, "1900, 2000, 2100" },
	{ "1900-01-01", "2099-12-31", 12, true, "1900, 1950, 2000, 2050, 2100" },
	/* a leap day is a day, and no other year has one */
	{ "2028-02-27", "2028-03-02", 8, false, "27 Feb 2028, 28 Feb, 29 Feb, 1 Mar, 2 Mar" },
	{ "2027-02-27", "2027-03-02", 8, false, "27 Feb 2027, 28 Feb, 1 Mar, 2 Mar" },
	{ "2028-02-29", "2029-02-28", 8, true, "Jan 2028, Apr, Jul, Oct, Jan 2029, Apr" },
	{ "1969-12-30", "1970-01-02", 8, false, "30 Dec 1969, 31 Dec, 1 Jan 1970, 2 Jan" },
};

/* "2026-10-03" */
static double
day_of(const char *text)
{
	int year = (int)strtol(text, NULL, 10), month = (int)strtol(text + 5, NULL, 10);
	return (double)when_days(year, month, (int)strtol(text + 8, NULL, 10));
}

static void
dates_have_ticks_that_calendars_have(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(dates); i++) {
		struct chart_axis axis = { .quantity = CHART_DATES };
		struct scale scale;
		struct str labels = STR_INIT;
		scale_fit(&scale, &axis, day_of(dates[i].low), day_of(dates[i].high), dates[i].most,
			dates[i].whole);
		for (int k = 0; k < scale.ticks_n; k++) {
			str_puts(&labels, k ? ", " : "");
			scale_label(&labels, &scale, scale_tick(&scale, k));
		}
		assert_string_equal(str_text(&labels), dates[i].labels);
		str_free(&labels);
	}
}

/* From any day on, for any time: ticks lie on the axis in order, with room for each, on the days that their
 * labels say. */
static void
any_dates_have_room(void **state)
{
	(void)state;
	static const int spans[] = { 0, 1, 6, 7, 13, 27, 28, 29, 30, 31, 59, 60, 89, 90, 92, 180,
		364, 365, 366, 1095, 1096, 3653, 20000 };
	for (double low = day_of("2023-12-20"); low < day_of("2025-03-03"); low += 1) {
		for (size_t s = 0; s < HL_COUNT(spans) * 8; s++) {
			struct chart_axis axis = { .quantity = CHART_DATES };
			struct scale scale;
			double high = low + spans[s / 8];
			int most = 3 + (int)(s % 8);
			scale_fit(&scale, &axis, low, high, most, s & 1);
			assert_true(scale.low <= low && high <= scale.high);
			assert_in_range(scale.ticks_n, 1, most);
			for (int k = 0; k < scale.ticks_n; k++) {
				double tick = scale_tick(&scale, k);
				assert_true(tick >= scale.low && tick <= scale.high);
				assert_true(!k || tick > scale_tick(&scale, k - 1));
				int day = when_civil((int64_t)tick * NS_PER_DAY).day;
				assert_true(!scale.months || day == 1);
			}
		}
	}
}

/* Whatever the values, an axis ends, holds them, and has no more ticks than there is room for. */
static void
any_axis_holds_its_values(void **state)
{
	(void)state;
	static const double values[] = { 0, 1e-300, 1e-13, 3e-7, 0.1, 1, 9.99, 17, 1e3, 123456, 1e9,
		1e14, 1e15 };
	for (size_t q = CHART_NUMBER; q <= CHART_SHARE; q++) {
		for (size_t a = 0; a < HL_COUNT(values) * HL_COUNT(values) * 4; a++) {
			double low = values[a / 4 % HL_COUNT(values)] * (a & 1 ? -1 : 1);
			double high = values[a / 4 / HL_COUNT(values)] * (a & 2 ? -1 : 1);
			struct chart_axis axis = { .quantity = (enum chart_quantity)q };
			struct scale scale;
			struct str label = STR_INIT;
			if (low > high)
				continue;
			for (int most = 3; most < 12; most++) {
				scale_fit(&scale, &axis, low, high, most, true);
				double slack = 1e-9 * (scale.high - scale.low);
				assert_true(scale.low <= low + slack && high <= scale.high + slack);
				assert_in_range(scale.ticks_n, 2, most);
				scale_label(&label, &scale, scale.high);
				assert_in_range(label.n, 1, 26);
				str_clear(&label);
			}
			str_free(&label);
		}
	}
}

static void
what_is_beyond_is_at_the_end(void **state)
{
	(void)state;
	struct chart_axis axis = { .quantity = CHART_NUMBER };
	struct scale scale;
	scale_fit(&scale, &axis, 0, 10, 3, true);
	assert_true(scale_place(&scale, 0) == 0 && scale_place(&scale, 10) == 1);
	assert_true(scale_place(&scale, (double)INFINITY) == 1);
	assert_true(scale_place(&scale, -(double)INFINITY) == 0);
	assert_true(isnan(scale_place(&scale, (double)NAN)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(axes_have_ticks_that_people_would_choose),
		cmocka_unit_test(dates_have_ticks_that_calendars_have),
		cmocka_unit_test(any_dates_have_room),
		cmocka_unit_test(any_axis_holds_its_values),
		cmocka_unit_test(what_is_beyond_is_at_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
