/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hash - 128-bit content hashes (XXH3), built up piece by piece. */
#ifndef HLLM_BASE_HASH_H
#define HLLM_BASE_HASH_H

#include <stdint.h>

#include "base/str.h"

struct hash128 {
	uint64_t high, low;
};

static inline bool
hash_eq(struct hash128 a, struct hash128 b)
{
	return a.high == b.high && a.low == b.low;
}

static inline int
hash_compare(struct hash128 a, struct hash128 b)
{
	if (a.high != b.high)
		return a.high < b.high ? -1 : 1;
	return (a.low > b.low) - (a.low < b.low);
}

struct hash128 hash_bytes(const void *p, size_t n, uint64_t seed);
uint64_t hash_64(const void *p, size_t n, uint64_t seed);

#endif
