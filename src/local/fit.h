/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fit - does a model fit into the memory of some hardware, at a context and a concurrency?
 *
 *   needed   = weights + cache + overhead
 *   weights  = all of the file
 *   cache    = 2 * kv_heads * head_dim * 2 bytes * concurrency
 *              * (layers that see all * context + layers with a window * (window + 512))
 *              (16-bit keys and values; every request has room for the whole context; llama.cpp
 *              keeps a window and one batch, or the context where that is shorter)
 *   overhead = 0.75 GB a unit + 2 % of the weights
 *   usable   = memory * usable_share * units
 *
 * The overhead is an allowance of ours: what llama.cpp prints of its compute buffers at batches of
 * 512 tokens is 0.1 to 0.7 GB a card, a CUDA context takes 0.3 to 0.5 GB, and both grow with the
 * model.  A vendor's GB of memory are 2^30 bytes and counted as 10^9 here: the 7 % between
 * them is left to the driver and to a screen.
 *
 * Several units share the layers between them, so that their memory adds up.  Encoders keep no cache:
 * what is counted for one is the most that their work takes; see kv_bound in model.h.
 */
#ifndef HLLM_LOCAL_FIT_H
#define HLLM_LOCAL_FIT_H

#include "local/hardware.h"
#include "local/model.h"

enum fit_answer {
	FIT_YES,
	FIT_TOO_LARGE,  /* the weights alone do not fit, at any context */
	FIT_TOO_LONG,   /* a shorter context, or fewer at once, would fit */
	FIT_OVER_LIMIT, /* the model was not made for such a context */
	FIT_NO_FILE,    /* the model is not there in this quantization: no figure is known */
};

/* GB are 10^9 bytes. */
struct fit {
	enum fit_answer answer;
	double weights_gb, kv_gb, overhead_gb, needed_gb, usable_gb;
	int64_t kv_bytes;      /* a token of context, in all layers */
	int64_t window_tokens; /* that the layers with a window keep; the context without any */
	int layers, window_layers;
	bool kv_bound;   /* kv_gb is the most that it can be */
	int64_t context; /* what was asked for */
	int concurrency;
	int units;
	int64_t context_most; /* the largest context that would fit at this concurrency; 0: none */
};

/* context and concurrency at least 1, units as in units_cut(). */
struct fit_question {
	const struct local_model *model;
	enum quant quant;
	const struct hardware *hardware;
	int units;
	int64_t context; /* tokens of prompt and answer together */
	int concurrency; /* requests at once */
};
void fit_of(const struct fit_question *question, struct fit *fit);

/* "4.91 GB of weights + 4.29 GB of cache (131,072 bytes a token x 32,768 tokens) + 0.85 GB of overhead =
 * 10.05 GB, of 24 GB" */
void fit_arithmetic(struct str *out, const struct fit *fit);
/* A sentence that says no and why: "qwen2.5-72b in q4_k_m does not fit …"; nothing when it fits. */
void fit_refusal(struct str *out, const struct fit_question *question, const struct fit *fit);

#endif
