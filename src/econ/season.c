/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/season.h"

#include <math.h>
#include <stdlib.h>

#include "base/when.h"

enum {
	NEAR = 14,      /* days on either side that a day is held against, */
	NEAR_LEAST = 5, /* at least so many of them, to say anything of edges */
	ROUNDS = 3,     /* levels need weekdays and these levels */
};
#define OUTLIER      4.0 /* times what was to be expected: what is over that is not carried on */
#define NOISE_PRIOR  0.5 /* of a day's cost, before anything is known, … */
#define NOISE_WEIGHT 2.0 /* … as if seen on so many days */

struct season_day
season_day(int64_t day, double cost)
{
	int month = when_month(day * NS_PER_DAY);
	int64_t first = when_month_start(month) / NS_PER_DAY,
		next = when_month_start(month + 1) / NS_PER_DAY;
	struct season_day out = { .cost = cost,
		.weekday = (int)((day % WEEK + WEEK + 3) % WEEK), /* 1970-01-01: a Thursday */
		.edge = NOT_EDGE };
	if (day - first < FIRST_DAYS)
		out.edge = (int)(day - first);
	else if (next - day <= LAST_DAYS)
		out.edge = FIRST_DAYS + (int)(next - day - 1);
	return out;
}

double
season_factor(const struct season *season, const struct season_day *day)
{
	return season->shares[day->weekday] *
	       (day->edge == NOT_EDGE ? 1 : season->edges[day->edge]);
}

double
season_shrink(double effect, double error)
{
	double square = effect * effect, chance = error * error;
	return square > chance ? effect * (1 - chance / square) : 0;
}

static int
by_size(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* Without what is far over most of them, and without credits. */
static double
calm_mean(double *costs, size_t n)
{
	double sum = 0;
	if (!n)
		return 0;
	qsort(costs, n, sizeof(*costs), by_size);
	double middle = (costs[(n - 1) / 2] + costs[n / 2]) / 2, most = OUTLIER * middle;
	for (size_t i = 0; i < n; i++)
		if (costs[i] > 0)
			sum += middle > 0 && costs[i] > most ? most : costs[i];
	return sum / (double)n;
}

struct fitting {
	const struct season_day *days;
	size_t n, from; /* from: the first of the last SEASON_DAYS */
	bool edges;     /* enough is known to tell them from other days */
	struct season *season;
	double levels[SEASON_DAYS_MOST]; /* around each day; 0: not known */
	size_t near[SEASON_DAYS_MOST];   /* days it is the mean of */
};

static bool
is_ordinary(const struct fitting *fitting, size_t i)
{
	return !fitting->edges || fitting->days[i].edge == NOT_EDGE;
}

static void
fit_levels(struct fitting *fitting)
{
	const double *shares = fitting->season->shares;
	for (size_t i = 0; i < fitting->n; i++) {
		double costs[2 * NEAR + 1];
		size_t from = i > NEAR ? i - NEAR : 0, k = 0;
		if (i < fitting->from && fitting->days[i].edge == NOT_EDGE)
			continue;
		for (size_t at = from; at < fitting->n && at <= i + NEAR; at++) {
			double share = shares[fitting->days[at].weekday];
			if (is_ordinary(fitting, at) && share > 0)
				costs[k++] = fitting->days[at].cost / share;
		}
		fitting->near[i] = k;
		fitting->levels[i] = calm_mean(costs, k);
	}
}

/* Each weekday for itself as far as that is not chance, else as other days of its part of the week. */
static void
fit_shares(struct fitting *fitting)
{
	double sums[WEEK] = { 0 }, counts[WEEK] = { 0 }, part_sums[2] = { 0 }, parts[2] = { 0 };
	double *shares = fitting->season->shares, mean = 0, fresh[WEEK];
	for (size_t i = fitting->from; i < fitting->n; i++) {
		int weekday = fitting->days[i].weekday;
		if (!is_ordinary(fitting, i) || fitting->levels[i] <= 0)
			continue;
		double ratio = fmax(0, fitting->days[i].cost / fitting->levels[i]);
		double most = OUTLIER * (shares[weekday] > 0 ? shares[weekday] : 1);
		ratio = ratio > most ? most : ratio;
		sums[weekday] += ratio;
		counts[weekday]++;
		part_sums[weekday >= 5] += ratio;
		parts[weekday >= 5]++;
	}
	for (int w = 0; w < WEEK; w++) {
		int p = w >= 5;
		double error = fitting->season->noise, part = 1, own = 0;
		if (parts[p] > 0)
			part += season_shrink(part_sums[p] / parts[p] - 1, error / sqrt(parts[p]));
		if (counts[w] > 0 && part_sums[p] > 0)
			own = season_shrink(sums[w] / counts[w] / (part_sums[p] / parts[p]) - 1,
				error / sqrt(counts[w]));
		fresh[w] = part * (1 + own);
		fresh[w] = fresh[w] > 0 ? fresh[w] : 0;
		mean += fresh[w] / WEEK;
	}
	for (int w = 0; w < WEEK && mean > 0; w++)
		shares[w] = fresh[w] / mean;
}

static void
fit_edge(struct fitting *fitting, int edge)
{
	struct season *season = fitting->season;
	double sum = 0, squares = 0, count = 0;
	for (size_t i = 0; i < fitting->n; i++) {
		double base = fitting->levels[i] * season->shares[fitting->days[i].weekday];
		if (fitting->days[i].edge != edge || base <= 0 || fitting->near[i] < NEAR_LEAST)
			continue;
		double ratio = fitting->days[i].cost / base;
		sum += ratio;
		squares += ratio * ratio;
		count++;
	}
	season->edges[edge] = 1;
	season->edge_errors[edge] = 0;
	if (count < 1)
		return;
	/* as if two more months had been off as other days are */
	double mean = sum / count, own = season->noise * mean;
	double spread = squares - sum * mean + 2 * own * own;
	double error = sqrt((spread > 0 ? spread : 0) / (count + 1) / count);
	season->edges[edge] = 1 + season_shrink(mean - 1, error);
	season->edges[edge] = season->edges[edge] > 0 ? season->edges[edge] : 0;
	season->edge_errors[edge] = error;
}

static void
fit_noise(struct fitting *fitting)
{
	struct season *season = fitting->season;
	double squares = 0, count = 0;
	for (size_t i = fitting->from; i < fitting->n; i++) {
		double wanted = fitting->levels[i] * season->shares[fitting->days[i].weekday];
		if (!is_ordinary(fitting, i) || wanted <= 0)
			continue;
		double off = fitting->days[i].cost / wanted - 1;
		off = fmax(-1, fmin(OUTLIER - 1, off));
		squares += off * off;
		count++;
	}
	season->freedom = NOISE_WEIGHT + (count > 1 ? count - 1 : 0);
	season->noise =
		sqrt((squares + NOISE_WEIGHT * NOISE_PRIOR * NOISE_PRIOR) / season->freedom);
}

/* Days of little cost are as noisy as they are small, and weigh as much. */
static void
make_plain(const struct fitting *fitting, struct plain_day plain[SEASON_DAYS])
{
	for (size_t i = fitting->from; i < fitting->n; i++) {
		const struct season_day *day = &fitting->days[i];
		double factor = season_factor(fitting->season, day), cost = day->cost;
		double most = OUTLIER * fitting->levels[i] * factor;
		struct plain_day *to = &plain[i - fitting->from];
		*to = (struct plain_day){ 0, 0 };
		if (factor <= 0)
			continue;
		cost = fitting->levels[i] > 0 && cost > most ? most : cost;
		to->cost = cost > 0 ? cost / factor : 0;
		to->weight = factor < 1 ? factor : 1;
	}
}

void
season_fit(const struct season_day *days, size_t n, struct season *season,
	struct plain_day plain[SEASON_DAYS])
{
	struct fitting fitting = { .days = days,
		.n = n,
		.from = n > SEASON_DAYS ? n - SEASON_DAYS : 0,
		.season = season };
	size_t ordinary = 0;
	*season = (struct season){ .noise = NOISE_PRIOR };
	for (int w = 0; w < WEEK; w++)
		season->shares[w] = 1;
	for (int e = 0; e < EDGES; e++)
		season->edges[e] = 1;
	for (size_t i = 0; i < n; i++)
		ordinary += days[i].edge == NOT_EDGE;
	fitting.edges = ordinary >= (size_t)2 * WEEK;
	for (int round = 0; round < ROUNDS; round++) {
		fit_levels(&fitting);
		fit_shares(&fitting);
		for (int e = 0; e < EDGES && fitting.edges; e++)
			fit_edge(&fitting, e);
		fit_noise(&fitting);
	}
	make_plain(&fitting, plain);
}
