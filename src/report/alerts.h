/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * alerts - what `hllm check` looks at, and what of it has crossed its limit: facts in, alerts out.
 *
 * Each kind of alert is a row of alert_rules[], and a section of hllm-alerts(7), which a test holds
 * against it.  Whatever is looked at becomes an item, crossed or not, so that a check that could not be
 * made is seen as such.  The same facts give the same items in the same order: by kind, then as the
 * facts have them.
 */
#ifndef HLLM_REPORT_ALERTS_H
#define HLLM_REPORT_ALERTS_H

#include "decide/policy.h"
#include "report/budget.h"
#include "report/gauges.h"
#include "work/fallback.h"

enum alert_kind {
	ALERT_BUDGET,
	ALERT_BUDGET_FORECAST,
	ALERT_BUDGET_SOFT,
	ALERT_LIMIT,
	ALERT_SPIKE,
	ALERT_FALLBACK,
	ALERT_SERVER,
	ALERT_VERDICT,
	ALERT_PRICES,
	ALERT_DATA,
	ALERTS
};

/* A soft alert is a warning: nothing that was meant to hold is broken yet. */
enum alert_level { ALERT_WELL, ALERT_UNKNOWN, ALERT_SOFT, ALERT_HARD };
extern const char *const alert_levels[]; /* "well", "unknown", … */

struct alert_rule {
	const char *id, *title; /* "budget-soft"; "over the soft limit of a budget" */
	const char *looks_at;   /* one sentence */
	const char *limit;      /* the limit and its default, in words */
	const char *unit;       /* of value and limit; "" money */
	enum alert_level level;
	/* Shows more: {month}, {days}, {workload} and {url} stand for what the alert is about. */
	const char *command;
};
extern const struct alert_rule alert_rules[ALERTS];

struct alert {
	enum alert_kind kind;
	enum alert_level level;
	struct slice subject;
	bool has_value, has_limit;
	femto_t value, limit; /* shares as 0..1 */
	const char *unit;     /* "USD", "%", "days", "ms", … */
	struct slice text;    /* one or two sentences; of what could not be looked at, why */
	struct slice command;
};
struct alerts {
	struct alert *items;
	size_t n, size;
	struct arena arena;
};

/* A workload's verdicts in three complete months, one after the other. */
enum { VERDICT_MONTHS = 3 };
struct alert_verdicts {
	struct slice workload;
	enum verdict verdicts[VERDICT_MONTHS]; /* the oldest first */
	struct slice reason;                   /* of the last one */
};
struct alert_limit {
	const struct limit *limit;
	struct slice workload; /* .p NULL: everything */
	struct gauge_reading reading;
};
struct alert_server {
	struct slice url;
	bool alive;
	struct slice why; /* it is not */
};

/* All that is known; all borrowed.  What is NULL or 0 is not looked at. */
struct alert_facts {
	const struct check_settings *settings;
	int64_t today, newest,
		until; /* days; the newest with data, the last complete one; DAY_NONE */
	const struct budget_standing *budgets;
	size_t budgets_n;
	const struct alert_limit *limits;
	size_t limits_n;
	const struct history *history;
	const struct fallbacks *fallbacks; /* of 'fallback_month' */
	int fallback_month;
	const struct alert_server *servers;
	size_t servers_n;
	const struct alert_verdicts *verdicts;
	size_t verdicts_n;
	int verdict_month;  /* the last of the three; MONTH_NONE: there are no three */
	const char *policy; /* that decided */
	int64_t price_day;  /* of the newest list price; DAY_NONE none */
	/* options for the commands: those that all take, and those that look at data; or "" */
	const char *again, *again_study;
};

void alerts_make(struct alerts *alerts, const struct alert_facts *facts);
void alerts_free(struct alerts *alerts);
/* The worst of all; ALERT_WELL where nothing is crossed. */
enum alert_level alerts_worst(const struct alerts *alerts);

/* ---- for the parts, one file each ---- */

/* What an alert's command is about. */
struct alert_about {
	int month;
	int64_t first, last;
	struct slice workload, url;
};
/* A new item, without value, limit and text; valid until the next one. */
struct alert *alert_add(struct alerts *alerts, const struct alert_facts *facts,
	enum alert_kind kind, struct slice subject, const struct alert_about *about);
void alert_says(struct alerts *alerts, struct alert *alert, const char *fmt, ...) hl_printf(3, 4);
void alert_numbers(struct alert *alert, femto_t value, femto_t limit, const char *unit);
/* "2026-10" */
char *alert_month(char buf[WHEN_TEXT], int month);
femto_t femto_of_number(double value);

void alerts_of_budgets(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_limits(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_spikes(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_fallbacks(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_servers(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_verdicts(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_prices(struct alerts *alerts, const struct alert_facts *facts);
void alerts_of_data(struct alerts *alerts, const struct alert_facts *facts);

#endif
