/* SPDX-License-Identifier: GPL-3.0-or-later */
/* extract-summary - what an export would hold, for a terminal that nobody wants flooded. */
#include "config.h"

#include "report/extract.h"
#include "report/focus.h"
#include "report/parts.h"

enum { F_FORMAT, F_ROWS, F_COLUMNS, F_IS, FORMAT_COLUMNS };

static const struct column format_columns[FORMAT_COLUMNS] = {
	[F_FORMAT] = { .key = "format", .head = "FORMAT", .left = true },
	[F_ROWS] = { .key = "rows", .head = "ROWS" },
	[F_COLUMNS] = { .key = "columns", .head = "COLUMNS", .drop = 1 },
	[F_IS] = { .key = "is",
		.head = "A ROW IS",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 20 },
};

enum { M_NAME, M_BILLED, M_LIST, M_HIGH, M_SPEND, MONEY_COLUMNS };

static const struct column money_columns[MONEY_COLUMNS] = {
	[M_NAME] = { .key = "currency", .head = "SUMS", .left = true },
	[M_BILLED] = { .key = "billed_cost", .head = "BILLED", .unit = "money" },
	[M_LIST] = { .key = "list_cost", .head = "LIST", .unit = "money" },
	[M_HIGH] = { .key = "list_cost_high", .head = "LIST, AT MOST", .unit = "money" },
	[M_SPEND] = { .key = "spend", .head = "SPEND", .unit = "money" },
};

void
extract_count(struct extract_summary *summary, const struct extract_row *row)
{
	struct period *period = &summary->period;
	summary->rows++;
	if (!row->timed) {
		summary->undated++;
		return;
	}
	period->start = row->start < period->start ? row->start : period->start;
	period->end = row->end > period->end ? row->end : period->end;
}

static void
add_formats(struct answer *answer, const struct extract_summary *summary)
{
	struct table *table = answer_table(answer, "formats", NULL, format_columns, FORMAT_COLUMNS);
	struct cell *row = table_row(table);
	row[F_FORMAT] = cell_text(answer, SLICE("focus"));
	row[F_ROWS] = cell_count(summary->lines);
	row[F_COLUMNS] = cell_count((int64_t)focus_columns_n);
	row[F_IS] = cell_text(
		answer, SLICE("a charge of a day: one model, one kind of tokens; FOCUS 1.2"));
	row = table_row(table);
	row[F_FORMAT] = cell_text(answer, SLICE("csv, tsv, json"));
	row[F_ROWS] = cell_count(summary->rows);
	row[F_COLUMNS] = cell_count((int64_t)extract_columns_n);
	row[F_IS] = cell_textf(answer,
		"what one model and one purpose used and cost in %s %s, to pivot",
		summary->by[0] == 'h' ? "an" : "a", summary->by);
}

static void
add_money(struct answer *answer, const struct tally *total)
{
	if (!total->money_n)
		return;
	struct table *table = answer_table(answer, "sums", NULL, money_columns, MONEY_COLUMNS);
	for (int i = 0; i < total->money_n; i++) {
		const struct money *money = &total->money[i];
		struct cell *row = table_row(table);
		row[M_NAME] = cell_text(answer, slice_of(money->currency));
		row[M_BILLED] = money->has_billed ? cell_money(money->billed, money->currency)
						  : cell_none("no bill in this currency");
		row[M_LIST] = money->has_list ? cell_money(money->low, money->currency)
					      : cell_none("no list price in this currency");
		row[M_HIGH] = money->has_list && money->low != money->high
				      ? cell_money(money->high, money->currency)
				      : cell_none("the list cost is exact");
		row[M_SPEND] = cell_money(money->spend_low, money->currency);
	}
}

static void
add_views(struct answer *answer, const struct extract_summary *summary)
{
	char rows[NUM_TEXT];
	if (summary->made >= 0)
		answer_note(answer,
			"The ledger's views for SQL were made anew: %s rows of usage; see "
			"hllm-ledger(5).",
			num_count(rows, summary->made));
	else if (summary->outdated)
		answer_note(answer,
			"The ledger's views for SQL are not of the prices and hllm.conf of now; "
			"to make them anew: hllm export --refresh");
}

void
extract_report(struct answer *answer, const struct extract_summary *summary)
{
	const struct tally *total = &summary->audit->total;
	char from[WHEN_TEXT], to[WHEN_TEXT];
	struct str rows = STR_INIT;
	count_text(&rows, summary->lines, "charge", "charges");
	answer->default_table = "formats";
	if (!summary->rows)
		answer_headline(answer, "Nothing to export: no usage and no money in the period.");
	else if (summary->period.start == INT64_MAX)
		answer_headline(answer, "%s to export, none with a time.", str_text(&rows));
	else
		answer_headline(answer, "%s to export, %s to %s.", str_text(&rows),
			when_date(from, summary->period.start),
			when_date(to, summary->period.end - 1));
	str_free(&rows);
	add_views(answer, summary);
	if (!summary->rows)
		return;
	add_formats(answer, summary);
	add_money(answer, total);
	if (total->unpriced.tokens) {
		char tokens[NUM_TEXT];
		answer_note(answer,
			"%s tokens have no list price: their list_cost is empty, their ListCost 0 "
			"and marked unpriced.",
			num_count(tokens, total->unpriced.tokens));
	}
	if (summary->undated)
		answer_note(answer,
			"%lld row%s no time: FOCUS gives %s the whole period, marked x_Undated.",
			(long long)summary->undated, summary->undated == 1 ? " has" : "s have",
			summary->undated == 1 ? "it" : "them");
}
