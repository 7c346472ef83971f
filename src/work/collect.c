/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/collect.h"

#include "base/when.h"
#include "work/charge.h"
#include "work/count.h"

enum { SLOTS_A_DAY = 86400 / SLOT_SECONDS, SPREAD_DAYS_MOST = 3660, WHOLE_DAYS = 33 };

/* What a workload, or all of them, have of a half hour, and in which currency; -1: in one too many. */
struct view {
	struct amounts sum;
	int currency;
};

/* ---- adding up ---- */

static void
begin_month(struct collector *collector, const struct month *month)
{
	const struct key *key = month->key;
	collector->begun = true;
	collector->key = month->key_id;
	collector->number = month->number;
	collector->no_model = !key->text[KEY_RESPONSE_MODEL].n;
	collector->model = sums_name(
		&collector->sums, key->text[collector->no_model ? KEY_ITEM : KEY_RESPONSE_MODEL]);
	collector->workload = NAME_DIFFERENCE; /* not known yet */
	collector->days = month->number == MONTH_NONE
				  ? NULL
				  : calendar_month(&collector->calendar, month->number);
}

static void
add_cell(struct collector *collector, uint32_t workload, int month, const struct view *view)
{
	const struct sum_cell key = { .month = month,
		.workload = workload,
		.model = collector->model,
		.no_model = collector->no_model,
		.currency = view->currency };
	amounts_add(sums_cell(&collector->sums, &key), &view->sum);
}

static void
add_day(struct collector *collector, uint32_t workload, int64_t day, const struct view *view)
{
	amounts_add(sums_day(&collector->sums, workload, view->currency, day), &view->sum);
}

/* To the cell of a month, and to 'n' days from 'day' on in equal parts. */
static void
add_view(struct collector *collector, uint32_t workload, int month, int64_t day, int64_t n,
	const struct view *view)
{
	if (!amounts_any(&view->sum))
		return;
	add_cell(collector, workload, month, view);
	if (month == MONTH_NONE)
		return;
	if (n == 1) {
		add_day(collector, workload, day, view);
		return;
	}
	collector->spread[view->currency] += view->sum.low;
	for (int64_t i = 0; i < n; i++) {
		const struct view part = { amounts_part(&view->sum, i, n), view->currency };
		add_day(collector, workload, day + i, &part);
	}
}

static struct view
negative(const struct view *view)
{
	struct view out = { .currency = view->currency };
	amounts_take(&out.sum, &view->sum);
	return out;
}

/* What is known of a half hour, before it is asked what of it counts. */
struct piece {
	const struct slot *slot;
	unsigned counted;
	bool billed, included;
	femto_t bill;
	int bill_currency, list_currency;
	const struct cost *cost;
};

static struct piece
piece_of(struct collector *collector, const struct month *month, const struct slot *slot,
	unsigned counted, const struct cost *cost)
{
	struct counted at = { .options = collector->options, .month = month, .slot = slot };
	bool converted = false;
	struct piece piece = { .slot = slot,
		.counted = counted,
		.billed = counted & COUNT_MONEY && month->total.with_billed > 0,
		.included = charge_is_included(
			collector->options->contract, month->key, slot_start(month, slot)),
		.cost = cost };
	if (piece.billed) {
		convert_billed(&at, slot_start(month, slot), &converted);
		piece.bill = at.billed;
		piece.bill_currency = sums_currency(&collector->sums, at.currency);
	}
	piece.list_currency = sums_currency(&collector->sums, cost->currency);
	return piece;
}

/* As count_slot() deals it out: the money is the bill, else the list price if that stands for it. */
static struct view
view_of(const struct piece *piece, bool requests, bool tokens, bool list_is_spent)
{
	struct view view = { .currency = MONEY_NONE };
	const struct cost *cost = piece->cost;
	view.sum.requests = requests ? piece->slot->requests : 0;
	if (tokens) {
		view.sum.unsplit = piece->slot->unsplit;
		memcpy(view.sum.tokens, piece->slot->tokens, sizeof(view.sum.tokens));
	}
	if (tokens && !piece->included) {
		view.sum.list_other = cost->low;
		for (int i = 0; i < TOKEN_KINDS; i++) {
			view.sum.list[i] = cost->kinds ? cost->kinds[i] : 0;
			view.sum.list_other -= view.sum.list[i];
		}
		if (list_is_spent && !piece->billed && piece->list_currency > MONEY_NONE) {
			view.currency = piece->list_currency;
			view.sum.low = cost->low;
			view.sum.high = cost->high;
		}
	}
	if (piece->billed && piece->bill_currency > MONEY_NONE) {
		view.currency = piece->bill_currency;
		view.sum.low = view.sum.high = piece->bill;
	}
	return view;
}

static bool
all_is_work(const struct piece *piece)
{
	const unsigned all = COUNT_REQUESTS | COUNT_TOKENS | COUNT_WORKLOAD;
	return (piece->counted & all) == all && (piece->billed || piece->counted & COUNT_UNBILLED);
}

/* A half hour, or some of one day that cost the same. */
static void
add_piece(struct collector *collector, const struct piece *piece, int month, int64_t day, int64_t n)
{
	unsigned counted = piece->counted;
	if (counted & COUNT_WORKLOAD) {
		struct view work = view_of(piece, true, true, true);
		add_view(collector, collector->workload, month, day, n, &work);
		if (all_is_work(piece))
			return;
		work = negative(&work);
		add_view(collector, NAME_DIFFERENCE, month, day, n, &work);
	}
	struct view all = view_of(
		piece, counted & COUNT_REQUESTS, counted & COUNT_TOKENS, counted & COUNT_UNBILLED);
	add_view(collector, NAME_DIFFERENCE, month, day, n, &all);
}

/* ---- months as one sum ---- */

/* Its days one by one: what a token costs is the same in all of them. */
static void
add_days(struct collector *collector, const struct month *month, const struct piece *whole)
{
	struct slot days[WHOLE_DAYS] = { 0 }; /* days[0] is the day before the month */
	femto_t rates[TOKEN_KINDS], given = 0;
	int last = 0;
	for (size_t i = 0; i < month->slots_n; i++) {
		const struct slot *slot = &month->slots[i];
		int day = collector->days->days[slot->index] + 1;
		days[day].index = 1; /* holds anything */
		days[day].requests += slot->requests;
		for (int k = 0; k < TOKEN_KINDS; k++)
			days[day].tokens[k] += slot->tokens[k];
		last = day > last ? day : last;
	}
	for (int k = 0; k < TOKEN_KINDS; k++)
		rates[k] =
			whole->slot->tokens[k] ? whole->cost->kinds[k] / whole->slot->tokens[k] : 0;
	for (int i = 0; i <= last; i++) {
		femto_t kinds[TOKEN_KINDS];
		struct cost cost = { .priced = true, .kinds = kinds };
		memcpy(cost.currency, whole->cost->currency, sizeof(cost.currency));
		for (int k = 0; k < TOKEN_KINDS; k++) {
			kinds[k] = rates[k] * days[i].tokens[k];
			cost.low += kinds[k];
		}
		given += cost.low;
		if (i == last) /* nothing, but where a correction took all tokens of a kind */
			cost.low += whole->cost->low - given;
		cost.high = cost.low;
		struct piece piece = *whole;
		piece.slot = &days[i];
		piece.cost = &cost;
		if (days[i].index)
			add_piece(collector, &piece, calendar_month_of(collector->days, i - 1),
				collector->days->first + i - 1, 1);
	}
}

/* Are the days of a month told apart?  Not before days_from, where all of them are of one month of the zone. */
static bool
wants_slots(void *arg, const struct month *month)
{
	struct collector *collector = arg;
	if (month->number == MONTH_NONE)
		return false;
	const struct calendar_month *days = calendar_month(&collector->calendar, month->number);
	int last = (int)(days->next - days->first) * SLOTS_A_DAY - 1;
	return days->next > collector->options->days_from ||
	       calendar_month_of(days, days->days[0]) != month->number ||
	       calendar_month_of(days, days->days[last]) != month->number;
}

/* The day of the zone that a second of the month at hand is in. */
static int64_t
day_at(const struct collector *collector, int64_t second)
{
	int64_t slot = (second - collector->days->first * 86400) / SLOT_SECONDS;
	slot = slot < 0 ? 0 : slot < MONTH_SLOTS ? slot : MONTH_SLOTS - 1;
	return collector->days->first + collector->days->days[slot];
}

/* All of it on the day it begins; only the first and the last day of the history are to be true. */
static void
add_undivided(struct collector *collector, const struct month *month, const struct piece *whole)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	for (size_t i = 0; i < month->bins_n; i++) {
		const struct bin *bin = month->bins[i].bin;
		if (!month->bins[i].source)
			continue;
		first = bin->first < first ? bin->first : first;
		last = bin->last > last ? bin->last : last;
	}
	int64_t end = day_at(collector, last);
	if (collector->last_day == DAY_NONE || end > collector->last_day)
		collector->last_day = end;
	add_piece(collector, whole, month->number, day_at(collector, first), 1);
}

/* ---- the hooks ---- */

static struct piece
meet(struct collector *collector, const struct month *month, const struct slot *slot,
	unsigned counted, struct slice workload, const struct cost *cost)
{
	if (!collector->begun || collector->key != month->key_id ||
		collector->number != month->number)
		begin_month(collector, month);
	if (counted & COUNT_WORKLOAD && collector->workload == NAME_DIFFERENCE)
		collector->workload = sums_name(&collector->sums, workload);
	return piece_of(collector, month, slot, counted, cost);
}

static void
take_slot(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	struct collector *collector = arg;
	const struct piece piece = meet(collector, month, slot, counted, workload, cost);
	int64_t width = month->key->width, n = width > 86400 ? (width - 1) / 86400 + 1 : 1;
	(void)resolution;
	if (month->number == MONTH_NONE) {
		add_piece(collector, &piece, MONTH_NONE, 0, 1);
		return;
	}
	int32_t day = collector->days->days[slot->index];
	int of = calendar_month_of(collector->days, day);
	if (width >= 86400) /* a bucket of a day has its day already */
		day = slot->index / SLOTS_A_DAY;
	add_piece(collector, &piece, of, collector->days->first + day,
		n < SPREAD_DAYS_MOST ? n : SPREAD_DAYS_MOST);
}

static void
take_whole(void *arg, const struct month *month, const struct slot *sum, unsigned counted,
	struct slice workload, const struct cost *cost)
{
	struct collector *collector = arg;
	const struct piece piece = meet(collector, month, sum, counted, workload, cost);
	if (wants_slots(collector, month))
		add_days(collector, month, &piece);
	else
		add_undivided(collector, month, &piece);
}

/* The end of the zone's day. */
static int64_t
end_of_day(void *arg, const struct month *month, int64_t start)
{
	struct collector *collector = arg;
	const struct calendar_month *days = calendar_month(&collector->calendar, month->number);
	int64_t zero = when_month_start(month->number),
		step = (int64_t)SLOT_SECONDS * NS_PER_SECOND;
	int first = (int)((start - zero) / step), i = first + 1;
	while (i < MONTH_SLOTS && days->days[i] == days->days[first])
		i++;
	return zero + i * step;
}

void
collect(struct collector *collector, struct pool *pool, const struct audit_options *options,
	struct arena *arena, struct audit *audit)
{
	struct audit_options hooked = *options;
	*collector = (struct collector){ .pool = pool,
		.options = options,
		.last_day = DAY_NONE,
		.calendar = { .zone_at = options->zone_at,
			.zone_offset = options->zone_offset,
			.day_most = options->day_most } };
	hooked.each = take_slot;
	hooked.each_arg = collector;
	hooked.until = end_of_day;
	hooked.whole = take_whole;
	hooked.wants_slots = wants_slots;
	hooked.without_hours = hooked.by_kind = true;
	sums_init(&collector->sums, arena);
	audit_run(audit, pool, &hooked);
}

void
collector_free(struct collector *collector)
{
	calendar_free(&collector->calendar);
	sums_free(&collector->sums);
}
