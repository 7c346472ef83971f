/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sheet - our own small CSV files (prices.csv, aliases.csv, hardware.csv): a header of names in any
 * order, one line a row, '#' lines are comments.  Errors say file:line.
 */
#ifndef HLLM_PRICE_SHEET_H
#define HLLM_PRICE_SHEET_H

#include "base/err.h"
#include "base/str.h"

enum { SHEET_COLUMNS = 32, SHEET_LARGEST = 64 << 20 };

struct sheet {
	const char *const *columns; /* the names we know, those that must be there first */
	size_t columns_n, required;
	/* Called for every row; cells[i] is of columns[i], "" when absent, and dies after the call. */
	bool (*row)(void *data, const struct slice *cells, int64_t line, struct err *err);
	void *data;
};

/* 'file' is the name for errors. */
bool sheet_read(const struct sheet *sheet, struct slice text, const char *file,
	struct err *err) hl_must_check;
/* A whole file into the arena; regular files up to 64 MiB. */
bool sheet_file(
	struct arena *arena, const char *path, struct slice *text, struct err *err) hl_must_check;

#endif
