/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * price - any text as prices.csv; a part behind a zero byte as aliases.csv, and the last
 * one as the name of a model.  Whatever loads must price without a negative or crossed
 * interval, and the same name must give the same answer twice.
 */
#include "config.h"

#include "price/price.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/when.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
charge(const struct catalog *catalog, const struct resolution *resolution, int64_t start,
	int64_t width)
{
	for (int context = 0; context < CONTEXT_CLASSES; context++)
		for (int tier = 0; tier < TIERS; tier++) {
			struct usage usage = { .tokens = { 1000, 200000, 30, 4, 500 },
				.unsplit = context % 3,
				.requests = 1 + context % 2,
				.context = context,
				.tier = (enum tier)tier,
				.timed = width >= 0,
				.start = start,
				.width = width < 0 ? 0 : width,
				.cache_unknown = tier == TIER_BATCH,
				.web_searches = tier };
			struct cost cost =
				price_charge(catalog, resolution, &usage, 1000 - context);
			if (cost.low < 0 || cost.high < cost.low ||
				(cost.high != cost.low) != (cost.range_why != NULL))
				abort();
			if (!cost.priced && !cost.missing)
				abort();
		}
}

static void
ask(const struct catalog *catalog, struct slice name)
{
	static const int64_t widths[] = { -1, 0, NS_PER_HOUR, 40 * NS_PER_DAY };
	const int64_t start = 1790812800 * NS_PER_SECOND;
	for (int assumed = 0; assumed < 2; assumed++) {
		struct resolution r = price_resolve(
			catalog, SLICE("aws"), SLICE(""), name, SLICE("us"), start, assumed);
		struct resolution again = price_resolve(
			catalog, SLICE("aws"), SLICE(""), name, SLICE("us"), start, assumed);
		if (r.state != again.state || r.model != again.model ||
			r.modifier != again.modifier)
			abort();
		if (r.valid_from > start || r.valid_to <= start)
			abort();
		for (size_t i = 0; i < HL_COUNT(widths); i++)
			charge(catalog, &r, start, widths[i]);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { .fault = FAULT_NONE };
	struct slice rest = { (const char *)data, size }, prices, aliases = SLICE(""),
		     name = SLICE("m");
	if (!slice_cut(&rest, '\0', &prices))
		return 0;
	if (slice_cut(&rest, '\0', &aliases))
		slice_cut(&rest, '\0', &name);
	struct catalog *catalog = catalog_load_memory(prices, aliases, &err);
	if (!catalog) {
		if (!err.text[0])
			abort();
		return 0;
	}
	const struct model *const *models;
	size_t n = catalog_models(catalog, &models);
	ask(catalog, name);
	for (size_t i = 0; i < n && i < 8; i++)
		ask(catalog, model_id(models[i]));
	catalog_free(catalog);
	return 0;
}
