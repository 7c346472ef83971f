/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fold/overlap.h"

#include <stdlib.h>

#include "fold/sum.h"

/* A source with its next item, in a heap ordered by identity. */
struct head {
	struct overlap_source *source;
	struct item item;
	struct entry entry; /* key already of the shared set */
};

struct merge {
	struct head *heads;
	size_t n;
	struct head *group; /* copies of one identity */
	size_t group_n, group_size;
	const struct keys *keys;
	struct blocks blocks; /* what is to be summed */
	struct chain chain;
	struct spots spots;
	uint64_t *places;
	size_t places_n, places_size;
	struct overlap *out;
};

static void
sift_down(struct merge *merge, size_t at)
{
	for (;;) {
		size_t least = at, left = 2 * at + 1;
		for (size_t child = left; child < left + 2 && child < merge->n; child++)
			if (hash_compare(merge->heads[child].item.id, merge->heads[least].item.id) <
				0)
				least = child;
		if (least == at)
			return;
		struct head swap = merge->heads[at];
		merge->heads[at] = merge->heads[least];
		merge->heads[least] = swap;
		at = least;
	}
}

/* Reads the next item of a head: 1, 0 at its end, -1. */
static int
advance(struct head *head, struct err *err)
{
	int got = head->source->next(head->source->arg, &head->item, err);
	if (got <= 0)
		return got;
	struct unpack in = unpack_of(head->item.packed, head->item.size);
	if (!entry_unpack(&in, &head->entry)) {
		err_set(err, FAULT_INPUT, "damaged entry");
		return -1;
	}
	if (head->source->key_map)
		head->entry.key = head->source->key_map[head->entry.key];
	return 1;
}

static void
add_item(struct merge *merge, const struct entry *entry, int64_t count)
{
	if (!count)
		return;
	unsigned char *to = chain_room(&merge->blocks, &merge->chain, ENTRY_MOST + PACK_MOST);
	const struct entry_head head = { entry->key, entry->timed, entry->second };
	merge->places =
		xgrow(merge->places, &merge->places_size, merge->places_n, sizeof(*merge->places));
	merge->places[merge->places_n++] =
		spots_place(&merge->spots, &head, chain_ref(&merge->chain));
	size_t n = entry_pack(to, entry);
	chain_take(&merge->chain, n + pack_i64(to + n, count));
}

/* How many of a twin count: as many as the chain with most of them has. */
static int64_t
twins_of(const struct merge *merge)
{
	int64_t most = 0;
	for (size_t i = 0; i < merge->group_n; i++) {
		int64_t sum = 0;
		for (size_t k = 0; k < merge->group_n; k++)
			if (merge->group[k].source->chain == merge->group[i].source->chain)
				sum += merge->group[k].item.count;
		most = sum > most ? sum : most;
	}
	return most;
}

static void
add_again(struct overlap *out, int64_t chain, int64_t rows)
{
	for (size_t i = 0; i < out->again_n; i++)
		if (out->again[i].chain == chain) {
			out->again[i].rows += (uint64_t)rows;
			return;
		}
	out->again = xgrow(out->again, &out->again_size, out->again_n, sizeof(*out->again));
	out->again[out->again_n++] = (struct chain_rows){ chain, (uint64_t)rows };
}

/* The copies of a group that another part of the same file holds: duplicates of that file. */
static void
count_again(struct merge *merge)
{
	for (size_t i = 1; i < merge->group_n; i++)
		for (size_t k = 0; k < i; k++)
			if (merge->group[k].source->chain == merge->group[i].source->chain) {
				add_again(merge->out, merge->group[i].source->chain,
					merge->group[i].entry.rows);
				break;
			}
}

static void
settle_group(struct merge *merge)
{
	size_t best = 0;
	const struct key *keys = merge->keys->items;
	for (size_t i = 1; i < merge->group_n; i++)
		if (version_compare(&merge->group[i].entry, &merge->group[best].entry, keys, keys) >
			0)
			best = i;
	const struct entry *live = &merge->group[best].entry;
	if (live->timed && !(keys[live->key].how & HOW_WITHOUT_USAGE)) {
		merge->out->first =
			live->second < merge->out->first ? live->second : merge->out->first;
		merge->out->last =
			live->second > merge->out->last ? live->second : merge->out->last;
	}
	if (merge->group_n < 2)
		return;
	merge->out->shared++;
	if (!live->twin)
		count_again(merge);
	for (size_t i = 0; i < merge->group_n; i++)
		add_item(merge, &merge->group[i].entry, -(int64_t)merge->group[i].item.count);
	add_item(merge, live, live->twin ? twins_of(merge) : 1);
}

/* Takes all copies of the least identity off the heap. */
static bool
take_group(struct merge *merge, struct err *err)
{
	merge->group_n = 0;
	struct hash128 id = merge->heads[0].item.id;
	while (merge->n && hash_eq(merge->heads[0].item.id, id)) {
		merge->group = xgrow(
			merge->group, &merge->group_size, merge->group_n, sizeof(*merge->group));
		merge->group[merge->group_n++] = merge->heads[0];
		int got = advance(&merge->heads[0], err);
		if (got < 0)
			return false;
		if (got == 0)
			merge->heads[0] = merge->heads[--merge->n];
		sift_down(merge, 0);
	}
	return true;
}

bool
overlap_build(struct overlap_source *sources, size_t n, const struct keys *keys,
	struct overlap *out, struct err *err)
{
	*out = (struct overlap){ .first = INT64_MAX, .last = INT64_MIN };
	struct merge merge = { .keys = keys, .out = out, .chain = CHAIN_INIT };
	blocks_init(&merge.blocks);
	merge.heads = xcalloc(n, sizeof(*merge.heads));
	bool good = true;
	for (size_t i = 0; i < n && good; i++) {
		struct head *head = &merge.heads[merge.n];
		head->source = &sources[i];
		int got = advance(head, err);
		good = got >= 0;
		merge.n += got > 0;
	}
	for (size_t i = merge.n; i-- > 0;)
		sift_down(&merge, i);
	while (good && merge.n) {
		good = take_group(&merge, err);
		if (good)
			settle_group(&merge);
	}
	struct spots *lists[] = { &merge.spots };
	struct spread spread = { merge.places, merge.places_n, &merge.spots };
	if (good)
		bins_sum(&out->bins, &(struct summing){ .blocks = &merge.blocks,
					     .lists = lists,
					     .lists_n = 1,
					     .spreads = &spread,
					     .spreads_n = 1,
					     .threads = 1 });
	free(merge.heads);
	free(merge.group);
	free(merge.places);
	spots_free(&merge.spots);
	blocks_free(&merge.blocks);
	return good;
}

void
overlap_free(struct overlap *overlap)
{
	bins_free(&overlap->bins);
	free(overlap->again);
}

int
folded_walk_next(void *arg, struct item *item, struct err *err)
{
	(void)err;
	return folded_next(arg, item);
}
