/* SPDX-License-Identifier: GPL-3.0-or-later */
/* focus-custom - the x_ columns: what FOCUS has no column for, and what it takes to read an export back. */
#include "config.h"

#include "report/focus-fill.h"

struct cell
x_biller(const struct focus_line *line)
{
	return text(key_text(line, KEY_BILLER));
}

struct cell
x_billed_currency(const struct focus_line *line)
{
	return line->row && line->row->billed ? word(line->row->currency) : null();
}

struct cell
x_bucket_seconds(const struct focus_line *line)
{
	return line->row ? decimal(line->row->key->width * FEMTO_PER_UNIT) : null();
}

struct cell
x_context_class(const struct focus_line *line)
{
	return line->row ? word(context_name(line->row->key->context)) : null();
}

struct cell
x_cost_basis(const struct focus_line *line)
{
	if (!line->row)
		return word("estimate");
	if (line->row->billed)
		return word("billed");
	return word(line->row->counted & COUNT_UNBILLED ? "list" : "elsewhere");
}

static struct cell
flag(bool value)
{
	return (struct cell){ .type = CELL_FLAG, .amount = value };
}

struct cell
x_estimate(const struct focus_line *line)
{
	return flag(!line->row);
}

struct cell
x_effective_cost_high(const struct focus_line *line)
{
	return decimal(line->spend_high);
}

struct cell
x_effective_cost_low(const struct focus_line *line)
{
	return decimal(line->row ? line->spend : line->hardware->low);
}

struct cell
x_flags(const struct focus_line *line)
{
	struct str words = STR_INIT;
	for (int i = 0; line->row && i < HOWS; i++)
		if (line->row->how >> i & 1)
			str_printf(&words, "%s%s", words.n ? " " : "", how_names[i]);
	struct cell cell = text(slice_copy(line->arena, str_as_slice(&words)));
	str_free(&words);
	return cell;
}

struct cell
x_included(const struct focus_line *line)
{
	return decimal(line->included);
}

struct cell
x_line_item(const struct focus_line *line)
{
	return line->row ? text(extract_item(line->row->key)) : null();
}

struct cell
x_list_cost_high(const struct focus_line *line)
{
	return decimal(line->list_high);
}

struct cell
x_model_provider(const struct focus_line *line)
{
	return text(key_text(line, KEY_PROVIDER));
}

struct cell
x_pay(const struct focus_line *line)
{
	return line->row ? word(pay_names[line->row->key->pay]) : null();
}

/* The row of the price table; "" where several prices or none apply. */
static const struct price_row *
price_of(const struct focus_line *line)
{
	return line->row && line->meter < METER_UNSPLIT ? line->row->cost.rows[line->meter] : NULL;
}

struct cell
x_price_source(const struct focus_line *line)
{
	const struct price_row *price = price_of(line);
	if (!price)
		return null();
	struct slice file = price->file;
	for (size_t i = 0; i < file.n; i++) /* not where on this machine it is */
		if (file.p[file.n - 1 - i] == '/') {
			file = (struct slice){ file.p + file.n - i, i };
			break;
		}
	return text(slice_printf(
		line->arena, SLICE_FMT ":%lld", SLICE_ARG(file), (long long)price->line));
}

/* What its list cost is worth: "priced", or why it is less than that. */
struct cell
x_price_status(const struct focus_line *line)
{
	const struct extract_row *row = line->row;
	if (!row || line->meter >= METER_CHARGE)
		return null();
	if (row->state == PRICE_FREE)
		return word("free");
	if (row->state != PRICE_FOUND)
		return word("unpriced");
	const struct price_row *price = price_of(line);
	bool own = line->meter < METER_UNSPLIT;
	if (own ? !price : !row->cost.priced && line->list == 0 && line->included == 0)
		return word("unpriced");
	if (row->included)
		return word("included");
	if (line->meter == METER_UNSPLIT || line->list != line->list_high)
		return word(line->list == line->list_high ? "priced" : "range");
	bool other = own && !slice_is(price->kind, token_names[line->meter]);
	return word(other && !row->cost.priced ? "lower-bound" : "priced");
}

struct cell
x_record_origin(const struct focus_line *line)
{
	return line->row ? word(origin_names[line->row->key->origin]) : word("own hardware");
}

struct cell
x_request_model(const struct focus_line *line)
{
	return text(key_text(line, KEY_REQUEST_MODEL));
}

struct cell
x_requests(const struct focus_line *line)
{
	const struct extract_row *row = line->row;
	if (!row || !line->first || !(row->counted & COUNT_REQUESTS) ||
		(!row->sum.requests && row->sum.uncounted))
		return null();
	return decimal(row->sum.requests * FEMTO_PER_UNIT);
}

struct cell
x_requests_known(const struct focus_line *line)
{
	const struct extract_row *row = line->row;
	if (!row || !line->first)
		return null();
	if (!(row->counted & COUNT_REQUESTS))
		return word("no");
	if (!row->sum.uncounted)
		return word("yes");
	return word(row->sum.requests ? "partly" : "no");
}

struct cell
x_response_model(const struct focus_line *line)
{
	return text(key_text(line, KEY_RESPONSE_MODEL));
}

struct cell
x_service_tier(const struct focus_line *line)
{
	return line->row ? word(tier_names[line->row->key->tier]) : null();
}

struct cell
x_token_kind(const struct focus_line *line)
{
	if (line->meter == METER_UNSPLIT)
		return word("unsplit");
	return line->meter < METER_UNSPLIT ? word(token_names[line->meter]) : null();
}

struct cell
x_undated(const struct focus_line *line)
{
	return flag(line->row && !line->row->timed);
}

struct cell
x_workload(const struct focus_line *line)
{
	return line->row && !slice_is(line->row->workload, WORKLOAD_UNNAMED)
		       ? text(line->row->workload)
		       : null();
}
