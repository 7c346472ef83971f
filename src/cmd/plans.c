/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/plans.h"

#include <errno.h>
#include <stdlib.h>

#include "base/near.h"
#include "cmd/again.h"
#include "cmd/catalog.h"
#include "cmd/local.h"
#include "report/sheets.h"

/* One run: the file, and what it is held against. */
struct sheet_run {
	struct app *app;
	const char *name;
	struct str text;
	struct plan_file file;
	struct catalog *catalog;
	struct hardwares hardware;
	struct local_models models;
	struct answer answer;
};

static bool
read_stream(FILE *in, const char *name, struct str *text, struct err *err)
{
	size_t n;
	do {
		char *room = str_reserve(text, 1 << 16);
		n = fread(room, 1, 1 << 16, in);
		str_took(text, n);
		if (text->n > PLAN_LARGEST)
			return err_set(err, FAULT_LIMIT, "%s: larger than %d MiB", name,
				PLAN_LARGEST >> 20);
	} while (n > 0);
	return !ferror(in) || err_set(err, FAULT_SYSTEM, "%s: %s", name, err_errno(errno));
}

static bool
read_text(struct sheet_run *run, const char *path, struct err *err)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *in = standard ? stdin : fopen(path, "re");
	int number = errno;
	char near[NEAR_TEXT];
	if (!in)
		return err_set(err, FAULT_SYSTEM, "%s: %s%s", path, err_errno(number),
			near_file(near, path));
	bool good = read_stream(in, run->name, &run->text, err);
	if (!standard)
		fclose(in);
	return good;
}

static bool
run_open(struct sheet_run *run, struct app *app, const char *path, struct err *err)
{
	*run = (struct sheet_run){ .app = app,
		.name = strcmp(path, "-") == 0 ? "standard input" : path };
	answer_init(&run->answer, "hllm.breakeven/1");
	return read_text(run, path, err) &&
	       plan_file_read(&run->file, run->name, str_as_slice(&run->text), err) &&
	       (run->catalog = app_catalog(app, err)) != NULL &&
	       app_hardwares(app, &run->hardware, err) && app_local_models(app, &run->models, err);
}

static void
run_close(struct sheet_run *run)
{
	answer_free(&run->answer);
	local_models_free(&run->models);
	hardwares_free(&run->hardware);
	catalog_free(run->catalog);
	plan_file_free(&run->file);
	str_free(&run->text);
}

static void
propose(struct sheet_run *run, const char *path, const char *option, const char *why)
{
	struct str file = STR_INIT;
	again_quoted(&file, path);
	answer_next(&run->answer, "hllm breakeven --%s %s  # %s", option, str_text(&file), why);
	str_free(&file);
}

int
plans_answer(struct app *app, const char *path, const struct figures *figures)
{
	struct sheet_run run;
	struct err err;
	bool good = run_open(&run, app, path, &err);
	struct planned *planned = xcalloc(run.file.cases_n + 1, sizeof(*planned));
	const struct plan_ask ask = {
		.list = { run.catalog, app->now }, .figures = figures, .hardware = &run.hardware
	};
	for (size_t i = 0; i < run.file.cases_n && good; i++)
		good = plan_work(
			&run.file, &run.file.cases[i], &ask, &run.answer.arena, &planned[i], &err);
	if (good) {
		sheets_plan_report(&run.answer, &run.file, planned);
		propose(&run, path, "lint", "is the calculation itself right?");
	}
	int status = good ? app_show(app, &run.answer) : app_fail(app, &err);
	free(planned);
	run_close(&run);
	return status;
}

int
plans_lint(struct app *app, const char *path)
{
	struct sheet_run run;
	struct err err;
	struct sheet_problems problems = { .n = 0 };
	bool good = run_open(&run, app, path, &err);
	if (good) {
		const struct lint_ask ask = { .list = { run.catalog, app->now },
			.hardware = &run.hardware,
			.models = &run.models };
		sheet_lint(&run.file, &ask, &problems);
		sheets_lint_report(&run.answer, &run.file, &problems);
		propose(&run, path, "plan", "what each case comes to");
	}
	int status = good ? app_show(app, &run.answer) : app_fail(app, &err);
	if (status == EXIT_DONE && problems.n)
		status = EXIT_ALERT;
	sheet_problems_free(&problems);
	run_close(&run);
	return status;
}
