/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * unitprice - what a token cost on each line of a bill that states how many there are, held
 * against the list: the price of the day, of another date, with a surcharge, of another
 * tier or lifetime.
 */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/clause.h"

enum { BIG_LINE = 50, LINES_BEFORE = 3, BITS_LEAST = 12 };

/* How a line's tokens may have been priced. */
struct pricing {
	int stale;     /* -1: the list of the day */
	int surcharge; /* thousandths */
	bool standard; /* as if of the standard tier */
	bool other;    /* cache writes of the other lifetime */
};

static unsigned
causes_of(const struct pricing *pricing)
{
	return (pricing->stale >= 0 ? 1u << CAUSE_STALE_PRICE : 0) |
	       (pricing->surcharge != 1000 ? 1u << CAUSE_REGION : 0) |
	       (pricing->standard ? 1u << CAUSE_TIER : 0) |
	       (pricing->other ? 1u << CAUSE_WRITE_LIFE : 0);
}

static femto_t
rate_of(const struct unit *unit, const struct line *line, const struct pricing *pricing)
{
	int kind = (int)line->kind;
	enum tier tier = pricing->standard ? TIER_STANDARD : line->tier;
	if (pricing->other && kind == TOKEN_CACHE_WRITE_1H)
		kind = TOKEN_CACHE_WRITE_5M;
	else if (pricing->other && kind == TOKEN_CACHE_WRITE_5M)
		kind = TOKEN_CACHE_WRITE_1H;
	femto_t rate = pricing->stale >= 0 ? unit->stale[pricing->stale].rate[tier][kind]
					   : unit->list.rate[tier][kind];
	return rate == RATE_NONE ? rate : rate * pricing->surcharge / 1000;
}

static bool
costs(const struct line *line, femto_t rate, femto_t grain)
{
	femto_t gap = rate * line->tokens - line->billed;
	return rate != RATE_NONE &&
	       (gap < 0 ? -gap : gap) * 2 <= grain * (line->rows ? line->rows : 1);
}

/* The unit of the line's day: of several the one whose price it has.  'wide': where days may be cut elsewhere,
 * of the days before and after too. */
static const struct unit *
unit_of(const struct group *group, const struct line *line, bool wide)
{
	const int64_t more = wide ? NS_PER_DAY : 0;
	static const struct pricing listed = { .stale = -1, .surcharge = 1000 };
	int64_t start = line->day * NS_PER_DAY, noon = start + NS_PER_DAY / 2;
	const struct unit *near = NULL;
	for (size_t i = 0; i < group->units_n; i++) {
		const struct unit *unit = &group->units[i];
		bool around = unit->from < start + NS_PER_DAY + more && unit->until > start - more;
		if (around && line->tokens > 0 && costs(line, rate_of(unit, line, &listed), 0))
			return unit;
		if (!near || near->from > noon || (unit->from <= noon && unit->from > near->from))
			near = unit;
	}
	return near;
}

femto_t
line_list(const struct group *group, const struct line *line, bool wide)
{
	const struct unit *unit = unit_of(group, line, wide);
	return unit && line->kind < TOKEN_KINDS ? unit->list.rate[line->tier][line->kind]
						: RATE_NONE;
}

/* ---- one line ---- */

struct judgement {
	bool explained, free, deviates;
	struct pricing pricing;
	const struct unit *unit;
};

struct pricer {
	const struct suspect *suspect;
	int stale; /* what the group's lines may have been priced by */
	int surcharge;
	unsigned causes; /* that are allowed */
	bool free;       /* a part of a line may have been priced so */
	bool wide;       /* days may be cut elsewhere */
};

/* All ways that the allowed causes can price a line, fewest causes first. */
static size_t
ways_of(const struct pricer *pricer, const struct line *line, struct pricing out[16])
{
	size_t n = 0;
	for (int size = 0; size <= 4; size++)
		for (int bits = 0; bits < 16; bits++) {
			struct pricing way = { .stale = bits & 1 ? pricer->stale : -1,
				.surcharge = bits & 2 ? pricer->surcharge : 1000,
				.standard = bits & 4,
				.other = bits & 8 };
			bool write = line->kind == TOKEN_CACHE_WRITE_5M ||
				     line->kind == TOKEN_CACHE_WRITE_1H;
			if (__builtin_popcount((unsigned)bits) != size ||
				causes_of(&way) & ~pricer->causes ||
				(way.standard && line->tier == TIER_STANDARD) ||
				(way.other && !write))
				continue;
			out[n++] = way;
		}
	return n;
}

/* Some of a line's tokens at another price: a whole number of them. */
static bool
is_part(const struct line *line, femto_t list, femto_t rate)
{
	femto_t gap = line->billed - list * line->tokens, step = rate - list;
	return list != RATE_NONE && rate != RATE_NONE && step && gap % step == 0 &&
	       gap / step > 0 && gap / step <= line->tokens;
}

/* The unit at whose prices a line comes out: the day's, or where days may be cut elsewhere one beside it. */
static const struct unit *
unit_that_costs(const struct pricer *pricer, const struct line *line, const struct unit *of_day,
	const struct pricing *way)
{
	const struct group *group = pricer->suspect->group;
	int64_t start = line->day * NS_PER_DAY;
	if (costs(line, rate_of(of_day, line, way), pricer->suspect->bill.grain))
		return of_day;
	for (size_t i = 0; i < group->units_n && pricer->wide; i++) {
		const struct unit *unit = &group->units[i];
		if (unit->from < start + 2 * NS_PER_DAY && unit->until > start - NS_PER_DAY &&
			costs(line, rate_of(unit, line, way), pricer->suspect->bill.grain))
			return unit;
	}
	return NULL;
}

/* Tokens of the day and, where days may be cut elsewhere, of one beside it that had another price. */
static bool
is_of_two_days(const struct pricer *pricer, const struct line *line, femto_t list)
{
	static const struct pricing listed = { .stale = -1, .surcharge = 1000 };
	const struct group *group = pricer->suspect->group;
	int64_t start = line->day * NS_PER_DAY;
	for (size_t i = 0; i < group->units_n && pricer->wide; i++) {
		const struct unit *unit = &group->units[i];
		if (unit->from < start + 2 * NS_PER_DAY && unit->until > start - NS_PER_DAY &&
			is_part(line, list, rate_of(unit, line, &listed)))
			return true;
	}
	return false;
}

static struct judgement
judge_line(const struct pricer *pricer, const struct line *line)
{
	const struct unit *unit = unit_of(pricer->suspect->group, line, pricer->wide);
	struct judgement out = { .explained = false };
	struct pricing ways[16];
	if (!unit || !line->tokens) {
		out.explained = line->billed == 0;
		return out;
	}
	size_t n = ways_of(pricer, line, ways);
	for (size_t i = 0; i < n; i++) {
		out.unit = unit_that_costs(pricer, line, unit, &ways[i]);
		if (out.unit) {
			out.explained = true;
			out.pricing = ways[i];
			out.deviates = causes_of(&ways[i]) != 0;
			return out;
		}
	}
	out.explained = is_of_two_days(pricer, line, rate_of(unit, line, &ways[0]));
	for (size_t i = 1; i < n && pricer->free && !out.explained; i++) {
		femto_t list = rate_of(unit, line, &ways[0]), rate = rate_of(unit, line, &ways[i]);
		if (__builtin_popcount(causes_of(&ways[i])) != 1 || !is_part(line, list, rate))
			continue;
		out = (struct judgement){ true, true, true, ways[i], unit };
		return out;
	}
	return out;
}

/* ---- all lines of a group ---- */

/* What each cause adds when it joins those before it: the other tier or lifetime, the old price, the surcharge. */
static void
value_line(const struct line *line, const struct judgement *judged, femto_t amounts[CAUSES])
{
	static const enum cause order[] = { CAUSE_WRITE_LIFE, CAUSE_TIER, CAUSE_STALE_PRICE,
		CAUSE_REGION };
	const struct unit *unit = judged->unit;
	unsigned causes = causes_of(&judged->pricing);
	struct pricing so_far = { .stale = -1, .surcharge = 1000 };
	femto_t before = rate_of(unit, line, &so_far) * line->tokens;
	unsigned left = causes;
	for (size_t i = 0; i < HL_COUNT(order); i++) {
		if (!(causes >> order[i] & 1))
			continue;
		so_far.other |= order[i] == CAUSE_WRITE_LIFE;
		so_far.standard |= order[i] == CAUSE_TIER;
		if (order[i] == CAUSE_STALE_PRICE)
			so_far.stale = judged->pricing.stale;
		if (order[i] == CAUSE_REGION)
			so_far.surcharge = judged->pricing.surcharge;
		left &= ~(1u << order[i]);
		femto_t after = left ? rate_of(unit, line, &so_far) * line->tokens : line->billed;
		amounts[order[i]] += after - before;
		before = after;
	}
}

/* A surcharge would hold before the price changed too. */
static bool
begins_with_price(const struct suspect *suspect, int stale)
{
	const struct group *group = suspect->group;
	int before = 0;
	for (size_t i = 0; i < group->lines_n; i++) {
		const struct line *line = &group->lines[i];
		const struct unit *unit = unit_of(group, line, false);
		if (!unit || line->tokens < BIG_LINE)
			continue;
		femto_t list = unit->list.rate[line->tier][line->kind],
			then = unit->stale[stale].rate[line->tier][line->kind];
		before += list == then && costs(line, list, suspect->bill.grain);
	}
	return before >= LINES_BEFORE;
}

/* How surprising it is that a line's amount comes out as a mixture of two prices: an amount that has so few
 * digits that any would do tells nothing. */
static int
bits_of(const struct pricer *pricer, const struct line *line, const struct judgement *judged)
{
	const struct pricing listed = { .stale = -1, .surcharge = 1000 };
	femto_t step = rate_of(judged->unit, line, &judged->pricing) -
		       rate_of(judged->unit, line, &listed);
	int bits = 0;
	for (step = step < 0 ? -step : step; step > pricer->suspect->bill.grain; step /= 2)
		bits++;
	return bits;
}

static bool
price_all(const struct pricer *pricer, struct alternative *out)
{
	const struct group *group = pricer->suspect->group;
	unsigned seen = 0, free = 0;
	int bits = 0;
	for (size_t i = 0; i < group->lines_n; i++) {
		struct judgement judged = judge_line(pricer, &group->lines[i]);
		if (!judged.explained)
			return false;
		if (!judged.deviates)
			continue;
		seen |= causes_of(&judged.pricing);
		free |= judged.free ? causes_of(&judged.pricing) : 0;
		bits += judged.free ? bits_of(pricer, &group->lines[i], &judged) : 0;
		value_line(&group->lines[i], &judged, out->amounts);
	}
	out->causes = seen;
	out->free = __builtin_popcount(free);
	out->scenario = (struct scenario){ .causes = seen,
		.stale = pricer->stale,
		.surcharge = pricer->surcharge,
		.tier = TIER_BATCH };
	return seen == pricer->causes && (!free || bits >= BITS_LEAST);
}

static void
try_causes(
	const struct suspect *suspect, unsigned causes, bool free, bool wide, struct clause *clause)
{
	const struct group *group = suspect->group;
	int surcharges[SURCHARGES_MOST], n = surcharges_of(group, surcharges);
	bool stale = causes >> CAUSE_STALE_PRICE & 1, region = causes >> CAUSE_REGION & 1;
	for (int i = 0; i < (stale ? group->stale_n : 1); i++)
		for (int k = 0; k < (region ? n : 1); k++) {
			struct alternative found = { .causes = 0 };
			struct pricer pricer = { .suspect = suspect,
				.stale = stale ? i : -1,
				.surcharge = region ? surcharges[k] : 1000,
				.causes = causes,
				.free = free,
				.wide = wide };
			if (price_all(&pricer, &found))
				clause_add(clause, &found);
		}
}

/* Where a part of a bill looks like an old price and like a surcharge, and begins when the price changed. */
static void
prefer_stale(const struct suspect *suspect, struct clause *clause)
{
	const struct alternative *stale = NULL;
	for (size_t i = 0; i < clause->n; i++)
		if (clause->items[i].causes == 1u << CAUSE_STALE_PRICE && clause->items[i].free &&
			begins_with_price(suspect, clause->items[i].scenario.stale))
			stale = &clause->items[i];
	if (!stale)
		return;
	clause->items[0] = *stale;
	clause->n = 1;
}

bool
search_prices(const struct suspect *suspect, bool wide, struct clause *clause)
{
	const unsigned all = 1u << CAUSE_STALE_PRICE | 1u << CAUSE_REGION | 1u << CAUSE_TIER |
			     1u << CAUSE_WRITE_LIFE;
	enum { MOST = 3 };
	size_t before = clause->n;
	if (!suspect->bill.stated)
		return false;
	for (int free = 0; free <= 1 && clause->n == before; free++)
		for (int size = 0; size <= MOST && clause->n == before; size++)
			for (unsigned causes = 0; causes <= all; causes++)
				if (!(causes & ~all) && __builtin_popcount(causes) == size)
					try_causes(suspect, causes, free, wide, clause);
	prefer_stale(suspect, clause);
	return clause->n > before;
}
