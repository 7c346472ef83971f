/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to cost so much at an API, beside the list prices of the day. */
#include "config.h"

#include <stdio.h>

#include "econ/lint-inside.h"

/* How many tokens a word may be: one, or English prose with some punctuation. */
static const double tokens_per_word = 1.5;

static void
note_currency(struct linting *l)
{
	sheet_note(l,
		"List prices are in USD; those of case " SLICE_FMT
		", which is in %s, were not compared with them.",
		SLICE_ARG(l->plan->name), l->plan->currency);
}

static bool
row_rates(struct linting *l, const struct plan_row *row, struct list_rates *rates)
{
	struct slice model = row->text[TEXT_API_MODEL], tier = row->text[TEXT_TIER];
	struct bounds prompt = row_or_case(row, l->plan, FIELD_INPUT_TOKENS);
	if (!model.n)
		model = row->text[TEXT_MODEL]; /* in a line of API cost there is no other */
	if (!model.n)
		model = case_text(l->plan, TEXT_API_MODEL);
	if (!tier.n)
		tier = case_text(l->plan, TEXT_TIER);
	if (!model.n)
		return false;
	if (!sheet_in_dollars(l)) {
		note_currency(l);
		return false;
	}
	int64_t date = row->date == INT64_MIN ? case_date(l->plan) : row->date;
	list_rates_of(&l->ask->list, &l->out->arena, model, tier, date,
		bounds_known(prompt) ? prompt.high : 0, rates);
	if (!rates->known)
		sheet_note(l, "Line %lld: " SLICE_FMT "; not compared with list prices.",
			(long long)row->line, SLICE_ARG(rates->why));
	return rates->known;
}

/* "$0.15 for input and $0.60 for output": of a million tokens */
static void
print_rates(struct str *out, const struct list_rates *rates)
{
	struct bounds million = bounds_of(1e6);
	amount_print(out, AMOUNT_MONEY, bounds_mul(rates->input, million), "");
	if (rates->input.low == rates->output.low)
		return;
	str_puts(out, " for input and ");
	amount_print(out, AMOUNT_MONEY, bounds_mul(rates->output, million), "");
	str_puts(out, " for output");
}

/* The least that a row of tokens of unknown kind could cost: all of it input, in a batch. */
static void
print_least(struct str *out, const struct list_rates *rates, struct bounds listed)
{
	if (!bounds_known(rates->batch) || rates->input.low <= 0)
		return;
	str_puts(out, "; in a batch at least ");
	amount_print(
		out, AMOUNT_MONEY, bounds_of(listed.low * rates->batch.low / rates->input.low), "");
}

/* A claim, and what it is held against: in months of 30 days, and with all that a month may be. */
struct claim {
	struct place place;
	const struct amount *stated;
	const struct list_rates *rates;
	struct bounds listed, wide;
	struct bounds tokens; /* that it is for; NAN: not known */
	bool plain;           /* nothing in the sheet speaks of a batch or a tier */
};

static void
check_listed(struct linting *l, const struct claim *claim)
{
	const struct amount *stated = claim->stated;
	const struct list_rates *rates = claim->rates;
	struct bounds listed = claim->listed, tokens = claim->tokens;
	bool below = amount_is_below(stated, claim->wide),
	     above = amount_is_above(stated, claim->wide);
	if (!bounds_known(claim->wide) || (!below && !above))
		return;
	struct str right = STR_INIT, prices = STR_INIT, each = STR_INIT, least = STR_INIT;
	sheet_money(l, &right, listed);
	print_rates(&prices, rates);
	if (bounds_known(tokens) && tokens.low > 0) {
		str_puts(&each, ", which is ");
		amount_print(&each, AMOUNT_MONEY,
			bounds_of((stated->low + stated->high) / 2 * 1e6 /
				  ((tokens.low + tokens.high) / 2)),
			"");
		str_puts(&each, " per million tokens");
	}
	if (below && claim->plain)
		print_least(&least, rates, listed);
	struct place place = claim->place;
	place.value = listed;
	sheet_add(l, below ? WRONG_BELOW_LIST : WRONG_ABOVE_LIST, place, &right,
		SLICE_FMT "%s; " SLICE_FMT " lists %s per million, so %s%s%s",
		SLICE_ARG(stated->text), str_text(&each), SLICE_ARG(rates->model),
		str_text(&prices), str_text(&right),
		listed.low == listed.high ? "" : ", from all input to all output",
		str_text(&least));
	str_free(&right);
	str_free(&prices);
	str_free(&each);
	str_free(&least);
}

/* How many requests a cost is for. */
static struct bounds
row_requests(const struct linting *l, const struct plan_row *row, struct bounds days)
{
	struct bounds daily = row_or_case(row, l->plan, FIELD_DAILY_REQUESTS),
		      monthly = row_or_case(row, l->plan, FIELD_MONTHLY_REQUESTS),
		      own = row_or_case(row, l->plan, FIELD_DAYS);
	days = bounds_or(own, days);
	if (row->per.what == PER_REQUESTS)
		return bounds_of(row->per.count);
	monthly = bounds_or(bounds_mul(daily, days), monthly);
	switch (row->per.what) {
	case PER_MONTH:
		return monthly;
	case PER_DAY:
		return bounds_div(monthly, days);
	case PER_YEAR:
		return bounds_mul(monthly, bounds_of(12));
	case PER_ONCE:
	case PER_REQUESTS:
	case PER_TOKENS:
		break;
	}
	return bounds_of((double)NAN);
}

static void
check_api_line(struct linting *l, const struct plan_row *row)
{
	const struct amount *cost = row_amount(row, FIELD_COST);
	struct list_rates rates;
	struct bounds requests = row_requests(l, row, l->shown.days),
		      wide = row_requests(l, row, l->wide.days);
	if (!cost || !bounds_known(requests) || !row_rates(l, row, &rates))
		return;
	struct bounds each = request_cost(&rates, row, l->plan, false),
		      tokens = row_or_case(row, l->plan, FIELD_TOKENS);
	tokens = bounds_or(tokens, bounds_add(row_or_case(row, l->plan, FIELD_INPUT_TOKENS),
					   row_or_case(row, l->plan, FIELD_OUTPUT_TOKENS)));
	const struct claim claim = { .place = place_of(row, FIELD_COST),
		.stated = cost,
		.rates = &rates,
		.listed = bounds_mul(each, requests),
		.wide = bounds_mul(each, wide),
		.tokens = bounds_mul(tokens, requests),
		.plain = !row->text[TEXT_TIER].n };
	check_listed(l, &claim);
}

/* The list price that a claimed one is held against: of its side, or of the case's mix of tokens.
 * */
static struct bounds
side_price(const struct linting *l, const struct plan_row *row, const struct list_rates *rates,
	struct bounds *mean)
{
	struct bounds input = row_or_case(row, l->plan, FIELD_INPUT_TOKENS),
		      output = row_or_case(row, l->plan, FIELD_OUTPUT_TOKENS);
	*mean = bounds_of((double)NAN);
	if (row->per.side == SIDE_INPUT)
		return rates->input;
	if (row->per.side == SIDE_OUTPUT)
		return rates->output;
	*mean = list_mean(rates);
	if (bounds_known(input) && bounds_known(output) && input.high + output.high > 0)
		return bounds_div(
			request_cost(rates, row, l->plan, false), bounds_add(input, output));
	return (struct bounds){ rates->input.low, rates->output.high };
}

/* "$2" a million tokens is a price, not one that was rounded. */
static struct amount
unrounded(const struct amount *price)
{
	struct amount out = *price;
	if (!out.about)
		out.low_slack = out.high_slack = 0;
	return out;
}

/* 'place' has the list price; the row says another. */
static void
add_price(struct linting *l, struct place place, const struct plan_row *row,
	const struct list_rates *rates)
{
	const struct amount price = unrounded(row_amount(row, FIELD_COST)), *cost = &price;
	struct bounds listed = place.value, million = bounds_of(1e6);
	bool above = amount_is_above(cost, listed);
	if (!above && !amount_is_below(cost, listed))
		return;
	struct str right = STR_INIT, prices = STR_INIT, times = STR_INIT;
	sheet_money(l, &right, listed);
	if (row->per.side == SIDE_BOTH)
		print_rates(&prices, rates);
	else
		sheet_money(l, &prices,
			bounds_mul(row->per.side == SIDE_INPUT ? rates->input : rates->output,
				million));
	const struct bounds factor =
		above ? (struct bounds){ cost->low / listed.high, cost->high / listed.low }
		      : (struct bounds){ listed.low / cost->high, listed.high / cost->low };
	amount_print(&times, AMOUNT_RATIO, factor, "");
	sheet_add(l, above ? WRONG_ABOVE_LIST : WRONG_BELOW_LIST, place, &right,
		SLICE_FMT " per " SLICE_FMT "; " SLICE_FMT
			  " lists %s per million tokens%s, so it is %s: %s %s",
		SLICE_ARG(cost->text),
		SLICE_ARG(row->text[TEXT_PER].n ? row->text[TEXT_PER] : SLICE("million tokens")),
		SLICE_ARG(rates->model), str_text(&prices),
		row->per.words ? ", and a word is 1 to 1.5 tokens" : "", str_text(&right),
		str_text(&times), above ? "less" : "more");
	str_free(&right);
	str_free(&prices);
	str_free(&times);
}

static void
check_price(struct linting *l, const struct plan_row *row)
{
	const struct amount *cost = row_amount(row, FIELD_COST);
	struct list_rates rates;
	struct bounds mean;
	if (!cost || row->per.what != PER_TOKENS || !row_rates(l, row, &rates))
		return;
	struct bounds listed = side_price(l, row, &rates, &mean), count = bounds_of(row->per.count);
	if (row->per.words)
		listed.high *= tokens_per_word;
	listed = bounds_mul(listed, count);
	mean = bounds_mul(mean, count);
	const struct amount price = unrounded(cost);
	if (amount_meets(&price, listed))
		return;
	if (amount_meets(&price, mean)) {
		struct str right = STR_INIT, prices = STR_INIT;
		sheet_money(l, &right, listed);
		print_rates(&prices, &rates);
		struct place place = place_of(row, FIELD_COST);
		place.value = listed;
		sheet_add(l, WRONG_MEAN, place, &right,
			SLICE_FMT " is the mean of %s; with as many input and output tokens as the "
				  "sheet says it is %s",
			SLICE_ARG(cost->text), str_text(&prices), str_text(&right));
		str_free(&right);
		str_free(&prices);
		return;
	}
	struct place place = place_of(row, FIELD_COST);
	place.value = listed;
	add_price(l, place, row, &rates);
}

/* Prices in columns of their own, of a million tokens. */
static void
check_column(struct linting *l, const struct plan_row *row, enum sheet_field field)
{
	const struct amount *stated = row_amount(row, field);
	struct list_rates rates;
	if (!stated || !row_rates(l, row, &rates))
		return;
	struct bounds listed =
		bounds_mul(field == FIELD_INPUT_PRICE ? rates.input : rates.output, bounds_of(1e6));
	const struct amount price = unrounded(stated);
	bool below = amount_is_below(&price, listed);
	if (!bounds_known(listed) || (!below && !amount_is_above(&price, listed)))
		return;
	struct str right = STR_INIT;
	struct place place = place_of(row, field);
	place.value = listed;
	sheet_money(l, &right, listed);
	sheet_add(l, below ? WRONG_BELOW_LIST : WRONG_ABOVE_LIST, place, &right,
		SLICE_FMT " per million tokens is %s than " SLICE_FMT " lists, which is %s",
		SLICE_ARG(stated->text), below ? "less" : "more", SLICE_ARG(rates.model),
		str_text(&right));
	str_free(&right);
}

/* A bill that comes out in a wrong way, or is less than the list price of what it is said to be
 * for. */
static void
check_bill(struct linting *l)
{
	const struct plan_row *row = NULL;
	const struct amount *bill = case_amount(l->plan, FIELD_API_MONTHLY, &row);
	if (!bill || !bounds_known(l->wide.listed) || amount_meets(bill, l->wide.listed))
		return;
	if (sheet_explain(l, row, FIELD_API_MONTHLY, STATED_API_MONTHLY))
		return;
	const struct claim claim = { .place = place_of(row, FIELD_API_MONTHLY),
		.stated = bill,
		.rates = &l->wide.rates,
		.listed = l->shown.listed,
		.wide = l->wide.listed,
		.tokens = bounds_of((double)NAN),
		.plain = !case_text(l->plan, TEXT_TIER).n };
	/* there may be other work on a bill that is more */
	if (amount_is_below(bill, l->wide.listed) && l->wide.rates.model.n)
		check_listed(l, &claim);
}

void
sheet_lint_prices(struct linting *l)
{
	for (size_t i = 0; i < l->plan->rows_n; i++) {
		const struct plan_row *row = l->plan->rows[i];
		if (row->kind == ROW_API_NOW || row->kind == ROW_API_LEFT)
			check_api_line(l, row);
		else if (row->kind == ROW_PRICE)
			check_price(l, row);
		check_column(l, row, FIELD_INPUT_PRICE);
		check_column(l, row, FIELD_OUTPUT_PRICE);
	}
	check_bill(l);
	struct slice model = case_text(l->plan, TEXT_API_MODEL);
	if (model.n && !sheet_in_dollars(l))
		note_currency(l);
	else if (model.n && !l->wide.rates.known)
		sheet_note(l, "Case " SLICE_FMT ": " SLICE_FMT "; not compared with list prices.",
			SLICE_ARG(l->plan->name), SLICE_ARG(l->wide.rates.why));
}
