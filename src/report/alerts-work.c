/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alerts-work - limits, fallbacks, verdicts, servers, and the age of prices and data. */
#include "config.h"

#include <stdlib.h>

#include "report/alerts.h"
#include "report/parts.h"

enum { FALLBACKS_LEAST = 10, PERCENT = 100 };

/* ---- limits ---- */

/* "$0.0312", "4.2 %", "2,049 to 2,304 ms", "1,000" */
static void
gauge_text(struct str *out, enum gauge gauge, femto_t low, femto_t high, const char *currency)
{
	const char *unit = gauge_infos[gauge].unit;
	bool share = strcmp(unit, "share") == 0, money = !unit[0];
	struct str from = STR_INIT, to = STR_INIT;
	char text[NUM_TEXT];
	int factor = share ? PERCENT : 1;
	if (money) {
		money_fine_text(&from, low, currency);
		money_fine_text(&to, high, currency);
	} else {
		str_puts(&from, num_print(text, low * factor, 0, 1, true));
		str_puts(&to, num_print(text, high * factor, 0, 1, true));
	}
	str_slice(out, str_as_slice(&from));
	if (!slice_eq(str_as_slice(&from), str_as_slice(&to)))
		str_printf(out, " to %s", str_text(&to));
	str_puts(out, share ? " %" : strcmp(unit, "ms") == 0 ? " ms" : "");
	str_free(&from);
	str_free(&to);
}

/* Above for sure, or below for sure: whatever is open, it is beyond. */
static bool
is_beyond(const struct limit *limit, const struct gauge_reading *reading, bool *above)
{
	*above = limit->has_above && reading->low > limit->above;
	return *above || (limit->has_below && reading->high < limit->below);
}

static void
say_limit(struct str *out, const struct alert_limit *at, bool beyond, bool above,
	const char *currency)
{
	const struct limit *limit = at->limit;
	const struct gauge_reading *reading = &at->reading;
	const struct gauge_info *info = &gauge_infos[limit->gauge];
	struct str value = STR_INIT, bound = STR_INIT;
	char first[WHEN_TEXT], last[WHEN_TEXT];
	bool upper = beyond ? above : limit->has_above;
	gauge_text(&value, limit->gauge, reading->low, reading->high, currency);
	gauge_text(&bound, limit->gauge, upper ? limit->above : limit->below,
		upper ? limit->above : limit->below, currency);
	str_printf(out, "Limit \"" SLICE_FMT "\": " SLICE_FMT " %s%s%s from %s to %s, %s %s.",
		SLICE_ARG(limit->name),
		SLICE_ARG(at->workload.p ? at->workload : SLICE("all workloads together")),
		info->before, str_text(&value), info->after,
		when_date(first, reading->first * NS_PER_DAY),
		when_date(last, reading->last * NS_PER_DAY),
		beyond  ? (above ? "above the limit of" : "below the limit of")
		: upper ? "not above"
			: "not below",
		str_text(&bound));
	str_free(&value);
	str_free(&bound);
}

static void
alert_of_limit(struct alerts *alerts, const struct alert_facts *facts, const struct alert_limit *at)
{
	const struct gauge_reading *reading = &at->reading;
	const struct limit *limit = at->limit;
	const char *currency = facts->history ? facts->history->currency : "USD",
		   *unit = gauge_infos[limit->gauge].unit;
	const struct alert_about about = { .first = reading->first, .last = reading->last };
	struct slice subject = at->workload.p
				       ? slice_printf(&alerts->arena, SLICE_FMT ": " SLICE_FMT,
						 SLICE_ARG(limit->name), SLICE_ARG(at->workload))
				       : limit->name;
	struct alert *alert = alert_add(alerts, facts, ALERT_LIMIT, subject, &about);
	bool above = false;
	if (!reading->known) {
		alert->level = ALERT_UNKNOWN;
		alert->command = SLICE("hllm imports");
		alert_says(alerts, alert, "Limit \"" SLICE_FMT "\": %s.", SLICE_ARG(limit->name),
			reading->why);
		return;
	}
	struct str text = STR_INIT;
	bool beyond = is_beyond(limit, reading, &above);
	bool upper = beyond ? above : limit->has_above;
	alert->level = beyond ? alert_rules[ALERT_LIMIT].level : ALERT_WELL;
	alert_numbers(alert, upper ? reading->low : reading->high,
		upper ? limit->above : limit->below, unit[0] ? unit : currency);
	say_limit(&text, at, beyond, above, currency);
	alert_says(alerts, alert, "%s", str_text(&text));
	str_free(&text);
}

void
alerts_of_limits(struct alerts *alerts, const struct alert_facts *facts)
{
	for (size_t i = 0; i < facts->limits_n; i++)
		alert_of_limit(alerts, facts, &facts->limits[i]);
}

/* ---- fallbacks ---- */

void
alerts_of_fallbacks(struct alerts *alerts, const struct alert_facts *facts)
{
	const struct alert_about about = { .month = facts->fallback_month };
	femto_t limit = facts->settings->fallback;
	char fallen_text[NUM_TEXT], all_text[NUM_TEXT], rate_text[NUM_TEXT], limit_text[NUM_TEXT],
		month[WHEN_TEXT];
	for (size_t i = 0; facts->fallbacks && limit >= 0 && i < facts->fallbacks->n; i++) {
		const struct fallback *at = &facts->fallbacks->items[i];
		int64_t fallen = fallback_fallen(at), all = fallback_all(at);
		if (!all)
			continue;
		struct alert *alert =
			alert_add(alerts, facts, ALERT_FALLBACK, at->workload, &about);
		femto_t rate = (femto_t)fallen * FEMTO_PER_UNIT / all;
		alert_numbers(alert, rate, limit, "share");
		if (fallen >= FALLBACKS_LEAST && rate > limit)
			alert->level = alert_rules[ALERT_FALLBACK].level;
		alert_says(alerts, alert,
			SLICE_FMT
			": %s of %s requests for a local server (%s %%) went to an API in "
			"%s; the limit is %s %%.",
			SLICE_ARG(at->workload), num_count(fallen_text, fallen),
			num_count(all_text, all), num_print(rate_text, rate * PERCENT, 0, 1, false),
			alert_month(month, facts->fallback_month),
			num_print(limit_text, limit * PERCENT, 0, 2, false));
	}
}

/* ---- servers ---- */

void
alerts_of_servers(struct alerts *alerts, const struct alert_facts *facts)
{
	for (size_t i = 0; i < facts->servers_n; i++) {
		const struct alert_server *server = &facts->servers[i];
		const struct alert_about about = { .url = server->url };
		struct alert *alert = alert_add(alerts, facts, ALERT_SERVER, server->url, &about);
		alert->level = server->alive ? ALERT_WELL : alert_rules[ALERT_SERVER].level;
		if (server->alive)
			alert_says(alerts, alert, SLICE_FMT " answers.", SLICE_ARG(server->url));
		else
			alert_says(alerts, alert, "The server " SLICE_FMT " fails: " SLICE_FMT ".",
				SLICE_ARG(server->url), SLICE_ARG(server->why));
	}
}

/* ---- verdicts ---- */

static void
say_verdicts(struct str *out, const struct alert_facts *facts, const struct alert_verdicts *at)
{
	char months[VERDICT_MONTHS][WHEN_TEXT];
	const char *names[VERDICT_MONTHS];
	for (int i = 0; i < VERDICT_MONTHS; i++) {
		alert_month(months[i], facts->verdict_month - VERDICT_MONTHS + 1 + i);
		names[i] = verdict_names[at->verdicts[i]];
	}
	str_printf(out, SLICE_FMT ": policy %s says ", SLICE_ARG(at->workload), facts->policy);
	if (at->verdicts[0] == at->verdicts[1] && at->verdicts[1] == at->verdicts[2])
		str_printf(out, "%s from %s to %s.", names[0], months[0], months[2]);
	else if (at->verdicts[1] == at->verdicts[2])
		str_printf(out, "%s in %s and %s, and said %s in %s: " SLICE_FMT ".", names[2],
			months[1], months[2], names[0], months[0], SLICE_ARG(at->reason));
	else
		str_printf(out,
			"%s in %s and said %s in %s: a change has to last for two months to "
			"count.",
			names[2], months[2], names[1], months[1]);
}

/* For how many months up to the last one the verdict is the same. */
static int
months_alike(const struct alert_verdicts *at)
{
	int n = 1;
	while (n < VERDICT_MONTHS &&
		at->verdicts[VERDICT_MONTHS - 1 - n] == at->verdicts[VERDICT_MONTHS - 1])
		n++;
	return n;
}

void
alerts_of_verdicts(struct alerts *alerts, const struct alert_facts *facts)
{
	if (!facts->settings->flips)
		return;
	for (size_t i = 0; i < facts->verdicts_n; i++) {
		const struct alert_verdicts *at = &facts->verdicts[i];
		const struct alert_about about = { .month = facts->verdict_month,
			.workload = at->workload };
		int alike = months_alike(at);
		struct alert *alert = alert_add(alerts, facts, ALERT_VERDICT, at->workload, &about);
		struct str text = STR_INIT;
		alert_numbers(alert, alike * FEMTO_PER_UNIT, 2 * FEMTO_PER_UNIT, "months");
		if (alike == VERDICT_MONTHS - 1)
			alert->level = alert_rules[ALERT_VERDICT].level;
		say_verdicts(&text, facts, at);
		alert_says(alerts, alert, "%s", str_text(&text));
		str_free(&text);
	}
}

/* ---- ages ---- */

/* The newest data is as old as it is, a price table as old as it was then. */
static void
alert_of_age(struct alerts *alerts, const struct alert_facts *facts, enum alert_kind kind,
	int64_t age, int64_t limit)
{
	const struct alert_about about = { 0 };
	struct alert *alert = alert_add(alerts, facts, kind,
		kind == ALERT_DATA ? SLICE("the ledger") : SLICE("the price table"), &about);
	char newest[WHEN_TEXT], price[WHEN_TEXT], days[NUM_TEXT];
	alert_numbers(
		alert, (femto_t)age * FEMTO_PER_UNIT, (femto_t)limit * FEMTO_PER_UNIT, "days");
	if (age > limit)
		alert->level = alert_rules[kind].level;
	when_date(newest, facts->newest * NS_PER_DAY);
	num_count(days, age);
	if (kind == ALERT_DATA)
		alert_says(alerts, alert,
			"The newest data is of %s, %s day%s ago; the limit is %lld.", newest, days,
			age == 1 ? "" : "s", (long long)limit);
	else
		alert_says(alerts, alert,
			"The newest list price is of %s, %s day%s before the newest data (%s); the "
			"limit is %lld.",
			when_date(price, facts->price_day * NS_PER_DAY), days, age == 1 ? "" : "s",
			newest, (long long)limit);
}

void
alerts_of_prices(struct alerts *alerts, const struct alert_facts *facts)
{
	int64_t limit = facts->settings->price_age;
	if (limit && facts->newest != DAY_NONE && facts->price_day != DAY_NONE)
		alert_of_age(alerts, facts, ALERT_PRICES, facts->newest - facts->price_day, limit);
}

void
alerts_of_data(struct alerts *alerts, const struct alert_facts *facts)
{
	int64_t limit = facts->settings->data_age;
	if (limit && facts->newest != DAY_NONE)
		alert_of_age(alerts, facts, ALERT_DATA, facts->today - facts->newest, limit);
}
