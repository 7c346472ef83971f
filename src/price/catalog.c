/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/catalog.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/provider.h"
#include "price/sheet.h"

static struct catalog *
catalog_new(void)
{
	struct catalog *catalog = xcalloc(1, sizeof(*catalog));
	catalog->words = words_new();
	catalog->newest = INT64_MIN;
	return catalog;
}

void
catalog_free(struct catalog *catalog)
{
	if (!catalog)
		return;
	free(catalog->stored);
	free(catalog->aliases);
	free(catalog->models);
	words_free(catalog->words);
	arena_free(&catalog->arena);
	free(catalog);
}

static struct catalog *
finish(struct catalog *catalog, bool good)
{
	if (!good) {
		catalog_free(catalog);
		return NULL;
	}
	catalog_overlay(catalog);
	catalog_build(catalog);
	return catalog;
}

struct catalog *
catalog_load(const char *const *price_files, size_t prices_n, const char *const *alias_files,
	size_t aliases_n, struct err *err)
{
	struct catalog *catalog = catalog_new();
	struct arena texts = { 0 };
	struct slice text;
	bool good = true;
	for (size_t i = 0; i < prices_n && good; i++)
		good = sheet_file(&texts, price_files[i], &text, err) &&
		       catalog_add_prices(catalog, text, slice_of(price_files[i]), (int)i, err);
	for (size_t i = 0; i < aliases_n && good; i++)
		good = sheet_file(&texts, alias_files[i], &text, err) &&
		       catalog_add_aliases(catalog, text, slice_of(alias_files[i]), err);
	arena_free(&texts);
	return finish(catalog, good);
}

struct catalog *
catalog_load_memory(struct slice prices, struct slice aliases, struct err *err)
{
	struct catalog *catalog = catalog_new();
	bool good = !prices.n || catalog_add_prices(catalog, prices, SLICE("prices.csv"), 0, err);
	good = good &&
	       (!aliases.n || catalog_add_aliases(catalog, aliases, SLICE("aliases.csv"), err));
	return finish(catalog, good);
}

struct slice
model_id(const struct model *model)
{
	return model->id;
}

struct slice
model_provider(const struct model *model)
{
	return model->provider;
}

size_t
catalog_models(const struct catalog *catalog, const struct model *const **models)
{
	*models = (const struct model *const *)catalog->priced;
	return catalog->priced_n;
}

size_t
model_rows(const struct model *model, const struct price_row *const **rows)
{
	*rows = (const struct price_row *const *)model->rows;
	return model->rows_n;
}

int64_t
catalog_newest(const struct catalog *catalog)
{
	return catalog->newest;
}

int64_t
catalog_newest_until(const struct catalog *catalog, int64_t when)
{
	int64_t newest = INT64_MIN;
	for (size_t i = 0; i < catalog->priced_n; i++) {
		const struct model *model = catalog->priced[i];
		for (size_t k = 0; k < model->rows_n; k++)
			if (model->rows[k]->from > newest && model->rows[k]->from <= when)
				newest = model->rows[k]->from;
	}
	return newest;
}

void
model_span(const struct model *model, int64_t *from, int64_t *to)
{
	*from = model->open_n ? model->open[0].start : INT64_MIN;
	*to = model->open_n ? model->open[model->open_n - 1].end : INT64_MAX;
}

size_t
catalog_aliases(const struct catalog *catalog, const struct price_alias *const **aliases)
{
	*aliases = (const struct price_alias *const *)catalog->shown;
	return catalog->aliases_n;
}

const struct model *
catalog_find(const struct catalog *catalog, struct slice id, struct slice seller)
{
	size_t n;
	const struct name *names = catalog_lookup(catalog, id, &n);
	const struct model *best = NULL;
	for (size_t i = 0; i < n && names[i].model; i++) {
		const struct model *model = names[i].model;
		if (seller.n && slice_compare_nocase(model->provider, seller) == 0)
			return model;
		if (!best || (provider_kind(best->provider, NULL) == SELLER_HOST &&
				     provider_kind(model->provider, NULL) != SELLER_HOST))
			best = model;
	}
	return best;
}
