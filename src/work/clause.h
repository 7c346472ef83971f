/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clause - what can explain the bill of one group: some sets of causes, each with what
 * it costs; and the ways to find them.
 *
 * A cause is either held for all requests of the group, and then the bill has to come
 * out to the token and the femto; or it is free, held for any part of each cell.  Sets
 * with fewer free causes go before others: that a number without a free parameter comes
 * out by chance in every cell is not to be expected.  Then the smaller set does.
 */
#ifndef HLLM_WORK_CLAUSE_H
#define HLLM_WORK_CLAUSE_H

#include "work/scenario.h"

struct alternative {
	unsigned causes;
	int free; /* how many of them hold for a part only */
	struct scenario scenario;
	femto_t amounts[CAUSES];
	femto_t moved;  /* CAUSE_TIME_ZONE: at list prices, what is on another day */
	int boundaries; /* …at how many midnights */
	bool slight;    /* CAUSE_TIME_ZONE: half an hour, at one or two midnights */
	bool rough;     /* some is left over: within what the log itself leaves open */
	bool balanced;  /* CAUSE_TIME_ZONE: all that left a day is on another one */
};

struct clause {
	size_t group;
	bool prices; /* of unit prices only */
	struct alternative *items;
	size_t n, size;
};

/* What is known of a group while its clauses are sought. */
struct suspect {
	const struct cells *cells;
	const struct side *side;
	const struct group *group, *pool;
	struct bill_sums bill;
	struct replay plain; /* no fault at all */
	bool noisy;          /* requests without usage are too few here to be more than noise */
};

/* Adds an alternative unless a better one is there; worse ones go. */
void clause_add(struct clause *clause, const struct alternative *alternative);
int alternative_compare(const struct alternative *a, const struct alternative *b);

/* search.c: sets of at most 'most' causes that hold for all requests.  True when some do. */
bool search_exact(const struct suspect *suspect, int most, struct clause *clause);
/* …that leave a little over. */
bool search_rough(const struct suspect *suspect, struct clause *clause);
/* The surcharges a model may be sold with, in thousandths; returns how many. */
enum { SURCHARGES_MOST = 6 };
int surcharges_of(const struct group *group, int out[SURCHARGES_MOST]);
/* noise.c: could some of the requests without usage, and nothing else, make the bill's sums of all days? */
bool noise_balances(const struct suspect *suspect, const struct replay *outcome);
/* Is what a bill differs by from an outcome within what the log leaves open?  'money': of its amounts
 * too, where it states tokens.  */
bool is_noise(const struct suspect *suspect, const struct replay *outcome, int shift, bool money);

/* flows.c: tokens that some causes put into other cells, any part of them in each. */
bool search_flows(const struct suspect *suspect, struct clause *clause);

/* unitprice.c: unit prices.  The list price that a line should have had; 'wide': of its day or one beside it. */
femto_t line_list(const struct group *group, const struct line *line, bool wide);
bool search_prices(const struct suspect *suspect, bool wide, struct clause *clause);

#endif
