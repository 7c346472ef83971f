/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scenario - what a bill would say of a group's requests if some faults held for all of
 * them.
 *
 * Faults are put on each half hour's tokens in the order of enum cause; the result is
 * cut into days of the bill and can be held against it, to the token and to the femto.
 */
#ifndef HLLM_WORK_SCENARIO_H
#define HLLM_WORK_SCENARIO_H

#include "work/cells.h"

/* In the order in which they are valued: what a cause costs is what is added when it joins those above. */
enum cause {
	CAUSE_FALLBACK,     /* local answers that came from the API */
	CAUSE_CACHED_TWICE, /* cached tokens counted as uncached input too */
	CAUSE_WRITE_LIFE,   /* 1 h cache writes counted as 5 m ones */
	CAUSE_TIER,         /* batch, flex or priority requests counted as standard ones */
	CAUSE_RETRIES,      /* requests without usage */
	CAUSE_TIME_ZONE,    /* days cut in another time zone */
	CAUSE_STALE_PRICE,  /* the price of another date */
	CAUSE_REGION,       /* a surcharge on all tokens */
	CAUSES,
};
enum { CAUSES_MONEY = 1u << CAUSE_STALE_PRICE | 1u << CAUSE_REGION };

struct scenario {
	unsigned causes;  /* bits of enum cause */
	bool cached_less; /* the log counts cached tokens twice, not the bill */
	bool writes_up;   /* 5 m writes counted as 1 h ones */
	enum tier tier;   /* which counts as standard */
	int shift;        /* half hours that the bill's days begin before midnight UTC */
	int stale;        /* in the group's dates */
	int surcharge;    /* thousandths */
};

/* Sums of one day, tier and kind. */
struct cell_sum {
	int64_t tokens;
	femto_t value; /* at the scenario's prices */
};
struct day_sums {
	struct cell_sum at[TIERS][TOKEN_KINDS];
	int64_t requests[TIERS], failed[TIERS];
};

struct replay {
	int64_t first_day;
	size_t days_n;
	struct day_sums *days;
	int64_t times; /* that a request may have given output: once and for each retry */
	femto_t value; /* of all */
	bool open;     /* some of it has no price */
};

/* The bill of a group in the same form; of kind TOKEN_KINDS where lines do not say. */
struct bill_day {
	struct {
		int64_t tokens, rows;
		femto_t billed;
	} at[TIERS][TOKEN_KINDS + 1];
};
struct bill_sums {
	struct bill_day *days;
	size_t days_n;
	int64_t first_day;
	int64_t from, to; /* days that are compared, both ends included */
	femto_t grain;    /* amounts are rounded to this */
	bool stated, by_kind, by_tier;
};

/* 'pool': what local servers answered under names of their own in the same scope, or NULL. */
void scenario_run(const struct group *group, const struct group *pool,
	const struct scenario *scenario, struct replay *out);
/* Puts the faults in how tokens are counted on some tokens. */
void scenario_count(const struct scenario *scenario, int64_t tokens[TOKEN_KINDS]);
void replay_free(struct replay *outcome);
void bill_sum(const struct side *side, const struct group *group, struct bill_sums *out);
void bill_free(struct bill_sums *bill);
/* Does the bill say just that?  To the token where it states tokens, and to the rounding of its amounts. */
bool replay_matches(const struct replay *outcome, const struct bill_sums *bill);
/* The same of tokens alone. */
bool replay_matches_tokens(const struct replay *outcome, const struct bill_sums *bill);

#endif
