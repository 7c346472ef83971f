/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * azure-cost - lines of Azure's cost and usage details (EA and MCA).
 *
 * The file holds everything a subscription pays for: only lines of AI services count.
 * Portals of some countries write "1.234,56"; no export groups digits otherwise.
 */
#include "config.h"

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	/* what makes two lines the same one */
	S_METER,
	S_METER_ID,
	S_CATEGORY,
	S_SUBCATEGORY,
	S_PRODUCT,
	S_SUBSCRIPTION,
	S_GROUP,
	S_RESOURCE_ID,
	S_LOCATION,
	S_UNIT,
	S_CHARGE,
	S_PRICING,
	S_PUBLISHER,
	S_RESERVATION,
	S_TAGS,
	S_KEY_END,
	S_DATE = S_KEY_END,
	S_SERVICE,
	S_QUANTITY,
	S_COST,
	S_CURRENCY,
	S_RESOURCE,
};

static const char *const azure_slots[] = {
	[S_METER] = "MeterName",
	[S_METER_ID] = "MeterId",
	[S_CATEGORY] = "MeterCategory",
	[S_SUBCATEGORY] = "MeterSubCategory",
	[S_PRODUCT] = "ProductName|Product",
	[S_SUBSCRIPTION] = "SubscriptionId|SubscriptionGuid",
	[S_GROUP] = "ResourceGroup|ResourceGroupName",
	[S_RESOURCE_ID] = "ResourceId|InstanceId",
	[S_LOCATION] = "ResourceLocation|MeterRegion",
	[S_UNIT] = "UnitOfMeasure",
	[S_CHARGE] = "ChargeType",
	[S_PRICING] = "PricingModel",
	[S_PUBLISHER] = "PublisherName",
	[S_RESERVATION] = "ReservationId",
	[S_TAGS] = "Tags",
	[S_DATE] = "Date|UsageDate|UsageDateTime",
	[S_SERVICE] = "ConsumedService",
	[S_QUANTITY] = "Quantity",
	[S_COST] = "CostInBillingCurrency|Cost|PreTaxCost",
	[S_CURRENCY] = "BillingCurrencyCode|BillingCurrency|Currency",
	[S_RESOURCE] = "ResourceName",
	NULL,
};

/* Is it a line of something that no model answers?  Names of categories changed over the years. */
static bool
is_other_service(struct row *row)
{
	static const int slots[] = { S_METER, S_CATEGORY, S_SUBCATEGORY, S_PRODUCT, S_SERVICE };
	static const char *const parts[] = { "openai", "foundry", "cognitive", "token", "azure ai",
		"ai services", "machinelearning", "machine learning", NULL };
	for (size_t i = 0; i < HL_COUNT(slots); i++)
		if (bill_holds(row_text(row, slots[i]), parts))
			return false;
	return row_has(row, S_CATEGORY) || row_has(row, S_METER);
}

/* A number with a decimal comma becomes one with a point. */
static bool
local_number(struct row *row, int slot, femto_t *out)
{
	struct slice text = row_text(row, slot);
	if (!text.n || !memchr(text.p, ',', text.n))
		return bill_number(row, slot, out);
	char plain[NUM_TEXT];
	size_t n = 0;
	for (size_t i = 0; i < text.n && n < sizeof(plain); i++)
		if (text.p[i] == ',')
			plain[n++] = '.';
		else if (text.p[i] != '.')
			plain[n++] = text.p[i];
	const femto_t most = FEMTO_PER_UNIT * 1000000000000000;
	if (n < sizeof(plain) && num_decimal((struct slice){ plain, n }, out) == NUM_OK &&
		*out <= most && *out >= -most)
		return true;
	row_bad(row, "\"" SLICE_FMT "\" is no number of a bill", SLICE_ARG(text));
	return false;
}

/* The newer meters leave out what the subcategory says: "5.4 inp Gl" of "Azure OpenAI GPT5". */
static struct slice
meter_model(struct row *row, struct slice meter, enum token_kind kind)
{
	struct slice model = kind == TOKEN_KINDS ? SLICE_NONE : bill_model(meter);
	if (!model.n || model.p[0] < '0' || model.p[0] > '9' ||
		slice_find_nocase(row_text(row, S_SUBCATEGORY), "gpt") < 0)
		return model;
	struct str text = STR_INIT;
	str_puts(&text, "gpt ");
	str_slice(&text, model);
	model = slice_copy(row_arena(row), str_as_slice(&text));
	str_free(&text);
	return model;
}

static struct slice
meter_region(struct row *row, struct slice meter)
{
	if (bill_has_word(meter, "glbl") || bill_has_word(meter, "gl") ||
		bill_has_word(meter, "global"))
		return SLICE("global");
	if (bill_has_word(meter, "dz") || bill_has_word(meter, "dzone"))
		return SLICE("datazone");
	return row_text(row, S_LOCATION);
}

static void
fill_quantity(struct row *row, struct slice meter, struct record *rec)
{
	struct unit unit = bill_unit(row_text(row, S_UNIT));
	enum token_kind kind = bill_kind(meter);
	femto_t quantity;
	if (!local_number(row, S_QUANTITY, &quantity))
		return;
	/* "1K" of the older meters does not say of what */
	bool tokens = slice_find_nocase(meter, "token") >= 0 || bill_unit_is_tokens(unit) ||
		      (kind != TOKEN_KINDS && unit.scale >= 1000 && !unit.word.n);
	if (tokens) {
		bill_tokens(row, meter, quantity, unit.scale, rec);
		rec->tier = bill_tier(meter);
		bill_set_model(rec, meter_model(row, meter, kind));
	} else if (slice_find_nocase(unit.word, "hour") == 0) {
		femto_t hours;
		if (num_mul(quantity, unit.scale, &hours))
			record_measure_femto(rec, MEASURE_HOURS, hours);
	}
}

static void
fill_money(struct row *row, struct record *rec)
{
	rec->has_billed = local_number(row, S_COST, &rec->billed);
	bill_currency(row, S_CURRENCY, rec);
	if (row_is(row, S_CHARGE, "Refund") || (rec->has_billed && rec->billed < 0))
		rec->how |= HOW_CREDIT;
	if (row_is(row, S_CHARGE, "Tax"))
		bill_tax(rec);
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	struct labels labels = { 0 };
	bill_label_pairs(&labels, row_text(row, S_TAGS));
	bill_label_dims(&labels, rec);
	if (!rec->dim[DIM_PROJECT].n)
		rec->dim[DIM_PROJECT] = row_text(row, S_GROUP);
	rec->dim[DIM_ENDPOINT] = row_text(row, S_RESOURCE);
}

static void
read_line(struct row *row)
{
	if (is_other_service(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	struct record rec;
	record_init(&rec);
	struct slice meter = row_text(row, S_METER);
	rec.origin = ORIGIN_INVOICE;
	rec.biller = SLICE("azure");
	rec.requests = -1;
	rec.line_item = meter.n ? meter : row_text(row, S_PRODUCT);
	if (bill_time(row, S_DATE, &rec) && !rec.width)
		rec.width = NS_PER_DAY;
	fill_money(row, &rec);
	if (!row_has(row, S_CHARGE) || row_is(row, S_CHARGE, "Usage"))
		fill_quantity(row, meter, &rec);
	rec.provider = slice_find_nocase(row_text(row, S_SUBCATEGORY), "openai") >= 0
			       ? SLICE("openai")
			       : maker_of(rec.response_model);
	rec.region = meter_region(row, meter);
	fill_dimensions(row, &rec);
	bill_identity(row, IDENTITY_NATURAL, 0, S_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_azure(const struct sight *sight)
{
	return sight_column(sight, "metername") && sight_column(sight, "unitofmeasure") &&
			       sight_column(sight, "quantity")
		       ? "columns MeterName, UnitOfMeasure and Quantity"
		       : NULL;
}

const struct reader reader_azure_cost = {
	.us_dates = true,
	.name = "azure-cost",
	.title = "Azure cost details",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = azure_slots,
	.match = match_azure,
	.row = read_line,
};
