/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/line.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/near.h"
#include "cmd/names.h"
#include "view/width.h"

int
line_misused(const struct app *app, struct err *err)
{
	err_add(err, " (see 'hllm %s%s--help')", app->command ? app->command->name : "",
		app->command ? " " : "");
	return app_fail(app, err);
}

static int
unknown_command(const struct app *app, const char *name)
{
	struct err err;
	const char **names = xcalloc(commands_n + 1, sizeof(*names));
	for (size_t i = 0; i < commands_n; i++)
		names[i] = commands[i]->name;
	const char *near = near_name(name, names, commands_n);
	if (near)
		err_set(&err, FAULT_USAGE, "unknown command '%s', did you mean '%s'?", name, near);
	else if (access(name, F_OK) == 0)
		err_set(&err, FAULT_USAGE, "unknown command '%s', did you mean 'hllm audit %s'?",
			name, name);
	else
		err_set(&err, FAULT_USAGE, "unknown command '%s'", name);
	free(names);
	return line_misused(app, &err);
}

int
line_help(struct app *app, const char *name)
{
	int width = width_of_terminal(STDOUT_FILENO);
	const struct command *command = name ? command_find(name) : NULL;
	app->command = NULL;
	if (name && !command)
		return unknown_command(app, name);
	if (command)
		help_command(command, stdout, width);
	else
		help_all(stdout, width);
	return EXIT_DONE;
}

/* Said before anything is read. */
static bool
check_ids(const struct app *app, const struct command *command, struct err *err)
{
	return !(app->ids || app->inquiry) || command->explains ||
	       err_set(err, FAULT_USAGE,
		       "%s: hllm why knows nothing of the numbers of hllm %s; it knows those "
		       "of " APP_EXPLAINED,
		       app->inquiry ? "why" : "--ids", command->name);
}

int
line_run(struct app *app, int argc, char **argv)
{
	const struct command *command = command_find(argv[0]);
	if (!command)
		return unknown_command(app, argv[0]);
	app->command = command;
	void *values = xcalloc(1, command->options_size);
	const char **args = xcalloc((size_t)argc, sizeof(*args));
	const struct option none[] = { OPTION_END };
	const struct option_set sets[] = {
		{ command->options ? command->options : none, values, command->name },
		{ global_options, app, command->name },
		{ 0 },
	};
	struct err err;
	int args_n, status;
	if (!options_parse(sets, argc, argv, args, &args_n, &err))
		status = line_misused(app, &err);
	else if (app->help)
		status = app->inquiry ? EXIT_USAGE : line_help(app, command->name);
	else if ((!app_settle(app, &err) && !(command->anyhow && app->clock_fault)) ||
		 !check_ids(app, command, &err))
		status = app_fail(app, &err);
	else
		status = command->run(app, values, args_n, args);
	for (const struct option *o = sets[0].options; o->name; o++)
		if (o->kind == OPTION_LIST)
			option_list_free((void *)((char *)values + o->offset));
	free(args);
	free(values);
	return status;
}

int
line_all(struct app *app, int argc, char **argv)
{
	const struct option_set sets[] = { { global_options, app, NULL }, { 0 } };
	struct err err;
	int at;
	app->argc = argc;
	app->argv = argv;
	if (!options_parse_first(sets, argc, argv, &at, &err))
		return line_misused(app, &err);
	bool page = app->completion || app->names || app->version || at == argc ||
		    strcmp(argv[at], "help") == 0;
	if (app->inquiry && page) /* no answer, and not what was asked for */
		return EXIT_USAGE;
	if (app->completion) {
		completion_print(app->completion, stdout);
		return EXIT_DONE;
	}
	if (app->names)
		return app_settle(app, &err) && names_print(app, app->names, stdout, &err)
			       ? EXIT_DONE
			       : app_fail(app, &err);
	if (app->version) {
		puts("hllm " PACKAGE_VERSION);
		return EXIT_DONE;
	}
	if (at < argc && strcmp(argv[at], "help") == 0)
		return line_help(app, argv[at + 1]);
	if (at == argc) {
		if (app->help)
			return line_help(app, NULL);
		help_start(stdout);
		return EXIT_DONE;
	}
	return line_run(app, argc - at, argv + at);
}
