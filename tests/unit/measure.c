/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements of servers whose every step is known (servers.h). */
#include "config.h"

#include "servers.h"

static void
near_to(double value, double expected, double share)
{
	if (!(fabs(value - expected) <= share * fabs(expected)))
		fail_msg("%.6g is not %.6g", value, expected);
}

/* Every definition of sample.h, on times that were written down by hand. */
static void
test_definitions(void **state)
{
	(void)state;
	static const struct {
		int64_t ms, text, reasoning, tool;
	} events[] = {
		{ 1040, 0, 0, 0 },                                       /* a role */
		{ 1100, 0, 4, 0 },                                       /* reasoning */
		{ 1150, 0, 3, 0 }, { 1150, 0, 0, 0 },                    /* a ping */
		{ 1200, 2, 0, 0 }, { 1260, 2, 0, 0 }, { 1300, 0, 0, 0 }, /* finish, usage */
	};
	struct sample sample;
	sample_init(&sample);
	int64_t gaps = 0;
	for (size_t i = 0; i < HL_COUNT(events); i++) {
		struct reply_delta delta = { .text_n = events[i].text,
			.reasoning_n = events[i].reasoning,
			.tool_n = events[i].tool };
		int64_t gap = sample_event(&sample, &delta, events[i].ms * MS);
		gaps += gap > 0 ? gap : 0;
	}
	assert_true(isnan(sample_ttft_ms(&sample))); /* t0 is not known yet */
	sample.sent_ns = (int64_t)1000 * MS;
	sample.connect_ns = 3 * MS;
	sample.end_ns = (int64_t)1310 * MS;
	assert_true(sample_connect_ms(&sample) == 3);
	assert_true(sample_ttfb_ms(&sample) == 40);
	assert_true(sample_ttft_ms(&sample) == 100);
	assert_true(sample_ttfo_ms(&sample) == 200);
	assert_true(sample_total_ms(&sample) == 260);
	assert_int_equal(gaps, 160 * MS);
	assert_true(isnan(sample_tpot_ms(&sample))); /* four events are not four tokens */
	assert_int_equal(sample_output_tokens(&sample, NULL), -1);
	sample.counts.completion = 5; /* one of them without text */
	assert_true(sample_tpot_ms(&sample) == 40);
	assert_true(sample_decode_speed(&sample) == 25);
	assert_true(sample_tokens_by(&sample, (int64_t)1099 * MS) == 0);
	assert_true(sample_tokens_by(&sample, (int64_t)1100 * MS) == 1);
	assert_true(sample_tokens_by(&sample, (int64_t)1180 * MS) == 3);
	assert_true(sample_tokens_by(&sample, (int64_t)9999 * MS) == 5);
	sample.counts.prompt = 120;
	sample.counts.cached = 20;
	assert_true(isnan(sample_prefill_speed(&sample, MISSING)));
	assert_true(sample_prefill_speed(&sample, 1) == 1000); /* 99 tokens in 99 ms */
	assert_true(isnan(sample_prefill_speed(&sample, 70))); /* in 30: noise */
	sample.counts.prompt_ms = 80;
	assert_true(sample_prefill_speed(&sample, 1) == 1250);
	assert_true(sample_wait_ms(&sample) == 20);
	sample.counts.completion = 1;
	assert_true(isnan(sample_tpot_ms(&sample)));
	sample.counts.completion = -1;
	sample.finish = FINISH_LENGTH;
	sample.output_asked = 6;
	bool estimated;
	assert_int_equal(sample_output_tokens(&sample, &estimated), 6);
	assert_true(estimated);
}

/* A tool call is an answer's own text. */
static void
test_tool_call(void **state)
{
	(void)state;
	struct sample sample;
	sample_init(&sample);
	struct reply_delta tool = { .tool_n = 3 };
	sample.sent_ns = 0;
	sample_event(&sample, &tool, 7 * MS);
	assert_true(sample_ttft_ms(&sample) == 7 && sample_ttfo_ms(&sample) == 7);
}

/* What is measured is what the server did, and what can be worked out of it. */
static void
test_plain(void **state)
{
	(void)state;
	for (int c = 1; c <= 4; c++) {
		struct server *server = server_new();
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		take(server, &options, &out);
		const struct run *run = &out.runs[0];
		assert_int_equal(run->end, RUN_SURE);
		assert_int_equal(server->most_at_once, c);
		assert_true(run->requests >= 8 && run->requests < 40);
		near_to(run->prompt_tokens.p50, 300, 0);
		near_to(run->ttft_ms.p50, 301, 1e-6);
		near_to(run->tpot_ms.p50, 10, 1e-6);
		near_to(run->decode.p50, 100, 1e-6);
		near_to(run->prefill.p50, 1000, 1e-6);
		near_to(run->gap_ms.p50, 10, 1e-6);
		near_to(run->wait_ms.p50, 1, 1e-6);
		near_to(run->output_tokens_per_second, c * 64 / 0.931, 0.005);
		near_to(run->total_tokens_per_second, c * 364 / 0.931, 0.005);
		near_to(run->requests_per_second, c / 0.931, 0.005);
		assert_true(isnan(run->goodput_per_second));
		assert_int_equal(doubts_count(&run->doubts), 0);
		int warmups = 0;
		for (size_t i = 0; i < run->n; i++)
			if (run->samples[i].warmup) {
				assert_true(run->samples[i].prompt_asked <= 64);
				assert_true(run->samples[i].output_asked <= 16);
				warmups++;
			}
		assert_int_equal(warmups, c);
		assert_true(out.exact && isnan(out.cold_start_ms));
		measurement_free(&out);
		server_free(server);
	}
}

/* The rate of a run whose requests are out of step is that of the server's log: tokens, one by one, that
 * were written in the window. */
static void
test_rate(void **state)
{
	(void)state;
	for (int trial = 0; trial < 20; trial++) {
		struct server *server = server_new();
		server->jitter = 0.02 * trial;
		server->seed = (uint64_t)trial;
		server->slots = 1 + trial % 3;
		int c = 1 + trial % 4;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		take(server, &options, &out);
		const struct run *run = &out.runs[0];
		const struct server_log *log = server->log + server->log_n - run->requests;
		int64_t from = log[0].sent;
		for (int64_t i = 0; i < run->requests; i++)
			from = log[i].sent < from ? log[i].sent : from;
		double to = (double)from + run->window_s * 1e9, tokens = 0, last = 0;
		for (int64_t i = 0; i < run->requests; i++) {
			double step =
				(double)(log[i].last - log[i].first) / (double)(log[i].tokens - 1);
			for (int64_t t = 0; t < log[i].tokens; t++)
				tokens += (double)log[i].first + (double)t * step <= to + 1;
			last = fmax(last, (double)log[i].last);
		}
		near_to(run->output_tokens_per_second, tokens / run->window_s, 0.005);
		/* what is left out is the end, in which not all of the C were in flight */
		assert_true(to <= last && last - to < run->total_ms.most * c * MS);
		measurement_free(&out);
		server_free(server);
	}
}

/* Prompts have the length that is asked for, to a token, whatever template and words come to. */
static void
test_exact(void **state)
{
	(void)state;
	static const int templates[] = { 0, 7, 40 };
	static const double words[] = { 1, 1.3 };
	static const int64_t asked[] = { 128, 171, 500, 1900, 20000 };
	for (size_t t = 0; t < HL_COUNT(templates); t++)
		for (size_t w = 0; w < HL_COUNT(words); w++)
			for (size_t a = 0; a < HL_COUNT(asked); a++) {
				struct server *server = server_new();
				server->template_tokens = templates[t];
				server->word_tokens = words[w];
				server->prefill = 100000;
				int c = 2;
				struct measurement out;
				struct measure_options options = usual(&c, 1);
				options.lengths.prompt = asked[a];
				take(server, &options, &out);
				const struct summary *got = &out.runs[0].prompt_tokens;
				double goal = (double)asked[a];
				/* where some words have two tokens, which words come is chance */
				double slack = words[w] > 1 ? 3 * sqrt(goal) : 1;
				assert_true(fabs(got->least - goal) <= slack);
				assert_true(fabs(got->most - goal) <= slack);
				measurement_free(&out);
				server_free(server);
			}
}

/* No two prompts of a measurement begin alike, and neither do those of another one. */
static void
test_prompts_differ(void **state)
{
	(void)state;
	enum { N = 2000, HEAD = 11 };
	struct prompts prompts, other;
	prompts_init(&prompts, 7);
	prompts_init(&other, 8);
	struct str all = STR_INIT, foreign = STR_INIT;
	for (int i = 0; i < N; i++)
		prompts_write(&prompts, 0, &all);
	assert_int_equal(all.n, N * HEAD);
	for (int i = 0; i < N; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(
				all.p + (ptrdiff_t)i * HEAD, all.p + (ptrdiff_t)j * HEAD, HEAD);
	prompts_init(&prompts, 7);
	int alike = 0;
	for (int i = 0; i < 100; i++) {
		str_clear(&all);
		str_clear(&foreign);
		prompts_write(&prompts, 40, &all);
		prompts_write(&other, 40, &foreign);
		alike += memcmp(all.p, foreign.p, HEAD + 10) == 0;
	}
	assert_int_equal(alike, 0);
	str_free(&all);
	str_free(&foreign);
}

/* Calibrations that cannot be are refused, and change nothing. */
static void
test_calibration_refused(void **state)
{
	(void)state;
	struct prompts prompts;
	prompts_init(&prompts, 1);
	assert_int_equal(prompts_words(&prompts, 100), 100);
	assert_false(prompts_calibrate(&prompts, 32, 50, 160, 50));
	assert_false(prompts_calibrate(&prompts, 32, -1, 160, 170));
	assert_false(prompts_correct(&prompts, 300, 310));
	assert_int_equal(prompts_words(&prompts, 100), 100);
	assert_true(prompts_calibrate(&prompts, 32, 50, 160, 178));
	assert_int_equal(prompts_words(&prompts, 118), 100);
	assert_int_equal(prompts_words(&prompts, 5), 0);
	assert_false(prompts_correct(&prompts, 1000, 400));
	assert_int_equal(prompts_tokens(&prompts, 100), 118);
	assert_true(prompts_correct(&prompts, 1000, 1028));
	assert_int_equal(prompts_words(&prompts, 1028), 1000);
}

/* It stops early when it is sure, later when values differ, and in time when it never is. */
static void
test_stop_rule(void **state)
{
	(void)state;
	int64_t before = 0;
	for (int jitter = 0; jitter <= 2; jitter++) {
		struct server *server = server_new();
		server->jitter = 0.1 * jitter;
		int c = 1;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		options.budget_ms = 600000;
		take(server, &options, &out);
		const struct run *run = &out.runs[0];
		assert_int_equal(run->end, RUN_SURE);
		assert_true(run->requests > before);
		assert_true(stats_half_width(&run->ttft_ms) < 0.05);
		assert_true(stats_half_width(&run->tpot_ms) < 0.05);
		before = run->requests;
		measurement_free(&out);
		server_free(server);
	}
	struct server *server = server_new();
	server->tpot_ms = 0.1;
	server->prefill = 100000;
	int c = 1;
	struct measurement out;
	struct measure_options quick = usual(&c, 1);
	take(server, &quick, &out);
	assert_true(out.runs[0].end == RUN_SURE && out.runs[0].window_s >= 1);
	measurement_free(&out);
	server_free(server);
	server = server_new();
	server->jitter = 0.5;
	server->tpot_ms = 50; /* 3.5 s a request */
	c = 8;
	struct measure_options options = usual(&c, 1);
	options.budget_ms = 20000;
	int64_t start = server->clock;
	take(server, &options, &out);
	assert_int_equal(out.runs[0].end, RUN_BUDGET);
	assert_true(server->clock - start < (int64_t)(20000 * 3 / 2 + 20000 + 10000) * MS);
	assert_true(out.runs[0].window_s > 19 && out.runs[0].window_s < 26);
	measurement_free(&out);
	server_free(server);
}

/* Of both medians, and of those only that there are. */
static void
test_sure(void **state)
{
	(void)state;
	for (int which = 0; which < 8; which++) {
		bool first_varies = which & 1, second_varies = which & 2, no_second = which & 4;
		struct sample samples[9];
		for (int i = 0; i < 9; i++) {
			struct sample *sample = &samples[i];
			sample_init(sample);
			sample->ended = true;
			sample->sent_ns = 0;
			sample->first_token_ns = (int64_t)(100 + (first_varies ? 5 * i : 0)) * MS;
			sample->last_token_ns = sample->first_token_ns +
						(int64_t)(100 + (second_varies ? 5 * i : 0)) * MS;
			sample->token_events = 5;
			sample->counts.completion = no_second ? -1 : 5;
		}
		struct run run = { .samples = samples, .n = 9 };
		struct run_options options = { .width = 0.05, .baseline_ms = MISSING };
		assert_int_equal(run_is_sure(&run, &options),
			!first_varies && (no_second || !second_varies));
	}
}

/* A workload's lengths are sent as they are distributed; where the template is longer than its prompts that
 * cannot be, and is said. */
static void
test_workload(void **state)
{
	(void)state;
	for (int tiny = 0; tiny < 2; tiny++) {
		struct server *server = server_new();
		struct request_size items[1000];
		struct request_sizes sizes = { items, 1000, 1000 };
		struct length_pool pool;
		for (int i = 0; i < 1000; i++)
			items[i] = (struct request_size){ (tiny ? 5 : 100) + i % 10 * i,
				20 + i % 7 * 15, 1 };
		length_pool_make(&pool, &sizes);
		server->prefill = 20000;
		server->jitter = 0.5; /* never sure: it runs to its end */
		server->tpot_ms = 2;
		int c = 4;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		options.lengths = (struct lengths){ .pool = &pool };
		options.budget_ms = 20000;
		take(server, &options, &out);
		const struct run *run = &out.runs[0];
		assert_true(run->requests >= 200);
		assert_true(run->vary);
		assert_true(run->output_distance < 0.05);
		assert_int_equal(run->prompt_distance < 0.05, !tiny);
		assert_int_equal(run->doubts.items[DOUBT_LENGTHS].there, tiny);
		assert_false(run->doubts.items[DOUBT_LENGTHS].refuses);
		measurement_free(&out);
		length_pool_free(&pool);
		server_free(server);
	}
}

/* Loading the model is a cold start; a model that is there has none, with a reason. */
static void
test_cold(void **state)
{
	(void)state;
	for (int load = 0; load < 2; load++) {
		struct server *server = server_new();
		server->load_ms = load ? 3500 : 0;
		int c = 1;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		take(server, &options, &out);
		if (load)
			near_to(out.cold_start_ms, 3500, 0.001);
		else
			assert_true(isnan(out.cold_start_ms) && out.cold_why);
		measurement_free(&out);
		server_free(server);
	}
}

/* Without the server's own times, reading is what a prompt takes longer than one of a word. */
static void
test_baseline(void **state)
{
	(void)state;
	struct server *server = server_new();
	server->no_times = true;
	server->delay_ms = 40;
	int c = 1;
	struct measurement out;
	struct measure_options options = usual(&c, 1);
	options.lengths.prompt = 1000;
	take(server, &options, &out);
	/* 7 of the template, 11 of the number and a word: what the baseline has read, too */
	near_to(out.baseline_ms, 40 + 19, 0.001);
	near_to(out.runs[0].prefill.p50, 1000, 0.02);
	measurement_free(&out);
	server_free(server);
}

/* Requests that keep all limits; a failure keeps none. */
static void
test_goodput(void **state)
{
	(void)state;
	static const struct {
		double ttft, tpot, share;
		int fails_each;
	} cases[] = { { 400, 20, 1, 0 }, { 200, 20, 0, 0 }, { 400, 5, 0, 0 }, { MISSING, 20, 1, 0 },
		{ 400, MISSING, 1, 0 }, { 400, 20, 1, 5 } };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct server *server = server_new();
		server->fails_each = cases[i].fails_each;
		int c = 2;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		options.max_ttft_ms = cases[i].ttft;
		options.max_tpot_ms = cases[i].tpot;
		take(server, &options, &out);
		const struct run *run = &out.runs[0];
		near_to(run->goodput_per_second, cases[i].share * run->requests_per_second, 1e-9);
		assert_int_equal(run->failures > 0, cases[i].fails_each > 0);
		measurement_free(&out);
		server_free(server);
	}
}

/* All of it ends in time, whatever the runs would like; and the last run of a list counts for the first. */
static void
test_total(void **state)
{
	(void)state;
	static const int list[] = { 8, 4, 2, 1 };
	struct server *server = server_new();
	struct measurement out;
	struct measure_options options = usual(list, 4);
	take(server, &options, &out);
	assert_int_equal(out.n, 4);
	assert_true(out.runs[3].concurrency == 8 && out.runs[3].doubts.items[DOUBT_QUEUED].there);
	assert_false(out.runs[2].doubts.items[DOUBT_QUEUED].there);
	measurement_free(&out);
	server_free(server);
	server = server_new();
	server->jitter = 0.6;
	options = usual(NULL, 0);
	options.budget_ms = 20000;
	options.total_ms = 50000;
	int64_t start = server->clock;
	take(server, &options, &out);
	assert_true(out.n >= 2 && server->clock - start < (int64_t)60000 * MS);
	measurement_free(&out);
	server_free(server);
}

/* A server for which the budget is nothing is still measured once, and said to need more. */
static void
test_slow(void **state)
{
	(void)state;
	struct server *server = server_new();
	server->prefill = 5;
	server->tpot_ms = 2000;
	struct measurement out;
	struct measure_options options = usual(NULL, 0);
	options.budget_ms = 5000;
	options.total_ms = 20000;
	take(server, &options, &out);
	assert_true(out.exact && out.n == 1 && out.knee == 0);
	assert_int_equal(out.runs[0].requests, 0);
	assert_true(isnan(out.runs[0].output_tokens_per_second));
	assert_true(out.runs[0].doubts.items[DOUBT_FEW].there);
	assert_true(out.runs[0].doubts.items[DOUBT_PARTIAL].there);
	measurement_free(&out);
	server_free(server);
}

/* No answer at all is an error that says why. */
static void
test_no_answer(void **state)
{
	(void)state;
	struct server *server = server_new();
	server->fails_each = 1;
	struct carrier carrier = server_carrier(server);
	struct measure_options options = usual(NULL, 0);
	struct measurement out;
	struct err err = { 0 };
	assert_false(measure(&out, &carrier, &options, &err));
	assert_string_equal(err.text, "test: it answers 500");
	measurement_free(&out);
	server_free(server);
}

struct interrupted {
	volatile sig_atomic_t stop;
	int after;
};

static void
interrupt(void *arg, const struct measure_progress *progress)
{
	struct interrupted *interrupted = arg;
	if (progress->concurrency && --interrupted->after == 0)
		interrupted->stop = 1;
}

/* What was measured before Ctrl-C stays. */
static void
test_stopped(void **state)
{
	(void)state;
	for (int after = 1; after < 60; after += 7) {
		struct server *server = server_new();
		struct interrupted interrupted = { 0, after };
		struct measurement out;
		struct measure_options options = usual(NULL, 0);
		options.stop = &interrupted.stop;
		options.progress = interrupt;
		options.arg = &interrupted;
		take(server, &options, &out);
		assert_true(out.stopped && out.n > 0);
		assert_int_equal(server->live_n, 0);
		int partial = 0;
		for (size_t i = 0; i < out.n; i++)
			partial += out.runs[i].doubts.items[DOUBT_PARTIAL].there;
		assert_true(partial <= 1);
		measurement_free(&out);
		server_free(server);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_tool_call),
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_rate),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_prompts_differ),
		cmocka_unit_test(test_calibration_refused),
		cmocka_unit_test(test_stop_rule),
		cmocka_unit_test(test_sure),
		cmocka_unit_test(test_workload),
		cmocka_unit_test(test_cold),
		cmocka_unit_test(test_baseline),
		cmocka_unit_test(test_goodput),
		cmocka_unit_test(test_total),
		cmocka_unit_test(test_slow),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
