/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/lint.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/prices.h"
#include "price/price.h"

static const struct column kind_columns[] = {
	{ .key = "kind", .head = "PROBLEM", .left = true },
	{ .key = "prices", .head = "PRICES" },
	{ .key = "models", .head = "MODELS" },
	{ .key = "means",
		.head = "WHAT IT IS",
		.left = true,
		.weight = 1,
		.least = 20,
		.wrap = true },
};
static const struct column problem_columns[] = {
	{ .key = "key", .head = "PRICE OF", .left = true, .weight = 1, .least = 16 },
	{ .key = "price", .head = "WHICH", .left = true, .weight = 2, .least = 14 },
	{ .key = "field", .head = NULL, .left = true },
	{ .key = "kind", .head = "PROBLEM", .left = true },
	{ .key = "value", .head = "VALUE", .left = true },
	{ .key = "expected", .head = "EXPECTED", .left = true, .weight = 2, .least = 12 },
	{ .key = "why", .head = "WHY", .left = true, .weight = 3, .least = 16, .drop = 2 },
	{ .key = "file", .head = NULL, .left = true },
	{ .key = "line", .head = "LINE", .drop = 1 },
};
/* So many are shown to people without --verbose. */
enum { PROBLEMS_FOR_PEOPLE = 40 };

/* One run: the answer, and how many problems of which kind, in how many names. */
struct linting {
	struct app *app;
	const struct prices_options *options;
	struct answer *answer;
	struct table *kinds, *problems;
	int64_t when;
	size_t *prices, *models; /* by kind */
	size_t found;
};

static struct cell
cell_word(struct answer *answer, struct slice text, const char *none)
{
	return text.n ? cell_text(answer, text) : cell_none(none);
}

static void
show_problem(struct linting *l, const struct price_problem *problem)
{
	struct answer *answer = l->answer;
	struct cell *cells = table_row(l->problems);
	cells[0] = cell_text(answer, problem->key);
	cells[1] = cell_word(answer, problem->which, "the name itself");
	cells[2] = cell_word(answer, problem->field, "the name itself");
	cells[3] = cell_text(answer, slice_of(problem->kind));
	cells[4] = cell_word(answer, problem->value, "there is none");
	cells[5] = cell_text(answer, problem->expected);
	cells[6] = cell_text(answer, problem->why);
	cells[7] = cell_text(answer, problem->file);
	cells[8] = problem->line ? cell_count(problem->line) : cell_none("not in the file");
}

/* Problems of one kind stand together, by name. */
static void
show_problems(struct linting *l, const struct price_problems *problems)
{
	for (size_t i = 0; i < problems->n; i++) {
		const struct price_problem *one = &problems->items[i];
		size_t kind = 0;
		while (kind + 1 < price_kinds_n && strcmp(price_kinds[kind].name, one->kind) != 0)
			kind++;
		l->prices[kind]++;
		l->models[kind] += i == 0 || strcmp(problems->items[i - 1].kind, one->kind) != 0 ||
				   !slice_eq(problems->items[i - 1].key, one->key);
		show_problem(l, one);
	}
	l->found += problems->n;
}

static void
note_table(struct linting *l, const struct price_table *table, const struct price_problems *found)
{
	char others[NUM_TEXT], keys[NUM_TEXT], day[WHEN_TEXT], local[NUM_TEXT];
	if (table->form == TABLE_CSV)
		return;
	answer_note(l->answer,
		"%s is %s, compared with the prices that hllm knows for %s (--on DATE for another "
		"day).",
		table->file.p, price_table_title(table), when_date(day, l->when));
	if (found->local_n)
		answer_note(l->answer,
			"Price 0 is right for %s name%s: on the user's own machine, or declared "
			"free.",
			num_count(local, (int64_t)found->local_n), found->local_n == 1 ? "" : "s");
	if (table->others_n || table->other_keys_n)
		answer_note(l->answer,
			"Not looked at: what is priced by other units than text tokens (images, "
			"audio, characters, hours): %s whole name%s, and %s price%s of others.",
			num_count(keys, (int64_t)table->other_keys_n),
			table->other_keys_n == 1 ? "" : "s",
			num_count(others, (int64_t)table->others_n),
			table->others_n == 1 ? "" : "s");
}

/* What a file is held against: a table of ours against the shipped one, if it is not that itself. */
static bool
lint_file(struct linting *l, const char *path, bool shipped, struct err *err)
{
	struct price_table *table = prices_load(l->options, path, err);
	if (!table)
		return false;
	struct catalog *catalog = NULL;
	const char *only = app_shipped_path(l->app, "prices.csv"),
		   *aliases = app_shipped_path(l->app, "aliases.csv");
	bool good = true;
	if (table->form != TABLE_CSV)
		good = (catalog = app_catalog(l->app, err)) != NULL;
	else if (!shipped)
		good = (catalog = catalog_load(&only, 1, &aliases, 1, err)) != NULL;
	if (good) {
		struct price_problems problems = price_lint(table, catalog, l->when);
		show_problems(l, &problems);
		note_table(l, table, &problems);
	}
	catalog_free(catalog);
	price_table_free(table);
	return good;
}

static bool
lint_all(struct linting *l, const char *file, struct err *err)
{
	if (file)
		return lint_file(l, file, false, err);
	const char *own = app_price_path(l->app), *checked = app_checked_path(l->app);
	bool good = lint_file(l, app_shipped_path(l->app, "prices.csv"), true, err);
	if (good && checked && access(checked, F_OK) == 0)
		good = lint_file(l, checked, false, err);
	if (good && own && access(own, F_OK) == 0)
		good = lint_file(l, own, false, err);
	for (size_t i = 0; i < l->app->prices.n && good; i++)
		good = lint_file(l, l->app->prices.items[i], false, err);
	return good;
}

static void
show_kinds(struct linting *l)
{
	for (size_t i = 0; i < price_kinds_n; i++) {
		if (!l->prices[i])
			continue;
		struct cell *cells = table_row(l->kinds);
		cells[0] = cell_text(l->answer, slice_of(price_kinds[i].name));
		cells[1] = cell_count((int64_t)l->prices[i]);
		cells[2] = cell_count((int64_t)l->models[i]);
		cells[3] = cell_text(l->answer, slice_of(price_kinds[i].means));
	}
}

int
prices_lint(struct app *app, const struct prices_options *o, const char *file)
{
	struct answer answer;
	struct err err;
	struct linting l = { .app = app, .options = o, .answer = &answer };
	if (!prices_day(app, o, &l.when, NULL, &err))
		return app_fail(app, &err);
	answer_init(&answer, "hllm.prices/1");
	l.prices = arena_take(&answer.arena, price_kinds_n * sizeof(*l.prices));
	l.models = arena_take(&answer.arena, price_kinds_n * sizeof(*l.models));
	l.kinds = answer_table(&answer, "kinds", NULL, kind_columns, HL_COUNT(kind_columns));
	l.problems =
		answer_table(&answer, "problems", NULL, problem_columns, HL_COUNT(problem_columns));
	l.problems->most = app->verbose ? 0 : PROBLEMS_FOR_PEOPLE;
	int status = lint_all(&l, file, &err) ? EXIT_DONE : app_fail(app, &err);
	if (status == EXIT_DONE) {
		char n[NUM_TEXT], things[NUM_TEXT + 16];
		snprintf(things, sizeof(things), "%s things", num_count(n, (int64_t)l.found));
		show_kinds(&l);
		answer.default_table = "problems";
		answer_headline(&answer, "%s to look at in %s.",
			l.found == 0   ? "Nothing"
			: l.found == 1 ? "1 thing"
				       : things,
			file ? file : "the shipped prices and your own");
		status = app_show(app, &answer);
		if (status == EXIT_DONE && o->strict && l.found)
			status = EXIT_FAILED;
	}
	answer_free(&answer);
	return status;
}

size_t
prices_doubts(struct app *app, const char *path)
{
	struct err ignored;
	const char *only = app_shipped_path(app, "prices.csv"),
		   *aliases = app_shipped_path(app, "aliases.csv");
	struct price_table *table = price_table_load(path, &ignored);
	struct catalog *catalog = table ? catalog_load(&only, 1, &aliases, 1, &ignored) : NULL;
	size_t n = catalog ? price_lint(table, catalog, app->now).n : 0;
	catalog_free(catalog);
	price_table_free(table);
	return n;
}
