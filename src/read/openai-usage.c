/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openai-usage - buckets of the usage dashboard (CSV) and of /v1/organization/usage (JSON). */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"

enum {
	/* what makes two buckets the same one */
	S_PROJECT_ID,
	S_USER,
	S_KEY_ID,
	S_MODEL,
	S_BATCH,
	S_TIER,
	S_SIZE,
	S_SOURCE,
	S_LEVEL,
	S_KEY_END,
	/* and the rest */
	S_START = S_KEY_END,
	S_END,
	S_RESULTS,
	S_OBJECT,
	S_PROJECT,
	S_KEY,
	S_REQUESTS,
	S_INPUT,
	S_OUTPUT,
	S_CACHED,
	S_CACHE_WRITE,
	S_UNCACHED,
	S_AUDIO,
	S_CACHED_AUDIO,
	S_OUTPUT_AUDIO,
	S_IMAGE,
	S_CACHED_IMAGE,
	S_IMAGES,
	S_CHARACTERS,
	S_SECONDS,
	S_BYTES,
	S_SESSIONS,
	S_CALLS,
};

static const char *const usage_slots[] = {
	[S_PROJECT_ID] = "project_id",
	[S_USER] = "user_id",
	[S_KEY_ID] = "api_key_id",
	[S_MODEL] = "model",
	[S_BATCH] = "batch",
	[S_TIER] = "service_tier",
	[S_SIZE] = "size",
	[S_SOURCE] = "source",
	[S_LEVEL] = "context_level",
	[S_START] = "start_time|start_time_iso",
	[S_END] = "end_time|end_time_iso",
	[S_RESULTS] = "results",
	[S_OBJECT] = "object",
	[S_PROJECT] = "project_name|project_id",
	[S_KEY] = "api_key_name|api_key_id",
	[S_REQUESTS] = "num_model_requests|num_requests",
	[S_INPUT] = "input_tokens",
	[S_OUTPUT] = "output_tokens",
	[S_CACHED] = "input_cached_tokens",
	[S_CACHE_WRITE] = "input_cache_write_tokens",
	[S_UNCACHED] = "input_uncached_tokens",
	[S_AUDIO] = "input_audio_tokens",
	[S_CACHED_AUDIO] = "input_cached_audio_tokens",
	[S_OUTPUT_AUDIO] = "output_audio_tokens",
	[S_IMAGE] = "input_image_tokens",
	[S_CACHED_IMAGE] = "input_cached_image_tokens",
	[S_IMAGES] = "images",
	[S_CHARACTERS] = "characters",
	[S_SECONDS] = "seconds",
	[S_BYTES] = "usage_bytes",
	[S_SESSIONS] = "num_sessions",
	[S_CALLS] = "num_requests",
	NULL,
};

/* Services are told by what they count, so that the CSV and the JSON of one bucket are the same. */
static const struct service {
	int slot;
	int measure; /* -1 none */
	const char *name;
} services[] = {
	{ S_OUTPUT, -1, "completions" },
	{ S_INPUT, -1, "inputs" },
	{ S_IMAGES, MEASURE_IMAGES, "images" },
	{ S_CHARACTERS, MEASURE_CHARACTERS, "speeches" },
	{ S_SECONDS, MEASURE_SECONDS, "transcriptions" },
	{ S_BYTES, MEASURE_BYTES, "bytes" },
	{ S_SESSIONS, MEASURE_SESSIONS, "sessions" },
	{ S_CALLS, -1, "calls" },
	{ S_REQUESTS, -1, "requests" },
};

static const struct service *
find_service(const struct row *row)
{
	for (size_t i = 0; i < HL_COUNT(services); i++)
		if (row_has(row, services[i].slot))
			return &services[i];
	return NULL;
}

/* 'more' is a second slot to add, or -1. */
static void
add_measure(struct row *row, int slot, int more, enum measure_kind kind, struct record *rec)
{
	int64_t amount = row_count(row, slot, 0);
	if (more >= 0 && __builtin_add_overflow(amount, row_count(row, more, 0), &amount))
		row_bad(row, "a count is larger than any export's");
	else if (amount > 0)
		record_measure(rec, kind, amount);
}

static void
fill_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_INSIDE;
	stated.input = row_count(row, S_INPUT, -1);
	stated.cache_read = row_count(row, S_CACHED, -1);
	stated.cache_write = row_count(row, S_CACHE_WRITE, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	if (stated.input < 0 && row_has(row, S_UNCACHED)) {
		stated.input = row_count(row, S_UNCACHED, 0);
		stated.cache = CACHE_BESIDE;
	}
	row_tokens(row, rec, &stated);
	add_measure(row, S_AUDIO, S_CACHED_AUDIO, MEASURE_AUDIO_INPUT, rec);
	add_measure(row, S_IMAGE, S_CACHED_IMAGE, MEASURE_IMAGE_INPUT, rec);
	add_measure(row, S_OUTPUT_AUDIO, -1, MEASURE_AUDIO_OUTPUT, rec);
}

/* Web and file searches count the same way; only the JSON and its levels tell them apart. */
static void
fill_calls(struct row *row, struct record *rec)
{
	if (slice_find(row_text(row, S_OBJECT), "web_search") >= 0 || row_has(row, S_LEVEL))
		add_measure(row, S_CALLS, -1, MEASURE_WEB_SEARCH, rec);
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	rec->origin = ORIGIN_USAGE;
	rec->biller = SLICE("openai");
	rec->provider = SLICE("openai");
	bill_set_model(rec, row_text(row, S_MODEL));
	rec->tier = row_flag(row, S_BATCH) ? TIER_BATCH : tier_parse(row_text(row, S_TIER));
	rec->dim[DIM_PROJECT] = row_text(row, S_PROJECT);
	rec->dim[DIM_KEY] = row_text(row, S_KEY);
	rec->dim[DIM_USER] = row_text(row, S_USER);
}

/* One result of a bucket; 'rec' knows the time. */
static void
read_result(struct row *row, struct record *rec)
{
	const struct service *service = find_service(row);
	if (!service) {
		row_note(row, NOTE_SKIPPED); /* the CSV writes a row for an empty bucket */
		return;
	}
	fill_dimensions(row, rec);
	rec->requests = row_count(row, S_REQUESTS, -1);
	if (service->slot == S_OUTPUT || service->slot == S_INPUT)
		fill_tokens(row, rec);
	else if (service->slot == S_CALLS)
		fill_calls(row, rec);
	else if (service->measure >= 0)
		add_measure(row, service->slot, -1, (enum measure_kind)service->measure, rec);
	bill_identity(row, IDENTITY_ID, 0, S_KEY_END, rec);
	rec->id2 = slice_of(service->name);
	if (!rec->timed)
		rec->identity = IDENTITY_ORDINAL;
	row_emit(row, rec);
}

static void
read_bucket(struct row *row)
{
	struct record bucket;
	record_init(&bucket);
	bill_period(row, S_START, S_END, &bucket);
	if (row_is_bad(row))
		return;
	if (row_field(row, S_RESULTS).type != FIELD_ARRAY) {
		read_result(row, &bucket);
		return;
	}
	struct row *item;
	for (struct items it = row_items(row, S_RESULTS, usage_slots); (item = items_next(&it));) {
		struct record rec = bucket;
		read_result(item, &rec);
	}
}

static const char *
match_columns(const struct sight *sight)
{
	if (!sight_column(sight, "start_time_iso"))
		return NULL;
	if (sight_column(sight, "num_model_requests"))
		return "columns start_time_iso and num_model_requests";
	if (sight_column(sight, "usage_bytes") || sight_column(sight, "num_sessions") ||
		sight_column(sight, "num_requests"))
		return "columns start_time_iso and a count of a service";
	if (sight->columns_n == 4 && sight_column(sight, "start_time") &&
		sight_column(sight, "end_time") && sight_column(sight, "end_time_iso"))
		return "only the 4 time columns of an export without usage";
	return NULL;
}

/* A page of buckets in which nothing happened. */
static bool
is_empty_page(const struct sight *sight)
{
	const cJSON *data = sight_path(sight, "data"), *bucket;
	if (!sight_is(sight, "object", "page") || !cJSON_IsArray(data))
		return false;
	cJSON_ArrayForEach(bucket, data)
	{
		const struct sight inner = { .form = FORM_JSON, .object = bucket };
		const cJSON *results = sight_path(&inner, "results");
		if (!sight_is(&inner, "object", "bucket") || !cJSON_IsArray(results) ||
			results->child)
			return false;
	}
	return true;
}

static const char *
match_usage(const struct sight *sight)
{
	if (sight->form == FORM_CSV)
		return match_columns(sight);
	const cJSON *results = sight_path(sight, "results");
	if (cJSON_IsArray(results)) {
		const struct sight inner = { .form = FORM_JSON, .object = results->child };
		const cJSON *object = sight_path(&inner, "object");
		if (cJSON_IsString(object) &&
			slice_starts(slice_of(object->valuestring), "organization.usage."))
			return "results of organization.usage";
	}
	return is_empty_page(sight) ? "a page of empty buckets" : NULL;
}

const struct reader reader_openai_usage = {
	.name = "openai-usage",
	.title = "OpenAI usage export",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_USAGE,
	.slots = usage_slots,
	.pages = "data",
	.match = match_usage,
	.row = read_bucket,
};
