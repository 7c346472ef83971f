/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * planning - from the options of `hllm breakeven`, hllm.conf and the catalogues to a plan: which
 * machine, what is assumed, and what the API side is.
 */
#ifndef HLLM_CMD_PLANNING_H
#define HLLM_CMD_PLANNING_H

#include "cmd/local.h"
#include "cmd/study.h"
#include "econ/assume.h"
#include "report/breakeven.h"

struct planning_options {
	const char *hardware, *model, *quant;
	const char *capex, *monthly, *api_monthly, *electricity; /* figures, as --set takes them */
	struct option_list set;                                  /* NAME=VALUE */
	int64_t context, concurrency;
	bool has_context, has_concurrency;
	femto_t max_wait;
	bool has_max_wait;
	/* from figures alone */
	int64_t daily_requests, input_tokens, output_tokens;
	bool has_daily, has_input, has_output;
	const char *api_model;
	femto_t tokens_per_second;
	bool has_speed;
};

struct planning {
	struct hardwares hardwares;
	struct local_models models;
	struct speeds speeds;
	struct named_plan named;
	struct plan plan;
	struct choice_question choice; /* but for type and context */
	struct str price_source;
	struct str stated; /* what the API side is, in words, where figures alone say it */
};

/* Does the API side come from the options, without any file? */
bool planning_is_stated(const struct planning_options *options);
/* What hllm.conf and the options assume, without any hardware. */
bool planning_figures(struct app *app, const struct planning_options *options,
	const struct study *study, struct figures *figures, struct err *err) hl_must_check;
/* Needs study_ready().  planning_free() in any case. */
bool planning_make(struct app *app, const struct planning_options *options,
	const struct study *study, struct planning *planning, struct err *err) hl_must_check;
/* Another machine in its place, in one unit: for a comparison. */
void planning_change(struct planning *planning, const struct hardware *hardware);
/* One move that stands for what the options say: planning_is_stated(). */
bool planning_state(struct app *app, const struct planning_options *options,
	const struct study *study, struct planning *planning, struct moves *moves,
	struct err *err) hl_must_check;
/* False: a figure is given that files say, or of one machine where several are 'compared': said once, it
 * would be taken for what each of them costs. */
bool planning_check_given(
	const struct planning *planning, bool compared, struct err *err) hl_must_check;
void planning_free(struct planning *planning);

#endif
