/* SPDX-License-Identifier: GPL-3.0-or-later */
/* detect - which format a source is in, from its first bytes alone, and why. */
#ifndef HLLM_READ_DETECT_H
#define HLLM_READ_DETECT_H

#include "base/err.h"
#include "read/reader.h"
#include "read/split.h"

enum { REASON_TEXT = 200 };

struct detection {
	const struct reader *reader; /* NULL: not recognised */
	char reason[REASON_TEXT];
	enum form form;
	enum split_mode mode;
	char delim;
	size_t body;   /* offset of the first byte after the header (CSV) or of the text (JSON) */
	uint64_t line; /* number of the line at 'body' */
	struct slice *columns; /* CSV header as written, in the arena */
	size_t columns_n;
	bool header_only; /* CSV: a header and nothing else */
	const char
		*pages; /* JSON: key of the root object whose array holds the elements, or NULL */
};

/*
 * Looks at the first bytes ('whole': that is all there is).  'forced' skips the guess.  Texts go to
 * the arena.  False, with a sentence, for what is no text or matches nothing; 'name' is for that.
 */
bool detect(struct slice head, bool whole, const char *name, const struct reader *forced,
	struct arena *arena, struct detection *out, struct err *err) hl_must_check;

#endif
