/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "ledger/page.h"
#include "ledger/sql.h"
#include "ledger/store.h"

void
key_pack(struct str *texts, struct str *numbers, const struct key *key)
{
	for (int i = 0; i < KEY_TEXTS; i++) {
		str_pack_u64(texts, key->text[i].n);
		str_slice(texts, key->text[i]);
	}
	const int64_t values[] = { key->origin, key->tier, key->pay, key->how, key->context,
		key->width };
	for (size_t i = 0; i < HL_COUNT(values); i++)
		str_pack_i64(numbers, values[i]);
}

bool
key_unpack(struct slice texts, struct slice numbers, struct key *key)
{
	struct unpack in = unpack_of(texts.p, texts.n), more = unpack_of(numbers.p, numbers.n);
	*key = (struct key){ 0 };
	for (int i = 0; i < KEY_TEXTS && !in.bad; i++) {
		uint64_t n = unpack_u64(&in);
		if (n > (size_t)(in.end - in.p))
			return false;
		key->text[i] = (struct slice){ (const char *)in.p, n };
		in.p += n;
	}
	int64_t values[6];
	for (int i = 0; i < 6; i++)
		values[i] = unpack_i64(&more);
	key->origin = (enum origin)values[0];
	key->tier = (enum tier)values[1];
	key->pay = (enum pay)values[2];
	key->how = (unsigned)values[3];
	key->context = (int)values[4];
	key->width = values[5];
	bool sane = values[0] >= 0 && values[0] < ORIGINS && values[1] >= 0 && values[1] < TIERS &&
		    values[2] >= 0 && values[2] < PAYS && values[4] >= 0 &&
		    values[4] < CONTEXT_CLASSES;
	key->hash = key_hash(key);
	return !in.bad && !more.bad && sane;
}

int64_t
key_width(struct slice numbers)
{
	struct unpack in = unpack_of(numbers.p, numbers.n);
	int64_t width = 0;
	for (int i = 0; i < 6; i++)
		width = unpack_i64(&in);
	return in.bad ? 0 : width;
}

/* keys.items[number] is the key of that number; numbers that are free hold an empty key. */
bool
load_keys(struct ledger *ledger, struct keys *keys, uint32_t **map, struct err *err)
{
	sqlite3_stmt *statement =
		sql_prepare(ledger, err, "SELECT id, texts, numbers FROM key ORDER BY id", "");
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		size_t id = (size_t)sqlite3_column_int64(statement, 0);
		struct key key;
		if (id > UINT32_MAX ||
			!key_unpack(sql_blob(statement, 1), sql_blob(statement, 2), &key)) {
			err_set(err, FAULT_INPUT, "%s: damaged key" LEDGER_MEND, ledger->path);
			got = -1;
			break;
		}
		while (keys->n <= id) {
			keys->items =
				xgrow(keys->items, &keys->size, keys->n, sizeof(*keys->items));
			keys->items[keys->n++] = (struct key){ 0 };
		}
		for (int i = 0; i < KEY_TEXTS; i++)
			key.text[i] = slice_copy(&keys->arena, key.text[i]);
		keys->items[id] = key;
	}
	sqlite3_finalize(statement);
	if (got < 0)
		return false;
	*map = xcalloc(keys->n + 1, sizeof(**map));
	for (size_t i = 0; i < keys->n; i++)
		(*map)[i] = (uint32_t)i;
	return true;
}

static bool
fill_bin(struct ledger *ledger, sqlite3_stmt *row, struct bins *bins, struct err *err)
{
	bins->items = xgrow(bins->items, &bins->size, bins->n, sizeof(*bins->items));
	struct bin *bin = &bins->items[bins->n++];
	*bin = (struct bin){ .key = (uint32_t)sqlite3_column_int64(row, 0),
		.month = sqlite3_column_int(row, 1),
		.slots_at = sqlite3_column_int64(row, 6) };
	bin->slots = slice_copy(&bins->arena, sql_blob(row, 3));
	bin->dists = slice_copy(&bins->arena, sql_blob(row, 4));
	bin->minutes_known = sqlite3_column_type(row, 5) != SQLITE_NULL;
	bin->minutes = slice_copy(&bins->arena, sql_blob(row, 5));
	return bin_unpack(sql_blob(row, 2), bin, &bins->arena) ||
	       err_set(err, FAULT_INPUT, "%s: damaged series" LEDGER_MEND, ledger->path);
}

static bool
load_bins(struct ledger *ledger, int64_t source, bool slots, struct bins *bins, struct err *err)
{
	char *sql = xasprintf("SELECT key, month, totals, %s, dists, %s, %s FROM series "
			      "WHERE source = ?",
		slots ? "slots" : "NULL", ledger->version < LEDGER_MINUTES ? "NULL" : "minutes",
		slots ? "0" : "rowid");
	sqlite3_stmt *statement = sql_prepare(ledger, err, sql, "i", source);
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0)
		if (!fill_bin(ledger, statement, bins, err))
			got = -1;
	sqlite3_finalize(statement);
	free(sql);
	return got == 0;
}

bool
ledger_load_keys(struct ledger *ledger, struct keys *keys, struct err *err)
{
	uint32_t *map = NULL;
	bool good = load_keys(ledger, keys, &map, err);
	free(map);
	return good;
}

bool
ledger_load_bins(struct ledger *ledger, int64_t source, struct bins *bins, struct err *err)
{
	return load_bins(ledger, source, true, bins, err);
}

bool
ledger_load_totals(struct ledger *ledger, int64_t source, struct bins *bins, struct err *err)
{
	return load_bins(ledger, source, false, bins, err);
}

bool
ledger_load_months(struct ledger *ledger, const struct months_wanted *wanted, struct bins *bins,
	struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err,
		"SELECT key, month, totals, slots, NULL, NULL, 0 FROM series WHERE source IN "
		"(SELECT 0 UNION ALL SELECT id FROM source) AND month BETWEEN ? AND ?",
		"ii", (int64_t)wanted->first - wanted->before, (int64_t)wanted->last);
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		size_t key = (size_t)sqlite3_column_int64(statement, 0);
		if (sqlite3_column_int(statement, 1) < wanted->first &&
			(key >= wanted->reaches_n || !wanted->reaches[key]))
			continue;
		if (!fill_bin(ledger, statement, bins, err))
			got = -1;
	}
	sqlite3_finalize(statement);
	return got == 0;
}

bool
ledger_slots(struct ledger *ledger, int64_t at, struct str *out, struct err *err)
{
	int code = ledger->slots ? sqlite3_blob_reopen(ledger->slots, at)
				 : sqlite3_blob_open(ledger->db, "main", "series", "slots", at, 0,
					   &ledger->slots);
	str_clear(out);
	if (code != SQLITE_OK)
		return sql_fail(ledger, err);
	int n = sqlite3_blob_bytes(ledger->slots);
	if (sqlite3_blob_read(ledger->slots, str_reserve(out, (size_t)n), n, 0) != SQLITE_OK)
		return sql_fail(ledger, err);
	str_took(out, (size_t)n);
	return true;
}

bool
ledger_load_taps(struct ledger *ledger, int64_t source, enum tap_kind kind, struct taps *out,
	struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err,
		"SELECT key, month, data FROM tap WHERE source = ? AND kind = ? ORDER BY rowid",
		"ii", source, (int64_t)kind);
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		struct tap *tap = &out->items[out->n++];
		*tap = (struct tap){ .kind = kind,
			.key = (uint32_t)sqlite3_column_int64(statement, 0),
			.month = sqlite3_column_int(statement, 1) };
		if (!tap_unpack(sql_blob(statement, 2), tap)) {
			err_set(err, FAULT_INPUT, "%s: damaged tap" LEDGER_MEND, ledger->path);
			got = -1;
		}
	}
	sqlite3_finalize(statement);
	return got == 0;
}

bool
ledger_span(struct ledger *ledger, int64_t *first, int64_t *last, struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(
		ledger, err, "SELECT name, value FROM meta WHERE name IN ('first', 'last')", "");
	int got = statement ? 1 : -1;
	*first = INT64_MAX;
	*last = INT64_MIN;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		const char *name = (const char *)sqlite3_column_text(statement, 0);
		*(name[0] == 'f' ? first : last) = sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return got == 0;
}

/* ---- sources ---- */

void
source_clear(struct source *source)
{
	free(source->name);
	free(source->reader);
	free(source->title);
	free(source->reason);
	free(source->warnings);
	free(source->options);
	folded_free(source->folded);
	*source = (struct source){ 0 };
}

struct source *
sources_add(struct sources *sources)
{
	sources->items = xgrow(sources->items, &sources->size, sources->n, sizeof(*sources->items));
	struct source *source = &sources->items[sources->n++];
	*source = (struct source){ .first = INT64_MAX, .last = INT64_MIN };
	return source;
}

void
sources_free(struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		source_clear(&sources->items[i]);
	free(sources->items);
	*sources = (struct sources){ 0 };
}

#define SOURCE_COLUMNS                                                                      \
 "s.id, s.reader, s.title, s.reason, s.origin, s.counts, s.rejects, s.flags, s.collapsed, " \
 "s.first, s.last,"                                                                         \
 " s.plain, s.dev, s.inode, s.size, s.mtime, s.lines, s.chain, s.head, s.tail, s.options"

static void
unpack_rejects(struct source *source, char *text)
{
	struct slice rest = slice_of(text), line, number;
	struct str warnings = STR_INIT;
	while (slice_cut(&rest, '\n', &line) && line.n) {
		if (slice_starts(line, "- ")) {
			str_printf(&warnings, "%s" SLICE_FMT, warnings.n ? "\n" : "",
				(int)line.n - 2, line.p + 2);
			continue;
		}
		if (source->rejects_n == REJECTS_SHOWN)
			continue;
		struct reject *reject = &source->rejects[source->rejects_n++];
		int64_t value = 0;
		if (slice_cut(&line, ' ', &number) && num_int(number, &value) == NUM_OK)
			reject->line = (uint64_t)value;
		snprintf(reject->reason, sizeof(reject->reason), SLICE_FMT, SLICE_ARG(line));
	}
	source->warnings = warnings.n ? xstrdup(str_text(&warnings)) : NULL;
	str_free(&warnings);
	free(text);
}

/* Fills a source from a row of SOURCE_COLUMNS and, behind them, its name. */
static void
fill_source(sqlite3_stmt *row, struct source *source)
{
	uint64_t *counts[SOURCE_COUNTS] = { &source->rows, &source->records,
		&source->duplicate_rows, &source->reemits, &source->replayed, &source->errors,
		&source->without_usage, &source->skipped, &source->rejected };
	source->id = sqlite3_column_int64(row, 0);
	source->reader = sql_text(row, 1);
	source->title = sql_text(row, 2);
	source->reason = sql_text(row, 3);
	source->origin = (enum origin)sqlite3_column_int(row, 4);
	struct unpack in = unpack_of(sql_blob(row, 5).p, sql_blob(row, 5).n);
	for (int i = 0; i < SOURCE_COUNTS; i++)
		*counts[i] = unpack_u64(&in);
	unpack_rejects(source, sql_text(row, 6));
	source->header_only = sqlite3_column_int(row, 7) & 1;
	source->unterminated = sqlite3_column_int(row, 7) & 2;
	source->resumable = sqlite3_column_int(row, 7) & 4;
	source->collapsed = (unsigned)sqlite3_column_int(row, 8);
	source->first = sqlite3_column_int64(row, 9);
	source->last = sqlite3_column_int64(row, 10);
	source->plain = sqlite3_column_int(row, 11);
	int64_t *numbers[] = { &source->dev, &source->inode, &source->size, &source->mtime_ns,
		&source->lines, &source->chain };
	for (int i = 0; i < (int)HL_COUNT(numbers); i++)
		*numbers[i] = sqlite3_column_int64(row, 12 + i);
	source->head_hash = (uint64_t)sqlite3_column_int64(row, 18);
	source->tail_hash = (uint64_t)sqlite3_column_int64(row, 19);
	source->options = sql_text(row, 20);
	source->name = sql_text(row, 21);
	source->unchanged = true;
}

bool
ledger_sources(struct ledger *ledger, int64_t import, struct sources *out, struct err *err)
{
	static const char of_import[] =
		"SELECT " SOURCE_COLUMNS
		", i.name FROM import_source i JOIN source s ON s.id = i.source"
		" WHERE i.import = ? ORDER BY i.place";
	static const char of_all[] =
		"SELECT " SOURCE_COLUMNS ", s.name FROM source s"
		" WHERE s.id IN (SELECT source FROM import_source) ORDER BY s.id";
	sqlite3_stmt *statement = import ? sql_prepare(ledger, err, of_import, "i", import)
					 : sql_prepare(ledger, err, of_all, "");
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0)
		fill_source(statement, sources_add(out));
	sqlite3_finalize(statement);
	return got == 0;
}

bool
ledger_find_file(
	struct ledger *ledger, const struct source *wanted, struct sources *out, struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err,
		"SELECT " SOURCE_COLUMNS
		", s.name FROM source s WHERE s.dev = ? AND s.inode = ? AND s.options = ?"
		" ORDER BY s.size DESC, s.id DESC",
		"iit", wanted->dev, wanted->inode, wanted->options);
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0)
		fill_source(statement, sources_add(out));
	sqlite3_finalize(statement);
	return got == 0;
}

/* ---- imports ---- */

bool
ledger_imports(struct ledger *ledger, struct imports *out, struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err,
		"SELECT i.id, i.time, i.command, count(m.source)"
		" FROM import i LEFT JOIN import_source m ON m.import = i.id GROUP BY i.id ORDER "
		"BY i.id",
		"");
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		struct import *import = &out->items[out->n++];
		*import = (struct import){ .id = sqlite3_column_int64(statement, 0),
			.time = sqlite3_column_int64(statement, 1),
			.command = sql_text(statement, 2),
			.sources = sqlite3_column_int64(statement, 3) };
	}
	sqlite3_finalize(statement);
	for (size_t i = 0; i < out->n && got == 0; i++) {
		struct sources sources = { 0 };
		if (!ledger_sources(ledger, out->items[i].id, &sources, err))
			got = -1;
		struct str names = STR_INIT;
		for (size_t k = 0; k < sources.n; k++) {
			out->items[i].rows += (int64_t)sources.items[k].rows;
			if (k == 0 || strcmp(sources.items[k].name, sources.items[k - 1].name) !=
					      0) /* parts of one file */
				str_printf(
					&names, "%s%s", names.n ? "\n" : "", sources.items[k].name);
		}
		out->items[i].names = names.p ? names.p : xstrdup("");
		sources_free(&sources);
	}
	return got == 0;
}

void
imports_free(struct imports *imports)
{
	for (size_t i = 0; i < imports->n; i++) {
		free(imports->items[i].command);
		free(imports->items[i].names);
	}
	free(imports->items);
	*imports = (struct imports){ 0 };
}

/* ---- entries ---- */

struct entry_walk {
	struct ledger *ledger;
	sqlite3_stmt *pages;
	struct unpack in;
	struct page_last last;
	uint32_t keys; /* numbers of keys end below */
	unsigned char bytes[ENTRY_MOST];
};

static bool
count_keys(struct ledger *ledger, uint32_t *keys, struct err *err)
{
	sqlite3_stmt *statement =
		sql_prepare(ledger, err, "SELECT coalesce(max(id), 0) + 1 FROM key", "");
	int got = statement ? sql_row(ledger, statement, err) : -1;
	int64_t n = got == 1 ? sqlite3_column_int64(statement, 0) : 0;
	*keys = n < 0 || n > UINT32_MAX ? 0 : (uint32_t)n;
	sqlite3_finalize(statement);
	return got == 1;
}

struct entry_walk *
entry_walk_new(struct ledger *ledger, int64_t source, struct err *err)
{
	struct entry_walk *walk = xcalloc(1, sizeof(*walk));
	walk->ledger = ledger;
	walk->pages = sql_prepare(ledger, err,
		"SELECT entries FROM page WHERE source = ? ORDER BY number", "i", source);
	if (walk->pages && count_keys(ledger, &walk->keys, err))
		return walk;
	entry_walk_free(walk);
	return NULL;
}

int
entry_walk_next(void *arg, struct item *item, struct err *err)
{
	struct entry_walk *walk = arg;
	while (walk->in.p == walk->in.end) {
		int got = sql_row(walk->ledger, walk->pages, err);
		if (got <= 0)
			return got;
		struct slice page = sql_blob(walk->pages, 0);
		walk->in = unpack_of(page.p, page.n);
		walk->last = (struct page_last){ 0 };
	}
	if (page_next(&walk->in, item, walk->bytes, &walk->last, walk->keys))
		return 1;
	err_set(err, FAULT_INPUT, "%s: damaged page" LEDGER_MEND, walk->ledger->path);
	return -1;
}

void
entry_walk_free(struct entry_walk *walk)
{
	if (!walk)
		return;
	sqlite3_finalize(walk->pages);
	free(walk);
}
