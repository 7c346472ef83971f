/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"
#include "cmd/again.h"
#include "ledger/ledger.h"

struct options {
	int64_t undo;
	bool given;
};

static const struct option option_table[] = {
	{ 0, "undo", OPTION_COUNT, .offset = offsetof(struct options, undo), .arg = "ID",
		.names = "imports", .help = "take this import back" },
	OPTION_END,
};

static const struct column columns[] = {
	{ .key = "id", .head = "IMPORT" },
	{ .key = "time", .head = "WHEN", .left = true, .drop = 1 },
	{ .key = "sources" },
	{ .key = "rows", .head = "ROWS" },
	{ .key = "names", .head = "FILES", .left = true, .weight = 1, .least = 12 },
};

static bool
list(const struct app *app, struct ledger *ledger, struct answer *answer, struct err *err)
{
	struct imports imports = { 0 };
	struct str how = STR_INIT;
	bool good = ledger_imports(ledger, &imports, err);
	struct table *table = answer_table(answer, "imports", NULL, columns, HL_COUNT(columns));
	for (size_t i = 0; i < imports.n && good; i++) {
		const struct import *import = &imports.items[i];
		char when[WHEN_TEXT];
		struct cell *row = table_row(table);
		row[0] = cell_count(import->id);
		row[1] = cell_textf(answer, "%s", when_print(when, import->time));
		row[2] = cell_count(import->sources);
		row[3] = cell_count(import->rows);
		row[4] = cell_list(answer, slice_of(import->names));
	}
	if (good)
		answer_headline(answer, "%zu import%s.", imports.n, imports.n == 1 ? "" : "s");
	if (imports.n)
		answer_note(answer, "To take one back: hllm imports --undo ID");
	imports_free(&imports);
	again_option(&how, "config", app->config);
	again_option(&how, "ledger", app->ledger);
	answer_next(answer, "hllm audit%s  # what all of it adds up to", str_text(&how));
	str_free(&how);
	return good;
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct err err = { 0 };
	struct answer answer;
	(void)args;
	answer_init(&answer, "hllm.imports/1");
	answer.default_table = "imports";
	struct conf *conf = NULL;
	bool good = load_conf(app, &conf, &err);
	const char *path = good ? app_ledger_path(app, &err) : NULL;
	good = path != NULL;
	if (good && args_n > 0)
		good = err_set(&err, FAULT_USAGE,
			"imports: takes no arguments; to take one back: hllm imports --undo ID");
	struct ledger *ledger =
		good ? ledger_open(path, options->undo ? LEDGER_WRITE : LEDGER_READ, &err) : NULL;
	good = ledger != NULL;
	if (good && options->undo) {
		good = ledger_undo(ledger, options->undo, &err);
		if (good)
			answer_headline(
				&answer, "Import %lld is taken back.", (long long)options->undo);
		answer_next(&answer, "hllm imports  # what is left");
	} else if (good) {
		good = list(app, ledger, &answer, &err);
	}
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	ledger_close(ledger);
	conf_free(conf);
	answer_free(&answer);
	return status;
}

const struct command cmd_imports = {
	.name = "imports",
	.args = "",
	.help = "what was imported, and taking it back",
	.examples = "hllm imports                        # list them\n"
		    "hllm imports --undo 3               # as if it had never been\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
