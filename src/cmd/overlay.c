/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/output.h"
#include "cmd/ownfile.h"
#include "cmd/prices.h"
#include "price/price.h"

/* Words from the command line go into one line of a file. */
static bool
check_words(const char *const *words, size_t n, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		for (const char *p = words[i]; p && *p; p++)
			if ((unsigned char)*p < ' ' || *p == 127)
				return err_set(err, FAULT_USAGE,
					"a name may not hold control characters or line ends");
	return true;
}

static bool
check_dates(const struct prices_options *o, int64_t *from, int64_t *to, struct err *err)
{
	bool zoned, dated;
	*from = INT64_MIN;
	*to = INT64_MAX;
	if (o->from && !when_parse(slice_of(o->from), from, &zoned, &dated))
		return err_set(
			err, FAULT_USAGE, "--from %s: not a date, expected YYYY-MM-DD", o->from);
	if (o->to && !when_parse(slice_of(o->to), to, &zoned, &dated))
		return err_set(err, FAULT_USAGE, "--to %s: not a date, expected YYYY-MM-DD", o->to);
	return *from < *to || err_set(err, FAULT_USAGE, "--from %s: expected a day before --to %s",
				      o->from, o->to);
}

struct price_of {
	const char *kind, *text;
};

/* What all lines of one `prices add` share. */
struct added {
	const struct prices_options *options;
	const char *model, *source;
	struct slice provider;
	enum tier tier;
	int64_t from, to;
	size_t n;
};

static bool
check_price(const struct price_of *price, struct err *err)
{
	femto_t value;
	char comma[NUM_COMMA];
	if (num_decimal(slice_of(price->text), &value) != NUM_OK || value < 0)
		return err_set(err, FAULT_USAGE,
			"%s %s: not a price, expected dollars per 1M tokens like 2.50%s",
			price->kind, price->text, num_comma(comma, slice_of(price->text)));
	return true;
}

/* Is there a row of the user's own for the same price and dates? */
static bool
check_new(const struct catalog *own, const struct added *a, const char *kind, struct err *err)
{
	const struct model *known = catalog_find(own, slice_of(a->model), a->provider);
	const struct price_row *const *rows;
	size_t n = known && slice_eq(model_provider(known), a->provider) ? model_rows(known, &rows)
									 : 0;
	for (size_t i = 0; i < n; i++)
		if (rows[i]->tier == a->tier && slice_is(rows[i]->kind, kind) &&
			rows[i]->from == a->from && rows[i]->to == a->to)
			return err_set(err, FAULT_USAGE,
				SLICE_FMT ":%lld: has the %s price of %s for these dates already; "
					  "change that line",
				SLICE_ARG(rows[i]->file), (long long)rows[i]->line, kind, a->model);
	return true;
}

static void
put_price(struct str *text, const struct added *a, const struct price_of *price)
{
	ownfile_cell(text, a->provider, ',');
	ownfile_cell(text, slice_of(a->model), ',');
	ownfile_cell(text, slice_of(a->options->from), ',');
	ownfile_cell(text, slice_of(a->options->to), ',');
	ownfile_cell(text, slice_of(tier_names[a->tier]), ',');
	ownfile_cell(text, slice_of(price->kind), ',');
	ownfile_cell(text, slice_of(price->text), ',');
	ownfile_cell(text, SLICE("1M tokens"), ',');
	ownfile_cell(text, slice_of(a->source), '\n');
}

static int
show_added(struct app *app, const char *path, const char *model, size_t n, const char *what)
{
	struct answer answer;
	answer_init(&answer, "hllm.prices/1");
	answer_headline(
		&answer, "Added %zu %s%s of %s to %s.", n, what, n == 1 ? "" : "s", model, path);
	answer_next(&answer, "hllm prices show %s", model);
	int status = app_show(app, &answer);
	answer_free(&answer);
	return status;
}

/* Whose model it is when --provider does not say: that of the table, else the user's own. */
static bool
find_provider(struct app *app, struct added *a, struct err *err)
{
	const char *given = a->options->provider;
	a->provider = given ? slice_of(given) : SLICE("own");
	if (given)
		return true;
	struct catalog *catalog = app_catalog(app, err);
	if (!catalog)
		return false;
	const struct model *known = catalog_find(catalog, slice_of(a->model), SLICE(""));
	if (known)
		a->provider = slice_copy(&app->arena, model_provider(known));
	catalog_free(catalog);
	return true;
}

static bool
check_added(struct app *app, struct added *a, struct err *err)
{
	const struct prices_options *o = a->options;
	const char *words[] = { a->model, o->provider, o->source };
	a->tier = o->tier ? tier_parse(slice_of(o->tier)) : TIER_STANDARD;
	return check_words(words, HL_COUNT(words), err) && check_dates(o, &a->from, &a->to, err) &&
	       find_provider(app, a, err);
}

static bool
add_prices(
	struct app *app, struct added *a, const struct price_of *prices, size_t n, struct err *err)
{
	const char *path = app_price_path(app);
	struct str text = STR_INIT;
	struct catalog *own = NULL;
	int lock = -1;
	bool good = check_added(app, a, err);
	for (size_t i = 0; i < n && good; i++)
		good = !prices[i].text || check_price(&prices[i], err);
	good = good && ownfile_lock(app, path, &lock, err) &&
	       ownfile_read(app, path, OWN_PRICES, &text, err);
	if (good && access(path, F_OK) == 0) {
		own = catalog_load(&path, 1, NULL, 0, err);
		good = own != NULL;
	}
	for (size_t i = 0; i < n && good; i++) {
		if (!prices[i].text)
			continue;
		good = !own || check_new(own, a, prices[i].kind, err);
		put_price(&text, a, &prices[i]);
		a->n++;
	}
	good = good && ownfile_save(path, OWN_PRICES, &text, err);
	output_unlock(lock);
	catalog_free(own);
	str_free(&text);
	return good;
}

int
overlay_add(struct app *app, const struct prices_options *o, const char *model)
{
	const struct price_of prices[] = {
		{ "uncached_input", o->input },
		{ "cache_read", o->cache_read },
		{ "cache_write_5m", o->cache_write_5m },
		{ "cache_write_1h", o->cache_write_1h },
		{ "output", o->output },
	};
	char today[WHEN_TEXT], source[WHEN_TEXT + 32];
	snprintf(source, sizeof(source), "hllm prices add %s", when_date(today, app->now));
	struct added added = {
		.options = o, .model = model, .source = o->source ? o->source : source
	};
	struct err err;
	if (!o->input) {
		err_set(&err, FAULT_USAGE,
			"prices add: expected --input-price, and --output-price for all but "
			"embeddings, in dollars per 1M tokens");
		return app_fail(app, &err);
	}
	if (!add_prices(app, &added, prices, HL_COUNT(prices), &err))
		return app_fail(app, &err);
	return show_added(app, app_price_path(app), model, added.n, "price");
}

/* One meaning at a time. */
static bool
check_meanings(const struct catalog *catalog, const char *path, const char *name,
	struct period when, struct err *err)
{
	const struct price_alias *const *aliases;
	size_t n = catalog_aliases(catalog, &aliases);
	for (size_t i = 0; i < n; i++)
		if (slice_is(aliases[i]->file, path) && slice_is(aliases[i]->name, name) &&
			aliases[i]->from < when.end && when.start < aliases[i]->to)
			return err_set(err, FAULT_USAGE,
				"%s:%lld: %s means " SLICE_FMT " already; change that line", path,
				(long long)aliases[i]->line, name, SLICE_ARG(aliases[i]->model));
	return true;
}

static bool
can_mean(const struct catalog *catalog, const char *name, const char *model, struct err *err)
{
	if (catalog_find(catalog, slice_of(name), SLICE("")))
		return err_set(err, FAULT_USAGE,
			"%s has prices of its own, which go before an alias; give it others with "
			"hllm prices add",
			name);
	if (strcmp(model, "-") == 0 || catalog_find(catalog, slice_of(model), SLICE("")))
		return true;
	char hint[NEAR_TEXT];
	struct resolution r = price_resolve(
		catalog, SLICE(""), SLICE(""), slice_of(model), SLICE(""), PRICE_ANY_TIME, false);
	if (r.model)
		return err_set(err, FAULT_USAGE,
			"%s is not an id of the price table, expected " SLICE_FMT
			", for which it stands",
			model, SLICE_ARG(model_id(r.model)));
	return err_set(err, FAULT_USAGE, "%s has no prices%s", model,
		price_hint(hint, &r, "; see: hllm prices list"));
}

static bool
check_alias(struct app *app, const char *name, const char *model, struct err *err)
{
	struct catalog *catalog = app_catalog(app, err);
	bool good = catalog && can_mean(catalog, name, model, err);
	catalog_free(catalog);
	return good;
}

static bool
add_alias(struct app *app, const struct prices_options *o, const char *name, const char *model,
	struct err *err)
{
	const char *path = app_alias_path(app), *words[] = { name, model, o->source };
	struct str text = STR_INIT;
	int64_t from, to;
	int lock = -1;
	char today[WHEN_TEXT];
	if (!check_words(words, HL_COUNT(words), err) || !check_dates(o, &from, &to, err) ||
		!check_alias(app, name, model, err))
		return false;
	bool good = ownfile_lock(app, path, &lock, err) &&
		    ownfile_read(app, path, OWN_ALIASES, &text, err);
	struct catalog *catalog = good ? app_catalog(app, err) : NULL;
	good = catalog && check_meanings(catalog, path, name, (struct period){ from, to }, err);
	ownfile_cell(&text, slice_of(name), ',');
	ownfile_cell(&text, slice_of(model), ',');
	ownfile_cell(&text, slice_of(o->from), ',');
	ownfile_cell(&text, slice_of(o->to), ',');
	if (o->source)
		ownfile_cell(&text, slice_of(o->source), '\n');
	else
		str_printf(&text, "hllm prices alias %s\n", when_date(today, app->now));
	good = good && ownfile_save(path, OWN_ALIASES, &text, err);
	output_unlock(lock);
	catalog_free(catalog);
	str_free(&text);
	return good;
}

int
overlay_alias(struct app *app, const struct prices_options *o, const char *name, const char *model)
{
	struct err err;
	if (!add_alias(app, o, name, model, &err))
		return app_fail(app, &err);
	return show_added(app, app_alias_path(app), name, 1, "meaning");
}
