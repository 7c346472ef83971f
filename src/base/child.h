/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * child - runs another program to its end, without any shell: its input, its output, a time limit.
 *
 * It runs in a process group of its own, which is killed as a whole when time is up.  One that even
 * then does not end, because a driver holds it, is left behind after a second.
 */
#ifndef HLLM_BASE_CHILD_H
#define HLLM_BASE_CHILD_H

#include "base/err.h"
#include "base/str.h"

struct child {
	const char *const *argv; /* NULL at the end; the first is looked for in PATH */
	int timeout_ms;
	const char *remedy; /* what to do where there is no such program: "install it" */
	const char *prompt; /* what it puts before what it repeats of its input; NULL: nothing */
	bool *absent;       /* set to true where there is no such program; may be NULL */
};

/*
 * Adds what the program wrote to 'out', and what it said on its standard error to 'said' (the first
 * 64 KiB).  False: there is no such program, time is up, it wrote more than 64 MiB or did not
 * read all of its input, or it ended with another status than 0; the error ends in what it said.
 */
bool child_run(const struct child *child, struct slice input, struct str *out, struct str *said,
	struct err *err) hl_must_check;

#endif
