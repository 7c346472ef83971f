/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/cpuspeed.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include "base/estimate.h"
#include "probe/kernels.h"

enum { PASSES_LEAST = 3, PASSES_MOST = 64, PASS_NS = 8000000, ARRAYS = 3 };

static const double array_least = 64 << 20;
static const double spread_most = 0.10;
static const double memory_share = 0.5; /* of what is free, for all three arrays */

const char *const cpuspeed_kinds[CPUSPEED_KINDS] = {
	[CPUSPEED_READ] = "read", [CPUSPEED_TRIAD] = "triad", [CPUSPEED_FLOAT] = "float"
};

struct crew;

/* One thread, and its part of each array. */
struct worker {
	struct crew *crew;
	pthread_t thread;
	int cpu;
	double *arrays[ARRAYS];
	size_t bytes;
	int64_t begun, done; /* ns, of the last pass */
	double kept;         /* what it came to, so that no compiler leaves it out */
	bool pinned;
};

/* What the workers are told to do next. */
enum order { ORDER_TOUCH, ORDER_PASS, ORDER_END };
struct crew {
	pthread_mutex_t lock;
	pthread_cond_t go, ready;
	unsigned turn; /* counts the orders */
	int busy;      /* workers that have not done this one yet */
	enum order order;
	const struct kernels *kernels;
	enum cpuspeed_kind kind;
	size_t rounds; /* of CPUSPEED_FLOAT */
	struct worker *workers;
	int n;
};

static int64_t
clock_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static bool
pin(int cpu)
{
	cpu_set_t *set = CPU_ALLOC((size_t)cpu + 1);
	size_t size = CPU_ALLOC_SIZE((size_t)cpu + 1);
	if (!set)
		return false;
	CPU_ZERO_S(size, set);
	CPU_SET_S((size_t)cpu, size, set);
	bool good = pthread_setaffinity_np(pthread_self(), size, set) == 0;
	CPU_FREE(set);
	return good;
}

static void
work(struct worker *w)
{
	const struct crew *crew = w->crew;
	w->begun = clock_ns();
	if (crew->order == ORDER_TOUCH)
		for (int i = 0; i < ARRAYS; i++)
			for (size_t k = 0; k < w->bytes / sizeof(double); k++)
				w->arrays[i][k] = i + 1;
	else if (crew->kind == CPUSPEED_READ)
		w->kept += crew->kernels->read(w->arrays[0], w->bytes);
	else if (crew->kind == CPUSPEED_TRIAD)
		crew->kernels->triad(w->arrays[0], w->arrays[1], w->arrays[2], w->bytes);
	else
		w->kept += (double)crew->kernels->calculate(crew->rounds);
	w->done = clock_ns();
}

static void *
run_worker(void *arg)
{
	struct worker *w = arg;
	struct crew *crew = w->crew;
	unsigned seen = 0;
	w->pinned = pin(w->cpu);
	pthread_mutex_lock(&crew->lock);
	for (;;) {
		while (crew->turn == seen)
			pthread_cond_wait(&crew->go, &crew->lock);
		seen = crew->turn;
		if (crew->order == ORDER_END)
			break;
		pthread_mutex_unlock(&crew->lock);
		work(w);
		pthread_mutex_lock(&crew->lock);
		if (--crew->busy == 0)
			pthread_cond_signal(&crew->ready);
	}
	pthread_mutex_unlock(&crew->lock);
	return NULL;
}

static void
tell(struct crew *crew, enum order order)
{
	pthread_mutex_lock(&crew->lock);
	crew->order = order;
	crew->busy = crew->n;
	crew->turn++;
	pthread_cond_broadcast(&crew->go);
	while (order != ORDER_END && crew->busy)
		pthread_cond_wait(&crew->ready, &crew->lock);
	pthread_mutex_unlock(&crew->lock);
}

/* One pass of all; seconds from the first that began to the last that was done. */
static double
pass(struct crew *crew, enum order order)
{
	tell(crew, order);
	int64_t begun = crew->workers[0].begun, done = crew->workers[0].done;
	for (int i = 1; i < crew->n; i++) {
		if (crew->workers[i].begun < begun)
			begun = crew->workers[i].begun;
		if (crew->workers[i].done > done)
			done = crew->workers[i].done;
	}
	return (double)(done > begun ? done - begun : 1) / 1e9;
}

static void
dismiss(struct crew *crew, int made)
{
	tell(crew, ORDER_END);
	for (int i = 0; i < made; i++)
		pthread_join(crew->workers[i].thread, NULL);
	pthread_cond_destroy(&crew->go);
	pthread_cond_destroy(&crew->ready);
	pthread_mutex_destroy(&crew->lock);
}

/* False: not so many threads could be had, and none is left. */
static bool
assemble(struct crew *crew, struct err *err)
{
	int made = 0, number = 0;
	pthread_mutex_init(&crew->lock, NULL);
	pthread_cond_init(&crew->go, NULL);
	pthread_cond_init(&crew->ready, NULL);
	while (made < crew->n && !number) {
		struct worker *w = &crew->workers[made];
		number = pthread_create(&w->thread, NULL, run_worker, w);
		made += !number;
	}
	if (!number)
		return true;
	dismiss(crew, made);
	return err_set(
		err, FAULT_SYSTEM, "%d threads to measure with: %s", crew->n, err_errno(number));
}

/* How much of what one pass does counts: bytes, or operations. */
static double
pass_amount(const struct crew *crew)
{
	double bytes = (double)crew->workers[0].bytes * crew->n;
	switch (crew->kind) {
	case CPUSPEED_READ:
		return bytes;
	case CPUSPEED_TRIAD:
		return ARRAYS * bytes;
	case CPUSPEED_FLOAT:
		return crew->kernels->operations * (double)crew->rounds * crew->n;
	case CPUSPEED_KINDS:
		break;
	}
	BUG("no kind %d", (int)crew->kind);
}

static int
by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* As many rounds as take a while, so that starting together costs little of it. */
static void
find_rounds(struct crew *crew)
{
	crew->rounds = 1 << 12;
	while (pass(crew, ORDER_PASS) * 1e9 < PASS_NS && crew->rounds < SIZE_MAX / 4)
		crew->rounds *= 2;
}

/* Passes until the time is up; three if 'latest' allows, one in any case. */
static void
measure_kind(struct crew *crew, int64_t until, int64_t latest, struct cpuspeed_row *row)
{
	double seconds[PASSES_MOST];
	int n = 0;
	if (crew->kind == CPUSPEED_FLOAT)
		find_rounds(crew);
	else
		pass(crew, ORDER_PASS);
	do
		seconds[n++] = pass(crew, ORDER_PASS);
	while (n < PASSES_MOST &&
		(clock_ns() < until || (n < PASSES_LEAST && clock_ns() < latest)));
	qsort(seconds, (size_t)n, sizeof(seconds[0]), by_size);
	row->best[crew->kind] = pass_amount(crew) / seconds[0] / 1e9;
	row->spread[crew->kind] = 1 - seconds[0] / seconds[n / 2];
	row->passes[crew->kind] = n;
}

/* Of each array, for so many threads: over the caches that they may have between them. */
static double
array_bytes(const struct cpuspeed_options *options, int threads)
{
	const struct machine *machine = options->machine;
	double share = (double)threads / machine->cpus_n, bytes = options->array_bytes;
	if (machine->caches > 0 && share < 1.0 / machine->caches)
		share = 1.0 / machine->caches;
	if (!(bytes > 0))
		bytes = fmax(array_least, CPUSPEED_CACHES * machine->cache_bytes * fmin(share, 1));
	double room = fmin(machine->free_bytes, machine_memory(machine)) * memory_share / ARRAYS;
	return fmin(bytes, room); /* the other, where one is NAN */
}

static size_t
part_bytes(const struct cpuspeed_options *options, int threads)
{
	size_t part = (size_t)(array_bytes(options, threads) / threads);
	part -= part % KERNEL_BLOCK;
	return part < KERNEL_BLOCK ? KERNEL_BLOCK : part;
}

/* One number of threads; 'slice' is the time of each kind. */
static bool
measure_row(const struct cpuspeed_options *options, int64_t slice, int64_t latest,
	struct cpuspeed_row *row, bool *pinned, struct err *err)
{
	int n = row->threads;
	size_t part = part_bytes(options, n), size = part * (size_t)(ARRAYS * n);
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return err_set(err, FAULT_SYSTEM, "%.3g GB of memory to measure with: %s",
			(double)size / 1e9, err_errno(errno));
	struct crew crew = { .kernels = kernels_choose(),
		.workers = xcalloc((size_t)n, sizeof(struct worker)),
		.n = n };
	for (int i = 0; i < n; i++) {
		struct worker *w = &crew.workers[i];
		w->crew = &crew;
		w->cpu = options->machine->cpus[i];
		w->bytes = part;
		for (int k = 0; k < ARRAYS; k++)
			w->arrays[k] = (void *)((char *)memory + part * (size_t)(k * n + i));
	}
	bool good = assemble(&crew, err);
	if (good) {
		pass(&crew, ORDER_TOUCH);
		for (int kind = 0; kind < CPUSPEED_KINDS; kind++) {
			crew.kind = (enum cpuspeed_kind)kind;
			measure_kind(&crew, clock_ns() + slice, latest, row);
		}
		dismiss(&crew, n);
		for (int i = 0; i < n; i++)
			*pinned = *pinned && crew.workers[i].pinned;
	}
	free(crew.workers);
	munmap(memory, size);
	return good;
}

int
cpuspeed_counts(int workers, int counts[CPUSPEED_COUNTS])
{
	int n = 0;
	for (int k = 1; k < workers && n < CPUSPEED_COUNTS - 1; n++) {
		counts[n] = k;
		bool power = (k & (k - 1)) == 0;
		/* 8 12 16 24 32 48 … */
		k += k < 8 ? 1 : power ? k / 2 : k / 3;
	}
	counts[n++] = workers;
	return n;
}

/* User and system time of this program. */
static double
own_seconds(void)
{
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6 +
	       (double)usage.ru_stime.tv_sec + (double)usage.ru_stime.tv_usec / 1e6;
}

static unsigned
find_noise(const struct cpuspeed_options *options, const struct cpuspeed *out)
{
	unsigned noise = 0;
	for (int i = 0; i < out->n; i++)
		for (int kind = 0; kind < CPUSPEED_KINDS; kind++) {
			if (out->rows[i].spread[kind] > spread_most)
				noise |= CPUSPEED_SPREAD;
			if (out->rows[i].passes[kind] < PASSES_LEAST)
				noise |= CPUSPEED_SHORT;
		}
	/* a few hundredths of each processor go to what every system does beside */
	if (out->others > 0.1 + 0.02 * options->machine->online)
		noise |= CPUSPEED_BUSY;
	if (out->array_bytes < CPUSPEED_CACHES * options->machine->cache_bytes * 0.99)
		noise |= CPUSPEED_SMALL;
	return noise;
}

bool
cpuspeed_measure(const struct cpuspeed_options *options, struct cpuspeed *out, struct err *err)
{
	int counts[CPUSPEED_COUNTS] = { 0 }, workers = machine_workers(options->machine);
	int64_t begun = clock_ns(), latest = begun + options->budget_ms * 1000000;
	double busy = machine_busy_seconds(options->root), own = own_seconds();
	if (options->threads_most > 0 && options->threads_most < workers)
		workers = options->threads_most;
	*out = (struct cpuspeed){ .n = cpuspeed_counts(workers, counts),
		.vectors = kernels_choose()->vectors,
		.pinned = true };
	for (int i = 0; i < out->n; i++) {
		/* what is left for this row, a quarter of it for touching the memory */
		int64_t left = latest - clock_ns();
		int64_t slice = left > 0 ? left / (out->n - i) / (CPUSPEED_KINDS + 1) : 0;
		out->rows[i].threads = counts[i];
		if (options->progress)
			options->progress(options->arg, i, out->n);
		if (!measure_row(options, slice, latest, &out->rows[i], &out->pinned, err))
			return false;
	}
	out->array_bytes = (double)part_bytes(options, workers) * workers;
	out->seconds = (double)(clock_ns() - begun) / 1e9;
	out->others =
		(machine_busy_seconds(options->root) - busy - (own_seconds() - own)) / out->seconds;
	if (out->others < 0)
		out->others = 0; /* the kernel counts in ticks */
	out->noise = find_noise(options, out);
	return true;
}

double
cpuspeed_most(const struct cpuspeed *speed, enum cpuspeed_kind kind)
{
	double most = 0;
	for (int i = 0; i < speed->n; i++)
		most = fmax(most, speed->rows[i].best[kind]);
	return most;
}
