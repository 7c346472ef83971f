/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/measured.h"

#include <stdlib.h>

#include "base/err.h"

void
measured_add(struct measured *list, const struct measured_speed *speed)
{
	struct measured_speed copy = *speed;
	if (!(speed->rate.low > 0) || !estimate_is_sound(speed->rate) || speed->concurrency < 1)
		BUG("probe %lld: a speed of %g", (long long)speed->probe, speed->rate.likely);
	copy.date = slice_copy(&list->arena, speed->date);
	copy.with = slice_copy(&list->arena, speed->with);
	copy.hardware = slice_copy(&list->arena, speed->hardware);
	copy.model = slice_copy(&list->arena, speed->model);
	list->items = xgrow(list->items, &list->size, list->n, sizeof(*list->items));
	list->items[list->n++] = copy;
}

void
measured_free(struct measured *list)
{
	free(list->items);
	arena_free(&list->arena);
	*list = (struct measured){ 0 };
}

/* A machine that is only described has no file, and nothing was ever measured on it. */
static enum measured_fit
fit_to(const struct measured_speed *speed, const struct fit_question *q)
{
	const struct local_model *model = q->model;
	if (!q->hardware->file.n || !slice_eq(speed->hardware, q->hardware->id) ||
		speed->units != q->units)
		return MEASURED_NOT;
	if (slice_eq(speed->model, model->id))
		return speed->quant == q->quant ? MEASURED_SAME : MEASURED_QUANT;
	bool moe = model->active_params_b < model->params_b;
	return speed->load.moe == moe ? MEASURED_KIND : MEASURED_MACHINE;
}

static double
apart(double a, double b)
{
	return fabs(log((a + 1) / (b + 1)));
}

/* Is 'a', of the same fit, the better one for the question? */
static bool
is_better(const struct measured_speed *a, const struct measured_speed *b,
	const struct fit_question *q)
{
	double far_a = apart(a->concurrency, q->concurrency),
	       far_b = apart(b->concurrency, q->concurrency);
	if (a->concurrency > 1 && (far_a < far_b || far_a > far_b))
		return far_a < far_b;
	if (a->rank != b->rank)
		return a->rank < b->rank;
	int order = slice_compare(a->date, b->date);
	if (order == 0 && a->probe != b->probe)
		order = a->probe > b->probe ? 1 : -1;
	if (order != 0)
		return order > 0;
	double context = (double)q->context;
	return apart(a->context, context) < apart(b->context, context);
}

const struct measured_speed *
measured_find(const struct measured *list, const struct fit_question *question, bool prefill,
	bool alone, enum measured_fit *fit)
{
	const struct measured_speed *best = NULL;
	*fit = MEASURED_NOT;
	for (size_t i = 0; i < list->n; i++) {
		const struct measured_speed *at = &list->items[i];
		enum measured_fit now = fit_to(at, question);
		if (at->prefill != prefill || (at->concurrency == 1) != alone ||
			now == MEASURED_NOT || now > *fit)
			continue;
		if (best && now == *fit && !is_better(at, best, question))
			continue;
		best = at;
		*fit = now;
	}
	return best;
}
