/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/stream.h"

#include "view/cell.h"
#include "view/escape.h"

enum { EXACT = 15 };

static void
put_amount(struct str *out, const struct cell *cell, int least)
{
	char buf[NUM_TEXT];
	int most = cell->type == CELL_COUNT ? 0 : EXACT;
	str_puts(out, num_print(buf, cell->amount, least, most, false));
}

static void
put_string(struct str *out, struct slice text)
{
	str_putc(out, '"');
	escape_json(out, text);
	str_putc(out, '"');
}

static void
put_json(struct str *out, const struct cell *cell)
{
	switch (cell->type) {
	case CELL_NONE:
		str_puts(out, "null");
		break;
	case CELL_TEXT:
	case CELL_LIST:
		put_string(out, cell->text);
		break;
	case CELL_MONEY:
		str_puts(out, "{\"amount\": \"");
		put_amount(out, cell, 2);
		str_printf(out, "\", \"currency\": \"%s\"}", cell_currency(cell));
		break;
	case CELL_COUNT:
	case CELL_DECIMAL:
	case CELL_SHARE:
		put_amount(out, cell, 0);
		break;
	case CELL_FLAG:
		str_puts(out, cell->amount ? "true" : "false");
		break;
	}
}

static void
put_delimited(struct str *out, enum stream_form form, const struct cell *cell)
{
	struct str text = STR_INIT;
	switch (cell->type) {
	case CELL_NONE:
		return;
	case CELL_TEXT:
	case CELL_LIST:
		(form == STREAM_CSV ? escape_csv : escape_tsv)(out, cell->text);
		return;
	case CELL_MONEY:
	case CELL_COUNT:
	case CELL_DECIMAL:
	case CELL_SHARE:
		put_amount(&text, cell, 0);
		str_slice(out, str_as_slice(&text));
		str_free(&text);
		return;
	case CELL_FLAG:
		str_puts(out, cell->amount ? "true" : "false");
		return;
	}
}

static void
flush(struct stream *stream)
{
	stream->put(stream->arg, str_as_slice(&stream->line));
	str_clear(&stream->line);
}

static void
put_members(struct str *out, struct slice members)
{
	struct slice name, text;
	while (members.n && slice_cut(&members, '\0', &name) && slice_cut(&members, '\0', &text)) {
		str_puts(out, ",\n  ");
		put_string(out, name);
		str_puts(out, ": ");
		if (text.n)
			put_string(out, text);
		else
			str_puts(out, "null");
	}
}

void
stream_begin(struct stream *stream, const char *schema, struct slice members, const char *rows)
{
	struct str *out = &stream->line;
	if (stream->form == STREAM_JSON) {
		str_printf(out, "{\n  \"schema\": \"%s\"", schema);
		put_members(out, members);
		str_printf(out, ",\n  \"%s\": [", rows);
		flush(stream);
		return;
	}
	for (size_t i = 0; i < stream->columns_n; i++)
		str_printf(out, "%s%s",
			i == 0                       ? ""
			: stream->form == STREAM_CSV ? ","
						     : "\t",
			stream->column(i)->key);
	str_putc(out, '\n');
	flush(stream);
}

void
stream_row(struct stream *stream, const struct cell *cells)
{
	struct str *out = &stream->line;
	bool json = stream->form == STREAM_JSON;
	if (json)
		str_puts(out, stream->rows_n ? ",\n    {" : "\n    {");
	for (size_t i = 0; i < stream->columns_n; i++) {
		if (json) {
			str_printf(out, "%s\"%s\": ", i ? ", " : "", stream->column(i)->key);
			put_json(out, &cells[i]);
			continue;
		}
		if (i)
			str_putc(out, stream->form == STREAM_CSV ? ',' : '\t');
		put_delimited(out, stream->form, &cells[i]);
	}
	str_puts(out, json ? "}" : "\n");
	stream->rows_n++;
	flush(stream);
}

void
stream_end(struct stream *stream)
{
	if (stream->form == STREAM_JSON) {
		str_puts(&stream->line, stream->rows_n ? "\n  ]\n}\n" : "]\n}\n");
		flush(stream);
	}
	str_free(&stream->line);
}
