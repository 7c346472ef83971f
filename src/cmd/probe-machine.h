/* SPDX-License-Identifier: GPL-3.0-or-later */
/* probe-machine - `hllm probe --machine`: this machine itself, before any server exists. */
#ifndef HLLM_CMD_PROBE_MACHINE_H
#define HLLM_CMD_PROBE_MACHINE_H

#include "cmd/cmd.h"

enum { PROBE_MACHINE_MS = 10000 };

/* Measures for about so long (0: PROBE_MACHINE_MS), shows what was found, and returns the exit status. */
int probe_machine(struct app *app, int64_t budget_ms);

#endif
