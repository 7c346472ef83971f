/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pricediff - `hllm prices diff A [B]`. */
#include "config.h"

#include <unistd.h>

#include "base/when.h"
#include "cmd/catalog.h"
#include "cmd/prices.h"
#include "price/diff.h"

static const struct column change_columns[] = {
	{ .key = "provider", .head = NULL, .left = true },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 1, .least = 16 },
	{ .key = "price", .head = "WHICH", .left = true, .weight = 2, .least = 14 },
	{ .key = "service_tier", .head = NULL, .left = true },
	{ .key = "kind", .head = NULL, .left = true },
	{ .key = "above_tokens", .head = NULL, .unit = "tokens" },
	{ .key = "region", .head = NULL, .left = true },
	{ .key = "hours_utc", .head = NULL, .left = true },
	{ .key = "change", .head = NULL, .left = true },
	{ .key = "old", .head = "OLD", .unit = "USD", .decimals = 9 },
	{ .key = "new", .head = "NEW", .unit = "USD", .decimals = 9 },
	{ .key = "ratio", .head = "TIMES", .decimals = 4 },
	{ .key = "from", .head = "SINCE", .left = true, .drop = 1 },
	{ .key = "old_source", .head = NULL, .left = true },
	{ .key = "new_source", .head = NULL, .left = true },
};
enum { CHANGES_FOR_PEOPLE = 40 };

/* One side as the user named it. */
struct side {
	const struct prices_options *options;
	struct price_side side;
	struct catalog *catalog; /* of its own */
	const char *name;
};

static bool
open_side(struct app *app, const char *word, const struct catalog *in_force, struct side *side,
	struct err *err)
{
	if (!word) {
		side->side.catalog = in_force;
		side->name = "the prices in force";
		return true;
	}
	side->name = word;
	if (strcmp(word, "shipped") == 0) {
		const char *prices = app_shipped_path(app, "prices.csv"),
			   *aliases = app_shipped_path(app, "aliases.csv");
		side->name = "the shipped prices";
		side->side.catalog = side->catalog = catalog_load(&prices, 1, &aliases, 1, err);
		return side->catalog != NULL;
	}
	if (strcmp(word, "overlay") == 0) {
		word = app_price_path(app);
		side->name = "your own prices";
		if (!word || access(word, F_OK) != 0)
			return err_set(err, FAULT_INPUT,
				"overlay: there are no prices of your own yet; hllm prices add or "
				"import makes them");
	}
	if (strcmp(word, "checked") == 0) {
		word = app_checked_path(app);
		side->name = "the prices that checks took";
		if (!word || access(word, F_OK) != 0)
			return err_set(err, FAULT_INPUT,
				"checked: there are none yet; hllm prices import --check makes "
				"them");
	}
	side->side.table = prices_load(side->options, word, err);
	return side->side.table != NULL;
}

static void
close_side(struct side *side)
{
	catalog_free(side->catalog);
	price_table_free(side->side.table);
}

static struct cell
cell_number(const struct price_row *row)
{
	/* a price of a call or of 1M tokens is 10^6 times pico-units; a call is sold by the thousand */
	bool call = row && slice_is(row->kind, "web_search");
	return row ? cell_decimal((femto_t)row->picos * (call ? 1000000 : 1000000000))
		   : cell_none("no price there");
}

static struct cell
cell_word(struct answer *answer, struct slice text, const char *none)
{
	return text.n ? cell_text(answer, text) : cell_none(none);
}

static void
show_change(struct answer *answer, struct table *table, const struct price_change *change)
{
	static const char *const words[] = { "changed", "removed", "added" };
	const struct price_row *before = change->before, *after = change->after,
			       *row = after ? after : before;
	struct cell *cells = table_row(table);
	char day[WHEN_TEXT];
	cells[0] = cell_text(answer, change->provider);
	cells[1] = cell_text(answer, change->model);
	cells[2] = cell_text(answer, table_which(&answer->arena, row));
	cells[3] = cell_text(answer, slice_of(tier_names[row->tier]));
	cells[4] = cell_text(answer, row->kind);
	cells[5] = row->above ? cell_count(row->above) : cell_none("any length");
	cells[6] = cell_word(answer, row->region, "any region");
	cells[7] = cell_word(answer, row->hours, "all hours");
	cells[8] = cell_text(answer, slice_of(words[change->what]));
	cells[9] = cell_number(before);
	cells[10] = cell_number(after);
	if (change->what == PRICE_CHANGED && before->picos > 0)
		cells[11] = cell_decimal(
			num_round((femto_t)after->picos * FEMTO_PER_UNIT / before->picos, 4));
	else
		cells[11] = cell_none(
			change->what == PRICE_CHANGED ? "the old price is 0" : "only one price");
	cells[12] = row->from == INT64_MIN ? cell_none("no first day")
					   : cell_text(answer, slice_of(when_date(day, row->from)));
	cells[13] =
		before ? cell_word(answer, before->source, "not stated") : cell_none("no price");
	cells[14] = after ? cell_word(answer, after->source, "not stated") : cell_none("no price");
}

/* A column that says nothing here needs no room. */
static struct column *
choose_columns(struct answer *answer, const struct price_changes *changes)
{
	struct column *columns = arena_take(&answer->arena, sizeof(change_columns));
	bool dated = false;
	memcpy(columns, change_columns, sizeof(change_columns));
	for (size_t i = 0; i < changes->n; i++) {
		const struct price_change *one = &changes->items[i];
		dated |= (one->after ? one->after : one->before)->from != INT64_MIN;
	}
	if (!dated)
		columns[12].head = NULL;
	return columns;
}

static void
say_changes(struct answer *answer, const struct price_changes *changes, const struct side sides[2])
{
	char n[NUM_TEXT], all[NUM_TEXT], far[NUM_TEXT], removed[NUM_TEXT], added[NUM_TEXT];
	num_count(far, (int64_t)changes->far);
	if (!changes->compared)
		answer_headline(
			answer, "%s and %s have no price in common.", sides[0].name, sides[1].name);
	else if (!changes->changed)
		answer_headline(answer, "All %s prices that both have are the same.",
			num_count(all, (int64_t)changes->compared));
	else
		answer_headline(answer, "%s of %s prices differ%s; %s by more than 2x.",
			num_count(n, (int64_t)changes->changed),
			num_count(all, (int64_t)changes->compared),
			changes->changed == 1 ? "s" : "", changes->far ? far : "none");
	if (changes->removed || changes->added)
		answer_note(answer, "%s more %s only in %s, %s only in %s.",
			num_count(removed, (int64_t)changes->removed),
			changes->removed == 1 ? "is" : "are", sides[0].name,
			num_count(added, (int64_t)changes->added), sides[1].name);
	if (changes->elsewhere)
		answer_note(answer,
			"Left out: %s prices of models that hllm knows, asked by other sellers or "
			"in one region.",
			num_count(n, (int64_t)changes->elsewhere));
}

static void
show_changes(struct app *app, struct answer *answer, const struct price_changes *changes,
	const struct side sides[2], int64_t when)
{
	char day[WHEN_TEXT];
	struct table *table = answer_table(
		answer, "changes", NULL, choose_columns(answer, changes), HL_COUNT(change_columns));
	for (size_t i = 0; i < changes->n; i++)
		show_change(answer, table, &changes->items[i]);
	table->most = app->verbose ? 0 : CHANGES_FOR_PEOPLE;
	answer->default_table = "changes";
	say_changes(answer, changes, sides);
	answer_note(answer,
		"OLD is %s, NEW is %s, in dollars per 1M tokens, as in force on %s (--on DATE for "
		"another day).",
		sides[0].name, sides[1].name, when_date(day, when));
}

int
prices_diff(struct app *app, const struct prices_options *o, const char *a, const char *b)
{
	struct answer answer;
	struct err err;
	struct side sides[2] = { { .options = o, .name = a }, { .options = o, .name = b } };
	int64_t when;
	if (!prices_day(app, o, &when, NULL, &err))
		return app_fail(app, &err);
	answer_init(&answer, "hllm.prices/1");
	struct catalog *catalog = app_catalog(app, &err);
	bool good = catalog && open_side(app, a, catalog, &sides[0], &err) &&
		    open_side(app, b, catalog, &sides[1], &err);
	int status = good ? EXIT_DONE : app_fail(app, &err);
	if (good) {
		struct price_changes changes =
			price_diff(&sides[0].side, &sides[1].side, catalog, when, &answer.arena);
		show_changes(app, &answer, &changes, sides, when);
		status = app_show(app, &answer);
	}
	close_side(&sides[0]);
	close_side(&sides[1]);
	catalog_free(catalog);
	answer_free(&answer);
	return status;
}
