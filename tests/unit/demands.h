/* SPDX-License-Identifier: GPL-3.0-or-later */
/* demands - requests by the minute, and one workload on one kind of machine, for tests of capacity. */
#ifndef HLLM_TESTS_DEMANDS_H
#define HLLM_TESTS_DEMANDS_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/estimate.h"
#include "base/mem.h"
#include "local/capacity.h"

enum { DAY = 1440, START = 1760000040 }; /* 2025-10-09 08:54 UTC, a minute that begins no hour */

static uint64_t random_state = 88172645463325252ULL;

/* xorshift: the same cases everywhere. */
static inline double
any(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (double)(random_state >> 11) * 0x1p-53;
}

/* Knuth's. */
static inline uint32_t
any_poisson(double mean)
{
	uint32_t n = 0;
	for (double left = any(), least = exp(-mean); left > least; n++)
		left *= any();
	return n;
}

enum rhythm {
	FLAT,   /* Poisson arrivals */
	OFFICE, /* for the most part in the hours of work */
	BURSTS, /* each minute has a rate of its own, exponentially distributed */
};

static inline uint32_t *
any_minutes(size_t n, double mean, enum rhythm rhythm)
{
	uint32_t *minutes = xcalloc(n, sizeof(*minutes));
	for (size_t i = 0; i < n; i++) {
		double hour = (double)(i % DAY) / 60, share = 1;
		if (rhythm == OFFICE)
			share = hour >= 8 && hour < 18 ? 2 : 0.2;
		else if (rhythm == BURSTS)
			share = -log(1 - any());
		minutes[i] = any_poisson(mean * share);
	}
	return minutes;
}

static const struct pace plain = { .prefill = 1000, .decode = 50 };
static const struct pace batching = {
	.prefill = 1000,
	.decode = 50,
	.batch = { { 2, 90 }, { 4, 160 } },
	.batch_n = 2,
};

/* One workload whose requests take a unit so many seconds where all slots are taken, a third of it for
 * the prompt. */
struct world {
	struct demand demand;
	struct capacity_case question;
	uint32_t *minutes;
};

static inline void
world_set(struct world *world, double seconds, const struct pace *pace, int units, int slots)
{
	world->demand.pace = pace;
	world->demand.prompt_tokens = seconds / 3 * pace->prefill;
	world->demand.output_tokens = seconds * 2 / 3 * pace_output(pace, slots);
	world->question = (struct capacity_case){
		.demands = &world->demand,
		.demands_n = 1,
		.units = units,
		.slots = slots,
		.max_wait = MISSING,
		.scale = 1,
	};
}

static inline void
world_make(struct world *world, size_t minutes, double mean, enum rhythm rhythm)
{
	*world = (struct world){ .minutes = any_minutes(minutes, mean, rhythm) };
	world->demand =
		(struct demand){ .minutes = world->minutes, .minutes_n = minutes, .start = START };
	world_set(world, 1, &plain, 1, 1);
}

static inline struct capacity
ask(const struct world *world)
{
	struct capacity out;
	struct err err = { 0 };
	if (!capacity_of(&world->question, &out, &err))
		fail_msg("%s", err.text);
	return out;
}

static inline void
near_to(double got, double want, double within)
{
	if (!(fabs(got - want) <= within * fabs(want)))
		fail_msg("%.9g, wanted %.9g within %g", got, want, within);
}

#endif
