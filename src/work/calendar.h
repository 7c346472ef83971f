/* SPDX-License-Identifier: GPL-3.0-or-later */
/* calendar - in which day and month of a zone each half hour of a month of UTC lies. */
#ifndef HLLM_WORK_CALENDAR_H
#define HLLM_WORK_CALENDAR_H

#include "work/month.h"

struct calendar_month {
	struct calendar_month *before; /* in its chain */
	int number;
	int64_t first, next;       /* days: its own first one, and that of the month after it */
	int32_t days[MONTH_SLOTS]; /* of each half hour, in the zone, from 'first' on: -1 … 31 */
};

enum { CALENDAR_CHAINS = 64 };
struct calendar {
	int64_t (*zone_at)(int64_t second); /* as in audit_options */
	int64_t zone_offset, day_most;
	struct calendar_month *last, *chains[CALENDAR_CHAINS];
};
/* Valid until calendar_free(). */
const struct calendar_month *calendar_month(struct calendar *calendar, int number);
/* The month of a day of 'days'. */
int calendar_month_of(const struct calendar_month *month, int32_t day);
void calendar_free(struct calendar *calendar);

#endif
