/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures as people write them, and when they agree with what was worked out. */
#include "config.h"

#include "econ/amount.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/estimate.h"
#include "base/num.h"

static void
test_written(void **unused)
{
	static const struct {
		const char *text;
		enum amount_unit unit;
		double low, high;
	} cases[] = {
		{ "54.00", AMOUNT_MONEY, 54, 54 },
		{ " $1,600 ", AMOUNT_MONEY, 1600, 1600 },
		{ "~$48", AMOUNT_MONEY, 48, 48 },
		{ "$~48", AMOUNT_MONEY, MISSING, MISSING },
		{ "\xE2\x89\x88 48 EUR", AMOUNT_MONEY, 48, 48 },
		{ "\xE2\x82\xAC"
		  "12",
			AMOUNT_MONEY, 12, 12 },
		{ "$~50+", AMOUNT_MONEY, MISSING, MISSING },
		{ "~$50+", AMOUNT_MONEY, 50, 100 },
		{ "$400\xE2\x80\x93$800", AMOUNT_MONEY, 400, 800 },
		{ "400 - 800", AMOUNT_MONEY, 400, 800 },
		{ "400 to 800", AMOUNT_MONEY, 400, 800 },
		{ "0.02..0.08", AMOUNT_MONEY, 0.02, 0.08 },
		{ "$35K-$45K", AMOUNT_MONEY, 35000, 45000 },
		{ "35-45K", AMOUNT_MONEY, 35000, 45000 },
		{ "-12", AMOUNT_MONEY, -12, -12 },
		{ "1.5e-6", AMOUNT_MONEY, 1.5e-6, 1.5e-6 },
		{ "0.0000015", AMOUNT_MONEY, 1.5e-6, 1.5e-6 },
		{ "30/month", AMOUNT_MONEY, 30, 30 },
		{ "30 / mo", AMOUNT_MONEY, 30, 30 },
		{ "30/year", AMOUNT_MONEY, MISSING, MISSING },
		{ "1M", AMOUNT_MONEY, 1e6, 1e6 },
		{ "59%", AMOUNT_SHARE, 0.59, 0.59 },
		{ "59 %", AMOUNT_SHARE, 0.59, 0.59 },
		{ "0.59", AMOUNT_SHARE, 0.59, 0.59 },
		{ "75%-80%", AMOUNT_SHARE, 0.75, 0.8 },
		{ "75-80%", AMOUNT_SHARE, 0.75, 0.8 },
		{ "24", AMOUNT_MONTHS, 24, 24 },
		{ "2 years", AMOUNT_MONTHS, 24, 24 },
		{ "3\xE2\x80\x93"
		  "6 months",
			AMOUNT_MONTHS, 3, 6 },
		{ "2 weeks", AMOUNT_MONTHS, MISSING, MISSING },
		{ "8 h/day", AMOUNT_HOURS, 8, 8 },
		{ "1.2 kW", AMOUNT_WATTS, 1200, 1200 },
		{ "28-35 tok/s", AMOUNT_SPEED, 28, 35 },
		{ "32 GB", AMOUNT_MEMORY, 32, 32 },
		{ "10-40x", AMOUNT_RATIO, 10, 40 },
		{ "5,000 requests", AMOUNT_COUNT, 5000, 5000 },
		{ "10K tokens", AMOUNT_TOKENS, 10000, 10000 },
		{ "5 6", AMOUNT_COUNT, MISSING, MISSING },
		{ "1-2-3", AMOUNT_COUNT, MISSING, MISSING },
		{ "x5", AMOUNT_COUNT, MISSING, MISSING },
		{ "1,234,567.5", AMOUNT_COUNT, 1234567.5, 1234567.5 },
		{ "1.234.567,5", AMOUNT_COUNT, 1234567.5, 1234567.5 },
		{ "1.234.567", AMOUNT_COUNT, 1234567, 1234567 },
		{ "1.2.3", AMOUNT_COUNT, MISSING, MISSING },
		{ "1,23,456", AMOUNT_COUNT, MISSING, MISSING },
		{ "1,234.567,8", AMOUNT_COUNT, MISSING, MISSING },
		{ "nan", AMOUNT_COUNT, MISSING, MISSING },
		{ "inf", AMOUNT_COUNT, MISSING, MISSING },
		{ "9-3", AMOUNT_COUNT, MISSING, MISSING },
	};
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct amount amount;
		const char *why;
		bool good =
			amount_read(slice_of(cases[i].text), cases[i].unit, false, &amount, &why);
		if (good != !isnan(cases[i].low))
			fail_msg("\"%s\" was %s", cases[i].text, good ? "read" : why);
		if (good &&
			(fabs(amount.low - cases[i].low) > 1e-12 * fabs(cases[i].low) ||
				fabs(amount.high - cases[i].high) > 1e-12 * fabs(cases[i].high)))
			fail_msg(
				"\"%s\" is %.17g to %.17g", cases[i].text, amount.low, amount.high);
	}
}

static void
test_nothing(void **unused)
{
	static const char *const texts[] = { "", " ", "-", "\xE2\x80\x94", "n/a", "N/A", "?",
		"none" };
	struct amount amount;
	const char *why;
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(texts); i++) {
		assert_true(amount_read(slice_of(texts[i]), AMOUNT_MONEY, false, &amount, &why));
		assert_false(amount.given);
		assert_true(isnan(amount.low));
	}
	assert_true(amount_read(SLICE("never"), AMOUNT_MONTHS, false, &amount, &why));
	assert_true(amount.given && amount.never);
}

/* Between semicolons a lone mark before three digits can be read in two ways; anything else is
 * clear. */
static void
test_marks(void **unused)
{
	struct amount amount;
	const char *why;
	(void)unused;
	assert_false(amount_read(SLICE("1,234"), AMOUNT_MONEY, true, &amount, &why));
	assert_false(amount_read(SLICE("1.234"), AMOUNT_MONEY, true, &amount, &why));
	assert_true(amount_read(SLICE("1.234,50"), AMOUNT_MONEY, true, &amount, &why));
	assert_true(amount.low == 1234.5);
	assert_true(amount_read(SLICE("0,15"), AMOUNT_MONEY, true, &amount, &why));
	assert_true(amount.low == 0.15);
	assert_true(amount_read(SLICE("0,150"), AMOUNT_MONEY, true, &amount, &why));
	assert_true(amount.low == 0.15);
	assert_true(amount_read(SLICE("1,234"), AMOUNT_MONEY, false, &amount, &why));
	assert_true(amount.low == 1234);
}

static void
test_agree(void **unused)
{
	static const struct {
		const char *stated;
		double low, high;
		bool meets;
	} cases[] = {
		{ "66.7", 66.6667, 66.6667, true }, /* half of the last digit */
		{ "66.7", 67.1, 67.1, false },
		{ "48", 48.49, 48.49, true },
		{ "48", 48.51, 48.51, false },
		{ "~48", 46, 46, true },
		{ "~48", 45, 45, false },
		{ "1000", 1004, 1004, true }, /* half a percent */
		{ "1000", 1006, 1006, false },
		{ "3-6", 4, 4, true }, /* a range that holds it */
		{ "3-6", 3.2, 5.5, true },
		{ "4.5", 3, 6, true }, /* one of those that it may be */
		{ "3-6", 1.42, 1.62, false },
		{ "35K-45K", 31960, 37240, false }, /* they overlap, and neither holds the other */
		{ "50+", 80, 80, true },
		{ "50+", 120, 120, false },
		{ "0", 0, 0, true },
	};
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct amount amount;
		const char *why;
		assert_true(
			amount_read(slice_of(cases[i].stated), AMOUNT_MONEY, false, &amount, &why));
		struct bounds found = { cases[i].low, cases[i].high };
		if (amount_meets(&amount, found) != cases[i].meets)
			fail_msg("\"%s\" beside %g to %g", cases[i].stated, found.low, found.high);
		/* below, above and met exclude each other */
		assert_false(cases[i].meets && amount_is_below(&amount, found));
		assert_false(cases[i].meets && amount_is_above(&amount, found));
	}
}

static void
test_printed(void **unused)
{
	static const struct {
		enum amount_unit unit;
		double low, high;
		const char *currency, *text;
	} cases[] = {
		{ AMOUNT_MONEY, 54, 54, "", "$54.00" },
		{ AMOUNT_MONEY, 31960, 37240, "USD", "$31,960.00 to $37,240.00" },
		{ AMOUNT_MONEY, -1.5, -1.5, "EUR", "-EUR 1.50" },
		{ AMOUNT_MONEY, 1.5e-6, 1.5e-6, "", "$0.0000015" },
		{ AMOUNT_MONEY, 80, UNBOUNDED, "", "$80.00 or more" },
		{ AMOUNT_SHARE, -UNBOUNDED, 0.8, "", "80 % or less" },
		{ AMOUNT_MONTHS, 1.42, 1.62, "", "1.4 to 1.6 months" },
		{ AMOUNT_MONTHS, 66.667, 66.667, "", "66.7 months" },
		{ AMOUNT_HOURS, 5.556, 5.556, "", "5.56 h" },
		{ AMOUNT_COUNT, 150000, 150000, "", "150,000" },
	};
	(void)unused;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str out = STR_INIT;
		amount_print(&out, cases[i].unit, (struct bounds){ cases[i].low, cases[i].high },
			cases[i].currency);
		assert_string_equal(str_text(&out), cases[i].text);
		str_free(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_agree),
		cmocka_unit_test(test_printed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
