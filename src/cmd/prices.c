/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/prices.h"

#include <stdlib.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "price/price.h"

#define AT(field) .offset = offsetof(struct prices_options, field)

static const struct option prices_option_table[] = {
	{ 0, "on", OPTION_TEXT, AT(on), .arg = "DATE",
		.help = "show, lint, diff: what is in force on this day" },
	{ 0, "from", OPTION_TEXT, AT(from), .arg = "DATE",
		.help = "add, alias, import: the first day" },
	{ 0, "to", OPTION_TEXT, AT(to), .arg = "DATE",
		.help = "add, alias: the day after the last" },
	{ 0, "input-price", OPTION_TEXT, AT(input), .arg = "PRICE",
		.help = "add: dollars per 1M tokens of uncached input" },
	{ 0, "output-price", OPTION_TEXT, AT(output), .arg = "PRICE", .help = "add: of output" },
	{ 0, "cache-read-price", OPTION_TEXT, AT(cache_read), .arg = "PRICE",
		.help = "add: of cached input" },
	{ 0, "cache-write-5m-price", OPTION_TEXT, AT(cache_write_5m), .arg = "PRICE",
		.help = "add: of cache writes for 5 minutes" },
	{ 0, "cache-write-1h-price", OPTION_TEXT, AT(cache_write_1h), .arg = "PRICE",
		.help = "add: of cache writes for 1 hour" },
	{ 0, "provider", OPTION_TEXT, AT(provider), .arg = "NAME", .names = "providers",
		.help = "show, add: who sells it" },
	{ 0, "tier", OPTION_TEXT, AT(tier), .arg = "TIER", .values = "standard|batch|flex|priority",
		.help = "add: the service tier (standard)" },
	{ 0, "source", OPTION_TEXT, AT(source), .arg = "TEXT",
		.help = "add, alias: where this is from" },
	{ 0, "only", OPTION_TEXT, AT(only), .arg = "GLOB",
		.help = "import: only names or models like this" },
	{ 0, "dry-run", OPTION_FLAG, AT(dry_run), .help = "import: say what would be added" },
	{ 0, "replace", OPTION_FLAG, AT(replace),
		.help = "import: also prices that differ from one in force" },
	{ 0, "check", OPTION_FLAG, AT(check),
		.help = "import: for cron; silent, or says what changed and what that costs you" },
	{ 0, "accept", OPTION_LIST, AT(accept), .arg = "GLOB",
		.help = "import --check: take changes of this model though they are in doubt" },
	{ 0, "ca-file", OPTION_TEXT, AT(ca_file), .arg = "FILE",
		.help = "an https address: certificates to trust in place of the system's" },
	{ 0, "timeout", OPTION_COUNT, AT(timeout), .arg = "SECONDS",
		.help = "an https address: how long all of it may take (60)" },
	{ 0, "strict", OPTION_FLAG, AT(strict),
		.help = "lint: exit status 1 when there is anything to look at" },
	OPTION_END,
};

static int
show_and_free(struct app *app, struct answer *answer, struct catalog *catalog)
{
	int status = app_show(app, answer);
	answer_free(answer);
	catalog_free(catalog);
	return status;
}

bool
prices_day(const struct app *app, const struct prices_options *o, int64_t *when, bool *dated,
	struct err *err)
{
	bool zoned, day = true;
	*when = app->now;
	if (o->on && !when_parse(slice_of(o->on), when, &zoned, &day))
		return err_set(err, FAULT_USAGE, "--on %s: not a date, expected YYYY-MM-DD", o->on);
	if (dated)
		*dated = day;
	return true;
}

/* How many words follow each first word. */
static const struct {
	const char *word;
	int least, most;
	const char *form;
} verbs[] = {
	{ "list", 0, 1, "list [PATTERN]" },
	{ "show", 1, 1, "show MODEL [--on DATE]" },
	{ "add", 1, 1, "add MODEL --input-price PRICE --output-price PRICE" },
	{ "alias", 2, 2, "alias NAME MODEL" },
	{ "lint", 0, 1, "lint [FILE]" },
	{ "diff", 1, 2, "diff FILE [FILE]" },
	{ "import", 0, 1, "import FILE|URL" },
};

static bool
check_verb(int args_n, const char **args, struct err *err)
{
	const char *word = args_n ? args[0] : "list";
	for (size_t i = 0; i < HL_COUNT(verbs); i++)
		if (strcmp(verbs[i].word, word) == 0)
			return (args_n - 1 <= verbs[i].most &&
				       (!args_n || args_n - 1 >= verbs[i].least)) ||
			       err_set(err, FAULT_USAGE, "expected: hllm prices %s", verbs[i].form);
	return err_set(err, FAULT_USAGE,
		"prices %s: expected list, show, add, alias, lint, diff or import", word);
}

static bool
check_options(const struct prices_options *o, int args_n, const char **args, struct err *err)
{
	bool import = args_n && strcmp(args[0], "import") == 0;
	if (import && args_n < 2 && !o->check)
		return err_set(err, FAULT_USAGE, "expected: hllm prices import FILE|URL");
	if (o->timeout > 86400)
		return err_set(err, FAULT_USAGE, "--timeout %lld: expected at most 86400 seconds",
			(long long)o->timeout);
	if (o->check && !import)
		return err_set(err, FAULT_USAGE, "--check goes with: hllm prices import");
	if (o->check && o->replace)
		return err_set(err, FAULT_USAGE,
			"--replace: --check does so by itself, with what is not in doubt");
	if (o->check && o->from)
		return err_set(err, FAULT_USAGE,
			"--from: with --check prices hold from today on, or from the day that the "
			"list says");
	return !o->accept.n || o->check ||
	       err_set(err, FAULT_USAGE, "--accept goes with: hllm prices import --check");
}

static int
run_verb(struct app *app, const struct prices_options *o, int args_n, const char **args)
{
	const char *verb = args_n ? args[0] : "list";
	struct err err;
	if (!check_verb(args_n, args, &err) || !check_options(o, args_n, args, &err))
		return app_fail(app, &err);
	if (strcmp(verb, "add") == 0)
		return overlay_add(app, o, args[1]);
	if (strcmp(verb, "alias") == 0)
		return overlay_alias(app, o, args[1], args[2]);
	if (strcmp(verb, "lint") == 0)
		return prices_lint(app, o, args_n > 1 ? args[1] : NULL);
	if (strcmp(verb, "diff") == 0)
		return prices_diff(app, o, args[1], args_n > 2 ? args[2] : NULL);
	if (strcmp(verb, "import") == 0)
		return o->check ? prices_check(app, o, args_n > 1 ? args[1] : NULL)
				: prices_import(app, o, args[1]);
	struct catalog *catalog = app_catalog(app, &err);
	if (!catalog)
		return app_fail(app, &err);
	struct answer answer;
	answer_init(&answer, "hllm.prices/1");
	int status = strcmp(verb, "show") == 0
			     ? prices_show(app, catalog, &answer, o, args[1])
			     : prices_list(app, catalog, &answer, args_n > 1 ? args[1] : "");
	if (status == EXIT_DONE)
		return show_and_free(app, &answer, catalog);
	answer_free(&answer);
	catalog_free(catalog);
	return status;
}

static int
prices_run(struct app *app, void *values, int args_n, const char **args)
{
	struct prices_options *o = values;
	int status = run_verb(app, o, args_n, args);
	option_list_free(&o->accept);
	return status;
}

const struct command cmd_prices = {
	.name = "prices",
	.args = "[list|show|add|alias|lint|diff|import] [NAME]…",
	.words = "list|show|add|alias|lint|diff|import",
	.names = "models",
	.help = "what models cost, and since when",
	.examples =
		"hllm prices list gpt-4  # the models whose id holds gpt-4\n"
		"hllm prices show gpt-4o --on 2024-06-01  # what was in force, and how the "
		"name was found\n"
		"hllm prices alias my-azure-gpt gpt-4o  # another name for a model\n"
		"hllm prices add my-model --input-price 0.50 --output-price 1.50  # a price of "
		"your own\n"
		"hllm prices lint litellm.json  # what looks wrong in a table, ours or another\n"
		"hllm prices diff litellm.json  # where it differs from the prices in force\n"
		"hllm prices import litellm.json --dry-run  # what it would add to your own\n"
		"hllm prices import litellm.json --check  # for cron: follow a list, or an https "
		"address\n",
	.options = prices_option_table,
	.options_size = sizeof(struct prices_options),
	.run = prices_run,
};
