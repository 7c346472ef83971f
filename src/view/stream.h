/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stream - rows of one table printed one after another, as csv, tsv or json, without holding them.
 *
 * Amounts are printed exactly, with as many of 15 decimals as it takes.  Cells that a spreadsheet would run are
 * defused, as in all csv.  JSON is an object: its schema, members that the caller gives, and the rows as an array.
 */
#ifndef HLLM_VIEW_STREAM_H
#define HLLM_VIEW_STREAM_H

#include "report/answer.h"

enum stream_form { STREAM_CSV, STREAM_TSV, STREAM_JSON };

struct stream {
	/* set by the caller; column i of the rows, and where text goes */
	enum stream_form form;
	size_t columns_n;
	const struct column *(*column)(size_t i);
	void (*put)(void *arg, struct slice text);
	void *arg;
	/* its own */
	size_t rows_n;
	struct str line;
};

/* 'members' (JSON; may be ""): text such as "by\0day\0tz\0UTC\0", names and texts in turn. */
void stream_begin(
	struct stream *stream, const char *schema, struct slice members, const char *rows);
void stream_row(struct stream *stream, const struct cell *cells);
void stream_end(struct stream *stream);

#endif
