/* SPDX-License-Identifier: GPL-3.0-or-later */
/* catalog - the price tables of this run: shipped, then the user's, then those of --prices. */
#ifndef HLLM_CMD_CATALOG_H
#define HLLM_CMD_CATALOG_H

#include "cmd/cmd.h"

struct catalog;

/* NULL: err.  The caller frees it. */
struct catalog *app_catalog(struct app *app, struct err *err);

/* The user's files, from the run's arena: NULL when there is no home folder. */
const char *app_price_path(struct app *app);
const char *app_alias_path(struct app *app);
/* The file that app_catalog() reads first. */
const char *app_shipped_path(struct app *app, const char *name);

#endif
