/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/num.h"
#include "base/when.h"
#include "cmd/again.h"
#include "cmd/breakeven.h"
#include "cmd/chart-out.h"
#include "ledger/probe.h"
#include "report/budget.h"
#include "report/charts.h"
#include "report/probe.h"

/* A picture of a plan is drawn from what `hllm breakeven` makes: its options are the same. */
#define AT(member) .offset = offsetof(struct breakeven_options, member)
static const struct option option_table[] = {
	{ 0, "gpu", OPTION_TEXT, AT(plan.hardware), .arg = "HARDWARE", .names = "hardware",
		.help = "breakeven, tornado: of hllm hardware, or a plan of hllm.conf" },
	{ 0, "set", OPTION_LIST, AT(plan.set), .arg = "NAME=VALUE", .names = "figures",
		.help = "breakeven, tornado: another value for an assumption" },
	{ 0, "policy", OPTION_TEXT, AT(policy), .arg = "NAME", .names = "policies",
		.help = "breakeven, tornado: the policy that says what is local (default)" },
	{ 0, "emit-gnuplot", OPTION_TEXT, AT(emit), .arg = "DIR",
		.help = "write the script and its data there, to be changed" },
	{ 0, "in", OPTION_LIST, AT(in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	STUDY_OPTIONS(breakeven_options, study),
	INTAKE_FILE_OPTIONS(breakeven_options, intake),
	OPTION_END,
};
#undef AT

enum kind {
	KIND_SPEND,
	KIND_WORKLOADS,
	KIND_MODELS,
	KIND_BREAKEVEN,
	KIND_TORNADO,
	KIND_PROBE,
	KIND_TOKENS,
	KIND_LATENCY,
	KINDS
};

static const char *const kinds[KINDS] = {
	[KIND_SPEND] = "spend",
	[KIND_WORKLOADS] = "workloads",
	[KIND_MODELS] = "models",
	[KIND_BREAKEVEN] = "breakeven",
	[KIND_TORNADO] = "tornado",
	[KIND_PROBE] = "probe",
	[KIND_TOKENS] = "tokens",
	[KIND_LATENCY] = "latency",
};

#define CHOICE "spend, workloads, models, tokens, latency, breakeven, tornado or probe"

struct drawing {
	struct app *app;
	struct breakeven_options *options;
	enum kind kind;
	const char *name; /* of a probe; NULL: the newest */
	struct study study;
	struct answer answer;
	struct chart *chart; /* the answer's */
};

/* ---- what is asked ---- */

static bool
find_kind(const char *word, enum kind *kind, struct err *err)
{
	for (size_t i = 0; i < KINDS; i++) {
		*kind = (enum kind)i;
		if (strcmp(word, kinds[i]) == 0)
			return true;
	}
	const char *nearest = str_nearest(word, kinds, KINDS);
	return err_set(err, FAULT_USAGE,
		"chart: there is no chart \"%s\"; expected " CHOICE "%s%s%s", word,
		nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

static bool
wants_numbers(const struct app *app)
{
	return app->format && strcmp(app->format, "text") != 0;
}

static const char *
target_of(const struct app *app)
{
	return app->output ? app->output : "-";
}

static bool
ends_in_picture(const char *path)
{
	static const char *const endings[] = { ".svg", ".png", ".pdf" };
	struct slice text = slice_of(path);
	for (size_t i = 0; i < HL_COUNT(endings); i++) {
		size_t n = strlen(endings[i]);
		if (text.n > n && slice_same_nocase(text.p + text.n - n, endings[i], n))
			return true;
	}
	return false;
}

static bool
check(struct drawing *drawing, int args_n, const char **args, struct err *err)
{
	const struct app *app = drawing->app;
	const struct planning_options *plan = &drawing->options->plan;
	if (args_n == 0)
		return err_set(err, FAULT_USAGE, "chart: of what? expected " CHOICE);
	if (!find_kind(args[0], &drawing->kind, err))
		return false;
	bool probe = drawing->kind == KIND_PROBE;
	bool planned = drawing->kind == KIND_BREAKEVEN || drawing->kind == KIND_TORNADO;
	if (args_n > (probe ? 2 : 1))
		return err_set(err, FAULT_USAGE, "chart %s: unexpected \"%s\"%s", args[0],
			args[probe ? 2 : 1], probe ? "" : "; a file is named by --in");
	drawing->name = probe && args_n == 2 ? args[1] : NULL;
	if (planned && !plan->hardware)
		return err_set(err, FAULT_USAGE,
			"which hardware? expected --gpu NAME (hllm hardware lists them)");
	if (!planned && (plan->hardware || plan->set.n || drawing->options->policy))
		return err_set(err, FAULT_USAGE,
			"chart %s: --gpu, --set and --policy go with breakeven and tornado",
			args[0]);
	if (!wants_numbers(app))
		return app_chart_check(app, "--output", target_of(app), err);
	return !ends_in_picture(target_of(app)) ||
	       err_set(err, FAULT_USAGE,
		       "--output %s: the numbers in %s are no picture; expected either --format or "
		       "a "
		       "picture's name",
		       app->output, app->format);
}

/* ---- of what is imported, or of files ---- */

static int64_t
day_of(const struct study *study, int64_t ns)
{
	int64_t seconds = ns / NS_PER_SECOND + study->zone_offset;
	return seconds / 86400 - (seconds % 86400 < 0);
}

/* In characters a column needs one at least; beside them stand numbers and names. */
static int
columns_for(const struct drawing *drawing)
{
	enum { NUMBERS = 10, NAMES = 16 };
	const char *target = target_of(drawing->app);
	if (wants_numbers(drawing->app) || ends_in_picture(target))
		return CHARTS_COLUMNS;
	return app_chart_width(target) - NUMBERS - (drawing->kind == KIND_TOKENS ? NAMES : 0);
}

static bool
nothing(const struct drawing *drawing, const char *why, struct err *err)
{
	static const char *const remedies[KINDS] = {
		[KIND_SPEND] = "hllm chart workloads needs no dates",
		[KIND_TOKENS] = "import a usage export or a log of requests",
		[KIND_LATENCY] = "import a log of requests that has their latency",
		[KIND_WORKLOADS] = "see what hllm audit says of its models",
		[KIND_MODELS] = "see what hllm audit says of its models",
	};
	const char *period = drawing->app->period, *remedy = remedies[drawing->kind];
	if (drawing->kind == KIND_SPEND && drawing->study.audit.first_day != DAY_NONE)
		remedy = remedies[KIND_MODELS];
	if (!drawing->study.audit.total.records && period)
		return err_set(
			err, FAULT_INPUT, "--period %s: nothing is known of that time", period);
	return err_set(err, FAULT_INPUT, "there is no chart of %s to draw: %s; %s",
		kinds[drawing->kind], why, remedy);
}

static bool
draw_history(struct drawing *drawing, struct err *err)
{
	static bool (*const draw[KINDS])(const struct charts *, struct chart *, const char **) = {
		[KIND_SPEND] = charts_spend,
		[KIND_WORKLOADS] = charts_workloads,
		[KIND_MODELS] = charts_models,
		[KIND_TOKENS] = charts_tokens,
		[KIND_LATENCY] = charts_latency,
	};
	struct app *app = drawing->app;
	struct study *study = &drawing->study;
	struct history history;
	const char *why = "";
	study->without_hours = true;
	if (!study_begin(app, &drawing->options->intake, &drawing->options->in, 0, study, err) ||
		!study_run(app, &drawing->options->study, study, err))
		return false;
	struct audit_options again = study_options_of(study);
	if (drawing->kind != KIND_SPEND && drawing->kind != KIND_TOKENS)
		again.days_from = INT64_MAX; /* nothing is shown by its time */
	history_make(&history, &study->pool, &again, NULL);
	const struct audit_report when = {
		.audit = &study->audit, .pool = &study->pool, .days = drawing->options->study.days
	};
	const struct period *period = &study->period;
	struct budgets budgets = { 0 };
	bool good = pool_whole(&study->pool, err) && budgets_load(&budgets, study->taken.conf, err);
	const struct charts charts = { .history = &history,
		.audit = &study->audit,
		.days = audit_days(&when, &why),
		.columns = columns_for(drawing),
		.zone = app->tz ? app->tz : "UTC",
		.first = period->start == INT64_MIN ? INT64_MIN : day_of(study, period->start),
		.last = period->end == INT64_MAX ? INT64_MAX : day_of(study, period->end - 1),
		.today = day_of(study, app->now),
		.budget = budgets_whole(&budgets, history.currency) };
	good = good &&
	       (draw[drawing->kind](&charts, drawing->chart, &why) || nothing(drawing, why, err));
	budgets_free(&budgets);
	history_free(&history);
	return good;
}

/* ---- of a plan ---- */

static bool
draw_plan(struct drawing *drawing, struct err *err)
{
	struct working work = { .study = &drawing->study };
	bool good = working_study(drawing->app, drawing->options, &work, err) &&
		    working_make(drawing->app, drawing->options, &work, err);
	if (good) {
		const struct breakeven breakeven = { .plan = &work.planning.plan,
			.moves = &work.moves,
			.work = &work.moves,
			.scenarios = work.scenarios,
			.scenarios_n = work.scenarios_n,
			.main = working_main(&work) };
		if (drawing->kind == KIND_TORNADO)
			breakeven_tornado(&breakeven, drawing->chart);
		else
			breakeven_chart(&breakeven, drawing->chart);
		good = drawing->kind == KIND_BREAKEVEN || drawing->chart->bars_n ||
		       err_set(err, FAULT_INPUT,
			       "there is no tornado to draw: none of the assumptions moves the "
			       "break-even; hllm breakeven --gpu %s --explain says what it is",
			       drawing->options->plan.hardware);
	}
	working_free(&work);
	return good;
}

/* ---- of a probe ---- */

/* By its number, or by a part of the name of its model or hardware. */
static bool
is_meant(const struct probe *probe, const char *name)
{
	int64_t id;
	if (!name)
		return true;
	if (num_int(slice_of(name), &id) == NUM_OK)
		return probe->id == id;
	return slice_find_nocase(slice_of(probe->model), name) >= 0 ||
	       slice_find_nocase(slice_of(probe->hardware), name) >= 0;
}

static bool
draw_newest(struct drawing *drawing, const struct probes *probes, struct err *err)
{
	bool any = false;
	for (size_t i = 0; i < probes->n; i++) {
		if (!is_meant(&probes->items[i], drawing->name))
			continue;
		any = true;
		if (probe_chart_rate(&probes->items[i], drawing->chart))
			return true;
	}
	if (!probes->n)
		return err_set(err, FAULT_INPUT,
			"there is no probe to draw: nothing was measured yet; start with: hllm "
			"probe");
	if (!any)
		return err_set(err, FAULT_USAGE, "there is no probe \"%s\"; see: hllm probe --list",
			drawing->name);
	return err_set(err, FAULT_INPUT,
		"there is no probe to draw: expected at least two numbers of requests at once, "
		"each "
		"once; hllm probe measures them");
}

static bool
draw_probe(struct drawing *drawing, struct err *err)
{
	struct app *app = drawing->app;
	struct probes probes = { 0 };
	if (!load_conf(app, &drawing->study.taken.conf, err))
		return false;
	const char *path = app_ledger_path(app, err);
	bool none = path && access(path, F_OK) != 0;
	struct ledger *ledger = path && !none ? ledger_open(path, LEDGER_READ, err) : NULL;
	bool good = path && (none || (ledger && ledger_probes(ledger, &probes, err))) &&
		    draw_newest(drawing, &probes, err);
	probes_free(&probes);
	ledger_close(ledger);
	return good;
}

/* ---- where it goes ---- */

static void
say_next(struct drawing *drawing)
{
	const struct breakeven_options *options = drawing->options;
	const struct intake_options *files = &options->intake;
	struct str how = STR_INIT;
	if (drawing->kind != KIND_PROBE) {
		again_option(&how, "gpu", options->plan.hardware);
		for (size_t i = 0; i < options->plan.set.n; i++)
			again_option(&how, "set", options->plan.set.items[i]);
		again_option(&how, "policy", options->policy);
		again_of(&how, drawing->app, &options->study, files, &options->in);
	}
	const char *kind = kinds[drawing->kind];
	answer_next(&drawing->answer, "hllm chart %s%s --output %s.svg  # the picture", kind,
		str_text(&how), kind);
	str_free(&how);
}

static int
put_out(struct drawing *drawing)
{
	const struct app *app = drawing->app;
	const char *folder = drawing->options->emit;
	int status = folder ? app_chart_emit(app, drawing->chart, folder) : EXIT_DONE;
	if (status == EXIT_DONE && folder && !app->output && !wants_numbers(app)) {
		app_say(app, "wrote %s/%s.gp and its data; to draw it, run gnuplot %s.gp there",
			folder, drawing->chart->name, drawing->chart->name);
		return status;
	}
	if (status != EXIT_DONE || !wants_numbers(app))
		return status == EXIT_DONE ? app_chart(app, drawing->chart, target_of(app))
					   : status;
	charts_answer(drawing->chart, &drawing->answer);
	say_next(drawing);
	return app_show(app, &drawing->answer);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct drawing drawing = { .app = app, .options = values };
	struct err err = { 0 };
	answer_init(&drawing.answer, "hllm.chart/1");
	drawing.chart = answer_chart(&drawing.answer, CHART_LINES, "chart", NULL);
	bool good = check(&drawing, args_n, args, &err);
	if (good && drawing.kind == KIND_PROBE)
		good = draw_probe(&drawing, &err);
	else if (good)
		good = study_ready(app, &drawing.study, &err) &&
		       (drawing.kind == KIND_BREAKEVEN || drawing.kind == KIND_TORNADO
				       ? draw_plan(&drawing, &err)
				       : draw_history(&drawing, &err));
	int status = good ? put_out(&drawing) : app_fail(app, &err);
	if (status == EXIT_DONE && drawing.options->intake.strict &&
		drawing.study.audit.total.unpriced.tokens > 0)
		status = EXIT_UNPRICED;
	answer_free(&drawing.answer);
	study_free(&drawing.study);
	option_list_free(&drawing.options->in);
	option_list_free(&drawing.options->plan.set);
	return status;
}

const struct command cmd_chart = {
	.name = "chart",
	.args = "KIND [PROBE]",
	.words = "spend|workloads|models|tokens|latency|breakeven|tornado|probe",
	.help = "pictures of spend, tokens, workloads, break-even and probes",
	.examples = "hllm chart spend                             # in the terminal\n"
		    "hllm chart spend --period 2024-01..2026-12 --output spend.svg\n"
		    "hllm chart workloads --in requests.jsonl.gz --output workloads.png\n"
		    "hllm chart breakeven --gpu rtx4090 --output breakeven.pdf\n"
		    "hllm chart tokens --format csv               # the numbers\n",
	.options = option_table,
	.options_size = sizeof(struct breakeven_options),
	.run = run,
};
