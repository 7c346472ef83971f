/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"

/* A JSON text being built; 'empty': nothing yet in the innermost object or array. */
struct json {
	struct str *out;
	int depth;
	bool empty;
};

static void
new_line(struct json *json)
{
	str_putc(json->out, '\n');
	for (int i = 0; i < json->depth; i++)
		str_puts(json->out, "  ");
}

/* Before each member and each element. */
static void
next_item(struct json *json)
{
	if (!json->empty)
		str_putc(json->out, ',');
	json->empty = false;
	new_line(json);
}

static void
open_group(struct json *json, char bracket)
{
	str_putc(json->out, bracket);
	json->depth++;
	json->empty = true;
}

static void
close_group(struct json *json, char bracket)
{
	json->depth--;
	if (!json->empty)
		new_line(json);
	json->empty = false;
	str_putc(json->out, bracket);
}

static void
put_string(struct json *json, struct slice text)
{
	str_putc(json->out, '"');
	escape_json(json->out, text);
	str_putc(json->out, '"');
}

static void
put_key(struct json *json, struct slice key, const char *suffix)
{
	next_item(json);
	str_putc(json->out, '"');
	escape_json(json->out, key);
	str_printf(json->out, "%s\": ", suffix);
}

static void
put_null(struct json *json, struct slice key, struct slice reason)
{
	put_key(json, key, "");
	str_puts(json->out, "null");
	if (!reason.n)
		return;
	put_key(json, key, "_reason");
	put_string(json, reason);
}

static void
put_list(struct json *json, struct slice texts)
{
	struct slice part;
	if (!texts.n)
		texts = SLICE_NONE;
	open_group(json, '[');
	while (slice_cut(&texts, '\n', &part)) {
		next_item(json);
		put_string(json, part);
	}
	close_group(json, ']');
}

static void
put_money(struct json *json, const struct column *column, const struct cell *cell)
{
	open_group(json, '{');
	put_key(json, SLICE("amount"), "");
	str_putc(json->out, '"');
	cell_number(json->out, column, cell);
	str_putc(json->out, '"');
	put_key(json, SLICE("currency"), "");
	put_string(json, slice_of(cell_currency(cell)));
	close_group(json, '}');
}

static void
put_cell(struct json *json, struct slice key, const struct column *column, const struct cell *cell)
{
	if (cell->type == CELL_NONE) {
		put_null(json, key, cell->text);
		return;
	}
	put_key(json, key, "");
	switch (cell->type) {
	case CELL_NONE:
	case CELL_TEXT:
		put_string(json, cell->text);
		break;
	case CELL_COUNT:
	case CELL_DECIMAL:
	case CELL_SHARE:
		cell_number(json->out, column, cell);
		break;
	case CELL_MONEY:
		put_money(json, column, cell);
		break;
	case CELL_FLAG:
		str_puts(json->out, cell->amount ? "true" : "false");
		break;
	case CELL_LIST:
		put_list(json, cell->text);
		break;
	}
}

/* Has one of the columns before 'end' a key that begins so? */
static bool
is_written(const struct table *table, size_t end, struct slice prefix)
{
	for (size_t i = 0; i < end; i++) {
		const char *key = table->columns[i].key;
		if (key && strncmp(key, prefix.p, prefix.n) == 0)
			return true;
	}
	return false;
}

/* The columns whose key begins with 'prefix'; a dot in what follows opens an inner object. */
static void
put_members(
	struct json *json, const struct table *table, const struct cell *row, struct slice prefix)
{
	for (size_t i = 0; i < table->columns_n; i++) {
		const char *key = table->columns[i].key;
		if (!key || !slice_starts(slice_of(key), prefix.p))
			continue;
		const char *rest = key + prefix.n, *dot = strchr(rest, '.');
		if (!dot) {
			put_cell(json, slice_of(rest), &table->columns[i], &row[i]);
			continue;
		}
		struct slice inner = { key, (size_t)(dot + 1 - key) };
		if (is_written(table, i, inner))
			continue;
		put_key(json, (struct slice){ rest, (size_t)(dot - rest) }, "");
		char *text = slice_dup(inner);
		open_group(json, '{');
		put_members(json, table, row, slice_of(text));
		close_group(json, '}');
		free(text);
	}
}

static void put_children(
	struct json *json, const struct answer *answer, const struct table *parent, size_t row);

static void
put_row(struct json *json, const struct answer *answer, const struct table *table, size_t row)
{
	open_group(json, '{');
	put_members(json, table, table->cells + row * table->columns_n, SLICE(""));
	put_children(json, answer, table, row);
	close_group(json, '}');
}

/* The rows of a table, or those of one owner; SIZE_MAX: all. */
static void
put_rows(struct json *json, const struct answer *answer, const struct table *table, size_t owner)
{
	open_group(json, '[');
	for (size_t i = 0; i < table_data_rows(table); i++) {
		if (owner != SIZE_MAX && table->owners[i] != owner)
			continue;
		next_item(json);
		put_row(json, answer, table, i);
	}
	close_group(json, ']');
}

/* An object, if this owner has a row. */
static void
put_single(struct json *json, const struct answer *answer, const struct table *table, size_t owner)
{
	struct slice key = slice_of(table->key);
	for (size_t i = 0; i < table->rows_n; i++)
		if (owner == SIZE_MAX || table->owners[i] == owner) {
			put_key(json, key, "");
			put_row(json, answer, table, i);
			return;
		}
	put_null(json, key, slice_of(table->none_reason));
}

static void
put_table(struct json *json, const struct answer *answer, const struct table *table, size_t owner)
{
	if (table->null_reason) {
		put_null(json, slice_of(table->key), slice_of(table->null_reason));
	} else if (table->unwrapped) {
		put_members(json, table, table->cells, SLICE(""));
	} else if (table->single) {
		put_single(json, answer, table, owner);
	} else {
		put_key(json, slice_of(table->key), "");
		put_rows(json, answer, table, owner);
	}
}

static void
put_children(struct json *json, const struct answer *answer, const struct table *parent, size_t row)
{
	for (size_t i = 0; i < answer->tables_n; i++)
		if (answer->tables[i]->parent == parent)
			put_table(json, answer, answer->tables[i], row);
}

/* ---- ids ---- */

/* "workloads[0].rules[2].value": where a cell of the object stands. */
static void
put_place(struct str *out, const struct table *table, size_t row, const char *key)
{
	if (table->parent)
		put_place(out, table->parent, table->owners[row], NULL);
	if (out->n && !table->unwrapped)
		str_putc(out, '.');
	if (!table->unwrapped)
		str_puts(out, table->key);
	if (!table->single) {
		size_t before = row;
		for (size_t i = 0; table->parent && i < row; i++)
			before -= table->owners[i] != table->owners[row];
		str_printf(out, "[%zu]", before);
	}
	if (key)
		str_printf(out, "%s%s", out->n ? "." : "", key);
}

static void
put_ids(struct json *json, const struct answer *answer)
{
	struct str place = STR_INIT;
	put_key(json, SLICE("ids"), "");
	open_group(json, '{');
	for (size_t t = 0; t < answer->tables_n; t++) {
		const struct table *table = answer->tables[t];
		for (size_t i = 0; i < table_data_rows(table) * table->columns_n; i++) {
			size_t row = i / table->columns_n, column = i % table->columns_n;
			const char *id = cell_id(table, row, column);
			if (!id || !table->key || !column_has_ids(table, column))
				continue;
			str_clear(&place);
			put_place(&place, table, row, table->columns[column].key);
			put_key(json, str_as_slice(&place), "");
			put_string(json, slice_of(id));
		}
	}
	close_group(json, '}');
	str_free(&place);
}

static bool
has_ids(const struct answer *answer)
{
	return answer->tables_n && answer->tables[0]->ids;
}

static bool
json_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	(void)options;
	struct str text = STR_INIT;
	struct json json = { .out = &text };
	open_group(&json, '{');
	put_key(&json, SLICE("schema"), "");
	put_string(&json, slice_of(answer->schema));
	put_key(&json, SLICE("headline"), "");
	put_string(&json, str_as_slice(&answer->headline));
	for (size_t i = 0; i < answer->tables_n; i++)
		if (!answer->tables[i]->parent && answer->tables[i]->key)
			put_table(&json, answer, answer->tables[i], SIZE_MAX);
	put_key(&json, SLICE("notes"), "");
	open_group(&json, '[');
	for (size_t i = 0; i < answer->notes_n; i++) {
		next_item(&json);
		put_string(&json, str_as_slice(&answer->notes[i]));
	}
	close_group(&json, ']');
	if (answer->next.n) {
		put_key(&json, SLICE("next"), "");
		put_string(&json, str_as_slice(&answer->next));
	} else {
		put_null(&json, SLICE("next"), SLICE_NONE);
	}
	if (has_ids(answer))
		put_ids(&json, answer);
	close_group(&json, '}');
	str_putc(&text, '\n');
	return view_write(&text, out, err);
}

const struct view view_json = { .name = "json", .render = json_render };
