/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * litellm-ui - the usage export of LiteLLM's dashboard: a day of a team, tag, customer…
 *
 * Its form with models repeats the whole total of a key in the row of each model, in
 * the versions known, so those rows are marked as estimates.
 */
#include "config.h"

#include "base/when.h"
#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	/* what makes two rows the same one */
	S_TEAM_ID,
	S_TAG_ID,
	S_ORGANIZATION_ID,
	S_CUSTOMER_ID,
	S_AGENT_ID,
	S_USER_ID,
	S_KEY_ID,
	S_MODEL,
	S_KEY_END,
	S_DATE = S_KEY_END,
	S_TEAM,
	S_TAG,
	S_ORGANIZATION,
	S_CUSTOMER,
	S_AGENT,
	S_USER,
	S_KEY,
	S_SPEND,
	S_REQUESTS,
	S_TOTAL,
	S_PROMPT,
	S_COMPLETION,
};

static const char *const ui_slots[] = {
	[S_TEAM_ID] = "Team ID|Team",
	[S_TAG_ID] = "Tag ID|Tag",
	[S_ORGANIZATION_ID] = "Organization ID|Organization",
	[S_CUSTOMER_ID] = "Customer ID|Customer",
	[S_AGENT_ID] = "Agent ID|Agent",
	[S_USER_ID] = "User ID|User",
	[S_KEY_ID] = "Key ID|Key|Key Alias",
	[S_MODEL] = "Model",
	[S_DATE] = "Date",
	[S_TEAM] = "Team|Team ID",
	[S_TAG] = "Tag|Tag ID",
	[S_ORGANIZATION] = "Organization|Organization ID",
	[S_CUSTOMER] = "Customer|Customer ID",
	[S_AGENT] = "Agent|Agent ID",
	[S_USER] = "User|User ID",
	[S_KEY] = "Key Alias|Key|Key ID",
	[S_SPEND] = "Spend ($)",
	[S_REQUESTS] = "Requests",
	[S_TOTAL] = "Total Tokens",
	[S_PROMPT] = "Prompt Tokens",
	[S_COMPLETION] = "Completion Tokens",
	NULL,
};

static void
fill_dimensions(struct row *row, struct record *rec)
{
	rec->dim[DIM_PROJECT] = row_text(row, row_has(row, S_TEAM) ? S_TEAM : S_ORGANIZATION);
	rec->dim[DIM_TAG] = row_text(row, S_TAG);
	rec->dim[DIM_AGENT] = row_text(row, S_AGENT);
	rec->dim[DIM_KEY] = row_text(row, S_KEY);
	rec->dim[DIM_USER] = row_text(row, row_has(row, S_USER) ? S_USER : S_CUSTOMER);
}

static void
fill_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.input = row_count(row, S_PROMPT, -1);
	stated.output = row_count(row, S_COMPLETION, -1);
	int64_t total = row_count(row, S_TOTAL, -1);
	if (stated.input >= 0 || stated.output >= 0) {
		row_tokens(row, rec, &stated);
		rec->how |= HOW_CACHE_UNKNOWN;
	} else if (total >= 0) {
		rec->has_tokens = true;
		record_measure(rec, MEASURE_UNSPLIT, total);
	}
}

static void
read_day(struct row *row)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_GATEWAY;
	bill_set_model(&rec, row_text(row, S_MODEL));
	rec.provider = maker_of(rec.response_model);
	if (rec.request_model.n)
		rec.how |= HOW_ESTIMATE;
	if (row_time(row, S_DATE, &rec))
		rec.width = NS_PER_DAY;
	rec.has_billed = bill_human(row, S_SPEND, &rec.billed);
	memcpy(rec.currency, "USD", sizeof(rec.currency));
	rec.requests = row_count(row, S_REQUESTS, -1);
	fill_tokens(row, &rec);
	fill_dimensions(row, &rec);
	bill_identity(row, IDENTITY_ID, 0, S_KEY_END, &rec);
	row_emit(row, &rec);
}

static const char *
match_ui(const struct sight *sight)
{
	return sight_column(sight, "spend ($)") && sight_column(sight, "total tokens")
		       ? "columns Spend ($) and Total Tokens"
		       : NULL;
}

const struct reader reader_litellm_ui_usage = {
	.name = "litellm-ui-usage",
	.title = "LiteLLM dashboard usage export",
	.forms = FORM_CSV,
	.origin = ORIGIN_GATEWAY,
	.slots = ui_slots,
	.match = match_ui,
	.row = read_day,
};
