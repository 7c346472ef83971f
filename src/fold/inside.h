/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * inside - what a fold holds between its first record and its end.
 *
 * While records come, each thread only appends: an entry goes behind the others of its
 * part, which is told by the first bits of its identity.  Nothing is shared but the
 * keys.  What occurs twice is found at the end, part by part (finish.c), when a part's
 * table fits into the processor's cache and its size is known.
 */
#ifndef HLLM_FOLD_INSIDE_H
#define HLLM_FOLD_INSIDE_H

#include <stdatomic.h>

#include "fold/fold.h"
#include "fold/sum.h"

_Static_assert(FOLD_PARTS == 1 << 6, "PART_BITS");

enum {
	PART_BITS = 6,
	PARTS = FOLD_PARTS,
	RAW_HEAD =
		12, /* of an entry as it came: 8 + 1 bytes of identity, its mode, 2 bytes of its size */
};

static inline int
part_of(struct hash128 id)
{
	return (int)(id.high >> (64 - PART_BITS));
}

/* What one thread brought of one part. */
struct pile {
	struct chain chain;
	size_t n;
};

struct fold_thread {
	struct pile piles[PARTS];
	struct known_key *cache; /* keys it has met */
	size_t cache_size, cache_n;
	unsigned cache_collapsed;
	struct arena scratch;
	unsigned char *raw; /* see raw_key() */
	size_t raw_size;
	uint64_t last_line;
	uint32_t in_line;
	struct entry entry; /* the one at hand */
};

struct fold {
	uint64_t secret;
	int threads_n;
	struct fold_thread *threads;
	struct blocks blocks;
	pthread_mutex_t keys_lock;
	struct keys keys;
	size_t live; /* keys as they are with what is collapsed now */
	atomic_uint collapsed;
	struct hash128 prefix;
};

#endif
