/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * extract - the rows that leave the program: what was counted of one key in one hour, day or month.
 *
 * The sum of the rows is the audit, to the femto: what claims decide counts in a row only where it counts in
 * the totals.  Rows come in order of time and then of what they say, whatever the order of the sources.
 * One month of the zone is in memory at a time.
 */
#ifndef HLLM_WORK_EXTRACT_H
#define HLLM_WORK_EXTRACT_H

#include "base/when.h"
#include "work/tally.h"

enum extract_by { EXTRACT_HOUR, EXTRACT_DAY, EXTRACT_MONTH };

struct extract_row {
	const struct key *key; /* borrowed from the pool, as are all texts */
	struct slice workload; /* as workload_name() says */
	unsigned how; /* of the key; of a table of workloads the thirty days are in the sums */
	bool timed;   /* false: start and end are those of 'undated' */
	int64_t start, end; /* ns UTC, [start, end) */
	unsigned counted;   /* bits of claims */
	bool billed;      /* somebody states its money, and that counts: sum.billed of 'currency' */
	bool included;    /* a subscription covers it: no cash */
	char currency[4]; /* of what was billed */
	struct slot sum;  /* what it says, whether that counts or not */
	enum price_state state;
	struct cost cost;                            /* of all of it */
	femto_t low[TOKEN_KINDS], high[TOKEN_KINDS]; /* of each kind of tokens */
	femto_t searches_low, searches_high; /* of searches; what is left is of unsplit tokens */
	struct resolution resolution;        /* how it was priced */
};

struct extract_options {
	const struct audit_options *audit; /* without hooks; its zone_at decides where days begin */
	enum extract_by by;
	/*
	 * Half hours become one row only where their sum, as one record at the start of the row, would cost what
	 * they cost: what is read back then costs the same.  Else rows are shorter than 'by' says.
	 */
	bool exact;
	struct period undated; /* of rows without a time */
	void (*row)(void *arg, const struct extract_row *row);
	void *arg;
};

/* pool_whole() is to be asked. */
void extract_run(struct pool *pool, const struct extract_options *options);

/* The text of a bill's line; where it names a model, the kind of tokens it is for; "" neither. */
struct slice extract_item(const struct key *key);
/* Has it a list cost that counts in the totals? */
bool extract_has_list(const struct extract_row *row);
/* What of the row was spent: billed where somebody states it, else list. */
void extract_spend(const struct extract_row *row, femto_t *low, femto_t *high);

#endif
