/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prompts - texts of an exact number of tokens, no two of which begin alike, without a tokenizer.
 *
 * A server keeps the prompts that it has read and skips what a new one has in common with them from
 * its start on: one that was sent before costs nothing, and would be measured as speed.  So each
 * prompt starts with a number of its own, "7-3-9-0-4-2": six digits with hyphens between them, since
 * every tokenizer in use makes one token of a digit and one of a hyphen, so that the number of tokens is
 * always the same.  Consecutive numbers differ in their first digit nine times out of ten.  What follows are
 * common English words in an order of the run's own, each a token in the vocabularies that we know.
 *
 * How many words make so many tokens is found out by asking: the server says how many tokens a
 * prompt of 32 words and one of 160 have, which gives what a word takes and what the chat template and
 * the number add.  One more answer at the length that is wanted corrects what is left.
 */
#ifndef HLLM_PROBE_PROMPTS_H
#define HLLM_PROBE_PROMPTS_H

#include "base/str.h"

enum {
	PROMPT_SHORT = 32, /* words of the two calibration requests */
	PROMPT_LONG = 160,
	PROMPT_NONCE = 11, /* tokens of the number that a prompt starts with */
	PROMPT_WORDS_MOST = 1 << 22,
};

struct prompts {
	uint64_t seed; /* of this run; another run's prompts have nothing in common with it */
	uint64_t made; /* prompts so far */
	/* tokens = overhead + slope * words, as far as the server's answers tell; slope 0: not yet */
	double overhead, slope;
	int64_t first_words, first_tokens; /* the shortest answer, through which the line goes */
};

/* seed: any number that no other run has had; the time, for instance. */
void prompts_init(struct prompts *prompts, uint64_t seed);

/* Appends the next prompt, with so many words behind its number. */
void prompts_write(struct prompts *prompts, int64_t words, struct str *out);

/* Words for a prompt of so many tokens, template included: at least 0, which is longer than 'tokens' where
 * the template alone is.  Before prompts_calibrate() a word counts as a token. */
int64_t prompts_words(const struct prompts *prompts, int64_t tokens);
/* How many tokens a prompt of so many words should have, rounded. */
int64_t prompts_tokens(const struct prompts *prompts, int64_t words);

/* What the server counted for two prompts, the second with more words.  False: that cannot be (the longer
 * one has no more tokens: the server cut it, or does not count), nothing changes. */
bool prompts_calibrate(struct prompts *prompts, int64_t words_a, int64_t tokens_a, int64_t words_b,
	int64_t tokens_b);
/* One more answer at a length that is needed: the line goes through it and the shortest one from now
 * on.  One that is not longer than that, or far (10 %) from what was expected, says nothing: false. */
bool prompts_correct(struct prompts *prompts, int64_t words, int64_t tokens);

#endif
