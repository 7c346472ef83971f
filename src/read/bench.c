/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench - results of llama-bench and of `vllm bench serve`: measurements, never usage. */
#include "config.h"

#include <stdio.h>

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"

enum { V_MODEL, V_DATE, V_SPEED, V_CONCURRENCY, V_TTFT };

static const char *const vllm_slots[] = {
	[V_MODEL] = "model_id",
	[V_DATE] = "date",
	[V_SPEED] = "output_throughput",
	[V_CONCURRENCY] = "max_concurrency",
	[V_TTFT] = "mean_ttft_ms",
	NULL,
};

/* "20261001-101500", in the zone of the machine; anything else is no time. */
static void
fill_vllm_time(struct slice text, struct record *rec)
{
	char iso[32];
	bool zoned, dated;
	if (text.n != 15 || text.p[8] != '-')
		return;
	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s %.2s:%.2s:%.2s", text.p, text.p + 4, text.p + 6,
		text.p + 9, text.p + 11, text.p + 13);
	rec->timed = when_parse(slice_of(iso), &rec->start, &zoned, &dated);
	rec->how |= rec->timed ? HOW_NO_ZONE : 0;
}

static void
fill_bench(struct record *rec, struct slice model)
{
	record_init(rec);
	rec->origin = ORIGIN_BENCH;
	rec->pay = PAY_LOCAL;
	rec->how |= HOW_LOCAL;
	rec->requests = -1;
	rec->identity = IDENTITY_ORDINAL;
	bill_set_model(rec, model);
}

static struct slice
concurrency_text(struct row *row)
{
	struct str text = STR_INIT;
	if (row_has(row, V_CONCURRENCY)) {
		str_puts(&text, "concurrency ");
		str_slice(&text, row_text(row, V_CONCURRENCY));
	}
	struct slice copy = slice_copy(row_arena(row), str_as_slice(&text));
	str_free(&text);
	return copy;
}

static void
read_vllm(struct row *row)
{
	struct record rec;
	femto_t speed;
	fill_bench(&rec, row_text(row, V_MODEL));
	fill_vllm_time(row_text(row, V_DATE), &rec);
	rec.line_item = concurrency_text(row);
	rec.ttft_ms = row_millis(row, V_TTFT, 1);
	if (bill_number(row, V_SPEED, &speed))
		record_measure_femto(&rec, MEASURE_AGGREGATE_SPEED, speed);
	else if (!row_is_bad(row))
		row_bad(row, "output_throughput is missing");
	row_emit(row, &rec);
}

static const char *
match_vllm(const struct sight *sight)
{
	return sight_path(sight, "output_throughput") && sight_path(sight, "total_input_tokens")
		       ? "output_throughput and total_input_tokens"
		       : NULL;
}

enum { L_MODEL, L_TIME, L_GPU, L_PROMPT, L_GENERATED, L_SPEED };

static const char *const llama_slots[] = {
	[L_MODEL] = "model_type|model_filename",
	[L_TIME] = "test_time",
	[L_GPU] = "gpu_info|cpu_info",
	[L_PROMPT] = "n_prompt",
	[L_GENERATED] = "n_gen",
	[L_SPEED] = "avg_ts",
	NULL,
};

static void
read_llama(struct row *row)
{
	struct record rec;
	femto_t speed;
	int64_t prompt = row_count(row, L_PROMPT, 0), generated = row_count(row, L_GENERATED, 0);
	if (prompt && generated) {
		row_note(row, NOTE_SKIPPED); /* one speed of two phases says nothing about either */
		return;
	}
	fill_bench(&rec, row_text(row, L_MODEL));
	row_time(row, L_TIME, &rec);
	rec.line_item = row_text(row, L_GPU);
	if (bill_number(row, L_SPEED, &speed))
		record_measure_femto(
			&rec, generated ? MEASURE_OUTPUT_SPEED : MEASURE_PROMPT_SPEED, speed);
	else if (!row_is_bad(row))
		row_bad(row, "avg_ts is missing");
	row_emit(row, &rec);
}

static const char *
match_llama(const struct sight *sight)
{
	bool found = sight->form == FORM_CSV
			     ? sight_column(sight, "avg_ts") && sight_column(sight, "n_gen")
			     : sight_path(sight, "avg_ts") && sight_path(sight, "n_gen");
	return found ? "avg_ts and n_gen" : NULL;
}

const struct reader reader_vllm_bench = {
	.name = "vllm-bench",
	.title = "vLLM benchmark",
	.forms = FORM_JSON,
	.origin = ORIGIN_BENCH,
	.slots = vllm_slots,
	.match = match_vllm,
	.row = read_vllm,
};

const struct reader reader_llama_bench = {
	.name = "llama-bench",
	.title = "llama-bench result",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_BENCH,
	.slots = llama_slots,
	.match = match_llama,
	.row = read_llama,
};
