/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/why.h"

#include <stdlib.h>

#include "base/near.h"
#include "report/explain.h"
#include "report/parts.h"

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

/* The verdicts have a table of their own, with the headings that people see. */
static bool
find_verdict(const struct answer *audit, const char *row, const char *column, struct why_cell *out)
{
	const struct table *verdicts = find_table(audit, "verdicts");
	if (!why_is_of_verdict(column) || !find_row(verdicts, row, &out->row))
		return false;
	for (size_t i = 0; i < verdicts->columns_n; i++)
		if (verdicts->columns[i].head &&
			slice_is_nocase(slice_of(verdicts->columns[i].head), column)) {
			out->table = verdicts;
			out->column = i;
		}
	return out->table != NULL;
}

bool
why_is_of_verdict(const char *column)
{
	static const char *const names[] = { "VERDICT", "SURE", "WHY", "modifier", "confidence",
		"rules" };
	for (size_t i = 0; column && i < HL_COUNT(names); i++)
		if (slice_is_nocase(slice_of(names[i]), column))
			return true;
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
	} else if (find_verdict(audit, row, column, out)) {
		return true;
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
	bool workload = cell->table != find_table(audit, "models");
	return (struct trace_target){ .what = workload ? TRACE_WORKLOAD : TRACE_MODEL,
		.name = cells[0].text,
		.biller = workload                     ? SLICE_NONE
			  : cells[1].type == CELL_TEXT ? cells[1].text
						       : SLICE("") };
}

/* ---- the answer ---- */

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

/* Of a verdict: the whole reason, which the audit cuts short. */
static void
note_reason(struct answer *answer, const struct why_cell *at)
{
	size_t why;
	if (strcmp(at->table->key, "verdicts") != 0 || !find_column(at->table, "why", &why))
		return;
	answer_note(answer, "Why: " SLICE_FMT ".",
		SLICE_ARG(at->table->cells[at->row * at->table->columns_n + why].text));
}

/* How the figure follows from others, or what it is. */
static void
note_arithmetic(struct answer *answer, const struct why_cell *at, const struct explanation *origin)
{
	const char *key = at->table->columns[at->column].key;
	struct slice rest = origin->text, line;
	struct str text = STR_INIT;
	if (origin->formula.n) {
		explain_formula(&text, origin->formula);
		str_puts(&text, " = ");
		explain_formula(&text, origin->filled);
		answer_note(answer, "%s = %s.", key, str_text(&text));
	}
	while (rest.n && slice_cut(&rest, '\n', &line))
		answer_note(answer, SLICE_FMT, SLICE_ARG(line));
	str_free(&text);
}

void
why_report(struct answer *answer, const struct audit_report *report, const struct why_cell *at,
	const struct explanation *origin, const struct traced *traced)
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
	note_arithmetic(answer, at, origin);
	note_reason(answer, at);
	struct why_tables tables;
	why_tables_make(answer, NULL, false, &tables);
	const struct why_owner owner = { 0, SLICE("") };
	why_tables_add(answer, &tables, &owner, traced);
	why_tables_end(answer, &tables);
	str_free(&value);
}
