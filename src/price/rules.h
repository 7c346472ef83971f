/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rules - the inside of lint.c: what a single price is judged by. */
#ifndef HLLM_PRICE_RULES_H
#define HLLM_PRICE_RULES_H

#include "price/known.h"
#include "price/lint.h"

struct lint {
	struct price_table *table;
	const struct catalog *catalog; /* NULL: nothing is known */
	int64_t when;
	struct known *known;      /* by the number of a key */
	struct listed **families; /* standard prices, sorted by family, kind, threshold and price */
	size_t families_n;
	struct price_problem *problems;
	size_t n, size;
};

/* A problem of a row. */
void lint_add(struct lint *lint, const struct listed *row, const char *kind, const char *expected,
	const char *why);

/* Judges the price in rows[i]: alone, beside its neighbours, beside what is known.  At most one
 * problem: the worst. */
void lint_price(struct lint *lint, size_t i);

/* Fills lint->families; freed by the caller. */
void lint_sort_families(struct lint *lint);

/* Do both hold in the same region above the same threshold; and at some time both? */
bool lint_same_place(const struct listed *a, const struct listed *b);
bool lint_meet(const struct listed *a, const struct listed *b);

#endif
