/* SPDX-License-Identifier: GPL-3.0-or-later */
/* speed-probe - what the user measured, carried to the model and context asked for. */
#include "config.h"

#include "local/speed-inside.h"

/* A change of the prediction that is not worth a word. */
#define SAME_SPEED 0.005

static double
predict(const struct asking *asking, const struct load *load, bool prefill, double context)
{
	const struct speed_class *class = asking_class(
		asking, prefill ? SPEED_PREFILL : SPEED_DECODE, load->moe ? "moe" : "dense");
	return prefill ? roofline_prefill(&class->constants, load, 1, context)
		       : roofline_decode(&class->constants, load, asking->bandwidth, context);
}

/* How much faster the prediction says it is with what is asked for than with what was measured. */
static double
moved_by(const struct asking *asking, const struct measured_speed *from)
{
	double context = from->prefill ? asking->context / 2 : asking->context;
	return predict(asking, &asking->load, from->prefill, context) /
	       predict(asking, &from->load, from->prefill, from->context);
}

static const struct speed_class *
error_of(const struct asking *asking, const struct measured_speed *from, enum measured_fit fit)
{
	bool moe = asking->load.moe || from->load.moe;
	if (from->prefill)
		return asking_class(asking, SPEED_CARRIED,
			fit == MEASURED_SAME ? "prefill-context" : "prefill-dense");
	return asking_class(asking, SPEED_CARRIED,
		fit == MEASURED_SAME ? "decode-context"
		: moe                ? "decode-moe"
				     : "decode-dense");
}

static struct estimate
widened(struct estimate rate, double factor, const struct speed_class *error)
{
	return (struct estimate){ rate.low * factor * error->low, rate.likely * factor,
		rate.high * factor * error->high };
}

static const char *
rank_text(enum measured_rank rank)
{
	static const char *const texts[] = { [MEASURED_LIVE] = "",
		[MEASURED_PARTIAL] = ", ended early",
		[MEASURED_IMPORTED] = ", imported",
		[MEASURED_NOISY] = ", noisy" };
	return texts[rank];
}

/* "measured on this hardware on 2026-11-25 (probe 3, llama.cpp b9910)" */
static void
put_origin(struct str *out, const struct measured_speed *from)
{
	str_printf(out, "measured on this hardware on " SLICE_FMT " (probe %lld",
		SLICE_ARG(from->date), (long long)from->probe);
	if (from->with.n)
		str_printf(out, ", " SLICE_FMT, SLICE_ARG(from->with));
	str_printf(out, "%s)", rank_text(from->rank));
}

static void
put_sentence(struct str *out, const struct measured_speed *from, enum measured_fit fit,
	const struct speed_class *error)
{
	char speed[NUM_TEXT], context[NUM_TEXT];
	put_origin(out, from);
	if (fit != MEASURED_SAME)
		str_printf(out, " with " SLICE_FMT " in %s", SLICE_ARG(from->model),
			quant_names[from->quant]);
	str_printf(out, ": %s tokens/s at %s tokens of context",
		speed_print(speed, from->rate.likely), num_count(context, llround(from->context)));
	if (error)
		str_printf(out,
			", carried over by the prediction to this %s (%.0f %% median error and "
			"%.0f %% "
			"in one of ten, on published measurements)",
			fit == MEASURED_SAME ? "context" : "model", 100 * error->median_error,
			100 * error->p90_error);
}

/* Carries a measurement over; the error of it, or NULL where nothing had to be. */
static const struct speed_class *
carry(const struct asking *asking, const struct measured_speed *from, enum measured_fit fit,
	struct estimate *rate)
{
	double factor = moved_by(asking, from);
	const struct speed_class *error = error_of(asking, from, fit);
	if (fit == MEASURED_SAME && fabs(factor - 1) <= SAME_SPEED) {
		*rate = from->rate;
		return NULL;
	}
	*rate = widened(from->rate, factor, error);
	return error;
}

bool
probe_decode(const struct asking *asking, struct speed *speed)
{
	enum measured_fit fit;
	struct str text = STR_INIT;
	const struct measured_speed *from =
		measured_find(&asking->speeds->measured, asking->q, false, true, &fit);
	if (!from)
		return false;
	const struct speed_class *error = carry(asking, from, fit, &speed->decode);
	speed->from = fit == MEASURED_SAME ? SPEED_FROM_PROBE : SPEED_FROM_OTHER_PROBE;
	speed->median_error = error ? error->median_error : 0;
	speed->p90_error = error ? error->p90_error : 0;
	put_sentence(&text, from, fit, error);
	speed_keep(speed->source, &text);
	return true;
}

bool
probe_prefill(const struct asking *asking, struct speed *speed)
{
	enum measured_fit fit;
	struct str text = STR_INIT;
	const struct measured_speed *from =
		measured_find(&asking->speeds->measured, asking->q, true, true, &fit);
	/* how fast a mixture of experts reads says little of any other model, and the reverse */
	if (!from || (fit != MEASURED_SAME && (from->load.moe || asking->load.moe)))
		return false;
	const struct speed_class *error = carry(asking, from, fit, &speed->prefill);
	put_sentence(&text, from, fit, error);
	speed_keep(speed->prefill_source, &text);
	return true;
}

/* The same probe's speed of one request at a time; NULL: none. */
static const struct measured_speed *
alone_of(const struct measured *list, const struct measured_speed *batch)
{
	const struct measured_speed *best = NULL;
	for (size_t i = 0; i < list->n; i++) {
		const struct measured_speed *at = &list->items[i];
		if (at->probe == batch->probe && at->concurrency == 1 && !at->prefill &&
			slice_eq(at->model, batch->model) && at->quant == batch->quant &&
			(!best || fabs(at->context - batch->context) <
					  fabs(best->context - batch->context)))
			best = at;
	}
	return best;
}

bool
probe_batch(const struct asking *asking, struct estimate exponent, struct estimate *all,
	struct str *text)
{
	enum measured_fit fit;
	struct estimate rate;
	const struct measured_speed *from =
		measured_find(&asking->speeds->measured, asking->q, false, false, &fit);
	if (!from || fit != MEASURED_SAME)
		return false;
	const struct measured_speed *one = alone_of(&asking->speeds->measured, from);
	const struct speed_class *error = carry(asking, from, fit, &rate);
	double n = asking->q->concurrency, share = n / from->concurrency;
	char buf[NUM_TEXT];
	if (one)
		exponent = estimate_of(
			log(from->rate.likely / one->rate.likely) / log((double)from->concurrency));
	double a = pow(share, exponent.low), b = pow(share, exponent.high);
	*all = (struct estimate){ rate.low * fmin(a, b), rate.likely * pow(share, exponent.likely),
		rate.high * fmax(a, b) };
	put_origin(text, from);
	str_printf(text, ": %d at once made %s tokens/s", from->concurrency,
		speed_print(buf, from->rate.likely));
	if (error)
		str_puts(text, ", carried over by the prediction to this context");
	if (from->concurrency != asking->q->concurrency)
		str_printf(text, ", and %d at once what %s", asking->q->concurrency,
			one ? "its gain over one request lets expect"
			    : "machines of its class let expect");
	return true;
}
