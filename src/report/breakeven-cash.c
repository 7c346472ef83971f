/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a month costs, the cash flow, what moves the answer, and every assumption. */
#include "config.h"

#include <math.h>

#include "econ/target.h"
#include "report/amounts.h"
#include "report/breakeven.h"
#include "report/parts.h"

/* ---- a month, and a million tokens ---- */

enum {
	L_ENERGY,
	L_UPKEEP,
	L_PEOPLE,
	L_RENT,
	L_REVIEW,
	L_STATED,
	L_TOTAL,
	L_AMORTIZATION,
	L_UNIT,
	L_UNIT_API,
	L_UNIT_HOSTED,
	L_MARGINAL,
	L_TOKENS,
	L_OVERFLOW,
	L_BUSY,
	L_IDLE,
	LOCALS
};

/* Parts of the formulas of econ/cash.h, as hllm why shows and works them out. */
#define ASSUMED(name) "{assumptions[" name "].value}"
#define LOCAL_SHARE   "(1 - " ASSUMED("fallback") " - {overflow_share})"
#define ALL_UNITS     "(" ASSUMED("units") " + " ASSUMED("spare") ")"
#define HARDWARE      ASSUMED("capex") " * " ALL_UNITS " / " ASSUMED("units")
#define WHY_ENERGY                                            \
 "= ({busy_hours} * max(" ASSUMED("busy-watts") ", " ASSUMED( \
	 "idle-watts") ") + {idle_hours} * " ASSUMED("idle-watts") ") / 1000 * " ASSUMED("pue") " * " ASSUMED("electricity")
#define WHY_IDLE   "= max(730 * " ALL_UNITS " - {busy_hours}, 0)\nA month has 730 hours."
#define WHY_UPKEEP "= " HARDWARE " * " ASSUMED("upkeep") " / 12"
#define WHY_PEOPLE "= " ASSUMED("engineer-hours") " * " ASSUMED("engineer-rate")
#define WHY_RENT   "= " ASSUMED("rent") " * " ALL_UNITS " / " ASSUMED("units")
#define WHY_REVIEW "= " ASSUMED("review-hours") " * " ASSUMED("engineer-rate")

static const struct column local_columns[LOCALS] = {
	[L_ENERGY] = { .key = "energy", .unit = "money", .why = WHY_ENERGY },
	[L_UPKEEP] = { .key = "upkeep", .unit = "money", .why = WHY_UPKEEP },
	[L_PEOPLE] = { .key = "people", .unit = "money", .why = WHY_PEOPLE },
	[L_RENT] = { .key = "rent", .unit = "money", .why = WHY_RENT },
	[L_REVIEW] = { .key = "quality_review", .unit = "money", .why = WHY_REVIEW },
	[L_STATED] = { .key = "stated", .unit = "money", .why = "= " ASSUMED("monthly") },
	[L_TOTAL] = { .key = "total",
		.unit = "money",
		.why = "= {stated}\n= {energy} + {upkeep} + {people} + {rent} + {quality_review}\n"
		       "A month of today's work, all of it moved." },
	[L_AMORTIZATION] = { .key = "amortization_not_added",
		.unit = "money",
		.why = "= " HARDWARE " * (1 - " ASSUMED("residual") ") / " ASSUMED(
			"life") "\n"
				"Shown, and never added: the price counts once, at the start." },
	[L_UNIT] = { .key = "per_million_tokens",
		.unit = "money",
		.why = "= ({amortization_not_added} + " ASSUMED("setup-hours") " * " ASSUMED(
			"engineer-rate") " / " ASSUMED("life") " + {total}) / ({tokens} "
							       "* " LOCAL_SHARE ") * 1000000" },
	[L_UNIT_API] = { .key = "api_per_million_tokens",
		.unit = "money",
		.why = "= " ASSUMED("api-monthly") " / {tokens} * 1000000" },
	[L_UNIT_HOSTED] = { .key = "hosted_per_million_tokens", .unit = "money" },
	[L_MARGINAL] = { .key = "marginal_per_million_tokens",
		.unit = "money",
		.why =
			"= {busy_hours} * max(" ASSUMED("busy-watts") " - " ASSUMED("idle-watts") ", 0) / 1000 * " ASSUMED(
				"pue") " * " ASSUMED("electricity") " / ({tokens} * " LOCAL_SHARE
								    ") * 1000000\n"
								    "What more work costs while "
								    "there are idle hours: the "
								    "power above idling." },
	[L_TOKENS] = { .key = "tokens", .unit = "tokens", .decimals = 1 },
	[L_OVERFLOW] = { .key = "overflow_share" },
	[L_BUSY] = { .key = "busy_hours",
		.unit = "hours",
		.decimals = 6,
		.why = "= " ASSUMED("busy-hours") " * " LOCAL_SHARE },
	[L_IDLE] = { .key = "idle_hours", .unit = "hours", .decimals = 6, .why = WHY_IDLE },
};

/* "$12.30 of power, $70.00 of people" */
static void
add_component(struct str *out, double amount, const char *currency, const char *what)
{
	if (amount < 0.005)
		return;
	str_puts(out, out->n ? ", " : "");
	amount_text(out, amount, currency);
	str_printf(out, " %s", what);
}

static void
say_month(const struct breakeven *breakeven)
{
	const struct cash_month *month = &breakeven->main->unit.month;
	const char *currency = breakeven->plan->currency;
	struct str out = STR_INIT;
	if (breakeven->main->months.stated || breakeven->main->outcome == CASH_NO_DEMAND)
		return;
	add_component(&out, month->energy, currency, "of power");
	add_component(&out, month->upkeep, currency, "of parts and repairs");
	add_component(&out, month->rent, currency, "of rent");
	add_component(&out, month->people, currency, "of an engineer's hours");
	add_component(&out, month->review, currency, "of reading samples");
	if (out.n)
		answer_note(breakeven->answer, "A month of running it: %s.", str_text(&out));
	str_free(&out);
}

static void
say_million(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	const char *currency = breakeven->plan->currency;
	struct str out = STR_INIT;
	if (isnan(main->unit.total) || isnan(main->tokens) || main->tokens <= 0)
		return;
	str_puts(&out, "A million tokens cost ");
	amount_text(&out, main->unit.total, currency);
	str_puts(&out, " there (");
	str_printf(&out,
		main->unit.utilization < 0.01 ? "busy less than 1 %% of the time"
					      : "busy %.0f %% of the time",
		main->unit.utilization * 100);
	str_puts(&out, ", its price spread over its life), ");
	amount_text(&out, main->unit.api, currency);
	str_puts(&out, " at the API today");
	if (main->hosted_n == main->moves_n && !isnan(main->hosted)) {
		str_puts(&out, ", ");
		amount_text(&out, main->hosted / main->hosted_tokens * 1e6, "USD");
		str_puts(&out, " from an API with the same open models");
	}
	answer_note(breakeven->answer, "%s.", str_text(&out));
	str_free(&out);
}

/* Its five parts, in the order of both tables. */
static void
running_cells(const struct breakeven *breakeven, const struct cash_month *month, struct cell *row)
{
	const double parts[] = { month->energy, month->upkeep, month->people, month->rent,
		month->review };
	for (size_t i = 0; i < HL_COUNT(parts); i++)
		row[i] = breakeven->main->months.stated
				 ? cell_none("what a month costs was stated as one amount")
				 : amount_cell(parts[i], breakeven->plan->currency, "");
}

static void
local_cost(const struct breakeven *breakeven)
{
	static const char none[] = "no tokens are known";
	const struct prospect *main = breakeven->main;
	const struct cash_month *month = &main->unit.month;
	const char *currency = breakeven->plan->currency;
	struct table *table =
		answer_table(breakeven->answer, "local_monthly_cost", NULL, local_columns, LOCALS);
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	running_cells(breakeven, month, &row[L_ENERGY]);
	row[L_STATED] = main->months.stated ? amount_cell(month->run, currency, none)
					    : cell_none("it is built up from its parts");
	row[L_TOTAL] = amount_cell(month->run, currency, none);
	row[L_AMORTIZATION] = amount_cell(main->months.amortization, currency, none);
	row[L_UNIT] = amount_cell(main->unit.total, currency, none);
	row[L_UNIT_API] = amount_cell(main->unit.api, currency, none);
	row[L_UNIT_HOSTED] = amount_cell(main->hosted / main->hosted_tokens * 1e6, "USD",
		"no API with a known price offers the models");
	row[L_MARGINAL] = amount_cell(main->unit.marginal, currency, none);
	row[L_TOKENS] = number_cell(main->tokens, 1, none);
	row[L_OVERFLOW] = fraction_cell(month->overflow, none);
	row[L_BUSY] = number_cell(month->busy_hours, 6, none);
	row[L_IDLE] = number_cell(month->idle_hours, 6, none);
	say_month(breakeven);
	say_million(breakeven);
}

/* ---- month by month ---- */

enum {
	F_MONTH,
	F_API,
	F_AVOIDED,
	F_RUN,
	F_NET,
	F_CUM_LOW,
	F_CUM,
	F_CUM_HIGH,
	F_RANGE,
	F_PAID,
	F_OVERFLOW,
	F_BUSY,
	F_IDLE,
	F_ENERGY,
	F_UPKEEP,
	F_PEOPLE,
	F_RENT,
	F_REVIEW,
	F_DISCOUNTED,
	FLOW_COLUMNS
};

static const struct column flow_columns[FLOW_COLUMNS] = {
	[F_MONTH] = { .key = "month",
		.label = true,
		.head = "AFTER MONTH",
		.why = "@assumption Months are counted from the day of the purchase, which is 0, "
		       "to "
		       "the horizon." },
	[F_API] = { .key = "api",
		.head = "API ALONE",
		.unit = "money",
		.drop = 4,
		.why = "= " ASSUMED("api-monthly") " * (1 + " ASSUMED(
			"growth") ") ^ {month} * (1 - " ASSUMED("api-decline") ") ^ ({month} / "
									       "12)" },
	[F_AVOIDED] = { .key = "avoided", .head = "AVOIDED", .unit = "money", .drop = 2 },
	[F_RUN] = { .key = "run",
		.head = "RUN",
		.unit = "money",
		.drop = 1,
		.why = "= {energy} + {upkeep} + {people} + {rent} + {quality_review}\n= " ASSUMED(
			"monthly") },
	[F_NET] = { .key = "net", .head = "NET", .unit = "money", .why = "= {avoided} - {run}" },
	[F_CUM_LOW] = { .key = "cumulative.low",
		.unit = "money",
		.why = "@search " BREAKEVEN_DRAWS "in one of ten it is less than this." },
	[F_CUM] = { .key = "cumulative.likely", .head = "SO FAR", .unit = "money" },
	[F_CUM_HIGH] = { .key = "cumulative.high",
		.unit = "money",
		.why = "@search " BREAKEVEN_DRAWS "in one of ten it is more than this." },
	[F_RANGE] = { .head = "80 % OF CASES", .left = true, .drop = 5 },
	[F_PAID] = { .key = "paid_share",
		.head = "PAID",
		.drop = 3,
		.why = "@search " BREAKEVEN_DRAWS
		       "in this share of them it has paid for itself by then." },
	[F_OVERFLOW] = { .key = "overflow_share" },
	[F_BUSY] = { .key = "busy_hours", .unit = "hours", .decimals = 6 },
	[F_IDLE] = { .key = "idle_hours", .unit = "hours", .decimals = 6, .why = WHY_IDLE },
	[F_ENERGY] = { .key = "energy", .unit = "money", .why = WHY_ENERGY },
	[F_UPKEEP] = { .key = "upkeep", .unit = "money", .why = WHY_UPKEEP },
	[F_PEOPLE] = { .key = "people", .unit = "money", .why = WHY_PEOPLE },
	[F_RENT] = { .key = "rent", .unit = "money", .why = WHY_RENT },
	[F_REVIEW] = { .key = "quality_review", .unit = "money", .why = WHY_REVIEW },
	[F_DISCOUNTED] = { .key = "discounted", .unit = "money" },
};

static void
flow_row(const struct breakeven *breakeven, struct table *table, int m)
{
	const struct prospect *main = breakeven->main;
	const struct cash_month *month = &main->months.month[m];
	const struct outlook_month *outlook = &main->outlook.month[m];
	const char *currency = breakeven->plan->currency;
	struct cell *row = table_row(table);
	struct str range = STR_INIT;
	row[F_MONTH] = cell_count(m);
	row[F_API] = amount_cell(month->api, currency, "");
	row[F_AVOIDED] = amount_cell(month->avoided, currency, "");
	row[F_RUN] = amount_cell(month->run, currency, "");
	row[F_NET] = amount_cell(month->net, currency, "");
	row[F_CUM_LOW] = amount_cell(outlook->cumulative.low, currency, "");
	row[F_CUM] = amount_cell(month->cumulative, currency, "");
	row[F_CUM_HIGH] = amount_cell(outlook->cumulative.high, currency, "");
	amount_text(&range, outlook->cumulative.low, currency);
	str_puts(&range, " to ");
	amount_text(&range, outlook->cumulative.high, currency);
	row[F_RANGE] = text_cell(breakeven->answer, &range);
	row[F_PAID] = fraction_cell(outlook->paid_share, "");
	row[F_OVERFLOW] = fraction_cell(month->overflow, "");
	row[F_BUSY] = number_cell(month->busy_hours, 6, "");
	row[F_IDLE] = number_cell(month->idle_hours, 6, "");
	running_cells(breakeven, month, &row[F_ENERGY]);
	row[F_DISCOUNTED] = amount_cell(month->discounted, currency, "");
}

/* Those that people look at. */
static bool
is_landmark(const struct breakeven *breakeven, int m)
{
	const struct cash *months = &breakeven->main->months;
	static const int landmarks[] = { 0, 1, 3, 6, 12, 24, 36, 48, 60 };
	if (m == months->life)
		return true;
	for (size_t i = 0; i < HL_COUNT(landmarks); i++)
		if (landmarks[i] == m)
			return m <= months->life || m <= 12;
	return false;
}

static void
cash_tables(const struct breakeven *breakeven)
{
	struct column *shown = arena_take(&breakeven->answer->arena, sizeof(flow_columns));
	memcpy(shown, flow_columns, sizeof(flow_columns));
	struct table *all =
		answer_table(breakeven->answer, "cash_flow", NULL, flow_columns, FLOW_COLUMNS);
	all->quiet = true;
	for (int m = 0; m <= breakeven->main->months.months; m++)
		flow_row(breakeven, all, m);
	for (int i = 0; i < FLOW_COLUMNS; i++)
		shown[i].why = NULL;
	struct table *few = answer_table(breakeven->answer, NULL,
		"What is paid and saved, with the price at the start", shown, FLOW_COLUMNS);
	for (int m = 0; m <= breakeven->main->months.months; m++)
		if (is_landmark(breakeven, m))
			flow_row(breakeven, few, m);
	breakeven_chart(breakeven, answer_chart(breakeven->answer, CHART_LINES, "breakeven", few));
}

/* The break-even counts what the sale brings; the cash of the months does not. */
static void
note_sale(const struct breakeven *breakeven)
{
	const struct cash *months = &breakeven->main->months;
	struct str out = STR_INIT;
	if (months->residual < 0.005)
		return;
	amount_text(&out, months->residual, breakeven->plan->currency);
	answer_note(breakeven->answer,
		"After %d months it is sold for %s: the break-even counts that from then on, SO "
		"FAR leaves "
		"it out.",
		months->end, str_text(&out));
	str_free(&out);
}

void
breakeven_cash(const struct breakeven *breakeven)
{
	local_cost(breakeven);
	cash_tables(breakeven);
	note_sale(breakeven);
}

/* ---- what moves the answer ---- */

enum {
	T_NAME,
	T_FROM,
	T_TO,
	T_RANGE,
	T_LOW,
	T_HIGH,
	T_LOW_TEXT,
	T_HIGH_TEXT,
	T_NPV_LOW,
	T_NPV_HIGH,
	T_NPV,
	TORNADO
};

#define WHY_ONE(value)                                         \
 "The cash flow of this plan with {name} at " value            \
 " and all else at its likely value: --set '{name}=" value "'" \
 " beside the options of this answer shows its months."

static const struct column tornado_columns[TORNADO] = {
	[T_NAME] = { .key = "name",
		.head = "WHAT MOVES THE ANSWER",
		.left = true,
		.weight = 1,
		.least = 14 },
	[T_FROM] = { .key = "from", .decimals = 6, .why = "= {assumptions[=name].low}" },
	[T_TO] = { .key = "to", .decimals = 6, .why = "= {assumptions[=name].high}" },
	[T_RANGE] = { .head = "LOW \xE2\x80\xA6 HIGH", .left = true, .drop = 1 },
	[T_LOW] = { .key = "break_even_months_at_from",
		.unit = "months",
		.decimals = 4,
		.why = "@search " WHY_ONE("{from}") },
	[T_HIGH] = { .key = "break_even_months_at_to",
		.unit = "months",
		.decimals = 4,
		.why = "@search " WHY_ONE("{to}") },
	[T_LOW_TEXT] = { .head = "BREAK-EVEN AT LOW",
		.shows = "break_even_months_at_from",
		.left = true,
		.weight = 1,
		.least = 10 },
	[T_HIGH_TEXT] = { .head = "AT HIGH", .shows = "break_even_months_at_to", .left = true },
	[T_NPV_LOW] = { .key = "npv_at_from",
		.unit = "money",
		.why = "@search " WHY_ONE("{from}") },
	[T_NPV_HIGH] = { .key = "npv_at_to", .unit = "money", .why = "@search " WHY_ONE("{to}") },
	[T_NPV] = { .key = "npv_difference",
		.unit = "money",
		.why = "= abs({npv_at_to} - {npv_at_from})" },
};

enum { TORNADO_SHOWN = 6 };

static void
answer_text(struct str *out, const struct cash_answer *answer)
{
	months_text(out, cash_pays(answer->outcome) || answer->outcome == CASH_BEYOND_LIFE
				 ? answer->break_even
				 : MISSING);
}

/* Of what never pays for itself there are no months to compare, but what is lost. */
static const struct column *
tornado_shown(struct answer *answer, bool pays)
{
	struct column *copy = arena_take(&answer->arena, sizeof(tornado_columns));
	memcpy(copy, tornado_columns, sizeof(tornado_columns));
	if (pays)
		return copy;
	copy[T_NPV_LOW].head = "WORTH AT LOW";
	copy[T_NPV_HIGH].head = "AT HIGH";
	copy[T_LOW_TEXT].head = copy[T_HIGH_TEXT].head = NULL;
	return copy;
}

void
breakeven_sensitivity(const struct breakeven *breakeven)
{
	static const char never[] = "never within the horizon";
	struct answer *answer = breakeven->answer;
	struct sensitivity found;
	if (breakeven->main->outcome == CASH_NO_DEMAND)
		return;
	struct table *table = answer_table(answer, "sensitivity", NULL,
		tornado_shown(answer, cash_pays(breakeven->main->outcome)), TORNADO);
	table->most = TORNADO_SHOWN;
	sensitivity_of(&breakeven->main->figures, &found);
	for (int i = 0; i < found.n; i++) {
		const struct sensitivity_bar *bar = &found.bars[i];
		struct str range = STR_INIT, low = STR_INIT, high = STR_INIT;
		struct cell *row = table_row(table);
		row[T_NAME] = cell_text(answer, slice_of(figure_kinds[bar->figure].name));
		row[T_FROM] = number_cell(bar->value.low, 6, "");
		row[T_TO] = number_cell(bar->value.high, 6, "");
		figure_text(&range, bar->figure, bar->value.low);
		str_puts(&range, " \xE2\x80\xA6 ");
		figure_text(&range, bar->figure, bar->value.high);
		row[T_RANGE] = text_cell(answer, &range);
		row[T_LOW] = number_cell(bar->low.break_even, 4, never);
		row[T_HIGH] = number_cell(bar->high.break_even, 4, never);
		answer_text(&low, &bar->low);
		row[T_LOW_TEXT] = text_cell(answer, &low);
		answer_text(&high, &bar->high);
		row[T_HIGH_TEXT] = text_cell(answer, &high);
		row[T_NPV_LOW] = amount_cell(bar->low.npv, breakeven->plan->currency, "");
		row[T_NPV_HIGH] = amount_cell(bar->high.npv, breakeven->plan->currency, "");
		row[T_NPV] = amount_cell(bar->npv, breakeven->plan->currency, "");
	}
	breakeven_tornado(breakeven, answer_chart(answer, CHART_BARS, "tornado", table));
}

/* ---- what it would take ---- */

static const struct column target_columns[] = {
	{ .key = "months", .unit = "months", .why = "@assumption --target" },
	{ .key = "demand_factor",
		.decimals = 4,
		.why = "@search The least work, as a multiple of today's, with which the cash flow "
		       "breaks even within {months} months: found by halving." },
	{ .key = "requests_per_day",
		.decimals = 1,
		.why = "@search {demand_factor} times the requests a day of what moves." },
	{ .key = "capex",
		.unit = "money",
		.why = "@search The highest price with which the cash flow breaks even within "
		       "{months} months: found by halving." },
};

void
breakeven_target(const struct breakeven *breakeven)
{
	static const char none[] = "no amount of it would do";
	if (!breakeven->target)
		return;
	const double *values = breakeven->main->values;
	int months = (int)breakeven->target;
	double demand = target_demand(values, months), capex = target_capex(values, months);
	struct table *table = answer_table(
		breakeven->answer, "target", NULL, target_columns, HL_COUNT(target_columns));
	struct str out = STR_INIT;
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[0] = cell_count(months);
	row[1] = number_cell(demand, 4, none);
	row[2] = number_cell(
		demand * breakeven->requests, 1, isnan(demand) ? none : "requests are not counted");
	row[3] = amount_cell(capex, breakeven->plan->currency, none);
	str_printf(&out, "To break even in %d month%s: ", months, months == 1 ? "" : "s");
	if (isnan(demand)) {
		str_puts(&out, "no amount of work would do");
	} else {
		number_text(&out, demand);
		str_puts(&out, " times the work of today");
		if (!isnan(breakeven->requests)) {
			str_puts(&out, ", ");
			number_text(&out, demand * breakeven->requests);
			str_puts(&out, " requests a day");
		}
	}
	if (isnan(capex)) {
		str_puts(&out, "; with the work of today not even free hardware would");
	} else {
		str_puts(&out, "; or hardware for ");
		amount_text(&out, capex, breakeven->plan->currency);
	}
	answer_note(breakeven->answer, "%s.", str_text(&out));
	str_free(&out);
}
