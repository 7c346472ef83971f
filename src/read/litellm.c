/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * litellm - what a LiteLLM proxy writes: the table LiteLLM_SpendLogs (CSV or JSON), and
 * the StandardLoggingPayload that its callbacks store, one object a request.
 *
 * prompt_tokens includes cached tokens in most versions and calls, and excludes them in
 * others; the row itself decides.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_ID,
	S_COST,
	S_PROMPT,
	S_COMPLETION,
	S_TOTAL,
	S_START,
	S_FIRST,
	S_END,
	S_LATENCY,
	S_CALL,
	S_MODEL,
	S_GROUP,
	S_PROVIDER,
	S_METADATA,
	S_CACHE_HIT,
	S_TAGS,
	S_TEAM,
	S_END_USER,
	S_USER,
	S_SESSION,
	S_STATUS,
	S_AGENT,
	S_KEY,
};

static const char *const spend_slots[] = {
	[S_ID] = "request_id",
	[S_COST] = "spend",
	[S_PROMPT] = "prompt_tokens",
	[S_COMPLETION] = "completion_tokens",
	[S_TOTAL] = "total_tokens",
	[S_START] = "startTime",
	[S_FIRST] = "completionStartTime",
	[S_END] = "endTime",
	[S_LATENCY] = "request_duration_ms",
	[S_CALL] = "call_type",
	[S_MODEL] = "model",
	[S_GROUP] = "model_group",
	[S_PROVIDER] = "custom_llm_provider",
	[S_METADATA] = "metadata",
	[S_CACHE_HIT] = "cache_hit",
	[S_TAGS] = "request_tags",
	[S_TEAM] = "team_id",
	[S_END_USER] = "end_user",
	[S_USER] = "user",
	[S_SESSION] = "session_id",
	[S_STATUS] = "status",
	[S_AGENT] = "agent_id",
	[S_KEY] = "api_key",
	NULL,
};

static const char *const logging_slots[] = {
	[S_ID] = "id",
	[S_COST] = "response_cost",
	[S_PROMPT] = "prompt_tokens",
	[S_COMPLETION] = "completion_tokens",
	[S_TOTAL] = "total_tokens",
	[S_START] = "startTime",
	[S_FIRST] = "completionStartTime",
	[S_END] = "endTime",
	[S_LATENCY] = "response_time",
	[S_CALL] = "call_type",
	[S_MODEL] = "model",
	[S_GROUP] = "model_group",
	[S_PROVIDER] = "custom_llm_provider",
	[S_METADATA] = "metadata",
	[S_CACHE_HIT] = "cache_hit",
	[S_TAGS] = "request_tags",
	[S_TEAM] = "metadata.user_api_key_team_id",
	[S_END_USER] = "end_user",
	[S_USER] = "metadata.user_api_key_user_id",
	[S_SESSION] = "session_id",
	[S_STATUS] = "status",
	[S_AGENT] = "agent_id",
	[S_KEY] = "metadata.user_api_key_hash",
	NULL,
};

enum {
	M_READ,
	M_WRITE,
	M_WRITE_5M,
	M_WRITE_1H,
	M_REASONING,
	M_KEY_ALIAS,
	M_TEAM_ALIAS,
	M_OWN,
	M_CLIENT,
};

/* The same counts stand in several places; the first present one is taken. */
static const char *const metadata_slots[] = {
	[M_READ] = "usage_object.cache_read_input_tokens|usage_object.prompt_tokens_details.cached_"
		   "tokens|"
		   "additional_usage_values.cache_read_input_tokens",
	[M_WRITE] = "usage_object.cache_creation_input_tokens|"
		    "usage_object.prompt_tokens_details.cache_creation_tokens|"
		    "additional_usage_values.cache_creation_input_tokens",
	[M_WRITE_5M] = "usage_object.cache_creation.ephemeral_5m_input_tokens|"
		       "usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_"
		       "5m_input_tokens",
	[M_WRITE_1H] = "usage_object.cache_creation.ephemeral_1h_input_tokens|"
		       "usage_object.prompt_tokens_details.cache_creation_token_details.ephemeral_"
		       "1h_input_tokens",
	[M_REASONING] = "usage_object.completion_tokens_details.reasoning_tokens|"
			"usage_object.output_tokens_details.reasoning_tokens",
	[M_KEY_ALIAS] = "user_api_key_alias",
	[M_TEAM_ALIAS] = "user_api_key_team_alias",
	[M_OWN] = "spend_logs_metadata",
	[M_CLIENT] = "requester_metadata",
	NULL,
};

/* The column holds a hash of the key; its beginning is enough to tell keys apart. */
static struct slice
key_name(struct row *row, struct row *metadata)
{
	enum { HASH_SHOWN = 12 };
	struct slice alias = log_word(metadata, M_KEY_ALIAS), hash = log_word(row, S_KEY);
	if (alias.n)
		return log_key_name(alias);
	if (hash.n < 64 || slice_starts(hash, "sk-"))
		return log_key_name(hash);
	hash.n = HASH_SHOWN;
	return hash;
}

static void
fill_dimensions(struct row *row, struct row *metadata, struct record *rec)
{
	struct slice user = log_word(row, S_USER);
	rec->dim[DIM_PROJECT] = log_word(metadata, M_TEAM_ALIAS);
	if (!rec->dim[DIM_PROJECT].n)
		rec->dim[DIM_PROJECT] = log_word(row, S_TEAM);
	rec->dim[DIM_KEY] = key_name(row, metadata);
	rec->dim[DIM_AGENT] = log_word(row, S_AGENT);
	rec->dim[DIM_ENDPOINT] = log_word(row, S_CALL);
	rec->dim[DIM_TAG] = log_tags(row, S_TAGS);
	rec->dim[DIM_USER] = log_word(row, S_END_USER);
	if (!rec->dim[DIM_USER].n && !slice_is(user, "default_user_id"))
		rec->dim[DIM_USER] = user;
	rec->session = log_word(row, S_SESSION);
	log_metadata(metadata, M_OWN, rec);
	log_metadata(metadata, M_CLIENT, rec);
}

static struct stated_tokens
stated_tokens(struct row *row, struct row *metadata)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_PROMPT, -1);
	stated.output = row_count(row, S_COMPLETION, -1);
	stated.total = row_count(row, S_TOTAL, -1);
	stated.cache_read = log_count(metadata, M_READ);
	stated.cache_write = log_count(metadata, M_WRITE);
	stated.cache_write_5m = log_count(metadata, M_WRITE_5M);
	stated.cache_write_1h = log_count(metadata, M_WRITE_1H);
	stated.reasoning = log_count(metadata, M_REASONING);
	stated.cache = CACHE_PROBABLY_INSIDE;
	stated.reasoning_is = REASONING_PROBABLY_INSIDE;
	return stated;
}

static void
fill_times(struct row *row, int64_t scale, struct record *rec)
{
	row_time(row, S_START, rec);
	rec->latency_ms = row_millis(row, S_LATENCY, scale);
	if (rec->latency_ms < 0)
		rec->latency_ms = log_until(row, S_END, rec);
	/* without streaming the first token is written as coming at the end */
	int64_t first = log_until(row, S_FIRST, rec);
	rec->ttft_ms = first < rec->latency_ms ? first : -1;
}

/* Whose request it was, and when. */
static void
fill_request(struct row *row, struct row *metadata, int64_t latency_scale, struct record *rec)
{
	rec->origin = ORIGIN_GATEWAY;
	log_models(row, S_GROUP, S_MODEL, rec);
	record_fill_biller(rec, log_word(row, S_PROVIDER));
	fill_times(row, latency_scale, rec);
	fill_dimensions(row, metadata, rec);
}

static void
read_row(struct row *row, int64_t latency_scale)
{
	struct record rec;
	record_init(&rec);
	struct row *metadata = row_inside(row, S_METADATA, metadata_slots);
	struct stated_tokens stated = stated_tokens(row, metadata);
	log_billed(row, S_COST, &rec);
	bool failed = log_no_tokens(&stated) && rec.billed == 0 && row_is(row, S_STATUS, "failure");
	if (failed || (stated.input < 0 && stated.output < 0 && !rec.has_billed)) {
		fill_request(row, metadata, latency_scale, &rec);
		row_note_request(row, failed ? NOTE_ERROR : NOTE_WITHOUT_USAGE, &rec);
		return;
	}
	row_tokens(row, &rec, &stated);
	if (stated.input > 0 && stated.cache_read < 0)
		rec.how |= HOW_CACHE_UNKNOWN;
	if (stated.input >= 0)
		record_measure(&rec, MEASURE_PROMPT_AS_WRITTEN, stated.input);
	if (row_flag(row, S_CACHE_HIT))
		log_cached_answer(&rec);
	rec.how |= row_is(row, S_STATUS, "failure") ? HOW_FAILED : 0;
	fill_request(row, metadata, latency_scale, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static void
spend_row(struct row *row)
{
	read_row(row, 1);
}

static void
logging_row(struct row *row)
{
	read_row(row, 1000);
}

static const char *
spend_match(const struct sight *sight)
{
	if (sight->form == FORM_CSV) {
		bool all = sight_column(sight, "request_id") && sight_column(sight, "spend") &&
			   sight_column(sight, "starttime");
		return all ? "columns request_id, spend and startTime" : NULL;
	}
	bool all = sight_path(sight, "request_id") && sight_path(sight, "spend") &&
		   sight_path(sight, "startTime");
	return all ? "keys request_id, spend and startTime" : NULL;
}

static const char *
logging_match(const struct sight *sight)
{
	bool both = sight_path(sight, "response_cost") && sight_path(sight, "call_type");
	return both ? "keys response_cost and call_type" : NULL;
}

const struct reader reader_litellm_spendlogs = {
	.name = "litellm-spendlogs",
	.title = "LiteLLM spend logs",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = spend_slots,
	.match = spend_match,
	.row = spend_row,
};

const struct reader reader_litellm_logging = {
	.name = "litellm-logging",
	.title = "LiteLLM logging payloads",
	.forms = FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = logging_slots,
	.match = logging_match,
	.row = logging_row,
};
