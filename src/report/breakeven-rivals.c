/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same work on other hardware, ranked. */
#include "config.h"

#include <math.h>

#include "report/amounts.h"
#include "report/breakeven.h"
#include "report/parts.h"

enum {
	R_ID,
	R_NAME,
	R_KIND,
	R_UNITS,
	R_MOVES,
	R_MODELS,
	R_CAPEX,
	R_RUN,
	R_API,
	R_MONTHS,
	R_TEXT,
	R_NPV,
	R_LOAD,
	R_CARRIES,
	R_UNVERIFIED,
	RIVALS
};

#define WHY_RIVAL(what)                                                        \
 "@search As for the plan itself, with {units} of {hardware}: hllm breakeven " \
 "--gpu {units}x{hardware} --explain shows " what "."

static const struct column rival_columns[RIVALS] = {
	[R_ID] = { .key = "hardware", .head = "HARDWARE", .left = true },
	[R_NAME] = { .key = "name", .left = true },
	[R_KIND] = { .key = "kind", .left = true },
	[R_UNITS] = { .key = "units",
		.why = "@search As many units of {hardware} as were asked for, or as few as carry "
		       "the "
		       "work." },
	[R_MOVES] = { .key = "workloads",
		.head = "JOBS",
		.drop = 3,
		.why = "@search So many of the workloads that may move have a model that fits on "
		       "{hardware}." },
	[R_MODELS] = { .key = "models", .left = true },
	[R_CAPEX] = { .key = "capex",
		.head = "PRICE",
		.unit = "money",
		.drop = 1,
		.why = "@catalogue The price of {hardware} in hardware.csv, for {units} of it.\n"
		       "hllm hardware {hardware} has its source." },
	[R_RUN] = { .key = "run_monthly",
		.head = "RUN/MONTH",
		.unit = "money",
		.drop = 2,
		.why = WHY_RIVAL("its running cost") },
	[R_API] = { .key = "api_monthly",
		.head = "API/MONTH",
		.unit = "money",
		.drop = 4,
		.why = WHY_RIVAL("what its workloads cost today") },
	[R_MONTHS] = { .key = "break_even_months",
		.unit = "months",
		.decimals = 4,
		.why = WHY_RIVAL("its break-even") },
	[R_TEXT] = { .head = "BREAK-EVEN",
		.shows = "break_even_months",
		.left = true,
		.weight = 1,
		.least = 10 },
	[R_NPV] = { .key = "npv",
		.head = "WORTH",
		.unit = "money",
		.why = WHY_RIVAL("what it is worth today") },
	[R_LOAD] = { .key = "load", .head = "LOAD", .drop = 5, .why = WHY_RIVAL("how busy it is") },
	[R_CARRIES] = { .key = "carries" },
	[R_UNVERIFIED] = { .key = "price_unverified" },
};

static bool
price_unverified(const struct hardware *hardware)
{
	return hardware_is_unverified(
		hardware, hardware_is_rented(hardware) ? HARDWARE_MONTHLY : HARDWARE_PRICE);
}

/* A ? behind what a figure decides that nobody has verified: the price, or the rent in the running cost. */
static void
price_cells(
	struct answer *answer, struct cell *row, const struct rival *rival, const char *currency)
{
	const struct prospect *at = &rival->scenario;
	bool rented = hardware_is_rented(rival->hardware);
	double price = at->values[FIGURE_CAPEX], run = at->unit.month.run;
	row[R_CAPEX] = rented && price <= 0
			       ? cell_none("it is rented: the rent is in the running cost")
			       : amount_cell(price, currency, "");
	row[R_RUN] = amount_cell(run, currency, "");
	if (!price_unverified(rival->hardware))
		return;
	struct cell *cell = &row[rented ? R_RUN : R_CAPEX];
	char buf[NUM_TEXT];
	cell->text = cell_textf(answer, "%s?", num_print(buf, cell->amount, 2, 2, true)).text;
}

void
breakeven_rivals(const struct breakeven *breakeven)
{
	struct answer *answer = breakeven->answer;
	const char *currency = breakeven->plan->currency;
	if (!breakeven->rivals)
		return;
	bool marked = false;
	struct table *table = answer_table(answer, "comparison", NULL, rival_columns, RIVALS);
	table->most = ROWS_FOR_PEOPLE;
	answer_note(answer, "Ranked by what each is worth today over its life, at %.3g %% a year.",
		breakeven->main->values[FIGURE_DISCOUNT] * 100);
	for (size_t i = 0; i < breakeven->rivals_n; i++) {
		const struct rival *rival = &breakeven->rivals[i];
		const struct prospect *at = &rival->scenario;
		struct cell *row = table_row(table);
		struct str text = STR_INIT;
		row[R_ID] = cell_text(answer, rival->hardware->id);
		row[R_NAME] = cell_text(answer, rival->hardware->name);
		row[R_KIND] = cell_text(answer, slice_of(hardware_kinds[rival->hardware->kind]));
		row[R_UNITS] = cell_count(rival->units);
		row[R_MOVES] = cell_count((int64_t)rival->moves_n);
		row[R_MODELS] = cell_list(answer, rival->models);
		price_cells(answer, row, rival, currency);
		marked |= price_unverified(rival->hardware);
		row[R_API] = amount_cell(at->cash.likely, currency, "");
		row[R_MONTHS] = number_cell(cash_break_even(&at->months), 4, "never");
		if (at->has_capacity && !at->capacity.carries)
			str_puts(&text, "too slow");
		else
			prospect_text(&text, at);
		row[R_TEXT] = text_cell(answer, &text);
		row[R_NPV] = amount_cell(at->months.npv, currency, "");
		row[R_LOAD] = at->has_capacity ? fraction_cell(at->capacity.load, "")
					       : cell_none(at->no_capacity);
		row[R_CARRIES] = at->has_capacity ? cell_flag(at->capacity.carries)
						  : cell_none(at->no_capacity);
		row[R_UNVERIFIED] = cell_flag(price_unverified(rival->hardware));
	}
	if (marked)
		answer_note(answer,
			"? behind a price or a rent: the catalogue's figure is not verified.");
}
