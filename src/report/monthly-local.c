/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-local - the machine of one's own: what it would pay, how that moved, and what was measured. */
#include "config.h"

#include <math.h>

#include "report/amounts.h"
#include "report/monthly.h"
#include "report/parts.h"

enum { PROBES_SHOWN = 5 };

enum { B_ID, B_TITLE, B_MOVES, B_API, B_RUN, B_LIKELY, B_TEXT, B_BEFORE, B_TEXT_BEFORE, B_COLUMNS };

static const struct column columns[B_COLUMNS] = {
	[B_ID] = { .key = "scenario", .left = true },
	[B_TITLE] = { .head = "WHAT MOVES", .left = true, .weight = 2, .least = 20 },
	[B_MOVES] = { .key = "workloads",
		.head = "JOBS",
		.drop = 2,
		.why = "How many workloads would move.\n"
		       "@search hllm breakeven --gpu {machine.hardware} works it out, of the days "
		       "that are given to it, and each part of it can be asked about there" },
	[B_API] = { .key = "api_monthly",
		.head = "API/MONTH",
		.unit = "money",
		.why = "What the API would no longer be paid a month.\n"
		       "@search hllm breakeven --gpu {machine.hardware} works it out, of the days "
		       "that are given to it, and each part of it can be asked about there" },
	[B_RUN] = { .key = "run_monthly",
		.head = "RUN/MONTH",
		.unit = "money",
		.why = "What running the machine costs a month.\n"
		       "@search hllm breakeven --gpu {machine.hardware} works it out, of the days "
		       "that are given to it, and each part of it can be asked about there" },
	[B_LIKELY] = { .key = "break_even_months",
		.unit = "months",
		.decimals = 4,
		.why = "When it has paid for itself, in months.\n"
		       "@search hllm breakeven --gpu {machine.hardware} works it out, of the days "
		       "that are given to it, and each part of it can be asked about there" },
	[B_TEXT] = { .key = "break_even",
		.head = "BREAK-EVEN",
		.left = true,
		.shows = "break_even_months" },
	[B_BEFORE] = { .key = "break_even_months_before",
		.unit = "months",
		.decimals = 4,
		.why = "The same with the workloads of the month before.\n"
		       "@search hllm breakeven --gpu {machine.hardware} works it out, of the days "
		       "that are given to it, and each part of it can be asked about there" },
	[B_TEXT_BEFORE] = { .key = "break_even_before",
		.head = "BEFORE",
		.left = true,
		.drop = 1,
		.shows = "break_even_months_before" },
};

/* The same scenario of the other month; NULL: there is none. */
static const struct prospect *
same(const struct monthly_plan *plan, enum move_class class)
{
	for (size_t i = 0; !plan->none && i < plan->scenarios_n; i++)
		if (plan->scenarios[i].class == class)
			return &plan->scenarios[i];
	return NULL;
}

static struct cell
months_cell(const struct prospect *at)
{
	double months = at->moves_n ? cash_break_even(&at->months) : MISSING;
	return number_cell(months, 4, "it does not pay for itself within the horizon");
}

static struct cell
prospect_cell(struct answer *answer, const struct prospect *at)
{
	struct str text = STR_INIT;
	prospect_text(&text, at);
	return text_cell(answer, &text);
}

static void
add_scenario(const struct monthly *monthly, struct table *table, const struct prospect *at)
{
	struct answer *answer = monthly->answer;
	const struct prospect *before = same(&monthly->plan_before, at->class);
	const char *none = monthly->plan_before.none ? monthly->plan_before.none : "not known";
	struct cell *row = table_row(table);
	row[B_ID] = cell_text(answer, slice_of(at->id));
	row[B_TITLE] = cell_text(answer, slice_of(at->title));
	row[B_MOVES] = cell_count((int64_t)at->moves_n);
	row[B_API] = amount_cell(at->cash.likely, monthly->plan.plan->currency, "not known");
	row[B_RUN] = at->moves_n ? amount_cell(at->unit.month.run, monthly->plan.plan->currency,
					   "not known")
				 : cell_none("nothing moves");
	row[B_LIKELY] = months_cell(at);
	row[B_TEXT] = prospect_cell(answer, at);
	row[B_BEFORE] = before ? months_cell(before) : cell_none(none);
	row[B_TEXT_BEFORE] = before ? prospect_cell(answer, before) : cell_none(none);
}

/* "Running it yourself: GeForce RTX 4090 for $2,499.99" */
static const char *
title_of(const struct monthly *monthly)
{
	struct str out = STR_INIT;
	const struct plan *plan = monthly->plan.plan;
	str_puts(&out, "On a machine of your own: ");
	breakeven_name(&out, plan);
	if (!isnan(plan->price)) {
		str_puts(&out, " for ");
		amount_text(&out, plan->whole_price ? plan->price : plan->price * plan->units,
			plan->currency);
	}
	const char *title = arena_copy(&monthly->answer->arena, str_text(&out), out.n);
	str_free(&out);
	return title;
}

static const struct column machine_columns[] = {
	{ .key = "hardware", .left = true },
	{ .key = "title", .left = true },
	{ .key = "units", .why = "@assumption one, unless --gpu or hllm.conf says more" },
	{ .key = "price",
		.unit = "money",
		.why = "@catalogue hardware.csv, or yours: hllm hardware {hardware} shows its "
		       "row" },
	{ .key = "chosen" },
};

/* Which machine, for programs: people read it in the title. */
static void
report_machine(const struct monthly *monthly)
{
	struct answer *answer = monthly->answer;
	const struct plan *plan = monthly->plan.plan;
	struct table *table =
		answer_table(answer, "machine", NULL, machine_columns, HL_COUNT(machine_columns));
	table->single = table->quiet = true;
	if (monthly->plan.none || !plan->hardware) {
		table->null_reason = monthly->plan.none ? monthly->plan.none : "none is named";
		return;
	}
	struct cell *row = table_row(table);
	double price = plan->whole_price ? plan->price : plan->price * plan->units;
	row[0] = cell_text(answer, plan->hardware->id);
	row[1] = cell_text(answer, plan->hardware->name);
	row[2] = cell_count(plan->units);
	row[3] = amount_cell(price, plan->currency, "it has no price: it is rented, or not known");
	row[4] = cell_flag(monthly->plan.chosen);
}

/* Does it pay for itself within its life in any scenario? */
static bool
pays(const struct monthly_plan *plan)
{
	for (size_t i = 0; i < plan->scenarios_n; i++)
		if (plan->scenarios[i].outcome == CASH_AT_ONCE ||
			plan->scenarios[i].outcome == CASH_WITHIN_LIFE)
			return true;
	return false;
}

static const struct column said_columns[] = { { .head = "", .left = true } };

static void
say_nothing_moves(const struct monthly *monthly)
{
	struct table *table =
		answer_table(monthly->answer, NULL, "On a machine of your own", said_columns, 1);
	table->single = table->plain = true;
	*table_row(table) =
		cell_text(monthly->answer, SLICE("The policy calls no workload local, and the best "
						 "machine of the catalogue would "
						 "not pay for itself with all that fits on it."));
}

static void
report_plan(const struct monthly *monthly)
{
	const struct monthly_plan *plan = &monthly->plan;
	struct table *table = answer_table(monthly->answer, "break_even",
		plan->none ? "On a machine of your own" : title_of(monthly), columns, B_COLUMNS);
	if (plan->none)
		table->null_reason = plan->none;
	for (size_t i = 0; !plan->none && i < plan->scenarios_n; i++)
		if (!plan->scenarios[i].same)
			add_scenario(monthly, table, &plan->scenarios[i]);
	table->columns = monthly_columns(monthly->answer, table, false);
	/* a machine that nobody asked about, for work that nobody would move there */
	if (!plan->none && plan->chosen && !pays(plan) && plan->main->class != MOVE_LOCAL) {
		table->quiet = true;
		say_nothing_moves(monthly);
	}
}

enum { L_LOCAL, L_ALL, L_SHARE, L_TEXT, L_COLUMNS };

static const struct column local_columns[L_COLUMNS] = {
	[L_LOCAL] = { .key = "local_tokens",
		.why = "Tokens of servers of your own.\n"
		       "@records total" },
	[L_ALL] = { .key = "all_tokens",
		.why = "Input, output and tokens without a direction.\n"
		       "@records total" },
	[L_SHARE] = { .key = "local_share", .why = "= {local_tokens} / {all_tokens}" },
	[L_TEXT] = { .head = "", .left = true },
};

/* How much of the month's work a machine of one's own did already. */
static void
report_share(const struct monthly *monthly)
{
	const struct tally *total = &monthly->after->audit->total;
	int64_t all = tally_input(total) + total->tokens[TOKEN_OUTPUT] + total->unsplit;
	struct table *table =
		answer_table(monthly->answer, "local", NULL, local_columns, L_COLUMNS);
	char text[NUM_TEXT], of[NUM_TEXT];
	table->single = table->plain = true;
	table->quiet = !total->local_tokens;
	struct cell *row = table_row(table);
	row[L_LOCAL] = cell_count(total->local_tokens);
	row[L_ALL] = cell_count(all);
	row[L_SHARE] = all ? cell_share((femto_t)total->local_tokens, (femto_t)all)
			   : cell_none("no tokens are known");
	row[L_TEXT] = cell_textf(monthly->answer, "%s of %s tokens ran on servers of your own.",
		num_count(text, total->local_tokens), num_count(of, all));
}

void
monthly_local(const struct monthly *monthly)
{
	report_machine(monthly);
	report_plan(monthly);
	report_share(monthly);
	if (!monthly->probes || !monthly->probes->n)
		return;
	struct table *probes =
		probes_table(monthly->answer, "What was measured", monthly->probes, monthly->end);
	probes->most = PROBES_SHOWN;
}
