/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet-cell - the cells of a plan file that hold words: kinds of rows, "per", currencies, tiers;
 * the inside of sheet. */
#ifndef HLLM_ECON_SHEET_CELL_H
#define HLLM_ECON_SHEET_CELL_H

#include "econ/sheet.h"

/* NULL: read.  Else what was expected. */
const char *sheet_row_kind(struct slice cell, enum row_kind *kind);
const char *sheet_per(struct slice cell, struct per *per);
const char *sheet_currency(struct slice cell);
const char *sheet_tier(struct slice cell);

#endif
