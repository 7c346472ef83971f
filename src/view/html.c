/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "view/html.h"

#include <stdio.h>

#include "view/cell.h"
#include "view/escape.h"
#include "view/svg.h"

enum { ID_BYTES = 24 };

/* A headline of more bytes than this is in two tones. */
enum { LONG_HEADLINE = 90 };

struct page {
	const struct answer *answer;
	const struct view_options *options;
	struct str *out;
	int sections, charts;
};

/* "breakeven" of "hllm.breakeven/1" */
static struct slice
command_of(const struct answer *answer)
{
	struct slice rest = slice_of(answer->schema), part;
	slice_cut(&rest, '.', &part);
	slice_cut(&rest, '/', &part);
	return part;
}

static void
put_headline(struct page *page)
{
	struct slice line = str_as_slice(&page->answer->headline);
	size_t first = line.n;
	for (size_t i = 0; line.n > LONG_HEADLINE && i + 1 < line.n && first == line.n; i++)
		if ((line.p[i] == ':' || line.p[i] == ';') && line.p[i + 1] == ' ')
			first = i + 1;
	str_puts(page->out, "<h1>");
	html_prose(page->out, (struct slice){ line.p, first });
	if (first < line.n) {
		str_puts(page->out, "<span class=\"tail\">");
		html_prose(page->out, (struct slice){ line.p + first, line.n - first });
		str_puts(page->out, "</span>");
	}
	str_puts(page->out, "</h1>\n");
}

static void
put_top(struct page *page)
{
	struct str *out = page->out;
	struct slice command = command_of(page->answer);
	str_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "style-src 'unsafe-inline'\">\n"
		      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=\"color-scheme\" content=\"light dark\">\n"
		      "<meta name=\"generator\" content=\"" PACKAGE_STRING "\">\n<title>");
	escape_html(out, str_as_slice(&page->answer->headline));
	str_puts(out, " \xE2\x80\x93 hllm ");
	escape_html(out, command);
	str_puts(out, "</title>\n<style>\n");
	str_puts(out, svg_style);
	str_puts(out, html_style);
	str_puts(out, "</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#answer\">Skip to the "
		      "answer</a>\n<main id=\"answer\" tabindex=\"-1\">\n<header>\n<p "
		      "class=\"brand\">hllm ");
	escape_html(out, command);
	str_puts(out, "</p>\n");
	put_headline(page);
	str_puts(out, "</header>\n");
}

static const struct chart *
first_chart(const struct answer *answer, const struct table *table)
{
	for (size_t i = 0; i < answer->pictures_n; i++)
		if (answer->pictures[i].table == table && svg_has(answer->pictures[i].chart))
			return answer->pictures[i].chart;
	return NULL;
}

void
html_words(struct str *out, const char *key)
{
	for (; *key; key++)
		str_puts(out, *key == '_' || *key == '.' ? " " : (char[]){ *key, '\0' });
}

void
html_title(struct str *out, const struct answer *answer, const struct table *table)
{
	const struct chart *chart = first_chart(answer, table);
	const char *said = table->title ? table->title : table->heading;
	if (said)
		str_puts(out, said);
	else if (chart)
		str_slice(out, chart->title);
	else if (table->key)
		html_words(out, table->key);
	if (!said && !chart && out->n && out->p[0] >= 'a' && out->p[0] <= 'z')
		out->p[0] = (char)(out->p[0] - 'a' + 'A');
}

void
html_pictures(struct str *out, const struct answer *answer, const struct table *table, bool titled,
	int *charts)
{
	const char *said = table && table->title ? table->title : table ? table->heading : NULL;
	for (size_t i = 0; i < answer->pictures_n; i++) {
		const struct chart *chart = answer->pictures[i].chart;
		char id[ID_BYTES];
		if (answer->pictures[i].table != table || !svg_has(chart))
			continue;
		str_puts(out, "<figure>\n<figcaption>");
		/* the heading of a table that has no title of its own is that of its first chart */
		if (!titled || said || chart != first_chart(answer, table)) {
			str_puts(out, "<strong>");
			escape_html(out, chart->title);
			str_puts(out, "</strong> ");
		}
		escape_html(out, chart->subtitle);
		str_puts(out, "</figcaption>\n");
		snprintf(id, sizeof(id), "c%dw", ++*charts);
		svg_chart(out, chart, SVG_WIDE, id);
		snprintf(id, sizeof(id), "c%dn", *charts);
		svg_chart(out, chart, SVG_NARROW, id);
		str_puts(out, "</figure>\n");
	}
}

/* What is only for --verbose in a terminal is at hand in a page. */
static bool
is_shown(const struct table *table)
{
	const struct view_options all = { .verbose = true };
	return table_shown(table, &all);
}

static bool
is_folded(const struct table *table)
{
	return table->verbose || table->details;
}

static void
put_section(struct page *page, const struct table *table)
{
	struct str title = STR_INIT;
	char id[ID_BYTES] = "";
	html_title(&title, page->answer, table);
	bool line = table->single && table->plain && !table->title;
	if (title.n && !line) {
		snprintf(id, sizeof(id), "s%d", ++page->sections);
		str_printf(page->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
		escape_html(page->out, str_as_slice(&title));
		str_puts(page->out, "</h2>\n");
	} else {
		str_puts(page->out, "<section>\n");
		str_puts(&title, title.n ? "" : "Table");
	}
	html_pictures(page->out, page->answer, table, true, &page->charts);
	html_table(page->out, table, str_as_slice(&title), id);
	str_puts(page->out, "</section>\n");
	str_free(&title);
}

static void
put_folded(struct page *page, const struct table *table)
{
	struct str title = STR_INIT;
	html_title(&title, page->answer, table);
	str_puts(&title, title.n ? "" : "Table");
	str_printf(page->out, "<details%s>\n<summary>", page->options->verbose ? " open" : "");
	escape_html(page->out, str_as_slice(&title));
	str_puts(page->out, "</summary>\n");
	html_pictures(page->out, page->answer, table, true, &page->charts);
	html_table(page->out, table, str_as_slice(&title), "");
	str_puts(page->out, "</details>\n");
	str_free(&title);
}

static void
put_notes(struct page *page)
{
	const struct answer *answer = page->answer;
	if (!answer->notes_n)
		return;
	str_puts(page->out, "<section class=\"notes\" aria-labelledby=\"notes\">\n<h2 "
			    "id=\"notes\">Notes</h2>\n<ul>\n");
	for (size_t i = 0; i < answer->notes_n; i++) {
		str_puts(page->out, "<li>");
		html_prose(page->out, str_as_slice(&answer->notes[i]));
		str_puts(page->out, "</li>\n");
	}
	str_puts(page->out, "</ul>\n</section>\n");
}

static void
put_details(struct page *page)
{
	const struct answer *answer = page->answer;
	bool any = false;
	for (size_t i = 0; i < answer->tables_n; i++) {
		if (!is_shown(answer->tables[i]) || !is_folded(answer->tables[i]))
			continue;
		if (!any)
			str_puts(page->out, "<section aria-labelledby=\"details\">\n<h2 "
					    "id=\"details\">Details</h2>\n");
		any = true;
		put_folded(page, answer->tables[i]);
	}
	str_puts(page->out, any ? "</section>\n" : "");
}

/* "hllm breakeven …  # when owning pays off" */
static void
put_next(struct page *page)
{
	struct slice command = str_as_slice(&page->answer->next), why = SLICE_NONE;
	if (!command.n)
		return;
	for (size_t i = command.n; i-- > 2 && !why.n;) {
		if (command.p[i] != '#' || command.p[i - 1] != ' ' || command.p[i - 2] != ' ')
			continue;
		why = slice_trim((struct slice){ command.p + i + 1, command.n - i - 1 });
		command = slice_trim((struct slice){ command.p, i });
	}
	str_puts(page->out, "<section class=\"next\" aria-labelledby=\"next\">\n<h2 "
			    "id=\"next\">Next");
	str_puts(page->out, why.n ? ": " : "");
	escape_html(page->out, why);
	str_puts(page->out, "</h2>\n<pre><code>");
	html_prose(page->out, command);
	str_puts(page->out, "</code></pre>\n</section>\n");
}

static bool
html_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	struct str text = STR_INIT;
	struct page page = { .answer = answer, .options = options, .out = &text };
	put_top(&page);
	html_pictures(&text, answer, NULL, false, &page.charts);
	for (size_t i = 0; i < answer->tables_n; i++)
		if (is_shown(answer->tables[i]) && !is_folded(answer->tables[i]))
			put_section(&page, answer->tables[i]);
	put_notes(&page);
	put_details(&page);
	put_next(&page);
	str_puts(&text, "</main>\n<footer><p>" PACKAGE_STRING);
	if (options->stamp) {
		str_puts(&text, ", as of ");
		escape_html(&text, slice_of(options->stamp));
	}
	str_puts(&text, "</p></footer>\n</body>\n</html>\n");
	return view_write(&text, out, err);
}

const struct view view_html = { .name = "html", .render = html_render };
