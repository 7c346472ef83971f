/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"

static void
put_cell(struct str *out, const struct table *table, size_t row, size_t column)
{
	struct str text = STR_INIT;
	const char *id = cell_id_shown(table, row, column);
	cell_human(&text, &table->columns[column], &table->cells[row * table->columns_n + column]);
	str_putc(out, ' ');
	escape_md(out, str_as_slice(&text));
	if (id)
		str_printf(out, " %s", id);
	str_puts(out, " |");
	str_free(&text);
}

static void
put_head(struct str *out, const struct column *column)
{
	str_putc(out, ' ');
	escape_md(out, slice_of(column->head));
	str_puts(out, " |");
}

static void
put_rows(struct str *out, const struct table *table, const size_t *heads, size_t n)
{
	str_putc(out, '|');
	for (size_t i = 0; i < n; i++)
		put_head(out, &table->columns[heads[i]]);
	str_puts(out, "\n|");
	for (size_t i = 0; i < n; i++)
		str_puts(out, table->columns[heads[i]].left ? " --- |" : " ---: |");
	for (size_t row = 0; row < table_rows_shown(table); row++) {
		str_puts(out, "\n|");
		for (size_t i = 0; i < n; i++)
			put_cell(out, table, row, heads[i]);
	}
	str_putc(out, '\n');
}

static void
put_single(struct str *out, const struct table *table, const size_t *heads, size_t n)
{
	str_puts(out, "| | |\n| --- | ---: |\n");
	for (size_t i = 0; i < n; i++) {
		str_putc(out, '|');
		put_head(out, &table->columns[heads[i]]);
		put_cell(out, table, 0, heads[i]);
		str_putc(out, '\n');
	}
}

static void
put_table(struct str *out, const struct table *table)
{
	size_t n, *heads = table_heads(table, &n);
	if (table->title) {
		str_puts(out, "\n## ");
		escape_md(out, slice_of(table->title));
		str_putc(out, '\n');
	}
	str_putc(out, '\n');
	if (n && table->single && !table->plain && !table->parent)
		put_single(out, table, heads, n);
	else if (n)
		put_rows(out, table, heads, n);
	if (n && table_rows_shown(table) < table->rows_n) {
		struct str rest = STR_INIT;
		table_rest(&rest, table);
		str_putc(out, '\n');
		escape_md(out, str_as_slice(&rest));
		str_putc(out, '\n');
		str_free(&rest);
	}
	free(heads);
}

/* A line of its own, or of a list: what it begins with makes it no heading and no list. */
static void
put_line(struct str *out, struct slice text)
{
	size_t n = 0;
	while (n < text.n && text.p[n] == ' ')
		n++;
	size_t sign = n;
	while (n < text.n && text.p[n] >= '0' && text.p[n] <= '9')
		n++;
	if (n < text.n && strchr(n > sign ? ".)" : "#-+=", text.p[n]) && text.p[n]) {
		str_add(out, text.p, n);
		str_putc(out, '\\');
		str_putc(out, text.p[n++]);
	} else {
		n = 0;
	}
	escape_md(out, (struct slice){ text.p + n, text.n - n });
	str_putc(out, '\n');
}

static bool
md_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	struct str text = STR_INIT;
	str_puts(&text, "**");
	escape_md(&text, str_as_slice(&answer->headline));
	str_puts(&text, "**\n");
	for (size_t i = 0; i < answer->tables_n; i++)
		if (table_shown(answer->tables[i], options))
			put_table(&text, answer->tables[i]);
	for (size_t i = 0; i < answer->notes_n; i++) {
		str_puts(&text, i ? "- " : "\n- ");
		put_line(&text, str_as_slice(&answer->notes[i]));
	}
	if (answer->next.n) {
		str_putc(&text, '\n');
		escape_md(&text, str_as_slice(&answer->next));
		str_putc(&text, '\n');
	}
	return view_write(&text, out, err);
}

const struct view view_md = { .name = "md", .render = md_render };
