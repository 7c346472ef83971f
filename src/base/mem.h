/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mem - allocation that never returns NULL, and arenas.
 *
 * Running out of memory ends the program with one line and status 1: a command
 * line tool cannot do better.  An arena hands out zeroed memory that lives until
 * arena_reset() or arena_free(); a zeroed struct arena is a valid empty one.
 */
#ifndef HLLM_BASE_MEM_H
#define HLLM_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

void *xmalloc(size_t size) __attribute__((malloc));
/* Of some megabytes, for free(): in pages of 2 MiB where the system has them, if all of it will be
 * used ('whole'). */
void *xmalloc_large(size_t size, bool whole) __attribute__((malloc));
void *xcalloc(size_t count, size_t size) __attribute__((malloc));
void *xrealloc(void *old, size_t count, size_t size);
char *xstrdup(const char *text) __attribute__((malloc));
char *xasprintf(const char *fmt, ...) hl_printf(1, 2) __attribute__((malloc));

/* Room for one more item at the end of a growing array: returns the (moved) array. */
void *xgrow(void *array, size_t *capacity, size_t count, size_t size);

struct arena_block;
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t total;               /* bytes asked of malloc */
};

/* Zeroed, aligned for any type; lives until the arena is reset or freed. */
void *arena_take(struct arena *arena, size_t size);
/* A NUL-terminated copy. */
char *arena_copy(struct arena *arena, const char *text, size_t len);
/* Forgets everything but keeps one block for reuse. */
void arena_reset(struct arena *arena);
void arena_free(struct arena *arena);
/* Everything of 'from' lives as long as 'to' from now on. */
void arena_join(struct arena *to, struct arena *from);

#endif
