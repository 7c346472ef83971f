/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What makes a measurement doubtful, on servers whose every fault is known (servers.h). */
#include "config.h"

#include "servers.h"

/* Each contamination is named, no other one is, and those that make numbers wrong refuse the run. */
struct fault_case {
	const char *name;
	void (*make)(struct server *server);
	unsigned long doubts; /* bits */
	bool refuses;
	int concurrency;
	int64_t budget_ms;
};

static void
make_cached(struct server *s)
{
	s->cached = 0.9;
}
static void
make_keeping(struct server *s)
{
	s->keeps_template = true;
}
static void
make_crowded(struct server *s)
{
	s->crowd_ms = 2;
}
static void
make_cut(struct server *s)
{
	s->cut_to = 200;
}
static void
make_varied(struct server *s)
{
	s->jitter = 0.3;
}
static void
make_slower(struct server *s)
{
	s->jitter = 0.05;
	s->slower = 0.03;
}
static void
make_gathered(struct server *s)
{
	s->gathers = true;
}
static void
make_uncounted(struct server *s)
{
	s->uncounted = s->silent_finish = true;
}
static void
make_guessed(struct server *s)
{
	s->no_output_count = true;
}
static void
make_short(struct server *s)
{
	s->ends_after = 20;
}
static void
make_failing(struct server *s)
{
	s->fails_each = 7;
}
static void
make_dying(struct server *s)
{
	s->fails_from = 12;
}
static void
make_slow(struct server *s)
{
	s->tpot_ms = 100;
}
static void
make_role(struct server *s)
{
	s->role_event = true;
	s->reasoning = 10;
	s->chunk = 2;
}

static const struct fault_case fault_cases[] = {
	{ "roles, reasoning, chunks", make_role, 0, false, 2, 60000 },
	{ "the template is cached", make_keeping, 0, false, 1, 60000 },
	{ "a little slower with each", make_crowded, 0, false, 4, 60000 },
	{ "cached", make_cached, 1 << DOUBT_CACHED, true, 1, 60000 },
	{ "truncated", make_cut, 1 << DOUBT_TRUNCATED, true, 1, 60000 },
	{ "varied", make_varied, 1 << DOUBT_VARIATION | 1 << DOUBT_UNSURE, false, 1, 12000 },
	{ "slower", make_slower, 1 << DOUBT_DRIFT | 1 << DOUBT_VARIATION | 1 << DOUBT_UNSURE, false,
		1, 30000 },
	{ "gathered", make_gathered, 1 << DOUBT_BUFFERED, true, 2, 60000 },
	{ "uncounted", make_uncounted, 1 << DOUBT_UNCOUNTED, false, 1, 60000 },
	{ "guessed", make_guessed, 1 << DOUBT_UNCOUNTED, false, 1, 60000 },
	{ "short", make_short, 1 << DOUBT_SHORT, false, 1, 60000 },
	{ "queued", NULL, 1 << DOUBT_QUEUED, false, 8, 60000 },
	{ "failing", make_failing, 1 << DOUBT_FAILURES, false, 1, 60000 },
	{ "dying", make_dying, 1 << DOUBT_FAILURES | 1 << DOUBT_PARTIAL, false, 1, 60000 },
	{ "slow", make_slow, 1 << DOUBT_FEW, false, 1, 20000 },
};

static void
test_doubts(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(fault_cases); i++) {
		const struct fault_case *c = &fault_cases[i];
		struct server *server = server_new();
		if (c->make)
			c->make(server);
		int list[2] = { 1, c->concurrency };
		bool both = c->concurrency > 1;
		struct measurement out;
		struct measure_options options = usual(list, both ? 2 : 1);
		options.budget_ms = c->budget_ms;
		take(server, &options, &out);
		const struct run *run = &out.runs[both ? 1 : 0];
		unsigned long found = 0;
		for (int d = 0; d < DOUBTS; d++) {
			const struct doubt *doubt = &run->doubts.items[d];
			found |= doubt->there ? 1ul << d : 0;
			assert_int_equal(doubt->there, doubt->text[0] != '\0');
			if (getenv("SHOW") && doubt->there)
				printf("# %s: %s: %s\n", c->name, doubt_names[d], doubt->text);
		}
		if (found != c->doubts)
			fail_msg("%s: doubts %lx, not %lx", c->name, found, c->doubts);
		assert_int_equal(doubts_refuse(&run->doubts), c->refuses);
		assert_int_equal(out.knee == 0, c->refuses || isnan(run->output_tokens_per_second));
		measurement_free(&out);
		server_free(server);
	}
}

static void
tell_machine(void *arg, bool after, struct doubt_facts *facts)
{
	*facts = *(const struct doubt_facts *)arg;
	(void)after;
}

/* What is known from elsewhere makes doubts, too. */
static void
test_machine_doubts(void **state)
{
	(void)state;
	static const struct {
		struct doubt_facts facts;
		int doubt; /* -1: none */
	} cases[] = {
		{ { -1, -1, -1, 100, 60, MISSING, -1, -1, MISSING, false, 0 }, DOUBT_SPILL },
		{ { -1, -1, -1, 100, 100, MISSING, -1, -1, MISSING, false, 0 }, -1 },
		{ { -1, -1, -1, 100, -1, MISSING, -1, -1, MISSING, false, 0 }, -1 },
		{ { -1, -1, -1, -1, -1, 1.5, 2, -1, MISSING, false, 0 }, DOUBT_LOADED },
		{ { -1, -1, -1, -1, -1, 0.2, 2, 0, 0, false, 0 }, -1 },
		{ { -1, -1, -1, -1, -1, 1.5, 2, 3, MISSING, true, 0 }, -1 },
		{ { -1, -1, -1, -1, -1, 0.1, 2, 1, MISSING, false, 0 }, DOUBT_GPU_SHARED },
		{ { -1, -1, -1, -1, -1, 0.1, 2, 0, 0.4, false, 0x28 }, DOUBT_THROTTLED },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct server *server = server_new();
		struct doubt_facts facts = cases[i].facts;
		facts.prefix = 40;
		int c = 1;
		struct measurement out;
		struct measure_options options = usual(&c, 1);
		options.facts = tell_machine;
		options.arg = &facts;
		take(server, &options, &out);
		for (int d = 0; d < DOUBTS; d++)
			assert_int_equal(out.runs[0].doubts.items[d].there, d == cases[i].doubt);
		if (cases[i].doubt == DOUBT_THROTTLED)
			assert_non_null(strstr(out.runs[0].doubts.items[DOUBT_THROTTLED].text,
				"held down in 40 % of the time by heat, a slowdown of the "
				"hardware: "));
		measurement_free(&out);
		server_free(server);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubts),
		cmocka_unit_test(test_machine_doubts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
