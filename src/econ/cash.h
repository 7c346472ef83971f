/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cash - what a plan pays and saves, month by month, and when it has paid for itself.
 *
 * Pure: one value a figure in, months out; no I/O, no clock, no state.  With all rates of a
 * month m = 1, 2, … (today is month 0):
 *
 *   work(m)    = (1 + growth)^m · ramp(m)
 *   ramp(m)    = the mean of min(1, t / ramp) over the month, t from m-1 to m; 1 without a ramp
 *   price(m)   = (1 - api_decline)^(m/12)
 *   overflow(m)= max(overflow, 1 - fallback - capacity_hours / (busy_hours · work(m)))
 *   avoided(m) = min(api_monthly · work(m) · price(m) · (1 - fallback - overflow(m)), what the
 *                commitment leaves avoidable)
 *   busy_h(m)  = busy_hours · work(m) · (1 - fallback - overflow(m)), at most capacity_hours
 *   idle_h(m)  = 730 · (units + spare) - busy_h(m)
 *   energy(m)  = (busy_h · busy_watts + idle_h · idle_watts) / 1000 · pue · electricity
 *   run(m)     = energy(m) + upkeep + engineer_hours · rate + rent + review_hours · rate,
 *                or all of it as stated by the user, to which nothing is added
 *   cash(0)    = -(capex · (1 + spare/units) + setup_hours · rate)
 *   cash(m)    = avoided(m) - run(m)
 *
 * and the hardware is sold for its residual value when its life or the horizon is over,
 * whichever comes first ('end').  Rows behind the end of its life say what it would be if the
 * hardware lived on unsold.  While a commitment runs, the bill cannot fall below it: at most
 * (api_monthly + api_staying) · (1 + growth)^m · price(m) - commitment is avoidable.
 * Amortization is shown beside capex and never added to it.
 */
#ifndef HLLM_ECON_CASH_H
#define HLLM_ECON_CASH_H

#include "econ/figure.h"

/* Hours of a month: 8,760 of a year by twelve.  Not 720 (30 days), nor 160 or 176 (working hours:
 * a machine that waits for work is on). */
#define CASH_HOURS 730.0

struct cash_month {
	double api;                    /* what the work that is to be moved would cost at the API */
	double avoided;                /* of that, what is not paid any more */
	double overflow;               /* share of the work that the machine has no time for */
	double busy_hours, idle_hours; /* all units together */
	double energy, upkeep, people, rent, review;
	double run;        /* all five; or what the user stated, and then they are 0 */
	double net;        /* avoided - run */
	double cumulative; /* with what was laid out; without the residual value */
	double discounted; /* the same, each month at its present value */
};

struct cash {
	int months; /* looked at: the horizon */
	int end; /* the month at whose end the hardware is sold: of life and horizon the earlier */
	int life;
	double hardware, setup; /* laid out at the start */
	double residual;        /* received at the end of month 'end' */
	double amortization; /* (hardware - residual) / life, a month: to be shown, never added */
	double total;        /* all cash to the end, with the residual value */
	double npv;          /* the same at present value */
	bool stated;         /* run() is what the user stated */
	struct cash_month month[FIGURE_MONTHS_MOST + 1]; /* [0] is the day of the purchase */
};

/* ramp(m), for m from 1: the share of the work that has moved, in the mean of that month. */
double cash_ramp(double ramp, int m);

/* 'values' are those of settled figures. */
void cash_flow(const double values[FIGURES], struct cash *out);

/* The first moment at which all cash so far is not negative, in months, interpolated within the
 * month; NAN: not within the horizon.  What the sale at the end of its life brings counts from
 * that day on, as long as the hardware is not kept beyond it. */
double cash_break_even(const struct cash *cash);
/* The same of present values. */
double cash_break_even_discounted(const struct cash *cash);

/* What can be said of a break-even. */
enum cash_outcome {
	CASH_AT_ONCE,        /* nothing is laid out, and it saves from the first month on */
	CASH_WITHIN_LIFE,    /* pays for itself while the hardware lives */
	CASH_BEYOND_LIFE,    /* would only after the hardware's life: never, in fact */
	CASH_BEYOND_HORIZON, /* still saves at the end of the horizon, but has not got there */
	CASH_FADES,          /* saves at first, and no more before it has paid for itself: never */
	CASH_NO_SAVING,      /* running it costs what it avoids, or more: never */
	CASH_NO_DEMAND,      /* there is no work to move: nothing to avoid */
	CASH_OUTCOMES,
};
enum cash_outcome cash_outcome(const struct cash *cash);
/* Within life, or at once. */
bool cash_pays(enum cash_outcome outcome);

/* The first moment, in months, at which 'a' has brought no less cash than 'b': as a break-even of
 * the difference of the two.  NAN: not within the shorter horizon. */
double cash_overtakes(const struct cash *a, const struct cash *b);

/* Only the break-even and the outcome, without rows: what a simulation repeats. */
struct cash_answer {
	double break_even; /* as cash_break_even() */
	double npv, total;
	int life;
	enum cash_outcome outcome;
};
/* 'net' may be NULL; else it gets the cash of each month, [0] what is laid out. */
void cash_answer(
	const double values[FIGURES], double net[FIGURE_MONTHS_MOST + 1], struct cash_answer *out);

#endif
