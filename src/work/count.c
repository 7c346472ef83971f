/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/count.h"

struct money *
tally_money(struct tally *tally, const char *currency)
{
	if (!currency[0])
		currency = "USD";
	for (int i = 0; i < tally->money_n; i++)
		if (strncmp(tally->money[i].currency, currency, 3) == 0)
			return &tally->money[i];
	if (tally->money_n == CURRENCIES)
		return NULL;
	struct money *fresh = &tally->money[tally->money_n++];
	*fresh = (struct money){ 0 };
	memcpy(fresh->currency, currency, 3);
	return fresh;
}

int64_t
tally_input(const struct tally *tally)
{
	int64_t sum = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += tally->tokens[i];
	return sum;
}

femto_t
per_month(femto_t amount, int64_t days)
{
	femto_t scaled;
	if (!num_mul(amount, 30, &scaled))
		return amount / days * 30;
	femto_t whole = scaled / days, rest = scaled % days;
	femto_t twice = rest < 0 ? -rest * 2 : rest * 2;
	if (twice > days || (twice == days && whole % 2))
		whole += scaled < 0 ? -1 : 1;
	return whole;
}

bool
tally_split(const struct tally *tally)
{
	bool any = tally_input(tally) || tally->tokens[TOKEN_OUTPUT];
	return tally->with_tokens && (any || !tally->unsplit);
}

static void
count_coverage(struct tally *tally, const struct counted *at)
{
	if (!at->tokens)
		return;
	int64_t records = at->slot->requests + at->slot->uncounted, missing = 0;
	struct share *share = &tally->priced;
	if (at->state == PRICE_FREE)
		share = &tally->free;
	else if (at->state != PRICE_FOUND ||
		 (!at->cost.priced && at->cost.missing_tokens >= at->tokens))
		share = &tally->unpriced;
	else if (!at->cost.priced)
		missing = at->cost.missing_tokens;
	else if (at->cost.low != at->cost.high)
		share = &tally->ambiguous;
	share->tokens += at->tokens - missing;
	share->records += records;
	tally->unpriced.tokens += missing;
}

void
count_list(struct tally *tally, const struct counted *at, bool spend)
{
	if (!at->tokens && !at->slot->searches)
		return;
	if (at->state != PRICE_FOUND)
		return;
	struct money *money = tally_money(tally, at->cost.currency);
	if (!money)
		return;
	if (at->included) {
		money->has_included = true;
		money->included += at->cost.low;
		return;
	}
	money->has_list = true;
	money->low += at->cost.low;
	money->high += at->cost.high;
	if (spend) {
		money->spend_low += at->cost.low;
		money->spend_high += at->cost.high;
	}
}

void
count_billed(struct tally *tally, const struct counted *at)
{
	struct money *money = tally_money(tally, at->currency);
	if (!money)
		return;
	money->has_billed = true;
	money->billed += at->billed;
	money->spend_low += at->billed;
	money->spend_high += at->billed;
}

/* What was billed, in the currency that the user adds up in if there is a rate for that day. */
void
convert_billed(struct counted *at, int64_t when, bool *converted)
{
	const struct audit_options *options = at->options;
	struct slice text = at->month->key->text[KEY_CURRENCY];
	const struct contract_rate *used;
	memcpy(at->currency, "USD", 4);
	if (text.n == 3)
		memcpy(at->currency, text.p, 3);
	at->billed = at->slot->billed;
	if (!options->currency || !options->contract ||
		strcmp(options->currency, at->currency) == 0)
		return;
	if (contract_convert(
		    options->contract, at->currency, options->currency, when, &at->billed, &used)) {
		memcpy(at->currency, options->currency, 3);
		*converted = true;
	}
}

static struct partial *
find_partial(struct audit *audit, struct slice biller, const char *currency)
{
	for (struct partial *at = audit->partials; at; at = at->next)
		if (slice_eq(at->biller, biller) && strcmp(at->currency, currency) == 0)
			return at;
	struct partial *fresh = arena_take(&audit->arena, sizeof(*fresh));
	*fresh = (struct partial){ .biller = slice_copy(&audit->arena, biller),
		.next = audit->partials };
	memcpy(fresh->currency, currency, sizeof(fresh->currency));
	return audit->partials = fresh;
}

void
count_partial(struct audit *audit, const struct counted *at, bool billed)
{
	const struct key *key = at->month->key;
	if (billed) { /* before it is converted, as list prices are not */
		struct slice text = key->text[KEY_CURRENCY];
		char currency[4] = "USD";
		if (text.n == 3)
			memcpy(currency, text.p, 3);
		struct partial *to = find_partial(audit, key->text[KEY_BILLER], currency);
		to->billed += at->slot->billed;
		to->origins |= 1u << key->origin;
	}
	if (at->bits & COUNT_TOKENS && at->state == PRICE_FOUND && !at->included &&
		at->cost.currency[0]) {
		struct partial *to = find_partial(audit, key->text[KEY_BILLER], at->cost.currency);
		to->low += at->cost.low;
		to->high += at->cost.high;
	}
}

void
count_tokens(struct tally *tally, const struct counted *at)
{
	const struct slot *slot = at->slot;
	tally->unsplit += slot->unsplit;
	for (int i = 0; i < TOKEN_KINDS; i++)
		tally->tokens[i] += slot->tokens[i];
	if (at->month->key->pay == PAY_LOCAL || at->month->key->how & HOW_LOCAL)
		tally->local_tokens += at->tokens;
	if (at->month->key->tier == TIER_BATCH)
		tally->batch_tokens += at->tokens;
	if (at->month->key->how & HOW_CACHE_UNKNOWN)
		tally->cache_unknown += slot->tokens[TOKEN_UNCACHED_INPUT];
	for (int i = 0; at->hours && i < 24; i++)
		tally->by_hour[i] += at->hours[i];
	if (!at->hours && at->month->number != MONTH_NONE && at->month->key->width <= 3600)
		tally->by_hour[slot->index / 2 % 24] += slot->requests;
	count_coverage(tally, at);
	if (at->tokens) {
		tally->resolution = *at->resolution;
		for (int i = 0; i < TOKEN_KINDS; i++)
			tally->rows[i] = at->cost.rows[i] ? at->cost.rows[i] : tally->rows[i];
		/* of a time without a price, whatever is found for others */
		if (at->cost.missing)
			tally->missing = slice_of(at->cost.missing);
		else if (at->resolution->state != PRICE_FOUND && at->resolution->why.n)
			tally->missing = at->resolution->why;
		if (at->cost.range_why)
			tally->range_why = at->cost.range_why;
	}
}

/* Adds what was measured. */
void
add_measures(struct tally *tally, const struct bin *total)
{
	for (int i = 0; i < total->measures_n; i++) {
		const struct measure_sum *from = &total->measures[i];
		struct measure_sum *to = &tally->measures[from->kind];
		if (from->n == 0) /* corrected away */
			continue;
		if (to->n == 0)
			*to = (struct measure_sum){
				.kind = from->kind, .min = from->min, .max = from->max
			};
		to->n += from->n;
		to->sum += from->sum;
		to->min = from->min < to->min ? from->min : to->min;
		to->max = from->max > to->max ? from->max : to->max;
	}
}

/* Records that contradict themselves; of several files the first by name is told. */
static void
count_odd(struct tally *tally, const struct month *month)
{
	tally->odd_totals += month->total.records;
	for (size_t i = 0; i < month->bins_n; i++) {
		const struct source *source = month->bins[i].source, *first = tally->odd_source;
		uint64_t line = month->bins[i].bin->first_line;
		int order = source && first ? strcmp(source->name, first->name) : -1;
		if (source && line && (order < 0 || (order == 0 && line < tally->odd_line))) {
			tally->odd_source = source;
			tally->odd_line = line;
		}
	}
}

/* Things of a whole month that no half hour holds. */
void
count_month(struct tally *tally, const struct month *month)
{
	const struct bin *total = &month->total;
	unsigned how = month->key->how;
	tally->records += total->records;
	tally->with_tokens += total->with_tokens;
	tally->origins |= 1u << month->key->origin;
	tally->output_unknown |=
		how & HOW_OUTPUT_UNKNOWN && month->key->pay != PAY_LOCAL &&
		slice_find_nocase(month->key->text[KEY_RESPONSE_MODEL], "embed") < 0;
	tally->assumed_model |= how & HOW_MODEL_ASSUMED;
	tally->assumed_lifetime |=
		how & HOW_LIFETIME_ASSUMED && (total->tokens[TOKEN_CACHE_WRITE_5M] > 0);
	tally->by_default |= how & HOW_BY_DEFAULT;
	tally->estimate |= how & HOW_ESTIMATE;
	tally->no_zone |= how & HOW_NO_ZONE;
	tally->partial_cost |= how & HOW_PARTIAL_COST;
	tally->per_day |= how & HOW_PER_DAY;
	if (how & HOW_TOTAL_ODD)
		count_odd(tally, month);
	add_measures(tally, total);
	if (tally->dists)
		for (size_t i = 0; i < month->bins_n; i++)
			(void)dists_add(month->bins[i].bin->dists, tally->dists);
}

void
count_requests(struct tally *tally, const struct counted *at)
{
	tally->requests += at->slot->requests;
	tally->uncounted += at->slot->uncounted;
}
