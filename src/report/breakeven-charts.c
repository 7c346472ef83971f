/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of a break-even: costs that cross, and what moves the month in which they do. */
#include "config.h"

#include <math.h>

#include "report/amounts.h"
#include "report/breakeven.h"

enum { CHART_BARS_MOST = 10, CHART_MONTHS_LEAST = 12 };

/* As many months as show the crossing, or the life. */
static int
months_shown(const struct prospect *main)
{
	double crossing = cash_break_even(&main->months);
	int months = main->months.life;
	if (!isnan(crossing) && crossing * 1.3 > months)
		months = (int)ceil(crossing * 1.3);
	months = months < CHART_MONTHS_LEAST ? CHART_MONTHS_LEAST : months;
	return months < main->months.months ? months : main->months.months;
}

/* "GeForce RTX 4090 pays for itself after 19.3 months" */
static void
title_text(struct str *out, const char *name, const struct prospect *main)
{
	str_puts(out, name);
	switch (main->outcome) {
	case CASH_NO_DEMAND:
		str_puts(out, " has nothing to do");
		return;
	case CASH_NO_SAVING:
	case CASH_FADES:
		str_puts(out, " never pays for itself");
		return;
	case CASH_BEYOND_HORIZON:
		str_puts(out, " does not pay for itself ");
		break;
	case CASH_AT_ONCE:
		str_puts(out, " saves ");
		break;
	case CASH_BEYOND_LIFE:
		str_puts(out, " would pay for itself after ");
		break;
	case CASH_WITHIN_LIFE:
		str_puts(out, " pays for itself after ");
		break;
	case CASH_OUTCOMES:
		BUG("no outcome of a cash flow");
	}
	prospect_text(out, main);
}

void
breakeven_chart(const struct breakeven *breakeven, struct chart *chart)
{
	const struct prospect *main = breakeven->main;
	struct str name = STR_INIT, label = STR_INIT;
	chart_init(chart, CHART_LINES, "breakeven");
	breakeven_name(&name, breakeven->plan);
	title_text(&label, str_text(&name), main);
	chart->title = chart_printf(chart, "%s", str_text(&label));
	str_clear(&label);
	chart->subtitle = chart_printf(chart, "cash so far, with the price at the start; in 80 %% "
					      "of cases it is in the band, held "
					      "against the API as planned");
	chart->x = (struct chart_axis){
		.quantity = CHART_MONTHS, .label = SLICE("months from now"), .from_zero = true
	};
	chart->y = (struct chart_axis){
		.quantity = CHART_MONEY, .label = SLICE("paid so far"), .from_zero = true
	};
	memcpy(chart->y.currency, breakeven->plan->currency, 3);
	struct chart_series *api = chart_add_series(chart, SLICE("API"));
	double sum = 0, at_crossing = MISSING, crossing = cash_break_even(&main->months);
	int last = months_shown(main);
	for (int m = 0; m <= last; m++) {
		sum += m ? main->months.month[m].api : 0;
		chart_add_point(api, m, sum, MISSING, MISSING);
	}
	struct chart_series *own =
		chart_add_series(chart, chart_printf(chart, "%s", str_text(&name)));
	sum = 0;
	for (int m = 0; m <= last; m++) {
		const struct outlook_month *band = &main->outlook.month[m];
		double before = sum;
		sum += m ? main->months.month[m].api : 0;
		chart_add_point(own, m, sum - main->months.month[m].cumulative,
			sum - band->cumulative.high, sum - band->cumulative.low);
		if (!isnan(crossing) && m >= crossing && isnan(at_crossing))
			at_crossing = before + (sum - before) * (crossing - (m - 1));
	}
	if (!isnan(at_crossing)) {
		str_puts(&label, "pays off after ");
		months_text(&label, crossing);
		struct chart_marker *marker = chart_add_marker(
			chart, crossing, at_crossing, chart_printf(chart, "%s", str_text(&label)));
		marker->x_low = main->outlook.break_even.low;
		marker->x_high = isnan(main->outlook.break_even.high)
					 ? UNBOUNDED
					 : main->outlook.break_even.high;
	}
	if (main->months.life < last)
		chart_add_rule(chart, true, main->months.life,
			chart_printf(chart, "end of its life: %d months", main->months.life));
	str_free(&name);
	str_free(&label);
}

static struct slice
bar_label(struct chart *chart, enum figure figure, double value)
{
	struct str text = STR_INIT;
	bool share = figure_kinds[figure].shape == FIGURE_SHARE;
	number_text(&text, share ? value * 100 : value);
	str_puts(&text, share ? " %" : "");
	struct slice label = chart_printf(chart, "%s", str_text(&text));
	str_free(&text);
	return label;
}

static double
bar_months(const struct cash_answer *answer)
{
	return isnan(answer->break_even) ? UNBOUNDED : answer->break_even;
}

void
breakeven_tornado(const struct breakeven *breakeven, struct chart *chart)
{
	struct sensitivity found;
	const double crossing = cash_break_even(&breakeven->main->months);
	struct str middle = STR_INIT;
	sensitivity_of(&breakeven->main->figures, &found);
	chart_init(chart, CHART_BARS, "tornado");
	chart->title = chart_printf(chart, "What moves the break-even most");
	chart->x = (struct chart_axis){ .quantity = CHART_MONTHS,
		.label = SLICE("months to break-even") };
	chart->beyond = SLICE("never");
	chart->low_side = SLICE("at its low");
	chart->high_side = SLICE("at its high");
	chart->middle = isnan(crossing) ? UNBOUNDED : crossing;
	str_puts(&middle, "as planned: ");
	months_text(&middle, crossing);
	chart->middle_label = chart_printf(chart, "%s", str_text(&middle));
	int still = 0;
	for (int i = 0; i < found.n && chart->bars_n < CHART_BARS_MOST; i++) {
		const struct sensitivity_bar *bar = &found.bars[i];
		/* never at its low, never at its high and never as planned: nothing to see */
		if (isnan(crossing) && isnan(bar->low.break_even) && isnan(bar->high.break_even)) {
			still++;
			continue;
		}
		struct chart_bar *row = chart_add_bar(chart,
			chart_printf(chart, "%s", figure_kinds[bar->figure].name),
			bar_months(&bar->low), bar_months(&bar->high));
		row->low_label = bar_label(chart, bar->figure, bar->value.low);
		row->high_label = bar_label(chart, bar->figure, bar->value.high);
	}
	str_clear(&middle);
	if (still)
		str_printf(&middle, "; with the other %d it stays never", still);
	chart->subtitle = chart_printf(chart,
		"each assumption at its low and at its high, all others as planned%s",
		str_text(&middle));
	str_free(&middle);
}
