/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog - the price tables of this run: shipped, then what checks took, then the user's, then those of --prices. */
#ifndef HLLM_CMD_CATALOG_H
#define HLLM_CMD_CATALOG_H

#include "cmd/cmd.h"

/* The file beneath the user's own, which only `prices import --check` writes. */
#define CHECKED_PRICES "prices-checked.csv"

struct catalog;

/* NULL: err.  The caller frees it. */
struct catalog *app_catalog(struct app *app, struct err *err);

/* The same as if its prices of one moment had always held; 'checked' is the text to take in place of what the file of
 * checks holds (p NULL: what it holds). */
struct catalog *app_catalog_day(
	struct app *app, int64_t day, struct slice checked, struct err *err);

/* The user's files beside hllm.conf, from the run's arena: NULL when there is no home folder. */
const char *app_own_path(struct app *app, const char *name);
const char *app_price_path(struct app *app);
const char *app_alias_path(struct app *app);
const char *app_checked_path(struct app *app);
/* Makes the folder of those files. */
bool app_make_folder(const struct app *app, struct err *err) hl_must_check;
/* Are the shipped files where they should be?  False: where that is, and what to do. */
bool app_is_installed(struct app *app, struct err *err) hl_must_check;
/* A file that was installed with the program. */
const char *app_shipped_path(struct app *app, const char *name);

#endif
