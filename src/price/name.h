/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * name - what may stand before and behind the id of a model in a log.
 *
 * Only what is listed here comes off, one piece at a time, so that a longer id never
 * turns into a shorter one: gpt-4.1-nano stays gpt-4.1-nano.
 */
#ifndef HLLM_PRICE_NAME_H
#define HLLM_PRICE_NAME_H

#include "base/str.h"
#include "record/record.h"

/* What the pieces taken off a name said; texts are borrowed from the name or literals. */
struct name_place {
	const char *platform; /* "bedrock", "azure", "vertex", "openrouter"; NULL none */
	const char *seller;   /* "openai", "groq": who must be selling it; NULL none */
	struct slice region;  /* "us", "global", "us-east-1"; "" none */
	bool local;           /* "ollama/…" */
};

/* Takes one prefix off: "openai/", "azure/us/", "arn:aws:bedrock:…/", "us.", "anthropic."; false: none. */
bool name_strip(struct slice *name, struct name_place *place);
/* Takes one date or version off the end: "-2025-08-07", "-20250929", "@20250929", "-v1:0", ":0", "-0613". */
bool name_drop(struct slice *name);

enum name_variant { VARIANT_NONE, VARIANT_FREE, VARIANT_TIER };
/* ":free", ":batch", ":flex", ":priority" at the end, taken off. */
enum name_variant name_take_variant(struct slice *name, enum tier *tier);

#endif
