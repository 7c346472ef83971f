/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/decide.h"

#include <stdlib.h>

#include "cmd/again.h"
#include "cmd/inquiry.h"
#include "cmd/ruling.h"

struct options {
	struct intake_options intake;
	struct study_options study;
	struct option_list in, set;
	const char *policy;
	bool no_assume, explain;
};

static const struct option option_table[] = {
	{ 0, "policy", OPTION_TEXT, .offset = offsetof(struct options, policy), .arg = "NAME|FILE",
		.names = "policies",
		.help = "by this policy (default), a file, or \"all\" to compare them" },
	{ 0, "set", OPTION_LIST, .offset = offsetof(struct options, set), .arg = "NAME=VALUE",
		.names = "parameters", .help = "another value for a parameter of the policy" },
	{ 0, "no-assume", OPTION_FLAG, .offset = offsetof(struct options, no_assume),
		.help = "leave open what the policy would assume" },
	{ 0, "explain", OPTION_FLAG, .offset = offsetof(struct options, explain),
		.help = "each rule with its value and its limit, each attribute with its source" },
	{ 0, "in", OPTION_LIST, .offset = offsetof(struct options, in), .arg = "FILE",
		.help = "of this file, read anew and not saved" },
	STUDY_OPTIONS(options, study),
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

/* The workloads that are named, in the order of their cost; all when none is.  *out: borrowed values. */
static bool
choose(const struct subjects *all, int names_n, const char **names, struct subjects *out,
	struct err *err)
{
	*out = (struct subjects){ 0 };
	out->items = xcalloc(all->n + 1, sizeof(*out->items));
	for (int i = 0; i < names_n; i++)
		if (!subject_named(all, names[i], err))
			return false;
	for (size_t i = 0; i < all->n; i++) {
		bool wanted = names_n == 0;
		for (int k = 0; k < names_n; k++)
			wanted |= slice_is_nocase(all->items[i].name, names[k]);
		if (wanted)
			out->items[out->n++] = all->items[i];
	}
	return true;
}

/* The options that decide what is said, to be repeated by the next command. */
static void
repeat(struct str *out, const struct app *app, const struct options *options, const char *policy)
{
	again_option(out, "policy", policy);
	for (size_t i = 0; i < options->set.n; i++)
		again_option(out, "set", options->set.items[i]);
	if (options->no_assume)
		str_puts(out, " --no-assume");
	again_of(out, app, &options->study, &options->intake, &options->in);
}

/* Of all policies the first that knows what --set says: any other would refuse it. */
static const struct policy *
one_with_settings(const struct options *options, const struct policies *policies)
{
	for (size_t i = 0; i < policies->n; i++) {
		size_t known = 0;
		for (size_t k = 0; k < options->set.n; k++) {
			struct slice rest = slice_of(options->set.items[k]), name;
			slice_cut(&rest, '=', &name);
			known += policy_parameter(policies->items[i], name) != NULL;
		}
		if (known == options->set.n)
			return policies->items[i];
	}
	return policies->items[0];
}

static void
say_next(struct answer *answer, const struct app *app, const struct options *options,
	const struct policies *policies, const struct subjects *subjects)
{
	struct str how = STR_INIT;
	if (policies->n > 1) {
		repeat(&how, app, options, one_with_settings(options, policies)->name.p);
		answer_next(answer, "hllm decide --explain%s  # why one of them says so",
			str_text(&how));
	} else if (options->explain) {
		again_quoted(&how, options->policy ? options->policy : policies->items[0]->name.p);
		for (size_t i = 0; i < options->set.n; i++)
			again_option(&how, "set", options->set.items[i]);
		answer_next(answer, "hllm policies show %s  # the rules and their parameters",
			str_text(&how));
	} else if (subjects->n) {
		again_quoted(&how, subjects->items[0].name.p);
		str_puts(&how, " --explain");
		repeat(&how, app, options, options->policy);
		answer_next(answer, "hllm decide %s  # each rule, its value and its limit",
			str_text(&how));
	}
	str_free(&how);
}

static bool
answer_decide(struct app *app, const struct options *options, struct study *study, int names_n,
	const char **names, struct answer *answer, struct err *err)
{
	struct policies policies = { 0 };
	struct subjects chosen = { 0 };
	bool good = app_policies(app, study->attributes, study->taken.conf, options->policy,
			    &options->set, &policies, err) &&
		    study_run(app, &options->study, study, err);
	if (good) {
		study_describe(&options->study, study);
		good = choose(&study->subjects, names_n, names, &chosen, err);
	}
	if (good) {
		const struct decide_report report = { .answer = answer,
			.policies = (const struct policy *const *)policies.items,
			.policies_n = policies.n,
			.subjects = &chosen,
			.assume = !options->no_assume,
			.explain = options->explain };
		decide_report(&report);
		say_next(answer, app, options, &policies, &chosen);
	}
	free(chosen.items);
	policies_free(&policies);
	return good;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	struct options *options = values;
	struct study study = { 0 };
	struct answer answer;
	struct err err = { 0 };
	app_answer(app, &answer, "hllm.decide/1");
	bool good = study_ready(app, &study, &err) &&
		    study_begin(app, &options->intake, &options->in, 0, &study, &err);
	good = good && answer_decide(app, options, &study, args_n, args, &answer, &err);
	app_studied(app, &study, NULL);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	study_free(&study);
	option_list_free(&options->in);
	option_list_free(&options->set);
	return status;
}

const struct command cmd_decide = {
	.name = "decide",
	.args = "[WORKLOAD]\xE2\x80\xA6",
	.names = "workloads",
	.help = "which workloads could run locally, by what rule, and what would change that",
	.examples = "hllm decide                         # all workloads of the ledger\n"
		    "hllm decide 'support agent' --explain  # each rule, its value and its limit\n"
		    "hllm decide --policy all            # where the frameworks disagree\n"
		    "hllm decide --in log.jsonl --policy playbook --set min_calls_per_day=50\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.explains = true,
	.run = run,
};
