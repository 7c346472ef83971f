/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/budget.h"

#include <stdlib.h>

#include "base/when.h"

/* A month above this is a typing error. */
#define MONTH_MOST (FEMTO_PER_UNIT * 1000000000)
enum { SOFT_PERCENT = 80 };

const char *const budget_states[BUDGET_STATES] = { "well", "soft", "likely", "sure", "crossed" };

/* ---- the blocks ---- */

static bool
read_currency(const struct conf_section *section, char currency[4], struct err *err)
{
	struct slice text = SLICE("USD");
	bool good = conf_text(section, "currency", &text, err);
	for (size_t i = 0; good && i < text.n; i++)
		good &= text.p[i] >= 'A' && text.p[i] <= 'Z';
	if (!good || text.n != 3)
		return conf_wrong(section, conf_item(section, "currency"), err,
			"currency is \"" SLICE_FMT "\", expected a code like USD", SLICE_ARG(text));
	memcpy(currency, text.p, 3);
	currency[3] = '\0';
	return true;
}

/* "400", or "80 %" of the month. */
static bool
read_soft(const struct conf_section *section, struct budget *budget, struct err *err)
{
	struct slice text = SLICE_NONE;
	const struct conf_item *item = conf_item(section, "soft");
	budget->soft = budget->month / 100 * SOFT_PERCENT;
	if (!conf_text(section, "soft", &text, err))
		return false;
	if (!item)
		return true;
	bool percent = slice_ends(text, "%");
	if (percent)
		text.n--;
	femto_t value;
	if (num_decimal(slice_trim(text), &value) != NUM_OK || value < 0 ||
		value > (percent ? 100 * FEMTO_PER_UNIT : budget->month))
		return conf_wrong(section, item, err,
			"soft is \"" SLICE_FMT "\", expected an amount up to month, or a part of "
			"it such as \"80 %%\"",
			SLICE_ARG(item->values[0]));
	/* a percentage has few decimals, and a month's 10^-15 are of no use to anybody */
	budget->soft =
		percent ? budget->month / 1000000 * (value / (FEMTO_PER_UNIT / 10000)) : value;
	return true;
}

static bool
read_budget(const struct conf_section *section, struct budget *budget, struct err *err)
{
	*budget = (struct budget){ .section = section,
		.name = section->title,
		.workload = conf_item(section, "workload"),
		.biller = conf_item(section, "biller") };
	if (!conf_need(section, "month", err) ||
		!conf_decimal(section, "month", &budget->month, err))
		return false;
	if (budget->month <= 0 || budget->month > MONTH_MOST)
		return conf_wrong(section, conf_item(section, "month"), err,
			"month is out of range, expected an amount above 0 and up to "
			"1,000,000,000");
	return read_currency(section, budget->currency, err) && read_soft(section, budget, err);
}

bool
budgets_load(struct budgets *budgets, const struct conf *conf, struct err *err)
{
	*budgets = (struct budgets){ 0 };
	size_t n = 0;
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "budget", at));)
		n++;
	budgets->items = arena_take(&budgets->arena, n * sizeof(*budgets->items));
	for (const struct conf_section *at = NULL; (at = conf_next(conf, "budget", at));)
		if (!read_budget(at, &budgets->items[budgets->n++], err))
			return false;
	return true;
}

femto_t
budgets_whole(const struct budgets *budgets, const char *currency)
{
	femto_t least = 0;
	for (size_t i = 0; i < budgets->n; i++) {
		const struct budget *at = &budgets->items[i];
		if (!at->workload && !at->biller && strcmp(at->currency, currency) == 0 &&
			(!least || at->month < least))
			least = at->month;
	}
	return least;
}

void
budgets_free(struct budgets *budgets)
{
	arena_free(&budgets->arena);
	*budgets = (struct budgets){ 0 };
}

bool
globs_match(const struct conf_item *globs, struct slice text)
{
	if (!globs)
		return true;
	for (size_t i = 0; i < globs->values_n; i++)
		if (slice_glob(text, globs->values[i]))
			return true;
	return false;
}

/* ---- where spending stands ---- */

int64_t
history_newest(const struct history *history, int64_t today)
{
	if (history->last_day == DAY_NONE || history->first_day > today)
		return DAY_NONE;
	return history->last_day < today ? history->last_day : today;
}

int64_t
history_complete(const struct history *history, int64_t today)
{
	return history_newest(history, today - 1);
}

int
month_of_day(int64_t day)
{
	return when_month(day * NS_PER_DAY);
}

enum budget_state
budget_judge(const struct budget *budget, femto_t spent, const struct forecast *forecast)
{
	double limit = (double)budget->month / (double)FEMTO_PER_UNIT;
	if (spent > budget->month)
		return BUDGET_CROSSED;
	if (forecast && forecast->total.low > limit)
		return BUDGET_SURE;
	if (forecast && forecast->total.likely > limit)
		return BUDGET_LIKELY;
	return spent > budget->soft ? BUDGET_SOFT : BUDGET_WELL;
}

/* The bins of the budget's billers; keys, and what the bins are made of, stay the pool's. */
static struct pool
part_of(const struct pool *pool, const struct conf_item *billers)
{
	struct pool part = *pool;
	part.n = 0;
	part.size = pool->n;
	part.items = xcalloc(pool->n + 1, sizeof(*part.items));
	for (size_t i = 0; i < pool->n; i++)
		if (globs_match(billers, pool->keys.items[pool->items[i].key].text[KEY_BILLER]))
			part.items[part.n++] = pool->items[i];
	return part;
}

/* The history of what the budget is about, in its currency; 'own' is used where that is another one. */
static const struct history *
history_for(
	const struct budget *budget, const struct budget_question *question, struct history *own)
{
	bool same = strcmp(budget->currency, question->history->currency) == 0;
	if (same && !budget->biller)
		return question->history;
	struct audit_options options = *question->options;
	struct pool part = part_of(question->pool, budget->biller);
	options.currency = budget->currency;
	history_make(own, &part, &options, budget->currency);
	free(part.items);
	return own;
}

static bool
counts(const struct budget *budget, const struct history_workload *workload)
{
	return globs_match(budget->workload, workload->name);
}

static void
add_spent(const struct history *history, int64_t today, struct budget_standing *out)
{
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *workload = &history->workloads[i];
		if (!counts(out->budget, workload))
			continue;
		for (size_t k = 0; k < workload->days_n; k++) {
			const struct history_day *day = &workload->days[k];
			if (day->day > today || month_of_day(day->day) != out->month)
				continue;
			out->low += day->spend_low;
			out->high += day->spend_high;
		}
	}
}

static void
add_forecast(const struct history *history, int64_t until, struct budget_standing *out)
{
	size_t n = (size_t)(until - history->first_day + 1);
	double *days = xcalloc(n, sizeof(*days));
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *workload = &history->workloads[i];
		for (size_t k = 0; counts(out->budget, workload) && k < workload->days_n; k++) {
			const struct history_day *day = &workload->days[k];
			if (day->day <= until)
				days[day->day - history->first_day] +=
					(double)day->spend_low / (double)FEMTO_PER_UNIT;
		}
	}
	const struct forecast_question question = {
		.days = days, .days_n = n, .first_day = history->first_day
	};
	out->has_forecast = forecast_month(&question, &out->forecast);
	free(days);
	if (!out->has_forecast)
		return;
	/* today is in no complete day, but what it has cost is spent */
	double spent = (double)out->low / (double)FEMTO_PER_UNIT;
	struct estimate *total = &out->forecast.total;
	total->low = fmax(total->low, spent);
	total->likely = fmax(total->likely, spent);
	total->high = fmax(total->high, spent);
}

static void
stand(const struct budget *budget, const struct budget_question *question,
	struct budget_standing *out)
{
	struct history own = { 0 };
	const struct history *history = history_for(budget, question, &own);
	/* its month is that of all data, so that all budgets speak of the same one */
	int64_t newest = history_newest(question->history, question->today);
	*out = (struct budget_standing){ .budget = budget, .month = MONTH_NONE };
	if (newest != DAY_NONE) {
		int64_t until = history_complete(question->history, question->today);
		out->month = month_of_day(newest);
		out->partial = history->others_n > 0;
		add_spent(history, question->today, out);
		if (out->month == month_of_day(question->today) && until != DAY_NONE &&
			history->first_day != DAY_NONE && history->first_day <= until)
			add_forecast(history, until, out);
	}
	out->state = budget_judge(budget, out->low, out->has_forecast ? &out->forecast : NULL);
	if (history == &own)
		history_free(&own);
}

void
budgets_stand(const struct budgets *budgets, const struct budget_question *question,
	struct budget_standing *out)
{
	for (size_t i = 0; i < budgets->n; i++)
		stand(&budgets->items[i], question, &out[i]);
}
