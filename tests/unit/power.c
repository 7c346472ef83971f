/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Watts: energy counters that start again, cards that are sampled, what is typed in, and the reason where
 * nothing is measured. */
#include "config.h"

#include "probe/power.h"

#include <math.h>
#include <time.h>

#include "roots.h"
#include <cmocka.h>

#include "probe/gpu.h"
#include "probe/rapl.h"

#define NAN_WATTS ((double)NAN)

static void
rest(int ms)
{
	const struct timespec time = { ms / 1000, (ms % 1000) * 1000000L };
	nanosleep(&time, NULL);
}

static void
assert_near(double got, double expected, double share)
{
	if (!(fabs(got - expected) <= share * fabs(expected) + 1e-12))
		fail_msg("%.9g, expected %.9g", got, expected);
}

static void
put_zone(const struct root *root, const char *zone, const char *name, const char *energy,
	const char *range)
{
	const char *const files[][2] = { { "name", name }, { "energy_uj", energy },
		{ "max_energy_range_uj", range } };
	for (int i = 0; i < 3; i++) {
		char path[256];
		snprintf(path, sizeof(path), "sys/class/powercap/%s/%s", zone, files[i][0]);
		root_put(root, path, files[i][1]);
	}
}

static void
put_energy(const struct root *root, const char *zone, const char *energy)
{
	char path[256];
	snprintf(path, sizeof(path), "sys/class/powercap/%s/energy_uj", zone);
	root_put(root, path, energy);
}

static void
a_counter_that_starts_again_goes_on(void **state)
{
	static const struct {
		double before, after, range, expected;
	} cases[] = {
		{ 0, 0, 1000, 0 },
		{ 10, 900, 1000, 890 },
		{ 900, 10, 1000, 110 },
		{ 1000, 0, 1000, NAN_WATTS }, /* it never shows its range */
		{ 262143328850.0, 1000, 262143328851.0, 1001 },
		{ 900, 10, NAN_WATTS, NAN_WATTS },
		{ 900, 10, 0, NAN_WATTS },
		{ 900, 10, 800, NAN_WATTS },
		{ NAN_WATTS, 10, 1000, NAN_WATTS },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		double got = rapl_difference(cases[i].before, cases[i].after, cases[i].range);
		if (isnan(cases[i].expected) ? !isnan(got) : got != cases[i].expected)
			fail_msg("case %zu: %g, expected %g", i, got, cases[i].expected);
	}
}

static void
packages_and_memory_are_counted_once(void **state)
{
	const struct root *root = *state;
	struct rapl rapl;
	put_zone(root, "intel-rapl:0", "package-0\n", "1000000\n", "262143328850\n");
	put_zone(root, "intel-rapl:0:0", "core\n", "9000000\n", "262143328850\n");
	put_zone(root, "intel-rapl:0:1", "dram\n", "500000\n", "65712999613\n");
	put_zone(root, "intel-rapl:1", "package-1\n", "2000000\n", "262143328850\n");
	put_zone(root, "intel-rapl:2", "psys\n", "7000000\n", "262143328850\n");
	put_zone(root, "intel-rapl-mmio:0", "package-0\n", "1000000\n", "262143328850\n");
	root_put(root, "sys/class/powercap/intel-rapl/enabled", "1\n");
	rapl_open(&rapl, root->path);
	assert_string_equal(rapl.why, "");
	assert_int_equal(rapl.n, 3);
	assert_int_equal(rapl.packages, 2);
	assert_true(rapl_joules(&rapl) == 0);
	put_energy(root, "intel-rapl:0", "1250000\n");
	put_energy(root, "intel-rapl:0:0", "99000000\n");
	put_energy(root, "intel-rapl:0:1", "600000\n");
	put_energy(root, "intel-rapl:1", "2000000\n");
	put_energy(root, "intel-rapl:2", "8000000\n");
	assert_near(rapl_joules(&rapl), 0.35, 1e-9);
	put_energy(root, "intel-rapl:0", "junk\n");
	assert_true(isnan(rapl_joules(&rapl)));
	rapl_close(&rapl);
}

static void
counters_that_cannot_be_read_say_why(void **state)
{
	const struct root *root = *state;
	struct rapl rapl;
	char path[512];
	rapl_open(&rapl, root->path);
	assert_non_null(strstr(rapl.why, "shows no energy counters"));
	assert_int_equal(rapl.n, 0);
	rapl_close(&rapl);
	/* one of two that can be read would pass for all */
	put_zone(root, "intel-rapl:0", "package-0\n", "1000000\n", "262143328850\n");
	put_zone(root, "intel-rapl:1", "package-1\n", "1000000\n", "262143328850\n");
	snprintf(path, sizeof(path), "%s/sys/class/powercap/intel-rapl:1/energy_uj", root->path);
	chmod(path, 0);
	if (geteuid() == 0) { /* whom no permission stops; a folder does */
		remove(path);
		mkdir(path, 0700);
	}
	rapl_open(&rapl, root->path);
	assert_non_null(strstr(
		rapl.why, geteuid() ? "only root may read the energy counters" : "cannot be read"));
	assert_int_equal(rapl.n, 0);
	assert_int_equal(rapl.packages, 0);
	rapl_close(&rapl);
}

/* Nothing but what is in the root is found as a program. */
static void
hide_programs(const struct root *root)
{
	char path[512];
	snprintf(path, sizeof(path), "%s/bin", root->path);
	setenv("PATH", path, 1);
}

static void
joules_of_a_phase_are_those_between_its_ends(void **state)
{
	const struct root *root = *state;
	const struct power_options options = { .root = root->path,
		.typed_idle = NAN_WATTS,
		.typed_busy = NAN_WATTS,
		.period_ms = 20 };
	struct power power;
	hide_programs(root);
	put_zone(root, "intel-rapl:0", "package-0\n", "999000000\n", "1000000000\n");
	struct power_watch *watch = power_start(&options);
	rest(60);
	power_phase(watch, POWER_IDLE);
	rest(150);
	put_energy(root, "intel-rapl:0", "999500000\n");
	power_phase(watch, POWER_BUSY);
	rest(150);
	put_energy(root, "intel-rapl:0", "1500000\n"); /* it has started again */
	power_phase(watch, POWER_PAUSE);
	put_energy(root, "intel-rapl:0", "900000000\n"); /* nobody's */
	rest(60);
	power_phase(watch, POWER_BUSY);
	rest(50);
	put_energy(root, "intel-rapl:0", "900250000\n");
	power_stop(watch, &power);
	assert_false(power.whole);
	assert_near(power.watts[POWER_IDLE] * power.seconds[POWER_IDLE], 0.5, 1e-6);
	assert_near(power.watts[POWER_BUSY] * power.seconds[POWER_BUSY], 2.25, 1e-6);
	assert_true(power.seconds[POWER_IDLE] >= 0.15 && power.seconds[POWER_BUSY] >= 0.2);
	assert_int_equal(power.parts[POWER_RAPL].devices, 1);
	assert_true(power.parts[POWER_RAPL].samples[POWER_BUSY] > 2);
	assert_string_equal(
		power.why, "the processor, as it measures itself; at the plug it is more");
}

/* A card that draws what stands in a file. */
static void
put_card(const struct root *root, const char *watts)
{
	char script[512];
	root_put(root, "watts", watts);
	snprintf(script, sizeof(script), "exec cat '%s/watts'\n", root->path);
	root_nvidia(root, script);
}

/* Until a card has been looked at in this phase, however slow the machine is. */
static void
await_sample(struct power_watch *watch)
{
	unsigned throttle;
	for (int i = 0; i < 1000 && isnan(power_throttled(watch, &throttle)); i++)
		rest(10);
	assert_true(!isnan(power_throttled(watch, &throttle)));
}

static void
cards_are_sampled_by_phase(void **state)
{
	const struct root *root = *state;
	const struct power_options options = { .root = root->path,
		.typed_idle = NAN_WATTS,
		.typed_busy = NAN_WATTS,
		.period_ms = 20,
		.settle_ms = -1 };
	struct power power;
	put_card(root, "20.5, 0x0, 0x0\n19.5, 0x0, 0x0\n");
	put_zone(root, "intel-rapl:0", "package-0\n", "1000\n", "1000000000\n");
	struct power_watch *watch = power_start(&options);
	power_phase(watch, POWER_IDLE);
	await_sample(watch);
	rest(100);
	power_phase(watch, POWER_PAUSE);
	root_put(root, "watts", "300, 0x0, 0x0\n250.5, 0x0, 0x0\n");
	power_phase(watch, POWER_BUSY);
	await_sample(watch);
	rest(100);
	power_phase(watch, POWER_PAUSE);
	root_put(root, "watts", "9999, 0x0, 0x0\n9999, 0x0, 0x0\n");
	await_sample(watch);
	power_stop(watch, &power);
	const struct power_part *cards = &power.parts[POWER_NVIDIA];
	assert_int_equal(cards->devices, 2);
	assert_true(cards->samples[POWER_IDLE] > 0 && cards->samples[POWER_BUSY] > 0);
	assert_near(cards->watts[POWER_IDLE], 40, 1e-9);
	assert_near(cards->watts[POWER_BUSY], 550.5, 1e-9);
	/* with the processor, whose counter stands still */
	assert_near(power.watts[POWER_BUSY], 550.5, 1e-9);
	assert_string_equal(power.why,
		"2 graphics cards and the processor, as they measure themselves; at the plug it is "
		"more");
}

static void
clocks_that_are_held_down_are_noticed(void **state)
{
	const struct root *root = *state;
	const struct power_options options = { .root = root->path,
		.typed_idle = NAN_WATTS,
		.typed_busy = NAN_WATTS,
		.period_ms = 20,
		.settle_ms = -1 };
	struct power power;
	unsigned throttle;
	put_card(root, "300, 0x0000000000000004, 0x0000000000000004\n");
	struct power_watch *watch = power_start(&options);
	power_phase(watch, POWER_IDLE);
	await_sample(watch);
	assert_true(power_throttled(watch, &throttle) == 0);
	assert_int_equal(throttle, 0); /* the power limit is how cards are meant to work */
	power_phase(watch, POWER_PAUSE);
	root_put(root, "watts", "300, 0x0000000000000024, [N/A]\n310, [N/A], [N/A]\n");
	power_phase(watch, POWER_BUSY);
	await_sample(watch);
	assert_true(power_throttled(watch, &throttle) == 1);
	assert_int_equal(throttle, 0x20);
	power_stop(watch, &power);
	assert_true(power.throttled[POWER_IDLE] == 0);
	assert_true(power.throttled[POWER_BUSY] == 1);
	assert_int_equal(power.throttle[POWER_BUSY], 0x20);
	assert_near(power.watts[POWER_BUSY], 610, 1e-9);
}

/* With watts typed in, and of a card that does not tell its own; but not for a server elsewhere. */
static void
clocks_are_watched_whoever_tells_the_watts(void **state)
{
	const struct root *root = *state;
	static const struct {
		double typed;
		bool elsewhere;
		const char *watts;
	} cases[] = { { 400, false, "300" }, { NAN_WATTS, false, "[N/A]" }, { 400, true, "300" } };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const struct power_options options = { .root = root->path,
			.typed_idle = cases[i].typed,
			.typed_busy = cases[i].typed,
			.elsewhere = cases[i].elsewhere,
			.period_ms = 10,
			.settle_ms = -1 };
		struct power power;
		char line[64];
		snprintf(line, sizeof(line), "%s, 0x0, [N/A]\n", cases[i].watts);
		put_card(root, line);
		struct power_watch *watch = power_start(&options);
		for (int phase = 0; phase < 6 && !cases[i].elsewhere;
			phase++) { /* more than FAILURES_MOST */
			power_phase(watch, POWER_IDLE);
			await_sample(watch);
		}
		snprintf(line, sizeof(line), "%s, 0x40, [N/A]\n", cases[i].watts);
		root_put(root, "watts", line);
		power_phase(watch, POWER_BUSY);
		unsigned throttle = 0;
		if (cases[i].elsewhere) {
			rest(50);
			assert_true(isnan(power_throttled(watch, &throttle)));
		} else {
			await_sample(watch);
			assert_true(power_throttled(watch, &throttle) == 1);
			assert_int_equal(throttle, THROTTLE_HEAT_HARD);
		}
		power_stop(watch, &power);
		if (isnan(cases[i].typed))
			assert_true(isnan(power.watts[POWER_BUSY]));
		else
			assert_near(power.watts[POWER_BUSY], cases[i].typed, 1e-9);
	}
}

static void
a_young_phase_does_not_count_yet(void **state)
{
	const struct root *root = *state;
	const struct power_options options = { .root = root->path,
		.typed_idle = NAN_WATTS,
		.typed_busy = NAN_WATTS,
		.period_ms = 20,
		.settle_ms = 5000 };
	struct power power;
	put_card(root, "300, 0x0, 0x0\n");
	struct power_watch *watch = power_start(&options);
	power_phase(watch, POWER_BUSY);
	await_sample(watch);
	power_stop(watch, &power);
	assert_int_equal(power.parts[POWER_NVIDIA].samples[POWER_BUSY], 0);
	assert_true(isnan(power.watts[POWER_BUSY]) && power.throttled[POWER_BUSY] == 0);
	assert_non_null(strstr(power.why, "not measured: "));
}

static void
what_is_not_measured_says_why(void **state)
{
	static const struct {
		const char *script; /* NULL: no nvidia-smi */
		const char *first, *second;
	} cases[] = {
		{ NULL, "not measured: this system shows no energy counters", NULL },
		{ "echo '[N/A]'\n", "not measured: ", "does not tell the power of this card" },
		{ "echo 12; echo '[Unknown Error]'\n",
			"not measured: ", "does not tell the power of every card" },
		{ "exit 0\n", "not measured: ", "lists no card" },
		{ "echo 'No devices were found'; exit 6\n",
			"not measured: ", "No devices were found" },
		{ "exec sleep 60\n", "not measured: ", "did not end within 0.1 seconds" },
	};
	const struct root *root = *state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const struct power_options options = { .root = root->path,
			.typed_idle = NAN_WATTS,
			.typed_busy = NAN_WATTS,
			.period_ms = 20,
			.settle_ms = -1,
			.timeout_ms = 100 };
		struct power power;
		if (cases[i].script)
			root_nvidia(root, cases[i].script);
		else
			hide_programs(root);
		struct power_watch *watch = power_start(&options);
		power_phase(watch, POWER_BUSY);
		rest(250);
		power_stop(watch, &power);
		assert_true(isnan(power.watts[POWER_BUSY]));
		if (!strstr(power.why, cases[i].first) ||
			(cases[i].second && !strstr(power.why, cases[i].second)))
			fail_msg("case %zu: %s", i, power.why);
		if (!cases[i].script) {
			char path[512];
			snprintf(path, sizeof(path), "%s/bin:/usr/bin:/bin", root->path);
			setenv("PATH", path, 1);
		}
	}
}

static void
watts_of_the_plug_take_the_place_of_all(void **state)
{
	const struct root *root = *state;
	const struct power_options options = {
		.root = root->path, .typed_idle = 62, .typed_busy = 410.5
	};
	struct power power;
	root_nvidia(root, "echo 1\n");
	struct power_watch *watch = power_start(&options);
	power_phase(watch, POWER_BUSY);
	rest(60);
	power_stop(watch, &power);
	assert_true(power.whole);
	assert_true(power.watts[POWER_IDLE] == 62 && power.watts[POWER_BUSY] == 410.5);
	assert_true(power.seconds[POWER_BUSY] >= 0.06);
	assert_false(power.parts[POWER_NVIDIA].measured);
	assert_string_equal(power.why, "the whole machine, as typed in with --watts");
}

static void
typed_watts_are_two_numbers(void **state)
{
	static const struct {
		const char *text;
		double idle, busy; /* NAN: refused */
	} cases[] = {
		{ "62,410", 62, 410 },
		{ " 0 , 3.5 ", 0, 3.5 },
		{ "10,10", 10, 10 },
		{ "410,62", NAN_WATTS, NAN_WATTS },
		{ "62", NAN_WATTS, NAN_WATTS },
		{ "62,", NAN_WATTS, NAN_WATTS },
		{ ",410", NAN_WATTS, NAN_WATTS },
		{ "62,410,500", NAN_WATTS, NAN_WATTS },
		{ "-1,5", NAN_WATTS, NAN_WATTS },
		{ "0,0", NAN_WATTS, NAN_WATTS },
		{ "1,1000001", NAN_WATTS, NAN_WATTS },
		{ "nan,5", NAN_WATTS, NAN_WATTS },
		{ "", NAN_WATTS, NAN_WATTS },
	};
	(void)state;
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct err err = { 0 };
		double idle = -1, busy = -1;
		bool good = power_typed(cases[i].text, &idle, &busy, &err);
		if (good == isnan(cases[i].idle))
			fail_msg("\"%s\" is %s", cases[i].text, good ? "taken" : err.text);
		if (good)
			assert_true(idle == cases[i].idle && busy == cases[i].busy);
		else
			assert_int_equal(err.fault, FAULT_USAGE);
	}
}

static void
a_token_costs_its_joules(void **state)
{
	(void)state;
	/* 410 W for 60 s that made 3,000 tokens: 8.2 J each, 2.278 kWh a million, 0.683 at 0.30 */
	double joules = power_joules_per_token(410, 60, 3000);
	assert_near(joules, 8.2, 1e-12);
	struct estimate cost =
		power_cost_per_million(joules, (struct estimate){ 0.15, 0.30, 0.45 });
	assert_near(cost.likely, 0.683333333, 1e-8);
	assert_near(cost.low, 0.341666667, 1e-8);
	assert_near(cost.high, 1.025, 1e-9);
	assert_true(isnan(power_joules_per_token(410, 60, 0)));
	assert_true(isnan(power_joules_per_token(NAN_WATTS, 60, 100)));
	assert_true(isnan(power_cost_per_million(NAN_WATTS, estimate_of(0.3)).likely));
}

#define ROOTED(test) cmocka_unit_test_setup_teardown(test, root_make, root_remove)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_counter_that_starts_again_goes_on),
		ROOTED(packages_and_memory_are_counted_once),
		ROOTED(counters_that_cannot_be_read_say_why),
		ROOTED(joules_of_a_phase_are_those_between_its_ends),
		ROOTED(cards_are_sampled_by_phase),
		ROOTED(clocks_that_are_held_down_are_noticed),
		ROOTED(clocks_are_watched_whoever_tells_the_watts),
		ROOTED(a_young_phase_does_not_count_yet),
		ROOTED(what_is_not_measured_says_why),
		ROOTED(watts_of_the_plug_take_the_place_of_all),
		cmocka_unit_test(typed_watts_are_two_numbers),
		cmocka_unit_test(a_token_costs_its_joules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
