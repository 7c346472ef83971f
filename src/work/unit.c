/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/unit.h"

#include <stdlib.h>

#include "base/when.h"

/* Tokens so many that no prompt is too short for a tier, and that a price is whole for. */
static const int64_t many = 1000000000;

struct rates_of
unit_rates(const struct cells *cells, const struct unit *unit, int64_t when)
{
	struct rates_of out;
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			struct usage usage = { .context = unit->context,
				.requests = -1,
				.tier = (enum tier)tier,
				.start = when,
				.timed = true };
			usage.tokens[kind] = many;
			out.rate[tier][kind] = RATE_NONE;
			if (unit->resolution.state != PRICE_FOUND || tier == TIER_UNKNOWN)
				continue;
			struct cost cost = price_charge(
				cells->options->catalog, &unit->resolution, &usage, unit->discount);
			if (cost.priced && cost.low == cost.high && cost.low % many == 0)
				out.rate[tier][kind] = cost.low / many;
		}
	return out;
}

static int
by_time(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

void
unit_dates(struct group *group)
{
	const struct price_row *const *rows;
	size_t n = group->model ? model_rows(group->model, &rows) : 0;
	for (size_t i = 0; i < n; i++) {
		bool known = slice_is(rows[i]->kind, "multiplier") ||
			     slice_is(rows[i]->kind, "web_search");
		for (int k = 0; k < group->stale_n; k++)
			known |= group->stale[k] == rows[i]->from;
		if (!known && group->stale_n < STALE_MOST && rows[i]->from != INT64_MIN)
			group->stale[group->stale_n++] = rows[i]->from;
	}
	if (group->stale_n)
		qsort(group->stale, (size_t)group->stale_n, sizeof(*group->stale), by_time);
}

/* From when to when no row of the model begins or ends; with prices by the hour, half an hour. */
static void
set_span(struct unit *unit, int64_t when)
{
	const struct price_row *const *rows;
	size_t n = unit->resolution.state == PRICE_FOUND ? model_rows(unit->resolution.model, &rows)
							 : 0;
	unit->from = INT64_MIN;
	unit->until = INT64_MAX;
	for (size_t i = 0; i < n; i++) {
		const int64_t dates[] = { rows[i]->from, rows[i]->to };
		for (size_t k = 0; k < HL_COUNT(dates); k++) {
			if (dates[k] <= when && dates[k] > unit->from)
				unit->from = dates[k];
			if (dates[k] > when && dates[k] < unit->until)
				unit->until = dates[k];
		}
		if (rows[i]->hours.n) {
			unit->from = when;
			unit->until = when + SLOT_SECONDS * NS_PER_SECOND;
			return;
		}
	}
}

size_t
unit_find(struct cells *cells, struct group *group, const struct unit *wanted, int64_t when)
{
	for (size_t i = group->units_n; i-- > 0;) {
		const struct unit *unit = &group->units[i];
		if (unit->resolution.model == wanted->resolution.model &&
			unit->context == wanted->context && unit->discount == wanted->discount &&
			unit->resolution.modifier == wanted->resolution.modifier &&
			when >= unit->from && when < unit->until)
			return i;
	}
	struct unit unit = *wanted;
	set_span(&unit, when);
	unit.list = unit_rates(cells, &unit, when);
	for (int i = 0; i < group->stale_n; i++)
		unit.stale[i] = unit_rates(cells, &unit, group->stale[i]);
	group->units =
		xgrow(group->units, &group->units_size, group->units_n, sizeof(*group->units));
	group->units[group->units_n] = unit;
	return group->units_n++;
}

femto_t
group_rate(const struct group *group, enum tier tier, enum token_kind kind, int64_t day)
{
	int64_t start = day * NS_PER_DAY, end = start + NS_PER_DAY;
	femto_t rate = RATE_NONE;
	for (size_t i = 0; i < group->units_n; i++) {
		const struct unit *unit = &group->units[i];
		bool here = unit->from < end && unit->until > start;
		if (!here)
			continue;
		if (rate != RATE_NONE && unit->list.rate[tier][kind] != rate)
			return RATE_NONE;
		rate = unit->list.rate[tier][kind];
	}
	return rate;
}
