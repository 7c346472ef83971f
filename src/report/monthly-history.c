/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-history - month by month: what each of the last thirteen cost. */
#include "config.h"

#include "base/when.h"
#include "report/monthly.h"

enum { H_MONTH, H_NAME, H_SPEND, H_CHANGE, H_REQUESTS, H_COLUMNS };

static const struct column history_columns[H_COLUMNS] = {
	[H_MONTH] = { .key = "month", .left = true },
	[H_NAME] = { .head = "MONTH", .left = true },
	[H_SPEND] = { .key = "spend",
		.head = "SPENT",
		.unit = "money",
		.why = "@records total month {month}" },
	[H_CHANGE] = { .key = "change", .head = "CHANGE", .unit = "money" },
	[H_REQUESTS] = { .key = "requests",
		.head = "REQUESTS",
		.why = "@records total month {month}" },
};

/* Why a month's cost is no change from the month before it; NULL: it is one. */
static const char *
no_history_change(const struct monthly *monthly, int month, int first)
{
	size_t n, before;
	(void)history_month(monthly->history, month, &n);
	(void)history_month(monthly->history, month - 1, &before);
	if (month == first)
		return "the first month that is shown";
	if (!n)
		return "nothing is known of the month";
	if (!before)
		return "nothing is known of the month before";
	if (monthly->data_end < when_month_start(month + 1))
		return "the month is not known to its end";
	return monthly_starts_late(monthly, month - 1)
		       ? "the month before is not known from its beginning"
		       : NULL;
}

static bool
is_priced(const struct history *history, size_t at, size_t n)
{
	for (size_t i = at; i < at + n; i++)
		if (history->cells[i].spend_low || history->cells[i].spend_high)
			return true;
	return false;
}

static void
add_month(const struct monthly *monthly, struct table *table, int month, int first)
{
	const struct history *history = monthly->history;
	char text[MONTH_LABEL];
	size_t n, at = history_month(history, month, &n);
	int64_t requests = 0;
	for (size_t i = at; i < at + n; i++)
		requests += history->cells[i].requests;
	struct cell *row = table_row(table);
	const char *none = no_history_change(monthly, month, first);
	row[H_MONTH] = cell_textf(monthly->answer, "%04d-%02d", month / 12, month % 12 + 1);
	row[H_NAME] = cell_textf(monthly->answer, "%s", month_label(monthly, month, text));
	row[H_SPEND] = !n ? cell_none("nothing is known of the month")
		       : is_priced(history, at, n)
			       ? cell_money(history_spend(history, month), history->currency)
			       : cell_none("nothing is billed or has a price");
	if (!none && row[H_SPEND].type == CELL_NONE)
		none = "nothing is billed or has a price";
	row[H_CHANGE] =
		none ? cell_none(none)
		     : change_cell(monthly->answer,
			       history_spend(history, month) - history_spend(history, month - 1),
			       history->currency);
	answer_origin(monthly->answer, table, table->rows_n - 1, H_CHANGE,
		"= {spend} - {months#%zu.spend}\n= {spend}\n@records total month {month}",
		table->rows_n - (table->rows_n > 1 ? 2 : 1));
	row[H_REQUESTS] = requests ? cell_count(requests) : cell_none("no requests are counted");
}

void
monthly_history(const struct monthly *monthly)
{
	const struct history *history = monthly->history;
	struct table *table = answer_table(
		monthly->answer, "months", "Month by month", history_columns, H_COLUMNS);
	int first = monthly->month;
	for (size_t i = 0; i < history->cells_n; i++)
		if (history->cells[i].month != MONTH_NONE && history->cells[i].month < first)
			first = history->cells[i].month;
	if (first < monthly->month - MONTHLY_SHOWN + 1)
		first = monthly->month - MONTHLY_SHOWN + 1;
	for (int month = first; month <= monthly->month; month++)
		add_month(monthly, table, month, first);
	table->columns = monthly_columns(monthly->answer, table, false);
	if (first < monthly->month)
		monthly_draw_spend(monthly, table, when_month_start(first) / NS_PER_DAY,
			when_month_start(monthly->month + 1) / NS_PER_DAY - 1);
}
