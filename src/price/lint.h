/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lint - what looks wrong in a price table (`hllm prices lint`).
 *
 * Each file is judged alone, before overlays, and against the prices that a catalog knows.
 * The kinds and their limits are in hllm-prices(5).
 */
#ifndef HLLM_PRICE_LINT_H
#define HLLM_PRICE_LINT_H

#include "price/table.h"

struct price_problem {
	struct slice key;   /* the name in the file; "openai/gpt-4o" of a prices.csv */
	struct slice field; /* of the price, as the file calls it; "" it is about the name */
	struct slice
		which; /* the same in our words: "output priority"; the field where there is no row */
	const struct listed *row; /* NULL: it made no row, or is about the name */
	const char *kind;
	/* prices are dollars per 1M tokens, unless they made no row: then as written */
	struct slice value, expected, why;
	struct slice file;
	int64_t line; /* 0: it is not in the file */
};

struct price_problems {
	struct price_problem *items; /* worst kinds first, then by name; in the table's arena */
	size_t n;
	size_t local_n; /* names with price 0 that run on the user's own machine: no problem */
};

/* 'catalog' may be NULL: judged alone.  'when': the day whose prices the file should have. */
struct price_problems price_lint(
	struct price_table *table, const struct catalog *catalog, int64_t when);

/* Every kind, worst first, and what it means. */
struct price_kind {
	const char *name, *means;
};
extern const struct price_kind price_kinds[];
extern const size_t price_kinds_n;

#endif
