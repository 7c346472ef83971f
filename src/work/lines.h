/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lines - every line behind a number, where they are few enough to be listed. */
#ifndef HLLM_WORK_LINES_H
#define HLLM_WORK_LINES_H

#include "work/trace.h"

enum { LINES_MOST = 20 };

struct trace_line {
	const struct source *source;
	struct slice model; /* in the arena */
	char currency[4];   /* of what is billed; "" = USD */
	int64_t count;      /* equal lines, of which this is one */
	struct hash128 id;
	struct entry entry; /* its line is 0 where it is not known */
};

struct trace_lines {
	struct trace_line *items; /* by file and line */
	size_t n, size;
	struct arena arena;
};

/*
 * The lines behind a finished trace of this pool; none when there are more than LINES_MOST, or
 * when what several files share does not let them be told one by one.
 */
bool trace_lines(const struct trace *trace, const struct pool *pool, struct ledger *ledger,
	struct trace_lines *out, struct err *err) hl_must_check;
/* The ledger keeps the line numbers of the largest requests only: takes over what they are. */
void trace_lines_place(struct trace_lines *lines, const struct trace_requests *largest);
void trace_lines_free(struct trace_lines *lines);

#endif
