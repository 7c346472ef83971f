/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cpuspeed - how fast the processors read memory and calculate, by the number of them at work.
 *
 *   read:   sum of a[i]                   8 bytes an element
 *   triad:  a[i] = b[i] + s * c[i]       24 bytes an element, as STREAM counts them (McCalpin 1995);
 *           the read of a[i] before it is written, which most processors do, is not counted
 *   float:  32-bit multiply-adds in registers, 2 operations each, in the widest vectors that the
 *           processor has and the compiler can be told of
 *
 * Every thread is pinned to a processor and works on memory that it was the first to touch, so that
 * it lies near it.  Each array is CACHES times as large as all last-level caches together, as STREAM asks
 * for, or as large as memory allows.  A pass ends when the last thread has; of several passes the
 * best counts, and how far the middle one is behind it tells whether the machine was quiet.
 */
#ifndef HLLM_PROBE_CPUSPEED_H
#define HLLM_PROBE_CPUSPEED_H

#include <stdint.h>

#include "base/err.h"
#include "probe/machine.h"

enum { CPUSPEED_CACHES = 4, CPUSPEED_COUNTS = 64 };

enum cpuspeed_kind { CPUSPEED_READ, CPUSPEED_TRIAD, CPUSPEED_FLOAT, CPUSPEED_KINDS };
extern const char *const cpuspeed_kinds[CPUSPEED_KINDS]; /* "read", "triad", "float" */

struct cpuspeed_row {
	int threads;
	/* Of the best pass: 10^9 bytes a second, or operations. */
	double best[CPUSPEED_KINDS];
	/* How much slower the middle pass was, a share of the best. */
	double spread[CPUSPEED_KINDS];
	int passes[CPUSPEED_KINDS];
};

/* Why what was measured is less than the machine can do; bits. */
enum cpuspeed_noise {
	CPUSPEED_SPREAD = 1, /* passes differ by more than 10 % */
	CPUSPEED_BUSY = 2,  /* other programs, or neighbours of the virtual machine, were at work */
	CPUSPEED_SMALL = 4, /* there is no memory for arrays far over the caches */
	CPUSPEED_SHORT = 8, /* the time was too short for three passes of each */
};

struct cpuspeed {
	struct cpuspeed_row rows[CPUSPEED_COUNTS]; /* by rising number of threads */
	int n;
	double array_bytes;  /* of each of three */
	const char *vectors; /* "avx512f", "avx2", "128 bits" */
	bool pinned;         /* false: the system refused */
	double others;       /* processors that others kept busy meanwhile; NAN: not told */
	double seconds;      /* it took */
	unsigned noise;      /* bits of enum cpuspeed_noise; 0: the machine was quiet */
};

struct cpuspeed_options {
	const struct machine *machine;
	const char *root;                              /* of /proc; NULL */
	int64_t budget_ms;                             /* for all of it */
	int threads_most;                              /* 0: all that the machine may use */
	double array_bytes;                            /* 0: by its caches */
	void (*progress)(void *arg, int done, int of); /* NULL: nobody looks */
	void *arg;
};

/* False: there is no memory for it, or no thread; FAULT_SYSTEM. */
bool cpuspeed_measure(const struct cpuspeed_options *options, struct cpuspeed *out,
	struct err *err) hl_must_check;

/* The most that any number of threads got; 10^9 a second. */
double cpuspeed_most(const struct cpuspeed *speed, enum cpuspeed_kind kind);
/* The numbers of threads that are tried on so many processors: each up to 8, then the powers of two and
 * those in the middle between them, and all. */
int cpuspeed_counts(int workers, int counts[CPUSPEED_COUNTS]);

#endif
