/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reply - what an inference server says about its answer, whatever its dialect.
 *
 * One JSON text, an event of a stream or the whole of a reply, of: llama-server (chat, completions and
 * its own /completion), vLLM, Ollama (its own NDJSON and its OpenAI shim), LM Studio (/v1, /api/v0
 * and /api/v1) and anything else that speaks OpenAI's chat or completions.  Tokens are the server's
 * count, never the number of events; a count that nobody states is -1, a time MISSING.
 *
 * What is not taken at its word:
 *  - usage that is all zeros (Ollama's shim puts it on every event) states nothing;
 *  - of several usages or timings in a stream the last one counts;
 *  - "predicted_per_second" and "tokens_per_second" mean different things in different versions: speeds are
 *    worked out from counts and times (reply_decode_speed());
 *  - Ollama's prompt_eval_count has the cached tokens in it, prompt_eval_duration has not;
 *  - "tokens_cached" of llama-server's /completion is the fill of the context, not cached prompt.
 *
 * No text of an answer is kept, only how long its pieces were.
 */
#ifndef HLLM_PROBE_REPLY_H
#define HLLM_PROBE_REPLY_H

#include "base/err.h"
#include "base/estimate.h"
#include "base/str.h"

enum reply_finish {
	FINISH_NONE,
	FINISH_STOP,
	FINISH_LENGTH,
	FINISH_TOOL,
	FINISH_OTHER, /* a content filter, an error, a word we do not know */
};

/* What one event brought. */
struct reply_delta {
	int64_t text_n;      /* bytes of content, as they stand in the JSON */
	int64_t reasoning_n; /* of reasoning or thinking */
	int64_t tool_n;      /* of a tool call's name or arguments */
	int64_t so_far;      /* output tokens up to and with this event, if it says so; else -1 */
	int64_t progress_n, progress_of; /* prompt tokens read so far, and all of them; else -1 */
	enum reply_finish finish;
	bool role_only; /* a choice without any text: a role, a ping, a progress report */
	bool has_usage; /* it states counts that are not all zero */
	bool is_end;    /* "[DONE]", "done": true, "stop": true: nothing comes after it */
};

/* Is it a token (of any kind)?  TTFT ends at the first such event; TTFO at the first with text_n. */
static inline bool
reply_has_token(const struct reply_delta *delta)
{
	return delta->text_n > 0 || delta->reasoning_n > 0 || delta->tool_n > 0;
}

struct reply_counts {
	int64_t prompt;     /* prompt tokens, cached ones included */
	int64_t cached;     /* those of them that were in a cache */
	int64_t completion; /* output tokens, reasoning included */
	int64_t reasoning;
	int64_t draft, draft_accepted; /* speculative decoding */
	double prompt_ms;    /* the server's time for the prompt tokens that were not cached */
	double predicted_ms; /* from the first output token to the last, by the server's clock */
	double load_ms;      /* loading the model for this request */
	double first_ms;     /* the server's own time to the first token (LM Studio) */
	double total_ms;     /* all of it, by the server's clock (Ollama) */
	double stated_speed; /* output tokens per second as the server claims: to show, not to compute with */
};

/* A reply as far as it came; reply_init() first. */
struct reply {
	struct reply_counts counts;
	int64_t events;       /* all of them */
	int64_t token_events; /* those with text of any kind: fewer or more than tokens */
	int choices;          /* highest index + 1; counts describe one of them only */
	enum reply_finish finish;
	bool answered;   /* it holds what inference servers say: choices, content, usage */
	bool ended;      /* the last event came, or it was a whole reply */
	bool truncated;  /* the server cut the prompt */
	bool zero_usage; /* usage was stated and was all zeros */
	char model[128]; /* as the server calls it; it may not be the one asked for */
	char error[256]; /* an error told inside a 200 reply, cleaned; "" none */
};

/* Nothing known of it yet. */
void reply_init(struct reply *reply);

/* The places to look at, compiled; one serves all replies of a thread. */
struct reply_parser;
struct reply_parser *reply_parser_new(void);
void reply_parser_free(struct reply_parser *parser);

/* One event's data.  False: not JSON, or JSON that is no answer of an inference server; err says so in words
 * for people, without quoting the answer.  An error that the server tells inside is in reply->error
 * (true is returned). */
bool reply_event(struct reply_parser *parser, struct reply *reply, struct slice data,
	struct reply_delta *delta, struct err *err) hl_must_check;
/* The body of a reply that was not streamed. */
bool reply_whole(struct reply_parser *parser, struct reply *reply, struct slice body,
	struct reply_delta *delta, struct err *err) hl_must_check;
/* At the end of a stream: is it an answer?  False: the stream was cut, was empty, or told an error. */
bool reply_close(const struct reply *reply, struct err *err) hl_must_check;

/* Tokens per second, MISSING where counts or times are.  Decoding: (completion - 1) / predicted_ms, for
 * the first token comes out of the prompt.  Prefill: (prompt - cached) / prompt_ms; a cached count that
 * nobody states makes it MISSING, not zero. */
double reply_decode_speed(const struct reply_counts *counts);
double reply_prefill_speed(const struct reply_counts *counts);

#endif
