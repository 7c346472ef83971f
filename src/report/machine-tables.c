/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/machine-tables.h"

#include <math.h>

#include "report/amounts.h"
#include "report/catalogs.h"

/* One object in JSON; people read it in the headline and the notes. */
enum {
	M_HOST,
	M_CPU,
	M_BOARD,
	M_INSTRUCTIONS,
	M_VIRTUAL,
	M_ONLINE,
	M_USABLE,
	M_CORES,
	M_QUOTA,
	M_LEVEL,
	M_CACHE,
	M_MEMORY,
	M_FREE,
	M_LIMIT,
	M_LOAD,
	M_OTHERS,
	M_VECTORS,
	M_PINNED,
	M_ARRAY,
	M_SECONDS,
	M_NOISY,
	M_NOISE,
	M_ID,
	MACHINE
};
static const struct column machine_columns[MACHINE] = {
	[M_HOST] = { .key = "host" },
	[M_CPU] = { .key = "cpu" },
	[M_BOARD] = { .key = "board" },
	[M_INSTRUCTIONS] = { .key = "instructions" },
	[M_VIRTUAL] = { .key = "virtual" },
	[M_ONLINE] = { .key = "processors_online",
		.why = "@file Processors that Linux has running (/proc, /sys)" },
	[M_USABLE] = { .key = "processors_usable",
		.why = "@file Processors that this program may use (/proc, /sys)" },
	[M_CORES] = { .key = "cores", .why = "@file Cores of those processors (/proc, /sys)" },
	[M_QUOTA] = { .key = "processor_quota",
		.decimals = 3,
		.why = "@file Processors that the control group allows (/proc, /sys)" },
	[M_LEVEL] = { .key = "last_cache_level",
		.why = "@file The last cache before the memory (/proc, /sys)" },
	[M_CACHE] = { .key = "last_cache_gb",
		.unit = "GB",
		.decimals = 6,
		.why = "@file The size of all caches of the last level (/proc, /sys)" },
	[M_MEMORY] = { .key = "memory_gb",
		.unit = "GB",
		.decimals = 3,
		.why = "@file MemTotal (/proc, /sys)" },
	[M_FREE] = { .key = "free_gb",
		.unit = "GB",
		.decimals = 3,
		.why = "@file MemAvailable, when it was looked at (/proc, /sys)" },
	[M_LIMIT] = { .key = "memory_limit_gb",
		.unit = "GB",
		.decimals = 3,
		.why = "@file The limit of the control group (/proc, /sys)" },
	[M_LOAD] = { .key = "load",
		.decimals = 2,
		.why = "@file Programs that wanted to run, in the mean of the last minute (/proc, "
		       "/sys)" },
	[M_OTHERS] = { .key = "busy_with_other_work",
		.decimals = 3,
		.why = "@measured The share of the time that other programs took" },
	[M_VECTORS] = { .key = "vectors" },
	[M_PINNED] = { .key = "pinned" },
	[M_ARRAY] = { .key = "array_gb",
		.unit = "GB",
		.decimals = 6,
		.why = "@measured The size of the arrays that were read" },
	[M_SECONDS] = { .key = "seconds",
		.unit = "s",
		.decimals = 3,
		.why = "@measured How long was measured" },
	[M_NOISY] = { .key = "noisy" },
	[M_NOISE] = { .key = "noise" },
	[M_ID] = { .key = "hardware" },
};

enum {
	T_THREADS,
	T_READ,
	T_TRIAD,
	T_FLOAT,
	T_SPREAD_READ,
	T_SPREAD_TRIAD,
	T_SPREAD_FLOAT,
	T_APART,
	T_PASSES,
	THREADED
};
#define THREADS(what) "@measured With {threads} threads, the median of {passes} passes: " what
static const struct column thread_columns[THREADED] = {
	[T_THREADS] = { .key = "threads",
		.head = "THREADS",
		.why = "@assumption So many threads were tried at once" },
	[T_READ] = { .key = "read_gb_per_second",
		.head = "READ GB/S",
		.decimals = 3,
		.why = THREADS("bytes read from arrays far over the caches") },
	[T_TRIAD] = { .key = "triad_gb_per_second",
		.head = "TRIAD GB/S",
		.decimals = 3,
		.why = THREADS("bytes read and written by a[i] = b[i] + s * c[i]") },
	[T_FLOAT] = { .key = "gflops",
		.head = "GFLOP/S",
		.decimals = 3,
		.why = THREADS("additions and multiplications of 32 bits") },
	[T_SPREAD_READ] = { .key = "read_spread",
		.decimals = 1,
		.why = THREADS("how far passes of reading differ") },
	[T_SPREAD_TRIAD] = { .key = "triad_spread",
		.decimals = 1,
		.why = THREADS("how far passes of the triad differ") },
	[T_SPREAD_FLOAT] = { .key = "gflops_spread",
		.decimals = 1,
		.why = THREADS("how far passes of arithmetic differ") },
	[T_APART] = { .head = "PASSES APART" },
	[T_PASSES] = { .key = "passes",
		.why = "@measured So many passes of each loop there was time for" },
};

enum {
	G_INDEX,
	G_NAME,
	G_VENDOR,
	G_MEMORY,
	G_USED,
	G_SHARED,
	G_BUSY,
	G_WATTS,
	G_LIMIT,
	G_DEGREES,
	G_CLOCK,
	G_CLOCK_MOST,
	G_HELD,
	G_SPLIT,
	G_DRIVER,
	G_UUID,
	G_ROW,
	GPUS
};
static const struct column gpu_columns[GPUS] = {
	[G_INDEX] = { .key = "index",
		.head = "#",
		.why = "@measured Its number among the cards, as its driver tells" },
	[G_NAME] = { .key = "name", .head = "GRAPHICS", .left = true, .weight = 1, .least = 24 },
	[G_VENDOR] = { .key = "vendor" },
	[G_MEMORY] = { .key = "memory_gb",
		.head = "GB",
		.unit = "GB",
		.decimals = 3,
		.why = "@measured Its memory, as its driver tells" },
	[G_USED] = { .key = "used_gb",
		.head = "USED",
		.unit = "GB",
		.decimals = 3,
		.why = "@measured Memory in use, as its driver tells" },
	[G_SHARED] = { .key = "shared_memory" },
	[G_BUSY] = { .key = "busy",
		.head = "BUSY",
		.decimals = 0,
		.drop = 2,
		.why = "@measured The share of the time in which it worked, as its driver tells" },
	[G_WATTS] = { .key = "watts",
		.head = "WATTS",
		.unit = "W",
		.decimals = 1,
		.drop = 3,
		.why = "@measured What it draws, as its driver tells" },
	[G_LIMIT] = { .key = "limit_watts",
		.unit = "W",
		.decimals = 1,
		.why = "@measured What it may draw, as its driver tells" },
	[G_DEGREES] = { .key = "celsius",
		.decimals = 1,
		.why = "@measured Its temperature, as its driver tells" },
	[G_CLOCK] = { .key = "clock_mhz",
		.head = "MHZ",
		.unit = "MHz",
		.decimals = 0,
		.drop = 4,
		.why = "@measured Its clock, as its driver tells" },
	[G_CLOCK_MOST] = { .key = "clock_most_mhz",
		.unit = "MHz",
		.decimals = 0,
		.why = "@measured The highest clock it may have, as its driver tells" },
	[G_HELD] = { .key = "throttled_by", .head = "HELD DOWN BY", .left = true, .drop = 5 },
	[G_SPLIT] = { .key = "split" },
	[G_DRIVER] = { .key = "driver" },
	[G_UUID] = { .key = "uuid" },
	[G_ROW] = { .key = "hardware", .head = "IN THE CATALOGUE", .left = true, .drop = 1 },
};

enum { P_GPU, P_PID, P_NAME, P_BYTES, PROCESSES };
static const struct column process_columns[PROCESSES] = {
	[P_GPU] = { .key = "gpu",
		.head = "#",
		.why = "@measured The card that it is on, as the driver tells" },
	[P_PID] = { .key = "pid",
		.head = "PROCESS",
		.why = "@measured Its number, as the driver tells" },
	[P_NAME] = { .key = "name", .head = "PROGRAM ON IT", .left = true },
	[P_BYTES] = { .key = "memory_gb",
		.head = "GB",
		.unit = "GB",
		.decimals = 3,
		.why = "@measured Memory of the card that it has, as the driver tells" },
};

enum {
	F_MODEL,
	F_QUANT,
	F_ON,
	F_UNITS,
	F_CONTEXT,
	F_NEEDS,
	F_LIKELY,
	F_LOW,
	F_HIGH,
	F_RANGE,
	F_PREFILL,
	F_PREFILL_LOW,
	F_PREFILL_HIGH,
	F_FROM,
	F_SOURCE,
	FORECASTS
};
#define FITS(what) "@search {source}: hllm models {model} --on {hardware} shows " what
static const struct column forecast_columns[FORECASTS] = {
	[F_MODEL] = { .key = "model", .names = true, .head = "MODEL THAT FITS", .left = true },
	[F_QUANT] = { .key = "quantization", .names = true, .head = "AS", .left = true },
	[F_ON] = { .key = "hardware", .names = true, .head = "ON", .left = true, .drop = 2 },
	[F_UNITS] = { .key = "units",
		.why = "@measured Cards or machines of this kind that were found" },
	[F_CONTEXT] = { .key = "context",
		.unit = "tokens",
		.why = "@assumption Prompt and answer together" },
	[F_NEEDS] = { .key = "memory_gb",
		.head = "GB",
		.unit = "GB",
		.decimals = 3,
		.why = FITS("weights, cache and overhead") },
	[F_LIKELY] = { .key = "decode_tokens_per_second.likely",
		.head = "TOKENS/S",
		.decimals = 3,
		.why = FITS("the speed of writing") },
	[F_LOW] = { .key = "decode_tokens_per_second.low",
		.decimals = 3,
		.why = FITS("the speed of writing") },
	[F_HIGH] = { .key = "decode_tokens_per_second.high",
		.decimals = 3,
		.why = FITS("the speed of writing") },
	[F_RANGE] = { .head = "80 % OF CASES", .left = true },
	[F_PREFILL] = { .key = "prefill_tokens_per_second.likely",
		.head = "PROMPT/S",
		.decimals = 3,
		.drop = 3,
		.why = FITS("the speed of reading") },
	[F_PREFILL_LOW] = { .key = "prefill_tokens_per_second.low",
		.decimals = 3,
		.why = FITS("the speed of reading") },
	[F_PREFILL_HIGH] = { .key = "prefill_tokens_per_second.high",
		.decimals = 3,
		.why = FITS("the speed of reading") },
	[F_FROM] = { .key = "from", .head = "HOW", .left = true, .drop = 1 },
	[F_SOURCE] = { .key = "source" },
};

static const struct {
	unsigned bit;
	const char *id, *text;
} noises[] = {
	{ CPUSPEED_SPREAD, "spread", "passes of one loop differ by more than 10 %" },
	{ CPUSPEED_BUSY, "busy", "other programs were at work" },
	{ CPUSPEED_SMALL, "small",
		"too little memory is free for arrays far over the caches, which then speed up "
		"what "
		"was measured" },
	{ CPUSPEED_SHORT, "short", "the time was too short for three passes of each loop" },
};

/* Three digits that count for people, all of them for programs. */
static struct cell
figure(struct answer *answer, double value, const char *reason)
{
	struct str text = STR_INIT;
	struct cell cell = number_cell(value, 3, reason);
	if (cell.type == CELL_NONE)
		return cell;
	number_text(&text, value);
	cell.text = text_cell(answer, &text).text;
	str_free(&text);
	return cell;
}

void
machine_noise_words(struct str *out, unsigned noise)
{
	for (size_t i = 0; i < HL_COUNT(noises); i++)
		if (noise & noises[i].bit)
			str_printf(out, "%s%s", out->n ? "; " : "", noises[i].text);
}

static struct cell
noise_cell(struct answer *answer, unsigned noise)
{
	struct str list = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(noises); i++)
		if (noise & noises[i].bit)
			str_printf(&list, "%s%s", list.n ? "\n" : "", noises[i].id);
	struct cell cell = cell_list(answer, str_as_slice(&list));
	str_free(&list);
	return cell;
}

const struct match *
machine_best_match(const struct machine_found *found)
{
	for (int i = 0; i < found->matches_n; i++)
		if (found->matches[i].hardware)
			return &found->matches[i];
	return NULL;
}

static void
put_machine(struct answer *answer, const struct machine_found *found)
{
	static const char untold[] = "the system does not tell";
	const struct machine *m = found->machine;
	const struct cpuspeed *speed = found->speed;
	const struct match *match = machine_best_match(found);
	struct table *table = answer_table(answer, "machine", NULL, machine_columns, MACHINE);
	struct cell *row = table_row(table);
	table->single = table->quiet = true;
	row[M_HOST] = catalog_word(answer, m->host, untold);
	row[M_CPU] = catalog_word(answer, m->cpu, untold);
	row[M_BOARD] = catalog_word(answer, m->board, untold);
	row[M_INSTRUCTIONS] = catalog_list(answer, m->instructions, ' ', "none of those we know");
	row[M_VIRTUAL] = cell_flag(m->hypervisor);
	row[M_ONLINE] = cell_count(m->online);
	row[M_USABLE] = cell_count(m->cpus_n);
	row[M_CORES] = m->cores ? cell_count(m->cores) : cell_none(untold);
	row[M_QUOTA] = number_cell(m->quota, 3, "no limit");
	row[M_LEVEL] = m->cache_level ? cell_count(m->cache_level) : cell_none(untold);
	row[M_CACHE] = number_cell(m->cache_bytes / 1e9, 6, untold);
	row[M_MEMORY] = number_cell(m->memory_bytes / 1e9, 3, untold);
	row[M_FREE] = number_cell(m->free_bytes / 1e9, 3, untold);
	row[M_LIMIT] = number_cell(m->limit_bytes / 1e9, 3, "no limit");
	row[M_LOAD] = number_cell(m->load, 2, untold);
	row[M_OTHERS] = number_cell(speed->others, 3, untold);
	row[M_VECTORS] = cell_text(answer, slice_of(speed->vectors));
	row[M_PINNED] = cell_flag(speed->pinned);
	row[M_ARRAY] = number_cell(speed->array_bytes / 1e9, 6, "");
	row[M_SECONDS] = number_cell(speed->seconds, 3, "");
	row[M_NOISY] = cell_flag(speed->noise != 0);
	row[M_NOISE] = noise_cell(answer, speed->noise);
	row[M_ID] = match ? cell_text(answer, match->hardware->id)
			  : cell_none("nothing in hardware.csv is called like it");
}

static void
thread_table(struct answer *answer, const struct cpuspeed *speed)
{
	struct table *table = answer_table(answer, "processors", NULL, thread_columns, THREADED);
	for (int i = 0; i < speed->n; i++) {
		const struct cpuspeed_row *from = &speed->rows[i];
		struct cell *row = table_row(table);
		double apart = 0;
		int passes = from->passes[0];
		row[T_THREADS] = cell_count(from->threads);
		for (int k = 0; k < CPUSPEED_KINDS; k++) {
			row[T_READ + k] = figure(answer, from->best[k], "not measured");
			row[T_SPREAD_READ + k] = fraction_cell(from->spread[k], "not measured");
			apart = fmax(apart, from->spread[k]);
			passes = from->passes[k] < passes ? from->passes[k] : passes;
		}
		row[T_APART] = fraction_cell(apart, "not measured");
		row[T_PASSES] = cell_count(passes);
	}
}

static const struct match *
match_of(const struct machine_found *found, const struct gpu *gpu)
{
	for (int i = 0; i < found->matches_n; i++)
		if (found->matches[i].gpu >= 0 && slice_eq(found->matches[i].name, gpu->name))
			return &found->matches[i];
	return NULL;
}

static struct cell
throttle_cell(struct answer *answer, const struct gpu *gpu)
{
	struct str text = STR_INIT;
	if (!gpu->throttle_known)
		return cell_none("its driver does not tell");
	gpu_throttle_words(&text, gpu->throttle);
	struct cell cell = text.n ? text_cell(answer, &text) : cell_none("nothing");
	str_free(&text);
	return cell;
}

static void
gpu_table(struct answer *answer, const struct machine_found *found)
{
	static const char untold[] = "its driver does not tell";
	struct table *table = answer_table(answer, "gpus", NULL, gpu_columns, GPUS);
	for (size_t i = 0; i < found->gpus->n; i++) {
		const struct gpu *gpu = &found->gpus->items[i];
		const struct match *match = match_of(found, gpu);
		struct cell *row = table_row(table);
		row[G_INDEX] = cell_count(gpu->index);
		row[G_NAME] = catalog_word(answer, gpu->name, untold);
		row[G_VENDOR] = cell_text(answer, slice_of(gpu_vendors[gpu->vendor]));
		row[G_MEMORY] = figure(answer, gpu->memory_bytes / 1e9, untold);
		row[G_USED] = figure(answer, gpu->used_bytes / 1e9, untold);
		row[G_SHARED] = cell_flag(gpu->unified);
		row[G_BUSY] = fraction_cell(gpu->busy, untold);
		row[G_WATTS] = figure(answer, gpu->watts, untold);
		row[G_LIMIT] = number_cell(gpu->limit_watts, 1, untold);
		row[G_DEGREES] = number_cell(gpu->degrees, 1, untold);
		row[G_CLOCK] = number_cell(gpu->clock_mhz, 0, untold);
		row[G_CLOCK_MOST] = number_cell(gpu->clock_most_mhz, 0, untold);
		row[G_HELD] = throttle_cell(answer, gpu);
		row[G_SPLIT] = cell_flag(gpu->split);
		row[G_DRIVER] = catalog_word(answer, gpu->driver, untold);
		row[G_UUID] = catalog_word(answer, gpu->uuid, untold);
		row[G_ROW] = match && match->hardware
				     ? cell_text(answer, match->hardware->id)
				     : cell_none("nothing in hardware.csv is called like it");
	}
}

static void
process_table(struct answer *answer, const struct gpus *gpus)
{
	struct table *table =
		answer_table(answer, "gpu_processes", NULL, process_columns, PROCESSES);
	for (size_t i = 0; i < gpus->processes_n; i++) {
		const struct gpu_process *process = &gpus->processes[i];
		struct cell *row = table_row(table);
		row[P_GPU] = process->gpu >= 0 ? cell_count(gpus->items[process->gpu].index)
					       : cell_none("nvidia-smi does not tell");
		row[P_PID] = cell_count(process->pid);
		row[P_NAME] = catalog_word(answer, process->name, "nvidia-smi does not tell");
		row[P_BYTES] = figure(answer, process->bytes / 1e9, "nvidia-smi does not tell");
	}
}

static void
put_rates(struct answer *answer, struct cell *row, const struct estimate *rate, const char *reason)
{
	row[0] = rate ? figure(answer, rate->likely, reason) : cell_none(reason);
	row[1] = rate ? figure(answer, rate->low, reason) : cell_none(reason);
	row[2] = rate ? figure(answer, rate->high, reason) : cell_none(reason);
}

static struct cell
range_cell(struct answer *answer, const struct estimate *rate)
{
	struct str text = STR_INIT;
	number_text(&text, rate->low);
	str_puts(&text, " to ");
	number_text(&text, rate->high);
	struct cell cell = text_cell(answer, &text);
	str_free(&text);
	return cell;
}

static void
put_forecast(struct answer *answer, struct table *table, const struct machine_models *on,
	const struct forecast *forecast)
{
	const struct speed *speed = &forecast->speed;
	struct cell *row = table_row(table);
	row[F_MODEL] = cell_text(answer, forecast->model->id);
	row[F_QUANT] = cell_text(answer, slice_of(quant_names[forecast->quant]));
	row[F_ON] = cell_text(answer, on->hardware->id);
	row[F_UNITS] = cell_count(on->units);
	row[F_CONTEXT] = cell_count(forecast->context);
	row[F_NEEDS] = figure(answer, forecast->fit.needed_gb, "");
	put_rates(answer, row + F_LIKELY, speed->decodes ? &speed->decode : NULL,
		"the model only reads");
	if (speed->decodes)
		row[F_RANGE] = range_cell(answer, &speed->decode);
	put_rates(answer, row + F_PREFILL, speed->prefill_known ? &speed->prefill : NULL,
		"the arithmetic speed of the hardware is not known");
	row[F_FROM] = cell_text(answer, slice_of(speed->from == SPEED_FROM_PREDICTION  ? "predicted"
						 : speed->from == SPEED_FROM_PUBLISHED ? "published"
										       : "probed"));
	row[F_SOURCE] =
		cell_text(answer, slice_of(speed->decodes ? speed->source : speed->prefill_source));
}

static size_t
forecast_table(struct answer *answer, const struct machine_found *found)
{
	size_t most = 0;
	struct column *columns = arena_take(&answer->arena, sizeof(forecast_columns));
	memcpy(columns, forecast_columns, sizeof(forecast_columns));
	/* people need not be told of each row what is true of all */
	if (found->models_n < 2)
		columns[F_ON].head = columns[F_FROM].head = NULL;
	struct table *table = answer_table(answer, "predictions", NULL, columns, FORECASTS);
	for (size_t i = 0; i < found->models_n; i++) {
		const struct machine_models *on = &found->models[i];
		for (size_t k = 0; k < on->n; k++)
			put_forecast(answer, table, on, &on->items[k]);
		most = on->n > most ? on->n : most;
	}
	/* what the card does is what people ask for; programs are told of the processors, too */
	if (found->models_n > 1)
		table->most = found->models[0].n;
	return most;
}

size_t
machine_tables(struct answer *answer, const struct machine_found *found)
{
	put_machine(answer, found);
	thread_table(answer, found->speed);
	if (found->gpus->n)
		gpu_table(answer, found);
	if (found->gpus->processes_n)
		process_table(answer, found->gpus);
	return forecast_table(answer, found);
}
