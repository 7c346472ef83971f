/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/talk.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct talk {
	struct talk_options options;
	struct reply_parser *parser;
	char *url;
};

/* A request in flight. */
struct call {
	struct talk *talk;
	struct flight *flight;
	struct sse sse;
	struct reply reply;
	struct str whole; /* of a reply that is not a stream, though a stream was asked for */
	int64_t first_byte_ns;
	bool begun, is_whole, bad;
	struct err err; /* bad */
};

static void
take_events(struct call *call, int64_t ns)
{
	struct flight *flight = call->flight;
	struct slice data;
	int rc = 0;
	while (!call->bad && (rc = sse_next(&call->sse, &data, &call->err)) > 0) {
		struct reply_delta delta;
		if (!reply_event(call->talk->parser, &call->reply, data, &delta, &call->err)) {
			call->bad = true;
			break;
		}
		int64_t gap = sample_event(&flight->sample, &delta, ns);
		if (flight->gaps)
			gaps_add(flight->gaps, gap);
	}
	if (rc < 0)
		call->bad = true;
}

static bool
call_data(void *arg, struct slice bytes, int64_t ns)
{
	struct call *call = arg;
	int64_t most_ms = call->flight->answer_ms;
	if (!call->first_byte_ns)
		call->first_byte_ns = ns;
	if (most_ms && (ns - call->first_byte_ns) / 1000000 > most_ms) {
		call->bad = true;
		return err_set(&call->err, FAULT_SYSTEM,
			"the answer began, but was not complete %.3g s later",
			(double)most_ms / 1e3);
	}
	struct slice text = slice_trim(bytes);
	if (!call->begun && text.n) {
		call->begun = true;
		call->is_whole = call->sse.kind == SSE_EVENTS && text.p[0] == '{';
	}
	if (call->is_whole) {
		str_slice(&call->whole, bytes);
		return true;
	}
	sse_feed(&call->sse, bytes);
	take_events(call, ns);
	return !call->bad;
}

/* The reply is complete as HTTP understands it.  Is it an answer? */
static bool
is_answer(struct call *call, const struct http_result *result)
{
	struct reply_delta delta;
	if (call->is_whole) {
		if (!reply_whole(call->talk->parser, &call->reply, str_as_slice(&call->whole),
			    &delta, &call->err))
			return false;
		sample_event(&call->flight->sample, &delta, result->end_ns);
	} else {
		sse_end(&call->sse);
		take_events(call, result->end_ns);
	}
	if (!call->bad && call->reply.events == 0 && call->begun)
		return err_set(&call->err, FAULT_SYSTEM,
			"it answers with %s, not with the stream of an inference server",
			result->type[0] ? result->type : "something of no stated type");
	return !call->bad && reply_close(&call->reply, &call->err);
}

/* A server may send headers, a role or comments while the request waits in its queue. */
static bool
call_begun(void *arg)
{
	const struct call *call = arg;
	return call->flight->sample.first_token_ns != TIME_NONE;
}

static void
say_why(struct flight *flight, struct call *call, const struct http_result *result)
{
	char host[HTTP_HOST];
	/* what it said before it closed the connection is why it did */
	if (!call->bad && call->reply.error[0])
		call->bad = !reply_close(&call->reply, &call->err);
	if (!call->bad && result->fault != HTTP_OK)
		err_set(&call->err, FAULT_SYSTEM, "%s", result->why);
	else if (http_host(call->talk->url, host))
		err_wrap(&call->err, "%s", host);
	snprintf(flight->why, sizeof(flight->why), "%.511s", call->err.text);
}

static void
call_done(void *arg, const struct http_result *result)
{
	struct call *call = arg;
	struct flight *flight = call->flight;
	struct sample *sample = &flight->sample;
	sample->fault = result->fault;
	sample->status = result->status;
	sample->sent_ns = result->sent_ns;
	sample->connect_ns = result->connect_ns;
	sample->end_ns = result->end_ns;
	sample->ended = result->fault == HTTP_OK && is_answer(call, result);
	sample->unfinished = result->fault == HTTP_CANCELLED;
	sample->counts = call->reply.counts;
	sample->finish = call->reply.finish;
	sample->truncated = call->reply.truncated;
	if (!sample->ended && !sample->unfinished)
		say_why(flight, call, result);
	sse_free(&call->sse);
	str_free(&call->whole);
	free(call);
	flight->done(flight);
}

static int64_t
talk_now(void *arg)
{
	(void)arg;
	return http_now();
}

static void
talk_start(void *arg, struct flight *flight)
{
	static const char *const headers[] = { "Content-Type: application/json", NULL };
	struct talk *talk = arg;
	struct call *call = xcalloc(1, sizeof(*call));
	call->talk = talk;
	call->flight = flight;
	reply_init(&call->reply);
	sse_init(&call->sse, ask_kind(talk->options.dialect), 0);
	struct str body = STR_INIT;
	struct ask ask = { talk->options.dialect, talk->options.model, flight->prompt,
		flight->output };
	ask_body(&ask, &body);
	struct http_request request = {
		.method = "POST",
		.url = talk->url,
		.headers = headers,
		.body = str_as_slice(&body),
		.timeout_ms = flight->timeout_ms,
		.stall_ms = flight->stall_ms,
		.may_queue = true,
	};
	struct http_events events = { call_data, call_begun, call_done, call };
	http_start(talk->options.http, &request, &events);
	str_free(&body);
}

static void
talk_step(void *arg, int64_t until_ns)
{
	struct talk *talk = arg;
	http_step(talk->options.http, until_ns);
}

static void
talk_cancel(void *arg)
{
	struct talk *talk = arg;
	http_cancel_all(talk->options.http);
}

struct talk *
talk_new(const struct talk_options *options, struct carrier *carrier)
{
	struct talk *talk = xcalloc(1, sizeof(*talk));
	talk->options = *options;
	talk->parser = reply_parser_new();
	struct slice base = slice_of(options->url);
	while (base.n && base.p[base.n - 1] == '/')
		base.n--;
	/* people write the address with or without the version in it */
	if (slice_ends(base, "/v1"))
		base.n -= 3;
	talk->url = xasprintf(SLICE_FMT "%s", SLICE_ARG(base), ask_path(options->dialect));
	*carrier = (struct carrier){ talk_now, talk_start, talk_step, talk_cancel, talk };
	return talk;
}

void
talk_free(struct talk *talk)
{
	reply_parser_free(talk->parser);
	free(talk->url);
	free(talk);
}
