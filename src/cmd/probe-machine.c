/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/probe-machine.h"

#include <stdio.h>
#include <stdlib.h>

#include "cmd/inquiry.h"
#include "cmd/local.h"
#include "report/machine.h"

/* What has to be freed in the end. */
struct looking {
	struct machine machine;
	struct gpus gpus;
	struct cpuspeed speed;
	struct hardwares hardwares;
	struct local_models models;
	struct speeds speeds;
	struct match matches[MATCHES_MOST];
	struct hardware processors;
	struct forecast *forecasts[MATCHES_MOST];
	struct machine_found found;
};

static void
show_progress(void *arg, int done, int of)
{
	const struct app *app = arg;
	if (app->progress)
		fprintf(stderr, "\rhllm: memory and arithmetic, step %d of %d", done + 1, of);
}

static void
clear_progress(const struct app *app)
{
	if (app->progress)
		fprintf(stderr, "\r\033[K");
}

static bool
forecast(struct looking *l, const struct hardware *hardware, int units, struct err *err)
{
	struct machine_found *found = &l->found;
	struct forecast **items = &l->forecasts[found->models_n];
	ptrdiff_t n = forecast_all(&l->models, &l->speeds, hardware, units, items, err);
	if (n < 0)
		return false;
	found->models[found->models_n++] = (struct machine_models){
		.hardware = hardware, .units = units, .items = *items, .n = (size_t)n
	};
	return true;
}

/* On what the catalogue knows first, then on the processors. */
static bool
forecast_everything(struct looking *l, struct err *err)
{
	struct machine_found *found = &l->found;
	l->processors = forecast_processors(&l->machine, &l->speed);
	for (int i = 0; i < found->matches_n; i++)
		if (forecast_by_row(&l->matches[i]) && found->models_n < MATCHES_MOST - 1 &&
			!forecast(l, l->matches[i].hardware, l->matches[i].units, err))
			return false;
	return forecast(l, &l->processors, 1, err);
}

static bool
look(struct app *app, int64_t budget_ms, struct looking *l, struct err *err)
{
	const struct gpu_options gpu_options = { .machine = &l->machine };
	const struct cpuspeed_options options = { .machine = &l->machine,
		.budget_ms = budget_ms > 0 ? budget_ms : PROBE_MACHINE_MS,
		.progress = show_progress,
		.arg = app };
	if (!app_hardwares(app, &l->hardwares, err) || !app_local_models(app, &l->models, err) ||
		!app_speeds(app, &l->speeds, err))
		return false;
	machine_look(&l->machine, NULL);
	gpus_look(&l->gpus, &gpu_options);
	bool good = cpuspeed_measure(&options, &l->speed, err);
	clear_progress(app);
	l->found = (struct machine_found){ .machine = &l->machine,
		.gpus = &l->gpus,
		.speed = &l->speed,
		.matches = l->matches,
		.matches_n = match_machine(&l->machine, &l->gpus, &l->hardwares, l->matches),
		.models_known = l->models.n };
	return good && forecast_everything(l, err);
}

int
probe_machine(struct app *app, int64_t budget_ms)
{
	struct looking l = { 0 };
	struct answer answer;
	struct err err = { 0 };
	app_answer(app, &answer, "hllm.machine/1");
	if (app->inquiry) /* what a machine does now is all that is known of it: nothing is kept */
		app->inquiry->anew = true;
	bool good = look(app, budget_ms, &l, &err);
	if (good)
		machine_report(&answer, &l.found);
	int status = good ? app_show(app, &answer) : app_fail(app, &err);
	answer_free(&answer);
	for (size_t i = 0; i < HL_COUNT(l.forecasts); i++)
		free(l.forecasts[i]);
	speeds_free(&l.speeds);
	local_models_free(&l.models);
	hardwares_free(&l.hardwares);
	gpus_free(&l.gpus);
	machine_free(&l.machine);
	return status;
}
