/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tap - what only the order of requests tells and no sum can tell later, kept as rows that
 * add up.  watch.h makes them while a source is folded.
 *
 * Requests are looked at in order of time, then of their lines.  Buckets and entries
 * without a time have no order and are left out; nothing is remembered beyond a month.
 * A request without any tokens repeats nothing.
 */
#ifndef HLLM_FOLD_TAP_H
#define HLLM_FOLD_TAP_H

#include "fold/entry.h"

/* Ledgers keep these numbers.  0 and 1 were once fallbacks and repeats by other rules: what they say
 * is never read again, and a rule that changes takes a new number. */
enum tap_kind {
	TAP_TOP = 2,   /* one of the TAP_TOPS largest requests: one row each */
	TAP_FLOOR = 3, /* the smallest prompt of a key: what every call carries */
	TAP_FALLBACK, /* a paid request within TAP_FALLBACK_SECONDS of a local one of the same work,
			  whose prompt is as long, give or take a quarter: counts differ by model */
	TAP_REPEAT, /* the same tokens in and out as one of the TAP_NEAR requests of the key before
			  it, within TAP_REPEAT_SECONDS */
	TAP_REPEAT_CHANCE, /* the same as one of the TAP_NEAR requests before those, however long
			      ago: how often sizes agree by chance; only a count */
	TAP_RETRY, /* the same tokens in, but other ones out, as one of the TAP_NEAR before it, within
		      TAP_RETRY_SECONDS */
	TAP_RETRY_CHANCE, /* the same tokens in as one of the TAP_NEAR before those; only a count */
	TAP_FALLBACK_CHANCE, /* the other way round, a local request after a paid one: how often both
				come together by chance */
	TAP_KINDS,
};
enum {
	TAP_FALLBACK_SECONDS = 60,
	TAP_REPEAT_SECONDS = 300,
	TAP_RETRY_SECONDS = 60,
	TAP_NEAR = 4,
	TAP_TOPS = 20,
};

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
void taps_add(struct taps *taps, const struct tap *tap);
/* One row each, in order of kind, key and month: a key's floors become one, and of the largest requests only
 * TAP_TOPS are kept. */
void taps_settle(struct taps *taps);
void taps_free(struct taps *taps);
/* Which of two requests is the larger: < 0 the first.  A large answer costs more than a large prompt:
 * output counts four times.  Of equal ones the earlier. */
int tap_compare_sizes(const struct tap *a, const struct tap *b);

void tap_pack(struct str *out, const struct tap *tap);
bool tap_unpack(struct slice packed, struct tap *tap);

#endif
