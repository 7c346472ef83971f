/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * hllm - which LLM calls cost what, and which should run at home.
 *
 * This file hands the arguments to src/cmd/line.c, which finds the command and has it
 * run.  What a command does goes through src from left to right:
 *
 *	read → fold → ledger → price → work → report → view
 *
 * bytes become records, records become cells, cells are kept, priced and grouped
 * into workloads; a report is computed from them, and a view prints it.  src/cmd
 * calls the rooms, src/base and src/record are what they have in common.
 */
#include "config.h"

#include <signal.h>

#include "cmd/cmd.h"
#include "cmd/line.h"
#include "cmd/output.h"
#include "view/width.h"

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
	int status = line_all(&app, argc, argv);
	if (!output_close(&err))
		status = app_fail(&app, &err);
	app_free(&app);
	return status;
}
