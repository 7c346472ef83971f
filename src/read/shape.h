/* SPDX-License-Identifier: GPL-3.0-or-later */
/* shape - the tree of keys behind json_scan(): nodes joined by first child and next sibling. */
#ifndef HLLM_READ_SHAPE_H
#define HLLM_READ_SHAPE_H

#include "read/reader.h"

enum { SLOT_PLACES = 16 };

struct shape_node {
	struct slice key;
	unsigned child, sibling; /* 0 none */
	unsigned parent;
	int leaf; /* index of the leaf a place ends in, or -1 */
};

struct shape_slot {
	uint16_t leaves[SLOT_PLACES];
	uint16_t n;
};

/* A slot that a leaf is a place of; the lowest rank is looked at first. */
struct shape_feed {
	uint16_t slot, rank;
};

/* What stood where in the element before: logs repeat their keys in one order. */
struct shape_step {
	uint16_t parent, child; /* nodes; child 0: a key that no place has */
	uint8_t n;              /* 0: nothing yet */
	char text[27];          /* from the key's quote to its value */
};
enum { SHAPE_STEPS = 64 };

struct shape {
	struct shape_node *nodes;
	size_t nodes_n, nodes_size;
	unsigned *index; /* nodes by parent and key, 0 empty; a power of two, at most half full */
	size_t index_size;
	struct shape_slot *slots;
	size_t slots_n;
	struct slice *columns; /* the place of each leaf, as a CSV column name, lower case */
	size_t leaves_n, leaves_size;
	struct shape_feed *feeds; /* of all leaves, one behind the other */
	uint32_t *feeds_from;     /* where those of a leaf begin; one more at the end */
	struct arena arena;
};

unsigned shape_find_child(const struct shape *shape, unsigned node, struct slice key, bool escaped);

/*
 * The room for what one scan finds (shape_leaves() fields): the leaves; what each slot
 * comes to; and behind them which leaves were filled, the ranks of what the slots have,
 * and the steps of the element before.
 */
static inline uint16_t *
shape_filled(const struct shape *shape, struct field *leaves)
{
	return (uint16_t *)(void *)(leaves + shape->leaves_n +
				    shape->slots_n); /* how many, and which */
}

static inline uint16_t *
shape_ranks(const struct shape *shape, struct field *leaves)
{
	return shape_filled(shape, leaves) + 1 + shape->leaves_n;
}

static inline struct shape_step *
shape_steps(const struct shape *shape, struct field *leaves)
{
	return (struct shape_step *)(void *)(shape_ranks(shape, leaves) + shape->slots_n);
}

/* Forgets what the last scan found. */
static inline void
shape_clear(const struct shape *shape, struct field *leaves)
{
	uint16_t *filled = shape_filled(shape, leaves);
	for (unsigned i = filled[0]; i > 0; i--)
		leaves[filled[i]] = (struct field){ .type = FIELD_ABSENT };
	if (filled[0])
		memset(leaves + shape->leaves_n, 0, shape->slots_n * sizeof(*leaves));
	filled[0] = 0;
}

/* Fills a leaf that is not filled yet, and the slots it feeds: the first place that is not null counts. */
static inline void
shape_put(const struct shape *shape, struct field *leaves, int leaf, struct field field)
{
	struct field *slots = leaves + shape->leaves_n;
	uint16_t *filled = shape_filled(shape, leaves), *ranks = shape_ranks(shape, leaves);
	leaves[leaf] = field;
	filled[++filled[0]] = (uint16_t)leaf;
	for (uint32_t i = shape->feeds_from[leaf]; i < shape->feeds_from[leaf + 1]; i++) {
		const struct shape_feed feed = shape->feeds[i];
		struct field *best = &slots[feed.slot];
		bool better = field.type > FIELD_NULL &&
			      (best->type == FIELD_NULL || feed.rank < ranks[feed.slot]);
		if (best->type == FIELD_ABSENT || better) {
			*best = field;
			ranks[feed.slot] = feed.rank;
		}
	}
}

#endif
