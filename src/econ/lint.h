/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * lint - what is wrong in somebody's cost calculation, each with the figure that is right
 * (`hllm breakeven --lint FILE`).
 *
 * A calculation is held against itself (what its own inputs come to), against the list prices of
 * its day,
 * and against what its hardware can do.  A figure that is rounded, or marked ~, is not an error,
 * and a
 * month may have 30 days or a twelfth of a year.  What cannot be checked is a note, not a problem.
 */
#ifndef HLLM_ECON_LINT_H
#define HLLM_ECON_LINT_H

#include "econ/list.h"
#include "econ/sheet.h"
#include "local/fit.h"

enum wrong {
	WRONG_DOUBLE_COUNT,
	WRONG_TWICE,
	WRONG_SUM,
	WRONG_PARTS,
	WRONG_BELOW_LIST,
	WRONG_ABOVE_LIST,
	WRONG_MEAN,
	WRONG_CAPACITY,
	WRONG_INFEASIBLE,
	WRONG_IDLE,
	WRONG_PEOPLE,
	WRONG_LIFE,
	WRONG_RESULT,
	WRONG_BASELINE,
	WRONG_CONTRADICTION,
	WRONGS,
};

struct wrong_kind {
	const char *name, *means;
};
extern const struct wrong_kind wrong_kinds[WRONGS];

/* Texts are in the problems' arena, or in the file's. */
struct sheet_problem {
	enum wrong wrong;
	const struct plan_case *plan;
	int64_t line;
	struct slice what;   /* a column, or the name of a line */
	struct slice stated; /* as written; "" where the problem is that something is missing */
	struct slice right;  /* the corrected figure */
	struct bounds value; /* the same as a number, or a range; not known: it is none */
	struct slice why;    /* a sentence */
};

struct sheet_problems {
	struct arena arena;
	struct sheet_problem *items; /* by line */
	size_t n, size;
	struct slice *notes; /* what could not be checked, and why */
	size_t notes_n, notes_size;
};

/* What a sheet is held against; hardware and models may be NULL: what fits is then not checked. */
struct lint_ask {
	struct list list;
	const struct hardwares *hardware;
	const struct local_models *models;
};

void sheet_lint(
	const struct plan_file *file, const struct lint_ask *ask, struct sheet_problems *problems);
void sheet_problems_free(struct sheet_problems *problems);

#endif
