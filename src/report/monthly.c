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

const struct money *
monthly_money(const struct monthly *monthly, const struct tally *tally)
{
	const struct money *money = money_in(tally, monthly->history->currency);
	return money && (money->has_billed || money->has_list) ? money : NULL;
}

femto_t
monthly_spend(const struct monthly *monthly, const struct tally *tally)
{
	const struct money *money = monthly_money(monthly, tally);
	return money ? money->spend_low : 0;
}

const struct tally *
monthly_find(const struct audit_report *report, struct slice name)
{
	const struct tallies *all = &report->audit->workloads;
	for (size_t i = 0; i < all->n; i++)
		if (slice_eq(all->items[i].name, name))
			return &all->items[i];
	return NULL;
}

const char *
monthly_no_change(const struct monthly *monthly)
{
	const struct tally *after = &monthly->after->audit->total,
			   *before = &monthly->before->audit->total;
	if (!after->records)
		return "nothing is known of the month";
	if (!before->records)
		return "nothing is known of the month before";
	return monthly_money(monthly, after) || monthly_money(monthly, before)
		       ? NULL
		       : "nothing of the two months is billed or has a price";
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

femto_t
monthly_change(femto_t after, femto_t before)
{
	bool tiny = (after && !num_round(after, 2)) || (before && !num_round(before, 2));
	return tiny ? after - before : num_round(after, 2) - num_round(before, 2);
}

bool
monthly_is_range(const struct money *money)
{
	return money && num_round(money->spend_low, 2) != num_round(money->spend_high, 2);
}

struct cell
change_cell(struct answer *answer, femto_t change, const char *currency)
{
	struct str text = STR_INIT;
	char digits[NUM_TEXT];
	if (num_round(change, 2) > 0)
		str_putc(&text, '+');
	str_puts(&text, num_print(digits, change, 2, 2, true));
	if (strcmp(currency, "USD") != 0)
		str_printf(&text, " %s", currency);
	return told_cell(answer, change, currency, &text);
}

bool
monthly_is_over(const struct monthly *monthly)
{
	int64_t end = when_month_start(monthly->month + 1);
	return monthly->now >= end || monthly->data_end >= end;
}

bool
monthly_is_short(const struct monthly *monthly)
{
	return monthly_is_over(monthly) && monthly->data_end < when_month_start(monthly->month + 1);
}

bool
monthly_starts_late(const struct monthly *monthly, int month)
{
	return monthly->data_start > when_month_start(month) &&
	       monthly->data_start < when_month_start(month + 1);
}

bool
monthly_is_whole(const struct monthly *monthly)
{
	return monthly_is_over(monthly) && !monthly_is_short(monthly) &&
	       !monthly_starts_late(monthly, monthly->month) &&
	       !monthly_starts_late(monthly, monthly->month - 1);
}

char *
month_number(char buf[MONTH_TEXT], int month)
{
	snprintf(buf, MONTH_TEXT, "%04d-%02d", month / 12 % 10000, month % 12 + 1);
	return buf;
}

/* "31st" */
static const char *
ordinal(int day, char buf[8])
{
	static const char *const ends[] = { "th", "st", "nd", "rd" };
	bool teen = day >= 11 && day <= 13;
	snprintf(buf, 8, "%d%s", day % 100, teen || day % 10 > 3 ? "th" : ends[day % 10]);
	return buf;
}

char *
month_label(const struct monthly *monthly, int month, char buf[MONTH_LABEL])
{
	char name[MONTH_TEXT], first[8] = "", last[8] = "";
	bool late = monthly_starts_late(monthly, month);
	bool early = monthly->data_end > when_month_start(month) &&
		     monthly->data_end < when_month_start(month + 1);
	if (late)
		ordinal(when_civil(monthly->data_start).day, first);
	if (early)
		ordinal(when_civil(monthly->data_end - 1).day, last);
	snprintf(buf, MONTH_LABEL, "%s%s%s%s%s", month_text(name, month),
		late    ? ", from the "
		: early ? ","
			: "",
		first, early ? " to the " : "", last);
	return buf;
}

void
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

/* Has the column anything that is worth a place? */
static bool
is_shown(const struct table *table, size_t column, bool zeros)
{
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct cell *cell = &table->cells[i * table->columns_n + column];
		bool zero = cell->type == CELL_MONEY && !num_round(cell->amount, 2);
		if (cell->type == CELL_TEXT ? cell->text.n > 0
					    : cell->type != CELL_NONE && !(zeros && zero))
			return true;
	}
	return false;
}

struct column *
monthly_columns(struct answer *answer, const struct table *table, bool zeros)
{
	size_t size = table->columns_n * sizeof(*table->columns);
	struct column *copy = arena_take(&answer->arena, size);
	memcpy(copy, table->columns, size);
	for (size_t i = 0; i < table->columns_n; i++)
		if (copy[i].head && !is_shown(table, i, zeros))
			copy[i].head = NULL;
	return copy;
}

/* ---- what was spent when ---- */

enum { COLUMNS_A_MONTH = 31 };

/* From one day to another, both included. */
void
monthly_draw_spend(
	const struct monthly *monthly, const struct table *table, int64_t first, int64_t last)
{
	const struct history *history = monthly->history;
	const char *why;
	const struct charts charts = { .history = history,
		.audit = monthly->after->audit,
		.columns = COLUMNS_A_MONTH,
		.zone = monthly->zone,
		.first = first,
		.last = last,
		.today = monthly->now / NS_PER_DAY,
		.budget = monthly->budget };
	if (history->first_day != DAY_NONE && history->first_day <= last &&
		history->last_day >= first)
		(void)charts_spend(&charts,
			answer_chart(monthly->answer, CHART_COLUMNS, "spend", table), &why);
}

int64_t
monthly_days_from(int month, int64_t first, int64_t last)
{
	int64_t start = when_month_start(month) / NS_PER_DAY,
		end = when_month_start(month + 1) / NS_PER_DAY - 1,
		shown = when_month_start(month - MONTHLY_SHOWN + 1) / NS_PER_DAY;
	bool whole = charts_by_month(
		first > shown ? first : shown, last < end ? last : end, COLUMNS_A_MONTH);
	return whole ? start : 0;
}

/* ---- the month as a whole ---- */

enum {
	M_MONTH,
	M_START,
	M_END,
	M_COMPLETE,
	M_DAYS,
	M_DAYS_BEFORE,
	M_SPEND,
	M_SPEND_HIGH,
	M_BEFORE,
	M_CHANGE,
	M_CHANGE_SHARE,
	M_LOW,
	M_LIKELY,
	M_HIGH,
	M_FORECAST,
	M_METHOD,
	M_RATE,
	M_SO_FAR,
	M_KNOWN,
	M_LEFT,
	M_USED,
	M_REQUESTS,
	M_INPUT,
	M_OUTPUT,
	M_LOCAL,
	M_LOCAL_SPEND,
	COLUMNS
};

#define WHY_FORECAST                                                             \
 "What {complete_days} complete days cost, {spend_of_complete_days}, and what "  \
 "{days_left} days more are expected to, worked out from {forecast_method} of "  \
 "{forecast_days_used} days.\n"                                                  \
 "@search two opinions of what a day costs, one that grows and one of the last " \
 "days, weighed by how far each was off on the days that are known "             \
 "(hllm-economics(7)); the range holds 80 of 100 months"

static const struct column columns[COLUMNS] = {
	[M_MONTH] = { .key = "month", .left = true },
	[M_START] = { .key = "period.start", .left = true },
	[M_END] = { .key = "period.end", .left = true },
	[M_COMPLETE] = { .key = "complete" },
	[M_DAYS] = { .key = "days",
		.head = "days with data",
		.why = "From the first day with data to the last, both included.\n"
		       "@records total month {month}" },
	[M_DAYS_BEFORE] = { .key = "days_before" },
	[M_SPEND] = { .key = "spend",
		.head = "spent",
		.unit = "money",
		.why = "What is billed, where a file states it; else the list price.\n"
		       "@records total month {month}" },
	[M_SPEND_HIGH] = { .key = "spend_high",
		.unit = "money",
		.why = "What is billed, where a file states it; else the highest list price that "
		       "what is known leaves open.\n"
		       "@records total month {month}" },
	[M_BEFORE] = { .key = "spend_before", .head = "the month before", .unit = "money" },
	[M_CHANGE] = { .key = "change",
		.head = "change",
		.unit = "money",
		.why = "= {spend} - {spend_before}\n"
		       "= {spend}\n"
		       "= 0 - {spend_before}" },
	[M_CHANGE_SHARE] = { .key = "change_share",
		.decimals = 1,
		.why = "= {change} / {spend_before}" },
	[M_LOW] = { .key = "forecast.low", .unit = "money", .why = WHY_FORECAST },
	[M_LIKELY] = { .key = "forecast.likely", .unit = "money", .why = WHY_FORECAST },
	[M_HIGH] = { .key = "forecast.high", .unit = "money", .why = WHY_FORECAST },
	[M_FORECAST] = { .head = "expected by its end", .left = true, .shows = "forecast.likely" },
	[M_METHOD] = { .key = "forecast_method", .head = "worked out from", .left = true },
	[M_RATE] = { .key = "run_rate",
		.unit = "money",
		.why = "What the complete days cost, over their number, times all days of the "
		       "month; before the first one, as in the month before.\n"
		       "@search the mean of the days" },
	[M_SO_FAR] = { .key = "spend_of_complete_days",
		.unit = "money",
		.why = "Of the month, without the day that is not over.\n"
		       "@records total month {month}" },
	[M_KNOWN] = { .key = "complete_days",
		.unit = "days",
		.why = "Days of the month that are over and known.\n"
		       "@records total month {month}" },
	[M_LEFT] = { .key = "days_left",
		.unit = "days",
		.why = "Days of the month that are not over, or not known.\n"
		       "@assumption the calendar" },
	[M_USED] = { .key = "forecast_days_used",
		.unit = "days",
		.why = "Days that the forecast was learnt from, of earlier months too.\n"
		       "@records total" },
	[M_REQUESTS] = { .key = "requests",
		.head = "requests",
		.why = "@records total month {month}" },
	[M_INPUT] = { .key = "input_tokens",
		.head = "tokens in",
		.why = "Uncached input, cache reads and cache writes together.\n"
		       "@records total month {month}" },
	[M_OUTPUT] = { .key = "output_tokens",
		.head = "tokens out",
		.why = "@records total month {month}" },
	[M_LOCAL] = { .key = "movable.workloads",
		.why = "Workloads that the policy calls local and that no local server answers "
		       "yet.\n"
		       "@rule the policy: see hllm decide --period {month} --explain" },
	[M_LOCAL_SPEND] = { .key = "movable.spend", .unit = "money" },
};

static void
forecast_cells(const struct monthly *monthly, struct cell *row)
{
	const struct forecast *forecast = monthly->forecast;
	const char *currency = monthly->history->currency, *none = monthly->no_forecast;
	struct str text = STR_INIT;
	if (!forecast) {
		for (int i = M_LOW; i <= M_USED; i++)
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
	row[M_SO_FAR] = amount_cell(forecast->so_far, currency, none);
	row[M_KNOWN] = cell_count(forecast->days_known);
	row[M_LEFT] = cell_count(forecast->days_left);
	row[M_USED] = cell_count(forecast->days_used);
}

static void
money_cells(const struct monthly *monthly, struct cell *row)
{
	const struct money *money = monthly_money(monthly, &monthly->after->audit->total);
	static const char none[] = "nothing is billed or has a price";
	const struct money *before = monthly_money(monthly, &monthly->before->audit->total);
	const char *currency = monthly->history->currency, *no_change = monthly_no_change(monthly);
	struct str text = STR_INIT;
	row[M_SPEND] = row[M_SPEND_HIGH] = cell_none(none);
	if (money) {
		amounts_text(&text, &monthly->after->audit->total, money);
		row[M_SPEND] = told_cell(monthly->answer, money->spend_low, currency, &text);
		row[M_SPEND_HIGH] = money->spend_high != money->spend_low
					    ? cell_money(money->spend_high, currency)
					    : cell_none("the spend is exact");
	}
	row[M_BEFORE] = row[M_CHANGE] = cell_none(no_change ? no_change : none);
	row[M_CHANGE_SHARE] = cell_none(no_change ? no_change : "of no positive amount");
	if (before) {
		money_text(&text, before->spend_low, before->spend_high, currency);
		row[M_BEFORE] = told_cell(monthly->answer, before->spend_low, currency, &text);
	}
	if (no_change)
		return;
	femto_t now = money ? money->spend_low : 0, then = before ? before->spend_low : 0;
	femto_t change = now - then, shown = monthly_change(now, then);
	str_puts(&text, num_round(shown, 2) > 0 ? "+" : "");
	money_text(&text, shown, shown, currency);
	if (monthly_is_range(money) || monthly_is_range(before))
		str_puts(&text, " at the low ends");
	row[M_CHANGE] = told_cell(monthly->answer, change, currency, &text);
	if (before && before->spend_low > 0)
		row[M_CHANGE_SHARE] = cell_share(change, before->spend_low);
}

/* People need no line for what is not there, and no change from a whole month to a part of one. */
static const struct column *
columns_for(const struct monthly *monthly, const struct table *table)
{
	struct answer *answer = monthly->answer;
	struct column *copy = monthly_columns(answer, table, false);
	char month[MONTH_LABEL];
	if (!monthly_is_whole(monthly))
		copy[M_CHANGE].head = NULL;
	if (!copy[M_BEFORE].head)
		return copy;
	struct str text = STR_INIT;
	str_printf(&text, "in %s", month_label(monthly, monthly->month - 1, month));
	copy[M_BEFORE].head = arena_copy(&answer->arena, str_text(&text), text.n);
	str_free(&text);
	return copy;
}

static struct cell
days_cell(const struct audit *audit, const char *none)
{
	return audit->first_day == DAY_NONE ? cell_none(none)
					    : cell_count(audit->last_day - audit->first_day + 1);
}

/* What the month before it was, no column says. */
static void
month_origins(const struct monthly *monthly, struct table *table)
{
	char before[MONTH_TEXT];
	month_number(before, monthly->month - 1);
	answer_origin(monthly->answer, table, 0, M_DAYS_BEFORE,
		"From the first day with data to the last, both included.\n@records total month %s",
		before);
	answer_origin(monthly->answer, table, 0, M_BEFORE,
		"What is billed, where a file states it; else the list price.\n@records total "
		"month %s",
		before);
	if (monthly->forecast && monthly->forecast->days_known)
		answer_origin(monthly->answer, table, 0, M_RATE,
			"= {spend_of_complete_days} / {complete_days} * ({complete_days} + "
			"{days_left})");
}

/* The workloads that could move add up to what they cost, as far as it is in the currency of the report. */
static void
movable_origin(const struct monthly *monthly)
{
	const struct rulings *rulings = monthly->after->rulings;
	struct table *table = NULL, *workloads = NULL;
	struct answer *answer = monthly->answer;
	struct str text = STR_INIT;
	for (size_t i = 0; i < answer->tables_n; i++) {
		const char *key = answer->tables[i]->key;
		table = key && strcmp(key, "month") == 0 ? answer->tables[i] : table;
		workloads = key && strcmp(key, "workloads") == 0 ? answer->tables[i] : workloads;
	}
	if (!table || !workloads)
		BUG("a report without a month or workloads");
	for (size_t row = 0; row < workloads->rows_n; row++)
		for (size_t i = 0; rulings && i < rulings->subjects->n; i++) {
			struct slice name = workloads->cells[row * workloads->columns_n].text;
			if (slice_eq(rulings->subjects->items[i].name, name) &&
				rulings_would_move(rulings, i, VERDICT_LOCAL))
				str_printf(
					&text, "%s{workloads#%zu.spend}", text.n ? ", " : "", row);
		}
	answer_origin(answer, table, 0, M_LOCAL_SPEND,
		"What the workloads cost in the month that the policy calls local: %s.\n"
		"@rule the policy: see hllm decide --period {month} --explain",
		text.n ? str_text(&text) : "none");
	str_free(&text);
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
	row[M_MONTH] =
		cell_textf(answer, "%04d-%02d", monthly->month / 12, monthly->month % 12 + 1);
	row[M_START] = cell_textf(answer, "%s", when_date(start, when_month_start(monthly->month)));
	row[M_END] =
		cell_textf(answer, "%s", when_date(end, when_month_start(monthly->month + 1) - 1));
	row[M_COMPLETE] = cell_flag(monthly_is_over(monthly) && !monthly_is_short(monthly) &&
				    !monthly_starts_late(monthly, monthly->month));
	row[M_DAYS] = days_cell(audit, "nothing of the month has a date");
	row[M_DAYS_BEFORE] =
		days_cell(monthly->before->audit, "nothing is known of the month before");
	money_cells(monthly, row);
	forecast_cells(monthly, row);
	bool split = tally_split(total);
	row[M_REQUESTS] = total->requests ? cell_count(total->requests)
					  : cell_none("the files count no requests");
	row[M_INPUT] = split ? cell_count(tally_input(total)) : cell_none("not known");
	row[M_OUTPUT] = split ? cell_count(total->tokens[TOKEN_OUTPUT]) : cell_none("not known");
	femto_t local;
	row[M_LOCAL] = cell_count((int64_t)monthly_movable(monthly, VERDICT_LOCAL, &local));
	row[M_LOCAL_SPEND] = cell_money(local, monthly->history->currency);
	month_origins(monthly, table);
	table->columns = columns_for(monthly, table);
	monthly_draw_spend(monthly, table, when_month_start(monthly->month) / NS_PER_DAY,
		when_month_start(monthly->month + 1) / NS_PER_DAY - 1);
}

static void
note_state(const struct monthly *monthly)
{
	char date[WHEN_TEXT], month[MONTH_TEXT];
	struct answer *answer = monthly->answer;
	month_text(month, monthly->month);
	if (monthly_is_short(monthly))
		answer_note(answer, "The data ends on %s: %s is not complete.",
			when_date(date, monthly->data_end - 1), month);
	for (int back = 0; back < 2; back++)
		if (monthly_starts_late(monthly, monthly->month - back))
			answer_note(answer, "The data begins on %s: %s is not complete.",
				when_date(date, monthly->data_start),
				month_text(month, monthly->month - back));
	answer_note(answer, "Amounts are in %s.", monthly->history->currency);
	if (monthly->after->findings && monthly->after->findings->n)
		answer_note(answer, "Savings and API costs a month are for 30 days.");
	if (monthly->history->others_n)
		answer_note(answer,
			"Amounts in other currencies are in no sum and no step; to have "
			"one sum, see rate in hllm.conf(5).");
	if (monthly->history->undated)
		answer_note(answer, "What has no date is in no month; hllm audit counts it.");
}

void
monthly_report(const struct monthly *monthly)
{
	monthly->answer->default_table = "workloads";
	monthly_top(monthly);
	report_month(monthly);
	monthly_budgets(monthly);
	monthly_bridge(monthly);
	monthly_workloads(monthly);
	monthly_findings(monthly);
	if (monthly->after->reconciliation)
		report_reconciliation(monthly->answer, monthly->after->reconciliation,
			&monthly->after->tolerance);
	monthly_local(monthly);
	monthly_fallbacks(monthly);
	monthly_history(monthly);
	monthly_not_counted(monthly);
	monthly_sources(monthly);
	note_state(monthly);
	if (monthly->answer->explained)
		movable_origin(monthly);
}
