/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger as others read it: by SQL. */
#ifndef HLLM_TESTS_SQLNUMBER_H
#define HLLM_TESTS_SQLNUMBER_H

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What a query of one number gives, of the ledger at 'path'. */
static inline int64_t
sql_number(const char *path, const char *query)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_prepare_v2(db, query, -1, &statement, NULL) != SQLITE_OK)
		fail_msg("%s: %s", query, sqlite3_errmsg(db));
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return value;
}

#endif
