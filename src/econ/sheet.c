/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/sheet.h"

#include <stdlib.h>

#include "base/when.h"
#include "econ/sheet-cell.h"
#include "read/csv.h"

/* What a column of the header is. */
enum column_kind { COLUMN_IGNORED, COLUMN_TEXT, COLUMN_FIELD, COLUMN_FIGURE };
struct column_use {
	enum column_kind kind;
	int which;
	const char *name; /* as in the header */
};

/* One reading: what is known so far of the file, and the row that is being taken. */
struct sheet_reading {
	struct plan_file *file;
	char delim;
	int64_t line;
	struct column_use columns[CSV_COLUMNS_MOST];
	size_t columns_n, rows_n;
	bool has_case;
	struct slice name; /* of the case of the row above */
	struct row_amount amounts[FIELDS];
	struct row_figure figures[FIGURES];
};

static bool
wrong(const struct sheet_reading *r, struct err *err, size_t column, struct slice cell,
	const char *why)
{
	return err_set(err, FAULT_USAGE, "%s:%lld: column %s: \"" SLICE_FMT "\": %s", r->file->name,
		(long long)r->line, r->columns[column].name, SLICE_ARG(cell), why);
}

/* "Daily requests", "daily-requests" and "daily_requests" are one name. */
static const char *
header_name(struct arena *arena, struct slice cell)
{
	cell = slice_trim(cell);
	char *name = arena_copy(arena, cell.p ? cell.p : "", cell.n);
	for (char *c = name; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c | 32);
		else if (*c == ' ' || *c == '-')
			*c = '_';
	return name;
}

static bool
column_is(const struct sheet_column *column, const char *name)
{
	struct slice rest = slice_of(column->also), word;
	if (strcmp(column->name, name) == 0)
		return true;
	while (slice_cut(&rest, ' ', &word))
		if (slice_is(word, name))
			return true;
	return false;
}

static struct column_use
column_find(const char *name)
{
	for (int i = 0; i < TEXTS; i++)
		if (column_is(&sheet_texts[i], name))
			return (struct column_use){ COLUMN_TEXT, i, name };
	for (int i = 0; i < FIELDS; i++)
		if (column_is(&sheet_fields[i], name))
			return (struct column_use){ COLUMN_FIELD, i, name };
	int figure = figure_find(slice_of(name), NULL);
	if (figure >= 0)
		return (struct column_use){ COLUMN_FIGURE, figure, name };
	return (struct column_use){ COLUMN_IGNORED, 0, name };
}

/* A column that is called almost as one that is known would take its figures with it. */
static bool
check_near(const struct sheet_reading *r, const char *name, struct err *err)
{
	const char *names[TEXTS + FIELDS], *near;
	for (size_t i = 0; i < TEXTS; i++)
		names[i] = sheet_texts[i].name;
	for (size_t i = 0; i < FIELDS; i++)
		names[TEXTS + i] = sheet_fields[i].name;
	near = str_nearest(name, names, HL_COUNT(names));
	if (!near && figure_find(slice_of(name), &near) >= 0)
		BUG("a known figure");
	return !near || err_set(err, FAULT_USAGE, "%s:%lld: column \"%s\" is not known; is it %s?",
				r->file->name, (long long)r->line, name, near);
}

static bool
take_header(struct sheet_reading *r, const struct csv_record *record, struct err *err)
{
	size_t known = 0;
	for (size_t i = 0; i < record->n; i++) {
		const char *name = header_name(&r->file->arena, record->cells[i]);
		struct column_use use = column_find(name);
		for (size_t k = 0; k < i && use.kind != COLUMN_IGNORED; k++)
			if (r->columns[k].kind == use.kind && r->columns[k].which == use.which)
				return err_set(err, FAULT_USAGE,
					"%s:%lld: columns \"%s\" and \"%s\" are the same figure",
					r->file->name, (long long)r->line, r->columns[k].name,
					name);
		if (use.kind == COLUMN_IGNORED && *name) {
			if (!check_near(r, name, err))
				return false;
			str_printf(&r->file->ignored, "%s%s", r->file->ignored.n ? ", " : "", name);
		}
		known += use.kind != COLUMN_IGNORED;
		r->has_case |= use.kind == COLUMN_TEXT && use.which == TEXT_CASE;
		r->columns[i] = use;
	}
	r->columns_n = record->n;
	return known ||
	       err_set(err, FAULT_USAGE,
		       "%s:%lld: no column of this header is known, expected names such as case, "
		       "daily_requests, api_model, capex, monthly (hllm-economics(7))",
		       r->file->name, (long long)r->line);
}

static bool
take_amount(struct sheet_reading *r, size_t column, struct slice cell, struct plan_row *row,
	struct err *err)
{
	enum sheet_field field = (enum sheet_field)r->columns[column].which;
	const struct sheet_column *kind = &sheet_fields[field];
	struct amount amount;
	const char *why;
	if (!amount_read(cell, kind->unit, r->delim == ';', &amount, &why))
		return wrong(r, err, column, cell, why);
	if (!amount.given)
		return true;
	if (!amount.never && (amount.low < kind->least || amount.high > kind->most)) {
		char text[128];
		if (kind->most >= 1e15)
			snprintf(text, sizeof(text), "expected %.10g or more", kind->least);
		else
			snprintf(text, sizeof(text), "expected %.10g to %.10g", kind->least,
				kind->most);
		return wrong(r, err, column, cell, text);
	}
	if (amount.never && field != STATED_BREAK_EVEN)
		return wrong(r, err, column, cell, "expected a number of months");
	amount.text = slice_copy(&r->file->arena, amount.text);
	r->amounts[row->amounts_n++] = (struct row_amount){ field, amount };
	return true;
}

static bool
take_figure(struct sheet_reading *r, size_t column, struct slice cell, struct plan_row *row,
	struct err *err)
{
	struct row_figure *one = &r->figures[row->figures_n];
	cell = slice_trim(cell);
	if (!cell.n)
		return true;
	one->figure = (enum figure)r->columns[column].which;
	if (!figure_parse(one->figure, cell, &one->value, err))
		return err_wrap(err, "%s:%lld: column %s", r->file->name, (long long)r->line,
			r->columns[column].name);
	row->figures_n++;
	return true;
}

static bool
take_text(struct sheet_reading *r, size_t column, struct slice cell, struct plan_row *row,
	struct err *err)
{
	enum sheet_text text = (enum sheet_text)r->columns[column].which;
	bool zoned, dated;
	const char *why = NULL;
	cell = slice_trim(cell);
	row->text[text] = slice_copy(&r->file->arena, cell);
	if (!cell.n)
		return true;
	if (text == TEXT_ROW)
		why = sheet_row_kind(cell, &row->kind);
	else if (text == TEXT_PER)
		why = sheet_per(cell, &row->per);
	else if (text == TEXT_CURRENCY)
		why = sheet_currency(cell);
	else if (text == TEXT_TIER)
		why = sheet_tier(cell);
	else if (text == TEXT_DATE && !when_parse(cell, &row->date, &zoned, &dated))
		why = "expected a day such as 2026-10-31";
	return !why || wrong(r, err, column, cell, why);
}

static struct plan_case *
case_of(struct sheet_reading *r, struct slice name)
{
	struct plan_file *file = r->file;
	if (!r->has_case || (!name.n && !r->name.n)) {
		name = r->has_case ? SLICE("plan")
				   : slice_printf(&file->arena, "line %lld", (long long)r->line);
	} else if (!name.n) {
		name = r->name;
	}
	r->name = name;
	for (size_t i = file->cases_n; i-- > 0;)
		if (slice_eq(file->cases[i].name, name))
			return &file->cases[i];
	file->cases = xgrow(file->cases, &file->cases_size, file->cases_n, sizeof(*file->cases));
	struct plan_case *plan = &file->cases[file->cases_n++];
	*plan = (struct plan_case){ .name = name };
	return plan;
}

/* One currency a case: in its column, or with the figures. */
static bool
take_currency(const struct sheet_reading *r, struct plan_case *plan, const struct plan_row *row,
	struct err *err)
{
	char code[4] = "";
	if (row->text[TEXT_CURRENCY].n)
		memcpy(code, row->text[TEXT_CURRENCY].p, 3);
	for (size_t i = 0; i <= row->amounts_n; i++) {
		const char *named = i ? row->amounts[i - 1].amount.currency : code;
		if (!named[0])
			continue;
		const char *why = sheet_currency(slice_of(named));
		if (why)
			return err_set(err, FAULT_USAGE, "%s:%lld: \"%s\": %s", r->file->name,
				(long long)r->line, named, why);
		if (plan->currency[0] && strcmp(plan->currency, named) != 0)
			return err_set(err, FAULT_USAGE,
				"%s:%lld: %s, but the case \"" SLICE_FMT
				"\" is in %s, expected one currency for all of a case",
				r->file->name, (long long)r->line, named, SLICE_ARG(plan->name),
				plan->currency);
		memcpy(plan->currency, named, 4);
	}
	return true;
}

static bool
take_row(struct sheet_reading *r, const struct csv_record *record, struct err *err)
{
	struct arena *arena = &r->file->arena;
	struct plan_row *row = arena_take(arena, sizeof(*row));
	*row = (struct plan_row){ .line = r->line, .date = INT64_MIN };
	bool good = true, filled = false;
	for (size_t i = 0; i < record->n && good; i++) {
		struct slice cell = record->cells[i];
		filled |= slice_trim(cell).n > 0;
		if (i >= r->columns_n) {
			if (slice_trim(cell).n)
				return err_set(err, FAULT_USAGE,
					"%s:%lld: %zu cells, expected the %zu of the header (a "
					"number with "
					"a comma has to be in quotes)",
					r->file->name, (long long)r->line, record->n, r->columns_n);
			continue;
		}
		enum column_kind kind = r->columns[i].kind;
		good = kind == COLUMN_TEXT     ? take_text(r, i, cell, row, err)
		       : kind == COLUMN_FIELD  ? take_amount(r, i, cell, row, err)
		       : kind == COLUMN_FIGURE ? take_figure(r, i, cell, row, err)
					       : true;
	}
	if (!good || !filled)
		return good;
	if (!row->text[TEXT_PER].n)
		row->per = row->kind == ROW_PRICE
				   ? (struct per){ .what = PER_TOKENS, .count = 1e6 }
				   : (struct per){ .what = row->kind == ROW_HARDWARE ? PER_ONCE
										     : PER_MONTH };
	row->amounts = memcpy(arena_take(arena, row->amounts_n * sizeof(*r->amounts) + 1),
		r->amounts, row->amounts_n * sizeof(*r->amounts));
	row->figures = memcpy(arena_take(arena, row->figures_n * sizeof(*r->figures) + 1),
		r->figures, row->figures_n * sizeof(*r->figures));
	struct plan_case *plan = case_of(r, row->text[TEXT_CASE]);
	if (++r->rows_n > PLAN_ROWS_MOST)
		return err_set(
			err, FAULT_LIMIT, "%s: more than %d rows", r->file->name, PLAN_ROWS_MOST);
	plan->rows = xgrow(plan->rows, &plan->rows_size, plan->rows_n, sizeof(struct plan_row *));
	plan->rows[plan->rows_n++] = row;
	return take_currency(r, plan, row, err);
}

static int64_t
count_lines(const char *p, const char *end)
{
	int64_t lines = 0;
	for (; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		lines++;
	return lines;
}

/* Record by record; lines that begin with '#' and empty ones are passed over. */
static bool
read_records(struct sheet_reading *r, struct slice text, struct csv_cutter *cutter, struct err *err)
{
	const char *p = text.p, *end = text.p + text.n;
	bool header = false, good = true;
	int64_t next = 1;
	while (p < end && good) {
		const char *eol = memchr(p, '\n', (size_t)(end - p)), *after;
		bool stray = false, comment = *p == '#';
		r->line = next;
		after = comment ? (eol ? eol + 1 : end)
				: csv_record_end(p, end, r->delim, true, &stray);
		struct slice one = { p, (size_t)(after - p) };
		next += count_lines(p, after);
		p = after;
		if (comment || !slice_trim(one).n)
			continue;
		if (stray || !csv_cut(cutter, one))
			return err_set(err, FAULT_INPUT, "%s:%lld: not a CSV line: a stray quote",
				r->file->name, (long long)r->line);
		good = header ? take_row(r, &cutter->record, err)
			      : take_header(r, &cutter->record, err);
		header = true;
	}
	if (good && r->rows_n == 0)
		return err_set(err, FAULT_USAGE,
			"%s: no row of figures, expected a header line and rows "
			"(hllm-economics(7))",
			r->file->name);
	return good;
}

/* The line that decides: the first that is no comment. */
static char
delimiter_of(struct slice text)
{
	struct slice line;
	while (slice_cut(&text, '\n', &line))
		if (slice_trim(line).n && line.p[0] != '#')
			return csv_delimiter(line);
	return ',';
}

bool
plan_file_read(struct plan_file *file, const char *name, struct slice text, struct err *err)
{
	*file = (struct plan_file){ .name = name };
	if (text.n > PLAN_LARGEST)
		return err_set(
			err, FAULT_LIMIT, "%s: larger than %d MiB", name, PLAN_LARGEST >> 20);
	if (slice_starts(text, "\xEF\xBB\xBF")) {
		text.p += 3;
		text.n -= 3;
	}
	struct sheet_reading *r = xcalloc(1, sizeof(*r));
	struct csv_cutter *cutter = xcalloc(1, sizeof(*cutter));
	r->file = file;
	r->delim = delimiter_of(text);
	csv_cutter_init(cutter, r->delim);
	bool good = read_records(r, text, cutter, err);
	csv_cutter_free(cutter);
	free(cutter);
	free(r);
	return good;
}

void
plan_file_free(struct plan_file *file)
{
	for (size_t i = 0; i < file->cases_n; i++)
		free(file->cases[i].rows);
	free(file->cases);
	str_free(&file->ignored);
	arena_free(&file->arena);
	*file = (struct plan_file){ 0 };
}

const struct amount *
row_amount(const struct plan_row *row, enum sheet_field field)
{
	for (size_t i = 0; i < row->amounts_n; i++)
		if (row->amounts[i].field == field)
			return &row->amounts[i].amount;
	return NULL;
}

const struct amount *
case_amount(const struct plan_case *plan, enum sheet_field field, const struct plan_row **where)
{
	for (size_t i = 0; i < plan->rows_n; i++) {
		if (plan->rows[i]->kind != ROW_PLAN)
			continue;
		const struct amount *amount = row_amount(plan->rows[i], field);
		if (amount) {
			if (where)
				*where = plan->rows[i];
			return amount;
		}
	}
	return NULL;
}

struct slice
case_text(const struct plan_case *plan, enum sheet_text text)
{
	for (size_t i = 0; i < plan->rows_n; i++)
		if (plan->rows[i]->kind == ROW_PLAN && plan->rows[i]->text[text].n)
			return plan->rows[i]->text[text];
	return SLICE("");
}

int64_t
case_date(const struct plan_case *plan)
{
	for (size_t i = 0; i < plan->rows_n; i++)
		if (plan->rows[i]->date != INT64_MIN)
			return plan->rows[i]->date;
	return INT64_MIN;
}
