/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_scan() against cJSON, and elements cut out of a stream however it comes. */
#include "config.h"

#include "read/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "read/split.h"

/* One place a slot, so that a slot's field is that of its place. */
static const char *const slots[] = { "a", "b", "a.b", "a.b.c", "b.a", "c.c.c", "k\\.ey", "b.x y",
	NULL };

static uint64_t state = 4101842887655102017u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* ---- random JSON ---- */

static void
put_string(struct str *out)
{
	static const char *const pieces[] = { "a", "b", "c", "\\n", "\\\"", "\\\\", "\\/",
		"\\u00e9", "\\uD83D\\uDE00", "\xC3\xA9", "{", "]", ",", ":", "0123456789abcdef",
		" ", "\\t" };
	str_putc(out, '"');
	for (unsigned n = pick(5); n; n--)
		str_puts(out, pieces[pick(HL_COUNT(pieces))]);
	str_putc(out, '"');
}

static void
put_blank(struct str *out)
{
	static const char *const blanks[] = { "", "", "", " ", "\n", "\t ", "\r\n" };
	str_puts(out, blanks[pick(HL_COUNT(blanks))]);
}

static void
put_value(struct str *out, int depth)
{
	static const char *const scalars[] = { "0", "-1", "12.5", "1e5", "1.5E-3", "true", "false",
		"null", "123456789" };
	static const char *const keys[] = { "\"a\"", "\"b\"", "\"c\"", "\"k.ey\"", "\"x y\"",
		"\"\\u0061\"", "\"A\"", "\"d\"" };
	unsigned what = depth > 4 ? pick(4) : pick(9);
	put_blank(out);
	if (what < 2) {
		str_puts(out, scalars[pick(HL_COUNT(scalars))]);
	} else if (what < 4) {
		put_string(out);
	} else if (what < 8) {
		str_putc(out, '{');
		for (unsigned n = pick(5), i = 0; i < n; i++) {
			str_puts(out, i ? "," : "");
			put_blank(out);
			str_puts(out, keys[pick(HL_COUNT(keys))]);
			put_blank(out);
			str_putc(out, ':');
			put_value(out, depth + 1);
		}
		put_blank(out);
		str_putc(out, '}');
	} else {
		str_putc(out, '[');
		for (unsigned n = pick(4), i = 0; i < n; i++) {
			str_puts(out, i ? "," : "");
			put_value(out, depth + 1);
		}
		put_blank(out);
		str_putc(out, ']');
	}
	put_blank(out);
}

/* ---- the reference ---- */

/* The first child of that name, as cJSON_GetObjectItemCaseSensitive() finds it. */
static const cJSON *
reference_at(const cJSON *value, const char *place)
{
	char key[32];
	while (value && *place) {
		size_t n = 0;
		for (; *place && *place != '.'; place++) {
			place += *place == '\\';
			key[n++] = *place;
		}
		key[n] = '\0';
		place += *place == '.';
		value = cJSON_IsObject(value) ? cJSON_GetObjectItemCaseSensitive(value, key) : NULL;
	}
	return value;
}

static enum field_type
reference_type(const cJSON *value)
{
	return !value                  ? FIELD_ABSENT
	       : cJSON_IsNull(value)   ? FIELD_NULL
	       : cJSON_IsString(value) ? FIELD_TEXT
	       : cJSON_IsNumber(value) ? FIELD_NUMBER
	       : cJSON_IsBool(value)   ? FIELD_BOOL
	       : cJSON_IsObject(value) ? FIELD_OBJECT
				       : FIELD_ARRAY;
}

static void
same_value(const struct field *field, const cJSON *value, const char *text, const char *place)
{
	struct arena arena = { 0 };
	if (field->type != reference_type(value))
		fail_msg("%s: %s is of type %d, cJSON says %d", text, place, field->type,
			reference_type(value));
	if (field->type == FIELD_TEXT) {
		struct slice decoded =
			field->escaped ? json_decode(&arena, field->text) : field->text;
		if (!slice_is(decoded, value->valuestring))
			fail_msg("%s: %s is \"" SLICE_FMT "\", cJSON says \"%s\"", text, place,
				SLICE_ARG(decoded), value->valuestring);
	} else if (field->type == FIELD_NUMBER) {
		char number[64];
		snprintf(number, sizeof(number), SLICE_FMT, SLICE_ARG(field->text));
		assert_true(strtod(number, NULL) == value->valuedouble);
	} else if (field->type >= FIELD_OBJECT) {
		cJSON *inner = cJSON_ParseWithLength(field->text.p, field->text.n);
		char *got = cJSON_PrintUnformatted(inner), *want = cJSON_PrintUnformatted(value);
		assert_string_equal(got, want);
		free(got);
		free(want);
		cJSON_Delete(inner);
	}
	arena_free(&arena);
}

static bool
only_blank(const char *p, const char *end)
{
	while (p < end && strchr(" \t\r\n", *p) && *p)
		p++;
	return p == end;
}

/* Do both accept, and find the same? */
static void
compare(const struct shape *shape, struct slice text)
{
	struct field *leaves = calloc(shape_leaves(shape), sizeof(*leaves));
	const char *why = NULL, *rest = NULL;
	char *copy = slice_dup(text);
	cJSON *value = cJSON_ParseWithLengthOpts(copy, text.n, &rest, false);
	bool good = json_scan(shape, text, leaves, &why),
	     want = value && only_blank(rest, copy + text.n);
	if (good != want)
		fail_msg("%s: %s, cJSON %s", copy, good ? "accepted" : why,
			want ? "accepts" : "refuses");
	for (size_t i = 0; slots[i] && good && cJSON_IsObject(value); i++) {
		struct field field = shape_field(shape, leaves, i);
		same_value(&field, reference_at(value, slots[i]), copy, slots[i]);
	}
	size_t from;
	assert_true(!good || json_value(text, &from) > 0);
	cJSON_Delete(value);
	free(copy);
	free(leaves);
}

/* One structural byte changed, and cut off; but what json.h tells of numbers and \\u stays as it is. */
static void
damage(const struct shape *shape, struct str *text)
{
	if (!text->n)
		return;
	size_t at = pick((unsigned)text->n), end = pick((unsigned)text->n);
	if (strchr("{}[],:\" \n\t", text->p[at]) && text->p[at]) {
		text->p[at] = "{}[],:\""[pick(7)];
		compare(shape, str_as_slice(text));
	}
	if (end && !strchr("eE+-", text->p[end - 1]))
		compare(shape, (struct slice){ text->p, end });
}

static void
test_random(void **unused)
{
	(void)unused;
	struct shape *shape = shape_new(slots);
	struct str text = STR_INIT;
	for (int i = 0; i < 20000; i++) {
		str_clear(&text);
		put_value(&text, 0);
		compare(shape, str_as_slice(&text));
		damage(shape, &text);
	}
	str_free(&text);
	shape_free(shape);
}

/* What is unusual, as json.h has it. */
static void
test_policy(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *a; /* the value of a; NULL: refused */
	} rows[] = {
		{ "{\"a\":1,\"a\":2}", "1" },
		{ "{\"a\":null,\"a\":2}", "null" },
		{ "{\"A\":1}", "" },
		{ "{\"\\u0061\":1}", "1" },
		{ "{\"a\":01}", "01" },
		{ "{\"a\":1.}", "1." },
		{ "{\"a\":-}", NULL },
		{ "{\"a\":+1}", NULL },
		{ "{\"a\":.5}", NULL },
		{ "{\"a\":NaN}", NULL },
		{ "{\"a\":nul}", NULL },
		{ "{\"a\":\"x\ty\"}", "x\ty" },
		{ "{\"a\":\"x\ny\"}", NULL },
		{ "{\"a\":\"\x01\"}", NULL },
		{ "{\"a\":\"\\u0000\"}", "\xEF\xBF\xBD" },
		{ "{\"a\":\"\\ud83d\"}", "\xEF\xBF\xBD" },
		{ "{\"a\":\"\\ude00x\"}", "\xEF\xBF\xBDx" },
		{ "{\"a\":\"\\ud83d\\ude00\"}", "\xF0\x9F\x98\x80" },
		{ "{\"a\":\"\\ud83d\\u0041\"}", "\xEF\xBF\xBD"
						"A" },
		{ "{\"a\":\"\\u12\"}", NULL },
		{ "{\"a\":\"\\x\"}", NULL },
		{ "{\"a\":\"\xFF\"}", "\xFF" },
		{ "{\"a\":1,}", NULL },
		{ "{a:1}", NULL },
		{ "{'a':1}", NULL },
		{ "{\"a\":1} {", NULL },
		{ "{\"a\":1", NULL },
		{ "", NULL },
		{ " \n", NULL },
	};
	struct shape *shape = shape_new(slots);
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct field *leaves = calloc(shape_leaves(shape), sizeof(*leaves));
		struct arena arena = { 0 };
		const char *why = "";
		bool good = json_scan(shape, slice_of(rows[i].text), leaves, &why);
		if (good != (rows[i].a != NULL))
			fail_msg("%s: %s", rows[i].text, good ? "accepted" : why);
		struct field field = good ? shape_field(shape, leaves, 0) : (struct field){ 0 };
		struct slice got = field.escaped ? json_decode(&arena, field.text) : field.text;
		if (good && !slice_is(got, rows[i].a))
			fail_msg("%s: a is \"" SLICE_FMT "\"", rows[i].text, SLICE_ARG(got));
		arena_free(&arena);
		free(leaves);
	}
	shape_free(shape);
}

static void
test_deep(void **unused)
{
	(void)unused;
	struct shape *shape = shape_new(slots);
	struct field *leaves = calloc(shape_leaves(shape), sizeof(*leaves));
	const char *why;
	for (int depth = 1; depth<2000; depth += depth> 500 && depth < 520 ? 1 : 37) {
		struct str text = STR_INIT;
		for (int i = 0; i < depth; i++)
			str_putc(&text, '[');
		for (int i = 0; i < depth; i++)
			str_putc(&text, ']');
		bool good = json_scan(shape, str_as_slice(&text), leaves, &why);
		assert_true(depth < 510 ? good : depth > 515 ? !good : true);
		str_free(&text);
	}
	free(leaves);
	shape_free(shape);
}

/* ---- elements of a stream ---- */

static struct span_list
cut(struct slice text, const char *pages, unsigned step)
{
	struct spans spans;
	struct span_list list = { 0 };
	spans_init(&spans, pages, 1);
	for (size_t at = 0; at < text.n;) {
		size_t next = at + (step ? step : 1 + pick(40));
		next = next < text.n ? next : text.n;
		spans_feed(&spans, text.p, at, next, &list);
		at = next;
	}
	spans_end(&spans, text.p, text.n, &list);
	return list;
}

static void
same_list(const struct span_list *a, const struct span_list *b, const char *text)
{
	bool same = a->n == b->n;
	for (size_t i = 0; i < a->n && same; i++)
		same = slice_eq(a->items[i].text, b->items[i].text) &&
		       a->items[i].line == b->items[i].line && a->items[i].bad == b->items[i].bad;
	if (!same)
		fail_msg("%s: other elements when cut in pieces", text);
}

static void
test_pieces(void **unused)
{
	(void)unused;
	struct str text = STR_INIT;
	for (int i = 0; i < 5000; i++) {
		str_clear(&text);
		for (unsigned n = 1 + pick(3); n; n--)
			put_value(&text, 0);
		if (pick(2))
			text.p[pick((unsigned)text.n)] = "{}[],:\"\\ax"[pick(10)];
		const char *pages = pick(2) ? "a" : NULL;
		struct span_list whole = cut(str_as_slice(&text), pages, 1 << 20),
				 pieces = cut(str_as_slice(&text), pages, 0),
				 bytes = cut(str_as_slice(&text), pages, 1);
		same_list(&whole, &pieces, str_text(&text));
		same_list(&whole, &bytes, str_text(&text));
		free(whole.items);
		free(pieces.items);
		free(bytes.items);
	}
	str_free(&text);
}

/* Elements as text, '|' between; bad ones as '!'. */
static void
test_elements(void **unused)
{
	(void)unused;
	static const struct {
		const char *text, *pages, *want;
	} rows[] = {
		{ "{\"x\":1}", NULL, "{\"x\":1}" },
		{ "{}{}\n{}", NULL, "{}|{}|{}" },
		{ "[{},{\"y\":[1,{}]}]", NULL, "{}|{\"y\":[1,{}]}" },
		{ "[[{}],[{}]]", NULL, "{}|{}" },
		{ "{\"data\":[{\"a\":1},{}]}", "data", "{\"a\":1}|{}" },
		{ "{\"n\":{\"data\":[{}]},\"data\":[{}]}", "data", "{}" },
		{ "[{\"data\":[{}]},{\"data\":[{},{}]}]", "data", "{}|{}|{}" },
		{ "{\"data\":[{}]}", NULL, "{\"data\":[{}]}" },
		{ "{\"x\":\"}{\"}", NULL, "{\"x\":\"}{\"}" },
		{ "{\"x\":\"\\\"}\"}", NULL, "{\"x\":\"\\\"}\"}" },
		{ "{} x\n{}", NULL, "{}|!|{}" },
		{ "{\"x\":", NULL, "!" },
		{ "", NULL, "" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct span_list list = cut(slice_of(rows[i].text), rows[i].pages, 1 << 20);
		struct str got = STR_INIT;
		for (size_t k = 0; k < list.n; k++) {
			str_puts(&got, k ? "|" : "");
			if (list.items[k].bad)
				str_putc(&got, '!');
			else
				str_slice(&got, list.items[k].text);
		}
		assert_string_equal(str_text(&got), rows[i].want);
		str_free(&got);
		free(list.items);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_policy),
		cmocka_unit_test(test_deep),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_elements),
	};
	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
