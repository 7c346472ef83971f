/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool - texts that live as long as the catalog, each kept once.
 *
 * Resolving a name makes sentences ("alias gpt-4o, …"); the same name makes the same
 * sentence, so what is kept is bounded by the names seen.  Safe between threads.
 */
#ifndef HLLM_PRICE_POOL_H
#define HLLM_PRICE_POOL_H

#include "base/str.h"

struct pool;

struct pool *pool_new(void);
void pool_free(struct pool *pool);
/* NUL-terminated. */
struct slice pool_text(struct pool *pool, struct slice text);
const char *pool_printf(struct pool *pool, const char *fmt, ...) hl_printf(2, 3);

#endif
