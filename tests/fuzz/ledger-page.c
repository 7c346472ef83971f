/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands in a ledger, damaged in any way: pages, bins, half hours, distributions
 * and keys are read or refused; a page that is read is written as the same entries.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "ledger/page.h"
#include "ledger/store.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_page(struct slice bytes)
{
	static const uint32_t map[256];
	struct unpack in = unpack_of(bytes.p, bytes.n), again;
	struct page_last last = { 0 }, back = { 0 }, put = { 0 };
	unsigned char packed[ENTRY_MOST], other[ENTRY_MOST];
	struct item item, copy;
	while (page_next(&in, &item, packed, &last, HL_COUNT(map))) {
		struct str page = STR_INIT;
		struct unpack look = unpack_of(item.packed, item.size);
		struct entry entry;
		if (!entry_unpack(&look, &entry))
			abort();
		entry.key = 0;
		item.size = (uint32_t)entry_pack(packed, &entry);
		back = put = (struct page_last){ 0 };
		page_add(&page, &item, &entry, map, &put);
		again = unpack_of(page.p, page.n);
		if (!page_next(&again, &copy, other, &back, 1) || !hash_eq(copy.id, item.id) ||
			copy.count != item.count || again.p != again.end)
			abort();
		str_free(&page);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size)
		return 0;
	struct slice bytes = { (const char *)data + 1, size - 1 };
	struct unpack in = unpack_of(bytes.p, bytes.n);
	struct bin bin = { 0 };
	struct key key;
	struct str out = STR_INIT;
	struct arena arena = { 0 };
	struct dist *dists = calloc(DISTS, sizeof(*dists));
	switch (data[0] % 5) {
	case 0:
		read_page(bytes);
		break;
	case 1:
		if (bin_unpack(bytes, &bin, &arena))
			bin_pack(&out, &bin);
		break;
	case 2:
		for (struct slot slot = { 0 }; slot_next(&in, &slot);)
			if (slot.index < 0)
				abort();
		break;
	case 3:
		if (dists_add(bytes, dists))
			dists_pack(&out, dists);
		break;
	case 4:
		if (key_unpack(bytes,
			    (struct slice){ bytes.p + bytes.n / 2, bytes.n - bytes.n / 2 }, &key))
			key_collapse(&key, 255);
		break;
	}
	free(dists);
	str_free(&out);
	arena_free(&arena);
	return 0;
}
