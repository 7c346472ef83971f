/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * known - a probe beside the catalogues: which hardware and model it is of, and its speeds as plans take
 * them (local/measured.h).
 *
 * Of a run that is used, a speed of answers is the median decode speed of its requests, of C requests at
 * once C times that; its range is the median -+ 1.28 standard deviations, which hold 80 of 100
 * requests where they lie about it as chance has it.  A run that was refused, or whose requests
 * waited for a slot, is no speed.
 */
#ifndef HLLM_PROBE_KNOWN_H
#define HLLM_PROBE_KNOWN_H

#include "ledger/probe.h"
#include "local/speeds.h"

struct probe_known {
	const struct hardware *hardware; /* NULL: none of the catalogue */
	const struct local_model *model; /* NULL: none of the catalogue */
	bool quant_known;                /* it is one of the three that models.csv has files of */
	enum quant quant;
	size_t speeds; /* that plans can use */
	char why[512]; /* no plan can use it: a sentence without a full stop; "" */
};
void probe_known(const struct probe *probe, const struct hardwares *hardwares,
	const struct local_models *models, struct probe_known *out);
/* The same, and adds its speeds to the list. */
void probe_measured(const struct probe *probe, const struct hardwares *hardwares,
	const struct local_models *models, struct measured *list, struct probe_known *out);

/* The quantization in the name of a file or in words ("Q4_K - Medium", "bf16", "…-Q8_0.gguf"), as a part
 * of 'text'; nothing: "". */
struct slice probe_quant(struct slice text);

#endif
