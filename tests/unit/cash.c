/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cash flows against figures worked out by hand and closed forms, and the traps that published
 * calculators fall into.  With --flows it reads one plan a line, a value for each figure in the order
 * of their names (--names prints it), and prints its cash flow: tests/data/cashflow.py holds that against an
 * implementation of its own.
 */
#include "config.h"

#include "econ/cash.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "plans.h"
#include <cmocka.h>

#include "econ/unitcost.h"

enum { PLANS = 2000 };

static const uint64_t seed = 88172645463325252u;

static bool
near(double a, double b, double tolerance)
{
	return (isnan(a) && isnan(b)) || fabs(a - b) <= tolerance;
}

/* What the stated plans of published articles come to: months, outcome, and cash after a year. */
static void
test_known(void **unused)
{
	(void)unused;
	static const struct {
		double api, capex, monthly, months;
		enum cash_outcome outcome;
		double year;
	} rows[] = {
		{ 54, 1600, 30, 1600.0 / 24, CASH_BEYOND_LIFE, -1312 },
		{ 900, 1600, 30, 1600.0 / 870, CASH_WITHIN_LIFE, 8840 },
		{ 900, 20000, 500, 50, CASH_BEYOND_LIFE, -15200 },
		{ 4000 - 400, 5000, 80, 5000.0 / 3520, CASH_WITHIN_LIFE, 37240 },
		{ 4000 - 800, 5000, 120, 5000.0 / 3080, CASH_WITHIN_LIFE, 31960 },
		{ 380 - 70, 0, 85, 0, CASH_AT_ONCE, 225 * 12 },
		{ 30, 1600, 30, MISSING, CASH_NO_SAVING, -1600 },
		{ 20, 1600, 30, MISSING, CASH_NO_SAVING, -1720 },
		{ 30, 0, 30, MISSING, CASH_NO_SAVING, 0 },
		{ 20, 0, 30, MISSING, CASH_NO_SAVING, -120 },
		{ 0, 1600, 30, MISSING, CASH_NO_DEMAND, -1960 },
		{ 0, 0, 0, MISSING, CASH_NO_DEMAND, 0 },
		{ 31, 1600, 30, MISSING, CASH_BEYOND_HORIZON, -1588 },
		{ 100, 2400, 0, 24, CASH_WITHIN_LIFE, -1200 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		double values[FIGURES];
		struct cash cash;
		plan_stated(values, rows[i].api, rows[i].capex, rows[i].monthly);
		cash_flow(values, &cash);
		double months = cash_break_even(&cash);
		enum cash_outcome outcome = cash_outcome(&cash);
		if (!near(months, rows[i].months, 1e-9) || outcome != rows[i].outcome ||
			!near(cash.month[12].cumulative, rows[i].year, 1e-9))
			fail_msg("%g, %g, %g: %g months, outcome %d, %g after a year", rows[i].api,
				rows[i].capex, rows[i].monthly, months, (int)outcome,
				cash.month[12].cumulative);
		assert_int_equal(
			cash_pays(outcome), outcome == CASH_AT_ONCE || outcome == CASH_WITHIN_LIFE);
	}
}

/* A plan of round numbers, month by month by hand. */
static void
test_by_hand(void **unused)
{
	(void)unused;
	struct figures figures;
	struct cash cash;
	double v[FIGURES];
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	v[FIGURE_API_MONTHLY] = 1000;
	v[FIGURE_GROWTH] = 0.1;
	v[FIGURE_API_DECLINE] = 1 - 0.9 * 0.9 * 0.9 * 0.9; /* a tenth each quarter */
	v[FIGURE_RAMP] = 2;
	v[FIGURE_FALLBACK] = 0.05;
	v[FIGURE_OVERFLOW] = 0.15;
	v[FIGURE_UNITS] = 2;
	v[FIGURE_SPARE] = 1;
	v[FIGURE_BUSY_HOURS] = 500;
	v[FIGURE_CAPACITY_HOURS] = 1000;
	v[FIGURE_CAPEX] = 4000;
	v[FIGURE_SETUP_HOURS] = 10;
	v[FIGURE_BUSY_WATTS] = 500;
	v[FIGURE_IDLE_WATTS] = 100;
	v[FIGURE_PUE] = 1.5;
	v[FIGURE_ELECTRICITY] = 0.2;
	v[FIGURE_UPKEEP] = 0.06;
	v[FIGURE_ENGINEER_HOURS] = 2;
	v[FIGURE_ENGINEER_RATE] = 50;
	v[FIGURE_REVIEW_HOURS] = 1;
	v[FIGURE_RENT] = 20;
	v[FIGURE_RESIDUAL] = 0.25;
	v[FIGURE_LIFE] = 12;
	v[FIGURE_HORIZON] = 24;
	v[FIGURE_DISCOUNT] = 0.21;
	cash_flow(v, &cash);
	assert_true(cash.hardware == 6000 && cash.setup == 500 && cash.residual == 1500);
	assert_true(cash.amortization == 375 && cash.end == 12 && cash.months == 24);
	assert_true(cash.month[0].net == -6500 && cash.month[0].cumulative == -6500);

	/* month 1: a quarter moved, 110 % of the work, 500 * 1.1 / 4 hours wanted, 80 % of it served */
	const struct cash_month *m = &cash.month[1];
	double price = pow(0.9, 1.0 / 3);
	assert_true(near(m->api, 1100 * price, 1e-9));
	assert_true(near(m->avoided, 1100 * price * 0.25 * 0.8, 1e-9));
	assert_true(near(m->busy_hours, 110, 1e-9) && near(m->idle_hours, 2190 - 110, 1e-9));
	assert_true(near(m->energy, (110 * 0.5 + 2080 * 0.1) * 1.5 * 0.2, 1e-9));
	assert_true(near(m->upkeep, 30, 1e-9) && near(m->people, 100, 1e-9));
	assert_true(near(m->review, 50, 1e-9) && near(m->rent, 30, 1e-9));
	assert_true(near(m->run, m->energy + 210, 1e-9));
	/* month 2: three quarters; month 3: all of it, at nine tenths of the price */
	assert_true(near(cash.month[2].avoided, 1210 * price * price * 0.75 * 0.8, 1e-9));
	assert_true(near(cash.month[3].avoided, 1331 * 0.9 * 0.8, 1e-9));
	assert_true(near(cash.month[3].overflow, 0.15, 1e-12));
	/* month 12: 500 hours have become 1,569; 1,000 are served, the rest overflows */
	m = &cash.month[12];
	double work = pow(1.1, 12);
	assert_true(near(m->busy_hours, 1000, 1e-9));
	assert_true(near(m->overflow, 1 - 0.05 - 1000 / (500 * work), 1e-12));
	assert_true(near(m->avoided, 1000 * work * pow(0.9, 4) * (1000 / (500 * work)), 1e-9));
	assert_true(near(cash.total, m->cumulative + 1500, 1e-9));
	assert_true(near(cash.npv, m->discounted + 1500 / 1.21, 1e-9));
	assert_true(
		near(cash.month[12].discounted - cash.month[11].discounted, m->net / 1.21, 1e-9));
}

/* The bill of this seller is 1,500, and 800 of it is owed for six months whatever is moved. */
static void
test_commitment(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct cash cash;
	plan_stated(v, 1000, 3000, 100);
	v[FIGURE_API_STAYING] = 500;
	v[FIGURE_COMMITMENT] = 800;
	v[FIGURE_COMMITMENT_MONTHS] = 6;
	cash_flow(v, &cash);
	assert_true(cash.month[6].avoided == 700 && cash.month[7].avoided == 1000);
	v[FIGURE_API_STAYING] = 800; /* fills it: nothing is lost */
	cash_flow(v, &cash);
	assert_true(cash.month[6].avoided == 1000);
	v[FIGURE_API_STAYING] = 0;
	v[FIGURE_COMMITMENT] = 1200; /* more than there is to pay for */
	cash_flow(v, &cash);
	assert_true(cash.month[6].avoided == 0 && cash.month[7].avoided == 1000);
	v[FIGURE_COMMITMENT_MONTHS] = 0;
	cash_flow(v, &cash);
	assert_true(cash.month[1].avoided == 1000);
}

/* What the sale brings may be what is missing; but only when it is sold, and only for a machine that
 * still is there. */
static void
test_sale(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct cash cash;
	plan_stated(v, 130, 1600, 70); /* 60 a month: 1,440 at the end of 24 months */
	v[FIGURE_RESIDUAL] = 0.1;
	cash_flow(v, &cash);
	assert_true(cash_break_even(&cash) == 24 && cash_outcome(&cash) == CASH_WITHIN_LIFE);
	assert_true(cash.total == 0);
	v[FIGURE_RESIDUAL] = 0.099;
	cash_flow(v, &cash);
	assert_true(near(cash_break_even(&cash), 1600.0 / 60, 1e-9));
	assert_int_equal(cash_outcome(&cash), CASH_BEYOND_LIFE);
	v[FIGURE_HORIZON] = 20; /* sold at the horizon, which comes first */
	v[FIGURE_RESIDUAL] = 0.25;
	cash_flow(v, &cash);
	assert_true(cash.end == 20 && cash_break_even(&cash) == 20);
}

/* A saving that the falling price of the API eats up before the machine has paid for itself. */
static void
test_fades(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct cash_answer answer;
	plan_stated(v, 100, 1000, 50);
	v[FIGURE_API_DECLINE] = 0.5;
	cash_answer(v, NULL, &answer);
	assert_true(isnan(answer.break_even));
	assert_int_equal(answer.outcome, CASH_FADES);
	v[FIGURE_CAPEX] = 100;
	cash_answer(v, NULL, &answer);
	assert_int_equal(answer.outcome, CASH_WITHIN_LIFE);
}

/* Where nothing changes from month to month, the break-even is one division, and with growth alone
 * the sum is geometric. */
static void
test_closed_form(void **unused)
{
	(void)unused;
	uint64_t state = seed;
	int pays = 0;
	for (int i = 0; i < PLANS; i++) {
		double v[FIGURES];
		struct cash cash;
		plan_random(&state, v);
		v[FIGURE_GROWTH] = v[FIGURE_API_DECLINE] = v[FIGURE_RAMP] = v[FIGURE_OVERFLOW] = 0;
		v[FIGURE_COMMITMENT] = v[FIGURE_RESIDUAL] = 0;
		v[FIGURE_CAPACITY_HOURS] = v[FIGURE_BUSY_HOURS] + 1;
		cash_flow(v, &cash);
		double busy = v[FIGURE_BUSY_HOURS] * (1 - v[FIGURE_FALLBACK]);
		double all = 730 * (v[FIGURE_UNITS] + v[FIGURE_SPARE]),
		       times = all / 730 / v[FIGURE_UNITS];
		double idle = all > busy ? all - busy : 0;
		double run = (busy * v[FIGURE_BUSY_WATTS] + idle * v[FIGURE_IDLE_WATTS]) / 1000 *
				     v[FIGURE_PUE] * v[FIGURE_ELECTRICITY] +
			     v[FIGURE_UPKEEP] / 12 * v[FIGURE_CAPEX] * times +
			     v[FIGURE_RENT] * times +
			     (v[FIGURE_ENGINEER_HOURS] + v[FIGURE_REVIEW_HOURS]) *
				     v[FIGURE_ENGINEER_RATE];
		if (!isnan(v[FIGURE_MONTHLY]))
			run = v[FIGURE_MONTHLY];
		double saving = v[FIGURE_API_MONTHLY] * (1 - v[FIGURE_FALLBACK]) - run;
		double start =
			v[FIGURE_CAPEX] * times + v[FIGURE_SETUP_HOURS] * v[FIGURE_ENGINEER_RATE];
		double months = saving > 0 && start / saving <= v[FIGURE_HORIZON] ? start / saving
										  : MISSING;
		double got = cash_break_even(&cash);
		if (!near(got, months, 1e-7))
			fail_msg("plan %d: %.9g months, not %.9g", i, got, months);
		pays += !isnan(months);
		v[FIGURE_GROWTH] = 0.02;
		v[FIGURE_CAPACITY_HOURS] = 1e9;
		cash_flow(v, &cash);
		double sum = 0, n = v[FIGURE_HORIZON];
		for (int m = 1; m <= cash.months; m++)
			sum += cash.month[m].avoided;
		double want = v[FIGURE_API_MONTHLY] * (1 - v[FIGURE_FALLBACK]) * 1.02 *
			      (pow(1.02, n) - 1) / 0.02;
		assert_true(near(sum, want, 1e-9 * want));
	}
	assert_in_range(pays, PLANS / 5, PLANS * 4 / 5);
}

/* Rows add up, and the short form says what the long one does. */
static void
test_rows(void **unused)
{
	(void)unused;
	uint64_t state = seed;
	int outcomes[CASH_OUTCOMES] = { 0 };
	for (int i = 0; i < PLANS; i++) {
		double v[FIGURES], net[FIGURE_MONTHS_MOST + 1], sum = 0;
		struct cash cash;
		struct cash_answer answer;
		plan_random(&state, v);
		cash_flow(v, &cash);
		cash_answer(v, net, &answer);
		for (int m = 0; m <= cash.months; m++) {
			const struct cash_month *row = &cash.month[m];
			sum += row->net;
			assert_true(near(row->cumulative, sum, 1e-6) && row->net == net[m]);
			assert_true(row->avoided <= row->api * (1 + 1e-12) && row->avoided >= 0);
			assert_true(row->overflow >= 0 && row->overflow <= 1);
			assert_true(row->busy_hours <= v[FIGURE_CAPACITY_HOURS] * (1 + 1e-12));
			double parts =
				row->energy + row->upkeep + row->people + row->rent + row->review;
			assert_true(cash.stated ? parts == 0 : near(row->run, parts, 1e-9));
		}
		assert_true(near(answer.break_even, cash_break_even(&cash), 0));
		assert_int_equal(answer.outcome, cash_outcome(&cash));
		assert_true(answer.npv == cash.npv && answer.total == cash.total);
		outcomes[answer.outcome]++;
		if (v[FIGURE_DISCOUNT] == 0)
			assert_true(
				near(cash_break_even_discounted(&cash), answer.break_even, 1e-6));
	}
	for (int i = 0; i < CASH_OUTCOMES; i++)
		if (outcomes[i] < 10)
			fail_msg("outcome %d came up %d times only", i, outcomes[i]);
}

/* Trap (a): amortization counted beside capex.  How long the hardware is written off over changes
 * what is shown, and not when it has paid for itself. */
static void
test_trap_amortization(void **unused)
{
	(void)unused;
	double v[FIGURES], months = MISSING;
	for (int life = 12; life <= 60; life += 12) {
		struct cash cash;
		plan_stated(v, 900, 1600, 30);
		v[FIGURE_LIFE] = life;
		cash_flow(v, &cash);
		assert_true(near(cash.amortization, 1600.0 / life, 1e-9));
		assert_true(life == 12 || cash_break_even(&cash) == months);
		assert_true(cash.month[1].run == 30);
		months = cash_break_even(&cash);
	}
	struct figures figures;
	struct cash cash;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	cash_flow(v, &cash);
	double run = cash.month[6].run;
	v[FIGURE_LIFE] = 12;
	cash_flow(v, &cash);
	assert_true(cash.month[6].run == run);
}

/* Trap (b): fixed cost multiplied by utilization, which makes idle hours free. */
static void
test_trap_idle(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct figures figures;
	struct cash cash;
	struct unit_cost full, tenth;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	v[FIGURE_BUSY_HOURS] = 0;
	cash_flow(v, &cash);
	assert_true(near(cash.month[6].energy, 730 * 0.05 * 0.17, 1e-9));
	assert_true(near(cash.month[6].people, 140, 1e-9) && cash.hardware == 2500);
	v[FIGURE_BUSY_HOURS] = 730;
	unit_cost_of(v, 1e9, 1e6, &full);
	v[FIGURE_BUSY_HOURS] = 73;
	unit_cost_of(v, 1e8, 1e6, &tenth);
	/* all but the power above idle costs ten times as much a token */
	assert_true(near((tenth.total - tenth.marginal) / (full.total - full.marginal), 10, 1e-9));
}

/* Trap (d): capacity taken for demand.  Hours that nobody needs save nothing. */
static void
test_trap_capacity(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct figures figures;
	struct cash_answer once, twice;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	cash_answer(v, NULL, &once);
	v[FIGURE_CAPACITY_HOURS] *= 2;
	cash_answer(v, NULL, &twice);
	assert_true(once.break_even == twice.break_even && once.total == twice.total);
	/* nor does demand that nothing can serve: twice the work on a machine that was full */
	v[FIGURE_CAPACITY_HOURS] = v[FIGURE_BUSY_HOURS];
	v[FIGURE_FALLBACK] = v[FIGURE_RAMP] = 0;
	cash_answer(v, NULL, &once);
	v[FIGURE_BUSY_HOURS] *= 2;
	v[FIGURE_API_MONTHLY] *= 2;
	cash_answer(v, NULL, &twice);
	assert_true(near(twice.break_even, once.break_even, 1e-9));
	assert_true(near(twice.total, once.total, 1e-6));
}

/* Trap (f): no power and no people.  Whoever says nothing of them pays for both. */
static void
test_trap_people(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct figures figures;
	struct cash cash;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	cash_flow(v, &cash);
	const struct cash_month *m = &cash.month[12];
	assert_true(m->energy > 1 && m->people > 1 && m->review > 1 && m->upkeep > 1);
	assert_true(cash.setup > 1);
	assert_true(near(m->run, m->energy + m->people + m->review + m->upkeep, 1e-9));
}

/* Trap (i): 160, 176 or 720 hours a month.  A kilowatt for a month at 1 a kilowatt hour is 730, and
 * twelve of them are a year's 8,760. */
static void
test_trap_hours(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct figures figures;
	struct cash cash;
	plan_built(&figures);
	figures_values(&figures, FIGURE_LIKELY, v);
	v[FIGURE_IDLE_WATTS] = v[FIGURE_BUSY_WATTS] = 1000;
	v[FIGURE_ELECTRICITY] = 1;
	cash_flow(v, &cash);
	assert_true(near(cash.month[3].energy, 730, 1e-9) && CASH_HOURS * 12 == 8760);
}

/* Trap (j): a break-even after the hardware's life is none. */
static void
test_trap_life(void **unused)
{
	(void)unused;
	double v[FIGURES];
	struct cash_answer answer;
	plan_stated(v, 130, 2500, 30);
	static const struct {
		int life;
		enum cash_outcome outcome;
	} rows[] = { { 24, CASH_BEYOND_LIFE }, { 25, CASH_WITHIN_LIFE }, { 26, CASH_WITHIN_LIFE } };
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		v[FIGURE_LIFE] = rows[i].life;
		cash_answer(v, NULL, &answer);
		assert_true(answer.break_even == 25);
		assert_int_equal(answer.outcome, rows[i].outcome);
		assert_int_equal(cash_pays(answer.outcome), rows[i].life >= 25);
	}
}

static void
print_flow(const double values[FIGURES])
{
	struct cash cash;
	cash_flow(values, &cash);
	printf("%d %.17g %.17g %.17g %.17g %.17g\n", (int)cash_outcome(&cash),
		cash_break_even(&cash), cash_break_even_discounted(&cash), cash.total, cash.npv,
		cash.amortization);
	for (int m = 0; m <= cash.months; m++) {
		const struct cash_month *row = &cash.month[m];
		printf("%.17g %.17g %.17g %.17g %.17g %.17g\n", row->api, row->avoided, row->energy,
			row->run, row->net, row->cumulative);
	}
	printf("\n");
}

static int
print_flows(void)
{
	static char line[8192];
	while (fgets(line, sizeof(line), stdin)) {
		double values[FIGURES];
		char *rest = line;
		for (int i = 0; i < FIGURES; i++) {
			char *end;
			values[i] = strtod(rest, &end);
			if (end == rest)
				BUG("no value for %s", figure_kinds[i].name);
			rest = end;
		}
		print_flow(values);
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_commitment),
		cmocka_unit_test(test_sale),
		cmocka_unit_test(test_fades),
		cmocka_unit_test(test_closed_form),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_trap_amortization),
		cmocka_unit_test(test_trap_idle),
		cmocka_unit_test(test_trap_capacity),
		cmocka_unit_test(test_trap_people),
		cmocka_unit_test(test_trap_hours),
		cmocka_unit_test(test_trap_life),
	};
	if (argc > 1 && strcmp(argv[1], "--flows") == 0)
		return print_flows();
	if (argc > 1 && strcmp(argv[1], "--names") == 0) {
		for (int i = 0; i < FIGURES; i++)
			printf("%s\n", figure_kinds[i].name);
		return 0;
	}
	return cmocka_run_group_tests_name("cash", tests, NULL, NULL);
}
