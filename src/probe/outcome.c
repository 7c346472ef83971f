/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/outcome.h"

#include <inttypes.h>
#include <math.h>

static struct probe_figure
figure_of(const struct summary *summary)
{
	if (!summary->n)
		return (struct probe_figure){ 0, MISSING, MISSING, MISSING, MISSING, MISSING };
	return (struct probe_figure){ (int64_t)summary->n, summary->p50, summary->p90, summary->p99,
		summary->mean, summary->cov };
}

static void
add_run(struct probe *probe, const struct run *from)
{
	struct probe_run *run = probe_add_run(probe, from->concurrency);
	const struct {
		enum probe_quantity quantity;
		const struct summary *summary;
	} figures[] = { { PROBE_TTFB, &from->ttfb_ms }, { PROBE_TTFT, &from->ttft_ms },
		{ PROBE_TTFO, &from->ttfo_ms }, { PROBE_TPOT, &from->tpot_ms },
		{ PROBE_ICL, &from->gap_ms }, { PROBE_DECODE, &from->decode },
		{ PROBE_PREFILL, &from->prefill } };
	for (size_t i = 0; i < HL_COUNT(figures); i++)
		run->of[figures[i].quantity] = figure_of(figures[i].summary);
	run->requests = from->requests;
	run->failures = from->failures;
	run->prompt_tokens = from->prompt_tokens.n ? from->prompt_tokens.mean : MISSING;
	run->output_tokens = from->output_tokens.n ? from->output_tokens.mean : MISSING;
	if (from->cached_tokens >= 0 && from->requests > 0)
		run->cached_tokens = (double)from->cached_tokens / (double)from->requests;
	run->output_rate = from->output_tokens_per_second;
	run->total_rate = from->total_tokens_per_second;
	run->request_rate = from->requests_per_second;
	run->goodput = from->goodput_per_second;
	run->seconds = from->window_s;
	run->refused = doubts_refuse(&from->doubts) || from->requests == 0;
	for (int i = 0; i < DOUBTS; i++)
		if (from->doubts.items[i].there)
			probe_warn(probe, run, doubt_names[i], "%s", from->doubts.items[i].text);
}

static bool
is_there(const struct run *run, const enum doubt_id *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (run->doubts.items[ids[i]].there)
			return true;
	return false;
}

/* Requests that are at work together hold each other up, so that they vary on a quiet machine, too: where there
 * is a run with one at a time, that one tells whether it was quiet. */
static bool
is_noisy(const struct run *run, const struct run *first)
{
	static const enum doubt_id others[] = { DOUBT_LOADED, DOUBT_GPU_SHARED, DOUBT_THROTTLED };
	static const enum doubt_id varied[] = { DOUBT_VARIATION, DOUBT_DRIFT };
	bool told = first->concurrency == 1 && run->concurrency > 1;
	return !doubts_refuse(&run->doubts) &&
	       (is_there(run, others, HL_COUNT(others)) ||
		       (!told && is_there(run, varied, HL_COUNT(varied))));
}

static enum probe_label
label_of(const struct measurement *measurement)
{
	static const enum doubt_id ends[] = { DOUBT_PARTIAL };
	enum probe_label label = PROBE_MEASURED;
	if (measurement->stopped)
		return PROBE_PARTIAL;
	for (size_t i = 0; i < measurement->n; i++) {
		const struct run *run = &measurement->runs[i];
		if (run->end == RUN_FAILED || run->end == RUN_STOPPED ||
			is_there(run, ends, HL_COUNT(ends)))
			return PROBE_PARTIAL;
		if (is_noisy(run, &measurement->runs[0]))
			label = PROBE_NOISY;
	}
	return label;
}

/* llama-server calls a model by the path of its file, as it was started: where that is says nothing of the model. */
static struct slice
name_of(const char *model)
{
	struct slice name = slice_of(model);
	const char *slash = strrchr(model, '/');
	return slash && slice_ends(name, ".gguf") ? slice_of(slash + 1) : name;
}

void
outcome_probe(struct probe *probe, const struct measurement *measurement,
	const struct measure_options *options, const struct server *server)
{
	probe->label = label_of(measurement);
	probe->server = probe_text(probe, slice_of(server_titles[server->kind]));
	probe->version = probe_text(probe, slice_of(server->version));
	probe->url = probe_text(probe, slice_of(server->url));
	probe->model = probe_text(probe, name_of(server->model));
	probe->quant = probe_text(probe, slice_of(server->quant));
	probe->slots = server->slots;
	probe->context = server->context;
	probe->cold_start_ms = measurement->cold_start_ms;
	/* it was opened when the server was asked what it is */
	probe->connect_ms = server->connect_ms;
	probe->max_ttft_ms = options->max_ttft_ms;
	probe->max_tpot_ms = options->max_tpot_ms;
	if (server->loaded) /* then the first request waited for something else */
		probe->cold_start_ms = MISSING;
	for (size_t i = 0; i < measurement->n; i++)
		add_run(probe, &measurement->runs[i]);
	if (!measurement->exact)
		probe_warn(probe, NULL, "lengths",
			"the server does not count prompt tokens: prompts are about as long as was "
			"asked for");
	if (server->open_to_all)
		probe_warn(probe, NULL, "open",
			"the server listens on all interfaces and asks for no key: everybody in "
			"its "
			"network can use it");
}

static double
tokens_of(const struct measurement *measurement)
{
	double sum = 0;
	for (size_t i = 0; i < measurement->n; i++)
		for (size_t k = 0; k < measurement->runs[i].n; k++) {
			int64_t tokens =
				sample_output_tokens(&measurement->runs[i].samples[k], NULL);
			sum += tokens > 0 ? (double)tokens : 0;
		}
	return sum;
}

void
outcome_power(struct probe *probe, const struct measurement *measurement, const struct power *power)
{
	struct str text = STR_INIT;
	probe->idle_watts = power->watts[POWER_IDLE];
	probe->busy_watts = power->watts[POWER_BUSY];
	for (int i = 0; i < POWER_SOURCES; i++)
		if (power->parts[i].measured)
			str_printf(&text, "%s%s", text.n ? " and " : "", power_sources[i]);
	if (text.n && !power->whole)
		str_puts(&text, ", without the rest of the machine");
	bool said = slice_starts(slice_of(power->why), "not measured");
	if (!text.n)
		str_printf(&text, "%s%s%s", said ? "" : "not measured",
			power->why[0] && !said ? ": " : "", power->why);
	probe->power_source = probe_text(probe, str_as_slice(&text));
	probe->joules_per_token = power_joules_per_token(
		power->watts[POWER_BUSY], power->seconds[POWER_BUSY], tokens_of(measurement));
	str_free(&text);
}

/* ---- one by one ---- */

static void
put_number(struct str *out, int64_t value)
{
	if (value >= 0)
		str_printf(out, ",%" PRId64, value);
	else
		str_putc(out, ',');
}

static void
put_sample(struct str *out, const struct sample *sample)
{
	const struct reply_counts *counts = &sample->counts;
	const int64_t numbers[] = { sample->warmup, sample->words, sample->prompt_asked,
		sample->output_asked, counts->prompt, counts->cached, counts->completion,
		counts->reasoning, sample->token_events, sample->connect_ns, sample->sent_ns,
		sample->first_event_ns, sample->first_token_ns, sample->first_output_ns,
		sample->last_token_ns, sample->end_ns };
	str_printf(out, "%d,%" PRIu64, sample->concurrency, sample->number);
	for (size_t i = 0; i < HL_COUNT(numbers); i++)
		put_number(out, numbers[i]);
	if (isnan(counts->prompt_ms))
		str_putc(out, ',');
	else
		str_printf(out, ",%.3f", counts->prompt_ms);
	if (isnan(counts->predicted_ms))
		str_putc(out, ',');
	else
		str_printf(out, ",%.3f", counts->predicted_ms);
	put_number(out, sample->status > 0 ? sample->status : -1);
	str_printf(out, ",%s\n",
		sample->ended        ? "answered"
		: sample->unfinished ? "unfinished"
				     : "failed");
}

void
outcome_samples(const struct measurement *measurement, struct str *out)
{
	str_puts(out,
		"concurrency,number,warmup,words,prompt_asked,output_asked,prompt_tokens,cached_"
		"tokens,"
		"output_tokens,reasoning_tokens,token_events,connect_ns,sent_ns,first_event_ns,"
		"first_token_ns,first_output_ns,last_token_ns,end_ns,server_prompt_ms,"
		"server_predicted_ms,status,end\n");
	for (size_t i = 0; i < measurement->n; i++)
		for (size_t k = 0; k < measurement->runs[i].n; k++)
			put_sample(out, &measurement->runs[i].samples[k]);
}
