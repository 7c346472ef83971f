/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/plans.h"

struct options {
	const char *plan, *lint;
};

static const struct option option_table[] = {
	{ 0, "plan", OPTION_TEXT, .offset = offsetof(struct options, plan), .arg = "FILE",
		.help = "works out each case of a plan file, hllm-economics(7)" },
	{ 0, "lint", OPTION_TEXT, .offset = offsetof(struct options, lint), .arg = "FILE",
		.help = "says what is wrong in somebody's calculation, a plan file with stated results" },
	OPTION_END,
};

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *o = values;
	struct err err;
	(void)args;
	if (args_n || !o->plan == !o->lint) {
		err_set(&err, FAULT_USAGE, "expected: hllm breakeven --plan FILE, or --lint FILE");
		return app_fail(app, &err);
	}
	return o->plan ? plans_answer(app, o->plan, NULL) : plans_lint(app, o->lint);
}

const struct command cmd_breakeven = {
	.name = "breakeven",
	.args = "",
	.help = "when owning hardware beats renting an API",
	.examples = "hllm breakeven --plan plans.csv     # each case: months to break-even\n"
		    "hllm breakeven --lint plans.csv     # what is wrong in the calculation\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
