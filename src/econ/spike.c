/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/spike.h"

#include <math.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/when.h"

enum { WEEK = 7, AROUND = 2, MONTHS_BACK = 2, SPAN = SPIKE_WEEKS * WEEK };

#define DEVIATIONS     5.0
#define TO_SIGMA       1.4826 /* of a median absolute deviation, for normal values */
#define GROWTH_MOST    4.0
#define ABOVE_ALL      1.25 /* of the dearest week before: one that is as dear is nothing new */
#define A_WEEKS_GROWTH 2.0

static int
by_value(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* Puts the values in order.  0 of none. */
static double
median(double *values, size_t n)
{
	if (!n)
		return 0;
	qsort(values, n, sizeof(*values), by_value);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static double
clamp(double value, double least, double most)
{
	return fmin(fmax(value, least), most);
}

/* Mean of the week before a day; missing where the data does not go back so far. */
static double
level(const struct spike_question *q, size_t at)
{
	double sum = 0;
	if (at < WEEK)
		return MISSING;
	for (size_t i = at - WEEK; i < at; i++)
		sum += q->days[i];
	return sum / WEEK;
}

/* A day as it would be at today's level, if that has grown. */
static double
grown(const struct spike_question *q, size_t at)
{
	double now = level(q, q->days_n - 1), then = level(q, at);
	double growth = then > 0 ? clamp(now / then, 1, GROWTH_MOST) : 1;
	return q->days[at] * growth;
}

/* The days before the last one, at most eight weeks of them, at today's level. */
struct past {
	double days[SPAN];
	size_t n; /* days[0] is the day before, days[6] the same weekday a week before */
	double of_weekday[WEEK]; /* median, by how many days before modulo a week, less one */
	double deviation;
};

static struct past
look_back(const struct spike_question *q)
{
	struct past past = { 0 };
	double values[SPAN];
	for (; past.n < SPAN && past.n + 1 < q->days_n; past.n++)
		past.days[past.n] = grown(q, q->days_n - 2 - past.n);
	for (size_t weekday = 0; weekday < WEEK; weekday++) {
		size_t n = 0;
		for (size_t i = weekday; i < past.n; i += WEEK)
			values[n++] = past.days[i];
		past.of_weekday[weekday] = median(values, n);
	}
	for (size_t i = 0; i < past.n; i++)
		values[i] = fabs(past.days[i] - past.of_weekday[i % WEEK]);
	past.deviation = TO_SIGMA * median(values, past.n);
	return past;
}

/* Of work that is done now and then: what it costs when it is done. */
static double
usual_when_active(const struct past *past)
{
	double values[SPAN];
	size_t n = 0;
	for (size_t i = 0; i < past->n; i++)
		if (past->days[i] > 0)
			values[n++] = past->days[i];
	return n * 2 < past->n ? median(values, n) : 0;
}

/* The most that stood out around a day; missing: it is before the data. */
static double
stood_out(const struct spike_question *q, const struct past *past, int64_t day)
{
	double most = 0;
	int64_t last = q->first_day + (int64_t)q->days_n - 1;
	if (day - AROUND < q->first_day)
		return MISSING;
	for (int64_t at = day - AROUND; at <= day + AROUND && at < last; at++) {
		double value = q->days[at - q->first_day];
		size_t weekday = (size_t)((last - at - 1) % WEEK);
		if (value > q->times * past->of_weekday[weekday])
			most = fmax(most, value);
	}
	return most;
}

/* What stood out at the same place, from the start or from the end, of each of the months before. */
static double
usual_of_month(const struct spike_question *q, const struct past *past)
{
	int64_t last = q->first_day + (int64_t)q->days_n - 1;
	int month = when_month(last * NS_PER_DAY);
	int64_t start = when_month_start(month) / NS_PER_DAY,
		end = when_month_start(month + 1) / NS_PER_DAY;
	double usual = MISSING;
	for (int back = 1; back <= MONTHS_BACK; back++) {
		int64_t from = when_month_start(month - back) / NS_PER_DAY,
			to = when_month_start(month - back + 1) / NS_PER_DAY;
		double by_start = stood_out(q, past, from + (last - start)),
		       by_end = stood_out(q, past, to - (end - last));
		if (isnan(by_start) || isnan(by_end))
			break;
		double there = fmax(by_start, by_end);
		usual = isnan(usual) ? there : fmin(usual, there);
	}
	return isnan(usual) ? 0 : usual;
}

static void
judge(const struct spike_question *q, double deviation, struct spike *out)
{
	out->limit = fmax(out->usual * q->times,
		fmax(out->usual + q->floor * out->days, out->usual + DEVIATIONS * deviation));
	out->crossed = out->value > out->limit;
}

static void
look_at_day(const struct spike_question *q, struct spike *out)
{
	struct past past = look_back(q);
	*out = (struct spike){ .days = 1, .value = q->days[q->days_n - 1] };
	out->usual = fmax(past.of_weekday[WEEK - 1],
		fmax(usual_when_active(&past), usual_of_month(q, &past)));
	judge(q, past.deviation, out);
}

static double
week_until(const struct spike_question *q, size_t days_ago)
{
	double sum = 0;
	for (size_t i = 0; i < WEEK; i++)
		sum += q->days[q->days_n - 1 - days_ago - i];
	return sum;
}

/* The dearest seven days before the last seven, wherever they begin, as they would be now. */
static double
dearest_week(const struct spike_question *q, size_t weeks, double growth)
{
	double most = 0;
	for (size_t ago = WEEK; ago <= (weeks - 1) * WEEK; ago++)
		most = fmax(most, week_until(q, ago) * pow(growth, (double)ago / WEEK));
	return most;
}

/* False: too few weeks. */
static bool
look_at_week(const struct spike_question *q, struct spike *out)
{
	double sums[SPIKE_WEEKS + 1], values[SPIKE_WEEKS + 1];
	size_t weeks = 0, n = 0;
	for (; weeks <= SPIKE_WEEKS && (weeks + 1) * WEEK <= q->days_n; weeks++)
		sums[weeks] = week_until(q, weeks * WEEK);
	if (weeks < SPIKE_WEEKS_LEAST + 1)
		return false;
	for (size_t i = 1; i + 1 < weeks; i++)
		if (sums[i + 1] > 0)
			values[n++] = sums[i] / sums[i + 1];
	double growth = clamp(median(values, n), 1, A_WEEKS_GROWTH);
	for (size_t i = 1; i < weeks; i++) {
		sums[i] *= pow(growth, (double)i);
		values[i - 1] = sums[i];
	}
	*out = (struct spike){ .days = WEEK, .value = sums[0] };
	out->usual = median(values, weeks - 1);
	for (size_t i = 1; i < weeks; i++)
		values[i - 1] = fabs(sums[i] - out->usual);
	judge(q, TO_SIGMA * median(values, weeks - 1), out);
	out->limit = fmax(out->limit, ABOVE_ALL * dearest_week(q, weeks, growth));
	out->crossed = out->value > out->limit;
	return true;
}

bool
spike_look(const struct spike_question *question, struct spike *out)
{
	struct spike week;
	if (question->days_n < SPIKE_DAYS_LEAST + 1)
		return false;
	look_at_day(question, out);
	if (!out->crossed && look_at_week(question, &week) && week.crossed)
		*out = week;
	return true;
}
