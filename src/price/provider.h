/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * provider - the one name we use for each seller, whatever a log calls it, and what
 * kind of seller it is.
 */
#ifndef HLLM_PRICE_PROVIDER_H
#define HLLM_PRICE_PROVIDER_H

#include "base/str.h"

enum seller {
	SELLER_UNKNOWN,
	SELLER_MAKER, /* sells its own models */
	SELLER_PLATFORM, /* sells makers' models at their list prices, perhaps with a surcharge: azure, bedrock, vertex */
	SELLER_GATEWAY, /* passes requests on: openrouter, a LiteLLM proxy */
	SELLER_HOST,    /* serves open models at prices of its own: groq, together */
	SELLER_LOCAL,   /* the user's own server: nothing to pay a token */
};

/* The seller's kind, and in *name (may be NULL) its name as in prices.csv. */
enum seller provider_kind(struct slice text, const char **name);

#endif
