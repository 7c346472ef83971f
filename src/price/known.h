/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * known - what a catalog says of a name in somebody else's price table.
 *
 * A name is found as one in a log would be; 'own' tells whether its seller is the one
 * whose prices the catalog has: gpt-4o at openai is, openrouter/openai/gpt-4o is not.
 */
#ifndef HLLM_PRICE_KNOWN_H
#define HLLM_PRICE_KNOWN_H

#include "price/table.h"

struct known {
	enum price_state state;    /* at the time asked for */
	const struct model *model; /* NULL: not known */
	bool own;                  /* sold by whose price it is */
	bool deliberate;           /* not known because aliases.csv says so */
	int modifier;              /* thousandths: the surcharge of the region in the name */
	struct slice region, why;
};

struct known known_key(const struct catalog *catalog, const struct table_key *key, int64_t when);

/* Of a name in a table of our own form, which is an id and nothing else. */
struct known known_exact(const struct catalog *catalog, struct slice provider, struct slice model);

/* What the catalog asks for the same kind, tier and threshold, in the region of
 * the row or of the name. */
struct known_price {
	const struct price_row *row; /* NULL: it has none */
	int64_t picos;               /* with the surcharge */
	bool in_force;               /* at the time; else the last one before, or the first after */
	bool elsewhere;              /* the name is of a region whose prices the catalog has not */
};
/* Of several prices by the hour, the one that equals 'like' if there is one. */
struct known_price known_price(const struct known *known, const struct stored *like, int64_t when);

#endif
