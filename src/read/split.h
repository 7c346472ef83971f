/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * split - cuts an input into chunks of whole elements, so that several threads can
 * each work on a chunk of their own.
 *
 * SPLIT_LINES: a chunk holds whole lines.  SPLIT_CSV: whole records.  SPLIT_SPANS: any
 * JSON (pretty-printed, concatenated, one endless array or page): the chunk lists the
 * elements in it, with root arrays and pages already opened.
 */
#ifndef HLLM_READ_SPLIT_H
#define HLLM_READ_SPLIT_H

#include "base/err.h"
#include "base/str.h"
#include "read/input.h"

enum split_mode { SPLIT_LINES, SPLIT_CSV, SPLIT_SPANS };

enum { ELEMENT_MOST = 64 << 20 };

struct span {
	struct slice text;
	uint64_t line;
	const char *bad; /* not an element but a piece that is none: why */
};

/* Cuts JSON text into elements, byte by byte, across buffers. */
struct spans {
	const char *pages; /* key whose array is opened in root objects, or NULL */
	char kind
		[520]; /* of each open bracket: 'A' 'O' containers, 'i' ignored, 'e' inside an element */
	int depth;
	bool in_string, escape, key_is_pages, junk, oversize;
	size_t start; /* of the element being read, SIZE_MAX none */
	size_t string_start;
	uint64_t line, start_line;
};
void spans_init(struct spans *spans, const char *pages, uint64_t line);
/* Looks at text[from..n); appends what is complete to the list.  Positions are within 'text'. */
struct span_list {
	struct span *items;
	size_t n, size;
};
void spans_feed(
	struct spans *spans, const char *text, size_t from, size_t n, struct span_list *list);
/* At the end of the source: adds a bad span if something is still open. */
void spans_end(struct spans *spans, const char *text, size_t n, struct span_list *list);

struct chunk {
	char *buf;
	size_t n, size;
	uint64_t line; /* number of its first line, from 1 */
	uint64_t seq;
	bool last; /* nothing follows it */
	struct span_list spans;
};
void chunk_free(struct chunk *chunk);

struct splitter {
	struct input *input;
	enum split_mode mode;
	char delim;
	struct str carry; /* read but not yet given out */
	uint64_t line, seq, bytes;
	bool ended, skipping;
	struct spans spans;
};
void splitter_init(struct splitter *splitter, struct input *input, enum split_mode mode, char delim,
	const char *pages, struct slice first, uint64_t line);
void splitter_free(struct splitter *splitter);
/* 1 a chunk, 0 the end, -1 error (what was read before it was given out). */
int splitter_next(struct splitter *splitter, struct chunk *chunk, struct err *err);

#endif
