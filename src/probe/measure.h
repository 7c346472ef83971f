/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure - what a server delivers: its cold start, and how fast it answers so many requests at once.
 *
 *	1. a short request: where the model had to be loaded first, that is the cold start
 *	2. the same again, and a longer one: how many tokens a word and the chat template have
 *	3. one of the length that is wanted (at a workload's median): corrects that
 *	4. where the server does not say how long it read prompts: one with a prompt of one word
 *	5. a run for each number of requests at once (run.h, sweep.h), doubted (doubt.h)
 *
 * Whatever ends it early, what was measured before stays.
 */
#ifndef HLLM_PROBE_MEASURE_H
#define HLLM_PROBE_MEASURE_H

#include <signal.h>

#include "probe/run.h"
#include "probe/sweep.h"

/* What is being done, for people who wait. */
struct measure_progress {
	const char
		*stage;  /* "loading the model", "finding out how long prompts are", "measuring" */
	int concurrency; /* 0 before the runs */
	size_t requests; /* answered, of this run */
	double share;    /* of the run's budget, 0 to 1 */
};

struct measure_options {
	struct lengths lengths;
	const int *list;   /* of requests at once; NULL: auto.  1 to SWEEP_CONCURRENCY_MOST */
	size_t list_n;     /* 1 to SWEEP_POINTS */
	int most;          /* auto goes no further; 0: SWEEP_AUTO_MOST */
	int64_t budget_ms; /* for each number of requests at once */
	int64_t total_ms; /* for all of it: runs are cut to what is left of it, and none begins behind its
			       end; 0: no end */
	int64_t timeout_ms; /* of one request; 0: what the budget gives.  Loading: load_ms */
	int64_t stall_ms; /* of an answer that has begun, without a byte: before, it may be in a queue,
			     and only its time ends that; 0: as long as it likes */
	int64_t load_ms;                 /* how long the first request may take; 0: five minutes */
	double max_ttft_ms, max_tpot_ms; /* goodput's limits; MISSING: none */
	uint64_t seed;                   /* no other measurement had it */
	/* What is known from elsewhere, asked before each run and after it, so that what happens while
	 * it runs (clocks, say) can be told.  facts has DOUBT_FACTS_NONE at first, and keeps what was
	 * written; prefix is filled in here.  May be NULL. */
	void (*facts)(void *arg, bool after, struct doubt_facts *facts);
	void (*progress)(void *arg, const struct measure_progress *progress); /* may be NULL */
	void *arg;                                                            /* of both */
	const volatile sig_atomic_t *stop; /* may be NULL; a signal handler sets it to 1 */
};

struct measurement {
	double cold_start_ms; /* MISSING: cold_why says why */
	const char *cold_why;
	struct sample cold; /* the first request */
	double baseline_ms; /* TTFT of a prompt of one word; MISSING: not needed, not known */
	struct prompts prompts;
	bool exact; /* the server counts prompt tokens, so that prompts have the length asked for */
	struct run runs[SWEEP_POINTS]; /* by concurrency */
	size_t n;
	int knee;     /* see sweep_knee(); 0: no speed was measured */
	bool stopped; /* by the user */
};

/* False: the server gave no answer at all, err says host and cause (FAULT_SYSTEM).  measurement_free() is due
 * either way. */
bool measure(struct measurement *out, const struct carrier *carrier,
	const struct measure_options *options, struct err *err) hl_must_check;
void measurement_free(struct measurement *measurement);

#endif
