/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * focus - charges in the FinOps Open Cost and Usage Specification, 1.0 to 1.3.
 *
 * BilledCost is the invoice, EffectiveCost what usage consumed: a prepaid purchase has
 * the one and its drawdown the other, so they are two measures of the same money.  Only
 * usage that is counted in tokens is token usage: no purchases, no credits.
 */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	/* what makes two lines the same one */
	S_ACCOUNT,
	S_CATEGORY,
	S_CLASS,
	S_DESCRIPTION,
	S_FREQUENCY,
	S_INVOICE,
	S_PRICING,
	S_CURRENCY,
	S_PROVIDER,
	S_REGION,
	S_RESOURCE,
	S_SERVICE,
	S_SKU,
	S_METER,
	S_SKU_PRICE,
	S_SUB_ACCOUNT_ID,
	S_TAGS,
	S_UNIT,
	S_MODEL,
	S_KEY_END,
	S_START = S_KEY_END,
	S_END,
	S_BILLED,
	S_EFFECTIVE,
	S_QUANTITY,
	S_SERVICE_CATEGORY,
	S_SUB_ACCOUNT,
};

static const char *const focus_slots[] = {
	[S_ACCOUNT] = "BillingAccountId",
	[S_CATEGORY] = "ChargeCategory",
	[S_CLASS] = "ChargeClass",
	[S_DESCRIPTION] = "ChargeDescription",
	[S_FREQUENCY] = "ChargeFrequency",
	[S_INVOICE] = "InvoiceId",
	[S_PRICING] = "PricingCategory",
	[S_CURRENCY] = "BillingCurrency",
	[S_PROVIDER] = "ProviderName|ServiceProviderName|PublisherName",
	[S_REGION] = "RegionId",
	[S_RESOURCE] = "ResourceId",
	[S_SERVICE] = "ServiceName",
	[S_SKU] = "SkuId",
	[S_METER] = "SkuMeter",
	[S_SKU_PRICE] = "SkuPriceId",
	[S_SUB_ACCOUNT_ID] = "SubAccountId",
	[S_TAGS] = "Tags",
	[S_UNIT] = "ConsumedUnit",
	[S_MODEL] = "x_Model|x_ModelName|x_ModelId",
	[S_START] = "ChargePeriodStart",
	[S_END] = "ChargePeriodEnd",
	[S_BILLED] = "BilledCost",
	[S_EFFECTIVE] = "EffectiveCost",
	[S_QUANTITY] = "ConsumedQuantity",
	[S_SERVICE_CATEGORY] = "ServiceCategory",
	[S_SUB_ACCOUNT] = "SubAccountName|SubAccountId",
	NULL,
};

/* Charges of machines, disks and the like, which a cloud's export holds beside those of models. */
static bool
is_other_service(struct row *row)
{
	static const char *const categories[] = { "Analytics", "Compute", "Databases", "Identity",
		"Integration", "Internet of Things", "Management and Governance", "Media",
		"Migration", "Mobile", "Multicloud", "Networking", "Security", "Storage", "Web" };
	for (size_t i = 0; i < HL_COUNT(categories); i++)
		if (row_is(row, S_SERVICE_CATEGORY, categories[i]))
			return !bill_unit_is_tokens(bill_unit(row_text(row, S_UNIT)));
	return false;
}

/* Clouds under the word that readers of their own bills use, others in lower case. */
static struct slice
biller_name(struct row *row, struct slice name)
{
	name = slice_trim(name);
	if (slice_find_nocase(name, "microsoft") == 0)
		return SLICE("azure");
	struct slice known = biller_of(name, SLICE_NONE);
	char *lower = arena_copy(row_arena(row), known.p, known.n);
	for (size_t i = 0; i < known.n; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] + ('a' - 'A'));
	return (struct slice){ lower, known.n };
}

static void
fill_cost(struct row *row, bool usage, struct record *rec)
{
	femto_t effective;
	bill_money(row, S_BILLED, rec);
	bill_currency(row, S_CURRENCY, rec);
	if (!bill_number(row, S_EFFECTIVE, &effective))
		return;
	record_measure_femto(rec, MEASURE_EFFECTIVE_COST, effective);
	if (!usage)
		return;
	record_measure_femto(rec, MEASURE_USAGE_EFFECTIVE_COST, effective);
	if (rec->has_billed && rec->billed == 0 && effective > 0)
		rec->pay = PAY_PREPAID;
}

static void
fill_usage(struct row *row, struct record *rec)
{
	struct unit unit = bill_unit(row_text(row, S_UNIT));
	femto_t quantity;
	if (!bill_unit_is_tokens(unit) || !bill_number(row, S_QUANTITY, &quantity))
		return;
	struct slice meter = row_text(row, S_METER), description = row_text(row, S_DESCRIPTION);
	if (bill_kind(meter) == TOKEN_KINDS)
		meter = description;
	bill_tokens(row, meter, quantity, unit.scale, rec);
	enum tier tier = bill_tier(meter);
	rec->tier = tier == TIER_STANDARD ? bill_tier(description) : tier;
	struct slice model = row_text(row, S_MODEL);
	bill_set_model(rec, model.n ? model : bill_model(description));
	rec->provider = maker_of(rec->response_model);
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	struct labels labels = { 0 };
	rec->dim[DIM_PROJECT] = row_text(row, S_SUB_ACCOUNT);
	bill_label_pairs(&labels, row_text(row, S_TAGS));
	bill_label_dims(&labels, rec);
}

static void
read_charge(struct row *row)
{
	if (is_other_service(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	struct record rec;
	record_init(&rec);
	bool usage = row_is(row, S_CATEGORY, "Usage");
	rec.origin = ORIGIN_INVOICE;
	rec.biller = biller_name(row, row_text(row, S_PROVIDER));
	rec.requests = -1;
	rec.line_item = row_text(row, row_has(row, S_DESCRIPTION) ? S_DESCRIPTION : S_SKU);
	rec.region = row_text(row, S_REGION);
	bill_period(row, S_START, S_END, &rec);
	fill_cost(row, usage, &rec);
	if (usage)
		fill_usage(row, &rec);
	else if (row_is(row, S_CATEGORY, "Tax"))
		bill_tax(&rec);
	else if (row_is(row, S_CATEGORY, "Credit"))
		rec.how |= HOW_CREDIT;
	fill_dimensions(row, &rec);
	bill_identity(row, IDENTITY_NATURAL, 0, S_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_focus(const struct sight *sight)
{
	return sight_column(sight, "chargeperiodstart") && sight_column(sight, "billedcost") &&
			       sight_column(sight, "effectivecost")
		       ? "columns ChargePeriodStart, BilledCost and EffectiveCost"
		       : NULL;
}

const struct reader reader_focus = {
	.name = "focus",
	.title = "FOCUS cost and usage",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = focus_slots,
	.match = match_focus,
	.row = read_charge,
};
