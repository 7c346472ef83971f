/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The figures of one plan together: what follows from what, and what is missing. */
#include "config.h"

#include <math.h>

#include "econ/cash.h"
#include "econ/figure.h"

#define OR_MONTHLY "or all of the running cost as monthly"

static bool
is_missing(const struct figures *figures, enum figure figure)
{
	return isnan(figures->of[figure].value.likely);
}

static bool
is_stated(const struct figures *figures)
{
	return !is_missing(figures, FIGURE_MONTHLY);
}

static void
fill(struct figures *figures, enum figure figure, struct estimate value, const char *source)
{
	figures->of[figure].value = value;
	figures->of[figure].source = source;
}

void
figures_put(struct figures *figures, enum figure figure, struct estimate value, const char *source)
{
	struct err err;
	if (!figure_check(figure, value, &err))
		BUG("%s", err.text);
	figures->of[figure] =
		(struct figure_value){ .value = value, .given = true, .source = source };
}

bool
figure_is_used(const struct figures *figures, enum figure figure)
{
	if (figure == FIGURE_UTILIZATION)
		return false;
	return !is_stated(figures) || figure_kinds[figure].role != FIGURE_RUNNING;
}

/* Nothing is added to a running cost that was stated. */
static void
settle_stated(struct figures *figures)
{
	for (int i = 0; i < FIGURES; i++)
		if (figure_kinds[i].role == FIGURE_NEUTRAL && !figures->of[i].given)
			fill(figures, (enum figure)i, estimate_of(figure_kinds[i].neutral),
				"none: the running cost was stated, and nothing is added to it");
}

static void
settle_rented(struct figures *figures)
{
	if (is_missing(figures, FIGURE_CAPEX))
		fill(figures, FIGURE_CAPEX, estimate_of(0), "none: the hardware is rented");
	for (int i = FIGURE_BUSY_WATTS; i <= FIGURE_IDLE_WATTS; i++)
		if (is_missing(figures, (enum figure)i))
			fill(figures, (enum figure)i, estimate_of(0),
				"none: the rent includes the power");
}

static bool
settle_hours(struct figures *figures, struct err *err)
{
	double all = CASH_HOURS * figures->of[FIGURE_UNITS].value.likely;
	struct figure_value *share = &figures->of[FIGURE_UTILIZATION];
	const struct figure_value *busy = &figures->of[FIGURE_BUSY_HOURS];
	if (share->given && busy->given &&
		fabs(share->value.likely * all - busy->value.likely) > 0.01 * all)
		return err_set(err, FAULT_USAGE,
			"utilization: %.4g of %.10g hours a month is not %.10g, which busy-hours "
			"says; "
			"expected one of the two",
			share->value.likely, all, busy->value.likely);
	if (share->given && !busy->given)
		fill(figures, FIGURE_BUSY_HOURS, estimate_times(share->value, all), share->source);
	if (!figures->of[FIGURE_CAPACITY_HOURS].given)
		fill(figures, FIGURE_CAPACITY_HOURS, estimate_of(all),
			figure_kinds[FIGURE_CAPACITY_HOURS].source);
	return true;
}

static bool
check_missing(const struct figures *figures, struct err *err)
{
	static const struct {
		enum figure figure;
		const char *expected;
	} needed[] = {
		{ FIGURE_API_MONTHLY, "what the API costs a month for the work to be moved" },
		{ FIGURE_CAPEX, "the price of the hardware, or a rent a month" },
		{ FIGURE_BUSY_WATTS, "the power of a unit at work in W, " OR_MONTHLY },
		{ FIGURE_IDLE_WATTS, "the power of a waiting unit in W, " OR_MONTHLY },
		{ FIGURE_BUSY_HOURS, "hours a month or a utilization, " OR_MONTHLY },
	};
	for (size_t i = 0; i < HL_COUNT(needed); i++)
		if (is_missing(figures, needed[i].figure) &&
			figure_is_used(figures, needed[i].figure))
			return err_set(err, FAULT_USAGE, "%s: missing; expected %s",
				figure_kinds[needed[i].figure].name, needed[i].expected);
	return true;
}

static bool
check_contradictions(const struct figures *figures, struct err *err)
{
	double busy = figures->of[FIGURE_BUSY_WATTS].value.likely;
	double idle = figures->of[FIGURE_IDLE_WATTS].value.likely;
	double fallback = figures->of[FIGURE_FALLBACK].value.likely;
	double overflow = figures->of[FIGURE_OVERFLOW].value.likely;
	if (!is_stated(figures) && busy < idle)
		return err_set(err, FAULT_USAGE,
			"busy-watts: %.10g is less than idle-watts, %.10g; expected at least as "
			"much",
			busy, idle);
	if (fallback + overflow > 1)
		return err_set(err, FAULT_USAGE,
			"fallback: %.10g and overflow, %.10g, are more than all of the work; "
			"expected at most 1 together",
			fallback, overflow);
	return true;
}

bool
figures_settle(struct figures *figures, struct err *err)
{
	const struct figure_value *rent = &figures->of[FIGURE_RENT];
	if (is_stated(figures))
		settle_stated(figures);
	if (rent->given && rent->value.high > 0 && !figures->of[FIGURE_CAPEX].given)
		settle_rented(figures);
	return settle_hours(figures, err) && check_missing(figures, err) &&
	       check_contradictions(figures, err);
}

static double
value_at(struct estimate value, enum figure_end end)
{
	switch (end) {
	case FIGURE_LOW:
		return value.low;
	case FIGURE_LIKELY:
		return value.likely;
	case FIGURE_HIGH:
		return value.high;
	}
	BUG("no such end: %d", (int)end);
}

void
figures_values(const struct figures *figures, enum figure_end end, double values[FIGURES])
{
	for (int i = 0; i < FIGURES; i++)
		values[i] = value_at(figures->of[i].value, end);
}

void
figures_corner(const struct figures *figures, bool best, double values[FIGURES])
{
	for (int i = 0; i < FIGURES; i++) {
		int direction = best ? figure_kinds[i].direction : -figure_kinds[i].direction;
		values[i] = value_at(figures->of[i].value, direction > 0   ? FIGURE_LOW
							   : direction < 0 ? FIGURE_HIGH
									   : FIGURE_LIKELY);
	}
}
