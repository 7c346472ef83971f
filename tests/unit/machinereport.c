/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer about a machine: what people read in it, and what follows from the figures that it is made of. */
#include "config.h"

#include <math.h>

#include "roots.h"
#include <cmocka.h>

#include "report/machine.h"

static struct hardwares hardware;
static struct local_models models;
static struct speeds speeds;

static bool
load_file(const char *name, char path[512])
{
	const char *folder = getenv("HLLM_DATA_DIR");
	return snprintf(path, 512, "%s/%s", folder ? folder : "data", name) < 512;
}

static int
load(void **state)
{
	char path[512];
	struct err err = { 0 };
	(void)state;
	bool good = load_file("hardware.csv", path) && hardwares_add(&hardware, path, &err) &&
		    load_file("models.csv", path) && local_models_add(&models, path, &err);
	for (int i = 0; i < SPEED_FILES && good; i++)
		good = load_file(speed_files[i], path) &&
		       speeds_add(&speeds, (enum speed_file)i, path, &err);
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
	speeds_free(&speeds);
	return 0;
}

/* Everything an answer is made of, with figures that are made up. */
struct world {
	struct machine machine;
	struct gpus gpus;
	struct cpuspeed speed;
	struct match matches[MATCHES_MOST];
	struct hardware processors;
	struct forecast *forecasts[MATCHES_MOST];
	struct machine_found found;
	struct answer answer;
};

static void
forecast(struct world *w, const struct hardware *on, int units)
{
	struct err err;
	size_t i = w->found.models_n++;
	ptrdiff_t n = forecast_all(&models, &speeds, on, units, &w->forecasts[i], &err);
	assert_true(n >= 0);
	w->found.models[i] = (struct machine_models){
		.hardware = on, .units = units, .items = w->forecasts[i], .n = (size_t)n
	};
}

static void
make_world(struct world *w, const struct root *root, unsigned noise)
{
	const struct gpu_options options = { .machine = &w->machine, .root = root->path };
	*w = (struct world){ .speed = { .rows = { { .threads = 1, .best = { 30, 25, 100 } },
						{ .threads = 4, .best = { 60, 50, 400 } } },
				     .n = 2,
				     .array_bytes = 134217728,
				     .vectors = "avx2",
				     .pinned = true,
				     .noise = noise } };
	root_put(root, "proc/cpuinfo", "processor : 0\nmodel name : Some CPU\n");
	root_put(root, "proc/meminfo", "MemTotal: 33554432 kB\nMemAvailable: 30000000 kB\n");
	machine_look(&w->machine, root->path);
	gpus_look(&w->gpus, &options);
	w->found.machine = &w->machine;
	w->found.gpus = &w->gpus;
	w->found.speed = &w->speed;
	w->found.matches = w->matches;
	w->found.matches_n = match_machine(&w->machine, &w->gpus, &hardware, w->matches);
	w->found.models_known = models.n;
	for (int i = 0; i < w->found.matches_n; i++)
		if (forecast_by_row(&w->matches[i]))
			forecast(w, w->matches[i].hardware, w->matches[i].units);
	w->processors = forecast_processors(&w->machine, &w->speed);
	forecast(w, &w->processors, 1);
	answer_init(&w->answer, "hllm.machine/1");
	machine_report(&w->answer, &w->found);
}

static void
free_world(struct world *w)
{
	answer_free(&w->answer);
	for (int i = 0; i < MATCHES_MOST; i++)
		free(w->forecasts[i]);
	gpus_free(&w->gpus);
	machine_free(&w->machine);
}

static bool
has_table(const struct answer *answer, const char *key, size_t *at)
{
	for (*at = 0; *at < answer->tables_n; ++*at)
		if (answer->tables[*at]->key && strcmp(answer->tables[*at]->key, key) == 0)
			return true;
	return false;
}

static const struct table *
table_of(const struct answer *answer, const char *key)
{
	static const struct table none;
	size_t at;
	if (has_table(answer, key, &at))
		return answer->tables[at];
	fail_msg("no table %s", key);
	return &none;
}

static double
number_in(const struct table *table, size_t row, const char *key)
{
	for (size_t i = 0; i < table->columns_n; i++)
		if (table->columns[i].key && strcmp(table->columns[i].key, key) == 0)
			return (double)table->cells[row * table->columns_n + i].amount /
			       (double)FEMTO_PER_UNIT;
	fail_msg("no column %s", key);
	return 0;
}

static bool
has_note(const struct answer *answer, const char *part)
{
	for (size_t i = 0; i < answer->notes_n; i++)
		if (slice_find(str_as_slice(&answer->notes[i]), part) >= 0)
			return true;
	return false;
}

static void
hide_programs(const struct root *root)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/bin", root->path);
	setenv("PATH", path, 1);
}

static void
processors_alone_are_predicted_from_what_was_measured(void **state)
{
	const struct root *root = *state;
	struct world w;
	hide_programs(root);
	make_world(&w, root, 0);
	const char *headline = str_text(&w.answer.headline);
	if (!strstr(headline, "Some CPU (1 processor): its processors read memory at 60 GB/s; ") ||
		!strstr(headline, "predicted.") || strstr(headline, "noisy"))
		fail_msg("%s", headline);
	const struct table *rows = table_of(&w.answer, "predictions");
	assert_int_equal(rows->rows_n, w.found.models[0].n);
	assert_true(rows->rows_n > 10 && rows->rows_n < models.n);
	/* llama-3.1-8b, dense: 60 GB/s over some 5.6 GB a token, with what a class of processors loses */
	double likely = number_in(rows, 0, "decode_tokens_per_second.likely");
	assert_true(number_in(rows, 0, "decode_tokens_per_second.low") < likely);
	assert_true(number_in(rows, 0, "decode_tokens_per_second.high") > likely);
	assert_true(likely > 60 / 5.6 * 0.4 && likely < 60 / 5.6);
	size_t at;
	assert_false(has_table(&w.answer, "gpus", &at));
	assert_false(has_note(&w.answer, "Noisy"));
	assert_true(has_note(&w.answer, "Predicted, not measured"));
	assert_non_null(strstr(str_text(&w.answer.next), "hllm probe"));
	free_world(&w);
}

/* Twice the bandwidth is nearly twice the speed: there is a part that each layer takes anyway. */
static void
the_prediction_follows_the_measurement(void **state)
{
	const struct root *root = *state;
	struct world w;
	hide_programs(root);
	make_world(&w, root, 0);
	double before =
		number_in(table_of(&w.answer, "predictions"), 0, "decode_tokens_per_second.likely");
	struct cpuspeed twice = w.speed;
	struct forecast *items;
	struct err err;
	twice.rows[1].best[CPUSPEED_READ] *= 2;
	struct hardware faster = forecast_processors(&w.machine, &twice);
	assert_true(faster.bandwidth_gbs == 120);
	assert_true(forecast_all(&models, &speeds, &faster, 1, &items, &err) > 0);
	double ratio = items[0].speed.decode.likely / before;
	assert_true(ratio > 1.8 && ratio < 2.0);
	free(items);
	free_world(&w);
}

static void
noise_is_said_first_and_explained(void **state)
{
	static const struct {
		unsigned noise;
		const char *words;
	} cases[] = {
		{ CPUSPEED_SPREAD, "passes of one loop differ by more than 10 %" },
		{ CPUSPEED_BUSY, "other programs were at work" },
		{ CPUSPEED_SMALL, "too little memory is free" },
		{ CPUSPEED_SHORT, "the time was too short" },
	};
	const struct root *root = *state;
	hide_programs(root);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct world w;
		make_world(&w, root, cases[i].noise);
		assert_non_null(strstr(str_text(&w.answer.headline), "60 GB/s (noisy)"));
		assert_true(has_note(&w.answer, cases[i].words));
		assert_true(number_in(table_of(&w.answer, "machine"), 0, "noisy") > 0);
		free_world(&w);
	}
}

static void
cards_come_first_and_their_trouble_is_told(void **state)
{
	const struct root *root = *state;
	struct world w;
	root_nvidia(root,
		"case $1 in --query-gpu=*) cat <<'E'\n"
		"0, GPU-a, NVIDIA GeForce RTX 3090, 24576, 512, 0, 90, 200, 350, 210, 2100, 535.1, "
		"[N/A], 0x0000000000000060, [N/A]\n"
		"1, GPU-b, NVIDIA GeForce RTX 3090, 24576, 0, 0, 88, 340, 350, 1200, 2100, 535.1, "
		"[N/A], 0x0000000000000001, [N/A]\n"
		"2, GPU-c, NVIDIA GeForce RTX 3080, 10240, 0, 0, 88, 340, 350, 1200, 2100, 535.1, "
		"[N/A], 0x0000000000000001, [N/A]\nE\n;;\n"
		"--query-compute*) echo 'GPU-b, 4711, 5120, /usr/bin/ollama';;\nesac\n");
	make_world(&w, root, 0);
	assert_non_null(strstr(str_text(&w.answer.headline),
		"2 x NVIDIA GeForce RTX 3090, NVIDIA GeForce RTX 3080, Some CPU"));
	assert_true(has_note(&w.answer, "RTX 3080 is not in hardware.csv"));
	assert_true(has_note(&w.answer, "RTX 3090 is held down by heat now"));
	assert_int_equal(table_of(&w.answer, "gpus")->rows_n, 3);
	assert_int_equal(table_of(&w.answer, "gpu_processes")->rows_n, 1);
	const struct table *rows = table_of(&w.answer, "predictions");
	assert_int_equal(w.found.models_n, 2);
	assert_int_equal(rows->rows_n, w.found.models[0].n + w.found.models[1].n);
	assert_int_equal(rows->most, w.found.models[0].n);
	assert_string_equal(str_text(&w.answer.next),
		"hllm breakeven --gpu 2xrtx-3090  # when has it paid for itself?");
	free_world(&w);
}

static void
a_driver_that_fails_is_told(void **state)
{
	const struct root *root = *state;
	struct world w;
	root_nvidia(root, "echo 'Failed to initialize NVML: Driver/library version mismatch'\n"
			  "exit 18\n");
	make_world(&w, root, 0);
	assert_true(has_note(&w.answer,
		"A graphics card may be missing here: nvidia-smi: Failed to initialize NVML: "
		"Driver/library version mismatch."));
	free_world(&w);
}

#define ROOTED(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ROOTED(processors_alone_are_predicted_from_what_was_measured),
		ROOTED(the_prediction_follows_the_measurement),
		ROOTED(noise_is_said_first_and_explained),
		ROOTED(cards_come_first_and_their_trouble_is_told),
		ROOTED(a_driver_that_fails_is_told),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
