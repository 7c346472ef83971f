/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"
#include "price/known.h"
#include "price/merge.h"
#include "price/table.h"

static const int64_t day = 1785542400 * NS_PER_SECOND; /* 2026-08-01 */

static struct price_table *
read_text(const char *text)
{
	struct err err = { .text = "" };
	struct price_table *table = price_table_read(slice_of(text), "list", &err);
	if (!table)
		fail_msg("%s", err.text);
	return table;
}

static struct catalog *
load(const char *prices, const char *aliases)
{
	struct err err = { .text = "" };
	struct catalog *catalog = catalog_load_memory(slice_of(prices), slice_of(aliases), &err);
	if (!catalog)
		fail_msg("%s", err.text);
	return catalog;
}

/* One number as LiteLLM writes it, and what becomes of it: a price for 1M tokens, or a fault. */
static void
test_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *number, *price, *fault;
	} cases[] = {
		{ "1.5e-07", "0.15", NULL },
		{ "1.5E-07", "0.15", NULL },
		{ "0.00000015", "0.15", NULL },
		{ "\"0.00000015\"", "0.15", NULL },
		{ "3.625e-09", "0.003625", NULL },
		{ "1e-12", "0.000001", NULL },
		{ "0", "0", NULL },
		{ "0.0", "0", NULL },
		{ "1", "1000000", NULL },
		{ "1.000001", NULL, "unit" },
		{ "1e400", NULL, "unit" },
		{ "1e-13", NULL, "inexact" },
		{ "2.9999900000000002e-06", NULL, "inexact" },
		{ "-1", NULL, "negative" },
		{ "\"-1\"", NULL, "negative" },
		{ "-1e400", NULL, "unit" },
		{ "\"\"", NULL, "not_a_number" },
		{ "\"free\"", NULL, "not_a_number" },
		{ "\"\\u0031\"", NULL, "not_a_number" },
		{ "true", NULL, "not_a_number" },
		{ "{}", NULL, "not_a_number" },
		{ "null", NULL, NULL },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			"{\"m\":{\"litellm_provider\":\"x\",\"input_cost_per_token\":%s}}",
			cases[i].number);
		struct price_table *table = read_text(text);
		const char *price = table->rows_n ? table->rows[0]->stored.row.price.p : NULL;
		const char *fault = table->faults_n ? table->faults[0].kind : NULL;
		if (!price != !cases[i].price || (price && strcmp(price, cases[i].price) != 0) ||
			!fault != !cases[i].fault || (fault && strcmp(fault, cases[i].fault) != 0))
			fail_msg("%s: %s, %s", cases[i].number, price ? price : "no price",
				fault ? fault : "no fault");
		price_table_free(table);
	}
}

/* The name of a price, and what it is the price of; "" it is left out. */
static void
test_fields(void **state)
{
	(void)state;
	static const struct {
		const char *field, *which;
	} cases[] = {
		{ "input_cost_per_token", "uncached_input" },
		{ "output_cost_per_token", "output" },
		{ "cache_read_input_token_cost", "cache_read" },
		{ "input_cost_per_token_cache_hit", "cache_read" },
		{ "cache_creation_input_token_cost", "cache_write_5m" },
		{ "cache_creation_input_token_cost_above_1hr", "cache_write_1h" },
		{ "cache_creation_input_token_cost_above_1hr_above_200k_tokens",
			"cache_write_1h above 200000" },
		{ "input_cost_per_token_above_128k_tokens", "uncached_input above 128000" },
		{ "output_cost_per_token_batches", "output batch" },
		{ "cache_read_input_token_cost_flex", "cache_read flex" },
		{ "cache_read_input_token_cost_above_272k_tokens_priority",
			"cache_read priority above 272000" },
		{ "output_cost_per_token_above_512k_tokens_flex", "output flex above 512000" },
		{ "output_cost_per_reasoning_token", "" },
		{ "input_cost_per_token_batches_above_200k_tokens", "" },
		{ "input_cost_per_token_above_k_tokens", "" },
		{ "input_cost_per_token_above_-1k_tokens", "" },
		{ "input_cost_per_token_above_99999999999999k_tokens", "" },
		{ "input_cost_per_tokens", "" },
		{ "input_cost_per_audio_token", "" },
		{ "cache_creation_input_audio_token_cost", "" },
		{ "input_dbu_cost_per_token", "" },
		{ "output_cost_per_image", "" },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char text[256];
		struct arena arena = { 0 };
		snprintf(text, sizeof(text), "{\"m\":{\"litellm_provider\":\"x\",\"%s\":1e-6}}",
			cases[i].field);
		struct price_table *table = read_text(text);
		struct slice which = table->rows_n
					     ? table_which(&arena, &table->rows[0]->stored.row)
					     : SLICE("");
		if (!slice_is(which, cases[i].which))
			fail_msg("%s: " SLICE_FMT, cases[i].field, SLICE_ARG(which));
		assert_int_equal(table->others_n, cases[i].which[0] ? 0 : 1);
		arena_free(&arena);
		price_table_free(table);
	}
}

/* "N or more" of xAI is "more than N - 1" here; a range begins behind its start. */
static void
test_thresholds(void **state)
{
	(void)state;
	struct price_table *table = read_text(
		"{\"xai/grok\":{\"litellm_provider\":\"xai\",\"input_cost_per_token\":1e-6,"
		"\"input_cost_per_token_above_128k_tokens\":2e-6},"
		"\"q\":{\"litellm_provider\":\"dashscope\",\"mode\":\"chat\",\"tiered_pricing\":["
		"{\"range\":[0,256000.0],\"input_cost_per_token\":3e-6},"
		"{\"range\":[256000.0,1000000],\"input_cost_per_token\":4e-6},"
		"{\"input_cost_per_token\":5e-6}]}}");
	assert_int_equal(table->rows_n, 4);
	assert_int_equal(table->faults_n, 0);
	assert_int_equal(table->rows[0]->stored.row.above, 0);
	assert_int_equal(table->rows[1]->stored.row.above, 256000);
	assert_int_equal(table->rows[1]->stored.row.picos, 4000000);
	assert_int_equal(table->rows[3]->stored.row.above, 127999);
	price_table_free(table);
	table = read_text("{\"prices\":[{\"id\":\"g\",\"vendor\":\"xai\",\"input\":1,\"output\":2},"
			  "{\"id\":\"g-128k\",\"vendor\":\"xai\",\"input\":3,\"output\":4},"
			  "{\"id\":\"h-128k\",\"vendor\":\"xai\",\"input\":5,\"output\":6}]}");
	assert_int_equal(table->rows_n, 6);
	assert_int_equal(table->rows[1]->stored.row.above, 127999);
	assert_true(slice_is(table->rows[1]->stored.row.model, "g"));
	/* without an h beside it, h-128k is a name like any other */
	assert_true(slice_is(table->rows[4]->stored.row.model, "h-128k"));
	assert_int_equal(table->rows[4]->stored.row.above, 0);
	price_table_free(table);
}

static void
test_simonw_dates(void **state)
{
	(void)state;
	struct price_table *table = read_text(
		"{\"vendor\":\"acme\",\"models\":[{\"id\":\"a\",\"name\":\"A\",\"price_history\":["
		"{\"input\":1,\"output\":2,\"input_cached\":null,\"from_date\":\"2026-01-01\",\"to_"
		"date\":null},"
		"{\"input\":3,\"output\":4,\"from_date\":null,\"to_date\":\"2026-01-01\"},"
		"{\"input\":5,\"output\":6,\"from_date\":\"soon\",\"to_date\":null},"
		"{\"input\":7,\"output\":8,\"from_date\":\"2026-02-01\",\"to_date\":\"2026-01-01\"}"
		"]}]}");
	assert_int_equal(table->form, TABLE_SIMONW);
	assert_int_equal(table->rows_n, 4);
	assert_int_equal(table->faults_n, 2);
	assert_string_equal(table->faults[0].kind, "date");
	assert_true(slice_is(table->rows[0]->key->seller, "acme"));
	assert_true(table->rows[0]->stored.row.from == INT64_MIN);
	assert_int_equal(table->rows[0]->stored.row.picos, 3000000);
	assert_true(table->rows[0]->stored.row.to == table->rows[1]->stored.row.from);
	price_table_free(table);
}

/* What a price table of ours reads like, in whatever form the same prices come. */
static void
test_recognised(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int form; /* -1: none */
	} cases[] = {
		{ "model,kind,price,unit\nm,output,1,1M tokens\n", TABLE_CSV },
		{ "\xEF\xBB\xBF# c\nmodel,kind,price,unit\n", TABLE_CSV },
		{ "\xEF\xBB\xBF {\"m\":{\"litellm_provider\":\"x\"}}", TABLE_LITELLM },
		{ "{\"n\":{},\"m\":{\"input_cost_per_token\":1e-6}}", TABLE_LITELLM },
		{ "{\"prices\":[{\"id\":\"a\",\"input\":1}]}", TABLE_SIMONW },
		{ "{\"prices\":[{\"name\":\"a\",\"input\":1}]}", -1 },
		{ "{\"prices\":[]}", -1 },
		{ "{\"m\":{}}", -1 },
		{ "[]", -1 },
		{ "{", -1 },
		{ "", -1 },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct err err = { .text = "" };
		struct price_table *table = price_table_read(slice_of(cases[i].text), "list", &err);
		assert_int_equal(table ? (int)table->form : -1, cases[i].form);
		if (!table)
			assert_true(strncmp(err.text, "list", 4) == 0);
		price_table_free(table);
	}
}

static const char known_prices[] =
	"provider,model,from,to,region,kind,price,unit\n"
	"openai,gpt-4o,2024-01-01,2025-01-01,,uncached_input,5,1M tokens\n"
	"openai,gpt-4o,2025-01-01,,,uncached_input,2.5,1M tokens\n"
	"openai,gpt-4o,2025-01-01,,,output,10,1M tokens\n"
	"openai,old,2024-01-01,2025-01-01,,uncached_input,1,1M tokens\n"
	"together,org/open,2025-01-01,,,uncached_input,1,1M tokens\n";

/* A name of the file, its price of input, and what becomes of it: under which name. */
static void
test_merge(void **state)
{
	(void)state;
	static const struct {
		const char *key, *provider, *price;
		enum merge_what what;
		const char *model;
	} cases[] = {
		{ "gpt-4o", "openai", "2.5e-6", MERGE_SAME, "gpt-4o" },
		{ "gpt-4o-2024-08-06", "openai", "2.5e-6", MERGE_SAME, "gpt-4o" },
		{ "gpt-4o", "openai", "2.6e-6", MERGE_CONFLICT, "gpt-4o" },
		{ "gpt-4o", "openai", "2500e-6", MERGE_REFUSED, "gpt-4o" },
		{ "gpt-4o", "openai", "0", MERGE_REFUSED, "gpt-4o" },
		{ "azure/gpt-4o", "azure", "2.6e-6", MERGE_ELSEWHERE, "gpt-4o" },
		{ "openrouter/openai/gpt-4o", "openrouter", "2.6e-6", MERGE_ELSEWHERE, "gpt-4o" },
		{ "old", "openai", "1e-6", MERGE_CONFLICT, "old" },
		{ "alias-of-none", "openai", "1e-6", MERGE_CONFLICT, "alias-of-none" },
		{ "gpt-9", "openai", "1e-6", MERGE_ADD, "gpt-9" },
		{ "mistral/new", "mistral", "1e-6", MERGE_ADD, "new" },
		{ "groq/org/new", "groq", "1e-6", MERGE_ADD, "org/new" },
		{ "acme/org/new", "acme", "1e-6", MERGE_ADD, "acme/org/new" },
		/* what would mean something else afterwards keeps its seller in front */
		{ "groq/gpt-4o-mini", "groq", "1e-6", MERGE_ADD, "gpt-4o-mini" },
		{ "acme/gpt-4o", "acme", "1e-6", MERGE_ADD, "acme/gpt-4o" },
		{ "groq/org/open", "groq", "1e-6", MERGE_ADD, "groq/org/open" },
		{ "groq/org/open-0528-turbo", "groq", "1e-6", MERGE_ADD,
			"groq/org/open-0528-turbo" },
		{ "ollama/new", "ollama", "0", MERGE_ZERO, "ollama/new" },
		{ "acme/\\n", "acme", "1e-6", MERGE_REFUSED, NULL },
		{ "acme/\xC3\xA9", "acme", "1e-6", MERGE_REFUSED, NULL },
	};
	struct catalog *catalog =
		load(known_prices, "name,model,from,to,source\nalias-of-none,-,,,no list price\n");
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		char text[256];
		snprintf(text, sizeof(text),
			"{\"%s\":{\"litellm_provider\":\"%s\",\"input_cost_per_token\":%s}}",
			cases[i].key, cases[i].provider, cases[i].price);
		struct price_table *table = read_text(text);
		struct merge merge = price_merge(table, catalog, day, SLICE(""));
		assert_int_equal(merge.n, 1);
		if (merge.items[0].what != cases[i].what ||
			(cases[i].model && !slice_is(merge.items[0].model, cases[i].model)))
			fail_msg("%s: %d " SLICE_FMT, cases[i].key, merge.items[0].what,
				SLICE_ARG(merge.items[0].model));
		assert_true(merge.items[0].from == day);
		price_table_free(table);
	}
	catalog_free(catalog);
}

/* A threshold that the price in force has not would change what long prompts cost. */
static void
test_merge_above(void **state)
{
	(void)state;
	struct catalog *catalog = load(known_prices, "");
	struct price_table *table = read_text(
		"{\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
		"\"input_cost_per_token_above_200k_tokens\":5e-6,"
		"\"cache_read_input_token_cost\":1.25e-6},"
		"\"half\":{\"litellm_provider\":\"x\",\"output_cost_per_token\":1e-6}}");
	struct merge merge = price_merge(table, catalog, day, SLICE(""));
	assert_int_equal(merge.n, 4);
	assert_int_equal(merge.count[MERGE_ADD], 1);
	assert_true(slice_is(merge.items[0].listed->stored.row.kind, "cache_read"));
	assert_int_equal(merge.count[MERGE_CONFLICT], 1);
	assert_int_equal(merge.items[1].listed->stored.row.above, 200000);
	assert_int_equal(merge.count[MERGE_SAME], 1);
	/* a model without an input price is not added by its output */
	assert_int_equal(merge.count[MERGE_REFUSED], 1);
	price_table_free(table);
	catalog_free(catalog);
}

/* What an import would write, as a price table. */
static void
write_added(struct price_table *table, const struct catalog *catalog, struct str *text)
{
	struct merge merge = price_merge(table, catalog, day, SLICE(""));
	str_puts(text, "provider,model,from,to,kind,price,unit\n");
	for (size_t i = 0; i < merge.n; i++) {
		const struct merge_item *item = &merge.items[i];
		if (item->what == MERGE_ADD)
			str_printf(text,
				SLICE_FMT "," SLICE_FMT ",2026-08-01,," SLICE_FMT "," SLICE_FMT
					  ",1M tokens\n",
				SLICE_ARG(item->provider), SLICE_ARG(item->model),
				SLICE_ARG(item->listed->stored.row.kind),
				SLICE_ARG(item->listed->stored.row.price));
	}
}

/* Whatever a list holds: a name that meant something means the same after an import. */
static void
test_names_stay(void **state)
{
	(void)state;
	static const char *const keys[] = { "groq/openai/gpt-4o", "groq/gpt-4o", "acme/gpt-4o",
		"groq/org/open", "deepinfra/org/open", "deepinfra/org/open-0528-turbo",
		"openrouter/org/open", "mistral/old", "mistral/gpt-4o-2024-08-06",
		"azure/gpt-4o-eu", "vertex_ai/gpt-4o", "us.gpt-4o", "gemini/none-of-these",
		"openrouter/openai/gpt-4o" };
	static const char *const names[] = { "gpt-4o", "openai/gpt-4o", "gpt-4o-2024-08-06",
		"azure/gpt-4o", "azure/us/gpt-4o", "groq/gpt-4o", "org/open", "open",
		"org/open-0528", "together/org/open", "old", "openai/old", "alias-of-none",
		"bedrock/us.gpt-4o" };
	static const char *const sellers[] = { "", "openai", "together", "groq", "azure",
		"openrouter" };
	static const char aliases[] = "name,model\nalias-of-none,-\n";
	struct str list = STR_INIT, all = STR_INIT, added = STR_INIT;
	for (size_t i = 0; i < HL_COUNT(keys); i++) {
		struct slice key = slice_of(keys[i]), seller = SLICE("openai");
		if (memchr(key.p, '/', key.n))
			slice_cut(&key, '/', &seller);
		str_printf(&list,
			"%s\"%s\":{\"litellm_provider\":\"" SLICE_FMT
			"\",\"input_cost_per_token\":7e-6}",
			i ? "," : "{", keys[i], SLICE_ARG(seller));
	}
	str_putc(&list, '}');
	struct catalog *before = load(known_prices, aliases);
	struct price_table *table = read_text(str_text(&list));
	write_added(table, before, &added);
	/* columns of both, in the order of the shorter header */
	str_puts(&all, "provider,model,from,to,kind,price,unit,region\n"
		       "openai,gpt-4o,2025-01-01,,uncached_input,2.5,1M tokens,\n"
		       "openai,old,2024-01-01,2025-01-01,uncached_input,1,1M tokens,\n"
		       "together,org/open,2025-01-01,,uncached_input,1,1M tokens,\n");
	str_puts(&all, strchr(str_text(&added), '\n') + 1);
	struct catalog *after = load(str_text(&all), aliases);
	for (size_t i = 0; i < HL_COUNT(names); i++)
		for (size_t k = 0; k < HL_COUNT(sellers); k++) {
			struct slice name = slice_of(names[i]), seller = slice_of(sellers[k]);
			struct resolution a = price_resolve(
				before, SLICE(""), seller, name, SLICE(""), day, false);
			struct resolution b = price_resolve(
				after, SLICE(""), seller, name, SLICE(""), day, false);
			if (a.state == PRICE_UNKNOWN && !a.deliberate)
				continue;
			if (a.state != b.state || a.deliberate != b.deliberate ||
				(a.model && !slice_eq(model_id(a.model), model_id(b.model))) ||
				(a.model && !slice_eq(model_provider(a.model),
						    model_provider(b.model))))
				fail_msg("%s at \"%s\" means something else", names[i], sellers[k]);
		}
	/* and the test is about something: all but what is known was added */
	assert_true(
		slice_find(str_as_slice(&added), "deepinfra,deepinfra/org/open-0528-turbo") > 0);
	assert_true(slice_find(str_as_slice(&added), "google,none-of-these") > 0);
	price_table_free(table);
	catalog_free(before);
	catalog_free(after);
	str_free(&list);
	str_free(&all);
	str_free(&added);
}

/* What a gateway asks is its own price: it answers for its own bills only. */
static void
test_gateway(void **state)
{
	(void)state;
	static const struct {
		const char *biller;
		enum price_state state;
	} cases[] = {
		{ "openrouter", PRICE_FOUND },
		{ "", PRICE_FOUND },
		{ "together", PRICE_UNKNOWN },
		{ "acme", PRICE_UNKNOWN },
	};
	struct catalog *catalog = load("provider,model,kind,price,unit\n"
				       "openrouter,org/new,uncached_input,1,1M tokens\n",
		"");
	for (size_t i = 0; i < HL_COUNT(cases); i++)
		assert_int_equal(price_resolve(catalog, slice_of(cases[i].biller), SLICE(""),
					 SLICE("org/new"), SLICE(""), day, false)
					 .state,
			cases[i].state);
	catalog_free(catalog);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_thresholds),
		cmocka_unit_test(test_simonw_dates),
		cmocka_unit_test(test_recognised),
		cmocka_unit_test(test_merge),
		cmocka_unit_test(test_merge_above),
		cmocka_unit_test(test_names_stay),
		cmocka_unit_test(test_gateway),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
