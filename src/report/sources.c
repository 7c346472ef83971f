/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "report/parts.h"

enum { FILES_FOR_PEOPLE = 12 };

enum {
	C_PATH,
	C_FILE,
	C_TITLE,
	C_FORMAT,
	C_ORIGIN,
	C_REASON,
	C_ROWS,
	C_RECORDS,
	C_DUPLICATES,
	C_REEMITS,
	C_REPLAYED,
	C_ERRORS,
	C_WITHOUT_USAGE,
	C_SKIPPED,
	C_REJECTED,
	C_REJECTS,
	C_UNTERMINATED,
	C_START,
	C_END,
	C_PERIOD,
	C_REMARK,
	COLUMNS,
};

static const struct column columns[COLUMNS] = {
	[C_PATH] = { .key = "path", .left = true },
	[C_FILE] = { .head = "FILE", .left = true, .weight = 1, .least = 12 },
	[C_TITLE] = { .key = "title",
		.head = "FORMAT",
		.left = true,
		.weight = 3,
		.least = 10,
		.drop = 3 },
	[C_FORMAT] = { .key = "format", .left = true },
	[C_ORIGIN] = { .key = "origin", .left = true },
	[C_REASON] = { .key = "format_reason", .left = true },
	[C_ROWS] = { .key = "rows",
		.head = "ROWS",
		.drop = 1,
		.why = "Its rows, lines or elements, but for what was skipped.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_RECORDS] = { .key = "records",
		.why = "What of its rows means requests, usage or a bill, each once.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_DUPLICATES] = { .key = "duplicates",
		.why = "Rows that it has twice, or that another part of it has.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_REEMITS] = { .key = "reemits",
		.why = "Rows that say again what was said of the same request before.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_REPLAYED] = { .key = "replayed",
		.why = "Rows of another session that were copied into this one.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_ERRORS] = { .key = "errors",
		.why = "Requests that failed.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_WITHOUT_USAGE] = { .key = "without_usage",
		.why = "Requests of which no tokens are logged.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_SKIPPED] = { .key = "skipped",
		.why = "Rows that mean nothing that is counted: heads, totals, other events.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_REJECTED] = { .key = "rejected",
		.why = "Rows that could not be read.\n"
		       "@file {path}: read as {title}, since {format_reason}" },
	[C_REJECTS] = { .key = "rejects", .left = true },
	[C_UNTERMINATED] = { .key = "unterminated" },
	[C_START] = { .key = "period.start", .left = true },
	[C_END] = { .key = "period.end", .left = true },
	[C_PERIOD] = { .head = "PERIOD", .left = true, .drop = 2 },
	[C_REMARK] = { .head = "", .left = true, .weight = 2, .least = 12 },
};

static struct cell
time_cell(struct answer *answer, int64_t seconds)
{
	char text[WHEN_TEXT];
	return cell_textf(answer, "%s", when_print(text, seconds * NS_PER_SECOND));
}

static struct cell
period_cell(struct answer *answer, const struct source *source)
{
	char first[WHEN_TEXT], last[WHEN_TEXT];
	if (source->first == INT64_MAX)
		return cell_text(answer, SLICE("no dates"));
	when_date(first, source->first * NS_PER_SECOND);
	when_date(last, source->last * NS_PER_SECOND);
	if (strcmp(first, last) == 0)
		return cell_textf(answer, "%s", first);
	return cell_textf(answer, "%s to %s", first, last);
}

static void
remark(struct str *out, uint64_t n, const char *one, const char *many)
{
	if (!n)
		return;
	str_puts(out, out->n ? ", " : "");
	count_text(out, (int64_t)n, one, many);
}

static struct cell
remark_cell(struct answer *answer, const struct source *source)
{
	struct str text = STR_INIT;
	/* what matters most first: a narrow screen cuts the end */
	remark(&text, source->rejected, "bad line", "bad lines");
	remark(&text, source->duplicate_rows, "duplicate", "duplicates");
	remark(&text, source->errors, "failed request", "failed requests");
	remark(&text, source->without_usage, "without usage", "without usage");
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static struct cell
rejects_cell(struct answer *answer, const struct source *source)
{
	struct str text = STR_INIT;
	for (size_t i = 0; i < source->rejects_n; i++)
		str_printf(&text, "%sline %llu: %s", i ? "\n" : "",
			(unsigned long long)source->rejects[i].line, source->rejects[i].reason);
	struct cell cell = cell_list(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

static void
add_source(struct answer *answer, struct table *table, const struct source *source)
{
	struct cell *row = table_row(table);
	row[C_PATH] = cell_text(answer, slice_of(source->name));
	const char *slash = strrchr(source->name, '/');
	row[C_FILE] = cell_text(answer, slice_of(slash && slash[1] ? slash + 1 : source->name));
	row[C_TITLE] = cell_text(answer, slice_of(source->title));
	row[C_FORMAT] = cell_text(answer, slice_of(source->reader));
	row[C_ORIGIN] = cell_text(answer, slice_of(origin_names[source->origin]));
	row[C_REASON] = cell_text(answer, slice_of(source->reason));
	const uint64_t counts[] = { source->rows, source->records, source->duplicate_rows,
		source->reemits, source->replayed, source->errors, source->without_usage,
		source->skipped, source->rejected };
	for (size_t i = 0; i < HL_COUNT(counts); i++)
		row[C_ROWS + i] = cell_count((int64_t)counts[i]);
	row[C_REJECTS] = rejects_cell(answer, source);
	row[C_UNTERMINATED] = cell_flag(source->unterminated);
	bool dated = source->first != INT64_MAX;
	row[C_START] =
		dated ? time_cell(answer, source->first) : cell_none("the file states no times");
	row[C_END] =
		dated ? time_cell(answer, source->last) : cell_none("the file states no times");
	row[C_PERIOD] = period_cell(answer, source);
	row[C_REMARK] = remark_cell(answer, source);
}

/* A file that grew is stored in parts: one row shows them together. */
static bool
is_next_part(const struct source *a, const struct source *b)
{
	return a->chain != 0 && a->chain == b->chain && strcmp(a->name, b->name) == 0;
}

static void
add_part(struct source *to, const struct source *part)
{
	uint64_t *sums[] = { &to->rows, &to->records, &to->duplicate_rows, &to->reemits,
		&to->replayed, &to->errors, &to->without_usage, &to->skipped, &to->rejected };
	const uint64_t more[] = { part->rows, part->records, part->duplicate_rows, part->reemits,
		part->replayed, part->errors, part->without_usage, part->skipped, part->rejected };
	for (size_t i = 0; i < HL_COUNT(sums); i++)
		*sums[i] += more[i];
	for (size_t i = 0; i < part->rejects_n && to->rejects_n < REJECTS_SHOWN; i++)
		to->rejects[to->rejects_n++] = part->rejects[i];
	to->first = part->first < to->first ? part->first : to->first;
	to->last = part->last > to->last ? part->last : to->last;
	to->unterminated = part->unterminated;
}

static const struct column format_columns[] = {
	{ .key = "title", .head = "FORMAT", .left = true, .weight = 1, .least = 16 },
	{ .key = "format", .left = true },
	{ .key = "files", .head = "FILES", .drop = 1, .why = "@file the files of this format" },
	{ .key = "rows",
		.head = "ROWS",
		.why = "The rows of all its files together.\n"
		       "@file the files of this format" },
	{ .head = "PERIOD", .left = true, .drop = 2 },
	{ .head = "", .left = true, .weight = 2, .least = 12 },
};

/* Many files: people are shown one row for each format. */
static void
report_formats(struct answer *answer, const struct source *files, size_t n)
{
	struct table *table =
		answer_table(answer, "formats", NULL, format_columns, HL_COUNT(format_columns));
	table->details = true;
	table->heading = "Sources, by format";
	bool *done = xcalloc(n + 1, sizeof(*done));
	for (size_t i = 0; i < n; i++) {
		struct source sum = files[i];
		int64_t count = 1;
		for (size_t k = i + 1; k < n && !done[i]; k++)
			if (!done[k] && strcmp(files[i].reader, files[k].reader) == 0) {
				add_part(&sum, &files[k]);
				done[k] = true;
				count++;
			}
		if (done[i])
			continue;
		struct cell *row = table_row(table);
		row[0] = cell_text(answer, slice_of(sum.title));
		row[1] = cell_text(answer, slice_of(sum.reader));
		row[2] = cell_count(count);
		row[3] = cell_count((int64_t)sum.rows);
		row[4] = period_cell(answer, &sum);
		row[5] = remark_cell(answer, &sum);
	}
	free(done);
}

void
report_sources(struct audit_report *report)
{
	struct table *table = answer_table(report->answer, "sources", NULL, columns, COLUMNS);
	const struct sources *sources = report->sources;
	table->details = true;
	if (!sources) {
		table->null_reason =
			"this is the ledger as a whole; hllm imports lists its sources";
		return;
	}
	struct source *files = xcalloc(sources->n + 1, sizeof(*files));
	size_t files_n = 0;
	for (size_t i = 0; i < sources->n; i++) {
		struct source whole = sources->items[i];
		for (; i + 1 < sources->n &&
			is_next_part(&sources->items[i], &sources->items[i + 1]);
			i++)
			add_part(&whole, &sources->items[i + 1]);
		for (size_t k = 0; k < report->pool->overlap.again_n; k++)
			if (whole.chain && report->pool->overlap.again[k].chain == whole.chain) {
				whole.records -= report->pool->overlap.again[k].rows;
				whole.duplicate_rows += report->pool->overlap.again[k].rows;
			}
		add_source(report->answer, table, &whole);
		files[files_n++] = whole;
	}
	if (files_n > FILES_FOR_PEOPLE) {
		table->quiet = true;
		report_formats(report->answer, files, files_n);
	}
	free(files);
}
