/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * origin - where a number of an answer comes from, as it is declared beside its column.
 *
 * column.why, or answer_origin() for a single cell, has lines of three kinds:
 *
 *	= {cost} * 30 / {totals.days}		a formula
 *	@records workload {name}		a root: what no other number of the answer leads to
 *	A month is 30 days.			a sentence
 *
 * Of several formulas the first counts whose references are all numbers; roots count only where no formula
 * does that has references; sentences always.  A reference in braces stands for a cell:
 *
 *	{key}			of the same row
 *	{^key}			of the row of the parent table that this row belongs to
 *	{table.key}		of a table with one row
 *	{table[NAME].key}	of the row whose name is NAME (without a ']')
 *	{table[=key].key2}	of the row whose name is what this row says in column 'key'
 *	{table#3.key}		of the row of that number, from 0
 *	{table[].key}		of every row: in sentences, and inside sum(), others(), count(), min(), max()
 *
 * A formula is made of references, numbers, + - * / ^ ( ) and these functions, which people read as they
 * stand and which tests work out anew:
 *
 *	sum({table.key})	of a column; of a child table only the rows of this row, or its own siblings;
 *				of money only what is in the currency of the number
 *	others({table.key})	the same without this row
 *	count({table.key})	how many numbers the column has
 *	min(a, b), max(a, b)	the least, the most: of several values, or of a column
 *	down(a, n)		towards zero at n decimals
 *	abs(a)
 *
 * In sentences and behind '@' a reference may be of a text, too.  Roots:
 *
 *	@records WHAT…	what files state: a trace follows, with price rows, files and lines.  WHAT is
 *			"total", or "workload", "model", "biller", "month" with a reference or a word each
 *	@file TEXT	what was counted while a file was read
 *	@bill TEXT	a line of a bill
 *	@catalogue TEXT	a row of prices.csv, hardware.csv, …: file:line and its source
 *	@assumption TEXT	what somebody says: a default, an option, hllm.conf; and its source
 *	@measured TEXT	a probe: its id, when, how often
 *	@rule TEXT	a rule of a policy or an attribute's definition: file:line
 *	@search TEXT	what was found by trying: how, and what was tried
 *
 * A declaration that does not follow this is a mistake of the program.  So texts of others (names, paths) get
 * into one by a reference to the cell that has them, or by origin_quote().
 */
#ifndef HLLM_REPORT_ORIGIN_H
#define HLLM_REPORT_ORIGIN_H

#include "report/answer.h"

/* A cell of an answer. */
struct origin_cell {
	const struct table *table;
	size_t row, column;
};
static inline const struct cell *
origin_value(const struct origin_cell *at)
{
	return &at->table->cells[at->row * at->table->columns_n + at->column];
}
/* Is it a number: a count, a decimal, an amount or a share? */
bool cell_is_number(const struct cell *cell);
/* "USD", "tokens", "share", "" */
const char *origin_unit(const struct origin_cell *at);

/* What a reference stands for. */
struct origin_input {
	struct slice name; /* "cost", "totals.days": as the formula has it */
	struct origin_cell at;
};

struct origin_root {
	struct slice kind, text; /* "records"; the text with its references filled in */
	bool total;              /* of @records, as all that follows */
	struct slice workload, model, biller, month; /* .p NULL: not said */
};

struct explanation {
	/* As people read it: with names, and with numbers in their place; .n 0: there is none. */
	struct slice formula, filled;
	struct slice text; /* sentences, one a line, filled in */
	struct origin_input *inputs;
	size_t inputs_n, inputs_size;
	struct origin_root *roots;
	size_t roots_n, roots_size;
	struct arena arena;
};

/* False: nothing is declared for that cell (and 'out' is empty).  origin_free() is due. */
bool origin_find(
	const struct answer *answer, const struct origin_cell *at, struct explanation *out);
void origin_free(struct explanation *origin);

/* A text of others as a part of a declaration: no brace and no line break is left in it. */
void origin_quote(struct str *out, struct slice text);
/* What a row is called: the texts of the columns that name it, with " / " between them. */
void origin_row_name(struct str *out, const struct table *table, size_t row);
/* "cost of chat", "totals.days" */
void origin_cell_name(struct str *out, const struct origin_cell *at);

#endif
