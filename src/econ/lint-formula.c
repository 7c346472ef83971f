/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How each result is worked out, with the figures of the case filled in. */
#include "config.h"

#include "econ/lint-inside.h"

/* Text with a mark for each figure: $ an amount of money, # a number, h hours, m months. */
static void
fill(const struct linting *l, struct str *out, const char *form, const struct bounds *values)
{
	for (const char *c = form; *c; c++) {
		if (*c == '$')
			sheet_money(l, out, *values++);
		else if (*c == '#')
			amount_print(out, AMOUNT_COUNT, *values++, "");
		else if (*c == '@')
			amount_print(out, AMOUNT_SPEED, *values++, "");
		else if (*c == '^')
			amount_print(out, AMOUNT_MONTHS, *values++, "");
		else
			str_putc(out, *c);
	}
}

/* What is left of the API and runs locally, as far as there is any. */
static struct bounds
left_of(const struct worked *w)
{
	return bounds_or(w->remaining, bounds_of(0));
}

static void
print_api(const struct linting *l, struct str *out)
{
	const struct worked *w = &l->shown;
	if (bounds_known(w->listed) && w->listed.low == w->before.low)
		fill(l, out, "# requests a month at list prices",
			(const struct bounds[]){ w->requests });
	else
		str_puts(out, "what the sheet says the API costs");
}

/* What is saved a month, of which 'running' is what running locally costs, called so. */
static void
print_saving(const struct linting *l, struct bounds running, const char *called, struct str *out)
{
	const struct worked *w = &l->shown;
	fill(l, out, "$ - ", (const struct bounds[]){ w->before });
	if (bounds_known(w->remaining))
		fill(l, out, "$ left at the API - ", (const struct bounds[]){ w->remaining });
	fill(l, out, "$ ", (const struct bounds[]){ bounds_or(running, bounds_of(0)) });
	str_puts(out, called);
}

static const char locally[] = "to run it locally";

static void
print_paid_back(const struct linting *l, enum sheet_field field, struct str *out)
{
	const struct worked *w = &l->shown;
	bool whole = case_has(l->plan, PART_AMORTIZATION) && bounds_known(w->amortization);
	if (case_figure(l->plan, FIGURES)) {
		fill(l, out, "$ paid back month by month, from ",
			(const struct bounds[]){ w->capex });
		print_saving(l, w->local, locally, out);
		return;
	}
	fill(l, out, field == STATED_BREAK_EVEN ? "$ / (" : "12 x (",
		(const struct bounds[]){ w->capex });
	print_saving(l, whole ? w->cash : w->local,
		whole ? "to run it, amortization aside" : locally, out);
	fill(l, out, field == STATED_BREAK_EVEN ? ")" : ") - $",
		(const struct bounds[]){ bounds_or(w->capex, bounds_of(0)) });
	if (whole && w->local.high <= w->amortization.low)
		fill(l, out, "; $ is less than the $ of amortization that it is said to contain",
			(const struct bounds[]){ w->local, w->amortization });
}

static void
print_unit(const struct linting *l, struct str *out)
{
	const struct worked *w = &l->shown;
	bool hardware = bounds_known(w->amortization), running = bounds_known(w->local);
	if (running)
		fill(l, out, "$ a month to run", (const struct bounds[]){ w->local });
	if (hardware && !case_has(l->plan, PART_AMORTIZATION))
		fill(l, out, running ? " and $ of amortization" : "$ a month of amortization",
			(const struct bounds[]){ w->amortization });
	if (w->at_full_speed)
		str_puts(out,
			", and as many requests as the hardware can do at full speed, day and "
			"night");
	else
		fill(l, out, ", and # requests", (const struct bounds[]){ w->requests });
}

void
sheet_formula(const struct linting *l, enum sheet_field field, struct str *out)
{
	const struct worked *w = &l->shown;
	switch ((int)field) {
	case STATED_API_MONTHLY:
		print_api(l, out);
		break;
	case STATED_TOTAL:
		fill(l, out,
			w->local_known ? "$ left at the API and $ local"
				       : "$ left at the API alone",
			(const struct bounds[]){ left_of(w), w->local });
		break;
	case STATED_SAVING:
	case STATED_SAVING_SHARE:
		print_saving(l, w->local, locally, out);
		break;
	case STATED_BREAK_EVEN:
	case STATED_YEAR_ONE:
		print_paid_back(l, field, out);
		break;
	case STATED_PER_1000:
	case STATED_PER_MILLION:
		print_unit(l, out);
		break;
	case STATED_RATIO:
		str_puts(out, "the API's cost of a request by the local one: ");
		print_unit(l, out);
		break;
	case STATED_AMORTIZATION:
		fill(l, out, "$ over ^", (const struct bounds[]){ w->capex, w->life });
		break;
	case STATED_QUALITY_LOSS:
		str_puts(out, "compared with the model that is replaced");
		break;
	case STATED_HOURS:
	case STATED_UTILIZATION:
		str_puts(out, "tokens a day by tokens a second");
		break;
	case STATED_ENERGY:
		str_puts(out, "watts by hours by the price of a kWh");
		break;
	case STATED_API_PER_MILLION:
		str_puts(out, "list prices, weighted by the tokens of a request");
		break;
	default:
		str_puts(out, "the running costs that the sheet has");
		break;
	}
}
