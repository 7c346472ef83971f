/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sse - cuts a stream of bytes, fed in any pieces, into events.
 *
 * Two kinds: server-sent events (WHATWG HTML, section 9.2: "data:" lines up to a blank line, joined by
 * line feeds; comments and other fields skipped; lines end in LF, CR or CRLF; a BOM at the start is
 * skipped; the "error:" lines of old llama-servers count as data), and lines, each an event of its own (Ollama's NDJSON).  How the bytes are cut into pieces
 * never changes the events.
 *
 *	sse_feed(&sse, bytes);
 *	while ((rc = sse_next(&sse, &data, err)) > 0)
 *		...
 */
#ifndef HLLM_PROBE_SSE_H
#define HLLM_PROBE_SSE_H

#include "base/err.h"
#include "base/str.h"

enum sse_kind { SSE_EVENTS, SSE_LINES };

enum { SSE_MOST = 4 << 20 }; /* bytes of one event, if nothing else is said */

struct sse {
	enum sse_kind kind;
	size_t most;
	struct slice rest;         /* of the piece that was fed last; borrowed */
	struct str line;           /* of a line whose end has not come, or that was handed out */
	struct str data;           /* of the event that is not complete, or that was handed out */
	bool has_data;             /* it has a data line, perhaps an empty one */
	bool line_used, data_used; /* begin anew: what they hold was handed out */
	bool after_cr;             /* the last line ended in CR: an LF now belongs to it */
	bool begun;                /* past the place where a BOM may stand */
	bool broken;               /* an event was over 'most': nothing comes any more */
	bool ended;                /* sse_end() */
};

/* most: bytes of an event, 0 for SSE_MOST. */
void sse_init(struct sse *sse, enum sse_kind kind, size_t most);
void sse_free(struct sse *sse);
/* The kind that a media type means: "application/x-ndjson" is lines, all else events. */
enum sse_kind sse_kind_of(const char *type);

/* 'bytes' must stay until sse_next() returned 0.  All of an earlier piece must have been taken by then. */
void sse_feed(struct sse *sse, struct slice bytes);
/* No more bytes.  Of SSE_LINES a last line without an end is an event too.  Of SSE_EVENTS a last event is one
 * when its data lines are complete, though no blank line follows (which the standard asks for, and some
 * servers leave out after "[DONE]"). */
void sse_end(struct sse *sse);
/* 1: an event, borrowed until the next call; 0: feed more; -1: an event is longer than allowed. */
int sse_next(struct sse *sse, struct slice *data, struct err *err);
/* Has a line or an event begun that is not complete?  After sse_end() that means the stream was cut. */
bool sse_is_amid(const struct sse *sse);

#endif
