/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same hardware, rented. */
#include "config.h"

#include <math.h>

#include "econ/tenure.h"
#include "report/amounts.h"
#include "report/breakeven.h"

enum { R_HARDWARE, R_NAME, R_MONTHLY, R_OVERTAKES, R_MONTHS, R_BUY, R_RENT, RENTS };

static const struct column rent_columns[RENTS] = {
	[R_HARDWARE] = { .key = "hardware", .left = true },
	[R_NAME] = { .key = "name", .left = true },
	[R_MONTHLY] = { .key = "rent_monthly",
		.unit = "money",
		.why = "@catalogue hardware.csv, {hardware}: its price a month, or an hour 730 "
		       "times; "
		       "for all units.\nhllm hardware {hardware} has its source." },
	[R_OVERTAKES] = { .key = "buying_is_cheaper_after_months",
		.unit = "months",
		.decimals = 4,
		.why = "@search The first moment at which the cash of buying is no less than that "
		       "of "
		       "renting, month by month." },
	[R_MONTHS] = { .key = "months",
		.unit = "months",
		.why = "= min({assumptions[life].value}, {assumptions[horizon].value})" },
	[R_BUY] = { .key = "npv_bought", .unit = "money" },
	[R_RENT] = { .key = "npv_rented",
		.unit = "money",
		.why = "@search The cash flow of the same work on rented hardware: no price, no "
		       "power, "
		       "no parts, but {rent_monthly} a month." },
};

static double
rent_of(const struct hardware *hardware)
{
	return isnan(hardware->monthly) ? hardware->hourly * CASH_HOURS : hardware->monthly;
}

/* Is it the same chip with as much memory? */
static bool
is_same(const struct hardware *bought, const struct hardware *rented)
{
	return hardware_is_rented(rented) && !isnan(rent_of(rented)) &&
	       slice_eq(bought->class, rented->class) && !isnan(rented->bandwidth_gbs) &&
	       fabs(bought->memory_gb - rented->memory_gb) < 0.5 &&
	       fabs(bought->bandwidth_gbs - rented->bandwidth_gbs) < 0.5 &&
	       fabs(bought->fp16_tflops - rented->fp16_tflops) < 0.5;
}

/* An offer that can be taken away while it is in use is no match for a machine of one's own. */
static bool
is_lasting(const struct hardware *hardware)
{
	return slice_find(hardware->name, "low tier") < 0 && slice_find(hardware->id, "spot") < 0;
}

static const struct hardware *
cheapest(const struct breakeven *breakeven)
{
	const struct hardware *best = NULL, *bought = breakeven->plan->hardware;
	for (size_t i = 0; i < breakeven->catalogue->n; i++) {
		const struct hardware *at = &breakeven->catalogue->items[i];
		if (is_same(bought, at) && is_lasting(at) && (!best || rent_of(at) < rent_of(best)))
			best = at;
	}
	return best;
}

static void
say_rent(const struct breakeven *breakeven, const struct hardware *rented, double rent,
	const struct tenure *tenure)
{
	struct str out = STR_INIT;
	amount_text(&out, rent, breakeven->plan->currency);
	str_puts(&out, " a month, power included; ");
	if (isnan(tenure->overtakes)) {
		str_puts(&out, "buying is not cheaper as far as can be seen");
	} else {
		str_puts(&out, "buying is cheaper for anyone who needs it longer than ");
		months_text(&out, tenure->overtakes);
	}
	answer_note(breakeven->answer, "The same can be rented (" SLICE_FMT "%s) for %s.",
		SLICE_ARG(rented->name),
		hardware_is_unverified(
			rented, isnan(rented->monthly) ? HARDWARE_HOURLY : HARDWARE_MONTHLY)
			? ", price not verified"
			: "",
		str_text(&out));
	str_free(&out);
}

void
breakeven_rent(const struct breakeven *breakeven)
{
	const struct plan *plan = breakeven->plan;
	const struct prospect *main = breakeven->main;
	if (!plan->hardware || !breakeven->catalogue || hardware_is_rented(plan->hardware) ||
		main->outcome == CASH_NO_DEMAND || strcmp(plan->currency, "USD") != 0)
		return;
	const struct hardware *rented = cheapest(breakeven);
	if (!rented)
		return;
	struct tenure tenure;
	double rent = rent_of(rented) * plan->units;
	tenure_of(main->values, rent, &tenure);
	struct table *table =
		answer_table(breakeven->answer, "rent_instead", NULL, rent_columns, RENTS);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[R_HARDWARE] = cell_text(breakeven->answer, rented->id);
	row[R_NAME] = cell_text(breakeven->answer, rented->name);
	row[R_MONTHLY] = amount_cell(rent, plan->currency, "");
	row[R_OVERTAKES] = number_cell(tenure.overtakes, 4, "not within the horizon");
	row[R_MONTHS] = cell_count(tenure.months);
	row[R_BUY] = amount_cell(tenure.buy_npv, plan->currency, "");
	row[R_RENT] = amount_cell(tenure.rent_npv, plan->currency, "");
	say_rent(breakeven, rented, rent, &tenure);
}
