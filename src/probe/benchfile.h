/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * benchfile - what another program measured, as a probe: llama-bench's JSON, JSONL and CSV, and the JSON
 * of `vllm bench serve`.
 *
 * llama-bench measures without a server: a test of prompts (n_prompt) or of answers (n_gen) at a depth,
 * of one request, with the mean and standard deviation of its repetitions.  A test of both at
 * once says nothing about either, and is counted only.  vLLM measures so many requests at once: its median
 * time per output token gives the decode speed of one.
 */
#ifndef HLLM_PROBE_BENCHFILE_H
#define HLLM_PROBE_BENCHFILE_H

#include "ledger/probe.h"

struct benches {
	struct probe *
		items; /* one for each machine, model and quantization of the file, as it names them */
	size_t n, size;
	size_t tests;   /* of the file */
	size_t skipped; /* of those, with prompts and answers in one speed */
};
void benches_free(struct benches *benches);

/* Reads all of it; "-" is standard input.  'now' (ns UTC) stands for a time that the file does not
 * tell.  False: FAULT_INPUT with file, line, and what was expected. */
bool benches_read(
	struct benches *benches, const char *path, int64_t now, struct err *err) hl_must_check;
/* The same of a text; 'name' is that of the file. */
bool benches_read_text(struct benches *benches, const char *name, struct slice text, int64_t now,
	struct err *err) hl_must_check;

#endif
