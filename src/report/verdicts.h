/* SPDX-License-Identifier: GPL-3.0-or-later */
/* verdicts - what a policy says of each workload, in the answer of `hllm audit`. */
#ifndef HLLM_REPORT_VERDICTS_H
#define HLLM_REPORT_VERDICTS_H

#include "decide/verdict.h"
#include "report/answer.h"

struct audit_report;

/* A policy's decisions, one for each subject and in their order. */
struct rulings {
	const struct policy *policy;
	const struct subjects *subjects;
	struct decision *items; /* subjects->n of them; owned */
};
void rulings_make(
	struct rulings *rulings, const struct policy *policy, const struct subjects *subjects);
void rulings_free(struct rulings *rulings);
/* Of the workload of that name; NULL none. */
const struct decision *rulings_find(const struct rulings *rulings, struct slice name);

/* Is that the verdict on the subject of that number, which does not run locally already? */
bool rulings_would_move(const struct rulings *rulings, size_t at, enum verdict verdict);

/* "local"; a missing value for a row that is no workload (NULL). */
struct cell verdict_cell(struct answer *answer, const struct decision *decision);
struct cell modifier_cell(struct answer *answer, const struct decision *decision);
/* The share of the attributes it rests on that were logged or configured. */
struct cell confidence_cell(const struct decision *decision);
/* What contradicts the verdict. */
struct cell conflicts_cell(struct answer *answer, const struct decision *decision);
/* The ids of the rules that decided. */
/* Where that comes from. */
void confidence_origin(struct answer *answer, struct table *table, size_t row, size_t column,
	const struct decision *decision);
struct cell deciding_cell(struct answer *answer, const struct decision *decision);

/* The table of verdicts with their reasons. */
void report_verdicts(struct audit_report *report);
/* "; three of seven workloads, $20.65 a month, could run on your own hardware" for the headline.
 * False: nothing could. */
bool rulings_headline(const struct audit_report *report, struct str *out);

#endif
