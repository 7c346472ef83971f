/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * html - the parts of the page; the inside of the html view.
 *
 * One file: no script, nothing that is loaded, inline style, charts as inline SVG.  It reads in light
 * and dark, on a desk, a phone and paper, with keyboard and screen reader.  Columns keep their order and
 * tables theirs; what says where numbers come from is folded up at the end.
 */
#ifndef HLLM_VIEW_HTML_H
#define HLLM_VIEW_HTML_H

#include "report/answer.h"

/* The style sheet, without that of charts. */
extern const char html_style[];

/* Adds a text of others, whose short words with a hyphen (dates, options) are not broken there. */
void html_prose(struct str *out, struct slice text);

/* "list_cost" as people would write it. */
void html_words(struct str *out, const char *key);

/* Of a table without title and heading, the key in words; "" for none at all. */
void html_title(struct str *out, const struct answer *answer, const struct table *table);

/*
 * Adds the rows of a table, those for people first and the rest folded up behind them.  'title' is its
 * caption, unescaped; 'id' is that of the heading that a region which scrolls is called by, "" where none
 * stands over it.
 */
void html_table(struct str *out, const struct table *table, struct slice title, const char *id);

/* Adds the charts of a table (NULL: of the answer), counting all charts of the page in 'charts'. */
void html_pictures(struct str *out, const struct answer *answer, const struct table *table,
	bool titled, int *charts);

#endif
