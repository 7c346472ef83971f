/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/cell.h"

enum { MOST_DECIMALS = 9 };

static femto_t
shown_amount(const struct cell *cell)
{
	return cell->rounded ? cell->shown : cell->amount;
}

/* A small amount must not look like nothing: "<0.01". */
static void
human_money(struct str *out, const struct column *column, const struct cell *cell)
{
	char buf[NUM_TEXT];
	int most = column->decimals > 2 ? column->decimals : 2;
	femto_t amount = num_round(shown_amount(cell), most), least = FEMTO_PER_UNIT;
	for (int i = 0; i < most; i++)
		least /= 10;
	if (amount == 0 && cell->amount > 0)
		str_printf(out, "<%s", num_print(buf, least, 2, most, true));
	else if (amount == 0 && cell->amount < 0)
		str_printf(out, ">%s", num_print(buf, -least, 2, most, true));
	else
		str_puts(out, num_print(buf, amount, 2, most, true));
	if (strcmp(cell_currency(cell), "USD") != 0)
		str_printf(out, " %s", cell_currency(cell));
}

/* 0 % and 100 % are said only of nothing and of all. */
static void
human_share(struct str *out, const struct column *column, const struct cell *cell)
{
	char buf[NUM_TEXT];
	femto_t least = FEMTO_PER_UNIT;
	for (int i = 0; i < column->decimals; i++)
		least /= 10;
	femto_t all = 100 * FEMTO_PER_UNIT;
	femto_t percent = num_round(shown_amount(cell) * 100, column->decimals);
	const char *mark = "";
	if (percent == 0 && cell->amount > 0) {
		percent = least;
		mark = "<";
	} else if (percent == all && cell->amount < FEMTO_PER_UNIT) {
		percent = all - least;
		mark = ">";
	}
	str_printf(out, "%s%s %%", mark,
		num_print(buf, percent, column->decimals, column->decimals, true));
}

static void
human_decimal(struct str *out, const struct column *column, const struct cell *cell)
{
	char buf[NUM_TEXT];
	str_puts(out, num_print(buf, shown_amount(cell), 0, column->decimals, true));
}

static void
human_list(struct str *out, struct slice text)
{
	struct slice part;
	for (bool first = true; slice_cut(&text, '\n', &part); first = false) {
		if (!first)
			str_puts(out, ", ");
		str_slice(out, part);
	}
}

void
cell_human(struct str *out, const struct column *column, const struct cell *cell)
{
	char buf[NUM_TEXT];
	if (cell->text.n && cell->type != CELL_NONE && cell->type != CELL_LIST) {
		str_slice(out, cell->text);
		return;
	}
	switch (cell->type) {
	case CELL_NONE:
		str_puts(out, "-");
		break;
	case CELL_TEXT:
		break;
	case CELL_COUNT:
		str_puts(out, num_print(buf, cell->amount, 0, 0, true));
		break;
	case CELL_DECIMAL:
		human_decimal(out, column, cell);
		break;
	case CELL_MONEY:
		human_money(out, column, cell);
		break;
	case CELL_SHARE:
		human_share(out, column, cell);
		break;
	case CELL_FLAG:
		str_puts(out, cell->amount ? "yes" : "no");
		break;
	case CELL_LIST:
		human_list(out, cell->text);
		break;
	}
}

const char *
cell_id(const struct table *table, size_t row, size_t column)
{
	return table->ids ? table->ids[row * table->columns_n + column] : NULL;
}

const char *
cell_id_shown(const struct table *table, size_t row, size_t column)
{
	return table->columns[column].label ? NULL : cell_id(table, row, column);
}

/* What may be asked about says so: the header must not depend on the data. */
bool
column_has_ids(const struct table *table, size_t column)
{
	if (!table->ids || !table->columns[column].key || table->columns[column].shows)
		return false;
	if (table->columns[column].why)
		return true;
	for (size_t row = 0; row < table_data_rows(table); row++)
		if (cell_id(table, row, column))
			return true;
	return false;
}

void
cell_number(struct str *out, const struct column *column, const struct cell *cell)
{
	char buf[NUM_TEXT];
	int least = cell->type == CELL_MONEY ? 2 : 0, most = MOST_DECIMALS;
	if (cell->type == CELL_COUNT)
		most = 0;
	else if (cell->type == CELL_DECIMAL)
		most = column->decimals;
	str_puts(out, num_print(buf, cell->amount, least, most, false));
}

const char *
cell_currency(const struct cell *cell)
{
	return cell->currency[0] ? cell->currency : "USD";
}

bool
table_shown(const struct table *table, const struct view_options *options)
{
	return !table->quiet && !table->null_reason && table->rows_n > 0 &&
	       (!table->verbose || options->verbose);
}

size_t
table_rows_shown(const struct table *table)
{
	/* one more row than allowed takes no more room than the line that would count it */
	return table->most && table->rows_n > table->most + 1 ? table->most : table->rows_n;
}

void
table_rest(struct str *out, const struct table *table)
{
	size_t rest = table->rows_n - table_rows_shown(table);
	if (rest)
		str_printf(out, "\xE2\x80\xA6 %zu more: --format csv --table %s", rest, table->key);
}

size_t *
table_heads(const struct table *table, size_t *n)
{
	size_t *heads = xcalloc(table->columns_n, sizeof(*heads));
	*n = 0;
	for (size_t i = 0; i < table->columns_n; i++)
		if (table->columns[i].head)
			heads[(*n)++] = i;
	return heads;
}

bool
view_end(FILE *out, struct err *err)
{
	return ferror(out) ? err_set(err, FAULT_SYSTEM, "the answer could not be written") : true;
}

bool
view_write(struct str *text, FILE *out, struct err *err)
{
	fwrite(str_text(text), 1, text->n, out);
	str_free(text);
	return view_end(out, err);
}
