/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"
#include "price/hours.h"
#include "price/lint.h"

/* Femto of a dollar from text, so that a case reads like a bill. */
#define ARN "arn:aws:bedrock:us-west-2:123456789012:inference-profile/"

static femto_t
dollars(const char *text)
{
	femto_t value;
	assert_int_equal(num_decimal(slice_of(text), &value), NUM_OK);
	return value;
}

static int64_t
at(const char *text)
{
	int64_t ns;
	bool zoned, dated;
	assert_true(when_parse(slice_of(text), &ns, &zoned, &dated));
	return ns;
}

static struct catalog *
load(const char *const *overlays, size_t n)
{
	const char *dir = getenv("HLLM_DATA_DIR");
	char prices[512], aliases[512];
	snprintf(prices, sizeof(prices), "%s/prices.csv", dir ? dir : "data");
	snprintf(aliases, sizeof(aliases), "%s/aliases.csv", dir ? dir : "data");
	const char *files[4] = { prices };
	for (size_t i = 0; i < n; i++)
		files[i + 1] = overlays[i];
	const char *names[] = { aliases };
	struct err err = { .text = "" };
	struct catalog *catalog = catalog_load(files, n + 1, names, 1, &err);
	if (!catalog)
		fail_msg("%s", err.text);
	return catalog;
}

static int
set_up(void **state)
{
	*state = load(NULL, 0);
	return 0;
}

static int
tear_down(void **state)
{
	catalog_free(*state);
	return 0;
}

static struct resolution
resolve(const struct catalog *catalog, const char *name, const char *when)
{
	return price_resolve(catalog, SLICE(""), SLICE(""), slice_of(name), SLICE(""),
		when ? at(when) : PRICE_ANY_TIME, false);
}

static struct usage
use(int64_t input, int64_t output, const char *when)
{
	struct usage usage = {
		.requests = 1, .tier = TIER_STANDARD, .context = context_class(input)
	};
	usage.tokens[TOKEN_UNCACHED_INPUT] = input;
	usage.tokens[TOKEN_OUTPUT] = output;
	usage.timed = when != NULL;
	usage.start = when ? at(when) : 0;
	return usage;
}

static void
check(struct cost cost, const char *low, const char *high)
{
	char text[NUM_TEXT];
	if (cost.low != dollars(low))
		fail_msg("low is %s, not %s (%s)", num_print(text, cost.low, 2, 15, false), low,
			cost.missing ? cost.missing : "");
	if (cost.high != dollars(high))
		fail_msg("high is %s, not %s", num_print(text, cost.high, 2, 15, false), high);
	assert_int_equal(cost.low == cost.high, cost.range_why == NULL);
	assert_string_equal(cost.currency, "USD");
}

/* Thousand tasks of 500 in and 200 out. */
static void
test_tasks(void **state)
{
	static const struct {
		const char *model, *when, *cost;
	} cases[] = {
		{ "gpt-4-turbo", "2024-06-01", "11.00" },
		{ "claude-3-sonnet", "2024-06-01", "4.50" },
		{ "claude-3-sonnet-20240229", "2024-06-01", "4.50" },
		{ "anthropic.claude-3-sonnet-20240229-v1:0", "2024-06-01", "4.50" },
		{ "gpt-3.5-turbo", "2023-12-01", "1.15" },
		{ "gpt-3.5-turbo", "2024-03-01", "0.55" },
		{ "gpt-3.5-turbo-1106", "2024-03-01", "0.90" },
		{ "gpt-3.5-turbo-1106", "2023-12-01", "0.90" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct resolution r = resolve(*state, cases[i].model, cases[i].when);
		assert_int_equal(r.state, PRICE_FOUND);
		struct usage usage = use(500 * 1000, 200 * 1000, cases[i].when);
		usage.requests = 1000;
		usage.context = context_class(500);
		check(price_charge(*state, &r, &usage, 1000), cases[i].cost, cases[i].cost);
	}
}

static void
test_not_then(void **state)
{
	struct resolution r = resolve(*state, "claude-3-sonnet-20240229", "2026-01-01");
	assert_int_equal(r.state, PRICE_NOT_THEN);
	assert_non_null(r.model);
	assert_true(slice_find(r.why, "2025-07-20") > 0);
	assert_int_equal(r.valid_from, at("2025-07-21"));
	struct usage usage = use(500, 200, "2026-01-01");
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	assert_false(cost.priced);
	assert_int_equal(cost.missing_tokens, 700);
	/* what the user says is priced at the nearest date */
	r = price_resolve(*state, SLICE(""), SLICE(""), SLICE("claude-3-sonnet"), SLICE(""),
		at("2026-01-01"), true);
	assert_int_equal(r.state, PRICE_FOUND);
	check(price_charge(*state, &r, &usage, 1000), "0.0045", "0.0045");
	/* a kept resolution does not price another time */
	r = resolve(*state, "claude-3-sonnet", "2024-06-01");
	cost = price_charge(*state, &r, &usage, 1000);
	assert_false(cost.priced);
	assert_string_equal(
		cost.missing, "no uncached_input price of claude-3-sonnet on 2026-01-01");
}

static void
test_month(void **state)
{
	struct resolution r = resolve(*state, "gpt-4o", "2026-10-01");
	struct usage usage = use(15000 * 10000, 0, "2026-10-01");
	usage.requests = 15000;
	usage.context = context_class(10000);
	check(price_charge(*state, &r, &usage, 1000), "375.00", "375.00");
	check(price_charge(*state, &r, &usage, 900), "337.50", "337.50");
	usage.context = CONTEXT_MIXED;
	usage.width = NS_PER_DAY;
	check(price_charge(*state, &r, &usage, 1000), "375.00", "375.00");
}

static void
test_cliff(void **state)
{
	struct resolution r = resolve(*state, "claude-sonnet-4-5-20250929", "2026-10-01");
	struct usage usage = use(0, 1000, "2026-10-01T10:00:00Z");
	usage.tokens[TOKEN_CACHE_READ] = 250000;
	usage.context = context_class(250000);
	check(price_charge(*state, &r, &usage, 1000), "0.1725", "0.1725");
	usage.context = CONTEXT_ABOVE_200K;
	check(price_charge(*state, &r, &usage, 1000), "0.1725", "0.1725");
	usage.context = CONTEXT_BELOW_200K;
	check(price_charge(*state, &r, &usage, 1000), "0.09", "0.09");
	usage.context = CONTEXT_MIXED;
	usage.start = at("2026-10-01");
	usage.width = NS_PER_DAY;
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	check(cost, "0.09", "0.1725");
	assert_string_equal(
		cost.range_why, "which requests had a prompt above 200,000 tokens is unknown");
	usage.tokens[TOKEN_CACHE_READ] = 200000;
	check(price_charge(*state, &r, &usage, 1000), "0.075", "0.075");
	usage.tokens[TOKEN_CACHE_READ] = 200001;
	assert_non_null(price_charge(*state, &r, &usage, 1000).range_why);
}

/* A threshold that is no step of the ladder. */
static const char off_ladder[] =
	"provider,model,from,to,service_tier,region,above_tokens,hours_utc,kind,price,unit,source\n"
	"x,m,,,,,,,uncached_input,1,1M tokens,\n"
	"x,m,,,,,150000,,uncached_input,3,1M tokens,\n"
	"x,m,,,,,300000,,uncached_input,5,1M tokens,\n"
	"x,m,,,,,,,output,2,1M tokens,\n";

static void
test_off_ladder(void **state)
{
	(void)state;
	struct err err;
	struct catalog *catalog = catalog_load_memory(slice_of(off_ladder), SLICE(""), &err);
	assert_non_null(catalog);
	struct resolution r = resolve(catalog, "m", "2026-10-01");
	struct usage usage = use(150001, 0, "2026-10-01");
	check(price_charge(catalog, &r, &usage, 1000), "0.450003", "0.450003");
	usage = use(150000, 0, "2026-10-01");
	check(price_charge(catalog, &r, &usage, 1000), "0.15", "0.15");
	/* two requests of one class on both sides of the threshold */
	usage = use(300000, 0, "2026-10-01");
	usage.requests = 2;
	usage.context = context_class(150001);
	check(price_charge(catalog, &r, &usage, 1000), "0.3", "0.9");
	usage = use(1000000, 1000000, "2026-10-01");
	usage.context = CONTEXT_MIXED;
	usage.requests = -1;
	check(price_charge(catalog, &r, &usage, 1000), "3", "7");
	usage.context = CONTEXT_ABOVE_200K;
	check(price_charge(catalog, &r, &usage, 1000), "5", "7");
	/* what a bill takes back is an interval the other way round */
	usage = use(0, 0, "2026-10-01");
	usage.unsplit = -1000000;
	usage.requests = -1;
	usage.context = 0;
	struct cost cost = price_charge(catalog, &r, &usage, 1000);
	assert_true(cost.priced && cost.low < cost.high && cost.high < 0);
	catalog_free(catalog);
}

static void
test_hours(void **state)
{
	struct resolution r = resolve(*state, "deepseek-chat", "2025-06-01");
	struct usage usage = use(1000000, 0, "2025-06-01T16:29:59Z");
	check(price_charge(*state, &r, &usage, 1000), "0.27", "0.27");
	usage.start = at("2025-06-01T16:30:00Z");
	check(price_charge(*state, &r, &usage, 1000), "0.135", "0.135");
	usage.start = at("2025-06-02T00:29:59Z");
	check(price_charge(*state, &r, &usage, 1000), "0.135", "0.135");
	usage.start = at("2025-06-02T00:30:00Z");
	check(price_charge(*state, &r, &usage, 1000), "0.27", "0.27");
	usage.start = at("2025-06-02T16:00:00Z");
	usage.width = NS_PER_HOUR;
	check(price_charge(*state, &r, &usage, 1000), "0.135", "0.27");
	assert_string_equal(
		price_charge(*state, &r, &usage, 1000).range_why, "the hour is unknown");
	usage.start = at("2025-06-02T17:00:00Z");
	check(price_charge(*state, &r, &usage, 1000), "0.135", "0.135");
	/* peak and off-peak, weekdays only */
	r = resolve(*state, "deepseek-v4-pro", "2026-11-02");
	usage = use(1000000, 0, "2026-11-02T01:00:00Z");
	check(price_charge(*state, &r, &usage, 1000), "1.32", "1.32");
	usage.start = at("2026-11-01T01:00:00Z");
	check(price_charge(*state, &r, &usage, 1000), "0.66", "0.66");
	usage.width = NS_PER_DAY - NS_PER_HOUR;
	check(price_charge(*state, &r, &usage, 1000), "0.66", "0.66");
	usage.start = at("2026-11-02T00:00:00Z");
	usage.width = NS_PER_DAY;
	check(price_charge(*state, &r, &usage, 1000), "0.66", "1.32");
}

/* Half hours that are said to cost the same do, all the time that is said. */
static void
test_same_hours(void **state)
{
	static const struct {
		const char *model, *from, *until;
		int alike; /* half hours of a week */
	} cases[] = {
		{ "deepseek-chat", "2025-06-01T20:00:00Z", "2025-09-05T16:00:00Z", 7 * 16 },
		{ "deepseek-chat", "2025-06-01T12:00:00Z", "2025-09-05T16:00:00Z", 7 * 32 },
		/* peaks of all days, then of weekdays, beside the hours of weekends */
		{ "deepseek-v4-pro", "2026-08-20T01:30:00Z", "2026-08-23T00:00:00Z", 7 * 14 },
		{ "deepseek-v4-pro", "2026-08-24T01:30:00Z", "2026-09-25T00:00:00Z", 5 * 14 },
		{ "deepseek-v4-pro", "2026-08-24T04:00:00Z", "2026-09-25T00:00:00Z", 5 * 34 },
		{ "deepseek-v4-pro", "2026-08-23T00:00:00Z", "2026-09-25T00:00:00Z", 2 * 48 },
		{ "o3", "2025-06-01T00:00:00Z", "2025-06-10T00:00:00Z", HOURS_WEEK },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct resolution r = resolve(*state, cases[i].model, cases[i].from);
		struct usage usage = use(1000, 1000, cases[i].from);
		femto_t cost = price_charge(*state, &r, &usage, 1000).low;
		int64_t start = usage.start;
		struct hours hours;
		int64_t until = price_same_hours(&r, TIER_STANDARD, usage.context, start, &hours);
		int alike = 0;
		for (unsigned k = 0; k < HOURS_WEEK; k++)
			alike += hours_has(&hours, k);
		if (until != at(cases[i].until) || alike != cases[i].alike)
			fail_msg("%s from %s: %d half hours alike, %lld s long", cases[i].model,
				cases[i].from, alike, (long long)((until - start) / NS_PER_SECOND));
		int64_t end = start;
		while (end < until && hours_has(&hours, hours_index(end)))
			end += NS_PER_HOUR / 2;
		assert_int_equal(price_same_until(&r, TIER_STANDARD, usage.context, start), end);
		/* from within a half hour as from its start */
		assert_int_equal(
			price_same_until(&r, TIER_STANDARD, usage.context, start + 7), end);
		for (; usage.start < until; usage.start += NS_PER_HOUR / 2)
			if (hours_has(&hours, hours_index(usage.start)))
				assert_true(price_charge(*state, &r, &usage, 1000).low == cost &&
					    price_charge(*state, &r, &usage, 1000).high == cost);
	}
	/* of nothing that is known or certain, nothing is said */
	struct hours hours;
	struct resolution r = resolve(*state, "no-such-model", "2026-11-02");
	assert_true(price_same_hours(&r, TIER_STANDARD, 0, at("2026-11-02"), &hours) ==
		    at("2026-11-02"));
}

static void
test_exact(void **state)
{
	struct resolution r = resolve(*state, "deepseek-v4-pro", "2026-06-01");
	struct usage usage = use(0, 0, "2026-06-01");
	usage.tokens[TOKEN_CACHE_READ] = 1;
	check(price_charge(*state, &r, &usage, 1000), "0.000000003625", "0.000000003625");
	check(price_charge(*state, &r, &usage, 999), "0.000000003621375", "0.000000003621375");
	usage.tokens[TOKEN_CACHE_READ] = 1000000000000000;
	usage.context = CONTEXT_MIXED;
	check(price_charge(*state, &r, &usage, 1000), "3625000", "3625000");
	usage.tokens[TOKEN_CACHE_READ] = INT64_MAX / 4;
	assert_true(price_charge(*state, &r, &usage, 1000).priced);
}

static void
test_tiers(void **state)
{
	struct resolution r = resolve(*state, "gpt-4o-mini", "2026-10-01");
	struct usage usage = use(1000000, 1000000, "2026-10-01");
	usage.context = CONTEXT_MIXED;
	usage.tier = TIER_UNKNOWN;
	check(price_charge(*state, &r, &usage, 1000), "0.75", "0.75");
	usage.tier = TIER_BATCH;
	check(price_charge(*state, &r, &usage, 1000), "0.375", "0.375");
	usage.tier = TIER_FLEX;
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	assert_false(cost.priced);
	assert_int_equal(cost.missing_tokens, 2000000);
	assert_string_equal(
		cost.missing, "no flex uncached_input price of gpt-4o-mini on 2026-10-01");
	assert_int_equal(cost.low, 0);
}

static void
test_regions(void **state)
{
	static const struct {
		const char *biller, *provider, *model, *region;
		int modifier;
	} cases[] = {
		{ "aws", "bedrock", "us.anthropic.claude-haiku-4-5-20251001-v1:0", "", 1100 },
		{ "aws", "bedrock", "global.anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1",
			1000 },
		{ "aws", "bedrock", "anthropic.claude-haiku-4-5-20251001-v1:0", "us-east-1", 1100 },
		{ "", "", "bedrock/us-east-1/anthropic.claude-sonnet-4-5-20250929-v1:0", "", 1100 },
		{ "", "", "bedrock/eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "", 1100 },
		{ "aws", "",
			"arn:aws:bedrock:us-west-2:123456789012:inference-profile/"
			"us.anthropic.claude-haiku-4-5-20251001-v1:0",
			"", 1100 },
		{ "aws", "bedrock", "us.anthropic.claude-3-haiku-20240307-v1:0", "", 1000 },
		{ "anthropic", "anthropic", "claude-haiku-4-5", "us", 1000 },
		{ "anthropic", "anthropic", "claude-opus-4-6", "us", 1100 },
		{ "anthropic", "anthropic", "claude-opus-4-6", "global", 1000 },
		{ "", "", "vertex_ai/claude-haiku-4-5@20251001", "", 1000 },
		{ "openrouter", "Amazon Bedrock", "anthropic/claude-sonnet-4.5", "", 1000 },
		{ "", "", "azure/us/gpt-4.1", "", 1100 },
		{ "", "", "azure/gpt-4.1", "", 1000 },
		{ "aws", "bedrock", "claude-haiku-4-5", "global", 1000 },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct resolution r = price_resolve(*state, slice_of(cases[i].biller),
			slice_of(cases[i].provider), slice_of(cases[i].model),
			slice_of(cases[i].region), at("2026-10-01"), false);
		if (r.state != PRICE_FOUND || r.modifier != cases[i].modifier)
			fail_msg("%s: state %d, modifier %d", cases[i].model, (int)r.state,
				r.modifier);
	}
	struct resolution r =
		resolve(*state, "us.anthropic.claude-haiku-4-5-20251001-v1:0", "2026-10-01");
	struct usage usage = use(1000000, 0, "2026-10-01");
	usage.context = CONTEXT_MIXED;
	check(price_charge(*state, &r, &usage, 1000), "1.10", "1.10");
	check(price_charge(*state, &r, &usage, 500), "0.55", "0.55");
	usage.tokens[TOKEN_UNCACHED_INPUT] = 0;
	usage.web_searches = 100;
	check(price_charge(*state, &r, &usage, 1000), "1.00", "1.00");
}

static void
test_uncertain(void **state)
{
	struct resolution r = resolve(*state, "gpt-4o-mini", "2026-10-01");
	struct usage usage = use(1000000, 0, "2026-10-01");
	usage.context = CONTEXT_MIXED;
	usage.cache_unknown = true;
	check(price_charge(*state, &r, &usage, 1000), "0.075", "0.15");
	usage = (struct usage){ .unsplit = 1000000,
		.context = CONTEXT_MIXED,
		.requests = -1,
		.timed = true,
		.start = at("2026-10-01") };
	check(price_charge(*state, &r, &usage, 1000), "0.15", "0.60");
	/* a cached prompt of a model without a price for that is a prompt all the same */
	r = resolve(*state, "gpt-4-turbo", "2026-01-01");
	usage = use(0, 0, "2026-01-01");
	usage.tokens[TOKEN_CACHE_READ] = 1000;
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	check(cost, "0.01", "0.01");
	assert_true(cost.priced);
	assert_int_equal(cost.missing_tokens, 1000);
	assert_non_null(cost.missing);
}

static void
test_untimed(void **state)
{
	struct resolution r = resolve(*state, "claude-haiku-4-5", NULL);
	struct usage usage = use(1000000, 0, NULL);
	usage.context = CONTEXT_MIXED;
	check(price_charge(*state, &r, &usage, 1000), "1", "1");
	r = resolve(*state, "claude-3-5-haiku", NULL);
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	check(cost, "0.8", "1");
	assert_string_equal(cost.range_why, "when it was is unknown");
}

/* Never a shorter id than the one that is meant. */
static void
test_stops(void **state)
{
	static const char *const names[] = { "gpt-4.1-nano-custom", "gpt-5.4-mini-preview",
		"my-gpt-4o", "gpt-4o-", "gpt-4-1106", "gpt-4o-2024", "gpt",
		"claude-sonnet-4-5-2025092", "claude-sonnet-4-5-20251399",
		"openai/claude-haiku-4-5", "ft:gpt-4o-mini-2024-07-18:acme::abc", "gpt-4o-latest",
		"gpt-4o:online", "xgpt-4o", "us.gpt-4o", "acme/gpt-4o", "",
		"arn:aws:bedrock:us-east-1:1:application-inference-profile/ab" };
	for (size_t i = 0; i < HL_COUNT(names); i++) {
		struct resolution r = resolve(*state, names[i], "2026-10-01");
		if (r.state != PRICE_UNKNOWN || !r.why.n)
			fail_msg("%s: state %d, %s", names[i], (int)r.state, r.rule.p);
	}
	struct resolution r = resolve(*state, "gpt-4o-mini-custom", "2026-10-01");
	assert_true(slice_starts(r.hint, "gpt-4o-mini"));
	assert_true(
		slice_is(model_id(resolve(*state, "gpt-4.1-nano-2025-04-14", "2026-10-01").model),
			"gpt-4.1-nano"));
}

static void
test_states(void **state)
{
	assert_int_equal(
		resolve(*state, "openai/gpt-oss-120b:free", "2026-10-01").state, PRICE_FREE);
	struct resolution r = price_resolve(*state, SLICE(""), SLICE("ollama"), SLICE("llama3.2"),
		SLICE(""), at("2026-10-01"), false);
	assert_int_equal(r.state, PRICE_FREE);
	struct usage usage = use(1000, 1000, "2026-10-01");
	struct cost cost = price_charge(*state, &r, &usage, 1000);
	assert_true(cost.priced && cost.low == 0 && cost.high == 0);
	r = resolve(*state, "openai/gpt-4o-mini:batch", "2026-10-01");
	assert_int_equal(r.tier, TIER_BATCH);
	check(price_charge(*state, &r, &usage, 1000), "0.000375", "0.000375");
	r = resolve(*state, "<synthetic>", "2026-10-01");
	assert_true(r.state == PRICE_UNKNOWN && r.deliberate && r.why.n);
	/* an open model costs what its host asks */
	r = price_resolve(*state, SLICE("openrouter"), SLICE("Chutes"),
		SLICE("openai/gpt-oss-120b"), SLICE(""), at("2026-10-01"), false);
	assert_int_equal(r.state, PRICE_UNKNOWN);
	r = price_resolve(*state, SLICE("groq"), SLICE("groq"), SLICE("openai/gpt-oss-120b"),
		SLICE(""), at("2026-10-01"), false);
	assert_true(r.state == PRICE_FOUND && slice_is(model_provider(r.model), "groq"));
	r = resolve(*state, "together_ai/openai/gpt-oss-120b", "2026-10-01");
	assert_true(r.state == PRICE_FOUND && slice_is(model_provider(r.model), "together"));
}

/* Every name that the sample files use, with who says it. */
static void
test_sample_names(void **state)
{
	static const char *const found[] = { "claude-sonnet-4-5-20250929", "gpt-5-mini-2025-08-07",
		"claude-haiku-4-5-20251001", "gpt-5-2025-08-07", "gpt-4o-mini-2024-07-18",
		"gpt-4o-mini", "text-embedding-3-small",
		"global.anthropic.claude-sonnet-4-5-20250929-v1:0", "amazon.nova-lite-v1:0",
		"gpt-4o-2024-08-06", "gemini-2.5-pro", "gemini-2.5-flash",
		"openai/gpt-5-mini-2025-08-07", "anthropic/claude-4.5-sonnet-20250929",
		"openai/gpt-5-mini", ARN "us.anthropic.claude-haiku-4-5-20251001-v1:0",
		"anthropic/claude-sonnet-4.5", "claude-sonnet-4-20250514", "Claude Sonnet 4.5",
		"claude-4.5-sonnet-thinking", "gpt-5", "deepseek-v4-pro",
		"deepseek/deepseek-v4-flash-20260901", "gpt-5-mini", "NovaPro",
		"openai.gpt-oss-120b", "gpt 4o 1120", "gemini 2.5 flash" };
	static const char *const unpriced[] = { "llama3.2", "Qwen3.8-27B-UD-Q2_K_XL",
		"Qwen/Qwen3-32B", "kimi-k2.5", "nomic-embed-text", "my-local-model", "<synthetic>",
		"qwen3-32b", "z-ai/glm-4.6", "meta-llama/llama-3.2-3b-instruct", "claude",
		"Provisioned Managed Global Unit" };
	for (size_t i = 0; i < HL_COUNT(found); i++)
		if (resolve(*state, found[i], "2026-10-01").state != PRICE_FOUND)
			fail_msg("%s: %s", found[i], resolve(*state, found[i], "2026-10-01").why.p);
	for (size_t i = 0; i < HL_COUNT(unpriced); i++) {
		struct resolution r = resolve(*state, unpriced[i], "2026-10-01");
		if (r.state != PRICE_UNKNOWN || !r.deliberate)
			fail_msg("%s: state %d", unpriced[i], (int)r.state);
	}
}

static void
test_aliases_move(void **state)
{
	struct resolution before = resolve(*state, "gpt-4-turbo-preview", "2024-01-01");
	struct resolution after = resolve(*state, "gpt-4-turbo-preview", "2024-02-01");
	assert_true(slice_is(model_id(before.model), "gpt-4-1106-preview"));
	assert_true(slice_is(model_id(after.model), "gpt-4-0125-preview"));
	assert_int_equal(before.valid_to, at("2024-01-25"));
	assert_true(after.valid_from >= before.valid_to);
	assert_true(slice_is(before.rule, "alias gpt-4-turbo-preview"));
	assert_true(before.alias && slice_is(before.alias->model, "gpt-4-1106-preview"));
}

/* gpt-4o: the day before, the half open month that the overlay states, the day after. */
static void
test_overlay(void **state)
{
	(void)state;
	char path[] = "/tmp/hllm-price-XXXXXX";
	int fd = mkstemp(path);
	assert_true(fd >= 0);
	FILE *out = fdopen(fd, "w");
	fputs("model,kind,price,unit,from,to\ngpt-4o,uncached_input,1,1M "
	      "tokens,2026-09-01,2026-10-01\n",
		out);
	fclose(out);
	const char *overlays[] = { path };
	struct catalog *catalog = load(overlays, 1);
	static const struct {
		const char *when, *cost;
	} cases[] = { { "2026-08-31", "2.50" }, { "2026-09-01", "1" }, { "2026-09-30", "1" },
		{ "2026-10-01", "2.50" } };
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct resolution r = resolve(catalog, "gpt-4o", cases[i].when);
		struct usage usage = use(1000000, 0, cases[i].when);
		struct cost cost = price_charge(catalog, &r, &usage, 1000);
		check(cost, cases[i].cost, cases[i].cost);
		bool own = slice_is(cost.rows[TOKEN_UNCACHED_INPUT]->file, path);
		assert_int_equal(own, strcmp(cases[i].cost, "1") == 0);
		assert_true(!own || cost.rows[TOKEN_UNCACHED_INPUT]->line == 2);
	}
	catalog_free(catalog);
	remove(path);
}

static void
test_bad_tables(void **state)
{
	(void)state;
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", NULL },
		{ "provider,model\n", "prices.csv:1: the header has no column \"kind\"" },
		{ "# nothing\n", "prices.csv: empty, expected a header line with \"model\"" },
		{ "model,kind,price,unit\nm,input,1,1M tokens\n",
			"prices.csv:2: kind: \"input\", expected one of uncached_input, "
			"cache_read, "
			"cache_write_5m, cache_write_1h, output, "
			"web_search, multiplier" },
		{ "model,kind,price,unit\n#\nm,output,one,1M tokens\n",
			"prices.csv:3: price: \"one\" is not a price" },
		{ "model,kind,price,unit\nm,output,-1,1M tokens\n",
			"prices.csv:2: price: \"-1\" is not a price" },
		{ "model,kind,price,unit\nm,output,0.0000001,1M tokens\n",
			"prices.csv:2: price: \"0.0000001\" has too many decimals for its unit" },
		{ "model,kind,price,unit\nm,output,2000000,1M tokens\n",
			"prices.csv:2: price: \"2000000\" is too large" },
		{ "model,kind,price,unit\nm,output,1,token\n",
			"prices.csv:2: unit: \"token\" does not fit the kind, expected \"1M "
			"tokens\"" },
		{ "model,kind,price,unit\nm,output,\"1,1M tokens\n",
			"prices.csv:2: not a CSV line: a stray quote or too many cells, expected "
			"those of the header" },
		{ "model,kind,price,unit,from\nm,output,1,1M tokens,soon\n",
			"prices.csv:2: from: \"soon\" is not a date, expected YYYY-MM-DD" },
		{ "model,kind,price,unit,from,to\nm,output,1,1M tokens,2026-01-02,2026-01-01\n",
			"prices.csv:2: from 2026-01-02 is not before to 2026-01-01" },
		{ "model,kind,price,unit,hours_utc\nm,output,1,1M tokens,22:00-02:00\n",
			"prices.csv:2: hours_utc: \"22:00-02:00\" is not like "
			"\"01:00-04:00;06:30-10:00 Mon-Fri\" (half hours, none across midnight)" },
		{ "\xEF\xBB\xBFunit,price,kind,model\r\n1M tokens,1,output,m\r\n", NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct err err = { .text = "" };
		struct catalog *catalog =
			catalog_load_memory(slice_of(cases[i].text), SLICE(""), &err);
		assert_int_equal(catalog == NULL, cases[i].says != NULL);
		if (cases[i].says)
			assert_string_equal(err.text, cases[i].says);
		catalog_free(catalog);
	}
}

static void
test_lint_own_table(void **state)
{
	(void)state;
	const char *dir = getenv("HLLM_DATA_DIR");
	char path[512];
	snprintf(path, sizeof(path), "%s/prices.csv", dir ? dir : "data");
	struct err err;
	struct price_table *table = price_table_load(path, &err);
	assert_non_null(table);
	struct price_problems problems = price_lint(table, NULL, 1790812800 * NS_PER_SECOND);
	for (size_t i = 0; i < problems.n; i++)
		fail_msg("%s of " SLICE_FMT " " SLICE_FMT, problems.items[i].kind,
			SLICE_ARG(problems.items[i].key), SLICE_ARG(problems.items[i].field));
	price_table_free(table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_not_then),
		cmocka_unit_test(test_month),
		cmocka_unit_test(test_cliff),
		cmocka_unit_test(test_off_ladder),
		cmocka_unit_test(test_hours),
		cmocka_unit_test(test_same_hours),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_tiers),
		cmocka_unit_test(test_regions),
		cmocka_unit_test(test_uncertain),
		cmocka_unit_test(test_untimed),
		cmocka_unit_test(test_stops),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_sample_names),
		cmocka_unit_test(test_aliases_move),
		cmocka_unit_test(test_overlay),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_lint_own_table),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
