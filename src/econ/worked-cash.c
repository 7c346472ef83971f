/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases that say how their months differ (growth, ramp, decline, residual, …): followed month by
 * month. */
#include "config.h"

#include <stdlib.h>

#include "econ/cash.h"
#include "econ/worked.h"

const struct row_figure *
case_figure(const struct plan_case *plan, enum figure figure)
{
	for (size_t i = 0; i < plan->rows_n; i++)
		for (size_t k = 0; k < plan->rows[i]->figures_n; k++)
			if (plan->rows[i]->kind == ROW_PLAN &&
				(figure == FIGURES || plan->rows[i]->figures[k].figure == figure))
				return &plan->rows[i]->figures[k];
	return NULL;
}

static void
put(struct figures *figures, enum figure figure, struct bounds value)
{
	struct err err;
	struct estimate estimate = { value.low, (value.low + value.high) / 2, value.high };
	if (bounds_known(value) && figure_check(figure, estimate, &err))
		figures_put(figures, figure, estimate, "");
}

/* Only what the case says; nothing else happens. */
static bool
make_figures(const struct plan_case *plan, const struct worked *w, const struct cash_terms *terms,
	struct figures *figures)
{
	struct err err;
	figures_default(figures);
	put(figures, FIGURE_HORIZON, bounds_of(FIGURE_MONTHS_MOST));
	put(figures, FIGURE_LIFE, w->life);
	put(figures, FIGURE_CAPEX, w->capex);
	put(figures, FIGURE_API_MONTHLY, terms->avoided);
	put(figures, FIGURE_MONTHLY, terms->cash);
	for (size_t i = 0; i < plan->rows_n; i++)
		for (size_t k = 0; k < plan->rows[i]->figures_n; k++)
			if (plan->rows[i]->kind == ROW_PLAN)
				figures_put(figures, plan->rows[i]->figures[k].figure,
					plan->rows[i]->figures[k].value, "");
	return figures->of[FIGURE_API_MONTHLY].given && figures->of[FIGURE_MONTHLY].given &&
	       figures_settle(figures, &err);
}

void
worked_by_month(const struct plan_case *plan, struct worked *w, const struct cash_terms *terms)
{
	struct figures figures;
	struct bounds *months = &w->of[STATED_BREAK_EVEN], *year = &w->of[STATED_YEAR_ONE];
	double values[FIGURES];
	*months = *year = bounds_of((double)NAN);
	if (!make_figures(plan, w, terms, &figures))
		return;
	struct cash *cash = xmalloc(sizeof(*cash));
	figures_corner(&figures, true, values);
	cash_flow(values, cash);
	months->low = cash_break_even(cash);
	year->high = cash->months >= 12 ? cash->month[12].cumulative : (double)NAN;
	figures_corner(&figures, false, values);
	cash_flow(values, cash);
	months->high = cash_break_even(cash);
	year->low = cash->months >= 12 ? cash->month[12].cumulative : (double)NAN;
	if (isnan(months->high) && !isnan(months->low))
		months->high = (double)INFINITY;
	free(cash);
}
