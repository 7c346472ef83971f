/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <string.h>

#include "cmd/completion.h"

/* _arguments puts options of compadd before the kind. */
static const char names[] = "#compdef hllm\n"
			    "# zsh completion of hllm, written by hllm --completion zsh\n"
			    "\n"
			    "_hllm_names()\n"
			    "{\n"
			    "\tlocal -a names\n"
			    "\tnames=(\"${(@f)$(hllm --names ${@[-1]} 2>/dev/null)}\")\n"
			    "\tnames=(\"${(@)names:#}\")\n"
			    "\tif [[ ${names[1]} == *= ]]; then\n"
			    "\t\tcompadd \"${(@)@[1,-2]}\" -S '' -a names\n"
			    "\telse\n"
			    "\t\tcompadd \"${(@)@[1,-2]}\" -a names\n"
			    "\tfi\n"
			    "}\n"
			    "\n";

static const char choose[] =
	"\n"
	"\t_arguments -C -A '-*' $everywhere '1:COMMAND:->command' '*:::ARGUMENT:->rest' && "
	"return\n"
	"\tcase $state in\n"
	"\tcommand) _describe -t commands command commands ;;\n"
	"\trest)\n"
	"\t\twords=(\"$line[1]\" \"${(@)words}\")\n"
	"\t\t((CURRENT++))\n"
	"\t\tcurcontext=\"${curcontext%:*:*}:hllm-$line[1]:\"\n"
	"\t\tcase $line[1] in\n";

/* In a text between single quotes, where _arguments or _describe take some signs for their own. */
static void
put_text(FILE *out, const char *text, const char *special)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", out);
		else if (strchr(special, *text))
			fputc('\\', out);
		fputc(*text, out);
	}
}

/* "(a b)", "_hllm_names kind", "_files" or " ": nothing to offer. */
static void
put_action(FILE *out, const char *values, const char *kind, enum completes completes)
{
	if (values) {
		fputc('(', out);
		completion_words(out, values, ' ');
		fputc(')', out);
	} else if (kind) {
		fprintf(out, "_hllm_names %s", kind);
	} else {
		fputs(completes == COMPLETES_FILES       ? "_files"
			: completes == COMPLETES_FOLDERS ? "_files -/"
							 : " ",
			out);
	}
}

/* With the values that it has at a command; "": at all. */
static void
put_option(FILE *out, const struct option *o, const char *command, const char *indent)
{
	fprintf(out, "%s'", indent);
	if (o->kind == OPTION_LIST)
		fputc('*', out);
	const char *equals = o->kind == OPTION_FLAG ? "" : "=";
	if (o->letter)
		fprintf(out, "(-%c --%s)'{-%c,--%s%s}'[", o->letter, o->name, o->letter, o->name,
			equals);
	else
		fprintf(out, "--%s%s[", o->name, equals);
	put_text(out, o->help, "[]\\");
	fputc(']', out);
	if (o->kind != OPTION_FLAG) {
		fputc(':', out);
		put_text(out, o->arg ? o->arg : "VALUE", ":\\");
		fputc(':', out);
		struct str values = STR_INIT;
		option_values(&values, o, command);
		put_action(
			out, o->values ? str_text(&values) : NULL, o->names, completes_option(o));
		str_free(&values);
	}
	fputs("'\n", out);
}

static void
put_options(FILE *out, const struct option *options, const char *indent)
{
	for (const struct option *o = options; o && o->name; o++)
		if (o->help)
			put_option(out, o, "", indent);
}

/* Words come first, then names or files: "policies show NAME". */
static void
put_arguments(FILE *out, const struct command *command)
{
	enum completes completes = completes_arguments(command);
	if (command->words) {
		fputs("\t\t\t\t'1:WORD:", out);
		put_action(out, command->words, NULL, COMPLETES_NOTHING);
		fputs("'\n", out);
	}
	if (completes != COMPLETES_NOTHING) {
		fputs("\t\t\t\t'*:ARGUMENT:", out);
		put_action(out, NULL, command->names, completes);
		fputs("'\n", out);
	}
}

static void
put_command(FILE *out, const struct command *command)
{
	fprintf(out, "\t\t%s)\n\t\t\tlocal -a here=(\n", command->name);
	put_options(out, command->options, "\t\t\t\t");
	for (const struct option *o = global_options; o->name; o++)
		if (completion_only(o, command->name))
			put_option(out, o, command->name, "\t\t\t\t");
	put_arguments(out, command);
	fputs("\t\t\t)\n", out);
	for (const struct option *o = global_options; o->name; o++)
		if (completion_only(o, command->name))
			fprintf(out, "\t\t\teverywhere=(\"${(@)everywhere:#--%s=*}\")\n", o->name);
	fputs("\t\t\t_arguments $everywhere $here\n\t\t\t;;\n", out);
}

void
completion_zsh(FILE *out)
{
	fputs(names, out);
	fputs("_hllm()\n{\n\tlocal curcontext=$curcontext state line\n\ttypeset -A opt_args\n"
	      "\tlocal -a everywhere=(\n",
		out);
	put_options(out, global_options, "\t\t");
	fputs("\t)\n\tlocal -a commands=(\n", out);
	for (size_t i = 0; i < commands_n; i++) {
		fprintf(out, "\t\t'%s:", commands[i]->name);
		put_text(out, commands[i]->help, "\\");
		fputs("'\n", out);
	}
	fputs("\t\t'help:show the options and examples of a command'\n\t)\n", out);
	fputs(choose, out);
	for (size_t i = 0; i < commands_n; i++)
		put_command(out, commands[i]);
	fputs("\t\thelp) _describe -t commands command commands ;;\n"
	      "\t\tesac\n\t\t;;\n\tesac\n}\n\n_hllm \"$@\"\n",
		out);
}
