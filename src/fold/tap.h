/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tap - what only the order of requests tells and no sum can tell later: watched once,
 * when a source is folded, and kept as rows that add up.
 *
 * Requests are looked at in order of time (then of identity, so that threads change
 * nothing).  Buckets and entries without a time have no order and are left out.
 */
#ifndef HLLM_FOLD_TAP_H
#define HLLM_FOLD_TAP_H

#include "fold/fold.h"

enum tap_kind {
	TAP_FALLBACK, /* a paid request within TAP_FALLBACK_SECONDS of a local one of the same work */
	TAP_REPEAT,   /* the same tokens of the same key again within TAP_REPEAT_SECONDS */
	TAP_TOP,      /* one of the TAP_TOPS largest requests: one row each */
	TAP_FLOOR,    /* the smallest prompt of a key: what every call carries */
	TAP_KINDS,
};
enum { TAP_FALLBACK_SECONDS = 30, TAP_REPEAT_SECONDS = 300, TAP_TOPS = 20 };

struct tap {
	enum tap_kind kind;
	uint32_t key; /* in folded->keys; of the paid request, of the repeats, … */
	int month;
	int64_t count; /* pairs, repeats, 1, requests of the key */
	int64_t tokens
		[TOKEN_KINDS]; /* of the paid requests, of the repeats, of the request; FLOOR: the least prompt first */
	int64_t second; /* TOP: when; else the first time */
	uint64_t line;  /* TOP: its line in the source */
};

struct taps {
	struct tap *items;
	size_t n, size;
};
void taps_watch(const struct folded *folded, struct taps *out);
void taps_free(struct taps *taps);

void tap_pack(struct str *out, const struct tap *tap);
bool tap_unpack(struct slice packed, struct tap *tap);

#endif
