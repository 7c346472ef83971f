/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * verdict - what a policy says of a workload, with the proof.
 *
 * The lowest order at which a rule holds decides.  Rules of that order that hold and do not
 * agree make a conflict; where none holds at any order, the workload is undecided.  A rule
 * of an earlier order that is unknown and would decide otherwise makes it undecided too;
 * one of the same order beside a rule that holds does not, but lowers the confidence:
 * the share of the attributes the verdict rests on that were logged or configured.
 */
#ifndef HLLM_DECIDE_VERDICT_H
#define HLLM_DECIDE_VERDICT_H

#include "decide/policy.h"

/* Why nothing is decided. */
enum gap {
	GAP_NONE,     /* it is decided, or a rule says undecided */
	GAP_REQUIRED, /* an attribute that the policy requires is not known */
	GAP_UNKNOWN,  /* rules are unknown that would decide */
	GAP_BOUNDARY, /* a number stands exactly between two rules */
	GAP_NO_RULE,  /* no rule covers this */
};
extern const char *const gap_names[];

/* What the truths of the rules come to. */
struct outcome {
	enum verdict verdict;
	enum modifier modifier;
	enum gap gap;
	int64_t order; /* the first at which a rule holds; INT64_MAX: at none */
	size_t by;     /* the first rule there, if it decided; SIZE_MAX */
};

/* By rule; 'truths' has rules_n items. */
void policy_truths(const struct policy *policy, const struct attribute *values, enum truth *truths);
/* 'values' only for what the policy requires. */
struct outcome policy_outcome(
	const struct policy *policy, const enum truth *truths, const struct attribute *values);
/* Both at once. */
struct outcome policy_decide(const struct policy *policy, const struct attribute *values);
bool verdicts_oppose(enum verdict a, enum verdict b);

/* One comparison of a rule, as it came out. */
struct test {
	const struct node *node;
	size_t attribute; /* the one it is about: the first in it; SIZE_MAX none */
	enum truth truth;
	bool decisive;      /* the rule's result rests on it */
	struct slice value; /* "150 calls/day"; of several attributes "a 1, b 2" */
	struct slice limit; /* "> 100 calls/day", "is one of classification, extraction" */
};

struct proof {
	const struct rule *rule;
	enum truth truth;
	bool counts; /* its order was reached */
	bool decides;
	struct test *tests;
	size_t tests_n;
};

struct decision {
	const struct policy *policy;
	struct outcome outcome;
	struct attribute *values; /* by attribute, with what is assumed */
	struct proof *proofs;     /* one for each rule, in their order */
	bool *decisive;           /* by attribute: the verdict rests on it */
	bool *missing; /* by attribute: not known, and it keeps the verdict from being made */
	size_t decisive_n, known_n; /* confidence is known_n of decisive_n, 1 of none */
	size_t assumed_n;           /* of the decisive ones */
	struct slice reason;        /* one or more sentences without a full stop */
	struct slice *conflicts;    /* "rule "frontier" (hard) says api: …", each a line */
	size_t conflicts_n, conflicts_size;
	struct arena arena;
};

/* The values of a subject, with the policy's assumptions where one is unknown; from 'arena'. */
struct attribute *policy_values(const struct policy *policy, const struct subject *subject,
	bool assume, struct arena *arena);
/* decision_free() is due. */
void decision_make(struct decision *decision, const struct policy *policy,
	const struct subject *subject, bool assume);
void decision_free(struct decision *decision);

/* The parts of decision_make() that make texts: proof.c and reason.c. */
void decision_prove(struct decision *decision, const enum truth *truths);
void decision_explain(struct decision *decision);
/* Is a comparison about one attribute, with a limit that can be said behind its name? */
bool node_is_plain(const struct node *node);
/* "> 100 calls/day" with the values of parameters; for a test about one attribute. */
void node_limit_print(struct str *out, const struct node *node, const struct policy *policy);
/* "150", "no", "unknown", with its unit. */
void decision_value_print(struct str *out, const struct decision *decision, size_t attribute);

#endif
