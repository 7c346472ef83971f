/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/history.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/collect.h"

/* How a month's difference is called; as in the audit of that month. */
struct gap {
	int month;
	femto_t low;
	int64_t tokens; /* input and output */
	struct slice name;
};

struct ending {
	struct history *out;
	const struct sums *sums;
	int currency;
	struct gap *gaps; /* by month */
	size_t gaps_n, gaps_size;
};

static femto_t
size_of(femto_t amount)
{
	return amount < 0 ? -amount : amount;
}

/* That of most of the money, as main_money() of an audit. */
static int
choose_currency(const struct sums *sums, const char *wanted)
{
	femto_t money[CURRENCIES + 1] = { 0 };
	int best = MONEY_NONE;
	for (size_t i = 0; i < sums->cells_n; i++)
		money[sums->cells[i].currency] += sums->cells[i].sum.high;
	for (int i = 1; i < sums->currencies_n; i++) {
		if (wanted && wanted[0] && strncmp(sums->currencies[i], wanted, 3) == 0)
			return i;
		if (best == MONEY_NONE || size_of(money[i]) > size_of(money[best]))
			best = i;
	}
	return wanted && wanted[0] ? MONEY_NONE : best;
}

static void
leave_out(const struct ending *end, struct amounts *sum, int currency)
{
	if (currency != end->currency)
		sum->low = sum->high = 0;
}

static void
set_currencies(struct collector *collector, const struct ending *end, const char *wanted)
{
	struct history *out = end->out;
	struct sums *sums = &collector->sums;
	memcpy(out->currency, "USD", sizeof(out->currency));
	if (wanted && wanted[0])
		memcpy(out->currency, wanted, 3);
	if (end->currency != MONEY_NONE)
		memcpy(out->currency, sums->currencies[end->currency], sizeof(out->currency));
	for (int i = 1; i < sums->currencies_n; i++) {
		bool any = false;
		for (size_t k = 0; k < sums->cells_n && !any; k++)
			any = sums->cells[k].currency == i &&
			      (sums->cells[k].sum.low || sums->cells[k].sum.high);
		if (any && i != end->currency && out->others_n < CURRENCIES)
			memcpy(out->others[out->others_n++], sums->currencies[i], 4);
	}
	for (size_t i = 0; i < sums->cells_n; i++)
		leave_out(end, &sums->cells[i].sum, sums->cells[i].currency);
	for (size_t i = 0; i < sums->days_n; i++)
		leave_out(end, &sums->days[i].sum, sums->days[i].currency);
	out->spread = end->currency == MONEY_NONE ? 0 : collector->spread[end->currency];
}

static int
by_month(const void *left, const void *right)
{
	const struct gap *a = left, *b = right;
	return (a->month > b->month) - (a->month < b->month);
}

static struct gap *
gap_of(struct ending *end, int month)
{
	for (size_t i = 0; i < end->gaps_n; i++)
		if (end->gaps[i].month == month)
			return &end->gaps[i];
	end->gaps = xgrow(end->gaps, &end->gaps_size, end->gaps_n, sizeof(*end->gaps));
	end->gaps[end->gaps_n] = (struct gap){ .month = month };
	return &end->gaps[end->gaps_n++];
}

static void
name_gaps(struct ending *end, bool mixed)
{
	const struct sums *sums = end->sums;
	for (size_t i = 0; i < sums->cells_n; i++) {
		const struct sum_cell *cell = &sums->cells[i];
		if (cell->workload != NAME_DIFFERENCE)
			continue;
		struct gap *gap = gap_of(end, cell->month);
		gap->low += cell->sum.low;
		for (int k = 0; k < TOKEN_KINDS; k++)
			gap->tokens += cell->sum.tokens[k];
	}
	if (end->gaps_n)
		qsort(end->gaps, end->gaps_n, sizeof(*end->gaps), by_month);
	for (size_t i = 0; i < end->gaps_n; i++) {
		struct gap *gap = &end->gaps[i];
		bool beyond = gap->low > 0 || (gap->low == 0 && gap->tokens > 0);
		gap->name = slice_of(
			mixed ? (beyond ? WORKLOAD_NOT_LOGGED : WORKLOAD_NOT_BILLED)
			      : (beyond ? WORKLOAD_BEYOND_USAGE : WORKLOAD_UNBILLED_USAGE));
	}
}

/* A line that is spread over more than its month keeps its name there. */
static struct slice
name_of(const struct ending *end, uint32_t workload, int month)
{
	if (workload != NAME_DIFFERENCE)
		return end->sums->names[workload];
	size_t at = 0;
	while (at + 1 < end->gaps_n && end->gaps[at + 1].month <= month)
		at++;
	return end->gaps[at].name;
}

static int
compare_workloads(const struct ending *end, uint32_t a, uint32_t b, const int months[2])
{
	if (a == b && (a != NAME_DIFFERENCE || months[0] == months[1]))
		return 0;
	int order = slice_compare(name_of(end, a, months[0]), name_of(end, b, months[1]));
	return order ? order : (a == NAME_DIFFERENCE) - (b == NAME_DIFFERENCE);
}

static int
by_cell(const void *left, const void *right, void *arg)
{
	const struct sum_cell *a = left, *b = right;
	const struct ending *end = arg;
	const int months[2] = { a->month, b->month };
	if (a->month != b->month)
		return a->month < b->month ? -1 : 1;
	int order = compare_workloads(end, a->workload, b->workload, months);
	if (!order && a->model != b->model)
		order = slice_compare(end->sums->names[a->model], end->sums->names[b->model]);
	return order ? order : a->no_model - b->no_model;
}

static int
month_of_day(int64_t day)
{
	return when_month(day * NS_PER_DAY);
}

static int
by_day(const void *left, const void *right, void *arg)
{
	const struct sum_day *a = left, *b = right;
	const struct ending *end = arg;
	const int months[2] = { month_of_day(a->day), month_of_day(b->day) };
	int order = compare_workloads(end, a->workload, b->workload, months);
	return order ? order : (a->day > b->day) - (a->day < b->day);
}

static void
put_cell(const struct ending *end, const struct sum_cell *from)
{
	struct history *out = end->out;
	struct history_cell *to = &out->cells[out->cells_n++];
	const struct amounts *sum = &from->sum;
	*to = (struct history_cell){ .workload = name_of(end, from->workload, from->month),
		.model = end->sums->names[from->model],
		.month = from->month,
		.requests = sum->requests,
		.unsplit = sum->unsplit,
		.list_other = sum->list_other,
		.spend_low = sum->low,
		.spend_high = sum->high,
		.no_model = from->no_model,
		.difference = from->workload == NAME_DIFFERENCE };
	memcpy(to->tokens, sum->tokens, sizeof(to->tokens));
	memcpy(to->list, sum->list, sizeof(to->list));
	if (from->month == MONTH_NONE)
		out->undated += sum->low;
}

/* Those that differ in their currency only become one. */
static void
put_cells(struct sums *sums, struct ending *end)
{
	struct sum_cell *cells = sums->cells;
	size_t n = sums->cells_n;
	end->out->cells = arena_take(&end->out->arena, (n + 1) * sizeof(struct history_cell));
	if (n)
		qsort_r(cells, n, sizeof(*cells), by_cell, end);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && by_cell(&cells[i], &cells[next], end) == 0; next++)
			amounts_add(&cells[i].sum, &cells[next].sum);
		if (amounts_any(&cells[i].sum))
			put_cell(end, &cells[i]);
	}
}

static void
put_day(struct history *out, const struct sum_day *from, struct history_day *to)
{
	*to = (struct history_day){ .day = from->day,
		.requests = from->sum.requests,
		.unsplit = from->sum.unsplit,
		.spend_low = from->sum.low,
		.spend_high = from->sum.high };
	memcpy(to->tokens, from->sum.tokens, sizeof(to->tokens));
	if (out->first_day == DAY_NONE || from->day < out->first_day)
		out->first_day = from->day;
	if (out->last_day == DAY_NONE || from->day > out->last_day)
		out->last_day = from->day;
}

static void
put_days(struct sums *sums, struct ending *end)
{
	struct history *out = end->out;
	struct sum_day *days = sums->days;
	size_t n = sums->days_n, most = sums->names_n + 4; /* differences have names too */
	struct history_day *to = arena_take(&out->arena, (n + 1) * sizeof(*to));
	struct history_workload *at = arena_take(&out->arena, most * sizeof(*at));
	out->workloads = at;
	if (n)
		qsort_r(days, n, sizeof(*days), by_day, end);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && by_day(&days[i], &days[next], end) == 0; next++)
			amounts_add(&days[i].sum, &days[next].sum);
		if (!amounts_any(&days[i].sum))
			continue;
		struct slice name = name_of(end, days[i].workload, month_of_day(days[i].day));
		bool difference = days[i].workload == NAME_DIFFERENCE;
		if (at->days_n && (at->difference != difference || !slice_eq(at->name, name)))
			at++;
		if (!at->days_n)
			*at = (struct history_workload){ name, difference, to, 0 };
		at->days_n++;
		put_day(out, &days[i], to++);
	}
	out->workloads_n = (size_t)(at - out->workloads) + (at->days_n > 0);
}

void
history_make(struct history *history, struct pool *pool, const struct audit_options *options,
	const char *currency)
{
	*history = (struct history){ .first_day = DAY_NONE, .last_day = DAY_NONE };
	struct collector collector;
	struct audit audit;
	collect(&collector, pool, options, &history->arena, &audit);
	struct ending end = { .out = history,
		.sums = &collector.sums,
		.currency = choose_currency(&collector.sums, currency) };
	set_currencies(&collector, &end, currency);
	name_gaps(&end, audit.mixed);
	put_cells(&collector.sums, &end);
	put_days(&collector.sums, &end);
	if (collector.last_day > history->last_day) /* DAY_NONE is before all days */
		history->last_day = collector.last_day;
	free(end.gaps);
	audit_free(&audit);
	collector_free(&collector);
}

void
history_free(struct history *history)
{
	arena_free(&history->arena);
	*history = (struct history){ 0 };
}

/* ---- looking things up ---- */

/* The first cell that is not before a month. */
static size_t
first_cell(const struct history *history, int month)
{
	size_t from = 0, to = history->cells_n;
	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (history->cells[middle].month < month)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

size_t
history_month(const struct history *history, int month, size_t *n)
{
	size_t first = first_cell(history, month);
	*n = first_cell(history, month + 1) - first;
	return first;
}

femto_t
history_spend(const struct history *history, int month)
{
	femto_t sum = 0;
	size_t n, first = history_month(history, month, &n);
	for (size_t i = first; i < first + n; i++)
		sum += history->cells[i].spend_low;
	return sum;
}

void
history_sum_day(const struct history *history, int64_t day, struct history_day *out)
{
	*out = (struct history_day){ .day = day };
	for (size_t i = 0; i < history->workloads_n; i++) {
		const struct history_workload *of = &history->workloads[i];
		size_t from = 0, to = of->days_n;
		while (from < to) {
			size_t middle = from + (to - from) / 2;
			if (of->days[middle].day < day)
				from = middle + 1;
			else
				to = middle;
		}
		if (from == of->days_n || of->days[from].day != day)
			continue;
		const struct history_day *found = &of->days[from];
		out->requests += found->requests;
		out->unsplit += found->unsplit;
		out->spend_low += found->spend_low;
		out->spend_high += found->spend_high;
		for (int k = 0; k < TOKEN_KINDS; k++)
			out->tokens[k] += found->tokens[k];
	}
}
