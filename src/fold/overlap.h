/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * overlap - what several sources both hold, worked out once from their entries.
 *
 * Total = sum of the sources' own bins + the correction bins made here.  For every
 * identity that more than one source holds, the correction takes all copies away and
 * puts the one back that counts: the largest version; of twins (equal lines without an
 * id) as many as the source with most of them has.  Sources of one chain are parts of
 * one file that grew: their twins add up.
 *
 * The result depends on the set of sources only, never on their order.
 */
#ifndef HLLM_FOLD_OVERLAP_H
#define HLLM_FOLD_OVERLAP_H

#include "base/err.h"
#include "fold/fold.h"

/* One source's entries in order of identity. */
struct overlap_source {
	int64_t chain;
	void *arg;
	int (*next)(void *arg, struct item *item,
		struct err *err); /* 1, 0 end, -1 error; borrowed until the next call */
	const uint32_t *key_map;  /* from the keys in its entries to 'keys' below */
};

/* Rows of one chain that an other part of the same file holds too. */
struct chain_rows {
	int64_t chain;
	uint64_t rows;
};

struct overlap {
	struct bins bins;         /* corrections; keys of the shared set */
	int64_t first, last;      /* seconds: the span of what counts; INT64_MAX / INT64_MIN none */
	uint64_t shared;          /* identities that more than one source holds */
	struct chain_rows *again; /* for chains of several parts */
	size_t again_n, again_size;
};

bool overlap_build(struct overlap_source *sources, size_t n, const struct keys *keys,
	struct overlap *out, struct err *err) hl_must_check;
void overlap_free(struct overlap *overlap);

/* A folded source as one to overlap: set chain and key_map, and arg = a struct folded_walk. */
int folded_walk_next(void *walk, struct item *item, struct err *err);

#endif
