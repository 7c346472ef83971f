/* SPDX-License-Identifier: GPL-3.0-or-later */
/* anthropic-admin - the usage and the cost report of Anthropic's Admin API. */
#include "config.h"

#include "read/anthropic.h"
#include "read/bill.h"
#include "read/formats.h"

enum {
	/* what makes two lines the same one */
	S_MODEL,
	S_WORKSPACE_ID,
	S_TIER,
	S_CONTEXT,
	S_GEO,
	S_SPEED,
	S_COMMON_END,
};

enum {
	U_KEY_ID = S_COMMON_END,
	U_ACCOUNT,
	U_KEY_END,
	U_START = U_KEY_END,
	U_END,
	U_RESULTS,
	U_WORKSPACE,
	U_KEY,
	U_INPUT,
	U_WRITE_5M,
	U_WRITE_1H,
	U_WRITE,
	U_READ,
	U_OUTPUT,
	U_SEARCHES,
};

enum {
	C_DESCRIPTION = S_COMMON_END,
	C_COST_TYPE,
	C_TOKEN_TYPE,
	C_CURRENCY,
	C_KEY_END,
	C_START = C_KEY_END,
	C_END,
	C_RESULTS,
	C_WORKSPACE,
	C_AMOUNT,
};

static const char *const usage_slots[] = {
	[S_MODEL] = "model",
	[S_WORKSPACE_ID] = "workspace_id",
	[S_TIER] = "service_tier",
	[S_CONTEXT] = "context_window",
	[S_GEO] = "inference_geo",
	[S_SPEED] = "speed",
	[U_KEY_ID] = "api_key_id",
	[U_ACCOUNT] = "account_id|service_account_id",
	[U_START] = "starting_at",
	[U_END] = "ending_at",
	[U_RESULTS] = "results",
	[U_WORKSPACE] = "workspace_name|workspace_id",
	[U_KEY] = "api_key_name|api_key_id",
	[U_INPUT] = "uncached_input_tokens",
	[U_WRITE_5M] = "cache_creation.ephemeral_5m_input_tokens",
	[U_WRITE_1H] = "cache_creation.ephemeral_1h_input_tokens",
	[U_WRITE] = "cache_creation_input_tokens",
	[U_READ] = "cache_read_input_tokens",
	[U_OUTPUT] = "output_tokens",
	[U_SEARCHES] = "server_tool_use.web_search_requests",
	NULL,
};

static const char *const cost_slots[] = {
	[S_MODEL] = "model",
	[S_WORKSPACE_ID] = "workspace_id",
	[S_TIER] = "service_tier",
	[S_CONTEXT] = "context_window",
	[S_GEO] = "inference_geo",
	[S_SPEED] = "speed",
	[C_DESCRIPTION] = "description",
	[C_COST_TYPE] = "cost_type",
	[C_TOKEN_TYPE] = "token_type",
	[C_CURRENCY] = "currency",
	[C_START] = "starting_at",
	[C_END] = "ending_at",
	[C_RESULTS] = "results",
	[C_WORKSPACE] = "workspace_name|workspace_id",
	[C_AMOUNT] = "amount",
	NULL,
};

void
anthropic_fill(struct record *rec, struct slice context_window, struct slice inference_geo)
{
	rec->biller = SLICE("anthropic");
	rec->provider = SLICE("anthropic");
	if (slice_starts(context_window, ">") || slice_starts(context_window, "200k-"))
		rec->context = CONTEXT_ABOVE_200K;
	else if (slice_find_nocase(context_window, "200k") >= 0)
		rec->context = CONTEXT_BELOW_200K;
	if (!slice_is_nocase(inference_geo, "not_available"))
		rec->region = inference_geo;
}

enum token_kind
anthropic_kind(struct slice token_type)
{
	return token_type.n ? bill_kind(token_type) : TOKEN_KINDS;
}

/* Fast output is no service tier: it multiplies the price like a region does, and is listed as one. */
void
anthropic_speed(struct record *rec, struct slice service_tier, struct slice speed)
{
	rec->tier = slice_find_nocase(service_tier, "batch") >= 0 ? TIER_BATCH
								  : tier_parse(service_tier);
	if (slice_is_nocase(slice_trim(speed), "fast"))
		rec->region = SLICE("fast");
}

static void
fill_common(struct row *row, struct record *rec)
{
	rec->requests = -1;
	anthropic_fill(rec, row_text(row, S_CONTEXT), row_text(row, S_GEO));
	bill_set_model(rec, row_text(row, S_MODEL));
	anthropic_speed(rec, row_text(row, S_TIER), row_text(row, S_SPEED));
}

static void
read_usage(struct row *row, struct record *rec)
{
	fill_common(row, rec);
	rec->origin = ORIGIN_USAGE;
	rec->dim[DIM_PROJECT] = row_text(row, U_WORKSPACE);
	rec->dim[DIM_KEY] = row_text(row, U_KEY);
	rec->dim[DIM_USER] = row_text(row, U_ACCOUNT);
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_BESIDE;
	stated.input = row_count(row, U_INPUT, -1);
	stated.cache_write = row_count(row, U_WRITE, -1);
	stated.cache_write_5m = row_count(row, U_WRITE_5M, -1);
	stated.cache_write_1h = row_count(row, U_WRITE_1H, -1);
	stated.cache_read = row_count(row, U_READ, -1);
	stated.output = row_count(row, U_OUTPUT, -1);
	if (stated.input < 0 && stated.output < 0) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	row_tokens(row, rec, &stated);
	int64_t searches = row_count(row, U_SEARCHES, 0);
	if (searches)
		record_measure(rec, MEASURE_WEB_SEARCH, searches);
	bill_identity(row, IDENTITY_ID, 0, U_KEY_END, rec);
	row_emit(row, rec);
}

/* A price in cents; the file has at most thirteen decimals of them that matter. */
static bool
read_cents(struct row *row, struct record *rec)
{
	femto_t cents;
	if (!bill_number(row, C_AMOUNT, &cents))
		return false;
	femto_t rest = cents % 100, half = rest < 0 ? -rest : rest;
	rec->billed = cents / 100;
	if (half > 50 || (half == 50 && rec->billed % 2))
		rec->billed += rest < 0 ? -1 : 1;
	rec->has_billed = true;
	if (cents < 0)
		rec->how |= HOW_CREDIT;
	return true;
}

static void
read_cost(struct row *row, struct record *rec)
{
	if (!row_has(row, C_AMOUNT)) {
		row_note(row, NOTE_WITHOUT_USAGE);
		return;
	}
	fill_common(row, rec);
	rec->origin = ORIGIN_INVOICE;
	rec->dim[DIM_PROJECT] = row_text(row, C_WORKSPACE);
	rec->line_item = row_text(row, row_has(row, C_DESCRIPTION) ? C_DESCRIPTION : C_COST_TYPE);
	rec->line_kind = anthropic_kind(row_text(row, C_TOKEN_TYPE));
	read_cents(row, rec);
	bill_currency(row, C_CURRENCY, rec);
	bill_identity(row, IDENTITY_NATURAL, 0, C_KEY_END, rec);
	row_emit(row, rec);
}

static void
read_usage_bucket(struct row *row)
{
	struct record bucket;
	record_init(&bucket);
	bill_period(row, U_START, U_END, &bucket);
	struct row *item;
	for (struct items it = row_items(row, U_RESULTS, usage_slots);
		!row_is_bad(row) && (item = items_next(&it));) {
		struct record rec = bucket;
		read_usage(item, &rec);
	}
}

static void
read_cost_bucket(struct row *row)
{
	struct record bucket;
	record_init(&bucket);
	bill_period(row, C_START, C_END, &bucket);
	struct row *item;
	for (struct items it = row_items(row, C_RESULTS, cost_slots);
		!row_is_bad(row) && (item = items_next(&it));) {
		struct record rec = bucket;
		read_cost(item, &rec);
	}
}

/* The first result of a bucket; its sight has no object when there is none. */
static struct sight
first_result(const struct sight *sight)
{
	const cJSON *results = sight_path(sight, "results");
	bool bucket = results && cJSON_IsArray(results) && sight_path(sight, "starting_at");
	return (struct sight){ .form = FORM_JSON, .object = bucket ? results->child : NULL };
}

/* A page of buckets in which nothing happened. */
static bool
is_empty_page(const struct sight *sight)
{
	const cJSON *data = sight_path(sight, "data"), *bucket;
	if (!cJSON_IsArray(data) || !data->child)
		return false;
	cJSON_ArrayForEach(bucket, data)
	{
		const struct sight inner = { .form = FORM_JSON, .object = bucket };
		const cJSON *results = sight_path(&inner, "results");
		if (!sight_path(&inner, "starting_at") || !cJSON_IsArray(results) || results->child)
			return false;
	}
	return true;
}

static const char *
match_usage(const struct sight *sight)
{
	const struct sight result = first_result(sight);
	if (result.object && sight_path(&result, "uncached_input_tokens"))
		return "buckets with starting_at and uncached_input_tokens";
	return is_empty_page(sight) ? "a page of empty buckets with starting_at" : NULL;
}

static const char *
match_cost(const struct sight *sight)
{
	const struct sight result = first_result(sight);
	if (result.object && sight_path(&result, "amount") && sight_path(&result, "currency"))
		return "buckets with starting_at and amount";
	return NULL;
}

const struct reader reader_anthropic_usage_api = {
	.name = "anthropic-usage-api",
	.title = "Anthropic Admin API usage report",
	.forms = FORM_JSON,
	.origin = ORIGIN_USAGE,
	.slots = usage_slots,
	.pages = "data",
	.match = match_usage,
	.row = read_usage_bucket,
};

const struct reader reader_anthropic_cost_api = {
	.name = "anthropic-cost-api",
	.title = "Anthropic Admin API cost report",
	.forms = FORM_JSON,
	.origin = ORIGIN_INVOICE,
	.slots = cost_slots,
	.pages = "data",
	.match = match_cost,
	.row = read_cost_bucket,
};
