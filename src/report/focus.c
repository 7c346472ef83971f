/* SPDX-License-Identifier: GPL-3.0-or-later */
/* focus - the columns of FOCUS 1.2 that are written, in the order of the file; src: the specification's column pages. */
#include "config.h"

#include "report/focus-fill.h"

#define PER_PRICE 1000000 /* tokens that a price list prices together */
#define NO_NAME   "not stated"

/* How those who send bills call themselves and what they sell. */
static const struct seller_name {
	const char *word, *name, *service;
} seller_names[] = {
	{ "anthropic", "Anthropic", "Anthropic API" },
	{ "aws", "Amazon Web Services", "Amazon Bedrock" },
	{ "azure", "Microsoft", "Azure OpenAI Service" },
	{ "cohere", "Cohere", "Cohere API" },
	{ "cursor", "Cursor", "Cursor" },
	{ "deepseek", "DeepSeek", "DeepSeek API" },
	{ "gcp", "Google Cloud", "Vertex AI" },
	{ "google", "Google", "Gemini API" },
	{ "groq", "Groq", "Groq API" },
	{ "local", "Own hardware", "Self-hosted inference" },
	{ "meta", "Meta", "Llama" },
	{ "mistral", "Mistral AI", "Mistral API" },
	{ "openai", "OpenAI", "OpenAI API" },
	{ "openrouter", "OpenRouter", "OpenRouter" },
	{ "together", "Together AI", "Together API" },
	{ "xai", "xAI", "xAI API" },
};

static const char *const meter_names[] = {
	[TOKEN_UNCACHED_INPUT] = "Input Tokens",
	[TOKEN_CACHE_READ] = "Cache Read Tokens",
	[TOKEN_CACHE_WRITE_5M] = "Cache Write Tokens (5 minutes)",
	[TOKEN_CACHE_WRITE_1H] = "Cache Write Tokens (1 hour)",
	[TOKEN_OUTPUT] = "Output Tokens",
	[METER_UNSPLIT] = "Tokens",
	[METER_SEARCHES] = "Web Searches",
	[METER_CHARGE] = "Charges",
	[METER_REQUESTS] = "Requests",
	[METER_HARDWARE] = "Hours",
};

enum category { USAGE, TAX, CREDIT };

static enum category
category_of(const struct focus_line *line)
{
	if (line->meter != METER_CHARGE)
		return USAGE;
	return line->row->how & HOW_TAX ? TAX : line->row->how & HOW_CREDIT ? CREDIT : USAGE;
}

static const struct seller_name *
seller_name(struct slice name)
{
	for (size_t i = 0; i < HL_COUNT(seller_names); i++)
		if (slice_is(name, seller_names[i].word))
			return &seller_names[i];
	return NULL;
}

static struct slice
name_of(struct slice seller)
{
	const struct seller_name *known = seller_name(seller);
	return known ? slice_of(known->name) : seller.n ? seller : SLICE(NO_NAME);
}

static struct slice
biller(const struct focus_line *line)
{
	return is_local(line) ? SLICE("local") : key_text(line, KEY_BILLER);
}

/* The model, or what a line of a bill is for; "" neither. */
static struct slice
subject(const struct focus_line *line)
{
	if (!line->row)
		return line->hardware->hardware->id;
	struct slice model = key_text(line, KEY_RESPONSE_MODEL);
	return model.n ? model : key_text(line, KEY_ITEM);
}

/* ---- columns of the specification ---- */

static struct cell
billed_cost(const struct focus_line *line)
{
	return decimal(line->billed ? line->row->sum.billed : 0);
}

static struct cell
account_id(const struct focus_line *line)
{
	struct slice name = biller(line);
	return text(name.n ? name : SLICE(NO_NAME));
}

static struct cell
account_name(const struct focus_line *line)
{
	(void)line;
	return null();
}

static struct cell
currency(const struct focus_line *line)
{
	if (!line->row)
		return word(line->hardware->hardware->currency);
	if (line->billed)
		return word(line->row->currency);
	return word(line->row->cost.currency[0] ? line->row->cost.currency : "USD");
}

static struct cell
billing_end(const struct focus_line *line)
{
	return moment(line, line->billing.end);
}

static struct cell
billing_start(const struct focus_line *line)
{
	return moment(line, line->billing.start);
}

static struct cell
charge_category(const struct focus_line *line)
{
	static const char *const names[] = { "Usage", "Tax", "Credit" };
	return word(names[category_of(line)]);
}

static struct cell
charge_class(const struct focus_line *line)
{
	(void)line;
	return null();
}

static struct cell
charge_description(const struct focus_line *line)
{
	struct slice of = subject(line);
	const char *meter = meter_names[line->meter];
	if (!line->row)
		return text(slice_printf(line->arena, "%s of " SLICE_FMT " (an estimate)",
			own_part_names[line->hardware->part],
			SLICE_ARG(line->hardware->hardware->name)));
	if (!key_text(line, KEY_RESPONSE_MODEL).n && of.n)
		return text(of);
	if (line->meter == METER_CHARGE)
		meter = line->row->key->origin == ORIGIN_INVOICE ? "as billed" : "as logged";
	return of.n ? text(slice_printf(line->arena, SLICE_FMT " %s", SLICE_ARG(of), meter))
		    : word(meter);
}

static struct cell
charge_frequency(const struct focus_line *line)
{
	return word(category_of(line) == USAGE ? "Usage-Based" : "One-Time");
}

static struct cell
period_end(const struct focus_line *line)
{
	return moment(line, line->row ? line->row->end : line->hardware->period.end);
}

static struct cell
period_start(const struct focus_line *line)
{
	return moment(line, line->row ? line->row->start : line->hardware->period.start);
}

/* How much there is of what the unit says; a charge is one. */
static struct cell
consumed_quantity(const struct focus_line *line)
{
	if (category_of(line) != USAGE)
		return null();
	return decimal(line->quantity ? line->quantity : FEMTO_PER_UNIT);
}

static const char *
unit(const struct focus_line *line)
{
	if (is_tokens(line))
		return "Tokens";
	if (line->meter == METER_HARDWARE)
		return "Hours";
	if (line->meter == METER_SEARCHES)
		return "Searches";
	return line->quantity ? "Requests" : "Unit";
}

static struct cell
consumed_unit(const struct focus_line *line)
{
	return category_of(line) == USAGE ? word(unit(line)) : null();
}

static struct cell
contracted_cost(const struct focus_line *line)
{
	return decimal(line->billed ? line->row->sum.billed : line->list);
}

static struct cell
effective_cost(const struct focus_line *line)
{
	return decimal(line->spend);
}

static struct cell
invoice_issuer(const struct focus_line *line)
{
	return text(name_of(biller(line)));
}

static struct cell
list_cost(const struct focus_line *line)
{
	return decimal(line->list);
}

/* Of a million tokens, as price lists have it.  ListCost is its product with the quantity. */
static struct cell
list_unit_price(const struct focus_line *line)
{
	femto_t scaled, scale = is_tokens(line) ? PER_PRICE : 1;
	femto_t quantity = line->quantity ? line->quantity / FEMTO_PER_UNIT : 1;
	if (category_of(line) != USAGE)
		return null();
	if (!num_mul(line->list, scale, &scaled))
		return decimal(line->list / quantity * scale);
	return decimal(scaled / quantity);
}

static struct cell
pricing_category(const struct focus_line *line)
{
	if (category_of(line) != USAGE)
		return null();
	return word(is_local(line) || line->row->included ? "Other" : "Standard");
}

static struct cell
pricing_quantity(const struct focus_line *line)
{
	struct cell cell = consumed_quantity(line);
	cell.amount /= is_tokens(line) ? PER_PRICE : 1;
	return cell;
}

static struct cell
pricing_unit(const struct focus_line *line)
{
	if (category_of(line) != USAGE)
		return null();
	return word(is_tokens(line) ? "1000000 Tokens" : unit(line));
}

static struct cell
provider_name(const struct focus_line *line)
{
	return text(name_of(biller(line)));
}

static struct cell
publisher_name(const struct focus_line *line)
{
	struct slice maker = key_text(line, KEY_PROVIDER);
	return text(name_of(maker.n ? maker : biller(line)));
}

static struct cell
region(const struct focus_line *line)
{
	return text(key_text(line, KEY_REGION));
}

static struct cell
resource_id(const struct focus_line *line)
{
	return line->row ? null() : text(line->hardware->hardware->id);
}

static struct cell
resource_name(const struct focus_line *line)
{
	return line->row ? null() : text(line->hardware->hardware->name);
}

static struct cell
resource_type(const struct focus_line *line)
{
	return line->row ? null() : word("Inference hardware");
}

static struct cell
service_category(const struct focus_line *line)
{
	(void)line;
	return word("AI and Machine Learning");
}

static struct cell
service_name(const struct focus_line *line)
{
	struct slice seller = biller(line);
	const struct seller_name *known = seller_name(seller);
	return known ? word(known->service) : text(name_of(seller));
}

static struct cell
service_subcategory(const struct focus_line *line)
{
	(void)line;
	return word("Generative AI");
}

static struct slice
sku(const struct focus_line *line)
{
	struct slice of = subject(line), seller = account_id(line).text;
	const char *meter = line->row ? is_tokens(line) && line->meter < METER_UNSPLIT
						? token_names[line->meter]
						: meter_names[line->meter]
				      : own_part_names[line->hardware->part];
	return slice_printf(line->arena, SLICE_FMT "/" SLICE_FMT "%s%s", SLICE_ARG(seller),
		SLICE_ARG(of), of.n ? "/" : "", meter);
}

static struct cell
sku_id(const struct focus_line *line)
{
	return category_of(line) == TAX ? null() : text(sku(line));
}

static struct cell
sku_meter(const struct focus_line *line)
{
	return category_of(line) == TAX ? null() : word(meter_names[line->meter]);
}

static void
put_string(struct str *out, struct slice value)
{
	str_putc(out, '"');
	for (size_t i = 0; i < value.n; i++) {
		unsigned char c = (unsigned char)value.p[i];
		if (c < ' ' || c == 0x7F)
			str_printf(out, "\\u%04x", c);
		else if (c == '"' || c == '\\')
			str_printf(out, "\\%c", c);
		else
			str_putc(out, (char)c);
	}
	str_putc(out, '"');
}

/* Which model, kind of tokens and tier a price is of. */
static struct cell
sku_price_details(const struct focus_line *line)
{
	struct slice model = key_text(line, KEY_RESPONSE_MODEL);
	if (!model.n || category_of(line) == TAX)
		return null();
	struct str json = STR_INIT;
	str_puts(&json, "{\"x_Model\": ");
	put_string(&json, model);
	str_printf(&json, ", \"x_Meter\": \"%s\", \"x_ServiceTier\": \"%s\"}",
		meter_names[line->meter],
		line->row->key->tier ? tier_names[line->row->key->tier] : "standard");
	struct cell cell = text(slice_copy(line->arena, str_as_slice(&json)));
	str_free(&json);
	return cell;
}

static struct cell
sku_price_id(const struct focus_line *line)
{
	if (category_of(line) == TAX)
		return null();
	const char *tier = line->row && line->row->key->tier > TIER_STANDARD
				   ? tier_names[line->row->key->tier]
				   : "standard";
	struct slice of = sku(line), where = key_text(line, KEY_REGION);
	return text(slice_printf(line->arena, SLICE_FMT "/%s%s" SLICE_FMT, SLICE_ARG(of), tier,
		where.n ? "/" : "", SLICE_ARG(where)));
}

static struct cell
sub_account(const struct focus_line *line)
{
	return text(key_text(line, KEY_DIMS + DIM_PROJECT));
}

/* The words of the log but the project, which is the sub account. */
static struct cell
tags(const struct focus_line *line)
{
	struct str json = STR_INIT;
	for (int i = 0; i < DIMS; i++) {
		struct slice value = key_text(line, KEY_DIMS + i);
		if (!value.n || i == DIM_PROJECT)
			continue;
		str_printf(&json, "%s\"%s\": ", json.n ? ", " : "{", dim_names[i]);
		put_string(&json, value);
	}
	if (!json.n)
		return null();
	str_putc(&json, '}');
	struct cell cell = text(slice_copy(line->arena, str_as_slice(&json)));
	str_free(&json);
	return cell;
}

/* clang-format off */
#define COLUMN(name, level, fill) { { .key = (name), .decimals = 15 }, FOCUS_##level, (fill) }
const struct focus_column focus_columns[] = {
	COLUMN("BilledCost", MANDATORY, billed_cost),
	COLUMN("BillingAccountId", MANDATORY, account_id),
	COLUMN("BillingAccountName", MANDATORY, account_name),
	COLUMN("BillingCurrency", MANDATORY, currency),
	COLUMN("BillingPeriodEnd", MANDATORY, billing_end),
	COLUMN("BillingPeriodStart", MANDATORY, billing_start),
	COLUMN("ChargeCategory", MANDATORY, charge_category),
	COLUMN("ChargeClass", MANDATORY, charge_class),
	COLUMN("ChargeDescription", MANDATORY, charge_description),
	COLUMN("ChargeFrequency", RECOMMENDED, charge_frequency),
	COLUMN("ChargePeriodEnd", MANDATORY, period_end),
	COLUMN("ChargePeriodStart", MANDATORY, period_start),
	COLUMN("ConsumedQuantity", CONDITIONAL, consumed_quantity),
	COLUMN("ConsumedUnit", CONDITIONAL, consumed_unit),
	COLUMN("ContractedCost", MANDATORY, contracted_cost),
	COLUMN("EffectiveCost", MANDATORY, effective_cost),
	COLUMN("InvoiceIssuerName", MANDATORY, invoice_issuer),
	COLUMN("ListCost", MANDATORY, list_cost),
	COLUMN("ListUnitPrice", CONDITIONAL, list_unit_price),
	COLUMN("PricingCategory", CONDITIONAL, pricing_category),
	COLUMN("PricingQuantity", MANDATORY, pricing_quantity),
	COLUMN("PricingUnit", MANDATORY, pricing_unit),
	COLUMN("ProviderName", MANDATORY, provider_name),
	COLUMN("PublisherName", MANDATORY, publisher_name),
	COLUMN("RegionId", CONDITIONAL, region),
	COLUMN("RegionName", CONDITIONAL, region),
	COLUMN("ResourceId", CONDITIONAL, resource_id),
	COLUMN("ResourceName", CONDITIONAL, resource_name),
	COLUMN("ResourceType", CONDITIONAL, resource_type),
	COLUMN("ServiceCategory", MANDATORY, service_category),
	COLUMN("ServiceName", MANDATORY, service_name),
	COLUMN("ServiceSubcategory", RECOMMENDED, service_subcategory),
	COLUMN("SkuId", CONDITIONAL, sku_id),
	COLUMN("SkuMeter", CONDITIONAL, sku_meter),
	COLUMN("SkuPriceDetails", CONDITIONAL, sku_price_details),
	COLUMN("SkuPriceId", CONDITIONAL, sku_price_id),
	COLUMN("SubAccountId", CONDITIONAL, sub_account),
	COLUMN("SubAccountName", CONDITIONAL, sub_account),
	COLUMN("Tags", CONDITIONAL, tags),
	COLUMN("x_BilledCurrency", CUSTOM, x_billed_currency),
	COLUMN("x_Biller", CUSTOM, x_biller),
	COLUMN("x_BucketSeconds", CUSTOM, x_bucket_seconds),
	COLUMN("x_ContextClass", CUSTOM, x_context_class),
	COLUMN("x_CostBasis", CUSTOM, x_cost_basis),
	COLUMN("x_EffectiveCostHigh", CUSTOM, x_effective_cost_high),
	COLUMN("x_EffectiveCostLow", CUSTOM, x_effective_cost_low),
	COLUMN("x_Estimate", CUSTOM, x_estimate),
	COLUMN("x_Flags", CUSTOM, x_flags),
	COLUMN("x_IncludedListCost", CUSTOM, x_included),
	COLUMN("x_LineItem", CUSTOM, x_line_item),
	COLUMN("x_ListCostHigh", CUSTOM, x_list_cost_high),
	COLUMN("x_ModelProvider", CUSTOM, x_model_provider),
	COLUMN("x_Pay", CUSTOM, x_pay),
	COLUMN("x_PriceSource", CUSTOM, x_price_source),
	COLUMN("x_PriceStatus", CUSTOM, x_price_status),
	COLUMN("x_RecordOrigin", CUSTOM, x_record_origin),
	COLUMN("x_RequestModel", CUSTOM, x_request_model),
	COLUMN("x_Requests", CUSTOM, x_requests),
	COLUMN("x_RequestsKnown", CUSTOM, x_requests_known),
	COLUMN("x_ResponseModel", CUSTOM, x_response_model),
	COLUMN("x_ServiceTier", CUSTOM, x_service_tier),
	COLUMN("x_TokenKind", CUSTOM, x_token_kind),
	COLUMN("x_Undated", CUSTOM, x_undated),
	COLUMN("x_Workload", CUSTOM, x_workload),
};
/* clang-format on */
const size_t focus_columns_n = HL_COUNT(focus_columns);
