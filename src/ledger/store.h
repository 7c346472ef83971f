/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store - what the writing and the reading half of the ledger share. */
#ifndef HLLM_LEDGER_STORE_H
#define HLLM_LEDGER_STORE_H

#include "ledger/ledger.h"

enum { SOURCE_COUNTS = 9 };

void key_pack(struct str *texts, struct str *numbers, const struct key *key);
bool key_unpack(struct slice texts, struct slice numbers, struct key *key);
/* Of the numbers alone: seconds. */
int64_t key_width(struct slice numbers);

/* The numbers of the keys in the ledger; new ones are stored. */
bool store_keys(struct ledger *ledger, const struct keys *keys, uint32_t *map, struct err *err);
bool store_bins(struct ledger *ledger, int64_t source, const struct bins *bins, const uint32_t *map,
	struct err *err);

/* All keys of the ledger, at the index that is their number; *map says the same number again. */
bool load_keys(struct ledger *ledger, struct keys *keys, uint32_t **map, struct err *err);

/* Months that the longest bucket of the ledger reaches into behind its own: it decides what counts there. */
bool store_reach(struct ledger *ledger, int *reach, struct err *err);
/* Inside a transaction: the months of a source's bins, and so many behind each, are stale.  Of a source that goes,
 * this comes before its bins do. */
bool store_stale(struct ledger *ledger, int64_t source, int reach, struct err *err);
/* What the corrections say of each month, to tell which of them change. */
struct month_digests {
	struct month_digest {
		int month;
		uint64_t sum;
	} * items;
	size_t n, size;
};
bool store_digests(struct ledger *ledger, struct month_digests *out, struct err *err);
/* Those that are not the same before and after are stale. */
bool store_stale_changes(struct ledger *ledger, const struct month_digests *before,
	const struct month_digests *after, struct err *err);

#endif
