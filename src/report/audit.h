/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit - the answer of `hllm audit`: headline, sources, totals, coverage, workloads, models. */
#ifndef HLLM_REPORT_AUDIT_H
#define HLLM_REPORT_AUDIT_H

#include "decide/finding.h"
#include "report/answer.h"
#include "report/reconciliation.h"
#include "report/verdicts.h"
#include "work/tally.h"

struct audit_report {
	struct answer *answer;
	const struct audit *audit;
	const struct pool *pool;
	const struct sources *sources; /* NULL: the ledger as a whole */
	const struct catalog *catalog;
	const struct rulings *rulings;   /* NULL: nothing is decided */
	const struct contract *contract; /* for fees that are in no file; may be NULL */
	int64_t days;                    /* --days; 0 not given */
	int by;                          /* enum by */
	const char *skipped; /* files of a directory that were left out, one a line; "" none */
	size_t skipped_n;
	const struct findings *findings; /* NULL: not looked for */
	bool verbose;
	const struct reconciliation *reconciliation; /* NULL: not asked for */
	struct tolerance tolerance;
};

/* What the figures stand for in time: days, or 0 with a reason why that is not known. */
int64_t audit_days(const struct audit_report *report, const char **reason);
/* A note for each thing that is odd about a file as a whole. */
void report_warnings(struct answer *answer, const struct source *source);
void audit_report(struct audit_report *report);

#endif
