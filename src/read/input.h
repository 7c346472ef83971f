/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * input - the bytes of one source: a file, standard input, or what a gz, xz, zst, bz2
 * or zip container holds.
 *
 * Containers are told by their first bytes, never by name.  A zip with several files
 * is several inputs, one after the other.  What expands beyond 200 times its size
 * (and 64 MiB) is refused, as is anything encrypted.
 */
#ifndef HLLM_READ_INPUT_H
#define HLLM_READ_INPUT_H

#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct input;

/* "-" is standard input.  A FIFO or other special file is refused unless it is standard input. */
struct input *input_open(const char *path, struct err *err);
/* The next file inside: 1 there is one, 0 none left, -1 error.  Call it once before the first read. */
int input_next(struct input *input, struct err *err);
/* "a.zip:amount.csv" or the path itself; valid until the next input_next(). */
const char *input_name(const struct input *input);
/* Is this a plain file (no container), whose byte offsets mean something? */
bool input_plain(const struct input *input);
const struct stat *input_stat(const struct input *input);
/* Up to n bytes: 0 at the end, -1 error. */
ssize_t input_read(struct input *input, char *buf, size_t n, struct err *err);
/* Goes on reading a plain file at this offset. */
bool input_skip_to(struct input *input, int64_t offset, struct err *err) hl_must_check;
void input_close(struct input *input);

/* The regular files below a directory (sorted by name, hidden ones left out), or the path itself.
 * Appends malloc'ed paths. */
struct paths {
	char **items;
	size_t n, size;
};
bool paths_expand(
	struct paths *paths, const char *path, bool *is_directory, struct err *err) hl_must_check;
void paths_free(struct paths *paths);

#endif
