/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/reading.h"

#include <pthread.h>
#include <stdlib.h>

#include "read/csv.h"
#include "read/formats-logs.h"
#include "read/mapping.h"
#include "read/near.h"
#include "read/numerals.h"
#include "read/row.h"
#include "read/shape.h"

enum { HEAD = 256 * 1024 };

/* What the threads share: they take turns at reading a chunk, and parse on their own. */
struct turns {
	pthread_mutex_t lock;
	struct splitter splitter;
	struct reading *reading;
	const struct detection *detection;
	struct numerals numbers;
	bool ended;
	struct err err; /* of the one that failed */
};

struct thread {
	struct turns *turns;
	struct worker worker;
	struct csv_cutter csv;
	struct row row;
	pthread_t id;
};

void
source_report_free(struct source_report *report)
{
	free(report->name);
	report->name = NULL;
	str_free(&report->warnings);
}

static void
run_row(struct thread *thread, struct slice text)
{
	struct row *row = &thread->row;
	row->worker->reading->reader->row(row);
	row_end(row, text);
	arena_reset(&thread->worker.scratch);
}

static void
read_element(struct thread *thread, struct slice text, uint64_t line)
{
	const char *why;
	row_begin(&thread->row, &thread->worker, line);
	if (!json_scan(thread->row.shape, text, thread->row.leaves, &why)) {
		worker_reject(&thread->worker, line, why, text);
		return;
	}
	thread->row.self = (struct field){ FIELD_OBJECT, false, text };
	run_row(thread, text);
}

static void
read_spans(struct thread *thread, const struct span_list *list)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct span *span = &list->items[i];
		if (span->bad)
			worker_reject(&thread->worker, span->line, span->bad, span->text);
		else
			read_element(thread, span->text, span->line);
	}
}

/* A line that may hold an array or a page. */
static void
read_line_spans(struct thread *thread, struct slice line, uint64_t number)
{
	struct spans spans;
	struct span_list list = { 0 };
	size_t from;
	if (!json_value(line, &from)) { /* broken as a whole: one reject, not one for each piece */
		worker_reject(&thread->worker, number, "not well-formed JSON, or cut off", line);
		return;
	}
	spans_init(&spans, thread->turns->detection->pages, number);
	spans_feed(&spans, line.p, 0, line.n, &list);
	spans_end(&spans, line.p, line.n, &list);
	read_spans(thread, &list);
	free(list.items);
}

static void
read_lines(struct thread *thread, const struct chunk *chunk)
{
	const char *p = chunk->buf, *end = chunk->buf + chunk->n;
	const char *pages = thread->turns->detection->pages;
	for (uint64_t number = chunk->line; p < end; number++) {
		const char *eol = memchr(p, '\n', (size_t)(end - p));
		struct slice line =
			slice_trim((struct slice){ p, (size_t)((eol ? eol : end) - p) });
		p = eol ? eol + 1 : end;
		if (!line.n)
			continue;
		if (line.p[0] == '{' && !pages)
			read_element(thread, line, number);
		else
			read_line_spans(thread, line, number);
	}
}

static bool
is_blank_record(const struct csv_record *record)
{
	for (size_t i = 0; i < record->n; i++)
		if (record->cells[i].n)
			return false;
	return true;
}

/* Every record fills the same slots: nothing has to be looked up or cleared. */
static void
put_cells(const struct reading *reading, struct field *leaves, const struct csv_record *record)
{
	struct field *slots = leaves + reading->shape->leaves_n;
	for (size_t i = 0; i < reading->puts_n; i++) {
		const struct put put = reading->puts[i];
		struct field *slot = &slots[put.slot];
		slot->type = FIELD_ABSENT;
		if (put.column >= record->n)
			continue;
		slot->text = record->cells[put.column];
		slot->type = slot->text.n ? FIELD_TEXT : FIELD_NULL;
	}
}

/* Puts the cells where the slots look for them; false when their number does not fit the header. */
static bool
place_cells(struct thread *thread, const struct csv_record *record)
{
	const struct reading *reading = thread->turns->reading;
	struct field *leaves = thread->row.leaves;
	if (reading->puts)
		put_cells(reading, leaves, record);
	else
		shape_clear(reading->shape, leaves);
	for (size_t i = 0; !reading->puts && i < record->n && i < reading->columns_n; i++) {
		const uint16_t *leaf = &reading->column_leaf[i * COLUMN_LEAVES];
		struct field field = { record->cells[i].n ? FIELD_TEXT : FIELD_NULL, false,
			record->cells[i] };
		for (int k = 0; k < COLUMN_LEAVES && leaf[k] != LEAF_NONE; k++)
			if (leaves[leaf[k]].type == FIELD_ABSENT)
				shape_put(reading->shape, leaves, leaf[k], field);
	}
	for (size_t i = reading->columns_n; i < record->n; i++)
		if (record->cells[i].n)
			return false;
	/* empty cells too many may be a comma that moved the others */
	return record->n == reading->columns_n || reading->reader->ragged;
}

/* Cells with commas in their numbers, as spreadsheets write them, become plain ones. */
static void
plain_numbers(struct thread *thread)
{
	const struct numerals *numbers = &thread->turns->numbers;
	const struct detection *detection = thread->turns->detection;
	struct csv_record *record = &thread->csv.record;
	for (size_t i = 0; i < record->n && record->n <= numbers->n; i++) {
		enum numeral_style style = (enum numeral_style)numbers->styles[i];
		const char *why;
		char shown[ROW_SHOWN];
		if (style != NUMERALS_PLAIN &&
			!numerals_read(style, &thread->worker.scratch, &record->cells[i], &why))
			row_bad(&thread->row, SLICE_FMT " is %s, %s",
				SLICE_ARG(detection->columns[i]),
				row_shown(record->cells[i], shown), why);
	}
}

/* Reads the record that was just cut. */
static void
read_cells(struct thread *thread, struct slice text, uint64_t line)
{
	const struct csv_record *record = &thread->csv.record;
	if (record->n <= 1 && is_blank_record(record))
		return;
	row_begin(&thread->row, &thread->worker, line);
	if (thread->turns->numbers.n)
		plain_numbers(thread);
	if (!place_cells(thread, record))
		row_bad(&thread->row, "%zu cells, expected %zu as in the header", record->n,
			thread->turns->reading->columns_n);
	if (row_is_bad(&thread->row))
		row_end(&thread->row, text);
	else
		run_row(thread, text);
}

/* A record with quotes in it, or the last one; gives back where it ends. */
static const char *
read_record(struct thread *thread, const char *p, const char *end, uint64_t line, bool last)
{
	bool stray;
	const char *next = csv_record_end(p, end, thread->csv.delim, last, &stray);
	struct slice text = { p, (size_t)((next ? next : end) - p) };
	if (stray || !csv_cut(&thread->csv, text))
		worker_reject(&thread->worker, line,
			stray ? "a quote that never closes" : "not well-formed CSV", text);
	else
		read_cells(thread, text, line);
	return text.p + text.n;
}

static void
read_records(struct thread *thread, const struct chunk *chunk)
{
	const char *p = chunk->buf, *end = chunk->buf + chunk->n;
	csv_cutter_forget(&thread->csv);
	for (uint64_t line = chunk->line; p < end;) {
		const char *next = csv_cut_plain(&thread->csv, p, end);
		if (next) {
			read_cells(thread, (struct slice){ p, (size_t)(next - p) }, line++);
			p = next;
			continue;
		}
		next = read_record(thread, p, end, line, chunk->last);
		for (const char *c = p; (c = memchr(c, '\n', (size_t)(next - c))); c++)
			line++;
		p = next;
	}
}

static void
read_chunk(struct thread *thread, const struct chunk *chunk)
{
	if (thread->turns->detection->mode != SPLIT_SPANS)
		for (size_t i = 0; i < chunk->spans.n; i++) /* overlong lines */
			worker_reject(&thread->worker, chunk->spans.items[i].line,
				chunk->spans.items[i].bad, SLICE_NONE);
	switch (thread->turns->detection->mode) {
	case SPLIT_LINES:
		read_lines(thread, chunk);
		break;
	case SPLIT_CSV:
		read_records(thread, chunk);
		break;
	case SPLIT_SPANS:
		read_spans(thread, &chunk->spans);
		break;
	}
}

static void *
run_thread(void *arg)
{
	struct thread *thread = arg;
	struct turns *turns = thread->turns;
	struct chunk chunk = { 0 };
	for (;;) {
		pthread_mutex_lock(&turns->lock);
		int got = turns->ended ? 0 : splitter_next(&turns->splitter, &chunk, &turns->err);
		if (got <= 0)
			turns->ended = true;
		uint64_t bytes = turns->splitter.bytes;
		if (got > 0 && chunk.last && chunk.n && chunk.buf[chunk.n - 1] != '\n')
			thread->worker.counts.unterminated = true;
		pthread_mutex_unlock(&turns->lock);
		if (got <= 0)
			break;
		read_chunk(thread, &chunk);
		const struct sink *sink = turns->reading->sink;
		if (sink->progress && thread->worker.thread == 0)
			sink->progress(sink->arg, bytes);
	}
	chunk_free(&chunk);
	return NULL;
}

static void
thread_init(struct thread *thread, struct turns *turns, int number)
{
	*thread = (struct thread){ .turns = turns };
	thread->worker.reading = turns->reading;
	thread->worker.thread = number;
	thread->row.shape = turns->reading->shape;
	thread->row.leaves = xcalloc(shape_leaves(turns->reading->shape) + 1, sizeof(struct field));
	for (size_t i = 0; turns->reading->puts && i < turns->reading->columns_n; i++) {
		const uint16_t *leaf = &turns->reading->column_leaf[i * COLUMN_LEAVES];
		for (int k = 0; k < COLUMN_LEAVES && leaf[k] != LEAF_NONE; k++)
			thread->row.leaves[leaf[k]].type =
				FIELD_TEXT; /* for the name of its slot */
	}
	csv_cutter_init(&thread->csv, turns->splitter.delim);
}

/* Adds a thread's counts to the report, keeping the first rejects by line. */
static void
thread_finish(struct thread *thread, struct source_report *report)
{
	const struct source_report *counts = &thread->worker.counts;
	struct worker merged = { .reading = thread->turns->reading, .counts = *report };
	struct reading_options quiet = { 0 };
	const struct reading_options *options = merged.reading->options;
	merged.reading->options = &quiet;
	for (size_t i = 0; i < counts->rejects_n; i++)
		worker_reject(
			&merged, counts->rejects[i].line, counts->rejects[i].reason, SLICE_NONE);
	merged.reading->options = options;
	merged.counts.rejected = report->rejected + counts->rejected;
	merged.counts.rows = report->rows + counts->rows;
	*report = merged.counts;
	report->emitted += counts->emitted;
	report->unterminated |= counts->unterminated;
	for (int i = 0; i < NOTES; i++)
		report->notes[i] += counts->notes[i];
	for (size_t i = 0; i < thread->worker.shapes_n; i++)
		shape_free(thread->worker.shapes[i].shape);
	arena_free(&thread->worker.scratch);
	csv_cutter_free(&thread->csv);
	free(thread->row.leaves);
}

/* The words after the last element: readers with state hand on what they gathered. */
static void
run_end(struct thread *thread)
{
	const struct reader *reader = thread->turns->reading->reader;
	if (!reader->end)
		return;
	row_begin(&thread->row, &thread->worker, 0);
	memset(thread->row.leaves, 0, shape_leaves(thread->row.shape) * sizeof(struct field));
	reader->end(&thread->row);
	row_end(&thread->row, SLICE_NONE);
}

static void
run_threads(struct turns *turns, int count, struct source_report *report)
{
	struct thread *threads = xcalloc((size_t)count, sizeof(*threads));
	int started = 0;
	for (int i = 0; i < count; i++)
		thread_init(&threads[i], turns, i);
	for (int i = 1; i < count; i++) {
		if (pthread_create(&threads[i].id, NULL, run_thread, &threads[i]) != 0)
			break; /* fewer threads, the same answer */
		started = i;
	}
	run_thread(&threads[0]);
	for (int i = 1; i <= started; i++)
		pthread_join(threads[i].id, NULL);
	run_end(&threads[0]);
	for (int i = 0; i < count; i++)
		thread_finish(&threads[i], report);
	free(threads);
}

static bool
read_head(struct input *input, struct str *head, bool *whole, struct err *err)
{
	char *buf = xmalloc(HEAD);
	*whole = false;
	while (head->n < HEAD && !*whole) {
		ssize_t r = input_read(input, buf, HEAD - head->n, err);
		if (r < 0) {
			free(buf);
			return false;
		}
		*whole = r == 0;
		str_add(head, buf, (size_t)r);
	}
	free(buf);
	return true;
}

/* Which leaves each column feeds. */
static void
map_columns(struct reading *reading, const struct detection *detection)
{
	reading->columns_n = detection->columns_n;
	reading->column_leaf = xcalloc(detection->columns_n * COLUMN_LEAVES + 1, sizeof(uint16_t));
	for (size_t i = 0; i < detection->columns_n; i++) {
		uint16_t *leaf = &reading->column_leaf[i * COLUMN_LEAVES];
		char *lower = slice_dup(slice_trim(detection->columns[i]));
		for (char *c = lower; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c - 'A' + 'a');
		size_t n = shape_column(reading->shape, slice_of(lower), leaf, COLUMN_LEAVES);
		for (; n < COLUMN_LEAVES; n++)
			leaf[n] = LEAF_NONE;
		free(lower);
	}
}

/* Which of the columns that are read have commas in their numbers; ids and names are no numbers. */
static void
learn_numbers(struct turns *turns, struct slice head, char reason[REASON_TEXT])
{
	const struct detection *detection = turns->detection;
	const struct reading *reading = turns->reading;
	bool *used = xcalloc(reading->columns_n + 1, sizeof(*used));
	for (size_t i = 0; i < reading->columns_n; i++) {
		struct slice name = detection->columns[i];
		bool id = name.n >= 2 &&
			  slice_is_nocase((struct slice){ name.p + name.n - 2, 2 }, "id");
		used[i] = !id && reading->column_leaf[i * COLUMN_LEAVES] != LEAF_NONE;
	}
	struct slice body = { head.p + detection->body, head.n - detection->body };
	const struct numerals_file file = {
		.delim = detection->delim,
		.defined = !reading->reader->ragged && reading->reader != &reader_request_log,
		.used = used,
		.n = reading->columns_n,
	};
	numerals_learn(&turns->numbers, body, head.n < HEAD, &file);
	free(used);
	size_t n = strlen(reason);
	if (numerals_have(&turns->numbers, NUMERALS_COMMA))
		snprintf(reason + n, REASON_TEXT - n, "; its numbers have decimal commas");
}

/* Which slots each column fills, unless it matters which of several columns comes first. */
static void
plan_puts(struct reading *reading)
{
	const struct shape *shape = reading->shape;
	size_t *taken = xcalloc(shape->slots_n, sizeof(*taken)); /* by column i: i + 1 */
	size_t size = 0;
	bool plain = true;
	for (size_t i = 0; i < reading->columns_n; i++) {
		const uint16_t *leaf = &reading->column_leaf[i * COLUMN_LEAVES];
		for (int k = 0; k < COLUMN_LEAVES && leaf[k] != LEAF_NONE; k++)
			for (uint32_t at = shape->feeds_from[leaf[k]];
				at < shape->feeds_from[leaf[k] + 1]; at++) {
				uint16_t slot = shape->feeds[at].slot;
				if (taken[slot] == i + 1)
					continue;
				plain &= !taken[slot];
				taken[slot] = i + 1;
				reading->puts = xgrow(
					reading->puts, &size, reading->puts_n, sizeof(struct put));
				reading->puts[reading->puts_n++] =
					(struct put){ (uint16_t)i, slot };
			}
	}
	free(taken);
	if (plain)
		return;
	free(reading->puts);
	reading->puts = NULL;
}

/* Reads everything behind the head that detection has seen. */
static bool
read_body(struct input *input, struct slice head, const struct detection *detection,
	struct reading *reading, struct source_report *report, struct err *err)
{
	const struct reading_options *options = reading->options;
	struct turns turns = { .reading = reading, .detection = detection };
	struct slice first = { head.p + detection->body, head.n - detection->body };
	uint64_t line = detection->line;
	if (options->resume_at) {
		if (!input_skip_to(input, options->resume_at, err))
			return false;
		first = SLICE("");
		line = options->resume_line;
	}
	pthread_mutex_init(&turns.lock, NULL);
	splitter_init(&turns.splitter, input, detection->mode, detection->delim, detection->pages,
		first, line);
	turns.splitter.bytes = first.n;
	if (detection->mode == SPLIT_CSV)
		learn_numbers(&turns, head, report->reason);
	run_threads(&turns, reading->reader->state_size ? 1 : options->threads, report);
	report->bytes = turns.splitter.bytes;
	report->lines = turns.splitter.line;
	report->resumable = detection->mode != SPLIT_SPANS && !reading->reader->state_size &&
			    !report->unterminated &&
			    !turns.numbers.n; /* more of it may say more of its commas */
	numerals_free(&turns.numbers);
	splitter_free(&turns.splitter);
	pthread_mutex_destroy(&turns.lock);
	if (turns.err.fault == FAULT_NONE)
		return true;
	*err = turns.err;
	return false;
}

/* Which slots the objects of a text fill; how many objects there are. */
static size_t
see_objects(const struct shape *shape, struct slice text, const char *pages, bool *seen)
{
	struct spans spans;
	struct span_list list = { 0 };
	struct field *leaves = xcalloc(shape_leaves(shape) + 1, sizeof(*leaves));
	const char *why;
	size_t n = 0;
	spans_init(&spans, pages, 1);
	spans_feed(&spans, text.p, 0, text.n, &list);
	for (size_t i = 0; i < list.n; i++) {
		if (list.items[i].bad || !json_scan(shape, list.items[i].text, leaves, &why))
			continue;
		n++;
		for (size_t slot = 0; slot < shape_slots(shape); slot++)
			seen[slot] |= shape_field(shape, leaves, slot).type != FIELD_ABSENT;
	}
	free(list.items);
	free(leaves);
	return n;
}

/* Does the file have what the user's mapping speaks of? */
static bool
check_mapping(const struct reading *reading, const struct detection *detection, struct slice body,
	const char *name, struct err *err)
{
	const struct mapping *mapping = reading->options->mapping;
	if (!mapping || reading->reader != &reader_request_log)
		return true;
	if (detection->form == FORM_CSV)
		return mapping_fits_columns(
			mapping, detection->columns, detection->columns_n, name, err);
	bool *seen = xcalloc(shape_slots(reading->shape), sizeof(*seen));
	size_t n = 0;
	struct slice line;
	if (detection->mode != SPLIT_LINES)
		n = see_objects(reading->shape, body, detection->pages, seen);
	else
		while (slice_cut(
			&body, '\n', &line)) /* a broken line must not swallow those after it */
			n += see_objects(reading->shape, line, detection->pages, seen);
	bool fits = n == 0 || mapping_fits_objects(mapping, seen, name, err);
	free(seen);
	return fits;
}

bool
reading_run(struct input *input, const struct reading_options *options, const struct sink *sink,
	struct source_report *report, struct err *err)
{
	struct arena arena = { 0 };
	struct str head = STR_INIT;
	struct detection detection;
	bool whole;
	*report = (struct source_report){ .name = xstrdup(input_name(input)) };
	bool good = read_head(input, &head, &whole, err) &&
		    detect(str_as_slice(&head), whole, report->name, options->forced, &arena,
			    &detection, err);
	if (good) {
		struct reading reading = {
			.reader = detection.reader, .options = options, .sink = sink
		};
		sink->begin(sink->arg, str_as_slice(&head));
		report->reader = detection.reader;
		report->header_only = detection.header_only;
		snprintf(report->reason, sizeof(report->reason), "%s", detection.reason);
		reading.shape = shape_new(detection.reader->slots);
		if (options->mapping && detection.reader == &reader_request_log)
			mapping_apply(options->mapping, reading.shape);
		map_columns(&reading, &detection);
		plan_puts(&reading);
		reading.state = xcalloc(1, detection.reader->state_size);
		struct slice body = { head.p + detection.body, head.n - detection.body };
		if (!options->resume_at)
			near_misses(&reading, &detection, body, &report->warnings);
		good = check_mapping(&reading, &detection, body, report->name, err) &&
		       read_body(input, str_as_slice(&head), &detection, &reading, report, err);
		arena_free(&reading.state_arena);
		free(reading.state);
		free(reading.column_leaf);
		free(reading.puts);
		shape_free(reading.shape);
	}
	arena_free(&arena);
	str_free(&head);
	return good;
}
