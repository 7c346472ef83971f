/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/bin.h"

enum { OCTAVES = 24 }; /* bits of the largest number among the octaves */

/* Eight classes an octave, and the ends that price tiers and frameworks ask about. */
const int64_t dist_ends[DIST_ENDS] = {
	/* clang-format off */
	0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 18, 20, 22, 24, 26, 28, 30, 32,
	36, 40, 44, 48, 52, 56, 60, 64, 72, 80, 88, 96, 104, 112, 120, 128, 144, 160, 176, 192, 208,
	224, 240, 256, 288, 320, 352, 384, 416, 448, 480, 512, 576, 640, 704, 768, 832, 896, 960,
	1024, 1152, 1280, 1408, 1536, 1664, 1792, 1920, 2048, 2304, 2560, 2816, 3072, 3328, 3584,
	3840, 4000, 4096, 4608, 5120, 5632, 6144, 6656, 7168, 7680, 8192, 9216, 10240, 11264, 12288,
	13312, 14336, 15360, 16384, 18432, 20480, 22528, 24576, 26624, 28672, 30720, 32000, 32768,
	36864, 40960, 45056, 49152, 53248, 57344, 61440, 65536, 73728, 81920, 90112, 98304, 99999,
	100000, 106496, 114688, 122880, 127999, 128000, 131072, 147456, 163840, 180224, 196608,
	199999, 200000, 212992, 229376, 245760, 256000, 262144, 272000, 294912, 327680, 360448,
	393216, 425984, 458752, 491520, 512000, 524288, 589824, 655360, 720896, 786432, 851968,
	917504, 983040, 1048576, 1179648, 1310720, 1441792, 1572864, 1703936, 1835008, 1966080,
	2097152, 2359296, 2621440, 2883584, 3145728, 3407872, 3670016, 3932160, 4194304, 4718592,
	5242880, 5767168, 6291456, 6815744, 7340032, 7864320, 8388608, 9437184, 10485760, 11534336,
	12582912, 13631488, 14680064, 15728640, 16777216, 33554432, 67108864, 134217728, 268435456,
	536870912, 1073741824, 2147483648, 4294967296, 8589934592, 17179869184, 34359738368,
	INT64_MAX,
	/* clang-format on */
};

int
dist_class(int64_t value)
{
	/* the class of the smallest number of so many bits */
	static const unsigned char first[] = {
		/* clang-format off */
		0, 1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 81, 89, 97,
		106, 114, 126, 137, 147, 155, 163, 171, 179, 187, 188, 189, 190, 191, 192, 193,
		194, 195, 196, 197, 198, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199,
		199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199, 199,
		199,
		/* clang-format on */
	};
	if (value <= 0)
		return 0;
	int bits = 64 - __builtin_clzll((unsigned long long)value);
	int class = first[bits];
	/* an octave of eight classes, or some more: no later than here by the next three bits */
	if (bits >= 4 && bits <= OCTAVES)
		class += (int)(value >> (bits - 4) & 7);
	while (value > dist_ends[class])
		class ++;
	return class;
}

void
dists_pack(struct str *out, const struct dist dists[DISTS])
{
	hl_filled unsigned char buf[DIST_ENDS * 12]; /* a step of up to 2 bytes, a count of 10 */
	for (int k = 0; k < DISTS; k++) {
		uint64_t kinds = 0;
		size_t n = 0;
		for (int i = 0, last = 0; i < DIST_ENDS; i++) {
			if (!dists[k].counts[i])
				continue;
			n += pack_u64(buf + n, (uint64_t)(i - last));
			n += pack_i64(buf + n, dists[k].counts[i]);
			last = i;
			kinds++;
		}
		str_pack_u64(out, kinds);
		str_add(out, (const char *)buf, n);
	}
}

/* What a damaged ledger may say is kept from sums that it could overflow. */
static bool
add_count(int64_t *to, int64_t count)
{
	const int64_t most = (int64_t)1 << 53;
	if (count > most || count < -most)
		return false;
	*to += count;
	return *to <= most && *to >= -most;
}

bool
dists_add(struct slice packed, struct dist dists[DISTS])
{
	struct unpack in = unpack_of(packed.p, packed.n);
	for (int k = 0; k < DISTS && packed.n; k++) {
		uint64_t n = unpack_u64(&in), at = 0;
		for (uint64_t i = 0; i < n && !in.bad; i++) {
			at += unpack_u64(&in);
			int64_t count = unpack_i64(&in);
			if (at < DIST_ENDS && add_count(&dists[k].counts[at], count))
				continue;
			in.bad = true;
		}
	}
	return !in.bad;
}

int64_t
dist_total(const struct dist *dist)
{
	int64_t total = 0;
	for (int i = 0; i < DIST_ENDS; i++)
		total += dist->counts[i];
	return total;
}

int64_t
dist_percentile(const struct dist *dist, int percent)
{
	int64_t total = dist_total(dist), seen = 0;
	if (total <= 0)
		return -1;
	int64_t rank = (int64_t)(((__int128)total * percent + 99) / 100); /* nearest rank */
	for (int i = 0; i < DIST_ENDS; i++) {
		seen += dist->counts[i];
		if (seen >= rank)
			return dist_ends[i];
	}
	return -1;
}
