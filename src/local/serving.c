/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/serving.h"

#include <math.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

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
	for (size_t i = 0; i < arrivals->minutes; i++) {
		size_t hour = (hours->head + i) / HOUR_MINUTES;
		hours->requests[hour] += arrivals->counts[i];
		hours->work[hour] += arrivals->work[i];
	}
	for (size_t i = 0; i < hours->n; i++)
		if (hours->work[i] > hours->work[hours->peak])
			hours->peak = i;
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

struct bench {
	struct arrivals *arrivals;
	const struct hours *hours;
	struct terms terms;
	struct queue queue;
	double *backlog;   /* at the beginning of each minute, and at the end of the last */
	size_t warm;       /* minutes served before those that are counted */
	double cost;       /* of a request, nanoseconds */
	struct waits once; /* of one window */
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
	bench->backlog = xmalloc((arrivals->minutes + 1) * sizeof(*bench->backlog));
	bench->backlog[0] = 0;
	for (size_t i = 0; i < arrivals->minutes; i++)
		bench->backlog[i + 1] =
			next_backlog(bench->backlog[i], arrivals->work[i], units, most);
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

/* As measured on a machine of 2023. */
static double
cost_of(const struct terms *terms)
{
	if (terms->slots == 1)
		return 10 + 4 * log2(terms->units);
	return 70 + 2 * terms->units + 10 * log2(terms->slots);
}

static void
bench_open(struct bench *bench)
{
	const struct terms *terms = &bench->terms;
	fill_backlog(bench);
	bench->warm = warm_minutes(bench->arrivals, terms);
	bench->cost = cost_of(terms);
	bench->queue = (struct queue){
		.units = terms->units,
		.slots = terms->slots,
		.gain = bench->arrivals->gain,
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

/* Serves a window; its waits are in bench->once.  More than 'effort' is not spent: then some
 * requests are taken as one. */
static void
serve_window(struct bench *bench, struct window *window, double effort)
{
	struct queue *queue = &bench->queue;
	size_t begin = first_warm(bench, window->from);
	double requests = 0;
	for (size_t i = begin; i < window->to; i++)
		requests += bench->arrivals->counts[i];
	double lump = ceil(requests * bench->cost / effort);
	size_t as_one = lump > 1 ? (size_t)lump : 1;
	double trials = floor(effort / (requests * bench->cost + 1));
	if (window->trials > trials)
		window->trials = trials > 1 ? (int)trials : 1;
	bench->once = (struct waits){ 0 };
	queue->from = (double)window->from * MINUTE;
	queue->to = (double)window->to * MINUTE;
	queue->requests = queue->overflowed = queue->busy = 0;
	for (int trial = 0; trial < window->trials; trial++) {
		queue_start(queue, (double)begin * MINUTE, bench->backlog[begin] / queue->units);
		for (size_t i = begin; i < window->to; i++) {
			size_t n;
			const struct arrival *arrivals =
				arrivals_minute(bench->arrivals, i, (uint64_t)trial, as_one, &n);
			if (n)
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

/* An hour and what is on hand in it: the backlog that it begins with and its own work. */
struct burden {
	double work;
	size_t hour;
};

static int
compare_burdens(const void *a, const void *b)
{
	const struct burden *x = a, *y = b;
	if (x->work != y->work)
		return x->work < y->work ? 1 : -1;
	return x->hour < y->hour ? -1 : x->hour > y->hour;
}

/* Hours that have anything on hand, the most first. */
static struct burden *
sort_hours(const struct bench *bench, size_t *n)
{
	const struct hours *hours = bench->hours;
	struct burden *burdens = xmalloc((hours->n + 1) * sizeof(*burdens));
	*n = 0;
	for (size_t i = 0; i < hours->n; i++) {
		size_t from, to;
		hours_minutes(hours, bench->arrivals, i, &from, &to);
		double work = bench->backlog[from] + hours->work[i];
		if (work > 0)
			burdens[(*n)++] = (struct burden){ .work = work, .hour = i };
	}
	qsort(burdens, *n, sizeof(*burdens), compare_burdens);
	return burdens;
}

static double
hour_cost(const struct bench *bench, size_t hour)
{
	double warm = 1 + (double)bench->warm / HOUR_MINUTES;
	return 1000 + bench->hours->requests[hour] * warm * bench->cost;
}

/* Serves one of 'n' hours that are much alike, for all of them. */
static void
serve_group(struct bench *bench, struct serving *out, struct total *total,
	const struct burden *group, size_t n)
{
	const struct burden *one = &group[n / 2];
	struct window window = { .trials = 1 };
	double requests = 0, work = 0;
	for (size_t i = 0; i < n; i++) {
		requests += bench->hours->requests[group[i].hour];
		work += group[i].work;
	}
	hours_minutes(bench->hours, bench->arrivals, one->hour, &window.from, &window.to);
	serve_window(bench, &window, bench->terms.effort / 2);
	add_window(bench, out, total, &window, requests, work / one->work);
}

/* Half of the effort goes to the hours with most on hand, half to one in so many of the others. */
static void
serve_sample(struct bench *bench, struct serving *out, struct total *total)
{
	size_t n, top = 0;
	struct burden *burdens = sort_hours(bench, &n);
	double spent = 0, rest = 0;
	for (; top < n && spent < bench->terms.effort / 2; top++) {
		spent += hour_cost(bench, burdens[top].hour);
		serve_group(bench, out, total, &burdens[top], 1);
	}
	for (size_t i = top; i < n; i++)
		rest += hour_cost(bench, burdens[i].hour);
	size_t each = (size_t)ceil(rest / (bench->terms.effort / 2)) + 1;
	for (size_t i = top; i < n; i += each)
		serve_group(bench, out, total, &burdens[i], n - i < each ? n - i : each);
	free(burdens);
}

static void
serve_all(struct bench *bench, struct serving *out)
{
	const struct arrivals *arrivals = bench->arrivals;
	const struct terms *terms = &bench->terms;
	struct total total = { 0 };
	if (arrivals->requests * bench->cost <= terms->effort) {
		struct window window = { .to = arrivals->minutes, .trials = TRIALS_MOST };
		serve_window(bench, &window, terms->effort);
		add_window(bench, out, &total, &window, arrivals->requests, 1);
	} else {
		serve_sample(bench, out, &total);
	}
	out->busy = total.busy;
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
	for (size_t i = 0; i <= arrivals->minutes; i++)
		if (bench.backlog[i] > out->backlog_wait * terms->units)
			out->backlog_wait = bench.backlog[i] / terms->units;
	serve_all(&bench, out);
	serve_peak(&bench, out);
	queue_close(&bench.queue);
	free(bench.backlog);
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
	for (size_t i = 0; i < arrivals->minutes; i++) {
		/* whoever comes in this minute finds what the last one left, less what is done by then */
		if (backlog / units - MINUTE > max_wait)
			late += arrivals->counts[i];
		backlog = next_backlog(backlog, arrivals->work[i], units, INFINITY);
	}
	return late <= (1 - percentile) * arrivals->requests;
}
