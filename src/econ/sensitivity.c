/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/sensitivity.h"

#include <math.h>
#include <stdlib.h>

static double
or_horizon(double months, double horizon)
{
	return isnan(months) ? horizon : months;
}

/* The largest first; equal ones in the order of the table. */
static int
bars_compare(const void *a, const void *b)
{
	const struct sensitivity_bar *x = a, *y = b;
	if (x->months != y->months)
		return x->months > y->months ? -1 : 1;
	if (x->npv != y->npv)
		return x->npv > y->npv ? -1 : 1;
	return (int)x->figure - (int)y->figure;
}

void
sensitivity_of(const struct figures *figures, struct sensitivity *out)
{
	double values[FIGURES];
	figures_values(figures, FIGURE_LIKELY, values);
	*out = (struct sensitivity){ .n = 0 };
	cash_answer(values, NULL, &out->likely);
	for (int i = 0; i < FIGURES; i++) {
		struct estimate value = figures->of[i].value;
		if (isnan(value.likely) || estimate_is_exact(value) ||
			!figure_is_used(figures, (enum figure)i))
			continue;
		struct sensitivity_bar bar = { .figure = (enum figure)i, .value = value };
		values[i] = value.low;
		cash_answer(values, NULL, &bar.low);
		values[i] = value.high;
		cash_answer(values, NULL, &bar.high);
		values[i] = value.likely;
		double horizon = values[FIGURE_HORIZON];
		bar.months = fabs(or_horizon(bar.high.break_even, horizon) -
				  or_horizon(bar.low.break_even, horizon));
		bar.npv = fabs(bar.high.npv - bar.low.npv);
		if (bar.months > 0 || bar.npv > 0)
			out->bars[out->n++] = bar;
	}
	qsort(out->bars, (size_t)out->n, sizeof(out->bars[0]), bars_compare);
}
