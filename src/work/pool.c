/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "work/pool.h"

#include <stdio.h>
#include <stdlib.h>

#include "work/workload.h"

/* Half hours may still be in the ledger. */
struct pool_reading {
	struct ledger *ledger; /* that they are in; NULL: none are, or it was released */
	char *path;            /* of the ledger that anything is of; NULL: of none */
	struct str slots;      /* those that were asked for last */
	struct err err;
	bool failed; /* to read some, or to believe them: err says why */
};

/* An empty pool; 'ledger' is that of stored sources (may be NULL). */
static void
begin_pool(struct pool *pool, const struct ledger *ledger)
{
	*pool = (struct pool){
		.first = INT64_MAX, .last = INT64_MIN, .reading = xcalloc(1, sizeof(*pool->reading))
	};
	if (ledger)
		pool->reading->path = xstrdup(ledger_path(ledger));
}

/* One source's own keys and where they went in the pool. */
struct part {
	const struct keys *keys;
	const struct bins *bins;
	uint32_t *map;
};

static uint32_t *
map_keys(struct pool *pool, const struct keys *keys)
{
	uint32_t *map = xcalloc(keys->n + 1, sizeof(*map));
	for (size_t i = 0; i < keys->n; i++) {
		if (!keys->items[i].text[KEY_BILLER].p) /* a free number of the ledger */
			continue;
		struct key key = key_collapse(&keys->items[i], pool->collapsed);
		map[i] = keys_intern(&pool->keys, &key);
	}
	return map;
}

/* Gives up dimensions until the keys of all parts together are few enough: what one fold of all
 * of them would have done. */
static void
fit_keys(struct pool *pool, const struct part *parts, size_t n)
{
	for (;;) {
		struct keys all = { 0 };
		for (size_t i = 0; i < n; i++)
			for (size_t k = 0; k < parts[i].bins->n && all.n <= KEYS_MOST; k++) {
				const struct key *own =
					&parts[i].keys->items[parts[i].bins->items[k].key];
				struct key key = key_collapse(own, pool->collapsed);
				keys_intern(&all, &key);
			}
		bool few = all.n <= KEYS_MOST;
		unsigned more = key_collapse_more(pool->collapsed);
		keys_free(&all);
		if (few || more == pool->collapsed)
			return;
		pool->collapsed = more;
	}
}

static void
add_bins(struct pool *pool, const struct bins *bins, const uint32_t *map,
	const struct source *source)
{
	for (size_t i = 0; i < bins->n; i++) {
		pool->items = xgrow(pool->items, &pool->size, pool->n, sizeof(*pool->items));
		pool->items[pool->n++] =
			(struct pool_bin){ map ? map[bins->items[i].key] : bins->items[i].key,
				&bins->items[i], source };
	}
}

static struct bins *
own_bins(struct pool *pool)
{
	/* pointers into the list are taken only after it is complete: room is made once */
	return &pool->owned[pool->owned_n++];
}

static void
collapse_for(struct pool *pool, const struct sources *sources)
{
	for (size_t i = 0; i < sources->n; i++)
		pool->collapsed |= sources->items[i].collapsed;
}

static void
widen(struct pool *pool, const struct source *source)
{
	pool->first = source->first < pool->first ? source->first : pool->first;
	pool->last = source->last > pool->last ? source->last : pool->last;
}

/* The overlap of the parts, for more than one source. */
static bool
correct(struct pool *pool, struct sources *sources, const struct part *parts, struct ledger *ledger,
	struct err *err)
{
	struct overlap_source *from = xcalloc(sources->n, sizeof(*from));
	struct folded_walk *walks = xcalloc(sources->n, sizeof(*walks));
	uint32_t **maps = xcalloc(sources->n, sizeof(uint32_t *)); /* made here, for folded ones */
	bool good = true;
	for (size_t i = 0; i < sources->n && good; i++) {
		const struct source *source = &sources->items[i];
		from[i].chain = source->chain ? source->chain : -(int64_t)i - 1;
		if (source->folded) {
			const struct folded *folded = source->folded;
			uint32_t *map = xcalloc(folded->key_map_n + 1, sizeof(*map));
			for (size_t k = 0; k < folded->key_map_n; k++)
				map[k] = parts[i].map[folded->key_map[k]];
			walks[i].folded = folded;
			from[i].arg = &walks[i];
			from[i].next = folded_walk_next;
			from[i].key_map = maps[i] = map;
		} else {
			from[i].arg = entry_walk_new(ledger, source->id, err);
			from[i].next = entry_walk_next;
			from[i].key_map = parts[i].map;
			good = from[i].arg != NULL;
		}
	}
	good = good && overlap_build(from, sources->n, &pool->keys, &pool->overlap, err);
	for (size_t i = 0; i < sources->n; i++) {
		free(maps[i]);
		if (!sources->items[i].folded)
			entry_walk_free(from[i].arg);
	}
	free(maps);
	free(from);
	free(walks);
	if (!good)
		return false;
	add_bins(pool, &pool->overlap.bins, NULL, NULL);
	pool->first = pool->overlap.first;
	pool->last = pool->overlap.last;
	return true;
}

/* Each source is below LOAD_MOST; many of them together can be too much for 64 bits. */
static bool
check_load(const struct pool *pool, struct err *err)
{
	unsigned __int128 sum = 0;
	for (size_t i = 0; i < pool->n; i++) {
		const struct bin *bin = pool->items[i].bin;
		for (int k = 0; k < TOKEN_KINDS; k++)
			sum += bin->tokens[k] > 0 ? (uint64_t)bin->tokens[k] : 0;
		sum += bin->requests > 0 ? (uint64_t)bin->requests : 0;
	}
	return sum <= LOADS_MOST ||
	       err_set(err, FAULT_INPUT,
		       "all tokens and requests together are more than 2^56, expected what "
		       "somebody can be billed for");
}

static bool
load_parts(struct pool *pool, struct sources *sources, struct ledger *ledger, struct keys *stored,
	struct part *parts, struct err *err)
{
	bool keys_loaded = false;
	pool->owned = xcalloc(sources->n + 1, sizeof(*pool->owned));
	for (size_t i = 0; i < sources->n; i++) {
		struct source *source = &sources->items[i];
		widen(pool, source);
		if (source->folded) {
			parts[i] =
				(struct part){ &source->folded->keys, &source->folded->bins, NULL };
			continue;
		}
		struct bins *bins = own_bins(pool);
		if (!ledger_load_bins(ledger, source->id, bins, err))
			return false;
		if (!keys_loaded && !ledger_load_keys(ledger, stored, err))
			return false;
		keys_loaded = true;
		parts[i] = (struct part){ stored, bins, NULL };
	}
	return true;
}

static void
map_parts(struct pool *pool, const struct sources *sources, struct part *parts,
	const struct keys *stored)
{
	uint32_t *shared = NULL;
	for (size_t i = 0; i < sources->n; i++) {
		if (parts[i].keys != stored)
			parts[i].map = map_keys(pool, parts[i].keys);
		else
			parts[i].map = shared = shared ? shared : map_keys(pool, stored);
		add_bins(pool, parts[i].bins, parts[i].map, &sources->items[i]);
	}
}

bool
pool_of_sources(struct pool *pool, struct sources *sources, struct ledger *ledger, struct err *err)
{
	struct part *parts = xcalloc(sources->n + 1, sizeof(*parts));
	struct keys stored = { 0 };
	begin_pool(pool, ledger);
	collapse_for(pool, sources);
	bool good = load_parts(pool, sources, ledger, &stored, parts, err);
	if (good) {
		fit_keys(pool, parts, sources->n);
		map_parts(pool, sources, parts, &stored);
	}
	good = good && check_load(pool, err);
	if (good && sources->n > 1)
		good = correct(pool, sources, parts, ledger, err);
	uint32_t *shared = NULL;
	for (size_t i = 0; i < sources->n; i++) {
		if (parts[i].keys != &stored)
			free(parts[i].map);
		else
			shared = parts[i].map;
	}
	free(shared);
	free(parts);
	keys_free(&stored);
	return good;
}

static bool
load_ledger(struct pool *pool, struct sources *sources, struct ledger *ledger, struct err *err)
{
	bool (*load)(struct ledger *, int64_t, struct bins *, struct err *) =
		pool->reading->ledger ? ledger_load_totals : ledger_load_bins;
	struct keys stored = { 0 };
	uint32_t *map = NULL;
	collapse_for(pool, sources);
	pool->owned = xcalloc(sources->n + 1, sizeof(*pool->owned));
	bool good = ledger_load_keys(ledger, &stored, err) &&
		    ledger_span(ledger, &pool->first, &pool->last, err);
	struct part *parts = xcalloc(sources->n + 1, sizeof(*parts));
	size_t n = 0;
	for (; n <= sources->n && good; n++) { /* the last one is the corrections */
		struct bins *bins = own_bins(pool);
		parts[n] = (struct part){ &stored, bins, NULL };
		good = load(ledger, n < sources->n ? sources->items[n].id : 0, bins, err);
	}
	if (good) {
		fit_keys(pool, parts, n);
		map = map_keys(pool, &stored);
		for (size_t i = 0; i < n; i++)
			add_bins(pool, parts[i].bins, map,
				i < sources->n ? &sources->items[i] : NULL);
		good = check_load(pool, err);
	}
	free(parts);
	free(map);
	keys_free(&stored);
	return good;
}

bool
pool_of_ledger(struct pool *pool, struct sources *sources, struct ledger *ledger, struct err *err)
{
	begin_pool(pool, ledger);
	return load_ledger(pool, sources, ledger, err);
}

bool
pool_of_totals(struct pool *pool, struct sources *sources, struct ledger *ledger, struct err *err)
{
	begin_pool(pool, ledger);
	if (!ledger_hold(ledger, err))
		return false;
	pool->reading->ledger = ledger;
	return load_ledger(pool, sources, ledger, err);
}

/* A key as it is with these dimensions given up, but for those that name its workload. */
static struct key
give_up(const struct key *key, unsigned dims, const struct workload_rules *rules)
{
	struct key out = *key;
	struct slice name = workload_name(rules, key);
	for (unsigned bit = 1; bit <= dims; bit <<= 1) {
		struct key less = key_collapse(&out, dims & bit);
		if (dims & bit && slice_eq(workload_name(rules, &less), name))
			out = less;
	}
	return out;
}

static int
by_text(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* The dimension with most values of those that are left; -1: none has several. */
static int
widest(const struct keys *keys, unsigned given_up)
{
	struct slice *texts = xcalloc(keys->n + 1, sizeof(*texts));
	size_t most = 1;
	int found = -1;
	for (int dim = 0; dim < DIMS; dim++) {
		size_t values = keys->n > 0;
		if (given_up & 1u << dim)
			continue;
		for (size_t i = 0; i < keys->n; i++)
			texts[i] = keys->items[i].text[KEY_DIMS + dim];
		qsort(texts, keys->n, sizeof(*texts), by_text);
		for (size_t i = 1; i < keys->n; i++)
			values += !slice_eq(texts[i], texts[i - 1]);
		found = values > most ? dim : found;
		most = values > most ? values : most;
	}
	free(texts);
	return found;
}

static unsigned
dims_of_many(const struct keys *keys)
{
	unsigned dims = 0;
	for (size_t i = 0; i < keys->n; i++)
		for (int dim = 0; dim < DIMS; dim++)
			if (slice_is(keys->items[i].text[KEY_DIMS + dim], KEY_MANY))
				dims |= 1u << dim;
	return dims;
}

/* Fills pool->keys and the map to them from the keys of the bins. */
static void
map_few(struct pool *pool, const struct pool_months *months, const struct bins *bins, uint32_t *map)
{
	unsigned soft = 0, hard = 0;
	bool *seen = xcalloc(months->stored->n + 1, sizeof(*seen));
	for (int dim = 0; dim >= 0;) {
		keys_free(&pool->keys);
		memset(seen, 0, months->stored->n + 1);
		for (size_t i = 0; i < bins->n; i++) {
			uint32_t id = bins->items[i].key;
			if (seen[id])
				continue;
			seen[id] = true;
			struct key key =
				key_collapse(&months->stored->items[id], pool->collapsed | hard);
			key = give_up(&key, soft, months->rules);
			map[id] = keys_intern(&pool->keys, &key);
		}
		if (pool->keys.n <= months->keys_most)
			break;
		dim = widest(&pool->keys, soft);
		soft |= dim < 0 ? 0 : 1u << dim;
		if (dim < 0) {
			dim = widest(&pool->keys, hard);
			hard |= dim < 0 ? 0 : 1u << dim;
		}
	}
	free(seen);
}

bool
pool_of_months(struct pool *pool, const struct pool_months *months, struct ledger *ledger,
	unsigned *many, struct err *err)
{
	const struct keys *stored = months->stored;
	bool *reaches = xcalloc(stored->n + 1, sizeof(*reaches));
	uint32_t *map = xcalloc(stored->n + 1, sizeof(*map));
	struct months_wanted wanted = { months->first, months->last, 0, reaches, stored->n };
	begin_pool(pool, ledger);
	pool->collapsed = months->collapsed;
	pool->owned = xcalloc(1, sizeof(*pool->owned));
	for (size_t i = 0; i < stored->n && months->first != MONTH_NONE; i++) {
		int reach = key_reach(stored->items[i].width);
		reaches[i] = reach > 0;
		wanted.before = reach > wanted.before ? reach : wanted.before;
	}
	struct bins *bins = own_bins(pool);
	bool good = ledger_span(ledger, &pool->first, &pool->last, err) &&
		    ledger_load_months(ledger, &wanted, bins, err);
	for (size_t i = 0; i < bins->n && good; i++)
		if (bins->items[i].key >= stored->n ||
			!stored->items[bins->items[i].key].text[KEY_BILLER].p)
			good = err_set(err, FAULT_INPUT, "%s: a series without its key",
				ledger_path(ledger));
	if (good) {
		map_few(pool, months, bins, map);
		*many |= dims_of_many(&pool->keys);
		add_bins(pool, bins, map, NULL);
		good = check_load(pool, err);
	}
	free(map);
	free(reaches);
	return good;
}

struct slice
pool_slots(const struct pool *pool, const struct bin *bin)
{
	struct pool_reading *reading = pool->reading;
	if (!bin->slots_at)
		return bin->slots;
	if (!reading->ledger)
		BUG("half hours of a ledger that was released");
	if (!reading->failed)
		reading->failed = !ledger_slots(
			reading->ledger, bin->slots_at, &reading->slots, &reading->err);
	return reading->failed ? SLICE("") : str_as_slice(&reading->slots);
}

void
pool_distrust(const struct pool *pool, uint32_t key, int month)
{
	struct pool_reading *reading = pool->reading;
	const struct key *of = &pool->keys.items[key];
	struct slice name = of->text[KEY_RESPONSE_MODEL].n ? of->text[KEY_RESPONSE_MODEL]
							   : of->text[KEY_BILLER];
	char when[32] = "";
	if (!reading->path)
		BUG("sums of " SLICE_FMT " that cannot be", SLICE_ARG(name));
	if (month != MONTH_NONE)
		snprintf(when, sizeof(when), " in %04d-%02d", month / 12, month % 12 + 1);
	if (!reading->failed)
		err_set(&reading->err, FAULT_INPUT,
			"%s: a damaged ledger: what it holds of \"" SLICE_FMT
			"\"%s does not add up" LEDGER_MEND,
			reading->path, SLICE_ARG(name), when);
	reading->failed = true;
}

bool
pool_whole(const struct pool *pool, struct err *err)
{
	const struct pool_reading *reading = pool->reading;
	return !reading->failed || err_set(err, reading->err.fault, "%s", reading->err.text);
}

void
pool_release(struct pool *pool)
{
	if (!pool->reading || !pool->reading->ledger)
		return;
	ledger_release(pool->reading->ledger);
	pool->reading->ledger = NULL;
}

void
pool_free(struct pool *pool)
{
	pool_release(pool);
	if (pool->reading) {
		str_free(&pool->reading->slots);
		free(pool->reading->path);
	}
	free(pool->reading);
	for (size_t i = 0; i < pool->owned_n; i++)
		bins_free(&pool->owned[i]);
	free(pool->owned);
	free(pool->items);
	keys_free(&pool->keys);
	overlap_free(&pool->overlap);
	*pool = (struct pool){ 0 };
}
