/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-budget - where the month stands against the budgets of hllm.conf, and what fell back to an API. */
#include "config.h"

#include "report/amounts.h"
#include "report/monthly.h"
#include "report/origin.h"
#include "report/parts.h"

enum {
	B_NAME,
	B_LIMIT,
	B_SOFT,
	B_SPENT,
	B_SPENT_HIGH,
	B_SHARE,
	B_LOW,
	B_LIKELY,
	B_HIGH,
	B_EXPECTED,
	B_STATE,
	B_TEXT,
	B_COLUMNS
};

static const struct column budget_columns[B_COLUMNS] = {
	[B_NAME] = { .key = "name", .head = "BUDGET", .left = true, .weight = 1, .least = 12 },
	[B_LIMIT] = { .key = "month", .head = "A MONTH", .unit = "money" },
	[B_SOFT] = { .key = "soft", .unit = "money" },
	[B_SPENT] = { .key = "spend", .head = "SPENT", .unit = "money" },
	[B_SPENT_HIGH] = { .key = "spend_high", .unit = "money" },
	[B_SHARE] = { .key = "share", .head = "OF IT", .why = "= {spend} / {month}" },
	[B_LOW] = { .key = "forecast.low",
		.unit = "money",
		.why = "What complete days cost and what the days left are expected to, of what "
		       "the budget is of.\n"
		       "@search two opinions of what a day costs, one that grows and one of the "
		       "last days, weighed by how far each was off on the days that are known "
		       "(hllm-economics(7)); the range holds 80 of 100 months" },
	[B_LIKELY] = { .key = "forecast.likely",
		.unit = "money",
		.why = "What complete days cost and what the days left are expected to, of what "
		       "the budget is of.\n"
		       "@search two opinions of what a day costs, one that grows and one of the "
		       "last days, weighed by how far each was off on the days that are known "
		       "(hllm-economics(7)); the range holds 80 of 100 months" },
	[B_HIGH] = { .key = "forecast.high",
		.unit = "money",
		.why = "What complete days cost and what the days left are expected to, of what "
		       "the budget is of.\n"
		       "@search two opinions of what a day costs, one that grows and one of the "
		       "last days, weighed by how far each was off on the days that are known "
		       "(hllm-economics(7)); the range holds 80 of 100 months" },
	[B_EXPECTED] = { .head = "BY ITS END",
		.left = true,
		.drop = 1,
		.shows = "forecast.likely" },
	[B_STATE] = { .key = "state", .left = true },
	[B_TEXT] = { .head = "", .left = true },
};

/* For people; the words of budget_states[] are for programs. */
static const char *const state_texts[BUDGET_STATES] = {
	[BUDGET_WELL] = "within it",
	[BUDGET_SOFT] = "over its soft limit",
	[BUDGET_LIKELY] = "likely to be crossed",
	[BUDGET_SURE] = "will be crossed",
	[BUDGET_CROSSED] = "crossed",
};

/* What hllm.conf says, and what of the month it is about. */
static void
budget_origins(const struct monthly *monthly, struct table *table, const struct budget_standing *at)
{
	struct answer *answer = monthly->answer;
	const struct budget *budget = at->budget;
	struct str file = STR_INIT;
	char month[MONTH_TEXT];
	size_t row = table->rows_n - 1;
	if (!answer->explained)
		return;
	origin_quote(&file, slice_of(budget->section->file));
	for (size_t i = B_LIMIT; i <= B_SOFT; i++)
		answer_origin(answer, table, row, i, "@assumption %s:%d: budget \"{name}\"",
			str_text(&file), budget->section->line);
	for (size_t i = B_SPENT; i <= B_SPENT_HIGH; i++)
		answer_origin(answer, table, row, i,
			"What is spent in %s on what the budget is of%s.\n@records total month %s",
			budget->currency,
			budget->workload || budget->biller
				? ", by the workloads and billers that it names"
				: ": everything",
			month_number(month, at->month == MONTH_NONE ? monthly->month : at->month));
	str_free(&file);
}

static void
add_budget(const struct monthly *monthly, struct table *table, const struct budget_standing *at)
{
	static const char over[] = "the month is over, or nothing of it is known";
	struct answer *answer = monthly->answer;
	const struct budget *budget = at->budget;
	const struct estimate *total = at->has_forecast ? &at->forecast.total : NULL;
	struct str text = STR_INIT;
	struct cell *row = table_row(table);
	row[B_NAME] = cell_text(answer, budget->name);
	row[B_LIMIT] = cell_money(budget->month, budget->currency);
	row[B_SOFT] = cell_money(budget->soft, budget->currency);
	row[B_SPENT] = cell_money(at->low, budget->currency);
	row[B_SPENT_HIGH] = at->high != at->low ? cell_money(at->high, budget->currency)
						: cell_none("the spend is exact");
	budget_origins(monthly, table, at);
	row[B_SHARE] = budget->month > 0 && at->low >= 0 ? cell_share(at->low, budget->month)
							 : cell_none("of no positive amount");
	row[B_LOW] = amount_cell(total ? total->low : MISSING, budget->currency, over);
	row[B_LIKELY] = amount_cell(total ? total->likely : MISSING, budget->currency, over);
	row[B_HIGH] = amount_cell(total ? total->high : MISSING, budget->currency, over);
	if (total)
		estimate_text(&text, *total, budget->currency);
	row[B_EXPECTED] = total ? text_cell(answer, &text) : cell_none(over);
	row[B_STATE] = cell_text(answer, slice_of(budget_states[at->state]));
	row[B_TEXT] = cell_text(answer, slice_of(state_texts[at->state]));
}

/* People need no column of what a month comes to that is over. */
static const struct column *
columns_of(const struct monthly *monthly)
{
	struct column *copy = arena_take(&monthly->answer->arena, sizeof(budget_columns));
	memcpy(copy, budget_columns, sizeof(budget_columns));
	copy[B_EXPECTED].head = NULL;
	return copy;
}

void
monthly_budgets(const struct monthly *monthly)
{
	bool partial = false, expected = false;
	struct table *table =
		answer_table(monthly->answer, "budgets", "Budgets", budget_columns, B_COLUMNS);
	table->quiet = !monthly->budgets_n;
	for (size_t i = 0; i < monthly->budgets_n; i++) {
		add_budget(monthly, table, &monthly->budgets[i]);
		partial |= monthly->budgets[i].partial;
		expected |= monthly->budgets[i].has_forecast;
	}
	if (!expected)
		table->columns = columns_of(monthly);
	if (partial)
		answer_note(monthly->answer,
			"A budget counts amounts of its own currency; hllm.conf can have rates for "
			"others.");
}

void
monthly_budget_headline(const struct monthly *monthly, struct str *out)
{
	const struct budget_standing *worst = NULL;
	for (size_t i = 0; i < monthly->budgets_n; i++)
		if (!worst || monthly->budgets[i].state > worst->state)
			worst = &monthly->budgets[i];
	if (!worst || worst->state < BUDGET_LIKELY)
		return;
	str_printf(out, "; the budget \"" SLICE_FMT "\" of ", SLICE_ARG(worst->budget->name));
	money_text(out, worst->budget->month, worst->budget->month, worst->budget->currency);
	str_printf(
		out, " %s%s", worst->state == BUDGET_SURE ? "" : "is ", state_texts[worst->state]);
}

/* ---- what fell back to an API ---- */

enum { F_NAME, F_LOCAL, F_FALLEN, F_RATE, F_COLUMNS };

static const struct column fallback_columns[F_COLUMNS] = {
	[F_NAME] = { .key = "workload",
		.head = "WORKLOAD",
		.left = true,
		.weight = 1,
		.least = 16 },
	[F_LOCAL] = { .key = "local_requests",
		.head = "RAN LOCALLY",
		.why = "Requests that a local server answered, or was to.\n"
		       "@records workload {workload}" },
	[F_FALLEN] = { .key = "fallback_requests",
		.head = "FELL BACK TO AN API",
		.why = "Requests that went to an API after a local server had failed.\n"
		       "@records workload {workload}" },
	[F_RATE] = { .key = "fallback_rate",
		.head = "RATE",
		.why = "Of those that ran locally or fell back; where no local one left a line, of "
		       "all that fell back.\n"
		       "= {fallback_requests} / ({local_requests} + {fallback_requests})\n"
		       "@records workload {workload}" },
};

void
monthly_fallbacks(const struct monthly *monthly)
{
	const struct fallbacks *fallbacks = monthly->fallbacks;
	struct table *table = answer_table(monthly->answer, "fallbacks",
		"What your own servers did not answer", fallback_columns, F_COLUMNS);
	table->quiet = !fallbacks->n;
	for (size_t i = 0; i < fallbacks->n; i++) {
		const struct fallback *at = &fallbacks->items[i];
		int64_t fallen = fallback_fallen(at), all = fallback_all(at);
		struct cell *row = table_row(table);
		row[F_NAME] = cell_text(monthly->answer, at->workload);
		row[F_LOCAL] = cell_count(at->local);
		row[F_FALLEN] = cell_count(fallen);
		row[F_RATE] = all ? cell_share((femto_t)fallen, (femto_t)all)
				  : cell_none("no requests are counted");
	}
}
