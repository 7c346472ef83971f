/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "report/parts.h"

enum {
	M_NAME,
	M_BILLER,
	M_PRICED_AS,
	M_RULE,
	M_STATE,
	M_WHY,
	M_REQUESTS,
	M_INPUT,
	M_UNCACHED,
	M_READ,
	M_5M,
	M_1H,
	M_OUTPUT,
	M_UNSPLIT,
	M_BILLED,
	M_LIST,
	M_LIST_HIGH,
	MODELS,
};

static const struct column columns[MODELS] = {
	[M_NAME] = { .key = "response_model",
		.head = "MODEL",
		.left = true,
		.weight = 2,
		.least = 16,
		.names = true },
	[M_BILLER] = { .key = "biller",
		.head = "BILLER",
		.left = true,
		.weight = 1,
		.least = 6,
		.drop = 1,
		.names = true },
	[M_PRICED_AS] = { .key = "priced_as", .left = true },
	[M_RULE] = { .key = "price_rule", .left = true },
	[M_STATE] = { .key = "price_state", .left = true },
	[M_WHY] = { .key = "price_reason", .left = true },
	[M_REQUESTS] = { .key = "requests",
		.why = "@records model {response_model} biller {biller}" },
	[M_INPUT] = { .key = "input_tokens",
		.head = "INPUT",
		.drop = 2,
		.why = "= {uncached_input_tokens} + {cache_read_tokens} + {cache_write_5m_tokens} "
		       "+ {cache_write_1h_tokens}\n"
		       "@records model {response_model} biller {biller}" },
	[M_UNCACHED] = { .key = "uncached_input_tokens",
		.why = "@records model {response_model} biller {biller}" },
	[M_READ] = { .key = "cache_read_tokens",
		.head = "CACHED",
		.drop = 4,
		.why = "@records model {response_model} biller {biller}" },
	[M_5M] = { .key = "cache_write_5m_tokens",
		.why = "@records model {response_model} biller {biller}" },
	[M_1H] = { .key = "cache_write_1h_tokens",
		.why = "@records model {response_model} biller {biller}" },
	[M_OUTPUT] = { .key = "output_tokens",
		.head = "OUTPUT",
		.drop = 3,
		.why = "@records model {response_model} biller {biller}" },
	[M_UNSPLIT] = { .key = "unsplit_tokens",
		.why = "@records model {response_model} biller {biller}" },
	[M_BILLED] = { .key = "billed_cost",
		.head = "BILLED",
		.unit = "money",
		.why = "What bills state for it, else gateways, else clients.\n"
		       "@records model {response_model} biller {biller}" },
	[M_LIST] = { .key = "list_cost",
		.head = "LIST",
		.unit = "money",
		.why = "Tokens times the list price of their time.\n"
		       "@records model {response_model} biller {biller}" },
	[M_LIST_HIGH] = { .key = "list_cost_high",
		.unit = "money",
		.why = "Tokens times the highest list price that what is known leaves open.\n"
		       "@records model {response_model} biller {biller}" },
};

struct in_order {
	const struct tally *tally;
};

static int
by_weight(const void *left, const void *right)
{
	const struct tally *a = ((const struct in_order *)left)->tally,
			   *b = ((const struct in_order *)right)->tally;
	const struct money *x = main_money(a), *y = main_money(b);
	femto_t p = x ? (x->high > x->billed ? x->high : x->billed) : 0,
		q = y ? (y->high > y->billed ? y->high : y->billed) : 0;
	if (p != q)
		return p > q ? -1 : 1;
	int order = slice_compare(a->name, b->name);
	return order ? order : slice_compare(a->biller, b->biller);
}

static const char *
state_of(const struct tally *tally)
{
	if (tally->unpriced.tokens && (tally->priced.tokens || tally->ambiguous.tokens))
		return "partly priced";
	if (tally->unpriced.tokens)
		return tally->resolution.state == PRICE_NOT_THEN ? "not priced then" : "unpriced";
	if (tally->ambiguous.tokens)
		return "ambiguous";
	if (tally->priced.tokens)
		return "priced";
	return tally->free.tokens ? "free" : "no tokens";
}

static struct cell
why_cell(struct answer *answer, const struct tally *tally)
{
	if (tally->resolution.why.n && tally->unpriced.tokens)
		return cell_text(answer, tally->resolution.why);
	if (tally->missing.n)
		return cell_text(answer, tally->missing);
	if (tally->range_why)
		return cell_text(answer, slice_of(tally->range_why));
	return cell_none("nothing to explain");
}

static void
add_model(struct answer *answer, struct table *table, const struct tally *tally)
{
	struct cell *row = table_row(table);
	const struct money *list = NULL, *billed = NULL;
	for (int i = 0; i < tally->money_n; i++) {
		list = tally->money[i].has_list ? &tally->money[i] : list;
		billed = tally->money[i].has_billed ? &tally->money[i] : billed;
	}
	row[M_NAME] = tally->name.n ? cell_text(answer, tally->name)
				    : cell_text(answer, SLICE("(no model named)"));
	row[M_BILLER] = tally->biller.n ? cell_text(answer, tally->biller) : cell_none("not known");
	const struct model *model = tally->resolution.model;
	row[M_PRICED_AS] = model ? cell_text(answer, model_id(model)) : cell_none("no price row");
	row[M_RULE] = model ? cell_text(answer, tally->resolution.rule) : cell_none("no price row");
	row[M_STATE] = cell_text(answer, slice_of(state_of(tally)));
	row[M_WHY] = why_cell(answer, tally);
	row[M_REQUESTS] = tally->requests || !tally->records
				  ? cell_count(tally->requests)
				  : cell_none("the files count no requests");
	bool said = tally_split(tally);
	const char *unsaid = tally->unsplit ? "the tokens are not split into input and output"
					    : "no tokens are known";
	row[M_INPUT] = said ? cell_count(tally_input(tally)) : cell_none(unsaid);
	for (int i = 0; i < TOKEN_KINDS; i++)
		row[M_UNCACHED + i] = said ? cell_count(tally->tokens[i]) : cell_none(unsaid);
	row[M_UNSPLIT] = cell_count(tally->unsplit);
	row[M_BILLED] = billed ? cell_money(billed->billed, billed->currency)
			       : cell_none("no bill states money for it");
	row[M_LIST] = list ? cell_money(list->low, list->currency) : cell_none("no list price");
	row[M_LIST_HIGH] = list && list->low != list->high ? cell_money(list->high, list->currency)
							   : cell_none("exact, or none");
	if (list && list->low != list->high) {
		struct str text = STR_INIT;
		money_text(&text, list->low, list->high, list->currency);
		row[M_LIST].text = slice_copy(&answer->arena, str_as_slice(&text));
		str_free(&text);
	}
}

void
report_models(struct audit_report *report)
{
	const struct tallies *models = &report->audit->models;
	struct table *table = answer_table(report->answer, "models", NULL, columns, MODELS);
	table->most = ROWS_FOR_PEOPLE;
	struct in_order *order = xcalloc(models->n + 1, sizeof(*order));
	for (size_t i = 0; i < models->n; i++)
		order[i].tally = &models->items[i];
	qsort(order, models->n, sizeof(*order), by_weight);
	for (size_t i = 0; i < models->n; i++)
		add_model(report->answer, table, order[i].tally);
	free(order);
}
