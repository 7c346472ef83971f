/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "report/breakeven.h"

#include <math.h>

#include "report/amounts.h"
#include "report/parts.h"

enum {
	S_ID,
	S_NAME,
	S_MOVES,
	S_API_LOW,
	S_API,
	S_API_HIGH,
	S_API_SHOWN,
	S_AVOIDED,
	S_RUN,
	S_LOW,
	S_LIKELY,
	S_HIGH,
	S_TEXT,
	S_RANGE,
	S_SENTENCE,
	S_WITHIN_LIFE,
	S_OUTCOME,
	S_PAYS,
	S_FREE,
	S_NPV_LOW,
	S_NPV,
	S_NPV_HIGH,
	S_HOSTED,
	S_CARRIES,
	SCENARIOS
};

static const struct column scenario_columns[SCENARIOS] = {
	[S_ID] = { .key = "name", .left = true },
	[S_NAME] = { .head = "WHAT MOVES", .left = true, .weight = 2, .least = 20 },
	[S_MOVES] = { .key = "workloads", .head = "JOBS", .drop = 2 },
	[S_API_LOW] = { .key = "api_monthly.low", .unit = "money" },
	[S_API] = { .key = "api_monthly.likely", .unit = "money" },
	[S_API_HIGH] = { .key = "api_monthly.high", .unit = "money" },
	[S_API_SHOWN] = { .head = "API/MONTH", .shows = "api_monthly.likely" },
	[S_AVOIDED] = { .key = "api_monthly_avoided", .unit = "money" },
	[S_RUN] = { .key = "run_monthly", .head = "RUN/MONTH", .unit = "money" },
	[S_LOW] = { .key = "break_even_months.low",
		.unit = "months",
		.decimals = 4,
		.why = "@search " BREAKEVEN_DRAWS "in one of ten it has paid for itself by then." },
	[S_LIKELY] = { .key = "break_even_months.likely", .unit = "months", .decimals = 4 },
	[S_HIGH] = { .key = "break_even_months.high",
		.unit = "months",
		.decimals = 4,
		.why = "@search " BREAKEVEN_DRAWS
		       "in nine of ten it has paid for itself by then." },
	[S_TEXT] = { .head = "BREAK-EVEN", .shows = "break_even_months.likely", .left = true },
	[S_RANGE] = { .head = "80 % OF CASES", .left = true, .drop = 1 },
	[S_SENTENCE] = { .key = "sentence", .left = true },
	[S_WITHIN_LIFE] = { .key = "within_life" },
	[S_OUTCOME] = { .key = "outcome", .left = true },
	[S_PAYS] = { .key = "pays_within_life_share",
		.why = "@search " BREAKEVEN_DRAWS
		       "in this share of them it pays for itself within its life." },
	[S_FREE] = { .key = "break_even_months_without_paid_hours",
		.unit = "months",
		.decimals = 4,
		.why = "@search The break-even of the same plan with engineer-rate at 0: "
		       "hllm breakeven --set engineer-rate=0." },
	[S_NPV_LOW] = { .key = "npv.low",
		.unit = "money",
		.why = "@search " BREAKEVEN_DRAWS "in one of ten it is worth less than this." },
	[S_NPV] = { .key = "npv.likely", .unit = "money" },
	[S_NPV_HIGH] = { .key = "npv.high",
		.unit = "money",
		.why = "@search " BREAKEVEN_DRAWS "in one of ten it is worth more than this." },
	[S_HOSTED] = { .key = "hosted_monthly", .unit = "money" },
	[S_CARRIES] = { .key = "carries" },
};

static const char *const outcome_names[CASH_OUTCOMES] = {
	[CASH_AT_ONCE] = "at_once",
	[CASH_WITHIN_LIFE] = "within_life",
	[CASH_BEYOND_LIFE] = "beyond_life",
	[CASH_BEYOND_HORIZON] = "beyond_horizon",
	[CASH_FADES] = "fades",
	[CASH_NO_SAVING] = "no_saving",
	[CASH_NO_DEMAND] = "no_demand",
};

/* Why there is no month in which it has paid for itself. */
static const char *
no_break_even(enum cash_outcome outcome)
{
	static const char *const reasons[CASH_OUTCOMES] = {
		[CASH_NO_SAVING] = "running it costs as much as it avoids, or more",
		[CASH_NO_DEMAND] = "nothing moves",
		[CASH_FADES] = "it stops saving before it has paid for itself",
	};
	return reasons[outcome] ? reasons[outcome] : "not within the horizon";
}

void
prospect_text(struct str *out, const struct prospect *scenario)
{
	if (scenario->outcome == CASH_AT_ONCE) {
		str_puts(out, "at once");
	} else if (scenario->outcome == CASH_NO_DEMAND) {
		str_puts(out, "nothing moves");
	} else if (scenario->outcome == CASH_BEYOND_HORIZON) {
		str_printf(out, "not within %d months", scenario->months.months);
	} else if (scenario->outcome == CASH_WITHIN_LIFE || scenario->outcome == CASH_BEYOND_LIFE) {
		months_text(out, cash_break_even(&scenario->months));
		if (scenario->outcome == CASH_BEYOND_LIFE)
			str_printf(out, ", beyond its life of %d", scenario->months.life);
	} else {
		str_puts(out, "never");
	}
}

void
breakeven_name(struct str *out, const struct plan *plan)
{
	if (!plan->hardware) {
		str_puts(out, "the plan");
		return;
	}
	if (plan->units > 1)
		str_printf(out, "%d \xC3\x97 ", plan->units);
	str_slice(out, plan->hardware->name);
}

/* ---- scenarios ---- */

static void
range_cell(struct answer *answer, struct cell *row, const struct prospect *at)
{
	struct str text = STR_INIT;
	const struct estimate *months = &at->outlook.break_even;
	if (at->outcome == CASH_NO_DEMAND)
		str_puts(&text, "-");
	else
		months_range_text(&text, months->low, months->high);
	row[S_RANGE] = text_cell(answer, &text);
}

/* The share of the work that the API does not do any more, once all of it has moved. */
static double
avoidable(const struct prospect *at)
{
	double share = 1 - at->values[FIGURE_FALLBACK] - at->values[FIGURE_OVERFLOW];
	return share > 0 ? share : 0;
}

/* In a month of today's work: a commitment is owed, whatever moves. */
static struct estimate
avoided_monthly(const struct prospect *at)
{
	const double *values = at->values;
	struct estimate avoided = estimate_times(at->cash, avoidable(at));
	double *ends[] = { &avoided.low, &avoided.likely, &avoided.high };
	double most =
		values[FIGURE_API_MONTHLY] + values[FIGURE_API_STAYING] - values[FIGURE_COMMITMENT];
	bool owed = values[FIGURE_COMMITMENT] > 0 && values[FIGURE_COMMITMENT_MONTHS] >= 1;
	for (size_t i = 0; i < HL_COUNT(ends) && owed; i++)
		*ends[i] = fmin(*ends[i], fmax(most, 0));
	return avoided;
}

static void
say_never(const struct plan *plan, bool files, const struct prospect *main, struct str *out)
{
	const char *currency = plan->currency;
	if (main->outcome == CASH_NO_DEMAND) {
		str_puts(out, files ? " has nothing to do: no workload would move"
				    : " has nothing to avoid: the API costs nothing today");
	} else if (main->outcome == CASH_FADES) {
		str_puts(out, " never pays for itself: what it saves fades before");
	} else if (main->outcome == CASH_BEYOND_HORIZON) {
		str_printf(out, " does not pay for itself within %d months", main->months.months);
	} else {
		str_puts(out, " never pays for itself: running it costs ");
		amount_text(out, main->unit.month.run, currency);
		str_puts(out, " a month");
	}
}

static void
say_when(const struct plan *plan, bool files, const struct prospect *main, struct str *out)
{
	double months = cash_break_even(&main->months);
	if (isnan(months) || main->outcome == CASH_NO_DEMAND || main->outcome == CASH_NO_SAVING) {
		say_never(plan, files, main, out);
		return;
	}
	if (main->outcome == CASH_AT_ONCE) {
		str_puts(out, " saves from the first month on");
		return;
	}
	str_puts(out, main->outcome == CASH_BEYOND_LIFE ? " would pay for itself after "
							: " pays for itself after ");
	months_text(out, months);
	if (!estimate_is_exact(main->outlook.break_even)) {
		str_puts(out, " (80 % of cases: ");
		months_range_text(out, main->outlook.break_even.low, main->outlook.break_even.high);
		str_puts(out, ")");
	}
	if (main->outcome == CASH_BEYOND_LIFE)
		str_printf(
			out, ", beyond its life of %d months: never, in fact", main->months.life);
}

static void
scenario_row(const struct breakeven *breakeven, struct table *table, const struct prospect *at)
{
	struct answer *answer = breakeven->answer;
	const char *currency = breakeven->plan->currency, *none = no_break_even(at->outcome);
	const struct outlook *outlook = &at->outlook;
	struct cell *row = table_row(table);
	struct str text = STR_INIT;
	row[S_ID] = cell_text(answer, slice_of(at->id));
	row[S_NAME] = cell_text(answer, slice_of(at->title));
	row[S_MOVES] = breakeven->moves ? cell_count((int64_t)at->moves_n)
					: cell_none("the figures name no workloads");
	row[S_API_LOW] = amount_cell(at->cash.low, currency, none);
	row[S_API] = row[S_API_SHOWN] = amount_cell(at->cash.likely, currency, none);
	row[S_API_HIGH] = amount_cell(at->cash.high, currency, none);
	row[S_AVOIDED] = amount_cell(avoided_monthly(at).likely, currency, none);
	row[S_RUN] = amount_cell(at->unit.month.run, currency, none);
	row[S_LOW] = number_cell(outlook->break_even.low, 4, "never in nine of ten cases, or more");
	row[S_LIKELY] = number_cell(cash_break_even(&at->months), 4, none);
	row[S_HIGH] =
		number_cell(outlook->break_even.high, 4, "never in one of ten cases, or more");
	prospect_text(&text, at);
	row[S_TEXT] = text_cell(answer, &text);
	range_cell(answer, row, at);
	breakeven_name(&text, breakeven->plan);
	say_when(breakeven->plan, breakeven->moves != NULL, at, &text);
	str_putc(&text, '.');
	row[S_SENTENCE] = text_cell(answer, &text);
	row[S_WITHIN_LIFE] = cell_flag(cash_pays(at->outcome));
	row[S_OUTCOME] = cell_text(answer, slice_of(outcome_names[at->outcome]));
	row[S_PAYS] = fraction_cell(outlook->pays_share, none);
	row[S_FREE] = number_cell(at->free_time, 4, "not within its life, even so");
	row[S_NPV_LOW] = amount_cell(outlook->npv.low, currency, none);
	row[S_NPV] = amount_cell(outlook->npv.likely, currency, none);
	row[S_NPV_HIGH] = amount_cell(outlook->npv.high, currency, none);
	row[S_HOSTED] =
		amount_cell(at->hosted, currency, "no API with a known price offers the models");
	row[S_CARRIES] =
		at->has_capacity ? cell_flag(at->capacity.carries) : cell_none(at->no_capacity);
}

static void
scenarios_table(const struct breakeven *breakeven)
{
	struct table *table =
		answer_table(breakeven->answer, "scenarios", NULL, scenario_columns, SCENARIOS);
	table->quiet = !breakeven->moves;
	table->heading = "If more moves, or less";
	for (size_t i = 0; i < breakeven->scenarios_n; i++)
		scenario_row(breakeven, table, &breakeven->scenarios[i]);
}

/* ---- the answer, for programs ---- */

static const struct column range_columns[] = {
	{ .key = "low", .unit = "months", .decimals = 4 },
	{ .key = "likely", .unit = "months", .decimals = 4 },
	{ .key = "high", .unit = "months", .decimals = 4 },
	{ .key = "outcome", .left = true },
	{ .key = "within_life" },
	{ .key = "life_months", .unit = "months", .why = "= {assumptions[life].value}" },
};

static void
range_table(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	const struct estimate *range = &main->outlook.break_even;
	const char *none = no_break_even(main->outcome);
	double likely = cash_break_even(&main->months);
	struct table *table = answer_table(breakeven->answer, "break_even_months", NULL,
		range_columns, HL_COUNT(range_columns));
	table->single = table->quiet = true;
	if (isnan(range->low) && isnan(likely))
		table->null_reason = none;
	struct cell *row = table_row(table);
	row[0] = number_cell(range->low, 4, "never in nine of ten cases, or more");
	row[1] = number_cell(likely, 4, none);
	row[2] = number_cell(range->high, 4, "never in one of ten cases, or more");
	row[3] = cell_text(breakeven->answer, slice_of(outcome_names[main->outcome]));
	row[4] = cell_flag(cash_pays(main->outcome));
	row[5] = cell_count(main->months.life);
}

static const struct column member_columns[] = {
	{ .key = "within_life" },
	{ .key = "outcome", .left = true },
	{ .key = "pays_within_life_share", .decimals = 2 },
};

static const struct column money_columns[] = {
	{ .key = "low", .unit = "money" },
	{ .key = "likely", .unit = "money" },
	{ .key = "high", .unit = "money" },
};

static void
money_table(const struct breakeven *breakeven, const char *key, struct estimate value)
{
	struct table *table =
		answer_table(breakeven->answer, key, NULL, money_columns, HL_COUNT(money_columns));
	table->single = table->quiet = true;
	struct cell *row = table_row(table);
	row[0] = amount_cell(value.low, breakeven->plan->currency, "");
	row[1] = amount_cell(value.likely, breakeven->plan->currency, "");
	row[2] = amount_cell(value.high, breakeven->plan->currency, "");
}

static void
answer_tables(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	range_table(breakeven);
	struct table *members = answer_table(
		breakeven->answer, "answer", NULL, member_columns, HL_COUNT(member_columns));
	members->single = members->quiet = members->unwrapped = true;
	struct cell *row = table_row(members);
	row[0] = cell_flag(cash_pays(main->outcome));
	row[1] = cell_text(breakeven->answer, slice_of(outcome_names[main->outcome]));
	row[2] = fraction_cell(main->outlook.pays_share, "");
	money_table(breakeven, "api_monthly_avoided", avoided_monthly(main));
	money_table(breakeven, "capex", main->figures.of[FIGURE_CAPEX].value);
	money_table(breakeven, "npv", main->outlook.npv);
}

/* ---- the first line ---- */

/* What stands in the way before any money: a plan that cannot do the work. */
static bool
says_overload(const struct breakeven *breakeven, struct str *out)
{
	const struct prospect *main = breakeven->main;
	if (!main->has_capacity || main->capacity.carries)
		return false;
	struct str name = STR_INIT;
	breakeven_name(&name, breakeven->plan);
	str_printf(out, "%s cannot carry the work: ", str_text(&name));
	number_text(out, main->capacity.work_hours_day);
	str_puts(out, " hours of it a day");
	if (main->capacity.units_needed > breakeven->plan->units)
		str_printf(out, ", %d units would be needed", main->capacity.units_needed);
	str_puts(out, ". ");
	str_free(&name);
	return true;
}

static void
headline(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	struct str out = STR_INIT, name = STR_INIT;
	if (breakeven->moves && main->moves_n && !main->has_capacity &&
		main->outcome != CASH_NO_DEMAND)
		str_puts(&out, "Whether it carries the work is not known; if it does, ");
	(void)says_overload(breakeven, &out);
	breakeven_name(&name, breakeven->plan);
	bool first = out.n == 0;
	str_puts(&out,
		!breakeven->plan->hardware ? (first ? "The plan" : "the plan") : str_text(&name));
	double price = main->values[FIGURE_CAPEX];
	if (price > 0) {
		str_puts(&out, " for ");
		amount_text(&out, price, breakeven->plan->currency);
	} else if (main->values[FIGURE_RENT] > 0) {
		str_puts(&out, " for ");
		amount_text(&out, main->values[FIGURE_RENT], breakeven->plan->currency);
		str_puts(&out, " a month");
	}
	say_when(breakeven->plan, breakeven->moves != NULL, main, &out);
	if (breakeven->moves && main->moves_n) {
		char count[NUM_TEXT];
		static const char *const doing[MOVE_CLASSES] = { "what the policy calls local",
			"what the policy calls local or leaves undecided", "everything that fits" };
		str_printf(&out, "; %s (%s workload%s) costs ", doing[main->class],
			number_word((int64_t)main->moves_n, count), main->moves_n == 1 ? "" : "s");
		amount_text(&out, main->cash.likely, breakeven->plan->currency);
		str_puts(&out, " a month at the API");
	} else if (breakeven->stated) {
		str_printf(&out, "; %s cost ", breakeven->stated);
		amount_text(&out, main->cash.likely, breakeven->plan->currency);
		str_puts(&out, " a month");
	}
	answer_headline(breakeven->answer, "%s.", str_text(&out));
	str_free(&name);
	str_free(&out);
}

/* ---- notes ---- */

static void
note_people(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	double people = main->unit.month.people + main->unit.month.review;
	if (people <= 0 && main->months.setup <= 0)
		return;
	struct str out = STR_INIT;
	amount_text(&out, people, breakeven->plan->currency);
	str_puts(&out, " a month and ");
	amount_text(&out, main->months.setup, breakeven->plan->currency);
	str_puts(&out, " at the start are hours of people");
	if (isnan(main->free_time)) {
		str_puts(&out,
			"; it would not pay for itself within its life even if they were free");
	} else if (main->free_time <= 0) {
		str_puts(&out, "; if they are free (--set engineer-rate=0) it saves from the first "
			       "month on");
	} else {
		str_puts(&out,
			"; if they are free (--set engineer-rate=0) it pays for itself after ");
		months_text(&out, main->free_time);
	}
	answer_note(breakeven->answer, "%s.", str_text(&out));
	str_free(&out);
}

/* Defaults are of the USA. */
static void
note_currency(const struct breakeven *breakeven)
{
	const struct figures *figures = &breakeven->main->figures;
	const char *currency = breakeven->plan->currency;
	if (strcmp(currency, "USD") == 0 || figures->of[FIGURE_MONTHLY].given ||
		(figures->of[FIGURE_ELECTRICITY].given && figures->of[FIGURE_ENGINEER_RATE].given))
		return;
	answer_note(breakeven->answer,
		"What electricity and an engineer cost is in USD by default, and was taken as %s: "
		"--set "
		"electricity and engineer-rate.",
		currency);
}

static void
note_worth(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	const struct estimate *npv = &main->outlook.npv;
	const char *currency = breakeven->plan->currency;
	struct str out = STR_INIT;
	if (main->outcome == CASH_NO_DEMAND)
		return;
	amount_text(&out, npv->likely, currency);
	if (!estimate_is_exact(*npv)) {
		str_puts(&out, " (80 % of cases: ");
		amount_text(&out, npv->low, currency);
		str_puts(&out, " to ");
		amount_text(&out, npv->high, currency);
		str_puts(&out, ")");
	}
	answer_note(breakeven->answer,
		"Over its life of %d months it is worth %s today, at %.3g %% a year; it pays for "
		"itself "
		"within that life in %.0f %% of cases.",
		main->months.life, str_text(&out), main->values[FIGURE_DISCOUNT] * 100,
		main->outlook.pays_share * 100);
	str_free(&out);
}

static void
note_hosted(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	struct str from = STR_INIT, now = STR_INIT;
	char few[NUM_TEXT], all[NUM_TEXT];
	if (!breakeven->moves || !main->hosted_n)
		return;
	amount_text(&from, main->hosted, "USD");
	amount_text(&now, main->hosted_cash, breakeven->plan->currency);
	answer_note(breakeven->answer,
		"The same open models from an API: %s a month for %s of the %s workloads, which "
		"cost %s "
		"today; compare with that before buying.",
		str_text(&from), number_word((int64_t)main->hosted_n, few),
		number_word((int64_t)main->moves_n, all), str_text(&now));
	str_free(&from);
	str_free(&now);
}

static void
note_commitment(const struct breakeven *breakeven)
{
	const double *values = breakeven->main->values;
	struct str out = STR_INIT;
	if (values[FIGURE_COMMITMENT] <= 0 || values[FIGURE_COMMITMENT_MONTHS] < 1)
		return;
	amount_text(&out, values[FIGURE_COMMITMENT], breakeven->plan->currency);
	answer_note(breakeven->answer,
		"%s a month are owed whatever is used, for %.0f more months: until then moving "
		"work avoids "
		"only what the bill is above that.",
		str_text(&out), values[FIGURE_COMMITMENT_MONTHS]);
	str_free(&out);
}

static void
notes(const struct breakeven *breakeven)
{
	const struct prospect *main = breakeven->main;
	note_commitment(breakeven);
	note_people(breakeven);
	note_hosted(breakeven);
	if (breakeven->plan->hardware && breakeven->plan->hardware->kind == HARDWARE_GPU &&
		!main->figures.of[FIGURE_MONTHLY].given && !breakeven->plan->whole_price)
		answer_note(breakeven->answer,
			"The price is of the card alone; if the machine around it has to be bought "
			"too, give the price of both: --capex AMOUNT.");
	if (breakeven->period_short)
		answer_note(breakeven->answer,
			"A month was worked out from %lld day%s of data: take it with care.",
			(long long)breakeven->days, breakeven->days == 1 ? "" : "s");
	note_currency(breakeven);
	note_worth(breakeven);
	if (main->months.amortization > 0) {
		struct str out = STR_INIT;
		amount_text(&out, main->months.amortization, breakeven->plan->currency);
		answer_note(breakeven->answer,
			"The price counts once, at the start: its share of a month (%s) is shown, "
			"never "
			"added.",
			str_text(&out));
		str_free(&out);
	}
}

void
breakeven_report(const struct breakeven *breakeven)
{
	headline(breakeven);
	answer_tables(breakeven);
	scenarios_table(breakeven);
	breakeven_plan(breakeven);
	if (breakeven->moves)
		breakeven_moves(breakeven);
	breakeven_speeds(breakeven);
	breakeven_capacity(breakeven);
	breakeven_cash(breakeven);
	breakeven_sensitivity(breakeven);
	breakeven_assumptions(breakeven);
	breakeven_rivals(breakeven);
	breakeven_target(breakeven);
	breakeven_rent(breakeven);
	breakeven_origins(breakeven);
	notes(breakeven);
}
