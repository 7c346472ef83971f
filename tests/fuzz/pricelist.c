/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pricelist - any text as a price list of LiteLLM, of simonw/llm-prices or of ours.
 *
 * Whatever is read has exact prices between nothing and a dollar a token; a list does not
 * differ from itself; and what may be imported is safe to write as a line of CSV, has a
 * price, and is not known already.
 */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/when.h"
#include "price/diff.h"
#include "price/lint.h"
#include "price/merge.h"
#include "price/update.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char prices[] =
	"provider,model,from,to,service_tier,region,above_tokens,hours_utc,kind,price,unit\n"
	"openai,gpt-4o,2026-01-01,,standard,,,,uncached_input,2.5,1M tokens\n"
	"openai,gpt-4o,2026-01-01,,standard,,200000,,uncached_input,5,1M tokens\n"
	"openai,gpt-4o,2026-01-01,,standard,eu,,,multiplier,1.1,1\n"
	"groq,a,2025-01-01,2026-01-01,standard,,,,output,1,1M tokens\n";
static const int64_t day = 1785542400 * NS_PER_SECOND; /* 2026-08-01 */

static void
check_rows(const struct price_table *table)
{
	for (size_t i = 0; i < table->rows_n; i++) {
		const struct price_row *row = &table->rows[i]->stored.row;
		femto_t price;
		if (row->picos < 0 || row->picos > 1000000000000 || row->from >= row->to ||
			row->above < 0 || table->rows[i]->key->twice)
			abort();
		if (num_decimal(row->price, &price) != NUM_OK || price < 0)
			abort();
		if (table->form != TABLE_CSV && price != (femto_t)row->picos * 1000000000)
			abort();
	}
}

static void
check_merge(struct price_table *table, const struct catalog *catalog)
{
	struct merge merge = price_merge(table, catalog, day, SLICE(""));
	for (size_t i = 0; i < merge.n; i++) {
		const struct merge_item *item = &merge.items[i];
		if (item->from >= item->to)
			abort();
		if (item->what > MERGE_CONFLICT)
			continue;
		if (!item->model.n || item->listed->stored.row.picos == 0 || item->listed->key->bad)
			abort();
		for (size_t k = 0; k < item->model.n; k++)
			if (item->model.p[k] < ' ' || item->model.p[k] > '~')
				abort();
	}
}

static void
check_update(struct price_table *table, const struct catalog *catalog)
{
	static const char checked[] = "checked", all[] = "*";
	const char *accepted = all;
	const struct update_options options = { .today = day,
		.only = SLICE(""),
		.checked = checked,
		.shipped = "prices.csv",
		.source = SLICE("list"),
		.accepted = &accepted,
		.accepted_n = table->rows_n % 2 };
	struct update update = price_update(table, catalog, &options);
	for (size_t i = 0; i < update.n; i++) {
		const struct update_item *item = &update.items[i];
		if (!update_is_taken(item))
			continue;
		if (!item->model.n || item->item->listed->key->bad || item->item->to <= day ||
			(item->before != NULL) != (item->what == UPDATE_CHANGED))
			abort();
		if (i && item->what == item[-1].what && item[-1].item &&
			!item->doubt == !item[-1].doubt &&
			merge_compare_places(item->item, item[-1].item) == 0)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { .fault = FAULT_NONE };
	struct price_table *table =
		price_table_read((struct slice){ (const char *)data, size }, "list", &err);
	if (!table) {
		if (!err.text[0])
			abort();
		return 0;
	}
	struct catalog *catalog =
		catalog_load_memory(slice_of(prices), SLICE("name,model\nnone,-\n"), &err);
	if (!catalog)
		abort();
	struct arena arena = { 0 };
	struct price_side side = { .table = table }, known = { .catalog = catalog };
	check_rows(table);
	price_lint(table, NULL, day);
	price_lint(table, catalog, day);
	if (price_diff(&side, &side, catalog, day, &arena).n)
		abort();
	price_diff(&side, &known, catalog, day, &arena);
	if (table->form != TABLE_CSV)
		check_merge(table, catalog);
	check_update(table, catalog);
	arena_free(&arena);
	catalog_free(catalog);
	price_table_free(table);
	return 0;
}
