/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * region - where a policy decides nothing or contradicts itself, found before it is used.
 *
 * The limits of all conditions cut the space of workloads, everything known, into cells
 * in which nothing changes.  Every cell is decided, and those of the same fault are put together
 * into boxes: conjunctions such as "calls_per_day 100 calls/day and type embedding".  Boxes of one
 * fault may overlap, and together hold all of its cells.  A policy with too many cells is sampled.
 */
#ifndef HLLM_DECIDE_REGION_H
#define HLLM_DECIDE_REGION_H

#include "decide/policy.h"

enum region_kind {
	REGION_UNDECIDED, /* no rule holds */
	REGION_CONFLICT,  /* rules of one order say different things */
	REGION_HARD,      /* a hard rule says the opposite of one before it */
};
extern const char *const region_names[];

struct region {
	enum region_kind kind;
	struct slice where;               /* "type is embedding and quality is not frontier" */
	const struct rule *first, *other; /* of a contradiction; NULL */
	size_t cells;
};

struct survey {
	struct region *regions;
	size_t n, size;
	size_t left_out; /* regions beyond the most that are told */
	bool sampled;
	size_t cells;  /* that were looked at */
	bool *holds;   /* by rule: in some cell */
	bool *decides; /* by rule: in some cell it is of those that decide */
	struct arena arena;
};
void survey_make(struct survey *survey, const struct policy *policy);
void survey_free(struct survey *survey);

#endif
