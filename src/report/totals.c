/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/parts.h"

enum {
	T_REQUESTS,
	T_INPUT,
	T_UNCACHED,
	T_READ,
	T_WRITE_5M,
	T_WRITE_1H,
	T_OUTPUT,
	T_REASONING,
	T_UNSPLIT,
	T_LIST,
	T_LIST_HIGH,
	T_BILLED,
	T_INCLUDED,
	T_SPEND,
	T_SPEND_HIGH,
	T_STATED,
	T_GAP,
	T_DAYS,
	TOTALS,
};

static const struct column total_columns[TOTALS] = {
	[T_REQUESTS] = { .key = "requests", .why = "@records total" },
	[T_INPUT] = { .key = "input_tokens",
		.why = "= {uncached_input_tokens} + {cache_read_tokens} + {cache_write_5m_tokens} "
		       "+ {cache_write_1h_tokens}\n"
		       "@records total" },
	[T_UNCACHED] = { .key = "uncached_input_tokens", .why = "@records total" },
	[T_READ] = { .key = "cache_read_tokens", .why = "@records total" },
	[T_WRITE_5M] = { .key = "cache_write_5m_tokens", .why = "@records total" },
	[T_WRITE_1H] = { .key = "cache_write_1h_tokens", .why = "@records total" },
	[T_OUTPUT] = { .key = "output_tokens", .why = "@records total" },
	[T_REASONING] = { .key = "reasoning_tokens",
		.why = "A part of the output.\n"
		       "@records total" },
	[T_UNSPLIT] = { .key = "unsplit_tokens", .why = "@records total" },
	[T_LIST] = { .key = "list_cost",
		.unit = "money",
		.why = "Tokens times the list price of their time.\n"
		       "@records total" },
	[T_LIST_HIGH] = { .key = "list_cost_high",
		.unit = "money",
		.why = "Tokens times the highest list price that what is known leaves open.\n"
		       "@records total" },
	[T_BILLED] = { .key = "billed_cost",
		.unit = "money",
		.why = "What bills state, else gateways, else clients.\n"
		       "@records total" },
	[T_INCLUDED] = { .key = "included_list_cost",
		.unit = "money",
		.why = "The list price of what a subscription covers: no cash.\n"
		       "@records total" },
	[T_SPEND] = { .key = "spend",
		.unit = "money",
		.why = "What is billed, where a file states it; else the list price.\n"
		       "@records total" },
	[T_SPEND_HIGH] = { .key = "spend_high",
		.unit = "money",
		.why = "What is billed, where a file states it; else the highest list price that "
		       "what is known leaves open.\n"
		       "@records total" },
	[T_STATED] = { .key = "stated_total",
		.unit = "money",
		.why = "The total row of the table, as it is written there.\n"
		       "@bill the total row of the table" },
	[T_DAYS] = { .key = "days",
		.unit = "days",
		.why = "From the first day with data to the last, both included.\n@records total" },
	[T_GAP] = { .key = "stated_total_unexplained",
		.unit = "money",
		.why = "= {stated_total} - {billed_cost}" },
};

static const struct column currency_columns[] = {
	{ .key = "currency", .left = true },
	{ .key = "billed_cost",
		.unit = "money",
		.why = "What is in this currency.\n"
		       "@records total" },
	{ .key = "list_cost",
		.unit = "money",
		.why = "What is in this currency.\n"
		       "@records total" },
	{ .key = "list_cost_high",
		.unit = "money",
		.why = "What is in this currency.\n"
		       "@records total" },
	{ .key = "spend",
		.unit = "money",
		.why = "What is in this currency.\n"
		       "@records total" },
};

static const struct column coverage_columns[] = {
	{ .key = "priced.records", .why = "@records total" },
	{ .key = "priced.tokens", .why = "@records total" },
	{ .key = "free.records", .why = "@records total" },
	{ .key = "free.tokens", .why = "@records total" },
	{ .key = "unpriced.records", .why = "@records total" },
	{ .key = "unpriced.tokens", .why = "@records total" },
	{ .key = "ambiguous.records", .why = "@records total" },
	{ .key = "ambiguous.tokens", .why = "@records total" },
};

static const struct column measure_columns[] = {
	{ .key = "name", .left = true },
	{ .key = "unit", .left = true },
	{ .key = "n",
		.why = "How many records state it.\n"
		       "@records total" },
	{ .key = "sum",
		.decimals = 15,
		.why = "What they state, added up.\n"
		       "@records total" },
	{ .key = "min",
		.decimals = 15,
		.why = "The least that one states.\n"
		       "@records total" },
	{ .key = "max",
		.decimals = 15,
		.why = "The most that one states.\n"
		       "@records total" },
};

static void
token_cells(struct cell *row, const struct tally *total)
{
	static const char none[] = "the files say nothing about tokens";
	static const char unsplit[] =
		"the files state one figure for input; how much of it was cached is not known";
	if (!tally_split(total)) {
		for (int i = T_INPUT; i <= T_REASONING; i++)
			row[i] = cell_none(
				total->unsplit ? "the tokens are not split into input and output"
					       : none);
		return;
	}
	row[T_INPUT] = cell_count(tally_input(total));
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		row[T_UNCACHED + i] = cell_count(total->tokens[i]);
	if (total->cache_unknown) {
		row[T_UNCACHED] = cell_none(unsplit);
		if (!total->tokens[TOKEN_CACHE_READ])
			row[T_READ] = cell_none(unsplit);
	}
	row[T_OUTPUT] = cell_count(total->tokens[TOKEN_OUTPUT]);
	row[T_REASONING] =
		cell_count((int64_t)(total->measures[MEASURE_REASONING].sum / FEMTO_PER_UNIT));
}

static void
money_cells(struct cell *row, const struct audit *audit)
{
	const struct tally *total = &audit->total;
	const struct money *money = main_money(total), *list = NULL;
	bool several_bills = false;
	const struct money *billed = NULL;
	for (int i = 0; i < total->money_n; i++) {
		if (total->money[i].has_list && !list)
			list = &total->money[i];
		several_bills |= billed && total->money[i].has_billed;
		billed = total->money[i].has_billed ? &total->money[i] : billed;
	}
	row[T_LIST] = list ? cell_money(list->low, list->currency)
			   : cell_none("nothing here has a list price");
	row[T_LIST_HIGH] = list && list->high != list->low
				   ? cell_money(list->high, list->currency)
				   : cell_none(list ? "the list cost is exact"
						    : "nothing here has a list price");
	row[T_BILLED] = several_bills ? cell_none("several currencies, see currencies")
			: billed      ? cell_money(billed->billed, billed->currency)
				      : cell_none("the files state no money");
	if (total->partial_cost && !billed)
		row[T_BILLED] = cell_none("only some records state money, which is no total");
	const struct money *included = NULL;
	for (int i = 0; i < total->money_n; i++)
		included = total->money[i].has_included ? &total->money[i] : included;
	row[T_INCLUDED] = included ? cell_money(included->included, included->currency)
				   : cell_none("no usage is covered by a subscription");
	row[T_SPEND] = money ? cell_money(money->spend_low, money->currency)
			     : cell_none("no money stated and nothing priced");
	row[T_SPEND_HIGH] = money && money->spend_high != money->spend_low
				    ? cell_money(money->spend_high, money->currency)
				    : cell_none("the spend is exact");
	row[T_STATED] = audit->has_stated_total ? cell_money(audit->stated_total, "USD")
						: cell_none("the files state no total");
	row[T_GAP] = audit->has_stated_total && billed
			     ? cell_money(audit->stated_total - billed->billed, "USD")
			     : cell_none("the files state no total");
}

/* What the figures stand for in time. */
static void
days_cell(struct audit_report *report, struct table *table)
{
	const char *reason;
	int64_t days = audit_days(report, &reason);
	table->cells[T_DAYS] = days ? cell_count(days) : cell_none(reason);
	if (report->days > 0)
		answer_origin(report->answer, table, 0, T_DAYS, "@assumption --days %lld",
			(long long)report->days);
	else if (report->audit->total.per_day)
		answer_origin(report->answer, table, 0, T_DAYS,
			"@assumption a table of workloads says what they come to in a month, of "
			"30 days");
}

static void
report_currencies(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	struct table *table = answer_table(
		report->answer, "currencies", NULL, currency_columns, HL_COUNT(currency_columns));
	table->quiet = true;
	for (int i = 0; i < total->money_n; i++) {
		const struct money *money = &total->money[i];
		struct cell *row = table_row(table);
		row[0] = cell_text(report->answer, slice_of(money->currency));
		row[1] = money->has_billed ? cell_money(money->billed, money->currency)
					   : cell_none("no bill in this currency");
		row[2] = money->has_list ? cell_money(money->low, money->currency)
					 : cell_none("no list price in this currency");
		row[3] = money->has_list ? cell_money(money->high, money->currency)
					 : cell_none("no list price in this currency");
		row[4] = cell_money(money->spend_low, money->currency);
	}
}

static void
report_measures(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	struct table *table = answer_table(
		report->answer, "measures", NULL, measure_columns, HL_COUNT(measure_columns));
	table->quiet = true;
	for (int i = 0; i < MEASURES; i++) {
		const struct measure_sum *sum = &total->measures[i];
		if (!sum->n)
			continue;
		struct cell *row = table_row(table);
		row[0] = cell_text(report->answer, slice_of(measure_info[i].name));
		row[1] = cell_text(report->answer, slice_of(measure_info[i].unit));
		row[2] = cell_count(sum->n);
		row[3] = cell_decimal(sum->sum);
		/* sums can be corrected for what two sources both hold, extremes cannot */
		bool speed = strcmp(measure_info[i].unit, "tokens/s") == 0;
		row[4] = speed ? cell_decimal(sum->min) : cell_none("only told of speeds");
		row[5] = speed ? cell_decimal(sum->max) : cell_none("only told of speeds");
	}
}

static void
report_coverage(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	struct table *table = answer_table(
		report->answer, "coverage", NULL, coverage_columns, HL_COUNT(coverage_columns));
	table->quiet = table->single = true;
	struct cell *row = table_row(table);
	const struct share *shares[] = { &total->priced, &total->free, &total->unpriced,
		&total->ambiguous };
	for (size_t i = 0; i < HL_COUNT(shares); i++) {
		row[2 * i] = cell_count(shares[i]->records);
		row[2 * i + 1] = cell_count(shares[i]->tokens);
	}
}

void
report_totals(struct audit_report *report)
{
	const struct tally *total = &report->audit->total;
	struct table *table = answer_table(report->answer, "totals", NULL, total_columns, TOTALS);
	table->quiet = table->single = true;
	struct cell *row = table_row(table);
	row[T_REQUESTS] = total->requests == 0 && total->origins
				  ? cell_none("the files count no requests: a row is a bucket, a "
					      "line of a bill or a measurement")
				  : cell_count(total->requests);
	token_cells(row, total);
	row[T_UNSPLIT] = cell_count(total->unsplit);
	money_cells(row, report->audit);
	days_cell(report, table);
	report_currencies(report);
	report_measures(report);
	report_coverage(report);
}
