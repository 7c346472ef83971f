/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * claims - who speaks for a biller's day, so that nothing is counted twice.
 *
 * Several files may describe the same traffic.  For every biller and day: money comes
 * from the bill, else from gateways, else from clients' own estimates; tokens from the
 * provider's usage export, else from a bill that states them, else from logs; requests and
 * workloads from logs, else from the usage export, else from the bill.
 */
#ifndef HLLM_WORK_CLAIMS_H
#define HLLM_WORK_CLAIMS_H

#include "work/pool.h"

struct claims;
/* The pool's bins are put in order. */
struct claims *claims_new(struct pool *pool);
void claims_free(struct claims *claims);

enum {
	COUNT_MONEY = 1,     /* its billed amounts */
	COUNT_TOKENS = 2,    /* its tokens and requests */
	COUNT_WORKLOAD = 4,  /* as a workload */
	COUNT_REQUESTS = 16, /* its number of requests */
	COUNT_UNBILLED = 8,  /* nobody states money for that day: list cost stands for it */
	/* The day's money is what a gateway or a client states, its tokens are (also) of others, who may have seen
	 * more of the traffic. */
	COUNT_PARTIAL = 32,
};
/* What of a bin's half hour counts.  'biller' as claims_biller() told. */
unsigned claims_count(const struct claims *claims, int biller, const struct key *key, int64_t day);
/* Is that the same on every day? */
bool claims_alike(const struct claims *claims, int biller);
int claims_biller(const struct claims *claims, const struct key *key);

/* Did one biller have both a bill (or usage export) and logs on some day? */
bool claims_mixed(const struct claims *claims);
/* Were there gateway and client logs of one biller on the same day?  They are both counted. */
bool claims_two_logs(const struct claims *claims);

/* Days since 1970 of a bin's half hour; DAY_NONE for entries without a time. */
#define DAY_NONE INT64_MIN
int64_t bin_day(const struct bin *bin, int slot_index);

#endif
