/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of series, right of the plot area where each of them ends. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "view/layout.h"
#include "view/width.h"

int
layout_names_fold(struct layout *layout, const struct chart *chart, struct layout_name *names)
{
	enum { NAME_WIDTH = 20 };
	int widest = 0, room = layout->width / 4 < NAME_WIDTH ? layout->width / 4 : NAME_WIDTH;
	for (size_t i = 0; i < chart->series_n; i++) {
		struct layout_name *name = &names[i];
		name->n = layout_fold_evenly(
			layout, chart->series[i].name, room, LAYOUT_NAME_LINES, name->lines);
		name->ink = layout_ink(i);
		int width = layout_widest(name->lines, name->n);
		widest = width > widest ? width : widest;
	}
	return widest;
}

static int
compare_names(const void *a, const void *b)
{
	const struct layout_name *left = a, *right = b;
	return left->row < right->row ? -1 : left->row > right->row;
}

/* Apart, as near to where they should be as that lets them. */
static void
spread(struct layout_name *names, size_t n, double rows, bool whole)
{
	double next = 0;
	for (size_t i = 0; i < n; i++) {
		names[i].row = fmax(whole ? round(names[i].row) : names[i].row, next);
		next = names[i].row + names[i].n;
	}
	next = rows;
	for (size_t i = n; i-- > 0;) {
		names[i].row = fmin(names[i].row, next - names[i].n);
		next = names[i].row;
	}
}

void
layout_names_put(
	struct layout *layout, struct layout_name *names, size_t n, bool swatches, bool whole)
{
	for (size_t i = 0; i < n; i++)
		names[i].row = fmax(0, names[i].row - (names[i].n - 1) / 2.0);
	qsort(names, n, sizeof(*names), compare_names);
	spread(names, n, layout->rows, whole);
	double column = layout->left + layout->columns + 1 + (swatches ? 2 : 0);
	for (size_t i = 0; i < n; i++) {
		for (int line = 0; line < names[i].n; line++) {
			double row = names[i].row + line;
			if (row < 0)
				continue; /* more names than rows */
			enum text_role role = swatches && line == 0 ? ROLE_KEY : ROLE_SERIES;
			layout_add(layout, role, names[i].lines[line], column, layout->top + row)
				->ink = names[i].ink;
		}
	}
}
