/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claude-code-result - what `claude -p` prints with --output-format json (or the last
 * line of stream-json): one record for each model in modelUsage.  The usage at the top
 * is the same tokens without the models, and stands in only where modelUsage is missing.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/json.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_TYPE,
	S_ID,
	S_SESSION,
	S_ERROR,
	S_COST,
	S_MODELS,
	S_INPUT,
	S_OUTPUT,
	S_READ,
	S_WRITE,
	S_WRITE_5M,
	S_WRITE_1H,
	S_SEARCHES,
	S_TIER,
};

static const char *const slots[] = {
	[S_TYPE] = "type",
	[S_ID] = "uuid|session_id",
	[S_SESSION] = "session_id",
	[S_ERROR] = "is_error",
	[S_COST] = "total_cost_usd",
	[S_MODELS] = "modelUsage",
	[S_INPUT] = "usage.input_tokens",
	[S_OUTPUT] = "usage.output_tokens",
	[S_READ] = "usage.cache_read_input_tokens",
	[S_WRITE] = "usage.cache_creation_input_tokens",
	[S_WRITE_5M] = "usage.cache_creation.ephemeral_5m_input_tokens",
	[S_WRITE_1H] = "usage.cache_creation.ephemeral_1h_input_tokens",
	[S_SEARCHES] = "usage.server_tool_use.web_search_requests",
	[S_TIER] = "usage.service_tier",
	NULL,
};

static void
fill_common(struct row *row, struct record *rec)
{
	rec->origin = ORIGIN_CLIENT;
	rec->requests = -1;
	rec->session = log_word(row, S_SESSION);
	log_identity(rec, log_word(row, S_ID));
	rec->tier = tier_parse(log_word(row, S_TIER));
	record_fill_biller(rec, SLICE_NONE);
}

/* One member of a model's usage. */
static void
add_member(struct row *row, struct slice key, struct field value, struct stated_tokens *stated,
	struct record *rec)
{
	if (slice_is(key, "inputTokens"))
		stated->input = row_field_count(row, value, "inputTokens", -1);
	else if (slice_is(key, "outputTokens"))
		stated->output = row_field_count(row, value, "outputTokens", -1);
	else if (slice_is(key, "cacheReadInputTokens"))
		stated->cache_read = row_field_count(row, value, "cacheReadInputTokens", -1);
	else if (slice_is(key, "cacheCreationInputTokens"))
		stated->cache_write = row_field_count(row, value, "cacheCreationInputTokens", -1);
	else if (slice_is(key, "webSearchRequests"))
		log_searches(rec, row_field_count(row, value, "webSearchRequests", 0));
	else if (slice_is(key, "costUSD"))
		rec->has_billed = num_decimal(value.text, &rec->billed) == NUM_OK;
}

static void
emit_model(struct row *row, struct slice model, struct slice usage, int rows)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	struct slice rest, key;
	struct field value;
	bool escaped;
	record_init(&rec);
	json_open(usage, '{', &rest);
	while (json_member(&rest, &key, &escaped, &value)) {
		if (escaped)
			key = json_decode(row_arena(row), key);
		add_member(row, key, value, &stated, &rec);
	}
	stated.cache = CACHE_BESIDE;
	log_set_model(&rec, model);
	fill_common(row, &rec);
	rec.id2 = model;
	rec.rows = rows;
	row_tokens(row, &rec, &stated);
	row_emit(row, &rec);
}

static void
emit_whole(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	record_init(&rec);
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.cache_read = row_count(row, S_READ, -1);
	stated.cache_write = row_count(row, S_WRITE, -1);
	stated.cache_write_5m = row_count(row, S_WRITE_5M, -1);
	stated.cache_write_1h = row_count(row, S_WRITE_1H, -1);
	stated.cache = CACHE_BESIDE;
	log_billed(row, S_COST, &rec);
	if (stated.input < 0 && stated.output < 0 && rec.billed == 0) {
		row_note(row, row_flag(row, S_ERROR) ? NOTE_ERROR : NOTE_WITHOUT_USAGE);
		return;
	}
	fill_common(row, &rec);
	log_searches(&rec, row_count(row, S_SEARCHES, 0));
	row_tokens(row, &rec, &stated);
	row_emit(row, &rec);
}

static void
result_row(struct row *row)
{
	if (!slice_is(row_text(row, S_TYPE), "result")) {
		row_note(row, NOTE_SKIPPED); /* stream-json: the result sums these up */
		return;
	}
	int models = 0;
	struct slice model;
	struct field value;
	for (struct members it = row_members(row, S_MODELS); members_next(&it, &model, &value);)
		if (value.type == FIELD_OBJECT)
			emit_model(row, model, value.text, models++ == 0);
	if (models == 0)
		emit_whole(row);
}

static const char *
result_match(const struct sight *sight)
{
	bool result = sight_is(sight, "type", "result") && sight_path(sight, "total_cost_usd") &&
		      (sight_path(sight, "usage") || sight_path(sight, "modelUsage"));
	return result ? "type \"result\" with total_cost_usd" : NULL;
}

const struct reader reader_claude_code_result = {
	.name = "claude-code-result",
	.title = "claude -p results",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = result_match,
	.row = result_row,
};
