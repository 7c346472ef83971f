/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hllm - which LLM calls cost what, and which should run at home.
 *
 * This file looks at the options before the command and has it run (cmd/line).
 * What a command does goes through src from left to right:
 *
 *	read → fold → ledger → price → work → report → view
 *
 * bytes become records, records become cells, cells are kept, priced and grouped
 * into workloads; a report is computed from them, and a view prints it.  src/cmd
 * calls the rooms, src/base and src/record are what they have in common.
 */
#include "config.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "cmd/line.h"
#include "cmd/names.h"
#include "cmd/output.h"
#include "view/width.h"

static int
run(struct app *app, int argc, char **argv)
{
	const struct option_set sets[] = { { global_options, app }, { 0 } };
	struct err err;
	int at;
	if (!options_parse_first(sets, argc, argv, &at, &err))
		return line_misused(app, &err);
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

int
main(int argc, char **argv)
{
	struct app app;
	struct err err;
	output_guard();
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* ulimit -f: an error of write() like others */
	width_locale();
	app_init(&app, argc > 0 ? argv[0] : NULL);
	int status = run(&app, argc, argv);
	if (!output_close(&err))
		status = app_fail(&app, &err);
	app_free(&app);
	return status;
}
