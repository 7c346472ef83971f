/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>

#include "base/when.h"
#include "price/catalog.h"
#include "price/rate.h"

/* The sum as it grows; products of tokens, picos, surcharge and discount: femto times 1000. */
struct bill {
	const struct catalog *catalog;
	const struct model *model;
	const struct usage *usage;
	const struct rates *rates;
	enum tier tier;
	struct query query;
	femto_t factor; /* surcharge times discount */
	femto_t low, high;
	bool overflow;
	struct cost cost;
};

static const char *
range_reason(const struct bill *b, const struct rate *rate)
{
	const struct price_row *row = &rate->row->row, *other = &rate->other->row;
	if (row->above != other->above)
		return b->model->context_why;
	if (!b->usage->timed)
		return "when it was is unknown";
	if (row->from != other->from || row->to != other->to)
		return "the price changed within this period";
	return "the hour is unknown";
}

/* Of what is given back, the dearer price is the least cost. */
static void
add(struct bill *b, int64_t tokens, int64_t low, int64_t high)
{
	femto_t amount;
	if (tokens < 0) {
		int64_t dear = high;
		high = low;
		low = dear;
	}
	b->overflow |= __builtin_mul_overflow((femto_t)tokens * low, b->factor, &amount) ||
		       __builtin_add_overflow(b->low, amount, &b->low);
	b->overflow |= __builtin_mul_overflow((femto_t)tokens * high, b->factor, &amount) ||
		       __builtin_add_overflow(b->high, amount, &b->high);
}

static struct rate
rate_of(const struct bill *b, const struct resolution *resolution, int kind)
{
	const struct lane *lane = &b->rates->lanes[b->tier][kind];
	struct rate rate =
		resolution->assumed ? rate_nearest(&b->query, lane) : rate_find(&b->query, lane);
	return rate;
}

static void
note_range(struct bill *b, const struct rate *rate)
{
	if (rate->low != rate->high && !b->cost.range_why)
		b->cost.range_why = range_reason(b, rate);
}

/* Says that tokens of a kind have no price of their own. */
static void
note_missing(struct bill *b, int kind, int64_t tokens, bool priced, const char *instead)
{
	char on[WHEN_TEXT + 4] = "", date[WHEN_TEXT];
	bool worse = b->cost.priced && !priced;
	b->cost.missing_tokens += tokens;
	b->cost.priced &= priced;
	if (b->cost.missing && !worse)
		return;
	if (priced && b->tier == TIER_STANDARD) {
		b->cost.missing = b->model->as_input[kind];
		return;
	}
	if (b->usage->timed)
		snprintf(on, sizeof(on), " on %s", when_date(date, b->usage->start));
	b->cost.missing = words_printf(b->catalog->words, "no %s%s%s price of " SLICE_FMT "%s%s",
		b->tier == TIER_STANDARD ? "" : tier_names[b->tier],
		b->tier == TIER_STANDARD ? "" : " ",
		kind == KIND_SEARCH ? "web_search" : token_names[kind], SLICE_ARG(b->model->id), on,
		instead);
}

/* Cached tokens whose price is not listed were prompt tokens all the same. */
static bool
stand_in(struct bill *b, const struct resolution *resolution, int kind, int64_t tokens,
	struct rate *rate)
{
	if (kind == TOKEN_UNCACHED_INPUT || kind == TOKEN_OUTPUT)
		return false;
	if (kind == TOKEN_CACHE_WRITE_1H) {
		*rate = rate_of(b, resolution, TOKEN_CACHE_WRITE_5M);
		if (rate->found) {
			note_missing(b, kind, tokens, false,
				": the one of cache_write_5m is a lower bound");
			return true;
		}
	}
	*rate = rate_of(b, resolution, TOKEN_UNCACHED_INPUT);
	if (rate->found)
		note_missing(b, kind, tokens, true, ": priced as uncached input");
	return rate->found;
}

/* Half to even; nothing is lost where only one of surcharge and discount is there. */
static femto_t
settle(femto_t thousandth)
{
	femto_t whole = thousandth / 1000, rest = thousandth % 1000;
	return whole + (rest > 500 || (rest == 500 && (whole & 1)));
}

static void
charge_kind(struct bill *b, const struct resolution *resolution, int kind)
{
	int64_t tokens = b->usage->tokens[kind];
	struct rate rate = rate_of(b, resolution, kind);
	if (!rate.found && !stand_in(b, resolution, kind, tokens, &rate)) {
		note_missing(b, kind, tokens, false, "");
		return;
	}
	b->cost.rows[kind] = &rate.row->row;
	note_range(b, &rate);
	if (kind == TOKEN_UNCACHED_INPUT && b->usage->cache_unknown) {
		struct rate read = rate_of(b, resolution, TOKEN_CACHE_READ);
		if (read.found && read.low < rate.low) {
			rate.low = read.low;
			b->cost.range_why = "how much of the input was cached is unknown";
		}
	}
	add(b, tokens, rate.low, rate.high);
	if (b->usage->kinds && !b->overflow)
		b->usage->kinds[kind] = settle((femto_t)tokens * rate.low * b->factor);
	if (b->usage->kinds_high && !b->overflow)
		b->usage->kinds_high[kind] = settle((femto_t)tokens * rate.high * b->factor);
}

static void
charge_unsplit(struct bill *b, const struct resolution *resolution)
{
	int64_t tokens = b->usage->unsplit;
	struct rate in = rate_of(b, resolution, TOKEN_UNCACHED_INPUT),
		    out = rate_of(b, resolution, TOKEN_OUTPUT);
	if (!in.found || !out.found) {
		/* a model without output, an embedding: all of it is input */
		if (!in.found || b->rates->lanes[b->tier][TOKEN_OUTPUT].n) {
			note_missing(b, in.found ? TOKEN_OUTPUT : TOKEN_UNCACHED_INPUT, tokens,
				false, "");
			return;
		}
		out = in;
	}
	if (out.high == 0) /* an embedding, with a price of 0 for what never comes */
		out = in;
	note_range(b, &in);
	note_range(b, &out);
	int64_t low = in.low < out.low ? in.low : out.low,
		high = in.high > out.high ? in.high : out.high;
	if (low != high && in.low != out.low)
		b->cost.range_why = "some tokens are not split into input and output";
	if (!b->cost.rows[TOKEN_UNCACHED_INPUT])
		b->cost.rows[TOKEN_UNCACHED_INPUT] = &in.row->row;
	if (!b->cost.rows[TOKEN_OUTPUT])
		b->cost.rows[TOKEN_OUTPUT] = &out.row->row;
	add(b, tokens, low, high);
}

/* Calls cost the same in every tier and region; only the contract's discount applies. */
static void
charge_searches(struct bill *b, const struct resolution *resolution, int discount)
{
	enum tier tier = b->tier;
	femto_t factor = b->factor;
	struct rate rate = rate_of(b, resolution, KIND_SEARCH);
	if (!rate.found) {
		b->tier = TIER_STANDARD;
		rate = rate_of(b, resolution, KIND_SEARCH);
	}
	b->factor = (femto_t)1000 * discount;
	if (rate.found)
		add(b, b->usage->web_searches, rate.low, rate.high);
	else
		note_missing(b, KIND_SEARCH, 0, false, "");
	b->tier = tier;
	b->factor = factor;
}

static const struct rates *
rates_for(const struct model *model, struct slice region)
{
	for (size_t i = 1; i < model->rates_n; i++)
		if (slice_compare_nocase(model->rates[i].region, region) == 0)
			return &model->rates[i];
	return &model->rates[0];
}

static enum tier
tier_of(const struct resolution *resolution, enum tier tier)
{
	if (resolution->tier != TIER_UNKNOWN && tier <= TIER_STANDARD)
		tier = resolution->tier;
	return tier == TIER_UNKNOWN ? TIER_STANDARD : tier;
}

static bool
is_hourly(const struct rates *rates, enum tier tier)
{
	for (int kind = 0; kind < KIND_MULTIPLIER; kind++)
		if (rates->lanes[tier][kind].hourly)
			return true;
	return false;
}

static struct cost
no_price(const struct resolution *resolution, const struct usage *usage)
{
	struct cost cost = {
		.currency = "USD", .priced = resolution->state == PRICE_FREE, .modifier = 1000
	};
	if (!cost.priced) {
		cost.missing_tokens = usage->unsplit;
		for (int kind = 0; kind < TOKEN_KINDS; kind++)
			cost.missing_tokens += usage->tokens[kind];
		cost.missing = resolution->why.n ? resolution->why.p : "no price";
	}
	return cost;
}

static void
clear_kinds(const struct usage *usage)
{
	if (usage->kinds)
		memset(usage->kinds, 0, TOKEN_KINDS * sizeof(*usage->kinds));
	if (usage->kinds_high)
		memset(usage->kinds_high, 0, TOKEN_KINDS * sizeof(*usage->kinds_high));
}

static void
charge_all(struct bill *b, const struct resolution *resolution, int discount)
{
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		if (b->usage->tokens[kind])
			charge_kind(b, resolution, kind);
	if (b->usage->unsplit)
		charge_unsplit(b, resolution);
	if (b->usage->web_searches)
		charge_searches(b, resolution, discount);
	if (b->overflow) {
		clear_kinds(b->usage);
		b->cost.priced = false;
		b->cost.missing = "more tokens than can be counted";
		b->low = b->high = 0;
	}
	b->cost.low = settle(b->low);
	b->cost.high = settle(b->high);
}

struct cost
price_charge(const struct catalog *catalog, const struct resolution *resolution,
	const struct usage *usage, int discount)
{
	clear_kinds(usage);
	if (resolution->state != PRICE_FOUND)
		return no_price(resolution, usage);
	struct bill b = { .catalog = catalog,
		.model = resolution->model,
		.usage = usage,
		.tier = tier_of(resolution, usage->tier) };
	b.cost = (struct cost){ .currency = "USD", .priced = true, .kinds = usage->kinds };
	b.cost.modifier = (int)(((int64_t)resolution->modifier * discount + 500) / 1000);
	b.factor = (femto_t)resolution->modifier * discount;
	b.rates = rates_for(b.model, resolution->region);
	b.query = query_of(usage);
	if (is_hourly(b.rates, b.tier)) {
		b.query.half_hour = hours_index(usage->timed ? usage->start : 0);
		if (!b.query.moment)
			b.query.touched = hours_touched(b.query.start, b.query.end);
	}
	charge_all(&b, resolution, discount);
	return b.cost;
}

/* Leaves those half hours in which the same of the entries that hold at 'when' apply. */
static void
keep_alike(struct hours *hours, const struct lane *lane, int64_t when)
{
	unsigned index = hours_index(when);
	for (uint32_t i = 0; i < lane->n; i++) {
		const struct lane_entry *entry = &lane->entries[i];
		if (!entry->stored->hourly || entry->from > when || entry->to <= when)
			continue;
		bool applies = hours_has(&entry->stored->hours, index);
		for (int k = 0; k < HOURS_WORDS; k++)
			hours->bits[k] &= applies ? entry->stored->hours.bits[k]
						  : ~entry->stored->hours.bits[k];
	}
}

int64_t
price_same_hours(const struct resolution *resolution, enum tier tier, int context, int64_t when,
	struct hours *hours)
{
	*hours = hours_always();
	if (resolution->state != PRICE_FOUND || resolution->assumed)
		return when;
	const struct rates *rates = rates_for(resolution->model, resolution->region);
	int64_t until = resolution->valid_to;
	for (int kind = 0; kind < KIND_MULTIPLIER; kind++) {
		const struct lane *lane = &rates->lanes[tier_of(resolution, tier)][kind];
		if (lane->tiered && context >= CONTEXT_STEPS)
			return when;
		if (lane->hourly)
			keep_alike(hours, lane, when);
		for (uint32_t i = 0; i < lane->n; i++) {
			int64_t from = lane->entries[i].from, to = lane->entries[i].to;
			until = from > when && from < until ? from : until;
			until = to > when && to < until ? to : until;
		}
	}
	return until;
}

/* The end of those half hours that follow upon 'when', itself in one of them; not after 'most'. */
static int64_t
end_of_hours(const struct hours *hours, int64_t when, int64_t most)
{
	const int64_t half_hour = NS_PER_HOUR / 2;
	unsigned index = hours_index(when), n = 1;
	while (n < HOURS_WEEK && hours_has(hours, (index + n) % HOURS_WEEK))
		n++;
	if (n == HOURS_WEEK || most <= when)
		return most;
	int64_t into = when % half_hour, zero = when - into - (into < 0 ? half_hour : 0);
	return (most - zero) / half_hour > (int64_t)n ? zero + (int64_t)n * half_hour : most;
}

int64_t
price_same_until(const struct resolution *resolution, enum tier tier, int context, int64_t when)
{
	struct hours hours;
	int64_t until = price_same_hours(resolution, tier, context, when, &hours);
	return resolution->state == PRICE_FOUND &&
			       is_hourly(rates_for(resolution->model, resolution->region),
				       tier_of(resolution, tier))
		       ? end_of_hours(&hours, when, until)
		       : until;
}
