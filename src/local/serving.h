/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serving - the requests of a period at so many units: all of them where they are few, else
 * those hours that matter most and a sample of the others.
 */
#ifndef HLLM_LOCAL_SERVING_H
#define HLLM_LOCAL_SERVING_H

#include "local/arrivals.h"

/* The clock hours of the period; the first and the last may be parts. */
struct hours {
	size_t n;
	size_t head; /* minutes of the period's first clock hour that lie before the period */
	double *requests, *work;
	size_t peak; /* the one with most work, the first of equal ones */
};
void hours_make(struct hours *hours, const struct arrivals *arrivals);
void hours_free(struct hours *hours);
/* The minutes of an hour are *from up to, not with, *to. */
void hours_minutes(const struct hours *hours, const struct arrivals *arrivals, size_t hour,
	size_t *from, size_t *to);

/* How a period is served. */
struct terms {
	int units, slots;
	double max_wait; /* UNBOUNDED: everything is served */
	bool peak;       /* the busiest hour is looked at by itself, too */
	/* How much is served one by one, as the nanoseconds that takes, about; twice as much makes the
	 * error of sampling 0.7 times as large. */
	double effort;
};
struct serving {
	struct waits all, peak;
	double overflow_share;
	double busy;      /* unit seconds in the period */
	double peak_busy; /* in the busiest hour */
	double left; /* work that is not done when the period ends, by the recursion over minutes */
	double backlog_wait;
};
void serve(struct arrivals *arrivals, const struct hours *hours, const struct terms *terms,
	struct serving *out);
/* The wait that 99 of 100 do not exceed: of all, or of those of the busiest hour, whichever is longer. */
double serving_peak_wait(const struct serving *serving);
/* Work that is not done when the period ends, by the recursion over minutes. */
double backlog_left(const struct arrivals *arrivals, int units);
/* False: certainly more than 1 in 100 of all requests waits longer than max_wait. */
bool serving_may_hold(const struct arrivals *arrivals, int units, double max_wait);

#endif
