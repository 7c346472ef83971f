/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * queue - serves requests one by one at the slots of some units, and counts how long they
 * waited and how long the units were busy.
 *
 * First come, first served; a request goes to the unit with the fewest in hand, the first of
 * equal ones.  Those in hand on a unit share it evenly.  With one slot this is the recursion of
 * Kiefer and Wolfowitz (1955) over the times at which units become free.
 */
#ifndef HLLM_LOCAL_QUEUE_H
#define HLLM_LOCAL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arrival {
	double at;   /* seconds since the period began */
	double work; /* seconds it takes alone on a unit */
};

/* Waits in classes of about one percent: 64 an octave from 2^-20 to 2^40 seconds. */
enum { WAIT_OCTAVES = 60, WAIT_STEPS = 64, WAIT_CLASSES = WAIT_OCTAVES * WAIT_STEPS };
struct waits {
	double zero, n, sum; /* weights */
	double classes[WAIT_CLASSES];
};
void waits_add(struct waits *waits, double seconds, double weight);
/* 'from' times 'factor' is added. */
void waits_join(struct waits *waits, const struct waits *from, double factor);
/* The wait that a share of 'q' does not exceed; 0 where there are none. */
double waits_quantile(const struct waits *waits, double q);

struct queue {
	/* set by the caller */
	int units, slots;
	const double *gain; /* gain[c]: work done a second with c in hand, c = 1 … slots */
	double max_wait;    /* UNBOUNDED: everything is served */
	double from, to;    /* what arrives, and what is busy, in between is counted */
	struct waits *waits;

	/* what was counted, for the caller to set to 0 */
	double requests, overflowed;
	double busy; /* unit seconds */

	struct lane *lanes; /* one a unit, see queue.c */
	double *room;       /* what is in hand: 'slots' a lane */
	double *rates; /* rates[c]: of that gain what each of c in hand gets, since queue_start() */
	struct arrival *waiting;
	size_t head, tail, size;
};
/* The fields that the caller sets must be set, all others 0. */
void queue_open(struct queue *queue);
/* Forgets all that is in hand; units are busy for 'backlog' more seconds each from 'at' on. */
void queue_start(struct queue *queue, double at, double backlog);
/* In order of arrival, none before one served earlier; each counts 'weight' times. */
void queue_serve(struct queue *queue, const struct arrival *arrivals, size_t n);
/* Nothing more comes: serves what waits. */
void queue_drain(struct queue *queue);
void queue_close(struct queue *queue);

#endif
