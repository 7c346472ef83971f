/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alerts-money - budgets and spikes. */
#include "config.h"

#include <stdlib.h>

#include "econ/spike.h"
#include "report/alerts.h"
#include "report/amounts.h"
#include "report/parts.h"

static double
units(femto_t amount)
{
	return (double)amount / (double)FEMTO_PER_UNIT;
}

/* ---- budgets ---- */

/* "; the forecast for its end is $560.00 ($520.00 to $610.00)" */
static void
add_forecast(struct str *out, const struct budget_standing *standing, const char *before)
{
	const struct estimate *total = &standing->forecast.total;
	const char *currency = standing->budget->currency;
	if (!standing->has_forecast)
		return;
	str_puts(out, before);
	amount_text(out, total->likely, currency);
	str_puts(out, " (");
	amount_text(out, total->low, currency);
	str_puts(out, " to ");
	amount_text(out, total->high, currency);
	str_putc(out, ')');
}

/* Where the newest data is not of today or yesterday: up to when it goes. */
static void
add_end(struct str *out, const struct alert_facts *facts)
{
	char day[WHEN_TEXT];
	if (facts->newest != DAY_NONE && facts->newest < facts->today - 1)
		str_printf(out, " The data goes up to %s.",
			when_date(day, facts->newest * NS_PER_DAY));
}

static void
say_budget(struct str *out, const struct budget_standing *standing)
{
	const struct budget *budget = standing->budget;
	char month[WHEN_TEXT];
	struct str spent = STR_INIT, limit = STR_INIT, soft = STR_INIT, over = STR_INIT;
	money_text(&spent, standing->low, standing->high, budget->currency);
	money_text(&limit, budget->month, budget->month, budget->currency);
	money_text(&soft, budget->soft, budget->soft, budget->currency);
	money_text(&over, standing->low - budget->month, standing->low - budget->month,
		budget->currency);
	alert_month(month, standing->month);
	str_printf(out, "Budget \"" SLICE_FMT "\": ", SLICE_ARG(budget->name));
	switch (standing->state) {
	case BUDGET_CROSSED:
		str_printf(out, "%s spent in %s, %s more than its %s", str_text(&spent), month,
			str_text(&over), str_text(&limit));
		add_forecast(out, standing, "; the month is going to cost ");
		break;
	case BUDGET_SURE:
	case BUDGET_LIKELY:
		str_printf(out, "%s is %s to cost", month,
			standing->state == BUDGET_SURE ? "almost sure" : "likely");
		add_forecast(out, standing, " ");
		str_printf(out, ", more than its %s; %s spent so far", str_text(&limit),
			str_text(&spent));
		break;
	case BUDGET_SOFT:
		str_printf(out, "%s spent in %s, more than the soft limit of %s (the limit is %s)",
			str_text(&spent), month, str_text(&soft), str_text(&limit));
		add_forecast(out, standing, "; the month is going to cost ");
		break;
	case BUDGET_WELL:
		str_printf(out, "%s of %s spent in %s", str_text(&spent), str_text(&limit), month);
		add_forecast(out, standing, "; the month is going to cost ");
		break;
	}
	str_puts(out, standing->partial ? ", without amounts in other currencies." : ".");
	str_free(&spent);
	str_free(&limit);
	str_free(&soft);
	str_free(&over);
}

static void
alert_of_budget(struct alerts *alerts, const struct alert_facts *facts,
	const struct budget_standing *standing)
{
	static const enum alert_kind kinds[BUDGET_STATES] = {
		[BUDGET_WELL] = ALERT_BUDGET,
		[BUDGET_SOFT] = ALERT_BUDGET_SOFT,
		[BUDGET_LIKELY] = ALERT_BUDGET_FORECAST,
		[BUDGET_SURE] = ALERT_BUDGET_FORECAST,
		[BUDGET_CROSSED] = ALERT_BUDGET,
	};
	const struct budget *budget = standing->budget;
	enum alert_kind kind = kinds[standing->state];
	const struct alert_about about = { .month = standing->month };
	struct alert *alert = alert_add(alerts, facts, kind, budget->name, &about);
	if (standing->month == MONTH_NONE) {
		alert->level = ALERT_UNKNOWN;
		alert->command = SLICE("hllm imports");
		alert_says(alerts, alert, "Budget \"" SLICE_FMT "\": no data has a date.",
			SLICE_ARG(budget->name));
		return;
	}
	femto_t value = kind == ALERT_BUDGET_FORECAST
				? femto_of_number(standing->forecast.total.likely)
				: standing->low;
	alert_numbers(alert, value, kind == ALERT_BUDGET_SOFT ? budget->soft : budget->month,
		budget->currency);
	alert->level = standing->state == BUDGET_WELL ? ALERT_WELL : alert_rules[kind].level;
	struct str text = STR_INIT;
	say_budget(&text, standing);
	add_end(&text, facts);
	alert_says(alerts, alert, "%s", str_text(&text));
	str_free(&text);
}

void
alerts_of_budgets(struct alerts *alerts, const struct alert_facts *facts)
{
	for (size_t i = 0; i < facts->budgets_n; i++)
		alert_of_budget(alerts, facts, &facts->budgets[i]);
}

/* ---- spikes ---- */

static const char *
weekday_name(int64_t day)
{
	static const char *const names[] = { "Thursday", "Friday", "Saturday", "Sunday", "Monday",
		"Tuesday", "Wednesday" }; /* 1970 began on a Thursday */
	return names[(day % 7 + 7) % 7];
}

static void
say_spike(struct str *out, const struct alert_facts *facts, struct slice name, bool all,
	const struct spike *spike)
{
	const char *currency = facts->history->currency;
	char day[WHEN_TEXT], times[NUM_TEXT];
	when_date(day, facts->until * NS_PER_DAY);
	struct str value = STR_INIT, usual = STR_INIT, limit = STR_INIT;
	amount_text(&value, spike->value, currency);
	amount_text(&usual, spike->usual, currency);
	amount_text(&limit, spike->limit, currency);
	str_printf(out, SLICE_FMT " cost %s %s %s", SLICE_ARG(all ? SLICE("All workloads") : name),
		str_text(&value), spike->days == 1 ? "on" : "in the seven days up to", day);
	if (spike->usual > 0)
		str_printf(out, ", %s times the %s that %s usual",
			num_print(times, femto_of_number(spike->value / spike->usual), 1, 1, true),
			str_text(&usual), spike->days == 1 ? "is" : "are");
	else
		str_puts(out, ", where nothing is usual");
	if (spike->days == 1)
		str_printf(out, " on a %s", weekday_name(facts->until));
	str_printf(out, "; the limit is %s.", str_text(&limit));
	str_free(&value);
	str_free(&usual);
	str_free(&limit);
}

/* Adds an item for a series that ends with the last complete day; true: a spike. */
static bool
look_at_series(struct alerts *alerts, const struct alert_facts *facts, struct slice name, bool all,
	const struct spike_question *question)
{
	const char *currency = facts->history->currency;
	struct alert_about about = { .first = facts->until, .last = facts->until };
	struct spike spike;
	bool known = spike_look(question, &spike);
	if (known && spike.days > 1)
		about.first = facts->until - spike.days + 1;
	struct alert *alert =
		alert_add(alerts, facts, ALERT_SPIKE, all ? SLICE("all workloads") : name, &about);
	if (!known) {
		alert->level = ALERT_UNKNOWN;
		alert_says(alerts, alert,
			SLICE_FMT ": %zu days of data, expected at least %d to know what is usual.",
			SLICE_ARG(alert->subject), question->days_n, SPIKE_DAYS_LEAST + 1);
		return false;
	}
	struct str text = STR_INIT;
	alert->level = spike.crossed ? alert_rules[ALERT_SPIKE].level : ALERT_WELL;
	alert_numbers(alert, femto_of_number(spike.value), femto_of_number(spike.limit), currency);
	say_spike(&text, facts, name, all, &spike);
	alert_says(alerts, alert, "%s", str_text(&text));
	str_free(&text);
	return spike.crossed;
}

/* Adds a workload's days to those of all; its own begin with its first one. */
static void
add_days(const struct alert_facts *facts, const struct history_workload *workload, double *own,
	double *all)
{
	int64_t first = facts->history->first_day;
	for (size_t i = 0; i < workload->days_n; i++) {
		const struct history_day *day = &workload->days[i];
		if (day->day > facts->until)
			break;
		own[day->day - workload->days[0].day] = units(day->spend_low);
		all[day->day - first] += units(day->spend_low);
	}
}

/* Is most of the money of lines that stand for more than a day?  What a day cost is not known then. */
static bool
is_spread(const struct history *history)
{
	femto_t sum = 0;
	for (size_t i = 0; i < history->workloads_n; i++)
		for (size_t k = 0; k < history->workloads[i].days_n; k++)
			sum += history->workloads[i].days[k].spend_low;
	return history->spread > 0 && history->spread * 2 >= sum;
}

static void
say_spread(struct alerts *alerts, const struct alert_facts *facts)
{
	const struct alert_about about = { .first = facts->until, .last = facts->until };
	struct alert *alert = alert_add(alerts, facts, ALERT_SPIKE, SLICE("all workloads"), &about);
	alert->level = ALERT_UNKNOWN;
	alert_says(alerts, alert,
		"Most of the money is of bills for more than a day: what a day cost is not known.");
}

void
alerts_of_spikes(struct alerts *alerts, const struct alert_facts *facts)
{
	const struct history *history = facts->history;
	if (!history || !facts->settings->spike || facts->until == DAY_NONE ||
		history->first_day == DAY_NONE || history->first_day > facts->until)
		return;
	if (is_spread(history)) {
		say_spread(alerts, facts);
		return;
	}
	size_t all_n = (size_t)(facts->until - history->first_day + 1);
	double *all = xcalloc(all_n, sizeof(*all)), *own = xcalloc(all_n, sizeof(*own));
	struct spike_question question = { .days = own,
		.times = units(facts->settings->spike),
		.floor = units(facts->settings->spike_floor) };
	bool found = false;
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *workload = &history->workloads[i];
		if (!workload->days_n || workload->days[0].day > facts->until)
			continue;
		question.first_day = workload->days[0].day;
		question.days_n = (size_t)(facts->until - question.first_day + 1);
		memset(own, 0, question.days_n * sizeof(*own));
		add_days(facts, workload, own, all);
		/* a difference between files is no work: all together shows it */
		if (!workload_is_difference(workload->name))
			found |= look_at_series(alerts, facts, workload->name, false, &question);
	}
	question.days = all;
	question.days_n = all_n;
	question.first_day = history->first_day;
	if (!found)
		look_at_series(alerts, facts, SLICE_NONE, true, &question);
	free(all);
	free(own);
}
