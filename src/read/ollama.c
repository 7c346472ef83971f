/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ollama - answers of Ollama's own API; durations are in nanoseconds.  Of a stream the
 * last chunk has the counts; an answer to /api/embed has no "done" and no output.
 */
#include "config.h"

#include "base/when.h"
#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_MODEL,
	S_TIME,
	S_DONE,
	S_INPUT,
	S_INPUT_DURATION,
	S_OUTPUT,
	S_OUTPUT_DURATION,
	S_LOAD_DURATION,
	S_DURATION,
	S_ERROR,
};

static const char *const slots[] = {
	[S_MODEL] = "model",
	[S_TIME] = "created_at",
	[S_DONE] = "done",
	[S_INPUT] = "prompt_eval_count",
	[S_INPUT_DURATION] = "prompt_eval_duration",
	[S_OUTPUT] = "eval_count",
	[S_OUTPUT_DURATION] = "eval_duration",
	[S_LOAD_DURATION] = "load_duration",
	[S_DURATION] = "total_duration",
	[S_ERROR] = "error",
	NULL,
};

static void
measure_speed(struct record *rec, enum measure_kind kind, int64_t tokens, int64_t ns)
{
	const int64_t most = (int64_t)1 << 40;
	if (tokens > 0 && tokens < most && ns > 0)
		record_measure_femto(
			rec, kind, (femto_t)tokens * NS_PER_SECOND * FEMTO_PER_UNIT / ns);
}

static void
fill_times(struct row *row, int64_t input, int64_t output, struct record *rec)
{
	const int64_t ms = 1000000;
	int64_t total = row_count(row, S_DURATION, -1), load = row_count(row, S_LOAD_DURATION, -1);
	int64_t prompt = row_count(row, S_INPUT_DURATION, -1),
		answer = row_count(row, S_OUTPUT_DURATION, -1);
	row_time(row, S_TIME, rec);
	rec->latency_ms = total < 0 ? -1 : total / ms;
	rec->ttft_ms = load < 0 || prompt < 0 ? -1 : load / ms + prompt / ms;
	measure_speed(rec, MEASURE_OUTPUT_SPEED, output, answer);
	measure_speed(rec, MEASURE_PROMPT_SPEED, input, prompt);
}

/* Models with this ending run on Ollama's own servers and are paid with a plan. */
static void
fill_biller(struct record *rec)
{
	if (!slice_ends(rec->response_model, "-cloud") &&
		!slice_ends(rec->response_model, ":cloud")) {
		record_fill_biller(rec, SLICE("local"));
		return;
	}
	rec->biller = SLICE("ollama");
	rec->provider = maker_of(rec->response_model);
	rec->pay = PAY_INCLUDED;
}

static void
ollama_row(struct row *row)
{
	struct record rec;
	struct stated_tokens stated = STATED_TOKENS_INIT;
	if (slice_is(row_text(row, S_DONE), "false")) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	stated.input =
		row_count(row, S_INPUT, -1); /* missing where the prompt came from the cache */
	stated.output = row_count(row, S_OUTPUT, -1);
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, row_has(row, S_ERROR)   ? NOTE_ERROR
			      : row_has(row, S_MODEL) ? NOTE_WITHOUT_USAGE
						      : NOTE_SKIPPED);
		return;
	}
	record_init(&rec);
	rec.origin = ORIGIN_CLIENT;
	row_tokens(row, &rec, &stated);
	log_set_model(&rec, log_word(row, S_MODEL));
	fill_biller(&rec);
	fill_times(row, stated.input, stated.output, &rec);
	log_identity(&rec, SLICE_NONE);
	row_emit(row, &rec);
}

static const char *
ollama_match(const struct sight *sight)
{
	if (!sight_path(sight, "model"))
		return NULL;
	if (sight_path(sight, "eval_count"))
		return "keys model and eval_count";
	return sight_path(sight, "prompt_eval_count") ? "keys model and prompt_eval_count" : NULL;
}

const struct reader reader_ollama = {
	.name = "ollama",
	.title = "Ollama answers",
	.forms = FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = slots,
	.match = ollama_match,
	.row = ollama_row,
};
