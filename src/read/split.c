/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/split.h"

#include <stdlib.h>

#include "read/csv.h"

enum { CHUNK = 1 << 20 };

void
chunk_free(struct chunk *chunk)
{
	free(chunk->buf);
	free(chunk->spans.items);
	*chunk = (struct chunk){ 0 };
}

void
splitter_init(struct splitter *splitter, struct input *input, enum split_mode mode, char delim,
	const char *pages, struct slice first, uint64_t line)
{
	*splitter = (struct splitter){ .input = input, .mode = mode, .delim = delim, .line = line };
	str_slice(&splitter->carry, first);
	spans_init(&splitter->spans, pages, line);
}

void
splitter_free(struct splitter *splitter)
{
	str_free(&splitter->carry);
}

static void
chunk_room(struct chunk *chunk, size_t size)
{
	if (chunk->size >= size)
		return;
	chunk->buf = xrealloc(chunk->buf, size, 1);
	chunk->size = size;
}

/* Fills the chunk's buffer up to its size; sets ended at the end of the input. */
static bool
fill(struct splitter *splitter, struct chunk *chunk, struct err *err)
{
	while (chunk->n < chunk->size) {
		ssize_t r = input_read(
			splitter->input, chunk->buf + chunk->n, chunk->size - chunk->n, err);
		if (r < 0)
			return false;
		if (r == 0) {
			splitter->ended = true;
			break;
		}
		splitter->bytes += (uint64_t)r;
		chunk->n += (size_t)r;
	}
	return true;
}

static size_t
cut_lines(const struct chunk *chunk)
{
	const char *at = memrchr(chunk->buf, '\n', chunk->n);
	return at ? (size_t)(at - chunk->buf) + 1 : 0;
}

static size_t
cut_records(const struct splitter *splitter, const struct chunk *chunk)
{
	if (!memchr(chunk->buf, '"', chunk->n))
		return cut_lines(chunk);
	const char *p = chunk->buf, *end = chunk->buf + chunk->n;
	for (bool stray; p < end;) {
		const char *next = csv_record_end(p, end, splitter->delim, false, &stray);
		if (!next)
			break;
		p = next;
	}
	return (size_t)(p - chunk->buf);
}

static uint64_t
count_lines(const char *p, size_t n)
{
	uint64_t lines = 0;
	for (const char *end = p + n; (p = memchr(p, '\n', (size_t)(end - p))); p++)
		lines++;
	return lines;
}

/* A line that never ends within ELEMENT_MOST: dropped up to its end, and reported. */
static void
drop_line(struct splitter *splitter, struct chunk *chunk)
{
	static const char why[] = "longer than 64 MiB";
	if (!splitter->skipping) {
		chunk->spans.items = xgrow(chunk->spans.items, &chunk->spans.size, chunk->spans.n,
			sizeof(struct span));
		chunk->spans.items[chunk->spans.n++] =
			(struct span){ SLICE_NONE, splitter->line, why };
	}
	splitter->skipping = true;
	chunk->n = 0;
}

/* Drops what belongs to an overlong line from the front of the buffer; true when its end was found. */
static bool
skip_to_line_end(struct splitter *splitter, struct chunk *chunk)
{
	const char *at = memchr(chunk->buf, '\n', chunk->n);
	if (!at) {
		chunk->n = 0;
		return false;
	}
	size_t used = (size_t)(at - chunk->buf) + 1;
	memmove(chunk->buf, at + 1, chunk->n - used);
	chunk->n -= used;
	splitter->line++;
	splitter->skipping = false;
	return true;
}

static size_t
cut_at(struct splitter *splitter, struct chunk *chunk)
{
	if (splitter->ended)
		return chunk->n;
	return splitter->mode == SPLIT_CSV ? cut_records(splitter, chunk) : cut_lines(chunk);
}

/* Lines and records: reads until at least one is whole. */
static int
next_text(struct splitter *splitter, struct chunk *chunk, struct err *err)
{
	size_t cut = 0;
	while (!cut) {
		if (!fill(splitter, chunk, err))
			return -1;
		if (splitter->skipping && !skip_to_line_end(splitter, chunk) && !splitter->ended)
			continue;
		cut = cut_at(splitter, chunk);
		if (splitter->ended)
			break;
		if (!cut && chunk->size >= ELEMENT_MOST)
			drop_line(splitter, chunk);
		else if (!cut)
			chunk_room(chunk, chunk->size * 2);
	}
	str_clear(&splitter->carry);
	str_add(&splitter->carry, chunk->buf + cut, chunk->n - cut);
	chunk->n = cut;
	chunk->line = splitter->line;
	splitter->line += count_lines(chunk->buf, chunk->n);
	return chunk->n > 0 || chunk->spans.n > 0;
}

/* Keeps what is still being read for the next chunk. */
static void
carry_open_element(struct splitter *splitter, struct chunk *chunk)
{
	struct spans *spans = &splitter->spans;
	size_t from = spans->start == SIZE_MAX ? chunk->n : spans->start;
	str_clear(&splitter->carry);
	str_add(&splitter->carry, chunk->buf + from, chunk->n - from);
	if (spans->start != SIZE_MAX)
		spans->start = 0;
	spans->string_start = spans->string_start >= from ? spans->string_start - from : 0;
}

static int
next_spans(struct splitter *splitter, struct chunk *chunk, struct err *err)
{
	size_t seen =
		chunk->n; /* the carried part was looked at before, but for the very first block */
	if (splitter->seq == 0)
		seen = 0;
	for (;;) {
		if (!fill(splitter, chunk, err))
			return -1;
		spans_feed(&splitter->spans, chunk->buf, seen, chunk->n, &chunk->spans);
		seen = chunk->n;
		if (splitter->ended)
			spans_end(&splitter->spans, chunk->buf, chunk->n, &chunk->spans);
		if (splitter->ended || chunk->spans.n)
			break;
		if (splitter->spans.start == SIZE_MAX || splitter->spans.oversize) {
			chunk->n = seen = 0;
		} else if (chunk->size >= ELEMENT_MOST) {
			splitter->spans.oversize = true;
			splitter->spans.start = 0;
			chunk->n = seen = 0;
		} else {
			size_t size = chunk->size * 2;
			chunk_room(chunk, size);
		}
	}
	carry_open_element(splitter, chunk);
	return chunk->spans.n > 0;
}

int
splitter_next(struct splitter *splitter, struct chunk *chunk, struct err *err)
{
	chunk->n = 0;
	chunk->spans.n = 0;
	if (splitter->ended && !splitter->carry.n)
		return 0;
	chunk_room(chunk, splitter->carry.n + CHUNK);
	if (splitter->carry.n)
		memcpy(chunk->buf, splitter->carry.p, splitter->carry.n);
	chunk->n = splitter->carry.n;
	int got = splitter->mode == SPLIT_SPANS ? next_spans(splitter, chunk, err)
						: next_text(splitter, chunk, err);
	chunk->seq = splitter->seq++;
	if (splitter->ended)
		str_clear(&splitter->carry);
	chunk->last = splitter->ended;
	return got;
}
