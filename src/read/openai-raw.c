/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * openai-raw - answers in OpenAI's forms as they came over the wire: chat completions
 * (also from OpenRouter, vLLM and other servers of that form), responses, and the
 * output file of a batch.
 *
 * Cached, written and reasoning tokens are inside the counts of prompt and completion.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_OBJECT,
	S_ID,
	S_TIME,
	S_MODEL,
	S_INPUT,
	S_OUTPUT,
	S_TOTAL,
	S_READ,
	S_WRITE,
	S_REASONING,
	S_AUDIO_IN,
	S_AUDIO_OUT,
	S_TIER,
	S_COST,
	S_BYOK,
	S_UPSTREAM,
	S_PROVIDER,
	S_VLLM,
	S_FINGERPRINT,
	S_TASK,
	S_PROJECT,
	S_ENVIRONMENT,
	S_USER,
	S_STATUS,
	S_ERROR,
	S_BATCH_ID,
	S_CUSTOM_ID,
	S_REQUEST_ID,
	S_STATUS_CODE,
	S_RESPONSE,
};

/* clang-format off */

/* The members of an answer that stands below 'p'. */
#define ANSWER(p)                                                                                 \
	[S_OBJECT] = p "object",                                                                  \
	[S_ID] = p "id",                                                                          \
	[S_TIME] = p "created|" p "created_at",                                                   \
	[S_MODEL] = p "model",                                                                    \
	[S_INPUT] = p "usage.prompt_tokens|" p "usage.input_tokens",                              \
	[S_OUTPUT] = p "usage.completion_tokens|" p "usage.output_tokens",                        \
	[S_TOTAL] = p "usage.total_tokens",                                                       \
	[S_READ] = p "usage.prompt_tokens_details.cached_tokens|"                                 \
		   p "usage.input_tokens_details.cached_tokens|"                                  \
		   p "usage.prompt_cache_hit_tokens|" p "usage.cache_read_input_tokens",          \
	[S_WRITE] = p "usage.prompt_tokens_details.cache_write_tokens|"                           \
		    p "usage.input_tokens_details.cache_write_tokens|"                            \
		    p "usage.cache_creation_input_tokens",                                        \
	[S_REASONING] = p "usage.completion_tokens_details.reasoning_tokens|"                     \
			p "usage.output_tokens_details.reasoning_tokens",                         \
	[S_AUDIO_IN] = p "usage.prompt_tokens_details.audio_tokens",                              \
	[S_AUDIO_OUT] = p "usage.completion_tokens_details.audio_tokens",                         \
	[S_TIER] = p "service_tier",                                                              \
	[S_COST] = p "usage.cost",                                                                \
	[S_BYOK] = p "usage.is_byok",                                                             \
	[S_UPSTREAM] = p "usage.cost_details.upstream_inference_cost",                            \
	[S_PROVIDER] = p "provider",                                                              \
	[S_VLLM] = p "prompt_logprobs|" p "kv_transfer_params",                                   \
	[S_FINGERPRINT] = p "system_fingerprint",                                                 \
	[S_TASK] = p "metadata.task_type|" p "metadata.task|" p "metadata.feature|"               \
		   p "metadata.use_case",                                                         \
	[S_PROJECT] = p "metadata.project|" p "metadata.app|" p "metadata.service|"               \
		      p "metadata.team",                                                          \
	[S_ENVIRONMENT] = p "metadata.environment|" p "metadata.env",                             \
	[S_USER] = p "metadata.user|" p "metadata.user_id|" p "user",                             \
	[S_STATUS] = p "status"

#define NO_BATCH                                                                                  \
	[S_BATCH_ID] = "batch_id",                                                                \
	[S_CUSTOM_ID] = "custom_id",                                                              \
	[S_REQUEST_ID] = "request_id",                                                            \
	[S_STATUS_CODE] = "status_code"

static const char *const chat_slots[] = {
	ANSWER(""),
	NO_BATCH,
	[S_ERROR] = "error",
	[S_RESPONSE] = "response",
	NULL,
};

static const char *const response_slots[] = {
	ANSWER(""),
	NO_BATCH,
	[S_ERROR] = "error",
	[S_RESPONSE] = "response",
	NULL,
};

static const char *const batch_slots[] = {
	ANSWER("response.body."),
	[S_BATCH_ID] = "id",
	[S_CUSTOM_ID] = "custom_id",
	[S_REQUEST_ID] = "response.request_id",
	[S_STATUS_CODE] = "response.status_code",
	[S_ERROR] = "error|response.body.error",
	[S_RESPONSE] = "response",
	NULL,
};
/* clang-format on */

static bool
read_tokens(struct row *row, struct stated_tokens *stated)
{
	stated->input = row_count(row, S_INPUT, -1);
	stated->output = row_count(row, S_OUTPUT, -1);
	if (stated->input < 0 && stated->output < 0)
		return false;
	stated->total = row_count(row, S_TOTAL, -1);
	stated->cache_read = row_count(row, S_READ, -1);
	stated->cache_write = row_count(row, S_WRITE, -1);
	stated->reasoning = row_count(row, S_REASONING, -1);
	stated->reasoning_is = REASONING_PROBABLY_INSIDE; /* xAI counts it beside the completion */
	int64_t cached = (stated->cache_read > 0 ? stated->cache_read : 0) +
			 (stated->cache_write > 0 ? stated->cache_write : 0);
	/* proxies put other makers' counts into this form */
	stated->cache = cached > stated->input ? CACHE_PROBABLY_INSIDE : CACHE_INSIDE;
	return true;
}

/* OpenRouter states what it charged, and whose key paid the upstream. */
static void
fill_openrouter(struct row *row, struct record *rec)
{
	femto_t upstream;
	rec->origin = ORIGIN_GATEWAY;
	record_fill_biller(rec, SLICE("openrouter"));
	log_billed(row, S_COST, rec);
	if (!row_flag(row, S_BYOK))
		return;
	rec->pay = PAY_BYOK;
	if (row_has(row, S_UPSTREAM) && row_money(row, S_UPSTREAM, &upstream))
		record_measure_femto(rec, MEASURE_BYOK_COST, upstream);
}

static void
fill_biller(struct row *row, struct record *rec)
{
	enum field_type cost = row_field(row, S_COST).type;
	bool openrouter =
		row_has(row, S_PROVIDER) && (cost == FIELD_NUMBER || cost == FIELD_TEXT ||
						    slice_starts(log_word(row, S_ID), "gen-"));
	bool local = row_field(row, S_VLLM).type != FIELD_ABSENT ||
		     slice_is(log_word(row, S_FINGERPRINT), "fp_ollama");
	log_set_model(rec, log_word(row, S_MODEL));
	if (openrouter)
		fill_openrouter(row, rec);
	else
		record_fill_biller(rec, local ? SLICE("local") : SLICE_NONE);
}

static void
emit_answer(struct row *row, const struct stated_tokens *stated, enum tier tier, struct slice id,
	struct slice id2)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	row_tokens(row, &rec, stated);
	log_audio(&rec, row_count(row, S_AUDIO_IN, 0), row_count(row, S_AUDIO_OUT, 0));
	fill_biller(row, &rec);
	rec.tier = tier == TIER_UNKNOWN ? tier_parse(log_word(row, S_TIER)) : tier;
	row_time(row, S_TIME, &rec);
	rec.dim[DIM_TASK] = log_word(row, S_TASK);
	rec.dim[DIM_PROJECT] = log_word(row, S_PROJECT);
	rec.dim[DIM_ENVIRONMENT] = log_word(row, S_ENVIRONMENT);
	rec.dim[DIM_USER] = log_word(row, S_USER);
	log_identity(&rec, id);
	rec.id2 = id2;
	row_emit(row, &rec);
}

/* Chunks of a stream, and requests logged between the answers, are no usage. */
static void
chat_row(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	if (read_tokens(row, &stated)) {
		emit_answer(row, &stated, TIER_UNKNOWN, log_word(row, S_ID), SLICE_NONE);
		return;
	}
	bool whole = row_is(row, S_OBJECT, "chat.completion") ||
		     row_is(row, S_OBJECT, "text_completion");
	row_note(row, row_has(row, S_ERROR) ? NOTE_ERROR
		      : whole               ? NOTE_WITHOUT_USAGE
					    : NOTE_SKIPPED);
}

static void
read_response(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	if (read_tokens(row, &stated)) {
		emit_answer(row, &stated, TIER_UNKNOWN, log_word(row, S_ID), SLICE_NONE);
		return;
	}
	bool failed = row_has(row, S_ERROR) || row_is(row, S_STATUS, "failed");
	bool whole = row_is(row, S_OBJECT, "response") && !row_is(row, S_STATUS, "in_progress") &&
		     !row_is(row, S_STATUS, "queued");
	row_note(row, failed ? NOTE_ERROR : whole ? NOTE_WITHOUT_USAGE : NOTE_SKIPPED);
}

static void
response_row(struct row *row)
{
	if (row_field(row, S_RESPONSE).type == FIELD_OBJECT) /* an event of a stream */
		read_response(row_inside(row, S_RESPONSE, response_slots));
	else
		read_response(row);
}

static void
batch_row(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	if (read_tokens(row, &stated)) {
		struct slice id = log_word(row, S_BATCH_ID), custom = log_word(row, S_CUSTOM_ID);
		emit_answer(row, &stated, TIER_BATCH, id.n ? id : custom,
			id.n ? SLICE_NONE : log_word(row, S_REQUEST_ID));
		return;
	}
	bool failed = row_has(row, S_ERROR) || row_count(row, S_STATUS_CODE, 0) >= 400;
	row_note(row, failed ? NOTE_ERROR : NOTE_WITHOUT_USAGE);
}

static const char *
chat_match(const struct sight *sight)
{
	static const char *const objects[][2] = {
		{ "chat.completion", "object \"chat.completion\"" },
		{ "chat.completion.chunk", "object \"chat.completion.chunk\"" },
		{ "text_completion", "object \"text_completion\"" },
	};
	for (size_t i = 0; i < HL_COUNT(objects); i++)
		if (sight_is(sight, "object", objects[i][0]))
			return objects[i][1];
	bool embeddings =
		sight_is(sight, "object", "list") && sight_path(sight, "usage.prompt_tokens");
	return embeddings ? "object \"list\" with usage.prompt_tokens" : NULL;
}

static const char *
response_match(const struct sight *sight)
{
	if (sight_is(sight, "object", "response"))
		return "object \"response\"";
	return sight_is(sight, "response.object", "response") ? "response.object \"response\""
							      : NULL;
}

static const char *
batch_match(const struct sight *sight)
{
	bool both = sight_path(sight, "custom_id") && sight_path(sight, "response.body");
	return both ? "keys custom_id and response.body" : NULL;
}

const struct reader reader_openai_chat = {
	.name = "openai-chat",
	.title = "chat completions",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = chat_slots,
	.match = chat_match,
	.row = chat_row,
};

const struct reader reader_openai_response = {
	.name = "openai-response",
	.title = "OpenAI responses",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = response_slots,
	.match = response_match,
	.row = response_row,
};

const struct reader reader_openai_batch = {
	.name = "openai-batch",
	.title = "OpenAI batch output",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = batch_slots,
	.match = batch_match,
	.row = batch_row,
};
