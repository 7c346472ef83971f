/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/merge.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/known.h"
#include "price/lint.h"
#include "price/name.h"
#include "price/provider.h"

/* Of a name, once for all its prices. */
struct target {
	struct known known;
	struct slice provider, model;
};

struct merging {
	struct price_table *table;
	const struct catalog *catalog;
	int64_t from;
	bool today;
	struct target *targets;                /* by the number of a key */
	const struct price_problem **refusals; /* problems of rows, by address of the row */
	size_t refusals_n;
	struct merge *out;
};

/* What lint finds wrong and an import therefore leaves alone. */
static bool
is_refusal(const struct price_problem *problem)
{
	static const char *const kinds[] = { "unit", "zero", "cache_write", "cache_read",
		"cache_above_input", "batch_ratio", "flex_ratio", "priority_ratio",
		"output_below_input", "overlap", "duplicate" };
	for (size_t i = 0; i < HL_COUNT(kinds) && problem->row; i++)
		if (strcmp(problem->kind, kinds[i]) == 0)
			return true;
	return false;
}

static int
compare_refusals(const void *pa, const void *pb)
{
	uintptr_t a = (uintptr_t)(*(const struct price_problem *const *)pa)->row,
		  b = (uintptr_t)(*(const struct price_problem *const *)pb)->row;
	return (a > b) - (a < b);
}

static void
collect_refusals(struct merging *m, const struct price_problems *problems)
{
	m->refusals = xcalloc(problems->n + 1, sizeof(struct price_problem *));
	for (size_t i = 0; i < problems->n; i++)
		if (is_refusal(&problems->items[i]))
			m->refusals[m->refusals_n++] = &problems->items[i];
	if (m->refusals_n)
		qsort(m->refusals, m->refusals_n, sizeof(struct price_problem *), compare_refusals);
}

static const struct price_problem *
find_refusal(const struct merging *m, const struct listed *row)
{
	struct price_problem wanted = { .row = row };
	const struct price_problem *key = &wanted, **found = NULL;
	if (m->refusals_n)
		found = bsearch(&key, m->refusals, m->refusals_n, sizeof(struct price_problem *),
			compare_refusals);
	return found ? *found : NULL;
}

static bool
means_something(const struct merging *m, struct slice name)
{
	struct resolution r =
		price_resolve(m->catalog, SLICE(""), SLICE(""), name, SLICE(""), m->from, false);
	return r.state != PRICE_UNKNOWN || r.deliberate;
}

/* "deepseek-r1-0528-turbo" as an id would keep "-0528" from being dropped as a date of a name that
 * means deepseek-r1 now (resolve.c). */
static bool
would_hide(const struct merging *m, struct slice id)
{
	for (size_t i = 5; i < id.n; i++) {
		struct slice stem = { id.p, i }, whole = stem;
		if (id.p[i] == '-' && name_drop(&stem) && whole.n - stem.n == strlen("-0528") &&
			means_something(m, whole))
			return true;
	}
	return false;
}

/* "groq/llama-3.3" sold by groq is "llama-3.3" of groq, unless that means something already. */
static struct slice
name_model(const struct merging *m, const struct table_key *key)
{
	struct slice rest = key->key, prefix;
	const char *name;
	enum seller kind = provider_kind(key->seller, NULL);
	if ((kind != SELLER_MAKER && kind != SELLER_HOST && kind != SELLER_GATEWAY) ||
		!slice_cut(&rest, '/', &prefix) || !rest.n)
		return key->key;
	provider_kind(prefix, &name);
	if (!name || !slice_is(key->seller, name))
		return key->key;
	return means_something(m, rest) || would_hide(m, rest) ? key->key
							       : slice_copy(&m->table->arena, rest);
}

static struct target
find_target(const struct merging *m, const struct table_key *key)
{
	struct target target = { .provider = key->seller, .model = key->key };
	if (m->table->form == TABLE_CSV) {
		size_t before = key->seller.n ? key->seller.n + 1 : 0;
		target.model = (struct slice){ key->key.p + before, key->key.n - before };
		target.known = known_exact(m->catalog, key->seller, target.model);
		if (target.known.model)
			target.provider = model_provider(target.known.model);
		return target;
	}
	target.known = known_key(m->catalog, key, m->from);
	if (target.known.model) {
		target.provider = model_provider(target.known.model);
		target.model = model_id(target.known.model);
	} else {
		target.model = name_model(m, key);
	}
	return target;
}

static void
set_dates(const struct merging *m, const struct listed *row, struct merge_item *item)
{
	const struct price_row *r = &row->stored.row;
	item->to = r->to;
	bool open = r->from == INT64_MIN && (m->today || r->to == INT64_MAX);
	item->from = open ? m->from : r->from;
}

static struct slice
keep(const struct merging *m, const char *text)
{
	return slice_copy(&m->table->arena, slice_of(text));
}

/* A price of a model that the catalog has. */
static void
judge_known(const struct merging *m, const struct target *target, struct merge_item *item)
{
	const struct stored *stored = &item->listed->stored;
	int64_t when = item->from == INT64_MIN ? item->to - 1 : item->from;
	if (m->today && item->from < m->from)
		when = m->from;
	struct known_price known = known_price(&target->known, stored, when);
	if (!target->known.own || known.elsewhere || target->known.modifier != 1000) {
		item->what = MERGE_ELSEWHERE;
	} else if (known.row && known.in_force) {
		item->known = known.row;
		item->what = known.picos == stored->row.picos ? MERGE_SAME : MERGE_CONFLICT;
		item->why = keep(m, "another price is in force");
	} else if (target->known.state != PRICE_FOUND || known.row) {
		item->what = MERGE_CONFLICT;
		item->why = known.row ? keep(m, "not sold on that day, as far as we know")
				      : target->known.why;
	} else if (stored->row.above) {
		item->what = MERGE_CONFLICT;
		item->why = keep(m, "the price in force is for prompts of any length");
	} else {
		item->what = MERGE_ADD;
	}
}

/* Of a table of our own form: it becomes a cell as names do. */
static bool
is_printable(struct slice region)
{
	for (size_t i = 0; i < region.n; i++)
		if (region.p[i] < ' ' || region.p[i] > '~')
			return false;
	return true;
}

static void
judge(const struct merging *m, const struct listed *row, struct merge_item *item)
{
	const struct target *target = &m->targets[row->key->number];
	const struct price_problem *refusal = find_refusal(m, row);
	*item = (struct merge_item){ .listed = row,
		.provider = target->provider,
		.model = target->model,
		.meant = target->known.model,
		.why = SLICE("") };
	set_dates(m, row, item);
	if (m->today && item->to <= m->from) {
		item->what = MERGE_ENDED;
		return;
	}
	if (row->key->bad) {
		item->what = MERGE_REFUSED;
		item->why = keep(m, row->key->bad);
	} else if (!is_printable(row->stored.row.region)) {
		item->what = MERGE_REFUSED;
		item->why = keep(m, "the region holds control characters or letters beyond ASCII");
	} else if (target->known.model) {
		judge_known(m, target, item);
	} else {
		item->what = target->known.deliberate ? MERGE_CONFLICT : MERGE_ADD;
		item->why = target->known.deliberate ? target->known.why : SLICE("");
	}
	if (item->what != MERGE_ADD && item->what != MERGE_CONFLICT)
		return;
	/* before anything is written */
	if (refusal) {
		item->what = MERGE_REFUSED;
		item->why = refusal->why;
	} else if (row->stored.row.picos == 0) {
		item->what = MERGE_ZERO;
	}
}

static bool
is_base(const struct listed *row)
{
	return row->stored.kind == TOKEN_UNCACHED_INPUT && row->stored.row.tier == TIER_STANDARD &&
	       row->stored.row.above == 0;
}

int
merge_compare_places(const struct merge_item *a, const struct merge_item *b)
{
	const struct price_row *x = &a->listed->stored.row, *y = &b->listed->stored.row;
	int order = slice_compare_nocase(a->provider, b->provider);
	if (!order)
		order = slice_compare_nocase(a->model, b->model);
	if (!order)
		order = (int)x->tier - (int)y->tier;
	if (!order)
		order = (x->above > y->above) - (x->above < y->above);
	if (!order)
		order = a->listed->stored.kind - b->listed->stored.kind;
	if (!order)
		order = slice_compare(x->region, y->region);
	if (!order)
		order = slice_compare(x->hours, y->hours);
	return order ? order : (a->from > b->from) - (a->from < b->from);
}

static bool
same_model(const struct merge_item *a, const struct merge_item *b)
{
	return slice_compare_nocase(a->provider, b->provider) == 0 &&
	       slice_compare_nocase(a->model, b->model) == 0;
}

/* A model without an input price would be priced by its output alone.  Items are sorted by model. */
static void
refuse_halves(struct merging *m)
{
	struct merge_item *items = m->out->items;
	for (size_t i = 0, end; i < m->out->n; i = end) {
		bool input = false;
		for (end = i; end < m->out->n && same_model(&items[i], &items[end]); end++)
			input |= items[end].what == MERGE_ADD && is_base(items[end].listed);
		for (size_t k = i; k < end && !input; k++)
			if (items[k].what == MERGE_ADD &&
				!m->targets[items[k].listed->key->number].known.model) {
				items[k].what = MERGE_REFUSED;
				items[k].why = keep(m, "its input price is missing or refused");
			}
	}
}

/* By model, whatever becomes of them. */
static int
compare_models(const void *a, const void *b)
{
	return merge_compare_places(a, b);
}

static int
compare_items(const void *pa, const void *pb)
{
	const struct merge_item *a = pa, *b = pb;
	int order = (int)a->what - (int)b->what;
	if (!order)
		order = merge_compare_places(a, b);
	if (!order)
		order = (a->listed->key->key.n > b->listed->key->key.n) -
			(a->listed->key->key.n < b->listed->key->key.n);
	return order ? order : slice_compare(a->listed->key->key, b->listed->key->key);
}

/* Two names of one file may mean one model: the shorter one speaks. */
static void
drop_second_names(struct merging *m)
{
	struct merge_item *items = m->out->items;
	for (size_t i = 1, first = 0; i < m->out->n; i++) {
		if (items[i].what > MERGE_CONFLICT || items[i].what != items[first].what ||
			merge_compare_places(&items[first], &items[i]) != 0) {
			first = i;
			continue;
		}
		bool same =
			items[i].listed->stored.row.picos == items[first].listed->stored.row.picos;
		items[i].what = same ? MERGE_SAME : MERGE_REFUSED;
		items[i].why = keep(m, "a shorter name in the file has another price of the model");
	}
}

static void
sort_items(struct merge *merge)
{
	if (merge->n)
		qsort(merge->items, merge->n, sizeof(*merge->items), compare_items);
}

static bool
is_like(struct slice only, const struct table_key *key, const struct target *target)
{
	return !only.n || slice_glob(key->key, only) || slice_glob(target->model, only) ||
	       slice_glob(target->provider, only);
}

static struct merge
merge_all(struct price_table *table, const struct catalog *catalog, int64_t from, bool today,
	struct slice only)
{
	struct merge merge = { .faults = 0 };
	struct merging m = {
		.table = table, .catalog = catalog, .from = from, .today = today, .out = &merge
	};
	struct price_problems problems = price_lint(table, catalog, from);
	collect_refusals(&m, &problems);
	m.targets = xcalloc(table->keys_n + 1, sizeof(*m.targets));
	for (size_t i = 0; i < table->keys_n; i++)
		m.targets[i] = find_target(&m, table->keys[i]);
	merge.items = arena_take(&table->arena, (table->rows_n + 1) * sizeof(*merge.items));
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct listed *row = table->rows[i];
		if (is_like(only, row->key, &m.targets[row->key->number]))
			judge(&m, row, &merge.items[merge.n++]);
		else
			merge.other++;
	}
	for (size_t i = 0; i < table->faults_n; i++)
		merge.faults += table->faults[i].text.n &&
				is_like(only, table->faults[i].key,
					&m.targets[table->faults[i].key->number]);
	if (merge.n)
		qsort(merge.items, merge.n, sizeof(*merge.items), compare_models);
	refuse_halves(&m);
	sort_items(&merge);
	drop_second_names(&m);
	sort_items(&merge);
	for (size_t i = 0; i < merge.n; i++)
		merge.count[merge.items[i].what]++;
	free(m.targets);
	free(m.refusals);
	return merge;
}

struct merge
price_merge(
	struct price_table *table, const struct catalog *catalog, int64_t from, struct slice only)
{
	return merge_all(table, catalog, from, false, only);
}

struct merge
price_merge_today(
	struct price_table *table, const struct catalog *catalog, int64_t from, struct slice only)
{
	return merge_all(table, catalog, from, true, only);
}
