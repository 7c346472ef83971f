/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tenure - buying the hardware against renting it for the same work.
 */
#ifndef HLLM_ECON_TENURE_H
#define HLLM_ECON_TENURE_H

#include "econ/cash.h"

struct tenure {
	struct cash_answer buy, rent;
	/* months after which buying has cost no more than renting; NAN: not within the horizon */
	double overtakes;
	int months;                   /* the life of the bought hardware, or the horizon */
	double buy_total, rent_total; /* cash of those months, the residual value with it */
	double buy_npv, rent_npv;
};

/* 'rent' is what the units in use cost together a month, power and parts included. */
void tenure_of(const double buy[FIGURES], double rent, struct tenure *out);
/* The same plan with rented hardware: no capex, no upkeep, no residual value, no power.  A running
 * cost that the user stated becomes the rent. */
void tenure_rented(const double buy[FIGURES], double rent, double values[FIGURES]);

#endif
