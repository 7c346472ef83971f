/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/completion.h"

#include <string.h>

enum completes
completes_option(const struct option *option)
{
	if (option->names)
		return COMPLETES_NAMES;
	if (option->arg && strcmp(option->arg, "FILE") == 0)
		return COMPLETES_FILES;
	return option->arg && strcmp(option->arg, "DIR") == 0 ? COMPLETES_FOLDERS
							      : COMPLETES_NOTHING;
}

enum completes
completes_arguments(const struct command *command)
{
	if (command->names)
		return COMPLETES_NAMES;
	return command->args && strstr(command->args, "FILE") ? COMPLETES_FILES : COMPLETES_NOTHING;
}

const char *
completion_only(const struct option *option, const char *command)
{
	struct slice rest = slice_of(option->only), one, name;
	while (slice_cut(&rest, '|', &one)) {
		const char *value = one.p;
		if (slice_cut(&one, '=', &name) && slice_is(one, command))
			return value;
	}
	return NULL;
}

void
completion_words(FILE *out, const char *values, char between)
{
	for (const char *at = values ? values : ""; *at; at++)
		fputc(*at == '|' ? between : *at, out);
}

void
completion_commands(FILE *out, const char *between)
{
	for (size_t i = 0; i < commands_n; i++)
		fprintf(out, "%s%s", commands[i]->name, between);
	fputs("help", out);
}

bool
completion_print(const char *shell, FILE *out)
{
	static const struct {
		const char *shell;
		void (*print)(FILE *out);
	} shells[] = { { "bash", completion_bash }, { "zsh", completion_zsh },
		{ "fish", completion_fish } };
	for (size_t i = 0; i < HL_COUNT(shells); i++)
		if (strcmp(shells[i].shell, shell) == 0) {
			shells[i].print(out);
			return true;
		}
	return false;
}
