/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/known.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "local/speed.h"
#include "probe/doubt.h"

/* Of a normal distribution, as far from the middle as 80 of 100 lie. */
#define TENTH 1.2816

/* ---- quantizations ---- */

static bool
is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* Q4_K_M, IQ3_XS, UD-…, F16, BF16, FP8, MXFP4, AWQ, GPTQ, int4 */
static bool
names_quant(struct slice word)
{
	static const char *const whole[] = { "f16", "fp16", "bf16", "f32", "fp32", "fp8", "fp4",
		"nvfp4", "mxfp4", "awq", "gptq", "int4", "int8", "4bit", "8bit" };
	for (size_t i = 0; i < HL_COUNT(whole); i++)
		if (slice_is_nocase(word, whole[i]))
			return true;
	size_t at = word.n &&
		    (word.p[0] == 'i' || word.p[0] == 'I' || word.p[0] == 't' || word.p[0] == 'T');
	return word.n > at + 2 && (word.p[at] == 'q' || word.p[at] == 'Q') &&
	       isdigit((unsigned char)word.p[at + 1]) && word.p[at + 2] == '_';
}

struct slice
probe_quant(struct slice text)
{
	struct slice found = SLICE("");
	for (size_t i = 0, n; i < text.n; i += n ? n : 1) {
		for (n = 0; i + n < text.n && is_word(text.p[i + n]); n++)
			continue;
		struct slice word = { text.p + i, n };
		if (names_quant(word))
			found = word; /* the last one: a name may begin with another's */
	}
	/* llama.cpp in words: "Q4_K - Medium" */
	const char *end = text.p + text.n;
	if (found.n && end - (found.p + found.n) >= 4 && memcmp(found.p + found.n, " - ", 3) == 0)
		found.n = (size_t)(end - found.p);
	return found;
}

static bool
parse_quant(const char *text, enum quant *quant)
{
	static const struct {
		const char *name;
		enum quant quant;
	} names[] = { { "q4_k_m", QUANT_Q4_K_M }, { "q4_k - medium", QUANT_Q4_K_M },
		{ "mxfp4", QUANT_Q4_K_M }, { "q8_0", QUANT_Q8_0 }, { "f16", QUANT_F16 },
		{ "fp16", QUANT_F16 }, { "bf16", QUANT_F16 } };
	for (size_t i = 0; i < HL_COUNT(names); i++)
		if (slice_is_nocase(slice_of(text), names[i].name)) {
			*quant = names[i].quant;
			return true;
		}
	return false;
}

/* ---- names ---- */

/* "models/llama-3.1-8b-q4_k_m.gguf" without its ending and without what says how it is written. */
static const struct local_model *
find_model(const struct local_models *models, const char *text, struct err *err)
{
	struct slice name = slice_of(text), quant;
	if (name.n > 5 && slice_is_nocase((struct slice){ name.p + name.n - 5, 5 }, ".gguf"))
		name.n -= 5;
	quant = probe_quant(name);
	if (quant.n && quant.p > name.p && quant.p + quant.n == name.p + name.n)
		name.n = (size_t)(quant.p - name.p) - 1;
	char *copy = slice_dup(name);
	const struct local_model *model = local_model_find(models, copy, err);
	free(copy);
	return model;
}

/* Letters and digits alone, in lower case. */
static void
squeeze(struct str *out, struct slice text)
{
	str_clear(out);
	for (size_t i = 0; i < text.n; i++)
		if (isalnum((unsigned char)text.p[i]))
			str_putc(out, (char)tolower((unsigned char)text.p[i]));
}

/* Does the text hold one of an entry's names as a whole?  The catalogues find loose names for people, who say
 * which one they mean: "AMD EPYC" finds the only EPYC there is.  Nobody looks at this one. */
static bool
is_surely(const char *text, struct slice id, struct slice name, struct slice aliases)
{
	struct str whole = STR_INIT, part = STR_INIT;
	struct slice rest = aliases, one = id;
	bool found = false, more = true;
	squeeze(&whole, slice_of(text));
	for (int i = 0; more && !found; i++) {
		squeeze(&part, one);
		found = part.n && strstr(str_text(&whole), str_text(&part));
		if (i == 0)
			one = name;
		else
			more = slice_cut(&rest, ';', &one);
	}
	str_free(&whole);
	str_free(&part);
	return found;
}

/* Too long a name for a sentence is cut. */
static bool
say(struct probe_known *out, const char *what, const char *name, const char *option)
{
	if (name[0])
		snprintf(out->why, sizeof(out->why), "%s \"%.100s\" is not in the catalogue (%s)",
			what, name, option);
	else
		snprintf(out->why, sizeof(out->why), "its %s is not known (%s)", what, option);
	return false;
}

static bool
find_names(const struct probe *probe, const struct hardwares *hardwares,
	const struct local_models *models, struct probe_known *out)
{
	struct err ignored = { 0 };
	if (probe->hardware[0])
		out->hardware = hardware_find(hardwares, probe->hardware, &ignored);
	if (probe->model[0])
		out->model = find_model(models, probe->model, &ignored);
	/* an alias of hardware may be as short as "EPYC", which a rented core of one calls itself too */
	const struct hardware *h = out->hardware;
	const struct local_model *m = out->model;
	if (h && !is_surely(probe->hardware, h->id, h->name, SLICE("")))
		out->hardware = NULL;
	if (m && !is_surely(probe->model, m->id, m->name, m->aliases))
		out->model = NULL;
	out->quant_known = parse_quant(probe->quant, &out->quant);
	if (!out->hardware)
		return say(out, "hardware", probe->hardware, "--on says what it is there");
	if (!out->model)
		return say(out, "model", probe->model, "--as says what it is there");
	if (!out->quant_known)
		return say(out, "quantization", probe->quant,
			"--quant q4_k_m, q8_0 or f16 says which of them it comes near");
	if (!isnan(out->model->read_gb[out->quant]))
		return true;
	snprintf(out->why, sizeof(out->why), "no file of " SLICE_FMT " in %s is in the catalogue",
		SLICE_ARG(out->model->id), quant_names[out->quant]);
	return false;
}

/* ---- speeds ---- */

static bool
to_rate(const struct probe_figure *figure, double times, struct estimate *rate)
{
	double likely = figure->n > 0 ? (isnan(figure->p50) ? figure->mean : figure->p50) : MISSING;
	double off = isnan(figure->cov) ? 0 : fmin(TENTH * figure->cov, 0.99);
	if (!(likely > 0) || !isfinite(likely))
		return false;
	*rate = (struct estimate){ likely * times * (1 - off), likely * times,
		likely * times * (1 + off) };
	return true;
}

/* Tokens before the one measured: of prompts half of their length, of answers the prompt and half of
 * the answer. */
static double
context_of(const struct probe_run *run, bool prefill)
{
	double depth = isnan(run->depth) ? 0 : run->depth,
	       prompt = isnan(run->prompt_tokens) ? 0 : run->prompt_tokens,
	       output = isnan(run->output_tokens) ? 0 : run->output_tokens;
	return prefill ? depth + prompt / 2 : depth + prompt + output / 2;
}

static enum measured_rank
rank_of(const struct probe *probe)
{
	static const enum measured_rank ranks[PROBE_LABELS] = { [PROBE_MEASURED] = MEASURED_LIVE,
		[PROBE_PARTIAL] = MEASURED_PARTIAL,
		[PROBE_NOISY] = MEASURED_NOISY,
		[PROBE_IMPORTED] = MEASURED_IMPORTED };
	return ranks[probe->label];
}

/* Then fewer than all were at work at a time, and a request's speed times their number is too much. */
static bool
was_queued(const struct probe_run *run)
{
	for (size_t i = 0; i < run->warnings_n; i++)
		if (strcmp(run->warnings[i].id, doubt_names[DOUBT_QUEUED]) == 0)
			return true;
	return false;
}

static void
add_speeds(const struct probe *probe, struct measured_speed base, struct measured *list,
	struct probe_known *out)
{
	for (size_t i = 0; i < probe->runs_n; i++) {
		const struct probe_run *run = &probe->runs[i];
		for (int prefill = 0; prefill < 2; prefill++) {
			const struct probe_figure *figure =
				&run->of[prefill ? PROBE_PREFILL : PROBE_DECODE];
			struct measured_speed one = base;
			/* of several prompts at once each one's share of the time is not known */
			if (run->refused || was_queued(run) || (prefill && run->concurrency > 1) ||
				!to_rate(figure, prefill ? 1 : run->concurrency, &one.rate))
				continue;
			one.prefill = prefill;
			one.concurrency = run->concurrency;
			one.context = context_of(run, prefill);
			if (list)
				measured_add(list, &one);
			out->speeds++;
		}
	}
	if (!out->speeds)
		snprintf(out->why, sizeof(out->why), "%s",
			probe->runs_n ? "none of its runs can be used" : "it has no run");
}

void
probe_measured(const struct probe *probe, const struct hardwares *hardwares,
	const struct local_models *models, struct measured *list, struct probe_known *out)
{
	char date[WHEN_TEXT], with[160];
	*out = (struct probe_known){ 0 };
	if (!find_names(probe, hardwares, models, out))
		return;
	snprintf(with, sizeof(with), "%.80s%s%.60s", probe->server, probe->version[0] ? " " : "",
		probe->version);
	const struct measured_speed base = { .probe = probe->id,
		.date = slice_of(when_date(date, probe->time)),
		.with = slice_of(with),
		.rank = rank_of(probe),
		.hardware = out->hardware->id,
		.units = probe->units,
		.model = out->model->id,
		.quant = out->quant,
		.load = speed_load(out->model, out->quant) };
	add_speeds(probe, base, list, out);
}

void
probe_known(const struct probe *probe, const struct hardwares *hardwares,
	const struct local_models *models, struct probe_known *out)
{
	probe_measured(probe, hardwares, models, NULL, out);
}
