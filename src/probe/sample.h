/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sample - one request from its first byte to its last, and what follows from when its events came.
 *
 * Times are nanoseconds of CLOCK_MONOTONIC.  They count from t0, when the first byte of the request
 * was written on a connection that was open already:
 *
 *	connect   opening the connection, before t0; none where it was open
 *	TTFB      t0 to the first event of any kind
 *	TTFT      t0 to the first event with text of any kind: content, reasoning, a tool call
 *	TTFO      t0 to the first event with an answer's own text: content or a tool call
 *	TPOT      (last event with text - first event with text) / (output tokens - 1); none below 2 tokens
 *	decode    1 / TPOT
 *	gaps      between events with text (inter-chunk latency): a measure of jitter, not of tokens
 *	prefill   (prompt tokens - cached ones) / the server's time for the prompt, else
 *	          / (TTFT - that of a prompt of one word), where that is at least half of the latter
 *
 * Output tokens are the server's count.  Where it gives none but says that it stopped at the length
 * that was asked for, they are that length, and estimated; else not known.  Events are never counted in
 * their place.  What is not known is MISSING.
 */
#ifndef HLLM_PROBE_SAMPLE_H
#define HLLM_PROBE_SAMPLE_H

#include "probe/http.h"
#include "probe/reply.h"

enum { TIME_NONE = -1 };

struct sample {
	int concurrency;
	uint64_t number; /* in its run, from 0 */
	bool warmup;
	int64_t words;                      /* behind the number of the prompt */
	int64_t prompt_asked, output_asked; /* tokens that were meant */
	bool length_cut; /* the workload has longer ones than the server's context */

	int64_t connect_ns; /* how long; 0: the connection was open */
	int64_t sent_ns;    /* t0 */
	int64_t first_event_ns, first_token_ns, first_output_ns, last_token_ns; /* or TIME_NONE */
	int64_t end_ns;
	int64_t token_events; /* events with text */
	struct reply_counts counts;
	enum reply_finish finish;
	bool truncated; /* the server says that it cut the prompt */

	bool ended;            /* an answer, complete */
	bool unfinished;       /* ended by us, since time was up: neither an answer nor a failure */
	enum http_fault fault; /* of what is neither; HTTP_OK: a reply that was no answer */
	int status;
};

/* Before t0: nothing is known. */
void sample_init(struct sample *sample);
/* One event that came at 'ns', no earlier than the one before; t0 may be set later.  Returns the gap to the
 * event with text before it, in ns; -1: none. */
int64_t sample_event(struct sample *sample, const struct reply_delta *delta, int64_t ns);

/* *estimated (may be NULL): see above.  -1: not known. */
int64_t sample_output_tokens(const struct sample *sample, bool *estimated);
/* Prompt tokens that had to be read; -1: not known.  Where the server says nothing of a cache, all of them. */
int64_t sample_uncached_tokens(const struct sample *sample);
/* How many output tokens were there at 'ns': the first with the first event, the others evenly up to the
 * last one.  0 where their number is not known. */
double sample_tokens_by(const struct sample *sample, int64_t ns);

double sample_connect_ms(const struct sample *sample); /* MISSING: was open */
double sample_ttfb_ms(const struct sample *sample);
double sample_ttft_ms(const struct sample *sample);
double sample_ttfo_ms(const struct sample *sample);
double sample_tpot_ms(const struct sample *sample);
double sample_total_ms(const struct sample *sample);     /* t0 to the last event with text */
double sample_decode_speed(const struct sample *sample); /* tokens a second */
/* baseline_ms: TTFT of a prompt of one word, or MISSING. */
double sample_prefill_speed(const struct sample *sample, double baseline_ms);
/* TTFT less the server's time for the prompt: where it waited. */
double sample_wait_ms(const struct sample *sample);
/* Did several tokens come as one single event, or all in less time than one token takes?  Then something
 * between the model and us gathers the stream, and TTFT and TPOT mean nothing. */
bool sample_is_buffered(const struct sample *sample);

#endif
