/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/page.h"

#include "base/err.h"

/*
 * An entry on a page, in some twenty bytes: the difference of the identity's first 64
 * bits to the entry before, the 8 bits behind them, the key, a byte of flags with the
 * kinds of tokens there are, the difference of the time to the entry before, the
 * tokens, and the latency as the number of its class.  What few entries have comes
 * behind a second byte of flags.  The line is left out.
 */
enum {
	P_TOKENS = (1 << TOKEN_KINDS) - 1,
	P_TIMED = 1 << 5,
	P_LATENCY = 1 << 6,
	P_RARE = 1 << 7, /* a second byte follows */
	R_NO_TOKENS = 1 << 0,
	R_BILLED = 1 << 1,
	R_LESSER = 1 << 2,
	R_REQUESTS = 1 << 3,
	R_TWIN = 1 << 4,
	R_TTFT = 1 << 5,
	R_ROWS = 1 << 6,
	R_MEASURES = 1 << 7,
};
_Static_assert(TOKEN_KINDS == 5 && DIST_ENDS <= 256, "the layout of a page");

static unsigned
rare_flags(const struct entry *entry)
{
	return (entry->has_tokens ? 0u : R_NO_TOKENS) | (entry->has_billed ? R_BILLED : 0u) |
	       (entry->lesser ? R_LESSER : 0u) | (entry->requests != 1 ? R_REQUESTS : 0u) |
	       (entry->twin ? R_TWIN : 0u) | (entry->ttft_ms >= 0 ? R_TTFT : 0u) |
	       (entry->rows != 1 ? R_ROWS : 0u) | (entry->measures_n ? R_MEASURES : 0u);
}

static size_t
pack_rare(unsigned char *out, const struct entry *entry, unsigned rare, int64_t count)
{
	size_t n = 0;
	if (rare & R_BILLED)
		n += pack_femto(out + n, entry->billed);
	if (rare & R_REQUESTS)
		n += pack_i64(out + n, entry->requests);
	if (rare & R_TWIN)
		n += pack_u64(out + n, (uint64_t)count);
	if (rare & R_TTFT)
		n += pack_u64(out + n, (uint64_t)entry->ttft_ms);
	if (rare & R_ROWS)
		n += pack_i64(out + n, entry->rows);
	if (rare & R_MEASURES)
		out[n++] = (unsigned char)entry->measures_n;
	for (int i = 0; i < entry->measures_n; i++) {
		out[n++] = (unsigned char)entry->measures[i].kind;
		n += pack_femto(out + n, entry->measures[i].amount);
	}
	return n;
}

void
page_add(struct str *page, const struct item *item, const struct entry *entry,
	const uint32_t *key_map, struct page_last *last)
{
	unsigned char bytes[ENTRY_MOST];
	unsigned rare = rare_flags(entry),
		 flags = (entry->timed ? P_TIMED : 0) | (rare ? P_RARE : 0);
	flags |= entry->latency_ms >= 0 ? P_LATENCY : 0;
	size_t n = pack_u64(bytes, item->id.high - last->id.high);
	bytes[n++] = (unsigned char)(item->id.low >> 56);
	n += pack_u64(bytes + n, key_map[entry->key]);
	unsigned char *mask = &bytes[n++];
	if (rare)
		bytes[n++] = (unsigned char)rare;
	if (entry->timed)
		n += pack_i64(bytes + n, entry->second - last->second);
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (entry->tokens[i]) {
			flags |= 1u << i;
			n += pack_u64(bytes + n, (uint64_t)entry->tokens[i]);
		}
	*mask = (unsigned char)flags;
	if (entry->latency_ms >= 0)
		bytes[n++] = (unsigned char)dist_class(entry->latency_ms);
	if (rare)
		n += pack_rare(bytes + n, entry, rare, item->count);
	str_add(page, (const char *)bytes, n);
	*last = (struct page_last){ item->id, entry->timed ? entry->second : last->second };
}

static unsigned
unpack_byte(struct unpack *in)
{
	if (in->p < in->end)
		return *in->p++;
	in->bad = true;
	return 0;
}

static void
unpack_rare(struct unpack *in, struct entry *entry, unsigned rare, int64_t *count)
{
	entry->has_tokens = !(rare & R_NO_TOKENS);
	entry->has_billed = rare & R_BILLED;
	entry->lesser = rare & R_LESSER;
	entry->twin = rare & R_TWIN;
	entry->billed = rare & R_BILLED ? unpack_femto(in) : 0;
	entry->requests = rare & R_REQUESTS ? unpack_i64(in) : 1;
	*count = rare & R_TWIN ? (int64_t)unpack_u64(in) : 1;
	entry->ttft_ms = rare & R_TTFT ? (int64_t)unpack_u64(in) : -1;
	entry->rows = rare & R_ROWS ? unpack_i64(in) : 1;
	unsigned n = rare & R_MEASURES ? unpack_byte(in) : 0;
	if (n > RECORD_MEASURES)
		in->bad = true;
	for (unsigned i = 0; i < n && !in->bad; i++) {
		unsigned kind = unpack_byte(in);
		if (kind >= MEASURES)
			in->bad = true;
		entry->measures[entry->measures_n++] =
			(struct measure){ (enum measure_kind)kind, unpack_femto(in) };
	}
}

/* What a damaged page may say is kept from sums that it could overflow. */
static bool
is_sane(const struct entry *entry, int64_t count)
{
	const uint64_t most = (uint64_t)1 << 50, last = (uint64_t)1 << 33;
	bool sane = count > 0 && count <= INT32_MAX && (uint64_t)entry->second <= last &&
		    entry->requests >= -1 && entry->requests <= (int64_t)most && entry->rows >= 0 &&
		    entry->rows <= (int64_t)most && entry->ttft_ms >= -1;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sane &= (uint64_t)entry->tokens[i] <= most;
	for (int i = 0; i < entry->measures_n; i++)
		sane &= entry->measures[i].amount >> 110 == 0 ||
			entry->measures[i].amount >> 110 == -1;
	return sane && (entry->billed >> 110 == 0 || entry->billed >> 110 == -1);
}

/* The flags and what they announce. */
static void
unpack_entry(struct unpack *in, struct entry *entry, int64_t last_second, int64_t *count)
{
	unsigned flags = unpack_byte(in), rare = flags & P_RARE ? unpack_byte(in) : 0;
	entry->timed = flags & P_TIMED;
	if (entry->timed)
		entry->second = (int64_t)((uint64_t)last_second + (uint64_t)unpack_i64(in));
	for (int i = 0; i < TOKEN_KINDS; i++)
		if (flags & 1u << i)
			entry->tokens[i] = (int64_t)unpack_u64(in);
	if (flags & P_LATENCY) {
		unsigned class = unpack_byte(in);
		in->bad |= class >= DIST_ENDS;
		entry->latency_ms = dist_ends[class < DIST_ENDS ? class : 0];
	}
	unpack_rare(in, entry, rare, count);
}

bool
page_next(struct unpack *in, struct item *item, unsigned char *bytes, struct page_last *last,
	uint32_t keys)
{
	struct entry entry = { .latency_ms = -1 };
	int64_t count;
	if (in->p >= in->end)
		return false;
	item->id.high = last->id.high + unpack_u64(in);
	item->id.low = (uint64_t)unpack_byte(in) << 56;
	entry.key = (uint32_t)unpack_u64(in);
	unpack_entry(in, &entry, last->second, &count);
	if (in->bad || entry.key >= keys || !is_sane(&entry, count))
		return false;
	*last = (struct page_last){ item->id, entry.timed ? entry.second : last->second };
	item->count = (int32_t)count;
	item->size = (uint32_t)entry_pack(bytes, &entry);
	item->packed = bytes;
	return true;
}
