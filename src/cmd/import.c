/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/again.h"
#include "report/audit.h"

enum { ROWS_SHOWN = 12 };

struct options {
	struct intake_options intake;
};

static const struct option option_table[] = {
	INTAKE_OPTIONS(options, intake),
	OPTION_END,
};

static const struct column columns[] = {
	{ .key = "path", .head = "FILE", .left = true, .weight = 2, .least = 12 },
	{ .key = "title", .head = "FORMAT", .left = true, .weight = 1, .least = 10, .drop = 3 },
	{ .key = "format", .left = true },
	{ .key = "rows", .head = "ROWS", .drop = 2 },
	{ .key = "records", .head = "RECORDS" },
	{ .key = "duplicates", .head = "DUPLICATES", .drop = 1 },
	{ .key = "rejected", .head = "BAD" },
	{ .key = "unchanged" },
};

static void
build(const struct app *app, struct answer *answer, const struct taken *taken)
{
	uint64_t records = 0, known = 0;
	size_t files = 0;
	struct table *table = answer_table(answer, "sources", NULL, columns, HL_COUNT(columns));
	table->most = ROWS_SHOWN;
	for (size_t i = 0; i < taken->sources.n; i++) {
		const struct source *source = &taken->sources.items[i];
		struct cell *row = table_row(table);
		records += source->records;
		known += source->unchanged;
		files += i == 0 ||
			 strcmp(source->name, source[-1].name) != 0; /* parts of one file */
		row[0] = cell_text(answer, slice_of(source->name));
		row[1] = cell_text(answer, slice_of(source->title));
		row[2] = cell_text(answer, slice_of(source->reader));
		row[3] = cell_count((int64_t)source->rows);
		row[4] = cell_count((int64_t)source->records);
		row[5] = cell_count((int64_t)source->duplicate_rows);
		row[6] = cell_count((int64_t)source->rejected);
		row[7] = cell_flag(source->unchanged);
	}
	char n[NUM_TEXT];
	bool nothing = known == taken->sources.n;
	answer_headline(answer, "%s %s records from %zu file%s as import %lld.",
		nothing ? "Nothing new:" : "Imported", num_count(n, (int64_t)records), files,
		files == 1 ? "" : "s", (long long)taken->import);
	if (known)
		answer_note(
			answer, "What is unchanged since an earlier import was not read again.");
	for (size_t i = 0; i < taken->sources.n; i++) {
		const struct source *source = &taken->sources.items[i];
		if (source->rejects_n)
			answer_note(answer, "%s:%llu: %s", source->name,
				(unsigned long long)source->rejects[0].line,
				source->rejects[0].reason);
		report_warnings(answer, source);
	}
	answer_note(answer, "Undo: hllm imports --undo %lld", (long long)taken->import);
	struct str how = STR_INIT;
	again_option(&how, "config", app->config);
	again_option(&how, "ledger", app->ledger);
	answer_next(answer, "hllm audit%s  # what all of it adds up to", str_text(&how));
	str_free(&how);
}

static int
run(struct app *app, void *values, int args_n, const char **args)
{
	const struct options *options = values;
	struct err err = { 0 };
	struct taken taken = { 0 };
	struct answer answer;
	answer_init(&answer, "hllm.import/1");
	answer.default_table = "sources";
	bool good =
		args_n > 0 || err_set(&err, FAULT_USAGE, "import: no file given, expected FILE…");
	good = good && take_in(app, &options->intake, args_n, args, &taken, &err);
	if (good)
		build(app, &answer, &taken);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	taken_free(&taken);
	return status;
}

const struct command cmd_import = {
	.name = "import",
	.args = "FILE…",
	.help = "read files into the ledger, without an audit",
	.examples = "hllm import requests.jsonl          # what is there already counts once\n"
		    "hllm import --strict export.csv.gz  # nothing at all if a line is bad\n",
	.options = option_table,
	.options_size = sizeof(struct options),
	.run = run,
};
