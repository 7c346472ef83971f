/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * condition - what a rule of a policy asks: an SQL boolean expression over the attributes
 * of a workload and the parameters of the policy.
 *
 *	type IN ('classification', 'extraction') AND calls_per_day > min_calls_per_day
 *
 * The text is parsed here, into a tree whose kinds are checked: numbers are compared with
 * numbers, words with words that the attribute can be.  What SQLite evaluates is written
 * anew from the tree, with every value bound, so no text of a policy ever reaches it.
 * NULL is unknown.
 *
 * An attribute that is not in arithmetic and in no function meets its limits in plain
 * comparisons only; where its truth changes is then known exactly (condition_limits()).
 */
#ifndef HLLM_DECIDE_CONDITION_H
#define HLLM_DECIDE_CONDITION_H

#include "decide/sandbox.h"
#include "work/attribute.h"

/* A named constant of a policy. */
struct parameter {
	struct slice name, unit, about;
	enum attribute_kind kind;
	femto_t number;    /* of a number; 0 or 1 of a flag */
	struct slice word; /* of a word */
	struct slice from; /* "playbook.conf:9", "--set": where the value is from */
	bool overridden;
	struct slice shipped; /* the value in the policy's own file, as text */
};

enum node_op {
	NODE_NUMBER,
	NODE_WORD,
	NODE_TRUE,
	NODE_FALSE,
	NODE_ATTRIBUTE,
	NODE_PARAMETER,
	/* numbers of numbers */
	NODE_NEGATE,
	NODE_ADD,
	NODE_SUBTRACT,
	NODE_MULTIPLY,
	NODE_CALL,
	/* comparisons */
	NODE_LESS,
	NODE_AT_MOST,
	NODE_MORE,
	NODE_AT_LEAST,
	NODE_EQUAL,
	NODE_DIFFERS,
	NODE_IN,
	NODE_BETWEEN,
	NODE_IS_NULL,
	NODE_IS_TRUE,
	NODE_IS_FALSE,
	/* connectives */
	NODE_NOT,
	NODE_AND,
	NODE_OR,
};

struct node {
	enum node_op op;
	enum attribute_kind kind; /* of its value */
	bool negated;             /* NOT IN, NOT BETWEEN, IS NOT … */
	struct slice text;        /* as it is written */
	femto_t number;
	struct slice word;
	size_t index; /* of the attribute, parameter or function */
	struct node **args;
	size_t args_n, args_size;
};

/* The names that a condition can use. */
struct vocabulary {
	const struct attributes *attributes;
	const struct parameter *parameters;
	size_t parameters_n;
};

struct compiled; /* a part of the tree as an SQLite statement */

struct condition {
	struct node *root;
	/* the comparisons: what is left when AND, OR and NOT are taken apart, in the order written */
	const struct node **leaves;
	size_t leaves_n, leaves_size;
	struct compiled *whole, *parts; /* parts: one for each leaf */
	bool *uses;                     /* by attribute */
	bool *sampled; /* by attribute: it is in arithmetic or a function, its limits are not known */
};

/* Texts (several: all of them must hold) become a tree and statements; everything but the statements lives in the
 * arena.  False: what is wrong and what was expected, without a position.  condition_free() is due either way. */
bool condition_compile(struct condition *condition, const struct slice *texts, size_t texts_n,
	const struct vocabulary *vocabulary, struct sandbox *sandbox, struct arena *arena,
	struct err *err) hl_must_check;
void condition_free(struct condition *condition);

/* The tree alone.  NULL: err. */
struct node *condition_parse(struct slice text, const struct vocabulary *vocabulary,
	struct arena *arena, struct err *err) hl_must_check;

/* Words of parameters must be words of the attributes that they are compared with.  False: err. */
bool condition_check_words(const struct condition *condition, const struct vocabulary *vocabulary,
	struct err *err) hl_must_check;

/* With these values (of all attributes; of a range only its lower end is looked at). */
enum truth condition_truth(const struct condition *condition, const struct vocabulary *vocabulary,
	struct sandbox *sandbox, const struct attribute *values);
/* The same of one comparison. */
enum truth condition_leaf(const struct condition *condition, size_t leaf,
	const struct vocabulary *vocabulary, struct sandbox *sandbox,
	const struct attribute *values);

/* Kleene's logic over the leaves' truths: what condition_truth() says, for who knows them already. */
enum truth condition_combine(const struct condition *condition, const enum truth *leaves);
/* Marks the leaves that the result rests on: of an AND that fails those that fail, of an OR that holds those that
 * hold, else all.  'marks' has leaves_n items and is added to. */
void condition_support(const struct condition *condition, const enum truth *leaves, bool *marks);

/* Calls 'limit' with every number that a number attribute is compared with, given the values of the others. */
void condition_limits(const struct condition *condition, size_t attribute,
	const struct vocabulary *vocabulary, const struct attribute *values,
	void (*limit)(void *arg, femto_t value), void *arg);
/* The same for one comparison. */
void node_limits(const struct node *node, size_t attribute, const struct vocabulary *vocabulary,
	const struct attribute *values, void (*limit)(void *arg, femto_t value), void *arg);
bool node_uses(const struct node *node, size_t attribute);

#endif
