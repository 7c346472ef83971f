/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/benchfile.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/estimate.h"
#include "base/num.h"
#include "base/when.h"
#include "probe/fields.h"
#include "probe/known.h"
#include "read/csv.h"
#include "read/input.h"

enum { FILE_MOST = 64 << 20, FIELDS_MOST = 32 };

/* ---- fields ---- */

enum field_name {
	F_FILENAME,
	F_TYPE,
	F_SIZE,
	F_CPU,
	F_GPU,
	F_BACKENDS,
	F_LAYERS,
	F_BUILD,
	F_COMMIT,
	F_PROMPT,
	F_GEN,
	F_DEPTH,
	F_TIME,
	F_SPEED,
	F_SPREAD,
	F_SAMPLES,
	LLAMA_FIELDS
};
static const char *const llama_fields[LLAMA_FIELDS + 1] = { "model_filename", "model_type",
	"model_size", "cpu_info", "gpu_info", "backends", "n_gpu_layers", "build_number",
	"build_commit", "n_prompt", "n_gen", "n_depth", "test_time", "avg_ts", "stddev_ts",
	"samples_ts", NULL };

enum {
	V_MODEL,
	V_DATE,
	V_BACKEND,
	V_CONCURRENCY,
	V_RATE,
	V_DURATION,
	V_COMPLETED,
	V_FAILED,
	V_INPUT,
	V_OUTPUT,
	V_OUTPUT_RATE,
	V_REQUEST_RATE,
	V_GOODPUT,
	V_TTFT_MEAN,
	V_TTFT_P50,
	V_TTFT_STD,
	V_TTFT_P90,
	V_TTFT_P99,
	V_TPOT_MEAN,
	V_TPOT_P50,
	V_TPOT_STD,
	V_TPOT_P90,
	V_TPOT_P99,
	VLLM_FIELDS
};
static const char *const vllm_fields[VLLM_FIELDS + 1] = { "model_id", "date", "backend",
	"max_concurrency", "request_rate", "duration", "completed", "failed", "total_input_tokens",
	"total_output_tokens", "output_throughput", "request_throughput", "request_goodput",
	"mean_ttft_ms", "median_ttft_ms", "std_ttft_ms", "p90_ttft_ms", "p99_ttft_ms",
	"mean_tpot_ms", "median_tpot_ms", "std_tpot_ms", "p90_tpot_ms", "p99_tpot_ms", NULL };

/* A file on its way into probes. */
struct bench {
	struct benches *out;
	const char *name; /* of the file, without its folder */
	size_t line;      /* of the test; 0: it is not one of lines */
	int64_t now;
	struct arena arena; /* of the file: texts of the test */
	struct shape *llama, *vllm;
	struct field *fields;
};

static bool
wrong(struct bench *bench, struct err *err, const char *what, struct slice text)
{
	char where[300];
	if (bench->line)
		snprintf(where, sizeof(where), "%.250s:%zu", bench->name, bench->line);
	else
		snprintf(where, sizeof(where), "%.250s", bench->name);
	if (!text.n)
		return err_set(err, FAULT_INPUT, "%s: %s", where, what);
	return err_set(err, FAULT_INPUT, "%s: %s is \"%.40s\", expected a number of at least 0",
		where, what, slice_printf(&bench->arena, SLICE_FMT, SLICE_ARG(text)).p);
}

static struct slice
text_of(struct bench *bench, struct field field)
{
	if (field.type == FIELD_ABSENT || field.type == FIELD_NULL)
		return SLICE("");
	return field.escaped ? json_decode(&bench->arena, field.text) : field.text;
}

/* A number of at least 0, or NAN where there is none. */
static bool
number_of(struct bench *bench, struct field field, const char *name, double *out, struct err *err)
{
	struct slice text = slice_trim(text_of(bench, field));
	femto_t value;
	*out = MISSING;
	if (!text.n)
		return true;
	if ((field.type != FIELD_NUMBER && field.type != FIELD_TEXT) ||
		num_decimal(text, &value) != NUM_OK || value < 0)
		return wrong(bench, err, name, text);
	*out = (double)value / (double)FEMTO_PER_UNIT;
	return true;
}

/* ---- llama-bench ---- */

/* The file's only model of a machine so far, or a new one. */
static struct probe *
probe_of(struct benches *out, const struct probe *like)
{
	for (size_t i = 0; i < out->n; i++) {
		struct probe *at = &out->items[i];
		if (strcmp(at->hardware, like->hardware) == 0 &&
			strcmp(at->model, like->model) == 0 &&
			strcmp(at->quant, like->quant) == 0 &&
			strcmp(at->version, like->version) == 0 && at->units == like->units)
			return at;
	}
	out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
	struct probe *added = &out->items[out->n++];
	probe_init(added);
	added->label = PROBE_IMPORTED;
	added->hardware = probe_text(added, slice_of(like->hardware));
	added->server = probe_text(added, slice_of(like->server));
	added->version = probe_text(added, slice_of(like->version));
	added->model = probe_text(added, slice_of(like->model));
	added->quant = probe_text(added, slice_of(like->quant));
	added->origin = probe_text(added, slice_of(like->origin));
	added->units = like->units;
	return added;
}

static struct slice
base_name(struct slice path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	return slash ? (struct slice){ slash + 1, path.n - (size_t)(slash + 1 - path.p) } : path;
}

static const char *
keep(struct bench *bench, struct slice text)
{
	return slice_copy(&bench->arena, text).p;
}

/* "NVIDIA GeForce RTX 4090, NVIDIA GeForce RTX 4090" is two of one; of different ones the text stays. */
static int
cut_units(struct slice *name)
{
	struct slice rest = *name, first = *name, part;
	int units = 0;
	while (slice_cut(&rest, ',', &part)) {
		if (units++ == 0)
			first = slice_trim(part);
		else if (!slice_eq(slice_trim(part), first))
			return 1;
	}
	*name = first;
	return units ? units : 1;
}

static void
name_llama(struct bench *bench, struct probe *like)
{
	const struct field *f = bench->fields;
	struct slice file = base_name(text_of(bench, f[F_FILENAME])),
		     type = text_of(bench, f[F_TYPE]), gpu = text_of(bench, f[F_GPU]),
		     build = text_of(bench, f[F_BUILD]), quant = probe_quant(type),
		     layers = text_of(bench, f[F_LAYERS]);
	bool on_gpu = gpu.n > 0 && !slice_is(layers, "0");
	struct slice machine = on_gpu ? gpu : text_of(bench, f[F_CPU]);
	if (probe_quant(file).n)
		quant = probe_quant(file);
	probe_init(like);
	like->units = cut_units(&machine);
	like->hardware = keep(bench, machine);
	like->server = "llama-bench";
	like->version = build.n ? slice_printf(&bench->arena, "b" SLICE_FMT, SLICE_ARG(build)).p
				: keep(bench, text_of(bench, f[F_COMMIT]));
	like->model = keep(bench, file.n ? file : type);
	like->quant = keep(bench, quant);
	like->origin = bench->name;
}

/* How many repetitions: numbers of the array. */
static int64_t
repetitions(struct field samples)
{
	struct slice rest;
	struct field item;
	int64_t n = 0;
	if (samples.type != FIELD_ARRAY || !json_open(samples.text, '[', &rest))
		return 1;
	while (json_item(&rest, &item))
		n++;
	return n > 0 ? n : 1;
}

static void
set_time(struct bench *bench, struct slice text, struct probe *probe)
{
	int64_t ns;
	bool zoned, dated;
	if (!when_parse(text, &ns, &zoned, &dated))
		ns = bench->now;
	if (ns > probe->time)
		probe->time = ns;
}

static bool
take_llama(struct bench *bench, struct err *err)
{
	const struct field *f = bench->fields;
	double prompt, generated, depth, speed, spread;
	struct probe like;
	if (!number_of(bench, f[F_PROMPT], "n_prompt", &prompt, err) ||
		!number_of(bench, f[F_GEN], "n_gen", &generated, err) ||
		!number_of(bench, f[F_DEPTH], "n_depth", &depth, err) ||
		!number_of(bench, f[F_SPEED], "avg_ts", &speed, err) ||
		!number_of(bench, f[F_SPREAD], "stddev_ts", &spread, err))
		return false;
	bench->out->tests++;
	if (prompt > 0 && generated > 0) {
		bench->out->skipped++;
		return true;
	}
	if (!(speed > 0))
		return wrong(bench, err, "avg_ts is not above 0", SLICE(""));
	if (!(prompt > 0) && !(generated > 0))
		return wrong(bench, err, "n_prompt and n_gen are both 0", SLICE(""));
	name_llama(bench, &like);
	struct probe *probe = probe_of(bench->out, &like);
	set_time(bench, text_of(bench, f[F_TIME]), probe);
	struct probe_run *run = probe_add_run(probe, 1);
	run->depth = isnan(depth) ? 0 : depth;
	run->requests = repetitions(f[F_SAMPLES]);
	run->failures = 0;
	run->prompt_tokens = prompt > 0 ? prompt : 0;
	run->output_tokens = generated > 0 ? generated : 0;
	run->of[generated > 0 ? PROBE_DECODE : PROBE_PREFILL] =
		(struct probe_figure){ run->requests, MISSING, MISSING, MISSING, speed,
			isnan(spread) ? MISSING : spread / speed };
	return true;
}

/* ---- vllm bench serve ---- */

static void
set_vllm_time(struct bench *bench, struct slice text, struct probe *probe)
{
	char iso[32] = "";
	if (text.n == 15 && text.p[8] == '-')
		snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", text.p, text.p + 4,
			text.p + 6, text.p + 9, text.p + 11, text.p + 13);
	set_time(bench, slice_of(iso), probe);
}

static void
set_figure(struct probe_figure *figure, double n, const double *of)
{
	if (!(n > 0) || isnan(of[0]))
		return;
	*figure = (struct probe_figure){ (int64_t)n, of[1], of[3], n < 100 ? MISSING : of[4], of[0],
		of[0] > 0 ? of[2] / of[0] : MISSING };
}

/* Tokens a second from ms a token: the median's is exact, that of a mean is near where values vary little. */
static void
set_decode(struct probe_run *run)
{
	const struct probe_figure *tpot = &run->of[PROBE_TPOT];
	if (!tpot->n || !(tpot->mean > 0))
		return;
	run->of[PROBE_DECODE] = (struct probe_figure){ tpot->n, 1000 / tpot->p50, MISSING, MISSING,
		1000 / tpot->mean, tpot->cov };
}

/* Without a limit all requests were sent at once or by a clock: how many were in flight is not known. */
static bool
take_vllm(struct bench *bench, struct err *err)
{
	double v[VLLM_FIELDS];
	struct probe like;
	for (int i = V_CONCURRENCY; i < VLLM_FIELDS; i++)
		if (i == V_RATE)
			v[i] = MISSING; /* "inf" */
		else if (!number_of(bench, bench->fields[i], vllm_fields[i], &v[i], err))
			return false;
	bench->out->tests++;
	if (!(v[V_COMPLETED] > 0))
		return wrong(bench, err, "no request of it was completed", SLICE(""));
	if (v[V_CONCURRENCY] > 1000000)
		return wrong(bench, err, "max_concurrency is above 1,000,000", SLICE(""));
	probe_init(&like);
	like.server = "vllm bench serve";
	like.model = keep(bench, text_of(bench, bench->fields[V_MODEL]));
	like.quant = keep(bench, probe_quant(slice_of(like.model)));
	like.origin = bench->name;
	struct probe *probe = probe_of(bench->out, &like);
	set_vllm_time(bench, text_of(bench, bench->fields[V_DATE]), probe);
	bool known = v[V_CONCURRENCY] >= 1;
	struct probe_run *run = probe_add_run(probe, known ? (int)v[V_CONCURRENCY] : 1);
	run->requests = (int64_t)v[V_COMPLETED];
	run->failures = isnan(v[V_FAILED]) ? -1 : (int64_t)v[V_FAILED];
	run->prompt_tokens = v[V_INPUT] / v[V_COMPLETED];
	run->output_tokens = v[V_OUTPUT] / v[V_COMPLETED];
	run->output_rate = v[V_OUTPUT_RATE];
	run->request_rate = v[V_REQUEST_RATE];
	run->goodput = v[V_GOODPUT];
	run->seconds = v[V_DURATION];
	set_figure(&run->of[PROBE_TTFT], v[V_COMPLETED], &v[V_TTFT_MEAN]);
	set_figure(&run->of[PROBE_TPOT], v[V_COMPLETED], &v[V_TPOT_MEAN]);
	set_decode(run);
	run->refused = !known;
	if (!known)
		probe_warn(probe, run, "open-loop",
			"it does not say how many requests were in flight (--max-concurrency)");
	probe_warn(probe, run, "cache-unknown",
		"vllm bench serve does not tell how much of its prompts came from a cache: its "
		"time "
		"to the first token may be too good");
	return true;
}

/* ---- files ---- */

/* One JSON object.  Other objects are wrong. */
static bool
take_object(struct bench *bench, struct slice object, struct err *err)
{
	const char *why;
	for (int vllm = 0; vllm < 2; vllm++) {
		if (!fields_take(vllm ? bench->vllm : bench->llama, object, bench->fields, &why))
			return wrong(bench, err, why, SLICE(""));
		if (vllm ? bench->fields[V_OUTPUT_RATE].type && bench->fields[V_INPUT].type
			 : bench->fields[F_SPEED].type && bench->fields[F_GEN].type)
			return vllm ? take_vllm(bench, err) : take_llama(bench, err);
	}
	return wrong(bench, err,
		"neither llama-bench (avg_ts and n_gen) nor vllm bench serve (output_throughput "
		"and "
		"total_input_tokens)",
		SLICE(""));
}

static bool
take_json(struct bench *bench, struct slice text, struct err *err)
{
	size_t from, n;
	const char *begin = text.p;
	while ((n = json_value(text, &from)) > 0) {
		struct slice value = { text.p + from, n }, rest = value;
		struct field item;
		bench->line = 1;
		for (const char *p = begin; p < value.p; p++)
			bench->line += *p == '\n';
		if (json_open(value, '[', &rest)) {
			bench->line = 0;
			while (json_item(&rest, &item))
				if (!take_object(bench, item.text, err))
					return false;
		} else if (!take_object(bench, value, err)) {
			return false;
		}
		text = (struct slice){ text.p + from + n, text.n - from - n };
	}
	if (slice_trim(text).n == 0)
		return true;
	bench->line = 0;
	return wrong(bench, err, "cut off, or not JSON to its end", SLICE(""));
}

static bool
take_csv(struct bench *bench, struct slice text, struct err *err)
{
	int columns[LLAMA_FIELDS];
	struct csv_cutter cutter;
	struct slice line = text, rest = text;
	bool stray = false, good = true;
	slice_cut(&rest, '\n', &line);
	csv_cutter_init(&cutter, csv_delimiter(line));
	for (int i = 0; i < LLAMA_FIELDS; i++)
		columns[i] = -1;
	const char *p = text.p, *end = text.p + text.n, *stop;
	for (bench->line = 1; good && p < end; bench->line++, p = stop) {
		stop = csv_record_end(p, end, cutter.delim, true, &stray);
		struct slice record = { p, (size_t)(stop - p) };
		if (!slice_trim(record).n)
			continue;
		if (stray || !csv_cut(&cutter, record)) {
			good = wrong(bench, err, "a quote that is not closed", SLICE(""));
		} else if (bench->line == 1) {
			for (int i = 0; i < LLAMA_FIELDS; i++)
				for (size_t k = 0; k < cutter.record.n; k++)
					if (slice_is(cutter.record.cells[k], llama_fields[i]))
						columns[i] = (int)k;
			if (columns[F_SPEED] < 0 || columns[F_GEN] < 0)
				good = wrong(bench, err,
					"no columns avg_ts and n_gen, expected the CSV of "
					"llama-bench (-o csv; -o json and -o jsonl are read, too)",
					SLICE(""));
		} else {
			for (int i = 0; i < LLAMA_FIELDS; i++) {
				bool there =
					columns[i] >= 0 && (size_t)columns[i] < cutter.record.n;
				bench->fields[i] = (struct field){ .type = FIELD_ABSENT };
				if (there && cutter.record.cells[columns[i]].n)
					bench->fields[i] = (struct field){ .type = FIELD_TEXT,
						.text = cutter.record.cells[columns[i]] };
			}
			good = take_llama(bench, err);
		}
	}
	csv_cutter_free(&cutter);
	return good;
}

/* What a program printed before its table goes: to the first '[' or '{' at the start of a line. */
static bool
find_json(struct slice *text)
{
	struct slice rest = *text, line;
	while (slice_cut(&rest, '\n', &line)) {
		struct slice trimmed = slice_trim(line);
		if (trimmed.n && (trimmed.p[0] == '[' || trimmed.p[0] == '{')) {
			*text = (struct slice){ line.p, text->n - (size_t)(line.p - text->p) };
			return true;
		}
	}
	return false;
}

bool
benches_read_text(
	struct benches *benches, const char *name, struct slice text, int64_t now, struct err *err)
{
	struct field fields[FIELDS_MOST];
	struct bench bench = { .out = benches,
		.name = base_name(slice_of(name)).p,
		.now = now,
		.fields = fields,
		.llama = shape_new(llama_fields),
		.vllm = shape_new(vllm_fields) };
	if (slice_starts(text, "\xEF\xBB\xBF"))
		text = (struct slice){ text.p + 3, text.n - 3 };
	struct slice json = text;
	bool good = find_json(&json) ? take_json(&bench, json, err) : take_csv(&bench, text, err);
	if (good && !benches->tests)
		good = err_set(err, FAULT_INPUT,
			"%s: no results, expected those of llama-bench (-o json, jsonl or csv) or "
			"of "
			"vllm bench serve (--save-result)",
			bench.name);
	else if (good && !benches->n)
		good = err_set(err, FAULT_INPUT,
			"%s: only tests of prompts and answers together (pg), expected some of "
			"prompts (-p) or answers (-n) alone",
			bench.name);
	shape_free(bench.llama);
	shape_free(bench.vllm);
	arena_free(&bench.arena);
	return good;
}

static bool
read_all(struct input *input, struct str *text, struct err *err)
{
	ssize_t n;
	if (input_next(input, err) <= 0)
		return false;
	do {
		n = input_read(input, str_reserve(text, 65536), 65536, err);
		if (n > 0)
			str_took(text, (size_t)n);
	} while (n > 0 && text->n <= FILE_MOST);
	if (n > 0)
		return err_set(err, FAULT_LIMIT,
			"%s: larger than 64 MiB, expected a benchmark's results",
			input_name(input));
	return n == 0;
}

bool
benches_read(struct benches *benches, const char *path, int64_t now, struct err *err)
{
	struct str text = STR_INIT;
	struct input *input = input_open(path, err);
	bool good = input && read_all(input, &text, err) &&
		    benches_read_text(benches, path, str_as_slice(&text), now, err);
	if (input)
		input_close(input);
	str_free(&text);
	return good;
}

void
benches_free(struct benches *benches)
{
	for (size_t i = 0; i < benches->n; i++)
		probe_free(&benches->items[i]);
	free(benches->items);
	*benches = (struct benches){ 0 };
}
