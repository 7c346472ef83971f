/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "decide/sandbox.h"

#include <stdlib.h>

enum {
	LENGTH_MOST = 65536, /* of a statement, in bytes */
	DEPTH_MOST = 1000,   /* of an expression; parse.c allows 800 parts */
	STEPS_MOST = 100000, /* of SQLite's machine, a run */
	STEPS_CHECK = 1000,
};

const char *const sandbox_functions[] = { "coalesce", "max", "min" };
const size_t sandbox_functions_n = HL_COUNT(sandbox_functions);

struct sandbox {
	sqlite3 *db;
	int selects; /* seen while a statement is prepared */
	int checks;  /* of the progress handler, in this run */
};

static int
authorize(void *data, int action, const char *first, const char *second, const char *database,
	const char *trigger)
{
	struct sandbox *sandbox = data;
	(void)first;
	(void)database;
	(void)trigger;
	if (action == SQLITE_SELECT)
		return ++sandbox->selects == 1 ? SQLITE_OK : SQLITE_DENY;
	if (action != SQLITE_FUNCTION || !second)
		return SQLITE_DENY;
	for (size_t i = 0; i < sandbox_functions_n; i++)
		if (slice_is_nocase(slice_of(second), sandbox_functions[i]))
			return SQLITE_OK;
	return SQLITE_DENY;
}

static int
progress(void *data)
{
	struct sandbox *sandbox = data;
	return ++sandbox->checks > STEPS_MOST / STEPS_CHECK;
}

struct sandbox *
sandbox_open(void)
{
	static const struct {
		int id, most;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, LENGTH_MOST },
		{ SQLITE_LIMIT_SQL_LENGTH, LENGTH_MOST },
		/* as many as sqlite_master has: SQLite 3.53 counts those, 3.46 did not */
		{ SQLITE_LIMIT_COLUMN, 5 },
		{ SQLITE_LIMIT_EXPR_DEPTH, DEPTH_MOST },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 1 },
		{ SQLITE_LIMIT_VDBE_OP, 25000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 32 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 1000 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 0 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};
	struct sandbox *sandbox = xcalloc(1, sizeof(*sandbox));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX;
	if (sqlite3_open_v2(":memory:", &sandbox->db, flags, NULL) != SQLITE_OK)
		BUG("SQLite does not open in memory: %s", sqlite3_errmsg(sandbox->db));
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(sandbox->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	for (size_t i = 0; i < HL_COUNT(limits); i++)
		sqlite3_limit(sandbox->db, limits[i].id, limits[i].most);
	sqlite3_set_authorizer(sandbox->db, authorize, sandbox);
	sqlite3_progress_handler(sandbox->db, STEPS_CHECK, progress, sandbox);
	return sandbox;
}

void
sandbox_close(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	if (sqlite3_close(sandbox->db) != SQLITE_OK)
		BUG("a sandbox is closed before its statements");
	free(sandbox);
}

sqlite3_stmt *
sandbox_prepare(struct sandbox *sandbox, const char *expression, struct err *err)
{
	struct str sql = STR_INIT;
	sqlite3_stmt *statement = NULL;
	const char *rest = NULL;
	str_printf(&sql, "SELECT (%s)", expression);
	sandbox->selects = 0;
	sandbox->checks = 0;
	int rc = sqlite3_prepare_v2(sandbox->db, str_text(&sql), (int)sql.n + 1, &statement, &rest);
	if (rc != SQLITE_OK)
		err_set(err, FAULT_INPUT, "%s", sqlite3_errmsg(sandbox->db));
	else if (!statement || *rest || sqlite3_column_count(statement) != 1)
		rc = err_set(err, FAULT_INPUT, "expected one expression") ? SQLITE_OK
									  : SQLITE_ERROR;
	str_free(&sql);
	if (rc == SQLITE_OK)
		return statement;
	sqlite3_finalize(statement);
	return NULL;
}

static bool
read_truth(sqlite3_stmt *statement, enum truth *out, struct err *err)
{
	int type = sqlite3_column_type(statement, 0);
	if (type == SQLITE_NULL) {
		*out = TRUTH_UNKNOWN;
		return true;
	}
	int64_t value = type == SQLITE_INTEGER ? sqlite3_column_int64(statement, 0) : -1;
	if (value != 0 && value != 1)
		return err_set(err, FAULT_INPUT, "neither true nor false, expected a condition");
	*out = value ? TRUTH_HOLDS : TRUTH_FAILS;
	return true;
}

bool
sandbox_truth(struct sandbox *sandbox, sqlite3_stmt *statement, enum truth *out, struct err *err)
{
	sandbox->checks = 0;
	bool good = sqlite3_step(statement) == SQLITE_ROW
			    ? read_truth(statement, out, err)
			    : err_set(err, FAULT_LIMIT, "%s", sqlite3_errmsg(sandbox->db));
	sqlite3_reset(statement);
	return good;
}
