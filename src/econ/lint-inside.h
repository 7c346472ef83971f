/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lint-inside - what the parts of lint share; each looks for some kinds of problems in one case. */
#ifndef HLLM_ECON_LINT_INSIDE_H
#define HLLM_ECON_LINT_INSIDE_H

#include "econ/lint.h"
#include "econ/worked.h"

struct linting {
	const struct plan_file *file;
	const struct lint_ask *ask;
	struct sheet_problems *out;
	const struct plan_case *plan;
	/* What its inputs come to: as it is told (30 days of requests), and with all that a month
	 * may be. */
	struct worked shown, wide;
};

/* A result of a case as it would be in another world; 'wide' as above. */
void sheet_world(const struct linting *l, enum world world, bool wide, struct worked *out);
bool sheet_in_dollars(const struct linting *l);

/* The problem's own line, what it is about, what was stated there, and the corrected figure as a
 * number
 * (not known: it is none).  'right' is that for people, and may be NULL. */
struct place {
	int64_t line;
	struct slice what, stated;
	struct bounds value;
};
void sheet_add(struct linting *l, enum wrong wrong, struct place place, const struct str *right,
	const char *fmt, ...) hl_printf(5, 6);
void sheet_note(struct linting *l, const char *fmt, ...) hl_printf(2, 3);
struct place place_of(const struct plan_row *row, enum sheet_field field);

/* "$54.00", in the currency of the case; with a unit of its own. */
void sheet_money(const struct linting *l, struct str *out, struct bounds value);

void sheet_lint_results(
	struct linting *l); /* lint-results.c: stated results, and how they came about */
void sheet_lint_lines(struct linting *l);  /* lint-lines.c: sums, products, parts of a cost */
void sheet_lint_prices(struct linting *l); /* lint-prices.c: list prices */
void sheet_lint_plans(struct linting *l);  /* lint-plans.c: people, idle hours, life, what fits */

/* Adds the problem if a wrong way of working out 'result' leads to what 'field' of the row says. */
bool sheet_explain(struct linting *l, const struct plan_row *row, enum sheet_field field,
	enum sheet_field result);

/* How a result is worked out, with its figures: "$1,600.00 / ($54.00 - $30.00)" */
void sheet_formula(const struct linting *l, enum sheet_field field, struct str *out);

#endif
