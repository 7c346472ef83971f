/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/doubt.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/compiler.h"
#include "base/num.h"
#include "probe/gpu.h"
#include "probe/run.h"

const char *const doubt_names[DOUBTS] = { "cached", "queued", "spill", "truncated", "context",
	"lengths", "variation", "drift", "loaded", "gpu-shared", "throttled", "buffered",
	"uncounted", "short", "few", "unsure", "failures", "partial" };

static const double variation_most = 0.10; /* standard deviation / mean */
/* With fewer requests chance alone brings distributions further apart. */
static const double distance_most = 0.05;
enum { DRIFT_LEAST = 12, INTERVAL_LEAST = 6, DISTANCE_LEAST = 200 };

static void label(struct run *run, enum doubt_id id, const char *fmt, ...) hl_printf(3, 4);

static void
label(struct run *run, enum doubt_id id, const char *fmt, ...)
{
	struct doubt *doubt = &run->doubts.items[id];
	doubt->there = true;
	va_list args;
	va_start(args, fmt);
	vsnprintf(doubt->text, sizeof(doubt->text), fmt, args);
	va_end(args);
}

static void
refuse(struct run *run, enum doubt_id id)
{
	run->doubts.items[id].refuses = true;
}

bool
doubts_refuse(const struct doubts *doubts)
{
	for (int i = 0; i < DOUBTS; i++)
		if (doubts->items[i].there && doubts->items[i].refuses)
			return true;
	return false;
}

size_t
doubts_count(const struct doubts *doubts)
{
	size_t n = 0;
	for (int i = 0; i < DOUBTS; i++)
		n += doubts->items[i].there;
	return n;
}

/* What is counted of the measured answers, one by one. */
struct seen {
	int64_t cached, cached_tokens,
		cached_of;     /* answers; tokens above the template; all of the prompts */
	int64_t cut, cut_most; /* answers; the most tokens that were read of any */
	int64_t context, buffered, uncounted, brief;
};

static void
see(const struct run *run, const struct doubt_facts *facts, struct seen *seen)
{
	/* without a calibration nobody knows how long the template is: nothing may be cached then but as
	 * much as templates take */
	enum { TEMPLATE_MOST = 64 };
	int64_t prefix = facts->prefix >= 0 ? facts->prefix : TEMPLATE_MOST;
	for (size_t i = 0; i < run->n; i++) {
		const struct sample *sample = &run->samples[i];
		if (sample->warmup || !sample->ended)
			continue;
		const struct reply_counts *counts = &sample->counts;
		if (counts->cached > prefix) {
			seen->cached++;
			seen->cached_tokens += counts->cached - prefix;
			seen->cached_of += counts->prompt;
		}
		/* the calibration is right to a token or two; a prompt that is a tenth short was cut */
		bool missing = counts->prompt >= 0 && facts->prefix >= 0 &&
			       counts->prompt * 10 < sample->prompt_asked * 9 - 80;
		if (sample->truncated || missing) {
			seen->cut++;
			if (counts->prompt > seen->cut_most)
				seen->cut_most = counts->prompt;
		}
		int64_t output = sample_output_tokens(sample, NULL);
		seen->context += sample->length_cut;
		seen->buffered += sample_is_buffered(sample);
		seen->uncounted += counts->completion < 0;
		seen->brief += output >= 0 && output * 10 < sample->output_asked * 9;
	}
}

static void
doubt_prompts(struct run *run, const struct seen *seen, const struct doubt_facts *facts)
{
	if (seen->cached) {
		label(run, DOUBT_CACHED,
			"%" PRId64 " of %" PRId64
			" prompts came in part from a cache (%.0f %% of their "
			"tokens), although no two begin alike: times to the first token and "
			"prefill speeds "
			"are not those of new prompts",
			seen->cached, run->requests,
			seen->cached_of > 0
				? 100.0 * (double)seen->cached_tokens / (double)seen->cached_of
				: 0.0);
		refuse(run, DOUBT_CACHED);
	}
	if (seen->cut) {
		label(run, DOUBT_TRUNCATED,
			"the server cut %" PRId64 " of %" PRId64 " prompts to %" PRId64
			" tokens or less: it needs a larger context (Ollama: "
			"num_ctx or "
			"OLLAMA_CONTEXT_LENGTH, llama-server: --ctx-size)",
			seen->cut, run->requests, seen->cut_most);
		refuse(run, DOUBT_TRUNCATED);
	}
	if (seen->context) {
		char share[32] = "all", context[NUM_TEXT];
		if (seen->context < run->requests)
			snprintf(share, sizeof(share), "%.1f %% of the",
				100.0 * (double)seen->context / (double)run->requests);
		label(run, DOUBT_CONTEXT,
			"%s requests are longer than the server's context of %s tokens, and were "
			"shortened to fit",
			share, num_count(context, facts->context));
	}
}

/* What was cut to the context has been said; else prompts may be shorter than the chat template. */
static void
doubt_lengths(struct run *run)
{
	bool prompts = run->prompt_distance > distance_most;
	double most = prompts ? run->prompt_distance : run->output_distance;
	if (run->requests < DISTANCE_LEAST || !(most > distance_most) ||
		run->doubts.items[DOUBT_CONTEXT].there)
		return;
	label(run, DOUBT_LENGTHS,
		"the %s are not spread as those of the workload: the shares of those up to some "
		"length differ by %.0f %%",
		prompts ? "lengths of prompts, the chat template in them," : "lengths of answers",
		100 * most);
}

static void
doubt_answers(struct run *run, const struct seen *seen)
{
	/* now and then one does where this program had no processor for a while */
	if (seen->buffered * 2 > run->requests) {
		label(run, DOUBT_BUFFERED,
			"%" PRId64 " of %" PRId64
			" answers came all at once, not as they were written: a "
			"proxy holds them back, or the server does not stream; no time of a token "
			"means "
			"anything",
			seen->buffered, run->requests);
		refuse(run, DOUBT_BUFFERED);
	}
	if (seen->uncounted && run->estimated)
		label(run, DOUBT_UNCOUNTED,
			"the server does not say how many tokens it wrote; that an answer which "
			"ended "
			"for its length has the length asked for is an estimate");
	else if (seen->uncounted)
		label(run, DOUBT_UNCOUNTED,
			"the server does not say how many tokens it wrote: speeds are not known, "
			"since "
			"pieces of a stream are not tokens");
	if (seen->brief * 10 > run->requests)
		label(run, DOUBT_SHORT,
			"%" PRId64 " of %" PRId64
			" answers ended before the length that was asked for "
			"(%.0f tokens at the median)",
			seen->brief, run->requests, run->output_tokens.p50);
}

/* The one of the three that varies most, by name.  With several at once it is no sign of other programs: whoever's
 * prompt is read holds up the others' answers, and how often that happens to one is chance. */
static void
doubt_variation(struct run *run)
{
	const struct {
		const struct summary *summary;
		const char *name;
		bool may_differ;
	} looked_at[] = {
		{ &run->tpot_ms, "the time per token", false },
		{ &run->ttft_ms, "the time to the first token", true },
		{ &run->prefill, "the speed of reading prompts", false },
	};
	double most = 0;
	const char *name = NULL;
	for (size_t i = 0; i < HL_COUNT(looked_at); i++) {
		double cov = looked_at[i].summary->cov;
		/* a queue says enough of who waited in it */
		bool apart = run->vary || run->doubts.items[DOUBT_QUEUED].there;
		if ((looked_at[i].may_differ && apart) || isnan(cov) || cov <= most)
			continue;
		most = cov;
		name = looked_at[i].name;
	}
	if (most > variation_most)
		label(run, DOUBT_VARIATION,
			"%s varies by %.0f %% from request to request (standard deviation / "
			"mean)%s",
			name, 100 * most,
			run->concurrency > 1
				? ": while one's prompt is read, the others' answers wait"
				: "; over 10 %, something else is at work, too");
}

static double
half_tpot(const struct run *run, bool second, size_t all)
{
	double *room = xcalloc(all, sizeof(*room));
	size_t n = 0, seen = 0;
	for (size_t i = 0; i < run->n; i++) {
		if (run->samples[i].warmup || !run->samples[i].ended)
			continue;
		double tpot = sample_tpot_ms(&run->samples[i]);
		if (isnan(tpot))
			continue;
		if ((seen >= all / 2) == second)
			room[n++] = tpot;
		seen++;
	}
	struct summary summary;
	stats_summarize(room, n, &summary);
	free(room);
	return summary.p50;
}

static void
doubt_drift(struct run *run)
{
	size_t all = run->tpot_ms.n;
	if (all < DRIFT_LEAST)
		return;
	double first = half_tpot(run, false, all), second = half_tpot(run, true, all);
	if (first <= 0)
		return;
	double change = second / first - 1;
	if (fabs(change) > variation_most)
		label(run, DOUBT_DRIFT,
			"tokens took %.0f %% %s in the second half than in the first: %s%s",
			100 * fabs(change), change > 0 ? "longer" : "less time",
			change > 0 ? "heat, or other work on the machine"
				   : "the machine was not warm yet, or other work ended",
			run->concurrency > 1 ? ", or requests that began together no longer do"
					     : "");
}

/* Everything that the server does while a prompt is read is shared by those at work: one prompt after
 * another is C times the time of one.  What is beyond that was spent in a queue, unless it is little: a
 * server turns to a new request after what it has just begun for others, and of C requests that are served
 * by one place too few each spends a C-th of its time in the queue. */
static void
doubt_queue(struct run *run, const struct run *alone, const struct doubt_facts *facts)
{
	if (facts->slots > 0 && run->concurrency > facts->slots) {
		label(run, DOUBT_QUEUED,
			"%d requests at once, but the server works on %" PRId64
			" at a time: the others wait, and that is part of the time to the first "
			"token",
			run->concurrency, facts->slots);
		return;
	}
	/* with a place for each there is no queue, whatever prompts that are read together wait for each other */
	if (facts->slots > 0 || !alone || alone->concurrency >= run->concurrency ||
		!(run->total_ms.mean > 0))
		return;
	double waited = run->wait_ms.mean - alone->wait_ms.mean;
	if (isnan(waited))
		waited = run->ttft_ms.mean - run->concurrency * alone->ttft_ms.mean;
	double notable = fmax(20, run->total_ms.mean * fmax(0.05, 0.5 / run->concurrency));
	if (waited > notable)
		label(run, DOUBT_QUEUED,
			"requests waited %.0f ms on average before the server began with them: it "
			"works on fewer than %d at a time",
			waited, run->concurrency);
}

static void
doubt_clocks(struct run *run, const struct doubt_facts *facts)
{
	struct str words = STR_INIT;
	if (!(facts->throttled > 0.05))
		return;
	gpu_throttle_words(&words, facts->throttle);
	label(run, DOUBT_THROTTLED,
		"the GPU's clock was held down in %.0f %% of the time%s%s: this is not the speed "
		"of "
		"a card that is cool and has its power",
		100 * facts->throttled, words.n ? " by " : "", str_text(&words));
	str_free(&words);
}

static void
doubt_machine(struct run *run, const struct doubt_facts *facts)
{
	if (facts->model_bytes > 0 && facts->gpu_bytes >= 0 &&
		facts->gpu_bytes < facts->model_bytes)
		label(run, DOUBT_SPILL,
			"%.0f %% of the model is not in the GPU's memory but runs on the "
			"processor: this is not the "
			"speed of the GPU",
			100.0 - 100.0 * (double)facts->gpu_bytes / (double)facts->model_bytes);
	doubt_clocks(run, facts);
	if (facts->remote)
		return;
	if (facts->load > 0.5 && facts->processors > 0 && facts->load > 0.25 * facts->processors)
		label(run, DOUBT_LOADED,
			"other programs kept %.1f of %d processors busy before the server had work",
			facts->load, facts->processors);
	if (facts->gpu_others > 0)
		label(run, DOUBT_GPU_SHARED, "%d other program%s at work on the GPU",
			facts->gpu_others, facts->gpu_others == 1 ? " is" : "s are");
}

static void
doubt_end(struct run *run)
{
	if (run->failures)
		label(run, DOUBT_FAILURES, "%" PRId64 " of %" PRId64 " requests had no answer%s%s",
			run->failures, run->failures + run->requests, run->why[0] ? ": " : "",
			run->why);
	if (run->end == RUN_STOPPED)
		label(run, DOUBT_PARTIAL,
			"stopped before its end; what is here was measured until then");
	if (run->end == RUN_FAILED)
		label(run, DOUBT_PARTIAL,
			"the server gave no more answers%s%s; what is here was measured until then",
			run->failures ? "" : ": ", run->failures ? "" : run->why);
	if (run->unfinished && run->end != RUN_STOPPED)
		label(run, DOUBT_PARTIAL,
			"time was up before %" PRId64 " of %" PRId64
			" requests had ended: a larger --budget measures them, too",
			run->unfinished, run->unfinished + run->requests);
	if (run->requests == 0)
		label(run, DOUBT_FEW, "no request was answered");
	else if (run->requests < INTERVAL_LEAST)
		label(run, DOUBT_FEW,
			"%" PRId64
			" request%s answered: with fewer than 6 nothing tells how sure a median is",
			run->requests, run->requests == 1 ? " was" : "s were");
	else if (run->end == RUN_BUDGET)
		label(run, DOUBT_UNSURE,
			"time was up before the medians were known to within 5 %%: a larger "
			"--budget makes "
			"them surer");
}

void
doubt_run(struct run *run, const struct run *alone)
{
	const struct doubt_facts *facts = &run->facts;
	struct seen seen = { 0 };
	run->doubts = (struct doubts){ 0 };
	see(run, facts, &seen);
	doubt_prompts(run, &seen, facts);
	doubt_lengths(run);
	doubt_answers(run, &seen);
	doubt_queue(run, alone, facts);
	doubt_machine(run, facts);
	doubt_variation(run);
	doubt_drift(run);
	doubt_end(run);
}
