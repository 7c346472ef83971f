/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "cmd/cmd.h"

/* data/completions/hllm is what this prints; a test compares the two. */

static const char search[] =
	"# bash completion of hllm, written by hllm --completion bash\n"
	"\n"
	"_hllm()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command='' words='' files='' i\n"
	"\tif [[ $word == '=' ]]; then\n"
	"\t\tword=''\n"
	"\telif [[ $before == '=' ]]; then\n"
	"\t\tbefore=${COMP_WORDS[COMP_CWORD - 2]}\n"
	"\tfi\n"
	"\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	"\t\tcase ${COMP_WORDS[i]} in\n";

static const char choose[] = "\t\t\tcommand=${COMP_WORDS[i]}\n"
			     "\t\t\tbreak\n"
			     "\t\t\t;;\n"
			     "\t\tesac\n"
			     "\tdone\n"
			     "\n"
			     "\tcase $command,$before in\n";

static const char reply[] = "\tesac\n"
			    "\n"
			    "\tCOMPREPLY=()\n"
			    "\tif [[ $words ]]; then\n"
			    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
			    "\tfi\n"
			    "\tif [[ $files ]]; then\n"
			    "\t\tcompopt -o default\n"
			    "\tfi\n"
			    "}\n"
			    "\n"
			    "complete -F _hllm hllm\n";

static void
put_options(FILE *out, const struct option *options, const char **gap)
{
	for (const struct option *o = options; o && o->name; o++) {
		if (!o->help)
			continue;
		fprintf(out, "%s--%s", *gap, o->name);
		*gap = " ";
	}
}

static void
put_commands(FILE *out, const char *between)
{
	for (size_t i = 0; i < commands_n; i++)
		fprintf(out, "%s%s", commands[i]->name, between);
	fputs("help", out);
}

/* "a|b" as "a b" */
static void
put_words(FILE *out, const char *values)
{
	fputs("words='", out);
	for (const char *at = values; *at; at++)
		fputc(*at == '|' ? ' ' : *at, out);
	fputc('\'', out);
}

/* What can follow each option that takes a value: words, a file, or anything. */
static void
put_values(FILE *out, const char *command, const struct option *options)
{
	for (const struct option *o = options; o && o->name; o++) {
		if (o->kind == OPTION_FLAG || !o->help)
			continue;
		if (o->letter)
			fprintf(out, "\t%s,-%c | ", command, o->letter);
		else
			fputc('\t', out);
		fprintf(out, "%s,--%s) ", command, o->name);
		if (o->values)
			put_words(out, o->values);
		else
			fputs(o->arg && strcmp(o->arg, "FILE") == 0 ? "files=yes" : ":", out);
		fputs(" ;;\n", out);
	}
}

/* What can stand where no value is due. */
static void
put_arguments(FILE *out)
{
	fputs("\t*)\n\t\tcase $command,$word in\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		const char *gap = "";
		fprintf(out, "\t\t%s,-*) words='", commands[i]->name);
		put_options(out, commands[i]->options, &gap);
		put_options(out, global_options, &gap);
		fputs("' ;;\n", out);
	}
	const char *gap = "";
	fputs("\t\t*,-*) words='", out);
	put_options(out, global_options, &gap);
	fputs("' ;;\n\t\t,* | help,*) words='", out);
	put_commands(out, " ");
	fputs("' ;;\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		if (!commands[i]->words)
			continue;
		fprintf(out, "\t\t%s,*) files=yes ", commands[i]->name);
		put_words(out, commands[i]->words);
		fputs(" ;;\n", out);
	}
	fputs("\t\t*) files=yes ;;\n\t\tesac\n\t\t;;\n", out);
}

void
completion_print(FILE *out)
{
	fputs(search, out);
	fputs("\t\t", out);
	put_commands(out, " | ");
	fputs(")\n", out);
	fputs(choose, out);
	for (size_t i = 0; i < commands_n; i++)
		put_values(out, commands[i]->name, commands[i]->options);
	put_values(out, "*", global_options);
	put_arguments(out);
	fputs(reply, out);
}
