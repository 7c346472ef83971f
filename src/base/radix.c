/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/radix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
radix_sort(uint64_t *values, size_t n, unsigned low, unsigned bits)
{
	enum { PASS = 11, RADIX = 1 << PASS };
	if (n < 2) /* nothing may be no memory at all */
		return;
	uint64_t *other = xmalloc_large(n * sizeof(*other), true), *from = values, *to = other;
	for (unsigned shift = low; shift < low + bits; shift += PASS) {
		size_t counts[RADIX + 1] = { 0 };
		for (size_t i = 0; i < n; i++)
			counts[(from[i] >> shift & (RADIX - 1)) + 1]++;
		for (size_t i = 1; i <= RADIX; i++)
			counts[i] += counts[i - 1];
		for (size_t i = 0; i < n; i++)
			to[counts[from[i] >> shift & (RADIX - 1)]++] = from[i];
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != values)
		memcpy(values, from, n * sizeof(*values));
	free(other);
}
