/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Streamed answers of a fake server, and what was seen of them when. */
#ifndef HLLM_TESTS_UNIT_STREAMS_H
#define HLLM_TESTS_UNIT_STREAMS_H

#include "fakes.h"

#include "probe/http.h"
#include "probe/reply.h"
#include "probe/sse.h"

static inline struct http *
client(const struct http_options *options)
{
	struct err err = { 0 };
	struct http *http = http_new(options, &err);
	if (!http)
		fail_msg("%s", err.text);
	return http;
}

/* A streamed chat of so many tokens, at a path that may tell the server how to answer. */
static inline struct http_request
chat(const struct fake *fake, const char *path, int tokens, char *url, struct str *body)
{
	str_clear(body);
	str_printf(body,
		"{\"model\":\"m\",\"stream\":true,\"max_tokens\":%d,\"messages\":[{\"role\":"
		"\"user\","
		"\"content\":\"Hi\"}],\"stream_options\":{\"include_usage\":true}}",
		tokens);
	snprintf(url, 256, "%s%s/v1/chat/completions", fake->url, path);
	return (struct http_request){ .method = "POST",
		.url = url,
		.body = str_as_slice(body),
		.timeout_ms = 20000,
		.stall_ms = 2000 };
}

/* What came of a request. */
enum { EVENTS = 512 };
struct seen {
	struct http *http;
	struct reply_parser *parser;
	struct reply reply;
	struct sse sse;
	struct http_result result;
	int64_t at[EVENTS]; /* ns of each event with a token */
	int64_t first;      /* of any event */
	size_t n;
	int pieces, most_pieces; /* it wants no more than these; 0: all */
	int done, more;          /* so many requests more are started when one is done */
	const struct http_request *request;
};

static inline bool
see_data(void *arg, struct slice bytes, int64_t ns)
{
	struct seen *seen = arg;
	struct slice data;
	struct reply_delta delta;
	struct err err;
	sse_feed(&seen->sse, bytes);
	while (sse_next(&seen->sse, &data, &err) > 0) {
		assert_true(reply_event(seen->parser, &seen->reply, data, &delta, &err));
		if (seen->reply.events == 1)
			seen->first = ns;
		if (reply_has_token(&delta) && seen->n < EVENTS)
			seen->at[seen->n++] = ns;
	}
	return ++seen->pieces != seen->most_pieces;
}

static inline bool
see_begun(void *arg)
{
	const struct seen *seen = arg;
	return seen->n > 0;
}

static inline void
see_done(void *arg, const struct http_result *result)
{
	struct seen *seen = arg;
	const struct http_events events = { see_data, see_begun, see_done, seen };
	seen->result = *result;
	seen->done++;
	if (seen->more > 0) {
		seen->more--;
		http_start(seen->http, seen->request, &events);
	}
}

static inline void
see(struct http *http, const struct http_request *request, struct seen *seen)
{
	const struct http_events events = { see_data, see_begun, see_done, seen };
	*seen = (struct seen){ .http = http,
		.parser = reply_parser_new(),
		.most_pieces = seen->most_pieces,
		.request = request };
	reply_init(&seen->reply);
	sse_init(&seen->sse, SSE_EVENTS, 0);
	http_start(http, request, &events);
}

static inline void
forget(struct seen *seen)
{
	reply_parser_free(seen->parser);
	sse_free(&seen->sse);
}

#endif
