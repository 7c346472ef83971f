/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fill - sums the entries of one bin, in order of time, and lets a watcher see them go by. */
#ifndef HLLM_FOLD_FILL_H
#define HLLM_FOLD_FILL_H

#include "fold/spots.h"
#include "fold/watch.h"

enum { FILL_AHEAD = 8 }; /* entries fetched before they are needed */

/* What one thread needs to fill bins. */
struct filler {
	const struct blocks *blocks;
	struct watcher watcher; /* without a watch: nothing is watched */
	struct arena arena;
	struct str slots, minutes;
	struct slot slot;           /* the one it is at */
	int last_slot, last_minute; /* written before it */
	int minute;
	int64_t in_minute; /* requests */
	struct dist *dists;
	struct measure_sum measures[BIN_MEASURES];
	uint64_t *room; /* as many places as a bin has */
	size_t room_n;
	struct entry entry;
};

void filler_init(struct filler *filler, const struct blocks *blocks, const struct watch *watch);
/* What it made lives as long as 'arena'; what was watched goes to watch->out.  One thread at a time. */
void filler_end(struct filler *filler, struct arena *arena);
/* Sums the entries of a bin whose key and month are set.  Their places hold seconds since the month began
 * above the reference from then on, and stand in the order of these. */
void fill_bin(struct filler *filler, struct bin *bin, uint64_t *places, size_t n);

#endif
