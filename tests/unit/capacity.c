/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Capacity against figures worked out by hand, and its own promises. */
#include "config.h"

#include <time.h>

#include "demands.h"

static void
test_pace(void **state)
{
	(void)state;
	static const struct pace measured = {
		.prefill = 229, .decode = 1 / 0.0262, .batch = { { 4, 4 * 20.2 } }, .batch_n = 1
	};
	/* a llama-server: 8 requests in 16.7 s one after another, 32.8 tokens/s with 4 at once */
	near_to(8 * pace_seconds(&measured, 195, 48, 1), 16.9, 0.005);
	near_to(8 * pace_seconds(&measured, 195, 48, 1), 16.7, 0.02);
	near_to(48 / pace_seconds(&measured, 195, 48, 4), 32.8, 0.02);
	static const struct pace falling = {
		.prefill = UNBOUNDED,
		.decode = 20,
		.batch = { { 2, 30 }, { 4, 28 }, { 8, 60 } },
		.batch_n = 3,
	};
	static const double want[] = { 20, 30, 30, 30, 37.5, 45, 52.5, 60, 60, 60 };
	for (int i = 0; i < (int)HL_COUNT(want); i++)
		near_to(pace_output(&falling, i + 1), want[i], 1e-12);
	near_to(pace_seconds(&falling, 1e6, 60, 8), 1, 1e-12);
}

/* Hours of work a day, by hand. */
static void
test_work(void **state)
{
	(void)state;
	static const struct {
		double a_day, prompt, output, prefill, decode, hours;
		bool carries;
	} rows[] = {
		/* 2,000,000 output tokens at 100 tokens/s */
		{ 5000, 0, 400, UNBOUNDED, 100, 5.5556, true },
		{ 5000, 800, 400, UNBOUNDED, 100, 5.5556, true },
		/* a VPS without a GPU: 500 documents of 10,000 tokens, 300 tokens each of it */
		{ 500, 10000, 300, 40, 12, 38.194, false },
		{ 500, 10000, 300, 20, 8, 74.653, false },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct world world;
		uint32_t *minutes = xcalloc(30, DAY * sizeof(*minutes));
		struct pace pace = { .prefill = rows[i].prefill, .decode = rows[i].decode };
		demand_daily(minutes, 30, rows[i].a_day, 0, 24);
		world.demand = (struct demand){
			.minutes = minutes,
			.minutes_n = (size_t)30 * DAY,
			.prompt_tokens = rows[i].prompt,
			.output_tokens = rows[i].output,
			.pace = &pace,
			.source = DEMAND_DAILY,
		};
		world.question = (struct capacity_case){ .demands = &world.demand,
			.demands_n = 1,
			.units = 1,
			.slots = 1,
			.max_wait = MISSING,
			.scale = 1 };
		struct capacity out = ask(&world);
		near_to(out.work_hours_day, rows[i].hours, 1e-4);
		near_to(out.load, rows[i].hours / 24, 1e-4);
		near_to(out.requests_day, rows[i].a_day, 1e-12);
		near_to(out.busy_hours_day, rows[i].carries ? rows[i].hours : 24, 0.002);
		near_to(out.overflow_share + 1, rows[i].carries ? 1 : 2 - 24 / rows[i].hours,
			0.002);
		assert_int_equal(out.carries, rows[i].carries);
		assert_int_equal(out.units_needed, ceil(rows[i].hours / 24));
		assert_int_equal(out.source, DEMAND_DAILY);
		free(minutes);
	}
}

static void
test_idle(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, DAY, 0, FLAT);
	world.question.max_wait = 1;
	struct capacity out = ask(&world);
	assert_true(out.days == 1 && out.requests_day == 0 && out.work_hours_day == 0);
	assert_true(
		out.load == 0 && out.carries && out.busy_hours_day == 0 && out.utilization == 0);
	assert_true(out.peak_wait == 0 && out.overflow_share == 0 && out.units_needed == 1);
	struct capacity_curve curve;
	struct err err;
	assert_true(capacity_curve_of(&world.question, &curve, &err));
	assert_true(capacity_curve_busy(&curve, 3) == 0 && capacity_curve_overflow(&curve, 3) == 0);
	/* requests of no tokens, no minutes, no demand */
	world.minutes[7] = 5;
	world.demand.prompt_tokens = world.demand.output_tokens = 0;
	out = ask(&world);
	assert_true(out.requests_day == 5 && out.utilization == 0 && out.units_needed == 1);
	world.demand.minutes_n = 0;
	assert_true(ask(&world).carries);
	world.question.demands_n = 0;
	assert_true(ask(&world).units_needed == 1);
	free(world.minutes);
}

/* One request an hour, for 40 minutes, on the hour: nothing waits. Then for 90: each waits half an hour
 * longer than the one before it, and the last is not done by the end. */
static void
test_by_hand(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, (size_t)4 * 60, 0, FLAT);
	world.demand.start = 0;
	for (size_t i = 0; i < 4; i++)
		world.minutes[i * 60] = 1;
	world_set(&world, 40 * 60, &plain, 1, 1);
	struct capacity out = ask(&world);
	assert_true(out.peak_wait == 0 && out.wait_mean == 0 && out.backlog_wait > 0);
	near_to(out.utilization, 40 / 60.0, 1e-9);
	near_to(out.busy_hours_day, 16, 1e-9);
	near_to(out.peak_utilization, 40 / 60.0, 0.02);
	assert_int_equal(out.peak_start, 0);
	world_set(&world, 90 * 60, &plain, 1, 1);
	out = ask(&world);
	near_to(out.wait_mean, (0 + 30 + 60 + 90) * 60 / 4.0, 0.02);
	near_to(out.wait_p99, 90 * 60, 0.02);
	near_to(out.utilization, 1, 0.005);
	near_to(out.load, 1.5, 1e-9);
	/* 6 hours of work, 4 hours */
	near_to(out.overflow_share, 2 / 6.0, 1e-9);
	assert_false(out.carries);
	assert_int_equal(out.units_needed, 2);
	/* with patience for 10 minutes the second and the fourth go elsewhere */
	world.question.max_wait = 600;
	out = ask(&world);
	near_to(out.overflow_share, 0.5, 1e-9);
	near_to(out.kept_busy_hours_day, 6 * 3.0, 0.01);
	assert_int_equal(out.units_needed, 2);
	free(world.minutes);
}

static void
test_more_units(void **state)
{
	(void)state;
	static const double limits[] = { 0, 1, 10, 100 };
	struct world world;
	world_make(&world, (size_t)2 * DAY, 4, OFFICE);
	for (int slots = 1; slots <= 4; slots *= 4) {
		struct capacity answers[9], last = { .peak_wait = UNBOUNDED,
			.wait_p99 = UNBOUNDED,
			.wait_mean = UNBOUNDED,
			.overflow_share = 1 };
		for (int units = 1; units <= 8; units++) {
			world_set(&world, 12, slots > 1 ? &batching : &plain, units, slots);
			world.demand.output_spread = 0.5;
			world.question.max_wait = 10;
			struct capacity out = answers[units] = ask(&world);
			assert_true(
				out.peak_wait <= last.peak_wait && out.wait_p99 <= last.wait_p99);
			assert_true(out.wait_mean <= last.wait_mean);
			assert_true(out.overflow_share <= last.overflow_share);
			near_to(out.load * units, answers[1].load, 1e-9);
			last = out;
		}
		/* and the number that is needed is the first that will do, whoever asks */
		for (int units = 1; units <= 8; units += 3)
			for (size_t i = 0; i < HL_COUNT(limits); i++) {
				world.question.units = units;
				world.question.max_wait = limits[i];
				int needed = ask(&world).units_needed;
				assert_in_range(needed, 2, 8);
				assert_true(answers[needed].peak_wait <= limits[i]);
				assert_true(answers[needed - 1].peak_wait > limits[i]);
			}
	}
	free(world.minutes);
}

static void
test_more_demand(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, (size_t)2 * DAY, 4, OFFICE);
	for (int slots = 1; slots <= 4; slots *= 4) {
		world_set(&world, 5, slots > 1 ? &batching : &plain, 2, slots);
		struct capacity last = { 0 }, base = ask(&world);
		for (double scale = 0.125; scale <= 8; scale *= 2) {
			world_set(&world, 5, slots > 1 ? &batching : &plain, 2, slots);
			world.question.max_wait = 20;
			world.question.scale = scale;
			struct capacity out = ask(&world);
			assert_true(
				out.peak_wait >= last.peak_wait && out.wait_mean >= last.wait_mean);
			assert_true(out.utilization >= last.utilization && out.utilization <= 1);
			assert_true(out.overflow_share >= last.overflow_share);
			assert_true(out.kept_busy_hours_day >= last.kept_busy_hours_day * 0.999);
			assert_true(out.units_needed >= last.units_needed);
			near_to(out.load, base.load * scale, 0.03);
			last = out;
		}
		/* patience brings less to the API */
		double share = 1;
		for (double wait = 0.5; wait < 1e6; wait *= 4) {
			world.question.scale = 2;
			world.question.max_wait = wait;
			double now = ask(&world).overflow_share;
			assert_true(now <= share);
			share = now;
		}
	}
	free(world.minutes);
}

/* In another order minutes have the same sums, whatever waits then. */
static void
test_order(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, (size_t)2 * DAY, 4, OFFICE);
	world_set(&world, 8, &plain, 1, 1);
	struct capacity before = ask(&world);
	for (size_t i = (size_t)2 * DAY - 1; i > 0; i--) {
		size_t other = (size_t)(any() * (double)(i + 1));
		uint32_t kept = world.minutes[i];
		world.minutes[i] = world.minutes[other];
		world.minutes[other] = kept;
	}
	struct capacity after = ask(&world);
	near_to(after.work_hours_day, before.work_hours_day, 1e-12);
	near_to(after.load, before.load, 1e-12);
	near_to(after.utilization, before.utilization, 1e-3);
	assert_true(after.peak_wait < before.peak_wait / 2);
	free(world.minutes);
}

/* Two workloads on one machine: their work adds up, and halves make the whole. */
static void
test_shared(void **state)
{
	(void)state;
	struct world one, half;
	struct capacity whole;
	world_make(&one, (size_t)7 * DAY, 6, FLAT);
	world_set(&one, 6, &batching, 1, 4);
	whole = ask(&one);
	half = one;
	half.minutes = xcalloc((size_t)7 * DAY, sizeof(*half.minutes));
	for (size_t i = 0; i < (size_t)7 * DAY; i++) {
		half.minutes[i] = one.minutes[i] / 2 + (i & 1 & one.minutes[i]);
		one.minutes[i] -= half.minutes[i];
	}
	struct demand both[] = { one.demand, half.demand };
	both[1].minutes = half.minutes;
	one.question.demands = both;
	one.question.demands_n = 2;
	struct capacity sum = ask(&one);
	near_to(sum.work_hours_day, whole.work_hours_day, 1e-9);
	near_to(sum.load, whole.load, 1e-9);
	near_to(sum.utilization, whole.utilization, 0.005);
	near_to(sum.peak_wait, whole.peak_wait, 0.05);
	/* another model, another day: the period is both's, and each has its own speed */
	static const struct pace slow = { .prefill = 100, .decode = 10 };
	both[1].pace = &slow;
	both[1].start += (int64_t)7 * 86400;
	sum = ask(&one);
	near_to(sum.days, 14, 1e-12);
	double seconds = 0;
	for (size_t i = 0; i < (size_t)7 * DAY; i++) {
		seconds += one.minutes[i] *
			   pace_seconds(&batching, both[0].prompt_tokens, both[0].output_tokens, 1);
		seconds += half.minutes[i] *
			   pace_seconds(&slow, both[1].prompt_tokens, both[1].output_tokens, 1);
	}
	near_to(sum.work_hours_day, seconds / 3600 / 14, 1e-9);
	/* one at a time, units are busy for as long as each request of either takes */
	both[1].start = both[0].start;
	one.question.slots = 1;
	one.question.units = 8;
	sum = ask(&one);
	near_to(sum.busy_hours_day, sum.work_hours_day, 0.003);
	free(one.minutes);
	free(half.minutes);
}

/* A rough look says about the same, the sums what they are. */
static void
test_look(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, (size_t)60 * DAY, 10, OFFICE);
	for (int slots = 1; slots <= 4; slots *= 4) {
		world_set(&world, 2.6, slots > 1 ? &batching : &plain, 1, slots);
		world.question.max_wait = 30;
		struct capacity full = ask(&world);
		world.question.look = CAPACITY_ROUGH;
		struct capacity rough = ask(&world);
		near_to(rough.utilization, full.utilization, 0.02);
		near_to(rough.wait_mean, full.wait_mean, 0.25);
		near_to(rough.peak_wait, full.peak_wait, 0.25);
		assert_in_range(rough.units_needed, full.units_needed - 1, full.units_needed + 1);
		world.question.look = CAPACITY_SUMS;
		struct capacity sums = ask(&world);
		assert_true(sums.load == full.load && sums.work_hours_day == full.work_hours_day);
		assert_true(sums.peak_start == full.peak_start && sums.peak_load == full.peak_load);
		assert_true(isnan(sums.peak_wait) && sums.carries && sums.units_needed == 1);
		if (slots == 1)
			near_to(sums.utilization, full.utilization, 1e-3);
		else
			assert_true(isnan(sums.utilization) && isnan(sums.busy_hours_day));
		/* at four times as many some is left */
		world.question.scale = 4;
		sums = ask(&world);
		near_to(sums.overflow_share, 1 - 1 / sums.load, 0.05);
		assert_int_equal(sums.units_needed, ceil(sums.load));
		assert_false(sums.carries);
	}
	free(world.minutes);
}

static void
test_curve(void **state)
{
	(void)state;
	struct world world;
	world_make(&world, (size_t)7 * DAY, 10, OFFICE);
	for (int limit = 0; limit < 2; limit++) {
		struct capacity_curve curve;
		struct err err;
		double busy = 0, overflow = 0;
		world_set(&world, 5, &plain, 2, 1);
		world.question.max_wait = limit ? 10 : MISSING;
		assert_true(capacity_curve_of(&world.question, &curve, &err));
		for (double scale = 0.25; scale < 40; scale *= 1.5) {
			world.question.scale = scale;
			struct capacity out = ask(&world);
			double b = capacity_curve_busy(&curve, scale);
			double o = capacity_curve_overflow(&curve, scale);
			if (scale <= curve.scale[CURVE_POINTS - 1]) {
				near_to(b, out.kept_busy_hours_day, 0.03);
				near_to(1 - o, 1 - out.overflow_share, 0.05);
			} else { /* it claims no more than is so */
				assert_true(b <= out.kept_busy_hours_day * 1.005);
				assert_true(o >= out.overflow_share - 0.005);
			}
			assert_true(b >= busy && o >= overflow && o < 1 && b <= 48);
			busy = b;
			overflow = o;
		}
		assert_true(capacity_curve_busy(&curve, 0) == 0);
	}
	free(world.minutes);
}

/* Figures that cannot be are named with their range. */
static void
test_refused(void **state)
{
	(void)state;
	struct world good;
	struct pace pace = batching;
	world_make(&good, 60, 3, FLAT);
	world_set(&good, 1, &pace, 1, 4);
	struct world bad;
#define REFUSED(change, want)                                   \
 do {                                                           \
  struct capacity out;                                          \
  struct capacity_curve curve;                                  \
  struct err err = { 0 };                                       \
  pace = batching;                                              \
  bad = good;                                                   \
  bad.question.demands = &bad.demand;                           \
  change;                                                       \
  assert_false(capacity_of(&bad.question, &out, &err));         \
  assert_string_equal(err.text, want);                          \
  assert_false(capacity_curve_of(&bad.question, &curve, &err)); \
 } while (0)
	REFUSED(bad.question.units = 0, "units: 0, but it must lie between 1 and 256");
	REFUSED(bad.question.units = 257, "units: 257, but it must lie between 1 and 256");
	REFUSED(bad.question.slots = -1, "slots: -1, but it must lie between 1 and 1024");
	REFUSED(bad.question.max_wait = -1, "max-wait: -1 seconds, but it cannot be less than 0");
	REFUSED(bad.question.scale = MISSING, "scale: nan, but it must lie between 0 and 1000");
	REFUSED(bad.question.scale = -2, "scale: -2, but it must lie between 0 and 1000");
	REFUSED(bad.demand.prompt_tokens = MISSING,
		"prompt tokens a request: nan, but it must lie between 0 and 100000000");
	REFUSED(bad.demand.output_tokens = -5,
		"output tokens a request: -5, but it must lie between 0 and 100000000");
	REFUSED(bad.demand.output_spread = 11,
		"spread of output tokens: 11, but it must lie between 0 and 10");
	REFUSED(pace.prefill = 0, "prefill speed: 0 tokens/s, but it must be over 0");
	REFUSED(pace.decode = MISSING, "decode speed: nan tokens/s, but it must be over 0");
	REFUSED(pace.decode = UNBOUNDED, "decode speed: inf tokens/s, but it must be over 0");
	REFUSED(pace.batch[1].concurrency = 2,
		"batch speed: concurrency 2 after 2, but it must rise");
	REFUSED(pace.batch[0].output = -3,
		"batch speed at concurrency 2: -3 tokens/s, but it must be over 0");
	REFUSED(bad.demand.minutes_n = CAPACITY_MINUTES_MOST + 1,
		"demand: 5270401 minutes, at most 5270400");
	free(good.minutes);
}

/* Extremes end, and end soon. */
static void
test_extremes(void **state)
{
	(void)state;
	static const struct pace slowest = { .prefill = 1, .decode = 1 };
	struct world world;
	world_make(&world, DAY, 0, FLAT);
	world.minutes[700] = 10000000;
	for (int slots = 1; slots <= CAPACITY_SLOTS_MOST; slots *= 32) {
		world_set(&world, 0.001, &plain, 1, slots);
		struct capacity out = ask(&world);
		/* 10,000 s of work in a minute: the last waits for nearly all of it */
		near_to(out.peak_wait, 10000 * 0.99 - 60 * 0.99, 0.02);
		near_to(out.backlog_wait, 10000 - 60, 1e-6);
		near_to(out.busy_hours_day, 10000 / 3600.0, 0.01);
	}
	/* 100 units do 6,000 s of it in the minute; the others find none free */
	world_set(&world, 0.001, &plain, 100, 1);
	world.question.max_wait = 0;
	near_to(ask(&world).overflow_share, 0.4, 0.05);
	/* more than all units there can be */
	world.minutes[700] = UINT32_MAX;
	world.question.max_wait = 60;
	assert_int_equal(ask(&world).units_needed, 0);
	/* one request, longer than the period */
	world.minutes[700] = 1;
	world_set(&world, 1e6, &slowest, 1, 1);
	struct capacity out = ask(&world);
	assert_true(out.peak_wait == 0 && !out.carries && out.units_needed == 12);
	near_to(out.busy_hours_day, (DAY - 700) / 60.0, 0.002);
	free(world.minutes);
}

/* Three months, 10 million requests: in 50 ms of processor time, and the same twice. */
static void
test_time(void **state)
{
	(void)state;
	struct world world;
	struct capacity first, again;
	world_make(&world, (size_t)90 * DAY, 10e6 / (90 * DAY * 0.95), OFFICE);
	for (int slots = 1; slots <= 4; slots *= 4) {
		double least = UNBOUNDED;
		world_set(&world, 2.5, slots > 1 ? &batching : &plain, 4, slots);
		world.question.max_wait = 10;
		memset(&first, 0, sizeof(first));
		memset(&again, 0, sizeof(again));
		struct err err;
		for (int i = 0; i < 3; i++) {
			clock_t start = clock();
			assert_true(capacity_of(&world.question, i ? &again : &first, &err));
			double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
			least = seconds < least ? seconds : least;
		}
		assert_memory_equal(&first, &again, sizeof(first));
		near_to(first.requests_day * 90, 10e6, 0.01);
		/* an instrumented program takes as long as it takes */
		const char *sanitizers = getenv("SANITIZERS");
		if (!sanitizers || !strcmp(sanitizers, "no"))
			assert_true(least < 0.05);
	}
	free(world.minutes);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pace),
		cmocka_unit_test(test_work),
		cmocka_unit_test(test_idle),
		cmocka_unit_test(test_by_hand),
		cmocka_unit_test(test_more_units),
		cmocka_unit_test(test_more_demand),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_curve),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_extremes),
		cmocka_unit_test(test_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
