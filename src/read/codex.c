/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * codex - session files of the Codex CLI.
 *
 * token_count events show running totals, often the same ones again: what counts is how
 * much they grew.  A fork begins with a copy of its parent's events, stamped with the
 * second of its own birth: they are the base of its first difference, not usage.
 * The running totals, below the session they were copied from, name a request; so
 * archived copies of a session and late replays collapse with it.
 */
#include "config.h"

#include <stdio.h>

#include "base/when.h"
#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum { INPUT, CACHED, WRITTEN, OUTPUT, REASONING, TOTAL, COUNTS };

enum {
	S_TYPE,
	S_TIME,
	S_EVENT,
	S_INFO,
	S_ID,
	S_FORKED_FROM,
	S_THREAD_SOURCE,
	S_CWD,
	S_PROVIDER,
	S_MODEL,
	S_PLAN,
	S_TOTALS,
	S_LAST = S_TOTALS + COUNTS,
};

#define USAGE(at, name)                                                        \
 [(at) + INPUT] = "payload.info." name ".input_tokens",                        \
	 [(at) + CACHED] = "payload.info." name ".cached_input_tokens",        \
	 [(at) + WRITTEN] = "payload.info." name ".cache_write_input_tokens",  \
	 [(at) + OUTPUT] = "payload.info." name ".output_tokens",              \
	 [(at) + REASONING] = "payload.info." name ".reasoning_output_tokens", \
	 [(at) + TOTAL] = "payload.info." name ".total_tokens"

static const char *const slots[] = {
	[S_TYPE] = "type",
	[S_TIME] = "timestamp",
	[S_EVENT] = "payload.type",
	[S_INFO] = "payload.info",
	[S_ID] = "payload.id",
	[S_FORKED_FROM] = "payload.forked_from_id",
	[S_THREAD_SOURCE] = "payload.thread_source",
	[S_CWD] = "payload.cwd",
	[S_PROVIDER] = "payload.model_provider",
	[S_MODEL] = "payload.model",
	[S_PLAN] = "payload.rate_limits.plan_type",
	USAGE(S_TOTALS, "total_token_usage"),
	USAGE(S_LAST, "last_token_usage"),
	NULL,
};

struct state {
	bool begun;
	struct slice session, root, project, provider, model;
	bool fork;
	int64_t birth; /* the second of the session's first line, in a fork */
	bool counted;  /* totals are those of an earlier event */
	int64_t totals[COUNTS];
};

static void
keep(struct row *row, struct slice *place, struct slice text)
{
	if (text.n && !slice_eq(*place, text))
		*place = slice_copy(row_source_arena(row), text);
}

static int64_t
second_of(struct row *row)
{
	int64_t ns;
	bool zoned, dated;
	return when_parse(log_word(row, S_TIME), &ns, &zoned, &dated) ? ns / NS_PER_SECOND : -1;
}

/* Only the first one is the session's own; a fork goes on with its parent's. */
static void
begin_session(struct row *row, struct state *state)
{
	if (state->begun)
		return;
	struct slice from = log_word(row, S_FORKED_FROM);
	state->begun = true;
	keep(row, &state->session, log_word(row, S_ID));
	keep(row, &state->root, from.n ? from : state->session);
	keep(row, &state->project, log_folder(log_word(row, S_CWD)));
	keep(row, &state->provider, log_word(row, S_PROVIDER));
	state->fork = from.n || row_is(row, S_THREAD_SOURCE, "subagent");
	state->birth = second_of(row);
}

/* False when there are none. */
static bool
read_usage(struct row *row, int first, int64_t usage[COUNTS])
{
	bool any = false;
	for (int i = 0; i < COUNTS; i++) {
		int64_t count = row_count(row, first + i, -1);
		any |= count >= 0;
		usage[i] = count < 0 ? 0 : count;
	}
	return any;
}

/* How much the totals grew; after a compaction they start again, then the last usage counts. */
static void
usage_since(struct row *row, const struct state *state, const int64_t totals[COUNTS],
	int64_t usage[COUNTS])
{
	bool fell = false;
	for (int i = 0; i < COUNTS; i++) {
		usage[i] = totals[i] - (state->counted ? state->totals[i] : 0);
		fell |= usage[i] < 0;
	}
	if (fell && !read_usage(row, S_LAST, usage))
		memcpy(usage, totals, COUNTS * sizeof(*usage));
}

static void
fill_tokens(struct row *row, const int64_t usage[COUNTS], struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = usage[INPUT];
	stated.cache_read = usage[CACHED];
	stated.cache_write = usage[WRITTEN];
	stated.output = usage[OUTPUT];
	stated.reasoning = usage[REASONING];
	stated.cache = CACHE_INSIDE;
	row_tokens(row, rec, &stated);
}

static void
fill_identity(struct row *row, const struct state *state, const int64_t totals[COUNTS],
	struct record *rec)
{
	enum { ROOM = COUNTS * 21 + 8 };
	char *text = arena_take(row_arena(row), ROOM);
	int n = snprintf(text, ROOM, "%lld/%lld/%lld/%lld/%lld", (long long)totals[INPUT],
		(long long)totals[CACHED], (long long)totals[WRITTEN], (long long)totals[OUTPUT],
		(long long)totals[REASONING]);
	log_identity(rec, state->root);
	if (state->root.n)
		rec->id2 = (struct slice){ text, (size_t)n };
}

static void
emit_usage(struct row *row, const struct state *state, const int64_t totals[COUNTS])
{
	struct record rec;
	int64_t usage[COUNTS];
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	usage_since(row, state, totals, usage);
	fill_tokens(row, usage, &rec);
	row_time(row, S_TIME, &rec);
	log_set_model(&rec, state->model);
	record_fill_biller(&rec, state->provider);
	if (rec.pay == PAY_CASH && log_word(row, S_PLAN).n)
		rec.pay = PAY_INCLUDED; /* signed in with a plan: its quota pays, not an API bill */
	rec.dim[DIM_PROJECT] = state->project;
	rec.session = state->session;
	fill_identity(row, state, totals, &rec);
	row_emit(row, &rec);
}

static void
read_count(struct row *row, struct state *state)
{
	int64_t totals[COUNTS];
	if (!read_usage(row, S_TOTALS, totals)) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	if (row_is_bad(row))
		return;
	int64_t second = state->fork ? second_of(row) : -1;
	if (second >= 0 && second == state->birth)
		row_note(row, NOTE_REPLAYED);
	else if (state->counted && memcmp(totals, state->totals, sizeof(totals)) == 0)
		row_note(row, NOTE_REEMIT);
	else
		emit_usage(row, state, totals);
	memcpy(state->totals, totals, sizeof(totals));
	state->counted = true;
}

static void
codex_row(struct row *row)
{
	struct state *state = row_state(row);
	struct slice type = row_text(row, S_TYPE);
	if (slice_is(type, "event_msg") && slice_is(row_text(row, S_EVENT), "token_count")) {
		read_count(row, state);
		return;
	}
	if (slice_is(type, "session_meta"))
		begin_session(row, state);
	else if (slice_is(type, "turn_context"))
		keep(row, &state->model, log_word(row, S_MODEL));
	row_note(row, NOTE_SKIPPED);
}

static const char *
codex_match(const struct sight *sight)
{
	static const char *const types[] = { "session_meta", "turn_context", "event_msg",
		"response_item" };
	for (size_t i = 0; i < HL_COUNT(types); i++)
		if (sight_is(sight, "type", types[i]) && sight_path(sight, "payload"))
			return "lines of type session_meta, turn_context or event_msg";
	return NULL;
}

const struct reader reader_codex = {
	.name = "codex",
	.title = "Codex sessions",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.state_size = sizeof(struct state),
	.match = codex_match,
	.row = codex_row,
};
