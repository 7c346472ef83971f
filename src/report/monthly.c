/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/monthly.h"

#include <stdio.h>

#include "base/when.h"
#include "report/amounts.h"
#include "report/charts.h"
#include "report/parts.h"

char *
month_text(char buf[MONTH_TEXT], int month)
{
	static const char *const names[] = { "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December" };
	snprintf(buf, MONTH_TEXT, "%s %d", names[month % 12], month / 12);
	return buf;
}

bool
monthly_has_before(const struct monthly *monthly)
{
	return monthly->before->audit->total.records > 0;
}

femto_t
monthly_spend(const struct monthly *monthly, const struct tally *tally)
{
	const struct money *money = money_in(tally, monthly->history->currency);
	return money ? money->spend_low : 0;
}

/* A cell of an amount with another text than its digits. */
static struct cell
told_cell(struct answer *answer, femto_t amount, const char *currency, struct str *text)
{
	struct cell cell = cell_money(amount, currency);
	cell.text = slice_copy(&answer->arena, str_as_slice(text));
	str_free(text);
	return cell;
}

struct cell
change_cell(struct answer *answer, femto_t change, const char *currency)
{
	struct str text = STR_INIT;
	char digits[NUM_TEXT];
	if (num_round(change, 2) > 0)
		str_putc(&text, '+');
	str_puts(&text, num_print(digits, change, 2, 2, true));
	return told_cell(answer, change, currency, &text);
}

/* By the clock, or by data that goes on behind it. */
static bool
is_over(const struct monthly *monthly)
{
	return monthly->now >= monthly->end || monthly->data_end >= monthly->end;
}

/* The clock says that it is over, but not all of it is in the ledger. */
static bool
is_short(const struct monthly *monthly)
{
	return is_over(monthly) && monthly->data_end < monthly->end;
}

/* ---- the headline ---- */

/* ", $24.10 (9 %) more than September" */
static void
say_change(const struct monthly *monthly, femto_t after, femto_t before, struct str *out)
{
	char month[MONTH_TEXT];
	femto_t change = after - before, size = change < 0 ? -change : change;
	month_text(month, monthly->month - 1);
	*strchr(month, ' ') = '\0';
	if (!num_round(change, 2)) {
		str_printf(out, ", as much as %s", month);
		return;
	}
	str_puts(out, ", ");
	money_text(out, size, size, monthly->history->currency);
	if (before > 0) {
		int64_t percent = (int64_t)((size * 100 + before / 2) / before);
		if (percent)
			str_printf(out, " (%lld %%)", (long long)percent);
	}
	str_printf(out, " %s than %s", change > 0 ? "more" : "less", month);
}

/* "$412.20 ($390.11 to $440.06)" */
static void
estimate_text(struct str *out, struct estimate value, const char *currency)
{
	amount_text(out, value.likely, currency);
	if (estimate_is_exact(value))
		return;
	str_puts(out, " (");
	amount_text(out, value.low, currency);
	str_puts(out, " to ");
	amount_text(out, value.high, currency);
	str_putc(out, ')');
}

static void
report_top(const struct monthly *monthly)
{
	struct str out = STR_INIT;
	char month[MONTH_TEXT];
	const struct tally *total = &monthly->after->audit->total;
	const struct money *money = money_in(total, monthly->history->currency);
	month_text(month, monthly->month);
	if (!total->records) {
		answer_headline(monthly->answer, "Nothing is known of %s.", month);
		return;
	}
	str_printf(&out, "%s %s ", month, is_over(monthly) ? "cost" : "has cost");
	if (money)
		money_text(&out, money->spend_low, money->spend_high, money->currency);
	else
		str_puts(&out, "nothing that is billed or has a price");
	if (!is_over(monthly) && monthly->forecast) {
		str_puts(&out, " so far and comes to about ");
		estimate_text(&out, monthly->forecast->total, monthly->history->currency);
		str_puts(&out, " by its end");
	} else if (!is_over(monthly)) {
		str_puts(&out, " so far");
	} else if (money && monthly_has_before(monthly)) {
		say_change(monthly, money->spend_low,
			monthly_spend(monthly, &monthly->before->audit->total), &out);
	}
	(void)rulings_headline(monthly->after, &out);
	answer_headline(monthly->answer, "%s.", str_text(&out));
	str_free(&out);
}

/* ---- what was spent when ---- */

enum { COLUMNS_A_MONTH = 31, MONTHS_SHOWN = 13 };

/* From one day to another, both included. */
static void
draw_spend(const struct monthly *monthly, const struct table *table, int64_t first, int64_t last)
{
	const struct history *history = monthly->history;
	const char *why;
	const struct charts charts = { .history = history,
		.audit = monthly->after->audit,
		.columns = COLUMNS_A_MONTH,
		.zone = monthly->zone,
		.first = first,
		.last = last,
		.today = monthly->now / NS_PER_DAY };
	if (history->first_day != DAY_NONE && history->first_day <= last &&
		history->last_day >= first)
		(void)charts_spend(&charts,
			answer_chart(monthly->answer, CHART_COLUMNS, "spend", table), &why);
}

/* ---- the month as a whole ---- */

enum {
	M_MONTH,
	M_START,
	M_END,
	M_COMPLETE,
	M_DAYS,
	M_SPEND,
	M_SPEND_HIGH,
	M_BEFORE,
	M_CHANGE,
	M_LOW,
	M_LIKELY,
	M_HIGH,
	M_FORECAST,
	M_METHOD,
	M_RATE,
	M_REQUESTS,
	M_INPUT,
	M_OUTPUT,
	COLUMNS
};

static const struct column columns[COLUMNS] = {
	[M_MONTH] = { .key = "month", .left = true },
	[M_START] = { .key = "period.start", .left = true },
	[M_END] = { .key = "period.end", .left = true },
	[M_COMPLETE] = { .key = "complete" },
	[M_DAYS] = { .key = "days", .head = "days with data" },
	[M_SPEND] = { .key = "spend", .head = "spent", .unit = "money" },
	[M_SPEND_HIGH] = { .key = "spend_high", .unit = "money" },
	[M_BEFORE] = { .key = "spend_before", .head = "the month before", .unit = "money" },
	[M_CHANGE] = { .key = "change", .head = "change", .unit = "money" },
	[M_LOW] = { .key = "forecast.low", .unit = "money" },
	[M_LIKELY] = { .key = "forecast.likely", .unit = "money" },
	[M_HIGH] = { .key = "forecast.high", .unit = "money" },
	[M_FORECAST] = { .head = "expected by its end", .left = true },
	[M_METHOD] = { .key = "forecast_method", .head = "worked out from", .left = true },
	[M_RATE] = { .key = "run_rate", .unit = "money" },
	[M_REQUESTS] = { .key = "requests", .head = "requests" },
	[M_INPUT] = { .key = "input_tokens", .head = "tokens in" },
	[M_OUTPUT] = { .key = "output_tokens", .head = "tokens out" },
};

static void
forecast_cells(const struct monthly *monthly, struct cell *row)
{
	const struct forecast *forecast = monthly->forecast;
	const char *currency = monthly->history->currency, *none = monthly->no_forecast;
	struct str text = STR_INIT;
	if (!forecast) {
		for (int i = M_LOW; i <= M_RATE; i++)
			row[i] = cell_none(none);
		return;
	}
	row[M_LOW] = amount_cell(forecast->total.low, currency, none);
	row[M_LIKELY] = amount_cell(forecast->total.likely, currency, none);
	row[M_HIGH] = amount_cell(forecast->total.high, currency, none);
	estimate_text(&text, forecast->total, currency);
	row[M_FORECAST] = text_cell(monthly->answer, &text);
	row[M_METHOD] = cell_text(monthly->answer, slice_of(forecast->method));
	row[M_RATE] = amount_cell(forecast->run_rate, currency, none);
}

static void
money_cells(const struct monthly *monthly, struct cell *row)
{
	const struct money *money =
		money_in(&monthly->after->audit->total, monthly->history->currency);
	static const char none[] = "nothing is billed or priced";
	femto_t before = monthly_spend(monthly, &monthly->before->audit->total);
	const char *currency = monthly->history->currency;
	struct str text = STR_INIT;
	row[M_SPEND] = row[M_SPEND_HIGH] = cell_none(none);
	if (money) {
		money_text(&text, money->spend_low, money->spend_high, currency);
		row[M_SPEND] = told_cell(monthly->answer, money->spend_low, currency, &text);
		row[M_SPEND_HIGH] = money->spend_high != money->spend_low
					    ? cell_money(money->spend_high, currency)
					    : cell_none("the spend is exact");
	}
	row[M_BEFORE] = row[M_CHANGE] = cell_none("nothing is known of the month before");
	if (!monthly_has_before(monthly))
		return;
	money_text(&text, before, before, currency);
	row[M_BEFORE] = told_cell(monthly->answer, before, currency, &text);
	femto_t change = (money ? money->spend_low : 0) - before;
	str_puts(&text, num_round(change, 2) > 0 ? "+" : "");
	money_text(&text, change, change, currency);
	row[M_CHANGE] = told_cell(monthly->answer, change, currency, &text);
}

/* People need no line for what is not there. */
static const struct column *
columns_for(struct answer *answer, const struct cell *row)
{
	struct column *copy = arena_take(&answer->arena, sizeof(columns));
	memcpy(copy, columns, sizeof(columns));
	for (int i = 0; i < COLUMNS; i++)
		if (row[i].type == CELL_NONE)
			copy[i].head = NULL;
	return copy;
}

static void
report_month(const struct monthly *monthly)
{
	struct answer *answer = monthly->answer;
	struct table *table = answer_table(answer, "month", NULL, columns, COLUMNS);
	const struct audit *audit = monthly->after->audit;
	const struct tally *total = &audit->total;
	char start[WHEN_TEXT], end[WHEN_TEXT];
	table->single = true;
	struct cell *row = table_row(table);
	row[M_MONTH] = cell_textf(answer, "%04d-%02d", monthly->month / 12, monthly->month % 12 + 1);
	row[M_START] = cell_textf(
		answer, "%s", when_date(start, when_month_start(monthly->month)));
	row[M_END] = cell_textf(
		answer, "%s", when_date(end, when_month_start(monthly->month + 1) - 1));
	row[M_COMPLETE] = cell_flag(is_over(monthly) && !is_short(monthly));
	row[M_DAYS] = audit->first_day == DAY_NONE
			      ? cell_none("nothing of the month has a date")
			      : cell_count(audit->last_day - audit->first_day + 1);
	money_cells(monthly, row);
	forecast_cells(monthly, row);
	bool split = tally_split(total);
	row[M_REQUESTS] = total->requests ? cell_count(total->requests)
					  : cell_none("the files count no requests");
	row[M_INPUT] = split ? cell_count(tally_input(total)) : cell_none("not known");
	row[M_OUTPUT] = split ? cell_count(total->tokens[TOKEN_OUTPUT]) : cell_none("not known");
	table->columns = columns_for(answer, row);
	draw_spend(monthly, table, when_month_start(monthly->month) / NS_PER_DAY,
		when_month_start(monthly->month + 1) / NS_PER_DAY - 1);
}

/* ---- the months before it ---- */

enum { H_MONTH, H_NAME, H_SPEND, H_CHANGE, H_REQUESTS, H_COLUMNS };

static const struct column history_columns[H_COLUMNS] = {
	[H_MONTH] = { .key = "month", .left = true },
	[H_NAME] = { .head = "MONTH", .left = true },
	[H_SPEND] = { .key = "spend", .head = "SPENT", .unit = "money" },
	[H_CHANGE] = { .key = "change", .head = "CHANGE", .unit = "money" },
	[H_REQUESTS] = { .key = "requests", .head = "REQUESTS" },
};

static void
report_history(const struct monthly *monthly)
{
	const struct history *history = monthly->history;
	struct table *table = answer_table(
		monthly->answer, "months", "Month by month", history_columns, H_COLUMNS);
	int first = monthly->month;
	for (size_t i = 0; i < history->cells_n; i++)
		if (history->cells[i].month != MONTH_NONE && history->cells[i].month < first)
			first = history->cells[i].month;
	if (first < monthly->month - MONTHS_SHOWN + 1)
		first = monthly->month - MONTHS_SHOWN + 1;
	for (int month = first; month <= monthly->month; month++) {
		char text[MONTH_TEXT];
		size_t n, at = history_month(history, month, &n);
		int64_t requests = 0;
		for (size_t i = at; i < at + n; i++)
			requests += history->cells[i].requests;
		struct cell *row = table_row(table);
		row[H_MONTH] = cell_textf(
			monthly->answer, "%04d-%02d", month / 12, month % 12 + 1);
		row[H_NAME] = cell_textf(monthly->answer, "%s", month_text(text, month));
		row[H_SPEND] = cell_money(history_spend(history, month), history->currency);
		row[H_CHANGE] = month == first
					? cell_none("the first month that is shown")
					: change_cell(monthly->answer,
						  history_spend(history, month) -
							  history_spend(history, month - 1),
						  history->currency);
		row[H_REQUESTS] = cell_count(requests);
	}
	if (first < monthly->month)
		draw_spend(monthly, table, when_month_start(first) / NS_PER_DAY,
			when_month_start(monthly->month + 1) / NS_PER_DAY - 1);
}

static void
note_state(const struct monthly *monthly)
{
	char date[WHEN_TEXT], month[MONTH_TEXT];
	month_text(month, monthly->month);
	if (is_short(monthly) && monthly->data_end != INT64_MIN)
		answer_note(monthly->answer,
			"The data ends on %s: %s is not complete.",
			when_date(date, monthly->data_end - 1), month);
	answer_note(monthly->answer, "Amounts are in %s.", monthly->history->currency);
	if (monthly->history->others_n)
		answer_note(monthly->answer,
			"Amounts in other currencies are left out of sums and steps; hllm audit shows "
			"them.");
	if (monthly->history->undated)
		answer_note(monthly->answer,
			"What has no date is in no month; hllm audit counts it.");
}

void
monthly_report(const struct monthly *monthly)
{
	monthly->answer->default_table = "workloads";
	report_top(monthly);
	report_month(monthly);
	monthly_bridge(monthly);
	monthly_workloads(monthly);
	monthly_findings(monthly);
	if (monthly->after->reconciliation)
		report_reconciliation(monthly->answer, monthly->after->reconciliation,
			&monthly->after->tolerance);
	monthly_local(monthly);
	report_history(monthly);
	monthly_not_counted(monthly);
	monthly_sources(monthly);
	note_state(monthly);
}
