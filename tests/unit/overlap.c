/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bins of sources that share requests, with the corrections for it, are the bins of
 * one source that holds the union; in memory, and out of a ledger.
 */
#include "config.h"

#include "fold/overlap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "folds.h"
#include <cmocka.h>

#include "ledger/ledger.h"

enum { GROUPS = 120, SOURCES = 4, COPIES = 3 };

static uint64_t state = 3935559000370003845u;

static unsigned
pick(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33) % n;
}

/* One request as several sources hold it: copies of one id, or twins. */
struct group {
	char id[16];
	bool twins;
	struct record versions[COPIES];
	unsigned copies[SOURCES]; /* twins: how many; else a mask of versions */
};

static const char *const words[] = { "", "a", "b", "c" };

static void
make_group(struct group *group, unsigned number)
{
	snprintf(group->id, sizeof(group->id), "id-%u", number);
	group->twins = pick(2);
	for (int i = 0; i < COPIES; i++) {
		struct record *rec = &group->versions[i];
		if (i > 0 && group->twins) {
			*rec = group->versions[0];
			continue;
		}
		record_init(rec);
		rec->identity = group->twins ? IDENTITY_CONTENT : IDENTITY_ID;
		rec->id = slice_of(group->id);
		rec->timed = rec->has_tokens = true;
		rec->start = (int64_t)(1788220800 + number * 7000 +
				       (group->twins ? 0 : pick(3) * 90000)) *
			     NS_PER_SECOND;
		rec->tokens[TOKEN_UNCACHED_INPUT] = 100;
		rec->tokens[TOKEN_OUTPUT] = pick(3);
		rec->latency_ms = pick(2) ? (int64_t)pick(2) * 900 : -1;
		rec->response_model = slice_of(words[pick(4)]);
		rec->dim[DIM_TASK] = slice_of(words[pick(4)]);
		rec->has_billed = pick(3) == 0;
		rec->billed = rec->has_billed ? (femto_t)pick(5) * FEMTO_PER_NANO : 0;
		if (pick(3) == 0)
			record_measure(rec, MEASURE_WEB_SEARCH, 1 + pick(3));
	}
	for (int s = 0; s < SOURCES; s++)
		group->copies[s] = pick(2) ? pick(group->twins ? COPIES + 1 : 1 << COPIES) : 0;
}

static void
put(struct fold *fold, const struct group *group, unsigned copies, uint64_t *line)
{
	for (unsigned i = 0; i < COPIES; i++) {
		if (group->twins ? i >= copies : !(copies >> i & 1))
			continue;
		struct record rec = group->versions[i];
		rec.line = ++*line;
		fold_record(fold, 0, &rec);
	}
}

/* What the sources of the mask hold, in one. */
static struct folded *
fold_union(const struct group *groups, unsigned mask)
{
	struct fold *fold = fold_new(1, 1);
	uint64_t line = 0;
	for (int g = 0; g < GROUPS; g++) {
		unsigned all = 0;
		for (int s = 0; s < SOURCES; s++) {
			unsigned copies = mask >> s & 1 ? groups[g].copies[s] : 0;
			all = groups[g].twins ? (copies > all ? copies : all) : all | copies;
		}
		put(fold, &groups[g], all, &line);
	}
	return fold_finish(fold);
}

/* ---- bins as sums that can be compared ---- */

struct cell {
	struct hash128 key;
	int month;
	struct folds_sum sum;
	int64_t with_tokens, with_billed, searches, slots;
	struct dist dists[DISTS];
};

struct cells {
	struct cell *items;
	size_t n, size;
};

static void
add_bin(struct cells *cells, const struct key *key, const struct bin *bin)
{
	struct cell *cell = NULL;
	for (size_t i = 0; i < cells->n && !cell; i++)
		if (hash_eq(cells->items[i].key, key->hash) && cells->items[i].month == bin->month)
			cell = &cells->items[i];
	if (!cell) {
		cells->items = xgrow(cells->items, &cells->size, cells->n, sizeof(*cells->items));
		cell = &cells->items[cells->n++];
		memset(cell, 0, sizeof(*cell));
		cell->key = key->hash;
		cell->month = bin->month;
	}
	folds_add_bin(&cell->sum, bin);
	cell->with_tokens += bin->with_tokens;
	cell->with_billed += bin->with_billed;
	for (int i = 0; i < bin->measures_n; i++)
		cell->searches += (int64_t)(bin->measures[i].sum / FEMTO_PER_UNIT);
	struct unpack in = unpack_of(bin->slots.p, bin->slots.n);
	for (struct slot slot = { 0 }; slot_next(&in, &slot);) /* each half hour weighs otherwise */
		cell->slots += (slot.index + 1) *
			       (slot.requests + 7 * slot.tokens[TOKEN_OUTPUT] + 31 * slot.searches);
	assert_true(dists_add(bin->dists, cell->dists));
}

static void
add_bins(struct cells *cells, const struct keys *keys, const struct bins *bins)
{
	for (size_t i = 0; i < bins->n; i++)
		add_bin(cells, &keys->items[bins->items[i].key], &bins->items[i]);
}

static bool
is_zero(const struct cell *cell)
{
	static const struct cell zero;
	struct cell copy = *cell;
	copy.key = zero.key;
	copy.month = 0;
	return memcmp(&copy, &zero, sizeof(zero)) == 0;
}

/* The same cells, but for those that are all zero. */
static void
same_cells(struct cells *got, struct cells *want)
{
	for (int turn = 0; turn < 2; turn++) {
		const struct cells *a = turn ? want : got, *b = turn ? got : want;
		for (size_t i = 0; i < a->n; i++) {
			bool found = is_zero(&a->items[i]);
			for (size_t k = 0; k < b->n && !found; k++)
				found = memcmp(&a->items[i], &b->items[k], sizeof(struct cell)) ==
					0;
			if (!found)
				fail_msg("a cell of %lld records is in one of them only",
					(long long)a->items[i].sum.records);
		}
	}
	free(got->items);
	free(want->items);
}

static void
make_sources(struct group groups[GROUPS], struct folded *folded[SOURCES])
{
	for (unsigned g = 0; g < GROUPS; g++)
		make_group(&groups[g], g);
	for (int s = 0; s < SOURCES; s++)
		folded[s] = fold_union(groups, 1u << s);
}

static struct cells
overlapped(struct folded *const *folded, const int *order)
{
	struct cells cells = { 0 };
	struct keys keys = { 0 };
	struct overlap_source sources[SOURCES];
	struct folded_walk walks[SOURCES];
	uint32_t *maps[SOURCES];
	struct overlap overlap;
	struct err err = { 0 };
	for (int i = 0; i < SOURCES; i++) {
		const struct folded *one = folded[order[i]];
		maps[i] = calloc(one->key_map_n + 1, sizeof(**maps));
		for (size_t k = 0; k < one->key_map_n; k++)
			if (one->keys.n)
				maps[i][k] = keys_intern(&keys, &one->keys.items[one->key_map[k]]);
		walks[i] = (struct folded_walk){ .folded = one };
		sources[i] = (struct overlap_source){ order[i] + 1, &walks[i], folded_walk_next,
			maps[i] };
		add_bins(&cells, &one->keys, &one->bins);
	}
	assert_true(overlap_build(sources, SOURCES, &keys, &overlap, &err));
	add_bins(&cells, &keys, &overlap.bins);
	overlap_free(&overlap);
	keys_free(&keys);
	for (int i = 0; i < SOURCES; i++)
		free(maps[i]);
	return cells;
}

static void
test_union(void **unused)
{
	(void)unused;
	static const int orders[][SOURCES] = { { 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 } };
	struct group *groups = calloc(GROUPS, sizeof(*groups));
	for (int round = 0; round < 40; round++) {
		struct folded *folded[SOURCES], *whole;
		make_sources(groups, folded);
		whole = fold_union(groups, (1 << SOURCES) - 1);
		for (size_t i = 0; i < HL_COUNT(orders); i++) {
			struct cells got = overlapped(folded, orders[i]), want = { 0 };
			add_bins(&want, &whole->keys, &whole->bins);
			same_cells(&got, &want);
		}
		for (int s = 0; s < SOURCES; s++)
			folded_free(folded[s]);
		folded_free(whole);
	}
	free(groups);
}

/* ---- the same by way of a ledger ---- */

static struct ledger *
open_new(char path[64])
{
	struct err err = { 0 };
	snprintf(path, 64, "overlap-test-%ld.db", (long)getpid());
	unlink(path);
	struct ledger *ledger = ledger_open(path, LEDGER_WRITE, &err);
	if (!ledger)
		fail_msg("%s", err.text);
	return ledger;
}

static void
add_import(struct ledger *ledger, struct folded *folded)
{
	struct err err = { 0 };
	struct source source = { .name = xstrdup("x"),
		.reader = xstrdup("r"),
		.title = xstrdup("t"),
		.reason = xstrdup("y"),
		.options = xstrdup(""),
		.folded = folded,
		.first = INT64_MAX,
		.last = INT64_MIN };
	for (size_t i = 0; i < folded->bins.n; i++) {
		source.first = folded->bins.items[i].first < source.first
				       ? folded->bins.items[i].first
				       : source.first;
		source.last = folded->bins.items[i].last > source.last ? folded->bins.items[i].last
								       : source.last;
	}
	bool good = ledger_begin(ledger, &err);
	int64_t import = good ? ledger_add_import(ledger, 0, "test", &err) : -1;
	good = import > 0 && ledger_add_source(ledger, import, &source, &err) &&
	       ledger_settle(ledger, &err) && ledger_commit(ledger, &err);
	if (!good)
		fail_msg("%s", err.text);
	source_clear(&source);
}

static struct cells
ledger_cells(struct ledger *ledger, int64_t span[2])
{
	struct err err = { 0 };
	struct cells cells = { 0 };
	struct sources sources = { 0 };
	struct keys keys = { 0 };
	assert_true(
		ledger_sources(ledger, 0, &sources, &err) && ledger_load_keys(ledger, &keys, &err));
	for (size_t i = 0; i <= sources.n; i++) { /* the last turn is for the corrections */
		struct bins bins = { 0 };
		assert_true(ledger_load_bins(
			ledger, i < sources.n ? sources.items[i].id : 0, &bins, &err));
		add_bins(&cells, &keys, &bins);
		bins_free(&bins);
	}
	assert_true(ledger_span(ledger, &span[0], &span[1], &err));
	keys_free(&keys);
	sources_free(&sources);
	return cells;
}

static void
same_as_union(struct ledger *ledger, const struct group *groups, unsigned mask)
{
	struct folded *whole = fold_union(groups, mask);
	struct cells want = { 0 };
	int64_t span[2], first = INT64_MAX, last = INT64_MIN;
	struct cells got = ledger_cells(ledger, span);
	add_bins(&want, &whole->keys, &whole->bins);
	for (size_t i = 0; i < whole->bins.n; i++) {
		first = whole->bins.items[i].first < first ? whole->bins.items[i].first : first;
		last = whole->bins.items[i].last > last ? whole->bins.items[i].last : last;
	}
	same_cells(&got, &want);
	assert_true(span[0] == first && span[1] == last);
	folded_free(whole);
}

static void
test_ledger(void **unused)
{
	(void)unused;
	struct group *groups = calloc(GROUPS, sizeof(*groups));
	for (int round = 0; round < 4; round++) {
		struct folded *folded[SOURCES];
		char path[64];
		struct err err = { 0 };
		struct ledger *ledger = open_new(path);
		make_sources(groups, folded);
		for (int s = 0; s < SOURCES; s++) {
			add_import(ledger, folded[s]); /* takes it over */
			same_as_union(ledger, groups, (2u << s) - 1);
		}
		assert_true(ledger_undo(ledger, 2, &err));
		same_as_union(ledger, groups, 0xD);
		assert_true(ledger_undo(ledger, 4, &err));
		same_as_union(ledger, groups, 0x5);
		assert_false(ledger_undo(ledger, 4, &err));
		assert_int_equal(err.fault, FAULT_USAGE);
		ledger_close(ledger);
		ledger = ledger_open(path, LEDGER_READ, &err);
		assert_non_null(ledger);
		same_as_union(ledger, groups, 0x5);
		ledger_close(ledger);
		ledger = ledger_open(path, LEDGER_WRITE, &err);
		assert_true(ledger_undo(ledger, 1, &err) && ledger_undo(ledger, 3, &err));
		same_as_union(ledger, groups, 0);
		struct keys keys = { 0 };
		assert_true(ledger_load_keys(ledger, &keys, &err));
		assert_int_equal(keys.n, 0);
		keys_free(&keys);
		ledger_close(ledger);
		unlink(path);
	}
	free(groups);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_union),
		cmocka_unit_test(test_ledger),
	};
	return cmocka_run_group_tests_name("overlap", tests, NULL, NULL);
}
