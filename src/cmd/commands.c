/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "cmd/cmd.h"

/* In the order of --help; each is declared in cmd.h and defined at the end of its own file. */
const struct command *const commands[] = { &cmd_audit, &cmd_import, &cmd_imports, &cmd_workloads,
	&cmd_decide, &cmd_breakeven, &cmd_report, &cmd_chart, &cmd_check, &cmd_policies,
	&cmd_hardware, &cmd_models, &cmd_probe, &cmd_prices, &cmd_why, &cmd_export, &cmd_doctor };
const size_t commands_n = HL_COUNT(commands);

const struct command *
command_find(const char *name)
{
	for (size_t i = 0; i < commands_n; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}
