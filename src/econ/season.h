/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * season - what weekdays and the ends of months make of a day's cost, by ratio to a moving average.
 *
 * A day's cost is taken as level * weekday * edge of the month.  The level is the mean of the days around
 * it, without outliers; weekdays and edges are mean ratios to it, as far as they may not as well be chance.
 */
#ifndef HLLM_ECON_SEASON_H
#define HLLM_ECON_SEASON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WEEK = 7,
	FIRST_DAYS = 1, /* of a month: fees */
	LAST_DAYS = 5,  /* batches */
	EDGES = FIRST_DAYS + LAST_DAYS,
	NOT_EDGE = -1,
	SEASON_DAYS = 91,       /* that weekdays and levels are taken from */
	SEASON_DAYS_MOST = 400, /* and edges of months */
};

struct season_day {
	double cost;
	int weekday, edge; /* 0: Monday; NOT_EDGE, or which of EDGES */
};
/* 'day' since 1970. */
struct season_day season_day(int64_t day, double cost);

struct season {
	double shares[WEEK];                     /* 1 on average */
	double edges[EDGES], edge_errors[EDGES]; /* relative to other days; how far months differ */
	double noise;                            /* how far a day is off, relative */
	double freedom;                          /* days that this was seen on */
};

/* A day without its season: what an average one would have cost, and what it tells (0: nothing). */
struct plain_day {
	double cost, weight;
};

/* At most SEASON_DAYS_MOST days, the oldest first.  'plain' gets the last SEASON_DAYS of them. */
void season_fit(const struct season_day *days, size_t n, struct season *season,
	struct plain_day plain[SEASON_DAYS]);
/* Of a day's cost, relative to an average one. */
double season_factor(const struct season *season, const struct season_day *day);
/* What an effect is worth of which the error is known: nothing when it may well be chance
 * (the positive part of James and Stein's estimator, 1961). */
double season_shrink(double effect, double error);

#endif
