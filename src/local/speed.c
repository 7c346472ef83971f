/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "local/speed-inside.h"

/* A measurement and how to carry it to what is asked for. */
struct carried {
	const struct throughput *row;
	double tokens_per_second;
};

struct load
speed_load(const struct local_model *model, enum quant quant)
{
	return (struct load){ .read_bytes = model->read_gb[quant] * 1e9,
		.kv_bytes = (double)local_model_kv_bytes(model),
		.params = model->active_params_b * 1e9,
		.layers = model->layers,
		.window = (double)model->window,
		.window_layers = model->window_layers,
		.moe = model->active_params_b < model->params_b };
}

const char *
speed_print(char buf[NUM_TEXT], double value)
{
	int decimals = value < 20 ? 1 : 0;
	return num_print(
		buf, (femto_t)llround(value * 10) * (FEMTO_PER_UNIT / 10), 0, decimals, true);
}

static bool
has_word(struct slice words, struct slice word)
{
	struct slice one;
	while (slice_cut(&words, ' ', &one))
		if (slice_eq(one, word))
			return true;
	return false;
}

/* The same id, or the same chip under another name: what a cloud rents out.  What the user only
 * describes is never taken for a machine that it happens to be like. */
static bool
is_machine(const struct measured_machine *m, const struct hardware *h)
{
	if (!h->file.n)
		return false;
	return slice_eq(m->id, h->id) ||
	       (slice_eq(m->class, h->class) &&
		       fabs(m->bandwidth_gbs / h->bandwidth_gbs - 1) < 0.005 &&
		       fabs(m->fp16_tflops / h->fp16_tflops - 1) < 0.01);
}

static bool
is_asked_for(const struct fit_question *q, const struct throughput *row)
{
	return row->units == q->units && !row->left_out && !isnan(row->context) &&
	       row->model->quant == q->quant && has_word(row->model->same_as, q->model->id);
}

/* Rows of one machine stand together: most of them are passed over by their machine alone. */
static void
find_rows(struct asking *asking)
{
	const struct speeds *speeds = asking->speeds;
	const struct measured_machine *last = NULL;
	bool is = false;
	for (size_t i = 0; i < speeds->rows_n; i++) {
		const struct throughput *row = &speeds->rows[i];
		if (row->machine != last)
			is = is_machine(row->machine, asking->q->hardware);
		last = row->machine;
		if (!is || !is_asked_for(asking->q, row))
			continue;
		asking->rows = xgrow(asking->rows, &asking->rows_size, asking->rows_n,
			sizeof(const struct throughput *));
		asking->rows[asking->rows_n++] = row;
	}
}

/* The published single stream nearest in context; the first of several. */
static const struct throughput *
nearest(const struct asking *asking, enum speed_measure measure, double context)
{
	const struct throughput *best = NULL;
	double least = UNBOUNDED;
	for (size_t i = 0; i < asking->rows_n; i++) {
		const struct throughput *row = asking->rows[i];
		if (row->concurrency != 1 || row->measure != measure)
			continue;
		double off = fabs(log((row->context + 1) / (context + 1)));
		if (off < least) {
			best = row;
			least = off;
		}
	}
	return best;
}

const struct speed_class *
asking_class(const struct asking *asking, enum speed_measure measure, const char *kind)
{
	const struct speed_class *class =
		speeds_class(asking->speeds, asking->q->hardware->class, measure, kind);
	if (!class)
		BUG("no constants of %s, %s", speed_measures[measure], kind);
	return class;
}

struct estimate
speed_within(double value, const struct speed_class *class)
{
	return (struct estimate){ value * class->low, value, value * class->high };
}

/* "(class geforce: 8 % median error on 14 devices left out)" */
static void
put_error(struct str *out, const struct asking *asking, const struct speed_class *class)
{
	if (slice_is(class->class, "any"))
		str_printf(out,
			"(class " SLICE_FMT
			" was not measured: no class error known, so the range is "
			"as wide as that of a class predicted from the others)",
			SLICE_ARG(asking->q->hardware->class));
	else if (!class->left_out_of.n)
		str_printf(out,
			"(class " SLICE_FMT ": %.0f devices measured, no class error known, so the "
			"range is as wide as that of a class predicted from the others)",
			SLICE_ARG(class->class), class->devices);
	else if (slice_eq(class->class, class->left_out_of))
		str_printf(out,
			"(class " SLICE_FMT ": %.0f %% median error on %.0f devices left out)",
			SLICE_ARG(class->class), 100 * class->left_out_median,
			class->left_out_devices);
	else
		str_printf(out,
			"(class " SLICE_FMT ": %.0f %% median error on %.0f " SLICE_FMT
			" devices left out)",
			SLICE_ARG(class->class), 100 * class->left_out_median,
			class->left_out_devices, SLICE_ARG(class->left_out_of));
}

void
speed_keep(char to[SPEED_TEXT], struct str *text)
{
	snprintf(to, SPEED_TEXT, "%s", str_text(text));
	str_free(text);
}

/* "Llama 3 8B Q4_K_M on RTX 4090 24GB, 119 tokens/s at 2,048 tokens of context (SOURCE, tg4096)" */
static void
put_row(struct str *out, const struct throughput *row)
{
	char speed[NUM_TEXT], context[NUM_TEXT];
	str_puts(out, "published by others: ");
	str_printf(out, SLICE_FMT " " SLICE_FMT " on ", SLICE_ARG(row->model->name),
		SLICE_ARG(row->model->quant_name));
	if (row->units > 1)
		str_printf(out, "%d x ", row->units);
	str_printf(out, SLICE_FMT ", %s tokens/s at %s tokens of context (" SLICE_FMT,
		SLICE_ARG(row->machine->name), speed_print(speed, row->tokens_per_second),
		num_count(context, llround(row->context)), SLICE_ARG(row->source));
	if (row->test.n)
		str_printf(out, ", " SLICE_FMT, SLICE_ARG(row->test));
	str_putc(out, ')');
}

static void
put_published_error(struct str *out, const struct speed_class *published, bool moved)
{
	str_printf(out, "%s; two such measurements of one machine are %.0f %% apart in the median",
		moved ? ", carried over by the prediction" : "", 100 * published->median_error);
}

static void
take_published(const struct asking *asking, const struct throughput *row,
	const struct speed_class *class, struct speed *speed)
{
	const struct speed_class *published = asking_class(asking, SPEED_PUBLISHED, "decode");
	const struct load *load = &row->model->load;
	double now = roofline_decode(&class->constants, load, asking->bandwidth, asking->context);
	double then = roofline_decode(&class->constants, load, asking->bandwidth, row->context);
	struct str text = STR_INIT;
	speed->from = SPEED_FROM_PUBLISHED;
	speed->decode = speed_within(row->tokens_per_second * now / then, published);
	speed->median_error = published->median_error;
	speed->p90_error = published->p90_error;
	put_row(&text, row);
	put_published_error(&text, published, fabs(now / then - 1) > 0.005);
	speed_keep(speed->source, &text);
}

/* What is stated of a rented processor is what one of its machines is estimated to get, not the peak of
 * its memory: of that nothing is lost any more. */
static bool
is_effective(const struct asking *asking)
{
	const struct hardware *h = asking->q->hardware;
	return h->kind == HARDWARE_VPS && slice_is(h->class, "cpu");
}

static void
predict_decode(const struct asking *asking, const struct speed_class *class, struct speed *speed)
{
	double bytes =
		asking->load.read_bytes + roofline_cache_bytes(&asking->load, asking->context);
	const struct roofline lossless = { .efficiency = 1 };
	double value = roofline_decode(is_effective(asking) ? &lossless : &class->constants,
		&asking->load, asking->bandwidth, asking->context);
	char bandwidth[NUM_TEXT];
	struct str text = STR_INIT;
	speed->from = SPEED_FROM_PREDICTION;
	speed->decode = speed_within(value, class);
	speed->median_error = class->left_out_median;
	speed->p90_error = class->left_out_p90;
	str_printf(&text, "predicted from %s GB/s%s and %.3g GB read a token ",
		speed_print(bandwidth, asking->bandwidth / 1e9),
		is_effective(asking)   ? ", an estimate of what such a machine gets,"
		: asking->q->units > 1 ? " of one unit (layers split between units)"
				       : "",
		bytes / 1e9);
	put_error(&text, asking, class);
	speed_keep(speed->source, &text);
}

static void
find_decode(const struct asking *asking, struct speed *speed)
{
	const struct speed_class *class = asking_class(asking, SPEED_DECODE, asking->kind);
	if (probe_decode(asking, speed))
		return;
	const struct throughput *row = nearest(asking, SPEED_DECODE, asking->context);
	if (row)
		take_published(asking, row, class, speed);
	else
		predict_decode(asking, class, speed);
}

/* Processors: what is published of them are prefill and decode side by side, not a peak to trust. */
static bool
prefill_by_ratio(const struct asking *asking, struct speed *speed)
{
	const struct speed_class *class = speeds_class(
		asking->speeds, asking->q->hardware->class, SPEED_PREFILL_RATIO, "any");
	struct str text = STR_INIT;
	if (!class || slice_is(class->class, "any"))
		return false;
	double ratio = class->constants.efficiency;
	speed->prefill = (struct estimate){ speed->decode.low * ratio * class->low,
		speed->decode.likely * ratio, speed->decode.high * ratio * class->high };
	str_printf(&text,
		"%.1f times the decode speed, as measured on %.0f processors (no class error "
		"known)",
		ratio, class->devices);
	speed_keep(speed->prefill_source, &text);
	return true;
}

static bool
prefill_published(const struct asking *asking, const struct speed_class *class, struct speed *speed)
{
	double context = asking->context / 2;
	const struct throughput *row = nearest(asking, SPEED_PREFILL, context);
	if (!row)
		return false;
	const struct speed_class *published = asking_class(asking, SPEED_PUBLISHED, "prefill");
	const struct load *load = &row->model->load;
	double moved = roofline_prefill(&class->constants, load, 1, context) /
		       roofline_prefill(&class->constants, load, 1, row->context);
	struct str text = STR_INIT;
	speed->prefill = speed_within(row->tokens_per_second * moved, published);
	put_row(&text, row);
	put_published_error(&text, published, fabs(moved - 1) > 0.005);
	speed_keep(speed->prefill_source, &text);
	return true;
}

static void
find_prefill(const struct asking *asking, struct speed *speed)
{
	const struct speed_class *class = asking_class(asking, SPEED_PREFILL, asking->kind);
	struct str text = STR_INIT;
	speed->prefill_known = true;
	if (probe_prefill(asking, speed) || prefill_published(asking, class, speed) ||
		prefill_by_ratio(asking, speed))
		return;
	speed->prefill_known = !isnan(asking->flops);
	if (!speed->prefill_known) {
		snprintf(speed->prefill_source, SPEED_TEXT,
			"the arithmetic speed of the hardware (fp16 TFLOPS) is not known");
		return;
	}
	speed->prefill = speed_within(roofline_prefill(&class->constants, &asking->load,
					      asking->flops, asking->context / 2),
		class);
	str_printf(&text, "predicted from %.4g TFLOPS and %.3g billion active parameters ",
		asking->flops / 1e12, asking->load.params / 1e9);
	put_error(&text, asking, class);
	speed_keep(speed->prefill_source, &text);
}

/* The exponent of the gain that was measured on this machine with this model, nearest in
 * concurrency and context; NAN: none was. */
static double
measured_exponent(const struct asking *asking, const struct throughput **from)
{
	double least = UNBOUNDED, exponent = MISSING;
	for (size_t i = 0; i < asking->rows_n; i++) {
		const struct throughput *row = asking->rows[i], *one = NULL;
		if (row->concurrency == 1 || row->measure != SPEED_DECODE)
			continue;
		double off = fabs(log((double)row->concurrency / asking->q->concurrency)) +
			     fabs(log((row->context + 1) / (asking->context + 1))) / 4;
		if (!(off < least))
			continue;
		for (size_t k = 0; k < asking->rows_n && !one; k++)
			if (asking->rows[k]->concurrency == 1 && asking->rows[k]->context >= 0 &&
				fabs(asking->rows[k]->context - row->context) < 0.5 &&
				slice_eq(asking->rows[k]->source, row->source) &&
				asking->rows[k]->measure == SPEED_DECODE)
				one = asking->rows[k];
		if (!one)
			continue;
		least = off;
		*from = row;
		exponent = log(row->tokens_per_second / one->tokens_per_second) /
			   log((double)row->concurrency);
	}
	return exponent;
}

/* What n streams make together is bounded by arithmetic (a token costs what a prompt token does)
 * and by reading every stream's cache. */
static double
bounded(const struct asking *asking, double total, double alone, bool known, double prefill)
{
	const struct speed_class *class = asking_class(asking, SPEED_DECODE, asking->kind);
	double cache = roofline_cache_bytes(&asking->load, asking->context);
	double most = class->constants.efficiency * asking->bandwidth / cache;
	if (known)
		most = fmin(most, prefill);
	return fmax(alone, fmin(total, most));
}

static void
find_batch(const struct asking *asking, struct speed *speed)
{
	const struct speed_class *class = asking_class(asking, SPEED_BATCH, asking->kind);
	const struct throughput *row = NULL;
	double n = asking->q->concurrency, measured = measured_exponent(asking, &row);
	struct estimate exponent = { class->low, class->constants.efficiency, class->high };
	struct estimate alone = speed->decode, *all = &speed->batch_decode;
	struct str text = STR_INIT;
	if (n > 1 && probe_batch(asking, exponent, all, &text)) {
		/* what was seen needs no bound, but that of a single request */
		*all = (struct estimate){ fmax(all->low, alone.low),
			fmax(all->likely, alone.likely), fmax(all->high, alone.high) };
		speed_keep(speed->batch_source, &text);
		return;
	}
	if (!isnan(measured))
		exponent = estimate_of(measured);
	struct estimate gain = { pow(n, exponent.low), pow(n, exponent.likely),
		pow(n, exponent.high) };
	bool known = speed->prefill_known;
	all->low = bounded(asking, alone.low * gain.low, alone.low, known, speed->prefill.low);
	all->likely = bounded(
		asking, alone.likely * gain.likely, alone.likely, known, speed->prefill.likely);
	all->high = bounded(asking, alone.high * gain.high, alone.high, known, speed->prefill.high);
	if (n <= 1)
		str_puts(&text, "one request at a time");
	else if (row)
		str_printf(&text,
			"%.0f at once make %.1f times the tokens of one, from what %d at once "
			"made of it (" SLICE_FMT ")",
			n, gain.likely, row->concurrency, SLICE_ARG(row->source));
	else
		str_printf(&text,
			"%.0f at once make %.1f (%.1f to %.1f) times the tokens of one, as %s "
			"models "
			"on %.0f "
			"machine%s did with 2 to 32 at once",
			n, gain.likely, gain.low, gain.high,
			asking->load.moe ? "mixture-of-experts" : "dense", class->devices,
			class->devices > 1 ? "s" : "");
	speed_keep(speed->batch_source, &text);
}

/* Whatever is asked, "any" has an answer. */
static bool
has_constants(const struct speeds *speeds, struct err *err)
{
	static const struct {
		enum speed_measure measure;
		const char *kind;
	} needed[] = { { SPEED_DECODE, "dense" }, { SPEED_DECODE, "moe" },
		{ SPEED_PREFILL, "dense" }, { SPEED_PREFILL, "moe" }, { SPEED_BATCH, "dense" },
		{ SPEED_BATCH, "moe" }, { SPEED_PUBLISHED, "decode" },
		{ SPEED_PUBLISHED, "prefill" }, { SPEED_CARRIED, "decode-context" },
		{ SPEED_CARRIED, "decode-dense" }, { SPEED_CARRIED, "decode-moe" },
		{ SPEED_CARRIED, "prefill-context" }, { SPEED_CARRIED, "prefill-dense" } };
	for (size_t i = 0; i < HL_COUNT(needed); i++)
		if (!speeds_class(speeds, SLICE("any"), needed[i].measure, needed[i].kind))
			return err_set(err, FAULT_INPUT, "%s: no line of any,%s,%s",
				speed_files[SPEED_CLASSES], speed_measures[needed[i].measure],
				needed[i].kind);
	return true;
}

bool
speed_of(const struct speeds *speeds, const struct fit_question *question, struct speed *speed,
	struct err *err)
{
	const struct hardware *hardware = question->hardware;
	struct asking asking = { .speeds = speeds,
		.q = question,
		.load = speed_load(question->model, question->quant),
		.bandwidth = hardware->bandwidth_gbs * 1e9,
		.flops = hardware->fp16_tflops * 1e12,
		.context = (double)question->context };
	asking.kind = asking.load.moe ? "moe" : "dense";
	*speed = (struct speed){ .from = SPEED_FROM_PREDICTION };
	if (!has_constants(speeds, err))
		return false;
	if (isnan(asking.load.read_bytes))
		return err_set(err, FAULT_USAGE, SLICE_FMT ": no file in %s is known",
			SLICE_ARG(question->model->id), quant_names[question->quant]);
	find_rows(&asking);
	speed->decodes = !slice_is(question->model->types, "embedding");
	find_decode(&asking, speed);
	find_prefill(&asking, speed);
	find_batch(&asking, speed);
	free(asking.rows);
	return true;
}
