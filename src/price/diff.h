/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * diff - what differs between two price tables on one day (`hllm prices diff`).
 *
 * Tables of one form are compared name by name as they are written; of different forms
 * each name is first found in a catalog, as one in a log would be, and what other sellers
 * ask for the same models is left out.
 */
#ifndef HLLM_PRICE_DIFF_H
#define HLLM_PRICE_DIFF_H

#include "price/table.h"

/* One side: a file, or what a catalog holds; one of the two is NULL. */
struct price_side {
	struct price_table *table;
	const struct catalog *catalog;
};

enum price_changed { PRICE_CHANGED, PRICE_REMOVED, PRICE_ADDED };

struct price_change {
	enum price_changed what;
	struct slice provider, model;
	const struct price_row *before, *after; /* one is NULL where it was added or removed */
};

struct price_changes {
	struct price_change
		*items; /* the farthest apart first, then removed, then added; by name */
	size_t n;
	size_t compared;                /* prices that both sides have */
	size_t changed, removed, added; /* of items */
	size_t far;                     /* changed by more than 2 times */
	size_t elsewhere;               /* prices of other sellers, left out */
};

/* Rows and texts are borrowed from the sides and from 'arena'; 'catalog' finds the names. */
struct price_changes price_diff(const struct price_side *a, const struct price_side *b,
	const struct catalog *catalog, int64_t when, struct arena *arena);

#endif
