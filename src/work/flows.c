/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * flows - tokens that faults put into other cells, when a fault holds for some requests
 * only: any part of each cell, within what the log has of it.
 *
 * What each fault can add to a cell has bounds; what is moved over midnight leaves one
 * day and comes to the next.  A set of faults explains when every series of days (one
 * tier and kind) can be made of such parts, and when it is known of each token which
 * fault moved it.  Faults of the set may hold for all requests instead: they go into the
 * log first.
 */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/clause.h"

enum { SHIFT_MOST = 14 * 2, TOKENS_BIG = 1000 };

/* The faults that move tokens without touching what one costs. */
static const unsigned counted = 1u << CAUSE_FALLBACK | 1u << CAUSE_CACHED_TWICE |
				1u << CAUSE_WRITE_LIFE | 1u << CAUSE_TIER | 1u << CAUSE_RETRIES |
				1u << CAUSE_TIME_ZONE;

struct bounds {
	int64_t low, high;
};

struct flows {
	const struct suspect *suspect;
	struct scenario base; /* faults that hold for all requests */
	unsigned free;        /* and those that hold for some, in these forms: */
	bool cached_less, writes_up;
	enum tier tier;
	int shift;
	struct replay all;   /* the base played */
	struct replay local; /* what local servers answered, as if all of it were the API's */
	size_t days_n;
	/* what can be on the other side of the midnight before each day, with this shift */
	struct {
		int64_t at[TIERS][TOKEN_KINDS];
	} * windows;
};

static bool
is_free(const struct flows *flows, enum cause cause)
{
	return flows->free >> cause & 1;
}

static int64_t
gap_of(const struct flows *flows, size_t day, int tier, int kind)
{
	return flows->suspect->bill.days[day].at[tier][kind].tokens -
	       flows->all.days[day].at[tier][kind].tokens;
}

/* What of the later day (shift > 0: of the earlier) a shift puts on the other side of a midnight. */
static void
set_shift(struct flows *flows, int shift)
{
	const struct group *group = flows->suspect->group;
	flows->shift = shift;
	memset(flows->windows, 0, (flows->days_n + 1) * sizeof(*flows->windows));
	for (size_t i = 0; i < group->atoms_n && shift; i++) {
		const struct atom *atom = &group->atoms[i];
		int64_t day = atom->half_hour / HALF_HOURS_A_DAY - group->first_day;
		int64_t place = atom->half_hour % HALF_HOURS_A_DAY;
		bool moves = shift > 0 ? place >= HALF_HOURS_A_DAY - shift : place < -shift;
		int64_t midnight = shift > 0 ? day + 1 : day;
		for (int kind = 0; kind < TOKEN_KINDS && moves && !atom->local; kind++)
			flows->windows[midnight].at[atom->tier][kind] += atom->tokens[kind];
	}
}

/* What a day of the bill may have of the log's tokens: the day's, and where days may be cut elsewhere what can
 * come over both midnights. */
static int64_t
present(const struct flows *flows, size_t day, int tier, int kind)
{
	int64_t tokens = flows->all.days[day].at[tier][kind].tokens;
	if (is_free(flows, CAUSE_TIME_ZONE))
		tokens +=
			flows->windows[day].at[tier][kind] + flows->windows[day + 1].at[tier][kind];
	return tokens;
}

/* Failed requests of a day; where days may be cut elsewhere, of those beside it too. */
static bool
failed_near(const struct flows *flows, size_t day, int tier)
{
	size_t more = is_free(flows, CAUSE_TIME_ZONE) || flows->suspect->noisy ? 1 : 0;
	size_t from = day > more ? day - more : 0, to = day + more + 1;
	for (size_t i = from; i < to && i < flows->days_n; i++)
		if (flows->all.days[i].failed[tier])
			return true;
	return false;
}

static int64_t
local_near(const struct flows *flows, size_t day, int tier, int kind)
{
	size_t more = is_free(flows, CAUSE_TIME_ZONE) ? 1 : 0;
	size_t from = day > more ? day - more : 0, to = day + more + 1;
	int64_t sum = 0;
	for (size_t i = from; i < to && i < flows->days_n; i++)
		sum += flows->local.days[i].at[tier][kind].tokens;
	return sum;
}

/* What one fault can add to a cell. */
static struct bounds
bounds_of(const struct flows *flows, enum cause cause, size_t day, int tier, int kind)
{
	struct bounds none = { 0, 0 };
	switch (cause) {
	case CAUSE_FALLBACK:
		if (flows->suspect->noisy && flows->suspect->group->failed &&
			is_free(flows, CAUSE_TIME_ZONE))
			return none;
		for (int any = 0; flows->suspect->noisy && any < TIERS; any++)
			if (failed_near(flows, day, any))
				return none; /* it may as well be what has no usage */
		return (struct bounds){ 0, local_near(flows, day, tier, kind) };
	case CAUSE_CACHED_TWICE:
		if (kind != TOKEN_UNCACHED_INPUT)
			return none;
		return flows->cached_less
			       ? (struct bounds){ -present(flows, day, tier, TOKEN_CACHE_READ), 0 }
			       : (struct bounds){ 0, present(flows, day, tier, TOKEN_CACHE_READ) };
	case CAUSE_WRITE_LIFE: {
		int from = flows->writes_up ? TOKEN_CACHE_WRITE_5M : TOKEN_CACHE_WRITE_1H;
		int to = flows->writes_up ? TOKEN_CACHE_WRITE_1H : TOKEN_CACHE_WRITE_5M;
		if (kind != from && kind != to)
			return none;
		return kind == from ? (struct bounds){ -present(flows, day, tier, from), 0 }
				    : (struct bounds){ 0, present(flows, day, tier, from) };
	}
	case CAUSE_TIER:
		if (tier == (int)flows->tier)
			return (struct bounds){ -present(flows, day, tier, kind), 0 };
		return tier == TIER_STANDARD
			       ? (struct bounds){ 0, present(flows, day, (int)flows->tier, kind) }
			       : none;
	case CAUSE_RETRIES:
		return failed_near(flows, day, tier) ? (struct bounds){ 0, INT64_MAX / 4 } : none;
	case CAUSE_TIME_ZONE:
	case CAUSE_STALE_PRICE:
	case CAUSE_REGION:
	case CAUSES:
		break;
	}
	return none;
}

/* Everything of one series. */
struct series {
	int tier, kind;
	unsigned active; /* faults that can be in it, but for the time zone */
	int64_t total;
	femto_t value; /* of what the bill has more, at list prices */
	femto_t moved;
	int boundaries;
};

/* Can the days be made of the faults' parts and of what goes over midnights? */
static bool
walk_days(const struct flows *flows, struct series *series)
{
	int64_t low = 0, high = 0; /* what the day got from the one before; negative: gave */
	bool zone = is_free(flows, CAUSE_TIME_ZONE);
	for (size_t day = 0; day < flows->days_n; day++) {
		int64_t gap = gap_of(flows, day, series->tier, series->kind), least = 0, most = 0;
		for (int cause = 0; cause < CAUSES; cause++) {
			if (!is_free(flows, (enum cause)cause))
				continue;
			struct bounds own = bounds_of(
				flows, (enum cause)cause, day, series->tier, series->kind);
			least += own.low;
			most += own.high;
			if (own.low || own.high)
				series->active |= 1u << cause;
		}
		series->total += gap;
		/* what goes on to the next day is what came, less what is here too much */
		int64_t next_low = low - gap + least, next_high = high - gap + most;
		int64_t room = zone && day + 1 < flows->days_n
				       ? flows->windows[day + 1].at[series->tier][series->kind]
				       : 0;
		int64_t bottom = flows->shift > 0 ? 0 : -room, top = flows->shift > 0 ? room : 0;
		low = next_low > bottom ? next_low : bottom;
		high = next_high < top ? next_high : top;
		if (low > high)
			return false;
		int64_t sure = low > 0 ? low : high < 0 ? -high : 0;
		femto_t rate = group_rate(flows->suspect->group, (enum tier)series->tier,
			(enum token_kind)series->kind,
			flows->suspect->group->first_day + (int64_t)day);
		series->boundaries += sure > 0;
		series->moved += rate == RATE_NONE ? 0 : rate * sure;
	}
	return true;
}

/* ---- whose tokens they are ---- */

struct account {
	struct series series[TIERS][TOKEN_KINDS];
	femto_t amounts[CAUSES];
	femto_t moved;
	int boundaries;
	bool balanced;
};

/* What the bill has more of a series than the base, at list prices. */
static void
value_series(const struct flows *flows, struct account *account)
{
	const struct group *group = flows->suspect->group;
	for (size_t i = 0; i < group->lines_n; i++) {
		const struct line *line = &group->lines[i];
		femto_t rate = line_list(group, line, is_free(flows, CAUSE_TIME_ZONE));
		account->series[line->tier][line->kind].value +=
			rate == RATE_NONE ? 0 : rate * line->tokens;
	}
	for (size_t day = 0; day < flows->days_n; day++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				account->series[tier][kind].value -=
					flows->all.days[day].at[tier][kind].value;
}

/* Tokens that left one series for another, at the prices of the other; false when they are not the same. */
static bool
settle_pair(const struct flows *flows, struct account *account, enum cause cause,
	struct series *from, struct series *to)
{
	const struct group *group = flows->suspect->group;
	unsigned own = 1u << cause;
	femto_t value = 0;
	if (from->active & ~own)
		return from->active & own ? false : true;
	if (!(from->active & own))
		return true;
	if (!(to->active & ~own)) {
		account->amounts[cause] += from->value + to->value;
		from->value = to->value = 0;
		from->active = to->active = 0;
		return from->total + to->total == 0;
	}
	/* the other series has another fault too: what left here came there */
	for (size_t day = 0; day < flows->days_n; day++) {
		femto_t rate = group_rate(group, (enum tier)to->tier, (enum token_kind)to->kind,
			group->first_day + (int64_t)day);
		if (rate != RATE_NONE)
			value -= rate * gap_of(flows, day, from->tier, from->kind);
	}
	account->amounts[cause] += from->value + value;
	to->value -= value;
	to->total += from->total;
	to->active &= ~own;
	from->value = 0;
	from->active = 0;
	return true;
}

static bool
settle_rest(struct account *account)
{
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			struct series *series = &account->series[tier][kind];
			if (!series->total && !series->value)
				continue;
			if (__builtin_popcount(series->active) > 1)
				return false;
			int cause =
				series->active ? __builtin_ctz(series->active) : CAUSE_TIME_ZONE;
			account->amounts[cause] += series->value;
			series->value = 0;
		}
	return true;
}

/* Failed requests are like the others of their tasks: of a like size, cached as often, and not longer in what
 * they gave. */
static bool
is_like_requests(const struct flows *flows, const struct account *account)
{
	enum { TWICE = 2, LIKE = 4, FEW = 30 };
	const struct group *group = flows->suspect->group;
	int64_t more[TOKEN_KINDS] = { 0 }, like[TOKEN_KINDS];
	if (!is_free(flows, CAUSE_RETRIES) || group->failed < FEW)
		return true;
	group_failed_tokens(group, like);
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			more[kind] += account->series[tier][kind].total;
	int64_t read = more[TOKEN_CACHE_READ], fresh = more[TOKEN_UNCACHED_INPUT];
	femto_t a = (femto_t)fresh * like[TOKEN_CACHE_READ],
		b = (femto_t)read * like[TOKEN_UNCACHED_INPUT];
	/* twice as much, and the more the fewer they are */
	femto_t n = group->failed, most = TWICE * n + LIKE * FEW / TWICE;
	if (like[TOKEN_CACHE_READ] > TOKENS_BIG && (a * n > b * most || b * n > a * most))
		return false;
	int64_t input = fresh + read,
		expected = like[TOKEN_CACHE_READ] + like[TOKEN_UNCACHED_INPUT];
	return input <= expected * LIKE && (femto_t)more[TOKEN_OUTPUT] * expected <=
						   (femto_t)input * like[TOKEN_OUTPUT] * TWICE;
}

/* What an API answered in a local server's place has an answer too. */
static bool
is_like_answers(const struct flows *flows, const struct account *account)
{
	int64_t input = 0, output = 0;
	for (int tier = 0; tier < TIERS && is_free(flows, CAUSE_FALLBACK); tier++) {
		output += account->series[tier][TOKEN_OUTPUT].total;
		for (int kind = 0; kind < TOKEN_OUTPUT; kind++)
			input += account->series[tier][kind].total;
	}
	return input <= 0 || output > 0;
}

static bool
settle(const struct flows *flows, struct account *account)
{
	int from = flows->writes_up ? TOKEN_CACHE_WRITE_5M : TOKEN_CACHE_WRITE_1H;
	int to = flows->writes_up ? TOKEN_CACHE_WRITE_1H : TOKEN_CACHE_WRITE_5M;
	bool good = true;
	value_series(flows, account);
	for (int kind = 0; kind < TOKEN_KINDS && is_free(flows, CAUSE_TIER); kind++)
		good = good &&
		       settle_pair(flows, account, CAUSE_TIER, &account->series[flows->tier][kind],
			       &account->series[TIER_STANDARD][kind]);
	for (int tier = 0; tier < TIERS && is_free(flows, CAUSE_WRITE_LIFE); tier++)
		good = good && settle_pair(flows, account, CAUSE_WRITE_LIFE,
				       &account->series[tier][from], &account->series[tier][to]);
	return good && settle_rest(account);
}

static bool
explains(const struct flows *flows, struct account *account)
{
	*account = (struct account){ .balanced = true };
	unsigned seen = 0;
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			struct series *series = &account->series[tier][kind];
			series->tier = tier;
			series->kind = kind;
			if (!walk_days(flows, series))
				return false;
			seen |= series->active;
			account->moved += series->moved;
			account->balanced &= series->active || !series->total;
			account->boundaries += series->boundaries;
		}
	unsigned wanted = flows->free & ~(1u << CAUSE_TIME_ZONE);
	if ((seen & wanted) != wanted || !is_like_requests(flows, account) ||
		!is_like_answers(flows, account) || !settle(flows, account))
		return false;
	for (int cause = 0; cause < CAUSES; cause++)
		if (wanted >> cause & 1 && !account->amounts[cause])
			return false;
	return true;
}

/* ---- all sets ---- */

static void
take(const struct flows *flows, const struct account *account, struct clause *clause)
{
	struct alternative found = { .causes = flows->free | flows->base.causes,
		.free = __builtin_popcount(flows->free),
		.scenario = flows->base,
		.moved = account->moved,
		.balanced = account->balanced,
		.boundaries = account->boundaries };
	struct scenario so_far = flows->base;
	femto_t before = flows->suspect->plain.value;
	memcpy(found.amounts, account->amounts, sizeof(found.amounts));
	so_far.causes = 0;
	for (int cause = 0; cause < CAUSES; cause++) {
		struct replay outcome;
		if (!(flows->base.causes >> cause & 1))
			continue;
		so_far.causes |= 1u << cause;
		scenario_run(flows->suspect->group, flows->suspect->pool, &so_far, &outcome);
		found.amounts[cause] += outcome.value - before;
		before = outcome.value;
		replay_free(&outcome);
	}
	found.scenario.causes = found.causes;
	found.scenario.cached_less |= flows->cached_less;
	found.scenario.writes_up |= flows->writes_up;
	found.scenario.tier = flows->tier ? flows->tier : flows->base.tier;
	found.scenario.shift = flows->shift ? flows->shift : flows->base.shift;
	clause_add(clause, &found);
}

/* The smallest shift in one direction that explains; a larger one allows all that a smaller one does. */
static void
try_shifts(struct flows *flows, struct clause *clause)
{
	struct account account;
	for (int sign = 1; sign >= -1; sign -= 2) {
		set_shift(flows, sign * SHIFT_MOST);
		if (!explains(flows, &account))
			continue;
		for (int hours = 1; hours <= SHIFT_MOST; hours++) {
			set_shift(flows, sign * hours);
			if (explains(flows, &account))
				break;
		}
		take(flows, &account, clause);
	}
	set_shift(flows, 0);
}

static void
try_flows(struct flows *flows, struct clause *clause)
{
	struct account account;
	if (is_free(flows, CAUSE_TIME_ZONE))
		try_shifts(flows, clause);
	else if (explains(flows, &account))
		take(flows, &account, clause);
}

static void
try_variants(struct flows *flows, struct clause *clause)
{
	for (int less = 0; less <= is_free(flows, CAUSE_CACHED_TWICE); less++)
		for (int up = 0; up <= is_free(flows, CAUSE_WRITE_LIFE); up++)
			for (int tier = TIER_STANDARD + 1; tier < TIERS; tier++) {
				flows->cached_less = less;
				flows->writes_up = up;
				flows->tier =
					is_free(flows, CAUSE_TIER) ? (enum tier)tier : TIER_UNKNOWN;
				try_flows(flows, clause);
				if (!is_free(flows, CAUSE_TIER))
					break;
			}
}

/* What local servers answered, on its own. */
static void
play_local(struct flows *flows)
{
	struct scenario scenario = flows->base;
	struct replay without;
	scenario.causes &= ~(1u << CAUSE_FALLBACK);
	scenario_run(flows->suspect->group, flows->suspect->pool, &scenario, &without);
	scenario.causes |= 1u << CAUSE_FALLBACK;
	scenario_run(flows->suspect->group, flows->suspect->pool, &scenario, &flows->local);
	for (size_t day = 0; day < flows->days_n; day++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				flows->local.days[day].at[tier][kind].tokens -=
					without.days[day].at[tier][kind].tokens;
	replay_free(&without);
}

static void
try_base(const struct suspect *suspect, const struct scenario *base, unsigned partly,
	struct clause *clause)
{
	struct flows flows = {
		.suspect = suspect, .base = *base, .free = partly, .days_n = suspect->bill.days_n
	};
	flows.windows = xcalloc(flows.days_n + 1, sizeof(*flows.windows));
	scenario_run(suspect->group, suspect->pool, base, &flows.all);
	play_local(&flows);
	try_variants(&flows, clause);
	replay_free(&flows.all);
	replay_free(&flows.local);
	free(flows.windows);
}

/* The faults that hold for all requests, in all their forms. */
static void
try_bases(const struct suspect *suspect, unsigned whole, unsigned partly, struct clause *clause)
{
	for (int less = 0; less <= (int)(whole >> CAUSE_CACHED_TWICE & 1); less++)
		for (int up = 0; up <= (int)(whole >> CAUSE_WRITE_LIFE & 1); up++) {
			struct scenario base = { .causes = whole,
				.cached_less = less,
				.writes_up = up,
				.tier = TIER_BATCH };
			try_base(suspect, &base, partly, clause);
		}
}

bool
search_flows(const struct suspect *suspect, struct clause *clause)
{
	enum { MOST = 2 };
	const unsigned never_whole = 1u << CAUSE_TIME_ZONE | 1u << CAUSE_RETRIES;
	size_t before = clause->n;
	if (!suspect->bill.stated || suspect->group->whole || suspect->bill.from != INT64_MIN)
		return false;
	for (int free_n = 1; free_n <= MOST && clause->n == before; free_n++)
		for (int size = free_n; size <= MOST && clause->n == before; size++)
			for (unsigned causes = 1; causes <= counted; causes++) {
				if (causes & ~counted || __builtin_popcount(causes) != size)
					continue;
				if (suspect->noisy && causes >> CAUSE_RETRIES & 1)
					continue;
				for (unsigned partly = causes; partly;
					partly = (partly - 1) & causes)
					if (__builtin_popcount(partly) == free_n &&
						!(causes & ~partly & never_whole))
						try_bases(
							suspect, causes & ~partly, partly, clause);
			}
	return clause->n > before;
}
