/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/alerts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "probe/http.h"

const char *const alert_levels[] = { "well", "unknown", "soft", "hard" };

const struct alert_rule alert_rules[ALERTS] = {
	[ALERT_BUDGET] = {
		.id = "budget",
		.title = "over budget",
		.looks_at = "More is spent in the month of the newest data than a budget block of "
			    "hllm.conf allows.",
		.limit = "month of that block",
		.unit = "",
		.level = ALERT_HARD,
		.command = "hllm report --period {month}",
	},
	[ALERT_BUDGET_FORECAST] = {
		.id = "budget-forecast",
		.title = "going over budget",
		.looks_at = "The most likely value of the forecast for the end of this month is "
			    "more than a budget allows.",
		.limit = "month of its block",
		.unit = "",
		.level = ALERT_SOFT,
		.command = "hllm report --period {month}",
	},
	[ALERT_BUDGET_SOFT] = {
		.id = "budget-soft",
		.title = "over a soft limit",
		.looks_at = "More is spent in the month of the newest data than the soft limit of "
			    "a budget.",
		.limit = "soft of its block, 80 % of month where it is not given",
		.unit = "",
		.level = ALERT_SOFT,
		.command = "hllm report --period {month}",
	},
	[ALERT_LIMIT] = {
		.id = "limit",
		.title = "beyond a limit",
		.looks_at = "A measure is above or below what a limit block of hllm.conf says, "
			    "whatever the data leaves open.",
		.limit = "above and below of that block, over its days (7)",
		.unit = "of the measure",
		.level = ALERT_HARD,
		.command = "hllm audit --period {days}",
	},
	[ALERT_SPIKE] = {
		.id = "spike",
		.title = "a spike",
		.looks_at = "A workload, or else all of them together, cost far more on the last "
			    "complete day, or in the last seven, than is usual there.",
		.limit = "spike and spike_floor of the check block: 2 times what is usual, and 5 "
			 "a day above it",
		.unit = "",
		.level = ALERT_HARD,
		.command = "hllm audit --period {days}",
	},
	[ALERT_FALLBACK] = {
		.id = "fallback",
		.title = "falling back to an API",
		.looks_at = "Too many requests for a local server went to an API, at least 10, in "
			    "the month of the newest data.",
		.limit = "fallback of the check block: 2 % of those requests",
		.unit = "share",
		.level = ALERT_HARD,
		.command = "hllm report --period {month}",
	},
	[ALERT_SERVER] = {
		.id = "server",
		.title = "a server that does not answer",
		.looks_at = "One of the servers of the check block does not answer a request of "
			    "five tokens.",
		.limit = "30 seconds for the answer, 5 for a connection",
		.unit = "ms",
		.level = ALERT_HARD,
		.command = "hllm probe --health --url {url}",
	},
	[ALERT_VERDICT] = {
		.id = "verdict",
		.title = "a verdict that changed",
		.looks_at = "The policy has said something else of a workload in both of the last "
			    "two complete months than in the one before them.",
		.limit = "2 months that agree; flips of the check block turns it off",
		.unit = "months",
		.level = ALERT_SOFT,
		.command = "hllm decide {workload} --explain --period {month}",
	},
	[ALERT_PRICES] = {
		.id = "prices",
		.title = "an old price table",
		.looks_at = "The newest list price is that much older than the newest data: what "
			    "changed since is not known.",
		.limit = "price_age of the check block: 60 days",
		.unit = "days",
		.level = ALERT_SOFT,
		.command = "hllm prices",
	},
	[ALERT_DATA] = {
		.id = "data",
		.title = "no new data",
		.looks_at = "The newest data of the ledger is old: an import has stopped, and "
			    "nothing of the above is seen any more.",
		.limit = "data_age of the check block: 45 days",
		.unit = "days",
		.level = ALERT_SOFT,
		.command = "hllm imports",
	},
};

/* ---- building ---- */

char *
alert_month(char buf[WHEN_TEXT], int month)
{
	snprintf(buf, WHEN_TEXT, "%04d-%02d", month / 12, month % 12 + 1);
	return buf;
}

/* Of at most 10^12 and with a millionth to spare, as all is that is looked at here. */
femto_t
femto_of_number(double value)
{
	const double most = 1e12, millionth = 1e6;
	value = value > most ? most : value < -most ? -most : value;
	return (femto_t)(value * millionth + (value < 0 ? -0.5 : 0.5)) *
	       (FEMTO_PER_UNIT / (femto_t)millionth);
}

static void
put_word(struct str *out, struct slice word, const struct alert_about *about)
{
	char from[WHEN_TEXT], to[WHEN_TEXT];
	if (slice_is(word, "month")) {
		str_puts(out, alert_month(from, about->month));
	} else if (slice_is(word, "days")) {
		str_printf(out, "%s..%s", when_date(from, about->first * NS_PER_DAY),
			when_date(to, about->last * NS_PER_DAY));
	} else if (slice_is(word, "workload")) {
		str_shell(out, about->workload);
	} else if (slice_is(word, "url")) {
		str_shell(out, about->url);
		str_puts(out, http_is_loopback(about->url.p) ? "" : " --allow-remote");
	} else {
		BUG("a command of an alert asks for {" SLICE_FMT "}", SLICE_ARG(word));
	}
}

/* The rule's command, with the words in braces filled in. */
static struct slice
fill_in(struct alerts *alerts, const struct alert_facts *facts, const struct alert_rule *rule,
	const struct alert_about *about)
{
	struct str out = STR_INIT;
	struct slice rest = slice_of(rule->command), part;
	for (bool word = false; slice_cut(&rest, word ? '}' : '{', &part); word = !word) {
		if (word)
			put_word(&out, part, about);
		else
			str_slice(&out, part);
	}
	bool study = strstr(rule->command, "{month}") || strstr(rule->command, "{days}");
	str_puts(&out, facts->again ? facts->again : "");
	str_puts(&out, study && facts->again_study ? facts->again_study : "");
	struct slice command = slice_copy(&alerts->arena, str_as_slice(&out));
	str_free(&out);
	return command;
}

struct alert *
alert_add(struct alerts *alerts, const struct alert_facts *facts, enum alert_kind kind,
	struct slice subject, const struct alert_about *about)
{
	const struct alert_rule *rule = &alert_rules[kind];
	alerts->items = xgrow(alerts->items, &alerts->size, alerts->n, sizeof(*alerts->items));
	struct alert *alert = &alerts->items[alerts->n++];
	*alert = (struct alert){ .kind = kind,
		.level = ALERT_WELL,
		.subject = slice_copy(&alerts->arena, subject),
		.unit = rule->unit,
		.command = fill_in(alerts, facts, rule, about) };
	return alert;
}

void
alert_says(struct alerts *alerts, struct alert *alert, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n >= 0)
		alert->text = slice_copy(&alerts->arena, slice_of(text));
	free(text);
}

void
alert_numbers(struct alert *alert, femto_t value, femto_t limit, const char *unit)
{
	alert->has_value = alert->has_limit = true;
	alert->value = value;
	alert->limit = limit;
	alert->unit = unit;
}

void
alerts_make(struct alerts *alerts, const struct alert_facts *facts)
{
	*alerts = (struct alerts){ 0 };
	alerts_of_budgets(alerts, facts);
	alerts_of_limits(alerts, facts);
	alerts_of_spikes(alerts, facts);
	alerts_of_fallbacks(alerts, facts);
	alerts_of_servers(alerts, facts);
	alerts_of_verdicts(alerts, facts);
	alerts_of_prices(alerts, facts);
	alerts_of_data(alerts, facts);
}

void
alerts_free(struct alerts *alerts)
{
	free(alerts->items);
	arena_free(&alerts->arena);
	*alerts = (struct alerts){ 0 };
}

enum alert_level
alerts_worst(const struct alerts *alerts)
{
	enum alert_level worst = ALERT_WELL;
	for (size_t i = 0; i < alerts->n; i++)
		if (alerts->items[i].level > ALERT_UNKNOWN && alerts->items[i].level > worst)
			worst = alerts->items[i].level;
	return worst;
}
