/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "record/biller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *provider, *model, *biller, *maker;
} cases[] = {
	{ "", "", "", "" },
	{ "", "gpt-4o", "openai", "openai" },
	{ "", "GPT-4o", "openai", "openai" },
	{ "", "o3", "openai", "openai" },
	{ "", "o3-mini", "openai", "openai" },
	{ "", "o1x", "", "" },
	{ "", "ft:gpt-4o-mini:org::id", "openai", "openai" },
	{ "", "gpt-oss-120b", "", "" },
	{ "", "text-embedding-3-small", "openai", "openai" },
	{ "", "text-embedding-005", "google", "google" },
	{ "", "claude-sonnet-4-5-20250929", "anthropic", "anthropic" },
	{ "", "gemini-2.5-pro", "google", "google" },
	{ "", "deepseek-chat", "deepseek", "deepseek" },
	{ "", "mistral-large-2411", "mistral", "mistral" },
	{ "", "my-local-model", "", "" },
	/* a tag of a local server; a repository of weights */
	{ "", "deepseek-r1:8b", "", "deepseek" },
	{ "", "mistral:7b", "", "" },
	{ "", "deepseek-ai/DeepSeek-R1", "", "deepseek" },
	{ "", "google/gemma-2-9b-it", "", "" },
	{ "", "openai/gpt-oss-120b", "", "" },
	{ "", "Qwen/Qwen3-32B", "", "" },
	/* a company before its model; a route before any model */
	{ "", "openai/gpt-4o", "openai", "openai" },
	{ "", "google/gemini-2.5-pro", "google", "google" },
	{ "", "ollama/llama3", "local", "" },
	{ "", "bedrock/anthropic.claude-3-haiku-20240307-v1:0", "aws", "anthropic" },
	{ "", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "aws", "anthropic" },
	{ "", "us-gov.anthropic.claude-haiku-4-5-20251001-v1:0", "aws", "anthropic" },
	{ "", "amazon.nova-lite-v1:0", "aws", "amazon" },
	/* what the log says about the provider comes first */
	{ "OPENAI", "gpt-4o", "openai", "openai" },
	{ "openai.chat", "gpt-4o", "openai", "openai" },
	{ "azure-openai", "gpt-4o-mini", "azure", "openai" },
	{ "az.ai.openai", "gpt-4o-mini", "azure", "openai" },
	{ "vertex_ai-anthropic_models", "claude-opus-4", "google", "anthropic" },
	{ "aws.bedrock", "anthropic.claude-3-haiku-20240307-v1:0", "aws", "anthropic" },
	{ "hosted_vllm", "qwen3-32b", "local", "" },
	{ "llama.cpp", "", "local", "" },
	{ "Acme", "gpt-4o", "Acme", "openai" },
};

static void
names_tell_biller_and_maker(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct slice provider = slice_of(cases[i].provider),
			     model = slice_of(cases[i].model);
		struct slice biller = biller_of(provider, model), maker = maker_of(model);
		if (!slice_is(biller, cases[i].biller) || !slice_is(maker, cases[i].maker))
			fail_msg("\"%s\" \"%s\": " SLICE_FMT " and " SLICE_FMT
				 ", expected %s and %s",
				cases[i].provider, cases[i].model, SLICE_ARG(biller),
				SLICE_ARG(maker), cases[i].biller, cases[i].maker);
	}
}

static void
a_local_server_is_paid_by_nobody(void **state)
{
	(void)state;
	struct record rec;
	record_init(&rec);
	rec.response_model = SLICE("gpt-4o");
	record_fill_biller(&rec, SLICE("ollama"));
	assert_true(slice_is(rec.biller, "local"));
	assert_int_equal(rec.pay, PAY_LOCAL);
	assert_true(rec.how & HOW_LOCAL);
	record_init(&rec);
	rec.request_model = SLICE("gpt-4o");
	record_fill_biller(&rec, SLICE_NONE);
	assert_true(slice_is(rec.biller, "openai"));
	assert_int_equal(rec.pay, PAY_CASH);
	assert_false(rec.how & HOW_LOCAL);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_tell_biller_and_maker),
		cmocka_unit_test(a_local_server_is_paid_by_nobody),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
