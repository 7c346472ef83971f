/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spend and tokens over time, in columns. */
#include "config.h"

#include "base/estimate.h"
#include "base/when.h"
#include "report/charts.h"
#include "report/parts.h"

static const char undated[] = "nothing of it has a date";

/* How long a column is. */
enum pitch { BY_DAY, BY_WEEK, BY_MONTH, PITCHES };

static const struct unit_info {
	const char *name, *many;
	const char *axis; /* "week, from Monday" */
	const char *spend, *tokens;
} units[PITCHES] = {
	[BY_DAY] = { "day", "days", "day", "spend a day", "tokens a day" },
	[BY_WEEK] = { "week", "weeks", "week, from Monday", "spend a week", "tokens a week" },
	[BY_MONTH] = { "month", "months", "month", "spend a month", "tokens a month" },
};

/* What is shown: from the first to the last day that holds anything. */
struct timeline {
	const struct charts *charts;
	int64_t first, last; /* days */
	enum pitch unit;
	int64_t columns, partly; /* how many, and how many of them are parts */
	bool first_partly, last_partly;
};

static int64_t
begin_of(enum pitch unit, int64_t day)
{
	enum { THURSDAY = 3 }; /* 1 January 1970, in days after Monday */
	int64_t after = (day + THURSDAY) % 7;
	if (unit == BY_WEEK)
		return day - (after < 0 ? after + 7 : after);
	return unit == BY_DAY ? day : when_month_start(when_month(day * NS_PER_DAY)) / NS_PER_DAY;
}

static int64_t
next_of(enum pitch unit, int64_t begin)
{
	if (unit == BY_MONTH)
		return when_month_start(when_month(begin * NS_PER_DAY) + 1) / NS_PER_DAY;
	return begin + (unit == BY_WEEK ? 7 : 1);
}

static int64_t
count_columns(const struct timeline *when)
{
	int64_t n = 0, at = begin_of(when->unit, when->first);
	for (; at <= when->last; at = next_of(when->unit, at))
		n++;
	return n;
}

/* How long a column is, for no more columns than there is room for. */
static void
choose_pitch(struct timeline *when, int64_t most)
{
	when->columns = count_columns(when);
	while (when->columns > most && when->unit < BY_MONTH) {
		when->unit++;
		when->columns = count_columns(when);
	}
}

bool
charts_by_month(int64_t first, int64_t last, int columns)
{
	struct timeline when = { .first = first, .last = last };
	if (first <= last)
		choose_pitch(&when, columns);
	return when.unit == BY_MONTH;
}

static bool
timeline_make(struct timeline *when, const struct charts *charts)
{
	const struct history *history = charts->history;
	*when = (struct timeline){
		.charts = charts, .first = history->first_day, .last = history->last_day
	};
	if (history->first_day == DAY_NONE)
		return false;
	if (charts->first > when->first)
		when->first = charts->first;
	if (charts->last < when->last)
		when->last = charts->last;
	if (when->first > when->last)
		return false;
	int64_t most = charts->columns > 0 ? charts->columns : CHARTS_COLUMNS;
	choose_pitch(when, most);
	return true;
}

/*
 * Is a column cut by the time that was asked for or that is known?  Two days without anything at its end are
 * a weekend.
 */
static bool
is_partly(struct timeline *when, int64_t begin, int64_t next)
{
	enum { WEEKEND = 2 };
	const struct charts *charts = when->charts;
	int64_t slack = when->unit == BY_DAY ? 0 : WEEKEND;
	bool before = begin < charts->first || begin + slack < when->first;
	bool behind = next - 1 > charts->last || next - 1 - slack > when->last;
	/* what is dated later than today comes from another clock */
	bool open = when->last <= charts->today && next > charts->today;
	when->first_partly |= before;
	when->last_partly |= behind || open;
	when->partly += before || behind || open;
	return before || behind || open;
}

static void
add_up(const struct timeline *when, int64_t begin, int64_t next, struct history_day *sum)
{
	const struct history *history = when->charts->history;
	struct history_day day;
	*sum = (struct history_day){ .day = begin };
	for (int64_t at = begin; at < next; at++) {
		if (at < when->first || at > when->last)
			continue;
		history_sum_day(history, at, &day);
		sum->requests += day.requests;
		sum->unsplit += day.unsplit;
		sum->spend_low += day.spend_low;
		sum->spend_high += day.spend_high;
		for (int k = 0; k < TOKEN_KINDS; k++)
			sum->tokens[k] += day.tokens[k];
	}
}

static void
put_date(struct str *out, int64_t day)
{
	char date[WHEN_TEXT];
	str_puts(out, when_date(date, day * NS_PER_DAY));
}

/* " from 2026-10-01 to 2026-10-31" */
static void
put_dates(struct str *out, const struct timeline *when)
{
	str_puts(out, when->first == when->last ? " on " : " from ");
	put_date(out, when->first);
	if (when->first != when->last) {
		str_puts(out, " to ");
		put_date(out, when->last);
	}
}

/* What columns are made of, where that is more than a day; and which of them say less than they seem to. */
static void
put_parts(struct str *out, const struct timeline *when)
{
	const char *name = units[when->unit].name;
	char days[NUM_TEXT];
	if (when->unit != BY_DAY && when->columns > 1)
		str_printf(out, "; %s days added up by the %s",
			num_count(days, when->last - when->first + 1), name);
	if (!when->partly)
		return;
	if (when->columns == 1)
		str_printf(out, "; the %s is not a whole one", name);
	else if (when->first_partly && when->last_partly)
		str_printf(out, "; the first and the last %s are not whole", name);
	else
		str_printf(out, "; the %s %s is not a whole one",
			when->first_partly ? "first" : "last", name);
}

static void
begin_chart(struct chart *chart, const struct timeline *when, const char *name)
{
	chart_init(chart, CHART_COLUMNS, name);
	chart->x.quantity = CHART_DATES;
	chart->x.label = chart_printf(chart, "%s (%s)", units[when->unit].axis, when->charts->zone);
	chart->y.from_zero = true;
}

static struct slice
kept(struct chart *chart, struct str *text)
{
	struct slice slice = chart_printf(chart, "%s", str_text(text));
	str_free(text);
	return slice;
}

/* ---- spend ---- */

/* "as billed"; "$249.71 billed, the rest at list prices" */
static void
put_basis(struct str *out, const struct charts *charts, const char *currency)
{
	const struct money *money = money_in(&charts->audit->total, currency);
	bool billed = money && money->has_billed;
	bool listed =
		money && (money->spend_low != money->billed || money->spend_high != money->billed);
	if (!billed) {
		str_puts(out, "at list prices");
	} else if (!listed) {
		str_puts(out, "as billed");
	} else {
		money_text(out, money->billed, money->billed, currency);
		str_puts(out, " billed, the rest at list prices");
	}
}

static void
put_left_out(struct str *out, const struct history *history)
{
	if (history->spread)
		str_puts(out, "; what is billed for several days at once is spread over them");
	if (history->undated) {
		str_puts(out, "; without ");
		money_text(out, history->undated, history->undated, history->currency);
		str_puts(out, " that has no date");
	}
	for (int i = 0; i < history->others_n; i++)
		str_printf(out, "%s%s", i ? ", " : "; without what is in ", history->others[i]);
}

/* amount * numerator / days, half away from zero: for the eye. */
static femto_t
per_unit(femto_t amount, enum pitch unit, int64_t days)
{
	if (unit == BY_MONTH)
		return per_month(amount, days);
	femto_t half = days / 2;
	femto_t scaled = amount * (unit == BY_WEEK ? 7 : 1);
	return (scaled + (amount < 0 ? -half : half)) / days;
}

static void
name_spend(struct chart *chart, const struct timeline *when, femto_t low, femto_t high)
{
	const struct history *history = when->charts->history;
	const char *currency = history->currency;
	const struct unit_info *unit = &units[when->unit];
	int64_t days = when->last - when->first + 1;
	struct str title = STR_INIT, subtitle = STR_INIT;
	const struct tally *total = &when->charts->audit->total;
	const struct money *money = money_in(total, currency);
	str_puts(&title, money && is_lower_bound(total, money) ? "At least " : "");
	money_text(&title, low, high, currency);
	put_dates(&title, when);
	if (when->columns > 1) {
		str_puts(&title, ", ");
		money_text(&title, per_unit(low, when->unit, days),
			per_unit(high, when->unit, days), currency);
		str_printf(&title, " a %s", unit->name);
	}
	put_basis(&subtitle, when->charts, currency);
	put_parts(&subtitle, when);
	if (total->unpriced.tokens) {
		str_puts(&subtitle, "; without ");
		large_count_text(&subtitle, total->unpriced.tokens);
		str_puts(&subtitle, " tokens that have no price");
	}
	put_left_out(&subtitle, history);
	chart->title = kept(chart, &title);
	chart->subtitle = kept(chart, &subtitle);
	chart->y.quantity = CHART_MONEY;
	chart->y.label = slice_of(unit->spend);
	memcpy(chart->y.currency, currency, 3);
}

/* What a column may hold of it: months have 30 days, as everywhere. */
static void
add_budget(struct chart *chart, const struct timeline *when)
{
	const char *currency = when->charts->history->currency;
	const femto_t budget = when->charts->budget;
	const femto_t part = when->unit == BY_MONTH ? budget : per_unit(budget, when->unit, 30);
	struct str label = STR_INIT;
	if (!budget)
		return;
	str_puts(&label, "budget: ");
	money_text(&label, budget, budget, currency);
	str_puts(&label, " a month");
	if (when->unit != BY_MONTH) {
		str_puts(&label, ", ");
		money_text(&label, part, part, currency);
		str_printf(&label, " a %s", units[when->unit].name);
	}
	chart_add_rule(chart, false, (double)part / (double)FEMTO_PER_UNIT, kept(chart, &label));
}

bool
charts_spend(const struct charts *charts, struct chart *chart, const char **why)
{
	struct timeline when;
	const struct money *money = money_in(&charts->audit->total, charts->history->currency);
	bool dated = timeline_make(&when, charts);
	begin_chart(chart, &when, "spend");
	*why = dated ? "nothing of it is billed, and nothing has a price" : undated;
	if (!dated || !money || (!money->has_billed && !money->has_list))
		return false;
	struct chart_series *series = chart_add_series(chart, SLICE("spend"));
	femto_t low = 0, high = 0;
	for (int64_t at = begin_of(when.unit, when.first), next; at <= when.last; at = next) {
		struct history_day sum;
		next = next_of(when.unit, at);
		add_up(&when, at, next, &sum);
		low += sum.spend_low;
		high += sum.spend_high;
		chart_add_amount(series, (double)at, sum.spend_low, sum.spend_high)->partly =
			is_partly(&when, at, next);
		chart->end = (double)next;
	}
	name_spend(chart, &when, low, high);
	add_budget(chart, &when);
	return true;
}

/* ---- tokens ---- */

enum { SHARE_UNCACHED, SHARE_READ, SHARE_WRITE, SHARE_OUTPUT, SHARE_UNSPLIT, SHARES };

static void
parts_of(const struct history_day *sum, int64_t parts[SHARES])
{
	parts[SHARE_UNCACHED] = sum->tokens[TOKEN_UNCACHED_INPUT];
	parts[SHARE_READ] = sum->tokens[TOKEN_CACHE_READ];
	parts[SHARE_WRITE] = sum->tokens[TOKEN_CACHE_WRITE_5M] + sum->tokens[TOKEN_CACHE_WRITE_1H];
	parts[SHARE_OUTPUT] = sum->tokens[TOKEN_OUTPUT];
	parts[SHARE_UNSPLIT] = sum->unsplit;
}

static void
name_tokens(struct chart *chart, const struct timeline *when, const int64_t sums[SHARES])
{
	struct str title = STR_INIT, subtitle = STR_INIT;
	int64_t all = 0, input = sums[SHARE_UNCACHED] + sums[SHARE_READ] + sums[SHARE_WRITE];
	for (int i = 0; i < SHARES; i++)
		all += sums[i];
	large_count_text(&title, all);
	str_puts(&title, " tokens");
	put_dates(&title, when);
	if (input > 0 && sums[SHARE_READ] >= 0)
		str_printf(&subtitle, "%lld %% of the input came from a cache",
			(long long)((__int128)sums[SHARE_READ] * 100 / input));
	else
		str_puts(&subtitle, "what is logged or exported");
	put_parts(&subtitle, when);
	chart->title = kept(chart, &title);
	chart->subtitle = kept(chart, &subtitle);
	chart->y.quantity = CHART_NUMBER;
	chart->y.label = slice_of(units[when->unit].tokens);
}

static void
add_parts(struct chart *chart, struct timeline *when, const bool shown[SHARES])
{
	static const char *const names[] = { "uncached input", "cache read", "cache write",
		"output", "not split" };
	for (int i = 0; i < SHARES; i++) {
		if (!shown[i])
			continue;
		struct chart_series *series = chart_add_series(chart, slice_of(names[i]));
		bool first = chart->series_n == 1;
		for (int64_t at = begin_of(when->unit, when->first), next; at <= when->last;
			at = next) {
			struct history_day sum;
			int64_t parts[SHARES];
			next = next_of(when->unit, at);
			add_up(when, at, next, &sum);
			parts_of(&sum, parts);
			chart_add_point(series, (double)at, (double)parts[i], MISSING, MISSING);
			struct chart_point *point = &series->points[series->points_n - 1];
			point->partly =
				first ? is_partly(when, at, next)
				      : chart->series[0].points[series->points_n - 1].partly;
			chart->end = (double)next;
		}
	}
}

bool
charts_tokens(const struct charts *charts, struct chart *chart, const char **why)
{
	struct timeline when;
	bool good = timeline_make(&when, charts), shown[SHARES] = { false };
	int64_t sums[SHARES] = { 0 };
	begin_chart(chart, &when, "tokens");
	if (!good) {
		*why = undated;
		return false;
	}
	struct history_day sum;
	add_up(&when, when.first, when.last + 1, &sum);
	parts_of(&sum, sums);
	for (int i = 0; i < SHARES; i++)
		shown[i] = sums[i] != 0;
	add_parts(chart, &when, shown);
	name_tokens(chart, &when, sums);
	*why = "no tokens are known, only amounts";
	return chart->series_n > 0;
}
