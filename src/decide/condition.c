/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/condition.h"

#include <stdlib.h>

/* A statement, and what each of its parameters stands for. */
struct compiled {
	sqlite3_stmt *statement;
	const struct node **slots;
	size_t slots_n, slots_size;
};

static const char *const operators[] = {
	[NODE_ADD] = " + ",
	[NODE_SUBTRACT] = " - ",
	[NODE_MULTIPLY] = " * ",
	[NODE_LESS] = " < ",
	[NODE_AT_MOST] = " <= ",
	[NODE_MORE] = " > ",
	[NODE_AT_LEAST] = " >= ",
	[NODE_EQUAL] = " = ",
	[NODE_DIFFERS] = " <> ",
	[NODE_AND] = " AND ",
	[NODE_OR] = " OR ",
};

static void
write_slot(struct str *sql, const struct node *node, struct compiled *out)
{
	out->slots = xgrow(out->slots, &out->slots_size, out->slots_n, sizeof(struct node *));
	out->slots[out->slots_n++] = node;
	str_printf(sql, "?%zu", out->slots_n);
}

static void write_node(struct str *sql, const struct node *node, struct compiled *out);

/* a + b + c needs no brackets; SQLite's parser has room for some thirty. */
static bool
is_chain(const struct node *node, const struct node *left)
{
	bool sum = node->op == NODE_ADD || node->op == NODE_SUBTRACT;
	return sum ? left->op == NODE_ADD || left->op == NODE_SUBTRACT
		   : node->op == NODE_MULTIPLY && left->op == NODE_MULTIPLY;
}

static void
write_infix(struct str *sql, const struct node *node, struct compiled *out)
{
	for (size_t i = 0; i < node->args_n; i++) {
		if (i)
			str_puts(sql, operators[node->op]);
		if (i == 0 && is_chain(node, node->args[0]))
			write_infix(sql, node->args[0], out);
		else
			write_node(sql, node->args[i], out);
	}
}

static void
write_args(struct str *sql, const struct node *node, size_t from, const char *between,
	struct compiled *out)
{
	for (size_t i = from; i < node->args_n; i++) {
		if (i > from)
			str_puts(sql, between);
		write_node(sql, node->args[i], out);
	}
}

static void
write_test(struct str *sql, const struct node *node, struct compiled *out)
{
	write_node(sql, node->args[0], out);
	if (node->op == NODE_IN) {
		str_puts(sql, node->negated ? " NOT IN (" : " IN (");
		write_args(sql, node, 1, ", ", out);
		str_putc(sql, ')');
	} else if (node->op == NODE_BETWEEN) {
		str_puts(sql, node->negated ? " NOT BETWEEN " : " BETWEEN ");
		write_args(sql, node, 1, " AND ", out);
	} else {
		str_printf(sql, " IS %s%s", node->negated ? "NOT " : "",
			node->op == NODE_IS_NULL   ? "NULL"
			: node->op == NODE_IS_TRUE ? "TRUE"
						   : "FALSE");
	}
}

/* SQL of our own making: not a byte of it is from the policy. */
static void
write_node(struct str *sql, const struct node *node, struct compiled *out)
{
	switch (node->op) {
	case NODE_NUMBER:
	case NODE_WORD:
	case NODE_TRUE:
	case NODE_FALSE:
	case NODE_ATTRIBUTE:
	case NODE_PARAMETER:
		write_slot(sql, node, out);
		return;
	case NODE_CALL:
		str_printf(sql, "%s(", sandbox_functions[node->index]);
		write_args(sql, node, 0, ", ", out);
		str_putc(sql, ')');
		return;
	case NODE_NEGATE:
	case NODE_NOT:
		str_puts(sql, node->op == NODE_NOT ? "(NOT " : "(- ");
		write_args(sql, node, 0, "", out);
		break;
	case NODE_ADD:
	case NODE_SUBTRACT:
	case NODE_MULTIPLY:
	case NODE_LESS:
	case NODE_AT_MOST:
	case NODE_MORE:
	case NODE_AT_LEAST:
	case NODE_EQUAL:
	case NODE_DIFFERS:
	case NODE_AND:
	case NODE_OR:
		str_putc(sql, '(');
		write_infix(sql, node, out);
		break;
	case NODE_IN:
	case NODE_BETWEEN:
	case NODE_IS_NULL:
	case NODE_IS_TRUE:
	case NODE_IS_FALSE:
		str_putc(sql, '(');
		write_test(sql, node, out);
		break;
	}
	str_putc(sql, ')');
}

/* Our own SQL is never wrong, but it can be more than SQLite's parser has room for. */
static bool
compile(const struct node *node, struct sandbox *sandbox, struct compiled *out, struct err *err)
{
	struct str sql = STR_INIT;
	write_node(&sql, node, out);
	out->statement = sandbox_prepare(sandbox, str_text(&sql), err);
	str_free(&sql);
	return out->statement || err_wrap(err, "nested too deeply, expected a simpler condition");
}

static void
compiled_free(struct compiled *compiled)
{
	sqlite3_finalize(compiled->statement);
	free(compiled->slots);
}

static bool
is_connective(const struct node *node)
{
	return node->op == NODE_AND || node->op == NODE_OR || node->op == NODE_NOT;
}

static void
find_leaves(struct condition *condition, const struct node *node)
{
	if (!is_connective(node)) {
		condition->leaves = xgrow(condition->leaves, &condition->leaves_size,
			condition->leaves_n, sizeof(struct node *));
		condition->leaves[condition->leaves_n++] = node;
		return;
	}
	for (size_t i = 0; i < node->args_n; i++)
		find_leaves(condition, node->args[i]);
}

/* 'inside': of arithmetic or a function. */
static void
find_uses(struct condition *condition, const struct node *node, bool inside)
{
	if (node->op == NODE_ATTRIBUTE) {
		condition->uses[node->index] = true;
		condition->sampled[node->index] |= inside && node->kind == ATTRIBUTE_NUMBER;
	}
	inside |= node->op >= NODE_NEGATE && node->op <= NODE_CALL;
	for (size_t i = 0; i < node->args_n; i++)
		find_uses(condition, node->args[i], inside);
}

static struct node *
parse_all(const struct slice *texts, size_t n, const struct vocabulary *vocabulary,
	struct arena *arena, struct err *err)
{
	if (n == 1)
		return condition_parse(texts[0], vocabulary, arena, err);
	struct node *all = arena_take(arena, sizeof(*all));
	*all = (struct node){ .op = NODE_AND, .kind = ATTRIBUTE_FLAG, .text = texts[0] };
	all->args = arena_take(arena, n * sizeof(struct node *));
	for (; all->args_n < n; all->args_n++) {
		struct node *one = condition_parse(texts[all->args_n], vocabulary, arena, err);
		if (!one)
			return NULL;
		all->args[all->args_n] = one;
	}
	return all;
}

bool
condition_compile(struct condition *condition, const struct slice *texts, size_t texts_n,
	const struct vocabulary *vocabulary, struct sandbox *sandbox, struct arena *arena,
	struct err *err)
{
	*condition = (struct condition){ 0 };
	condition->root = parse_all(texts, texts_n, vocabulary, arena, err);
	if (!condition->root)
		return false;
	size_t n = vocabulary->attributes->n + 1;
	condition->uses = arena_take(arena, n * sizeof(*condition->uses));
	condition->sampled = arena_take(arena, n * sizeof(*condition->sampled));
	find_uses(condition, condition->root, false);
	find_leaves(condition, condition->root);
	condition->whole = xcalloc(1, sizeof(*condition->whole));
	condition->parts = xcalloc(condition->leaves_n, sizeof(*condition->parts));
	bool good = compile(condition->root, sandbox, condition->whole, err);
	for (size_t i = 0; i < condition->leaves_n && good; i++)
		good = compile(condition->leaves[i], sandbox, &condition->parts[i], err);
	return good;
}

void
condition_free(struct condition *condition)
{
	if (condition->whole)
		compiled_free(condition->whole);
	for (size_t i = 0; condition->parts && i < condition->leaves_n; i++)
		compiled_free(&condition->parts[i]);
	free(condition->whole);
	free(condition->parts);
	free(condition->leaves);
	*condition = (struct condition){ 0 };
}

/* Whole numbers exactly; others as the nearest double, literals by the same road as values. */
static void
bind_number(sqlite3_stmt *statement, int slot, femto_t value)
{
	if (value % FEMTO_PER_UNIT == 0)
		sqlite3_bind_int64(statement, slot, (int64_t)(value / FEMTO_PER_UNIT));
	else
		sqlite3_bind_double(statement, slot, (double)((long double)value / 1e15L));
}

static void
bind_value(sqlite3_stmt *statement, int slot, enum attribute_kind kind, femto_t number,
	struct slice word)
{
	switch (kind) {
	case ATTRIBUTE_NUMBER:
		bind_number(statement, slot, number);
		return;
	case ATTRIBUTE_WORD:
		sqlite3_bind_text(statement, slot, word.p, (int)word.n, SQLITE_STATIC);
		return;
	case ATTRIBUTE_FLAG:
		sqlite3_bind_int(statement, slot, number != 0);
		return;
	}
}

static void
bind_node(sqlite3_stmt *statement, int slot, const struct node *node,
	const struct vocabulary *vocabulary, const struct attribute *values)
{
	if (node->op == NODE_ATTRIBUTE) {
		const struct attribute *value = &values[node->index];
		if (value->source == ATTRIBUTE_UNKNOWN)
			sqlite3_bind_null(statement, slot);
		else
			bind_value(statement, slot, node->kind, value->number, value->word);
	} else if (node->op == NODE_PARAMETER) {
		const struct parameter *parameter = &vocabulary->parameters[node->index];
		bind_value(statement, slot, node->kind, parameter->number, parameter->word);
	} else if (node->op == NODE_TRUE || node->op == NODE_FALSE) {
		sqlite3_bind_int(statement, slot, node->op == NODE_TRUE);
	} else {
		bind_value(statement, slot, node->kind, node->number, node->word);
	}
}

static enum truth
evaluate(const struct compiled *compiled, const struct vocabulary *vocabulary,
	struct sandbox *sandbox, const struct attribute *values)
{
	struct err err;
	enum truth truth;
	for (size_t i = 0; i < compiled->slots_n; i++)
		bind_node(compiled->statement, (int)i + 1, compiled->slots[i], vocabulary, values);
	if (!sandbox_truth(sandbox, compiled->statement, &truth, &err))
		BUG("a condition that was checked cannot be evaluated: %s", err.text);
	return truth;
}

enum truth
condition_truth(const struct condition *condition, const struct vocabulary *vocabulary,
	struct sandbox *sandbox, const struct attribute *values)
{
	return evaluate(condition->whole, vocabulary, sandbox, values);
}

enum truth
condition_leaf(const struct condition *condition, size_t leaf, const struct vocabulary *vocabulary,
	struct sandbox *sandbox, const struct attribute *values)
{
	return evaluate(&condition->parts[leaf], vocabulary, sandbox, values);
}
