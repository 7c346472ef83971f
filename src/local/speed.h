/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speed - how many tokens a second a model makes on some hardware: the best source there is, named,
 * with a range that holds 80 % of cases.
 *
 * The sources, the best first: a probe of this machine with this model; one with another model, carried
 * over; a published measurement of the same machine, model and quantization, carried to the
 * context asked for by the prediction; the prediction of the hardware's class (roofline.h).
 * Units share the layers between them, one after the other: a token takes as long as on one.
 */
#ifndef HLLM_LOCAL_SPEED_H
#define HLLM_LOCAL_SPEED_H

#include "base/estimate.h"
#include "local/fit.h"
#include "local/speeds.h"

enum speed_from {
	SPEED_FROM_PROBE,
	SPEED_FROM_OTHER_PROBE,
	SPEED_FROM_PUBLISHED,
	SPEED_FROM_PREDICTION
};

enum { SPEED_TEXT = 512 };

struct speed {
	bool decodes;           /* false: an encoder, which only reads; decode means nothing */
	struct estimate decode; /* tokens/s of one stream at the context asked for */
	enum speed_from from;
	double median_error, p90_error; /* of that source, a share; NAN: no class error is known */
	/* Output tokens/s of all requests at once; never more than arithmetic (the prefill speed) and
	 * reading every cache allow. */
	struct estimate batch_decode;
	bool prefill_known;      /* else prefill_source says what is missing */
	struct estimate prefill; /* prompt tokens/s of a prompt as long as the context */
	/* A sentence each, without a full stop. */
	char source[SPEED_TEXT], prefill_source[SPEED_TEXT], batch_source[SPEED_TEXT];
};

/* The question is that of fit.h.  False: the model has no such file, FAULT_USAGE; or speed.csv is not
 * whole, FAULT_INPUT. */
bool speed_of(const struct speeds *speeds, const struct fit_question *question, struct speed *speed,
	struct err *err) hl_must_check;

/* What of a model the prediction needs; NAN read_bytes: it has no such file. */
struct load speed_load(const struct local_model *model, enum quant quant);

#endif
