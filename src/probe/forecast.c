/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "probe/forecast.h"

#include <math.h>
#include <stdlib.h>

#include "base/estimate.h"

struct hardware
forecast_processors(const struct machine *machine, const struct cpuspeed *speed)
{
	struct hardware hardware;
	struct err err;
	/* 32-bit operations: an engine's kernels for 16 bits are no faster on most processors */
	if (!hardware_describe(&hardware, "cpu", machine_memory(machine) / 1e9,
		    cpuspeed_most(speed, CPUSPEED_READ), cpuspeed_most(speed, CPUSPEED_FLOAT) / 1e3,
		    &err))
		BUG("%s", err.text);
	hardware.id = SLICE("this-machine");
	hardware.name = SLICE("the processors of this machine");
	return hardware;
}

bool
forecast_by_row(const struct match *match)
{
	return match->hardware && !slice_is(match->hardware->class, "cpu");
}

static bool
smallest(const struct local_model *model, enum quant *quant)
{
	for (int q = 0; q < QUANTS; q++)
		if (!isnan(model->file_gb[q]) && !isnan(model->read_gb[q])) {
			*quant = (enum quant)q;
			return true;
		}
	return false;
}

ptrdiff_t
forecast_all(const struct local_models *models, const struct speeds *speeds,
	const struct hardware *hardware, int units, struct forecast **out, struct err *err)
{
	ptrdiff_t n = 0;
	*out = xcalloc(models->n, sizeof(**out));
	for (size_t i = 0; i < models->n; i++) {
		struct forecast one = { .model = &models->items[i] };
		if (!smallest(one.model, &one.quant))
			continue;
		one.context = one.model->context < FORECAST_CONTEXT ? one.model->context
								    : FORECAST_CONTEXT;
		struct fit_question question = { .model = one.model,
			.quant = one.quant,
			.hardware = hardware,
			.units = units,
			.context = one.context,
			.concurrency = 1 };
		fit_of(&question, &one.fit);
		if (one.fit.answer != FIT_YES)
			continue;
		if (!speed_of(speeds, &question, &one.speed, err)) {
			free(*out);
			*out = NULL;
			return -1;
		}
		(*out)[n++] = one;
	}
	return n;
}
