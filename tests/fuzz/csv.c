/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Delimited text cut into records and cells: every byte is in one record, and what is
 * seen of a text so far never cuts it at another place than the whole does.
 */
#include "config.h"

#include "read/csv.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* With only the first 'seen' bytes in sight: no cut, or the same one. */
static void
check_part(const char *p, const char *end, size_t seen, const char *want, char delim)
{
	bool stray;
	const char *got = csv_record_end(p, p + seen, delim, false, &stray);
	if (got && got != want)
		abort();
	if (p + seen == end && got && got > end)
		abort();
}

/* The short way, where it can be taken, comes to the same record. */
static void
check_at_once(struct csv_cutter *cutter, const char *p, const char *end, const char *want)
{
	static struct slice cells[CSV_COLUMNS_MOST];
	const char *got = csv_cut_plain(cutter, p, end);
	if (got && got != want)
		abort();
	if (!got)
		return;
	size_t n = cutter->record.n;
	memcpy(cells, cutter->record.cells, n * sizeof(*cells));
	if (!csv_cut(cutter, (struct slice){ p, (size_t)(want - p) }) || cutter->record.n != n)
		abort();
	for (size_t i = 0; i < n; i++)
		if (!slice_eq(cells[i], cutter->record.cells[i]))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char delims[] = { ',', '\t', ';' };
	if (!size)
		return 0;
	struct csv_cutter cutter;
	char delim = delims[data[0] % sizeof(delims)];
	/* a copy of its own, so that a byte too far is seen */
	char *text = malloc(size);
	memcpy(text, data + 1, size - 1);
	const char *p = text, *end = text + size - 1;
	csv_cutter_init(&cutter, delim);
	while (p < end) {
		bool stray;
		const char *next = csv_record_end(p, end, delim, true, &stray);
		if (!next || next <= p || next > end)
			abort();
		if (!stray)
			for (size_t seen = 0; seen <= (size_t)(end - p) && seen < 300;
				seen += 1 + seen / 8)
				check_part(p, end, seen, next, delim);
		if (!stray)
			check_at_once(&cutter, p, end, next);
		if (!stray && csv_cut(&cutter, (struct slice){ p, (size_t)(next - p) }))
			for (size_t i = 0; i < cutter.record.n; i++)
				if (cutter.record.cells[i].n > size)
					abort();
		p = next;
	}
	csv_delimiter((struct slice){ text, size - 1 });
	csv_cutter_free(&cutter);
	free(text);
	return 0;
}
