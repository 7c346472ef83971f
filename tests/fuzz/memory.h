/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory - bytes as a file that input_open() can open; and a whole reading of them. */
#ifndef HLLM_TESTS_FUZZ_MEMORY_H
#define HLLM_TESTS_FUZZ_MEMORY_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../unit/folds.h"
#include "read/reading.h"

static inline struct input *
memory_open(struct slice bytes)
{
	static int fd = -1;
	char path[64];
	struct err err;
	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes.p, bytes.n, 0) != (ssize_t)bytes.n)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct input *input = input_open(path, &err);
	return input;
}

static inline void
memory_begin(void *arg, struct slice head)
{
	fold_prefix(arg, head);
}

static inline void
memory_record(void *arg, int thread, const struct record *rec)
{
	const char *why;
	if (!record_check(rec, &why)) {
		fprintf(stderr, "a reader handed on %s\n", why);
		abort();
	}
	fold_record(arg, thread, rec);
}

/* Reads and folds; NULL when the bytes are refused. */
static inline struct folded *
memory_fold(struct slice bytes, const struct reader *forced)
{
	struct err err = { 0 };
	struct input *input = memory_open(bytes);
	struct folded *folded = NULL;
	if (!input)
		return NULL;
	if (input_next(input, &err) > 0) {
		const struct reading_options options = { .forced = forced, .threads = 1 };
		struct source_report report;
		struct fold *fold = fold_new(1, 1);
		const struct sink sink = { fold, memory_begin, memory_record, NULL };
		if (reading_run(input, &options, &sink, &report, &err))
			folded = fold_finish(fold);
		else
			fold_free(fold);
		source_report_free(&report);
	}
	input_close(input);
	return folded;
}

static inline void
memory_check(struct slice bytes, const struct reader *forced)
{
	struct folded *folded = memory_fold(bytes, forced);
	const char *wrong = folded ? folds_check(folded) : NULL;
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	folded_free(folded);
}

#endif
