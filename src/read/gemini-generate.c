/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gemini-generate - responses of Gemini's generateContent.  Thoughts and the prompt of
 * tools stand outside of the counts of prompt and candidates; cached tokens inside.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"

enum {
	S_INPUT,
	S_CACHED,
	S_OUTPUT,
	S_THOUGHTS,
	S_TOOL,
	S_TRAFFIC,
	S_MODEL,
	S_TIME,
	S_ID,
	S_INPUT_DETAILS,
	S_OUTPUT_DETAILS,
	S_ERROR,
};

static const char *const slots[] = {
	[S_INPUT] = "usageMetadata.promptTokenCount",
	[S_CACHED] = "usageMetadata.cachedContentTokenCount",
	[S_OUTPUT] = "usageMetadata.candidatesTokenCount",
	[S_THOUGHTS] = "usageMetadata.thoughtsTokenCount",
	[S_TOOL] = "usageMetadata.toolUsePromptTokenCount",
	[S_TRAFFIC] = "usageMetadata.trafficType",
	[S_MODEL] = "modelVersion|model",
	[S_TIME] = "createTime|timestamp",
	[S_ID] = "responseId",
	[S_INPUT_DETAILS] = "usageMetadata.promptTokensDetails",
	[S_OUTPUT_DETAILS] = "usageMetadata.candidatesTokensDetails",
	[S_ERROR] = "error",
	NULL,
};

enum { D_MODALITY, D_COUNT };

static const char *const detail_slots[] = {
	[D_MODALITY] = "modality", [D_COUNT] = "tokenCount", NULL
};

/* Audio has a price of its own; what is text and what are pictures has not. */
static int64_t
audio_tokens(struct row *row, int slot)
{
	int64_t sum = 0;
	struct row *item;
	for (struct items it = row_items(row, slot, detail_slots); (item = items_next(&it));)
		if (row_is(item, D_MODALITY, "AUDIO"))
			sum += log_count(item, D_COUNT) > 0 ? log_count(item, D_COUNT) : 0;
	return sum;
}

static void
fill_traffic(struct row *row, struct record *rec)
{
	struct slice traffic = log_word(row, S_TRAFFIC);
	if (slice_is(traffic, "PROVISIONED_THROUGHPUT"))
		rec->pay = PAY_PREPAID;
	else if (slice_ends(traffic, "_PRIORITY"))
		rec->tier = TIER_PRIORITY;
	else if (slice_ends(traffic, "_FLEX"))
		rec->tier = TIER_FLEX;
	else
		rec->tier = tier_parse(traffic);
}

static void
gemini_row(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	record_init(&rec);
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.cache_read = row_count(row, S_CACHED, -1);
	stated.reasoning = row_count(row, S_THOUGHTS, -1);
	stated.tool_input = row_count(row, S_TOOL, -1);
	stated.cache = CACHE_INSIDE;
	stated.reasoning_is = REASONING_BESIDE;
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, row_has(row, S_ERROR) ? NOTE_ERROR : NOTE_WITHOUT_USAGE);
		return;
	}
	rec.origin = ORIGIN_CLIENT;
	rec.biller = rec.provider = SLICE("google");
	row_tokens(row, &rec, &stated);
	log_audio(&rec, audio_tokens(row, S_INPUT_DETAILS), audio_tokens(row, S_OUTPUT_DETAILS));
	log_set_model(&rec, log_word(row, S_MODEL));
	fill_traffic(row, &rec);
	row_time(row, S_TIME, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
gemini_match(const struct sight *sight)
{
	return sight_path(sight, "usageMetadata.promptTokenCount")
		       ? "key usageMetadata.promptTokenCount"
		       : NULL;
}

const struct reader reader_gemini_generate = {
	.name = "gemini-generate",
	.title = "Gemini responses",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = gemini_match,
	.row = gemini_row,
};
