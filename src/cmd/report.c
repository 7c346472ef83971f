/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/breakeven.h"
#include "cmd/inquiry.h"
#include "cmd/mail-out.h"
#include "report/monthly.h"
#include "report/parts.h"

struct options {
	struct intake_options intake;
	struct study_options study;
	struct option_list in;
	struct mail_options mail;
	const char *policy, *hardware;
};

static const struct option option_table[] = {
	{ 0, "policy", OPTION_TEXT, .offset = offsetof(struct options, policy), .arg = "NAME|FILE",
		.names = "policies", .help = "by this policy (default) or a file" },
	{ 0, "gpu", OPTION_TEXT, .offset = offsetof(struct options, hardware), .arg = "HARDWARE",
		.names = "hardware",
		.help = "the machine that break-even is worked out for (default: that of "
			"hllm.conf, else the best of the catalogue)" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	MAIL_OPTIONS(options, mail),
	STUDY_OPTIONS(options, study),
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

/* One report, and what all of a run share. */
struct reporting {
	struct app *app;
	const struct options *options;
	const char *hardware; /* of --gpu, else of hllm.conf; NULL: the best of the catalogue */
	struct mailing mailing;
	struct study study; /* gathered */
	struct imports imports;
	struct probes probes;
	struct budgets budgets;
	/* where --tz says, as all that follows */
	int64_t now;         /* ns, as clocks there say */
	int64_t first, last; /* months that the data begins and ends in */
	int64_t data_start;  /* ns: of the first day of the data; INT64_MIN */
	int64_t data_end;    /* ns: when its last day is over; INT64_MIN */
};

/* ---- which months ---- */

/* A month by its number, where --period means exactly one. */
static bool
choose_month(const struct reporting *r, int *month, struct err *err)
{
	struct period period;
	const char *text = r->app->period ? r->app->period : "last";
	if (!period_parse(text, r->now, r->now, &period, err))
		return false;
	*month = when_month(period.start);
	if (period.start == INT64_MIN || period.start != when_month_start(*month) ||
		period.end != when_month_start(*month + 1))
		return err_set(err, FAULT_USAGE,
			"--period %s: a report is of one month, expected one such as 2026-10, or "
			"last",
			text);
	if (r->data_end == INT64_MIN)
		return err_set(err, FAULT_INPUT,
			"nothing in the data has a date: a report of a month needs dates; see: "
			"hllm "
			"audit");
	if (!r->app->period &&
		(*month > r->last || *month < r->first)) /* the newest that there is */
		*month = (int)r->last;
	if (*month >= r->first && *month <= r->last)
		return true;
	char first[MONTH_TEXT], last[MONTH_TEXT], wanted[MONTH_TEXT];
	month_text(first, (int)r->first);
	month_text(last, (int)r->last);
	return err_set(err, FAULT_INPUT, "nothing is known of %s: the data is of %s%s%s",
		month_text(wanted, *month), first, r->first == r->last ? "" : " to ",
		r->first == r->last ? "" : last);
}

/* ---- one month ---- */

static bool
study_one(struct reporting *r, int month, struct study *out, struct err *err)
{
	if (!study_month(r->app, &r->study, month, out, err))
		return false;
	study_describe(&r->options->study, out);
	if (!study_find(&r->options->study, out, err))
		return false;
	study_decide(out);
	return true;
}

/* What becomes of a month's workloads on a machine; without a name, on the best one of the catalogue. */
static void
make_plan(struct reporting *r, const char *hardware, struct study *study, struct working *work,
	struct monthly_plan *out)
{
	struct err err = { 0 };
	struct breakeven_options options = { .study = r->options->study,
		.plan.hardware = hardware };
	work->study = study;
	*out = (struct monthly_plan){ .plan = &work->planning.plan, .chosen = !r->hardware };
	if (!study->audit.total.records)
		out->none = "nothing is known of the month before";
	else if (!working_make(r->app, &options, work, &err))
		out->none = arena_copy(&r->app->arena, err.text, strlen(err.text));
	if (out->none)
		return;
	out->scenarios = work->scenarios;
	out->scenarios_n = work->scenarios_n;
	out->main = working_main(work);
}

/* Cost by day up to the last complete one, for the forecast. */
static bool
make_forecast(const struct reporting *r, const struct history *history, struct forecast *out)
{
	int64_t today = r->now / NS_PER_DAY;
	/* what is dated later than today comes from another clock */
	int64_t last = history->last_day == today ? today - 1 : history->last_day;
	if (history->first_day == DAY_NONE || last < history->first_day)
		return false;
	size_t n = (size_t)(last - history->first_day + 1);
	double *days = xcalloc(n, sizeof(*days));
	for (size_t i = 0; i < n; i++) {
		struct history_day sum;
		history_sum_day(history, history->first_day + (int64_t)i, &sum);
		days[i] = num_units(sum.spend_low);
	}
	bool good = forecast_month(
		&(struct forecast_question){
			.days = days, .days_n = n, .first_day = history->first_day },
		out);
	free(days);
	return good;
}

/* All that one report is made of. */
struct page {
	struct study after, before; /* the month, and the one before it */
	struct history history;
	struct bridge bridge;
	struct working work, work_before;
	struct monthly_plan plan, plan_before;
	struct budget_standing *budgets;
	struct fallbacks fallbacks;
	struct forecast forecast;
	bool has_forecast, over;
};

static void
page_free(struct page *page)
{
	free(page->budgets);
	fallbacks_free(&page->fallbacks);
	bridge_free(&page->bridge);
	history_free(&page->history);
	working_free(&page->work_before);
	working_free(&page->work);
	study_free(&page->before);
	study_free(&page->after);
}

/* Days cost most of a history's time: of a month that is over they are told apart only where they are shown. */
static void
make_history(struct reporting *r, int month, struct audit_options *options, struct page *page)
{
	const struct pool *pool = &r->study.pool;
	const struct money *money = main_money(&page->after.audit.total);
	const char *currency = money ? money->currency : NULL;
	struct history *out = &page->history;
	if (page->over && r->data_end != INT64_MIN)
		options->days_from =
			monthly_days_from(month, pool->first / 86400, pool->last / 86400);
	history_make(out, &r->study.pool, options, currency);
	if (!options->days_from ||
		monthly_days_from(month, out->first_day, out->last_day) == options->days_from)
		return;
	history_free(out); /* what counts is of a shorter time, all days of which are shown */
	options->days_from = 0;
	history_make(out, &r->study.pool, options, currency);
}

/* What was spent when: up to the end of the month, whatever came behind it. */
static bool
look_back(struct reporting *r, int month, struct page *page, struct err *err)
{
	struct audit_options options = study_options_of(&page->after);
	const struct money *money = main_money(&page->after.audit.total);
	int64_t end = when_month_start(month + 1);
	options.period.start = INT64_MIN;
	page->over = r->now >= end || r->data_end >= end;
	make_history(r, month, &options, page);
	bridge_make(&page->bridge, &page->history, month - 1, month);
	page->has_forecast =
		!page->over && money && make_forecast(r, &page->history, &page->forecast);
	page->budgets = xcalloc(r->budgets.n + 1, sizeof(*page->budgets));
	budgets_stand(&r->budgets,
		&(struct budget_question){ .pool = &r->study.pool,
			.options = &options,
			.history = &page->history,
			.today = (page->over ? end : r->now) / NS_PER_DAY },
		page->budgets);
	return pool_whole(&r->study.pool, err);
}

static void
make_plans(struct reporting *r, struct page *page)
{
	make_plan(r, r->hardware, &page->after, &page->work, &page->plan);
	const struct hardware *chosen = page->work.planning.plan.hardware;
	make_plan(r,
		r->hardware ? r->hardware
		: chosen    ? chosen->id.p
			    : NULL,
		&page->before, &page->work_before, &page->plan_before);
}

static void
answer_page(const struct reporting *r, int month, const struct page *page, struct answer *answer)
{
	bool saved = !r->options->in.n;
	monthly_report(&(struct monthly){ .answer = answer,
		.month = month,
		.now = r->now,
		.zone = r->app->tz ? r->app->tz : "UTC",
		.end = page->after.period.end,
		.data_start = r->data_start,
		.data_end = r->data_end,
		.after = &page->after.report,
		.before = &page->before.report,
		.history = &page->history,
		.bridge = &page->bridge,
		.forecast = page->has_forecast ? &page->forecast : NULL,
		.no_forecast = page->over ? "the month is over"
			       : !page->history.currency[0]
				       ? "nothing is billed or has a price"
				       : "no complete day of the month is known yet",
		.plan = page->plan,
		.plan_before = page->plan_before,
		.budgets = page->budgets,
		.budgets_n = r->budgets.n,
		.budget = budgets_whole(&r->budgets, page->history.currency),
		.fallbacks = &page->fallbacks,
		.probes = saved ? &r->probes : NULL,
		.sources = &r->study.taken.sources,
		.imports = saved ? &r->imports : NULL });
}

static void
say_next(const struct reporting *r, struct answer *answer)
{
	struct str how = STR_INIT;
	again_option(&how, "policy", r->options->policy);
	again_of(&how, r->app, &r->options->study, &r->options->intake, &r->options->in);
	answer_next(
		answer, "hllm decide%s --explain  # the rule behind each verdict", str_text(&how));
	str_free(&how);
}

/* Shows it as long as all is there that it is made of: somebody may ask. */
static bool
make_report(struct reporting *r, int month, struct answer *answer, int *status, struct err *err)
{
	const struct tolerance none = { 0 };
	struct page page = { .over = false };
	bool good = study_one(r, month, &page.after, err) &&
		    study_one(r, month - 1, &page.before, err) && look_back(r, month, &page, err);
	if (good) {
		study_reconcile(&page.after, &none);
		fallbacks_make(&page.fallbacks, &page.after.traffic);
		study_view(&r->options->study, &page.after);
		study_view(&r->options->study, &page.before);
		make_plans(r, &page);
		answer_page(r, month, &page, answer);
		say_next(r, answer);
		app_studied(r->app, &page.after, &r->study);
		*status = r->mailing.wanted && !r->app->inquiry
				  ? app_mail(r->app, &r->mailing, answer)
				  : app_show(r->app, answer);
	}
	page_free(&page);
	return good;
}

static int
report_month(struct reporting *r, int month)
{
	struct answer answer;
	struct err err = { 0 };
	app_answer(r->app, &answer, "hllm.report/1");
	int status = EXIT_DONE;
	if (!make_report(r, month, &answer, &status, &err))
		status = app_fail(r->app, &err);
	answer_free(&answer);
	return status;
}

/* ---- output 'dir/%Y-%m.html' ---- */

/* The path for a month; NULL: the template holds something else than %Y, %m and %%. */
static char *
path_of(const char *template, int month, struct err *err)
{
	struct str path = STR_INIT;
	for (const char *p = template; *p; p++) {
		if (*p != '%') {
			str_putc(&path, *p);
			continue;
		}
		p++;
		if (*p == 'Y') {
			str_printf(&path, "%04d", month / 12);
		} else if (*p == 'm') {
			str_printf(&path, "%02d", month % 12 + 1);
		} else if (*p == '%') {
			str_putc(&path, '%');
		} else {
			err_set(err, FAULT_USAGE,
				"--output %s: expected %%Y, %%m or %%%% behind a %%", template);
			str_free(&path);
			return NULL;
		}
	}
	char *text = xasprintf("%s", str_text(&path));
	str_free(&path);
	return text;
}

/* The month that was asked for, and before it those whose report is not there yet. */
static int
report_all(struct reporting *r, int month)
{
	const char *template = r->app->output;
	struct err err = { 0 };
	int status = EXIT_DONE;
	bool each = template && strstr(template, "%m") && !r->app->inquiry;
	for (int at = each ? (int)r->first : month; at <= month && status == EXIT_DONE; at++) {
		char *path = template ? path_of(template, at, &err) : NULL;
		if (template && !path)
			return app_fail(r->app, &err);
		r->app->output = path;
		if (at == month || !path || access(path, F_OK) != 0)
			status = report_month(r, at);
		free(path);
	}
	r->app->output = template;
	return status;
}

/* ---- the command ---- */

/* A day that is over at midnight, and a month, are those of the zone. */
static bool
take_dates(struct reporting *r, struct err *err)
{
	const struct pool *pool = &r->study.pool;
	int64_t now, first, last;
	if (!zone_offset(r->app->tz, r->app->now, &now, err))
		return false;
	r->now = r->app->now + now * NS_PER_SECOND;
	r->data_start = r->data_end = INT64_MIN;
	if (pool->last == INT64_MIN)
		return true;
	if (!zone_offset(r->app->tz, pool->first * NS_PER_SECOND, &first, err) ||
		!zone_offset(r->app->tz, pool->last * NS_PER_SECOND, &last, err))
		return false;
	r->data_start = (pool->first + first) / 86400 * NS_PER_DAY;
	r->data_end = ((pool->last + last) / 86400 + 1) * NS_PER_DAY;
	r->first = when_month(r->data_start);
	r->last = when_month(r->data_end - 1);
	return true;
}

/* A machine that is named but unknown is a mistake, and no reason to leave its part out. */
static bool
take_hardware(struct reporting *r, struct err *err)
{
	const struct conf_section *own = conf_next(r->study.taken.conf, "report", NULL);
	struct slice named = { 0 };
	if (own && !conf_text(own, "gpu", &named, err))
		return false;
	r->hardware = r->options->hardware ? r->options->hardware : named.n ? named.p : NULL;
	if (!r->hardware)
		return true;
	const struct planning_options options = { .hardware = r->hardware };
	struct planning planning = { 0 };
	struct err why = { 0 };
	bool good = planning_make(r->app, &options, &r->study, &planning, &why);
	if (!good && r->options->hardware)
		*err = why;
	else if (!good)
		conf_wrong(own, conf_item(own, "gpu"), err, "%s", why.text);
	planning_free(&planning);
	return good;
}

static bool
gather(struct reporting *r, struct options *options, struct err *err)
{
	struct study *study = &r->study;
	study->watch = true;
	if (!load_conf(r->app, &study->taken.conf, err) ||
		!mailing_make(r->app, &options->mail, study->taken.conf, &r->mailing, err) ||
		!study_ready(r->app, study, err) ||
		!study_policy(r->app, options->policy, study, err) ||
		!budgets_load(&r->budgets, study->taken.conf, err) ||
		!study_begin(r->app, &options->intake, &options->in, 0, study, err) ||
		!study_gather(r->app, &options->study, study, err))
		return false;
	return take_hardware(r, err) && take_dates(r, err) &&
	       (options->in.n || (ledger_imports(study->taken.ledger, &r->imports, err) &&
					 ledger_probes(study->taken.ledger, &r->probes, err)));
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct reporting r = { .app = app, .options = options };
	struct err err = { 0 };
	int month = 0;
	bool good = args_n == 0 || err_set(&err, FAULT_USAGE,
					   "unexpected \"%s\": the month is named by --period, a "
					   "file by --in",
					   args[0]);
	good = good && gather(&r, options, &err) && choose_month(&r, &month, &err);
	int status = good ? report_all(&r, month) : app_fail(app, &err);
	imports_free(&r.imports);
	probes_free(&r.probes);
	budgets_free(&r.budgets);
	study_free(&r.study);
	option_list_free(&options->in);
	option_list_free(&options->mail.to);
	return status;
}

const struct command cmd_report = {
	.name = "report",
	.help = "what a month cost, why it changed, and what to do: the page to forward",
	.examples =
		"hllm report                          # the last complete month\n"
		"hllm report --period 2026-10 --format html --output october.html\n"
		"hllm report --format html --output 'reports/%Y-%m.html'   # and missed months\n"
		"hllm report --email --to finance@example.com | sendmail -t\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.explains = true,
	.run = run,
};
