/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * traffic - what can be found out about requests beyond their cost: by key and month, by
 * workload and model, by day, with what taps watched.
 *
 * Only what counts as a workload is in it, once, whatever several files hold of it.  Taps
 * are per source: 'own' sums are of the same sources before anything is taken off, so that
 * what a tap says can be held against what counts.
 */
#ifndef HLLM_WORK_TRAFFIC_H
#define HLLM_WORK_TRAFFIC_H

#include "work/tally.h"

enum { GROUP_NONE = -1 };

/* What a tap counted, over the sources of one key and month. */
struct traffic_tap {
	int64_t count;
	int64_t tokens[TOKEN_KINDS];
};

/* One key in one month.  They stand in the order in which the pool is walked. */
struct traffic_month {
	uint32_t key; /* in pool.keys */
	int number;
	int group;
	int64_t own_requests, own_tokens[TOKEN_KINDS]; /* as the sources hold it */
	int64_t requests, tokens[TOKEN_KINDS];         /* what counts */
	struct traffic_tap taps[TAP_KINDS];
	int64_t reasoning; /* of the month's output, in 'own' terms */
	int64_t warm; /* of all in the month: those with another one of the key before them in its half hour */
	femto_t low, high; /* list cost of what is paid in cash */
	/* in how many parts it was priced; of the only one: where it begins, and is it but tokens of
	 * requests that are counted? */
	int parts, first_slot;
	bool plain;
	size_t next; /* of the same group: the place of the next in months, and 1; 0 none */
};

/* A workload's requests to one model of one biller. */
struct traffic_group {
	struct slice workload, model, biller; /* borrowed from the audit's arena and the pool */
	uint64_t hash;
	uint32_t key;                 /* one of its keys */
	struct resolution resolution; /* the last one that found a price, else the last */
	bool priced;
	unsigned how, how_all; /* flags of any key, of all keys */
	unsigned tiers;        /* bits of enum tier */
	int64_t requests, tokens[TOKEN_KINDS], unsplit, reasoning;
	int64_t not_then;         /* tokens of a model that had no price at that time */
	int64_t first, last;      /* days since 1970; DAY_NONE */
	femto_t low, high;        /* list cost of what is paid in cash */
	char currency[4];         /* "" none yet */
	bool mixed;               /* several currencies: no sum */
	struct dist *dists;       /* DISTS of them */
	size_t month, last_month; /* the first and last of its months, and 1 */
	size_t day, days_n;       /* the first of its days, and how many */
};

/* What a group did on one day. */
struct traffic_day {
	int group;
	int64_t day; /* since 1970, UTC */
	int64_t requests, input;
	int64_t tokens[TOKEN_KINDS];
	int64_t weight; /* see traffic_weight() */
};

/* A request that a source's TAP_TOP tells of. */
struct traffic_top {
	size_t month; /* in months */
	const struct source *source;
	struct tap tap;
};

/* Money of one biller on the days for which somebody states it, and the list cost of the same. */
struct traffic_biller {
	struct slice biller;
	char currency[4];
	femto_t billed, low, high;
	bool mixed;
};

struct traffic {
	struct traffic_month *months;
	size_t months_n, months_size;
	size_t *of_key; /* pool keys: the first of a key's months, and 1; 0 none */
	size_t keys_n;
	struct traffic_group *groups;
	size_t groups_n, groups_size;
	struct traffic_day *days; /* by group, then by day */
	size_t days_n, days_size;
	struct traffic_top *tops;
	size_t tops_n, tops_size;
	struct traffic_biller *billers;
	size_t billers_n, billers_size;
	struct arena arena;
	bool without_days; /* set by who needs none: it takes a third less time */
	/* while it is being filled */
	const struct audit_options *options;
	struct pool *pool;
	uint32_t *day_index; /* open addressing; a place in days, and 1 */
	size_t day_index_size;
};

/* Runs the audit with 'options' (whose hooks are not used, and whose claims must be set), and keeps what
 * goes by; 'audit' is filled as audit_run() does, and must outlive the traffic, as must the pool and
 * the options' claims. */
/* Of an empty traffic, in which only without_days is set. */
void traffic_audit(struct traffic *traffic, struct pool *pool, const struct audit_options *options,
	struct audit *audit);
/* Adds the taps of the pool's sources; 'ledger' is for those that are stored. */
bool traffic_taps(struct traffic *traffic, const struct sources *sources, struct ledger *ledger,
	struct err *err) hl_must_check;
void traffic_free(struct traffic *traffic);
/* Walks the months of a group: start with *at = SIZE_MAX.  False at the end. */
bool traffic_next(const struct traffic *traffic, int group, size_t *at);
/* NULL when there is no such month. */
struct traffic_month *traffic_find(const struct traffic *traffic, uint32_t key, int month);
/* 'part' of 'own' as it is of 'in': at least, however what does not count lies; and in proportion. */
int64_t traffic_least(int64_t part, int64_t own, int64_t in);
int64_t traffic_share(int64_t part, int64_t own, int64_t in);
/* A large answer costs more than a large prompt: output counts four times. */
int64_t traffic_weight(const int64_t tokens[TOKEN_KINDS]);
/* Days from a group's first to its last request; 'days' where it has no dates. */
int64_t traffic_span(const struct traffic_group *group, int64_t days);
const struct traffic_biller *traffic_money(const struct traffic *traffic, struct slice biller);

#endif
