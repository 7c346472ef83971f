/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/rate.h"

static bool
in_hours(const struct query *q, const struct lane_entry *e)
{
	if (!e->stored->hourly)
		return true;
	return q->moment ? hours_has(&e->stored->hours, q->half_hour)
			 : hours_meet(&e->stored->hours, &q->touched);
}

static bool
in_time(const struct query *q, const struct lane_entry *e)
{
	return e->from < q->end && e->to > q->start && in_hours(q, e);
}

/* Is there, wherever 'e' could apply, a row that goes before it: of a higher threshold that every
 * prompt passes; or, at a moment, of this very hour? */
static bool
is_beaten(const struct query *q, const struct lane *lane, const struct lane_entry *e)
{
	int64_t from = e->from > q->start ? e->from : q->start,
		to = e->to < q->end ? e->to : q->end;
	for (uint32_t i = 0; i < lane->n; i++) {
		const struct lane_entry *other = &lane->entries[i];
		if (other->from > from || other->to < to || !in_hours(q, other))
			continue;
		if (other->above > e->above && other->above <= q->above &&
			(!other->stored->hourly || q->moment ||
				slice_eq(other->stored->row.hours, e->stored->row.hours)))
			return true;
		if (q->moment && other->above == e->above && other->stored->hourly &&
			!e->stored->hourly)
			return true;
	}
	return false;
}

static void
take(struct rate *rate, const struct lane_entry *e)
{
	if (!rate->found) {
		*rate = (struct rate){ e->picos, e->picos, e->stored, NULL, true };
		return;
	}
	if (e->picos == rate->low && e->picos == rate->high)
		return;
	if (e->picos < rate->low) {
		rate->low = e->picos;
		rate->other = rate->row;
		rate->row = e->stored;
	} else if (e->picos > rate->high) {
		rate->high = e->picos;
		rate->other = e->stored;
	}
}

struct rate
rate_find(const struct query *q, const struct lane *lane)
{
	struct rate rate = { .found = false };
	for (uint32_t i = 0; i < lane->n; i++) {
		const struct lane_entry *e = &lane->entries[i];
		if (!in_time(q, e) || (e->above > 0 && e->above >= q->most))
			continue;
		if ((lane->tiered || lane->mixed) && is_beaten(q, lane, e))
			continue;
		take(&rate, e);
	}
	return rate;
}

struct rate
rate_nearest(const struct query *q, const struct lane *lane)
{
	struct rate rate = rate_find(q, lane);
	struct query near = *q;
	uint64_t least = UINT64_MAX;
	if (rate.found)
		return rate;
	for (uint32_t i = 0; i < lane->n; i++) {
		const struct lane_entry *e = &lane->entries[i];
		bool later = e->from > q->start;
		uint64_t distance = later ? (uint64_t)e->from - (uint64_t)q->start
					  : (uint64_t)q->start - (uint64_t)e->to + 1;
		if (distance >= least)
			continue;
		least = distance;
		near.start = later ? e->from : e->to - 1;
		near.end = near.start + 1;
		near.half_hour = hours_index(near.start);
		near.touched = hours_always();
		near.moment = false;
	}
	return least == UINT64_MAX ? rate : rate_find(&near, lane);
}

static int64_t
prompt_sum(const struct usage *usage)
{
	femto_t sum = usage->unsplit;
	for (int kind = 0; kind < TOKEN_OUTPUT; kind++)
		sum += usage->tokens[kind];
	return sum > INT64_MAX ? INT64_MAX : (int64_t)sum;
}

/* Every prompt was in (above, most]: from the class on the ladder and from the sum of all prompts. */
static void
bound_context(const struct usage *usage, struct query *q)
{
	int64_t sum = prompt_sum(usage);
	q->above = -1;
	q->most = INT64_MAX;
	if (usage->context >= 0 && usage->context < CONTEXT_STEPS) {
		q->above = usage->context ? context_ends[usage->context - 1] : -1;
		q->most = usage->context < CONTEXT_STEPS - 1 ? context_ends[usage->context]
							     : INT64_MAX;
		/* a single request: its length is the sum, wherever a threshold lies */
		if (usage->requests == 1 && usage->width == 0 && !usage->unsplit &&
			sum > q->above && sum <= q->most)
			q->above = sum - 1;
	} else if (usage->context == CONTEXT_BELOW_200K) {
		q->most = 200000;
	} else if (usage->context == CONTEXT_ABOVE_200K) {
		q->above = 200000;
	}
	if (sum < q->most && sum > q->above)
		q->most = sum;
}

struct query
query_of(const struct usage *usage)
{
	struct query q = { .start = INT64_MIN, .end = INT64_MAX };
	if (usage->timed) {
		q.start = usage->start;
		q.moment = usage->width <= 0;
		if (q.moment && usage->start < INT64_MAX)
			q.end = usage->start + 1;
		else if (!q.moment && __builtin_add_overflow(usage->start, usage->width, &q.end))
			q.end = INT64_MAX;
	}
	bound_context(usage, &q);
	return q;
}
