/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measured: what the user measured goes before what others published, which of it is taken, how it is
 * carried over, and what is said of it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* behind cmocka.h, whose macros it uses */
#include "catalogues.h"

#include "local/speed.h"

static int
forget(void **state)
{
	(void)state;
	measured_free(&speeds.measured);
	return 0;
}

static const struct local_model *
model_of(const char *name)
{
	struct err err = { 0 };
	const struct local_model *model = local_model_find(&models, name, &err);
	if (!model)
		fail_msg("%s", err.text);
	return model;
}

static struct fit_question
ask(const char *hardware, const char *model, enum quant quant, int64_t context, int concurrency)
{
	struct err err = { 0 };
	struct fit_question question = { .model = model_of(model),
		.quant = quant,
		.context = context,
		.concurrency = concurrency };
	const char *name;
	assert_true(units_cut(hardware, &question.units, &name, &err));
	question.hardware = hardware_find(&hardwares, name, &err);
	if (!question.hardware)
		fail_msg("%s", err.text);
	return question;
}

static struct speed
answer(const struct fit_question *question)
{
	struct speed speed;
	struct err err = { 0 };
	if (!speed_of(&speeds, question, &speed, &err))
		fail_msg("%s", err.text);
	assert_true(estimate_is_sound(speed.decode) && estimate_is_sound(speed.batch_decode));
	assert_true(!speed.prefill_known || estimate_is_sound(speed.prefill));
	return speed;
}

static void
says(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" has no \"%s\"", text, part);
}

static void
near(double got, double want)
{
	if (!(fabs(got / want - 1) < 1e-9))
		fail_msg("%.12g, expected %.12g", got, want);
}

/* A speed of one request on the RTX 4090. */
static struct measured_speed
one(int64_t probe, const char *date, const char *model, enum quant quant, double context,
	double rate)
{
	return (struct measured_speed){ .probe = probe,
		.date = slice_of(date),
		.with = SLICE("llama.cpp b9910"),
		.hardware = SLICE("rtx-4090"),
		.units = 1,
		.model = model_of(model)->id,
		.quant = quant,
		.load = speed_load(model_of(model), quant),
		.concurrency = 1,
		.context = context,
		.rate = { rate * 0.98, rate, rate * 1.02 } };
}

static void
add(struct measured_speed speed)
{
	measured_add(&speeds.measured, &speed);
}

static void
a_probe_goes_before_what_is_published(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 1);
	(void)state;
	assert_int_equal(answer(&q).from, SPEED_FROM_PUBLISHED);
	add(one(3, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 97));
	struct speed speed = answer(&q);
	assert_int_equal(speed.from, SPEED_FROM_PROBE);
	near(speed.decode.low, 97 * 0.98);
	near(speed.decode.likely, 97);
	near(speed.decode.high, 97 * 1.02);
	assert_string_equal(speed.source, "measured on this hardware on 2026-11-25 (probe 3, "
					  "llama.cpp b9910): 97 tokens/s at 2,048 tokens of "
					  "context");
	says(speed.prefill_source, "published by others"); /* of prompts nothing was measured */
}

static void
it_is_carried_to_the_context(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 32768, 1);
	(void)state;
	add(one(3, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 97));
	struct speed speed = answer(&q);
	const struct speed_class *class =
		speeds_class(&speeds, SLICE("geforce"), SPEED_DECODE, "dense"),
				 *error = speeds_class(
					 &speeds, SLICE("any"), SPEED_CARRIED, "decode-context");
	struct load load = speed_load(q.model, q.quant);
	double bandwidth = q.hardware->bandwidth_gbs * 1e9;
	double factor = roofline_decode(&class->constants, &load, bandwidth, 32768) /
			roofline_decode(&class->constants, &load, bandwidth, 2048);
	assert_true(factor < 0.65);
	assert_int_equal(speed.from, SPEED_FROM_PROBE);
	near(speed.decode.likely, 97 * factor);
	near(speed.decode.low, 97 * 0.98 * factor * error->low);
	near(speed.p90_error, error->p90_error);
	says(speed.source, "carried over by the prediction to this context");
}

static void
another_model_helps_where_this_one_was_not_measured(void **state)
{
	struct fit_question q = ask("rtx-4090", "qwen2.5-14b", QUANT_Q4_K_M, 2048, 1);
	(void)state;
	double published = answer(&q).decode.likely;
	/* a machine that is a tenth slower than others of its kind with one model is with another */
	struct fit_question small = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 1);
	small.hardware = q.hardware;
	struct hardware described = *q.hardware;
	described.file = SLICE_NONE; /* so that nothing published is taken */
	struct fit_question predicted = small;
	predicted.hardware = &described;
	double usual = answer(&predicted).decode.likely;
	predicted.model = q.model;
	double usual_large = answer(&predicted).decode.likely;
	add(one(7, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, usual * 0.9));
	struct speed speed = answer(&q);
	assert_int_equal(speed.from, SPEED_FROM_OTHER_PROBE);
	near(speed.decode.likely, usual_large * 0.9);
	assert_true(speed.decode.likely > 0.5 * published && speed.decode.likely < 2 * published);
	says(speed.source, "(probe 7, llama.cpp b9910) with llama-3.1-8b in q4_k_m: ");
	says(speed.source,
		"carried over by the prediction to this model (8 % median error and 27 % "
		"in one of ten");
}

static void
the_best_one_is_taken(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 1);
	struct measured_speed speed;
	(void)state;
	/* each of these goes before all that were added before it */
	static const struct {
		const char *date, *model;
		enum quant quant;
		enum measured_rank rank;
		double context;
	} steps[] = {
		{ "2026-11-09", "gpt-oss-20b", QUANT_Q4_K_M, MEASURED_LIVE, 2048 },
		{ "2026-11-08", "qwen2.5-14b", QUANT_Q4_K_M, MEASURED_LIVE, 2048 },
		{ "2026-11-07", "llama-3.1-8b", QUANT_Q8_0, MEASURED_LIVE, 2048 },
		{ "2026-11-06", "llama-3.1-8b", QUANT_Q4_K_M, MEASURED_NOISY, 2048 },
		{ "2026-11-05", "llama-3.1-8b", QUANT_Q4_K_M, MEASURED_IMPORTED, 2048 },
		{ "2026-11-04", "llama-3.1-8b", QUANT_Q4_K_M, MEASURED_PARTIAL, 2048 },
		{ "2026-11-02", "llama-3.1-8b", QUANT_Q4_K_M, MEASURED_LIVE, 2048 },
		{ "2026-11-03", "llama-3.1-8b", QUANT_Q4_K_M, MEASURED_LIVE, 64 },
	};
	for (size_t i = 0; i < HL_COUNT(steps); i++) {
		speed = one((int64_t)i + 1, steps[i].date, steps[i].model, steps[i].quant,
			steps[i].context, 100);
		speed.rank = steps[i].rank;
		add(speed);
		char *part = xasprintf("(probe %zu, ", i + 1);
		says(answer(&q).source, part);
		free(part);
	}
	/* of one probe the nearest context */
	add(one((int64_t)HL_COUNT(steps), "2026-11-03", "llama-3.1-8b", QUANT_Q4_K_M, 2000, 111));
	says(answer(&q).source, "111 tokens/s at 2,000 tokens of context");
}

static void
another_machine_says_nothing(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q8_0, 2048, 1);
	struct measured_speed two = one(1, "2026-11-25", "llama-3.1-8b", QUANT_Q8_0, 2048, 50);
	(void)state;
	two.units = 2;
	add(two);
	two.units = 1;
	two.hardware = SLICE("rtx-3090");
	add(two);
	assert_int_equal(answer(&q).from, SPEED_FROM_PREDICTION);
	two.hardware = SLICE("rtx-4090");
	add(two);
	assert_int_equal(answer(&q).from, SPEED_FROM_PROBE);
	struct hardware described = *q.hardware;
	described.file = SLICE_NONE;
	q.hardware = &described;
	assert_int_equal(answer(&q).from, SPEED_FROM_PREDICTION);
}

static void
prompts_are_carried_too_but_not_from_experts(void **state)
{
	struct fit_question q = ask("rtx-4090", "qwen2.5-14b", QUANT_Q4_K_M, 4096, 1);
	struct measured_speed prompts =
		one(2, "2026-11-25", "gpt-oss-20b", QUANT_Q4_K_M, 2048, 9000);
	(void)state;
	prompts.prefill = true;
	add(prompts);
	assert_null(strstr(answer(&q).prefill_source, "measured on this hardware"));
	prompts = one(3, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 7000);
	prompts.prefill = true;
	add(prompts);
	struct speed speed = answer(&q);
	says(speed.prefill_source, "measured on this hardware on 2026-11-25 (probe 3");
	near(speed.prefill.likely,
		7000 * model_of("llama-3.1-8b")->active_params_b / q.model->active_params_b);
	q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 4096, 1); /* 2,048 in the mean */
	near(answer(&q).prefill.likely, 7000);
}

static void
several_at_once_are_taken_as_measured(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 8);
	struct measured_speed at_once =
		one(4, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 400);
	(void)state;
	at_once.concurrency = 8;
	add(one(4, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 100));
	add(at_once);
	struct speed speed = answer(&q);
	near(speed.batch_decode.likely, 400);
	near(speed.batch_decode.low, 400 * 0.98);
	assert_string_equal(speed.batch_source, "measured on this hardware on 2026-11-25 (probe 4, "
						"llama.cpp b9910): 8 at once made 400 tokens/s");
	/* four times from eight at once: two of three doublings give 4^(2/3) */
	q.concurrency = 4;
	speed = answer(&q);
	near(speed.batch_decode.likely, 100 * pow(4, 2.0 / 3));
	says(speed.batch_source, "and 4 at once what its gain over one request lets expect");
	q.concurrency = 1;
	near(answer(&q).batch_decode.likely, 100);
	/* of another model it says nothing */
	q = ask("rtx-4090", "qwen2.5-14b", QUANT_Q4_K_M, 2048, 8);
	assert_null(strstr(answer(&q).batch_source, "probe 4"));
}

static void
no_speed_of_one_request_is_needed(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 16);
	struct measured_speed at_once =
		one(5, "2026-11-25", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 900);
	(void)state;
	at_once.concurrency = 32;
	add(at_once);
	struct speed speed = answer(&q);
	assert_int_equal(speed.from, SPEED_FROM_PUBLISHED);
	const struct speed_class *batch =
		speeds_class(&speeds, SLICE("geforce"), SPEED_BATCH, "dense");
	near(speed.batch_decode.likely, 900 * pow(0.5, batch->constants.efficiency));
	near(speed.batch_decode.low, 900 * 0.98 * pow(0.5, batch->high));
	near(speed.batch_decode.high, 900 * 1.02 * pow(0.5, batch->low));
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, forget)
	const struct CMUnitTest tests[] = { TEST(a_probe_goes_before_what_is_published),
		TEST(it_is_carried_to_the_context),
		TEST(another_model_helps_where_this_one_was_not_measured),
		TEST(the_best_one_is_taken), TEST(another_machine_says_nothing),
		TEST(prompts_are_carried_too_but_not_from_experts),
		TEST(several_at_once_are_taken_as_measured),
		TEST(no_speed_of_one_request_is_needed) };
	return cmocka_run_group_tests_name("measured", tests, load_all, free_all);
}
