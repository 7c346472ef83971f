/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/catalog.h"
#include "cmd/prices.h"
#include "price/price.h"

static const struct column problem_columns[] = {
	{ .key = "key", .head = "PRICE OF", .left = true, .weight = 1, .least = 16 },
	{ .key = "kind", .head = "PROBLEM", .left = true },
	{ .key = "value", .head = "VALUE", .left = true },
	{ .key = "expected", .head = "EXPECTED", .left = true },
	{ .key = "why", .head = "WHY", .left = true, .weight = 2, .least = 16, .drop = 1 },
	{ .key = "file", .head = NULL, .left = true },
	{ .key = "line", .head = "LINE" },
};

static bool
lint_file(struct answer *answer, struct table *table, const char *file, size_t *found,
	struct err *err)
{
	struct price_problem *problems;
	size_t n;
	if (!price_lint(file, &answer->arena, &problems, &n, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct cell *cells = table_row(table);
		cells[0] = cell_text(answer, problems[i].key);
		cells[1] = cell_text(answer, slice_of(problems[i].kind));
		cells[2] = cell_text(answer, problems[i].value);
		cells[3] = cell_text(answer, problems[i].expected);
		cells[4] = cell_text(answer, problems[i].why);
		cells[5] = cell_text(answer, problems[i].file);
		cells[6] = cell_count(problems[i].line);
	}
	*found += n;
	return true;
}

int
prices_lint(struct app *app, const char *file)
{
	struct answer answer;
	struct err err;
	size_t found = 0;
	answer_init(&answer, "hllm.prices/1");
	struct table *table =
		answer_table(&answer, "problems", NULL, problem_columns, HL_COUNT(problem_columns));
	const char *path = file ? file : app_shipped_path(app, "prices.csv");
	bool good = lint_file(&answer, table, path, &found, &err);
	for (size_t i = 0; i < app->prices.n && good; i++)
		good = lint_file(&answer, table, app->prices.items[i], &found, &err);
	if (!good) {
		answer_free(&answer);
		return app_fail(app, &err);
	}
	answer.default_table = "problems";
	answer_headline(&answer,
		found == 1 ? "%zu thing to look at in %s." : "%zu things to look at in %s.", found,
		path);
	int status = app_show(app, &answer);
	answer_free(&answer);
	return status;
}
