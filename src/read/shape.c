/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "read/shape.h"

#include <stdlib.h>

#include "read/json.h"

/* Names of one length differ in their ends or their middle. */
static inline size_t
key_hash(unsigned parent, struct slice key)
{
	const unsigned char *p = (const unsigned char *)key.p;
	size_t hash = parent * (size_t)0x9E3779B1 + key.n;
	if (key.n)
		hash = ((hash * 131 + p[0]) * 131 + p[key.n / 2]) * 131 + p[key.n - 1];
	return hash ^ hash >> 15;
}

static void
index_add(struct shape *shape, unsigned node)
{
	const struct shape_node *fresh = &shape->nodes[node];
	size_t at = key_hash(fresh->parent, fresh->key) & (shape->index_size - 1);
	while (shape->index[at])
		at = (at + 1) & (shape->index_size - 1);
	shape->index[at] = node;
}

static void
index_grow(struct shape *shape)
{
	shape->index_size = shape->index_size ? shape->index_size * 2 : 64;
	free(shape->index);
	shape->index = xcalloc(shape->index_size, sizeof(*shape->index));
	for (unsigned i = 1; i < shape->nodes_n; i++)
		index_add(shape, i);
}

static unsigned
add_node(struct shape *shape, unsigned parent, struct slice key)
{
	shape->nodes =
		xgrow(shape->nodes, &shape->nodes_size, shape->nodes_n, sizeof(*shape->nodes));
	unsigned fresh = (unsigned)shape->nodes_n++;
	shape->nodes[fresh] = (struct shape_node){
		.key = slice_copy(&shape->arena, key), .parent = parent, .leaf = -1
	};
	if (fresh) { /* keep the order of the slots: logs often have it too */
		unsigned *link = &shape->nodes[parent].child;
		while (*link)
			link = &shape->nodes[*link].sibling;
		*link = fresh;
		if (shape->nodes_n * 2 > shape->index_size)
			index_grow(shape);
		else
			index_add(shape, fresh);
	}
	return fresh;
}

unsigned
shape_find_child(const struct shape *shape, unsigned node, struct slice key, bool escaped)
{
	struct arena scratch = { 0 };
	if (escaped)
		key = json_decode(&scratch, key);
	unsigned child = 0;
	if (shape->index_size)
		for (size_t at = key_hash(node, key) & (shape->index_size - 1);
			(child = shape->index[at]); at = (at + 1) & (shape->index_size - 1))
			if (shape->nodes[child].parent == node &&
				slice_eq(shape->nodes[child].key, key))
				break;
	arena_free(&scratch);
	return child;
}

/* The next key of a path: up to a '.' that no backslash precedes. */
static bool
cut_key(struct slice *path, struct arena *arena, struct slice *key)
{
	if (!path->n)
		return false;
	char *text = arena_take(arena, path->n + 1);
	size_t n = 0, i = 0;
	for (; i < path->n && path->p[i] != '.'; i++) {
		if (path->p[i] == '\\' && i + 1 < path->n)
			i++;
		text[n++] = path->p[i];
	}
	*key = (struct slice){ text, n };
	i = i < path->n ? i + 1 : i;
	*path = (struct slice){ path->p + i, path->n - i };
	return true;
}

static struct slice
lower_copy(struct arena *arena, struct slice text)
{
	char *copy = arena_copy(arena, text.p, text.n);
	for (size_t i = 0; i < text.n; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return (struct slice){ copy, text.n };
}

static void
add_leaf(struct shape *shape, unsigned node, struct slice column)
{
	if (shape->nodes[node].leaf >= 0)
		return;
	shape->columns = xgrow(
		shape->columns, &shape->leaves_size, shape->leaves_n, sizeof(*shape->columns));
	shape->columns[shape->leaves_n] = column;
	shape->nodes[node].leaf = (int)shape->leaves_n++;
}

static uint16_t
add_place(struct shape *shape, struct slice place)
{
	struct slice path = place, key;
	unsigned node = 0;
	while (cut_key(&path, &shape->arena, &key)) {
		unsigned child = shape_find_child(shape, node, key, false);
		if (!child && node) /* inner keys have a leaf too: it tells that the key was met */
			add_leaf(shape, node, SLICE_NONE);
		node = child ? child : add_node(shape, node, key);
	}
	add_leaf(shape, node, SLICE_NONE);
	struct slice *column = &shape->columns[shape->nodes[node].leaf];
	if (!column->n) /* it may have been an inner key before */
		*column = lower_copy(&shape->arena, place);
	return (uint16_t)shape->nodes[node].leaf;
}

/* Which slots each leaf feeds. */
static void
index_feeds(struct shape *shape)
{
	free(shape->feeds);
	free(shape->feeds_from);
	shape->feeds_from = xcalloc(shape->leaves_n + 2, sizeof(*shape->feeds_from));
	uint32_t *from = shape->feeds_from + 1; /* of leaf i: from[i - 1], until all are in place */
	for (size_t slot = 0; slot < shape->slots_n; slot++)
		for (size_t i = 0; i < shape->slots[slot].n; i++)
			from[shape->slots[slot].leaves[i] + 1]++;
	for (size_t i = 0; i < shape->leaves_n; i++)
		from[i + 1] += from[i];
	shape->feeds = xcalloc(from[shape->leaves_n] + 1, sizeof(*shape->feeds));
	for (size_t slot = 0; slot < shape->slots_n; slot++)
		for (size_t i = 0; i < shape->slots[slot].n; i++)
			shape->feeds[from[shape->slots[slot].leaves[i]]++] =
				(struct shape_feed){ (uint16_t)slot, (uint16_t)i };
}

struct shape *
shape_new(const char *const *slots)
{
	struct shape *shape = xcalloc(1, sizeof(*shape));
	while (slots[shape->slots_n])
		shape->slots_n++;
	shape->slots = xcalloc(shape->slots_n, sizeof(*shape->slots));
	add_node(shape, 0, SLICE_NONE);
	for (size_t i = 0; i < shape->slots_n; i++) {
		struct slice places = slice_of(slots[i]), place;
		while (slice_cut(&places, '|', &place)) {
			if (shape->slots[i].n == SLOT_PLACES)
				BUG("slot %s has more than %d places", slots[i], SLOT_PLACES);
			shape->slots[i].leaves[shape->slots[i].n++] = add_place(shape, place);
		}
	}
	index_feeds(shape);
	return shape;
}

void
shape_free(struct shape *shape)
{
	if (!shape)
		return;
	free(shape->nodes);
	free(shape->index);
	free(shape->slots);
	free(shape->feeds);
	free(shape->feeds_from);
	free(shape->columns);
	arena_free(&shape->arena);
	free(shape);
}

size_t
shape_slots(const struct shape *shape)
{
	return shape->slots_n;
}

size_t
shape_leaves(const struct shape *shape)
{
	size_t more = (1 + shape->leaves_n + shape->slots_n) * sizeof(uint16_t) +
		      SHAPE_STEPS * sizeof(struct shape_step);
	return shape->leaves_n + shape->slots_n + more / sizeof(struct field) + 1;
}

void
shape_prefer(struct shape *shape, size_t slot, struct slice place)
{
	struct shape_slot *s = &shape->slots[slot];
	uint16_t leaf = add_place(shape, place);
	if (s->n == SLOT_PLACES)
		s->n--;
	memmove(s->leaves + 1, s->leaves, s->n * sizeof(*s->leaves));
	s->leaves[0] = leaf;
	s->n++;
	index_feeds(shape);
}

struct field
shape_field(const struct shape *shape, const struct field *leaves, size_t slot)
{
	return leaves[shape->leaves_n + slot];
}

size_t
shape_column(const struct shape *shape, struct slice column, uint16_t *leaves, size_t room)
{
	size_t n = 0;
	for (size_t i = 0; i < shape->leaves_n && n < room; i++)
		if (slice_eq(shape->columns[i], column))
			leaves[n++] = (uint16_t)i;
	return n;
}
