/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * carrier - how a run's requests go out and come back: over HTTP (talk.h), or against a server that
 * exists in a test only, by a clock of its own.
 */
#ifndef HLLM_PROBE_CARRIER_H
#define HLLM_PROBE_CARRIER_H

#include "probe/sample.h"

/* Gaps between events, pooled; the first GAPS_MOST of them. */
enum { GAPS_MOST = 1 << 20 };
struct gaps {
	double *ms;
	size_t n, size;
};

/* A request in flight: there until done() was called, which is once, and may send it again. */
struct flight {
	/* set by the caller */
	struct slice prompt;
	int64_t output;     /* tokens at most */
	int64_t timeout_ms; /* for all of it */
	int64_t answer_ms;  /* from the first byte of the answer on; 0: timeout_ms alone */
	int64_t stall_ms;   /* without a byte, from the first token on; 0: as long as it likes */
	struct gaps *gaps;  /* may be NULL */
	void (*done)(struct flight *flight);
	void *owner;

	/* filled in on the way */
	struct sample sample;
	char why[512]; /* of a request that is neither answered nor unfinished: a sentence */
};

struct carrier {
	int64_t (*now)(void *arg); /* ns */
	/* flight->sample has been initialized; never calls done() by itself. */
	void (*start)(void *arg, struct flight *flight);
	/* Lets things happen until something did, or the time has come. */
	void (*step)(void *arg, int64_t until_ns);
	/* Ends all that is in flight, as unfinished. */
	void (*cancel)(void *arg);
	void *arg;
};

static inline void
gaps_add(struct gaps *gaps, int64_t ns)
{
	if (ns < 0 || gaps->n >= GAPS_MOST)
		return;
	gaps->ms = xgrow(gaps->ms, &gaps->size, gaps->n, sizeof(*gaps->ms));
	gaps->ms[gaps->n++] = (double)ns / 1e6;
}

#endif
