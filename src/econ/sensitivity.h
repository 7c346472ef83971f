/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sensitivity - which figures move the answer most: each at its low and at its high end while
 * all others are at their likely values (a tornado).
 *
 * Sorted by how many months lie between the two break-evens, where never counts as the end of
 * the horizon; then by the difference of the net present value.  Figures that are known exactly
 * or change nothing are left out.
 */
#ifndef HLLM_ECON_SENSITIVITY_H
#define HLLM_ECON_SENSITIVITY_H

#include "econ/cash.h"

struct sensitivity_bar {
	enum figure figure;
	struct estimate value;        /* of the figure */
	struct cash_answer low, high; /* the answer with it at that end */
	double months, npv;           /* how far apart the two are; never negative */
};

struct sensitivity {
	struct cash_answer likely;
	struct sensitivity_bar bars[FIGURES];
	int n;
};

/* Of settled figures. */
void sensitivity_of(const struct figures *figures, struct sensitivity *out);

#endif
