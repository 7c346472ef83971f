/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/bin.h"

#include "base/radix.h"
#include "base/when.h"

#include <stdlib.h>

enum {
	S_ONE = 1 << 0,    /* exactly one request, nothing uncounted */
	S_MORE = 1 << 6,   /* a second mask follows; bits 1..5: token kinds */
	S2_REQUESTS = 1 << 0,
	S2_UNCOUNTED = 1 << 1,
	S2_UNSPLIT = 1 << 2,
	S2_SEARCHES = 1 << 3,
	S2_BILLED = 1 << 4,
	SLOT_BITS = 11,    /* 1488 half hours in the longest month */
};

void
slot_pack(struct str *out, const struct slot *slot, int last_index)
{
	unsigned char buf[256];
	size_t n = pack_u64(buf, (uint64_t)(slot->index - last_index));
	bool one = slot->requests == 1 && slot->uncounted == 0;
	unsigned more = (one || !slot->requests ? 0 : S2_REQUESTS) | (slot->uncounted ? S2_UNCOUNTED : 0) |
		(slot->unsplit ? S2_UNSPLIT : 0) | (slot->searches ? S2_SEARCHES : 0) | (slot->billed ? S2_BILLED : 0);
	unsigned mask = (one ? S_ONE : 0) | (more ? S_MORE : 0);
	for (int i = 0; i < TOKEN_KINDS; i++)
		mask |= slot->tokens[i] ? 2u << i : 0;
	buf[n++] = (unsigned char)mask;
	if (more)
		buf[n++] = (unsigned char)more;
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (slot->tokens[i])
			n += pack_i64(buf + n, slot->tokens[i]);
	if (more & S2_REQUESTS)
		n += pack_i64(buf + n, slot->requests);
	if (more & S2_UNCOUNTED)
		n += pack_i64(buf + n, slot->uncounted);
	if (more & S2_UNSPLIT)
		n += pack_i64(buf + n, slot->unsplit);
	if (more & S2_SEARCHES)
		n += pack_i64(buf + n, slot->searches);
	if (more & S2_BILLED)
		n += pack_femto(buf + n, slot->billed);
	str_add(out, (const char *)buf, n);
}

bool
slot_next(struct unpack *in, struct slot *slot)
{
	if (in->p >= in->end || in->bad)
		return false;
	uint64_t step = unpack_u64(in);
	in->bad |= step >= 1 << SLOT_BITS;
	int index = slot->index + (int)(step & ((1 << SLOT_BITS) - 1));
	unsigned mask = (unsigned)unpack_u64(in), more = mask & S_MORE ? (unsigned)unpack_u64(in) : 0;
	*slot = (struct slot){ .index = index, .requests = mask & S_ONE ? 1 : 0 };
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (mask & 2u << i)
			slot->tokens[i] = unpack_i64(in);
	if (more & S2_REQUESTS)
		slot->requests = unpack_i64(in);
	if (more & S2_UNCOUNTED)
		slot->uncounted = unpack_i64(in);
	if (more & S2_UNSPLIT)
		slot->unsplit = unpack_i64(in);
	if (more & S2_SEARCHES)
		slot->searches = unpack_i64(in);
	if (more & S2_BILLED)
		slot->billed = unpack_femto(in);
	return !in->bad;
}

static void
add_measure(struct bin *bin, const struct measure *measure, int64_t weight)
{
	struct measure_sum *sum = NULL;
	for (int i = 0; i < bin->measures_n; i++)
		if (bin->measures[i].kind == measure->kind)
			sum = &bin->measures[i];
	if (!sum) {
		if (bin->measures_n == (int)HL_COUNT(bin->measures))
			return;
		sum = &bin->measures[bin->measures_n++];
		*sum = (struct measure_sum){ .kind = measure->kind, .min = measure->amount, .max = measure->amount };
	}
	sum->n += weight;
	sum->sum += measure->amount * weight;
	sum->min = measure->amount < sum->min ? measure->amount : sum->min;
	sum->max = measure->amount > sum->max ? measure->amount : sum->max;
}

/* Where an entry belongs. */
struct place {
	int month, index;
};

static struct place
place_of(const struct entry *entry, int *month, int64_t *month_start, int64_t *month_end)
{
	if (!entry->timed)
		return (struct place){ MONTH_NONE, 0 };
	if (entry->second < *month_start || entry->second >= *month_end) {
		*month = when_month(entry->second * NS_PER_SECOND);
		*month_start = when_month_start(*month) / NS_PER_SECOND;
		*month_end = when_month_start(*month + 1) / NS_PER_SECOND;
	}
	return (struct place){ *month, (int)((entry->second - *month_start) / SLOT_SECONDS) };
}

/* Finds (or makes) the bin of a key and month. */
struct finder {
	struct bins *bins;
	uint32_t *index;
	size_t size;
};

static size_t
bin_hash(uint32_t key, int month, size_t size)
{
	uint64_t h = ((uint64_t)key << 32 | (uint32_t)month) * 0x9E3779B97F4A7C15ull;
	return (size_t)(h >> 20) & (size - 1);
}

static void
finder_grow(struct finder *finder)
{
	free(finder->index);
	finder->size = finder->size ? finder->size * 2 : 1024;
	finder->index = xcalloc(finder->size, sizeof(*finder->index));
	for (size_t i = 0; i < finder->bins->n; i++) {
		size_t at = bin_hash(finder->bins->items[i].key, finder->bins->items[i].month, finder->size);
		while (finder->index[at])
			at = (at + 1) & (finder->size - 1);
		finder->index[at] = (uint32_t)i + 1;
	}
}

static uint32_t
find_bin(struct finder *finder, uint32_t key, int month)
{
	struct bins *bins = finder->bins;
	if ((bins->n + 1) * 2 > finder->size)
		finder_grow(finder);
	size_t at = bin_hash(key, month, finder->size);
	for (; finder->index[at]; at = (at + 1) & (finder->size - 1)) {
		const struct bin *bin = &bins->items[finder->index[at] - 1];
		if (bin->key == key && bin->month == month)
			return finder->index[at] - 1;
	}
	bins->items = xgrow(bins->items, &bins->size, bins->n, sizeof(*bins->items));
	bins->items[bins->n] = (struct bin){ .key = key, .month = month, .first = INT64_MAX, .last = INT64_MIN,
		.first_line = UINT64_MAX };
	finder->index[at] = (uint32_t)bins->n + 1;
	return (uint32_t)bins->n++;
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

/* Sums the items of one bin, which stand together and in order of half hours. */
static void
fill_bin(struct bins *bins, struct bin *bin, const struct item *items, const uint64_t *places, size_t n,
	struct str *scratch, struct dist dists[DISTS])
{
	struct slot slot = { 0 };
	int last = 0;
	memset(dists, 0, DISTS * sizeof(*dists));
	str_clear(scratch);
	for (size_t i = 0; i < n; i++) {
		const struct item *item = &items[(uint32_t)places[i]];
		int index = (int)(places[i] >> 32 & ((1u << SLOT_BITS) - 1));
		struct unpack in = unpack_of(item->packed, item->size);
		struct entry entry;
		if (!entry_unpack(&in, &entry))
			continue;
		if (i > 0 && index != slot.index) {
			slot_pack(scratch, &slot, last);
			last = slot.index;
			slot = (struct slot){ .index = index };
		} else if (i == 0) {
			slot.index = index;
		}
		add_slot(&slot, &entry, item->count);
		add_entry(bin, &entry, item->count);
		add_dists(dists, &entry, item->count);
	}
	slot_pack(scratch, &slot, last);
	bin->slots = slice_copy(&bins->arena, str_as_slice(scratch));
	str_clear(scratch);
	if (bin->requests && bin->with_tokens)
		dists_pack(scratch, dists);
	bin->dists = slice_copy(&bins->arena, str_as_slice(scratch));
}

void
bins_build(struct bins *bins, const struct item *items, size_t n, const uint32_t *key_map)
{
	struct finder finder = { .bins = bins };
	uint64_t *places = xmalloc(n * sizeof(*places));
	int month = 0;
	int64_t start = 0, end = 0;
	size_t used = 0;
	for (size_t i = 0; i < n; i++) {
		struct unpack in = unpack_of(items[i].packed, items[i].size);
		struct entry entry;
		if (!entry_unpack(&in, &entry))
			continue;
		struct place place = place_of(&entry, &month, &start, &end);
		uint64_t bin = find_bin(&finder, key_map ? key_map[entry.key] : entry.key, place.month);
		places[used++] = bin << (32 + SLOT_BITS) | (uint64_t)place.index << 32 | i;
	}
	unsigned bits = SLOT_BITS;
	while (bins->n >> (bits - SLOT_BITS))
		bits++;
	radix_sort(places, used, 32, bits);
	struct str scratch = STR_INIT;
	struct dist *dists = xcalloc(DISTS, sizeof(*dists));
	for (size_t i = 0, from = 0; i < used; i++) {
		if (i + 1 < used && places[i + 1] >> (32 + SLOT_BITS) == places[from] >> (32 + SLOT_BITS))
			continue;
		struct bin *bin = &bins->items[places[from] >> (32 + SLOT_BITS)];
		fill_bin(bins, bin, items, places + from, i + 1 - from, &scratch, dists);
		from = i + 1;
	}
	str_free(&scratch);
	free(dists);
	free(places);
	free(finder.index);
}

void
bins_free(struct bins *bins)
{
	free(bins->items);
	arena_free(&bins->arena);
	*bins = (struct bins){ 0 };
}

void
bin_pack(struct str *out, const struct bin *bin)
{
	const int64_t numbers[] = { bin->records, bin->rows, bin->requests, bin->uncounted, bin->with_tokens,
		bin->with_billed, bin->first, bin->last, (int64_t)bin->first_line, (int64_t)bin->last_line };
	for (size_t i = 0; i < HL_COUNT(numbers); i++)
		str_pack_i64(out, numbers[i]);
	for (int i = 0; i < TOKEN_KINDS; i++)
		str_pack_i64(out, bin->tokens[i]);
	str_pack_femto(out, bin->billed);
	str_pack_u64(out, (uint64_t)bin->measures_n);
	for (int i = 0; i < bin->measures_n; i++) {
		str_pack_u64(out, bin->measures[i].kind);
		str_pack_i64(out, bin->measures[i].n);
		str_pack_femto(out, bin->measures[i].sum);
		str_pack_femto(out, bin->measures[i].min);
		str_pack_femto(out, bin->measures[i].max);
	}
}

bool
bin_unpack(struct slice packed, struct bin *bin)
{
	struct unpack in = unpack_of(packed.p, packed.n);
	int64_t first_line = 0, last_line = 0;
	int64_t *numbers[] = { &bin->records, &bin->rows, &bin->requests, &bin->uncounted, &bin->with_tokens,
		&bin->with_billed, &bin->first, &bin->last, &first_line, &last_line };
	for (size_t i = 0; i < HL_COUNT(numbers); i++)
		*numbers[i] = unpack_i64(&in);
	bin->first_line = (uint64_t)first_line;
	bin->last_line = (uint64_t)last_line;
	for (int i = 0; i < TOKEN_KINDS; i++)
		bin->tokens[i] = unpack_i64(&in);
	bin->billed = unpack_femto(&in);
	uint64_t n = unpack_u64(&in);
	bin->measures_n = 0;
	for (uint64_t i = 0; i < n && i < HL_COUNT(bin->measures) && !in.bad; i++) {
		struct measure_sum *sum = &bin->measures[bin->measures_n++];
		uint64_t kind = unpack_u64(&in);
		in.bad |= kind >= MEASURES;
		*sum = (struct measure_sum){ .kind = (enum measure_kind)kind, .n = unpack_i64(&in) };
		sum->sum = unpack_femto(&in);
		sum->min = unpack_femto(&in);
		sum->max = unpack_femto(&in);
	}
	return !in.bad;
}
