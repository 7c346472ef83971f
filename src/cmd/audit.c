/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/again.h"
#include "cmd/inquiry.h"

struct options {
	struct intake_options intake;
	struct study_options study;
	const char *policy;
	const char *tolerance;
};

static const struct option option_table[] = {
	{ 0, "no-save", OPTION_FLAG, .offset = offsetof(struct options, intake.no_save),
		.help = "touch no ledger" },
	{ 0, "policy", OPTION_TEXT, .offset = offsetof(struct options, policy), .arg = "NAME",
		.names = "policies",
		.help = "the policy that decides: a name of hllm policies, or a file (default)" },
	{ 0, "tolerance", OPTION_TEXT, .offset = offsetof(struct options, tolerance),
		.arg = "AMOUNT|PERCENT%",
		.help = "exit with 4 when more than this of a bill is unexplained" },
	STUDY_OPTIONS(options, study),
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

enum { SHOWN_FILES = 12 };

/* Options that the next commands need, and whether a month's cost is known. */
struct again {
	struct str why, decide, breakeven;
	bool days;
};

static struct again
again_after(struct app *app, const struct options *options, const struct study *study, bool files)
{
	const char *reason;
	struct again again = { .why = STR_INIT, .decide = STR_INIT, .breakeven = STR_INIT };
	struct intake_options without_model = options->intake;
	without_model.model = NULL; /* --model is the open one there */
	again_options(
		&again.why, app, &options->study, &options->intake, files && !study->taken.import);
	again_option(&again.decide, "policy", options->policy);
	again_options(&again.decide, app, &options->study, &options->intake, files);
	again_option(&again.breakeven, "policy", options->policy);
	again_options(&again.breakeven, app, &options->study, &without_model, files);
	if (files)
		again_option(&again.breakeven, "api-model", options->intake.model);
	again.days = audit_days(&study->report, &reason) > 0;
	return again;
}

/* The next useful command: where the first number comes from, of the same sources. */
static void
say_next(struct answer *answer, const struct study *study, const struct again *again, int files_n,
	const char **files)
{
	int64_t import = study->taken.import;
	if (import)
		answer_note(answer, "Saved as import %lld (undo: hllm imports --undo %lld).",
			(long long)import, (long long)import);
	if (!study->audit.total.records)
		return; /* there is no number to ask about */
	struct str in = STR_INIT;
	for (int i = 0; i < files_n && i < SHOWN_FILES; i++)
		again_option(&in, "in", files[i]);
	const char *files_again = files_n <= SHOWN_FILES ? str_text(&in) : " --in FILE";
	if (import)
		answer_note(answer, "Where a number comes from: hllm why total%s --import %lld",
			str_text(&again->why), (long long)import);
	else
		answer_note(answer, "Where a number comes from: hllm why total%s%s",
			str_text(&again->why), files_again);
	if (again->days)
		answer_next(answer, "hllm breakeven --gpu rtx4090%s%s  # when owning pays off",
			str_text(&again->breakeven), files_again);
	else
		answer_next(answer, "hllm decide%s%s --explain  # the rule behind each verdict",
			str_text(&again->decide), files_again);
	str_free(&in);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct study study = { 0 };
	struct answer answer;
	struct err err = { 0 };
	bool files = args_n > 0;
	app_answer(app, &answer, "hllm.audit/1");
	struct tolerance tolerance = { 0 };
	bool good =
		(!options->tolerance || tolerance_parse(options->tolerance, &tolerance, &err)) &&
		study_ready(app, &study, &err) && study_policy(app, options->policy, &study, &err);
	study.taken.catalog = app->prices.n ? NULL : study.catalog;
	good = good && (files ? take_in(app, &options->intake, args_n, args, &study.taken, &err)
			      : study_open(app, 0, &study, &err));
	study.watch = true;
	good = good && study_run(app, &options->study, &study, &err);
	if (good) {
		study_describe(&options->study, &study);
		good = study_find(&options->study, &study, &err);
	}
	if (good) {
		study_decide(&study);
		study_reconcile(&study, &tolerance);
		study_report(app, &options->study, &study, &answer);
		struct again again = again_after(app, options, &study, files);
		say_next(&answer, &study, &again, args_n, args);
		str_free(&again.why);
		str_free(&again.decide);
		str_free(&again.breakeven);
	}
	app_studied(app, &study, NULL);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	if (status == EXIT_DONE &&
		!tolerance_holds(&tolerance, &study.reconciliation, &study.audit))
		status = EXIT_UNRECONCILED;
	if (status == EXIT_DONE && options->intake.strict && study.audit.total.unpriced.tokens > 0)
		status = EXIT_UNPRICED;
	answer_free(&answer);
	study_free(&study);
	return status;
}

const struct command cmd_audit = {
	.name = "audit",
	.args = "[FILE…]",
	.help = "what was spent, on what: of files, or of all that was imported",
	.examples = "hllm audit invoices.csv             # price it, group it, save it\n"
		    "hllm audit --no-save logs/          # all files of a folder, without saving\n"
		    "hllm audit                          # everything imported, the last 90 days\n"
		    "hllm audit --by project --period last\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.explains = true,
	.run = run,
};
