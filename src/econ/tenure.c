/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "econ/tenure.h"

#include <math.h>
#include <string.h>

void
tenure_rented(const double buy[FIGURES], double rent, double values[FIGURES])
{
	memmove(values, buy, FIGURES * sizeof(values[0]));
	values[FIGURE_CAPEX] = 0;
	if (!isnan(buy[FIGURE_MONTHLY])) {
		values[FIGURE_MONTHLY] = rent;
		return;
	}
	values[FIGURE_RENT] = rent;
	values[FIGURE_BUSY_WATTS] = values[FIGURE_IDLE_WATTS] = 0;
}

void
tenure_of(const double buy[FIGURES], double rent, struct tenure *out)
{
	double rented[FIGURES];
	struct cash owner, tenant;
	tenure_rented(buy, rent, rented);
	cash_flow(buy, &owner);
	cash_flow(rented, &tenant);
	*out = (struct tenure){
		.overtakes = cash_overtakes(&owner, &tenant),
		.months = owner.end,
		.buy_total = owner.total,
		.rent_total = tenant.total,
		.buy_npv = owner.npv,
		.rent_npv = tenant.npv,
	};
	cash_answer(buy, NULL, &out->buy);
	cash_answer(rented, NULL, &out->rent);
}
