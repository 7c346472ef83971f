/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unitcost - what a million tokens (or a thousand tasks) cost on the user's own hardware, at the
 * load that it will really have.
 *
 *   (amortization + set-up over the hardware's life + run(m)) / work done locally in a month
 *
 * for the work of today, all of it moved: no growth, no ramp, no price decline.  This is the one
 * place where amortization counts, because it stands here instead of capex.
 */
#ifndef HLLM_ECON_UNITCOST_H
#define HLLM_ECON_UNITCOST_H

#include "econ/cash.h"

struct unit_cost {
	double work;        /* a month, done locally: without fallback and overflow */
	double utilization; /* busy hours of all hours of all units, 0..1 */
	/* for 'per' units of the work; NAN: no work is done locally */
	double amortization, setup;
	double energy, upkeep, people, rent, review;
	double stated; /* the running cost, where the user stated it; the five above are 0 then */
	double total;
	double marginal; /* what one more 'per' costs while there are idle hours: power above idle */
	double api;      /* what the same work costs at the API */
	struct cash_month month; /* that it was worked out from: all of today's work moved */
};

/* 'work': tokens, tasks, … a month of all that is to be moved; 'per': 1e6 for a price a million. */
void unit_cost_of(const double values[FIGURES], double work, double per, struct unit_cost *out);

#endif
