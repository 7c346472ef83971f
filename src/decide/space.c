/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/space.h"

#include <stdlib.h>

/* Is the attribute compared with another one somewhere? */
static bool
is_alone(const struct policy *policy, size_t attribute)
{
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct condition *condition = &policy->rules[i].condition;
		for (size_t k = 0; k < condition->leaves_n; k++)
			for (size_t a = 0; a < policy->attributes->n; a++)
				if (a != attribute && node_uses(condition->leaves[k], a) &&
					node_uses(condition->leaves[k], attribute))
					return false;
	}
	return true;
}

static int
compare_points(const void *pa, const void *pb)
{
	const struct attribute *a = pa, *b = pb;
	return (a->number > b->number) - (a->number < b->number);
}

/* What an attribute is compared with changes with the other: the other's points are its points too. */
static void
add_partners(struct space *space)
{
	size_t n = space->axes_n;
	for (size_t i = 0; i < n; i++) {
		struct axis *axis = &space->axes[i];
		const struct attribute_info *info =
			&space->policy->attributes->items[axis->attribute];
		if (axis->alone || info->kind != ATTRIBUTE_NUMBER)
			continue;
		space->sampled = true;
		for (size_t k = 0; k < n; k++) {
			const struct axis *other = &space->axes[k];
			if (k == i || other->alone || other->domain.sampled ||
				space->policy->attributes->items[other->attribute].kind !=
					ATTRIBUTE_NUMBER)
				continue;
			for (size_t p = 0; p < other->domain.n && axis->domain.n < 24; p++) {
				struct domain *domain = &axis->domain;
				domain->points = xgrow(domain->points, &domain->size, domain->n,
					sizeof(*domain->points));
				domain->points[domain->n++] = other->domain.points[p];
			}
		}
		if (axis->domain.n)
			qsort(axis->domain.points, axis->domain.n, sizeof(*axis->domain.points),
				compare_points);
	}
}

/* Do all comparisons of this attribute alone come out the same at both points? */
static bool
same_class(struct space *space, const struct axis *axis, size_t p, size_t q)
{
	const struct policy *policy = space->policy;
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct condition *condition = &policy->rules[i].condition;
		for (size_t k = 0; k < condition->leaves_n; k++) {
			if (!node_uses(condition->leaves[k], axis->attribute))
				continue;
			struct attribute *value = &space->values[axis->attribute];
			*value = axis->domain.points[p];
			enum truth first = rule_leaf(policy, &policy->rules[i], k, space->values);
			*value = axis->domain.points[q];
			enum truth second = rule_leaf(policy, &policy->rules[i], k, space->values);
			*value = (struct attribute){ .source = ATTRIBUTE_UNKNOWN };
			if (first != second)
				return false;
		}
	}
	return true;
}

static void
make_classes(struct space *space, struct axis *axis)
{
	size_t n = axis->domain.n;
	axis->class_of = arena_take(&space->arena, (n + 1) * sizeof(*axis->class_of));
	axis->point_of = arena_take(&space->arena, (n + 1) * sizeof(*axis->point_of));
	for (size_t p = 0; p < n; p++) {
		size_t c = 0;
		while (c < axis->classes &&
			!(axis->alone && same_class(space, axis, axis->point_of[c], p)))
			c++;
		if (c == CLASSES_MOST) {
			space->sampled = true; /* what has no room of its own stands aside */
			c--;
		} else if (c == axis->classes) {
			axis->point_of[axis->classes++] = p;
		}
		axis->class_of[p] = c;
	}
}

static size_t
axis_of(const struct space *space, size_t attribute)
{
	for (size_t i = 0; i < space->axes_n; i++)
		if (space->axes[i].attribute == attribute)
			return i;
	return SIZE_MAX;
}

/* Comparisons of one attribute are evaluated once for each class. */
static void
make_leaf(struct space *space, size_t rule, size_t leaf)
{
	const struct policy *policy = space->policy;
	const struct node *node = policy->rules[rule].condition.leaves[leaf];
	struct leaf_source *source = &space->leaves[rule][leaf];
	source->axis = SIZE_MAX;
	for (size_t a = 0; a < policy->attributes->n; a++) {
		if (!node_uses(node, a))
			continue;
		size_t axis = axis_of(space, a);
		if (source->axis != SIZE_MAX || axis == SIZE_MAX) {
			source->axis = SIZE_MAX;
			return;
		}
		source->axis = axis;
	}
	if (source->axis == SIZE_MAX)
		return;
	const struct axis *axis = &space->axes[source->axis];
	source->table = arena_take(&space->arena, axis->classes * sizeof(*source->table));
	for (size_t c = 0; c < axis->classes; c++) {
		space->values[axis->attribute] = axis->domain.points[axis->point_of[c]];
		source->table[c] = rule_leaf(policy, &policy->rules[rule], leaf, space->values);
	}
	space->values[axis->attribute] = (struct attribute){ .source = ATTRIBUTE_UNKNOWN };
}

static void
make_axes(struct space *space)
{
	const struct policy *policy = space->policy;
	size_t n = policy->attributes->n;
	space->axes = arena_take(&space->arena, (n + 1) * sizeof(*space->axes));
	for (size_t a = 0; a < n; a++) {
		if (!policy_uses(policy, a))
			continue;
		struct axis *axis = &space->axes[space->axes_n];
		*axis = (struct axis){ .attribute = a, .alone = is_alone(policy, a) };
		domain_points(policy, a, space->values, &axis->domain);
		space->sampled |= axis->domain.sampled;
		if (axis->domain.n)
			space->axes_n++;
		else
			domain_free(&axis->domain);
	}
	add_partners(space);
	for (size_t i = 0; i < space->axes_n; i++)
		make_classes(space, &space->axes[i]);
}

void
space_make(struct space *space, const struct policy *policy)
{
	*space = (struct space){ .policy = policy, .cells = 1 };
	size_t most = 0;
	space->values =
		arena_take(&space->arena, (policy->attributes->n + 1) * sizeof(*space->values));
	make_axes(space);
	space->leaves = arena_take(&space->arena, policy->rules_n * sizeof(struct leaf_source *));
	for (size_t i = 0; i < policy->rules_n; i++) {
		size_t n = policy->rules[i].condition.leaves_n;
		most = n > most ? n : most;
		space->leaves[i] = arena_take(&space->arena, n * sizeof(struct leaf_source));
		for (size_t k = 0; k < n; k++)
			make_leaf(space, i, k);
		for (size_t k = 0; k < n; k++)
			space->evaluated += space->leaves[i][k].axis == SIZE_MAX;
	}
	space->truths = arena_take(&space->arena, policy->rules_n * sizeof(*space->truths));
	space->scratch = arena_take(&space->arena, (most + 1) * sizeof(*space->scratch));
	for (size_t i = 0; i < space->axes_n; i++) {
		space->axes[i].stride = space->cells;
		space->cells *= space->axes[i].classes;
		if (space->cells > CELLS_MOST ||
			space->cells * space->evaluated > EVALUATIONS_MOST) {
			space->cells = SIZE_MAX;
			space->sampled = true;
			return;
		}
	}
}

void
space_free(struct space *space)
{
	for (size_t i = 0; i < space->axes_n; i++)
		domain_free(&space->axes[i].domain);
	arena_free(&space->arena);
	*space = (struct space){ 0 };
}

struct outcome
space_decide(struct space *space, const size_t *classes)
{
	const struct policy *policy = space->policy;
	for (size_t i = 0; i < space->axes_n; i++) {
		const struct axis *axis = &space->axes[i];
		space->values[axis->attribute] = axis->domain.points[axis->point_of[classes[i]]];
	}
	for (size_t i = 0; i < policy->rules_n; i++) {
		const struct condition *condition = &policy->rules[i].condition;
		for (size_t k = 0; k < condition->leaves_n; k++) {
			const struct leaf_source *source = &space->leaves[i][k];
			space->scratch[k] =
				source->axis == SIZE_MAX
					? rule_leaf(policy, &policy->rules[i], k, space->values)
					: source->table[classes[source->axis]];
		}
		space->truths[i] = condition_combine(condition, space->scratch);
	}
	/* what is required but in no condition is known here like everything else */
	for (size_t a = 0; a < policy->attributes->n; a++)
		if (policy->required[a] && space->values[a].source == ATTRIBUTE_UNKNOWN)
			space->values[a].source = ATTRIBUTE_CONFIGURED;
	return policy_outcome(policy, space->truths, space->values);
}

static bool
chosen(const struct axis *axis, uint64_t bits, size_t point)
{
	return (bits >> axis->class_of[point] & 1) != 0;
}

/* "at most 99", "exactly 100", "at least 101 calls/day", joined by "or" */
static void
print_numbers(struct str *out, const struct axis *axis, uint64_t bits, struct slice unit)
{
	size_t n = axis->domain.n, runs = 0;
	for (size_t p = 0; p < n; p++) {
		size_t from = p;
		if (!chosen(axis, bits, p))
			continue;
		while (p + 1 < n && chosen(axis, bits, p + 1))
			p++;
		str_puts(out, runs++ ? " or " : " ");
		if (from == 0 && p + 1 < n)
			str_puts(out, "at most ");
		else if (p + 1 == n && from > 0)
			str_puts(out, "at least ");
		else if (p > from) {
			attribute_number_print(out, axis->domain.points[from].number);
			str_puts(out, " to ");
		} else if (n > 1) {
			str_puts(out, "exactly ");
		}
		size_t end = p + 1 == n && from > 0 ? from : p;
		attribute_unit_print(out, unit, axis->domain.points[end].number);
	}
}

/* Of many words the few that are not meant. */
static void
print_words(struct str *out, const struct axis *axis, uint64_t bits)
{
	size_t in = 0, n = axis->domain.n, said = 0;
	for (size_t p = 0; p < n; p++)
		in += chosen(axis, bits, p);
	bool most = in * 2 > n;
	str_puts(out, most ? " is not " : " is ");
	for (size_t p = 0; p < n; p++)
		if (chosen(axis, bits, p) != most)
			str_printf(out, "%s" SLICE_FMT,
				said++ == 0                    ? ""
				: said == (most ? n - in : in) ? " or "
							       : ", ",
				SLICE_ARG(axis->domain.points[p].word));
}

void
space_print(struct str *out, const struct space *space, size_t number, uint64_t bits)
{
	const struct axis *axis = &space->axes[number];
	const struct attribute_info *info = &space->policy->attributes->items[axis->attribute];
	str_slice(out, info->name);
	switch (info->kind) {
	case ATTRIBUTE_NUMBER:
		print_numbers(out, axis, bits, info->unit);
		return;
	case ATTRIBUTE_WORD:
		print_words(out, axis, bits);
		return;
	case ATTRIBUTE_FLAG:
		str_puts(out, chosen(axis, bits, 1) ? " is yes" : " is no");
		return;
	}
}
