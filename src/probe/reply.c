/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/reply.h"

#include "probe/slots.h"
#include "probe/words.h"
#include "read/json.h"

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
	delta->has_usage = counts_take(all, reply);
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
	if (!data.n)
		return err_set(err, FAULT_INPUT, "the reply is empty");
	if (data.p[0] != '{')
		return err_set(err, FAULT_INPUT, "the reply is not %s",
			data.p[0] == '[' ? "a JSON object" : "JSON");
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
