/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The catalogue of open models: what a loose name means, rows of the user's own, and what ships. */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "local/model.h"
#include "price/price.h"
#include "work/attribute.h"

static struct local_models shipped;

static const char *
data_file(char path[512], const char *name)
{
	const char *folder = getenv("HLLM_DATA_DIR");
	snprintf(path, 512, "%s/%s", folder ? folder : "data", name);
	return path;
}

static int
load(void **state)
{
	char path[512];
	struct err err;
	(void)state;
	if (local_models_add(&shipped, data_file(path, "models.csv"), &err))
		return 0;
	print_error("%s\n", err.text);
	return -1;
}

static int
unload(void **state)
{
	(void)state;
	local_models_free(&shipped);
	return 0;
}

/* An id, or the error. */
static void
check_name(const char *name, const char *want)
{
	struct err err = { 0 };
	const struct local_model *found = local_model_find(&shipped, name, &err);
	char got[1024];
	snprintf(got, sizeof(got), SLICE_FMT, SLICE_ARG(found ? found->id : slice_of(err.text)));
	if (strcmp(got, want) != 0)
		fail_msg("\"%s\": %s, not %s", name, got, want);
}

static void
test_names(void **state)
{
	(void)state;
	static const struct {
		const char *name, *want;
	} rows[] = {
		{ "llama3.1:8b", "llama-3.1-8b" },
		{ "llama3.1", "llama-3.1-8b" },
		{ "Llama 3.1 8B", "llama-3.1-8b" },
		{ "llama3.1:8b-instruct-q4_K_M", "llama-3.1-8b" },
		{ "meta-llama/Meta-Llama-3.1-8B-Instruct", "llama-3.1-8b" },
		{ "bartowski/Meta-Llama-3.1-8B-Instruct-GGUF", "llama-3.1-8b" },
		{ "llama3.1:70b", "llama-3.1-70b" },
		{ "llama3.2:3b", "llama-3.2-3b" },
		{ "mistral:7b", "mistral-7b-v0.3" },
		{ "mistralai/Mistral-7B-Instruct-v0.3", "mistral-7b-v0.3" },
		{ "mixtral:8x7b", "mixtral-8x7b" },
		{ "Qwen2.5-7B-Instruct", "qwen2.5-7b" },
		{ "qwen2.5-coder:7b", "qwen2.5-coder-7b" },
		{ "qwen3:30b", "qwen3-30b-a3b" },
		{ "phi3", "phi-3-mini" },
		{ "microsoft/phi-4", "phi-4" },
		{ "google/gemma-3-12b-it", "gemma-3-12b" },
		{ "nomic-embed-text:latest", "nomic-embed-text-v1.5" },
		{ "BAAI/bge-m3", "bge-m3" },
		{ "deepseek-r1:14b", "deepseek-r1-distill-qwen-14b" },
		{ "openai/gpt-oss-20b", "gpt-oss-20b" },
		{ "gpt-oss:120b", "gpt-oss-120b" },
		{ "qwen 32b", "\"qwen 32b\" can be any of several, expected one of qwen2.5-32b, "
			      "qwen2.5-coder-32b, qwen3-32b, deepseek-r1-distill-qwen-32b" },
		{ "qwen3-coder:32b", "there is no model \"qwen3-coder:32b\", did you mean "
				     "\"qwen2.5-coder-32b\"? "
				     "(all: hllm models)" },
		{ "llama3.1:9b",
			"there is no model \"llama3.1:9b\", did you mean \"llama-3.1-8b\"? (all: "
			"hllm models)" },
		{ "gpt-4o-mini-audio-preview",
			"there is no model \"gpt-4o-mini-audio-preview\" (all: hllm models)" },
		{ "gemma 27b", "\"gemma 27b\" can be any of several, expected one of gemma-2-27b, "
			       "gemma-3-27b" },
		{ "instruct", "there is no model \"instruct\" (all: hllm models)" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		check_name(rows[i].name, rows[i].want);
}

static void
test_every_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < shipped.n; i++) {
		const struct local_model *row = &shipped.items[i];
		struct slice rest = row->aliases, alias;
		char id[64], name[256];
		snprintf(id, sizeof(id), SLICE_FMT, SLICE_ARG(row->id));
		check_name(id, id);
		snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(row->name));
		check_name(name, id);
		while (slice_cut(&rest, ';', &alias) && alias.n) {
			snprintf(name, sizeof(name), SLICE_FMT, SLICE_ARG(alias));
			check_name(name, id);
		}
	}
}

static void
test_quants(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int want; /* -1: none */
	} rows[] = { { "q4_k_m", QUANT_Q4_K_M }, { "Q4_K_M", QUANT_Q4_K_M }, { "q4", QUANT_Q4_K_M },
		{ "q8_0", QUANT_Q8_0 }, { "Q8", QUANT_Q8_0 }, { "f16", QUANT_F16 },
		{ "fp16", QUANT_F16 }, { "BF16", QUANT_F16 }, { "q5_k_m", -1 }, { "", -1 } };
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		enum quant quant = QUANTS;
		struct err err;
		bool good = quant_parse(rows[i].text, &quant, &err);
		assert_int_equal(good ? (int)quant : -1, rows[i].want);
		if (!good)
			assert_int_equal(err.fault, FAULT_USAGE);
	}
}

#define HEAD \
 "id,params_b,layers,kv_heads,head_dim,context,active_params_b,q4_k_m_gb,read_q4_k_m_gb,"
#define REST "kv_bound,types,hosted,unverified\n"

static void
test_overlay(void **state)
{
	(void)state;
	struct local_models list = { 0 };
	struct err err;
	const char *text = HEAD REST "a,8,32,8,128,8192,,4.9,,,chat  rag,groq/x/y; own/z,\n"
				     "b,30,48,4,128,8192,3,18,,yes,,,\n";
	assert_true(local_models_add_text(&list, "shipped.csv", slice_of(text), &err));
	const struct local_model *a = local_model_find(&list, "a", &err);
	assert_non_null(a);
	/* of a dense model all is read; of a mixture the row has to say how much */
	assert_true(a->read_gb[QUANT_Q4_K_M] == 4.9 && a->active_params_b == 8);
	assert_true(isnan(list.items[1].read_gb[QUANT_Q4_K_M]) && list.items[1].kv_bound);
	assert_true(isnan(a->file_gb[QUANT_F16]) && !a->kv_bound);
	assert_int_equal(a->hosted_n, 2);
	assert_true(slice_is(a->hosted[0].provider, "groq") && slice_is(a->hosted[0].model, "x/y"));
	assert_true(slice_is(a->hosted[1].provider, "own") && slice_is(a->hosted[1].model, "z"));
	assert_true(local_model_is_good_for(a, SLICE("rag")));
	assert_false(local_model_is_good_for(a, SLICE("cha")));
	assert_false(local_model_is_good_for(a, SLICE("")));
	text = HEAD REST "a,9,32,8,128,4096,,5.9,,,,,\nc,1,2,3,4,5,,1,,,jugglery,,\n";
	assert_true(local_models_add_text(&list, "own.csv", slice_of(text), &err));
	assert_int_equal(list.n, 3);
	assert_true(list.items[0].params_b == 9 && list.items[0].hosted_n == 0);
	static const struct slice types[] = { { "chat", 4 }, { "rag", 3 } };
	assert_false(local_models_check_types(&list, types, HL_COUNT(types), &err));
	assert_string_equal(err.text,
		"own.csv:3: types has \"jugglery\", expected kinds of task as "
		"attributes.conf has them");
	local_models_free(&list);
}

static void
test_errors(void **state)
{
	(void)state;
	static const struct {
		const char *row, *want;
	} rows[] = {
		{ "a,8,32,8,128,8192,,,,,,,",
			"f:2: the size of no file, expected q4_k_m_gb, q8_0_gb or f16_gb" },
		{ "a,8,32.5,8,128,8192,,5,,,,,",
			"f:2: layers is \"32.5\", expected a whole number from 1 to 10,000" },
		{ "a,8,32,0,128,8192,,5,,,,,",
			"f:2: kv_heads is \"0\", expected a whole number from 1 to 10,000" },
		{ "a,8,32,8,128,,,5,,,,,", "f:2: no context" },
		{ "a,8,32,8,128,8192,9,5,,,,,",
			"f:2: active_params_b is more than params_b, expected at most 8" },
		{ "a,8,32,8,128,8192,,5,6,,,,",
			"f:2: read_q4_k_m_gb is more than q4_k_m_gb, which is all there is" },
		{ "a,8,32,8,128,8192,,5,,maybe,,,",
			"f:2: kv_bound is \"maybe\", expected yes or no" },
		{ "a,8,32,8,128,8192,,5,,,,groq,",
			"f:2: hosted has \"groq\", expected PROVIDER/ID as in prices.csv" },
		{ "a,8,32,8,128,8192,,5,,,,,f16_gb",
			"f:2: f16_gb is called unverified and is not there" },
		{ "a,-8,32,8,128,8192,,5,,,,,",
			"f:2: params_b is \"-8\", expected a number from 0.001 to 100,000" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct local_models list = { 0 };
		struct err err = { 0 };
		char text[512];
		snprintf(text, sizeof(text), HEAD REST "%s\n", rows[i].row);
		assert_false(local_models_add_text(&list, "f", slice_of(text), &err));
		assert_string_equal(err.text, rows[i].want);
		local_models_free(&list);
	}
}

/* ---- what ships ---- */

/* The size of a file is the number of parameters times what a weight takes in it. */
static void
test_sizes(void **state)
{
	(void)state;
	static const struct {
		double least, most;
	} bits[QUANTS] = { { 4.3, 6.2 }, { 8.45, 9 }, { 15.9, 16.4 } };
	for (size_t i = 0; i < shipped.n; i++) {
		const struct local_model *row = &shipped.items[i];
		/* gpt-oss is published with weights of four bits; its other file keeps most of them */
		bool native = slice_starts(row->id, "gpt-oss");
		for (int q = 0; q < QUANTS; q++) {
			double a_weight = row->file_gb[q] * 8 / row->params_b;
			if (isnan(a_weight) || (native && q == QUANT_F16))
				continue;
			if (a_weight < bits[q].least || a_weight > bits[q].most)
				fail_msg(SLICE_FMT " %s: %.2f bits a weight", SLICE_ARG(row->id),
					quant_names[q], a_weight);
			assert_true(row->read_gb[q] > 0 && row->read_gb[q] <= row->file_gb[q]);
		}
		assert_true(row->source.n && row->license.n && row->good_for.n && row->types.n);
		if (slice_find(row->source, "model card") >= 0)
			assert_true(local_model_is_unverified(row, MODEL_FILE_Q4));
	}
}

/* Figures that were worked out by hand, or printed by llama.cpp (1,024 MiB of cache at 8,192 tokens of Llama 3.1 8B). */
static void
test_cache(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		int64_t bytes;
	} rows[] = { { "llama-3.1-8b", 131072 }, { "llama-3.1-70b", 327680 },
		{ "llama-3.2-3b", 114688 }, { "mistral-7b-v0.3", 131072 }, { "qwen2.5-7b", 57344 },
		{ "qwen2.5-14b", 196608 }, { "qwen3-8b", 147456 }, { "phi-3-mini", 393216 },
		{ "gemma-3-27b", 507904 }, { "gpt-oss-20b", 49152 } };
	struct err err;
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		assert_int_equal(local_model_kv_bytes(local_model_find(&shipped, rows[i].id, &err)),
			rows[i].bytes);
}

/* Half of the layers of Gemma 2, five of six of Gemma 3 and half of gpt-oss look back at a window. */
static void
test_windows(void **state)
{
	(void)state;
	static const struct {
		const char *id;
		int64_t window;
		int layers;
	} rows[] = { { "gemma-2-9b", 4096, 21 }, { "gemma-2-27b", 4096, 23 },
		{ "gemma-3-4b", 1024, 29 }, { "gemma-3-12b", 1024, 40 },
		{ "gemma-3-27b", 1024, 52 }, { "gpt-oss-20b", 128, 12 },
		{ "gpt-oss-120b", 128, 18 }, { "llama-3.1-8b", 0, 0 } };
	struct err err;
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		const struct local_model *model = local_model_find(&shipped, rows[i].id, &err);
		assert_true(model->window == rows[i].window &&
			    model->window_layers == rows[i].layers && !model->kv_bound);
		/* short of the window it is as without one; longer it grows by the other layers */
		double bytes = (double)local_model_kv_bytes(model);
		assert_true(fabs(local_model_cache_bytes(model, 600) - 600 * bytes) < 1);
		double step =
			local_model_cache_bytes(model, 7001) - local_model_cache_bytes(model, 7000);
		assert_true(fabs(step - bytes * (model->layers - model->window_layers) /
						model->layers) < 1e-3);
	}
}

/* Without the input embeddings: 128,256 words of 4,096 numbers at 4.5, 8.5 and 16 bits. */
static void
test_read(void **state)
{
	(void)state;
	struct err err;
	const struct local_model *llama = local_model_find(&shipped, "llama-3.1-8b", &err);
	assert_true(fabs(llama->read_gb[QUANT_Q4_K_M] - (4.913 - 0.2955)) < 0.001);
	assert_true(fabs(llama->read_gb[QUANT_Q8_0] - (8.541 - 0.5582)) < 0.001);
	assert_true(fabs(llama->read_gb[QUANT_F16] - (16.07 - 1.0507)) < 0.002);
	/* one table for both ends: all is read */
	const struct local_model *small = local_model_find(&shipped, "llama-3.2-3b", &err);
	assert_true(small->read_gb[QUANT_Q4_K_M] == small->file_gb[QUANT_Q4_K_M]);
	/* a mixture reads the experts it asks */
	const struct local_model *mixture = local_model_find(&shipped, "qwen3-30b-a3b", &err);
	assert_true(mixture->read_gb[QUANT_Q8_0] * 8 < mixture->file_gb[QUANT_Q8_0]);
	assert_true(local_model_is_unverified(mixture, MODEL_READ_Q4));
}

/* Every kind of task that a policy can send to a model of one's own has one that is good for it. */
static void
test_types(void **state)
{
	(void)state;
	static const char *const routine[] = { "classification", "extraction", "summarization",
		"moderation", "embedding", "translation", "tagging", "intent_detection",
		"reformatting", "template_filling", "drafting", "generation", "creative_writing",
		"chat", "rag", "code_completion", "code_generation" };
	char path[512];
	struct err err;
	struct attributes *attributes = attributes_load(data_file(path, "attributes.conf"), &err);
	assert_non_null(attributes);
	const struct attribute_info *type =
		&attributes->items[attributes_find(attributes, SLICE("type"))];
	if (!local_models_check_types(&shipped, type->words, type->words_n, &err))
		fail_msg("%s", err.text);
	attributes_free(attributes);
	for (size_t t = 0; t < HL_COUNT(routine); t++) {
		bool found = false;
		for (size_t i = 0; i < shipped.n && !found; i++)
			found = local_model_is_good_for(&shipped.items[i], slice_of(routine[t]));
		if (!found)
			fail_msg("no model is good for %s", routine[t]);
	}
	/* vectors come from models that make vectors, and from nothing else */
	for (size_t i = 0; i < shipped.n; i++)
		assert_int_equal(local_model_is_good_for(&shipped.items[i], SLICE("embedding")),
			slice_is(shipped.items[i].types, "embedding"));
}

/* What the catalogue calls the same model as an API has a price. */
static void
test_hosted(void **state)
{
	(void)state;
	char prices[512], aliases[512];
	const char *price_files[] = { data_file(prices, "prices.csv") };
	const char *alias_files[] = { data_file(aliases, "aliases.csv") };
	struct err err;
	struct catalog *catalog = catalog_load(price_files, 1, alias_files, 1, &err);
	size_t seen = 0;
	assert_non_null(catalog);
	for (size_t i = 0; i < shipped.n; i++)
		for (size_t h = 0; h < shipped.items[i].hosted_n; h++) {
			const struct hosted *hosted = &shipped.items[i].hosted[h];
			const struct model *model =
				catalog_find(catalog, hosted->model, hosted->provider);
			int64_t from, to;
			if (!model || !slice_eq(model_provider(model), hosted->provider))
				fail_msg("prices.csv has no " SLICE_FMT "/" SLICE_FMT,
					SLICE_ARG(hosted->provider), SLICE_ARG(hosted->model));
			model_span(model, &from, &to);
			assert_true(to == INT64_MAX);
			seen++;
		}
	assert_true(seen >= 15);
	catalog_free(catalog);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_every_name),
		cmocka_unit_test(test_quants),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_errors),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_types),
		cmocka_unit_test(test_hosted),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
