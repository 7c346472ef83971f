/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "work/clause.h"

enum { SHIFT_MOST = 14 * 2, VARIANTS_MOST = 2 * SHIFT_MOST + 1, TRIES_MOST = 60000, MIDNIGHTS = 3 };

/* ---- alternatives ---- */

int
alternative_compare(const struct alternative *a, const struct alternative *b)
{
	if (a->free != b->free)
		return a->free < b->free ? -1 : 1;
	int x = __builtin_popcount(a->causes), y = __builtin_popcount(b->causes);
	return (x > y) - (x < y);
}

void
clause_add(struct clause *clause, const struct alternative *alternative)
{
	for (size_t i = 0; i < clause->n; i++) {
		int order = alternative_compare(&clause->items[i], alternative);
		if (order < 0 || (order == 0 && clause->items[i].causes == alternative->causes))
			return;
		if (order > 0)
			clause->n = i;
	}
	clause->items = xgrow(clause->items, &clause->size, clause->n, sizeof(*clause->items));
	clause->items[clause->n++] = *alternative;
}

/* ---- the forms a cause can have in a group ---- */

int
surcharges_of(const struct group *group, int out[SURCHARGES_MOST])
{
	const struct price_row *const *rows;
	size_t rows_n = group->model ? model_rows(group->model, &rows) : 0;
	int n = 0;
	out[n++] = 1100; /* regional processing at OpenAI, Anthropic, Bedrock and Azure alike */
	for (size_t i = 0; i < rows_n && n < SURCHARGES_MOST; i++) {
		int factor = (int)rows[i]->picos;
		bool known = !slice_is(rows[i]->kind, "multiplier");
		for (int k = 0; k < n; k++)
			known |= out[k] == factor;
		if (!known)
			out[n++] = factor;
	}
	return n;
}

/* What the atoms of a group hold that a fault could be about. */
struct traits {
	bool reads, writes_5m, writes_1h, local;
	unsigned tiers;
	bool retries;   /* each request of a tier failed as often as any other */
	unsigned stale; /* bits of dates at which prices differ from some list price used */
};

static unsigned
stale_dates(const struct group *group)
{
	unsigned bits = 0;
	for (size_t i = 0; i < group->units_n; i++)
		for (int k = 0; k < group->stale_n; k++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++) {
				femto_t then = group->units[i].stale[k].rate[TIER_STANDARD][kind];
				if (then != RATE_NONE &&
					then != group->units[i].list.rate[TIER_STANDARD][kind])
					bits |= 1u << k;
			}
	return bits;
}

static struct traits
traits_of(const struct suspect *suspect)
{
	const struct group *group = suspect->group;
	struct traits traits = { .stale = stale_dates(group),
		.local = suspect->pool && suspect->pool->atoms_n };
	for (size_t i = 0; i < group->atoms_n; i++) {
		const struct atom *atom = &group->atoms[i];
		traits.reads |= atom->tokens[TOKEN_CACHE_READ] != 0;
		traits.writes_5m |= atom->tokens[TOKEN_CACHE_WRITE_5M] != 0;
		traits.writes_1h |= atom->tokens[TOKEN_CACHE_WRITE_1H] != 0;
		traits.local |= atom->local;
		traits.tiers |= atom->tier == TIER_STANDARD ? 0 : 1u << atom->tier;
	}
	traits.retries = group->failed > 0;
	for (int tier = 0; tier < TIERS; tier++)
		traits.retries &= group->retries[tier] >= 0;
	return traits;
}

/* Fills the forms of a cause; returns how many, 0 where it cannot be here. */
static int
forms_of(const struct suspect *suspect, const struct traits *traits, enum cause cause,
	int forms[VARIANTS_MOST])
{
	int n = 0, found[SURCHARGES_MOST];
	switch (cause) {
	case CAUSE_FALLBACK:
		forms[0] = 0;
		return traits->local;
	case CAUSE_CACHED_TWICE:
		forms[0] = 0;
		forms[1] = 1;
		return traits->reads ? 2 : 0;
	case CAUSE_WRITE_LIFE:
		if (traits->writes_1h)
			forms[n++] = 0;
		if (traits->writes_5m)
			forms[n++] = 1;
		return n;
	case CAUSE_TIER:
		for (int tier = TIER_STANDARD + 1; tier < TIERS; tier++)
			if (traits->tiers >> tier & 1)
				forms[n++] = tier;
		return n;
	case CAUSE_RETRIES:
		forms[0] = 0;
		return traits->retries && !suspect->noisy;
	case CAUSE_TIME_ZONE:
		for (int shift = 1; shift <= SHIFT_MOST; shift++) {
			forms[n++] = shift;
			forms[n++] = -shift;
		}
		return suspect->group->whole ? 0 : n;
	case CAUSE_STALE_PRICE:
		for (int i = 0; i < suspect->group->stale_n; i++)
			if (traits->stale >> i & 1)
				forms[n++] = i;
		return n;
	case CAUSE_REGION:
		n = surcharges_of(suspect->group, found);
		memcpy(forms, found, (size_t)n * sizeof(*forms));
		return n;
	case CAUSES:
		break;
	}
	return 0;
}

static void
set_form(struct scenario *scenario, enum cause cause, int form)
{
	scenario->causes |= 1u << cause;
	switch (cause) {
	case CAUSE_FALLBACK:
	case CAUSE_RETRIES:
	case CAUSES:
		break;
	case CAUSE_CACHED_TWICE:
		scenario->cached_less = form;
		break;
	case CAUSE_WRITE_LIFE:
		scenario->writes_up = form;
		break;
	case CAUSE_TIER:
		scenario->tier = (enum tier)form;
		break;
	case CAUSE_TIME_ZONE:
		scenario->shift = form;
		break;
	case CAUSE_STALE_PRICE:
		scenario->stale = form;
		break;
	case CAUSE_REGION:
		scenario->surcharge = form;
		break;
	}
}

/* ---- all sets of causes, in all their forms ---- */

struct search {
	const struct suspect *suspect;
	struct traits traits;
	int forms[CAUSES][VARIANTS_MOST], forms_n[CAUSES];
	struct clause *clause;
	/* tokens in all: of the log, of local answers, and on the bill */
	int64_t logged[TIERS][TOKEN_KINDS], local[TIERS][TOKEN_KINDS], billed[TIERS][TOKEN_KINDS];
	int tries;
	bool rough;
	femto_t least;  /* of what sets of this size leave over */
	femto_t second; /* …but for the best */
	struct alternative best;
};

/* Causes cost what they add when they join those before them; the last takes what is left, rounding too. */
static void
value_scenario(
	const struct suspect *suspect, const struct scenario *scenario, femto_t amounts[CAUSES])
{
	struct scenario so_far = *scenario;
	femto_t before = suspect->plain.value;
	so_far.causes = 0;
	for (int cause = 0; cause < CAUSES; cause++) {
		struct replay outcome;
		if (!(scenario->causes >> cause & 1))
			continue;
		so_far.causes |= 1u << cause;
		scenario_run(suspect->group, suspect->pool, &so_far, &outcome);
		amounts[cause] = outcome.value - before;
		before = outcome.value;
		replay_free(&outcome);
	}
}

/* What failed requests gave before they failed is known only from the bill: at list prices it is theirs, what
 * an old price or a surcharge makes of it is that cause's. */
static void
add_loose_output(const struct suspect *suspect, struct alternative *alternative)
{
	struct scenario listed = alternative->scenario;
	bool stale = alternative->causes >> CAUSE_STALE_PRICE & 1;
	struct replay a, b;
	femto_t list = 0, rest = 0;
	if (!(alternative->causes >> CAUSE_RETRIES & 1) || alternative->rough)
		return;
	listed.causes &= ~(unsigned)CAUSES_MONEY;
	scenario_run(suspect->group, suspect->pool, &alternative->scenario, &a);
	scenario_run(suspect->group, suspect->pool, &listed, &b);
	for (size_t i = 0; i < a.days_n; i++)
		for (int tier = 0; tier < TIERS; tier++) {
			const struct cell_sum *with = &a.days[i].at[tier][TOKEN_OUTPUT],
					      *without = &b.days[i].at[tier][TOKEN_OUTPUT];
			femto_t more =
				suspect->bill.days[i].at[tier][TOKEN_OUTPUT].billed - with->value;
			if (!with->tokens || !suspect->bill.by_kind)
				continue;
			rest += more;
			if (!(alternative->causes & CAUSES_MONEY))
				list += more;
			else /* both are whole numbers of what a token costs */
				list += more / (with->value / with->tokens) *
					(without->value / without->tokens);
		}
	alternative->amounts[CAUSE_RETRIES] += list;
	if (alternative->causes & CAUSES_MONEY)
		alternative->amounts[stale ? CAUSE_STALE_PRICE : CAUSE_REGION] += rest - list;
	replay_free(&a);
	replay_free(&b);
}

/* What is on another day than in UTC. */
static void
value_moves(const struct suspect *suspect, struct alternative *alternative)
{
	struct scenario utc = alternative->scenario;
	struct replay a, b;
	if (!(alternative->causes >> CAUSE_TIME_ZONE & 1))
		return;
	scenario_run(suspect->group, suspect->pool, &utc, &a);
	utc.causes &= ~(1u << CAUSE_TIME_ZONE);
	scenario_run(suspect->group, suspect->pool, &utc, &b);
	femto_t flow = 0;
	for (size_t i = 0; i < a.days_n; i++) {
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				flow += a.days[i].at[tier][kind].value -
					b.days[i].at[tier][kind].value;
		alternative->moved += flow < 0 ? -flow : flow;
		alternative->boundaries += flow != 0;
	}
	replay_free(&a);
	replay_free(&b);
}

/* Hours at both ends of the bill that only one side has. */
static void
take_edges(const struct suspect *suspect, struct alternative *alternative)
{
	femto_t left = suspect->group->billed - suspect->plain.value;
	for (int cause = 0; cause < CAUSES; cause++)
		left -= cause == CAUSE_TIME_ZONE ? 0 : alternative->amounts[cause];
	alternative->amounts[CAUSE_TIME_ZONE] = left;
}

static femto_t
distance(const struct replay *outcome, const struct bill_sums *bill)
{
	femto_t sum = 0;
	for (size_t i = 0; i < bill->days_n; i++) {
		int64_t day = bill->first_day + (int64_t)i;
		for (int tier = 0; day >= bill->from && day <= bill->to && tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++) {
				femto_t gap = bill->days[i].at[tier][kind].billed -
					      outcome->days[i].at[tier][kind].value;
				sum += gap < 0 ? -gap : gap;
			}
	}
	return sum;
}

static void
take(struct search *search, const struct scenario *scenario)
{
	struct alternative found = {
		.causes = scenario->causes, .scenario = *scenario, .rough = search->rough
	};
	value_scenario(search->suspect, scenario, found.amounts);
	value_moves(search->suspect, &found);
	add_loose_output(search->suspect, &found);
	if (search->suspect->bill.from != INT64_MIN)
		take_edges(search->suspect, &found);
	for (int cause = 0; cause < CAUSES; cause++)
		if (scenario->causes >> cause & 1 && !found.amounts[cause] &&
			cause != CAUSE_TIME_ZONE)
			return; /* a cause without effect */
	if (scenario->causes >> CAUSE_TIME_ZONE & 1 && !found.boundaries)
		return;
	/* half an hour beside one midnight may be a clock that is off by a second */
	found.slight = scenario->causes >> CAUSE_TIME_ZONE & 1 && scenario->shift >= -1 &&
		       scenario->shift <= 1 && found.boundaries < MIDNIGHTS;
	clause_add(search->clause, &found);
}

/* True when the bill says just that. */
static bool
judge(struct search *search, const struct scenario *scenario, const struct replay *outcome)
{
	const struct suspect *suspect = search->suspect;
	if (!search->rough) {
		if (!replay_matches(outcome, &suspect->bill))
			return false;
		take(search, scenario);
		return true;
	}
	femto_t left = distance(outcome, &suspect->bill);
	int shift = scenario->causes >> CAUSE_TIME_ZONE & 1 ? scenario->shift : 0;
	if (!is_noise(suspect, outcome, shift, true))
		return false;
	if (left < search->least) {
		search->second = search->least;
		search->least = left;
		search->best =
			(struct alternative){ .causes = scenario->causes, .scenario = *scenario };
	} else if (left < search->second && scenario->causes != search->best.causes) {
		search->second = left;
	}
	return false;
}

/* Days cut elsewhere change no sum: when the sums are wrong, no shift helps. */
static bool
sums_agree(const struct suspect *suspect, const struct scenario *scenario,
	const struct replay *outcome)
{
	const struct bill_sums *bill = &suspect->bill;
	if (bill->from != INT64_MIN || scenario->causes >> CAUSE_RETRIES & 1)
		return true;
	femto_t billed = 0, left = suspect->bill.grain;
	int64_t rows = 0;
	for (size_t i = 0; i < bill->days_n; i++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind <= TOKEN_KINDS; kind++) {
				billed += bill->days[i].at[tier][kind].billed;
				rows += bill->days[i].at[tier][kind].rows;
			}
	femto_t gap = billed - outcome->value;
	return (gap < 0 ? -gap : gap) * 2 <= (rows + 1) * left;
}

static void
count_tokens(struct search *search)
{
	const struct suspect *suspect = search->suspect;
	const struct group *from[] = { suspect->group, suspect->pool };
	for (size_t g = 0; g < HL_COUNT(from) && from[g]; g++)
		for (size_t i = 0; i < from[g]->atoms_n; i++) {
			const struct atom *atom = &from[g]->atoms[i];
			enum tier tier = g ? TIER_STANDARD : atom->tier;
			int64_t *to = atom->local || g ? search->local[tier] : search->logged[tier];
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				to[kind] += atom->tokens[kind];
		}
	for (size_t day = 0; day < suspect->bill.days_n; day++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++)
				search->billed[tier][kind] +=
					suspect->bill.days[day].at[tier][kind].tokens;
}

/* Faults in counting show in the sums of all days already: where these are wrong no day need be looked at. */
static bool
tokens_agree(const struct search *search, const struct scenario *scenario)
{
	const struct bill_sums *bill = &search->suspect->bill;
	if (!bill->stated || bill->from != INT64_MIN || search->rough ||
		scenario->causes >> CAUSE_RETRIES & 1)
		return true;
	int64_t sums[TIERS][TOKEN_KINDS] = { 0 };
	for (int tier = 0; tier < TIERS; tier++) {
		int64_t tokens[TOKEN_KINDS];
		enum tier to = scenario->causes >> CAUSE_TIER & 1 && tier == (int)scenario->tier
				       ? TIER_STANDARD
				       : (enum tier)tier;
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			tokens[kind] =
				search->logged[tier][kind] +
				(scenario->causes >> CAUSE_FALLBACK & 1 ? search->local[tier][kind]
									: 0);
		scenario_count(scenario, tokens);
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			sums[to][kind] += tokens[kind];
	}
	return memcmp(sums, search->billed, sizeof(sums)) == 0;
}

static void
try_forms(struct search *search, unsigned causes, int from, struct scenario *scenario)
{
	while (from < CAUSES && !(causes >> from & 1))
		from++;
	if (from == CAUSE_TIME_ZONE) /* last, of the others' results */
		for (from++; from < CAUSES && !(causes >> from & 1);)
			from++;
	if (from < CAUSES) {
		for (int i = 0; i < search->forms_n[from]; i++) {
			struct scenario next = *scenario;
			set_form(&next, (enum cause)from, search->forms[from][i]);
			try_forms(search, causes, from + 1, &next);
		}
		return;
	}
	bool zone = causes >> CAUSE_TIME_ZONE & 1;
	struct replay outcome;
	if (!tokens_agree(search, scenario))
		return;
	scenario_run(search->suspect->group, search->suspect->pool, scenario, &outcome);
	bool agree = !zone || (search->rough ? noise_balances(search->suspect, &outcome)
					     : sums_agree(search->suspect, scenario, &outcome));
	if (!zone)
		(void)judge(search, scenario, &outcome);
	replay_free(&outcome);
	search->tries++;
	for (int i = 0; zone && agree && i < search->forms_n[CAUSE_TIME_ZONE]; i++) {
		struct scenario next = *scenario;
		set_form(&next, CAUSE_TIME_ZONE, search->forms[CAUSE_TIME_ZONE][i]);
		scenario_run(search->suspect->group, search->suspect->pool, &next, &outcome);
		bool matches = judge(search, &next, &outcome);
		replay_free(&outcome);
		search->tries++;
		if (matches)
			break; /* the smallest shift that does */
	}
}

static bool
is_possible(const struct search *search, unsigned causes)
{
	for (int cause = 0; cause < CAUSES; cause++)
		if (causes >> cause & 1 && !search->forms_n[cause])
			return false;
	return true;
}

static struct search
search_of(const struct suspect *suspect, struct clause *clause)
{
	struct search search = {
		.suspect = suspect, .clause = clause, .traits = traits_of(suspect)
	};
	for (int cause = 0; cause < CAUSES; cause++)
		search.forms_n[cause] =
			forms_of(suspect, &search.traits, (enum cause)cause, search.forms[cause]);
	count_tokens(&search);
	return search;
}

bool
search_exact(const struct suspect *suspect, int most, struct clause *clause)
{
	struct search search = search_of(suspect, clause);
	size_t before = clause->n;
	for (int size = 0; size <= most && clause->n == before; size++)
		for (unsigned causes = 0; causes < 1u << CAUSES; causes++) {
			struct scenario scenario = { 0 };
			bool edges =
				suspect->bill.from == INT64_MIN || causes >> CAUSE_TIME_ZONE & 1;
			if (__builtin_popcount(causes) == size && is_possible(&search, causes) &&
				edges && search.tries < TRIES_MOST)
				try_forms(&search, causes, 0, &scenario);
		}
	return clause->n > before;
}

/* Some few requests of most logs have no usage, and clocks differ: what is left has to be within that, half of
 * what was to be explained, and half of what any other set leaves. */
bool
search_rough(const struct suspect *suspect, struct clause *clause)
{
	enum { LEFT_MOST = 2, OTHERS_LEAST = 2 };
	struct search search = search_of(suspect, clause);
	size_t before = clause->n;
	search.rough = true;
	femto_t all = distance(&suspect->plain, &suspect->bill);
	for (int size = 1; size <= 2 && clause->n == before && suspect->bill.by_kind; size++) {
		search.least = search.second = all;
		for (unsigned causes = 0; causes < 1u << CAUSES; causes++) {
			struct scenario scenario = { 0 };
			if (__builtin_popcount(causes) == size && is_possible(&search, causes) &&
				search.tries < TRIES_MOST)
				try_forms(&search, causes, 0, &scenario);
		}
		if (search.least * LEFT_MOST < all && search.least * OTHERS_LEAST < search.second)
			take(&search, &search.best.scenario);
	}
	return clause->n > before;
}
