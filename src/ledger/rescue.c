/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/rescue.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/cells.h"
#include "ledger/sql.h"
#include "ledger/store.h"

enum { ASKED_EVERY = 2000 }; /* entries */

struct saving {
	sqlite3 *from;
	struct ledger *to;
	struct rescue *out;
};

/* ---- reading ---- */

static bool
count(struct ledger *ledger, const char *sql, int64_t *out, struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err, sql, "");
	bool good = statement && sql_row(ledger, statement, err) == 1;
	if (good)
		*out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return good;
}

static bool
walk_entries(
	struct ledger *ledger, int64_t source, bool (*late)(void *), void *arg, struct err *err)
{
	struct entry_walk *walk = entry_walk_new(ledger, source, err);
	struct item item;
	int got = walk ? 1 : -1;
	for (int n = 1; got > 0; n++) {
		got = entry_walk_next(walk, &item, err);
		if (late && n % ASKED_EVERY == 0 && late(arg))
			got = -1;
	}
	entry_walk_free(walk);
	return got == 0;
}

bool
ledger_reads(
	struct ledger *ledger, int64_t source, bool (*late)(void *), void *arg, struct err *err)
{
	struct bins bins = { 0 };
	bool good = ledger_load_bins(ledger, source, &bins, err);
	bins_free(&bins);
	for (int kind = TAP_TOP; kind < TAP_KINDS && good; kind++) {
		struct taps taps = { 0 };
		good = ledger_load_taps(ledger, source, (enum tap_kind)kind, &taps, err);
		taps_free(&taps);
	}
	return good && walk_entries(ledger, source, late, arg, err);
}

/* 1 it is what its hash says, 0 it is not. */
static int
is_sound(sqlite3_stmt *row)
{
	struct key key;
	struct slice stored = sql_blob(row, 3);
	return key_unpack(sql_blob(row, 1), sql_blob(row, 2), &key) &&
	       stored.n == sizeof(key.hash) && memcmp(stored.p, &key.hash, stored.n) == 0;
}

bool
ledger_keys_hold(struct ledger *ledger, int64_t *first, struct err *err)
{
	int64_t missing = 0, wrong = 0;
	sqlite3_stmt *rows = sql_prepare(
		ledger, err, "SELECT id, texts, numbers, hash FROM key ORDER BY id", "");
	int got = rows ? 1 : -1;
	while (got > 0 && !wrong && (got = sql_row(ledger, rows, err)) > 0)
		if (!is_sound(rows))
			wrong = sqlite3_column_int64(rows, 0);
	sqlite3_finalize(rows);
	if (first)
		*first = wrong;
	if (wrong)
		return err_set(err, FAULT_INPUT, "%s: damaged key", ledger->path);
	static const char orphans[] =
		"SELECT count(*) FROM series WHERE key NOT IN (SELECT id FROM key)";
	return got == 0 && count(ledger, orphans, &missing, err) &&
	       (!missing ||
		       err_set(err, FAULT_INPUT, "%s: series without their keys", ledger->path));
}

/* ---- copying ---- */

/* "INSERT OR REPLACE INTO table (a, b) VALUES (?, ?)" for the columns of a row. */
static sqlite3_stmt *
prepare_insert(struct saving *s, const char *table, sqlite3_stmt *row)
{
	struct str names = STR_INIT, marks = STR_INIT;
	sqlite3_stmt *insert = NULL;
	for (int i = 0; i < sqlite3_column_count(row); i++) {
		str_printf(&names, "%s%s", i ? ", " : "", sqlite3_column_name(row, i));
		str_puts(&marks, i ? ", ?" : "?");
	}
	char *sql = xasprintf("INSERT OR REPLACE INTO %s (%s) VALUES (%s)", table, str_text(&names),
		str_text(&marks));
	if (sqlite3_prepare_v2(s->to->db, sql, -1, &insert, NULL) != SQLITE_OK)
		insert = NULL;
	free(sql);
	str_free(&names);
	str_free(&marks);
	return insert;
}

/* All rows that a query gives until it ends or fails.  True: it ended. */
static bool
copy_rows(struct saving *s, const char *table, const char *sql)
{
	sqlite3_stmt *rows = NULL, *insert = NULL;
	bool good = sqlite3_prepare_v2(s->from, sql, -1, &rows, NULL) == SQLITE_OK &&
		    (insert = prepare_insert(s, table, rows)) != NULL;
	int code = good ? SQLITE_ROW : SQLITE_ERROR;
	while (good && (code = sqlite3_step(rows)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(rows); i++)
			sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i));
		good = sqlite3_step(insert) == SQLITE_DONE;
		sqlite3_reset(insert);
	}
	sqlite3_finalize(insert);
	sqlite3_finalize(rows);
	return good && code == SQLITE_DONE;
}

/* From both ends, where there is something in the middle that cannot be read. */
static bool
copy_table(struct saving *s, const char *table, const char *order)
{
	char *up = xasprintf("SELECT * FROM %s NOT INDEXED ORDER BY %s", table, order),
	     *down = xasprintf("SELECT * FROM %s NOT INDEXED ORDER BY %s DESC", table, order);
	bool whole = copy_rows(s, table, up);
	if (!whole)
		(void)!copy_rows(s, table, down);
	free(up);
	free(down);
	return whole;
}

/* The rows of a source by its index, and if that is damaged without it. */
static bool
copy_of_source(struct saving *s, const char *table, int64_t source)
{
	static const char *const ways[] = { "", " NOT INDEXED" };
	bool good = false;
	for (size_t i = 0; i < HL_COUNT(ways) && !good; i++) {
		char *sql = xasprintf("SELECT * FROM %s%s WHERE source = %lld", table, ways[i],
			(long long)source);
		char *undo =
			xasprintf("DELETE FROM %s WHERE source = %lld", table, (long long)source);
		sqlite3_exec(s->to->db, undo, NULL, NULL, NULL);
		good = copy_rows(s, table, sql);
		free(sql);
		free(undo);
	}
	return good;
}

static void
lose(struct saving *s, const char *name)
{
	struct str lost = STR_INIT;
	if (s->out->lost)
		str_printf(&lost, "%s\n", s->out->lost);
	str_puts(&lost, name);
	free(s->out->lost);
	s->out->lost = lost.p;
}

static void
forget(struct saving *s, int64_t source, const char *name)
{
	static const char *const tables[] = { "page", "series", "tap", "import_source" };
	for (size_t i = 0; i < HL_COUNT(tables); i++) {
		char *sql = xasprintf(
			"DELETE FROM %s WHERE source = %lld", tables[i], (long long)source);
		sqlite3_exec(s->to->db, sql, NULL, NULL, NULL);
		free(sql);
	}
	char *sql = xasprintf("DELETE FROM source WHERE id = %lld", (long long)source);
	sqlite3_exec(s->to->db, sql, NULL, NULL, NULL);
	free(sql);
	lose(s, name);
}

/* Keys that are not what they were, and then those that use them. */
static bool
drop_keys(struct saving *s, struct err *err)
{
	int64_t wrong;
	struct err ignored;
	while (!ledger_keys_hold(s->to, &wrong, &ignored) && wrong)
		if (!sql_exec(s->to, err, "DELETE FROM key WHERE id = ?", "i", wrong))
			return false;
	return true;
}

static bool
has_keys(struct saving *s, int64_t source)
{
	struct err ignored;
	int64_t missing = 0;
	char *sql = xasprintf("SELECT count(*) FROM series WHERE source = %lld AND key NOT IN "
			      "(SELECT id FROM key)",
		(long long)source);
	bool good = count(s->to, sql, &missing, &ignored) && !missing;
	free(sql);
	return good;
}

static bool
save_sources(struct saving *s, struct err *err)
{
	struct sources sources = { 0 };
	struct keys keys = { 0 };
	bool good = ledger_load_keys(s->to, &keys, err) && ledger_sources(s->to, 0, &sources, err);
	for (size_t i = 0; i < sources.n && good; i++) {
		int64_t id = sources.items[i].id;
		struct err ignored;
		bool whole = copy_of_source(s, "series", id) && copy_of_source(s, "page", id) &&
			     copy_of_source(s, "tap", id) && has_keys(s, id) &&
			     ledger_reads(s->to, id, NULL, NULL, &ignored);
		s->out->saved += whole;
		if (!whole)
			forget(s, id, sources.items[i].name);
	}
	s->out->sources += (int64_t)sources.n;
	sources_free(&sources);
	keys_free(&keys);
	return good;
}

/* The secret of the old one takes the place of the new one's. */
static bool
save_secret(struct saving *s, const char *from, struct err *err)
{
	int64_t secrets = 0;
	if (!sql_run(s->to, "DELETE FROM meta", err))
		return false;
	copy_rows(s, "meta", "SELECT * FROM meta WHERE name NOT LIKE 'cells%'");
	return count(s->to, "SELECT count(*) FROM meta WHERE name = 'secret'", &secrets, err) &&
	       (secrets == 1 ||
		       err_set(err, FAULT_INPUT,
			       "%s: its secret cannot be read, and without it nothing of it can "
			       "be used; import the files again",
			       from));
}

/* What imports name but is lost, and what is there but lost its import. */
static bool
save_links(struct saving *s, struct err *err)
{
	static const char adopt[] =
		"DELETE FROM import_source WHERE source NOT IN (SELECT id FROM source)"
		" OR import NOT IN (SELECT id FROM import);"
		"INSERT INTO import (time, command) SELECT 0, ''"
		" WHERE NOT EXISTS (SELECT 1 FROM import) AND EXISTS (SELECT 1 FROM source);"
		"INSERT INTO import_source (import, source, place, name)"
		" SELECT (SELECT max(id) FROM import), id, 1000000 + id, name FROM source"
		" WHERE id NOT IN (SELECT source FROM import_source);";
	sqlite3_stmt *gone = sql_prepare(s->to, err,
		"SELECT DISTINCT name FROM import_source WHERE source NOT IN (SELECT id FROM "
		"source)",
		"");
	int got = gone ? 1 : -1;
	while (got > 0 && (got = sql_row(s->to, gone, err)) > 0) {
		char *name = sql_text(gone, 0);
		lose(s, name);
		s->out->sources++;
		free(name);
	}
	sqlite3_finalize(gone);
	return got == 0 && sql_run(s->to, adopt, err);
}

/* Keys that are lost make the sources that need them unreadable, which is seen there. */
static bool
save_all(struct saving *s, const char *from, struct err *err)
{
	if (!save_secret(s, from, err))
		return false;
	copy_table(s, "key", "id");
	copy_table(s, "import", "id");
	copy_table(s, "source", "id");
	copy_rows(s, "import_source", "SELECT * FROM import_source");
	copy_table(s, "probe", "id");
	return drop_keys(s, err) && save_links(s, err) && save_sources(s, err) &&
	       sql_run(s->to,
		       "DELETE FROM import WHERE id NOT IN (SELECT import FROM import_source)",
		       err) &&
	       count(s->to, "SELECT count(*) FROM probe", &s->out->probes, err) &&
	       ledger_settle(s->to, err) && cells_mark_all(s->to, err);
}

static bool
open_old(struct saving *s, const char *from, const char *to, struct err *err)
{
	if (access(to, F_OK) == 0)
		return err_set(err, FAULT_USAGE,
			"%s: there is a ledger already, expected a name that is free: see --ledger",
			to);
	struct stat st;
	if (access(from, R_OK) != 0)
		return err_set(
			err, FAULT_INPUT, "%s: cannot be read, expected a damaged ledger", from);
	/* a pipe would be waited for */
	if (stat(from, &st) != 0 || !S_ISREG(st.st_mode))
		return err_set(err, FAULT_INPUT,
			"%s: not a regular file, expected a damaged ledger", from);
	char *path = from[0] == '/' ? xstrdup(from) : xasprintf("./%s", from);
	int code = sqlite3_open_v2(path, &s->from, SQLITE_OPEN_READONLY, NULL);
	free(path);
	return code == SQLITE_OK ||
	       err_set(err, FAULT_INPUT, "%s: %s", from, sqlite3_errmsg(s->from));
}

bool
ledger_rescue(const char *from, const char *to, struct rescue *out, struct err *err)
{
	struct saving s = { .out = out };
	*out = (struct rescue){ 0 };
	s.to = open_old(&s, from, to, err) ? ledger_open(to, LEDGER_WRITE, err) : NULL;
	bool made = s.to, good = made && ledger_begin(s.to, err) && save_all(&s, from, err) &&
				 ledger_commit(s.to, err);
	ledger_close(s.to);
	sqlite3_close(s.from);
	if (!good && made)
		unlink(to);
	return good;
}

void
rescue_free(struct rescue *rescue)
{
	free(rescue->lost);
	*rescue = (struct rescue){ 0 };
}
