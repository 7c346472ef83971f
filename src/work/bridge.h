/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * bridge - why one month cost more or less than another, in steps that add up exactly.
 *
 * In this order: workloads that are new and that are gone; volume (tokens in and out of workloads that
 * are in both); model mix (which share of them each model got); cache (which part of the input was read
 * from or written to a cache); price (what a token of a kind of a model cost, its tier and discounts
 * included); and what is not charged by tokens, with what bills and logs differ by.
 *
 * A workload's cost is the sum over directions (in, out, not split), models m and kinds of token k of
 *
 *	V(direction) * S(direction, m) * K(m, k) * P(m, k)
 *
 * where V is tokens, S the model's share of them, K the kind's share of the model's, and P what was spent
 * on m for each token of k; spend is dealt out to kinds as the list price deals its own.  What a month has
 * none of (a model, a kind) takes K and P of the other month, so that its arrival is volume, mix or cache
 * and never price.
 *
 * Of a product of factors that all changed, each factor gets its Shapley value: the mean of what its
 * change makes over all 24 orders in which they could have changed.  So no order is preferred, and months
 * the other way round give the same steps with the other sign.  Steps are worked out in floating point and
 * rounded to a femto, those under 10^-12 of the workload's money to nothing; the largest step takes what
 * is left, so that the sum is exact.
 * (Shapley 1953; its use for decomposing change: Ang, Energy Policy 32 (2004).)
 */
#ifndef HLLM_WORK_BRIDGE_H
#define HLLM_WORK_BRIDGE_H

#include "work/history.h"

enum bridge_step {
	BRIDGE_NEW,
	BRIDGE_GONE,
	BRIDGE_VOLUME,
	BRIDGE_MIX,
	BRIDGE_CACHE,
	BRIDGE_PRICE,
	BRIDGE_OTHER, /* charged by something else than tokens: fees, images, credits; bills' difference from logs */
	BRIDGE_STEPS
};
extern const char *const bridge_ids[BRIDGE_STEPS]; /* "new", "gone", "volume", … */

struct bridge_workload {
	struct slice name; /* borrowed from the history */
	femto_t before, after;
	femto_t steps[BRIDGE_STEPS]; /* they add up to after - before */
};

struct bridge {
	femto_t before, after; /* spend (the low end) of the two months, as audit_run() has it */
	femto_t steps[BRIDGE_STEPS];
	struct bridge_workload *workloads; /* those that changed most first */
	size_t workloads_n;
};
/* What the volume, mix, cache and price of a workload are worked out from: one product of the formula above. */
enum { BRIDGE_FACTORS = 4 };
struct bridge_factor {
	struct slice model; /* borrowed from the history */
	const char *kind;   /* of token: "output"; "unsplit" */
	/* before and after: V tokens, S the model's share, K the kind's share, P cost of a token in the currency */
	double factors[BRIDGE_FACTORS][2];
	double steps[BRIDGE_FACTORS]; /* its part of volume, mix, cache, price */
};
struct bridge_factors {
	struct bridge_factor *items;
	size_t n, size;
};
/* Of a workload that is in both months; else nothing. */
void bridge_factors_find(struct bridge_factors *out, const struct history *history, int before,
	int after, struct slice workload);
void bridge_factors_free(struct bridge_factors *factors);

void bridge_make(struct bridge *bridge, const struct history *history, int before, int after);
void bridge_free(struct bridge *bridge);

#endif
