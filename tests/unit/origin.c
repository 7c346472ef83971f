/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is declared of a number becomes formulas, inputs and roots; and every number has an id that lasts. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/ids.h"

static const struct column whole_columns[] = { { .key = "days" },
	{ .key = "cost", .unit = "money" } };
static const struct column job_columns[] = {
	{ .key = "name", .left = true },
	{ .key = "cost", .unit = "money" },
	{ .key = "month",
		.head = "A MONTH",
		.unit = "money",
		.why = "= {cost} * 30 / {whole.days}" },
	{ .head = "SAID", .shows = "month" },
	{ .key = "share.low" },
};
static const struct column part_columns[] = { { .key = "part" },
	{ .key = "cost", .unit = "money" } };

enum { NAME, COST, MONTH, SAID, SHARE };

struct world {
	struct answer answer;
	struct table *whole, *jobs, *parts;
};

static void
add_part(struct world *world, size_t owner, const char *name, int cost)
{
	struct cell *row = table_child_row(world->parts, owner);
	row[0] = cell_text(&world->answer, slice_of(name));
	row[1] = cell_money(cost * FEMTO_PER_UNIT, "USD");
}

static void
add_job(struct world *world, const char *name, int cost, const char *currency)
{
	struct cell *row = table_row(world->jobs);
	row[NAME] = cell_text(&world->answer, slice_of(name));
	row[COST] = cell_money(cost * FEMTO_PER_UNIT, currency);
	row[MONTH] = cell_money(cost * FEMTO_PER_UNIT * 3, currency);
	row[SAID] = cell_text(&world->answer, SLICE("about so much"));
	row[SHARE] = cell_none("nobody knows");
}

static void
make(struct world *world)
{
	answer_init(&world->answer, "test/1");
	world->answer.explained = true;
	world->whole =
		answer_table(&world->answer, "whole", NULL, whole_columns, HL_COUNT(whole_columns));
	world->whole->single = true;
	struct cell *row = table_row(world->whole);
	row[0] = cell_count(10);
	row[1] = cell_money(9 * FEMTO_PER_UNIT, "USD");
	world->jobs =
		answer_table(&world->answer, "jobs", NULL, job_columns, HL_COUNT(job_columns));
	world->parts = answer_child(
		&world->answer, world->jobs, "parts", part_columns, HL_COUNT(part_columns));
	add_job(world, "chat", 4, "USD");
	add_job(world, "a]b} .c", 5, "USD");
	add_job(world, "euros", 7, "EUR");
	add_part(world, 0, "in", 1);
	add_part(world, 0, "out", 3);
	add_part(world, 1, "in", 5);
}

static void
test_formulas(void **state)
{
	(void)state;
	static const struct {
		const char *why, *formula, *filled; /* NULL: none */
		size_t inputs, roots;
		const char *text;
	} cases[] = {
		{ "= {cost} * 30 / {whole.days}", "{cost} * 30 / {whole.days}", "4 * 30 / 10", 2, 0,
			"" },
		{ "= {jobs#1.cost} - {cost}", "{jobs[a]b} .c].cost} - {cost}", "5 - 4", 2, 0, "" },
		{ "= {jobs[euros].cost}", "{jobs[euros].cost}", "7", 1, 0, "" },
		{ "= {jobs[=name].month}", "{jobs[chat].month}", "12", 1, 0, "" },
		{ "= sum({jobs.cost})", "sum({jobs.cost})", "sum(4, 5)", 2, 0, "" },
		{ "= others({jobs.cost})", "others({jobs.cost})", "others(5)", 1, 0, "" },
		{ "= sum({parts.cost})", "sum({parts.cost})", "sum(1, 3)", 2, 0, "" },
		{ "= max({cost}, {whole.cost})", "max({cost}, {whole.cost})", "max(4, 9)", 2, 0,
			"" },
		/* the first that can be worked out */
		{ "= {share.low} * 2\n= {cost} + 1\n= {cost} + 2", "{cost} + 1", "4 + 1", 1, 0,
			"" },
		/* roots and sentences */
		{ "= {share.low} * 2\n@assumption of {name}\nIt is so.", NULL, NULL, 0, 1,
			"It is so." },
		{ "= {cost} * 1\n@assumption one\nIt is so.", "{cost} * 1", "4 * 1", 1, 0,
			"It is so." },
		{ "= 2 / 7\n@rule file:3", "2 / 7", "2 / 7", 0, 1, "" },
		{ "Of {cost} by {name}, {share.low}: {jobs[].cost}\n@records total", NULL, NULL, 3,
			1, "Of 4 by chat, -: 4, 5" },
	};
	struct world world;
	make(&world);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const struct origin_cell at = { world.jobs, 0, COST };
		struct explanation found;
		answer_origin(&world.answer, world.jobs, 0, COST, "%s", cases[i].why);
		assert_true(origin_find(&world.answer, &at, &found));
		char *formula = slice_dup(found.formula), *filled = slice_dup(found.filled),
		     *text = slice_dup(found.text);
		assert_string_equal(formula, cases[i].formula ? cases[i].formula : "");
		assert_string_equal(filled, cases[i].filled ? cases[i].filled : "");
		assert_string_equal(text, cases[i].text);
		assert_int_equal(found.inputs_n, cases[i].inputs);
		assert_int_equal(found.roots_n, cases[i].roots);
		free(formula);
		free(filled);
		free(text);
		origin_free(&found);
	}
	const struct origin_cell bare = { world.whole, 0, 0 };
	struct explanation none;
	assert_false(origin_find(&world.answer, &bare, &none));
	origin_free(&none);
	answer_free(&world.answer);
}

static void
test_records(void **state)
{
	(void)state;
	struct world world;
	make(&world);
	const struct origin_cell at = { world.jobs, 1, COST };
	struct explanation found;
	answer_origin(&world.answer, world.jobs, 1, COST,
		"@records workload {name} model {share.low} month 2026-10");
	assert_true(origin_find(&world.answer, &at, &found));
	assert_int_equal(found.roots_n, 1);
	assert_true(slice_is(found.roots[0].kind, "records"));
	assert_true(slice_is(found.roots[0].workload, "a]b} .c"));
	assert_true(found.roots[0].model.p && !found.roots[0].model.n);
	assert_true(slice_is(found.roots[0].month, "2026-10"));
	assert_null(found.roots[0].biller.p);
	origin_free(&found);
	answer_free(&world.answer);
}

/* Only what somebody asks for is kept. */
static void
test_nobody_asks(void **state)
{
	(void)state;
	struct world world;
	make(&world);
	world.answer.explained = false;
	answer_origin(&world.answer, world.jobs, 0, COST, "= %d", 1);
	assert_int_equal(world.jobs->told_n, 0);
	assert_null(id_of(world.jobs, 0, COST));
	answer_free(&world.answer);
}

static void
test_ids(void **state)
{
	(void)state;
	struct world one, two;
	make(&one);
	ids_make(&one.answer);
	size_t n = 0;
	for (size_t row = 0; row < 3; row++) {
		assert_null(id_of(one.jobs, row, NAME));
		assert_null(id_of(one.jobs, row, SHARE)); /* it is missing */
		assert_ptr_equal(id_of(one.jobs, row, SAID), id_of(one.jobs, row, MONTH));
		for (size_t k = 0; k < 3; k++)
			n += strcmp(id_of(one.jobs, row, COST), id_of(one.jobs, k, COST)) == 0;
		assert_true(id_looks(slice_of(id_of(one.jobs, row, COST))));
	}
	assert_int_equal(n, 3);
	/* other rows, another order and other values change nothing */
	answer_init(&two.answer, "test/1");
	two.jobs = answer_table(&two.answer, "jobs", NULL, job_columns, HL_COUNT(job_columns));
	add_job(&two, "new", 1, "USD");
	add_job(&two, "euros", 1, "USD");
	add_job(&two, "chat", 1, "USD");
	ids_make(&two.answer);
	assert_string_equal(id_of(two.jobs, 2, MONTH), id_of(one.jobs, 0, MONTH));
	assert_string_equal(id_of(two.jobs, 1, COST), id_of(one.jobs, 2, COST));
	answer_free(&two.answer);
	answer_free(&one.answer);
}

/* Rows of one name, and so many that ids of four signs collide. */
static void
test_many(void **state)
{
	(void)state;
	enum { ROWS = 4000 };
	struct answer answer;
	struct origin_cell at, more;
	size_t longer = 0;
	answer_init(&answer, "test/1");
	struct table *table = answer_table(&answer, "t", NULL, part_columns, 2);
	for (int i = 0; i < ROWS; i++) {
		struct cell *row = table_row(table);
		row[0] = cell_textf(&answer, "%d", i / 2); /* each twice */
		row[1] = cell_count(i);
	}
	ids_make(&answer);
	struct id_index index;
	id_index_make(&answer, &index);
	for (size_t i = 0; i < ROWS; i++) {
		struct slice id = slice_of(id_of(table, i, 1));
		assert_int_equal(id_find(&index, id, &at, &more), 1);
		assert_int_equal(at.row, i);
		longer += id.n > ID_LEAST;
		if (id.n == ID_LEAST)
			continue;
		/* as it was when there were fewer: what it may mean is counted */
		id.n--;
		assert_true(id_find(&index, id, &at, &more) > 1);
		assert_true(at.row != more.row);
	}
	assert_true(longer > 2 && longer < ROWS / 2);
	/* as it was when there were more: it has become shorter */
	struct str id = STR_INIT;
	str_printf(&id, "%s222", id_of(table, 7, 1));
	assert_int_equal(id_find(&index, str_as_slice(&id), &at, &more), 1);
	assert_int_equal(at.row, 7);
	assert_int_equal(id_find(&index, SLICE("zzzzzzzzz2"), &at, &more), 0);
	str_free(&id);
	free(index.items);
	answer_free(&answer);
}

static void
test_looks(void **state)
{
	(void)state;
	static const char *const ids[] = { "k7qm", "ab2c", "zzz9q", "a222222" };
	static const char *const words[] = { "", "chat", "k7q", "7kqm", "k7lm", "k0qm", "K7qm",
		"total", "abcde2", "k7qm k7qn", "gpt-4", "a22222222222222" };
	for (size_t i = 0; i < HL_COUNT(ids); i++)
		assert_true(id_looks(slice_of(ids[i])));
	for (size_t i = 0; i < HL_COUNT(words); i++)
		assert_false(id_looks(slice_of(words[i])));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formulas),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_nobody_asks),
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_looks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
