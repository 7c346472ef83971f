/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is made of the cash flow: outlook, sensitivity, target, unit cost, rent against purchase. */
#include "config.h"

#include "econ/outlook.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "plans.h"
#include <cmocka.h>

#include "econ/sensitivity.h"
#include "econ/target.h"
#include "econ/tenure.h"
#include "econ/unitcost.h"

static bool
near(double a, double b, double tolerance)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double
or_never(double months)
{
	return isnan(months) ? UNBOUNDED : months;
}

/* Values from another implementation of splitmix64 and of the triangle (Python). */
static void
test_draws_are_known(void **unused)
{
	(void)unused;
	static const struct {
		uint64_t seed, draw;
		double value;
	} rows[] = {
		{ 1, 0, 0.3608090142846898 },
		{ 1, 1, 0.20711088891690294 },
		{ 1, 1999, 0.3175242667384821 },
		{ 7, 0, 0.32297770782467294 },
	};
	struct figures figures;
	figures_default(&figures);
	figures_put(&figures, FIGURE_ELECTRICITY, (struct estimate){ 0.1, 0.2, 0.4 }, "test");
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		double got = outlook_draw(&figures, FIGURE_ELECTRICITY, rows[i].seed, rows[i].draw);
		if (!near(got, rows[i].value, 1e-12))
			fail_msg("draw %d of seed %d: %.17g", (int)rows[i].draw, (int)rows[i].seed,
				got);
	}
}

/* What the range says: 80 % inside, the rest outside in proportion to its sides, and nothing where a
 * figure cannot be. */
static void
test_distribution(void **unused)
{
	(void)unused;
	enum { DRAWS = 100000 };
	static const struct {
		struct estimate range;
		double below, above;
	} rows[] = {
		{ { 1, 2, 3 }, 0.1, 0.1 },
		{ { 1, 1.5, 3 }, 0.05, 0.15 },
		{ { 1, 1, 2 }, 0, 0.2 },
		{ { 1, 2, 2 }, 0.2, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct figures figures;
		int below = 0, above = 0, left = 0;
		figures_default(&figures);
		figures_put(&figures, FIGURE_ELECTRICITY, rows[i].range, "test");
		for (uint64_t d = 0; d < DRAWS; d++) {
			double value = outlook_draw(&figures, FIGURE_ELECTRICITY, 5, d);
			below += value < rows[i].range.low;
			above += value > rows[i].range.high;
			left += value < rows[i].range.likely;
		}
		/* five standard errors */
		assert_true(near(below / (double)DRAWS, rows[i].below, 0.006));
		assert_true(near(above / (double)DRAWS, rows[i].above, 0.006));
		/* the mode cuts a triangle in proportion to its sides */
		double side = (rows[i].range.likely - rows[i].range.low) /
			      (rows[i].range.high - rows[i].range.low);
		assert_true(near(left / (double)DRAWS, side, 0.008));
	}
}

static void
test_limits(void **unused)
{
	(void)unused;
	struct figures figures;
	figures_default(&figures);
	figures_put(&figures, FIGURE_PUE, (struct estimate){ 1, 1.1, 1.5 }, "test");
	figures_put(&figures, FIGURE_LIFE, (struct estimate){ 24, 36, 60 }, "test");
	figures_put(&figures, FIGURE_UNITS, estimate_of(3), "test");
	bool at_limit = false, moved = false;
	for (uint64_t d = 0; d < 2000; d++) {
		double pue = outlook_draw(&figures, FIGURE_PUE, 1, d);
		double life = outlook_draw(&figures, FIGURE_LIFE, 1, d);
		assert_true(pue >= 1 && life == floor(life) && life >= 1);
		assert_true(outlook_draw(&figures, FIGURE_UNITS, 1, d) == 3);
		assert_true(isnan(outlook_draw(&figures, FIGURE_MONTHLY, 1, d)));
		at_limit |= pue == 1;
		moved |= life != 36;
		/* one figure tells nothing of another, nor one draw of the next */
		assert_true(outlook_draw(&figures, FIGURE_LIFE, 1, d) == life);
		assert_true(outlook_draw(&figures, FIGURE_PUE, 2, d) != pue || pue == 1);
	}
	assert_true(at_limit && moved);
}

/* The same as drawing, sorting and counting here. */
static void
test_outlook(void **unused)
{
	(void)unused;
	enum { N = 1000 };
	static double months[N], npv[N], year[N];
	static struct outlook out, again;
	struct figures figures;
	int pays = 0, later = 0, by_year = 0;
	plan_built(&figures);
	outlook_of(&figures, 3, N, &out);
	outlook_of(&figures, 3, N, &again);
	assert_memory_equal(&out, &again, sizeof(out));
	for (int i = 0; i < N; i++) {
		double v[FIGURES];
		static struct cash cash;
		for (int f = 0; f < FIGURES; f++)
			v[f] = outlook_draw(&figures, (enum figure)f, 3, (uint64_t)i);
		cash_flow(v, &cash);
		months[i] = or_never(cash_break_even(&cash));
		npv[i] = cash.npv;
		year[i] = cash.month[12].cumulative;
		pays += months[i] <= cash.life;
		later += months[i] > cash.life && months[i] <= cash.months;
		by_year += months[i] <= 12;
	}
	qsort(months, N, sizeof(months[0]), compare);
	qsort(npv, N, sizeof(npv[0]), compare);
	qsort(year, N, sizeof(year[0]), compare);
	double likely = out.likely.break_even;
	assert_true(or_never(out.break_even.low) == fmin(months[N / 10], likely));
	assert_true(or_never(out.break_even.high) == fmax(months[N - 1 - N / 10], likely));
	assert_true(near(out.npv.low, fmin(npv[N / 10], out.likely.npv), 1e-9));
	assert_true(near(out.npv.high, fmax(npv[N - 1 - N / 10], out.likely.npv), 1e-9));
	assert_true(near(out.month[12].cumulative.low, year[N / 10], 1e-6));
	assert_true(near(out.month[12].cumulative.high, year[N - 1 - N / 10], 1e-6));
	assert_true(near(out.pays_share, pays / (double)N, 1e-12));
	assert_true(near(out.beyond_life_share, later / (double)N, 1e-12));
	assert_true(near(out.pays_share + out.beyond_life_share + out.never_share, 1, 1e-12));
	assert_true(near(out.month[12].paid_share, by_year / (double)N, 1e-12));
	for (int m = 1; m <= out.months; m++)
		assert_true(out.month[m].paid_share >= out.month[m - 1].paid_share);
	assert_true(near(out.month[out.months].paid_share, out.pays_share, 1e-12));
	/* there is something to see */
	assert_true(pays > N / 10 && pays < N * 9 / 10);
	assert_true(out.best.break_even < out.break_even.low);
	assert_true(or_never(out.worst.break_even) >= or_never(out.break_even.high));
}

/* A plan that is stated whole has no luck in it. */
static void
test_certain(void **unused)
{
	(void)unused;
	static const struct {
		const char *api, *capex, *monthly;
		double low, likely, high, pays, beyond;
	} rows[] = {
		{ "54", "1600", "30", 66.667, 66.667, 66.667, 0, 1 },
		{ "900", "1600", "30", 1.839, 1.839, 1.839, 1, 0 },
		{ "30", "1600", "30", MISSING, MISSING, MISSING, 0, 0 },
		{ "3200-3600", "5000", "80-120", 1.42, 1.515, 1.623, 1, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		static struct outlook out;
		struct figures figures;
		struct err err;
		figures_default(&figures);
		assert_true(figures_set(
			&figures, slice_of("api-monthly"), slice_of(rows[i].api), "test", &err));
		assert_true(figures_set(
			&figures, slice_of("capex"), slice_of(rows[i].capex), "test", &err));
		assert_true(figures_set(
			&figures, slice_of("monthly"), slice_of(rows[i].monthly), "test", &err));
		assert_true(figures_settle(&figures, &err));
		outlook_of(&figures, OUTLOOK_SEED, OUTLOOK_DRAWS, &out);
		assert_true(near(out.best.break_even, rows[i].low, 0.001));
		assert_true(near(out.break_even.likely, rows[i].likely, 0.001));
		assert_true(near(out.worst.break_even, rows[i].high, 0.001));
		assert_true(isnan(rows[i].low) ? isnan(out.break_even.low)
					       : out.break_even.low >= rows[i].low - 0.001);
		assert_true(isnan(rows[i].high) ? isnan(out.break_even.high)
						: out.break_even.high <= rows[i].high + 0.001);
		assert_true(out.pays_share == rows[i].pays);
		assert_true(out.beyond_life_share == rows[i].beyond);
	}
}

static void
test_sensitivity(void **unused)
{
	(void)unused;
	struct figures figures;
	struct sensitivity out;
	double v[FIGURES];
	bool seen[FIGURES] = { false };
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	sensitivity_of(&figures, &out);
	for (int i = 0; i < out.n; i++) {
		const struct sensitivity_bar *bar = &out.bars[i];
		struct cash_answer low, high;
		double likely = v[bar->figure];
		v[bar->figure] = figures.of[bar->figure].value.low;
		cash_answer(v, NULL, &low);
		v[bar->figure] = figures.of[bar->figure].value.high;
		cash_answer(v, NULL, &high);
		v[bar->figure] = likely;
		assert_true(near(bar->low.break_even, low.break_even, 0));
		assert_true(near(bar->high.npv, high.npv, 0));
		assert_true(i == 0 || bar->months < bar[-1].months ||
			    (bar->months == bar[-1].months && bar->npv <= bar[-1].npv));
		assert_true(bar->months > 0 || bar->npv > 0);
		assert_false(seen[bar->figure]);
		seen[bar->figure] = true;
	}
	assert_true(seen[FIGURE_ELECTRICITY] && seen[FIGURE_API_DECLINE] &&
		    seen[FIGURE_ENGINEER_HOURS]);
	assert_false(seen[FIGURE_CAPEX] || seen[FIGURE_UNITS]);
	/* what has no part in the answer has no bar either */
	plan_built(&figures);
	figures_put(&figures, FIGURE_MONTHLY, (struct estimate){ 20, 30, 40 }, "test");
	struct err err;
	assert_true(figures_settle(&figures, &err));
	sensitivity_of(&figures, &out);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.bars[0].figure, FIGURE_MONTHLY);
}

static void
test_target(void **unused)
{
	(void)unused;
	double v[FIGURES];
	plan_stated(v, 54, 1600, 30);
	assert_true(near(target_demand(v, 12), (1600.0 / 12 + 30) / 54, 1e-8));
	assert_true(near(target_capex(v, 12), 24 * 12, 1e-6));
	assert_true(near(target_demand(v, 150), (1600.0 / 150 + 30) / 54, 1e-8));
	plan_stated(v, 30, 1600, 30);
	assert_true(isnan(target_capex(v, 12)));
	plan_stated(v, 0, 1600, 30);
	assert_true(isnan(target_demand(v, 12)));
	uint64_t state = 88172645463325252u;
	int demands = 0, prices = 0;
	for (int i = 0; i < 1000; i++) {
		struct cash_answer answer;
		plan_random(&state, v);
		int months = 1 + (int)between(&state, 0, 100);
		if (v[FIGURE_HORIZON] < months)
			v[FIGURE_HORIZON] = months;
		if (v[FIGURE_API_DECLINE] < 0)
			v[FIGURE_API_DECLINE] = 0;
		double times = target_demand(v, months), capex = target_capex(v, months);
		double api = v[FIGURE_API_MONTHLY], busy = v[FIGURE_BUSY_HOURS];
		for (int side = 0; side < 2 && !isnan(times) && times > 1e-6; side++) {
			double x = side ? times : times * (1 - 1e-6);
			v[FIGURE_API_MONTHLY] = api * x;
			v[FIGURE_BUSY_HOURS] = busy * x;
			cash_answer(v, NULL, &answer);
			assert_int_equal(answer.break_even <= months, side);
			demands += side;
		}
		v[FIGURE_API_MONTHLY] = api;
		v[FIGURE_BUSY_HOURS] = busy;
		for (int side = 0; side < 2 && !isnan(capex) && capex > 1e-3 && capex < 1e11;
			side++) {
			v[FIGURE_CAPEX] = side ? capex : capex * (1 + 1e-6);
			cash_answer(v, NULL, &answer);
			assert_int_equal(answer.break_even <= months, side);
			prices += side;
		}
	}
	assert_true(demands > 100 && prices > 100);
}

/* A laptop of 2,000 over two years that answers one task after the other, of 200 tokens at 30 to
 * 35 tokens a second: 0.18 to 0.23 a thousand tasks, and not the 0.02 to 0.08 that was published. */
static void
test_unit_cost(void **unused)
{
	(void)unused;
	struct figures figures;
	double v[FIGURES];
	struct unit_cost cost;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	v[FIGURE_CAPEX] = 2000;
	v[FIGURE_LIFE] = 24;
	v[FIGURE_RESIDUAL] = v[FIGURE_SETUP_HOURS] = v[FIGURE_FALLBACK] = v[FIGURE_UPKEEP] = 0;
	v[FIGURE_ENGINEER_HOURS] = v[FIGURE_REVIEW_HOURS] = 0;
	v[FIGURE_BUSY_WATTS] = 15;
	v[FIGURE_IDLE_WATTS] = 5;
	v[FIGURE_ELECTRICITY] = 0.12;
	v[FIGURE_BUSY_HOURS] = 730;
	unit_cost_of(v, 730 * 3600 / (200 / 35.0), 1000, &cost);
	assert_true(near(cost.total, 0.184, 0.0005) && near(cost.energy, 0.0029, 0.0001));
	unit_cost_of(v, 730 * 3600 / (200 / 28.17), 1000, &cost);
	assert_true(near(cost.total, 0.2287, 0.0005) && cost.utilization == 1);
	/* a tenth of the tasks cost nearly ten times as much each, and one more next to nothing */
	v[FIGURE_BUSY_HOURS] = 73;
	unit_cost_of(v, 73 * 3600 / (200 / 35.0), 1000, &cost);
	assert_true(near(cost.utilization, 0.1, 1e-12));
	assert_true(cost.total > 1.8 && cost.total < 1.9 && cost.marginal < 0.002);
	assert_true(near(cost.total, cost.amortization + cost.energy, 1e-12));
	assert_true(near(cost.month.energy, (73 * 15 + 657 * 5) * 0.12 / 1000, 1e-9));
	/* nothing to do */
	unit_cost_of(v, 0, 1000, &cost);
	assert_true(isnan(cost.total) && isnan(cost.api) && cost.work == 0);
	/* 180 million tokens for 54 at the API; 30 a month stated, and 1,600 over two years */
	plan_stated(v, 54, 1600, 30);
	unit_cost_of(v, 180e6, 1e6, &cost);
	assert_true(near(cost.api, 0.3, 1e-12) && near(cost.stated, 30 / 180.0, 1e-12));
	assert_true(near(cost.amortization, 1600 / 24.0 / 180, 1e-12));
	assert_true(near(cost.total, cost.stated + cost.amortization, 1e-12));
	/* what the API does after all is not divided by */
	v[FIGURE_FALLBACK] = 0.5;
	unit_cost_of(v, 180e6, 1e6, &cost);
	assert_true(near(cost.work, 90e6, 1e-3) && near(cost.stated, 30 / 90.0, 1e-12));
}

static void
test_tenure(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct tenure out;
	plan_stated(v, 310, 1600, 30);
	tenure_of(v, 80, &out);
	assert_true(out.overtakes == 32 && out.months == 24);
	assert_true(out.buy_total == 280 * 24 - 1600 && out.rent_total == 230 * 24);
	assert_true(near(out.buy.break_even, 1600 / 280.0, 1e-9) && out.rent.break_even == 0);
	assert_int_equal(out.rent.outcome, CASH_AT_ONCE);
	tenure_of(v, 20, &out);
	assert_true(isnan(out.overtakes));
	struct figures figures;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	double rented[FIGURES];
	struct cash cash;
	tenure_rented(v, 250, rented);
	cash_flow(rented, &cash);
	assert_true(cash.hardware == 0 && cash.residual == 0 && cash.setup > 0);
	assert_true(cash.month[5].energy == 0 && cash.month[5].upkeep == 0);
	assert_true(cash.month[5].rent == 250 && cash.month[5].people == 140);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_draws_are_known),
		cmocka_unit_test(test_distribution),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_outlook),
		cmocka_unit_test(test_certain),
		cmocka_unit_test(test_sensitivity),
		cmocka_unit_test(test_target),
		cmocka_unit_test(test_unit_cost),
		cmocka_unit_test(test_tenure),
	};
	return cmocka_run_group_tests_name("outlook", tests, NULL, NULL);
}
