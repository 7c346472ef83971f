/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sweep - which numbers of requests at once are measured, and from which on there is nothing more to
 * gain.
 *
 * Either as the user lists them, or by themselves: 1, 2, 4, 8 … (and the server's slots, where they are
 * known) until the next one writes less than 5 % more tokens a second.  Then the gap below the
 * first that has 95 % of the best speed is halved a few times, so that a server with 6 slots is not said
 * to have 8.
 */
#ifndef HLLM_PROBE_SWEEP_H
#define HLLM_PROBE_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SWEEP_POINTS = 32, SWEEP_CONCURRENCY_MOST = 1024, SWEEP_AUTO_MOST = 256 };

struct sweep {
	/* set by the caller */
	const int *list; /* in the order to measure; NULL: auto */
	size_t list_n;   /* at most SWEEP_POINTS */
	int64_t slots;   /* of the server; -1: not known */
	int most;        /* auto goes no further; 0: SWEEP_AUTO_MOST */

	/* what was measured: output tokens a second, MISSING where it failed or was refused */
	int concurrency[SWEEP_POINTS];
	double speed[SWEEP_POINTS];
	size_t n;
	bool failed; /* the last one had no speed: auto goes no further up */
};

/* What to measure next; 0: enough. */
int sweep_next(const struct sweep *sweep);
/* What came of it. */
void sweep_add(struct sweep *sweep, int concurrency, double output_tokens_per_second);

/* The smallest measured concurrency with 95 % of the best output speed; 0: nothing was measured. */
int sweep_knee(const struct sweep *sweep);

#endif
