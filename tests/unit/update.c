/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a price list changes, and which of its changes are in doubt; and prices of one day for all time. */
#include "config.h"

#include "price/update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/when.h"

static const int64_t today = 1785542400 * NS_PER_SECOND; /* 2026-08-01 */

/* ---- a step from one price to another ---- */

static const struct {
	int64_t before, after;
	enum price_doubt doubt;
} steps[] = {
	{ 2500000, 2500000, PRICE_DOUBT_NONE },
	{ 2500000, 2500001, PRICE_DOUBT_NONE },
	{ 2500000, 1250000, PRICE_DOUBT_NONE },
	/* ten times is not yet more than ten times */
	{ 2500000, 25000000, PRICE_DOUBT_NONE },
	{ 2500000, 25000001, PRICE_DOUBT_JUMP },
	{ 25000000, 2500000, PRICE_DOUBT_NONE },
	{ 25000001, 2500000, PRICE_DOUBT_JUMP },
	{ 2500000, 0, PRICE_DOUBT_ZERO },
	{ 1, 0, PRICE_DOUBT_ZERO },
	{ 0, 0, PRICE_DOUBT_NONE },
	/* from nothing there is no ratio */
	{ 0, 1, PRICE_DOUBT_JUMP },
	/* 1K for 1M tokens, and tokens for 1M tokens, to a twentieth */
	{ 2500000, 2500, PRICE_DOUBT_UNIT },
	{ 2500, 2500000, PRICE_DOUBT_UNIT },
	{ 2500, 2375000, PRICE_DOUBT_UNIT },
	{ 2500, 2374999, PRICE_DOUBT_JUMP },
	{ 2500, 2625000, PRICE_DOUBT_UNIT },
	{ 2500, 2625001, PRICE_DOUBT_JUMP },
	{ 1000000000000, 1000000, PRICE_DOUBT_UNIT },
	{ 1, 1000000, PRICE_DOUBT_UNIT },
	{ 1, 1000000000000, PRICE_DOUBT_JUMP },
	{ 1000000000000, 999999999999, PRICE_DOUBT_NONE },
};

static void
test_steps(void **state)
{
	(void)state;
	for (size_t i = 0; i < HL_COUNT(steps); i++)
		if (doubt_of_step(steps[i].before, steps[i].after) != steps[i].doubt)
			fail_msg("%lld to %lld: %d", (long long)steps[i].before,
				(long long)steps[i].after,
				(int)doubt_of_step(steps[i].before, steps[i].after));
}

/* ---- whole lists ---- */

#define HEADER "provider,model,from,to,service_tier,kind,price,unit,source\n"

static const char shipped[] =
	HEADER "openai,gpt-4o,2025-01-01,,,uncached_input,2.5,1M tokens,\n"
	       "openai,gpt-4o,2025-01-01,,,output,10,1M tokens,\n"
	       "openai,gpt-4o,2025-01-01,2027-01-01,batch,output,5,1M tokens,\n"
	       "openai,mini,2025-01-01,,,uncached_input,2,1M tokens,\n"
	       "openai,mini,2025-01-01,,,output,4,1M tokens,\n"
	       "openai,mini,2025-01-01,,batch,output,2,1M tokens,\n"
	       "openai,old,2024-01-01,2025-01-01,,uncached_input,1,1M tokens,\n"
	       "openai,mine,2025-01-01,,,uncached_input,3,1M tokens,\n";
static const char checked[] = HEADER
	"acme,neo,2026-07-01,,,uncached_input,1,1M tokens,\"litellm l.json, 2026-07-01\"\n"
	"acme,gone,2026-07-01,,,uncached_input,1,1M tokens,\"litellm l.json, 2026-07-01\"\n"
	"acme,noted,2026-07-01,,,uncached_input,1,1M tokens,\"litellm l.json, "
	"2026-07-01; not in the list since 2026-07-08\"\n"
	"acme,others,2026-07-01,,,uncached_input,1,1M tokens,\"litellm m.json, 2026-07-01\"\n";
static const char own[] = HEADER "openai,mine,,,,uncached_input,2,1M tokens,contract\n";

static struct catalog *
load_all(int64_t day)
{
	struct err err = { 0 };
	const struct catalog_file files[] = {
		{ "shipped", slice_of(shipped) },
		{ "checked", slice_of(checked) },
		{ "own", slice_of(own) },
	};
	struct catalog *catalog = catalog_load_day(files, HL_COUNT(files), NULL, 0, day, &err);
	if (!catalog)
		fail_msg("%s", err.text);
	return catalog;
}

/* What comes of one list; the models gone and noted and others are in it unless it is theirs. */
static const struct {
	const char *list; /* members of LiteLLM's map but for the three */
	const char *only, *accept;
	/* of the items, in order: "changed gpt-4o output", with "!kind" of a doubt */
	const char *want;
	size_t changed, added, yours, left, wrong;
} lists[] = {
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
	  "\"output_cost_per_token\":1e-5}",
		"", NULL, "", .changed = 0 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-6,"
	  "\"output_cost_per_token\":8e-6}",
		"", NULL, "changed gpt-4o uncached_input,changed gpt-4o output,", .changed = 2 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
	  "\"output_cost_per_token\":1e-4}",
		"", NULL, "changed gpt-4o output,", .changed = 1 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
	  "\"output_cost_per_token\":1.1e-4}",
		"", NULL, "changed gpt-4o output!jump,", .changed = 0 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
	  "\"output_cost_per_token\":1.1e-4}",
		"", "openai/gpt-*", "changed gpt-4o output,", .changed = 1 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":0,"
	  "\"output_cost_per_token\":1e-5}",
		"", NULL, "changed gpt-4o uncached_input!zero,", .changed = 0 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-3,"
	  "\"output_cost_per_token\":1e-2}",
		"", NULL, "changed gpt-4o uncached_input!unit,changed gpt-4o output!unit,",
		.changed = 0 },
	/* of two names for one model the shortest speaks, of those that could be taken */
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6},"
	  "\"openai/gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-6}",
		"", NULL, "", .changed = 0 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-6},"
	  "\"openai/gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6}",
		"", NULL, "changed gpt-4o uncached_input,", .changed = 1 },
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":0},"
	  "\"openai/gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6}",
		"", NULL, "", .changed = 0 },
	/* of the model that is used, what lint finds is a doubt; of others it is left out */
	{ "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6,"
	  "\"output_cost_per_token\":1e-5,\"output_cost_per_token_batches\":6e-6}",
		"", NULL, "changed gpt-4o output!lint,", .changed = 0 },
	{ "\"mini\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-6,"
	  "\"output_cost_per_token\":4e-6,\"output_cost_per_token_batches\":3e-6}",
		"", NULL, "", .wrong = 1 },
	/* what the user's own table says stays; what is not sold is left out */
	{ "\"mine\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":4e-6,"
	  "\"output_cost_per_token\":8e-6},"
	  "\"old\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":4e-6}",
		"", NULL, "added old uncached_input,", .added = 1, .yours = 2 },
	{ "\"new\":{\"litellm_provider\":\"acme\",\"input_cost_per_token\":1e-6,"
	  "\"output_cost_per_token\":2e-6}",
		"", NULL, "added new uncached_input,added new output,", .added = 2 },
	{ "\"new\":{\"litellm_provider\":\"acme\",\"input_cost_per_token\":1e-6},"
	  "\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2e-6}",
		"gpt-*", NULL, "changed gpt-4o uncached_input,", .changed = 1 },
};

static void
put_items(const struct update *update, struct str *text)
{
	static const char *const words[] = { "changed", "added" };
	for (size_t i = 0; i < update->n; i++) {
		const struct update_item *item = &update->items[i];
		const struct price_row *row =
			item->item ? &item->item->listed->stored.row : item->before;
		str_printf(text, "%s " SLICE_FMT " " SLICE_FMT, words[item->what],
			SLICE_ARG(item->model), SLICE_ARG(row->kind));
		if (item->doubt && !item->accepted)
			str_printf(text, "!%s", price_doubt_names[item->doubt]);
		str_putc(text, ',');
	}
}

/* The list of 'text' on a day; the caller frees the table. */
static struct update
follow_bytes(struct slice text, const struct catalog *catalog, const char *only, const char *accept,
	struct price_table **table)
{
	const struct slice used[] = { SLICE("openai/gpt-4o"), SLICE("acme/gone"),
		SLICE("acme/noted"), SLICE("acme/others") };
	struct err err = { 0 };
	*table = price_table_read(text, "l.json", &err);
	if (!*table)
		fail_msg("%s", err.text);
	const struct update_options options = { .today = today,
		.only = slice_of(only),
		.checked = "checked",
		.shipped = "shipped",
		.source = SLICE("litellm l.json"),
		.accepted = &accept,
		.accepted_n = accept ? 1 : 0,
		.used = used,
		.used_n = HL_COUNT(used) };
	return price_update(*table, catalog, &options);
}

static struct update
follow(const char *text, const struct catalog *catalog, const char *only, const char *accept,
	struct price_table **table)
{
	return follow_bytes(slice_of(text), catalog, only, accept, table);
}

static void
test_lists(void **state)
{
	(void)state;
	struct catalog *catalog = load_all(today);
	for (size_t i = 0; i < HL_COUNT(lists); i++) {
		struct str text = STR_INIT, got = STR_INIT;
		struct price_table *table;
		str_printf(&text,
			"{\"gone\":{\"litellm_provider\":\"acme\",\"input_cost_per_token\":1e-6},%"
			"s}",
			lists[i].list);
		struct update update =
			follow(str_text(&text), catalog, lists[i].only, lists[i].accept, &table);
		put_items(&update, &got);
		if (strcmp(str_text(&got), lists[i].want) != 0 ||
			update.changed != lists[i].changed || update.added != lists[i].added ||
			update.yours != lists[i].yours || update.left != lists[i].left ||
			update.wrong != lists[i].wrong)
			fail_msg("%s: %s %zu %zu %zu %zu %zu", lists[i].list, str_text(&got),
				update.changed, update.added, update.yours, update.left,
				update.wrong);
		price_table_free(table);
		str_free(&text);
		str_free(&got);
	}
	catalog_free(catalog);
}

/* Of the models that the list had, that are used, and that nobody has accepted as gone. */
static void
test_gone(void **state)
{
	(void)state;
	static const char list[] =
		"{\"gpt-4o\":{\"litellm_provider\":\"openai\",\"input_cost_per_token\":2.5e-6}}";
	struct catalog *catalog = load_all(today);
	static const char *const accepted[] = { NULL, "gone" };
	for (size_t i = 0; i < HL_COUNT(accepted); i++) {
		struct price_table *table;
		struct update update = follow(list, catalog, "", accepted[i], &table);
		assert_int_equal(update.n, 1);
		assert_int_equal(update.items[0].doubt, PRICE_DOUBT_GONE);
		assert_true(slice_is(update.items[0].model, "gone"));
		assert_false(update_is_taken(&update.items[0]));
		assert_int_equal(update.doubts, !accepted[i]);
		price_table_free(table);
		update = follow(list, catalog, "gpt*", accepted[i], &table);
		assert_int_equal(update.n, 0);
		price_table_free(table);
	}
	catalog_free(catalog);
}

/* Names of a table of our own form, as many bytes as they have: none that cannot be read becomes a line. */
static void
test_bytes(void **state)
{
	(void)state;
	static const char zeros[] = HEADER "a\0b,c,,,,uncached_input,1,1M tokens,\n"
					   "a,b\0c,,,,uncached_input,1,1M tokens,\n";
	struct catalog *catalog = load_all(today);
	struct str text = STR_INIT;
	struct price_table *table;
	str_add(&text, zeros, sizeof(zeros) - 1);
	for (int i = 0; i < 5000; i++)
		str_putc(&text, 'x');
	str_puts(&text, ",long,,,,uncached_input,1,1M tokens,\n"
			"acme,fine,,,,uncached_input,1,1M tokens,\n");
	struct update update = follow_bytes(str_as_slice(&text), catalog, "", "*", &table);
	assert_int_equal(update.n, 2); /* with the one that is gone */
	assert_int_equal(update.added, 1);
	assert_int_equal(update.wrong, 3);
	assert_true(slice_is(update.items[1].model, "fine"));
	price_table_free(table);
	catalog_free(catalog);
	str_free(&text);
}

/* Since when a price may hold, in days before today, without a doubt. */
static void
test_past(void **state)
{
	(void)state;
	static const struct {
		const char *from;
		enum price_doubt doubt;
	} cases[] = {
		{ "2026-08-01", PRICE_DOUBT_NONE },
		{ "2026-07-01", PRICE_DOUBT_NONE },
		{ "2026-06-30", PRICE_DOUBT_PAST },
		{ "2026-12-24", PRICE_DOUBT_NONE },
		{ "", PRICE_DOUBT_NONE },
	};
	struct catalog *catalog = load_all(today);
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct str text = STR_INIT;
		struct price_table *table;
		str_printf(&text, HEADER "openai,gpt-4o,%s,,,output,9,1M tokens,\n", cases[i].from);
		struct update update = follow(str_text(&text), catalog, "", NULL, &table);
		if (update.n != 2 ||
			update.items[update.items[0].item ? 0 : 1].doubt != cases[i].doubt)
			fail_msg("%s: %zu", cases[i].from, update.n);
		price_table_free(table);
		str_free(&text);
	}
	catalog_free(catalog);
}

/* Prices of one day hold for ever, and others never. */
static void
test_day(void **state)
{
	(void)state;
	static const struct {
		int64_t day;
		enum price_state old, gpt;
	} cases[] = {
		{ today, PRICE_UNKNOWN, PRICE_FOUND },
		{ today - INT64_C(730) * NS_PER_DAY, PRICE_FOUND, PRICE_UNKNOWN },
	};
	for (size_t i = 0; i < HL_COUNT(cases); i++) {
		struct catalog *catalog = load_all(cases[i].day);
		for (int64_t when = 0; when <= 2 * today; when += today) {
			const struct slice none = SLICE_NONE;
			struct resolution old = price_resolve(
				catalog, none, SLICE("openai"), SLICE("old"), none, when, false);
			struct resolution gpt = price_resolve(
				catalog, none, SLICE("openai"), SLICE("gpt-4o"), none, when, false);
			assert_int_equal(old.state, cases[i].old);
			assert_int_equal(gpt.state, cases[i].gpt);
		}
		catalog_free(catalog);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_gone),
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_past),
		cmocka_unit_test(test_day),
	};
	return cmocka_run_group_tests_name("update", tests, NULL, NULL);
}
