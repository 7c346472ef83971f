/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/radix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
insertion_sort(uint64_t *values, size_t n, unsigned low, uint64_t mask)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t value = values[i], key = value >> low & mask;
		size_t at = i;
		for (; at > 0 && (values[at - 1] >> low & mask) > key; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

void
radix_sort_in(uint64_t *values, uint64_t *room, size_t n, unsigned low, unsigned bits)
{
	enum { FEW = 24, MANY = 2048, NARROW = 6, WIDE = 11 };
	if (n <= FEW) {
		insertion_sort(values, n, low, bits < 64 ? ((uint64_t)1 << bits) - 1 : UINT64_MAX);
		return;
	}
	unsigned pass = n < MANY ? NARROW : WIDE;
	uint64_t *from = values, *to = room;
	for (unsigned done = 0; done < bits; done += pass) {
		unsigned width = bits - done < pass ? bits - done : pass;
		uint64_t mask = ((uint64_t)1 << width) - 1;
		size_t counts[(1 << WIDE) + 1];
		memset(counts, 0, ((size_t)mask + 2) * sizeof(*counts));
		for (size_t i = 0; i < n; i++)
			counts[(from[i] >> (low + done) & mask) + 1]++;
		for (size_t i = 1; i <= mask; i++)
			counts[i] += counts[i - 1];
		for (size_t i = 0; i < n; i++)
			to[counts[from[i] >> (low + done) & mask]++] = from[i];
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, n * sizeof(*values));
}

void
radix_sort(uint64_t *values, size_t n, unsigned low, unsigned bits)
{
	if (n < 2) /* nothing may be no memory at all */
		return;
	uint64_t *room = xmalloc_large(n * sizeof(*room), true);
	radix_sort_in(values, room, n, low, bits);
	free(room);
}
