/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gnuplot - runs a program that reads a script and writes a picture, without any shell.
 *
 * The script goes to its standard input and the picture comes from its standard output, so that
 * no name of a file is ever part of a script.  It runs in a process group of its own, which is
 * killed as a whole when time is up.
 */
#ifndef HLLM_VIEW_GNUPLOT_H
#define HLLM_VIEW_GNUPLOT_H

#include "base/err.h"
#include "base/str.h"
#include "view/chart.h"

/*
 * Adds what the program wrote to 'out', and what it said on its standard error to 'said' (the first
 * 64 KiB).  False: there is no such program, time is up, it wrote more than 64 MiB or could not
 * read all of the script, or it ended with another status than 0; the error ends in what it said.
 */
bool gnuplot_run(const struct chart_plotter *plotter, struct slice script, struct str *out,
	struct str *said, struct err *err) hl_must_check;

#endif
