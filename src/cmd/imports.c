/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"
#include "cmd/again.h"
#include "cmd/cells.h"
#include "ledger/ledger.h"
#include "ledger/rescue.h"

struct options {
	int64_t undo;
	bool given;
	const char *rescue;
};

static const struct option option_table[] = {
	{ 0, "undo", OPTION_COUNT, .offset = offsetof(struct options, undo), .arg = "ID",
		.names = "imports", .help = "take this import back" },
	{ 0, "rescue", OPTION_TEXT, .offset = offsetof(struct options, rescue), .arg = "FILE",
		.help = "make a new ledger of what can still be read of a damaged one" },
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

/* In the place of a ledger that was moved away. */
static bool
rescue(struct app *app, const struct conf *conf, const char *path, const char *from,
	struct answer *answer, struct err *err)
{
	struct rescue saved;
	struct str how = STR_INIT;
	if (!ledger_rescue(from, path, &saved, err))
		return false;
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, err);
	if (ledger)
		cells_keep(app, ledger, conf, NULL);
	ledger_close(ledger);
	answer_headline(answer, "%lld of %lld file%s saved%s.", (long long)saved.saved,
		(long long)saved.sources, saved.sources == 1 ? "" : "s",
		saved.probes ? ", and what was measured" : "");
	if (saved.lost)
		answer_note(answer,
			"Lost, since a part of them cannot be read; import them again where they "
			"still are:");
	struct slice rest = slice_of(saved.lost ? saved.lost : ""), name;
	while (rest.n && slice_cut(&rest, '\n', &name))
		answer_note(answer, SLICE_FMT, SLICE_ARG(name));
	again_option(&how, "config", app->config);
	again_option(&how, "ledger", app->ledger);
	answer_next(answer, "hllm imports%s  # what is there now", str_text(&how));
	str_free(&how);
	rescue_free(&saved);
	return ledger != NULL;
}

static bool
take_back(struct app *app, struct ledger *ledger, const struct conf *conf, int64_t import,
	struct err *err)
{
	if (!ledger_begin(ledger, err))
		return false;
	bool good = ledger_take_back(ledger, import, err) &&
		    cells_update(app, ledger, conf, NULL, err) && ledger_commit(ledger, err);
	if (!good)
		ledger_rollback(ledger);
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
	if (good && options->undo && options->rescue)
		good = err_set(
			&err, FAULT_USAGE, "imports: --undo and --rescue do not go together");
	struct ledger *ledger = NULL;
	if (good && !options->rescue)
		ledger = ledger_open(path, options->undo ? LEDGER_WRITE : LEDGER_READ, &err);
	good = good && (ledger || options->rescue);
	if (good && options->rescue) {
		good = rescue(app, conf, path, options->rescue, &answer, &err);
	} else if (good && options->undo) {
		good = take_back(app, ledger, conf, options->undo, &err);
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
		    "hllm imports --undo 3               # as if it had never been\n"
		    "hllm imports --rescue ledger.db.damaged --ledger new.db\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
