/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/csv.h"

#include <stdlib.h>

#include "base/err.h"

#ifdef __SSE2__
# include <emmintrin.h>
#endif

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
on_cell(void *text, size_t n, void *arg)
{
	struct csv_cutter *cutter = arg;
	struct csv_record *record = &cutter->record;
	if (record->n < CSV_COLUMNS_MOST)
		record->cells[record->n++] = slice_copy(&cutter->text, (struct slice){ text, n });
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
	cutter->record.cells = xmalloc(CSV_COLUMNS_MOST * sizeof(*cutter->record.cells));
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

static inline struct slice
trim_spaces(const char *p, size_t n)
{
	/* no cell begins or ends with less than a blank but one that may have to be trimmed */
	if (!n || ((unsigned char)p[0] > ' ' && (unsigned char)p[n - 1] > ' '))
		return (struct slice){ p, n };
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
			cutter->record.cells[cutter->record.n++] =
				trim_spaces(p, (size_t)((at ? at : end) - p));
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

#ifdef __SSE2__
/* One bit for each of the 64 bytes at p that ends a cell, or is a quote. */
static inline uint64_t
marks_at(const char *p, char delim)
{
	const __m128i mark = _mm_set1_epi8(delim), eol = _mm_set1_epi8('\n'),
		      quote = _mm_set1_epi8('"');
	uint64_t marks = 0;
	for (unsigned i = 0; i < 4; i++) {
		__m128i bytes =
			_mm_loadu_si128((const __m128i *)(const void *)(p + (size_t)i * 16));
		__m128i hit = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(bytes, mark), _mm_cmpeq_epi8(bytes, eol)),
			_mm_cmpeq_epi8(bytes, quote));
		marks |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (i * 16);
	}
	return marks;
}

const char *
csv_cut_plain(struct csv_cutter *cutter, const char *p, const char *end)
{
	const char delim = cutter->delim, *start = p, *block = cutter->block;
	struct slice *cell = cutter->record.cells, *last = cell + CSV_COLUMNS_MOST;
	uint64_t marks = cutter->marks;
	if (!block || cutter->next != p) {
		if (end - p < 64)
			return NULL;
		block = p;
		marks = marks_at(p, delim);
	}
	for (cutter->block = NULL;;) {
		while (!marks) {
			block += 64;
			if (end - block < 64)
				return NULL;
			marks = marks_at(block, delim);
		}
		const char *at = block + __builtin_ctzll(marks);
		marks &= marks - 1;
		if (*at == delim) {
			*cell++ = trim_spaces(p, (size_t)(at - p));
			p = at + 1;
			if (cell == last)
				return NULL;
			continue;
		}
		if (*at != '\n')
			return NULL; /* a quote */
		cutter->block = block;
		cutter->next = at + 1;
		cutter->marks = marks;
		while (at > p && at[-1] == '\r')
			at--;
		if (at > start) /* else a blank line: no cell at all */
			*cell++ = trim_spaces(p, (size_t)(at - p));
		cutter->record.n = (size_t)(cell - cutter->record.cells);
		return cutter->next;
	}
}
#else
const char *
csv_cut_plain(struct csv_cutter *cutter, const char *p, const char *end)
{
	(void)cutter, (void)p, (void)end;
	return NULL;
}
#endif

void
csv_cutter_forget(struct csv_cutter *cutter)
{
	cutter->block = NULL;
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
