/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fold - one source's records, each request once, summed into bins.
 *
 * Records come from any thread in any order; what comes out depends on neither.  An
 * identity that occurs twice in the source counts once, in its largest version (most
 * tokens, then most output, then money stated, then not the lesser one, then earliest).
 */
#ifndef HLLM_FOLD_FOLD_H
#define HLLM_FOLD_FOLD_H

#include "fold/bin.h"
#include "fold/key.h"

enum { KEYS_MOST = 8192 }; /* beyond it dimensions are collapsed to "(many)", users first */

/* Identities are the first 72 bits of a 128-bit hash: among 100 million, two meet with odds of 1 in a million. */
#define IDENTITY_LOW 0xFF00000000000000ull

struct fold;

struct fold *fold_new(int threads, uint64_t secret);
/* The first bytes of the source, for identities by place. */
void fold_prefix(struct fold *fold, struct slice head);
void fold_record(struct fold *fold, int thread, const struct record *rec);
void fold_free(struct fold *fold);

/* The result for one source; immutable. */
struct folded {
	struct keys keys;     /* in order of their hashes */
	struct bins bins;
	struct item *items;   /* in order of identity */
	size_t items_n;
	size_t key_map_n;
	uint32_t *key_map;    /* from the key in a packed entry to 'keys'; NULL: the same */
	uint64_t records;     /* identities, twins counted */
	uint64_t duplicate_rows;
	unsigned collapsed;   /* dimensions that became "(many)" */
	char **blocks;        /* memory the items point into */
	size_t blocks_n;
};
/* Ends the fold and frees it. */
struct folded *fold_finish(struct fold *fold);
void folded_free(struct folded *folded);

/* Which of two versions of the same identity counts: > 0 the first.  Keys must be of one set. */
int version_compare(const struct entry *a, const struct entry *b, const struct key *keys_a, const struct key *keys_b);

#endif
