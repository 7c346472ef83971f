/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where each setting comes from: an option, the environment, a line of hllm.conf, or nobody. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/catalog.h"
#include "cmd/ruling.h"
#include "cmd/surroundings.h"
#include "decide/finding.h"
#include "econ/figure.h"
#include "report/limits.h"

static const char by_default[] = "default";

static void
put(struct surroundings *s, const char *name, struct slice value, const char *source, bool own)
{
	struct arena *arena = &s->app->arena;
	s->settings = xgrow(s->settings, &s->settings_size, s->settings_n, sizeof(*s->settings));
	s->settings[s->settings_n++] = (struct doctor_setting){
		.name = slice_copy(arena, slice_of(name)),
		.value = slice_copy(arena, value),
		.source = slice_copy(arena, slice_of(source)),
		.own = own,
	};
}

static void
put_text(struct surroundings *s, const char *name, const char *value, const char *source)
{
	put(s, name, slice_of(value ? value : ""), source, source != by_default);
}

/* ---- what options and variables say ---- */

static const char *
place_of(struct surroundings *s, const char *kind, const char *key)
{
	const struct conf_section *section = conf_next(s->conf, kind, NULL);
	const struct conf_item *item = section ? conf_item(section, key) : NULL;
	return item ? slice_printf(&s->app->arena, "%s:%d", section->file, item->line).p : NULL;
}

/* A key of the settings section that an option goes before. */
static void
put_setting(struct surroundings *s, const char *key, const char *option, const char *given,
	const char *usual)
{
	const char *place = place_of(s, "settings", key);
	struct slice said = conf_setting(s->conf, key);
	if (given)
		put_text(s, key, given, option);
	else if (place)
		put(s, key, said, place, true);
	else
		put_text(s, key, usual, by_default);
}

/* A folder: its variable, when that is a whole path, else below home. */
static void
put_folder(struct surroundings *s, const char *name, const char *variable, const char *folder)
{
	const char *said = getenv(variable);
	const char *source = slice_printf(&s->app->arena, "variable %s", variable).p;
	put_text(s, name, folder, said && strcmp(said, folder) == 0 ? source : by_default);
}

static void
put_global(struct surroundings *s)
{
	struct app *app = s->app;
	const char *none = getenv("NO_COLOR");
	struct err ignored;
	put_text(s, "configuration", app_config_path(app),
		app->config ? "option --config" : by_default);
	put_setting(s, "ledger", "option --ledger", s->flag_ledger, app_ledger_path(app, &ignored));
	put_setting(s, "timezone", "option --tz", s->flag_tz, "UTC");
	put_setting(s, "period", "option --period", s->flag_period,
		"all of the files given; of the ledger the last 90 days");
	put_setting(s, "currency", NULL, NULL, "that of the most money");
	put_setting(s, "policy", NULL, NULL, RULING_DEFAULT);
	for (size_t i = 0; i < app->prices.n; i++)
		put_text(s, "prices", app->prices.items[i], "option --prices");
	put_folder(s, "data folder", "HLLM_DATA_DIR", app->data_dir);
	put_folder(s, "folder of hllm.conf", "XDG_CONFIG_HOME", app->config_home);
	put_folder(s, "folder of the ledger", "XDG_DATA_HOME", app->data_home);
	char now[WHEN_TEXT];
	const char *clock = app->as_of ? "option --as-of"
			    : strcmp(s->facts.clock_from, "the clock") == 0
				    ? by_default
				    : "variable SOURCE_DATE_EPOCH";
	put_text(s, "now", when_print(now, app->now), clock);
	put_text(s, "color",
		app->color        ? app->color
		: none && none[0] ? "never"
				  : "auto",
		app->color        ? "option --color"
		: none && none[0] ? "variable NO_COLOR"
				  : by_default);
}

/* ---- what hllm.conf says ---- */

/* Those that have a row of their own elsewhere. */
static bool
is_told(const struct conf_section *section)
{
	static const char *const told[] = { "settings", "assume", "finding" };
	for (size_t i = 0; i < HL_COUNT(told); i++)
		if (strcmp(section->kind->name, told[i]) == 0)
			return true;
	return false;
}

/* Names of sections are the user's: "workload "support bot" quality". */
static void
put_conf(struct surroundings *s)
{
	for (const struct conf_section *at = NULL; (at = conf_next(s->conf, NULL, at));) {
		for (size_t i = 0; i < at->items_n && !is_told(at); i++) {
			const struct conf_item *item = &at->items[i];
			struct str name = STR_INIT, value = STR_INIT;
			char *place = xasprintf("%s:%d", at->file, item->line);
			str_puts(&name, at->kind->name);
			if (at->kind->titled)
				str_printf(&name, " \"" SLICE_FMT "\"", SLICE_ARG(at->title));
			str_printf(&name, " %s", item->key);
			for (size_t k = 0; k < item->values_n; k++)
				str_printf(&value, "%s" SLICE_FMT, k ? ", " : "",
					SLICE_ARG(item->values[k]));
			put(s, str_text(&name), str_as_slice(&value), place, true);
			str_free(&name);
			str_free(&value);
			free(place);
		}
	}
}

/* A key of the check section that hllm.conf is silent about. */
static void put_check(struct surroundings *s, const char *key, const char *fmt, ...)
	hl_printf(3, 4);
static void
put_check(struct surroundings *s, const char *key, const char *fmt, ...)
{
	char value[NUM_TEXT * 2], name[64];
	va_list ap;
	if (place_of(s, "check", key))
		return;
	va_start(ap, fmt);
	vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	snprintf(name, sizeof(name), "check %s", key);
	put_text(s, name, value, by_default);
}

static void
put_checks(struct surroundings *s)
{
	struct check_settings usual;
	struct err ignored;
	char number[NUM_TEXT];
	if (!check_settings_load(&usual, NULL, &ignored))
		return;
	put_check(s, "spike", "%s", num_print(number, usual.spike, 0, 3, false));
	put_check(s, "spike_floor", "%s", num_print(number, usual.spike_floor, 0, 3, false));
	put_check(s, "fallback", "%s %%", num_print(number, usual.fallback * 100, 0, 3, false));
	put_check(s, "price_age", "%lld days", (long long)usual.price_age);
	put_check(s, "data_age", "%lld days", (long long)usual.data_age);
	put_check(s, "flips", "%s", usual.flips ? "yes" : "no");
	put_check(s, "servers", "%s", "");
	if (!place_of(s, "report", "gpu"))
		put_text(s, "report gpu", "the one that saves the most", by_default);
}

/* ---- figures, findings, parameters ---- */

static void
put_estimate(struct str *out, const struct figure_kind *kind, struct estimate value)
{
	if (isnan(value.likely))
		return;
	if (value.low == value.likely && value.high == value.likely)
		str_printf(out, "%g %s", value.likely, kind->unit);
	else
		str_printf(out, "%g-%g-%g %s", value.low, value.likely, value.high, kind->unit);
}

static void
put_figures(struct surroundings *s)
{
	for (int i = 0; i < FIGURES; i++) {
		const struct figure_kind *kind = &figure_kinds[i];
		const struct conf_section *assume = conf_next(s->conf, "assume", NULL);
		struct str value = STR_INIT;
		char *name = xasprintf("assume %s", kind->name);
		const struct conf_item *said = NULL;
		for (size_t k = 0; assume && k < assume->items_n; k++)
			if (figure_find(slice_of(assume->items[k].key), NULL) == i)
				said = &assume->items[k];
		if (said) {
			char *place = xasprintf("%s:%d", assume->file, said->line);
			put(s, name, said->values[0], place, true);
			free(place);
		} else {
			char *source = xasprintf("default: %s", kind->source);
			put_estimate(&value, kind, kind->value);
			put(s, name, str_as_slice(&value), source, false);
			free(source);
		}
		str_free(&value);
		free(name);
	}
}

static void
put_findings(struct surroundings *s)
{
	struct finding_limits limits, usual;
	struct err ignored;
	bool good = finding_limits_load(&usual, NULL, &ignored);
	if (!good || !finding_limits_load(&limits, s->conf, &ignored))
		limits = usual;
	for (int i = 0; i < FINDINGS && good; i++) {
		const struct finding_limit *limit = &limits.of[i];
		const struct conf_section *said =
			conf_find(s->conf, "finding", slice_of(finding_rules[i].id));
		struct str value = STR_INIT;
		char floor[NUM_TEXT];
		char *name = xasprintf("finding \"%s\"", finding_rules[i].id),
		     *place = said ? xasprintf("%s:%d", said->file, said->line) : NULL;
		if (limit->silenced)
			str_puts(&value, "silent");
		else
			str_printf(&value, "threshold %lld %s, days %lld, requests %lld, floor %s",
				(long long)limit->threshold, finding_rules[i].unit,
				(long long)limit->days, (long long)limit->requests,
				num_print(floor, limit->floor, 0, 2, false));
		put_text(s, name, str_text(&value), place ? place : by_default);
		str_free(&value);
		free(name);
		free(place);
	}
}

static void
put_parameters(struct surroundings *s)
{
	struct err ignored;
	struct policies policies = { 0 };
	struct attributes *attributes =
		attributes_load(app_shipped_path(s->app, "attributes.conf"), &ignored);
	if (attributes &&
		!app_policies(s->app, attributes, s->conf, NULL, NULL, &policies, &ignored))
		policies_free(&policies);
	for (size_t i = 0; i < policies.n; i++) {
		const struct policy *policy = policies.items[i];
		for (size_t k = 0; k < policy->parameters_n; k++) {
			const struct parameter *parameter = &policy->parameters[k];
			struct str value = STR_INIT;
			char *name = xasprintf("parameter \"" SLICE_FMT "." SLICE_FMT "\"",
				SLICE_ARG(policy->name), SLICE_ARG(parameter->name));
			char *from = xasprintf(SLICE_FMT, SLICE_ARG(parameter->from));
			parameter_print(&value, parameter);
			put(s, name, str_as_slice(&value), from, parameter->overridden);
			str_free(&value);
			free(name);
			free(from);
		}
	}
	policies_free(&policies);
	attributes_free(attributes);
}

void
surroundings_settings(struct surroundings *s)
{
	put_global(s);
	put_conf(s);
	put_checks(s);
	put_findings(s);
	put_parameters(s);
	put_figures(s);
	s->facts.settings = s->settings;
	s->facts.settings_n = s->settings_n;
}
