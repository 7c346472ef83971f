/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * question - what is worth finding out: attributes that are unknown, assumed or inferred,
 * and whose answer changes what a policy says of a workload.
 *
 * A question weighs what the workloads cost whose verdict it decides.  The same question
 * with the same consequences is asked once for several workloads, and what is one value for
 * the whole organisation (shared in attributes.conf) once for all.
 */
#ifndef HLLM_DECIDE_QUESTION_H
#define HLLM_DECIDE_QUESTION_H

#include "decide/verdict.h"

struct question {
	size_t attribute;
	enum attribute_source source; /* of what is there now: unknown, assumed or inferred */
	struct slice about;           /* "quality of doc-class", "ml_engineers" */
	struct slice answers; /* "standard or frontier", "at most 500 ms or at least 501 ms" */
	struct slice effects; /* "standard: local; frontier: api" */
	struct slice names;   /* of the workloads, one a line */
	char *names_text;     /* where they stand, with room for more */
	size_t names_size;
	size_t subjects_n;
	bool has_monthly;
	femto_t monthly_low, monthly_high; /* of those workloads, in 'currency' */
	char currency[4];
};

struct questions {
	struct question *items; /* what decides most first; of the same what is not known at all */
	size_t n, size;
	struct arena arena;
};
/* Of subjects in several currencies those in that of the first count as money. */
void questions_find(struct questions *questions, const struct policy *policy,
	const struct subjects *subjects, bool assume);
void questions_free(struct questions *questions);

#endif
