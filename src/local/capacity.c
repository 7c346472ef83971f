/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/capacity.h"

#include <math.h>

#include "base/estimate.h"
#include "local/serving.h"

enum { MINUTE = 60, HOUR_MINUTES = 60, DAY_SECONDS = 86400 };
enum { SCALE_MOST = 1000, TOKENS_MOST = 100000000, SPREAD_MOST = 10 };

/* Nanoseconds, about: see struct terms. */
static const double effort_full = 12e6, effort_more = 5e6, effort_rough = 6e5, effort_search = 5e5,
		    effort_curve = 1e6;
/* A curve goes no further than so many times the demand. */
static const double growth_most = 400;

double
pace_output(const struct pace *pace, int concurrency)
{
	int before = 1;
	double output = pace->decode;
	for (int i = 0; i < pace->batch_n; i++) {
		const struct pace_point *point = &pace->batch[i];
		double here = point->output > output ? point->output : output;
		if (concurrency < point->concurrency)
			return output + (here - output) * (concurrency - before) /
						(point->concurrency - before);
		before = point->concurrency;
		output = here;
	}
	return output;
}

double
pace_seconds(const struct pace *pace, double prompt, double output, int concurrency)
{
	return prompt / pace->prefill + output / pace_output(pace, concurrency);
}

static bool
check_pace(const struct pace *pace, struct err *err)
{
	if (!(pace->prefill > 0))
		return err_set(err, FAULT_INPUT,
			"prefill speed: %g tokens/s, but it must be over 0", pace->prefill);
	if (!(pace->decode > 0) || isinf(pace->decode))
		return err_set(err, FAULT_INPUT, "decode speed: %g tokens/s, but it must be over 0",
			pace->decode);
	if (pace->batch_n < 0 || pace->batch_n > PACE_POINTS)
		BUG("%d points of a batch table", pace->batch_n);
	int before = 1;
	for (int i = 0; i < pace->batch_n; i++) {
		const struct pace_point *point = &pace->batch[i];
		if (point->concurrency <= before)
			return err_set(err, FAULT_INPUT,
				"batch speed: concurrency %d after %d, but it must rise",
				point->concurrency, before);
		if (!(point->output > 0) || isinf(point->output))
			return err_set(err, FAULT_INPUT,
				"batch speed at concurrency %d: %g tokens/s, but it must be over 0",
				point->concurrency, point->output);
		before = point->concurrency;
	}
	return true;
}

static bool
check_figure(const char *what, double value, double most, struct err *err)
{
	if (value >= 0 && value <= most)
		return true;
	return err_set(
		err, FAULT_INPUT, "%s: %g, but it must lie between 0 and %.0f", what, value, most);
}

static bool
check_demands(const struct capacity_case *question, struct err *err)
{
	int64_t start = INT64_MAX, end = INT64_MIN;
	for (size_t i = 0; i < question->demands_n; i++) {
		const struct demand *demand = &question->demands[i];
		if (demand->start % MINUTE)
			BUG("a demand does not start with a minute");
		if (!check_pace(demand->pace, err) ||
			!check_figure("prompt tokens a request", demand->prompt_tokens, TOKENS_MOST,
				err) ||
			!check_figure("output tokens a request", demand->output_tokens, TOKENS_MOST,
				err) ||
			!check_figure("spread of prompt tokens", demand->prompt_spread, SPREAD_MOST,
				err) ||
			!check_figure(
				"spread of output tokens", demand->output_spread, SPREAD_MOST, err))
			return false;
		if (demand->minutes_n > CAPACITY_MINUTES_MOST)
			return err_set(err, FAULT_LIMIT, "demand: %zu minutes, at most %d",
				demand->minutes_n, CAPACITY_MINUTES_MOST);
		int64_t last = demand->start + (int64_t)demand->minutes_n * MINUTE;
		start = demand->start < start ? demand->start : start;
		end = last > end ? last : end;
	}
	if (question->demands_n && (end - start) / MINUTE > CAPACITY_MINUTES_MOST)
		return err_set(err, FAULT_LIMIT, "demand: a period of %lld minutes, at most %d",
			(long long)((end - start) / MINUTE), CAPACITY_MINUTES_MOST);
	return true;
}

static bool
check_case(const struct capacity_case *question, struct err *err)
{
	if (question->units < 1 || question->units > CAPACITY_UNITS_MOST)
		return err_set(err, FAULT_INPUT, "units: %d, but it must lie between 1 and %d",
			question->units, CAPACITY_UNITS_MOST);
	if (question->slots < 1 || question->slots > CAPACITY_SLOTS_MOST)
		return err_set(err, FAULT_INPUT, "slots: %d, but it must lie between 1 and %d",
			question->slots, CAPACITY_SLOTS_MOST);
	if (question->max_wait < 0)
		return err_set(err, FAULT_INPUT,
			"max-wait: %g seconds, but it cannot be less than 0", question->max_wait);
	return check_figure("scale", question->scale, SCALE_MOST, err) &&
	       check_demands(question, err);
}

/* What is the same however many units there are. */
static void
describe(const struct capacity_case *question, const struct arrivals *arrivals,
	const struct hours *hours, struct capacity *out)
{
	double seconds = (double)arrivals->minutes * MINUTE, work = 0;
	size_t from, to;
	for (size_t i = 0; i < hours->n; i++)
		work += hours->work[i];
	hours_minutes(hours, arrivals, hours->peak, &from, &to);
	out->days = seconds / DAY_SECONDS;
	out->requests_day = arrivals->requests / out->days;
	out->work_hours_day = arrivals->alone / 3600 / out->days;
	out->load = work / (seconds * question->units);
	out->carries = out->load <= 1;
	out->peak_start = arrivals->start + (int64_t)from * MINUTE;
	if (hours->head && !hours->peak)
		out->peak_start -= (int64_t)hours->head * MINUTE;
	out->peak_requests = hours->requests[hours->peak];
	out->peak_load =
		hours->work[hours->peak] / ((double)(to - from) * MINUTE * question->units);
}

/* Hours a day of unit seconds. */
static double
hours_a_day(const struct capacity *out, double seconds)
{
	return seconds / 3600 / out->days;
}

static void
tell_queued(const struct capacity_case *question, const struct arrivals *arrivals,
	const struct hours *hours, const struct serving *all, struct capacity *out)
{
	size_t from, to;
	hours_minutes(hours, arrivals, hours->peak, &from, &to);
	out->busy_hours_day = hours_a_day(out, all->busy);
	out->utilization = out->busy_hours_day / (24 * question->units);
	out->peak_utilization = all->peak_busy / ((double)(to - from) * MINUTE * question->units);
	out->wait_mean = all->all.n > 0 ? all->all.sum / all->all.n : 0;
	out->wait_p99 = waits_quantile(&all->all, 0.99);
	out->peak_hour_p99 = waits_quantile(&all->peak, 0.99);
	out->peak_wait = serving_peak_wait(all);
	out->backlog_wait = all->backlog_wait;
}

/* All that is asked for, in unit seconds. */
static double
work_of(const struct capacity_case *question, const struct capacity *out)
{
	return out->load * out->days * DAY_SECONDS * question->units;
}

/* So many units carry the load; a load that is just so many is, but for rounding. */
static double
units_least(const struct capacity_case *question, const struct capacity *out)
{
	return ceil(out->load * question->units * (1 - 1e-12));
}

static double
peak_wait_of(struct arrivals *arrivals, const struct hours *hours,
	const struct capacity_case *question, int units, double effort)
{
	struct terms terms = { units, question->slots, UNBOUNDED, true, effort };
	struct serving serving;
	serve(arrivals, hours, &terms, &serving);
	return serving_peak_wait(&serving);
}

/* As the answer for so many units will say: where a rough look is too close to tell, by the same look. */
static bool
holds(struct arrivals *arrivals, const struct hours *hours, const struct capacity_case *question,
	int units)
{
	if (!serving_may_hold(arrivals, units, question->max_wait))
		return false;
	double alone = arrivals->alone / arrivals->requests;
	double close = 0.2 * question->max_wait + 0.05 * alone;
	double wait = peak_wait_of(arrivals, hours, question, units, effort_search);
	if (question->look == CAPACITY_FULL && fabs(wait - question->max_wait) <= close)
		wait = peak_wait_of(arrivals, hours, question, units, effort_more);
	return wait <= question->max_wait;
}

/* The fewest units that hold max_wait: doubling steps up to some that do, then halving between. */
static int
find_units(struct arrivals *arrivals, const struct hours *hours,
	const struct capacity_case *question, const struct capacity *out)
{
	double least = units_least(question, out);
	if (least > CAPACITY_UNITS_MOST)
		return 0;
	int bad = least < 1 ? 0 : (int)least - 1, good = 0;
	if (isnan(question->max_wait))
		return bad + 1;
	if (out->peak_wait <= question->max_wait)
		good = question->units;
	else if (question->units > bad)
		bad = question->units;
	for (int step = 1; !good; step *= 2) {
		if (bad == CAPACITY_UNITS_MOST)
			return 0;
		int next = bad + step < CAPACITY_UNITS_MOST ? bad + step : CAPACITY_UNITS_MOST;
		if (holds(arrivals, hours, question, next))
			good = next;
		else
			bad = next;
	}
	while (good - bad > 1) {
		int middle = bad + (good - bad) / 2;
		if (holds(arrivals, hours, question, middle))
			good = middle;
		else
			bad = middle;
	}
	return good;
}

static bool
has_limit(const struct capacity_case *question)
{
	return isfinite(question->max_wait);
}

/* With max_wait, who finds no slot in time leaves; else what is not done in the period is lost to it. */
static void
tell_kept(const struct capacity_case *question, const struct serving *kept, struct capacity *out)
{
	out->overflow_share =
		has_limit(question) ? kept->overflow_share : kept->left / work_of(question, out);
	out->kept_busy_hours_day = hours_a_day(out, kept->busy);
}

static void
tell_served(const struct capacity_case *question, struct arrivals *arrivals,
	const struct hours *hours, struct capacity *out)
{
	double effort = question->look == CAPACITY_ROUGH ? effort_rough : effort_full;
	struct terms terms = { question->units, question->slots, UNBOUNDED, true, effort };
	struct serving all, kept;
	serve(arrivals, hours, &terms, &all);
	kept = all;
	if (has_limit(question)) {
		terms.max_wait = question->max_wait;
		terms.peak = false;
		terms.effort = fmin(effort, effort_more);
		serve(arrivals, hours, &terms, &kept);
		/* by the error of sampling only */
		kept.busy = kept.busy < all.busy ? kept.busy : all.busy;
	}
	tell_queued(question, arrivals, hours, &all, out);
	tell_kept(question, &kept, out);
	out->units_needed = find_units(arrivals, hours, question, out);
}

/* What can be said without serving anything. */
static void
tell_sums(
	const struct capacity_case *question, const struct arrivals *arrivals, struct capacity *out)
{
	double left = backlog_left(arrivals, question->units);
	double least = units_least(question, out);
	if (question->slots == 1) {
		out->busy_hours_day = hours_a_day(out, arrivals->alone - left);
		out->utilization = out->busy_hours_day / (24 * question->units);
	} else {
		out->busy_hours_day = out->utilization = MISSING;
	}
	out->kept_busy_hours_day = out->busy_hours_day;
	out->peak_utilization = MISSING;
	out->wait_mean = out->wait_p99 = out->peak_hour_p99 = out->peak_wait = MISSING;
	out->backlog_wait = MISSING;
	out->overflow_share = left / work_of(question, out);
	out->units_needed = least > CAPACITY_UNITS_MOST ? 0 : least < 1 ? 1 : (int)least;
}

static void
answer(const struct capacity_case *question, struct capacity *out)
{
	struct arrivals arrivals;
	struct hours hours;
	arrivals_make(&arrivals, question);
	hours_make(&hours, &arrivals);
	describe(question, &arrivals, &hours, out);
	if (arrivals.alone > 0 && question->look == CAPACITY_SUMS)
		tell_sums(question, &arrivals, out);
	else if (arrivals.alone > 0)
		tell_served(question, &arrivals, &hours, out);
	hours_free(&hours);
	arrivals_free(&arrivals);
}

/* Only what a curve holds, roughly. */
static void
answer_roughly(const struct capacity_case *question, struct capacity *out)
{
	struct arrivals arrivals;
	struct hours hours;
	arrivals_make(&arrivals, question);
	hours_make(&hours, &arrivals);
	describe(question, &arrivals, &hours, out);
	if (arrivals.alone > 0) {
		double most = has_limit(question) ? question->max_wait : UNBOUNDED;
		struct terms terms = { question->units, question->slots, most, false,
			effort_curve };
		struct serving kept;
		serve(&arrivals, &hours, &terms, &kept);
		tell_kept(question, &kept, out);
	}
	hours_free(&hours);
	arrivals_free(&arrivals);
}

static bool
is_empty(const struct capacity_case *question)
{
	for (size_t i = 0; i < question->demands_n; i++)
		if (question->demands[i].minutes_n)
			return false;
	return true;
}

/* Begins an answer with what holds for no demand at all. */
static bool
begin(const struct capacity_case *question, struct capacity *out, struct err *err)
{
	*out = (struct capacity){ .carries = true, .units_needed = 1 };
	if (!check_case(question, err))
		return false;
	for (size_t i = 0; i < question->demands_n; i++)
		if (question->demands[i].source > out->source)
			out->source = question->demands[i].source;
	return true;
}

bool
capacity_of(const struct capacity_case *question, struct capacity *out, struct err *err)
{
	if (!begin(question, out, err))
		return false;
	if (!is_empty(question))
		answer(question, out);
	return true;
}

/* Adds to what begin() left, at so many times the question's scale. */
static void
tell_at(const struct capacity_case *question, double scale, struct capacity *out)
{
	struct capacity_case scaled = *question;
	scaled.scale *= scale;
	if (!is_empty(question))
		answer_roughly(&scaled, out);
}

bool
capacity_curve_of(const struct capacity_case *question, struct capacity_curve *out, struct err *err)
{
	/* as shares of what the units can do: near 1 is where it bends */
	static const double loads[CURVE_POINTS] = { 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.05, 1.25,
		1.6, 2.5 };
	struct capacity now;
	if (!begin(question, &now, err))
		return false;
	tell_at(question, 1, &now);
	double full = now.load > 1 / growth_most ? 1 / now.load : growth_most;
	*out = (struct capacity_curve){ 0 };
	for (int i = 0; i < CURVE_POINTS; i++) {
		struct capacity at = { 0 };
		out->scale[i] = loads[i] * full;
		tell_at(question, out->scale[i], &at);
		out->busy_hours_day[i] = at.kept_busy_hours_day;
		out->overflow_share[i] = at.overflow_share;
	}
	return true;
}

/* Linear between points, and from nothing at a scale of 0 to the first; as the last behind it. */
static double
read_off(const double scale[CURVE_POINTS], const double values[CURVE_POINTS], double at)
{
	double before = 0, value = 0;
	for (int i = 0; i < CURVE_POINTS; i++) {
		if (at <= scale[i])
			return value + (values[i] - value) * (at - before) / (scale[i] - before);
		before = scale[i];
		value = values[i];
	}
	return value;
}

double
capacity_curve_busy(const struct capacity_curve *curve, double scale)
{
	return read_off(curve->scale, curve->busy_hours_day, scale);
}

/* What is served grows with the demand until it is all that can be: straight lines are truer to that
 * than to the share. */
double
capacity_curve_overflow(const struct capacity_curve *curve, double scale)
{
	double served[CURVE_POINTS];
	if (scale <= curve->scale[0])
		return curve->overflow_share[0];
	for (int i = 0; i < CURVE_POINTS; i++)
		served[i] = (1 - curve->overflow_share[i]) * curve->scale[i];
	return 1 - read_off(curve->scale, served, scale) / scale;
}
