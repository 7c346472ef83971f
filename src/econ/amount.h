/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * amount - a figure as somebody wrote it into a calculation: 54.00, "~$380", "$400–800", "35K-45K",
 * "59 %", "2 years", "$50+", "never"; and whether it agrees with what was worked out.
 *
 * What is written says how exact it is meant: half of the last digit is rounding (and of a result,
 * half a percent in any case); "~" is five percent; "50+" is 50 to twice that.
 */
#ifndef HLLM_ECON_AMOUNT_H
#define HLLM_ECON_AMOUNT_H

#include <math.h>

#include "base/err.h"
#include "base/str.h"

/* What is counted, and so which words may stand behind the number. */
enum amount_unit {
	AMOUNT_MONEY,  /* "$1,600", "12 EUR/month", "2k" */
	AMOUNT_COUNT,  /* "5,000", "2,000 calls" */
	AMOUNT_TOKENS, /* "800", "10K tokens" */
	AMOUNT_SHARE,  /* "59 %" or "0.59" */
	AMOUNT_MONTHS, /* "24", "2 years", "never" */
	AMOUNT_HOURS,  /* "8", "8 h/day" */
	AMOUNT_DAYS,   /* "30" */
	AMOUNT_WATTS,  /* "450 W", "1.2 kW" */
	AMOUNT_SPEED,  /* tokens a second: "28-35 tok/s" */
	AMOUNT_MEMORY, /* gigabytes: "32 GB" */
	AMOUNT_RATIO,  /* "10-40x", "1.2" */
};

struct amount {
	double low, high;             /* NAN: not given, or "never" */
	double low_slack, high_slack; /* half of the last digit written, or what "~" allows */
	bool given;
	bool never;        /* "never": only of months */
	bool about, open;  /* "~" before it, "+" behind it */
	struct slice text; /* as written */
	char currency[4];  /* "" where the text names none */
};

/* What was worked out: a number, or a range; NAN: not known. */
struct bounds {
	double low, high;
};

/*
 * Reads one cell.  An empty one, "-" and "n/a" are not given.  'loose': the decimal mark may be a
 * comma and "1,234" can then be read in two ways, which is refused.  On failure *why says what was
 * wrong: 'expected a number of months, such as 24 or "2 years"'.
 */
bool amount_read(struct slice text, enum amount_unit unit, bool loose, struct amount *out,
	const char **why) hl_must_check;

/* Exactly this, for inputs that a rule makes up. */
struct amount amount_exact(double value);

static inline struct bounds
amount_bounds(const struct amount *amount)
{
	return (struct bounds){ amount->given ? amount->low : (double)NAN,
		amount->given ? amount->high : (double)NAN };
}

/*
 * Does what is stated agree with what was found?  A single figure: it lies in the range found.  A
 * range:
 * it holds all of what was found, or lies within it.  False too where nothing was found.
 */
bool amount_meets(const struct amount *stated, struct bounds found);
/* The same of a sum, in which each line may be rounded: no half percent is let through. */
bool amount_adds_up(const struct amount *stated, struct bounds sum, double slack);
/* Is all that is stated less (more) than all that was found? */
bool amount_is_below(const struct amount *stated, struct bounds found);
bool amount_is_above(const struct amount *stated, struct bounds found);

/* "$54.00", "$31,960.00 to $37,240.00", "66.7 months", "59 %", "5.56 h", "7.2 or more". */
void amount_print(
	struct str *out, enum amount_unit unit, struct bounds value, const char *currency);

static inline struct bounds
bounds_of(double value)
{
	return (struct bounds){ value, value };
}

static inline bool
bounds_known(struct bounds a)
{
	return !isnan(a.low) && !isnan(a.high);
}

/* The last of them: b where a is not known. */
static inline struct bounds
bounds_or(struct bounds a, struct bounds b)
{
	return bounds_known(a) ? a : b;
}

/* NAN goes through all of them. */
struct bounds bounds_add(struct bounds a, struct bounds b);
struct bounds bounds_sub(struct bounds a, struct bounds b);
/* Of factors that are not negative. */
struct bounds bounds_mul(struct bounds a, struct bounds b);
/* Of a dividend that is not negative, by something positive. */
struct bounds bounds_div(struct bounds a, struct bounds b);

#endif
