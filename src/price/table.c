/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "price/table.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/name.h"
#include "price/provider.h"
#include "price/sheet.h"
#include "read/json.h"

/* Longer ones are no names of models; and what is no plain ASCII cannot be told apart by eye. */
enum { LONGEST_KEY = 200 };
/* A dollar a token, as in prices.csv. */
static const int64_t most_picos = 1000000000000;

static const char *
judge_name(struct slice key)
{
	if (!key.n)
		return "the name is empty";
	if (key.n > LONGEST_KEY)
		return "the name is longer than 200 characters";
	for (size_t i = 0; i < key.n; i++)
		if ((unsigned char)key.p[i] < ' ' || (unsigned char)key.p[i] > '~')
			return "the name holds control characters or letters beyond ASCII";
	return key.p[0] == ' ' || key.p[key.n - 1] == ' ' ? "the name begins or ends with a blank"
							  : NULL;
}

struct table_key *
table_add_key(struct price_table *table, struct slice key, struct slice seller, int64_t line)
{
	struct table_key *added = arena_take(&table->arena, sizeof(*added));
	added->key = slice_copy(&table->arena, key);
	added->seller = seller;
	added->number = table->keys_n;
	added->local = provider_kind(seller, NULL) == SELLER_LOCAL;
	added->mode = SLICE("");
	added->line = line;
	added->bad = judge_name(key);
	/* it becomes a cell of the user's own prices just as the name does */
	if (!added->bad && judge_name(seller))
		added->bad = "the name of its seller is no plain text";
	added->free = slice_ends(key, ":free");
	table->keys =
		xgrow(table->keys, &table->keys_size, table->keys_n, sizeof(struct table_key *));
	return table->keys[table->keys_n++] = added;
}

struct slice
table_seller(struct price_table *table, struct slice text)
{
	const char *name;
	struct slice rest = text, first;
	/* "vertex_ai-language-models", "fireworks_ai-embedding-models" */
	if (provider_kind(text, &name) == SELLER_UNKNOWN && slice_cut(&rest, '-', &first))
		provider_kind(first, &name);
	return name ? slice_of(name) : slice_copy(&table->arena, text.n ? text : SLICE("other"));
}

/* "cohere.embed-v3", "oci/cohere.embed-v3" and "embed-v3" are one model of several sellers. */
static struct slice
family_of(struct slice key)
{
	struct name_place place = { .platform = NULL, .region = SLICE("") };
	struct slice rest = key, part = key;
	while (slice_cut(&rest, '/', &part))
		key = part;
	while (name_strip(&key, &place))
		;
	while (name_drop(&key))
		;
	return key;
}

static void
add_row(struct price_table *table, struct listed row)
{
	row.family = family_of(row.key->key);
	table->rows = xgrow(table->rows, &table->rows_size, table->rows_n, sizeof(struct listed *));
	table->rows[table->rows_n] = arena_take(&table->arena, sizeof(row));
	*table->rows[table->rows_n++] = row;
}

void
table_add_fault(struct price_table *table, struct table_fault fault)
{
	fault.text = slice_copy(&table->arena, fault.text);
	table->faults =
		xgrow(table->faults, &table->faults_size, table->faults_n, sizeof(*table->faults));
	table->faults[table->faults_n++] = fault;
}

/* What keeps a number from being a price; NULL: nothing. */
static const char *
judge_number(enum num_result result, femto_t picos, struct table_fault *fault)
{
	fault->expected = "a price of at least 0";
	if (result == NUM_FRACTION) {
		fault->why = "digits below 10^-12 dollars a token: a binary fraction in print?";
		fault->expected = "at most 12 decimals a token";
		return "inexact";
	}
	if (result != NUM_OK && result != NUM_RANGE) {
		fault->why = "not a number";
		return "not_a_number";
	}
	if (result == NUM_RANGE || picos > most_picos) {
		fault->why = "above a dollar a token: is the unit right?";
		fault->expected = "at most 1 a token";
		return "unit";
	}
	if (picos >= 0)
		return NULL;
	fault->why = "a price below 0: -1 stands for a price that varies";
	return "negative";
}

void
table_add_price(
	struct price_table *table, const struct table_price *price, struct slice number, int power)
{
	femto_t picos = 0;
	struct table_fault fault = { .key = price->key, .field = price->field, .text = number };
	enum num_result result = num_scaled(number, power, &picos);
	fault.kind = judge_number(result, picos, &fault);
	if (fault.kind) {
		table_add_fault(table, fault);
		return;
	}
	struct listed row = { .field = price->field, .key = price->key };
	struct price_row *r = &row.stored.row;
	char text[NUM_TEXT];
	num_print(text, picos * FEMTO_PER_NANO * 1000, 0, 6, false);
	r->price = slice_copy(&table->arena, slice_of(text));
	r->unit = SLICE("1M tokens");
	r->picos = (int64_t)picos;
	r->provider = price->key->seller;
	r->model = price->key->key;
	r->file = table->file;
	r->line = price->key->line;
	r->source = r->region = r->hours = SLICE("");
	r->from = price->from;
	r->to = price->to;
	r->tier = price->tier;
	r->above = price->above;
	r->kind = slice_of(token_names[price->kind]);
	row.stored.kind = price->kind;
	row.stored.order = (int)table->rows_n;
	add_row(table, row);
}

int64_t
table_line(struct table_line *at, const char *p)
{
	while (at->p < p) {
		const char *end = memchr(at->p, '\n', (size_t)(p - at->p));
		at->line += end != NULL;
		at->p = end ? end + 1 : p;
	}
	return at->line;
}

struct slice
table_which(struct arena *arena, const struct price_row *row)
{
	struct str text = STR_INIT;
	str_slice(&text, row->kind);
	if (row->tier != TIER_STANDARD)
		str_printf(&text, " %s", tier_names[row->tier]);
	if (row->above)
		str_printf(&text, " above %lld", (long long)row->above);
	if (row->region.n)
		str_printf(&text, " " SLICE_FMT, SLICE_ARG(row->region));
	if (row->hours.n)
		str_printf(&text, " " SLICE_FMT, SLICE_ARG(row->hours));
	struct slice kept = slice_copy(arena, str_as_slice(&text));
	str_free(&text);
	return kept;
}

/* Rows of one model stand together once they are sorted. */
static bool
read_csv(struct price_table *table, struct slice text, struct err *err)
{
	struct catalog catalog = { .words = words_new() };
	table->words = catalog.words;
	bool good = catalog_add_prices(&catalog, text, table->file, 0, err);
	arena_join(&table->arena, &catalog.arena);
	if (good && catalog.stored_n)
		qsort(catalog.stored, catalog.stored_n, sizeof(struct stored *), stored_compare);
	struct table_key *key = NULL;
	for (size_t i = 0; i < catalog.stored_n && good; i++) {
		const struct price_row *row = &catalog.stored[i]->row;
		if (!key || !stored_same_model(catalog.stored[i - 1], catalog.stored[i])) {
			struct str name = STR_INIT;
			/* every byte of it: names are judged by it, and cut again where the provider ends */
			str_slice(&name, row->provider);
			if (row->provider.n)
				str_putc(&name, '/');
			str_slice(&name, row->model);
			key = table_add_key(table, str_as_slice(&name), row->provider, row->line);
			key->chat = true;
			str_free(&name);
		}
		add_row(table, (struct listed){ .stored = *catalog.stored[i],
				       .field = table_which(&table->arena, row),
				       .key = key });
	}
	free(catalog.stored);
	return good;
}

static int
compare_keys(const void *pa, const void *pb)
{
	const struct table_key *a = *(struct table_key *const *)pa,
			       *b = *(struct table_key *const *)pb;
	int order = slice_compare(a->key, b->key);
	return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* Of a map that has a name twice the first entry counts, as for all JSON here. */
static void
drop_twice(struct price_table *table)
{
	struct table_key **sorted = xcalloc(table->keys_n + 1, sizeof(struct table_key *));
	size_t kept = 0;
	if (table->keys_n) {
		memcpy(sorted, table->keys, table->keys_n * sizeof(struct table_key *));
		qsort(sorted, table->keys_n, sizeof(struct table_key *), compare_keys);
	}
	for (size_t i = 1; i < table->keys_n; i++)
		sorted[i]->twice = slice_eq(sorted[i]->key, sorted[i - 1]->key);
	free(sorted);
	for (size_t i = 0; i < table->rows_n; i++)
		if (!table->rows[i]->key->twice)
			table->rows[kept++] = table->rows[i];
	table->rows_n = kept;
	for (size_t i = 0; i < table->keys_n; i++)
		if (table->keys[i]->twice)
			table_add_fault(table,
				(struct table_fault){ .key = table->keys[i],
					.field = SLICE(""),
					.text = SLICE("twice"),
					.kind = "duplicate",
					.expected = "once",
					.why = "the name stands twice: the first counts here, the "
					       "last in LiteLLM" });
}

static bool
read_json(struct price_table *table, struct slice text, struct err *err)
{
	size_t from, n = json_value(text, &from);
	if (!n)
		return err_set(err, FAULT_INPUT,
			SLICE_FMT ": the JSON is cut short or malformed; nothing of it is used",
			SLICE_ARG(table->file));
	struct slice value = { text.p + from, n };
	struct slice behind = { value.p + n, text.n - from - n };
	if (slice_trim(behind).n)
		return err_set(err, FAULT_INPUT,
			SLICE_FMT ": more text behind the JSON object, expected one object",
			SLICE_ARG(table->file));
	if (simonw_is(value)) {
		table->form = TABLE_SIMONW;
		simonw_read(table, value);
	} else if (litellm_is(value)) {
		table->form = TABLE_LITELLM;
		litellm_read(table, value);
		drop_twice(table);
	} else {
		return err_set(err, FAULT_INPUT,
			SLICE_FMT ": neither LiteLLM's map of models nor a list of "
				  "simonw/llm-prices",
			SLICE_ARG(table->file));
	}
	return true;
}

struct price_table *
price_table_read(struct slice text, const char *file, struct err *err)
{
	struct price_table *table = xcalloc(1, sizeof(*table));
	table->file = slice_copy(&table->arena, slice_of(file));
	struct slice start = text;
	if (slice_starts(start, "\xEF\xBB\xBF")) {
		start.p += 3;
		start.n -= 3;
	}
	struct slice first = slice_trim(start);
	bool json = first.n && (first.p[0] == '{' || first.p[0] == '[');
	if (!(json ? read_json(table, start, err) : read_csv(table, text, err))) {
		price_table_free(table);
		return NULL;
	}
	if (table->rows_n)
		qsort(table->rows, table->rows_n, sizeof(struct listed *), stored_compare);
	return table;
}

struct price_table *
price_table_load(const char *path, struct err *err)
{
	struct arena arena = { 0 };
	struct slice text;
	struct price_table *table =
		sheet_file(&arena, path, &text, err) ? price_table_read(text, path, err) : NULL;
	if (table)
		arena_join(&table->arena, &arena);
	arena_free(&arena);
	return table;
}

void
price_table_free(struct price_table *table)
{
	if (!table)
		return;
	free(table->rows);
	free(table->keys);
	free(table->faults);
	words_free(table->words);
	arena_free(&table->arena);
	free(table);
}

const char *
price_table_title(const struct price_table *table)
{
	switch (table->form) {
	case TABLE_CSV:
		return "a prices.csv";
	case TABLE_LITELLM:
		return "LiteLLM's map";
	case TABLE_SIMONW:
		return "a list of simonw/llm-prices";
	}
	BUG("table form %d", table->form);
}
