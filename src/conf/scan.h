/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scan - makes a text safe for libconfuse's scanner, or says in which line it is not.
 *
 * That scanner expands ${HOME}, drops characters that it does not know (gpt-4o* becomes
 * gpt-4o), takes the // of an unquoted address for a comment, and stays inside a string
 * that ends nowhere even for the next file.  So what it would take for something
 * else than what is written is refused here, with a sentence about quotes.
 */
#ifndef HLLM_CONF_SCAN_H
#define HLLM_CONF_SCAN_H

#include "base/err.h"
#include "base/str.h"

struct scanned {
	struct str text; /* what libconfuse may read */
	int *opens;      /* the line in which each section opens */
	size_t opens_n, opens_size;
	int lines;
};

/* scanned_free() is due either way. */
bool scan(const char *file, struct slice text, struct scanned *out, struct err *err) hl_must_check;
void scanned_free(struct scanned *scanned);

#endif
