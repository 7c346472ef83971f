/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What servers say of their answers: every transcript of a real llama-server, and every shape of
 * the others, comes to the right counts.
 */
#include "config.h"

#include "probe/reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/num.h"
#include "probe/sse.h"
#include "probe/words.h"

static struct reply_parser *parser;

static int
set_up(void **state)
{
	(void)state;
	parser = reply_parser_new();
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	reply_parser_free(parser);
	return 0;
}

/* ---- transcripts ---- */

/* All of a transcript from the status line on. */
static struct str
transcript(const char *name)
{
	const char *folder = getenv("TESTDIR");
	char *path = xasprintf("%s/data/transcripts/%s.txt", folder ? folder : "tests", name);
	FILE *file = fopen(path, "rb");
	struct str raw = STR_INIT;
	if (!file)
		fail_msg("%s cannot be opened", path);
	for (size_t n; (n = fread(str_reserve(&raw, 4096), 1, 4096, file)) > 0;)
		str_took(&raw, n);
	fclose(file);
	free(path);
	ptrdiff_t from = slice_find(str_as_slice(&raw), "<<< RESPONSE");
	if (from >= 0) {
		const char *line = strchr(raw.p + from, '\n');
		struct str rest = STR_INIT;
		struct slice all = { line + 1, raw.n - (size_t)(line + 1 - raw.p) };
		str_add(&rest, all.p, (size_t)slice_find(all, "\n<<< END"));
		str_free(&raw);
		raw = rest;
	}
	return raw;
}

/* The body, out of its chunks. */
static struct str
body_of(const char *name, int *status, bool *stream)
{
	struct str raw = transcript(name), body = STR_INIT;
	ptrdiff_t head = slice_find(str_as_slice(&raw), "\r\n\r\n");
	assert_true(head > 12);
	const char *at = raw.p + head + 4;
	*status = (int)strtol(raw.p + 9, NULL, 10);
	*stream = slice_find((struct slice){ raw.p, (size_t)head }, "text/event-stream") >= 0;
	if (slice_find((struct slice){ raw.p, (size_t)head }, "chunked") < 0) {
		str_add(&body, at, raw.n - (size_t)(at - raw.p));
	} else {
		for (;;) {
			char *line;
			size_t n = strtoul(at, &line, 16);
			if (n == 0)
				break;
			str_add(&body, line + 2, n);
			at = line + 2 + n + 2;
		}
	}
	str_free(&raw);
	return body;
}

/* What a reply comes to, in one line. */
static void
put_reply(const struct reply *reply, struct str *out)
{
	static const char *const finishes[] = { "none", "stop", "length", "tool", "other" };
	const struct reply_counts *counts = &reply->counts;
	const struct {
		const char *name;
		double value;
	} times[] = { { "prompt_ms", counts->prompt_ms }, { "predicted_ms", counts->predicted_ms },
		{ "load_ms", counts->load_ms }, { "first_ms", counts->first_ms },
		{ "total_ms", counts->total_ms } };
	str_printf(out, "%lld+%lld>%lld", (long long)counts->prompt, (long long)counts->cached,
		(long long)counts->completion);
	if (counts->reasoning >= 0)
		str_printf(out, " reasoning %lld", (long long)counts->reasoning);
	if (counts->draft >= 0)
		str_printf(out, " draft %lld/%lld", (long long)counts->draft_accepted,
			(long long)counts->draft);
	for (size_t i = 0; i < HL_COUNT(times); i++)
		if (!isnan(times[i].value))
			str_printf(out, " %s %.6g", times[i].name, times[i].value);
	str_printf(out, " %s, %lld of %lld events", finishes[reply->finish],
		(long long)reply->token_events, (long long)reply->events);
	if (reply->choices != 1)
		str_printf(out, ", %d choices", reply->choices);
	if (reply->truncated)
		str_puts(out, ", truncated");
	if (reply->zero_usage)
		str_puts(out, ", zeros");
	if (reply->error[0])
		str_printf(out, ", error: %s", reply->error);
}

/* A stream's events or a whole reply, to the line that put_reply() makes, or the error. */
static void
read_reply(struct slice bytes, int stream, struct reply *reply, struct str *out)
{
	struct reply_delta delta;
	struct err err = { 0 };
	struct sse sse;
	struct slice data;
	bool sound = true;
	reply_init(reply);
	str_clear(out);
	if (stream < 0) {
		sound = reply_whole(parser, reply, bytes, &delta, &err);
	} else {
		sse_init(&sse, (enum sse_kind)stream, 0);
		sse_feed(&sse, bytes);
		sse_end(&sse);
		while (sound && sse_next(&sse, &data, &err) > 0)
			sound = reply_event(parser, reply, data, &delta, &err);
		sse_free(&sse);
	}
	if (sound && !reply->error[0])
		sound = reply_close(reply, &err);
	if (sound)
		put_reply(reply, out);
	else
		str_puts(out, err.text);
}

static const struct {
	const char *name, *comes_to;
} transcripts[] = {
	{ "anthropic_messages", "16+15>4 length, 1 of 1 events, 0 choices" },
	{ "chat_ignore_eos_cache_off",
		"21+0>8 prompt_ms 7.356 predicted_ms 19.285 length, 8 of 12 events" },
	{ "chat_n2",
		"16+7>3 prompt_ms 307.033 predicted_ms 1206.74 length, 1 of 1 events, 2 choices" },
	{ "chat_nonstream", "21+0>8 prompt_ms 107.529 predicted_ms 6.842 length, 1 of 1 events" },
	{ "chat_stream_nousage",
		"21+20>8 prompt_ms 1.016 predicted_ms 6.406 length, 8 of 11 events" },
	{ "chat_stream_progress",
		"1216+7>3 prompt_ms 371.541 predicted_ms 14.579 length, 3 of 9 events" },
	{ "chat_stream_timings_per_token",
		"23+8>4 prompt_ms 2.105 predicted_ms 2.951 length, 4 of 8 events" },
	{ "chat_stream_usage",
		"21+20>8 prompt_ms 1.349 predicted_ms 6.971 length, 8 of 12 events" },
	{ "completion_native",
		"5+0>8 prompt_ms 332.08 predicted_ms 2120 length, 1 of 1 events, 0 choices" },
	{ "completion_native_stream",
		"5+0>5 prompt_ms 306.092 predicted_ms 1216 length, 5 of 6 events, 0 choices" },
	{ "completion_native_tokens",
		"5+0>3 prompt_ms 299.709 predicted_ms 607.977 length, 1 of 1 events, 0 choices" },
	{ "completion_predict0",
		"5+0>1 prompt_ms 303.803 predicted_ms 0.001 length, 1 of 1 events, 0 choices" },
	{ "unknown_model", "16+15>2 prompt_ms 135.403 predicted_ms 6.446 length, 1 of 1 events" },
	{ "v1_completions_stream",
		"5+4>5 prompt_ms 307.627 predicted_ms 1207.99 length, 5 of 7 events" },
	{ "v1_completions_tokens",
		"5+4>3 prompt_ms 303.658 predicted_ms 611.984 length, 1 of 1 events" },
};

static void
test_transcripts(void **state)
{
	(void)state;
	struct str out = STR_INIT;
	struct reply reply;
	for (size_t i = 0; i < HL_COUNT(transcripts); i++) {
		int status;
		bool stream;
		struct str body = body_of(transcripts[i].name, &status, &stream);
		assert_int_equal(status, 200);
		read_reply(str_as_slice(&body), stream ? SSE_EVENTS : -1, &reply, &out);
		assert_string_equal(str_text(&out), transcripts[i].comes_to);
		assert_string_equal(reply.model, "hllm-probe");
		str_free(&body);
	}
	str_free(&out);
}

/* ---- the shapes of other servers ---- */

enum { WHOLE = -1 };
static const struct {
	int stream; /* enum sse_kind, or WHOLE */
	const char *bytes, *comes_to;
} shapes[] = {
	/* Ollama's own API: prompt_eval_count has the cached tokens in it; how many they are may be told. */
	{ SSE_LINES,
		"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"Good\"},"
		"\"done\":false}\n"
		"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\" "
		"day\"},\"done\":"
		"false}\n"
		"{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":"
		"true,"
		"\"done_reason\":\"stop\",\"total_duration\":5589157167,\"load_duration\":"
		"3013701500,"
		"\"prompt_eval_count\":46,\"prompt_eval_duration\":1160282000,\"eval_count\":113,"
		"\"eval_duration\":1325948000}\n",
		"46+-1>113 prompt_ms 1160.28 predicted_ms 1325.95 load_ms 3013.7 total_ms 5589.16 "
		"stop, "
		"2 of 3 events, 0 choices" },
	{ SSE_LINES,
		"{\"response\":\"\",\"thinking\":\"hm\",\"done\":false}\n"
		"{\"response\":\"a\",\"done\":false}\n"
		"{\"response\":\"\",\"done\":true,\"done_reason\":\"length\",\"prompt_eval_count\":"
		"46,"
		"\"prompt_eval_cached_count\":40,\"prompt_eval_duration\":2000000,\"eval_count\":2,"
		"\"eval_duration\":3000000}",
		"46+40>2 prompt_ms 2 predicted_ms 3 length, 2 of 3 events, 0 choices" },
	/* A full hit of its cache once left the count of the prompt out. */
	{ WHOLE,
		"{\"message\":{\"content\":\"a\"},\"done\":true,\"done_reason\":\"stop\",\"eval_"
		"count\":2}",
		"-1+-1>2 stop, 1 of 1 events, 0 choices" },
	/* Ollama's shim: the role with the first text, reasoning by that name, zeros on every event. */
	{ SSE_EVENTS,
		"data: "
		"{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\","
		"\"reasoning\":\"hm\"},\"finish_reason\":null}]}\n\n"
		"data: "
		"{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"a\"},"
		"\"finish_reason\":null}]}\n\n"
		"data: "
		"{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},"
		"\"finish_reason\":\"stop\"}]}\n\n"
		"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":26,\"completion_tokens\":2,"
		"\"total_tokens\":28}}\n\ndata: [DONE]\n\n",
		"26+-1>2 stop, 2 of 5 events" },
	{ SSE_EVENTS,
		"data: "
		"{\"choices\":[{\"text\":\"a\",\"index\":0,\"finish_reason\":null}],\"usage\":"
		"{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n"
		"data: "
		"{\"choices\":[{\"text\":\"\",\"index\":0,\"finish_reason\":\"stop\"}],\"usage\":"
		"{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\n"
		"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":1,"
		"\"total_tokens\":6}}\n\ndata: [DONE]\n\n",
		"5+-1>1 stop, 1 of 4 events, zeros" },
	{ SSE_EVENTS,
		"data: "
		"{\"choices\":[{\"text\":\"a\",\"index\":0,\"finish_reason\":\"stop\"}],\"usage\":"
		"{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}}\n\ndata: "
		"[DONE]\n\n",
		"-1+-1>-1 stop, 1 of 2 events, zeros" },
	/* vLLM: cached tokens only when it is told to tell them; usage on every event; both names of reasoning. */
	{ SSE_EVENTS,
		"data: "
		"{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}],"
		"\"usage\":{\"prompt_tokens\":9,\"total_tokens\":9,\"completion_tokens\":0}}\n\n"
		"data: "
		"{\"choices\":[{\"index\":0,\"delta\":{\"reasoning\":\"hm\",\"reasoning_content\":"
		"\"hm\"}}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":12,\"completion_"
		"tokens\":3}}\n\n"
		"data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":"
		"\"length\"}],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":13,\"completion_"
		"tokens\":4}}\n\n"
		"data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"total_tokens\":13,"
		"\"completion_tokens\":4,\"prompt_tokens_details\":null}}\n\ndata: [DONE]\n\n",
		"9+-1>4 length, 2 of 5 events" },
	{ WHOLE,
		"{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"a\"},"
		"\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":20,\"completion_"
		"tokens\":30,"
		"\"total_tokens\":50,\"prompt_tokens_details\":{\"cached_tokens\":16},"
		"\"completion_tokens_details\":{\"reasoning_tokens\":24}}}",
		"20+16>30 reasoning 24 stop, 1 of 1 events" },
	/* LM Studio: /api/v0, whose speeds do not follow from its times, and /api/v1. */
	{ WHOLE,
		"{\"object\":\"chat.completion\",\"model\":\"granite\",\"choices\":[{\"index\":0,"
		"\"finish_reason\":\"stop\",\"message\":{\"role\":\"assistant\",\"content\":\"a\"}}"
		"],"
		"\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":53,\"total_tokens\":77},"
		"\"stats\":{\"tokens_per_second\":51.43709529007664,\"time_to_first_token\":0.111,"
		"\"generation_time\":0.954,\"stop_reason\":\"eosFound\"}}",
		"24+-1>53 first_ms 111 stop, 1 of 1 events" },
	{ WHOLE,
		"{\"model_instance_id\":\"m\",\"output\":[{\"type\":\"reasoning\",\"content\":"
		"\"hm\"},"
		"{\"type\":\"message\",\"content\":\"a\"}],\"stats\":{\"input_tokens\":329,"
		"\"total_output_tokens\":268,\"reasoning_output_tokens\":5,\"tokens_per_second\":"
		"43.7,"
		"\"time_to_first_token_seconds\":0.781,\"model_load_time_seconds\":2.656}}",
		"329+-1>268 reasoning 5 load_ms 2656 first_ms 781 none, 1 of 1 events, 0 choices" },
	/* Speculative decoding, and a llama-server that does not tell what was cached. */
	{ WHOLE,
		"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"length\"}],"
		"\"usage\":"
		"{\"prompt_tokens\":30,\"completion_tokens\":9,\"total_tokens\":39},\"timings\":{"
		"\"prompt_n\":10,\"prompt_ms\":5,\"predicted_n\":9,\"predicted_ms\":4,\"draft_n\":"
		"12,"
		"\"draft_n_accepted\":6}}",
		"30+20>9 draft 6/12 prompt_ms 5 predicted_ms 4 length, 1 of 1 events" },
	{ WHOLE,
		"{\"content\":\"a\",\"stop\":true,\"stop_type\":\"limit\",\"tokens_evaluated\":"
		"2048,"
		"\"tokens_predicted\":1,\"truncated\":true}",
		"2048+-1>1 length, 1 of 1 events, 0 choices, truncated" },
	/* Tool calls are tokens as well; so is a refusal, and a content in parts. */
	{ WHOLE,
		"{\"choices\":[{\"message\":{\"content\":null,\"tool_calls\":[{\"function\":{"
		"\"name\":\"f\","
		"\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}]}",
		"-1+-1>-1 tool, 1 of 1 events" },
	{ WHOLE,
		"{\"choices\":[{\"message\":{\"content\":[{\"type\":\"text\",\"text\":\"a\"}]},"
		"\"finish_reason\":\"content_filter\"}]}",
		"-1+-1>-1 other, 1 of 1 events" },
	/* Counts that contradict each other, or that are none. */
	{ WHOLE,
		"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
		"\"usage\":{"
		"\"prompt_tokens\":5,\"completion_tokens\":2,\"prompt_tokens_details\":{\"cached_"
		"tokens\":9},"
		"\"completion_tokens_details\":{\"reasoning_tokens\":3}}}",
		"5+-1>2 stop, 1 of 1 events" },
	{ WHOLE,
		"{\"choices\":[{\"message\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}],"
		"\"usage\":{"
		"\"prompt_tokens\":\"5\",\"completion_tokens\":-2},\"timings\":{\"prompt_ms\":-1,"
		"\"predicted_ms\":\"x\"}}",
		"-1+-1>-1 stop, 1 of 1 events" },
	/* What is no answer. */
	{ WHOLE, "", "the reply is empty" },
	{ WHOLE, "  \n", "the reply is empty" },
	{ WHOLE, "<html></html>", "the reply is not JSON" },
	{ WHOLE, "[1,2]", "the reply is not a JSON object" },
	{ WHOLE, "{\"choices\":[{\"message\"",
		"the reply is not JSON: not well-formed JSON, or cut off" },
	{ WHOLE, "{\"status\":\"ok\"}",
		"the reply is JSON, but not an answer of an inference server: it has neither "
		"choices nor "
		"content nor usage" },
	{ SSE_EVENTS, "data: {\"status\":\"ok\"}\n\n",
		"the reply is JSON, but not an answer of an inference server: it has neither "
		"choices nor "
		"content nor usage" },
	{ SSE_EVENTS, "", "the reply is empty" },
	{ SSE_EVENTS, ": ping\n\n", "the reply is empty" },
	{ SSE_EVENTS, "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n",
		"the reply was cut off after 1 event" },
	/* Errors told inside of a 200. */
	{ SSE_EVENTS, "data: {\"error\":{\"message\":\"out of\\nmemory\\u0007\",\"code\":500}}\n\n",
		"-1+-1>-1 none, 0 of 1 events, 0 choices, error: out of memory" },
	{ SSE_EVENTS, "error: {\"code\":500,\"message\":\"no slot\",\"type\":\"server_error\"}\n\n",
		"-1+-1>-1 none, 0 of 1 events, 0 choices, error: no slot" },
	{ SSE_LINES, "{\"error\":\"model runner has stopped\"}\n",
		"-1+-1>-1 none, 0 of 1 events, 0 choices, error: model runner has stopped" },
};

static void
test_shapes(void **state)
{
	(void)state;
	struct str out = STR_INIT;
	struct reply reply;
	for (size_t i = 0; i < HL_COUNT(shapes); i++) {
		read_reply(slice_of(shapes[i].bytes), shapes[i].stream, &reply, &out);
		assert_string_equal(str_text(&out), shapes[i].comes_to);
	}
	str_free(&out);
}

/* ---- single events ---- */

static const struct {
	const char *data;
	int64_t text, reasoning, tool, so_far, progress, of;
	enum reply_finish finish;
	bool role_only, has_usage, is_end;
} deltas[] = {
	{ "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null}}]}", 0, 0,
		0, -1, -1, -1, FINISH_NONE, true, false, false },
	{ "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}", 0, 0,
		0, -1, -1, -1, FINISH_NONE, true, false, false },
	{ "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"abc\"}}]}", 3, 0, 0, -1, -1, -1,
		FINISH_NONE, false, false, false },
	{ "{\"choices\":[{\"delta\":{\"reasoning_content\":\"ab\"}}]}", 0, 2, 0, -1, -1, -1,
		FINISH_NONE, false, false, false },
	{ "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{"
	  "\"}}]}}]}",
		0, 0, 1, -1, -1, -1, FINISH_NONE, false, false, false },
	{ "{\"choices\":[{\"delta\":{\"tool_calls\":[],\"content\":\"\"}}]}", 0, 0, 0, -1, -1, -1,
		FINISH_NONE, true, false, false },
	{ "{\"choices\":[{\"delta\":{},\"finish_reason\":\"length\"}]}", 0, 0, 0, -1, -1, -1,
		FINISH_LENGTH, false, false, false },
	{ "{\"choices\":[],\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}", 0, 0, 0, 4,
		-1, -1, FINISH_NONE, false, true, false },
	{ "{\"choices\":[{\"delta\":{\"content\":\"\"}}],\"prompt_progress\":{\"total\":90,"
	  "\"cache\":7,"
	  "\"processed\":40,\"time_ms\":3}}",
		0, 0, 0, -1, 40, 90, FINISH_NONE, true, false, false },
	{ "{\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"timings\":{\"cache_n\":1,\"prompt_n\":"
	  "2,"
	  "\"predicted_n\":7}}",
		1, 0, 0, 7, -1, -1, FINISH_NONE, false, true, false },
	{ "{\"content\":\"ab\",\"tokens\":[5],\"stop\":false,\"tokens_predicted\":3,\"tokens_"
	  "evaluated\":5}",
		2, 0, 0, 3, -1, -1, FINISH_NONE, false, true, false },
	{ "{\"response\":\"\",\"done\":true,\"done_reason\":\"stop\"}", 0, 0, 0, -1, -1, -1,
		FINISH_STOP, false, false, true },
	{ "[DONE]", 0, 0, 0, -1, -1, -1, FINISH_NONE, false, false, true },
	{ "{\"type\":\"reasoning.delta\",\"content\":\"ab\"}", 0, 2, 0, -1, -1, -1, FINISH_NONE,
		false, false, false },
	{ "{\"type\":\"message.delta\",\"content\":\"ab\"}", 2, 0, 0, -1, -1, -1, FINISH_NONE,
		false, false, false },
	{ "{\"type\":\"chat.end\",\"result\":{\"output\":[{\"type\":\"message\",\"content\":\"ab\"}"
	  "],"
	  "\"stats\":{\"input_tokens\":3,\"total_output_tokens\":2}}}",
		0, 0, 0, 2, -1, -1, FINISH_NONE, false, true, true },
};

static void
test_deltas(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(deltas); i++) {
		struct reply reply;
		struct reply_delta delta;
		struct err err = { 0 };
		reply_init(&reply);
		if (!reply_event(parser, &reply, slice_of(deltas[i].data), &delta, &err))
			fail_msg("%s: %s", deltas[i].data, err.text);
		if (delta.text_n != deltas[i].text || delta.reasoning_n != deltas[i].reasoning ||
			delta.tool_n != deltas[i].tool || delta.so_far != deltas[i].so_far ||
			delta.progress_n != deltas[i].progress ||
			delta.progress_of != deltas[i].of || delta.finish != deltas[i].finish ||
			delta.role_only != deltas[i].role_only ||
			delta.has_usage != deltas[i].has_usage || delta.is_end != deltas[i].is_end)
			fail_msg("%s is read otherwise", deltas[i].data);
	}
}

/* ---- speeds ---- */

static void
test_speeds(void **state)
{
	(void)state;
	struct reply reply;
	reply_init(&reply);
	assert_true(isnan(reply_decode_speed(&reply.counts)));
	assert_true(isnan(reply_prefill_speed(&reply.counts)));
	reply.counts.completion = 16;
	reply.counts.predicted_ms = 300;
	assert_true(reply_decode_speed(&reply.counts) == 50);
	reply.counts.completion = 1;
	assert_true(isnan(reply_decode_speed(&reply.counts)));
	reply.counts.prompt = 110;
	reply.counts.prompt_ms = 50;
	assert_true(isnan(reply_prefill_speed(&reply.counts)));
	reply.counts.cached = 10;
	assert_true(reply_prefill_speed(&reply.counts) == 2000);
	reply.counts.cached = 110;
	assert_true(isnan(reply_prefill_speed(&reply.counts)));
}

/* ---- complaints ---- */

static const struct {
	const char *body, *text;
	bool loading;
	int64_t prompt, context;
} complaints[] = {
	{ "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}",
		"Loading model", true, -1, -1 },
	{ "{\"error\":{\"code\":400,\"message\":\"too "
	  "long\",\"n_prompt_tokens\":2416,\"n_ctx\":2048}}",
		"too long", false, 2416, 2048 },
	{ "{\"error\":\"model 'x' not found\"}", "model 'x' not found", false, -1, -1 },
	{ "{\"detail\":\"Not Found\"}", "Not Found", false, -1, -1 },
	{ "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"Field required\"}]}", "Field required", false,
		-1, -1 },
	{ "{\"object\":\"error\",\"message\":\"no such model\",\"code\":404}", "no such model",
		false, -1, -1 },
	{ "{\"error\":{}}", "one that it does not explain", false, -1, -1 },
	{ "404 page not found\n", "404 page not found", false, -1, -1 },
	{ "  two\r\n lines\x1b[31m\t", "two lines [31m", false, -1, -1 },
	{ "<!DOCTYPE html><p>", "", false, -1, -1 },
	{ "{\"error\":{\"mess", "", false, -1, -1 },
	{ "\xFF\xFE", "", false, -1, -1 },
	{ "", "", false, -1, -1 },
};

static void
test_complaints(void **state)
{
	(void)state;
	struct complaint complaint;
	for (size_t i = 0; i < HL_COUNT(complaints); i++) {
		words_complaint(slice_of(complaints[i].body), &complaint);
		assert_string_equal(complaint.text, complaints[i].text);
		assert_int_equal(complaint.loading, complaints[i].loading);
		assert_int_equal(complaint.prompt_n, complaints[i].prompt);
		assert_int_equal(complaint.context, complaints[i].context);
	}
	struct str body = transcript("err_ctx_exceeded");
	struct slice json = str_as_slice(&body);
	json.p += slice_find(json, "\r\n\r\n");
	json.n = strlen(json.p);
	words_complaint(json, &complaint);
	assert_string_equal(complaint.text, "request (2402 tokens) exceeds the available context "
					    "size (2048 tokens), try increasing it");
	assert_int_equal(complaint.prompt_n, 2402);
	assert_int_equal(complaint.context, 2048);
	str_free(&body);
}

/* A text that is cut is cut between characters. */
static void
test_cut_text(void **state)
{
	(void)state;
	char out[8];
	words_plain(SLICE("abcde\xC3\xA9z"), out, sizeof(out));
	assert_string_equal(out, "abcde\xC3\xA9");
	words_plain(SLICE("abcdef\xC3\xA9z"), out, sizeof(out));
	assert_string_equal(out, "abcdef");
	words_plain(SLICE("ab\xF0\x9F\x98\x80\xF0\x9F\x98\x80"), out, sizeof(out));
	assert_string_equal(out, "ab\xF0\x9F\x98\x80");
	words_clean(SLICE("\\u00e9\\u00e9\\u00e9\\u00e9"), out, sizeof(out));
	assert_string_equal(out, "\xC3\xA9\xC3\xA9\xC3\xA9");
	words_clean(SLICE("a\\u0000b\\n\\u001b"), out, sizeof(out));
	assert_string_equal(out, "a\xEF\xBF\xBD"
				 "b");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transcripts),
		cmocka_unit_test(test_shapes),
		cmocka_unit_test(test_deltas),
		cmocka_unit_test(test_speeds),
		cmocka_unit_test(test_complaints),
		cmocka_unit_test(test_cut_text),
	};
	return cmocka_run_group_tests_name("reply", tests, set_up, tear_down);
}
