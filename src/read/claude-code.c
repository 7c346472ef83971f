/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claude-code - session files of Claude Code.
 *
 * One answer is written on several lines as it grows, again where a session is resumed,
 * and again by side chains: the message's id names the request and the largest copy
 * counts.  Gateways make up short ids; those take the request's id along.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_TYPE,
	S_MESSAGE,
	S_MODEL,
	S_REQUEST,
	S_TIME,
	S_SESSION,
	S_CWD,
	S_SIDECHAIN,
	S_API_ERROR,
	S_AGENT,
	S_COST,
	S_USAGE,
	S_INPUT,
	S_OUTPUT,
	S_READ,
	S_WRITE,
	S_WRITE_5M,
	S_WRITE_1H,
	S_SEARCHES,
	S_TIER,
	S_SPEED,
	S_GEO,
};

static const char *const slots[] = {
	[S_TYPE] = "type",
	[S_MESSAGE] = "message.id",
	[S_MODEL] = "message.model",
	[S_REQUEST] = "requestId",
	[S_TIME] = "timestamp",
	[S_SESSION] = "sessionId",
	[S_CWD] = "cwd",
	[S_SIDECHAIN] = "isSidechain",
	[S_API_ERROR] = "isApiErrorMessage",
	[S_AGENT] = "attributionAgent",
	[S_COST] = "costUSD",
	[S_USAGE] = "message.usage",
	[S_INPUT] = "message.usage.input_tokens",
	[S_OUTPUT] = "message.usage.output_tokens",
	[S_READ] = "message.usage.cache_read_input_tokens",
	[S_WRITE] = "message.usage.cache_creation_input_tokens",
	[S_WRITE_5M] = "message.usage.cache_creation.ephemeral_5m_input_tokens",
	[S_WRITE_1H] = "message.usage.cache_creation.ephemeral_1h_input_tokens",
	[S_SEARCHES] = "message.usage.server_tool_use.web_search_requests",
	[S_TIER] = "message.usage.service_tier",
	[S_SPEED] = "message.usage.speed",
	[S_GEO] = "message.usage.inference_geo",
	NULL,
};

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.cache_read = row_count(row, S_READ, -1);
	stated.cache_write = row_count(row, S_WRITE, -1);
	stated.cache_write_5m = row_count(row, S_WRITE_5M, -1);
	stated.cache_write_1h = row_count(row, S_WRITE_1H, -1);
	stated.cache = CACHE_BESIDE;
	return stated;
}

static bool
is_anthropic_id(struct slice id)
{
	enum { ID_LEAST = 14 };
	return slice_starts(id, "msg_01") || (slice_starts(id, "msg_") && id.n >= ID_LEAST);
}

static void
fill_identity(struct row *row, struct record *rec)
{
	struct slice id = log_word(row, S_MESSAGE), request = log_word(row, S_REQUEST);
	log_identity(rec, id.n ? id : request);
	if (id.n && !is_anthropic_id(id))
		rec->id2 = request;
	rec->lesser = row_flag(row, S_SIDECHAIN);
}

/* Ids tell which cloud answered for Anthropic. */
static struct slice
provider_of(struct slice id)
{
	if (slice_starts(id, "msg_bdrk_"))
		return SLICE("bedrock");
	return slice_starts(id, "msg_vrtx_") ? SLICE("vertex_ai") : SLICE_NONE;
}

static void
fill_model(struct row *row, struct record *rec)
{
	struct slice speed = log_word(row, S_SPEED), geo = log_word(row, S_GEO);
	log_set_model(rec, log_word(row, S_MODEL));
	record_fill_biller(rec, provider_of(log_word(row, S_MESSAGE)));
	rec->tier = tier_parse(log_word(row, S_TIER));
	if (!slice_is(geo, "not_available"))
		rec->region = geo;
	if (slice_is(speed, "fast"))
		rec->region = speed;
}

static void
emit_answer(struct row *row, const struct stated_tokens *stated)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	rec.how = HOW_ESTIMATE; /* the last lines of an answer can be missing */
	row_tokens(row, &rec, stated);
	fill_model(row, &rec);
	row_time(row, S_TIME, &rec);
	fill_identity(row, &rec);
	log_claimed(row, S_COST, &rec);
	log_searches(&rec, row_count(row, S_SEARCHES, 0));
	rec.dim[DIM_PROJECT] = log_folder(log_word(row, S_CWD));
	rec.dim[DIM_AGENT] = log_word(row, S_AGENT);
	rec.session = log_word(row, S_SESSION);
	row_emit(row, &rec);
}

static void
claude_code_row(struct row *row)
{
	if (!slice_is(row_text(row, S_TYPE), "assistant")) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	if (!row_has(row, S_USAGE)) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	struct stated_tokens stated = stated_tokens(row);
	bool made_up =
		slice_is(log_word(row, S_MODEL), "<synthetic>") || row_flag(row, S_API_ERROR);
	if (made_up && log_no_tokens(&stated))
		row_note(row, NOTE_ERROR);
	else
		emit_answer(row, &stated);
}

static const char *
claude_code_match(const struct sight *sight)
{
	bool answer = sight_is(sight, "type", "assistant") && sight_path(sight, "message.usage") &&
		      (sight_path(sight, "sessionId") || sight_path(sight, "uuid"));
	if (answer)
		return "lines of type \"assistant\" with message.usage";
	/* a session that nobody answered in holds no usage, but is one all the same */
	bool asked = sight_is(sight, "type", "user") && sight_path(sight, "sessionId") &&
		     sight_path(sight, "parentUuid");
	return asked ? "lines of type \"user\" with sessionId and parentUuid" : NULL;
}

const struct reader reader_claude_code = {
	.name = "claude-code",
	.title = "Claude Code sessions",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = claude_code_match,
	.row = claude_code_row,
};
