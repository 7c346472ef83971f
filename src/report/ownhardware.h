/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ownhardware - what a machine of one's own costs, month by month, as charges: estimates, all of them.
 *
 * By the figures of a plan (econ/cash.h), without any work that would move to it: what was paid for it less what it
 * will bring, spread evenly over its life; the power of every hour; upkeep; rent.  Hours of people are not in it.  A
 * month that is exported in part costs a part by its days.
 */
#ifndef HLLM_REPORT_OWNHARDWARE_H
#define HLLM_REPORT_OWNHARDWARE_H

#include "base/num.h"
#include "base/when.h"
#include "econ/figure.h"

enum own_part { OWN_AMORTIZATION, OWN_ENERGY, OWN_UPKEEP, OWN_RENT, OWN_STATED, OWN_PARTS };
extern const char *const own_part_names[OWN_PARTS]; /* "amortization", … */

struct own_hardware {
	struct slice id, name;         /* borrowed */
	const struct figures *figures; /* settled or not: capex, watts, life … are read */
	char currency[4];
};

struct own_cost {
	const struct own_hardware *hardware;
	enum own_part part;
	struct period period;      /* of one month of the zone; whole days */
	femto_t hours;             /* of the period */
	femto_t low, likely, high; /* to the millionth of the currency */
};

/*
 * The costs of [start, end), in order of month and part; a part that costs nothing is left out.  Power: 'low' has
 * the machine idle in every hour, 'high' busy in every hour, 'likely' busy as long as the figures say (busy-hours or
 * utilization), and idle throughout where they do not.
 */
void own_costs(const struct own_hardware *hardware, struct period period,
	int64_t (*zone_at)(int64_t second), void (*each)(void *arg, const struct own_cost *cost),
	void *arg);

#endif
