/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ledger/page.h"

#include "base/err.h"

/*
 * An entry on a page: the difference of the identity's first 64 bits to the entry
 * before, the 8 bits behind them, the entry as the fold packs it (no line; latency as
 * the number of its class), and a count for twins.
 */

void
page_add(struct str *page, const struct item *item, const uint32_t *key_map, struct hash128 *last)
{
	struct unpack in = unpack_of(item->packed, item->size);
	struct entry entry;
	unsigned char bytes[ENTRY_MOST];
	if (!entry_unpack(&in, &entry))
		BUG("an entry that cannot be unpacked");
	entry.key = key_map[entry.key];
	entry.line = 0;
	if (entry.latency_ms >= 0)
		entry.latency_ms = dist_class(entry.latency_ms);
	str_pack_u64(page, item->id.high - last->high);
	str_putc(page, (char)(item->id.low >> 56));
	str_add(page, (const char *)bytes, entry_pack(bytes, &entry));
	if (entry.twin)
		str_pack_u64(page, (uint64_t)item->count);
	*last = item->id;
}

/* What a damaged page may say is kept from sums that it could overflow. */
static bool
is_sane(const struct entry *entry, uint64_t count)
{
	const uint64_t most = (uint64_t)1 << 50, last = (uint64_t)1 << 33;
	bool sane = count > 0 && count <= INT32_MAX && (uint64_t)entry->second <= last &&
		entry->requests >= -1 && entry->requests <= (int64_t)most && entry->rows >= 0 && entry->rows <= (int64_t)most &&
		entry->latency_ms >= -1 && entry->latency_ms < DIST_ENDS;
	for (int i = 0; i < TOKEN_KINDS; i++)
		sane &= (uint64_t)entry->tokens[i] <= most;
	for (int i = 0; i < entry->measures_n; i++)
		sane &= entry->measures[i].amount >> 110 == 0 || entry->measures[i].amount >> 110 == -1;
	return sane && (entry->billed >> 110 == 0 || entry->billed >> 110 == -1);
}

bool
page_next(struct unpack *in, struct item *item, unsigned char *bytes, struct hash128 *last, uint32_t keys)
{
	struct entry entry;
	if (in->p >= in->end)
		return false;
	item->id.high = last->high + unpack_u64(in);
	item->id.low = (uint64_t)(in->p < in->end ? *in->p++ : 0) << 56;
	if (!entry_unpack(in, &entry))
		return false;
	uint64_t count = entry.twin ? unpack_u64(in) : 1;
	if (entry.key >= keys || !is_sane(&entry, count))
		return false;
	item->count = (int32_t)count;
	if (entry.latency_ms >= 0)
		entry.latency_ms = dist_ends[entry.latency_ms];
	item->size = (uint32_t)entry_pack(bytes, &entry);
	item->packed = bytes;
	*last = item->id;
	return !in->bad;
}
