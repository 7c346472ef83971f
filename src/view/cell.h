/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cell - the value of a cell as people read it (text, md) and as programs read it (json, csv). */
#ifndef HLLM_VIEW_CELL_H
#define HLLM_VIEW_CELL_H

#include "report/answer.h"
#include "view/view.h"

/* "1,204.50", "41 %", "yes", "-" for nothing; not escaped. */
void cell_human(struct str *out, const struct column *column, const struct cell *cell);

/* The id of a cell, to stand beside it; NULL: it has none, or none were asked for. */
const char *cell_id(const struct table *table, size_t row, size_t column);
/* The same for people: a number that only tells rows apart is left alone. */
const char *cell_id_shown(const struct table *table, size_t row, size_t column);
/* The columns beside which csv and tsv have one for ids: whose cells may be numbers. */
bool column_has_ids(const struct table *table, size_t column);

/* The number of a count, decimal, money or share: plain digits, point, at most 9 decimals. */
void cell_number(struct str *out, const struct column *column, const struct cell *cell);

/* "USD" when nothing is said. */
const char *cell_currency(const struct cell *cell);

/* Is this part shown to people? */
bool table_shown(const struct table *table, const struct view_options *options);
/* How many of its rows; and the line that counts the rest, "" if there is none. */
size_t table_rows_shown(const struct table *table);
void table_rest(struct str *out, const struct table *table);
/* The columns with a head; an array of table->columns_n, freed by the caller. */
size_t *table_heads(const struct table *table, size_t *n);

/* False, with the reason, when something could not be written. */
bool view_end(FILE *out, struct err *err);

/* The last step of a view that built its text in memory: writes 'text' and frees it. */
bool view_write(struct str *text, FILE *out, struct err *err);

#endif
