/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/serving.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/estimate.h"
#include "base/mem.h"
#include "base/radix.h"

enum { MINUTE = 60, HOUR_MINUTES = 60, TRIALS_MOST = 1000, WARM_MOST = 120 };

static const double percentile = 0.99;

void
hours_make(struct hours *hours, const struct arrivals *arrivals)
{
	int64_t minute = arrivals->start / MINUTE % HOUR_MINUTES;
	*hours = (struct hours){ .head = (size_t)(minute < 0 ? minute + HOUR_MINUTES : minute) };
	hours->n = (hours->head + arrivals->minutes + HOUR_MINUTES - 1) / HOUR_MINUTES;
	hours->requests = xcalloc(hours->n, sizeof(*hours->requests));
	hours->work = xcalloc(hours->n, sizeof(*hours->work));
	for (size_t hour = 0; hour < hours->n; hour++) {
		size_t from, to;
		hours_minutes(hours, arrivals, hour, &from, &to);
		for (size_t i = from; i < to; i++) {
			hours->requests[hour] += arrivals->counts[i];
			hours->work[hour] += arrivals->work[i];
		}
		if (hours->work[hour] > hours->work[hours->peak])
			hours->peak = hour;
	}
}

void
hours_free(struct hours *hours)
{
	free(hours->requests);
	free(hours->work);
	*hours = (struct hours){ 0 };
}

void
hours_minutes(const struct hours *hours, const struct arrivals *arrivals, size_t hour, size_t *from,
	size_t *to)
{
	size_t end = (hour + 1) * HOUR_MINUTES - hours->head;
	*from = hour ? hour * HOUR_MINUTES - hours->head : 0;
	*to = end < arrivals->minutes ? end : arrivals->minutes;
}

/* What a minute leaves to the next when units work all the time that there is something to do.  No way
 * of serving leaves less: it can do no more than this in any minute. */
static double
next_backlog(double backlog, double work, int units, double most)
{
	double left = backlog + work - (double)units * MINUTE;
	return left < 0 ? 0 : left > most ? most : left;
}

enum { LOADS = 64 };

struct bench {
	struct arrivals *arrivals;
	const struct hours *hours;
	struct terms terms;
	struct queue queue;
	double *backlog; /* at the beginning of each minute, and at the end of the last */
	size_t warm;     /* minutes served before those that are counted */
	double cost;     /* of a request, nanoseconds */
	double *gain;    /* of the window that is served */
	double busy_shares[LOADS + 1]; /* see fill_busy_shares() */
	struct waits once;             /* of one window */
};

/* What came of a window, a trial. */
struct window {
	size_t from, to; /* minutes */
	int trials;
	double requests, overflowed, busy;
};

static void
fill_backlog(struct bench *bench)
{
	const struct arrivals *arrivals = bench->arrivals;
	int units = bench->terms.units;
	/* who would wait longer than max_wait leaves */
	double most = bench->terms.max_wait * units;
	bench->backlog = arrivals->backlog;
	bench->backlog[0] = 0;
	for (size_t i = 0; i < arrivals->minutes; i++)
		bench->backlog[i + 1] =
			next_backlog(bench->backlog[i], arrivals->work[i], units, most);
}

/* Of finding out which workload a request is of, and how large it is. */
static double
cost_of_drawing(const struct arrivals *arrivals)
{
	double cost = arrivals->inflows_n > 1 ? 12 + (double)arrivals->inflows_n : 0;
	for (size_t k = 0; k < arrivals->inflows_n; k++)
		if (arrivals->inflows[k].prompt_draws || arrivals->inflows[k].output_draws)
			return cost + 6;
	return cost;
}

/* Minutes until a queue has forgotten how it began, beyond the backlog that it begins with: near
 * full load, some hundred times the time between two that are ready. */
static size_t
warm_minutes(const struct arrivals *arrivals, const struct terms *terms)
{
	enum { TURNS = 400, TIMES = 10 };
	double each = arrivals->alone / arrivals->requests;
	double turn = each / arrivals->gain[terms->slots] / terms->units;
	double stay = each * terms->slots / arrivals->gain[terms->slots];
	double minutes = ceil((TURNS * turn + TIMES * stay) / MINUTE) + 1;
	return minutes < WARM_MOST ? (size_t)minutes : WARM_MOST;
}

/* Of a request, in nanoseconds: as measured on a server of 2023. */
static double
cost_of(const struct terms *terms)
{
	if (terms->slots == 1)
		return 5 + 2 * log2(terms->units);
	return 30 + terms->units + 5 * log2(terms->slots);
}

static void
bench_open(struct bench *bench)
{
	const struct terms *terms = &bench->terms;
	bench->gain = xcalloc((size_t)terms->slots + 1, sizeof(*bench->gain));
	fill_backlog(bench);
	bench->warm = warm_minutes(bench->arrivals, terms);
	bench->cost = cost_of(terms) + cost_of_drawing(bench->arrivals);
	bench->queue = (struct queue){
		.units = terms->units,
		.slots = terms->slots,
		.gain = bench->gain,
		.max_wait = terms->max_wait,
		.waits = &bench->once,
	};
	queue_open(&bench->queue);
}

static size_t
first_warm(const struct bench *bench, size_t from)
{
	return from > bench->warm ? from - bench->warm : 0;
}

/* Nanoseconds to serve what leads to a window and the window, once. */
static double
window_cost(const struct bench *bench, const struct window *window)
{
	enum { MINUTE_EMPTY = 2, MINUTE_FULL = 20, UNIT_START = 10 };
	const struct arrivals_before *before = bench->arrivals->before;
	const struct arrivals_before *from = &before[first_warm(bench, window->from)];
	const struct arrivals_before *to = &before[window->to];
	return (double)(to->requests - from->requests) * bench->cost +
	       (double)(to->full - from->full) * MINUTE_FULL + (double)(to - from) * MINUTE_EMPTY +
	       (double)bench->terms.units * UNIT_START;
}

/* Each in hand stands for so many, which share a unit as they would one by one. */
static void
take_as_one(struct bench *bench, size_t as_one)
{
	size_t slots = (size_t)bench->terms.slots, lumps = slots / as_one;
	bench->queue.slots = lumps ? (int)lumps : 1;
	for (size_t c = 1; c == 1 || c <= lumps; c++)
		bench->gain[c] = bench->arrivals->gain[c * as_one < slots ? c * as_one : slots];
}

/* Serves a window; its waits are in bench->once.  More than 'effort' is not spent: then some
 * requests are taken as one. */
static void
serve_window(struct bench *bench, struct window *window, double effort)
{
	struct queue *queue = &bench->queue;
	size_t begin = first_warm(bench, window->from);
	double times = effort / window_cost(bench, window);
	size_t as_one = times < 1 ? (size_t)ceil(1 / times) : 1;
	if (window->trials > times)
		window->trials = times > 1 ? (int)times : 1;
	take_as_one(bench, as_one);
	bench->once = (struct waits){ 0 };
	queue->from = (double)window->from * MINUTE;
	queue->to = (double)window->to * MINUTE;
	queue->requests = queue->overflowed = queue->busy = 0;
	for (int trial = 0; trial < window->trials; trial++) {
		queue_start(queue, (double)begin * MINUTE, bench->backlog[begin] / queue->units);
		for (size_t i = begin; i < window->to; i++) {
			size_t n;
			if (!bench->arrivals->counts[i])
				continue;
			const struct arrival *arrivals =
				arrivals_minute(bench->arrivals, i, (uint64_t)trial, as_one, &n);
			queue_serve(queue, arrivals, n);
		}
		queue_drain(queue);
	}
	window->requests = queue->requests / window->trials;
	window->overflowed = queue->overflowed / window->trials;
	window->busy = queue->busy / window->trials;
}

/* What windows stand for, added up. */
struct total {
	double requests, overflowed, busy;
};

static void
add_window(struct bench *bench, struct serving *out, struct total *total,
	const struct window *window, double requests, double busy)
{
	if (window->requests > 0) {
		double factor = requests / window->requests;
		total->requests += requests;
		total->overflowed += window->overflowed * factor;
		waits_join(&out->all, &bench->once, factor / window->trials);
	}
	total->busy += window->busy * busy;
}

/* Some minutes, and how much there is to do in them. */
struct span {
	size_t from, to;
	double requests;
	double busy; /* unit seconds that they are busy, about */
	double cost; /* nanoseconds to serve it */
};

/* How much of the time units are busy that are asked for shares 0, 1/LOADS, … 1 of what they can do: a unit
 * with Poisson arrivals and its gains is a birth and death process (Kleinrock 1975, 3.2).  It only
 * tells spans of a group from each other; how busy the group is comes from serving one. */
static void
fill_busy_shares(struct bench *bench)
{
	const double *gain = bench->arrivals->gain;
	int slots = bench->terms.slots;
	for (int i = 0; i < LOADS; i++) {
		double load = (double)i / LOADS, asked = load * gain[slots];
		double state = 1, sum = 0;
		for (int n = 1; n <= slots; n++) {
			sum += state;
			state *= asked / gain[n];
		}
		/* those that wait beyond the slots */
		sum += state / (1 - load);
		bench->busy_shares[i] = 1 - 1 / sum;
	}
	bench->busy_shares[LOADS] = 1;
}

static double
busy_share(const struct bench *bench, double load)
{
	double at = load * LOADS;
	if (at >= LOADS)
		return 1;
	int i = (int)at;
	double low = bench->busy_shares[i], high = bench->busy_shares[i + 1];
	return low + (high - low) * (at - i);
}

/* A span, and how much there is to wait for: the work on hand, and the backlog that minutes leave to
 * the next, in which order of minutes and bursts show. */
static struct span
weigh_span(const struct bench *bench, size_t from, size_t to, double *rank)
{
	enum { COUNTING = 5000 }; /* joining its waits to those of all */
	const struct window window = { .from = from, .to = to };
	struct span span = { .from = from, .to = to };
	double backlog = 0, work = bench->backlog[from];
	for (size_t i = from; i < to; i++) {
		span.requests += bench->arrivals->counts[i];
		work += bench->arrivals->work[i];
		backlog += bench->backlog[i + 1];
	}
	double most = (double)(to - from) * MINUTE * bench->terms.units;
	span.busy = most * busy_share(bench, work / most);
	span.cost = COUNTING + window_cost(bench, &window);
	*rank = work + backlog;
	return span;
}

/* The period cut into spans that have anything to do, those with most to wait for first. */
static struct span *
rank_spans(const struct bench *bench, size_t *n)
{
	enum { SPAN_MINUTES = 10, PLACE_BITS = 32, RANK_BITS = 32 };
	size_t minutes = bench->arrivals->minutes, most = minutes / SPAN_MINUTES + 1;
	struct span *spans = xmalloc(most * sizeof(*spans));
	struct span *ranked = xmalloc(most * sizeof(*ranked));
	uint64_t *order = xmalloc(most * sizeof(*order));
	*n = 0;
	for (size_t from = 0; from < minutes; from += SPAN_MINUTES) {
		size_t to = from + SPAN_MINUTES < minutes ? from + SPAN_MINUTES : minutes;
		double rank;
		spans[*n] = weigh_span(bench, from, to, &rank);
		if (spans[*n].busy <= 0)
			continue;
		/* the bits of a float that is not negative are in order */
		float coarse = (float)rank;
		uint32_t bits;
		memcpy(&bits, &coarse, sizeof(bits));
		order[*n] = (uint64_t)(UINT32_MAX - bits) << PLACE_BITS | *n;
		++*n;
	}
	radix_sort(order, *n, PLACE_BITS, RANK_BITS);
	for (size_t i = 0; i < *n; i++)
		ranked[i] = spans[(uint32_t)order[i]];
	free(order);
	free(spans);
	return ranked;
}

/* Spans are served for groups of their like: the one in the middle for all.  A group at place i has
 * 1 + growth × i of them, so those with most to wait for stand for themselves. */
static size_t
group_size(size_t at, size_t n, double growth)
{
	double size = 1 + floor(growth * (double)at);
	return size < (double)(n - at) ? (size_t)size : n - at;
}

/* The growth with which it all costs no more than the effort; about 1, so a few spans, costs what it costs. */
static double
find_growth(const struct bench *bench, const struct span *spans, size_t n)
{
	enum { STEPS = 20 };
	const double least = 0.01, step = 1.25;
	double growth = least;
	for (int k = 0; k < STEPS; k++) {
		double cost = 0;
		for (size_t i = 0, size; i < n && cost <= bench->terms.effort; i += size) {
			size = group_size(i, n, growth);
			cost += spans[i + size / 2].cost;
		}
		if (cost <= bench->terms.effort)
			break;
		growth *= step;
	}
	return growth;
}

static void
serve_group(struct bench *bench, struct serving *out, struct total *total, const struct span *group,
	size_t n)
{
	const double most = 5e5;
	const struct span *one = &group[n / 2];
	struct window window = { .from = one->from, .to = one->to, .trials = 1 };
	double requests = 0, busy = 0;
	for (size_t i = 0; i < n; i++) {
		requests += group[i].requests;
		busy += group[i].busy;
	}
	serve_window(bench, &window, most);
	add_window(bench, out, total, &window, requests, busy / one->busy);
}

static void
serve_sample(struct bench *bench, struct serving *out, struct total *total)
{
	size_t n;
	fill_busy_shares(bench);
	struct span *spans = rank_spans(bench, &n);
	double growth = find_growth(bench, spans, n);
	for (size_t i = 0, size; i < n; i += size) {
		size = group_size(i, n, growth);
		serve_group(bench, out, total, &spans[i], size);
	}
	free(spans);
}

static void
serve_all(struct bench *bench, struct serving *out)
{
	const struct arrivals *arrivals = bench->arrivals;
	struct total total = { 0 };
	struct window window = { .to = arrivals->minutes, .trials = TRIALS_MOST };
	if (window_cost(bench, &window) <= bench->terms.effort) {
		serve_window(bench, &window, bench->terms.effort);
		add_window(bench, out, &total, &window, arrivals->requests, 1);
	} else {
		serve_sample(bench, out, &total);
		/* one at a time, units are busy for just as long as what they have done takes */
		if (bench->terms.slots == 1 && isinf(bench->terms.max_wait))
			total.busy = arrivals->alone - out->left;
	}
	double most = (double)arrivals->minutes * MINUTE * bench->terms.units;
	out->busy = total.busy < most ? total.busy : most;
	out->overflow_share = total.requests > 0 ? total.overflowed / total.requests : 0;
}

static void
serve_peak(struct bench *bench, struct serving *out)
{
	struct window window = { .trials = TRIALS_MOST };
	hours_minutes(bench->hours, bench->arrivals, bench->hours->peak, &window.from, &window.to);
	serve_window(bench, &window, bench->terms.effort / 2);
	out->peak = bench->once;
	out->peak_busy = window.busy;
}

void
serve(struct arrivals *arrivals, const struct hours *hours, const struct terms *terms,
	struct serving *out)
{
	if (!(arrivals->requests > 0) || !(arrivals->alone > 0))
		BUG("nothing to serve");
	struct bench bench = { .arrivals = arrivals, .hours = hours, .terms = *terms };
	bench_open(&bench);
	*out = (struct serving){ .left = bench.backlog[arrivals->minutes] };
	double most = 0;
	for (size_t i = 0; i <= arrivals->minutes; i++)
		most = bench.backlog[i] > most ? bench.backlog[i] : most;
	out->backlog_wait = most / terms->units;
	serve_all(&bench, out);
	if (terms->peak)
		serve_peak(&bench, out);
	queue_close(&bench.queue);
	free(bench.gain);
}

double
backlog_left(const struct arrivals *arrivals, int units)
{
	double backlog = 0;
	for (size_t i = 0; i < arrivals->minutes; i++)
		backlog = next_backlog(backlog, arrivals->work[i], units, UNBOUNDED);
	return backlog;
}

double
serving_peak_wait(const struct serving *serving)
{
	double all = waits_quantile(&serving->all, percentile);
	double peak = waits_quantile(&serving->peak, percentile);
	return all > peak ? all : peak;
}

bool
serving_may_hold(const struct arrivals *arrivals, int units, double max_wait)
{
	double backlog = 0, late = 0;
	/* whoever comes in a minute finds what the last one left, less what is done by then */
	double most = (max_wait + MINUTE) * units;
	for (size_t i = 0; i < arrivals->minutes; i++) {
		if (backlog > most)
			late += arrivals->counts[i];
		backlog = next_backlog(backlog, arrivals->work[i], units, UNBOUNDED);
	}
	return late <= (1 - percentile) * arrivals->requests;
}
