/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chart-out - a chart leaves the program: to a file by gnuplot, or to stdout in characters. */
#ifndef HLLM_CMD_CHART_OUT_H
#define HLLM_CMD_CHART_OUT_H

#include "cmd/cmd.h"
#include "report/chart.h"

/*
 * What can be told of app_chart() beforehand.  'target' is "-" or a file whose name ends in
 * .svg, .png, .pdf or .txt; another ending is FAULT_USAGE, and so is "-" where the answer, in
 * a format for programs, goes to stdout too.  'option' is what the user said: "--chart".
 */
bool app_chart_check(const struct app *app, const char *option, const char *target,
	struct err *err) hl_must_check;

/*
 * Draws the chart: "-" and .txt in characters, the others by gnuplot; a file is written whole or
 * not at all.  Where there is no gnuplot it goes to stdout in characters, if people read that.  Says what
 * went wrong; returns EXIT_DONE or the failure, as app_show() does.
 */
int app_chart(const struct app *app, const struct chart *chart, const char *target);

/* Adds the bytes of a small picture, as a message shows them, without title and subtitle; the error says how to get a gnuplot where there is none. */
bool app_chart_png(const struct app *app, const struct chart *chart, struct str *out,
	struct err *err) hl_must_check;

/* How many characters wide a chart for this target is. */
int app_chart_width(const char *target);

/* Writes NAME.gp and NAME-data.gp into 'folder', which is made if it is not there. */
int app_chart_emit(const struct app *app, const struct chart *chart, const char *folder);

#endif
