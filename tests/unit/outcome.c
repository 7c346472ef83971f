/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of runs that real engines gave: whether they were noisy, whether anybody waited, and what the
 * ledger keeps of a server. */
#include "config.h"

#include "probe/outcome.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"

static const struct server nobody = { .slots = -1, .context = -1, .connect_ms = MISSING };

/* A run with nothing remarkable in it: 20 answers of 256+96 tokens. */
static struct run
plain_run(int concurrency)
{
	return (struct run){ .concurrency = concurrency,
		.end = RUN_SURE,
		.requests = 20,
		.facts = DOUBT_FACTS_NONE,
		.total_ms = { .n = 20, .mean = 300 },
		.ttft_ms = { .n = 20, .mean = 50, .cov = 0.01 },
		.tpot_ms = { .n = 8, .mean = 2.6, .cov = 0.01 },
		.prefill = { .n = 20, .mean = 5000, .cov = 0.01 },
		.wait_ms = { .n = 20, .mean = 2 } };
}

static void
keep(struct probe *probe, const struct measurement *measurement, const struct server *server)
{
	const struct measure_options options = { .max_ttft_ms = MISSING, .max_tpot_ms = MISSING };
	probe_init(probe);
	outcome_probe(probe, measurement, &options, server);
}

/* Requests that are at work together vary on the quietest machine: the run with one at a time tells. */
static void
noise_is_told_by_the_run_with_one_at_a_time(void **state)
{
	static const struct {
		int first, second;
		enum doubt_id of_first, of_second; /* DOUBTS: none */
		enum probe_label label;
	} cases[] = {
		{ 1, 2, DOUBTS, DOUBTS, PROBE_MEASURED },
		{ 1, 2, DOUBTS, DOUBT_VARIATION, PROBE_MEASURED },
		{ 1, 2, DOUBTS, DOUBT_DRIFT, PROBE_MEASURED },
		{ 1, 2, DOUBT_VARIATION, DOUBTS, PROBE_NOISY },
		{ 1, 2, DOUBT_DRIFT, DOUBT_DRIFT, PROBE_NOISY },
		{ 1, 2, DOUBTS, DOUBT_LOADED, PROBE_NOISY },
		{ 1, 2, DOUBTS, DOUBT_THROTTLED, PROBE_NOISY },
		{ 2, 4, DOUBTS, DOUBT_VARIATION, PROBE_NOISY },
		{ 2, 4, DOUBT_VARIATION, DOUBTS, PROBE_NOISY },
		{ 1, 2, DOUBT_VARIATION, DOUBT_PARTIAL, PROBE_PARTIAL },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct probe probe;
		struct measurement measurement = { .exact = true, .n = 2 };
		measurement.runs[0] = plain_run(cases[i].first);
		measurement.runs[1] = plain_run(cases[i].second);
		if (cases[i].of_first != DOUBTS)
			measurement.runs[0].doubts.items[cases[i].of_first].there = true;
		if (cases[i].of_second != DOUBTS)
			measurement.runs[1].doubts.items[cases[i].of_second].there = true;
		keep(&probe, &measurement, &nobody);
		if (probe.label != cases[i].label)
			fail_msg("case %zu: %s, not %s", i, probe_labels[probe.label],
				probe_labels[cases[i].label]);
		probe_free(&probe);
	}
}

/* Numbers of llama-server with 512+128 tokens: its prompts wait for each other also where each has a slot. */
static void
waiting_is_a_queue_only_without_a_slot(void **state)
{
	static const struct {
		int concurrency;
		int64_t slots;
		double waited, total;
		bool queued;
	} cases[] = {
		{ 2, 4, 24, 185, false },
		{ 4, 4, 21, 330, false },
		{ 8, 16, 157, 1155, false },
		{ 8, 4, 2, 1155, true },
		{ 5, 4, 2, 1155, true },
		/* nobody says how many slots there are */
		{ 2, -1, 24, 185, false },
		{ 4, -1, 21, 330, false },
		{ 2, -1, 170, 340, true }, /* one slot: half of the time */
		{ 4, -1, 85, 340, true },  /* three: a quarter of it */
		{ 16, -1, 25, 340, true },
		{ 16, -1, 18, 340, false },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct run alone = plain_run(1), run = plain_run(cases[i].concurrency);
		alone.wait_ms.mean = 0;
		run.wait_ms.mean = cases[i].waited;
		run.total_ms.mean = cases[i].total;
		run.facts.slots = cases[i].slots;
		doubt_run(&run, &alone);
		if (run.doubts.items[DOUBT_QUEUED].there != cases[i].queued)
			fail_msg("case %zu: %s", i, run.doubts.items[DOUBT_QUEUED].text);
	}
}

static const char *
text_of(const struct run *run, enum doubt_id id)
{
	return run->doubts.items[id].there ? run->doubts.items[id].text : "";
}

static void
a_cause_is_named_only_where_it_is_known(void **state)
{
	(void)state;
	for (int concurrency = 1; concurrency <= 2; concurrency++) {
		struct run run = plain_run(concurrency);
		run.tpot_ms.cov = 0.23;
		doubt_run(&run, NULL);
		const char *text = text_of(&run, DOUBT_VARIATION);
		assert_non_null(strstr(text, "the time per token varies by 23 %"));
		assert_int_equal(
			strstr(text, "something else is at work") != NULL, concurrency == 1);
	}
	struct run none = plain_run(2);
	none.requests = 0;
	doubt_run(&none, NULL);
	assert_string_equal(text_of(&none, DOUBT_FEW), "no request was answered");
}

static void
requests_that_do_not_fit_are_counted(void **state)
{
	static const char *const shares[] = { "25.0 % of the", "50.0 % of the", "75.0 % of the",
		"all" };
	struct sample samples[HL_COUNT(shares)];
	(void)state;
	for (size_t longer = 1; longer <= HL_COUNT(shares); longer++) {
		char expected[200];
		struct run run = plain_run(1);
		run.facts.context = 4096;
		run.samples = samples;
		run.n = HL_COUNT(shares);
		run.requests = (int64_t)run.n;
		for (size_t i = 0; i < run.n; i++) {
			sample_init(&samples[i]);
			samples[i].ended = true;
			samples[i].length_cut = i < longer;
		}
		doubt_run(&run, NULL);
		snprintf(expected, sizeof(expected),
			"%s requests are longer than the server's context of 4,096 tokens, and "
			"were "
			"shortened to fit",
			shares[longer - 1]);
		assert_string_equal(text_of(&run, DOUBT_CONTEXT), expected);
	}
}

/* An answer that came at once now and then is what a program without a processor sees; a proxy does it to each. */
static void
answers_are_gathered_if_most_are(void **state)
{
	struct sample samples[4];
	(void)state;
	for (size_t gathered = 0; gathered <= HL_COUNT(samples); gathered++) {
		struct run run = plain_run(1);
		run.samples = samples;
		run.n = HL_COUNT(samples);
		run.requests = (int64_t)run.n;
		for (size_t i = 0; i < run.n; i++) {
			sample_init(&samples[i]);
			samples[i].ended = true;
			samples[i].output_asked = samples[i].counts.completion = 20;
			samples[i].token_events = i < gathered ? 1 : 20;
		}
		doubt_run(&run, NULL);
		assert_int_equal(run.doubts.items[DOUBT_BUFFERED].there, gathered > 2);
		assert_int_equal(doubts_refuse(&run.doubts), gathered > 2);
	}
}

static void
what_is_kept_of_a_server(void **state)
{
	static const char *const models[][2] = {
		{ "/home/me/models/Qwen3-8B-Q4_K_M.gguf", "Qwen3-8B-Q4_K_M.gguf" },
		{ "models/a.gguf", "a.gguf" },
		{ "a.gguf", "a.gguf" },
		{ "meta-llama/Llama-3.1-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct" },
		{ "llama3.1:8b", "llama3.1:8b" },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(models); i++) {
		struct probe probe;
		struct measurement measurement = { .cold_start_ms = 900 };
		struct server server = nobody;
		snprintf(server.model, sizeof(server.model), "%s", models[i][0]);
		sample_init(&measurement.cold);
		server.loaded = i % 2 == 0;
		server.connect_ms = 0.25;
		keep(&probe, &measurement, &server);
		assert_string_equal(probe.model, models[i][1]);
		assert_true(isnan(probe.cold_start_ms) == server.loaded);
		assert_true(probe.connect_ms == 0.25);
		probe_free(&probe);
	}
}

static void
why_no_watts_is_said_once(void **state)
{
	struct probe probe;
	struct measurement measurement = { 0 };
	struct power power = { .watts = { MISSING, MISSING } };
	(void)state;
	probe_init(&probe);
	snprintf(power.why, sizeof(power.why), "not measured: no counters");
	outcome_power(&probe, &measurement, &power);
	assert_string_equal(probe.power_source, "not measured: no counters");
	power.why[0] = '\0';
	outcome_power(&probe, &measurement, &power);
	assert_string_equal(probe.power_source, "not measured");
	probe_free(&probe);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noise_is_told_by_the_run_with_one_at_a_time),
		cmocka_unit_test(waiting_is_a_queue_only_without_a_slot),
		cmocka_unit_test(a_cause_is_named_only_where_it_is_known),
		cmocka_unit_test(requests_that_do_not_fit_are_counted),
		cmocka_unit_test(answers_are_gathered_if_most_are),
		cmocka_unit_test(what_is_kept_of_a_server),
		cmocka_unit_test(why_no_watts_is_said_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
