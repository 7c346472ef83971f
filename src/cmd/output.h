/* SPDX-License-Identifier: GPL-3.0-or-later */
/* output - an answer leaves the program: to stdout, or to a file, whole or not at all. */
#ifndef HLLM_CMD_OUTPUT_H
#define HLLM_CMD_OUTPUT_H

#include "base/err.h"
#include "base/str.h"

/* Makes 0, 1 and 2 unusable rather than free, lest a file that is opened becomes stdout. */
void output_guard(void);

/* A reader that went away (hllm … | head) is no failure. */
bool output_stdout(struct slice text, struct err *err) hl_must_check;

/* What stdio still holds of help texts, and what the file system says at the end. */
bool output_close(struct err *err) hl_must_check;

/* What can be told of output_file() beforehand, for commands that work long before it. */
bool output_check(const char *path, struct err *err) hl_must_check;

/* By a temporary file in the same folder and rename; straight into what is no regular file. */
bool output_file(const char *path, struct slice text, struct err *err) hl_must_check;

/*
 * The same for text that comes in pieces: nothing is seen of the file until output_end(), and nothing is left of it
 * where the program is stopped before.  To stdout pieces go at once.
 */
struct output_sink {
	int fd;
	int number;        /* errno of the first piece that could not be written */
	const char *given; /* as the user calls it; borrowed */
	char *path; /* of a file to be replaced, behind symbolic links; NULL: written into as it is */
	char *name; /* of the file until then; NULL: it has none */
	struct str held;
};
/* 'path' NULL: stdout; else it must live until output_end().  False: nothing is open. */
bool output_begin(struct output_sink *sink, const char *path, struct err *err) hl_must_check;
void output_put(void *sink, struct slice text);
/* Not 'good': nothing of it is to be kept.  Frees what output_begin() took. */
bool output_end(struct output_sink *sink, bool good, struct err *err) hl_must_check;

/*
 * Waits until no other hllm is between reading and writing a file of the folder that 'path' is in; the
 * folder is locked until the result is closed.  -1: it cannot be locked, and then nothing is waited for.
 */
int output_lock(const char *path);
void output_unlock(int lock);

#endif
