/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sysfile - the small files in which the system tells about itself (/proc, /sys), below a root that
 * tests can replace.
 *
 * Every path is given from the root on ("proc/cpuinfo"), as a format and its values.  A root of
 * NULL is that of this machine.  A file that is not there is no error: most are not,
 * somewhere.
 */
#ifndef HLLM_PROBE_SYSFILE_H
#define HLLM_PROBE_SYSFILE_H

#include "base/str.h"

enum { SYSFILE_MOST = 4 << 20, SYSFILE_PATH = 512 };

/* Adds what the file holds, at most SYSFILE_MOST bytes.  0, or the errno: ENOENT, EACCES, … */
int sysfile_read(const char *root, struct str *out, const char *fmt, ...) hl_printf(3, 4);
/* Its first line without blanks at the ends, in the arena; bytes of 0, which device trees hold,
 * become blanks.  "" where there is none. */
struct slice sysfile_line(struct arena *arena, const char *root, const char *fmt, ...)
	hl_printf(3, 4);
/* The number it begins with; NAN: there is none. */
double sysfile_number(const char *root, const char *fmt, ...) hl_printf(2, 3);
/* The names in a folder, in order (digits as numbers: card2 before card10).  *names lives in the
 * arena; 0: no such folder, or an empty one. */
size_t sysfile_names(
	struct arena *arena, const char *root, const char *folder, const char *const **names);
/* "0-3,8,10-11" as numbers below 'most', in order; returns how many there are and writes at most
 * 'room' of them. */
int sysfile_ranges(struct slice text, int most, int *numbers, int room);

#endif
