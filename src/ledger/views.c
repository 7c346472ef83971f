/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/views.h"

#include <stdio.h>
#include <stdlib.h>

#include "ledger/cells.h"
#include "ledger/probe.h"

#define MOMENT "strftime('%%Y-%%m-%%dT%%H:%%M:%%SZ', "
/* While a month is stale there are no rows, rather than wrong ones. */
#define CURRENT "NOT EXISTS (SELECT 1 FROM stale)"
/* Of a cell c: its day and month in the zone. */
#define DAY   "CASE WHEN c.month > 0 THEN date(c.day * 86400, 'unixepoch') END"
#define MONTH "CASE WHEN c.month > 0 THEN printf('%04d-%02d', c.month / 12, c.month % 12 + 1) END"

static const char *const part_money[] = { "list_cost", "list_cost_high", "included_list_cost",
	"billed_cost", "spend", "spend_high" };

/* The amounts of cell_rows and of sums have short names: n0 and f0, in the order of cell_fields. */
static int
number_of(const char *money)
{
	int number = 0;
	for (int i = 0; i < CELL_FIELDS; i++) {
		if (strcmp(cell_fields[i].name, money) == 0)
			return number;
		number += cell_fields[i].kind == CELLS_MONEY;
	}
	BUG("%s is no column of cells", money);
}

/* An exact decimal of whole nanos, rounded down, and the femtos above them; both may be NULL. */
static void
put_decimal(struct str *out, const char *name)
{
	int i = number_of(name);
	str_printf(out,
		"iif(n%d IS NULL, NULL, rtrim(rtrim(printf('%%s%%d.%%09d%%06d', iif(n%d < 0, '-', "
		"''), "
		"abs(n%d + (n%d < 0 AND f%d > 0)) / 1000000000, "
		"abs(n%d + (n%d < 0 AND f%d > 0)) %% 1000000000, "
		"abs(f%d - 1000000 * (n%d < 0 AND f%d > 0))), '0'), '.')) AS %s",
		i, i, i, i, i, i, i, i, i, i, i, name);
}

static void
put_nanos(struct str *out, const char *name)
{
	int i = number_of(name);
	str_printf(out, "n%d + (f%d >= 500000) AS %s_nanos", i, i, name);
}

/* Rows with their words and all amounts; the others are made of it. */
static void
cell_rows(struct str *out)
{
	int first = 0;
	while (cell_fields[first].kind != CELLS_MONEY)
		first++;
	str_printf(out,
		"CREATE VIEW cell_rows AS SELECT c.id / %d AS month, c.day, coalesce(c.start, "
		"c.day * 86400) AS start, coalesce(c.\"end\", (c.day + 1) * 86400) AS \"end\"",
		CELL_NUMBERS);
	for (int i = 0; i < CELL_FIELDS; i++) {
		const char *name = cell_fields[i].name;
		if (cell_fields[i].kind != CELLS_MONEY) /* cell has a key, too */
			str_printf(
				out, ", %s%s", cell_fields[i].kind == CELLS_TEXT ? "k." : "", name);
		for (int n = 0; n < 2 && cell_fields[i].kind == CELLS_MONEY; n++) {
			const char *unit = n ? "femtos" : "nanos";
			if (i == first)
				str_printf(out, ", %s_%s AS %c0", name, unit, unit[0]);
			else
				str_printf(out,
					", CASE %s_femtos WHEN %d THEN list_cost_%s WHEN %d THEN "
					"billed_cost_%s WHEN %d THEN list_cost_high_%s ELSE %s_%s "
					"END AS %c%d",
					name, CELL_SAME_LIST, unit, CELL_SAME_BILLED, unit,
					CELL_SAME_HIGH, unit, name, unit, unit[0], number_of(name));
		}
	}
	str_printf(out,
		" FROM cell c JOIN cell_key k ON k.id = c.id / %d * %d + c.key WHERE " CURRENT ";",
		CELL_NUMBERS, CELL_NUMBERS);
}

/* The rows of `hllm export --format csv`, in its columns; behind them the day, the month and nanos. */
static void
usage(struct str *out)
{
	str_puts(out, "CREATE VIEW usage AS SELECT ");
	str_printf(out, MOMENT "c.start, 'unixepoch') AS start, " MOMENT
			       "c.\"end\", 'unixepoch') AS \"end\"");
	for (int i = 0; i < CELL_FIELDS; i++) {
		const struct cell_field *field = &cell_fields[i];
		str_puts(out, ", ");
		if (field->kind == CELLS_MONEY)
			put_decimal(out, field->name);
		else
			str_printf(out, "%s", field->name);
	}
	str_puts(out, ", " DAY " AS day, " MONTH " AS month");
	for (int i = 0; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_MONEY) {
			str_puts(out, ", ");
			put_nanos(out, cell_fields[i].name);
		}
	str_puts(out, " FROM cell_rows c;");
}

static bool
is_of_workload(const struct cell_field *field)
{
	return slice_starts(slice_of(field->name), "workload_");
}

static bool
is_currency(const struct cell_field *field)
{
	return strcmp(field->name, "list_currency") == 0 ||
	       strcmp(field->name, "billed_currency") == 0;
}

/* Of usage_parts: 'second' is the row of money in another currency than that of the list cost. */
static void
put_part(struct str *out, bool second)
{
	str_puts(out, "SELECT " MONTH " AS month, " DAY " AS day");
	for (int i = 0; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_TEXT && !is_currency(&cell_fields[i]))
			str_printf(out, ", %s", cell_fields[i].name);
	str_printf(out, ", %s AS currency",
		second ? "billed_currency" : "coalesce(list_currency, billed_currency)");
	for (int i = 0; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_COUNT && !is_of_workload(&cell_fields[i]))
			str_printf(out, second ? ", NULL" : ", %s", cell_fields[i].name);
	for (size_t i = 0; i < HL_COUNT(part_money); i++) {
		bool list = i < 3;
		for (int k = 0; k < 2; k++) {
			const char *name = part_money[i], *unit = k ? "femtos" : "nanos";
			int number = number_of(name);
			if (list && second)
				str_puts(out, ", NULL");
			else if (list || second)
				str_printf(out, ", %c%d", unit[0], number);
			else
				str_printf(out,
					", iif(list_currency <> billed_currency, NULL, %c%d)",
					unit[0], number);
			if (!second) /* which names both */
				str_printf(out, " AS %s_%s", name, unit);
		}
	}
	str_puts(out, " FROM cell_rows c");
	if (second)
		str_puts(out, " WHERE list_currency <> billed_currency");
}

/* Each row of one currency, so that sums are of one; amounts in two columns that add up exactly. */
static void
usage_parts(struct str *out)
{
	str_puts(out, "CREATE VIEW usage_parts AS ");
	put_part(out, false);
	str_puts(out, " UNION ALL ");
	put_part(out, true);
	str_putc(out, ';');
}

/* Of two columns: whole nanos, and the femtos above them, once more. */
static void
put_sum(struct str *out, const char *nanos, const char *femtos, int number)
{
	str_printf(out, ", sum(%s) + sum(%s) / 1000000 AS n%d, sum(%s) %% 1000000 AS f%d", nanos,
		femtos, number, femtos, number);
}

/* Sums of usage_parts by 'groups' ("month, ", or "") and their currency. */
static void
put_sums(struct str *out, const char *view, const char *groups, const char *names)
{
	str_printf(out, "CREATE VIEW %s AS SELECT %scurrency", view, names);
	for (int i = 0; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_COUNT && !is_of_workload(&cell_fields[i]))
			str_printf(out, ", %s", cell_fields[i].name);
	for (size_t i = 0; i < HL_COUNT(part_money); i++) {
		str_puts(out, ", ");
		put_decimal(out, part_money[i]);
	}
	for (size_t i = 0; i < HL_COUNT(part_money); i++) {
		str_puts(out, ", ");
		put_nanos(out, part_money[i]);
	}
	str_printf(out, " FROM (SELECT %scurrency", groups);
	for (int i = 0; i < CELL_FIELDS; i++)
		if (cell_fields[i].kind == CELLS_COUNT && !is_of_workload(&cell_fields[i]))
			str_printf(
				out, ", sum(%s) AS %s", cell_fields[i].name, cell_fields[i].name);
	for (size_t i = 0; i < HL_COUNT(part_money); i++) {
		char columns[2][64];
		snprintf(columns[0], sizeof(columns[0]), "%s_nanos", part_money[i]);
		snprintf(columns[1], sizeof(columns[1]), "%s_femtos", part_money[i]);
		put_sum(out, columns[0], columns[1], number_of(part_money[i]));
	}
	str_printf(out, " FROM usage_parts GROUP BY %scurrency);", names);
}

/* What counts as work: tokens of logs, which a bill may state as well. */
static void
workloads(struct str *out, const char *view, bool by_month)
{
	const char *month = by_month ? "month, " : "";
	str_printf(out,
		"CREATE VIEW %s AS SELECT %sworkload, currency, requests, input_tokens, "
		"output_tokens, ",
		view, month);
	put_decimal(out, "spend");
	str_puts(out, ", ");
	put_decimal(out, "spend_high");
	str_puts(out, ", ");
	put_nanos(out, "spend");
	str_puts(out, ", ");
	put_nanos(out, "spend_high");
	str_puts(out, " FROM (SELECT ");
	str_puts(out, by_month ? MONTH " AS month, " : "");
	str_puts(out, "workload, coalesce(billed_currency, list_currency) AS currency, "
		      "sum(workload_requests) AS requests, sum(workload_input_tokens) AS "
		      "input_tokens, sum(workload_output_tokens) AS output_tokens");
	/* as spend and spend_high, which they are called here */
	put_sum(out, "n6", "f6", number_of("spend"));
	put_sum(out, "n7", "f7", number_of("spend_high"));
	str_printf(out,
		" FROM cell_rows c WHERE workload_requests IS NOT NULL GROUP BY %sc.workload, "
		"coalesce(billed_currency, list_currency));",
		by_month ? "c.month, " : "");
}

/* ---- what was read ---- */

static void
put_origin(struct str *out)
{
	str_puts(out, "CASE s.origin");
	for (int i = 0; i < ORIGINS; i++)
		str_printf(out, " WHEN %d THEN '%s'", i, origin_names[i]);
	str_puts(out, " END AS origin");
}

static void
imports(struct str *out)
{
	str_printf(out,
		"CREATE VIEW imports AS SELECT i.id AS import, " MOMENT
		"i.time / 1000000000, 'unixepoch') AS time, count(m.source) AS sources, "
		"sum(n.rows) AS rows FROM import i LEFT JOIN import_source m ON m.import = i.id "
		"LEFT JOIN source_count n ON n.source = m.source GROUP BY i.id;");
	str_puts(out, "CREATE VIEW sources AS SELECT m.import, m.name AS path, s.reader AS format, "
		      "s.title, s.reason AS format_reason, ");
	put_origin(out);
	str_printf(out,
		", n.rows, n.records, n.duplicates, n.errors, n.without_usage, n.skipped, "
		"n.rejected, iif(s.first <= s.last, " MOMENT
		"s.first, 'unixepoch'), NULL) AS start, iif(s.first <= s.last, " MOMENT
		"s.last, 'unixepoch'), NULL) AS \"end\", s.id AS source FROM import_source m JOIN "
		"source s ON s.id = m.source LEFT JOIN source_count n ON n.source = s.id;");
}

static void
put_members(struct str *out, const char *of, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		str_printf(out, ", json_extract(%s, '$.%s') AS %s", of, names[i], names[i]);
}

static void
probes(struct str *out)
{
	static const char *const numbers[] = { "connect_ms", "cold_start_ms", "idle_watts",
		"busy_watts", "joules_per_token", "max_ttft_ms", "max_tpot_ms" };
	static const char *const of_run[] = { "concurrency", "refused", "prompt_tokens",
		"cached_tokens", "output_tokens", "depth", "output_rate", "total_rate",
		"request_rate", "goodput", "seconds" };
	static const char *const figures[] = { "n", "p50", "p90", "p99", "mean", "cov" };
	str_printf(out, "CREATE VIEW probes AS SELECT id AS probe, " MOMENT
			"time / 1000000000, 'unixepoch') AS time, CASE label");
	for (int i = 0; i < PROBE_LABELS; i++)
		str_printf(out, " WHEN %d THEN '%s'", i, probe_labels[i]);
	str_puts(out,
		" END AS label, nullif(host, '') AS host, nullif(hardware, '') AS hardware, units, "
		"nullif(server, '') AS server, "
		"nullif(version, '') AS version, nullif(json_extract(detail, '$.url'), '') AS url, "
		"nullif(model, '') AS model, nullif(quant, '') AS quant, nullif(slots, -1) AS "
		"slots, nullif(context, -1) AS context, "
		"nullif(json_extract(detail, '$.workload'), '') AS workload, "
		"nullif(json_extract(detail, '$.origin'), '') AS origin, "
		"nullif(json_extract(detail, '$.power_source'), '') AS power_source");
	put_members(out, "detail", numbers, HL_COUNT(numbers));
	str_puts(out, ", json_array_length(detail, '$.runs') AS runs FROM probe;"
		      "CREATE VIEW probe_runs AS SELECT p.id AS probe, r.key + 1 AS run, "
		      "nullif(json_extract(r.value, '$.requests'), -1) AS requests, "
		      "nullif(json_extract(r.value, '$.failures'), -1) AS failures");
	put_members(out, "r.value", of_run, HL_COUNT(of_run));
	for (int i = 0; i < PROBE_QUANTITIES; i++)
		for (size_t k = 0; k < HL_COUNT(figures); k++)
			str_printf(out, ", json_extract(r.value, '$.%s.%s') AS %s_%s",
				probe_quantities[i], figures[k], probe_quantities[i], figures[k]);
	str_puts(out, " FROM probe p, json_each(p.detail, '$.runs') r;");
}

static void
state(struct str *out)
{
	str_printf(out,
		"CREATE VIEW cells_state AS SELECT CASE WHEN " CURRENT " THEN 'current' ELSE "
		"'stale' END AS state, (SELECT count(*) FROM stale) AS stale_months, " MOMENT
		"(SELECT value FROM meta WHERE name = 'cells_made') / 1000000000, 'unixepoch') AS "
		"made, (SELECT value FROM meta WHERE name = 'cells_zone') AS zone, "
		"date((SELECT value FROM meta WHERE name = 'cells_prices') / 1000000000, "
		"'unixepoch') AS prices, nullif((SELECT value FROM meta WHERE name = "
		"'cells_many'), '') AS many, printf('%%016x', (SELECT value FROM meta WHERE name = "
		"'cells_fingerprint')) AS fingerprint, (SELECT count(*) FROM cell) AS rows;");
}

static const char *const names[] = { "cell_rows", "usage", "usage_by_month", "models",
	"models_by_month", "workloads", "workloads_by_month", "usage_parts", "imports", "sources",
	"probes", "probe_runs", "cells_state" };

bool
views_make(struct ledger *ledger, struct err *err)
{
	struct str sql = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(names); i++)
		str_printf(&sql, "DROP VIEW IF EXISTS %s;", names[i]);
	cell_rows(&sql);
	usage(&sql);
	usage_parts(&sql);
	put_sums(&sql, "usage_by_month", "month, ", "month, ");
	/* as the audit calls a model: of a bill's line without one, its text */
	put_sums(&sql, "models",
		"biller, coalesce(response_model, line_item, '(no model named)') AS model, ",
		"biller, model, ");
	put_sums(&sql, "models_by_month",
		"month, biller, coalesce(response_model, line_item, '(no model named)') AS model, ",
		"month, biller, model, ");
	workloads(&sql, "workloads", false);
	workloads(&sql, "workloads_by_month", true);
	imports(&sql);
	probes(&sql);
	state(&sql);
	bool good = sql_run(ledger, str_text(&sql), err);
	str_free(&sql);
	return good;
}
