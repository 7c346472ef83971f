/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Capacity against formulas of queueing theory, and a sample against the whole.  With the argument "cases"
 * the program prints cases and answers as JSON lines, which tests/data/waiting.py holds against a
 * simulation of its own.
 */
#include "config.h"

#include "demands.h"

#include "local/serving.h"

/* Pollaczek and Khinchine: the mean wait of Poisson arrivals at one server is
 * load × seconds × (1 + spread²) / 2 / (1 - load). */
static void
test_pollaczek_khinchine(void **state)
{
	(void)state;
	static const double loads[] = { 0.2, 0.5, 0.7 };
	struct world world;
	world_make(&world, (size_t)14 * DAY, 20, FLAT);
	for (size_t i = 0; i < HL_COUNT(loads); i++)
		for (int spread = 0; spread < 2; spread++) {
			double seconds = loads[i] * 60 / 20;
			world_set(&world, seconds, &plain, 1, 1);
			world.demand.prompt_tokens = 0;
			world.demand.output_tokens = seconds * plain.decode;
			world.demand.output_spread = spread;
			struct capacity out = ask(&world);
			near_to(out.utilization, loads[i], 0.005);
			near_to(out.wait_mean,
				loads[i] * seconds * (1 + spread) / 2 / (1 - loads[i]), 0.05);
		}
	free(world.minutes);
}

/* Erlang B: the share of Poisson arrivals that finds all servers taken, when nobody waits.  Units with
 * slots whose speed is shared out evenly and does not gain are no such servers; with a gain that
 * makes up for it, they are. */
static void
test_erlang(void **state)
{
	(void)state;
	static const struct pace alike = {
		.prefill = UNBOUNDED, .decode = 50, .batch = { { 4, 200 } }, .batch_n = 1
	};
	struct world world;
	world_make(&world, (size_t)28 * DAY, 10, FLAT);
	for (int slots = 1; slots <= 4; slots *= 4)
		for (double erlangs = slots > 1 ? 2 : 1; erlangs <= 8; erlangs *= 2) {
			double blocked = 1;
			for (int i = 1; i <= 4; i++)
				blocked = erlangs * blocked / (i + erlangs * blocked);
			world_set(&world, 1, &alike, 4 / slots, slots);
			/* few enough to be served in whole */
			world.demand.minutes_n = (size_t)(slots > 1 ? 7 : 28) * DAY;
			world.demand.prompt_tokens = 0;
			world.demand.output_tokens = erlangs * 60 / 10 * 50;
			world.question.max_wait = 0;
			struct capacity out = ask(&world);
			near_to(out.overflow_share, blocked, 0.05);
			if (slots == 1)
				near_to(out.kept_busy_hours_day, erlangs * (1 - blocked) * 24,
					0.02);
		}
	free(world.minutes);
}

static void
test_spreading(void **state)
{
	(void)state;
	enum { DAYS = 60 };
	uint32_t *minutes = xcalloc(DAYS, DAY * sizeof(*minutes));
	uint32_t half_hours[] = { 0, 3, 900, 4000000, 0, 1 };
	double square = 0, sum = 0;
	demand_half_hours(minutes, half_hours, HL_COUNT(half_hours));
	for (size_t i = 0; i < HL_COUNT(half_hours); i++) {
		uint64_t all = 0;
		for (size_t k = 0; k < 30; k++)
			all += minutes[i * 30 + k];
		assert_int_equal(all, half_hours[i]);
	}
	demand_daily(minutes, DAYS, 1234.5, 9, 17);
	for (size_t i = 0; i < (size_t)DAYS * DAY; i++) {
		sum += minutes[i];
		if (i % DAY < 9 * 60 || i % DAY >= 17 * 60)
			assert_int_equal(minutes[i], 0);
		else
			square += pow(minutes[i] - 1234.5 / 480, 2);
	}
	near_to(sum, 1234.5 * DAYS, 1e-12);
	/* of Poisson arrivals the variance is the mean */
	near_to(square / (DAYS * 480), 1234.5 / 480, 0.03);
	free(minutes);
}

/* What a sample says of a period too long to serve in whole, against the whole. */
static void
test_sampling(void **state)
{
	(void)state;
	struct world world;
	struct serving *part = xcalloc(2, sizeof(*part)), *whole = part + 1;
	for (int slots = 1; slots <= 4; slots *= 4) {
		world_make(&world, (size_t)30 * DAY, 30, OFFICE);
		world_set(&world, slots > 1 ? 1.9 : 1.85, slots > 1 ? &batching : &plain, 2, slots);
		struct arrivals arrivals;
		struct hours hours;
		arrivals_make(&arrivals, &world.question);
		hours_make(&hours, &arrivals);
		struct terms terms = { 2, slots, UNBOUNDED, true, 12e6 };
		serve(&arrivals, &hours, &terms, part);
		terms.effort = 3e8;
		serve(&arrivals, &hours, &terms, whole);
		near_to(part->busy, whole->busy, 0.01);
		near_to(part->all.sum / part->all.n, whole->all.sum / whole->all.n, 0.1);
		near_to(waits_quantile(&part->all, 0.99), waits_quantile(&whole->all, 0.99), 0.1);
		near_to(waits_quantile(&part->peak, 0.99), waits_quantile(&whole->peak, 0.99), 0.1);
		terms.max_wait = 5;
		serve(&arrivals, &hours, &terms, whole);
		terms.effort = 5e6;
		serve(&arrivals, &hours, &terms, part);
		near_to(part->overflow_share, whole->overflow_share, 0.1);
		hours_free(&hours);
		arrivals_free(&arrivals);
		free(world.minutes);
	}
	free(part);
}

/* A case and what is said of it, as a line of JSON. */
static void
print_case(const struct world *world)
{
	const struct capacity_case *q = &world->question;
	const struct demand *d = &world->demand;
	struct capacity out = ask(world);
	printf("{\"units\": %d, \"slots\": %d, \"max_wait\": %.17g, \"start\": %lld, ", q->units,
		q->slots, q->max_wait, (long long)d->start);
	printf("\"prompt\": %.17g, \"output\": %.17g, \"spread\": %.17g, ", d->prompt_tokens,
		d->output_tokens, d->output_spread);
	printf("\"prefill\": %.17g, \"speeds\": [", d->pace->prefill);
	for (int c = 1; c <= q->slots; c++)
		printf("%s%.17g", c > 1 ? ", " : "", pace_output(d->pace, c));
	printf("], \"load\": %.17g, \"utilization\": %.17g, \"wait_mean\": %.17g, ", out.load,
		out.utilization, out.wait_mean);
	printf("\"wait_p99\": %.17g, \"peak_start\": %lld, \"peak_hour_p99\": %.17g, ",
		out.wait_p99, (long long)out.peak_start, out.peak_hour_p99);
	printf("\"peak_utilization\": %.17g, \"peak_wait\": %.17g, ", out.peak_utilization,
		out.peak_wait);
	printf("\"overflow_share\": %.17g, \"kept_busy_hours_day\": %.17g, \"units_needed\": %d, ",
		out.overflow_share, out.kept_busy_hours_day, out.units_needed);
	printf("\"minutes\": [");
	for (size_t i = 0; i < d->minutes_n; i++)
		printf("%s%u", i ? "," : "", d->minutes[i]);
	printf("]}\n");
}

/* At 20, 60 and 95 % load, or at so much in the hours of work; one request at a time, or four with a
 * gain; all alike, or with a spread. */
static int
print_cases(void)
{
	static const struct {
		double loads[3];
		enum rhythm rhythm;
		size_t minutes;
		int slots;
		double spread;
	} kinds[] = {
		{ { 0.2, 0.6, 0.95 }, BURSTS, 360, 1, 0 },
		{ { 0.2, 0.6, 0.95 }, BURSTS, 360, 4, 0 },
		{ { 0.2, 0.6, 0.95 }, BURSTS, 360, 1, 0.5 },
		/* with less, hardly one in a hundred waits for one of 4 units */
		{ { 0.4, 0.7, 0.95 }, OFFICE, DAY, 1, 0 },
	};
	for (size_t k = 0; k < HL_COUNT(kinds); k++)
		for (int units = 1; units <= 4; units *= 2)
			for (size_t i = 0; i < HL_COUNT(kinds[k].loads); i++) {
				struct world world;
				double all = 0, mean = 7200 / (double)kinds[k].minutes;
				world_make(&world, kinds[k].minutes, mean, kinds[k].rhythm);
				for (size_t m = 0; m < kinds[k].minutes; m++)
					all += world.minutes[m];
				if (kinds[k].rhythm == OFFICE)
					all = 2 * mean * DAY;
				world_set(&world,
					kinds[k].loads[i] * units * 60 * (double)kinds[k].minutes /
						all,
					kinds[k].slots > 1 ? &batching : &plain, units,
					kinds[k].slots);
				world.demand.output_spread = kinds[k].spread;
				world.demand.prompt_spread = kinds[k].spread;
				world.question.max_wait = 20;
				print_case(&world);
				free(world.minutes);
			}
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "cases"))
		return print_cases();
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pollaczek_khinchine),
		cmocka_unit_test(test_erlang),
		cmocka_unit_test(test_spreading),
		cmocka_unit_test(test_sampling),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
