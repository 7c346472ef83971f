/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/flip.h"

#include <stdlib.h>

#include "decide/domain.h"

static femto_t
size_of(femto_t value)
{
	return value < 0 ? -value : value;
}

/* From the nearer end of a range; 0 inside. */
static femto_t
distance(const struct attribute *from, femto_t to)
{
	if (to >= from->number && to <= from->high)
		return 0;
	femto_t low = size_of(to - from->number), high = size_of(to - from->high);
	return low < high ? low : high;
}

long double
flip_measure(
	const struct attribute_info *info, const struct attribute *from, const struct attribute *to)
{
	if (from->source == ATTRIBUTE_UNKNOWN)
		return 2;
	if (info->kind != ATTRIBUTE_NUMBER)
		return 1;
	femto_t far = distance(from, to->number);
	femto_t end = size_of(to->number < from->number ? from->number : from->high);
	return (long double)far / (long double)(end ? end : info->step);
}

/* What is evaluated again and again: only the rules that ask for the attribute. */
struct search {
	const struct policy *policy;
	struct attribute *values; /* a copy: one is changed at a time */
	enum truth *truths, *then;
	enum verdict verdict;
	bool decided; /* undecided is no answer */
};

static bool
answers(const struct search *search, const struct outcome *then)
{
	return then->verdict != search->verdict &&
	       !(search->decided && then->verdict == VERDICT_UNDECIDED);
}

static struct outcome
outcome_with(struct search *search, size_t attribute, const struct attribute *value)
{
	const struct policy *policy = search->policy;
	const struct attribute before = search->values[attribute];
	search->values[attribute] = *value;
	memcpy(search->then, search->truths, policy->rules_n * sizeof(*search->then));
	for (size_t i = 0; i < policy->rules_n; i++)
		if (policy->rules[i].condition.uses[attribute])
			search->then[i] = rule_truth(policy, &policy->rules[i], search->values);
	struct outcome out = policy_outcome(policy, search->then, search->values);
	search->values[attribute] = before;
	return out;
}

/* Halves the way between a sample that flips and one that does not, down to a step. */
static struct attribute
approach(struct search *search, size_t attribute, const struct attribute *flips)
{
	enum { HALVINGS = 60 };
	const struct attribute_info *info = &search->policy->attributes->items[attribute];
	const struct attribute *from = &search->values[attribute];
	femto_t bad = flips->number < from->number ? from->number : from->high;
	struct attribute good = *flips;
	for (int i = 0; i < HALVINGS && size_of(good.number - bad) > info->step; i++) {
		struct attribute middle = good;
		middle.number = step_down(bad + (good.number - bad) / 2, info->step);
		middle.high = middle.number;
		if (middle.number == good.number || middle.number == bad)
			break;
		struct outcome then = outcome_with(search, attribute, &middle);
		if (answers(search, &then))
			good = middle;
		else
			bad = middle.number;
	}
	return good;
}

/* The nearest value of an attribute that changes the verdict. */
static bool
find_nearest(struct search *search, size_t attribute, struct flip *out)
{
	const struct attribute_info *info = &search->policy->attributes->items[attribute];
	const struct attribute *from = &search->values[attribute];
	bool number = info->kind == ATTRIBUTE_NUMBER && from->source != ATTRIBUTE_UNKNOWN;
	struct domain domain = { 0 };
	femto_t nearest = -1;
	domain_points(search->policy, attribute, search->values, &domain);
	for (size_t i = 0; i < domain.n; i++) {
		const struct attribute *to = &domain.points[i];
		femto_t far = number ? distance(from, to->number) : 0;
		if (attribute_same(info, from, to) || (nearest >= 0 && far >= nearest))
			continue;
		struct outcome then = outcome_with(search, attribute, to);
		if (!answers(search, &then))
			continue;
		nearest = far;
		*out = (struct flip){
			.attribute = attribute, .to = *to, .then = then, .sampled = domain.sampled
		};
	}
	if (nearest >= 0 && number && domain.sampled) {
		out->to = approach(search, attribute, &out->to);
		out->then = outcome_with(search, attribute, &out->to);
	}
	if (nearest >= 0)
		out->measure = flip_measure(info, from, &out->to);
	domain_free(&domain);
	return nearest >= 0;
}

/* Few: inserted where they belong, later ones of the same measure behind. */
static void
insert(struct flips *flips, const struct flip *flip)
{
	flips->items = xgrow(flips->items, &flips->size, flips->n, sizeof(*flips->items));
	size_t at = flips->n++;
	for (; at && flips->items[at - 1].measure > flip->measure; at--)
		flips->items[at] = flips->items[at - 1];
	flips->items[at] = *flip;
}

void
flips_find(struct flips *flips, const struct policy *policy, const struct attribute *values)
{
	size_t n = policy->attributes->n;
	struct search search = { .policy = policy,
		.values = xcalloc(n, sizeof(*values)),
		.truths = xcalloc(policy->rules_n, sizeof(*search.truths)),
		.then = xcalloc(policy->rules_n, sizeof(*search.then)) };
	memcpy(search.values, values, n * sizeof(*values));
	policy_truths(policy, values, search.truths);
	search.verdict = policy_outcome(policy, search.truths, values).verdict;
	for (size_t a = 0; a < n; a++) {
		struct flip flip;
		if (!policy_uses(policy, a) && !policy->required[a])
			continue;
		search.decided = false;
		if (!find_nearest(&search, a, &flip))
			continue;
		insert(flips, &flip);
		search.decided = true;
		if (find_nearest(&search, a, &flip) &&
			(!flips->has_decided || flip.measure < flips->decided.measure)) {
			flips->decided = flip;
			flips->has_decided = true;
		}
	}
	flips->has_decided =
		flips->has_decided && flips->items[0].then.verdict == VERDICT_UNDECIDED;
	free(search.values);
	free(search.truths);
	free(search.then);
}

void
flips_free(struct flips *flips)
{
	free(flips->items);
	*flips = (struct flips){ 0 };
}

/* In whole calls if that flips it too: nobody makes 12.6 more calls. */
static void
print_calls(struct str *out, const struct policy *policy, const struct attribute *values,
	const struct flip *flip)
{
	const struct attribute *from = &values[flip->attribute];
	bool more = flip->to.number > from->high;
	femto_t change = size_of(flip->to.number - (more ? from->high : from->number));
	femto_t whole = step_up(change, FEMTO_PER_UNIT);
	size_t n = policy->attributes->n;
	struct attribute *then = xcalloc(n, sizeof(*then));
	memcpy(then, values, n * sizeof(*then));
	then[flip->attribute] = flip->to;
	femto_t to = more ? from->high + whole : from->number - whole;
	then[flip->attribute].number = then[flip->attribute].high = to;
	if (to >= 0 && policy_decide(policy, then).verdict == flip->then.verdict)
		change = whole;
	free(then);
	attribute_number_print(out, change);
	str_printf(out, " %s call%s a day", more ? "more" : "fewer",
		change == FEMTO_PER_UNIT ? "" : "s");
}

/* The limit that a number passes: "under 32,000 tokens" for 31,999. */
static bool
print_passed(struct str *out, const struct policy *policy, const struct attribute *values,
	const struct flip *flip)
{
	const struct attribute_info *info = &policy->attributes->items[flip->attribute];
	const struct attribute *from = &values[flip->attribute];
	struct numbers limits = { 0 };
	bool said = false;
	domain_limits(policy, flip->attribute, values, &limits);
	for (size_t i = 0; i < limits.n && !said; i++) {
		femto_t limit = limits.items[i], past = flip->to.number - limit;
		bool up = past > 0 && past <= info->step && from->high <= limit;
		bool down = past < 0 && -past <= info->step && from->number >= limit;
		if (!up && !down)
			continue;
		str_printf(out, SLICE_FMT " %s ", SLICE_ARG(info->name), up ? "over" : "under");
		attribute_unit_print(out, info->unit, limit);
		said = true;
	}
	numbers_free(&limits);
	return said;
}

void
flip_print(struct str *out, const struct policy *policy, const struct attribute *values,
	const struct flip *flip)
{
	const struct attribute_info *info = &policy->attributes->items[flip->attribute];
	const struct attribute *from = &values[flip->attribute];
	bool known = info->kind == ATTRIBUTE_NUMBER && from->source != ATTRIBUTE_UNKNOWN;
	bool outside = flip->to.number < from->number || flip->to.number > from->high;
	if (known && outside && slice_is(info->unit, "calls/day")) {
		print_calls(out, policy, values, flip);
		return;
	}
	if (known && outside && print_passed(out, policy, values, flip))
		return;
	str_printf(out, SLICE_FMT "%s", SLICE_ARG(info->name), known ? " at " : " = ");
	attribute_print(out, info, &flip->to);
}

void
outcome_print(struct str *out, const struct outcome *outcome)
{
	str_puts(out, verdict_names[outcome->verdict]);
	if (outcome->modifier != MODIFIER_NONE)
		str_printf(out, ", %s", modifier_names[outcome->modifier]);
}
