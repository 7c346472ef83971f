/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"
#include "view/html.h"
#include "view/width.h"

/* Rows that are folded up behind the others; more make a page too long to be of use. */
enum { MORE_ROWS = 200 };

/* From so many columns on a row is a card of its own on a phone. */
enum { CARD_COLUMNS = 4, SMALL_COLUMNS = 9 };

/* A table of no more rows is not cut by the end of a sheet of paper. */
enum { WHOLE_ROWS = 12 };

/* Right-aligned texts that are longer than this may be broken between words. */
enum { LONG_TEXT = 18 };

/* What is longer has a line of a card for itself; three others share one. */
enum { CARD_TEXT = 11, CARD_HEAD = 13 };

/* A word that is longer is broken where it has to be. */
enum { LONG_WORD = 24 };

/* How much of the width of a card a value takes. */
enum share { SHARE_THIRD, SHARE_HALF, SHARE_ALL };

struct lanes {
	const struct table *table;
	size_t *heads; /* the columns in a row, then those below it */
	size_t row_n, all_n;
	enum share *shares; /* of those in a row */
};

static const struct cell *
cell_at(const struct lanes *lanes, size_t row, size_t lane)
{
	return &lanes->table->cells[row * lanes->table->columns_n + lanes->heads[lane]];
}

static const struct column *
column_at(const struct lanes *lanes, size_t lane)
{
	return &lanes->table->columns[lanes->heads[lane]];
}

static bool
is_wide(const struct lanes *lanes, size_t lane)
{
	struct str text = STR_INIT;
	int widest = width_of(slice_of(column_at(lanes, lane)->head)) - (CARD_HEAD - CARD_TEXT);
	for (size_t row = 0; row < lanes->table->rows_n && widest <= CARD_TEXT; row++) {
		str_clear(&text);
		cell_human(&text, column_at(lanes, lane), cell_at(lanes, row, lane));
		widest = width_of(str_as_slice(&text));
	}
	str_free(&text);
	return widest > CARD_TEXT;
}

/* No value is left alone in its line: one between two wide ones is as they are, four stand two by two. */
static void
share_out(struct lanes *lanes)
{
	size_t run = 0;
	for (size_t i = 1; i <= lanes->row_n; i++) {
		if (i < lanes->row_n && lanes->shares[i] == SHARE_THIRD) {
			run++;
			continue;
		}
		for (size_t k = i - run; k < i && (run == 1 || run == 4); k++)
			lanes->shares[k] = run == 1 ? SHARE_ALL : SHARE_HALF;
		run = 0;
	}
}

/* The columns in the row come first, each group in its order. */
static struct lanes
lanes_of(const struct table *table)
{
	struct lanes lanes = { .table = table };
	size_t n, *heads = table_heads(table, &n);
	lanes.heads = xcalloc(n, sizeof(*lanes.heads));
	for (int below = 0; below < 2; below++) {
		for (size_t i = 0; i < n; i++)
			if (table->columns[heads[i]].below == below)
				lanes.heads[lanes.all_n++] = heads[i];
		if (!below)
			lanes.row_n = lanes.all_n;
	}
	free(heads);
	lanes.shares = xcalloc(lanes.row_n, sizeof(*lanes.shares));
	for (size_t i = 0; i < lanes.row_n; i++)
		lanes.shares[i] = i == 0 || is_wide(&lanes, i) ? SHARE_ALL : SHARE_THIRD;
	share_out(&lanes);
	return lanes;
}

static void
lanes_free(struct lanes *lanes)
{
	free(lanes->heads);
	free(lanes->shares);
}

static bool
has_cards(const struct lanes *lanes)
{
	return lanes->row_n >= CARD_COLUMNS && !lanes->table->plain;
}

/* What stands in a column without a head, for those who are read to. */
static void
put_unseen_head(struct str *out, const struct column *column)
{
	str_puts(out, "<span class=\"unseen\">");
	html_words(out, column->key ? column->key : "remark");
	str_puts(out, "</span>");
}

/* The longest part of a column that is not broken, up to LONG_WORD: what it should at least have room for. */
static int
longest_word(const struct lanes *lanes, size_t lane)
{
	struct str text = STR_INIT;
	int longest = 0;
	for (size_t row = 0; row < lanes->table->rows_n; row++) {
		str_clear(&text);
		cell_human(&text, column_at(lanes, lane), cell_at(lanes, row, lane));
		int run = 0;
		for (struct slice rest = str_as_slice(&text); rest.n;) {
			struct slice from = rest;
			uint32_t code = rune_take(&rest).code;
			from.n -= rest.n;
			run = code == ' ' ? 0 : run + width_of(from);
			longest = run > longest && run <= LONG_WORD ? run : longest;
			run = code == '-' ? 0 : run;
		}
	}
	str_free(&text);
	return longest;
}

static void
put_head(struct str *out, const struct lanes *lanes, size_t lane)
{
	const struct column *column = column_at(lanes, lane);
	if (column->left)
		str_printf(out, "<th scope=\"col\" class=\"w%d\">",
			(longest_word(lanes, lane) + 3) / 4 * 4);
	else
		str_puts(out, "<th scope=\"col\" class=\"n\">");
	if (column->head[0])
		escape_html(out, slice_of(column->head));
	else
		put_unseen_head(out, column);
	str_puts(out, "</th>");
}

void
html_prose(struct str *out, struct slice text)
{
	while (text.n) {
		size_t n = 0;
		bool hyphen = false;
		for (; n < text.n && text.p[n] != ' '; n++)
			hyphen |= text.p[n] == '-';
		bool kept = hyphen && n <= LONG_WORD;
		str_puts(out, kept ? "<span class=\"b\">" : "");
		escape_html(out, (struct slice){ text.p, n });
		str_puts(out, kept ? "</span>" : "");
		for (; n < text.n && text.p[n] == ' '; n++)
			str_putc(out, ' ');
		text.p += n;
		text.n -= n;
	}
}

/* A missing value says why to those who point at it. */
static int
put_value(struct str *out, const struct column *column, const struct cell *cell)
{
	struct str text = STR_INIT;
	if (cell->type == CELL_NONE) {
		if (cell->text.n) {
			str_puts(out, "<span title=\"");
			escape_html(out, cell->text);
			str_puts(out, "\">\xE2\x80\x93</span>");
		} else {
			str_puts(out, "\xE2\x80\x93");
		}
		return 1;
	}
	cell_human(&text, column, cell);
	if (column->below || column->wrap)
		html_prose(out, str_as_slice(&text));
	else
		escape_html(out, str_as_slice(&text));
	int width = width_of(str_as_slice(&text));
	str_free(&text);
	return width;
}

/* Small, and with what to type. */
static void
put_id(struct str *out, const struct lanes *lanes, size_t row, size_t lane)
{
	const char *id = cell_id_shown(lanes->table, row, lanes->heads[lane]);
	if (id)
		str_printf(out, " <small class=\"id\" title=\"hllm why %s\">%s</small>", id, id);
}

/* What the style sheet has to know of a cell. */
static void
put_class(struct str *out, const struct lanes *lanes, size_t lane, bool longer)
{
	bool number = !column_at(lanes, lane)->left;
	const char *share = !lane || !has_cards(lanes)          ? ""
			    : lanes->shares[lane] == SHARE_ALL  ? "wide"
			    : lanes->shares[lane] == SHARE_HALF ? "half"
								: "";
	if (number || share[0])
		str_printf(out, " class=\"%s%s%s%s\"", number ? "n" : "",
			number && longer ? " long" : "", number && share[0] ? " " : "", share);
}

static void
put_cell(struct str *out, const struct lanes *lanes, size_t row, size_t lane)
{
	const struct column *column = column_at(lanes, lane);
	struct str value = STR_INIT;
	bool name = lane == 0 && !lanes->table->plain;
	bool longer = put_value(&value, column, cell_at(lanes, row, lane)) > LONG_TEXT;
	put_id(&value, lanes, row, lane);
	/* the head of a row has to be something that can be seen, and heard */
	if (name && !slice_trim(str_as_slice(&value)).n)
		str_puts(&value, "\xE2\x80\x93");
	str_puts(out, name ? "<th scope=\"row\"" : "<td");
	put_class(out, lanes, lane, longer);
	/* over a card stands a name, or a number that says of what */
	if (column->head[0] && has_cards(lanes) && !(name && column->left)) {
		str_puts(out, " data-h=\"");
		escape_html(out, slice_of(column->head));
		str_putc(out, '"');
	}
	str_printf(out, ">%s%s", str_text(&value), name ? "</th>" : "</td>");
	str_free(&value);
}

/* A row, and what belongs to it in lines of its own, which stay together on paper. */
static void
put_row(struct str *out, const struct lanes *lanes, size_t row)
{
	bool foot = lanes->table->foot && row + 1 == lanes->table->rows_n;
	str_puts(out, foot ? "<tr class=\"sum\">" : "<tr>");
	for (size_t i = 0; i < lanes->row_n; i++)
		put_cell(out, lanes, row, i);
	str_puts(out, "</tr>\n");
	for (size_t i = lanes->row_n; i < lanes->all_n; i++) {
		const struct cell *cell = cell_at(lanes, row, i);
		if (cell->type == CELL_NONE || (cell->type == CELL_TEXT && !cell->text.n))
			continue;
		str_printf(out, "<tr class=\"below\"><td colspan=\"%zu\">", lanes->row_n);
		put_value(out, column_at(lanes, i), cell);
		str_puts(out, "</td></tr>\n");
	}
}

static void
put_rows(struct str *out, const struct lanes *lanes, size_t from, size_t to)
{
	bool together = lanes->all_n > lanes->row_n;
	if (!together)
		str_puts(out, "<tbody>\n");
	for (size_t row = from; row < to; row++) {
		str_puts(out, together ? "<tbody>\n" : "");
		put_row(out, lanes, row);
		str_puts(out, together ? "</tbody>\n" : "");
	}
	if (!together)
		str_puts(out, "</tbody>\n");
}

static void
put_caption(struct str *out, struct slice title)
{
	str_puts(out, "<caption>");
	escape_html(out, title);
	str_puts(out, "</caption>\n");
}

/* What is wider than the screen scrolls in a region of its own, for the keyboard too. */
static void
open_region(struct str *out, struct slice title, const char *id)
{
	str_puts(out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" ");
	if (id[0]) {
		str_printf(out, "aria-labelledby=\"%s\">\n", id);
		return;
	}
	str_puts(out, "aria-label=\"");
	escape_html(out, title);
	str_puts(out, "\">\n");
}

static void
put_grid(struct str *out, const struct lanes *lanes, struct slice title, size_t from, size_t to)
{
	const struct table *table = lanes->table;
	str_printf(out, "<table class=\"%s%s%s%s\">\n", table->plain ? "plain" : "rows",
		has_cards(lanes) ? " cards" : "", lanes->row_n >= SMALL_COLUMNS ? " small" : "",
		to - from <= WHOLE_ROWS ? " whole" : "");
	put_caption(out, title);
	str_printf(out, "<thead%s>\n<tr>", table->plain ? " class=\"unseen\"" : "");
	for (size_t i = 0; i < lanes->row_n; i++)
		put_head(out, lanes, i);
	str_puts(out, "</tr>\n</thead>\n");
	put_rows(out, lanes, from, to);
	str_puts(out, "</table>\n");
}

static void
put_more(struct str *out, const struct lanes *lanes, struct slice title)
{
	const struct table *table = lanes->table;
	size_t shown = table_rows_shown(table), rest = table->rows_n - shown;
	size_t most = rest < MORE_ROWS ? rest : MORE_ROWS;
	struct str caption = STR_INIT;
	str_slice(&caption, title);
	str_printf(&caption, ", %zu more", most);
	str_printf(out, "<details class=\"more\">\n<summary>%zu more</summary>\n", rest);
	open_region(out, str_as_slice(&caption), "");
	put_grid(out, lanes, str_as_slice(&caption), shown, shown + most);
	str_puts(out, "</div>\n");
	if (most < rest && table->key) {
		str_printf(out, "<p class=\"rest\">\xE2\x80\xA6 %zu more: <code>--format csv ",
			rest - most);
		str_printf(out, "--table %s</code></p>\n", table->key);
	}
	str_puts(out, "</details>\n");
	str_free(&caption);
}

/* One object: a line for each value. */
static void
put_single(struct str *out, const struct lanes *lanes, struct slice title)
{
	str_puts(out, "<table class=\"pairs\">\n");
	put_caption(out, title);
	str_puts(out, "<tbody>\n");
	for (size_t i = 0; i < lanes->all_n; i++) {
		const struct column *column = column_at(lanes, i);
		str_puts(out, "<tr><th scope=\"row\">");
		if (column->head[0])
			escape_html(out, slice_of(column->head));
		else
			put_unseen_head(out, column);
		str_printf(out, "</th><td%s>", column->left ? "" : " class=\"n\"");
		put_value(out, column, cell_at(lanes, 0, i));
		put_id(out, lanes, 0, i);
		str_puts(out, "</td></tr>\n");
	}
	str_puts(out, "</tbody>\n</table>\n");
}

/* One line, as it would be said. */
static void
put_line(struct str *out, const struct lanes *lanes)
{
	str_puts(out, "<p class=\"said\">");
	for (size_t i = 0; i < lanes->all_n; i++) {
		str_puts(out, i ? " " : "");
		put_value(out, column_at(lanes, i), cell_at(lanes, 0, i));
		put_id(out, lanes, 0, i);
	}
	str_puts(out, "</p>\n");
}

void
html_table(struct str *out, const struct table *table, struct slice title, const char *id)
{
	struct lanes lanes = lanes_of(table);
	bool single = table->single && !table->parent;
	if (lanes.all_n && single && table->plain) {
		put_line(out, &lanes);
	} else if (lanes.all_n && single) {
		put_single(out, &lanes, title);
	} else if (lanes.row_n) {
		bool narrow = lanes.row_n < 3 || table->plain;
		if (!narrow)
			open_region(out, title, id);
		put_grid(out, &lanes, title, 0, table_rows_shown(table));
		str_puts(out, narrow ? "" : "</div>\n");
		if (table_rows_shown(table) < table->rows_n)
			put_more(out, &lanes, title);
	}
	lanes_free(&lanes);
}
