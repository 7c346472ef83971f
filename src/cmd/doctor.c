/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/surroundings.h"

struct options {
	const char *config;
	bool config_given, thorough;
};

static const struct option option_table[] = {
	{ 0, "config", OPTION_MAYBE, .offset = offsetof(struct options, config),
		.given = offsetof(struct options, config_given), .arg = "FILE",
		.help = "where each setting comes from; with FILE: of this configuration, as for "
			"every command" },
	{ 0, "thorough", OPTION_FLAG, .offset = offsetof(struct options, thorough),
		.help = "look at all of the ledger, however long that takes" },
	OPTION_END,
};

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct surroundings s = { .app = app };
	struct doctor doctor;
	struct answer answer;
	struct err err;
	if (args_n) {
		err_set(&err, FAULT_USAGE, "unexpected \"%s\": doctor takes no arguments", args[0]);
		return app_fail(app, &err);
	}
	bool settings = options->config_given && !options->config[0];
	if (options->config_given && !settings)
		app->config = options->config;
	answer_init(&answer, "hllm.doctor/1");
	surroundings_look(&s, options->thorough);
	doctor_examine(&doctor, &s.facts);
	doctor_report(&doctor, &s.facts, settings, &answer);
	int status = app_show(app, &answer);
	if (status == EXIT_DONE && doctor_is_broken(&doctor))
		status = EXIT_ALERT;
	doctor_free(&doctor);
	surroundings_free(&s);
	answer_free(&answer);
	return status;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.help = "what hllm found around it, what is missing or broken, and the command that mends "
		"it",
	.examples = "hllm doctor                         # status 3 when something is broken\n"
		    "hllm doctor --config                # where each setting comes from\n"
		    "hllm doctor --format json | jq -r '.checks[].mend // empty'\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.anyhow = true,
	.run = run,
};
