/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch - the taps of a source, made while its bins are summed, on the same threads.
 *
 * A bin gives its requests in order; each thread has a watcher, which remembers the last
 * few requests of the bin it is at.  Pairs of a local and a paid request are of several
 * keys: they are looked for afterwards, month by month.
 */
#ifndef HLLM_FOLD_WATCH_H
#define HLLM_FOLD_WATCH_H

#include "fold/key.h"
#include "fold/tap.h"

/* What is watched of a request. */
struct request {
	int64_t second;
	uint64_t line;
	uint32_t key; /* in the source's keys */
	int64_t tokens[TOKEN_KINDS];
	int64_t unsplit;
};
/* Requests of the same second, until there are no more of them. */
struct moment {
	struct request *items;
	size_t n, size;
};
/* A copy of the entry, when it is a request with a time and tokens. */
void moment_add(struct moment *moment, const struct entry *entry, uint32_t key);
/* In an order that nothing but the source decides. */
void moment_sort(struct moment *moment);

/* What all threads see: which keys are of the same work, done here and elsewhere. */
struct watch {
	struct watch_key {
		bool ordered; /* its entries are requests */
		bool local;
		uint32_t work; /* which work, and 1; 0: one that no local server does */
	} * keys;
	const uint32_t *key_map; /* from the key in a packed entry */
	size_t works_n;
	struct taps *out;
};
void watch_init(
	struct watch *watch, const struct keys *keys, const uint32_t *key_map, struct taps *out);
void watch_free(struct watch *watch);

struct watcher {
	const struct watch *watch;
	struct moment moment;
	struct taps taps;
	struct tap tops[TAP_TOPS];
	size_t tops_n;
	/* of the bin it is at */
	unsigned turn; /* of the ring: where the next one goes */
	struct past {
		int64_t second;
		/* a hash of the tokens in; the tokens out and 1, 0: none yet */
		uint64_t prompt, output;
	} past[TAP_NEAR * 2];
	struct tap rows[TAP_KINDS];
};
void watcher_begin(struct watcher *watcher, uint32_t key, int month);
/* The requests of the moment, after which it is empty. */
void watcher_see(struct watcher *watcher);
void watcher_end(struct watcher *watcher);
/* Gives what was found to watch->out: one thread at a time. */
void watcher_join(struct watcher *watcher);

/* Pairs, among the requests of one work in one month, given moment by moment. */
struct pairing {
	struct watcher *watcher;
	struct last_request {
		int64_t second, prompt;
		uint32_t key;
	} local, paid;
	int month;
	size_t first; /* of its rows in the watcher's taps */
};
void pairing_see(struct pairing *pairing);

#endif
