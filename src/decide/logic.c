/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logic - what can be said of a condition without SQLite: three-valued logic, uses, limits. */
#include "config.h"

#include "decide/condition.h"

static bool
is_connective(const struct node *node)
{
	return node->op == NODE_AND || node->op == NODE_OR || node->op == NODE_NOT;
}

static enum truth
negate(enum truth truth)
{
	return truth == TRUTH_UNKNOWN ? truth : truth == TRUTH_HOLDS ? TRUTH_FAILS : TRUTH_HOLDS;
}

/* *leaf counts the leaves in the order in which find_leaves() met them. */
static enum truth
combine(const struct node *node, const enum truth *leaves, size_t *leaf)
{
	if (!is_connective(node))
		return leaves[(*leaf)++];
	if (node->op == NODE_NOT)
		return negate(combine(node->args[0], leaves, leaf));
	enum truth strong = node->op == NODE_AND ? TRUTH_FAILS : TRUTH_HOLDS;
	enum truth result = negate(strong);
	for (size_t i = 0; i < node->args_n; i++) {
		enum truth one = combine(node->args[i], leaves, leaf);
		if (one == strong)
			result = strong;
		else if (one == TRUTH_UNKNOWN && result != strong)
			result = TRUTH_UNKNOWN;
	}
	return result;
}

enum truth
condition_combine(const struct condition *condition, const enum truth *leaves)
{
	size_t leaf = 0;
	return combine(condition->root, leaves, &leaf);
}

static size_t
leaves_of(const struct node *node)
{
	size_t n = 0;
	if (!is_connective(node))
		return 1;
	for (size_t i = 0; i < node->args_n; i++)
		n += leaves_of(node->args[i]);
	return n;
}

/* The result of an AND that holds rests on all, of one that fails on those that fail, of one that is unknown on
 * those that are; of an OR likewise. */
static void
support(const struct node *node, const enum truth *leaves, size_t from, bool *marks)
{
	if (!is_connective(node)) {
		marks[from] = true;
		return;
	}
	size_t leaf = from;
	enum truth whole = combine(node, leaves, &leaf);
	for (size_t i = 0; i < node->args_n; i++) {
		size_t at = from;
		enum truth one = combine(node->args[i], leaves, &at);
		if (node->op == NODE_NOT || one == whole)
			support(node->args[i], leaves, from, marks);
		from += leaves_of(node->args[i]);
	}
}

void
condition_support(const struct condition *condition, const enum truth *leaves, bool *marks)
{
	support(condition->root, leaves, 0, marks);
}

bool
node_uses(const struct node *node, size_t attribute)
{
	if (node->op == NODE_ATTRIBUTE)
		return node->index == attribute;
	for (size_t i = 0; i < node->args_n; i++)
		if (node_uses(node->args[i], attribute))
			return true;
	return false;
}

/* The value of a number; 'high': at the upper ends of ranges.  False: unknown. */
static bool number_of(const struct node *node, const struct vocabulary *vocabulary,
	const struct attribute *values, bool high, long double *out);

static bool
number_of_many(const struct node *node, const struct vocabulary *vocabulary,
	const struct attribute *values, bool high, long double *out)
{
	long double sum = 0, one = 0;
	for (size_t i = 0; i < node->args_n; i++) {
		if (!number_of(node->args[i], vocabulary, values, high, &one))
			return false;
		if (i == 0)
			sum = node->op == NODE_NEGATE ? -one : one;
		else if (node->op == NODE_ADD)
			sum += one;
		else if (node->op == NODE_SUBTRACT)
			sum -= one;
		else if (node->op == NODE_MULTIPLY)
			sum *= one;
		else
			return false; /* a function: its arguments are limits of their own */
	}
	*out = sum;
	return true;
}

static bool
number_of(const struct node *node, const struct vocabulary *vocabulary,
	const struct attribute *values, bool high, long double *out)
{
	if (node->op == NODE_NUMBER) {
		*out = (long double)node->number;
	} else if (node->op == NODE_PARAMETER) {
		*out = (long double)vocabulary->parameters[node->index].number;
	} else if (node->op == NODE_ATTRIBUTE) {
		const struct attribute *value = &values[node->index];
		*out = (long double)(high ? value->high : value->number);
		return value->source != ATTRIBUTE_UNKNOWN;
	} else if (node->op == NODE_MULTIPLY) {
		bool good = number_of_many(node, vocabulary, values, high, out);
		*out /= good ? (long double)FEMTO_PER_UNIT : 1;
		return good;
	} else {
		return number_of_many(node, vocabulary, values, high, out);
	}
	return true;
}

/* Exact where one literal, parameter or attribute stands; beyond 128 bits there are no values. */
static void
say_limit(const struct node *node, const struct vocabulary *vocabulary,
	const struct attribute *values, void (*limit)(void *arg, femto_t value), void *arg)
{
	long double low = 0, high = 0;
	if (node->op == NODE_NUMBER) {
		limit(arg, node->number);
	} else if (node->op == NODE_PARAMETER) {
		limit(arg, vocabulary->parameters[node->index].number);
	} else if (node->op == NODE_ATTRIBUTE) {
		const struct attribute *value = &values[node->index];
		if (value->source == ATTRIBUTE_UNKNOWN)
			return;
		limit(arg, value->number);
		if (value->high != value->number)
			limit(arg, value->high);
	} else if (number_of(node, vocabulary, values, false, &low) &&
		   number_of(node, vocabulary, values, true, &high)) {
		if (low < 1e36L && low > -1e36L)
			limit(arg, (femto_t)low);
		if (high != low && high < 1e36L && high > -1e36L)
			limit(arg, (femto_t)high);
	}
}

void
node_limits(const struct node *node, size_t attribute, const struct vocabulary *vocabulary,
	const struct attribute *values, void (*limit)(void *arg, femto_t value), void *arg)
{
	bool compares = node->op >= NODE_LESS && node->op <= NODE_BETWEEN;
	for (size_t i = 0; i < node->args_n; i++) {
		const struct node *one = node->args[i];
		for (size_t k = 0; compares && k < node->args_n; k++)
			if (k != i && one->kind == ATTRIBUTE_NUMBER && node_uses(one, attribute) &&
				!node_uses(node->args[k], attribute))
				say_limit(node->args[k], vocabulary, values, limit, arg);
		node_limits(one, attribute, vocabulary, values, limit, arg);
	}
}

void
condition_limits(const struct condition *condition, size_t attribute,
	const struct vocabulary *vocabulary, const struct attribute *values,
	void (*limit)(void *arg, femto_t value), void *arg)
{
	node_limits(condition->root, attribute, vocabulary, values, limit, arg);
}

/* A word of a parameter against the words of an attribute; anything else is as it was when it was parsed. */
static bool
check_pair(const struct node *a, const struct node *b, const struct vocabulary *vocabulary,
	struct err *err)
{
	if (a->op != NODE_ATTRIBUTE || b->op != NODE_PARAMETER || a->kind != ATTRIBUTE_WORD)
		return true;
	struct attribute unused = { 0 };
	const struct parameter *parameter = &vocabulary->parameters[b->index];
	return attribute_parse(
		       &vocabulary->attributes->items[a->index], parameter->word, &unused, err) ||
	       err_wrap(err, SLICE_FMT, SLICE_ARG(parameter->name));
}

static bool
check_words(const struct node *node, const struct vocabulary *vocabulary, struct err *err)
{
	for (size_t i = 0; i < node->args_n; i++) {
		if (!check_words(node->args[i], vocabulary, err))
			return false;
		if (i && (!check_pair(node->args[0], node->args[i], vocabulary, err) ||
				 !check_pair(node->args[i], node->args[0], vocabulary, err)))
			return false;
	}
	return true;
}

bool
condition_check_words(
	const struct condition *condition, const struct vocabulary *vocabulary, struct err *err)
{
	return check_words(condition->root, vocabulary, err);
}
