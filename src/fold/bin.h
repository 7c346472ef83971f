/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bin - the sum of all entries of one key in one month, with its half hours and its
 * distributions packed beside it.
 *
 * Cells are what every question about money and volume reads.  All sums are signed:
 * a bin can also be a correction, which takes away what two sources both hold.
 */
#ifndef HLLM_FOLD_BIN_H
#define HLLM_FOLD_BIN_H

#include "base/hash.h"
#include "base/pack.h"
#include "fold/entry.h"

enum {
	SLOT_SECONDS = 1800,
	MONTH_NONE = 0,
	MONTH_MINUTES = 31 * 24 * 60,
	MONTH_SLOTS = MONTH_MINUTES * 60 / SLOT_SECONDS,
	BIN_MEASURES = RECORD_MEASURES * 2
};

struct measure_sum {
	enum measure_kind kind;
	int64_t n;
	femto_t sum, min, max;
};

struct bin {
	uint32_t key;
	int month;       /* when_month(); MONTH_NONE: entries without a time */
	int64_t records; /* entries */
	int64_t rows;
	int64_t requests;    /* known ones */
	int64_t uncounted;   /* entries whose number of requests is unknown */
	int64_t with_tokens; /* entries that say how many tokens */
	int64_t tokens[TOKEN_KINDS];
	int64_t with_billed;
	femto_t billed;
	int64_t first, last; /* seconds since 1970 */
	uint64_t first_line, last_line;
	struct measure_sum *measures; /* at most BIN_MEASURES; of whoever made the bin */
	int measures_n;
	struct slice slots;   /* see slot_next() */
	int64_t slots_at;     /* where in the ledger they still are; 0: they are here */
	struct slice minutes; /* see minute_next() */
	bool minutes_known;   /* false: kept by a version that did not count by the minute */
	struct slice dists;   /* see dist_unpack() */
};

/* A half hour of a bin. */
struct slot {
	int index; /* half hours since the month began, below MONTH_SLOTS; 0 for entries without a time */
	int64_t requests, uncounted;
	int64_t tokens[TOKEN_KINDS];
	int64_t unsplit, searches;
	femto_t billed;
};
void slot_pack(struct str *out, const struct slot *slot, int last_index);
/* Walks the packed half hours, the numbers of which are at most LOADS_MOST in size: set in = unpack_of(bin->slots…) and slot->index = 0 first. */
bool slot_next(struct unpack *in, struct slot *slot);

/* Requests by the minute: index since the month began, and how many (a correction: fewer).  Only single
 * requests with a time are counted. */
void minute_pack(struct str *out, int index, int64_t requests, int *last);
/* Walks them: set in = unpack_of(bin->minutes…) and *index = 0 first.  Millions are walked for one answer. */
static inline bool
minute_next(struct unpack *in, int *index, int64_t *requests)
{
	if (in->p >= in->end || in->bad)
		return false;
	uint64_t step = unpack_u64(in);
	*requests = step & 1 ? unpack_i64(in) : 1;
	step >>= 1;
	if (in->bad || step >= MONTH_MINUTES - (uint64_t)*index) {
		in->bad = true;
		return false;
	}
	*index += (int)step;
	return true;
}

/* Distributions over requests: counts in classes whose upper ends are dist_ends[]. */
enum { DIST_CONTEXT, DIST_OUTPUT, DIST_LATENCY, DISTS, DIST_ENDS = 200 };
extern const int64_t dist_ends[DIST_ENDS]; /* the last is INT64_MAX */
int dist_class(int64_t value);
struct dist {
	int64_t counts[DIST_ENDS];
};
void dists_pack(struct str *out, const struct dist dists[DISTS]);
/* Adds what is packed to the distributions. */
bool dists_add(struct slice packed, struct dist dists[DISTS]);
/* The upper end of the class in which the q-th percent lies; -1 for an empty one. */
int64_t dist_percentile(const struct dist *dist, int percent);
int64_t dist_total(const struct dist *dist);

/* In order of key and month; see sum.h. */
struct bins {
	struct bin *items;
	size_t n, size;
	struct arena arena;
};
void bins_free(struct bins *bins);

/* All of a bin but key, month and the blobs, as bytes, and back; its measures go into the arena.  False: what is
 * packed is damaged, or says more than all sources together can. */
void bin_pack(struct str *out, const struct bin *bin);
bool bin_unpack(struct slice packed, struct bin *bin, struct arena *arena);

#endif
