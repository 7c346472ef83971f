/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a server may send: however the bytes come in pieces, the events are the same, and so is what the
 * reply comes to; no text of a server leaves with a control character in it.
 */
#include "config.h"

#include "probe/reply.h"

#include <stdint.h>
#include <stdlib.h>

#include "probe/sse.h"
#include "probe/words.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MOST = 1 << 12 };

static struct reply_parser *parser;

static void
check_text(const char *text, size_t size)
{
	size_t n = strnlen(text, size);
	if (n == size)
		abort();
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7F)
			abort();
}

static void
check_reply(const struct reply *reply)
{
	const struct reply_counts *counts = &reply->counts;
	struct err err;
	double speed = reply_decode_speed(counts), prefill = reply_prefill_speed(counts);
	check_text(reply->model, sizeof(reply->model));
	check_text(reply->error, sizeof(reply->error));
	if ((counts->prompt >= 0 && counts->cached > counts->prompt) || speed < 0 || prefill < 0 ||
		counts->prompt < -1 || counts->completion < -1 || reply->choices < 0 ||
		reply->token_events > reply->events)
		abort();
	if (reply_close(reply, &err) && reply->events == 0)
		abort();
}

/* The stream in pieces of 'step' bytes: its events in 'out', its reply in 'reply'. */
static void
read_stream(
	struct slice bytes, enum sse_kind kind, size_t step, struct str *out, struct reply *reply)
{
	struct sse sse;
	struct slice event;
	struct reply_delta delta;
	struct err err;
	int rc = 0;
	sse_init(&sse, kind, MOST);
	reply_init(reply);
	for (size_t at = 0; rc == 0 && at <= bytes.n; at += step) {
		size_t n = bytes.n - at < step ? bytes.n - at : step;
		char *piece = malloc(n + 1);
		memcpy(piece, bytes.p + at, n);
		sse_feed(&sse, (struct slice){ piece, n });
		if (at + step > bytes.n)
			sse_end(&sse);
		while ((rc = sse_next(&sse, &event, &err)) > 0) {
			str_slice(out, event);
			str_putc(out, '\n');
			if (!reply_event(parser, reply, event, &delta, &err) && !err.text[0])
				abort();
			if (delta.text_n < 0 || delta.reasoning_n < 0 || delta.tool_n < 0)
				abort();
		}
		free(piece);
	}
	str_printf(out, "%d %d", rc, sse_is_amid(&sse));
	sse_free(&sse);
}

static bool
same_number(double a, double b)
{
	return isnan(a) ? isnan(b) : a <= b && a >= b;
}

static void
check_same(const struct reply *a, const struct reply *b)
{
	const struct reply_counts *x = &a->counts, *y = &b->counts;
	if (a->events != b->events || a->token_events != b->token_events ||
		a->choices != b->choices || a->finish != b->finish || a->ended != b->ended ||
		x->prompt != y->prompt || x->cached != y->cached ||
		x->completion != y->completion || !same_number(x->prompt_ms, y->prompt_ms) ||
		!same_number(x->predicted_ms, y->predicted_ms) || strcmp(a->model, b->model) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!parser)
		parser = reply_parser_new();
	if (!size)
		return 0;
	struct slice bytes = { (const char *)data + 1, size - 1 };
	enum sse_kind kind = data[0] & 1 ? SSE_LINES : SSE_EVENTS;
	struct str whole = STR_INIT, pieces = STR_INIT;
	struct reply one, other;
	struct complaint complaint;
	struct reply_delta delta;
	struct err err;
	read_stream(bytes, kind, bytes.n + 1, &whole, &one);
	read_stream(bytes, kind, 1 + data[0] / 16, &pieces, &other);
	if (!slice_eq(str_as_slice(&whole), str_as_slice(&pieces)))
		abort();
	check_same(&one, &other);
	check_reply(&one);
	reply_init(&one);
	if (reply_whole(parser, &one, bytes, &delta, &err))
		check_reply(&one);
	words_complaint(bytes, &complaint);
	check_text(complaint.text, sizeof(complaint.text));
	str_free(&whole);
	str_free(&pieces);
	return 0;
}
