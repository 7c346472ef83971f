/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plans - made-up plans for the tests of econ: one value a figure, the same ones every time. */
#ifndef HLLM_TESTS_UNIT_PLANS_H
#define HLLM_TESTS_UNIT_PLANS_H

#include <math.h>
#include <stdint.h>

#include "econ/cash.h"

/* xorshift64, in (0, 1) */
static double
luck(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return ((double)(*state >> 12) + 0.5) * 0x1p-52;
}

static double
between(uint64_t *state, double low, double high)
{
	return low + (high - low) * luck(state);
}

/* Nothing but what is laid out, an API bill and a stated running cost. */
static inline void
plan_stated(double values[FIGURES], double api, double capex, double monthly)
{
	struct figures figures;
	struct err err;
	figures_default(&figures);
	figures_put(&figures, FIGURE_API_MONTHLY, estimate_of(api), "test");
	figures_put(&figures, FIGURE_CAPEX, estimate_of(capex), "test");
	figures_put(&figures, FIGURE_MONTHLY, estimate_of(monthly), "test");
	if (!figures_settle(&figures, &err))
		BUG("%s", err.text);
	figures_values(&figures, FIGURE_LIKELY, values);
}

/* A machine of 450 W (50 W idle) for 2,500 that works a fifth of the time for 900 a month of API,
 * everything else as nobody says. */
static inline void
plan_built(struct figures *figures)
{
	struct err err;
	figures_default(figures);
	figures_put(figures, FIGURE_API_MONTHLY, estimate_of(900), "test");
	figures_put(figures, FIGURE_CAPEX, estimate_of(2500), "test");
	figures_put(figures, FIGURE_BUSY_WATTS, estimate_of(450), "test");
	figures_put(figures, FIGURE_IDLE_WATTS, estimate_of(50), "test");
	figures_put(figures, FIGURE_UTILIZATION, estimate_of(0.2), "test");
	if (!figures_settle(figures, &err))
		BUG("%s", err.text);
}

/* Zero now and then: it is where formulas break. */
static inline double
or_zero(uint64_t *state, double value)
{
	return luck(state) < 0.25 ? 0 : value;
}

/* Any plan that settles: bought, rented or stated; idle, loaded or over its capacity. */
static inline void
plan_random(uint64_t *state, double values[FIGURES])
{
	double *v = values;
	bool stated = luck(state) < 0.3, rented = luck(state) < 0.2;
	v[FIGURE_API_MONTHLY] = or_zero(state, pow(10, between(state, 1, 5)));
	v[FIGURE_API_STAYING] = or_zero(state, pow(10, between(state, 0, 4)));
	v[FIGURE_COMMITMENT] = or_zero(state, or_zero(state, pow(10, between(state, 1, 4))));
	v[FIGURE_COMMITMENT_MONTHS] = floor(between(state, 0, 40));
	v[FIGURE_GROWTH] = or_zero(state, between(state, -0.05, 0.08));
	v[FIGURE_API_DECLINE] = or_zero(state, between(state, -0.3, 0.9));
	v[FIGURE_RAMP] = or_zero(state, between(state, 0, 14));
	v[FIGURE_FALLBACK] = or_zero(state, between(state, 0, 0.5));
	v[FIGURE_OVERFLOW] = or_zero(state, between(state, 0, 0.5));
	v[FIGURE_UNITS] = 1 + floor(between(state, 0, 4));
	v[FIGURE_SPARE] = or_zero(state, floor(between(state, 0, 3)));
	v[FIGURE_UTILIZATION] = MISSING;
	v[FIGURE_CAPACITY_HOURS] = CASH_HOURS * v[FIGURE_UNITS] * between(state, 0.3, 1);
	v[FIGURE_BUSY_HOURS] = or_zero(state, v[FIGURE_CAPACITY_HOURS] * between(state, 0, 1.5));
	v[FIGURE_CAPEX] = rented ? 0 : pow(10, between(state, 2, 5));
	v[FIGURE_SETUP_HOURS] = or_zero(state, between(state, 0, 80));
	v[FIGURE_MONTHLY] = stated ? pow(10, between(state, 0, 4)) : MISSING;
	v[FIGURE_RENT] = rented ? pow(10, between(state, 1, 4)) : 0;
	v[FIGURE_IDLE_WATTS] = or_zero(state, between(state, 5, 200));
	v[FIGURE_BUSY_WATTS] = v[FIGURE_IDLE_WATTS] + or_zero(state, between(state, 0, 900));
	v[FIGURE_PUE] = between(state, 1, 2);
	v[FIGURE_ELECTRICITY] = or_zero(state, between(state, 0.02, 0.6));
	v[FIGURE_UPKEEP] = or_zero(state, between(state, 0, 0.2));
	v[FIGURE_ENGINEER_HOURS] = or_zero(state, between(state, 0, 20));
	v[FIGURE_ENGINEER_RATE] = between(state, 10, 150);
	v[FIGURE_REVIEW_HOURS] = or_zero(state, between(state, 0, 10));
	v[FIGURE_RESIDUAL] = or_zero(state, between(state, 0, 1));
	v[FIGURE_LIFE] = floor(between(state, 6, 90));
	v[FIGURE_HORIZON] = floor(between(state, 12, 180));
	v[FIGURE_DISCOUNT] = or_zero(state, between(state, 0, 0.3));
}

#endif
