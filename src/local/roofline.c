/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "local/roofline.h"

double
roofline_cache_bytes(const struct load *load, double context)
{
	double seen = context;
	if (load->window_layers && context > load->window) {
		double share = (double)load->window_layers / load->layers;
		seen = (1 - share) * context + share * load->window;
	}
	return load->kv_bytes * seen;
}

double
roofline_decode(
	const struct roofline *constants, const struct load *load, double bandwidth, double context)
{
	double bytes = load->read_bytes + roofline_cache_bytes(load, context);
	double seconds = bytes / (constants->efficiency * bandwidth);
	if (!load->moe)
		seconds += load->layers * constants->layer_us / 1e6;
	return 1 / seconds;
}

double
roofline_prefill(
	const struct roofline *constants, const struct load *load, double flops, double context)
{
	double work = 2 * load->params * (1 + constants->slope * context / 1000);
	return constants->efficiency * flops / work;
}
