/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/csv.h"

#include <stdlib.h>

#include "base/err.h"

static const char *
line_end(const char *p, const char *end, bool whole)
{
	const char *at = memchr(p, '\n', (size_t)(end - p));
	return at ? at + 1 : whole ? end : NULL;
}

/* From behind an opening quote to behind the closing one; NULL: not in sight. */
static const char *
quoted_end(const char *p, const char *end)
{
	for (;;) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		if (!quote)
			return NULL;
		if (quote + 1 < end && quote[1] == '"') {
			p = quote + 2;
			continue;
		}
		return quote + 1;
	}
}

const char *
csv_record_end(const char *p, const char *end, char delim, bool whole, bool *stray)
{
	*stray = false;
	const char *start = p, *eol = line_end(p, end, whole);
	if (!eol && !memchr(p, '"', (size_t)(end - p)))
		return NULL;
	if (eol && !memchr(p, '"', (size_t)(eol - p)))
		return eol;
	bool at_start = true;
	while (p < end) {
		if (at_start && *p == '"') {
			const char *close = quoted_end(p + 1, end);
			size_t span = (size_t)((close ? close : end) - p);
			if ((!close && whole) || span > CSV_CELL_MOST) {
				*stray = true;
				return line_end(start, end, whole);
			}
			if (!close || (close == end && !whole))
				return NULL; /* a doubled quote may be cut in two */
			p = close;
			at_start = false;
			continue;
		}
		if (*p == '\n')
			return p + 1;
		at_start = *p == delim;
		p++;
	}
	return whole ? end : NULL;
}

static void
add_cell(struct csv_record *record, struct slice cell)
{
	record->cells = xgrow(record->cells, &record->size, record->n, sizeof(*record->cells));
	record->cells[record->n++] = cell;
}

static void
on_cell(void *text, size_t n, void *arg)
{
	struct csv_cutter *cutter = arg;
	if (cutter->record.n < CSV_COLUMNS_MOST)
		add_cell(&cutter->record, slice_copy(&cutter->text, (struct slice){ text, n }));
}

static int
space_only(unsigned char c)
{
	return c == ' ';
}

void
csv_cutter_init(struct csv_cutter *cutter, char delim)
{
	*cutter = (struct csv_cutter){ .delim = delim };
	if (csv_init(&cutter->parser, 0) != 0)
		BUG("csv_init");
	csv_set_delim(&cutter->parser, (unsigned char)delim);
	csv_set_space_func(&cutter->parser, space_only);
}

void
csv_cutter_free(struct csv_cutter *cutter)
{
	csv_free(&cutter->parser);
	free(cutter->record.cells);
	arena_free(&cutter->text);
}

static struct slice
trim_spaces(const char *p, size_t n)
{
	while (n && (*p == ' ' || *p == '\t')) {
		p++;
		n--;
	}
	while (n && (p[n - 1] == ' ' || p[n - 1] == '\t'))
		n--;
	return (struct slice){ p, n };
}

/* Does every quoted cell end at its closing quote? */
static bool
quotes_close(struct slice line, char delim)
{
	const char *p = line.p, *end = line.p + line.n;
	for (;;) {
		while (p < end && *p == ' ')
			p++;
		if (p < end && *p == '"') {
			p = quoted_end(p + 1, end);
			while (p && p < end && *p == ' ')
				p++;
			if (!p || (p < end && *p != delim))
				return false;
		}
		const char *at = memchr(p, delim, (size_t)(end - p));
		if (!at)
			return true;
		p = at + 1;
	}
}

bool
csv_cut(struct csv_cutter *cutter, struct slice line)
{
	cutter->record.n = 0;
	while (line.n && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
		line.n--;
	if (!line.n)
		return true;
	if (!memchr(line.p, '"', line.n)) {
		const char *p = line.p, *end = line.p + line.n;
		for (;;) {
			const char *at = memchr(p, cutter->delim, (size_t)(end - p));
			add_cell(&cutter->record, trim_spaces(p, (size_t)((at ? at : end) - p)));
			if (!at || cutter->record.n == CSV_COLUMNS_MOST)
				return true;
			p = at + 1;
		}
	}
	if (!quotes_close(line, cutter->delim))
		return false;
	arena_reset(&cutter->text);
	size_t used = csv_parse(&cutter->parser, line.p, line.n, on_cell, NULL, cutter);
	bool good = used == line.n && csv_fini(&cutter->parser, on_cell, NULL, cutter) == 0;
	return good;
}

char
csv_delimiter(struct slice line)
{
	static const char marks[] = { ',', '\t', ';' };
	size_t best = 0, most = 0;
	for (size_t k = 0; k < sizeof(marks); k++) {
		size_t n = 0;
		for (size_t i = 0; i < line.n; i++)
			n += line.p[i] == marks[k];
		if (n > most) {
			most = n;
			best = k;
		}
	}
	return marks[best];
}
