/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * forecast - how fast the catalogue's models would be on this machine, before any server exists.
 *
 * On cards and machines that hardware.csv has, by its row; on the processors, by the bandwidth that was
 * measured, with the efficiency of the class "cpu".  That was fitted on the peak of the memory, of
 * which programs read some 80 %: taking it of what was read leaves the rest for what a few
 * cores cannot calculate as fast as they read.  They are predictions all the same, and say so.
 */
#ifndef HLLM_PROBE_FORECAST_H
#define HLLM_PROBE_FORECAST_H

#include "local/speed.h"
#include "probe/cpuspeed.h"
#include "probe/match.h"

/* As long as a usual request: what hardware is looked at with, where nobody says otherwise. */
enum { FORECAST_CONTEXT = 8192 };

struct forecast {
	const struct local_model *model;
	enum quant quant; /* the smallest there is */
	int64_t context;
	struct fit fit;
	struct speed speed; /* where it fits */
};

/* The processors of this machine with its memory; the texts are literals. */
struct hardware forecast_processors(const struct machine *machine, const struct cpuspeed *speed);
/* Is it a row whose models run on something faster than the processors that were measured? */
bool forecast_by_row(const struct match *match);
/* Of all models, in their order, those that fit on so many units; returns how many, or -1: err
 * (speed.csv is not whole).  *out is to be freed. */
ptrdiff_t forecast_all(const struct local_models *models, const struct speeds *speeds,
	const struct hardware *hardware, int units, struct forecast **out, struct err *err);

#endif
