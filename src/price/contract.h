/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * contract - what the user has agreed with those who send the bills: discounts,
 * subscriptions, commitments, and the rates between currencies, from hllm.conf.
 *
 * Everything is checked when it is read: what holds at a moment can then only be
 * looked up.  A contract is constant afterwards and safe between threads; it borrows
 * from the conf, which has to live longer.
 *
 * "from" is the first moment at which something holds, "to" the first at which it no
 * longer does; either may be missing.
 */
#ifndef HLLM_PRICE_CONTRACT_H
#define HLLM_PRICE_CONTRACT_H

#include "base/err.h"
#include "base/num.h"
#include "base/when.h"
#include "record/record.h"

struct conf;
struct conf_item;
struct conf_section;

/* A percentage off list prices. */
struct contract_discount {
	const struct conf_section *section;     /* title, file, line */
	const struct conf_item *biller, *model; /* globs, any of them; NULL: every one */
	unsigned tiers;                         /* bits of enum tier; 0: every one */
	struct period period;
	int factor; /* thousandths that remain: 12.5 % off is 875 */
};

/* A flat fee that covers what it matches: such usage costs no cash by itself. */
struct contract_subscription {
	const struct conf_section *section;
	const struct conf_item *biller, *provider, *model, *dim[DIMS];
	unsigned origins; /* bits of enum origin; 0: every one */
	struct period period;
	femto_t monthly;
	char currency[4];
};

/* What is paid every month whatever is used. */
struct contract_commitment {
	const struct conf_section *section;
	const struct conf_item *biller, *model;
	struct period period;
	femto_t monthly;
	char currency[4];
};

/* One unit of 'base' is 'value' units of 'quote', from 'date' until the next rate of the pair. */
struct contract_rate {
	const struct conf_section *section;
	char base[4], quote[4];
	int64_t date;
	femto_t value;
	struct slice source; /* "" not said */
};

struct contract {
	struct contract_discount *discounts;
	struct contract_subscription *subscriptions;
	struct contract_commitment *commitments;
	struct contract_rate *rates; /* by pair, then by date */
	size_t discounts_n, subscriptions_n, commitments_n, rates_n;
	struct arena arena;
};

/* NULL: err names file and line.  A NULL conf is an empty contract. */
struct contract *contract_load(const struct conf *conf, struct err *err) hl_must_check;
void contract_free(struct contract *contract);

/* What remains of a list price, in thousandths (1000: no discount).  Discounts that meet multiply;
 * contract_load() has refused those whose product is no whole number of thousandths. */
int contract_discount(const struct contract *contract, struct slice biller, struct slice model,
	enum tier tier, int64_t when);

/* What a subscription looks at. */
struct contract_key {
	enum origin origin;
	struct slice biller, provider, model;
	struct slice dim[DIMS];
};
/* Is usage of this key at this time covered by a subscription?  *name: its title. */
bool contract_included(const struct contract *contract, const struct contract_key *key,
	int64_t when, struct slice *name);

/*
 * Converts *amount in place, at the rate in force at 'when': of the pair, else of the reverse one,
 * never over a third currency; rounded half to even at 10^-15.  False, and *amount unchanged, when
 * there is no such rate (times before its first date have none) or the result is too large.
 * *used is NULL for the same currency.
 */
bool contract_convert(const struct contract *contract, const char *from, const char *to,
	int64_t when, femto_t *amount, const struct contract_rate **used);

#endif
