/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many requests at once serve most: the steps that are tried, and the knee that is found (servers.h). */
#include "config.h"

#include "servers.h"

/* Found by itself, the knee is the number of slots, which nobody told; and what is over them is called
 * queued, and nothing else is. */
static void
knee_is_slots(int slots)
{
	struct server *server = server_new();
	server->slots = slots;
	struct measurement out;
	struct measure_options options = usual(NULL, 0);
	take(server, &options, &out);
	assert_int_equal(out.knee, slots);
	for (size_t i = 0; i < out.n; i++) {
		const struct run *run = &out.runs[i];
		assert_true(i == 0 || run->concurrency > out.runs[i - 1].concurrency);
		assert_int_equal(run->doubts.items[DOUBT_QUEUED].there, run->concurrency > slots);
		assert_false(doubts_refuse(&run->doubts));
	}
	measurement_free(&out);
	server_free(server);
}

static void
test_knee(void **state)
{
	(void)state;
	for (int slots = 1; slots <= 10; slots++)
		knee_is_slots(slots);
	knee_is_slots(16);
}

static void
know_slots(void *arg, bool after, struct doubt_facts *facts)
{
	const struct server *server = arg;
	(void)after;
	facts->slots = server->slots;
}

static void
test_knee_known(void **state)
{
	(void)state;
	for (int slots = 1; slots <= 12; slots++) {
		struct server *server = server_new();
		server->slots = slots;
		server->no_times = true; /* told by the slots alone */
		struct measurement out;
		struct measure_options options = usual(NULL, 0);
		options.facts = know_slots;
		options.arg = server;
		take(server, &options, &out);
		assert_int_equal(out.knee, slots);
		for (size_t i = 0; i < out.n; i++)
			assert_int_equal(out.runs[i].doubts.items[DOUBT_QUEUED].there,
				out.runs[i].concurrency > slots);
		measurement_free(&out);
		server_free(server);
	}
}

/* Of a curve that bends slowly, the knee is the smallest with 95 % of the best. */
static void
test_sweep(void **state)
{
	(void)state;
	struct sweep sweep = { .slots = -1 };
	int next, steps = 0, last = 0;
	while ((next = sweep_next(&sweep)) > 0) {
		assert_true(++steps <= SWEEP_POINTS);
		for (size_t i = 0; i < sweep.n; i++)
			assert_int_not_equal(sweep.concurrency[i], next);
		sweep_add(&sweep, next, 1000.0 * next / (next + 6.0));
		last = next;
	}
	int knee = sweep_knee(&sweep);
	assert_true(last && knee > 0);
	for (size_t i = 0; i < sweep.n; i++)
		if (sweep.concurrency[i] < knee)
			assert_true(sweep.speed[i] < 0.95 * 1000.0 * 256 / 262);
	static const int list[] = { 3, 1, 9 };
	struct sweep listed = { .list = list, .list_n = 3 };
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(sweep_next(&listed), list[i]);
		sweep_add(&listed, list[i], i == 1 ? MISSING : 10);
	}
	assert_int_equal(sweep_next(&listed), 0);
	assert_int_equal(sweep_knee(&listed), 3);
	struct sweep known = { .slots = 6 };
	static const int rungs[] = { 1, 2, 4, 6, 8 };
	for (size_t i = 0; i < HL_COUNT(rungs); i++) {
		assert_int_equal(sweep_next(&known), rungs[i]);
		sweep_add(&known, rungs[i], rungs[i]);
	}
	struct sweep broken = { .slots = -1 };
	sweep_add(&broken, 1, MISSING);
	assert_int_equal(sweep_next(&broken), 0);
	assert_int_equal(sweep_knee(&broken), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_knee),
		cmocka_unit_test(test_knee_known),
		cmocka_unit_test(test_sweep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
