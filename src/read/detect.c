/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/detect.h"

#include <stdio.h>
#include <stdlib.h>

#include "read/csv.h"
#include "read/formats-logs.h"
#include "read/json.h"

enum { OBJECTS_MOST = 400, PREAMBLE_LINES = 16 };

static const char *const page_keys[] = { "data", "messages", "resourceSpans", "results" };

bool
sight_column(const struct sight *sight, const char *name)
{
	for (size_t i = 0; i < sight->columns_n; i++)
		if (slice_is(sight->columns[i], name))
			return true;
	return false;
}

const cJSON *
sight_path(const struct sight *sight, const char *path)
{
	const cJSON *at = sight->object;
	struct slice rest = slice_of(path), key;
	while (at && slice_cut(&rest, '.', &key)) {
		const cJSON *child = cJSON_IsObject(at) ? at->child : NULL;
		while (child && !slice_is(key, child->string))
			child = child->next;
		at = child;
	}
	return at;
}

bool
sight_is(const struct sight *sight, const char *path, const char *text)
{
	const cJSON *at = sight_path(sight, path);
	return at && cJSON_IsString(at) && strcmp(at->valuestring, text) == 0;
}

static struct slice
lowered(struct arena *arena, struct slice text)
{
	struct slice copy = slice_copy(arena, slice_trim(text));
	char *p = arena_copy(arena, copy.p, copy.n);
	for (size_t i = 0; i < copy.n; i++)
		if (p[i] >= 'A' && p[i] <= 'Z')
			p[i] = (char)(p[i] - 'A' + 'a');
	return (struct slice){ p, copy.n };
}

/* The header of a delimited file, as candidates line by line. */
struct header {
	struct slice *names, *lower;
	size_t n;
};

static struct header
read_header(struct arena *arena, struct slice line, char delim)
{
	struct csv_cutter cutter;
	csv_cutter_init(&cutter, delim);
	struct header header = { 0 };
	if (csv_cut(&cutter, line) && cutter.record.n) {
		header.n = cutter.record.n;
		header.names = arena_take(arena, header.n * sizeof(*header.names));
		header.lower = arena_take(arena, header.n * sizeof(*header.lower));
		for (size_t i = 0; i < header.n; i++) {
			header.names[i] = slice_copy(arena, cutter.record.cells[i]);
			header.lower[i] = lowered(arena, cutter.record.cells[i]);
		}
	}
	csv_cutter_free(&cutter);
	return header;
}

static bool
match_csv(const struct header *header, const struct reader *forced, size_t line_number,
	struct detection *out)
{
	const struct sight sight = {
		.form = FORM_CSV, .columns = header->lower, .columns_n = header->n
	};
	for (size_t i = 0; i < readers_n; i++) {
		const struct reader *reader = forced ? forced : readers[i];
		if (!(reader->forms & FORM_CSV))
			continue;
		if (line_number > 1 && !reader->header && !forced)
			continue; /* only formats with a preamble have their header further down */
		if (reader->header ? !reader->header(header->lower, header->n)
				   : forced && line_number > 1)
			continue;
		const char *reason = forced ? "asked for" : reader->match(&sight);
		if (reason) {
			out->reader = reader;
			snprintf(out->reason, sizeof(out->reason), "%s", reason);
			return true;
		}
		if (forced)
			return false;
	}
	return false;
}

static bool
detect_csv(struct slice head, bool whole, const struct reader *forced, struct arena *arena,
	struct detection *out)
{
	const char *p = head.p, *end = head.p + head.n;
	uint64_t line = out->line;
	for (size_t tries = 1; tries <= PREAMBLE_LINES && p < end;) {
		bool stray;
		char delim = csv_delimiter((struct slice){ p,
			(size_t)((memchr(p, '\n', (size_t)(end - p))
						 ? (const char *)memchr(p, '\n', (size_t)(end - p))
						 : end) -
				 p) });
		const char *next = csv_record_end(p, end, delim, whole, &stray);
		if (!next)
			return false;
		struct slice text = slice_trim((struct slice){ p, (size_t)(next - p) });
		uint64_t from = line;
		for (const char *c = p; c < next; c++)
			line += *c == '\n';
		p = next;
		if (!text.n)
			continue;
		struct header header = read_header(arena, text, delim);
		if (match_csv(&header, forced, tries, out)) {
			out->form = FORM_CSV;
			out->mode = SPLIT_CSV;
			out->delim = delim;
			out->columns = header.names;
			out->columns_n = header.n;
			out->body = (size_t)(p - head.p);
			out->line = line + (line == from);
			out->header_only =
				whole && slice_trim((struct slice){ p, (size_t)(end - p) }).n == 0;
			return true;
		}
		tries++;
	}
	return false;
}

/* The first objects of JSON text: roots, and the elements of their pages. */
struct samples {
	const cJSON *objects[OBJECTS_MOST], *parents[OBJECTS_MOST];
	const char *pages[OBJECTS_MOST]; /* the key in the parent */
	size_t n;
	cJSON *owned[OBJECTS_MOST];
	size_t owned_n;
};

static void
add_sample(struct samples *samples, const cJSON *object, const cJSON *parent, const char *pages)
{
	if (samples->n < OBJECTS_MOST && cJSON_IsObject(object)) {
		samples->pages[samples->n] = pages;
		samples->parents[samples->n] = parent;
		samples->objects[samples->n++] = object;
	}
}

static void
add_value(struct samples *samples, cJSON *value, const char *pages)
{
	if (!value || samples->owned_n == OBJECTS_MOST) {
		cJSON_Delete(value);
		return;
	}
	samples->owned[samples->owned_n++] = value;
	add_sample(samples, value, NULL, pages);
	for (size_t k = 0; k < HL_COUNT(page_keys); k++) {
		const cJSON *page = cJSON_GetObjectItemCaseSensitive(value, page_keys[k]);
		if (!cJSON_IsArray(page))
			continue;
		int seen = 0;
		for (const cJSON *item = page->child; item && seen < 50; item = item->next, seen++)
			add_sample(samples, item, value, page_keys[k]);
	}
}

static void
take_spans(struct samples *samples, struct slice text, const char *pages)
{
	struct spans spans;
	struct span_list list = { 0 };
	spans_init(&spans, pages, 1);
	spans_feed(&spans, text.p, 0, text.n, &list);
	for (size_t i = 0; i < list.n && samples->owned_n < OBJECTS_MOST; i++)
		if (!list.items[i].bad)
			add_value(samples,
				cJSON_ParseWithLength(list.items[i].text.p, list.items[i].text.n),
				pages);
	free(list.items);
}

/* In lines mode a broken line must not swallow those after it. */
static void
take_lines(struct samples *samples, struct slice text)
{
	struct slice line;
	while (samples->owned_n < OBJECTS_MOST && slice_cut(&text, '\n', &line)) {
		line = slice_trim(line);
		if (line.n)
			take_spans(samples, line, NULL);
	}
}

/* What of a sample convinces the reader; NULL nothing. */
static const char *
match_samples(const struct samples *samples, const struct reader *reader, size_t *at)
{
	const char *reason = NULL;
	for (*at = 0; *at < samples->n; ++*at) {
		const struct sight sight = { .form = FORM_JSON,
			.object = samples->objects[*at],
			.parent = samples->parents[*at] };
		reason = reader->match(&sight);
		if (reason)
			break;
	}
	return reason;
}

static bool
match_json(const struct samples *samples, const struct reader *forced, struct detection *out)
{
	for (size_t i = 0; i < readers_n; i++) {
		const struct reader *reader = forced ? forced : readers[i];
		size_t at = 0;
		if (!(reader->forms & FORM_JSON))
			continue;
		const char *reason = match_samples(samples, reader, &at);
		if (!reason && !forced)
			continue;
		out->reader = reader;
		snprintf(out->reason, sizeof(out->reason), "%s", forced ? "asked for" : reason);
		/* a log of no known format may come in pages of any name */
		out->pages = reader->pages;
		if (reader == &reader_request_log && reason)
			out->pages = samples->pages[at];
		return true;
	}
	return false;
}

/* Lines, if the first line that is not blank holds a whole value. */
static enum split_mode
json_mode(struct slice text)
{
	struct slice line;
	while (slice_cut(&text, '\n', &line)) {
		line = slice_trim(line);
		if (!line.n)
			continue;
		size_t from, n = json_value(line, &from);
		return n && from + n == line.n && text.p ? SPLIT_LINES : SPLIT_SPANS;
	}
	return SPLIT_SPANS;
}

static bool
detect_json(struct slice head, const struct reader *forced, struct detection *out)
{
	struct samples *samples = xcalloc(1, sizeof(*samples));
	out->form = FORM_JSON;
	out->mode = json_mode(head);
	if (out->mode == SPLIT_LINES)
		take_lines(samples, head);
	else
		take_spans(samples, head, NULL);
	for (size_t k = 0; k < HL_COUNT(page_keys) && !samples->n; k++)
		take_spans(samples, head, page_keys[k]); /* a page larger than what we see of it */
	bool found = match_json(samples, forced, out);
	for (size_t i = 0; i < samples->owned_n; i++)
		cJSON_Delete(samples->owned[i]);
	free(samples);
	return found;
}

/* Where JSON begins when something else stands before it (llama-bench prints to the same stream). */
static size_t
json_start(struct slice head, uint64_t *line)
{
	for (size_t i = 0; i < head.n; i++) {
		if ((i == 0 || head.p[i - 1] == '\n') && (head.p[i] == '{' || head.p[i] == '['))
			return i;
		*line += head.p[i] == '\n';
	}
	return SIZE_MAX;
}

static bool
check_text(struct slice head, const char *name, struct err *err)
{
	if (!head.n || !slice_trim(head).n)
		return err_set(err, FAULT_INPUT,
			"%s: empty, expected a bill, a usage export or a request log", name);
	if (slice_starts(head, "\xff\xfe") || slice_starts(head, "\xfe\xff"))
		return err_set(err, FAULT_INPUT,
			"%s: UTF-16 text, expected UTF-8 (in Excel: save as \"CSV UTF-8\")", name);
	if (slice_starts(head, "%PDF"))
		return err_set(err, FAULT_INPUT,
			"%s: a PDF, expected the CSV or JSON export of the same bill", name);
	if (memchr(head.p, '\0', head.n))
		return err_set(
			err, FAULT_INPUT, "%s: binary data, expected CSV or JSON text", name);
	return true;
}

/* What hllm itself has printed: sums, which would be taken for requests.  Charges in FOCUS can be read back. */
static bool
check_foreign(struct slice text, const char *name, struct err *err)
{
	enum { LOOKED_AT = 200 };
	struct slice begin = { text.p, text.n < LOOKED_AT ? text.n : LOOKED_AT };
	bool cells = slice_starts(text, "start,end,origin,biller,") ||
		     slice_starts(text, "start\tend\torigin\tbiller\t");
	if (cells || slice_find(begin, "\"schema\": \"hllm.") >= 0)
		return err_set(err, FAULT_INPUT,
			"%s: an answer of hllm, expected the files it was made of, or hllm export "
			"--format focus, which is read back",
			name);
	return true;
}

/* The columns of the first line, as many as fit on a line of a terminal. */
static void
list_columns(struct str *out, const struct header *header)
{
	enum { MOST = 120, NAME_MOST = 40 };
	for (size_t i = 0; i < header->n; i++) {
		struct slice name = slice_trim(header->names[i]);
		if (name.n > NAME_MOST)
			name.n = NAME_MOST;
		if (out->n + name.n > MOST) {
			str_puts(out, ", …");
			return;
		}
		str_puts(out, i ? ", " : "");
		str_slice(out, name);
	}
}

static bool
unknown_csv(struct slice text, const char *name, struct arena *arena, struct err *err)
{
	struct slice line;
	slice_cut(&text, '\n', &line);
	struct header header = read_header(arena, slice_trim(line), csv_delimiter(line));
	if (header.n < 3)
		return err_set(err, FAULT_INPUT,
			"%s: no known format, expected a bill, a usage export or a request log, as "
			"CSV or JSON",
			name);
	struct str columns = STR_INIT;
	list_columns(&columns, &header);
	err_set(err, FAULT_INPUT,
		"%s: no known format has its columns (%s); name them with --map "
		"model=COLUMN,input=COLUMN,output=COLUMN",
		name, str_text(&columns));
	str_free(&columns);
	return false;
}

static bool
is_api_error(struct slice text)
{
	size_t from, n = json_value(text, &from);
	cJSON *value = n ? cJSON_ParseWithLength(text.p + from, n) : NULL;
	bool found = cJSON_GetObjectItemCaseSensitive(value, "error") != NULL;
	cJSON_Delete(value);
	return found;
}

static bool
unknown_json(struct slice text, bool whole, const char *name, struct err *err)
{
	size_t from, n = json_value(text, &from);
	if (!n && whole && !memchr(text.p, '\n', text.n))
		return err_set(err, FAULT_INPUT,
			"%s: not well-formed JSON, or cut off, expected it whole or one object a "
			"line",
			name);
	if (n && n <= 2 && whole && from + n == text.n)
		return err_set(err, FAULT_INPUT,
			"%s: nothing between its brackets, expected records of usage", name);
	if (is_api_error(text))
		return err_set(err, FAULT_INPUT,
			"%s: an error message of an API, expected its usage or its bill", name);
	return err_set(err, FAULT_INPUT,
		"%s: JSON in no known format; name its keys with --map "
		"model=KEY,input=KEY,output=KEY",
		name);
}

static bool
unknown(struct slice text, bool whole, const char *name, struct arena *arena, struct err *err)
{
	struct slice first = slice_trim(text);
	if (first.p[0] == '<')
		return err_set(
			err, FAULT_INPUT, "%s: a web page or XML, expected CSV or JSON", name);
	if (first.p[0] == '{' || first.p[0] == '[')
		return unknown_json(first, whole, name, err);
	return unknown_csv(first, name, arena, err);
}

bool
detect(struct slice head, bool whole, const char *name, const struct reader *forced,
	struct arena *arena, struct detection *out, struct err *err)
{
	*out = (struct detection){ .line = 1, .delim = ',' };
	size_t bom = slice_starts(head, "\xEF\xBB\xBF") ? 3 : 0;
	struct slice text = { head.p + bom, head.n - bom };
	if (!check_text(text, name, err) || (!forced && !check_foreign(text, name, err)))
		return false;
	struct slice first = slice_trim(text);
	bool found = false;
	if (first.p[0] != '{' && first.p[0] != '[')
		found = detect_csv(text, whole, forced, arena, out);
	if (found) {
		out->body += bom;
		return true;
	}
	uint64_t line = 1;
	size_t start = json_start(text, &line);
	if (start == SIZE_MAX && (first.p[0] == '{' || first.p[0] == '[')) {
		start = (size_t)(first.p - text.p);
		line = 1;
	}
	if (start != SIZE_MAX) {
		out->body = bom + start;
		out->line = line;
		found = detect_json((struct slice){ text.p + start, text.n - start }, forced, out);
	}
	if (found)
		return true;
	if (forced)
		return err_set(err, FAULT_INPUT,
			"%s: not in the format %s; without --input-format the format is found",
			name, forced->name);
	return unknown(text, whole, name, arena, err);
}
