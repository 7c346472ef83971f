/* SPDX-License-Identifier: GPL-3.0-or-later */
/* anthropic - what Anthropic's exports, CSV and JSON, say in the same words. */
#ifndef HLLM_READ_ANTHROPIC_H
#define HLLM_READ_ANTHROPIC_H

#include "record/record.h"

/* Sets biller, provider, the class of the context ("≤ 200k", "200k-1M") and the region. */
void anthropic_fill(struct record *rec, struct slice context_window, struct slice inference_geo);
/* "standard" or "batch"; a speed beside it ("fast") counts unless it is a batch. */
void anthropic_speed(struct record *rec, struct slice service_tier, struct slice speed);
/* What kind of tokens a line of a cost export charges for; TOKEN_KINDS: not for tokens. */
enum token_kind anthropic_kind(struct slice token_type);

#endif
