/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/sql.h"

#include <stdarg.h>
#include <stdlib.h>

bool
sql_read_only(const struct ledger *ledger, struct err *err)
{
	if (sqlite3_extended_errcode(ledger->db) == SQLITE_READONLY_ROLLBACK)
		return err_set(err, FAULT_SYSTEM,
			"%s: an import was killed and has to be rolled back, expected a ledger "
			"that can be written to",
			ledger->path);
	return err_set(err, FAULT_SYSTEM,
		"%s: this ledger cannot be written to; nothing was saved (audit without saving: "
		"--no-save)",
		ledger->path);
}

bool
sql_fail(const struct ledger *ledger, struct err *err)
{
	int code = sqlite3_errcode(ledger->db), number = sqlite3_system_errno(ledger->db);
	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(err, FAULT_SYSTEM,
			"%s: another process is using this ledger; try again when it is done",
			ledger->path);
	case SQLITE_FULL:
		return err_set(
			err, FAULT_SYSTEM, "%s: no space left; nothing was saved", ledger->path);
	case SQLITE_READONLY:
		return sql_read_only(ledger, err);
	case SQLITE_NOTADB:
		return err_set(err, FAULT_INPUT, "%s: not a ledger of hllm, nor any other database",
			ledger->path);
	case SQLITE_CORRUPT:
		return err_set(err, FAULT_INPUT,
			"%s: a damaged ledger; hllm doctor says how to save what can be read of it",
			ledger->path);
	case SQLITE_CANTOPEN:
	case SQLITE_IOERR:
		if (number)
			return err_set(
				err, FAULT_SYSTEM, "%s: %s", ledger->path, err_errno(number));
		/* fall through */
	default:
		return err_set(
			err, FAULT_SYSTEM, "%s: %s", ledger->path, sqlite3_errmsg(ledger->db));
	}
}

bool
sql_run(struct ledger *ledger, const char *sql, struct err *err)
{
	return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       sql_fail(ledger, err);
}

static void
bind_all(sqlite3_stmt *statement, const char *types, va_list ap)
{
	for (int i = 1; *types; types++, i++) {
		if (*types == 'i') {
			sqlite3_bind_int64(statement, i, va_arg(ap, int64_t));
		} else if (*types == 't') {
			const char *text = va_arg(ap, const char *);
			sqlite3_bind_text(statement, i, text ? text : "", -1, SQLITE_STATIC);
		} else {
			struct slice blob = va_arg(ap, struct slice);
			sqlite3_bind_blob64(
				statement, i, blob.n ? blob.p : "", blob.n, SQLITE_STATIC);
		}
	}
}

sqlite3_stmt *
sql_prepare(struct ledger *ledger, struct err *err, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) != SQLITE_OK) {
		sql_fail(ledger, err);
		return NULL;
	}
	va_list ap;
	va_start(ap, types);
	bind_all(statement, types, ap);
	va_end(ap);
	return statement;
}

bool
sql_step(struct ledger *ledger, sqlite3_stmt *statement, struct err *err)
{
	bool good = sqlite3_step(statement) == SQLITE_DONE;
	if (!good)
		sql_fail(ledger, err);
	sqlite3_reset(statement);
	return good;
}

int
sql_row(struct ledger *ledger, sqlite3_stmt *statement, struct err *err)
{
	int code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		return 1;
	if (code == SQLITE_DONE)
		return 0;
	sql_fail(ledger, err);
	return -1;
}

bool
sql_exec(struct ledger *ledger, struct err *err, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err, sql, "");
	if (!statement)
		return false;
	va_list ap;
	va_start(ap, types);
	bind_all(statement, types, ap);
	va_end(ap);
	bool good = sql_step(ledger, statement, err);
	sqlite3_finalize(statement);
	return good;
}

struct slice
sql_blob(sqlite3_stmt *statement, int column)
{
	const void *p = sqlite3_column_blob(statement, column);
	return (struct slice){ p, (size_t)sqlite3_column_bytes(statement, column) };
}

char *
sql_text(sqlite3_stmt *statement, int column)
{
	const unsigned char *text = sqlite3_column_text(statement, column);
	return xstrdup(text ? (const char *)text : "");
}
