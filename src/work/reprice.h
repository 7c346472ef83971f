/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reprice - what the same work would have cost under changes: fewer requests, fewer
 * tokens, a cache, another model, another tier.  Each change alone, and all at once.
 *
 * Every half hour is priced again at the list prices of its time, less the contract's
 * discounts, with exact integers.  Tokens that change are a share of what a key holds in a
 * month, the same of each of its half hours: after the k-th of them, exactly
 * floor(tokens so far * part / whole) have changed.  What a change does to one half hour
 * it does in the order of enum change_kind; of changes that exclude one another (several
 * models; a model that is not sold through the tier) the one counts that saves most alone.
 *
 * Only cash can be saved.  Where the cost before or after is open, the saving is the range
 * from (least before - most after) to (most before - least after); where something has no
 * price afterwards, that half hour stays as it was.
 */
#ifndef HLLM_WORK_REPRICE_H
#define HLLM_WORK_REPRICE_H

#include "work/traffic.h"

/* In the order in which they are made. */
enum change_kind {
	CHANGE_DROP,  /* requests that need not have been sent */
	CHANGE_TRIM,  /* tokens that need not have been sent */
	CHANGE_CACHE, /* tokens into the cache, or out of it */
	CHANGE_MODEL,
	CHANGE_TIER,
	CHANGE_KINDS,
};

enum { FLOW_AWAY = TOKEN_KINDS, FLOWS = TOKEN_KINDS };

/* Tokens that become of another kind, or are no more. */
struct flow {
	enum token_kind from;
	int to; /* enum token_kind, or FLOW_AWAY */
	int64_t low, high;
};

/* What a change does to one key in one month. */
struct change_part {
	size_t month;             /* in traffic.months */
	struct flow flows[FLOWS]; /* low <= high <= the month's tokens of that kind */
	int flows_n;
	int64_t requests_low, requests_high; /* of CHANGE_DROP */
};

struct change {
	enum change_kind kind;
	int group;                 /* in traffic.groups: all its parts are of it */
	struct slice model;        /* of CHANGE_MODEL: an id of prices.csv */
	enum tier tier;            /* of CHANGE_TIER */
	struct change_part *parts; /* by month, each once */
	size_t parts_n, parts_size;
};
void change_free(struct change *change);
/* The part for this month, made if there is none; valid until the next call. */
struct change_part *change_part(struct change *change, size_t month);
/* Adds a flow; of at most 'high' tokens, 0: none. */
void change_flow(struct change_part *part, enum token_kind from, int to, int64_t low, int64_t high);
/* A part for every month of the group. */
void change_all_months(struct change *change, const struct traffic *traffic);

/* A saving in the currency of the group, over all of the data; low > high never. */
struct saving {
	femto_t low, high;
	bool priced; /* some half hour could be priced again */
};

struct reprice_input {
	const struct traffic *traffic;
	struct pool *pool;
	const struct audit_options *options; /* its hook is not used */
	const struct change *const *changes;
	size_t changes_n;
};
/* alone[i]: what changes[i] would have saved by itself. */
void reprice_alone(const struct reprice_input *input, struct saving *alone);
/* together[g]: what all changes at once would have saved in the group g; 'alone' as given above. */
void reprice_together(
	const struct reprice_input *input, struct saving *alone, struct saving *together);

#endif
