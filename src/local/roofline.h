/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * roofline - tokens a second from what has to be read and worked out for one (Williams et al. 2009,
 * "Roofline"; for language models Pope et al. 2022).
 *
 *   decode:  seconds = bytes / (efficiency * bandwidth) + layers * layer_us / 10^6
 *            bytes   = weights read + cache read of as many tokens as each layer looks back at;
 *            a mixture of experts has no second term
 *   prefill: seconds = 2 * parameters * (1 + slope * context / 1000) / (efficiency * flops)
 *
 * The constants are those of a class of hardware, fitted on measurements by scripts/fit-speed.
 */
#ifndef HLLM_LOCAL_ROOFLINE_H
#define HLLM_LOCAL_ROOFLINE_H

#include <stdbool.h>

struct roofline {
	double efficiency;
	double layer_us; /* decode: microseconds a layer */
	double slope;    /* prefill: share of time that 1,000 tokens looked back at add */
};

/* What of a model the prediction needs. */
struct load {
	double read_bytes; /* weights, for one token */
	double kv_bytes;   /* cache, of one token of context */
	double params;     /* those that a token goes through */
	int layers;
	int window_layers; /* of those, that look back at 'window' tokens at most */
	double window;
	bool moe; /* mixture of experts */
};

/* Tokens a second of one stream behind 'context' tokens; bandwidth in bytes a second. */
double roofline_decode(const struct roofline *constants, const struct load *load, double bandwidth,
	double context);
/* Prompt tokens a second that look back at 'context' tokens in the mean: half of a whole prompt. */
double roofline_prefill(
	const struct roofline *constants, const struct load *load, double flops, double context);
/* Read of the cache for one token. */
double roofline_cache_bytes(const struct load *load, double context);

#endif
