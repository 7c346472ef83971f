/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/why.h"

#include <stdlib.h>

#include "base/near.h"
#include "base/when.h"
#include "report/parts.h"

enum { LARGEST_SHOWN = 5 };

static const struct table *
find_table(const struct answer *answer, const char *key)
{
	for (size_t i = 0; i < answer->tables_n; i++)
		if (strcmp(answer->tables[i]->key, key) == 0)
			return answer->tables[i];
	BUG("an audit without its table %s", key);
}

static bool
find_row(const struct table *table, const char *name, size_t *out)
{
	for (size_t i = 0; i < table->rows_n; i++)
		if (slice_is_nocase(table->cells[i * table->columns_n].text, name)) {
			*out = i;
			return true;
		}
	return false;
}

/* The headings of the other tables, for the row of totals that text does not show. */
static const char *
total_key(const char *name)
{
	static const struct {
		const char *head, *key;
	} keys[] = { { "INPUT", "input_tokens" }, { "CACHED", "cache_read_tokens" },
		{ "OUTPUT", "output_tokens" }, { "LIST", "list_cost" }, { "BILLED", "billed_cost" },
		{ "COST", "spend" }, { "CALLS", "requests" } };
	for (size_t i = 0; i < HL_COUNT(keys); i++)
		if (slice_is_nocase(slice_of(keys[i].head), name))
			return keys[i].key;
	return name;
}

static bool
find_column(const struct table *table, const char *name, size_t *out)
{
	if (strcmp(table->key, "totals") == 0)
		name = total_key(name);
	for (size_t i = 0; i < table->columns_n; i++) {
		const struct column *column = &table->columns[i];
		if ((column->key && slice_is_nocase(slice_of(column->key), name)) ||
			(column->head && slice_is_nocase(slice_of(column->head), name))) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool
no_row(const struct answer *audit, const char *row, struct err *err)
{
	const struct table *workloads = find_table(audit, "workloads"),
			   *models = find_table(audit, "models");
	size_t n = workloads->rows_n + models->rows_n + 1;
	char **names = xcalloc(n, sizeof(char *));
	names[0] = xstrdup("total");
	for (size_t i = 0; i < workloads->rows_n; i++)
		names[1 + i] = slice_dup(workloads->cells[i * workloads->columns_n].text);
	for (size_t i = 0; i < models->rows_n; i++)
		names[1 + workloads->rows_n + i] =
			slice_dup(models->cells[i * models->columns_n].text);
	char hint[NEAR_TEXT];
	err_set(err, FAULT_USAGE, "why: no row \"%s\" in the audit%s", row,
		near_hint(hint, row, (const char *const *)names, n,
			", expected total, a workload or a model as printed"));
	for (size_t i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return false;
}

static bool
no_column(const struct table *table, const char *name, struct err *err)
{
	const char **names = xcalloc(2 * table->columns_n, sizeof(*names));
	size_t n = 0;
	for (size_t i = 1; i < table->columns_n; i++)
		if (table->columns[i].key)
			names[n++] = table->columns[i].key;
	size_t keys = n;
	for (size_t i = 1; i < table->columns_n; i++) /* and as they are printed */
		if (table->columns[i].key && table->columns[i].head)
			names[n++] = table->columns[i].head;
	char hint[NEAR_TEXT];
	if (near_name(name, names, n))
		keys = n;
	err_set(err, FAULT_USAGE, "why: no column \"%s\"%s", name,
		near_hint(hint, name, names, keys, NULL));
	free(names);
	return false;
}

bool
why_find(const struct answer *audit, const char *row, const char *column, struct why_cell *out,
	struct err *err)
{
	const char *fallback = "cost";
	*out = (struct why_cell){ 0 };
	if (strcmp(row, "total") == 0) {
		out->table = find_table(audit, "totals");
		out->total = true;
		fallback = "spend";
	} else if (find_row(find_table(audit, "workloads"), row, &out->row)) {
		out->table = find_table(audit, "workloads");
	} else if (find_row(find_table(audit, "models"), row, &out->row)) {
		out->table = find_table(audit, "models");
		fallback = "list_cost";
	} else {
		return no_row(audit, row, err);
	}
	if (!find_column(out->table, column ? column : fallback, &out->column))
		return no_column(out->table, column ? column : fallback, err);
	return true;
}

struct trace_target
why_target(const struct answer *audit, const struct why_cell *cell)
{
	if (cell->total)
		return (struct trace_target){ .what = TRACE_TOTAL };
	const struct cell *cells = &cell->table->cells[cell->row * cell->table->columns_n];
	bool workload = cell->table == find_table(audit, "workloads");
	return (struct trace_target){ .what = workload ? TRACE_WORKLOAD : TRACE_MODEL,
		.name = cells[0].text,
		.biller = workload                     ? SLICE_NONE
			  : cells[1].type == CELL_TEXT ? cells[1].text
						       : SLICE("") };
}

/* ---- the answer ---- */

static const struct column price_columns[] = {
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
	{ .key = "path", .head = "FILE", .left = true, .weight = 1, .least = 12 },
	{ .key = "first_line", .head = "FIRST LINE" },
	{ .key = "last_line", .head = "LAST LINE" },
	{ .key = "records", .head = "RECORDS", .drop = 1 },
	{ .key = "billed_cost", .head = "BILLED", .unit = "money", .drop = 2 },
};

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
price_cells(struct answer *answer, struct table *table, const struct trace_price *price)
{
	struct cell *row = table_row(table);
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
report_prices(struct answer *answer, const struct trace *trace)
{
	struct table *table =
		answer_table(answer, "prices", NULL, price_columns, HL_COUNT(price_columns));
	table->most = ROWS_FOR_PEOPLE;
	struct trace_price *prices = xcalloc(trace->prices_n + 1, sizeof(*prices));
	femto_t sum = 0;
	memcpy(prices, trace->prices, trace->prices_n * sizeof(*prices));
	qsort(prices, trace->prices_n, sizeof(*prices), by_amount);
	for (size_t i = 0; i < trace->prices_n; i++) {
		price_cells(answer, table, &prices[i]);
		sum += prices[i].amount;
	}
	free(prices);
	if (!trace->prices_n)
		return;
	struct str text = STR_INIT;
	str_puts(&text, "Tokens times price, added up: ");
	money_text(&text, sum, sum, "USD");
	if (sum != trace->low || trace->high != trace->low) {
		str_puts(&text, " at these rows; with higher tiers, hours and searches: ");
		money_text(&text, trace->low, trace->high, "USD");
	}
	answer_note(answer, "%s.", str_text(&text));
	str_free(&text);
}

static void
report_trace_sources(struct answer *answer, const struct trace *trace)
{
	struct table *table =
		answer_table(answer, "sources", NULL, source_columns, HL_COUNT(source_columns));
	table->most = ROWS_FOR_PEOPLE;
	for (size_t i = 0; i < trace->sources_n; i++) {
		const struct trace_source *from = &trace->sources[i];
		struct cell *row = table_row(table);
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

/* The high end of a range stands in a column of its own, KEY_high. */
static femto_t
upper_end(const struct why_cell *at, const struct cell *cell)
{
	struct str key = STR_INIT;
	size_t column;
	str_printf(&key, "%s_high", at->table->columns[at->column].key);
	bool found = find_column(at->table, str_text(&key), &column);
	str_free(&key);
	if (!found)
		return cell->amount;
	const struct cell *high = &at->table->cells[at->row * at->table->columns_n + column];
	return high->type == CELL_MONEY ? high->amount : cell->amount;
}

/* The value as the audit shows it. */
static void
put_value(struct str *out, const struct why_cell *at)
{
	const struct cell *cell = &at->table->cells[at->row * at->table->columns_n + at->column];
	char text[NUM_TEXT];
	switch (cell->type) {
	case CELL_MONEY:
		money_text(out, cell->amount, upper_end(at, cell),
			cell->currency[0] ? cell->currency : "USD");
		break;
	case CELL_COUNT:
		str_puts(out, num_print(text, cell->amount, 0, 0, true));
		break;
	case CELL_DECIMAL:
		str_puts(out, num_print(text, cell->amount, 0, 1, true));
		break;
	case CELL_SHARE:
		str_printf(out, "%s %%", num_print(text, cell->amount * 100, 0, 1, false));
		break;
	case CELL_NONE:
		str_printf(out, "not known (" SLICE_FMT ")", SLICE_ARG(cell->text));
		break;
	case CELL_TEXT:
	case CELL_FLAG:
	case CELL_LIST:
		str_slice(out, cell->text);
		break;
	}
}

/* How the figure follows from sums, for the columns that are no sums themselves. */
static void
note_arithmetic(struct answer *answer, const struct audit_report *report, const struct why_cell *at)
{
	static const struct {
		const char *key, *how;
	} formulas[] = {
		{ "monthly_cost", "cost \xC3\x97 30 / days" },
		{ "monthly_cost_high", "highest cost \xC3\x97 30 / days" },
		{ "requests_per_day", "requests / days" },
		{ "tokens_per_request", "(input + output tokens) / requests" },
		{ "share", "cost / cost of all workloads" },
		{ "input_tokens", "uncached input + cache reads + cache writes" },
		{ "cost", "billed where a file states money, else tokens \xC3\x97 list price" },
		{ "spend", "billed where a file states money, else tokens \xC3\x97 list price" },
		{ "list_cost", "tokens \xC3\x97 list price of their time" },
		{ "billed_cost", "the amounts the files state, added up" },
		{ "context_p95_at_most", "upper end of the class in which the 95th of 100 requests "
					 "lies; eight classes an octave" },
		{ "context_p50_at_most", "upper end of the class in which the middle request lies; "
					 "eight classes an octave" },
		{ "peak_hour_utc", "the hour of the day (UTC) with most requests" },
	};
	const char *key = at->table->columns[at->column].key, *reason;
	int64_t days = audit_days(report, &reason);
	for (size_t i = 0; i < HL_COUNT(formulas); i++) {
		if (!key || strcmp(key, formulas[i].key) != 0)
			continue;
		if (strstr(formulas[i].how, "days") && days)
			answer_note(answer, "%s = %s, with %lld days.", key, formulas[i].how,
				(long long)days);
		else
			answer_note(answer, "%s = %s.", key, formulas[i].how);
	}
}

static void
report_largest(struct answer *answer, const struct trace_requests *largest, bool quiet)
{
	static const struct column columns[] = {
		{ .key = "path", .left = true },
		{ .head = "FILE", .left = true, .weight = 1, .least = 10 },
		{ .key = "line", .head = "LINE" },
		{ .key = "time", .head = "WHEN", .left = true, .drop = 1 },
		{ .key = "model",
			.head = "MODEL",
			.left = true,
			.weight = 2,
			.least = 10,
			.drop = 2 },
		{ .key = "input_tokens", .head = "INPUT" },
		{ .key = "output_tokens", .head = "OUTPUT" },
	};
	struct table *table = answer_table(
		answer, "largest_requests", "Largest requests", columns, HL_COUNT(columns));
	table->quiet = quiet; /* every line is told already */
	for (size_t i = 0; i < largest->n && i < LARGEST_SHOWN; i++) {
		const struct trace_request *request = &largest->items[i];
		const char *name = request->source->name, *slash = strrchr(name, '/');
		char when[WHEN_TEXT];
		int64_t input = 0;
		struct cell *row = table_row(table);
		for (int k = 0; k < TOKEN_OUTPUT; k++)
			input += request->tap.tokens[k];
		row[0] = cell_text(answer, slice_of(name));
		row[1] = cell_text(answer, slice_of(slash && slash[1] ? slash + 1 : name));
		row[2] = cell_count((int64_t)request->tap.line);
		row[3] = cell_textf(
			answer, "%s", when_print(when, request->tap.second * NS_PER_SECOND));
		row[4] = cell_text(answer, request->model);
		row[5] = cell_count(input);
		row[6] = cell_count(request->tap.tokens[TOKEN_OUTPUT]);
	}
}

/* Few lines are all told. */
static void
report_lines(struct answer *answer, const struct trace_lines *lines)
{
	static const struct column columns[] = {
		{ .key = "path", .left = true },
		{ .head = "FILE", .left = true, .weight = 1, .least = 10 },
		{ .key = "line", .head = "LINE" },
		{ .key = "equal_lines" },
		{ .key = "time", .head = "WHEN", .left = true, .drop = 1 },
		{ .key = "model",
			.head = "MODEL",
			.left = true,
			.weight = 2,
			.least = 10,
			.drop = 2 },
		{ .key = "input_tokens", .head = "INPUT" },
		{ .key = "output_tokens", .head = "OUTPUT" },
		{ .key = "billed_cost", .head = "BILLED", .unit = "money", .drop = 1 },
	};
	static const char no_tokens[] = "the line states no tokens";
	static const char no_line[] = "the ledger keeps it of the largest requests only";
	bool unplaced = false;
	struct table *table =
		answer_table(answer, "lines", "Every line", columns, HL_COUNT(columns));
	for (size_t i = 0; i < lines->n; i++) {
		const struct trace_line *line = &lines->items[i];
		const struct entry *entry = &line->entry;
		const char *name = line->source->name, *slash = strrchr(name, '/');
		char when[WHEN_TEXT];
		int64_t input = 0;
		struct cell *row = table_row(table);
		for (int k = 0; k < TOKEN_OUTPUT; k++)
			input += entry->tokens[k];
		row[0] = cell_text(answer, slice_of(name));
		row[1] = cell_text(answer, slice_of(slash && slash[1] ? slash + 1 : name));
		row[2] = entry->line ? cell_count((int64_t)entry->line) : cell_none(no_line);
		unplaced |= !entry->line;
		row[3] = cell_count(line->count);
		row[4] = entry->timed ? cell_textf(answer, "%s",
						when_print(when, entry->second * NS_PER_SECOND))
				      : cell_none("the line states no time");
		row[5] = line->model.n ? cell_text(answer, line->model)
				       : cell_none("the line names no model");
		row[6] = entry->has_tokens ? cell_count(input) : cell_none(no_tokens);
		row[7] = entry->has_tokens ? cell_count(entry->tokens[TOKEN_OUTPUT])
					   : cell_none(no_tokens);
		row[8] = entry->has_billed ? cell_money(entry->billed, line->currency)
					   : cell_none("the line states no money");
	}
	if (unplaced)
		answer_note(answer, "The ledger keeps the line numbers of the largest requests "
				    "only; to have all, add --in FILE.");
}

void
why_report(struct answer *answer, const struct audit_report *report, const struct why_cell *at,
	const struct trace *trace, const struct trace_requests *largest,
	const struct trace_lines *lines)
{
	struct str value = STR_INIT;
	const struct column *column = &at->table->columns[at->column];
	put_value(&value, at);
	struct slice name =
		at->total ? SLICE("total") : at->table->cells[at->row * at->table->columns_n].text;
	bool at_least = at->total && report->audit->total.unpriced.tokens > 0;
	answer_headline(answer, "%s%s: %s of " SLICE_FMT ".", at_least ? "At least " : "",
		str_text(&value), column->key ? column->key : column->head, SLICE_ARG(name));
	answer->default_table = "prices";
	note_arithmetic(answer, report, at);
	report_prices(answer, trace);
	report_trace_sources(answer, trace);
	if (lines->n)
		report_lines(answer, lines);
	if (largest->n)
		report_largest(answer, largest, lines->n > 0);
	str_free(&value);
}
