/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gemini-cli - chats of the Gemini CLI (one object with its messages, or a message a
 * line), and the statistics that its headless mode prints, a record for each model.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_TYPE,
	S_ID,
	S_TIME,
	S_MODEL,
	S_TOKENS,
	S_INPUT,
	S_OUTPUT,
	S_CACHED,
	S_THOUGHTS,
	S_TOOL,
	S_TOTAL,
	S_SESSION,
	S_STATS,
};

static const char *const slots[] = {
	[S_TYPE] = "type",
	[S_ID] = "id",
	[S_TIME] = "timestamp",
	[S_MODEL] = "model",
	[S_TOKENS] = "tokens",
	[S_INPUT] = "tokens.input",
	[S_OUTPUT] = "tokens.output",
	[S_CACHED] = "tokens.cached",
	[S_THOUGHTS] = "tokens.thoughts",
	[S_TOOL] = "tokens.tool",
	[S_TOTAL] = "tokens.total",
	[S_SESSION] = "session_id|sessionId",
	[S_STATS] = "stats.models",
	NULL,
};

static int64_t
zero_if_missing(int64_t count)
{
	return count < 0 ? 0 : count;
}

/* Cached tokens are inside input when the total is the sum of the others. */
static void
decide_cache(struct stated_tokens *stated)
{
	int64_t without_cached = zero_if_missing(stated->input) + zero_if_missing(stated->output) +
				 zero_if_missing(stated->reasoning) +
				 zero_if_missing(stated->tool_input);
	stated->reasoning_is = REASONING_BESIDE;
	stated->cache = stated->total < 0                 ? CACHE_PROBABLY_INSIDE
			: stated->total == without_cached ? CACHE_INSIDE
							  : CACHE_BESIDE;
	stated->total = -1;
}

static void
emit_message(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.cache_read = row_count(row, S_CACHED, -1);
	stated.reasoning = row_count(row, S_THOUGHTS, -1);
	stated.tool_input = row_count(row, S_TOOL, -1);
	stated.total = row_count(row, S_TOTAL, -1);
	decide_cache(&stated);
	row_tokens(row, &rec, &stated);
	row_time(row, S_TIME, &rec);
	log_set_model(&rec, log_word(row, S_MODEL));
	record_fill_biller(&rec, SLICE_NONE);
	rec.session = log_word(row, S_SESSION);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static int64_t
member_count(struct row *row, struct slice object, const char *key)
{
	return row_field_count(row, log_member(object, key), key, -1);
}

/* One model of the statistics: a sum over a session. */
static void
emit_stats(struct row *row, struct slice model, struct slice usage, int rows)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	struct slice tokens = log_member(usage, "tokens").text, api = log_member(usage, "api").text;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	stated.input = member_count(row, tokens, "prompt");
	stated.output = member_count(row, tokens, "candidates");
	stated.cache_read = member_count(row, tokens, "cached");
	stated.reasoning = member_count(row, tokens, "thoughts");
	stated.tool_input = member_count(row, tokens, "tool");
	stated.total = member_count(row, tokens, "total");
	decide_cache(&stated);
	row_tokens(row, &rec, &stated);
	log_set_model(&rec, model);
	record_fill_biller(&rec, SLICE_NONE);
	rec.requests = member_count(row, api, "totalRequests");
	rec.context = CONTEXT_MIXED;
	rec.session = log_word(row, S_SESSION);
	log_identity(&rec, rec.session);
	rec.id2 = rec.session.n ? model : SLICE_NONE;
	rec.rows = rows;
	row_emit(row, &rec);
}

static void
read_stats(struct row *row)
{
	int models = 0;
	struct slice model;
	struct field value;
	for (struct members it = row_members(row, S_STATS); members_next(&it, &model, &value);)
		if (value.type == FIELD_OBJECT)
			emit_stats(row, model, value.text, models++ == 0);
	if (models == 0)
		row_note(row, NOTE_SKIPPED);
}

static void
gemini_cli_row(struct row *row)
{
	if (row_has(row, S_STATS))
		read_stats(row);
	else if (!slice_is(row_text(row, S_TYPE), "gemini"))
		row_note(row, NOTE_SKIPPED);
	else if (!row_has(row, S_TOKENS))
		row_note(row, NOTE_WITHOUT_USAGE);
	else
		emit_message(row);
}

/* The chat's own keys stand in the page, or (JSONL) in another line. */
static bool
is_message(const struct sight *sight)
{
	if (!sight_is(sight, "type", "gemini"))
		return false;
	bool page = sight->parent && cJSON_GetObjectItemCaseSensitive(sight->parent, "sessionId");
	return page || (sight_path(sight, "tokens") && sight_path(sight, "model"));
}

static const char *
gemini_cli_match(const struct sight *sight)
{
	if (is_message(sight))
		return "messages of type \"gemini\"";
	const cJSON *models = sight_path(sight, "stats.models");
	bool tokens = cJSON_IsObject(models) && models->child &&
		      cJSON_GetObjectItemCaseSensitive(models->child, "tokens");
	return tokens ? "key stats.models with tokens" : NULL;
}

const struct reader reader_gemini_cli = {
	.name = "gemini-cli",
	.title = "Gemini CLI chats",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.pages = "messages",
	.match = gemini_cli_match,
	.row = gemini_cli_row,
};
