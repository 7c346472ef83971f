/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * langfuse - observations as Langfuse exports them: CSV, JSON array or lines, with
 * camel-case names, or snake-case ones from a blob storage export.
 *
 * usageDetails is a map of disjoint counts (and their "total"): output_reasoning_tokens
 * stand beside output, input_cached_tokens beside input.
 */
#include "config.h"

#include "read/formats-logs.h"
#include "read/log.h"
#include "record/biller.h"

enum {
	S_ID,
	S_TYPE,
	S_START,
	S_END,
	S_USAGE,
	S_COST,
	S_COST_DETAILS,
	S_MODEL,
	S_LEVEL,
	S_NAME,
	S_TRACE_NAME,
	S_PROJECT,
	S_ENVIRONMENT,
	S_TAGS,
	S_USER,
	S_SESSION,
	S_LATENCY,
	S_TTFT,
	S_TIER,
	S_METADATA,
};

static const char *const slots[] = {
	[S_ID] = "id",
	[S_TYPE] = "type",
	[S_START] = "startTime|start_time",
	[S_END] = "endTime|end_time",
	[S_USAGE] = "usageDetails|usage_details",
	[S_COST] = "totalCost|total_cost",
	[S_COST_DETAILS] = "costDetails|cost_details",
	[S_MODEL] = "model|providedModelName|provided_model_name",
	[S_LEVEL] = "level",
	[S_NAME] = "name",
	[S_TRACE_NAME] = "traceName|trace_name",
	[S_PROJECT] = "projectId|project_id",
	[S_ENVIRONMENT] = "environment",
	[S_TAGS] = "traceTags|trace_tags|tags",
	[S_USER] = "userId|user_id",
	[S_SESSION] = "sessionId|session_id",
	[S_LATENCY] = "latency",
	[S_TTFT] = "timeToFirstToken|time_to_first_token",
	[S_TIER] = "modelParameters.service_tier|model_parameters.service_tier",
	[S_METADATA] = "metadata",
	NULL,
};

/* The sums of the map's keys by what they count; -1: no such key. */
struct usage_map {
	int64_t input, output, reasoning, read, write, write_5m, write_1h;
	int64_t prompt, completion; /* OpenAI's own names, for where input and output are missing */
	int64_t audio;
};

static void
add(int64_t *sum, int64_t count)
{
	*sum = *sum < 0 ? count : *sum + count;
}

static int64_t
zero_if_missing(int64_t count)
{
	return count < 0 ? 0 : count;
}

static bool
has(struct slice key, const char *part)
{
	return slice_find(key, part) >= 0;
}

static void
add_usage(struct usage_map *map, struct slice key, int64_t count)
{
	if (slice_starts(key, "output")) {
		add(&map->output, count);
		if (has(key, "reasoning"))
			add(&map->reasoning, count);
	} else if (has(key, "cache_creation") || has(key, "cache_write")) {
		add(has(key, "1h")       ? &map->write_1h
			: has(key, "5m") ? &map->write_5m
					 : &map->write,
			count);
	} else if (has(key, "cached") || has(key, "cache_read")) {
		add(&map->read, count);
	} else if (slice_starts(key, "input")) {
		add(&map->input, count);
		if (has(key, "audio"))
			add(&map->audio, count);
	} else if (slice_is(key, "prompt_tokens") || slice_is(key, "promptTokens")) {
		add(&map->prompt, count);
	} else if (slice_is(key, "completion_tokens") || slice_is(key, "completionTokens")) {
		add(&map->completion, count);
	}
}

/* False when the map is empty. */
static bool
read_usage(struct row *row, struct usage_map *map)
{
	*map = (struct usage_map){ -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 };
	struct slice key;
	struct field value;
	bool any = false;
	for (struct members it = row_members(row, S_USAGE); members_next(&it, &key, &value);) {
		if (value.type != FIELD_NUMBER && value.type != FIELD_TEXT)
			continue;
		any = true;
		if (!slice_is(key, "total"))
			add_usage(map, key,
				row_field_count(row, value, "a count of usageDetails", 0));
	}
	return any;
}

static void
fill_tokens(struct row *row, const struct usage_map *map, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	bool own_names = map->input < 0 && map->output < 0;
	stated.input = own_names ? map->prompt : map->input;
	stated.output = own_names ? map->completion : map->output;
	stated.reasoning = map->reasoning;
	stated.cache_read = map->read;
	/* writes without a lifetime stand beside those with one, unless they are their sum */
	int64_t split = zero_if_missing(map->write_5m) + zero_if_missing(map->write_1h);
	stated.cache_write = map->write == split ? split : zero_if_missing(map->write) + split;
	stated.cache_write_5m = map->write_5m;
	stated.cache_write_1h = map->write_1h;
	stated.cache = own_names ? CACHE_PROBABLY_INSIDE : CACHE_BESIDE;
	row_tokens(row, rec, &stated);
	log_audio(rec, map->audio, 0);
}

/* Names that SDKs give to every call say nothing; then the trace's name does. */
static struct slice
task_name(struct row *row)
{
	static const char *const generic[] = { "OpenAI-", "Chat", "AzureChat", "litellm-", "ai.",
		"generation", "llm", "Anthropic-" };
	struct slice name = log_word(row, S_NAME), trace = log_word(row, S_TRACE_NAME);
	if (!name.n || !trace.n)
		return name.n ? name : trace;
	for (size_t i = 0; i < HL_COUNT(generic); i++)
		if (slice_starts(name, generic[i]))
			return trace;
	return name;
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	rec->dim[DIM_TASK] = task_name(row);
	rec->dim[DIM_PROJECT] = log_word(row, S_PROJECT);
	rec->dim[DIM_ENVIRONMENT] = log_word(row, S_ENVIRONMENT);
	rec->dim[DIM_TAG] = log_tags(row, S_TAGS);
	rec->dim[DIM_USER] = log_word(row, S_USER);
	rec->session = log_word(row, S_SESSION);
	log_metadata(row, S_METADATA, rec);
}

/* A total of 0 without any part of it means: no price known. */
static void
fill_cost(struct row *row, struct record *rec)
{
	struct slice details = slice_trim(row_text(row, S_COST_DETAILS));
	if (log_billed(row, S_COST, rec) && rec->billed == 0 &&
		(details.n == 0 || slice_is(details, "{}")))
		rec->has_billed = false;
}

/* What is no usage: spans and events; a model call without counts lacks them. */
static enum note
note_without_usage(struct row *row)
{
	bool call = row_is(row, S_TYPE, "GENERATION") || row_is(row, S_TYPE, "EMBEDDING");
	if (!call)
		return NOTE_SKIPPED;
	return row_is(row, S_LEVEL, "ERROR") ? NOTE_ERROR : NOTE_WITHOUT_USAGE;
}

static void
langfuse_row(struct row *row)
{
	struct record rec;
	record_init(&rec);
	struct usage_map usage;
	if (!read_usage(row, &usage)) {
		row_note(row, note_without_usage(row));
		return;
	}
	rec.origin = ORIGIN_GATEWAY;
	fill_tokens(row, &usage, &rec);
	fill_cost(row, &rec);
	int64_t tokens = 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		tokens += rec.tokens[i];
	if (tokens == 0 && rec.billed == 0 && row_is(row, S_LEVEL, "ERROR")) {
		row_note(row, NOTE_ERROR);
		return;
	}
	rec.how |= row_is(row, S_LEVEL, "ERROR") ? HOW_FAILED : 0;
	log_set_model(&rec, log_word(row, S_MODEL));
	record_fill_biller(&rec, SLICE_NONE);
	row_time(row, S_START, &rec);
	rec.latency_ms = row_millis(row, S_LATENCY, 1000);
	if (rec.latency_ms < 0)
		rec.latency_ms = log_until(row, S_END, &rec);
	rec.ttft_ms = row_millis(row, S_TTFT, 1000);
	rec.tier = tier_parse(log_word(row, S_TIER));
	fill_dimensions(row, &rec);
	log_identity(&rec, log_word(row, S_ID));
	row_emit(row, &rec);
}

static const char *
langfuse_match(const struct sight *sight)
{
	if (sight->form == FORM_CSV) {
		if (sight_column(sight, "traceid") && sight_column(sight, "usagedetails"))
			return "columns traceId and usageDetails";
		bool snake =
			sight_column(sight, "trace_id") && sight_column(sight, "usage_details");
		return snake ? "columns trace_id and usage_details" : NULL;
	}
	if (sight_path(sight, "traceId") && sight_path(sight, "usageDetails"))
		return "keys traceId and usageDetails";
	bool snake = sight_path(sight, "trace_id") && sight_path(sight, "usage_details");
	return snake ? "keys trace_id and usage_details" : NULL;
}

const struct reader reader_langfuse = {
	.name = "langfuse",
	.title = "Langfuse observations",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_GATEWAY,
	.slots = slots,
	.match = langfuse_match,
	.row = langfuse_row,
};
