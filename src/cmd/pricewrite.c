/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/pricewrite.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/update.h"

/* The cells of a row behind its dates; those at the end that are empty are left out. */
static void
put_rest(struct str *text, const struct price_row *row, struct slice source)
{
	bool place = row->region.n || row->hours.n;
	str_printf(text, "%s," SLICE_FMT "," SLICE_FMT "," SLICE_FMT ",", tier_names[row->tier],
		SLICE_ARG(row->kind), SLICE_ARG(row->price), SLICE_ARG(row->unit));
	ownfile_cell(text, source, row->above || place ? ',' : '\n');
	if (row->above)
		str_printf(text, "%lld", (long long)row->above);
	if (place) {
		str_putc(text, ',');
		ownfile_cell(text, row->region, ',');
		ownfile_cell(text, row->hours, '\n');
	} else if (row->above) {
		str_putc(text, '\n');
	}
}

static void
put_line(const struct pricewrite *w, struct str *text, const struct merge_item *item)
{
	ownfile_cell(text, item->provider, ',');
	ownfile_cell(text, item->model, ',');
	ownfile_date(text, item->from, ',');
	ownfile_date(text, item->to, ',');
	put_rest(text, &item->listed->stored.row, w->source);
}

/* A line that was there, with another end or another source. */
static void
put_old(struct str *text, const struct price_row *row, int64_t end, struct slice source)
{
	if (row->from >= end)
		return;
	ownfile_cell(text, row->provider, ',');
	ownfile_cell(text, row->model, ',');
	ownfile_date(text, row->from, ',');
	ownfile_date(text, end, ',');
	put_rest(text, row, source);
}

/* What becomes of the lines of the file. */
struct lines {
	int64_t most;                  /* the last line that holds a price */
	const struct price_row **rows; /* by line; NULL: no price */
	int64_t *ends;                 /* by line: when its price is replaced; INT64_MAX: never */
	bool *unlisted;                /* by line: its list has it no more */
};

static struct lines
new_lines(const struct price_table *old)
{
	struct lines lines = { .most = 0 };
	for (size_t i = 0; i < old->rows_n; i++)
		if (old->rows[i]->stored.row.line > lines.most)
			lines.most = old->rows[i]->stored.row.line;
	lines.rows = xcalloc((size_t)lines.most + 1, sizeof(struct price_row *));
	lines.ends = xcalloc((size_t)lines.most + 1, sizeof(*lines.ends));
	lines.unlisted = xcalloc((size_t)lines.most + 1, sizeof(*lines.unlisted));
	for (int64_t i = 0; i <= lines.most; i++)
		lines.ends[i] = INT64_MAX;
	for (size_t i = 0; i < old->rows_n; i++)
		lines.rows[old->rows[i]->stored.row.line] = &old->rows[i]->stored.row;
	return lines;
}

static void
free_lines(struct lines *lines)
{
	free(lines->rows);
	free(lines->ends);
	free(lines->unlisted);
}

static struct lines
plan_lines(const struct pricewrite *w, const struct price_table *old)
{
	struct lines lines = new_lines(old);
	for (size_t i = 0; i < w->n; i++) {
		const struct merge_item *item = w->items[i];
		const struct price_row *known = item->known;
		if (known && slice_is(known->file, w->path) && known->line <= lines.most &&
			lines.rows[known->line] && item->to >= lines.rows[known->line]->to)
			lines.ends[known->line] = item->from;
	}
	for (size_t i = 0; i < old->rows_n; i++)
		for (size_t k = 0; k < w->gone_n; k++) {
			const struct price_row *row = &old->rows[i]->stored.row;
			if (slice_compare_nocase(row->model, w->gone[k].model) == 0 &&
				slice_compare_nocase(row->provider, w->gone[k].provider) == 0 &&
				slice_find(row->source, update_not_listed) < 0)
				lines.unlisted[row->line] = true;
		}
	return lines;
}

static void
put_unlisted(const struct pricewrite *w, struct str *text, const struct price_row *row)
{
	char day[WHEN_TEXT];
	struct str source = STR_INIT;
	str_printf(&source, SLICE_FMT "%s%s", SLICE_ARG(row->source), update_not_listed,
		when_date(day, w->today));
	put_old(text, row, row->to, str_as_slice(&source));
	str_free(&source);
}

/* The old text with its header for the rows that come, and without what is replaced. */
static bool
copy_old(const struct pricewrite *w, const struct str *old, enum ownfile_columns columns,
	struct str *text, struct err *err)
{
	/* without the last line end, behind which there is no line */
	struct slice rest = { old->p, old->n - 1 }, line;
	struct price_table *table = price_table_read(str_as_slice(old), w->path, err);
	if (!table)
		return false;
	struct lines lines = plan_lines(w, table);
	for (int64_t number = 1; slice_cut(&rest, '\n', &line); number++) {
		bool row = number <= lines.most && lines.rows[number];
		if (row && lines.ends[number] != INT64_MAX) {
			put_old(text, lines.rows[number], lines.ends[number],
				lines.rows[number]->source);
		} else if (row && lines.unlisted[number]) {
			put_unlisted(w, text, lines.rows[number]);
		} else if (ownfile_columns_of(line) != COLUMNS_NONE &&
			   ownfile_columns_of(line) < columns) {
			str_puts(text, ownfile_header(OWN_PRICES, columns));
		} else {
			str_slice(text, line);
			str_putc(text, '\n');
		}
	}
	free_lines(&lines);
	price_table_free(table);
	return true;
}

bool
pricewrite_text(struct app *app, const struct pricewrite *w, struct str *old, struct str *text,
	struct err *err)
{
	enum ownfile_columns columns = COLUMNS_SHORT;
	for (size_t i = 0; i < w->n; i++) {
		const struct price_row *row = &w->items[i]->listed->stored.row;
		if (row->region.n || row->hours.n)
			columns = COLUMNS_ALL;
		else if (row->above && columns == COLUMNS_SHORT)
			columns = COLUMNS_ABOVE;
	}
	if (!ownfile_read(app, w->path, OWN_PRICES, old, err) ||
		!copy_old(w, old, columns, text, err))
		return false;
	for (size_t i = 0; i < w->n; i++)
		put_line(w, text, w->items[i]);
	return true;
}
