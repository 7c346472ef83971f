/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why - the answer of `hllm why`: a number of the audit with its arithmetic, price rows, files and lines. */
#ifndef HLLM_REPORT_WHY_H
#define HLLM_REPORT_WHY_H

#include "report/audit.h"
#include "report/origin.h"
#include "work/lines.h"

/* A cell of the audit's answer, found by the row and column as printed. */
struct why_cell {
	const struct table *table;
	size_t row, column;
	bool total;
};

/* "total", a workload or a model; and a column by its heading or key (NULL: the cost).  False: what there is. */
bool why_find(const struct answer *audit, const char *row, const char *column, struct why_cell *out,
	struct err *err);
/* Is it one that only a policy fills?  NULL: no. */
bool why_is_of_verdict(const char *column);
struct trace_target why_target(const struct answer *audit, const struct why_cell *cell);
/* What a number was traced to. */
struct traced {
	struct trace trace;
	struct trace_requests largest;
	struct trace_lines lines;
};
void traced_free(struct traced *traced);

void why_report(struct answer *answer, const struct audit_report *report,
	const struct why_cell *cell, const struct explanation *origin, const struct traced *traced);

/* ---- the tables of what was traced (why-trace.c) ---- */

struct why_tables {
	const struct table *parent;
	bool several, unplaced;
	bool beyond; /* files are told of whole months, of which the period is a part */
	struct table *prices, *sources, *lines, *largest;
};
/* The number that rows belong to: its row in the parent, and its id. */
struct why_owner {
	size_t row;
	struct slice id;
};
/* Of the rows of 'parent', whose ids are shown where there are 'several'; NULL: of the answer as a whole. */
void why_tables_make(
	struct answer *answer, const struct table *parent, bool several, struct why_tables *out);
void why_tables_add(struct answer *answer, struct why_tables *tables, const struct why_owner *owner,
	const struct traced *traced);
/* When all is added. */
void why_tables_end(struct answer *answer, struct why_tables *tables);

#endif
