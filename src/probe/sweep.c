/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/sweep.h"

#include "base/estimate.h"

static const double enough = 0.95; /* of the best speed */

void
sweep_add(struct sweep *sweep, int concurrency, double output_tokens_per_second)
{
	if (sweep->n == SWEEP_POINTS)
		return;
	sweep->concurrency[sweep->n] = concurrency;
	sweep->speed[sweep->n++] = output_tokens_per_second;
	sweep->failed = isnan(output_tokens_per_second);
}

static double
best(const struct sweep *sweep)
{
	double most = 0;
	for (size_t i = 0; i < sweep->n; i++)
		most = fmax(most, sweep->speed[i]); /* which passes over MISSING */
	return most;
}

int
sweep_knee(const struct sweep *sweep)
{
	double limit = enough * best(sweep);
	int knee = 0;
	for (size_t i = 0; i < sweep->n; i++)
		if (sweep->speed[i] > 0 && sweep->speed[i] >= limit &&
			(!knee || sweep->concurrency[i] < knee))
			knee = sweep->concurrency[i];
	return knee;
}

static bool
is_measured(const struct sweep *sweep, int concurrency)
{
	for (size_t i = 0; i < sweep->n; i++)
		if (sweep->concurrency[i] == concurrency)
			return true;
	return false;
}

/* The largest measured one below. */
static int
below(const struct sweep *sweep, int concurrency)
{
	int largest = 0;
	for (size_t i = 0; i < sweep->n; i++)
		if (sweep->concurrency[i] < concurrency && sweep->concurrency[i] > largest)
			largest = sweep->concurrency[i];
	return largest;
}

static double
speed_at(const struct sweep *sweep, int concurrency)
{
	for (size_t i = 0; i < sweep->n; i++)
		if (sweep->concurrency[i] == concurrency)
			return sweep->speed[i];
	return MISSING;
}

/* 1, 2, 4 … with the slots among them. */
static int
rung_above(const struct sweep *sweep, int concurrency)
{
	int next = 1;
	while (next <= concurrency)
		next *= 2;
	if (sweep->slots > concurrency && sweep->slots < next)
		next = (int)sweep->slots;
	return next;
}

/* Halves the gap between the knee and what is below it. */
static int
between(const struct sweep *sweep)
{
	int knee = sweep_knee(sweep), low = below(sweep, knee);
	int gap = knee - low;
	int close = knee / 8 > 1 ? knee / 8 : 1;
	if (knee == 0 || low == 0 || gap <= close)
		return 0;
	return low + gap / 2;
}

int
sweep_next(const struct sweep *sweep)
{
	if (sweep->list)
		return sweep->n < sweep->list_n && sweep->n < SWEEP_POINTS ? sweep->list[sweep->n]
									   : 0;
	if (sweep->n == SWEEP_POINTS)
		return 0;
	if (sweep->n == 0)
		return 1;
	int most = sweep->most ? sweep->most : SWEEP_AUTO_MOST;
	int top = below(sweep, SWEEP_CONCURRENCY_MOST + 1);
	int under = below(sweep, top);
	double gained = speed_at(sweep, top), had = under ? speed_at(sweep, under) : 0;
	bool rises = gained > had / enough && !sweep->failed;
	int next = rung_above(sweep, top);
	if (rises && next <= most)
		return next;
	if (isnan(speed_at(sweep, 1)))
		return 0;
	next = between(sweep);
	return next && !is_measured(sweep, next) ? next : 0;
}
