/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/cells.h"

#include <stdlib.h>

#include "base/hash.h"
#include "ledger/sql.h"

/* clang-format off */
const struct cell_field cell_fields[CELL_FIELDS] = {
	{ "origin", CELLS_TEXT },
	{ "biller", CELLS_TEXT },
	{ "provider", CELLS_TEXT },
	{ "request_model", CELLS_TEXT },
	{ "response_model", CELLS_TEXT },
	{ "service_tier", CELLS_TEXT },
	{ "region", CELLS_TEXT },
	{ "pay", CELLS_TEXT },
	{ "context_class", CELLS_TEXT },
	{ "line_item", CELLS_TEXT },
	{ "task", CELLS_TEXT },
	{ "project", CELLS_TEXT },
	{ "key", CELLS_TEXT },
	{ "agent", CELLS_TEXT },
	{ "endpoint", CELLS_TEXT },
	{ "environment", CELLS_TEXT },
	{ "tag", CELLS_TEXT },
	{ "user", CELLS_TEXT },
	{ "workload", CELLS_TEXT },
	{ "requests", CELLS_COUNT },
	{ "uncached_input_tokens", CELLS_COUNT },
	{ "cache_read_tokens", CELLS_COUNT },
	{ "cache_write_5m_tokens", CELLS_COUNT },
	{ "cache_write_1h_tokens", CELLS_COUNT },
	{ "output_tokens", CELLS_COUNT },
	{ "unsplit_tokens", CELLS_COUNT },
	{ "web_searches", CELLS_COUNT },
	{ "list_cost", CELLS_MONEY },
	{ "list_cost_high", CELLS_MONEY },
	{ "list_currency", CELLS_TEXT },
	{ "included_list_cost", CELLS_MONEY },
	{ "billed_cost", CELLS_MONEY },
	{ "billed_currency", CELLS_TEXT },
	{ "spend", CELLS_MONEY },
	{ "spend_high", CELLS_MONEY },
	{ "price_status", CELLS_TEXT },
	{ "price_reason", CELLS_TEXT },
	{ "workload_requests", CELLS_COUNT },
	{ "workload_input_tokens", CELLS_COUNT },
	{ "workload_output_tokens", CELLS_COUNT },
	{ "workload_spend", CELLS_MONEY },
	{ "workload_spend_high", CELLS_MONEY },
};
/* clang-format on */

/* Where amounts that others can be the same as are among the fields. */
enum { CELL_LIST = 27, CELL_HIGH = 28, CELL_BILLED = 31 };
enum { DAY_SECONDS = 86400 };

/* ---- what is stale ---- */

static int64_t
meta_number(struct ledger *ledger, const char *name, struct err *err)
{
	sqlite3_stmt *statement =
		sql_prepare(ledger, err, "SELECT value FROM meta WHERE name = ?", "t", name);
	int64_t value = statement && sql_row(ledger, statement, err) == 1
				? sqlite3_column_int64(statement, 0)
				: 0;
	sqlite3_finalize(statement);
	return value;
}

bool
cells_state(struct ledger *ledger, struct cells_state *out, struct err *err)
{
	size_t size = 0;
	*out = (struct cells_state){ 0 };
	if (ledger->version < LEDGER_CELLS)
		return true;
	sqlite3_stmt *statement =
		sql_prepare(ledger, err, "SELECT month FROM stale ORDER BY month", "");
	int got = statement ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		out->stale = xgrow(out->stale, &size, out->stale_n, sizeof(*out->stale));
		out->stale[out->stale_n++] = sqlite3_column_int(statement, 0);
	}
	sqlite3_finalize(statement);
	if (got < 0)
		return false;
	out->fingerprint = meta_number(ledger, "cells_fingerprint", err);
	out->made = meta_number(ledger, "cells_made", err);
	return true;
}

void
cells_state_free(struct cells_state *state)
{
	free(state->stale);
}

bool
cells_mark_all(struct ledger *ledger, struct err *err)
{
	return sql_run(ledger,
		"DELETE FROM cell; DELETE FROM cell_key;"
		"INSERT OR IGNORE INTO stale SELECT DISTINCT month FROM series",
		err);
}

bool
cells_clear(struct ledger *ledger, int month, struct err *err)
{
	int64_t from = (int64_t)month * CELL_NUMBERS, to = from + CELL_NUMBERS - 1;
	return sql_exec(ledger, err, "DELETE FROM cell WHERE id BETWEEN ? AND ?", "ii", from, to) &&
	       sql_exec(ledger, err, "DELETE FROM cell_key WHERE id BETWEEN ? AND ?", "ii", from,
		       to);
}

bool
cells_begin(struct ledger *ledger, struct err *err)
{
	return sql_run(ledger, "SAVEPOINT cells", err);
}

void
cells_take_back(struct ledger *ledger)
{
	sqlite3_exec(ledger->db, "ROLLBACK TO cells; RELEASE cells", NULL, NULL, NULL);
}

/* ---- rows ---- */

/* Rows of the same words have the same key. */
struct cell_key {
	struct hash128 hash;
	int64_t number;
	bool used;
};

struct cell_writer {
	struct ledger *ledger;
	sqlite3_stmt *insert, *insert_key;
	int month;
	int64_t rows, rows_of_month;
	struct cell_key *keys; /* of the month; open addressing by hash.low */
	size_t keys_n, size;
	struct str words;
};

/* "INSERT INTO table VALUES (?,…)" for so many columns. */
static sqlite3_stmt *
prepare_insert(struct ledger *ledger, const char *table, int columns, struct err *err)
{
	struct str sql = STR_INIT;
	str_printf(&sql, "INSERT INTO %s VALUES (", table);
	for (int i = 0; i < columns; i++)
		str_puts(&sql, i ? ",?" : "?");
	str_putc(&sql, ')');
	sqlite3_stmt *statement = sql_prepare(ledger, err, str_text(&sql), "");
	str_free(&sql);
	return statement;
}

struct cell_writer *
cell_writer_new(struct ledger *ledger, struct err *err)
{
	enum { KEY_COLUMNS = 1, ROW_COLUMNS = 5 };
	int texts = 0, numbers = 0;
	for (int i = 0; i < CELL_FIELDS; i++) {
		texts += cell_fields[i].kind == CELLS_TEXT;
		numbers += cell_fields[i].kind == CELLS_COUNT   ? 1
			   : cell_fields[i].kind == CELLS_MONEY ? 2
								: 0;
	}
	struct cell_writer *writer = xcalloc(1, sizeof(*writer));
	writer->ledger = ledger;
	writer->month = -1;
	writer->insert_key = prepare_insert(ledger, "cell_key", KEY_COLUMNS + texts, err);
	writer->insert = prepare_insert(ledger, "cell", ROW_COLUMNS + numbers, err);
	if (writer->insert && writer->insert_key)
		return writer;
	cell_writer_free(writer);
	return NULL;
}

static struct cell_key *
find_key(const struct cell_writer *writer, struct hash128 hash)
{
	size_t at = hash.low & (writer->size - 1);
	while (writer->keys[at].used && !hash_eq(writer->keys[at].hash, hash))
		at = (at + 1) & (writer->size - 1);
	return &writer->keys[at];
}

static void
make_room(struct cell_writer *writer)
{
	if ((writer->keys_n + 1) * 2 <= writer->size)
		return;
	struct cell_key *old = writer->keys;
	size_t size = writer->size;
	writer->size = size ? size * 2 : 1024;
	writer->keys = xcalloc(writer->size, sizeof(*writer->keys));
	for (size_t i = 0; i < size; i++)
		if (old[i].used)
			*find_key(writer, old[i].hash) = old[i];
	free(old);
}

static void
bind_text(sqlite3_stmt *statement, int column, const struct cell_value *value)
{
	if (value->known)
		sqlite3_bind_text64(statement, column, value->text.p, value->text.n, SQLITE_STATIC,
			SQLITE_UTF8);
	else
		sqlite3_bind_null(statement, column);
}

/* The number of the row's words, stored when they are new in its month.  -1: err. */
static int64_t
store_words(struct cell_writer *writer, const struct cell_row *row, struct err *err)
{
	str_clear(&writer->words);
	for (int i = 0; i < CELL_FIELDS; i++) {
		const struct cell_value *value = &row->values[i];
		if (cell_fields[i].kind != CELLS_TEXT)
			continue;
		str_pack_u64(&writer->words, value->known ? value->text.n + 1 : 0);
		if (value->known)
			str_slice(&writer->words, value->text);
	}
	make_room(writer);
	struct hash128 hash = hash_bytes(writer->words.p, writer->words.n, 0);
	struct cell_key *key = find_key(writer, hash);
	if (key->used)
		return key->number;
	*key = (struct cell_key){ hash, (int64_t)writer->keys_n++, true };
	sqlite3_bind_int64(writer->insert_key, 1, (int64_t)row->month * CELL_NUMBERS + key->number);
	for (int i = 0, column = 2; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_TEXT)
			bind_text(writer->insert_key, column++, &row->values[i]);
	return sql_step(writer->ledger, writer->insert_key, err) ? key->number : -1;
}

/* Which of the amounts before it this one is; 0: none. */
static int
same_as(const struct cell_row *row, int field)
{
	static const struct {
		int field, code;
	} known[] = { { CELL_LIST, CELL_SAME_LIST }, { CELL_BILLED, CELL_SAME_BILLED },
		{ CELL_HIGH, CELL_SAME_HIGH } };
	const struct cell_value *value = &row->values[field];
	for (size_t i = 0; i < HL_COUNT(known) && value->known; i++) {
		const struct cell_value *other = &row->values[known[i].field];
		if (known[i].field < field && other->known && other->amount == value->amount &&
			field != CELL_BILLED)
			return known[i].code;
	}
	return 0;
}

/* Whole nanos, rounded down, and what is above them: both add up without loss. */
static bool
bind_money(sqlite3_stmt *statement, int column, const struct cell_value *value, int same)
{
	femto_t nanos = value->amount / FEMTO_PER_NANO, rest = value->amount % FEMTO_PER_NANO;
	if (!value->known || same) {
		sqlite3_bind_null(statement, column);
		if (same)
			sqlite3_bind_int(statement, column + 1, same);
		else
			sqlite3_bind_null(statement, column + 1);
		return true;
	}
	if (rest < 0) {
		rest += FEMTO_PER_NANO;
		nanos--;
	}
	sqlite3_bind_int64(statement, column, (int64_t)nanos);
	sqlite3_bind_int64(statement, column + 1, (int64_t)rest);
	return nanos <= INT64_MAX && nanos >= INT64_MIN;
}

static void
begin_month(struct cell_writer *writer, int month)
{
	if (month == writer->month)
		return;
	writer->month = month;
	writer->rows_of_month = 0;
	writer->keys_n = 0;
	if (writer->size)
		memset(writer->keys, 0, writer->size * sizeof(*writer->keys));
}

bool
cell_writer_add(struct cell_writer *writer, const struct cell_row *row, struct err *err)
{
	sqlite3_stmt *insert = writer->insert;
	bool timed = row->month != MONTH_NONE, fits;
	/* most rows are whole days of UTC */
	bool plain = row->start == row->day * DAY_SECONDS && row->end == row->start + DAY_SECONDS;
	begin_month(writer, row->month);
	int64_t key = store_words(writer, row, err);
	if (key < 0)
		return false;
	fits = writer->rows_of_month < CELL_NUMBERS;
	const int64_t numbers[] = { (int64_t)row->month * CELL_NUMBERS + writer->rows_of_month++,
		key, row->day, row->start, row->end };
	int column = 1;
	for (size_t i = 0; i < HL_COUNT(numbers); i++, column++)
		if (i < 2 || (timed && !(plain && i > 2)))
			sqlite3_bind_int64(insert, column, numbers[i]);
		else
			sqlite3_bind_null(insert, column);
	for (int i = 0; i < CELL_FIELDS; i++) {
		const struct cell_value *value = &row->values[i];
		if (cell_fields[i].kind == CELLS_MONEY) {
			fits &= bind_money(insert, column, value, same_as(row, i));
			column += 2;
		} else if (cell_fields[i].kind == CELLS_COUNT && value->known) {
			sqlite3_bind_int64(insert, column++, value->count);
		} else if (cell_fields[i].kind == CELLS_COUNT) {
			sqlite3_bind_null(insert, column++);
		}
	}
	writer->rows++;
	return fits ? sql_step(writer->ledger, insert, err)
		    : err_set(err, FAULT_LIMIT,
			      "%s: a day costs more than nine billion, or a month has more than a "
			      "million rows, expected less",
			      writer->ledger->path);
}

int64_t
cell_writer_rows(const struct cell_writer *writer)
{
	return writer->rows;
}

void
cell_writer_free(struct cell_writer *writer)
{
	if (!writer)
		return;
	sqlite3_finalize(writer->insert);
	sqlite3_finalize(writer->insert_key);
	str_free(&writer->words);
	free(writer->keys);
	free(writer);
}

/* ---- when all is made ---- */

/* What sources count is packed, too: said plainly of those that are new. */
static bool
store_counts(struct ledger *ledger, struct err *err)
{
	struct sources sources = { 0 };
	sqlite3_stmt *insert = sql_prepare(ledger, err,
		"INSERT OR IGNORE INTO source_count VALUES (?, ?, ?, ?, ?, ?, ?, ?)", "");
	bool good = insert && ledger_sources(ledger, 0, &sources, err);
	for (size_t i = 0; i < sources.n && good; i++) {
		const struct source *source = &sources.items[i];
		const uint64_t counts[] = { source->rows, source->records, source->duplicate_rows,
			source->errors, source->without_usage, source->skipped, source->rejected };
		sqlite3_bind_int64(insert, 1, source->id);
		for (size_t k = 0; k < HL_COUNT(counts); k++)
			sqlite3_bind_int64(insert, (int)k + 2, (int64_t)counts[k]);
		good = sql_step(ledger, insert, err);
	}
	sqlite3_finalize(insert);
	sources_free(&sources);
	return good;
}

bool
cells_done(struct ledger *ledger, const struct cells_made *made, struct err *err)
{
	static const char numbers[] =
		"INSERT OR REPLACE INTO meta VALUES ('cells_fingerprint', ?), ('cells_made', ?), "
		"('cells_prices', ?)",
			  texts[] = "INSERT OR REPLACE INTO meta VALUES ('cells_zone', ?), "
				    "('cells_many', ?)";
	return store_counts(ledger, err) &&
	       sql_exec(ledger, err, numbers, "iii", made->fingerprint, made->time, made->prices) &&
	       sql_exec(ledger, err, texts, "tt", made->zone, made->many) &&
	       sql_run(ledger, "DELETE FROM stale; RELEASE cells", err);
}
