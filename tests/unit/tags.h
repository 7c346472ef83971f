/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tags - is a page of ours well formed?  For tests that make one of names that mean harm. */
#ifndef HLLM_TESTS_TAGS_H
#define HLLM_TESTS_TAGS_H

#include <ctype.h>
#include <stdlib.h>

#include "base/str.h"

enum { TAGS_DEEP = 64 };

/* The bytes of a tag after its "<", up to its ">" outside quotes; false when there is none. */
static inline bool
tags_take(struct slice *rest, struct slice *tag)
{
	char quote = '\0';
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];
		if (quote ? c == quote : c == '"' || c == '\'')
			quote = quote ? '\0' : c;
		else if (!quote && c == '<')
			return false;
		else if (!quote && c == '>') {
			*tag = (struct slice){ rest->p, i };
			rest->p += i + 1;
			rest->n -= i + 1;
			return true;
		}
	}
	return false;
}

static inline struct slice
tags_name(struct slice tag)
{
	size_t n = 0;
	while (n < tag.n && (isalnum((unsigned char)tag.p[n]) || tag.p[n] == '!'))
		n++;
	return (struct slice){ tag.p, n };
}

static inline bool
tags_known(struct slice name)
{
	static const char known[] =
		" html head meta title style body a main header footer p h1 h2 span "
		"section figure figcaption svg desc path circle text div table "
		"caption thead tbody tr th td details summary ul li pre code strong ";
	char *padded = xasprintf(" " SLICE_FMT " ", SLICE_ARG(name));
	bool found = name.n && strstr(known, padded);
	free(padded);
	return found;
}

/* Every tag is one that we write, is closed, and is closed by the tag that should. */
static inline bool
tags_balanced(struct slice page)
{
	struct slice open[TAGS_DEEP], tag;
	size_t deep = 0;
	while (page.n) {
		if (page.p[0] != '<') {
			page.p++;
			page.n--;
			continue;
		}
		page.p++;
		page.n--;
		if (!tags_take(&page, &tag) || !tag.n)
			return false;
		bool closes = tag.p[0] == '/', alone = tag.p[tag.n - 1] == '/';
		struct slice name = tags_name((struct slice){ tag.p + closes, tag.n - closes });
		if (slice_is(name, "!DOCTYPE"))
			continue;
		if (!tags_known(name))
			return false;
		if (closes && (!deep || !slice_eq(open[--deep], name)))
			return false;
		if (!closes && !alone && !slice_is(name, "meta")) {
			if (deep == TAGS_DEEP)
				return false;
			open[deep++] = name;
		}
	}
	return deep == 0;
}

#endif
