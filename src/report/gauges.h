/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gauges - what a workload, or all of them together, costs and does in some days: what limit blocks are about. */
#ifndef HLLM_REPORT_GAUGES_H
#define HLLM_REPORT_GAUGES_H

#include "report/budget.h"
#include "report/limits.h"

struct gauge_question {
	struct pool *pool;
	const struct audit_options *options;
	const struct history *history;
	int64_t until; /* the last complete day */
};

/* Of one workload, or of everything (workload.p is NULL). */
struct gauge_reading {
	enum gauge gauge;
	bool known;
	const char *why;     /* not known: a literal */
	femto_t low, high;   /* both possible; equal where it is exact */
	int64_t first, last; /* days; of a month's, all of it up to 'until' */
	int64_t requests;    /* it is about */
};
/* 'days' up to question->until; what is known by the month alone (latency) is of the month of that day. */
void gauge_read(const struct gauge_question *question, enum gauge gauge, struct slice workload,
	int64_t days, struct gauge_reading *out);

#endif
