/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/extract.h"

#include "report/focus.h"
#include "report/parts.h"

static struct cell
null(void)
{
	return (struct cell){ .type = CELL_NONE };
}

static struct cell
text(struct slice value)
{
	return value.n ? (struct cell){ .type = CELL_TEXT, .text = value } : null();
}

static struct cell
count_if(bool counts, int64_t value)
{
	return counts ? cell_count(value) : null();
}

static struct cell
money_if(bool counts, femto_t amount, const char *currency)
{
	return counts ? cell_money(amount, currency) : null();
}

/* ---- when and what ---- */

static struct cell
moment(struct arena *arena, bool timed, int64_t ns)
{
	char buf[WHEN_TEXT];
	return timed ? text(slice_copy(arena, slice_of(when_print(buf, ns)))) : null();
}

static struct cell
start(const struct extract_row *row, struct arena *arena)
{
	return moment(arena, row->timed, row->start);
}

static struct cell
end(const struct extract_row *row, struct arena *arena)
{
	return moment(arena, row->timed, row->end);
}

#define KEY_COLUMN(name, which)                                              \
 static struct cell name(const struct extract_row *row, struct arena *arena) \
 {                                                                           \
  (void)arena;                                                               \
  return text(row->key->text[which]);                                        \
 }
KEY_COLUMN(biller, KEY_BILLER)
KEY_COLUMN(provider, KEY_PROVIDER)
KEY_COLUMN(request_model, KEY_REQUEST_MODEL)
KEY_COLUMN(response_model, KEY_RESPONSE_MODEL)
KEY_COLUMN(region, KEY_REGION)
KEY_COLUMN(task, KEY_DIMS + DIM_TASK)
KEY_COLUMN(project, KEY_DIMS + DIM_PROJECT)
KEY_COLUMN(key_name, KEY_DIMS + DIM_KEY)
KEY_COLUMN(agent, KEY_DIMS + DIM_AGENT)
KEY_COLUMN(endpoint, KEY_DIMS + DIM_ENDPOINT)
KEY_COLUMN(environment, KEY_DIMS + DIM_ENVIRONMENT)
KEY_COLUMN(tag, KEY_DIMS + DIM_TAG)
KEY_COLUMN(user, KEY_DIMS + DIM_USER)

static struct cell
service_tier(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(slice_of(tier_names[row->key->tier]));
}

static struct cell
pay(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(slice_of(pay_names[row->key->pay]));
}

static struct cell
origin(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(slice_of(origin_names[row->key->origin]));
}

static struct cell
context(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(slice_of(context_name(row->key->context)));
}

static struct cell
line_item(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(extract_item(row->key));
}

static struct cell
workload(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(row->workload);
}

/* ---- how much ---- */

static struct cell
requests(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	bool known = row->sum.requests || !row->sum.uncounted;
	return count_if(row->counted & COUNT_REQUESTS && known, row->sum.requests);
}

#define TOKEN_COLUMN(name, kind)                                             \
 static struct cell name(const struct extract_row *row, struct arena *arena) \
 {                                                                           \
  (void)arena;                                                               \
  return count_if(row->counted & COUNT_TOKENS, row->sum.tokens[kind]);       \
 }
TOKEN_COLUMN(uncached_input, TOKEN_UNCACHED_INPUT)
TOKEN_COLUMN(cache_read, TOKEN_CACHE_READ)
TOKEN_COLUMN(cache_write_5m, TOKEN_CACHE_WRITE_5M)
TOKEN_COLUMN(cache_write_1h, TOKEN_CACHE_WRITE_1H)
TOKEN_COLUMN(output, TOKEN_OUTPUT)

static struct cell
unsplit(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return count_if(row->counted & COUNT_TOKENS, row->sum.unsplit);
}

static struct cell
searches(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return count_if(row->counted & COUNT_TOKENS, row->sum.searches);
}

/* ---- money ---- */

static struct cell
list_cost(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return money_if(extract_has_list(row), row->cost.low, row->cost.currency);
}

static struct cell
list_cost_high(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return money_if(extract_has_list(row), row->cost.high, row->cost.currency);
}

static struct cell
list_currency(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(slice_of(row->cost.currency));
}

static struct cell
included_list_cost(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return money_if(row->counted & COUNT_TOKENS && row->included && row->cost.currency[0],
		row->cost.low, row->cost.currency);
}

static struct cell
billed_cost(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return money_if(row->billed, row->sum.billed, row->currency);
}

static struct cell
billed_currency(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return text(row->billed ? slice_of(row->currency) : SLICE_NONE);
}

static const char *
spend_currency(const struct extract_row *row)
{
	return row->billed ? row->currency : row->cost.currency;
}

static struct cell
spend(const struct extract_row *row, struct arena *arena)
{
	femto_t low, high;
	(void)arena;
	extract_spend(row, &low, &high);
	return money_if(spend_currency(row)[0], low, spend_currency(row));
}

static struct cell
spend_high(const struct extract_row *row, struct arena *arena)
{
	femto_t low, high;
	(void)arena;
	extract_spend(row, &low, &high);
	return money_if(spend_currency(row)[0], high, spend_currency(row));
}

static bool
has_quantity(const struct extract_row *row)
{
	int64_t any = row->sum.unsplit | row->sum.searches;
	for (int i = 0; i < TOKEN_KINDS; i++)
		any |= row->sum.tokens[i];
	return any != 0;
}

static struct cell
price_status(const struct extract_row *row, struct arena *arena)
{
	const struct cost *cost = &row->cost;
	(void)arena;
	if (!(row->counted & COUNT_TOKENS) || !has_quantity(row))
		return null();
	return text(row->state == PRICE_FREE                     ? SLICE("free")
		    : row->state != PRICE_FOUND                  ? SLICE("unpriced")
		    : !cost->priced && !cost->low && !cost->high ? SLICE("unpriced")
		    : row->included                              ? SLICE("included")
		    : !cost->priced                              ? SLICE("lower-bound")
		    : cost->low != cost->high                    ? SLICE("range")
								 : SLICE("priced"));
}

static struct cell
price_reason(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	if (!(row->counted & COUNT_TOKENS) || !has_quantity(row) || row->state == PRICE_FREE)
		return null();
	if (row->state != PRICE_FOUND)
		return text(row->resolution.why);
	return text(slice_of(row->cost.missing     ? row->cost.missing
			     : row->cost.range_why ? row->cost.range_why
						   : ""));
}

/* ---- what the workloads of the audit are made of ---- */

static struct cell
workload_requests(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return count_if(row->counted & COUNT_WORKLOAD, row->sum.requests);
}

static struct cell
workload_input(const struct extract_row *row, struct arena *arena)
{
	int64_t sum = 0;
	(void)arena;
	for (int i = 0; i < TOKEN_OUTPUT; i++)
		sum += row->sum.tokens[i];
	return count_if(row->counted & COUNT_WORKLOAD, sum);
}

static struct cell
workload_output(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return count_if(row->counted & COUNT_WORKLOAD, row->sum.tokens[TOKEN_OUTPUT]);
}

static struct cell
workload_money(const struct extract_row *row, femto_t list)
{
	bool priced = row->state == PRICE_FOUND && !row->included && row->cost.currency[0];
	return money_if(row->counted & COUNT_WORKLOAD && (row->billed || priced),
		row->billed ? row->sum.billed : list, spend_currency(row));
}

static struct cell
workload_spend(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return workload_money(row, row->cost.low);
}

static struct cell
workload_spend_high(const struct extract_row *row, struct arena *arena)
{
	(void)arena;
	return workload_money(row, row->cost.high);
}

/* clang-format off */
#define COLUMN(name, fill) { { .key = (name), .decimals = 15 }, (fill) }
const struct extract_column extract_columns[] = {
	COLUMN("start", start),
	COLUMN("end", end),
	COLUMN("origin", origin),
	COLUMN("biller", biller),
	COLUMN("provider", provider),
	COLUMN("request_model", request_model),
	COLUMN("response_model", response_model),
	COLUMN("service_tier", service_tier),
	COLUMN("region", region),
	COLUMN("pay", pay),
	COLUMN("context_class", context),
	COLUMN("line_item", line_item),
	COLUMN("task", task),
	COLUMN("project", project),
	COLUMN("key", key_name),
	COLUMN("agent", agent),
	COLUMN("endpoint", endpoint),
	COLUMN("environment", environment),
	COLUMN("tag", tag),
	COLUMN("user", user),
	COLUMN("workload", workload),
	COLUMN("requests", requests),
	COLUMN("uncached_input_tokens", uncached_input),
	COLUMN("cache_read_tokens", cache_read),
	COLUMN("cache_write_5m_tokens", cache_write_5m),
	COLUMN("cache_write_1h_tokens", cache_write_1h),
	COLUMN("output_tokens", output),
	COLUMN("unsplit_tokens", unsplit),
	COLUMN("web_searches", searches),
	COLUMN("list_cost", list_cost),
	COLUMN("list_cost_high", list_cost_high),
	COLUMN("list_currency", list_currency),
	COLUMN("included_list_cost", included_list_cost),
	COLUMN("billed_cost", billed_cost),
	COLUMN("billed_currency", billed_currency),
	COLUMN("spend", spend),
	COLUMN("spend_high", spend_high),
	COLUMN("price_status", price_status),
	COLUMN("price_reason", price_reason),
	COLUMN("workload_requests", workload_requests),
	COLUMN("workload_input_tokens", workload_input),
	COLUMN("workload_output_tokens", workload_output),
	COLUMN("workload_spend", workload_spend),
	COLUMN("workload_spend_high", workload_spend_high),
};
/* clang-format on */
const size_t extract_columns_n = HL_COUNT(extract_columns);
