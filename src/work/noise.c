/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise - what every log leaves open: clocks that differ by seconds, so that a request
 * beside midnight is on the other day; and the odd request without usage.
 */
#include "config.h"

#include <stdlib.h>

#include "work/clause.h"

enum { FAILED_TIMES = 50 };

/* How much more, and how much less, a cell may hold. */
struct slack {
	femto_t more, less;
};

struct judge {
	const struct suspect *suspect;
	const struct replay *outcome;
	bool tokens; /* else money */
	int shift;   /* half hours that days begin before midnight */
	struct slack (*days)[TIERS][TOKEN_KINDS];
};

static femto_t
amount_of(const struct judge *judge, const struct cell_sum *sum)
{
	return judge->tokens ? sum->tokens : sum->value;
}

/* What the bill has more, and by how much that may be rounded. */
static femto_t
gap_of(const struct judge *judge, size_t day, int tier, int kind, femto_t *grain)
{
	const struct bill_sums *bill = &judge->suspect->bill;
	const struct cell_sum *sum = &judge->outcome->days[day].at[tier][kind];
	*grain = judge->tokens ? 0 : bill->grain * bill->days[day].at[tier][kind].rows;
	return judge->tokens ? bill->days[day].at[tier][kind].tokens - sum->tokens
			     : bill->days[day].at[tier][kind].billed - sum->value;
}

/* What a half hour holds beside a midnight, in all kinds: a double count is still one after midnight. */
static femto_t
worth(const struct judge *judge, const struct atom *atom, int kind)
{
	const struct group *group = judge->suspect->group;
	femto_t most = 0, tokens = atom->tokens[kind];
	if (kind == TOKEN_UNCACHED_INPUT)
		tokens += atom->tokens[TOKEN_CACHE_READ];
	if (kind == TOKEN_CACHE_WRITE_5M || kind == TOKEN_CACHE_WRITE_1H)
		tokens = atom->tokens[TOKEN_CACHE_WRITE_5M] + atom->tokens[TOKEN_CACHE_WRITE_1H];
	if (judge->tokens)
		return tokens;
	for (int tier = 0; tier < TIERS; tier++) {
		femto_t rate = group->units[atom->unit].list.rate[tier][kind];
		most = rate > most ? rate : most;
	}
	return most * tokens * 2; /* at an old price, or with a surcharge */
}

/* Half hours at the end of a day may be of the next, those at its start of the one before. */
static void
add_edge(const struct judge *judge, const struct atom *atom)
{
	int64_t half_hour = atom->half_hour + judge->shift;
	int64_t place = half_hour % HALF_HOURS_A_DAY;
	int64_t day = half_hour / HALF_HOURS_A_DAY - judge->suspect->bill.first_day;
	int64_t other = place == 0 ? day - 1 : place == HALF_HOURS_A_DAY - 1 ? day + 1 : day;
	int64_t days = (int64_t)judge->suspect->bill.days_n;
	for (int kind = 0; kind < TOKEN_KINDS && other != day; kind++)
		for (int tier = TIER_STANDARD; tier < TIERS; tier++) {
			if (tier != TIER_STANDARD && tier != (int)atom->tier)
				continue;
			if (day >= 0 && day < days)
				judge->days[day][tier][kind].less += worth(judge, atom, kind);
			if (other >= 0 && other < days)
				judge->days[other][tier][kind].more += worth(judge, atom, kind);
		}
}

/* A failed request, of which only the bill knows how large it was, is at most so many ordinary ones. */
static void
add_failed(const struct judge *judge)
{
	const struct replay *outcome = judge->outcome;
	int64_t requests = judge->suspect->group->requests;
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			femto_t sum = 0;
			for (size_t i = 0; i < outcome->days_n; i++)
				sum += amount_of(judge, &outcome->days[i].at[tier][kind]);
			for (size_t i = 0; i < outcome->days_n; i++)
				judge->days[i][tier][kind].more += sum * FAILED_TIMES *
								   outcome->days[i].failed[tier] /
								   (requests ? requests : 1);
		}
}

static bool
fits(const struct judge *judge, size_t day)
{
	int64_t number = judge->suspect->bill.first_day + (int64_t)day;
	if (number < judge->suspect->bill.from || number > judge->suspect->bill.to)
		return true;
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			const struct slack *slack = &judge->days[day][tier][kind];
			femto_t grain, gap = gap_of(judge, day, tier, kind, &grain);
			if (gap > slack->more + grain || -gap > slack->less + grain)
				return false;
		}
	return true;
}

/* What clocks put on another day leaves the sum as it is; failed requests only add to it. */
static bool
balances(const struct judge *judge)
{
	for (int tier = 0; tier < TIERS; tier++)
		for (int kind = 0; kind < TOKEN_KINDS; kind++) {
			femto_t sum = 0, rounding = 0, grain;
			for (size_t i = 0; i < judge->suspect->bill.days_n; i++) {
				sum += gap_of(judge, i, tier, kind, &grain);
				rounding += grain;
			}
			if (sum + rounding < 0 ||
				(sum > rounding && !judge->suspect->group->failed))
				return false;
		}
	return true;
}

static bool
is_within(struct judge *judge)
{
	const struct suspect *suspect = judge->suspect;
	judge->days = xcalloc(suspect->bill.days_n, sizeof(*judge->days));
	for (size_t i = 0; i < suspect->group->atoms_n; i++)
		if (!suspect->group->atoms[i].local)
			add_edge(judge, &suspect->group->atoms[i]);
	if (suspect->noisy)
		add_failed(judge);
	bool good = balances(judge);
	for (size_t i = 0; i < suspect->bill.days_n && good; i++)
		good = fits(judge, i);
	free(judge->days);
	return good;
}

bool
noise_balances(const struct suspect *suspect, const struct replay *outcome)
{
	const struct judge judge = { .suspect = suspect, .outcome = outcome };
	return suspect->bill.by_kind && balances(&judge);
}

bool
is_noise(const struct suspect *suspect, const struct replay *outcome, int shift, bool money)
{
	const struct group *group = suspect->group;
	struct judge judge = { .suspect = suspect,
		.outcome = outcome,
		.tokens = suspect->bill.stated,
		.shift = shift };
	if (group->whole || !suspect->bill.by_kind || !group->requests || !is_within(&judge))
		return false;
	judge.tokens = false;
	return !money || !suspect->bill.stated || is_within(&judge);
}
