/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "manuals.h"
#include <cmocka.h>

#include "base/when.h"
#include "conf/conf.h"
#include "read/mapping.h"

struct loaded {
	struct conf *conf;
	struct contract *contract;
};

static struct loaded
load(const char *text)
{
	struct err err = { 0 };
	struct loaded loaded = { .conf = conf_load_text("a.conf", slice_of(text), &err) };
	if (loaded.conf)
		loaded.contract = contract_load(loaded.conf, &err);
	if (!loaded.contract)
		fail_msg("%s", err.text);
	return loaded;
}

static void
unload(struct loaded *loaded)
{
	contract_free(loaded->contract);
	conf_free(loaded->conf);
}

static int64_t
day(int year, int month, int number)
{
	return when_days(year, month, number) * NS_PER_DAY;
}

static void
test_discounts(void **state)
{
	(void)state;
	struct loaded a =
		load("discount year { biller = openai model = { \"gpt-4o*\", \"o?\" }\n"
		     " from = 2026-01-01 to = 2027-01-01 percent = 12.5 }\n"
		     "discount volume { percent = 20 from = 2026-07-01 }\n"
		     "discount night { biller = mistral tier = { batch, flex } percent = 50 }\n"
		     "discount gift { biller = xai percent = 100 }\n");
	static const struct {
		const char *biller, *model;
		enum tier tier;
		int year, month, day, want;
	} rows[] = {
		{ "openai", "gpt-4o", TIER_STANDARD, 2025, 12, 31, 1000 },
		{ "openai", "gpt-4o", TIER_STANDARD, 2026, 1, 1, 875 },
		{ "OpenAI", "GPT-4o-mini", TIER_UNKNOWN, 2026, 6, 30, 875 },
		{ "openai", "o3", TIER_BATCH, 2026, 6, 30, 875 },
		{ "openai", "gpt-5", TIER_BATCH, 2026, 6, 30, 1000 },
		{ "openai", "gpt-4o", TIER_STANDARD, 2026, 7, 1, 700 },
		{ "openai", "gpt-4o", TIER_STANDARD, 2027, 1, 1, 800 },
		{ "mistral", "x", TIER_BATCH, 2026, 1, 1, 500 },
		{ "mistral", "x", TIER_FLEX, 2026, 8, 1, 400 },
		{ "mistral", "x", TIER_UNKNOWN, 2026, 1, 1, 1000 },
		{ "xai", "grok", TIER_UNKNOWN, 2026, 8, 1, 0 },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++)
		assert_int_equal(contract_discount(a.contract, slice_of(rows[i].biller),
					 slice_of(rows[i].model), rows[i].tier,
					 day(rows[i].year, rows[i].month, rows[i].day)),
			rows[i].want);
	assert_int_equal(contract_discount(a.contract, SLICE("openai"), SLICE("gpt-4o"),
				 TIER_STANDARD, day(2026, 7, 1) - 1),
		875);
	unload(&a);
	struct contract *empty = contract_load(NULL, NULL);
	assert_non_null(empty);
	assert_int_equal(contract_discount(empty, SLICE("a"), SLICE("b"), TIER_BATCH, 0), 1000);
	contract_free(empty);
}

static void
test_included(void **state)
{
	(void)state;
	struct loaded a =
		load("subscription \"claude max\" { biller = anthropic origin = 'client log'\n"
		     " project = { \"*\" } monthly = 200 from = 2026-03-01 }\n"
		     "subscription seat { key = \"sk-1*\" }\n");
	struct contract_key key = { .origin = ORIGIN_CLIENT,
		.biller = SLICE("anthropic"),
		.model = SLICE("claude-sonnet-4-5") };
	struct slice name = SLICE_NONE;
	assert_true(contract_included(a.contract, &key, day(2026, 3, 1), &name));
	assert_true(slice_is(name, "claude max"));
	assert_false(contract_included(a.contract, &key, day(2026, 2, 28), &name));
	key.origin = ORIGIN_INVOICE;
	assert_false(contract_included(a.contract, &key, day(2026, 3, 1), &name));
	key.dim[DIM_KEY] = SLICE("sk-123");
	assert_true(contract_included(a.contract, &key, 0, &name));
	assert_true(slice_is(name, "seat"));
	assert_true(a.contract->subscriptions[0].monthly == 200 * FEMTO_PER_UNIT);
	assert_string_equal(a.contract->subscriptions[1].currency, "USD");
	unload(&a);
}

static void
test_commitments(void **state)
{
	(void)state;
	struct loaded a =
		load("\ncommitment ptu { biller = azure model = \"gpt-4o*\" monthly = 5000.50 "
		     "currency = EUR from = 2026-01-01 to = 2027-01-01 }");
	assert_int_equal(a.contract->commitments_n, 1);
	const struct contract_commitment *ptu = a.contract->commitments;
	assert_true(slice_is(ptu->section->title, "ptu"));
	assert_int_equal(ptu->section->line, 2);
	assert_true(slice_is(ptu->biller->values[0], "azure"));
	assert_true(ptu->monthly == FEMTO_PER_CENT * 500050);
	assert_string_equal(ptu->currency, "EUR");
	assert_true(ptu->period.start == day(2026, 1, 1) && ptu->period.end == day(2027, 1, 1));
	unload(&a);
}

static void
test_rates(void **state)
{
	(void)state;
	struct loaded a = load("rate EUR/USD { date = 2026-10-01 value = 1.08 source = ECB }\n"
			       "rate EUR/USD { date = 2026-09-01 value = 1.1 }\n"
			       "rate USD/JPY { date = 2026-09-01 value = 150 }\n"
			       "rate USD/CHF { date = 2026-09-01 value = 3 }\n");
	const struct contract_rate *used = NULL;
	femto_t amount = 100 * FEMTO_PER_UNIT;
	assert_true(contract_convert(a.contract, "EUR", "USD", day(2026, 10, 1), &amount, &used));
	assert_true(amount == 108 * FEMTO_PER_UNIT);
	assert_true(slice_is(used->source, "ECB"));
	assert_int_equal(used->section->line, 1);
	assert_true(contract_convert(a.contract, "USD", "EUR", day(2026, 11, 1), &amount, &used));
	assert_true(amount == 100 * FEMTO_PER_UNIT);
	assert_true(
		contract_convert(a.contract, "EUR", "USD", day(2026, 10, 1) - 1, &amount, &used));
	assert_true(amount == 110 * FEMTO_PER_UNIT);
	assert_false(
		contract_convert(a.contract, "EUR", "USD", day(2026, 9, 1) - 1, &amount, &used));
	assert_false(contract_convert(a.contract, "EUR", "JPY", day(2026, 10, 1), &amount, &used));
	assert_true(amount == 110 * FEMTO_PER_UNIT);
	assert_true(contract_convert(a.contract, "GBP", "GBP", 0, &amount, &used));
	assert_null(used);
	/* Half to even at the last place, for both signs, and far beyond what 64 bits hold. */
	static const struct {
		femto_t from, want;
	} rows[] = { { 5, 6 }, { 15, 16 }, { 25, 28 }, { -5, -6 }, { -15, -16 }, { 1, 1 },
		{ 9, 10 } };
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		amount = rows[i].from;
		assert_true(contract_convert(
			a.contract, "EUR", "USD", day(2026, 9, 1), &amount, &used));
		assert_true(amount == rows[i].want);
	}
	amount = 1000000000000 * FEMTO_PER_UNIT;
	assert_true(contract_convert(a.contract, "USD", "JPY", day(2026, 9, 1), &amount, &used));
	assert_true(amount == 150000000000000 * FEMTO_PER_UNIT);
	amount = 1;
	assert_true(contract_convert(a.contract, "CHF", "USD", day(2026, 9, 1), &amount, &used));
	assert_true(amount == 0);
	amount = 2;
	assert_true(contract_convert(a.contract, "CHF", "USD", day(2026, 9, 1), &amount, &used));
	assert_true(amount == 1);
	amount = ((femto_t)1) << 125;
	assert_false(contract_convert(a.contract, "USD", "JPY", day(2026, 9, 1), &amount, &used));
	assert_true(amount == ((femto_t)1) << 125);
	unload(&a);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "discount a {\n}", "a.conf:1: discount \"a\": percent is missing" },
		{ "discount a {\npercent = 12.55 }",
			"a.conf:2: discount \"a\": percent is \"12.55\", expected one above 0 and "
			"up to 100 "
			"with at most one decimal" },
		{ "discount a { percent = 0 }", "a.conf:1: discount \"a\": percent is \"0\", "
						"expected one above 0 and up to 100 with "
						"at most one decimal" },
		{ "discount a { percent = nan }",
			"a.conf:1: discount \"a\": percent is \"nan\", expected a number" },
		{ "discount a { percent = 5 model = \"\" }",
			"a.conf:1: discount \"a\": model is \"\", expected a name, * and ? "
			"allowed" },
		{ "discount a { percent = 5 from = 2026-02-01\n to = 2026-02-01 }",
			"a.conf:2: discount \"a\": ends before it begins; \"to\" is the first day "
			"on which it "
			"no longer holds" },
		{ "discount a { percent = 5 tier = fastest }",
			"a.conf:1: discount \"a\": tier is \"fastest\", expected one of standard, "
			"batch, flex, "
			"priority" },
		{ "discount a { percent = 12.5 }\ndiscount b { percent = 12.5 }",
			"a.conf:2: discount \"b\": together with \"a\" (line 1) it leaves 765.625 "
			"thousandths "
			"of the price, expected a whole number; write what holds together as one "
			"discount" },
		{ "discount a { percent = 12.5 model = \"gpt*mini\" }\n"
		  "discount b { percent = 12.5 model = \"*-?ini\" }",
			"a.conf:2: discount \"b\": together with \"a\" (line 1) it leaves 765.625 "
			"thousandths "
			"of the price, expected a whole number; write what holds together as one "
			"discount" },
		{ "discount a { percent = 10 }\ndiscount b { percent = 10 }\n"
		  "discount c { percent = 10 }\ndiscount d { percent = 10 }",
			"a.conf:4: discount \"d\": together with \"c\" (line 3) it leaves 656.100 "
			"thousandths "
			"of the price, expected a whole number; write what holds together as one "
			"discount" },
		{ "subscription a { monthly = 20 }",
			"a.conf:1: subscription \"a\": would cover everything, expected biller, "
			"provider, "
			"model, origin, project, key or another name that it is for" },
		{ "subscription a { biller = b origin = moon }",
			"a.conf:1: subscription \"a\": origin is \"moon\", expected one of client "
			"log, gateway "
			"log, usage export, bill, table, benchmark" },
		{ "subscription a { biller = b monthly = -1 }",
			"a.conf:1: subscription \"a\": monthly is out of range, expected an amount "
			"from 0 to "
			"1,000,000,000" },
		{ "subscription a { biller = b currency = usd }",
			"a.conf:1: subscription \"a\": currency is \"usd\", expected a code like "
			"USD" },
		{ "commitment a { biller = b }", "a.conf:1: commitment \"a\": monthly is missing" },
		{ "commitment a { monthly = 1 }", "a.conf:1: commitment \"a\": biller is missing" },
		{ "rate dollar { date = 2026-01-01 value = 1 }",
			"a.conf:1: rate \"dollar\": expected a pair of currencies like "
			"\"EUR/USD\"" },
		{ "rate USD/USD { date = 2026-01-01 value = 1 }",
			"a.conf:1: rate \"USD/USD\": expected a pair of currencies like "
			"\"EUR/USD\"" },
		{ "rate EUR/USD { value = 1 }", "a.conf:1: rate \"EUR/USD\": date is missing" },
		{ "rate EUR/USD { date = 2026-01-01 value = 0 }",
			"a.conf:1: rate \"EUR/USD\": value is out of range, expected units of USD "
			"for one EUR" },
		{ "rate EUR/USD { date = 2026-01-01 value = 1 }\n"
		  "rate EUR/USD { date = 2026-01-01 value = 2 }",
			"a.conf:2: rate \"EUR/USD\": there is a rate of that date in line 1 "
			"already" },
	};
	for (size_t i = 0; i < HL_COUNT(rows); i++) {
		struct err err = { 0 };
		struct conf *conf = conf_load_text("a.conf", slice_of(rows[i].text), &err);
		assert_non_null(conf);
		assert_null(contract_load(conf, &err));
		assert_string_equal(err.text, rows[i].why);
		assert_int_equal(err.fault, FAULT_INPUT);
		conf_free(conf);
	}
}

/* Discounts that never meet may each be what they want. */
static void
test_apart(void **state)
{
	(void)state;
	static const char *const texts[] = {
		"discount a { percent = 12.5 biller = x }\ndiscount b { percent = 12.5 biller = y "
		"}",
		"discount a { percent = 12.5 model = \"gpt*4\" }\ndiscount b { percent = 12.5 "
		"model = gpt-5 }",
		"discount a { percent = 12.5 model = \"a?\" }\ndiscount b { percent = 12.5 model = "
		"\"a??\" }",
		"discount a { percent = 12.5 tier = batch }\ndiscount b { percent = 12.5 tier = "
		"flex }",
		"discount a { percent = 12.5 to = 2026-01-01 }\ndiscount b { percent = 12.5 from = "
		"2026-01-01 }",
		"discount a { percent = 12.5 }\ndiscount b { percent = 100 }",
	};
	for (size_t i = 0; i < HL_COUNT(texts); i++) {
		struct loaded a = load(texts[i]);
		unload(&a);
	}
}

/* The example of hllm.conf(5), between .Bd and .Ed, is one that is taken whole. */
static struct str
read_example(void)
{
	char *page = manual_read("hllm.conf.5");
	struct slice rest = slice_of(page), line;
	bool inside = false;
	struct str text = STR_INIT;
	while (rest.n && slice_cut(&rest, '\n', &line)) {
		if (slice_starts(line, ".Ed"))
			inside = false;
		if (inside)
			str_printf(&text, SLICE_FMT "\n", SLICE_ARG(line));
		if (slice_starts(line, ".Bd -literal"))
			inside = true;
	}
	free(page);
	return text;
}

static void
test_manual(void **state)
{
	(void)state;
	struct str text = read_example();
	assert_true(slice_find(str_as_slice(&text), "\\") < 0);
	struct loaded a = load(str_text(&text));
	assert_int_equal(a.contract->discounts_n, 1);
	assert_int_equal(a.contract->subscriptions_n, 1);
	assert_int_equal(a.contract->commitments_n, 1);
	assert_int_equal(a.contract->rates_n, 1);
	for (const struct conf_kind *kind = conf_kinds; kind->name; kind++)
		if (!conf_next(a.conf, kind->name, NULL))
			fail_msg("the example has no %s", kind->name);
	struct arena arena = { 0 };
	const struct mapping *mappings;
	struct err err;
	size_t n;
	assert_true(mapping_saved(a.conf, &arena, &mappings, &n, &err));
	assert_int_equal(n, 1);
	arena_free(&arena);
	unload(&a);
	str_free(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_discounts),
		cmocka_unit_test(test_included),
		cmocka_unit_test(test_commitments),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_apart),
		cmocka_unit_test(test_manual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
