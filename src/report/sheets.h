/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sheets - the answers of `hllm breakeven --plan` and `--lint`: plan files worked out, and what is
 * wrong in them. */
#ifndef HLLM_REPORT_SHEETS_H
#define HLLM_REPORT_SHEETS_H

#include "econ/lint.h"
#include "econ/planned.h"
#include "report/answer.h"

/* 'planned' has one of each case of the file, in order. */
void sheets_plan_report(
	struct answer *answer, const struct plan_file *file, const struct planned *planned);
void sheets_lint_report(
	struct answer *answer, const struct plan_file *file, const struct sheet_problems *problems);

#endif
