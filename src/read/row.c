/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/row.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/when.h"
#include "read/shape.h"

void
row_begin(struct row *row, struct worker *worker, uint64_t line)
{
	row->worker = worker;
	row->owner = row;
	row->line = line;
	row->bad = row->touched = false;
	row->self = (struct field){ .type = FIELD_ABSENT };
}

/* Keeps the first few rejects by line, so that the answer does not depend on threads. */
void
worker_reject(struct worker *worker, uint64_t line, const char *reason, struct slice text)
{
	struct source_report *counts = &worker->counts;
	counts->rejected++;
	counts->rows++;
	size_t at = counts->rejects_n;
	while (at > 0 && counts->rejects[at - 1].line > line)
		at--;
	if (at < REJECTS_SHOWN) {
		size_t keep =
			counts->rejects_n < REJECTS_SHOWN ? counts->rejects_n : REJECTS_SHOWN - 1;
		memmove(&counts->rejects[at + 1], &counts->rejects[at],
			(keep - at) * sizeof(struct reject));
		counts->rejects[at].line = line;
		snprintf(counts->rejects[at].reason, sizeof(counts->rejects[at].reason), "%s",
			reason);
		counts->rejects_n = keep + 1;
	}
	FILE *out = worker->reading->options->rejects;
	if (out && text.n) {
		flockfile(out);
		fwrite(text.p, 1, text.n, out);
		if (text.p[text.n - 1] != '\n')
			fputc('\n', out);
		funlockfile(out);
	}
}

void
row_end(struct row *row, struct slice text)
{
	if (row->bad)
		worker_reject(row->worker, row->line, row->reason, text);
}

struct field
row_field(const struct row *row, int slot)
{
	return *row_at(row, slot);
}

bool
row_has(const struct row *row, int slot)
{
	return row_at(row, slot)->type > FIELD_NULL;
}

struct field
row_self(const struct row *row)
{
	return row->self;
}

struct slice
row_decode(struct row *row, struct field value)
{
	if (value.type <= FIELD_NULL)
		return SLICE("");
	if (value.type == FIELD_TEXT && value.escaped)
		return json_decode(&row->worker->scratch, value.text);
	return value.text;
}

struct slice
row_text(struct row *row, int slot)
{
	const struct field *field = row_at(row, slot);
	return field->type <= FIELD_NULL ? SLICE("") : row_decode(row, *field);
}

bool
row_is(struct row *row, int slot, const char *text)
{
	return slice_is_nocase(row_text(row, slot), text);
}

void
row_bad(struct row *row, const char *fmt, ...)
{
	struct row *owner = row->owner;
	if (owner->bad)
		return;
	owner->bad = true;
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(owner->reason, sizeof(owner->reason), fmt, ap);
	va_end(ap);
	for (char *c = owner->reason; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7F)
			*c = '?';
}

bool
row_is_bad(const struct row *row)
{
	return row->owner->bad;
}

/* The place that a slot's value was found at, as a person would look for it. */
static const char *
slot_name(const struct row *row, int slot, char buf[64])
{
	const struct shape_slot *s = &row->shape->slots[slot];
	size_t found = 0;
	while (found + 1 < s->n && row->leaves[s->leaves[found]].type <= FIELD_NULL)
		found++;
	snprintf(buf, 64, SLICE_FMT, SLICE_ARG(row->shape->columns[s->leaves[found]]));
	return buf;
}

const char *
row_shown(struct slice text, char buf[ROW_SHOWN])
{
	size_t letters = 0;
	for (size_t i = 0; i < text.n; i++)
		letters += !memchr("0123456789 +-.,:/$~%", text.p[i], 20);
	bool word = text.n <= 12 && !memchr(text.p, ' ', text.n);
	if (!text.n || word || (text.n <= 40 && letters <= 6))
		snprintf(buf, ROW_SHOWN, "\"" SLICE_FMT "\"", SLICE_ARG(text));
	else
		snprintf(buf, ROW_SHOWN, "a text of %zu bytes", text.n);
	return buf;
}

int64_t
row_field_count(struct row *row, struct field field, const char *name, int64_t missing)
{
	if (field.type <= FIELD_NULL)
		return missing;
	int64_t value = 0;
	struct slice text = row_decode(row, field);
	enum num_result result = field.type == FIELD_NUMBER || field.type == FIELD_TEXT
					 ? num_int(text, &value)
					 : NUM_JUNK;
	if (result == NUM_EMPTY)
		return missing;
	if (result == NUM_OK && value >= 0)
		return value;
	const char *expected = result == NUM_RANGE ? "expected a number below 2^63"
			       : result == NUM_OK  ? "expected no negative number"
						   : "expected a whole number";
	char shown[ROW_SHOWN];
	row_bad(row, "%s is %s, %s", name, row_shown(text, shown), expected);
	return missing;
}

int64_t
row_count(struct row *row, int slot, int64_t missing)
{
	if (row_at(row, slot)->type <= FIELD_NULL)
		return missing;
	struct field field = row_field(row, slot);
	if (field.type == FIELD_NUMBER || field.type == FIELD_TEXT) {
		int64_t value;
		if (!field.escaped && num_int(field.text, &value) == NUM_OK && value >= 0)
			return value;
	}
	char name[64];
	return row_field_count(row, field, slot_name(row, slot, name), missing);
}

bool
row_money(struct row *row, int slot, femto_t *out)
{
	struct field field = row_field(row, slot);
	if (field.type <= FIELD_NULL)
		return false;
	struct slice text = row_decode(row, field);
	enum num_result result = field.type == FIELD_NUMBER || field.type == FIELD_TEXT
					 ? num_decimal(text, out)
					 : NUM_JUNK;
	bool about, least;
	if (result == NUM_JUNK && text.n && text.p[0] == '$') /* as a spreadsheet shows it */
		result = num_human(text, out, &about, &least);
	if (result == NUM_OK)
		return true;
	char name[64], shown[ROW_SHOWN];
	if (result != NUM_EMPTY)
		row_bad(row, "%s is %s, expected an amount of money", slot_name(row, slot, name),
			row_shown(text, shown));
	return false;
}

bool
row_money_human(struct row *row, int slot, femto_t *out)
{
	struct slice text = slice_trim(row_text(row, slot));
	bool about, least;
	if (!text.n || slice_is(text, "-") || slice_is(text, "\xE2\x80\x94"))
		return false;
	if (num_human(text, out, &about, &least) == NUM_OK)
		return true;
	char name[64], shown[ROW_SHOWN];
	row_bad(row, "%s is %s, expected an amount of money", slot_name(row, slot, name),
		row_shown(text, shown));
	return false;
}

bool
row_flag(struct row *row, int slot)
{
	if (row_at(row, slot)->type <= FIELD_NULL)
		return false;
	struct slice text = row_text(row, slot);
	return slice_is_nocase(text, "true") || slice_is(text, "1") || slice_is_nocase(text, "yes");
}

bool
row_time(struct row *row, int slot, struct record *rec)
{
	struct slice text = slice_trim(row_text(row, slot));
	bool zoned = true, dated = false;
	if (!text.n)
		return false;
	int64_t ns;
	if (text.n >= 10 && text.p[2] == '/' && !row->worker->reading->reader->us_dates) {
		char name[64], shown[ROW_SHOWN];
		row_bad(row, "%s is %s: the day or the month may come first, expected 2026-10-31",
			slot_name(row, slot, name), row_shown(text, shown));
		return false;
	}
	bool good = when_parse(text, &ns, &zoned, &dated) ||
		    (zoned = true, dated = false, when_epoch(text, &ns));
	if (!good) {
		char name[64], shown[ROW_SHOWN];
		row_bad(row, "%s is %s, expected a date or time from 2000 to 2099",
			slot_name(row, slot, name), row_shown(text, shown));
		return false;
	}
	rec->timed = true;
	rec->start = ns;
	if (dated && rec->width == 0)
		rec->width = NS_PER_DAY;
	if (!zoned && !dated)
		rec->how |= HOW_NO_ZONE;
	return true;
}

/* Plain digits with up to six behind a point, times 'scale', half to even: what num_decimal() would give. */
static bool
plain_millis(struct slice text, int64_t scale, int64_t *out)
{
	enum { LONGEST = 15 };
	int64_t value = 0, unit = 1;
	bool point = false;
	unsigned tenths = text.n > 2 && scale == 1 && text.p[text.n - 2] == '.'
				  ? (unsigned char)(text.p[text.n - 1] - '0')
				  : 10;
	if (tenths < 10 && num_digits(text.p, text.n - 2, &value)) {
		*out = value + (tenths > 5 || (tenths == 5 && (value & 1)));
		return true;
	}
	value = 0;
	if (text.n > LONGEST || text.p[0] == '.' || text.p[text.n - 1] == '.')
		return false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9' || unit == 1000000)
			return false;
		value = value * 10 + (c - '0');
		unit *= point ? 10 : 1;
	}
	if (value > INT64_MAX / scale)
		return false;
	int64_t whole = value * scale / unit, rest = value * scale % unit;
	*out = whole + (rest * 2 > unit || (rest * 2 == unit && (whole & 1)));
	return true;
}

int64_t
row_millis(struct row *row, int slot, int64_t scale)
{
	femto_t value;
	struct slice text = row_text(row, slot);
	int64_t plain;
	if (text.n && plain_millis(text, scale, &plain))
		return plain > INT32_MAX ? -1 : plain;
	if (!text.n || num_decimal(text, &value) != NUM_OK || value < 0)
		return -1;
	femto_t scaled;
	if (!num_mul(value, scale, &scaled))
		return -1;
	scaled = num_round(scaled, 0) / FEMTO_PER_UNIT;
	return scaled > INT32_MAX ? -1 : (int64_t)scaled;
}

void
row_tokens(struct row *row, struct record *rec, const struct stated_tokens *stated)
{
	const char *why;
	if (!row_is_bad(row) && !record_fill_tokens(rec, stated, &why))
		row_bad(row, "%s", why);
}

static void
fill_model(struct row *row, struct record *rec)
{
	const struct reading_options *options = row->worker->reading->options;
	if (!rec->response_model.n)
		rec->response_model = rec->request_model;
	if (!rec->request_model.n)
		rec->request_model = rec->response_model;
	if (!rec->response_model.n && options->model.n) {
		rec->request_model = rec->response_model = options->model;
		rec->how |= HOW_MODEL_ASSUMED;
	}
	if (row->line)
		rec->line = row->line;
}

void
row_emit(struct row *row, struct record *rec)
{
	struct worker *worker = row->worker;
	const struct reading *reading = worker->reading;
	const char *why;
	if (row_is_bad(row))
		return;
	if (!record_check(rec, &why)) {
		row_bad(row, "%s", why);
		return;
	}
	fill_model(row, rec);
	row->owner->touched = true;
	worker->counts.rows += (uint64_t)rec->rows;
	worker->counts.emitted++;
	reading->sink->record(reading->sink->arg, worker->thread, rec);
}

void
row_note(struct row *row, enum note note)
{
	if (row_is_bad(row))
		return;
	row->owner->touched = true;
	row->worker->counts.notes[note]++;
	row->worker->counts.rows++;
}

/* It has no tokens and no money; its identity is its own, not that of the retry which may share the id. */
void
row_note_request(struct row *row, enum note note, struct record *rec)
{
	const struct reading *reading = row->worker->reading;
	const char *why;
	bool known = !row_is_bad(row) && (note == NOTE_ERROR || note == NOTE_WITHOUT_USAGE) &&
		     rec->timed && rec->response_model.n;
	row_note(row, note);
	if (!known)
		return;
	memset(rec->tokens, 0, sizeof(rec->tokens));
	rec->has_tokens = rec->has_billed = false;
	rec->measures_n = 0;
	rec->width = 0;
	rec->requests = 1;
	rec->context = CONTEXT_NONE;
	rec->rows = 0;
	rec->how |= HOW_WITHOUT_USAGE;
	rec->identity = IDENTITY_CONTENT;
	fill_model(row, rec);
	if (record_check(rec, &why))
		reading->sink->record(reading->sink->arg, row->worker->thread, rec);
}

void *
row_state(struct row *row)
{
	return row->worker->reading->state;
}

struct arena *
row_source_arena(struct row *row)
{
	return &row->worker->reading->state_arena;
}

struct arena *
row_arena(struct row *row)
{
	return &row->worker->scratch;
}

uint64_t
row_line(const struct row *row)
{
	return row->line;
}

static struct shape *
shape_for(struct worker *worker, const char *const *slots)
{
	for (size_t i = 0; i < worker->shapes_n; i++)
		if (worker->shapes[i].slots == slots)
			return worker->shapes[i].shape;
	if (worker->shapes_n == SHAPES_MOST)
		BUG("more than %d shapes in reader %s", SHAPES_MOST, worker->reading->reader->name);
	worker->shapes[worker->shapes_n].slots = slots;
	return worker->shapes[worker->shapes_n++].shape = shape_new(slots);
}

static struct row *
new_row(struct row *parent, const char *const *slots)
{
	struct worker *worker = parent->worker;
	struct row *row = arena_take(&worker->scratch, sizeof(*row));
	row_begin(row, worker, parent->line);
	row->shape = shape_for(worker, slots);
	row->leaves =
		arena_take(&worker->scratch, (shape_leaves(row->shape) + 1) * sizeof(*row->leaves));
	return row;
}

/* The JSON text in a slot: an object or array, or one written into a string or cell. */
static struct slice
inner_json(struct row *row, int slot)
{
	struct slice text = slice_trim(row_text(row, slot));
	return text.n && (text.p[0] == '{' || text.p[0] == '[') ? text : SLICE("{}");
}

/* The same, of which every part counts: the row is bad when it is broken. */
static struct slice
whole_json(struct row *row, int slot)
{
	struct slice text = inner_json(row, slot);
	size_t from;
	if (row_field(row, slot).type == FIELD_TEXT && json_value(text, &from) != text.n) {
		char name[64];
		row_bad(row, "%s is not well-formed JSON, or cut off", slot_name(row, slot, name));
		return SLICE("{}");
	}
	return text;
}

struct row *
row_inside(struct row *row, int slot, const char *const *slots)
{
	struct row *inner = new_row(row, slots);
	const char *why;
	inner->owner = row->owner;
	struct slice text = inner_json(row, slot);
	if (!json_scan(inner->shape, text, inner->leaves, &why))
		memset(inner->leaves, 0, (shape_leaves(inner->shape) + 1) * sizeof(*inner->leaves));
	return inner;
}

struct items
row_items(struct row *row, int slot, const char *const *slots)
{
	struct items it = { .parent = row, .slots = slots };
	struct slice rest;
	if (json_open(whole_json(row, slot), '[', &rest))
		it.rest = rest;
	return it;
}

struct row *
items_next(struct items *it)
{
	struct field value;
	if (it->item)
		row_end(it->item, it->item->self.text);
	if (!it->rest.p || !json_item(&it->rest, &value)) {
		it->rest = SLICE_NONE;
		it->item = NULL;
		return NULL;
	}
	struct row *item = it->item;
	if (!item)
		item = it->item = new_row(it->parent, it->slots);
	row_begin(item, it->parent->worker, it->parent->line);
	item->self = value;
	const char *why;
	if (!json_scan(item->shape, value.text, item->leaves, &why) || value.type != FIELD_OBJECT)
		memset(item->leaves, 0, (shape_leaves(item->shape) + 1) * sizeof(*item->leaves));
	return item;
}

struct members
row_members(struct row *row, int slot)
{
	struct members it = { .row = row };
	struct slice rest;
	if (json_open(whole_json(row, slot), '{', &rest))
		it.rest = rest;
	return it;
}

bool
members_next(struct members *it, struct slice *key, struct field *value)
{
	bool escaped;
	if (!it->rest.p || !json_member(&it->rest, key, &escaped, value)) {
		it->rest = SLICE_NONE;
		return false;
	}
	if (escaped)
		*key = json_decode(&it->row->worker->scratch, *key);
	return true;
}
