/* SPDX-License-Identifier: GPL-3.0-or-later */
/* talk - a carrier over HTTP: sends a run's requests to a server, and notes when what of a reply came. */
#ifndef HLLM_PROBE_TALK_H
#define HLLM_PROBE_TALK_H

#include "probe/ask.h"
#include "probe/carrier.h"

struct talk_options {
	struct http *http; /* borrowed, and used by nobody else meanwhile */
	const char *url; /* "http://127.0.0.1:8080", with or without a slash at its end; borrowed */
	const char *model; /* borrowed */
	enum ask_dialect dialect;
};

struct talk;
/* talk_free() is due, when nothing is in flight. */
struct talk *talk_new(const struct talk_options *options, struct carrier *carrier);
void talk_free(struct talk *talk);

#endif
