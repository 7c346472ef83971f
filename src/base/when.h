/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * when - points in time and half-open periods, UTC, in nanoseconds since 1970.
 *
 * The calendar is the proleptic Gregorian one without leap seconds.  Months are
 * numbered year * 12 + (month - 1), days since 1970-01-01.
 */
#ifndef HLLM_BASE_WHEN_H
#define HLLM_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

#define NS_PER_SECOND ((int64_t)1000000000)
#define NS_PER_DAY    (86400 * NS_PER_SECOND)
#define NS_PER_HOUR   (3600 * NS_PER_SECOND)

struct civil {
	int year, month, day; /* month 1..12 */
	int hour, minute, second;
};

int64_t when_days(int year, int month, int day);
struct civil when_civil(int64_t ns);
int when_month(int64_t ns);          /* year * 12 + month - 1 */
int64_t when_month_start(int month); /* its first nanosecond */

/*
 * Reads a date or a time: 2026-10-01, 2026-10-01T10:00:00(.123456789)(Z|+02:00|+0200),
 * "2026-10-01 10:00:00.123 UTC", 10/31/2026 (month first),
 * 31.10.2026 (day first).  Quotes around it are taken off.
 * Without a zone it is UTC and *zoned is false; *dated: it was a bare date.
 */
bool when_parse(struct slice text, int64_t *ns, bool *zoned, bool *dated) hl_must_check;

/* Epoch number of unknown unit: seconds, milliseconds, microseconds or nanoseconds by its size,
 * with a fraction allowed.  False for years before 1990 or after 2100. */
bool when_epoch(struct slice text, int64_t *ns) hl_must_check;

enum { WHEN_TEXT = 40 };
char *when_date(char buf[WHEN_TEXT], int64_t ns);  /* 2026-10-01 */
char *when_print(char buf[WHEN_TEXT], int64_t ns); /* 2026-10-01T10:00:00Z */

struct period {
	int64_t start, end; /* [start, end); whole time: INT64_MIN, INT64_MAX */
};

/* "2026-10", "2026-08..2026-10", "2026-10-01..2026-10-15" (both ends included), "last" (the last
 * complete month before 'now'), "last-90d" (ends at 'data_end', the end of the data). */
bool period_parse(const char *text, int64_t now, int64_t data_end, struct period *out,
	struct err *err) hl_must_check;

#endif
