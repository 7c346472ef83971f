/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/names.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "cmd/catalog.h"
#include "cmd/local.h"
#include "cmd/ruling.h"
#include "cmd/study.h"
#include "econ/figure.h"
#include "ledger/probe.h"
#include "price/price.h"
#include "read/reader.h"

static void
put(struct str *out, struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if ((unsigned char)name.p[i] < ' ' || name.p[i] == 0x7f)
			return;
	if (!name.n)
		return;
	str_add(out, name.p, name.n);
	str_putc(out, '\n');
}

/* ---- what the ledger knows ---- */

/* NULL: there is none yet, or err. */
static struct ledger *
open_ledger(struct app *app, struct err *err)
{
	const char *path = app_ledger_path(app, err);
	return path ? ledger_open(path, LEDGER_READ, err) : NULL;
}

static bool
put_rows(struct app *app, bool workloads, bool models, struct str *out, struct err *err)
{
	struct study study = { 0 };
	const struct study_options options = { 0 };
	struct intake_options intake = { 0 };
	const struct option_list in = { 0 };
	study.without_hours = study.of_totals = true;
	bool good = study_ready(app, &study, err) &&
		    study_begin(app, &intake, &in, 0, &study, err) &&
		    study_run(app, &options, &study, err);
	const struct tallies *of[] = { workloads ? &study.audit.workloads : NULL,
		models ? &study.audit.models : NULL };
	for (size_t i = 0; i < HL_COUNT(of) && good; i++)
		for (size_t j = 0; of[i] && j < of[i]->n; j++)
			put(out, of[i]->items[j].name);
	study_free(&study);
	return good;
}

static bool
put_workloads(struct app *app, struct str *out, struct err *err)
{
	return put_rows(app, true, false, out, err);
}

/* What `hllm why` takes as its first word. */
static bool
put_audit(struct app *app, struct str *out, struct err *err)
{
	put(out, slice_of("total"));
	return put_rows(app, true, true, out, err);
}

static bool
put_imports(struct app *app, struct str *out, struct err *err)
{
	struct imports imports = { 0 };
	struct ledger *ledger = open_ledger(app, err);
	bool good = ledger && ledger_imports(ledger, &imports, err);
	for (size_t i = 0; i < imports.n; i++)
		str_printf(out, "%lld\n", (long long)imports.items[i].id);
	imports_free(&imports);
	ledger_close(ledger);
	return good;
}

static bool
put_probes(struct app *app, struct str *out, struct err *err)
{
	struct probes probes = { 0 };
	struct ledger *ledger = open_ledger(app, err);
	bool good = ledger && ledger_probes(ledger, &probes, err);
	for (size_t i = 0; i < probes.n; i++)
		str_printf(out, "%lld\n", (long long)probes.items[i].id);
	probes_free(&probes);
	ledger_close(ledger);
	return good;
}

/* ---- what the catalogues know ---- */

static bool
put_models(struct app *app, struct str *out, struct err *err)
{
	const struct model *const *models;
	struct catalog *catalog = app_catalog(app, err);
	size_t n = catalog ? catalog_models(catalog, &models) : 0;
	for (size_t i = 0; i < n; i++)
		put(out, model_id(models[i]));
	catalog_free(catalog);
	return catalog != NULL;
}

static bool
put_providers(struct app *app, struct str *out, struct err *err)
{
	const struct model *const *models;
	struct catalog *catalog = app_catalog(app, err);
	size_t n = catalog ? catalog_models(catalog, &models) : 0;
	struct slice last = { 0 };
	for (size_t i = 0; i < n; i++) { /* they are sorted by it */
		if (!slice_eq(model_provider(models[i]), last))
			put(out, model_provider(models[i]));
		last = model_provider(models[i]);
	}
	catalog_free(catalog);
	return catalog != NULL;
}

static bool
put_hardware(struct app *app, struct str *out, struct err *err)
{
	struct hardwares list = { 0 };
	bool good = app_hardwares(app, &list, err);
	for (size_t i = 0; i < list.n && good; i++)
		put(out, list.items[i].id);
	hardwares_free(&list);
	return good;
}

static bool
put_local_models(struct app *app, struct str *out, struct err *err)
{
	struct local_models list = { 0 };
	bool good = app_local_models(app, &list, err);
	for (size_t i = 0; i < list.n && good; i++)
		put(out, list.items[i].id);
	local_models_free(&list);
	return good;
}

static bool
put_policies(struct app *app, struct str *out, struct err *err)
{
	size_t n;
	const char **names = app_policy_names(app, &n);
	(void)err;
	for (size_t i = 0; i < n; i++)
		put(out, slice_of(names[i]));
	return true;
}

/* "NAME=" of the usual policy's parameters. */
static bool
put_parameters(struct app *app, struct str *out, struct err *err)
{
	struct conf *conf = NULL;
	struct attributes *attributes = NULL;
	struct policy *policy = NULL;
	if (load_conf(app, &conf, err) &&
		(attributes = attributes_load(app_shipped_path(app, "attributes.conf"), err)))
		policy = app_policy(app, attributes, conf, NULL, NULL, err);
	for (size_t i = 0; policy && i < policy->parameters_n; i++)
		str_printf(out, SLICE_FMT "=\n", SLICE_ARG(policy->parameters[i].name));
	bool good = policy != NULL;
	policy_free(policy);
	attributes_free(attributes);
	conf_free(conf);
	return good;
}

/* "NAME=" of the figures of a plan. */
static bool
put_figures(struct app *app, struct str *out, struct err *err)
{
	(void)app;
	(void)err;
	for (size_t i = 0; i < FIGURES; i++)
		str_printf(out, "%s=\n", figure_kinds[i].name);
	return true;
}

static bool
put_formats(struct app *app, struct str *out, struct err *err)
{
	(void)app;
	(void)err;
	for (size_t i = 0; i < readers_n; i++)
		put(out, slice_of(readers[i]->name));
	return true;
}

/* ---- all kinds ---- */

static const struct {
	const char *kind;
	bool (*put)(struct app *app, struct str *out, struct err *err);
} kinds[] = {
	{ "audit", put_audit },
	{ "figures", put_figures },
	{ "formats", put_formats },
	{ "hardware", put_hardware },
	{ "imports", put_imports },
	{ "local-models", put_local_models },
	{ "models", put_models },
	{ "parameters", put_parameters },
	{ "policies", put_policies },
	{ "probes", put_probes },
	{ "providers", put_providers },
	{ "workloads", put_workloads },
};

bool
names_known(const char *kind)
{
	for (size_t i = 0; i < HL_COUNT(kinds); i++)
		if (strcmp(kinds[i].kind, kind) == 0)
			return true;
	return false;
}

bool
names_print(struct app *app, const char *kind, FILE *out, struct err *err)
{
	for (size_t i = 0; i < HL_COUNT(kinds); i++) {
		if (strcmp(kinds[i].kind, kind) != 0)
			continue;
		struct str names = STR_INIT;
		bool good = kinds[i].put(app, &names, err);
		fwrite(names.p, 1, names.n, out);
		str_free(&names);
		return good;
	}
	return err_set(err, FAULT_USAGE, "--names %s: no such kind of names", kind);
}
