/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/cmd.h"

/* Ten lines for somebody who has an export and thinks of a card. */
void
help_start(FILE *out)
{
	fputs("hllm says what LLM calls cost, and which of them could run on your own hardware.\n"
	      "\n"
	      "  hllm demo                     the whole story, on made-up files\n"
	      "  hllm audit FILE...            your bill, export or request log; remembered\n"
	      "  hllm breakeven --gpu rtx4090  would this card pay for itself, and when?\n"
	      "  hllm report                   the last month, and why it cost what it cost\n"
	      "  hllm why total                where a number of an audit comes from\n"
	      "  hllm check                    for cron: silent until a budget or verdict turns\n"
	      "  hllm doctor                   what this machine lacks, and what mends it\n"
	      "  hllm help [COMMAND]           all commands; one of them with its examples\n",
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

static void
help_line(const char *name, const char *help, FILE *out, int width)
{
	enum { INDENT = 12 };
	fprintf(out, "  %-10s", name);
	help_words(out, slice_of(help), INDENT, INDENT, width);
}

/* A command that does not fit stays in one line, to be copied; what it is for then stands below it. */
static void
help_example(struct slice line, FILE *out, int width)
{
	enum { INDENT = 6 };
	size_t n = 0;
	while (n + 2 < line.n && memcmp(line.p + n, " # ", 3) != 0)
		n++;
	bool splits = width > 0 && n + 2 < line.n && line.n + 2 > (size_t)width;
	struct slice command = { line.p, splits ? n : line.n };
	while (command.n && command.p[command.n - 1] == ' ')
		command.n--;
	fprintf(out, "  " SLICE_FMT "\n", SLICE_ARG(command));
	if (!splits)
		return;
	struct slice words = { line.p + n + 1, line.n - n - 1 };
	fprintf(out, "%*s", INDENT, "");
	help_words(out, words, INDENT, INDENT + 2, width);
}

void
help_all(FILE *out, int width)
{
	fputs("hllm - audits the bills and request logs of LLM APIs\n\n"
	      "Usage: hllm COMMAND [OPTION...] [ARGUMENT...]\n\n"
	      "Commands\n",
		out);
	for (size_t i = 0; i < commands_n; i++)
		help_line(commands[i]->name, commands[i]->help, out, width);
	help_line("help", "show the options and examples of a command", out, width);
	fputs("\nGlobal options\n", out);
	options_help(global_options, out, width);
	help_statuses(out);
}

void
help_command(const struct command *command, FILE *out, int width)
{
	bool options = command->options && command->options->name;
	int column = fprintf(out, "hllm %s - ", command->name);
	help_words(out, slice_of(command->help), column, 0, width);
	fprintf(out, "\nUsage: hllm %s%s%s%s\n", command->name, options ? " [OPTION...]" : "",
		command->args && command->args[0] ? " " : "", command->args ? command->args : "");
	struct slice rest = slice_of(command->examples), line;
	if (rest.n)
		fputs("\nExamples\n", out);
	while (rest.n && slice_cut(&rest, '\n', &line))
		help_example(line, out, width);
	if (options) {
		fputs("\nOptions\n", out);
		options_help(command->options, out, width);
	}
	fputs("\nGlobal options: see 'hllm --help'.\n", out);
}
