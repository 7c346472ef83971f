/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/traffic.h"

#include <stdlib.h>

#include "base/when.h"
#include "work/charge.h"

enum { SLOTS_A_DAY = 86400 / SLOT_SECONDS };

int64_t
traffic_least(int64_t part, int64_t own, int64_t in)
{
	int64_t least = part - (own > in ? own - in : 0);
	least = least > 0 ? least : 0;
	return least < in ? least : in;
}

int64_t
traffic_share(int64_t part, int64_t own, int64_t in)
{
	if (own <= 0 || part <= 0 || in <= 0)
		return 0;
	int64_t share = (int64_t)((__int128)part * in / own);
	return share < in ? share : in;
}

int64_t
traffic_span(const struct traffic_group *group, int64_t days)
{
	return group->first == DAY_NONE ? days : group->last - group->first + 1;
}

struct traffic_month *
traffic_find(const struct traffic *traffic, uint32_t key, int month)
{
	size_t at = key < traffic->keys_n ? traffic->of_key[key] : 0;
	for (; at && at <= traffic->months_n && traffic->months[at - 1].key == key; at++)
		if (traffic->months[at - 1].number == month)
			return &traffic->months[at - 1];
	return NULL;
}

bool
traffic_next(const struct traffic *traffic, int group, size_t *at)
{
	*at = (*at == SIZE_MAX ? traffic->groups[group].month : traffic->months[*at].next) - 1;
	return *at != SIZE_MAX;
}

const struct traffic_biller *
traffic_money(const struct traffic *traffic, struct slice biller)
{
	for (size_t i = 0; i < traffic->billers_n; i++)
		if (slice_eq(traffic->billers[i].biller, biller))
			return &traffic->billers[i];
	return NULL;
}

/* ---- what counts ---- */

static int
find_group(struct traffic *traffic, struct slice workload, uint32_t key_id)
{
	const struct key *key = &traffic->pool->keys.items[key_id];
	struct slice model = key->text[KEY_RESPONSE_MODEL], biller = key->text[KEY_BILLER];
	uint64_t hash = hash_64(workload.p, workload.n, 1);
	hash = hash_64(model.p, model.n, hash);
	hash = hash_64(biller.p, biller.n, hash);
	for (size_t i = 0; i < traffic->groups_n; i++) {
		const struct traffic_group *at = &traffic->groups[i];
		if (at->hash == hash && slice_eq(at->workload, workload) &&
			slice_eq(at->model, model) && slice_eq(at->biller, biller))
			return (int)i;
	}
	traffic->groups = xgrow(traffic->groups, &traffic->groups_size, traffic->groups_n,
		sizeof(*traffic->groups));
	traffic->groups[traffic->groups_n] = (struct traffic_group){ .workload = workload,
		.model = model,
		.biller = biller,
		.hash = hash,
		.key = key_id,
		.how_all = ~0u,
		.first = DAY_NONE,
		.last = DAY_NONE,
		.dists = arena_take(&traffic->arena, DISTS * sizeof(struct dist)) };
	return (int)traffic->groups_n++;
}

int64_t
traffic_weight(const int64_t tokens[TOKEN_KINDS])
{
	int64_t sum = tokens[TOKEN_OUTPUT] * 4;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += tokens[i];
	return sum;
}

static size_t
day_hash(int group, int64_t day)
{
	uint64_t bits = (uint64_t)day << 32 | (uint32_t)group;
	return (size_t)(bits * 0x9E3779B97F4A7C15ull >> 24);
}

/* Where a group's day is in the index of days, or would be. */
static uint32_t *
day_place(const struct traffic *traffic, int group, int64_t day)
{
	size_t mask = traffic->day_index_size - 1, at = day_hash(group, day) & mask;
	for (; traffic->day_index[at]; at = (at + 1) & mask) {
		const struct traffic_day *there = &traffic->days[traffic->day_index[at] - 1];
		if (there->group == group && there->day == day)
			break;
	}
	return &traffic->day_index[at];
}

static struct traffic_day *
find_day(struct traffic *traffic, int group, int64_t day)
{
	if ((traffic->days_n + 1) * 2 > traffic->day_index_size) {
		free(traffic->day_index);
		traffic->day_index_size =
			traffic->day_index_size ? traffic->day_index_size * 2 : 1024;
		traffic->day_index = xcalloc(traffic->day_index_size, sizeof(*traffic->day_index));
		for (size_t i = 0; i < traffic->days_n; i++)
			*day_place(traffic, traffic->days[i].group, traffic->days[i].day) =
				(uint32_t)i + 1;
	}
	uint32_t *place = day_place(traffic, group, day);
	if (!*place) {
		traffic->days = xgrow(traffic->days, &traffic->days_size, traffic->days_n,
			sizeof(*traffic->days));
		traffic->days[traffic->days_n++] =
			(struct traffic_day){ .group = group, .day = day };
		*place = (uint32_t)traffic->days_n;
	}
	return &traffic->days[*place - 1];
}

/* Valid until the next one. */
static struct traffic_day *
add_day(struct traffic *traffic, int group, const struct month *month, int64_t day)
{
	struct traffic_group *of = &traffic->groups[group];
	int64_t last = day + (month->key->width > 86400 ? (month->key->width - 1) / 86400 : 0);
	of->first = of->first == DAY_NONE || day < of->first ? day : of->first;
	of->last = of->last == DAY_NONE || last > of->last ? last : of->last;
	return find_day(traffic, group, day);
}

/* The days of a month that count, and requests with another one before them in the same half hour. */
static void
add_days(struct traffic *traffic, struct traffic_month *row, const struct month *month)
{
	const struct audit_options *options = traffic->options;
	int biller = claims_biller(options->claims, month->key);
	int64_t zero = slot_start(month, &(struct slot){ .index = 0 });
	struct traffic_day *at = NULL;
	bool counts = false;
	int of_month = -1;
	for (size_t i = 0; i < month->slots_n; i++) {
		const struct slot *slot = &month->slots[i];
		int64_t start = zero + (int64_t)slot->index * SLOT_SECONDS * NS_PER_SECOND;
		if (start < options->period.start || start >= options->period.end)
			continue;
		if (slot->index / SLOTS_A_DAY != of_month) {
			int64_t day = bin_day(&month->total, slot->index);
			of_month = slot->index / SLOTS_A_DAY;
			counts = claims_count(options->claims, biller, month->key, day) &
				 COUNT_WORKLOAD;
			at = counts ? add_day(traffic, row->group, month, day) : NULL;
		}
		if (!counts)
			continue;
		at->requests += slot->requests;
		for (int k = 0; k < TOKEN_KINDS; k++)
			at->tokens[k] += slot->tokens[k];
		if (month->key->width == 0 && slot->requests > 1)
			row->warm += slot->requests - 1;
	}
}

/* A month is met once for each of its parts that cost the same, one after the other. */
static struct traffic_month *
find_month(struct traffic *traffic, const struct month *month, struct slice workload)
{
	if (traffic->months_n) {
		struct traffic_month *last = &traffic->months[traffic->months_n - 1];
		if (last->key == month->key_id && last->number == month->number)
			return last;
	}
	traffic->months = xgrow(traffic->months, &traffic->months_size, traffic->months_n,
		sizeof(*traffic->months));
	struct traffic_month *fresh = &traffic->months[traffic->months_n++];
	*fresh = (struct traffic_month){ .key = month->key_id,
		.number = month->number,
		.group = find_group(traffic, workload, month->key_id) };
	if (!traffic->of_key[month->key_id])
		traffic->of_key[month->key_id] = traffic->months_n;
	struct traffic_group *group = &traffic->groups[fresh->group];
	if (group->month)
		traffic->months[group->last_month - 1].next = traffic->months_n;
	else
		group->month = traffic->months_n;
	group->last_month = traffic->months_n;
	if (month->number != MONTH_NONE && !traffic->without_days)
		add_days(traffic, fresh, month);
	int64_t times = month->key->how & HOW_PER_DAY ? 30 : 1;
	for (size_t i = 0; i < month->bins_n; i++) {
		const struct bin *bin = month->bins[i].bin;
		if (!traffic->without_days)
			(void)dists_add(bin->dists, group->dists);
		if (!month->bins[i].source)
			continue;
		fresh->own_requests += bin->requests * times;
		for (int k = 0; k < TOKEN_KINDS; k++)
			fresh->own_tokens[k] += bin->tokens[k] * times;
		for (int k = 0; k < bin->measures_n; k++)
			if (bin->measures[k].kind == MEASURE_REASONING)
				fresh->reasoning +=
					(int64_t)(bin->measures[k].sum / FEMTO_PER_UNIT) * times;
	}
	group->how |= month->key->how;
	group->how_all &= month->key->how;
	group->tiers |= 1u << month->key->tier;
	return fresh;
}

static bool
is_cash(const struct traffic *traffic, const struct month *month, const struct slot *slot)
{
	return month->key->pay == PAY_CASH && !charge_is_free(month->key) &&
	       !charge_is_included(traffic->options->contract, month->key, slot_start(month, slot));
}

static void
add_cost(struct traffic_group *group, struct traffic_month *row, const struct cost *cost)
{
	if (!cost->currency[0])
		return;
	if (!group->currency[0])
		memcpy(group->currency, cost->currency, 4);
	group->mixed |= strcmp(group->currency, cost->currency) != 0;
	group->low += cost->low;
	group->high += cost->high;
	row->low += cost->low;
	row->high += cost->high;
}

static void
add_slot(struct traffic *traffic, const struct month *month, const struct slot *slot,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	struct traffic_month *row = find_month(traffic, month, workload);
	struct traffic_group *group = &traffic->groups[row->group];
	bool cash = is_cash(traffic, month, slot);
	row->first_slot = row->parts++ ? row->first_slot : slot->index;
	row->plain = !slot->uncounted && !slot->unsplit && !slot->searches;
	group->requests += slot->requests;
	row->requests += slot->requests;
	group->unsplit += slot->unsplit;
	for (int i = 0; i < TOKEN_KINDS; i++) {
		group->tokens[i] += slot->tokens[i];
		row->tokens[i] += slot->tokens[i];
		if (resolution && resolution->state == PRICE_NOT_THEN)
			group->not_then += slot->tokens[i];
	}
	if (resolution && (!group->priced || resolution->state == PRICE_FOUND)) {
		group->resolution = *resolution;
		group->priced |= resolution->state == PRICE_FOUND;
	}
	if (cash)
		add_cost(group, row, cost);
}

static struct traffic_biller *
find_biller(struct traffic *traffic, struct slice biller)
{
	for (size_t i = 0; i < traffic->billers_n; i++)
		if (slice_eq(traffic->billers[i].biller, biller))
			return &traffic->billers[i];
	traffic->billers = xgrow(traffic->billers, &traffic->billers_size, traffic->billers_n,
		sizeof(*traffic->billers));
	traffic->billers[traffic->billers_n] = (struct traffic_biller){ .biller = biller };
	return &traffic->billers[traffic->billers_n++];
}

static void
set_currency(struct traffic_biller *biller, const char *currency)
{
	if (!biller->currency[0])
		memcpy(biller->currency, currency, 3);
	biller->mixed |= strncmp(biller->currency, currency, 3) != 0;
}

static void
add_money(struct traffic *traffic, const struct month *month, const struct slot *slot,
	unsigned counted, const struct cost *cost)
{
	struct slice currency = month->key->text[KEY_CURRENCY];
	if (counted & COUNT_MONEY && month->total.with_billed > 0) {
		struct traffic_biller *to = find_biller(traffic, month->key->text[KEY_BILLER]);
		set_currency(to, currency.n == 3 ? currency.p : "USD");
		to->billed += slot->billed;
	}
	if (counted & COUNT_TOKENS && !(counted & COUNT_UNBILLED) && cost->currency[0] &&
		is_cash(traffic, month, slot)) {
		struct traffic_biller *to = find_biller(traffic, month->key->text[KEY_BILLER]);
		set_currency(to, cost->currency);
		to->low += cost->low;
		to->high += cost->high;
	}
}

static void
take_slot(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	struct traffic *traffic = arg;
	add_money(traffic, month, slot, counted, cost);
	if (counted & COUNT_WORKLOAD)
		add_slot(traffic, month, slot, workload, cost, resolution);
}

/* The price alone decides what is one sum. */
static int64_t
no_limit(void *arg, const struct month *month, int64_t start)
{
	(void)arg;
	(void)month;
	(void)start;
	return INT64_MAX;
}

/* ---- days ---- */

static int
by_group_and_day(const void *left, const void *right)
{
	const struct traffic_day *a = left, *b = right;
	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return (a->day > b->day) - (a->day < b->day);
}

static void
order_days(struct traffic *traffic)
{
	size_t n = traffic->days_n;
	free(traffic->day_index);
	traffic->day_index = NULL;
	if (n)
		qsort(traffic->days, n, sizeof(*traffic->days), by_group_and_day);
	for (size_t i = 0; i < n; i++) {
		struct traffic_day *day = &traffic->days[i];
		struct traffic_group *group = &traffic->groups[day->group];
		group->day = group->days_n++ ? group->day : i;
		day->weight = traffic_weight(day->tokens);
		for (int k = 0; k < TOKEN_OUTPUT; k++)
			day->input += day->tokens[k];
	}
}

/* ---- taps ---- */

static void
add_tap(struct traffic *traffic, const struct source *source, const struct key *key,
	const struct tap *tap)
{
	struct key pooled = key_collapse(key, traffic->pool->collapsed);
	uint32_t id = keys_intern(&traffic->pool->keys, &pooled);
	struct traffic_month *month = traffic_find(traffic, id, tap->month);
	if (!month)
		return;
	struct traffic_tap *to = &month->taps[tap->kind];
	to->count += tap->count;
	for (int i = 0; i < TOKEN_KINDS; i++)
		to->tokens[i] += tap->tokens[i];
	if (tap->kind != TAP_TOP)
		return;
	traffic->tops =
		xgrow(traffic->tops, &traffic->tops_size, traffic->tops_n, sizeof(*traffic->tops));
	traffic->tops[traffic->tops_n++] =
		(struct traffic_top){ (size_t)(month - traffic->months), source, *tap };
}

bool
traffic_taps(struct traffic *traffic, const struct sources *sources, struct ledger *ledger,
	struct err *err)
{
	static const enum tap_kind wanted[] = { TAP_TOP, TAP_FALLBACK, TAP_REPEAT,
		TAP_REPEAT_CHANCE, TAP_RETRY, TAP_RETRY_CHANCE, TAP_FALLBACK_CHANCE };
	struct keys stored = { 0 };
	bool good = !ledger || ledger_load_keys(ledger, &stored, err);
	for (size_t i = 0; i < sources->n && good; i++) {
		const struct source *source = &sources->items[i];
		const struct keys *keys = source->folded ? &source->folded->keys : &stored;
		struct taps loaded = { 0 };
		const struct taps *taps = source->folded ? &source->folded->taps : &loaded;
		for (size_t k = 0; !source->folded && k < HL_COUNT(wanted) && good; k++)
			good = ledger &&
			       ledger_load_taps(ledger, source->id, wanted[k], &loaded, err);
		for (size_t k = 0; k < taps->n && good; k++)
			if (taps->items[k].key < keys->n && taps->items[k].kind != TAP_FLOOR)
				add_tap(traffic, source, &keys->items[taps->items[k].key],
					&taps->items[k]);
		taps_free(&loaded);
	}
	keys_free(&stored);
	return good;
}

void
traffic_audit(struct traffic *traffic, struct pool *pool, const struct audit_options *options,
	struct audit *audit)
{
	struct audit_options hooked = *options;
	*traffic = (struct traffic){ .without_days = traffic->without_days,
		.options = options,
		.pool = pool,
		.keys_n = pool->keys.n,
		.of_key = xcalloc(pool->keys.n + 1, sizeof(*traffic->of_key)) };
	hooked.each = take_slot;
	hooked.each_arg = traffic;
	hooked.until = no_limit;
	audit_run(audit, pool, &hooked);
	traffic->options = NULL; /* lived as long as this call */
	order_days(traffic);
	for (size_t i = 0; i < traffic->months_n; i++) {
		struct traffic_month *month = &traffic->months[i];
		traffic->groups[month->group].reasoning += traffic_share(month->reasoning,
			month->own_tokens[TOKEN_OUTPUT], month->tokens[TOKEN_OUTPUT]);
	}
}

void
traffic_free(struct traffic *traffic)
{
	free(traffic->months);
	free(traffic->of_key);
	free(traffic->groups);
	free(traffic->days);
	free(traffic->tops);
	free(traffic->billers);
	arena_free(&traffic->arena);
	*traffic = (struct traffic){ 0 };
}
