/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * completion - the completion scripts of three shells, each written from the tables of options and commands.
 *
 * data/completions holds what they print; a test compares the two.  What there is to name (workloads, models …)
 * a script asks of `hllm --names KIND` when it is needed, so nothing of that stands in it, and nothing that was
 * typed so far is run.
 */
#ifndef HLLM_CMD_COMPLETION_H
#define HLLM_CMD_COMPLETION_H

#include "cmd/cmd.h"

void completion_bash(FILE *out);
void completion_zsh(FILE *out);
void completion_fish(FILE *out);

/* What the value of an option is, or an argument of a command. */
enum completes { COMPLETES_NOTHING, COMPLETES_FILES, COMPLETES_FOLDERS, COMPLETES_NAMES };
enum completes completes_option(const struct option *option);
enum completes completes_arguments(const struct command *command);

/* Where the value of it begins that is of this command alone, an '=' behind it; NULL: there is none. */
const char *completion_only(const struct option *option, const char *command);
/* "a|b" with 'between' instead of the bars; NULL: nothing. */
void completion_words(FILE *out, const char *values, char between);
/* The names of all commands, and "help" as the last. */
void completion_commands(FILE *out, const char *between);

#endif
