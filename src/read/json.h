/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * json - picks fields out of JSON text in one pass, without building a tree; and cuts
 * text that holds many values into single ones.
 *
 * The policy for what is unusual, the same on every path (tests compare it with cJSON):
 *  - an object must be complete and well-formed as a whole: one bad byte rejects it;
 *  - the first of duplicate keys counts and the others are ignored, as in cJSON;
 *  - numbers are any run of digits, sign, point and exponent; 01 and 1. are accepted here
 *    and judged by num.h where they are used;
 *  - raw control characters in strings are refused, except tab;
 *  - an escape that JSON has not, or \u without four hexadecimal digits, is refused;
 *  - \u0000 and lone surrogates decode to U+FFFD; invalid UTF-8 is kept as it is and made
 *    visible when it is printed;
 *  - nesting deeper than 512 is refused;
 *  - keys compare exactly, byte for byte, after decoding escapes.
 */
#ifndef HLLM_READ_JSON_H
#define HLLM_READ_JSON_H

#include "base/err.h"
#include "base/mem.h"
#include "read/reader.h"

/* The slots of a reader, compiled.  Places share one tree of keys. */
struct shape;
struct shape *shape_new(const char *const *slots);
void shape_free(struct shape *shape);
size_t shape_slots(const struct shape *shape);
/* Adds one more place, tried first, for a slot (--map). */
void shape_prefer(struct shape *shape, size_t slot, struct slice place);

/* Room for what one scan finds: so many fields, all zero at first. */
size_t shape_leaves(const struct shape *shape);
/* The field of a slot among the leaves found: the first place that is not null. */
struct field shape_field(const struct shape *shape, const struct field *leaves, size_t slot);
/* CSV: which leaf a column feeds, by name; up to 'room' leaves.  Returns how many. */
size_t shape_column(const struct shape *shape, struct slice column, uint16_t *leaves, size_t room);

/* Scans one value; leaves[] is filled.  False when it is not one complete JSON value; *at says where. */
bool json_scan(
	const struct shape *shape, struct slice text, struct field *leaves, const char **why);

/* The length of the value at the start of 'text' (after blanks, counted in *from), or 0: incomplete or bad.
 * The value is validated. */
size_t json_value(struct slice text, size_t *from);
struct field json_field(struct slice value);

/* Iterating an array or object, given as its whole text: set rest to the text after the bracket. */
bool json_open(struct slice value, char bracket, struct slice *rest);
bool json_item(struct slice *rest, struct field *item);
bool json_member(struct slice *rest, struct slice *raw_key, bool *escaped, struct field *value);

/* Decodes the escapes of a string's raw text into the arena. */
struct slice json_decode(struct arena *arena, struct slice raw);

/*
 * Cuts a stream of JSON text into top-level values, incrementally: knows depth and strings.
 * Give it bytes; it says how far complete values reach.
 */
struct json_cutter {
	int depth;
	bool in_string, escape, in_scalar;
};
/* Returns the offset just past the last complete top-level value in text[from..n), or 0 for none; the
 * cutter remembers its state at n. */
size_t json_cut(struct json_cutter *cutter, const char *text, size_t from, size_t n);

#endif
