/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reader - one file format: how to recognise it, and what one of its lines means.
 *
 * A reader names the fields it wants as slots.  A slot is one text with the places
 * to look, first non-null one wins, separated by '|':
 *
 *	"usage.prompt_tokens|prompt_tokens"
 *
 * For JSON a place is a path of object keys joined by '.', matched exactly; for CSV
 * it is a column name, compared without case and surrounding blanks.  The same slots
 * serve both, so a format that exists as CSV and as JSON is one reader.  A key that
 * itself holds a dot is written with "\\." in the path.
 *
 * The reading calls row() once for each element: a CSV record; or a JSON value: each
 * line, each element of a root array, each element of the array named by 'pages' in
 * a root object.  row() ends in exactly one of: row_emit() (once or more), row_note(),
 * or neither after row_bad().
 *
 * Readers keep no state between elements unless 'state_size' is set; then one thread
 * reads the whole source in order.
 */
#ifndef HLLM_READ_READER_H
#define HLLM_READ_READER_H

#include <cjson/cJSON.h>

#include "record/record.h"

enum form { FORM_CSV = 1, FORM_JSON = 2 };

enum field_type {
	FIELD_ABSENT,
	FIELD_NULL, /* JSON null, or an empty cell */
	FIELD_TEXT, /* a string; every non-empty CSV cell */
	FIELD_NUMBER,
	FIELD_BOOL,
	FIELD_OBJECT,
	FIELD_ARRAY,
};

/* One value as it stands in the file.  text of a FIELD_TEXT is without its quotes, escapes not yet
 * decoded if 'escaped'; of objects and arrays it is the whole JSON text. */
struct field {
	enum field_type type;
	bool escaped;
	struct slice text;
};

/* What detection sees: the header of a CSV file, or some objects of a JSON one. */
struct sight {
	enum form form;
	const struct slice *columns; /* CSV: lower-cased, trimmed */
	size_t columns_n;
	const cJSON *object; /* JSON: one of the first objects; NULL for CSV */
	const cJSON *parent; /* JSON: the page it was an element of, or NULL */
};
bool sight_column(const struct sight *sight, const char *name);
/* A non-absent value at a path "a.b.c" of the object (null counts as present). */
const cJSON *sight_path(const struct sight *sight, const char *path);
/* Is the value at the path this string? */
bool sight_is(const struct sight *sight, const char *path, const char *text);

struct reading; /* one source being read; opaque to readers */
struct row;     /* one element of it */

enum note {
	NOTE_ERROR,         /* a failed request without usage */
	NOTE_WITHOUT_USAGE, /* well-formed, of the right kind, its usage is null */
	NOTE_SKIPPED, /* no usage at all, or counted elsewhere: empty bucket, parent span, total row */
	NOTE_REEMIT,   /* a duplicate: the same totals shown again (Codex) */
	NOTE_REPLAYED, /* a duplicate: history copied from another session (Codex) */
	NOTES,
};

struct reader {
	const char *name;  /* "openai-usage": stable, for --input-format and JSON */
	const char *title; /* "OpenAI usage export": for people */
	unsigned forms;    /* enum form, or'ed */
	enum origin origin;
	const char *const *slots; /* NULL-terminated; index = slot number */
	const char
		*pages; /* JSON: key of the root object whose array holds the elements, or NULL */
	size_t state_size; /* bytes of zeroed state per source; > 0 means: in order, one thread */
	/* The reason why this format is it ("columns start_time_iso and amount_value"), or NULL. */
	const char *(*match)(const struct sight *sight);
	void (*row)(struct row *row);
	/* At the end of the source, for readers with state; 'row' has no fields.  May be NULL. */
	void (*end)(struct row *row);
	bool ragged;   /* CSV: rows may have fewer cells than the header (made by hand) */
	bool us_dates; /* 10/31/2026 has the month first, as this format defines it */
	/* CSV with a preamble: is this the header line?  NULL: the first non-blank line is. */
	bool (*header)(const struct slice *columns, size_t n);
};

/* All of them, in the order of detection (FORMATS.md 0.6). */
extern const struct reader *const readers[];
extern const size_t readers_n;
const struct reader *reader_find(struct slice name);

/* ---- what row() works with ---- */

struct field row_field(const struct row *row, int slot);
/* Present and not null (JSON) / not empty (CSV). */
bool row_has(const struct row *row, int slot);
/* Decoded text, valid until row() returns; "" when absent.  Numbers come as they are written. */
struct slice row_text(struct row *row, int slot);
bool row_is(struct row *row, int slot, const char *text); /* without case */
/* A count >= 0: "412", "412.0", 412; absent → 'missing'.  Anything else makes the row bad
 * ("usage.prompt_tokens is "n/a", expected a whole number"). */
int64_t row_count(struct row *row, int slot, int64_t missing);
/* A decimal of any sign and up to 40 digits; false when absent (or bad). */
bool row_money(struct row *row, int slot, femto_t *out);
/* As people write it: "$1,234.50"; false when absent, "-", or bad. */
bool row_money_human(struct row *row, int slot, femto_t *out);
/* true/True/TRUE/1/yes; absent → false. */
bool row_flag(struct row *row, int slot);
/* Sets rec->timed, start, how from an ISO time or date (also width = a day for a bare date),
 * or from an epoch number of any unit.  false when absent; malformed makes the row bad. */
bool row_time(struct row *row, int slot, struct record *rec);
/* Milliseconds from a number times 'scale' (1 for ms, 1000 for seconds), rounded; -1 absent. */
int64_t row_millis(struct row *row, int slot, int64_t scale);
/* Fills tokens via record_fill_tokens(); on failure the row is bad. */
void row_tokens(struct row *row, struct record *rec, const struct stated_tokens *stated);

/* A value for a message: quoted when it looks like one that was meant, else only its size, for
 * messages are kept and what slipped into a wrong column may be a prompt or a key. */
enum { ROW_SHOWN = 64 };
const char *row_shown(struct slice text, char buf[ROW_SHOWN]);

/* Marks the row bad: it is rejected with this reason.  The first reason stays. */
void row_bad(struct row *row, const char *fmt, ...) hl_printf(2, 3);
bool row_is_bad(const struct row *row);

/* Hands a record on (unless the row is bad: then nothing). */
void row_emit(struct row *row, struct record *rec);
/* Counts the row (or sub-row) as not a record. */
void row_note(struct row *row, enum note note);
/* The same for a request that ended without usage (NOTE_ERROR, NOTE_WITHOUT_USAGE), whose time, model and
 * dimensions 'rec' has: it counts for nothing, but a bill may hold it. */
void row_note_request(struct row *row, enum note note, struct record *rec);

/* State of the source (state_size bytes, zeroed at first) and memory that lives as long as it. */
void *row_state(struct row *row);
struct arena *row_source_arena(struct row *row);
/* Memory until row() returns. */
struct arena *row_arena(struct row *row);
uint64_t row_line(const struct row *row);

/* An object in 'slot' (or, for a CSV cell or JSON string, the JSON text in it) as a row of its own. */
struct row *row_inside(struct row *row, int slot, const char *const *slots);

/* Walks an array in 'slot': each element as a row with its own slots.
 *	struct row *item;
 *	for (struct items it = row_items(row, S_RESULTS, result_slots); (item = items_next(&it));)
 * The item of an array of plain values has its value in row_self(item). */
struct items {
	struct row *parent;
	const char *const *slots;
	struct slice rest;
	struct row *item;
};
struct items row_items(struct row *row, int slot, const char *const *slots);
struct row *items_next(struct items *it);
struct field row_self(const struct row *row);

/* Walks the members of an object in 'slot' (or JSON text in it): key and value. */
struct members {
	struct row *row;
	struct slice rest;
};
struct members row_members(struct row *row, int slot);
bool members_next(struct members *it, struct slice *key, struct field *value);
/* The decoded text of a value, as row_text(). */
struct slice row_decode(struct row *row, struct field value);
/* A field as a count, as row_count(); 'name' is for the reason. */
int64_t row_field_count(struct row *row, struct field value, const char *name, int64_t missing);

#endif
