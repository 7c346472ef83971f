/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/probe.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "ledger/probe-pack.h"
#include "ledger/sql.h"

const char *const probe_labels[PROBE_LABELS] = {
	[PROBE_MEASURED] = "measured",
	[PROBE_PARTIAL] = "partial",
	[PROBE_NOISY] = "noisy",
	[PROBE_IMPORTED] = "imported",
};

const char *const probe_quantities[PROBE_QUANTITIES] = {
	[PROBE_TTFB] = "ttfb_ms",
	[PROBE_TTFT] = "ttft_ms",
	[PROBE_TTFO] = "ttfo_ms",
	[PROBE_TPOT] = "tpot_ms",
	[PROBE_ICL] = "icl_ms",
	[PROBE_DECODE] = "decode_tokens_per_second",
	[PROBE_PREFILL] = "prefill_tokens_per_second",
};

static const struct probe_figure no_figure = { 0, MISSING, MISSING, MISSING, MISSING, MISSING };

void
probe_init(struct probe *probe)
{
	*probe = (struct probe){ .host = "",
		.hardware = "",
		.units = 1,
		.server = "",
		.version = "",
		.url = "",
		.model = "",
		.quant = "",
		.slots = -1,
		.context = -1,
		.origin = "",
		.workload = "",
		.connect_ms = MISSING,
		.cold_start_ms = MISSING,
		.idle_watts = MISSING,
		.busy_watts = MISSING,
		.joules_per_token = MISSING,
		.power_source = "",
		.max_ttft_ms = MISSING,
		.max_tpot_ms = MISSING };
}

void
probe_run_init(struct probe_run *run, int concurrency)
{
	*run = (struct probe_run){ .concurrency = concurrency,
		.requests = -1,
		.failures = -1,
		.prompt_tokens = MISSING,
		.cached_tokens = MISSING,
		.output_tokens = MISSING,
		.depth = MISSING,
		.output_rate = MISSING,
		.total_rate = MISSING,
		.request_rate = MISSING,
		.goodput = MISSING,
		.seconds = MISSING };
	for (int i = 0; i < PROBE_QUANTITIES; i++)
		run->of[i] = no_figure;
}

/* Lists are short and made once: each grows into new memory of the arena. */
static void *
add_to(struct arena *arena, const void *items, size_t n, size_t size)
{
	char *more = arena_take(arena, (n + 1) * size);
	if (n)
		memcpy(more, items, n * size);
	return more;
}

struct probe_run *
probe_add_run(struct probe *probe, int concurrency)
{
	probe->runs = add_to(&probe->arena, probe->runs, probe->runs_n, sizeof(*probe->runs));
	struct probe_run *run = &probe->runs[probe->runs_n++];
	probe_run_init(run, concurrency);
	return run;
}

const char *
probe_text(struct probe *probe, struct slice text)
{
	return arena_copy(&probe->arena, text.p ? text.p : "", text.n);
}

static void
add_warning(struct probe *probe, struct probe_run *run, struct probe_warning warning)
{
	struct probe_warning **list = run ? &run->warnings : &probe->warnings;
	size_t *n = run ? &run->warnings_n : &probe->warnings_n;
	*list = add_to(&probe->arena, *list, *n, sizeof(warning));
	(*list)[(*n)++] = warning;
}

void
probe_warn(struct probe *probe, struct probe_run *run, const char *id, const char *fmt, ...)
{
	char text[512];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	add_warning(probe, run,
		(struct probe_warning){
			probe_text(probe, slice_of(id)), probe_text(probe, slice_of(text)) });
}

void
probe_free(struct probe *probe)
{
	arena_free(&probe->arena);
	probe_init(probe);
}

void
probes_free(struct probes *probes)
{
	for (size_t i = 0; i < probes->n; i++)
		probe_free(&probes->items[i]);
	free(probes->items);
	*probes = (struct probes){ 0 };
}

/* ---- rows ---- */

int64_t
ledger_add_probe(struct ledger *ledger, struct probe *probe, struct err *err)
{
	static const char insert[] =
		"INSERT INTO probe (time, label, host, hardware, units, server, version, model, "
		"quant, slots, context, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
	struct str detail = STR_INIT;
	probe_pack(probe, &detail);
	bool good = ledger_begin(ledger, err) &&
		    sql_exec(ledger, err, insert, "iittittttiit", probe->time,
			    (int64_t)probe->label, probe->host, probe->hardware,
			    (int64_t)probe->units, probe->server, probe->version, probe->model,
			    probe->quant, probe->slots, probe->context, str_text(&detail));
	int64_t id = good ? sqlite3_last_insert_rowid(ledger->db) : -1;
	good = good && ledger_commit(ledger, err);
	if (!good && ledger->in_transaction)
		ledger_rollback(ledger);
	str_free(&detail);
	probe->id = good ? id : 0;
	return good ? id : -1;
}

static const char *
text_of(struct probe *probe, sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);
	return probe_text(probe, slice_of(text ? (const char *)text : ""));
}

enum {
	C_ID,
	C_TIME,
	C_LABEL,
	C_HOST,
	C_HARDWARE,
	C_UNITS,
	C_SERVER,
	C_VERSION,
	C_MODEL,
	C_QUANT,
	C_SLOTS,
	C_CONTEXT,
	C_DETAIL
};
static const char columns[] = "id, time, label, host, hardware, units, server, version, model, "
			      "quant, slots, context, detail";

static bool
take_row(struct ledger *ledger, sqlite3_stmt *row, struct probe *probe, struct err *err)
{
	int64_t label = sqlite3_column_int64(row, C_LABEL);
	probe_init(probe);
	probe->id = sqlite3_column_int64(row, C_ID);
	probe->time = sqlite3_column_int64(row, C_TIME);
	probe->host = text_of(probe, row, C_HOST);
	probe->hardware = text_of(probe, row, C_HARDWARE);
	probe->units = (int)sqlite3_column_int64(row, C_UNITS);
	probe->server = text_of(probe, row, C_SERVER);
	probe->version = text_of(probe, row, C_VERSION);
	probe->model = text_of(probe, row, C_MODEL);
	probe->quant = text_of(probe, row, C_QUANT);
	probe->slots = sqlite3_column_int64(row, C_SLOTS);
	probe->context = sqlite3_column_int64(row, C_CONTEXT);
	bool good = label >= 0 && label < PROBE_LABELS &&
		    probe_unpack(probe, slice_of(text_of(probe, row, C_DETAIL)));
	probe->label = good ? (enum probe_label)label : PROBE_NOISY;
	return good || err_set(err, FAULT_INPUT,
			       "%s: probe %lld is damaged; remove it with: hllm probe --remove "
			       "%lld",
			       ledger->path, (long long)probe->id, (long long)probe->id);
}

static bool
load(struct ledger *ledger, const char *where, int64_t id, struct probes *out, struct err *err)
{
	if (ledger->version < LEDGER_PROBES)
		return true;
	char *select = xasprintf("SELECT %s FROM probe %s", columns, where);
	sqlite3_stmt *statement = id ? sql_prepare(ledger, err, select, "i", id)
				     : sql_prepare(ledger, err, select, "");
	int got = statement ? 1 : -1;
	free(select);
	while (got > 0 && (got = sql_row(ledger, statement, err)) > 0) {
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		if (!take_row(ledger, statement, &out->items[out->n++], err))
			got = -1;
	}
	sqlite3_finalize(statement);
	if (got < 0)
		probes_free(out);
	return got == 0;
}

bool
ledger_probes(struct ledger *ledger, struct probes *out, struct err *err)
{
	return load(ledger, "ORDER BY time DESC, id DESC", 0, out, err);
}

static bool
no_probe(int64_t id, struct err *err)
{
	return err_set(
		err, FAULT_USAGE, "there is no probe %lld; see: hllm probe --list", (long long)id);
}

bool
ledger_load_probe(struct ledger *ledger, int64_t id, struct probe *out, struct err *err)
{
	struct probes one = { 0 };
	if (id < 1)
		return no_probe(id, err);
	if (!load(ledger, "WHERE id = ?", id, &one, err))
		return false;
	if (!one.n)
		return no_probe(id, err);
	*out = one.items[0]; /* with its arena */
	free(one.items);
	return true;
}

bool
ledger_remove_probe(struct ledger *ledger, int64_t id, struct err *err)
{
	if (!ledger_begin(ledger, err))
		return false;
	bool good = sql_exec(ledger, err, "DELETE FROM probe WHERE id = ?", "i", id);
	if (good && sqlite3_changes(ledger->db) == 0)
		good = no_probe(id, err);
	good = good && ledger_commit(ledger, err);
	if (!good)
		ledger_rollback(ledger);
	return good;
}
