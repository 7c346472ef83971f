/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where numbers of a break-even come from, as far as that depends on the row. */
#include "config.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>

#include "report/breakeven.h"

#define ASSUMED(name) "{assumptions[" name "].value}"
#define HARDWARE  \
 ASSUMED("capex") \
 " * (" ASSUMED("units") " + " ASSUMED("spare") ") / " ASSUMED("units")

/* A table of the answer, and the row that is spoken of. */
struct place {
	const struct breakeven *breakeven;
	struct table *table; /* NULL: the answer has none of that name */
	size_t row;
};

static struct place
place_of(const struct breakeven *breakeven, const char *key)
{
	struct place place = { .breakeven = breakeven };
	const struct answer *answer = breakeven->answer;
	for (size_t i = 0; i < answer->tables_n; i++)
		if (answer->tables[i]->key && strcmp(answer->tables[i]->key, key) == 0)
			place.table = answer->tables[i];
	return place;
}

static size_t
column_of(const struct place *place, const char *key)
{
	for (size_t i = 0; i < place->table->columns_n; i++)
		if (place->table->columns[i].key && strcmp(place->table->columns[i].key, key) == 0)
			return i;
	BUG("%s has no column %s", place->table->key ? place->table->key : "a table", key);
}

static void tell(const struct place *place, const char *key, const char *fmt, ...) hl_printf(3, 4);
static void
tell(const struct place *place, const char *key, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	if (!place->table)
		return;
	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		BUG("no memory for an origin");
	va_end(ap);
	answer_origin(place->breakeven->answer, place->table, place->row, column_of(place, key),
		"%s", text);
	free(text);
}

/* ---- month by month ---- */

/* What is not told by the columns: shares that are the same for all cells of a row. */
#define WORK(format) ASSUMED("busy-hours") " * (1 + " ASSUMED("growth") ") ^ {month}" format

/* The machine is full: what is left over is what it has no hours for. */
static bool
is_full(const struct cash_month *month, const double *values)
{
	double least = fmin(values[FIGURE_OVERFLOW], 1 - values[FIGURE_FALLBACK]);
	return month->overflow > fmax(least, 0) + 1e-9;
}

static void
tell_overflow(const struct place *place, const struct cash_month *month, const char *work)
{
	const double *values = place->breakeven->main->values;
	if (is_full(month, values))
		tell(place, "overflow_share",
			"= 1 - " ASSUMED("fallback") " - " ASSUMED(
				"capacity-hours") " / (%s)\n"
						  "The machine has no more hours.",
			work);
	else
		tell(place, "overflow_share",
			"= max(min(" ASSUMED("overflow") ", 1 - " ASSUMED("fallback") "), 0)");
}

static void
tell_avoided(const struct place *place, int m, const char *ramp)
{
	static const char share[] = "(1 - " ASSUMED("fallback") " - {overflow_share})";
	const double *values = place->breakeven->main->values;
	bool owed = values[FIGURE_COMMITMENT] > 0 && m <= (int)values[FIGURE_COMMITMENT_MONTHS];
	if (owed)
		tell(place, "avoided",
			"= min({api}%s * %s, max((" ASSUMED("api-monthly") " + " ASSUMED(
				"api-"
				"staying") ") * (1 + " ASSUMED("growth") ") ^ {month} * (1 "
									 "- " ASSUMED(
										 "api-decline") ") "
												"^ "
												"({"
												"mo"
												"nt"
												"h}"
												" /"
												" "
												"12"
												") "
												"-"
												" " ASSUMED(
													"commitment") ", 0))\n"
														      "While a commitment runs, the bill cannot fall below it.",
			ramp, share);
	else
		tell(place, "avoided", "= {api}%s * %s", ramp, share);
}

static void
tell_month(struct place *place, int m)
{
	const struct prospect *main = place->breakeven->main;
	const struct cash_month *month = &main->months.month[m];
	double share = cash_ramp(main->values[FIGURE_RAMP], m);
	char ramp[64] = "", work[256];
	if (share < 1)
		snprintf(ramp, sizeof(ramp), " * %.12f", share);
	snprintf(work, sizeof(work), WORK("%s"), ramp);
	tell_avoided(place, m, ramp);
	tell_overflow(place, month, work);
	tell(place, "busy_hours", "= %s * (1 - " ASSUMED("fallback") " - {overflow_share})%s", work,
		share < 1 ? "\nNot all of the work has moved by then." : "");
	tell(place, "cumulative.likely", "= {cash_flow#%d.cumulative.likely} + {net}", m - 1);
	tell(place, "discounted",
		"= {cash_flow#%d.discounted} + {net} * (1 + " ASSUMED(
			"discount") ") ^ (0 - {month} / 12)",
		m - 1);
}

/* The day of the purchase. */
static void
tell_start(const struct place *place)
{
	static const char *const nothing[] = { "api", "avoided", "run", "overflow_share",
		"busy_hours", "idle_hours", "energy", "upkeep", "people", "rent",
		"quality_review" };
	for (size_t i = 0; i < HL_COUNT(nothing); i++)
		tell(place, nothing[i],
			"@assumption On the day of the purchase nothing has been done yet.");
	tell(place, "net",
		"= 0 - (" HARDWARE " + " ASSUMED("setup-hours") " * " ASSUMED(
			"engineer-rate") ")\n"
					 "What is laid out: the hardware, and the hours of setting "
					 "it up.");
	tell(place, "cumulative.likely", "= {net}");
	tell(place, "discounted", "= {net}");
}

/* A month that people see: the numbers of the table of all months. */
static void
tell_same(const struct place *few)
{
	const struct cell *cells = few->table->cells + few->row * few->table->columns_n;
	long long month = (long long)(cells[column_of(few, "month")].amount / FEMTO_PER_UNIT);
	for (size_t c = 0; c < few->table->columns_n; c++)
		if (few->table->columns[c].key)
			tell(few, few->table->columns[c].key, "= {cash_flow#%lld.%s}", month,
				few->table->columns[c].key);
}

static void
tell_flow(const struct breakeven *breakeven)
{
	struct place all = place_of(breakeven, "cash_flow");
	const struct answer *answer = breakeven->answer;
	if (!all.table)
		return;
	for (int m = 0; m <= breakeven->main->months.months; m++) {
		all.row = (size_t)m;
		if (m)
			tell_month(&all, m);
		else
			tell_start(&all);
	}
	/* the months that people see are rows of another table of the same columns */
	for (size_t t = 0; t < answer->tables_n; t++) {
		struct place few = { breakeven, answer->tables[t], 0 };
		if (few.table->key || few.table->columns_n != all.table->columns_n)
			continue;
		for (; few.row < few.table->rows_n; few.row++)
			tell_same(&few);
	}
}

/* ---- what moves ---- */

/* "{moves#0.KEY} + {moves#3.KEY}" of those that the scenario moves and that have a number there; false: of none. */
static bool
put_moves(const struct breakeven *breakeven, enum move_class class, const char *key,
	bool hosted_only, struct str *out)
{
	size_t before = out->n;
	for (size_t i = 0; breakeven->moves && i < breakeven->moves->n; i++) {
		const struct move *move = &breakeven->moves->items[i];
		if (!move_is_in(move, class) || (hosted_only && isnan(move->hosted)))
			continue;
		str_printf(out, "%s{moves#%zu.%s}", out->n > before ? " + " : "", i, key);
	}
	return out->n > before;
}

static void
tell_sum(const struct place *place, const char *key, enum move_class class, const char *of,
	const char *otherwise)
{
	struct str sum = STR_INIT;
	const struct breakeven *breakeven = place->breakeven;
	bool nothing = breakeven->moves && !breakeven->scenarios[place->row].moves_n;
	if (put_moves(breakeven, class, of, strncmp(of, "hosted", 6) == 0, &sum))
		tell(place, key, "= %s", str_text(&sum));
	else if (nothing)
		tell(place, key,
			"@rule No workload has a verdict that this scenario moves, and a model "
			"that fits.");
	else
		tell(place, key, "%s", otherwise);
	str_free(&sum);
}

/* Tokens a day times thirty, of some of the workloads. */
static bool
put_tokens(const struct breakeven *breakeven, bool hosted_only, struct str *out)
{
	enum move_class class = breakeven->main->class;
	str_puts(out, "30 * (");
	bool some = put_moves(breakeven, class, "prompt_tokens_per_day", hosted_only, out);
	str_puts(out, " + ");
	put_moves(breakeven, class, "output_tokens_per_day", hosted_only, out);
	str_puts(out, ")");
	return some;
}

static void
tell_local(const struct breakeven *breakeven)
{
	struct place place = place_of(breakeven, "local_monthly_cost");
	struct str tokens = STR_INIT, hosted = STR_INIT, hosted_tokens = STR_INIT;
	tell_overflow(&place, &breakeven->main->unit.month, ASSUMED("busy-hours"));
	if (put_tokens(breakeven, false, &tokens))
		tell(&place, "tokens", "= %s", str_text(&tokens));
	else
		tell(&place, "tokens", "@assumption The tokens of the work as it was stated.");
	if (put_moves(breakeven, breakeven->main->class, "hosted_monthly", true, &hosted) &&
		put_tokens(breakeven, true, &hosted_tokens))
		tell(&place, "hosted_per_million_tokens", "= (%s) / (%s) * 1000000",
			str_text(&hosted), str_text(&hosted_tokens));
	else
		tell(&place, "hosted_per_million_tokens",
			"@catalogue prices.csv, today: the same open models from an API.");
	str_free(&tokens);
	str_free(&hosted);
	str_free(&hosted_tokens);
}

static void
tell_speed(const struct place *place, const struct move *move)
{
	static const char *const ends[] = { "decode_tokens_per_second.low",
		"decode_tokens_per_second.likely", "decode_tokens_per_second.high" };
	const struct speed *speed = &move->choice.speed;
	const char *root = speed->from == SPEED_FROM_PROBE         ? "measured"
			   : speed->from == SPEED_FROM_OTHER_PROBE ? "measured"
			   : speed->from == SPEED_FROM_PUBLISHED   ? "catalogue"
								   : "search";
	for (size_t i = 0; i < HL_COUNT(ends); i++)
		tell(place, ends[i],
			"@%s {speed_source}\nhllm models {model} --on {plan.hardware} shows how.",
			root);
	tell(place, "prefill_tokens_per_second", "@%s {prefill_source}", root);
}

static void
tell_move(const struct place *place, const struct move *move)
{
	static const char prefill[] = "{prefill_tokens_per_second}",
			  decode[] = "{decode_tokens_per_second.likely}";
	const struct speed *speed = &move->choice.speed;
	tell_speed(place, move);
	if (move->no_context)
		tell(place, "context",
			"@assumption Prompt and answer together, as long as no data says more: "
			"--context changes it.");
	else
		tell(place, "context",
			"@records workload {name}\nPrompt and answer together: 95 of 100 are no "
			"longer.");
	if (!speed->decodes)
		tell(place, "work_hours_per_day",
			"= ({prompt_tokens_per_day} + {output_tokens_per_day}) / %s / 3600",
			prefill);
	else if (speed->prefill_known)
		tell(place, "work_hours_per_day",
			"= ({prompt_tokens_per_day} / %s + {output_tokens_per_day} / %s) / 3600",
			prefill, decode);
	else
		tell(place, "work_hours_per_day",
			"= ({prompt_tokens_per_day} / (6 * %s) + {output_tokens_per_day} / %s) / "
			"3600\n"
			"No speed of reading is known: six times that of writing is taken.",
			decode, decode);
}

static void
tell_moves(const struct breakeven *breakeven)
{
	struct place place = place_of(breakeven, "moves");
	for (; breakeven->moves && place.row < breakeven->moves->n; place.row++)
		if (breakeven->moves->items[place.row].class != MOVE_NEVER)
			tell_move(&place, &breakeven->moves->items[place.row]);
}

/* ---- scenarios ---- */

/* In the month in which the cash so far stops being negative, within that month. */
static void
tell_crossing(const struct place *place, const char *key)
{
	const struct cash *months = &place->breakeven->main->months;
	double at = cash_break_even(months);
	int m = isnan(at) ? 0 : (int)floor(at) + 1;
	if (at <= 0 || m > months->months) {
		tell(place, key,
			"@search The first moment at which all cash so far is not negative.");
		return;
	}
	/* at the end of a month, the sale of the hardware may be what makes up for the rest */
	bool sale = floor(at) >= at && months->month[m - 1].cumulative < 0;
	if (sale)
		tell(place, key,
			"= {cash_flow#%d.month}\nThe hardware is sold then: what it brings makes "
			"up for "
			"the rest.",
			m - 1);
	else
		tell(place, key,
			"= {cash_flow#%d.month} - {cash_flow#%d.cumulative.likely} / "
			"{cash_flow#%d.net}\nBy month %d the cash so far is not negative any more: "
			"the "
			"point within it.",
			m - 1, m - 1, m, m);
}

static void
tell_avoidable(
	const struct place *place, const char *key, const char *cash, const struct prospect *at)
{
	const double *values = at->values;
	bool owed = values[FIGURE_COMMITMENT] > 0 && values[FIGURE_COMMITMENT_MONTHS] >= 1;
	char share[128];
	snprintf(share, sizeof(share), "max(1 - %.12f - %.12f, 0)", values[FIGURE_FALLBACK],
		values[FIGURE_OVERFLOW]);
	if (owed)
		tell(place, key,
			"= min(%s * %s, max(%.2f - %.2f, 0))\nAt most what the commitment leaves "
			"avoidable of the whole bill.",
			cash, share, values[FIGURE_API_MONTHLY] + values[FIGURE_API_STAYING],
			values[FIGURE_COMMITMENT]);
	else
		tell(place, key,
			"= %s * %s\nLess what the API does anyway: fallback, and what finds the "
			"machine "
			"full.",
			cash, share);
}

/* The scenario that assumptions and cash flow are of. */
static void
tell_main(const struct place *place, const struct prospect *at)
{
	tell(place, "run_monthly", "= {local_monthly_cost.total}");
	tell_crossing(place, "break_even_months.likely");
	tell(place, "npv.likely",
		"= {cash_flow#%d.discounted} + " HARDWARE
		" * " ASSUMED("residual") " * (1 + " ASSUMED(
			"discount") ") ^ (0 - %d / 12)\nAll cash to the end of its life, each "
				    "month at "
				    "its present value, and what it brings then.",
		at->months.end, at->months.end);
}

static void
tell_other(const struct place *place, const struct prospect *at)
{
	const struct cash_month *month = &at->unit.month;
	tell(place, "run_monthly",
		"@search As local_monthly_cost is, for what moves here: %.2f of power, %.2f of "
		"parts, "
		"%.2f of people, %.2f of rent, %.2f of reading samples.",
		month->energy, month->upkeep, month->people, month->rent, month->review);
	tell(place, "break_even_months.likely",
		"@search The first moment at which all cash so far is not negative, of a cash flow "
		"in "
		"which {api_monthly.likely} a month moves and running costs {run_monthly}.");
	tell(place, "npv.likely",
		"@search All cash to the end of its life at present values, of a cash flow in "
		"which "
		"{api_monthly.likely} a month moves and running costs {run_monthly}.");
}

static void
tell_scenarios(const struct breakeven *breakeven)
{
	struct place place = place_of(breakeven, "scenarios");
	for (; place.row < breakeven->scenarios_n; place.row++) {
		const struct prospect *at = &breakeven->scenarios[place.row];
		tell(&place, "workloads",
			"@rule So many workloads have a verdict that this scenario moves, and a "
			"model "
			"that fits: hllm decide shows the rules.");
		tell_sum(&place, "api_monthly.low", at->class, "api_monthly.low",
			"= {assumptions[api-monthly].low}");
		tell_sum(&place, "api_monthly.likely", at->class, "api_monthly.likely",
			"= {assumptions[api-monthly].value}");
		tell_sum(&place, "api_monthly.high", at->class, "api_monthly.high",
			"= {assumptions[api-monthly].high}");
		tell_sum(&place, "hosted_monthly", at->class, "hosted_monthly",
			"@catalogue prices.csv, today: the same open models from an API.");
		tell_avoidable(&place, "api_monthly_avoided", "{api_monthly.likely}", at);
		if (at == breakeven->main)
			tell_main(&place, at);
		else
			tell_other(&place, at);
	}
}

/* ---- the answer for programs, and the rest ---- */

static void
tell_answer(const struct breakeven *breakeven)
{
	static const char *const ends[] = { "low", "likely", "high" };
	size_t n = (size_t)(breakeven->main - breakeven->scenarios);
	struct place months = place_of(breakeven, "break_even_months"),
		     avoided = place_of(breakeven, "api_monthly_avoided"),
		     capex = place_of(breakeven, "capex"), npv = place_of(breakeven, "npv"),
		     answer = place_of(breakeven, "answer"),
		     rent = place_of(breakeven, "rent_instead"), plan = place_of(breakeven, "plan");
	const struct hardware *hardware = breakeven->plan->hardware;
	for (size_t i = 0; i < HL_COUNT(ends); i++) {
		char cash[64];
		snprintf(cash, sizeof(cash), "{scenarios#%zu.api_monthly.%s}", n, ends[i]);
		tell(&months, ends[i], "= {scenarios#%zu.break_even_months.%s}", n, ends[i]);
		tell(&npv, ends[i], "= {scenarios#%zu.npv.%s}", n, ends[i]);
		tell(&capex, ends[i], "= {assumptions[capex].%s}", i == 1 ? "value" : ends[i]);
		tell_avoidable(&avoided, ends[i], cash, breakeven->main);
	}
	tell(&answer, "pays_within_life_share", "= {scenarios#%zu.pays_within_life_share}", n);
	tell(&rent, "npv_bought", "= {scenarios#%zu.npv.likely}", n);
	if (hardware && hardware->file.n)
		tell(&plan, "memory_gb",
			"@catalogue hardware.csv:%lld, memory_gb of {hardware}, times %d",
			(long long)hardware->line, breakeven->plan->units);
	else
		tell(&plan, "memory_gb", "@assumption What the options say.");
}

/* Figures that the work says, unless somebody says them. */
static void
tell_assumptions(const struct breakeven *breakeven)
{
	struct place place = place_of(breakeven, "assumptions");
	const struct figures *figures = &breakeven->main->figures;
	size_t n = (size_t)(breakeven->main - breakeven->scenarios);
	if (!place.table || !breakeven->moves || figures->of[FIGURE_API_MONTHLY].given)
		return;
	const size_t name = column_of(&place, "name");
	for (; place.row < place.table->rows_n; place.row++) {
		const struct cell *cells = place.table->cells + place.row * place.table->columns_n;
		if (!slice_is(cells[name].text, figure_kinds[FIGURE_API_MONTHLY].name))
			continue;
		tell(&place, "low", "= {scenarios#%zu.api_monthly.low}", n);
		tell(&place, "value", "= {scenarios#%zu.api_monthly.likely}", n);
		tell(&place, "high", "= {scenarios#%zu.api_monthly.high}", n);
	}
}

void
breakeven_origins(const struct breakeven *breakeven)
{
	if (!breakeven->answer->explained)
		return;
	tell_flow(breakeven);
	tell_moves(breakeven);
	tell_local(breakeven);
	tell_scenarios(breakeven);
	tell_answer(breakeven);
	tell_assumptions(breakeven);
}
