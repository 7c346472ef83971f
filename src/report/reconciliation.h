/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reconciliation - the part of the audit's answer that says why a bill is not what the log would cost. */
#ifndef HLLM_REPORT_RECONCILIATION_H
#define HLLM_REPORT_RECONCILIATION_H

#include "report/answer.h"
#include "work/reconcile.h"

/* How much may remain unexplained: an amount, or a share of what was billed. */
struct tolerance {
	bool given, percent;
	femto_t value; /* dollars; or a share, 0..1 */
};

/* "1%", "5.00". */
bool tolerance_parse(const char *text, struct tolerance *out, struct err *err) hl_must_check;
/* Of the bill, and of the rows of a table that states their total. */
bool tolerance_holds(const struct tolerance *tolerance, const struct reconciliation *found,
	const struct audit *audit);

/* Adds the tables reconciliation and, inside it, explained; and to text the waterfall. */
void report_reconciliation(struct answer *answer, const struct reconciliation *found,
	const struct tolerance *tolerance);

#endif
