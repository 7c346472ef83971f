/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/queue.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/estimate.h"
#include "base/mem.h"

enum { WAIT_FIRST_OCTAVE = -20, MANTISSA_BITS = 52, STEP_BITS = 6, EXPONENT_BIAS = 1023 };

void
waits_add(struct waits *waits, double seconds, double weight)
{
	waits->n += weight;
	waits->sum += weight * seconds;
	if (seconds <= 0) {
		waits->zero += weight;
		return;
	}
	/* sign, exponent and the first bits of the fraction, read as a number, are the class */
	uint64_t bits;
	memcpy(&bits, &seconds, sizeof(bits));
	int64_t first = (int64_t)(EXPONENT_BIAS + WAIT_FIRST_OCTAVE) << STEP_BITS;
	int64_t class = (int64_t)(bits >> (MANTISSA_BITS - STEP_BITS)) - first;
	if (class < 0)
		class = 0;
	if (class >= WAIT_CLASSES)
		class = WAIT_CLASSES - 1;
	waits->classes[class] += weight;
}

void
waits_join(struct waits *waits, const struct waits *from, double factor)
{
	waits->n += factor * from->n;
	waits->sum += factor * from->sum;
	waits->zero += factor * from->zero;
	for (size_t i = 0; i < WAIT_CLASSES; i++)
		waits->classes[i] += factor * from->classes[i];
}

/* The lower end of a class. */
static double
wait_of_class(int class)
{
	double fraction = 1 + (double)(class % WAIT_STEPS) / WAIT_STEPS;
	return ldexp(fraction, class / WAIT_STEPS + WAIT_FIRST_OCTAVE);
}

double
waits_quantile(const struct waits *waits, double q)
{
	double left = q * waits->n - waits->zero;
	if (left <= 0)
		return 0;
	int last = 0;
	for (int i = 0; i < WAIT_CLASSES; i++) {
		double here = waits->classes[i];
		if (here <= 0)
			continue;
		last = i;
		if (left <= here) {
			double low = wait_of_class(i);
			return low + (wait_of_class(i + 1) - low) * left / here;
		}
		left -= here;
	}
	return wait_of_class(last + 1);
}

/* One unit.  Time is also told in work done for each request in hand ('done'): what is taken in
 * at 'done' and needs 'work' is ready at done + work, whatever else comes in between. */
struct lane {
	double free;  /* with one slot: when it becomes free */
	double next;  /* when the next in hand will be ready; UNBOUNDED: nothing in hand */
	double since; /* when 'done' was true */
	double done;
	double busy_since;
	int in_hand;
};

void
queue_open(struct queue *queue)
{
	queue->lanes = xcalloc((size_t)queue->units, sizeof(*queue->lanes));
	if (queue->slots > 1)
		queue->room = xcalloc((size_t)queue->units * (size_t)queue->slots, sizeof(double));
	queue->rates = xcalloc((size_t)queue->slots + 1, sizeof(*queue->rates));
}

void
queue_close(struct queue *queue)
{
	free(queue->lanes);
	free(queue->room);
	free(queue->rates);
	free(queue->waiting);
	queue->lanes = NULL;
	queue->room = NULL;
	queue->rates = NULL;
	queue->waiting = NULL;
}

/* A unit was busy from 'start' to 'end'. */
static inline void
count_busy(struct queue *queue, double start, double end)
{
	double low = start > queue->from ? start : queue->from;
	double high = end < queue->to ? end : queue->to;
	if (high > low)
		queue->busy += high - low;
}

static inline bool
is_counted(const struct queue *queue, double at)
{
	return at >= queue->from && at < queue->to;
}

static void
count_overflow(struct queue *queue, double at)
{
	if (!is_counted(queue, at))
		return;
	queue->requests++;
	queue->overflowed++;
}

static inline void
count_wait(struct queue *queue, double at, double wait)
{
	if (!is_counted(queue, at))
		return;
	queue->requests++;
	waits_add(queue->waits, wait, 1);
}

/* With one slot: lanes are a heap, the first free one on top. */
static void
sink(struct lane *lanes, size_t n)
{
	double free = lanes[0].free;
	size_t at = 0;
	for (size_t child; (child = 2 * at + 1) < n; at = child) {
		if (child + 1 < n && lanes[child + 1].free < lanes[child].free)
			child++;
		if (lanes[child].free >= free)
			break;
		lanes[at].free = lanes[child].free;
	}
	lanes[at].free = free;
}

/* With one slot a wait is known at once, and who would wait too long need not come at all: in
 * a queue where all have the same patience nobody behind is held up by those who leave. */
static void
serve_single(struct queue *queue, const struct arrival *arrivals, size_t n)
{
	struct lane *lanes = queue->lanes;
	size_t units = (size_t)queue->units;
	double takes = 1 / queue->gain[1];
	for (size_t i = 0; i < n; i++) {
		double at = arrivals[i].at;
		double work = arrivals[i].work * takes;
		double start = lanes[0].free > at ? lanes[0].free : at;
		if (start - at > queue->max_wait) {
			count_overflow(queue, at);
			continue;
		}
		count_wait(queue, at, start - at);
		count_busy(queue, start, start + work);
		lanes[0].free = start + work;
		sink(lanes, units);
	}
}

static inline double
rate(const struct queue *queue, const struct lane *lane)
{
	return queue->rates[lane->in_hand];
}

/* What is ready first in a lane's heap. */
static void
heap_push(double *heap, int n, double value)
{
	int at = n;
	while (at > 0 && heap[(at - 1) / 2] > value) {
		heap[at] = heap[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	heap[at] = value;
}

/* Of 'n' values. */
static void
heap_pop(double *heap, int n)
{
	double value = heap[n - 1];
	int at = 0;
	for (int child; (child = 2 * at + 1) < n - 1; at = child) {
		if (child + 1 < n - 1 && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= value)
			break;
		heap[at] = heap[child];
	}
	heap[at] = value;
}

static double *
heap_of(struct queue *queue, const struct lane *lane)
{
	return queue->room + (lane - queue->lanes) * queue->slots;
}

static void
schedule(struct queue *queue, struct lane *lane)
{
	double left = heap_of(queue, lane)[0] - lane->done;
	lane->next = lane->since + (left > 0 ? left : 0) / rate(queue, lane);
}

/* A lane takes a request in hand. */
static void
take(struct queue *queue, struct lane *lane, double now, double work)
{
	if (lane->in_hand) {
		lane->done += (now - lane->since) * rate(queue, lane);
	} else {
		lane->done = 0;
		lane->busy_since = now;
	}
	lane->since = now;
	heap_push(heap_of(queue, lane), lane->in_hand++, lane->done + work);
	schedule(queue, lane);
}

/* What a lane has in hand is ready: the next that still waits takes its place. */
static void
finish(struct queue *queue, struct lane *lane)
{
	double *heap = heap_of(queue, lane);
	lane->done = heap[0];
	lane->since = lane->next;
	heap_pop(heap, lane->in_hand--);
	while (queue->head < queue->tail) {
		struct arrival *next = &queue->waiting[queue->head++];
		if (lane->since - next->at > queue->max_wait) {
			count_overflow(queue, next->at);
			continue;
		}
		count_wait(queue, next->at, lane->since - next->at);
		/* who was busy stays busy */
		heap_push(heap, lane->in_hand++, lane->done + next->work);
		break;
	}
	if (lane->in_hand) {
		schedule(queue, lane);
		return;
	}
	lane->next = UNBOUNDED;
	count_busy(queue, lane->busy_since, lane->since);
}

static struct lane *
first_ready(struct queue *queue)
{
	struct lane *first = &queue->lanes[0];
	for (int i = 1; i < queue->units; i++)
		if (queue->lanes[i].next < first->next)
			first = &queue->lanes[i];
	return first;
}

static void
advance(struct queue *queue, double until)
{
	for (struct lane *lane; (lane = first_ready(queue))->next <= until && lane->in_hand;)
		finish(queue, lane);
}

static struct lane *
fewest_in_hand(struct queue *queue)
{
	struct lane *fewest = &queue->lanes[0];
	for (int i = 1; i < queue->units; i++)
		if (queue->lanes[i].in_hand < fewest->in_hand)
			fewest = &queue->lanes[i];
	return fewest;
}

static void
serve_shared(struct queue *queue, const struct arrival *arrivals, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		advance(queue, arrivals[i].at);
		struct lane *lane = fewest_in_hand(queue);
		if (lane->in_hand < queue->slots) {
			count_wait(queue, arrivals[i].at, 0);
			take(queue, lane, arrivals[i].at, arrivals[i].work);
			continue;
		}
		if (queue->head == queue->tail)
			queue->head = queue->tail = 0;
		queue->waiting =
			xgrow(queue->waiting, &queue->size, queue->tail, sizeof(*queue->waiting));
		queue->waiting[queue->tail++] = arrivals[i];
	}
}

void
queue_start(struct queue *queue, double at, double backlog)
{
	queue->head = queue->tail = 0;
	for (int c = 1; c <= queue->slots; c++)
		queue->rates[c] = queue->gain[c] / c;
	for (int i = 0; i < queue->units; i++) {
		struct lane *lane = &queue->lanes[i];
		*lane = (struct lane){ .free = at + backlog, .next = UNBOUNDED };
		/* every slot is taken for as long as the backlog lasts */
		for (int k = 0; queue->slots > 1 && backlog > 0 && k < queue->slots; k++)
			take(queue, lane, at, backlog * queue->gain[queue->slots] / queue->slots);
		if (queue->slots == 1)
			count_busy(queue, at, at + backlog);
	}
}

void
queue_serve(struct queue *queue, const struct arrival *arrivals, size_t n)
{
	if (queue->slots == 1)
		serve_single(queue, arrivals, n);
	else
		serve_shared(queue, arrivals, n);
}

void
queue_drain(struct queue *queue)
{
	if (queue->slots > 1)
		advance(queue, UNBOUNDED);
}
