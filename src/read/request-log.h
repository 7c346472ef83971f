/* SPDX-License-Identifier: GPL-3.0-or-later */
/* request-log - the slots of the generic request log; request-log-names.c has their names. */
#ifndef HLLM_READ_REQUEST_LOG_H
#define HLLM_READ_REQUEST_LOG_H

/* The slots with a meaning first; those behind them hold names for which theirs has no room. */
enum {
	S_MODEL,
	S_REQUEST_MODEL,
	S_INPUT,
	S_OUTPUT,
	S_CACHE_READ,
	S_CACHE_WRITE,
	S_CACHE_WRITE_1H,
	S_REASONING,
	S_TOTAL,
	S_TIME,
	S_ID,
	S_TASK,
	S_PROJECT,
	S_KEY,
	S_AGENT,
	S_ENDPOINT,
	S_ENVIRONMENT,
	S_TAG,
	S_USER,
	S_SESSION,
	S_COST,
	S_CURRENCY,
	S_LATENCY_MS,
	S_LATENCY_S,
	S_TTFT_MS,
	S_REQUESTS,
	S_TIER,
	S_PROVIDER,
	S_STATUS,
	S_SUCCESS,
	S_ERROR,
	S_LOCAL,
	MEANINGS,
	S_MORE_INPUT = MEANINGS,
	S_MORE_OUTPUT,
	S_MORE_CACHE_READ,
	S_ANTHROPIC,
};

extern const char *const request_log_slots[];

#endif
