/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * prometheus - the table "metrics" of an answer as Prometheus reads it (text format 0.0.4), for the
 * textfile collector of node_exporter.  Every metric is a gauge: an answer is how things stand.
 */
#include "config.h"

#include <stdlib.h>

#include "view/cell.h"
#include "view/escape.h"

static const char label_prefix[] = "labels.";

struct samples {
	const struct table *table;
	size_t name, help, value; /* columns */
};

static size_t
column_of(const struct table *table, const char *key)
{
	for (size_t i = 0; i < table->columns_n; i++)
		if (table->columns[i].key && strcmp(table->columns[i].key, key) == 0)
			return i;
	BUG("a table of metrics without %s", key);
}

static const struct table *
find_metrics(const struct answer *answer)
{
	for (size_t i = 0; i < answer->tables_n; i++)
		if (answer->tables[i]->key && strcmp(answer->tables[i]->key, "metrics") == 0)
			return answer->tables[i];
	return NULL;
}

static const struct cell *
cell_at(const struct samples *samples, size_t row, size_t column)
{
	return &samples->table->cells[row * samples->table->columns_n + column];
}

/* The inside of a quoted label: what cannot be seen is made visible, and never ends the line. */
static void
put_label_text(struct str *out, struct slice text)
{
	while (text.n) {
		const char *begin = text.p;
		struct rune rune = rune_take(&text);
		if (!rune.valid)
			str_printf(out, "\\\\x%02x", rune.code);
		else if (rune_hidden(rune.code))
			str_printf(out, "<U+%04X>", rune.code);
		else if (rune.code == '\\' || rune.code == '"')
			str_printf(out, "\\%c", (char)rune.code);
		else
			str_add(out, begin, rune.bytes);
	}
}

static void
put_labels(struct str *out, const struct samples *samples, size_t row)
{
	bool any = false;
	for (size_t i = 0; i < samples->table->columns_n; i++) {
		const char *key = samples->table->columns[i].key;
		const struct cell *cell = cell_at(samples, row, i);
		if (!key || !slice_starts(slice_of(key), label_prefix) || cell->type == CELL_NONE)
			continue;
		str_printf(out, "%s%s=\"", any ? "," : "{", key + sizeof(label_prefix) - 1);
		put_label_text(out, cell->text);
		str_putc(out, '"');
		any = true;
	}
	if (any)
		str_putc(out, '}');
}

static bool
is_named(const struct samples *samples, size_t row, struct slice name)
{
	return slice_eq(cell_at(samples, row, samples->name)->text, name);
}

/* All samples of a name, which have to stand together.  One series twice would make the reader refuse
 * the whole file: of names that only differ in what cannot be shown, the first counts. */
static void
put_metric(struct str *out, const struct samples *samples, size_t first)
{
	struct slice name = cell_at(samples, first, samples->name)->text;
	size_t begin = out->n;
	str_printf(out, "# HELP " SLICE_FMT " ", SLICE_ARG(name));
	put_label_text(out, cell_at(samples, first, samples->help)->text);
	str_printf(out, "\n# TYPE " SLICE_FMT " gauge\n", SLICE_ARG(name));
	for (size_t i = first; i < samples->table->rows_n; i++) {
		struct str series = STR_INIT;
		if (!is_named(samples, i, name))
			continue;
		str_printf(&series, "\n" SLICE_FMT, SLICE_ARG(name));
		put_labels(&series, samples, i);
		str_putc(&series, ' ');
		struct slice written = { out->p + begin, out->n - begin };
		if (slice_find(written, str_text(&series)) < 0) {
			str_add(out, series.p + 1, series.n - 1);
			cell_number(out, &samples->table->columns[samples->value],
				cell_at(samples, i, samples->value));
			str_putc(out, '\n');
		}
		str_free(&series);
	}
}

static bool
is_first(const struct samples *samples, size_t row)
{
	struct slice name = cell_at(samples, row, samples->name)->text;
	for (size_t i = 0; i < row; i++)
		if (is_named(samples, i, name))
			return false;
	return true;
}

static bool
prometheus_render(
	const struct answer *answer, const struct view_options *options, FILE *out, struct err *err)
{
	(void)options;
	const struct table *table = find_metrics(answer);
	struct str text = STR_INIT;
	if (!table)
		return err_set(err, FAULT_USAGE,
			"--format prometheus: only hllm check has an answer in metrics");
	const struct samples samples = { .table = table,
		.name = column_of(table, "name"),
		.help = column_of(table, "help"),
		.value = column_of(table, "value") };
	for (size_t i = 0; i < table->rows_n; i++)
		if (is_first(&samples, i))
			put_metric(&text, &samples, i);
	return view_write(&text, out, err);
}

const struct view view_prometheus = { .name = "prometheus", .render = prometheus_render };
