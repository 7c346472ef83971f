/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/sheet.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/near.h"

/* The cells of one line as libcsv hands them over. */
struct line {
	struct arena arena;
	struct slice cells[SHEET_COLUMNS * 2];
	size_t n;
	bool over; /* more cells than any of our files has */
};

static void
take_cell(void *text, size_t n, void *data)
{
	struct line *line = data;
	if (line->n == HL_COUNT(line->cells)) {
		line->over = true;
		return;
	}
	line->cells[line->n++] = (struct slice){ arena_copy(&line->arena, text ? text : "", n), n };
}

/* Line by line, because a comment may hold a lone quote; no cell of ours spans lines. */
static bool
split(struct csv_parser *parser, struct slice text, struct line *line)
{
	arena_reset(&line->arena);
	line->n = 0;
	line->over = false;
	return csv_parse(parser, text.p, text.n, take_cell, NULL, line) == text.n &&
	       csv_fini(parser, take_cell, NULL, line) == 0 && !line->over;
}

static bool
take_header(const struct sheet *sheet, const struct line *line, int *order, const char *where,
	struct err *err)
{
	for (size_t i = 0; i < HL_COUNT(line->cells); i++)
		order[i] = -1;
	for (size_t k = 0; k < sheet->columns_n; k++) {
		bool found = false;
		for (size_t i = 0; i < line->n && !found; i++)
			if (slice_is_nocase(slice_trim(line->cells[i]), sheet->columns[k])) {
				order[i] = (int)k;
				found = true;
			}
		if (!found && k < sheet->required)
			return err_set(err, FAULT_INPUT, "%s: the header has no column \"%s\"",
				where, sheet->columns[k]);
	}
	return true;
}

static bool
give_row(const struct sheet *sheet, const struct line *line, const int *order, int64_t number,
	struct err *err)
{
	struct slice cells[SHEET_COLUMNS];
	for (size_t i = 0; i < SHEET_COLUMNS; i++)
		cells[i] = SLICE("");
	for (size_t i = 0; i < line->n; i++)
		if (order[i] >= 0)
			cells[order[i]] = slice_trim(line->cells[i]);
	return sheet->row(sheet->data, cells, number, err);
}

static bool
read_lines(const struct sheet *sheet, struct slice text, const char *file,
	struct csv_parser *parser, struct line *line, struct err *err)
{
	int order[HL_COUNT(line->cells)];
	int64_t number = 0;
	bool header = false;
	struct slice one;
	while (slice_cut(&text, '\n', &one)) {
		number++;
		one = slice_trim(one);
		if (!one.n || one.p[0] == '#')
			continue;
		char where[512];
		snprintf(where, sizeof(where), "%s:%lld", file, (long long)number);
		if (!split(parser, one, line))
			return err_set(err, FAULT_INPUT,
				"%s: not a CSV line: a stray quote or too many cells, expected "
				"those of the header",
				where);
		if (!header) {
			if (!take_header(sheet, line, order, where, err))
				return false;
			header = true;
		} else if (!give_row(sheet, line, order, number, err)) {
			return err_wrap(err, "%s", where);
		}
	}
	return header || err_set(err, FAULT_INPUT, "%s: empty, expected a header line with \"%s\"",
				 file, sheet->columns[0]);
}

bool
sheet_read(const struct sheet *sheet, struct slice text, const char *file, struct err *err)
{
	struct csv_parser parser;
	struct line line = { .n = 0 };
	if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0)
		return err_set(err, FAULT_SYSTEM, "%s: out of memory", file);
	if (slice_starts(text, "\xEF\xBB\xBF")) {
		text.p += 3;
		text.n -= 3;
	}
	bool done = read_lines(sheet, text, file, &parser, &line, err);
	csv_free(&parser);
	arena_free(&line.arena);
	return done;
}

bool
sheet_file(struct arena *arena, const char *path, struct slice *text, struct err *err)
{
	struct stat st;
	FILE *in = fopen(path, "re");
	int number = errno;
	char near[NEAR_TEXT];
	if (!in)
		return err_set(err, FAULT_INPUT, "%s: %s%s", path, err_errno(number),
			near_file(near, path));
	bool good =
		fstat(fileno(in), &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= SHEET_LARGEST;
	if (!good) {
		err_set(err, FAULT_INPUT, "%s: not a regular file of at most 64 MiB", path);
	} else {
		char *bytes = arena_take(arena, (size_t)st.st_size + 1);
		size_t n = fread(bytes, 1, (size_t)st.st_size, in);
		good = !ferror(in) || err_set(err, FAULT_SYSTEM, "%s: %s", path, err_errno(errno));
		*text = (struct slice){ bytes, n };
	}
	fclose(in);
	return good;
}
