/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/worked.h"

static const struct span unknown = { (double)NAN, (double)NAN };

static struct span
get(const struct work_ask *ask, enum sheet_field field)
{
	const struct amount *amount = case_amount(ask->plan, field, NULL);
	return amount ? amount_span(amount) : unknown;
}

struct span
row_or_case(const struct plan_row *row, const struct plan_case *plan, enum sheet_field field)
{
	const struct amount *amount = row ? row_amount(row, field) : NULL;
	if (!amount)
		amount = case_amount(plan, field, NULL);
	return amount ? amount_span(amount) : unknown;
}

struct span
request_cost(const struct list_rates *rates, const struct plan_row *row,
	const struct plan_case *plan, bool mean)
{
	bool own = row && (row_amount(row, FIELD_INPUT_TOKENS) || row_amount(row, FIELD_OUTPUT_TOKENS) ||
				  row_amount(row, FIELD_TOKENS));
	const struct plan_case none = { 0 };
	const struct plan_case *from = own ? &none : plan;
	struct span input = row_or_case(row, from, FIELD_INPUT_TOKENS),
		    output = row_or_case(row, from, FIELD_OUTPUT_TOKENS),
		    cached = row_or_case(row, from, FIELD_CACHED_TOKENS),
		    tokens = row_or_case(row, from, FIELD_TOKENS);
	if (!rates->known)
		return unknown;
	if (span_known(input) && span_known(output)) {
		if (mean)
			return span_mul(span_add(input, output), list_mean(rates));
		struct span cost = span_mul(output, rates->output);
		if (!span_known(cached) || !span_known(rates->cached))
			return span_add(cost, span_mul(input, rates->input));
		struct span rest = { fmax(input.low - cached.high, 0), fmax(input.high - cached.low, 0) };
		return span_add(cost, span_add(span_mul(rest, rates->input),
					      span_mul(cached, rates->cached)));
	}
	if (!span_known(tokens))
		return unknown;
	if (mean)
		return span_mul(tokens, list_mean(rates));
	return (struct span){ tokens.low * fmin(rates->input.low, rates->output.low),
		tokens.high * fmax(rates->input.high, rates->output.high) };
}

struct span
break_even_of(struct span capex, struct span saving)
{
	if (!span_known(capex) || !span_known(saving) || saving.high <= 0)
		return capex.high == 0 && saving.high >= 0 ? span_of(0) : unknown;
	double worst = saving.low > 0 ? capex.high / saving.low : (double)INFINITY;
	return (struct span){ capex.low / saving.high, worst };
}

static void
find_demand(const struct work_ask *ask, struct worked *w)
{
	struct span daily = get(ask, FIELD_DAILY_REQUESTS), monthly = get(ask, FIELD_MONTHLY_REQUESTS),
		    input = get(ask, FIELD_INPUT_TOKENS), output = get(ask, FIELD_OUTPUT_TOKENS),
		    speed = get(ask, FIELD_SPEED), prefill = get(ask, FIELD_PREFILL);
	w->days = span_or(get(ask, FIELD_DAYS), ask->days);
	w->on_days = span_or(get(ask, FIELD_DAYS), ask->on_days);
	w->requests = span_or(span_mul(daily, w->days), monthly);
	if (!span_known(daily))
		daily = span_div(monthly, w->days);
	struct span seconds = span_div(output, speed);
	if (span_known(prefill) && span_known(input))
		seconds = span_add(seconds, span_div(input, prefill));
	w->work_hours = span_div(span_mul(daily, seconds), span_of(3600));
	w->of[STATED_HOURS] = w->work_hours;
	w->of[STATED_UTILIZATION] = span_div(w->work_hours, span_of(24));
	/* a machine that never waits: as many requests as fit into a month */
	if (ask->world == WORLD_CAPACITY)
		w->requests = span_mul(w->on_days, span_div(span_of(86400), seconds));
	list_rates_of(ask->list, ask->arena, case_text(ask->plan, TEXT_API_MODEL),
		case_text(ask->plan, TEXT_TIER), case_date(ask->plan),
		span_known(input) ? input.high : 0, &w->rates);
	bool usd = !ask->plan->currency[0] || strcmp(ask->plan->currency, "USD") == 0;
	struct span request = usd ? request_cost(&w->rates, NULL, ask->plan,
					    ask->world == WORLD_MEAN_PRICE)
				  : unknown;
	w->listed = span_mul(w->requests, request);
}

static void
find_api(const struct work_ask *ask, struct worked *w)
{
	struct span moved = get(ask, FIELD_MOVED);
	bool wrong = ask->world == WORLD_CAPACITY || ask->world == WORLD_MEAN_PRICE;
	w->before = wrong ? w->listed : get(ask, FIELD_API_MONTHLY);
	w->before = span_or(w->before, case_lines(ask->plan, ROW_API_NOW, w->days));
	w->before = span_or(w->before, w->listed);
	w->of[STATED_API_MONTHLY] = w->before;
	w->before = span_or(w->before, get(ask, STATED_API_MONTHLY));
	w->remaining = span_or(get(ask, FIELD_REMAINING_API),
		case_lines(ask->plan, ROW_API_LEFT, w->days));
	if (!span_known(w->remaining) && span_known(moved))
		w->remaining = span_mul(w->before, span_sub(span_of(1), moved));
	struct span tokens = span_or(get(ask, FIELD_TOKENS),
		span_add(get(ask, FIELD_INPUT_TOKENS), get(ask, FIELD_OUTPUT_TOKENS)));
	if (w->rates.known)
		w->of[STATED_API_PER_MILLION] = span_div(span_mul(w->listed, span_of(1e6)),
			span_mul(w->requests, tokens));
	/* the mix of a request makes a price, however many there are */
	if (w->rates.known && !span_known(w->of[STATED_API_PER_MILLION]))
		w->of[STATED_API_PER_MILLION] = span_div(
			span_mul(request_cost(&w->rates, NULL, ask->plan,
					 ask->world == WORLD_MEAN_PRICE),
				span_of(1e6)),
			tokens);
}

/* A month of power: at work for 'hours' a day (or all day), and what it draws between. */
static struct span
energy_of(const struct work_ask *ask, const struct worked *w)
{
	struct span watts = get(ask, FIELD_WATTS), idle = get(ask, FIELD_IDLE_WATTS),
		    price = get(ask, FIELD_ELECTRICITY), hours = get(ask, FIELD_HOURS);
	hours = span_or(hours, span_known(idle) && span_known(w->work_hours) &&
						w->work_hours.high <= 24
					? w->work_hours
					: span_of(24));
	idle = ask->world == WORLD_IDLE_FREE ? span_of(0) : span_or(idle, span_of(0));
	struct span day = span_add(
		span_mul(watts, hours), span_mul(idle, span_sub(span_of(24), hours)));
	struct span kwh = span_div(span_mul(day, w->on_days), span_of(1000));
	kwh = span_mul(kwh, span_or(get(ask, FIELD_UNITS), span_of(1)));
	return span_mul(span_mul(kwh, span_or(get(ask, FIELD_PUE), span_of(1))), price);
}

/* Adds 'part' to a running cost, if it is known and nobody says that it is in there already. */
static void
add_part(const struct work_ask *ask, struct span *local, enum part_kind kind, struct span part)
{
	bool again = ask->world == WORLD_TWICE;
	if (span_known(part) && (again || !case_has(ask->plan, kind)))
		*local = span_add(span_or(*local, span_of(0)), part);
}

static void
find_local(const struct work_ask *ask, struct worked *w)
{
	struct span busy = span_or(get(ask, FIELD_UTILIZATION), w->of[STATED_UTILIZATION]),
		    rate = get(ask, FIELD_ENGINEER_RATE), monthly = get(ask, FIELD_MONTHLY),
		    lines = case_lines(ask->plan, ROW_LOCAL, w->days);
	bool paid = ask->world != WORLD_NO_PEOPLE;
	w->energy = energy_of(ask, w);
	w->of[STATED_ENERGY] = w->energy;
	w->people = span_mul(get(ask, FIELD_ENGINEER_HOURS), rate);
	struct span setup = span_mul(get(ask, FIELD_SETUP_HOURS), rate);
	w->life = get(ask, FIELD_LIFE);
	w->capex = span_or(get(ask, FIELD_CAPEX), case_lines(ask->plan, ROW_HARDWARE, w->days));
	w->amortization = span_div(w->capex, w->life);
	w->of[STATED_AMORTIZATION] = w->amortization;
	if (span_known(setup) && paid)
		w->capex = span_add(w->capex, setup);
	w->local = span_or(monthly, lines);
	if (!span_known(monthly) || ask->world == WORLD_TWICE) {
		add_part(ask, &w->local, PART_HOSTING, get(ask, FIELD_RENT));
		add_part(ask, &w->local, PART_POWER, w->energy);
		add_part(ask, &w->local, PART_MAINTENANCE, get(ask, FIELD_MAINTENANCE));
		if (paid)
			add_part(ask, &w->local, PART_PEOPLE, w->people);
	}
	if (ask->world == WORLD_IDLE_FREE && span_known(busy))
		w->local = span_mul(w->local, busy);
	w->local_known = span_known(w->local);
	w->of[STATED_LOCAL_MONTHLY] = w->local;
}

/* What a month is charged with, the hardware's share included, and what is paid in cash. */
static void
split_local(const struct work_ask *ask, const struct worked *w, struct span *charged,
	struct span *cash)
{
	bool contained = case_has(ask->plan, PART_AMORTIZATION) && span_known(w->amortization);
	*charged = *cash = w->local;
	if (contained && ask->world != WORLD_AMORTIZED)
		*cash = (struct span){ fmax(w->local.low - w->amortization.high, 0),
			fmax(w->local.high - w->amortization.low, 0) };
	else if (!contained && ask->world == WORLD_AMORTIZED)
		*cash = span_add(w->local, w->amortization);
	if (!contained && span_known(w->amortization))
		*charged = span_add(span_or(w->local, span_of(0)), w->amortization);
}

static void
find_results(struct worked *w, struct span cash)
{
	struct span left = span_or(w->remaining, span_of(0)),
		    local = w->local_known ? w->local : (struct span){ 0, (double)INFINITY };
	if (span_known(w->remaining) || w->local_known)
		w->of[STATED_TOTAL] = span_add(left, local);
	w->of[STATED_SAVING] = span_sub(w->before, w->of[STATED_TOTAL]);
	w->of[STATED_SAVING_SHARE] = (struct span){ w->of[STATED_SAVING].low / w->before.low,
		w->of[STATED_SAVING].high / w->before.high };
	if (w->before.low != w->before.high) {
		struct span kept = { w->of[STATED_TOTAL].low / w->before.high,
			w->of[STATED_TOTAL].high / w->before.low };
		w->of[STATED_SAVING_SHARE] = span_sub(span_of(1), kept);
	}
	if (!w->local_known)
		return;
	struct span saved = span_sub(w->before, span_add(left, cash));
	w->of[STATED_BREAK_EVEN] = break_even_of(w->capex, saved);
	w->of[STATED_YEAR_ONE] = span_sub(
		(struct span){ saved.low * 12, saved.high * 12 }, span_or(w->capex, span_of(0)));
}

/* The local cost of a request: of the demand there is, or, where none is stated, at full speed. */
static void
find_unit_costs(const struct work_ask *ask, struct worked *w, struct span charged)
{
	struct span input = get(ask, FIELD_INPUT_TOKENS), output = get(ask, FIELD_OUTPUT_TOKENS),
		    requests = w->requests;
	struct span tokens = span_or(get(ask, FIELD_TOKENS), span_add(input, output));
	if (!span_known(requests)) {
		struct span seconds = span_div(output, get(ask, FIELD_SPEED));
		requests = span_mul(w->on_days, span_div(span_of(86400), seconds));
		w->at_full_speed = span_known(requests);
	}
	struct span one = span_div(charged, requests);
	w->of[STATED_PER_1000] = span_mul(one, span_of(1000));
	w->of[STATED_PER_MILLION] = span_div(span_mul(one, span_of(1e6)), tokens);
	struct span api = span_div(w->before, w->requests);
	if (!span_known(api))
		api = request_cost(&w->rates, NULL, ask->plan, ask->world == WORLD_MEAN_PRICE);
	w->of[STATED_RATIO] = span_div(api, one);
}

void
worked_of(const struct work_ask *ask, struct worked *out)
{
	struct span charged, cash;
	*out = (struct worked){ 0 };
	for (size_t i = 0; i < FIELDS; i++)
		out->of[i] = unknown;
	find_demand(ask, out);
	find_api(ask, out);
	find_local(ask, out);
	split_local(ask, out, &charged, &cash);
	find_results(out, cash);
	find_unit_costs(ask, out, charged);
	struct span own = get(ask, FIELD_QUALITY), theirs = get(ask, FIELD_API_QUALITY);
	out->of[STATED_QUALITY_LOSS] = span_sub(span_of(1), span_div(own, theirs));
}
