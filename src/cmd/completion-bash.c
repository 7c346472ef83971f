/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/completion.h"

static const char search[] =
	"# bash completion of hllm, written by hllm --completion bash\n"
	"\n"
	"_hllm()\n"
	"{\n"
	"\tlocal word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n"
	"\tlocal command='' words='' names='' files='' typed name i\n"
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

/* Names come from logs: they are compared and quoted, and never a word of compgen, which would run them.  After
 * an opening quote bash replaces what stands behind it, and closes it. */
static const char reply[] = "\tesac\n"
			    "\n"
			    "\tCOMPREPLY=()\n"
			    "\tif [[ $words ]]; then\n"
			    "\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
			    "\tfi\n"
			    "\tif [[ $names ]]; then\n"
			    "\t\ttyped=${word#[\\'\\\"]}\n"
			    "\t\twhile IFS= read -r name; do\n"
			    "\t\t\tif [[ $typed == \"$word\" ]]; then\n"
			    "\t\t\t\tprintf -v name %q \"$name\"\n"
			    "\t\t\tfi\n"
			    "\t\t\tif [[ $name == \"$typed\"* ]]; then\n"
			    "\t\t\t\tCOMPREPLY+=(\"$name\")\n"
			    "\t\t\tfi\n"
			    "\t\tdone < <(hllm --names \"$names\" 2>/dev/null)\n"
			    "\t\tif [[ ${COMPREPLY[0]-} == *= ]]; then\n"
			    "\t\t\tcompopt -o nospace\n"
			    "\t\tfi\n"
			    "\tfi\n"
			    "\tif [[ $files ]]; then\n"
			    "\t\tcompopt -o \"$files\"\n"
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

/* words='a b' names=kind files=default, or ":" where there is nothing to offer. */
static void
put_offer(FILE *out, const char *values, const char *names, enum completes completes)
{
	if (values) {
		fputs("words='", out);
		completion_words(out, values, ' ');
		fputs("' ", out);
	}
	if (names)
		fprintf(out, "names=%s ", names);
	if (completes == COMPLETES_FILES)
		fputs("files=default ", out);
	else if (completes == COMPLETES_FOLDERS)
		fputs("files=dirnames ", out);
	else if (!values && !names)
		fputs(": ", out);
	fputs(";;\n", out);
}

/* What can follow each option that takes a value; 'only': of those that have one of this command alone. */
static void
put_values(FILE *out, const char *command, const struct option *options, bool only)
{
	for (const struct option *o = options; o && o->name; o++) {
		if (o->kind == OPTION_FLAG || !o->help || (only && !completion_only(o, command)))
			continue;
		struct str values = STR_INIT;
		option_values(&values, o, only ? command : "");
		if (o->letter)
			fprintf(out, "\t%s,-%c | ", command, o->letter);
		else
			fputc('\t', out);
		fprintf(out, "%s,--%s) ", command, o->name);
		put_offer(out, o->values ? str_text(&values) : NULL, o->names, completes_option(o));
		str_free(&values);
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
	completion_commands(out, " ");
	fputs("' ;;\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		fprintf(out, "\t\t%s,*) ", commands[i]->name);
		put_offer(out, commands[i]->words, commands[i]->names,
			completes_arguments(commands[i]));
	}
	fputs("\t\tesac\n\t\t;;\n", out);
}

void
completion_bash(FILE *out)
{
	fputs(search, out);
	fputs("\t\t", out);
	completion_commands(out, " | ");
	fputs(")\n", out);
	fputs(choose, out);
	for (size_t i = 0; i < commands_n; i++) {
		put_values(out, commands[i]->name, commands[i]->options, false);
		put_values(out, commands[i]->name, global_options, true);
	}
	put_values(out, "*", global_options, false);
	put_arguments(out);
	fputs(reply, out);
}
