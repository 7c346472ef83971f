/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cells - keeps the ledger's tables of cells (ledger/cells.h) up to date: see hllm-ledger(5). */
#ifndef HLLM_CMD_CELLS_H
#define HLLM_CMD_CELLS_H

#include "cmd/intake.h"
#include "ledger/cells.h"

struct catalog;

/*
 * Inside a transaction that changed the ledger: makes the months that are stale anew, or all of them where prices or
 * hllm.conf have changed since.  They are priced with the shipped tables and the user's own, whatever --prices says,
 * and named and cut as hllm.conf says; 'catalog' is of those (NULL: loaded).  Where they cannot be made, a message
 * says so and they stay stale; false when the ledger cannot be written.
 */
bool cells_update(struct app *app, struct ledger *ledger, const struct conf *conf,
	const struct catalog *catalog, struct err *err) hl_must_check;
/* The same in a transaction of its own, where anything is to be done: never fails, may say why not. */
void cells_keep(struct app *app, struct ledger *ledger, const struct conf *conf,
	const struct catalog *catalog);
/* Makes all of them anew, in a transaction of its own. */
bool cells_remake(struct app *app, struct ledger *ledger, const struct conf *conf, int64_t *rows,
	struct err *err) hl_must_check;
/* Were they made with other prices or another hllm.conf, or not at all? */
bool cells_outdated(
	struct app *app, struct ledger *ledger, bool *outdated, struct err *err) hl_must_check;

#endif
