/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fallback - how much of the work of local servers went to an API after all, by workload.
 *
 * Two things show it: requests that asked for a local model and were answered by one of an API, and
 * paid requests within a minute of a local one of the same work and size (TAP_FALLBACK), as far as they
 * are more than twice what chance makes.  The rate is counted from below: what only may be a fallback
 * is none.
 */
#ifndef HLLM_WORK_FALLBACK_H
#define HLLM_WORK_FALLBACK_H

#include "work/traffic.h"

struct fallback {
	struct slice workload; /* borrowed from the traffic */
	int64_t local;         /* requests that local servers answered */
	int64_t asked;         /* that asked for a local model, and an API answered */
	int64_t after; /* to an API, right after a local one of the same work and size; at least */
};
struct fallbacks {
	struct fallback *items; /* by name; only workloads of which any is not 0 */
	size_t n, size;
};
/* 'traffic' with its taps. */
void fallbacks_make(struct fallbacks *fallbacks, const struct traffic *traffic);
void fallbacks_free(struct fallbacks *fallbacks);

/* All that went to the API, and of how many: those that local servers answered or were asked for. */
int64_t fallback_fallen(const struct fallback *fallback);
int64_t fallback_all(const struct fallback *fallback);

#endif
