/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * merge - what of another price list may go into the user's own prices (`hllm prices import`).
 *
 * Only what is not known goes in by itself: a price that differs from one in force is a
 * conflict, and what lint finds wrong is refused.  A name never means something else after
 * an import than before: an id that means a known model already is taken whole, with the
 * seller in front, and what other sellers ask for a known model is left out.
 */
#ifndef HLLM_PRICE_MERGE_H
#define HLLM_PRICE_MERGE_H

#include "price/table.h"

enum merge_what {
	MERGE_ADD,
	MERGE_CONFLICT,
	MERGE_REFUSED,
	MERGE_SAME,      /* known, and the same */
	MERGE_ELSEWHERE, /* of a known model at another seller, or in one region */
	MERGE_ZERO,      /* a price of 0, which no file of ours needs */
	MERGE_ENDED,     /* of the past; only with 'today' */
	MERGES
};

struct merge_item {
	enum merge_what what;
	const struct listed *listed;
	struct slice provider, model; /* as they would be written */
	int64_t from, to;
	/* The row that holds then; NULL: none does, or it was not asked for. */
	const struct price_row *known;
	const struct model *meant; /* the model that its name means; NULL: none */
	struct slice why;          /* CONFLICT, REFUSED */
};

struct merge {
	struct merge_item *items; /* by what, then by name */
	size_t n;
	size_t count[MERGES];
	size_t faults; /* prices that make no row: no exact ones, below 0, no numbers */
	size_t other;  /* not like --only */
};

/* 'from': the first day of rows without one.  'only': a glob; "" all.  All lives in the table's arena,
 * or is borrowed from the catalog. */
struct merge price_merge(
	struct price_table *table, const struct catalog *catalog, int64_t from, struct slice only);
/* The same for who follows a list: what holds on the day 'from' is measured by what is known of that day,
 * whenever it began to hold, and what ended before it is left out. */
struct merge price_merge_today(
	struct price_table *table, const struct catalog *catalog, int64_t from, struct slice only);

/* Order of the same price of the same model from the same day on, under whatever name. */
int merge_compare_places(const struct merge_item *a, const struct merge_item *b);

#endif
