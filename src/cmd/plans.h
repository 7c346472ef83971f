/* SPDX-License-Identifier: GPL-3.0-or-later */
/* plans - `hllm breakeven --plan FILE` and `--lint FILE`: plan files worked out, and what is wrong
 * in them. */
#ifndef HLLM_CMD_PLANS_H
#define HLLM_CMD_PLANS_H

#include "cmd/cmd.h"
#include "econ/figure.h"

/* Each reads the file ("-": stdin), prints its answer and returns the exit status.  'figures' (may
 * be
 * NULL) are the run's own defaults, of hllm.conf and --set. */
int plans_answer(struct app *app, const char *file, const struct figures *figures);
/* EXIT_ALERT: there is something to correct. */
int plans_lint(struct app *app, const char *file);

#endif
