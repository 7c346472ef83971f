/* SPDX-License-Identifier: GPL-3.0-or-later */
/* priceimport - `hllm prices import FILE`: another price list into the user's own prices. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/output.h"
#include "cmd/prices.h"
#include "cmd/pricewrite.h"
#include "price/merge.h"

static const struct column item_columns[] = {
	{ .key = "provider", .head = NULL, .left = true },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 1, .least = 16 },
	{ .key = "price", .head = "WHICH", .left = true, .weight = 2, .least = 14 },
	{ .key = "in_force", .head = "IN FORCE", .unit = "USD per 1M tokens", .decimals = 9 },
	{ .key = "in_file", .head = "IN THE FILE", .unit = "USD per 1M tokens", .decimals = 9 },
	{ .key = "from", .head = "FROM", .left = true },
	{ .key = "to", .head = NULL, .left = true },
	{ .key = "why", .head = "WHY", .left = true, .weight = 3, .least = 16, .drop = 1 },
	{ .key = "key", .head = NULL, .left = true },
};
enum { ITEMS_FOR_PEOPLE = 20 };

struct importing {
	struct app *app;
	const struct prices_options *options;
	struct price_table *table;
	struct catalog *catalog;
	struct merge merge;
	const char *path, *file;
	struct slice source;
	int64_t from;
	int lock; /* from before the own prices are looked at until they are written */
	size_t written, models; /* prices that go in, and of how many models */
	const struct merge_item *first;
};

static bool
goes_in(const struct importing *im, const struct merge_item *item)
{
	return item->what == MERGE_ADD || (item->what == MERGE_CONFLICT && im->options->replace);
}

static bool
write_own(const struct importing *im, struct err *err)
{
	struct str old = STR_INIT, text = STR_INIT;
	const struct merge_item **items = xcalloc(im->merge.n + 1, sizeof(struct merge_item *));
	struct pricewrite w = { .path = im->path, .items = items, .source = im->source };
	for (size_t i = 0; i < im->merge.n; i++)
		if (goes_in(im, &im->merge.items[i]))
			items[w.n++] = &im->merge.items[i];
	bool good = pricewrite_text(im->app, &w, &old, &text, err) &&
		    ownfile_save(im->path, OWN_PRICES, &text, err);
	free(items);
	str_free(&old);
	str_free(&text);
	return good;
}

static struct cell
cell_price(const struct price_row *row, const char *none)
{
	return row ? cell_decimal((femto_t)row->picos * 1000000000) : cell_none(none);
}

static struct cell
cell_day(struct answer *answer, int64_t ns, const char *open)
{
	char day[WHEN_TEXT];
	return ns == INT64_MIN || ns == INT64_MAX ? cell_none(open)
						  : cell_text(answer, slice_of(when_date(day, ns)));
}

static void
show_items(const struct importing *im, struct answer *answer, enum merge_what what,
	struct table *table, struct column *columns)
{
	bool why = false, known = false;
	for (size_t i = 0; i < im->merge.n; i++) {
		const struct merge_item *item = &im->merge.items[i];
		if (item->what != what)
			continue;
		struct cell *cells = table_row(table);
		cells[0] = cell_text(answer, item->provider);
		cells[1] = cell_text(answer, item->model);
		cells[2] =
			cell_text(answer, table_which(&answer->arena, &item->listed->stored.row));
		cells[3] = cell_price(item->known, "no price is in force");
		cells[4] = cell_price(&item->listed->stored.row, "");
		cells[5] = cell_day(answer, item->from, "no first day");
		cells[6] = cell_day(answer, item->to, "still in force");
		cells[7] = item->why.n ? cell_text(answer, item->why) : cell_none("it is new");
		cells[8] = cell_text(answer, item->listed->key->key);
		why |= item->why.n > 0;
		known |= item->known != NULL;
	}
	if (!known)
		columns[3].head = NULL;
	if (!why)
		columns[7].head = NULL;
	if (why)
		columns[5].head = NULL;
}

static void
show_table(const struct importing *im, struct answer *answer, enum merge_what what, const char *key,
	const char *title)
{
	struct column *columns = arena_take(&answer->arena, sizeof(item_columns));
	memcpy(columns, item_columns, sizeof(item_columns));
	struct table *table = answer_table(answer, key, title, columns, HL_COUNT(item_columns));
	table->most = im->app->verbose ? 0 : ITEMS_FOR_PEOPLE;
	show_items(im, answer, what, table, columns);
	if (!table->rows_n)
		table->quiet = true;
}

/* A name that a shell takes as it is: the next command is meant to be copied. */
static bool
is_plain(struct slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/"
			    "@-+,",
			    name.p[i]))
			return false;
	return true;
}

static void
count_written(struct importing *im)
{
	const struct merge_item *last = NULL;
	for (size_t i = 0; i < im->merge.n; i++) {
		const struct merge_item *item = &im->merge.items[i];
		if (!goes_in(im, item))
			continue;
		im->written++;
		im->models += !last || !slice_eq(last->model, item->model) ||
			      !slice_eq(last->provider, item->provider);
		im->first = im->first || !is_plain(item->model) ? im->first : item;
		last = item;
	}
}

static void
say_headline(const struct importing *im, struct answer *answer)
{
	char n[NUM_TEXT], models[NUM_TEXT];
	if (!im->written) {
		answer_headline(answer, "Nothing to add: %s, %s, holds no price that is new.",
			im->file, price_table_title(im->table));
		return;
	}
	answer_headline(answer, "%s %s price%s of %s model%s to %s.",
		im->options->dry_run ? "Would add" : "Added", num_count(n, (int64_t)im->written),
		im->written == 1 ? "" : "s", num_count(models, (int64_t)im->models),
		im->models == 1 ? "" : "s", im->path);
}

static void
say_rest(const struct importing *im, struct answer *answer)
{
	const struct merge *merge = &im->merge;
	char n[NUM_TEXT], day[WHEN_TEXT];
	size_t conflicts = merge->count[MERGE_CONFLICT];
	if (im->written)
		answer_note(answer,
			"Prices to which the file gives no date hold from %s on (--from DATE for "
			"another day).",
			when_date(day, im->from));
	if (merge->count[MERGE_SAME])
		answer_note(answer, "%s price%s known already.",
			num_count(n, (int64_t)merge->count[MERGE_SAME]),
			merge->count[MERGE_SAME] == 1 ? " is" : "s are");
	if (conflicts && im->options->replace)
		answer_note(answer, "%s of them replace%s what was known before.",
			num_count(n, (int64_t)conflicts), conflicts == 1 ? "s" : "");
	else if (conflicts)
		answer_note(answer,
			"%s contradict%s what hllm knows and %s left out; --replace takes %s.",
			num_count(n, (int64_t)conflicts), conflicts == 1 ? "s" : "",
			conflicts == 1 ? "is" : "are", conflicts == 1 ? "it" : "them");
	size_t refused = merge->count[MERGE_REFUSED] + merge->faults;
	if (refused)
		answer_note(answer, "%s %s refused as wrong or doubtful; see: hllm prices lint %s",
			num_count(n, (int64_t)refused), refused == 1 ? "is" : "are", im->file);
	if (merge->count[MERGE_ZERO])
		answer_note(answer,
			"%s %s 0 and left out: hllm takes a price that it does not know as "
			"unknown, not as free.",
			num_count(n, (int64_t)merge->count[MERGE_ZERO]),
			merge->count[MERGE_ZERO] == 1 ? "is" : "are");
	if (merge->count[MERGE_ELSEWHERE])
		answer_note(answer,
			"%s %s what other sellers or single regions ask for models that hllm "
			"knows: it prices those at the list price of whose model it is.",
			num_count(n, (int64_t)merge->count[MERGE_ELSEWHERE]),
			merge->count[MERGE_ELSEWHERE] == 1 ? "is" : "are");
	if (im->table->others_n && !im->options->only)
		answer_note(answer,
			"%s are of other units than text tokens (images, audio, characters, "
			"hours) and left out.",
			num_count(n, (int64_t)im->table->others_n));
}

static void
say_next(const struct importing *im, struct answer *answer)
{
	if (im->options->dry_run && im->written)
		answer_next(answer, "hllm prices import %s%s%s%s", im->file,
			im->options->only ? " --only '" : "",
			im->options->only ? im->options->only : "", im->options->only ? "'" : "");
	else if (im->first)
		answer_next(answer, "hllm prices show " SLICE_FMT, SLICE_ARG(im->first->model));
	else
		answer_next(answer, "hllm prices diff %s  # where it differs from what is in force",
			im->file);
}

static int
show_import(struct importing *im)
{
	struct answer answer;
	answer_init(&answer, "hllm.prices/1");
	show_table(im, &answer, MERGE_ADD, "imported",
		im->options->dry_run ? "Would be added" : "Added");
	show_table(im, &answer, MERGE_CONFLICT, "conflicts",
		im->options->replace ? "Replaced" : "Not added: not what we know");
	show_table(im, &answer, MERGE_REFUSED, "refused", "Not added: wrong or doubtful");
	answer.default_table = "imported";
	say_headline(im, &answer);
	say_rest(im, &answer);
	say_next(im, &answer);
	int status = app_show(im->app, &answer);
	answer_free(&answer);
	return status;
}

static bool
open_import(struct importing *im, struct err *err)
{
	bool zoned, dated;
	char day[WHEN_TEXT];
	const char *from = im->options->from;
	/* a day, not this very moment: the same file again then says the same */
	im->from = im->app->now - (im->app->now % NS_PER_DAY + NS_PER_DAY) % NS_PER_DAY;
	if (from && !when_parse(slice_of(from), &im->from, &zoned, &dated))
		return err_set(
			err, FAULT_USAGE, "--from %s: not a date, expected YYYY-MM-DD", from);
	im->path = app_price_path(im->app);
	if (!im->path)
		return err_set(err, FAULT_SYSTEM,
			"no home folder for price files of your own: set HOME or XDG_CONFIG_HOME");
	im->table = prices_load(im->options, im->file, err);
	if (!im->table)
		return false;
	if (im->table->form == TABLE_CSV)
		return err_set(err, FAULT_INPUT,
			"%s: is a price table of hllm's own form; use it with --prices %s, or "
			"follow it with --check",
			im->file, im->file);
	if (!im->options->dry_run && !ownfile_lock(im->app, im->path, &im->lock, err))
		return false;
	im->source = slice_printf(&im->app->arena, SLICE_FMT ", %s",
		SLICE_ARG(prices_source(&im->app->arena, im->table, im->file)),
		when_date(day, im->app->now));
	im->catalog = app_catalog(im->app, err);
	return im->catalog != NULL;
}

int
prices_import(struct app *app, const struct prices_options *o, const char *file)
{
	struct importing im = { .app = app, .options = o, .file = file, .lock = -1 };
	struct err err;
	bool good = open_import(&im, &err);
	if (good) {
		im.merge = price_merge(
			im.table, im.catalog, im.from, o->only ? slice_of(o->only) : SLICE(""));
		count_written(&im);
		good = !im.written || o->dry_run || write_own(&im, &err);
	}
	output_unlock(im.lock);
	int status = good ? show_import(&im) : app_fail(app, &err);
	catalog_free(im.catalog);
	price_table_free(im.table);
	return status;
}
