/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/json.h"

#include "read/shape.h"

#ifdef __SSE2__
# include <emmintrin.h>
#endif

enum { DEEPEST = 512 };

static inline const char *
skip_blank(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}

/* Four hexadecimal digits, or -1. */
static int
hex4(const char *p, const char *end)
{
	if (end - p < 4)
		return -1;
	int value = 0;
	for (int i = 0; i < 4; i++) {
		int c = (unsigned char)p[i];
		int digit = c >= '0' && c <= '9'                 ? c - '0'
			    : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
								 : -1;
		if (digit < 0)
			return -1;
		value = value * 16 + digit;
	}
	return value;
}

/* From a backslash to behind its escape; NULL: no escape of JSON. */
static const char *
skip_escape(const char *p, const char *end)
{
	if (end - p < 2 || !p[1] || !strchr("\"\\/bfnrtu", p[1]))
		return NULL;
	if (p[1] != 'u')
		return p + 2;
	return hex4(p + 2, end) >= 0 ? p + 6 : NULL;
}

/* From just behind the opening quote to the closing one; NULL when there is none or a control
 * character stands in between.  *escaped is set when a backslash was passed. */
static inline const char *
skip_string(const char *p, const char *end, bool *escaped)
{
	for (;;) {
#ifdef __SSE2__
		const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\'),
			      space = _mm_set1_epi8(0x1F);
		while (end - p >= 16) {
			__m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
			__m128i low = _mm_cmpeq_epi8(_mm_max_epu8(bytes, space), space);
			__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(bytes, quote),
							   _mm_cmpeq_epi8(bytes, slash)),
				low);
			int mask = _mm_movemask_epi8(hit);
			if (mask) {
				p += __builtin_ctz((unsigned)mask);
				break;
			}
			p += 16;
		}
#endif
		while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
			p++;
		if (p >= end)
			return NULL;
		if (*p == '"')
			return p;
		if (*p == '\\') {
			*escaped = true;
			p = skip_escape(p, end);
			if (!p)
				return NULL;
		} else if (*p == '\t') {
			p++;
		} else {
			return NULL;
		}
	}
}

static inline bool
number_char(char c)
{
	return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E';
}

/* A scalar that is no string: number, true, false, null. */
static const char *
skip_scalar(const char *p, const char *end, enum field_type *type)
{
	size_t left = (size_t)(end - p);
	if ((*p >= '0' && *p <= '9') || *p == '-') {
		const char *from = p;
		while (p < end && number_char(*p))
			p++;
		*type = FIELD_NUMBER;
		return p - from == 1 && *from == '-' ? NULL : p;
	}
	if (left >= 4 && memcmp(p, "true", 4) == 0) {
		*type = FIELD_BOOL;
		return p + 4;
	}
	if (left >= 5 && memcmp(p, "false", 5) == 0) {
		*type = FIELD_BOOL;
		return p + 5;
	}
	if (left >= 4 && memcmp(p, "null", 4) == 0) {
		*type = FIELD_NULL;
		return p + 4;
	}
	return NULL;
}

static const char *skip_value(const char *p, const char *end, int depth, struct field *field);

static const char *
skip_array(const char *p, const char *end, int depth)
{
	p = skip_blank(p + 1, end);
	if (p < end && *p == ']')
		return p + 1;
	struct field ignored;
	for (;;) {
		p = skip_value(p, end, depth + 1, &ignored);
		if (!p)
			return NULL;
		p = skip_blank(p, end);
		if (p >= end)
			return NULL;
		if (*p == ']')
			return p + 1;
		if (*p != ',')
			return NULL;
		p = skip_blank(p + 1, end);
	}
}

/* A key with its colon: from the opening quote to the value's first byte. */
static inline const char *
take_key(const char *p, const char *end, struct slice *key, bool *escaped)
{
	if (p >= end || *p != '"')
		return NULL;
	*escaped = false;
	const char *close = skip_string(p + 1, end, escaped);
	if (!close)
		return NULL;
	*key = (struct slice){ p + 1, (size_t)(close - p - 1) };
	p = skip_blank(close + 1, end);
	if (p >= end || *p != ':')
		return NULL;
	return skip_blank(p + 1, end);
}

/* Behind a member: ',' gives the next key's first byte, '}' ends (*done). */
static inline const char *
after_member(const char *p, const char *end, bool *done)
{
	p = skip_blank(p, end);
	if (p >= end)
		return NULL;
	*done = *p == '}';
	if (*done)
		return p + 1;
	return *p == ',' ? skip_blank(p + 1, end) : NULL;
}

static const char *
skip_object(const char *p, const char *end, int depth)
{
	p = skip_blank(p + 1, end);
	if (p < end && *p == '}')
		return p + 1;
	for (bool done = false; p && !done;) {
		struct slice key;
		bool escaped;
		struct field ignored;
		p = take_key(p, end, &key, &escaped);
		if (p)
			p = skip_value(p, end, depth + 1, &ignored);
		if (p)
			p = after_member(p, end, &done);
	}
	return p;
}

/* Passes one value and tells what it is; NULL when it is not well-formed or not complete. */
static const char *
skip_value(const char *p, const char *end, int depth, struct field *field)
{
	if (p >= end || depth > DEEPEST)
		return NULL;
	const char *from = p;
	field->escaped = false;
	if (*p == '"') {
		p = skip_string(p + 1, end, &field->escaped);
		if (!p)
			return NULL;
		field->type = FIELD_TEXT;
		field->text = (struct slice){ from + 1, (size_t)(p - from - 1) };
		return p + 1;
	}
	if (*p == '{') {
		field->type = FIELD_OBJECT;
		p = skip_object(p, end, depth);
	} else if (*p == '[') {
		field->type = FIELD_ARRAY;
		p = skip_array(p, end, depth);
	} else {
		p = skip_scalar(p, end, &field->type);
	}
	if (p)
		field->text = (struct slice){ from, (size_t)(p - from) };
	return p;
}

/* One scan as it goes. */
struct scan {
	const struct shape *shape;
	const char *end;
	struct field *leaves;
	struct shape_step *steps;
	unsigned step;
};

static const char *scan_object(struct scan *scan, unsigned node, const char *p, int depth);

/* A value at a node of the tree of keys: kept if a place ends here, searched if places go deeper. */
static const char *
scan_value(struct scan *scan, unsigned node, const char *p, int depth)
{
	const struct shape_node *here = &scan->shape->nodes[node];
	struct field field = { .type = FIELD_ABSENT };
	const char *from = p, *end = scan->end;
	bool again = here->leaf >= 0 && scan->leaves[here->leaf].type !=
						FIELD_ABSENT; /* the first of equal keys counts */
	if (here->child && !again && p < end && *p == '{' && depth <= DEEPEST) {
		p = scan_object(scan, node, p, depth);
		if (p)
			field = (struct field){ FIELD_OBJECT, false, { from, (size_t)(p - from) } };
	} else {
		p = skip_value(p, end, depth, &field);
	}
	if (p && here->leaf >= 0 && !again)
		shape_put(scan->shape, scan->leaves, here->leaf, field);
	return p;
}

/* A key of an object at 'node': to its value's first byte, and which child it leads to (0 none). */
static inline const char *
scan_key(struct scan *scan, unsigned node, const char *p, unsigned *child)
{
	struct shape_step *known =
		&scan->steps[scan->step < SHAPE_STEPS ? scan->step : SHAPE_STEPS - 1];
	scan->step++;
	if (known->n && known->parent == node && scan->end - p > known->n &&
		memcmp(p, known->text, known->n) == 0) {
		*child = known->child;
		return skip_blank(p + known->n, scan->end);
	}
	struct slice key;
	bool escaped;
	const char *value = take_key(p, scan->end, &key, &escaped);
	if (!value)
		return NULL;
	*child = shape_find_child(scan->shape, node, key, escaped);
	size_t n = (size_t)(value - p);
	if (n <= sizeof(known->text) && !escaped) {
		known->parent = (uint16_t)node;
		known->child = (uint16_t)*child;
		known->n = (uint8_t)n;
		memcpy(known->text, p, n);
	}
	return value;
}

static const char *
scan_object(struct scan *scan, unsigned node, const char *p, int depth)
{
	const char *end = scan->end;
	p = skip_blank(p + 1, end);
	if (p < end && *p == '}')
		return p + 1;
	for (bool done = false; p && !done;) {
		unsigned child;
		struct field ignored;
		p = scan_key(scan, node, p, &child);
		if (!p)
			return NULL;
		p = child ? scan_value(scan, child, p, depth + 1)
			  : skip_value(p, end, depth + 1, &ignored);
		if (p)
			p = after_member(p, end, &done);
	}
	return p;
}

bool
json_scan(const struct shape *shape, struct slice text, struct field *leaves, const char **why)
{
	struct scan scan = { .shape = shape,
		.end = text.p + text.n,
		.leaves = leaves,
		.steps = shape_steps(shape, leaves) };
	const char *end = scan.end, *p = skip_blank(text.p, end);
	shape_clear(shape, leaves);
	if (p >= end) {
		*why = "empty";
		return false;
	}
	p = scan_value(&scan, 0, p, 0);
	if (!p) {
		*why = "not well-formed JSON, or cut off";
		return false;
	}
	if (skip_blank(p, end) != end) {
		*why = "something stands behind the JSON value";
		return false;
	}
	return true;
}

size_t
json_value(struct slice text, size_t *from)
{
	const char *end = text.p + text.n, *p = skip_blank(text.p, end);
	struct field field;
	*from = (size_t)(p - text.p);
	const char *stop = p < end ? skip_value(p, end, 0, &field) : NULL;
	return stop ? (size_t)(stop - p) : 0;
}

struct field
json_field(struct slice value)
{
	struct field field = { .type = FIELD_ABSENT };
	const char *end = value.p + value.n, *p = skip_blank(value.p, end);
	if (p < end && !skip_value(p, end, 0, &field))
		field.type = FIELD_ABSENT;
	return field;
}

bool
json_open(struct slice value, char bracket, struct slice *rest)
{
	*rest = SLICE_NONE;
	if (!value.n || value.p[0] != bracket)
		return false;
	*rest = (struct slice){ value.p + 1, value.n - 1 };
	return true;
}

bool
json_item(struct slice *rest, struct field *item)
{
	const char *end = rest->p + rest->n, *p = skip_blank(rest->p, end);
	if (p < end && *p == ',')
		p = skip_blank(p + 1, end);
	if (p >= end || *p == ']')
		return false;
	const char *stop = skip_value(p, end, 0, item);
	if (!stop)
		return false;
	*rest = (struct slice){ stop, (size_t)(end - stop) };
	return true;
}

bool
json_member(struct slice *rest, struct slice *raw_key, bool *escaped, struct field *value)
{
	const char *end = rest->p + rest->n, *p = skip_blank(rest->p, end);
	if (p < end && *p == ',')
		p = skip_blank(p + 1, end);
	p = take_key(p, end, raw_key, escaped);
	const char *stop = p ? skip_value(p, end, 0, value) : NULL;
	if (!stop)
		return false;
	*rest = (struct slice){ stop, (size_t)(end - stop) };
	return true;
}

static char *
put_utf8(char *out, unsigned code)
{
	if (code < 0x80) {
		*out++ = (char)code;
	} else if (code < 0x800) {
		*out++ = (char)(0xC0 | code >> 6);
		*out++ = (char)(0x80 | (code & 63));
	} else if (code < 0x10000) {
		*out++ = (char)(0xE0 | code >> 12);
		*out++ = (char)(0x80 | (code >> 6 & 63));
		*out++ = (char)(0x80 | (code & 63));
	} else {
		*out++ = (char)(0xF0 | code >> 18);
		*out++ = (char)(0x80 | (code >> 12 & 63));
		*out++ = (char)(0x80 | (code >> 6 & 63));
		*out++ = (char)(0x80 | (code & 63));
	}
	return out;
}

/* A \u escape at p (behind the u): its code point; *used = digits read, of one or two escapes. */
static unsigned
unicode_escape(const char *p, const char *end, size_t *used)
{
	int first = hex4(p, end);
	*used = first < 0 ? 0 : 4;
	if (first < 0 || first == 0 || (first >= 0xDC00 && first <= 0xDFFF))
		return 0xFFFD;
	if (first < 0xD800 || first > 0xDBFF)
		return (unsigned)first;
	int second = end - p >= 10 && p[4] == '\\' && p[5] == 'u' ? hex4(p + 6, end) : -1;
	if (second < 0xDC00 || second > 0xDFFF)
		return 0xFFFD;
	*used = 10;
	return 0x10000 + (((unsigned)first - 0xD800) << 10) + ((unsigned)second - 0xDC00);
}

struct slice
json_decode(struct arena *arena, struct slice raw)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	char *text = arena_take(arena, raw.n + 4),
	     *out = text; /* no escape decodes to more than it took, but U+FFFD */
	for (const char *p = raw.p, *end = raw.p + raw.n; p < end;) {
		if (*p != '\\' || p + 1 >= end) {
			*out++ = *p++;
			continue;
		}
		const char *which = memchr(from, p[1], sizeof(from) - 1);
		if (which) {
			*out++ = to[which - from];
			p += 2;
		} else {
			size_t used;
			out = put_utf8(out, unicode_escape(p + 2, end, &used));
			p += 2 + used;
		}
	}
	return (struct slice){ text, (size_t)(out - text) };
}

size_t
json_cut(struct json_cutter *cutter, const char *text, size_t from, size_t n)
{
	size_t complete = 0;
	for (size_t i = from; i < n; i++) {
		char c = text[i];
		if (cutter->in_string) {
			if (cutter->escape)
				cutter->escape = false;
			else if (c == '\\')
				cutter->escape = true;
			else if (c == '"')
				cutter->in_string = false;
			continue;
		}
		if (c == '"') {
			cutter->in_string = true;
		} else if (c == '{' || c == '[') {
			cutter->depth++;
		} else if ((c == '}' || c == ']') && cutter->depth > 0 && --cutter->depth == 0) {
			complete = i + 1;
		}
	}
	return complete;
}
