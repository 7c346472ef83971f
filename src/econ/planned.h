/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * planned - what becomes of a case of a plan file: its figures put into the cash flow, and for
 * what it
 * does not say, the figures of figure_kinds[] (none beside a running cost that is stated).
 */
#ifndef HLLM_ECON_PLANNED_H
#define HLLM_ECON_PLANNED_H

#include "econ/cash.h"
#include "econ/worked.h"
#include "local/hardware.h"

struct plan_ask {
	struct list list;
	const struct figures *figures; /* defaults of this run; NULL: those of the table */
	const struct hardwares
		*hardware; /* for watts and prices that a case leaves to them; NULL */
};

struct planned {
	struct worked worked; /* by its own figures alone, with months of 30 days of requests */
	const char *reason;   /* why there is no break-even to be found; NULL: there is */
	struct figures figures;
	double break_even[3]; /* best, likely, worst; NAN: never */
	enum cash_outcome outcome[3];
	struct cash_answer likely;
	double run; /* of the first month, likely */
};

/* False: a figure is missing or contradicts another; err names file, line and what was expected. */
bool plan_work(const struct plan_file *file, const struct plan_case *plan,
	const struct plan_ask *ask, struct arena *arena, struct planned *out,
	struct err *err) hl_must_check;

#endif
