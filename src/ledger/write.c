/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "ledger/page.h"
#include "ledger/sql.h"
#include "ledger/store.h"

int64_t
ledger_add_import(struct ledger *ledger, int64_t now, const char *command, struct err *err)
{
	if (!sql_exec(ledger, err, "INSERT INTO import (time, command) VALUES (?, ?)", "it", now,
		    command))
		return -1;
	return sqlite3_last_insert_rowid(ledger->db);
}

/* "812 why", or "- what is odd about the file as a whole" */
static void
pack_rejects(struct str *out, const struct source *source)
{
	for (size_t i = 0; i < source->rejects_n; i++)
		str_printf(out, "%llu %s\n", (unsigned long long)source->rejects[i].line,
			source->rejects[i].reason);
	struct slice rest = slice_of(source->warnings ? source->warnings : ""), line;
	while (rest.n && slice_cut(&rest, '\n', &line))
		str_printf(out, "- " SLICE_FMT "\n", SLICE_ARG(line));
}

static bool
insert_source(struct ledger *ledger, struct source *source, struct err *err)
{
	struct str counts = STR_INIT, rejects = STR_INIT;
	const uint64_t numbers[SOURCE_COUNTS] = { source->rows, source->records,
		source->duplicate_rows, source->reemits, source->replayed, source->errors,
		source->without_usage, source->skipped, source->rejected };
	for (size_t i = 0; i < SOURCE_COUNTS; i++)
		str_pack_u64(&counts, numbers[i]);
	pack_rejects(&rejects, source);
	int64_t flags = (source->header_only ? 1 : 0) | (source->unterminated ? 2 : 0) |
			(source->resumable ? 4 : 0);
	bool good = sql_exec(ledger, err,
		"INSERT INTO source (name, reader, title, reason, origin, counts, rejects, flags, "
		"collapsed, first, last,"
		" plain, dev, inode, size, mtime, lines, chain, head, tail, options)"
		" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
		"ttttibtiiiiiiiiiiiiit", source->name, source->reader, source->title,
		source->reason, (int64_t)source->origin, str_as_slice(&counts), str_text(&rejects),
		flags, (int64_t)source->collapsed, source->first, source->last,
		(int64_t)source->plain, source->dev, source->inode, source->size, source->mtime_ns,
		source->lines, source->chain, (int64_t)source->head_hash,
		(int64_t)source->tail_hash, source->options ? source->options : "");
	str_free(&counts);
	str_free(&rejects);
	if (!good)
		return false;
	source->id = sqlite3_last_insert_rowid(ledger->db);
	if (source->chain == 0)
		source->chain = source->id;
	return sql_exec(ledger, err, "UPDATE source SET chain = ? WHERE id = ?", "ii",
		source->chain, source->id);
}

/* The key's number in the ledger, made when it is new. */
static int64_t
store_key(struct ledger *ledger, sqlite3_stmt *find, sqlite3_stmt *insert, const struct key *key,
	struct err *err)
{
	sqlite3_bind_blob(find, 1, &key->hash, sizeof(key->hash), SQLITE_STATIC);
	int got = sql_row(ledger, find, err);
	int64_t id = got == 1 ? sqlite3_column_int64(find, 0) : -1;
	sqlite3_reset(find);
	if (got != 0)
		return id;
	struct str texts = STR_INIT, numbers = STR_INIT;
	key_pack(&texts, &numbers, key);
	sqlite3_bind_blob(insert, 1, &key->hash, sizeof(key->hash), SQLITE_STATIC);
	sqlite3_bind_blob64(insert, 2, texts.p, texts.n, SQLITE_STATIC);
	sqlite3_bind_blob64(insert, 3, numbers.p, numbers.n, SQLITE_STATIC);
	id = sql_step(ledger, insert, err) ? sqlite3_last_insert_rowid(ledger->db) : -1;
	str_free(&texts);
	str_free(&numbers);
	return id;
}

bool
store_keys(struct ledger *ledger, const struct keys *keys, uint32_t *map, struct err *err)
{
	sqlite3_stmt *find = sql_prepare(ledger, err, "SELECT id FROM key WHERE hash = ?", "");
	sqlite3_stmt *insert = sql_prepare(
		ledger, err, "INSERT INTO key (hash, texts, numbers) VALUES (?, ?, ?)", "");
	bool good = find && insert;
	for (size_t i = 0; i < keys->n && good; i++) {
		int64_t id = store_key(ledger, find, insert, &keys->items[i], err);
		good = id > 0;
		map[i] = (uint32_t)id;
	}
	sqlite3_finalize(find);
	sqlite3_finalize(insert);
	return good;
}

bool
store_bins(struct ledger *ledger, int64_t source, const struct bins *bins, const uint32_t *map,
	struct err *err)
{
	sqlite3_stmt *insert =
		sql_prepare(ledger, err, "INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?)", "");
	struct str totals = STR_INIT;
	bool good = insert != NULL;
	for (size_t i = 0; i < bins->n && good; i++) {
		const struct bin *bin = &bins->items[i];
		str_clear(&totals);
		bin_pack(&totals, bin);
		sqlite3_bind_int64(insert, 1, source);
		sqlite3_bind_int64(insert, 2, map[bin->key]);
		sqlite3_bind_int64(insert, 3, bin->month);
		sqlite3_bind_blob64(insert, 4, totals.p, totals.n, SQLITE_STATIC);
		sqlite3_bind_blob64(
			insert, 5, bin->slots.n ? bin->slots.p : "", bin->slots.n, SQLITE_STATIC);
		sqlite3_bind_blob64(
			insert, 6, bin->dists.n ? bin->dists.p : "", bin->dists.n, SQLITE_STATIC);
		sqlite3_bind_blob64(insert, 7, bin->minutes.n ? bin->minutes.p : "", bin->minutes.n,
			SQLITE_STATIC);
		good = sql_step(ledger, insert, err);
	}
	str_free(&totals);
	sqlite3_finalize(insert);
	return good;
}

static bool
store_entries(
	struct ledger *ledger, const struct source *source, const uint32_t *map, struct err *err)
{
	sqlite3_stmt *insert = sql_prepare(ledger, err, "INSERT INTO page VALUES (?, ?, ?)", "");
	const struct folded *folded = source->folded;
	struct str page = STR_INIT;
	struct page_last last = { 0 };
	int64_t number = 0;
	struct folded_walk walk = { .folded = folded };
	struct item item;
	bool good = insert != NULL;
	for (size_t i = 0; good && folded_next(&walk, &item); i++) {
		page_add(&page, &item, &walk.entry, map, &last);
		if (page.n < PAGE_BYTES && i + 1 < folded->entries)
			continue;
		sqlite3_bind_int64(insert, 1, source->id);
		sqlite3_bind_int64(insert, 2, number++);
		sqlite3_bind_blob64(insert, 3, page.p, page.n, SQLITE_STATIC);
		good = sql_step(ledger, insert, err);
		str_clear(&page);
		last = (struct page_last){ 0 };
	}
	str_free(&page);
	sqlite3_finalize(insert);
	return good;
}

static bool
store_taps(struct ledger *ledger, const struct source *source, const uint32_t *map, struct err *err)
{
	sqlite3_stmt *insert =
		sql_prepare(ledger, err, "INSERT INTO tap VALUES (?, ?, ?, ?, ?)", "");
	const struct taps *taps = &source->folded->taps;
	struct str data = STR_INIT;
	bool good = insert != NULL;
	for (size_t i = 0; i < taps->n && good; i++) {
		const struct tap *tap = &taps->items[i];
		str_clear(&data);
		tap_pack(&data, tap);
		sqlite3_bind_int64(insert, 1, source->id);
		sqlite3_bind_int64(insert, 2, tap->kind);
		sqlite3_bind_int64(insert, 3, map[tap->key]);
		sqlite3_bind_int64(insert, 4, tap->month);
		sqlite3_bind_blob64(insert, 5, data.p, data.n, SQLITE_STATIC);
		good = sql_step(ledger, insert, err);
	}
	str_free(&data);
	sqlite3_finalize(insert);
	return good;
}

static bool
store_source(struct ledger *ledger, struct source *source, struct err *err)
{
	const struct folded *folded = source->folded;
	if (!insert_source(ledger, source, err))
		return false;
	uint32_t *map = xcalloc(folded->keys.n + 1, sizeof(*map)),
		 *through = xcalloc(folded->key_map_n + 1, sizeof(*map));
	bool good = store_keys(ledger, &folded->keys, map, err) &&
		    store_bins(ledger, source->id, &folded->bins, map, err);
	for (size_t i = 0; i < folded->key_map_n; i++)
		through[i] = map[folded->key_map[i]];
	int64_t widest = 0;
	for (size_t i = 0; i < folded->keys.n; i++)
		widest =
			folded->keys.items[i].width > widest ? folded->keys.items[i].width : widest;
	good = good && store_entries(ledger, source, through, err) &&
	       store_taps(ledger, source, map, err) &&
	       store_stale(ledger, source->id, key_reach(widest), err);
	free(through);
	free(map);
	return good;
}

bool
ledger_add_source(struct ledger *ledger, int64_t import, struct source *source, struct err *err)
{
	if (source->id == 0 && !store_source(ledger, source, err))
		return false;
	return sql_exec(ledger, err,
		"INSERT INTO import_source SELECT ?1, ?2, (SELECT count(*) FROM import_source "
		"WHERE import = ?1), ?3",
		"iit", import, source->id, source->name);
}

int64_t
ledger_same_import(struct ledger *ledger, const struct sources *sources)
{
	struct str list = STR_INIT;
	int64_t found = 0;
	struct err ignored;
	for (size_t i = 0; i < sources->n; i++) {
		if (!sources->items[i].id) {
			str_free(&list);
			return 0;
		}
		str_printf(&list, "%s%lld", i ? "," : "", (long long)sources->items[i].id);
	}
	sqlite3_stmt *statement = sql_prepare(ledger, &ignored,
		"SELECT max(import) FROM (SELECT import, group_concat(source) AS list FROM"
		" (SELECT import, source FROM import_source ORDER BY import, place) GROUP BY "
		"import) WHERE list = ?",
		"t", str_text(&list));
	if (statement && sqlite3_step(statement) == SQLITE_ROW)
		found = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	str_free(&list);
	return found;
}

/* ---- corrections ---- */

static bool
fill_corrections(struct ledger *ledger, struct sources *sources, struct keys *keys,
	struct overlap *out, struct err *err)
{
	struct overlap_source *parts = xcalloc(sources->n, sizeof(*parts));
	bool good = true;
	for (size_t i = 0; i < sources->n && good; i++) {
		struct entry_walk *walk = entry_walk_new(ledger, sources->items[i].id, err);
		good = walk != NULL;
		parts[i] = (struct overlap_source){ sources->items[i].chain, walk, entry_walk_next,
			NULL };
	}
	good = good && overlap_build(parts, sources->n, keys, out, err);
	for (size_t i = 0; i < sources->n; i++)
		entry_walk_free(parts[i].arg);
	free(parts);
	return good;
}

bool
ledger_settle(struct ledger *ledger, struct err *err)
{
	struct sources sources = { 0 };
	struct keys keys = { 0 };
	struct overlap overlap = { 0 };
	struct month_digests before = { 0 }, after = { 0 };
	bool good = store_digests(ledger, &before, err) &&
		    sql_run(ledger, "DELETE FROM series WHERE source = 0", err) &&
		    ledger_sources(ledger, 0, &sources, err);
	int64_t first = INT64_MAX, last = INT64_MIN;
	for (size_t i = 0; i < sources.n; i++) {
		first = sources.items[i].first < first ? sources.items[i].first : first;
		last = sources.items[i].last > last ? sources.items[i].last : last;
	}
	if (good && sources.n > 1) {
		uint32_t *map = NULL;
		good = load_keys(ledger, &keys, &map, err) &&
		       fill_corrections(ledger, &sources, &keys, &overlap, err) &&
		       store_bins(ledger, 0, &overlap.bins, map, err);
		first = overlap.first;
		last = overlap.last;
		free(map);
	}
	good = good && store_digests(ledger, &after, err) &&
	       store_stale_changes(ledger, &before, &after, err) &&
	       sql_exec(ledger, err, "INSERT OR REPLACE INTO meta VALUES ('first', ?)", "i",
		       first) &&
	       sql_exec(ledger, err, "INSERT OR REPLACE INTO meta VALUES ('last', ?)", "i", last);
	free(before.items);
	free(after.items);
	overlap_free(&overlap);
	keys_free(&keys);
	sources_free(&sources);
	return good;
}

/* The months of what no import names any more. */
static bool
mark_gone(struct ledger *ledger, struct err *err)
{
	sqlite3_stmt *gone = sql_prepare(ledger, err, "SELECT id FROM gone", "");
	int reach, got = gone && store_reach(ledger, &reach, err) ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, gone, err)) > 0)
		if (!store_stale(ledger, sqlite3_column_int64(gone, 0), reach, err))
			got = -1;
	sqlite3_finalize(gone);
	return got == 0;
}

bool
ledger_take_back(struct ledger *ledger, int64_t import, struct err *err)
{
	static const char find[] = "CREATE TEMP TABLE gone AS SELECT id FROM source WHERE id "
				   "NOT IN (SELECT source FROM import_source)";
	static const char remove[] =
		"DELETE FROM page WHERE source IN (SELECT id FROM gone);"
		"DELETE FROM series WHERE source IN (SELECT id FROM gone);"
		"DELETE FROM tap WHERE source IN (SELECT id FROM gone);"
		"DELETE FROM source_count WHERE source IN (SELECT id FROM gone);"
		"DELETE FROM source WHERE id IN (SELECT id FROM gone);"
		"DROP TABLE gone;";
	if (!sql_exec(ledger, err, "DELETE FROM import_source WHERE import = ?", "i", import) ||
		!sql_exec(ledger, err, "DELETE FROM import WHERE id = ?", "i", import))
		return false;
	if (sqlite3_changes(ledger->db) == 0)
		return err_set(err, FAULT_USAGE, "there is no import %lld; see: hllm imports",
			(long long)import);
	return sql_run(ledger, find, err) && mark_gone(ledger, err) &&
	       sql_run(ledger, remove, err) && ledger_settle(ledger, err) &&
	       sql_run(ledger, "DELETE FROM key WHERE id NOT IN (SELECT key FROM series)", err);
}

bool
ledger_undo(struct ledger *ledger, int64_t import, struct err *err)
{
	if (!ledger_begin(ledger, err))
		return false;
	bool good = ledger_take_back(ledger, import, err) && ledger_commit(ledger, err);
	if (!good)
		ledger_rollback(ledger);
	return good;
}
