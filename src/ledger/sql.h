/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sql - SQLite with our errors; the inside of the ledger. */
#ifndef HLLM_LEDGER_SQL_H
#define HLLM_LEDGER_SQL_H

#include <sqlite3.h>

#include "ledger/ledger.h"

struct ledger {
	sqlite3 *db;
	char *path;
	uint64_t secret;
	int64_t version; /* of its tables: one that is only read may be older than ours */
	bool in_transaction;
	sqlite3_blob *slots; /* open for ledger_slots(); NULL: not yet */
};

/* False with a sentence made of SQLite's last error. */
bool sql_read_only(const struct ledger *ledger, struct err *err);
bool sql_fail(const struct ledger *ledger, struct err *err);
bool sql_run(struct ledger *ledger, const char *sql, struct err *err);
/* Prepares; binds the arguments by the letters of 'types': i int64_t, t text (NULL ok), b struct slice
 * as a blob.  NULL: err. */
sqlite3_stmt *sql_prepare(
	struct ledger *ledger, struct err *err, const char *sql, const char *types, ...);
/* Rebinds and runs a prepared statement that gives no rows. */
bool sql_step(struct ledger *ledger, sqlite3_stmt *statement, struct err *err);
/* 1 a row, 0 done, -1 err. */
int sql_row(struct ledger *ledger, sqlite3_stmt *statement, struct err *err);
/* Prepare, step once without rows, finalize. */
bool sql_exec(struct ledger *ledger, struct err *err, const char *sql, const char *types, ...);
struct slice sql_blob(sqlite3_stmt *statement, int column);
char *sql_text(sqlite3_stmt *statement, int column); /* malloc'ed; "" for NULL */

enum {
	LEDGER_APPLICATION = 0x686C6C6D,
	LEDGER_VERSION = 4, /* of the tables */
	LEDGER_MINUTES = 2, /* from it on, requests are counted by the minute */
	LEDGER_PROBES = 3,  /* from it on, there are probes */
	LEDGER_CELLS = 4,   /* from it on, there are cells */
};
extern const char ledger_schema[];                         /* version 1 */
extern const char *const ledger_steps[LEDGER_VERSION - 1]; /* from each to the next */

#endif
