/* SPDX-License-Identifier: GPL-3.0-or-later */
/* reason - a verdict in a sentence: the rules that decided, or why none did; and what contradicts it. */
#include "config.h"

#include <stdlib.h>

#include "decide/verdict.h"

static const struct attribute_info *
info_of(const struct decision *decision, size_t attribute)
{
	return &decision->policy->attributes->items[attribute];
}

static void
add_conflict(struct decision *decision, struct str *text)
{
	decision->conflicts = xgrow(decision->conflicts, &decision->conflicts_size,
		decision->conflicts_n, sizeof(*decision->conflicts));
	decision->conflicts[decision->conflicts_n++] =
		slice_copy(&decision->arena, str_as_slice(text));
	str_free(text);
}

static void
say_rule(struct str *out, const struct rule *rule)
{
	str_printf(out, "rule \"" SLICE_FMT "\"%s says %s: " SLICE_FMT, SLICE_ARG(rule->id),
		rule->hard ? " (hard)" : "", verdict_names[rule->verdict], SLICE_ARG(rule->reason));
}

/* Rules of the deciding order that do not agree, and hard ones after it that say the opposite. */
static void
find_conflicts(struct decision *decision)
{
	const struct outcome *outcome = &decision->outcome;
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		const struct rule *rule = proof->rule;
		bool clashes = outcome->verdict == VERDICT_CONFLICT && proof->decides;
		bool opposed = rule->hard && proof->truth == TRUTH_HOLDS &&
			       rule->order > outcome->order && outcome->by != SIZE_MAX &&
			       verdicts_oppose(outcome->verdict, rule->verdict);
		if (!clashes && !opposed)
			continue;
		struct str text = STR_INIT;
		say_rule(&text, rule);
		add_conflict(decision, &text);
	}
}

/* The reasons of the rules that decided, each once. */
static void
say_decided(const struct decision *decision, struct str *out)
{
	const struct policy *policy = decision->policy;
	for (size_t i = 0; i < policy->rules_n; i++) {
		bool said = !decision->proofs[i].decides;
		for (size_t k = 0; k < i && !said; k++)
			said = decision->proofs[k].decides &&
			       slice_eq(policy->rules[k].reason, policy->rules[i].reason);
		if (said)
			continue;
		str_printf(out, "%s" SLICE_FMT, out->n ? "; " : "",
			SLICE_ARG(policy->rules[i].reason));
	}
}

static void
say_clash(const struct decision *decision, struct str *out)
{
	size_t n = 0;
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		if (proof->decides)
			str_printf(out, "%srule \"" SLICE_FMT "\" says %s", n++ ? ", " : "",
				SLICE_ARG(proof->rule->id), verdict_names[proof->rule->verdict]);
	}
}

static void
say_names(const struct decision *decision, const bool *marks, struct str *out)
{
	size_t n = 0, all = 0;
	for (size_t a = 0; a < decision->policy->attributes->n; a++)
		all += marks[a];
	for (size_t a = 0; a < decision->policy->attributes->n; a++)
		if (marks[a])
			str_printf(out, "%s" SLICE_FMT,
				n++ == 0   ? ""
				: n == all ? " and "
					   : ", ",
				SLICE_ARG(info_of(decision, a)->name));
}

static void
say_required(struct decision *decision, struct str *out)
{
	size_t n = 0;
	for (size_t a = 0; a < decision->policy->attributes->n; a++)
		if (decision->policy->required[a] &&
			decision->values[a].source == ATTRIBUTE_UNKNOWN) {
			decision->missing[a] = true;
			n++;
		}
	say_names(decision, decision->missing, out);
	str_printf(out, " %s not known, and without %s this policy decides nothing",
		n == 1 ? "is" : "are", n == 1 ? "it" : "them");
}

struct on_limit {
	femto_t value;
	bool found;
};

static void
see_limit(void *arg, femto_t value)
{
	struct on_limit *at = arg;
	at->found |= at->value == value;
}

/* Does the value stand on a number that this comparison has? */
static bool
is_on_limit(const struct decision *decision, const struct test *test)
{
	struct on_limit at = { 0 };
	if (test->attribute == SIZE_MAX || test->truth != TRUTH_FAILS)
		return false;
	at.value = decision->values[test->attribute].number;
	node_limits(test->node, test->attribute, &decision->policy->vocabulary, decision->values,
		see_limit, &at);
	return at.found;
}

/* "rule "local" asks that calls_per_day > 100 calls/day" */
static void
say_test(const struct decision *decision, const struct rule *rule, const struct test *test,
	struct str *out)
{
	str_printf(out, "rule \"" SLICE_FMT "\" (%s) asks that ", SLICE_ARG(rule->id),
		verdict_names[rule->verdict]);
	if (node_is_plain(test->node))
		str_printf(out, SLICE_FMT " ", SLICE_ARG(info_of(decision, test->attribute)->name));
	str_slice(out, test->limit);
}

static void
say_boundary(const struct decision *decision, struct str *out)
{
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		for (size_t k = 0; k < proof->tests_n; k++) {
			const struct test *test = &proof->tests[k];
			if (!is_on_limit(decision, test))
				continue;
			if (out->n)
				str_puts(out, ", ");
			else
				str_printf(out, SLICE_FMT " is exactly " SLICE_FMT ": ",
					SLICE_ARG(info_of(decision, test->attribute)->name),
					SLICE_ARG(test->value));
			say_test(decision, proof->rule, test, out);
		}
	}
}

/* The one comparison that a rule of several fails by; NULL when there is none such. */
static const struct test *
only_failure(const struct proof *proof)
{
	const struct test *only = NULL;
	if (proof->truth != TRUTH_FAILS || proof->tests_n < 2 ||
		proof->rule->verdict == VERDICT_UNDECIDED)
		return NULL;
	for (size_t k = 0; k < proof->tests_n; k++) {
		if (!proof->tests[k].decisive)
			continue;
		if (only)
			return NULL;
		only = &proof->tests[k];
	}
	return only && only->attribute != SIZE_MAX ? only : NULL;
}

/* Neither assumed nor unknown: what is so because it is so. */
static bool
is_given(const struct decision *decision, size_t attribute)
{
	enum attribute_source source = decision->values[attribute].source;
	return source != ATTRIBUTE_UNKNOWN && source != ATTRIBUTE_ASSUMED;
}

/* No rule holds; those that one comparison alone keeps from it say most. */
static void
say_near(const struct decision *decision, struct str *out)
{
	enum { SAID_MOST = 3 };
	size_t n = 0;
	str_puts(out, "no rule holds");
	for (size_t i = 0; i < decision->policy->rules_n && n < SAID_MOST; i++) {
		const struct proof *proof = &decision->proofs[i];
		const struct test *test = only_failure(proof);
		if (!test || !is_given(decision, test->attribute))
			continue;
		str_puts(out, n++ ? "; " : ": ");
		say_test(decision, proof->rule, test, out);
		str_printf(out, ", and it is " SLICE_FMT, SLICE_ARG(test->value));
	}
}

/* Attributes that keep a rule from coming out: unknown ones, and ranges that reach over its limit. */
static void
mark_missing(struct decision *decision, const struct proof *proof)
{
	for (size_t k = 0; k < proof->tests_n; k++) {
		const struct test *test = &proof->tests[k];
		for (size_t a = 0; a < decision->policy->attributes->n; a++) {
			const struct attribute *value = &decision->values[a];
			decision->missing[a] |= test->truth == TRUTH_UNKNOWN && test->decisive &&
						node_uses(test->node, a) &&
						(value->source == ATTRIBUTE_UNKNOWN ||
							value->number != value->high);
		}
	}
}

/* The rule that decides if those before it fail; NULL none. */
static const struct rule *
next_rule(const struct decision *decision)
{
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		if (proof->truth == TRUTH_HOLDS && proof->rule->order == decision->outcome.order)
			return proof->rule;
	}
	return NULL;
}

/* The rules that would decide otherwise if more were known, and the one that does if they fail. */
static void
say_unknown(struct decision *decision, struct str *out)
{
	const struct rule *then = next_rule(decision);
	struct str rules = STR_INIT;
	size_t n = 0;
	for (size_t i = 0; i < decision->policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		if (proof->truth != TRUTH_UNKNOWN ||
			proof->rule->order >= decision->outcome.order ||
			(then && then->verdict == proof->rule->verdict))
			continue;
		mark_missing(decision, proof);
		str_printf(&rules, "%s\"" SLICE_FMT "\" (%s)", n++ ? ", " : "",
			SLICE_ARG(proof->rule->id), verdict_names[proof->rule->verdict]);
	}
	if (n) {
		str_puts(out, out->n ? "; not known: " : "not known: ");
		say_names(decision, decision->missing, out);
		str_printf(out, ", which would tell whether %s %s hold%s",
			n == 1 ? "rule" : "rules", str_text(&rules), n == 1 ? "s" : "");
	}
	if (n && then)
		str_printf(out, "; if not, rule \"" SLICE_FMT "\" says %s", SLICE_ARG(then->id),
			verdict_names[then->verdict]);
	str_free(&rules);
}

void
decision_explain(struct decision *decision)
{
	struct str text = STR_INIT;
	const struct outcome *outcome = &decision->outcome;
	switch (outcome->gap) {
	case GAP_NONE:
		if (outcome->verdict == VERDICT_CONFLICT)
			say_clash(decision, &text);
		else
			say_decided(decision, &text);
		break;
	case GAP_REQUIRED:
		say_required(decision, &text);
		break;
	case GAP_BOUNDARY:
		say_boundary(decision, &text);
		say_unknown(decision, &text);
		break;
	case GAP_NO_RULE:
	case GAP_UNKNOWN:
		if (outcome->order == INT64_MAX)
			say_near(decision, &text);
		say_unknown(decision, &text);
		break;
	}
	find_conflicts(decision);
	decision->reason = slice_copy(&decision->arena, str_as_slice(&text));
	str_free(&text);
}
