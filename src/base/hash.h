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

/*
 * For tables that live as long as the process, several short texts and numbers in one 64-bit
 * hash: much cheaper than to gather them as bytes first, and about as good (the product of 128
 * bits, folded, is what XXH3 is made of).  Never stored: it may change, and depends on the machine.
 */
static inline uint64_t
hash_join(uint64_t hash, uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)(a ^ hash ^ 0x9E3779B97F4A7C15u) *
				    (b ^ (hash >> 32 | hash << 32) ^ 0xD6E8FEB86659FD93u);
	return (uint64_t)product ^ (uint64_t)(product >> 64) ^ hash;
}

static inline uint64_t
hash_join_text(uint64_t hash, struct slice text)
{
	const char *p = text.p;
	uint64_t a = 0, b = 0;
	if (text.n > 16) {
		a = hash_64(p, text.n, 0);
	} else if (text.n >= 8) {
		memcpy(&a, p, 8);
		memcpy(&b, p + text.n - 8, 8);
	} else if (text.n >= 4) {
		uint32_t low, high;
		memcpy(&low, p, 4);
		memcpy(&high, p + text.n - 4, 4);
		a = (uint64_t)high << 32 | low;
	} else if (text.n) { /* the first, the middle and the last byte */
		a = (uint64_t)(unsigned char)p[0] << 16 |
		    (uint64_t)(unsigned char)p[text.n / 2] << 8 | (unsigned char)p[text.n - 1];
	}
	return hash_join(hash + text.n, a, b);
}

#endif
