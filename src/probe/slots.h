/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * slots - where in a server's JSON what stands, for all dialects at once; the inside of reply.
 *
 * A place is a compiled set of slots and what the last scan found in them.
 */
#ifndef HLLM_PROBE_SLOTS_H
#define HLLM_PROBE_SLOTS_H

#include "probe/reply.h"
#include "read/json.h"

/* Of one JSON object.  The places of a slot are those of different dialects. */
enum {
	S_MODEL,
	S_TYPE,
	S_ERROR,
	S_DETAIL,
	S_MESSAGE,
	S_CHOICES,
	S_TEXT,
	S_THINKING,
	S_TOOLS,
	S_OUTPUT,
	S_DONE,
	S_STOP,
	S_FINISH,
	S_TRUNCATED,
	S_PROGRESS_N,
	S_PROGRESS_OF,
	S_USAGE,
	S_USAGE_PROMPT,
	S_USAGE_COMPLETION,
	S_USAGE_CACHED,
	S_USAGE_REASONING,
	S_ANTHROPIC_PROMPT,
	S_ANTHROPIC_WRITTEN,
	S_ANTHROPIC_READ,
	S_ANTHROPIC_COMPLETION,
	S_PROMPT,
	S_CACHED,
	S_COMPLETION,
	S_REASONING,
	S_PROMPT_N,
	S_DRAFT,
	S_DRAFT_ACCEPTED,
	S_PROMPT_MS,
	S_PREDICTED_MS,
	S_PROMPT_NS,
	S_PREDICTED_NS,
	S_LOAD_NS,
	S_TOTAL_NS,
	S_LOAD_S,
	S_FIRST_S,
	S_SPEED,
	SLOTS,
};

/* Of one of the choices. */
enum {
	C_INDEX,
	C_FINISH,
	C_TEXT,
	C_REFUSAL,
	C_REASONING_CONTENT,
	C_REASONING,
	C_TOOLS,
	C_FUNCTION,
	CHOICE_SLOTS,
};

/* Of a part of a content that is an array, of a tool call, or of LM Studio's output. */
enum {
	P_TYPE,
	P_TEXT,
	P_NAME,
	P_ARGUMENTS,
	PART_SLOTS,
};

/* A shape and what its last scan found. */
struct place {
	struct shape *shape;
	struct field *leaves;
};

struct reply_parser {
	struct place all, choice, part;
};

struct field found(const struct place *place, int slot);
/* A whole number from 0 to more than a prompt can be, or -1. */
int64_t count_at(const struct place *place, int slot);
/* A number that is not negative, times 'scale', or MISSING. */
double number_at(const struct place *place, int slot, double scale);
/* Is it "true"? */
bool true_at(const struct place *place, int slot);
/* Is it this text? */
bool is_at(const struct place *place, int slot, const char *text);
/* The bytes of a text, 0 for all else. */
int64_t text_at(const struct place *place, int slot);

/* Takes over what the object scanned last says of tokens and times; true: it states a count. */
bool counts_take(const struct place *all, struct reply *reply);

#endif
