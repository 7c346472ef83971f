/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/verdict.h"

#include <stdlib.h>

#include "decide/domain.h"

const char *const gap_names[] = {
	[GAP_NONE] = "",
	[GAP_REQUIRED] = "required",
	[GAP_UNKNOWN] = "unknown",
	[GAP_BOUNDARY] = "boundary",
	[GAP_NO_RULE] = "no rule",
};

void
policy_truths(const struct policy *policy, const struct attribute *values, enum truth *truths)
{
	for (size_t i = 0; i < policy->rules_n; i++)
		truths[i] = rule_truth(policy, &policy->rules[i], values);
}

bool
verdicts_oppose(enum verdict a, enum verdict b)
{
	return (a == VERDICT_LOCAL && b == VERDICT_API) || (a == VERDICT_API && b == VERDICT_LOCAL);
}

static bool
lacks_required(const struct policy *policy, const struct attribute *values)
{
	for (size_t i = 0; i < policy->attributes->n; i++)
		if (policy->required[i] && values[i].source == ATTRIBUTE_UNKNOWN)
			return true;
	return false;
}

/* The rules of one order, from 'from' on: the first that holds and what verdicts hold or may. */
struct rank {
	size_t end;
	size_t first;            /* that holds; SIZE_MAX none */
	unsigned holds, unknown; /* bits of enum verdict */
};

static struct rank
rank_of(const struct policy *policy, const enum truth *truths, size_t from)
{
	struct rank rank = { .end = from, .first = SIZE_MAX };
	for (; rank.end < policy->rules_n &&
		policy->rules[rank.end].order == policy->rules[from].order;
		rank.end++) {
		unsigned bit = 1U << policy->rules[rank.end].verdict;
		if (truths[rank.end] == TRUTH_UNKNOWN)
			rank.unknown |= bit;
		if (truths[rank.end] != TRUTH_HOLDS)
			continue;
		rank.holds |= bit;
		if (rank.first == SIZE_MAX)
			rank.first = rank.end;
	}
	return rank;
}

struct outcome
policy_outcome(
	const struct policy *policy, const enum truth *truths, const struct attribute *values)
{
	struct outcome out = { .verdict = VERDICT_UNDECIDED, .order = INT64_MAX, .by = SIZE_MAX };
	unsigned possible = 0; /* by rules of earlier orders that are unknown */
	if (lacks_required(policy, values)) {
		out.gap = GAP_REQUIRED;
		return out;
	}
	for (size_t from = 0; from < policy->rules_n;) {
		struct rank rank = rank_of(policy, truths, from);
		if (!rank.holds) {
			possible |= rank.unknown;
			from = rank.end;
			continue;
		}
		const struct rule *rule = &policy->rules[rank.first];
		bool one = (rank.holds & (rank.holds - 1)) == 0;
		if (possible && (!one || possible != rank.holds)) {
			out.gap = GAP_UNKNOWN;
			out.order = rule->order;
			return out;
		}
		out.verdict = one ? rule->verdict : VERDICT_CONFLICT;
		out.modifier = one ? rule->modifier : MODIFIER_NONE;
		out.order = rule->order;
		out.by = rank.first;
		return out;
	}
	out.gap = possible ? GAP_UNKNOWN : GAP_NO_RULE;
	return out;
}

struct outcome
policy_decide(const struct policy *policy, const struct attribute *values)
{
	enum truth *truths = xcalloc(policy->rules_n, sizeof(*truths));
	policy_truths(policy, values, truths);
	struct outcome out = policy_outcome(policy, truths, values);
	free(truths);
	return out;
}

struct attribute *
policy_values(const struct policy *policy, const struct subject *subject, bool assume,
	struct arena *arena)
{
	size_t n = policy->attributes->n;
	struct attribute *values = arena_take(arena, (n + 1) * sizeof(*values));
	memcpy(values, subject->values, n * sizeof(*values));
	for (size_t i = 0; i < n && assume; i++)
		if (values[i].source == ATTRIBUTE_UNKNOWN)
			values[i] = policy->assumed[i];
	return values;
}

/* What the verdict rests on, and how much of that is known. */
static void
weigh(struct decision *decision)
{
	const struct policy *policy = decision->policy;
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct proof *proof = &decision->proofs[i];
		for (size_t k = 0; k < proof->tests_n && proof->counts; k++)
			for (size_t a = 0; a < policy->attributes->n; a++)
				decision->decisive[a] |= proof->tests[k].decisive &&
							 node_uses(proof->tests[k].node, a);
	}
	for (size_t a = 0; a < policy->attributes->n; a++) {
		if (decision->outcome.gap == GAP_REQUIRED)
			decision->decisive[a] = policy->required[a];
		if (!decision->decisive[a])
			continue;
		enum attribute_source source = decision->values[a].source;
		decision->decisive_n++;
		decision->known_n += source == ATTRIBUTE_LOGGED || source == ATTRIBUTE_CONFIGURED;
		decision->assumed_n += source == ATTRIBUTE_ASSUMED;
	}
}

/* 100 calls a day where the rules say > 100 and < 100: a step either way is decided. */
static bool
on_boundary(struct decision *decision, size_t attribute)
{
	const struct policy *policy = decision->policy;
	const struct attribute_info *info = &policy->attributes->items[attribute];
	const struct attribute here = decision->values[attribute];
	struct numbers limits = { 0 };
	bool at = false;
	if (info->kind != ATTRIBUTE_NUMBER || here.source == ATTRIBUTE_UNKNOWN ||
		here.number != here.high || here.number < info->least + info->step)
		return false;
	domain_limits(policy, attribute, decision->values, &limits);
	for (size_t i = 0; i < limits.n; i++)
		at |= limits.items[i] == here.number;
	numbers_free(&limits);
	for (int side = -1; side <= 1 && at; side += 2) {
		struct attribute *value = &decision->values[attribute];
		value->number = value->high = here.number + side * info->step;
		at = policy_decide(policy, decision->values).verdict != VERDICT_UNDECIDED;
		*value = here;
	}
	return at;
}

void
decision_make(struct decision *decision, const struct policy *policy, const struct subject *subject,
	bool assume)
{
	size_t n = policy->attributes->n + 1;
	*decision = (struct decision){ .policy = policy };
	struct arena *arena = &decision->arena;
	decision->values = policy_values(policy, subject, assume, arena);
	decision->decisive = arena_take(arena, n * sizeof(*decision->decisive));
	decision->missing = arena_take(arena, n * sizeof(*decision->missing));
	enum truth *truths = xcalloc(policy->rules_n, sizeof(*truths));
	policy_truths(policy, decision->values, truths);
	decision->outcome = policy_outcome(policy, truths, decision->values);
	if (subject->cheapest && decision->outcome.modifier == MODIFIER_CHEAPER)
		decision->outcome.modifier = MODIFIER_NONE; /* there is none */
	if (decision->outcome.gap == GAP_UNKNOWN || decision->outcome.gap == GAP_NO_RULE)
		for (size_t i = 0; i < policy->attributes->n; i++)
			if (on_boundary(decision, i))
				decision->outcome.gap = GAP_BOUNDARY;
	decision_prove(decision, truths);
	weigh(decision);
	decision_explain(decision);
	free(truths);
}

void
decision_free(struct decision *decision)
{
	free(decision->conflicts);
	arena_free(&decision->arena);
	*decision = (struct decision){ 0 };
}
