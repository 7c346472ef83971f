/* SPDX-License-Identifier: GPL-3.0-or-later */
/* working - from workloads and a plan to the scenarios of `hllm breakeven`. */
#include "config.h"

#include <stdlib.h>

#include "cmd/breakeven.h"
#include "cmd/catalog.h"

void
working_free(struct working *work)
{
	free(work->scenarios);
	free(work->rivals);
	arena_free(&work->arena);
	minutes_free(&work->minutes);
	moves_free(&work->moves);
	planning_free(&work->planning);
}

/* ---- the API side ---- */

static bool
find_days(const struct breakeven_options *options, const char *period, struct working *work,
	struct err *err)
{
	const char *reason = "";
	const struct audit_report when = { .audit = &work->study->audit,
		.pool = &work->study->pool,
		.days = options->study.days };
	work->days = audit_days(&when, &reason);
	if (!work->days && period && !work->study->audit.total.records)
		return study_empty(work->study, period, err);
	return work->days ||
	       err_set(err, FAULT_USAGE, "what a month costs is not known: %s", reason);
}

bool
working_study(
	struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	struct study *study = work->study;
	study->watch = study->traffic.without_days = study->without_hours = true;
	study->of_totals = true;
	options->intake.model = options->plan.api_model;
	if (!study_policy(app, options->policy, study, err) ||
		!study_begin(app, &options->intake, &options->in, 0, study, err) ||
		!study_run(app, &options->study, study, err))
		return false;
	study_describe(&options->study, study);
	study_decide(study);
	return true;
}

static bool
take_moves(
	struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	const struct moves_question question = working_question(app, options, work);
	moves_free(&work->moves);
	return moves_make(&question, &work->moves, err);
}

/* The series of minutes are dealt by the order of the workloads, which is the same on any hardware.  Of a longer
 * period than capacities are worked out for, its end counts. */
static bool
take_minutes(struct working *work, struct err *err)
{
	struct study *study = work->study;
	const struct audit_options again = study_options_of(study);
	int64_t first = study->audit.first_day, last = study->audit.last_day;
	if (first != DAY_NONE && last - first >= CAPACITY_MINUTES_MOST / 1440)
		first = last - CAPACITY_MINUTES_MOST / 1440 + 1;
	size_t n = work->moves.n;
	minutes_count(&work->minutes, &(struct minutes_question){ .pool = &study->pool,
					      .options = &again,
					      .first_day = first,
					      .last_day = last,
					      .series = n < PROSPECT_SERIES ? n : PROSPECT_SERIES,
					      .series_of = prospect_series,
					      .arg = &work->moves });
	return pool_whole(&study->pool, err);
}

/* ---- scenarios ---- */

static bool
make_scenarios(struct working *work, bool stated, struct err *err)
{
	struct prospect_question question = { .plan = &work->planning.plan,
		.moves = &work->moves,
		.minutes = stated ? NULL : &work->minutes };
	work->scenarios_n = stated ? 1 : MOVE_CLASSES;
	work->scenarios = xcalloc(work->scenarios_n, sizeof(*work->scenarios));
	for (size_t i = 0; i < work->scenarios_n; i++) {
		question.class = (enum move_class)i;
		question.before = i ? &work->scenarios[i - 1] : NULL;
		if (!prospect_make(&question, &work->scenarios[i], err))
			return false;
	}
	return true;
}

const struct prospect *
working_main(const struct working *work)
{
	for (size_t i = 0; i < work->scenarios_n; i++)
		if (work->scenarios[i].moves_n)
			return &work->scenarios[i];
	return &work->scenarios[0];
}

bool
working_state(
	struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	return planning_make(app, &options->plan, work->study, &work->planning, err) &&
	       planning_state(
		       app, &options->plan, work->study, &work->planning, &work->moves, err) &&
	       make_scenarios(work, true, err);
}

bool
working_make(
	struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	if (!find_days(options, app->period, work, err) ||
		!planning_make(app, &options->plan, work->study, &work->planning, err) ||
		!planning_check_given(
			&work->planning, options->compare || !options->plan.hardware, err))
		return false;
	bool best = !work->planning.plan.hardware;
	if (best)
		planning_change(&work->planning, &work->planning.hardwares.items[0]);
	if (!take_moves(app, options, work, err) || !take_minutes(work, err))
		return false;
	if (best &&
		(!rivals_choose(app, options, work, err) || !take_moves(app, options, work, err)))
		return false;
	return make_scenarios(work, false, err);
}
