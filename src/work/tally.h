/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tally - what is counted of a pool, priced: in total, by model, and by workload.
 *
 * Every half hour of every key is priced once, at the list price of its time; claims
 * decide what of it counts where.  Money is exact; a cost that the data leaves open is
 * an interval.
 */
#ifndef HLLM_WORK_TALLY_H
#define HLLM_WORK_TALLY_H

#include "price/contract.h"
#include "price/price.h"
#include "work/claims.h"
#include "work/month.h"
#include "work/workload.h"

/* Amounts of one currency. */
struct money {
	char currency[4];
	bool has_billed, has_list, has_included;
	femto_t billed;
	femto_t low, high;             /* list cost, but for what a subscription covers */
	femto_t included;              /* list cost (low) of what a subscription covers: no cash */
	femto_t spend_low, spend_high; /* billed where somebody states it, else list */
};
enum { CURRENCIES = 6 };

/* How much of what has a price: tokens, and records they came in. */
struct share {
	int64_t tokens, records;
};

/* A model of a workload, and how much of it that is. */
struct part_name {
	struct slice name;
	femto_t spend;
	int64_t tokens;
	bool no_model; /* the name is the text of a bill's line: a purchase, a credit, a tax */
};

struct tally {
	struct slice name;
	struct slice biller;
	const char *name_source; /* of a workload: which dimension named it */
	int64_t records, requests, uncounted, with_tokens;
	int64_t tokens[TOKEN_KINDS];
	int64_t unsplit,
		cache_unknown; /* cache_unknown: input tokens whose cached part is not known */
	struct money money[CURRENCIES];
	int money_n;
	struct share priced, free, unpriced, ambiguous;
	int64_t local_tokens, batch_tokens; /* of a local server; of the batch tier */
	int64_t by_hour[24];                /* requests */
	struct dist *dists;                 /* DISTS of them; NULL where not wanted */
	struct measure_sum measures[MEASURES];
	struct part_name *names; /* models of a workload, the largest first */
	size_t names_n, names_size;
	bool output_unknown; /* of a model that gives output: its cost is a lower bound */
	bool assumed_model, assumed_lifetime, by_default, estimate, no_zone, partial_cost;
	/* records whose own total contradicts their parts, and the first of them in a file */
	int64_t odd_totals;
	const struct source *odd_source;
	uint64_t odd_line;
	unsigned origins; /* bits */
	/* of models: how the name was resolved, last seen */
	struct resolution resolution;
	struct slice missing; /* what had no price, for a sentence */
	const char *range_why;
	const struct price_row *rows[TOKEN_KINDS];
	bool per_day; /* made of a table of workloads: a month of 30 days */
};

struct tallies {
	struct tally *items;
	size_t n, size;
};

struct audit_options {
	const struct catalog *catalog;
	const struct contract *contract; /* or NULL */
	const struct workload_rules *rules;
	const char *currency; /* add money up in this one where hllm.conf has a rate; or NULL */
	int64_t day_most; /* the last day of the period there; clocks may have changed since its first */
	int64_t zone_offset; /* seconds that --tz is ahead of UTC: for counting days of requests */
	/* The same at a time, where clocks change within the period; NULL: 'zone_offset' throughout.
	 * Only history_make() asks. */
	int64_t (*zone_at)(int64_t second);
	/* Days since 1970: those before it need not be told apart.  Only history_make() asks. */
	int64_t days_from;
	struct period period; /* [start, end): what to look at; untimed entries always count */
	/* called for every priced half hour; may be NULL (for `why`) */
	void (*each)(void *arg, const struct month *month, const struct slot *slot,
		unsigned counted, struct slice workload, const struct cost *cost,
		const struct resolution *resolution);
	void *each_arg;
	/*
	 * For hooks that need no half hour by itself (may be NULL): those from 'start' on, up to what this
	 * returns, may be given as one sum where they cost as much as it.
	 */
	int64_t (*until)(void *arg, const struct month *month, int64_t start);
	bool by_kind; /* hooks get cost->kinds where there is a cost */
	/* Called in place of 'each' for a month that is one sum (see without_hours); its half hours are filled in
	 * where 'wants_slots' says so.  NULL: 'each' is, without them. */
	void (*whole)(void *arg, const struct month *month, const struct slot *sum,
		unsigned counted, struct slice workload, const struct cost *cost);
	bool (*wants_slots)(void *arg, const struct month *month);
	/* Nobody asks for the hours of the day: a month that costs the same throughout is then one sum. */
	bool without_hours;
	/* Which months are looked at at all; NULL: all of them. */
	bool (*wants)(void *arg, uint32_t key, int number);
	const struct claims *claims; /* of the pool; NULL: made, and thrown away */
};

/* Days whose money a gateway or a client states, and whose tokens (also) others do: COUNT_PARTIAL. */
struct partial {
	struct slice biller;
	char currency[4];
	unsigned origins; /* bits: who states the money */
	femto_t billed;   /* what they state */
	femto_t low,
		high; /* list cost of the tokens that count on these days, who ever states them */
	struct partial *next;
};

struct audit {
	struct tally total;
	struct tallies models, workloads;
	int64_t first_day,
		last_day; /* days since 1970 that anything counted; DAY_NONE without times */
	bool mixed, two_logs, converted, discounted;
	femto_t stated_total; /* of a table of workloads; has_stated_total */
	bool has_stated_total;
	struct partial *partials; /* one for each biller and currency */
	struct arena arena;
};

/* pool_whole() is to be asked. */
void audit_run(struct audit *audit, struct pool *pool, const struct audit_options *options);
void audit_free(struct audit *audit);
/* The amounts in a currency, made if new (NULL when there are too many). */
struct money *tally_money(struct tally *tally, const char *currency);
int64_t tally_input(const struct tally *tally);
/* amount * 30 / days, exact to a femto, half to even. */
femto_t per_month(femto_t amount, int64_t days);
/* Is it known how many tokens went in and how many came out? */
bool tally_split(const struct tally *tally);

#endif
