/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pack - small integers in few bytes: LEB128, signed ones zigzagged first.
 *
 * Readers take a struct unpack, which turns 'bad' for good at the first byte that is
 * missing: check it once, at the end.
 */
#ifndef HLLM_BASE_PACK_H
#define HLLM_BASE_PACK_H

#include <stdint.h>

#include "base/num.h"
#include "base/str.h"

enum { PACK_MOST = 19 }; /* bytes of a 128-bit value */

static inline size_t
pack_u64(unsigned char *out, uint64_t value)
{
	size_t n = 0;
	while (value >= 0x80) {
		out[n++] = (unsigned char)(value | 0x80);
		value >>= 7;
	}
	out[n++] = (unsigned char)value;
	return n;
}

static inline size_t
pack_i64(unsigned char *out, int64_t value)
{
	return pack_u64(out, ((uint64_t)value << 1) ^ (uint64_t)(value >> 63));
}

static inline size_t
pack_femto(unsigned char *out, femto_t value)
{
	unsigned __int128 bits =
		((unsigned __int128)value << 1) ^ (unsigned __int128)(value >> 127);
	size_t n = 0;
	while (bits >= 0x80) {
		out[n++] = (unsigned char)((unsigned)bits | 0x80);
		bits >>= 7;
	}
	out[n++] = (unsigned char)bits;
	return n;
}

static inline void
str_pack_u64(struct str *s, uint64_t value)
{
	unsigned char buf[PACK_MOST];
	str_add(s, (const char *)buf, pack_u64(buf, value));
}

static inline void
str_pack_i64(struct str *s, int64_t value)
{
	unsigned char buf[PACK_MOST];
	str_add(s, (const char *)buf, pack_i64(buf, value));
}

static inline void
str_pack_femto(struct str *s, femto_t value)
{
	unsigned char buf[PACK_MOST];
	str_add(s, (const char *)buf, pack_femto(buf, value));
}

struct unpack {
	const unsigned char *p, *end;
	bool bad;
};

static inline struct unpack
unpack_of(const void *p, size_t n)
{
	return (struct unpack){ p, (const unsigned char *)p + n, false };
}

static inline uint64_t
unpack_u64(struct unpack *in)
{
	uint64_t value = 0;
	if (in->p < in->end && *in->p < 0x80) /* nearly always */
		return *in->p++;
	for (unsigned shift = 0; in->p < in->end && shift < 64; shift += 7) {
		unsigned char byte = *in->p++;
		value |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return value;
	}
	in->bad = true;
	return 0;
}

static inline int64_t
unpack_i64(struct unpack *in)
{
	uint64_t bits = unpack_u64(in);
	return (int64_t)(bits >> 1) ^ -(int64_t)(bits & 1);
}

static inline femto_t
unpack_femto(struct unpack *in)
{
	unsigned __int128 bits = 0;
	for (unsigned shift = 0; in->p < in->end && shift < 128; shift += 7) {
		unsigned char byte = *in->p++;
		bits |= (unsigned __int128)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return (femto_t)(bits >> 1) ^ -(femto_t)(bits & 1);
	}
	in->bad = true;
	return 0;
}

#endif
