/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rivals - the work of `hllm breakeven` on all hardware of the catalogue. */
#include "config.h"

#include <math.h>
#include <stdlib.h>

#include "cmd/breakeven.h"

struct moves_question
working_question(
	struct app *app, const struct breakeven_options *options, const struct working *work)
{
	const struct study *study = work->study;
	return (struct moves_question){ .audit = &study->audit,
		.rulings = &study->rulings,
		.attributes = study->attributes,
		.subjects = &study->subjects,
		.traffic = &study->traffic,
		.catalog = study->catalog,
		.conf = study->taken.conf,
		.days = work->days,
		.now = app->now,
		.choice = work->planning.choice,
		.context = options->plan.context };
}

static bool
carries(const struct rival *rival)
{
	return !rival->scenario.has_capacity || rival->scenario.capacity.carries;
}

/* What carries the work first, then by what it is worth over its life: that weighs price, savings and how much of
 * the work it takes. */
static int
by_worth(const void *left, const void *right)
{
	const struct rival *a = left, *b = right;
	if (carries(a) != carries(b))
		return carries(a) ? -1 : 1;
	double x = a->scenario.months.npv, y = b->scenario.months.npv;
	if (x < y || x > y)
		return x > y ? -1 : 1;
	return slice_compare(a->hardware->id, b->hardware->id);
}

/* The models that it would run, each once. */
static struct slice
models_of(struct arena *arena, const struct moves *moves, enum move_class class)
{
	struct str out = STR_INIT;
	for (size_t i = 0; i < moves->n; i++) {
		const struct move *move = &moves->items[i];
		bool known = !move_is_in(move, class) || !move->choice.model;
		for (size_t k = 0; k < i && !known; k++)
			known = move_is_in(&moves->items[k], class) &&
				moves->items[k].choice.model == move->choice.model;
		if (!known)
			str_printf(&out, "%s" SLICE_FMT, out.n ? "\n" : "",
				SLICE_ARG(move->choice.model->id));
	}
	struct slice copy = slice_copy(arena, str_as_slice(&out));
	str_free(&out);
	return copy;
}

static bool
try_rival(struct app *app, struct breakeven_options *options, struct working *work,
	const struct hardware *hardware, enum move_class class, struct err *err)
{
	struct moves moves = { 0 };
	struct rival *rival = &work->rivals[work->rivals_n];
	planning_change(&work->planning, hardware);
	const struct moves_question question = working_question(app, options, work);
	bool good = moves_make(&question, &moves, err);
	if (good) {
		const struct prospect_question asked = { .plan = &work->planning.plan,
			.moves = &moves,
			.minutes = &work->minutes,
			.class = class,
			.quick = true };
		rival->hardware = hardware;
		rival->units = 1;
		good = prospect_make(&asked, &rival->scenario, err);
		rival->moves_n = rival->scenario.moves_n;
		rival->models = models_of(&work->arena, &moves, class);
		work->rivals_n += good && rival->moves_n > 0;
	}
	moves_free(&moves);
	return good;
}

/* Every machine of the catalogue whose price is known. */
bool
rivals_compare(struct app *app, struct breakeven_options *options, struct working *work,
	enum move_class class, struct err *err)
{
	const struct hardwares *all = &work->planning.hardwares;
	const struct planning kept = work->planning;
	bool good = true;
	free(work->rivals);
	work->rivals_n = 0;
	work->compared = class;
	work->rivals = xcalloc(all->n + 1, sizeof(*work->rivals));
	work->planning.price_source = STR_INIT;
	for (size_t i = 0; i < all->n && good; i++) {
		const struct hardware *at = &all->items[i];
		bool priced = hardware_is_rented(at) ? !isnan(at->monthly) || !isnan(at->hourly)
						     : !isnan(at->price);
		if (priced)
			good = try_rival(app, options, work, at, class, err);
	}
	str_free(&work->planning.price_source);
	work->planning = kept;
	if (work->rivals_n)
		qsort(work->rivals, work->rivals_n, sizeof(*work->rivals), by_worth);
	return good;
}

/* Is its price one that somebody has verified? */
static bool
is_sure(const struct rival *rival)
{
	return !hardware_is_unverified(rival->hardware,
		hardware_is_rented(rival->hardware) ? HARDWARE_MONTHLY : HARDWARE_PRICE);
}

/* Without --gpu, the best of the comparison whose price is verified stands for it. */
bool
rivals_choose(
	struct app *app, struct breakeven_options *options, struct working *work, struct err *err)
{
	for (int i = 0; i < MOVE_CLASSES && !work->rivals_n; i++)
		if (!rivals_compare(app, options, work, (enum move_class)i, err))
			return false;
	if (!work->rivals_n)
		return err_set(err, FAULT_INPUT,
			"none of the workloads fits on any hardware of the catalogue (hllm "
			"hardware)");
	size_t best = 0;
	while (best + 1 < work->rivals_n && !is_sure(&work->rivals[best]))
		best++;
	planning_change(
		&work->planning, work->rivals[is_sure(&work->rivals[best]) ? best : 0].hardware);
	return true;
}
