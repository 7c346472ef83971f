/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/speed.h"

#include <math.h>
#include <stdio.h>

#include "report/amounts.h"
#include "report/catalogs.h"

/* Rows for people. */
enum { R_WHAT, R_LIKELY, R_LOW, R_HIGH, R_SOURCE, RATES };
static const struct column rate_columns[RATES] = {
	[R_WHAT] = { .key = "what",
		.head = "TOKENS A SECOND",
		.left = true,
		.weight = 1,
		.least = 8 },
	[R_LIKELY] = { .key = "likely", .head = "LIKELY", .decimals = 3 },
	[R_LOW] = { .key = "low", .head = "AT LEAST", .decimals = 3 },
	[R_HIGH] = { .key = "high", .head = "AT MOST", .decimals = 3 },
	[R_SOURCE] = { .key = "source", .left = true },
};

/* The answer's own members in JSON, one column a value: an estimate that is missing is one null. */
enum { MEMBERS_MOST = 48 };
struct members {
	struct answer *answer;
	struct column *columns;
	struct cell cells[MEMBERS_MOST];
	size_t n;
};

static void
put(struct members *members, const char *key, struct cell cell)
{
	if (members->n == MEMBERS_MOST)
		BUG("more members than %d", MEMBERS_MOST);
	members->columns[members->n] = (struct column){ .key = key, .decimals = 6 };
	members->cells[members->n++] = cell;
}

/* "KEY.low" and the like live in the answer. */
static void
put_estimate(
	struct members *members, const char *key, const struct estimate *value, const char *reason)
{
	struct arena *arena = &members->answer->arena;
	if (!value) {
		put(members, key, cell_none(reason));
		return;
	}
	put(members, slice_printf(arena, "%s.low", key).p, number_cell(value->low, 3, reason));
	put(members, slice_printf(arena, "%s.likely", key).p,
		number_cell(value->likely, 3, reason));
	put(members, slice_printf(arena, "%s.high", key).p, number_cell(value->high, 3, reason));
}

static void
put_text(struct members *members, const char *key, const char *text, const char *reason)
{
	put(members, key, text ? cell_text(members->answer, slice_of(text)) : cell_none(reason));
}

static const char no_fit[] = "the model does not fit";
static const char only_reads[] = "the model only reads";

static void
put_speeds(struct members *m, const struct speed *speed)
{
	static const char *const from_names[] = { [SPEED_FROM_PROBE] = "probe",
		[SPEED_FROM_OTHER_PROBE] = "probe of another model",
		[SPEED_FROM_PUBLISHED] = "published",
		[SPEED_FROM_PREDICTION] = "predicted" };
	bool decodes = speed && speed->decodes;
	const char *reason = speed ? only_reads : no_fit;
	put_estimate(m, "decode_tokens_per_second", decodes ? &speed->decode : NULL, reason);
	put_estimate(m, "batch_tokens_per_second", decodes ? &speed->batch_decode : NULL, reason);
	put_estimate(m, "prefill_tokens_per_second",
		speed && speed->prefill_known ? &speed->prefill : NULL,
		speed ? slice_copy(&m->answer->arena, slice_of(speed->prefill_source)).p : no_fit);
	put_text(m, "source",
		decodes ? speed->source
		: speed ? speed->prefill_source
			: NULL,
		reason);
	put_text(m, "from", decodes ? from_names[speed->from] : NULL, reason);
	put_text(m, "batch_source", decodes ? speed->batch_source : NULL, reason);
	put_text(m, "prefill_source", speed && speed->prefill_known ? speed->prefill_source : NULL,
		speed ? "nothing is known" : no_fit);
	put(m, "median_error",
		decodes ? fraction_cell(speed->median_error, "no class error is known")
			: cell_none(reason));
	put(m, "p90_error",
		decodes ? fraction_cell(speed->p90_error, "no class error is known")
			: cell_none(reason));
}

static void
put_fit(struct members *m, const struct fit_question *q, const struct fit *fit)
{
	static const char no_memory[] = "the memory of the hardware is not known: see --vram";
	bool known = !isnan(fit->usable_gb);
	struct str refusal = STR_INIT;
	fit_refusal(&refusal, q, fit);
	put(m, "fits", known ? cell_flag(fit->answer == FIT_YES) : cell_none(no_memory));
	if (known && refusal.n)
		put(m, "refusal", text_cell(m->answer, &refusal));
	else
		put(m, "refusal", cell_none("nothing speaks against it"));
	str_free(&refusal);
	put(m, "memory_gb", number_cell(fit->needed_gb, 3, "no size of such a file is known"));
	put(m, "weights_gb", number_cell(fit->weights_gb, 3, "no size of such a file is known"));
	put(m, "kv_gb", number_cell(fit->kv_gb, 3, ""));
	put(m, "kv_bytes_per_token", cell_count(fit->kv_bytes));
	put(m, "overhead_gb", number_cell(fit->overhead_gb, 3, ""));
	put(m, "usable_gb", number_cell(fit->usable_gb, 3, no_memory));
	put(m, "largest_context", known ? cell_count(fit->context_most) : cell_none(no_memory));
}

static void
member_table(struct answer *answer, const struct fit_question *q, const struct fit *fit,
	const struct speed *speed)
{
	struct members m = { .answer = answer,
		.columns = arena_take(&answer->arena, MEMBERS_MOST * sizeof(struct column)) };
	put(&m, "model", cell_text(answer, q->model->id));
	put(&m, "quantization", cell_text(answer, slice_of(quant_names[q->quant])));
	put(&m, "hardware", cell_text(answer, q->hardware->id));
	put(&m, "units", cell_count(q->units));
	put(&m, "class", cell_text(answer, q->hardware->class));
	put(&m, "context", cell_count(q->context));
	put(&m, "concurrency", cell_count(q->concurrency));
	put_fit(&m, q, fit);
	put_speeds(&m, speed);
	struct table *table = answer_table(answer, "answer", NULL, m.columns, m.n);
	table->single = table->quiet = table->unwrapped = true;
	memcpy(table_row(table), m.cells, m.n * sizeof(m.cells[0]));
}

static void
put_rate(struct answer *answer, struct table *table, const char *what, const struct estimate *rate,
	const char *source)
{
	struct cell *row = table_row(table);
	const double values[] = { rate->likely, rate->low, rate->high };
	row[R_WHAT] = cell_text(answer, slice_of(what));
	for (size_t i = 0; i < HL_COUNT(values); i++) {
		struct str text = STR_INIT;
		number_text(&text, values[i]);
		row[R_LIKELY + i] = number_cell(values[i], 3, "");
		row[R_LIKELY + i].text = text_cell(answer, &text).text;
	}
	row[R_SOURCE] = cell_text(answer, slice_of(source));
}

static void
rates_table(struct answer *answer, const struct fit_question *q, const struct speed *speed)
{
	char at_once[64];
	struct table *table = answer_table(answer, "speeds", NULL, rate_columns, RATES);
	answer->default_table = "speeds";
	if (speed->decodes) {
		put_rate(answer, table, "answer, of one request", &speed->decode, speed->source);
		answer_note(answer, "Answers: %s.", speed->source);
	}
	if (speed->decodes && q->concurrency > 1) {
		snprintf(at_once, sizeof(at_once), "answers, of %d requests together",
			q->concurrency);
		put_rate(answer, table, at_once, &speed->batch_decode, speed->batch_source);
		answer_note(answer, "Together: %s.", speed->batch_source);
	}
	if (speed->prefill_known)
		put_rate(answer, table, "prompt", &speed->prefill, speed->prefill_source);
	answer_note(answer, "Prompts: %s.", speed->prefill_source);
}

static void
put_subject(struct str *out, const struct fit_question *q)
{
	char context[NUM_TEXT];
	str_printf(out, SLICE_FMT " in %s ", SLICE_ARG(q->model->id), quant_names[q->quant]);
	str_puts(out, isnan(q->hardware->memory_gb) ? "would run on " : "fits on ");
	if (q->units > 1)
		str_printf(out, "%d x ", q->units);
	str_printf(out, SLICE_FMT " with %s tokens of context",
		SLICE_ARG(q->hardware->file.n ? q->hardware->id : q->hardware->name),
		num_count(context, q->context));
	if (q->concurrency > 1)
		str_printf(out, " for each of %d requests", q->concurrency);
}

static void
headline(struct answer *answer, const struct fit_question *q, const struct speed *speed)
{
	struct str text = STR_INIT;
	const struct estimate *rate = speed->decodes ? &speed->decode : &speed->prefill;
	put_subject(&text, q);
	if (speed->decodes || speed->prefill_known) {
		str_puts(&text, speed->decodes ? ", and answers a request at " : ", and reads ");
		number_text(&text, rate->likely);
		str_puts(&text, " (");
		number_text(&text, rate->low);
		str_puts(&text, " to ");
		number_text(&text, rate->high);
		str_puts(&text, ") tokens a second");
		if (speed->decodes && q->concurrency > 1) {
			str_puts(&text, ", all of them together at ");
			number_text(&text, speed->batch_decode.likely);
		}
	}
	answer_headline(answer, "%s.", str_text(&text));
	str_free(&text);
}

/* Figures that the answer hangs on and that nobody has verified. */
static void
unverified_note(struct answer *answer, const struct fit_question *q)
{
	static const enum hardware_figure used[] = { HARDWARE_MEMORY, HARDWARE_USABLE,
		HARDWARE_BANDWIDTH, HARDWARE_TFLOPS };
	struct str list = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(used); i++)
		if (hardware_is_unverified(q->hardware, used[i]))
			str_printf(&list, "%s%s of " SLICE_FMT, list.n ? ", " : "",
				hardware_figures[used[i]], SLICE_ARG(q->hardware->id));
	for (int i = 0; i < 2; i++) {
		enum model_figure figure =
			(enum model_figure)((i ? MODEL_READ_Q4 : MODEL_FILE_Q4) + (int)q->quant);
		if (local_model_is_unverified(q->model, figure))
			str_printf(&list, "%s%s of " SLICE_FMT, list.n ? ", " : "",
				model_figures[figure], SLICE_ARG(q->model->id));
	}
	if (list.n)
		answer_note(answer, "Not verified: %s.", str_text(&list));
	str_free(&list);
}

/* "2xrtx-4090", "rtx-4090" */
static void
put_hardware(struct str *out, const struct fit_question *q)
{
	if (q->units > 1)
		str_printf(out, "%dx", q->units);
	str_slice(out, q->hardware->id);
}

static void
next_command(struct answer *answer, const struct fit_question *q, const struct fit *fit)
{
	struct str on = STR_INIT;
	put_hardware(&on, q);
	if (!q->hardware->file.n)
		answer_next(answer, "hllm hardware  # what is in the catalogue");
	else if (fit->answer == FIT_YES)
		answer_next(answer,
			"hllm hardware %s  # what it costs and draws, and what else fits",
			str_text(&on));
	else if (fit->context_most == 0)
		answer_next(answer, "hllm hardware %s  # what fits on it", str_text(&on));
	else if (q->concurrency > 1)
		answer_next(answer,
			"hllm models " SLICE_FMT
			" --on %s --quant %s --concurrency %d --context %lld  # the most that fits",
			SLICE_ARG(q->model->id), str_text(&on), quant_names[q->quant],
			q->concurrency, (long long)fit->context_most);
	else
		answer_next(answer,
			"hllm models " SLICE_FMT
			" --on %s --quant %s --context %lld  # the most that fits",
			SLICE_ARG(q->model->id), str_text(&on), quant_names[q->quant],
			(long long)fit->context_most);
	str_free(&on);
}

void
speed_report(struct answer *answer, const struct fit_question *question, const struct fit *fit,
	const struct speed *speed)
{
	struct str text = STR_INIT;
	member_table(answer, question, fit, speed);
	if (speed) {
		headline(answer, question, speed);
		rates_table(answer, question, speed);
		answer_note(answer, "80 %% of cases are expected between the two limits.");
		if (isnan(fit->usable_gb))
			answer_note(answer, "Whether it fits is not known without --vram.");
	} else {
		fit_refusal(&text, question, fit);
		answer_headline(answer, "%s.", str_text(&text));
		str_clear(&text);
	}
	if (fit->answer == FIT_YES || isnan(fit->usable_gb)) {
		fit_arithmetic(&text, fit);
		answer_note(answer, "Memory: %s.", str_text(&text));
	}
	unverified_note(answer, question);
	next_command(answer, question, fit);
	str_free(&text);
}
