/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hllm.conf as all commands together would take it: what one of them would refuse is found here. */
#include "config.h"

#include <stdlib.h>

#include "cmd/catalog.h"
#include "cmd/local.h"
#include "cmd/ruling.h"
#include "cmd/study.h"
#include "cmd/surroundings.h"
#include "decide/finding.h"
#include "econ/assume.h"
#include "price/contract.h"
#include "read/mapping.h"
#include "report/budget.h"
#include "report/limits.h"

static bool
take_contract(struct surroundings *s, struct err *err)
{
	struct contract *contract = contract_load(s->conf, err);
	bool good = contract != NULL;
	contract_free(contract);
	return good;
}

static bool
take_limits(struct surroundings *s, struct err *err)
{
	struct check_settings settings;
	struct finding_limits findings;
	struct budgets budgets = { 0 };
	struct limits limits = { 0 };
	bool good = check_settings_load(&settings, s->conf, err) &&
		    finding_limits_load(&findings, s->conf, err) &&
		    budgets_load(&budgets, s->conf, err) && limits_load(&limits, s->conf, err);
	budgets_free(&budgets);
	limits_free(&limits);
	return good;
}

static bool
take_figures(struct surroundings *s, struct err *err)
{
	struct figures figures;
	figures_default(&figures);
	if (!assume_conf(&figures, s->conf, &s->app->arena, err))
		return false;
	for (const struct conf_section *at = NULL; (at = conf_next(s->conf, "plan", at));) {
		struct named_plan plan;
		figures_default(&figures);
		if (!plan_find(s->conf, at->title, &plan, err) ||
			!assume_section(&figures, at, &s->app->arena, err))
			return false;
	}
	return true;
}

static bool
take_mappings(struct surroundings *s, struct err *err)
{
	const struct mapping *mappings;
	size_t n;
	return mapping_saved(s->conf, &s->app->arena, &mappings, &n, err);
}

static bool
wrong_setting(const struct surroundings *s, const char *key, const char *expected, struct err *err)
{
	const struct conf_section *section = conf_next(s->conf, "settings", NULL);
	const struct conf_item *item = conf_item(section, key);
	return conf_wrong(section, item, err, "%s is \"" SLICE_FMT "\", expected %s", key,
		SLICE_ARG(item->values[0]), expected);
}

static bool
take_settings(struct surroundings *s, struct err *err)
{
	struct err ignored;
	struct period period;
	struct slice zone = conf_setting(s->conf, "timezone"),
		     span = conf_setting(s->conf, "period");
	if (zone.n && !zone_check(zone.p, &ignored))
		return wrong_setting(s, "timezone",
			"the name of a time zone such as Europe/Berlin, or UTC", err);
	return !span.n || period_parse(span.p, s->app->now, s->app->now, &period, &ignored) ||
	       wrong_setting(s, "period",
		       "a period such as 2026-10, 2026-08..2026-10, last or last-90d", err);
}

/* Parameters of policies, where the policies themselves can be read. */
static bool
take_policies(struct surroundings *s, struct err *err)
{
	struct policies policies = { 0 };
	for (size_t i = 0; i < s->files_n; i++)
		if (s->files[i].fault.text[0] &&
			(strncmp(s->files[i].name, "policies/", 9) == 0 ||
				strcmp(s->files[i].name, "attributes.conf") == 0))
			return true;
	struct attributes *attributes =
		attributes_load(app_shipped_path(s->app, "attributes.conf"), err);
	bool good =
		attributes && app_policies(s->app, attributes, s->conf, NULL, NULL, &policies, err);
	policies_free(&policies);
	attributes_free(attributes);
	return good;
}

/* The servers that hllm check asks. */
static bool
take_servers(struct surroundings *s, struct err *err)
{
	const struct conf_section *section = conf_next(s->conf, "check", NULL);
	const struct conf_item *item = section ? conf_item(section, "servers") : NULL;
	for (size_t i = 0; item && i < item->values_n; i++) {
		char url[SERVER_URL];
		struct err ignored;
		/* whether one may be on another machine is an option's to say */
		if (!server_url(item->values[i].p, true, url, &ignored))
			return conf_wrong(section, item, err,
				"servers has \"" SLICE_FMT
				"\", expected an address such as http://127.0.0.1:8080",
				SLICE_ARG(item->values[i]));
	}
	return true;
}

/* The hardware of reports: a plan of that name, or one of the catalogues. */
static bool
take_hardware(struct surroundings *s, struct err *err)
{
	const struct conf_section *section = conf_next(s->conf, "report", NULL);
	struct slice name = SLICE("");
	struct hardwares list = { 0 };
	struct err why = { 0 };
	const char *rest;
	int units;
	if (section && !conf_text(section, "gpu", &name, err))
		return false;
	bool good = !name.n || conf_find(s->conf, "plan", name) ||
		    !app_hardwares(s->app, &list, &why) || /* said of that file */
		    (units_cut(name.p, &units, &rest, &why) && hardware_find(&list, rest, &why));
	hardwares_free(&list);
	return good || conf_wrong(section, conf_item(section, "gpu"), err, "%s", why.text);
}

void
surroundings_conf(struct surroundings *s)
{
	static bool (*const takers[])(struct surroundings *, struct err *) = { take_contract,
		take_limits, take_figures, take_mappings, take_settings, take_servers,
		take_hardware, take_policies };
	struct app *app = s->app;
	struct err err = { 0 };
	struct doctor_file *file = s->files_n ? &s->files[s->files_n - 1] : NULL;
	s->facts.config_fault = "";
	if (!file || file->role != DOCTOR_CONFIG)
		return;
	if (!file->there && app->config)
		err_set(&file->fault, FAULT_SYSTEM, "%s: no such file, expected a configuration",
			file->path);
	if (!file->there || file->fault.text[0])
		return;
	s->conf = conf_load(file->path, true, &file->fault);
	if (!s->conf)
		return;
	bool good = check_conf(app, s->conf, &err);
	for (size_t i = 0; i < HL_COUNT(takers) && good; i++)
		good = takers[i](s, &err);
	if (!good)
		s->facts.config_fault = arena_copy(&app->arena, err.text, strlen(err.text));
	struct slice ledger = conf_setting(s->conf, "ledger");
	if (!app->ledger && ledger.n)
		app->ledger = slice_copy(&app->arena, ledger).p;
}
