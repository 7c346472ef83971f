/* SPDX-License-Identifier: GPL-3.0-or-later */
/* why - what the parts of `hllm why` share. */
#ifndef HLLM_CMD_WHY_H
#define HLLM_CMD_WHY_H

#include "cmd/study.h"
#include "report/why.h"

/* What records a target has: price rows, files, lines.  'study' must have run.  traced_free() is due. */
bool why_trace(struct study *study, const struct trace_target *target, struct traced *out,
	struct err *err) hl_must_check;
/* The prices of the model that most of the number comes from, as the next command. */
void why_next_prices(struct answer *answer, const struct app *app, const struct trace *trace);

/* How many of the arguments are ids; 0: it is ROW [COLUMN]. */
int why_ids_n(const struct app *app, int args_n, const char **args);
/* Tells where the numbers of those ids come from: of the answers that were printed last, or of the command behind them. */
bool why_ids(struct app *app, int args_n, const char **args, struct answer *answer,
	struct err *err) hl_must_check;

#endif
