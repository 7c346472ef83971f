/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of run.h: what follows from a run's samples. */
#include "config.h"

#include <stdlib.h>

#include "probe/run.h"

static bool
is_measured(const struct sample *sample)
{
	return !sample->warmup && sample->ended;
}

typedef double value_of(const struct sample *sample);

/* Of those requests that have it; 'room' for as many as there are samples. */
static void
gather(const struct run *run, value_of *of, double *room, struct summary *out)
{
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++) {
		double value = is_measured(&run->samples[i]) ? of(&run->samples[i]) : MISSING;
		if (!isnan(value))
			room[n++] = value;
	}
	stats_summarize(room, n, out);
}

static void
gather_prefill(const struct run *run, double baseline_ms, double *room, struct summary *out)
{
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++) {
		double value = is_measured(&run->samples[i])
				       ? sample_prefill_speed(&run->samples[i], baseline_ms)
				       : MISSING;
		if (!isnan(value))
			room[n++] = value;
	}
	stats_summarize(room, n, out);
}

static double
prompt_ms_of(const struct sample *sample)
{
	return sample->counts.prompt_ms;
}

static double
prompt_tokens_of(const struct sample *sample)
{
	return sample->counts.prompt >= 0 ? (double)sample->counts.prompt : MISSING;
}

static double
output_tokens_of(const struct sample *sample)
{
	int64_t tokens = sample_output_tokens(sample, NULL);
	return tokens >= 0 ? (double)tokens : MISSING;
}

/* How much of what took from 'start' to 'end' was done at 'at'. */
static double
share_by(int64_t start, int64_t end, int64_t at)
{
	if (at >= end)
		return 1;
	return at <= start ? 0 : (double)(at - start) / (double)(end - start);
}

/* What was done in a window. */
struct work {
	double requests, good, output, input;
	bool output_unknown, input_unknown;
	/* of answers whose tokens were counted */
	double counted_tokens, counted_events;
};

static bool
keeps_limits(const struct sample *sample, const struct run_options *options)
{
	double ttft = sample_ttft_ms(sample), tpot = sample_tpot_ms(sample);
	/* an answer of one token has no TPOT, and keeps any limit of it; one without a token keeps none */
	bool fast = isnan(options->max_ttft_ms) || ttft <= options->max_ttft_ms;
	bool fluent = isnan(options->max_tpot_ms) || isnan(tpot) || tpot <= options->max_tpot_ms;
	return fast && fluent && !isnan(ttft);
}

static void
add_answer(struct work *work, const struct sample *sample, const struct run_options *options,
	int64_t to_ns)
{
	double share = share_by(sample->sent_ns, sample->end_ns, to_ns);
	work->requests += share;
	if (keeps_limits(sample, options))
		work->good += share;
	int64_t output = sample_output_tokens(sample, NULL), input = sample_uncached_tokens(sample);
	if (output < 0)
		work->output_unknown = true;
	work->output += sample_tokens_by(sample, to_ns);
	if (output > 0) {
		work->counted_tokens += (double)output;
		work->counted_events += (double)sample->token_events;
	}
	if (input < 0)
		work->input_unknown = true;
	else if (sample->first_token_ns != TIME_NONE)
		work->input +=
			(double)input * share_by(sample->sent_ns, sample->first_token_ns, to_ns);
}

/* An answer that was not waited for has no count: as many tokens to an event as the others have. */
static void
add_unfinished(struct work *work, const struct sample *sample, int64_t to_ns)
{
	if (sample->token_events == 0)
		return;
	double share = share_by(sample->first_token_ns, sample->last_token_ns, to_ns);
	if (work->counted_events > 0)
		work->output += share * (double)sample->token_events * work->counted_tokens /
				work->counted_events;
	else
		work->output_unknown = true;
}

static void
rates(struct run *run, const struct run_options *options, int64_t from_ns, int64_t to_ns)
{
	run->window_s = run->requests_per_second = run->output_tokens_per_second =
		run->total_tokens_per_second = run->goodput_per_second = MISSING;
	if (from_ns == TIME_NONE || to_ns <= from_ns || run->requests == 0)
		return;
	struct work work = { 0 };
	for (size_t i = 0; i < run->n; i++)
		if (is_measured(&run->samples[i]))
			add_answer(&work, &run->samples[i], options, to_ns);
	for (size_t i = 0; i < run->n; i++)
		if (!run->samples[i].warmup && run->samples[i].unfinished)
			add_unfinished(&work, &run->samples[i], to_ns);
	run->window_s = (double)(to_ns - from_ns) / 1e9;
	run->requests_per_second = work.requests / run->window_s;
	if (!isnan(options->max_ttft_ms) || !isnan(options->max_tpot_ms))
		run->goodput_per_second = work.good / run->window_s;
	if (!work.output_unknown)
		run->output_tokens_per_second = work.output / run->window_s;
	if (!work.output_unknown && !work.input_unknown)
		run->total_tokens_per_second = (work.output + work.input) / run->window_s;
}

static void
count(struct run *run)
{
	run->requests = run->failures = run->unfinished = 0;
	run->cached_tokens = -1;
	run->estimated = false;
	for (size_t i = 0; i < run->n; i++) {
		const struct sample *sample = &run->samples[i];
		if (sample->warmup)
			continue;
		run->requests += sample->ended;
		run->unfinished += sample->unfinished;
		run->failures += !sample->ended && !sample->unfinished;
		if (!sample->ended)
			continue;
		bool estimated;
		sample_output_tokens(sample, &estimated);
		run->estimated |= estimated;
		if (sample->counts.cached >= 0)
			run->cached_tokens = sample->counts.cached +
					     (run->cached_tokens > 0 ? run->cached_tokens : 0);
	}
}

static void
distances(struct run *run, const struct run_world *world)
{
	const struct length_pool *pool = world->lengths->pool;
	run->prompt_distance = run->output_distance = MISSING;
	if (!pool)
		return;
	int64_t *prompts = xcalloc(run->n + 1, sizeof(*prompts));
	int64_t *outputs = xcalloc(run->n + 1, sizeof(*outputs));
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++) {
		const struct sample *sample = &run->samples[i];
		if (!is_measured(sample))
			continue;
		prompts[n] =
			sample->counts.prompt >= 0 ? sample->counts.prompt : sample->prompt_asked;
		outputs[n++] = sample->output_asked;
	}
	run->prompt_distance = lengths_distance(pool, LENGTH_PROMPT, prompts, n);
	run->output_distance = lengths_distance(pool, LENGTH_OUTPUT, outputs, n);
	free(prompts);
	free(outputs);
}

void
run_summarize(struct run *run, const struct run_options *options, const struct run_world *world,
	struct gaps *gaps, int64_t from_ns, int64_t to_ns)
{
	double *room = xcalloc(run->n + 1, sizeof(*room));
	count(run);
	gather(run, sample_ttft_ms, room, &run->ttft_ms);
	gather(run, sample_ttfb_ms, room, &run->ttfb_ms);
	gather(run, sample_ttfo_ms, room, &run->ttfo_ms);
	gather(run, sample_tpot_ms, room, &run->tpot_ms);
	gather(run, sample_total_ms, room, &run->total_ms);
	gather(run, sample_decode_speed, room, &run->decode);
	gather_prefill(run, options->baseline_ms, room, &run->prefill);
	gather(run, prompt_ms_of, room, &run->prompt_ms);
	gather(run, sample_wait_ms, room, &run->wait_ms);
	gather(run, prompt_tokens_of, room, &run->prompt_tokens);
	gather(run, output_tokens_of, room, &run->output_tokens);
	/* connections are opened by the warm-up */
	size_t n = 0;
	for (size_t i = 0; i < run->n; i++)
		if (run->samples[i].ended && run->samples[i].connect_ns > 0)
			room[n++] = sample_connect_ms(&run->samples[i]);
	stats_summarize(room, n, &run->connect_ms);
	free(room);
	stats_summarize(gaps->ms, gaps->n, &run->gap_ms);
	rates(run, options, from_ns, to_ns);
	distances(run, world);
}

bool
run_is_sure(const struct run *run, const struct run_options *options)
{
	double *room = xcalloc(run->n + 1, sizeof(*room));
	struct summary first, second;
	if (run->vary)
		gather_prefill(run, options->baseline_ms, room, &first);
	else
		gather(run, sample_ttft_ms, room, &first);
	gather(run, sample_tpot_ms, room, &second);
	free(room);
	/* what no request has need not be known better; a width that is not known is not below the limit */
	bool first_sure = first.n == 0 || stats_half_width(&first) < options->width;
	bool second_sure = second.n == 0 || stats_half_width(&second) < options->width;
	return first_sure && second_sure && first.n + second.n > 0;
}
