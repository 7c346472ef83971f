/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ask - the request that is sent: where to, and its body, for each kind of server.
 *
 * All ask for a stream and for the server's counts.  What only some servers understand is sent to those only
 * (others may refuse it): that the prompt is not to be taken from a cache, and that the answer is
 * to go on to its full length.  Ollama is asked by its own protocol, since only there it tells its
 * times.
 */
#ifndef HLLM_PROBE_ASK_H
#define HLLM_PROBE_ASK_H

#include "base/str.h"
#include "probe/sse.h"

enum ask_dialect { ASK_OPENAI, ASK_LLAMACPP, ASK_VLLM, ASK_OLLAMA, ASK_LMSTUDIO, ASK_DIALECTS };

struct ask {
	enum ask_dialect dialect;
	const char *model;
	struct slice prompt;
	int64_t output; /* tokens at most */
};

/* "/v1/chat/completions": to be put behind the server's address. */
const char *ask_path(enum ask_dialect dialect);
/* What its replies are when they do not say so. */
enum sse_kind ask_kind(enum ask_dialect dialect);
/* Appends the JSON. */
void ask_body(const struct ask *ask, struct str *out);

#endif
