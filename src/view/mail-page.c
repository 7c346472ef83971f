/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mail-page - the page of a message.
 *
 * Mail clients are no browsers: Outlook for Windows lays out tables and little else, Gmail drops what
 * it does not know and clips what is long, none shows SVG.  So everything is a table with its style in
 * the elements; the one style sheet makes it dark where the reader's screen is, and where that is
 * dropped nothing is missed.
 */
#include "config.h"

#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"
#include "view/html.h"
#include "view/mail.h"
#include "view/width.h"

/* Pixels. */
enum { SHEET = 640, EDGE = 24, INSIDE = SHEET - 2 * EDGE };

/* Of a table; the report's own have at most ROWS_FOR_PEOPLE. */
enum { ROWS_MOST = 40 };

/* Bytes of the page as it is sent: Gmail clips one at 102 kB.  Tables leave room for what comes behind them, and for
 * the sentences that stand in their place. */
enum { PAGE_MOST = 96000, TABLES_MOST = PAGE_MOST - 12000, AFTER_ALL = 1000 };

/* From so many columns on a table has smaller letters on a phone. */
enum { MANY_COLUMNS = 6 };

/* A word that is longer is broken where it has to be; a headline of more bytes is in two tones. */
enum { LONG_WORD = 24, DATE = 10, LONG_HEADLINE = 90 };

#define SANS  "Arial,sans-serif"
#define INK   "#1c2127"
#define FAINT "#58626d"
#define LINE  "#e2e6ea"
#define AXIS  "#8d97a2"
#define CELL  "font:13px/18px " SANS

static const char sheet_style[] =
	"<style>\n@media screen and (prefers-color-scheme:dark){\n"
	".b{background:#0c0f12!important}\n"
	".s{background:#14181c!important;color:#e4e8ec!important}\n"
	".s h1,.s h2,.s table{color:#e4e8ec!important}\n"
	".s .f{color:#9da8b3!important}\n"
	".s td,.s th{border-color:#2c343c!important}\n"
	"}\n@media(max-width:480px){\n"
	".s td+td,.s th+th{padding-left:6px!important}\n"
	".s td td{font-size:12px!important}.s th{font-size:10px!important}\n"
	".s .m td,.s .m th{padding-left:0!important}\n"
	".s .m td+td,.s .m th+th{padding-left:4px!important}\n"
	".s .m td{font-size:11px!important}\n"
	"}\n@media print{.b{background:#ffffff!important}}\n</style>\n";

struct page {
	const struct answer *answer;
	const struct mail *mail;
	const char *id;
	struct str *out;
	size_t used; /* of PAGE_MOST */
};

/* ---- what it may cost ---- */

/* At least as many bytes as mail_quoted_printable() makes of it. */
static size_t
sent_size(struct slice text)
{
	size_t n = text.n;
	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '=' || text.p[i] > '~' || text.p[i] < ' ' ? 2 : 0;
	return n + n / 70 * 2;
}

/* Adds a part if the page is then no longer than that, and frees it. */
static bool
add(struct page *page, struct str *part, size_t most)
{
	size_t size = sent_size(str_as_slice(part));
	bool fits = page->used + size <= most;
	if (fits) {
		page->used += size;
		str_slice(page->out, str_as_slice(part));
	}
	str_free(part);
	return fits;
}

/* ---- tables ---- */

/* A text of others; dates, and in a sentence names of models, are not broken at their hyphens. */
static void
put_text(struct str *out, struct slice text, bool sentence)
{
	struct slice word;
	for (bool first = true; slice_cut(&text, ' ', &word); first = false) {
		bool longer = width_of(word) > LONG_WORD;
		bool whole = width_of(word) <= (sentence ? LONG_WORD : DATE) &&
			     memchr(word.p, '-', word.n);
		str_puts(out, first ? "" : " ");
		str_puts(out, longer  ? "<span style=\"word-break:break-all\">"
			      : whole ? "<span style=\"white-space:nowrap\">"
				      : "");
		escape_html(out, word);
		str_puts(out, longer || whole ? "</span>" : "");
	}
}

static void
put_value(struct str *out, const struct column *column, const struct cell *cell)
{
	struct str text = STR_INIT;
	if (cell->type == CELL_NONE)
		str_puts(&text, "\xE2\x80\x93");
	else
		cell_human(&text, column, cell);
	put_text(out, str_as_slice(&text), column->below || column->wrap);
	str_free(&text);
}

/* How a cell looks: where it stands in its row, and the line above it. */
static void
put_style(struct str *out, bool number, bool first, const char *border, const char *more)
{
	str_printf(out, "%s style=\"padding:6px 0 6px %s;border-top:%s;" CELL "%s\">",
		number ? " align=\"right\" nowrap" : "", first ? "0" : "12px", border, more);
}

static void
put_heads(struct str *out, const struct table *table, const size_t *heads, size_t n)
{
	str_puts(out, "<tr valign=\"bottom\">");
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		if (!column->head[0]) {
			str_puts(out, "<td></td>");
			continue;
		}
		str_printf(out,
			"<th scope=\"col\" class=\"f\" align=\"%s\" style=\"padding:0 0 4px "
			"%s;color:" FAINT ";font:bold 11px/14px " SANS "\">",
			column->left ? "left" : "right", i ? "12px" : "0");
		escape_html(out, slice_of(column->head));
		str_puts(out, "</th>");
	}
	str_puts(out, "</tr>\n");
}

/* What stands below a row, in lines of its own. */
static void
put_below(struct str *out, const struct column *column, const struct cell *cell, size_t columns)
{
	if (cell->type == CELL_NONE || (cell->type == CELL_TEXT && !cell->text.n))
		return;
	str_printf(out,
		"<tr><td class=\"f\" colspan=\"%zu\" style=\"padding:0 0 8px;color:" FAINT ";font:"
		"12px/17px " SANS "\">",
		columns);
	put_value(out, column, cell);
	str_puts(out, "</td></tr>\n");
}

/* The columns in a row come first; returns how many there are. */
static size_t
part_heads(const struct table *table, size_t *heads, size_t n)
{
	size_t in_row = 0, below_n = 0, *below = xcalloc(n + 1, sizeof(*below));
	for (size_t i = 0; i < n; i++)
		if (table->columns[heads[i]].below)
			below[below_n++] = heads[i];
		else
			heads[in_row++] = heads[i];
	for (size_t i = 0; i < below_n; i++)
		heads[in_row + i] = below[i];
	free(below);
	return in_row;
}

static void
put_row(struct str *out, const struct table *table, const size_t *heads, size_t n, size_t row)
{
	const struct cell *cells = &table->cells[row * table->columns_n];
	bool foot = table->foot && row + 1 == table->rows_n;
	const char *border = foot ? "2px solid " AXIS : table->plain ? "0" : "1px solid " LINE;
	str_puts(out, "<tr valign=\"top\">");
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		bool name = i == 0 && !table->plain && column->left;
		str_puts(out, "<td");
		put_style(out, !column->left, i == 0, border,
			foot || name ? ";font-weight:bold" : "");
		put_value(out, column, &cells[heads[i]]);
		str_puts(out, "</td>");
	}
	str_puts(out, "</tr>\n");
}

static void
put_rest(struct str *out, const struct table *table, size_t rest)
{
	str_printf(out,
		"<p class=\"f\" style=\"margin:6px 0 0;color:" FAINT ";font:12px/17px " SANS
		"\">\xE2\x80\xA6 %zu more",
		rest);
	if (table->key)
		str_printf(out, ": --format csv --table %s", table->key);
	str_puts(out, "</p>\n");
}

#define TABLE "<table role=\"presentation\" border=\"0\" cellpadding=\"0\" cellspacing=\"0\""

static void
put_rows(struct str *out, const struct table *table, size_t *heads, size_t n)
{
	size_t in_row = part_heads(table, heads, n), shown = table_rows_shown(table);
	shown = shown > ROWS_MOST ? ROWS_MOST : shown;
	str_printf(out, "<table border=\"0\" cellpadding=\"0\" cellspacing=\"0\"%s%s>\n",
		in_row >= MANY_COLUMNS ? " class=\"m\"" : "",
		table->plain ? "" : " width=\"100%\"");
	if (!table->plain)
		put_heads(out, table, heads, in_row);
	for (size_t row = 0; row < shown; row++) {
		put_row(out, table, heads, in_row, row);
		for (size_t i = in_row; i < n; i++)
			put_below(out, &table->columns[heads[i]],
				&table->cells[row * table->columns_n + heads[i]], in_row);
	}
	str_puts(out, "</table>\n");
	if (shown < table->rows_n)
		put_rest(out, table, table->rows_n - shown);
}

/* One object: a line for each value. */
static void
put_single(struct str *out, const struct table *table, const size_t *heads, size_t n)
{
	str_puts(out, "<table border=\"0\" cellpadding=\"0\" cellspacing=\"0\">\n");
	for (size_t i = 0; i < n; i++) {
		const struct column *column = &table->columns[heads[i]];
		str_puts(out, "<tr valign=\"top\"><td class=\"f\"");
		put_style(out, false, true, "1px solid " LINE, ";color:" FAINT);
		escape_html(out, slice_of(column->head));
		str_puts(out, "</td><td");
		put_style(out, !column->left, false, "1px solid " LINE, "");
		put_value(out, column, &table->cells[heads[i]]);
		str_puts(out, "</td></tr>\n");
	}
	str_puts(out, "</table>\n");
}

/* One line, as it would be said. */
static void
put_line(struct str *out, const struct table *table, const size_t *heads, size_t n)
{
	str_puts(out, "<p style=\"margin:10px 0 0;font:bold 13px/19px " SANS "\">");
	for (size_t i = 0; i < n; i++) {
		str_puts(out, i ? " " : "");
		put_value(out, &table->columns[heads[i]], &table->cells[heads[i]]);
	}
	str_puts(out, "</p>\n");
}

static void
put_table(struct str *out, const struct table *table)
{
	size_t n, *heads = table_heads(table, &n);
	bool single = table->single && !table->parent;
	if (n && single && table->plain)
		put_line(out, table, heads, n);
	else if (n && single)
		put_single(out, table, heads, n);
	else if (n)
		put_rows(out, table, heads, n);
	free(heads);
}

/* ---- pictures ---- */

/* Width or height of a PNG. */
static unsigned
pixels(struct slice png, size_t at)
{
	unsigned n = 0;
	for (size_t i = 0; i < 4; i++)
		n = n << 8 | (at + i < png.n ? (unsigned char)png.p[at + i] : 0);
	return n;
}

/* On white, whatever the colours of the screen are. */
static void
put_image(struct page *page, struct str *out, size_t i)
{
	const struct mail_picture *picture = &page->mail->pictures[i];
	unsigned width = pixels(picture->png, 16), height = pixels(picture->png, 20);
	unsigned shown = width > INSIDE ? INSIDE : width;
	str_printf(out,
		TABLE " width=\"100%%\" style=\"margin:0 0 10px\"><tr><td "
		      "bgcolor=\"#ffffff\"><img width=\"%u\" height=\"%u\" "
		      "style=\"display:block;width:100%%;"
		      "max-width:%upx;height:auto;border:0\" src=\"cid:",
		shown, width ? height * shown / width : 0, shown);
	mail_content_id(out, page->mail, i, page->id);
	str_puts(out, "\" alt=\"Chart: ");
	escape_html(out, picture->chart->title);
	str_puts(out, "\"></td></tr></table>\n");
}

static void
put_caption(struct str *out, const struct chart *chart, bool titled)
{
	if (titled) {
		str_puts(out, "<p style=\"margin:10px 0 0;font:bold 14px/20px " SANS "\">");
		put_text(out, chart->title, true);
		str_puts(out, "</p>\n");
	}
	if (chart->subtitle.n) {
		str_puts(out, "<p class=\"f\" style=\"margin:0 0 6px;color:" FAINT ";" CELL "\">");
		put_text(out, chart->subtitle, true);
		str_puts(out, "</p>\n");
	}
}

/* Those of a table (NULL: of the answer).  The heading of one without title is that of its first chart. */
static void
put_pictures(struct page *page, struct str *out, const struct table *table)
{
	const struct answer *answer = page->answer;
	bool titled = !table || table->title || table->heading;
	for (size_t i = 0; i < page->mail->pictures_n; i++)
		for (size_t k = 0; k < answer->pictures_n; k++) {
			const struct picture *picture = &answer->pictures[k];
			if (picture->chart != page->mail->pictures[i].chart ||
				picture->table != table)
				continue;
			put_caption(out, picture->chart, titled);
			put_image(page, out, i);
			titled = true;
		}
}

/* ---- the page ---- */

static void
put_heading(struct str *out, struct slice text)
{
	str_puts(out, "<h2 style=\"margin:30px 0 10px;font:bold 16px/22px " SANS "\">");
	put_text(out, text, true);
	str_puts(out, "</h2>\n");
}

static void
put_section(struct page *page, const struct table *table)
{
	struct str part = STR_INIT, title = STR_INIT;
	bool line = table->single && table->plain && !table->title;
	html_title(&title, page->answer, table);
	if (!line && title.n)
		put_heading(&part, str_as_slice(&title));
	put_pictures(page, &part, table);
	put_table(&part, table);
	if (!add(page, &part, TABLES_MOST) && title.n) {
		put_heading(&part, str_as_slice(&title));
		str_puts(&part, "<p class=\"f\" style=\"margin:0;color:" FAINT ";" CELL
				"\">Too long to be shown here: see the plain text of this "
				"message.</p>\n");
		add(page, &part, PAGE_MOST - AFTER_ALL);
	}
	str_free(&title);
}

static void
put_notes(struct page *page)
{
	const struct answer *answer = page->answer;
	struct str part = STR_INIT;
	if (!answer->notes_n)
		return;
	put_heading(&part, SLICE("Notes"));
	for (size_t i = 0; i < answer->notes_n; i++) {
		str_puts(&part, "<p style=\"margin:0 0 6px;font:13px/19px " SANS "\">");
		put_text(&part, str_as_slice(&answer->notes[i]), true);
		str_puts(&part, "</p>\n");
	}
	add(page, &part, PAGE_MOST - AFTER_ALL);
}

/* What it begins with stands out. */
static void
put_headline(struct str *out, struct slice line)
{
	ptrdiff_t at = line.n > LONG_HEADLINE ? slice_find(line, "; ") : -1;
	size_t first = at < 0 ? line.n : (size_t)at + 1;
	str_puts(out, "<h1 style=\"margin:0 0 18px;font:bold 20px/28px " SANS "\">");
	put_text(out, (struct slice){ line.p, first }, true);
	if (first < line.n) {
		str_puts(out, "<span class=\"f\" style=\"font-weight:normal;color:" FAINT "\">");
		put_text(out, (struct slice){ line.p + first, line.n - first }, true);
		str_puts(out, "</span>");
	}
	str_puts(out, "</h1>\n");
}

static void
put_top(struct page *page)
{
	struct str part = STR_INIT;
	struct slice line = str_as_slice(&page->answer->headline);
	str_puts(&part, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
			"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
			"<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	escape_html(&part, line);
	str_puts(&part, "</title>\n");
	str_puts(&part, sheet_style);
	str_printf(&part,
		"</head>\n<body class=\"b\" "
		"style=\"margin:0;padding:0;background:#f4f6f8\">\n" TABLE
		" width=\"100%%\"><tr><td align=\"center\">\n" TABLE
		" width=\"%d\" class=\"s\" bgcolor=\"#ffffff\" style=\"width:100%%;max-width:%dpx;"
		"background:#ffffff;color:" INK "\"><tr><td style=\"padding:%dpx 4%% %dpx\">\n",
		SHEET, SHEET, EDGE, EDGE);
	put_headline(&part, line);
	add(page, &part, PAGE_MOST - AFTER_ALL);
}

static void
put_next(struct page *page)
{
	struct str part = STR_INIT;
	if (!page->answer->next.n)
		return;
	str_puts(&part, "<p class=\"f\" style=\"margin:24px 0 0;color:" FAINT
			";font:12px/18px Consolas,Menlo,monospace\">");
	put_text(&part, str_as_slice(&page->answer->next), false);
	str_puts(&part, "</p>\n");
	add(page, &part, PAGE_MOST - AFTER_ALL);
}

static void
put_end(struct page *page)
{
	struct str *out = page->out;
	str_puts(out, "<p class=\"f\" style=\"margin:18px 0 0;color:" FAINT ";font:12px/17px " SANS
		      "\">" PACKAGE_STRING);
	if (page->mail->stamp) {
		str_puts(out, ", as of ");
		escape_html(out, slice_of(page->mail->stamp));
	}
	str_puts(out, "</p>\n</td></tr></table>\n</td></tr></table>\n</body>\n</html>\n");
}

void
mail_page(struct str *out, const struct answer *answer, const struct mail *mail, const char *id)
{
	const struct view_options usual = { .verbose = false };
	struct page page = { .answer = answer, .mail = mail, .id = id, .out = out };
	struct str pictures = STR_INIT;
	put_top(&page);
	put_pictures(&page, &pictures, NULL);
	add(&page, &pictures, TABLES_MOST);
	for (size_t i = 0; i < answer->tables_n; i++)
		if (table_shown(answer->tables[i], &usual))
			put_section(&page, answer->tables[i]);
	put_notes(&page);
	put_next(&page);
	put_end(&page);
}
