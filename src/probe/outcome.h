/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * outcome - a measurement as the ledger keeps it, and its requests one by one for a file.
 *
 * The label: partial, if a run was stopped or had no answers to the end; else noisy, if one that counts is
 * in doubt for what else was at work (a loaded machine or GPU, clocks held down; variation and drift of the run
 * with one request at a time, or of all where there is none); else measured.
 */
#ifndef HLLM_PROBE_OUTCOME_H
#define HLLM_PROBE_OUTCOME_H

#include "ledger/probe.h"
#include "probe/measure.h"
#include "probe/power.h"
#include "probe/server.h"

/* Fills in the runs, the label, the cold start and what the server says of itself; the rest stays. */
void outcome_probe(struct probe *probe, const struct measurement *measurement,
	const struct measure_options *options, const struct server *server);
/* Adds the watts, and joules an output token over all of the runs. */
void outcome_power(
	struct probe *probe, const struct measurement *measurement, const struct power *power);
/* CSV, a line a request, warm-ups too: times in ns of CLOCK_MONOTONIC, what is not known empty. */
void outcome_samples(const struct measurement *measurement, struct str *out);

#endif
