/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/study.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/ruling.h"

bool
study_open(struct app *app, int64_t import, struct study *study, struct err *err)
{
	struct taken *taken = &study->taken;
	study->of_ledger = import == 0;
	if (!taken->conf && !load_conf(app, &taken->conf, err))
		return false;
	const char *path = app_ledger_path(app, err);
	taken->ledger = path ? ledger_open(path, LEDGER_READ, err) : NULL;
	if (!taken->ledger || !ledger_sources(taken->ledger, import, &taken->sources, err))
		return false;
	taken->secret = ledger_secret(taken->ledger);
	if (taken->sources.n)
		return true;
	return import ? err_set(err, FAULT_USAGE, "there is no import %lld; see: hllm imports",
				(long long)import)
		      : err_set(err, FAULT_INPUT,
				"%s: an empty ledger; start with: hllm audit FILE", path);
}

bool
study_begin(struct app *app, struct intake_options *intake, const struct option_list *in,
	int64_t import, struct study *study, struct err *err)
{
	intake->no_save = true;
	return in->n ? take_in(app, intake, (int)in->n, in->items, &study->taken, err)
		     : study_open(app, import, study, err);
}

static bool
zone_exists(const char *zone)
{
	char path[512];
	if (strcmp(zone, "UTC") == 0)
		return true;
	snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", zone);
	return zone[0] && !strstr(zone, "..") && access(path, R_OK) == 0;
}

/* The UTC time of what is written as if it were UTC, but means this zone's clock. */
static int64_t
in_zone(int64_t ns)
{
	struct civil c = when_civil(ns);
	struct tm tm = { .tm_year = c.year - 1900,
		.tm_mon = c.month - 1,
		.tm_mday = c.day,
		.tm_hour = c.hour,
		.tm_isdst = -1 };
	return (int64_t)mktime(&tm) * NS_PER_SECOND;
}

bool
zone_check(const char *zone, struct err *err)
{
	return zone_exists(zone) ||
	       err_set(err, FAULT_USAGE,
		       "--tz %s: no such time zone, expected a name such as Europe/Berlin or UTC",
		       zone);
}

/* Seconds that the zone of TZ is ahead of UTC at that time. */
static int64_t
offset_at(int64_t ns)
{
	time_t when = (time_t)(ns / NS_PER_SECOND);
	struct tm tm;
	return localtime_r(&when, &tm) ? tm.tm_gmtoff : 0;
}

int64_t
zone_at(int64_t second)
{
	return offset_at(second * NS_PER_SECOND);
}

bool
zone_offset(const char *zone, int64_t ns, int64_t *offset, struct err *err)
{
	*offset = 0;
	if (!zone)
		return true;
	if (!zone_check(zone, err))
		return false;
	setenv("TZ", zone, 1);
	tzset();
	*offset = offset_at(ns);
	return true;
}

/* Days and months of --period begin where --tz says. */
static bool
move_to_zone(const char *zone, int64_t last, struct period *period, int64_t *offset,
	int64_t *day_most, struct err *err)
{
	if (!zone)
		return true;
	if (!zone_offset(zone, last, offset, err))
		return false;
	if (period->start != INT64_MIN)
		period->start = in_zone(period->start);
	if (period->end != INT64_MAX)
		period->end = in_zone(period->end);
	*offset = offset_at(period->start != INT64_MIN ? period->start : last);
	if (period->end != INT64_MAX)
		*day_most = (period->end / NS_PER_SECOND - 1 + offset_at(period->end - 1)) / 86400;
	return true;
}

/* All of what was given; the last 90 days of the ledger; or --period. */
static bool
choose_period(const struct app *app, const struct study *study, struct period *out, int64_t *offset,
	int64_t *day_most, struct err *err)
{
	int64_t now, last = 0;
	*out = (struct period){ INT64_MIN, INT64_MAX };
	*day_most = INT64_MAX;
	if (!zone_offset(app->tz, app->now, &now, err))
		return false;
	now = app->now + now * NS_PER_SECOND; /* as clocks there say */
	int64_t end = now;
	if (study->pool.last != INT64_MIN) { /* the end of the last day with data */
		if (!zone_offset(app->tz, study->pool.last * NS_PER_SECOND, &last, err))
			return false;
		end = ((study->pool.last + last) / 86400 + 1) * NS_PER_DAY;
	}
	if (app->period && !period_parse(app->period, now, end, out, err))
		return false;
	if (!app->period && study->of_ledger && study->pool.last != INT64_MIN)
		*out = (struct period){ end - 90 * NS_PER_DAY, end };
	return move_to_zone(app->tz, end, out, offset, day_most, err);
}

/* The user's words go before the shipped ones. */
static bool
load_types(struct app *app, struct study *study, struct err *err)
{
	const char *own = app_own_path(app, "task-types.conf");
	study->types = task_types_new(study->attributes);
	return (!own || task_types_load(study->types, own, false, err)) &&
	       task_types_load(study->types, app_shipped_path(app, "task-types.conf"), true, err);
}

bool
study_ready(struct app *app, struct study *study, struct err *err)
{
	if (!app_is_installed(app, err))
		return false;
	if (!study->taken.conf && !load_conf(app, &study->taken.conf, err))
		return false;
	if (!study->catalog)
		study->catalog = app_catalog(app, err);
	if (study->catalog && !study->attributes)
		study->attributes = attributes_load(app_shipped_path(app, "attributes.conf"), err);
	if (!study->catalog || !study->attributes ||
		(!study->types && !load_types(app, study, err)))
		return false;
	return study->successors.n || load_successors(app, &study->successors, err);
}

struct audit_options
study_options_of(const struct study *study)
{
	return (struct audit_options){ .catalog = study->catalog,
		.contract = study->contract,
		.rules = &study->rules,
		.period = study->period,
		.zone_offset = study->zone_offset,
		.day_most = study->day_most,
		.claims = study->claims,
		.without_hours = study->without_hours,
		.currency = study->currency[0] ? study->currency : NULL };
}

void
study_reconcile(struct study *study, const struct tolerance *tolerance)
{
	const struct audit_options options = study_options_of(study);
	reconcile(&study->reconciliation, &study->pool, &options);
	study->reconciled = true;
	study->tolerance = *tolerance;
}

bool
study_gather(
	struct app *app, const struct study_options *options, struct study *study, struct err *err)
{
	struct taken *taken = &study->taken;
	bool (*pool)(struct pool *, struct sources *, struct ledger *, struct err *) =
		!study->of_ledger  ? pool_of_sources
		: study->of_totals ? pool_of_totals
				   : pool_of_ledger;
	bool pooled = pool(&study->pool, &taken->sources, taken->ledger, err);
	if (!pooled || !study_ready(app, study, err))
		return false;
	study->contract = contract_load(taken->conf, err);
	if (!study->contract)
		return false;
	struct slice currency = conf_setting(taken->conf, "currency");
	if (currency.n == 3)
		memcpy(study->currency, currency.p, 3);
	study->rules = (struct workload_rules){ .conf = taken->conf,
		.secret = taken->secret,
		.by = options->by ? by_parse(options->by) : BY_DEFAULT };
	study->claims = claims_new(&study->pool);
	return true;
}

/* Counts and prices the study's period. */
static void
count(struct study *study)
{
	const struct audit_options audit = study_options_of(study);
	if (study->watch)
		traffic_audit(&study->traffic, &study->pool, &audit, &study->audit);
	else
		audit_run(&study->audit, &study->pool, &audit);
}

bool
study_run(
	struct app *app, const struct study_options *options, struct study *study, struct err *err)
{
	if (!study_gather(app, options, study, err) ||
		!choose_period(
			app, study, &study->period, &study->zone_offset, &study->day_most, err))
		return false;
	count(study);
	return pool_whole(&study->pool, err);
}

bool
study_month(struct app *app, const struct study *gathered, int month, struct study *out,
	struct err *err)
{
	*out = (struct study){ .borrows = true,
		.taken = gathered->taken,
		.of_ledger = gathered->of_ledger,
		.catalog = gathered->catalog,
		.contract = gathered->contract,
		.rules = gathered->rules,
		.day_most = INT64_MAX,
		.period = { when_month_start(month), when_month_start(month + 1) },
		.pool = gathered->pool,
		.claims = gathered->claims,
		.without_hours = gathered->without_hours,
		.watch = gathered->watch,
		.traffic = { .without_days = gathered->traffic.without_days },
		.successors = gathered->successors,
		.attributes = gathered->attributes,
		.types = gathered->types,
		.policy = gathered->policy };
	memcpy(out->currency, gathered->currency, sizeof(out->currency));
	if (!move_to_zone(app->tz, out->period.start, &out->period, &out->zone_offset,
		    &out->day_most, err))
		return false;
	count(out);
	return pool_whole(&out->pool, err);
}

void
study_view(const struct study_options *options, struct study *study)
{
	struct taken *taken = &study->taken;
	study->report = (struct audit_report){ .audit = &study->audit,
		.pool = &study->pool,
		.sources = study->of_ledger ? NULL : &taken->sources,
		.catalog = study->catalog,
		.contract = study->contract,
		.days = options->days,
		.by = study->rules.by,
		.skipped = str_text(&taken->skipped),
		.skipped_n = taken->skipped_n,
		.findings = study->found ? &study->findings : NULL,
		.reconciliation = study->reconciled ? &study->reconciliation : NULL,
		.tolerance = study->tolerance,
		.rulings = study->rulings.items ? &study->rulings : NULL };
}

/* Is that the cheapest of its family?  Of what no price is known for, nobody can tell. */
static bool
is_cheapest(const struct study *study, struct slice name)
{
	const struct tallies *models = &study->audit.models;
	bool found = false;
	for (size_t i = 0; i < models->n; i++) {
		const struct model *model = models->items[i].resolution.model;
		if (!slice_eq(models->items[i].name, name))
			continue;
		if (!model || successors_find(&study->successors, model_provider(model),
				      model_id(model), SUCCESSOR_CHEAPER))
			return false;
		found = true;
	}
	return found;
}

/* A verdict that advises a cheaper tier is no use to what has none. */
static void
mark_cheapest(struct study *study)
{
	for (size_t i = 0; i < study->subjects.n; i++) {
		struct subject *subject = &study->subjects.items[i];
		const struct tally *tally = NULL;
		for (size_t k = 0; k < study->audit.workloads.n && !tally; k++)
			if (slice_eq(study->audit.workloads.items[k].name, subject->name))
				tally = &study->audit.workloads.items[k];
		subject->cheapest = tally && tally->names_n > 0;
		for (size_t k = 0; tally && k < tally->names_n; k++)
			subject->cheapest &= is_cheapest(study, tally->names[k].name);
	}
}

void
study_describe(const struct study_options *options, struct study *study)
{
	const char *no_days;
	study_view(options, study);
	const struct profile_options profile = { .attributes = study->attributes,
		.types = study->types,
		.conf = study->taken.conf,
		.days = audit_days(&study->report, &no_days),
		.no_days = no_days };
	profile_subjects(&profile, &study->audit, &study->subjects);
	mark_cheapest(study);
}

bool
study_policy(struct app *app, const char *name, struct study *study, struct err *err)
{
	study->policy = app_policy(app, study->attributes, study->taken.conf, name, NULL, err);
	return study->policy != NULL;
}

void
study_decide(struct study *study)
{
	rulings_make(&study->rulings, study->policy, &study->subjects);
}

void
study_report(struct app *app, const struct study_options *options, struct study *study,
	struct answer *answer)
{
	study_view(options, study);
	study->report.answer = answer;
	study->report.verbose = app->verbose;
	audit_report(&study->report);
}

/* What study_month() borrows. */
static void
free_gathered(struct study *study)
{
	policy_free(study->policy);
	task_types_free(study->types);
	attributes_free(study->attributes);
	claims_free(study->claims);
	successors_free(&study->successors);
	pool_free(&study->pool);
	contract_free(study->contract);
	catalog_free(study->catalog);
	taken_free(&study->taken);
}

void
study_free(struct study *study)
{
	rulings_free(&study->rulings);
	reconciliation_free(&study->reconciliation);
	subjects_free(&study->subjects);
	findings_free(&study->findings);
	traffic_free(&study->traffic);
	audit_free(&study->audit);
	if (!study->borrows)
		free_gathered(study);
}
