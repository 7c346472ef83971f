/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * request-log - any JSONL or CSV with usable columns under common names: the logs that
 * people write themselves, a line a request (or, with a column of requests, a sum).
 *
 * Names do not say whether cached tokens are inside input: each record is tested.
 */
#include "config.h"

#include "read/request-log.h"

#include <stdio.h>

#include "read/formats-logs.h"
#include "read/log.h"
#include "read/row.h"
#include "record/biller.h"

/* "1,234", as spreadsheets write it. */
static bool
grouped_count(struct slice text, int64_t *count)
{
	femto_t amount;
	bool about, least;
	if (!memchr(text.p, ',', text.n) || num_human(text, &amount, &about, &least) != NUM_OK ||
		amount < 0 || amount % FEMTO_PER_UNIT || amount / FEMTO_PER_UNIT > INT64_MAX)
		return false;
	*count = (int64_t)(amount / FEMTO_PER_UNIT);
	return true;
}

static int64_t
count_there(struct row *row, int slot)
{
	struct field field = row_field(row, slot);
	int64_t count;
	if (field.type == FIELD_OBJECT || field.type == FIELD_ARRAY)
		return -1; /* another thing of this name, with counts inside */
	if (num_int(field.text, &count) == NUM_OK && count >= 0)
		return count;
	if (field.type == FIELD_TEXT && grouped_count(field.text, &count))
		return count;
	return row_count(row, slot, -1);
}

static inline int64_t
count_at(struct row *row, int slot)
{
	return row_at(row, slot)->type <= FIELD_NULL ? -1 : count_there(row, slot);
}

static int64_t
count_of(struct row *row, int slot, int more)
{
	int64_t count = count_at(row, slot);
	return count < 0 ? count_at(row, more) : count;
}

static struct stated_tokens
stated_tokens(struct row *row)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = count_of(row, S_INPUT, S_MORE_INPUT);
	stated.output = count_of(row, S_OUTPUT, S_MORE_OUTPUT);
	stated.cache_read = count_of(row, S_CACHE_READ, S_MORE_CACHE_READ);
	stated.cache_write = count_at(row, S_CACHE_WRITE);
	stated.cache_write_1h = count_at(row, S_CACHE_WRITE_1H);
	stated.reasoning = count_at(row, S_REASONING);
	stated.total = count_at(row, S_TOTAL);
	stated.reasoning_is = REASONING_PROBABLY_INSIDE;
	/* Anthropic's own usage object, kept as it came, leaves cached tokens out of input */
	stated.cache = row_has(row, S_ANTHROPIC) ? CACHE_PROBABLY_BESIDE : CACHE_PROBABLY_INSIDE;
	return stated;
}

/* Numbers as programs and as people write them; objects and flags are no money. */
static void
fill_cost(struct row *row, struct record *rec)
{
	struct slice text = log_word(row, S_COST);
	if (!text.n)
		return;
	rec->has_billed = num_decimal(text, &rec->billed) == NUM_OK ||
			  row_money_human(row, S_COST, &rec->billed);
	log_currency_sign(text, rec);
	log_currency(row, S_CURRENCY, rec);
}

static bool
is_error(struct row *row)
{
	static const char *const words[] = { "error", "failed", "failure", "fail", "timeout",
		"cancelled", "canceled", "rate_limited", "exception" };
	static const char *const nothing[] = { "none", "null", "false", "0" };
	struct slice status = log_word(row, S_STATUS), error = row_text(row, S_ERROR);
	int64_t code;
	if (num_int(status, &code) == NUM_OK && code >= 400)
		return true;
	for (size_t i = 0; status.n && i < HL_COUNT(words); i++)
		if (slice_is_nocase(status, words[i]))
			return true;
	if (row_has(row, S_SUCCESS) && !row_flag(row, S_SUCCESS))
		return true;
	for (size_t i = 0; error.n && i < HL_COUNT(nothing); i++)
		if (slice_is_nocase(error, nothing[i]))
			return false;
	return error.n > 0;
}

/* A last line that sums up the others. */
static bool
is_total_row(struct row *row)
{
	struct slice model = log_word(row, S_MODEL), time = log_word(row, S_TIME);
	return slice_is_nocase(model, "total") || slice_is_nocase(time, "total") ||
	       slice_is_nocase(time, "grand total");
}

static void
fill_tokens(struct row *row, struct stated_tokens *stated, struct record *rec)
{
	if (stated->input < 0 && stated->output < 0 && stated->total >= 0) {
		record_measure(rec, MEASURE_UNSPLIT, stated->total);
		rec->has_tokens = true;
		return;
	}
	if (stated->output < 0 && stated->input >= 0 && stated->total >= stated->input)
		stated->output = stated->total - stated->input;
	else if (stated->input < 0 && stated->output >= 0 && stated->total >= stated->output)
		stated->input = stated->total - stated->output;
	row_tokens(row, rec, stated);
}

/* A count out of a database is unique with its time only. */
static bool
is_row_number(struct slice id)
{
	enum { LONGEST = 12 };
	for (size_t i = 0; i < id.n; i++)
		if (id.p[i] < '0' || id.p[i] > '9')
			return false;
	return id.n <= LONGEST;
}

static void
fill_identity(struct row *row, struct record *rec)
{
	struct slice id = log_word(row, S_ID);
	bool number = id.n && is_row_number(id);
	log_identity(rec, number && !rec->timed ? SLICE_NONE : id);
	if (number && rec->timed)
		rec->id2 = log_word(row, S_TIME);
}

/* Requests are counted, or a row is one; a row that has only a date may be the sum of a day. */
static void
fill_requests(struct row *row, struct record *rec)
{
	int64_t requests = count_at(row, S_REQUESTS);
	bool one = requests == 1 || (requests < 0 && (rec->width == 0 || rec->id.n));
	rec->requests = one ? 1 : requests;
	if (!one)
		rec->context = CONTEXT_MIXED;
	else if (rec->width > 0)
		rec->context = context_class(
			rec->tokens[TOKEN_UNCACHED_INPUT] + rec->tokens[TOKEN_CACHE_READ] +
			rec->tokens[TOKEN_CACHE_WRITE_5M] + rec->tokens[TOKEN_CACHE_WRITE_1H]);
}

/* A tier is what was asked for: where a model answered that no local server has, a router fell
 * back to its maker, and the request cost money. */
static void
fill_models(struct row *row, struct record *rec)
{
	struct slice tier = log_word(row, S_TIER), provider = log_word(row, S_PROVIDER);
	bool asked = slice_is_nocase(tier, "local"), said = row_flag(row, S_LOCAL);
	log_models(row, S_REQUEST_MODEL, S_MODEL, rec);
	bool fell_back = asked && !said && only_hosted(rec->response_model) &&
			 !slice_is(biller_of(provider, SLICE("")), "local");
	bool local = said || (asked && !fell_back);
	record_fill_biller(rec, local ? SLICE("local") : provider);
	rec->how |= fell_back ? HOW_ASKED_LOCAL : 0;
	rec->tier = tier_parse(tier);
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	static const int from[DIMS] = {
		[DIM_TASK] = S_TASK,
		[DIM_PROJECT] = S_PROJECT,
		[DIM_KEY] = S_KEY,
		[DIM_AGENT] = S_AGENT,
		[DIM_ENDPOINT] = S_ENDPOINT,
		[DIM_ENVIRONMENT] = S_ENVIRONMENT,
		[DIM_TAG] = S_TAG,
		[DIM_USER] = S_USER,
	};
	for (int i = 0; i < DIMS; i++)
		if (i != DIM_TAG)
			rec->dim[i] = log_word(row, from[i]);
	if (row_has(row, S_TAG))
		rec->dim[DIM_TAG] = log_tags(row, S_TAG);
	if (rec->dim[DIM_KEY].n)
		rec->dim[DIM_KEY] = log_key_name(rec->dim[DIM_KEY]);
	if (rec->dim[DIM_ENDPOINT].n)
		rec->dim[DIM_ENDPOINT] = log_url_path(rec->dim[DIM_ENDPOINT]);
	rec->session = log_word(row, S_SESSION);
}

/* No model answers without tokens: where the counts are 0, the log had none to write down. */
static enum note
note_without_usage(struct row *row)
{
	if (is_error(row))
		return NOTE_ERROR;
	bool empty = count_at(row, S_REQUESTS) == 0;
	return row_has(row, S_MODEL) && !empty ? NOTE_WITHOUT_USAGE : NOTE_SKIPPED;
}

/* What the log had no counts for may stand on the bill. */
static void
note_request(struct row *row, struct record *rec)
{
	enum note note = note_without_usage(row);
	if (note != NOTE_SKIPPED && row_has(row, S_MODEL) && row_time(row, S_TIME, rec)) {
		rec->origin = ORIGIN_CLIENT;
		fill_models(row, rec);
		fill_dimensions(row, rec);
	}
	row_note_request(row, note, rec);
}

static void
request_row(struct row *row)
{
	hl_filled struct record rec;
	record_init(&rec);
	struct stated_tokens stated = stated_tokens(row);
	fill_cost(row, &rec);
	bool bill_line =
		rec.has_billed && stated.input < 0 && stated.output < 0 && stated.total < 0;
	if (log_no_tokens(&stated) && rec.billed == 0 && !bill_line) {
		note_request(row, &rec);
		return;
	}
	if (is_total_row(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	rec.origin = ORIGIN_CLIENT;
	fill_tokens(row, &stated, &rec);
	rec.how |= is_error(row) ? HOW_FAILED : 0;
	row_time(row, S_TIME, &rec);
	fill_models(row, &rec);
	fill_identity(row, &rec);
	fill_requests(row, &rec);
	rec.latency_ms = row_millis(row, S_LATENCY_MS, 1);
	if (rec.latency_ms < 0)
		rec.latency_ms = row_millis(row, S_LATENCY_S, 1000);
	rec.ttft_ms = row_millis(row, S_TTFT_MS, 1);
	fill_dimensions(row, &rec);
	row_emit(row, &rec);
}

/* A place that a JSON object has, with a value of the right kind; numbers may stand in texts. */
static bool
has_value(const struct sight *sight, const char *place, bool number)
{
	const cJSON *value = sight_path(sight, place);
	if (!value || cJSON_IsObject(value) || cJSON_IsArray(value))
		return false;
	femto_t ignored;
	return !number || cJSON_IsNumber(value) ||
	       (cJSON_IsString(value) &&
		       num_decimal(slice_of(value->valuestring), &ignored) == NUM_OK);
}

enum { PLACE_MOST = 64 };

static bool
has_column(const struct sight *sight, const char *place)
{
	char name[PLACE_MOST];
	size_t n = 0;
	for (; place[n]; n++)
		name[n] = (char)(place[n] >= 'A' && place[n] <= 'Z' ? place[n] - 'A' + 'a'
								    : place[n]);
	name[n] = '\0';
	return sight_column(sight, name);
}

/* The first of a slot's places that is there; "" when none is. */
static bool
find_place(const struct sight *sight, int slot, bool number, char place[PLACE_MOST])
{
	struct slice places = slice_of(request_log_slots[slot]), part;
	while (slice_cut(&places, '|', &part)) {
		snprintf(place, PLACE_MOST, SLICE_FMT, SLICE_ARG(part));
		bool found = sight->form == FORM_CSV ? has_column(sight, place)
						     : has_value(sight, place, number);
		if (found)
			return true;
	}
	place[0] = '\0';
	return false;
}

static const char *
request_match(const struct sight *sight)
{
	static _Thread_local char reason[PLACE_MOST * 4];
	char model[PLACE_MOST], time[PLACE_MOST], input[PLACE_MOST], output[PLACE_MOST],
		other[PLACE_MOST];
	bool has_model = find_place(sight, S_MODEL, false, model);
	bool has_time = find_place(sight, S_TIME, false, time);
	bool has_input = find_place(sight, S_INPUT, true, input) ||
			 find_place(sight, S_MORE_INPUT, true, input);
	bool has_output = find_place(sight, S_OUTPUT, true, output) ||
			  find_place(sight, S_MORE_OUTPUT, true, output);
	const char *what = sight->form == FORM_CSV ? "columns" : "keys";
	if (has_input && (has_output || has_model)) {
		snprintf(reason, sizeof(reason), "%s %s%s%s and %s", what, has_output ? model : "",
			has_output && has_model ? ", " : "", input, has_output ? output : model);
		return reason;
	}
	if (!has_model && !has_time)
		return NULL;
	bool has_total = find_place(sight, S_TOTAL, true, other);
	if (!has_total && !(has_model && find_place(sight, S_COST, true, other)))
		return NULL;
	snprintf(reason, sizeof(reason), "%s %s and %s", what, has_model ? model : time, other);
	return reason;
}

const struct reader reader_request_log = {
	.name = "request-log",
	.title = "request log",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_CLIENT,
	.slots = request_log_slots,
	.match = request_match,
	.row = request_row,
};
