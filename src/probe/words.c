/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/words.h"

#include <stdlib.h>

#include "read/json.h"

enum {
	S_ERROR,
	S_ERROR_MESSAGE,
	S_DETAIL,
	S_MESSAGE,
	S_MARK, /* what tells an object that is an error itself from one that only has a message */
	S_PROMPT,
	S_CONTEXT,
	S_TYPE,
	SLOTS,
};

static const char *const slots[] = {
	[S_ERROR] = "error",
	[S_ERROR_MESSAGE] = "error.message",
	[S_DETAIL] = "detail",
	[S_MESSAGE] = "message",
	[S_MARK] = "code|status",
	[S_PROMPT] = "error.n_prompt_tokens|n_prompt_tokens",
	[S_CONTEXT] = "error.n_ctx|n_ctx",
	[S_TYPE] = "error.type|type",
	[SLOTS] = NULL,
};

/* The fields of one object, which live as long as its text. */
static bool
look(struct slice json, struct field fields[SLOTS])
{
	struct shape *shape = shape_new(slots);
	struct field *leaves = xcalloc(shape_leaves(shape), sizeof(*leaves));
	const char *why;
	json = slice_trim(json);
	bool sound = json.n && json.p[0] == '{' && json_scan(shape, json, leaves, &why);
	for (size_t i = 0; i < SLOTS; i++)
		fields[i] = sound ? shape_field(shape, leaves, i) : (struct field){ 0 };
	free(leaves);
	shape_free(shape);
	return sound;
}

/* Without the first bytes of a character whose others were cut off. */
static size_t
whole_characters(const char *p, size_t n)
{
	size_t back = 0;
	while (back < 3 && back < n && ((unsigned char)p[n - 1 - back] & 0xC0) == 0x80)
		back++;
	if (back == n)
		return n;
	unsigned char lead = (unsigned char)p[n - 1 - back];
	size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
	return length > back + 1 ? n - back - 1 : n;
}

void
words_plain(struct slice text, char *out, size_t size)
{
	size_t n = 0;
	text = slice_trim(text);
	for (size_t i = 0; i < text.n && n + 1 < size; i++) {
		unsigned char c = (unsigned char)text.p[i];
		bool blank = c <= ' ' || c == 0x7F;
		if (!blank)
			out[n++] = (char)c;
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	n = whole_characters(out, n);
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
}

void
words_clean(struct slice raw, char *out, size_t size)
{
	struct arena arena = { 0 };
	/* Six bytes of an escape are one character at least. */
	if (raw.n > size * 6)
		raw.n = size * 6;
	words_plain(json_decode(&arena, raw), out, size);
	arena_free(&arena);
}

/* The first message of what FastAPI calls "detail": a text, or a list of objects with a msg. */
static void
detail_of(struct field detail, char *out, size_t size)
{
	static const char *const names[] = { "msg", NULL };
	struct slice rest;
	struct field item;
	const char *why;
	*out = '\0';
	if (detail.type == FIELD_TEXT)
		words_clean(detail.text, out, size);
	if (detail.type != FIELD_ARRAY || !json_open(detail.text, '[', &rest))
		return;
	struct shape *shape = shape_new(names);
	struct field *leaves = xcalloc(shape_leaves(shape), sizeof(*leaves));
	while (!*out && json_item(&rest, &item))
		if (item.type == FIELD_OBJECT && json_scan(shape, item.text, leaves, &why) &&
			shape_field(shape, leaves, 0).type == FIELD_TEXT)
			words_clean(shape_field(shape, leaves, 0).text, out, size);
	free(leaves);
	shape_free(shape);
}

static bool
error_in(const struct field fields[SLOTS], char *out, size_t size)
{
	*out = '\0';
	if (fields[S_ERROR].type == FIELD_TEXT)
		words_clean(fields[S_ERROR].text, out, size);
	else if (fields[S_ERROR_MESSAGE].type == FIELD_TEXT)
		words_clean(fields[S_ERROR_MESSAGE].text, out, size);
	else if (fields[S_ERROR].type == FIELD_OBJECT)
		words_plain(SLICE("one that it does not explain"), out, size);
	else if (fields[S_MESSAGE].type == FIELD_TEXT && fields[S_MARK].type > FIELD_NULL)
		words_clean(fields[S_MESSAGE].text, out, size);
	else
		detail_of(fields[S_DETAIL], out, size);
	return *out;
}

bool
words_of_error(struct slice json, char *out, size_t size)
{
	struct field fields[SLOTS];
	return look(json, fields) && error_in(fields, out, size);
}

static int64_t
count_of(struct field field)
{
	int64_t n;
	bool sound = field.type == FIELD_NUMBER && num_int(field.text, &n) == NUM_OK && n >= 0;
	return sound ? n : -1;
}

void
words_complaint(struct slice body, struct complaint *complaint)
{
	struct field fields[SLOTS];
	*complaint = (struct complaint){ .prompt_n = -1, .context = -1 };
	if (look(body, fields)) {
		if (!error_in(fields, complaint->text, sizeof(complaint->text)) &&
			fields[S_MESSAGE].type == FIELD_TEXT)
			words_clean(
				fields[S_MESSAGE].text, complaint->text, sizeof(complaint->text));
		complaint->prompt_n = count_of(fields[S_PROMPT]);
		complaint->context = count_of(fields[S_CONTEXT]);
		complaint->loading = fields[S_TYPE].type == FIELD_TEXT &&
				     slice_is(fields[S_TYPE].text, "unavailable_error") &&
				     strcmp(complaint->text, "Loading model") == 0;
		return;
	}
	/* Plain text is worth quoting, a page of HTML or a cut JSON object is not. */
	body = slice_trim(body);
	if (body.n && !strchr("<{[", body.p[0]) && slice_is_utf8(body))
		words_plain(body, complaint->text, sizeof(complaint->text));
}
