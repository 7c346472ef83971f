/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/target.h"

#include <math.h>
#include <string.h>

#define LEAST_STEP  1e-10 /* of the answer */
#define DEMAND_MOST 1e6   /* times today's work */
#define CAPEX_MOST  1e12

/* A plan with one thing left open. */
struct question {
	double values[FIGURES];
	double months;
	void (*set)(struct question *question, double x);
	double api, busy; /* of today */
};

static void
set_demand(struct question *question, double x)
{
	question->values[FIGURE_API_MONTHLY] = question->api * x;
	question->values[FIGURE_BUSY_HOURS] = question->busy * x;
}

static void
set_capex(struct question *question, double x)
{
	question->values[FIGURE_CAPEX] = x;
}

static bool
in_time(struct question *question, double x)
{
	struct cash_answer answer;
	question->set(question, x);
	cash_answer(question->values, NULL, &answer);
	return answer.break_even <= question->months; /* NAN is not */
}

/* Between 'no', which does not break even in time, and 'yes', which does: the last that does. */
static double
bisect(struct question *question, double no, double yes)
{
	while (fabs(yes - no) > LEAST_STEP * fabs(yes)) {
		double middle = no + (yes - no) / 2;
		if (middle == no || middle == yes)
			break;
		if (in_time(question, middle))
			yes = middle;
		else
			no = middle;
	}
	return yes;
}

static struct question
question_of(
	const double values[FIGURES], int months, void (*set)(struct question *question, double x))
{
	struct question question = {
		.months = months,
		.set = set,
		.api = values[FIGURE_API_MONTHLY],
		.busy = values[FIGURE_BUSY_HOURS],
	};
	memcpy(question.values, values, sizeof(question.values));
	if (question.values[FIGURE_HORIZON] < months)
		question.values[FIGURE_HORIZON] = months;
	return question;
}

double
target_demand(const double values[FIGURES], int months)
{
	struct question question = question_of(values, months, set_demand);
	double high = 1;
	if (in_time(&question, 0))
		return 0;
	while (high < DEMAND_MOST && !in_time(&question, high))
		high *= 2;
	return in_time(&question, high) ? bisect(&question, 0, high) : MISSING;
}

double
target_capex(const double values[FIGURES], int months)
{
	struct question question = question_of(values, months, set_capex);
	double high = 1;
	if (!in_time(&question, 0))
		return MISSING;
	while (high < CAPEX_MOST && in_time(&question, high))
		high *= 2;
	return in_time(&question, high) ? high : bisect(&question, high, 0);
}
