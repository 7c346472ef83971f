/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/facts.h"

#include <stdlib.h>

#include "base/when.h"
#include "cmd/again.h"

enum { SLACK_DAYS = 2 }; /* a month that begins or ends with a weekend may have no data then */

static int64_t
day_of_month(int month)
{
	return when_month_start(month) / NS_PER_DAY;
}

/* ---- history and budgets ---- */

/* The month that is likely that of the newest data, and what is likely its offset of the zone. */
static bool
guess_month(struct facts *f, struct err *err)
{
	int64_t last = f->app->now;
	if (f->study.pool.last != INT64_MIN && f->study.pool.last < last / NS_PER_SECOND)
		last = f->study.pool.last * NS_PER_SECOND;
	f->study.watch = true;
	f->study.traffic.without_days = true;
	f->facts.fallback_month = when_month(last);
	return study_month(f->app, &f->study, f->facts.fallback_month, &f->newest, err);
}

static bool
no_data(const struct facts *f, struct err *err)
{
	char first[WHEN_TEXT], now[WHEN_TEXT];
	if (f->history.first_day == DAY_NONE)
		return err_set(err, FAULT_INPUT,
			"nothing in the ledger has a date, expected bills or logs with times; see: "
			"hllm imports");
	return err_set(err, FAULT_INPUT, "nothing in the ledger is older than %s: it begins on %s",
		when_date(now, f->app->now), when_date(first, f->history.first_day * NS_PER_DAY));
}

/* All data, in the zone; the days that are looked at. */
static bool
make_history(struct facts *f, struct err *err)
{
	struct alert_facts *facts = &f->facts;
	if (!guess_month(f, err))
		return false;
	f->options = study_options_of(&f->newest);
	f->options.period = (struct period){ INT64_MIN, INT64_MAX };
	f->options.day_most = INT64_MAX;
	history_make(&f->history, &f->study.pool, &f->options, f->study.currency);
	if (!pool_whole(&f->study.pool, err))
		return false;
	facts->history = &f->history;
	facts->today = (f->app->now / NS_PER_SECOND + f->options.zone_offset) / 86400;
	facts->newest = history_newest(&f->history, facts->today);
	facts->until = history_complete(&f->history, facts->today);
	return facts->newest != DAY_NONE || no_data(f, err);
}

static void
stand_budgets(struct facts *f)
{
	struct budget_standing *out = arena_take(&f->app->arena, f->budgets.n * sizeof(*out));
	const struct budget_question question = { .pool = &f->study.pool,
		.options = &f->options,
		.history = &f->history,
		.today = f->facts.today };
	budgets_stand(&f->budgets, &question, out);
	f->facts.budgets = out;
	f->facts.budgets_n = f->budgets.n;
}

/* ---- limits ---- */

static void
read_limits(struct facts *f)
{
	const struct gauge_question question = { .pool = &f->study.pool,
		.options = &f->options,
		.history = &f->history,
		.until = f->facts.until };
	size_t most = f->limits.n * (f->history.workloads_n + 1), n = 0;
	struct alert_limit *out = arena_take(&f->app->arena, most * sizeof(*out));
	for (size_t i = 0; i < f->limits.n; i++) {
		const struct limit *limit = &f->limits.items[i];
		size_t begin = n;
		for (size_t k = 0; limit->workload && k < f->history.workloads_n; k++)
			if (globs_match(limit->workload, f->history.workloads[k].name) &&
				!workload_is_difference(f->history.workloads[k].name))
				out[n++].workload = f->history.workloads[k].name;
		if (!limit->workload)
			n++;
		for (size_t k = begin; k < n; k++)
			gauge_read(&question, limit->gauge, out[k].workload, limit->days,
				&out[k].reading);
		if (n == begin)
			out[n++].reading = (struct gauge_reading){ .gauge = limit->gauge,
				.why = "no workload of that name has any data" };
		for (size_t k = begin; k < n; k++)
			out[k].limit = limit;
	}
	f->facts.limits = out;
	f->facts.limits_n = n;
}

/* ---- months ---- */

static bool
look_at_fallbacks(struct facts *f, struct err *err)
{
	int month = month_of_day(f->facts.newest);
	if (month != f->facts.fallback_month) { /* the zone, or data of days to come */
		f->facts.fallback_month = month;
		study_free(&f->newest);
		if (!study_month(f->app, &f->study, month, &f->newest, err))
			return false;
	}
	if (!traffic_taps(&f->newest.traffic, &f->study.taken.sources, f->study.taken.ledger, err))
		return false;
	fallbacks_make(&f->fallbacks, &f->newest.traffic);
	f->facts.fallbacks = &f->fallbacks;
	return true;
}

/* Is all of it behind us, and does the data cover it? */
static bool
is_complete(const struct facts *f, int month)
{
	return day_of_month(month + 1) <= f->facts.today &&
	       f->history.first_day <= day_of_month(month) + SLACK_DAYS &&
	       f->facts.newest >= day_of_month(month + 1) - 1 - SLACK_DAYS;
}

/* Of a workload that has verdicts in all three months; else false. */
static bool
take_verdicts(
	const struct study *months, size_t subject, struct arena *arena, struct alert_verdicts *out)
{
	const struct subjects *subjects = &months[VERDICT_MONTHS - 1].subjects;
	struct slice name = subjects->items[subject].name;
	for (int i = 0; i < VERDICT_MONTHS; i++) {
		const struct decision *decision = rulings_find(&months[i].rulings, name);
		if (!decision)
			return false;
		out->verdicts[i] = decision->outcome.verdict;
		out->reason = decision->reason;
	}
	out->workload = slice_copy(arena, name);
	out->reason = slice_copy(arena, out->reason);
	return true;
}

static int
by_workload(const void *left, const void *right)
{
	return slice_compare(((const struct alert_verdicts *)left)->workload,
		((const struct alert_verdicts *)right)->workload);
}

static bool
look_at_verdicts(struct facts *f, const struct study_options *options, struct err *err)
{
	struct study months[VERDICT_MONTHS] = { { 0 } };
	int last = month_of_day(f->facts.newest);
	last -= !is_complete(f, last);
	f->facts.verdict_month = MONTH_NONE;
	if (!f->settings.flips || !is_complete(f, last) ||
		!is_complete(f, last - VERDICT_MONTHS + 1))
		return true;
	f->facts.verdict_month = last;
	f->facts.policy = f->study.policy->name.p;
	f->study.watch = false;
	bool good = true;
	for (int i = 0; i < VERDICT_MONTHS && good; i++) {
		good = study_month(
			f->app, &f->study, last - VERDICT_MONTHS + 1 + i, &months[i], err);
		if (!good)
			break;
		study_describe(options, &months[i]);
		study_decide(&months[i]);
	}
	const struct subjects *subjects = &months[VERDICT_MONTHS - 1].subjects;
	struct alert_verdicts *out = arena_take(&f->app->arena, (subjects->n + 1) * sizeof(*out));
	for (size_t i = 0; good && i < subjects->n; i++)
		if (take_verdicts(months, i, &f->app->arena, &out[f->facts.verdicts_n]))
			f->facts.verdicts_n++;
	f->facts.verdicts = out;
	if (f->facts.verdicts_n)
		qsort(out, f->facts.verdicts_n, sizeof(*out), by_workload);
	for (int i = 0; i < VERDICT_MONTHS; i++)
		study_free(&months[i]);
	return good;
}

/* ---- all ---- */

static void
look_at_prices(struct facts *f)
{
	int64_t end = (f->facts.newest + 1) * NS_PER_DAY - 1,
		price = catalog_newest_until(f->study.catalog, end);
	f->facts.price_day = price == INT64_MIN ? DAY_NONE : price / NS_PER_DAY;
}

/* The options of this run, for the commands that its alerts propose. */
static void
set_again(struct facts *f, const struct study_options *options, const char *policy)
{
	const struct study_options none = { 0 };
	again_options(&f->again, f->app, &none, NULL, false);
	again_option(&f->again, "as-of", f->app->as_of);
	again_option(&f->again_study, "by", options->by);
	again_option(&f->again_study, "policy", policy);
	f->facts.again = str_text(&f->again);
	f->facts.again_study = str_text(&f->again_study);
}

/* What hllm.conf says is read before anything is counted. */
static bool
open_all(struct facts *f, const char *policy, struct err *err)
{
	struct study *study = &f->study;
	return study_ready(f->app, study, err) && study_policy(f->app, policy, study, err) &&
	       check_settings_load(&f->settings, study->taken.conf, err) &&
	       budgets_load(&f->budgets, study->taken.conf, err) &&
	       limits_load(&f->limits, study->taken.conf, err);
}

bool
facts_gather(
	struct facts *f, const struct study_options *options, const char *policy, struct err *err)
{
	if (!open_all(f, policy, err))
		return false;
	f->app->period = NULL; /* what the settings say of it is for audits */
	if (!study_open(f->app, 0, &f->study, err) ||
		!study_gather(f->app, options, &f->study, err) || !make_history(f, err))
		return false;
	f->facts.settings = &f->settings;
	set_again(f, options, policy);
	stand_budgets(f);
	read_limits(f);
	look_at_prices(f);
	return look_at_fallbacks(f, err) && look_at_verdicts(f, options, err) &&
	       pool_whole(&f->study.pool, err);
}

void
facts_free(struct facts *f)
{
	fallbacks_free(&f->fallbacks);
	study_free(&f->newest);
	history_free(&f->history);
	limits_free(&f->limits);
	budgets_free(&f->budgets);
	study_free(&f->study);
	str_free(&f->again);
	str_free(&f->again_study);
}
