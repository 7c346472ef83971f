/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/list.h"

#include "base/when.h"

/* What a thousand tokens of one kind cost, for a prompt of a given length, on a whole day. */
static struct bounds
rate_of(const struct list *list, const struct resolution *resolution, enum token_kind kind,
	enum tier tier, struct usage usage)
{
	usage.tier = tier;
	usage.tokens[kind] = 1000;
	struct cost cost = price_charge(list->catalog, resolution, &usage, 1000);
	if (!cost.priced || cost.missing || strcmp(cost.currency, "USD") != 0)
		return bounds_of((double)NAN);
	return (struct bounds){ (double)cost.low / 1e18, (double)cost.high / 1e18 };
}

void
list_rates_of(const struct list *list, struct arena *arena, struct slice model, struct slice tier,
	int64_t date, double prompt, struct list_rates *out)
{
	const struct bounds none = { (double)NAN, (double)NAN };
	*out = (struct list_rates){ .input = none, .output = none, .cached = none, .batch = none };
	out->when = date == INT64_MIN ? list->now : date;
	if (!model.n) {
		out->why = SLICE("no api_model");
		return;
	}
	char hint[NEAR_TEXT];
	struct resolution resolution = price_resolve(
		list->catalog, SLICE(""), SLICE(""), model, SLICE(""), out->when, true);
	if (resolution.state != PRICE_FOUND) {
		out->why = slice_printf(arena, "no list price of \"" SLICE_FMT "\"%s",
			SLICE_ARG(model), price_hint(hint, &resolution, ""));
		return;
	}
	enum tier named = tier_parse(tier);
	if (named == TIER_UNKNOWN)
		named = resolution.tier == TIER_UNKNOWN ? TIER_STANDARD : resolution.tier;
	int64_t day = out->when - out->when % NS_PER_DAY;
	struct usage usage = { .context = context_class((int64_t)prompt),
		.requests = -1,
		.start = day,
		.width = NS_PER_DAY,
		.timed = true };
	out->model = model_id(resolution.model);
	out->input = rate_of(list, &resolution, TOKEN_UNCACHED_INPUT, named, usage);
	out->output = rate_of(list, &resolution, TOKEN_OUTPUT, named, usage);
	out->cached = rate_of(list, &resolution, TOKEN_CACHE_READ, named, usage);
	out->batch = rate_of(list, &resolution, TOKEN_UNCACHED_INPUT, TIER_BATCH, usage);
	out->known = bounds_known(out->input);
	/* an embedding has no output, and then no price of it */
	if (!bounds_known(out->output))
		out->output = out->input;
	if (!out->known)
		out->why = slice_printf(arena, "the list has no %s price of " SLICE_FMT,
			tier_names[named], SLICE_ARG(out->model));
}

struct bounds
list_mean(const struct list_rates *rates)
{
	return (struct bounds){ (rates->input.low + rates->output.low) / 2,
		(rates->input.high + rates->output.high) / 2 };
}
