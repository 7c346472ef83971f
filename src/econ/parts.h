/* SPDX-License-Identifier: GPL-3.0-or-later */
/* parts - what a cost is said to contain ("power + amortized hardware"), and the sums of a table's
 * lines. */
#ifndef HLLM_ECON_PARTS_H
#define HLLM_ECON_PARTS_H

#include "econ/sheet.h"

enum part_kind {
	PART_POWER,
	PART_AMORTIZATION,
	PART_PEOPLE,
	PART_MAINTENANCE,
	PART_HOSTING,
	PART_COOLING,
	PART_FALLBACK,
	PART_OTHER, /* in somebody's own words */
};

enum { PARTS_MOST = 32 };
struct cost_part {
	enum part_kind kind;
	struct slice text; /* as written */
};

/* The column contains, cut at ; + , & and "and". */
size_t row_parts(const struct plan_row *row, struct cost_part parts[PARTS_MOST]);
/* Says so in contains, or where that is empty by the name of the item. */
bool line_has(const struct plan_row *row, enum part_kind kind);
/* All that it has is of this kind. */
bool line_is(const struct plan_row *row, enum part_kind kind);
/* The plan's monthly, or one of the lines of its running cost. */
bool case_has(const struct plan_case *plan, enum part_kind kind);
/* The same part of a cost: the same kind, or the same words. */
bool part_same(const struct cost_part *a, const struct cost_part *b);

/* What a line costs: stated, else quantity times unit price.  NAN: neither. */
struct bounds row_cost(const struct plan_row *row);
/* The same a month ('days' of them); NAN for what is paid once or for each request. */
struct bounds row_month(const struct plan_row *row, struct bounds days);
static inline bool
row_is_line(const struct plan_row *row)
{
	return row->kind == ROW_API_NOW || row->kind == ROW_API_LEFT || row->kind == ROW_LOCAL ||
	       row->kind == ROW_HARDWARE;
}

/* The lines that a total stands for. */
struct lines_sum {
	struct bounds sum, all;        /* since the last total; of all lines of the case above it */
	double slack, all_slack;       /* how far rounding of the lines may move them */
	size_t lines, all_lines, open; /* how many; "50+" among them */
	unsigned kinds; /* of the lines since the last total: bits of enum row_kind */
};
void total_lines(
	const struct plan_case *plan, size_t total, struct bounds days, struct lines_sum *out);

/* What a table says of one kind of lines: its total row, if one is only about them; else their
 * sum. */
struct bounds case_lines(const struct plan_case *plan, enum row_kind kind, struct bounds days);

#endif
