/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/words.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"

struct words {
	pthread_mutex_t lock;
	struct arena arena;
	struct slice *slots; /* open addressing; p == NULL is free */
	size_t size, n;
};

struct words *
words_new(void)
{
	struct words *words = xcalloc(1, sizeof(*words));
	pthread_mutex_init(&words->lock, NULL);
	words->size = 256;
	words->slots = xcalloc(words->size, sizeof(*words->slots));
	return words;
}

void
words_free(struct words *words)
{
	if (!words)
		return;
	pthread_mutex_destroy(&words->lock);
	arena_free(&words->arena);
	free(words->slots);
	free(words);
}

static struct slice *
find_slot(const struct words *words, struct slice text)
{
	size_t at = hash_64(text.p, text.n, 0) & (words->size - 1);
	while (words->slots[at].p && !slice_eq(words->slots[at], text))
		at = (at + 1) & (words->size - 1);
	return &words->slots[at];
}

static void
grow(struct words *words)
{
	struct slice *old = words->slots;
	size_t size = words->size;
	words->size *= 2;
	words->slots = xcalloc(words->size, sizeof(*words->slots));
	for (size_t i = 0; i < size; i++)
		if (old[i].p)
			*find_slot(words, old[i]) = old[i];
	free(old);
}

struct slice
words_text(struct words *words, struct slice text)
{
	pthread_mutex_lock(&words->lock);
	struct slice *slot = find_slot(words, text);
	if (!slot->p) {
		if (words->n * 2 >= words->size) {
			grow(words);
			slot = find_slot(words, text);
		}
		*slot = slice_copy(&words->arena, text);
		words->n++;
	}
	struct slice kept = *slot;
	pthread_mutex_unlock(&words->lock);
	return kept;
}

const char *
words_printf(struct words *words, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	int n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return "";
	size_t len = (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1;
	return words_text(words, (struct slice){ text, len }).p;
}
