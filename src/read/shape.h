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
	int leaf;                /* index of the leaf a place ends in, or -1 */
};

struct shape_slot {
	uint16_t leaves[SLOT_PLACES];
	uint16_t n;
};

struct shape {
	struct shape_node *nodes;
	size_t nodes_n, nodes_size;
	unsigned *index;         /* nodes by parent and key, 0 empty; a power of two, at most half full */
	size_t index_size;
	struct shape_slot *slots;
	size_t slots_n;
	struct slice *columns; /* the place of each leaf, as a CSV column name, lower case */
	size_t leaves_n, leaves_size;
	struct arena arena;
};

unsigned shape_find_child(const struct shape *shape, unsigned node, struct slice key, bool escaped);

/* The child of 'node' for a key, 0 none.  'hint' is where to look first: logs repeat their key order. */
static inline unsigned
shape_step(const struct shape *shape, unsigned node, struct slice key, bool escaped, unsigned *hint)
{
	if (*hint) {
		const struct shape_node *guess = &shape->nodes[*hint];
		if (!escaped && guess->key.n == key.n && memcmp(guess->key.p, key.p, key.n) == 0) {
			unsigned found = *hint;
			*hint = guess->sibling;
			return found;
		}
	}
	unsigned found = shape_find_child(shape, node, key, escaped);
	if (found)
		*hint = shape->nodes[found].sibling;
	return found;
}

#endif
