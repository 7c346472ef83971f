/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tree - the inside of conditions: tokens, nodes, and which kinds go together. */
#ifndef HLLM_DECIDE_TREE_H
#define HLLM_DECIDE_TREE_H

#include "decide/condition.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_STRING, TOKEN_SIGN };

struct token {
	enum token_kind kind;
	struct slice text;
};

/* The next token of 'text' from *at on.  False: err. */
bool token_next(struct slice text, size_t *at, struct token *out, struct err *err) hl_must_check;
/* An SQL word that means something, in any case: AND, NULL, … and those that conditions do not have. */
bool token_is_word(const struct token *token, const char *word);

/*
 * The kind of a node from its arguments', or false with what does not go together.  May turn the
 * literals 0 and 1 that a flag is compared with into FALSE and TRUE.
 */
bool tree_check(
	struct node *node, const struct vocabulary *vocabulary, struct err *err) hl_must_check;
/* "calls_per_day is a number" */
void tree_describe(struct str *out, const struct node *node);

#endif
