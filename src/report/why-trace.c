/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why-trace - the tables of what a number was traced to: price rows, files, lines, the largest requests. */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "report/parts.h"
#include "report/why.h"

enum { LARGEST_SHOWN = 5 };

/* Whose rows they are stands first, where there are several numbers. */
static const struct column price_columns[] = {
	{ .head = "OF", .left = true },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 2, .least = 14 },
	{ .key = "kind", .head = "KIND", .left = true },
	{ .key = "tokens", .head = "TOKENS", .drop = 1 },
	{ .key = "price_per_million", .head = "PER 1M", .decimals = 6, .drop = 2 },
	{ .key = "modifier", .head = "FACTOR", .decimals = 3, .drop = 4 },
	{ .key = "amount", .head = "AMOUNT", .unit = "money" },
	{ .key = "from", .head = "SINCE", .left = true, .drop = 5 },
	{ .key = "to", .left = true },
	{ .key = "source", .head = "SOURCE", .left = true, .weight = 3, .least = 12, .drop = 3 },
	{ .key = "price_row", .left = true },
	{ .key = "rule", .left = true },
};
static const struct column source_columns[] = {
	{ .head = "OF", .left = true },
	{ .key = "path", .head = "FILE", .left = true, .weight = 1, .least = 12 },
	{ .key = "first_line", .head = "FIRST LINE" },
	{ .key = "last_line", .head = "LAST LINE" },
	{ .key = "records", .head = "RECORDS", .drop = 1 },
	{ .key = "billed_cost", .head = "BILLED", .unit = "money", .drop = 2 },
};
static const struct column line_columns[] = {
	{ .head = "OF", .left = true },
	{ .key = "path", .left = true },
	{ .head = "FILE", .left = true, .weight = 1, .least = 10 },
	{ .key = "line", .head = "LINE" },
	{ .key = "equal_lines" },
	{ .key = "time", .head = "WHEN", .left = true, .drop = 1 },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 2, .least = 10, .drop = 2 },
	{ .key = "input_tokens", .head = "INPUT" },
	{ .key = "output_tokens", .head = "OUTPUT" },
	{ .key = "billed_cost", .head = "BILLED", .unit = "money", .drop = 1 },
};
static const struct column largest_columns[] = {
	{ .head = "OF", .left = true },
	{ .key = "path", .left = true },
	{ .head = "FILE", .left = true, .weight = 1, .least = 10 },
	{ .key = "line", .head = "LINE" },
	{ .key = "time", .head = "WHEN", .left = true, .drop = 1 },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 2, .least = 10, .drop = 2 },
	{ .key = "input_tokens", .head = "INPUT" },
	{ .key = "output_tokens", .head = "OUTPUT" },
};

static struct table *
make_table(struct answer *answer, const struct why_tables *tables, const char *key,
	const struct column *columns, size_t n)
{
	struct column *own = arena_take(&answer->arena, n * sizeof(*own));
	memcpy(own, columns, n * sizeof(*own));
	if (!tables->several)
		own[0].head = NULL;
	return tables->parent ? answer_child(answer, tables->parent, key, own, n)
			      : answer_table(answer, key, NULL, own, n);
}

void
why_tables_make(
	struct answer *answer, const struct table *parent, bool several, struct why_tables *out)
{
	*out = (struct why_tables){ .parent = parent, .several = several };
	out->prices = make_table(answer, out, "prices", price_columns, HL_COUNT(price_columns));
	out->sources = make_table(answer, out, "sources", source_columns, HL_COUNT(source_columns));
	out->lines = make_table(answer, out, "lines", line_columns, HL_COUNT(line_columns));
	out->largest = make_table(
		answer, out, "largest_requests", largest_columns, HL_COUNT(largest_columns));
	out->prices->most = out->sources->most = ROWS_FOR_PEOPLE;
	out->lines->title = "Every line";
	out->largest->title = "Largest requests";
}

/* A row of a number, which it names. */
static struct cell *
add_row(struct answer *answer, const struct why_tables *tables, struct table *table,
	const struct why_owner *owner)
{
	struct cell *row = tables->parent ? table_child_row(table, owner->row) : table_row(table);
	row[0] = cell_text(answer, owner->id);
	return row + 1;
}

static int
by_amount(const void *left, const void *right)
{
	const struct trace_price *a = left, *b = right;
	if (a->amount != b->amount)
		return a->amount > b->amount ? -1 : 1;
	int order = slice_compare(a->model, b->model);
	return order ? order : (int)a->kind - (int)b->kind;
}

static struct cell
date_cell(struct answer *answer, int64_t ns, const char *open)
{
	char text[WHEN_TEXT];
	if (ns == INT64_MIN || ns == INT64_MAX)
		return cell_none(open);
	return cell_textf(answer, "%s", when_date(text, ns));
}

static void
price_cells(struct answer *answer, struct cell *row, const struct trace_price *price)
{
	const struct price_row *from = price->row;
	row[0] = cell_text(answer, price->model.n ? price->model : SLICE("(no model named)"));
	row[1] = cell_text(answer, slice_of(token_names[price->kind]));
	row[2] = cell_count(price->tokens);
	row[10] = cell_text(answer, price->rule);
	if (!from) {
		for (int i = 3; i < 10; i++)
			row[i] = cell_none("no price row");
		row[8] = cell_text(answer, SLICE("no price"));
		return;
	}
	row[3] = cell_decimal((femto_t)from->picos * 1000000 * 1000);
	row[4] = cell_decimal((femto_t)price->modifier * FEMTO_PER_UNIT / 1000);
	row[5] = cell_money(price->amount, "USD");
	row[6] = date_cell(answer, from->from, "since ever");
	row[7] = date_cell(answer, from->to, "still in force");
	row[8] = cell_text(answer, from->source);
	row[9] =
		cell_textf(answer, SLICE_FMT ":%lld", SLICE_ARG(from->file), (long long)from->line);
}

static void
note_sum(struct answer *answer, const struct why_tables *tables, const struct why_owner *owner,
	const struct trace *trace, femto_t sum)
{
	struct str text = STR_INIT;
	money_text(&text, sum, sum, "USD");
	if (sum != trace->low || trace->high != trace->low) {
		str_puts(&text, " at these rows; with higher tiers, hours and searches: ");
		money_text(&text, trace->low, trace->high, "USD");
	}
	if (tables->several)
		answer_note(answer, SLICE_FMT ": tokens times price, added up: %s.",
			SLICE_ARG(owner->id), str_text(&text));
	else
		answer_note(answer, "Tokens times price, added up: %s.", str_text(&text));
	str_free(&text);
}

static void
add_prices(struct answer *answer, const struct why_tables *tables, const struct why_owner *owner,
	const struct trace *trace)
{
	if (!trace->prices_n)
		return;
	struct trace_price *prices = xcalloc(trace->prices_n, sizeof(*prices));
	femto_t sum = 0;
	memcpy(prices, trace->prices, trace->prices_n * sizeof(*prices));
	qsort(prices, trace->prices_n, sizeof(*prices), by_amount);
	for (size_t i = 0; i < trace->prices_n; i++) {
		price_cells(answer, add_row(answer, tables, tables->prices, owner), &prices[i]);
		sum += prices[i].amount;
	}
	free(prices);
	note_sum(answer, tables, owner, trace, sum);
}

static void
add_sources(struct answer *answer, const struct why_tables *tables, const struct why_owner *owner,
	const struct trace *trace)
{
	for (size_t i = 0; i < trace->sources_n; i++) {
		const struct trace_source *from = &trace->sources[i];
		struct cell *row = add_row(answer, tables, tables->sources, owner);
		bool lines = from->source && from->last_line > 0;
		row[0] = from->source ? cell_text(answer, slice_of(from->source->name))
				      : cell_text(answer,
						SLICE("(in more than one file: counted once)"));
		row[1] = lines ? cell_count((int64_t)from->first_line)
			       : cell_none("not a line of one file");
		row[2] = lines ? cell_count((int64_t)from->last_line)
			       : cell_none("not a line of one file");
		row[3] = cell_count(from->records);
		row[4] = from->billed ? cell_money(from->billed, "") : cell_none("states no money");
	}
}

static int64_t
input_of(const int64_t *tokens)
{
	int64_t input = 0;
	for (int k = 0; k < TOKEN_OUTPUT; k++)
		input += tokens[k];
	return input;
}

static void
file_cells(struct answer *answer, struct cell *row, const struct source *source)
{
	const char *name = source->name, *slash = strrchr(name, '/');
	row[0] = cell_text(answer, slice_of(name));
	row[1] = cell_text(answer, slice_of(slash && slash[1] ? slash + 1 : name));
}

static void
add_largest(struct answer *answer, const struct why_tables *tables, const struct why_owner *owner,
	const struct trace_requests *largest)
{
	for (size_t i = 0; i < largest->n && i < LARGEST_SHOWN; i++) {
		const struct trace_request *request = &largest->items[i];
		char when[WHEN_TEXT];
		struct cell *row = add_row(answer, tables, tables->largest, owner);
		file_cells(answer, row, request->source);
		row[2] = cell_count((int64_t)request->tap.line);
		row[3] = cell_textf(
			answer, "%s", when_print(when, request->tap.second * NS_PER_SECOND));
		row[4] = cell_text(answer, request->model);
		row[5] = cell_count(input_of(request->tap.tokens));
		row[6] = cell_count(request->tap.tokens[TOKEN_OUTPUT]);
	}
}

/* Few lines are all told. */
static bool
add_lines(struct answer *answer, const struct why_tables *tables, const struct why_owner *owner,
	const struct trace_lines *lines)
{
	static const char no_tokens[] = "the line states no tokens";
	static const char no_line[] = "the ledger keeps it of the largest requests only";
	bool unplaced = false;
	for (size_t i = 0; i < lines->n; i++) {
		const struct trace_line *line = &lines->items[i];
		const struct entry *entry = &line->entry;
		char when[WHEN_TEXT];
		struct cell *row = add_row(answer, tables, tables->lines, owner);
		file_cells(answer, row, line->source);
		row[2] = entry->line ? cell_count((int64_t)entry->line) : cell_none(no_line);
		unplaced |= !entry->line;
		row[3] = cell_count(line->count);
		row[4] = entry->timed ? cell_textf(answer, "%s",
						when_print(when, entry->second * NS_PER_SECOND))
				      : cell_none("the line states no time");
		row[5] = line->model.n ? cell_text(answer, line->model)
				       : cell_none("the line names no model");
		row[6] = entry->has_tokens ? cell_count(input_of(entry->tokens))
					   : cell_none(no_tokens);
		row[7] = entry->has_tokens ? cell_count(entry->tokens[TOKEN_OUTPUT])
					   : cell_none(no_tokens);
		row[8] = entry->has_billed ? cell_money(entry->billed, line->currency)
					   : cell_none("the line states no money");
	}
	return unplaced;
}

void
why_tables_add(struct answer *answer, struct why_tables *tables, const struct why_owner *owner,
	const struct traced *traced)
{
	add_prices(answer, tables, owner, &traced->trace);
	add_sources(answer, tables, owner, &traced->trace);
	tables->beyond |= traced->trace.beyond;
	tables->unplaced |= add_lines(answer, tables, owner, &traced->lines);
	add_largest(answer, tables, owner, &traced->largest);
}

void
why_tables_end(struct answer *answer, struct why_tables *tables)
{
	/* where every line is told already, the largest are among them */
	tables->largest->quiet = tables->lines->rows_n > 0;
	if (tables->beyond)
		answer_note(answer,
			"The period begins or ends within a month: what is said of the files "
			"(first and last line, records, billed) is of their whole months.");
	if (tables->unplaced)
		answer_note(answer, "The ledger keeps the line numbers of the largest requests "
				    "only; to have all, add --in FILE.");
}

void
traced_free(struct traced *traced)
{
	trace_lines_free(&traced->lines);
	trace_requests_free(&traced->largest);
	trace_free(&traced->trace);
	*traced = (struct traced){ 0 };
}
