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
#include "fold/blocks.h"
#include "fold/key.h"
#include "fold/tap.h"

enum {
	KEYS_MOST = 8192, /* beyond it dimensions are collapsed to "(many)", users first */
	FOLD_PARTS = 64,  /* identities are kept in so many parts, by their first bits */
};

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
	struct keys keys; /* in order of their hashes */
	struct bins bins;
	struct taps taps;
	size_t entries; /* identities */
	size_t key_map_n;
	uint32_t *key_map; /* from the key in a packed entry to 'keys' */
	uint64_t records;  /* identities, twins counted */
	uint64_t duplicate_rows;
	unsigned collapsed;             /* dimensions that became "(many)" */
	struct blocks blocks;           /* the identities with their entries … */
	struct chain parts[FOLD_PARTS]; /* … in order */
};
/* Ends the fold and frees it. */
struct folded *fold_finish(struct fold *fold);
void folded_free(struct folded *folded);

/* One identity and its entry, which counts 'count' times: 1, or twins more. */
struct item {
	struct hash128 id;
	const unsigned char *packed; /* an entry */
	uint32_t size;
	int32_t count;
	uint64_t ref; /* of a folded one: where in its blocks the entry is */
};

/* Walks the identities in order: start with all zero but 'folded'. */
struct folded_walk {
	const struct folded *folded;
	int part;
	bool inside;
	uint32_t at, block; /* the block it stands on, and the one behind it */
	const unsigned char *p, *end;
	uint64_t last;
	struct entry entry; /* of the item just given; its key is one for key_map */
};
bool folded_next(struct folded_walk *walk, struct item *item);

/* Which of two versions of the same identity counts: > 0 the first.  Keys must be of one set. */
int version_compare(const struct entry *a, const struct entry *b, const struct key *keys_a,
	const struct key *keys_b);

#endif
