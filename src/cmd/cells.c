/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/cells.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/study.h"
#include "price/contract.h"
#include "report/extract.h"
#include "work/extract.h"

/* Keys of a month beyond which dimensions become "(many)": at most some 31,000 rows. */
enum { KEYS_A_MONTH = 1000, TIMES = 2 };

struct making {
	struct app *app;
	struct ledger *ledger;
	const struct conf *conf;
	const struct catalog *catalog;
	struct catalog *loaded; /* NULL: it was given */
	struct contract *contract;
	struct workload_rules rules;
	const char *zone; /* of hllm.conf; NULL UTC */
	char currency[4];
	struct keys keys;
	unsigned collapsed, many;
	struct cell_writer *writer;
	struct arena arena; /* of a row */
	int month;          /* at hand; MONTH_NONE: what has no time */
	struct err err;     /* of a row */
	bool failed;
};

/* ---- what they were made with ---- */

static uint64_t
add_file(uint64_t hash, const char *path)
{
	char bytes[65536];
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = 0;
	while (fd >= 0 && (n = read(fd, bytes, sizeof(bytes))) > 0)
		hash = hash_64(bytes, (size_t)n, hash);
	if (fd >= 0)
		close(fd);
	return hash_64("", 0, hash + (fd >= 0));
}

/* Of all that decides what a row says beside the ledger: prices, names, hllm.conf and this version. */
static int64_t
fingerprint_of(struct app *app)
{
	const char *const paths[] = { app_shipped_path(app, "prices.csv"),
		app_shipped_path(app, "aliases.csv"), app_price_path(app), app_alias_path(app),
		app_config_path(app) };
	uint64_t hash = hash_64(PACKAGE_VERSION, strlen(PACKAGE_VERSION), KEYS_A_MONTH);
	for (size_t i = 0; i < HL_COUNT(paths); i++)
		hash = add_file(hash, paths[i]);
	return hash ? (int64_t)hash : 1;
}

bool
cells_outdated(struct app *app, struct ledger *ledger, bool *outdated, struct err *err)
{
	struct cells_state state;
	bool good = cells_state(ledger, &state, err);
	*outdated = good && (state.stale_n || state.fingerprint != fingerprint_of(app));
	cells_state_free(&state);
	return good;
}

/* ---- rows ---- */

static int64_t
zone_seconds(const struct making *making, int64_t second)
{
	return making->zone ? zone_at(second) : 0;
}

static struct cell_value
value_of(const struct cell_field *field, const struct cell *cell)
{
	struct cell_value value = { .known = cell->type != CELL_NONE };
	if (value.known && field->kind == CELLS_TEXT)
		value.text = cell->text;
	else if (value.known && field->kind == CELLS_COUNT)
		value.count = (int64_t)(cell->amount / FEMTO_PER_UNIT);
	else if (value.known)
		value.amount = cell->amount;
	return value;
}

static void
put_row(void *arg, const struct extract_row *row)
{
	struct making *making = arg;
	if (making->failed || row->timed != (making->month != MONTH_NONE))
		return;
	int64_t start = row->start / NS_PER_SECOND;
	struct cell_row out = { .month = making->month,
		.start = start,
		.end = row->end / NS_PER_SECOND,
		/* a bucket of a day or more has its day already */
		.day = (start + (row->key->width < 86400 ? zone_seconds(making, start) : 0)) /
		       86400 };
	for (size_t i = 0; i < CELL_FIELDS; i++) {
		const struct extract_column *column = &extract_columns[TIMES + i];
		struct cell cell = column->fill(row, &making->arena);
		out.values[i] = value_of(&cell_fields[i], &cell);
	}
	making->failed = !cell_writer_add(making->writer, &out, &making->err);
	arena_reset(&making->arena);
}

/* The time at which clocks of the zone say that a month begins, in seconds. */
static int64_t
month_begin(const struct making *making, int month)
{
	int64_t local = when_month_start(month) / NS_PER_SECOND;
	return local - zone_seconds(making, local - zone_seconds(making, local));
}

static bool
make_month(struct making *making, int month, struct err *err)
{
	struct pool pool;
	struct period period = { INT64_MIN, INT64_MAX };
	struct pool_months months = { .stored = &making->keys,
		.rules = &making->rules,
		.collapsed = making->collapsed,
		.keys_most = KEYS_A_MONTH };
	making->month = month;
	if (month != MONTH_NONE) {
		period.start = month_begin(making, month) * NS_PER_SECOND;
		period.end = month_begin(making, month + 1) * NS_PER_SECOND;
		months.first = when_month(period.start);
		months.last = when_month(period.end - 1);
	}
	bool good = cells_clear(making->ledger, month, err) &&
		    pool_of_months(&pool, &months, making->ledger, &making->many, err);
	if (good && pool.n) {
		struct claims *claims = claims_new(&pool);
		struct audit_options audit = { .catalog = making->catalog,
			.contract = making->contract,
			.rules = &making->rules,
			.period = period,
			.zone_at = making->zone ? zone_at : NULL,
			.day_most = INT64_MAX,
			.claims = claims,
			.currency = making->currency[0] ? making->currency : NULL };
		extract_run(&pool, &(struct extract_options){ .audit = &audit,
					   .by = EXTRACT_DAY,
					   .row = put_row,
					   .arg = making });
		good = pool_whole(&pool, err);
		claims_free(claims);
	}
	pool_free(&pool);
	if (good && making->failed)
		return err_set(err, making->err.fault, "%s", making->err.text);
	return good;
}

/* Months of the zone that a month of UTC has a part of. */
static bool
make_months(struct making *making, const struct cells_state *state, struct err *err)
{
	int done = -1;
	for (size_t i = 0; i < state->stale_n; i++) {
		int month = state->stale[i], from = month, to = month;
		if (month != MONTH_NONE && making->zone) {
			int64_t start = when_month_start(month) / NS_PER_SECOND,
				end = when_month_start(month + 1) / NS_PER_SECOND - 1;
			from = when_month((start + zone_seconds(making, start)) * NS_PER_SECOND);
			to = when_month((end + zone_seconds(making, end)) * NS_PER_SECOND);
		}
		for (int number = from > done ? from : done + 1; number <= to; number++)
			if (!make_month(making, number, err))
				return false;
		done = to > done ? to : done;
	}
	return true;
}

/* ---- all of it ---- */

/* What can be wrong without the ledger being so: prices and hllm.conf. */
static bool
prepare(struct making *making, const struct catalog *catalog, struct err *err)
{
	struct slice zone = conf_setting(making->conf, "timezone"),
		     currency = conf_setting(making->conf, "currency");
	int64_t ignored;
	struct option_list given = making->app->prices;
	if (!catalog) { /* --prices is a question, not what the ledger is to say from now on */
		making->app->prices = (struct option_list){ 0 };
		making->loaded = app_catalog(making->app, err);
		making->app->prices = given;
		catalog = making->loaded;
	}
	making->catalog = catalog;
	making->contract = catalog ? contract_load(making->conf, err) : NULL;
	if (!making->contract)
		return false;
	making->zone = zone.n ? slice_copy(&making->app->arena, zone).p : NULL;
	if (currency.n == 3)
		memcpy(making->currency, currency.p, 3);
	making->rules = (struct workload_rules){
		.conf = making->conf, .secret = ledger_secret(making->ledger), .by = BY_DEFAULT
	};
	return zone_offset(making->zone, 0, &ignored, err);
}

static void
names_of(unsigned dims, struct str *out)
{
	for (int i = 0; i < DIMS; i++)
		if (dims & 1u << i)
			str_printf(out, "%s%s", out->n ? " " : "", dim_names[i]);
}

static bool
make(struct making *making, int64_t fingerprint, struct err *err)
{
	struct cells_state state = { 0 };
	struct sources sources = { 0 };
	struct str words = STR_INIT;
	bool good = cells_state(making->ledger, &state, err) &&
		    ledger_sources(making->ledger, 0, &sources, err) &&
		    ledger_load_keys(making->ledger, &making->keys, err);
	for (size_t i = 0; i < sources.n; i++)
		making->collapsed |= sources.items[i].collapsed;
	making->writer = good ? cell_writer_new(making->ledger, err) : NULL;
	good = making->writer && make_months(making, &state, err);
	names_of(making->many, &words);
	struct cells_made made = { .fingerprint = fingerprint,
		.time = making->app->now,
		.prices = catalog_newest(making->catalog),
		.zone = making->zone ? making->zone : "UTC",
		.many = str_text(&words) };
	good = good && cells_done(making->ledger, &made, err);
	str_free(&words);
	sources_free(&sources);
	cells_state_free(&state);
	return good;
}

static void
clean_up(struct making *making)
{
	cell_writer_free(making->writer);
	keys_free(&making->keys);
	contract_free(making->contract);
	catalog_free(making->loaded);
	arena_free(&making->arena);
}

/* Makes what is stale, or all; *rows: how many.  False: nothing has changed. */
static bool
update(struct making *making, const struct catalog *catalog, bool all, int64_t *rows,
	struct err *err)
{
	int64_t fingerprint = fingerprint_of(making->app);
	struct cells_state state;
	*rows = 0;
	if (!cells_state(making->ledger, &state, err))
		return false;
	bool other = state.fingerprint != fingerprint, none = !state.stale_n && !other && !all;
	cells_state_free(&state);
	if (none)
		return true;
	bool good = prepare(making, catalog, err) && cells_begin(making->ledger, err);
	if (good) {
		good = (!other && !all) || cells_mark_all(making->ledger, err);
		good = good && make(making, fingerprint, err);
		*rows = making->writer ? cell_writer_rows(making->writer) : 0;
		if (!good) /* statements that were not reset would be in its way */
			cell_writer_free(making->writer);
		if (!good) {
			making->writer = NULL;
			cells_take_back(making->ledger);
		}
	}
	clean_up(making);
	return good;
}

static void
say_why_not(const struct app *app, const struct err *why)
{
	app_say(app,
		"the ledger's views for SQL stay empty: %s; when that is mended: hllm export "
		"--refresh",
		why->text);
}

bool
cells_update(struct app *app, struct ledger *ledger, const struct conf *conf,
	const struct catalog *catalog, struct err *err)
{
	struct making making = { .app = app, .ledger = ledger, .conf = conf };
	struct err why = { 0 };
	int64_t rows;
	if (update(&making, catalog, false, &rows, &why))
		return true;
	if (why.fault == FAULT_SYSTEM && making.catalog)
		return err_set(err, why.fault, "%s", why.text);
	say_why_not(app, &why);
	return true;
}

void
cells_keep(struct app *app, struct ledger *ledger, const struct conf *conf,
	const struct catalog *catalog)
{
	struct err err = { 0 };
	bool outdated = false;
	if (!cells_outdated(app, ledger, &outdated, &err) || !outdated)
		return;
	if (!ledger_begin(ledger, &err))
		return; /* somebody else changes it, and will make them */
	if (!cells_update(app, ledger, conf, catalog, &err) || !ledger_commit(ledger, &err))
		ledger_rollback(ledger);
}

bool
cells_remake(struct app *app, struct ledger *ledger, const struct conf *conf, int64_t *rows,
	struct err *err)
{
	struct making making = { .app = app, .ledger = ledger, .conf = conf };
	if (!ledger_begin(ledger, err))
		return false;
	bool good = update(&making, NULL, true, rows, err) && ledger_commit(ledger, err);
	if (!good)
		ledger_rollback(ledger);
	return good;
}
