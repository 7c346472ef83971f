/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parse - tokens to a tree; SQL's precedence, but one comparison at a time. */
#include "config.h"

#include <stdlib.h>

#include "base/near.h"
#include "decide/tree.h"

enum { TEXT_MOST = 4000, DEPTH_MOST = 20, NODES_MOST = 800, ARGS_MOST = 200 };

struct parser {
	struct slice text;
	size_t at;          /* behind the token */
	size_t end;         /* of the token before */
	struct token token; /* the one that is looked at */
	const struct vocabulary *vocabulary;
	struct arena *arena;
	struct err *err;
	int depth, nodes;
};

static struct node *parse_or(struct parser *p);

static bool
advance(struct parser *p)
{
	p->end = p->at;
	return token_next(p->text, &p->at, &p->token, p->err);
}

static bool
at_sign(const struct parser *p, const char *sign)
{
	return p->token.kind == TOKEN_SIGN && slice_is(p->token.text, sign);
}

static bool
at_word(const struct parser *p, const char *word)
{
	return token_is_word(&p->token, word);
}

/* "expected …" where the token is. */
static struct node *
unexpected(struct parser *p, const char *expected)
{
	if (p->token.kind == TOKEN_END)
		err_set(p->err, FAULT_INPUT, "the condition ends too early, expected %s", expected);
	else
		err_set(p->err, FAULT_INPUT, "\"" SLICE_FMT "\" where %s is expected",
			SLICE_ARG(p->token.text), expected);
	return NULL;
}

static bool
expect(struct parser *p, const char *sign)
{
	if (at_sign(p, sign))
		return advance(p);
	char text[8] = { '"', sign[0], '"', '\0' };
	unexpected(p, text);
	return false;
}

/* A node whose text begins at 'begin' and ends with the last token taken.  NULL: err. */
static struct node *
make(struct parser *p, enum node_op op, size_t begin)
{
	if (++p->nodes > NODES_MOST) {
		err_set(p->err, FAULT_LIMIT, "more than %d parts, expected a shorter condition",
			NODES_MOST);
		return NULL;
	}
	struct node *node = arena_take(p->arena, sizeof(*node));
	node->op = op;
	node->text = (struct slice){ p->text.p + begin, p->end - begin };
	return node;
}

static bool
give(struct parser *p, struct node *node, struct node *arg)
{
	if (!arg)
		return false;
	if (node->args_n == ARGS_MOST)
		return err_set(p->err, FAULT_LIMIT, "more than %d items in a row, expected fewer",
			ARGS_MOST);
	if (node->args_n == node->args_size) {
		size_t size = node->args_size ? node->args_size * 2 : 4;
		struct node **args = arena_take(p->arena, size * sizeof(struct node *));
		for (size_t i = 0; i < node->args_n; i++)
			args[i] = node->args[i];
		node->args = args;
		node->args_size = size;
	}
	node->args[node->args_n++] = arg;
	return true;
}

/* The last step of each node: its text is known, its kind is found. */
static struct node *
finish(struct parser *p, struct node *node, size_t begin)
{
	node->text = (struct slice){ p->text.p + begin, p->end - begin };
	return tree_check(node, p->vocabulary, p->err) ? node : NULL;
}

static size_t
begins(const struct parser *p)
{
	return (size_t)(p->token.text.p - p->text.p) - (p->token.kind == TOKEN_STRING);
}

static struct node *
parse_literal(struct parser *p)
{
	size_t begin = begins(p);
	bool number = p->token.kind == TOKEN_NUMBER;
	struct slice text = p->token.text;
	femto_t value = 0;
	if (number && !attribute_number(text, &value, p->err))
		return NULL;
	struct node *node = advance(p) ? make(p, number ? NODE_NUMBER : NODE_WORD, begin) : NULL;
	if (!node)
		return NULL;
	node->kind = number ? ATTRIBUTE_NUMBER : ATTRIBUTE_WORD;
	node->number = value;
	node->word = text;
	return node;
}

static struct node *
parse_call(struct parser *p, size_t function, size_t begin)
{
	struct node *node = expect(p, "(") ? make(p, NODE_CALL, begin) : NULL;
	if (!node)
		return NULL;
	node->index = function;
	do {
		if (node->args_n && !advance(p))
			return NULL;
		if (!give(p, node, parse_or(p)))
			return NULL;
	} while (at_sign(p, ","));
	return expect(p, ")") ? finish(p, node, begin) : NULL;
}

/* What of SQL is meant where a name is neither attribute nor parameter. */
static struct node *
unknown_name(struct parser *p, struct slice name)
{
	static const char *const refused[] = { "select", "exists", "attach", "pragma", "case",
		"cast", "like", "glob", "regexp", "match", "collate", "with", "values", "raise",
		"null", "in", "between", "is", "and", "or", "isnull", "notnull", "escape", "filter",
		"over" };
	const struct vocabulary *v = p->vocabulary;
	size_t n = 0;
	for (size_t i = 0; i < HL_COUNT(refused); i++)
		if (slice_is_nocase(name, refused[i]))
			return unexpected(p, "an attribute, a parameter, a number or a 'word'");
	for (size_t i = 0; i < v->attributes->n; i++)
		for (size_t k = 0; k < v->attributes->items[i].words_n; k++)
			if (slice_eq(v->attributes->items[i].words[k], name)) {
				err_set(p->err, FAULT_INPUT,
					"" SLICE_FMT
					" is a word, expected it in quotes: '" SLICE_FMT "'",
					SLICE_ARG(name), SLICE_ARG(name));
				return NULL;
			}
	const char **names = xcalloc(v->attributes->n + v->parameters_n + 1, sizeof(*names));
	for (size_t i = 0; i < v->attributes->n; i++)
		names[n++] = v->attributes->items[i].name.p;
	for (size_t i = 0; i < v->parameters_n; i++)
		names[n++] = v->parameters[i].name.p;
	char *word = slice_dup(name);
	char hint[NEAR_TEXT];
	err_set(p->err, FAULT_INPUT, "no attribute or parameter \"%s\"%s", word,
		near_hint(hint, word, names, n, ", expected one of those in hllm-policy(5)"));
	free(word);
	free(names);
	return NULL;
}

static struct node *
parse_function(struct parser *p, struct slice name, size_t begin)
{
	for (size_t i = 0; i < sandbox_functions_n; i++)
		if (slice_is_nocase(name, sandbox_functions[i]))
			return parse_call(p, i, begin);
	char hint[NEAR_TEXT], *word = slice_dup(name);
	err_set(p->err, FAULT_INPUT, "no function \"%s\"%s", word,
		near_hint(hint, word, sandbox_functions, sandbox_functions_n, NULL));
	free(word);
	return NULL;
}

static struct node *
parse_name(struct parser *p)
{
	size_t begin = begins(p);
	struct slice name = p->token.text;
	const struct vocabulary *v = p->vocabulary;
	bool yes = at_word(p, "true"), no = at_word(p, "false");
	int attribute = attributes_find(v->attributes, name);
	size_t parameter = 0;
	while (parameter < v->parameters_n && !slice_eq(v->parameters[parameter].name, name))
		parameter++;
	if (!yes && !no && attribute < 0 && parameter == v->parameters_n) {
		struct token then;
		size_t at = p->at;
		struct err unused;
		bool call = token_next(p->text, &at, &then, &unused) && then.kind == TOKEN_SIGN &&
			    slice_is(then.text, "(");
		if (!call || token_is_word(&p->token, "exists") || token_is_word(&p->token, "in"))
			return unknown_name(p, name);
		return advance(p) ? parse_function(p, name, begin) : NULL;
	}
	struct node *node = advance(p) ? make(p, NODE_TRUE, begin) : NULL;
	if (!node)
		return NULL;
	node->op = yes              ? NODE_TRUE
		   : no             ? NODE_FALSE
		   : attribute >= 0 ? NODE_ATTRIBUTE
				    : NODE_PARAMETER;
	node->index = attribute >= 0 ? (size_t)attribute : parameter;
	node->kind = yes || no        ? ATTRIBUTE_FLAG
		     : attribute >= 0 ? v->attributes->items[attribute].kind
				      : v->parameters[parameter].kind;
	return node;
}

static struct node *
parse_primary(struct parser *p)
{
	if (p->token.kind == TOKEN_NUMBER || p->token.kind == TOKEN_STRING)
		return parse_literal(p);
	if (p->token.kind == TOKEN_NAME)
		return parse_name(p);
	if (!at_sign(p, "("))
		return unexpected(p, "an attribute, a parameter, a number or a 'word'");
	struct node *node = advance(p) ? parse_or(p) : NULL;
	return node && expect(p, ")") ? node : NULL;
}

static struct node *
parse_unary(struct parser *p)
{
	if (!at_sign(p, "-"))
		return parse_primary(p);
	size_t begin = begins(p);
	if (++p->depth > DEPTH_MOST) {
		err_set(p->err, FAULT_LIMIT, "nested deeper than %d, expected a simpler condition",
			DEPTH_MOST);
		return NULL;
	}
	struct node *arg = advance(p) ? parse_unary(p) : NULL;
	p->depth--;
	struct node *node = arg ? make(p, NODE_NEGATE, begin) : NULL;
	if (!node || !give(p, node, arg) || !finish(p, node, begin))
		return NULL;
	if (arg->op == NODE_NUMBER) { /* a literal still, so that its limit is exact */
		node->op = NODE_NUMBER;
		node->number = -arg->number;
		node->args_n = 0;
	}
	return node;
}

static struct node *
parse_product(struct parser *p)
{
	size_t begin = begins(p);
	struct node *node = parse_unary(p);
	while (node && at_sign(p, "*")) {
		struct node *left = node;
		node = advance(p) ? make(p, NODE_MULTIPLY, begin) : NULL;
		if (!node || !give(p, node, left) || !give(p, node, parse_unary(p)))
			return NULL;
		node = finish(p, node, begin);
	}
	return node;
}

static struct node *
parse_sum(struct parser *p)
{
	size_t begin = begins(p);
	struct node *node = parse_product(p);
	while (node && (at_sign(p, "+") || at_sign(p, "-"))) {
		struct node *left = node;
		enum node_op op = at_sign(p, "+") ? NODE_ADD : NODE_SUBTRACT;
		node = advance(p) ? make(p, op, begin) : NULL;
		if (!node || !give(p, node, left) || !give(p, node, parse_product(p)))
			return NULL;
		node = finish(p, node, begin);
	}
	return node;
}

static struct node *
parse_in(struct parser *p, struct node *left, bool negated, size_t begin)
{
	struct node *node = advance(p) ? make(p, NODE_IN, begin) : NULL;
	if (!node || !give(p, node, left) || !expect(p, "("))
		return NULL;
	node->negated = negated;
	for (;;) {
		if (!give(p, node, parse_sum(p)))
			return NULL;
		if (!at_sign(p, ","))
			break;
		if (!advance(p))
			return NULL;
	}
	return expect(p, ")") ? finish(p, node, begin) : NULL;
}

static struct node *
parse_between(struct parser *p, struct node *left, bool negated, size_t begin)
{
	struct node *node = advance(p) ? make(p, NODE_BETWEEN, begin) : NULL;
	if (!node || !give(p, node, left) || !give(p, node, parse_sum(p)))
		return NULL;
	node->negated = negated;
	if (!at_word(p, "and"))
		return unexpected(p, "the AND of BETWEEN");
	if (!advance(p) || !give(p, node, parse_sum(p)))
		return NULL;
	return finish(p, node, begin);
}

static struct node *
parse_is(struct parser *p, struct node *left, size_t begin)
{
	if (!advance(p))
		return NULL;
	bool negated = at_word(p, "not");
	if (negated && !advance(p))
		return NULL;
	bool null = at_word(p, "null"), yes = at_word(p, "true");
	if (!null && !yes && !at_word(p, "false"))
		return unexpected(p, "NULL, TRUE or FALSE");
	if (!advance(p))
		return NULL;
	struct node *node = make(p,
		null  ? NODE_IS_NULL
		: yes ? NODE_IS_TRUE
		      : NODE_IS_FALSE,
		begin);
	if (!node || !give(p, node, left))
		return NULL;
	node->negated = negated;
	return finish(p, node, begin);
}

static bool
comparison(const struct parser *p, enum node_op *op)
{
	static const struct {
		const char *sign;
		enum node_op op;
	} signs[] = { { "<", NODE_LESS }, { "<=", NODE_AT_MOST }, { ">", NODE_MORE },
		{ ">=", NODE_AT_LEAST }, { "=", NODE_EQUAL }, { "==", NODE_EQUAL },
		{ "<>", NODE_DIFFERS }, { "!=", NODE_DIFFERS } };
	for (size_t i = 0; i < HL_COUNT(signs); i++)
		if (at_sign(p, signs[i].sign)) {
			*op = signs[i].op;
			return true;
		}
	return false;
}

static struct node *
parse_predicate(struct parser *p)
{
	size_t begin = begins(p);
	struct node *node = parse_sum(p), *left = node;
	enum node_op op;
	if (!node)
		return NULL;
	if (comparison(p, &op)) {
		node = advance(p) ? make(p, op, begin) : NULL;
		if (at_word(p, "null")) {
			err_set(p->err, FAULT_INPUT,
				"a comparison with NULL is always unknown, expected IS NULL");
			return NULL;
		}
		if (!node || !give(p, node, left) || !give(p, node, parse_sum(p)))
			return NULL;
		node = finish(p, node, begin);
	} else if (at_word(p, "is")) {
		node = parse_is(p, left, begin);
	} else {
		bool negated = at_word(p, "not");
		if (negated && !advance(p))
			return NULL;
		if (at_word(p, "in"))
			node = parse_in(p, left, negated, begin);
		else if (at_word(p, "between"))
			node = parse_between(p, left, negated, begin);
		else if (negated)
			return unexpected(p, "IN or BETWEEN");
	}
	if (node && (comparison(p, &op) || (node != left && at_word(p, "is"))))
		return unexpected(p, "AND or OR (comparisons are joined, as in a > 1 AND a < 9)");
	return node;
}

static struct node *
parse_not(struct parser *p)
{
	size_t begin = begins(p);
	if (!at_word(p, "not"))
		return parse_predicate(p);
	struct node *arg = NULL;
	if (++p->depth > DEPTH_MOST)
		err_set(p->err, FAULT_LIMIT, "nested deeper than %d, expected a simpler condition",
			DEPTH_MOST);
	else
		arg = advance(p) ? parse_not(p) : NULL;
	p->depth--;
	struct node *node = arg ? make(p, NODE_NOT, begin) : NULL;
	return node && give(p, node, arg) ? finish(p, node, begin) : NULL;
}

static struct node *
parse_and(struct parser *p)
{
	size_t begin = begins(p);
	struct node *first = parse_not(p), *node = first;
	while (node && at_word(p, "and")) {
		if (node == first) {
			node = make(p, NODE_AND, begin);
			if (!node || !give(p, node, first))
				return NULL;
		}
		if (!advance(p) || !give(p, node, parse_not(p)))
			return NULL;
	}
	return node && node != first ? finish(p, node, begin) : node;
}

static struct node *
parse_or(struct parser *p)
{
	size_t begin = begins(p);
	if (++p->depth > DEPTH_MOST) {
		err_set(p->err, FAULT_LIMIT, "nested deeper than %d, expected a simpler condition",
			DEPTH_MOST);
		return NULL;
	}
	struct node *first = parse_and(p), *node = first;
	while (node && at_word(p, "or")) {
		if (node == first) {
			node = make(p, NODE_OR, begin);
			if (!node || !give(p, node, first))
				return NULL;
		}
		if (!advance(p) || !give(p, node, parse_and(p)))
			return NULL;
	}
	p->depth--;
	return node && node != first ? finish(p, node, begin) : node;
}

struct node *
condition_parse(struct slice text, const struct vocabulary *vocabulary, struct arena *arena,
	struct err *err)
{
	struct parser p = { .text = text, .vocabulary = vocabulary, .arena = arena, .err = err };
	if (text.n > TEXT_MOST) {
		err_set(err, FAULT_LIMIT, "longer than %d bytes, expected a shorter condition",
			TEXT_MOST);
		return NULL;
	}
	struct node *node = advance(&p) ? parse_or(&p) : NULL;
	if (!node)
		return NULL;
	if (p.token.kind != TOKEN_END)
		return unexpected(&p, "AND, OR or the end");
	if (node->kind != ATTRIBUTE_FLAG) {
		struct str what = STR_INIT;
		tree_describe(&what, node);
		err_set(err, FAULT_INPUT, "%s, expected a condition, which is true or false",
			str_text(&what));
		str_free(&what);
		return NULL;
	}
	return node;
}
