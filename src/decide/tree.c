/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tree - which kinds go together in a condition.
 *
 * For SQLite any word is greater than any number and 'frontir' is a word like another;
 * a policy that compares them would be wrong in silence.
 */
#include "config.h"

#include "decide/tree.h"

#include <stdlib.h>

static const char *const kind_words[] = { [ATTRIBUTE_NUMBER] = "a number",
	[ATTRIBUTE_WORD] = "a word",
	[ATTRIBUTE_FLAG] = "true or false" };

void
tree_describe(struct str *out, const struct node *node)
{
	str_printf(out, SLICE_FMT " is %s", SLICE_ARG(node->text), kind_words[node->kind]);
}

static bool
need_kind(const struct node *node, enum attribute_kind kind, const char *who, struct err *err)
{
	if (node->kind == kind)
		return true;
	struct str what = STR_INIT;
	tree_describe(&what, node);
	err_set(err, FAULT_INPUT, "%s, %s", str_text(&what), who);
	str_free(&what);
	return false;
}

static bool
clash(const struct node *a, const struct node *b, struct err *err)
{
	struct str left = STR_INIT, right = STR_INIT;
	tree_describe(&left, a);
	tree_describe(&right, b);
	err_set(err, FAULT_INPUT, "%s and %s, they cannot be compared", str_text(&left),
		str_text(&right));
	str_free(&left);
	str_free(&right);
	return false;
}

/* The unit of a number: of a sum that of its first part with one; "" when anything fits. */
static struct slice
unit_of(const struct node *node, const struct vocabulary *vocabulary)
{
	bool sum = node->op == NODE_ADD || node->op == NODE_SUBTRACT || node->op == NODE_NEGATE ||
		   node->op == NODE_CALL;
	for (size_t i = 0; sum && i < node->args_n; i++) {
		struct slice unit = unit_of(node->args[i], vocabulary);
		if (unit.n)
			return unit;
	}
	if (node->op == NODE_ATTRIBUTE)
		return vocabulary->attributes->items[node->index].unit;
	if (node->op == NODE_PARAMETER)
		return vocabulary->parameters[node->index].unit;
	return SLICE("");
}

static bool
check_units(const struct node *a, const struct node *b, const struct vocabulary *vocabulary,
	struct err *err)
{
	struct slice left = unit_of(a, vocabulary), right = unit_of(b, vocabulary);
	if (!left.n || !right.n || slice_eq(left, right))
		return true;
	return err_set(err, FAULT_INPUT,
		SLICE_FMT " is in " SLICE_FMT " and " SLICE_FMT " in " SLICE_FMT
			  ", they cannot be compared",
		SLICE_ARG(a->text), SLICE_ARG(left), SLICE_ARG(b->text), SLICE_ARG(right));
}

static bool
has_word(const struct attribute_info *info, struct slice word)
{
	for (size_t i = 0; i < info->words_n; i++)
		if (slice_eq(info->words[i], word))
			return true;
	return false;
}

/* A word must be one that the attribute can be, else the comparison never holds. */
static bool
check_word(const struct node *attribute, const struct node *other,
	const struct vocabulary *vocabulary, struct err *err)
{
	const struct attribute_info *info = &vocabulary->attributes->items[attribute->index];
	struct attribute unused = { 0 };
	if (other->op == NODE_WORD)
		return attribute_parse(info, other->word, &unused, err) ||
		       err_wrap(err, SLICE_FMT, SLICE_ARG(info->name));
	if (other->op == NODE_PARAMETER) {
		const struct parameter *parameter = &vocabulary->parameters[other->index];
		return attribute_parse(info, parameter->word, &unused, err) ||
		       err_wrap(err, "parameter " SLICE_FMT ", which stands against " SLICE_FMT,
			       SLICE_ARG(parameter->name), SLICE_ARG(info->name));
	}
	if (other->op != NODE_ATTRIBUTE)
		return true;
	const struct attribute_info *second = &vocabulary->attributes->items[other->index];
	for (size_t i = 0; i < info->words_n; i++)
		if (has_word(second, info->words[i]))
			return true;
	return err_set(err, FAULT_INPUT,
		SLICE_FMT " and " SLICE_FMT " have no word in common, they cannot be compared",
		SLICE_ARG(info->name), SLICE_ARG(second->name));
}

static bool
check_words(const struct node *a, const struct node *b, const struct vocabulary *vocabulary,
	struct err *err)
{
	if (a->op == NODE_ATTRIBUTE)
		return check_word(a, b, vocabulary, err);
	return b->op != NODE_ATTRIBUTE || check_word(b, a, vocabulary, err);
}

/* In SQL 0 and 1 are how flags are written. */
static void
make_flag(struct node *node)
{
	if (node->op == NODE_NUMBER && (node->number == 0 || node->number == FEMTO_PER_UNIT)) {
		node->op = node->number ? NODE_TRUE : NODE_FALSE;
		node->kind = ATTRIBUTE_FLAG;
	}
}

/* Two sides of a comparison; 'ordered': by < and its like. */
static bool
check_pair(struct node *a, struct node *b, bool ordered, const struct vocabulary *vocabulary,
	struct err *err)
{
	if (a->kind == ATTRIBUTE_FLAG)
		make_flag(b);
	else if (b->kind == ATTRIBUTE_FLAG)
		make_flag(a);
	if (a->kind != b->kind)
		return clash(a, b, err);
	if (ordered && a->kind != ATTRIBUTE_NUMBER)
		return need_kind(
			a, ATTRIBUTE_NUMBER, "which has no order, expected =, <> or IN", err);
	if (a->kind == ATTRIBUTE_NUMBER)
		return check_units(a, b, vocabulary, err);
	return a->kind != ATTRIBUTE_WORD || check_words(a, b, vocabulary, err);
}

static bool
check_call(struct node *node, const struct vocabulary *vocabulary, struct err *err)
{
	const char *name = sandbox_functions[node->index];
	if (node->args_n < 2 || node->args_n > 16)
		return err_set(err, FAULT_INPUT, "%s() takes from 2 to 16 values", name);
	bool any = strcmp(name, "coalesce") == 0;
	for (size_t i = 0; i < node->args_n; i++) {
		if (!any && !need_kind(node->args[i], ATTRIBUTE_NUMBER,
				    "expected a number inside of the function", err))
			return false;
		if (i && !check_pair(node->args[0], node->args[i], false, vocabulary, err))
			return false;
	}
	node->kind = node->args[0]->kind;
	return true;
}

static bool
check_arithmetic(struct node *node, const struct vocabulary *vocabulary, struct err *err)
{
	for (size_t i = 0; i < node->args_n; i++)
		if (!need_kind(node->args[i], ATTRIBUTE_NUMBER,
			    "expected a number beside an arithmetic sign", err))
			return false;
	node->kind = ATTRIBUTE_NUMBER;
	return node->op == NODE_MULTIPLY || node->op == NODE_NEGATE ||
	       check_units(node->args[0], node->args[1], vocabulary, err);
}

static bool
check_connective(struct node *node, struct err *err)
{
	node->kind = ATTRIBUTE_FLAG;
	for (size_t i = 0; i < node->args_n; i++) {
		make_flag(node->args[i]);
		if (!need_kind(node->args[i], ATTRIBUTE_FLAG,
			    "expected a condition beside AND, OR and NOT", err))
			return false;
	}
	return true;
}

static bool
check_comparison(struct node *node, const struct vocabulary *vocabulary, struct err *err)
{
	bool ordered = node->op == NODE_LESS || node->op == NODE_AT_MOST || node->op == NODE_MORE ||
		       node->op == NODE_AT_LEAST || node->op == NODE_BETWEEN;
	for (size_t i = 1; i < node->args_n; i++)
		if (!check_pair(node->args[0], node->args[i], ordered, vocabulary, err))
			return false;
	node->kind = ATTRIBUTE_FLAG;
	return true;
}

bool
tree_check(struct node *node, const struct vocabulary *vocabulary, struct err *err)
{
	switch (node->op) {
	case NODE_NUMBER:
	case NODE_WORD:
	case NODE_TRUE:
	case NODE_FALSE:
	case NODE_ATTRIBUTE:
	case NODE_PARAMETER:
		return true;
	case NODE_NEGATE:
	case NODE_ADD:
	case NODE_SUBTRACT:
	case NODE_MULTIPLY:
		return check_arithmetic(node, vocabulary, err);
	case NODE_CALL:
		return check_call(node, vocabulary, err);
	case NODE_LESS:
	case NODE_AT_MOST:
	case NODE_MORE:
	case NODE_AT_LEAST:
	case NODE_EQUAL:
	case NODE_DIFFERS:
	case NODE_IN:
	case NODE_BETWEEN:
		return check_comparison(node, vocabulary, err);
	case NODE_IS_NULL:
		node->kind = ATTRIBUTE_FLAG;
		return true;
	case NODE_IS_TRUE:
	case NODE_IS_FALSE:
		node->kind = ATTRIBUTE_FLAG;
		return need_kind(node->args[0], ATTRIBUTE_FLAG,
			"expected a condition before IS TRUE and IS FALSE", err);
	case NODE_NOT:
	case NODE_AND:
	case NODE_OR:
		return check_connective(node, err);
	}
	BUG("a node of no kind");
}
