/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/run.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	STEP_MS = 250,      /* how long nothing is looked at but what comes */
	FAILURES_LEAST = 4, /* one after the other, until we give up */
	WARMUP_PROMPT = 64, /* tokens, at most */
	WARMUP_OUTPUT = 16,
};
static const int64_t ns_per_ms = 1000000;
#define SECOND_NS INT64_C(1000000000) /* what is over sooner says little of an hour */

struct loop {
	struct run *run;
	const struct run_options *options;
	const struct run_world *world;
	struct lane *lanes;
	struct gaps gaps;
	bool warming, over; /* over: nothing more is sent */
	int in_flight;
	uint64_t sent;   /* measured requests */
	size_t answered; /* of them */
	int failed_in_a_row;
	size_t next_check;      /* answered */
	int64_t began_ns;       /* the measured part */
	int64_t from_ns, to_ns; /* the window */
};

/* One of the C. */
struct lane {
	struct flight flight;
	struct str prompt;
};

static int64_t
now(const struct loop *loop)
{
	return loop->world->carrier->now(loop->world->carrier->arg);
}

static void
send_next(struct loop *loop, struct lane *lane)
{
	const struct run_world *world = loop->world;
	struct length length = lengths_draw(world->lengths, *world->drawn);
	if (loop->warming) {
		length.prompt = length.prompt < WARMUP_PROMPT ? length.prompt : WARMUP_PROMPT;
		length.output = length.output < WARMUP_OUTPUT ? length.output : WARMUP_OUTPUT;
		length.cut = false;
	} else {
		++*world->drawn;
	}
	struct flight *flight = &lane->flight;
	struct sample *sample = &flight->sample;
	sample_init(sample);
	sample->concurrency = loop->run->concurrency;
	sample->warmup = loop->warming;
	sample->number = loop->warming ? 0 : loop->sent++;
	sample->words = prompts_words(world->prompts, length.prompt);
	sample->prompt_asked = length.prompt;
	sample->output_asked = length.output;
	sample->length_cut = length.cut;
	str_clear(&lane->prompt);
	prompts_write(world->prompts, sample->words, &lane->prompt);
	flight->prompt = str_as_slice(&lane->prompt);
	flight->output = length.output;
	flight->gaps = loop->warming ? NULL : &loop->gaps;
	flight->why[0] = '\0';
	loop->in_flight++;
	world->carrier->start(world->carrier->arg, flight);
}

static void
give_up(struct loop *loop, enum run_end end)
{
	if (loop->over)
		return;
	loop->over = true;
	loop->run->end = end;
}

/* Is there reason to send no more? */
static void
judge(struct loop *loop)
{
	const struct run_options *options = loop->options;
	int64_t most = options->most ? options->most : RUN_MOST_REQUESTS;
	int failures =
		options->concurrency > FAILURES_LEAST ? options->concurrency : FAILURES_LEAST;
	if (loop->failed_in_a_row >= failures) {
		give_up(loop, RUN_FAILED);
	} else if (loop->sent >= (uint64_t)most) {
		give_up(loop, RUN_MOST);
	} else if (loop->answered >= loop->next_check) {
		/* seldom as they get many: sorting them is time in which events are not looked at */
		loop->next_check = loop->answered + 1 + loop->answered / 16;
		bool long_enough = now(loop) - loop->began_ns >= SECOND_NS;
		if (long_enough && run_is_sure(loop->run, options))
			give_up(loop, RUN_SURE);
	}
}

static void
keep(struct loop *loop, const struct flight *flight)
{
	struct run *run = loop->run;
	run->samples = xgrow(run->samples, &run->size, run->n, sizeof(*run->samples));
	run->samples[run->n++] = flight->sample;
	const struct sample *sample = &flight->sample;
	if (!sample->warmup && sample->sent_ns != TIME_NONE &&
		(loop->from_ns == TIME_NONE || sample->sent_ns < loop->from_ns))
		loop->from_ns = sample->sent_ns;
	if (sample->unfinished)
		return;
	loop->failed_in_a_row = sample->ended ? 0 : loop->failed_in_a_row + 1;
	loop->answered += sample->ended && !sample->warmup;
	if (!sample->ended && !run->why[0])
		snprintf(run->why, sizeof(run->why), "%s", flight->why);
}

static void
lane_done(struct flight *flight)
{
	struct loop *loop = flight->owner;
	struct lane *lane = (struct lane *)flight; /* its first member */
	loop->in_flight--;
	keep(loop, flight);
	if (loop->warming)
		return;
	judge(loop);
	if (!loop->over) {
		send_next(loop, lane);
		return;
	}
	if (loop->to_ns == TIME_NONE) {
		const struct sample *sample = &flight->sample;
		loop->to_ns =
			sample->last_token_ns != TIME_NONE ? sample->last_token_ns : sample->end_ns;
	}
}

static void
report(const struct loop *loop, int64_t start, int64_t budget_ns)
{
	const struct run_options *options = loop->options;
	if (options->progress)
		options->progress(options->progress_arg, options->concurrency, loop->answered,
			loop->warming ? 0
				      : fmin(1, (double)(now(loop) - start) / (double)budget_ns));
}

/* Until nothing is in flight: sends until 'send_ns' has passed, waits for what is in flight until
 * 'wait_ns'. */
static void
drive(struct loop *loop, int64_t send_ns, int64_t wait_ns)
{
	const struct carrier *carrier = loop->world->carrier;
	int64_t start = now(loop), told = start;
	while (loop->in_flight) {
		int64_t at = now(loop);
		if (loop->options->stop && *loop->options->stop) {
			loop->over = true;
			loop->run->end = RUN_STOPPED;
			carrier->cancel(carrier->arg);
			break;
		}
		if (at >= send_ns && !loop->warming)
			give_up(loop, RUN_BUDGET);
		if (at >= wait_ns) {
			if (loop->to_ns == TIME_NONE)
				loop->to_ns = at;
			carrier->cancel(carrier->arg);
			break;
		}
		int64_t until = at + STEP_MS * ns_per_ms;
		if (at < send_ns && send_ns < until)
			until = send_ns;
		carrier->step(carrier->arg, until < wait_ns ? until : wait_ns);
		if (at - told >= STEP_MS * ns_per_ms) {
			told = at;
			report(loop, start, send_ns - start);
		}
	}
}

static void
start_all(struct loop *loop)
{
	for (int i = 0; i < loop->run->concurrency; i++)
		send_next(loop, &loop->lanes[i]);
}

void
run_go(struct run *run, const struct run_options *options, const struct run_world *world)
{
	*run = (struct run){ .concurrency = options->concurrency,
		.vary = lengths_vary(world->lengths) };
	size_t count = (size_t)options->concurrency;
	int64_t budget = options->budget_ms * ns_per_ms;
	struct loop loop = { run, options, world, xcalloc(count, sizeof(*loop.lanes)),
		.warming = true, .from_ns = TIME_NONE, .to_ns = TIME_NONE };
	/* so many that each of the C slots had its share */
	loop.next_check = count * 3 > 8 ? count * 3 : 8;
	for (size_t i = 0; i < count; i++) {
		struct flight *flight = &loop.lanes[i].flight;
		/* by itself no request is given up before the run is: it is not finished, not a failure */
		flight->timeout_ms =
			options->timeout_ms ? options->timeout_ms : options->budget_ms * 2;
		flight->stall_ms = options->stall_ms;
		flight->done = lane_done;
		flight->owner = &loop;
	}
	start_all(&loop);
	int64_t at = now(&loop);
	drive(&loop, at + budget, at + budget);
	loop.warming = false;
	if (loop.failed_in_a_row >= options->concurrency) {
		give_up(&loop, RUN_FAILED);
	} else if (!loop.over) {
		loop.failed_in_a_row = 0;
		loop.to_ns = TIME_NONE;
		loop.began_ns = now(&loop);
		start_all(&loop);
		at = now(&loop);
		drive(&loop, at + budget, at + budget * 3 / 2);
	}
	run_summarize(run, options, world, &loop.gaps, loop.from_ns, loop.to_ns);
	free(loop.gaps.ms);
	for (size_t i = 0; i < count; i++)
		str_free(&loop.lanes[i].prompt);
	free(loop.lanes);
}

void
run_free(struct run *run)
{
	free(run->samples);
	*run = (struct run){ 0 };
}
