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
		cmocka_unit_test(any_axis_holds_its_values),
		cmocka_unit_test(what_is_beyond_is_at_the_end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
