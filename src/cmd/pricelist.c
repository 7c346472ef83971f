/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/when.h"
#include "cmd/prices.h"
#include "price/price.h"

static const struct column list_columns[] = {
	{ .key = "provider", .head = "PROVIDER", .left = true, .weight = 1, .least = 8, .drop = 1 },
	{ .key = "model", .head = "MODEL", .left = true, .weight = 2, .least = 16 },
	{ .key = "input_price", .head = "INPUT", .unit = "USD per 1M tokens", .decimals = 6 },
	{ .key = "cache_read_price",
		.head = "CACHED",
		.unit = "USD per 1M tokens",
		.decimals = 6,
		.drop = 3 },
	{ .key = "output_price", .head = "OUTPUT", .unit = "USD per 1M tokens", .decimals = 6 },
	{ .key = "held", .head = "SINCE", .left = true, .drop = 2 },
	{ .key = "from", .head = NULL, .left = true },
	{ .key = "to", .head = NULL, .left = true },
	{ .key = "also", .head = NULL, .left = true },
};
static const struct column row_columns[] = {
	{ .key = "provider", .head = NULL, .left = true },
	{ .key = "service_tier", .head = "TIER", .left = true, .drop = 1 },
	{ .key = "kind", .head = "KIND", .left = true, .weight = 1, .least = 10 },
	{ .key = "price", .head = "PRICE", .unit = "USD", .decimals = 9 },
	{ .key = "unit", .head = "PER", .left = true, .drop = 4 },
	/* the day is enough of a time */
	{ .key = "from", .head = "FROM", .left = true, .weight = 2, .least = 11 },
	{ .key = "to", .head = "TO", .left = true, .weight = 2, .least = 11, .drop = 3 },
	{ .key = "region", .head = "REGION", .left = true, .drop = 2 },
	{ .key = "above_tokens", .head = "ABOVE", .unit = "tokens", .drop = 2 },
	{ .key = "hours_utc", .head = "HOURS (UTC)", .left = true, .drop = 2 },
	{ .key = "source", .head = "SOURCE", .left = true, .weight = 3, .least = 10, .drop = 5 },
	{ .key = "file", .head = NULL, .left = true },
	{ .key = "line", .head = NULL },
};
static const struct column resolved_columns[] = {
	{ .key = "name", .head = "NAME", .left = true },
	{ .key = "state", .head = "STATE", .left = true },
	{ .key = "provider", .head = "PROVIDER", .left = true },
	{ .key = "model", .head = "MODEL", .left = true },
	{ .key = "rule", .head = "FOUND BY", .left = true, .weight = 1 },
	{ .key = "modifier", .head = "SURCHARGE", .decimals = 3 },
	{ .key = "reason", .head = NULL, .left = true },
	{ .key = "nearest", .head = NULL, .left = true },
};
static struct cell
cell_date(struct answer *answer, int64_t ns, const char *open)
{
	char text[WHEN_TEXT];
	if (ns == INT64_MIN || ns == INT64_MAX)
		return cell_none(open);
	return cell_text(
		answer, slice_of(ns % NS_PER_DAY ? when_print(text, ns) : when_date(text, ns)));
}

static struct cell
cell_word(struct answer *answer, struct slice text, const char *none)
{
	return text.n ? cell_text(answer, text) : cell_none(none);
}

static struct cell
cell_price(const struct price_row *row)
{
	femto_t value;
	if (!row || num_decimal(row->price, &value) != NUM_OK)
		return cell_none("no price of this kind");
	return cell_decimal(value);
}

/* The plain price of a kind on a day, else the last one before; of the first hours of the day if it has hours. */
static const struct price_row *
plain_row(const struct model *model, const char *kind, int64_t when)
{
	const struct price_row *const *rows, *best = NULL;
	size_t n = model_rows(model, &rows);
	for (size_t i = 0; i < n; i++) {
		const struct price_row *row = rows[i];
		if (row->tier != TIER_STANDARD || row->region.n || row->above ||
			!slice_is(row->kind, kind))
			continue;
		if (row->from <= when && when < row->to)
			return row;
		if (!best || row->from > best->from)
			best = row;
	}
	return best;
}

/* What a single line of the list cannot say. */
static struct cell
cell_also(struct answer *answer, const struct model *model)
{
	static const char *const words[] = { "batch", "flex", "priority", "tiers", "hours",
		"regions" };
	const struct price_row *const *rows;
	size_t n = model_rows(model, &rows);
	bool has[HL_COUNT(words)] = { false };
	for (size_t i = 0; i < n; i++) {
		has[0] |= rows[i]->tier == TIER_BATCH;
		has[1] |= rows[i]->tier == TIER_FLEX;
		has[2] |= rows[i]->tier == TIER_PRIORITY;
		has[3] |= rows[i]->above > 0;
		has[4] |= rows[i]->hours.n > 0;
		has[5] |= rows[i]->region.n > 0;
	}
	struct str text = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(words); i++)
		if (has[i])
			str_printf(&text, "%s%s", text.n ? "\n" : "", words[i]);
	struct cell cell =
		text.n ? cell_list(answer, str_as_slice(&text)) : cell_none("nothing else");
	str_free(&text);
	return cell;
}

/* The first day of the price; of a model that is gone, the last day of all. */
static struct cell
cell_held(
	struct answer *answer, const struct model *model, const struct price_row *row, int64_t now)
{
	int64_t from, to;
	char day[WHEN_TEXT];
	model_span(model, &from, &to);
	if (to <= now)
		return cell_textf(answer, "until %s", when_date(day, to - 1));
	return row ? cell_date(answer, row->from, "always") : cell_none("no price of this kind");
}

static void
list_model(struct answer *answer, struct table *table, const struct model *model, int64_t now)
{
	const struct price_row *input = plain_row(model, "uncached_input", now);
	struct cell *cells = table_row(table);
	cells[0] = cell_text(answer, model_provider(model));
	cells[1] = cell_text(answer, model_id(model));
	cells[2] = cell_price(input);
	cells[3] = cell_price(plain_row(model, "cache_read", now));
	cells[4] = cell_price(plain_row(model, "output", now));
	cells[5] = cell_held(answer, model, input, now);
	cells[6] = input ? cell_date(answer, input->from, "no first day")
			 : cell_none("no price of this kind");
	cells[7] = input ? cell_date(answer, input->to, "still in force")
			 : cell_none("no price of this kind");
	cells[8] = cell_also(answer, model);
}

/* Where a newer list would be taken from. */
static void
note_age(struct answer *answer, int64_t last, int64_t now)
{
	char days[NUM_TEXT];
	if (last == INT64_MIN || (now - last) / NS_PER_DAY <= PRICE_AGE_DAYS)
		return;
	answer_note(answer,
		"The newest price in the table is %s days old: hllm prices import FILE takes newer "
		"ones from LiteLLM's map or a list of simonw/llm-prices.",
		num_count(days, (now - last) / NS_PER_DAY));
}

int
prices_list(
	struct app *app, const struct catalog *catalog, struct answer *answer, const char *pattern)
{
	const struct model *const *models;
	size_t n = catalog_models(catalog, &models), shown = 0;
	struct str glob = STR_INIT;
	char newest[WHEN_TEXT];
	/* a word without a star finds every id that holds it */
	str_printf(&glob, strpbrk(pattern, "*?") ? "%s" : "*%s*", pattern);
	struct table *table =
		answer_table(answer, "models", NULL, list_columns, HL_COUNT(list_columns));
	for (size_t i = 0; i < n; i++)
		if (slice_glob(model_id(models[i]), str_as_slice(&glob)) ||
			slice_glob(model_provider(models[i]), str_as_slice(&glob))) {
			list_model(answer, table, models[i], app->now);
			shown++;
		}
	str_free(&glob);
	int64_t last = catalog_newest_until(catalog, app->now);
	note_age(answer, last, app->now);
	answer_headline(answer,
		"%zu of %zu models, in dollars per 1M tokens; the last change in the table is of "
		"%s.",
		shown, n, last == INT64_MIN ? "no date" : when_date(newest, last));
	answer->default_table = "models";
	if (shown)
		answer_next(answer,
			"hllm prices show " SLICE_FMT "  # every price with its dates and source",
			SLICE_ARG(table->cells[1].text));
	return EXIT_DONE;
}

static void
show_row(struct answer *answer, struct table *table, const struct price_row *row)
{
	struct cell *cells = table_row(table);
	cells[0] = cell_text(answer, row->provider);
	cells[1] = cell_text(answer, slice_of(tier_names[row->tier]));
	cells[2] = cell_text(answer, row->kind);
	cells[3] = cell_price(row);
	cells[4] =
		cell_text(answer, slice_is(row->kind, "multiplier") ? SLICE("times") : row->unit);
	cells[5] = cell_date(answer, row->from, "no first day");
	cells[6] = cell_date(answer, row->to, "still in force");
	cells[7] = cell_word(answer, row->region, "any region");
	cells[8] = row->above ? cell_count(row->above) : cell_none("any length");
	cells[9] = cell_word(answer, row->hours, "all hours");
	cells[10] = cell_word(answer, row->source, "not stated");
	cells[11] = cell_text(answer, row->file);
	cells[12] = cell_count(row->line);
}

static void
show_resolution(struct answer *answer, const char *name, const struct resolution *r)
{
	static const char *const states[] = { "priced", "free", "unpriced", "not priced then" };
	struct table *table = answer_table(
		answer, "resolution", NULL, resolved_columns, HL_COUNT(resolved_columns));
	table->single = true;
	struct cell *cells = table_row(table);
	cells[0] = cell_text(answer, slice_of(name));
	cells[1] = cell_text(answer, slice_of(states[r->state]));
	cells[2] = r->model ? cell_text(answer, model_provider(r->model)) : cell_none("no model");
	cells[3] = r->model ? cell_text(answer, model_id(r->model)) : cell_none("no model");
	cells[4] = cell_word(answer, r->rule, "not found");
	cells[5] = cell_decimal((femto_t)r->modifier * (FEMTO_PER_UNIT / 1000));
	cells[6] = cell_word(answer, r->why, "it is priced");
	cells[7] = cell_word(answer, r->hint, "nothing near it");
}

/* Most models have no regions, tiers or hours: their columns need no room. */
static void
hide_empty(const struct table *table, struct column *columns)
{
	for (size_t c = 0; c < table->columns_n; c++) {
		bool used = false;
		for (size_t r = 0; r < table->rows_n; r++)
			used |= table->cells[r * table->columns_n + c].type != CELL_NONE;
		if (!used)
			columns[c].head = NULL;
	}
}

static void
show_model(struct answer *answer, const struct model *model, int64_t start, int64_t end)
{
	const struct price_row *const *rows;
	size_t n = model_rows(model, &rows);
	struct column *columns = arena_take(&answer->arena, sizeof(row_columns));
	memcpy(columns, row_columns, sizeof(row_columns));
	struct table *table = answer_table(answer, "prices", NULL, columns, HL_COUNT(row_columns));
	for (size_t i = 0; i < n; i++)
		if (rows[i]->from < end && rows[i]->to > start)
			show_row(answer, table, rows[i]);
	hide_empty(table, columns);
	answer->default_table = "prices";
}

int
prices_show(struct app *app, const struct catalog *catalog, struct answer *answer,
	const struct prices_options *o, const char *name)
{
	int64_t on;
	bool dated;
	struct err err;
	if (!prices_day(app, o, &on, &dated, &err))
		return app_fail(app, &err);
	struct slice seller = o->provider ? slice_of(o->provider) : SLICE("");
	struct resolution r =
		price_resolve(catalog, SLICE(""), seller, slice_of(name), SLICE(""), on, false);
	if (r.state == PRICE_UNKNOWN && !r.deliberate) {
		err_set(&err, FAULT_INPUT, "%s: %s%s" SLICE_FMT, name, r.why.p,
			r.hint.n ? "; near it: " : "", SLICE_ARG(r.hint));
		return app_fail(app, &err);
	}
	show_resolution(answer, name, &r);
	if (r.model)
		show_model(answer, r.model, o->on ? on : INT64_MIN,
			o->on ? on + (dated ? NS_PER_DAY : 1) : INT64_MAX);
	if (r.state == PRICE_FOUND)
		answer_headline(answer,
			"%s is priced as " SLICE_FMT "%s" SLICE_FMT " (" SLICE_FMT ").", name,
			SLICE_ARG(model_id(r.model)), model_provider(r.model).n ? " of " : "",
			SLICE_ARG(model_provider(r.model)), SLICE_ARG(r.rule));
	else if (r.state == PRICE_FREE)
		answer_headline(answer, "%s is free: " SLICE_FMT ".", name, SLICE_ARG(r.rule));
	else
		answer_headline(answer, "%s is not priced: " SLICE_FMT ".", name, SLICE_ARG(r.why));
	if (r.modifier != 1000)
		answer_note(answer, "Region " SLICE_FMT ": token prices times %d.%03d.",
			SLICE_ARG(r.region), r.modifier / 1000, r.modifier % 1000);
	return EXIT_DONE;
}
