/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cmd/planning.h"

#include <math.h>
#include <stdlib.h>

#include "base/when.h"
#include "report/parts.h"

enum { SLOTS = 4 }; /* requests at once where nobody says: what llama.cpp's server has */

bool
planning_is_stated(const struct planning_options *options)
{
	return options->api_monthly || options->has_daily;
}

/* ---- what is assumed ---- */

/* An option that is a figure's name behind two dashes. */
static bool
set_option(struct figures *figures, const char *option, const char *text, struct err *err)
{
	struct err why = { 0 };
	return !text || figures_set(figures, slice_of(option + 2), slice_of(text), option, &why) ||
	       err_set(err, FAULT_USAGE, "--%s", why.text);
}

static bool
is_set_before(const struct planning_options *options, size_t n, struct slice name)
{
	for (size_t i = 0; i < n; i++) {
		struct slice rest = slice_of(options->set.items[i]), other;
		slice_cut(&rest, '=', &other);
		if (slice_eq(other, name))
			return true;
	}
	return false;
}

static bool
set_options(const struct planning_options *options, struct figures *figures, struct err *err)
{
	for (size_t i = 0; i < options->set.n; i++) {
		struct slice rest = slice_of(options->set.items[i]), name;
		slice_cut(&rest, '=', &name);
		if (!memchr(options->set.items[i], '=', strlen(options->set.items[i])))
			return err_set(err, FAULT_USAGE,
				"--set %s: no value, expected NAME=VALUE such as electricity=0.30",
				options->set.items[i]);
		struct err why = { 0 };
		if (is_set_before(options, i, name))
			return err_set(err, FAULT_USAGE,
				"--set " SLICE_FMT " is given twice, expected each figure once",
				SLICE_ARG(name));
		if (!figures_set(figures, name, rest, "--set", &why))
			return err_set(err, FAULT_USAGE, "--set %s", why.text);
	}
	return set_option(figures, "--capex", options->capex, err) &&
	       set_option(figures, "--monthly", options->monthly, err) &&
	       set_option(figures, "--electricity", options->electricity, err) &&
	       set_option(figures, "--api-monthly", options->api_monthly, err);
}

bool
planning_figures(struct app *app, const struct planning_options *options, const struct study *study,
	struct figures *figures, struct err *err)
{
	figures_default(figures);
	return assume_conf(figures, study->taken.conf, &app->arena, err) &&
	       set_options(options, figures, err);
}

/* What is owed to sellers whatever is used, as hllm.conf says. */
static void
set_commitments(struct app *app, const struct contract *contract, struct plan *plan)
{
	double sum = 0, months = 0;
	for (size_t i = 0; i < contract->commitments_n; i++) {
		const struct contract_commitment *at = &contract->commitments[i];
		const char *currency = at->currency[0] ? at->currency : "USD";
		if (app->now < at->period.start || app->now >= at->period.end ||
			strcmp(currency, plan->currency) != 0)
			continue;
		double left = at->period.end == INT64_MAX
				      ? (double)FIGURE_MONTHS_MOST
				      : (double)(at->period.end - app->now) / (double)NS_PER_DAY /
						(CASH_HOURS / 24);
		sum += (double)at->monthly / (double)FEMTO_PER_UNIT;
		months = fmax(months, fmin(ceil(left), FIGURE_MONTHS_MOST));
	}
	if (sum <= 0 || plan->figures.of[FIGURE_COMMITMENT].given)
		return;
	figures_put(
		&plan->figures, FIGURE_COMMITMENT, estimate_of(sum), "commitments of hllm.conf");
	figures_put(&plan->figures, FIGURE_COMMITMENT_MONTHS, estimate_of(months),
		"commitments of hllm.conf");
}

/* ---- the machine ---- */

static void
set_price(struct planning *planning, const struct hardware *hardware)
{
	struct plan *plan = &planning->plan;
	str_clear(&planning->price_source);
	plan->price = hardware ? hardware->price : MISSING;
	plan->whole_price = false;
	if (planning->named.section && !isnan(planning->named.parts)) {
		plan->price = planning->named.parts;
		plan->whole_price = true;
		str_printf(&planning->price_source, "%zu parts, %s:%d", planning->named.parts_n,
			planning->named.section->file, planning->named.section->line);
	} else if (hardware) {
		const char *name = memrchr(hardware->file.p, '/', hardware->file.n);
		str_printf(&planning->price_source, SLICE_FMT " (%s:%lld)%s",
			SLICE_ARG(hardware->price_date), name ? name + 1 : hardware->file.p,
			(long long)hardware->line,
			hardware_is_unverified(hardware, HARDWARE_PRICE) ? ", not verified" : "");
	}
	plan->price_source = str_text(&planning->price_source);
}

static bool
find_hardware(const struct planning_options *options, const struct study *study,
	struct planning *planning, struct err *err)
{
	struct plan *plan = &planning->plan;
	const char *name = options->hardware, *rest;
	plan->units = 1;
	if (!name) {
		set_price(planning, NULL);
		return true;
	}
	if (!plan_find(study->taken.conf, slice_of(name), &planning->named, err))
		return false;
	const struct conf_section *own = planning->named.section;
	if (own)
		name = planning->named.hardware.p;
	plan->hardware = units_cut(name, &plan->units, &rest, err)
				 ? hardware_find(&planning->hardwares, rest, err)
				 : NULL;
	if (!plan->hardware && own) {
		err_wrap(err, "%s:%d: plan \"%s\"", own->file, own->line, options->hardware);
		err->fault = FAULT_INPUT;
	}
	if (!plan->hardware)
		return false;
	set_price(planning, plan->hardware);
	return true;
}

void
planning_change(struct planning *planning, const struct hardware *hardware)
{
	planning->named = (struct named_plan){ .parts = MISSING };
	planning->plan.hardware = hardware;
	planning->plan.units = 1;
	planning->choice.hardware = hardware;
	planning->choice.units = 1;
	set_price(planning, hardware);
}

static bool
check_currency(const struct planning *planning, struct err *err)
{
	const struct plan *plan = &planning->plan;
	bool own = plan->figures.of[FIGURE_CAPEX].given || plan->figures.of[FIGURE_RENT].given;
	if (strcmp(plan->currency, "USD") == 0 || own || !plan->hardware || plan->whole_price)
		return true;
	return err_set(err, FAULT_USAGE,
		"the bills are in %s and the catalogue's prices in USD: give the price of the "
		"hardware "
		"in %s with --capex (and --set electricity, engineer-rate), or a rate in hllm.conf "
		"and "
		"currency = USD",
		plan->currency, plan->currency);
}

/* What the figures would miss, in the words of the options that say it. */
static bool
check_price(const struct planning *planning, struct err *err)
{
	const struct plan *plan = &planning->plan;
	const struct figure_value *of = plan->figures.of;
	const struct hardware *hardware = plan->hardware;
	if (!hardware || hardware_is_rented(hardware) || !isnan(plan->price) ||
		of[FIGURE_CAPEX].given || of[FIGURE_RENT].given)
		return true;
	return err_set(err, FAULT_USAGE,
		"the catalogue has no price of " SLICE_FMT ": expected --capex AMOUNT",
		SLICE_ARG(hardware->name));
}

/* The same of figures that name no hardware. */
static bool
check_bare(const struct planning *planning, struct err *err)
{
	const struct figure_value *of = planning->plan.figures.of;
	if (planning->plan.hardware)
		return true;
	if (!of[FIGURE_CAPEX].given && !of[FIGURE_RENT].given)
		return err_set(err, FAULT_USAGE,
			"which hardware? expected --gpu NAME (hllm hardware lists them), or "
			"--capex AMOUNT");
	bool runs =
		of[FIGURE_MONTHLY].given || of[FIGURE_RENT].given || of[FIGURE_BUSY_WATTS].given;
	return runs || err_set(err, FAULT_USAGE,
			       "--capex: what it draws is not known; expected --gpu NAME beside "
			       "it, --monthly "
			       "AMOUNT for all of the running cost, or --set busy-watts=N --set "
			       "idle-watts=N");
}

static bool
choose_model(const struct planning_options *options, struct planning *planning, struct err *err)
{
	struct choice_question *choice = &planning->choice;
	const char *model = options->model ? options->model
			    : planning->named.section && planning->named.model.n
				    ? planning->named.model.p
				    : NULL;
	const char *quant = options->quant ? options->quant
			    : planning->named.section && planning->named.quant.n
				    ? planning->named.quant.p
				    : NULL;
	*choice = (struct choice_question){ .models = &planning->models,
		.speeds = &planning->speeds,
		.hardware = planning->plan.hardware,
		.units = planning->plan.units,
		.quant = QUANT_Q4_K_M,
		.concurrency = planning->plan.slots };
	if (quant && !quant_parse(quant, &choice->quant, err))
		return false;
	if (model)
		choice->wanted = local_model_find(&planning->models, model, err);
	return !model || choice->wanted;
}

/* That of the bills; of figures alone the one that hllm.conf names. */
static const char *
currency_of(const struct study *study)
{
	const struct money *money = main_money(&study->audit.total);
	if (money && money->currency[0])
		return money->currency;
	return study->currency[0] ? study->currency : "USD";
}

bool
planning_make(struct app *app, const struct planning_options *options, const struct study *study,
	struct planning *planning, struct err *err)
{
	struct plan *plan = &planning->plan;
	planning->named.parts = MISSING;
	plan->currency = currency_of(study);
	plan->max_wait = options->has_max_wait ? (double)options->max_wait / (double)FEMTO_PER_UNIT
					       : MISSING;
	plan->slots = options->concurrency ? (int)options->concurrency : SLOTS;
	if (options->concurrency < 0 || options->concurrency > CAPACITY_SLOTS_MOST)
		return err_set(err, FAULT_USAGE, "--concurrency %lld: expected 1 to %d",
			(long long)options->concurrency, (int)CAPACITY_SLOTS_MOST);
	figures_default(&plan->figures);
	if (!app_hardwares(app, &planning->hardwares, err) ||
		!app_local_models(app, &planning->models, err) ||
		!app_speeds(app, &planning->speeds, err) ||
		!assume_conf(&plan->figures, study->taken.conf, &app->arena, err) ||
		!find_hardware(options, study, planning, err))
		return false;
	app_measured(app, &planning->hardwares, &planning->models, &planning->speeds.measured);
	if (planning->named.section &&
		!assume_section(&plan->figures, planning->named.section, &app->arena, err))
		return false;
	if (!set_options(options, &plan->figures, err))
		return false;
	if (study->contract)
		set_commitments(app, study->contract, plan);
	if (plan->hardware && plan->figures.of[FIGURE_UNITS].given)
		return err_set(err, FAULT_USAGE,
			"--set units: expected the number before the hardware, such as --gpu "
			"5x" SLICE_FMT,
			SLICE_ARG(plan->hardware->id));
	return check_currency(planning, err) && check_price(planning, err) &&
	       choose_model(options, planning, err);
}

bool
planning_check_given(const struct planning *planning, bool compared, struct err *err)
{
	static const enum figure own[] = { FIGURE_CAPEX, FIGURE_MONTHLY, FIGURE_RENT,
		FIGURE_BUSY_WATTS, FIGURE_IDLE_WATTS };
	const struct figure_value *of = planning->plan.figures.of;
	if (of[FIGURE_API_MONTHLY].given)
		return err_set(err, FAULT_USAGE,
			"api-monthly: the bills and logs say what the API costs; expected it "
			"without "
			"them, as --api-monthly AMOUNT");
	for (size_t i = 0; i < HL_COUNT(own) && compared; i++)
		if (of[own[i]].given)
			return err_set(err, FAULT_USAGE,
				"--compare: %s is said of one machine, and the others have their "
				"own; "
				"expected it with --gpu alone",
				figure_kinds[own[i]].name);
	return true;
}

void
planning_free(struct planning *planning)
{
	hardwares_free(&planning->hardwares);
	local_models_free(&planning->models);
	speeds_free(&planning->speeds);
	str_free(&planning->price_source);
	str_free(&planning->stated);
}

/* ---- from figures alone ---- */

/* Thirty days of the stated requests at today's list price. */
static bool
price_stated(struct app *app, const struct planning_options *options, const struct study *study,
	struct estimate *out, struct err *err)
{
	struct usage usage = { .requests = 30 * options->daily_requests,
		.context = CONTEXT_MIXED,
		.start = app->now,
		.timed = true };
	struct slice none = SLICE("");
	__int128 input = (__int128)options->daily_requests * 30 * options->input_tokens,
		 output = (__int128)options->daily_requests * 30 * options->output_tokens;
	if (input >= (__int128)1 << 56 || output >= (__int128)1 << 56)
		return err_set(err, FAULT_USAGE,
			"--daily-requests with so many tokens: more than a month can hold");
	usage.tokens[TOKEN_UNCACHED_INPUT] = (int64_t)input;
	usage.tokens[TOKEN_OUTPUT] = (int64_t)output;
	char hint[NEAR_TEXT];
	const struct resolution resolution = price_resolve(
		study->catalog, none, none, slice_of(options->api_model), none, app->now, true);
	if (resolution.state != PRICE_FOUND && resolution.state != PRICE_FREE)
		return err_set(err, FAULT_USAGE, "--api-model %s: no price is known%s",
			options->api_model,
			price_hint(hint, &resolution, "; see: hllm prices list"));
	const struct cost cost = price_charge(study->catalog, &resolution, &usage, 1000);
	if (resolution.state == PRICE_FOUND && !cost.priced && cost.missing)
		return err_set(
			err, FAULT_USAGE, "--api-model %s: %s", options->api_model, cost.missing);
	*out = estimate_between((double)cost.low / (double)FEMTO_PER_UNIT,
		(double)cost.high / (double)FEMTO_PER_UNIT);
	return true;
}

static bool
check_stated(const struct planning_options *options, struct err *err)
{
	if (options->api_monthly && options->api_model)
		return err_set(err, FAULT_USAGE,
			"--api-monthly and --api-model both say what the API costs: expected one "
			"of "
			"the two");
	if (options->api_monthly)
		return true;
	if (!options->api_model)
		return err_set(err, FAULT_USAGE,
			"--daily-requests: expected --api-model NAME beside it, or --api-monthly "
			"AMOUNT");
	if (!options->has_input && !options->has_output)
		return err_set(err, FAULT_USAGE,
			"--daily-requests: expected --input-tokens N and --output-tokens N beside "
			"it");
	return true;
}

/* A model that does not fit runs nothing. */
static bool
refuse(const struct choice_question *asked, const struct choice *choice, struct err *err)
{
	struct str why = STR_INIT;
	const struct fit_question question = { .model = choice->nearest,
		.quant = asked->quant,
		.hardware = asked->hardware,
		.units = asked->units,
		.context = asked->context,
		.concurrency = asked->concurrency };
	fit_refusal(&why, &question, &choice->fit);
	if (!why.n)
		str_printf(&why, "the speed of " SLICE_FMT " on this hardware cannot be told",
			SLICE_ARG(choice->nearest->id));
	err_set(err, FAULT_USAGE, "%s; expected a smaller --model, --context or --concurrency",
		str_text(&why));
	str_free(&why);
	return false;
}

/* How fast it is: as stated, else the model on the hardware. */
static bool
state_speed(const struct planning_options *options, struct planning *planning, struct move *move,
	struct err *err)
{
	struct speed *speed = &move->choice.speed;
	struct choice_question choice = planning->choice;
	if (options->has_speed) {
		double decode = (double)options->tokens_per_second / (double)FEMTO_PER_UNIT;
		*speed = (struct speed){ .decodes = true,
			.decode = estimate_of(decode),
			.batch_decode = estimate_of(decode),
			.prefill_known = true,
			.prefill = estimate_of(UNBOUNDED) };
		planning->plan.slots = 1;
		return true;
	}
	choice.context = options->context ? options->context : MOVES_CONTEXT;
	if (choice.hardware)
		choice_make(&choice, &move->choice);
	if (move->choice.model)
		return true;
	if (choice.hardware && move->choice.nearest)
		return refuse(&choice, &move->choice, err);
	move->prompt_tokens = move->output_tokens = MISSING;
	return true;
}

bool
planning_state(struct app *app, const struct planning_options *options, const struct study *study,
	struct planning *planning, struct moves *moves, struct err *err)
{
	if (!check_stated(options, err) || !check_bare(planning, err))
		return false;
	*moves = (struct moves){ .items = xcalloc(1, sizeof(*moves->items)), .n = 1 };
	memcpy(moves->currency, planning->plan.currency, 4);
	struct move *move = &moves->items[0];
	*move = (struct move){ .name = SLICE("as stated"),
		.class = MOVE_LOCAL,
		.verdict = "local",
		.hosted = MISSING,
		.requests = options->has_daily ? (double)options->daily_requests : MISSING,
		.prompt_tokens = (double)options->daily_requests * (double)options->input_tokens,
		.output_tokens = (double)options->daily_requests * (double)options->output_tokens };
	if (!options->has_daily)
		move->prompt_tokens = move->output_tokens = MISSING;
	if (options->api_monthly)
		move->cash = planning->plan.figures.of[FIGURE_API_MONTHLY].value;
	else if (!price_stated(app, options, study, &move->cash, err))
		return false;
	moves->all_cash = move->cash.high;
	if (!state_speed(options, planning, move, err))
		return false;
	if (options->has_daily) {
		char buf[NUM_TEXT];
		str_printf(&planning->stated, "%s requests a day",
			num_count(buf, options->daily_requests));
		if (options->api_model)
			str_printf(&planning->stated, " to %s", options->api_model);
	}
	return true;
}
