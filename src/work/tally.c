/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/tally.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/hours.h"
#include "work/charge.h"
#include "work/count.h"

static struct tally *
find_tally(struct tallies *tallies, struct slice name, struct slice biller, bool by_biller,
	struct arena *arena, bool dists)
{
	for (size_t i = 0; i < tallies->n; i++)
		if (slice_eq(tallies->items[i].name, name) &&
			(!by_biller || slice_eq(tallies->items[i].biller, biller)))
			return &tallies->items[i];
	tallies->items = xgrow(tallies->items, &tallies->size, tallies->n, sizeof(*tallies->items));
	struct tally *fresh = &tallies->items[tallies->n++];
	*fresh = (struct tally){ .name = slice_copy(arena, name),
		.biller = slice_copy(arena, biller) };
	if (dists)
		fresh->dists = arena_take(arena, DISTS * sizeof(struct dist));
	return fresh;
}

static struct part_name *
find_name(struct tally *tally, struct slice name, struct arena *arena)
{
	for (size_t i = 0; i < tally->names_n; i++)
		if (slice_eq(tally->names[i].name, name))
			return &tally->names[i];
	tally->names =
		xgrow(tally->names, &tally->names_size, tally->names_n, sizeof(*tally->names));
	struct part_name *fresh = &tally->names[tally->names_n++];
	*fresh = (struct part_name){ .name = slice_copy(arena, name) };
	return fresh;
}

static int
by_weight(const void *left, const void *right)
{
	const struct part_name *a = left, *b = right;
	if (a->spend != b->spend)
		return a->spend > b->spend ? -1 : 1;
	if (a->tokens != b->tokens)
		return a->tokens > b->tokens ? -1 : 1;
	return slice_compare(a->name, b->name);
}

/* ---- one month at a time ---- */

struct run {
	struct audit *audit;
	const struct audit_options *options;
	const struct claims *claims;
	struct resolution resolution;
	bool resolved, whole;       /* whole: the month is one sum */
	femto_t kinds[TOKEN_KINDS]; /* of the cost at hand */
	const struct key *key;      /* of the month, as is its number */
	int number;
	struct tally *model, *workload;
	unsigned month_bits; /* what anything of this month counted as */
};

static const struct resolution *
resolve(struct run *run, const struct month *month, int64_t when)
{
	const struct key *key = month->key;
	if (run->resolved && when >= run->resolution.valid_from && when < run->resolution.valid_to)
		return &run->resolution;
	if (run->resolved && when == PRICE_ANY_TIME)
		return &run->resolution;
	run->resolution = price_resolve(run->options->catalog, key->text[KEY_BILLER],
		key->text[KEY_PROVIDER], key->text[KEY_RESPONSE_MODEL], key->text[KEY_REGION], when,
		key->how & HOW_MODEL_ASSUMED);
	run->resolved = true;
	return &run->resolution;
}

static int
discount_of(const struct run *run, const struct key *key, int64_t when)
{
	int factor = charge_factor(
		run->options->contract, key, key->text[KEY_RESPONSE_MODEL], key->tier, when);
	run->audit->discounted |= factor != 1000;
	return factor;
}

static void
price_slot(struct run *run, struct counted *at, int64_t start)
{
	const struct key *key = at->month->key;
	struct usage usage = charge_usage(at->month, at->slot);
	at->tokens = at->slot->unsplit;
	for (int i = 0; i < TOKEN_KINDS; i++)
		at->tokens += usage.tokens[i];
	at->included = charge_is_included(run->options->contract, key, start);
	at->resolution = resolve(run, at->month, charge_when(at->month, at->slot));
	at->state = charge_is_free(key) ? PRICE_FREE : at->resolution->state;
	at->cost = (struct cost){ 0 };
	usage.kinds = run->options->by_kind ? run->kinds : NULL;
	if (at->state == PRICE_FOUND && (at->tokens || usage.web_searches))
		at->cost = price_charge(run->options->catalog, at->resolution, &usage,
			discount_of(run, key, start));
}

/* A table of workloads says what one day is like: a month is thirty of them. */
static struct slot
thirty_days(const struct slot *slot)
{
	struct slot month = *slot;
	month.requests *= 30;
	month.unsplit *= 30;
	for (int i = 0; i < TOKEN_KINDS; i++)
		month.tokens[i] *= 30;
	return month;
}

static struct slice
model_name(const struct key *key)
{
	return key->text[KEY_RESPONSE_MODEL].n ? key->text[KEY_RESPONSE_MODEL]
					       : key->text[KEY_ITEM];
}

/* The model's and the workload's tally; a workload only where it counts as one. */
static void
find_groups(struct run *run, const struct month *month, bool workload)
{
	struct audit *audit = run->audit;
	const struct key *key = month->key;
	struct slice name = model_name(key);
	if (!run->model)
		run->model = find_tally(
			&audit->models, name, key->text[KEY_BILLER], true, &audit->arena, false);
	if (!run->workload && workload) {
		run->workload =
			find_tally(&audit->workloads, workload_name(run->options->rules, key),
				SLICE(""), false, &audit->arena, true);
		if (!run->workload->name_source)
			run->workload->name_source = workload_source(run->options->rules, key);
	}
}

static void
note_day(struct run *run, const struct month *month, const struct slot *slot)
{
	struct audit *audit = run->audit;
	if (month->number == MONTH_NONE)
		return;
	int64_t second = slot_start(month, slot) / NS_PER_SECOND;
	int64_t width = month->key->width;
	if (width < 86400) /* a bucket of a day has its day already */
		second += run->options->zone_offset;
	int64_t day = second / 86400, last = day + (width > 86400 ? (width - 1) / 86400 : 0);
	if (width < 86400 && last > run->options->day_most)
		last = run->options->day_most;
	if (audit->first_day == DAY_NONE || day < audit->first_day)
		audit->first_day = day;
	if (audit->last_day == DAY_NONE || last > audit->last_day)
		audit->last_day = last;
}

static void
count_slot(struct run *run, struct counted *at)
{
	struct audit *audit = run->audit;
	bool billed = at->bits & COUNT_MONEY && at->month->total.with_billed > 0;
	if (billed)
		convert_billed(at, slot_start(at->month, at->slot), &audit->converted);
	find_groups(run, at->month, at->bits & COUNT_WORKLOAD);
	if (at->bits & COUNT_REQUESTS) {
		count_requests(&audit->total, at);
		count_requests(run->model, at);
	}
	if (at->bits & COUNT_TOKENS) {
		count_tokens(&audit->total, at);
		count_tokens(run->model, at);
		count_list(&audit->total, at, at->bits & COUNT_UNBILLED);
		count_list(run->model, at, at->bits & COUNT_UNBILLED);
	}
	if (billed) {
		count_billed(&audit->total, at);
		count_billed(run->model, at);
	}
	if (at->bits & COUNT_PARTIAL)
		count_partial(audit, at, billed);
	if (at->bits & COUNT_WORKLOAD) {
		count_requests(run->workload, at);
		count_tokens(run->workload, at);
		count_list(run->workload, at, !billed);
		if (billed)
			count_billed(run->workload, at);
		struct part_name *part =
			find_name(run->workload, model_name(at->month->key), &audit->arena);
		part->no_model = !at->month->key->text[KEY_RESPONSE_MODEL].n;
		part->tokens += at->tokens;
		part->spend += billed ? at->billed : at->cost.low;
	}
	note_day(run, at->month, at->slot);
	run->month_bits |=
		at->bits & (COUNT_MONEY | COUNT_TOKENS | COUNT_REQUESTS | COUNT_WORKLOAD);
	struct slice workload = run->workload ? run->workload->name : SLICE_NONE;
	if (run->whole && run->options->whole)
		run->options->whole(
			run->options->each_arg, at->month, at->slot, at->bits, workload, &at->cost);
	else if (run->options->each)
		run->options->each(run->options->each_arg, at->month, at->slot, at->bits, workload,
			&at->cost, at->resolution);
}

static bool
in_period(const struct run *run, const struct month *month, int64_t start)
{
	const struct period *period = &run->options->period;
	return month->number == MONTH_NONE || (start >= period->start && start < period->end);
}

/* What of a half hour counts: bits of claims, or 0. */
static unsigned
slot_bits(const struct run *run, const struct month *month, int biller, const struct slot *slot,
	int64_t start)
{
	if (!in_period(run, month, start))
		return 0;
	unsigned bits =
		claims_count(run->claims, biller, month->key, bin_day(&month->total, slot->index));
	return bits & (COUNT_MONEY | COUNT_TOKENS | COUNT_REQUESTS | COUNT_WORKLOAD) ? bits : 0;
}

static void
count_one(struct run *run, const struct month *month, const struct slot *from, unsigned bits,
	int64_t start)
{
	struct slot slot = month->key->how & HOW_PER_DAY ? thirty_days(from) : *from;
	struct counted at = {
		.options = run->options, .month = month, .slot = &slot, .bits = bits
	};
	price_slot(run, &at, start);
	count_slot(run, &at);
}

/* Could half hours of this key be priced as one sum?  Nothing may look at each, and no cost be open. */
static bool
is_joinable(const struct run *run, const struct month *month)
{
	const struct contract *contract = run->options->contract;
	return (!run->options->each || run->options->until) &&
	       (!contract || (!contract->discounts_n && !contract->subscriptions_n)) &&
	       month->number != MONTH_NONE && month->key->width == 0 && !month->total.with_billed &&
	       !(month->key->how & (HOW_CACHE_UNKNOWN | HOW_PER_DAY)) &&
	       !charge_is_free(month->key);
}

static bool
has_tokens(const struct slot *slot)
{
	int64_t any = 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= slot->tokens[i];
	return any != 0;
}

static void
add_slot(struct slot *sum, const struct slot *slot)
{
	sum->requests += slot->requests;
	sum->uncounted += slot->uncounted;
	for (int k = 0; k < TOKEN_KINDS; k++)
		sum->tokens[k] += slot->tokens[k];
}

/* Counts half hours up to the one of that index as one, which begins at 'start'.  False: their cost as one may not be
 * that of each together. */
static bool
count_sum(struct run *run, struct counted *at, int64_t start, int last)
{
	price_slot(run, at, start);
	if (at->state != PRICE_FOUND || !at->cost.priced || at->cost.missing ||
		at->cost.low != at->cost.high)
		return false;
	count_slot(run, at);
	note_day(run, at->month, &(struct slot){ .index = last });
	return true;
}

/* Up to when a hook may be given half hours from 'start' on as one. */
static int64_t
hook_until(const struct run *run, const struct month *month, int64_t start, int64_t until)
{
	if (!run->options->until)
		return until;
	int64_t limit = run->options->until(run->options->each_arg, month, start);
	return limit < until ? limit : until;
}

/* Takes half hours from the i-th on as one, as far as their price and what counts of them stay the same.
 * Returns how many; 0 when this one has to be taken by itself, and, if so, all others too: *joinable is false then. */
static size_t
count_joined(struct run *run, const struct month *month, int biller, size_t i, unsigned bits,
	int64_t start, bool *joinable)
{
	struct slot sum = { .index = month->slots[i].index };
	int64_t hours[24] = { 0 }, until = price_same_until(resolve(run, month, start),
					   month->key->tier, month->key->context, start);
	until = hook_until(run, month, start, until);
	int64_t zero = start - (int64_t)sum.index * SLOT_SECONDS * NS_PER_SECOND;
	size_t to = i;
	for (int day = sum.index / 48; to < month->slots_n; to++) {
		const struct slot *slot = &month->slots[to];
		int64_t at = zero + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
		if (at >= until || slot->unsplit || slot->searches || !has_tokens(slot) ||
			!in_period(run, month, at) ||
			(slot->index / 48 != day &&
				slot_bits(run, month, biller, slot, at) != bits))
			break;
		day = slot->index / 48;
		add_slot(&sum, slot);
		hours[slot->index / 2 % 24] += slot->requests;
	}
	struct counted at = {
		.options = run->options, .month = month, .slot = &sum, .bits = bits, .hours = hours
	};
	if (to - i == 1)
		return 0;
	*joinable = to > i && count_sum(run, &at, start, month->slots[to - 1].index);
	return *joinable ? to - i : 0;
}

/* What the half hours of a month do not hold. */
static void
count_of_month(struct run *run, const struct month *month)
{
	if (run->month_bits & (COUNT_TOKENS | COUNT_MONEY)) {
		count_month(&run->audit->total, month);
		count_month(run->model, month);
	}
	if (run->month_bits & COUNT_WORKLOAD)
		count_month(run->workload, month);
}

/* What a key's model means holds for its next months, too, as long as it is valid. */
static void
begin_month(struct run *run, const struct month *month)
{
	run->resolved &= run->key == month->key && run->number != MONTH_NONE;
	run->key = month->key;
	run->number = month->number;
	run->model = run->workload = NULL;
	run->month_bits = 0;
}

static void
run_month(struct run *run, const struct month *month)
{
	int biller = claims_biller(run->claims, month->key);
	bool joinable = is_joinable(run, month);
	int64_t zero = month->slots_n ? slot_start(month, &(struct slot){ .index = 0 }) : 0;
	begin_month(run, month);
	for (size_t i = 0, step; i < month->slots_n; i += step) {
		const struct slot *slot = &month->slots[i];
		int64_t start =
			month->number == MONTH_NONE
				? 0
				: zero + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
		unsigned bits = slot_bits(run, month, biller, slot, start);
		step = bits && joinable
			       ? count_joined(run, month, biller, i, bits, start, &joinable)
			       : 0;
		if (bits && !step)
			count_one(run, month, slot, bits, start);
		step = step ? step : 1;
	}
	count_of_month(run, month);
}

/* Seconds of the first and last request of a month, over what it was made of. */
static void
span_of(const struct month *month, int64_t *first, int64_t *last)
{
	*first = INT64_MAX;
	*last = INT64_MIN;
	for (size_t i = 0; i < month->bins_n; i++) {
		const struct bin *bin = month->bins[i].bin;
		*first = month->bins[i].source && bin->first < *first ? bin->first : *first;
		*last = month->bins[i].source && bin->last > *last ? bin->last : *last;
	}
}

static bool
has_measure(const struct bin *bin, enum measure_kind kind)
{
	for (int i = 0; i < bin->measures_n; i++)
		if (bin->measures[i].kind == kind && bin->measures[i].sum != 0)
			return true;
	return false;
}

/* A month as one sum, without a look at its half hours.  False: it has to be looked at. */
static bool
run_whole(struct run *run, const struct month *month)
{
	int64_t first, last, start, end;
	int biller = claims_biller(run->claims, month->key);
	span_of(month, &first, &last);
	if (!run->options->without_hours || !is_joinable(run, month) ||
		!claims_alike(run->claims, biller) || first > last ||
		has_measure(&month->total, MEASURE_UNSPLIT) ||
		has_measure(&month->total, MEASURE_WEB_SEARCH))
		return false;
	start = first * NS_PER_SECOND;
	end = last * NS_PER_SECOND;
	struct slot sum = { .index = (int)((start - when_month_start(month->number)) /
					   (SLOT_SECONDS * NS_PER_SECOND)),
		.requests = month->total.requests,
		.uncounted = month->total.uncounted };
	memcpy(sum.tokens, month->total.tokens, sizeof(sum.tokens));
	begin_month(run, month);
	if (!in_period(run, month, start) || !in_period(run, month, end) || !has_tokens(&sum) ||
		price_same_until(resolve(run, month, start), month->key->tier, month->key->context,
			start) <= end)
		return false;
	int64_t hours[24] = { 0 };
	struct counted at = { .options = run->options,
		.month = month,
		.slot = &sum,
		.bits = slot_bits(run, month, biller, &sum, start),
		.hours = hours };
	if (!at.bits)
		return true;
	run->whole = true;
	bool counted = count_sum(run, &at, start,
		(int)((end - when_month_start(month->number)) / (SLOT_SECONDS * NS_PER_SECOND)));
	run->whole = false;
	if (!counted)
		return false;
	count_of_month(run, month);
	return true;
}

/* Half hours of a month that cost the same, by their places in it. */
struct gathered {
	bool taken[MONTH_SLOTS]; /* by these or by others before them */
	size_t n, places[MONTH_SLOTS];
};

/* Those that cost the same as the i-th, which is one of them, whatever lies in between. */
static void
gather(struct run *run, struct gathered *gathered, const struct month *month, size_t i,
	int64_t start)
{
	const struct slot *first = &month->slots[i];
	struct hours hours;
	int64_t until = price_same_hours(
		resolve(run, month, start), month->key->tier, month->key->context, start, &hours);
	unsigned week = hours_index(start);
	until = hook_until(run, month, start, until);
	gathered->n = 0;
	for (size_t k = i; k < month->slots_n; k++) {
		const struct slot *slot = &month->slots[k];
		int64_t after = slot->index - first->index;
		int64_t at = start + after * SLOT_SECONDS * NS_PER_SECOND;
		bool alike = at < until && in_period(run, month, at) &&
			     hours_has(&hours, (week + (unsigned)after) % HOURS_WEEK) &&
			     !slot->unsplit && !slot->searches && has_tokens(slot);
		if (gathered->taken[k] || (!alike && k > i))
			continue;
		gathered->taken[k] = true;
		gathered->places[gathered->n++] = k;
		if (!alike)
			break; /* it is priced by itself */
	}
}

static bool
count_gathered(struct run *run, const struct gathered *gathered, const struct month *month,
	unsigned bits, int64_t start)
{
	int64_t hours[24] = { 0 };
	struct slot sum = { .index = month->slots[gathered->places[0]].index };
	struct counted at = {
		.options = run->options, .month = month, .slot = &sum, .bits = bits, .hours = hours
	};
	for (size_t i = 0; i < gathered->n; i++)
		add_slot(&sum, &month->slots[gathered->places[i]]);
	return gathered->n >= 2 &&
	       count_sum(run, &at, start, month->slots[gathered->places[gathered->n - 1]].index);
}

/* A month as few sums, where nobody asks for its hours and yet its prices go by them, or change in it.  False: it
 * has to be looked at in its order. */
static bool
run_gathered(struct run *run, const struct month *month)
{
	int biller = claims_biller(run->claims, month->key);
	if (!run->options->without_hours || !is_joinable(run, month) ||
		!claims_alike(run->claims, biller) || !month->slots_n)
		return false;
	int64_t zero = slot_start(month, &(struct slot){ .index = 0 });
	struct gathered gathered = { .n = 0 };
	begin_month(run, month);
	for (size_t i = 0; i < month->slots_n; i++) {
		const struct slot *slot = &month->slots[i];
		int64_t start = zero + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
		unsigned bits = gathered.taken[i] ? 0 : slot_bits(run, month, biller, slot, start);
		if (!bits)
			continue;
		gather(run, &gathered, month, i, start);
		if (count_gathered(run, &gathered, month, bits, start))
			continue;
		for (size_t k = 0; k < gathered.n; k++) {
			slot = &month->slots[gathered.places[k]];
			count_one(run, month, slot, bits,
				zero + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND);
		}
	}
	count_of_month(run, month);
	return true;
}

/* Benchmarks count for nothing but their speeds; the total row of a table states a sum. */
static void
run_bench(struct run *run, const struct month *month)
{
	struct audit *audit = run->audit;
	for (int i = 0; i < month->total.measures_n; i++)
		if (month->total.measures[i].kind == MEASURE_CLAIMED_COST) {
			audit->has_stated_total = true;
			audit->stated_total += month->total.measures[i].sum;
			return;
		}
	add_measures(&audit->total, &month->total);
	audit->total.origins |= 1u << ORIGIN_BENCH;
}

void
audit_run(struct audit *audit, struct pool *pool, const struct audit_options *options)
{
	*audit = (struct audit){ .first_day = DAY_NONE, .last_day = DAY_NONE };
	struct claims *own = options->claims ? NULL : claims_new(pool);
	struct run run = {
		.audit = audit, .options = options, .claims = own ? own : options->claims
	};
	struct months months = months_of(pool);
	months.period = &options->period;
	months.wants = options->wants;
	months.wants_arg = options->each_arg;
	for (const struct month *month; (month = months_next_total(&months));) {
		if (month->key->how & HOW_WITHOUT_USAGE)
			continue;
		if (month->key->origin == ORIGIN_BENCH) {
			run_bench(&run, month);
			continue;
		}
		bool filled = options->whole && options->wants_slots(options->each_arg, month);
		if (filled)
			months_fill(&months);
		if (run_whole(&run, month))
			continue;
		if (!filled)
			months_fill(&months);
		if (!run_gathered(&run, month))
			run_month(&run, month);
	}
	for (size_t i = 0; i < audit->workloads.n; i++)
		if (audit->workloads.items[i].names_n)
			qsort(audit->workloads.items[i].names, audit->workloads.items[i].names_n,
				sizeof(struct part_name), by_weight);
	audit->mixed = claims_mixed(run.claims);
	audit->two_logs = claims_two_logs(run.claims);
	months_end(&months);
	claims_free(own);
}

static void
tallies_free(struct tallies *tallies)
{
	for (size_t i = 0; i < tallies->n; i++)
		free(tallies->items[i].names);
	free(tallies->items);
}

void
audit_free(struct audit *audit)
{
	tallies_free(&audit->models);
	tallies_free(&audit->workloads);
	arena_free(&audit->arena);
}
