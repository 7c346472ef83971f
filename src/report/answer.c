/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/answer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { DECIMALS = 15 };

void
answer_init(struct answer *answer, const char *schema)
{
	*answer = (struct answer){ .schema = schema, .headline = STR_INIT, .next = STR_INIT };
}

void
answer_free(struct answer *answer)
{
	for (size_t i = 0; i < answer->tables_n; i++) {
		free(answer->tables[i]->cells);
		free(answer->tables[i]->owners);
		free(answer->tables[i]->told);
	}
	free(answer->tables);
	for (size_t i = 0; i < answer->pictures_n; i++)
		chart_free(answer->pictures[i].chart);
	free(answer->pictures);
	for (size_t i = 0; i < answer->notes_n; i++)
		str_free(&answer->notes[i]);
	free(answer->notes);
	str_free(&answer->headline);
	str_free(&answer->next);
	arena_free(&answer->arena);
	*answer = (struct answer){ 0 };
}

struct table *
answer_table(struct answer *answer, const char *key, const char *title,
	const struct column *columns, size_t n)
{
	answer->tables = xgrow(
		answer->tables, &answer->tables_size, answer->tables_n, sizeof(struct table *));
	struct table *table = arena_take(&answer->arena, sizeof(*table));
	*table = (struct table){ .key = key, .title = title, .columns = columns, .columns_n = n };
	answer->tables[answer->tables_n++] = table;
	return table;
}

size_t
table_data_rows(const struct table *table)
{
	return table->rows_n - (table->foot && table->rows_n ? 1 : 0);
}

struct cell *
table_row(struct table *table)
{
	table->cells = xgrow(table->cells, &table->rows_size, table->rows_n,
		sizeof(struct cell) * (table->columns_n ? table->columns_n : 1));
	struct cell *row = table->cells + table->rows_n++ * table->columns_n;
	for (size_t i = 0; i < table->columns_n; i++)
		row[i] = (struct cell){ .type = CELL_NONE };
	return row;
}

struct table *
answer_child(struct answer *answer, const struct table *parent, const char *key,
	const struct column *columns, size_t n)
{
	struct table *table = answer_table(answer, key, NULL, columns, n);
	table->parent = parent;
	return table;
}

struct cell *
table_child_row(struct table *table, size_t owner)
{
	table->owners =
		xgrow(table->owners, &table->owners_size, table->rows_n, sizeof(*table->owners));
	table->owners[table->rows_n] = owner;
	return table_row(table);
}

struct chart *
answer_chart(
	struct answer *answer, enum chart_kind kind, const char *name, const struct table *table)
{
	answer->pictures = xgrow(answer->pictures, &answer->pictures_size, answer->pictures_n,
		sizeof(*answer->pictures));
	struct chart *chart = arena_take(&answer->arena, sizeof(*chart));
	chart_init(chart, kind, name);
	answer->pictures[answer->pictures_n++] = (struct picture){ chart, table };
	return chart;
}

/* Replaces what was there. */
static hl_printf(2, 0) void print_into(struct str *out, const char *fmt, va_list ap)
{
	char *text = NULL;
	int n = vasprintf(&text, fmt, ap);
	str_clear(out);
	if (n > 0)
		str_add(out, text, (size_t)n);
	if (n >= 0)
		free(text);
}

void
answer_note(struct answer *answer, const char *fmt, ...)
{
	answer->notes =
		xgrow(answer->notes, &answer->notes_size, answer->notes_n, sizeof(*answer->notes));
	struct str *note = &answer->notes[answer->notes_n++];
	*note = STR_INIT;
	va_list ap;
	va_start(ap, fmt);
	print_into(note, fmt, ap);
	va_end(ap);
}

void
answer_headline(struct answer *answer, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	print_into(&answer->headline, fmt, ap);
	va_end(ap);
}

void
answer_next(struct answer *answer, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	print_into(&answer->next, fmt, ap);
	va_end(ap);
}

struct cell
cell_text(struct answer *answer, struct slice text)
{
	return (struct cell){ .type = CELL_TEXT, .text = slice_copy(&answer->arena, text) };
}

struct cell
cell_textf(struct answer *answer, const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list ap;
	va_start(ap, fmt);
	print_into(&text, fmt, ap);
	va_end(ap);
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

struct cell
cell_list(struct answer *answer, struct slice texts)
{
	struct cell cell = cell_text(answer, texts);
	cell.type = CELL_LIST;
	return cell;
}

struct cell
cell_none(const char *reason)
{
	return (struct cell){ .type = CELL_NONE, .text = slice_of(reason) };
}

struct cell
cell_count(int64_t value)
{
	return (struct cell){ .type = CELL_COUNT, .amount = (femto_t)value * FEMTO_PER_UNIT };
}

struct cell
cell_decimal(femto_t amount)
{
	return (struct cell){ .type = CELL_DECIMAL, .amount = amount };
}

struct cell
cell_money(femto_t amount, const char *currency)
{
	struct cell cell = { .type = CELL_MONEY, .amount = amount };
	if (!currency[0])
		currency = "USD";
	memcpy(cell.currency, currency, strnlen(currency, sizeof(cell.currency) - 1));
	return cell;
}

/* Long division: part and whole may both be too large to be multiplied by 10^15. */
struct cell
cell_share(femto_t part, femto_t whole)
{
	if (whole == 0)
		return cell_none("there is nothing to have a share of");
	bool negative = (part < 0) != (whole < 0);
	femto_t rest = part < 0 ? -part : part, size = whole < 0 ? -whole : whole;
	femto_t share = rest / size;
	rest %= size;
	for (int i = 0; i < DECIMALS; i++) {
		share = share * 10 + rest * 10 / size;
		rest = rest * 10 % size;
	}
	if (rest > size - rest || (rest == size - rest && share % 2))
		share++;
	return (struct cell){ .type = CELL_SHARE, .amount = negative ? -share : share };
}

struct cell
cell_flag(bool value)
{
	return (struct cell){ .type = CELL_FLAG, .amount = value };
}

void
answer_origin(
	struct answer *answer, struct table *table, size_t row, size_t column, const char *fmt, ...)
{
	if (!answer->explained)
		return;
	struct str text = STR_INIT;
	va_list ap;
	va_start(ap, fmt);
	print_into(&text, fmt, ap);
	va_end(ap);
	table->told = xgrow(table->told, &table->told_size, table->told_n, sizeof(*table->told));
	table->told[table->told_n++] = (struct told_origin){ row, column,
		arena_copy(&answer->arena, str_text(&text), text.n) };
	str_free(&text);
}

/* What rounding down took from a cell. */
struct remainder {
	struct cell *cell;
	size_t row;
	femto_t lost;
};

static int
compare_lost(const void *pa, const void *pb)
{
	const struct remainder *a = pa, *b = pb;
	if (a->lost != b->lost)
		return a->lost > b->lost ? -1 : 1;
	return (a->row > b->row) - (a->row < b->row);
}

static bool
has_amount(const struct cell *cell)
{
	return cell->type == CELL_MONEY || cell->type == CELL_DECIMAL || cell->type == CELL_SHARE;
}

/* Fills 'all' with the cells that have an amount; SIZE_MAX when they are in several currencies. */
static size_t
gather(const struct table *table, size_t column, struct remainder *all)
{
	size_t n = 0;
	for (size_t row = 0; row < table->rows_n; row++) {
		struct cell *cell = &table->cells[row * table->columns_n + column];
		if (!has_amount(cell))
			continue;
		if (n && memcmp(cell->currency, all[0].cell->currency, sizeof(cell->currency)) != 0)
			return SIZE_MAX;
		all[n++] = (struct remainder){ .cell = cell, .row = row };
	}
	return n;
}

/* Rounds all down and gives back the 'missing' units; false when that cannot make the total. */
static bool
spread(struct remainder *all, size_t n, femto_t unit, femto_t total)
{
	femto_t sum = 0, uneven = 0;
	for (size_t i = 0; i < n; i++) {
		femto_t amount = all[i].cell->amount;
		all[i].lost = (amount % unit + unit) % unit;
		sum += amount - all[i].lost;
		uneven += all[i].lost != 0;
	}
	femto_t missing = (total - sum) / unit;
	if (missing < 0 || missing > uneven)
		return false;
	qsort(all, n, sizeof(*all), compare_lost);
	for (size_t i = 0; i < n; i++) {
		struct cell *cell = all[i].cell;
		cell->shown = cell->amount - all[i].lost + ((femto_t)i < missing ? unit : 0);
		cell->rounded = true;
	}
	return true;
}

bool
answer_round_column(struct table *table, size_t column, int decimals, femto_t total)
{
	if (table->rows_n == 0)
		return true;
	femto_t unit = 1;
	for (int i = decimals; i < DECIMALS; i++)
		unit *= 10;
	struct remainder *all = xcalloc(table->rows_n, sizeof(*all));
	size_t n = gather(table, column, all);
	bool good = n != SIZE_MAX && spread(all, n, unit, num_round(total, decimals));
	free(all);
	return good;
}
