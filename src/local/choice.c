/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/choice.h"

static bool
writes_texts(const struct local_model *model)
{
	return local_model_is_good_for(model, SLICE("chat")) ||
	       local_model_is_good_for(model, SLICE("summarization")) ||
	       local_model_is_good_for(model, SLICE("extraction"));
}

bool
choice_suits(const struct choice_question *question, const struct local_model *model)
{
	return question->type.n ? local_model_is_good_for(model, question->type)
				: writes_texts(model);
}

/* Its fit, and if it fits its speed.  A model of which too little is known to say how fast it is is none. */
static bool
try_model(
	const struct choice_question *question, const struct local_model *model, struct choice *out)
{
	const struct fit_question fits = { .model = model,
		.quant = question->quant,
		.hardware = question->hardware,
		.units = question->units,
		.context = question->context,
		.concurrency = question->concurrency };
	struct err ignored = { 0 };
	*out = (struct choice){ .nearest = model, .good_for = choice_suits(question, model) };
	fit_of(&fits, &out->fit);
	if (out->fit.answer != FIT_YES)
		return false;
	if (!speed_of(question->speeds, &fits, &out->speed, &ignored))
		return false;
	out->model = model;
	return true;
}

static double
speed_for(const struct choice *choice)
{
	return choice->speed.decodes ? choice->speed.decode.likely : CHOICE_SPEED;
}

/* Is it the better one to try? */
static bool
is_better(const struct choice *a, const struct choice *b)
{
	bool quick_a = speed_for(a) >= CHOICE_SPEED, quick_b = speed_for(b) >= CHOICE_SPEED;
	if (quick_a != quick_b)
		return quick_a;
	if (quick_a)
		return a->model->params_b > b->model->params_b;
	return speed_for(a) > speed_for(b);
}

/* Of those that do not fit: the one that lacks least. */
static bool
is_nearer(const struct choice *a, const struct choice *b)
{
	return !b->nearest || a->fit.needed_gb < b->fit.needed_gb;
}

void
choice_make(const struct choice_question *question, struct choice *out)
{
	*out = (struct choice){ 0 };
	if (question->wanted) {
		(void)try_model(question, question->wanted, out);
		return;
	}
	for (size_t i = 0; i < question->models->n; i++) {
		const struct local_model *model = &question->models->items[i];
		struct choice one;
		if (!choice_suits(question, model))
			continue;
		bool fits = try_model(question, model, &one);
		if (fits ? !out->model || is_better(&one, out)
			 : !out->model && is_nearer(&one, out))
			*out = one;
	}
}
