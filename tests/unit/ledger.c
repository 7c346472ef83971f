/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ledger that is none, of a newer version, or damaged is refused in a sentence. */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "sqlnumber.h"
#include <cmocka.h>

#include "base/estimate.h"
#include "base/when.h"
#include "ledger/cells.h"
#include "ledger/probe.h"
#include "ledger/sql.h"

static char path[64];

static void
sql(const char *text)
{
	sqlite3 *db = NULL;
	char *why = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, text, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", text, why);
	sqlite3_close(db);
}

/* A ledger with one import of three requests. */
static void
make_ledger(void)
{
	struct err err = { 0 };
	unlink(path);
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
	assert_non_null(ledger);
	struct fold *fold = fold_new(1, ledger_secret(ledger));
	for (int i = 0; i < 3; i++) {
		struct record rec;
		record_init(&rec);
		rec.identity = IDENTITY_ID;
		rec.id = slice_of(&"xyz"[i]);
		rec.timed = rec.has_tokens = true;
		rec.start = (int64_t)1788220800 * NS_PER_SECOND;
		rec.tokens[TOKEN_OUTPUT] = 7;
		fold_record(fold, 0, &rec);
	}
	struct source source = { .name = xstrdup("a"),
		.reader = xstrdup("r"),
		.title = xstrdup("t"),
		.reason = xstrdup("y"),
		.options = xstrdup(""),
		.folded = fold_finish(fold),
		.first = 1,
		.last = 2 };
	assert_true(ledger_begin(ledger, &err));
	int64_t import = ledger_add_import(ledger, 5, "hllm import a", &err);
	assert_int_equal(import, 1);
	assert_true(ledger_add_source(ledger, import, &source, &err) &&
		    ledger_settle(ledger, &err) && ledger_commit(ledger, &err));
	source_clear(&source);
	ledger_close(ledger);
}

static void
refused(enum ledger_mode mode, enum fault fault, const char *part)
{
	struct err err = { 0 };
	struct ledger *ledger = ledger_open(path, mode, &err);
	assert_null(ledger);
	if (err.fault != fault || !strstr(err.text, part))
		fail_msg("fault %d, %s; expected \"%s\"", err.fault, err.text, part);
}

/* Requests by the minute of the only bin; -1: not counted by an older version. */
static int64_t
minutes_of(enum ledger_mode mode, struct err *err)
{
	struct bins bins = { 0 };
	struct ledger *ledger = ledger_open(path, mode, err);
	int64_t sum = 0, requests = 0;
	int index = 0;
	assert_non_null(ledger);
	assert_true(ledger_load_bins(ledger, 1, &bins, err));
	assert_int_equal(bins.n, 1);
	struct unpack in = unpack_of(bins.items[0].minutes.p, bins.items[0].minutes.n);
	while (minute_next(&in, &index, &requests))
		sum += requests;
	if (!bins.items[0].minutes_known)
		sum = -1;
	bins_free(&bins);
	ledger_close(ledger);
	return sum;
}

/* Half hours that stayed in the ledger are those that bins have, as long as it is held. */
static void
test_slots(void **unused)
{
	(void)unused;
	struct err err = { 0 };
	struct bins bins = { 0 }, totals = { 0 };
	struct str slots = STR_INIT;
	make_ledger();
	struct ledger *ledger = ledger_open(path, LEDGER_READ, &err);
	assert_non_null(ledger);
	assert_true(ledger_hold(ledger, &err));
	assert_true(ledger_load_bins(ledger, 1, &bins, &err) &&
		    ledger_load_totals(ledger, 1, &totals, &err));
	assert_int_equal(bins.n, 1);
	assert_int_equal(totals.n, 1);
	assert_true(bins.items[0].slots.n > 0 && !bins.items[0].slots_at);
	assert_true(totals.items[0].slots.n == 0 && totals.items[0].slots_at);
	assert_true(slice_eq(totals.items[0].minutes, bins.items[0].minutes) &&
		    slice_eq(totals.items[0].dists, bins.items[0].dists) &&
		    totals.items[0].records == 3);
	for (int i = 0; i < 2; i++) { /* the second time anew, not behind the first */
		assert_true(ledger_slots(ledger, totals.items[0].slots_at, &slots, &err));
		assert_true(slice_eq(str_as_slice(&slots), bins.items[0].slots));
	}
	assert_false(ledger_slots(ledger, totals.items[0].slots_at + 1, &slots, &err));
	assert_int_equal(err.fault, FAULT_SYSTEM);
	/* nobody moves what is held */
	sqlite3 *db = NULL;
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM series", NULL, NULL, NULL), SQLITE_BUSY);
	ledger_release(ledger);
	assert_int_equal(sqlite3_exec(db, "DELETE FROM series", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	str_free(&slots);
	bins_free(&bins);
	bins_free(&totals);
	ledger_close(ledger);
}

/* The ledger as that version of its tables had it. */
static void
go_down(int version)
{
	static const char *const views[] = { "cell_rows", "usage", "usage_parts", "usage_by_month",
		"models", "models_by_month", "workloads", "workloads_by_month", "imports",
		"sources", "probes", "probe_runs", "cells_state" };
	char text[64];
	for (size_t i = 0; i < HL_COUNT(views); i++) {
		snprintf(text, sizeof(text), "DROP VIEW %s", views[i]);
		sql(text);
	}
	sql("DROP TABLE cell; DROP TABLE cell_key; DROP TABLE stale; DROP TABLE source_count;"
	    "DROP INDEX series_source; CREATE INDEX series_source ON series (source)");
	if (version < LEDGER_PROBES)
		sql("DROP TABLE probe");
	if (version < LEDGER_MINUTES)
		sql("ALTER TABLE series DROP COLUMN minutes");
	snprintf(text, sizeof(text), "PRAGMA user_version = %d", version);
	sql(text);
}

static void
test_open(void **unused)
{
	(void)unused;
	unlink(path);
	refused(LEDGER_READ, FAULT_INPUT, "no ledger yet");
	sql("CREATE TABLE x (y)");
	refused(LEDGER_READ, FAULT_INPUT, "expected a ledger of hllm");
	refused(LEDGER_WRITE, FAULT_INPUT, "expected a ledger of hllm");
	make_ledger();
	go_down(1);
	struct err err = { 0 };
	assert_int_equal(minutes_of(LEDGER_READ, &err), -1); /* as it is */
	assert_int_equal(minutes_of(LEDGER_WRITE, &err), -1);
	make_ledger();
	assert_int_equal(minutes_of(LEDGER_READ, &err), 3);
	sql("PRAGMA user_version = 999");
	refused(LEDGER_READ, FAULT_INPUT, "newer hllm");
	make_ledger();
	sql("DELETE FROM meta WHERE name = 'secret'");
	refused(LEDGER_READ, FAULT_INPUT, "secret");
	unlink(path);
}

/* ---- cells ---- */

static int64_t
number(const char *query)
{
	return sql_number(path, query);
}

/* Months that are stale, and whether any row was ever made. */
static size_t
stale_of(enum ledger_mode mode)
{
	struct err err = { 0 };
	struct cells_state state;
	struct ledger *ledger = ledger_open(path, mode, &err);
	assert_non_null(ledger);
	assert_true(cells_state(ledger, &state, &err));
	assert_true(state.fingerprint == 0 && state.made == 0);
	size_t n = state.stale_n;
	assert_true(n == 0 || state.stale[0] == 2026 * 12 + 8);
	cells_state_free(&state);
	ledger_close(ledger);
	return n;
}

/* One of an older version has no cells and no views; when it is written to, all its months are stale. */
static void
test_cells_of_old(void **unused)
{
	(void)unused;
	for (int version = 1; version < LEDGER_VERSION; version++) {
		make_ledger();
		assert_int_equal(stale_of(LEDGER_READ), 1);
		go_down(version);
		assert_int_equal(stale_of(LEDGER_READ), 0);
		assert_int_equal(number("PRAGMA user_version"), version);
		assert_int_equal(stale_of(LEDGER_WRITE), 1);
		assert_int_equal(number("PRAGMA user_version"), LEDGER_VERSION);
		assert_int_equal(number("SELECT count(*) FROM usage"), 0);
		assert_int_equal(number("SELECT state = 'stale' FROM cells_state"), 1);
	}
	unlink(path);
}

/* ---- probes ---- */

static void
fill_probe(struct probe *probe, int64_t time)
{
	probe_init(probe);
	probe->time = time;
	probe->label = PROBE_NOISY;
	probe->host = "box";
	probe->hardware = "rtx-4090";
	probe->units = 2;
	probe->server = "llama.cpp";
	probe->version = "b9910";
	probe->url = "http://127.0.0.1:8080";
	probe->model = "a \"model\"\n\\ of \xC3\xA9";
	probe->quant = "Q4_K_M";
	probe->slots = 4;
	probe->context = 8192;
	probe->workload = "chat\t\x7F \"x\"";
	probe->power_source = "nvidia-smi";
	probe->busy_watts = 312.25;
	struct probe_run *run = probe_add_run(probe, 1);
	run->requests = 20;
	run->failures = 1;
	run->output_rate = 37.123456789;
	run->of[PROBE_TTFT] =
		(struct probe_figure){ 20, 51.5, 60, MISSING, 52.125, 0.12378073911251546 };
	run = probe_add_run(probe, 8);
	run->refused = true;
	probe_warn(probe, run, "queued", "8 requests at once, but %d slots", 4);
	probe_warn(probe, NULL, "load", "the machine had other work: \"%s\"", "load 3.1");
}

static void
is_same(double got, double want)
{
	if (isnan(want) ? !isnan(got) : got < want || got > want)
		fail_msg("%.17g, expected %.17g", got, want);
}

/* Everything comes back as it was; what was not known is still not known. */
static void
same_probe(const struct probe *got, const struct probe *want)
{
	const char *const pairs[][2] = { { got->host, want->host },
		{ got->hardware, want->hardware }, { got->server, want->server },
		{ got->version, want->version }, { got->url, want->url },
		{ got->model, want->model }, { got->quant, want->quant },
		{ got->origin, want->origin }, { got->workload, want->workload },
		{ got->power_source, want->power_source } };
	for (size_t i = 0; i < HL_COUNT(pairs); i++)
		assert_string_equal(pairs[i][0], pairs[i][1]);
	assert_true(got->time == want->time && got->label == want->label &&
		    got->units == want->units && got->slots == want->slots &&
		    got->context == want->context && got->runs_n == want->runs_n &&
		    got->warnings_n == want->warnings_n);
	is_same(got->busy_watts, want->busy_watts);
	is_same(got->idle_watts, want->idle_watts);
	is_same(got->cold_start_ms, want->cold_start_ms);
	for (size_t i = 0; i < want->runs_n; i++) {
		const struct probe_run *a = &got->runs[i], *b = &want->runs[i];
		assert_true(a->concurrency == b->concurrency && a->requests == b->requests &&
			    a->failures == b->failures && a->refused == b->refused &&
			    a->warnings_n == b->warnings_n);
		is_same(a->output_rate, b->output_rate);
		is_same(a->goodput, b->goodput);
		for (int q = 0; q < PROBE_QUANTITIES; q++) {
			assert_int_equal(a->of[q].n, b->of[q].n);
			is_same(a->of[q].p50, b->of[q].p50);
			is_same(a->of[q].p99, b->of[q].p99);
			is_same(a->of[q].mean, b->of[q].mean);
			is_same(a->of[q].cov, b->of[q].cov);
		}
		for (size_t k = 0; k < b->warnings_n; k++) {
			assert_string_equal(a->warnings[k].id, b->warnings[k].id);
			assert_string_equal(a->warnings[k].text, b->warnings[k].text);
		}
	}
	for (size_t k = 0; k < want->warnings_n; k++)
		assert_string_equal(got->warnings[k].text, want->warnings[k].text);
}

static void
test_probes(void **unused)
{
	struct err err = { 0 };
	struct probe first, second, got;
	struct probes all = { 0 };
	(void)unused;
	fill_probe(&first, 1000);
	fill_probe(&second, 2000);
	unlink(path);
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
	assert_true(ledger_probes(ledger, &all, &err) && all.n == 0);
	assert_int_equal(ledger_add_probe(ledger, &first, &err), 1);
	assert_int_equal(ledger_add_probe(ledger, &second, &err), 2);
	assert_int_equal(second.id, 2);
	assert_true(ledger_probes(ledger, &all, &err));
	assert_int_equal(all.n, 2);
	assert_int_equal(all.items[0].id, 2); /* the newest first */
	same_probe(&all.items[1], &first);
	probes_free(&all);
	assert_true(ledger_load_probe(ledger, 2, &got, &err));
	same_probe(&got, &second);
	probe_free(&got);
	assert_false(ledger_load_probe(ledger, 3, &got, &err));
	assert_int_equal(err.fault, FAULT_USAGE);
	assert_non_null(strstr(err.text, "there is no probe 3"));
	assert_true(ledger_remove_probe(ledger, 2, &err));
	assert_false(ledger_remove_probe(ledger, 2, &err));
	assert_int_equal(err.fault, FAULT_USAGE);
	fill_probe(&got, 3000); /* a number is given once */
	assert_int_equal(ledger_add_probe(ledger, &got, &err), 3);
	probe_free(&got);
	ledger_close(ledger);
	probe_free(&first);
	probe_free(&second);
	unlink(path);
}

/* One of version 2 has no probes, keeps what it has, and gets room for them when it is written to. */
static void
test_probes_of_old(void **unused)
{
	struct err err = { 0 };
	struct probe probe;
	struct probes all = { 0 };
	(void)unused;
	make_ledger();
	go_down(2);
	struct ledger *ledger = ledger_open(path, LEDGER_READ, &err);
	assert_true(ledger_probes(ledger, &all, &err) && all.n == 0);
	ledger_close(ledger);
	ledger = ledger_open(path, LEDGER_WRITE, &err);
	fill_probe(&probe, 1);
	assert_int_equal(ledger_add_probe(ledger, &probe, &err), 1);
	ledger_close(ledger);
	probe_free(&probe);
	assert_int_equal(minutes_of(LEDGER_READ, &err), 3);
	unlink(path);
}

static void
test_damaged_probes(void **unused)
{
	(void)unused;
	static const char *const damage[] = { "detail = ''", "detail = '[]'", "label = 9",
		"detail = '{\"runs\":[{\"concurrency\":0}]}'", "detail = '{\"runs\":[3]}'",
		"detail = '{\"url\":3}'", "detail = '{\"warnings\":{}}'",
		"detail = '{\"idle_watts\":\"x\"}'", "detail = substr(detail, 1, 100)",
		"detail = '{\"runs\":[{\"ttft_ms\":{\"n\":-1}}]}'" };
	for (size_t i = 0; i < HL_COUNT(damage); i++) {
		struct err err = { 0 };
		struct probe probe;
		struct probes all = { 0 };
		unlink(path);
		struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
		fill_probe(&probe, 1);
		assert_int_equal(ledger_add_probe(ledger, &probe, &err), 1);
		ledger_close(ledger);
		probe_free(&probe);
		char *text = xasprintf("UPDATE probe SET %s", damage[i]);
		sql(text);
		ledger = ledger_open(path, LEDGER_READ, &err);
		if (ledger_probes(ledger, &all, &err) || err.fault != FAULT_INPUT ||
			!strstr(err.text, "probe 1 is damaged"))
			fail_msg("%s: %s", text, err.text);
		free(text);
		ledger_close(ledger);
	}
	unlink(path);
}

/* Walks all entries: how many, or -1. */
static int
walk(struct ledger *ledger, struct err *err)
{
	struct entry_walk *entries = entry_walk_new(ledger, 1, err);
	struct item item;
	int n = 0, got = entries ? 1 : -1;
	while (got > 0 && (got = entry_walk_next(entries, &item, err)) > 0)
		n++;
	entry_walk_free(entries);
	return got < 0 ? -1 : n;
}

static void
test_damage(void **unused)
{
	(void)unused;
	static const struct {
		const char *sql, *part;
	} rows[] = {
		{ "UPDATE page SET entries = substr(entries, 1, length(entries) - 1)", "damaged" },
		{ "UPDATE page SET entries = x'ffffffffffffffffffffffff'", "damaged" },
		{ "UPDATE key SET texts = x'ff'", "damaged" },
		{ "UPDATE key SET numbers = x'7f7f7f7f7f7f'", "damaged" },
		{ "UPDATE series SET totals = x'01'", "damaged" },
		{ "DELETE FROM key", "damaged" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		struct keys keys = { 0 };
		struct bins bins = { 0 };
		make_ledger();
		sql(rows[i].sql);
		struct ledger *ledger = ledger_open(path, LEDGER_READ, &err);
		assert_non_null(ledger);
		bool good = ledger_load_keys(ledger, &keys, &err) &&
			    ledger_load_bins(ledger, 1, &bins, &err) && walk(ledger, &err) == 3;
		if (good || !strstr(err.text, rows[i].part))
			fail_msg("%s: %s", rows[i].sql, good ? "taken" : err.text);
		keys_free(&keys);
		bins_free(&bins);
		ledger_close(ledger);
	}
	unlink(path);
}

static void
test_imports(void **unused)
{
	(void)unused;
	struct err err = { 0 };
	make_ledger();
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
	struct imports imports = { 0 };
	struct sources sources = { 0 };
	assert_int_equal(walk(ledger, &err), 3);
	assert_true(ledger_imports(ledger, &imports, &err));
	assert_int_equal(imports.n, 1);
	assert_int_equal(imports.items[0].time, 5);
	assert_string_equal(imports.items[0].command, "hllm import a");
	assert_string_equal(imports.items[0].names, "a");
	imports_free(&imports);
	assert_true(ledger_sources(ledger, 1, &sources, &err));
	assert_int_equal(sources.n, 1);
	assert_int_equal(sources.items[0].records, 0); /* as its counts said */
	sources_free(&sources);
	/* what is rolled back was never there */
	assert_true(ledger_begin(ledger, &err));
	assert_int_equal(ledger_add_import(ledger, 6, "x", &err), 2);
	ledger_rollback(ledger);
	assert_false(ledger_undo(ledger, 2, &err));
	assert_int_equal(err.fault, FAULT_USAGE);
	assert_true(ledger_undo(ledger, 1, &err));
	assert_int_equal(walk(ledger, &err), 0);
	ledger_close(ledger);
	unlink(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open),
		cmocka_unit_test(test_slots),
		cmocka_unit_test(test_cells_of_old),
		cmocka_unit_test(test_probes),
		cmocka_unit_test(test_probes_of_old),
		cmocka_unit_test(test_damaged_probes),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_imports),
	};
	snprintf(path, sizeof(path), "ledger-test-%ld.db", (long)getpid());
	return cmocka_run_group_tests_name("ledger", tests, NULL, NULL);
}
