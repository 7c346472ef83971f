/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/forecast.h"

#include <math.h>

#include "base/when.h"
#include "econ/season.h"

/* Two ways to say where the level of days goes; see opinions[]. */
enum { GROWING, STEADY, OPINIONS, AHEAD_MOST = 31 };

static const struct opinion {
	bool grows;
	double half_life; /* days: how fast the past is forgotten */
} opinions[OPINIONS] = {
	[GROWING] = { true, 14 },
	[STEADY] = { false, 5 },
};

enum {
	TRIALS_FROM = 10, /* days before a day from which the opinions are tried */
	TRIALS_MOST = 30,
	TRIAL_STEP = 2,
	TRIAL_LEAST = 5, /* days ahead, at least */
};
#define GROWTH_HALF_LIFE 60.0
#define GROWTH_USUAL     (0.03 / WEEK) /* a day: one more than that is taken for chance in part */
#define GROWTH_MOST      (0.2 / WEEK)
#define PRIOR            1.0    /* trials that came out as expected, added to the real ones */
#define Z80              1.2816 /* 80 % of a normal distribution lie within so many deviations */

/* The level of an average day as an opinion has it. */
struct trend {
	double level, growth; /* after the last known day; growth: of each day, relative */
	double level_error, growth_error; /* relative */
	double age;                       /* days: of those that the level is the mean of */
};

/* A sum of days to come. */
struct sum {
	double cost, variance;
	double drift; /* what it does not see if days usually grow */
};

struct trial {
	struct sum sums[OPINIONS];
	double actual, weight;
};

struct forecaster {
	struct season season;
	struct plain_day plain[SEASON_DAYS];
	struct season_day known[SEASON_DAYS]; /* the days of 'plain' */
	size_t n;
	struct season_day ahead[AHEAD_MOST]; /* their cost is not known */
	size_t ahead_n;
	struct trial trials[TRIALS_MOST];
	size_t trials_n;
	double weights[OPINIONS];
};

/* ---- opinions ---- */

/* By least squares, relative to the mean; later days weigh more. */
static void
fit_growth(const struct plain_day *days, size_t n, double noise, struct trend *trend)
{
	double w = 0, t = 0, z = 0, tt = 0, tz = 0, ww = 0, wwt = 0, wwtt = 0;
	for (size_t i = 0; i < n; i++) {
		double ahead = (double)i - (double)(n - 1);
		double fading = exp2(ahead / GROWTH_HALF_LIFE), weight = days[i].weight * fading;
		w += weight;
		t += weight * ahead;
		z += weight * days[i].cost;
		tt += weight * ahead * ahead;
		tz += weight * ahead * days[i].cost;
		weight *= fading; /* what it adds to the square of the error */
		ww += weight;
		wwt += weight * ahead;
		wwtt += weight * ahead * ahead;
	}
	double spread = w > 0 ? tt / w - (t / w) * (t / w) : 0;
	if (spread <= 0 || z <= 0)
		return;
	double middle = t / w, off = wwtt - 2 * middle * wwt + middle * middle * ww;
	double error = noise * sqrt(off > 0 ? off : 0) / (w * spread);
	double usual = GROWTH_USUAL * GROWTH_USUAL / (GROWTH_USUAL * GROWTH_USUAL + error * error);
	trend->growth = (tz / z - t / w) / spread * usual;
	trend->growth = fmax(-GROWTH_MOST, fmin(GROWTH_MOST, trend->growth));
	trend->growth_error = error;
}

static struct trend
fit_trend(const struct opinion *opinion, const struct plain_day *days, size_t n, double noise)
{
	struct trend trend = { .level = 0 };
	double w = 0, ww = 0, z = 0;
	if (opinion->grows)
		fit_growth(days, n, noise, &trend);
	for (size_t i = 0; i < n; i++) {
		double ahead = (double)i - (double)(n - 1);
		double fading = exp2(ahead / opinion->half_life), weight = days[i].weight * fading;
		w += weight;
		ww += weight * fading;
		z += weight * days[i].cost * exp(-trend.growth * ahead);
		trend.age -= weight * ahead;
	}
	if (w <= 0)
		return trend;
	trend.level = z > 0 ? z / w : 0;
	trend.level_error = noise * sqrt(ww) / w;
	trend.age /= w;
	return trend;
}

/* What days will cost; 'edges': those at the edges of a month too. */
static struct sum
foresee(const struct season *season, const struct trend *trend, const struct season_day *days,
	size_t n, bool edges)
{
	double cost = 0, squares = 0, moved = 0, off = 0;
	for (size_t i = 0; i < n; i++) {
		double ahead = (double)i + 1, plain = trend->level * exp(trend->growth * ahead);
		double day = plain * season_factor(season, &days[i]);
		if (days[i].edge != NOT_EDGE && !edges)
			continue;
		if (days[i].edge != NOT_EDGE) /* months are off as a whole */
			off += plain * season->shares[days[i].weekday] *
			       season->edge_errors[days[i].edge];
		cost += day;
		squares += day * day;
		moved += day * (ahead + trend->age);
	}
	double level = cost * trend->level_error, growth = moved * trend->growth_error;
	return (struct sum){ cost,
		squares * season->noise * season->noise + level * level + growth * growth +
			level * growth + off * off,
		trend->growth_error > 0 ? 0 : moved * GROWTH_USUAL };
}

/* ---- what they were worth ---- */

/* What each would have said on an earlier day of the days behind it. */
static void
try_from(struct forecaster *forecaster, size_t known)
{
	size_t next = forecaster->n - known;
	next = next < forecaster->ahead_n ? next : forecaster->ahead_n;
	const struct season_day *days = forecaster->known + known;
	struct trial *trial = &forecaster->trials[forecaster->trials_n];
	*trial = (struct trial){ .actual = 0 };
	for (size_t i = 0; i < next; i++)
		if (days[i].edge == NOT_EDGE) /* without outliers */
			trial->actual += forecaster->plain[known + i].cost *
					 season_factor(&forecaster->season, &days[i]);
	for (int o = 0; o < OPINIONS; o++) {
		struct trend trend =
			fit_trend(&opinions[o], forecaster->plain, known, forecaster->season.noise);
		trial->sums[o] = foresee(&forecaster->season, &trend, days, next, false);
		if (trial->sums[o].cost <= 0 || trial->sums[o].variance <= 0)
			return;
	}
	/* trials of the same days count as one */
	trial->weight = TRIAL_STEP / (double)next;
	forecaster->trials_n++;
}

static void
try_all(struct forecaster *forecaster)
{
	size_t least = forecaster->ahead_n < TRIAL_LEAST ? forecaster->ahead_n : TRIAL_LEAST;
	for (size_t back = least;
		back + TRIALS_FROM <= forecaster->n && forecaster->trials_n < TRIALS_MOST;
		back += TRIAL_STEP)
		try_from(forecaster, forecaster->n - back);
}

/* Each by the inverse square of its mean squared error: what it should be by itself, and what it was. */
static void
weigh(struct forecaster *forecaster, const struct sum sums[OPINIONS])
{
	double all = 0;
	for (int o = 0; o < OPINIONS; o++) {
		double squares = 0, weights = 0;
		if (sums[o].cost > 0) {
			weights = PRIOR;
			squares = PRIOR * (sums[o].variance + sums[o].drift * sums[o].drift) /
				  (sums[o].cost * sums[o].cost);
		}
		for (size_t i = 0; i < forecaster->trials_n; i++) {
			const struct trial *trial = &forecaster->trials[i];
			double off = trial->actual / trial->sums[o].cost - 1;
			squares += trial->weight * off * off;
			weights += trial->weight;
		}
		double mean = weights > 0 ? squares / weights : 1;
		forecaster->weights[o] = mean > 0 ? 1 / (mean * mean) : 1;
		all += forecaster->weights[o];
	}
	for (int o = 0; o < OPINIONS; o++)
		forecaster->weights[o] /= all;
}

/* All opinions together; where they differ nobody can be as sure. */
static struct sum
together(const struct forecaster *forecaster, const struct sum sums[OPINIONS])
{
	struct sum out = { 0, 0, 0 };
	for (int o = 0; o < OPINIONS; o++)
		out.cost += forecaster->weights[o] * sums[o].cost;
	for (int o = 0; o < OPINIONS; o++) {
		double off = sums[o].cost - out.cost;
		out.variance += forecaster->weights[o] *
				(sums[o].variance + sums[o].drift * sums[o].drift + off * off);
	}
	return out;
}

/* How far they were off together, in deviations of what they said themselves; never less than that. */
static double
scale_of(const struct forecaster *forecaster)
{
	double squares = PRIOR, weights = PRIOR;
	for (size_t i = 0; i < forecaster->trials_n; i++) {
		const struct trial *trial = &forecaster->trials[i];
		struct sum said = together(forecaster, trial->sums);
		double off = trial->actual - said.cost;
		squares += trial->weight * off * off / said.variance;
		weights += trial->weight;
	}
	return squares > weights ? sqrt(squares / weights) : 1;
}

/* ---- the month ---- */

static const char *
method_of(const struct forecaster *forecaster, const struct trend *growing)
{
	const char *names[] = { "the mean of the last weeks", "weekdays", "growth",
		"weekdays and growth", "month ends", "weekdays and month ends",
		"growth and month ends", "weekdays, growth and month ends" };
	const struct season *season = &forecaster->season;
	double least = season->shares[0], most = season->shares[0];
	bool ends = false;
	for (int w = 1; w < WEEK; w++) {
		least = fmin(least, season->shares[w]);
		most = fmax(most, season->shares[w]);
	}
	for (size_t i = 0; i < forecaster->ahead_n; i++)
		ends |= forecaster->ahead[i].edge != NOT_EDGE &&
			fabs(season->edges[forecaster->ahead[i].edge] - 1) > 0.1;
	bool grows = fabs(growing->growth) * WEEK * forecaster->weights[GROWING] > 0.005;
	if (forecaster->n < (size_t)2 * WEEK)
		names[0] = "the mean of the days so far";
	return names[(most > least * 1.1) + 2 * grows + 4 * ends];
}

/* Plain: what was spent so far, over its days, times all days; before the first, as in the month before. */
static double
run_rate(const struct forecast_question *question, int known, int64_t days)
{
	size_t n = question->days_n, from = n - (size_t)known;
	int64_t last = question->first_day + (int64_t)n - 1;
	if (!known) {
		int64_t before = when_month_start(when_month(last * NS_PER_DAY)) / NS_PER_DAY;
		from = before > question->first_day ? (size_t)(before - question->first_day) : 0;
	}
	double sum = 0;
	for (size_t i = from; i < n; i++)
		sum += question->days[i];
	return sum / (double)(n - from) * (double)days;
}

/* Season and days that the opinions are made of; returns how many days there were. */
static size_t
learn(struct forecaster *forecaster, const struct forecast_question *question)
{
	struct season_day days[SEASON_DAYS_MOST];
	size_t n = question->days_n, skipped = n > SEASON_DAYS_MOST ? n - SEASON_DAYS_MOST : 0;
	/* before anything was used there is nothing to learn */
	while (skipped + 1 < n && question->days[skipped] == 0)
		skipped++;
	n -= skipped;
	for (size_t i = 0; i < n; i++)
		days[i] = season_day(
			question->first_day + (int64_t)(skipped + i), question->days[skipped + i]);
	season_fit(days, n, &forecaster->season, forecaster->plain);
	forecaster->n = n < SEASON_DAYS ? n : SEASON_DAYS;
	memcpy(forecaster->known, days + n - forecaster->n, forecaster->n * sizeof(*days));
	return n;
}

/* What the days to come will cost. */
static struct estimate
look_ahead(struct forecaster *forecaster, const char **method)
{
	struct trend trends[OPINIONS];
	struct sum sums[OPINIONS];
	for (int o = 0; o < OPINIONS; o++) {
		trends[o] = fit_trend(
			&opinions[o], forecaster->plain, forecaster->n, forecaster->season.noise);
		sums[o] = foresee(&forecaster->season, &trends[o], forecaster->ahead,
			forecaster->ahead_n, true);
	}
	try_all(forecaster);
	weigh(forecaster, sums);
	*method = method_of(forecaster, &trends[GROWING]);
	struct sum out = together(forecaster, sums);
	double few = 1 + 1 / forecaster->season.freedom; /* as in Student's distribution */
	double half = Z80 * few * scale_of(forecaster) * sqrt(out.variance);
	return (struct estimate){ fmax(0, out.cost - half), out.cost, out.cost + half };
}

bool
forecast_month(const struct forecast_question *question, struct forecast *out)
{
	*out = (struct forecast){ .method = "nothing is known" };
	if (!question->days_n)
		return false;
	int64_t next = question->first_day + (int64_t)question->days_n;
	int month = when_month(next * NS_PER_DAY);
	int64_t first = when_month_start(month) / NS_PER_DAY,
		end = when_month_start(month + 1) / NS_PER_DAY;
	struct forecaster forecaster = { .ahead_n = (size_t)(end - next) };
	out->days_known =
		(int)(first > question->first_day ? next - first : next - question->first_day);
	out->days_left = (int)(end - next);
	for (size_t i = question->days_n - (size_t)out->days_known; i < question->days_n; i++)
		out->so_far += question->days[i];
	out->run_rate = run_rate(question, out->days_known, end - first) + question->fixed;
	for (int i = 0; i < out->days_left; i++)
		forecaster.ahead[i] = season_day(next + i, 0);
	out->days_used = (int)learn(&forecaster, question);
	struct estimate ahead = look_ahead(&forecaster, &out->method);
	double spent = out->so_far + question->fixed;
	out->total =
		(struct estimate){ spent + ahead.low, spent + ahead.likely, spent + ahead.high };
	return true;
}
