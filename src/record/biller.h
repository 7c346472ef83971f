/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * biller - who sends the bill for a request, and whose model it was.
 *
 * Logs write the same company in many ways ("azure-openai", "vertex_ai", "OPENAI");
 * here each has one lower-case word: openai, anthropic, google, aws, azure, mistral,
 * deepseek, xai, cohere, groq, together, fireworks, openrouter, …; "local" for servers
 * of one's own.  Every slice given back is a literal or borrows from the argument.
 */
#ifndef HLLM_RECORD_BILLER_H
#define HLLM_RECORD_BILLER_H

#include "record/record.h"

/* The word for 'provider' as a log writes it, else what the model's name says by itself
 * ("bedrock/…", "anthropic.claude-…", "gpt-4o"), else 'provider' as written, else "". */
struct slice biller_of(struct slice provider, struct slice model);

/* Whose model it is, by its name alone: "anthropic" for "us.anthropic.claude-…"; "" not known. */
struct slice maker_of(struct slice model);

/* Is it a model whose weights were never published, so that only its maker and platforms that it
 * sells through can have answered?  By the name alone; false when it says nothing. */
bool only_hosted(struct slice model);

/* Fills biller and provider of a record whose models are set; for a local server also pay and
 * how. */
void record_fill_biller(struct record *rec, struct slice provider);

#endif
