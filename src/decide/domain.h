/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * domain - the values of an attribute that a policy can tell apart.
 *
 * The numbers that a number is compared with cut its line into cells in which no condition
 * changes; one value of each cell stands for all of it.  Words and flags are all there.
 * An attribute in arithmetic or in a function has cells whose borders are not known: its
 * values are samples.
 */
#ifndef HLLM_DECIDE_DOMAIN_H
#define HLLM_DECIDE_DOMAIN_H

#include "decide/policy.h"

struct numbers {
	femto_t *items; /* ascending, none twice once sorted */
	size_t n, size;
};
void numbers_add(struct numbers *numbers, femto_t value);
void numbers_sort(struct numbers *numbers);
void numbers_free(struct numbers *numbers);

/* What the attribute is compared with anywhere in the policy, given the values of the others; sorted. */
void domain_limits(const struct policy *policy, size_t attribute, const struct attribute *values,
	struct numbers *out);

/*
 * Values that stand for every cell: of a number the multiples of its step next to each limit, on
 * both sides and on it (so that in each cell the value nearest to any given one outside of it is
 * there); of words and flags all.  Appended to *out, with the source ATTRIBUTE_CONFIGURED.
 */
struct domain {
	struct attribute *points;
	size_t n, size;
	bool sampled;
};
void domain_points(const struct policy *policy, size_t attribute, const struct attribute *values,
	struct domain *out);
void domain_free(struct domain *domain);

/* The same value?  Unknown ones are. */
bool attribute_same(
	const struct attribute_info *info, const struct attribute *a, const struct attribute *b);
/* The largest multiple of step at or below, the smallest at or above a number. */
femto_t step_down(femto_t value, femto_t step);
femto_t step_up(femto_t value, femto_t step);

/*
 * The truth of a rule; of ranges all cells that they reach are tried, and what is not the same in
 * all of them is unknown.
 */
enum truth rule_truth(
	const struct policy *policy, const struct rule *rule, const struct attribute *values);
/* The same of one comparison. */
enum truth rule_leaf(const struct policy *policy, const struct rule *rule, size_t leaf,
	const struct attribute *values);

#endif
