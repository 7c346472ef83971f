/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory: figures worked out by hand, the largest context that fits, and what must hold of any. */
#include "config.h"

#include "local/fit.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static struct hardwares hardware;
static struct local_models models;

static int
load(void **state)
{
	char path[512];
	struct err err;
	const char *folder = getenv("HLLM_DATA_DIR");
	(void)state;
	snprintf(path, sizeof(path), "%s/hardware.csv", folder ? folder : "data");
	bool good = hardwares_add(&hardware, path, &err);
	snprintf(path, sizeof(path), "%s/models.csv", folder ? folder : "data");
	good = good && local_models_add(&models, path, &err);
	if (!good)
		print_error("%s\n", err.text);
	return good ? 0 : -1;
}

static int
unload(void **state)
{
	(void)state;
	hardwares_free(&hardware);
	local_models_free(&models);
	return 0;
}

static struct fit_question
question(const char *model, enum quant quant, const char *name, int units, int64_t context,
	int concurrency)
{
	struct err err = { 0 };
	struct fit_question q = { .model = local_model_find(&models, model, &err),
		.quant = quant,
		.hardware = hardware_find(&hardware, name, &err),
		.units = units,
		.context = context,
		.concurrency = concurrency };
	if (!q.model || !q.hardware)
		fail_msg("%s", err.text);
	return q;
}

static void
test_cases(void **state)
{
	(void)state;
	static const struct {
		const char *model;
		enum quant quant;
		const char *hardware;
		int units;
		int64_t context;
		int concurrency;
		enum fit_answer answer;
		double weights, kv, overhead, usable; /* GB; NAN: not known */
		int64_t most;
	} rows[] = {
		/* 131,072 bytes a token; (24 - 4.913 - 0.84826) / 131,072e-9 = 139,150, over its limit */
		{ "llama3.1:8b", QUANT_Q4_K_M, "rtx4090", 1, 8192, 1, FIT_YES, 4.913, 1.073741824,
			0.84826, 24, 131072 },
		{ "llama3.1:8b", QUANT_Q4_K_M, "rtx4090", 1, 32768, 4, FIT_YES, 4.913, 17.179869184,
			0.84826, 24, 34787 },
		{ "llama3.1:8b", QUANT_Q4_K_M, "rtx4090", 1, 32768, 5, FIT_TOO_LONG, 4.913,
			21.47483648, 0.84826, 24, 27830 },
		/* (24 - 16.07 - 1.0714) / 131,072e-9 */
		{ "llama3.1:8b", QUANT_F16, "rtx4090", 1, 8192, 1, FIT_YES, 16.07, 1.073741824,
			1.0714, 24, 52326 },
		{ "llama3.1:8b", QUANT_F16, "rtx4090", 1, 52326, 1, FIT_YES, 16.07, 6.858473472,
			1.0714, 24, 52326 },
		{ "llama3.1:8b", QUANT_F16, "rtx4090", 1, 52327, 1, FIT_TOO_LONG, 16.07,
			6.858604544, 1.0714, 24, 52326 },
		/* 42.5 GB on 32 GB: at no context */
		{ "llama3.1:70b", QUANT_Q4_K_M, "rtx5090", 1, 1, 1, FIT_TOO_LARGE, 42.513,
			0.00032768, 1.60026, 32, 0 },
		/* (64 - 42.513 - 2.35026) / 327,680e-9 */
		{ "llama3.1:70b", QUANT_Q4_K_M, "rtx5090", 2, 8192, 1, FIT_YES, 42.513, 2.68435456,
			2.35026, 64, 58400 },
		/* one card of 80 GB is enough, two of 24 GB are too */
		{ "llama3.1:70b", QUANT_Q4_K_M, "a100-80", 1, 8192, 1, FIT_YES, 42.513, 2.68435456,
			1.60026, 80, 109517 },
		{ "llama3.1:70b", QUANT_Q4_K_M, "rtx3090", 2, 8192, 1, FIT_YES, 42.513, 2.68435456,
			2.35026, 48, 9572 },
		/* a Mac of 32 GB gives two thirds */
		{ "llama3.1:70b", QUANT_Q4_K_M, "m1-pro", 1, 8192, 1, FIT_TOO_LARGE, 42.513,
			2.68435456, 1.60026, 21.44, 0 },
		/* a server with 32 GB has 28.8 of them to give; Mixtral takes 29.8 */
		{ "mixtral", QUANT_Q4_K_M, "hetzner-cx53", 1, 1024, 1, FIT_TOO_LARGE, 28.45,
			0.134217728, 1.319, 28.8, 0 },
		{ "mistral:7b", QUANT_Q4_K_M, "contabo-vps-20", 1, 8192, 1, FIT_YES, 4.37,
			1.073741824, 0.8374, 9.6, 32768 },
		/* 8,192 bytes a layer: 10 layers keep all, 52 keep 1,024 + 512 tokens; the largest
		 * is (24 - 16.55 - 1.081 - 0.654311424) / 81,920e-9 */
		{ "gemma-3-27b", QUANT_Q4_K_M, "rtx4090", 1, 32768, 1, FIT_YES, 16.55, 3.338665984,
			1.081, 24, 69759 },
		/* up to the window and a batch all layers keep all: 62 * 8,192 * 1,536 */
		{ "gemma-3-27b", QUANT_Q4_K_M, "rtx4090", 1, 1536, 2, FIT_YES, 16.55, 1.560281088,
			1.081, 24, 30886 },
		/* 2,048 bytes a layer: 18 keep all, 18 keep 640 tokens */
		{ "gpt-oss:120b", QUANT_Q4_K_M, "ryzen-ai-max-395", 1, 131072, 4, FIT_YES, 63.37,
			19.421724672, 2.0174, 96, 131072 },
		/* the limit of the model itself */
		{ "mistral:7b", QUANT_Q4_K_M, "rtx4090", 1, 40000, 1, FIT_OVER_LIMIT, 4.37, 5.24288,
			0.8374, 24, 32768 },
		{ "gpt-oss:20b", QUANT_Q8_0, "rtx4090", 1, 8192, 1, FIT_NO_FILE, (double)NAN,
			0.217055232, (double)NAN, 24, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct fit_question q = question(rows[i].model, rows[i].quant, rows[i].hardware,
			rows[i].units, rows[i].context, rows[i].concurrency);
		struct fit fit;
		fit_of(&q, &fit);
		bool same = fit.answer == rows[i].answer && fit.context_most == rows[i].most &&
			    fabs(fit.kv_gb - rows[i].kv) < 1e-9 &&
			    fabs(fit.usable_gb - rows[i].usable) < 1e-9;
		if (!isnan(rows[i].weights))
			same &= fabs(fit.weights_gb - rows[i].weights) < 1e-9 &&
				fabs(fit.overhead_gb - rows[i].overhead) < 1e-9 &&
				fabs(fit.needed_gb - rows[i].weights - rows[i].kv -
					rows[i].overhead) < 1e-9;
		else
			same &= isnan(fit.weights_gb) && isnan(fit.needed_gb);
		if (!same)
			fail_msg("row %zu, %s: answer %d, %f + %f + %f of %f GB, at most %lld", i,
				rows[i].model, (int)fit.answer, fit.weights_gb, fit.kv_gb,
				fit.overhead_gb, fit.usable_gb, (long long)fit.context_most);
	}
}

/* The largest context fits, one more does not; and more of anything never takes less. */
static void
check_limits(struct fit_question q)
{
	struct fit fit, at, beyond;
	fit_of(&q, &fit);
	if (!fit.context_most)
		return;
	q.context = fit.context_most;
	fit_of(&q, &at);
	assert_int_equal(at.answer, FIT_YES);
	assert_true(at.needed_gb <= at.usable_gb + 1e-9);
	q.context++;
	fit_of(&q, &beyond);
	assert_int_equal(
		beyond.answer, q.context > q.model->context ? FIT_OVER_LIMIT : FIT_TOO_LONG);
	assert_true(beyond.answer == FIT_OVER_LIMIT || beyond.needed_gb > beyond.usable_gb - 1e-9);
	assert_true(beyond.needed_gb > at.needed_gb);
	q.context--;
	q.concurrency++;
	fit_of(&q, &beyond);
	assert_true(beyond.context_most <= fit.context_most);
	q.concurrency--;
	q.units++;
	fit_of(&q, &beyond);
	assert_true(beyond.context_most >= fit.context_most);
}

static void
test_limits(void **state)
{
	(void)state;
	for (size_t h = 0; h < hardware.n; h++)
		for (size_t m = 0; m < models.n; m++)
			for (int i = 0; i < QUANTS * 4; i++)
				check_limits((struct fit_question){ .model = &models.items[m],
					.quant = (enum quant)(i % QUANTS),
					.hardware = &hardware.items[h],
					.units = 1 + i / QUANTS % 2,
					.context = 1024,
					.concurrency = i / QUANTS > 1 ? 4 : 1 });
}

static void
test_words(void **state)
{
	(void)state;
	static const struct {
		const char *model;
		enum quant quant;
		const char *hardware;
		int units;
		int64_t context;
		int concurrency;
		const char *refusal;
	} rows[] = {
		{ "llama3.1:8b", QUANT_Q4_K_M, "rtx4090", 1, 32768, 1, "" },
		{ "llama3.1:70b", QUANT_Q4_K_M, "rtx5090", 1, 8192, 1,
			"llama-3.1-70b in q4_k_m does not fit on rtx-5090: 42.51 GB of weights + "
			"2.68 GB of cache (327,680 bytes a token x 8,192 tokens) + 1.60 GB of "
			"overhead = 46.80 GB; 32 GB can be used; no context fits" },
		{ "llama3.1:8b", QUANT_F16, "rtx4090", 1, 32768, 2,
			"llama-3.1-8b in f16 does not fit on rtx-4090: 16.07 GB of weights + 8.59 "
			"GB of cache (131,072 bytes a token x 32,768 tokens x 2 requests at once) "
			"+ "
			"1.07 GB of overhead = 25.73 GB; 24 GB can be used; the largest context "
			"that fits is 26,163 tokens" },
		{ "gemma-3-27b", QUANT_Q8_0, "rtx3060", 2, 8192, 1,
			"gemma-3-27b in q8_0 does not fit on 2 x rtx-3060-12: 28.71 GB of weights "
			"+ 1.33 GB of cache (507,904 bytes a token x 8,192 tokens, of which 52 of "
			"62 layers keep 1,536) + 2.07 GB of overhead = 32.11 GB; 24 GB can be used "
			"in all units; no context fits" },
		{ "bge-m3", QUANT_F16, "pi5-16", 1, 8192, 20,
			"bge-m3 in f16 does not fit on pi5-16: 1.16 GB of weights + at most 16.11 "
			"GB of cache (98,304 bytes a token x 8,192 tokens x 20 requests at once) + "
			"0.77 GB of overhead = 18.04 GB; 12.8 GB can be used; the largest context "
			"that fits is 5,528 tokens" },
		{ "mistral", QUANT_Q8_0, "rtx4090", 1, 40000, 1,
			"mistral-7b-v0.3 in q8_0 takes at most 32,768 tokens of context, not "
			"40,000" },
		{ "gpt-oss", QUANT_Q8_0, "rtx4090", 1, 4096, 1,
			"gpt-oss-20b in q8_0 is not in the catalogue: no size of such a file is "
			"known" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct fit_question q = question(rows[i].model, rows[i].quant, rows[i].hardware,
			rows[i].units, rows[i].context, rows[i].concurrency);
		struct fit fit;
		struct str text = STR_INIT;
		fit_of(&q, &fit);
		fit_refusal(&text, &q, &fit);
		assert_string_equal(str_text(&text), rows[i].refusal);
		str_free(&text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_words),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
