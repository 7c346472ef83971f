/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/limits.h"

#include "price/price.h"

#define ONE FEMTO_PER_UNIT
enum {
	SPIKE_TIMES = 2,
	SPIKE_FLOOR = 5,
	FALLBACK_PERCENT = 2,
	DATA_AGE_DAYS =
		45, /* who imports bills once a month is 41 days behind before the next one */
	TIMES_MOST = 1000,
	DAYS_MOST = 3660,
};

const struct gauge_info gauge_infos[GAUGES] = {
	[GAUGE_COST_PER_DAY] = { "cost_per_day", "cost ", " a day", "" },
	[GAUGE_COST_PER_REQUEST] = { "cost_per_request", "cost ", " a request", "" },
	[GAUGE_REQUESTS_PER_DAY] = { "requests_per_day", "had ", " requests a day", "requests" },
	[GAUGE_TOKENS_PER_REQUEST] = { "tokens_per_request", "used ", " tokens a request",
		"tokens" },
	[GAUGE_INPUT_PER_REQUEST] = { "input_tokens_per_request", "sent ", " tokens a request",
		"tokens" },
	[GAUGE_OUTPUT_PER_REQUEST] = { "output_tokens_per_request", "received ",
		" tokens a request", "tokens" },
	[GAUGE_CACHE_SHARE] = { "cache_share", "read ", " of the input from a cache", "share" },
	[GAUGE_ERROR_RATE] = { "error_rate", "failed in ", " of the requests", "share" },
	[GAUGE_LATENCY_P95] = { "latency_p95_ms", "took up to ", " for 95 of 100 requests", "ms" },
};

/* ---- values ---- */

static bool
is_share(const char *unit)
{
	return strcmp(unit, "share") == 0;
}

/* "2 %" is 0.02, and so is 0.02 itself; false: neither. */
static bool
parse_share(struct slice text, femto_t *out)
{
	bool percent = slice_ends(text, "%");
	if (percent)
		text.n--;
	if (num_decimal(slice_trim(text), out) != NUM_OK || *out < 0 ||
		*out > (percent ? 100 * ONE : ONE))
		return false;
	*out = percent ? *out / 100 : *out;
	return true;
}

static bool
read_share(const struct conf_section *section, const char *key, femto_t *out, struct err *err)
{
	struct slice text = SLICE_NONE;
	const struct conf_item *item = conf_item(section, key);
	if (!conf_text(section, key, &text, err))
		return false;
	return !item || parse_share(text, out) ||
	       conf_wrong(section, item, err,
		       "%s is \"" SLICE_FMT "\", expected a share such as \"2 %%\" or 0.02", key,
		       SLICE_ARG(text));
}

/* *off: the key says no. */
static bool
says_no(const struct conf_section *section, const char *key)
{
	const struct conf_item *item = conf_item(section, key);
	return item && item->values_n == 1 && slice_is_nocase(item->values[0], "no");
}

static bool
read_days(const struct conf_section *section, const char *key, int64_t most, int64_t *out,
	struct err *err)
{
	const struct conf_item *item = conf_item(section, key);
	femto_t days = 0;
	if (!item)
		return true;
	if (!conf_decimal(section, key, &days, err))
		return false;
	if (days % ONE || days < ONE || days > most * ONE)
		return conf_wrong(section, item, err,
			"%s is \"" SLICE_FMT "\", expected whole days from 1 to %lld", key,
			SLICE_ARG(item->values[0]), (long long)most);
	*out = (int64_t)(days / ONE);
	return true;
}

/* ---- the check block ---- */

static bool
read_spike(const struct conf_section *section, struct check_settings *out, struct err *err)
{
	if (says_no(section, "spike")) {
		out->spike = 0;
		return true;
	}
	if (!conf_decimal(section, "spike", &out->spike, err) ||
		!conf_decimal(section, "spike_floor", &out->spike_floor, err))
		return false;
	if (out->spike <= ONE || out->spike > TIMES_MOST * ONE)
		return conf_wrong(section, conf_item(section, "spike"), err,
			"spike is out of range, expected how many times what is usual: above 1 and "
			"up to %d, or no",
			TIMES_MOST);
	return out->spike_floor >= 0 || conf_wrong(section, conf_item(section, "spike_floor"), err,
						"spike_floor is below 0, expected an amount a day");
}

static bool
read_ages(const struct conf_section *section, struct check_settings *out, struct err *err)
{
	static const char *const keys[] = { "price_age", "data_age" };
	int64_t *const ages[] = { &out->price_age, &out->data_age };
	for (int i = 0; i < 2; i++) {
		if (says_no(section, keys[i]))
			*ages[i] = 0;
		else if (!read_days(section, keys[i], DAYS_MOST, ages[i], err))
			return false;
	}
	return true;
}

bool
check_settings_load(struct check_settings *out, const struct conf *conf, struct err *err)
{
	static const char *const words[] = { "no", "yes" };
	const struct conf_section *section = conf_next(conf, "check", NULL);
	unsigned flips = 2;
	*out = (struct check_settings){ .spike = SPIKE_TIMES * ONE,
		.spike_floor = SPIKE_FLOOR * ONE,
		.fallback = FALLBACK_PERCENT * ONE / 100,
		.price_age = PRICE_AGE_DAYS,
		.data_age = DATA_AGE_DAYS,
		.flips = true };
	if (!section)
		return true;
	if (says_no(section, "fallback"))
		out->fallback = -1;
	else if (!read_share(section, "fallback", &out->fallback, err))
		return false;
	if (!read_spike(section, out, err) || !read_ages(section, out, err) ||
		!conf_choices(section, "flips", words, 2, &flips, err))
		return false;
	out->flips = flips & 2;
	out->servers = conf_item(section, "servers");
	return true;
}

/* ---- limit blocks ---- */

static bool
read_measure(const struct conf_section *section, struct limit *limit, struct err *err)
{
	const char *names[GAUGES];
	unsigned mask = 0;
	for (int i = 0; i < GAUGES; i++)
		names[i] = gauge_infos[i].id;
	if (!conf_need(section, "measure", err) ||
		!conf_choices(section, "measure", names, GAUGES, &mask, err))
		return false;
	if (mask & (mask - 1))
		return conf_wrong(section, conf_item(section, "measure"), err,
			"measure has several values, expected one");
	for (int i = 0; i < GAUGES; i++)
		if (mask == 1U << i)
			limit->gauge = (enum gauge)i;
	return true;
}

static bool
read_side(const struct conf_section *section, const char *key, const struct limit *limit,
	femto_t *out, struct err *err)
{
	if (is_share(gauge_infos[limit->gauge].unit))
		return read_share(section, key, out, err);
	if (!conf_decimal(section, key, out, err))
		return false;
	return *out >= 0 || conf_wrong(section, conf_item(section, key), err,
				    "%s is below 0, which nothing that is measured can be", key);
}

static bool
read_limit(const struct conf_section *section, struct limit *limit, struct err *err)
{
	*limit = (struct limit){ .section = section,
		.name = section->title,
		.workload = conf_item(section, "workload"),
		.has_above = conf_item(section, "above"),
		.has_below = conf_item(section, "below"),
		.days = LIMIT_DAYS };
	if (!read_measure(section, limit, err) ||
		!read_side(section, "above", limit, &limit->above, err) ||
		!read_side(section, "below", limit, &limit->below, err) ||
		!read_days(section, "days", LIMIT_DAYS_MOST, &limit->days, err))
		return false;
	if (!limit->has_above && !limit->has_below)
		return conf_wrong(section, NULL, err,
			"neither above nor below is there, expected a number that is not to be "
			"crossed");
	return !limit->has_above || !limit->has_below || limit->below <= limit->above ||
	       conf_wrong(section, conf_item(section, "below"), err,
		       "below is more than above: everything would be an alert");
}

bool
limits_load(struct limits *limits, const struct conf *conf, struct err *err)
{
	*limits = (struct limits){ 0 };
	size_t n = 0;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "limit", at));)
		n++;
	limits->items = arena_take(&limits->arena, n * sizeof(*limits->items));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "limit", at));)
		if (!read_limit(at, &limits->items[limits->n++], err))
			return false;
	return true;
}

void
limits_free(struct limits *limits)
{
	arena_free(&limits->arena);
	*limits = (struct limits){ 0 };
}
