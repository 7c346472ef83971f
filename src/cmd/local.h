/* SPDX-License-Identifier: GPL-3.0-or-later */
/* local - the catalogues of hardware and open models of this run: shipped, then the user's own rows. */
#ifndef HLLM_CMD_LOCAL_H
#define HLLM_CMD_LOCAL_H

#include "cmd/cmd.h"
#include "local/hardware.h"
#include "local/model.h"
#include "local/speeds.h"

/* False: err; the caller frees the list in any case. */
bool app_hardwares(struct app *app, struct hardwares *list, struct err *err) hl_must_check;
/* The kinds of task are checked against attributes.conf. */
bool app_local_models(struct app *app, struct local_models *list, struct err *err) hl_must_check;
/* Published speeds and the prediction. */
bool app_speeds(struct app *app, struct speeds *speeds, struct err *err) hl_must_check;
/* The speeds of all probes in the ledger.  No ledger, or one that cannot be read, is no reason to plan
 * nothing: then there are none, and of the second a message says so. */
void app_measured(struct app *app, const struct hardwares *hardwares,
	const struct local_models *models, struct measured *list);

#endif
