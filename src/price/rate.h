/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rate - which of a model's rows may apply to some usage, and what they make a token cost. */
#ifndef HLLM_PRICE_RATE_H
#define HLLM_PRICE_RATE_H

#include "price/catalog.h"

/* What is known of when and how long the prompts were: prompts in (above, most], times in [start, end). */
struct query {
	int64_t start, end;
	int64_t above, most;
	bool moment; /* one point in time: the row of its half hour counts */
	unsigned half_hour;
	struct hours touched;
};

/* What a token may have cost, and where the least of it is written. */
struct rate {
	int64_t low, high;
	const struct stored *row, *other; /* of 'low', and one that differs */
	bool found;
};

/* 'half_hour' and 'touched' are left to the caller, who knows whether any row has hours. */
struct query query_of(const struct usage *usage);
struct rate rate_find(const struct query *query, const struct lane *lane);
/* --model: where no row covers the time, the nearest one does. */
struct rate rate_nearest(const struct query *query, const struct lane *lane);

#endif
