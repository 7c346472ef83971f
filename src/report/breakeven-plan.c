/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine, and which workloads move to which model. */
#include "config.h"

#include <math.h>

#include "report/amounts.h"
#include "report/breakeven.h"
#include "report/parts.h"

/* ---- the machine ---- */

enum {
	P_HARDWARE,
	P_NAME,
	P_UNITS,
	P_MEMORY,
	P_QUANT,
	P_SLOTS,
	P_PRICE,
	P_PRICE_SOURCE,
	P_UNVERIFIED,
	P_CURRENCY,
	PLANS
};

static const struct column plan_columns[PLANS] = {
	[P_HARDWARE] = { .key = "hardware", .left = true },
	[P_NAME] = { .key = "hardware_name", .left = true },
	[P_UNITS] = { .key = "units", .why = "= {assumptions[units].value}" },
	[P_MEMORY] = { .key = "memory_gb", .unit = "GB", .decimals = 3 },
	[P_QUANT] = { .key = "quant", .left = true },
	[P_SLOTS] = { .key = "concurrency",
		.why = "@assumption Requests that are served at once: --concurrency, or the plan "
		       "of "
		       "hllm.conf; else one." },
	[P_PRICE] = { .key = "capex", .unit = "money", .why = "= {assumptions[capex].value}" },
	[P_PRICE_SOURCE] = { .key = "capex_source", .left = true },
	[P_UNVERIFIED] = { .key = "unverified", .left = true },
	[P_CURRENCY] = { .key = "currency", .left = true },
};

/* Names of the figures that the plan takes from the catalogue and that nobody has verified. */
static void
unverified_names(const struct hardware *hardware, struct str *out, const char *between)
{
	static const enum hardware_figure used[] = { HARDWARE_MEMORY, HARDWARE_BANDWIDTH,
		HARDWARE_TFLOPS, HARDWARE_BUSY, HARDWARE_IDLE, HARDWARE_CONTEXT, HARDWARE_PRICE,
		HARDWARE_HOURLY, HARDWARE_MONTHLY };
	for (size_t i = 0; i < HL_COUNT(used); i++)
		if (hardware_is_unverified(hardware, used[i]) &&
			!isnan(hardware_figure(hardware, used[i])))
			str_printf(out, "%s%s", out->n ? between : "", hardware_figures[used[i]]);
}

static void
note_unverified(const struct breakeven *breakeven)
{
	struct str out = STR_INIT;
	unverified_names(breakeven->plan->hardware, &out, ", ");
	if (out.n)
		answer_note(breakeven->answer,
			"Not verified in the catalogue: %s of " SLICE_FMT
			" (hllm hardware " SLICE_FMT ").",
			str_text(&out), SLICE_ARG(breakeven->plan->hardware->name),
			SLICE_ARG(breakeven->plan->hardware->id));
	str_free(&out);
}

void
breakeven_plan(const struct breakeven *breakeven)
{
	static const char none[] = "the figures name no hardware";
	struct answer *answer = breakeven->answer;
	const struct plan *plan = breakeven->plan;
	const struct hardware *hardware = plan->hardware;
	struct table *table = answer_table(answer, "plan", NULL, plan_columns, PLANS);
	struct str unverified = STR_INIT;
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	for (int i = P_HARDWARE; i <= P_SLOTS; i++)
		row[i] = cell_none(none);
	if (hardware) {
		row[P_HARDWARE] = cell_text(answer, hardware->id);
		row[P_NAME] = cell_text(answer, hardware->name);
		row[P_MEMORY] = number_cell(hardware->memory_gb * plan->units, 3, none);
		row[P_QUANT] = cell_text(answer, slice_of(quant_names[breakeven->choice->quant]));
		row[P_SLOTS] = cell_count(plan->slots);
		unverified_names(hardware, &unverified, "\n");
		note_unverified(breakeven);
	}
	row[P_UNITS] = cell_count(plan->units);
	row[P_PRICE] = amount_cell(breakeven->main->values[FIGURE_CAPEX], plan->currency, none);
	row[P_PRICE_SOURCE] =
		cell_text(answer, slice_of(breakeven->main->figures.of[FIGURE_CAPEX].source));
	row[P_UNVERIFIED] = unverified.n ? cell_list(answer, str_as_slice(&unverified))
					 : cell_none("no figure of the plan is unverified");
	row[P_CURRENCY] = cell_text(answer, slice_of(plan->currency));
	str_free(&unverified);
}

/* ---- what moves ---- */

enum {
	M_NAME,
	M_VERDICT,
	M_SCENARIO,
	M_CASH_LOW,
	M_CASH,
	M_CASH_HIGH,
	M_NO_WORK,
	M_MODEL,
	M_RUNS,
	M_SPEED_LOW,
	M_SPEED,
	M_SPEED_HIGH,
	M_SPEED_TEXT,
	M_HOURS,
	M_CONTEXT,
	M_MEMORY,
	M_SPEED_SOURCE,
	M_PREFILL,
	M_PREFILL_SOURCE,
	M_QUALITY,
	M_STAYS,
	M_HOSTED,
	M_HOSTED_BY,
	M_PROMPT,
	M_OUTPUT,
	MOVES
};

#define WHY_CASH                                                                            \
 "@records workload {name}\nThirty days like those of the data, at what is really paid: a " \
 "bill's amounts, or list prices times what the biller bills of them."

static const struct column move_columns[MOVES] = {
	[M_NAME] = { .key = "name", .head = "WORKLOAD", .left = true, .weight = 2, .least = 16 },
	[M_VERDICT] = { .key = "verdict", .head = "VERDICT", .left = true, .drop = 4 },
	[M_SCENARIO] = { .key = "moves_from_scenario", .left = true },
	[M_CASH_LOW] = { .key = "api_monthly.low", .unit = "money", .why = WHY_CASH },
	[M_CASH] = { .key = "api_monthly.likely",
		.head = "$/MONTH",
		.unit = "money",
		.why = WHY_CASH },
	[M_CASH_HIGH] = { .key = "api_monthly.high", .unit = "money", .why = WHY_CASH },
	[M_NO_WORK] = { .key = "billed_without_a_model",
		.unit = "money",
		.why = "@records workload {name}\nThirty days of bill lines that name no model: "
		       "purchases, credits, taxes." },
	[M_MODEL] = { .key = "model", .left = true },
	[M_RUNS] = { .head = "RUNS ON", .left = true, .weight = 1, .least = 12 },
	[M_SPEED_LOW] = { .key = "decode_tokens_per_second.low",
		.unit = "tokens/s",
		.decimals = 2 },
	[M_SPEED] = { .key = "decode_tokens_per_second.likely", .unit = "tokens/s", .decimals = 2 },
	[M_SPEED_HIGH] = { .key = "decode_tokens_per_second.high",
		.unit = "tokens/s",
		.decimals = 2 },
	[M_SPEED_TEXT] = { .head = "TOKENS/S",
		.shows = "decode_tokens_per_second.likely",
		.drop = 2 },
	[M_HOURS] = { .key = "work_hours_per_day",
		.head = "HOURS/DAY",
		.unit = "hours",
		.decimals = 3,
		.drop = 1 },
	[M_CONTEXT] = { .key = "context", .unit = "tokens" },
	[M_MEMORY] = { .key = "memory_gb",
		.unit = "GB",
		.decimals = 3,
		.why = "@search Weights of {model} as {plan.quant}, its cache for {context} tokens "
		       "({plan.concurrency} at once), and overhead: hllm models {model} --on "
		       "{plan.hardware} --context {context} shows each." },
	[M_SPEED_SOURCE] = { .key = "speed_source", .left = true },
	[M_PREFILL] = { .key = "prefill_tokens_per_second", .unit = "tokens/s", .decimals = 2 },
	[M_PREFILL_SOURCE] = { .key = "prefill_source", .left = true },
	[M_QUALITY] = { .key = "quality",
		.head = "QUALITY",
		.left = true,
		.weight = 3,
		.least = 10 },
	[M_STAYS] = { .key = "stays_because", .left = true },
	[M_HOSTED] = { .key = "hosted_monthly",
		.unit = "money",
		.why = "@catalogue prices.csv, today: {hosted_by}, times the tokens of {name}.\n"
		       "hllm prices show has the rows." },
	[M_HOSTED_BY] = { .key = "hosted_by", .left = true },
	[M_PROMPT] = { .key = "prompt_tokens_per_day",
		.unit = "tokens",
		.decimals = 3,
		.why = "@records workload {name}" },
	[M_OUTPUT] = { .key = "output_tokens_per_day",
		.unit = "tokens",
		.decimals = 3,
		.why = "@records workload {name}" },
};

static void
speed_cells(struct answer *answer, struct cell *row, const struct move *move)
{
	static const char reads[] = "the model only reads";
	const struct speed *speed = &move->choice.speed;
	struct str text = STR_INIT;
	if (speed->decodes) {
		number_text(&text, speed->decode.likely);
		row[M_SPEED_LOW] = number_cell(speed->decode.low, 2, reads);
		row[M_SPEED] = number_cell(speed->decode.likely, 2, reads);
		row[M_SPEED_HIGH] = number_cell(speed->decode.high, 2, reads);
	} else {
		row[M_SPEED_LOW] = row[M_SPEED] = row[M_SPEED_HIGH] = cell_none(reads);
		str_puts(&text, "reads only");
	}
	row[M_SPEED_TEXT] = text_cell(answer, &text);
	row[M_SPEED_SOURCE] = cell_text(answer, slice_of(speed->source));
	row[M_PREFILL] = speed->prefill_known ? number_cell(speed->prefill.likely, 2, "")
					      : cell_none("no speed of reading is known");
	row[M_PREFILL_SOURCE] = cell_text(answer, slice_of(speed->prefill_source));
}

static void
staying_cells(struct answer *answer, struct cell *row, const struct move *move)
{
	static const char stays[] = "it stays at the API";
	for (int i = M_MODEL; i <= M_QUALITY; i++)
		row[i] = cell_none(stays);
	row[M_RUNS] = cell_text(answer, SLICE("the API, as now"));
	row[M_STAYS] = cell_text(answer, move->stays);
	row[M_SCENARIO] = cell_none(stays);
}

static void
move_row(const struct breakeven *breakeven, struct table *table, const struct move *move)
{
	static const char *const scenarios[MOVE_CLASSES] = { "local", "undecided", "everything" };
	struct answer *answer = breakeven->answer;
	const char *currency = breakeven->plan->currency;
	struct cell *row = table_row(table);
	row[M_NAME] = cell_text(answer, move->name);
	row[M_VERDICT] = cell_text(answer, slice_of(move->verdict));
	row[M_CASH_LOW] = amount_cell(move->cash.low, currency, "");
	row[M_CASH] = amount_cell(move->cash.likely, currency, "");
	row[M_CASH_HIGH] = amount_cell(move->cash.high, currency, "");
	row[M_NO_WORK] = amount_cell(move->no_work, currency, "");
	row[M_PROMPT] = number_cell(move->prompt_tokens, 3, "the files do not say how many tokens");
	row[M_OUTPUT] = number_cell(move->output_tokens, 3, "the files do not say how many tokens");
	row[M_HOSTED] =
		amount_cell(move->hosted, "USD", "no API with a known price offers the model");
	row[M_HOSTED_BY] = isnan(move->hosted) ? cell_none("no API with a known price offers it")
					       : cell_text(answer, move->hosted_by);
	if (move->class == MOVE_NEVER) {
		staying_cells(answer, row, move);
		return;
	}
	row[M_SCENARIO] = cell_text(answer, slice_of(scenarios[move->class]));
	row[M_MODEL] = row[M_RUNS] = cell_text(answer, move->choice.model->id);
	speed_cells(answer, row, move);
	row[M_HOURS] = number_cell(move_hours(move), 3, "the files do not say how many tokens");
	if (move_hours(move) > 0 && move_hours(move) < 0.0005)
		row[M_HOURS].text = SLICE("<0.001");
	row[M_CONTEXT] = cell_count(move->context);
	row[M_MEMORY] = number_cell(move->choice.fit.needed_gb, 3, "");
	row[M_QUALITY] = cell_text(answer, move->tested.n ? move->tested : SLICE("not tested"));
	row[M_STAYS] = cell_none("it moves");
}

/* Models that would have to be loaded in turn. */
static void
note_turns(const struct breakeven *breakeven)
{
	const struct moves *moves = breakeven->moves;
	double needed = 0;
	size_t n = 0;
	for (size_t i = 0; i < moves->n; i++) {
		const struct move *move = &moves->items[i];
		bool known = !move_is_in(move, breakeven->main->class);
		for (size_t k = 0; k < i && !known; k++)
			known = move_is_in(&moves->items[k], breakeven->main->class) &&
				moves->items[k].choice.model == move->choice.model;
		if (known)
			continue;
		needed += move->choice.fit.needed_gb;
		n++;
	}
	double usable = hardware_usable_gb(breakeven->plan->hardware, breakeven->plan->units);
	if (n > 1 && needed > usable)
		answer_note(breakeven->answer,
			"%zu models take turns in memory (%.1f GB of %.1f): the time to load them "
			"is not "
			"counted (--model NAME for one that does all).",
			n, needed, usable);
}

/* Where a speed is the user's own, for each model once. */
void
breakeven_speeds(const struct breakeven *breakeven)
{
	const struct moves *moves = breakeven->work;
	for (size_t i = 0; i < moves->n; i++) {
		const struct choice *choice = &moves->items[i].choice;
		bool known = !choice->model || choice->speed.from > SPEED_FROM_OTHER_PROBE ||
			     moves->items[i].class == MOVE_NEVER;
		for (size_t k = 0; k < i && !known; k++)
			known = moves->items[k].choice.model == choice->model;
		if (!known)
			answer_note(breakeven->answer, "Speed of " SLICE_FMT ": %s.",
				SLICE_ARG(choice->model->id), choice->speed.source);
	}
}

enum { STAYING_SHOWN = 5 };

/* Purchases, credits and taxes beside the work. */
static void
note_no_work(const struct breakeven *breakeven)
{
	double sum = 0;
	for (size_t i = 0; i < breakeven->moves->n; i++)
		sum += breakeven->moves->items[i].no_work;
	if (fabs(sum) < 0.005)
		return;
	struct str out = STR_INIT;
	amount_text(&out, sum, breakeven->plan->currency);
	answer_note(breakeven->answer,
		"%s a month is billed on lines that name no model (purchases, credits, taxes): "
		"moving "
		"work does not avoid it.",
		str_text(&out));
	str_free(&out);
}

/* Of so many workloads whose contexts were assumed, between the two. */
static void
note_context(const struct breakeven *breakeven, size_t n, int64_t least, int64_t most)
{
	char from[NUM_TEXT], to[NUM_TEXT];
	num_count(from, least);
	num_count(to, most);
	answer_note(breakeven->answer,
		"How long prompts are is not known for %zu workload%s: %s%s%s tokens were "
		"assumed%s (--context N).",
		n, n == 1 ? "" : "s", from, least < most ? " to " : "", least < most ? to : "",
		most > MOVES_CONTEXT ? ", never less than the mean of a request and its answer"
				     : "");
}

static void
note_moves(const struct breakeven *breakeven)
{
	const struct moves *moves = breakeven->moves;
	size_t staying = 0, scaled = 0, moving = 0, assumed = 0, unsplit = 0;
	int64_t least = INT64_MAX, most = 0;
	for (size_t i = 0; i < moves->n; i++) {
		const struct move *move = &moves->items[i];
		if (move->class == MOVE_NEVER && staying++ >= STAYING_SHOWN)
			continue;
		if (move->class == MOVE_NEVER) {
			answer_note(breakeven->answer, "\"" SLICE_FMT "\" stays: " SLICE_FMT ".",
				SLICE_ARG(move->name), SLICE_ARG(move->stays));
			continue;
		}
		moving += move->tested.n == 0;
		scaled += move->scaled;
		if (move->no_context) {
			assumed++;
			least = move->context < least ? move->context : least;
			most = move->context > most ? move->context : most;
		}
		unsplit += move->unsplit;
	}
	if (staying > STAYING_SHOWN)
		answer_note(breakeven->answer, "%zu more stay: --format json says why.",
			staying - STAYING_SHOWN);
	if (moving)
		answer_note(breakeven->answer,
			"Quality is not tested: before anything moves, send a tenth of its "
			"requests to "
			"both for 30 days, or all of one workload for two weeks, and compare.");
	if (scaled)
		answer_note(breakeven->answer, "Some billers ask for less than list prices: their "
					       "workloads count at what is "
					       "really paid.");
	if (assumed)
		note_context(breakeven, assumed, least, most);
	if (unsplit)
		answer_note(breakeven->answer, "Tokens without a direction were counted as "
					       "written, the slower of the two.");
}

void
breakeven_moves(const struct breakeven *breakeven)
{
	struct table *table = answer_table(breakeven->answer, "moves", NULL, move_columns, MOVES);
	table->heading = "Where each workload would run";
	table->most = ROWS_FOR_PEOPLE;
	for (size_t i = 0; i < breakeven->moves->n; i++)
		move_row(breakeven, table, &breakeven->moves->items[i]);
	note_moves(breakeven);
	note_no_work(breakeven);
	note_turns(breakeven);
}
