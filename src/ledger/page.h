/* SPDX-License-Identifier: GPL-3.0-or-later */
/* page - entries in order of identity, packed: see page.c. */
#ifndef HLLM_LEDGER_PAGE_H
#define HLLM_LEDGER_PAGE_H

#include "fold/fold.h"

enum { PAGE_BYTES = 60000 };

/* The entry before, all zero at the start of a page. */
struct page_last {
	struct hash128 id;
	int64_t second;
};

/* Appends an item with its entry; its line is left out, its latency becomes the end of its class. */
void page_add(struct str *page, const struct item *item, const struct entry *entry,
	const uint32_t *key_map, struct page_last *last);
/* Unpacks one entry; item->packed points to 'bytes' (ENTRY_MOST), re-packed for the fold.  False at the
 * end, and for what is no entry of one of 'keys' keys. */
bool page_next(struct unpack *in, struct item *item, unsigned char *bytes, struct page_last *last,
	uint32_t keys);

#endif
