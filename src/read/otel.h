/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * otel - what a span says about a model call, under the names of the GenAI semantic
 * conventions, their older versions, OpenLLMetry, OpenInference and the Vercel AI SDK.
 */
#ifndef HLLM_READ_OTEL_H
#define HLLM_READ_OTEL_H

#include "read/log.h"

enum otel_attribute {
	OTEL_OPERATION,
	OTEL_REQUEST_TYPE,
	OTEL_SPAN_KIND,
	OTEL_SDK_OPERATION,
	OTEL_PROVIDER,
	OTEL_REQUEST_MODEL,
	OTEL_RESPONSE_MODEL,
	OTEL_INPUT,
	OTEL_CACHE_READ,
	OTEL_CACHE_WRITE,
	OTEL_OUTPUT,
	OTEL_REASONING,
	OTEL_TOTAL,
	OTEL_COST,
	OTEL_REQUEST_TIER,
	OTEL_RESPONSE_TIER,
	OTEL_SERVICE,
	OTEL_ENVIRONMENT,
	OTEL_AGENT,
	OTEL_TASK,
	OTEL_TAGS,
	OTEL_USER,
	OTEL_SESSION,
	OTEL_ATTRIBUTES,
};

/* The values found, "" where there is none; texts live until row() returns. */
struct otel_values {
	struct slice value[OTEL_ATTRIBUTES];
	int rank[OTEL_ATTRIBUTES]; /* of the name it was found under: lower is better, 0 none yet */
	struct log_ranks ranks;
	struct record free; /* dimensions from free keys */
};

/* Adds the attributes in 'slot' (an array of {key, value}). */
void otel_read(struct row *row, int slot, struct otel_values *values);

#endif
