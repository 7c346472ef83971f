/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * intake - files to folded sources: each file read once, on all threads, or not at all
 * when the ledger holds it unchanged.
 */
#ifndef HLLM_LEDGER_INTAKE_H
#define HLLM_LEDGER_INTAKE_H

#include "ledger/ledger.h"

struct intake {
	struct reading_options reading;
	const char *options; /* the reading options as text: part of what makes a file "the same" */
	struct ledger *ledger; /* to know files again; NULL: read all */
	uint64_t secret;
	/* Bytes read so far, now and then; may be NULL. */
	void (*progress)(void *arg, const char *name, uint64_t bytes, uint64_t size);
	void *progress_arg;
	/* Files of a directory that are no bill and no log, for a note. */
	struct str skipped;
	size_t skipped_n;
};

/* Appends the sources a path holds (a file, a container, a directory, "-").  False: the first error. */
bool intake_path(struct intake *intake, const char *path, struct sources *out,
	struct err *err) hl_must_check;

#endif
