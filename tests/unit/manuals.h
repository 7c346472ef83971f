/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manuals - the man pages as text, for tests that hold their lists against tables of the program. */
#ifndef HLLM_TESTS_UNIT_MANUALS_H
#define HLLM_TESTS_UNIT_MANUALS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/str.h"

/* A file of the source tree, such as "man/hllm.conf.5"; the caller frees it. */
static inline char *
tree_read(const char *name)
{
	const char *top = getenv("srcdir");
	char *path = xasprintf("%s/%s", top ? top : ".", name);
	FILE *in = fopen(path, "re");
	if (!in)
		fail_msg("%s cannot be read", path);
	struct str text = STR_INIT;
	for (int c; (c = getc(in)) != EOF;)
		str_putc(&text, (char)c);
	fclose(in);
	free(path);
	return text.p;
}

/* A page, such as "hllm.conf.5", as it is written; the caller frees it. */
static inline char *
manual_read(const char *page)
{
	char *name = xasprintf("man/%s", page), *text = tree_read(name);
	free(name);
	return text;
}

/* The same with each run of blanks and line ends as one blank, so that how it is folded does not matter. */
static inline char *
manual_words(const char *page)
{
	char *text = manual_read(page);
	size_t n = 0;
	for (const char *p = text; *p; p++) {
		bool blank = *p == ' ' || *p == '\n' || *p == '\t';
		if (!blank || (n && text[n - 1] != ' '))
			text[n++] = blank ? ' ' : *p;
	}
	text[n] = '\0';
	return text;
}

/* Where 'want' stands from 'at' on, behind it; the test fails if it does not. */
static inline const char *
manual_find(const char *page, const char *at, const char *want)
{
	const char *found = strstr(at, want);
	if (!found)
		fail_msg("%s does not say, or not there: %s", page, want);
	return found + strlen(want);
}

/* How often 'what' stands between 'at' and 'end' (NULL: that of the text). */
static inline size_t
manual_count(const char *at, const char *end, const char *what)
{
	size_t n = 0;
	while ((at = strstr(at, what)) && (!end || at < end)) {
		at += strlen(what);
		n++;
	}
	return n;
}

#endif
