/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * helicone - requests as Helicone's export tool writes them (CSV), or as its API
 * returns them (JSON); the CSV has no columns for cached tokens.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_ID,
	S_TIME,
	S_STATUS,
	S_REQUEST_MODEL,
	S_MODEL,
	S_PROVIDER,
	S_PROMPT,
	S_COMPLETION,
	S_TOTAL,
	S_CACHE_READ,
	S_CACHE_WRITE,
	S_REASONING,
	S_AUDIO_IN,
	S_AUDIO_OUT,
	S_COST,
	S_LATENCY,
	S_TTFT,
	S_PROPERTIES,
	S_USER,
	S_CACHE_REFERENCE,
	S_PATH,
};

static const char *const slots[] = {
	[S_ID] = "response_id|request_id",
	[S_TIME] = "request_created_at|response_created_at",
	[S_STATUS] = "response_status",
	[S_REQUEST_MODEL] = "request_model",
	[S_MODEL] = "response_model|model",
	[S_PROVIDER] = "provider",
	[S_PROMPT] = "prompt_tokens",
	[S_COMPLETION] = "completion_tokens",
	[S_TOTAL] = "total_tokens",
	[S_CACHE_READ] = "prompt_cache_read_tokens",
	[S_CACHE_WRITE] = "prompt_cache_write_tokens",
	[S_REASONING] = "reasoning_tokens",
	[S_AUDIO_IN] = "prompt_audio_tokens",
	[S_AUDIO_OUT] = "completion_audio_tokens",
	[S_COST] = "cost|costUSD",
	[S_LATENCY] = "delay_ms|latency",
	[S_TTFT] = "time_to_first_token",
	[S_PROPERTIES] = "request_properties|properties",
	[S_USER] = "request_user_id",
	[S_CACHE_REFERENCE] = "cache_reference_id",
	[S_PATH] = "request_path",
	NULL,
};

/* An id of zeros only refers to nothing. */
static bool
is_cached_answer(struct row *row)
{
	struct slice id = log_word(row, S_CACHE_REFERENCE);
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] != '0' && id.p[i] != '-')
			return true;
	return false;
}

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_PROMPT, -1);
	stated.output = row_count(row, S_COMPLETION, -1);
	stated.total = row_count(row, S_TOTAL, -1);
	stated.cache_read = row_count(row, S_CACHE_READ, -1);
	stated.cache_write = row_count(row, S_CACHE_WRITE, -1);
	stated.reasoning = row_count(row, S_REASONING, -1);
	stated.cache = CACHE_PROBABLY_INSIDE;
	stated.reasoning_is = REASONING_PROBABLY_INSIDE;
	if (row_is(row, S_PROVIDER, "ANTHROPIC")) {
		/* as Anthropic counts; the total here leaves the cached tokens out */
		stated.cache = CACHE_PROBABLY_BESIDE;
		stated.total = -1;
	}
	return stated;
}

/* A failed request has no counts; codes below zero are timeouts and cancellations. */
static bool
is_error(struct row *row)
{
	int64_t status;
	return num_int(log_word(row, S_STATUS), &status) == NUM_OK && (status >= 400 || status < 0);
}

static void
fill_tokens(struct row *row, const struct stated_tokens *stated, struct record *rec)
{
	row_tokens(row, rec, stated);
	if (stated->input > 0 && stated->cache_read < 0)
		rec->how |= HOW_CACHE_UNKNOWN;
	log_audio(rec, row_count(row, S_AUDIO_IN, 0), row_count(row, S_AUDIO_OUT, 0));
	if (is_cached_answer(row))
		log_cached_answer(rec);
}

/* Whose request it was, and when. */
static void
fill_request(struct row *row, struct record *rec)
{
	rec->origin = ORIGIN_GATEWAY;
	log_models(row, S_REQUEST_MODEL, S_MODEL, rec);
	record_fill_biller(rec, log_word(row, S_PROVIDER));
	row_time(row, S_TIME, rec);
	rec->dim[DIM_USER] = log_word(row, S_USER);
	rec->dim[DIM_ENDPOINT] = log_url_path(log_word(row, S_PATH));
	log_metadata(row, S_PROPERTIES, rec);
}

static void
helicone_row(struct row *row)
{
	struct record rec;
	record_init(&rec);
	struct stated_tokens stated = stated_tokens(row);
	log_billed(row, S_COST, &rec);
	bool failed = log_no_tokens(&stated) && rec.billed == 0 && is_error(row);
	if (failed || (stated.input < 0 && stated.output < 0 && !rec.has_billed)) {
		fill_request(row, &rec);
		row_note_request(row, failed ? NOTE_ERROR : NOTE_WITHOUT_USAGE, &rec);
		return;
	}
	fill_tokens(row, &stated, &rec);
	rec.how |= is_error(row) ? HOW_FAILED : 0;
	fill_request(row, &rec);
	rec.latency_ms = row_millis(row, S_LATENCY, 1);
	rec.ttft_ms = row_millis(row, S_TTFT, 1);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
helicone_match(const struct sight *sight)
{
	if (sight->form == FORM_CSV) {
		bool both = sight_column(sight, "response_id") &&
			    sight_column(sight, "request_properties");
		return both ? "columns response_id and request_properties" : NULL;
	}
	bool both = sight_path(sight, "response_id") && sight_path(sight, "request_properties");
	return both ? "keys response_id and request_properties" : NULL;
}

const struct reader reader_helicone = {
	.name = "helicone",
	.title = "Helicone requests",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = slots,
	.match = helicone_match,
	.row = helicone_row,
};
