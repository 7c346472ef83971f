/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/blocks.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/mem.h"

struct block_head {
	uint32_t next, end;
};

void
blocks_init(struct blocks *blocks)
{
	*blocks = (struct blocks){ .slabs = xcalloc(SLABS_MOST, sizeof(*blocks->slabs)) };
	pthread_mutex_init(&blocks->lock, NULL);
}

void
blocks_free(struct blocks *blocks)
{
	if (!blocks->slabs)
		return;
	for (size_t i = 0; i * SLAB_BLOCKS < blocks->n; i++)
		free(blocks->slabs[i]);
	free(blocks->slabs);
	free(blocks->unused);
	pthread_mutex_destroy(&blocks->lock);
	*blocks = (struct blocks){ 0 };
}

static uint32_t
take_block(struct blocks *blocks)
{
	uint32_t block;
	pthread_mutex_lock(&blocks->lock);
	if (blocks->unused_n) {
		block = blocks->unused[--blocks->unused_n];
	} else {
		block = blocks->n;
		if (block / SLAB_BLOCKS == SLABS_MOST)
			BUG("more than 16 GiB of entries in one source");
		if (block % SLAB_BLOCKS == 0)
			blocks->slabs[block / SLAB_BLOCKS] =
				xmalloc_large((size_t)SLAB_BLOCKS * BLOCK_BYTES, block > 0);
		blocks->n++;
	}
	pthread_mutex_unlock(&blocks->lock);
	return block;
}

static void
put_head(struct blocks *blocks, uint32_t block, struct block_head head)
{
	memcpy(blocks_at(blocks, block), &head, sizeof(head));
}

unsigned char *
chain_extend(struct blocks *blocks, struct chain *chain)
{
	uint32_t fresh = take_block(blocks);
	if (chain->last == BLOCK_NONE)
		chain->first = fresh;
	else
		put_head(blocks, chain->last, (struct block_head){ fresh, chain->used });
	chain->last = fresh;
	chain->used = BLOCK_HEAD;
	return blocks_at(blocks, fresh) + BLOCK_HEAD;
}

void
chain_close(struct blocks *blocks, struct chain *chain)
{
	if (chain->last != BLOCK_NONE)
		put_head(blocks, chain->last, (struct block_head){ BLOCK_NONE, chain->used });
}

uint32_t
chain_block(const struct blocks *blocks, uint32_t block, const unsigned char **from,
	const unsigned char **to)
{
	struct block_head head;
	const unsigned char *bytes = blocks_at(blocks, block);
	memcpy(&head, bytes, sizeof(head));
	*from = bytes + BLOCK_HEAD;
	*to = bytes + head.end;
	return head.next;
}

void
chain_give(struct blocks *blocks, struct chain *chain)
{
	pthread_mutex_lock(&blocks->lock);
	for (uint32_t block = chain->first; block != BLOCK_NONE;) {
		const unsigned char *from, *to;
		blocks->unused = xgrow(blocks->unused, &blocks->unused_size, blocks->unused_n,
			sizeof(*blocks->unused));
		blocks->unused[blocks->unused_n++] = block;
		block = chain_block(blocks, block, &from, &to);
	}
	pthread_mutex_unlock(&blocks->lock);
	*chain = CHAIN_INIT;
}
