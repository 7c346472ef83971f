/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/unitcost.h"

#include <math.h>
#include <string.h>

void
unit_cost_of(const double values[FIGURES], double work, double per, struct unit_cost *out)
{
	double today[FIGURES];
	struct cash cash;
	memcpy(today, values, sizeof(today));
	today[FIGURE_GROWTH] = today[FIGURE_API_DECLINE] = today[FIGURE_RAMP] = 0;
	cash_flow(today, &cash);
	const struct cash_month *month = &cash.month[1];
	double local = 1 - today[FIGURE_FALLBACK] - month->overflow;
	double hours = month->busy_hours + month->idle_hours;
	*out = (struct unit_cost){
		.work = work * (local > 0 ? local : 0),
		.utilization = month->busy_hours / hours,
		.month = *month,
	};
	double times = out->work > 0 ? per / out->work : MISSING;
	double extra = today[FIGURE_BUSY_WATTS] - today[FIGURE_IDLE_WATTS];
	out->amortization = cash.amortization * times;
	out->setup = cash.setup / cash.life * times;
	out->energy = month->energy * times;
	out->upkeep = month->upkeep * times;
	out->people = month->people * times;
	out->rent = month->rent * times;
	out->review = month->review * times;
	out->stated = (cash.stated ? month->run : 0) * times;
	out->total = out->amortization + out->setup + month->run * times;
	out->marginal = cash.stated ? MISSING
				    : month->busy_hours * (extra > 0 ? extra : 0) / 1000 *
					      today[FIGURE_PUE] * today[FIGURE_ELECTRICITY] * times;
	out->api = work > 0 ? today[FIGURE_API_MONTHLY] / work * per : MISSING;
}
