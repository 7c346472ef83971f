/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/minutes.h"

#include <stdlib.h>

#include "base/radix.h"
#include "base/when.h"

enum {
	DAY_SECONDS = 86400,
	DAY_MINUTES = DAY_SECONDS / 60,
	HOUR_MINUTES = 60,
	SLOT_MINUTES = SLOT_SECONDS / 60
};

/* One key in one month. */
struct part {
	const struct key *key;
	uint32_t key_id;
	const struct pool_bin *bins;
	size_t bins_n;
	int number, series;
};

struct counter {
	const struct minutes_question *question;
	struct minutes_set *set;
	struct part *parts;
	size_t parts_n, parts_size;
	/* of the one it is at */
	const struct key *key;
	int biller, series;
	int64_t month_start; /* seconds */
	int month_minutes;
	int64_t day; /* whose claim is known */
	bool counts_day;
};

static bool
in_period(const struct counter *counter, int64_t second)
{
	const struct period *period = &counter->question->options->period;
	int64_t ns = second * NS_PER_SECOND;
	return ns >= period->start && ns < period->end;
}

/* Does the day of that second count as a workload? */
static bool
counts_day(struct counter *counter, int64_t second)
{
	int64_t day = second / DAY_SECONDS;
	if (day != counter->day) {
		counter->day = day;
		counter->counts_day = claims_count(counter->question->options->claims,
					      counter->biller, counter->key, day) &
				      COUNT_WORKLOAD;
	}
	return counter->counts_day;
}

/* The counts of the series it is at: corrections take away, so that a minute may be below zero in between, which
 * the sums modulo 2^32 bear. */
static uint32_t *
counts_of(struct counter *counter)
{
	struct minutes *minutes = &counter->set->items[counter->series];
	if (!minutes->counts)
		minutes->counts = xcalloc(counter->set->minutes_n + 1, sizeof(*minutes->counts));
	return minutes->counts;
}

static void
put(struct counter *counter, int64_t second, int64_t requests)
{
	int64_t at = (second - counter->set->start) / 60;
	if (second >= counter->set->start && at < (int64_t)counter->set->minutes_n)
		counts_of(counter)[at] += (uint32_t)requests;
}

/* So many requests in so many minutes from 'second' on, evenly. */
static void
spread(struct counter *counter, int64_t second, int64_t requests, int64_t minutes)
{
	int64_t sign = requests < 0 ? -1 : 1, n = requests * sign, put_n = 0;
	for (int64_t i = 0; i < minutes && n; i++) {
		int64_t to = (int64_t)((__int128)n * (i + 1) / minutes);
		if (to > put_n)
			put(counter, second + i * 60, (to - put_n) * sign);
		put_n = to;
	}
	counter->set->items[counter->series].spread += requests;
	counter->set->items[counter->series].coarse += minutes > HOUR_MINUTES ? requests : 0;
}

/* Are all minutes of the month from one up to, not with, another in the period and in the series? */
static bool
covers(const struct counter *counter, int from, int to)
{
	const struct minutes_set *set = counter->set;
	int64_t first = counter->month_start + (int64_t)from * 60;
	int64_t last = counter->month_start + (int64_t)(to - 1) * 60;
	return in_period(counter, first) && in_period(counter, last) && first >= set->start &&
	       last < set->start + (int64_t)set->minutes_n * 60;
}

/* Does a minute of the month count?  So do, or do not, all others up to, not with, *until. */
static bool
counts_until(struct counter *counter, int minute, int *until)
{
	int day = minute / DAY_MINUTES * DAY_MINUTES;
	if (claims_alike(counter->question->options->claims, counter->biller) &&
		covers(counter, 0, counter->month_minutes))
		*until = counter->month_minutes;
	else
		*until = covers(counter, day, day + DAY_MINUTES) ? day + DAY_MINUTES : minute + 1;
	return covers(counter, minute, minute + 1) &&
	       counts_day(counter, counter->month_start + (int64_t)minute * 60);
}

/* Millions of minutes: nothing is asked anew of each.  False: they are damaged. */
static bool
count_minutes(struct counter *counter, const struct bin *bin)
{
	struct unpack in = unpack_of(bin->minutes.p, bin->minutes.n);
	int64_t offset = (counter->month_start - counter->set->start) / 60, requests;
	uint32_t *counts = NULL;
	int index = 0, until = 0;
	while (minute_next(&in, &index, &requests)) {
		if (index >= until)
			counts = counts_until(counter, index, &until) ? counts_of(counter) : NULL;
		if (counts)
			counts[offset + index] += (uint32_t)requests;
	}
	return !in.bad;
}

static bool
count_slots(struct counter *counter, const struct bin *bin)
{
	struct slice packed = pool_slots(counter->question->pool, bin);
	struct unpack in = unpack_of(packed.p, packed.n);
	int64_t width = counter->key->width;
	int64_t minutes = width > SLOT_SECONDS ? width / 60 : SLOT_MINUTES;
	for (struct slot slot = { 0 }; slot_next(&in, &slot);) {
		int64_t second = counter->month_start + (int64_t)slot.index * SLOT_SECONDS;
		if (in_period(counter, second) && counts_day(counter, second))
			spread(counter, second, slot.requests, minutes);
	}
	return !in.bad;
}

static void
count_part(struct counter *counter, const struct part *part)
{
	int64_t end = when_month_start(part->number + 1) / NS_PER_SECOND;
	counter->key = part->key;
	counter->series = part->series;
	counter->biller = claims_biller(counter->question->options->claims, part->key);
	counter->day = DAY_NONE;
	counter->month_start = when_month_start(part->number) / NS_PER_SECOND;
	counter->month_minutes = (int)((end - counter->month_start) / 60);
	for (size_t i = 0; i < part->bins_n; i++) {
		const struct bin *bin = part->bins[i].bin;
		bool by_minute = part->key->width == 0 && bin->minutes_known;
		if (!(by_minute ? count_minutes : count_slots)(counter, bin))
			pool_distrust(counter->question->pool, part->key_id, part->number);
	}
}

static void
count_untimed(struct counter *counter, const struct month *month, int series)
{
	const struct claims *claims = counter->question->options->claims;
	if (claims_count(claims, claims_biller(claims, month->key), month->key, DAY_NONE) &
		COUNT_WORKLOAD)
		counter->set->items[series].untimed +=
			month->total.requests * (month->key->how & HOW_PER_DAY ? 30 : 1);
}

static void
take_month(struct counter *counter, const struct month *month)
{
	const struct minutes_question *question = counter->question;
	int series = question->series_of(
		question->arg, workload_name(question->options->rules, month->key));
	if (series < 0)
		return;
	if (month->number == MONTH_NONE) {
		count_untimed(counter, month, series);
		return;
	}
	counter->parts = xgrow(
		counter->parts, &counter->parts_size, counter->parts_n, sizeof(*counter->parts));
	counter->parts[counter->parts_n++] = (struct part){ .key = month->key,
		.key_id = month->key_id,
		.bins = month->bins,
		.bins_n = month->bins_n,
		.number = month->number,
		.series = series };
}

/* Those of the same minutes behind each other, whose counts are then near at hand; sums are the same in any order. */
static void
count_parts(struct counter *counter)
{
	enum { PLACE_BITS = 32, NUMBER_BITS = 20, SERIES_BITS = 12 };
	uint64_t *order = xcalloc(counter->parts_n + 1, sizeof(*order));
	for (size_t i = 0; i < counter->parts_n; i++)
		order[i] = (uint64_t)counter->parts[i].series << (PLACE_BITS + NUMBER_BITS) |
			   (uint64_t)counter->parts[i].number << PLACE_BITS | i;
	radix_sort(order, counter->parts_n, PLACE_BITS, NUMBER_BITS + SERIES_BITS);
	for (size_t i = 0; i < counter->parts_n; i++)
		count_part(counter, &counter->parts[(uint32_t)order[i]]);
	free(order);
}

static void
settle(struct minutes_set *set)
{
	for (size_t i = 0; i < set->n; i++) {
		struct minutes *minutes = &set->items[i];
		for (size_t m = 0; m < set->minutes_n && minutes->counts; m++) {
			if (minutes->counts[m] > INT32_MAX) /* less than nothing */
				minutes->counts[m] = 0;
			minutes->requests += minutes->counts[m];
		}
		if (minutes->spread < 0)
			minutes->spread = 0;
	}
}

void
minutes_count(struct minutes_set *set, const struct minutes_question *question)
{
	bool timed = question->first_day != DAY_NONE;
	*set = (struct minutes_set){ .start = timed ? question->first_day * DAY_SECONDS : 0,
		.minutes_n =
			timed ? (size_t)(question->last_day - question->first_day + 1) * 1440 : 0,
		.items = xcalloc(question->series + 1, sizeof(*set->items)),
		.n = question->series };
	struct counter counter = { .question = question, .set = set };
	struct months months = months_of(question->pool);
	months.period = &question->options->period;
	for (const struct month *month; (month = months_next_total(&months));)
		if (!(month->key->how & HOW_WITHOUT_USAGE) && month->key->origin != ORIGIN_BENCH)
			take_month(&counter, month);
	months_end(&months);
	count_parts(&counter);
	free(counter.parts);
	settle(set);
}

void
minutes_free(struct minutes_set *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->items[i].counts);
	free(set->items);
	*set = (struct minutes_set){ 0 };
}
