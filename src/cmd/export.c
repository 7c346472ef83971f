/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/again.h"
#include "cmd/cells.h"
#include "cmd/output.h"
#include "cmd/planning.h"
#include "report/extract.h"
#include "report/focus.h"
#include "view/stream.h"

struct options {
	struct intake_options intake;
	struct option_list in;
	const char *by, *hardware;
	struct option_list set;
	bool refresh;
};

static const struct option option_table[] = {
	{ 0, "by", OPTION_TEXT, .offset = offsetof(struct options, by), .arg = "TIME",
		.values = "hour|day|month",
		.help = "how long a row is at most: hour, day or month (day; of focus always)" },
	{ 0, "gpu", OPTION_TEXT, .offset = offsetof(struct options, hardware), .arg = "HARDWARE",
		.names = "hardware",
		.help = "of focus: also what this machine of your own costs, as estimates" },
	{ 0, "set", OPTION_LIST, .offset = offsetof(struct options, set), .arg = "NAME=VALUE",
		.help = "with --gpu: a figure of it, as of hllm breakeven; may be given again" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved; may be given again" },
	{ 0, "refresh", OPTION_FLAG, .offset = offsetof(struct options, refresh),
		.help = "first make the ledger's views for SQL anew, with the prices and hllm.conf "
			"of now" },
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

/* What goes on while rows go by. */
struct exporting {
	struct app *app;
	const struct options *options;
	struct study study;
	struct planning planning;
	struct extract_options extract;
	struct extract_summary summary;
	struct focus_writer focus;
	struct stream stream;
	struct output_sink sink;
	struct arena arena; /* of a row */
};

enum { CELLS_MOST = 80 };

static bool
is_format(const struct app *app, const char *name)
{
	return app->format && strcmp(app->format, name) == 0;
}

static bool
is_focus(const struct app *app)
{
	return is_format(app, "focus");
}

/* Rows rather than a summary of them. */
static bool
is_stream(const struct app *app)
{
	return is_focus(app) || is_format(app, "json") ||
	       (!app->table && (is_format(app, "csv") || is_format(app, "tsv")));
}

static bool
check(struct app *app, const struct options *options, struct err *err)
{
	if (options->by && is_focus(app) && strcmp(options->by, "day") != 0)
		return err_set(err, FAULT_USAGE,
			"--by %s: a charge of --format focus is of a day; --by goes with csv, tsv "
			"and json",
			options->by);
	if (options->hardware && !is_focus(app))
		return err_set(err, FAULT_USAGE,
			"--gpu %s: what a machine costs is no usage, expected --format focus "
			"beside it",
			options->hardware);
	if (options->set.n && !options->hardware)
		return err_set(err, FAULT_USAGE,
			"--set %s: expected --gpu beside it, which says what it is a figure of",
			options->set.items[0]);
	if (options->refresh && options->in.n)
		return err_set(err, FAULT_USAGE,
			"--refresh: is of the ledger, and does not go with --in %s",
			options->in.items[0]);
	if (options->refresh && app->prices.n)
		return err_set(err, FAULT_USAGE,
			"--refresh: the views have your own prices, not those of --prices %s; to "
			"make "
			"it yours: hllm prices import",
			app->prices.items[0]);
	return true;
}

/* ---- rows ---- */

static void
put_cells(void *arg, const struct extract_row *row)
{
	struct exporting *ex = arg;
	struct cell cells[CELLS_MOST];
	for (size_t i = 0; i < extract_columns_n; i++)
		cells[i] = extract_columns[i].fill(row, &ex->arena);
	stream_row(&ex->stream, cells);
	arena_reset(&ex->arena);
}

static void
put_line(void *arg, const struct focus_line *line)
{
	struct exporting *ex = arg;
	struct cell cells[CELLS_MOST];
	for (size_t i = 0; i < focus_columns_n; i++)
		cells[i] = focus_columns[i].fill(line);
	stream_row(&ex->stream, cells);
}

static void
put_charges(void *arg, const struct extract_row *row)
{
	struct exporting *ex = arg;
	focus_row(&ex->focus, row);
}

static void
put_own_cost(void *arg, const struct own_cost *cost)
{
	struct exporting *ex = arg;
	focus_hardware(&ex->focus, cost);
}

static void
count_line(void *arg, const struct focus_line *line)
{
	struct exporting *ex = arg;
	(void)line;
	ex->summary.lines++;
}

static void
count_row(void *arg, const struct extract_row *row)
{
	struct exporting *ex = arg;
	extract_count(&ex->summary, row);
}

static const struct column *
cell_column(size_t i)
{
	return &extract_columns[i].column;
}

static const struct column *
focus_column(size_t i)
{
	return &focus_columns[i].column;
}

/* ---- what they are of ---- */

/* From the first to the last day of what has a time; else the month that the clock is in. */
static struct period
whole_period(const struct exporting *ex)
{
	const struct audit *audit = &ex->study.audit;
	int number = when_month(ex->app->now);
	struct period period = { when_month_start(number), when_month_start(number + 1) };
	if (audit->first_day != DAY_NONE)
		period = (struct period){ audit->first_day * NS_PER_DAY,
			(audit->last_day + 1) * NS_PER_DAY };
	if (!ex->app->tz)
		return period;
	period.start -= zone_at(period.start / NS_PER_SECOND) * NS_PER_SECOND;
	period.end -= zone_at(period.end / NS_PER_SECOND) * NS_PER_SECOND;
	return period;
}

static void
set_extract(struct exporting *ex, const struct audit_options *audit)
{
	const char *by = ex->options->by ? ex->options->by : "day";
	ex->extract = (struct extract_options){ .audit = audit,
		.by = by[0] == 'h'   ? EXTRACT_HOUR
		      : by[0] == 'm' ? EXTRACT_MONTH
				     : EXTRACT_DAY,
		.exact = is_focus(ex->app),
		.undated = whole_period(ex),
		.arg = ex };
	ex->focus.zone_at = ex->app->tz ? zone_at : NULL;
	ex->focus.arg = ex;
	ex->summary.audit = &ex->study.audit;
	ex->summary.by = by;
	ex->summary.period = (struct period){ INT64_MAX, INT64_MIN };
}

static void
stream_members(const struct exporting *ex, struct str *out)
{
	char date[WHEN_TEXT];
	const struct period period = whole_period(ex);
	const char *const members[] = { "by", ex->summary.by, "tz",
		ex->app->tz ? ex->app->tz : "UTC", "start", when_print(date, period.start) };
	for (size_t i = 0; i < HL_COUNT(members); i++)
		str_add(out, members[i], strlen(members[i]) + 1);
	str_add(out, "end", sizeof("end"));
	when_print(date, period.end);
	str_add(out, date, strlen(date) + 1);
}

static bool
write_rows(struct exporting *ex, struct err *err)
{
	const struct app *app = ex->app;
	bool focus = is_focus(app), file = app->output && strcmp(app->output, "-") != 0;
	struct str members = STR_INIT;
	if (!output_begin(&ex->sink, file ? app->output : NULL, err))
		return false;
	ex->stream = (struct stream){ .form = is_format(app, "json")  ? STREAM_JSON
					      : is_format(app, "tsv") ? STREAM_TSV
								      : STREAM_CSV,
		.columns_n = focus ? focus_columns_n : extract_columns_n,
		.column = focus ? focus_column : cell_column,
		.put = output_put,
		.arg = &ex->sink };
	stream_members(ex, &members);
	stream_begin(&ex->stream, "hllm.export/1", str_as_slice(&members), "cells");
	ex->extract.row = focus ? put_charges : put_cells;
	ex->focus.line = put_line;
	extract_run(&ex->study.pool, &ex->extract);
	if (ex->options->hardware) {
		const struct plan *plan = &ex->planning.plan;
		const char *units =
			plan->units > 1 ? slice_printf(&ex->app->arena, "%dx", plan->units).p : "";
		struct own_hardware own = { .id = slice_printf(&ex->app->arena, "%s" SLICE_FMT,
						    units, SLICE_ARG(plan->hardware->id)),
			.name = slice_printf(&ex->app->arena, "%s%s" SLICE_FMT, units,
				*units ? " " : "", SLICE_ARG(plan->hardware->name)),
			.figures = &plan->figures };
		memcpy(own.currency, plan->currency, sizeof(own.currency));
		own_costs(&own, whole_period(ex), ex->focus.zone_at, put_own_cost, ex);
	}
	stream_end(&ex->stream);
	str_free(&members);
	/* what of a damaged ledger could be read is no export */
	bool good = pool_whole(&ex->study.pool, err);
	return output_end(&ex->sink, good, err) && good;
}

/* ---- the ledger's views ---- */

static bool
refresh(struct exporting *ex, struct err *err)
{
	struct taken *taken = &ex->study.taken;
	if (!ex->options->refresh)
		return true;
	if (!taken->conf && !load_conf(ex->app, &taken->conf, err))
		return false;
	const char *path = app_ledger_path(ex->app, err);
	/* one that is not there is not made */
	struct ledger *ledger = path ? ledger_open(path, LEDGER_READ, err) : NULL;
	bool good = ledger != NULL;
	ledger_close(ledger);
	ledger = good ? ledger_open(path, LEDGER_WRITE, err) : NULL;
	good = ledger && cells_remake(ex->app, ledger, taken->conf, &ex->summary.made, err);
	ledger_close(ledger);
	return good;
}

/* Views that are not those of now are worth a line. */
static bool
look_at_views(struct exporting *ex, struct err *err)
{
	struct taken *taken = &ex->study.taken;
	return !ex->study.of_ledger ||
	       cells_outdated(ex->app, taken->ledger, &ex->summary.outdated, err);
}

/* ---- the summary ---- */

static int
show_summary(struct exporting *ex)
{
	struct answer answer;
	struct err err = { 0 };
	struct str how = STR_INIT;
	struct study_options none = { 0 };
	if (!look_at_views(ex, &err))
		return app_fail(ex->app, &err);
	answer_init(&answer, "hllm.export/1");
	ex->extract.row = count_row;
	extract_run(&ex->study.pool, &ex->extract);
	ex->extract.row = put_charges;
	ex->extract.by = EXTRACT_DAY;
	ex->extract.exact = true;
	ex->focus.line = count_line;
	extract_run(&ex->study.pool, &ex->extract);
	extract_report(&answer, &ex->summary);
	again_of(&how, ex->app, &none, &ex->options->intake, &ex->options->in);
	if (ex->summary.rows)
		answer_next(&answer,
			"hllm export --format focus -o charges.csv%s  # charges for FinOps tools",
			str_text(&how));
	str_free(&how);
	int status = app_show(ex->app, &answer);
	answer_free(&answer);
	return status;
}

static bool
make_plan(struct exporting *ex, struct err *err)
{
	struct planning_options planning = { .hardware = ex->options->hardware,
		.set = ex->options->set };
	if (!ex->options->hardware)
		return true;
	if (!planning_make(ex->app, &planning, &ex->study, &ex->planning, err))
		return false;
	prospect_machine(&ex->planning.plan, &ex->planning.plan.figures);
	return true;
}

static int export(struct exporting *ex, struct err *err)
{
	struct study_options none = { 0 };
	const struct options *options = ex->options;
	struct intake_options intake = options->intake;
	bool good = check(ex->app, options, err) && study_ready(ex->app, &ex->study, err) &&
		    refresh(ex, err) &&
		    study_begin(ex->app, &intake, &options->in, 0, &ex->study, err) &&
		    study_run(ex->app, &none, &ex->study, err) && make_plan(ex, err);
	if (!good)
		return app_fail(ex->app, err);
	struct audit_options audit = study_options_of(&ex->study);
	audit.zone_at = ex->app->tz ? zone_at : NULL;
	set_extract(ex, &audit);
	if (!is_stream(ex->app))
		return show_summary(ex);
	return write_rows(ex, err) ? EXIT_DONE : app_fail(ex->app, err);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct exporting ex = { .app = app, .options = options, .summary.made = -1 };
	struct err err = { 0 };
	int status;
	if (args_n) {
		err_set(&err, FAULT_USAGE, "export: %s: expected no file here; --in FILE reads one",
			args[0]);
		status = app_fail(app, &err);
	} else {
		status = export(&ex, &err);
	}
	if (status == EXIT_DONE && options->intake.strict &&
		ex.study.audit.total.unpriced.tokens > 0)
		status = EXIT_UNPRICED;
	arena_free(&ex.focus.arena);
	arena_free(&ex.arena);
	planning_free(&ex.planning);
	study_free(&ex.study);
	option_list_free(&options->in);
	option_list_free(&options->set);
	return status;
}

const struct command cmd_export = {
	.name = "export",
	.args = "",
	.help = "charges in FOCUS, or the ledger's finest rows, for other programs",
	.examples = "hllm export                          # what there is to export\n"
		    "hllm export --format focus -o charges.csv\n"
		    "hllm export --format csv --by month --period 2026-08..2026-10\n"
		    "hllm export --format json --in requests.jsonl\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
