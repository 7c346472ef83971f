/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stddef.h>

#include "cmd/intake.h"
#include "cmd/local.h"
#include "report/catalogs.h"
#include "report/speed.h"

enum { CONTEXT_MOST = 1000000000, CONCURRENCY_MOST = 1000000 };

struct models_options {
	const char *on, *quant, *class;
	int64_t context, concurrency;
	femto_t bandwidth, tflops, vram;
	bool context_given, concurrency_given, bandwidth_given, tflops_given, vram_given;
};

#define AT(member)    .offset = offsetof(struct models_options, member)
#define GIVEN(member) .given = offsetof(struct models_options, member)
static const struct option options[] = {
	{ 0, "on", OPTION_TEXT, AT(on), .arg = "HARDWARE", .names = "hardware",
		.help = "does the model fit on it, and how fast is it: rtx4090, 2xrtx4090" },
	{ 0, "quant", OPTION_TEXT, AT(quant), .arg = "QUANT",
		.help = "how its weights are written: q4_k_m (default), q8_0 or f16" },
	{ 0, "context", OPTION_COUNT, AT(context), GIVEN(context_given), .arg = "TOKENS",
		.help = "prompt and answer together (default 8192)" },
	{ 0, "concurrency", OPTION_COUNT, AT(concurrency), GIVEN(concurrency_given), .arg = "N",
		.help = "requests at once (default 1)" },
	{ 0, "bandwidth", OPTION_MONEY, AT(bandwidth), GIVEN(bandwidth_given), .arg = "GB/S",
		.help = "instead of --on: hardware with this memory bandwidth, of --class" },
	{ 0, "class", OPTION_TEXT, AT(class), .arg = "CLASS",
		.help = "what it is: geforce, workstation, datacenter-gddr, datacenter-hbm, amd, "
			"apple-base, apple-pro-max, apple-ultra, spark-strix, cpu or other" },
	{ 0, "tflops", OPTION_MONEY, AT(tflops), GIVEN(tflops_given), .arg = "TFLOPS",
		.help = "its arithmetic speed in 16 bits, for the speed of prompts" },
	{ 0, "vram", OPTION_MONEY, AT(vram), GIVEN(vram_given), .arg = "GB", .help = "its memory" },
	OPTION_END,
};
#undef GIVEN
#undef AT

/* Is it a kind of task that some model is good for? */
static bool
is_type(const struct local_models *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (local_model_is_good_for(&list->items[i], slice_of(name)))
			return true;
	return false;
}

static bool
fill(struct answer *answer, const struct local_models *list, const char *name, struct err *err)
{
	if (!name[0] || is_type(list, name)) {
		model_list_report(answer, list, name[0] ? name : NULL);
		return true;
	}
	const struct local_model *model = local_model_find(list, name, err);
	if (model)
		model_report(answer, model);
	return model != NULL;
}

static double
figure(femto_t value, bool given)
{
	if (!given)
		return (double)NAN;
	return (double)value / (double)FEMTO_PER_UNIT;
}

static bool
is_positive(const char *name, femto_t value, bool given, struct err *err)
{
	return !given || (value > 0 && value <= (femto_t)1000000 * FEMTO_PER_UNIT) ||
	       err_set(err, FAULT_USAGE, "--%s: expected a number above 0 and up to 1,000,000",
		       name);
}

/* What of the options does not go together with what. */
static bool
check(const struct models_options *o, const char *name, struct err *err)
{
	bool described = o->class || o->tflops_given || o->vram_given;
	bool asked = o->quant || o->context_given || o->concurrency_given;
	if (o->on && (o->bandwidth_given || described))
		return err_set(err, FAULT_USAGE,
			"--on names hardware that --bandwidth, --class, --tflops "
			"and --vram describe, expected one or the other");
	if (o->bandwidth_given != !!o->class)
		return err_set(err, FAULT_USAGE,
			"%s, expected both --bandwidth GB/S and --class CLASS",
			o->class ? "no --bandwidth" : "no --class");
	if (!o->on && !o->bandwidth_given && (described || asked))
		return err_set(err, FAULT_USAGE,
			"these options ask how a model runs on some hardware, "
			"expected --on HARDWARE, or --bandwidth GB/S and --class CLASS");
	if ((o->on || o->bandwidth_given) && !name[0])
		return err_set(err, FAULT_USAGE, "no model, expected one such as llama3.1:8b");
	if (o->context_given && (o->context < 1 || o->context > CONTEXT_MOST))
		return err_set(err, FAULT_USAGE,
			"--context %lld: expected 1 to 1,000,000,000 tokens",
			(long long)o->context);
	if (o->concurrency_given && (o->concurrency < 1 || o->concurrency > CONCURRENCY_MOST))
		return err_set(err, FAULT_USAGE,
			"--concurrency %lld: expected 1 to 1,000,000 requests",
			(long long)o->concurrency);
	return is_positive("bandwidth", o->bandwidth, o->bandwidth_given, err) &&
	       is_positive("tflops", o->tflops, o->tflops_given, err) &&
	       is_positive("vram", o->vram, o->vram_given, err);
}

/* The quantization asked for; without one the smallest there is. */
static bool
choose_quant(const struct models_options *o, struct fit_question *q, struct err *err)
{
	struct str there = STR_INIT;
	for (int i = 0; i < QUANTS; i++)
		if (!isnan(q->model->file_gb[i])) {
			if (!there.n)
				q->quant = (enum quant)i;
			str_printf(&there, "%s%s", there.n ? " or " : "", quant_names[i]);
		}
	bool good = !o->quant || quant_parse(o->quant, &q->quant, err);
	if (good && isnan(q->model->file_gb[q->quant]))
		good = err_set(err, FAULT_USAGE, SLICE_FMT ": no file in %s is known, expected %s",
			SLICE_ARG(q->model->id), quant_names[q->quant], str_text(&there));
	str_free(&there);
	return good;
}

struct catalogues {
	const struct hardwares *hardwares;
	const struct local_models *models;
};

static bool
fill_speed(struct app *app, struct answer *answer, const struct models_options *o,
	const struct catalogues *lists, struct fit_question *q, struct err *err)
{
	struct speeds speeds = { 0 };
	struct conf *conf = NULL; /* it may say where the ledger is */
	struct speed speed;
	struct fit fit;
	q->context = o->context_given ? o->context
				      : (q->model->context < CATALOG_CONTEXT ? q->model->context
									     : CATALOG_CONTEXT);
	q->concurrency = o->concurrency_given ? (int)o->concurrency : 1;
	fit_of(q, &fit);
	bool runs =
		fit.answer == FIT_YES || (isnan(fit.usable_gb) && q->context <= q->model->context);
	bool good = load_conf(app, &conf, err) && app_speeds(app, &speeds, err);
	if (good)
		app_measured(app, lists->hardwares, lists->models, &speeds.measured);
	good = good && (!runs || speed_of(&speeds, q, &speed, err));
	if (good)
		speed_report(answer, q, &fit, runs ? &speed : NULL);
	speeds_free(&speeds);
	conf_free(conf);
	return good;
}

/* `hllm models MODEL --on HARDWARE`, or on hardware that is described. */
static bool
fill_on(struct app *app, struct answer *answer, const struct models_options *o,
	const struct local_models *models, const char *name, struct err *err)
{
	struct hardwares list = { 0 };
	struct hardware described;
	struct fit_question q = { .model = local_model_find(models, name, err), .units = 1 };
	const char *rest;
	bool good = q.model && app_hardwares(app, &list, err);
	if (good && o->on) {
		good = units_cut(o->on, &q.units, &rest, err) &&
		       (q.hardware = hardware_find(&list, rest, err));
	} else if (good) {
		good = hardware_describe(&described, o->class, figure(o->vram, o->vram_given),
			figure(o->bandwidth, true), figure(o->tflops, o->tflops_given), err);
		q.hardware = &described;
	}
	good = good && choose_quant(o, &q, err) &&
	       fill_speed(app, answer, o, &(struct catalogues){ &list, models }, &q, err);
	hardwares_free(&list);
	return good;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct models_options *o = values;
	struct local_models list = { 0 };
	struct answer answer;
	struct err err = { 0 };
	struct str name = STR_INIT;
	answer_init(&answer, "hllm.models/1");
	/* words that the shell has cut at blanks are one name */
	for (int i = 0; i < args_n; i++)
		str_printf(&name, "%s%s", i ? " " : "", args[i]);
	bool good = check(o, str_text(&name), &err) && app_local_models(app, &list, &err);
	if (good && (o->on || o->bandwidth_given))
		good = fill_on(app, &answer, o, &list, str_text(&name), &err);
	else if (good)
		good = fill(&answer, &list, str_text(&name), &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	str_free(&name);
	answer_free(&answer);
	local_models_free(&list);
	return status;
}

const struct command cmd_models = {
	.name = "models",
	.args = "[NAME|TASK]",
	.names = "local-models",
	.help = "open models that could do the work: their size, what they are good for, their "
		"speed",
	.examples = "hllm models                         # all that are known\n"
		    "hllm models summarization           # those that are said to be good for it\n"
		    "hllm models llama3.1:8b             # what it takes, and where it is an API\n"
		    "hllm models llama3.1:8b --on rtx4090  # does it fit, and how fast is it\n"
		    "hllm models qwen3-32b --bandwidth 1008 --class geforce --vram 24\n",
	.options = options,
	.options_size = sizeof(struct models_options),
	.run = run,
};
