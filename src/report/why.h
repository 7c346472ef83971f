/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why - the answer of `hllm why`: a number of the audit with its arithmetic, price rows, files and lines. */
#ifndef HLLM_REPORT_WHY_H
#define HLLM_REPORT_WHY_H

#include "report/audit.h"
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
struct trace_target why_target(const struct answer *audit, const struct why_cell *cell);
void why_report(struct answer *answer, const struct audit_report *report,
	const struct why_cell *cell, const struct trace *trace,
	const struct trace_requests *largest, const struct trace_lines *lines);

#endif
