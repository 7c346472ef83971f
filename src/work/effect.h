/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * effect - what other prices make of the same work: two catalogs, the same half hours.
 *
 * Only what is paid in cash counts, at list price and less the contract's discounts.
 * Amounts are dollars over the whole period; the difference of two ranges is a range.
 */
#ifndef HLLM_WORK_EFFECT_H
#define HLLM_WORK_EFFECT_H

#include "work/tally.h"

/* Requests of one workload to one model whose cost differs. */
struct effect_row {
	struct slice workload, model; /* as logged */
	bool fresh; /* it had no price before: 'before' is 0, and a bill does not change by it */
	femto_t before_low, before_high, after_low, after_high;
	int64_t tokens;
};

/* One price of it, and how much of the difference it makes.  Prices of unsplit tokens and of searches
 * are not told apart. */
struct effect_cause {
	size_t row;
	const struct price_row *before, *after; /* of the two catalogs; 'before' may be NULL */
	femto_t amount;
};

struct effect {
	struct effect_row *rows; /* by what they change, the most first */
	size_t n, size;
	struct effect_cause *causes; /* by row */
	size_t causes_n, causes_size;
	/* of all cash, whether it changes or not, but for fresh rows */
	femto_t before_low, before_high, after_low, after_high;
	femto_t fresh_low, fresh_high; /* what has a price only now */
	struct arena arena;
};

/* 'options' are those of an audit at the old prices, without a hook and in no currency of the
 * user's.  Names of models are borrowed from the pool, price rows from the
 * catalogs.  pool_whole() is to be asked. */
void effect_make(struct effect *effect, struct pool *pool, const struct audit_options *options,
	const struct catalog *after);
void effect_free(struct effect *effect);

#endif
