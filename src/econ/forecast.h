/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forecast - what a month will have cost at its end, from what each day cost so far.
 *
 * A day is its level times the share of its weekday, with the growth of the last weeks, and, where
 * earlier months show it, what falls on the first and the last days of a month (fees, batches); see
 * season.h.  Two opinions of the level, one that grows and one of the last days, are weighed by how far
 * each was off on the days that are known (Bates and Granger 1969).  The range holds 80 of 100 months: it
 * comes from how much days differ, how sure level, growth and ends of months are, how the opinions differ,
 * and how far they were off together.  One day far over all others is not carried on, nor are credits.
 */
#ifndef HLLM_ECON_FORECAST_H
#define HLLM_ECON_FORECAST_H

#include <stddef.h>
#include <stdint.h>

#include "base/estimate.h"

struct forecast_question {
	const double *days; /* cost of each day, oldest first; a day without any is 0 */
	size_t days_n;      /* the last one is the last complete day that is known */
	int64_t first_day;  /* of days[0], since 1970: for weekdays and days of the month */
	double fixed;       /* of the month asked for, in no day: fees known to come */
};

/* How a month's forecast was made, for people; a literal. */
struct forecast {
	struct estimate
		total; /* of the month that the day after the last one is in, what is spent included */
	double so_far;   /* of it, on days that are known */
	double run_rate; /* the same by plain run-rate, to compare */
	int days_known, days_left;
	int days_used;      /* that it was learnt from, earlier months included */
	const char *method; /* "weekdays, growth and month ends" */
};

/* False: not a single day of the month is known, and none before it. */
bool forecast_month(const struct forecast_question *question, struct forecast *out);

#endif
