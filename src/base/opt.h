/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * opt - command line options as data: one table gives parsing, --help and completion.
 *
 * GNU style: --name VALUE, --name=VALUE, -x VALUE, --, options anywhere among the
 * arguments, flags of one letter together (-qv), no abbreviations.  Unknown names
 * get the nearest one as a hint.
 */
#ifndef HLLM_BASE_OPT_H
#define HLLM_BASE_OPT_H

#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

enum option_kind {
	OPTION_FLAG, /* bool */
	OPTION_TEXT, /* const char *, borrowed from argv; given twice is an error */
	OPTION_MAYBE, /* the same; without a value, which is then "", before another option or the end */
	OPTION_COUNT, /* int64_t >= 0 */
	OPTION_LIST,  /* struct option_list: may be given several times */
	OPTION_MONEY, /* femto_t >= 0: a decimal number */
};

struct option_list {
	const char **items; /* freed by option_list_free() */
	size_t n, size;
};

struct option {
	char letter; /* 0 none */
	const char *name;
	enum option_kind kind;
	size_t offset;      /* into the struct that holds the values */
	const char *arg;    /* "FILE" in the help; NULL for flags */
	const char *values; /* "text|json|csv": checked, and offered by completion; NULL any */
	const char *only;   /* "a=x|b=y": of these values a is of command x alone; NULL none is */
	const char *help;   /* NULL: left out of help and completion */
	const char
		*names; /* the kind of things its values name ("hardware"), for completion; NULL */
	/* offset of a bool that says it was given, so that 0 can be told from nothing; 0 none */
	size_t given;
};
/* clang-format off */
#define OPTION_END { .name = NULL }
/* clang-format on */

/* One table and where its values go; the last set of an array has options == NULL. */
struct option_set {
	const struct option *options; /* ends with OPTION_END */
	void *values;
	const char *command; /* whose line it is, where that is known; NULL */
};

/* Parses argv[1..argc) up to the first positional argument, whose index (or argc) is *next. */
bool options_parse_first(const struct option_set *sets, int argc, char **argv, int *next,
	struct err *err) hl_must_check;
/* Parses argv[1..argc); leaves the positional arguments in args (borrowed, at most argc). */
bool options_parse(const struct option_set *sets, int argc, char **argv, const char **args,
	int *args_n, struct err *err) hl_must_check;
/* One option a paragraph, folded to 'width' columns; 0: no limit. */
void options_help(const struct option *options, FILE *out, int width);
/* Adds the values that it has at a command (NULL: at any of them, "": at all), with '|' between them. */
void option_values(struct str *out, const struct option *option, const char *command);
/* A line of words from 'column' on, folded at 'width' (0: not), each further one from 'indent' on. */
void help_words(FILE *out, struct slice text, int column, int indent, int width);
void option_list_free(struct option_list *list);

#endif
