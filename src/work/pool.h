/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pool - the bins that one question is about, whatever they came from: sources just
 * read, stored ones, or the whole ledger; with the corrections for what they share.
 *
 * The sum over all bins counts everything once.  All keys are of one set.
 */
#ifndef HLLM_WORK_POOL_H
#define HLLM_WORK_POOL_H

#include "ledger/ledger.h"

struct workload_rules;
struct pool_bin {
	uint32_t key; /* in pool.keys */
	const struct bin *bin;
	const struct source *source; /* NULL: a correction, or the ledger as a whole */
};

struct pool {
	struct keys keys;
	struct pool_bin *items;
	size_t n, size;
	bool ordered;           /* items: by what their keys say, then by month */
	int64_t first, last;    /* seconds, of what counts; INT64_MAX / INT64_MIN without times */
	unsigned collapsed;     /* dimensions shown as "(many)" */
	struct overlap overlap; /* owned */
	struct bins *owned;     /* bins loaded from the ledger */
	size_t owned_n, owned_size;
	struct pool_reading *
		reading; /* what was and is read of the ledger, owned; copies of the pool share it */
};

/* 'sources' must live as long as the pool; 'ledger' is for those that are stored (may be NULL). */
bool pool_of_sources(struct pool *pool, struct sources *sources, struct ledger *ledger,
	struct err *err) hl_must_check;
/* Everything the ledger holds; 'sources' (its sources, without bins) must live as long. */
bool pool_of_ledger(struct pool *pool, struct sources *sources, struct ledger *ledger,
	struct err *err) hl_must_check;
/* The same for who asks for few half hours: they stay in the ledger, which is held until pool_release(). */
bool pool_of_totals(struct pool *pool, struct sources *sources, struct ledger *ledger,
	struct err *err) hl_must_check;
/*
 * What the ledger holds of months of UTC from 'first' to 'last', with all that decides what of it counts: what
 * 'stored', its keys, name.  Beyond so many keys the dimension with most values becomes "(many)", and so on: at
 * first where it does not name the workload, at last also where it does.  *many gets the bits of those in which there
 * is such a value.  No distributions are in it, and no file is named.
 */
struct pool_months {
	int first, last; /* MONTH_NONE both: what has no time */
	const struct keys *stored;
	const struct workload_rules *rules;
	unsigned collapsed; /* by what was read */
	size_t keys_most;
};
bool pool_of_months(struct pool *pool, const struct pool_months *months, struct ledger *ledger,
	unsigned *many, struct err *err) hl_must_check;
/* Half hours of one of the pool's bins, packed: good until the next call.  What cannot be read is empty, and
 * pool_whole() says so. */
struct slice pool_slots(const struct pool *pool, const struct bin *bin);
/* What is stored of a key in a month cannot be, and is left out: the ledger is damaged, as pool_whole() will say.  Of
 * what was just read this is impossible. */
void pool_distrust(const struct pool *pool, uint32_t key, int month);
/* Could all that was asked for be read, and be true?  To be asked before anything is made of it. */
bool pool_whole(const struct pool *pool, struct err *err) hl_must_check;
/* Nobody asks for half hours any more. */
void pool_release(struct pool *pool);
void pool_free(struct pool *pool);

#endif
