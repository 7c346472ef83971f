/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ownfile - the user's own prices.csv and aliases.csv, as text that hllm adds lines to.
 *
 * A file is read, lines are added in memory, and it is written whole by rename, but only
 * if it reads back as a price table.
 */
#ifndef HLLM_CMD_OWNFILE_H
#define HLLM_CMD_OWNFILE_H

#include "cmd/cmd.h"
#include "price/price.h"

enum ownfile { OWN_PRICES, OWN_ALIASES };

/* How many columns the header of a prices.csv has; the more the greater. */
enum ownfile_columns {
	COLUMNS_NONE, /* no header of ours */
	COLUMNS_SHORT,
	COLUMNS_ABOVE, /* with a threshold */
	COLUMNS_ALL    /* with region and hours */
};
/* The header that a new file gets; that of aliases has one form. */
const char *ownfile_header(enum ownfile file, enum ownfile_columns columns);
/* Of a line of prices.csv. */
enum ownfile_columns ownfile_columns_of(struct slice line);
/* Before a file is read that is to be written: makes its folder, and waits for others that change files there.
 * False: err.  output_unlock() ends it. */
bool ownfile_lock(
	const struct app *app, const char *path, int *lock, struct err *err) hl_must_check;
/* What is in the file now, or the short header; nothing is created.  'path' may be NULL: err. */
bool ownfile_read(struct app *app, const char *path, enum ownfile file, struct str *text,
	struct err *err) hl_must_check;
/* Only what reads back is written. */
bool ownfile_save(
	const char *path, enum ownfile file, const struct str *text, struct err *err) hl_must_check;

/* A cell that every reader of CSV gives back as it was, and that begins no comment.  The text holds
 * no control characters. */
void ownfile_cell(struct str *line, struct slice text, char after);
/* A date or a moment; open ends are empty cells. */
void ownfile_date(struct str *line, int64_t ns, char after);

#endif
