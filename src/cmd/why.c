/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/why.h"

#include <stdlib.h>

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/asked.h"
#include "report/ids.h"

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

void
why_next_prices(struct answer *answer, const struct app *app, const struct trace *trace)
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

/* The ledger watches the largest requests of all time. */
static void
keep_period(struct trace_requests *largest, const struct period *period)
{
	size_t kept = 0;
	for (size_t i = 0; i < largest->n; i++) {
		int64_t ns = largest->items[i].tap.second * NS_PER_SECOND;
		if (ns >= period->start && ns < period->end)
			largest->items[kept++] = largest->items[i];
	}
	largest->n = kept;
}

/* The audit is run a second time, to watch what goes into the number. */
bool
why_trace(
	struct study *study, const struct trace_target *target, struct traced *out, struct err *err)
{
	struct audit again;
	struct audit_options hooks = study_options_of(study);
	*out = (struct traced){ .trace = { .target = *target, .period = &study->period } };
	hooks.each = trace_each;
	hooks.each_arg = &out->trace;
	audit_run(&again, &study->pool, &hooks);
	bool good = trace_largest(target, &study->rules, &study->taken.sources, study->taken.ledger,
			    &out->largest, err) &&
		    trace_lines(&out->trace, &study->pool, study->taken.ledger, &out->lines, err);
	out->trace.period = NULL; /* the study may end before */
	trace_lines_place(&out->lines, &out->largest);
	keep_period(&out->largest, &study->period);
	audit_free(&again);
	return good;
}

/* Of a verdict: its rules, of the same data. */
static void
next_rules(struct answer *answer, const struct app *app, const struct options *options,
	const struct answer *audit, const struct why_cell *cell)
{
	struct str how = STR_INIT;
	char *name = slice_dup(why_target(audit, cell).name);
	again_quoted(&how, name);
	str_puts(&how, " --explain");
	if (options->import)
		str_printf(&how, " --import %lld", (long long)options->import);
	again_of(&how, app, &options->study, &options->intake, &options->in);
	answer_next(answer, "hllm decide %s  # each rule, its value and its limit", str_text(&how));
	free(name);
	str_free(&how);
}

static bool
answer_why(struct app *app, const struct options *options, struct study *study, const char *row,
	const char *column, struct answer *answer, struct err *err)
{
	struct answer audit;
	struct why_cell cell;
	struct traced traced = { 0 };
	answer_init(&audit, "hllm.audit/1");
	audit.explained = true;
	bool verdicts = why_is_of_verdict(column);
	bool good = study_run(app, &options->study, study, err) &&
		    (!verdicts || study_policy(app, NULL, study, err));
	if (good && verdicts) {
		study_describe(&options->study, study);
		study_decide(study);
	}
	if (good) {
		study_report(app, &options->study, study, &audit);
		good = why_find(&audit, row, column, &cell, err);
	}
	if (good) {
		const struct trace_target target = why_target(&audit, &cell);
		good = why_trace(study, &target, &traced, err);
	}
	if (good) {
		const struct origin_cell at = { cell.table, cell.row, cell.column };
		struct explanation origin;
		(void)origin_find(&audit, &at, &origin);
		why_report(answer, &study->report, &cell, &origin, &traced);
		origin_free(&origin);
		if (verdicts)
			next_rules(answer, app, options, &audit, &cell);
		else
			why_next_prices(answer, app, &traced.trace);
	}
	traced_free(&traced);
	answer_free(&audit);
	return good;
}

static bool
row_of_audit(struct app *app, struct options *options, int args_n, const char **args,
	struct study *study, struct answer *answer, struct err *err)
{
	bool good = args_n == 1 || args_n == 2 ||
		    err_set(err, FAULT_USAGE,
			    "why: expected ID, as --ids prints it, or ROW [COLUMN], "
			    "as the audit does: hllm why total, hllm why chat '$/MONTH'");
	good = good &&
	       study_begin(app, &options->intake, &options->in, options->import, study, err) &&
	       answer_why(app, options, study, args[0], args_n == 2 ? args[1] : NULL, answer, err);
	if (good || args_n < 1 || !id_looks(slice_of(args[0])))
		return good;
	return err_set(err, FAULT_USAGE,
		"why: no number of the last %d answers with ids is called \"%s\", and no row of "
		"the audit; print some with --ids, or name the answer: hllm why %s -- COMMAND",
		ASKED_MOST, args[0], args[0]);
}

/* What an answer is of, its own command says; options of this one would say something else. */
static bool
check_ids_alone(const struct app *app, const struct options *options, struct err *err)
{
	const char *given = options->import         ? "import"
			    : options->in.n         ? "in"
			    : options->study.by     ? "by"
			    : options->study.days   ? "days"
			    : options->intake.model ? "model"
			    : app->ledger           ? "ledger"
			    : app->config           ? "config"
			    : app->prices.n         ? "prices"
			    : app->period           ? "period"
			    : app->tz               ? "tz"
			    : app->as_of            ? "as-of"
						    : NULL;
	return !given || err_set(err, FAULT_USAGE,
				 "why: --%s belongs to the command whose answer is meant, behind "
				 "--: hllm why ID -- COMMAND --%s \xE2\x80\xA6",
				 given, given);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct study study = { 0 };
	struct answer answer;
	struct err err = { 0 };
	answer_init(&answer, "hllm.why/1");
	bool good = why_ids_n(app, args_n, args)
			    ? check_ids_alone(app, options, &err) &&
				      why_ids(app, args_n, args, &answer, &err)
			    : row_of_audit(app, options, args_n, args, &study, &answer, &err);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	study_free(&study);
	option_list_free(&options->in);
	return status;
}

const struct command cmd_why = {
	.name = "why",
	.args = "ID\xE2\x80\xA6 [-- COMMAND\xE2\x80\xA6] | ROW [COLUMN]",
	.names = "audit",
	.help = "where a number comes from, down to files and lines",
	.examples =
		"hllm report --ids                   # an id beside every number\n"
		"hllm why kqb5                       # of the number beside which --ids printed "
		"that\n"
		"hllm why kqb5 -- report --in log.jsonl  # the same, of an answer that is named\n"
		"hllm why total                      # price rows, files and lines behind the sum\n"
		"hllm why chat '$/MONTH'             # a workload's row and a column, as printed\n"
		"hllm why gpt-4o list_cost --import 3\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
