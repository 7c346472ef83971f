/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bandwidth and arithmetic of the processors, against a loop like STREAM's that is compiled here, by itself. */
#include "config.h"

#include "probe/cpuspeed.h"

#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "probe/kernels.h"

enum { THREADS_MOST = 512, TRIES = 12 };

/* STREAM's triad, as its authors write it: one loop over three arrays. */
struct stream {
	double *a, *b, *c;
	size_t n;
	int cpu;
	pthread_barrier_t *together;
	double seconds[TRIES];
};

static double
clock_seconds(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* As it is usually compiled, whatever the rest is compiled for. */
#ifndef __clang__
__attribute__((optimize("O3")))
#endif
hl_unchecked static void
stream_pass(double *restrict a, const double *restrict b, const double *restrict c, size_t n)
{
#ifdef __clang__
# pragma clang loop vectorize(enable)
#endif
	for (size_t i = 0; i < n; i++)
		a[i] = b[i] + 3.0 * c[i];
}

static void *
stream_thread(void *arg)
{
	struct stream *s = arg;
	cpu_set_t set;
	CPU_ZERO(&set);
	CPU_SET((size_t)s->cpu, &set);
	pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	for (size_t i = 0; i < s->n; i++) {
		s->a[i] = 1;
		s->b[i] = 2;
		s->c[i] = 0;
	}
	for (int k = 0; k < TRIES; k++) {
		pthread_barrier_wait(s->together);
		double begun = clock_seconds();
		stream_pass(s->a, s->b, s->c, s->n);
		s->seconds[k] = clock_seconds() - begun;
		pthread_barrier_wait(s->together);
	}
	return NULL;
}

/* GB/s of the best of some passes, each as long as its slowest thread took. */
static double
stream_triad(const struct machine *machine, int threads, double array_bytes)
{
	static struct stream streams[THREADS_MOST];
	pthread_t ids[THREADS_MOST];
	pthread_barrier_t together;
	size_t n = (size_t)(array_bytes / sizeof(double)) / (size_t)threads;
	double best = 0;
	pthread_barrier_init(&together, NULL, (unsigned)threads);
	for (int i = 0; i < threads; i++) {
		double *memory = aligned_alloc(64, (3 * n * sizeof(double) + 63) & ~(size_t)63);
		assert_non_null(memory);
		streams[i] = (struct stream){ .a = memory,
			.b = memory + n,
			.c = memory + 2 * n,
			.n = n,
			.cpu = machine->cpus[i],
			.together = &together };
		pthread_create(&ids[i], NULL, stream_thread, &streams[i]);
	}
	for (int i = 0; i < threads; i++)
		pthread_join(ids[i], NULL);
	for (int k = 0; k < TRIES; k++) {
		double longest = 0;
		for (int i = 0; i < threads; i++)
			longest = fmax(longest, streams[i].seconds[k]);
		best = fmax(best, 24.0 * (double)n * threads / longest / 1e9);
	}
	for (int i = 0; i < threads; i++)
		free(streams[i].a);
	pthread_barrier_destroy(&together);
	return best;
}

static void
measure(const struct machine *machine, int threads_most, double array_bytes, int64_t budget_ms,
	struct cpuspeed *out)
{
	const struct cpuspeed_options options = { .machine = machine,
		.budget_ms = budget_ms,
		.threads_most = threads_most,
		.array_bytes = array_bytes };
	struct err err;
	if (!cpuspeed_measure(&options, out, &err))
		fail_msg("%s", err.text);
}

enum { LOOKS = 4 };

/* Does the triad agree with that loop, or was it called noisy?  Before and after, since a machine may be loud for a
 * while. */
static bool
agrees(const struct machine *machine, int threads)
{
	struct cpuspeed speed;
	double bytes = fmax(64e6, 4 * machine->cache_bytes);
	if (!(bytes < machine->free_bytes / 8))
		bytes = machine->free_bytes / 8;
	double before = stream_triad(machine, threads, bytes);
	measure(machine, threads, 0, 2000, &speed);
	double stream = fmax(before, stream_triad(machine, threads, bytes));
	const struct cpuspeed_row *row = &speed.rows[speed.n - 1];
	assert_int_equal(row->threads, threads);
	double off = row->best[CPUSPEED_TRIAD] / stream - 1;
	print_message("# %d threads: triad %.1f GB/s, STREAM %.1f GB/s, %s\n", threads,
		row->best[CPUSPEED_TRIAD], stream, speed.noise ? "noisy" : "quiet");
	return fabs(off) <= 0.15 || speed.noise;
}

/* On one processor and on all of them.  What a loop gets that nobody disturbs is a fact of the machine: where the two
 * differ each time and nothing is ever called noisy, one of them is wrong. */
static void
triad_is_that_of_stream_or_called_noisy(void **state)
{
	struct machine machine;
	(void)state;
	machine_look(&machine, NULL);
	int workers = machine_workers(&machine);
	const int counts[] = { 1, workers < THREADS_MOST ? workers : THREADS_MOST };
	for (size_t i = 0; i < HL_COUNT(counts); i++) {
		bool good = false;
		for (int look = 0; look < LOOKS && !good; look++)
			good = agrees(&machine, counts[i]);
		if (!good)
			fail_msg("%d threads: never within 15 %% of STREAM", counts[i]);
	}
	machine_free(&machine);
}

static void
every_number_of_threads_is_measured(void **state)
{
	struct machine machine;
	struct cpuspeed speed;
	(void)state;
	machine_look(&machine, NULL);
	measure(&machine, 0, 8 << 20, 600, &speed);
	assert_int_equal(speed.rows[0].threads, 1);
	assert_int_equal(speed.rows[speed.n - 1].threads, machine_workers(&machine));
	for (int i = 0; i < speed.n; i++)
		for (int kind = 0; kind < CPUSPEED_KINDS; kind++) {
			assert_true(speed.rows[i].best[kind] > 0.01);
			assert_true(
				speed.rows[i].spread[kind] >= 0 && speed.rows[i].spread[kind] < 1);
			assert_true(speed.rows[i].passes[kind] >= 1);
			assert_true(cpuspeed_most(&speed, (enum cpuspeed_kind)kind) >=
				    speed.rows[i].best[kind]);
		}
	assert_true(speed.array_bytes <= 8 << 20);
	/* smaller than four caches, where the cache is told */
	if (machine.cache_bytes > 4 << 20)
		assert_true(speed.noise & CPUSPEED_SMALL);
	machine_free(&machine);
}

static void
the_time_is_kept(void **state)
{
	struct machine machine;
	struct cpuspeed speed;
	(void)state;
	machine_look(&machine, NULL);
	measure(&machine, 1, 4 << 20, 1, &speed);
	assert_true(speed.noise & CPUSPEED_SHORT);
	assert_true(speed.rows[0].passes[CPUSPEED_TRIAD] >= 1);
	assert_true(speed.seconds < 5);
	machine_free(&machine);
}

static void
too_many_processors_are_tried_in_steps(void **state)
{
	static const struct {
		int workers;
		const char *counts;
	} cases[] = {
		{ 1, "1" },
		{ 2, "1 2" },
		{ 8, "1 2 3 4 5 6 7 8" },
		{ 10, "1 2 3 4 5 6 7 8 10" },
		{ 24, "1 2 3 4 5 6 7 8 12 16 24" },
		{ 128, "1 2 3 4 5 6 7 8 12 16 24 32 48 64 96 128" },
		{ 8192, "1 2 3 4 5 6 7 8 12 16 24 32 48 64 96 128 192 256 384 512 768 1024 1536 "
			"2048 3072 4096 6144 8192" },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		int counts[CPUSPEED_COUNTS];
		char got[256] = "";
		int n = cpuspeed_counts(cases[i].workers, counts);
		for (int k = 0; k < n; k++)
			snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%d", k ? " " : "",
				counts[k]);
		assert_string_equal(got, cases[i].counts);
	}
}

static void
kernels_do_what_they_say(void **state)
{
	enum { N = 4096 };
	const struct kernels *kernels = kernels_choose();
	double *memory = aligned_alloc(64, 3 * N * sizeof(double)), sum = 0;
	double *a = memory, *b = memory + N, *c = memory + 2 * (size_t)N;
	(void)state;
	assert_non_null(memory);
	for (int i = 0; i < N; i++) {
		a[i] = -1;
		b[i] = i;
		c[i] = 0.5 * i + 1;
		sum += b[i];
	}
	assert_true(kernels->read(b, N * sizeof(double)) == sum);
	kernels->triad(a, b, c, N * sizeof(double));
	for (int i = 0; i < N; i++)
		assert_true(a[i] == b[i] + 3.0 * c[i]);
	/* every sum comes to rest at 1: a step is 0.999 of what is there and 0.001; a multiple of 7
	 * adds nothing to them */
	float total = kernels->calculate(70000);
	assert_true(fabs((double)total / (kernels->operations / 2) - 1) < 0.01);
	assert_true(kernels->operations >= 2.0 * 4);
	free(memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_do_what_they_say),
		cmocka_unit_test(too_many_processors_are_tried_in_steps),
		cmocka_unit_test(every_number_of_threads_is_measured),
		cmocka_unit_test(the_time_is_kept),
		cmocka_unit_test(triad_is_that_of_stream_or_called_noisy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
