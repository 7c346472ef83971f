/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/cash.h"

#include <math.h>

/* What stays the same from month to month. */
struct plan {
	const double *v;
	int months, end, life;
	bool stated;
	double hardware, setup, residual;
	double hours;                     /* all units, spare ones too */
	double growth, decline, discount; /* factors a month */
	double work, price, present;      /* of the month that is reached, without the ramp */
};

static void
check_given(const double values[FIGURES])
{
	for (int i = 0; i < FIGURES; i++) {
		bool stated = !isnan(values[FIGURE_MONTHLY]);
		bool may_lack = i == FIGURE_MONTHLY || i == FIGURE_UTILIZATION ||
				(stated && figure_kinds[i].role == FIGURE_RUNNING);
		if (isnan(values[i]) && !may_lack)
			BUG("the figure %s is missing", figure_kinds[i].name);
	}
}

static void
plan_start(struct plan *plan, const double values[FIGURES])
{
	check_given(values);
	double units = values[FIGURE_UNITS] + values[FIGURE_SPARE];
	double times = units / values[FIGURE_UNITS]; /* what units cost with the spare ones */
	plan->v = values;
	plan->stated = !isnan(values[FIGURE_MONTHLY]);
	plan->months = (int)values[FIGURE_HORIZON];
	plan->life = (int)values[FIGURE_LIFE];
	plan->end = plan->life < plan->months ? plan->life : plan->months;
	plan->hardware = values[FIGURE_CAPEX] * times;
	plan->setup = values[FIGURE_SETUP_HOURS] * values[FIGURE_ENGINEER_RATE];
	plan->residual = plan->hardware * values[FIGURE_RESIDUAL];
	plan->hours = CASH_HOURS * units;
	plan->growth = 1 + values[FIGURE_GROWTH];
	plan->decline = pow(1 - values[FIGURE_API_DECLINE], 1.0 / 12);
	plan->discount = pow(1 + values[FIGURE_DISCOUNT], -1.0 / 12);
	plan->work = plan->price = plan->present = 1;
}

double
cash_ramp(double ramp, int m)
{
	double from = m - 1, to = m;
	if (from >= ramp)
		return 1;
	if (to <= ramp)
		return (from + to) / 2 / ramp;
	return (ramp * ramp - from * from) / (2 * ramp) + (to - ramp);
}

/* What the machines do of the work: busy hours, and the shares that the API does. */
static double
served_share(const struct plan *plan, double work, struct cash_month *out)
{
	const double *v = plan->v;
	double wanted = v[FIGURE_BUSY_HOURS] * work;
	double room = 1 - v[FIGURE_FALLBACK] - v[FIGURE_OVERFLOW];
	double served = room > 0 ? room : 0;
	if (wanted * served > v[FIGURE_CAPACITY_HOURS])
		served = v[FIGURE_CAPACITY_HOURS] / wanted;
	double overflow = 1 - v[FIGURE_FALLBACK] - served;
	out->overflow = overflow > 0 ? overflow : 0;
	out->busy_hours = wanted * served;
	out->idle_hours = plan->hours > out->busy_hours ? plan->hours - out->busy_hours : 0;
	return served;
}

/* A commitment is owed whatever is moved: the bill cannot fall below it. */
static double
avoidable(const struct plan *plan, int m)
{
	const double *v = plan->v;
	if (m > (int)v[FIGURE_COMMITMENT_MONTHS] || v[FIGURE_COMMITMENT] <= 0)
		return UNBOUNDED;
	double bill = (v[FIGURE_API_MONTHLY] + v[FIGURE_API_STAYING]) * plan->work * plan->price;
	return bill > v[FIGURE_COMMITMENT] ? bill - v[FIGURE_COMMITMENT] : 0;
}

static void
add_running(const struct plan *plan, struct cash_month *out)
{
	const double *v = plan->v;
	if (plan->stated) {
		out->run = v[FIGURE_MONTHLY];
		return;
	}
	double units = plan->hours / CASH_HOURS / v[FIGURE_UNITS];
	/* an hour in which a unit works costs at least what one costs in which it waits */
	double busy = v[FIGURE_BUSY_WATTS] > v[FIGURE_IDLE_WATTS] ? v[FIGURE_BUSY_WATTS]
								  : v[FIGURE_IDLE_WATTS];
	double watt_hours = out->busy_hours * busy + out->idle_hours * v[FIGURE_IDLE_WATTS];
	out->energy = watt_hours / 1000 * v[FIGURE_PUE] * v[FIGURE_ELECTRICITY];
	out->upkeep = plan->hardware * v[FIGURE_UPKEEP] / 12;
	out->people = v[FIGURE_ENGINEER_HOURS] * v[FIGURE_ENGINEER_RATE];
	out->rent = v[FIGURE_RENT] * units;
	out->review = v[FIGURE_REVIEW_HOURS] * v[FIGURE_ENGINEER_RATE];
	out->run = out->energy + out->upkeep + out->people + out->rent + out->review;
}

/* The next month; 'm' counts from 1. */
static void
plan_month(struct plan *plan, int m, struct cash_month *out)
{
	const double *v = plan->v;
	plan->work *= plan->growth;
	plan->price *= plan->decline;
	plan->present *= plan->discount;
	*out = (struct cash_month){ 0 };
	double work = plan->work * cash_ramp(v[FIGURE_RAMP], m);
	double served = served_share(plan, work, out);
	double most = avoidable(plan, m);
	out->api = v[FIGURE_API_MONTHLY] * plan->work * plan->price;
	out->avoided = v[FIGURE_API_MONTHLY] * work * plan->price * served;
	if (out->avoided > most)
		out->avoided = most;
	add_running(plan, out);
	out->net = out->avoided - out->run;
}

/* Watches a running sum for the moment at which it is not below zero any more. */
struct crossing {
	double sum, at; /* NAN: not yet */
};

/* 'sale' comes at the end of the month, and only if the hardware is sold then: what follows goes
 * on without it. */
static void
crossing_add(struct crossing *crossing, int m, double net, double sale)
{
	double before = crossing->sum;
	crossing->sum += net;
	if (!isnan(crossing->at))
		return;
	if (crossing->sum > 0 || (crossing->sum >= 0 && before < 0))
		crossing->at = before < 0 ? m - 1 + -before / net : m - 1;
	else if (sale > 0 && crossing->sum + sale >= 0)
		crossing->at = m;
}

void
cash_flow(const double values[FIGURES], struct cash *out)
{
	struct plan plan;
	plan_start(&plan, values);
	double start = -(plan.hardware + plan.setup);
	*out = (struct cash){
		.months = plan.months,
		.end = plan.end,
		.life = plan.life,
		.hardware = plan.hardware,
		.setup = plan.setup,
		.residual = plan.residual,
		.amortization = (plan.hardware - plan.residual) / plan.life,
		.stated = plan.stated,
	};
	out->month[0] =
		(struct cash_month){ .net = start, .cumulative = start, .discounted = start };
	for (int m = 1; m <= plan.months; m++) {
		struct cash_month *month = &out->month[m];
		plan_month(&plan, m, month);
		month->cumulative = month[-1].cumulative + month->net;
		month->discounted = month[-1].discounted + month->net * plan.present;
		if (m == plan.end) {
			out->total = month->cumulative + plan.residual;
			out->npv = month->discounted + plan.residual * plan.present;
		}
	}
}

/* Over rows that are there already: net of each month from 'sums', which hold the start in [0]. */
static double
crossing_of(const struct cash *cash, bool discounted)
{
	const struct cash_month *row = cash->month;
	struct crossing crossing = { row[0].cumulative, MISSING };
	double sale = discounted ? cash->npv - row[cash->end].discounted
				 : cash->total - row[cash->end].cumulative;
	for (int m = 1; m <= cash->months; m++) {
		double net = discounted ? row[m].discounted - row[m - 1].discounted : row[m].net;
		crossing_add(&crossing, m, net, m == cash->end ? sale : 0);
	}
	return crossing.at;
}

double
cash_break_even(const struct cash *cash)
{
	return crossing_of(cash, false);
}

double
cash_break_even_discounted(const struct cash *cash)
{
	return crossing_of(cash, true);
}

double
cash_overtakes(const struct cash *a, const struct cash *b)
{
	struct crossing crossing = { a->month[0].cumulative - b->month[0].cumulative, MISSING };
	for (int m = 1; m <= a->months && m <= b->months; m++)
		crossing_add(&crossing, m, a->month[m].net - b->month[m].net,
			(m == a->end ? a->residual : 0) - (m == b->end ? b->residual : 0));
	return crossing.at;
}

/* What an outcome is judged by. */
struct course {
	double break_even;
	int life;
	bool demand, gains; /* some work; some month in which it saves */
	double last;        /* net of the last month */
};

static enum cash_outcome
judge(const struct course *course)
{
	if (!course->demand)
		return CASH_NO_DEMAND;
	if (isnan(course->break_even))
		return course->last > 0 ? CASH_BEYOND_HORIZON
		       : course->gains  ? CASH_FADES
					: CASH_NO_SAVING;
	if (course->break_even <= 0)
		return CASH_AT_ONCE;
	return course->break_even <= course->life ? CASH_WITHIN_LIFE : CASH_BEYOND_LIFE;
}

enum cash_outcome
cash_outcome(const struct cash *cash)
{
	struct course course = {
		.break_even = cash_break_even(cash),
		.life = cash->life,
		.demand = cash->month[1].api > 0,
		.last = cash->month[cash->months].net,
	};
	for (int m = 1; m <= cash->months; m++)
		course.gains |= cash->month[m].net > 0;
	return judge(&course);
}

bool
cash_pays(enum cash_outcome outcome)
{
	return outcome == CASH_AT_ONCE || outcome == CASH_WITHIN_LIFE;
}

void
cash_answer(
	const double values[FIGURES], double net[FIGURE_MONTHS_MOST + 1], struct cash_answer *out)
{
	struct plan plan;
	struct cash_month month = { 0 };
	plan_start(&plan, values);
	double start = -(plan.hardware + plan.setup), present = start;
	struct crossing crossing = { start, MISSING };
	struct course course = { .life = plan.life };
	*out = (struct cash_answer){ .life = plan.life };
	if (net)
		net[0] = start;
	for (int m = 1; m <= plan.months; m++) {
		plan_month(&plan, m, &month);
		crossing_add(&crossing, m, month.net, m == plan.end ? plan.residual : 0);
		if (net)
			net[m] = month.net;
		present += month.net * plan.present;
		course.demand |= month.api > 0;
		course.gains |= month.net > 0;
		if (m == plan.end) {
			out->total = crossing.sum + plan.residual;
			out->npv = present + plan.residual * plan.present;
		}
	}
	course.last = month.net;
	course.break_even = out->break_even = crossing.at;
	out->outcome = judge(&course);
}
