/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * capacity - what machines carry of a demand that is given by the minute: hours of work,
 * how long they are busy, how long requests wait, what would overflow, how many are needed.
 *
 * The machine.  A plan has 'units' machines that are all alike.  A unit works on at most 'slots'
 * requests at once; one that finds no slot free anywhere waits, first come, first served.  A
 * request goes to the unit with the fewest in hand.  Alone on a unit it takes
 *
 *	t(1) = prompt / prefill + output / decode                                   seconds,
 *
 * and when c are in hand each takes so much of the unit's time as
 *
 *	t(c) = prompt / prefill + output / G(c),
 *
 * G(c) being the output tokens a second of all c streams together: reading prompts is bound by
 * arithmetic, which is shared out and does not grow, writing answers gains from company.  Those in
 * hand share the unit evenly.  (Measured on a llama-server of 4 slots with 195 prompt and 48
 * output tokens, 229 and 1/0.0262 tokens/s: 8 in a row took 16.7 s, 8 t(1) = 16.9 s; with 4 at
 * once, 20.2 tokens/s a stream, 32.8 tokens/s came out, 48 / t(4) = 33.2.)
 *
 * Between two points of a batch table G is linear in c, behind the last it stays, and it never
 * falls: company in hand does not make less of a unit.  Several workloads on one machine, with one
 * model or with several, add up: all their requests go through the same queue, each with the t(1)
 * of its own pace, and the gain t(1)/t(c) is that of all their work together.  The time to
 * load another model is not in it: what shares a machine is taken to be loaded at once.
 *
 * The demand.  How many requests came in each minute is known; within their minute they lie
 * anywhere, each independently of the others.  Where tokens have a spread, each request's are
 * drawn from a lognormal distribution of that mean and spread.  Both are drawn by a generator
 * with fixed seeds, so the same case has the same answer everywhere.  What counts of the order of
 * minutes is only how they follow each other and in which clock hour they lie.
 *
 * How it is worked out.  Sums of work are exact, and so is the backlog that minutes leave to the
 * next: a recursion over all minutes, which no way of serving can fall below.  Waits come from serving
 * requests one by one.  Of a period with few enough every one is served, several times over with
 * other places within the minutes; of a longer one, its busiest hour in this way, and of the rest spans of
 * ten minutes, ranked by work and backlog: those with most to wait for each by itself, the others
 * each for a group of its like, which grows down the ranks.  Against serving ten million requests
 * in whole that is within 2 % of utilization and 10 % of the 99th percentile.  Where a single hour has
 * more requests than can be served one by one in some milliseconds, several are taken as one.
 */
#ifndef HLLM_LOCAL_CAPACITY_H
#define HLLM_LOCAL_CAPACITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	CAPACITY_UNITS_MOST = 256,
	CAPACITY_SLOTS_MOST = 1024,
	CAPACITY_MINUTES_MOST = 60 * 24 * 366 * 10,
	PACE_POINTS = 16,
};

/* How fast one unit is with one model. */
struct pace {
	double prefill; /* prompt tokens/s; UNBOUNDED: the time for prompts is not counted */
	double decode;  /* output tokens/s of one stream */
	struct pace_point {
		int concurrency; /* over 1, ascending */
		double output;   /* tokens/s of all streams together */
	} batch[PACE_POINTS];
	int batch_n; /* 0: no gain from company is known, none is counted */
};

/* The output tokens a second of a unit that has 'concurrency' streams in hand. */
double pace_output(const struct pace *pace, int concurrency);
/* Seconds of a unit's time for a request, t(c) above. */
double pace_seconds(const struct pace *pace, double prompt, double output, int concurrency);

/* Where the minutes of a demand come from; the larger, the more is assumed. */
enum demand_source {
	DEMAND_MINUTES,    /* each minute was counted */
	DEMAND_HALF_HOURS, /* half hours were; see demand_half_hours() */
	DEMAND_DAYS, /* days were, or other buckets longer than an hour: no hour of the day is known */
	DEMAND_DAILY, /* so many a day were stated; see demand_daily() */
};

/* One workload.  What the pointers point to is borrowed. */
struct demand {
	const uint32_t *minutes; /* requests in each minute */
	size_t minutes_n;
	int64_t start;                       /* seconds since 1970, a whole minute */
	double prompt_tokens, output_tokens; /* mean of a request */
	double prompt_spread,
		output_spread; /* standard deviation / mean; 0: all alike, or not known */
	const struct pace *pace;
	enum demand_source source;
};

/* Spreads counts of half hours over minutes (30 n of them): each request in any minute of its half
 * hour, as Poisson arrivals of which it is known how many came. */
void demand_half_hours(uint32_t *minutes, const uint32_t *half_hours, size_t n);
/* The minutes of 'days' days of 'a_day' requests each (fractions add up from day to day) as Poisson
 * arrivals in the hours of the day from 'from' to 'to' (0 <= from < to <= 24, UTC; 0 and 24 unless somebody
 * said otherwise) and none outside of them.  'minutes' has room for 1440 a day. */
void demand_daily(uint32_t *minutes, size_t days, double a_day, int from, int to);

/* How closely a case is looked at. */
enum capacity_look {
	CAPACITY_FULL,
	CAPACITY_ROUGH, /* in some milliseconds: to rank many machines, say */
	/* The sums alone, exact and at once: no waits, MISSING; without slots' gain in busy hours, MISSING unless there
	 * is one slot; overflow_share and units_needed as without max_wait. */
	CAPACITY_SUMS,
};

struct capacity_case {
	const struct demand *demands;
	size_t demands_n;
	int units, slots;
	double max_wait; /* seconds; MISSING: nobody has said how long a request may wait */
	double scale;    /* growth: each minute has so many times its requests; 1: as they were */
	enum capacity_look look;
};

/* The period is from the first to the last minute that any demand has, empty ones too: a caller that
 * wants quiet days at the ends to count gives their minutes. */
struct capacity {
	double days;         /* of the period */
	double requests_day; /* all requests / days */
	enum demand_source
		source; /* the most assumed of all demands: "assumed" unless DEMAND_MINUTES */

	/* Σ t(1) / 3600 / days: hours a day that the requests take one after another, on one unit.
	 * 2,000,000 output tokens a day at 100 tokens/s are 5.56. */
	double work_hours_day;
	/* Σ t(slots) / (units × seconds of the period): the share of what the units can do that the demand
	 * asks for; over 1 there is more than they can do. */
	double load;
	bool carries; /* load <= 1.  Where false, say so before anything else */

	/* Hours a day in which a unit has at least one request in hand, all units together, when
	 * all that comes is queued.  With one slot this is work_hours_day, less what is not done by the end. */
	double busy_hours_day;
	double utilization; /* busy_hours_day / (24 × units) */

	/* The busiest hour: the clock hour (UTC) with the most work, the first of equal ones. */
	int64_t peak_start; /* seconds since 1970 */
	double peak_requests;
	double peak_load;        /* load, of this hour */
	double peak_utilization; /* utilization, in this hour */

	/* A wait is the time from a request's arrival until a slot takes it: 0 where one is free. */
	double wait_mean;     /* over all requests, seconds */
	double wait_p99;      /* 99 of 100 of all requests wait no longer */
	double peak_hour_p99; /* the same of those that arrive in the busiest hour */
	double peak_wait;     /* the larger of both */
	/* The largest max over minutes of backlog / units: the wait that comes of minutes with more work than
	 * the units can do, however requests lie in them; 0 where there is none. */
	double backlog_wait;

	/* With max_wait: the share of all requests that find no slot within max_wait and go elsewhere then;
	 * they do not hold up others.  Without: the share of the work that is not done when the
	 * period ends. */
	double overflow_share;
	double kept_busy_hours_day; /* busy_hours_day of what does not overflow */
	/* The fewest units whose peak_wait is at most max_wait; without max_wait, that carry the load.
	 * 0: CAPACITY_UNITS_MOST are not enough. */
	int units_needed;
};

/* Zero demand is an answer: nothing waits, nothing is busy, one unit is needed, peak_start is the
 * first minute's.  Fails on figures that cannot be, each named with its range. */
bool capacity_of(const struct capacity_case *question, struct capacity *out, struct err *err);

/* What growth does to a plan, worked out once at some scales and read off between them. */
enum { CURVE_POINTS = 10 };
struct capacity_curve {
	double scale[CURVE_POINTS];          /* ascending, times the question's own scale */
	double busy_hours_day[CURVE_POINTS]; /* kept_busy_hours_day */
	double overflow_share[CURVE_POINTS];
};
/* 'question' as for capacity_of(); takes about as long. */
bool capacity_curve_of(
	const struct capacity_case *question, struct capacity_curve *out, struct err *err);
/* At a scale of 0 or more; what is busy and what is served are linear between points.  Behind the last
 * no more is served than there. */
double capacity_curve_busy(const struct capacity_curve *curve, double scale);
double capacity_curve_overflow(const struct capacity_curve *curve, double scale);

#endif
