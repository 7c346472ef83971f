/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store - what the writing and the reading half of the ledger share. */
#ifndef HLLM_LEDGER_STORE_H
#define HLLM_LEDGER_STORE_H

#include "ledger/ledger.h"

enum { SOURCE_COUNTS = 9 };

void key_pack(struct str *texts, struct str *numbers, const struct key *key);
bool key_unpack(struct slice texts, struct slice numbers, struct key *key);

/* The numbers of the keys in the ledger; new ones are stored. */
bool store_keys(struct ledger *ledger, const struct keys *keys, uint32_t *map, struct err *err);
bool store_bins(struct ledger *ledger, int64_t source, const struct bins *bins, const uint32_t *map,
	struct err *err);

/* All keys of the ledger, at the index that is their number; *map says the same number again. */
bool load_keys(struct ledger *ledger, struct keys *keys, uint32_t **map, struct err *err);

#endif
