/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/fit.h"

#include <math.h>

#include "base/num.h"

static const double bytes_per_gb = 1e9;
static const double overhead_per_unit_gb = 0.75;
static const double overhead_of_weights = 0.02;

static enum fit_answer
judge(const struct fit_question *question, const struct fit *fit)
{
	if (isnan(fit->weights_gb))
		return FIT_NO_FILE;
	if (fit->context_most == 0)
		return FIT_TOO_LARGE;
	if (fit->context > question->model->context)
		return FIT_OVER_LIMIT;
	return fit->context > fit->context_most ? FIT_TOO_LONG : FIT_YES;
}

static double
cache_gb(const struct fit_question *question, int64_t context)
{
	return local_model_cache_bytes(question->model, context) * question->concurrency /
	       bytes_per_gb;
}

/* The largest whose cache fits into what is left; 0: none, also where it is not known. */
static int64_t
largest_context(const struct fit_question *question, double left_gb)
{
	int64_t fits = 0, beyond = question->model->context + 1;
	while (beyond - fits > 1) {
		int64_t middle = fits + (beyond - fits) / 2;
		if (cache_gb(question, middle) <= left_gb)
			fits = middle;
		else
			beyond = middle;
	}
	return fits;
}

void
fit_of(const struct fit_question *question, struct fit *fit)
{
	const struct local_model *model = question->model;
	if (question->units < 1 || question->context < 1 || question->concurrency < 1)
		BUG("a question about nothing");
	*fit = (struct fit){ .weights_gb = model->file_gb[question->quant],
		.kv_bytes = local_model_kv_bytes(model),
		.window_tokens = local_model_window_tokens(model, question->context),
		.layers = model->layers,
		.window_layers = model->window_layers,
		.kv_bound = model->kv_bound,
		.context = question->context,
		.concurrency = question->concurrency,
		.units = question->units };
	fit->kv_gb = cache_gb(question, fit->context);
	fit->overhead_gb =
		overhead_per_unit_gb * fit->units + overhead_of_weights * fit->weights_gb;
	fit->needed_gb = fit->weights_gb + fit->kv_gb + fit->overhead_gb;
	fit->usable_gb = hardware_usable_gb(question->hardware, fit->units);
	fit->context_most =
		largest_context(question, fit->usable_gb - fit->weights_gb - fit->overhead_gb);
	fit->answer = judge(question, fit);
}

void
fit_arithmetic(struct str *out, const struct fit *fit)
{
	char bytes[NUM_TEXT], tokens[NUM_TEXT];
	str_printf(out, "%.2f GB of weights + %s%.2f GB of cache (%s bytes a token x %s tokens",
		fit->weights_gb, fit->kv_bound ? "at most " : "", fit->kv_gb,
		num_count(bytes, fit->kv_bytes), num_count(tokens, fit->context));
	if (fit->window_layers && fit->window_tokens < fit->context)
		str_printf(out, ", of which %d of %d layers keep %s", fit->window_layers,
			fit->layers, num_count(tokens, fit->window_tokens));
	if (fit->concurrency > 1)
		str_printf(out, " x %d requests at once", fit->concurrency);
	str_printf(out, ") + %.2f GB of overhead = %.2f GB", fit->overhead_gb, fit->needed_gb);
	if (!isnan(fit->usable_gb))
		str_printf(out, "; %.4g GB can be used%s", fit->usable_gb,
			fit->units > 1 ? " in all units" : "");
}

static void
put_subject(struct str *out, const struct fit_question *question)
{
	str_printf(out, SLICE_FMT " in %s", SLICE_ARG(question->model->id),
		quant_names[question->quant]);
}

void
fit_refusal(struct str *out, const struct fit_question *question, const struct fit *fit)
{
	char most[NUM_TEXT], asked[NUM_TEXT];
	num_count(most, fit->context_most);
	num_count(asked, fit->context);
	if (fit->answer == FIT_YES)
		return;
	put_subject(out, question);
	switch (fit->answer) {
	case FIT_YES:
		break;
	case FIT_NO_FILE:
		str_puts(out, " is not in the catalogue: no size of such a file is known");
		return;
	case FIT_OVER_LIMIT:
		str_printf(out, " takes at most %s tokens of context",
			num_count(most, question->model->context));
		str_printf(out, ", not %s", asked);
		return;
	case FIT_TOO_LARGE:
	case FIT_TOO_LONG:
		break;
	}
	str_puts(out, " does not fit on ");
	if (fit->units > 1)
		str_printf(out, "%d x ", fit->units);
	str_printf(out, SLICE_FMT ": ", SLICE_ARG(question->hardware->id));
	fit_arithmetic(out, fit);
	if (fit->answer == FIT_TOO_LARGE)
		str_puts(out, "; no context fits");
	else
		str_printf(out, "; the largest context that fits is %s tokens", most);
}
