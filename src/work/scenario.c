/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/scenario.h"

#include <stdlib.h>

/* ---- what the bill would say ---- */

struct player {
	const struct group *group;
	const struct scenario *scenario;
	struct replay *out;
};

static bool
has(const struct player *player, enum cause cause)
{
	return player->scenario->causes >> cause & 1;
}

void
scenario_count(const struct scenario *scenario, int64_t tokens[TOKEN_KINDS])
{
	if (scenario->causes >> CAUSE_CACHED_TWICE & 1)
		tokens[TOKEN_UNCACHED_INPUT] += scenario->cached_less ? -tokens[TOKEN_CACHE_READ]
								      : tokens[TOKEN_CACHE_READ];
	if (scenario->causes >> CAUSE_WRITE_LIFE & 1) {
		int from = scenario->writes_up ? TOKEN_CACHE_WRITE_5M : TOKEN_CACHE_WRITE_1H;
		int to = scenario->writes_up ? TOKEN_CACHE_WRITE_1H : TOKEN_CACHE_WRITE_5M;
		tokens[to] += tokens[from];
		tokens[from] = 0;
	}
}

static femto_t
price_of(const struct player *player, const struct unit *unit, enum tier tier, int kind)
{
	const struct scenario *scenario = player->scenario;
	bool stale = has(player, CAUSE_STALE_PRICE);
	femto_t rate =
		stale ? unit->stale[scenario->stale].rate[tier][kind] : unit->list.rate[tier][kind];
	if (rate == RATE_NONE && stale) /* it had no price of this kind then */
		rate = unit->list.rate[tier][kind];
	return rate == RATE_NONE || !has(player, CAUSE_REGION) ? rate
							       : rate * scenario->surcharge / 1000;
}

static struct day_sums *
day_of(const struct player *player, int64_t half_hour)
{
	struct replay *out = player->out;
	int64_t shift = has(player, CAUSE_TIME_ZONE) ? player->scenario->shift : 0;
	int64_t day = (half_hour + shift) / HALF_HOURS_A_DAY - out->first_day;
	if (player->group->whole || day < 0)
		day = 0;
	return &out->days[(size_t)day < out->days_n ? (size_t)day : out->days_n - 1];
}

static void
play(const struct player *player, const struct atom *atom, const struct unit *unit)
{
	struct replay *out = player->out;
	struct day_sums *day = day_of(player, atom->half_hour);
	enum tier tier = atom->tier;
	int64_t tokens[TOKEN_KINDS];
	memcpy(tokens, atom->tokens, sizeof(tokens));
	scenario_count(player->scenario, tokens);
	if (has(player, CAUSE_TIER) && tier == player->scenario->tier)
		tier = TIER_STANDARD;
	day->requests[tier] += atom->requests;
	day->failed[tier] += atom->local ? 0 : atom->failed;
	bool retried = has(player, CAUSE_RETRIES) && !atom->local;
	int64_t times = retried ? 1 + player->group->retries[atom->tier] : 1;
	out->times = times > out->times ? times : out->times;
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		/* what came out before a request failed is not known */
		int64_t n = kind == TOKEN_OUTPUT ? tokens[kind] : tokens[kind] * times;
		if (!n)
			continue;
		femto_t rate = price_of(player, unit, tier, kind);
		out->open |= rate == RATE_NONE;
		femto_t value = rate == RATE_NONE ? 0 : rate * n;
		day->at[tier][kind].tokens += n;
		day->at[tier][kind].value += value;
		out->value += value;
	}
}

/* The prices of a time that no atom of the group has: those of its nearest unit. */
static const struct unit *
unit_near(const struct group *group, int64_t half_hour)
{
	int64_t when = half_hour * SLOT_SECONDS * NS_PER_SECOND;
	const struct unit *near = NULL;
	for (size_t i = 0; i < group->units_n; i++) {
		const struct unit *unit = &group->units[i];
		if (when >= unit->from && when < unit->until)
			return unit;
		if (!near || near->from > when || (unit->from <= when && unit->from > near->from))
			near = unit;
	}
	return near;
}

void
scenario_run(const struct group *group, const struct group *pool, const struct scenario *scenario,
	struct replay *out)
{
	struct player player = { group, scenario, out };
	*out = (struct replay){ .first_day = group->first_day,
		.days_n = group->whole ? 1 : (size_t)(group->last_day - group->first_day) + 1 };
	out->days = xcalloc(out->days_n, sizeof(*out->days));
	for (size_t i = 0; i < group->atoms_n; i++) {
		const struct atom *atom = &group->atoms[i];
		if (!atom->local || has(&player, CAUSE_FALLBACK))
			play(&player, atom, &group->units[atom->unit]);
	}
	for (size_t i = 0; pool && has(&player, CAUSE_FALLBACK) && i < pool->atoms_n; i++) {
		struct atom atom = pool->atoms[i];
		const struct unit *unit = unit_near(group, atom.half_hour);
		atom.tier = TIER_STANDARD;
		if (unit)
			play(&player, &atom, unit);
	}
}

void
replay_free(struct replay *outcome)
{
	free(outcome->days);
	outcome->days = NULL;
}

/* ---- what it says ---- */

void
bill_sum(const struct side *side, const struct group *group, struct bill_sums *out)
{
	*out = (struct bill_sums){ .first_day = group->first_day,
		.days_n = group->whole ? 1 : (size_t)(group->last_day - group->first_day) + 1,
		.from = INT64_MIN,
		.to = INT64_MAX,
		.grain = side->smallest,
		.stated = group->stated,
		.by_kind = group->by_kind,
		.by_tier = group->name.n > 0 };
	out->days = xcalloc(out->days_n, sizeof(*out->days));
	for (size_t i = 0; i < group->lines_n; i++) {
		const struct line *line = &group->lines[i];
		size_t day = group->whole ? 0 : (size_t)(line->day - out->first_day);
		struct bill_day *to = &out->days[day];
		int kind = out->by_kind ? (int)line->kind : TOKEN_KINDS;
		to->at[line->tier][kind].tokens += line->tokens > 0 ? line->tokens : 0;
		to->at[line->tier][kind].billed += line->billed;
		to->at[line->tier][kind].rows += line->rows;
	}
}

void
bill_free(struct bill_sums *bill)
{
	free(bill->days);
	bill->days = NULL;
}

static femto_t
magnitude(femto_t amount)
{
	return amount < 0 ? -amount : amount;
}

/* Are two sums of amounts that were rounded one by one the same? */
static bool
near(femto_t a, femto_t b, int64_t rows, femto_t grain)
{
	return magnitude(a - b) * 2 <= (femto_t)(rows ? rows : 1) * grain;
}

/* What came out of failed requests is not known: anything up to what a good one gives. */
static bool
tokens_match(const struct cell_sum *sum, int64_t stated, int64_t times, int kind)
{
	if (times > 1 && kind == TOKEN_OUTPUT)
		return stated >= sum->tokens && stated <= sum->tokens * times;
	return stated == sum->tokens;
}

static bool
money_matches(const struct cell_sum *sum, const struct bill_sums *bill, const struct bill_day *day,
	int64_t times, int tier, int kind)
{
	femto_t billed = day->at[tier][kind].billed;
	int64_t rows = day->at[tier][kind].rows, stated = day->at[tier][kind].tokens;
	if (times < 2 || kind != TOKEN_OUTPUT)
		return near(sum->value, billed, rows, bill->grain);
	if (!bill->stated || !sum->tokens)
		return billed >= sum->value && billed <= sum->value * times;
	if (sum->value % sum->tokens) /* of two prices */
		return billed >= sum->value && billed <= sum->value * times;
	return near(sum->value / sum->tokens * stated, billed, rows, bill->grain);
}

static bool
kinds_match(const struct day_sums *sums, const struct bill_sums *bill, const struct bill_day *day,
	int64_t times, int tier)
{
	for (int kind = 0; kind < TOKEN_KINDS; kind++) {
		const struct cell_sum *sum = &sums->at[tier][kind];
		if (bill->stated && !tokens_match(sum, day->at[tier][kind].tokens, times, kind))
			return false;
		if (!money_matches(sum, bill, day, times, tier, kind))
			return false;
	}
	return true;
}

/* Bills that do not say what kind of tokens, or of which tier, a line is for. */
static bool
sums_match(const struct day_sums *sums, const struct bill_sums *bill, const struct bill_day *day,
	int64_t times)
{
	femto_t value = 0, output = 0, billed = 0;
	int64_t rows = 0;
	for (int tier = 0; tier < TIERS; tier++) {
		for (int kind = 0; kind <= TOKEN_KINDS; kind++) {
			billed += day->at[tier][kind].billed;
			rows += day->at[tier][kind].rows;
		}
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			value += sums->at[tier][kind].value;
		output += sums->at[tier][TOKEN_OUTPUT].value;
		if (bill->by_tier && times < 2 && !near(value, billed, rows, bill->grain))
			return false;
	}
	if (times < 2)
		return near(value, billed, rows, bill->grain);
	return billed >= value && billed <= value + output * (times - 1);
}

static bool
is_compared(const struct bill_sums *bill, size_t day)
{
	int64_t number = bill->first_day + (int64_t)day;
	return number >= bill->from && number <= bill->to;
}

bool
replay_matches(const struct replay *outcome, const struct bill_sums *bill)
{
	int64_t times = outcome->times;
	if (outcome->open)
		return false;
	for (size_t i = 0; i < bill->days_n; i++) {
		if (!is_compared(bill, i))
			continue;
		if (!bill->by_kind) {
			if (!sums_match(&outcome->days[i], bill, &bill->days[i], times))
				return false;
			continue;
		}
		for (int tier = 0; tier < TIERS; tier++)
			if (!kinds_match(&outcome->days[i], bill, &bill->days[i], times, tier))
				return false;
	}
	return true;
}

bool
replay_matches_tokens(const struct replay *outcome, const struct bill_sums *bill)
{
	for (size_t i = 0; i < bill->days_n; i++)
		for (int tier = 0; is_compared(bill, i) && tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				if (!tokens_match(&outcome->days[i].at[tier][kind],
					    bill->days[i].at[tier][kind].tokens, outcome->times,
					    kind))
					return false;
	return true;
}
