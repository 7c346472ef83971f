/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct column money_column[] = { { .key = "cost", .head = "COST" } };

static femto_t
amount_of(struct slice text)
{
	femto_t value;
	assert_int_equal(num_decimal(text, &value), NUM_OK);
	return value;
}

static void
test_round(void **state)
{
	(void)state;
	static const struct {
		const char *rows, *total, *shown; /* shown NULL: not possible */
	} cases[] = {
		{ "33.333333 33.333333 33.333334", "100", "33.33 33.33 33.34" },
		{ "0.005 0.005 0.005 0.005", "0.02", "0.01 0.01 0.00 0.00" },
		{ "0.004 0.004 0.004", "0.012", "0.01 0.00 0.00" },
		{ "1.005 2.005", "3.01", "1.01 2.00" },
		{ "0 0 0", "0", "0.00 0.00 0.00" },
		{ "0 0.019 0", "0.019", "0.00 0.02 0.00" },
		{ "-0.006 1.006", "1", "-0.01 1.01" },
		{ "-0.5 -0.254", "-0.754", "-0.50 -0.25" },
		{ "1 2", "4", NULL },
		{ "1 2", "2", NULL },
		{ "99999999999999999.994 0.006", "100000000000000000",
			"99999999999999999.99 0.01" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct answer answer;
		answer_init(&answer, "test/1");
		struct table *table = answer_table(&answer, "t", NULL, money_column, 1);
		struct slice rest = slice_of(cases[i].rows), part;
		while (slice_cut(&rest, ' ', &part))
			table_row(table)[0] = cell_money(amount_of(part), "USD");
		bool good = answer_round_column(table, 0, 2, amount_of(slice_of(cases[i].total)));
		assert_int_equal(good, cases[i].shown != NULL);
		rest = cases[i].shown ? slice_of(cases[i].shown) : SLICE_NONE;
		for (size_t row = 0; slice_cut(&rest, ' ', &part); row++) {
			assert_true(table->cells[row].rounded);
			assert_true(table->cells[row].shown == amount_of(part));
		}
		if (!good)
			assert_false(table->cells[0].rounded);
		answer_free(&answer);
	}
}

/* Whatever the amounts, the rows add up and none is off by a cent or more. */
static void
test_round_random(void **state)
{
	(void)state;
	uint64_t seed = 1;
	for (int round = 0; round < 200; round++) {
		struct answer answer;
		answer_init(&answer, "test/1");
		struct table *table = answer_table(&answer, "t", NULL, money_column, 1);
		femto_t total = 0, sum = 0;
		for (int i = 0; i <= round % 40; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			femto_t amount = (femto_t)(seed >> 8) - (round % 3 ? 0 : (femto_t)1 << 55);
			total += amount;
			table_row(table)[0] = cell_money(amount, "USD");
		}
		assert_true(answer_round_column(table, 0, 2, total));
		for (size_t i = 0; i < table->rows_n; i++) {
			femto_t off = table->cells[i].shown - table->cells[i].amount;
			assert_true(off > -FEMTO_PER_CENT && off < FEMTO_PER_CENT);
			assert_true(table->cells[i].shown % FEMTO_PER_CENT == 0);
			sum += table->cells[i].shown;
		}
		assert_true(sum == num_round(total, 2));
		answer_free(&answer);
	}
}

static void
test_round_currencies(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "test/1");
	struct table *table = answer_table(&answer, "t", NULL, money_column, 1);
	assert_true(answer_round_column(table, 0, 2, 0));
	table_row(table)[0] = cell_money(FEMTO_PER_UNIT, "USD");
	table_row(table)[0] = cell_none("no price");
	assert_true(answer_round_column(table, 0, 2, FEMTO_PER_UNIT));
	assert_false(table->cells[1].rounded);
	table_row(table)[0] = cell_money(FEMTO_PER_UNIT, "EUR");
	assert_false(answer_round_column(table, 0, 2, 2 * FEMTO_PER_UNIT));
	answer_free(&answer);
}

static void
test_share(void **state)
{
	(void)state;
	const femto_t huge = FEMTO_PER_UNIT * 4000000000000000000;
	assert_int_equal(cell_share(1, 0).type, CELL_NONE);
	assert_true(cell_share(1, 3).amount == FEMTO_PER_UNIT / 3);
	assert_true(cell_share(2, 3).amount == FEMTO_PER_UNIT * 2 / 3 + 1);
	assert_true(cell_share(-1, 4).amount == -FEMTO_PER_UNIT / 4);
	assert_true(cell_share(huge, huge).amount == FEMTO_PER_UNIT);
	assert_true(cell_share(huge / 8, huge).amount == FEMTO_PER_UNIT / 8);
	assert_true(cell_share(7, 2).amount == FEMTO_PER_UNIT * 7 / 2);
}

/* Tables stay where they are, and what an answer shows is its own copy. */
static void
test_ownership(void **state)
{
	(void)state;
	char name[] = "gpt-4o";
	struct answer answer;
	answer_init(&answer, "test/1");
	struct table *first = answer_table(&answer, "first", NULL, money_column, 1);
	for (int i = 0; i < 100; i++)
		answer_table(&answer, "more", NULL, money_column, 1);
	assert_ptr_equal(answer.tables[0], first);
	for (int i = 0; i < 100; i++)
		table_row(first)[0] = cell_text(&answer, slice_of(name));
	name[0] = 'X';
	assert_int_equal(first->rows_n, 100);
	assert_true(slice_is(first->cells[99].text, "gpt-4o"));
	assert_int_equal(table_row(first)[0].type, CELL_NONE);
	assert_true(slice_is(cell_textf(&answer, "%d %s", 7, name).text, "7 Xpt-4o"));
	answer_headline(&answer, "%s", "old");
	answer_headline(&answer, "%d %%", 41);
	assert_string_equal(str_text(&answer.headline), "41 %");
	answer_note(&answer, "%s", "a");
	answer_note(&answer, "%s", "");
	assert_int_equal(answer.notes_n, 2);
	assert_string_equal(str_text(&answer.notes[1]), "");
	answer_free(&answer);
}

/* Charts stay where they are too, with all that was added to them; sanitizers see what is not freed. */
static void
test_charts(void **state)
{
	(void)state;
	struct answer answer;
	answer_init(&answer, "test/1");
	struct table *table = answer_table(&answer, "t", NULL, money_column, 1);
	struct chart *first = answer_chart(&answer, CHART_LINES, "spend", table);
	for (int i = 0; i < 50; i++)
		chart_add_bar(answer_chart(&answer, CHART_BARS, "more", NULL), SLICE("bar"), 0, i);
	chart_add_point(chart_add_series(first, SLICE("API")), 1, 2, 1, 3);
	assert_int_equal(answer.pictures_n, 51);
	assert_ptr_equal(answer.pictures[0].chart, first);
	assert_ptr_equal(answer.pictures[0].table, table);
	assert_int_equal(first->kind, CHART_LINES);
	assert_string_equal(first->name, "spend");
	assert_int_equal(first->series_n, 1);
	assert_null(answer.pictures[50].table);
	assert_true(answer.pictures[50].chart->bars[0].high == 49);
	answer_free(&answer);
	assert_int_equal(answer.pictures_n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round),
		cmocka_unit_test(test_round_random),
		cmocka_unit_test(test_round_currencies),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_ownership),
		cmocka_unit_test(test_charts),
	};
	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
