/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cells - a bill and what it is held against, side by side.
 *
 * Both are cut into groups: a biller's model, within one project (or key) where both
 * sides name it.  A group's bill is lines (one day, tier and kind of token); its log is
 * atoms, which keep their half hours, so that days can be cut anew in another time zone.
 */
#ifndef HLLM_WORK_CELLS_H
#define HLLM_WORK_CELLS_H

#include "work/tally.h"

enum { STALE_MOST = 8, HALF_HOURS_A_DAY = 86400 / SLOT_SECONDS };
#define RATE_NONE ((femto_t)-1)

/* List prices, femto a token; RATE_NONE: there is none, or it is open. */
struct rates_of {
	femto_t rate[TIERS][TOKEN_KINDS];
};

/* What the tokens of some atoms cost while no price changes. */
struct unit {
	struct resolution resolution;
	int context, discount;
	int64_t from, until; /* ns; what it holds for */
	struct rates_of list;
	struct rates_of stale[STALE_MOST]; /* at the group's other dates */
};

/* Requests of one half hour that cost the same a token. */
struct atom {
	int64_t half_hour; /* since 1970 */
	enum tier tier;    /* never TIER_UNKNOWN */
	bool local;        /* the log says that a server of one's own answered */
	size_t unit;       /* in the group's units */
	int64_t tokens[TOKEN_KINDS];
	int64_t requests;
	int64_t failed; /* requests that ended without usage */
};

struct line {
	int64_t day;
	enum tier tier;
	enum token_kind kind; /* TOKEN_KINDS: of all of them */
	femto_t billed;
	int64_t tokens; /* -1: not stated */
	femto_t rate;   /* of a token, where the amount divides evenly; 0: it does not */
	int64_t rows;   /* lines of the bill */
	struct slice region;
};

/* Requests of one task (agent, endpoint, tag): what one that failed may have been like. */
struct work {
	uint64_t hash;
	int64_t requests, failed;
	int64_t tokens[TOKEN_KINDS];
};
enum { WORKS_MOST = 256 }; /* of a group; further ones are taken as one */

struct group {
	size_t side;
	const struct model *model; /* NULL: no such price, or (name "") all models together */
	struct slice name, scope;
	struct atom *atoms; /* in order of time */
	size_t atoms_n, atoms_size;
	struct line *lines; /* by day, tier, kind */
	size_t lines_n, lines_size;
	struct unit *units;
	size_t units_n, units_size;
	int64_t stale[STALE_MOST]; /* other dates at which the model had other prices, ns */
	int stale_n;
	int64_t first_day, last_day; /* of both sides and a day around the log */
	int64_t log_first, log_last; /* days of atoms that are not local; DAY_NONE: none */
	int64_t bill_first, bill_last;
	bool by_kind; /* each line is of one kind */
	bool stated;  /* each line says how many tokens */
	bool whole;   /* lines are longer than a day: only the sum can be compared */
	bool open;    /* some of its list cost is not known, or a range */
	femto_t billed;
	femto_t list; /* of its atoms that are not local */
	int64_t requests, failed;
	struct work *works;
	size_t works_n, works_size;
	int64_t retries[TIERS]; /* failed requests for each good one; -1: no whole number */
};

/* One biller. */
struct side {
	struct slice biller;
	femto_t other;    /* lines without a model: taxes, credits, searches … */
	femto_t smallest; /* all amounts are whole multiples of it: a power of ten, in femto */
	int64_t other_n, lines;
	int64_t log_first, log_last, bill_first, bill_last; /* days; DAY_NONE: none */
	unsigned against;      /* bits of enum origin: what the bill is held against */
	int scope;             /* enum dim that both name; -1 none */
	bool bill, quantities; /* a bill; all of its lines of models say how many tokens */
	bool named;            /* some of its lines name a model */
	bool log, usage, gateway;
	bool own;     /* against its own quantities */
	bool foreign; /* amounts in a currency that cannot be converted */
};

struct cells {
	struct side *sides;
	size_t sides_n, sides_size;
	struct group *groups;
	size_t groups_n, groups_size;
	const struct audit_options *options;
};

/* Sorts a pool into cells; its bins are put in order.  Texts are borrowed from the pool. */
void cells_build(struct cells *cells, struct pool *pool, const struct audit_options *options);
void cells_free(struct cells *cells);
/* The tokens that its failed requests would have if they were like the others of their tasks. */
void group_failed_tokens(const struct group *group, int64_t tokens[TOKEN_KINDS]);
/* The list cost of an atom; 0 of a local one, and of tokens without a price. */
femto_t atom_list(const struct group *group, const struct atom *atom);
/* The list prices of a unit as they were at another time. */
struct rates_of unit_rates(const struct cells *cells, const struct unit *unit, int64_t when);
/* The list price of a kind in a tier on a day, where all of the group's units agree; else RATE_NONE. */
femto_t group_rate(const struct group *group, enum tier tier, enum token_kind kind, int64_t day);

#endif
