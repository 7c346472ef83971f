/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/near.h"
#include "view/cell.h"
#include "view/escape.h"

/* csv and tsv: what stands between cells, and how a cell is made safe. */
struct dialect {
	char separator;
	void (*escape)(struct str *out, struct slice text);
};

static bool
unknown_table(const struct answer *answer, const char *name, struct err *err)
{
	const char **names = xcalloc(answer->tables_n + 1, sizeof(*names));
	char hint[NEAR_TEXT];
	size_t n = 0;
	for (size_t i = 0; i < answer->tables_n; i++)
		if (answer->tables[i]->key)
			names[n++] = answer->tables[i]->key;
	err_set(err, FAULT_USAGE, "--table %s: no such table%s", name,
		near_hint(hint, name, names, n, NULL));
	free(names);
	return false;
}

static const struct table *
choose(const struct answer *answer, const struct view_options *options, struct err *err)
{
	const char *name = options->table ? options->table : answer->default_table;
	for (size_t i = 0; i < answer->tables_n; i++) {
		const struct table *table = answer->tables[i];
		if (!table->key || (name && strcmp(table->key, name) != 0))
			continue;
		if (!table->null_reason)
			return table;
		err_set(err, FAULT_USAGE, "--table %s: there is none: %s", table->key,
			table->null_reason);
		return NULL;
	}
	unknown_table(answer, name ? name : "", err);
	return NULL;
}

static bool
has_column(const struct table *table, const char *key)
{
	for (size_t i = 0; i < table->columns_n; i++)
		if (table->columns[i].key && strcmp(table->columns[i].key, key) == 0)
			return true;
	return false;
}

/* The unit decides, not the cells: the header must not depend on the data. */
static bool
is_money(const struct table *table, size_t column)
{
	const char *unit = table->columns[column].unit;
	if (unit && strcmp(unit, "money") == 0)
		return true;
	for (size_t i = 0; i < table_data_rows(table); i++)
		if (table->cells[i * table->columns_n + column].type == CELL_MONEY)
			return true;
	return false;
}

/* Does a row hold amounts in two currencies? */
static bool
is_mixed(const struct table *table)
{
	for (size_t i = 0; i < table_data_rows(table); i++) {
		const struct cell *row = table->cells + i * table->columns_n, *first = NULL;
		for (size_t k = 0; k < table->columns_n; k++) {
			if (row[k].type != CELL_MONEY || !table->columns[k].key)
				continue;
			if (first && strcmp(cell_currency(first), cell_currency(&row[k])) != 0)
				return true;
			first = &row[k];
		}
	}
	return false;
}

/* Which columns say a currency behind them, and whether one column says it for all of a row. */
struct currencies {
	bool *money; /* one for each column */
	bool apart, once;
};

static struct currencies
find_currencies(const struct table *table)
{
	struct currencies found = { .money = xcalloc(table->columns_n, sizeof(bool)) };
	bool any = false;
	for (size_t i = 0; i < table->columns_n; i++) {
		found.money[i] = table->columns[i].key && is_money(table, i);
		any |= found.money[i];
	}
	found.apart = is_mixed(table);
	found.once = any && !found.apart && !has_column(table, "currency");
	return found;
}

static void
put_cell(struct str *out, const struct dialect *dialect, const struct column *column,
	const struct cell *cell)
{
	struct str text = STR_INIT;
	switch (cell->type) {
	case CELL_NONE:
		break;
	case CELL_TEXT:
		str_slice(&text, cell->text);
		break;
	case CELL_LIST:
		str_slice(&text, cell->text);
		for (size_t i = 0; i < text.n; i++)
			if (text.p[i] == '\n')
				text.p[i] = ';';
		break;
	case CELL_COUNT:
	case CELL_DECIMAL:
	case CELL_MONEY:
	case CELL_SHARE:
		cell_number(&text, column, cell);
		break;
	case CELL_FLAG:
		str_puts(&text, cell->amount ? "true" : "false");
		break;
	}
	dialect->escape(out, str_as_slice(&text));
	str_free(&text);
}

static void
put_separator(struct str *out, const struct dialect *dialect, bool *first)
{
	if (!*first)
		str_putc(out, dialect->separator);
	*first = false;
}

static void
put_header(struct str *out, const struct dialect *dialect, const struct table *table,
	const struct currencies *currencies)
{
	bool first = true;
	for (size_t i = 0; i < table->columns_n; i++) {
		const char *key = table->columns[i].key;
		if (!key)
			continue;
		put_separator(out, dialect, &first);
		dialect->escape(out, slice_of(key));
		if (currencies->apart && currencies->money[i]) {
			put_separator(out, dialect, &first);
			dialect->escape(out, slice_of(key));
			str_puts(out, "_currency");
		}
		if (column_has_ids(table, i)) {
			put_separator(out, dialect, &first);
			dialect->escape(out, slice_of(key));
			str_puts(out, "_id");
		}
	}
	if (currencies->once) {
		put_separator(out, dialect, &first);
		str_puts(out, "currency");
	}
	str_putc(out, '\n');
}

static void
put_row(struct str *out, const struct dialect *dialect, const struct table *table, size_t number,
	const struct currencies *currencies)
{
	bool first = true;
	const char *currency = "";
	const struct cell *row = table->cells + number * table->columns_n;
	for (size_t i = 0; i < table->columns_n; i++) {
		if (!table->columns[i].key)
			continue;
		const char *own = row[i].type == CELL_MONEY ? cell_currency(&row[i]) : "";
		put_separator(out, dialect, &first);
		put_cell(out, dialect, &table->columns[i], &row[i]);
		if (currencies->apart && currencies->money[i]) {
			put_separator(out, dialect, &first);
			dialect->escape(out, slice_of(own));
		}
		if (column_has_ids(table, i)) {
			put_separator(out, dialect, &first);
			dialect->escape(out, slice_of(cell_id(table, number, i)));
		}
		currency = *own ? own : currency;
	}
	if (currencies->once) {
		put_separator(out, dialect, &first);
		dialect->escape(out, slice_of(currency));
	}
	str_putc(out, '\n');
}

static bool
render(const struct answer *answer, const struct view_options *options, FILE *out,
	const struct dialect *dialect, struct err *err)
{
	const struct table *table = choose(answer, options, err);
	if (!table)
		return false;
	struct str text = STR_INIT;
	struct currencies currencies = find_currencies(table);
	put_header(&text, dialect, table, &currencies);
	for (size_t i = 0; i < table_data_rows(table); i++)
		put_row(&text, dialect, table, i, &currencies);
	free(currencies.money);
	return view_write(&text, out, err);
}

static bool
csv_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	const struct dialect csv = { ',', escape_csv };
	return render(answer, options, out, &csv, err);
}

static bool
tsv_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	const struct dialect tsv = { '\t', escape_tsv };
	return render(answer, options, out, &tsv, err);
}

const struct view view_csv = { .name = "csv", .render = csv_render };
const struct view view_tsv = { .name = "tsv", .render = tsv_render };
