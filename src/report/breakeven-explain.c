/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every assumption with its source, and the formulas with the numbers of one month filled in. */
#include "config.h"

#include <math.h>

#include "report/amounts.h"
#include "report/breakeven.h"

/* ---- assumptions ---- */

/* "0.13 to 0.32", "20 % to 40 %" */
void
figure_text(struct str *out, enum figure figure, double value)
{
	if (figure_kinds[figure].shape == FIGURE_SHARE) {
		number_text(out, value * 100);
		str_puts(out, " %");
	} else if (fabs(value) >= 10) { /* to the cent, so that a reader can work it out again */
		char buf[NUM_TEXT];
		str_puts(out, num_print(buf, number_cell(value, 2, "").amount, 0, 2, true));
	} else {
		number_text(out, value);
	}
}

static void
estimate_text(struct str *out, enum figure figure, struct estimate value)
{
	figure_text(out, figure, value.likely);
	if (estimate_is_exact(value))
		return;
	str_puts(out, " (");
	figure_text(out, figure, value.low);
	str_puts(out, " to ");
	figure_text(out, figure, value.high);
	str_puts(out, ")");
}

enum { A_NAME, A_LOW, A_VALUE, A_HIGH, A_TEXT, A_UNIT, A_GIVEN, A_SOURCE, ASSUMPTIONS };

static const struct column assumption_columns[ASSUMPTIONS] = {
	[A_NAME] = { .key = "name", .head = "ASSUMPTION", .left = true },
	[A_LOW] = { .key = "low", .decimals = 6, .why = "@assumption {name}: {source}" },
	[A_VALUE] = { .key = "value", .decimals = 6, .why = "@assumption {name}: {source}" },
	[A_HIGH] = { .key = "high", .decimals = 6, .why = "@assumption {name}: {source}" },
	[A_TEXT] = { .head = "VALUE",
		.shows = "value",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 8 },
	[A_UNIT] = { .key = "unit", .head = "UNIT", .left = true, .drop = 1 },
	[A_GIVEN] = { .key = "given" },
	[A_SOURCE] = { .key = "source",
		.head = "SOURCE",
		.left = true,
		.wrap = true,
		.weight = 1,
		.least = 18 },
};

/* ---- the formulas, filled in ---- */

static double
at(const struct breakeven *breakeven, enum figure figure)
{
	return breakeven->main->values[figure];
}

/* A month in which all of the work has moved. */
static int
full_month(const struct breakeven *breakeven)
{
	int m = (int)ceil(at(breakeven, FIGURE_RAMP)) + 1, last = breakeven->main->months.months;
	m = m < 12 ? 12 : m;
	return m < last ? m : last;
}

static void
explain_avoided(const struct breakeven *breakeven, int m, struct str *out)
{
	const struct cash_month *month = &breakeven->main->months.month[m];
	const char *currency = breakeven->plan->currency;
	double ramp = at(breakeven, FIGURE_RAMP);
	str_printf(out,
		"avoided(%d) = api-monthly \xC3\x97 (1 + growth)^m \xC3\x97 (1 - "
		"api-decline)^(m/12) "
		"\xC3\x97 ramp \xC3\x97 (1 - fallback - overflow) = ",
		m);
	amount_text(out, at(breakeven, FIGURE_API_MONTHLY), currency);
	str_printf(out,
		" \xC3\x97 (1 + %.6g)^%d \xC3\x97 (1 - %.6g)^(%d/12) \xC3\x97 %s \xC3\x97 (1 - "
		"%.6g - %.6g) = ",
		at(breakeven, FIGURE_GROWTH), m, at(breakeven, FIGURE_API_DECLINE), m,
		m > ramp ? "1" : "ramp", at(breakeven, FIGURE_FALLBACK), month->overflow);
	amount_text(out, month->avoided, currency);
	if (at(breakeven, FIGURE_COMMITMENT) > 0)
		str_puts(out, ", at most what a commitment leaves avoidable");
}

static void
explain_energy(const struct breakeven *breakeven, int m, struct str *out)
{
	const struct cash_month *month = &breakeven->main->months.month[m];
	str_puts(out, "; energy = (busy hours \xC3\x97 busy-watts + idle hours \xC3\x97 "
		      "idle-watts) / 1000 "
		      "\xC3\x97 pue \xC3\x97 electricity = (");
	str_printf(out,
		"%.1f \xC3\x97 %.6g + %.1f \xC3\x97 %.6g) / 1000 \xC3\x97 %.6g \xC3\x97 %.6g = ",
		month->busy_hours, at(breakeven, FIGURE_BUSY_WATTS), month->idle_hours,
		at(breakeven, FIGURE_IDLE_WATTS), at(breakeven, FIGURE_PUE),
		at(breakeven, FIGURE_ELECTRICITY));
	amount_text(out, month->energy, breakeven->plan->currency);
}

static void
explain_run(const struct breakeven *breakeven, int m, struct str *out)
{
	const struct cash_month *month = &breakeven->main->months.month[m];
	const char *currency = breakeven->plan->currency;
	const double parts[] = { month->energy, month->upkeep, month->people, month->rent,
		month->review };
	if (breakeven->main->months.stated) {
		str_puts(out, "; run is what was stated, ");
		amount_text(out, month->run, currency);
		return;
	}
	explain_energy(breakeven, m, out);
	str_puts(out, "; run = energy + upkeep + people + rent + review = ");
	for (size_t i = 0; i < HL_COUNT(parts); i++) {
		str_puts(out, i ? " + " : "");
		amount_text(out, parts[i], currency);
	}
	str_puts(out, " = ");
	amount_text(out, month->run, currency);
}

static void
explain_formula(const struct breakeven *breakeven)
{
	const struct cash *months = &breakeven->main->months;
	const char *currency = breakeven->plan->currency;
	struct str out = STR_INIT;
	int m = full_month(breakeven);
	explain_avoided(breakeven, m, &out);
	explain_run(breakeven, m, &out);
	str_puts(&out, "; net = avoided - run = ");
	amount_text(&out, months->month[m].net, currency);
	answer_note(breakeven->answer, "Month %d: %s.", m, str_text(&out));
	str_clear(&out);
	str_puts(&out, "At the start: capex");
	str_puts(&out, at(breakeven, FIGURE_SPARE) > 0 ? " with its spare units + " : " + ");
	str_puts(&out, "setup-hours \xC3\x97 engineer-rate = ");
	amount_text(&out, months->hardware, currency);
	str_puts(&out, " + ");
	amount_text(&out, months->setup, currency);
	str_puts(&out, "; after its life it brings ");
	amount_text(&out, months->residual, currency);
	answer_note(breakeven->answer,
		"%s.  Break-even is the first moment at which all cash so far is not negative; "
		"every "
		"formula is in hllm-economics(7).",
		str_text(&out));
	str_free(&out);
}

/* "USD/kWh" in the currency of the plan. */
static struct cell
unit_cell(const struct breakeven *breakeven, enum figure figure)
{
	const char *unit = figure_kinds[figure].unit;
	if (strncmp(unit, "USD", 3) != 0)
		return cell_text(breakeven->answer, slice_of(unit));
	return cell_textf(breakeven->answer, "%s%s", breakeven->plan->currency, unit + 3);
}

void
breakeven_assumptions(const struct breakeven *breakeven)
{
	struct answer *answer = breakeven->answer;
	struct table *table = answer_table(answer, "assumptions",
		"Everything that was assumed (--set NAME=VALUE changes it)", assumption_columns,
		ASSUMPTIONS);
	table->quiet = !breakeven->explain;
	for (int i = 0; i < FIGURES; i++) {
		const struct figure_value *value = &breakeven->main->figures.of[i];
		struct str text = STR_INIT;
		if (isnan(value->value.likely) ||
			!figure_is_used(&breakeven->main->figures, (enum figure)i))
			continue;
		struct cell *row = table_row(table);
		row[A_NAME] = cell_text(answer, slice_of(figure_kinds[i].name));
		row[A_LOW] = number_cell(value->value.low, 6, "");
		row[A_VALUE] = number_cell(value->value.likely, 6, "");
		row[A_HIGH] = number_cell(value->value.high, 6, "");
		estimate_text(&text, (enum figure)i, value->value);
		row[A_TEXT] = text_cell(answer, &text);
		row[A_UNIT] = unit_cell(breakeven, (enum figure)i);
		row[A_GIVEN] = cell_flag(value->given);
		row[A_SOURCE] = cell_text(answer, slice_of(value->source));
	}
	if (breakeven->explain)
		explain_formula(breakeven);
}
