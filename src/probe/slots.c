/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/slots.h"

#include <stdlib.h>

#include "base/num.h"

/* The places of a slot are those of different dialects. */
static const char *const slots[] = {
	[S_MODEL] = "model|model_instance_id|result.model_instance_id",
	[S_TYPE] = "type",
	[S_ERROR] = "error",
	[S_DETAIL] = "detail",
	[S_MESSAGE] = "message",
	[S_CHOICES] = "choices",
	[S_TEXT] = "message.content|response|content",
	[S_THINKING] = "message.thinking|thinking",
	[S_TOOLS] = "message.tool_calls",
	[S_OUTPUT] = "output|result.output",
	[S_DONE] = "done",
	[S_STOP] = "stop",
	[S_FINISH] = "done_reason|stop_type|stop_reason",
	[S_TRUNCATED] = "truncated",
	[S_PROGRESS_N] = "prompt_progress.processed",
	[S_PROGRESS_OF] = "prompt_progress.total",
	[S_USAGE] = "usage",
	[S_USAGE_PROMPT] = "usage.prompt_tokens",
	[S_USAGE_COMPLETION] = "usage.completion_tokens",
	[S_USAGE_CACHED] = "usage.prompt_tokens_details.cached_tokens",
	[S_USAGE_REASONING] = "usage.completion_tokens_details.reasoning_tokens",
	[S_ANTHROPIC_PROMPT] = "usage.input_tokens",
	[S_ANTHROPIC_WRITTEN] = "usage.cache_creation_input_tokens",
	[S_ANTHROPIC_READ] = "usage.cache_read_input_tokens",
	[S_ANTHROPIC_COMPLETION] = "usage.output_tokens",
	[S_PROMPT] = ("tokens_evaluated|prompt_eval_count|stats.input_tokens|"
		      "result.stats.input_tokens"),
	[S_CACHED] = "timings.cache_n|prompt_eval_cached_count",
	[S_COMPLETION] = ("timings.predicted_n|tokens_predicted|eval_count|"
			  "stats.total_output_tokens|result.stats.total_output_tokens"),
	[S_REASONING] = "stats.reasoning_output_tokens|result.stats.reasoning_output_tokens",
	[S_PROMPT_N] = "timings.prompt_n",
	[S_DRAFT] = "timings.draft_n",
	[S_DRAFT_ACCEPTED] = "timings.draft_n_accepted",
	[S_PROMPT_MS] = "timings.prompt_ms",
	[S_PREDICTED_MS] = "timings.predicted_ms",
	[S_PROMPT_NS] = "prompt_eval_duration",
	[S_PREDICTED_NS] = "eval_duration",
	[S_LOAD_NS] = "load_duration",
	[S_TOTAL_NS] = "total_duration",
	[S_LOAD_S] = "stats.model_load_time_seconds|result.stats.model_load_time_seconds",
	[S_FIRST_S] = ("stats.time_to_first_token|stats.time_to_first_token_seconds|"
		       "result.stats.time_to_first_token_seconds"),
	[S_SPEED] = ("timings.predicted_per_second|stats.tokens_per_second|"
		     "result.stats.tokens_per_second"),
	[SLOTS] = NULL,
};

static const char *const choice_slots[] = {
	[C_INDEX] = "index",
	[C_FINISH] = "finish_reason",
	[C_TEXT] = "delta.content|message.content|text",
	[C_REFUSAL] = "delta.refusal|message.refusal",
	[C_REASONING_CONTENT] = "delta.reasoning_content|message.reasoning_content",
	[C_REASONING] = "delta.reasoning|message.reasoning",
	[C_TOOLS] = "delta.tool_calls|message.tool_calls",
	[C_FUNCTION] = "delta.function_call.arguments|message.function_call.arguments",
	[CHOICE_SLOTS] = NULL,
};

static const char *const part_slots[] = {
	[P_TYPE] = "type",
	[P_TEXT] = "text|content",
	[P_NAME] = "function.name|name|tool",
	[P_ARGUMENTS] = "function.arguments|arguments",
	[PART_SLOTS] = NULL,
};

static struct place
place_new(const char *const *names)
{
	struct place place = { .shape = shape_new(names) };
	place.leaves = xcalloc(shape_leaves(place.shape), sizeof(*place.leaves));
	return place;
}

static void
place_free(struct place *place)
{
	shape_free(place->shape);
	free(place->leaves);
}

struct reply_parser *
reply_parser_new(void)
{
	struct reply_parser *parser = xcalloc(1, sizeof(*parser));
	parser->all = place_new(slots);
	parser->choice = place_new(choice_slots);
	parser->part = place_new(part_slots);
	return parser;
}

void
reply_parser_free(struct reply_parser *parser)
{
	if (!parser)
		return;
	place_free(&parser->all);
	place_free(&parser->choice);
	place_free(&parser->part);
	free(parser);
}

struct field
found(const struct place *place, int slot)
{
	return shape_field(place->shape, place->leaves, (size_t)slot);
}

int64_t
count_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	int64_t n;
	if (field.type != FIELD_NUMBER || num_int(field.text, &n) != NUM_OK)
		return -1;
	return n >= 0 && n < (int64_t)1 << 40 ? n : -1;
}

double
number_at(const struct place *place, int slot, double scale)
{
	struct field field = found(place, slot);
	femto_t value;
	if (field.type != FIELD_NUMBER || num_decimal(field.text, &value) != NUM_OK || value < 0)
		return MISSING;
	return (double)value / (double)FEMTO_PER_UNIT * scale;
}

bool
true_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	return field.type == FIELD_BOOL && slice_is(field.text, "true");
}

bool
is_at(const struct place *place, int slot, const char *text)
{
	struct field field = found(place, slot);
	return field.type == FIELD_TEXT && slice_is(field.text, text);
}

int64_t
text_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	return field.type == FIELD_TEXT ? (int64_t)field.text.n : 0;
}
