/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which months' rows a change of the ledger may change. */
#include "config.h"

#include <stdlib.h>

#include "base/hash.h"
#include "base/when.h"
#include "ledger/sql.h"
#include "ledger/store.h"

enum {
	REACH_MOST = 121, /* months: claims.c marks no more days of one bucket */
	MONTH_SECONDS = 28 * 86400,
};

int
key_reach(int64_t width)
{
	if (width <= 86400)
		return 0;
	int64_t months = width / MONTH_SECONDS + 1;
	return months < REACH_MOST ? (int)months : REACH_MOST;
}

bool
store_reach(struct ledger *ledger, int *reach, struct err *err)
{
	sqlite3_stmt *statement = sql_prepare(ledger, err, "SELECT numbers FROM key", "");
	int got = statement ? 1 : -1;
	int64_t widest = 0;
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		struct slice numbers = sql_blob(statement, 0);
		int64_t width = key_width(numbers);
		widest = width > widest ? width : widest;
	}
	sqlite3_finalize(statement);
	*reach = key_reach(widest);
	return got == 0;
}

/* Months from a statement's first column. */
static bool
mark_months(struct ledger *ledger, sqlite3_stmt *months, int reach, struct err *err)
{
	sqlite3_stmt *insert =
		sql_prepare(ledger, err, "INSERT OR IGNORE INTO stale VALUES (?)", "");
	int got = months && insert ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, months, err)) > 0) {
		int month = sqlite3_column_int(months, 0);
		for (int i = 0; i <= (month == MONTH_NONE ? 0 : reach) && got > 0; i++) {
			sqlite3_bind_int(insert, 1, month + i);
			got = sql_step(ledger, insert, err) ? 1 : -1;
		}
	}
	sqlite3_finalize(insert);
	return got == 0;
}

bool
store_stale(struct ledger *ledger, int64_t source, int reach, struct err *err)
{
	sqlite3_stmt *months = sql_prepare(
		ledger, err, "SELECT DISTINCT month FROM series WHERE source = ?", "i", source);
	bool good = mark_months(ledger, months, reach, err);
	sqlite3_finalize(months);
	return good;
}

static struct month_digest *
digest_of(struct month_digests *digests, int month)
{
	for (size_t i = digests->n; i-- > 0;)
		if (digests->items[i].month == month)
			return &digests->items[i];
	digests->items = xgrow(digests->items, &digests->size, digests->n, sizeof(*digests->items));
	struct month_digest *added = &digests->items[digests->n++];
	*added = (struct month_digest){ .month = month };
	return added;
}

bool
store_digests(struct ledger *ledger, struct month_digests *out, struct err *err)
{
	sqlite3_stmt *rows = sql_prepare(
		ledger, err, "SELECT month, key, totals, slots FROM series WHERE source = 0", "");
	int got = rows ? 1 : -1;
	while (got > 0 && (got = sql_row(ledger, rows, err)) > 0) {
		struct slice totals = sql_blob(rows, 2), slots = sql_blob(rows, 3);
		uint64_t hash =
			hash_64(totals.p, totals.n, (uint64_t)sqlite3_column_int64(rows, 1));
		digest_of(out, sqlite3_column_int(rows, 0))->sum += hash_64(slots.p, slots.n, hash);
	}
	sqlite3_finalize(rows);
	return got == 0;
}

bool
store_stale_changes(struct ledger *ledger, const struct month_digests *before,
	const struct month_digests *after, struct err *err)
{
	struct month_digests changed = { 0 };
	struct str list = STR_INIT;
	int reach;
	for (size_t i = 0; i < before->n; i++)
		digest_of(&changed, before->items[i].month)->sum += before->items[i].sum;
	for (size_t i = 0; i < after->n; i++)
		digest_of(&changed, after->items[i].month)->sum -= after->items[i].sum;
	for (size_t i = 0; i < changed.n; i++)
		if (changed.items[i].sum)
			str_printf(
				&list, "%s(%d)", list.n ? "," : "VALUES ", changed.items[i].month);
	bool good = true;
	if (list.n) {
		sqlite3_stmt *months = sql_prepare(ledger, err, str_text(&list), "");
		good = store_reach(ledger, &reach, err) && mark_months(ledger, months, reach, err);
		sqlite3_finalize(months);
	}
	free(changed.items);
	str_free(&list);
	return good;
}
