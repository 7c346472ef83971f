/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/bridge.h"

#include <math.h>
#include <stdlib.h>

const char *const bridge_ids[BRIDGE_STEPS] = {
	[BRIDGE_NEW] = "new",
	[BRIDGE_GONE] = "gone",
	[BRIDGE_VOLUME] = "volume",
	[BRIDGE_MIX] = "mix",
	[BRIDGE_CACHE] = "cache",
	[BRIDGE_PRICE] = "price",
	[BRIDGE_OTHER] = "other",
};

enum { BEFORE, AFTER, SIDES };
enum { KIND_UNSPLIT = TOKEN_KINDS, KINDS };
enum direction { IN, OUT, EITHER, DIRECTIONS };
/* What a cost is the product of: tokens, a model's share of them, a kind's share of the model's, and what a
 * token costs. */
enum factor { VOLUME, MIX, CACHE, PRICE, FACTORS };
enum { CORNERS = 1 << FACTORS };
/* Steps of less than this part of the money are what floating point left over. */
#define DUST 1e-12

static const enum direction direction_of[KINDS] = {
	[TOKEN_OUTPUT] = OUT,
	[KIND_UNSPLIT] = EITHER,
}; /* all others: IN */

/* What a workload used of a model in both months, as far as tokens are what it is charged by. */
struct use {
	struct slice model;
	double tokens[SIDES][KINDS], cost[SIDES][KINDS];
	femto_t charged[SIDES]; /* the sum of cost */
};

/* Cells of one workload, or of one model in it, in each month. */
struct both {
	const struct history_cell *first[SIDES];
	size_t n[SIDES];
};

/* ---- what is charged by tokens ---- */

static void
weigh(const struct history_cell *cell, double weights[KINDS])
{
	for (int k = 0; k < TOKEN_KINDS; k++)
		weights[k] = (double)cell->list[k];
	weights[KIND_UNSPLIT] = cell->unsplit ? (double)cell->list_other : 0;
}

static void
tokens_of(const struct history_cell *cell, double tokens[KINDS])
{
	for (int k = 0; k < TOKEN_KINDS; k++)
		tokens[k] = (double)cell->tokens[k];
	tokens[KIND_UNSPLIT] = (double)cell->unsplit;
}

/* As if its tokens had cost what they did in the other month. */
static void
weigh_by_other(
	const struct history_cell *cell, const struct history_cell *other, double weights[KINDS])
{
	double tokens[KINDS], others[KINDS];
	tokens_of(cell, tokens);
	tokens_of(other, others);
	weigh(other, weights);
	for (int k = 0; k < KINDS; k++)
		weights[k] = others[k] > 0 ? weights[k] / others[k] * tokens[k] : 0;
}

static double
sum_of(const double values[KINDS])
{
	double sum = 0;
	for (int k = 0; k < KINDS; k++)
		sum += values[k];
	return sum;
}

/* Deals what was spent to the kinds as the list prices do; false where they cannot tell. */
static bool
deal_out(const struct history_cell *cell, const struct history_cell *other, int side,
	struct use *use)
{
	double weights[KINDS];
	femto_t beside = cell->unsplit ? 0 : cell->list_other; /* searches */
	tokens_of(cell, use->tokens[side]);
	weigh(cell, weights);
	for (int k = 0; k < KINDS; k++)
		if (use->tokens[side][k] < 0 || weights[k] < 0)
			return false;
	if (cell->no_model || cell->spend_low < 0 || beside < 0)
		return false;
	if (sum_of(weights) <= 0 && beside == 0 && other && !other->no_model)
		weigh_by_other(cell, other, weights);
	double sum = sum_of(weights);
	if (sum <= 0 && beside == 0)
		return cell->spend_low == 0;
	femto_t aside =
		(femto_t)rint((double)cell->spend_low * ((double)beside / (sum + (double)beside)));
	use->charged[side] = cell->spend_low - aside;
	for (int k = 0; k < KINDS && sum > 0; k++)
		use->cost[side][k] = (double)use->charged[side] * (weights[k] / sum);
	return true;
}

/* Both months or none: else a price that one of them lacks would look like a model's arrival. */
static bool
use_of(const struct both *model, struct use *use)
{
	const struct history_cell *before = model->n[BEFORE] ? model->first[BEFORE] : NULL,
				  *after = model->n[AFTER] ? model->first[AFTER] : NULL;
	*use = (struct use){ 0 };
	return (!before || deal_out(before, after, BEFORE, use)) &&
	       (!after || deal_out(after, before, AFTER, use));
}

/* ---- the four factors ---- */

/* One factor of one product in both months; where one of them has none, it is that of the other. */
struct ratio {
	double at[SIDES];
};

static struct ratio
ratio_of(const double part[SIDES], const double whole[SIDES])
{
	struct ratio ratio = { { 0, 0 } };
	for (int side = 0; side < SIDES; side++) {
		int from = whole[side] > 0 ? side : !side;
		if (whole[from] > 0)
			ratio.at[side] = part[from] / whole[from];
	}
	return ratio;
}

static void
add_volumes(const struct use *use, double volumes[DIRECTIONS][SIDES])
{
	for (int side = 0; side < SIDES; side++)
		for (int k = 0; k < KINDS; k++)
			volumes[direction_of[k]][side] += use->tokens[side][k];
}

/* One product: that of a kind of token of a model. */
static void
factors_of(const struct use *use, double volumes[DIRECTIONS][SIDES],
	double models[DIRECTIONS][SIDES], int k, struct ratio factors[FACTORS])
{
	const double *volume = volumes[direction_of[k]], *model = models[direction_of[k]];
	const double tokens[SIDES] = { use->tokens[BEFORE][k], use->tokens[AFTER][k] },
		     cost[SIDES] = { use->cost[BEFORE][k], use->cost[AFTER][k] };
	factors[VOLUME] = (struct ratio){ { volume[BEFORE], volume[AFTER] } };
	factors[MIX] = ratio_of(model, volume);
	factors[CACHE] = ratio_of(tokens, model);
	factors[PRICE] = ratio_of(cost, tokens);
}

/* corners[i]: what it all would cost with the factors whose bits are set as they were after, and the others
 * as before. */
static void
add_corners(const struct use *use, double volumes[DIRECTIONS][SIDES], double corners[CORNERS])
{
	double models[DIRECTIONS][SIDES] = { { 0 } };
	add_volumes(use, models);
	for (int k = 0; k < KINDS; k++) {
		struct ratio factors[FACTORS];
		factors_of(use, volumes, models, k, factors);
		for (unsigned corner = 0; corner < CORNERS; corner++) {
			double product = 1;
			for (int f = 0; f < FACTORS; f++)
				product *= factors[f].at[corner >> f & 1];
			corners[corner] += product;
		}
	}
}

/*
 * Shapley: of the 24 orders, 3! begin with a factor, 2! have one certain other before it, and so on.  Every
 * corner is added to the opposite one first: so months the other way round give the same digits.
 */
static double
shapley(const double corners[CORNERS], enum factor factor)
{
	static const double weights[FACTORS] = { 1 / 4., 1 / 12., 1 / 12., 1 / 4. };
	const unsigned bit = 1u << factor, others = (CORNERS - 1) ^ bit;
	double value = 0;
	for (unsigned low = 0; low < CORNERS; low++) {
		unsigned high = others ^ low;
		if (!(low & bit) && low < high)
			value += weights[__builtin_popcount(low)] *
				 ((corners[low | bit] - corners[low]) +
					 (corners[high | bit] - corners[high]));
	}
	return value;
}

/* Rounded to a femto; what is left of 'change' then goes to the largest step. */
static void
settle(const double corners[CORNERS], femto_t change, double money, femto_t steps[BRIDGE_STEPS])
{
	static const enum bridge_step step_of[FACTORS] = { BRIDGE_VOLUME, BRIDGE_MIX, BRIDGE_CACHE,
		BRIDGE_PRICE };
	int largest = PRICE;
	double most = 0;
	for (int f = 0; f < FACTORS; f++) {
		double value = shapley(corners, (enum factor)f), size = fabs(value);
		if (size <= money * DUST)
			continue;
		steps[step_of[f]] = (femto_t)rint(value);
		change -= steps[step_of[f]];
		if (size > most) {
			most = size;
			largest = f;
		}
	}
	steps[step_of[largest]] += change;
}

/* ---- workloads ---- */

static femto_t
spend_of(const struct history_cell *cells, size_t n)
{
	femto_t sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += cells[i].spend_low;
	return sum;
}

/* The next model of a workload: cells of both months stand in the order of their models. */
static struct both
next_model(struct both *rest)
{
	struct both model = { .n = { rest->n[BEFORE] > 0, rest->n[AFTER] > 0 } };
	if (model.n[BEFORE] && model.n[AFTER]) {
		const struct history_cell *a = rest->first[BEFORE], *b = rest->first[AFTER];
		int order = slice_compare(a->model, b->model);
		order = order ? order : a->no_model - b->no_model;
		model.n[BEFORE] = order <= 0;
		model.n[AFTER] = order >= 0;
	}
	for (int side = 0; side < SIDES; side++) {
		model.first[side] = rest->first[side];
		rest->first[side] += model.n[side];
		rest->n[side] -= model.n[side];
	}
	return model;
}

/* The models of a workload, as far as tokens are what they are charged by; an array for free(). */
static struct use *
take_uses(const struct both *cells, double volumes[DIRECTIONS][SIDES], size_t *n)
{
	struct both rest = *cells;
	struct use *uses = xcalloc(rest.n[BEFORE] + rest.n[AFTER] + 1, sizeof(*uses));
	*n = 0;
	while (rest.n[BEFORE] || rest.n[AFTER]) {
		const struct both model = next_model(&rest);
		if (!use_of(&model, &uses[*n]))
			continue;
		uses[*n].model = model.first[model.n[AFTER] ? AFTER : BEFORE]->model;
		add_volumes(&uses[(*n)++], volumes);
	}
	return uses;
}

/* Of a workload that is in both months. */
static void
explain(const struct both *cells, struct bridge_workload *out)
{
	double volumes[DIRECTIONS][SIDES] = { { 0 } }, corners[CORNERS] = { 0 };
	femto_t charged[SIDES] = { 0, 0 };
	size_t n;
	struct use *uses = take_uses(cells, volumes, &n);
	for (size_t i = 0; i < n; i++)
		for (int side = 0; side < SIDES; side++)
			charged[side] += uses[i].charged[side];
	for (size_t i = 0; i < n; i++)
		add_corners(&uses[i], volumes, corners);
	femto_t change = charged[AFTER] - charged[BEFORE];
	settle(corners, change, (double)charged[AFTER] + (double)charged[BEFORE], out->steps);
	out->steps[BRIDGE_OTHER] = out->after - out->before - change;
	free(uses);
}

/* Differences between bills and logs are nobody's tokens, and come and go with the files there are. */
static void
add_workload(struct bridge *bridge, const struct both *cells)
{
	int named = cells->n[AFTER] ? AFTER : BEFORE;
	struct bridge_workload *out = &bridge->workloads[bridge->workloads_n++];
	*out = (struct bridge_workload){ .name = cells->first[named]->workload,
		.before = spend_of(cells->first[BEFORE], cells->n[BEFORE]),
		.after = spend_of(cells->first[AFTER], cells->n[AFTER]) };
	femto_t change = out->after - out->before;
	if (cells->first[named]->difference)
		out->steps[BRIDGE_OTHER] = change;
	else if (!cells->n[BEFORE])
		out->steps[BRIDGE_NEW] = change;
	else if (!cells->n[AFTER])
		out->steps[BRIDGE_GONE] = change;
	else
		explain(cells, out);
	bridge->before += out->before;
	bridge->after += out->after;
	for (int i = 0; i < BRIDGE_STEPS; i++)
		bridge->steps[i] += out->steps[i];
}

/* How many of the cells are of the first one's workload. */
static size_t
run_of(const struct history_cell *cells, size_t n)
{
	size_t run = n > 0;
	while (run < n && cells[run].difference == cells->difference &&
		slice_eq(cells[run].workload, cells->workload))
		run++;
	return run;
}

/* Takes the difference out of a month's cells: bridges call it one, whatever its sign. */
static void
skip_difference(struct both *rest, int side, struct both *difference)
{
	if (!rest->n[side] || !rest->first[side]->difference)
		return;
	difference->first[side] = rest->first[side];
	difference->n[side] = run_of(rest->first[side], rest->n[side]);
	rest->first[side] += difference->n[side];
	rest->n[side] -= difference->n[side];
}

static struct both
next_workload(struct both *rest)
{
	struct both next = { .n = { run_of(rest->first[BEFORE], rest->n[BEFORE]),
				     run_of(rest->first[AFTER], rest->n[AFTER]) } };
	if (next.n[BEFORE] && next.n[AFTER]) {
		int order =
			slice_compare(rest->first[BEFORE]->workload, rest->first[AFTER]->workload);
		next.n[BEFORE] = order <= 0 ? next.n[BEFORE] : 0;
		next.n[AFTER] = order >= 0 ? next.n[AFTER] : 0;
	}
	for (int side = 0; side < SIDES; side++) {
		next.first[side] = rest->first[side];
		rest->first[side] += next.n[side];
		rest->n[side] -= next.n[side];
	}
	return next;
}

static femto_t
size_of(femto_t amount)
{
	return amount < 0 ? -amount : amount;
}

static int
by_change(const void *left, const void *right)
{
	const struct bridge_workload *a = left, *b = right;
	femto_t x = size_of(a->after - a->before), y = size_of(b->after - b->before);
	return x != y ? (x > y ? -1 : 1) : slice_compare(a->name, b->name);
}

void
bridge_make(struct bridge *bridge, const struct history *history, int before, int after)
{
	const int months[SIDES] = { before, after };
	struct both rest, difference = { .n = { 0, 0 } };
	for (int side = 0; side < SIDES; side++)
		rest.first[side] =
			history->cells + history_month(history, months[side], &rest.n[side]);
	*bridge = (struct bridge){ .workloads = xcalloc(rest.n[BEFORE] + rest.n[AFTER] + 1,
					   sizeof(*bridge->workloads)) };
	while (rest.n[BEFORE] || rest.n[AFTER]) {
		skip_difference(&rest, BEFORE, &difference);
		skip_difference(&rest, AFTER, &difference);
		if (rest.n[BEFORE] || rest.n[AFTER]) {
			struct both workload = next_workload(&rest);
			add_workload(bridge, &workload);
		}
	}
	if (difference.n[BEFORE] || difference.n[AFTER])
		add_workload(bridge, &difference);
	qsort(bridge->workloads, bridge->workloads_n, sizeof(*bridge->workloads), by_change);
}

void
bridge_free(struct bridge *bridge)
{
	free(bridge->workloads);
	*bridge = (struct bridge){ 0 };
}

/* ---- the factors of one workload ---- */

static void
add_factors(const struct use *use, double volumes[DIRECTIONS][SIDES], struct bridge_factors *out)
{
	double models[DIRECTIONS][SIDES] = { { 0 } };
	add_volumes(use, models);
	for (int k = 0; k < KINDS; k++) {
		struct ratio factors[FACTORS];
		double corners[CORNERS];
		if (use->tokens[BEFORE][k] <= 0 && use->tokens[AFTER][k] <= 0)
			continue;
		factors_of(use, volumes, models, k, factors);
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		struct bridge_factor *to = &out->items[out->n++];
		*to = (struct bridge_factor){ .model = use->model,
			.kind = k < TOKEN_KINDS ? token_names[k] : "unsplit" };
		for (unsigned corner = 0; corner < CORNERS; corner++) {
			corners[corner] = 1;
			for (int f = 0; f < FACTORS; f++)
				corners[corner] *= factors[f].at[corner >> f & 1];
		}
		for (int f = 0; f < FACTORS; f++) {
			double unit = f == PRICE ? (double)FEMTO_PER_UNIT : 1;
			for (int side = 0; side < SIDES; side++)
				to->factors[f][side] = factors[f].at[side] / unit;
			to->steps[f] = shapley(corners, (enum factor)f) / (double)FEMTO_PER_UNIT;
		}
	}
}

void
bridge_factors_find(struct bridge_factors *out, const struct history *history, int before,
	int after, struct slice workload)
{
	const int months[SIDES] = { before, after };
	struct both rest;
	*out = (struct bridge_factors){ 0 };
	for (int side = 0; side < SIDES; side++)
		rest.first[side] =
			history->cells + history_month(history, months[side], &rest.n[side]);
	while (rest.n[BEFORE] && rest.n[AFTER]) {
		struct both none = { .n = { 0, 0 } };
		skip_difference(&rest, BEFORE, &none);
		skip_difference(&rest, AFTER, &none);
		const struct both at = next_workload(&rest);
		if (!at.n[BEFORE] || !at.n[AFTER] || !slice_eq(at.first[AFTER]->workload, workload))
			continue;
		double volumes[DIRECTIONS][SIDES] = { { 0 } };
		size_t n;
		struct use *uses = take_uses(&at, volumes, &n);
		for (size_t i = 0; i < n; i++)
			add_factors(&uses[i], volumes, out);
		free(uses);
		return;
	}
}

void
bridge_factors_free(struct bridge_factors *factors)
{
	free(factors->items);
	*factors = (struct bridge_factors){ 0 };
}
