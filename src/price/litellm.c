/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * litellm - model_prices_and_context_window.json of LiteLLM: a map from a name to its
 * prices in dollars a token.
 *
 * The name of a price is a base ("input_cost_per_token") and any of the suffixes
 * "_above_200k_tokens", "_batches", "_flex" and "_priority".  tiered_pricing[] has ranges of
 * the prompt instead.  "sample_spec" explains the form and is no model.
 */
#include "config.h"

#include "price/table.h"
#include "read/json.h"

/* The longer of two that begin alike stands first. */
static const struct {
	const char *text;
	int kind;
} bases[] = {
	{ "input_cost_per_token_cache_hit", TOKEN_CACHE_READ },
	{ "input_cost_per_token", TOKEN_UNCACHED_INPUT },
	{ "output_cost_per_token", TOKEN_OUTPUT },
	{ "cache_read_input_token_cost", TOKEN_CACHE_READ },
	{ "cache_creation_input_token_cost_above_1hr", TOKEN_CACHE_WRITE_1H },
	{ "cache_creation_input_token_cost", TOKEN_CACHE_WRITE_5M },
};

/* Modes whose answer is text; of the others with text tokens only these are read. */
static const char *const chat_modes[] = { "chat", "completion", "responses" };
static const char *const token_modes[] = { "embedding", "rerank", "moderation", "" };

/* More prices of one name than any seller has: the rest is left out. */
enum { MOST_PRICES = 512 };

struct reading_map {
	struct price_table *table;
	struct table_key *key;
	size_t first, first_fault; /* of the key's rows and faults */
	int fields;                /* prices seen */
	bool input;                /* a price of input is stated, good or bad */
};

static bool
is_one_of(struct slice text, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (slice_is(text, words[i]))
			return true;
	return false;
}

static bool
take(struct slice *rest, const char *word)
{
	if (!slice_starts(*rest, word))
		return false;
	rest->p += strlen(word);
	rest->n -= strlen(word);
	return true;
}

/* "_above_200k_tokens". */
static bool
take_above(struct slice *rest, int64_t *above)
{
	struct slice at = *rest, number;
	int64_t thousands;
	if (!take(&at, "_above_") || !slice_cut(&at, 'k', &number) ||
		num_int(number, &thousands) != NUM_OK || thousands <= 0 || thousands > 1000000 ||
		!take(&at, "_tokens"))
		return false;
	*above = thousands * 1000;
	*rest = at;
	return true;
}

/* Reads the name of a price; false: of none that is of text tokens. */
static bool
parse_field(struct slice field, struct table_price *price)
{
	size_t i = 0;
	struct slice rest = field;
	while (i < HL_COUNT(bases) && !take(&rest, bases[i].text))
		i++;
	if (i == HL_COUNT(bases))
		return false;
	price->kind = bases[i].kind;
	price->field = field;
	take_above(&rest, &price->above);
	if (take(&rest, "_batches"))
		price->tier = TIER_BATCH;
	else if (take(&rest, "_flex"))
		price->tier = TIER_FLEX;
	else if (take(&rest, "_priority"))
		price->tier = TIER_PRIORITY;
	return rest.n == 0;
}

/* xAI's thresholds are "N or more"; ours are "more than N" (PRICES(5), above_tokens). */
static int64_t
adjust_above(const struct reading_map *m, int64_t above)
{
	return above && slice_is(m->key->seller, "xai") ? above - 1 : above;
}

static bool
has_row(const struct reading_map *m, const struct table_price *price)
{
	for (size_t i = m->first; i < m->table->rows_n; i++) {
		const struct listed *row = m->table->rows[i];
		if (row->stored.kind == price->kind && row->stored.row.tier == price->tier &&
			row->stored.row.above == price->above)
			return true;
	}
	return false;
}

static void
add(struct reading_map *m, struct table_price price, struct field value)
{
	if (value.type == FIELD_NULL)
		return;
	m->input |= price.kind == TOKEN_UNCACHED_INPUT && price.tier == TIER_STANDARD;
	price.key = m->key;
	price.field = slice_copy(&m->table->arena, price.field);
	price.above = adjust_above(m, price.above);
	price.from = INT64_MIN;
	price.to = INT64_MAX;
	/* two names for the same: the one that came first */
	if (!has_row(m, &price))
		table_add_price(m->table, &price, value.text, 12);
}

/* One range of tiered_pricing: {"range": [0, 256000], "input_cost_per_token": …}. */
static void
read_range(struct reading_map *m, struct slice object)
{
	struct slice rest, key;
	struct field value, start;
	bool escaped;
	int64_t above = -1;
	if (!json_open(object, '{', &rest))
		return;
	for (struct slice at = rest; json_member(&at, &key, &escaped, &value);) {
		struct slice items;
		if (slice_is(key, "range") && json_open(value.text, '[', &items) &&
			json_item(&items, &start) && num_int(start.text, &above) != NUM_OK)
			above = -1;
	}
	while (json_member(&rest, &key, &escaped, &value)) {
		struct table_price price = { .tier = TIER_STANDARD };
		if (above >= 0 && parse_field(key, &price) && !price.above) {
			price.above = above;
			add(m, price, value);
		} else if (slice_find(key, "cost") >= 0) {
			m->table->others_n++;
			m->key->other = true;
		}
	}
}

static void
read_ranges(struct reading_map *m, struct slice array)
{
	struct slice rest;
	struct field item;
	if (!json_open(array, '[', &rest))
		return;
	while (json_item(&rest, &item) && m->fields++ < MOST_PRICES)
		if (item.type == FIELD_OBJECT)
			read_range(m, item.text);
}

/* Was this said before?  Then that counts. */
static bool
said_before(const struct reading_map *m, struct slice field)
{
	for (size_t i = m->first; i < m->table->rows_n; i++)
		if (slice_eq(m->table->rows[i]->field, field))
			return true;
	for (size_t i = m->first_fault; i < m->table->faults_n; i++)
		if (slice_eq(m->table->faults[i].field, field))
			return true;
	return false;
}

static void
read_field(struct reading_map *m, struct slice key, struct field value)
{
	struct table_price price = { .tier = TIER_STANDARD };
	if (slice_is(key, "tiered_pricing")) {
		read_ranges(m, value.text);
	} else if (parse_field(key, &price)) {
		if (m->fields++ >= MOST_PRICES)
			return;
		if (said_before(m, key))
			table_add_fault(m->table,
				(struct table_fault){ .key = m->key,
					.field = slice_copy(&m->table->arena, key),
					.text = value.text,
					.kind = "duplicate",
					.expected = "once",
					.why = "stated twice: the first counts here, the last in "
					       "LiteLLM" });
		else
			add(m, price, value);
	} else if (slice_find(key, "cost") >= 0 &&
		   (value.type == FIELD_NUMBER || value.type == FIELD_OBJECT)) {
		m->table->others_n++;
		m->key->other = true;
	}
}

static void
read_entry(struct price_table *table, struct table_key *key, struct slice object)
{
	struct reading_map m = { .table = table, .key = key };
	struct slice rest, name;
	struct field value;
	bool escaped;
	m.first = table->rows_n;
	m.first_fault = table->faults_n;
	if (!json_open(object, '{', &rest))
		return;
	while (json_member(&rest, &name, &escaped, &value))
		read_field(&m, name, value);
	if (key->chat && !m.input)
		table_add_fault(table,
			(struct table_fault){ .key = key,
				.field = SLICE("input_cost_per_token"),
				.text = SLICE(""),
				.kind = "no_price",
				.expected = "a price",
				.why = key->other ? "only prices of other units than text tokens"
						  : "no price at all" });
}

/* What decides how an entry is read. */
struct about {
	struct slice provider, mode;
	bool prices; /* it is about a model at all */
};

static struct about
look_at(struct price_table *table, struct slice object)
{
	struct about about = { SLICE(""), SLICE(""), false };
	struct slice rest, key;
	struct field value;
	bool escaped;
	if (!json_open(object, '{', &rest))
		return about;
	while (json_member(&rest, &key, &escaped, &value)) {
		bool text = value.type == FIELD_TEXT;
		about.prices |=
			slice_is(key, "litellm_provider") || slice_is(key, "input_cost_per_token");
		if (text && slice_is(key, "litellm_provider") && !about.provider.n)
			about.provider = json_decode(&table->arena, value.text);
		if (text && slice_is(key, "mode") && !about.mode.n)
			about.mode = json_decode(&table->arena, value.text);
	}
	return about;
}

bool
litellm_is(struct slice object)
{
	struct price_table scratch = { .form = TABLE_LITELLM };
	struct slice rest, key;
	struct field value;
	bool escaped, found = false;
	if (!json_open(object, '{', &rest))
		return false;
	while (!found && json_member(&rest, &key, &escaped, &value))
		found = value.type == FIELD_OBJECT && look_at(&scratch, value.text).prices;
	arena_free(&scratch.arena);
	return found;
}

void
litellm_read(struct price_table *table, struct slice object)
{
	struct slice rest, raw;
	struct field value;
	struct table_line line = { object.p, 1 };
	bool escaped;
	if (!json_open(object, '{', &rest))
		return;
	while (json_member(&rest, &raw, &escaped, &value)) {
		if (value.type != FIELD_OBJECT || slice_is(raw, "sample_spec"))
			continue;
		struct about about = look_at(table, value.text);
		if (!about.prices)
			continue;
		struct slice name = escaped ? json_decode(&table->arena, raw) : raw;
		struct table_key *key = table_add_key(
			table, name, table_seller(table, about.provider), table_line(&line, raw.p));
		key->mode = about.mode;
		key->chat = is_one_of(about.mode, chat_modes, HL_COUNT(chat_modes));
		/* of images, audio, video only the name is looked at */
		if (key->chat || is_one_of(about.mode, token_modes, HL_COUNT(token_modes)))
			read_entry(table, key, value.text);
		else
			table->other_keys_n++;
	}
}
