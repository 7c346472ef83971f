/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gcp - Google Cloud's billing export of BigQuery (JSON), and the console's cost table (CSV).
 *
 * Both hold everything an account pays for: only lines of AI services count.  Model and
 * direction stand in the text of the SKU alone.
 */
#include "config.h"

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	/* what makes two lines the same one */
	S_SERVICE,
	S_SERVICE_ID,
	S_SKU,
	S_SKU_ID,
	S_PROJECT_ID,
	S_ACCOUNT,
	S_COST_TYPE,
	S_COMMON_END,
};

enum {
	E_REGION = S_COMMON_END,
	E_MONTH,
	E_RESOURCE,
	E_LABELS,
	E_KEY_END,
	E_PROJECT = E_KEY_END,
	E_START,
	E_END,
	E_COST,
	E_CURRENCY,
	E_CREDITS,
	E_AMOUNT,
	E_UNIT,
};

static const char *const export_slots[] = {
	[S_SERVICE] = "service.description",
	[S_SERVICE_ID] = "service.id",
	[S_SKU] = "sku.description",
	[S_SKU_ID] = "sku.id",
	[S_PROJECT_ID] = "project.id",
	[S_ACCOUNT] = "billing_account_id",
	[S_COST_TYPE] = "cost_type",
	[E_REGION] = "location.region|location.location",
	[E_MONTH] = "invoice.month",
	[E_RESOURCE] = "resource.global_name|resource.name",
	[E_LABELS] = "labels",
	[E_PROJECT] = "project.name|project.id",
	[E_START] = "usage_start_time",
	[E_END] = "usage_end_time",
	[E_COST] = "cost",
	[E_CURRENCY] = "currency",
	[E_CREDITS] = "credits",
	[E_AMOUNT] = "usage.amount",
	[E_UNIT] = "usage.unit",
	NULL,
};

enum { L_KEY, L_VALUE };
static const char *const label_slots[] = { [L_KEY] = "key", [L_VALUE] = "value", NULL };
static const char *const credit_slots[] = { "amount", NULL };

enum {
	T_CREDIT_TYPE = S_COMMON_END,
	T_KEY_END,
	T_PROJECT = T_KEY_END,
	T_START,
	T_END,
	T_AMOUNT,
	T_UNIT,
	T_COST, /* one slot for each of the currencies below */
};

static const char currencies[][4] = { "USD", "EUR", "GBP", "JPY", "INR", "BRL", "CAD", "AUD", "CHF",
	"SEK", "KRW", "PLN" };

static const char *const table_slots[] = {
	[S_SERVICE] = "Service description",
	[S_SERVICE_ID] = "Service ID",
	[S_SKU] = "SKU description",
	[S_SKU_ID] = "SKU ID",
	[S_PROJECT_ID] = "Project ID",
	[S_ACCOUNT] = "Billing account ID",
	[S_COST_TYPE] = "Cost type",
	[T_CREDIT_TYPE] = "Credit type",
	[T_PROJECT] = "Project name|Project ID",
	[T_START] = "Usage start date",
	[T_END] = "Usage end date",
	[T_AMOUNT] = "Usage amount",
	[T_UNIT] = "Usage unit",
	[T_COST] = "Cost ($)|Cost (US$)|Cost (USD)",
	[T_COST + 1] = "Cost (€)|Cost (EUR)",
	[T_COST + 2] = "Cost (£)|Cost (GBP)",
	[T_COST + 3] = "Cost (¥)|Cost (JP¥)|Cost (JPY)",
	[T_COST + 4] = "Cost (₹)|Cost (INR)",
	[T_COST + 5] = "Cost (R$)|Cost (BRL)",
	[T_COST + 6] = "Cost (CA$)|Cost (CAD)",
	[T_COST + 7] = "Cost (A$)|Cost (AU$)|Cost (AUD)",
	[T_COST + 8] = "Cost (CHF)",
	[T_COST + 9] = "Cost (kr)|Cost (SEK)",
	[T_COST + 10] = "Cost (₩)|Cost (KRW)",
	[T_COST + 11] = "Cost (zł)|Cost (PLN)",
	NULL,
};

/* A line of a service that no model answers.  A line of no service at all (tax) belongs to all. */
static bool
is_other_service(struct row *row)
{
	static const char *const services[] = { "gemini", "vertex", "generative", "ai platform",
		"machine learning", "anthropic", "claude", "mistral", "invoice", NULL };
	static const char *const skus[] = { "gemini", "claude", "llama", "mistral", "token", NULL };
	struct slice service = row_text(row, S_SERVICE);
	return service.n && !bill_holds(service, services) &&
	       !bill_holds(row_text(row, S_SKU), skus);
}

/* The model's words: from the name of its family on. */
static struct slice
sku_model(struct slice sku)
{
	static const char *const families[] = { "gemini", "claude", "llama", "codestral", "mistral",
		"gemma", "imagen", "veo", "deepseek", "qwen", "jamba", "text-embedding" };
	for (size_t i = 0; i < HL_COUNT(families); i++) {
		ptrdiff_t at = slice_find_nocase(sku, families[i]);
		if (at >= 0)
			return bill_model((struct slice){ sku.p + at, sku.n - (size_t)at });
	}
	return SLICE_NONE;
}

static void
fill_sku(struct slice sku, struct record *rec)
{
	rec->origin = ORIGIN_INVOICE;
	rec->biller = SLICE("google");
	rec->requests = -1;
	rec->line_item = sku;
	bill_set_model(rec, sku_model(sku));
	rec->provider = slice_find_nocase(rec->response_model, "gem") == 0
				? SLICE("google")
				: maker_of(rec->response_model);
	if (bill_has_word(sku, "short"))
		rec->context = CONTEXT_BELOW_200K;
	else if (bill_has_word(sku, "long"))
		rec->context = CONTEXT_ABOVE_200K;
}

/* "count" is the unit of whatever the SKU counts. */
static void
fill_quantity(
	struct row *row, struct slice sku, struct slice unit, femto_t amount, struct record *rec)
{
	if (slice_find_nocase(sku, "storage") >= 0 || slice_find_nocase(unit, "hour") >= 0)
		return;
	if (slice_find_nocase(sku, "character") >= 0) {
		record_measure_femto(rec, MEASURE_CHARACTERS, amount);
	} else if (slice_find_nocase(sku, "grounding") >= 0 || bill_has_word(sku, "search")) {
		record_measure_femto(rec, MEASURE_WEB_SEARCH, amount);
	} else if (slice_find_nocase(unit, "second") == 0) {
		record_measure_femto(rec, MEASURE_SECONDS, amount);
	} else if (bill_kind(sku) != TOKEN_KINDS || bill_has_word(sku, "token") ||
		   bill_unit_is_tokens(bill_unit(unit))) {
		bill_tokens(row, sku, amount, bill_unit(unit).scale, rec);
		rec->tier = bill_tier(sku);
	}
}

/* The net of a line is what is billed: its cost and its credits, which are below zero. */
static void
fill_net(struct row *row, struct record *rec)
{
	femto_t credits = 0, amount;
	if (!bill_money(row, E_COST, rec))
		return;
	record_measure_femto(rec, MEASURE_GROSS_COST, rec->billed);
	struct row *item;
	for (struct items it = row_items(row, E_CREDITS, credit_slots); (item = items_next(&it));) {
		if (bill_number(item, 0, &amount))
			credits += amount;
		else if (row_is_bad(item))
			row_bad(row, "the amount of a credit is no number");
	}
	record_measure_femto(rec, MEASURE_CREDITS, credits);
	rec->billed += credits;
}

static void
fill_labels(struct row *row, struct record *rec)
{
	struct labels labels = { 0 };
	struct row *item;
	for (struct items it = row_items(row, E_LABELS, label_slots); (item = items_next(&it));)
		bill_label(&labels, row_text(item, L_KEY), row_text(item, L_VALUE));
	bill_label_dims(&labels, rec);
}

static void
read_export(struct row *row)
{
	struct record rec;
	femto_t amount;
	if (is_other_service(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	record_init(&rec);
	struct slice sku = row_text(row, S_SKU);
	fill_sku(sku, &rec);
	rec.region = row_text(row, E_REGION);
	bill_period(row, E_START, E_END, &rec);
	fill_net(row, &rec);
	bill_currency(row, E_CURRENCY, &rec);
	if (row_is(row, S_COST_TYPE, "tax"))
		bill_tax(&rec);
	else if (bill_number(row, E_AMOUNT, &amount))
		fill_quantity(row, sku, row_text(row, E_UNIT), amount, &rec);
	rec.dim[DIM_PROJECT] = row_text(row, E_PROJECT);
	fill_labels(row, &rec);
	bill_identity(row, IDENTITY_NATURAL, 0, E_KEY_END, &rec);
	row_emit(row, &rec);
}

/* The sign of the account's currency stands in the name of the column. */
static void
fill_cost(struct row *row, struct record *rec)
{
	for (int i = 0; i < (int)HL_COUNT(currencies); i++) {
		if (!row_has(row, T_COST + i))
			continue;
		rec->has_billed = bill_human(row, T_COST + i, &rec->billed);
		memcpy(rec->currency, currencies[i], sizeof(rec->currency));
		break;
	}
	if (rec->has_billed && rec->billed < 0)
		rec->how |= HOW_CREDIT;
}

/* Both dates count: the last day is inside. */
static void
fill_days(struct row *row, struct record *rec)
{
	struct record until;
	record_init(&until);
	if (!bill_time(row, T_START, rec))
		return;
	rec->width = NS_PER_DAY;
	if (bill_time(row, T_END, &until) && until.start > rec->start)
		rec->width += until.start - rec->start;
}

static void
read_table(struct row *row)
{
	struct record rec;
	femto_t amount;
	if (row_is(row, S_COST_TYPE, "Total") || row_is(row, S_COST_TYPE, "Rounding error") ||
		is_other_service(row)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	record_init(&rec);
	struct slice sku = row_text(row, S_SKU);
	fill_sku(sku, &rec);
	fill_days(row, &rec);
	fill_cost(row, &rec);
	if (row_is(row, S_COST_TYPE, "Tax"))
		bill_tax(&rec);
	else if (row_has(row, T_CREDIT_TYPE))
		rec.how |= HOW_CREDIT;
	else if (bill_human(row, T_AMOUNT, &amount))
		fill_quantity(row, sku, row_text(row, T_UNIT), amount, &rec);
	if (!rec.line_item.n)
		rec.line_item = row_text(row, S_COST_TYPE);
	rec.dim[DIM_PROJECT] = row_text(row, T_PROJECT);
	bill_identity(row, IDENTITY_NATURAL, 0, T_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_export(const struct sight *sight)
{
	return sight_path(sight, "service.description") && sight_path(sight, "sku.description") &&
			       sight_path(sight, "cost")
		       ? "service.description, sku.description and cost"
		       : NULL;
}

static bool
is_table_header(const struct slice *columns, size_t n)
{
	bool service = false, sku = false, type = false;
	for (size_t i = 0; i < n; i++) {
		service |= slice_is_nocase(columns[i], "service description");
		sku |= slice_is_nocase(columns[i], "sku description");
		type |= slice_is_nocase(columns[i], "cost type");
	}
	return service && sku && type;
}

static const char *
match_table(const struct sight *sight)
{
	return is_table_header(sight->columns, sight->columns_n)
		       ? "columns Service description, SKU description and Cost type"
		       : NULL;
}

const struct reader reader_gcp_billing_export = {
	.name = "gcp-billing-export",
	.title = "Google Cloud billing export",
	.forms = FORM_JSON,
	.origin = ORIGIN_INVOICE,
	.slots = export_slots,
	.match = match_export,
	.row = read_export,
};

const struct reader reader_gcp_cost_table = {
	.name = "gcp-cost-table",
	.title = "Google Cloud cost table",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = table_slots,
	.match = match_table,
	.row = read_table,
	.header = is_table_header,
};
