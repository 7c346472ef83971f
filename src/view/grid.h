/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * grid - a table as lines of text, its columns shortened or left out until they fit.
 *
 * Too wide: columns with a weight are cut, the widest first, down to what they need to be
 * read (column.least).  If that is not enough, whole columns go (column.drop): first those
 * that say the same in every row, then the highest number, from the right.  Only then are
 * cells cut further.
 */
#ifndef HLLM_VIEW_GRID_H
#define HLLM_VIEW_GRID_H

#include "base/err.h"
#include "report/answer.h"

/* Before and behind the id of a number: characters without a width, for the view to take out again. */
enum { GRID_ID_BEGINS = 1, GRID_ID_ENDS = 2 };

/*
 * Adds the table's lines to 'out', at most 'width' columns wide (0: no limit) as far as that
 * can be, and the heads of the columns that had to go to 'left_out', as a list with commas.
 * What stands below its row (column.below) is folded at 'fold' columns (0: not).
 */
bool grid_put(struct str *out, struct str *left_out, const struct table *table, int width, int fold,
	struct err *err);

#endif
