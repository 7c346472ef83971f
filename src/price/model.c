/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/catalog.h"

static bool
is_mixed(const struct lane_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++)
			if (entries[i].stored->hourly && !entries[k].stored->hourly &&
				entries[i].from < entries[k].to && entries[k].from < entries[i].to)
				return true;
	return false;
}

/* Rows of one tier, kind and region stand together: lays them out as entries. */
static struct lane
build_lane(struct catalog *catalog, struct stored *const *rows, size_t n)
{
	struct lane lane = { .n = (uint32_t)n };
	struct lane_entry *entries = arena_take(&catalog->arena, n * sizeof(*entries));
	for (size_t i = 0; i < n; i++) {
		const struct price_row *row = &rows[i]->row;
		entries[i] =
			(struct lane_entry){ row->from, row->to, row->above, row->picos, rows[i] };
		lane.tiered |= row->above > 0;
		lane.hourly |= rows[i]->hourly;
	}
	lane.entries = entries;
	lane.mixed = lane.hourly && is_mixed(entries, n);
	return lane;
}

static struct rates *
rates_of(struct model *model, struct slice region)
{
	for (size_t i = 0; i < model->rates_n; i++)
		if (slice_eq(model->rates[i].region, region))
			return &model->rates[i];
	struct rates *rates = &model->rates[model->rates_n++];
	rates->region = region;
	return rates;
}

static void
build_rates(struct catalog *catalog, struct model *model, struct stored *const *rows, size_t n)
{
	size_t regions = 1;
	for (size_t i = 1; i < n; i++)
		regions += !slice_eq(rows[i]->row.region, rows[i - 1]->row.region);
	model->rates = arena_take(&catalog->arena, (regions + 1) * sizeof(*model->rates));
	rates_of(model, SLICE(""));
	for (size_t i = 0, end; i < n; i = end) {
		const struct price_row *row = &rows[i]->row;
		for (end = i + 1; end < n && rows[end]->kind == rows[i]->kind &&
				  rows[end]->row.tier == row->tier &&
				  slice_eq(rows[end]->row.region, row->region);)
			end++;
		if (rows[i]->kind != KIND_MULTIPLIER)
			rates_of(model, row->region)->lanes[row->tier][rows[i]->kind] =
				build_lane(catalog, rows + i, end - i);
	}
	for (size_t r = 1; r < model->rates_n; r++)
		for (int tier = 0; tier < TIERS; tier++)
			for (int kind = 0; kind < KIND_MULTIPLIER; kind++)
				if (!model->rates[r].lanes[tier][kind].n)
					model->rates[r].lanes[tier][kind] =
						model->rates[0].lanes[tier][kind];
}

static int
compare_periods(const void *pa, const void *pb)
{
	const struct period *a = pa, *b = pb;
	return (a->start > b->start) - (a->start < b->start);
}

/* Joins the dates of the token prices into periods apart from each other. */
static void
build_open(struct catalog *catalog, struct model *model, struct stored *const *rows, size_t n)
{
	struct period *open = arena_take(&catalog->arena, n * sizeof(*open));
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i]->kind < TOKEN_KINDS)
			open[count++] = (struct period){ rows[i]->row.from, rows[i]->row.to };
	if (count)
		qsort(open, count, sizeof(*open), compare_periods);
	for (size_t i = 0; i < count; i++) {
		if (kept && open[i].start <= open[kept - 1].end) {
			if (open[i].end > open[kept - 1].end)
				open[kept - 1].end = open[i].end;
		} else {
			open[kept++] = open[i];
		}
	}
	model->open = open;
	model->open_n = kept;
}

/* Sentences that charging may need a million times. */
static void
build_sentences(struct catalog *catalog, struct model *model, struct stored *const *rows, size_t n)
{
	int64_t least = 0;
	char count[NUM_TEXT];
	for (size_t i = 0; i < n; i++)
		if (rows[i]->row.above > 0 && (!least || rows[i]->row.above < least))
			least = rows[i]->row.above;
	model->context_why = words_printf(catalog->words,
		"which requests had a prompt above %s tokens is unknown", num_count(count, least));
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		model->as_input[kind] = words_printf(catalog->words,
			"no %s price of " SLICE_FMT ": priced as uncached input", token_names[kind],
			SLICE_ARG(model->id));
}

static void
build_model(struct catalog *catalog, struct stored *const *rows, size_t n)
{
	struct model *model = arena_take(&catalog->arena, sizeof(*model));
	model->provider = rows[0]->row.provider;
	model->id = rows[0]->row.model;
	struct str key = STR_INIT;
	str_slice(&key, model->provider);
	if (model->provider.n)
		str_putc(&key, '/');
	str_slice(&key, model->id);
	model->key = words_text(catalog->words, str_as_slice(&key));
	str_free(&key);
	model->rows = arena_take(&catalog->arena, n * sizeof(struct price_row *));
	model->rows_n = n;
	for (size_t i = 0; i < n; i++)
		model->rows[i] = &rows[i]->row;
	build_rates(catalog, model, rows, n);
	build_open(catalog, model, rows, n);
	build_sentences(catalog, model, rows, n);
	catalog->models = xgrow(
		catalog->models, &catalog->models_size, catalog->models_n, sizeof(struct model *));
	catalog->models[catalog->models_n++] = model;
}

static int
compare_names(const void *pa, const void *pb)
{
	const struct name *a = pa, *b = pb;
	int order = slice_compare_nocase(a->text, b->text);
	if (order)
		return order;
	if (!a->alias != !b->alias)
		return a->alias ? 1 : -1;
	if (a->alias)
		return a->alias->order > b->alias->order ? -1 : 1;
	return slice_compare(a->model->key, b->model->key);
}

static void
build_names(struct catalog *catalog)
{
	size_t most = catalog->priced_n * 2 + catalog->aliases_n;
	catalog->names = arena_take(&catalog->arena, (most + 1) * sizeof(*catalog->names));
	catalog->shown = arena_take(
		&catalog->arena, (catalog->aliases_n + 1) * sizeof(struct price_alias *));
	size_t n = 0;
	for (size_t i = 0; i < catalog->priced_n; i++) {
		const struct model *model = catalog->priced[i];
		catalog->names[n++] = (struct name){ .text = model->id, .model = model };
		if (!slice_eq(model->id, model->key))
			catalog->names[n++] = (struct name){ .text = model->key, .model = model };
	}
	for (size_t i = 0; i < catalog->aliases_n; i++) {
		catalog->names[n++] = (struct name){ .text = catalog->aliases[i]->as.name,
			.alias = catalog->aliases[i] };
		catalog->shown[i] = &catalog->aliases[i]->as;
	}
	catalog->names_n = n;
	if (n)
		qsort(catalog->names, n, sizeof(*catalog->names), compare_names);
}

void
catalog_build(struct catalog *catalog)
{
	for (size_t i = 0, end; i < catalog->stored_n; i = end) {
		struct stored **rows = catalog->stored + i;
		for (end = i + 1; end < catalog->stored_n &&
				  stored_same_model(rows[0], catalog->stored[end]);)
			end++;
		build_model(catalog, rows, end - i);
	}
	catalog->priced =
		arena_take(&catalog->arena, (catalog->models_n + 1) * sizeof(struct model *));
	for (size_t i = 0; i < catalog->models_n; i++)
		if (catalog->models[i]->open_n)
			catalog->priced[catalog->priced_n++] = catalog->models[i];
	build_names(catalog);
}

/* Where 'text' is, or would be. */
static size_t
first_name(const struct catalog *catalog, struct slice text)
{
	size_t low = 0, high = catalog->names_n;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (slice_compare_nocase(catalog->names[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct name *
catalog_lookup(const struct catalog *catalog, struct slice text, size_t *n)
{
	size_t at = first_name(catalog, text);
	*n = 0;
	while (at + *n < catalog->names_n &&
		slice_compare_nocase(catalog->names[at + *n].text, text) == 0)
		++*n;
	return *n ? &catalog->names[at] : NULL;
}

bool
catalog_has_longer(const struct catalog *catalog, struct slice text)
{
	struct str stem = STR_INIT;
	str_slice(&stem, text);
	str_putc(&stem, '-');
	size_t at = first_name(catalog, str_as_slice(&stem));
	bool has = false;
	if (at < catalog->names_n && catalog->names[at].text.n >= stem.n) {
		struct slice start = { catalog->names[at].text.p, stem.n };
		has = slice_compare_nocase(start, str_as_slice(&stem)) == 0;
	}
	str_free(&stem);
	return has;
}
