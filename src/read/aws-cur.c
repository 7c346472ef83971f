/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * aws-cur - lines of AWS's Cost and Usage Report, 2.0 and the older one.
 *
 * The report holds everything an account pays for: only lines of Bedrock count.  What
 * one unit is stands in pricing_unit; "Units" of Marketplace models are a million tokens.
 */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	S_TYPE,
	S_USAGE_TYPE,
	S_CODE,
	S_SERVICE,
	S_OPERATION,
	S_DESCRIPTION,
	S_RESOURCE,
	S_ACCOUNT,
	S_PRINCIPAL,
	S_REGION,
	S_UNIT,
	S_TAGS,
	S_KEY_END,
	S_ID = S_KEY_END,
	S_INTERVAL,
	S_START,
	S_END,
	S_AMOUNT,
	S_COST,
	S_CURRENCY,
	S_PRODUCT,
	S_PRODUCT_NAME,
	S_ACCOUNT_NAME,
	S_TEAM_TAG,
	S_PROJECT_TAG,
	S_ENVIRONMENT_TAG,
};

static const char *const cur_slots[] = {
	[S_TYPE] = "line_item_line_item_type|lineItem/LineItemType",
	[S_USAGE_TYPE] = "line_item_usage_type|lineItem/UsageType",
	[S_CODE] = "line_item_product_code|lineItem/ProductCode",
	[S_SERVICE] = "product_servicecode|product/servicecode",
	[S_OPERATION] = "line_item_operation|lineItem/Operation",
	[S_DESCRIPTION] = "line_item_line_item_description|lineItem/LineItemDescription",
	[S_RESOURCE] = "line_item_resource_id|lineItem/ResourceId",
	[S_ACCOUNT] = "line_item_usage_account_id|lineItem/UsageAccountId",
	[S_PRINCIPAL] = "line_item_iam_principal|lineItem/IamPrincipal",
	[S_REGION] = "product_region_code|product/regionCode|product/region",
	[S_UNIT] = "pricing_unit|pricing/unit",
	[S_TAGS] = "resource_tags",
	[S_ID] = "identity_line_item_id|identity/LineItemId",
	[S_INTERVAL] = "identity_time_interval|identity/TimeInterval",
	[S_START] = "line_item_usage_start_date|lineItem/UsageStartDate",
	[S_END] = "line_item_usage_end_date|lineItem/UsageEndDate",
	[S_AMOUNT] = "line_item_usage_amount|lineItem/UsageAmount",
	[S_COST] = "line_item_unblended_cost|lineItem/UnblendedCost",
	[S_CURRENCY] = "line_item_currency_code|lineItem/CurrencyCode",
	[S_PRODUCT] = "product",
	[S_PRODUCT_NAME] = "product_product_name|product/ProductName|product/productName",
	[S_ACCOUNT_NAME] = "line_item_usage_account_name|lineItem/UsageAccountName",
	[S_TEAM_TAG] = "resourceTags/user:team|resource_tags_user_team",
	[S_PROJECT_TAG] = "resourceTags/user:project|resource_tags_user_project",
	[S_ENVIRONMENT_TAG] = "resourceTags/user:environment|resource_tags_user_environment",
	NULL,
};

/* Is it a line of another product?  Those of the Marketplace have a code that says nothing. */
static bool
is_other_product(struct row *row)
{
	static const int slots[] = { S_USAGE_TYPE, S_PRODUCT_NAME, S_PRODUCT, S_OPERATION,
		S_RESOURCE, S_DESCRIPTION };
	static const char *const parts[] = { "bedrock", "invokemodel", "tokencount", "-tokens",
		"_tokens", NULL };
	struct slice code = row_text(row, S_CODE), service = row_text(row, S_SERVICE);
	if (slice_find_nocase(code, "bedrock") >= 0 || slice_find_nocase(service, "bedrock") >= 0)
		return false;
	if (slice_find_nocase(code, "amazon") == 0 || slice_find_nocase(code, "aws") == 0)
		return true;
	for (size_t i = 0; i < HL_COUNT(slots); i++)
		if (bill_holds(row_text(row, slots[i]), parts))
			return false;
	return code.n || service.n;
}

/* The model of "USE1-NovaPro-input-tokens": what stands between the place and the direction. */
static struct slice
usage_model(struct slice usage_type)
{
	const char *dash = usage_type.n ? memchr(usage_type.p, '-', usage_type.n) : NULL;
	size_t place = dash ? (size_t)(dash - usage_type.p) : 0;
	bool upper = place >= 2 && place <= 6;
	for (size_t i = 0; i < place && upper; i++)
		upper = (usage_type.p[i] >= 'A' && usage_type.p[i] <= 'Z') ||
			(usage_type.p[i] >= '0' && usage_type.p[i] <= '9');
	if (upper)
		usage_type = (struct slice){ dash + 1, usage_type.n - place - 1 };
	/* Marketplace lines name only the place here: "MP:USE1_InputTokenCount" */
	return slice_starts(usage_type, "MP:") ? SLICE_NONE : bill_model(usage_type);
}

/* Models of the Marketplace are named by their product:
 * "Claude Sonnet 4.5 (Amazon Bedrock Edition)". */
static struct slice
product_model(struct row *row)
{
	struct slice name = row_text(row, S_PRODUCT_NAME);
	struct slice product = row_text(row, S_PRODUCT), key, value;
	while (!name.n && bill_pair(&product, &key, &value))
		if (slice_is(key, "product_name"))
			name = value;
	ptrdiff_t edition = slice_find(name, " (Amazon Bedrock");
	if (edition >= 0)
		return (struct slice){ name.p, (size_t)edition };
	return slice_starts(name, "Amazon Bedrock") ? SLICE_NONE : name;
}

/* "arn:aws:sts::1:assumed-role/SupportRole/i-0abc": the role is whose key it was; the last part
 * of a user's ARN is a person. */
static void
fill_principal(struct slice arn, struct record *rec)
{
	static const char role[] = "assumed-role/", user[] = ":user/";
	ptrdiff_t at = slice_find(arn, role);
	if (at >= 0) {
		size_t from = (size_t)at + sizeof(role) - 1;
		struct slice rest = { arn.p + from, arn.n - from };
		slice_cut(&rest, '/', &rec->dim[DIM_KEY]);
		return;
	}
	at = slice_find(arn, user);
	if (at >= 0) {
		size_t from = (size_t)at + sizeof(user) - 1;
		rec->dim[DIM_USER] = (struct slice){ arn.p + from, arn.n - from };
	}
}

static void
fill_dimensions(struct row *row, struct record *rec)
{
	static const char profile[] = "application-inference-profile/";
	struct labels labels = { .team = row_text(row, S_TEAM_TAG),
		.project = row_text(row, S_PROJECT_TAG),
		.environment = row_text(row, S_ENVIRONMENT_TAG) };
	bill_label_pairs(&labels, row_text(row, S_TAGS));
	bill_label_dims(&labels, rec);
	if (!rec->dim[DIM_PROJECT].n)
		rec->dim[DIM_PROJECT] = row_text(row, S_ACCOUNT_NAME);
	fill_principal(row_text(row, S_PRINCIPAL), rec);
	struct slice resource = row_text(row, S_RESOURCE);
	ptrdiff_t at = slice_find(resource, profile);
	if (at >= 0)
		rec->dim[DIM_ENDPOINT] = (struct slice){ resource.p + at, resource.n - (size_t)at };
}

static void
fill_quantity(struct row *row, struct slice usage_type, struct record *rec)
{
	struct unit unit = bill_unit(row_text(row, S_UNIT));
	bool counts_tokens = slice_find_nocase(usage_type, "token") >= 0;
	femto_t amount;
	if (!bill_number(row, S_AMOUNT, &amount))
		return;
	if (bill_unit_is_tokens(unit))
		bill_tokens(row, usage_type, amount, unit.scale, rec);
	else if (counts_tokens && slice_is_nocase(unit.word, "units"))
		bill_tokens(row, usage_type, amount, 1000000, rec);
	else if (slice_find_nocase(unit.word, "image") == 0)
		record_measure_femto(rec, MEASURE_IMAGES, amount);
	else if (slice_find_nocase(unit.word, "hour") == 0 || slice_is_nocase(unit.word, "hrs"))
		record_measure_femto(rec, MEASURE_HOURS, amount);
	else
		return;
	rec->tier = bill_tier(usage_type);
}

/* Usage, or what else a line of the bill can be. */
static void
fill_kind(struct row *row, struct slice usage_type, struct record *rec)
{
	static const char *const credits[] = { "credit", "refund", "discount", "negation", NULL };
	struct slice type = row_text(row, S_TYPE);
	if (slice_is_nocase(type, "Tax"))
		bill_tax(rec);
	else if (rec->has_billed)
		record_measure_femto(rec, MEASURE_USAGE_COST, rec->billed);
	if (bill_holds(type, credits) && !slice_is_nocase(type, "DiscountedUsage"))
		rec->how |= HOW_CREDIT;
	else if (!type.n || slice_ends(type, "Usage"))
		fill_quantity(row, usage_type, rec);
}

static void
fill_identity(struct row *row, struct record *rec)
{
	rec->id = row_text(row, S_ID);
	if (rec->id.n) {
		rec->identity = IDENTITY_ID;
		rec->id2 = row_text(row, S_INTERVAL);
	} else {
		bill_identity(row, IDENTITY_NATURAL, 0, S_KEY_END, rec);
	}
}

static void
read_line(struct row *row)
{
	if (is_other_product(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	struct record rec;
	record_init(&rec);
	struct slice usage_type = row_text(row, S_USAGE_TYPE), model = usage_model(usage_type);
	rec.origin = ORIGIN_INVOICE;
	rec.biller = SLICE("aws");
	rec.requests = -1;
	bill_set_model(&rec, model.n ? model : product_model(row));
	rec.provider = maker_of(rec.response_model);
	rec.line_item = usage_type.n ? usage_type : row_text(row, S_DESCRIPTION);
	rec.region = slice_find_nocase(usage_type, "global") >= 0 ? SLICE("global")
								  : row_text(row, S_REGION);
	bill_period(row, S_START, S_END, &rec);
	bill_money(row, S_COST, &rec);
	bill_currency(row, S_CURRENCY, &rec);
	fill_kind(row, usage_type, &rec);
	fill_dimensions(row, &rec);
	fill_identity(row, &rec);
	row_emit(row, &rec);
}

static const char *
match_cur(const struct sight *sight)
{
	if (sight_column(sight, "line_item_usage_type"))
		return "column line_item_usage_type";
	return sight_column(sight, "lineitem/usagetype") ? "column lineItem/UsageType" : NULL;
}

const struct reader reader_aws_cur = {
	.name = "aws-cur",
	.title = "AWS Cost and Usage Report",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = cur_slots,
	.match = match_cur,
	.row = read_line,
};
