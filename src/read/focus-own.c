/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * focus-own - charges that `hllm export --format focus` wrote, read back as what they were.
 *
 * A line is a part of one hour or day of a key: its x_ columns say all that a key says, so that it is priced,
 * counted and exported again as before.  The costs are in no column that is read but BilledCost: list prices are
 * looked up anew.  Estimates of what own hardware costs are no records and are left out.
 */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"

enum {
	S_START,
	S_END,
	S_BILLED,
	S_CURRENCY,
	S_QUANTITY,
	S_UNIT,
	S_REGION,
	S_PROJECT,
	S_TAGS,
	S_ORIGIN,
	S_BILLER,
	S_PROVIDER,
	S_REQUEST_MODEL,
	S_RESPONSE_MODEL,
	S_TIER,
	S_PAY,
	S_CONTEXT,
	S_WIDTH,
	S_FLAGS,
	S_ITEM,
	S_KIND,
	S_REQUESTS,
	S_KNOWN,
	S_COST_BASIS,
	S_UNDATED,
	S_ESTIMATE,
	SLOTS,
};

static const char *const own_slots[] = {
	[S_START] = "ChargePeriodStart",
	[S_END] = "ChargePeriodEnd",
	[S_BILLED] = "BilledCost",
	[S_CURRENCY] = "x_BilledCurrency",
	[S_QUANTITY] = "ConsumedQuantity",
	[S_UNIT] = "ConsumedUnit",
	[S_REGION] = "RegionId",
	[S_PROJECT] = "SubAccountId",
	[S_TAGS] = "Tags",
	[S_ORIGIN] = "x_RecordOrigin",
	[S_BILLER] = "x_Biller",
	[S_PROVIDER] = "x_ModelProvider",
	[S_REQUEST_MODEL] = "x_RequestModel",
	[S_RESPONSE_MODEL] = "x_ResponseModel",
	[S_TIER] = "x_ServiceTier",
	[S_PAY] = "x_Pay",
	[S_CONTEXT] = "x_ContextClass",
	[S_WIDTH] = "x_BucketSeconds",
	[S_FLAGS] = "x_Flags",
	[S_ITEM] = "x_LineItem",
	[S_KIND] = "x_TokenKind",
	[S_REQUESTS] = "x_Requests",
	[S_KNOWN] = "x_RequestsKnown",
	[S_COST_BASIS] = "x_CostBasis",
	[S_UNDATED] = "x_Undated",
	[S_ESTIMATE] = "x_Estimate",
	[SLOTS] = NULL,
};

/* The place of a slot's text in a list of words; the row is bad where it is none of them. */
static int
word_of(struct row *row, int slot, const char *const *words, int n)
{
	struct slice text = row_text(row, slot);
	char shown[ROW_SHOWN];
	for (int i = 0; i < n; i++)
		if (slice_is(text, words[i]))
			return i;
	row_bad(row, "%s is %s, expected a word that hllm export writes", own_slots[slot],
		row_shown(text, shown));
	return 0;
}

static unsigned
flags_of(struct row *row)
{
	struct slice rest = row_text(row, S_FLAGS), word;
	unsigned how = 0;
	char shown[ROW_SHOWN];
	while (rest.n && slice_cut(&rest, ' ', &word)) {
		int i = 0;
		while (i < HOWS && !slice_is(word, how_names[i]))
			i++;
		if (i == HOWS)
			row_bad(row, "x_Flags holds %s, expected words that hllm export writes",
				row_shown(word, shown));
		else
			how |= 1u << i;
	}
	return how;
}

static void
read_dimensions(struct row *row, struct record *rec)
{
	struct slice key;
	struct field value;
	rec->dim[DIM_PROJECT] = row_text(row, S_PROJECT);
	for (struct members it = row_members(row, S_TAGS); members_next(&it, &key, &value);)
		for (int i = 0; i < DIMS; i++)
			if (slice_is(key, dim_names[i]))
				rec->dim[i] = row_decode(row, value);
	rec->user_hashed = true;
}

static void
read_key(struct row *row, struct record *rec)
{
	rec->origin = (enum origin)word_of(row, S_ORIGIN, origin_names, ORIGINS);
	rec->biller = row_text(row, S_BILLER);
	rec->provider = row_text(row, S_PROVIDER);
	rec->request_model = row_text(row, S_REQUEST_MODEL);
	rec->response_model = row_text(row, S_RESPONSE_MODEL);
	rec->region = row_text(row, S_REGION);
	rec->tier = (enum tier)word_of(row, S_TIER, tier_names, TIERS);
	rec->pay = (enum pay)word_of(row, S_PAY, pay_names, PAYS);
	rec->context = word_of(row, S_CONTEXT, context_names, CONTEXT_CLASSES);
	rec->how = flags_of(row);
	rec->line_item = row_text(row, S_ITEM);
	for (int i = 0; rec->response_model.n && i < TOKEN_KINDS; i++)
		if (slice_is(rec->line_item, token_names[i]))
			rec->line_kind = (enum token_kind)i;
	read_dimensions(row, rec);
}

static void
read_time(struct row *row, struct record *rec)
{
	int64_t seconds = row_count(row, S_WIDTH, 0);
	if (!row_flag(row, S_UNDATED)) {
		unsigned how = rec->how;
		if (!row_time(row, S_START, rec))
			row_bad(row, "there is no ChargePeriodStart, expected a time");
		rec->how = how;
	}
	if (seconds > INT64_MAX / 1000000000)
		row_bad(row, "x_BucketSeconds is longer than any period");
	else
		rec->width = seconds * 1000000000;
}

static void
read_quantity(struct row *row, struct record *rec)
{
	struct slice kind = row_text(row, S_KIND);
	femto_t quantity;
	bool tokens = row_is(row, S_UNIT, "Tokens"), searches = row_is(row, S_UNIT, "Searches");
	rec->has_tokens = tokens || searches || rec->origin != ORIGIN_INVOICE;
	if ((!tokens && !searches) || !bill_number(row, S_QUANTITY, &quantity))
		return;
	if (searches) {
		record_measure_femto(rec, MEASURE_WEB_SEARCH, quantity);
		return;
	}
	if (slice_is(kind, "unsplit")) {
		record_measure_femto(rec, MEASURE_UNSPLIT, quantity);
		return;
	}
	int64_t count = row_count(row, S_QUANTITY, 0);
	rec->tokens[word_of(row, S_KIND, token_names, TOKEN_KINDS)] = count;
}

static void
read_line(struct row *row)
{
	struct record rec;
	record_init(&rec);
	if (row_flag(row, S_ESTIMATE)) {
		row_note(row, NOTE_SKIPPED);
		return;
	}
	read_key(row, &rec);
	read_time(row, &rec);
	read_quantity(row, &rec);
	if (row_is(row, S_COST_BASIS, "billed") && bill_number(row, S_BILLED, &rec.billed)) {
		rec.has_billed = true;
		bill_currency(row, S_CURRENCY, &rec);
	}
	/* a line that says nothing of requests: another one of the same counts them */
	rec.requests = row_is(row, S_KNOWN, "no") ? -1 : row_count(row, S_REQUESTS, 0);
	bill_identity(row, IDENTITY_NATURAL, 0, SLOTS, &rec);
	if (row_is(row, S_KNOWN, "partly")) {
		struct record unknown = rec; /* some whose number is known, and others */
		memset(unknown.tokens, 0, sizeof(unknown.tokens));
		unknown.measures_n = 0;
		unknown.has_billed = false;
		unknown.rows = 0;
		unknown.requests = -1;
		row_emit(row, &unknown);
	}
	row_emit(row, &rec);
}

static const char *
match_own(const struct sight *sight)
{
	return sight_column(sight, "chargeperiodstart") && sight_column(sight, "x_recordorigin") &&
			       sight_column(sight, "x_contextclass")
		       ? "columns ChargePeriodStart, x_RecordOrigin and x_ContextClass"
		       : NULL;
}

const struct reader reader_focus_own = {
	.name = "hllm-focus",
	.title = "FOCUS export of hllm",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = own_slots,
	.match = match_own,
	.row = read_line,
};
