/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-bridge - why a month did not cost what the month before it cost, step by step. */
#include "config.h"

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
	[B_STEP] = { .key = "step", .left = true },
	[B_TITLE] = { .key = "title", .head = "STEP", .left = true },
	[B_CHANGE] = { .key = "amount", .head = "AMOUNT", .unit = "money" },
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
	[S_CHANGE] = { .key = "change", .head = "CHANGE", .unit = "money" },
	[S_COMES] = { .head = "NEW, GONE", .unit = "money", .drop = 4 },
	[S_FIRST + BRIDGE_NEW] = { .key = "new", .unit = "money" },
	[S_FIRST + BRIDGE_GONE] = { .key = "gone", .unit = "money" },
	[S_FIRST + BRIDGE_VOLUME] = { .key = "volume", .head = "VOLUME", .unit = "money" },
	[S_FIRST + BRIDGE_MIX] = { .key = "mix", .head = "MODELS", .unit = "money", .drop = 1 },
	[S_FIRST + BRIDGE_CACHE] = { .key = "cache", .head = "CACHE", .unit = "money", .drop = 2 },
	[S_FIRST + BRIDGE_PRICE] = { .key = "price", .head = "PRICE", .unit = "money", .drop = 3 },
	[S_FIRST + BRIDGE_OTHER] = { .key = "other", .head = "OTHER", .unit = "money", .drop = 5 },
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
	for (int i = 0; i < BRIDGE_STEPS; i++) {
		if (!cents[i])
			continue;
		struct str label = STR_INIT;
		double value = num_units(cents[i]);
		money_text(&label, cents[i], cents[i], currency);
		struct chart_bar *bar = chart_add_bar(chart, slice_of(steps[i].title),
			value < 0 ? value : MISSING, value > 0 ? value : MISSING);
		*(value < 0 ? &chart->low_side : &chart->high_side) =
			slice_of(value < 0 ? "less" : "more");
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
		row[B_MEANING] = cell_text(answer, slice_of(steps[i].meaning));
	}
	add_end(monthly, table, monthly->month, bridge->after, "after");
	for (size_t i = 0; i < bridge->workloads_n; i++)
		if (bridge->workloads[i].after != bridge->workloads[i].before)
			add_workload(monthly, workloads, &bridge->workloads[i]);
	workloads->columns = monthly_columns(answer, workloads, true);
	workloads->most = rows_for_people(workloads);
	if (bridge->before != bridge->after && !missing)
		draw_steps(monthly, table, cents);
}
