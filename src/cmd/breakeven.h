/* SPDX-License-Identifier: GPL-3.0-or-later */
/* breakeven - the inside of `hllm breakeven`: its options, and all that one answer is made of. */
#ifndef HLLM_CMD_BREAKEVEN_H
#define HLLM_CMD_BREAKEVEN_H

#include "cmd/planning.h"

struct breakeven_options {
	struct intake_options intake;
	struct study_options study;
	struct planning_options plan;
	struct option_list in;
	const char *policy, *chart, *emit, *cases, *lint;
	int64_t within, target;
	bool has_within, has_target;
	bool explain, compare;
};

/* All that one answer is made of. */
struct working {
	struct study *study; /* the caller's */
	struct planning planning;
	struct moves moves;
	struct minutes_set minutes;
	struct prospect *scenarios; /* MOVE_CLASSES of them, or one */
	size_t scenarios_n;
	struct rival *rivals;
	size_t rivals_n;
	enum move_class compared; /* what moves to them, where there are any */
	struct arena arena;
	int64_t days;
};

/* From files or the ledger to workloads and their verdicts: fills work->study, which is an empty one. */
bool working_study(struct app *app, struct breakeven_options *options, struct working *work,
	struct err *err) hl_must_check;
/*
 * The plan, what may move to it, and what becomes of each scenario; without --gpu the best machine of the
 * catalogue is the plan.  The study has verdicts: of working_study(), or a study_month().
 */
bool working_make(struct app *app, struct breakeven_options *options, struct working *work,
	struct err *err) hl_must_check;
/* The same from figures alone: planning_is_stated(). */
bool working_state(struct app *app, struct breakeven_options *options, struct working *work,
	struct err *err) hl_must_check;
/* The first scenario in which anything moves. */
const struct prospect *working_main(const struct working *work);
void working_free(struct working *work);

/* How the workloads of the study are looked at on the machine of the plan. */
struct moves_question working_question(
	struct app *app, const struct breakeven_options *options, const struct working *work);

/* Every machine of the catalogue whose price is known, ranked, for what moves in a scenario; the plan stays as it
 * was. */
bool rivals_compare(struct app *app, struct breakeven_options *options, struct working *work,
	enum move_class class, struct err *err) hl_must_check;
/* The best of them whose price is verified becomes the plan. */
bool rivals_choose(struct app *app, struct breakeven_options *options, struct working *work,
	struct err *err) hl_must_check;

#endif
