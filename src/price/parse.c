/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <stdlib.h>

#include "base/near.h"
#include "base/when.h"
#include "price/catalog.h"
#include "price/sheet.h"

enum {
	COL_MODEL,
	COL_KIND,
	COL_PRICE,
	COL_UNIT,
	COL_PROVIDER,
	COL_FROM,
	COL_TO,
	COL_TIER,
	COL_REGION,
	COL_ABOVE,
	COL_HOURS,
	COL_SOURCE,
	COLS
};
static const char *const price_columns[COLS] = { "model", "kind", "price", "unit", "provider",
	"from", "to", "service_tier", "region", "above_tokens", "hours_utc", "source" };

enum { ALIAS_NAME, ALIAS_MODEL, ALIAS_FROM, ALIAS_TO, ALIAS_SOURCE, ALIAS_COLS };
static const char *const alias_columns[ALIAS_COLS] = { "name", "model", "from", "to", "source" };

struct parsing {
	struct catalog *catalog;
	struct slice name;
	int file;
};

/* One dollar a token, or a call, is past any price; larger ones would not fit the arithmetic. */
static const int64_t most_picos = 1000000000000;
static const int64_t most_multiplier = 100000;

static struct slice
keep(struct catalog *catalog, struct slice text)
{
	return words_text(catalog->words, text);
}

static bool
parse_dates(const struct slice *from, const struct slice *to, int64_t *start, int64_t *end,
	struct err *err)
{
	bool zoned, dated;
	*start = INT64_MIN;
	*end = INT64_MAX;
	if (from->n && !when_parse(*from, start, &zoned, &dated))
		return err_set(err, FAULT_INPUT,
			"from: \"" SLICE_FMT "\" is not a date, expected YYYY-MM-DD",
			SLICE_ARG(*from));
	if (to->n && !when_parse(*to, end, &zoned, &dated))
		return err_set(err, FAULT_INPUT,
			"to: \"" SLICE_FMT "\" is not a date, expected YYYY-MM-DD", SLICE_ARG(*to));
	if (*start >= *end)
		return err_set(err, FAULT_INPUT, "from %s is not before to %s", from->p, to->p);
	return true;
}

static bool
wrong_word(
	const char *column, struct slice text, const char *const *names, size_t n, struct err *err)
{
	char hint[NEAR_TEXT], *word = slice_dup(text);
	err_set(err, FAULT_INPUT, "%s: \"%s\"%s", column, word,
		near_hint(hint, word, names, n, NULL));
	free(word);
	return false;
}

static bool
parse_kind(struct slice text, int *kind, struct err *err)
{
	const char *names[KINDS] = {
		[KIND_SEARCH] = "web_search", [KIND_MULTIPLIER] = "multiplier"
	};
	for (int i = 0; i < TOKEN_KINDS; i++)
		names[i] = token_names[i];
	for (*kind = 0; *kind < KINDS; ++*kind)
		if (slice_is(text, names[*kind]))
			return true;
	return wrong_word("kind", text, names, KINDS, err);
}

/* The price as a whole number of pico-units a token or a call, or of thousandths. */
static bool
parse_price(const struct slice *cells, int kind, int64_t *picos, struct err *err)
{
	static const struct {
		const char *unit;
		int first, last;
		femto_t per; /* femto of the price that are one pico a token */
	} units[] = {
		{ "1M tokens", 0, TOKEN_KINDS - 1, 1000000000 },
		{ "1K tokens", 0, TOKEN_KINDS - 1, 1000000 },
		{ "1K calls", KIND_SEARCH, KIND_SEARCH, 1000000 },
		{ "1", KIND_MULTIPLIER, KIND_MULTIPLIER, 1000000000000 },
	};
	femto_t price;
	if (num_decimal(cells[COL_PRICE], &price) != NUM_OK || price < 0)
		return err_set(err, FAULT_INPUT, "price: \"" SLICE_FMT "\" is not a price",
			SLICE_ARG(cells[COL_PRICE]));
	for (size_t i = 0; i < HL_COUNT(units); i++) {
		if (kind < units[i].first || kind > units[i].last ||
			!slice_is(cells[COL_UNIT], units[i].unit))
			continue;
		femto_t value = price / units[i].per;
		if (price % units[i].per)
			return err_set(err, FAULT_INPUT,
				"price: \"" SLICE_FMT "\" has too many decimals for its unit",
				SLICE_ARG(cells[COL_PRICE]));
		if (value > (kind == KIND_MULTIPLIER ? most_multiplier : most_picos))
			return err_set(err, FAULT_INPUT, "price: \"" SLICE_FMT "\" is too large",
				SLICE_ARG(cells[COL_PRICE]));
		*picos = (int64_t)value;
		return true;
	}
	return err_set(err, FAULT_INPUT,
		"unit: \"" SLICE_FMT "\" does not fit the kind, expected \"%s\"",
		SLICE_ARG(cells[COL_UNIT]),
		kind == KIND_SEARCH       ? "1K calls"
		: kind == KIND_MULTIPLIER ? "1"
					  : "1M tokens");
}

static bool
parse_place(const struct slice *cells, struct stored *stored, struct err *err)
{
	struct price_row *row = &stored->row;
	row->tier = cells[COL_TIER].n ? tier_parse(cells[COL_TIER]) : TIER_STANDARD;
	if (row->tier == TIER_UNKNOWN)
		return wrong_word("service_tier", cells[COL_TIER], tier_names + 1, TIERS - 1, err);
	if (cells[COL_ABOVE].n &&
		(num_int(cells[COL_ABOVE], &row->above) != NUM_OK || row->above < 0))
		return err_set(err, FAULT_INPUT,
			"above_tokens: \"" SLICE_FMT "\" is not a number of tokens",
			SLICE_ARG(cells[COL_ABOVE]));
	stored->hourly = cells[COL_HOURS].n > 0;
	if (stored->hourly && !hours_parse(cells[COL_HOURS], &stored->hours))
		return err_set(err, FAULT_INPUT,
			"hours_utc: \"" SLICE_FMT "\" is not like \"01:00-04:00;06:30-10:00 "
			"Mon-Fri\" (half hours, none across midnight)",
			SLICE_ARG(cells[COL_HOURS]));
	return parse_dates(&cells[COL_FROM], &cells[COL_TO], &row->from, &row->to, err);
}

static bool
take_price(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct parsing *p = data;
	struct stored stored = { .row = { .line = line, .file = p->name },
		.order = (int)p->catalog->stored_n,
		.file = p->file };
	struct price_row *row = &stored.row;
	if (!cells[COL_MODEL].n)
		return err_set(err, FAULT_INPUT, "model: empty");
	if (!parse_kind(cells[COL_KIND], &stored.kind, err) ||
		!parse_price(cells, stored.kind, &row->picos, err) ||
		!parse_place(cells, &stored, err))
		return false;
	row->provider = keep(p->catalog, cells[COL_PROVIDER]);
	row->model = keep(p->catalog, cells[COL_MODEL]);
	row->source = keep(p->catalog, cells[COL_SOURCE]);
	row->region = keep(p->catalog, cells[COL_REGION]);
	row->hours = keep(p->catalog, cells[COL_HOURS]);
	row->kind = keep(p->catalog, cells[COL_KIND]);
	row->price = keep(p->catalog, cells[COL_PRICE]);
	row->unit = keep(p->catalog, cells[COL_UNIT]);
	struct catalog *c = p->catalog;
	c->stored = xgrow(c->stored, &c->stored_size, c->stored_n, sizeof(struct stored *));
	c->stored[c->stored_n] = arena_take(&c->arena, sizeof(stored));
	*c->stored[c->stored_n++] = stored;
	if (row->from > c->newest)
		c->newest = row->from;
	return true;
}

bool
catalog_add_prices(
	struct catalog *catalog, struct slice text, struct slice name, int file, struct err *err)
{
	struct parsing parsing = { catalog, keep(catalog, name), file };
	struct sheet sheet = { price_columns, COLS, COL_UNIT + 1, take_price, &parsing };
	return sheet_read(&sheet, text, parsing.name.p, err);
}

static bool
take_alias(void *data, const struct slice *cells, int64_t line, struct err *err)
{
	struct parsing *p = data;
	struct catalog *c = p->catalog;
	struct alias alias = { .as = { .line = line, .file = p->name },
		.order = (int)c->aliases_n };
	if (!cells[ALIAS_NAME].n || !cells[ALIAS_MODEL].n)
		return err_set(
			err, FAULT_INPUT, "%s: empty", cells[ALIAS_NAME].n ? "model" : "name");
	if (!parse_dates(&cells[ALIAS_FROM], &cells[ALIAS_TO], &alias.as.from, &alias.as.to, err))
		return false;
	alias.as.name = keep(c, cells[ALIAS_NAME]);
	alias.as.model = keep(c, cells[ALIAS_MODEL]);
	alias.as.source = keep(c, cells[ALIAS_SOURCE]);
	c->aliases = xgrow(c->aliases, &c->aliases_size, c->aliases_n, sizeof(struct alias *));
	c->aliases[c->aliases_n] = arena_take(&c->arena, sizeof(alias));
	*c->aliases[c->aliases_n++] = alias;
	return true;
}

bool
catalog_add_aliases(struct catalog *catalog, struct slice text, struct slice name, struct err *err)
{
	struct parsing parsing = { catalog, keep(catalog, name), 0 };
	struct sheet sheet = { alias_columns, ALIAS_COLS, ALIAS_MODEL + 1, take_alias, &parsing };
	return sheet_read(&sheet, text, parsing.name.p, err);
}
