/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/why.h"

#include <stdlib.h>

#include "cmd/again.h"

struct options {
	struct intake_options intake;
	struct study_options study;
	struct option_list in;
	int64_t import;
};

static const struct option option_table[] = {
	{ 0, "import", OPTION_COUNT, .offset = offsetof(struct options, import), .arg = "ID",
		.names = "imports", .help = "of this import only" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	STUDY_OPTIONS(options, study),
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

/* The prices of the model that most of the number comes from. */
static void
say_next(struct answer *answer, const struct app *app, const struct trace *trace)
{
	const struct trace_price *most = NULL;
	struct str how = STR_INIT;
	for (size_t i = 0; i < trace->prices_n; i++)
		if (trace->prices[i].row && trace->prices[i].model.n &&
			(!most || trace->prices[i].amount > most->amount))
			most = &trace->prices[i];
	if (most) {
		char *model = slice_dup(most->model);
		str_putc(&how, ' ');
		again_quoted(&how, model);
		free(model);
	}
	again_option(&how, "config", app->config);
	for (size_t i = 0; i < app->prices.n; i++)
		again_option(&how, "prices", app->prices.items[i]);
	if (most)
		answer_next(answer, "hllm prices show%s  # all its prices, with their sources",
			str_text(&how));
	else
		answer_next(answer, "hllm prices list%s  # the models that have a price",
			str_text(&how));
	str_free(&how);
}

/* The audit is run twice: once to find the cell, once to watch what goes into it. */
static bool
answer_why(struct app *app, const struct options *options, struct study *study, const char *row,
	const char *column, struct answer *answer, struct err *err)
{
	struct answer audit;
	struct why_cell cell;
	answer_init(&audit, "hllm.audit/1");
	bool good = study_run(app, &options->study, study, err);
	if (good) {
		study_report(app, &options->study, study, &audit);
		good = why_find(&audit, row, column, &cell, err);
	}
	if (good) {
		struct trace trace = { .target = why_target(&audit, &cell) };
		struct audit again;
		struct audit_options hooks = study_options_of(study);
		hooks.each = trace_each;
		hooks.each_arg = &trace;
		struct trace_requests largest = { 0 };
		struct trace_lines lines = { 0 };
		audit_run(&again, &study->pool, &hooks);
		good = trace_largest(&trace.target, &study->rules, &study->taken.sources,
			study->taken.ledger, &largest, err);
		good = good && trace_lines(&trace, &study->pool, study->taken.ledger, &lines, err);
		trace_lines_place(&lines, &largest);
		if (good) {
			why_report(answer, &study->report, &cell, &trace, &largest, &lines);
			say_next(answer, app, &trace);
		}
		trace_lines_free(&lines);
		trace_requests_free(&largest);
		audit_free(&again);
		trace_free(&trace);
	}
	answer_free(&audit);
	return good;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct study study = { 0 };
	struct answer answer;
	struct err err = { 0 };
	answer_init(&answer, "hllm.why/1");
	bool good = args_n == 1 || args_n == 2 ||
		    err_set(&err, FAULT_USAGE,
			    "why: expected ROW [COLUMN], as the audit prints them: hllm why total, "
			    "hllm why chat '$/MONTH'");
	good = good &&
	       study_begin(app, &options->intake, &options->in, options->import, &study, &err);
	good = good && answer_why(app, options, &study, args[0], args_n == 2 ? args[1] : NULL,
			       &answer, &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	study_free(&study);
	option_list_free(&options->in);
	return status;
}

const struct command cmd_why = {
	.name = "why",
	.args = "ROW [COLUMN]",
	.names = "audit",
	.help = "where a number of the audit comes from",
	.examples =
		"hllm why total                      # price rows, files and lines behind the sum\n"
		"hllm why chat '$/MONTH'             # a workload's row and a column, as printed\n"
		"hllm why gpt-4o list_cost --import 3\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
