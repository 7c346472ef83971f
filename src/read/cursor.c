/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cursor - the usage events of Cursor's dashboard, in its three versions.
 *
 * Cost is money only where a number stands, and cash only where the kind is not
 * "Included": a quota that is paid for anyway covered the rest.  The first version
 * has no kinds but a second column of what the user pays.
 */
#include "config.h"

#include "read/bill.h"
#include "read/formats.h"
#include "record/biller.h"

enum {
	S_DATE,
	S_USER,
	S_KIND,
	S_MODEL,
	S_WRITE,
	S_INPUT,
	S_READ,
	S_OUTPUT,
	S_TOTAL,
	S_COST,
	S_COST_TO_YOU,
};

static const char *const event_slots[] = {
	[S_DATE] = "Date",
	[S_USER] = "User",
	[S_KIND] = "Kind",
	[S_MODEL] = "Model",
	[S_WRITE] = "Input (w/ Cache Write)",
	[S_INPUT] = "Input (w/o Cache Write)",
	[S_READ] = "Cache Read",
	[S_OUTPUT] = "Output Tokens",
	[S_TOTAL] = "Total Tokens|Tokens",
	[S_COST] = "Cost|Cost ($)",
	[S_COST_TO_YOU] = "Cost to you",
	NULL,
};

/* "$0.02" and "1.23" are money; "Included", "Free" and "-" are words. */
static bool
take_money(struct row *row, int slot, femto_t *amount)
{
	struct slice text = row_text(row, slot);
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] >= '0' && text.p[i] <= '9')
			return bill_human(row, slot, amount);
	return false;
}

/* Two figures: what it cost, and what of that the user pays. */
static void
fill_cost(struct row *row, struct record *rec)
{
	femto_t cost = 0, paid = 0;
	bool has_cost = take_money(row, S_COST, &cost);
	bool included = slice_find_nocase(row_text(row, S_KIND), "included") == 0;
	if (row_has(row, S_COST_TO_YOU)) {
		rec->has_billed = true;
		rec->billed = take_money(row, S_COST_TO_YOU, &paid) ? paid : 0;
		included = rec->billed == 0;
	} else if (included || row_is(row, S_COST, "Included") || row_is(row, S_COST, "Free")) {
		rec->has_billed = true;
		included = true;
	} else {
		rec->has_billed = has_cost;
		rec->billed = cost;
	}
	if (!included)
		return;
	rec->pay = PAY_INCLUDED;
	if (has_cost && cost)
		record_measure_femto(rec, MEASURE_INCLUDED_COST, cost);
}

static void
fill_tokens(struct row *row, struct record *rec)
{
	struct stated_tokens stated = STATED_TOKENS_INIT;
	stated.cache = CACHE_BESIDE;
	stated.input = row_count(row, S_INPUT, -1);
	stated.cache_write = row_count(row, S_WRITE, -1);
	stated.cache_read = row_count(row, S_READ, -1);
	stated.output = row_count(row, S_OUTPUT, -1);
	if (stated.input >= 0 || stated.cache_write >= 0 || stated.output >= 0)
		row_tokens(row, rec, &stated);
}

static bool
has_any_tokens(const struct record *rec)
{
	for (int kind = 0; kind < TOKEN_KINDS; kind++)
		if (rec->tokens[kind])
			return true;
	return false;
}

static bool
is_failed(struct row *row, const struct record *rec)
{
	struct slice kind = row_text(row, S_KIND);
	return !kind.n || !rec->has_tokens || slice_find_nocase(kind, "error") >= 0 ||
	       slice_find_nocase(kind, "abort") >= 0 || slice_find_nocase(kind, "no charge") >= 0 ||
	       slice_find_nocase(kind, "not charged") >= 0;
}

static void
read_event(struct row *row)
{
	struct record rec;
	record_init(&rec);
	rec.origin = ORIGIN_INVOICE;
	rec.biller = SLICE("cursor");
	memcpy(rec.currency, "USD", sizeof(rec.currency));
	bill_set_model(&rec, row_text(row, S_MODEL));
	rec.provider = maker_of(rec.response_model);
	rec.line_item = row_text(row, S_KIND);
	rec.dim[DIM_USER] = row_text(row, S_USER);
	row_time(row, S_DATE, &rec);
	fill_tokens(row, &rec);
	fill_cost(row, &rec);
	if (slice_find_nocase(rec.line_item, "user api key") >= 0)
		rec.pay = PAY_BYOK;
	if (row_is_bad(row))
		return;
	bool money = rec.billed != 0 || rec.measures_n > 0;
	if (!money && !has_any_tokens(&rec) && is_failed(row, &rec))
		row_note(row, NOTE_ERROR);
	else
		row_emit(row, &rec);
}

static const char *
match_event(const struct sight *sight)
{
	return sight_column(sight, "input (w/ cache write)") ? "column Input (w/ Cache Write)"
							     : NULL;
}

const struct reader reader_cursor_usage = {
	.name = "cursor-usage",
	.title = "Cursor usage events",
	.forms = FORM_CSV,
	.origin = ORIGIN_INVOICE,
	.slots = event_slots,
	.match = match_event,
	.row = read_event,
};
