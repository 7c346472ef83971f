/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scale - where the ticks of a chart's axis are, and what stands at them. */
#ifndef HLLM_VIEW_SCALE_H
#define HLLM_VIEW_SCALE_H

#include "report/chart.h"

struct scale {
	enum chart_quantity quantity;
	const char *currency; /* of the axis; "" is USD */
	double low, high;     /* the ends of the axis; low < high, both finite */
	/* ticks are first + i * step, 0 <= i < ticks_n: values, or months where 'months' is set */
	double first, step;
	bool months; /* of dates: they are year * 12 + month - 1, for the first day of each */
	int ticks_n;
};

/*
 * An axis for values from 'low' to 'high' with at most 'most' ticks (3 or more).  'whole': the
 * ends are moved out to ticks.  Ends that are not finite or the wrong way round give 0 to 1.
 */
void scale_fit(struct scale *scale, const struct chart_axis *axis, double low, double high,
	int most, bool whole);

double scale_tick(const struct scale *scale, int i);

/*
 * The text at a tick, alike for all ticks of an axis: "$1,200", "$12.5k", "40 %".  Of dates the first one
 * and the first one of a year have the year: "28 Sep 2026", "5 Oct"; "Oct 2026", "Nov"; "2026".
 */
void scale_label(struct str *out, const struct scale *scale, double value);

/* The parts of the above for dates, in scale-dates.c. */
struct scale_dates {
	double low, high;
	double least; /* days between ticks, about: 28 for those that stand for months; 0 any */
	bool whole;
};
void scale_fit_dates(struct scale *scale, const struct scale_dates *dates, int most);
double scale_tick_date(const struct scale *scale, int i);
void scale_label_date(struct str *out, const struct scale *scale, double value);

/* From 0 at the low end to 1 at the high one; NAN stays NAN, and INFINITY is 1. */
double scale_place(const struct scale *scale, double value);

#endif
