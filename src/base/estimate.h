/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * estimate - a forecast: the most likely value, and what it may be at least and at most.
 *
 * In 80 % of cases the value lies between 'low' and 'high', which are ordered as numbers are,
 * whichever of them is the better one: low <= likely <= high.  What is known exactly has all
 * three the same.  A bill is never an estimate, and no estimate becomes money again.
 */
#ifndef HLLM_BASE_ESTIMATE_H
#define HLLM_BASE_ESTIMATE_H

#include <math.h>
#include <stdbool.h>

/* A number that nobody knows or that there is none of; isnan() tells.  (NAN is a float, and compilers
 * say so wherever a double is meant.) */
#define MISSING   ((double)NAN)
#define UNBOUNDED ((double)INFINITY)

struct estimate {
	double low, likely, high;
};

static inline struct estimate
estimate_of(double value)
{
	return (struct estimate){ value, value, value };
}

/* The middle of a range counts as its most likely value. */
static inline struct estimate
estimate_between(double low, double high)
{
	return (struct estimate){ low, low + (high - low) / 2, high };
}

static inline bool
estimate_is_exact(struct estimate e)
{
	return e.low >= e.high;
}

/* 'factor' is not negative. */
static inline struct estimate
estimate_times(struct estimate e, double factor)
{
	return (struct estimate){ e.low * factor, e.likely * factor, e.high * factor };
}

/* Three numbers, in order. */
static inline bool
estimate_is_sound(struct estimate e)
{
	return e.low <= e.likely && e.likely <= e.high;
}

#endif
