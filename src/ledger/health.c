/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/health.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ledger/probe.h"
#include "ledger/rescue.h"
#include "ledger/sql.h"

/* A lock that is gone by then was one of a moment. */
enum { LOCK_MS = 300, LOCK_PAUSE_MS = 20, STEPS = 2000 };
/* The bytes that SQLite's unix VFS locks, and how many of them (os.h: PENDING_BYTE, SHARED_SIZE). */
enum { LOCKS_AT = 0x40000000, LOCKS_N = 512 };

struct look {
	struct ledger ledger;
	struct ledger_health *out;
	int64_t until; /* CLOCK_MONOTONIC in ms; 0: never */
};

static int64_t
clock_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
is_late(const struct look *look)
{
	return look->until && clock_ms() >= look->until;
}

static int
on_progress(void *arg)
{
	return is_late(arg);
}

static bool
say(struct look *look, enum ledger_state state)
{
	look->out->state = state;
	return false;
}

/* What SQLite or one of our loaders said. */
static bool
judge(struct look *look)
{
	int code = look->ledger.db ? sqlite3_extended_errcode(look->ledger.db) : SQLITE_CANTOPEN;
	if (is_late(look)) {
		look->out->whole = false;
		return false;
	}
	switch (code & 0xFF) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return say(look, LEDGER_BUSY);
	case SQLITE_READONLY:
		return say(look, LEDGER_UNFINISHED);
	case SQLITE_NOTADB:
		return say(look, LEDGER_NOTHING);
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
		return say(look, LEDGER_CLOSED);
	default:
		return say(look, LEDGER_DAMAGED);
	}
}

static bool
number(struct look *look, const char *sql, int64_t *out)
{
	sqlite3_stmt *statement = sql_prepare(&look->ledger, &look->out->why, sql, "");
	int got = statement ? sql_row(&look->ledger, statement, &look->out->why) : -1;
	if (got == 1)
		*out = sqlite3_column_int64(statement, 0);
	bool good = got == 1 || judge(look);
	sqlite3_finalize(statement);
	return good;
}

/* ---- before SQLite ---- */

static bool
stat_file(struct look *look, const char *path)
{
	struct ledger_health *out = look->out;
	struct stat st;
	if (stat(path, &st) != 0) {
		int number = errno;
		err_set(&out->why, FAULT_SYSTEM, "%s: %s", path, err_errno(number));
		return say(look, number == ENOENT ? LEDGER_NONE : LEDGER_CLOSED);
	}
	out->exists = true;
	out->bytes = st.st_size;
	out->mode = st.st_mode & 07777;
	out->owner = st.st_uid;
	if (S_ISREG(st.st_mode))
		return true;
	err_set(&out->why, FAULT_INPUT, "%s: %s, expected a ledger", path,
		S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
	return say(look, LEDGER_NO_FILE);
}

static void
name_holder(struct ledger_health *out)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%ld/comm", (long)out->holder);
	FILE *file = out->holder > 0 ? fopen(path, "re") : NULL;
	if (file && fgets(out->holder_name, sizeof(out->holder_name), file))
		out->holder_name[strcspn(out->holder_name, "\n")] = '\0';
	if (file)
		fclose(file);
}

/* Who keeps a lock for writing.  SQLite has no file open yet: closing ours would end its locks. */
static bool
find_holder(struct look *look, const char *path)
{
	struct ledger_health *out = look->out;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err_set(&out->why, FAULT_SYSTEM, "%s: %s", path, err_errno(errno));
		return say(look, LEDGER_CLOSED);
	}
	const struct timespec pause = { .tv_nsec = LOCK_PAUSE_MS * 1000000L };
	for (int64_t end = clock_ms() + LOCK_MS;; nanosleep(&pause, NULL)) {
		struct flock lock = { .l_type = F_RDLCK,
			.l_whence = SEEK_SET,
			.l_start = LOCKS_AT,
			.l_len = LOCKS_N };
		bool held = fcntl(fd, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
		out->holder = !held ? 0 : lock.l_pid > 0 ? lock.l_pid : -1;
		if (!held || clock_ms() >= end)
			break;
	}
	close(fd);
	name_holder(out);
	return true;
}

/* ---- the files that were imported ---- */

static bool
is_there(const char *name, int64_t dev, int64_t inode, int64_t size)
{
	struct stat st;
	return stat(name, &st) == 0 && S_ISREG(st.st_mode) && access(name, R_OK) == 0 &&
	       st.st_size >= size &&
	       (st.st_size == size || ((int64_t)st.st_dev == dev && (int64_t)st.st_ino == inode));
}

/* A file that grew was imported several times: as it was last is all of it. */
static void
add_file(struct ledger_health *out, sqlite3_stmt *row)
{
	char *name = sql_text(row, 0), *options = sql_text(row, 1);
	bool there = is_there(name, sqlite3_column_int64(row, 2), sqlite3_column_int64(row, 3),
		sqlite3_column_int64(row, 4));
	for (size_t i = 0; i < out->files_n; i++) {
		struct ledger_file *file = &out->files[i];
		if (strcmp(file->name, name) != 0 || strcmp(file->options, options) != 0)
			continue;
		file->there = file->there && there;
		free(name);
		free(options);
		return;
	}
	out->files = xgrow(out->files, &out->files_size, out->files_n, sizeof(*out->files));
	out->files[out->files_n++] = (struct ledger_file){ name, options, there };
}

static void
list_files(struct look *look)
{
	struct err ignored;
	sqlite3_stmt *statement = sql_prepare(&look->ledger, &ignored,
		"SELECT i.name, s.options, s.dev, s.inode, s.size FROM import_source i"
		" LEFT JOIN source s ON s.id = i.source ORDER BY i.import, i.place",
		"");
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(&look->ledger, statement, &ignored)) > 0)
		add_file(look->out, statement);
	sqlite3_finalize(statement);
	look->out->files_known = got == 0;
}

/* ---- what it holds ---- */

/* As SQLite sees it: pages, trees, types. */
static bool
check_pages(struct look *look)
{
	struct err *why = &look->out->why;
	sqlite3_stmt *statement = sql_prepare(&look->ledger, why, "PRAGMA quick_check(1)", "");
	int got = statement ? sql_row(&look->ledger, statement, why) : -1;
	bool good = got == 1;
	if (!good) {
		judge(look);
	} else {
		struct slice said = slice_of((const char *)sqlite3_column_text(statement, 0));
		good = slice_is(said, "ok");
		/* "*** in database main ***" stands on a line before it */
		while (slice_find(said, "\n") >= 0) {
			struct slice line;
			slice_cut(&said, '\n', &line);
		}
		if (!good) {
			err_set(why, FAULT_INPUT, "%s: " SLICE_FMT, look->ledger.path,
				SLICE_ARG(said));
			say(look, LEDGER_DAMAGED);
		}
	}
	sqlite3_finalize(statement);
	return good;
}

static bool
has_no_time(void *arg)
{
	return is_late(arg);
}

static bool
read_all(struct look *look)
{
	struct keys keys = { 0 };
	struct sources sources = { 0 };
	struct probes probes = { 0 };
	struct err *why = &look->out->why;
	bool good = ledger_load_keys(&look->ledger, &keys, why) &&
		    ledger_keys_hold(&look->ledger, NULL, why) &&
		    ledger_sources(&look->ledger, 0, &sources, why) &&
		    ledger_probes(&look->ledger, &probes, why) &&
		    ledger_reads(&look->ledger, 0, has_no_time, look, why);
	for (size_t i = 0; i < sources.n && good && !is_late(look); i++)
		good = ledger_reads(&look->ledger, sources.items[i].id, has_no_time, look, why);
	keys_free(&keys);
	sources_free(&sources);
	probes_free(&probes);
	return good || judge(look);
}

static bool
count(struct look *look)
{
	struct ledger_health *out = look->out;
	bool good = number(look, "SELECT count(*) FROM import", &out->imports) &&
		    (out->version < LEDGER_PROBES ||
			    number(look, "SELECT count(*) FROM probe", &out->probes));
	return good &&
	       (ledger_span(&look->ledger, &out->first, &out->last, &out->why) || judge(look));
}

static bool
check_kind(struct look *look)
{
	struct ledger_health *out = look->out;
	int64_t tables = 0, application = 0, secrets = 0;
	if (!number(look, "SELECT count(*) FROM sqlite_schema", &tables) ||
		!number(look, "PRAGMA user_version", &out->version) ||
		!number(look, "PRAGMA application_id", &application))
		return false;
	look->ledger.version = out->version;
	if (application != LEDGER_APPLICATION && tables == 0 && out->version == 0)
		return say(look, LEDGER_NONE);
	if (application != LEDGER_APPLICATION) {
		err_set(&out->why, FAULT_INPUT,
			"%s: a database of another program, expected a ledger of hllm",
			look->ledger.path);
		return say(look, LEDGER_FOREIGN);
	}
	if (out->version > LEDGER_VERSION) {
		err_set(&out->why, FAULT_INPUT,
			"%s: written by a newer hllm (version %lld of the tables, this one knows "
			"%d)",
			look->ledger.path, (long long)out->version, LEDGER_VERSION);
		return say(look, LEDGER_NEWER);
	}
	if (!number(look, "SELECT count(*) FROM meta WHERE name = 'secret'", &secrets))
		return false;
	if (secrets == 1)
		return true;
	err_set(&out->why, FAULT_INPUT, "%s: a ledger without its secret", look->ledger.path);
	return say(look, LEDGER_DAMAGED);
}

static void
look_inside(struct look *look)
{
	struct ledger *ledger = &look->ledger;
	char *path =
		ledger->path[0] == '/' ? xstrdup(ledger->path) : xasprintf("./%s", ledger->path);
	int code = sqlite3_open_v2(path, &ledger->db, SQLITE_OPEN_READONLY, NULL);
	free(path);
	if (code != SQLITE_OK) {
		err_set(&look->out->why, FAULT_SYSTEM, "%s: %s", ledger->path,
			sqlite3_errmsg(ledger->db));
		judge(look);
	} else {
		sqlite3_progress_handler(ledger->db, STEPS, on_progress, look);
		sqlite3_busy_timeout(ledger->db, LOCK_MS);
		bool good = check_kind(look) && check_pages(look) && count(look) && read_all(look);
		if (!good && look->out->state == LEDGER_DAMAGED) {
			sqlite3_progress_handler(ledger->db, 0, NULL, NULL);
			list_files(look);
		}
	}
	sqlite3_close(ledger->db);
}

void
ledger_examine(const char *path, int64_t budget_ms, struct ledger_health *out)
{
	*out = (struct ledger_health){ .version = -1,
		.imports = -1,
		.probes = -1,
		.first = INT64_MAX,
		.last = INT64_MIN,
		.whole = true };
	struct look look = { .out = out, .until = budget_ms ? clock_ms() + budget_ms : 0 };
	look.ledger.path = xstrdup(path);
	if (stat_file(&look, path) && find_holder(&look, path))
		look_inside(&look);
	free(look.ledger.path);
}

void
ledger_health_free(struct ledger_health *health)
{
	for (size_t i = 0; i < health->files_n; i++) {
		free(health->files[i].name);
		free(health->files[i].options);
	}
	free(health->files);
	*health = (struct ledger_health){ 0 };
}

int
ledger_newest_version(void)
{
	return LEDGER_VERSION;
}
