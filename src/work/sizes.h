/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sizes - how long a workload's requests are, one by one: each prompt with its own answer, as the ledger's
 * entries have them.
 *
 * Distributions (fold/bin.h) keep classes, of which some are wide, and nothing of which prompt had which
 * answer.  Entries keep both, so whoever sends requests like a workload's takes them from here.
 */
#ifndef HLLM_WORK_SIZES_H
#define HLLM_WORK_SIZES_H

#include "ledger/ledger.h"
#include "work/workload.h"

struct request_size {
	int64_t prompt, output; /* tokens, cached ones too; prompt 1 or more */
	int64_t count;          /* requests that cannot be told apart */
};
struct request_sizes {
	struct request_size *items; /* in an order that says nothing */
	size_t n, size;
};
/* Of a larger workload as many are taken by the hashes of their identities, which have nothing to do with
 * their lengths: a share of them at most x is then off by 0.011 with a probability of 5 % (Kolmogorov). */
enum { SIZES_MOST = 16384 };

/* What is wanted of whom; all borrowed. */
struct sizes_query {
	struct ledger *ledger;
	const struct sources *sources; /* of it */
	const struct workload_rules *rules;
	const struct period *period;
	unsigned collapsed;    /* of the pool: dimensions shown as "(many)" */
	struct slice workload; /* a name of workload_name(), whatever its case */
};
/* Its single requests with tokens, those that several sources hold once.  There may be none: n is 0. */
bool request_sizes(
	const struct sizes_query *query, struct request_sizes *out, struct err *err) hl_must_check;
void request_sizes_free(struct request_sizes *sizes);

#endif
