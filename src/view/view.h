/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * view - prints an answer: text, json, csv, tsv, md, html.
 *
 * Text comes from files and networks: every view makes control and bidirectional
 * characters visible or escapes them, CSV cells that a spreadsheet would run are
 * defused, Markdown, HTML and JSON are escaped.
 */
#ifndef HLLM_VIEW_VIEW_H
#define HLLM_VIEW_VIEW_H

#include <stdio.h>

#include "base/err.h"
#include "report/answer.h"

struct view_options {
	int width; /* of the terminal; 0: no limit */
	bool wrap; /* text: fold sentences at the width as well */
	bool color;
	bool verbose;      /* also the parts meant for --verbose */
	const char *table; /* csv, tsv: which part; NULL the default */
	const char *stamp; /* html: when it was made, where that was said; NULL */
};

struct view {
	const char *name;
	bool (*render)(const struct answer *answer, const struct view_options *options, FILE *out,
		struct err *err);
};

extern const struct view *const views[];
extern const size_t views_n;
const struct view *view_find(const char *name);

#endif
