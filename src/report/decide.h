/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * decide - the answer of `hllm decide`: for each workload the verdict with its proof and what
 * would change it, in dollars; what is worth finding out; and where policies disagree.
 */
#ifndef HLLM_REPORT_DECIDE_H
#define HLLM_REPORT_DECIDE_H

#include "decide/flip.h"
#include "decide/question.h"
#include "report/answer.h"

struct decide_report {
	struct answer *answer;
	const struct policy *const *policies; /* one; or several, to be compared */
	size_t policies_n;
	const struct subjects *subjects; /* those that are asked for */
	bool assume, explain;
};
void decide_report(const struct decide_report *report);

/* The parts, in files of their own. */
void decide_compare(const struct decide_report *report);
/* The tables whose rows belong to a row of 'workloads'. */
struct decide_tables {
	struct table *workloads, *attributes, *rules, *flip, *decided_flip;
};
void decide_proof_tables(const struct decide_report *report, struct decide_tables *tables);
void decide_proof_rows(const struct decide_report *report, struct decide_tables *tables, size_t row,
	const struct subject *subject, const struct decision *decision);
void decide_flip_rows(const struct decide_report *report, struct decide_tables *tables, size_t row,
	const struct decision *decision, const struct flips *flips);

#endif
