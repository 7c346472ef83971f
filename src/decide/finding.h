/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * finding - what else wastes money: one detector a kind, each with a threshold, a minimum
 * of data, a formula of its saving and a floor, all in finding_rules[] and in
 * hllm-findings(7), which a test holds against it.
 *
 * A finding is shown only if the data supports it: its requests and days reach the
 * minimum, and the saving that repricing gives reaches the floor.  What overlaps is not
 * added up: the total is what re-pricing with all changes at once gives.
 */
#ifndef HLLM_DECIDE_FINDING_H
#define HLLM_DECIDE_FINDING_H

#include "price/successor.h"
#include "work/attribute.h"
#include "work/reprice.h"

enum finding_id {
	FINDING_CHEAPER_TIER,
	FINDING_BATCH,
	FINDING_CACHE_UNUSED,
	FINDING_CACHE_MISSED,
	FINDING_PROMPT_BLOAT,
	FINDING_PROMPT_GROWTH,
	FINDING_RETRIES,
	FINDING_SILENT_FALLBACK,
	FINDING_DUPLICATES,
	FINDING_OUTLIERS,
	FINDING_REASONING,
	FINDING_RETIRED_MODEL,
	FINDING_EMBEDDINGS,
	FINDINGS,
};

/* What one kind of finding asks for.  Texts are those of the manual. */
struct finding_rule {
	const char *id, *title;
	const char *detector;   /* what is looked for, in one sentence */
	int64_t threshold;      /* at which it is a finding … */
	const char *unit;       /* … of this: "% less", "tokens" */
	int64_t days, requests; /* the minimum of data */
	int64_t floor;          /* of the saving, at most, in units of the currency a month */
	const char *formula;    /* of the saving */
};
extern const struct finding_rule finding_rules[FINDINGS];
/* -1 for a word that is no id; *nearest (may be NULL) is then one that may be meant, or NULL. */
int finding_find(struct slice id, const char **nearest);

/* The rules as hllm.conf changes them. */
struct finding_limit {
	bool silenced;
	int64_t threshold, days, requests;
	femto_t floor;
};
struct finding_limits {
	struct finding_limit of[FINDINGS];
};
/* Reads the finding blocks; a NULL conf changes nothing.  False: err names file and line. */
bool finding_limits_load(
	struct finding_limits *limits, const struct conf *conf, struct err *err) hl_must_check;

/* What detectors look at; all borrowed. */
struct finding_input {
	const struct traffic *traffic;
	struct pool *pool;
	const struct audit_options *options; /* as the audit ran; its hook is not used */
	const struct successors *successors;
	const struct attributes *attributes; /* NULL: nothing is known of any workload … */
	const struct subjects *subjects;     /* … but what the files say */
	const struct finding_limits *limits;
	int64_t days; /* what the data stands for; 0: not known, and then there are no findings */
};

struct finding {
	enum finding_id id;
	int group;
	struct slice workload, model, evidence;
	int64_t first, last; /* days since 1970; DAY_NONE */
	int64_t records, tokens;
	bool has_saving;
	const char *no_saving; /* why not */
	femto_t low, high;     /* in 30 days, rounded down to a whole femto */
	char currency[4];
	bool scaled; /* to what is billed, which is less than list prices */
	int percent; /* how much of the group's cost it must save at least; 0: any */
	struct change change;
};

struct findings {
	struct finding *items; /* the largest saving first */
	size_t n, size;
	struct money_range {
		char currency[4];
		femto_t low, high; /* in 30 days, all changes at once */
	} totals[CURRENCIES];
	int totals_n;
	bool scaled;  /* some saving is scaled to what is billed */
	bool limited; /* some saving is cut to what a commitment leaves avoidable */
	struct arena arena;
};
void findings_look(const struct finding_input *input, struct findings *out);
void findings_free(struct findings *findings);

#endif
