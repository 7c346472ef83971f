/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics - what a check found as samples with labels; a money's unit is in its name, as those of others are. */
#include "config.h"

#include <stdlib.h>

#include "report/check.h"

enum {
	M_NAME,
	M_HELP,
	M_ALERT,
	M_BOUND,
	M_BUDGET,
	M_LIMIT,
	M_SERVER,
	M_WORKLOAD,
	M_VALUE,
	COLUMNS
};

static const struct column metric_columns[COLUMNS] = {
	[M_NAME] = { .key = "name" },
	[M_HELP] = { .key = "help" },
	[M_ALERT] = { .key = "labels.alert" },
	[M_BOUND] = { .key = "labels.bound" },
	[M_BUDGET] = { .key = "labels.budget" },
	[M_LIMIT] = { .key = "labels.limit" },
	[M_SERVER] = { .key = "labels.server" },
	[M_WORKLOAD] = { .key = "labels.workload" },
	[M_VALUE] = { .key = "value", .decimals = 9 },
};

struct metrics {
	const struct check_report *report;
	struct answer *answer;
	struct table *table;
};

/* "hllm_budget_limit_usd"; 'unit' "": the name as it is. */
static struct cell
name_cell(struct answer *answer, const char *name, const char *unit)
{
	struct str text = STR_INIT;
	str_printf(&text, "hllm_%s%s", name, *unit ? "_" : "");
	size_t begin = text.n;
	str_puts(&text, unit);
	for (char *at = text.p + begin; *at; at++)
		if (*at >= 'A' && *at <= 'Z')
			*at = (char)(*at - 'A' + 'a');
	struct cell cell = cell_text(answer, str_as_slice(&text));
	str_free(&text);
	return cell;
}

/* A sample without labels; they can be set in what is returned, until the next one. */
static struct cell *
sample(struct metrics *m, const char *name, const char *unit, const char *help, femto_t value)
{
	struct cell *row = table_row(m->table);
	row[M_NAME] = name_cell(m->answer, name, unit);
	row[M_HELP] = cell_text(m->answer, slice_of(help));
	row[M_VALUE] = cell_decimal(value);
	return row;
}

static femto_t
whole(int64_t value)
{
	return (femto_t)value * FEMTO_PER_UNIT;
}

static void
put_alerts(struct metrics *m)
{
	const struct alerts *alerts = m->report->alerts;
	for (int kind = 0; kind < ALERTS; kind++) {
		bool crossed = false;
		for (size_t i = 0; i < alerts->n; i++)
			crossed |= (int)alerts->items[i].kind == kind &&
				   alerts->items[i].level > ALERT_UNKNOWN;
		sample(m, "alert", "", "Whether an alert of this kind is up.",
			whole(crossed))[M_ALERT] =
			cell_text(m->answer, slice_of(alert_rules[kind].id));
	}
}

/* One name after the other: samples of a name have to stand together. */
static void
put_budgets(struct metrics *m)
{
	const struct alert_facts *facts = m->report->facts;
	static const char *const names[] = { "budget_limit", "budget_soft_limit", "budget_spend" };
	static const char *const helps[] = {
		"What a month may cost by a budget.",
		"From which on a budget warns.",
		"What is spent of a budget in the month of the newest data.",
	};
	for (int k = 0; k < 3; k++)
		for (size_t i = 0; i < facts->budgets_n; i++) {
			const struct budget_standing *at = &facts->budgets[i];
			const femto_t values[] = { at->budget->month, at->budget->soft, at->low };
			sample(m, names[k], at->budget->currency, helps[k], values[k])[M_BUDGET] =
				cell_text(m->answer, at->budget->name);
		}
	for (size_t i = 0; i < facts->budgets_n; i++) {
		static const char *const bounds[] = { "low", "likely", "high" };
		const struct budget_standing *at = &facts->budgets[i];
		const double values[] = { at->forecast.total.low, at->forecast.total.likely,
			at->forecast.total.high };
		for (int k = 0; at->has_forecast && k < 3; k++) {
			struct cell *row = sample(m, "budget_forecast", at->budget->currency,
				"What the month will have cost at its end, in 80 of 100 months.",
				femto_of_number(values[k]));
			row[M_BUDGET] = cell_text(m->answer, at->budget->name);
			row[M_BOUND] = cell_text(m->answer, slice_of(bounds[k]));
		}
	}
}

static femto_t
spend_of(const struct history_workload *workload, int month, int64_t first, int64_t last)
{
	femto_t sum = 0;
	for (size_t i = 0; i < workload->days_n; i++) {
		const struct history_day *day = &workload->days[i];
		if (day->day >= first && day->day <= last &&
			(month == MONTH_NONE || month_of_day(day->day) == month))
			sum += day->spend_low;
	}
	return sum;
}

static void
put_spend(struct metrics *m)
{
	const struct alert_facts *facts = m->report->facts;
	const struct history *history = facts->history;
	int month = facts->newest == DAY_NONE ? MONTH_NONE : month_of_day(facts->newest);
	for (int of_day = 0; history && month != MONTH_NONE && of_day < 2; of_day++) {
		if (of_day && facts->until == DAY_NONE)
			continue;
		for (size_t i = 0; i < history->workloads_n; i++) {
			const struct history_workload *at = &history->workloads[i];
			struct cell *row =
				of_day ? sample(m, "day_spend", history->currency,
						 "What the last complete day cost.",
						 spend_of(at, MONTH_NONE, facts->until,
							 facts->until))
				       : sample(m, "month_spend", history->currency,
						 "What the month of the newest data cost so far.",
						 spend_of(at, month, INT64_MIN, facts->newest));
			row[M_WORKLOAD] = cell_text(m->answer, at->name);
		}
	}
}

static void
put_work(struct metrics *m)
{
	const struct alert_facts *facts = m->report->facts;
	for (size_t i = 0; facts->fallbacks && i < facts->fallbacks->n; i++) {
		const struct fallback *at = &facts->fallbacks->items[i];
		int64_t all = fallback_all(at);
		if (all)
			sample(m, "fallback_ratio", "",
				"Share of the requests for local servers that went to an API, in "
				"the month of the newest data.",
				whole(fallback_fallen(at)) / all)[M_WORKLOAD] =
				cell_text(m->answer, at->workload);
	}
	for (size_t i = 0; i < facts->limits_n; i++) {
		const struct alert_limit *at = &facts->limits[i];
		if (!at->reading.known)
			continue;
		struct cell *row = sample(m, "limit_value", "",
			"What a limit block is about, in the unit of its measure: the low end.",
			at->reading.low);
		row[M_LIMIT] = cell_text(m->answer, at->limit->name);
		if (at->workload.p)
			row[M_WORKLOAD] = cell_text(m->answer, at->workload);
	}
	for (size_t i = 0; i < facts->servers_n; i++)
		sample(m, "server_up", "", "Whether a server answers a short request.",
			whole(facts->servers[i].alive))[M_SERVER] =
			cell_text(m->answer, facts->servers[i].url);
}

static void
put_times(struct metrics *m)
{
	const struct alert_facts *facts = m->report->facts;
	if (m->report->data_end != INT64_MIN)
		sample(m, "data_timestamp_seconds", "", "The newest record of the ledger.",
			whole(m->report->data_end));
	if (facts->price_day != DAY_NONE) {
		sample(m, "price_table_timestamp_seconds", "",
			"From when on the newest list price holds that held at the newest data.",
			whole(facts->price_day * 86400));
		if (facts->newest != DAY_NONE)
			sample(m, "price_table_age_seconds", "",
				"How old the newest list price was at the newest data.",
				whole((facts->newest - facts->price_day) * 86400));
	}
	sample(m, "check_timestamp_seconds", "", "When this was looked at.", whole(m->report->now));
}

void
report_metrics(const struct check_report *report)
{
	struct metrics m = { .report = report, .answer = report->answer };
	m.table = answer_table(report->answer, "metrics", NULL, metric_columns, COLUMNS);
	m.table->quiet = true;
	put_alerts(&m);
	put_budgets(&m);
	put_spend(&m);
	put_work(&m);
	put_times(&m);
}
