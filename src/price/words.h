/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * words - texts that live as long as the catalog, each kept once.
 *
 * Resolving a name makes sentences ("alias gpt-4o, …"); the same name makes the same
 * sentence, so what is kept is bounded by the names seen.  Safe between threads.
 */
#ifndef HLLM_PRICE_WORDS_H
#define HLLM_PRICE_WORDS_H

#include "base/str.h"

struct words;

struct words *words_new(void);
void words_free(struct words *words);
/* NUL-terminated. */
struct slice words_text(struct words *words, struct slice text);
const char *words_printf(struct words *words, const char *fmt, ...) hl_printf(2, 3);

#endif
