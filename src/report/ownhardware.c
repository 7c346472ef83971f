/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/ownhardware.h"

#include <math.h>

#include "econ/cash.h"

const char *const own_part_names[OWN_PARTS] = { "amortization", "energy", "upkeep", "rent",
	"running cost" };

/* One of low, likely, high: 0 where the plan has no such figure. */
static double
figure(const struct own_hardware *hardware, enum figure which, int end)
{
	const struct estimate *value = &hardware->figures->of[which].value;
	double at = end < 0 ? value->low : end > 0 ? value->high : value->likely;
	return isnan(at) ? 0 : at;
}

static bool
is_stated(const struct own_hardware *hardware)
{
	return !isnan(hardware->figures->of[FIGURE_MONTHLY].value.likely);
}

/* Busy hours of one unit in an average month. */
static double
busy_hours(const struct own_hardware *hardware, int end)
{
	double units = fmax(figure(hardware, FIGURE_UNITS, 0), 1);
	double busy = figure(hardware, FIGURE_BUSY_HOURS, 0) / units;
	double share = figure(hardware, FIGURE_UTILIZATION, 0);
	busy = fmin(fmax(busy, share * CASH_HOURS), CASH_HOURS);
	return end < 0 ? 0 : end > 0 ? CASH_HOURS : busy;
}

/* Of an average month, for 'low' (-1), 'likely' (0) or 'high' (1). */
static double
energy(const struct own_hardware *hardware, int end)
{
	double units = fmax(figure(hardware, FIGURE_UNITS, 0), 1),
	       spare = figure(hardware, FIGURE_SPARE, 0), busy = busy_hours(hardware, end);
	double watts =
		units * (busy * figure(hardware, FIGURE_BUSY_WATTS, end) +
				(CASH_HOURS - busy) * figure(hardware, FIGURE_IDLE_WATTS, end)) +
		spare * CASH_HOURS * figure(hardware, FIGURE_IDLE_WATTS, end);
	return watts / 1000 * figure(hardware, FIGURE_PUE, end) *
	       figure(hardware, FIGURE_ELECTRICITY, end);
}

static double
monthly(const struct own_hardware *hardware, enum own_part part, int end)
{
	double units = fmax(figure(hardware, FIGURE_UNITS, 0), 1);
	double capex = figure(hardware, FIGURE_CAPEX, end) *
		       (1 + figure(hardware, FIGURE_SPARE, 0) / units);
	bool stated = is_stated(hardware), rented = figure(hardware, FIGURE_RENT, 0) > 0;
	switch (part) {
	case OWN_AMORTIZATION:
		/* the least: a long life and a good price for it at its end */
		return capex * (1 - figure(hardware, FIGURE_RESIDUAL, -end)) /
		       fmax(figure(hardware, FIGURE_LIFE, -end), 1);
	case OWN_ENERGY:
		return stated || (rented && capex == 0) ? 0 : energy(hardware, end);
	case OWN_UPKEEP:
		return stated ? 0 : capex * figure(hardware, FIGURE_UPKEEP, end) / 12;
	case OWN_RENT:
		return stated ? 0 : figure(hardware, FIGURE_RENT, end);
	case OWN_STATED:
		return stated ? figure(hardware, FIGURE_MONTHLY, end) : 0;
	case OWN_PARTS:
		break;
	}
	return 0;
}

static femto_t
amount(double value)
{
	return (femto_t)llround(fmin(value, 1e12) * 1e6) * (FEMTO_PER_UNIT / 1000000);
}

static int64_t
month_start(int number, int64_t (*zone_at)(int64_t second))
{
	int64_t local = when_month_start(number) / NS_PER_SECOND;
	if (!zone_at)
		return local * NS_PER_SECOND;
	return (local - zone_at(local - zone_at(local))) * NS_PER_SECOND;
}

void
own_costs(const struct own_hardware *hardware, struct period period,
	int64_t (*zone_at)(int64_t second), void (*each)(void *arg, const struct own_cost *cost),
	void *arg)
{
	int from = when_month(period.start) - 1, to = when_month(period.end) + 1;
	for (int number = from; number <= to; number++) {
		int64_t start = month_start(number, zone_at),
			end = month_start(number + 1, zone_at);
		struct own_cost cost = { .hardware = hardware };
		cost.period.start = start > period.start ? start : period.start;
		cost.period.end = end < period.end ? end : period.end;
		if (cost.period.start >= cost.period.end)
			continue;
		int64_t hours = (cost.period.end - cost.period.start) / NS_PER_HOUR;
		double share =
			(double)(cost.period.end - cost.period.start) / (double)(end - start);
		cost.hours = hours * FEMTO_PER_UNIT;
		for (int part = 0; part < OWN_PARTS; part++) {
			/* power by the hour, all else by the month, however long that is */
			double of = part == OWN_ENERGY ? (double)hours / CASH_HOURS : share;
			cost.part = (enum own_part)part;
			cost.low = amount(monthly(hardware, cost.part, -1) * of);
			cost.likely = amount(monthly(hardware, cost.part, 0) * of);
			cost.high = amount(monthly(hardware, cost.part, 1) * of);
			if (cost.likely || cost.high)
				each(arg, &cost);
		}
	}
}
