/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain - the answer of `hllm why ID…`: each number with its formula in names and in numbers, the numbers
 * that go into it with their own ids, and what is at the root of it.
 *
 * JSON has an array "numbers" with all of that; "value"s there have all 15 decimals, and "rounded_to" how many
 * of them were kept where a number is a forecast (null: it is exact).  Formulas are in the words of origin.h.
 */
#ifndef HLLM_REPORT_EXPLAIN_H
#define HLLM_REPORT_EXPLAIN_H

#include "report/origin.h"
#include "report/why.h"

struct explain {
	struct answer *answer; /* that is made; borrowed */
	bool several;
	struct table *numbers, *said, *inputs, *roots;
	struct why_tables traced;
};

/* A number that is asked about. */
struct explain_number {
	const struct answer *of;
	struct origin_cell at;
	const char *printed; /* as the answer shows it now */
	const char *was;     /* as it was printed, where that is something else; NULL */
	const char *was_why; /* "on 2026-11-26; import 5 came after" */
};

void explain_begin(struct explain *explain, struct answer *answer, bool several);
/* Tells all but the trace of @records, which the caller adds: to 'owner', by why_tables_add(&explain->traced). */
void explain_add(struct explain *explain, const struct explain_number *number,
	const struct explanation *origin, struct why_owner *owner);
void explain_end(struct explain *explain);
/* "cost × 30 / totals.days", for people: without braces; what is too long to be read is cut. */
void explain_formula(struct str *out, struct slice text);

#endif
