/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blocks - memory in blocks of one size that are handed back and used again, so that
 * entries can be written anew in another order without twice the room.
 *
 * Threads take and give blocks at the same time; a chain of blocks belongs to one
 * thread while it is written.
 */
#ifndef HLLM_FOLD_BLOCKS_H
#define HLLM_FOLD_BLOCKS_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

enum {
	BLOCK_BYTES = 16 * 1024,
	BLOCK_HEAD = 8, /* of each: the next block of its chain, and where its bytes end */
	SLAB_BLOCKS = 128,
	REF_BITS = 34, /* a place in a block: 16 GiB in all */
	SLABS_MOST = 1 << (REF_BITS - 14 - 7),
};

struct blocks {
	pthread_mutex_t lock;
	unsigned char **slabs;
	uint32_t n;       /* blocks ever made */
	uint32_t *unused; /* those handed back */
	size_t unused_n, unused_size;
};

void blocks_init(struct blocks *blocks);
void blocks_free(struct blocks *blocks);

#define BLOCK_NONE UINT32_MAX

static inline unsigned char *
blocks_at(const struct blocks *blocks, uint32_t block)
{
	return blocks->slabs[block / SLAB_BLOCKS] + (size_t)(block % SLAB_BLOCKS) * BLOCK_BYTES;
}

#define REF_MASK (((uint64_t)1 << REF_BITS) - 1)

/* A reference as the byte it stands for. */
static inline const unsigned char *
blocks_ref(const struct blocks *blocks, uint64_t ref)
{
	return blocks_at(blocks, (uint32_t)(ref / BLOCK_BYTES)) + ref % BLOCK_BYTES;
}

/* Bytes written one behind the other, on as many blocks as they need. */
struct chain {
	uint32_t first, last; /* BLOCK_NONE: empty */
	uint32_t used;        /* of the last block */
};
#define CHAIN_INIT ((struct chain){ BLOCK_NONE, BLOCK_NONE, 0 })

/* Puts one more block at the end. */
unsigned char *chain_extend(struct blocks *blocks, struct chain *chain);

/* Room for n bytes in one piece; chain_take() says how many of them were used. */
static inline unsigned char *
chain_room(struct blocks *blocks, struct chain *chain, size_t n)
{
	if (chain->last == BLOCK_NONE || chain->used + n > BLOCK_BYTES)
		return chain_extend(blocks, chain);
	return blocks_at(blocks, chain->last) + chain->used;
}

static inline uint64_t
chain_ref(const struct chain *chain)
{
	return (uint64_t)chain->last * BLOCK_BYTES + chain->used;
}

static inline void
chain_take(struct chain *chain, size_t n)
{
	chain->used += (uint32_t)n;
}

/* Writes down where the last block ends: before the chain is walked. */
void chain_close(struct blocks *blocks, struct chain *chain);
/* The bytes of a block, and the block behind it (BLOCK_NONE: the last). */
uint32_t chain_block(const struct blocks *blocks, uint32_t block, const unsigned char **from,
	const unsigned char **to);
/* Hands all of its blocks back. */
void chain_give(struct blocks *blocks, struct chain *chain);

#endif
