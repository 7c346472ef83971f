/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * svg - a chart as an <svg> element that stands in a page.
 *
 * It is drawn from the layout that the terminal and gnuplot have too, without the chart's title
 * and subtitle, which a page sets in its own letters.  It has no colour of its own: classes name
 * what a thing is, and svg_style says what that looks like by the custom properties of the page,
 * so that one picture serves light, dark and paper.
 */
#ifndef HLLM_VIEW_SVG_H
#define HLLM_VIEW_SVG_H

#include "report/chart.h"

/* Two layouts of one chart; a page shows the one that its screen has room for.  Letters are 14 pixels
 * high where the picture is as wide as this. */
enum svg_size {
	SVG_WIDE,   /* some 840 pixels: a desk, paper */
	SVG_NARROW, /* some 380 pixels: a phone */
};

/*
 * Adds the element.  'id' is a literal or the caller's, letters and digits, and no other element of
 * the page may have it: the title has it with "t" behind it, the description with "d".
 */
void svg_chart(struct str *out, const struct chart *chart, enum svg_size size, const char *id);

/* False for a chart that has nothing to draw. */
bool svg_has(const struct chart *chart);

/*
 * The rules of a style sheet.  The page says --paper, --ink, --faint, --line and --axis, and the colours
 * of series, for what is drawn (--draw-1 to --draw-4) and for letters (--name-1 to --name-4).
 */
extern const char svg_style[];

#endif
