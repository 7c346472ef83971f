/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/bridge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { BEFORE = 24309, AFTER, CELLS_MOST = 16 };
#define MILLION  1000000
#define CENTS(n) ((femto_t)(n)*FEMTO_PER_CENT)

struct world {
	struct history history;
	struct history_cell cells[CELLS_MOST];
};

/* Cents for a million tokens. */
struct prices {
	int input, read, output;
};
static const struct prices big = { 1000, 100, 4000 }, small = { 200, 50, 800 };

static struct history_cell *
add(struct world *world, int month, const char *workload, const char *model)
{
	struct history_cell *cell = &world->cells[world->history.cells_n++];
	*cell = (struct history_cell){
		.month = month, .workload = slice_of(workload), .model = slice_of(model)
	};
	return cell;
}

/* Millions of tokens at list prices. */
static struct history_cell *
use(struct world *world, int month, const char *model, int input, int read, int output,
	const struct prices *prices)
{
	struct history_cell *cell = add(world, month, "work", model);
	const int millions[TOKEN_KINDS] = {
		[TOKEN_UNCACHED_INPUT] = input, [TOKEN_CACHE_READ] = read, [TOKEN_OUTPUT] = output
	};
	const int cents[TOKEN_KINDS] = { [TOKEN_UNCACHED_INPUT] = prices->input,
		[TOKEN_CACHE_READ] = prices->read,
		[TOKEN_OUTPUT] = prices->output };
	for (int k = 0; k < TOKEN_KINDS; k++) {
		cell->tokens[k] = (int64_t)millions[k] * MILLION;
		cell->list[k] = CENTS(millions[k]) * cents[k];
		cell->spend_low += cell->list[k];
	}
	cell->spend_high = cell->spend_low;
	return cell;
}

static void
assert_exact(const struct bridge *bridge)
{
	femto_t total = 0;
	for (int i = 0; i < BRIDGE_STEPS; i++) {
		femto_t of_step = 0;
		for (size_t k = 0; k < bridge->workloads_n; k++)
			of_step += bridge->workloads[k].steps[i];
		assert_true(bridge->steps[i] == of_step);
		total += bridge->steps[i];
	}
	assert_true(total == bridge->after - bridge->before);
	for (size_t k = 0; k < bridge->workloads_n; k++) {
		const struct bridge_workload *at = &bridge->workloads[k];
		femto_t sum = at->before - at->after;
		for (int i = 0; i < BRIDGE_STEPS; i++)
			sum += at->steps[i];
		assert_true(sum == 0);
	}
}

/* The bridge, and the one of the months the other way round, which is its opposite. */
static void
make(struct world *world, struct bridge *bridge)
{
	static const enum bridge_step opposite[BRIDGE_STEPS] = { BRIDGE_GONE, BRIDGE_NEW,
		BRIDGE_VOLUME, BRIDGE_MIX, BRIDGE_CACHE, BRIDGE_PRICE, BRIDGE_OTHER };
	struct bridge back;
	world->history.cells = world->cells;
	bridge_make(bridge, &world->history, BEFORE, AFTER);
	bridge_make(&back, &world->history, AFTER, BEFORE);
	assert_exact(bridge);
	assert_exact(&back);
	assert_true(bridge->before == history_spend(&world->history, BEFORE));
	assert_true(bridge->after == history_spend(&world->history, AFTER));
	assert_true(back.before == bridge->after && back.after == bridge->before);
	for (int i = 0; i < BRIDGE_STEPS; i++)
		assert_true(bridge->steps[i] == -back.steps[opposite[i]]);
	bridge_free(&back);
}

/* All that changed is one step. */
static void
assert_only(const struct bridge *bridge, enum bridge_step step, femto_t amount)
{
	for (int i = 0; i < BRIDGE_STEPS; i++)
		if (bridge->steps[i] != (i == (int)step ? amount : 0))
			fail_msg("%s: %.15f", bridge_ids[i], (double)bridge->steps[i] / 1e15);
	assert_true(bridge->after - bridge->before == amount);
}

static void
test_unchanged(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	for (int month = BEFORE; month <= AFTER; month++) {
		use(&world, month, "big", 7, 3, 1, &big)->spend_low -= 1234567;
		use(&world, month, "small", 11, 13, 3, &small)->unsplit = 5;
		struct history_cell *fee = add(&world, month, "zz", "a fee");
		fee->no_model = true;
		fee->spend_low = CENTS(333);
	}
	make(&world, &bridge);
	assert_only(&bridge, BRIDGE_OTHER, 0);
	assert_int_equal(bridge.workloads_n, 2);
	bridge_free(&bridge);
}

/* Three times as much of everything; a third of a cent does not divide. */
static void
test_volume(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	use(&world, BEFORE, "big", 7, 3, 1, &big);
	use(&world, BEFORE, "small", 11, 0, 3, &small);
	use(&world, AFTER, "big", 21, 9, 3, &big);
	use(&world, AFTER, "small", 33, 0, 9, &small);
	femto_t more = 0;
	for (size_t i = 0; i < world.history.cells_n; i++)
		more += i < 2 ? -world.cells[i].spend_low : world.cells[i].spend_low;
	make(&world, &bridge);
	assert_only(&bridge, BRIDGE_VOLUME, more);
	bridge_free(&bridge);
}

/* The same tokens, cached as often, move from one model to another that was or was not there. */
static void
test_mix(void **state)
{
	(void)state;
	for (int there = 0; there <= 1; there++) {
		struct world world = { 0 };
		struct bridge bridge;
		struct history_cell *cell = use(&world, BEFORE, "big", 60, 30, 30, &big);
		femto_t more = -cell->spend_low;
		if (there)
			more -= use(&world, BEFORE, "small", 20, 10, 10, &small)->spend_low;
		more += use(&world, AFTER, "big", 20, 10, 10, &big)->spend_low;
		more += use(&world, AFTER, "small", there ? 60 : 40, there ? 30 : 20,
			there ? 30 : 20, &small)
				->spend_low;
		make(&world, &bridge);
		assert_only(&bridge, BRIDGE_MIX, more);
		bridge_free(&bridge);
	}
}

/* As many tokens in, but more of them from a cache that was or was not used before. */
static void
test_cache(void **state)
{
	(void)state;
	for (int there = 0; there <= 1; there++) {
		struct world world = { 0 };
		struct bridge bridge;
		femto_t more =
			-use(&world, BEFORE, "big", 60 - 7 * there, 7 * there, 30, &big)->spend_low;
		more += use(&world, AFTER, "big", 13, 47, 30, &big)->spend_low;
		make(&world, &bridge);
		assert_only(&bridge, BRIDGE_CACHE, more);
		assert_true(more < 0);
		bridge_free(&bridge);
	}
}

/* A new list price, and a discount on a bill: the list says how it is dealt out. */
static void
test_price(void **state)
{
	(void)state;
	for (int billed = 0; billed <= 1; billed++) {
		struct world world = { 0 };
		struct bridge bridge;
		const struct prices dearer = { 1100, 90, 5000 };
		femto_t more = -use(&world, BEFORE, "big", 60, 20, 30, &big)->spend_low;
		struct history_cell *cell =
			use(&world, AFTER, "big", 60, 20, 30, billed ? &big : &dearer);
		if (billed)
			cell->spend_low = cell->spend_low * 7 / 8 + 1;
		more += cell->spend_low;
		make(&world, &bridge);
		assert_only(&bridge, BRIDGE_PRICE, more);
		bridge_free(&bridge);
	}
}

static void
test_new_and_gone(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	use(&world, BEFORE, "big", 60, 20, 30, &big)->workload = SLICE("old");
	use(&world, AFTER, "big", 6, 2, 3, &big)->workload = SLICE("fresh");
	femto_t gone = world.cells[0].spend_low, fresh = world.cells[1].spend_low;
	make(&world, &bridge);
	assert_true(bridge.steps[BRIDGE_NEW] == fresh && bridge.steps[BRIDGE_GONE] == -gone);
	assert_int_equal(bridge.workloads_n, 2);
	assert_true(slice_is(bridge.workloads[0].name, "old")); /* what changed most */
	assert_true(slice_is(bridge.workloads[1].name, "fresh"));
	bridge_free(&bridge);
}

/* Nothing of these is known to come from tokens. */
static void
test_other(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	struct history_cell *cell = add(&world, BEFORE, "work", "credit");
	cell->no_model = true;
	cell->spend_low = -CENTS(500);
	cell = use(&world, BEFORE, "secret", 5, 0, 1, &big); /* billed, and no list price */
	memset(cell->list, 0, sizeof(cell->list));
	cell = use(&world, BEFORE, "tools", 5, 0, 1, &big);
	cell->list_other = CENTS(100); /* searches */
	cell->spend_low += CENTS(100);
	cell = add(&world, BEFORE, "(gap)", "big");
	cell->difference = true;
	cell->tokens[TOKEN_OUTPUT] = 7;
	cell->spend_low = CENTS(40);
	/* after: twice the tokens, the searches of before, another credit, another difference */
	cell = add(&world, AFTER, "work", "credit");
	cell->no_model = true;
	cell->spend_low = -CENTS(300);
	cell = use(&world, AFTER, "secret", 10, 0, 2, &big);
	memset(cell->list, 0, sizeof(cell->list));
	cell = use(&world, AFTER, "tools", 10, 0, 2, &big);
	cell->list_other = CENTS(100);
	cell->spend_low += CENTS(100);
	cell = add(&world, AFTER, "(less)", "big");
	cell->difference = true;
	cell->spend_low = -CENTS(60);
	/* differences come in the order of their names, before the workloads */
	struct history_cell first = world.cells[3];
	memmove(&world.cells[1], &world.cells[0], 3 * sizeof(first));
	world.cells[0] = first;
	first = world.cells[7];
	memmove(&world.cells[5], &world.cells[4], 3 * sizeof(first));
	world.cells[4] = first;
	make(&world, &bridge);
	femto_t tools = 5 * CENTS(1000) + CENTS(4000), other = CENTS(200 - 100) + tools;
	assert_true(bridge.steps[BRIDGE_VOLUME] == tools);
	assert_true(bridge.steps[BRIDGE_OTHER] == other);
	assert_true(bridge.steps[BRIDGE_NEW] == 0 && bridge.steps[BRIDGE_GONE] == 0);
	assert_int_equal(bridge.workloads_n, 2);
	assert_true(slice_is(bridge.workloads[1].name, "(less)"));
	bridge_free(&bridge);
}

/* What a subscription or a server of one's own takes over costs nothing from then on: that is mix. */
static void
test_taken_over(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	const struct prices none = { 0, 0, 0 };
	femto_t all = use(&world, BEFORE, "big", 60, 20, 30, &big)->spend_low;
	use(&world, AFTER, "local", 60, 20, 30, &none);
	make(&world, &bridge);
	assert_only(&bridge, BRIDGE_MIX, -all);
	bridge_free(&bridge);
}

static void
test_nothing(void **state)
{
	(void)state;
	struct world world = { 0 };
	struct bridge bridge;
	make(&world, &bridge);
	assert_int_equal(bridge.workloads_n, 0);
	assert_only(&bridge, BRIDGE_NEW, 0);
	bridge_free(&bridge);
	use(&world, AFTER, "big", 1, 0, 1, &big);
	make(&world, &bridge);
	assert_only(&bridge, BRIDGE_NEW, CENTS(5000));
	bridge_free(&bridge);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unchanged),
		cmocka_unit_test(test_volume),
		cmocka_unit_test(test_mix),
		cmocka_unit_test(test_cache),
		cmocka_unit_test(test_price),
		cmocka_unit_test(test_new_and_gone),
		cmocka_unit_test(test_other),
		cmocka_unit_test(test_taken_over),
		cmocka_unit_test(test_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
