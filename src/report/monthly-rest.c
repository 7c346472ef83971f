/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-rest - what is not counted, and every source with its date. */
#include "config.h"

#include "base/when.h"
#include "report/monthly.h"
#include "report/parts.h"

/* ---- what is not counted ---- */

enum { N_WHAT, N_HOW_MANY, N_WHY, N_COLUMNS };

static const struct column not_counted_columns[N_COLUMNS] = {
	[N_WHAT] = { .key = "what", .head = "NOT COUNTED", .left = true },
	[N_HOW_MANY] = { .key = "how_many", .head = "HOW MUCH", .left = true },
	[N_WHY] = { .key = "why",
		.head = "WHY",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 24 },
};

static void
add(const struct monthly *monthly, struct table *table, const char *what, int64_t n,
	const char *one, const char *many, const char *why)
{
	struct str text = STR_INIT;
	if (n <= 0)
		return;
	struct cell *row = table_row(table);
	count_text(&text, n, one, many);
	row[N_WHAT] = cell_text(monthly->answer, slice_of(what));
	row[N_HOW_MANY] = cell_text(monthly->answer, str_as_slice(&text));
	row[N_WHY] = cell_text(monthly->answer, slice_of(why));
	str_free(&text);
}

void
monthly_not_counted(const struct monthly *monthly)
{
	const struct tally *total = &monthly->after->audit->total;
	struct table *table = answer_table(monthly->answer, "not_counted", "What is not counted",
		not_counted_columns, N_COLUMNS);
	uint64_t rejected = 0, errors = 0, without = 0;
	for (size_t i = 0; i < monthly->sources->n; i++) {
		rejected += monthly->sources->items[i].rejected;
		errors += monthly->sources->items[i].errors;
		without += monthly->sources->items[i].without_usage;
	}
	add(monthly, table, "tokens without a price", total->unpriced.tokens, "token", "tokens",
		"no price is known of their model; hllm prices says which");
	add(monthly, table, "tokens priced as a range", total->ambiguous.tokens, "token", "tokens",
		"what was logged leaves the price open; sums and steps take its low end");
	add(monthly, table, "free tokens", total->free.tokens, "token", "tokens",
		"of local servers and free models: they cost no API money");
	add(monthly, table, "lines that could not be read", (int64_t)rejected, "line", "lines",
		"of all sources, whatever their month; hllm import --rejects FILE keeps them");
	add(monthly, table, "failed requests", (int64_t)errors, "request", "requests",
		"of all sources; providers do not charge for them, and no tokens are logged");
	add(monthly, table, "requests without usage", (int64_t)without, "request", "requests",
		"of all sources; no tokens are logged, so no cost is known");
	struct cell *row = table_row(table);
	row[N_WHAT] = cell_text(monthly->answer, slice_of("people, machines and power"));
	row[N_HOW_MANY] = cell_text(monthly->answer, slice_of("all"));
	row[N_WHY] = cell_text(monthly->answer,
		slice_of("this is what APIs cost; hllm breakeven weighs it against a machine"));
}

/* ---- sources ---- */

enum { S_FILE, S_TITLE, S_START, S_END, S_PERIOD, S_RECORDS, S_IMPORT, S_TIME, S_COLUMNS };

static const struct column source_columns[S_COLUMNS] = {
	[S_FILE] = { .key = "name",
		.head = "SOURCE",
		.left = true,
		.weight = 1,
		.least = 12,
		.names = true },
	[S_TITLE] = { .key = "title", .head = "WHAT IT IS", .left = true, .weight = 3, .drop = 2 },
	[S_START] = { .key = "period.start", .left = true, .names = true },
	[S_END] = { .key = "period.end", .left = true, .names = true },
	[S_PERIOD] = { .head = "PERIOD", .left = true },
	[S_RECORDS] = { .key = "records",
		.head = "RECORDS",
		.drop = 1,
		.why = "What of its rows means requests, usage or a bill, each once.\n"
		       "@file {name}: read as {title}" },
	[S_IMPORT] = { .key = "import", .why = "@file {name}: hllm imports lists the imports" },
	[S_TIME] = { .key = "imported", .head = "IMPORTED", .left = true, .drop = 3 },
};

/* The newest import that names the file. */
static const struct import *
import_of(const struct imports *imports, const char *name)
{
	const struct import *found = NULL;
	for (size_t i = 0; imports && i < imports->n; i++) {
		struct slice rest = slice_of(imports->items[i].names), at;
		while (rest.n) {
			slice_cut(&rest, '\n', &at);
			if (slice_is(at, name) && (!found || imports->items[i].id > found->id))
				found = &imports->items[i];
		}
	}
	return found;
}

static bool
in_month(const struct monthly *monthly, const struct source *source)
{
	int64_t start = when_month_start(monthly->month - 1) / NS_PER_SECOND,
		end = monthly->end / NS_PER_SECOND;
	return source->first == INT64_MAX || (source->last >= start && source->first < end);
}

static void
add_source(const struct monthly *monthly, struct table *table, const struct source *source)
{
	struct answer *answer = monthly->answer;
	const struct import *import = import_of(monthly->imports, source->name);
	char first[WHEN_TEXT], last[WHEN_TEXT];
	const char *slash = strrchr(source->name, '/');
	struct cell *row = table_row(table);
	row[S_FILE] = cell_text(answer, slice_of(slash && slash[1] ? slash + 1 : source->name));
	row[S_TITLE] = cell_text(answer, slice_of(source->title));
	if (source->first == INT64_MAX) {
		row[S_START] = row[S_END] = cell_none("it states no dates");
		row[S_PERIOD] = cell_text(answer, SLICE("no dates"));
	} else {
		when_date(first, source->first * NS_PER_SECOND);
		when_date(last, source->last * NS_PER_SECOND);
		row[S_START] = cell_textf(answer, "%s", first);
		row[S_END] = cell_textf(answer, "%s", last);
		row[S_PERIOD] = cell_textf(answer, "%s to %s", first, last);
	}
	row[S_RECORDS] = cell_count((int64_t)source->records);
	row[S_IMPORT] = import ? cell_count(import->id) : cell_none("it is not saved");
	row[S_TIME] = import ? cell_textf(answer, "%s", when_date(first, import->time))
			     : cell_none("it is not saved");
}

static void
add_prices(const struct monthly *monthly, struct table *table)
{
	char date[WHEN_TEXT];
	int64_t newest = catalog_newest_until(monthly->after->catalog, monthly->end - 1);
	struct cell *row = table_row(table);
	row[S_FILE] = cell_text(monthly->answer, SLICE("list prices"));
	row[S_TITLE] = cell_text(monthly->answer, SLICE("price table (hllm prices)"));
	row[S_START] = row[S_END] = row[S_RECORDS] = row[S_IMPORT] = row[S_TIME] =
		cell_none("it is a table of prices");
	row[S_PERIOD] = newest == INT64_MIN ? cell_none("no price is dated")
					    : cell_textf(monthly->answer, "newest change %s",
						      when_date(date, newest));
}

void
monthly_sources(const struct monthly *monthly)
{
	struct table *table = answer_table(
		monthly->answer, "sources", "Where it comes from", source_columns, S_COLUMNS);
	table->most = ROWS_FOR_PEOPLE;
	for (size_t i = 0; i < monthly->sources->n; i++)
		if (in_month(monthly, &monthly->sources->items[i]))
			add_source(monthly, table, &monthly->sources->items[i]);
	add_prices(monthly, table);
}
