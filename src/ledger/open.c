/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/sql.h"
#include "ledger/views.h"

enum { WAIT_MS = 5000 };

static int64_t
pragma(struct ledger *ledger, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t value = -1;
	if (sqlite3_prepare_v2(ledger->db, sql, -1, &statement, NULL) == SQLITE_OK &&
		sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static bool
make_folders(const char *path, struct err *err)
{
	char *copy = xstrdup(path);
	bool good = true;
	for (char *slash = strchr(copy + 1, '/'); slash && good; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) != 0 && errno != EEXIST)
			good = err_set(err, FAULT_SYSTEM, "%s: %s", copy, err_errno(errno));
		*slash = '/';
	}
	free(copy);
	return good;
}

/* The steps from a version of the tables to ours. */
static bool
go_up(struct ledger *ledger, int64_t version, struct err *err)
{
	bool good = true;
	for (; version < LEDGER_VERSION && good; version++)
		good = sql_run(ledger, ledger_steps[version - 1], err);
	good = good && views_make(ledger, err);
	char *pragma_version = xasprintf("PRAGMA user_version = %d", LEDGER_VERSION);
	good = good && sql_run(ledger, pragma_version, err);
	free(pragma_version);
	return good;
}

/* Of an older version: what it lacks is added, unless another hllm did so while we waited. */
static bool
update_tables(struct ledger *ledger, struct err *err)
{
	return sql_run(ledger, "BEGIN IMMEDIATE", err) &&
	       go_up(ledger, pragma(ledger, "PRAGMA user_version"), err) &&
	       sql_run(ledger, "COMMIT", err);
}

static bool
make_tables(struct ledger *ledger, struct err *err)
{
	uint64_t secret;
	if (getrandom(&secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return err_set(err, FAULT_SYSTEM, "no random numbers: %s", err_errno(errno));
	return sql_run(ledger, "BEGIN IMMEDIATE", err) &&
	       /* another hllm may have made them while we waited */
	       (pragma(ledger, "PRAGMA user_version") == LEDGER_VERSION ||
		       (sql_run(ledger, ledger_schema, err) &&
			       sql_exec(ledger, err, "INSERT INTO meta VALUES ('secret', ?)", "i",
				       (int64_t)secret) &&
			       sql_run(ledger, "PRAGMA application_id = 1751936109", err) &&
			       go_up(ledger, 1, err))) &&
	       sql_run(ledger, "COMMIT", err);
}

static bool
no_ledger(const struct ledger *ledger, struct err *err)
{
	return err_set(
		err, FAULT_INPUT, "%s: no ledger yet; start with: hllm audit FILE", ledger->path);
}

static bool
check_version(struct ledger *ledger, enum ledger_mode mode, struct err *err)
{
	int64_t version = pragma(ledger, "PRAGMA user_version"),
		tables = pragma(ledger, "SELECT count(*) FROM sqlite_schema");
	if (version < 0 || tables < 0)
		return sql_fail(ledger, err);
	ledger->version = LEDGER_VERSION;
	if (version == 0 && tables == 0 && mode == LEDGER_WRITE)
		return make_tables(ledger, err);
	if (version == 0 && tables == 0)
		return no_ledger(ledger, err);
	if (pragma(ledger, "PRAGMA application_id") != LEDGER_APPLICATION)
		return err_set(err, FAULT_INPUT,
			"%s: a database of another program, expected a ledger of hllm",
			ledger->path);
	if (version > LEDGER_VERSION)
		return err_set(err, FAULT_INPUT,
			"%s: written by a newer hllm (version %lld of the tables, this one knows "
			"%d)",
			ledger->path, (long long)version, LEDGER_VERSION);
	ledger->version = version;
	if (version == LEDGER_VERSION || mode != LEDGER_WRITE)
		return true;
	ledger->version = LEDGER_VERSION;
	return update_tables(ledger, err);
}

static bool
read_secret(struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *statement =
		sql_prepare(ledger, err, "SELECT value FROM meta WHERE name = 'secret'", "");
	if (!statement)
		return false;
	int got = sql_row(ledger, statement, err);
	if (got == 1)
		ledger->secret = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return got == 1 ||
	       (got == 0 && err_set(err, FAULT_INPUT, "%s: a ledger without its secret" LEDGER_MEND,
				    ledger->path));
}

/* Told before anything is read: SQLite would say so only at the first write. */
static bool
check_writable(const struct ledger *ledger, struct err *err)
{
	char *folder = xstrdup(ledger->path), *slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	const char *where = slash ? folder : ".";
	bool good = access(where, W_OK) == 0;
	if (!good)
		err_set(err, FAULT_SYSTEM,
			"%s: %s, expected a folder that the ledger can be written in (audit "
			"without saving: --no-save)",
			where, err_errno(errno));
	free(folder);
	return good;
}

/* The file, as far as it can be told without SQLite. */
static bool
check_file(const struct ledger *ledger, enum ledger_mode mode, struct err *err)
{
	struct stat st;
	if (!ledger->path[0])
		return err_set(err, FAULT_USAGE, "--ledger: an empty name, expected a file");
	if (mode == LEDGER_WRITE && !make_folders(ledger->path, err))
		return false;
	if (stat(ledger->path, &st) != 0) {
		if (errno == ENOENT && mode == LEDGER_READ)
			return no_ledger(ledger, err);
		if (errno != ENOENT)
			return err_set(err, FAULT_SYSTEM, "%s: %s", ledger->path, err_errno(errno));
	} else if (S_ISDIR(st.st_mode)) {
		return err_set(
			err, FAULT_INPUT, "%s: a directory, expected a ledger", ledger->path);
	} else if (!S_ISREG(st.st_mode)) {
		return err_set(err, FAULT_INPUT, "%s: not a regular file, expected a ledger",
			ledger->path);
	}
	return mode == LEDGER_READ || check_writable(ledger, err);
}

/* As SQLite takes it: names such as ":memory:" and "file:x" mean files here, too. */
static int
open_path(struct ledger *ledger, int flags)
{
	char *path =
		ledger->path[0] == '/' ? xstrdup(ledger->path) : xasprintf("./%s", ledger->path);
	mode_t before = umask(077);
	int code = sqlite3_open_v2(path, &ledger->db, flags, NULL);
	umask(before);
	free(path);
	return code;
}

static bool
open_database(struct ledger *ledger, enum ledger_mode mode, struct err *err)
{
	if (!check_file(ledger, mode, err))
		return false;
	/* a reader, too, has to be able to roll back what a killed writer left */
	int flags = SQLITE_OPEN_READWRITE | (mode == LEDGER_WRITE ? SQLITE_OPEN_CREATE : 0);
	if (open_path(ledger, flags) != SQLITE_OK) {
		if (ledger->db)
			return sql_fail(ledger, err);
		return err_set(err, FAULT_SYSTEM,
			"%s: cannot be opened, expected a ledger (another one: --ledger FILE)",
			ledger->path);
	}
	if (mode == LEDGER_WRITE && sqlite3_db_readonly(ledger->db, "main") == 1)
		return sql_read_only(ledger, err);
	sqlite3_busy_timeout(ledger->db, WAIT_MS);
	sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	sqlite3_db_config(ledger->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (mode == LEDGER_READ && !sql_run(ledger, "PRAGMA query_only = 1", err))
		return false;
	return check_version(ledger, mode, err) && read_secret(ledger, err);
}

struct ledger *
ledger_open(const char *path, enum ledger_mode mode, struct err *err)
{
	struct ledger *ledger = xcalloc(1, sizeof(*ledger));
	ledger->path = xstrdup(path);
	if (open_database(ledger, mode, err))
		return ledger;
	ledger_close(ledger);
	return NULL;
}

void
ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	ledger_release(ledger);
	sqlite3_close(ledger->db);
	free(ledger->path);
	free(ledger);
}

const char *
ledger_path(const struct ledger *ledger)
{
	return ledger->path;
}

uint64_t
ledger_secret(const struct ledger *ledger)
{
	return ledger->secret;
}

bool
ledger_begin(struct ledger *ledger, struct err *err)
{
	ledger->in_transaction = sql_run(ledger, "BEGIN IMMEDIATE", err);
	return ledger->in_transaction;
}

bool
ledger_commit(struct ledger *ledger, struct err *err)
{
	if (!sql_run(ledger, "COMMIT", err))
		return false;
	ledger->in_transaction = false;
	return true;
}

bool
ledger_hold(struct ledger *ledger, struct err *err)
{
	ledger->in_transaction = sql_run(ledger, "BEGIN", err);
	return ledger->in_transaction;
}

void
ledger_release(struct ledger *ledger)
{
	sqlite3_blob_close(ledger->slots);
	ledger->slots = NULL;
	if (ledger->in_transaction)
		ledger_rollback(ledger);
}

void
ledger_rollback(struct ledger *ledger)
{
	sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
	ledger->in_transaction = false;
}
