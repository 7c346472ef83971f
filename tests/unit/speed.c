/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speed: the prediction of every published row, as scripts/fit-speed makes it; which source goes
 * before which, and what is said of it; and what a batch can be at most.
 */
#include "config.h"

#include "local/speed.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* behind cmocka.h, whose macros it uses */
#include "catalogues.h"

#include "local/sheetrow.h"
#include "price/sheet.h"

/* --- every published row --- */

enum { P_LINE, P_LOW, P_LIKELY, P_HIGH, P_COLUMNS };
static const char *const prediction_columns[P_COLUMNS] = { "line", "low", "likely", "high" };

struct prediction {
	double line, low, likely, high;
};

static const struct number_column prediction_numbers[] = {
	{ P_LINE, offsetof(struct prediction, line), 1, 1e6, .required = true, .whole = true },
	{ P_LOW, offsetof(struct prediction, low), 0, 1e9, .required = true },
	{ P_LIKELY, offsetof(struct prediction, likely), 0, 1e9, .required = true },
	{ P_HIGH, offsetof(struct prediction, high), 0, 1e9, .required = true },
};

/* The row's machine and model as a user would describe them who has neither in a catalogue. */
static struct estimate
predict(const struct throughput *row)
{
	const struct load *load = &row->model->load;
	int64_t heads =
		4 * (int64_t)load->layers; /* bytes of one dimension: keys, values, 16 bits */
	struct hardware hardware = { .class = row->machine->class,
		.bandwidth_gbs = row->machine->bandwidth_gbs,
		.fp16_tflops = row->machine->fp16_tflops };
	struct local_model model = { .id = SLICE("of-the-row"),
		.params_b = load->params / 1e9 + (load->moe ? 1 : 0),
		.active_params_b = load->params / 1e9,
		.layers = load->layers,
		.kv_heads = 1,
		.head_dim = (int)((int64_t)load->kv_bytes / heads),
		.window = (int64_t)load->window,
		.window_layers = load->window_layers };
	struct speed speed;
	struct err err = { 0 };
	bool prefill = row->measure == SPEED_PREFILL;
	assert_int_equal((int64_t)load->kv_bytes % heads, 0);
	model.read_gb[QUANT_Q8_0] = load->read_bytes / 1e9;
	struct fit_question question = { &model, QUANT_Q8_0, &hardware, row->units,
		(int64_t)row->context * (prefill ? 2 : 1), prefill ? 1 : row->concurrency };
	assert_true(speed_of(&speeds, &question, &speed, &err));
	assert_int_equal(speed.from, SPEED_FROM_PREDICTION);
	return prefill ? speed.prefill : row->concurrency > 1 ? speed.batch_decode : speed.decode;
}

static void
is_near(const char *what, int64_t line, double got, double want)
{
	if (!(fabs(got / want - 1) < 1e-4))
		fail_msg("throughput.csv:%lld: %s is %.6g, fit-speed says %.6g", (long long)line,
			what, got, want);
}

static bool
check_prediction(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct prediction want;
	size_t *checked = data;
	(void)line;
	if (!sheetrow_numbers(&want, prediction_numbers, HL_COUNT(prediction_numbers), cells,
		    prediction_columns, err))
		return false;
	for (size_t i = 0; i < speeds.rows_n; i++) {
		const struct throughput *row = &speeds.rows[i];
		if (row->line != (int64_t)want.line)
			continue;
		struct estimate got = predict(row);
		is_near("low", row->line, got.low, want.low);
		is_near("likely", row->line, got.likely, want.likely);
		is_near("high", row->line, got.high, want.high);
		(*checked)++;
	}
	return true;
}

static void
predicts_every_row_as_the_fit_does(void **state)
{
	struct arena arena = { 0 };
	struct slice text;
	struct err err = { 0 };
	size_t checked = 0, known = 0;
	const struct sheet sheet = { prediction_columns, P_COLUMNS, P_COLUMNS, check_prediction,
		&checked };
	const char *folder = getenv("TESTDIR");
	struct slice path =
		slice_printf(&arena, "%s/data/speed-predictions.csv", folder ? folder : "tests");
	(void)state;
	if (!sheet_file(&arena, path.p, &text, &err) || !sheet_read(&sheet, text, path.p, &err))
		fail_msg("%s", err.text);
	for (size_t i = 0; i < speeds.rows_n; i++)
		known += !isnan(speeds.rows[i].context) &&
			 !isnan(speeds.rows[i].machine->bandwidth_gbs) &&
			 !isnan(speeds.rows[i].machine->fp16_tflops);
	assert_int_equal(checked, known);
	assert_true(known > 1400);
	arena_free(&arena);
}

/* --- sources --- */

static struct fit_question
ask(const char *hardware, const char *model, enum quant quant, int64_t context, int concurrency)
{
	struct err err = { 0 };
	struct fit_question question = {
		.quant = quant, .context = context, .concurrency = concurrency
	};
	const char *name;
	assert_true(units_cut(hardware, &question.units, &name, &err));
	question.hardware = hardware_find(&hardwares, name, &err);
	question.model = local_model_find(&models, model, &err);
	if (!question.hardware || !question.model)
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
published_goes_before_predicted(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 2048, 1);
	struct speed speed = answer(&q);
	(void)state;
	assert_int_equal(speed.from, SPEED_FROM_PUBLISHED);
	assert_true(fabs(speed.decode.likely - 119.44) < 0.005); /* tg4096: 2,048 in the mean */
	says(speed.source,
		"published by others: Llama 3 8B Q4_K_M on RTX 4090 24GB, 119 tokens/s at "
		"2,048 tokens of context (XiongjieDai/");
	says(speed.prefill_source, "published by others");
	assert_true(speed.median_error > 0 && speed.decode.low < speed.decode.likely);
	q.quant = QUANT_Q8_0; /* of which there is none */
	speed = answer(&q);
	assert_int_equal(speed.from, SPEED_FROM_PREDICTION);
	says(speed.source, "predicted from 1,008 GB/s and ");
	says(speed.source, "(class geforce: 8 % median error on 14 devices left out)");
}

static void
published_is_carried_to_the_context(void **state)
{
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 4096, 1);
	struct speed near = answer(&q), far;
	(void)state;
	assert_true(fabs(near.decode.likely - 110.66) < 0.005); /* tg8192, as it was measured */
	q.context = 32768;
	far = answer(&q);
	says(far.source, "at 4,096 tokens of context");
	says(far.source, "carried over by the prediction");
	/* 3.8 GB more of cache beside 5.2 GB, and a share for each layer that stays */
	assert_true(far.decode.likely < 0.65 * near.decode.likely);
	assert_true(far.decode.likely > 0.5 * near.decode.likely);
}

static void
the_same_chip_in_a_cloud_is_the_same_machine(void **state)
{
	struct fit_question own = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 4096, 1),
			    rented = ask("runpod-4090", "llama-3.1-8b", QUANT_Q4_K_M, 4096, 1);
	(void)state;
	assert_true(answer(&own).decode.likely == answer(&rented).decode.likely);
	says(answer(&rented).source, "published by others");
}

static void
units_take_turns(void **state)
{
	struct fit_question one = ask("rtx-4080", "qwen2.5-14b", QUANT_Q4_K_M, 4096, 1),
			    two = ask("2x rtx-4080", "qwen2.5-14b", QUANT_Q4_K_M, 4096, 1);
	(void)state;
	assert_true(answer(&one).decode.likely == answer(&two).decode.likely);
	says(answer(&two).source, "of one unit (layers split between units)");
	two = ask("2x rtx-4090", "llama-3.1-70b", QUANT_Q4_K_M, 4096, 1);
	says(answer(&two).source, "Llama 3 70B Q4_K_M on 2 x RTX 4090 24GB, 17.9 tokens/s");
}

static void
a_class_without_an_error_says_so(void **state)
{
	struct fit_question q = ask("jetson-agx-orin-64", "llama-3.1-8b", QUANT_Q8_0, 4096, 1);
	struct speed speed = answer(&q);
	struct hardware other = *q.hardware;
	(void)state;
	says(speed.source, "class spark-strix: 3 devices measured, no class error known");
	assert_true(isnan(speed.median_error) && isnan(speed.p90_error));
	assert_true(speed.decode.high / speed.decode.low > 2);
	other.file = SLICE_NONE;
	other.class = SLICE("other");
	other.fp16_tflops = (double)NAN;
	q.hardware = &other;
	speed = answer(&q);
	says(speed.source, "class other was not measured: no class error known");
	assert_false(speed.prefill_known);
	says(speed.prefill_source, "TFLOPS) is not known");
}

static void
a_processor_reads_prompts_by_its_decode_speed(void **state)
{
	struct fit_question q = ask("hetzner-cx33", "llama-3.2-3b", QUANT_Q4_K_M, 2048, 1);
	struct speed speed = answer(&q);
	(void)state;
	assert_true(speed.prefill_known);
	assert_true(speed.prefill.likely > 2 * speed.decode.likely);
	assert_true(speed.prefill.likely < 6 * speed.decode.likely);
	says(speed.prefill_source, "times the decode speed, as measured on 4 processors");
	/* what is stated of it is an estimate of what it gets: 15 GB/s over 2.02 + 0.23 GB */
	assert_true(fabs(speed.decode.likely - 15 / 2.254) < 0.01);
	says(speed.source, "15 GB/s, an estimate of what such a machine gets, and 2.25 GB");
}

static void
layers_that_see_a_window_read_less(void **state)
{
	struct fit_question q = ask("rtx-5090", "gemma-3-27b", QUANT_Q4_K_M, 65536, 1);
	struct local_model all = *q.model;
	double windowed = answer(&q).decode.likely;
	(void)state;
	all.window_layers = 0;
	q.model = &all;
	assert_true(windowed > 1.5 * answer(&q).decode.likely);
}

static void
an_unknown_file_is_refused(void **state)
{
	struct fit_question q = ask("rtx-4090", "gpt-oss-20b", QUANT_Q8_0, 4096, 1);
	struct speed speed;
	struct err err = { 0 };
	(void)state;
	assert_false(speed_of(&speeds, &q, &speed, &err));
	assert_string_equal(err.text, "gpt-oss-20b: no file in q8_0 is known");
}

static void
constants_that_are_missing_are_named(void **state)
{
	static const char text[] = "class,measure,kind,efficiency,layer_us,low,high,rows,devices\n"
				   "any,decode,dense,0.8,90,0.5,2,9,9\n";
	struct fit_question q = ask("rtx-4090", "llama-3.1-8b", QUANT_Q4_K_M, 4096, 1);
	struct speeds few = { 0 };
	struct speed speed;
	struct err err = { 0 };
	(void)state;
	assert_true(speeds_add_text(&few, SPEED_CLASSES, "f", SLICE(text), &err));
	assert_false(speed_of(&few, &q, &speed, &err));
	assert_string_equal(err.text, "speed.csv: no line of any,decode,moe");
	speeds_free(&few);
}

/* --- batches --- */

static void
a_batch_gains_but_not_beyond_arithmetic(void **state)
{
	static const char *const machines[] = { "rtx-4090", "m2-ultra", "dgx-spark", "hetzner-cx33",
		"h100-sxm", "r9700" };
	static const char *const kinds[] = { "llama-3.1-8b", "qwen3-30b-a3b", "phi-3-mini" };
	(void)state;
	for (size_t m = 0; m < HL_COUNT(machines); m++)
		for (size_t k = 0; k < HL_COUNT(kinds); k++) {
			double last = 0;
			for (int n = 1; n <= 4096; n *= 2) {
				struct fit_question q =
					ask(machines[m], kinds[k], QUANT_Q4_K_M, 2048, n);
				struct speed s = answer(&q);
				assert_true(s.batch_decode.likely >= s.decode.likely);
				assert_true(s.batch_decode.likely >= last);
				assert_true(s.batch_decode.likely <= s.decode.likely ||
					    s.batch_decode.likely <= s.prefill.likely);
				assert_true(s.batch_decode.high <= s.decode.high ||
					    s.batch_decode.high <= s.prefill.high);
				last = s.batch_decode.likely;
			}
		}
}

static void
a_batch_that_was_measured_is_taken_as_it_was(void **state)
{
	struct fit_question q = ask("dgx-spark", "qwen2.5-coder-7b", QUANT_Q8_0, 528, 8);
	struct speed speed = answer(&q);
	(void)state;
	/* 6.7 times at 8, as the bench of the llama.cpp repository has it */
	assert_true(fabs(speed.batch_decode.likely / speed.decode.likely - 6.7) < 0.1);
	says(speed.batch_source, "from what 8 at once made of it (ggml-org/llama.cpp v0.5.0 "
				 "benches/dgx-spark/dgx-spark.md)");
	q.concurrency = 32;
	speed = answer(&q);
	assert_true(fabs(speed.batch_decode.likely / speed.decode.likely - 20) < 0.5);
}

/* --- files --- */

static void
a_bad_row_is_named(void **state)
{
	static const struct {
		enum speed_file which;
		const char *text, *error;
	} cases[] = {
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,low,high,rows,devices\n"
			"geforce,decoding,dense,1,0.5,2,1,1\n",
			"f:2: measure is \"decoding\", did you mean \"decode\"?" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,low,high,rows,devices\n"
			"geforce,batch,dense,1,2,0.5,1,1\n",
			"f:2: low is above high" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,low,high,rows,devices\n"
			"geforce,batch,dense,0.7,0.2,0.5,1,1\n",
			"f:2: efficiency, the exponent, does not lie between low and high" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,layer_us,low,high,rows,devices\n"
			"geforce,decode,dense,0.7,40,0.2,0.5,1,1\n",
			"f:2: the prediction, 1, does not lie between low and high" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,low,high,rows,devices\n"
			"geforce,decode,dense,1,0.5,2,1,1\n",
			"f:2: no layer_us" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,layer_us,low,high,rows,devices,left_out_of\n"
			"geforce,decode,dense,1,40,0.5,2,1,1,geforce\n",
			"f:2: no left_out_devices" },
		{ SPEED_CLASSES,
			"class,measure,kind,efficiency,low,high,rows,devices\n"
			"geforce,decode,dense,0,0.5,2,1,1\n",
			"f:2: efficiency is \"0\", expected a number from 0.001 to 1,000" },
		{ SPEED_ROWS,
			"hardware,units,model,quant,measure,concurrency,context,tokens_per_second,"
			"left_out,engine,test,source\n"
			"abacus,1,llama-3-8b,Q4_K_M,decode,1,0,1,,,,\n",
			"f:2: hardware is \"abacus\", expected one of throughput-hardware.csv" },
		{ SPEED_ROWS,
			"hardware,units,model,quant,measure,concurrency,context,tokens_per_second,"
			"left_out,engine,test,source\n"
			"rtx-4090,1,llama-3-8b,Q2,decode,1,0,1,,,,\n",
			"f:2: model and quant are \"llama-3-8b\" and \"Q2\", expected two of "
			"throughput-models.csv" },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct err err = { 0 };
		struct speeds fresh = { 0 };
		struct speeds *to = cases[i].which == SPEED_ROWS ? &speeds : &fresh;
		size_t classes = to->classes_n, rows = to->rows_n;
		assert_false(
			speeds_add_text(to, cases[i].which, "f", slice_of(cases[i].text), &err));
		assert_string_equal(err.text, cases[i].error);
		assert_true(classes == to->classes_n && rows == to->rows_n);
		speeds_free(&fresh);
	}
}

static void
every_machine_of_the_catalogue_that_was_measured_is_found(void **state)
{
	size_t found = 0;
	(void)state;
	for (size_t i = 0; i < speeds.machines_n; i++)
		for (size_t k = 0; k < hardwares.n; k++)
			if (slice_eq(speeds.machines[i].id, hardwares.items[k].id)) {
				const struct hardware *h = &hardwares.items[k];
				found++;
				if (!slice_eq(speeds.machines[i].class, h->class))
					fail_msg(SLICE_FMT " has two classes", SLICE_ARG(h->id));
				if (!isnan(speeds.machines[i].bandwidth_gbs))
					assert_true(fabs(speeds.machines[i].bandwidth_gbs /
								    h->bandwidth_gbs -
							    1) < 0.001);
			}
	assert_true(found >= 36);
	for (size_t i = 0; i < speeds.models_n; i++) {
		struct slice ids = speeds.models[i].same_as, id;
		while (slice_cut(&ids, ' ', &id)) {
			bool there = !id.n;
			for (size_t k = 0; k < models.n; k++)
				there |= slice_eq(models.items[k].id, id);
			if (!there)
				fail_msg("no model " SLICE_FMT, SLICE_ARG(id));
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(predicts_every_row_as_the_fit_does),
		cmocka_unit_test(published_goes_before_predicted),
		cmocka_unit_test(published_is_carried_to_the_context),
		cmocka_unit_test(the_same_chip_in_a_cloud_is_the_same_machine),
		cmocka_unit_test(units_take_turns),
		cmocka_unit_test(a_class_without_an_error_says_so),
		cmocka_unit_test(a_processor_reads_prompts_by_its_decode_speed),
		cmocka_unit_test(layers_that_see_a_window_read_less),
		cmocka_unit_test(an_unknown_file_is_refused),
		cmocka_unit_test(constants_that_are_missing_are_named),
		cmocka_unit_test(a_batch_gains_but_not_beyond_arithmetic),
		cmocka_unit_test(a_batch_that_was_measured_is_taken_as_it_was),
		cmocka_unit_test(a_bad_row_is_named),
		cmocka_unit_test(every_machine_of_the_catalogue_that_was_measured_is_found),
	};
	return cmocka_run_group_tests(tests, load_all, free_all);
}
