/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/check.h"

#include <string.h>

#include "cmd/facts.h"

struct options {
	struct study_options study;
	const char *policy, *fail_on;
	bool remote;
};

static const struct option option_table[] = {
	{ 0, "policy", OPTION_TEXT, .offset = offsetof(struct options, policy), .arg = "NAME|FILE",
		.names = "policies",
		.help = "whose verdicts are watched: by this policy (default) or a file" },
	{ 0, "by", OPTION_TEXT, .offset = offsetof(struct options, study.by), .arg = "DIM",
		.values = "task|project|key|agent|endpoint|environment|tag|user|model|biller",
		.help = "what makes a workload (default: the first of these that a record has)" },
	{ 0, "fail-on", OPTION_TEXT, .offset = offsetof(struct options, fail_on), .arg = "LEVEL",
		.values = "any|hard|none",
		.help = "exit with 3 on any alert, on hard ones only, or never (any)" },
	{ 0, "allow-remote", OPTION_FLAG, .offset = offsetof(struct options, remote),
		.help = "servers of the check block may be on other machines" },
	OPTION_END,
};

static bool
usage(const struct app *app, int args_n, const char **args, struct err *err)
{
	if (args_n)
		return err_set(err, FAULT_USAGE,
			"unexpected \"%s\": a check is of the ledger, and its limits are in "
			"hllm.conf",
			args[0]);
	return !app->period || err_set(err, FAULT_USAGE,
				       "--period %s: a check is of the newest data; expected "
				       "--as-of TIME to look at an earlier time",
				       app->period);
}

static bool
fails(const struct options *options, enum alert_level worst)
{
	if (options->fail_on && strcmp(options->fail_on, "none") == 0)
		return false;
	return worst == ALERT_HARD ||
	       (worst == ALERT_SOFT &&
		       !(options->fail_on && strcmp(options->fail_on, "hard") == 0));
}

static int
judge(const struct options *options, const struct facts *facts)
{
	struct answer answer;
	struct alerts alerts;
	int64_t last = facts->study.pool.last;
	answer_init(&answer, "hllm.check/1");
	alerts_make(&alerts, &facts->facts);
	const struct check_report report = { .answer = &answer,
		.alerts = &alerts,
		.facts = &facts->facts,
		.now = facts->app->now / NS_PER_SECOND,
		.data_end = last };
	check_report(&report);
	enum alert_level worst = alerts_worst(&alerts);
	int status = app_show_if(facts->app, &answer, worst != ALERT_WELL);
	if (status == EXIT_DONE && fails(options, worst))
		status = EXIT_ALERT;
	alerts_free(&alerts);
	answer_free(&answer);
	return status;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct facts facts = { .app = app };
	struct err err = { 0 };
	bool good = usage(app, args_n, args, &err) &&
		    facts_gather(&facts, &options->study, options->policy, &err) &&
		    facts_check_servers(&facts, options->remote, &err) &&
		    facts_ask_servers(&facts, options->remote, &err);
	int status = good ? judge(options, &facts) : app_fail(app, &err);
	facts_free(&facts);
	return status;
}

const struct command cmd_check = {
	.name = "check",
	.help = "silent when all is well; what has crossed its limit otherwise, and status 3",
	.examples =
		"hllm check                          # for cron: says something only if it must\n"
		"hllm check --verbose                # all that was looked at\n"
		"hllm check --format prometheus -o /var/lib/node_exporter/hllm.prom\n"
		"hllm check --fail-on hard --as-of 2026-10-31\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
