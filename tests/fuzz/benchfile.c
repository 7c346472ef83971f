/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * benchfile - any text as a file of llama-bench or vllm bench serve: refused with a sentence that names the
 * file, or probes whose numbers are none or sound, and which the ledger gives back as they were.
 */
#include "config.h"

#include "probe/benchfile.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "ledger/probe-pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Nothing below zero, nothing without end. */
static void
check_number(double value)
{
	if (!isnan(value) && (!isfinite(value) || value < 0))
		abort();
}

static void
check_run(const struct probe_run *run)
{
	const double numbers[] = { run->prompt_tokens, run->cached_tokens, run->output_tokens,
		run->depth, run->output_rate, run->total_rate, run->request_rate, run->goodput,
		run->seconds };
	if (run->concurrency < 1 || run->requests < -1 || run->failures < -1)
		abort();
	for (size_t i = 0; i < HL_COUNT(numbers); i++)
		check_number(numbers[i]);
	for (int i = 0; i < PROBE_QUANTITIES; i++) {
		const struct probe_figure *figure = &run->of[i];
		const double values[] = { figure->p50, figure->p90, figure->p99, figure->mean,
			figure->cov };
		if (figure->n < 0)
			abort();
		for (size_t k = 0; k < HL_COUNT(values); k++)
			check_number(values[k]);
	}
}

static void
check_kept(const struct probe *probe)
{
	struct str first = STR_INIT, second = STR_INIT;
	struct probe again;
	probe_init(&again);
	probe_pack(probe, &first);
	if (!probe_unpack(&again, str_as_slice(&first)) || again.runs_n != probe->runs_n ||
		again.warnings_n != probe->warnings_n)
		abort();
	probe_pack(&again, &second);
	if (!slice_eq(str_as_slice(&first), str_as_slice(&second)))
		abort();
	probe_free(&again);
	str_free(&first);
	str_free(&second);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct benches benches = { 0 };
	struct err err = { 0 };
	struct slice text = { (const char *)data, size };
	if (benches_read_text(&benches, "fuzz.json", text, 0, &err)) {
		if (!benches.n || benches.skipped > benches.tests)
			abort();
		for (size_t i = 0; i < benches.n; i++) {
			const struct probe *probe = &benches.items[i];
			if (!probe->runs_n || probe->label != PROBE_IMPORTED)
				abort();
			for (size_t k = 0; k < probe->runs_n; k++)
				check_run(&probe->runs[k]);
			check_kept(probe);
		}
	} else if (!strstr(err.text, "fuzz.json")) {
		abort();
	}
	benches_free(&benches);
	return 0;
}
