/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cheaper power or a dearer API never lengthens the break-even: each figure that says it has a
 * direction keeps it, over made-up plans.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "plans.h"
#include <cmocka.h>

enum { PLANS = 4000 };

/* Figures that say who does the work: more of it done locally helps where that saves anything. */
static bool
moves_work(enum figure figure)
{
	return figure == FIGURE_GROWTH || figure == FIGURE_RAMP || figure == FIGURE_FALLBACK ||
	       figure == FIGURE_OVERFLOW || figure == FIGURE_CAPACITY_HOURS;
}

/* The conditions of struct figure_kind: the API does not get dearer, nothing is owed to it in any
 * case, and its price is above what power the work takes, month for month. */
static void
make_moving_save(double v[FIGURES])
{
	if (v[FIGURE_API_DECLINE] < 0)
		v[FIGURE_API_DECLINE] = 0;
	v[FIGURE_COMMITMENT] = 0;
	double power = v[FIGURE_BUSY_HOURS] * (v[FIGURE_BUSY_WATTS] - v[FIGURE_IDLE_WATTS]) / 1000 *
		       v[FIGURE_PUE] * v[FIGURE_ELECTRICITY];
	double price =
		v[FIGURE_API_MONTHLY] * pow(1 - v[FIGURE_API_DECLINE], v[FIGURE_HORIZON] / 12);
	if (isnan(v[FIGURE_MONTHLY]) && power > price)
		v[FIGURE_BUSY_HOURS] = 0;
}

/* Another value of the figure that is larger than the one it has; the same where it has no room. */
static double
more_of(enum figure figure, double value, uint64_t *state)
{
	static const double step[FIGURES] = {
		[FIGURE_API_MONTHLY] = 3000,
		[FIGURE_API_STAYING] = 1000,
		[FIGURE_COMMITMENT] = 1000,
		[FIGURE_COMMITMENT_MONTHS] = 20,
		[FIGURE_GROWTH] = 0.05,
		[FIGURE_API_DECLINE] = 0.3,
		[FIGURE_RAMP] = 6,
		[FIGURE_FALLBACK] = 0.4,
		[FIGURE_OVERFLOW] = 0.4,
		[FIGURE_BUSY_HOURS] = 500,
		[FIGURE_CAPACITY_HOURS] = 500,
		[FIGURE_CAPEX] = 3000,
		[FIGURE_SPARE] = 2,
		[FIGURE_SETUP_HOURS] = 40,
		[FIGURE_MONTHLY] = 300,
		[FIGURE_RENT] = 300,
		[FIGURE_BUSY_WATTS] = 300,
		[FIGURE_IDLE_WATTS] = 100,
		[FIGURE_PUE] = 0.5,
		[FIGURE_ELECTRICITY] = 0.3,
		[FIGURE_UPKEEP] = 0.1,
		[FIGURE_ENGINEER_HOURS] = 8,
		[FIGURE_ENGINEER_RATE] = 50,
		[FIGURE_REVIEW_HOURS] = 5,
		[FIGURE_RESIDUAL] = 0.5,
		[FIGURE_DISCOUNT] = 0.2,
	};
	const struct figure_kind *kind = &figure_kinds[figure];
	double more = value + step[figure] * luck(state);
	if (kind->shape == FIGURE_WHOLE)
		more = ceil(more);
	return more > kind->most ? kind->most : more;
}

static double
or_never(double months)
{
	return isnan(months) ? UNBOUNDED : months;
}

/* Beyond rounding. */
static bool
earlier(double a, double b)
{
	return isinf(b) ? !isinf(a) : a < b - 1e-7 * b - 1e-9;
}

static void
show(const double v[FIGURES])
{
	for (int i = 0; i < FIGURES; i++)
		print_message("# %s %.17g\n", figure_kinds[i].name, v[i]);
}

/* How often more of the figure changed the answer. */
static int
check_direction(enum figure figure)
{
	uint64_t state = 88172645463325252u + (uint64_t)figure;
	int changed = 0, direction = figure_kinds[figure].direction;
	for (int i = 0; i < PLANS; i++) {
		double v[FIGURES];
		struct cash_answer less, more;
		plan_random(&state, v);
		if (moves_work(figure))
			make_moving_save(v);
		if (figure == FIGURE_CAPEX && v[FIGURE_CAPEX] == 0)
			continue; /* rented */
		if (figure == FIGURE_MONTHLY && isnan(v[figure]))
			continue; /* stating it is another plan */
		cash_answer(v, NULL, &less);
		v[figure] = more_of(figure, v[figure], &state);
		cash_answer(v, NULL, &more);
		double a = or_never(less.break_even), b = or_never(more.break_even);
		changed += a != b;
		if (direction > 0 ? earlier(b, a) : earlier(a, b)) {
			show(v);
			fail_msg("%s: plan %d went from %g to %g months", figure_kinds[figure].name,
				i, a, b);
		}
	}
	return changed;
}

static void
test_directions(void **unused)
{
	(void)unused;
	for (int i = 0; i < FIGURES; i++) {
		/* what it is counted in, and worth, changes nothing of a plain break-even */
		bool idle = i == FIGURE_UTILIZATION || i == FIGURE_DISCOUNT;
		if (figure_kinds[i].direction == 0 || i == FIGURE_UTILIZATION)
			continue;
		int changed = check_direction((enum figure)i);
		if (idle ? changed != 0 : changed < PLANS / 200)
			fail_msg("%s changed %d of %d plans", figure_kinds[i].name, changed, PLANS);
	}
}

/* Its direction is that of the discounted break-even, for plans that pay first and gain later. */
static void
test_discount(void **unused)
{
	(void)unused;
	uint64_t state = 88172645463325252u;
	int changed = 0;
	for (int i = 0; i < PLANS; i++) {
		double v[FIGURES];
		struct cash less, more;
		plan_random(&state, v);
		v[FIGURE_GROWTH] = v[FIGURE_API_DECLINE] = v[FIGURE_COMMITMENT] = 0;
		cash_flow(v, &less);
		v[FIGURE_DISCOUNT] = more_of(FIGURE_DISCOUNT, v[FIGURE_DISCOUNT], &state);
		cash_flow(v, &more);
		double a = or_never(cash_break_even_discounted(&less));
		double b = or_never(cash_break_even_discounted(&more));
		if (earlier(b, a)) {
			show(v);
			fail_msg("plan %d went from %g to %g months", i, a, b);
		}
		assert_false(earlier(a, or_never(cash_break_even(&less))));
		changed += a != b;
	}
	assert_in_range(changed, PLANS / 10, PLANS);
}

/* A utilization is busy hours in other words. */
static void
test_utilization(void **unused)
{
	(void)unused;
	struct figures figures;
	double before = 0;
	for (int percent = 0; percent <= 100; percent += 10) {
		double v[FIGURES];
		struct cash_answer answer;
		struct err err;
		plan_built(&figures);
		figures.of[FIGURE_BUSY_HOURS].given = false;
		figures_put(&figures, FIGURE_UTILIZATION, estimate_of(percent / 100.0), "test");
		assert_true(figures_settle(&figures, &err));
		figures_values(&figures, FIGURE_LIKELY, v);
		cash_answer(v, NULL, &answer);
		assert_true(answer.break_even > before);
		before = answer.break_even;
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_directions),
		cmocka_unit_test(test_discount),
		cmocka_unit_test(test_utilization),
	};
	return cmocka_run_group_tests_name("directions", tests, NULL, NULL);
}
