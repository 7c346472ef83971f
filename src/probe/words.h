/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * words - what a server says went wrong, in its own words, made fit for one of our sentences.
 *
 * Text from a server is not to be trusted: control characters become blanks, and it is cut at the size
 * of its place, between characters.
 */
#ifndef HLLM_PROBE_WORDS_H
#define HLLM_PROBE_WORDS_H

#include "base/str.h"

/* 'raw' is the inside of a JSON string, escapes and all. */
void words_clean(struct slice raw, char *out, size_t size);
/* The same of plain text: a line of a header, a body. */
void words_plain(struct slice text, char *out, size_t size);

/* The message of an error inside a JSON object, in any of the forms that servers use; false: none. */
bool words_of_error(struct slice json, char *out, size_t size);

/* What the body of a reply that is not 2xx says. */
struct complaint {
	char text[200];   /* one line; "" it says nothing */
	bool loading;     /* the model is being loaded (llama-server) */
	int64_t prompt_n; /* the prompt does not fit: its tokens; else -1 */
	int64_t context;  /* and those of the context */
};
void words_complaint(struct slice body, struct complaint *complaint);

#endif
