/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/json.h"
#include "read/split.h"

enum { DEEPEST = 512 };

void
spans_init(struct spans *spans, const char *pages, uint64_t line)
{
	*spans = (struct spans){ .pages = pages, .start = SIZE_MAX, .line = line };
}

static void
add_span(struct span_list *list, struct slice text, uint64_t line, const char *bad)
{
	list->items = xgrow(list->items, &list->size, list->n, sizeof(*list->items));
	list->items[list->n++] = (struct span){ text, line, bad };
}

/* What kind of bracket opens here. */
static char
kind_of(const struct spans *spans, char c)
{
	char outer = (char)(spans->depth ? spans->kind[spans->depth - 1] : 'A');
	if (spans->start != SIZE_MAX || outer == 'e')
		return 'e';
	if (outer == 'i')
		return 'i';
	if (outer == 'O')
		return c == '[' && spans->key_is_pages ? 'A' : 'i';
	return c == '[' ? 'A' : 'e';
}

static void
open_bracket(struct spans *spans, size_t i, char c)
{
	/* the pages key of a root object turns that object from an element into a container */
	if (c == '[' && spans->key_is_pages && spans->start != SIZE_MAX && spans->depth > 0 &&
		(spans->depth == 1 || spans->kind[spans->depth - 2] == 'A')) {
		spans->kind[spans->depth - 1] = 'O';
		spans->start = SIZE_MAX;
	}
	char kind = kind_of(spans, c);
	if (kind == 'e' && spans->start == SIZE_MAX) {
		spans->start = i;
		spans->start_line = spans->line;
	}
	spans->key_is_pages = false;
	spans->junk = false;
	if (spans->depth < DEEPEST)
		spans->kind[spans->depth] = kind;
	spans->depth++;
}

static void
close_bracket(struct spans *spans, const char *text, size_t i, struct span_list *list)
{
	if (spans->depth == 0) {
		if (!spans->junk)
			add_span(list, SLICE_NONE, spans->line,
				"a closing bracket that nothing opened");
		spans->junk = true;
		return;
	}
	spans->depth--;
	spans->key_is_pages = false;
	bool outermost = spans->depth == 0 || spans->kind[spans->depth - 1] == 'A';
	if (spans->start == SIZE_MAX || !outermost)
		return;
	if (spans->oversize)
		add_span(list, SLICE_NONE, spans->start_line, "larger than 64 MiB");
	else
		add_span(list, (struct slice){ text + spans->start, i + 1 - spans->start },
			spans->start_line, NULL);
	spans->oversize = false;
	spans->start = SIZE_MAX;
}

/* Is a key the pages key, however it is written? */
static bool
is_pages(const struct spans *spans, struct slice raw)
{
	enum { ESCAPE = 6 };
	struct slice pages = slice_of(spans->pages);
	if (slice_eq(raw, pages) || raw.n > pages.n * ESCAPE || !memchr(raw.p, '\\', raw.n))
		return slice_eq(raw, pages);
	struct arena arena = { 0 };
	bool same = slice_eq(json_decode(&arena, raw), pages);
	arena_free(&arena);
	return same;
}

static void
end_string(struct spans *spans, const char *text, size_t i)
{
	spans->in_string = false;
	if (!spans->pages || spans->oversize)
		return;
	spans->key_is_pages = is_pages(
		spans, (struct slice){ text + spans->string_start, i - spans->string_start });
}

/* A byte that is neither bracket, quote, blank nor comma. */
static void
other_byte(struct spans *spans, char c, struct span_list *list)
{
	if (c == '\n')
		spans->line++;
	if (c == '\n' || c == ' ' || c == '\t' || c == '\r') {
		spans->junk &= c != '\n';
		return;
	}
	if (c != ':')
		spans->key_is_pages = false;
	bool between = spans->depth == 0 || spans->kind[spans->depth - 1] == 'A';
	if (!between || spans->start != SIZE_MAX || c == ',' || spans->junk)
		return;
	spans->junk = true;
	add_span(list, SLICE_NONE, spans->line, "not a JSON object");
}

void
spans_feed(struct spans *spans, const char *text, size_t from, size_t n, struct span_list *list)
{
	for (size_t i = from; i < n; i++) {
		char c = text[i];
		if (spans->in_string) {
			if (c == '\n')
				spans->line++;
			if (spans->escape)
				spans->escape = false;
			else if (c == '\\')
				spans->escape = true;
			else if (c == '"')
				end_string(spans, text, i);
		} else if (c == '"') {
			bool between = spans->depth == 0 || spans->kind[spans->depth - 1] == 'A';
			if (between && spans->start == SIZE_MAX && !spans->junk) {
				spans->junk = true;
				add_span(list, SLICE_NONE, spans->line,
					"a text, expected a JSON object");
			}
			spans->in_string = true;
			spans->string_start = i + 1;
		} else if (c == '{' || c == '[') {
			if (spans->depth < DEEPEST + 8)
				open_bracket(spans, i, c);
		} else if (c == '}' || c == ']') {
			close_bracket(spans, text, i, list);
		} else {
			other_byte(spans, c, list);
		}
	}
}

void
spans_end(struct spans *spans, const char *text, size_t n, struct span_list *list)
{
	if (spans->depth == 0 && !spans->in_string)
		return;
	uint64_t line = spans->start == SIZE_MAX ? spans->line : spans->start_line;
	(void)text;
	(void)n;
	add_span(list, SLICE_NONE, line, "cut off: the file ends inside this JSON value");
	spans->start = SIZE_MAX;
	spans->depth = 0;
	spans->in_string = false;
}
