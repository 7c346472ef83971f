/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policy - a framework for deciding where a workload should run, as a file says it:
 * parameters, what is assumed of a workload, and rules.  hllm-policy(5) has the format.
 *
 *	rule "low-volume" {
 *		order = 20
 *		when = "calls_per_day < min_calls_per_day"
 *		verdict = api
 *		reason = "the overhead of running a model is not worth so few calls"
 *	}
 *
 * A file with any mistake is refused whole, with file and line.
 */
#ifndef HLLM_DECIDE_POLICY_H
#define HLLM_DECIDE_POLICY_H

#include "decide/condition.h"

enum verdict { VERDICT_UNDECIDED, VERDICT_LOCAL, VERDICT_API, VERDICT_EVALUATE, VERDICT_CONFLICT };
extern const char *const verdict_names[];
enum { VERDICTS = 5 };

enum modifier { MODIFIER_NONE, MODIFIER_FALLBACK, MODIFIER_CHEAPER };
extern const char *const modifier_names[]; /* "", "with fallback", "cheaper tier" */

struct rule {
	struct slice id, reason;
	int64_t order; /* the lowest at which a rule holds decides */
	enum verdict verdict;
	enum modifier modifier;
	bool hard; /* told as a conflict when a rule before it decided the opposite */
	struct condition condition;
	const char *file;
	int line;
};

struct policy {
	struct slice name; /* of the file, without folder and .conf */
	struct slice title, source, about;
	const char *file;
	const struct attributes *attributes; /* borrowed */
	struct vocabulary vocabulary;
	struct parameter *parameters;
	size_t parameters_n;
	struct rule *rules; /* by order; those of the same order as written */
	size_t rules_n;
	bool *required;            /* by attribute: without it nothing is decided */
	struct attribute *assumed; /* by attribute; ATTRIBUTE_UNKNOWN where nothing is assumed */
	struct sandbox *sandbox;
	struct conf *conf; /* owned; texts are borrowed from it */
	struct arena arena;
};

/* 'attributes' must outlive the policy.  NULL: err. */
struct policy *policy_load(
	const struct attributes *attributes, const char *path, struct err *err) hl_must_check;
struct policy *policy_load_text(const struct attributes *attributes, const char *file,
	struct slice text, struct err *err) hl_must_check;
void policy_free(struct policy *policy);

/* Another value for a parameter, as hllm.conf or --set says it. */
struct policy_setting {
	struct slice name, value;
	struct slice from; /* "hllm.conf:12", "--set" */
};
struct parameter *policy_parameter(const struct policy *policy, struct slice name);
/* False: no such parameter (with the nearest), or a value of another kind; "FROM: policy …". */
bool policy_set(
	struct policy *policy, const struct policy_setting *setting, struct err *err) hl_must_check;

/* "min_calls_per_day = 100" as text: the value with its unit. */
void parameter_print(struct str *out, const struct parameter *parameter);

/* Does a condition of the policy ask for this attribute? */
bool policy_uses(const struct policy *policy, size_t attribute);
/* Is the attribute in arithmetic or a function of one? */
bool policy_samples(const struct policy *policy, size_t attribute);

#endif
