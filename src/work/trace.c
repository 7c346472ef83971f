/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/trace.h"

#include <stdlib.h>

#include "base/when.h"

static bool
is_wanted(const struct trace *trace, const struct month *month, unsigned counted,
	struct slice workload)
{
	const struct trace_target *target = &trace->target;
	struct slice model = month->key->text[KEY_RESPONSE_MODEL].n
				     ? month->key->text[KEY_RESPONSE_MODEL]
				     : month->key->text[KEY_ITEM];
	switch (target->what) {
	case TRACE_TOTAL:
		return counted & (COUNT_TOKENS | COUNT_MONEY);
	case TRACE_WORKLOAD:
		return counted & COUNT_WORKLOAD && slice_eq(workload, target->name) &&
		       (!target->model.n || slice_eq(model, target->model));
	case TRACE_MODEL:
		return counted & (COUNT_TOKENS | COUNT_MONEY) && slice_eq(model, target->name) &&
		       (!target->biller.n ||
			       slice_eq(month->key->text[KEY_BILLER], target->biller));
	}
	return false;
}

static void
add_price(struct trace *trace, const struct month *month, const struct price_row *row,
	enum token_kind kind, int modifier, int64_t tokens, struct slice rule)
{
	struct slice model = month->key->text[KEY_RESPONSE_MODEL];
	struct trace_price *to = NULL;
	for (size_t i = 0; i < trace->prices_n && !to; i++) {
		struct trace_price *at = &trace->prices[i];
		if (at->row == row && at->kind == kind && at->modifier == modifier &&
			slice_eq(at->model, model))
			to = at;
	}
	if (!to) {
		trace->prices = xgrow(trace->prices, &trace->prices_size, trace->prices_n,
			sizeof(*trace->prices));
		to = &trace->prices[trace->prices_n++];
		*to = (struct trace_price){
			.row = row, .kind = kind, .model = model, .rule = rule, .modifier = modifier
		};
	}
	to->tokens += tokens;
	to->amount += row ? (femto_t)tokens * row->picos * modifier : 0;
}

/* Has it entries before or after the period?  Which lines they are is not kept. */
static bool
is_beyond(const struct trace *trace, const struct bin *bin)
{
	return trace->period && bin->month != MONTH_NONE &&
	       (bin->first * NS_PER_SECOND < trace->period->start ||
		       bin->last * NS_PER_SECOND >= trace->period->end);
}

/* A month is met once for each of its half hours; its files are noted the first time. */
static void
add_sources(struct trace *trace, const struct month *month)
{
	if (trace->last_month && trace->last_key == month->key_id &&
		trace->last_number == month->number)
		return;
	trace->last_month = month;
	trace->last_key = month->key_id;
	trace->last_number = month->number;
	for (size_t i = 0; i < month->bins_n; i++) {
		const struct pool_bin *bin = &month->bins[i];
		struct trace_source *to = NULL;
		for (size_t k = 0; k < trace->sources_n && !to; k++)
			if (trace->sources[k].source == bin->source)
				to = &trace->sources[k];
		if (!to) {
			trace->sources = xgrow(trace->sources, &trace->sources_size,
				trace->sources_n, sizeof(*trace->sources));
			to = &trace->sources[trace->sources_n++];
			*to = (struct trace_source){ .source = bin->source,
				.first_line = UINT64_MAX };
		}
		trace->beyond |= bin->source && is_beyond(trace, bin->bin);
		to->records += bin->bin->records;
		to->billed += bin->bin->billed;
		to->first_line = bin->bin->first_line < to->first_line ? bin->bin->first_line
								       : to->first_line;
		to->last_line =
			bin->bin->last_line > to->last_line ? bin->bin->last_line : to->last_line;
	}
}

/* Only what is few is ever listed line by line. */
static void
add_spot(struct trace *trace, const struct month *month, const struct slot *slot)
{
	trace->spots_full |= trace->spots_n == SPOTS_MOST;
	if (!trace->spots_full)
		trace->spots[trace->spots_n++] =
			(struct trace_spot){ month->key_id, month->number, slot->index };
}

void
trace_each(void *arg, const struct month *month, const struct slot *slot, unsigned counted,
	struct slice workload, const struct cost *cost, const struct resolution *resolution)
{
	struct trace *trace = arg;
	if (!is_wanted(trace, month, counted, workload))
		return;
	add_sources(trace, month);
	add_spot(trace, month, slot);
	trace->billed += counted & COUNT_MONEY ? slot->billed : 0;
	/* a log whose money counts in the total may leave its tokens to the usage export */
	if (trace->target.what != TRACE_WORKLOAD && !(counted & COUNT_TOKENS))
		return;
	trace->low += cost->low;
	trace->high += cost->high;
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		if (slot->tokens[kind])
			add_price(trace, month, cost->rows[kind], (enum token_kind)kind,
				cost->modifier ? cost->modifier : 1000, slot->tokens[kind],
				resolution ? resolution->rule : SLICE(""));
}

void
trace_free(struct trace *trace)
{
	free(trace->prices);
	free(trace->sources);
}

/* ---- the largest requests ---- */

static bool
key_is_wanted(const struct trace_target *target, const struct workload_rules *rules,
	const struct key *key)
{
	switch (target->what) {
	case TRACE_TOTAL:
		return true;
	case TRACE_WORKLOAD:
		return slice_eq(workload_name(rules, key), target->name) &&
		       (!target->model.n || slice_eq(key->text[KEY_RESPONSE_MODEL], target->model));
	case TRACE_MODEL:
		return slice_eq(key->text[KEY_RESPONSE_MODEL], target->name);
	}
	return false;
}

static int64_t
size_of(const struct tap *tap)
{
	int64_t sum = 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sum += tap->tokens[i];
	return sum;
}

static int
by_size(const void *left, const void *right)
{
	const struct trace_request *a = left, *b = right;
	int64_t x = size_of(&a->tap), y = size_of(&b->tap);
	if (x != y)
		return x > y ? -1 : 1;
	return (a->tap.second > b->tap.second) - (a->tap.second < b->tap.second);
}

static void
add_tops(const struct trace_target *target, const struct workload_rules *rules,
	const struct source *source, const struct keys *keys, const struct taps *taps,
	struct trace_requests *out)
{
	for (size_t i = 0; i < taps->n; i++) {
		const struct tap *tap = &taps->items[i];
		if (tap->kind != TAP_TOP || tap->key >= keys->n ||
			!key_is_wanted(target, rules, &keys->items[tap->key]))
			continue;
		out->items = xgrow(out->items, &out->size, out->n, sizeof(*out->items));
		struct slice model =
			slice_copy(&out->arena, keys->items[tap->key].text[KEY_RESPONSE_MODEL]);
		out->items[out->n++] = (struct trace_request){ source, model, *tap };
	}
}

bool
trace_largest(const struct trace_target *target, const struct workload_rules *rules,
	const struct sources *sources, struct ledger *ledger, struct trace_requests *out,
	struct err *err)
{
	struct keys stored = { 0 };
	bool good = !ledger || ledger_load_keys(ledger, &stored, err);
	*out = (struct trace_requests){ 0 };
	for (size_t i = 0; i < sources->n && good; i++) {
		const struct source *source = &sources->items[i];
		struct taps loaded = { 0 };
		if (!source->folded)
			good = ledger_load_taps(ledger, source->id, TAP_TOP, &loaded, err);
		add_tops(target, rules, source, source->folded ? &source->folded->keys : &stored,
			source->folded ? &source->folded->taps : &loaded, out);
		taps_free(&loaded);
	}
	if (out->n)
		qsort(out->items, out->n, sizeof(*out->items), by_size);
	keys_free(&stored);
	return good;
}

void
trace_requests_free(struct trace_requests *requests)
{
	free(requests->items);
	arena_free(&requests->arena);
}
