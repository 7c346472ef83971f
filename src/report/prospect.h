/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prospect - what becomes of a plan when some workloads move: how much machine they need, what that
 * costs and saves, and when it has paid for itself.
 *
 * A month of API cost is 30 days of the audit; a month of a machine is 730 hours.  The 1.4 % between
 * the two are on the careful side.
 */
#ifndef HLLM_REPORT_PROSPECT_H
#define HLLM_REPORT_PROSPECT_H

#include "econ/outlook.h"
#include "econ/unitcost.h"
#include "local/capacity.h"
#include "report/moves.h"

/* The machine and what is said of it; the same for all scenarios. */
struct plan {
	const struct hardware *hardware; /* NULL: from figures alone */
	int units, slots;
	double max_wait; /* seconds; NAN: not said */
	const char *currency;
	struct figures figures;   /* as hllm.conf and options say; the rest is worked out */
	const char *price_source; /* of the capex, in words; from the catalogue or a plan */
	double price;             /* of one unit, or of all parts; NAN none */
	bool whole_price;         /* the price is of all units together */
};

enum { PROSPECT_SERIES = 64 }; /* of minutes: the dearest workloads have one each */

struct prospect {
	enum move_class class;
	const char *id, *title;
	size_t moves_n;       /* workloads that move */
	bool same;            /* as the scenario before it */
	struct estimate cash; /* a month that they cost today */
	double tokens;        /* a month, in and out; NAN not known */
	/* a month from APIs that offer the same open models, of those workloads for which one does; what these cost
	 * today, and their tokens a month; NAN: there is none */
	double hosted, hosted_cash, hosted_tokens;
	size_t hosted_n;
	bool has_capacity;
	const char *no_capacity; /* why not */
	struct capacity capacity;
	struct figures figures; /* settled */
	double values[FIGURES]; /* all likely */
	struct cash months;
	struct outlook outlook;
	struct unit_cost unit; /* for a million tokens */
	enum cash_outcome outcome;
	double free_time; /* break-even where nobody's hours cost anything; NAN never */
};

struct prospect_question {
	const struct plan *plan;
	const struct moves *moves;
	const struct minutes_set *minutes; /* series as prospect_series() deals them */
	enum move_class class;
	const struct prospect
		*before; /* the scenario before it: one that moves the same is the same; or NULL */
	bool quick;      /* only what a comparison needs: no outlook */
};
/* False: figures contradict themselves or something is missing. */
bool prospect_make(const struct prospect_question *question, struct prospect *out,
	struct err *err) hl_must_check;

/* Hours a day that a workload's requests take one after another on its model; NAN not known. */
double move_hours(const struct move *move);
/* What the hardware of a plan is and draws, into those figures that are not given: watts, price or rent, units. */
void prospect_machine(const struct plan *plan, struct figures *figures);
/* Which series of minutes a workload is in; for minutes_count().  'arg' is the moves. */
int prospect_series(void *arg, struct slice workload);

#endif
