/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheet-cell - the cells of a plan file that hold words: kinds of rows, "per", currencies, tiers; the inside of sheet. */
#ifndef HLLM_ECON_SHEET_CELL_H
#define HLLM_ECON_SHEET_CELL_H

#include "econ/sheet.h"

/* NULL: read.  Else what was expected. */
const char *cell_row(struct slice cell, enum row_kind *kind);
const char *cell_per(struct slice cell, struct per *per);
const char *cell_currency(struct slice cell);
const char *cell_tier(struct slice cell);

#endif
