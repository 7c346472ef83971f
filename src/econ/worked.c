/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/worked.h"

static const struct bounds unknown = { (double)NAN, (double)NAN };

static struct bounds
get(const struct work_ask *ask, enum sheet_field field)
{
	const struct amount *amount = case_amount(ask->plan, field, NULL);
	return amount ? amount_bounds(amount) : unknown;
}

static struct bounds
get_figure(const struct work_ask *ask, enum figure figure)
{
	const struct row_figure *one = case_figure(ask->plan, figure);
	return one ? (struct bounds){ one->value.low, one->value.high } : unknown;
}

struct bounds
row_or_case(const struct plan_row *row, const struct plan_case *plan, enum sheet_field field)
{
	const struct amount *amount = row ? row_amount(row, field) : NULL;
	if (!amount)
		amount = case_amount(plan, field, NULL);
	return amount ? amount_bounds(amount) : unknown;
}

struct bounds
request_cost(const struct list_rates *rates, const struct plan_row *row,
	const struct plan_case *plan, bool mean)
{
	bool own = row &&
		   (row_amount(row, FIELD_INPUT_TOKENS) || row_amount(row, FIELD_OUTPUT_TOKENS) ||
			   row_amount(row, FIELD_TOKENS));
	const struct plan_case none = { 0 };
	const struct plan_case *from = own ? &none : plan;
	struct bounds input = row_or_case(row, from, FIELD_INPUT_TOKENS),
		      output = row_or_case(row, from, FIELD_OUTPUT_TOKENS),
		      cached = row_or_case(row, from, FIELD_CACHED_TOKENS),
		      tokens = row_or_case(row, from, FIELD_TOKENS);
	if (!rates->known)
		return unknown;
	if (bounds_known(input) && bounds_known(output)) {
		if (mean)
			return bounds_mul(bounds_add(input, output), list_mean(rates));
		struct bounds cost = bounds_mul(output, rates->output);
		if (!bounds_known(cached) || !bounds_known(rates->cached))
			return bounds_add(cost, bounds_mul(input, rates->input));
		struct bounds rest = { fmax(input.low - cached.high, 0),
			fmax(input.high - cached.low, 0) };
		return bounds_add(cost, bounds_add(bounds_mul(rest, rates->input),
						bounds_mul(cached, rates->cached)));
	}
	if (!bounds_known(tokens))
		return unknown;
	if (mean)
		return bounds_mul(tokens, list_mean(rates));
	return (struct bounds){ tokens.low * fmin(rates->input.low, rates->output.low),
		tokens.high * fmax(rates->input.high, rates->output.high) };
}

struct bounds
break_even_of(struct bounds capex, struct bounds saving)
{
	if (!bounds_known(capex) || !bounds_known(saving) || saving.high <= 0)
		return capex.high == 0 && saving.high >= 0 ? bounds_of(0) : unknown;
	double worst = saving.low > 0 ? capex.high / saving.low : (double)INFINITY;
	return (struct bounds){ capex.low / saving.high, worst };
}

/* Prices that the sheet itself has; whether they are those of the list is another question. */
static void
take_prices(const struct work_ask *ask, struct worked *w)
{
	struct bounds input = get(ask, FIELD_INPUT_PRICE), output = get(ask, FIELD_OUTPUT_PRICE),
		      million = bounds_of(1e6);
	if (bounds_known(input))
		w->rates.input = bounds_div(input, million);
	if (bounds_known(output))
		w->rates.output = bounds_div(output, million);
	if (bounds_known(input) && bounds_known(output)) {
		w->rates.known = true;
		w->rates.cached = bounds_of((double)NAN);
	}
}

static void
find_demand(const struct work_ask *ask, struct worked *w)
{
	struct bounds daily = get(ask, FIELD_DAILY_REQUESTS),
		      monthly = get(ask, FIELD_MONTHLY_REQUESTS),
		      input = get(ask, FIELD_INPUT_TOKENS), output = get(ask, FIELD_OUTPUT_TOKENS),
		      speed = get(ask, FIELD_SPEED), prefill = get(ask, FIELD_PREFILL);
	w->days = bounds_or(get(ask, FIELD_DAYS), ask->days);
	w->on_days = bounds_or(get(ask, FIELD_DAYS), ask->on_days);
	w->requests = bounds_or(bounds_mul(daily, w->days), monthly);
	if (!bounds_known(daily))
		daily = bounds_div(monthly, w->days);
	struct bounds seconds = bounds_div(output, speed);
	if (bounds_known(prefill) && bounds_known(input))
		seconds = bounds_add(seconds, bounds_div(input, prefill));
	w->work_hours = bounds_div(bounds_mul(daily, seconds), bounds_of(3600));
	w->of[STATED_HOURS] = w->work_hours;
	w->of[STATED_UTILIZATION] = bounds_div(w->work_hours, bounds_of(24));
	/* a machine that never waits: as many requests as fit into a month */
	if (ask->world == WORLD_CAPACITY)
		w->requests = bounds_mul(w->on_days, bounds_div(bounds_of(86400), seconds));
	list_rates_of(ask->list, ask->arena, case_text(ask->plan, TEXT_API_MODEL),
		case_text(ask->plan, TEXT_TIER), case_date(ask->plan),
		bounds_known(input) ? input.high : 0, &w->rates);
	bool own_prices = bounds_known(get(ask, FIELD_INPUT_PRICE)) &&
			  bounds_known(get(ask, FIELD_OUTPUT_PRICE));
	take_prices(ask, w);
	bool usd = own_prices || !ask->plan->currency[0] || strcmp(ask->plan->currency, "USD") == 0;
	struct bounds request =
		usd ? request_cost(&w->rates, NULL, ask->plan, ask->world == WORLD_MEAN_PRICE)
		    : unknown;
	w->listed = bounds_mul(w->requests, request);
}

static void
find_api(const struct work_ask *ask, struct worked *w)
{
	struct bounds moved = get(ask, FIELD_MOVED);
	bool wrong = ask->world == WORLD_CAPACITY || ask->world == WORLD_MEAN_PRICE;
	w->before = wrong ? w->listed : get(ask, FIELD_API_MONTHLY);
	w->before = bounds_or(w->before, case_lines(ask->plan, ROW_API_NOW, w->days));
	w->before = bounds_or(w->before, w->listed);
	w->of[STATED_API_MONTHLY] = w->before;
	w->before = bounds_or(w->before, get(ask, STATED_API_MONTHLY));
	w->remaining = bounds_or(
		get(ask, FIELD_REMAINING_API), case_lines(ask->plan, ROW_API_LEFT, w->days));
	if (!bounds_known(w->remaining) && bounds_known(moved))
		w->remaining = bounds_mul(w->before, bounds_sub(bounds_of(1), moved));
	struct bounds tokens = bounds_or(get(ask, FIELD_TOKENS),
		bounds_add(get(ask, FIELD_INPUT_TOKENS), get(ask, FIELD_OUTPUT_TOKENS)));
	if (w->rates.known)
		w->of[STATED_API_PER_MILLION] = bounds_div(
			bounds_mul(w->listed, bounds_of(1e6)), bounds_mul(w->requests, tokens));
	/* the mix of a request makes a price, however many there are */
	if (w->rates.known && !bounds_known(w->of[STATED_API_PER_MILLION]))
		w->of[STATED_API_PER_MILLION] =
			bounds_div(bounds_mul(request_cost(&w->rates, NULL, ask->plan,
						      ask->world == WORLD_MEAN_PRICE),
					   bounds_of(1e6)),
				tokens);
}

/* A month of power: at work for 'hours' a day (or all day), and what it draws between. */
static struct bounds
energy_of(const struct work_ask *ask, const struct worked *w)
{
	struct bounds watts = get(ask, FIELD_WATTS), idle = get(ask, FIELD_IDLE_WATTS),
		      price = get(ask, FIELD_ELECTRICITY), hours = get(ask, FIELD_HOURS);
	hours = bounds_or(
		hours, bounds_known(idle) && bounds_known(w->work_hours) && w->work_hours.high <= 24
			       ? w->work_hours
			       : bounds_of(24));
	idle = ask->world == WORLD_IDLE_FREE ? bounds_of(0) : bounds_or(idle, bounds_of(0));
	struct bounds day = bounds_add(
		bounds_mul(watts, hours), bounds_mul(idle, bounds_sub(bounds_of(24), hours)));
	struct bounds kwh = bounds_div(bounds_mul(day, w->on_days), bounds_of(1000));
	kwh = bounds_mul(kwh, bounds_or(get(ask, FIELD_UNITS), bounds_of(1)));
	return bounds_mul(bounds_mul(kwh, bounds_or(get(ask, FIELD_PUE), bounds_of(1))), price);
}

/* Adds 'part' to a running cost, if it is known and nobody says that it is in there already. */
static void
add_part(const struct work_ask *ask, struct bounds *local, enum part_kind kind, struct bounds part)
{
	bool again = ask->world == WORLD_TWICE;
	if (bounds_known(part) && (again || !case_has(ask->plan, kind)))
		*local = bounds_add(bounds_or(*local, bounds_of(0)), part);
}

/* Lines that are nothing but the hardware spread over its life. */
static struct bounds
amortization_lines(const struct work_ask *ask, const struct worked *w)
{
	struct bounds sum = unknown;
	for (size_t i = 0; i < ask->plan->rows_n; i++) {
		const struct plan_row *row = ask->plan->rows[i];
		struct bounds one = row->kind == ROW_LOCAL ? row_month(row, w->days) : unknown;
		if (bounds_known(one) && line_is(row, PART_AMORTIZATION))
			sum = bounds_add(bounds_or(sum, bounds_of(0)), one);
	}
	return sum;
}

static void
find_local(const struct work_ask *ask, struct worked *w)
{
	struct bounds busy = bounds_or(get(ask, FIELD_UTILIZATION), w->of[STATED_UTILIZATION]),
		      rate = get(ask, FIELD_ENGINEER_RATE), monthly = get(ask, FIELD_MONTHLY),
		      lines = case_lines(ask->plan, ROW_LOCAL, w->days);
	bool paid = ask->world != WORLD_NO_PEOPLE;
	w->energy = energy_of(ask, w);
	w->of[STATED_ENERGY] = w->energy;
	w->people = bounds_mul(get(ask, FIELD_ENGINEER_HOURS), rate);
	struct bounds review = bounds_mul(get_figure(ask, FIGURE_REVIEW_HOURS), rate);
	if (bounds_known(review))
		w->people = bounds_add(bounds_or(w->people, bounds_of(0)), review);
	struct bounds setup = bounds_mul(get(ask, FIELD_SETUP_HOURS), rate);
	w->life = get(ask, FIELD_LIFE);
	w->capex = bounds_or(get(ask, FIELD_CAPEX), case_lines(ask->plan, ROW_HARDWARE, w->days));
	w->amortization = bounds_div(w->capex, w->life);
	if (!bounds_known(w->amortization) && bounds_known(w->capex))
		w->amortization = amortization_lines(ask, w);
	w->of[STATED_AMORTIZATION] = w->amortization;
	if (bounds_known(setup) && paid)
		w->capex = bounds_add(w->capex, setup);
	w->local = bounds_or(monthly, lines);
	if (!bounds_known(monthly) || ask->world == WORLD_TWICE) {
		add_part(ask, &w->local, PART_HOSTING, get(ask, FIELD_RENT));
		add_part(ask, &w->local, PART_POWER, w->energy);
		add_part(ask, &w->local, PART_MAINTENANCE,
			bounds_or(get(ask, FIELD_MAINTENANCE),
				bounds_mul(bounds_div(w->capex, bounds_of(12)),
					get_figure(ask, FIGURE_UPKEEP))));
		if (paid)
			add_part(ask, &w->local, PART_PEOPLE, w->people);
	}
	if (ask->world == WORLD_IDLE_FREE && bounds_known(busy))
		w->local = bounds_mul(w->local, busy);
	w->local_known = bounds_known(w->local);
	w->of[STATED_LOCAL_MONTHLY] = w->local;
}

/* What a month is charged with, the hardware's share included, and what is paid in cash. */
static void
split_local(const struct work_ask *ask, const struct worked *w, struct bounds *charged,
	struct bounds *cash)
{
	bool contained = case_has(ask->plan, PART_AMORTIZATION) && bounds_known(w->amortization);
	*charged = *cash = w->local;
	if (contained && ask->world != WORLD_AMORTIZED && !ask->as_stated)
		*cash = (struct bounds){ fmax(w->local.low - w->amortization.high, 0),
			fmax(w->local.high - w->amortization.low, 0) };
	else if (!contained && ask->world == WORLD_AMORTIZED)
		*cash = bounds_add(w->local, w->amortization);
	if (!contained && bounds_known(w->amortization))
		*charged = bounds_add(bounds_or(w->local, bounds_of(0)), w->amortization);
}

static void
find_results(const struct plan_case *plan, struct worked *w, struct bounds cash)
{
	struct bounds left = bounds_or(w->remaining, bounds_of(0)),
		      local = w->local_known ? w->local : (struct bounds){ 0, (double)INFINITY };
	if (bounds_known(w->remaining) || w->local_known)
		w->of[STATED_TOTAL] = bounds_add(left, local);
	w->of[STATED_SAVING] = bounds_sub(w->before, w->of[STATED_TOTAL]);
	w->of[STATED_SAVING_SHARE] = (struct bounds){ w->of[STATED_SAVING].low / w->before.low,
		w->of[STATED_SAVING].high / w->before.high };
	if (w->before.low != w->before.high) {
		struct bounds kept = { w->of[STATED_TOTAL].low / w->before.high,
			w->of[STATED_TOTAL].high / w->before.low };
		w->of[STATED_SAVING_SHARE] = bounds_sub(bounds_of(1), kept);
	}
	if (!w->local_known)
		return;
	if (case_figure(plan, FIGURES)) {
		const struct cash_terms terms = { bounds_sub(w->before, left), cash };
		worked_by_month(plan, w, &terms);
		return;
	}
	struct bounds saved = bounds_sub(w->before, bounds_add(left, cash));
	w->of[STATED_BREAK_EVEN] = break_even_of(w->capex, saved);
	w->of[STATED_YEAR_ONE] = bounds_sub((struct bounds){ saved.low * 12, saved.high * 12 },
		bounds_or(w->capex, bounds_of(0)));
}

/* The local cost of a request: of the demand there is, or, where none is stated, at full speed. */
static void
find_unit_costs(const struct work_ask *ask, struct worked *w, struct bounds charged)
{
	struct bounds input = get(ask, FIELD_INPUT_TOKENS), output = get(ask, FIELD_OUTPUT_TOKENS),
		      requests = w->requests;
	struct bounds tokens = bounds_or(get(ask, FIELD_TOKENS), bounds_add(input, output));
	if (!bounds_known(requests)) {
		struct bounds seconds = bounds_div(output, get(ask, FIELD_SPEED));
		requests = bounds_mul(w->on_days, bounds_div(bounds_of(86400), seconds));
		w->at_full_speed = bounds_known(requests);
	}
	struct bounds one = bounds_div(charged, requests);
	w->of[STATED_PER_1000] = bounds_mul(one, bounds_of(1000));
	w->of[STATED_PER_MILLION] = bounds_div(bounds_mul(one, bounds_of(1e6)), tokens);
	struct bounds api = bounds_div(w->before, w->requests);
	if (!bounds_known(api))
		api = request_cost(&w->rates, NULL, ask->plan, ask->world == WORLD_MEAN_PRICE);
	w->of[STATED_RATIO] = bounds_div(api, one);
}

void
worked_of(const struct work_ask *ask, struct worked *out)
{
	struct bounds charged, cash;
	*out = (struct worked){ 0 };
	for (size_t i = 0; i < FIELDS; i++)
		out->of[i] = unknown;
	find_demand(ask, out);
	find_api(ask, out);
	find_local(ask, out);
	split_local(ask, out, &charged, &cash);
	out->cash = cash;
	find_results(ask->plan, out, cash);
	find_unit_costs(ask, out, charged);
	struct bounds own = get(ask, FIELD_QUALITY), theirs = get(ask, FIELD_API_QUALITY);
	out->of[STATED_QUALITY_LOSS] = bounds_sub(bounds_of(1), bounds_div(own, theirs));
}
