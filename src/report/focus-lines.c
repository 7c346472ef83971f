/* SPDX-License-Identifier: GPL-3.0-or-later */
/* focus-lines - from the rows of an extract to lines of FOCUS: which line has what of a row's tokens and money. */
#include "config.h"

#include "report/focus.h"

/* The lines of one row. */
struct group {
	struct focus_line lines[METER_SEARCHES + 2];
	size_t n;
};

static int64_t
month_start(const struct focus_writer *writer, int number)
{
	int64_t local = when_month_start(number) / NS_PER_SECOND;
	if (!writer->zone_at)
		return local * NS_PER_SECOND;
	return (local - writer->zone_at(local - writer->zone_at(local))) * NS_PER_SECOND;
}

/* The month of the zone that a time is in; of bills by the day, that of their day. */
static struct period
billing_month(const struct focus_writer *writer, int64_t start, bool has_day)
{
	int64_t offset = writer->zone_at && !has_day ? writer->zone_at(start / NS_PER_SECOND) : 0;
	int number = when_month(start + offset * NS_PER_SECOND);
	return (struct period){ month_start(writer, number), month_start(writer, number + 1) };
}

static struct focus_line *
add_line(struct group *group, const struct extract_row *row, enum focus_meter meter,
	int64_t quantity)
{
	struct focus_line *line = &group->lines[group->n++];
	*line = (struct focus_line){
		.row = row, .meter = meter, .quantity = quantity * FEMTO_PER_UNIT
	};
	return line;
}

/* What counts of the list cost that was worked out for a line. */
static void
set_list(struct focus_line *line, femto_t low, femto_t high)
{
	const struct extract_row *row = line->row;
	if (row->included) {
		line->included += low;
		return;
	}
	line->list += low;
	line->list_high += high;
	if (!row->billed && row->counted & COUNT_UNBILLED) {
		line->spend += low;
		line->spend_high += high;
	}
}

/* A line for each kind of tokens; the last one takes what rounding to a femto left. */
static void
add_quantities(struct group *group, const struct extract_row *row)
{
	const struct slot *sum = &row->sum;
	bool priced = row->state == PRICE_FOUND && row->cost.currency[0];
	femto_t low = priced ? row->cost.low : 0, high = priced ? row->cost.high : 0;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		if (!sum->tokens[i])
			continue;
		set_list(add_line(group, row, (enum focus_meter)i, sum->tokens[i]), row->low[i],
			row->high[i]);
		low -= row->low[i];
		high -= row->high[i];
	}
	if (sum->searches) {
		set_list(add_line(group, row, METER_SEARCHES, sum->searches), row->searches_low,
			row->searches_high);
		low -= row->searches_low;
		high -= row->searches_high;
	}
	if (sum->unsplit)
		add_line(group, row, METER_UNSPLIT, sum->unsplit);
	if (group->n && (low || high))
		set_list(&group->lines[group->n - 1], low, high);
}

/* The money goes with the tokens where they are of one kind and their prices of its currency. */
static void
add_money(struct group *group, const struct extract_row *row)
{
	bool same = !row->cost.currency[0] || memcmp(row->cost.currency, row->currency, 3) == 0;
	struct focus_line *line = &group->lines[0];
	if (group->n != 1 || !same || line->meter == METER_SEARCHES) {
		memmove(&group->lines[1], &group->lines[0], group->n * sizeof(*line));
		*line = (struct focus_line){ .row = row, .meter = METER_CHARGE };
		group->n++;
	}
	line->billed = true;
	line->spend = line->spend_high = row->sum.billed;
}

void
focus_row(struct focus_writer *writer, const struct extract_row *row)
{
	struct group group = { .n = 0 };
	bool requests = row->counted & COUNT_REQUESTS;
	if (row->counted & COUNT_TOKENS)
		add_quantities(&group, row);
	if (row->billed)
		add_money(&group, row);
	if (!group.n && requests && (row->sum.requests || row->sum.uncounted))
		add_line(&group, row, METER_REQUESTS, row->sum.requests);
	for (size_t i = 0; i < group.n; i++) {
		struct focus_line *line = &group.lines[i];
		line->first = i == 0;
		line->arena = &writer->arena;
		line->billing = billing_month(writer, row->start, row->key->width >= 86400);
		writer->line(writer->arg, line);
		arena_reset(&writer->arena);
	}
}

void
focus_hardware(struct focus_writer *writer, const struct own_cost *cost)
{
	const struct focus_line line = { .hardware = cost,
		.meter = METER_HARDWARE,
		.quantity = cost->hours,
		.spend = cost->likely,
		.spend_high = cost->high,
		.billing = billing_month(writer, cost->period.start, false),
		.arena = &writer->arena };
	writer->line(writer->arg, &line);
	arena_reset(&writer->arena);
}
