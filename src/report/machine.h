/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * machine - the answer of `hllm probe --machine`: what this machine is, how fast it reads memory and
 * calculates, its graphics cards, and which models would fit and how fast they are predicted to be.
 */
#ifndef HLLM_REPORT_MACHINE_H
#define HLLM_REPORT_MACHINE_H

#include "probe/forecast.h"
#include "report/answer.h"

/* The models on one thing: a row of hardware.csv, or the processors that were measured. */
struct machine_models {
	const struct hardware *hardware;
	int units;
	const struct forecast *items;
	size_t n;
};

struct machine_found {
	const struct machine *machine;
	const struct gpus *gpus;
	const struct cpuspeed *speed;
	const struct match *matches;
	int matches_n;
	struct machine_models models[MATCHES_MOST]; /* the fastest first */
	size_t models_n;
	size_t models_known; /* in the catalogue, whether they fit or not */
};
void machine_report(struct answer *answer, const struct machine_found *found);

#endif
