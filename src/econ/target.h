/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * target - what it would take to break even in a given time: more work, or cheaper hardware.
 *
 * Found by bisection on the cash flow itself, so capacity, commitments and all the rest apply.
 * The answer is on the side that does break even in time, to nine digits.
 */
#ifndef HLLM_ECON_TARGET_H
#define HLLM_ECON_TARGET_H

#include "econ/cash.h"

/* How many times today's work (its API cost and its busy hours; what stays at the API stays) is
 * the least that breaks even within 'months' (1 to FIGURE_MONTHS_MOST).  NAN: no amount does. */
double target_demand(const double values[FIGURES], int months);
/* The highest price of the hardware that does, as FIGURE_CAPEX: without spare units.  NAN: not
 * even hardware for nothing. */
double target_capex(const double values[FIGURES], int months);

#endif
