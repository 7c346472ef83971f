/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `hllm probe` with what is in the ledger, or in a file of another program. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/num.h"
#include "cmd/inquiry.h"
#include "cmd/intake.h"
#include "cmd/probe.h"
#include "econ/assume.h"
#include "ledger/probe-pack.h"
#include "probe/benchfile.h"

static struct ledger *
open_ledger(struct app *app, enum ledger_mode mode, struct err *err)
{
	const char *path = app_ledger_path(app, err);
	return path ? ledger_open(path, mode, err) : NULL;
}

/* ---- the catalogues ---- */

struct lists {
	struct hardwares hardwares;
	struct local_models models;
};

static bool
lists_load(struct app *app, struct lists *lists, struct err *err)
{
	return app_hardwares(app, &lists->hardwares, err) &&
	       app_local_models(app, &lists->models, err);
}

static void
lists_free(struct lists *lists)
{
	hardwares_free(&lists->hardwares);
	local_models_free(&lists->models);
}

/* As plans have it: what hllm.conf says, else the usual. */
static bool
electricity(struct app *app, struct estimate *price, struct err *err)
{
	struct conf *conf = NULL;
	struct figures figures;
	figures_default(&figures);
	bool good = load_conf(app, &conf, err) && assume_conf(&figures, conf, &app->arena, err);
	*price = figures.of[FIGURE_ELECTRICITY].value;
	conf_free(conf);
	return good;
}

bool
probe_tell(struct app *app, const struct probe *probe, struct answer *answer, struct err *err)
{
	struct lists lists = { 0 };
	struct probe_known known;
	struct estimate price;
	bool good = lists_load(app, &lists, err) && electricity(app, &price, err);
	if (good) {
		probe_known(probe, &lists.hardwares, &lists.models, &known);
		probe_report(answer, probe, &known, price);
	}
	lists_free(&lists);
	return good;
}

bool
probe_rename(
	struct app *app, const struct probe_options *options, struct probe *probe, struct err *err)
{
	struct lists lists = { 0 };
	enum quant quant;
	const char *rest;
	bool good = lists_load(app, &lists, err);
	if (good && options->on) {
		const struct hardware *hardware = NULL;
		if (units_cut(options->on, &probe->units, &rest, err))
			hardware = hardware_find(&lists.hardwares, rest, err);
		good = hardware != NULL;
		if (good)
			probe->hardware = probe_text(probe, hardware->id);
	}
	if (good && options->as) {
		const struct local_model *model = local_model_find(&lists.models, options->as, err);
		good = model != NULL;
		if (good)
			probe->model = probe_text(probe, model->id);
	}
	if (good && options->quant) {
		good = quant_parse(options->quant, &quant, err);
		if (good)
			probe->quant = probe_text(probe, slice_of(quant_names[quant]));
	}
	lists_free(&lists);
	return good;
}

/* ---- the ledger ---- */

bool
probe_list(struct app *app, struct answer *answer, struct err *err)
{
	struct probes probes = { 0 };
	const char *path = app_ledger_path(app, err);
	bool none = path && access(path, F_OK) != 0; /* then nothing was measured yet */
	struct ledger *ledger = path && !none ? ledger_open(path, LEDGER_READ, err) : NULL;
	bool good = none || (ledger && ledger_probes(ledger, &probes, err));
	if (good)
		probes_report(answer, &probes);
	probes_free(&probes);
	ledger_close(ledger);
	return good;
}

/* For a probe that was kept.  No ledger is made for it. */
static struct ledger *
open_for_one(struct app *app, enum ledger_mode mode, int64_t id, struct err *err)
{
	const char *path = app_ledger_path(app, err);
	if (path && access(path, F_OK) != 0) {
		err_set(err, FAULT_USAGE,
			"there is no probe %lld: nothing was measured yet; start with: hllm probe",
			(long long)id);
		return NULL;
	}
	return path ? ledger_open(path, mode, err) : NULL;
}

static bool
load_one(struct app *app, int64_t id, struct probe *probe, struct err *err)
{
	struct ledger *ledger = open_for_one(app, LEDGER_READ, id, err);
	bool good = ledger && ledger_load_probe(ledger, id, probe, err);
	ledger_close(ledger);
	return good;
}

bool
probe_show(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err)
{
	return load_one(app, options->show, probe, err) && probe_tell(app, probe, answer, err);
}

bool
probe_again(struct app *app, struct answer *answer, struct probe *probe, struct err *err)
{
	struct probes probes = { 0 };
	const char *path = app_ledger_path(app, err);
	struct ledger *ledger =
		path && access(path, F_OK) == 0 ? ledger_open(path, LEDGER_READ, err) : NULL;
	bool good = !ledger || ledger_probes(ledger, &probes, err);
	int64_t id = 0;
	for (size_t i = 0; i < probes.n; i++)
		if (probes.items[i].time == app->now)
			id = probes.items[i].id;
	probes_free(&probes);
	ledger_close(ledger);
	if (good && !id)
		return app_not_again(app,
			"why: what was measured is not in the ledger, and is not measured again; "
			"measure without --no-save, or ask about one of hllm probe --list: hllm "
			"why ID "
			"-- probe --show N",
			err);
	return good && load_one(app, id, probe, err) && probe_tell(app, probe, answer, err);
}

static bool
id_of(const char *text, int64_t *id, struct err *err)
{
	return (num_int(slice_of(text), id) == NUM_OK && *id > 0) ||
	       err_set(err, FAULT_USAGE, "--compare %s: expected the numbers of two probes", text);
}

bool
probe_compare(struct app *app, const char **ids, struct answer *answer, struct err *err)
{
	int64_t first, second;
	struct probe from, to;
	if (!id_of(ids[0], &first, err) || !id_of(ids[1], &second, err) ||
		!load_one(app, first, &from, err))
		return false;
	bool good = load_one(app, second, &to, err);
	if (good) {
		probes_compare(answer, &from, &to);
		probe_free(&to);
	}
	probe_free(&from);
	return good;
}

bool
probe_remove(struct app *app, int64_t id, struct answer *answer, struct err *err)
{
	struct ledger *ledger = open_for_one(app, LEDGER_WRITE, id, err);
	bool good = ledger && ledger_remove_probe(ledger, id, err);
	if (good) {
		answer_headline(answer, "Probe %lld is removed.", (long long)id);
		answer_next(answer, "hllm probe --list  # what is left");
	}
	ledger_close(ledger);
	return good;
}

/* The number of the same probe, stored before; 0: it is new. */
static int64_t
find_same(const struct probes *there, const struct probe *probe)
{
	struct str ours = STR_INIT, theirs = STR_INIT;
	struct probe read;
	int64_t found = 0;
	/* as it would come back: numbers lose their last digits on the way */
	probe_init(&read);
	probe_pack(probe, &ours);
	if (!probe_unpack(&read, str_as_slice(&ours)))
		BUG("a probe that cannot be read back");
	str_clear(&ours);
	probe_pack(&read, &ours);
	probe_free(&read);
	for (size_t i = 0; i < there->n && !found; i++) {
		const struct probe *at = &there->items[i];
		str_clear(&theirs);
		probe_pack(at, &theirs);
		if (at->time == probe->time && at->units == probe->units &&
			strcmp(at->hardware, probe->hardware) == 0 &&
			strcmp(at->model, probe->model) == 0 &&
			strcmp(at->quant, probe->quant) == 0 &&
			slice_eq(str_as_slice(&ours), str_as_slice(&theirs)))
			found = at->id;
	}
	str_free(&ours);
	str_free(&theirs);
	return found;
}

bool
probe_save(struct app *app, const struct probe_options *options, struct probe *probe,
	struct answer *answer, struct err *err)
{
	struct probes there = { 0 };
	if (options->no_save)
		return true;
	const char *path = app_ledger_path(app, err);
	if (path && app->inquiry && access(path, F_OK) != 0)
		return true;
	struct ledger *ledger = open_ledger(app, app->inquiry ? LEDGER_READ : LEDGER_WRITE, err);
	bool good = ledger && ledger_probes(ledger, &there, err);
	int64_t same = good ? find_same(&there, probe) : 0;
	probes_free(&there);
	if (good && same) {
		probe->id = same;
		answer_note(answer, "It was there already, as probe %lld.", (long long)same);
	} else if (good && !app->inquiry) {
		good = ledger_add_probe(ledger, probe, err) > 0;
		if (good)
			answer_note(answer, "Saved as probe %lld (undo: hllm probe --remove %lld).",
				(long long)probe->id, (long long)probe->id);
	}
	ledger_close(ledger);
	return good;
}

/* ---- files ---- */

/* All of a file, or with an error in between none of it that was not saved before. */
static bool
import_all(struct app *app, const struct probe_options *options, struct benches *benches,
	struct answer *answer, struct err *err)
{
	bool good = true;
	for (size_t i = 0; i < benches->n && good; i++)
		good = probe_rename(app, options, &benches->items[i], err);
	for (size_t i = 0; i < benches->n && good; i++)
		good = probe_save(app, options, &benches->items[i], answer, err);
	return good;
}

bool
probe_import(struct app *app, const struct probe_options *options, struct answer *answer,
	struct probe *probe, struct err *err)
{
	struct benches benches = { 0 };
	bool good = benches_read(&benches, options->import, app->now, err) &&
		    import_all(app, options, &benches, answer, err);
	if (good && benches.skipped)
		answer_note(answer,
			"%zu of %zu tests left out: one speed of a prompt and an answer together "
			"says "
			"nothing about either.",
			benches.skipped, benches.tests);
	if (good && benches.n == 1) {
		good = probe_tell(app, &benches.items[0], answer, err);
		*probe = benches.items[0];
		benches.n = 0;
	} else if (good) {
		const struct probes all = { .items = benches.items, .n = benches.n };
		probes_report(answer, &all);
	}
	benches_free(&benches);
	return good;
}
