/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list - what a token of a model costs on a day, by the price list, as plain numbers for a
 * calculation. */
#ifndef HLLM_ECON_LIST_H
#define HLLM_ECON_LIST_H

#include "econ/amount.h"
#include "price/price.h"

/* Whom to ask, and the day that counts where a sheet has none (ns UTC). */
struct list {
	const struct catalog *catalog;
	int64_t now;
};

/* USD a token; a range where the hour of the day matters.  NAN: the list has no such price. */
struct list_rates {
	bool known;
	struct slice model; /* its id in prices.csv */
	struct bounds input, output, cached;
	struct bounds batch; /* input tokens that can wait for a batch */
	int64_t when;
	struct slice why; /* not known: why, and near names */
};

/*
 * 'tier' as in a sheet, "" is standard; 'date' INT64_MIN: now; 'prompt': tokens of a whole prompt,
 * for
 * models that charge more for long ones.  Where the list has no price for the day, the nearest one
 * counts.
 * 'why' is in the arena.
 */
void list_rates_of(const struct list *list, struct arena *arena, struct slice model,
	struct slice tier, int64_t date, double prompt, struct list_rates *out);

/* (input + output) / 2, which is nobody's price. */
struct bounds list_mean(const struct list_rates *rates);

#endif
