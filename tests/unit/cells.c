/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of cells: amounts come out of the views as they went in, and columns are called as in the export. */
#include "config.h"

#include "ledger/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sqlnumber.h"
#include <cmocka.h>

#include "ledger/sql.h"
#include "report/extract.h"

static char path[64];

static int64_t
number(const char *query)
{
	return sql_number(path, query);
}

static struct cell_row
a_row(int month, femto_t amount, const char *text)
{
	struct cell_row row = {
		.month = month, .day = 20000, .start = 1728000000, .end = 1728086400
	};
	for (int i = 0; i < CELL_FIELDS; i++)
		row.values[i] = (struct cell_value){ .known = true,
			.count = i,
			.amount = amount,
			.text = slice_of(cell_fields[i].kind == CELLS_TEXT ? text : "") };
	return row;
}

/* Amounts come out of "usage" as the exact decimals that went in, and as nanos next to them. */
static void
test_amounts(void **unused)
{
	(void)unused;
	static const struct {
		femto_t femtos;
		const char *decimal, *nanos;
	} cases[] = {
		{ 0, "0", "0" },
		{ 1, "0.000000000000001", "0" },
		{ -1, "-0.000000000000001", "0" },
		{ 499999, "0.000000000499999", "0" },
		{ 500000, "0.0000000005", "1" },
		{ -500000, "-0.0000000005", "0" },
		{ -500001, "-0.000000000500001", "-1" },
		{ 1000000, "0.000000001", "1" },
		{ -1000000, "-0.000000001", "-1" },
		{ FEMTO_PER_UNIT, "1", "1000000000" },
		{ -120 * FEMTO_PER_UNIT, "-120", "-120000000000" },
		{ -FEMTO_PER_UNIT - 1, "-1.000000000000001", "-1000000000" },
		{ 9223372036 * FEMTO_PER_UNIT + 854775807 * FEMTO_PER_NANO + 1,
			"9223372036.854775807000001", "9223372036854775807" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct err err = { 0 };
		char query[200];
		unlink(path);
		struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
		assert_true(ledger_begin(ledger, &err) && cells_begin(ledger, &err));
		struct cell_writer *writer = cell_writer_new(ledger, &err);
		struct cell_row row = a_row(24321, cases[i].femtos, "x");
		struct cells_made made = { 1, 2, 3, "UTC", "" };
		assert_true(cell_writer_add(writer, &row, &err));
		cell_writer_free(writer);
		assert_true(cells_done(ledger, &made, &err) && ledger_commit(ledger, &err));
		ledger_close(ledger);
		snprintf(query, sizeof(query),
			"SELECT list_cost = '%s' AND list_cost_nanos = %s AND month = '2026-10' "
			"FROM usage",
			cases[i].decimal, cases[i].nanos);
		if (number(query) != 1)
			fail_msg("%s is not what usage has", cases[i].decimal);
		snprintf(query, sizeof(query), "SELECT spend = '%s' FROM usage_by_month",
			cases[i].decimal);
		assert_int_equal(number(query), 1);
	}
	unlink(path);
}

/* What does not fit 64 bits of nanos is refused, and what was made before it can be taken back. */
static void
test_amount_too_large(void **unused)
{
	(void)unused;
	struct err err = { 0 };
	unlink(path);
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
	assert_true(ledger_begin(ledger, &err) && cells_begin(ledger, &err));
	struct cell_writer *writer = cell_writer_new(ledger, &err);
	struct cell_row row = a_row(24321, 7, "x"),
			large = a_row(24321, 9223372037 * FEMTO_PER_UNIT, "x");
	assert_true(cell_writer_add(writer, &row, &err));
	assert_false(cell_writer_add(writer, &large, &err));
	assert_int_equal(err.fault, FAULT_LIMIT);
	cell_writer_free(writer);
	cells_take_back(ledger);
	assert_true(ledger_commit(ledger, &err));
	ledger_close(ledger);
	assert_int_equal(number("SELECT count(*) FROM cell"), 0);
	unlink(path);
}

/* Names of the tables' columns are those of the fields, in their order; of the fields, those of the export. */
static void
test_columns(void **unused)
{
	(void)unused;
	struct err err = { 0 };
	char query[400];
	int texts = 1, numbers = 5;
	unlink(path);
	ledger_close(ledger_open(path, LEDGER_WRITE, &err));
	assert_int_equal(extract_columns_n, CELL_FIELDS + 2);
	for (int i = 0; i < CELL_FIELDS; i++) {
		const struct cell_field *field = &cell_fields[i];
		bool text = field->kind == CELLS_TEXT;
		assert_string_equal(field->name, extract_columns[i + 2].column.key);
		snprintf(query, sizeof(query),
			"SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s%s' AND cid "
			"= %d",
			text ? "cell_key" : "cell", field->name,
			field->kind == CELLS_MONEY ? "_nanos" : "", text ? texts : numbers);
		if (number(query) != 1)
			fail_msg("%s", query);
		texts += text;
		numbers += field->kind == CELLS_MONEY ? 2 : field->kind == CELLS_COUNT;
	}
	snprintf(query, sizeof(query),
		"SELECT (SELECT count(*) FROM pragma_table_info('cell_key')) = %d AND (SELECT "
		"count(*) FROM pragma_table_info('cell')) = %d",
		texts, numbers);
	assert_int_equal(number(query), 1);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_amount_too_large),
		cmocka_unit_test(test_columns),
	};
	snprintf(path, sizeof(path), "cells-test-%ld.db", (long)getpid());
	return cmocka_run_group_tests_name("cells", tests, NULL, NULL);
}
