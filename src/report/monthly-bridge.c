/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-bridge - why a month did not cost what the month before it cost, step by step. */
#include "config.h"

#include "report/amounts.h"
#include "report/monthly.h"
#include "report/parts.h"

static const struct {
	const char *title, *meaning;
} steps[BRIDGE_STEPS] = {
	[BRIDGE_NEW] = { "new workloads", "they were not there the month before" },
	[BRIDGE_GONE] = { "gone workloads", "they are not there any more" },
	[BRIDGE_VOLUME] = { "volume", "more or fewer tokens in and out" },
	[BRIDGE_MIX] = { "model mix", "the same work on other models" },
	[BRIDGE_CACHE] = { "cache", "more or less of the input read from a cache" },
	[BRIDGE_PRICE] = { "price", "what a token of a model cost, with tiers and discounts" },
	[BRIDGE_OTHER] = { "other charges", "not by tokens, and what bills have beyond logs" },
};

enum { B_STEP, B_TITLE, B_CHANGE, B_MEANING, B_COLUMNS };

static const struct column bridge_columns[B_COLUMNS] = {
	[B_STEP] = { .key = "step", .left = true, .names = true },
	[B_TITLE] = { .key = "title", .head = "STEP", .left = true },
	[B_CHANGE] = { .key = "amount",
		.head = "AMOUNT",
		.unit = "money",
		.why = "= sum({bridge_workloads.volume})" },
	[B_MEANING] = { .head = "WHAT IT IS",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 20,
		.drop = 1 },
};

enum {
	S_NAME,
	S_BEFORE,
	S_AFTER,
	S_CHANGE,
	S_COMES, /* for people: new or gone */
	S_FIRST,
	S_COLUMNS = S_FIRST + BRIDGE_STEPS
};

static const struct column step_columns[S_COLUMNS] = {
	[S_NAME] = { .key = "workload",
		.head = "WORKLOAD",
		.left = true,
		.weight = 1,
		.least = 16 },
	[S_BEFORE] = { .key = "before", .unit = "money" },
	[S_AFTER] = { .key = "after", .unit = "money" },
	[S_CHANGE] = { .key = "change",
		.head = "CHANGE",
		.unit = "money",
		.why = "= {after} - {before}" },
	[S_COMES] = { .head = "NEW, GONE", .unit = "money", .drop = 4, .why = "= {new} + {gone}" },
	[S_FIRST + BRIDGE_NEW] = { .key = "new",
		.unit = "money",
		.why = "It is there in both months, or no workload: nothing of its change is of "
		       "this kind.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_GONE] = { .key = "gone",
		.unit = "money",
		.why = "It is there in both months, or no workload: nothing of its change is of "
		       "this kind.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_VOLUME] = { .key = "volume",
		.head = "VOLUME",
		.unit = "money",
		.why = "= sum({factors.volume})\n"
		       "Shapley: the mean of what its change makes, over all 24 orders in which "
		       "the four factors (tokens, models, cache, price) could have changed.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_MIX] = { .key = "mix",
		.head = "MODELS",
		.unit = "money",
		.drop = 1,
		.why = "= sum({factors.mix})\n"
		       "Shapley: the mean of what its change makes, over all 24 orders in which "
		       "the four factors (tokens, models, cache, price) could have changed.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_CACHE] = { .key = "cache",
		.head = "CACHE",
		.unit = "money",
		.drop = 2,
		.why = "= sum({factors.cache})\n"
		       "Shapley: the mean of what its change makes, over all 24 orders in which "
		       "the four factors (tokens, models, cache, price) could have changed.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_PRICE] = { .key = "price",
		.head = "PRICE",
		.unit = "money",
		.drop = 3,
		.why = "= sum({factors.price})\n"
		       "Shapley: the mean of what its change makes, over all 24 orders in which "
		       "the four factors (tokens, models, cache, price) could have changed.\n"
		       "@records workload {workload}" },
	[S_FIRST + BRIDGE_OTHER] = { .key = "other",
		.head = "OTHER",
		.unit = "money",
		.drop = 5,
		.why = "= {change} - {new} - {gone} - {volume} - {mix} - {cache} - {price}" },
};

enum {
	F_MODEL,
	F_KIND,
	F_FACTORS,
	F_STEPS = F_FACTORS + 2 * BRIDGE_FACTORS,
	F_COLUMNS = F_STEPS + BRIDGE_FACTORS
};

/* Of a factor that changes from a to b beside three others: 3! of 24 orders have it first, 2! one certain other
 * before it, and so on. */
#define SHAPLEY(a, b, c, d)                                                                      \
 "= ({" a "_after} - {" a "_before}) * ({" b "_before} * {" c "_before} * {" d "_before} / 4 + " \
 "({" b "_after} * {" c "_before} * {" d "_before} + "                                           \
 "{" b "_before} * {" c "_after} * {" d "_before} + "                                            \
 "{" b "_before} * {" c "_before} * {" d "_after}) / 12 + "                                      \
 "({" b "_after} * {" c "_after} * {" d "_before} + "                                            \
 "{" b "_after} * {" c "_before} * {" d "_after} + "                                             \
 "{" b "_before} * {" c "_after} * {" d "_after}) / 12 + "                                       \
 "{" b "_after} * {" c "_after} * {" d "_after} / 4)"
#define RECORDS "@records workload {^workload} model {model}"

enum { FACTOR_PLACES = 15, PART_PLACES = 9 };
static const struct column factor_columns[F_COLUMNS] = {
	[F_MODEL] = { .key = "model", .names = true },
	[F_KIND] = { .key = "kind", .names = true },
	[F_FACTORS + 0] = { .key = "volume_before",
		.decimals = FACTOR_PLACES,
		.why = "Tokens of this direction of the workload.\n" RECORDS },
	[F_FACTORS + 1] = { .key = "volume_after",
		.decimals = FACTOR_PLACES,
		.why = "Tokens of this direction of the workload.\n" RECORDS },
	[F_FACTORS + 2] = { .key = "mix_before",
		.decimals = FACTOR_PLACES,
		.why = "The share of them that this model has.\n" RECORDS },
	[F_FACTORS + 3] = { .key = "mix_after",
		.decimals = FACTOR_PLACES,
		.why = "The share of them that this model has.\n" RECORDS },
	[F_FACTORS + 4] = { .key = "cache_before",
		.decimals = FACTOR_PLACES,
		.why = "The share of the model's tokens that are of this kind.\n" RECORDS },
	[F_FACTORS + 5] = { .key = "cache_after",
		.decimals = FACTOR_PLACES,
		.why = "The share of the model's tokens that are of this kind.\n" RECORDS },
	[F_FACTORS + 6] = { .key = "price_before",
		.decimals = FACTOR_PLACES,
		.why = "What is spent on the model's tokens of this kind over their number; a "
		       "month that has none of them takes that of the other.\n" RECORDS },
	[F_FACTORS + 7] = { .key = "price_after",
		.decimals = FACTOR_PLACES,
		.why = "What is spent on the model's tokens of this kind over their number; a "
		       "month that has none of them takes that of the other.\n" RECORDS },
	[F_STEPS + 0] = { .key = "volume",
		.decimals = PART_PLACES,
		.why = SHAPLEY("volume", "mix", "cache", "price") },
	[F_STEPS + 1] = { .key = "mix",
		.decimals = PART_PLACES,
		.why = SHAPLEY("mix", "volume", "cache", "price") },
	[F_STEPS + 2] = { .key = "cache",
		.decimals = PART_PLACES,
		.why = SHAPLEY("cache", "volume", "mix", "price") },
	[F_STEPS + 3] = { .key = "price",
		.decimals = PART_PLACES,
		.why = SHAPLEY("price", "volume", "mix", "cache") },
};

static void
add_end(const struct monthly *monthly, struct table *table, int month, femto_t amount,
	const char *step)
{
	char name[MONTH_LABEL];
	struct cell *row = table_row(table);
	row[B_STEP] = cell_text(monthly->answer, slice_of(step));
	row[B_TITLE] = cell_textf(monthly->answer, "%s", month_label(monthly, month, name));
	row[B_CHANGE] = cell_money(amount, monthly->history->currency);
	row[B_MEANING] = cell_text(monthly->answer, SLICE("what it cost"));
	answer_origin(monthly->answer, table, table->rows_n - 1, B_CHANGE,
		"@records total month %s", month_number(name, month));
}

static void
draw_steps(
	const struct monthly *monthly, const struct table *table, const femto_t cents[BRIDGE_STEPS])
{
	struct chart *chart = answer_chart(monthly->answer, CHART_BARS, "bridge", table);
	char after[MONTH_LABEL], before[MONTH_LABEL];
	const char *currency = monthly->history->currency;
	chart->title = chart_printf(chart, "What changed from %s to %s",
		month_label(monthly, monthly->month - 1, before),
		month_label(monthly, monthly->month, after));
	chart->subtitle = slice_of("steps in their order; they add up to the change exactly");
	chart->x.quantity = CHART_MONEY;
	chart->x.label = slice_of("change of the month's cost");
	chart->x.from_zero = true;
	memcpy(chart->x.currency, currency, sizeof(chart->x.currency));
	/* both, even where all bars are of one: each keeps its colour */
	chart->low_side = SLICE("less");
	chart->high_side = SLICE("more");
	for (int i = 0; i < BRIDGE_STEPS; i++) {
		if (!cents[i])
			continue;
		struct str label = STR_INIT;
		double value = num_units(cents[i]);
		money_text(&label, cents[i], cents[i], currency);
		struct chart_bar *bar = chart_add_bar(chart, slice_of(steps[i].title),
			value < 0 ? value : MISSING, value > 0 ? value : MISSING);
		*(value < 0 ? &bar->low_label : &bar->high_label) =
			chart_printf(chart, "%s%s", value > 0 ? "+" : "", str_text(&label));
		str_free(&label);
	}
}

/* In whole cents, so that people who add them up get the change that is printed: what rounding leaves over
 * is in the largest step. */
static void
round_steps(const struct bridge *bridge, femto_t cents[BRIDGE_STEPS])
{
	femto_t left = num_round(bridge->after, 2) - num_round(bridge->before, 2);
	int largest = 0;
	for (int i = 0; i < BRIDGE_STEPS; i++) {
		femto_t size = bridge->steps[i] < 0 ? -bridge->steps[i] : bridge->steps[i],
			most = bridge->steps[largest];
		cents[i] = num_round(bridge->steps[i], 2);
		left -= cents[i];
		largest = size > (most < 0 ? -most : most) ? i : largest;
	}
	cents[largest] += left;
}

/* What the steps of a workload are made of: only somebody who asks wants to know that. */
static void
add_factors(const struct monthly *monthly, struct table *table, size_t owner, struct slice workload)
{
	static const char none[] = "too large for a cell";
	struct bridge_factors factors;
	bridge_factors_find(
		&factors, monthly->history, monthly->month - 1, monthly->month, workload);
	for (size_t i = 0; i < factors.n; i++) {
		const struct bridge_factor *at = &factors.items[i];
		struct cell *row = table_child_row(table, owner);
		row[F_MODEL] = cell_text(monthly->answer, at->model);
		row[F_KIND] = cell_text(monthly->answer, slice_of(at->kind));
		for (int f = 0; f < BRIDGE_FACTORS; f++) {
			for (int side = 0; side < 2; side++)
				row[F_FACTORS + 2 * f + side] =
					number_cell(at->factors[f][side], FACTOR_PLACES, none);
			row[F_STEPS + f] = number_cell(at->steps[f], PART_PLACES, none);
		}
	}
	bridge_factors_free(&factors);
}

/* A workload that is in one month alone is new or gone, one that is none is another charge. */
static void
workload_origins(
	const struct monthly *monthly, struct table *table, const struct bridge_workload *workload)
{
	size_t row = table->rows_n - 1;
	struct answer *answer = monthly->answer;
	bool known = monthly_find(monthly->after, workload->name) ||
		     monthly_find(monthly->before, workload->name);
	for (int back = 0; back < 2; back++) {
		char month[MONTH_TEXT];
		month_number(month, monthly->month - back);
		answer_origin(answer, table, row, back ? S_BEFORE : S_AFTER,
			known ? "@records workload {workload} month %s"
			      : "What bills hold beyond logs, or less.\n@records total month %s",
			month);
	}
	for (size_t i = BRIDGE_NEW; i <= BRIDGE_GONE; i++)
		if (workload->steps[i])
			answer_origin(answer, table, row, S_FIRST + i, "= {change}");
	if (!known)
		for (size_t i = 0; i < BRIDGE_OTHER; i++)
			answer_origin(answer, table, row, S_FIRST + i,
				"It is no workload: nothing of its change is of this kind.\n"
				"@records total");
}

static bool
has_step(const struct bridge_workload *workload)
{
	for (int i = 0; i < BRIDGE_STEPS; i++)
		if (workload->steps[i])
			return true;
	return false;
}

static void
add_workload(
	const struct monthly *monthly, struct table *table, const struct bridge_workload *workload)
{
	const char *currency = monthly->history->currency;
	struct cell *row = table_row(table);
	row[S_NAME] = cell_text(monthly->answer, workload->name);
	row[S_BEFORE] = cell_money(workload->before, currency);
	row[S_AFTER] = cell_money(workload->after, currency);
	row[S_CHANGE] = change_cell(monthly->answer, workload->after - workload->before, currency);
	row[S_COMES] = change_cell(monthly->answer,
		workload->steps[BRIDGE_NEW] + workload->steps[BRIDGE_GONE], currency);
	for (int i = 0; i < BRIDGE_STEPS; i++)
		row[S_FIRST + i] = change_cell(monthly->answer, workload->steps[i], currency);
	workload_origins(monthly, table, workload);
}

/* The rows, largest change first, of which a cent is to be seen. */
static size_t
rows_for_people(const struct table *table)
{
	size_t n = 0;
	while (n < table->rows_n && n < ROWS_FOR_PEOPLE &&
		num_round(table->cells[n * S_COLUMNS + S_CHANGE].amount, 2))
		n++;
	return n ? n : 1;
}

static void
report_factors(const struct monthly *monthly, const struct table *workloads)
{
	struct table *table =
		answer_child(monthly->answer, workloads, "factors", factor_columns, F_COLUMNS);
	table->quiet = true;
	for (size_t row = 0; row < workloads->rows_n; row++)
		add_factors(monthly, table, row, workloads->cells[row * S_COLUMNS].text);
}

void
monthly_bridge(const struct monthly *monthly)
{
	const struct bridge *bridge = monthly->bridge;
	struct answer *answer = monthly->answer;
	struct table *table = answer_table(answer, "bridge",
		monthly_is_over(monthly) ? "Why it changed" : "What differs so far", bridge_columns,
		B_COLUMNS);
	struct table *workloads = answer_table(
		answer, "bridge_workloads", "The same by workload", step_columns, S_COLUMNS);
	const char *none = monthly_no_change(monthly);
	if (none) {
		table->null_reason = workloads->null_reason = none;
		return;
	}
	/* days that are only missing are no change that people should read about; of a month that lasts they know */
	bool missing = monthly_is_over(monthly)
			       ? !monthly_is_whole(monthly)
			       : monthly_starts_late(monthly, monthly->month) ||
					 monthly_starts_late(monthly, monthly->month - 1);
	table->quiet = workloads->quiet = missing;
	femto_t cents[BRIDGE_STEPS];
	round_steps(bridge, cents);
	add_end(monthly, table, monthly->month - 1, bridge->before, "before");
	for (int i = 0; i < BRIDGE_STEPS; i++) {
		struct cell *row = table_row(table);
		row[B_STEP] = cell_text(answer, slice_of(bridge_ids[i]));
		row[B_TITLE] = cell_text(answer, slice_of(steps[i].title));
		row[B_CHANGE] = change_cell(answer, cents[i], monthly->history->currency);
		row[B_CHANGE].amount = bridge->steps[i];
		answer_origin(answer, table, table->rows_n - 1, B_CHANGE,
			"= sum({bridge_workloads.%s})", bridge_ids[i]);
		row[B_MEANING] = cell_text(answer, slice_of(steps[i].meaning));
	}
	add_end(monthly, table, monthly->month, bridge->after, "after");
	for (size_t i = 0; i < bridge->workloads_n; i++)
		if (has_step(&bridge->workloads[i]))
			add_workload(monthly, workloads, &bridge->workloads[i]);
	if (answer->explained)
		report_factors(monthly, workloads);
	workloads->columns = monthly_columns(answer, workloads, true);
	workloads->most = rows_for_people(workloads);
	if (bridge->before != bridge->after && !missing)
		draw_steps(monthly, table, cents);
}
