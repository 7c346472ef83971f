/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is sent.  With the arguments "live URL DIALECT PROMPT OUTPUT BUDGET_MS SLOTS [C...]" the program measures
 * a server and prints what it found as JSON lines, which tests/data/measured.py holds against the server's
 * own log.
 */
#include "config.h"

#include "probe/talk.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "probe/measure.h"

static cJSON *
body_of(enum ask_dialect dialect, const char *model)
{
	struct str body = STR_INIT;
	struct ask ask = { dialect, model, SLICE("1-2 \"a\" \\ b\n"), 77 };
	ask_body(&ask, &body);
	cJSON *json = cJSON_Parse(str_text(&body));
	assert_non_null(json);
	str_free(&body);
	return json;
}

static const cJSON *
key(const cJSON *json, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(json, name);
}

/* Every body is JSON, asks for a stream, and says what is its server's to understand and nothing else. */
static void
test_bodies(void **state)
{
	(void)state;
	for (int d = 0; d < ASK_DIALECTS; d++) {
		cJSON *json = body_of((enum ask_dialect)d, "a \"model\" \x01");
		assert_string_equal(key(json, "model")->valuestring, "a \"model\" \x01");
		const cJSON *message = cJSON_GetArrayItem(key(json, "messages"), 0);
		assert_string_equal(key(message, "role")->valuestring, "user");
		assert_string_equal(key(message, "content")->valuestring, "1-2 \"a\" \\ b\n");
		assert_true(cJSON_IsTrue(key(json, "stream")));
		bool ollama = d == ASK_OLLAMA;
		const cJSON *most =
			ollama ? key(key(json, "options"), "num_predict") : key(json, "max_tokens");
		assert_int_equal(most->valueint, 77);
		assert_int_equal(
			cJSON_IsTrue(key(key(json, "stream_options"), "include_usage")), !ollama);
		assert_int_equal(cJSON_IsFalse(key(json, "cache_prompt")), d == ASK_LLAMACPP);
		assert_int_equal(
			cJSON_IsTrue(key(json, "ignore_eos")), d == ASK_LLAMACPP || d == ASK_VLLM);
		assert_int_equal(ask_kind((enum ask_dialect)d), ollama ? SSE_LINES : SSE_EVENTS);
		cJSON_Delete(json);
	}
}

static void
print_number(const char *name, double value)
{
	if (isnan(value))
		printf(",\"%s\":null", name);
	else
		printf(",\"%s\":%.9g", name, value);
}

static void
print_run(const struct run *run)
{
	printf("{\"c\":%d,\"requests\":%" PRId64 ",\"failures\":%" PRId64 ",\"end\":%d",
		run->concurrency, run->requests, run->failures, run->end);
	print_number("ttft_ms", run->ttft_ms.p50);
	print_number("ttfo_ms", run->ttfo_ms.p50);
	print_number("tpot_ms", run->tpot_ms.p50);
	print_number("prefill", run->prefill.p50);
	print_number("prompt", run->prompt_tokens.p50);
	print_number("output_per_second", run->output_tokens_per_second);
	print_number("window_s", run->window_s);
	printf(",\"doubts\":[");
	const char *comma = "";
	for (int d = 0; d < DOUBTS; d++)
		if (run->doubts.items[d].there) {
			printf("%s\"%s\"", comma, doubt_names[d]);
			comma = ",";
		}
	printf("],\"refused\":%s,\"samples\":[", doubts_refuse(&run->doubts) ? "true" : "false");
	comma = "";
	for (size_t i = 0; i < run->n; i++) {
		const struct sample *sample = &run->samples[i];
		if (sample->warmup || !sample->ended)
			continue;
		printf("%s[%" PRId64 ",%" PRId64 ",%" PRId64 ",%" PRId64 "]", comma,
			sample->sent_ns, sample->first_token_ns, sample->last_token_ns,
			sample_output_tokens(sample, NULL));
		comma = ",";
	}
	printf("]}\n");
}

struct facts {
	int64_t slots;
};

static void
tell_facts(void *arg, bool after, struct doubt_facts *facts)
{
	const struct facts *known = arg;
	(void)after;
	facts->slots = known->slots;
}

static int
live(int argc, char **argv)
{
	static const char *const names[ASK_DIALECTS] = { "openai", "llamacpp", "vllm", "ollama",
		"lmstudio" };
	struct err err = { 0 };
	struct http *http = http_new(&(struct http_options){ 0 }, &err);
	if (!http || argc < 8)
		return 2;
	struct talk_options talk_options = { .http = http, .url = argv[2], .model = "fake" };
	for (int d = 0; d < ASK_DIALECTS; d++)
		if (!strcmp(argv[3], names[d]))
			talk_options.dialect = (enum ask_dialect)d;
	struct facts facts = { strtoll(argv[7], NULL, 10) };
	int list[SWEEP_POINTS];
	size_t n = 0;
	int64_t stall_ms = 0;
	for (int i = 8; i < argc && n < SWEEP_POINTS; i++)
		if (strncmp(argv[i], "stall=", 6) == 0)
			stall_ms = strtoll(argv[i] + 6, NULL, 10);
		else
			list[n++] = (int)strtol(argv[i], NULL, 10);
	struct measure_options options = {
		.lengths = { .prompt = strtoll(argv[4], NULL, 10),
			.output = strtoll(argv[5], NULL, 10) },
		.budget_ms = strtoll(argv[6], NULL, 10),
		.list = n ? list : NULL,
		.list_n = n,
		.most = 16,
		.stall_ms = stall_ms,
		.max_ttft_ms = MISSING,
		.max_tpot_ms = MISSING,
		.seed = (uint64_t)http_now(),
		.facts = tell_facts,
		.arg = &facts,
	};
	struct carrier carrier;
	struct talk *talk = talk_new(&talk_options, &carrier);
	struct measurement out;
	bool good = measure(&out, &carrier, &options, &err);
	if (!good)
		printf("{\"error\":\"%s\"}\n", err.text);
	for (size_t i = 0; i < out.n; i++)
		print_run(&out.runs[i]);
	if (good) {
		printf("{\"knee\":%d", out.knee);
		print_number("cold_start_ms", out.cold_start_ms);
		printf("}\n");
	}
	measurement_free(&out);
	talk_free(talk);
	http_free(http);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "live"))
		return live(argc, argv);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bodies),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
