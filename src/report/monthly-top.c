/* SPDX-License-Identifier: GPL-3.0-or-later */
/* monthly-top - the headline: what the month cost, against the month before, and what could be done about it. */
#include "config.h"

#include "base/when.h"
#include "report/amounts.h"
#include "report/monthly.h"
#include "report/parts.h"

/* A change of more than this is no percentage that says anything. */
enum { PERCENT_MOST = 999 };

/* "September" */
static const char *
name_of(int month, char buf[MONTH_TEXT])
{
	month_text(buf, month);
	*strchr(buf, ' ') = '\0';
	return buf;
}

/* ", $24.10 (9 %) more than September"; 'low_ends': of ranges, which the change has to say */
static void
say_change(const struct monthly *monthly, femto_t after, femto_t before, bool low_ends,
	struct str *out)
{
	char month[MONTH_TEXT];
	const char *currency = monthly->history->currency;
	femto_t change = monthly_change(after, before), size = change < 0 ? -change : change;
	name_of(monthly->month - 1, month);
	str_puts(out, low_ends ? ", at the low ends " : ", ");
	if (!num_round(change, 2)) {
		str_printf(out, "as much as %s", month);
		return;
	}
	money_text(out, size, size, currency);
	if (before > 0 && after >= 0) {
		int64_t percent = (int64_t)((size * 100 + before / 2) / before);
		if (percent && percent <= PERCENT_MOST)
			str_printf(out, " (%lld %%)", (long long)percent);
	}
	str_printf(out, " %s than %s", change > 0 ? "more" : "less", month);
	if (monthly->after->audit->total.money_n > 1)
		str_printf(out, " in %s", currency);
}

/* Against the month before, where both are known from their first day to their last. */
static void
say_before(const struct monthly *monthly, const struct money *after, struct str *out)
{
	const struct audit *before = monthly->before->audit;
	const struct money *money = monthly_money(monthly, &before->total);
	char month[MONTH_TEXT], days[NUM_TEXT];
	name_of(monthly->month - 1, month);
	if (monthly->data_start == when_month_start(monthly->month)) {
		str_puts(out, ", the first month that is known");
	} else if (!before->total.records) {
		str_printf(out, " (nothing is known of %s)", month);
	} else if (monthly_starts_late(monthly, monthly->month - 1)) {
		int64_t n = before->last_day - before->first_day + 1;
		str_printf(out, " (of %s, only %s %s known)", month, number_word(n, days),
			n == 1 ? "day is" : "days are");
	} else if (money && monthly_is_over(monthly)) {
		say_change(monthly, after->spend_low, money->spend_low,
			monthly_is_range(after) || monthly_is_range(money), out);
	} else if (money) {
		str_puts(out, ", after ");
		money_text(out, money->spend_low, money->spend_high, money->currency);
		str_printf(out, " in %s", month);
	}
}

void
amounts_text(struct str *out, const struct tally *total, const struct money *main)
{
	money_text(out, main->spend_low, main->spend_high, main->currency);
	int left = 0;
	for (int i = 0; i < total->money_n; i++)
		left += &total->money[i] != main && total->money[i].spend_high;
	for (int i = 0; i < total->money_n; i++) {
		const struct money *money = &total->money[i];
		if (money == main || !money->spend_high)
			continue;
		str_puts(out, --left ? ", " : " and ");
		money_text(out, money->spend_low, money->spend_high, money->currency);
	}
}

static void
say_cost(const struct monthly *monthly, const struct money *money, struct str *out)
{
	const struct audit *audit = monthly->after->audit;
	bool over = monthly_is_over(monthly), below = money->spend_high < 0;
	bool late = monthly_starts_late(monthly, monthly->month);
	char days[NUM_TEXT];
	str_puts(out,
		over ? (below ? " came to " : " cost ") : (below ? " has come to " : " has cost "));
	if (is_lower_bound(&audit->total, money))
		str_puts(out, "at least ");
	amounts_text(out, &audit->total, money);
	if (below)
		str_puts(out, ", credits included");
	if (over && (late || monthly_is_short(monthly))) {
		int64_t n = audit->last_day - audit->first_day + 1;
		str_printf(out, " in the %s %s known", number_word(n, days),
			n == 1 ? "day that is" : "days that are");
		return;
	}
	if (!over)
		str_puts(out, " so far");
	if (!over && monthly->forecast) {
		str_puts(out, " and comes to about ");
		estimate_text(out, monthly->forecast->total, monthly->history->currency);
		str_puts(out, " by its end");
	}
	if (!late)
		say_before(monthly, money, out);
}

/* Of a month in which nothing is billed and nothing has a price. */
static void
say_tokens(const struct monthly *monthly, struct str *out)
{
	const struct tally *total = &monthly->after->audit->total;
	char n[NUM_TEXT];
	bool paid = false;
	int64_t tokens = tally_input(total) + total->tokens[TOKEN_OUTPUT] + total->unsplit;
	for (int i = 0; i < total->money_n; i++)
		paid |= total->money[i].has_included;
	if (!tokens)
		str_puts(out, " has nothing that is billed or has a price");
	else
		str_printf(out, " used %s tokens that %s", num_count(n, tokens),
			paid                     ? "a subscription covers"
			: total->unpriced.tokens ? "have no price"
						 : "cost nothing");
	if (!monthly_is_over(monthly))
		str_puts(out, " so far");
}

/* ---- what could be done ---- */

size_t
monthly_movable(const struct monthly *monthly, enum verdict verdict, femto_t *spend)
{
	const struct rulings *rulings = monthly->after->rulings;
	size_t n = 0;
	*spend = 0;
	for (size_t i = 0; rulings && i < rulings->subjects->n; i++) {
		if (!rulings_would_move(rulings, i, verdict))
			continue;
		const struct tally *tally =
			monthly_find(monthly->after, rulings->subjects->items[i].name);
		*spend += tally ? monthly_spend(monthly, tally) : 0;
		n++;
	}
	return n;
}

/* "; five of seven workloads, $195.26 of it, could run on your own hardware" */
static bool
say_movable(const struct monthly *monthly, enum verdict verdict, const char *what, struct str *out)
{
	char few[NUM_TEXT], all[NUM_TEXT];
	femto_t sum;
	size_t n = monthly_movable(monthly, verdict, &sum);
	if (!n)
		return false;
	size_t of = monthly->after->rulings->subjects->n;
	str_printf(out, "; %s of %s workload%s", number_word((int64_t)n, few),
		number_word((int64_t)of, all), of == 1 ? "" : "s");
	if (num_round(sum, 2) > 0) {
		str_puts(out, ", ");
		money_text(out, sum, sum, monthly->history->currency);
		str_puts(out, " of it,");
	}
	str_printf(out, " %s", what);
	return true;
}

/* Could run there, but should it? */
static void
say_plan(const struct monthly *monthly, struct str *out)
{
	const struct prospect *main = monthly->plan.none ? NULL : monthly->plan.main;
	if (!main || main->class != MOVE_LOCAL || !main->moves_n)
		return;
	enum cash_outcome outcome = main->outcome;
	bool pays = outcome == CASH_AT_ONCE || outcome == CASH_WITHIN_LIFE;
	str_puts(out, pays ? ", where " : ", but ");
	breakeven_name(out, monthly->plan.plan);
	if (outcome == CASH_AT_ONCE) {
		str_puts(out, " saves from the first month on");
	} else if (outcome == CASH_WITHIN_LIFE) {
		str_puts(out, " pays for itself after ");
		months_text(out, cash_break_even(&main->months));
	} else {
		str_puts(out, " would not pay for itself");
	}
}

void
monthly_top(const struct monthly *monthly)
{
	struct str out = STR_INIT;
	const struct tally *total = &monthly->after->audit->total;
	const struct money *money = monthly_money(monthly, total);
	char month[MONTH_TEXT];
	month_text(month, monthly->month);
	if (!total->records) {
		answer_headline(monthly->answer, "Nothing is known of %s.", month);
		return;
	}
	str_puts(&out, month);
	if (money)
		say_cost(monthly, money, &out);
	else
		say_tokens(monthly, &out);
	monthly_budget_headline(monthly, &out);
	(void)findings_headline(monthly->after, &out);
	if (say_movable(monthly, VERDICT_LOCAL, "could run on your own hardware", &out))
		say_plan(monthly, &out);
	else
		(void)say_movable(monthly, VERDICT_EVALUATE,
			"may be worth comparing with a local model", &out);
	answer_headline(monthly->answer, "%s.", str_text(&out));
	str_free(&out);
}
