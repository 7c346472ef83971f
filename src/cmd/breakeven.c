/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/breakeven.h"

#include <math.h>
#include <stdlib.h>

#include "cmd/again.h"
#include "cmd/chart-out.h"
#include "cmd/inquiry.h"
#include "cmd/plans.h"
#include "cmd/ruling.h"

#define FROM_FIGURES(name_, type_, member_, has_, arg_, help_)                            \
 {                                                                                        \
  0, name_, type_, .offset = offsetof(struct breakeven_options, plan.member_),            \
		   .given = offsetof(struct breakeven_options, plan.has_), .arg = (arg_), \
		   .help = (help_)                                                        \
 }

static const struct option option_table[] = {
	{ 0, "gpu", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.hardware),
		.arg = "HARDWARE", .names = "hardware",
		.help = "of hllm hardware (rtx4090, 2xrtx4090, \"m2 ultra\"), or a plan of "
			"hllm.conf" },
	{ 0, "capex", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.capex),
		.arg = "AMOUNT", .help = "what you pay for it, instead of the catalogue's price" },
	{ 0, "monthly", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.monthly),
		.arg = "AMOUNT",
		.help = "all that running it costs a month; nothing is added to it" },
	{ 0, "electricity", OPTION_TEXT,
		.offset = offsetof(struct breakeven_options, plan.electricity), .arg = "AMOUNT",
		.help = "a kWh, as --set electricity=AMOUNT" },
	{ 0, "set", OPTION_LIST, .offset = offsetof(struct breakeven_options, plan.set),
		.arg = "NAME=VALUE", .names = "figures",
		.help = "another value for an assumption: electricity=0.30, growth=0-5%" },
	{ 0, "explain", OPTION_FLAG, .offset = offsetof(struct breakeven_options, explain),
		.help = "every assumption with its unit and source, and the formula" },
	{ 0, "compare", OPTION_FLAG, .offset = offsetof(struct breakeven_options, compare),
		.help = "all hardware that the work fits on, ranked" },
	{ 0, "within", OPTION_COUNT, .offset = offsetof(struct breakeven_options, within),
		.given = offsetof(struct breakeven_options, has_within), .arg = "MONTHS",
		.help = "exit with 3 when it has not paid for itself by then" },
	{ 0, "target", OPTION_COUNT, .offset = offsetof(struct breakeven_options, target),
		.given = offsetof(struct breakeven_options, has_target), .arg = "MONTHS",
		.help = "how much work, or what price, would break even in so many" },
	{ 0, "chart", OPTION_TEXT, .offset = offsetof(struct breakeven_options, chart),
		.arg = "FILE|-",
		.help = "a picture of the costs that cross: .svg, .png, .pdf, .txt, or - for the "
			"terminal" },
	{ 0, "emit-gnuplot", OPTION_TEXT, .offset = offsetof(struct breakeven_options, emit),
		.arg = "DIR", .help = "write the scripts and data of the pictures there" },
	{ 0, "model", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.model),
		.arg = "NAME", .names = "local-models",
		.help = "run everything on this open model, of hllm models" },
	{ 0, "quant", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.quant),
		.arg = "QUANT", .help = "q4_k_m (default), q8_0 or f16" },
	{ 0, "context", OPTION_COUNT, .offset = offsetof(struct breakeven_options, plan.context),
		.given = offsetof(struct breakeven_options, plan.has_context), .arg = "N",
		.help = "tokens of prompt and answer that must fit (default: what 95 of "
			"100 need)" },
	{ 0, "concurrency", OPTION_COUNT,
		.offset = offsetof(struct breakeven_options, plan.concurrency),
		.given = offsetof(struct breakeven_options, plan.has_concurrency), .arg = "N",
		.help = "requests that the server works on at once (default 4)" },
	FROM_FIGURES("max-wait", OPTION_MONEY, max_wait, has_max_wait, "SECONDS",
		"what waits longer goes to the API"),
	{ 0, "policy", OPTION_TEXT, .offset = offsetof(struct breakeven_options, policy),
		.arg = "NAME", .names = "policies",
		.help = "the policy that says what is local (default)" },
	FROM_FIGURES("daily-requests", OPTION_COUNT, daily_requests, has_daily, "N",
		"from figures alone, without any file: requests a day"),
	FROM_FIGURES("input-tokens", OPTION_COUNT, input_tokens, has_input, "N",
		"with --daily-requests: of a request"),
	FROM_FIGURES("output-tokens", OPTION_COUNT, output_tokens, has_output, "N",
		"with --daily-requests: of an answer"),
	{ 0, "api-model", OPTION_TEXT, .offset = offsetof(struct breakeven_options, plan.api_model),
		.arg = "NAME", .names = "models",
		.help = "what --daily-requests go to today; with --in, the model of records that "
			"name none" },
	{ 0, "api-monthly", OPTION_TEXT,
		.offset = offsetof(struct breakeven_options, plan.api_monthly), .arg = "AMOUNT",
		.help = "from figures alone: what the API costs a month" },
	FROM_FIGURES("tokens-per-second", OPTION_MONEY, tokens_per_second, has_speed, "N",
		"from figures alone: what the hardware writes"),
	{ 0, "plan", OPTION_TEXT, .offset = offsetof(struct breakeven_options, cases),
		.arg = "FILE", .help = "works out each case of a plan file, hllm-economics(7)" },
	{ 0, "lint", OPTION_TEXT, .offset = offsetof(struct breakeven_options, lint), .arg = "FILE",
		.help = "what is wrong in somebody's calculation: a plan file with its results" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct breakeven_options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	STUDY_OPTIONS(breakeven_options, study),
	INTAKE_FILE_OPTIONS(breakeven_options, intake),
	OPTION_END,
};

/* ---- the answer ---- */

static double
requests_of(const struct working *work, enum move_class class)
{
	double sum = 0;
	for (size_t i = 0; i < work->moves.n; i++)
		if (move_is_in(&work->moves.items[i], class))
			sum += work->moves.items[i].requests;
	return sum;
}

/* What of the plan decides the next answer too; what one machine costs says nothing of others. */
static void
again_plan(struct str *out, const struct planning_options *plan, bool same_machine)
{
	char buf[NUM_TEXT];
	again_option(out, "capex", same_machine ? plan->capex : NULL);
	again_option(out, "monthly", same_machine ? plan->monthly : NULL);
	again_option(out, "electricity", plan->electricity);
	again_option(out, "model", plan->model);
	again_option(out, "quant", plan->quant);
	if (plan->context)
		str_printf(out, " --context %lld", (long long)plan->context);
	if (plan->concurrency)
		str_printf(out, " --concurrency %lld", (long long)plan->concurrency);
	if (plan->has_max_wait)
		str_printf(out, " --max-wait %s", num_print(buf, plan->max_wait, 0, 15, false));
}

static void
say_next(struct answer *answer, const struct app *app, const struct breakeven_options *options)
{
	struct str how = STR_INIT;
	struct intake_options files = options->intake;
	files.model = NULL;
	again_option(&how, "policy", options->policy);
	again_plan(&how, &options->plan, options->plan.hardware && !options->explain);
	for (size_t i = 0; i < options->plan.set.n; i++)
		again_option(&how, "set", options->plan.set.items[i]);
	again_of(&how, app, &options->study, &files, &options->in);
	if (options->in.n)
		again_option(&how, "api-model", options->plan.api_model);
	if (planning_is_stated(&options->plan)) {
		answer_next(answer, "hllm audit FILE  # the same from your own bill or log");
	} else if (!options->plan.hardware) {
		answer_next(answer, "hllm breakeven --gpu HARDWARE%s  # one of them in full",
			str_text(&how));
	} else {
		struct str gpu = STR_INIT;
		again_option(&gpu, "gpu", options->plan.hardware);
		answer_next(answer, "hllm breakeven%s%s --%s", str_text(&gpu), str_text(&how),
			options->explain ? "compare  # the same work on other hardware"
					 : "explain  # every assumption and its source");
		str_free(&gpu);
	}
	str_free(&how);
}

/* Beside the first picture: "c.svg" is followed by "c-tornado.svg". */
static int
draw_tornado(const struct app *app, const struct chart *tornado, const char *target)
{
	if (strcmp(target, "-") == 0) {
		puts("");
		return app_chart(app, tornado, target);
	}
	const char *dot = strrchr(target, '.');
	char *name = xasprintf("%.*s-tornado%s", (int)(dot - target), target, dot);
	int status = app_chart(app, tornado, name);
	free(name);
	return status;
}

static int
show(struct app *app, const struct breakeven_options *options, struct working *work,
	struct answer *answer)
{
	bool stated = planning_is_stated(&options->plan);
	const struct prospect *main = working_main(work);
	const struct breakeven breakeven = { .answer = answer,
		.plan = &work->planning.plan,
		.moves = stated ? NULL : &work->moves,
		.work = &work->moves,
		.scenarios = work->scenarios,
		.scenarios_n = work->scenarios_n,
		.main = main,
		.choice = &work->planning.choice,
		.explain = options->explain,
		.within = options->within,
		.target = options->target,
		.catalogue = &work->planning.hardwares,
		.rivals = work->rivals,
		.rivals_n = work->rivals_n,
		.period_short = !stated && work->days < 14,
		.days = work->days,
		.stated = work->planning.stated.n ? str_text(&work->planning.stated) : NULL,
		.requests = requests_of(work, main->class) };
	breakeven_report(&breakeven);
	say_next(answer, app, options);
	app_studied(app, stated ? NULL : work->study, NULL);
	int status = app_show(app, answer);
	if (app->inquiry)
		return status;
	struct chart chart, tornado;
	breakeven_chart(&breakeven, &chart);
	breakeven_tornado(&breakeven, &tornado);
	if (status == EXIT_DONE && options->chart && strcmp(options->chart, "-") == 0)
		puts("");
	if (status == EXIT_DONE && options->chart)
		status = app_chart(app, &chart, options->chart);
	if (status == EXIT_DONE && options->chart && tornado.bars_n)
		status = draw_tornado(app, &tornado, options->chart);
	if (status == EXIT_DONE && options->emit)
		status = app_chart_emit(app, &chart, options->emit);
	if (status == EXIT_DONE && options->emit && tornado.bars_n)
		status = app_chart_emit(app, &tornado, options->emit);
	chart_free(&chart);
	chart_free(&tornado);
	double months = cash_break_even(&main->months);
	if (status == EXIT_DONE && options->has_within &&
		(isnan(months) || months > (double)options->within || !cash_pays(main->outcome)))
		status = EXIT_ALERT;
	return status;
}

static bool
check_options(const struct app *app, const struct breakeven_options *options, struct err *err)
{
	if ((options->plan.has_concurrency && options->plan.concurrency < 1) ||
		(options->plan.has_context && options->plan.context < 1))
		return err_set(
			err, FAULT_USAGE, "--concurrency and --context: expected at least 1");
	if (!options->plan.has_daily &&
		(options->plan.has_input || options->plan.has_output || options->plan.has_speed))
		return err_set(err, FAULT_USAGE,
			"--input-tokens, --output-tokens and --tokens-per-second: expected "
			"--daily-requests N beside them; of files, the files say it");
	if (options->has_target && (options->target < 1 || options->target > FIGURE_MONTHS_MOST))
		return err_set(err, FAULT_USAGE, "--target %lld: expected 1 to %d months",
			(long long)options->target, (int)FIGURE_MONTHS_MOST);
	if (options->has_within && options->within < 1)
		return err_set(err, FAULT_USAGE, "--within %lld: expected at least 1 month",
			(long long)options->within);
	if (options->plan.has_speed && options->plan.tokens_per_second <= 0)
		return err_set(err, FAULT_USAGE, "--tokens-per-second: expected more than 0");
	if (options->in.n && planning_is_stated(&options->plan))
		return err_set(err, FAULT_USAGE,
			"--in: expected either files or figures alone (--daily-requests, "
			"--api-monthly)");
	if (options->compare && planning_is_stated(&options->plan))
		return err_set(err, FAULT_USAGE,
			"--compare: needs workloads of a bill or a log, not figures alone");
	if (!options->plan.hardware && !options->compare && !planning_is_stated(&options->plan))
		return err_set(err, FAULT_USAGE,
			"which hardware? expected --gpu NAME (hllm hardware lists them), --compare "
			"for "
			"all, or figures alone (--daily-requests or --api-monthly)");
	return !options->chart || app_chart_check(app, "--chart", options->chart, err);
}

static bool
work_out(struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	if (!check_options(app, options, err) || !study_ready(app, work->study, err))
		return false;
	if (planning_is_stated(&options->plan))
		return working_state(app, options, work, err);
	if (!working_study(app, options, work, err) || !working_make(app, options, work, err))
		return false;
	if (!app->inquiry)
		pool_release(&work->study->pool); /* whoever reads the answer may take a while */
	enum move_class class = working_main(work)->class;
	bool done = work->rivals_n && work->compared == class;
	return !options->compare || done || rivals_compare(app, options, work, class, err);
}

/* Plan files stand for themselves: of the other options only --set says anything about them. */
static int
run_file(struct app *app, const struct breakeven_options *options)
{
	struct study study = { 0 };
	struct figures figures;
	struct err err = { 0 };
	if (options->lint && options->cases) {
		err_set(&err, FAULT_USAGE, "--plan and --lint: expected one of the two");
		return app_fail(app, &err);
	}
	if (options->plan.hardware || options->compare || options->in.n) {
		err_set(&err, FAULT_USAGE,
			"--%s: the file has the work and the hardware, expected it without --gpu, "
			"--compare and --in",
			options->lint ? "lint" : "plan");
		return app_fail(app, &err);
	}
	bool good = study_ready(app, &study, &err) &&
		    planning_figures(app, &options->plan, &study, &figures, &err);
	int status = !good           ? app_fail(app, &err)
		     : options->lint ? plans_lint(app, options->lint)
				     : plans_answer(app, options->cases, &figures);
	study_free(&study);
	return status;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct breakeven_options *options = values;
	struct study study = { 0 };
	struct working work = { .study = &study };
	struct answer answer;
	struct err err = { 0 };
	app_answer(app, &answer, "hllm.breakeven/1");
	bool good = args_n == 0 || err_set(&err, FAULT_USAGE,
					   "unexpected \"%s\": hardware is named by --gpu, a "
					   "file by --in",
					   args[0]);
	bool file = good && (options->cases || options->lint);
	good = good && (file || work_out(app, options, &work, &err));
	int status = !good  ? app_fail(app, &err)
		     : file ? run_file(app, options)
			    : show(app, options, &work, &answer);
	answer_free(&answer);
	working_free(&work);
	study_free(&study);
	option_list_free(&options->in);
	option_list_free(&options->plan.set);
	return status;
}

const struct command cmd_breakeven = {
	.name = "breakeven",
	.help = "when hardware of your own has paid for itself, and how sure that is",
	.explains = true,
	.examples = "hllm breakeven --gpu rtx4090         # for what the ledger holds\n"
		    "hllm breakeven --compare             # all hardware, ranked\n"
		    "hllm breakeven --gpu 2xrtx3090 --set electricity=0.35 --explain\n"
		    "hllm breakeven --daily-requests 5000 --input-tokens 800 --output-tokens 400 "
		    "--api-model gpt-4o-mini --capex 1600 --monthly 30\n",
	.options = option_table,
	.options_size = sizeof(struct breakeven_options),
	.run = run,
};
