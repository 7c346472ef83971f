/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simonw - historical-v1.json and current-v1.json of simonw/llm-prices, and its files of
 * one vendor: prices in dollars per million tokens, some with dates.
 *
 * A price above a threshold is a model of its own there: "gpt-5.5-272k" is gpt-5.5 above
 * 272,000 tokens, where the list has gpt-5.5 too.
 */
#include "config.h"

#include <stdlib.h>

#include "base/when.h"
#include "price/table.h"
#include "read/json.h"

enum {
	MEMBER_ID,
	MEMBER_VENDOR,
	MEMBER_INPUT,
	MEMBER_OUTPUT,
	MEMBER_CACHED,
	MEMBER_FROM,
	MEMBER_TO,
	MEMBER_HISTORY,
	MEMBERS
};
static const char *const members[MEMBERS] = { "id", "vendor", "input", "output", "input_cached",
	"from_date", "to_date", "price_history" };

struct reading_list {
	struct price_table *table;
	struct slice all;  /* the array of models */
	struct slice *ids; /* as written, sorted */
	size_t ids_n;
	struct slice vendor; /* of the whole file; "" each model says it */
	struct table_line line;
};

static void
look_at(struct slice object, struct field found[MEMBERS])
{
	struct slice rest, key;
	struct field value;
	bool escaped;
	for (int i = 0; i < MEMBERS; i++)
		found[i] = (struct field){ .type = FIELD_ABSENT, .text = SLICE("") };
	if (!json_open(object, '{', &rest))
		return;
	while (json_member(&rest, &key, &escaped, &value))
		for (int i = 0; i < MEMBERS; i++)
			if (found[i].type == FIELD_ABSENT && slice_is(key, members[i]))
				found[i] = value;
}

static struct slice
text_of(struct price_table *table, struct field field)
{
	if (field.type != FIELD_TEXT)
		return SLICE("");
	return field.escaped ? json_decode(&table->arena, field.text) : field.text;
}

/* The array of models, and for a file of one vendor whose they are. */
static bool
find_list(struct slice object, struct slice *list, struct slice *vendor)
{
	struct slice rest, key;
	struct field value;
	bool escaped;
	*list = *vendor = SLICE("");
	if (!json_open(object, '{', &rest))
		return false;
	while (json_member(&rest, &key, &escaped, &value)) {
		if ((slice_is(key, "prices") || slice_is(key, "models")) &&
			value.type == FIELD_ARRAY && !list->n)
			*list = value.text;
		if (slice_is(key, "vendor") && value.type == FIELD_TEXT && !vendor->n)
			*vendor = value.text;
	}
	return list->n > 0;
}

bool
simonw_is(struct slice object)
{
	struct slice list, vendor, rest;
	struct field item, found[MEMBERS];
	if (!find_list(object, &list, &vendor) || !json_open(list, '[', &rest) ||
		!json_item(&rest, &item) || item.type != FIELD_OBJECT)
		return false;
	look_at(item.text, found);
	return found[MEMBER_ID].type == FIELD_TEXT &&
	       (found[MEMBER_INPUT].type != FIELD_ABSENT ||
		       found[MEMBER_HISTORY].type == FIELD_ARRAY);
}

static int
compare_ids(const void *a, const void *b)
{
	return slice_compare(*(const struct slice *)a, *(const struct slice *)b);
}

/* Every id, sorted, so that a long list takes no square of its length. */
static void
collect_ids(struct reading_list *list)
{
	struct slice rest;
	struct field item, found[MEMBERS];
	size_t size = 0;
	if (!json_open(list->all, '[', &rest))
		return;
	while (json_item(&rest, &item)) {
		look_at(item.text, found);
		if (found[MEMBER_ID].type != FIELD_TEXT)
			continue;
		list->ids = xgrow(list->ids, &size, list->ids_n, sizeof(*list->ids));
		list->ids[list->ids_n++] = found[MEMBER_ID].text;
	}
	if (list->ids_n)
		qsort(list->ids, list->ids_n, sizeof(*list->ids), compare_ids);
}

static bool
has_id(const struct reading_list *list, struct slice id)
{
	return list->ids_n &&
	       bsearch(&id, list->ids, list->ids_n, sizeof(*list->ids), compare_ids) != NULL;
}

/* "gpt-5.5-272k" to "gpt-5.5" and 272,000. */
static int64_t
cut_threshold(const struct reading_list *list, struct slice *id)
{
	size_t i = id->n;
	int64_t thousands;
	if (!slice_ends(*id, "k"))
		return 0;
	for (i--; i > 0 && id->p[i - 1] >= '0' && id->p[i - 1] <= '9';)
		i--;
	if (i < 2 || id->p[i - 1] != '-' ||
		num_int((struct slice){ id->p + i, id->n - i - 1 }, &thousands) != NUM_OK ||
		thousands <= 0 || thousands > 1000000 ||
		!has_id(list, (struct slice){ id->p, i - 1 }))
		return 0;
	id->n = i - 1;
	return thousands * 1000;
}

static bool
read_dates(struct reading_list *list, const struct field *found, struct table_price *price)
{
	bool zoned, dated;
	const struct field *bad = NULL;
	price->from = INT64_MIN;
	price->to = INT64_MAX;
	if (found[MEMBER_FROM].type == FIELD_TEXT &&
		!when_parse(found[MEMBER_FROM].text, &price->from, &zoned, &dated))
		bad = &found[MEMBER_FROM];
	if (found[MEMBER_TO].type == FIELD_TEXT &&
		!when_parse(found[MEMBER_TO].text, &price->to, &zoned, &dated))
		bad = &found[MEMBER_TO];
	if (!bad && price->from >= price->to)
		bad = &found[MEMBER_TO];
	if (bad)
		table_add_fault(list->table,
			(struct table_fault){ .key = price->key,
				.field = slice_of(
					bad == &found[MEMBER_TO] ? "to_date" : "from_date"),
				.text = bad->text,
				.kind = "date",
				.expected = "YYYY-MM-DD, from before to",
				.why = "not a period: its prices are left out" });
	return !bad;
}

static void
read_prices(struct reading_list *list, const struct field *found, struct table_price price)
{
	static const struct {
		int member, kind;
	} kinds[] = {
		{ MEMBER_INPUT, TOKEN_UNCACHED_INPUT },
		{ MEMBER_CACHED, TOKEN_CACHE_READ },
		{ MEMBER_OUTPUT, TOKEN_OUTPUT },
	};
	if (!read_dates(list, found, &price))
		return;
	for (size_t i = 0; i < HL_COUNT(kinds); i++) {
		const struct field *value = &found[kinds[i].member];
		price.kind = kinds[i].kind;
		price.field = slice_of(members[kinds[i].member]);
		if (value->type > FIELD_NULL)
			table_add_price(list->table, &price, value->text, 6);
		else if (kinds[i].kind == TOKEN_UNCACHED_INPUT && price.key->chat)
			table_add_fault(list->table, (struct table_fault){ .key = price.key,
							     .field = price.field,
							     .text = SLICE(""),
							     .kind = "no_price",
							     .expected = "a price",
							     .why = "no price at all" });
	}
}

static void
read_model(struct reading_list *list, struct slice object)
{
	struct field found[MEMBERS], item;
	struct slice rest;
	look_at(object, found);
	struct slice id = text_of(list->table, found[MEMBER_ID]),
		     vendor = text_of(list->table, found[MEMBER_VENDOR]);
	if (found[MEMBER_ID].type != FIELD_TEXT)
		return;
	struct table_price price = { .tier = TIER_STANDARD };
	price.above = cut_threshold(list, &id);
	struct table_key *key = table_add_key(list->table, id,
		table_seller(list->table, vendor.n ? vendor : list->vendor),
		table_line(&list->line, object.p));
	key->chat = slice_find(id, "embed") < 0;
	price.key = key;
	/* xAI's thresholds are "N or more" */
	if (price.above && slice_is(key->seller, "xai"))
		price.above--;
	if (found[MEMBER_HISTORY].type != FIELD_ARRAY) {
		read_prices(list, found, price);
		return;
	}
	if (!json_open(found[MEMBER_HISTORY].text, '[', &rest))
		return;
	while (json_item(&rest, &item)) {
		look_at(item.text, found);
		read_prices(list, found, price);
	}
}

void
simonw_read(struct price_table *table, struct slice object)
{
	struct reading_list list = { .table = table, .line = { object.p, 1 } };
	struct slice rest;
	struct field item;
	if (!find_list(object, &list.all, &list.vendor) || !json_open(list.all, '[', &rest))
		return;
	collect_ids(&list);
	while (json_item(&rest, &item))
		if (item.type == FIELD_OBJECT)
			read_model(&list, item.text);
	free(list.ids);
}
