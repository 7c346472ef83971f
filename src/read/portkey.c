/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * portkey - Portkey's logs export.  cost is in cents.  Cached tokens stand only in the
 * usage of the stored response, where the export includes it.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_ID,
	S_TIME,
	S_SUCCESS,
	S_STATUS,
	S_PROVIDER,
	S_REQUEST_MODEL,
	S_MODEL,
	S_INPUT,
	S_OUTPUT,
	S_TOTAL,
	S_CACHE_READ,
	S_CACHE_WRITE,
	S_REASONING,
	S_COST,
	S_CURRENCY,
	S_LATENCY,
	S_CACHE_STATUS,
	S_METADATA,
	S_URL,
	S_PROMPT_NAME,
};

static const char *const slots[] = {
	[S_ID] = "id",
	[S_TIME] = "created_at",
	[S_SUCCESS] = "is_success",
	[S_STATUS] = "response_status_code|response.status",
	[S_PROVIDER] = "ai_org",
	[S_REQUEST_MODEL] = "request.body.model",
	[S_MODEL] = "ai_model",
	[S_INPUT] = "req_units",
	[S_OUTPUT] = "res_units",
	[S_TOTAL] = "total_units",
	[S_CACHE_READ] = ("response.body.usage.prompt_tokens_details.cached_tokens|"
			  "response.body.usage.input_tokens_details.cached_tokens|"
			  "response.body.usage.cache_read_input_tokens"),
	[S_CACHE_WRITE] = "response.body.usage.cache_creation_input_tokens",
	[S_REASONING] = ("response.body.usage.completion_tokens_details.reasoning_tokens|"
			 "response.body.usage.output_tokens_details.reasoning_tokens"),
	[S_COST] = "cost",
	[S_CURRENCY] = "cost_currency",
	[S_LATENCY] = "response_time",
	[S_CACHE_STATUS] = "cache_status",
	[S_METADATA] = "metadata",
	[S_URL] = "request.url",
	[S_PROMPT_NAME] = "prompt_slug",
	NULL,
};

static bool
is_error(struct row *row)
{
	int64_t status, success;
	bool failed = num_int(log_word(row, S_SUCCESS), &success) == NUM_OK && success == 0;
	return failed || row_is(row, S_SUCCESS, "false") ||
	       (num_int(log_word(row, S_STATUS), &status) == NUM_OK && status >= 400);
}

static void
fill_cost(struct row *row, struct record *rec)
{
	if (log_billed(row, S_COST, rec)) /* cents: rounded at the last decimal that is left */
		rec->billed = num_round(rec->billed, 13) / 100;
	log_currency(row, S_CURRENCY, rec);
}

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_INPUT, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	stated.total = row_count(row, S_TOTAL, -1);
	stated.cache_read = log_count(row, S_CACHE_READ);
	stated.cache_write = log_count(row, S_CACHE_WRITE);
	stated.reasoning = log_count(row, S_REASONING);
	stated.cache = CACHE_PROBABLY_INSIDE;
	stated.reasoning_is = REASONING_PROBABLY_INSIDE;
	return stated;
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	rec->dim[DIM_TASK] = log_word(row, S_PROMPT_NAME);
	rec->dim[DIM_ENDPOINT] = log_url_path(log_word(row, S_URL));
	log_metadata(row, S_METADATA, rec);
}

static void
portkey_row(struct row *row)
{
	struct record rec;
	record_init(&rec);
	struct stated_tokens stated = stated_tokens(row);
	fill_cost(row, &rec);
	if (log_no_tokens(&stated) && rec.billed == 0 && is_error(row)) {
		row_note(row, NOTE_ERROR);
		return;
	}
	if (stated.input < 0 && stated.output < 0 && !rec.has_billed) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	rec.origin = ORIGIN_GATEWAY;
	row_tokens(row, &rec, &stated);
	if (stated.input > 0 && stated.cache_read < 0)
		rec.how |= HOW_CACHE_UNKNOWN;
	if (slice_find_nocase(log_word(row, S_CACHE_STATUS), "hit") >= 0)
		log_cached_answer(&rec);
	rec.how |= is_error(row) ? HOW_FAILED : 0;
	log_models(row, S_REQUEST_MODEL, S_MODEL, &rec);
	record_fill_biller(&rec, log_word(row, S_PROVIDER));
	row_time(row, S_TIME, &rec);
	rec.latency_ms = row_millis(row, S_LATENCY, 1);
	fill_dimensions(row, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
portkey_match(const struct sight *sight)
{
	bool both = sight_path(sight, "req_units") && sight_path(sight, "cost_currency");
	return both ? "keys req_units and cost_currency" : NULL;
}

const struct reader reader_portkey = {
	.name = "portkey",
	.title = "Portkey logs",
	.forms = FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = slots,
	.match = portkey_match,
	.row = portkey_row,
};
