/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run - one number of requests at once: sends them, and says what came of it.
 *
 * First C requests warm the server up and open the connections: short ones, which are waited for and
 * count nowhere.  Then C are kept in flight until the medians are known well enough, or time is
 * up.  Those in flight then are waited for, and no others are sent.
 *
 * Rates are over the time in which all C were in flight: from the first byte of the first request to
 * the last token of the first that no other followed.  What was written of the other answers by then
 * counts, by time (sample_tokens_by()), so that a request that is slow to end does not make the
 * server look idle.
 */
#ifndef HLLM_PROBE_RUN_H
#define HLLM_PROBE_RUN_H

#include <signal.h>

#include "probe/carrier.h"
#include "probe/doubt.h"
#include "probe/lengths.h"
#include "probe/prompts.h"
#include "probe/stats.h"

enum run_end {
	RUN_SURE,    /* the 95 % intervals of the medians are narrow enough */
	RUN_BUDGET,  /* time was up */
	RUN_MOST,    /* run_options.most requests */
	RUN_FAILED,  /* one request after the other failed */
	RUN_STOPPED, /* by the user */
};

struct run_options {
	int concurrency;
	int64_t budget_ms;  /* of the measured part; then what is in flight has half of it more */
	int64_t timeout_ms; /* of one request; 0: what the budget gives */
	int64_t stall_ms; /* of an answer that has begun, without a byte; 0: as long as it likes */
	double width;     /* of a median's interval, half, as a share of the median: 0.05 */
	int64_t most;     /* requests; 0: RUN_MOST_REQUESTS */
	double max_ttft_ms, max_tpot_ms;   /* goodput's limits; MISSING: none */
	double baseline_ms;                /* see sample_prefill_speed() */
	const volatile sig_atomic_t *stop; /* may be NULL; a signal handler sets it */
	/* Called some times a second with what is there so far; may be NULL. */
	void (*progress)(void *arg, int concurrency, size_t requests, double share_of_budget);
	void *progress_arg;
};
enum { RUN_MOST_REQUESTS = 100000 };

struct run {
	int concurrency;
	enum run_end end;
	char why[512]; /* the first failure's sentence; "" none */

	int64_t requests;   /* measured, with an answer */
	int64_t failures;   /* measured ones */
	int64_t unfinished; /* in flight when waiting ended */
	/* of the requests that have it */
	struct summary ttft_ms, ttfb_ms, ttfo_ms, tpot_ms, gap_ms, total_ms, connect_ms;
	struct summary decode, prefill;              /* tokens a second, of one request */
	struct summary prompt_ms;                    /* the server's time for the prompt */
	struct summary wait_ms;                      /* TTFT less that */
	struct summary prompt_tokens, output_tokens; /* lengths as they were */
	int64_t cached_tokens; /* of all prompts; -1: the server does not say */

	/* over the window; MISSING where it has no length or tokens are not known */
	double window_s;
	double requests_per_second;
	double output_tokens_per_second;
	double total_tokens_per_second; /* with the uncached prompt tokens */
	double goodput_per_second;      /* requests that kept all limits; MISSING without a limit */
	bool estimated; /* the server counted no output tokens: see sample_output_tokens() */
	bool vary;      /* the lengths do */
	double prompt_distance,
		output_distance; /* lengths_distance() of those that were sent to those
						    of the workload; MISSING without one */
	struct doubts doubts;
	struct doubt_facts
		facts; /* what the doubts knew from elsewhere; set by whoever asks for them */

	struct sample *samples; /* warm-ups too, in the order of their ends */
	size_t n, size;
};

/* What a run needs beside its options. */
struct run_world {
	const struct carrier *carrier;
	struct prompts *prompts; /* calibrated */
	const struct lengths *lengths;
	uint64_t *drawn; /* of lengths, so far: each run goes on where the one before ended */
};
/* run_free() is due. */
void run_go(struct run *run, const struct run_options *options, const struct run_world *world);
void run_free(struct run *run);

/* The arithmetic of it: everything of a run that follows from its samples, of which those between the
 * two times (ns) count for the rates; gaps are sorted.  The rest of the run stays. */
void run_summarize(struct run *run, const struct run_options *options,
	const struct run_world *world, struct gaps *gaps, int64_t from_ns, int64_t to_ns);
/* Are the medians known to within options->width?  Of TTFT and TPOT; where lengths vary, of what does not
 * depend on them: prefill speed and TPOT. */
bool run_is_sure(const struct run *run, const struct run_options *options);

#endif
