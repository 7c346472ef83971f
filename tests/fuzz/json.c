/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON text: a value that one path accepts the others accept; and however the bytes
 * come in pieces, the elements are the same.
 */
#include "config.h"

#include "read/json.h"

#include <stdint.h>
#include <stdlib.h>

#include "read/split.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const slots[] = { "a", "b.c|d", "usage.input|usage.output", "e.f.g", NULL };

static bool
same_spans(const struct span_list *a, const struct span_list *b)
{
	bool same = a->n == b->n;
	for (size_t i = 0; i < a->n && same; i++)
		same = slice_eq(a->items[i].text, b->items[i].text) &&
		       a->items[i].line == b->items[i].line && a->items[i].bad == b->items[i].bad;
	return same;
}

static struct span_list
cut(struct slice text, const char *pages, size_t step)
{
	struct spans spans;
	struct span_list list = { 0 };
	spans_init(&spans, pages, 1);
	for (size_t at = 0; at < text.n; at += step)
		spans_feed(&spans, text.p, at, at + step < text.n ? at + step : text.n, &list);
	spans_end(&spans, text.p, text.n, &list);
	return list;
}

static void
scan(const struct shape *shape, struct slice text)
{
	struct arena arena = { 0 };
	struct field *leaves = calloc(shape_leaves(shape) + 1, sizeof(*leaves));
	const char *why;
	size_t from;
	if (json_scan(shape, text, leaves, &why) && !json_value(text, &from))
		abort();
	for (size_t i = 0; i < shape_slots(shape); i++) {
		struct field field = shape_field(shape, leaves, i);
		if (field.type == FIELD_TEXT)
			json_decode(&arena, field.text);
	}
	free(leaves);
	arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct shape *shape;
	if (!shape)
		shape = shape_new(slots);
	if (!size)
		return 0;
	char *copy = malloc(size);
	memcpy(copy, data + 1, size - 1);
	struct slice text = { copy, size - 1 };
	const char *pages = data[0] & 1 ? "data" : NULL;
	struct span_list whole = cut(text, pages, text.n + 1),
			 pieces = cut(text, pages, 1 + data[0] / 16);
	if (!same_spans(&whole, &pieces))
		abort();
	for (size_t i = 0; i < whole.n; i++)
		if (!whole.items[i].bad)
			scan(shape, whole.items[i].text);
	scan(shape, text);
	free(whole.items);
	free(pieces.items);
	free(copy);
	return 0;
}
