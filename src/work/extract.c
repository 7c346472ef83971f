/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/extract.h"

#include <stdlib.h>

#include "work/charge.h"
#include "work/count.h"

#define SLOT_NS ((int64_t)SLOT_SECONDS * NS_PER_SECOND)

enum { DAY_SECONDS = 86400, NO_ROW = -1 };

/* An hour, day or month of the zone. */
struct bounds {
	int64_t start, end; /* ns */
};

struct extractor {
	const struct extract_options *options;
	struct extract_row *rows; /* of the month of the zone at hand */
	size_t rows_n, rows_size;
	bool undated;       /* those without a time, this time */
	struct bounds span; /* the last one that was asked for */
	uint32_t key;       /* of the bin at hand, as is its month */
	int number;
	bool begun;
	ptrdiff_t whole,
		rest; /* its rows that grow: of the whole span, and of a part of it; NO_ROW none */
};

/* ---- where hours, days and months of the zone begin ---- */

static int64_t
zone_seconds(const struct extractor *extractor, int64_t second)
{
	const struct audit_options *audit = extractor->options->audit;
	return audit->zone_at ? audit->zone_at(second) : audit->zone_offset;
}

/* The time at which clocks of the zone say 'local', both in seconds. */
static int64_t
from_local(const struct extractor *extractor, int64_t local)
{
	int64_t second = local - zone_seconds(extractor, local);
	return local - zone_seconds(extractor, second);
}

static int64_t
floor_to(int64_t value, int64_t step)
{
	int64_t rest = value % step;
	return value - rest - (rest < 0 ? step : 0);
}

static struct bounds
month_span(const struct extractor *extractor, int number)
{
	return (struct bounds){
		from_local(extractor, when_month_start(number) / NS_PER_SECOND) * NS_PER_SECOND,
		from_local(extractor, when_month_start(number + 1) / NS_PER_SECOND) * NS_PER_SECOND
	};
}

/* The hour, day or month of the zone that a time is in. */
static struct bounds
span_at(struct extractor *extractor, int64_t ns)
{
	struct bounds *span = &extractor->span;
	if (ns >= span->start && ns < span->end)
		return *span;
	int64_t second = ns / NS_PER_SECOND, local = second + zone_seconds(extractor, second);
	if (extractor->options->by == EXTRACT_MONTH) {
		*span = month_span(extractor, when_month(local * NS_PER_SECOND));
	} else if (extractor->options->by == EXTRACT_DAY) {
		int64_t day = floor_to(local, DAY_SECONDS);
		span->start = from_local(extractor, day) * NS_PER_SECOND;
		span->end = from_local(extractor, day + DAY_SECONDS) * NS_PER_SECOND;
	} else { /* zones differ by whole half hours, but for hours in which clocks change */
		int64_t hour = floor_to(local, 3600);
		span->start = (second - (local - hour)) * NS_PER_SECOND;
		span->end = span->start + NS_PER_HOUR;
	}
	return *span;
}

/* A bucket of a day or more has its days already. */
static struct bounds
bucket_span(struct extractor *extractor, const struct key *key, int64_t ns)
{
	int64_t width = key->width * NS_PER_SECOND;
	if (extractor->options->by == EXTRACT_MONTH && !extractor->options->exact &&
		key->width <= (int64_t)31 * DAY_SECONDS)
		return month_span(extractor, when_month(ns));
	return (struct bounds){ ns, ns + width };
}

/* ---- what a row costs ---- */

/* Prices all of a row as one record at 'start'; its kinds, too. */
static struct cost
price_row(const struct extractor *extractor, struct extract_row *row, int64_t start)
{
	const struct audit_options *audit = extractor->options->audit;
	const struct key *key = row->key;
	const struct slot *sum = &row->sum;
	struct cost cost = { 0 };
	struct usage usage = { .unsplit = sum->unsplit,
		.cache_unknown = key->how & HOW_CACHE_UNKNOWN,
		.context = key->context,
		.requests = sum->uncounted ? -1 : sum->requests,
		.tier = key->tier,
		.start = start,
		.width = key->width * NS_PER_SECOND,
		.timed = row->timed,
		.web_searches = sum->searches,
		.kinds = row->low,
		.kinds_high = row->high };
	int64_t any = sum->unsplit | sum->searches;
	memcpy(usage.tokens, sum->tokens, sizeof(usage.tokens));
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= sum->tokens[i];
	memset(row->low, 0, sizeof(row->low));
	memset(row->high, 0, sizeof(row->high));
	row->searches_low = row->searches_high = 0;
	if (row->state != PRICE_FOUND || !any)
		return cost;
	int discount = charge_factor(audit->contract, key, key->text[KEY_RESPONSE_MODEL], key->tier,
		row->timed ? start : 0);
	cost = price_charge(audit->catalog, &row->resolution, &usage, discount);
	cost.kinds = NULL;
	if (sum->searches) {
		struct usage searches = usage;
		memset(searches.tokens, 0, sizeof(searches.tokens));
		searches.unsplit = 0;
		searches.kinds = searches.kinds_high = NULL;
		struct cost of =
			price_charge(audit->catalog, &row->resolution, &searches, discount);
		row->searches_low = of.low;
		row->searches_high = of.high;
	}
	return cost;
}

static bool
same_cost(const struct cost *a, const struct cost *b)
{
	return a->low == b->low && a->high == b->high && a->priced == b->priced &&
	       a->missing_tokens == b->missing_tokens;
}

/* What a record of the row's sums at 'start' would cost is what it costs. */
static bool
holds_at(const struct extractor *extractor, const struct extract_row *row, int64_t start)
{
	const struct audit_options *audit = extractor->options->audit;
	struct extract_row moved = *row;
	if (start == row->start)
		return true;
	if (start < row->resolution.valid_from || start >= row->resolution.valid_to ||
		charge_is_included(audit->contract, row->key, start) != row->included)
		return false;
	struct cost cost = price_row(extractor, &moved, start);
	return same_cost(&cost, &row->cost) && memcmp(moved.low, row->low, sizeof(row->low)) == 0 &&
	       memcmp(moved.high, row->high, sizeof(row->high)) == 0;
}

/* ---- rows that become one ---- */

struct slice
extract_item(const struct key *key)
{
	if (!key->text[KEY_RESPONSE_MODEL].n)
		return key->text[KEY_ITEM];
	enum token_kind kind = key_item(key).kind;
	return kind < TOKEN_KINDS ? slice_of(token_names[kind]) : SLICE_NONE;
}

static int
order_of(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* By what keys say, but for the currency and the price of a bill's line, which depend on what counts. */
static int
compare_keys(const struct extract_row *a, const struct extract_row *b)
{
	const struct key *p = a->key, *q = b->key;
	int order = 0;
	for (int i = 0; i < KEY_TEXTS && !order; i++)
		if (i != KEY_CURRENCY && i != KEY_ITEM)
			order = slice_compare(p->text[i], q->text[i]);
	const int64_t numbers[][2] = { { p->origin, q->origin }, { p->tier, q->tier },
		{ p->pay, q->pay }, { a->how, b->how }, { p->context, q->context },
		{ p->width, q->width } };
	for (size_t i = 0; i < HL_COUNT(numbers) && !order; i++)
		order = order_of(numbers[i][0], numbers[i][1]);
	return order ? order : slice_compare(extract_item(p), extract_item(q));
}

static int
compare_rows(const void *left, const void *right)
{
	const struct extract_row *a = left, *b = right;
	const int64_t numbers[][2] = { { a->start, b->start }, { a->end, b->end } };
	int order = 0;
	for (size_t i = 0; i < HL_COUNT(numbers) && !order; i++)
		order = order_of(numbers[i][0], numbers[i][1]);
	order = order ? order : compare_keys(a, b);
	order = order ? order : order_of(a->counted, b->counted);
	order = order ? order : order_of(a->billed, b->billed);
	order = order ? order : memcmp(a->currency, b->currency, sizeof(a->currency));
	order = order ? order : order_of(a->included, b->included);
	order = order ? order : order_of(a->state, b->state);
	order = order ? order : order_of(a->sum.requests, b->sum.requests);
	for (int i = 0; i < TOKEN_KINDS && !order; i++)
		order = order_of(a->sum.tokens[i], b->sum.tokens[i]);
	return order;
}

/* All but their times and amounts. */
static bool
are_alike(const struct extract_row *a, const struct extract_row *b)
{
	return a->counted == b->counted && a->billed == b->billed && a->included == b->included &&
	       a->state == b->state && memcmp(a->currency, b->currency, sizeof(a->currency)) == 0 &&
	       (a->key == b->key || compare_keys(a, b) == 0);
}

static void
add_slot(struct slot *to, const struct slot *more)
{
	to->requests += more->requests;
	to->uncounted += more->uncounted;
	to->unsplit += more->unsplit;
	to->searches += more->searches;
	to->billed += more->billed;
	for (int i = 0; i < TOKEN_KINDS; i++)
		to->tokens[i] += more->tokens[i];
}

static void
add_costs(struct extract_row *to, const struct extract_row *more)
{
	to->cost.low += more->cost.low;
	to->cost.high += more->cost.high;
	to->cost.priced &= more->cost.priced;
	to->cost.missing_tokens += more->cost.missing_tokens;
	to->cost.missing = to->cost.missing ? to->cost.missing : more->cost.missing;
	to->cost.range_why = to->cost.range_why ? to->cost.range_why : more->cost.range_why;
	to->searches_low += more->searches_low;
	to->searches_high += more->searches_high;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		to->low[i] += more->low[i];
		to->high[i] += more->high[i];
		if (!to->cost.rows[i])
			to->cost.rows[i] = more->cost.rows[i];
	}
}

/* False, and nothing is changed: they have to stay apart. */
static bool
merge(const struct extractor *extractor, struct extract_row *to, const struct extract_row *more)
{
	if (!are_alike(to, more))
		return false;
	struct extract_row sum = *to, priced;
	bool empty = !more->cost.currency[0];
	if (!sum.cost.currency[0] && !empty) { /* nothing of it needed a price so far */
		sum.resolution = more->resolution;
		sum.cost = more->cost;
		sum.cost.low = sum.cost.high = 0;
		sum.cost.missing_tokens = 0;
	}
	add_slot(&sum.sum, &more->sum);
	add_costs(&sum, more);
	sum.cost.priced = empty ? to->cost.priced : sum.cost.priced;
	if (extractor->options->exact && sum.cost.currency[0]) {
		priced = sum;
		struct cost cost = price_row(extractor, &priced, sum.start);
		if (!same_cost(&cost, &sum.cost) ||
			memcmp(priced.low, sum.low, sizeof(sum.low)) != 0 ||
			memcmp(priced.high, sum.high, sizeof(sum.high)) != 0)
			return false;
	}
	*to = sum;
	return true;
}

/* ---- the hook ---- */

static struct extract_row
row_of(const struct extractor *extractor, const struct month *month, const struct slot *slot,
	unsigned counted, const struct resolution *resolution)
{
	const struct audit_options *audit = extractor->options->audit;
	const struct key *key = month->key;
	struct extract_row row = { .key = key,
		.how = key->how & ~(unsigned)HOW_PER_DAY,
		.timed = month->number != MONTH_NONE,
		.start = slot_start(month, slot),
		.counted = counted,
		.billed = counted & COUNT_MONEY && month->total.with_billed > 0,
		.sum = *slot,
		.state = charge_is_free(key) ? PRICE_FREE : resolution->state,
		.resolution = *resolution };
	row.included = charge_is_included(audit->contract, key, row.start);
	row.workload = workload_name(audit->rules, key);
	row.sum.billed = 0;
	if (row.billed) {
		struct counted at = { .options = audit, .month = month, .slot = slot };
		bool converted = false;
		convert_billed(&at, row.start, &converted);
		row.sum.billed = at.billed;
		memcpy(row.currency, at.currency, sizeof(row.currency));
	}
	row.cost = price_row(extractor, &row, row.start);
	return row;
}

static void
keep(struct extractor *extractor, const struct extract_row *row, ptrdiff_t *at)
{
	if (*at != NO_ROW && merge(extractor, &extractor->rows[*at], row)) {
		if (extractor->rows[*at].end < row->end)
			extractor->rows[*at].end = row->end;
		return;
	}
	extractor->rows = xgrow(extractor->rows, &extractor->rows_size, extractor->rows_n,
		sizeof(*extractor->rows));
	*at = (ptrdiff_t)extractor->rows_n;
	extractor->rows[extractor->rows_n++] = *row;
}

/* The whole of its hour, day or month, where it costs the same at its beginning; else the time that it has. */
static void
place(struct extractor *extractor, const struct month *month, struct extract_row *row)
{
	bool whole = true;
	struct bounds span = { extractor->options->undated.start, extractor->options->undated.end };
	if (row->timed && month->key->width >= DAY_SECONDS)
		span = bucket_span(extractor, month->key, row->start);
	else if (row->timed)
		span = span_at(extractor, row->start);
	if (row->timed && extractor->options->exact)
		whole = holds_at(extractor, row, span.start);
	if (whole) {
		row->start = span.start;
		row->end = span.end;
		ptrdiff_t open = extractor->whole;
		if (open != NO_ROW && extractor->rows[open].start != row->start)
			extractor->whole = extractor->rest = NO_ROW;
		keep(extractor, row, &extractor->whole);
		return;
	}
	row->end = row->start + SLOT_NS;
	ptrdiff_t open = extractor->rest;
	if (open != NO_ROW && extractor->rows[open].start < span.start)
		extractor->rest = NO_ROW;
	keep(extractor, row, &extractor->rest);
}

static void
take(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	struct extractor *extractor = arg;
	(void)workload; /* only there where it counts as one */
	(void)cost;     /* of a sum of half hours it has no kinds at their high end */
	if (!extractor->begun || extractor->key != month->key_id ||
		extractor->number != month->number) {
		extractor->begun = true;
		extractor->key = month->key_id;
		extractor->number = month->number;
		extractor->whole = extractor->rest = NO_ROW;
	}
	struct extract_row row = row_of(extractor, month, slot, counted, resolution);
	place(extractor, month, &row);
}

/* Half hours may be given as one sum as far as they are in one row. */
static int64_t
end_of_span(void *arg, const struct month *month, int64_t start)
{
	(void)month;
	return span_at(arg, start).end;
}

static bool
wants(void *arg, uint32_t key, int number)
{
	const struct extractor *extractor = arg;
	(void)key;
	return extractor->undated == (number == MONTH_NONE);
}

/* ---- all of it ---- */

static void
emit(struct extractor *extractor)
{
	struct extract_row *rows = extractor->rows;
	size_t n = extractor->rows_n;
	if (n)
		qsort(rows, n, sizeof(*rows), compare_rows);
	for (size_t i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && rows[next].start == rows[i].start &&
				   rows[next].end == rows[i].end;
			next++)
			if (!merge(extractor, &rows[i], &rows[next]))
				break;
		extractor->options->row(extractor->options->arg, &rows[i]);
	}
	extractor->rows_n = 0;
	extractor->begun = false;
}

static void
run_part(struct extractor *extractor, struct pool *pool, struct period period)
{
	struct audit audit;
	struct audit_options options = *extractor->options->audit;
	options.period = period;
	options.each = take;
	options.each_arg = extractor;
	/* a part of a day ends where its last half hour does, which a sum does not tell */
	options.until = extractor->options->exact ? NULL : end_of_span;
	options.without_hours = false;
	options.by_kind = false;
	options.wants = wants;
	audit_run(&audit, pool, &options);
	audit_free(&audit);
	emit(extractor);
}

void
extract_run(struct pool *pool, const struct extract_options *options)
{
	struct extractor extractor = { .options = options };
	struct period period = options->audit->period;
	if (pool->first <= pool->last) {
		/* a bucket begins before its last second, and half hours before that of a request */
		int64_t first = floor_to(pool->first, SLOT_SECONDS) * NS_PER_SECOND;
		int64_t last = pool->last * NS_PER_SECOND + 1;
		period.start = period.start > first ? period.start : first;
		period.end = period.end < last ? period.end : last;
		int from = when_month(period.start) - 1, to = when_month(period.end) + 1;
		for (int number = from; number <= to; number++) {
			struct bounds span = month_span(&extractor, number);
			struct period part = { span.start > period.start ? span.start
									 : period.start,
				span.end < period.end ? span.end : period.end };
			if (part.start < part.end)
				run_part(&extractor, pool, part);
		}
	}
	extractor.undated = true;
	run_part(&extractor, pool, period);
	free(extractor.rows);
}

bool
extract_has_list(const struct extract_row *row)
{
	return row->counted & COUNT_TOKENS && row->state == PRICE_FOUND && !row->included &&
	       row->cost.currency[0];
}

void
extract_spend(const struct extract_row *row, femto_t *low, femto_t *high)
{
	*low = *high = 0;
	if (row->billed) {
		*low = *high = row->sum.billed;
	} else if (extract_has_list(row) && row->counted & COUNT_UNBILLED) {
		*low = row->cost.low;
		*high = row->cost.high;
	}
}
