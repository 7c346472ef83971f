/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/calendar.h"

#include <stdlib.h>

#include "base/when.h"

static int64_t
first_day(int number)
{
	return when_days(number / 12, number % 12 + 1, 1);
}

static struct calendar_month *
make(const struct calendar *calendar, int number)
{
	struct calendar_month *month = xcalloc(1, sizeof(*month));
	*month = (struct calendar_month){
		.number = number, .first = first_day(number), .next = first_day(number + 1)
	};
	for (int i = 0; i < MONTH_SLOTS; i++) {
		int64_t second = month->first * 86400 + (int64_t)i * SLOT_SECONDS;
		int64_t day = second + (calendar->zone_at ? calendar->zone_at(second)
							  : calendar->zone_offset);
		day = (day - (day < 0 ? 86399 : 0)) / 86400;
		/* the clocks changed since the offset was taken */
		if (!calendar->zone_at && day > calendar->day_most)
			day = calendar->day_most;
		month->days[i] = (int32_t)(day - month->first);
	}
	return month;
}

const struct calendar_month *
calendar_month(struct calendar *calendar, int number)
{
	if (calendar->last && calendar->last->number == number)
		return calendar->last;
	struct calendar_month **chain = &calendar->chains[number % CALENDAR_CHAINS], *month;
	for (month = *chain; month && month->number != number;)
		month = month->before;
	if (!month) {
		month = make(calendar, number);
		month->before = *chain;
		*chain = month;
	}
	return calendar->last = month;
}

int
calendar_month_of(const struct calendar_month *month, int32_t day)
{
	if (day < 0)
		return month->number - 1;
	return month->number + (month->first + day >= month->next);
}

void
calendar_free(struct calendar *calendar)
{
	for (int i = 0; i < CALENDAR_CHAINS; i++)
		for (struct calendar_month *month = calendar->chains[i], *before; month;
			month = before) {
			before = month->before;
			free(month);
		}
}
