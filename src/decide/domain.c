/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/domain.h"

#include <stdlib.h>

enum { RANGE_TRIALS_MOST = 4096 };

void
numbers_add(struct numbers *numbers, femto_t value)
{
	numbers->items = xgrow(numbers->items, &numbers->size, numbers->n, sizeof(*numbers->items));
	numbers->items[numbers->n++] = value;
}

static int
compare(const void *pa, const void *pb)
{
	femto_t a, b;
	memcpy(&a, pa, sizeof(a));
	memcpy(&b, pb, sizeof(b));
	return (a > b) - (a < b);
}

void
numbers_sort(struct numbers *numbers)
{
	if (!numbers->n)
		return;
	qsort(numbers->items, numbers->n, sizeof(*numbers->items), compare);
	size_t kept = 1;
	for (size_t i = 1; i < numbers->n; i++)
		if (numbers->items[i] != numbers->items[kept - 1])
			numbers->items[kept++] = numbers->items[i];
	numbers->n = kept;
}

void
numbers_free(struct numbers *numbers)
{
	free(numbers->items);
	*numbers = (struct numbers){ 0 };
}

static void
add_limit(void *arg, femto_t value)
{
	numbers_add(arg, value);
}

void
domain_limits(const struct policy *policy, size_t attribute, const struct attribute *values,
	struct numbers *out)
{
	for (size_t i = 0; i < policy->rules_n; i++)
		if (policy->rules[i].condition.uses[attribute])
			condition_limits(&policy->rules[i].condition, attribute,
				&policy->vocabulary, values, add_limit, out);
	numbers_sort(out);
}

femto_t
step_down(femto_t value, femto_t step)
{
	femto_t rest = value % step;
	return value - rest - (rest < 0 ? step : 0);
}

femto_t
step_up(femto_t value, femto_t step)
{
	femto_t down = step_down(value, step);
	return down == value ? value : down + step;
}

static void
add_point(struct domain *domain, const struct attribute *value)
{
	domain->points = xgrow(domain->points, &domain->size, domain->n, sizeof(*domain->points));
	domain->points[domain->n] = *value;
	domain->points[domain->n++].source = ATTRIBUTE_CONFIGURED;
}

/* Where limits cannot be known: around what is there and what it is compared with, near and far. */
static void
add_samples(struct numbers *numbers, femto_t value)
{
	static const int thousandths[] = { 0, 10, 100, 250, 500, 750, 800, 900, 950, 990, 1010,
		1050, 1100, 1250, 1500, 2000, 3000, 5000, 10000, 100000 };
	for (size_t i = 0; i < HL_COUNT(thousandths); i++)
		numbers_add(numbers, value / 1000 * thousandths[i]);
}

static void
number_points(const struct policy *policy, size_t attribute, const struct attribute *values,
	struct domain *out)
{
	const struct attribute_info *info = &policy->attributes->items[attribute];
	struct numbers limits = { 0 }, points = { 0 };
	domain_limits(policy, attribute, values, &limits);
	if (policy_samples(policy, attribute)) {
		size_t n = limits.n;
		out->sampled = true;
		for (size_t i = 0; i < n; i++)
			add_samples(&limits, limits.items[i]);
		if (values[attribute].source != ATTRIBUTE_UNKNOWN) {
			add_samples(&limits, values[attribute].number);
			add_samples(&limits, values[attribute].high);
		}
		numbers_sort(&limits);
	}
	for (size_t i = 0; i < limits.n; i++) {
		femto_t below = step_down(limits.items[i], info->step);
		femto_t above = step_up(limits.items[i], info->step);
		numbers_add(&points, below);
		numbers_add(&points, above);
		if (below == above) {
			numbers_add(&points, below - info->step);
			numbers_add(&points, above + info->step);
		}
	}
	/* compared with no number, it is asked whether it is known, or against another attribute */
	for (int i = 0; i < 2 && !limits.n; i++)
		numbers_add(&points, step_up(info->least, info->step) + i * info->step);
	numbers_sort(&points);
	for (size_t i = 0; i < points.n; i++) {
		if (points.items[i] < info->least || points.items[i] > info->most)
			continue;
		const struct attribute value = { .number = points.items[i],
			.high = points.items[i] };
		add_point(out, &value);
	}
	numbers_free(&limits);
	numbers_free(&points);
}

void
domain_points(const struct policy *policy, size_t attribute, const struct attribute *values,
	struct domain *out)
{
	const struct attribute_info *info = &policy->attributes->items[attribute];
	switch (info->kind) {
	case ATTRIBUTE_NUMBER:
		number_points(policy, attribute, values, out);
		return;
	case ATTRIBUTE_WORD:
		for (size_t i = 0; i < info->words_n; i++) {
			const struct attribute value = { .word = info->words[i] };
			add_point(out, &value);
		}
		return;
	case ATTRIBUTE_FLAG:
		for (int flag = 0; flag < 2; flag++) {
			const struct attribute value = { .number = flag, .high = flag };
			add_point(out, &value);
		}
		return;
	}
}

void
domain_free(struct domain *domain)
{
	free(domain->points);
	*domain = (struct domain){ 0 };
}

bool
attribute_same(
	const struct attribute_info *info, const struct attribute *a, const struct attribute *b)
{
	bool unknown = a->source == ATTRIBUTE_UNKNOWN;
	if (unknown || b->source == ATTRIBUTE_UNKNOWN)
		return unknown && b->source == ATTRIBUTE_UNKNOWN;
	if (info->kind == ATTRIBUTE_WORD)
		return slice_eq(a->word, b->word);
	return a->number == b->number && a->high == b->high;
}

/* What is evaluated over ranges: a rule, or one comparison of it. */
struct trial {
	const struct policy *policy;
	const struct rule *rule;
	size_t leaf;              /* SIZE_MAX: the whole rule */
	struct attribute *values; /* a copy, with ranges pinned one after the other */
	int left;                 /* trials until it is too much */
	bool seen[3];             /* enum truth */
};

static enum truth
evaluate(const struct policy *policy, const struct rule *rule, size_t leaf,
	const struct attribute *values)
{
	if (leaf == SIZE_MAX)
		return condition_truth(
			&rule->condition, &policy->vocabulary, policy->sandbox, values);
	return condition_leaf(&rule->condition, leaf, &policy->vocabulary, policy->sandbox, values);
}

/* Both ends of a range, the limits inside of it, and a value between each two of these. */
static void
range_points(const struct trial *trial, size_t attribute, struct numbers *out)
{
	const struct attribute *value = &trial->values[attribute];
	struct numbers limits = { 0 };
	condition_limits(&trial->rule->condition, attribute, &trial->policy->vocabulary,
		trial->values, add_limit, &limits);
	numbers_add(out, value->number);
	numbers_add(out, value->high);
	for (size_t i = 0; i < limits.n; i++)
		if (limits.items[i] > value->number && limits.items[i] < value->high)
			numbers_add(out, limits.items[i]);
	numbers_sort(out);
	size_t n = out->n;
	for (size_t i = 0; i + 1 < n; i++)
		numbers_add(out, out->items[i] + (out->items[i + 1] - out->items[i]) / 2);
	numbers_free(&limits);
}

static void
try_ranges(struct trial *trial, size_t attribute)
{
	const struct attributes *attributes = trial->policy->attributes;
	const bool *uses = trial->rule->condition.uses;
	for (; attribute < attributes->n; attribute++)
		if (uses[attribute] && trial->values[attribute].source != ATTRIBUTE_UNKNOWN &&
			attributes->items[attribute].kind == ATTRIBUTE_NUMBER &&
			trial->values[attribute].number != trial->values[attribute].high)
			break;
	if (attribute == attributes->n) {
		trial->left--;
		trial->seen[evaluate(trial->policy, trial->rule, trial->leaf, trial->values)] =
			true;
		return;
	}
	struct numbers points = { 0 };
	const struct attribute range = trial->values[attribute];
	range_points(trial, attribute, &points);
	for (size_t i = 0; i < points.n && trial->left > 0; i++) {
		trial->values[attribute].number = trial->values[attribute].high = points.items[i];
		try_ranges(trial, attribute + 1);
	}
	trial->values[attribute] = range;
	numbers_free(&points);
}

static bool
has_ranges(const struct policy *policy, const struct rule *rule, const struct attribute *values)
{
	for (size_t i = 0; i < policy->attributes->n; i++)
		if (rule->condition.uses[i] && values[i].source != ATTRIBUTE_UNKNOWN &&
			values[i].number != values[i].high)
			return true;
	return false;
}

static enum truth
truth_over_ranges(const struct policy *policy, const struct rule *rule, size_t leaf,
	const struct attribute *values)
{
	if (!has_ranges(policy, rule, values))
		return evaluate(policy, rule, leaf, values);
	size_t n = policy->attributes->n;
	struct trial trial = { .policy = policy,
		.rule = rule,
		.leaf = leaf,
		.values = xcalloc(n, sizeof(*values)),
		.left = RANGE_TRIALS_MOST };
	memcpy(trial.values, values, n * sizeof(*values));
	try_ranges(&trial, 0);
	free(trial.values);
	if (trial.left <= 0 || trial.seen[TRUTH_UNKNOWN] ||
		trial.seen[TRUTH_HOLDS] == trial.seen[TRUTH_FAILS])
		return TRUTH_UNKNOWN;
	return trial.seen[TRUTH_HOLDS] ? TRUTH_HOLDS : TRUTH_FAILS;
}

enum truth
rule_truth(const struct policy *policy, const struct rule *rule, const struct attribute *values)
{
	return truth_over_ranges(policy, rule, SIZE_MAX, values);
}

enum truth
rule_leaf(const struct policy *policy, const struct rule *rule, size_t leaf,
	const struct attribute *values)
{
	return truth_over_ranges(policy, rule, leaf, values);
}
