/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * chart - draws a chart: in characters, or by gnuplot as SVG, PNG or PDF.
 *
 * What gnuplot gets is a script on its standard input in three parts: the chart as data, in
 * blocks that gnuplot reads and does not evaluate; the common style; and the style of the
 * kind of chart.  No text of others stands anywhere but in a line of the block $texts,
 * behind a bar and without any control character.
 */
#ifndef HLLM_VIEW_CHART_H
#define HLLM_VIEW_CHART_H

#include "base/err.h"
#include "report/chart.h"
#include "report/drawer.h"

struct chart_text_options {
	int width; /* columns; 0: 80 */
	bool ascii;
	bool color;
};

/* Adds the lines of a picture in characters. */
void chart_draw_text(
	const struct chart *chart, const struct chart_text_options *options, struct str *out);

enum chart_format { CHART_SVG, CHART_PNG, CHART_PDF, CHART_FORMATS };
extern const char *const chart_formats[CHART_FORMATS]; /* "svg" */

/* Of a picture, whose letters are as high either way. */
enum chart_size {
	CHART_LARGE, /* some 920 pixels wide: a page, a slide */
	CHART_SMALL, /* some 590: the text of a mail */
};

/* data/gnuplot, or what the user has put in its place. */
struct chart_look {
	struct slice common; /* common.gp */
	struct slice kind;   /* lines.gp, bars.gp or columns.gp: chart_look_name() */
	enum chart_size size;
};
const char *chart_look_name(enum chart_kind kind);

/* The first part of the script: everything that the styles draw but the format. */
void chart_data(const struct chart *chart, enum chart_size size, struct str *out);

struct chart_plotter {
	const char *program; /* "gnuplot": looked for in PATH */
	int timeout_ms;
	const char *remedy; /* what to do where there is none, for the error: "install it" */
	bool *absent;       /* set to true then; may be NULL */
};

/*
 * Adds the bytes of the picture.  Fails with "gnuplot: …" when there is none, when it fails, hangs
 * or writes something else than a picture, and when it has no terminal for the format: then the
 * error says for which it has one.
 */
bool chart_draw(const struct chart *chart, enum chart_format format, const struct chart_look *look,
	const struct chart_plotter *plotter, struct str *out, struct err *err) hl_must_check;

/* What the program is and can, as far as it tells within its time limit. */
void chart_look_at_drawer(const struct chart_plotter *plotter, struct drawer *out);
/* The terminal that a format needs: "pngcairo". */
const char *chart_terminal(enum chart_format format);

/* The script for people: to be run where 'data_file' is; it writes NAME.svg. */
void chart_script(const struct chart *chart, const struct chart_look *look, const char *data_file,
	struct str *out);

#endif
