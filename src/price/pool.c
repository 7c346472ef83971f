/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/pool.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

struct pool {
	pthread_mutex_t lock;
	struct arena arena;
	struct slice *slots; /* open addressing; p == NULL is free */
	size_t size, n;
};

struct pool *
pool_new(void)
{
	struct pool *pool = xcalloc(1, sizeof(*pool));
	pthread_mutex_init(&pool->lock, NULL);
	pool->size = 256;
	pool->slots = xcalloc(pool->size, sizeof(*pool->slots));
	return pool;
}

void
pool_free(struct pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_destroy(&pool->lock);
	arena_free(&pool->arena);
	free(pool->slots);
	free(pool);
}

static struct slice *
find_slot(const struct pool *pool, struct slice text)
{
	size_t at = hash_64(text.p, text.n, 0) & (pool->size - 1);
	while (pool->slots[at].p && !slice_eq(pool->slots[at], text))
		at = (at + 1) & (pool->size - 1);
	return &pool->slots[at];
}

static void
grow(struct pool *pool)
{
	struct slice *old = pool->slots;
	size_t size = pool->size;
	pool->size *= 2;
	pool->slots = xcalloc(pool->size, sizeof(*pool->slots));
	for (size_t i = 0; i < size; i++)
		if (old[i].p)
			*find_slot(pool, old[i]) = old[i];
	free(old);
}

struct slice
pool_text(struct pool *pool, struct slice text)
{
	pthread_mutex_lock(&pool->lock);
	struct slice *slot = find_slot(pool, text);
	if (!slot->p) {
		if (pool->n * 2 >= pool->size) {
			grow(pool);
			slot = find_slot(pool, text);
		}
		*slot = slice_copy(&pool->arena, text);
		pool->n++;
	}
	struct slice kept = *slot;
	pthread_mutex_unlock(&pool->lock);
	return kept;
}

const char *
pool_printf(struct pool *pool, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return "";
	size_t len = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
	return pool_text(pool, (struct slice){ text, len }).p;
}
