/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One probe, whether it was measured just now or is in the ledger. */
#include "config.h"

#include "report/probe.h"

#include "base/when.h"
#include "report/amounts.h"

static const char not_measured[] = "not measured";
static const char not_told[] = "not told";

/* ---- words ---- */

void
probe_subject(struct str *out, const struct probe *probe)
{
	str_puts(out, probe->model[0] ? probe->model : "a model");
	if (probe->quant[0] && slice_find_nocase(slice_of(probe->model), probe->quant) < 0)
		str_printf(out, " in %s", probe->quant);
	if (!probe->hardware[0] && !probe->host[0])
		return;
	str_puts(out, " on ");
	if (probe->units > 1)
		str_printf(out, "%d x ", probe->units);
	str_puts(out, probe->hardware[0] ? probe->hardware : probe->host);
}

void
probe_server(struct str *out, const struct probe *probe)
{
	str_puts(out, probe->server);
	if (probe->version[0])
		str_printf(out, "%s%s", probe->server[0] ? " " : "", probe->version);
}

double
probe_middle(const struct probe_figure *figure)
{
	if (!figure->n)
		return MISSING;
	return isnan(figure->p50) ? figure->mean : figure->p50;
}

double
probe_rate(const struct probe_run *run)
{
	if (!isnan(run->output_rate))
		return run->output_rate;
	return run->concurrency * probe_middle(&run->of[PROBE_DECODE]);
}

const struct probe_run *
probe_alone(const struct probe *probe)
{
	for (size_t i = 0; i < probe->runs_n; i++)
		if (probe->runs[i].concurrency == 1 && probe->runs[i].of[PROBE_DECODE].n &&
			!probe->runs[i].refused)
			return &probe->runs[i];
	return NULL;
}

/* ---- what it is of ---- */

enum {
	O_ID,
	O_TIME,
	O_LABEL,
	O_HOST,
	O_HARDWARE,
	O_UNITS,
	O_MODEL,
	O_QUANT,
	O_KNOWN_HARDWARE,
	O_KNOWN_MODEL,
	O_KNOWN_QUANT,
	O_SPEEDS,
	O_UNUSED,
	O_ORIGIN,
	O_WORKLOAD,
	O_CONNECT,
	O_COLD,
	OF
};
static const struct column of_columns[OF] = {
	[O_ID] = { .key = "id",
		.label = true,
		.why = "@measured The number that the ledger keeps it under, since {time}" },
	[O_TIME] = { .key = "time" },
	[O_LABEL] = { .key = "label" },
	[O_HOST] = { .key = "host" },
	[O_HARDWARE] = { .key = "hardware" },
	[O_UNITS] = { .key = "units",
		.why = "@assumption Of {hardware}: as the machine tells, or as --on says" },
	[O_MODEL] = { .key = "model" },
	[O_QUANT] = { .key = "quant" },
	[O_KNOWN_HARDWARE] = { .key = "catalogue.hardware" },
	[O_KNOWN_MODEL] = { .key = "catalogue.model" },
	[O_KNOWN_QUANT] = { .key = "catalogue.quant" },
	[O_SPEEDS] = { .key = "speeds_for_plans",
		.why = "@search So many of its runs are sound, and of hardware and a model of the "
		       "catalogue, so that plans can use them" },
	[O_UNUSED] = { .key = "not_for_plans" },
	[O_ORIGIN] = { .key = "imported_from" },
	[O_WORKLOAD] = { .key = "workload" },
	[O_CONNECT] = { .key = "connect_ms",
		.unit = "ms",
		.decimals = 3,
		.why = "@measured The time to open a connection, on {time}" },
	[O_COLD] = { .key = "cold_start_ms",
		.unit = "ms",
		.decimals = 3,
		.why = "@measured The time to the first text of the first request, which had to "
		       "load "
		       "the model, on {time}" },
};

static struct cell
word(struct answer *answer, const char *text, const char *none)
{
	return text[0] ? cell_text(answer, slice_of(text)) : cell_none(none);
}

static struct cell
number_or(int64_t value, const char *none)
{
	return value < 0 ? cell_none(none) : cell_count(value);
}

static void
put_known(struct answer *answer, struct cell *row, const struct probe_known *known)
{
	static const char absent[] = "not in the catalogue";
	row[O_KNOWN_HARDWARE] =
		known->hardware ? cell_text(answer, known->hardware->id) : cell_none(absent);
	row[O_KNOWN_MODEL] = known->model ? cell_text(answer, known->model->id) : cell_none(absent);
	row[O_KNOWN_QUANT] = known->quant_known
				     ? cell_text(answer, slice_of(quant_names[known->quant]))
				     : cell_none(absent);
	row[O_SPEEDS] = cell_count((int64_t)known->speeds);
	row[O_UNUSED] = word(answer, known->why, "plans can use it");
}

static void
put_of(struct answer *answer, const struct probe *probe, const struct probe_known *known)
{
	char time[WHEN_TEXT];
	struct table *table = answer_table(answer, "probe", NULL, of_columns, OF);
	table->single = table->unwrapped = table->quiet = true;
	struct cell *row = table_row(table);
	row[O_ID] = number_or(probe->id ? probe->id : -1, "not saved");
	row[O_TIME] = cell_text(answer, slice_of(when_print(time, probe->time)));
	row[O_LABEL] = cell_text(answer, slice_of(probe_labels[probe->label]));
	row[O_HOST] = word(answer, probe->host, not_told);
	row[O_HARDWARE] = word(answer, probe->hardware, not_told);
	row[O_UNITS] = cell_count(probe->units);
	row[O_MODEL] = word(answer, probe->model, not_told);
	row[O_QUANT] = word(answer, probe->quant, not_told);
	put_known(answer, row, known);
	row[O_ORIGIN] = word(answer, probe->origin, "measured by hllm");
	row[O_WORKLOAD] = word(answer, probe->workload, "lengths were given");
	row[O_CONNECT] = number_cell(probe->connect_ms, 3, not_measured);
	bool own = probe->label != PROBE_IMPORTED;
	row[O_COLD] = number_cell(
		probe->cold_start_ms, 3, own ? "no model had to be loaded for it" : not_measured);
}

enum { S_KIND, S_VERSION, S_URL, S_MODEL, S_SLOTS, S_CONTEXT, SERVER };
static const struct column server_columns[SERVER] = {
	[S_KIND] = { .key = "kind" },
	[S_VERSION] = { .key = "version" },
	[S_URL] = { .key = "url" },
	[S_MODEL] = { .key = "model" },
	[S_SLOTS] = { .key = "slots", .why = "@measured The server told it, on {probe.time}" },
	[S_CONTEXT] = { .key = "context",
		.unit = "tokens",
		.why = "@measured The server told it, on {probe.time}" },
};

static void
put_server(struct answer *answer, const struct probe *probe)
{
	struct table *table = answer_table(answer, "server", NULL, server_columns, SERVER);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[S_KIND] = word(answer, probe->server, not_told);
	row[S_VERSION] = word(answer, probe->version, not_told);
	row[S_URL] = word(answer, probe->url, "measured without a server of ours");
	row[S_MODEL] = word(answer, probe->model, not_told);
	row[S_SLOTS] = number_or(probe->slots, not_told);
	row[S_CONTEXT] = number_or(probe->context, not_told);
}

/* ---- runs ---- */

enum { F_N, F_P50, F_P90, F_P99, F_MEAN, F_COV, FIGURE };
/* The same root for all numbers of a run: when it was taken, and on how much. */
#define MEASURED(what)                                                                    \
 "@measured " what " of {requests} requests, {concurrency} at once, for {seconds} s, on " \
 "{probe.time}"
#define FIGURES(name, unit_, what)                                                                \
 { .key = name ".n", .why = MEASURED("So many values of " what " there are") },                   \
	 { .key = name ".p50",                                                                    \
		 .unit = (unit_),                                                                 \
		 .decimals = 4,                                                                   \
		 .why = MEASURED("The median of " what ",") },                                    \
	 { .key = name ".p90",                                                                    \
		 .unit = (unit_),                                                                 \
		 .decimals = 4,                                                                   \
		 .why = MEASURED("The 90th percentile of " what ",") },                           \
	 { .key = name ".p99",                                                                    \
		 .unit = (unit_),                                                                 \
		 .decimals = 4,                                                                   \
		 .why = MEASURED("The 99th percentile of " what ",") },                           \
	 { .key = name ".mean",                                                                   \
		 .unit = (unit_),                                                                 \
		 .decimals = 4,                                                                   \
		 .why = MEASURED("The mean of " what ",") },                                      \
 {                                                                                                \
  .key = name ".cov", .decimals = 4, .why = MEASURED("Standard deviation over mean of " what ",") \
 }

enum {
	R_CONCURRENCY,
	R_REQUESTS,
	R_FAILURES,
	R_REFUSED,
	R_PROMPT,
	R_CACHED,
	R_OUTPUT,
	R_DEPTH,
	R_FIGURES,
	R_OUTPUT_RATE = R_FIGURES + PROBE_QUANTITIES * FIGURE,
	R_TOTAL_RATE,
	R_REQUEST_RATE,
	R_GOODPUT,
	R_SECONDS,
	/* for people */
	R_AT_ONCE,
	R_LENGTHS,
	R_TTFT_TEXT,
	R_TPOT_TEXT,
	R_DECODE_TEXT,
	R_RATE_TEXT,
	R_PREFILL_TEXT,
	R_NOTE,
	RUNS
};

static const struct column run_columns[RUNS] = {
	{ .key = "concurrency",
		.label = true,
		.names = true,
		.why = "@assumption So many requests at once were asked for, or tried "
		       "(--concurrency)" },
	{ .key = "requests",
		.why = "@measured All that ended, {concurrency} at once, on {probe.time}" },
	{ .key = "failures", .why = MEASURED("Those that failed,") },
	{ .key = "refused" },
	{ .key = "prompt_tokens",
		.names = true,
		.unit = "tokens",
		.decimals = 2,
		.why = MEASURED("Mean prompt tokens by the server's count,") },
	{ .key = "cached_tokens",
		.unit = "tokens",
		.decimals = 2,
		.why = MEASURED("Mean tokens that the server had kept,") },
	{ .key = "output_tokens",
		.names = true,
		.unit = "tokens",
		.decimals = 2,
		.why = MEASURED("Mean output tokens by the server's count,") },
	{ .key = "depth",
		.names = true,
		.unit = "tokens",
		.decimals = 2,
		.why = MEASURED("Mean tokens before the prompt,") },
	FIGURES("ttfb_ms", "ms", "the time from sending a request to its first byte"),
	FIGURES("ttft_ms", "ms", "the time from sending a request to its first text"),
	FIGURES("ttfo_ms", "ms",
		"the time from sending a request to its first text that is no "
		"reasoning"),
	FIGURES("tpot_ms", "ms",
		"the time from the first text to the last, divided by the output "
		"tokens less one"),
	FIGURES("icl_ms", "ms", "the time between two pieces of text"),
	FIGURES("decode_tokens_per_second", "tokens/s", "one divided by TPOT"),
	FIGURES("prefill_tokens_per_second", "tokens/s",
		"prompt tokens that were in no cache, a second of reading them"),
	{ .key = "output_tokens_per_second",
		.unit = "tokens/s",
		.decimals = 4,
		.why = MEASURED("Output tokens a second of all") },
	{ .key = "total_tokens_per_second",
		.unit = "tokens/s",
		.decimals = 4,
		.why = MEASURED("Prompt and output tokens a second of all") },
	{ .key = "requests_per_second", .decimals = 5, .why = MEASURED("Answers a second,") },
	{ .key = "goodput_per_second",
		.decimals = 5,
		.why = MEASURED(
			"Answers a second that kept every limit (--max-ttft, --max-tpot),") },
	{ .key = "seconds",
		.unit = "s",
		.decimals = 3,
		.why = "@measured How long was counted, {concurrency} at once, on {probe.time}" },
	{ .head = "AT ONCE", .shows = "concurrency" },
	{ .head = "PROMPT+ANSWER", .drop = 1 },
	{ .head = "TTFT MS", .shows = "ttft_ms.p50" },
	{ .head = "TPOT MS", .shows = "tpot_ms.p50", .drop = 3 },
	{ .head = "EACH", .shows = "decode_tokens_per_second.p50" },
	{ .head = "ALL", .shows = "output_tokens_per_second" },
	{ .head = "PROMPT", .shows = "prefill_tokens_per_second.p50", .drop = 2 },
	{ .head = "", .left = true, .weight = 1, .least = 16 },
};

static void
put_figure(struct cell *row, const struct probe_figure *figure)
{
	static const char few_p90[] = "fewer than 10 requests",
			  few_p99[] = "fewer than 100 requests";
	row[F_N] = cell_count(figure->n);
	row[F_P50] = number_cell(figure->p50, 4, not_measured);
	row[F_P90] = number_cell(figure->p90, 4, figure->n ? few_p90 : not_measured);
	row[F_P99] = number_cell(figure->p99, 4, figure->n ? few_p99 : not_measured);
	row[F_MEAN] = number_cell(figure->mean, 4, not_measured);
	row[F_COV] = number_cell(figure->cov, 4, not_measured);
}

/* "512+128", "128 behind 4,096": what one request was. */
static struct cell
lengths_cell(struct answer *answer, const struct probe_run *run)
{
	struct str text = STR_INIT;
	char a[NUM_TEXT], b[NUM_TEXT], c[NUM_TEXT];
	if (isnan(run->prompt_tokens) || isnan(run->output_tokens)) {
		str_puts(&text, "-");
		return text_cell(answer, &text);
	}
	str_printf(&text, "%s+%s", num_count(a, llround(run->prompt_tokens)),
		num_count(b, llround(run->output_tokens)));
	if (run->depth > 0)
		str_printf(&text, " behind %s", num_count(c, llround(run->depth)));
	return text_cell(answer, &text);
}

static struct cell
note_cell(struct answer *answer, const struct probe_run *run)
{
	struct str text = STR_INIT;
	if (run->refused) /* first, since what does not fit is cut */
		str_puts(&text, run->warnings_n ? "refused: " : "refused");
	for (size_t i = 0; i < run->warnings_n; i++)
		str_printf(&text, "%s%s", i ? ", " : "", run->warnings[i].id);
	return text_cell(answer, &text);
}

static void
put_run(struct answer *answer, struct table *table, const struct probe_run *run)
{
	struct cell *row = table_row(table);
	row[R_CONCURRENCY] = cell_count(run->concurrency);
	row[R_REQUESTS] = number_or(run->requests, not_told);
	row[R_FAILURES] = number_or(run->failures, not_told);
	row[R_REFUSED] = cell_flag(run->refused);
	row[R_PROMPT] = number_cell(run->prompt_tokens, 2, not_told);
	row[R_CACHED] = number_cell(run->cached_tokens, 2, not_told);
	row[R_OUTPUT] = number_cell(run->output_tokens, 2, not_told);
	row[R_DEPTH] = number_cell(run->depth, 2, "no tokens stood before the prompt");
	for (int i = 0; i < PROBE_QUANTITIES; i++)
		put_figure(&row[R_FIGURES + i * FIGURE], &run->of[i]);
	row[R_OUTPUT_RATE] = number_cell(run->output_rate, 4, not_measured);
	row[R_TOTAL_RATE] = number_cell(run->total_rate, 4, not_measured);
	row[R_REQUEST_RATE] = number_cell(run->request_rate, 5, not_measured);
	row[R_GOODPUT] = number_cell(run->goodput, 5, "no limit was stated");
	row[R_SECONDS] = number_cell(run->seconds, 3, not_measured);
	row[R_AT_ONCE] = cell_count(run->concurrency);
	row[R_LENGTHS] = lengths_cell(answer, run);
	row[R_TTFT_TEXT] = number_text_cell(answer, probe_middle(&run->of[PROBE_TTFT]));
	row[R_TPOT_TEXT] = number_text_cell(answer, probe_middle(&run->of[PROBE_TPOT]));
	row[R_DECODE_TEXT] = number_text_cell(answer, probe_middle(&run->of[PROBE_DECODE]));
	row[R_RATE_TEXT] = number_text_cell(answer, run->output_rate);
	row[R_PREFILL_TEXT] = number_text_cell(answer, probe_middle(&run->of[PROBE_PREFILL]));
	row[R_NOTE] = note_cell(answer, run);
}

static const struct column warning_columns[] = { { .key = "id" }, { .key = "text" } };

/* In JSON inside of their run; for people below the table, each once. */
static void
put_warnings(struct answer *answer, struct table *runs, const struct probe *probe)
{
	struct table *table =
		answer_child(answer, runs, "warnings", warning_columns, HL_COUNT(warning_columns));
	table->quiet = true;
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		for (size_t k = 0; k < run->warnings_n; k++) {
			struct cell *row = table_child_row(table, i);
			row[0] = cell_text(answer, slice_of(run->warnings[k].id));
			row[1] = cell_text(answer, slice_of(run->warnings[k].text));
		}
	}
	struct table *all =
		answer_table(answer, "warnings", NULL, warning_columns, HL_COUNT(warning_columns));
	all->quiet = true;
	for (size_t i = 0; i < probe->warnings_n; i++) {
		struct cell *row = table_row(all);
		row[0] = cell_text(answer, slice_of(probe->warnings[i].id));
		row[1] = cell_text(answer, slice_of(probe->warnings[i].text));
	}
}

static bool
said_before(const struct probe *probe, size_t run, const char *text)
{
	for (size_t i = 0; i < run; i++)
		for (size_t k = 0; k < probe->runs[i].warnings_n; k++)
			if (strcmp(probe->runs[i].warnings[k].text, text) == 0)
				return true;
	return false;
}

static void
note_warnings(struct answer *answer, const struct probe *probe)
{
	for (size_t i = 0; i < probe->warnings_n; i++)
		answer_note(answer, "%s: %s.", probe->warnings[i].id, probe->warnings[i].text);
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		for (size_t k = 0; k < run->warnings_n; k++)
			if (!said_before(probe, i, run->warnings[k].text))
				answer_note(answer, "%d at once, %s: %s.", run->concurrency,
					run->warnings[k].id, run->warnings[k].text);
	}
}

static void
put_runs(struct answer *answer, const struct probe *probe)
{
	struct table *table = answer_table(answer, "runs", "Tokens a second", run_columns, RUNS);
	answer->default_table = "runs";
	for (size_t i = 0; i < probe->runs_n; i++)
		put_run(answer, table, &probe->runs[i]);
	put_warnings(answer, table, probe);
}

/* ---- in words ---- */

static void
note_origin(struct answer *answer, const struct probe *probe)
{
	struct str text = STR_INIT;
	char date[WHEN_TEXT], count[NUM_TEXT];
	probe_server(&text, probe);
	if (text.n)
		str_puts(&text, ", ");
	str_printf(&text, "%s", when_date(date, probe->time));
	if (probe->host[0])
		str_printf(&text, ", on %s", probe->host);
	if (probe->slots > 0)
		str_printf(&text, ", %lld slots", (long long)probe->slots);
	if (probe->context > 0)
		str_printf(&text, ", %s tokens of context", num_count(count, probe->context));
	if (probe->workload[0])
		str_printf(&text, ", lengths of the workload \"%s\"", probe->workload);
	if (probe->origin[0])
		str_printf(&text, ", imported from %s", probe->origin);
	answer_note(answer, "%s: %s.",
		probe->label == PROBE_PARTIAL ? "Measured in part"
		: probe->label == PROBE_NOISY ? "Measured, but noisy"
					      : "Measured",
		str_text(&text));
	str_free(&text);
}

/* Of the run that kept the limits most often. */
static void
note_goodput(struct answer *answer, const struct probe *probe)
{
	const struct probe_run *best = NULL;
	struct str text = STR_INIT;
	for (size_t i = 0; i < probe->runs_n; i++)
		if (probe->runs[i].goodput >= (best ? best->goodput : 0) && !probe->runs[i].refused)
			best = &probe->runs[i];
	if (!best)
		return;
	str_puts(&text, "Goodput: ");
	number_text(&text, best->goodput);
	str_printf(&text, " requests a second with %d at once", best->concurrency);
	if (!isnan(probe->max_ttft_ms))
		str_printf(&text, ", %g ms to the first token", probe->max_ttft_ms);
	if (!isnan(probe->max_tpot_ms))
		str_printf(&text, ", %g ms a token", probe->max_tpot_ms);
	answer_note(answer, "%s at most.", str_text(&text));
	str_free(&text);
}

/* Before the first token of the first request. */
static void
note_start(struct answer *answer, const struct probe *probe)
{
	if (!isnan(probe->connect_ms))
		answer_note(answer, "Opening a connection took %.2g ms.", probe->connect_ms);
	double cold_s = probe->cold_start_ms / 1000;
	if (!isnan(cold_s))
		answer_note(answer, "Cold start: %.1f seconds until the first token.", cold_s);
}

/* What other programs mean by the same names is something else. */
static const char meaning[] =
	"TTFT is from the first byte of a request on an open connection to its first text, TPOT "
	"from there to its last text divided by the output tokens less one: medians. EACH is one "
	"divided by TPOT, ALL the output tokens a second of all requests together, PROMPT the "
	"prompt tokens from no cache a second of reading them. Tokens are the server's count.";

void
probe_report(struct answer *answer, const struct probe *probe, const struct probe_known *known,
	struct estimate price_per_kwh)
{
	put_server(answer, probe);
	put_of(answer, probe, known);
	put_runs(answer, probe);
	probe_headline(answer, probe);
	note_origin(answer, probe);
	note_start(answer, probe);
	if (probe->label != PROBE_IMPORTED)
		answer_note(answer, "%s", meaning);
	note_goodput(answer, probe);
	probe_power(answer, probe, price_per_kwh);
	note_warnings(answer, probe);
	if (known->why[0])
		answer_note(answer, "Plans do not use it: %s.", known->why);
	else
		answer_note(answer,
			"Plans use it for " SLICE_FMT " in %s on " SLICE_FMT
			", and for other models on it.",
			SLICE_ARG(known->model->id), quant_names[known->quant],
			SLICE_ARG(known->hardware->id));
	if (!known->why[0])
		answer_next(answer,
			"hllm breakeven --gpu %s" SLICE_FMT "  # does it pay for itself",
			probe->units > 1 ? slice_printf(&answer->arena, "%dx", probe->units).p : "",
			SLICE_ARG(known->hardware->id));
	else
		answer_next(answer, "hllm probe --list  # all that was measured");
}
