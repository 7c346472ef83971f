/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each alert on both sides of its limit, of made-up facts; the blocks of hllm.conf; the manual's table. */
#include "config.h"

#include "report/alerts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "manuals.h"
#include <cmocka.h>

#include "base/when.h"

#define UNIT FEMTO_PER_UNIT

static struct conf *
load(const char *text)
{
	struct err err = { 0 };
	struct conf *conf = conf_load_text("a.conf", slice_of(text), &err);
	if (!conf)
		fail_msg("%s: %s", text, err.text);
	return conf;
}

/* ---- the blocks ---- */

static void
test_budget_blocks(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t month, soft; /* cents */
	} good[] = {
		{ "budget a { month = 500 }", 50000, 40000 },
		{ "budget a { month = 500 soft = 400 }", 50000, 40000 },
		{ "budget a { month = 500 soft = 500 }", 50000, 50000 },
		{ "budget a { month = 500 soft = 0 }", 50000, 0 },
		{ "budget a { month = 500 soft = \"75 %\" }", 50000, 37500 },
		{ "budget a { month = 0.01 soft = \"100%\" currency = EUR }", 1, 1 },
		{ "budget a { month = 10 soft = \"12.5 %\" workload = \"x*\" biller = y }", 1000,
			125 },
	};
	for (size_t i = 0; i < HL_COUNT(good); i++) {
		struct conf *conf = load(good[i].text);
		struct budgets budgets;
		struct err err = { 0 };
		if (!budgets_load(&budgets, conf, &err))
			fail_msg("%s: %s", good[i].text, err.text);
		assert_int_equal(budgets.n, 1);
		assert_true(budgets.items[0].month == good[i].month * FEMTO_PER_CENT);
		assert_true(budgets.items[0].soft == good[i].soft * FEMTO_PER_CENT);
		budgets_free(&budgets);
		conf_free(conf);
	}
}

static bool
budgets_of(const struct conf *conf, struct err *err)
{
	struct budgets budgets;
	bool loaded = budgets_load(&budgets, conf, err);
	budgets_free(&budgets);
	return loaded;
}

static bool
limits_of(const struct conf *conf, struct err *err)
{
	struct limits limits;
	bool loaded = limits_load(&limits, conf, err);
	limits_free(&limits);
	return loaded;
}

static bool
settings_of(const struct conf *conf, struct err *err)
{
	struct check_settings settings;
	return check_settings_load(&settings, conf, err);
}

static void
test_refused(void **state)
{
	(void)state;
	static const struct {
		bool (*read)(const struct conf *conf, struct err *err);
		const char *text, *why;
	} cases[] = {
		{ budgets_of, "budget a { soft = 1 }", "month is missing" },
		{ budgets_of, "budget a { month = 0 }", "month is out of range" },
		{ budgets_of, "budget a { month = 2000000000 }", "month is out of range" },
		{ budgets_of, "budget a { month = many }", "expected a number" },
		{ budgets_of, "budget a { month = 5 soft = 6 }", "expected an amount up to month" },
		{ budgets_of, "budget a { month = 5 soft = \"101 %\" }", "or a part of it" },
		{ budgets_of, "budget a { month = 5 soft = { 1, 2 } }", "2 values, expected one" },
		{ budgets_of, "budget a { month = 5 currency = dollars }", "a code like USD" },
		{ limits_of, "limit a { above = 1 }", "measure is missing" },
		{ limits_of, "limit a { measure = speed above = 1 }",
			"expected one of cost_per_day" },
		{ limits_of, "limit a { measure = { cost_per_day, cache_share } above = 1 }",
			"several values" },
		{ limits_of, "limit a { measure = cost_per_day }", "neither above nor below" },
		{ limits_of, "limit a { measure = cost_per_day above = 1 below = 2 }",
			"everything would be an alert" },
		{ limits_of, "limit a { measure = cost_per_day above = -1 }", "is below 0" },
		{ limits_of, "limit a { measure = cache_share below = \"101 %\" }",
			"expected a share" },
		{ limits_of, "limit a { measure = cache_share below = 1.5 }", "expected a share" },
		{ limits_of, "limit a { measure = cost_per_day above = 1 days = 0 }", "1 to 366" },
		{ limits_of, "limit a { measure = cost_per_day above = 1 days = 367 }",
			"1 to 366" },
		{ limits_of, "limit a { measure = cost_per_day above = 1 days = 1.5 }",
			"1 to 366" },
		{ settings_of, "check { spike = 1 }", "above 1" },
		{ settings_of, "check { spike = 1001 }", "above 1 and up to 1000" },
		{ settings_of, "check { spike_floor = -1 }", "below 0" },
		{ settings_of, "check { fallback = 2 }", "expected a share" },
		{ settings_of, "check { price_age = 0 }", "expected whole days" },
		{ settings_of, "check { data_age = 1.5 }", "expected whole days" },
		{ settings_of, "check { flips = perhaps }", "expected one of no, yes" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct conf *conf = load(cases[i].text);
		struct err err = { 0 };
		if (cases[i].read(conf, &err))
			fail_msg("%s is taken", cases[i].text);
		if (!strstr(err.text, cases[i].why) || strncmp(err.text, "a.conf:1: ", 10) != 0)
			fail_msg("%s: %s", cases[i].text, err.text);
		assert_int_equal(err.fault, FAULT_INPUT);
		conf_free(conf);
	}
}

static void
test_settings(void **state)
{
	(void)state;
	struct check_settings settings;
	struct err err = { 0 };
	assert_true(check_settings_load(&settings, NULL, &err));
	assert_true(settings.spike == 2 * UNIT && settings.spike_floor == 5 * UNIT);
	assert_true(settings.fallback == UNIT / 50);
	assert_int_equal(settings.price_age, 60);
	assert_int_equal(settings.data_age, 45);
	assert_true(settings.flips);
	assert_null(settings.servers);
	struct conf *conf =
		load("check { spike = no fallback = no price_age = no data_age = no flips = "
		     "no servers = { a, b } }");
	assert_true(check_settings_load(&settings, conf, &err));
	assert_true(settings.spike == 0 && settings.fallback < 0);
	assert_true(settings.price_age == 0 && settings.data_age == 0 && !settings.flips);
	assert_int_equal(settings.servers->values_n, 2);
	conf_free(conf);
	conf = load("check { spike = 3.5 fallback = \"0.5 %\" price_age = 90 }");
	assert_true(check_settings_load(&settings, conf, &err));
	assert_true(settings.spike == 7 * UNIT / 2 && settings.fallback == UNIT / 200);
	assert_int_equal(settings.price_age, 90);
	conf_free(conf);
}

/* ---- facts ---- */

/* Facts of the 31st of October in which nothing is looked at. */
static struct alert_facts
no_facts(const struct check_settings *settings)
{
	int64_t today = when_days(2026, 10, 31);
	return (struct alert_facts){ .settings = settings,
		.today = today,
		.newest = today,
		.until = today - 1,
		.price_day = DAY_NONE,
		.again = " --ledger 'l'",
		.again_study = " --by 'task'" };
}

/* The only item of the facts is of this kind and level; its text is 'text', its command 'command' (NULL: any). */
static void
one_item(const struct alert_facts *facts, enum alert_kind kind, enum alert_level level,
	const char *text, const char *command)
{
	struct alerts alerts;
	alerts_make(&alerts, facts);
	if (alerts.n != 1)
		fail_msg("%zu items, not one: %s", alerts.n, text ? text : "");
	const struct alert *alert = &alerts.items[0];
	if (alert->kind != kind || alert->level != level)
		fail_msg("%s is %s, not %s %s: %s", alert_rules[alert->kind].id,
			alert_levels[alert->level], alert_levels[level], alert_rules[kind].id,
			alert->text.p);
	if (text)
		assert_string_equal(alert->text.p, text);
	if (command)
		assert_string_equal(alert->command.p, command);
	assert_int_equal(alerts_worst(&alerts), level == ALERT_UNKNOWN ? ALERT_WELL : level);
	alerts_free(&alerts);
}

static const struct check_settings nothing = { .fallback = -1 };

static void
test_budgets(void **state)
{
	(void)state;
	const struct budget budget = {
		.name = SLICE("team"), .month = 500 * UNIT, .soft = 400 * UNIT, .currency = "USD"
	};
	static const char report[] = "hllm report --period 2026-10 --ledger 'l' --by 'task'";
	static const struct {
		int64_t cents;
		double low, likely, high; /* 0: no forecast */
		enum alert_kind kind;
		enum alert_level level;
		const char *text;
	} cases[] = {
		{ 50001, 0, 0, 0, ALERT_BUDGET, ALERT_HARD,
			"Budget \"team\": $500.01 spent in 2026-10, $0.01 more than its $500.00." },
		{ 50001, 510, 520, 540, ALERT_BUDGET, ALERT_HARD,
			"Budget \"team\": $500.01 spent in 2026-10, $0.01 more than its $500.00; "
			"the "
			"month is going to cost $520.00 ($510.00 to $540.00)." },
		{ 50000, 0, 0, 0, ALERT_BUDGET_SOFT, ALERT_SOFT,
			"Budget \"team\": $500.00 spent in 2026-10, more than the soft limit of "
			"$400.00 (the limit is $500.00)." },
		{ 40001, 0, 0, 0, ALERT_BUDGET_SOFT, ALERT_SOFT, NULL },
		{ 40000, 0, 0, 0, ALERT_BUDGET, ALERT_WELL,
			"Budget \"team\": $400.00 of $500.00 spent in 2026-10." },
		{ 10000, 480, 500.01, 520, ALERT_BUDGET_FORECAST, ALERT_SOFT,
			"Budget \"team\": 2026-10 is likely to cost $500.01 ($480.00 to $520.00), "
			"more "
			"than its $500.00; $100.00 spent so far." },
		{ 10000, 480, 500, 520, ALERT_BUDGET, ALERT_WELL, NULL },
		{ 10000, 500.01, 510, 520, ALERT_BUDGET_FORECAST, ALERT_SOFT,
			"Budget \"team\": 2026-10 is almost sure to cost $510.00 ($500.01 to "
			"$520.00), "
			"more than its $500.00; $100.00 spent so far." },
		{ 10000, 500, 510, 520, ALERT_BUDGET_FORECAST, ALERT_SOFT,
			"Budget \"team\": 2026-10 is likely to cost $510.00 ($500.00 to $520.00), "
			"more "
			"than its $500.00; $100.00 spent so far." },
		{ 45000, 490, 510, 520, ALERT_BUDGET_FORECAST, ALERT_SOFT,
			NULL }, /* the worse one */
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct budget_standing standing = { .budget = &budget,
			.month = 2026 * 12 + 9,
			.low = cases[i].cents * FEMTO_PER_CENT,
			.high = cases[i].cents * FEMTO_PER_CENT,
			.has_forecast = cases[i].likely > 0,
			.forecast.total = { cases[i].low, cases[i].likely, cases[i].high } };
		standing.state = budget_judge(
			&budget, standing.low, standing.has_forecast ? &standing.forecast : NULL);
		struct alert_facts facts = no_facts(&nothing);
		facts.budgets = &standing;
		facts.budgets_n = 1;
		one_item(&facts, cases[i].kind, cases[i].level, cases[i].text, report);
	}
}

static void
test_limits(void **state)
{
	(void)state;
	static const struct {
		enum gauge gauge;
		femto_t above, below; /* 0: none */
		femto_t low, high;
		enum alert_level level;
		const char *text;
	} cases[] = {
		{ GAUGE_LATENCY_P95, 2000 * UNIT, 0, 2001 * UNIT, 2304 * UNIT, ALERT_HARD,
			"Limit \"l\": chat took up to 2,001 to 2,304 ms for 95 of 100 requests "
			"from "
			"2026-10-24 to 2026-10-30, above the limit of 2,000 ms." },
		/* it may be 2,000 */
		{ GAUGE_LATENCY_P95, 2000 * UNIT, 0, 2000 * UNIT, 2304 * UNIT, ALERT_WELL, NULL },
		{ GAUGE_COST_PER_REQUEST, UNIT / 100, 0, UNIT / 100 + 1, UNIT / 100 + 1, ALERT_HARD,
			"Limit \"l\": chat cost $0.01 a request from 2026-10-24 to 2026-10-30, "
			"above "
			"the limit of $0.01." },
		{ GAUGE_COST_PER_REQUEST, UNIT / 100, 0, UNIT / 100, UNIT / 100, ALERT_WELL,
			"Limit \"l\": chat cost $0.01 a request from 2026-10-24 to 2026-10-30, not "
			"above $0.01." },
		{ GAUGE_CACHE_SHARE, 0, UNIT / 2, UNIT / 4, UNIT / 4, ALERT_HARD,
			"Limit \"l\": chat read 25 % of the input from a cache from 2026-10-24 to "
			"2026-10-30, below the limit of 50 %." },
		{ GAUGE_CACHE_SHARE, 0, UNIT / 2, UNIT / 2, UNIT / 2, ALERT_WELL, NULL },
		{ GAUGE_REQUESTS_PER_DAY, 100 * UNIT, 10 * UNIT, 9 * UNIT, 9 * UNIT, ALERT_HARD,
			"Limit \"l\": chat had 9 requests a day from 2026-10-24 to 2026-10-30, "
			"below "
			"the limit of 10." },
		{ GAUGE_REQUESTS_PER_DAY, 100 * UNIT, 10 * UNIT, 101 * UNIT, 101 * UNIT, ALERT_HARD,
			NULL },
		{ GAUGE_REQUESTS_PER_DAY, 100 * UNIT, 10 * UNIT, 10 * UNIT, 10 * UNIT, ALERT_WELL,
			NULL },
		{ GAUGE_REQUESTS_PER_DAY, 100 * UNIT, 10 * UNIT, 100 * UNIT, 100 * UNIT, ALERT_WELL,
			NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		const struct limit limit = { .name = SLICE("l"),
			.gauge = cases[i].gauge,
			.has_above = cases[i].above,
			.above = cases[i].above,
			.has_below = cases[i].below,
			.below = cases[i].below };
		struct alert_facts facts = no_facts(&nothing);
		const struct alert_limit at = { .limit = &limit,
			.workload = SLICE("chat"),
			.reading = { .gauge = cases[i].gauge,
				.known = true,
				.low = cases[i].low,
				.high = cases[i].high,
				.first = facts.until - 6,
				.last = facts.until } };
		facts.limits = &at;
		facts.limits_n = 1;
		one_item(&facts, ALERT_LIMIT, cases[i].level, cases[i].text,
			"hllm audit --period 2026-10-24..2026-10-30 --ledger 'l' --by 'task'");
	}
	const struct limit limit = {
		.name = SLICE("l"), .gauge = GAUGE_CACHE_SHARE, .has_below = true
	};
	const struct alert_limit open = { .limit = &limit, .reading = { .why = "no input" } };
	struct alert_facts facts = no_facts(&nothing);
	facts.limits = &open;
	facts.limits_n = 1;
	one_item(&facts, ALERT_LIMIT, ALERT_UNKNOWN, "Limit \"l\": no input.", NULL);
}

/* A history of workloads that cost so many cents on each of n days up to the last complete one, and then 'last'. */
static struct history
history_of(const char *const *names, const int *cents, const int *last, size_t n, size_t days)
{
	int64_t until = when_days(2026, 10, 30);
	struct history history = { .currency = "USD",
		.first_day = until - (int64_t)days,
		.last_day = until,
		.workloads_n = n };
	history.workloads = arena_take(&history.arena, n * sizeof(*history.workloads));
	for (size_t i = 0; i < n; i++) {
		struct history_workload *workload = &history.workloads[i];
		workload->name = slice_of(names[i]);
		workload->days_n = days + 1;
		workload->days =
			arena_take(&history.arena, workload->days_n * sizeof(*workload->days));
		for (size_t k = 0; k <= days; k++) {
			femto_t spend = (k < days ? cents[i] : last[i]) * FEMTO_PER_CENT;
			workload->days[k] =
				(struct history_day){ .day = history.first_day + (int64_t)k,
					.spend_low = spend,
					.spend_high = spend };
		}
	}
	return history;
}

static void
test_spikes(void **state)
{
	(void)state;
	const struct check_settings settings = {
		.spike = 2 * UNIT, .spike_floor = 5 * UNIT, .fallback = -1
	};
	static const char *const names[] = { "(not in your logs)", "a chat", "it's" };
	static const struct {
		int usual[3], last[3];
		size_t days;
		size_t items;
		enum alert_level level; /* of the last item */
		const char *text;       /* of the item that is not well */
	} cases[] = {
		/* two workloads and all of them; what is no work is not looked at alone */
		{ { 1000, 1000, 1000 }, { 1000, 1000, 1000 }, 60, 3, ALERT_WELL, NULL },
		{ { 100, 1000, 1000 }, { 1000, 1000, 1000 }, 60, 3, ALERT_WELL, NULL },
		{ { 100, 1000, 1000 }, { 100, 2001, 1000 }, 60, 2, ALERT_HARD,
			"a chat cost $20.01 on 2026-10-30, 2.0 times the $10.00 that is usual on a "
			"Friday; the limit is $20.00." },
		{ { 100, 1000, 1000 }, { 100, 2000, 1000 }, 60, 3, ALERT_WELL, NULL },
		{ { 1000, 100, 100 }, { 9999, 100, 100 }, 60, 3, ALERT_HARD,
			"All workloads cost $101.99 on 2026-10-30, 8.5 times the $12.00 that is "
			"usual "
			"on a Friday; the limit is $24.00." },
		{ { 1000, 0, 100 }, { 1000, 501, 100 }, 60, 2, ALERT_HARD,
			"a chat cost $5.01 on 2026-10-30, where nothing is usual on a Friday; the "
			"limit is $5.00." },
		{ { 1000, 1000, 1000 }, { 1000, 9000, 1000 }, 13, 3, ALERT_UNKNOWN, NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct history history =
			history_of(names, cases[i].usual, cases[i].last, 3, cases[i].days);
		struct alert_facts facts = no_facts(&settings);
		struct alerts alerts;
		enum alert_level worst = ALERT_WELL;
		facts.history = &history;
		alerts_make(&alerts, &facts);
		if (alerts.n != cases[i].items)
			fail_msg("case %zu: %zu items", i, alerts.n);
		for (size_t k = 0; k < alerts.n; k++) {
			const struct alert *alert = &alerts.items[k];
			worst = alert->level > worst ? alert->level : worst;
			if (alert->level == ALERT_HARD) {
				assert_string_equal(alert->text.p, cases[i].text);
				assert_string_equal(alert->command.p,
					"hllm audit --period 2026-10-30..2026-10-30 --ledger 'l' "
					"--by 'task'");
			}
		}
		if (worst != cases[i].level)
			fail_msg("case %zu: %s", i, alert_levels[worst]);
		alerts_free(&alerts);
		arena_free(&history.arena);
	}
}

/* Of a month's invoice nobody knows what a day cost. */
static void
test_spread(void **state)
{
	(void)state;
	const struct check_settings settings = {
		.spike = 2 * UNIT, .spike_floor = 5 * UNIT, .fallback = -1
	};
	static const char *const names[] = { "chat" };
	const int usual[] = { 1000 }, last[] = { 9000 };
	for (int half = 0; half < 2; half++) {
		struct history history = history_of(names, usual, last, 1, 60); /* $690 */
		struct alert_facts facts = no_facts(&settings);
		facts.history = &history;
		history.spread = 345 * UNIT - half;
		if (half)
			one_item(&facts, ALERT_SPIKE, ALERT_HARD, NULL, NULL);
		else
			one_item(&facts, ALERT_SPIKE, ALERT_UNKNOWN,
				"Most of the money is of bills for more than a day: what a day "
				"cost is "
				"not known.",
				NULL);
		arena_free(&history.arena);
	}
}

static void
test_fallbacks(void **state)
{
	(void)state;
	const struct check_settings settings = { .fallback = UNIT / 50 };
	static const struct {
		struct fallback fallback;
		enum alert_level level;
		const char *text;
	} cases[] = {
		{ { .local = 980, .asked = 20 }, ALERT_WELL, NULL },
		{ { .local = 979, .asked = 21 }, ALERT_HARD,
			"chat: 21 of 1,000 requests for a local server (2.1 %) went to an API in "
			"2026-10; the limit is 2 %." },
		{ { .local = 1000, .asked = 11, .after = 10 }, ALERT_HARD, NULL },
		{ { .local = 0, .asked = 9 }, ALERT_WELL, NULL }, /* too few to tell */
		{ { .local = 0, .asked = 10 }, ALERT_HARD, NULL },
		{ { .local = 0, .after = 10 }, ALERT_HARD, /* what failed left no line */
			"chat: 10 of 10 requests for a local server (100 %) went to an API in "
			"2026-10; "
			"the limit is 2 %." },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct fallback item = cases[i].fallback;
		item.workload = SLICE("chat");
		const struct fallbacks all = { .items = &item, .n = 1 };
		struct alert_facts facts = no_facts(&settings);
		facts.fallbacks = &all;
		facts.fallback_month = 2026 * 12 + 9;
		one_item(&facts, ALERT_FALLBACK, cases[i].level, cases[i].text,
			"hllm report --period 2026-10 --ledger 'l' --by 'task'");
	}
}

static void
test_verdicts(void **state)
{
	(void)state;
	const struct check_settings settings = { .fallback = -1, .flips = true };
	static const enum verdict A = VERDICT_API, L = VERDICT_LOCAL, U = VERDICT_UNDECIDED;
	const struct {
		enum verdict verdicts[VERDICT_MONTHS];
		enum alert_level level;
		const char *text;
	} cases[] = {
		{ { A, A, A }, ALERT_WELL, "it's: policy ours says api from 2026-08 to 2026-10." },
		{ { A, L, L }, ALERT_SOFT,
			"it's: policy ours says local in 2026-09 and 2026-10, and said api in "
			"2026-08: enough of it." },
		/* one month is no change yet, and neither is one that went back */
		{ { A, A, L }, ALERT_WELL,
			"it's: policy ours says local in 2026-10 and said api in 2026-09: a change "
			"has to last for two months to count." },
		{ { A, L, A }, ALERT_WELL, NULL },
		{ { A, L, U }, ALERT_WELL, NULL },
		{ { A, U, U }, ALERT_SOFT, NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct alert_verdicts at = { .workload = SLICE("it's"),
			.reason = SLICE("enough of it") };
		memcpy(at.verdicts, cases[i].verdicts, sizeof(at.verdicts));
		struct alert_facts facts = no_facts(&settings);
		facts.verdicts = &at;
		facts.verdicts_n = 1;
		facts.verdict_month = 2026 * 12 + 9;
		facts.policy = "ours";
		one_item(&facts, ALERT_VERDICT, cases[i].level, cases[i].text,
			"hllm decide 'it'\\''s' --explain --period 2026-10 --ledger 'l' --by "
			"'task'");
	}
}

static void
test_ages(void **state)
{
	(void)state;
	const struct check_settings prices = { .fallback = -1, .price_age = 60 },
				    data = { .fallback = -1, .data_age = 45 };
	struct alert_facts facts = no_facts(&prices);
	one_item(&(struct alert_facts){ .settings = &data, .today = 100, .newest = 55 }, ALERT_DATA,
		ALERT_WELL, NULL, "hllm imports");
	one_item(&(struct alert_facts){ .settings = &data, .today = 100, .newest = 54 }, ALERT_DATA,
		ALERT_SOFT, "The newest data is of 1970-02-24, 46 days ago; the limit is 45.",
		NULL);
	facts.price_day = facts.newest - 60;
	one_item(&facts, ALERT_PRICES, ALERT_WELL, NULL, "hllm prices --ledger 'l'");
	facts.price_day--;
	one_item(&facts, ALERT_PRICES, ALERT_SOFT,
		"The newest list price is of 2026-08-31, 61 days before the newest data "
		"(2026-10-31); the limit is 60.",
		NULL);
}

static void
test_servers(void **state)
{
	(void)state;
	struct alert_facts facts = no_facts(&nothing);
	struct alert_server server = { .url = SLICE("http://127.0.0.1:8080"), .alive = true };
	facts.servers = &server;
	facts.servers_n = 1;
	one_item(&facts, ALERT_SERVER, ALERT_WELL, "http://127.0.0.1:8080 answers.", NULL);
	server.alive = false;
	server.why = SLICE("127.0.0.1:8080: no server answers there");
	one_item(&facts, ALERT_SERVER, ALERT_HARD,
		"The server http://127.0.0.1:8080 fails: 127.0.0.1:8080: no server answers there.",
		"hllm probe --health --url 'http://127.0.0.1:8080' --ledger 'l'");
	server.url = SLICE("http://192.0.2.1:8080");
	one_item(&facts, ALERT_SERVER, ALERT_HARD, NULL,
		"hllm probe --health --url 'http://192.0.2.1:8080' --allow-remote --ledger 'l'");
}

/* ---- the manual ---- */

/* The table of the manual is the table of the program, in its order and with nothing else in it. */
static void
test_manual(void **state)
{
	(void)state;
	static const char page[] = "hllm-alerts.7";
	char *text = manual_words(page);
	const char *at = manual_find(page, text, ".Sh ALERTS");
	for (int i = 0; i < ALERTS; i++) {
		const struct alert_rule *rule = &alert_rules[i];
		struct str want = STR_INIT;
		str_printf(&want,
			".Ss %s %c%s. .Bl -tag -width \"Looks at\" -compact .It Looks at %s .It "
			"Limit "
			"%s .It Level %s .It More %s .El ",
			rule->id, rule->title[0] - 'a' + 'A', rule->title + 1, rule->looks_at,
			rule->limit, alert_levels[rule->level], rule->command);
		at = manual_find(page, at, str_text(&want));
		str_free(&want);
	}
	assert_int_equal(manual_count(text, NULL, ".Ss "), ALERTS);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_budget_blocks),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_budgets),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_spikes),
		cmocka_unit_test(test_spread),
		cmocka_unit_test(test_fallbacks),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_ages),
		cmocka_unit_test(test_servers),
		cmocka_unit_test(test_manual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
