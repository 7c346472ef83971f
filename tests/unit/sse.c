/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Event streams and lines: what an event is, and that no cutting of the bytes changes it. */
#include "config.h"

#include "probe/sse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define BOM "\xEF\xBB\xBF"

/* Events with a bar behind each; "!" where one was too long; "~" where the end came amid one. */
static const struct {
	enum sse_kind kind;
	const char *bytes, *events;
} cases[] = {
	{ SSE_EVENTS, "", "" },
	{ SSE_EVENTS, "data: a\n\n", "a|" },
	{ SSE_EVENTS, "data: a\n\ndata: b\n\n", "a|b|" },
	{ SSE_EVENTS, "data: a\r\n\r\ndata: b\r\rdata: c\n\n", "a|b|c|" },
	{ SSE_EVENTS, "data: a\r\ndata: b\rdata: c\ndata:\n\n", "a\nb\nc\n|" },
	{ SSE_EVENTS, "data:a\n\ndata:  b\n\ndata\n\n", "a| b||" },
	{ SSE_EVENTS, ": ping\n\n: ping\ndata: a\n: pong\n\n", "a|" },
	{ SSE_EVENTS, "event: x\nid: 7\nretry: 3\ndata: a\nunknown: b\n\n", "a|" },
	{ SSE_EVENTS, "event: x\n\n\n\n\n", "" },
	{ SSE_EVENTS, "dat: a\ndata2: b\n data: c\n\n", "" },
	{ SSE_EVENTS, BOM "data: a\n\n" BOM "data: b\n\n", "a|" },
	{ SSE_EVENTS, "\n\n" BOM "data: b\n\n", "" },
	{ SSE_EVENTS, "data: a:b: c\n\n", "a:b: c|" },
	{ SSE_EVENTS, "error: {\"e\":1}\n\n", "{\"e\":1}|" },
	/* The blank line behind the last event is missing, or more than that. */
	{ SSE_EVENTS, "data: a\n\ndata: [DONE]\n", "a|[DONE]|" },
	{ SSE_EVENTS, "data: a\n\ndata: [DON", "a|~" },
	{ SSE_EVENTS, "data: a\ndata: b", "a|~" },
	{ SSE_EVENTS, "data: a\n\nda", "a|~" },
	/* Sixteen bytes are the most here. */
	{ SSE_EVENTS, "data: 0123456789\n\ndata: 01234567890\n\ndata: b\n\n", "0123456789|!" },
	{ SSE_EVENTS, "data: 01234567\ndata: 01234567\n\n", "!" },
	{ SSE_EVENTS, "data: 1\n\n:01234567890123456789\n\n", "1|!" },
	{ SSE_LINES, "a\nb\r\n\n  \n c \nd", "a|b|c|d|" },
	{ SSE_LINES, "a\rb\n", "a\rb|" },
	{ SSE_LINES, BOM "a\n", "a|" },
	{ SSE_LINES, "a\n0123456789abcdef\n0123456789abcdefg\nb\n", "a|0123456789abcdef|!" },
};

/* Takes all events that are there; false: one was too long. */
static bool
take(struct sse *sse, struct str *out)
{
	struct slice data;
	struct err err = { 0 };
	int rc;
	while ((rc = sse_next(sse, &data, &err)) > 0) {
		str_slice(out, data);
		str_putc(out, '|');
	}
	if (rc < 0) {
		assert_int_equal(err.fault, FAULT_LIMIT);
		str_putc(out, '!');
	}
	return rc == 0;
}

/* The stream fed in pieces that end before cuts[], and each piece in memory of its own. */
static void
feed(enum sse_kind kind, struct slice bytes, const size_t *cuts, size_t n, struct str *out)
{
	struct sse sse;
	bool sound = true;
	sse_init(&sse, kind, 16);
	str_clear(out);
	for (size_t i = 0, from = 0; i <= n && sound; i++) {
		size_t to = i < n ? cuts[i] : bytes.n;
		char *piece = malloc(to - from + 1);
		memcpy(piece, bytes.p + from, to - from);
		sse_feed(&sse, (struct slice){ piece, to - from });
		sound = take(&sse, out);
		free(piece);
		from = to;
	}
	if (sound) {
		sse_end(&sse);
		take(&sse, out);
		if (sse_is_amid(&sse))
			str_putc(out, '~');
	}
	sse_free(&sse);
}

static void
test_events(void **unused)
{
	(void)unused;
	struct str out = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		feed(cases[i].kind, slice_of(cases[i].bytes), NULL, 0, &out);
		assert_string_equal(str_text(&out), cases[i].events);
	}
	str_free(&out);
}

static void
test_cuts(void **unused)
{
	(void)unused;
	struct str out = STR_INIT;
	size_t cuts[128];
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct slice bytes = slice_of(cases[i].bytes);
		for (size_t a = 0; a <= bytes.n; a++)
			for (size_t b = a; b <= bytes.n; b++) {
				feed(cases[i].kind, bytes, (size_t[]){ a, b }, 2, &out);
				assert_string_equal(str_text(&out), cases[i].events);
			}
		assert_true(bytes.n < HL_COUNT(cuts));
		for (size_t a = 0; a < bytes.n; a++)
			cuts[a] = a;
		feed(cases[i].kind, bytes, cuts, bytes.n, &out);
		assert_string_equal(str_text(&out), cases[i].events);
	}
	str_free(&out);
}

/* After an event that is too long nothing comes any more, whatever is fed. */
static void
test_too_long(void **unused)
{
	(void)unused;
	struct sse sse;
	struct slice data;
	struct err err;
	sse_init(&sse, SSE_EVENTS, 8);
	sse_feed(&sse, SLICE("data: 012345678\n\ndata: a\n\n"));
	assert_int_equal(sse_next(&sse, &data, &err), -1);
	assert_int_equal(sse_next(&sse, &data, &err), -1);
	assert_string_equal(err.text, "an event of the stream is longer than 8 bytes");
	sse_free(&sse);
}

static void
test_kinds(void **unused)
{
	(void)unused;
	assert_int_equal(sse_kind_of("application/x-ndjson"), SSE_LINES);
	assert_int_equal(sse_kind_of("text/event-stream"), SSE_EVENTS);
	assert_int_equal(sse_kind_of(""), SSE_EVENTS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_cuts),
		cmocka_unit_test(test_too_long),
		cmocka_unit_test(test_kinds),
	};
	return cmocka_run_group_tests_name("sse", tests, NULL, NULL);
}
