/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/measure.h"

#include <stdlib.h>

enum {
	STEP_MS = 250,
	SHORT_OUTPUT = 4, /* tokens of answers that only serve to count prompts */
	LOAD_MS = 300000,
	BUDGET_LEAST_MS = 500, /* less time is none */
	SLOWER_MOST =
		8, /* times as long as the ones before: a prompt of 160 words after one of 32 */
	COLD_LEAST_MS = 100, /* less is not a model being loaded */
	PREFIX_SLACK = 4,    /* tokens that the calibration may be off */
};

struct survey {
	struct measurement *out;
	const struct carrier *carrier;
	const struct measure_options *options;
	struct doubt_facts facts;
	uint64_t drawn;
	int64_t began_ns;
	int64_t slowest_ms; /* of the single requests so far */
};

/* One request by itself. */
struct single {
	struct flight flight;
	bool back;
};

static void
single_done(struct flight *flight)
{
	struct single *single = (struct single *)flight; /* its first member */
	single->back = true;
}

static bool
is_stopped(const struct survey *survey)
{
	return survey->options->stop && *survey->options->stop;
}

static void
tell(const struct survey *survey, const struct measure_progress *progress)
{
	if (survey->options->progress)
		survey->options->progress(survey->options->arg, progress);
}

static int64_t
timeout_of(const struct measure_options *options)
{
	return options->timeout_ms ? options->timeout_ms : options->budget_ms * 3 / 2;
}

/* Sends a prompt of so many words and waits for the answer.  False: there is none.  For the very first the
 * model may have to be loaded. */
static bool
ask_one(struct survey *survey, const char *stage, int64_t words, bool first, struct single *single)
{
	const struct carrier *carrier = survey->carrier;
	const struct measure_options *options = survey->options;
	struct str prompt = STR_INIT;
	*single = (struct single){ .flight = { .output = SHORT_OUTPUT, .done = single_done } };
	single->flight.timeout_ms = timeout_of(options);
	/* a server so slow that the budget is nothing to it can still be told apart from one that hangs */
	if (single->flight.timeout_ms < SLOWER_MOST * survey->slowest_ms)
		single->flight.timeout_ms = SLOWER_MOST * survey->slowest_ms;
	single->flight.stall_ms = options->stall_ms;
	if (first) {
		single->flight.answer_ms = timeout_of(options);
		single->flight.timeout_ms = options->load_ms ? options->load_ms : LOAD_MS;
	}
	struct sample *sample = &single->flight.sample;
	sample_init(sample);
	sample->concurrency = 1;
	sample->words = words;
	sample->output_asked = SHORT_OUTPUT;
	prompts_write(&survey->out->prompts, words, &prompt);
	single->flight.prompt = str_as_slice(&prompt);
	carrier->start(carrier->arg, &single->flight);
	while (!single->back) {
		int64_t at = carrier->now(carrier->arg);
		carrier->step(carrier->arg, at + STEP_MS * (int64_t)1000000);
		tell(survey, &(struct measure_progress){ .stage = stage });
		if (is_stopped(survey) && !single->back)
			carrier->cancel(carrier->arg);
	}
	single->flight.prompt = SLICE_NONE;
	str_free(&prompt);
	if (sample->ended && (sample->end_ns - sample->sent_ns) / 1000000 > survey->slowest_ms)
		survey->slowest_ms = (sample->end_ns - sample->sent_ns) / 1000000;
	return sample->ended;
}

static void
cold_start(struct measurement *out, const struct sample *warm)
{
	double first = sample_ttft_ms(&out->cold), second = sample_ttft_ms(warm);
	out->cold_start_ms = first - second;
	if (isnan(out->cold_start_ms))
		out->cold_why = "the answers had no text";
	/* the first answer is always a little slower: only what is out of proportion was loading */
	else if (out->cold_start_ms < fmax(COLD_LEAST_MS, second)) {
		out->cold_start_ms = MISSING;
		out->cold_why = "the model was loaded already";
	}
}

/* The length at which the calibration is corrected, in words; 0: none is needed. */
static int64_t
correction_words(const struct survey *survey)
{
	const struct lengths *lengths = &survey->options->lengths;
	int64_t tokens = lengths_median(lengths);
	if (lengths->context > SHORT_OUTPUT && tokens > lengths->context - SHORT_OUTPUT)
		tokens = lengths->context - SHORT_OUTPUT;
	int64_t words = prompts_words(&survey->out->prompts, tokens);
	return words > PROMPT_SHORT && words != PROMPT_LONG ? words : 0;
}

static void
calibrate(struct survey *survey, const struct sample *shorter)
{
	static const char stage[] = "finding out how long prompts are";
	struct measurement *out = survey->out;
	struct single single;
	if (shorter->counts.prompt < 0 || !ask_one(survey, stage, PROMPT_LONG, false, &single))
		return;
	out->exact = prompts_calibrate(&out->prompts, PROMPT_SHORT, shorter->counts.prompt,
		PROMPT_LONG, single.flight.sample.counts.prompt);
	int64_t words = out->exact ? correction_words(survey) : 0;
	if (words && !is_stopped(survey) && ask_one(survey, stage, words, false, &single))
		prompts_correct(&out->prompts, words, single.flight.sample.counts.prompt);
}

/* All that comes before the runs.  False: no answer. */
static bool
prepare(struct survey *survey, struct err *err)
{
	struct measurement *out = survey->out;
	const struct measure_options *options = survey->options;
	struct single single;
	bool answered =
		ask_one(survey, "waiting for the first answer", PROMPT_SHORT, true, &single);
	out->cold = single.flight.sample;
	if (answered && !is_stopped(survey))
		answered = ask_one(
			survey, "waiting for the second answer", PROMPT_SHORT, false, &single);
	if (is_stopped(survey))
		return err_set(err, FAULT_SYSTEM, "stopped before anything was measured");
	if (!answered)
		return err_set(err, FAULT_SYSTEM, "%s", single.flight.why);
	struct sample warm = single.flight.sample;
	cold_start(out, &warm);
	calibrate(survey, &warm);
	if (isnan(warm.counts.prompt_ms) && !is_stopped(survey) &&
		ask_one(survey, "measuring the shortest prompt", 1, false, &single))
		out->baseline_ms = sample_ttft_ms(&single.flight.sample);
	survey->facts.context = options->lengths.context > 0 ? options->lengths.context : -1;
	if (out->exact)
		survey->facts.prefix = (int64_t)fmax(0, ceil(out->prompts.overhead)) + PREFIX_SLACK;
	return true;
}

static void
run_progress(void *arg, int concurrency, size_t requests, double share)
{
	const struct survey *survey = arg;
	tell(survey, &(struct measure_progress){ "measuring", concurrency, requests, share });
}

static void
ask_facts(struct survey *survey, bool after)
{
	if (survey->options->facts)
		survey->options->facts(survey->options->arg, after, &survey->facts);
}

/* Keeps runs in order of concurrency.  Returns where it is. */
static struct run *
insert(struct measurement *out, const struct run *run)
{
	size_t at = out->n;
	while (at > 0 && out->runs[at - 1].concurrency > run->concurrency) {
		out->runs[at] = out->runs[at - 1];
		at--;
	}
	out->runs[at] = *run;
	out->n++;
	return &out->runs[at];
}

/* What is left of the time for a run. */
static int64_t
budget_of(const struct survey *survey)
{
	const struct measure_options *options = survey->options;
	if (!options->total_ms)
		return options->budget_ms;
	int64_t spent = (survey->carrier->now(survey->carrier->arg) - survey->began_ns) / 1000000;
	int64_t left = options->total_ms - spent;
	return left < options->budget_ms ? left : options->budget_ms;
}

static const struct run *
alone(const struct measurement *out)
{
	return out->n && out->runs[0].concurrency == 1 ? &out->runs[0] : NULL;
}

/* The speed that the sweep goes by; *gone: the server is not there any more. */
static double
measure_one(struct survey *survey, int concurrency, int64_t budget_ms, bool *gone)
{
	const struct measure_options *options = survey->options;
	struct run_options run_options = {
		.concurrency = concurrency,
		.budget_ms = budget_ms,
		.timeout_ms = options->timeout_ms,
		.stall_ms = options->stall_ms,
		.width = 0.05,
		.max_ttft_ms = options->max_ttft_ms,
		.max_tpot_ms = options->max_tpot_ms,
		.baseline_ms = survey->out->baseline_ms,
		.stop = options->stop,
		.progress = run_progress,
		.progress_arg = survey,
	};
	struct run_world world = { survey->carrier, &survey->out->prompts, &options->lengths,
		&survey->drawn };
	struct run fresh;
	ask_facts(survey, false);
	run_go(&fresh, &run_options, &world);
	ask_facts(survey, true);
	fresh.facts = survey->facts;
	struct run *run = insert(survey->out, &fresh);
	doubt_run(run, alone(survey->out));
	survey->out->stopped |= run->end == RUN_STOPPED;
	bool none = run->end == RUN_FAILED && run->requests == 0;
	*gone = none && (!options->list || run->samples[run->n - 1].fault == HTTP_REFUSED);
	return doubts_refuse(&run->doubts) ? MISSING : run->output_tokens_per_second;
}

bool
measure(struct measurement *out, const struct carrier *carrier,
	const struct measure_options *options, struct err *err)
{
	*out = (struct measurement){ .cold_start_ms = MISSING, .baseline_ms = MISSING };
	prompts_init(&out->prompts, options->seed);
	struct survey survey = { .out = out,
		.carrier = carrier,
		.options = options,
		.facts = DOUBT_FACTS_NONE,
		.began_ns = carrier->now(carrier->arg) };
	if (!prepare(&survey, err))
		return false;
	ask_facts(&survey, false);
	struct sweep sweep = { .list = options->list,
		.list_n = options->list_n,
		.slots = survey.facts.slots,
		.most = options->most };
	int next;
	bool gone = false;
	while (!gone && !is_stopped(&survey) && (next = sweep_next(&sweep)) > 0) {
		int64_t budget_ms = budget_of(&survey);
		/* the first run is what all of it is for: it has its time whatever came before took */
		if (out->n == 0)
			budget_ms = options->budget_ms;
		else if (budget_ms < options->budget_ms / 8 || budget_ms < BUDGET_LEAST_MS)
			break;
		sweep_add(&sweep, next, measure_one(&survey, next, budget_ms, &gone));
	}
	/* the one to compare with may have come last */
	for (size_t i = 0; i < out->n; i++)
		doubt_run(&out->runs[i], alone(out));
	out->knee = sweep_knee(&sweep);
	out->stopped |= is_stopped(&survey);
	return true;
}

void
measurement_free(struct measurement *measurement)
{
	for (size_t i = 0; i < measurement->n; i++)
		run_free(&measurement->runs[i]);
	measurement->n = 0;
}
