/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * anthropic-message - answers of Anthropic's Messages API as they came over the wire,
 * and the results file of a message batch.  input_tokens leaves cached tokens out.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_TYPE,
	S_ID,
	S_MODEL,
	S_TIME,
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
	S_METADATA,
	S_CUSTOM_ID,
	S_RESULT,
};

/* clang-format off */
#define MESSAGE(p)                                                                                \
	[S_TYPE] = p "type",                                                                      \
	[S_ID] = p "id",                                                                          \
	[S_MODEL] = p "model",                                                                    \
	[S_TIME] = p "created_at|" p "timestamp",                                                 \
	[S_INPUT] = p "usage.input_tokens",                                                       \
	[S_OUTPUT] = p "usage.output_tokens",                                                     \
	[S_READ] = p "usage.cache_read_input_tokens",                                             \
	[S_WRITE] = p "usage.cache_creation_input_tokens",                                        \
	[S_WRITE_5M] = p "usage.cache_creation.ephemeral_5m_input_tokens",                        \
	[S_WRITE_1H] = p "usage.cache_creation.ephemeral_1h_input_tokens",                        \
	[S_SEARCHES] = p "usage.server_tool_use.web_search_requests",                             \
	[S_TIER] = p "usage.service_tier",                                                        \
	[S_SPEED] = p "usage.speed",                                                              \
	[S_GEO] = p "usage.inference_geo",                                                        \
	[S_METADATA] = p "metadata"

static const char *const slots[] = {
	MESSAGE(""),
	[S_CUSTOM_ID] = "custom_id",
	[S_RESULT] = "result",
	NULL,
};
/* clang-format on */

enum { R_TYPE, R_MESSAGE };

static const char *const result_slots[] = { [R_TYPE] = "type", [R_MESSAGE] = "message", NULL };

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

static void
emit_message(struct row *row, enum tier tier, struct slice custom_id)
{
	struct record rec;
	struct stated_tokens stated = stated_tokens(row);
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	row_tokens(row, &rec, &stated);
	log_searches(&rec, row_count(row, S_SEARCHES, 0));
	log_set_model(&rec, log_word(row, S_MODEL));
	record_fill_biller(&rec, SLICE_NONE);
	struct slice speed = log_word(row, S_SPEED), geo = log_word(row, S_GEO),
		     id = log_word(row, S_ID);
	rec.tier = tier != TIER_UNKNOWN ? tier : tier_parse(log_word(row, S_TIER));
	if (!slice_is(geo, "not_available"))
		rec.region = geo;
	if (slice_is(speed, "fast"))
		rec.region = speed;
	row_time(row, S_TIME, &rec);
	log_metadata(row, S_METADATA, &rec);
	log_identity(&rec, id.n ? id : custom_id);
	row_emit(row, &rec);
}

static void
message_row(struct row *row)
{
	if (row_has(row, S_RESULT)) {
		struct row *result = row_inside(row, S_RESULT, result_slots);
		if (row_is(result, R_TYPE, "succeeded"))
			emit_message(row_inside(result, R_MESSAGE, slots), TIER_BATCH,
				log_word(row, S_CUSTOM_ID));
		else
			row_note(row, NOTE_ERROR);
		return;
	}
	struct slice type = log_word(row, S_TYPE);
	if (slice_is(type, "message"))
		emit_message(row, TIER_UNKNOWN, SLICE_NONE);
	else
		row_note(row, slice_is(type, "error") ? NOTE_ERROR : NOTE_SKIPPED);
}

static const char *
message_match(const struct sight *sight)
{
	if (sight_is(sight, "type", "message") && sight_path(sight, "usage"))
		return "type \"message\" with usage";
	bool batch = sight_path(sight, "custom_id") && sight_path(sight, "result.type");
	return batch ? "keys custom_id and result.type" : NULL;
}

const struct reader reader_anthropic_message = {
	.name = "anthropic-message",
	.title = "Anthropic messages",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = message_match,
	.row = message_row,
};
