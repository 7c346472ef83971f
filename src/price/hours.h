/* SPDX-License-Identifier: GPL-3.0-or-later */
/* hours - which half hours of a UTC week a price holds, as a set of bits. */
#ifndef HLLM_PRICE_HOURS_H
#define HLLM_PRICE_HOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { HOURS_WEEK = 7 * 48, HOURS_WORDS = (HOURS_WEEK + 63) / 64 };

struct hours {
	uint64_t bits[HOURS_WORDS]; /* bit 0: Monday 00:00-00:30 */
};

/* "00:30-16:30", "01:00-04:00;06:00-10:00 Mon-Fri", "00:00-24:00 Sat,Sun".  Half hours only, and no
 * range crosses midnight: write two.  False: not that. */
bool hours_parse(struct slice text, struct hours *out) hl_must_check;
/* The half hour of the week that 'ns' is in. */
unsigned hours_index(int64_t ns);
/* All half hours that [start, end) touches; unbounded or a week and more: all. */
struct hours hours_touched(int64_t start, int64_t end);
struct hours hours_always(void);

static inline bool
hours_has(const struct hours *hours, unsigned index)
{
	return hours->bits[index / 64] >> (index % 64) & 1;
}

bool hours_meet(const struct hours *a, const struct hours *b);

#endif
