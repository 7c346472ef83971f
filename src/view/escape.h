/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * escape - text of others made harmless for each kind of output.
 *
 * Hidden characters are those that a reader does not see but that change what is
 * seen: controls, bidirectional marks and overrides, zero-width spaces, line
 * separators, tags.  Bytes that are no UTF-8 count as hidden.
 */
#ifndef HLLM_VIEW_ESCAPE_H
#define HLLM_VIEW_ESCAPE_H

#include "base/str.h"

struct rune {
	uint32_t code; /* of the one byte when it is not valid */
	size_t bytes;
	bool valid;
};

/* Takes the first character, or one invalid byte, off 'rest', which is not empty. */
struct rune rune_take(struct slice *rest);
bool rune_hidden(uint32_t code);

/* Each of these adds 'text' to 'out'. */

/* Hidden characters become \x1b and <U+202E>; so does what this terminal could not show. */
void escape_text(struct str *out, struct slice text);
/* The same, and what Markdown or HTML would take as markup. */
void escape_md(struct str *out, struct slice text);
/* For the text of an element and for an attribute in double quotes, of HTML and of XML. */
void escape_html(struct str *out, struct slice text);
/* The inside of a JSON string: \n, \u202e; bytes that are no UTF-8 become U+FFFD. */
void escape_json(struct str *out, struct slice text);
/* A whole cell; one that a spreadsheet would run as a formula gets an apostrophe in front. */
void escape_csv(struct str *out, struct slice text);
void escape_tsv(struct str *out, struct slice text);

#endif
