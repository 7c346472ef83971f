/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/cell.h"
#include "view/escape.h"
#include "view/grid.h"
#include "view/width.h"

/* From 'start' on: ids are dim where there are colours. */
static void
style_ids(struct str *out, size_t start, bool color)
{
	struct str styled = STR_INIT;
	bool dim = false;
	for (size_t i = start; i < out->n; i++) {
		char c = out->p[i];
		if (c == GRID_ID_BEGINS)
			str_puts(&styled, color ? "\033[2m" : "");
		else if (c == GRID_ID_ENDS || (c == '\n' && dim)) /* it may have been cut */
			str_puts(&styled, color ? "\033[0m" : "");
		if (c != GRID_ID_BEGINS && c != GRID_ID_ENDS)
			str_putc(&styled, c);
		dim = c == GRID_ID_BEGINS || (dim && c != GRID_ID_ENDS && c != '\n');
	}
	out->n = start;
	str_slice(out, str_as_slice(&styled));
	str_free(&styled);
}

/* Made harmless, and folded where that is wanted. */
static void
put_line(struct str *out, struct slice line, const struct view_options *options, const char *style)
{
	struct str safe = STR_INIT, folded = STR_INIT;
	bool styled = options->color && style[0];
	escape_text(&safe, line);
	width_wrap(&folded, str_as_slice(&safe), options->wrap ? options->width : 0);
	str_puts(out, styled ? style : "");
	str_slice(out, str_as_slice(&folded));
	str_puts(out, styled ? "\033[0m\n" : "\n");
	str_free(&folded);
	str_free(&safe);
}

static bool
put_table(struct str *out, struct str *left_out, const struct table *table,
	const struct view_options *options, struct err *err)
{
	str_putc(out, '\n');
	if (table->title)
		put_line(out, slice_of(table->title), options, "");
	size_t start = out->n;
	if (!grid_put(
		    out, left_out, table, options->width, options->wrap ? options->width : 0, err))
		return false;
	if (table->ids)
		style_ids(out, start, options->color);
	if (table_rows_shown(table) < table->rows_n) {
		table_rest(out, table);
		str_putc(out, '\n');
	}
	return true;
}

static void
put_note(struct str *out, struct slice note, const struct view_options *options)
{
	put_line(out, note, options, "\033[2m");
}

/* The columns that a narrow screen has no room for. */
static void
put_left_out(
	struct str *out, const struct str *heads, bool below, const struct view_options *options)
{
	struct str note = STR_INIT;
	str_printf(
		&note, "No room for %s: a wider screen or --format csv has them.", str_text(heads));
	str_puts(out, below ? "" : "\n");
	put_note(out, str_as_slice(&note), options);
	str_free(&note);
}

static bool
text_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	struct str text = STR_INIT, line = STR_INIT, left_out = STR_INIT;
	bool good = true;
	put_line(&text, str_as_slice(&answer->headline), options, "\033[1m");
	for (size_t i = 0; i < answer->tables_n && good; i++)
		if (table_shown(answer->tables[i], options))
			good = put_table(&text, &left_out, answer->tables[i], options, err);
	for (size_t i = 0; i < answer->notes_n; i++) {
		if (i == 0)
			str_putc(&text, '\n');
		put_note(&text, str_as_slice(&answer->notes[i]), options);
	}
	if (left_out.n)
		put_left_out(&text, &left_out, answer->notes_n > 0, options);
	str_free(&left_out);
	escape_text(&line, str_as_slice(&answer->next));
	if (line.n)
		str_printf(&text, "\n%s\n", str_text(&line));
	str_free(&line);
	if (good)
		return view_write(&text, out, err);
	str_free(&text);
	return false;
}

const struct view view_text = { .name = "text", .render = text_render };
