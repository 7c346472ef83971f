/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "report/parts.h"

/* A month worked out from fewer days is said to be one. */
enum { A_FORTNIGHT = 14, TWO_HOURS = 7200 };

const char *
number_word(int64_t n, char buf[NUM_TEXT])
{
	static const char *const words[] = { "no", "one", "two", "three", "four", "five", "six",
		"seven", "eight", "nine", "ten", "eleven", "twelve" };
	return n >= 0 && n < (int64_t)HL_COUNT(words) ? words[n] : num_count(buf, n);
}

static int
descending(const void *left, const void *right)
{
	femto_t a = *(const femto_t *)left, b = *(const femto_t *)right;
	return a < b ? 1 : a > b ? -1 : 0;
}

/* "three of eleven workloads are 64 % of it": the fewest that make more than half. */
static void
add_concentration(struct audit_report *report, const struct money *money, struct str *out)
{
	const struct tallies *workloads = &report->audit->workloads;
	if (workloads->n < 3 || money->spend_high <= 0 || money->spend_low != money->spend_high)
		return;
	femto_t *costs = xcalloc(workloads->n, sizeof(*costs)), sum = 0;
	for (size_t i = 0; i < workloads->n; i++) {
		const struct money *own = money_in(&workloads->items[i], money->currency);
		costs[i] = own ? own->spend_high : 0;
	}
	qsort(costs, workloads->n, sizeof(*costs), descending);
	size_t n = 0;
	while (n < workloads->n && sum * 2 <= money->spend_high)
		sum += costs[n++];
	char few[NUM_TEXT], all[NUM_TEXT];
	int percent = (int)(sum * 100 / money->spend_high);
	if (n < workloads->n && percent <= 100)
		str_printf(out, "; %s of %s workloads %s %d %% of it", number_word((int64_t)n, few),
			number_word((int64_t)workloads->n, all), n == 1 ? "is" : "are", percent);
	free(costs);
}

static void
add_span(struct audit_report *report, struct str *out)
{
	const char *reason;
	int64_t days = audit_days(report, &reason);
	int64_t seconds = audit_seconds(report->pool);
	if (report->audit->total.per_day)
		str_printf(out, " a month, as the table says");
	else if (days)
		str_printf(out, " over %lld day%s", (long long)days, days == 1 ? "" : "s");
	else if (report->pool->first != INT64_MAX && seconds >= 120 && seconds < TWO_HOURS)
		str_printf(out, " in %lld minute%s", (long long)(seconds / 60),
			seconds / 60 == 1 ? "" : "s");
	else if (report->pool->first != INT64_MAX && seconds >= TWO_HOURS)
		str_printf(out, " in %lld hours", (long long)(seconds / 3600));
}

static void
add_monthly(struct audit_report *report, const struct money *money, struct str *out)
{
	const char *reason;
	int64_t days = audit_days(report, &reason);
	if (!days || report->audit->total.per_day || days == 30)
		return;
	struct str text = STR_INIT;
	money_text(&text, per_month(money->spend_low, days), per_month(money->spend_high, days),
		money->currency);
	str_printf(
		out, " (%s%s a month)", days < A_FORTNIGHT ? "at this rate " : "", str_text(&text));
	str_free(&text);
}

bool
partial_counts(const struct audit_report *report, const struct partial *partial)
{
	const char *reason;
	int64_t days = audit_days(report, &reason);
	femto_t more = partial->low - partial->billed;
	/* a discount, or a price that changed, is no sign of requests that went elsewhere; nor is a dollar a month */
	return partial->origins && partial->low / 5 > partial->billed / 4 &&
	       (days ? per_month(more, days) : more) > FEMTO_PER_UNIT;
}

void
partial_text(struct str *out, const struct partial *partial)
{
	bool gateway = partial->origins & 1u << ORIGIN_GATEWAY;
	str_printf(out, "for " SLICE_FMT " %s ", SLICE_ARG(partial->biller),
		gateway ? "a gateway states" : "clients' own logs state");
	money_text(out, partial->billed, partial->billed, partial->currency);
	str_puts(out, ", but the tokens counted on the same days cost ");
	money_text(out, partial->low, partial->high, partial->currency);
	str_puts(out, " at list prices");
}

static const struct partial *
first_partial(const struct audit_report *report)
{
	const struct partial *most = NULL;
	for (const struct partial *at = report->audit->partials; at; at = at->next)
		if (partial_counts(report, at) && (!most || at->low > most->low))
			most = at;
	return most;
}

static void
money_headline(struct audit_report *report, const struct money *first, struct str *out)
{
	const struct tally *total = &report->audit->total;
	struct str text = STR_INIT;
	money_text(&text, first->spend_low, first->spend_high, first->currency);
	for (int i = 0; i < total->money_n; i++) {
		const struct money *money = &total->money[i];
		if (money == first || (!money->spend_low && !money->spend_high))
			continue;
		str_puts(&text, i + 1 == total->money_n ? " and " : ", ");
		money_text(&text, money->spend_low, money->spend_high, money->currency);
	}
	const struct partial *partial = first_partial(report);
	bool at_least = partial || is_lower_bound(total, first);
	bool both = first->has_billed && first->spend_high != first->billed;
	const char *how = partial             ? ""
			  : first->has_billed ? (both ? ", billed or at list prices," : " billed")
					      : " at list prices";
	str_printf(out, "%s%s%s", at_least ? "At least " : "", str_text(&text), how);
	str_free(&text);
	add_span(report, out);
	add_monthly(report, first, out);
	if (partial) {
		str_puts(out, ": ");
		partial_text(out, partial);
	} else if (!rulings_headline(report, out))
		add_concentration(report, first, out);
	str_printf(out, ".");
}

static void
add_tokens(struct audit_report *report, struct str *out)
{
	const struct tally *total = &report->audit->total;
	char a[NUM_TEXT], b[NUM_TEXT];
	str_printf(out, "%s input and %s output tokens", num_count(a, tally_input(total)),
		num_count(b, total->tokens[TOKEN_OUTPUT]));
	if (total->unsplit)
		str_printf(out, ", %s of unknown direction", num_count(a, total->unsplit));
}

static void
write_headline(struct audit_report *report, struct str *out)
{
	const struct tally *total = &report->audit->total;
	const struct money *money = main_money(total);
	if (money &&
		(money->spend_high || money->spend_low || money->has_billed || money->has_list)) {
		money_headline(report, money, out);
	} else if (total->measures[MEASURE_OUTPUT_SPEED].n ||
		   total->measures[MEASURE_PROMPT_SPEED].n ||
		   total->measures[MEASURE_AGGREGATE_SPEED].n) {
		if (total->records)
			add_tokens(report, out);
		else
			str_printf(out, "A benchmark, not usage: nothing is spent here");
		str_printf(out, ".");
	} else if (total->unpriced.tokens || total->free.tokens || total->with_tokens) {
		add_tokens(report, out);
		bool paid = false;
		for (int i = 0; i < total->money_n; i++)
			paid |= total->money[i].has_included;
		str_printf(out, paid                     ? ", covered by a subscription."
				: total->unpriced.tokens ? ", without a price."
							 : ", free.");
	} else if (!total->records && report->pool->n && report->pool->first != INT64_MAX) {
		/* there is something, of another time */
		char first[WHEN_TEXT], last[WHEN_TEXT];
		when_date(first, report->pool->first * NS_PER_SECOND);
		when_date(last, report->pool->last * NS_PER_SECOND);
		str_printf(out, "Nothing of this period to count: the data is of %s to %s.", first,
			last);
	} else {
		str_printf(out, "Nothing to count here.");
	}
}

/* A sum over what is left of a file is no answer without saying how little that is. */
static void
add_unread(struct audit_report *report, struct str *out)
{
	enum { MANY = 10 }; /* one line in so many */
	uint64_t rows = 0, rejected = 0;
	char bad[NUM_TEXT], all[NUM_TEXT];
	for (size_t i = 0; report->sources && i < report->sources->n; i++) {
		rows += report->sources->items[i].rows;
		rejected += report->sources->items[i].rejected;
	}
	if (rejected && rejected * MANY >= rows)
		str_printf(out, " %s of %s lines could not be used.",
			num_count(bad, (int64_t)rejected), num_count(all, (int64_t)rows));
}

void
report_headline(struct audit_report *report)
{
	struct str text = STR_INIT;
	write_headline(report, &text);
	add_unread(report, &text);
	answer_headline(report->answer, "%s", str_text(&text));
	str_free(&text);
}
