/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/arrivals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MINUTE = 60, DAY_MINUTES = 1440, HALF_HOUR_MINUTES = 30 };

static inline uint64_t
splitmix(uint64_t *state)
{
	uint64_t z = *state += 0x9E3779B97F4A7C15ull;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
	return z ^ (z >> 31);
}

static uint64_t
seed(uint64_t a, uint64_t b)
{
	uint64_t state = a * 0xD1342543DE82EF95ull + b;
	uint64_t first = splitmix(&state);
	return first ^ (b << 32);
}

/* In [0, 1). */
static inline double
uniform(uint64_t *state)
{
	return (double)(splitmix(state) >> 11) * 0x1p-53;
}

/* The mean of the standard exponential distribution in each of DRAWS equally likely parts. */
static float *
exponential_draws(void)
{
	float *draws = xmalloc(DRAWS * sizeof(*draws));
	double before = 1; /* x - x ln x at x = 1 */
	for (int i = 0; i < DRAWS; i++) {
		double x = 1 - (i + 1.0) / DRAWS;
		double after = x > 0 ? x - x * log(x) : 0;
		draws[i] = (float)((before - after) * DRAWS);
		before = after;
	}
	return draws;
}

/* The standard normal distribution up to z. */
static double
normal(double z)
{
	return erfc(-z * M_SQRT1_2) / 2;
}

/* Where the normal distribution reaches p in (0, 1): Newton from the neighbour's 'near'. */
static double
normal_inverse(double p, double near)
{
	enum { STEPS = 20 };
	const double density_at_0 = 0.3989422804014327;
	for (int i = 0; i < STEPS; i++) {
		double step = (normal(near) - p) / (density_at_0 * exp(-near * near / 2));
		/* beyond the tail's curvature Newton's step is too long */
		step = step > 1 ? 1 : step < -1 ? -1 : step;
		near -= step;
		if (fabs(step) < 1e-9)
			break;
	}
	return near;
}

/* The mean of a lognormal distribution of mean 1 in each of DRAWS equally likely parts: its
 * mean up to the normal's z is the normal distribution up to z - sigma. */
static float *
lognormal_draws(double spread)
{
	double sigma = sqrt(log1p(spread * spread)), before = 0;
	double z = -4;
	float *draws = xmalloc(DRAWS * sizeof(*draws));
	for (int i = 0; i < DRAWS; i++) {
		double after = 1;
		if (i + 1 < DRAWS) {
			z = normal_inverse((i + 1.0) / DRAWS, z);
			after = normal(z - sigma);
		}
		draws[i] = (float)((after - before) * DRAWS);
		before = after;
	}
	return draws;
}

/* Counts of a demand on the minutes of the period, grown.  A fraction of a request is one now and then:
 * the same minutes' at every scale, so that more growth has no fewer requests in any. */
static void
fill_counts(struct inflow *inflow, const struct arrivals *arrivals, const struct demand *demand,
	double scale, uint64_t number)
{
	size_t offset = (size_t)((demand->start - arrivals->start) / MINUTE);
	inflow->counts = demand->minutes;
	if (scale == 1 && demand->minutes_n == arrivals->minutes)
		return;
	inflow->counts = inflow->owned = xcalloc(arrivals->minutes, sizeof(*inflow->owned));
	for (size_t i = 0; i < demand->minutes_n; i++) {
		double count = demand->minutes[i];
		if (demand->minutes[i] && scale != 1) {
			uint64_t state = number << 32 ^ i;
			count = floor(count * scale + uniform(&state));
		}
		inflow->owned[offset + i] = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
	}
}

static void
fill_inflow(struct inflow *inflow, const struct arrivals *arrivals,
	const struct capacity_case *question, size_t number)
{
	const struct demand *demand = &question->demands[number];
	fill_counts(inflow, arrivals, demand, question->scale, number);
	inflow->prompt = demand->prompt_tokens / demand->pace->prefill;
	inflow->output = demand->output_tokens / demand->pace->decode;
	if (demand->prompt_spread > 0 && inflow->prompt > 0)
		inflow->prompt_draws = lognormal_draws(demand->prompt_spread);
	if (demand->output_spread > 0 && inflow->output > 0)
		inflow->output_draws = lognormal_draws(demand->output_spread);
}

/* All inflows together: requests and work of each minute, and what company gains. */
static void
sum_inflows(struct arrivals *arrivals, const struct capacity_case *question)
{
	int slots = question->slots;
	double *full = xcalloc((size_t)slots + 1, sizeof(*full)); /* Σ t(c) */
	arrivals->work = xcalloc(arrivals->minutes, sizeof(*arrivals->work));
	arrivals->gain = xcalloc((size_t)slots + 1, sizeof(*arrivals->gain));
	for (size_t k = 0; k < arrivals->inflows_n; k++) {
		const struct demand *demand = &question->demands[k];
		const uint32_t *counts = arrivals->inflows[k].counts;
		double each = pace_seconds(
			demand->pace, demand->prompt_tokens, demand->output_tokens, slots);
		double requests = 0;
		for (size_t i = 0; i < arrivals->minutes; i++) {
			requests += counts[i];
			arrivals->work[i] += each * counts[i];
		}
		arrivals->requests += requests;
		for (int c = 1; c <= slots; c++)
			full[c] += requests * pace_seconds(demand->pace, demand->prompt_tokens,
						      demand->output_tokens, c);
	}
	arrivals->alone = full[1];
	for (int c = 1; c <= slots; c++)
		arrivals->gain[c] = full[c] > 0 ? full[1] / full[c] : 1;
	free(full);
}

static void
sum_before(struct arrivals *arrivals)
{
	struct arrivals_before sum = { 0 };
	arrivals->before = xmalloc((arrivals->minutes + 1) * sizeof(*arrivals->before));
	for (size_t i = 0; i < arrivals->minutes; i++) {
		arrivals->before[i] = sum;
		sum.requests += arrivals->counts[i];
		sum.full += arrivals->counts[i] != 0;
	}
	arrivals->before[arrivals->minutes] = sum;
}

static void
sum_counts(struct arrivals *arrivals)
{
	arrivals->counts = arrivals->inflows[0].counts;
	if (arrivals->inflows_n == 1)
		return;
	arrivals->counts = arrivals->sums = xcalloc(arrivals->minutes, sizeof(*arrivals->sums));
	for (size_t i = 0; i < arrivals->minutes; i++) {
		uint64_t sum = 0;
		for (size_t k = 0; k < arrivals->inflows_n; k++)
			sum += arrivals->inflows[k].counts[i];
		arrivals->sums[i] = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	}
}

void
arrivals_make(struct arrivals *arrivals, const struct capacity_case *question)
{
	*arrivals = (struct arrivals){ .inflows_n = question->demands_n };
	int64_t start = INT64_MAX, end = INT64_MIN;
	for (size_t k = 0; k < question->demands_n; k++) {
		const struct demand *demand = &question->demands[k];
		int64_t last = demand->start + (int64_t)demand->minutes_n * MINUTE;
		start = demand->start < start ? demand->start : start;
		end = last > end ? last : end;
	}
	arrivals->start = start;
	arrivals->minutes = (size_t)((end - start) / MINUTE);
	arrivals->inflows = xcalloc(arrivals->inflows_n, sizeof(*arrivals->inflows));
	for (size_t k = 0; k < arrivals->inflows_n; k++)
		fill_inflow(&arrivals->inflows[k], arrivals, question, k);
	sum_inflows(arrivals, question);
	sum_counts(arrivals);
	sum_before(arrivals);
	arrivals->gaps = exponential_draws();
	arrivals->backlog = xmalloc((arrivals->minutes + 1) * sizeof(*arrivals->backlog));
}

void
arrivals_free(struct arrivals *arrivals)
{
	free(arrivals->sums);
	for (size_t k = 0; k < arrivals->inflows_n; k++) {
		free(arrivals->inflows[k].owned);
		free(arrivals->inflows[k].prompt_draws);
		free(arrivals->inflows[k].output_draws);
	}
	free(arrivals->inflows);
	free(arrivals->before);
	free(arrivals->work);
	free(arrivals->gain);
	free(arrivals->gaps);
	free(arrivals->buffer);
	free(arrivals->backlog);
	*arrivals = (struct arrivals){ 0 };
}

/* n independent places in a minute, in order, are the sums of n + 1 exponential gaps, the last of which
 * ends it (Devroye 1986, V.2).  Five draws come of one number. */
static void
place(struct arrivals *arrivals, double start, size_t n, uint64_t *state)
{
	struct arrival *out = arrivals->buffer;
	const float *gaps = arrivals->gaps;
	uint64_t bits = 0;
	double sum = 0;
	for (size_t i = 0, left = 0; i < n; i++, left--) {
		if (!left) {
			bits = splitmix(state);
			left = 64 / DRAW_BITS;
		}
		sum += (double)gaps[bits & (DRAWS - 1)];
		bits >>= DRAW_BITS;
		out[i].at = sum;
	}
	sum += (double)gaps[splitmix(state) & (DRAWS - 1)];
	double scale = MINUTE / sum;
	for (size_t i = 0; i < n; i++)
		out[i].at = start + out[i].at * scale;
}

static double
draw_work(const struct inflow *inflow, uint64_t *state)
{
	if (!inflow->prompt_draws && !inflow->output_draws)
		return inflow->prompt + inflow->output;
	uint64_t bits = splitmix(state);
	double prompt = inflow->prompt, output = inflow->output;
	if (inflow->prompt_draws)
		prompt *= (double)inflow->prompt_draws[bits & (DRAWS - 1)];
	if (inflow->output_draws)
		output *= (double)inflow->output_draws[bits >> DRAW_BITS & (DRAWS - 1)];
	return prompt + output;
}

/* Which inflow a request is of: each order is equally likely. */
static void
draw_mixed(struct arrivals *arrivals, size_t minute, size_t lump, size_t n, uint64_t *state)
{
	enum { FEW = 64 };
	double few[FEW], *left = few;
	if (arrivals->inflows_n > FEW)
		left = xmalloc(arrivals->inflows_n * sizeof(*left));
	double all = 0;
	for (size_t k = 0; k < arrivals->inflows_n; k++)
		all += left[k] = arrivals->inflows[k].counts[minute];
	for (size_t i = 0; i < n; i++) {
		double at = uniform(state) * all;
		size_t k = 0;
		while (k + 1 < arrivals->inflows_n && at >= left[k])
			at -= left[k++];
		double gone = left[k] < (double)lump ? left[k] : (double)lump;
		left[k] -= gone;
		all -= gone;
		arrivals->buffer[i].work = draw_work(&arrivals->inflows[k], state);
	}
	if (left != few)
		free(left);
}

const struct arrival *
arrivals_minute(struct arrivals *arrivals, size_t minute, uint64_t trial, size_t lump, size_t *n)
{
	size_t count = arrivals->counts[minute];
	*n = (count + lump - 1) / lump;
	if (!count)
		return NULL;
	if (*n > arrivals->buffer_n) {
		arrivals->buffer_n = *n + *n / 2;
		arrivals->buffer =
			xrealloc(arrivals->buffer, arrivals->buffer_n, sizeof(*arrivals->buffer));
	}
	uint64_t state = seed(trial, minute);
	place(arrivals, (double)minute * MINUTE, *n, &state);
	const struct inflow *only = &arrivals->inflows[0];
	if (arrivals->inflows_n > 1)
		draw_mixed(arrivals, minute, lump, *n, &state);
	else if (only->prompt_draws || only->output_draws)
		for (size_t i = 0; i < *n; i++)
			arrivals->buffer[i].work = draw_work(only, &state);
	else
		for (size_t i = 0; i < *n; i++)
			arrivals->buffer[i].work = only->prompt + only->output;
	/* the last lump may be a smaller one: all are made so much smaller */
	double share = (double)count / (double)*n;
	for (size_t i = 0; lump > 1 && i < *n; i++)
		arrivals->buffer[i].work *= share;
	return arrivals->buffer;
}

/* How many of n fall into one of 'parts' equal parts. */
static uint64_t
binomial(uint64_t n, double parts, uint64_t *state)
{
	enum { NORMAL_FROM = 50 };
	if (parts <= 1)
		return n;
	double p = 1 / parts, mean = (double)n * p, u = uniform(state);
	if (mean >= NORMAL_FROM) {
		/* a normal one of the same mean and variance */
		double z = sqrt(-2 * log(1 - u)) * cos(2 * M_PI * uniform(state));
		double value = floor(mean + z * sqrt(mean * (1 - p)) + 0.5);
		return value < 0 ? 0 : value > (double)n ? n : (uint64_t)value;
	}
	/* one term after the other until they add up to u */
	double term = exp((double)n * log1p(-p)), sum = term;
	uint64_t k = 0;
	while (u > sum && k < n) {
		term *= (double)(n - k) / (double)(k + 1) * p / (1 - p);
		sum += term;
		if (term < 1e-300)
			break;
		k++;
	}
	return k;
}

/* 'n' requests over 'parts' minutes. */
static void
scatter(uint32_t *minutes, size_t parts, uint64_t n, uint64_t state)
{
	for (size_t i = 0; i < parts; i++) {
		uint64_t here = binomial(n, (double)(parts - i), &state);
		minutes[i] = here < UINT32_MAX ? (uint32_t)here : UINT32_MAX;
		n -= minutes[i];
	}
}

void
demand_half_hours(uint32_t *minutes, const uint32_t *half_hours, size_t n)
{
	for (size_t i = 0; i < n; i++)
		scatter(minutes + i * HALF_HOUR_MINUTES, HALF_HOUR_MINUTES, half_hours[i],
			seed(1, i));
}

void
demand_daily(uint32_t *minutes, size_t days, double a_day, int from, int to)
{
	double given = 0;
	memset(minutes, 0, days * DAY_MINUTES * sizeof(*minutes));
	for (size_t i = 0; i < days; i++) {
		double due = floor((double)(i + 1) * a_day + 0.5);
		scatter(minutes + i * DAY_MINUTES + (size_t)from * MINUTE,
			(size_t)(to - from) * MINUTE, (uint64_t)(due - given), seed(2, i));
		given = due;
	}
}
