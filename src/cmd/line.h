/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * line - one command line: the command is found, its options are parsed, it is run.
 *
 * Of main(), of `hllm demo`, which runs commands as if they had been typed, and of `hllm why`, for a command of
 * another day.
 */
#ifndef HLLM_CMD_LINE_H
#define HLLM_CMD_LINE_H

#include "cmd/cmd.h"

/* All of it, as main() has it: options of all commands first, then as line_run(). */
int line_all(struct app *app, int argc, char **argv);
/* argv[0] is the name of the command, behind it stand its options and arguments.  Returns the exit
 * status; what went wrong has been said. */
int line_run(struct app *app, int argc, char **argv);
/* The help of all, or of the command of this name; NULL: of all. */
int line_help(struct app *app, const char *name);
/* Says what is wrong with the options, and where they are told. */
int line_misused(const struct app *app, struct err *err);

#endif
