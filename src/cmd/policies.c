/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/policies.h"

#include "cmd/again.h"
#include "cmd/catalog.h"
#include "cmd/ruling.h"

struct options {
	struct option_list set;
};

static const struct option option_table[] = {
	{ 0, "set", OPTION_LIST, .offset = offsetof(struct options, set), .arg = "NAME=VALUE",
		.names = "parameters", .help = "show, check: another value for a parameter" },
	OPTION_END,
};

static bool
check_words(int args_n, const char **args, struct err *err)
{
	bool list = args_n == 0 || strcmp(args[0], "list") == 0;
	bool one = !list && (strcmp(args[0], "show") == 0 || strcmp(args[0], "check") == 0);
	if (list)
		return args_n <= 1 || err_set(err, FAULT_USAGE, "expected: hllm policies list");
	if (!one)
		return err_set(
			err, FAULT_USAGE, "policies %s: expected list, show or check", args[0]);
	return args_n == 2 || err_set(err, FAULT_USAGE,
				      "expected: hllm policies %s NAME, or a policy file", args[0]);
}

static void
fill(struct answer *answer, const struct options *options, const struct policies *policies,
	const char *verb, const char *name)
{
	struct str how = STR_INIT;
	again_quoted(&how, name);
	for (size_t i = 0; i < options->set.n; i++)
		again_option(&how, "set", options->set.items[i]);
	if (strcmp(verb, "list") == 0) {
		policies_list_report(
			answer, (const struct policy *const *)policies->items, policies->n);
	} else if (strcmp(verb, "show") == 0) {
		policy_show_report(answer, policies->items[0]);
		answer_next(answer, "hllm policies check %s  # where it decides nothing",
			str_text(&how));
	} else {
		struct survey survey;
		survey_make(&survey, policies->items[0]);
		policy_check_report(answer, policies->items[0], &survey);
		survey_free(&survey);
		answer_next(answer, "hllm policies show %s  # the rules", str_text(&how));
	}
	str_free(&how);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	const char *verb = args_n ? args[0] : "list";
	struct attributes *attributes = NULL;
	struct conf *conf = NULL;
	struct policies policies = { 0 };
	struct answer answer;
	struct err err = { 0 };
	answer_init(&answer, "hllm.policies/1");
	bool good = check_words(args_n, args, &err) && load_conf(app, &conf, &err);
	if (good)
		attributes = attributes_load(app_shipped_path(app, "attributes.conf"), &err);
	good = good && attributes &&
	       app_policies(app, attributes, conf, args_n == 2 ? args[1] : "all", &options->set,
		       &policies, &err);
	if (good)
		fill(&answer, options, &policies, verb, args_n == 2 ? args[1] : "");
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	policies_free(&policies);
	attributes_free(attributes);
	conf_free(conf);
	option_list_free(&options->set);
	return status;
}

const struct command cmd_policies = {
	.name = "policies",
	.args = "[list|show|check] [NAME|FILE]",
	.words = "list|show|check",
	.names = "policies",
	.help = "the rules by which hllm decide decides",
	.examples = "hllm policies                       # all of them\n"
		    "hllm policies show playbook         # its rules and parameters\n"
		    "hllm policies check mine.conf       # where it decides nothing or contradicts "
		    "itself\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
