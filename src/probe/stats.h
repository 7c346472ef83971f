/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stats - what a handful of measured values says, and how sure that is.
 *
 * Percentiles are interpolated linearly between order statistics (type 7 of Hyndman and Fan, 1996:
 * what numpy and R do unless told otherwise).  The 95 % interval of a median needs no assumption
 * about how values are distributed: its ends are two of the values, those that the median lies
 * between with a probability of at least 95 % by the binomial distribution (David and Nagaraja,
 * Order Statistics, 2003, section 7.1).
 */
#ifndef HLLM_PROBE_STATS_H
#define HLLM_PROBE_STATS_H

#include <stdbool.h>
#include <stddef.h>

/* With fewer values a percentile is one of the ends, or close to it, and is not given. */
enum { STATS_P90_LEAST = 10, STATS_P99_LEAST = 100 };

/* Of values in ascending order; q from 0 to 1.  MISSING without values. */
double stats_percentile(const double *sorted, size_t n, double q);

/* Which values, counted from 1 at either end, enclose the median of what n values were drawn from with
 * a probability of 95 % or more, as close together as that allows; 0: n is under 6, and no two do. */
size_t stats_median_rank(size_t n);

struct summary {
	size_t n;
	double mean, least, most;
	double p50;
	double p90, p99;  /* MISSING with fewer than 10, 100 values */
	double low, high; /* the 95 % interval of the median; MISSING with fewer than 6 values */
	double cov; /* standard deviation (of a sample: n - 1) / mean; MISSING with fewer than 2 */
};

/* Sorts the values.  Those that are MISSING must be left out before; without any, n is 0 and all else
 * MISSING. */
void stats_summarize(double *values, size_t n, struct summary *out);

/* Half of the interval's width as a share of the median; MISSING where there is no interval. */
double stats_half_width(const struct summary *summary);

#endif
