/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measured - speeds that the user measured on machines of their own: what goes before all that others
 * published and before every prediction.
 *
 * One entry is one speed: of answers or of prompts, of so many requests at once.  Several of one probe
 * have the same number.  What a probe found out to be contaminated has no place here.
 */
#ifndef HLLM_LOCAL_MEASURED_H
#define HLLM_LOCAL_MEASURED_H

#include "base/estimate.h"
#include "local/fit.h"
#include "local/roofline.h"

/* What it is worth, the best first. */
enum measured_rank { MEASURED_LIVE, MEASURED_PARTIAL, MEASURED_IMPORTED, MEASURED_NOISY };

struct measured_speed {
	int64_t probe;     /* its number, for people */
	struct slice date; /* "2026-11-25" */
	struct slice with; /* "llama.cpp b9910"; "" not known */
	enum measured_rank rank;
	struct slice hardware; /* its id in the catalogue */
	int units;
	struct slice model; /* its id in the catalogue */
	enum quant quant;
	struct load load;
	bool prefill;    /* a speed of prompts, else of answers */
	int concurrency; /* requests at once */
	double context;  /* tokens before the one measured, in the mean */
	/* tokens/s of all requests together, between which 80 of 100 repetitions lie */
	struct estimate rate;
};

struct measured {
	struct measured_speed *items;
	size_t n, size;
	struct arena arena;
};

/* Copies it with its texts.  Its rate is above 0. */
void measured_add(struct measured *list, const struct measured_speed *speed);
void measured_free(struct measured *list);

/* How a measurement has to do with a question. */
enum measured_fit {
	MEASURED_SAME,    /* machine, model and quantization */
	MEASURED_QUANT,   /* the model in another quantization */
	MEASURED_KIND,    /* another model of its kind: dense, or a mixture of experts */
	MEASURED_MACHINE, /* any other model */
	MEASURED_NOT
};
/*
 * What was measured on that machine and says most about the question: first by how it fits, then by rank, then
 * the latest date, then the nearest context.  'alone': of one request at a time, else of several at once,
 * then the nearest in number before all but the fit.  NULL: nothing.
 */
const struct measured_speed *measured_find(const struct measured *list,
	const struct fit_question *question, bool prefill, bool alone, enum measured_fit *fit);

#endif
