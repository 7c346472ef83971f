/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * llamacpp - answers of llama.cpp's server: OpenAI's form with timings added, or its own
 * /completion.  Of the prompt, cache_n tokens came from the cache and prompt_n were
 * computed; old builds state prompt_n alone.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_ID,
	S_TIME,
	S_MODEL,
	S_INPUT,
	S_CACHED,
	S_OUTPUT,
	S_PROMPT_N,
	S_PREDICTED_N,
	S_PROMPT_MS,
	S_PREDICTED_MS,
	S_PROMPT_SPEED,
	S_OUTPUT_SPEED,
	S_OBJECT,
	S_ERROR,
};

static const char *const slots[] = {
	[S_ID] = "id",
	[S_TIME] = "created",
	[S_MODEL] = "model",
	[S_INPUT] = "usage.prompt_tokens|tokens_evaluated",
	[S_CACHED] = "usage.prompt_tokens_details.cached_tokens|timings.cache_n",
	[S_OUTPUT] = "usage.completion_tokens|tokens_predicted",
	[S_PROMPT_N] = "timings.prompt_n",
	[S_PREDICTED_N] = "timings.predicted_n",
	[S_PROMPT_MS] = "timings.prompt_ms",
	[S_PREDICTED_MS] = "timings.predicted_ms",
	[S_PROMPT_SPEED] = "timings.prompt_per_second",
	[S_OUTPUT_SPEED] = "timings.predicted_per_second",
	[S_OBJECT] = "object",
	[S_ERROR] = "error",
	NULL,
};

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	int64_t evaluated = row_count(row, S_PROMPT_N, -1);
	stated.input = row_count(row, S_INPUT, -1);
	stated.cache_read = row_count(row, S_CACHED, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	if (stated.output < 0)
		stated.output = row_count(row, S_PREDICTED_N, -1);
	if (stated.input < 0 && evaluated >= 0)
		stated.input = evaluated + (stated.cache_read > 0 ? stated.cache_read : 0);
	else if (stated.cache_read < 0 && evaluated >= 0 && evaluated < stated.input)
		stated.cache_read = stated.input - evaluated;
	stated.cache = CACHE_INSIDE;
	return stated;
}

static void
measure(struct row *row, int slot, enum measure_kind kind, struct record *rec)
{
	femto_t amount;
	if (row_has(row, slot) && row_money(row, slot, &amount) && amount > 0)
		record_measure_femto(rec, kind, amount);
}

static void
fill_times(struct row *row, struct record *rec)
{
	int64_t prompt = row_millis(row, S_PROMPT_MS, 1),
		answer = row_millis(row, S_PREDICTED_MS, 1);
	row_time(row, S_TIME, rec);
	rec->ttft_ms = prompt;
	rec->latency_ms = prompt < 0 || answer < 0 ? -1 : prompt + answer;
	measure(row, S_OUTPUT_SPEED, MEASURE_OUTPUT_SPEED, rec);
	measure(row, S_PROMPT_SPEED, MEASURE_PROMPT_SPEED, rec);
	measure(row, S_PROMPT_N, MEASURE_PROMPT_EVALUATED, rec);
}

/* Lines without counts: chunks of a stream, failures, answers without usage. */
static enum note
note_without_usage(struct row *row)
{
	if (row_has(row, S_ERROR))
		return NOTE_ERROR;
	return row_is(row, S_OBJECT, "chat.completion") ? NOTE_WITHOUT_USAGE : NOTE_SKIPPED;
}

static void
llamacpp_row(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = stated_tokens(row);
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, note_without_usage(row));
		return;
	}
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	row_tokens(row, &rec, &stated);
	log_set_model(&rec, log_word(row, S_MODEL));
	record_fill_biller(&rec, SLICE("local"));
	fill_times(row, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
llamacpp_match(const struct sight *sight)
{
	return sight_path(sight, "timings.predicted_n") ? "key timings.predicted_n" : NULL;
}

const struct reader reader_llamacpp = {
	.name = "llamacpp",
	.title = "llama.cpp answers",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = llamacpp_match,
	.row = llamacpp_row,
};
