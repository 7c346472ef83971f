/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/intake.h"
#include "report/audit.h"

struct options {
	struct intake_options intake;
	int64_t days;
	const char *by;
};

static const struct option option_table[] = {
	{ 0, "no-save", OPTION_FLAG, .offset = offsetof(struct options, intake.no_save), .help = "touch no ledger" },
	{ 0, "by", OPTION_TEXT, .offset = offsetof(struct options, by), .arg = "DIM",
		.values = "task|project|key|agent|endpoint|environment|tag|user|model|biller",
		.help = "what makes a workload (default: the first of these that a record has)" },
	{ 0, "days", OPTION_COUNT, .offset = offsetof(struct options, days), .arg = "N",
		.help = "how many days the files stand for, for monthly figures" },
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

/* All that an audit needs; half-built ones are freed alike. */
struct work {
	struct taken taken;
	struct sources stored; /* of the whole ledger */
	struct catalog *catalog;
	struct contract *contract;
	struct pool pool;
	struct audit audit;
	struct answer answer;
};

static bool
open_ledger(struct app *app, struct work *work, struct err *err)
{
	const char *path = app_ledger_path(app, err), *conf_path = app_config_path(app);
	if (conf_path && !(work->taken.conf = conf_load(conf_path, app->config != NULL, err)))
		return false;
	work->taken.ledger = path ? ledger_open(path, LEDGER_READ, err) : NULL;
	if (!work->taken.ledger || !ledger_sources(work->taken.ledger, 0, &work->stored, err))
		return false;
	return work->stored.n || err_set(err, FAULT_INPUT, "%s: an empty ledger; start with: hllm audit FILE", path);
}

/* The whole of what was given; the last 90 days of the ledger; or --period. */
static bool
choose_period(const struct app *app, const struct work *work, bool files, struct period *out, struct err *err)
{
	*out = (struct period){ INT64_MIN, INT64_MAX };
	int64_t end = app->now;
	if (work->pool.last != INT64_MIN) /* the end of the last day with data */
		end = (work->pool.last / 86400 + 1) * 86400 * NS_PER_SECOND;
	if (app->period)
		return period_parse(app->period, app->now, end, out, err);
	if (!files && work->pool.last != INT64_MIN)
		*out = (struct period){ end - 90 * NS_PER_DAY, end };
	return true;
}

static bool
compute(struct app *app, const struct options *options, struct work *work, bool files, struct err *err)
{
	struct taken *taken = &work->taken;
	bool pooled = files ? pool_of_sources(&work->pool, &taken->sources, taken->ledger, err)
			    : pool_of_ledger(&work->pool, &work->stored, taken->ledger, err);
	struct period period;
	if (!pooled || !choose_period(app, work, files, &period, err))
		return false;
	work->catalog = app_catalog(app, err);
	work->contract = work->catalog ? contract_load(taken->conf, err) : NULL;
	if (!work->contract)
		return false;
	int by = options->by ? by_parse(options->by) : BY_DEFAULT;
	const struct workload_rules rules = { taken->conf, by };
	const struct audit_options audit = { .catalog = work->catalog, .contract = work->contract, .rules = &rules, .period = period };
	audit_run(&work->audit, &work->pool, &audit);
	struct audit_report report = { .answer = &work->answer, .audit = &work->audit, .pool = &work->pool,
		.sources = files ? &taken->sources : NULL, .catalog = work->catalog, .days = options->days, .by = by,
		.skipped = str_text(&taken->skipped), .skipped_n = taken->skipped_n, .verbose = app->verbose };
	audit_report(&report);
	if (taken->import)
		answer_note(&work->answer, "Saved as import %lld (undo: hllm imports --undo %lld).", (long long)taken->import,
			(long long)taken->import);
	answer_next(&work->answer, "hllm why total  # where this number comes from");
	return true;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct work work = { 0 };
	struct err err = { 0 };
	bool files = args_n > 0;
	int status = EXIT_DONE;
	answer_init(&work.answer, "hllm.audit/1");
	bool good = files ? take_in(app, &options->intake, args_n, args, &work.taken, &err) : open_ledger(app, &work, &err);
	good = good && compute(app, options, &work, files, &err);
	status = good ? app_show(app, &work.answer) : app_fail(app, &err);
	if (status == EXIT_DONE && options->intake.strict && work.audit.total.unpriced.tokens > 0)
		status = EXIT_UNPRICED;
	answer_free(&work.answer);
	audit_free(&work.audit);
	pool_free(&work.pool);
	contract_free(work.contract);
	catalog_free(work.catalog);
	sources_free(&work.stored);
	taken_free(&work.taken);
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
	.run = run,
};
