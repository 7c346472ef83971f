/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * servers - an inference server that exists in a test only, by a clock of its own: what it does when is
 * exact, and what is measured of it can be held against that.
 *
 * It has slots, each of which reads a prompt, then writes a token every so often; who finds none free
 * waits.  Its tokenizer has a template, one token for a digit or a hyphen, and one for a word.
 */
#ifndef HLLM_TESTS_UNIT_SERVERS_H
#define HLLM_TESTS_UNIT_SERVERS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/mem.h"
#include "probe/measure.h"

enum { SERVER_SLOTS_MOST = 64, SERVER_LOG_MOST = 60000, MS = 1000000 };

struct server_log {
	int64_t sent, first, last, tokens;
};

struct server {
	/* what it is like */
	int slots;
	double prefill; /* tokens a second */
	double tpot_ms;
	double delay_ms; /* on the way there and back, together */
	double load_ms;  /* of the model, for the first request */
	int template_tokens;
	double word_tokens; /* of a word, on average; not 1: some have two */
	/* what is wrong with it */
	int chunk;          /* tokens to an event; 0: 1 */
	bool role_event;    /* an event without text as soon as it begins */
	int reasoning;      /* the first tokens are of reasoning */
	bool gathers;       /* all events come with the last */
	bool uncounted;     /* no counts at all */
	bool silent_finish; /* and not even why it ended */
	bool no_times;      /* no times of its own */
	bool no_output_count;
	int64_t cut_to;      /* prompt tokens that it reads; 0: all */
	double cached;       /* share of a prompt that it has already */
	bool keeps_template; /* in its cache */
	double crowd_ms;     /* more delay for each request that is there already */
	double jitter; /* of each token's time: standard deviation, as a share, of a request's mean */
	double slower; /* each request takes this share of the first's time longer than the one before */
	int64_t ends_after;         /* output tokens; 0: what is asked for */
	int fails_from, fails_each; /* requests from this number on; every so many-th */

	/* its state */
	int64_t clock;
	uint64_t seed;
	int64_t free_at[SERVER_SLOTS_MOST];
	struct served *live;
	size_t live_n, live_size;
	int requests, most_at_once;
	int64_t log_n;
	struct server_log log[SERVER_LOG_MOST];
};

struct served {
	struct flight *flight;
	int64_t sent, begins, first, end, tokens, prompt, cached;
	double step; /* ns a token */
	bool fails;
};

static inline double
server_random(struct server *server)
{
	server->seed = server->seed * 6364136223846793005u + 1442695040888963407u;
	return (double)(server->seed >> 33) / 2147483648.0;
}

static inline int64_t
server_count(struct server *server, struct slice prompt)
{
	int64_t tokens = server->template_tokens;
	struct slice rest = prompt, word;
	bool first = true;
	while (slice_cut(&rest, ' ', &word)) {
		/* which words have two is always the same */
		bool two = (word.p[0] + word.p[word.n - 1] * 7) % 100 <
			   (int)round(100 * (server->word_tokens - 1));
		tokens += first ? (int64_t)word.n : 1 + two;
		first = false;
	}
	return tokens;
}

static inline void
server_start(void *arg, struct flight *flight)
{
	struct server *server = arg;
	int number = server->requests++;
	struct served served = { .flight = flight, .sent = server->clock };
	served.tokens = server->ends_after && server->ends_after < flight->output
				? server->ends_after
				: flight->output;
	served.prompt = server_count(server, flight->prompt);
	if (server->cut_to && served.prompt > server->cut_to)
		served.prompt = server->cut_to;
	served.cached = (int64_t)(server->cached * (double)served.prompt);
	if (server->keeps_template && served.cached < server->template_tokens)
		served.cached = server->template_tokens;
	served.fails =
		(server->fails_from && number >= server->fails_from) ||
		(server->fails_each && number % server->fails_each == server->fails_each - 1);
	int slot = 0;
	for (int i = 1; i < server->slots; i++)
		if (server->free_at[i] < server->free_at[slot])
			slot = i;
	int64_t there = server->clock + (int64_t)(server->delay_ms / 2 * MS);
	there += (int64_t)(server->crowd_ms * (double)server->live_n * MS);
	served.begins = there > server->free_at[slot] ? there : server->free_at[slot];
	double noise = 1 + server->jitter * sqrt(3) * (2 * server_random(server) - 1);
	noise *= 1 + server->slower * number;
	served.step = server->tpot_ms * MS * noise;
	double reading = (double)(served.prompt - served.cached) / server->prefill * 1e9 * noise;
	if (number == 0)
		reading += server->load_ms * MS;
	int64_t first = served.begins + (int64_t)reading;
	server->free_at[slot] = first + (int64_t)((double)(served.tokens - 1) * served.step);
	int64_t back = (int64_t)(server->delay_ms / 2 * MS);
	served.first = first + back;
	served.end = server->free_at[slot] + back;
	if (served.end - served.sent > flight->timeout_ms * MS) {
		served.fails = true;
		there = served.sent + flight->timeout_ms * MS - back;
	}
	if (served.fails)
		served.end = served.first = there + back;
	server->live =
		xgrow(server->live, &server->live_size, server->live_n, sizeof(*server->live));
	server->live[server->live_n++] = served;
	if ((int)server->live_n > server->most_at_once)
		server->most_at_once = (int)server->live_n;
}

static inline void
server_event(struct flight *flight, int64_t text, int64_t reasoning, int64_t ns)
{
	struct reply_delta delta = { .text_n = text, .reasoning_n = reasoning, .so_far = -1 };
	int64_t gap = sample_event(&flight->sample, &delta, ns);
	if (flight->gaps)
		gaps_add(flight->gaps, gap);
}

/* All that has come by 'until'. */
static inline void
server_events(struct server *server, const struct served *served, int64_t until)
{
	struct flight *flight = served->flight;
	int64_t back = (int64_t)(server->delay_ms / 2 * MS);
	if (server->role_event && served->begins + back <= until)
		server_event(flight, 0, 0, served->begins + back);
	int chunk = server->chunk ? server->chunk : 1;
	for (int64_t i = 0; i < served->tokens; i += chunk) {
		int64_t last = i + chunk < served->tokens ? i + chunk - 1 : served->tokens - 1;
		int64_t at = served->first + (int64_t)((double)last * served->step);
		if (at > served->end || server->gathers)
			at = served->end;
		if (at > until)
			break;
		bool reasons = i < server->reasoning;
		server_event(flight, reasons ? 0 : 5, reasons ? 5 : 0, at);
	}
	if (flight->sample.first_event_ns == TIME_NONE && served->end <= until)
		server_event(flight, 0, 0, served->end);
}

static inline void
server_answer(struct server *server, const struct served *served)
{
	struct sample *sample = &served->flight->sample;
	sample->ended = true;
	sample->status = 200;
	sample->fault = HTTP_OK;
	sample->finish = server->silent_finish                      ? FINISH_STOP
			 : served->tokens == served->flight->output ? FINISH_LENGTH
								    : FINISH_STOP;
	if (server->uncounted)
		return;
	sample->counts.prompt = served->prompt;
	sample->counts.cached = served->cached;
	if (!server->no_output_count)
		sample->counts.completion = served->tokens;
	if (server->no_times)
		return;
	int64_t back = (int64_t)(server->delay_ms / 2 * MS);
	sample->counts.prompt_ms = (double)(served->first - back - served->begins) / MS;
	sample->counts.predicted_ms = (double)(served->tokens - 1) * served->step / MS;
}

static inline void
server_finish(struct server *server, size_t which, bool cancelled)
{
	struct served served = server->live[which];
	server->live[which] = server->live[--server->live_n];
	struct sample *sample = &served.flight->sample;
	sample->sent_ns = served.sent;
	sample->end_ns = server->clock;
	sample->unfinished = cancelled;
	if (served.fails) {
		sample->fault = HTTP_STATUS;
		sample->status = 500;
		snprintf(served.flight->why, sizeof(served.flight->why), "test: it answers 500");
	} else {
		server_events(server, &served, server->clock);
		if (!cancelled)
			server_answer(server, &served);
		if (!cancelled && server->log_n < SERVER_LOG_MOST)
			server->log[server->log_n++] = (struct server_log){ served.sent,
				sample->first_token_ns, sample->last_token_ns, served.tokens };
	}
	served.flight->done(served.flight);
}

static inline void
server_step(void *arg, int64_t until)
{
	struct server *server = arg;
	size_t next = server->live_n;
	for (size_t i = 0; i < server->live_n; i++)
		if (server->live[i].end <= until &&
			(next == server->live_n || server->live[i].end < server->live[next].end))
			next = i;
	if (next == server->live_n) {
		server->clock = until;
		return;
	}
	server->clock = server->live[next].end;
	server_finish(server, next, false);
}

static inline void
server_cancel(void *arg)
{
	struct server *server = arg;
	while (server->live_n)
		server_finish(server, 0, true);
}

static inline int64_t
server_now(void *arg)
{
	const struct server *server = arg;
	return server->clock;
}

static inline struct carrier
server_carrier(struct server *server)
{
	return (struct carrier){ server_now, server_start, server_step, server_cancel, server };
}

/* Four slots, 1,000 tokens a second read, 10 ms a token. */
static inline struct server *
server_new(void)
{
	struct server *server = xcalloc(1, sizeof(*server));
	server->slots = 4;
	server->prefill = 1000;
	server->tpot_ms = 10;
	server->delay_ms = 1;
	server->template_tokens = 7;
	server->word_tokens = 1;
	server->clock = 1000000000;
	server->seed = 99;
	return server;
}

static inline void
server_free(struct server *server)
{
	free(server->live);
	free(server);
}

/* What hllm probe does when nobody says more. */
static inline struct measure_options
usual(const int *list, size_t n)
{
	return (struct measure_options){
		.lengths = { .prompt = 300, .output = 64 },
		.list = list,
		.list_n = n,
		.budget_ms = 60000,
		.max_ttft_ms = MISSING,
		.max_tpot_ms = MISSING,
		.seed = 42,
	};
}

static inline void
take(struct server *server, const struct measure_options *options, struct measurement *out)
{
	struct err err = { 0 };
	struct carrier carrier = server_carrier(server);
	if (!measure(out, &carrier, options, &err))
		fail_msg("%s", err.text);
}

#endif
