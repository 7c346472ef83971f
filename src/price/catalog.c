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

static bool
read_all(struct catalog *catalog, const struct catalog_file *price_files, size_t prices_n,
	const char *const *alias_files, size_t aliases_n, struct err *err)
{
	struct arena texts = { 0 };
	bool good = true;
	for (size_t i = 0; i < prices_n && good; i++) {
		struct slice text = price_files[i].text, name = slice_of(price_files[i].path);
		good = (text.p || sheet_file(&texts, price_files[i].path, &text, err)) &&
		       catalog_add_prices(catalog, text, name, (int)i, err);
	}
	for (size_t i = 0; i < aliases_n && good; i++) {
		struct slice text;
		good = sheet_file(&texts, alias_files[i], &text, err) &&
		       catalog_add_aliases(catalog, text, slice_of(alias_files[i]), err);
	}
	arena_free(&texts);
	return good;
}

struct catalog *
catalog_load(const char *const *price_files, size_t prices_n, const char *const *alias_files,
	size_t aliases_n, struct err *err)
{
	struct catalog *catalog = catalog_new();
	struct catalog_file *files = xcalloc(prices_n + 1, sizeof(*files));
	for (size_t i = 0; i < prices_n; i++)
		files[i].path = price_files[i];
	bool good = read_all(catalog, files, prices_n, alias_files, aliases_n, err);
	free(files);
	return finish(catalog, good);
}

/* Takes out what does not hold on the day, and lets the rest hold for ever. */
static void
keep_day(struct catalog *catalog, int64_t day)
{
	size_t kept = 0;
	for (size_t i = 0; i < catalog->stored_n; i++) {
		struct stored *stored = catalog->stored[i];
		if (stored->row.from > day || stored->row.to <= day)
			continue;
		stored->row.from = INT64_MIN;
		stored->row.to = INT64_MAX;
		catalog->stored[kept++] = stored;
	}
	catalog->stored_n = kept;
	kept = 0;
	for (size_t i = 0; i < catalog->aliases_n; i++) {
		struct alias *alias = catalog->aliases[i];
		if (alias->as.from > day || alias->as.to <= day)
			continue;
		alias->as.from = INT64_MIN;
		alias->as.to = INT64_MAX;
		catalog->aliases[kept++] = alias;
	}
	catalog->aliases_n = kept;
	if (catalog->stored_n)
		qsort(catalog->stored, catalog->stored_n, sizeof(struct stored *), stored_compare);
}

struct catalog *
catalog_load_day(const struct catalog_file *price_files, size_t prices_n,
	const char *const *alias_files, size_t aliases_n, int64_t day, struct err *err)
{
	struct catalog *catalog = catalog_new();
	if (!read_all(catalog, price_files, prices_n, alias_files, aliases_n, err)) {
		catalog_free(catalog);
		return NULL;
	}
	catalog_overlay(catalog);
	keep_day(catalog, day);
	catalog_build(catalog);
	return catalog;
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
