/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * side - a biller: whether there is a bill of it, what that can be held against, and by
 * which dimension both can be cut.  The inside of cells.
 */
#ifndef HLLM_WORK_SIDE_H
#define HLLM_WORK_SIDE_H

#include "work/cells.h"

/* Finds the billers of a pool. */
void sides_find(struct cells *cells, struct pool *pool);
/* …and the dimension by which bill and log of each can be cut further. */
void sides_scope(struct cells *cells, struct pool *pool);
/* Of a biller; made if new. */
struct side *side_of(struct cells *cells, struct slice biller);
/* Whose bill a key would be on: a local server sends none, but an API may have answered instead. */
struct slice side_biller(const struct key *key);
/* Does the key take part at all?  Not what a quota covers, nor benchmarks and tables. */
bool side_counts(const struct key *key);
bool side_logs(const struct key *key);
/* Is the key's money the bill of its side? */
bool side_bills(const struct side *side, const struct key *key);

#endif
