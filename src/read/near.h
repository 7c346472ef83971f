/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * near - columns and keys that are called almost as one that is missed.
 *
 * Unknown columns are ignored, so a renamed one ("input_cached_tokns") would take its tokens
 * or its money with it without a word.  Where a file lacks a column of counts or money that its
 * format has, and has one of nearly that name, that is worth a sentence.
 */
#ifndef HLLM_READ_NEAR_H
#define HLLM_READ_NEAR_H

#include "read/detect.h"
#include "read/row.h"

/*
 * Adds a line for each such pair to 'out'.  Of CSV the header is looked at; of JSON the first
 * objects of 'body', but not what is in arrays inside them.
 */
void near_misses(const struct reading *reading, const struct detection *detection,
	struct slice body, struct str *out);

#endif
