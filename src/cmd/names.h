/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * names - what there is to name on a command line: workloads, models, hardware, policies, imports …
 *
 * For completion: `hllm --names KIND` prints them, one a line.  An option or a command says which kind
 * its values are of ("names" of struct option and struct command).
 */
#ifndef HLLM_CMD_NAMES_H
#define HLLM_CMD_NAMES_H

#include "cmd/cmd.h"

/*
 * Prints the names of a kind, sorted as their owner sorts them; names with control characters are left out, since
 * no line could hold them.  Changes nothing; the ledger is read if there is one.  False: no such kind, or err.
 */
bool names_print(struct app *app, const char *kind, FILE *out, struct err *err) hl_must_check;
bool names_known(const char *kind);

#endif
