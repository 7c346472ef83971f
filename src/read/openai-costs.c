/* SPDX-License-Identifier: GPL-3.0-or-later */
/* openai-costs - lines of the cost dashboard (CSV, 2025 and 2026) and of /v1/organization/costs. */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"

enum {
	/* what makes two lines the same one */
	S_LINE,
	S_PROJECT_ID,
	S_USER_ID,
	S_KEY_ID,
	S_ORGANIZATION,
	S_SOURCE,
	S_UNIT,
	S_KEY_END,
	/* and the rest */
	S_START = S_KEY_END,
	S_END,
	S_RESULTS,
	S_AMOUNT,
	S_CURRENCY,
	S_QUANTITY,
	S_PROJECT,
	S_KEY,
	S_USER,
};

static const char *const cost_slots[] = {
	[S_LINE] = "line_item",
	[S_PROJECT_ID] = "project_id",
	[S_USER_ID] = "user_id",
	[S_KEY_ID] = "api_key_id",
	[S_ORGANIZATION] = "organization_id",
	[S_SOURCE] = "api_source",
	[S_UNIT] = "quantity_unit",
	[S_START] = "start_time|start_time_iso",
	[S_END] = "end_time|end_time_iso",
	[S_RESULTS] = "results",
	[S_AMOUNT] = "amount_value|amount.value",
	[S_CURRENCY] = "amount_currency|amount.currency",
	[S_QUANTITY] = "quantity",
	[S_PROJECT] = "project_name|project_id",
	[S_KEY] = "api_key_name|api_key_id",
	[S_USER] = "user_id|user_email",
	NULL,
};

/* A line item in its parts: "evals | gpt-4o-mini-2024-07-18 audio, cached input". */
struct line {
	struct slice model; /* "gpt-4o-mini-2024-07-18" */
	struct slice meter; /* " audio, cached input" */
};

/* Takes a word that is no part of the model's name off its end. */
static bool
drop_word(struct slice *model)
{
	static const char *const words[] = { " text", " audio", " image", " batch", " flex",
		" priority" };
	for (size_t i = 0; i < HL_COUNT(words); i++)
		if (slice_ends(*model, words[i])) {
			model->n -= strlen(words[i]);
			return true;
		}
	return false;
}

static struct line
parse_line(struct slice text)
{
	const char *comma = text.n ? memrchr(text.p, ',', text.n) : NULL;
	if (!comma)
		return (struct line){ SLICE_NONE, text };
	struct slice model = { text.p, (size_t)(comma - text.p) };
	const char *bar = memrchr(model.p, '|', model.n);
	if (bar)
		model = (struct slice){ bar + 1, (size_t)(comma - bar - 1) };
	model = slice_trim(model);
	while (drop_word(&model))
		;
	const char *end = model.p + model.n;
	return (struct line){ model, { end, (size_t)(text.p + text.n - end) } };
}

/* "1000_tokens" and "duration_minutes": times what of which measure; -1 is tokens. */
static const struct quantity_unit {
	const char *name;
	int64_t scale;
	int measure;
} quantity_units[] = {
	{ "tokens", 1, -1 },
	{ "1000_tokens", 1000, -1 },
	{ "duration_seconds", 1, MEASURE_SECONDS },
	{ "duration_minutes", 60, MEASURE_SECONDS },
	{ "duration_hours", 1, MEASURE_HOURS },
	{ "images", 1, MEASURE_IMAGES },
	{ "characters", 1, MEASURE_CHARACTERS },
};

static void
fill_quantity(struct row *row, struct slice text, struct slice meter, struct record *rec)
{
	femto_t quantity, amount;
	if (!bill_number(row, S_QUANTITY, &quantity))
		return;
	struct slice unit = row_text(row, S_UNIT);
	if (!unit.n && slice_find(text, "web search") >= 0) {
		record_measure_femto(rec, MEASURE_WEB_SEARCH, quantity);
		return;
	}
	for (size_t i = 0; i < HL_COUNT(quantity_units); i++) {
		const struct quantity_unit *known = &quantity_units[i];
		if (!slice_is_nocase(unit, known->name))
			continue;
		if (known->measure < 0)
			bill_tokens(row, meter, quantity, known->scale, rec);
		else if (num_mul(quantity, known->scale, &amount))
			record_measure_femto(rec, (enum measure_kind)known->measure, amount);
		return;
	}
}

static void
read_line(struct row *row, struct record *rec)
{
	if (!row_has(row, S_AMOUNT)) {
		row_note(row, NOTE_SKIPPED); /* the CSV writes a row for an empty bucket */
		return;
	}
	struct slice text = row_text(row, S_LINE);
	struct line line = parse_line(text);
	rec->origin = ORIGIN_INVOICE;
	rec->biller = SLICE("openai");
	rec->provider = SLICE("openai");
	rec->requests = -1;
	rec->line_item = text;
	bill_set_model(rec, line.model);
	if (line.model.n)
		rec->line_kind = bill_kind(line.meter);
	rec->tier = slice_find_nocase(text, "batch") >= 0 ? TIER_BATCH : TIER_UNKNOWN;
	bill_money(row, S_AMOUNT, rec);
	bill_currency(row, S_CURRENCY, rec);
	fill_quantity(row, text, line.meter, rec);
	rec->dim[DIM_PROJECT] = row_text(row, S_PROJECT);
	rec->dim[DIM_KEY] = row_text(row, S_KEY);
	rec->dim[DIM_USER] = row_text(row, S_USER);
	bill_identity(row, IDENTITY_NATURAL, 0, S_KEY_END, rec);
	if (!rec->timed) /* a sum written below the rows, say: counting it would double the bill */
		row_bad(row, "an amount without start_time, expected one in every row");
	row_emit(row, rec);
}

static void
read_bucket(struct row *row)
{
	struct record bucket;
	record_init(&bucket);
	bill_period(row, S_START, S_END, &bucket);
	if (row_is_bad(row))
		return;
	if (row_field(row, S_RESULTS).type != FIELD_ARRAY) {
		read_line(row, &bucket);
		return;
	}
	struct row *item;
	for (struct items it = row_items(row, S_RESULTS, cost_slots); (item = items_next(&it));) {
		struct record rec = bucket;
		read_line(item, &rec);
	}
}

static const char *
match_costs(const struct sight *sight)
{
	if (sight->form == FORM_CSV)
		return sight_column(sight, "start_time_iso") && sight_column(sight, "amount_value")
			       ? "columns start_time_iso and amount_value"
			       : NULL;
	const cJSON *results = sight_path(sight, "results");
	if (!cJSON_IsArray(results))
		return NULL;
	const struct sight inner = { .form = FORM_JSON, .object = results->child };
	return sight_is(&inner, "object", "organization.costs.result")
		       ? "results of organization.costs"
		       : NULL;
}

const struct reader reader_openai_costs = {
	.name = "openai-costs",
	.title = "OpenAI cost export",
	.forms = FORM_CSV | FORM_JSON,
	.origin = ORIGIN_INVOICE,
	.slots = cost_slots,
	.pages = "data",
	.match = match_costs,
	.row = read_bucket,
};
