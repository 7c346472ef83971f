/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/inquiry.h"

#include <stdlib.h>

enum { NOISE_PERMILLE = 15, NOISE_PERCENT = 5, NOISE_REQUESTS = 3, EXACT_MOST = 3 };

/* Does one task fail much more often than the odd request does?  In all groups of the biller. */
static bool
has_failing_task(const struct inquiry *inquiry, const struct group *group)
{
	enum { FAILED_LEAST = 10 };
	for (size_t i = 0; i < group->works_n; i++) {
		int64_t requests = 0, failed = 0;
		for (size_t g = 0; group->works[i].failed && g < inquiry->cells->groups_n; g++) {
			const struct group *other = &inquiry->cells->groups[g];
			for (size_t k = 0; other->side == group->side && k < other->works_n; k++)
				if (other->works[k].hash == group->works[i].hash) {
					requests += other->works[k].requests;
					failed += other->works[k].failed;
				}
		}
		if (failed >= FAILED_LEAST && failed * 100 > (requests + failed) * NOISE_PERCENT)
			return true;
	}
	return false;
}

/* The odd request without usage is in most logs; more of them, or many of one task, is no noise. */
static bool
is_noisy(const struct inquiry *inquiry, const struct group *group)
{
	if (has_failing_task(inquiry, group))
		return false;
	int64_t requests = 0, failed = 0;
	for (size_t i = 0; i < inquiry->cells->groups_n; i++)
		if (inquiry->cells->groups[i].side == group->side) {
			requests += inquiry->cells->groups[i].requests;
			failed += inquiry->cells->groups[i].failed;
		}
	return failed * 1000 <= (requests + failed) * NOISE_PERMILLE &&
	       (group->failed - NOISE_REQUESTS) * 100 <= group->requests * NOISE_PERCENT;
}

const struct group *
inquiry_pool(const struct inquiry *inquiry, const struct group *group)
{
	for (size_t i = 0; i < inquiry->cells->groups_n; i++) {
		const struct group *other = &inquiry->cells->groups[i];
		if (slice_is(inquiry->cells->sides[other->side].biller, "local") &&
			slice_eq(other->scope, group->scope) && other != group)
			return other;
	}
	return NULL;
}

static struct clause *
new_clause(struct inquiry *inquiry, size_t group)
{
	inquiry->clauses = xgrow(inquiry->clauses, &inquiry->clauses_size, inquiry->clauses_n,
		sizeof(*inquiry->clauses));
	struct clause *fresh = &inquiry->clauses[inquiry->clauses_n++];
	*fresh = (struct clause){ .group = group };
	return fresh;
}

static bool
prices_are_listed(const struct suspect *suspect)
{
	struct clause clause = { 0 };
	bool found = search_prices(suspect, false, &clause);
	bool listed = found && clause.items[0].causes == 0;
	free(clause.items);
	return listed;
}

/* What days cut elsewhere explain, when all that left a day is on another; NULL: nothing. */
static struct alternative *
moved_of(const struct clause *counts)
{
	struct alternative *first = counts->n ? counts->items : NULL;
	return first && first->balanced && first->causes >> CAUSE_TIME_ZONE & 1 ? first : NULL;
}

/* What is left of a group but for one cause. */
static femto_t
left_for(const struct suspect *suspect, const struct alternative *counts,
	const struct alternative *prices, enum cause cause)
{
	femto_t left = suspect->group->billed - suspect->plain.value;
	for (int other = 0; other < CAUSES; other++)
		if (other != (int)cause)
			left -= counts->amounts[other] + (prices ? prices->amounts[other] : 0);
	return left;
}

/* Days are cut elsewhere, prices are those of the day or of one beside it, and yet the sum is another. */
static bool
is_left_over(
	const struct suspect *suspect, const struct clause *counts, const struct clause *prices)
{
	const struct alternative *moved = moved_of(counts);
	return moved && prices->n && !prices->items[0].causes &&
	       !(moved->causes >> CAUSE_RETRIES & 1) &&
	       left_for(suspect, moved, NULL, CAUSE_TIME_ZONE) != 0;
}

/* Days cut elsewhere add nothing: what is not explained beside a change of prices is the old price, or where
 * nothing else tells of one, what failed requests cost, which is an estimate. */
static void
settle_moved(const struct suspect *suspect, struct clause *counts, struct clause *prices)
{
	struct alternative *moved = moved_of(counts);
	if (!moved)
		return;
	moved->amounts[CAUSE_TIME_ZONE] = 0;
	if (moved->causes >> CAUSE_RETRIES & 1 && prices->n && !prices->items[0].causes)
		moved->amounts[CAUSE_RETRIES] = left_for(suspect, moved, NULL, CAUSE_RETRIES);
	for (size_t k = 0; k < prices->n; k++)
		if (prices->items[k].causes >> CAUSE_STALE_PRICE & 1)
			prices->items[k].amounts[CAUSE_STALE_PRICE] =
				left_for(suspect, moved, &prices->items[k], CAUSE_STALE_PRICE);
}

/* Tokens that the log lacks, and no sign of why. */
static void
note_more(struct inquiry *inquiry, const struct suspect *suspect)
{
	int64_t more = 0;
	for (size_t i = 0; i < suspect->bill.days_n; i++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < TOKEN_KINDS; kind++) {
				int64_t gap = suspect->bill.days[i].at[tier][kind].tokens -
					      suspect->plain.days[i].at[tier][kind].tokens;
				if (gap < 0)
					return;
				more += gap;
			}
	inquiry->more_tokens += more;
	inquiry->more += suspect->group->billed - suspect->plain.value;
}

/* Bills that state tokens: how many there are is one question, what each costs another.  False when neither
 * is answered. */
static bool
ask_both(struct inquiry *inquiry, const struct suspect *suspect, size_t group)
{
	bool noise = is_noise(suspect, &suspect->plain, 0, false);
	struct clause counts = { .group = group }, prices = { .group = group, .prices = true };
	bool counted = replay_matches_tokens(&suspect->plain, &suspect->bill);
	/* clocks alone move what they move as another zone would, only that it is no cause */
	bool clocks = noise && !counted && !suspect->group->failed;
	if (clocks)
		clause_add(&counts,
			&(struct alternative){ .causes = 1u << CAUSE_TIME_ZONE, .balanced = true });
	else if (!noise && !counted)
		search_flows(suspect, &counts);
	bool moved = !counted && !counts.n;
	for (size_t i = 0; i < counts.n; i++)
		moved |= counts.items[i].causes >> CAUSE_TIME_ZONE & 1;
	search_prices(suspect, moved, &prices);
	if (moved && is_left_over(suspect, &counts, &prices)) {
		prices.n = 0;
		search_prices(suspect, false, &prices);
	}
	settle_moved(suspect, &counts, &prices);
	counts.n = clocks ? 0 : counts.n;
	inquiry->unclear[group] = (!counted && !counts.n) || !prices.n;
	if (!counted && !counts.n && prices.n && !prices.items[0].causes &&
		suspect->group->stated && inquiry->cells->groups[group].stated)
		note_more(inquiry, suspect);
	bool any = false;
	struct clause *found[] = { &counts, &prices };
	for (size_t i = 0; i < HL_COUNT(found); i++) {
		if (found[i]->n && !(found[i]->n == 1 && found[i]->items[0].causes == 0)) {
			*new_clause(inquiry, group) = *found[i];
			any = true;
		} else {
			free(found[i]->items);
		}
	}
	return any;
}

/* A bill that states amounts alone: what it would have to count if each token had its list price. */
static bool
imply_tokens(const struct group *group, struct line *lines)
{
	for (size_t i = 0; i < group->lines_n; i++) {
		femto_t rate = line_list(group, &lines[i], false);
		if (rate <= 0 || lines[i].billed < 0 || lines[i].billed % rate ||
			lines[i].billed / rate > INT64_MAX / 4)
			return false;
		lines[i].tokens = (int64_t)(lines[i].billed / rate);
	}
	return true;
}

/* …or what each token cost if it counts what the log does. */
static bool
imply_prices(const struct suspect *suspect, struct line *lines)
{
	for (size_t i = 0; i < suspect->group->lines_n; i++) {
		size_t day = (size_t)(lines[i].day - suspect->bill.first_day);
		lines[i].tokens = suspect->plain.days[day].at[lines[i].tier][lines[i].kind].tokens;
		bool again = i && lines[i].day == lines[i - 1].day &&
			     lines[i].tier == lines[i - 1].tier &&
			     lines[i].kind == lines[i - 1].kind;
		if (!lines[i].tokens || again)
			return false;
	}
	return true;
}

/* Clauses of a guess that did not explain all. */
void
inquiry_take_back(struct inquiry *inquiry, size_t n)
{
	while (inquiry->clauses_n > n)
		free(inquiry->clauses[--inquiry->clauses_n].items);
}

static bool
ask_implied(struct inquiry *inquiry, const struct suspect *suspect, size_t at)
{
	enum { WAYS = 2 };
	const struct group *group = suspect->group;
	bool found = false;
	if (!suspect->bill.by_kind || group->whole || !group->lines_n)
		return false;
	struct line *lines = xcalloc(group->lines_n, sizeof(*lines));
	for (int way = 0; way < WAYS && !found; way++) {
		struct group copy = *group;
		struct suspect implied = *suspect;
		memcpy(lines, group->lines, group->lines_n * sizeof(*lines));
		if (way == 0 ? !imply_tokens(group, lines) : !imply_prices(suspect, lines))
			continue;
		copy.lines = lines;
		copy.stated = true;
		implied.group = &copy;
		bill_sum(suspect->side, &copy, &implied.bill);
		size_t known = inquiry->clauses_n;
		found = ask_both(inquiry, &implied, at) && !inquiry->unclear[at];
		if (!found)
			inquiry_take_back(inquiry, known);
		bill_free(&implied.bill);
	}
	free(lines);
	return found;
}

/* The hours that a shift puts outside of the bill are on one side only. */
static bool
ask_without_ends(struct suspect *suspect, struct clause *clause)
{
	const struct side *side = suspect->side;
	suspect->bill.from = side->bill_first + 1;
	suspect->bill.to = side->bill_last - 1;
	bool good = suspect->bill.to - suspect->bill.from >= 1 &&
		    !replay_matches(&suspect->plain, &suspect->bill) &&
		    search_exact(suspect, 2, clause);
	suspect->bill.from = INT64_MIN;
	suspect->bill.to = INT64_MAX;
	return good;
}

static void
ask(struct inquiry *inquiry, struct suspect *suspect, size_t group)
{
	struct clause clause = { .group = group };
	bool stated = suspect->bill.stated && suspect->bill.by_kind;
	if (search_exact(suspect, 0, &clause)) {
		free(clause.items);
		return;
	}
	if (is_noise(suspect, &suspect->plain, 0, false) &&
		(!stated || prices_are_listed(suspect))) {
		inquiry->unclear[group] = true;
		return;
	}
	bool found = search_exact(suspect, EXACT_MOST, &clause);
	if (!found &&
		(stated ? ask_both(inquiry, suspect, group) : ask_implied(inquiry, suspect, group)))
		return;
	if (found || ask_without_ends(suspect, &clause) || search_rough(suspect, &clause)) {
		*new_clause(inquiry, group) = clause;
		inquiry->unclear[group] = false;
		return;
	}
	inquiry->unclear[group] = true;
	inquiry->lost++;
	free(clause.items);
}

void
inquire(struct inquiry *inquiry, size_t at)
{
	const struct group *group = &inquiry->cells->groups[at];
	struct suspect suspect = { .cells = inquiry->cells,
		.side = &inquiry->cells->sides[group->side],
		.group = group,
		.pool = inquiry_pool(inquiry, group),
		.noisy = is_noisy(inquiry, group) };
	const struct scenario none = { 0 };
	bill_sum(suspect.side, group, &suspect.bill);
	scenario_run(group, NULL, &none, &suspect.plain);
	if (suspect.plain.open)
		inquiry->unclear[at] = true;
	else
		ask(inquiry, &suspect, at);
	replay_free(&suspect.plain);
	bill_free(&suspect.bill);
}
