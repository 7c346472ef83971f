/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * piped - runs a program that reads its input and writes its output, without any shell.
 *
 * It runs in a process group of its own, which is killed as a whole when time is up.
 */
#ifndef HLLM_VIEW_PIPED_H
#define HLLM_VIEW_PIPED_H

#include "base/err.h"
#include "base/str.h"

struct piped {
	const char *const *argv; /* NULL at the end; the first is looked for in PATH */
	int timeout_ms;
	const char *remedy; /* what to do where there is no such program: "install it" */
};

/*
 * Adds what the program wrote to 'out', and what it said on its standard error to 'said' (the first
 * 64 KiB).  False: there is no such program, time is up, it wrote more than 64 MiB or did not
 * read all of its input, or it ended with another status than 0; the error ends in what it said.
 */
bool piped_run(const struct piped *piped, struct slice input, struct str *out, struct str *said,
	struct err *err) hl_must_check;

#endif
