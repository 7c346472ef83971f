/* SPDX-License-Identifier: GPL-3.0-or-later */
/* proof - each comparison of each rule: the value, the limit, and how it came out. */
#include "config.h"

#include <stdlib.h>

#include "decide/domain.h"
#include "decide/verdict.h"

/* A value that stands against 'info', with the unit of what it is compared with. */
static void
print_other(struct str *out, const struct node *node, const struct attribute_info *info,
	const struct policy *policy)
{
	struct slice unit = info ? info->unit : SLICE("");
	switch (node->op) {
	case NODE_NUMBER:
		attribute_unit_print(out, unit, node->number);
		return;
	case NODE_WORD:
		str_slice(out, node->word);
		return;
	case NODE_TRUE:
	case NODE_FALSE:
		str_puts(out, node->op == NODE_TRUE ? "yes" : "no");
		return;
	case NODE_PARAMETER: {
		struct parameter parameter = policy->parameters[node->index];
		if (!parameter.unit.n)
			parameter.unit = unit;
		parameter_print(out, &parameter);
		return;
	}
	case NODE_ATTRIBUTE:
	case NODE_NEGATE:
	case NODE_ADD:
	case NODE_SUBTRACT:
	case NODE_MULTIPLY:
	case NODE_CALL:
	case NODE_LESS:
	case NODE_AT_MOST:
	case NODE_MORE:
	case NODE_AT_LEAST:
	case NODE_EQUAL:
	case NODE_DIFFERS:
	case NODE_IN:
	case NODE_BETWEEN:
	case NODE_IS_NULL:
	case NODE_IS_TRUE:
	case NODE_IS_FALSE:
	case NODE_NOT:
	case NODE_AND:
	case NODE_OR:
		str_slice(out, node->text);
		return;
	}
}

static void
print_list(struct str *out, const struct node *node, const struct attribute_info *info,
	const struct policy *policy)
{
	bool one = node->args_n == 2;
	str_printf(out, "is %s%s",
		node->negated ? (one ? "not" : "none of")
		: one         ? ""
			      : "one of",
		one && !node->negated ? "" : " ");
	for (size_t i = 1; i < node->args_n; i++) {
		if (i > 1)
			str_puts(out, ", ");
		print_other(out, node->args[i], info, policy);
	}
}

static void
print_is(struct str *out, const struct node *node)
{
	bool yes = node->op == NODE_IS_TRUE;
	if (node->op == NODE_IS_NULL)
		str_puts(out, node->negated ? "is known" : "is not known");
	else if (node->negated)
		str_printf(out, "is not %s", yes ? "yes" : "no");
	else
		str_printf(out, "is %s", yes ? "yes" : "no");
}

/* The comparison as seen from its attribute: 100 < a is a > 100. */
static void
print_comparison(struct str *out, const struct node *node, const struct policy *policy)
{
	static const char *const signs[] = {
		[NODE_LESS] = "<", [NODE_AT_MOST] = "<=", [NODE_MORE] = ">", [NODE_AT_LEAST] = ">="
	};
	static const enum node_op turned[] = { [NODE_LESS] = NODE_MORE,
		[NODE_AT_MOST] = NODE_AT_LEAST,
		[NODE_MORE] = NODE_LESS,
		[NODE_AT_LEAST] = NODE_AT_MOST,
		[NODE_EQUAL] = NODE_EQUAL,
		[NODE_DIFFERS] = NODE_DIFFERS };
	bool turn = node->args[0]->op != NODE_ATTRIBUTE;
	const struct node *left = node->args[turn], *right = node->args[!turn];
	const struct attribute_info *info = &policy->attributes->items[left->index];
	enum node_op op = turn ? turned[node->op] : node->op;
	bool number = left->kind == ATTRIBUTE_NUMBER;
	if (op == NODE_EQUAL || op == NODE_DIFFERS)
		str_puts(out, number ? (op == NODE_EQUAL ? "= " : "<> ")
				     : (op == NODE_EQUAL ? "is " : "is not "));
	else
		str_printf(out, "%s ", signs[op]);
	print_other(out, right, info, policy);
}

bool
node_is_plain(const struct node *node)
{
	if (node->op >= NODE_LESS && node->op <= NODE_DIFFERS)
		return node->args[0]->op == NODE_ATTRIBUTE || node->args[1]->op == NODE_ATTRIBUTE;
	return node->op == NODE_ATTRIBUTE || (node->op >= NODE_IN && node->op <= NODE_IS_FALSE &&
						     node->args[0]->op == NODE_ATTRIBUTE);
}

void
node_limit_print(struct str *out, const struct node *node, const struct policy *policy)
{
	if (!node_is_plain(node)) {
		str_slice(out, node->text);
		return;
	}
	if (node->op == NODE_ATTRIBUTE) {
		str_puts(out, "is yes");
		return;
	}
	if (node->op >= NODE_IS_NULL) {
		print_is(out, node);
		return;
	}
	if (node->op < NODE_IN) {
		print_comparison(out, node, policy);
		return;
	}
	const struct attribute_info *info = &policy->attributes->items[node->args[0]->index];
	if (node->op == NODE_IN) {
		print_list(out, node, info, policy);
		return;
	}
	str_puts(out, node->negated ? "is not from " : "is from ");
	print_other(out, node->args[1], info, policy);
	str_puts(out, " to ");
	print_other(out, node->args[2], info, policy);
}

void
decision_value_print(struct str *out, const struct decision *decision, size_t attribute)
{
	attribute_print(
		out, &decision->policy->attributes->items[attribute], &decision->values[attribute]);
}

static struct slice
keep(struct decision *decision, struct str *text)
{
	struct slice kept = slice_copy(&decision->arena, str_as_slice(text));
	str_free(text);
	return kept;
}

/* The value of the one attribute, or of all that the comparison has: "a 1, b 2". */
static struct slice
value_text(struct decision *decision, const struct node *node, size_t attribute)
{
	struct str text = STR_INIT;
	size_t others = 0;
	for (size_t a = 0; a < decision->policy->attributes->n; a++)
		others += a != attribute && node_uses(node, a);
	if (attribute != SIZE_MAX && !others) {
		decision_value_print(&text, decision, attribute);
		return keep(decision, &text);
	}
	for (size_t a = 0; a < decision->policy->attributes->n; a++) {
		if (!node_uses(node, a))
			continue;
		str_printf(&text, "%s" SLICE_FMT " ", text.n ? ", " : "",
			SLICE_ARG(decision->policy->attributes->items[a].name));
		decision_value_print(&text, decision, a);
	}
	return keep(decision, &text);
}

/* The first attribute of a comparison, as it is read; SIZE_MAX none. */
static size_t
subject_of(const struct node *node)
{
	if (node->op == NODE_ATTRIBUTE)
		return node->index;
	for (size_t i = 0; i < node->args_n; i++) {
		size_t found = subject_of(node->args[i]);
		if (found != SIZE_MAX)
			return found;
	}
	return SIZE_MAX;
}

static void
prove_rule(struct decision *decision, size_t i, enum truth truth)
{
	const struct policy *policy = decision->policy;
	const struct rule *rule = &policy->rules[i];
	size_t n = rule->condition.leaves_n;
	struct proof *proof = &decision->proofs[i];
	*proof = (struct proof){ .rule = rule,
		.truth = truth,
		.counts = decision->outcome.gap != GAP_REQUIRED &&
			  rule->order <= decision->outcome.order,
		.decides = truth == TRUTH_HOLDS && rule->order == decision->outcome.order &&
			   decision->outcome.by != SIZE_MAX,
		.tests = arena_take(&decision->arena, n * sizeof(*proof->tests)),
		.tests_n = n };
	enum truth *leaves = xcalloc(n, sizeof(*leaves));
	bool *marks = xcalloc(n, sizeof(*marks));
	for (size_t k = 0; k < n; k++)
		leaves[k] = rule_leaf(policy, rule, k, decision->values);
	condition_support(&rule->condition, leaves, marks);
	for (size_t k = 0; k < n; k++) {
		const struct node *node = rule->condition.leaves[k];
		struct str limit = STR_INIT;
		size_t attribute = subject_of(node);
		node_limit_print(&limit, node, policy);
		proof->tests[k] = (struct test){ .node = node,
			.attribute = attribute,
			.truth = leaves[k],
			.decisive = marks[k],
			.value = value_text(decision, node, attribute),
			.limit = keep(decision, &limit) };
	}
	free(leaves);
	free(marks);
}

void
decision_prove(struct decision *decision, const enum truth *truths)
{
	const struct policy *policy = decision->policy;
	decision->proofs =
		arena_take(&decision->arena, policy->rules_n * sizeof(*decision->proofs));
	for (size_t i = 0; i < policy->rules_n; i++)
		prove_rule(decision, i, truths[i]);
}
