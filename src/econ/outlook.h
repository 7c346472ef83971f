/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outlook - the answer of a plan as a distribution: a seeded simulation over its figures.
 *
 * Each draw takes every figure from a triangular distribution of its own, independent of the
 * others, whose mode is 'likely' and which is so wide that 80 % of it lie between 'low' and
 * 'high': both sides are 1 / (1 - sqrt(0.2)) = 1.809 times as long as from likely to low and to
 * high.  What lies outside of what a figure may be is put on its limit; whole figures are
 * rounded.  Random numbers are a function of seed, draw and figure alone (splitmix64: Steele,
 * Lea, Flood 2014), so the draws are the same on every machine and in every order, and plans
 * that are compared meet the same luck.
 *
 * With 2,000 draws a share is exact to some two percentage points (95 %).
 */
#ifndef HLLM_ECON_OUTLOOK_H
#define HLLM_ECON_OUTLOOK_H

#include <stdint.h>

#include "econ/cash.h"

enum { OUTLOOK_DRAWS = 2000, OUTLOOK_SEED = 1 };

struct outlook_month {
	struct estimate net, cumulative; /* as in struct cash_month */
	double paid_share; /* of the draws that have paid for themselves by the end of the month,
	                      within the life of their hardware */
};

/* low and high of an estimate are the 10th and the 90th percentile of the draws, and 'likely' is
 * what comes out when all figures are at their likely values; where that lies outside of the
 * two, the nearer of them is moved to it. */
struct outlook {
	struct cash_answer likely;      /* all figures at their likely values */
	struct cash_answer best, worst; /* all at the good end of their range, all at the bad one */
	struct estimate break_even;     /* months; NAN: not within the horizon, for that value */
	struct estimate npv, total;
	double pays_share;        /* of the draws: within the life of the hardware */
	double beyond_life_share; /* would later, within the horizon */
	double never_share;       /* the rest */
	int draws, months;
	struct outlook_month month[FIGURE_MONTHS_MOST + 1];
};

/* Of settled figures.  'draws' is at least 10; the same seed gives the same outlook. */
void outlook_of(const struct figures *figures, uint64_t seed, int draws, struct outlook *out);

/* One figure of one draw. */
double outlook_draw(
	const struct figures *figures, enum figure figure, uint64_t seed, uint64_t draw);

#endif
