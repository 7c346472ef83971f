/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { BLOCK_SIZE = 64 * 1024, ALIGN = 16 };

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	_Alignas(16) unsigned char bytes[];
};

static hl_noreturn hl_cold void
out_of_memory(void)
{
	fputs("hllm: out of memory\n", stderr);
	exit(1);
}

void *
xmalloc(size_t size)
{
	void *got = malloc(size ? size : 1);
	if (!got)
		out_of_memory();
	return got;
}

void *
xmalloc_large(size_t size, bool whole)
{
	enum { PAGE = 2 << 20 };
	if (!whole || size < PAGE || size > SIZE_MAX - PAGE)
		return xmalloc(size);
	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	void *got = aligned_alloc(PAGE, size);
	if (!got)
		out_of_memory();
	(void)madvise(got, size, MADV_HUGEPAGE); /* without it, it is only slower */
	return got;
}

void *
xcalloc(size_t count, size_t size)
{
	void *got = calloc(count ? count : 1, size ? size : 1);
	if (!got)
		out_of_memory();
	return got;
}

void *
xrealloc(void *old, size_t count, size_t size)
{
	void *got = reallocarray(old, count ? count : 1, size ? size : 1);
	if (!got)
		out_of_memory();
	return got;
}

char *
xstrdup(const char *text)
{
	size_t n = strlen(text) + 1;
	return memcpy(xmalloc(n), text, n);
}

char *
xasprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		out_of_memory();
	return text;
}

void *
xgrow(void *array, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity ? *capacity + *capacity / 2 + 1 : 8;
	return xrealloc(array, *capacity, size);
}

/* Not zeroed. */
static void *
take(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2)
		out_of_memory();
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	struct arena_block *block = arena->blocks;
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;
		block = xmalloc(sizeof(*block) + room);
		block->older = arena->blocks;
		block->used = 0;
		block->size = room;
		arena->blocks = block;
		arena->total += room;
	}
	void *got = block->bytes + block->used;
	block->used += size;
	return got;
}

void *
arena_take(struct arena *arena, size_t size)
{
	return memset(take(arena, size), 0, size);
}

char *
arena_copy(struct arena *arena, const char *text, size_t len)
{
	char *copy = take(arena, len + 1);
	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

void
arena_reset(struct arena *arena)
{
	struct arena_block *block = arena->blocks;
	if (!block)
		return;
	while (block->older) {
		struct arena_block *older = block->older;
		arena->total -= block->size;
		free(block);
		block = older;
	}
	if (block->size > BLOCK_SIZE) {
		free(block);
		arena->blocks = NULL;
		arena->total = 0;
		return;
	}
	block->used = 0;
	arena->blocks = block;
}

void
arena_free(struct arena *arena)
{
	for (struct arena_block *block = arena->blocks, *older; block; block = older) {
		older = block->older;
		free(block);
	}
	*arena = (struct arena){ 0 };
}

void
arena_join(struct arena *to, struct arena *from)
{
	struct arena_block *last = from->blocks;
	if (!last)
		return;
	while (last->older)
		last = last->older;
	last->older = to->blocks;
	to->blocks = from->blocks;
	to->total += from->total;
	*from = (struct arena){ 0 };
}
