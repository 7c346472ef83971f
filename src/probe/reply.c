/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/reply.h"

#include <stdlib.h>

#include "probe/words.h"
#include "read/json.h"

/* Of one JSON object.  The places of a slot are those of different dialects. */
enum {
	S_MODEL,
	S_TYPE,
	S_ERROR,
	S_DETAIL,
	S_MESSAGE,
	S_CHOICES,
	S_TEXT,
	S_THINKING,
	S_TOOLS,
	S_OUTPUT,
	S_DONE,
	S_STOP,
	S_FINISH,
	S_TRUNCATED,
	S_PROGRESS_N,
	S_PROGRESS_OF,
	S_USAGE,
	S_USAGE_PROMPT,
	S_USAGE_COMPLETION,
	S_USAGE_CACHED,
	S_USAGE_REASONING,
	S_ANTHROPIC_PROMPT,
	S_ANTHROPIC_WRITTEN,
	S_ANTHROPIC_READ,
	S_ANTHROPIC_COMPLETION,
	S_PROMPT,
	S_CACHED,
	S_COMPLETION,
	S_REASONING,
	S_PROMPT_N,
	S_DRAFT,
	S_DRAFT_ACCEPTED,
	S_PROMPT_MS,
	S_PREDICTED_MS,
	S_PROMPT_NS,
	S_PREDICTED_NS,
	S_LOAD_NS,
	S_TOTAL_NS,
	S_LOAD_S,
	S_FIRST_S,
	S_SPEED,
	SLOTS,
};

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
	[S_PROMPT] = "tokens_evaluated|prompt_eval_count|stats.input_tokens|"
		     "result.stats.input_tokens",
	[S_CACHED] = "timings.cache_n|prompt_eval_cached_count",
	[S_COMPLETION] = "timings.predicted_n|tokens_predicted|eval_count|"
			 "stats.total_output_tokens|result.stats.total_output_tokens",
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
	[S_FIRST_S] = "stats.time_to_first_token|stats.time_to_first_token_seconds|"
		      "result.stats.time_to_first_token_seconds",
	[S_SPEED] = "timings.predicted_per_second|stats.tokens_per_second|"
		    "result.stats.tokens_per_second",
	[SLOTS] = NULL,
};

/* Of one of the choices. */
enum {
	C_INDEX,
	C_FINISH,
	C_TEXT,
	C_REFUSAL,
	C_REASONING_CONTENT,
	C_REASONING,
	C_TOOLS,
	C_FUNCTION,
	CHOICE_SLOTS,
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

/* Of a part of a content that is an array, of a tool call, or of LM Studio's output. */
enum {
	P_TYPE,
	P_TEXT,
	P_NAME,
	P_ARGUMENTS,
	PART_SLOTS,
};

static const char *const part_slots[] = {
	[P_TYPE] = "type",
	[P_TEXT] = "text|content",
	[P_NAME] = "function.name|name|tool",
	[P_ARGUMENTS] = "function.arguments|arguments",
	[PART_SLOTS] = NULL,
};

/* A shape and what its last scan found. */
struct place {
	struct shape *shape;
	struct field *leaves;
};

struct reply_parser {
	struct place all, choice, part;
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

void
reply_init(struct reply *reply)
{
	*reply = (struct reply){ .counts = {
					 .prompt = -1,
					 .cached = -1,
					 .completion = -1,
					 .reasoning = -1,
					 .draft = -1,
					 .draft_accepted = -1,
					 .prompt_ms = MISSING,
					 .predicted_ms = MISSING,
					 .load_ms = MISSING,
					 .first_ms = MISSING,
					 .total_ms = MISSING,
					 .stated_speed = MISSING,
				 } };
}

/* ---- values ---- */

static struct field
found(const struct place *place, int slot)
{
	return shape_field(place->shape, place->leaves, (size_t)slot);
}

/* A whole number from 0 to what a prompt can be at all, or -1. */
static int64_t
count_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	int64_t n;
	if (field.type != FIELD_NUMBER || num_int(field.text, &n) != NUM_OK)
		return -1;
	return n >= 0 && n < (int64_t)1 << 40 ? n : -1;
}

/* A number that is not negative, times 'scale', or MISSING. */
static double
number_at(const struct place *place, int slot, double scale)
{
	struct field field = found(place, slot);
	femto_t value;
	if (field.type != FIELD_NUMBER || num_decimal(field.text, &value) != NUM_OK || value < 0)
		return MISSING;
	return (double)value / (double)FEMTO_PER_UNIT * scale;
}

static bool
true_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	return field.type == FIELD_BOOL && slice_is(field.text, "true");
}

static bool
is_at(const struct place *place, int slot, const char *text)
{
	struct field field = found(place, slot);
	return field.type == FIELD_TEXT && slice_is(field.text, text);
}

static int64_t
text_at(const struct place *place, int slot)
{
	struct field field = found(place, slot);
	return field.type == FIELD_TEXT ? (int64_t)field.text.n : 0;
}

/* ---- text of any kind ---- */

/* Adds the parts of a content, of LM Studio's output or of tool calls. */
static void
add_parts(struct reply_parser *parser, struct field array, bool tools, struct reply_delta *delta)
{
	struct slice rest;
	struct field item;
	const char *why;
	if (array.type != FIELD_ARRAY || !json_open(array.text, '[', &rest))
		return;
	while (json_item(&rest, &item)) {
		if (item.type != FIELD_OBJECT ||
			!json_scan(parser->part.shape, item.text, parser->part.leaves, &why))
			continue;
		int64_t text = text_at(&parser->part, P_TEXT);
		if (tools || is_at(&parser->part, P_TYPE, "tool_call") ||
			is_at(&parser->part, P_TYPE, "tool_use"))
			delta->tool_n += text_at(&parser->part, P_NAME) +
					 text_at(&parser->part, P_ARGUMENTS);
		else if (is_at(&parser->part, P_TYPE, "reasoning") ||
			 is_at(&parser->part, P_TYPE, "thinking"))
			delta->reasoning_n += text;
		else
			delta->text_n += text;
	}
}

static void
add_content(struct reply_parser *parser, struct field content, struct reply_delta *delta)
{
	if (content.type == FIELD_TEXT)
		delta->text_n += (int64_t)content.text.n;
	else
		add_parts(parser, content, false, delta);
}

static enum reply_finish
finish_of(struct field field)
{
	static const struct {
		const char *word;
		enum reply_finish finish;
	} words[] = {
		{ "none", FINISH_NONE },
		{ "stop", FINISH_STOP },
		{ "eos", FINISH_STOP },
		{ "word", FINISH_STOP },
		{ "end_turn", FINISH_STOP },
		{ "stop_sequence", FINISH_STOP },
		{ "eosFound", FINISH_STOP },
		{ "length", FINISH_LENGTH },
		{ "limit", FINISH_LENGTH },
		{ "max_tokens", FINISH_LENGTH },
		{ "maxPredictedTokensReached", FINISH_LENGTH },
		{ "tool_calls", FINISH_TOOL },
		{ "function_call", FINISH_TOOL },
		{ "tool_use", FINISH_TOOL },
	};
	if (field.type != FIELD_TEXT || !field.text.n)
		return FINISH_NONE;
	for (size_t i = 0; i < HL_COUNT(words); i++)
		if (slice_is(field.text, words[i].word))
			return words[i].finish;
	return FINISH_OTHER;
}

static void
add_choice(struct reply_parser *parser, struct slice choice, struct reply *reply,
	struct reply_delta *delta)
{
	const struct place *place = &parser->choice;
	const char *why;
	if (!json_scan(place->shape, choice, place->leaves, &why))
		return;
	int64_t index = count_at(place, C_INDEX);
	int64_t content = text_at(place, C_REASONING_CONTENT), other = text_at(place, C_REASONING);
	enum reply_finish finish = finish_of(found(place, C_FINISH));
	if (index < 0)
		index = 0;
	if (index < 4096 && reply->choices <= index)
		reply->choices = (int)index + 1;
	/* Some vLLM send the same text under both names. */
	delta->reasoning_n += content > other ? content : other;
	delta->text_n += text_at(place, C_REFUSAL);
	delta->tool_n += text_at(place, C_FUNCTION);
	add_content(parser, found(place, C_TEXT), delta);
	add_parts(parser, found(place, C_TOOLS), true, delta);
	if (finish != FINISH_NONE)
		delta->finish = finish;
}

/* Returns how many choices there were; -1: this dialect has none. */
static int
add_choices(struct reply_parser *parser, struct reply *reply, struct reply_delta *delta)
{
	struct field choices = found(&parser->all, S_CHOICES), choice;
	struct slice rest;
	int n = 0;
	if (choices.type != FIELD_ARRAY || !json_open(choices.text, '[', &rest))
		return -1;
	for (; json_item(&rest, &choice); n++)
		if (choice.type == FIELD_OBJECT)
			add_choice(parser, choice.text, reply, delta);
	return n;
}

/* The text of dialects without choices. */
static void
add_text(struct reply_parser *parser, struct reply_delta *delta)
{
	const struct place *all = &parser->all;
	struct field text = found(all, S_TEXT);
	if (is_at(all, S_TYPE, "reasoning.delta") && text.type == FIELD_TEXT)
		delta->reasoning_n += (int64_t)text.text.n;
	else
		add_content(parser, text, delta);
	delta->reasoning_n += text_at(all, S_THINKING);
	add_parts(parser, found(all, S_TOOLS), true, delta);
	/* The end of a stream of LM Studio's has all of the answer once more. */
	if (!is_at(all, S_TYPE, "chat.end"))
		add_parts(parser, found(all, S_OUTPUT), false, delta);
}

/* ---- counts ---- */

static void
keep(int64_t *count, int64_t stated)
{
	if (stated >= 0)
		*count = stated;
}

static void
keep_time(double *time, double stated)
{
	if (!isnan(stated))
		*time = stated;
}

/* OpenAI's usage, or Anthropic's; false: there is none, or it is all zeros. */
static bool
keep_usage(const struct place *all, struct reply *reply)
{
	struct reply_counts *counts = &reply->counts;
	int64_t prompt = count_at(all, S_USAGE_PROMPT),
		completion = count_at(all, S_USAGE_COMPLETION),
		cached = count_at(all, S_USAGE_CACHED);
	if (prompt < 0 && count_at(all, S_ANTHROPIC_PROMPT) >= 0) {
		int64_t written = count_at(all, S_ANTHROPIC_WRITTEN);
		cached = count_at(all, S_ANTHROPIC_READ);
		prompt = count_at(all, S_ANTHROPIC_PROMPT) + (cached > 0 ? cached : 0) +
			 (written > 0 ? written : 0);
		completion = count_at(all, S_ANTHROPIC_COMPLETION);
	}
	if (prompt <= 0 && completion <= 0) {
		reply->zero_usage |= prompt == 0 || completion == 0;
		return false;
	}
	keep(&counts->prompt, prompt);
	keep(&counts->completion, completion);
	keep(&counts->cached, cached);
	keep(&counts->reasoning, count_at(all, S_USAGE_REASONING));
	return true;
}

/* What servers state beside usage, or in place of it: llama-server's timings, Ollama's counts, LM Studio's
 * stats.  True: how many tokens there are. */
static bool
keep_stats(const struct place *all, bool usage, struct reply_counts *counts)
{
	int64_t fresh = count_at(all, S_PROMPT_N), cached = count_at(all, S_CACHED),
		prompt = count_at(all, S_PROMPT), completion = count_at(all, S_COMPLETION);
	if (prompt < 0 && fresh >= 0 && cached >= 0)
		prompt = fresh + cached;
	if (!usage) {
		keep(&counts->prompt, prompt);
		keep(&counts->completion, completion);
		keep(&counts->reasoning, count_at(all, S_REASONING));
	}
	/* Old llama-servers state how many tokens were computed, and of all of them the rest is cached. */
	if (cached < 0 && fresh >= 0 && counts->cached < 0 && counts->prompt >= fresh)
		cached = counts->prompt - fresh;
	if (!usage || counts->cached < 0)
		keep(&counts->cached, cached);
	keep(&counts->draft, count_at(all, S_DRAFT));
	keep(&counts->draft_accepted, count_at(all, S_DRAFT_ACCEPTED));
	return prompt > 0 || completion > 0;
}

static void
keep_times(const struct place *all, struct reply_counts *counts)
{
	static const double ms_per_ns = 1e-6, ms_per_s = 1e3;
	keep_time(&counts->prompt_ms, number_at(all, S_PROMPT_NS, ms_per_ns));
	keep_time(&counts->prompt_ms, number_at(all, S_PROMPT_MS, 1));
	keep_time(&counts->predicted_ms, number_at(all, S_PREDICTED_NS, ms_per_ns));
	keep_time(&counts->predicted_ms, number_at(all, S_PREDICTED_MS, 1));
	keep_time(&counts->load_ms, number_at(all, S_LOAD_NS, ms_per_ns));
	keep_time(&counts->load_ms, number_at(all, S_LOAD_S, ms_per_s));
	keep_time(&counts->total_ms, number_at(all, S_TOTAL_NS, ms_per_ns));
	keep_time(&counts->first_ms, number_at(all, S_FIRST_S, ms_per_s));
	keep_time(&counts->stated_speed, number_at(all, S_SPEED, 1));
}

/* Counts that contradict each other state nothing. */
static void
doubt(struct reply_counts *counts)
{
	if (counts->prompt >= 0 && counts->cached > counts->prompt)
		counts->cached = -1;
	if (counts->completion >= 0 && counts->reasoning > counts->completion)
		counts->reasoning = -1;
	if (counts->draft_accepted > counts->draft)
		counts->draft = counts->draft_accepted = -1;
}

/* ---- events ---- */

/* Does an inference server say something like this at all? */
static bool
is_answer(const struct place *all, int choices)
{
	static const int marks[] = { S_USAGE, S_TEXT, S_OUTPUT, S_DONE, S_PROGRESS_N,
		S_COMPLETION };
	for (size_t i = 0; i < HL_COUNT(marks); i++)
		if (found(all, marks[i]).type > FIELD_NULL)
			return true;
	return choices >= 0;
}

static void
take_object(struct reply_parser *parser, struct reply *reply, struct reply_delta *delta)
{
	const struct place *all = &parser->all;
	int choices = add_choices(parser, reply, delta);
	if (choices < 0) {
		add_text(parser, delta);
		delta->finish = finish_of(found(all, S_FINISH));
	}
	bool usage = keep_usage(all, reply), stats = keep_stats(all, usage, &reply->counts);
	keep_times(all, &reply->counts);
	doubt(&reply->counts);
	delta->has_usage = usage || stats;
	delta->so_far = delta->has_usage ? reply->counts.completion : -1;
	delta->progress_n = count_at(all, S_PROGRESS_N);
	delta->progress_of = count_at(all, S_PROGRESS_OF);
	delta->is_end = true_at(all, S_DONE) || (choices < 0 && true_at(all, S_STOP)) ||
			is_at(all, S_TYPE, "chat.end");
	delta->role_only = !reply_has_token(delta) && delta->finish == FINISH_NONE &&
			   choices != 0 && !delta->is_end;
	reply->answered |= is_answer(all, choices);
	reply->truncated |= true_at(all, S_TRUNCATED);
	reply->token_events += reply_has_token(delta);
	reply->ended |= delta->is_end;
	if (delta->finish != FINISH_NONE)
		reply->finish = delta->finish;
	struct field model = found(all, S_MODEL);
	if (model.type == FIELD_TEXT && model.text.n)
		words_clean(model.text, reply->model, sizeof(reply->model));
}

/* Worth a closer look? */
static bool
may_be_error(const struct place *all)
{
	return found(all, S_ERROR).type > FIELD_NULL || found(all, S_DETAIL).type > FIELD_NULL ||
	       found(all, S_MESSAGE).type == FIELD_TEXT;
}

bool
reply_event(struct reply_parser *parser, struct reply *reply, struct slice data,
	struct reply_delta *delta, struct err *err)
{
	const char *why;
	*delta = (struct reply_delta){ .so_far = -1, .progress_n = -1, .progress_of = -1 };
	data = slice_trim(data);
	reply->events++;
	if (slice_is(data, "[DONE]")) {
		delta->is_end = reply->ended = true;
		return true;
	}
	if (!data.n || data.p[0] != '{')
		return err_set(err, FAULT_INPUT, "the reply is not a JSON object");
	if (!json_scan(parser->all.shape, data, parser->all.leaves, &why))
		return err_set(err, FAULT_INPUT, "the reply is not JSON: %s", why);
	if (may_be_error(&parser->all) && words_of_error(data, reply->error, sizeof(reply->error)))
		return true;
	take_object(parser, reply, delta);
	return true;
}

bool
reply_whole(struct reply_parser *parser, struct reply *reply, struct slice body,
	struct reply_delta *delta, struct err *err)
{
	if (!reply_event(parser, reply, body, delta, err))
		return false;
	reply->ended = true;
	if (!reply->answered && !reply->error[0])
		return err_set(err, FAULT_INPUT,
			"the reply is JSON, but not an answer of an inference server: it has "
			"neither "
			"choices nor content nor usage");
	return true;
}

bool
reply_close(const struct reply *reply, struct err *err)
{
	if (reply->error[0])
		return err_set(
			err, FAULT_INPUT, "the server answered with an error: %s", reply->error);
	if (reply->events == 0)
		return err_set(err, FAULT_INPUT, "the reply is empty");
	if (!reply->answered)
		return err_set(err, FAULT_INPUT,
			"the reply is JSON, but not an answer of an inference server: it has "
			"neither "
			"choices nor content nor usage");
	if (!reply->ended && reply->finish == FINISH_NONE)
		return err_set(err, FAULT_INPUT, "the reply was cut off after %lld event%s",
			(long long)reply->events, reply->events == 1 ? "" : "s");
	return true;
}

double
reply_decode_speed(const struct reply_counts *counts)
{
	if (counts->completion < 2 || isnan(counts->predicted_ms) || counts->predicted_ms <= 0)
		return MISSING;
	return (double)(counts->completion - 1) / counts->predicted_ms * 1e3;
}

double
reply_prefill_speed(const struct reply_counts *counts)
{
	int64_t fresh = counts->prompt - counts->cached;
	if (counts->prompt < 0 || counts->cached < 0 || fresh <= 0)
		return MISSING;
	return isnan(counts->prompt_ms) || counts->prompt_ms <= 0
		       ? MISSING
		       : (double)fresh / counts->prompt_ms * 1e3;
}
