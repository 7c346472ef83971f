/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spike - does a day, or the last seven, cost far more than what is usual there?
 *
 * Usual for a day is the median of the same weekday of the last eight weeks, each grown by as much as
 * the week before it has grown since (never shrunk: a holiday is no new level).  Where fewer than half
 * of the days cost anything, it is at least the median of those that do; and a day is as usual as what
 * stood out at the same place of the two months before, which is how batches at the end of a month are
 * known.  Usual for seven days is the median of the eight weeks before, grown by their median growth; and
 * they have to be a quarter dearer than any other seven days in them.
 *
 * A spike is more than 'times' what is usual, more than 'floor' (a day) above it, and more than five
 * times the usual deviation above it: 1.4826 times the median absolute deviation, which is the standard
 * deviation of normal values and hardly moved by outliers (Hampel, JASA 69 (1974) 383).
 */
#ifndef HLLM_ECON_SPIKE_H
#define HLLM_ECON_SPIKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SPIKE_DAYS_LEAST = 14, SPIKE_WEEKS_LEAST = 4, SPIKE_WEEKS = 8 };

struct spike_question {
	const double *days; /* what each cost, from the first one with any cost on; 0: nothing */
	size_t days_n;      /* the last one is the day that is looked at */
	int64_t first_day;  /* of days[0], since 1970 */
	double times, floor;
};

/* What was looked at, and what it would have had to pass. */
struct spike {
	bool crossed;
	int days; /* 1 or 7 */
	double value, usual, limit;
};

/* The last day, else the last seven.  False: less than fourteen days before it, nothing can be said. */
bool spike_look(const struct spike_question *question, struct spike *out);

#endif
