/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/fill.h"

#include <stdlib.h>

#include "base/err.h"
#include "base/radix.h"
#include "base/when.h"

void
filler_init(struct filler *filler, const struct blocks *blocks, const struct watch *watch)
{
	*filler = (struct filler){ .blocks = blocks,
		.watcher = { .watch = watch },
		.dists = xcalloc(DISTS, sizeof(*filler->dists)) };
}

void
filler_end(struct filler *filler, struct arena *arena)
{
	arena_join(arena, &filler->arena);
	if (filler->watcher.watch)
		watcher_join(&filler->watcher);
	str_free(&filler->slots);
	str_free(&filler->minutes);
	free(filler->dists);
	free(filler->room);
}

/* In order of their kinds; of more than there is room for the first ones, so that no order decides. */
static void
add_measure(struct bin *bin, const struct measure *measure, int64_t weight)
{
	int at = 0;
	while (at < bin->measures_n && bin->measures[at].kind < measure->kind)
		at++;
	struct measure_sum *sum = &bin->measures[at];
	if (at == BIN_MEASURES)
		return;
	if (at == bin->measures_n || sum->kind != measure->kind) {
		bin->measures_n -= bin->measures_n == BIN_MEASURES;
		memmove(sum + 1, sum, (size_t)(bin->measures_n++ - at) * sizeof(*sum));
		*sum = (struct measure_sum){
			.kind = measure->kind, .min = measure->amount, .max = measure->amount
		};
	}
	sum->n += weight;
	sum->sum += measure->amount * weight;
	sum->min = measure->amount < sum->min ? measure->amount : sum->min;
	sum->max = measure->amount > sum->max ? measure->amount : sum->max;
}

static void
add_entry(struct bin *bin, const struct entry *entry, int64_t weight)
{
	bin->records += weight;
	bin->rows += entry->rows * weight;
	bin->requests += entry->requests >= 0 ? entry->requests * weight : 0;
	bin->uncounted += entry->requests < 0 ? weight : 0;
	bin->with_tokens += entry->has_tokens ? weight : 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		bin->tokens[i] += entry->tokens[i] * weight;
	bin->with_billed += entry->has_billed ? weight : 0;
	if (entry->has_billed)
		bin->billed += entry->billed * weight;
	if (entry->timed) {
		bin->first = entry->second < bin->first ? entry->second : bin->first;
		bin->last = entry->second > bin->last ? entry->second : bin->last;
	}
	bin->first_line = entry->line < bin->first_line ? entry->line : bin->first_line;
	bin->last_line = entry->line > bin->last_line ? entry->line : bin->last_line;
	for (int i = 0; i < entry->measures_n; i++)
		add_measure(bin, &entry->measures[i], weight);
}

static void
add_slot(struct slot *slot, const struct entry *entry, int64_t weight)
{
	slot->requests += entry->requests >= 0 ? entry->requests * weight : 0;
	slot->uncounted += entry->requests < 0 ? weight : 0;
	for (int i = 0; i < TOKEN_KINDS; i++)
		slot->tokens[i] += entry->tokens[i] * weight;
	if (entry->has_billed)
		slot->billed += entry->billed * weight;
	for (int i = 0; i < entry->measures_n; i++) {
		int64_t amount = (int64_t)(entry->measures[i].amount / FEMTO_PER_UNIT) * weight;
		if (entry->measures[i].kind == MEASURE_UNSPLIT)
			slot->unsplit += amount;
		else if (entry->measures[i].kind == MEASURE_WEB_SEARCH)
			slot->searches += amount;
	}
}

static void
add_dists(struct dist dists[DISTS], const struct entry *entry, int64_t weight)
{
	if (entry->requests != 1 || !entry->has_tokens)
		return;
	int64_t prompt = 0;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		prompt += entry->tokens[i];
	dists[DIST_CONTEXT].counts[dist_class(prompt)] += weight;
	dists[DIST_OUTPUT].counts[dist_class(entry->tokens[TOKEN_OUTPUT])] += weight;
	if (entry->latency_ms >= 0)
		dists[DIST_LATENCY].counts[dist_class(entry->latency_ms)] += weight;
}

/* Places of a month in order of their seconds, which they now hold above the reference. */
static void
order_places(struct filler *filler, uint64_t *places, size_t n, int64_t start)
{
	if (n > filler->room_n) {
		free(filler->room);
		filler->room_n = n + n / 2;
		filler->room = xmalloc(filler->room_n * sizeof(*filler->room));
	}
	uint64_t most = 0;
	for (size_t i = 0; i < n; i++) {
		if (i + FILL_AHEAD < n)
			__builtin_prefetch(
				blocks_ref(filler->blocks, places[i + FILL_AHEAD] & REF_MASK));
		uint64_t ref = places[i] & REF_MASK;
		const struct entry_head head = entry_peek(blocks_ref(filler->blocks, ref));
		uint64_t second = head.timed ? (uint64_t)(head.second - start) : 0;
		most = second > most ? second : most;
		places[i] = second << REF_BITS | ref;
	}
	unsigned bits = 0;
	while (most >> bits)
		bits++;
	radix_sort_in(places, filler->room, n, REF_BITS, bits);
}

static void
end_slot(struct filler *filler)
{
	slot_pack(&filler->slots, &filler->slot, filler->last_slot);
	filler->last_slot = filler->slot.index;
}

static void
end_minute(struct filler *filler)
{
	if (filler->in_minute)
		minute_pack(
			&filler->minutes, filler->minute, filler->in_minute, &filler->last_minute);
	filler->in_minute = 0;
}

/* Later entries come: what is as long as a half hour, a minute or a second may be at its end. */
static void
go_on(struct filler *filler, int64_t second, bool first)
{
	int slot = (int)(second / SLOT_SECONDS), minute = (int)(second / 60);
	if (!first && slot != filler->slot.index) {
		end_slot(filler);
		filler->slot = (struct slot){ .index = slot };
	}
	if (!first && minute != filler->minute)
		end_minute(filler);
	filler->slot.index = slot;
	filler->minute = minute;
	if (filler->watcher.moment.n && !first)
		watcher_see(&filler->watcher);
}

static void
begin_bin(struct filler *filler, struct bin *bin)
{
	bin->first = INT64_MAX;
	bin->last = INT64_MIN;
	bin->first_line = UINT64_MAX;
	bin->measures = filler->measures;
	bin->measures_n = 0;
	memset(filler->dists, 0, DISTS * sizeof(*filler->dists));
	str_clear(&filler->slots);
	str_clear(&filler->minutes);
	filler->slot = (struct slot){ 0 };
	filler->last_slot = filler->last_minute = 0;
	filler->in_minute = 0;
	if (filler->watcher.watch)
		watcher_begin(&filler->watcher, bin->key, bin->month);
}

static void
end_bin(struct filler *filler, struct bin *bin)
{
	end_slot(filler);
	end_minute(filler);
	if (filler->watcher.watch)
		watcher_end(&filler->watcher);
	bin->slots = slice_copy(&filler->arena, str_as_slice(&filler->slots));
	bin->minutes = slice_copy(&filler->arena, str_as_slice(&filler->minutes));
	bin->minutes_known = true;
	bin->measures = NULL;
	if (bin->measures_n) {
		size_t size = (size_t)bin->measures_n * sizeof(*bin->measures);
		bin->measures = memcpy(arena_take(&filler->arena, size), filler->measures, size);
	}
	str_clear(&filler->slots);
	if (bin->requests && bin->with_tokens)
		dists_pack(&filler->slots, filler->dists);
	bin->dists = slice_copy(&filler->arena, str_as_slice(&filler->slots));
}

void
fill_bin(struct filler *filler, struct bin *bin, uint64_t *places, size_t n)
{
	struct entry *entry = &filler->entry;
	int64_t start = bin->month == MONTH_NONE ? 0 : when_month_start(bin->month) / NS_PER_SECOND;
	const struct watch *watch = filler->watcher.watch;
	bool watched = watch && bin->month != MONTH_NONE && watch->keys[bin->key].ordered;
	begin_bin(filler, bin);
	order_places(filler, places, n, start);
	for (size_t i = 0; i < n; i++) {
		if (i + FILL_AHEAD < n)
			__builtin_prefetch(
				blocks_ref(filler->blocks, places[i + FILL_AHEAD] & REF_MASK));
		struct unpack in =
			unpack_of(blocks_ref(filler->blocks, places[i] & REF_MASK), BLOCK_BYTES);
		if (!entry_unpack(&in, entry))
			BUG("an entry that cannot be unpacked");
		int64_t weight = unpack_i64(&in);
		if (i == 0 || places[i] >> REF_BITS != places[i - 1] >> REF_BITS)
			go_on(filler, (int64_t)(places[i] >> REF_BITS), i == 0);
		add_slot(&filler->slot, entry, weight);
		add_entry(bin, entry, weight);
		add_dists(filler->dists, entry, weight);
		filler->in_minute += entry->timed && entry->requests == 1 ? weight : 0;
		if (watched)
			moment_add(&filler->watcher.moment, entry, bin->key);
	}
	end_bin(filler, bin);
}
