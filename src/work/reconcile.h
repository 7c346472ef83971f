/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reconcile - why a bill is not what the list prices of the log say: the gap in amounts
 * that add up to the femto, each with its cause, and what no cause explains.
 *
 * Each group of cells is explained by the smallest set of causes that can (clause.h);
 * all groups together by the smallest set that holds one for each of them.  What two
 * sets explain alike is not given to either: it is "one of" their causes.
 */
#ifndef HLLM_WORK_RECONCILE_H
#define HLLM_WORK_RECONCILE_H

#include "work/scenario.h"
#include "work/unlisted.h"

/* Parts of a gap that are no hypothesis: they can be read off. */
enum {
	PART_OTHER_CHARGES = CAUSES, /* lines of the bill without a model */
	PART_NOT_LOGGED,             /* models, projects and days that the log does not have */
	PART_NOT_BILLED,             /* and those that the bill does not have */
	PART_ROUNDING,
	PARTS,
};

struct cause_info {
	const char *id;    /* "cached_counted_twice": JSON, and hllm(1) */
	const char *title; /* "cached tokens counted twice" */
	bool linear;       /* its amount is known to the cent, not estimated */
	const char *formula;
};
extern const struct cause_info cause_info[PARTS];

/* One part of the gap. */
struct part {
	unsigned
		causes; /* bits of enum cause and PART_…; several: one of them, which one cannot be told */
	femto_t amount;
	femto_t moved;    /* of a time zone: what is on another day, at list prices */
	int64_t requests; /* of the groups it is in */
	size_t groups_n;
	bool whole;                /* it holds for all requests of these groups */
	int64_t first, last;       /* days on the bill */
	struct scenario scenario;  /* of its largest group, for the words */
	int64_t stale;             /* ns: since when the price that was used had held */
	struct str models, scopes; /* ", " between them */
	size_t models_n, scopes_n;
	struct slice region; /* as the bill writes it */
};

struct reconciliation {
	bool any;     /* there is a bill and something to hold it against */
	bool own;     /* only its own quantities */
	bool gateway; /* no bill: the amounts that a gateway or tool wrote down */
	bool rough;   /* some causes leave a little over, as logs do */
	femto_t billed, list, gap, unexplained;
	int64_t requests, failed;
	int64_t days; /* both sides have */
	int64_t first, last;
	size_t groups_n;  /* compared */
	size_t unclear_n; /* of them: not all explained */
	size_t open_n;    /* groups that could not be: their list cost is a range or missing */
	struct str open;  /* their names */
	struct str billers;
	const char *scope; /* "project", "key"; NULL: not cut further */
	bool foreign;      /* amounts in currencies without a rate are left out */
	int64_t more_tokens; /* on the bill, of groups where it has no less than the log and prices are listed */
	femto_t more; /* their list cost */
	struct unlisted_list unlisted;
	struct part *parts; /* largest amount first */
	size_t parts_n, parts_size;
};

void reconcile(struct reconciliation *out, struct pool *pool, const struct audit_options *options);
void reconciliation_free(struct reconciliation *reconciliation);

#endif
