/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cause - the causes of a gap, by name; hllm(1) has the same in more words. */
#include "config.h"

#include "work/reconcile.h"

const struct cause_info cause_info[PARTS] = {
	[CAUSE_FALLBACK] = { "silent_fallback", "local requests that an API answered", true,
		"tokens of requests that the log calls local x list price" },
	[CAUSE_CACHED_TWICE] = { "cached_counted_twice", "cached tokens counted twice", true,
		"cache_read tokens x price of uncached_input" },
	[CAUSE_WRITE_LIFE] = { "cache_write_lifetime", "cache writes billed for the other lifetime",
		true,
		"cache_write_1h tokens x (price of cache_write_5m - price of cache_write_1h)" },
	[CAUSE_TIER] = { "tier_as_standard", "batch or other cheaper requests billed as standard",
		true, "tokens of the tier x (standard price - price of the tier)" },
	[CAUSE_RETRIES] = { "retries_without_usage", "requests without usage in the log", false,
		"tokens that the bill has more, where requests of the log state no usage" },
	[CAUSE_TIME_ZONE] = { "time_zone", "days cut in another time zone", true,
		"what the first and last day of the bill have of days outside it" },
	[CAUSE_STALE_PRICE] = { "stale_price", "the price of another date", true,
		"tokens x (price of the other date - price of the day)" },
	[CAUSE_REGION] = { "region_uplift", "a regional surcharge", true,
		"tokens x price x (surcharge - 1)" },
	[PART_OTHER_CHARGES] = { "other_charges", "charges on lines that name no model", true,
		"lines of the bill that name no model" },
	[PART_NOT_LOGGED] = { "not_in_log", "billed, but not in the log", true,
		"lines of the bill for models, projects or days that the log lacks" },
	[PART_NOT_BILLED] = { "not_on_bill", "logged, but not on the bill", true,
		"list cost of models, projects or days that the bill lacks" },
	[PART_ROUNDING] = { "rounding", "amounts rounded line by line", true,
		"what is left where every line agrees to half of its last digit" },
};
