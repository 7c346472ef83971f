/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "cmd/completion.h"

static const char search[] = "# fish completion of hllm, written by hllm --completion fish\n"
			     "\n"
			     "function __hllm_command -d 'the command on the line'\n"
			     "\tset -l words (commandline -opc)\n"
			     "\tfor word in $words[2..-1]\n"
			     "\t\tif contains -- $word ";

static const char choose[] = "\n"
			     "\t\t\techo $word\n"
			     "\t\t\treturn 0\n"
			     "\t\tend\n"
			     "\tend\n"
			     "\treturn 1\n"
			     "end\n"
			     "\n"
			     "function __hllm_is -d 'is it this one'\n"
			     "\tset -l command (__hllm_command)\n"
			     "\tand test \"$command\" = $argv[1]\n"
			     "end\n"
			     "\n"
			     "function __hllm_names -d 'what there is of a kind'\n"
			     "\thllm --names $argv[1] 2>/dev/null\n"
			     "end\n"
			     "\n"
			     "complete -c hllm -f\n";

static void
put_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static void
put_condition(FILE *out, const struct command *command)
{
	fputs("complete -c hllm", out);
	if (command)
		fprintf(out, " -n '__hllm_is %s'", command->name);
}

static void
put_offer(FILE *out, const char *values, const char *names)
{
	if (values || names)
		fputs(" -a '", out);
	completion_words(out, values, ' ');
	if (values && names)
		fputc(' ', out);
	if (names)
		fprintf(out, "(__hllm_names %s)", names);
	if (values || names)
		fputc('\'', out);
}

/* To those of all commands what is of this one alone. */
static void
put_only(FILE *out, const struct command *command)
{
	for (const struct option *o = global_options; o->name; o++) {
		const char *value = completion_only(o, command->name);
		if (!value)
			continue;
		put_condition(out, command);
		fprintf(out, " -l %s -x -a '%.*s'\n", o->name, (int)strcspn(value, "="), value);
	}
}

/* Of a command, or NULL: of all. */
static void
put_options(FILE *out, const struct command *command, const struct option *options)
{
	for (const struct option *o = options; o && o->name; o++) {
		if (!o->help)
			continue;
		put_condition(out, command);
		if (o->letter)
			fprintf(out, " -s %c", o->letter);
		fprintf(out, " -l %s", o->name);
		enum completes completes = completes_option(o);
		if (o->kind != OPTION_FLAG)
			fputs(completes == COMPLETES_FILES ? " -r -F"
				: completes == COMPLETES_FOLDERS
					? " -x -a '(__fish_complete_directories)'"
					: " -x",
				out);
		struct str values = STR_INIT;
		option_values(&values, o, "");
		put_offer(out, o->values ? str_text(&values) : NULL, o->names);
		str_free(&values);
		fputs(" -d ", out);
		put_quoted(out, o->help);
		fputc('\n', out);
	}
}

static void
put_command(FILE *out, const struct command *command)
{
	enum completes completes = completes_arguments(command);
	if (command->words || command->names) {
		put_condition(out, command);
		put_offer(out, command->words, command->names);
		fputc('\n', out);
	}
	if (completes == COMPLETES_FILES) {
		put_condition(out, command);
		fputs(" -F\n", out);
	}
	put_options(out, command, command->options);
	put_only(out, command);
}

void
completion_fish(FILE *out)
{
	fputs(search, out);
	completion_commands(out, " ");
	fputs(choose, out);
	for (size_t i = 0; i < commands_n; i++) {
		fprintf(out, "complete -c hllm -n 'not __hllm_command' -a %s -d ",
			commands[i]->name);
		put_quoted(out, commands[i]->help);
		fputc('\n', out);
	}
	fputs("complete -c hllm -n 'not __hllm_command' -a help -d "
	      "'show the options and examples of a command'\n"
	      "complete -c hllm -n '__hllm_is help' -a '",
		out);
	completion_commands(out, " ");
	fputs("'\n", out);
	put_options(out, NULL, global_options);
	for (size_t i = 0; i < commands_n; i++)
		put_command(out, commands[i]);
}
