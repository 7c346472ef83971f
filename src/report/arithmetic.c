/* SPDX-License-Identifier: GPL-3.0-or-later */
/* arithmetic - what a bill or a table says of itself that cannot be: rows that are not their sum, prices that never
 * were. */
#include "config.h"

#include "report/parts.h"
#include "work/unlisted.h"

enum { UNLISTED_SHOWN = 5, MILLION = 1000000 };

/* "The rows add up to at least $227.00, the total row says $380.00: at most $153.00 is in no row." */
static void
note_total(struct audit_report *report)
{
	const struct audit *audit = report->audit;
	const struct money *money = main_money(&audit->total);
	if (!audit->has_stated_total || !money || audit->stated_total == money->billed)
		return;
	struct str text = STR_INIT;
	femto_t gap = audit->stated_total - money->billed;
	bool least = audit->total.estimate;
	money_text(&text, money->billed, money->billed, money->currency);
	str_puts(&text, ", the total row says ");
	money_text(&text, audit->stated_total, audit->stated_total, money->currency);
	str_printf(&text, ": %s", gap > 0 && least ? "at most " : "");
	money_text(&text, gap < 0 ? -gap : gap, gap < 0 ? -gap : gap, money->currency);
	answer_note(report->answer, "The rows add up to %s%s is %s.", least ? "at least " : "",
		str_text(&text), gap > 0 ? "in no row" : "more than the total");
	str_free(&text);
}

/* Dollars a million tokens. */
static void
rate_text(struct str *out, femto_t rate)
{
	money_text(out, rate * MILLION, rate * MILLION, "USD");
}

static void
note_price(struct answer *answer, const struct unlisted *price)
{
	struct str rate = STR_INIT, lowest = STR_INIT, highest = STR_INIT, billed = STR_INIT;
	char lines[NUM_TEXT];
	rate_text(&rate, price->rate);
	rate_text(&lowest, price->lowest);
	rate_text(&highest, price->highest);
	money_text(&billed, price->billed, price->billed, "USD");
	if (price->workload.n)
		answer_note(answer,
			"\"" SLICE_FMT
			"\" implies %s per million tokens, below any standard price that " SLICE_FMT
			" ever had (%s).",
			SLICE_ARG(price->workload), str_text(&rate), SLICE_ARG(price->model),
			str_text(&lowest));
	else
		answer_note(answer,
			SLICE_FMT
			", %s%s%s: %s per million tokens on %s line%s (%s); no list ever had "
			"that price (%s to %s).",
			SLICE_ARG(price->model),
			price->tier == TIER_STANDARD ? "" : tier_names[price->tier],
			price->tier == TIER_STANDARD ? "" : " ", token_names[price->kind],
			str_text(&rate), num_count(lines, price->lines),
			price->lines == 1 ? "" : "s", str_text(&billed), str_text(&lowest),
			str_text(&highest));
	str_free(&rate);
	str_free(&lowest);
	str_free(&highest);
	str_free(&billed);
}

static const struct column columns[] = {
	{ .key = "workload", .names = true },
	{ .key = "model", .names = true },
	{ .key = "token_kind", .names = true },
	{ .key = "service_tier", .names = true },
	{ .key = "price_per_million",
		.unit = "money",
		.why = "What is billed over the tokens it is billed for.\n"
		       "@records model {model}" },
	{ .key = "lowest_ever",
		.unit = "money",
		.why = "@catalogue the lowest price that any list ever had for {model}" },
	{ .key = "highest_ever",
		.unit = "money",
		.why = "@catalogue the highest price that any list ever had for {model}" },
	{ .key = "tokens", .why = "@records model {model}" },
	{ .key = "lines", .why = "@records model {model}" },
	{ .key = "billed_cost", .unit = "money", .why = "@records model {model}" },
};

static void
add_price(struct answer *answer, struct table *table, const struct unlisted *price)
{
	struct cell *row = table_row(table);
	row[0] = price->workload.n ? cell_text(answer, price->workload)
				   : cell_none("lines of a bill");
	row[1] = cell_text(answer, price->model);
	row[2] = price->kind < TOKEN_KINDS ? cell_textf(answer, "%s", token_names[price->kind])
					   : cell_none("the tokens are not split");
	row[3] = cell_textf(answer, "%s", tier_names[price->tier]);
	row[4] = cell_money(price->rate * MILLION, "USD");
	row[5] = cell_money(price->lowest * MILLION, "USD");
	row[6] = cell_money(price->highest * MILLION, "USD");
	row[7] = cell_count(price->tokens);
	row[8] = cell_count(price->lines);
	row[9] = cell_money(price->billed, "USD");
}

void
report_arithmetic(struct audit_report *report)
{
	struct unlisted_list of_table = { 0 };
	const struct unlisted_list *list =
		report->reconciliation ? &report->reconciliation->unlisted : &of_table;
	unlisted_of_table(&of_table, report->audit);
	if (of_table.n)
		list = &of_table;
	struct table *table =
		answer_table(report->answer, "unlisted_prices", NULL, columns, HL_COUNT(columns));
	table->quiet = true;
	note_total(report);
	for (size_t i = 0; i < list->n; i++) {
		add_price(report->answer, table, &list->items[i]);
		if (i < UNLISTED_SHOWN)
			note_price(report->answer, &list->items[i]);
	}
	if (list->n > UNLISTED_SHOWN)
		answer_note(report->answer,
			"%zu more unit prices were on no list; see: hllm audit --format json",
			list->n - UNLISTED_SHOWN);
	unlisted_free(&of_table);
}
