/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/cmd.h"

void
help_start(FILE *out)
{
	fputs("hllm audits the bills and request logs of LLM APIs: what each workload costs, why,\n"
	      "and which of them could run on your own hardware.\n"
	      "\n"
	      "  hllm audit FILE...          audit any export, bill or log, and remember it\n"
	      "  hllm audit --no-save FILE   the same, and touch nothing\n"
	      "  hllm audit                  audit everything imported so far\n"
	      "  hllm decide                 which workloads could run locally, and by what rule\n"
	      "  hllm why WHAT               where a number of an audit comes from\n"
	      "  hllm prices show MODEL      what a model costs, and since when\n"
	      "\n"
	      "'hllm --help' lists all commands, 'hllm COMMAND --help' shows one with examples.\n",
		out);
}

static void
help_statuses(FILE *out)
{
	fputs("\nExit status\n"
	      "  0  done\n"
	      "  1  failed\n"
	      "  2  wrong usage\n"
	      "  3  an alert, or the answer is no\n"
	      "  4  a bill does not reconcile (with --tolerance)\n"
	      "  5  something has no price (with --strict)\n",
		out);
}

void
help_all(FILE *out, int width)
{
	fputs("hllm - audits the bills and request logs of LLM APIs\n\n"
	      "Usage: hllm COMMAND [OPTION...] [ARGUMENT...]\n\n"
	      "Commands\n",
		out);
	for (size_t i = 0; i < commands_n; i++)
		fprintf(out, "  %-10s%s\n", commands[i]->name, commands[i]->help);
	fprintf(out, "  %-10s%s\n", "help", "show the options and examples of a command");
	fputs("\nGlobal options\n", out);
	options_help(global_options, out, width);
	help_statuses(out);
}

void
help_command(const struct command *command, FILE *out, int width)
{
	bool options = command->options && command->options->name;
	fprintf(out, "hllm %s - %s\n\n", command->name, command->help);
	fprintf(out, "Usage: hllm %s%s%s%s\n", command->name, options ? " [OPTION...]" : "",
		command->args && command->args[0] ? " " : "", command->args ? command->args : "");
	struct slice rest = slice_of(command->examples), line;
	if (rest.n)
		fputs("\nExamples\n", out);
	while (rest.n && slice_cut(&rest, '\n', &line))
		fprintf(out, "  " SLICE_FMT "\n", SLICE_ARG(line));
	if (options) {
		fputs("\nOptions\n", out);
		options_help(command->options, out, width);
	}
	fputs("\nGlobal options: see 'hllm --help'.\n", out);
}
