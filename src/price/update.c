/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/update.h"

#include <stdlib.h>

#include "base/when.h"

const char *const price_doubt_names[PRICE_DOUBTS] = { "", "zero", "unit", "jump", "past", "lint",
	"gone" };

const char update_not_listed[] = "; not in the list since ";

struct updating {
	struct price_table *table;
	const struct catalog *catalog;
	const struct update_options *options;
	struct update *out;
};

enum price_doubt
doubt_of_step(int64_t before, int64_t after)
{
	int64_t over = before > after ? before : after, under = before > after ? after : before;
	if (before == after)
		return PRICE_DOUBT_NONE;
	if (after == 0)
		return PRICE_DOUBT_ZERO;
	for (int64_t unit = 1000; unit <= 1000000 && under; unit *= 1000) {
		__int128 exact = (__int128)under * unit, off = over - exact;
		if ((off < 0 ? -off : off) * 20 <= exact)
			return PRICE_DOUBT_UNIT;
	}
	/* a price is at most 10^12 pico-units */
	return over > under * PRICE_DOUBT_TIMES ? PRICE_DOUBT_JUMP : PRICE_DOUBT_NONE;
}

static bool
is_ours(const struct updating *u, const struct price_row *row)
{
	return slice_is(row->file, u->options->checked) || slice_is(row->file, u->options->shipped);
}

/* Does the user's own word hold for this model today, whatever it is about? */
static bool
has_own_price(const struct updating *u, const struct model *model)
{
	const struct price_row *const *rows;
	size_t n = model ? model_rows(model, &rows) : 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i]->from <= u->options->today && u->options->today < rows[i]->to &&
			!is_ours(u, rows[i]))
			return true;
	return false;
}

static struct slice
path_of(struct updating *u, struct slice provider, struct slice model)
{
	return slice_printf(&u->table->arena, SLICE_FMT "%s" SLICE_FMT, SLICE_ARG(provider),
		provider.n ? "/" : "", SLICE_ARG(model));
}

static bool
is_used(struct updating *u, struct slice provider, struct slice model)
{
	struct slice path = path_of(u, provider, model);
	for (size_t i = 0; i < u->options->used_n; i++)
		if (slice_compare_nocase(u->options->used[i], path) == 0)
			return true;
	return false;
}

static bool
is_accepted(struct updating *u, const struct update_item *item)
{
	struct slice path = path_of(u, item->provider, item->model);
	for (size_t i = 0; i < u->options->accepted_n; i++) {
		struct slice glob = slice_of(u->options->accepted[i]);
		if (slice_glob(item->model, glob) || slice_glob(path, glob))
			return true;
	}
	return false;
}

static void
add_item(struct updating *u, struct update_item item)
{
	struct update *out = u->out;
	item.why = slice_copy(&u->table->arena, item.why);
	item.accepted = item.doubt && is_accepted(u, &item);
	out->doubts += item.doubt && !item.accepted;
	out->items[out->n++] = item;
}

static void
explain_step(const struct update_item *item, int64_t before, int64_t after, struct str *why)
{
	char times[NUM_TEXT];
	int64_t over = before > after ? before : after, under = before > after ? after : before;
	if (item->doubt == PRICE_DOUBT_ZERO) {
		str_puts(why, "a price does not fall to 0; unknown is not free");
	} else if (under == 0) {
		str_puts(why, "it was 0");
	} else {
		femto_t ratio = num_round((femto_t)over * FEMTO_PER_UNIT / under, 1);
		num_print(times, ratio, 0, 1, true);
		str_printf(why, "%s times %s%s", times, after > before ? "dearer" : "cheaper",
			item->doubt == PRICE_DOUBT_UNIT ? ": is the unit right?" : "");
	}
}

static void
explain_past(const struct merge_item *item, struct str *why)
{
	char day[WHEN_TEXT];
	str_printf(why, "since %s: past months would change",
		item->from == INT64_MIN ? "ever" : when_date(day, item->from));
}

/* Of a price that is known, and another one. */
static void
add_change(struct updating *u, const struct merge_item *item)
{
	const struct price_row *before = item->known;
	int64_t after = item->listed->stored.row.picos;
	struct str why = STR_INIT;
	struct update_item out = { .what = UPDATE_CHANGED,
		.item = item,
		.provider = item->provider,
		.model = item->model,
		.before = before,
		.doubt = doubt_of_step(before->picos, after) };
	bool wrong = item->what == MERGE_REFUSED;
	if (out.doubt) {
		explain_step(&out, before->picos, after, &why);
	} else if (wrong && is_used(u, item->provider, item->model)) {
		out.doubt = PRICE_DOUBT_LINT;
		str_slice(&why, item->why);
	} else if (item->from < u->options->today - PRICE_DOUBT_DAYS * NS_PER_DAY) {
		out.doubt = PRICE_DOUBT_PAST;
		explain_past(item, &why);
	}
	out.why = str_as_slice(&why);
	if (wrong && !out.doubt)
		u->out->wrong++;
	else
		add_item(u, out);
	str_free(&why);
}

static void
judge(struct updating *u, const struct merge_item *item)
{
	struct update *out = u->out;
	bool known = item->known != NULL; /* and in force */
	if (item->what == MERGE_SAME)
		return;
	bool differs = known && item->known->picos != item->listed->stored.row.picos;
	if ((item->what == MERGE_ADD || differs) && has_own_price(u, item->meant))
		out->yours++;
	else if (differs)
		add_change(u, item);
	else if (item->what == MERGE_ADD)
		add_item(u, (struct update_item){ .what = UPDATE_ADDED,
				    .item = item,
				    .provider = item->provider,
				    .model = item->model });
	else if (item->what == MERGE_CONFLICT)
		out->left++;
	else if (item->what == MERGE_REFUSED)
		out->wrong++;
}

/* ---- of several names for one model ---- */

/* Is it a price that could be taken? */
static bool
is_sound(const struct merge_item *item)
{
	return item->what != MERGE_REFUSED && item->listed->stored.row.picos > 0;
}

static int
compare_voices(const void *pa, const void *pb)
{
	const struct merge_item *a = *(const struct merge_item *const *)pa,
				*b = *(const struct merge_item *const *)pb;
	struct slice x = a->listed->key->key, y = b->listed->key->key;
	int order = merge_compare_places(a, b);
	if (!order)
		order = (int)is_sound(b) - (int)is_sound(a);
	if (!order)
		order = (x.n > y.n) - (x.n < y.n);
	return order ? order : slice_compare(x, y);
}

/* A list may have two prices of one model under two names.  The shortest one speaks, and of those that could
 * be taken at all: or what one week takes from the one, the next would take back for the other. */
static void
judge_all(struct updating *u)
{
	struct merge *merge = &u->out->merge;
	const struct merge_item **voices = xcalloc(merge->n + 1, sizeof(struct merge_item *));
	size_t n = 0;
	for (size_t i = 0; i < merge->n; i++)
		if (merge->items[i].what != MERGE_ELSEWHERE && merge->items[i].what != MERGE_ENDED)
			voices[n++] = &merge->items[i];
	if (n)
		qsort(voices, n, sizeof(struct merge_item *), compare_voices);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || merge_compare_places(voices[i - 1], voices[i]) != 0)
			judge(u, voices[i]);
	free(voices);
}

/* ---- models that were there ---- */

/* "litellm x.json, 2026-08-01" is from the list "litellm x.json". */
static bool
is_from_list(const struct updating *u, const struct price_row *row)
{
	struct slice list = u->options->source;
	return slice_is(row->file, u->options->checked) && row->source.n > list.n &&
	       row->source.p[list.n] == ',' && memcmp(row->source.p, list.p, list.n) == 0 &&
	       slice_find(row->source, update_not_listed) < 0;
}

static const struct price_row *
find_listed(const struct updating *u, const struct model *model)
{
	const struct price_row *const *rows;
	size_t n = model_rows(model, &rows);
	for (size_t i = 0; i < n; i++)
		if (rows[i]->from <= u->options->today && u->options->today < rows[i]->to &&
			is_from_list(u, rows[i]))
			return rows[i];
	return NULL;
}

static void
add_gone(struct updating *u, const struct model *model, const struct price_row *row)
{
	add_item(u, (struct update_item){ .what = UPDATE_CHANGED,
			    .doubt = PRICE_DOUBT_GONE,
			    .provider = model_provider(model),
			    .model = model_id(model),
			    .before = row,
			    .why = SLICE("you use it; the list has it no more") });
}

static void
find_gone(struct updating *u)
{
	const struct model *const *models;
	size_t n = catalog_models(u->catalog, &models);
	struct slice only = u->options->only;
	for (size_t i = 0; i < n; i++) {
		struct slice provider = model_provider(models[i]), id = model_id(models[i]);
		const struct price_row *row = find_listed(u, models[i]);
		bool there = !row || !is_used(u, provider, id) ||
			     (only.n && !slice_glob(id, only) && !slice_glob(provider, only));
		for (size_t k = 0; k < u->out->merge.n && !there; k++) {
			const struct merge_item *item = &u->out->merge.items[k];
			there = item->what != MERGE_ENDED && item->meant == models[i] &&
				item->what != MERGE_ELSEWHERE;
		}
		if (!there)
			add_gone(u, models[i], row);
	}
}

/* ---- all of it ---- */

bool
update_is_taken(const struct update_item *item)
{
	return !item->doubt || (item->accepted && item->doubt != PRICE_DOUBT_GONE);
}

static int
rank(const struct update_item *item)
{
	return item->doubt && !item->accepted ? -1 : (int)item->what;
}

static int
compare_items(const void *pa, const void *pb)
{
	const struct update_item *a = pa, *b = pb;
	int order = rank(a) - rank(b);
	if (!order)
		order = slice_compare_nocase(a->provider, b->provider);
	if (!order)
		order = slice_compare_nocase(a->model, b->model);
	/* prices of one model are in the order of the merge */
	return order ? order : (a->item > b->item) - (a->item < b->item);
}

static void
count(struct update *out)
{
	const struct update_item *last = NULL;
	for (size_t i = 0; i < out->n; i++) {
		const struct update_item *item = &out->items[i];
		if (!update_is_taken(item))
			continue;
		bool added = item->what == UPDATE_ADDED;
		bool same = last && last->what == item->what &&
			    slice_compare_nocase(last->model, item->model) == 0 &&
			    slice_compare_nocase(last->provider, item->provider) == 0;
		*(added ? &out->added : &out->changed) += 1;
		*(added ? &out->added_models : &out->changed_models) += !same;
		last = item;
	}
}

struct update
price_update(struct price_table *table, const struct catalog *catalog,
	const struct update_options *options)
{
	struct update out = { .merge = price_merge_today(
				      table, catalog, options->today, options->only) };
	struct updating u = { .table = table, .catalog = catalog, .options = options, .out = &out };
	const struct model *const *models;
	size_t most = out.merge.n + catalog_models(catalog, &models) + 1;
	out.items = arena_take(&table->arena, most * sizeof(*out.items));
	out.wrong = out.merge.faults;
	judge_all(&u);
	find_gone(&u);
	if (out.n)
		qsort(out.items, out.n, sizeof(*out.items), compare_items);
	count(&out);
	return out;
}
