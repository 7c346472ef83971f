/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/sse.h"

void
sse_init(struct sse *sse, enum sse_kind kind, size_t most)
{
	*sse = (struct sse){ .kind = kind, .most = most ? most : SSE_MOST };
}

void
sse_free(struct sse *sse)
{
	str_free(&sse->line);
	str_free(&sse->data);
	*sse = (struct sse){ 0 };
}

enum sse_kind
sse_kind_of(const char *type)
{
	static const char *const lines[] = { "application/x-ndjson", "application/ndjson",
		"application/jsonl", "application/x-jsonlines" };
	for (size_t i = 0; i < HL_COUNT(lines); i++)
		if (slice_is_nocase(slice_of(type), lines[i]))
			return SSE_LINES;
	return SSE_EVENTS;
}

void
sse_feed(struct sse *sse, struct slice bytes)
{
	if (sse->rest.n)
		BUG("bytes fed before those of the last piece were taken");
	sse->rest = bytes;
}

void
sse_end(struct sse *sse)
{
	sse->ended = true;
}

static int
too_long(struct sse *sse, struct err *err)
{
	sse->broken = true;
	err_set(err, FAULT_LIMIT, "an event of the stream is longer than %zu bytes", sse->most);
	return -1;
}

/* Where the line at the start of 'rest' ends, or rest.n. */
static size_t
line_length(const struct sse *sse)
{
	const struct slice rest = sse->rest;
	const char *lf = memchr(rest.p, '\n', rest.n);
	size_t n = lf ? (size_t)(lf - rest.p) : rest.n;
	const char *cr = sse->kind == SSE_EVENTS ? memchr(rest.p, '\r', n) : NULL;
	return cr ? (size_t)(cr - rest.p) : n;
}

/* 1: a line without its end, borrowed; 0: its end has not come; -1: it is too long. */
static int
take_line(struct sse *sse, struct slice *line, struct err *err)
{
	if (sse->line_used)
		str_clear(&sse->line);
	sse->line_used = false;
	if (sse->after_cr && sse->rest.n) {
		if (sse->rest.p[0] == '\n')
			sse->rest = (struct slice){ sse->rest.p + 1, sse->rest.n - 1 };
		sse->after_cr = false;
	}
	if (!sse->rest.n)
		return 0;
	size_t n = line_length(sse);
	if (sse->line.n + n > sse->most)
		return too_long(sse, err);
	str_add(&sse->line, sse->rest.p, n);
	if (n == sse->rest.n) {
		sse->rest = SLICE_NONE;
		return 0;
	}
	sse->after_cr = sse->rest.p[n] == '\r';
	sse->rest = (struct slice){ sse->rest.p + n + 1, sse->rest.n - n - 1 };
	sse->line_used = true;
	*line = str_as_slice(&sse->line);
	if (!sse->begun && slice_starts(*line, "\xEF\xBB\xBF"))
		*line = (struct slice){ line->p + 3, line->n - 3 };
	sse->begun = true;
	return 1;
}

/* What a line of an event adds to its data; false: it is a comment or another field. */
static bool
data_of(struct slice line, struct slice *value)
{
	const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
	struct slice name = { line.p, colon ? (size_t)(colon - line.p) : line.n };
	if (!slice_is(name, "data") && !slice_is(name, "error"))
		return false;
	*value = colon ? (struct slice){ colon + 1, line.n - name.n - 1 } : SLICE_NONE;
	if (slice_starts(*value, " "))
		*value = (struct slice){ value->p + 1, value->n - 1 };
	return true;
}

static int
hand_out(struct sse *sse, struct slice *data)
{
	*data = str_as_slice(&sse->data);
	sse->data_used = true;
	sse->has_data = false;
	return 1;
}

static int
next_event(struct sse *sse, struct slice *data, struct err *err)
{
	struct slice line, value;
	int rc;
	while ((rc = take_line(sse, &line, err)) > 0) {
		if (!line.n && sse->has_data)
			return hand_out(sse, data);
		if (!data_of(line, &value))
			continue;
		if (sse->data.n + value.n + 1 > sse->most)
			return too_long(sse, err);
		if (sse->has_data)
			str_putc(&sse->data, '\n');
		str_slice(&sse->data, value);
		sse->has_data = true;
	}
	return rc == 0 && sse->ended && sse->has_data ? hand_out(sse, data) : rc;
}

static int
next_line(struct sse *sse, struct slice *data, struct err *err)
{
	int rc;
	while ((rc = take_line(sse, data, err)) > 0) {
		*data = slice_trim(*data);
		if (data->n)
			return 1;
	}
	if (rc == 0 && sse->ended && sse->line.n) {
		*data = slice_trim(str_as_slice(&sse->line));
		sse->line_used = true;
		return data->n > 0;
	}
	return rc;
}

int
sse_next(struct sse *sse, struct slice *data, struct err *err)
{
	if (sse->broken)
		return too_long(sse, err);
	if (sse->data_used)
		str_clear(&sse->data);
	sse->data_used = false;
	return sse->kind == SSE_LINES ? next_line(sse, data, err) : next_event(sse, data, err);
}

bool
sse_is_amid(const struct sse *sse)
{
	return sse->has_data || (sse->line.n && !sse->line_used);
}
