/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/bin.h"

#include <stdlib.h>

enum {
	S_ONE = 1 << 0,  /* exactly one request, nothing uncounted */
	S_MORE = 1 << 6, /* a second mask follows; bits 1..5: token kinds */
	S2_REQUESTS = 1 << 0,
	S2_UNCOUNTED = 1 << 1,
	S2_UNSPLIT = 1 << 2,
	S2_SEARCHES = 1 << 3,
	S2_BILLED = 1 << 4,
	SLOT_BITS = 11,  /* 1488 half hours in the longest month */
	SLOT_MOST = 256, /* bytes of a packed one */
};

void
slot_pack(struct str *out, const struct slot *slot, int last_index)
{
	unsigned char *buf = (unsigned char *)str_reserve(out, SLOT_MOST);
	size_t n = pack_u64(buf, (uint64_t)(slot->index - last_index));
	bool one = slot->requests == 1 && slot->uncounted == 0;
	unsigned more = (one || !slot->requests ? 0 : S2_REQUESTS) |
			(slot->uncounted ? S2_UNCOUNTED : 0) | (slot->unsplit ? S2_UNSPLIT : 0) |
			(slot->searches ? S2_SEARCHES : 0) | (slot->billed ? S2_BILLED : 0);
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
	str_took(out, n);
}

/* What a damaged ledger may say is kept from sums that it could overflow: that of a number is 0 when shifted by
 * LOADS_BITS, and so is that of several. */
enum { LOADS_BITS = 57 };
_Static_assert((uint64_t)1 << (LOADS_BITS - 1) == LOADS_MOST, "a number is below LOADS_MOST");

static inline uint64_t
size_of(int64_t number)
{
	return (uint64_t)number + LOADS_MOST;
}

static inline bool
is_amount(femto_t value)
{
	return value >> 110 == 0 || value >> 110 == -1;
}

bool
slot_next(struct unpack *in, struct slot *slot)
{
	if (in->p >= in->end || in->bad)
		return false;
	uint64_t step = unpack_u64(in);
	in->bad |= step >= 1 << SLOT_BITS;
	int index = slot->index + (int)(step & ((1 << SLOT_BITS) - 1));
	unsigned mask = (unsigned)unpack_u64(in),
		 more = mask & S_MORE ? (unsigned)unpack_u64(in) : 0;
	uint64_t sizes = 0;
	*slot = (struct slot){ .index = index, .requests = mask & S_ONE ? 1 : 0 };
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (mask & 2u << i)
			sizes |= size_of(slot->tokens[i] = unpack_i64(in));
	if (more & S2_REQUESTS)
		sizes |= size_of(slot->requests = unpack_i64(in));
	if (more & S2_UNCOUNTED)
		sizes |= size_of(slot->uncounted = unpack_i64(in));
	if (more & S2_UNSPLIT)
		sizes |= size_of(slot->unsplit = unpack_i64(in));
	if (more & S2_SEARCHES)
		sizes |= size_of(slot->searches = unpack_i64(in));
	if (more & S2_BILLED)
		slot->billed = unpack_femto(in);
	in->bad |= index >= MONTH_SLOTS || sizes >> LOADS_BITS || !is_amount(slot->billed);
	return !in->bad;
}

/* One byte for a single request within the hour after the last one. */
void
minute_pack(struct str *out, int index, int64_t requests, int *last)
{
	uint64_t step = (uint64_t)(index - *last);
	*last = index;
	str_pack_u64(out, step << 1 | (requests != 1));
	if (requests != 1)
		str_pack_i64(out, requests);
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
	const int64_t numbers[] = { bin->records, bin->rows, bin->requests, bin->uncounted,
		bin->with_tokens, bin->with_billed, bin->first, bin->last, (int64_t)bin->first_line,
		(int64_t)bin->last_line };
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

static bool
is_sane(const struct bin *bin)
{
	uint64_t sizes = size_of(bin->records) | size_of(bin->rows) | size_of(bin->requests) |
			 size_of(bin->uncounted) | size_of(bin->with_tokens) |
			 size_of(bin->with_billed);
	bool sane = is_amount(bin->billed);
	for (int i = 0; i < TOKEN_KINDS; i++)
		sizes |= size_of(bin->tokens[i]);
	for (int i = 0; i < bin->measures_n; i++) {
		const struct measure_sum *sum = &bin->measures[i];
		sizes |= size_of(sum->n);
		sane &= is_amount(sum->sum) && is_amount(sum->min) && is_amount(sum->max);
	}
	return sane && sizes >> LOADS_BITS == 0;
}

bool
bin_unpack(struct slice packed, struct bin *bin, struct arena *arena)
{
	struct unpack in = unpack_of(packed.p, packed.n);
	int64_t first_line = 0, last_line = 0;
	int64_t *numbers[] = { &bin->records, &bin->rows, &bin->requests, &bin->uncounted,
		&bin->with_tokens, &bin->with_billed, &bin->first, &bin->last, &first_line,
		&last_line };
	for (size_t i = 0; i < HL_COUNT(numbers); i++)
		*numbers[i] = unpack_i64(&in);
	bin->first_line = (uint64_t)first_line;
	bin->last_line = (uint64_t)last_line;
	for (int i = 0; i < TOKEN_KINDS; i++)
		bin->tokens[i] = unpack_i64(&in);
	bin->billed = unpack_femto(&in);
	uint64_t n = unpack_u64(&in);
	n = n < BIN_MEASURES ? n : BIN_MEASURES;
	bin->measures_n = 0;
	bin->measures = n && !in.bad ? arena_take(arena, n * sizeof(*bin->measures)) : NULL;
	for (uint64_t i = 0; i < n && !in.bad; i++) {
		struct measure_sum *sum = &bin->measures[bin->measures_n++];
		uint64_t kind = unpack_u64(&in);
		in.bad |= kind >= MEASURES;
		*sum = (struct measure_sum){ .kind = (enum measure_kind)kind,
			.n = unpack_i64(&in) };
		sum->sum = unpack_femto(&in);
		sum->min = unpack_femto(&in);
		sum->max = unpack_femto(&in);
	}
	return !in.bad && is_sane(bin);
}
